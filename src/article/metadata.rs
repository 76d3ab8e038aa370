//! Here is the tree of a web page: who published it, who wrote it, when?
//!
//! For each fact the sources are asked in the order of how often they tell it right: JSON-LD (schema.org), OpenGraph, other
//! `<meta>` tags, the page itself.

use dom_smoothie::Readability;
use serde_json::{Map, Value};

use super::draft::{Draft, clean};
use super::{date, html};

/// Endings of the names that outlets put behind the titles of their pages.
const SEPARATORS: [&str; 5] = [" | ", " - ", " – ", " — ", " :: "];

/// Returns what the page says of itself besides its text.
pub(super) fn draft(tree: &Readability, linked: &Linked, language: Option<&str>) -> Draft {
    let metas = Metas::of(tree);
    let mut draft = linked.draft();
    let words = |keys: &[&str]| metas.first(keys).and_then(clean);
    draft.outlet = draft.outlet.or_else(|| {
        words(&[
            "og:site_name",
            "citation_journal_title",
            "dc.publisher",
            "dcterms.publisher",
            "application-name",
        ])
    });
    draft.title = draft
        .title
        .or_else(|| {
            words(&["og:title", "citation_title", "dc.title", "dcterms.title", "twitter:title", "headline"])
        })
        .or_else(|| clean(&tree.get_article_title()))
        .or_else(|| clean(&tree.doc.select_single("h1").text()))
        .map(|title| without_outlet(title, draft.outlet.as_deref()));
    draft.date = draft.date.or_else(|| published(tree, &metas));
    if draft.byline.is_none() {
        let keys = [
            "author",
            "article:author",
            "citation_author",
            "dc.creator",
            "dcterms.creator",
            "parsely-author",
            "byl",
        ];
        let authors = keys.iter().map(|key| metas.all(key).filter_map(byline).collect::<Vec<_>>());
        authors
            .into_iter()
            .find(|names| !names.is_empty())
            .into_iter()
            .flatten()
            .for_each(|name| draft.add_author(&name));
    }
    let canonical = tree.doc.select("link[rel=canonical]").attr("href");
    for url in [canonical.as_deref(), metas.first(&["og:url"])].into_iter().flatten() {
        if draft.url.is_none() {
            draft.set_url(url);
        }
    }
    if draft.tags.is_empty() {
        metas.all("article:tag").for_each(|tag| draft.add_tag(tag));
    }
    if draft.tags.is_empty() {
        let keywords = metas.first(&["news_keywords", "keywords"]).unwrap_or_default();
        keywords.split(',').for_each(|tag| draft.add_tag(tag));
    }
    let declared = metas.first(&["og:locale", "content-language", "dc.language"]);
    for tag in [language, declared].into_iter().flatten() {
        if draft.language.is_none() {
            draft.set_language(tag);
        }
    }
    draft
}

/// Returns a name as a byline: without "By" before it. `None` for an address.
pub(super) fn byline(name: &str) -> Option<String> {
    let name = clean(name)?;
    let name = match name.split_once(' ') {
        Some((by, rest)) if by.eq_ignore_ascii_case("by") => rest.to_owned(),
        _ => name,
    };
    (!name.contains("://")).then_some(name)
}

fn published(tree: &Readability, metas: &Metas) -> Option<jiff::civil::Date> {
    const KEYS: [&str; 16] = [
        "article:published_time",
        "og:published_time",
        "datepublished",
        "date",
        "dc.date",
        "dc.date.issued",
        "dcterms.created",
        "dcterms.date",
        "citation_publication_date",
        "citation_date",
        "parsely-pub-date",
        "sailthru.date",
        "pubdate",
        "publishdate",
        "publish-date",
        "last-modified",
    ];
    let in_metas = KEYS.iter().find_map(|key| metas.all(key).find_map(date::parse));
    in_metas.or_else(|| {
        let times = tree.doc.select("time[datetime]");
        times.iter().find_map(|time| date::parse(&time.attr_or("datetime", "")))
    })
}

fn without_outlet(title: String, outlet: Option<&str>) -> String {
    let cut = outlet.and_then(|outlet| title.strip_suffix(outlet));
    let short = cut.and_then(|cut| SEPARATORS.iter().find_map(|separator| cut.strip_suffix(separator)));
    short.map_or_else(|| title.clone(), str::to_owned)
}

/// The `<meta>` tags of a page: the key in lower case, and what it says.
struct Metas(Vec<(String, String)>);

impl Metas {
    fn of(tree: &Readability) -> Self {
        let mut metas = Vec::new();
        for meta in tree.doc.select("meta[content]").iter() {
            for name in ["property", "name", "itemprop", "http-equiv"] {
                if let Some(key) = meta.attr(name) {
                    metas.push((key.trim().to_ascii_lowercase(), meta.attr_or("content", "").to_string()));
                }
            }
        }
        Self(metas)
    }

    fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == key).map(|(_, content)| content.as_str())
    }

    /// Returns what the first of these keys says that is there and says something.
    fn first(&self, keys: &[&str]) -> Option<&str> {
        let said =
            |key: &&str| self.0.iter().find(|(known, content)| known == key && !content.trim().is_empty());
        keys.iter().find_map(said).map(|(_, content)| content.as_str())
    }
}

/// The linked data (JSON-LD) of a page.
#[derive(Debug, Default)]
pub(super) struct Linked(Vec<Value>);

/// Returns the linked data of these scripts; those that do not parse are left out.
pub(super) fn linked(scripts: &[String]) -> Linked {
    let parse = |script: &String| {
        let script = script.trim().trim_start_matches("//").trim_start_matches("<![CDATA[");
        let script = script.trim_end_matches("]]>").trim_end_matches("//").trim_end_matches(';');
        // Line ends inside strings are common, and not JSON.
        let script = script.replace(|c: char| c.is_control(), " ");
        serde_json::from_str(&script).ok()
    };
    let mut objects = Vec::new();
    scripts.iter().filter_map(parse).for_each(|value| flatten(value, &mut objects));
    Linked(objects)
}

/// Collects the objects of arrays and of `@graph`.
fn flatten(value: Value, objects: &mut Vec<Value>) {
    match value {
        Value::Array(values) => values.into_iter().for_each(|value| flatten(value, objects)),
        Value::Object(mut object) => {
            let graph = object.remove("@graph");
            objects.push(Value::Object(object));
            graph.into_iter().for_each(|value| flatten(value, objects));
        }
        _ => {}
    }
}

impl Linked {
    fn article(&self) -> Option<&Map<String, Value>> {
        self.0.iter().filter_map(Value::as_object).find(|object| match object.get("@type") {
            Some(Value::String(kind)) => is_article(kind),
            Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).any(is_article),
            _ => false,
        })
    }

    /// Returns the text of the article, where the page carries it so: that of a live blog is its entries, each below its time.
    pub(super) fn body(&self) -> Option<String> {
        let article = self.article()?;
        let own = article.get("articleBody").and_then(Value::as_str).unwrap_or_default();
        let entries = several(article.get("liveBlogUpdate")).filter_map(Value::as_object).map(entry);
        let all: Vec<String> =
            std::iter::once(own.to_owned()).chain(entries).filter(|part| !part.is_empty()).collect();
        (!all.is_empty()).then(|| all.join("\n\n"))
    }

    fn draft(&self) -> Draft {
        let mut draft = Draft::default();
        let Some(article) = self.article() else { return draft };
        let words = |key: &str| article.get(key).and_then(Value::as_str).map(html::line);
        draft.title = words("headline").or_else(|| words("name")).as_deref().and_then(clean);
        draft.date = words("datePublished").as_deref().and_then(date::parse);
        draft.outlet = article.get("publisher").and_then(|value| self.name(value)).as_deref().and_then(clean);
        for author in several(article.get("author")) {
            if let Some(name) = self.name(author).as_deref().and_then(byline) {
                draft.add_author(&name);
            }
        }
        for keywords in several(article.get("keywords")) {
            html::line(keywords.as_str().unwrap_or_default()).split(',').for_each(|tag| draft.add_tag(tag));
        }
        let page = article.get("mainEntityOfPage");
        let urls = [article.get("url"), page, page.and_then(|page| page.get("@id"))];
        for url in urls.into_iter().flatten().filter_map(Value::as_str) {
            if draft.url.is_none() {
                draft.set_url(url);
            }
        }
        draft.set_language(article.get("inLanguage").and_then(Value::as_str).unwrap_or_default());
        draft
    }

    /// Returns the name that a value is or has, also where it only points at the object that has it.
    fn name(&self, value: &Value) -> Option<String> {
        let value = value.get(0).unwrap_or(value);
        let named = |value: &Value| value.get("name").and_then(Value::as_str).map(html::line);
        let pointed = || {
            let id = value.get("@id")?;
            self.0.iter().filter(|object| object.get("@id") == Some(id)).find_map(named)
        };
        value.as_str().map(html::line).or_else(|| named(value)).or_else(pointed)
    }
}

/// Returns the paragraphs of an entry of a live blog: its day and time, its headline, what it says.
fn entry(entry: &Map<String, Value>) -> String {
    let words = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
    let body = match words("articleBody") {
        body if body.contains('<') => html::paragraphs(body).unwrap_or_default(),
        body => body.to_owned(),
    };
    if body.trim().is_empty() {
        return String::new();
    }
    let day = date::parse(words("datePublished")).map(|day| day.strftime("%B %-d, %Y").to_string());
    let clock = words("datePublished").split_once('T').and_then(|(_, clock)| clock.get(..5));
    let time = [day.as_deref(), clock].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let parts = [time, html::line(words("headline")), body];
    parts.into_iter().filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join("\n\n")
}

fn is_article(kind: &str) -> bool {
    kind.ends_with("Article") || kind.ends_with("Posting") || kind == "Report"
}

/// Returns the values of an array, or the one value.
fn several(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let list = value.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    value.filter(|value| !value.is_array()).into_iter().chain(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(html: &str) -> Draft {
        html::draft(html).unwrap()
    }

    #[test]
    fn linked_data_is_found_in_graphs_and_followed() {
        let draft = read(
            r##"<script type="application/ld+json">{"@graph": [
                {"@id": "#o", "@type": "Organization", "name": "The Harbour Post"},
                {"@type": ["Thing", "NewsArticle"], "headline": "Council &amp; archive", "publisher": {"@id": "#o"},
                 "author": [{"name": "By Angela Lee"}, "Omar Haddad"], "datePublished": "2025-12-02T23:00:00-08:00",
                 "mainEntityOfPage": {"@id": "https://post.example/a"}, "keywords": "archive, council"}]}</script>"##,
        );
        assert_eq!(draft.title.as_deref(), Some("Council & archive"));
        assert_eq!(draft.outlet.as_deref(), Some("The Harbour Post"));
        assert_eq!(draft.byline.as_deref(), Some("Angela Lee, Omar Haddad"));
        assert_eq!(draft.date, Some(jiff::civil::Date::constant(2025, 12, 2)));
        assert_eq!(draft.url.as_deref(), Some("https://post.example/a"));
        assert_eq!(draft.tags, ["archive", "council"]);
    }

    #[test]
    fn the_outlet_is_cut_off_the_title() {
        let draft = read(
            "<meta property=og:site_name content=Post><meta property=og:title content='A - b | Post'><p>x",
        );
        assert_eq!(draft.title.as_deref(), Some("A - b"));
    }

    #[test]
    fn the_page_itself_is_the_last_source() {
        let draft = read(
            "<html lang=en-GB><title>A council opens its archive</title><time datetime=2025-05-02>Today</time><p>x",
        );
        assert_eq!(draft.title.as_deref(), Some("A council opens its archive"));
        assert_eq!(draft.date, Some(jiff::civil::Date::constant(2025, 5, 2)));
        assert_eq!(draft.language.as_deref(), Some("en"));
    }

    #[test]
    fn an_address_is_no_byline() {
        assert_eq!(byline("https://social.example/lee"), None);
        assert_eq!(byline("BY Angela Lee").as_deref(), Some("Angela Lee"));
    }
}

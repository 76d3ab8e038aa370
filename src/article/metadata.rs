//! Who published a web page, who wrote it, and when?
//!
//! For each fact, the sources are tried in order of reliability: JSON-LD (schema.org), OpenGraph, other
//! `<meta>` tags, the page itself.

use dom_query::NodeRef;
use dom_smoothie::Readability;
use jiff::civil::Date;
use serde_json::{Map, Value};

use super::draft::{Draft, clean};
use super::{date, fold, piece};

/// Separators between the title of a page and the name of its outlet.
const SEPARATORS: [&str; 5] = [" | ", " - ", " – ", " — ", " :: "];

/// Returns what the page says about itself besides its text.
pub(super) fn draft(tree: &Readability, linked: &Linked, language: Option<&str>) -> Draft {
    let metas = Metas::of(tree);
    let words = |keys: &[&str]| metas.first(keys).and_then(clean);
    let heading = clean(&tree.doc.select_single("h1").text());
    let own =
        words(&["og:title", "citation_title", "dc.title", "dcterms.title", "twitter:title", "headline"]);
    let shown = || clean(&tree.doc.select_single("title").text());
    let canonical = tree.doc.select("link[rel=canonical]").attr("href");
    let titles: Vec<String> = [heading.clone(), own.clone(), shown()].into_iter().flatten().collect();
    let mut draft = linked.draft(&titles, canonical.as_deref());
    draft.outlet = draft.outlet.or_else(|| {
        words(&[
            "og:site_name",
            "citation_journal_title",
            "dc.publisher",
            "dcterms.publisher",
            "application-name",
        ])
    });
    let outlet = draft.outlet.as_deref();
    // The title may be the name of the site.
    let is_site = |title: &String| outlet.is_some_and(|outlet| fold(title) == fold(outlet));
    draft.title = draft
        .title
        .or(own)
        .filter(|title| !is_site(title))
        .or_else(|| clean(&tree.get_article_title()).filter(|title| !is_site(title)))
        .or_else(|| heading.clone())
        .map(|title| without_outlet(title, outlet))
        .map(|title| heading.filter(|heading| is_framed(&title, heading)).unwrap_or(title));
    for url in [canonical.as_deref(), metas.first(&["og:url"])].into_iter().flatten() {
        if draft.url.is_none() {
            draft.set_url(url);
        }
    }
    draft.date = draft.date.or_else(|| published(tree, &metas, draft.url.as_deref()));
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

/// Returns a name as a byline: without a leading "By". `None` for a URL.
pub(super) fn byline(name: &str) -> Option<String> {
    let name = clean(name)?;
    let name = match name.split_once(' ') {
        Some((by, rest)) if by.eq_ignore_ascii_case("by") => rest.to_owned(),
        _ => name,
    };
    (!name.contains("://")).then_some(name)
}

/// Returns the publication date of the page: from its `<meta>` tags, its URL, its headline, or else the date
/// of the last modification.
fn published(tree: &Readability, metas: &Metas, url: Option<&str>) -> Option<Date> {
    const KEYS: [&str; 15] = [
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
    ];
    let in_metas = KEYS.iter().find_map(|key| metas.all(key).find_map(date::parse));
    let changed = || metas.all("last-modified").find_map(date::parse);
    in_metas.or_else(|| date::of_address(url?)).or_else(|| day_at_headline(tree)).or_else(changed)
}

/// A function that returns the date in an element.
type DayOf<'f> = &'f dyn Fn(&NodeRef) -> Option<Date>;

/// Maximum number of elements that are searched for a date, per selector.
const LOOKED_AT: usize = 200;

/// Returns the date in the article of the page, otherwise outside it where no other articles are listed.
/// Tried in order: `<time>` elements, elements whose class suggests a date, lines that contain nothing but a
/// date.
fn day_at_headline(tree: &Readability) -> Option<Date> {
    let article = tree
        .doc
        .select("h1")
        .nodes()
        .first()
        .and_then(around)
        .or_else(|| tree.doc.select("article, main").nodes().first().copied());
    let of_time = |node: &NodeRef| {
        date::parse(&node.attr_or("datetime", ""))
            .or_else(|| date::find(&node.text()))
            .or_else(|| node.attr("content").and_then(|content| date::parse(&content)))
    };
    let of_line = |node: &NodeRef| date::find(node.text().trim());
    let only = |node: &NodeRef| date::only(node.text().trim());
    let sources: [(&str, DayOf<'_>); 3] = [
        ("time, [itemprop=datePublished]", &of_time),
        (
            "[class*=date], [class*=time], [class*=publish], [class*=posted], [class*=meta], [class*=byline], [class*=info]",
            &of_line,
        ),
        ("p, div, span, small, em, li, address, h4, h5, h6", &only),
    ];
    sources.iter().find_map(|(selector, day)| {
        let found = tree.doc.select(selector);
        let looked_at = || found.nodes().iter().filter(|node| is_short(node)).take(LOOKED_AT);
        let inside = |node: &&NodeRef| {
            article.is_some_and(|article| node.ancestors_it(None).any(|above| above.id == article.id))
        };
        looked_at()
            .filter(inside)
            .filter(|node| !is_of_another(node, article.as_ref()))
            .find_map(day)
            .or_else(|| looked_at().filter(|node| !is_of_another(node, None)).find_map(day))
    })
}

/// Returns the `<article>` or `<main>` element around an element.
fn around<'a>(node: &NodeRef<'a>) -> Option<NodeRef<'a>> {
    node.ancestors_it(None).find(|above| is_article_element(above))
}

fn is_article_element(node: &NodeRef) -> bool {
    node.node_name().is_some_and(|name| matches!(&*name, "article" | "main"))
}

/// Returns whether an element has so few children that it may only contain a date.
fn is_short(node: &NodeRef) -> bool {
    node.children_it(false).take(9).count() < 9
}

/// Returns whether an element belongs to other articles or to the site as a whole, judging by its ancestors
/// up to `within`, if given.
fn is_of_another(node: &NodeRef, within: Option<&NodeRef>) -> bool {
    const NAMES: [&str; 14] = [
        "related",
        "teaser",
        "latest",
        "trending",
        "popular",
        "sidebar",
        "comment",
        "promo",
        "recommend",
        "recirc",
        "more-",
        "most-",
        "widget",
        "card",
    ];
    let mut inside = false;
    for above in node.ancestors_it(None) {
        if within.is_some_and(|within| within.id == above.id) {
            return false;
        }
        inside |= is_article_element(&above);
        let class =
            format!("{} {}", above.attr_or("class", ""), above.attr_or("id", "")).to_ascii_lowercase();
        let name = above.node_name();
        let is_beside = match name.as_deref() {
            Some("nav" | "aside" | "footer" | "li" | "a") => true,
            // An article may have a header of its own for its headline; the header of the site contains the
            // latest news.
            Some("header") => {
                within.is_none()
                    && !inside
                    && node.ancestors_it(None).all(|n| !is_article_element(&n))
                    && has_links(&above)
            }
            _ => NAMES.iter().any(|known| class.contains(known)),
        };
        if is_beside {
            return true;
        }
    }
    false
}

fn has_links(node: &NodeRef) -> bool {
    node.descendants_it().any(|inner| inner.node_name().as_deref() == Some("a"))
}

/// Returns whether a title is the heading of the page preceded or followed by the name of its site or
/// section.
fn is_framed(title: &str, heading: &str) -> bool {
    let frame = title.strip_prefix(heading).or_else(|| title.strip_suffix(heading));
    frame.is_some_and(|frame| SEPARATORS.iter().any(|sign| frame.starts_with(sign) || frame.ends_with(sign)))
}

/// Returns a title without the name of the outlet before or after it.
fn without_outlet(title: String, outlet: Option<&str>) -> String {
    let behind = || {
        let cut = title.strip_suffix(outlet?)?;
        SEPARATORS.iter().find_map(|separator| cut.strip_suffix(separator))
    };
    let before = || {
        let cut = title.strip_prefix(outlet?)?;
        SEPARATORS.iter().chain(&[": "]).find_map(|separator| cut.strip_prefix(separator))
    };
    behind().or_else(before).filter(|short| !short.is_empty()).map_or_else(|| title.clone(), str::to_owned)
}

/// The `<meta>` tags of a page: the key in lower case, and the content.
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

    /// Returns the content of the first of these keys that is present and not blank.
    fn first(&self, keys: &[&str]) -> Option<&str> {
        let said =
            |key: &&str| self.0.iter().find(|(known, content)| known == key && !content.trim().is_empty());
        keys.iter().find_map(said).map(|(_, content)| content.as_str())
    }
}

/// The linked data (JSON-LD) of a page.
#[derive(Debug, Default)]
pub(super) struct Linked(Vec<Value>);

/// Returns the linked data of these scripts; scripts that do not parse are ignored.
pub(super) fn linked(scripts: &[String]) -> Linked {
    let parse = |script: &String| {
        let script = script.trim().trim_start_matches("//").trim_start_matches("<![CDATA[");
        let script = script.trim_end_matches("]]>").trim_end_matches("//").trim_end_matches(';');
        // Line ends inside strings are common, but invalid in JSON.
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
    /// Returns the article of the page: if there are several, the one with the title or the URL of the page,
    /// otherwise the first.
    fn article(&self, titles: &[String], url: Option<&str>) -> Option<&Map<String, Value>> {
        let mut articles =
            self.0.iter().filter_map(Value::as_object).filter(|object| match object.get("@type") {
                Some(Value::String(kind)) => is_article(kind),
                Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).any(is_article),
                _ => false,
            });
        let has_title = |article: &&Map<String, Value>| {
            ["headline", "name"]
                .iter()
                .filter_map(|key| article.get(*key)?.as_str())
                .any(|title| titles.iter().any(|known| is_same_title(known, &piece::line(title))))
        };
        let has_address = |article: &&Map<String, Value>| {
            let page = article.get("mainEntityOfPage");
            let urls = [article.get("url"), page, page.and_then(|page| page.get("@id"))];
            url.is_some() && urls.into_iter().flatten().any(|found| found.as_str() == url)
        };
        let first = articles.clone().next();
        articles.clone().find(has_title).or_else(|| articles.find(has_address)).or(first)
    }

    /// Returns the text of the article called `title`, if the linked data contains it; the text of a live
    /// blog consists of its entries, each below its time.
    pub(super) fn body(&self, title: Option<&str>) -> Option<String> {
        let titles: Vec<String> = title.into_iter().map(str::to_owned).collect();
        let article = self.article(&titles, None)?;
        let own = article.get("articleBody").and_then(Value::as_str).unwrap_or_default();
        let entries = several(article.get("liveBlogUpdate")).filter_map(Value::as_object).map(entry);
        let all: Vec<String> =
            std::iter::once(own.to_owned()).chain(entries).filter(|part| !part.is_empty()).collect();
        (!all.is_empty()).then(|| all.join("\n\n"))
    }

    fn draft(&self, titles: &[String], url: Option<&str>) -> Draft {
        let mut draft = Draft::default();
        let Some(article) = self.article(titles, url) else { return draft };
        let words = |key: &str| article.get(key).and_then(Value::as_str).map(piece::line);
        // Encyclopedias put a description into `headline`, and the title into `name`.
        let called = [words("headline"), words("name")];
        let is_shown = |title: &&String| titles.iter().any(|known| is_same_title(known, title));
        let shown = called.iter().flatten().find(is_shown);
        draft.title = shown.or_else(|| called.iter().flatten().next()).and_then(|title| clean(title));
        draft.date = words("datePublished").as_deref().and_then(date::parse);
        draft.outlet = article.get("publisher").and_then(|value| self.name(value)).as_deref().and_then(clean);
        for author in several(article.get("author")) {
            if let Some(name) = self.name(author).as_deref().and_then(byline) {
                draft.add_author(&name);
            }
        }
        for keywords in several(article.get("keywords")) {
            piece::line(keywords.as_str().unwrap_or_default()).split(',').for_each(|tag| draft.add_tag(tag));
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

    /// Returns the name that a value is or has, also if the value only refers to the object with the name.
    fn name(&self, value: &Value) -> Option<String> {
        let value = value.get(0).unwrap_or(value);
        let named = |value: &Value| value.get("name").and_then(Value::as_str).map(piece::line);
        let pointed = || {
            let id = value.get("@id")?;
            self.0.iter().filter(|object| object.get("@id") == Some(id)).find_map(named)
        };
        value.as_str().map(piece::line).or_else(|| named(value)).or_else(pointed)
    }
}

/// Returns the paragraphs of a live blog entry: its date and time, its headline, its text.
fn entry(entry: &Map<String, Value>) -> String {
    let words = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
    let body = match words("articleBody") {
        body if body.contains('<') => piece::paragraphs(body).unwrap_or_default(),
        body => body.to_owned(),
    };
    if body.trim().is_empty() {
        return String::new();
    }
    let day = date::parse(words("datePublished")).map(|day| day.strftime("%B %-d, %Y").to_string());
    let clock = words("datePublished").split_once('T').and_then(|(_, clock)| clock.get(..5));
    let time = [day.as_deref(), clock].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let parts = [time, piece::line(words("headline")), body];
    parts.into_iter().filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// Returns whether two titles are equal, or one continues the other, for example with the name of the site.
fn is_same_title(one: &str, other: &str) -> bool {
    let (one, other) = (fold(one), fold(other));
    let (long, short) = if one.len() < other.len() { (other, one) } else { (one, other) };
    long == short || short.len() > 20 && long.starts_with(&short)
}

fn is_article(kind: &str) -> bool {
    kind.ends_with("Article") || kind.ends_with("Posting") || kind == "Report"
}

/// Returns the values of an array, or the single value.
fn several(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let list = value.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    value.filter(|value| !value.is_array()).into_iter().chain(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(html: &str) -> Draft {
        super::super::html::draft(html).unwrap()
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
    fn the_outlet_is_removed_from_the_title() {
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
    fn a_url_is_not_a_byline() {
        assert_eq!(byline("https://social.example/lee"), None);
        assert_eq!(byline("BY Angela Lee").as_deref(), Some("Angela Lee"));
    }
}

//! Here is an RSS or Atom feed: give me its entries.
//!
//! Each entry is an article; an entry without text is an error with its number. What is in `<content>` counts before the
//! summary. No entity is expanded that XML does not define, so no feed can grow while it is read.

use std::panic::{AssertUnwindSafe, catch_unwind};

use feed_rs::model::{Entry, Feed, Text};
use feed_rs::parser::Builder;

use super::budget::{FEED_ELEMENTS, FEED_ENTRIES};
use super::draft::{Body, Draft, Source, clean};
use super::tag::{self, Token};
use super::{ParseError, Reads, Reason, date, html, text};

/// The most elements inside one another, and attributes of one element, that a feed may have: the XML parser compares each
/// with all the others.
const MAX_DEPTH: usize = 256;

/// Returns the entries of a feed in their order.
pub(super) fn articles<'a>(xml: &str, source: Source) -> Reads<'a> {
    let feed = match parse(xml) {
        Ok(feed) => feed,
        Err(reason) => return Box::new(std::iter::once(Err(ParseError { line: None, reason }))),
    };
    let outlet = feed.title.as_ref().and_then(title);
    let language = feed.language.clone().unwrap_or_default();
    Box::new((1..).zip(feed.entries).map(move |(number, entry)| {
        draft(entry)
            .map(|mut draft| {
                draft.outlet = outlet.clone();
                draft.qualify_id(source.stem());
                if draft.language.is_none() {
                    draft.set_language(&language);
                }
                draft
            })
            .and_then(|draft| source.one_of_many(draft))
            .map(|read| read.on(number))
            .map_err(|reason| ParseError { line: Some(number), reason })
    }))
}

fn parse(xml: &str) -> Result<Feed, Reason> {
    let malformed = |message: String| Reason::Malformed { what: "feed", message };
    let xml = undeclared(xml);
    if let Some(message) = hostile(xml) {
        return Err(malformed(message));
    }
    let parser = Builder::new()
        .id_generator(|links, _, _| links.first().map(|link| link.href.clone()).unwrap_or_default())
        // The day as written, at noon so that it stays the day in UTC.
        .timestamp_parser(|text| format!("{}T12:00:00Z", date::parse(text)?).parse().ok())
        .build();
    match catch_unwind(AssertUnwindSafe(|| parser.parse(xml.as_bytes()))) {
        Ok(feed) => feed.map_err(|error| malformed(super::one_line(&error.to_string()))),
        Err(_) => Err(malformed("the parser gave up".to_owned())),
    }
}

/// Returns the XML without its declaration: the encoding named there is no longer that of the text.
fn undeclared(xml: &str) -> &str {
    let xml = xml.trim_start();
    let Some(declaration) = xml.strip_prefix("<?xml") else { return xml };
    declaration.split_once("?>").map_or(xml, |(_, rest)| rest)
}

/// What of a feed is more than the parser can hold.
fn hostile(xml: &str) -> Option<String> {
    let (mut depth, mut elements, mut entries) = (0_usize, 0, 0);
    for token in tag::xml(xml) {
        match token {
            Token::Open(tag) => {
                depth += usize::from(!tag.empty);
                elements += 1;
                entries +=
                    usize::from(matches!(tag.name.as_str(), "item" | "entry" | "atom:entry" | "rss:item"));
                if depth > MAX_DEPTH || tag.attributes().take(MAX_DEPTH + 1).count() > MAX_DEPTH {
                    return Some(format!("more than {MAX_DEPTH} elements deep, or as many attributes"));
                }
                if elements > FEED_ELEMENTS || entries > FEED_ENTRIES {
                    return Some(format!("more than {FEED_ENTRIES} entries or {FEED_ELEMENTS} elements"));
                }
            }
            Token::Close(_) => depth = depth.saturating_sub(1),
            Token::Text(_) => {}
        }
    }
    None
}

fn draft(entry: Entry) -> Result<Draft, Reason> {
    let mut draft = Draft { id: clean(&entry.id), ..Draft::default() };
    draft.title = entry.title.as_ref().and_then(title);
    draft.date = entry.published.or(entry.updated).and_then(|time| date::parse(&time.to_rfc3339()));
    let is_page = |rel: Option<&str>| matches!(rel, None | Some("alternate"));
    let link = entry.links.iter().find(|link| is_page(link.rel.as_deref())).map(|link| link.href.as_str());
    draft.set_url(link.unwrap_or(&entry.id));
    entry.authors.iter().filter_map(|author| author.name.as_deref()).for_each(|name| draft.add_author(name));
    entry.categories.iter().for_each(|tag| draft.add_tag(tag.label.as_ref().unwrap_or(&tag.term)));
    draft.set_language(entry.language.as_deref().unwrap_or_default());
    draft.body = Body::Paragraphs(body(entry)?);
    Ok(draft)
}

fn title(title: &Text) -> Option<String> {
    clean(&html::line(&title.content))
}

/// Returns the paragraphs of an entry: of its content or else its summary.
fn body(entry: Entry) -> Result<String, Reason> {
    let content = entry.content.and_then(|content| Some((content.body?, content.content_type)));
    let summary = entry.summary.map(|summary| (summary.content, summary.content_type));
    for (body, kind) in content.into_iter().chain(summary) {
        let is_plain = kind.subty() == "plain" && !["</", "<p", "<br"].iter().any(|tag| body.contains(tag));
        let paragraphs = if is_plain { text::normalize(&body) } else { html::paragraphs(&body)? };
        if !paragraphs.is_empty() {
            return Ok(paragraphs);
        }
    }
    Ok(String::new())
}

#[cfg(test)]
mod tests {
    use crate::article::{Origin, read};

    fn check(xml: &str, expected: &str) {
        let articles = read(xml.as_bytes(), Origin { path: "news.rss", ..Origin::default() });
        let told: Vec<_> =
            articles.map(|article| article.map_or_else(|e| e.to_string(), |a| a.text)).collect();
        assert_eq!(told.join(" / "), expected);
    }

    fn rss(items: &str) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"windows-1251\"?><rss version=\"2.0\"><channel><title>P</title>{items}</channel></rss>"
        )
    }

    #[test]
    fn an_entry_without_text_does_not_stop_the_next() {
        let items =
            "<item><title>A</title></item><item><title>B</title><description>“c”</description></item>";
        check(&rss(items), "line 1: no text / B\n\n“c”");
    }

    #[test]
    fn entities_do_not_expand() {
        let bomb = "<!DOCTYPE rss [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]>";
        let xml =
            rss("<item><description>x &b; y</description></item>").replace("<rss", &format!("{bomb}<rss"));
        let articles = read(xml.as_bytes(), Origin { path: "news.rss", ..Origin::default() });
        assert!(articles.flatten().all(|article| article.text.len() < 20));
    }

    #[test]
    fn what_is_too_deep_or_no_feed_is_refused() {
        check(&"<rss>".repeat(300), "feed: more than 256 elements deep, or as many attributes");
        check("<?xml version=\"1.0\"?><opml/>", "feed: unable to parse feed: no root element");
    }

    #[test]
    fn the_day_is_the_one_written() {
        let xml = rss(
            "<item><description>a</description><pubDate>Tue, 02 Dec 2025 23:30:00 -0800</pubDate></item>",
        );
        let article =
            read(xml.as_bytes(), Origin { path: "a.xml", ..Origin::default() }).next().unwrap().unwrap();
        assert_eq!(article.citation.date, Some(jiff::civil::Date::constant(2025, 12, 2)));
    }
}

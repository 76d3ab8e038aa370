//! What is the article in a file of NITF, the News Industry Text Format of agencies and newspaper archives?
//!
//! The text consists of the paragraphs of `body.content`; only of its `full_text` block if there is one,
//! since other blocks repeat its beginning.

use super::draft::{Body, Draft, clean};
use super::tag::{self, Token};
use super::{Reason, date, metadata, piece};

/// Returns whether this XML is NITF.
pub(super) fn is_nitf(head: &str) -> bool {
    head.contains("<nitf")
}

/// Returns the draft of an article in NITF.
///
/// # Errors
///
/// As [`piece::paragraphs`].
pub(super) fn draft(xml: &str) -> Result<Draft, Reason> {
    let mut draft = Draft::default();
    let (mut all, mut full, mut words) = (String::new(), String::new(), String::new());
    let (mut in_content, mut in_full, mut in_paragraph) = (false, false, false);
    let (mut title, mut headline, mut bylines) = (None, None, Vec::new());
    for token in tag::xml(xml) {
        match token {
            Token::Text(text) => words.push_str(text),
            Token::Open(tag) => {
                let is = |name: &str, value: &str| tag.attribute(name).is_some_and(|found| found == value);
                match tag.name.as_str() {
                    "body.content" => in_content = true,
                    "block" => in_full = is("class", "full_text"),
                    "p" => in_paragraph = true,
                    "date.issue" | "story.date" => {
                        draft.date = draft.date.or_else(|| date::parse(tag.attribute("norm")?));
                    }
                    "pubdata" => {
                        draft.date = draft.date.or_else(|| date::parse(tag.attribute("date.publication")?));
                        draft.outlet = tag.attribute("name").and_then(|name| clean(&piece::line(name)));
                        draft.set_url(tag.attribute("ex-ref").unwrap_or_default());
                    }
                    _ => {}
                }
                if !in_paragraph || tag.name == "p" {
                    words.clear();
                }
            }
            Token::Close(name) => {
                match name.as_str() {
                    "title" => title = title.or_else(|| clean(&piece::line(&words))),
                    "hl1" => headline = headline.or_else(|| clean(&piece::line(&words))),
                    "byline" | "person" if !in_content => bylines.push(std::mem::take(&mut words)),
                    "p" if in_content => {
                        let paragraph = format!("<p>{words}</p>");
                        all.push_str(&paragraph);
                        if in_full {
                            full.push_str(&paragraph);
                        }
                    }
                    "block" => in_full = false,
                    "body.content" => in_content = false,
                    _ => {}
                }
                in_paragraph &= name != "p";
                if !in_paragraph {
                    words.clear();
                }
            }
        }
    }
    let byline = bylines.iter().find_map(|name| clean(&piece::line(name)));
    draft.byline = byline.as_deref().and_then(metadata::byline);
    draft.title = headline.or(title);
    draft.body = Body::Paragraphs(piece::article_paragraphs(if full.is_empty() { &all } else { &full })?);
    Ok(draft)
}

#[cfg(test)]
mod tests {
    use crate::article::{Origin, read};

    #[test]
    fn the_full_text_is_read_once() {
        let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><!DOCTYPE nitf SYSTEM \"nitf-3-3.dtd\"><nitf><head><title>Harbour talks</title>\
            <docdata><date.issue norm=\"20250502T000000Z\"/></docdata><pubdata name=\"Coast Gazette\" ex-ref=\"https://gazette.example/talks\"/></head>\
            <body><body.head><hedline><hl1>Harbour talks &amp; no end</hl1></hedline><byline class=\"print_byline\">By Ada Berg</byline></body.head>\
            <body.content><block class=\"lead_paragraph\"><p>“We will sign,” said Pia Lund.</p></block>\
            <block class=\"full_text\"><p>“We will sign,” said <person>Pia Lund</person>.</p><p>The ferry stays closed.</p></block></body.content></body></nitf>";
        let article =
            read(xml.as_bytes(), Origin { path: "a.xml", ..Origin::default() }).next().unwrap().unwrap();
        assert_eq!(
            article.text,
            "Harbour talks & no end\n\n“We will sign,” said Pia Lund.\n\nThe ferry stays closed."
        );
        let about = article.citation;
        assert_eq!(about.outlet.as_deref(), Some("Coast Gazette"));
        assert_eq!(about.byline.as_deref(), Some("Ada Berg"));
        assert_eq!(about.date, Some(jiff::civil::Date::constant(2025, 5, 2)));
    }
}

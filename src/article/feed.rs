//! Reads the entries of an RSS or Atom feed.
//!
//! Each entry is an article; an entry without text is an error with its number. `<content>` takes precedence
//! over the summary. Only the predefined entities of XML are expanded, so a feed cannot grow while it is
//! read.

use std::panic::{AssertUnwindSafe, catch_unwind};

use feed_rs::model::{Entry, Feed, Text};
use feed_rs::parser::Builder;

use super::budget::{FEED_ELEMENTS, FEED_ENTRIES};
use super::draft::{Body, Draft, Source, clean};
use super::tag::{self, Token};
use super::{ParseError, Reads, Reason, date, piece, text};

/// Maximum nesting depth of elements, and maximum number of attributes of one element: the XML parser
/// compares each with all the others.
const MAX_DEPTH: usize = 256;

/// Returns the entries of a feed in order. If the feed is not well-formed XML, the entries that are.
pub(super) fn articles<'a>(xml: &str, source: Source) -> Reads<'a> {
    let failed = |reason| -> Reads<'a> { Box::new(std::iter::once(Err(ParseError { line: None, reason }))) };
    let (feed, mut bad) = match parse(xml) {
        Ok(feed) => (feed, Vec::new()),
        Err(reason) => match recovered(xml) {
            Some(mended) => match parse(&mended.xml) {
                Ok(feed) => (feed, mended.bad),
                Err(_) => return failed(reason),
            },
            None => return failed(reason),
        },
    };
    let outlet = feed.title.as_ref().and_then(title);
    let language = feed.language.clone().unwrap_or_default();
    // The numbers of the remaining entries, from 1.
    let total = feed.entries.len() + bad.len();
    let numbers: Vec<u64> = (1..).filter(|number| !bad.contains(number)).take(total).collect();
    bad.sort_unstable();
    let lost = bad.into_iter().map(|number| {
        let message = "the entry is not well-formed XML, or is incomplete".to_owned();
        Err(ParseError { line: Some(number), reason: Reason::Malformed { what: "feed", message } })
    });
    let read = numbers.into_iter().zip(feed.entries).map(move |(number, entry)| {
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
    });
    Box::new(read.chain(lost))
}

/// A feed reduced to its well-formed entries.
#[derive(Debug)]
pub(crate) struct Recovered {
    pub(crate) xml: String,
    /// The numbers of the other entries, from 1.
    bad: Vec<u64>,
}

/// Maximum size in bytes of the text before the first entry that is prepended when an entry is tested.
const HEAD: usize = 4000;

/// Returns the readable entries of a feed that cannot be parsed as a whole: stray `&` and HTML entities are
/// escaped, and each entry is tested separately. `None` if no entry is readable.
pub(crate) fn recovered(xml: &str) -> Option<Recovered> {
    if hostile(xml).is_some() {
        return None;
    }
    let escaped = escaped(undeclared(xml));
    let (name, first) = entry_start(&escaped, 0)?;
    let head = escaped.get(..first)?;
    let open: Vec<String> = open_elements(head);
    let end: String = open.iter().rev().map(|name| format!("</{name}>")).collect();
    let tried_with = if head.len() <= HEAD { head.to_owned() } else { start_tags(head) };
    let close = format!("</{name}>");
    let (mut out, mut bad, mut at, mut number) = (head.to_owned(), Vec::new(), first, 0);
    while let Some((_, start)) = entry_start(&escaped, at).filter(|(found, _)| *found == name) {
        number += 1;
        let next = entry_start(&escaped, start + 1).map_or(escaped.len(), |(_, next)| next);
        let part = escaped.get(start..next).unwrap_or_default();
        let entry = part.find(&close).and_then(|at| part.get(..at + close.len()));
        let is_good = |entry: &&str| {
            let alone = format!("{tried_with}{entry}{end}");
            catch_unwind(AssertUnwindSafe(|| feed_rs::parser::parse(alone.as_bytes())))
                .is_ok_and(|feed| feed.is_ok())
        };
        match entry.filter(is_good) {
            Some(entry) => out.push_str(entry),
            None => bad.push(number),
        }
        at = next;
    }
    out.push_str(&end);
    (bad.len() < usize::try_from(number).unwrap_or(usize::MAX)).then_some(Recovered { xml: out, bad })
}

/// Returns the text with each `&` escaped that does not begin an XML entity, and each `<` that does not begin
/// markup. CDATA sections are kept.
fn escaped(xml: &str) -> String {
    let mut out = String::with_capacity(xml.len() + xml.len() / 16);
    let mut rest = xml;
    // Computed once: no section that begins after the last `]]>` is closed.
    let last_end = xml.rfind("]]>").unwrap_or(0);
    while let Some((before, from)) = rest.find(['&', '<']).and_then(|at| rest.split_at_checked(at)) {
        out.push_str(before);
        let (sign, behind) = from.split_at_checked(1).unwrap_or((from, ""));
        let is_section = from.starts_with("<![CDATA[") && xml.len() - from.len() < last_end;
        let end = if is_section { from.find("]]>").map(|at| at + 3) } else { None };
        rest = match end.and_then(|end| from.split_at_checked(end)) {
            Some((section, rest)) => {
                out.push_str(section);
                rest
            }
            None => {
                let is_markup =
                    behind.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
                match sign {
                    "&" if !is_entity(behind) => out.push_str("&amp;"),
                    "<" if !is_markup => out.push_str("&lt;"),
                    sign => out.push_str(sign),
                }
                behind
            }
        };
    }
    out.push_str(rest);
    out
}

/// Returns whether the text after a `&` makes it one of the entities that XML defines.
fn is_entity(text: &str) -> bool {
    let Some((name, _)) = text.get(..text.floor_char_boundary(10)).and_then(|text| text.split_once(';'))
    else {
        return false;
    };
    let digits = |text: &str, radix| !text.is_empty() && text.chars().all(|c| c.is_digit(radix));
    match name.strip_prefix('#') {
        Some(code) => code.strip_prefix(['x', 'X']).map_or_else(|| digits(code, 10), |code| digits(code, 16)),
        None => matches!(name, "amp" | "lt" | "gt" | "quot" | "apos"),
    }
}

/// Returns the name and offset of the first entry that begins at or after `from`.
fn entry_start(xml: &str, from: usize) -> Option<(&'static str, usize)> {
    let bytes = xml.as_bytes();
    memchr::memchr_iter(b'<', bytes.get(from..)?).map(|at| at + from).find_map(|at| {
        ["item", "entry", "atom:entry", "rss:item"].into_iter().find_map(|name| {
            let behind = xml.get(at + 1..)?.strip_prefix(name)?;
            behind.starts_with(|c: char| c == '>' || c.is_ascii_whitespace()).then_some((name, at))
        })
    })
}

/// Returns the names of the elements that are open at the end of a piece of XML, as written.
fn open_elements(xml: &str) -> Vec<String> {
    let mut open: Vec<(String, String)> = Vec::new();
    for token in tag::xml(xml) {
        match token {
            Token::Open(tag) if !tag.empty => open.push((tag.name.clone(), written(xml, &tag.name))),
            Token::Close(name) => {
                if let Some(at) = open.iter().rposition(|(known, _)| *known == name) {
                    open.truncate(at);
                }
            }
            _ => {}
        }
    }
    open.into_iter().map(|(_, written)| written).collect()
}

/// Returns a name in the letter case of its first occurrence in a piece of XML.
fn written(xml: &str, name: &str) -> String {
    let at = memchr::memchr_iter(b'<', xml.as_bytes())
        .find_map(|at| xml.get(at + 1..at + 1 + name.len()).filter(|found| found.eq_ignore_ascii_case(name)));
    at.unwrap_or(name).to_owned()
}

/// Returns the start tags, with attributes, of the elements that are open at the end of a piece of XML.
fn start_tags(xml: &str) -> String {
    let mut at = 0;
    open_elements(xml)
        .iter()
        .filter_map(|name| {
            let start = at + xml.get(at..)?.find(&format!("<{name}"))?;
            let end = start + xml.get(start..)?.find('>')? + 1;
            at = end;
            xml.get(start..end)
        })
        .collect()
}

fn parse(xml: &str) -> Result<Feed, Reason> {
    let malformed = |message: String| Reason::Malformed { what: "feed", message };
    let xml = undeclared(xml);
    if let Some(message) = hostile(xml) {
        return Err(malformed(message));
    }
    let parser = Builder::new()
        .id_generator(|links, _, _| links.first().map(|link| link.href.clone()).unwrap_or_default())
        // The day as written, at noon so that it is the same day in UTC.
        .timestamp_parser(|text| format!("{}T12:00:00Z", date::parse(text)?).parse().ok())
        .build();
    match catch_unwind(AssertUnwindSafe(|| parser.parse(xml.as_bytes()))) {
        Ok(feed) => feed.map_err(|error| malformed(super::one_line(&error.to_string()))),
        Err(_) => Err(malformed("the parser failed".to_owned())),
    }
}

/// Returns the XML without its declaration: the text is no longer in the encoding named there.
fn undeclared(xml: &str) -> &str {
    let xml = xml.trim_start();
    let Some(declaration) = xml.strip_prefix("<?xml") else { return xml };
    declaration.split_once("?>").map_or(xml, |(_, rest)| rest)
}

/// Returns which limit of the parser a feed exceeds, if any.
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
                    return Some(format!(
                        "elements nested more than {MAX_DEPTH} deep, or with more than {MAX_DEPTH} attributes"
                    ));
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
    clean(&piece::line(&title.content))
}

/// Returns the paragraphs of an entry: those of its content, otherwise those of its summary.
fn body(entry: Entry) -> Result<String, Reason> {
    let content = entry.content.and_then(|content| Some((content.body?, content.content_type)));
    let summary = entry.summary.map(|summary| (summary.content, summary.content_type));
    for (body, kind) in content.into_iter().chain(summary) {
        let is_plain = kind.subty() == "plain" && !["</", "<p", "<br"].iter().any(|tag| body.contains(tag));
        let paragraphs = if is_plain { text::normalize(&body) } else { piece::article_paragraphs(&body)? };
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
    fn a_bad_entry_affects_no_other() {
        let entry = |words: &str| {
            format!("<item><title>{words}</title><description>“{words}” e</description></item>")
        };
        let bad = "line 2: feed: the entry is not well-formed XML, or is incomplete";
        let feed = [entry("A"), "<item><title>B</wrong></item>".to_owned(), entry("C")].concat();
        check(&rss(&feed), &format!("A\n\n“A” e / C\n\n“C” e / {bad}"));
        let feed = [entry("A & B"), entry("C&nbsp;< D")].concat();
        check(&rss(&feed), "A & B\n\n“A & B” e / C < D\n\n“C\u{a0}< D” e");
        let broken_off = rss(&[entry("A"), entry("B")].concat());
        let (first, _) = broken_off.split_once("“B").unwrap();
        check(first, &format!("A\n\n“A” e / {bad}"));
    }

    #[test]
    fn deep_nesting_and_other_xml_are_refused() {
        check(
            &"<rss>".repeat(300),
            "feed: elements nested more than 256 deep, or with more than 256 attributes",
        );
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

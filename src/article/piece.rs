//! Here is a piece of HTML, or what may be one: its words.

use dom_smoothie::Readability;

use super::{Reason, boilerplate, page, prose};

/// Returns the paragraphs of a piece of HTML.
///
/// # Errors
///
/// [`Reason::Malformed`] for one that is nested too deep or has too many elements.
pub(super) fn paragraphs(html: &str) -> Result<String, Reason> {
    let page = page::rewrite(html)?;
    Ok(prose::of_html(&Readability::from(page.html).doc.html(), None))
}

/// Returns the paragraphs of an article that is given as a piece of HTML, without what stands around articles.
///
/// # Errors
///
/// As [`paragraphs`].
pub(super) fn article_paragraphs(html: &str) -> Result<String, Reason> {
    Ok(boilerplate::without(&paragraphs(html)?))
}

/// Returns whether a text is a piece of HTML rather than words: it has tags that part paragraphs, or a link.
pub(super) fn is_html(text: &str) -> bool {
    const TAGS: [&str; 10] =
        ["</p>", "<p>", "<p ", "<br>", "<br/>", "<br />", "</div>", "</a>", "</li>", "</body>"];
    let has = |tag: &str| {
        memchr::memchr_iter(b'<', text.as_bytes())
            .filter_map(|at| text.as_bytes().get(at..at + tag.len()))
            .any(|found| found.eq_ignore_ascii_case(tag.as_bytes()))
    };
    text.contains('<') && TAGS.iter().any(|tag| has(tag))
}

/// Returns whether HTML is a whole page.
pub(super) fn is_page(html: &str) -> bool {
    let head = html.get(..html.floor_char_boundary(1000)).unwrap_or_default().to_ascii_lowercase();
    ["<html", "<!doctype html", "<head"].iter().any(|tag| head.contains(tag))
}

/// Returns a text with its entities resolved, whose lines stay as they are; `None` for one without any.
pub(super) fn without_entities(text: &str) -> Option<String> {
    const KNOWN: [&str; 11] = [
        "&ldquo;", "&rdquo;", "&lsquo;", "&rsquo;", "&quot;", "&#8220;", "&#8217;", "&#39;", "&#x27;",
        "&amp;", "&lt;",
    ];
    if !text.contains('&') || !KNOWN.iter().any(|entity| text.contains(entity)) {
        return None;
    }
    let escaped = format!("<pre>\n{}</pre>", text.replace('<', "&lt;"));
    Some(Readability::from(escaped).doc.select("pre").text().to_string())
}

/// Returns words of HTML on one line: those of a feed's title, or of a string with entities.
pub(super) fn line(html: &str) -> String {
    match html.contains(['&', '<']) {
        true => paragraphs(html).unwrap_or_default(),
        false => html.to_owned(),
    }
}

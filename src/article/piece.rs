//! Extracts the text of a fragment of HTML, or of a text that may be one.

use dom_smoothie::Readability;

use super::{Reason, boilerplate, page, prose};

/// Returns the paragraphs of a fragment of HTML.
///
/// # Errors
///
/// [`Reason::Malformed`] for a fragment that is nested too deeply or has too many elements.
pub(super) fn paragraphs(html: &str) -> Result<String, Reason> {
    let page = page::rewrite(html)?;
    Ok(prose::of_html(&Readability::from(page.html).doc.html(), None))
}

/// Returns the paragraphs of an article given as a fragment of HTML, without boilerplate.
///
/// # Errors
///
/// As [`paragraphs`].
pub(super) fn article_paragraphs(html: &str) -> Result<String, Reason> {
    Ok(boilerplate::without(&paragraphs(html)?))
}

/// Returns whether a text is HTML rather than plain text: it has tags that separate paragraphs, or a link.
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

/// Returns a text with its entities resolved and its lines unchanged; `None` if it has no known entities.
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

/// Returns the text of HTML on one line, such as the title of a feed or a string with entities.
pub(super) fn line(html: &str) -> String {
    match html.contains(['&', '<']) {
        true => paragraphs(html).unwrap_or_default(),
        false => html.to_owned(),
    }
}

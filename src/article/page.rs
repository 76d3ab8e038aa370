//! Makes untrusted HTML safe to parse.
//!
//! Building a tree of hostile HTML can take hours and overflow the stack: elements nested without end,
//! formatting elements that are never closed (every later paragraph repeats them), thousands of attributes.
//! So the page is first rewritten in one linear pass: every element is closed where HTML would close it,
//! formatting tags (which do not matter for plain text) and elements without text are removed, few attributes
//! are kept, and what is still too deep or too large is rejected.

use std::collections::HashMap;

use super::Reason;
use super::prose::MUTE;
use super::tag::{self, Tag, Token};

/// Maximum nesting depth of elements.
pub(super) const MAX_DEPTH: usize = 500;

/// Maximum number of elements of a page.
pub(super) const MAX_ELEMENTS: usize = 100_000;

/// Maximum number of `<` and `&` in the text of a page; each costs the parser extra work.
const MAX_MARKS: usize = 200_000;

/// Maximum length in bytes of the value of an attribute; longer ones, such as pictures and scripts, are
/// removed.
const MAX_VALUE: usize = 16 << 10;

/// A rewritten page.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// HTML in which every element is closed.
    pub(super) html: String,
    /// The scripts of type `application/ld+json`.
    pub(super) linked_data: Vec<String>,
    /// The language of the whole page, as declared.
    pub(super) language: Option<String>,
    /// The number of elements in `html`.
    pub(super) elements: usize,
    /// The maximum nesting depth of its elements.
    pub(super) depth: usize,
    open: Vec<Element>,
    /// The number of open elements by name.
    counts: HashMap<String, usize>,
    muted: usize,
    marks: usize,
}

#[derive(Debug)]
struct Element {
    name: String,
    mute: bool,
}

/// Void elements that are kept.
const VOID: [&str; 5] = ["br", "hr", "input", "link", "meta"];

/// Tags that are removed although their content is kept, and void elements that are removed.
#[rustfmt::skip]
const TRANSPARENT: [&str; 36] = [
    "area", "b", "base", "basefont", "big", "body", "code", "col", "colgroup", "em", "embed", "font",
    "frame", "frameset", "head", "html", "i", "image", "img", "keygen", "nobr", "optgroup", "option",
    "param", "plaintext", "rb", "rtc", "ruby", "s", "small", "source", "strike", "strong", "track", "tt",
    "u",
];

#[rustfmt::skip]
const ATTRIBUTES: [&str; 16] = [
    "aria-hidden", "aria-modal", "class", "content", "datetime", "hidden", "href", "http-equiv", "id",
    "itemprop", "name", "property", "rel", "role", "style", "type",
];

/// Elements that close an open `p`.
#[rustfmt::skip]
const ENDS_P: [&str; 35] = [
    "address", "article", "aside", "blockquote", "center", "dd", "details", "dir", "div", "dl", "dt",
    "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr",
    "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "ul",
];

/// How many open elements are searched, from the innermost.
const REACH: usize = 100;

/// Returns the rewritten page.
///
/// # Errors
///
/// [`Reason::Malformed`] for a page that is nested too deeply or has too many elements or entities.
pub(super) fn rewrite(html: &str) -> Result<Page, Reason> {
    let mut page = Page::default();
    let mut linked_data = false;
    for token in tag::html(html) {
        match token {
            Token::Text(text) if linked_data => page.linked_data.push(text.to_owned()),
            Token::Text(text) => page.text(text),
            Token::Open(ref tag) => page.start(tag),
            Token::Close(ref name) => page.end(name),
        }
        let Token::Open(tag) = token else {
            linked_data = false;
            continue;
        };
        linked_data = tag.name == "script" && !tag.empty && is_linked_data(&tag);
        if page.open.len() > MAX_DEPTH || page.elements > MAX_ELEMENTS {
            return Err(refused(format!(
                "elements nested more than {MAX_DEPTH} deep, or more than {MAX_ELEMENTS} of them"
            )));
        }
    }
    page.close_to(0);
    if page.marks > MAX_MARKS {
        return Err(refused(format!("more than {MAX_MARKS} entities and stray `<`")));
    }
    Ok(page)
}

fn refused(message: String) -> Reason {
    Reason::Malformed { what: "HTML", message }
}

fn is_linked_data(tag: &Tag<'_>) -> bool {
    tag.attribute("type").is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/ld+json"))
}

impl Page {
    fn text(&mut self, text: &str) {
        if self.muted > 0 {
            return;
        }
        self.marks += memchr::memchr2_iter(b'<', b'&', text.as_bytes()).count();
        if self.marks > MAX_MARKS {
            return;
        }
        let mut pieces = text.split('<');
        self.html.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            self.html.push_str("&lt;");
            self.html.push_str(piece);
        }
    }

    /// Returns the name under which an element is written: a footer inside a block quote names its author and
    /// becomes a `div`, because the footer of a page is dropped.
    fn kept_name<'n>(&self, name: &'n str) -> &'n str {
        let quoted = || self.counts.get("blockquote").is_some_and(|count| *count > 0);
        if name == "footer" && quoted() { "div" } else { name }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        let name = self.kept_name(&tag.name);
        if name == "html" && self.language.is_none() {
            self.language = tag.attribute("lang").or_else(|| tag.attribute("xml:lang")).map(str::to_owned);
        }
        if TRANSPARENT.contains(&name) || !is_plain(name) {
            return;
        }
        self.imply_ends(name);
        // Links close each other, wherever they are, and so are not tracked as open elements.
        let stands = !VOID.contains(&name) && name != "a";
        if stands {
            self.push(name, is_beside(tag));
        }
        if self.muted == 0 {
            self.write(tag);
        }
        if stands && tag.empty {
            self.close_to(self.open.len() - 1);
        }
    }

    fn push(&mut self, name: &str, beside: bool) {
        // The title of a page is kept for its metadata; it is in the head and does not get into the text.
        let mute = beside || name != "title" && MUTE.contains(&name);
        self.muted += usize::from(mute);
        *self.counts.entry(name.to_owned()).or_default() += 1;
        self.open.push(Element { name: name.to_owned(), mute });
        self.depth = self.depth.max(self.open.len());
    }

    fn write(&mut self, tag: &Tag<'_>) {
        self.elements += 1;
        self.html.push('<');
        self.html.push_str(self.kept_name(&tag.name));
        let mut written = [false; ATTRIBUTES.len()];
        for (name, value) in tag.attributes() {
            let known = ATTRIBUTES.iter().position(|known| known.eq_ignore_ascii_case(name));
            let Some(at) = known.filter(|at| !written[*at] && value.len() <= MAX_VALUE) else { continue };
            written[at] = true;
            self.html.push(' ');
            self.html.push_str(ATTRIBUTES[at]);
            self.html.push_str("=\"");
            self.html.push_str(&value.replace('"', "&quot;"));
            self.html.push('"');
        }
        self.html.push('>');
    }

    fn end(&mut self, name: &str) {
        if name == "a" && self.muted == 0 {
            self.html.push_str("</a>");
        }
        let name = self.kept_name(name);
        if self.counts.get(name).is_none_or(|count| *count == 0) {
            return;
        }
        let barriers: &[&str] = if is_table(name) { &["table"] } else { &["td", "th", "caption"] };
        if let Some(at) = self.find(&[name], barriers) {
            self.close_to(at);
        }
    }

    /// Closes the elements that a start tag `name` closes.
    fn imply_ends(&mut self, name: &str) {
        if ENDS_P.contains(&name) {
            self.imply_end(&["p"], &["td", "th", "caption", "table", "button", "object"]);
        }
        match name {
            "li" => self.imply_end(&["li"], &["ul", "ol", "menu", "table"]),
            "dt" | "dd" => self.imply_end(&["dt", "dd"], &["dl", "table"]),
            "td" | "th" => self.imply_end(&["td", "th"], &["tr", "table"]),
            "tr" => self.imply_end(&["tr"], &["table"]),
            "tbody" | "thead" | "tfoot" => self.imply_end(&["tbody", "thead", "tfoot"], &["table"]),
            _ => {}
        }
    }

    fn imply_end(&mut self, names: &[&str], barriers: &[&str]) {
        if let Some(at) = self.find(names, barriers) {
            self.close_to(at);
        }
    }

    /// Returns the index of the innermost open element with one of these names, unless a barrier comes first
    /// or it is more than [`REACH`] elements away.
    fn find(&self, names: &[&str], barriers: &[&str]) -> Option<usize> {
        for (at, element) in self.open.iter().enumerate().rev().take(REACH) {
            let name = element.name.as_str();
            if names.contains(&name) {
                return Some(at);
            }
            if barriers.contains(&name) {
                return None;
            }
        }
        None
    }

    /// Closes elements until `len` are open.
    fn close_to(&mut self, len: usize) {
        while self.open.len() > len
            && let Some(element) = self.open.pop()
        {
            if self.muted == 0 {
                self.html.push_str("</");
                self.html.push_str(&element.name);
                self.html.push('>');
            }
            self.muted -= usize::from(element.mute);
            if let Some(count) = self.counts.get_mut(&element.name) {
                *count -= 1;
            }
        }
    }
}

/// Words that identify a cookie notice by its class or id: one word of the first list, or one word each of
/// the second and the third.
const CONSENT: [&str; 12] = [
    "onetrust",
    "didomi",
    "truste",
    "cookiebot",
    "qc-cmp",
    "cmp-container",
    "cmpbox",
    "sp_message",
    "cookieconsent",
    "cc-window",
    "usercentrics",
    "iubenda",
];
const ABOUT: [&str; 4] = ["consent", "cookie", "gdpr", "privacy"];
const BOX: [&str; 16] = [
    "box",
    "banner",
    "notice",
    "popup",
    "modal",
    "overlay",
    "wall",
    "message",
    "layer",
    "prompt",
    "bar",
    "dialog",
    "container",
    "wrapper",
    "panel",
    "disclaimer",
];

/// Parts of a class that only describes the state of the page.
const STATES: [&str; 8] = ["has-", "with-", "no-", "show-", "-open", "-visible", "-enabled", "-accepted"];

/// Returns whether an element does not belong to the article, whatever it contains: a cookie notice, a
/// dialog, or the caption of a picture.
fn is_beside(tag: &Tag<'_>) -> bool {
    if matches!(tag.name.as_str(), "main" | "article" | "table" | "td" | "tr" | "p" | "h1")
        && !is_caption(tag)
    {
        return false;
    }
    let is_dialog = tag.attribute("aria-modal").is_some_and(|modal| modal == "true")
        || tag.attribute("role").is_some_and(|role| matches!(role, "dialog" | "alertdialog"));
    is_dialog
        || is_caption(tag)
        || names(tag).any(|name| {
            let has = |word: &&str| name.contains(*word);
            !STATES.iter().any(has)
                && (CONSENT.iter().any(has)
                    || ABOUT.iter().any(|word| name == *word)
                    || ABOUT.iter().any(has) && BOX.iter().any(has))
        })
}

fn is_caption(tag: &Tag<'_>) -> bool {
    const CAPTIONS: [&str; 10] = [
        "caption",
        "wp-caption-text",
        "image-caption",
        "photo-caption",
        "img-caption",
        "media-caption",
        "figcaption",
        "photo-credit",
        "image-credit",
        "picture-caption",
    ];
    matches!(tag.name.as_str(), "p" | "div" | "span" | "small" | "cite" | "dd")
        && names(tag).any(|name| CAPTIONS.contains(&name.as_str()))
}

/// Returns the classes and the id of an element, in lower case.
fn names<'a>(tag: &Tag<'a>) -> impl Iterator<Item = String> + use<'a> {
    let attributes = [tag.attribute("class"), tag.attribute("id")];
    attributes
        .into_iter()
        .flatten()
        .filter(|value| value.len() <= 500)
        .flat_map(str::split_ascii_whitespace)
        .map(str::to_ascii_lowercase)
}

/// Returns whether the name consists of letters, digits and hyphens only.
fn is_plain(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn is_table(name: &str) -> bool {
    matches!(name, "table" | "tr" | "td" | "th" | "tbody" | "thead" | "tfoot" | "caption")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, expected: &str) {
        assert_eq!(rewrite(html).unwrap().html, expected, "{html}");
    }

    #[test]
    fn closes_what_html_closes() {
        check("<p>a<p>b<div>c", "<p>a</p><p>b</p><div>c</div>");
        check("<ul><li>a<li>b<ul><li>c</ul></ul>", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>");
        check(
            "<table><tr><td>a<td>b<tr><td>c</div></table>",
            "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
        );
        check("</p>a</b><br/>", "a<br>");
    }

    #[test]
    fn leaves_out_formatting_scripts_and_most_attributes() {
        check("<p onclick=x class='a\"b'><b>c</b><script>d</script>", "<p class=\"a&quot;b\">c</p>");
        check("a <button><p>b</button> c <2 <!-- d -->", "a  c &lt;2 ");
    }

    #[test]
    fn an_unclosed_mute_element_ends_with_its_parent() {
        check("<div><button>a</div>b", "<div></div>b");
    }

    #[test]
    fn boxes_about_cookies_and_captions_are_left_out() {
        for tag in [
            "div class='consent-box'",
            "section id=onetrust-consent-sdk",
            "div class='page gdpr'",
            "div role=dialog",
            "div class=wp-caption-text",
        ] {
            check(&format!("<{tag}><p>a</p></{}>b", tag.split(' ').next().unwrap()), "b");
        }
        let open = "<div class=\"has-cookie-banner\"><p>a</p></div>";
        check(open, open);
        check("<div class=\"cookie-recipes\">a</div>", "<div class=\"cookie-recipes\">a</div>");
    }

    #[test]
    fn keeps_linked_data_and_language() {
        let page = rewrite("<html lang=en><script type='application/ld+json'>{\"<p>\":1}</script>").unwrap();
        assert_eq!(
            (page.language.as_deref(), page.linked_data),
            (Some("en"), vec!["{\"<p>\":1}".to_owned()])
        );
    }

    #[test]
    fn refuses_what_is_too_deep_or_too_large() {
        assert!(rewrite(&"<div>".repeat(MAX_DEPTH + 1)).is_err());
        assert!(rewrite(&"<b id=1><p>".repeat(MAX_DEPTH + 1)).is_ok());
        assert!(rewrite(&"<<".repeat(MAX_MARKS)).is_err());
        assert!(rewrite(&"<hr>".repeat(MAX_ELEMENTS + 1)).is_err());
    }
}

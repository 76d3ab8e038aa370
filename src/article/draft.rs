//! Builds an [`Article`] from what a file says about it.
//!
//! All strings except the text are cleaned here: white space is collapsed, control characters and bidi
//! overrides are removed, and empty strings become `None`.

use jiff::civil::Date;

use super::budget::{self, ADDRESS_BYTES, ID_BYTES, LABEL_BYTES, TAGS};
use super::{Article, ArticleId, Citation, FETCHED, Origin, ParseError, Read, Reason, block, fold};

/// What is known about an article before its id is determined.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) id: Option<String>,
    pub(super) title: Option<String>,
    pub(super) outlet: Option<String>,
    pub(super) byline: Option<String>,
    pub(super) url: Option<String>,
    pub(super) date: Option<Date>,
    pub(super) language: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) digest: Option<bool>,
    pub(super) body: Body,
    /// The size in bytes of the whole file, if the body is only its beginning.
    pub(super) size: Option<u64>,
}

/// The text of an article as its format provides it.
#[derive(Debug)]
pub(super) enum Body {
    /// Kept byte for byte.
    Verbatim(String),
    /// Paragraphs, to which the headline is prepended; quoted ones have the marks of [`block`].
    Paragraphs(String),
}

impl Default for Body {
    fn default() -> Self {
        Self::Paragraphs(String::new())
    }
}

impl Draft {
    /// Sets the URL if it is `http` or `https` and not too long.
    pub(super) fn set_url(&mut self, url: &str) {
        self.url = clean(url).filter(|url| is_web(url) && url.len() <= ADDRESS_BYTES);
    }

    /// Makes the id of a feed entry globally unique if it is only unique within its feed, such as `101`, by
    /// adding the host that the entry links to, or else `stem`, the file. URLs and the identifiers that RFC
    /// 4151 and RFC 8141 make unique (`tag:`, `urn:`) are kept.
    pub(super) fn qualify_id(&mut self, stem: &str) {
        let Some(id) = self.id.take() else { return };
        let is_unique = is_web(&id) || ["tag:", "urn:"].iter().any(|scheme| id.starts_with(scheme));
        let host = self.url.as_deref().and_then(host_of).unwrap_or(stem);
        self.id = Some(if is_unique { id } else { format!("{host}/{id}") });
    }

    /// Sets the language to the first part of a language tag: `en` for `en-US`.
    pub(super) fn set_language(&mut self, tag: &str) {
        let code = tag.trim().split(['-', '_', ',', ';']).next().unwrap_or_default().to_ascii_lowercase();
        let is_code = (2..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase());
        self.language = is_code.then_some(code);
    }

    /// Adds a name to the byline unless it is already there.
    pub(super) fn add_author(&mut self, name: &str) {
        if self.byline.as_ref().is_some_and(|byline| byline.len() > LABEL_BYTES) {
            return;
        }
        let Some(name) = clean(name) else { return };
        match &mut self.byline {
            None => self.byline = Some(name),
            Some(byline) if byline.split(", ").any(|known| known == name) => {}
            Some(byline) => {
                byline.push_str(", ");
                byline.push_str(&name);
            }
        }
    }

    /// Adds a tag unless it is already there.
    pub(super) fn add_tag(&mut self, tag: &str) {
        if self.tags.len() < TAGS
            && let Some(tag) = clean(tag)
            && !self.tags.contains(&tag)
        {
            self.tags.push(tag);
        }
    }

    /// Fills missing fields from `other`. The body and its size are always those of `other`.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            id: self.id.or(other.id),
            title: self.title.or(other.title),
            outlet: self.outlet.or(other.outlet),
            byline: self.byline.or(other.byline),
            url: self.url.or(other.url),
            date: self.date.or(other.date),
            language: self.language.or(other.language),
            tags: if self.tags.is_empty() { other.tags } else { self.tags },
            digest: self.digest.or(other.digest),
            body: other.body,
            size: other.size,
        }
    }

    /// Returns the text of the article.
    fn text(&mut self) -> String {
        match (std::mem::take(&mut self.body), self.title.as_deref()) {
            (Body::Verbatim(text), _) | (Body::Paragraphs(text), None) => text,
            (Body::Paragraphs(text), Some(title)) => under(title, &text),
        }
    }
}

/// Returns the headline and `text` below it; the headline is not repeated if the text begins with it. Empty
/// for an empty text.
fn under(title: &str, text: &str) -> String {
    let text = below(title, text);
    if text.is_empty() { String::new() } else { format!("{title}\n\n{text}") }
}

/// Returns `text` without its first paragraph if that equals the title.
fn below<'a>(title: &str, text: &'a str) -> &'a str {
    let (first, rest) = text.split_once("\n\n").unwrap_or((text, ""));
    if fold(first) == fold(title) { rest } else { text }
}

/// The file that articles come from, as far as it affects them.
#[derive(Debug)]
pub(super) struct Source {
    /// The path without extensions; `stdin` for standard input.
    stem: String,
    named: bool,
    fetched: bool,
    sidecar: Draft,
}

impl Source {
    /// Returns the source at `origin` with the contents of its sidecar.
    pub(super) fn new(origin: &Origin<'_>, sidecar: Draft) -> Self {
        let stem: String = super::format::stem(origin.path).chars().filter(|&c| !is_hidden(c)).collect();
        let named = !stem.is_empty();
        let fetched = origin.is_fetched();
        Self { stem: if named { stem } else { "stdin".to_owned() }, named, fetched, sidecar }
    }

    /// Returns the article of a file that holds one.
    pub(super) fn only(&self, mut draft: Draft) -> Result<Read, Reason> {
        // The sidecar may have another title; the file's own must not remain as a paragraph then.
        if let (Body::Paragraphs(text), Some(title)) = (&draft.body, draft.title.as_deref()) {
            draft.body = Body::Paragraphs(below(title, text).to_owned());
        }
        let sidecar = self.sidecar.about_all();
        let sidecar = Draft {
            id: self.sidecar.id.clone(),
            title: self.sidecar.title.clone(),
            url: self.sidecar.url.clone(),
            ..sidecar
        };
        self.finish(sidecar.or(draft), self.named)
    }

    /// Returns the path without extensions; `stdin` for standard input.
    pub(super) fn stem(&self) -> &str {
        &self.stem
    }

    /// Returns one article of a file that may hold many. The id, title and URL of a sidecar do not apply to
    /// it.
    pub(super) fn one_of_many(&self, draft: Draft) -> Result<Read, Reason> {
        self.finish(self.sidecar.about_all().or(draft), false)
    }

    fn finish(&self, mut draft: Draft, by_path: bool) -> Result<Read, Reason> {
        draft.date = draft.date.or_else(|| super::date::of_address(draft.url.as_deref()?));
        let labels = [&mut draft.title, &mut draft.outlet, &mut draft.byline];
        labels.into_iter().flatten().chain(&mut draft.tags).for_each(shorten);
        let verbatim = matches!(draft.body, Body::Verbatim(_));
        let mut text = draft.text();
        let blocks = if verbatim { Vec::new() } else { block::take(&mut text) };
        if text.trim().is_empty() {
            return Err(Reason::Empty);
        }
        let cut = budget::cut(&mut text, draft.size).map(|reason| ParseError { line: None, reason });
        let id = match draft.id {
            _ if self.fetched => self.stem.clone(),
            Some(id) if id.starts_with(FETCHED) => return Err(Reason::Reserved(id)),
            Some(id) => within(id),
            None if by_path => self.stem.clone(),
            None => format!("{}-{}", self.stem, hash(draft.url.as_deref(), draft.title.as_deref(), &text)),
        };
        let kept = text.len();
        let article = Article {
            blocks: blocks.into_iter().filter(|block| block.end <= kept).collect(),
            id: ArticleId(id),
            citation: Citation {
                outlet: draft.outlet,
                title: draft.title,
                byline: draft.byline,
                url: draft.url,
                date: draft.date,
            },
            language: draft.language,
            tags: draft.tags,
            digest: draft.digest.unwrap_or(false),
            text,
        };
        Ok(Read { article, cut })
    }
}

/// Truncates a label to the maximum length.
fn shorten(label: &mut String) {
    label.truncate(label.floor_char_boundary(LABEL_BYTES));
}

/// Returns the id; one that is too long is replaced by its beginning and a hash of all of it.
fn within(mut id: String) -> String {
    if id.len() > ID_BYTES {
        let hash = hash(Some(&id), None, "");
        id.truncate(id.floor_char_boundary(ID_BYTES - hash.len() - 1));
        id = format!("{id}-{hash}");
    }
    id
}

impl Draft {
    /// Returns a copy of the fields that can apply to many articles.
    fn about_all(&self) -> Self {
        Self {
            outlet: self.outlet.clone(),
            byline: self.byline.clone(),
            date: self.date,
            language: self.language.clone(),
            tags: self.tags.clone(),
            digest: self.digest,
            ..Self::default()
        }
    }
}

/// Returns twelve hexadecimal digits of the hash of the URL or, without one, of title and text.
fn hash(url: Option<&str>, title: Option<&str>, text: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    match url {
        Some(url) => hasher.update(url.as_bytes()),
        None => hasher.update(title.unwrap_or_default().as_bytes()).update(text.as_bytes()),
    };
    hasher.finalize().to_hex().chars().take(12).collect()
}

/// Returns `text` on one line without control characters and bidi overrides; `None` if nothing is left.
pub(super) fn clean(text: &str) -> Option<String> {
    let mut clean = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let before = clean.len();
        if before > 0 {
            clean.push(' ');
        }
        let space = clean.len();
        clean.extend(word.chars().filter(|&c| !is_hidden(c)));
        if clean.len() == space {
            clean.truncate(before);
        }
    }
    (!clean.is_empty()).then_some(clean)
}

/// Returns whether a character is a control character, a bidi control or a byte order mark.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Returns the host of a URL as written, with its port.
fn host_of(url: &str) -> Option<&str> {
    url.split_once("://")?.1.split(['/', '?', '#']).next()
}

fn is_web(url: &str) -> bool {
    let has_host = |rest: &str| rest.starts_with(|c: char| c.is_alphanumeric() || c == '[');
    let scheme = |scheme: &str| {
        url.split_at_checked(scheme.len())
            .is_some_and(|(s, rest)| s.eq_ignore_ascii_case(scheme) && has_host(rest))
    };
    (scheme("http://") || scheme("https://")) && !url.contains([' ', '<', '>', '"'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clean_leaves_one_line() {
        assert_eq!(clean(" a \n\t b\u{202e}c\u{7} \u{7} d "), Some("a bc d".to_owned()));
        assert_eq!(clean(" \u{7} \u{202e}"), None);
    }

    #[test]
    fn only_web_addresses_are_kept() {
        for url in ["https://herald.example/a?b=c", "HTTP://herald.example", "http://[::1]/"] {
            assert!(is_web(url), "{url}");
        }
        for url in ["javascript:alert(1)", "ftp://a", "/a", "http://", "https://a b", "http:///a", "é"] {
            assert!(!is_web(url), "{url}");
        }
    }

    #[test]
    fn the_headline_is_not_repeated() {
        assert_eq!(under("Council opens", "COUNCIL OPENS.\n\nWords."), "Council opens\n\nWords.");
        assert_eq!(under("Council opens", "Words."), "Council opens\n\nWords.");
        assert_eq!(under("Council opens", "Council opens"), "");
    }

    #[test]
    fn a_language_is_a_code() {
        for (tag, code) in [("en-US", Some("en")), ("UK", Some("uk")), ("English", None), ("", None)] {
            let mut draft = Draft::default();
            draft.set_language(tag);
            assert_eq!(draft.language.as_deref(), code, "{tag}");
        }
    }
}

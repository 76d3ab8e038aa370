//! What is the address of a page? Paths and addresses, with all special characters percent-encoded.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;

use crate::answer::{Permalink, Record};

/// All characters except those that are never special in an address.
const PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Encodes text as one part of a path or a value of a query.
pub(super) fn part(text: &str) -> String {
    utf8_percent_encode(text, PART).to_string()
}

/// Returns the path of a page about something with a name, such as `/speaker/Pia%20Lund`.
pub(super) fn named(what: &str, name: &str) -> String {
    format!("/{what}/{}", part(name))
}

/// Returns the path of the page of a quote: of the first quote with these words in its article.
pub(super) fn quote(record: &Record) -> String {
    permalink(Permalink::of(record))
}

pub(super) fn permalink(link: Permalink) -> String {
    format!("/quote/{link}")
}

/// Returns the path of the page of an article.
pub(super) fn article(record: &Record) -> String {
    format!("/article/{:016x}", record.article.key())
}

/// Returns an address if it may be a link: only `http` and `https`, not a script, a file or a data URL.
pub(super) fn source(url: Option<&str>) -> Option<String> {
    let url = Url::parse(url?).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then(|| url.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_are_links() {
        assert_eq!(
            source(Some("https://gazette.example/a b")).as_deref(),
            Some("https://gazette.example/a%20b")
        );
        for bad in [
            "javascript:alert(1)",
            " JavaScript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,<script>alert(1)</script>",
            "vbscript:x",
            "file:///etc/passwd",
            "blob:https://a.example/x",
            "//evil.example",
            "/quote/1",
            "",
        ] {
            assert_eq!(source(Some(bad)), None, "{bad}");
        }
        let quoted = source(Some("https://a.example/\"><script>")).expect("it is an address");
        assert!(!quoted.contains(['"', '<', '>']), "{quoted}");
    }

    #[test]
    fn names_are_one_part_of_a_path() {
        assert_eq!(named("speaker", "A/B ../?#%é"), "/speaker/A%2FB%20..%2F%3F%23%25%C3%A9");
    }
}

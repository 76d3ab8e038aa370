//! Which paragraphs of a page do not belong to its article?
//!
//! Feeds and pages surround an article with lines that say where it first appeared, what else to read and how
//! cookies are used. The language lists how such lines begin. Only short paragraphs are removed, and never
//! all of them.

use super::block::{CLOSE, OPEN};
use crate::lang::Language;

/// Maximum length in bytes of a paragraph that can be removed, chosen so that cookie notices fit; a longer
/// one belongs to the article.
const LONGEST: usize = 700;

/// Returns the paragraphs of `text` that belong to the article, separated by blank lines as before; all of
/// them if none would be left.
pub(super) fn without(text: &str) -> String {
    let language = Language::primary();
    let mut out = String::with_capacity(text.len());
    for paragraph in text.split("\n\n") {
        // A marked block belongs to the article, and its mark must not be lost.
        let is_marked = paragraph.contains([OPEN, CLOSE]);
        if !is_marked && paragraph.len() <= LONGEST && language.is_around_article(paragraph) {
            continue;
        }
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        out.push_str(paragraph);
    }
    if out.is_empty() { text.to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_around_the_article_are_left_out() {
        for line in [
            "The post Lund says ferry will sail appeared first on Coast Gazette.",
            "Read more: “We will sign,” says Lund",
            "READ MORE",
            "Sign up for our newsletter",
            "We and our partners store information on a device, such as cookies.",
        ] {
            assert_eq!(without(&format!("One.\n\n{line}\n\nTwo.")), "One.\n\nTwo.", "{line}");
        }
    }

    #[test]
    fn lines_of_the_article_stay() {
        for text in [
            "The post of harbour master is vacant.",
            "Read more than one paper, she said.",
            "The post, said Lund, appeared first in May.",
            "Relatedly, the ferry stays closed.",
            "READ MORE",
        ] {
            assert_eq!(without(text), text);
        }
    }
}

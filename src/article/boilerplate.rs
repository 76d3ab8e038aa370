//! Here are the paragraphs of a page: which of them are none of the article?
//!
//! Feeds and pages put lines around an article that say where it appeared first, what else to read, and what is done with cookies.
//! The language lists how they begin. Only a short paragraph is left out, and no article loses all of its text.

use super::block::{CLOSE, OPEN};
use crate::lang::Language;

/// The longest line in bytes that can be about reading on; a longer paragraph is one of the article. Those about cookies are longer.
const LONGEST: usize = 700;

/// Returns the paragraphs of `text` that belong to the article, parted by blank lines as before; all of them where none would be left.
pub(super) fn without(text: &str) -> String {
    let language = Language::primary();
    let mut out = String::with_capacity(text.len());
    for paragraph in text.split("\n\n") {
        // What is marked as a quote is the article's, and the mark must not be lost.
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

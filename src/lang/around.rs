//! What web pages put around an article: links to other articles, where it first appeared, cookie notices.

use super::Language;
use super::list;

/// The lines of a language that surround articles.
#[derive(Debug, Default)]
pub(super) struct Around {
    /// How such lines begin, in lower case; `*` matches any words.
    pub(super) openings: Vec<&'static str>,
    /// Complete lines.
    pub(super) lines: Vec<&'static str>,
}

impl Around {
    pub(super) fn parse(openings: &'static str, lines: &'static str) -> Self {
        Self { openings: list::entries(openings).collect(), lines: list::entries(lines).collect() }
    }
}

impl Language {
    /// Returns whether a paragraph of a page does not belong to its article: "Read more: Storm warning", "The
    /// post A appeared first on B".
    #[must_use]
    pub fn is_around_article(&self, paragraph: &str) -> bool {
        let paragraph = paragraph.trim().to_lowercase().replace('’', "'");
        let is_opening = |opening: &&str| match opening.split_once('*') {
            Some((first, rest)) => paragraph.strip_prefix(first).is_some_and(|behind| behind.contains(rest)),
            None => paragraph.starts_with(*opening),
        };
        self.around.openings.iter().any(is_opening) || self.around.lines.contains(&paragraph.as_str())
    }
}

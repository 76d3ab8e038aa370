//! What pages put around an article: lines about other articles, about where it appeared first, about cookies.

use super::Language;
use super::list;

/// What a language knows of such lines.
#[derive(Debug, Default)]
pub(super) struct Around {
    /// How they begin, in lower case; `*` stands for any words.
    pub(super) openings: Vec<&'static str>,
    /// Lines that stand alone.
    pub(super) lines: Vec<&'static str>,
}

impl Around {
    pub(super) fn parse(openings: &'static str, lines: &'static str) -> Self {
        Self { openings: list::entries(openings).collect(), lines: list::entries(lines).collect() }
    }
}

impl Language {
    /// Returns whether a paragraph of a page is none of its article: "Read more: Storm warning", "The post A appeared first on B".
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

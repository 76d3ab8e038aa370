//! What an update of the index did.

use serde::Serialize;

/// What an indexing did, or would do. Files are counted, and what was skipped is named.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// Files that are new.
    pub added: u64,
    /// Files whose content changed, or that had to be read again.
    pub changed: u64,
    /// Files that are gone.
    pub removed: u64,
    /// Files left as they are.
    pub unchanged: u64,
    /// What was skipped, in the order of the paths.
    pub skipped: Vec<Skip>,
    /// The files of the corpus by their endings, those that are read and those that no reader is for.
    pub endings: Vec<Ending>,
    /// Articles in the index afterwards; as they are now for a dry run.
    pub articles: u64,
    /// Quotes in the index afterwards; as they are now for a dry run.
    pub quotes: u64,
    /// Articles that had to be extracted and written.
    pub written: u64,
    /// Whether the index was built from nothing.
    pub rebuilt: bool,
    /// Whether nothing was written because it was only asked what would be.
    pub dry_run: bool,
    /// Whether it was stopped before its end. What it did is kept, and the next goes on from there.
    pub stopped: bool,
}

/// The files of a corpus that have one ending.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ending {
    /// The ending in lower case, such as `.csv`; empty for files without one.
    pub ending: String,
    /// Whether such files are read.
    pub read: bool,
    /// How many there are.
    pub files: u64,
    /// The first of them, by path.
    pub first: String,
}

impl Report {
    /// Returns whether there were files, but none that is an article or holds one.
    #[must_use]
    pub fn read_nothing(&self) -> bool {
        self.articles == 0 && (!self.endings.is_empty() || !self.skipped.is_empty())
    }
}

/// A file or an article that was not indexed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skip {
    /// The file.
    pub path: String,
    /// Why, with the line where there is one.
    pub reason: String,
}

//! The result of an update of the index.

use serde::Serialize;

/// What an indexing did, or would do. Files are counted; what was skipped is listed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// Number of new files.
    pub added: u64,
    /// Number of files whose content changed, or that had to be read again.
    pub changed: u64,
    /// Number of files that were removed from the corpus.
    pub removed: u64,
    /// Number of files that were left as they are.
    pub unchanged: u64,
    /// What was skipped, in path order.
    pub skipped: Vec<Skip>,
    /// The files of the corpus by extension: the formats that are read, and the others.
    pub endings: Vec<Ending>,
    /// Number of articles in the index afterwards; in a dry run, the current number.
    pub articles: u64,
    /// Number of quotes in the index afterwards; in a dry run, the current number.
    pub quotes: u64,
    /// Number of articles that had to be extracted and written.
    pub written: u64,
    /// Whether the index was built from nothing.
    pub rebuilt: bool,
    /// Whether this was a dry run, in which nothing is written.
    pub dry_run: bool,
    /// Whether it was stopped before its end. Its work is kept, and the next indexing continues from there.
    pub stopped: bool,
}

/// The files of a corpus with one extension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ending {
    /// The extension in lower case, such as `.csv`; empty for files without one.
    pub ending: String,
    /// Whether such files are read.
    pub read: bool,
    /// Number of such files.
    pub files: u64,
    /// The first of them, by path.
    pub first: String,
}

impl Report {
    /// Returns whether the corpus has files, but none that could be read as an article.
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
    /// The reason, with the line if there is one.
    pub reason: String,
}

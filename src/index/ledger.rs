//! What does an index already contain? It keeps a stamp for each file and each article, so that an update
//! only writes what differs.

use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet as _, Index, Searcher, SegmentReader, TERMINATED, Term};

use super::directory::Disk;
use super::schema::{self, Fields};
use super::stored::{ArticleEntry, StoredArticle};
use super::{
    IndexError, State, check, corrupt, current, damaged, gone, live_but, open_generation, open_reader,
    read_state, stored, unfinished,
};
use crate::article::budget::QUOTES;
use crate::article::{Article, ArticleId, Citation};
use crate::fold;

/// What was indexed from one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Its path: the corpus folder as given, `/`, and the path inside the folder.
    pub path: String,
    /// Its size in bytes, including its sidecar.
    pub size: u64,
    /// A hash of what the file system says about it (size and times): a file with another stamp is read. 0 if
    /// it changed while it was read, so that it is read again in any case.
    pub stamp: u64,
    /// The BLAKE3 hash of its bytes and those of its sidecar.
    pub hash: String,
    /// Number of its articles.
    pub articles: u64,
    /// Number of quotes in them.
    pub quotes: u64,
    /// Why parts of it were skipped, in order; at most [`FileEntry::MOST_REASONS`].
    pub skipped: Vec<String>,
    /// Number of further skips.
    pub skipped_more: u64,
    /// The keys of ids that already belonged to another file, in ascending order.
    pub duplicates: Vec<u64>,
}

impl FileEntry {
    /// Maximum number of reasons kept for one file: a duplicate of an archive would otherwise fill the memory
    /// with them.
    pub const MOST_REASONS: usize = 1000;

    /// Adds the quotes of one of its articles, and records if their number reached the limit.
    pub fn note(&mut self, article: &Article, quotes: u32) {
        self.quotes += u64::from(quotes);
        if quotes as usize >= QUOTES {
            self.skip(format!(
                "article `{}`: {QUOTES} quotes are on record; any further ones are not",
                article.id
            ));
        }
    }

    /// Records that something was skipped, with the reason.
    pub fn skip(&mut self, reason: String) {
        if self.skipped.len() < Self::MOST_REASONS {
            self.skipped.push(reason)
        } else {
            self.skipped_more += 1
        }
    }
}

/// Maximum number of articles for which memory is reserved in advance, because the count in the index may be
/// wrong.
const MOST_AT_ONCE: usize = 1 << 20;

/// A file in the index.
#[derive(Clone, Copy, Debug)]
pub struct KnownFile {
    /// [`FileEntry::stamp`].
    pub stamp: u64,
    /// The number of articles that it is recorded to have.
    pub articles: u64,
    /// Whether anything was skipped in it.
    pub skips: bool,
    address: DocAddress,
}

/// An article in the index.
#[derive(Clone, Copy, Debug)]
pub struct KnownArticle {
    /// The key of the file it came from.
    pub file: u64,
    /// Its hash; see [`stamp_of`].
    pub stamp: u64,
    /// Its number of quotes.
    pub quotes: u32,
    /// For an indexing: the pass over the corpus in which its file last contained it; 0 before the first.
    pub pass: u32,
}

/// The class that the document of an article has besides `article` if there are corrections for it.
pub(super) const CORRECTED: &str = "corrected";

/// Returns the hash of its path that identifies a file.
#[must_use]
pub fn file_key(path: &str) -> u64 {
    fold::number(&[b"file", path.as_bytes()])
}

/// Returns the hash of its id that identifies an article.
#[must_use]
pub fn article_key(id: &ArticleId) -> u64 {
    id.key()
}

/// Returns a hash that changes with anything in an article.
#[must_use]
pub fn stamp_of(article: &Article) -> u64 {
    let Article { id, citation, language, tags, digest, text, blocks } = article;
    let about = serde_json::to_vec(&(id, citation, language, tags, digest, blocks)).unwrap_or_default();
    fold::number(&[b"content", &about, text.as_bytes()])
}

/// The files and articles of one commit of an index.
#[derive(Clone)]
pub struct Ledger {
    searcher: Searcher,
    fields: Fields,
    state: State,
    dir: std::path::PathBuf,
}

impl Ledger {
    /// Opens the ledger of the current generation under `dir`; returns `None` if there is none, or if it has
    /// another schema.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if its files are inconsistent, [`IndexError::Io`] if they cannot be read.
    pub fn open(dir: &Path) -> Result<Option<Self>, IndexError> {
        match current(dir)? {
            Some(generation) => Self::open_generation(dir, &generation),
            None => Ok(None),
        }
    }

    /// Opens the ledger of a generation whose build was interrupted; returns `None` if there is none that can
    /// be continued.
    #[must_use]
    pub fn unfinished(dir: &Path) -> Option<Self> {
        let generation = unfinished(dir, current(dir).ok()?.as_deref())?;
        Self::open_generation(dir, &generation).ok()?
    }

    fn open_generation(dir: &Path, generation: &str) -> Result<Option<Self>, IndexError> {
        let index = open_generation(dir, generation, &Disk::default())?;
        check(dir, generation, &index)?;
        Self::of(dir, &index).map_err(damaged(dir))
    }

    fn of(dir: &Path, index: &Index) -> tantivy::Result<Option<Self>> {
        let (schema, fields) = schema::schema();
        let state = read_state(index)?;
        if index.schema() != schema {
            return Ok(None);
        }
        let searcher = open_reader(index)?.searcher();
        Ok(Some(Self { searcher, fields, state, dir: dir.to_owned() }))
    }

    /// Returns what the index was made from, and by which version.
    #[must_use]
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// Returns all files by their keys.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents.
    pub fn files(&self) -> Result<FxHashMap<u64, KnownFile>, IndexError> {
        let mut out = FxHashMap::default();
        self.each("file", |address, numbers| {
            let [key, articles, stamp, count] = numbers;
            out.insert(key, KnownFile { stamp, articles, skips: count > 0, address });
        })?;
        Ok(out)
    }

    /// Returns whether the index contains as many articles as `files`, which must be all files, are recorded
    /// to have. If so, an inconsistency is only possible where a missing article and a stray one cancel out.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents.
    pub fn agrees(&self, files: &FxHashMap<u64, KnownFile>) -> Result<bool, IndexError> {
        let told: u64 = files.values().map(|file| file.articles).sum();
        let term = Term::from_field_text(self.fields.class, "article");
        let mut held = 0;
        for segment in self.searcher.segment_readers() {
            held += count(segment, &term).map_err(damaged(&self.dir))?;
        }
        Ok(told == held && told == self.state.articles)
    }

    /// Returns all articles by their keys.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents.
    pub fn articles(&self) -> Result<FxHashMap<u64, KnownArticle>, IndexError> {
        let mut out = FxHashMap::default();
        out.reserve(usize::try_from(self.state.articles).unwrap_or_default().min(MOST_AT_ONCE));
        self.each("article", |_, numbers| {
            let (key, article) = article(numbers);
            out.insert(key, article);
        })?;
        Ok(out)
    }

    /// Returns the articles of the files with these keys.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents.
    pub fn articles_of(&self, files: &FxHashSet<u64>) -> Result<Vec<(u64, KnownArticle)>, IndexError> {
        let mut out = Vec::new();
        self.each("article", |_, numbers| {
            let found = article(numbers);
            if files.contains(&found.1.file) {
                out.push(found);
            }
        })?;
        Ok(out)
    }

    /// Returns the article with this key; `None` if there is none.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents.
    pub fn article(&self, key: u64) -> Result<Option<KnownArticle>, IndexError> {
        let term = Term::from_field_u64(self.fields.key, key);
        let mut found = None;
        for segment in self.searcher.segment_readers() {
            read(segment, &term, |_, numbers| found = Some(article(numbers).1))
                .map_err(damaged(&self.dir))?;
        }
        Ok(found)
    }

    /// Returns where the article with this key was published; `None` if there is no such article.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents.
    pub fn citation(&self, key: u64) -> Result<Option<Citation>, IndexError> {
        let term = Term::from_field_u64(self.fields.key, key);
        let mut address = None;
        for (ordinal, segment) in (0..).zip(self.searcher.segment_readers()) {
            read(segment, &term, |doc, _| address = Some(DocAddress::new(ordinal, doc)))
                .map_err(damaged(&self.dir))?;
        }
        let Some(address) = address else { return Ok(None) };
        let document = self.searcher.doc(address).map_err(damaged(&self.dir))?;
        let article: StoredArticle = stored(&document, self.fields.record).map_err(damaged(&self.dir))?;
        Ok(Some(article.entry.citation))
    }

    /// Returns the articles for which there are corrections.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents.
    pub fn corrected(&self) -> Result<Vec<ArticleEntry>, IndexError> {
        self.entries(&Term::from_field_text(self.fields.class, CORRECTED))
    }

    /// Returns the articles with this id or address; normally one at most.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents.
    pub fn named(&self, name: &str) -> Result<Vec<ArticleEntry>, IndexError> {
        let mut out = self.entries(&Term::from_field_text(self.fields.article, name.trim()))?;
        if out.is_empty() {
            out = self.entries(&Term::from_field_text(self.fields.url, &fold::address(name)))?;
        }
        Ok(out)
    }

    fn entries(&self, term: &Term) -> Result<Vec<ArticleEntry>, IndexError> {
        let mut places = Vec::new();
        for (ordinal, segment) in (0..).zip(self.searcher.segment_readers()) {
            read(segment, term, |doc, _| places.push(DocAddress::new(ordinal, doc)))
                .map_err(damaged(&self.dir))?;
        }
        let entry = |place| -> tantivy::Result<ArticleEntry> {
            let article: StoredArticle = stored(&self.searcher.doc(place)?, self.fields.record)?;
            Ok(article.entry)
        };
        places.into_iter().map(entry).collect::<tantivy::Result<_>>().map_err(damaged(&self.dir))
    }

    /// Returns what was indexed from a file.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents.
    pub fn entry(&self, file: &KnownFile) -> Result<FileEntry, IndexError> {
        let document = self.searcher.doc(file.address).map_err(damaged(&self.dir))?;
        stored(&document, self.fields.record).map_err(damaged(&self.dir))
    }

    fn each(&self, class: &str, mut tell: impl FnMut(DocAddress, [u64; 4])) -> Result<(), IndexError> {
        let term = Term::from_field_text(self.fields.class, class);
        for (ordinal, segment) in (0..).zip(self.searcher.segment_readers()) {
            read(segment, &term, |doc, numbers| tell(DocAddress::new(ordinal, doc), numbers))
                .map_err(damaged(&self.dir))?;
        }
        Ok(())
    }
}

fn article([key, file, stamp, count]: [u64; 4]) -> (u64, KnownArticle) {
    let quotes = u32::try_from(count).unwrap_or(u32::MAX);
    (key, KnownArticle { file, stamp, quotes, pass: 0 })
}

/// Returns the number of live documents of a segment that contain a term.
fn count(segment: &SegmentReader, term: &Term) -> tantivy::Result<u64> {
    let inverted = segment.inverted_index(term.field())?;
    let found = inverted.get_term_info(term)?;
    Ok(found.map_or(Ok(0), |found| live_but(segment, &inverted, &found, &gone(segment)))?.into())
}

fn read(segment: &SegmentReader, term: &Term, mut tell: impl FnMut(u32, [u64; 4])) -> tantivy::Result<()> {
    let inverted = segment.inverted_index(term.field())?;
    let Some(mut postings) = inverted.read_postings(term, IndexRecordOption::Basic)? else { return Ok(()) };
    let columns = ["group", "origin", "stamp", "count"].map(|name| segment.fast_fields().u64(name));
    let [key, origin, stamp, count] = columns;
    let columns = [key?, origin?, stamp?, count?];
    while postings.doc() != TERMINATED {
        let doc = postings.doc();
        postings.advance();
        if segment.is_deleted(doc) {
            continue;
        }
        let mut numbers = [0; 4];
        for (number, column) in numbers.iter_mut().zip(&columns) {
            *number = column.first(doc).ok_or_else(|| corrupt(format!("document {doc} has no stamp")))?;
        }
        tell(doc, numbers);
    }
    Ok(())
}

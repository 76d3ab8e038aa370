//! The index on disk: what was said, by whom, where. The only part of the crate that knows tantivy.
//!
//! # Layout
//! An index directory holds generations (`g-1`, `g-2`, …), each a whole tantivy index, a file `CURRENT` that names the one to
//! read, and a file `lock` that its one writer holds. A rebuild fills a new generation beside the serving one and swaps by
//! replacing `CURRENT`; an update commits inside the current one. Both commit at checkpoints, from which an interrupted
//! one is gone on with. What was indexed, and from which files, is written in the same commit as the documents ([`State`] is the
//! commit's payload, a [`FileEntry`] a document), so they never disagree. The corpus is the truth: an index of another schema or
//! extractor is rebuilt, never migrated.
//!
//! # What is asked of it
//! All of it, so that another store could be asked the same. Each call is of one commit and takes as much at once as the caller knows.
//!
//! | of [`QuoteIndex`] | gives | to |
//! | --- | --- | --- |
//! | [`session`](QuoteIndex::session) | facts of words, candidates of a search, quotes by their ids, how often, who is called so: [`Session::answer`] | questions |
//! | [`article`](QuoteIndex::article) | an article by id, address or headline, and its quotes | front ends |
//! | [`names`](QuoteIndex::names) | speakers, outlets and topics that begin so | front ends |
//! | [`roster`](QuoteIndex::roster), [`outlets`](QuoteIndex::outlets) | everybody and every outlet on record | questions |
//! | [`state`](QuoteIndex::state), [`newest`](QuoteIndex::newest) | counts, what it was made from, and the latest day | front ends, ingest |
//! | [`each`](QuoteIndex::each) | every quote within limits | export |
//! | [`files`](QuoteIndex::files), [`compare`](QuoteIndex::compare), [`count_quotes`](QuoteIndex::count_quotes), [`broken_files`] | what is to be compared with the corpus | verify |
//!
//! It is written by an [`Update`] under a [`WriterLock`]; what is in it is looked up in a [`Ledger`].

mod best;
mod candidate;
mod count;
mod directory;
mod document;
mod export;
mod ledger;
mod report;
mod schema;
mod search;
mod stored;
mod suggest;
mod topic;
mod verify;
mod writer;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tantivy::postings::TermInfo;
use tantivy::schema::{Field, IndexRecordOption, Value as _};
use tantivy::{
    DocAddress, DocId, DocSet as _, Index, IndexReader, InvertedIndexReader, ReloadPolicy, Searcher,
    SegmentReader, TERMINATED, TantivyDocument,
};

use crate::people::{People, Person};
use crate::roster::Roster;
use candidate::Columns;

pub use directory::{Disk, Step};
pub use ledger::{FileEntry, KnownArticle, KnownFile, Ledger, article_key, file_key, stamp_of};
pub use report::{Report, Skip};
use schema::Fields;
pub use schema::SCHEMA_VERSION;
pub use search::Session;
use search::term;
pub use stored::ArticleEntry;
pub use suggest::{Names, Suggestion};
pub use verify::broken_files;
pub use writer::{Start, Update, WriterLock};

/// Why the index cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// Another process writes it.
    #[error("index `{}` is being written by {holder}; try again when it is done", dir.display())]
    Busy {
        /// The index directory.
        dir: PathBuf,
        /// "process 123", as the lock file says.
        holder: String,
    },
    /// Its files do not fit together; a rebuild mends it.
    #[error("index `{}` is damaged; `rapporteur index --full` builds it anew", dir.display())]
    Damaged {
        /// The index directory.
        dir: PathBuf,
        /// What does not fit.
        #[source]
        source: tantivy::TantivyError,
    },
    /// A file of it cannot be read or written.
    #[error("`{}` cannot be used", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}

/// What an index was made from and by. Stored as the payload of its last commit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// [`SCHEMA_VERSION`] at the time.
    pub schema: u32,
    /// [`crate::quote::EXTRACTOR_VERSION`] at the time.
    pub extractor: u32,
    /// Hash of the people lists.
    pub people: String,
    /// The corpus folders and files, as they were named.
    pub corpus: Vec<String>,
    /// Number of articles.
    pub articles: u64,
    /// Number of quotes.
    pub quotes: u64,
    /// Whether the update that wrote this had more to do: it was interrupted, or is at work.
    #[serde(default)]
    pub unfinished: bool,
}

/// One commit of the index, open for questions.
pub struct QuoteIndex {
    dir: PathBuf,
    reader: IndexReader,
    fields: Fields,
    state: State,
    roster: Roster,
    outlets: Vec<String>,
    outlet_counts: BTreeMap<String, u64>,
    tag_counts: BTreeMap<String, u64>,
    newest: Option<Date>,
    /// Those of each segment; `None` where one holds no quotes.
    columns: Vec<Option<Columns>>,
}

/// An index up to this size is checked against its checksums whenever it is opened.
const CHECKED_BYTES: u64 = 64 << 20;

impl QuoteIndex {
    /// Opens the current generation under `dir`; `None` where there is no index yet.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] where its files do not fit together, [`IndexError::Io`] where they cannot be read.
    pub fn open(dir: &Path) -> Result<Option<Self>, IndexError> {
        // A writer may have removed files, or a whole generation, between our looking them up and opening them: what it left is read.
        (0..2).find_map(|_| Self::open_now(dir).ok()).map_or_else(|| Self::open_now(dir), Ok)
    }

    fn open_now(dir: &Path) -> Result<Option<Self>, IndexError> {
        let Some(generation) = current(dir)? else { return Ok(None) };
        let index = open_generation(dir, &generation, &Disk::default())?;
        check(dir, &generation, &index)?;
        let damaged = damaged(dir);
        let state = read_state(&index).map_err(&damaged)?;
        let (schema, fields) = schema::schema();
        if state.schema != SCHEMA_VERSION || index.schema() != schema {
            // Its documents cannot be read by this version; the state alone tells the caller to rebuild.
            let stale = State { schema: state.schema.min(SCHEMA_VERSION.wrapping_sub(1)), ..state };
            return Ok(Some(Self::empty(dir, &index, fields, stale)?));
        }
        let reader = open_reader(&index).map_err(&damaged)?;
        let searcher = reader.searcher();
        let people = read_people(&searcher, fields).map_err(&damaged)?;
        let speakers = term_counts(&searcher, fields.speaker).map_err(&damaged)?;
        let outlet_counts = term_counts(&searcher, fields.outlet).map_err(&damaged)?;
        let tag_counts = term_counts(&searcher, fields.tag).map_err(&damaged)?;
        let outlets = outlet_counts.keys().cloned().collect();
        let newest = newest(&searcher).map_err(&damaged)?;
        let roster = Roster::new(people, speakers);
        let columns = searcher.segment_readers().iter().map(|segment| Columns::open(segment).ok()).collect();
        Ok(Some(Self {
            dir: dir.to_owned(),
            reader,
            fields,
            state,
            roster,
            outlets,
            outlet_counts,
            tag_counts,
            newest,
            columns,
        }))
    }

    fn empty(dir: &Path, index: &Index, fields: Fields, state: State) -> Result<Self, IndexError> {
        let reader = open_reader(index).map_err(damaged(dir))?;
        Ok(Self {
            dir: dir.to_owned(),
            reader,
            fields,
            state,
            roster: Roster::default(),
            outlets: Vec::new(),
            outlet_counts: BTreeMap::new(),
            tag_counts: BTreeMap::new(),
            newest: None,
            columns: Vec::new(),
        })
    }

    /// Returns what the index was made from.
    #[must_use]
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// Returns everybody on record.
    #[must_use]
    pub const fn roster(&self) -> &Roster {
        &self.roster
    }

    /// Returns the outlets on record, in alphabetical order.
    #[must_use]
    pub fn outlets(&self) -> &[String] {
        &self.outlets
    }

    /// Returns the newest day of an article on record.
    #[must_use]
    pub const fn newest(&self) -> Option<Date> {
        self.newest
    }

    /// Returns what was indexed from each file, by path.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] where a file of the index does not hold what it should.
    pub fn files(&self) -> Result<BTreeMap<String, FileEntry>, IndexError> {
        let searcher = self.reader.searcher();
        let entries: Vec<FileEntry> = all_of(&searcher, self.fields, "file").map_err(damaged(&self.dir))?;
        Ok(entries.into_iter().map(|entry| (entry.path.clone(), entry)).collect())
    }
}

fn damaged(dir: &Path) -> impl Fn(tantivy::TantivyError) -> IndexError + use<> {
    let dir = dir.to_owned();
    move |source| IndexError::Damaged { dir: dir.clone(), source }
}

fn io_error(path: &Path) -> impl Fn(io::Error) -> IndexError + use<> {
    let path = path.to_owned();
    move |source| IndexError::Io { path: path.clone(), source }
}

/// The name of the current generation; `None` where nothing was built.
fn current(dir: &Path) -> Result<Option<String>, IndexError> {
    let path = dir.join("CURRENT");
    match fs::read(&path) {
        Ok(name) => Ok(Some(String::from_utf8_lossy(&name).trim().to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io_error(&path)(error)),
    }
}

/// The bytes of all files of a folder.
fn size_of(folder: &Path) -> io::Result<u64> {
    // A file that is gone by now has no size.
    fs::read_dir(folder)?.map(|entry| Ok(entry?.metadata().map_or(0, |metadata| metadata.len()))).sum()
}

/// Compares a small index with its checksums: tantivy panics on what it did not write. A large one is not read through for each
/// question.
fn check(dir: &Path, generation: &str, index: &Index) -> Result<(), IndexError> {
    if size_of(&dir.join(generation)).map_err(io_error(dir))? <= CHECKED_BYTES
        && let Some(file) = index.validate_checksum().map_err(damaged(dir))?.into_iter().min()
    {
        return Err(damaged(dir)(corrupt(format!("`{}` is not as it was written", file.display()))));
    }
    Ok(())
}

/// The name of a generation whose build was interrupted: the last one that is not `current`.
fn unfinished(dir: &Path, current: Option<&str>) -> Option<String> {
    let names = fs::read_dir(dir).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let number = |name: &String| name.strip_prefix("g-")?.parse::<u64>().ok();
    names.filter(|name| number(name).is_some() && Some(name.as_str()) != current).max_by_key(number)
}

fn open_generation(dir: &Path, generation: &str, disk: &Disk) -> Result<Index, IndexError> {
    let files = disk.files(&dir.join(generation)).map_err(|error| damaged(dir)(error.into()))?;
    let index = Index::open(files).map_err(damaged(dir))?;
    for (name, analyzer) in schema::analyzers() {
        index.tokenizers().register(name, analyzer);
    }
    Ok(index)
}

fn open_reader(index: &Index) -> tantivy::Result<IndexReader> {
    index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()
}

fn read_state(index: &Index) -> tantivy::Result<State> {
    let payload = index.load_metas()?.payload.unwrap_or_default();
    serde_json::from_str(&payload).map_err(|error| data_corruption(&error))
}

fn data_corruption(error: &serde_json::Error) -> tantivy::TantivyError {
    corrupt(error.to_string())
}

fn corrupt(comment: String) -> tantivy::TantivyError {
    tantivy::TantivyError::DataCorruption(tantivy::error::DataCorruption::comment_only(comment))
}

fn stored<T: for<'de> Deserialize<'de>>(document: &TantivyDocument, field: Field) -> tantivy::Result<T> {
    let json = document.get_first(field).and_then(|value| value.as_str()).unwrap_or_default();
    serde_json::from_str(json).map_err(|error| data_corruption(&error))
}

/// The records of all documents of a class.
fn all_of<T: for<'de> Deserialize<'de>>(
    searcher: &Searcher,
    fields: Fields,
    class: &str,
) -> tantivy::Result<Vec<T>> {
    let found = searcher.search(&term(fields.class, class), &tantivy::collector::DocSetCollector)?;
    let mut addresses: Vec<DocAddress> = found.into_iter().collect();
    addresses.sort_unstable();
    addresses.into_iter().map(|address| stored(&searcher.doc(address)?, fields.record)).collect()
}

fn read_people(searcher: &Searcher, fields: Fields) -> tantivy::Result<People> {
    let lists: Vec<Vec<Person>> = all_of(searcher, fields, "people")?;
    Ok(People::new(lists.into_iter().flatten().collect()))
}

/// The terms of a raw field with the number of documents that hold them.
fn term_counts(searcher: &Searcher, field: Field) -> tantivy::Result<BTreeMap<String, u64>> {
    let mut counts = BTreeMap::new();
    for segment in searcher.segment_readers() {
        let inverted = segment.inverted_index(field)?;
        let gone = gone(segment);
        let mut terms = inverted.terms().stream()?;
        while terms.advance() {
            let count = live_but(segment, &inverted, terms.value(), &gone)?;
            if count > 0
                && let Ok(name) = std::str::from_utf8(terms.key())
            {
                // Most names stand in every segment.
                match counts.get_mut(name) {
                    Some(all) => *all += u64::from(count),
                    None => drop(counts.insert(name.to_owned(), count.into())),
                }
            }
        }
    }
    Ok(counts)
}

/// The number of documents of a segment that hold a term and are not deleted. Above `exact` documents the deleted ones are
/// counted too: there are few of them, and the term is on record.
fn live(
    segment: &SegmentReader,
    inverted: &InvertedIndexReader,
    term: &TermInfo,
    exact: u32,
) -> tantivy::Result<u32> {
    if !segment.has_deletes() || term.doc_freq > exact {
        return Ok(term.doc_freq);
    }
    let mut postings = inverted.read_postings_from_terminfo(term, IndexRecordOption::Basic)?;
    let mut count = 0;
    while postings.doc() != TERMINATED {
        count += u32::from(!segment.is_deleted(postings.doc()));
        postings.advance();
    }
    Ok(count)
}

/// The deleted documents of a segment, in order.
fn gone(segment: &SegmentReader) -> Vec<DocId> {
    let all = if segment.has_deletes() { 0..segment.max_doc() } else { 0..0 };
    all.filter(|document| segment.is_deleted(*document)).collect()
}

/// A term's postings are skipped from one deleted document to the next where each has so many of them on average, else read.
const SKIPPED: u32 = 64;

/// The number of documents of a segment that hold a term and are not among its deleted ones, which are [`gone`].
fn live_but(
    segment: &SegmentReader,
    inverted: &InvertedIndexReader,
    term: &TermInfo,
    gone: &[DocId],
) -> tantivy::Result<u32> {
    if gone.is_empty() {
        return Ok(term.doc_freq);
    }
    if term.doc_freq / SKIPPED < u32::try_from(gone.len()).unwrap_or(u32::MAX) {
        return live(segment, inverted, term, u32::MAX);
    }
    let mut postings = inverted.read_postings_from_terminfo(term, IndexRecordOption::Basic)?;
    let mut count = term.doc_freq;
    for &document in gone {
        let at = if postings.doc() < document { postings.seek(document) } else { postings.doc() };
        count -= u32::from(at == document);
    }
    Ok(count)
}

/// The newest day of a quote: what the column of days keeps as its largest value, where no deleted document is of that day.
fn newest(searcher: &Searcher) -> tantivy::Result<Option<Date>> {
    let mut newest = None;
    for segment in searcher.segment_readers() {
        let Some(days) = segment.fast_fields().column_opt::<i64>("day")? else { continue };
        let largest = days.max_value();
        let day = if gone(segment).iter().any(|document| days.first(*document) == Some(largest)) {
            segment.doc_ids_alive().filter_map(|document| days.first(document)).max()
        } else {
            Some(largest)
        };
        newest = newest.max(day.and_then(schema::day_of));
    }
    Ok(newest)
}

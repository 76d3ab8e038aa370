//! The index: what was said, by whom and where. It is kept on this disk, or in an archive shared by many
//! machines ([`quickwit`]). No other part of the crate uses tantivy or Quickwit.
//!
//! # Layout
//! An index directory contains generations (`g-1`, `g-2`, …), each a complete tantivy index; a file `CURRENT`
//! with the name of the generation to read; a file `lock` that the only writer locks; and, while files are
//! read, their names in `reading.json`. A rebuild fills a new generation next to the current one and switches
//! by replacing `CURRENT`; an update commits to the current one. Both commit at checkpoints, from which an
//! interrupted run continues. What was indexed, and from which files, is written in the same commit as the
//! documents ([`State`] is the payload of the commit, a [`FileEntry`] is a document), so they always agree.
//! The corpus is the source of truth: an index with another schema or extractor version is rebuilt, never
//! migrated.
//!
//! # Interface
//! Queries work on both stores; [`QuoteIndex`] chooses the store. Each call reads a single commit and accepts
//! as many items at once as the caller has.
//!
//! | method of [`QuoteIndex`] | returns | for |
//! | --- | --- | --- |
//! | [`session`](QuoteIndex::session) | facts about words, candidates of a search, quotes by id, counts, names: [`Session::answer`] | questions |
//! | [`revision`](QuoteIndex::revision), [`days`](QuoteIndex::days), [`article_numbered`](QuoteIndex::article_numbered) | whether anything has changed, quotes by day, an article by its key | pages |
//! | [`article`](QuoteIndex::article) | an article by id, URL or headline, and its quotes | front ends |
//! | [`names`](QuoteIndex::names) | speakers, outlets and topics by prefix | front ends |
//! | [`roster`](QuoteIndex::roster), [`outlets`](QuoteIndex::outlets) | all speakers and all outlets | questions |
//! | [`agenda`](QuoteIndex::agenda) | the rounds and matters that the corpus lists | questions |
//! | [`state`](QuoteIndex::state), [`newest`](QuoteIndex::newest) | counts, what it was made from, and the latest day | front ends, ingest |
//! | [`each`](QuoteIndex::each) | every quote within limits | export |
//! | [`prints`](QuoteIndex::prints), [`Session::matters`] | the newest quotes within limits, and their matters, mostly without reading them | counts over time |
//! | [`files`](QuoteIndex::files), [`compare`](QuoteIndex::compare), [`count_quotes`](QuoteIndex::count_quotes), [`broken_files`] | what is compared with the corpus (an archive is compared by [`quickwit::verify`]) | verify |
//!
//! An [`Update`] writes the index under a [`WriterLock`]; a [`Ledger`] looks up what the index contains.

mod best;
mod candidate;
mod count;
mod directory;
mod document;
mod export;
mod gate;
mod ledger;
mod matter;
mod near;
pub mod quickwit;
mod report;
mod schema;
mod search;
mod sought;
mod store;
mod stored;
mod suggest;
mod topic;
mod verify;
mod writer;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tantivy::directory::error::{LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
use tantivy::postings::TermInfo;
use tantivy::schema::{Field, IndexRecordOption, Value as _};
use tantivy::{
    DocAddress, DocId, DocSet as _, Index, IndexReader, InvertedIndexReader, ReloadPolicy, Searcher,
    SegmentReader, TERMINATED, TantivyDocument, TantivyError,
};

use crate::agenda::Agenda;
use crate::lang::Language;
use crate::meaning::Meaning;
use crate::people::{People, Person};
use crate::roster::Roster;
use candidate::Columns;

pub use directory::{Disk, Step};
pub use export::Print;
pub(crate) use gate::Gate;
pub use ledger::{FileEntry, KnownArticle, KnownFile, Ledger, article_key, file_key, stamp_of};
use matter::Phrase;
pub(crate) use near::COMPARED;
use near::Meanings;
pub use report::{Ending, Report, Skip};
use schema::Fields;
pub use schema::SCHEMA_VERSION;
use search::term;
pub use store::{OnMatter, QuoteIndex, Session};
pub use stored::ArticleEntry;
pub use suggest::{Names, Suggestion};
pub use verify::broken_files;
pub use writer::{Start, Update, WriterLock};

/// Why the index cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// Another process is writing the index.
    #[error("index `{}` is being written by {holder}; try again when it is done", dir.display())]
    Busy {
        /// The index directory.
        dir: PathBuf,
        /// "process 123", as the lock file says.
        holder: String,
    },
    /// The files of the index are inconsistent; a rebuild repairs it.
    #[error("index `{}` is damaged; `rapporteur index --full` rebuilds it", dir.display())]
    Damaged {
        /// The index directory.
        dir: PathBuf,
        /// What is inconsistent.
        #[source]
        source: TantivyError,
    },
    /// The archive does not answer, or its answer is invalid.
    #[error(transparent)]
    Archive(#[from] quickwit::ArchiveError),
    /// A file of the index cannot be read or written.
    #[error("`{}` cannot be used{}", path.display(), way_out(source))]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
}

/// What an index was made from, and by which version. Stored as the payload of its last commit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// [`SCHEMA_VERSION`] when it was written.
    pub schema: u32,
    /// [`crate::quote::EXTRACTOR_VERSION`] when it was written.
    pub extractor: u32,
    /// Hash of the lists of people, rounds and matters.
    pub people: String,
    /// The corpus folders and files, as they were given.
    pub corpus: Vec<String>,
    /// Number of articles.
    pub articles: u64,
    /// Number of quotes as printed: the same quote in two articles counts twice.
    pub quotes: u64,
    /// Whether the update that wrote this did not finish: it was interrupted, or is still running.
    #[serde(default)]
    pub unfinished: bool,
}

/// One commit of the embedded index, open for queries; [`QuoteIndex`] documents the methods.
pub struct Embedded {
    dir: PathBuf,
    reader: IndexReader,
    fields: Fields,
    state: State,
    roster: Roster,
    agenda: Agenda,
    outlets: Vec<String>,
    newest: Option<Date>,
    /// The columns of each segment; `None` for a segment without quotes.
    columns: Vec<Option<Columns>>,
    /// The vectors of quotes computed so far; `None` if rankings use words alone.
    meaning: Option<Meanings>,
    /// The meaning keys of all quotes with their addresses; computed on first use.
    quotes: OnceLock<Vec<(near::TextKeys, DocAddress)>>,
    /// The numbers of distinct quotes; computed on first use.
    counts: OnceLock<count::Different>,
    /// The words for matters, by segment; looked up on first use.
    phrases: OnceLock<Vec<Vec<Phrase>>>,
    /// The files that are read, with their sizes in bytes when they were opened.
    sizes: Vec<(PathBuf, u64)>,
}

/// Size in bytes up to which an index is checked against its checksums each time it is opened.
const CHECKED_BYTES: u64 = 64 << 20;

impl Embedded {
    /// Opens the current generation under `dir`; returns `None` if there is no index yet.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if its files are inconsistent, [`IndexError::Io`] if they cannot be read.
    pub fn open(dir: &Path) -> Result<Option<Self>, IndexError> {
        // A writer may remove files, or a whole generation, after we have found their names and before we
        // open them, so we try again.
        (0..2).find_map(|_| Self::open_now(dir).ok()).map_or_else(|| Self::open_now(dir), Ok)
    }

    /// Returns the index with this setting for answers by meaning; an index that was just opened uses words
    /// alone.
    #[must_use]
    pub fn with_meaning(self, meaning: Meaning) -> Self {
        Self { meaning: Meanings::of(&self.dir, meaning, self.state.quotes), ..self }
    }

    /// Returns whether and how answers use meaning.
    #[must_use]
    pub const fn meaning(&self) -> Meaning {
        match &self.meaning {
            Some(meanings) => meanings.meaning(),
            None => Meaning::Off,
        }
    }

    fn open_now(dir: &Path) -> Result<Option<Self>, IndexError> {
        let Some(generation) = current(dir)? else { return Ok(None) };
        let index = open_generation(dir, &generation, &Disk::default())?;
        check(dir, &generation, &index)?;
        let damaged = damaged(dir);
        let state = read_state(&index).map_err(&damaged)?;
        let (schema, fields) = schema::schema();
        if state.schema != SCHEMA_VERSION || index.schema() != schema {
            // This version cannot read the documents; the state alone tells the caller to rebuild.
            let stale = State { schema: state.schema.min(SCHEMA_VERSION.wrapping_sub(1)), ..state };
            return Ok(Some(Self::empty(dir, &index, fields, stale)?));
        }
        let reader = open_reader(&index).map_err(&damaged)?;
        let searcher = reader.searcher();
        let people = read_people(&searcher, fields).map_err(&damaged)?;
        let agenda = all_of(&searcher, fields, "agenda").map_err(&damaged)?.pop().unwrap_or_default();
        let speakers = term_counts(&searcher, fields.speaker).map_err(&damaged)?;
        let outlets = term_counts(&searcher, fields.outlet).map_err(&damaged)?.into_keys().collect();
        let newest = newest(&searcher).map_err(&damaged)?;
        let roster = Roster::new(people, speakers, Language::primary());
        let columns = searcher.segment_readers().iter().map(|segment| Columns::open(segment).ok()).collect();
        let mut sizes = sizes(&dir.join(&generation))?;
        // These files are replaced, not appended to, so their size may shrink.
        sizes.retain(|(path, _)| path.extension().is_none_or(|ending| ending != "json" && ending != "lock"));
        Ok(Some(Self {
            dir: dir.to_owned(),
            reader,
            fields,
            state,
            roster,
            agenda,
            outlets,
            newest,
            columns,
            meaning: None,
            quotes: OnceLock::new(),
            counts: OnceLock::new(),
            phrases: OnceLock::new(),
            sizes,
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
            agenda: Agenda::default(),
            outlets: Vec::new(),
            newest: None,
            columns: Vec::new(),
            meaning: None,
            quotes: OnceLock::new(),
            counts: OnceLock::new(),
            phrases: OnceLock::new(),
            sizes: Vec::new(),
        })
    }

    /// Checks that no file has been truncated since the index was opened: files are memory-mapped, and
    /// reading beyond the end of a mapped file kills the process. Costs one `stat` per file; a file that is
    /// truncated while a question is being answered is not detected in time. Files that a later commit
    /// removed can still be read.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] with the file.
    pub fn intact(&self) -> Result<(), IndexError> {
        for (path, size) in &self.sizes {
            if let Ok(now) = fs::metadata(path)
                && now.len() < *size
            {
                let cut = format!("`{}` was truncated from {size} to {} bytes", path.display(), now.len());
                return Err(damaged(&self.dir)(corrupt(cut)));
            }
        }
        Ok(())
    }

    /// Returns a hash that differs after every change of the index's contents.
    #[must_use]
    pub fn revision(&self) -> u64 {
        let mut hasher = blake3::Hasher::new();
        for segment in self.reader.searcher().segment_readers() {
            hasher.update(segment.segment_id().uuid_string().as_bytes());
            hasher.update(&segment.num_docs().to_le_bytes());
        }
        let mut first = [0; 8];
        hasher.finalize_xof().fill(&mut first);
        u64::from_le_bytes(first)
    }

    /// Returns what the index was made from, and by which version.
    #[must_use]
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// Returns the rounds and matters that the corpus lists.
    #[must_use]
    pub const fn agenda(&self) -> &Agenda {
        &self.agenda
    }

    /// Returns all speakers and the list of people.
    #[must_use]
    pub const fn roster(&self) -> &Roster {
        &self.roster
    }

    /// Returns all outlets, in alphabetical order.
    #[must_use]
    pub fn outlets(&self) -> &[String] {
        &self.outlets
    }

    pub(super) fn outlets_called(&self, names: &[String]) -> Vec<String> {
        search::outlets_called(&self.outlets, names)
    }

    /// Returns the latest day of a quote; `None` if no quote has a day.
    #[must_use]
    pub const fn newest(&self) -> Option<Date> {
        self.newest
    }

    /// Returns what was indexed from each file, by path.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents.
    pub fn files(&self) -> Result<BTreeMap<String, FileEntry>, IndexError> {
        let searcher = self.reader.searcher();
        let entries: Vec<FileEntry> = all_of(&searcher, self.fields, "file").map_err(damaged(&self.dir))?;
        Ok(entries.into_iter().map(|entry| (entry.path.clone(), entry)).collect())
    }
}

/// Converts a tantivy error of the index at `dir` to [`IndexError::Damaged`], unless the operating system
/// refused access to a file: such a file may be intact, so it is no reason to rebuild.
fn damaged(dir: &Path) -> impl Fn(TantivyError) -> IndexError + use<> {
    let dir = dir.to_owned();
    move |source| match refused(&source) {
        Some((path, cause)) => {
            IndexError::Io { path: dir.join(path), source: io::Error::new(cause.kind(), cause.to_string()) }
        }
        None => IndexError::Damaged { dir: dir.clone(), source },
    }
}

/// Returns the error, with its path if known, if the operating system refused to read or write a file or
/// directory.
fn refused(error: &TantivyError) -> Option<(&Path, &io::Error)> {
    let nowhere = Path::new("");
    let (path, cause) = match error {
        TantivyError::OpenReadError(OpenReadError::IoError { io_error, filepath }) => (&**filepath, io_error),
        TantivyError::OpenWriteError(OpenWriteError::IoError { io_error, filepath }) => {
            (&**filepath, io_error)
        }
        TantivyError::OpenDirectoryError(OpenDirectoryError::IoError { io_error, directory_path }) => {
            (&**directory_path, io_error)
        }
        TantivyError::LockFailure(LockError::IoError(io_error), _) | TantivyError::IoError(io_error) => {
            (nowhere, io_error)
        }
        _ => return None,
    };
    // Any other error concerns the content of the file.
    is_refusal(cause).then_some((path, &**cause))
}

/// Returns whether the system refuses access to a file that may be intact: for lack of permission, of file
/// handles, or of memory.
fn is_refusal(error: &io::Error) -> bool {
    use io::ErrorKind::{OutOfMemory, PermissionDenied, ReadOnlyFilesystem};
    /// "Too many open files", in the process (`EMFILE`) and in the system (`ENFILE`).
    const TOO_MANY_FILES: [i32; 2] = [24, 23];
    matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem | OutOfMemory)
        || error.raw_os_error().is_some_and(|number| TOO_MANY_FILES.contains(&number))
}

/// Returns what the user can do if access to the index is refused; empty if the system's message is enough.
fn way_out(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            "; let this user read and write it, or name another index with --index or RAPPORTEUR_INDEX"
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            "; name an index that can be written with --index or RAPPORTEUR_INDEX"
        }
        io::ErrorKind::DirectoryNotEmpty => {
            "; move it away, then `rapporteur index --full` rebuilds the index"
        }
        _ => "",
    }
}

fn io_error(path: &Path) -> impl Fn(io::Error) -> IndexError + use<> {
    let path = path.to_owned();
    move |source| IndexError::Io { path: path.clone(), source }
}

/// Returns the name of the current generation; `None` if there is no index. Only the name of a generation in
/// `dir` is accepted, not a path that leads elsewhere.
fn current(dir: &Path) -> Result<Option<String>, IndexError> {
    let path = dir.join("CURRENT");
    let broken = |what: &str| Err(damaged(dir)(corrupt(format!("`{}` {what}", path.display()))));
    match fs::metadata(&path) {
        Ok(metadata) if !metadata.is_file() => return broken("is not a file"),
        Ok(metadata) if metadata.len() > LONGEST_NAME => return broken("does not name a generation"),
        Ok(_) => {}
        Err(error) if is_refusal(&error) => return Err(io_error(&path)(error)),
        Err(_) if fs::symlink_metadata(&path).is_ok() => return broken("is a broken link"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io_error(&path)(error)),
    }
    let name = match fs::read(&path) {
        Ok(name) => String::from_utf8_lossy(&name).trim().to_owned(),
        // The index is being removed right now.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io_error(&path)(error)),
    };
    if number_of(&name).is_some() { Ok(Some(name)) } else { broken("does not name a generation") }
}

/// Maximum length in bytes of the name of a generation.
const LONGEST_NAME: u64 = 64;

/// Returns the number of a generation from its name.
fn number_of(name: &str) -> Option<u64> {
    name.strip_prefix("g-")?.parse().ok()
}

/// Returns the files of a generation with their sizes in bytes.
fn sizes(folder: &Path) -> Result<Vec<(PathBuf, u64)>, IndexError> {
    let failed = io_error(folder);
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).map_err(&failed)? {
        let entry = entry.map_err(&failed)?;
        // A file that has since been removed has size 0.
        out.push((entry.path(), entry.metadata().map_or(0, |metadata| metadata.len())));
    }
    Ok(out)
}

/// Checks a small index against its checksums, because tantivy panics on damaged files. A large one would
/// take too long for each question.
fn check(dir: &Path, generation: &str, index: &Index) -> Result<(), IndexError> {
    let folder = dir.join(generation);
    let size: u64 = sizes(&folder)?.iter().map(|(_, size)| size).sum();
    if size <= CHECKED_BYTES
        && let Some(file) =
            index.validate_checksum().map_err(|error| of_folder(dir, &folder, error))?.into_iter().min()
    {
        return Err(damaged(dir)(corrupt(format!("`{}` does not match its checksum", file.display()))));
    }
    Ok(())
}

/// Returns the name of a generation whose build was interrupted: the last one other than `current`.
fn unfinished(dir: &Path, current: Option<&str>) -> Option<String> {
    let names = fs::read_dir(dir).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let number = |name: &String| number_of(name);
    names.filter(|name| number(name).is_some() && Some(name.as_str()) != current).max_by_key(number)
}

/// Converts an error like [`damaged`], for one that names a file relative to the folder of a generation.
fn of_folder(dir: &Path, folder: &Path, error: TantivyError) -> IndexError {
    match damaged(folder)(error) {
        IndexError::Damaged { source, .. } => IndexError::Damaged { dir: dir.to_owned(), source },
        other => other,
    }
}

fn open_generation(dir: &Path, generation: &str, disk: &Disk) -> Result<Index, IndexError> {
    let folder = dir.join(generation);
    let files = disk.files(&folder).map_err(|error| damaged(dir)(error.into()))?;
    let index = Index::open(files).map_err(|error| of_folder(dir, &folder, error))?;
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

fn data_corruption(error: &serde_json::Error) -> TantivyError {
    corrupt(error.to_string())
}

fn corrupt(comment: String) -> TantivyError {
    TantivyError::DataCorruption(tantivy::error::DataCorruption::comment_only(comment))
}

fn stored<T: for<'de> Deserialize<'de>>(document: &TantivyDocument, field: Field) -> tantivy::Result<T> {
    let json = document.get_first(field).and_then(|value| value.as_str()).unwrap_or_default();
    serde_json::from_str(json).map_err(|error| data_corruption(&error))
}

/// Returns the records of all documents of a class.
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

/// Returns the terms of a raw field with the number of documents that contain them.
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
                // Most names occur in every segment.
                match counts.get_mut(name) {
                    Some(all) => *all += u64::from(count),
                    None => drop(counts.insert(name.to_owned(), count.into())),
                }
            }
        }
    }
    Ok(counts)
}

/// Returns the number of documents of a segment that contain a term and are not deleted. If more than `exact`
/// documents contain it, deleted ones are counted too: they are few, and the term certainly occurs.
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

/// Returns the deleted documents of a segment, in order.
fn gone(segment: &SegmentReader) -> Vec<DocId> {
    let all = if segment.has_deletes() { 0..segment.max_doc() } else { 0..0 };
    all.filter(|document| segment.is_deleted(*document)).collect()
}

/// Number of postings per deleted document, on average, from which postings are skipped from one deleted
/// document to the next instead of being read.
const SKIPPED: u32 = 64;

/// Returns the number of documents of a segment that contain a term and are not in `gone`, its deleted
/// documents.
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

/// Returns the latest day of a quote: the maximum of the day column, unless a deleted document has it.
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

//! Writes the index: one writer at a time, with checkpoints from which an interrupted update continues.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tantivy::index::SegmentMeta;
use tantivy::query::{BooleanQuery, TermQuery};
use tantivy::schema::document::Document;
use tantivy::schema::{IndexRecordOption, Schema, Value as _};
use tantivy::{Index, IndexSettings, IndexWriter, TantivyDocument, Term};

use super::directory::Disk;
use super::document;
use super::gate::{Gate, Pass};
use super::ledger::{article_key, file_key};
use super::schema::{self, Fields};
use super::{
    FileEntry, IndexError, State, current, damaged, io_error, number_of, open_generation, term, unfinished,
};
use crate::agenda::Agenda;
use crate::article::Article;
use crate::correction::Outcome;
use crate::people::{People, Person};
use crate::quote::Quote;

/// What an update starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// A new, empty generation; the final commit makes it the current one.
    Fresh,
    /// The current generation.
    Current,
    /// A new generation whose build was interrupted, from its last checkpoint.
    Unfinished,
}

/// An update of an index in progress. Only committed data is visible. If it is dropped, the index remains as
/// it was at the last commit or checkpoint.
pub struct Update {
    dir: PathBuf,
    disk: Disk,
    /// The new generation to switch to at the end, if there is one.
    swap: Option<String>,
    writer: IndexWriter<Waiting>,
    /// Limits the bytes of documents that wait for tantivy's threads.
    waiting: Arc<Gate>,
    fields: Fields,
    /// Held until the end, as the only writer.
    _lock: WriterLock,
}

/// The writer lock; released when it is dropped, or when the process ends.
pub struct WriterLock(File);

impl Drop for WriterLock {
    /// Unlocks explicitly, because closing the file is not enough: a child process that another thread is
    /// just starting also holds it, until it executes its program.
    fn drop(&mut self) {
        // If unlocking fails, closing the file is all that is left.
        let _ = self.0.unlock();
    }
}

/// Memory that all indexing threads share, in bytes.
const HEAP: usize = 64 << 20;

/// Maximum number of bytes of documents that wait for these threads.
const WAITING: usize = 16 << 20;

impl Update {
    /// Takes the writer lock of the index at `dir`, which is created if missing. With `wait`, waits for
    /// another writer to finish.
    ///
    /// # Errors
    /// [`IndexError::Busy`] if another process writes and `wait` is not set; [`IndexError::Io`] if the
    /// directory cannot be created or written.
    pub fn lock(dir: &Path, wait: bool) -> Result<WriterLock, IndexError> {
        fs::create_dir_all(dir).map_err(io_error(dir))?;
        let path = dir.join("lock");
        let options = || File::options().read(true).write(true).create(true).truncate(false).open(&path);
        let mut lock = options().map_err(io_error(&path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) if wait => lock.lock().map_err(io_error(&path))?,
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // The name of the holder is only for convenience; the message is complete without it. It is
                // written a moment after the lock is taken, so we try several times.
                for _ in 0..10 {
                    thread::sleep(Duration::from_millis(20));
                    holder.clear();
                    let _ = lock.rewind().and_then(|()| lock.read_to_string(&mut holder));
                    if !holder.trim().is_empty() {
                        break;
                    }
                }
                let holder = if holder.trim().is_empty() {
                    "another process".to_owned()
                } else {
                    holder.trim().to_owned()
                };
                return Err(IndexError::Busy { dir: dir.to_owned(), holder });
            }
            Err(TryLockError::Error(error)) => return Err(io_error(&path)(error)),
        }
        let name = format!("process {}\n", std::process::id());
        lock.set_len(0)
            .and_then(|()| lock.rewind())
            .and_then(|()| lock.write_all(name.as_bytes()))
            .map_err(io_error(&path))?;
        Ok(WriterLock(lock))
    }

    /// Begins an update of the index at `dir` under its `lock`.
    ///
    /// # Errors
    /// [`IndexError::Io`] if a file cannot be written, [`IndexError::Damaged`] if the current generation
    /// cannot be opened.
    pub fn begin(
        dir: &Path,
        lock: WriterLock,
        start: Start,
        threads: usize,
        disk: &Disk,
    ) -> Result<Self, IndexError> {
        let disk = &disk.afresh();
        let now = match current(dir) {
            // `CURRENT` does not name a generation, so there is no current one.
            Err(IndexError::Damaged { .. }) => None,
            now => now?,
        };
        make_way(&dir.join("CURRENT"))?;
        let resumed = if start == Start::Unfinished { unfinished(dir, now.as_deref()) } else { None };
        let keep: Vec<&str> = [now.as_deref(), resumed.as_deref()].into_iter().flatten().collect();
        remove_leftovers(dir, &keep, disk)?;
        let (schema, fields) = schema::schema();
        let (index, swap) = match (start, now, resumed) {
            (Start::Current, Some(generation), _) => (open_generation(dir, &generation, disk)?, None),
            (Start::Unfinished, _, Some(generation)) => {
                (open_generation(dir, &generation, disk)?, Some(generation))
            }
            (_, now, _) => {
                let generation = next_generation(now.as_deref());
                let made =
                    create_generation(dir, &generation, schema, disk).map_err(tantivy_error(dir, disk))?;
                (made, Some(generation))
            }
        };
        // Half of the threads are enough to write what all of them extract. Each writes its own segments, and
        // fewer segments are cheaper.
        let threads = threads.div_ceil(2).clamp(1, 8);
        let writer: IndexWriter<Waiting> = index
            .writer_with_num_threads(threads, HEAP.max(threads * 16_000_000))
            .map_err(tantivy_error(dir, disk))?;
        // Files of a commit that failed halfway would conflict with the next commit of the same number.
        writer.garbage_collect_files().wait().map_err(tantivy_error(dir, disk))?;
        // If one of tantivy's threads has ended, it no longer takes documents: the next call returns its
        // error.
        let waiting = Gate::new(WAITING, Duration::from_secs(1));
        Ok(Self { dir: dir.to_owned(), disk: disk.clone(), swap, writer, waiting, fields, _lock: lock })
    }

    /// Removes everything with this key: the entry of a file (but not its articles), or an article with its
    /// quotes.
    pub fn remove(&self, key: u64) {
        self.writer.delete_term(Term::from_field_u64(self.fields.group, key));
    }

    /// Adds an article of `file`, with its stamp, its quotes, and the effect of each correction for it. An
    /// existing article with this id must be removed first.
    ///
    /// # Errors
    /// [`IndexError::Io`] if the disk is full or fails.
    pub fn add(
        &self,
        file: &str,
        article: (&Article, u64),
        quotes: &[Quote],
        corrections: Vec<(u64, Outcome)>,
        people: &People,
    ) -> Result<(), IndexError> {
        let put = |document| self.put(document);
        document::of_article(self.fields, file, article, quotes, corrections, people, &put)
    }

    /// Records that an article (with its stamp), which is already in the index word for word, with this many
    /// quotes and without corrections, now belongs to another `file`.
    ///
    /// # Errors
    /// [`IndexError::Io`] if the disk is full or fails.
    pub fn move_article(&self, file: &str, article: (&Article, u64), quotes: u64) -> Result<(), IndexError> {
        let group = Term::from_field_u64(self.fields.group, article_key(&article.0.id));
        let query = BooleanQuery::intersection(vec![
            Box::new(TermQuery::new(group, IndexRecordOption::Basic)),
            term(self.fields.class, "article"),
        ]);
        self.writer.delete_query(Box::new(query)).map_err(tantivy_error(&self.dir, &self.disk))?;
        self.put(document::of_entry(self.fields, file, article, quotes, Vec::new()))
    }

    /// Records what was indexed from a file, replacing the previous entry.
    ///
    /// # Errors
    /// [`IndexError::Io`] if the disk is full or fails.
    pub fn add_file(&self, entry: &FileEntry) -> Result<(), IndexError> {
        self.remove(file_key(&entry.path));
        self.put(document::of_file(self.fields, entry))
    }

    /// Stores the people list, replacing the previous one.
    ///
    /// # Errors
    /// [`IndexError::Io`] if the disk is full or fails.
    pub fn set_people(&self, people: &People) -> Result<(), IndexError> {
        self.writer.delete_term(Term::from_field_text(self.fields.class, "people"));
        let persons: Vec<&Person> = people.persons().iter().collect();
        self.put(document::of(self.fields, "people", &persons))
    }

    /// Stores the agenda, replacing the previous one.
    ///
    /// # Errors
    /// [`IndexError::Io`] if the disk is full or fails.
    pub fn set_agenda(&self, agenda: &Agenda) -> Result<(), IndexError> {
        self.writer.delete_term(Term::from_field_text(self.fields.class, "agenda"));
        self.put(document::of(self.fields, "agenda", agenda))
    }

    /// Makes everything so far durable, so that an interrupted update can continue from here. In the current
    /// generation it also becomes visible; a new generation does not.
    ///
    /// # Errors
    /// [`IndexError::Io`] if the disk is full or fails: the index remains as it was at the last checkpoint.
    pub fn checkpoint(&mut self, state: &State) -> Result<(), IndexError> {
        let payload = serde_json::to_string(state).unwrap_or_default();
        let failed = tantivy_error(&self.dir, &self.disk);
        let mut prepared = self.writer.prepare_commit().map_err(&failed)?;
        prepared.set_payload(&payload);
        prepared.commit().map(drop).map_err(&failed)
    }

    /// Makes everything so far, and `state`, durable and visible at once.
    ///
    /// # Errors
    /// [`IndexError::Io`] if the disk is full or fails: the index remains as it was at the last checkpoint.
    pub fn commit(mut self, state: &State) -> Result<(), IndexError> {
        self.checkpoint(state)?;
        // The commit is complete. What follows only cleans up: if it fails, the index is still correct, and
        // the next update cleans up.
        let tidied = self.expunge().and_then(|()| self.writer.wait_merging_threads());
        let Some(generation) = &self.swap else { return Ok(()) };
        if let Err(error) = tidied {
            // Do not switch to a new generation if the disk fails.
            return Err(tantivy_error(&self.dir, &self.disk)(error));
        }
        let (path, next) = (self.dir.join("CURRENT"), self.dir.join("CURRENT.next"));
        self.disk.replace(&path, &next, &format!("{generation}\n")).map_err(io_error(&path))?;
        // What cannot be removed now is removed by the next update.
        let _ = remove_leftovers(&self.dir, &[generation], &self.disk);
        Ok(())
    }

    /// Rewrites segments with deleted documents, whose words and names would still affect weights: small
    /// segments at once, large ones when an eighth of their documents are deleted, so that the cost is
    /// proportional to the change.
    fn expunge(&mut self) -> tantivy::Result<()> {
        let metas = self.writer.index().searchable_segment_metas()?;
        let is_stale = |meta: &&SegmentMeta| {
            meta.has_deletes()
                && (meta.max_doc() <= SMALL_SEGMENT || meta.num_deleted_docs() >= meta.max_doc() / 8)
        };
        let stale: Vec<_> = metas.iter().filter(is_stale).map(SegmentMeta::id).collect();
        if !stale.is_empty() {
            self.writer.merge(&stale).wait()?;
        }
        Ok(())
    }

    fn put(&self, document: TantivyDocument) -> Result<(), IndexError> {
        let pass = self.waiting.pass(size_of(&document));
        let added = self.writer.add_document(Waiting { document, _pass: pass });
        added.map(|_| ()).map_err(tantivy_error(&self.dir, &self.disk))
    }
}

/// A document that waits for one of tantivy's threads, in whose queue ten thousand may wait.
struct Waiting {
    document: TantivyDocument,
    /// Released when a thread takes the document.
    _pass: Pass,
}

impl Document for Waiting {
    type Value<'a> = <TantivyDocument as Document>::Value<'a>;
    type FieldsValuesIter<'a> = <TantivyDocument as Document>::FieldsValuesIter<'a>;

    fn iter_fields_and_values(&self) -> Self::FieldsValuesIter<'_> {
        self.document.iter_fields_and_values()
    }

    fn into_tantivy_document(self) -> TantivyDocument {
        self.document
    }
}

/// Returns the approximate size in bytes of the texts of a document.
fn size_of(document: &TantivyDocument) -> usize {
    document.iter_fields_and_values().map(|(_, value)| value.as_str().map_or(8, str::len)).sum()
}

/// Number of documents up to which a segment is rewritten after any deletion: it takes well under a second.
const SMALL_SEGMENT: u32 = 20_000;

fn next_generation(now: Option<&str>) -> String {
    let number = now.and_then(number_of).unwrap_or(0);
    format!("g-{}", number.wrapping_add(1))
}

fn create_generation(dir: &Path, name: &str, schema: Schema, disk: &Disk) -> tantivy::Result<Index> {
    let path = dir.join(name);
    fs::create_dir_all(&path)?;
    disk.sync_folder(dir)?;
    // Texts are compressed on the writing thread: handing them to a separate thread costs more than it saves.
    // Quotes are read one by one, and each means decompressing a block.
    let settings = IndexSettings {
        docstore_compress_dedicated_thread: false,
        docstore_blocksize: 4 << 10,
        ..IndexSettings::default()
    };
    let index = Index::create(disk.files(&path)?, schema, settings)?;
    for (name, analyzer) in schema::analyzers() {
        index.tokenizers().register(name, analyzer);
    }
    Ok(index)
}

/// Removes an empty directory that has the name of the file `CURRENT`.
///
/// # Errors
/// [`IndexError::Io`] if it is not empty: its contents are unknown.
fn make_way(path: &Path) -> Result<(), IndexError> {
    if fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir()) {
        fs::remove_dir(path).map_err(io_error(path))?;
    }
    Ok(())
}

/// Removes all generations except `keep`: replaced ones, and those of interrupted updates.
fn remove_leftovers(dir: &Path, keep: &[&str], disk: &Disk) -> Result<(), IndexError> {
    let next = dir.join("CURRENT.next");
    disk.remove(&next).map_err(io_error(&next))?;
    for entry in fs::read_dir(dir).map_err(io_error(dir))? {
        let entry = entry.map_err(io_error(dir))?;
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| name.starts_with("g-")) else { continue };
        if !keep.contains(&name) {
            disk.remove_folder(&entry.path()).map_err(io_error(&entry.path()))?;
        }
    }
    Ok(())
}

/// Converts a tantivy error, naming the first file that could not be written, if the disk has recorded one.
fn tantivy_error(dir: &Path, disk: &Disk) -> impl Fn(tantivy::TantivyError) -> IndexError + use<> {
    let (dir, disk) = (dir.to_owned(), disk.clone());
    move |error| {
        if let Some((path, source)) = disk.failure() {
            return IndexError::Io { path, source };
        }
        match error {
            tantivy::TantivyError::IoError(source) => IndexError::Io {
                path: dir.clone(),
                source: io::Error::new(source.kind(), source.to_string()),
            },
            other => damaged(&dir)(other),
        }
    }
}

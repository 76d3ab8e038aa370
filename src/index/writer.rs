//! Writes the index: one writer at a time, everything in one commit.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use tantivy::schema::Schema;
use tantivy::{Index, IndexWriter, TantivyDocument, Term};

use super::document;
use super::schema::{self, Fields};
use super::{FileEntry, IndexError, State, current, damaged, io_error, open_generation};
use crate::article::Article;
use crate::people::{People, Person};
use crate::quote::Quote;

/// Where an update starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// An empty generation beside the current one, swapped in by the commit.
    Fresh,
    /// The current generation.
    Current,
}

/// An update of an index under way. Nothing of it is seen before [`Update::commit`]; dropped, it leaves the index as it was.
pub struct Update {
    dir: PathBuf,
    /// The generation to swap in, when it is a new one.
    swap: Option<String>,
    writer: IndexWriter,
    fields: Fields,
    /// Held until the end: the one writer.
    _lock: File,
}

/// Memory that all indexing threads share, in bytes.
const HEAP: usize = 64 << 20;

impl Update {
    /// Takes the writer's lock of the index at `dir`, made if missing. `wait` waits for another writer to end.
    ///
    /// # Errors
    /// [`IndexError::Busy`] where another process writes and `wait` is not set; [`IndexError::Io`] where the directory cannot be
    /// made or written.
    pub fn lock(dir: &Path, wait: bool) -> Result<File, IndexError> {
        fs::create_dir_all(dir).map_err(io_error(dir))?;
        let path = dir.join("lock");
        let options = || File::options().read(true).write(true).create(true).truncate(false).open(&path);
        let mut lock = options().map_err(io_error(&path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) if wait => lock.lock().map_err(io_error(&path))?,
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // The holder's name is a courtesy; without it the message still says what is wrong.
                let _ = lock.read_to_string(&mut holder);
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
        Ok(lock)
    }

    /// Begins an update of the index at `dir` under its `lock`.
    ///
    /// # Errors
    /// [`IndexError::Io`] where a file cannot be written, [`IndexError::Damaged`] where the current generation cannot be opened.
    pub fn begin(dir: &Path, lock: File, start: Start, threads: usize) -> Result<Self, IndexError> {
        let now = current(dir)?;
        remove_leftovers(dir, now.as_deref())?;
        let (schema, fields) = schema::schema();
        let (index, swap) = match (start, now) {
            (Start::Current, Some(generation)) => (open_generation(dir, &generation)?, None),
            (_, now) => {
                let generation = next_generation(now.as_deref());
                (
                    create_generation(&dir.join(&generation), schema).map_err(tantivy_error(dir))?,
                    Some(generation),
                )
            }
        };
        let threads = threads.clamp(1, 8);
        let writer = index
            .writer_with_num_threads(threads, HEAP.max(threads * 16_000_000))
            .map_err(tantivy_error(dir))?;
        Ok(Self { dir: dir.to_owned(), swap, writer, fields, _lock: lock })
    }

    /// Removes everything that came from the file.
    pub fn remove(&mut self, path: &str) {
        self.writer.delete_term(Term::from_field_text(self.fields.file, path));
    }

    /// Adds an article of `file` with its quotes.
    ///
    /// # Errors
    /// [`IndexError::Io`] where the disk is full or fails.
    pub fn add(
        &mut self,
        file: &str,
        article: &Article,
        quotes: &[Quote],
        people: &People,
    ) -> Result<(), IndexError> {
        document::of_article(self.fields, file, article, quotes, people, &mut |document| self.put(document))
    }

    /// Adds what was indexed from a file.
    ///
    /// # Errors
    /// [`IndexError::Io`] where the disk is full or fails.
    pub fn add_file(&mut self, entry: &FileEntry) -> Result<(), IndexError> {
        let document = document::of(self.fields, "file", &entry.path, entry);
        self.put(document)
    }

    /// Adds the people list, in place of the one before.
    ///
    /// # Errors
    /// [`IndexError::Io`] where the disk is full or fails.
    pub fn set_people(&mut self, people: &People) -> Result<(), IndexError> {
        self.writer.delete_term(Term::from_field_text(self.fields.class, "people"));
        let persons: Vec<&Person> = people.persons().iter().collect();
        let document = document::of(self.fields, "people", "", &persons);
        self.put(document)
    }

    /// Makes everything so far, and `state`, visible at once and durable.
    ///
    /// # Errors
    /// [`IndexError::Io`] where the disk is full or fails: the index is as it was before the update.
    pub fn commit(mut self, state: &State) -> Result<(), IndexError> {
        let payload = serde_json::to_string(state).unwrap_or_default();
        let failed = tantivy_error(&self.dir);
        let mut prepared = self.writer.prepare_commit().map_err(&failed)?;
        prepared.set_payload(&payload);
        prepared.commit().map_err(&failed)?;
        self.expunge().map_err(&failed)?;
        self.writer.wait_merging_threads().map_err(&failed)?;
        if let Some(generation) = &self.swap {
            swap_in(&self.dir, generation)?;
            remove_leftovers(&self.dir, Some(generation))?;
        }
        Ok(())
    }

    /// Rewrites the segments that hold deleted documents: their words and names would still be counted.
    fn expunge(&mut self) -> tantivy::Result<()> {
        let metas = self.writer.index().searchable_segment_metas()?;
        let stale: Vec<_> = metas.iter().filter(|meta| meta.has_deletes()).map(|meta| meta.id()).collect();
        if !stale.is_empty() {
            self.writer.merge(&stale).wait()?;
        }
        Ok(())
    }

    fn put(&self, document: TantivyDocument) -> Result<(), IndexError> {
        self.writer.add_document(document).map(|_| ()).map_err(tantivy_error(&self.dir))
    }
}

fn next_generation(now: Option<&str>) -> String {
    let number = now
        .and_then(|name| name.strip_prefix("g-"))
        .and_then(|number| number.parse::<u64>().ok())
        .unwrap_or(0);
    format!("g-{}", number.wrapping_add(1))
}

fn create_generation(path: &Path, schema: Schema) -> tantivy::Result<Index> {
    fs::create_dir_all(path)?;
    let index = Index::create_in_dir(path, schema)?;
    for (name, analyzer) in schema::analyzers() {
        index.tokenizers().register(name, analyzer);
    }
    Ok(index)
}

/// Names `generation` the current one: an atomic rename of a file that is on the disk.
fn swap_in(dir: &Path, generation: &str) -> Result<(), IndexError> {
    let (next, path) = (dir.join("CURRENT.next"), dir.join("CURRENT"));
    let write = || -> io::Result<()> {
        let mut file = File::create(&next)?;
        file.write_all(format!("{generation}\n").as_bytes())?;
        file.sync_all()?;
        fs::rename(&next, &path)?;
        File::open(dir)?.sync_all()
    };
    write().map_err(io_error(&path))
}

/// Removes generations other than `keep`: replaced ones and those of updates that were interrupted.
fn remove_leftovers(dir: &Path, keep: Option<&str>) -> Result<(), IndexError> {
    match fs::remove_file(dir.join("CURRENT.next")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io_error(dir)(error)),
        _ => {}
    }
    for entry in fs::read_dir(dir).map_err(io_error(dir))? {
        let entry = entry.map_err(io_error(dir))?;
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| name.starts_with("g-")) else { continue };
        if Some(name) != keep {
            fs::remove_dir_all(entry.path()).map_err(io_error(&entry.path()))?;
        }
    }
    Ok(())
}

/// Tells what tantivy says of the disk from what it says of its files.
fn tantivy_error(dir: &Path) -> impl Fn(tantivy::TantivyError) -> IndexError + use<> {
    let dir = dir.to_owned();
    move |error| match error {
        tantivy::TantivyError::IoError(source) => {
            IndexError::Io { path: dir.clone(), source: io::Error::new(source.kind(), source.to_string()) }
        }
        other => damaged(&dir)(other),
    }
}

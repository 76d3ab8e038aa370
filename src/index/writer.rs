//! Writes the index: one writer at a time, everything in one commit.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;
use tantivy::schema::Schema;
use tantivy::{Index, IndexWriter, TantivyDocument, Term};

use super::schema::{self, Fields, day_number};
use super::{FileEntry, IndexError, State, current, damaged, io_error, open_generation};
use crate::answer::Record;
use crate::article::{Article, Citation};
use crate::people::{People, Person};
use crate::quote::Quote;
use crate::span::Span;

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
        let paragraphs = paragraphs(&article.text);
        let lead = lead(article, &paragraphs);
        for (ordinal, quote) in quotes.iter().enumerate() {
            let record = record(article, quote, ordinal, (&paragraphs, lead), people);
            let document = self.quote_document(file, &record);
            self.put(document)?;
        }
        for passage in passages(&article.text, &paragraphs) {
            let document = self.passage_document(file, article, passage);
            self.put(document)?;
        }
        Ok(())
    }

    /// Adds what was indexed from a file.
    ///
    /// # Errors
    /// [`IndexError::Io`] where the disk is full or fails.
    pub fn add_file(&mut self, entry: &FileEntry) -> Result<(), IndexError> {
        let document = self.document("file", &entry.path, entry);
        self.put(document)
    }

    /// Adds the people list, in place of the one before.
    ///
    /// # Errors
    /// [`IndexError::Io`] where the disk is full or fails.
    pub fn set_people(&mut self, people: &People) -> Result<(), IndexError> {
        self.writer.delete_term(Term::from_field_text(self.fields.class, "people"));
        let persons: Vec<&Person> = people.persons().iter().collect();
        let document = self.document("people", "", &persons);
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

    fn document(&self, class: &str, file: &str, record: &impl Serialize) -> TantivyDocument {
        let mut document = TantivyDocument::default();
        document.add_text(self.fields.class, class);
        document.add_text(self.fields.file, file);
        // Plain structs of strings and numbers always serialise.
        document.add_text(self.fields.record, serde_json::to_string(record).unwrap_or_default());
        document
    }

    fn quote_document(&self, file: &str, record: &Record) -> TantivyDocument {
        let fields = self.fields;
        let mut document = self.document("quote", file, record);
        let words = record.words();
        document.add_text(fields.article, &record.article.0);
        document.add_text(fields.words, &words);
        document.add_text(fields.stems, &words);
        document.add_text(fields.context, &record.context);
        document.add_text(fields.context, &record.lead);
        add_citation(&mut document, fields, &record.citation);
        if let Some(attribution) = &record.quote.attribution {
            if let Some(speaker) = &attribution.speaker {
                document.add_text(fields.speaker, speaker);
                document.add_text(fields.role, speaker);
            }
            document.add_text(fields.role, record.text(attribution.mention));
        }
        if let Some(role) = &record.role {
            document.add_text(fields.role, role);
        }
        document
    }

    fn passage_document(&self, file: &str, article: &Article, passage: Span) -> TantivyDocument {
        #[derive(Serialize)]
        struct Passage<'a> {
            start: usize,
            text: &'a str,
        }
        let text = passage.text(&article.text);
        let mut document = self.document("passage", file, &Passage { start: passage.start, text });
        document.add_text(self.fields.article, &article.id.0);
        document.add_text(self.fields.passage, text);
        document
    }
}

fn add_citation(document: &mut TantivyDocument, fields: Fields, citation: &Citation) {
    if let Some(title) = &citation.title {
        document.add_text(fields.title, title);
    }
    if let Some(outlet) = &citation.outlet {
        document.add_text(fields.outlet, outlet);
    }
    if let Some(day) = citation.date {
        document.add_i64(fields.day, day_number(day));
    }
}

fn record(
    article: &Article,
    quote: &Quote,
    ordinal: usize,
    (paragraphs, lead): (&[Span], &str),
    people: &People,
) -> Record {
    let extent = quote.extent();
    let first = paragraphs.partition_point(|paragraph| paragraph.end <= extent.start);
    let last = paragraphs.partition_point(|paragraph| paragraph.start < extent.end).max(first + 1) - 1;
    let at = |place: usize| paragraphs.get(place).copied().unwrap_or(extent);
    let neighbours = Span::new(
        at(first.saturating_sub(1)).start,
        at((last + 1).min(paragraphs.len().saturating_sub(1))).end,
    );
    let room = if neighbours.len() > CONTEXT { around(&article.text, extent) } else { neighbours };
    let limit = |span: Span| {
        Span::new(span.start.max(room.start).min(extent.start), span.end.min(room.end).max(extent.end))
    };
    let context = limit(neighbours);
    let role = quote.speaker().and_then(|name| {
        people
            .called(name)
            .find(|person| person.name == name)
            .and_then(|person| person.role_on(article.citation.date))
    });
    Record {
        article: article.id.clone(),
        ordinal: u32::try_from(ordinal).unwrap_or(u32::MAX),
        quote: quote.clone(),
        context: context.text(&article.text).to_owned(),
        context_start: context.start,
        paragraph: limit(Span::new(at(first).start, at(last).end)),
        lead: lead.to_owned(),
        role,
        citation: article.citation.clone(),
        digest: article.digest,
        tags: article.tags.clone(),
    }
}

/// Bytes of paragraphs that a quote is stored with whole, and on each side where they are longer: a line of megabytes with a
/// quote in every sentence may not be stored a thousand times.
const CONTEXT: usize = 8000;
const AROUND: usize = 250;

/// The first paragraph below the headline, at most [`LEAD`] bytes of it.
fn lead<'a>(article: &'a Article, paragraphs: &[Span]) -> &'a str {
    let body = article.headline().map_or(0, |line| line.end);
    let first =
        paragraphs.iter().find(|paragraph| paragraph.start >= body).copied().unwrap_or(Span::new(0, 0));
    Span::new(first.start, article.text.floor_char_boundary(first.end.min(first.start + LEAD)))
        .text(&article.text)
}

/// Bytes of a lead that are kept with each quote.
const LEAD: usize = 400;

/// The surroundings of a span, on character boundaries.
fn around(text: &str, span: Span) -> Span {
    let start = text.floor_char_boundary(span.start.saturating_sub(AROUND));
    Span::new(start, text.ceil_char_boundary((span.end + AROUND).min(text.len())))
}

/// The lines of a text that are not blank.
fn paragraphs(text: &str) -> Vec<Span> {
    let mut start = 0;
    text.split_inclusive('\n')
        .map(|line| {
            start += line.len();
            Span::new(start - line.len(), start).trim(text)
        })
        .filter(|line| !line.is_empty())
        .collect()
}

/// Bytes after which a passage ends with its paragraph.
const PASSAGE: usize = 1000;

/// Whole paragraphs joined to passages of about a thousand bytes, in order; together they hold every paragraph once.
fn passages(text: &str, paragraphs: &[Span]) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    for paragraph in paragraphs {
        match out.last_mut() {
            Some(last) if last.len() + paragraph.len() < PASSAGE => last.end = paragraph.end,
            _ => out.push(*paragraph),
        }
    }
    debug_assert!(out.iter().all(|passage| !passage.text(text).is_empty()));
    out
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

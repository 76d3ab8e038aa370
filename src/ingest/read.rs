//! Reads and parses files ahead of the indexing, on a thread of its own. Small files are read together on all
//! cores. Large files and archives are read in parts, with nothing else at the same time, so that a file of
//! any size needs only the memory of a few parts. Sizes are those after decompression.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _, Seek as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::SystemTime;

use anyhow::Context as _;
use rayon::prelude::*;

use super::journal::{ASIDE, Journal};
use super::scan::{Seen, nanoseconds};
use crate::article::{self, Article, Format, Origin};
use crate::correction::Corrections;
use crate::index::{FileEntry, article_key, stamp_of};
use crate::pdf;

/// A file to be read.
#[derive(Debug)]
pub(super) struct Todo {
    /// The path that identifies it in the index.
    pub(super) path: String,
    pub(super) seen: Seen,
    /// Its decompressed size in bytes, if known.
    pub(super) unpacked: Option<u64>,
    /// Its entry in the index: if the bytes are the same, it is not parsed.
    pub(super) before: Option<FileEntry>,
}

/// An article with the hashes by which it is identified and compared.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) article: Article,
    pub(super) key: u64,
    pub(super) stamp: u64,
}

impl Parsed {
    /// Returns the same article with the stamp that includes its corrections.
    pub(super) fn corrected(mut self, corrections: &Corrections) -> Self {
        self.stamp = corrections.stamp(&self.article, self.stamp);
        self
    }
}

/// The facts about a file that are known once its last byte has been read.
#[derive(Debug)]
pub(super) struct End {
    pub(super) hash: String,
    pub(super) stamp: u64,
    pub(super) size: u64,
}

/// A part of a file, or the whole file.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) path: String,
    /// Only in the last part.
    pub(super) before: Option<FileEntry>,
    pub(super) content: Content,
    pub(super) end: Option<End>,
}

#[derive(Debug)]
pub(super) enum Content {
    /// The bytes have not changed since the file was indexed.
    Same,
    /// Articles, and why others were skipped, in order.
    Articles(Vec<Result<Parsed, String>>),
}

/// Parts of files that are indexed together, in path order.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) parts: Vec<Part>,
    /// Bytes of files that were read for this batch.
    pub(super) bytes: u64,
}

/// Maximum decompressed size in bytes of the files that are read together; a larger file is streamed alone.
/// Three batches are in memory at a time: one being indexed, one waiting, one being read.
const BATCH_BYTES: u64 = 4 << 20;
/// Maximum number of files in a batch, and of articles of an archive in a part.
const BATCH_ARTICLES: usize = 512;
/// Bytes of text after which a part of an archive ends, however few articles it has. A longer article is a
/// part by itself.
const PART_BYTES: usize = 2 << 20;

/// Reads `todo` on a thread of its own and passes each batch to `take`, until everything is read, `stop` is
/// set, or `take` fails. Files are read in order, except that those that `journal` suspects come first. The
/// journal records which files are being read.
pub(super) fn each_batch(
    todo: Vec<Todo>,
    pdf: &pdf::Reader,
    journal: Option<&Journal>,
    stop: &AtomicBool,
    take: &mut dyn FnMut(Batch) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    /// Closes the journal when batches are no longer taken, so that nobody waits for one.
    struct Closing<'a>(Option<&'a Journal>);
    impl Drop for Closing<'_> {
        fn drop(&mut self) {
            self.0.inspect(|journal| journal.close());
        }
    }
    journal.inspect(|journal| journal.reopen());
    thread::scope(|scope| {
        let (send, batches) = sync_channel(1);
        let closing = Closing(journal);
        let reader = thread::Builder::new()
            .name("read".to_owned())
            .spawn_scoped(scope, move || Reader { pdf, journal, stop, send: &send }.read_all(todo))
            .context("a thread cannot be started")?;
        for batch in &batches {
            let ended = batch.parts.iter().filter(|part| part.end.is_some());
            let ended: Vec<String> = ended.map(|part| part.path.clone()).collect();
            take(batch)?;
            journal.inspect(|journal| ended.iter().for_each(|path| journal.done(path)));
            if stop.load(Ordering::Relaxed) {
                break;
            }
        }
        // A reader that is still running now fails to send its batch, and ends.
        drop(batches);
        drop(closing);
        match reader.join() {
            Ok(()) => Ok(()),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

struct Reader<'a> {
    pdf: &'a pdf::Reader,
    journal: Option<&'a Journal>,
    stop: &'a AtomicBool,
    send: &'a SyncSender<Batch>,
}

impl Reader<'_> {
    /// Reads files and sends batches until everything is read, `stop` is set, or nobody receives them.
    fn read_all(&self, todo: Vec<Todo>) {
        let is_suspect = |todo: &Todo| self.journal.is_some_and(|journal| journal.suspects(&todo.path));
        let (suspects, todo): (Vec<Todo>, Vec<Todo>) = todo.into_iter().partition(is_suspect);
        for suspect in suspects {
            if self.stop.load(Ordering::Relaxed) || !self.alone(suspect) {
                return;
            }
        }
        let mut todo = VecDeque::from(todo);
        while let Some(first) = todo.pop_front() {
            if self.stop.load(Ordering::Relaxed) {
                return;
            }
            if first.weight() > BATCH_BYTES {
                if !self.alone(first) {
                    return;
                }
                continue;
            }
            let mut weight = first.weight();
            let mut files = vec![first];
            while files.len() < BATCH_ARTICLES
                && todo.front().is_some_and(|next| weight + next.weight() <= BATCH_BYTES)
                && let Some(next) = todo.pop_front()
            {
                weight += next.weight();
                files.push(next);
            }
            if !self.together(files, &mut todo) {
                return;
            }
        }
    }

    /// Reads small files; files that turn out to be large are put back. Returns whether the batch was
    /// received.
    fn together(&self, files: Vec<Todo>, todo: &mut VecDeque<Todo>) -> bool {
        if let Some(journal) = self.journal {
            journal.begin(files.iter().map(|todo| (todo.path.as_str(), todo.seen.stamp)));
        }
        let unpacked = AtomicU64::new(0);
        let loaded: Vec<Loaded> = files.into_par_iter().map(|todo| load(todo, self.pdf, &unpacked)).collect();
        let (mut parts, mut bytes) = (Vec::new(), 0);
        for loaded in loaded {
            match loaded {
                Loaded::Part(part, size) => {
                    parts.push(part);
                    bytes += size;
                }
                Loaded::Later(later) => {
                    self.journal.inspect(|journal| journal.put_back(&later.path));
                    todo.push_front(later);
                }
            }
        }
        parts.is_empty() || self.send.send(Batch { parts, bytes }).is_ok()
    }

    /// Reads one file while nothing else is being read. Returns whether all of it was received.
    fn alone(&self, todo: Todo) -> bool {
        let Some(journal) = self.journal else { return stream(todo, self, None) };
        journal.drain();
        let hash = || hash_of(&todo.seen, self.stop);
        if let Some(hash) = journal.sets_aside(&todo.path, todo.seen.stamp, hash) {
            let (size, stamp) = (todo.seen.size, stamp_now(&todo.seen).map_or(0, |(_, stamp)| stamp));
            let content = Content::Articles(vec![Err(ASIDE.to_owned())]);
            let end = Some(End { hash, stamp, size });
            let part = Part { path: todo.path, before: todo.before, content, end };
            return self.send.send(Batch { parts: vec![part], bytes: size }).is_ok();
        }
        journal.begin([(todo.path.as_str(), todo.seen.stamp)].into_iter());
        let taken = stream(todo, self, Some(journal));
        journal.drain();
        taken
    }
}

impl Todo {
    /// Returns its decompressed size in bytes, if known; files with many small articles count as the memory
    /// they need.
    fn weight(&self) -> u64 {
        self.unpacked.unwrap_or_else(|| self.seen.size * self.seen.growth())
    }
}

/// The result of reading a small file.
enum Loaded {
    /// It was read; with its size in bytes in the corpus.
    Part(Part, u64),
    /// It is larger than it looked.
    Later(Todo),
}

/// Returns the stamp of a file that is being read; 0 if it may have changed without visible effect.
fn stamp_now(seen: &Seen) -> io::Result<(Seen, u64)> {
    let now = seen.again()?;
    let fresh = now.is_fresh(nanoseconds(Some(SystemTime::now())));
    let stamp = if fresh { 0 } else { now.stamp };
    Ok((now, stamp))
}

/// Returns the stamp to keep for a file whose stamp was `before` when reading began; 0 if it has changed
/// since.
fn stamp_after(seen: &Seen, before: u64) -> u64 {
    seen.again().map_or(0, |now| if now.stamp == before { before } else { 0 })
}

/// Returns the part for a file that cannot be read. It is tried again each time.
fn failed(todo: Todo, reason: String) -> Part {
    let end = End { hash: String::new(), stamp: 0, size: todo.seen.size };
    let content = Content::Articles(vec![Err(reason)]);
    Part { path: todo.path, before: todo.before, content, end: Some(end) }
}

/// Reads and parses one small file. `unpacked` counts the decompressed bytes of all compressed files read in
/// the same batch.
fn load(todo: Todo, pdf: &pdf::Reader, unpacked: &AtomicU64) -> Loaded {
    let size = todo.seen.size;
    let sidecar = match todo.seen.read_sidecar() {
        Ok(sidecar) => sidecar,
        Err(error) => return Loaded::Part(failed(todo, format!("sidecar cannot be read: {error}")), size),
    };
    let read = stamp_now(&todo.seen).and_then(|now| {
        let mut bytes = Vec::with_capacity(usize::try_from(size.min(BATCH_BYTES)).unwrap_or_default());
        File::open(&todo.seen.path)?.take(BATCH_BYTES + 1).read_to_end(&mut bytes)?;
        Ok((now, bytes))
    });
    let ((now, stamp), bytes) = match read {
        Ok(read) => read,
        Err(error) => return Loaded::Part(failed(todo, format!("cannot be read: {error}")), size),
    };
    if bytes.len() as u64 > BATCH_BYTES {
        // It has grown since it was scanned.
        return Loaded::Later(Todo { unpacked: Some(bytes.len() as u64), ..todo });
    }
    if todo.unpacked.is_none() && article::is_packed(&bytes) {
        let grown = article::unpacked_size(&bytes, BATCH_BYTES + 1);
        if unpacked.fetch_add(grown, Ordering::Relaxed) + grown > BATCH_BYTES {
            return Loaded::Later(Todo { unpacked: Some(grown), ..todo });
        }
    }
    let mut hasher = blake3::Hasher::new();
    hasher.update(&bytes).update(sidecar.as_deref().unwrap_or_default().as_bytes());
    let hash = hasher.finalize().to_hex().to_string();
    let content = if todo.before.as_ref().is_some_and(|before| before.hash == hash) {
        Content::Same
    } else {
        let path = &todo.seen.inner;
        let parse = || match text_of(bytes.as_slice(), path, pdf) {
            Ok((bytes, format)) => article::read(bytes, Origin { path, format, sidecar: sidecar.as_deref() })
                .map(parsed)
                .collect(),
            Err(error) => vec![Err(one_line(&error))],
        };
        Content::Articles(catch_unwind(AssertUnwindSafe(parse)).unwrap_or_else(|_| vec![Err(gave_up())]))
    };
    let end = End { hash, stamp: stamp_after(&todo.seen, stamp), size: now.size };
    Loaded::Part(Part { path: todo.path, before: todo.before, content, end: Some(end) }, size)
}

/// Returns the content of a file, and its format if its name does not determine it: for a PDF, its extracted
/// text.
fn text_of<'a>(
    mut bytes: impl BufRead + 'a,
    path: &str,
    pdf: &pdf::Reader,
) -> Result<(Box<dyn BufRead + 'a>, Option<Format>), pdf::PdfError> {
    if !pdf::Reader::is_meant(path) {
        return Ok((Box::new(bytes), None));
    }
    let words = pdf.text(&mut bytes)?;
    Ok((Box::new(io::Cursor::new(words)), Some(Format::Text)))
}

/// Returns the reason reported for a file or an article on which the code panicked.
pub(super) fn gave_up() -> String {
    "rapporteur failed on it, which is a bug; please report it with the file".to_owned()
}

fn parsed(article: Result<Article, article::ParseError>) -> Result<Parsed, String> {
    let article = article.map_err(|error| one_line(&error))?;
    let (key, stamp) = (article_key(&article.id), stamp_of(&article));
    Ok(Parsed { article, key, stamp })
}

/// Returns an error message on one line.
fn one_line(error: &dyn std::error::Error) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads a file in parts; returns whether all of it was received.
fn stream(todo: Todo, reader: &Reader<'_>, journal: Option<&Journal>) -> bool {
    let Reader { pdf, stop, send, .. } = *reader;
    let opened =
        todo.seen.read_sidecar().map_err(|error| format!("sidecar cannot be read: {error}")).and_then(
            |sidecar| {
                let open = || Ok((stamp_now(&todo.seen)?, File::open(&todo.seen.path)?));
                open()
                    .map(|opened| (sidecar, opened))
                    .map_err(|error: io::Error| format!("cannot be read: {error}"))
            },
        );
    let (sidecar, ((now, stamp), file)) = match opened {
        Ok(opened) => opened,
        Err(reason) => {
            let bytes = todo.seen.size;
            return send.send(Batch { parts: vec![failed(todo, reason)], bytes }).is_ok();
        }
    };
    let sidecar = sidecar.unwrap_or_default();
    if let Some(before) = todo.before.as_ref().filter(|before| before.size == now.size)
        && same(&file, &sidecar, &before.hash, stop)
    {
        let end = End { hash: before.hash.clone(), stamp: stamp_after(&todo.seen, stamp), size: now.size };
        let part = Part { path: todo.path, before: todo.before, content: Content::Same, end: Some(end) };
        return send.send(Batch { parts: vec![part], bytes: now.size }).is_ok();
    }
    let counted = Counted::new(file);
    let path = &todo.seen.inner;
    let sidecar_of = Some(sidecar.as_str()).filter(|sidecar| !sidecar.is_empty());
    let articles: Box<dyn Iterator<Item = Result<Parsed, String>>> =
        match text_of(BufReader::with_capacity(1 << 20, counted.clone()), path, pdf) {
            Ok((bytes, format)) => {
                Box::new(Guarded(Some(article::read(bytes, Origin { path, format, sidecar: sidecar_of }))))
            }
            Err(error) => Box::new(std::iter::once(Err(one_line(&error)))),
        };
    let mut articles = articles.peekable();
    let mut told = 0;
    loop {
        let (mut part, mut bytes) = (Vec::new(), 0);
        while part.len() < BATCH_ARTICLES {
            let is_first = part.is_empty();
            let fits = |next: &Result<Parsed, String>| is_first || bytes + size_of(next) <= PART_BYTES;
            let Some(article) = articles.next_if(fits) else { break };
            bytes += size_of(&article);
            part.push(article);
        }
        if stop.load(Ordering::Relaxed) {
            return false;
        }
        let is_last = articles.peek().is_none();
        let end = is_last.then(|| End {
            hash: counted.finish(&sidecar),
            stamp: stamp_after(&todo.seen, stamp),
            size: now.size,
        });
        let read = if is_last { now.size } else { counted.len().min(now.size) };
        let batch = Batch {
            parts: vec![Part {
                path: todo.path.clone(),
                before: todo.before.clone().filter(|_| is_last),
                content: Content::Articles(part),
                end,
            }],
            bytes: read.saturating_sub(told),
        };
        told = told.max(read);
        journal.inspect(|journal| journal.go_on(&todo.path));
        if send.send(batch).is_err() {
            return false;
        }
        if is_last {
            return true;
        }
    }
}

/// The articles of a file; if the code panics on one, the stream ends with an error.
struct Guarded<'a>(Option<article::Articles<'a>>);

impl Iterator for Guarded<'_> {
    type Item = Result<Parsed, String>;

    fn next(&mut self) -> Option<Self::Item> {
        let articles = self.0.as_mut()?;
        let next = catch_unwind(AssertUnwindSafe(|| articles.next().map(parsed)));
        next.unwrap_or_else(|_| {
            self.0 = None;
            Some(Err(gave_up()))
        })
    }
}

fn size_of(article: &Result<Parsed, String>) -> usize {
    article.as_ref().map_or(0, |parsed| parsed.article.text.len())
}

/// Returns the hash of the bytes of a file and its sidecar; `None` if they cannot be read.
fn hash_of(seen: &Seen, stop: &AtomicBool) -> Option<String> {
    let sidecar = seen.read_sidecar().ok()?.unwrap_or_default();
    Some(hash(&File::open(&seen.path).ok()?, &sidecar, stop))
}

/// Returns whether the bytes of a file and its sidecar have this hash; leaves the file at its start.
fn same(mut file: &File, sidecar: &str, known: &str, stop: &AtomicBool) -> bool {
    let is_same = hash(file, sidecar, stop) == known;
    file.rewind().is_ok() && is_same
}

fn hash(mut file: &File, sidecar: &str, stop: &AtomicBool) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 20];
    while let Ok(len @ 1..) = file.read(&mut buffer) {
        hasher.update(&buffer[..len]);
        if stop.load(Ordering::Relaxed) {
            break;
        }
    }
    hasher.update(sidecar.as_bytes()).finalize().to_hex().to_string()
}

/// A file that is hashed and counted as it is read; clones share the position.
#[derive(Clone)]
struct Counted(Rc<RefCell<(File, blake3::Hasher, u64)>>);

impl Counted {
    fn new(file: File) -> Self {
        Self(Rc::new(RefCell::new((file, blake3::Hasher::new(), 0))))
    }

    fn len(&self) -> u64 {
        self.0.borrow().2
    }

    /// Reads what the parser left, and returns the hash of everything with the sidecar; an empty string if
    /// that fails, which equals no hash.
    fn finish(&self, sidecar: &str) -> String {
        if io::copy(&mut self.clone(), &mut io::sink()).is_err() {
            return String::new();
        }
        self.0.borrow_mut().1.update(sidecar.as_bytes()).finalize().to_hex().to_string()
    }
}

impl io::Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (file, hasher, bytes) = &mut *self.0.borrow_mut();
        let len = file.read(buffer)?;
        hasher.update(&buffer[..len]);
        *bytes += len as u64;
        Ok(len)
    }
}

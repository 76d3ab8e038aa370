//! Reads and parses files ahead of the indexing, on a thread of its own: small files together on all cores, archives in parts, so
//! that an archive of any size needs the memory of a few parts.

use std::cell::RefCell;
use std::fs::{self, File};
use std::io::{self, BufReader, Read as _, Seek as _};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::SystemTime;

use anyhow::Context as _;
use rayon::prelude::*;

use super::scan::{Seen, nanoseconds};
use crate::article::{self, Article, Origin};
use crate::index::{FileEntry, article_key, stamp_of};

/// A file to be read.
#[derive(Debug)]
pub(super) struct Todo {
    /// The path the index knows it by.
    pub(super) path: String,
    pub(super) seen: Seen,
    /// What the index has of it: where the bytes are the same, it is not parsed.
    pub(super) before: Option<FileEntry>,
}

/// An article with the numbers it is compared by.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) article: Article,
    pub(super) key: u64,
    pub(super) stamp: u64,
}

/// What a file said of itself when its last byte was read.
#[derive(Debug)]
pub(super) struct End {
    pub(super) hash: String,
    pub(super) stamp: u64,
    pub(super) size: u64,
}

/// A part of a file, or all of it.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) path: String,
    /// Only with the last part.
    pub(super) before: Option<FileEntry>,
    pub(super) content: Content,
    pub(super) end: Option<End>,
}

#[derive(Debug)]
pub(super) enum Content {
    /// Its bytes are those that were indexed.
    Same,
    /// Articles, and why others were skipped, in order.
    Articles(Vec<Result<Parsed, String>>),
}

/// Parts of files that are indexed together, in the order of the paths.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) parts: Vec<Part>,
    /// Bytes of files that were read for it.
    pub(super) bytes: u64,
}

/// Bytes of files that are read together; a larger file streams by itself.
pub(super) const BATCH_BYTES: u64 = 16 << 20;
/// Files, and articles of an archive, that are handed on together.
const BATCH_ARTICLES: usize = 512;
/// Bytes of text that make a part of an archive, however few articles they are.
const PART_BYTES: usize = 8 << 20;

/// Reads `todo` in its order on a thread of its own and has each batch taken, until all is, `stop` is set, or `take` fails.
pub(super) fn each_batch(
    todo: Vec<Todo>,
    stop: &AtomicBool,
    take: &mut dyn FnMut(Batch) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    thread::scope(|scope| {
        let (send, batches) = sync_channel(1);
        let reader = thread::Builder::new()
            .name("read".to_owned())
            .spawn_scoped(scope, move || read_all(todo, stop, &send))
            .context("a thread cannot be started")?;
        for batch in &batches {
            take(batch)?;
            if stop.load(Ordering::Relaxed) {
                break;
            }
        }
        // Whoever still reads finds nobody to hand on to.
        drop(batches);
        match reader.join() {
            Ok(()) => Ok(()),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Reads `todo` in its order and hands it on, until all is read, `stop` is set, or nobody takes it.
fn read_all(todo: Vec<Todo>, stop: &AtomicBool, send: &SyncSender<Batch>) {
    let mut todo = todo.into_iter().peekable();
    while let Some(first) = todo.next() {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let taken = if streams(&first.seen) {
            stream(first, stop, send)
        } else {
            let mut bytes = first.seen.size;
            let mut files = vec![first];
            while let Some(next) =
                todo.next_if(|next| !streams(&next.seen) && bytes + next.seen.size <= BATCH_BYTES)
            {
                bytes += next.seen.size;
                files.push(next);
                if files.len() >= BATCH_ARTICLES {
                    break;
                }
            }
            send.send(Batch { parts: files.into_par_iter().map(load).collect(), bytes }).is_ok()
        };
        if !taken {
            return;
        }
    }
}

fn streams(seen: &Seen) -> bool {
    seen.size > BATCH_BYTES || seen.is_archive()
}

/// The stamp of a file that is being read: 0 where it may have changed since without showing it.
fn stamp_now(seen: &Seen) -> io::Result<(Seen, u64)> {
    let now = seen.again()?;
    let fresh = now.is_fresh(nanoseconds(Some(SystemTime::now())));
    let stamp = if fresh { 0 } else { now.stamp };
    Ok((now, stamp))
}

/// The stamp to keep of a file whose stamp was `before` when its first byte was read.
fn stamp_after(seen: &Seen, before: u64) -> u64 {
    seen.again().map_or(0, |now| if now.stamp == before { before } else { 0 })
}

/// A file that cannot be read. It is tried again each time.
fn failed(todo: Todo, reason: String) -> Part {
    let end = End { hash: String::new(), stamp: 0, size: todo.seen.size };
    let content = Content::Articles(vec![Err(reason)]);
    Part { path: todo.path, before: todo.before, content, end: Some(end) }
}

/// Reads and parses one small file.
fn load(todo: Todo) -> Part {
    let sidecar = match todo.seen.read_sidecar() {
        Ok(sidecar) => sidecar,
        Err(error) => return failed(todo, format!("sidecar cannot be read: {error}")),
    };
    let read = stamp_now(&todo.seen).and_then(|now| Ok((now, fs::read(&todo.seen.path)?)));
    let ((now, stamp), bytes) = match read {
        Ok(read) => read,
        Err(error) => return failed(todo, format!("cannot be read: {error}")),
    };
    let mut hasher = blake3::Hasher::new();
    hasher.update(&bytes).update(sidecar.as_deref().unwrap_or_default().as_bytes());
    let hash = hasher.finalize().to_hex().to_string();
    let content = if todo.before.as_ref().is_some_and(|before| before.hash == hash) {
        Content::Same
    } else {
        let origin = Origin { path: &todo.seen.inner, format: None, sidecar: sidecar.as_deref() };
        Content::Articles(article::read(bytes.as_slice(), origin).map(parsed).collect())
    };
    let end = End { hash, stamp: stamp_after(&todo.seen, stamp), size: now.size };
    Part { path: todo.path, before: todo.before, content, end: Some(end) }
}

fn parsed(article: Result<Article, article::ParseError>) -> Result<Parsed, String> {
    let article = article.map_err(|error| one_line(&error))?;
    let (key, stamp) = (article_key(&article.id), stamp_of(&article));
    Ok(Parsed { article, key, stamp })
}

/// An error with its causes in one line.
fn one_line(error: &dyn std::error::Error) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads a large file in parts; returns whether all of it was taken.
fn stream(todo: Todo, stop: &AtomicBool, send: &SyncSender<Batch>) -> bool {
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
    let origin = Origin {
        path: &todo.seen.inner,
        format: None,
        sidecar: Some(sidecar.as_str()).filter(|sidecar| !sidecar.is_empty()),
    };
    let mut articles =
        article::read(BufReader::with_capacity(1 << 20, counted.clone()), origin).map(parsed).peekable();
    let mut told = 0;
    loop {
        let (mut part, mut bytes) = (Vec::new(), 0);
        while part.len() < BATCH_ARTICLES && bytes < PART_BYTES {
            let Some(article) = articles.next() else { break };
            bytes += article.as_ref().map_or(0, |parsed| parsed.article.text.len());
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
        if send.send(batch).is_err() {
            return false;
        }
        if is_last {
            return true;
        }
    }
}

/// Whether the bytes of a file and its sidecar have this hash; leaves the file at its start.
fn same(mut file: &File, sidecar: &str, hash: &str, stop: &AtomicBool) -> bool {
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 20];
    while let Ok(len @ 1..) = file.read(&mut buffer) {
        hasher.update(&buffer[..len]);
        if stop.load(Ordering::Relaxed) {
            break;
        }
    }
    hasher.update(sidecar.as_bytes());
    file.rewind().is_ok() && hasher.finalize().to_hex().as_str() == hash
}

/// A file that is hashed and counted as it is read; its clones read on where it is.
#[derive(Clone)]
struct Counted(Rc<RefCell<(File, blake3::Hasher, u64)>>);

impl Counted {
    fn new(file: File) -> Self {
        Self(Rc::new(RefCell::new((file, blake3::Hasher::new(), 0))))
    }

    fn len(&self) -> u64 {
        self.0.borrow().2
    }

    /// Reads what the parser left, and returns the hash of all with the sidecar; empty where that fails, as of no content.
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

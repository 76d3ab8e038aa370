//! From corpus folders to the index: scan, parse, extract, write, commit; costs what changed.
//!
//! A scan compares size and time of each file with what the index has, then the content hash where they differ. Only files
//! that are new or changed are parsed. One bad article is counted and skipped with its reason, the rest goes on. The result
//! equals a build from nothing: ids are given to files in the order of their paths, whatever came first in time.

mod scan;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;
use rayon::prelude::*;

use crate::article::{self, Article, ArticleId, Origin};
use crate::index::{FileEntry, IndexError, QuoteIndex, Report, SCHEMA_VERSION, Skip, Start, State, Update};
use crate::people::{People, Person};
use crate::quote::{EXTRACTOR_VERSION, Quote, extract};

use scan::Seen;

/// What to index, and how.
#[derive(Clone, Debug, Default)]
pub struct Job {
    /// Corpus folders and files, in order.
    pub corpus: Vec<PathBuf>,
    /// The index directory.
    pub index: PathBuf,
    /// Build anew even if nothing changed.
    pub full: bool,
    /// Only tell what would happen.
    pub dry_run: bool,
    /// Threads to use.
    pub threads: usize,
    /// Wait for another writer to end instead of failing.
    pub wait: bool,
}

/// How far an indexing is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Bytes of the files to read that are done; at most `total`.
    pub done: u64,
    /// Bytes of all files to read. May grow on the way: a file can turn out to need another reading.
    pub total: u64,
    /// Articles read so far.
    pub articles: u64,
    /// Quotes found in them so far.
    pub quotes: u64,
}

/// Is told how far an indexing is.
pub trait Progress {
    /// Called after each batch of articles, from the thread that called [`ingest`]; `done` never goes back.
    fn step(&mut self, step: Step);
}

/// Bytes of files that are parsed together; a larger file streams by itself.
const BATCH_BYTES: u64 = 16 << 20;
/// Articles that are extracted together.
const BATCH_ARTICLES: usize = 512;

/// Brings the index up to the state of the corpus. Once `stop` is set it ends within a batch of articles, with
/// [`Report::stopped`], and leaves an index that answers.
///
/// # Errors
/// A corpus folder that is missing or cannot be read, a people list that does not parse, and [`IndexError`]. The index is
/// then as it was before.
pub fn ingest(job: &Job, progress: &mut dyn Progress, stop: &AtomicBool) -> anyhow::Result<Report> {
    let people = read_people(job)?;
    let (seen, mut skipped) = scan::scan(&job.corpus)?;
    let lock = if job.dry_run { None } else { Some(Update::lock(&job.index, job.wait)?) };
    let target = State {
        schema: SCHEMA_VERSION,
        extractor: EXTRACTOR_VERSION,
        people: hash_people(&people),
        corpus: job.corpus.iter().map(|path| path.to_string_lossy().into_owned()).collect(),
        ..State::default()
    };
    let open = match QuoteIndex::open(&job.index) {
        Ok(open) => open.filter(|index| !job.full && is_like(index.state(), &target)),
        // A damaged index is derived data: build it anew.
        Err(IndexError::Damaged { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let known = match &open {
        Some(index) => index.files()?,
        None => BTreeMap::new(),
    };
    let start = if open.is_some() { Start::Current } else { Start::Fresh };
    let plan = Plan::new(seen, &known);
    let mut report = Report {
        removed: plan.removed.len() as u64,
        rebuilt: start == Start::Fresh,
        dry_run: job.dry_run,
        ..Report::default()
    };
    let roots_differ = open.as_ref().is_some_and(|index| index.state().corpus != target.corpus);
    if job.dry_run || (plan.is_idle() && start == Start::Current && !roots_differ) {
        plan.count(&known, &mut report);
        let state = open.map(|index| index.state().clone()).unwrap_or_default();
        (report.articles, report.quotes) = (state.articles, state.quotes);
        skipped.extend(known.values().filter(|entry| !plan.removed.contains(&entry.path)).flat_map(skips_of));
        skipped.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        report.skipped = skipped;
        return Ok(report);
    }
    drop(open);
    let lock = lock.context("a dry run never gets here")?;
    let update = Update::begin(&job.index, lock, start, job.threads)?;
    let mut run = Run {
        update,
        people: &people,
        owners: HashMap::new(),
        added: BTreeSet::new(),
        changed: BTreeSet::new(),
        entries: BTreeMap::new(),
        report,
        progress,
        stop,
        step: Step::default(),
    };
    if start == Start::Fresh {
        run.update.set_people(&people)?;
    }
    run.go(plan, known)?;
    if stop.load(Ordering::Relaxed) {
        // Dropped, the update leaves the index as it was.
        return Ok(Report { stopped: true, ..run.report });
    }
    let Run { update, entries, mut report, .. } = run;
    let articles = entries.values().map(|entry| entry.articles.len() as u64).sum();
    let quotes = entries.values().map(|entry| entry.quotes).sum();
    update.commit(&State { articles, quotes, ..target })?;
    (report.articles, report.quotes) = (articles, quotes);
    report.skipped.extend(skipped);
    report.skipped.extend(entries.values().flat_map(skips_of));
    report.skipped.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(report)
}

/// Whether an index in `state` can be updated to `target`; else it is built anew.
fn is_like(state: &State, target: &State) -> bool {
    state.schema == target.schema && state.extractor == target.extractor && state.people == target.people
}

/// Returns whether the index of `job` is there and was made from the job's corpus and people by this version.
///
/// # Errors
/// As [`ingest`], but for what concerns single files.
pub fn is_current(job: &Job, index: &QuoteIndex) -> anyhow::Result<bool> {
    let people = hash_people(&read_people(job)?);
    let target = State { schema: SCHEMA_VERSION, extractor: EXTRACTOR_VERSION, people, ..State::default() };
    let corpus = job.corpus.iter().map(|path| path.to_string_lossy());
    Ok(is_like(index.state(), &target) && index.state().corpus.iter().map(String::as_str).eq(corpus))
}

/// Reads `people.toml` of each corpus folder into one list, in order.
///
/// # Errors
/// A list that cannot be read or does not parse, with its path.
pub fn read_people(job: &Job) -> anyhow::Result<People> {
    let mut persons: Vec<Person> = Vec::new();
    for folder in &job.corpus {
        let path = folder.join("people.toml");
        if fs::symlink_metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
            anyhow::bail!("people list `{}` is not a regular file", path.display());
        }
        match fs::read_to_string(&path) {
            Ok(text) => {
                let list =
                    People::parse(&text).with_context(|| format!("people list `{}`", path.display()))?;
                persons.extend_from_slice(list.persons());
            }
            Err(error)
                if matches!(
                    error.kind(),
                    std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
                ) => {}
            Err(error) => return Err(error).with_context(|| format!("people list `{}`", path.display())),
        }
    }
    Ok(People::new(persons))
}

fn hash_people(people: &People) -> String {
    let json = serde_json::to_string(people.persons()).unwrap_or_default();
    blake3::hash(json.as_bytes()).to_hex().to_string()
}

fn skips_of(entry: &FileEntry) -> impl Iterator<Item = Skip> + '_ {
    entry.skipped.iter().map(|reason| Skip { path: entry.path.clone(), reason: reason.clone() })
}

/// What is to be done with which file.
struct Plan {
    /// To be read, by path.
    todo: BTreeMap<String, Seen>,
    /// As the index has them.
    kept: BTreeMap<String, Seen>,
    /// In the index, no longer in the corpus.
    removed: BTreeSet<String>,
}

impl Plan {
    fn new(seen: BTreeMap<String, Seen>, known: &BTreeMap<String, FileEntry>) -> Self {
        let removed: BTreeSet<String> =
            known.keys().filter(|path| !seen.contains_key(*path)).cloned().collect();
        let (mut kept, mut todo): (BTreeMap<_, _>, BTreeMap<_, _>) =
            seen.into_iter().partition(|(path, file)| {
                known
                    .get(path)
                    .is_some_and(|entry| entry.size == file.size && entry.modified == file.modified)
            });
        if !todo.is_empty() || !removed.is_empty() {
            // An id may have come free: whoever wanted it is read again.
            let waiting: Vec<String> = kept
                .keys()
                .filter(|path| known.get(*path).is_some_and(|entry| !entry.duplicates.is_empty()))
                .cloned()
                .collect();
            for path in waiting {
                if let Some(file) = kept.remove(&path) {
                    todo.insert(path, file);
                }
            }
        }
        Self { todo, kept, removed }
    }

    fn is_idle(&self) -> bool {
        self.todo.is_empty() && self.removed.is_empty()
    }

    /// Counts what would happen, as far as sizes and times tell.
    fn count(&self, known: &BTreeMap<String, FileEntry>, report: &mut Report) {
        report.added = self.todo.keys().filter(|path| !known.contains_key(*path)).count() as u64;
        report.changed = self.todo.len() as u64 - report.added;
        report.unchanged = self.kept.len() as u64;
    }
}

/// An indexing under way.
struct Run<'a> {
    update: Update,
    people: &'a People,
    /// Who has an id.
    owners: HashMap<ArticleId, String>,
    /// Files that are new, and those that changed or had to be read again for their ids.
    added: BTreeSet<String>,
    changed: BTreeSet<String>,
    /// What the index will hold.
    entries: BTreeMap<String, FileEntry>,
    report: Report,
    progress: &'a mut dyn Progress,
    stop: &'a AtomicBool,
    step: Step,
}

/// A file with its bytes, or why there are none.
struct Loaded {
    path: String,
    file: Seen,
    hash: String,
    parsed: Parsed,
}

/// What one file gave.
enum Parsed {
    /// All of its articles.
    Whole(Vec<Result<Article, String>>),
    /// Too large to hold: to be streamed.
    Stream,
    /// Nothing: it cannot be read.
    Failed(String),
}

impl Run<'_> {
    fn go(&mut self, plan: Plan, mut known: BTreeMap<String, FileEntry>) -> anyhow::Result<()> {
        let Plan { mut todo, kept, removed } = plan;
        let mut files = kept.clone();
        files.extend(todo.iter().map(|(path, file)| (path.clone(), file.clone())));
        for path in &removed {
            self.update.remove(path);
            known.remove(path);
        }
        for path in kept.keys() {
            if let Some(entry) = known.get(path) {
                self.own(entry);
                self.entries.insert(path.clone(), entry.clone());
            }
        }
        self.step.total = todo.values().map(|file| file.size).sum();
        while !todo.is_empty() && !self.stop.load(Ordering::Relaxed) {
            let batch = take_batch(&mut todo);
            let loaded: Vec<Loaded> = batch.into_par_iter().map(|(path, file)| load(path, file)).collect();
            for file in loaded {
                self.step.done += file.file.size;
                let displaced = self.index(file, &known)?;
                for path in displaced {
                    // A file later in the order had an id that is now another's: it is read again without it.
                    if let Some(entry) = self.entries.remove(&path)
                        && let Some(file) = files.get(&path)
                    {
                        self.owners.retain(|_, owner| *owner != path);
                        self.step.total += entry.size;
                        todo.insert(path, file.clone());
                    }
                }
                self.tell();
            }
        }
        (self.report.added, self.report.changed) = (self.added.len() as u64, self.changed.len() as u64);
        self.report.unchanged = self.entries.len() as u64 - self.report.added - self.report.changed;
        Ok(())
    }

    fn tell(&mut self) {
        self.progress.step(Step { done: self.step.done.min(self.step.total), ..self.step });
    }

    fn own(&mut self, entry: &FileEntry) {
        for id in &entry.articles {
            self.owners.insert(id.clone(), entry.path.clone());
        }
    }

    /// Indexes one file and returns the paths of files that lose an id to it.
    fn index(
        &mut self,
        loaded: Loaded,
        known: &BTreeMap<String, FileEntry>,
    ) -> anyhow::Result<BTreeSet<String>> {
        let Loaded { path, file, hash, parsed } = loaded;
        let before = known.get(&path);
        let mut entry = FileEntry {
            path: path.clone(),
            size: file.size,
            modified: file.modified,
            hash,
            ..FileEntry::default()
        };
        // A file may come twice in one run: once more when it loses an id to one that is read late.
        self.update.remove(&path);
        if let Some(before) = before {
            let same = before.hash == entry.hash && !entry.hash.is_empty() && before.duplicates.is_empty();
            let free =
                before.articles.iter().all(|id| self.owners.get(id).is_none_or(|owner| *owner == path));
            if !(same && free) {
                self.changed.insert(path.clone());
            }
        } else {
            self.added.insert(path.clone());
        }
        let mut displaced = BTreeSet::new();
        match parsed {
            Parsed::Failed(reason) => entry.skipped.push(reason),
            Parsed::Whole(articles) => self.take(&mut entry, articles, &mut displaced)?,
            Parsed::Stream => self.stream(&mut entry, &file, &mut displaced)?,
        }
        self.update.add_file(&entry)?;
        self.entries.insert(path, entry);
        Ok(displaced)
    }

    /// Streams a large file through in batches.
    fn stream(
        &mut self,
        entry: &mut FileEntry,
        file: &Seen,
        displaced: &mut BTreeSet<String>,
    ) -> anyhow::Result<()> {
        let reader = match fs::File::open(&file.path) {
            Ok(opened) => std::io::BufReader::with_capacity(1 << 20, opened),
            Err(error) => {
                entry.skipped.push(format!("cannot be read: {error}"));
                return Ok(());
            }
        };
        let sidecar = match file.read_sidecar() {
            Ok(sidecar) => sidecar,
            Err(error) => {
                entry.skipped.push(format!("sidecar cannot be read: {error}"));
                return Ok(());
            }
        };
        let origin = Origin { path: &file.inner, format: None, sidecar: sidecar.as_deref() };
        let mut articles =
            article::read(reader, origin).map(|article| article.map_err(|error| one_line(&error)));
        loop {
            let batch: Vec<Result<Article, String>> = articles.by_ref().take(BATCH_ARTICLES).collect();
            if batch.is_empty() || self.stop.load(Ordering::Relaxed) {
                return Ok(());
            }
            self.take(entry, batch, displaced)?;
            self.tell();
        }
    }

    /// Extracts and adds the articles of a file.
    fn take(
        &mut self,
        entry: &mut FileEntry,
        articles: Vec<Result<Article, String>>,
        displaced: &mut BTreeSet<String>,
    ) -> anyhow::Result<()> {
        let mut fresh = Vec::with_capacity(articles.len());
        for article in articles {
            match article {
                Ok(article) => match self.owners.get(&article.id) {
                    Some(owner) if *owner <= entry.path => {
                        entry
                            .skipped
                            .push(format!("id `{}` is already that of an article in `{owner}`", article.id));
                        entry.duplicates.push(article.id);
                    }
                    owner => {
                        displaced.extend(owner.cloned());
                        self.owners.insert(article.id.clone(), entry.path.clone());
                        fresh.push(article);
                    }
                },
                Err(reason) => entry.skipped.push(reason),
            }
        }
        let people = self.people;
        let quotes: Vec<Vec<Quote>> = fresh.par_iter().map(|article| extract(article, people)).collect();
        for (article, quotes) in fresh.into_iter().zip(quotes) {
            self.update.add(&entry.path, &article, &quotes, people)?;
            entry.quotes += quotes.len() as u64;
            self.step.articles += 1;
            self.step.quotes += quotes.len() as u64;
            entry.articles.push(article.id);
        }
        Ok(())
    }
}

/// Takes files off the front until a batch is full; a large file comes alone.
fn take_batch(todo: &mut BTreeMap<String, Seen>) -> Vec<(String, Seen)> {
    let mut batch: Vec<(String, Seen)> = Vec::new();
    let mut bytes = 0;
    while let Some(first) = todo.first_entry() {
        let size = first.get().size;
        if !batch.is_empty() && (bytes + size > BATCH_BYTES || batch.len() >= BATCH_ARTICLES) {
            break;
        }
        bytes += size;
        batch.push(first.remove_entry());
    }
    batch
}

/// Reads and parses one file.
fn load(path: String, file: Seen) -> Loaded {
    let sidecar = match file.read_sidecar() {
        Ok(sidecar) => sidecar,
        Err(error) => {
            let parsed = Parsed::Failed(format!("sidecar cannot be read: {error}"));
            return Loaded { path, file, hash: String::new(), parsed };
        }
    };
    let (hash, parsed) = match hash_file(&file, sidecar.as_deref()) {
        Err(error) => (String::new(), Parsed::Failed(format!("cannot be read: {error}"))),
        Ok((hash, None)) => (hash, Parsed::Stream),
        Ok((hash, Some(bytes))) => {
            let origin = Origin { path: &file.inner, format: None, sidecar: sidecar.as_deref() };
            let articles = article::read(bytes.as_slice(), origin)
                .map(|article| article.map_err(|error| one_line(&error)));
            (hash, Parsed::Whole(articles.collect()))
        }
    };
    Loaded { path, file, hash, parsed }
}

/// The content hash of a file and its sidecar, and its bytes unless it is to be streamed.
fn hash_file(file: &Seen, sidecar: Option<&str>) -> std::io::Result<(String, Option<Vec<u8>>)> {
    let mut hasher = blake3::Hasher::new();
    let bytes = if file.size <= BATCH_BYTES && !file.is_archive() {
        let bytes = fs::read(&file.path)?;
        hasher.update(&bytes);
        Some(bytes)
    } else {
        std::io::copy(&mut fs::File::open(&file.path)?, &mut hasher)?;
        None
    };
    hasher.update(sidecar.unwrap_or_default().as_bytes());
    Ok((hasher.finalize().to_hex().to_string(), bytes))
}

/// An error with its causes in one line.
fn one_line(error: &dyn std::error::Error) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

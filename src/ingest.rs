//! From corpus folders to the index: scan, parse, extract, write, commit. The cost depends on how much has
//! changed.
//!
//! A scan compares the size and times of each file with the index, and the content hash if these differ. Only
//! new and changed files are parsed, and only those of their articles that differ are extracted and written.
//! A bad article is counted and skipped with its reason, and the rest continues. The result equals that of a
//! full rebuild: if several files have an article with the same id, the first by path owns it, whichever was
//! indexed first. Work is saved at checkpoints, from which the next run continues if this one is interrupted.

mod journal;
mod owners;
mod read;
mod run;
mod scan;
mod verify;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use rustc_hash::FxHashMap;

use crate::agenda::Agenda;
use crate::correction::Corrections;
use crate::index::quickwit::{Address, Share};
use crate::index::{
    ArticleEntry, COMPARED, Disk, FileEntry, IndexError, KnownArticle, KnownFile, Ledger, QuoteIndex, Report,
    SCHEMA_VERSION, Skip, Start, State, Update, file_key,
};
use crate::meaning::Meaning;
use crate::pdf;
use crate::people::{People, Person};
use crate::quote::EXTRACTOR_VERSION;

pub use scan::Scan;
pub use verify::{Verified, verify};

use journal::Journal;
use owners::Owners;
use read::Todo;
use run::Run;
use scan::{Seen, TICK, nanoseconds};

/// What to index, and how.
#[derive(Clone, Debug, Default)]
pub struct Job {
    /// Corpus folders and files, in order.
    pub corpus: Vec<PathBuf>,
    /// The index directory.
    pub index: PathBuf,
    /// The archive that answers questions instead of the index, if there is one.
    pub store: Option<Address>,
    /// Which of the files of the corpus are indexed here.
    pub share: Share,
    /// Rebuild the index even if nothing has changed.
    pub full: bool,
    /// Only report what would be done.
    pub dry_run: bool,
    /// Number of threads to use.
    pub threads: usize,
    /// Wait for another writer to finish instead of failing.
    pub wait: bool,
    /// Number of articles between checkpoints; `None` for 20,000.
    pub checkpoint: Option<u64>,
    /// The disk to which the index is written.
    pub disk: Disk,
    /// How much meaning the answers to questions use.
    pub meaning: Meaning,
    /// The reader for PDFs.
    pub pdf: pdf::Reader,
}

/// The progress of an indexing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Bytes of the files that have been processed; at most `total`.
    pub done: u64,
    /// Bytes of all files to be read. It may grow: a file may have to be read again.
    pub total: u64,
    /// Number of articles read so far.
    pub articles: u64,
    /// Number of quotes found in them so far.
    pub quotes: u64,
}

/// Receives the progress of an indexing.
pub trait Progress {
    /// Called after each batch of articles, on the thread that called [`ingest`]; `done` never decreases.
    fn step(&mut self, step: Step);
}

/// Ignores the progress.
pub struct Silent;

impl Progress for Silent {
    fn step(&mut self, _: Step) {}
}

/// Size in bytes of the files to be read from which on all articles are loaded at once: looking them up one
/// by one would cost more.
const MUCH: u64 = 16 << 20;

/// Number of articles between checkpoints unless the job says otherwise: some seconds of work.
const CHECKPOINT: u64 = 20_000;

/// Updates the index to the current state of the corpus. Once `stop` is set, it ends within one batch of
/// articles, with [`Report::stopped`]. Whether it is stopped, fails or is killed, it leaves an index that can
/// be searched, and the next call continues from the last checkpoint.
///
/// # Errors
/// A corpus folder that is missing or cannot be read, a people list that does not parse, and [`IndexError`].
pub fn ingest(job: &Job, progress: &mut dyn Progress, stop: &AtomicBool) -> anyhow::Result<Report> {
    ingest_seen(job, &mut None, progress, stop)
}

/// As [`ingest`], but uses `scan`, in which every path that has changed since must have been scanned again.
/// If it is `None`, the whole corpus is scanned, and the scan is stored in it.
///
/// # Errors
/// As [`ingest`].
pub fn ingest_seen(
    job: &Job,
    scan: &mut Option<Scan>,
    progress: &mut dyn Progress,
    stop: &AtomicBool,
) -> anyhow::Result<Report> {
    let (people, agenda, corrections) = (read_people(job)?, read_agenda(job)?, read_corrections(job)?);
    let lock = if job.dry_run { None } else { Some(Update::lock(&job.index, job.wait)?) };
    let journal = lock.as_ref().map(|_| Journal::open(&job.index, job.full));
    let target = State {
        schema: SCHEMA_VERSION,
        extractor: EXTRACTOR_VERSION,
        people: hash_lists(&people, &agenda),
        corpus: job.corpus.iter().map(|path| path.to_string_lossy().into_owned()).collect(),
        ..State::default()
    };
    let (start, ledger) = starting_point(job, &target)?;
    let files = ledger.as_ref().map(Ledger::files).transpose()?.unwrap_or_default();
    // All articles are loaded only if the index is inconsistent or there is much to do.
    let articles = match &ledger {
        Some(ledger) if !ledger.agrees(&files)? => Some(ledger.articles()?),
        _ => None,
    };
    let due = match &ledger {
        Some(ledger) => corrected_anew(ledger, &corrections)?,
        None => BTreeSet::new(),
    };
    let plan_by =
        |scan: &Scan| Plan::new(&scan.seen, ledger.as_ref(), files.clone(), articles.as_ref(), &due);
    let kept = scan.take().map(|scan| scan.of_share(job.share));
    let (plan, now) = current_plan(job, kept, plan_by)?;
    let scan = &*scan.insert(now);
    let Scan { seen, skipped, .. } = scan;
    let state = ledger.as_ref().map(|ledger| ledger.state().clone()).unwrap_or_default();
    let mut report = Report {
        removed: plan.removed.len() as u64,
        rebuilt: start != Start::Current,
        dry_run: job.dry_run,
        endings: scan.endings(),
        ..plan.report(seen.len())
    };
    let same = start == Start::Current && state.corpus == target.corpus && !state.unfinished;
    if job.dry_run || (plan.is_idle() && same) {
        (report.articles, report.quotes) = (state.articles, state.quotes);
        report.skipped = all_skips(skipped.clone(), plan.noted.values());
        report.skipped.extend(idle_corrections(job, &corrections)?);
        journal.inspect(|journal| journal.settle(|path| seen.contains_key(path)));
        return Ok(report);
    }
    let Plan { todo, removed, noted, .. } = plan;
    let todo = to_read(todo, seen, ledger.as_ref(), &due)?;
    let mut owners = owners_for(&todo, ledger, articles)?;
    owners.load(&removed.keys().copied().collect())?;
    wait_out_tick(&todo);
    let (lock, journal) = lock.zip(journal.as_ref()).context("a dry run never gets here")?;
    let update = Update::begin(&job.index, lock, start, job.threads, &job.disk)?;
    if start == Start::Fresh {
        update.set_people(&people)?;
        update.set_agenda(&agenda)?;
    }
    let names = seen.keys().map(|path| (file_key(path), path.clone())).collect();
    let mut run =
        Run::new(update, (&people, &corrections), names, target, owners, noted, job, journal, progress, stop);
    run.go(todo, |path| {
        Some(Todo { path: path.to_owned(), seen: seen.get(path)?.clone(), unpacked: None, before: None })
    })?;
    if stop.load(Ordering::Relaxed) {
        journal.end();
        let counts = run.halt()?;
        let run::Counts { added, changed, written } = counts;
        return Ok(Report { stopped: true, added, changed, written, ..report });
    }
    run.forget(&removed);
    journal.settle(|path| seen.contains_key(path));
    let (counts, state, noted) = run.end(!same)?;
    (report.added, report.changed, report.written) = (counts.added, counts.changed, counts.written);
    report.unchanged = seen.len() as u64 - report.added - report.changed;
    (report.articles, report.quotes) = (state.articles, state.quotes);
    report.skipped = all_skips(skipped.clone(), noted.iter());
    report.skipped.extend(idle_corrections(job, &corrections)?);
    // Opening a large index takes long, and there is nothing to compute for one.
    if job.meaning != Meaning::Off
        && state.quotes <= COMPARED
        && let Some(index) = QuoteIndex::open(&job.index)?
    {
        index.with_meaning(job.meaning).read_light(stop)?;
    }
    Ok(report)
}

/// Returns what has to be done according to the `kept` scan. The corpus is scanned again if there is none, or
/// if somebody else has since indexed files that the scan does not contain.
fn current_plan(
    job: &Job,
    kept: Option<Scan>,
    plan_by: impl Fn(&Scan) -> Result<Plan, IndexError>,
) -> anyhow::Result<(Plan, Scan)> {
    if let Some(scan) = kept {
        let plan = plan_by(&scan)?;
        if !plan.removed.values().any(|path| Path::new(path).exists()) {
            return Ok((plan, scan));
        }
    }
    let scan = Scan::of(&job.corpus)?.of_share(job.share);
    Ok((plan_by(&scan)?, scan))
}

/// Returns the files to read, each with its entry in the index. Files in `due` are parsed even if their bytes
/// have not changed.
fn to_read(
    files: BTreeMap<String, Option<KnownFile>>,
    seen: &BTreeMap<String, Seen>,
    ledger: Option<&Ledger>,
    due: &BTreeSet<String>,
) -> Result<Vec<Todo>, IndexError> {
    let todo = files.into_iter().filter_map(|(path, known)| {
        let before = match (ledger, known) {
            (Some(ledger), Some(known)) => ledger.entry(&known).map(Some),
            _ => Ok(None),
        };
        // Without the hash, the file is parsed even if its bytes are the same.
        let before = before.map(|before| {
            before.map(|entry| match due.contains(&path) {
                true => FileEntry { hash: String::new(), ..entry },
                false => entry,
            })
        });
        let seen = seen.get(&path)?.clone();
        Some(before.map(|before| Todo { path, seen, unpacked: None, before }))
    });
    todo.collect()
}

/// Returns the owners of ids for reading `todo`: all `articles` are loaded if they already are or if there is
/// much to do; otherwise each is looked up when needed.
fn owners_for(
    todo: &[Todo],
    ledger: Option<Ledger>,
    articles: Option<FxHashMap<u64, KnownArticle>>,
) -> Result<Owners, IndexError> {
    let much = todo.iter().map(|todo| todo.seen.size).sum::<u64>() > MUCH;
    Ok(match (ledger, articles) {
        (ledger, Some(articles)) => Owners::all(articles, ledger),
        (Some(ledger), None) if much => Owners::all(ledger.articles()?, Some(ledger)),
        (Some(ledger), None) => Owners::asked(ledger),
        (None, None) => Owners::default(),
    })
}

/// Returns what was skipped, in path order: files of the scan, and articles inside files.
fn all_skips<'a>(files: Vec<Skip>, noted: impl Iterator<Item = &'a FileEntry>) -> Vec<Skip> {
    let mut out = files;
    out.extend(noted.flat_map(skips_of));
    out.sort_by(|a, b| a.path.cmp(&b.path));
    out
}

/// Returns where an update to `target` starts, and the ledger of that index.
fn starting_point(job: &Job, target: &State) -> anyhow::Result<(Start, Option<Ledger>)> {
    if job.full {
        return Ok((Start::Fresh, None));
    }
    let why = match Ledger::open(&job.index) {
        Ok(Some(ledger)) => match outdated(ledger.state(), target) {
            None => return Ok((Start::Current, Some(ledger))),
            why => why,
        },
        Ok(None) => None,
        // It can be derived from the corpus.
        Err(IndexError::Damaged { .. }) => Some("it is damaged".to_owned()),
        Err(error) => return Err(error.into()),
    };
    if let Some(why) = why.filter(|_| !job.dry_run) {
        tracing::info!(cause = why, "the index is built again from the corpus");
    }
    let unfinished =
        Ledger::unfinished(&job.index).filter(|ledger| outdated(ledger.state(), target).is_none());
    let start = if unfinished.is_some() { Start::Unfinished } else { Start::Fresh };
    Ok((start, unfinished))
}

/// Waits, for some milliseconds, until another change of a file that was just changed would show in its
/// times.
fn wait_out_tick(todo: &[Todo]) {
    let now = nanoseconds(Some(SystemTime::now()));
    if let Some(newest) = todo.iter().map(|todo| todo.seen.changed).filter(|changed| *changed <= now).max() {
        let left = (newest + TICK).saturating_sub(now).clamp(0, TICK);
        thread::sleep(Duration::from_nanos(left.unsigned_abs()));
    }
}

/// Returns why an index in `state` has to be rebuilt; `None` if it can be updated to `target`.
fn outdated(state: &State, target: &State) -> Option<String> {
    let other = |what: &str, has: u32, wanted: u32| {
        (has != wanted).then(|| format!("another version made it: {what} {has}, now {wanted}"))
    };
    other("format", state.schema, target.schema)
        .or_else(|| other("extraction", state.extractor, target.extractor))
        .or_else(|| {
            let is_other = state.people != target.people;
            is_other.then(|| "the lists of people, rounds or matters have changed".to_owned())
        })
}

/// Opens the store that answers questions: the archive of `job`, if it names one, otherwise its index. `None`
/// if nothing has been indexed yet.
///
/// # Errors
/// As for [`QuoteIndex::open`] and [`QuoteIndex::connect`].
pub fn open(job: &Job) -> Result<Option<QuoteIndex>, IndexError> {
    let index = match &job.store {
        Some(address) => QuoteIndex::connect(address, &job.index)?,
        None => QuoteIndex::open(&job.index)?,
    };
    Ok(index.map(|index| index.with_meaning(job.meaning)))
}

/// Returns whether the index of `job` exists and was made from the job's corpus and people by this version.
///
/// # Errors
/// As for [`ingest`], except errors of single files.
pub fn is_current(job: &Job, index: &QuoteIndex) -> anyhow::Result<bool> {
    let people = hash_lists(&read_people(job)?, &read_agenda(job)?);
    let target = State { schema: SCHEMA_VERSION, extractor: EXTRACTOR_VERSION, people, ..State::default() };
    let corpus = job.corpus.iter().map(|path| path.to_string_lossy());
    Ok(outdated(index.state(), &target).is_none()
        && index.state().corpus.iter().map(String::as_str).eq(corpus))
}

/// Reads `people.toml` of each corpus folder and joins them to one list, in order.
///
/// # Errors
/// A list that cannot be read or does not parse, with its path.
pub fn read_people(job: &Job) -> anyhow::Result<People> {
    let mut persons: Vec<Person> = Vec::new();
    read_lists(job, "people.toml", "people list", |text| {
        persons.extend_from_slice(People::parse(text)?.persons());
        Ok(())
    })?;
    Ok(People::new(persons))
}

/// Reads `rounds.toml` and `matters.toml` of each corpus folder and joins them to one agenda, in order.
///
/// # Errors
/// As [`read_people`].
pub fn read_agenda(job: &Job) -> anyhow::Result<Agenda> {
    let mut agenda = Agenda::default();
    read_lists(job, "rounds.toml", "list of rounds", |text| agenda.add_rounds(text))?;
    read_lists(job, "matters.toml", "list of matters", |text| agenda.add_matters(text))?;
    Ok(agenda)
}

/// The list of corrections in a corpus folder.
const CORRECTIONS: &str = "corrections.toml";

/// Reads `corrections.toml` of each corpus folder and joins them to one list, in order.
///
/// # Errors
/// As [`read_people`].
pub fn read_corrections(job: &Job) -> anyhow::Result<Corrections> {
    let mut corrections = Corrections::default();
    for folder in &job.corpus {
        let path = folder.join(CORRECTIONS).display().to_string();
        read_list(folder, CORRECTIONS, "list of corrections", |text| corrections.add(&path, text))?;
    }
    Ok(corrections)
}

/// Returns the files with articles whose corrections have changed since they were indexed.
fn corrected_anew(ledger: &Ledger, corrections: &Corrections) -> Result<BTreeSet<String>, IndexError> {
    let is_anew = |article: &ArticleEntry| {
        let now = corrections.of(&article.article.0, article.citation.url.as_deref());
        !now.iter().map(|entry| entry.key).eq(article.corrections.iter().map(|(key, _)| *key))
    };
    let mut articles = ledger.corrected()?;
    for entry in corrections.entries() {
        articles.extend(ledger.named(&entry.correction.article)?);
    }
    articles.retain(is_anew);
    Ok(articles.into_iter().map(|article| article.file).collect())
}

/// Returns the corrections that have no effect, with the reason and the line. Corrections that the index does
/// not know yet are left out.
fn idle_corrections(job: &Job, corrections: &Corrections) -> Result<Vec<Skip>, IndexError> {
    if corrections.entries().is_empty() {
        return Ok(Vec::new());
    }
    let Some(ledger) = Ledger::open(&job.index).ok().flatten() else { return Ok(Vec::new()) };
    let mut skips = Vec::new();
    for entry in corrections.entries() {
        let articles = ledger.named(&entry.correction.article)?;
        let outcome = |article: &ArticleEntry| {
            article.corrections.iter().find(|(key, _)| *key == entry.key).map(|(_, outcome)| *outcome)
        };
        let outcomes: Vec<_> = articles.iter().map(outcome).collect();
        skips.extend(entry.told(&outcomes).map(|reason| Skip { path: entry.file.clone(), reason }));
    }
    Ok(skips)
}

/// Passes the text of the file `name` in each corpus folder that has one to `take`. Error messages call the
/// file `what`.
fn read_lists(
    job: &Job,
    name: &str,
    what: &str,
    mut take: impl FnMut(&str) -> Result<(), toml::de::Error>,
) -> anyhow::Result<()> {
    job.corpus.iter().try_for_each(|folder| read_list(folder, name, what, &mut take))
}

/// As [`read_lists`], for one folder.
fn read_list<E: std::error::Error + Send + Sync + 'static>(
    folder: &Path,
    name: &str,
    what: &str,
    take: impl FnOnce(&str) -> Result<(), E>,
) -> anyhow::Result<()> {
    let path = folder.join(name);
    let named = || format!("{what} `{}`", path.display());
    if fs::symlink_metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
        anyhow::bail!("{} is not a regular file", named());
    }
    match fs::read_to_string(&path) {
        Ok(text) => take(&text).with_context(named),
        Err(error)
            if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) =>
        {
            Ok(())
        }
        Err(error) => Err(error).with_context(named),
    }
}

fn hash_lists(people: &People, agenda: &Agenda) -> String {
    let json = serde_json::to_string(&(people.persons(), agenda)).unwrap_or_default();
    blake3::hash(json.as_bytes()).to_hex().to_string()
}

fn skips_of(entry: &FileEntry) -> impl Iterator<Item = Skip> + '_ {
    let more = (entry.skipped_more > 0).then(|| format!("and {} more", entry.skipped_more));
    entry.skipped.iter().cloned().chain(more).map(|reason| Skip { path: entry.path.clone(), reason })
}

/// What has to be done with which files.
#[derive(Default)]
struct Plan {
    /// Files to be read, by path, with what is known about them.
    todo: BTreeMap<String, Option<KnownFile>>,
    /// Files that are in the index but no longer in the corpus, by key.
    removed: HashMap<u64, String>,
    /// Entries of files of the corpus in which something was skipped.
    noted: HashMap<u64, FileEntry>,
    /// Whether the index holds articles of files that it does not know; only checked if the index is
    /// inconsistent.
    strays: bool,
}

impl Plan {
    fn new(
        seen: &BTreeMap<String, Seen>,
        ledger: Option<&Ledger>,
        mut known: FxHashMap<u64, KnownFile>,
        articles: Option<&FxHashMap<u64, KnownArticle>>,
        due: &BTreeSet<String>,
    ) -> Result<Self, IndexError> {
        let held = articles.map(|articles| {
            let mut held: FxHashMap<u64, u64> = FxHashMap::default();
            articles.values().for_each(|article| *held.entry(article.file).or_default() += 1);
            held
        });
        let strays = held.iter().flatten().any(|(file, _)| !known.contains_key(file));
        let is_complete = |key: &u64, known: &KnownFile| {
            held.as_ref().is_none_or(|held| held.get(key).copied().unwrap_or(0) == known.articles)
        };
        let mut plan = Self { strays, ..Self::default() };
        for (path, seen) in seen {
            let key = file_key(path);
            let known = known.remove(&key);
            let complete = known.filter(|known| is_complete(&key, known));
            if complete.is_none_or(|known| known.stamp != seen.stamp) || due.contains(path) {
                plan.todo.insert(path.clone(), complete);
            }
            if let (Some(ledger), Some(known)) = (ledger, known.filter(|known| known.skips)) {
                plan.noted.insert(key, ledger.entry(&known)?);
            }
        }
        if let Some(ledger) = ledger {
            for (key, known) in known {
                plan.removed.insert(key, ledger.entry(&known)?.path);
            }
        }
        Ok(plan)
    }

    fn is_idle(&self) -> bool {
        self.todo.is_empty() && self.removed.is_empty() && !self.strays
    }

    /// Counts what would happen to `files` files, as far as sizes and times show.
    fn report(&self, files: usize) -> Report {
        let added = self.todo.values().filter(|known| known.is_none()).count() as u64;
        let changed = self.todo.len() as u64 - added;
        Report { added, changed, unchanged: files as u64 - added - changed, ..Report::default() }
    }
}

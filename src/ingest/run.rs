//! A run of the indexing: decides which article owns an id, what has to be extracted, and what has to be
//! removed.
//!
//! Each id belongs to one article: the one in the first file, by path, that contains it. So the index does
//! not depend on the order in which files arrived, with one exception: an indexed article is not replaced by
//! one of another origin, that is, of another outlet or site, as long as its own file contains it. So a new
//! file cannot remove what somebody else said from the index. Files are read in passes: the first pass reads
//! new and changed files; each further pass reads the files that lost an id to an earlier path, and those
//! that may now own an id that another file had. An article is removed if its file was read in a pass and no
//! longer contained it.
//!
//! At a checkpoint, every file that a later pass still has to read is recorded as unknown to the index, so
//! that an interrupted indexing reads it when it continues.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::journal::Journal;
use super::owners::Owners;
use super::read::{Batch, Content, End, Parsed, Part, Todo, each_batch, gave_up};
use super::{CHECKPOINT, Job, Progress, Step};
use crate::article::budget::PIECE_BYTES;
use crate::correction::Corrections;
use crate::index::{FileEntry, Gate, IndexError, KnownArticle, State, Update, file_key};
use crate::pdf;
use crate::people::People;
use crate::quote::extract;

/// The entry of a file; once the whole file has arrived, also its end and its previous entry.
type Half = (FileEntry, Option<(End, Option<FileEntry>)>);

/// An indexing in progress.
pub(super) struct Run<'a> {
    pub(super) update: Update,
    pub(super) people: &'a People,
    pub(super) corrections: &'a Corrections,
    /// All files of the corpus by their keys.
    pub(super) names: HashMap<u64, String>,
    /// The state that the index will record.
    pub(super) target: State,
    /// Number of articles between checkpoints.
    pub(super) checkpoint: u64,
    pub(super) pdf: &'a pdf::Reader,
    pub(super) journal: &'a Journal,
    pub(super) progress: &'a mut dyn Progress,
    pub(super) stop: &'a AtomicBool,
    /// Limits how much text is searched for quotes at the same time, whatever the number of threads.
    taken_apart: Arc<Gate>,
    /// The owners of ids.
    owners: Owners,
    /// Entries of files in which something was skipped.
    noted: HashMap<u64, FileEntry>,
    pass: u32,
    /// The pass in which a file was last read to its end.
    done: HashMap<u64, u32>,
    /// Ids that now belong to another file, or to none.
    moved: HashSet<u64>,
    /// Files to be read in the next pass. Currently they are unknown to the index.
    owed: BTreeSet<String>,
    /// The file of which only a part has been read.
    open: Option<FileEntry>,
    added: BTreeSet<String>,
    changed: BTreeSet<String>,
    dirty: bool,
    /// Articles since the last checkpoint, and in total.
    since: u64,
    written: u64,
    step: Step,
}

/// How many files an indexing added, changed and removed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) added: u64,
    pub(super) changed: u64,
    /// Articles that were extracted and written.
    pub(super) written: u64,
}

impl<'a> Run<'a> {
    #[expect(clippy::too_many_arguments, reason = "made in one place, from what is all different")]
    pub(super) fn new(
        update: Update,
        (people, corrections): (&'a People, &'a Corrections),
        names: HashMap<u64, String>,
        target: State,
        owners: Owners,
        noted: HashMap<u64, FileEntry>,
        job: &'a Job,
        journal: &'a Journal,
        progress: &'a mut dyn Progress,
        stop: &'a AtomicBool,
    ) -> Self {
        Self {
            update,
            people,
            corrections,
            names,
            target,
            checkpoint: job.checkpoint.unwrap_or(CHECKPOINT).max(1),
            pdf: &job.pdf,
            journal,
            progress,
            stop,
            taken_apart: Gate::new(2 * PIECE_BYTES, Duration::from_secs(600)),
            owners,
            noted,
            pass: 0,
            done: HashMap::new(),
            moved: HashSet::new(),
            owed: BTreeSet::new(),
            open: None,
            added: BTreeSet::new(),
            changed: BTreeSet::new(),
            dirty: false,
            since: 0,
            written: 0,
            step: Step::default(),
        }
    }

    /// Reads `todo`, then all files that have to be read as a consequence. `todo_of` returns a file of the
    /// corpus that has to be read again.
    pub(super) fn go(
        &mut self,
        mut todo: Vec<Todo>,
        todo_of: impl Fn(&str) -> Option<Todo>,
    ) -> anyhow::Result<()> {
        loop {
            self.pass += 1;
            self.step.total += todo.iter().map(|todo| todo.seen.size).sum::<u64>();
            // Files that are new to the index have no articles there.
            let known = todo.iter().filter(|todo| self.pass > 1 || todo.before.is_some());
            let known: FxHashSet<u64> = known.map(|todo| file_key(&todo.path)).collect();
            self.owners.load(&known)?;
            self.read(todo)?;
            if self.stop.load(Ordering::Relaxed) {
                return Ok(());
            }
            self.settle(true);
            todo = std::mem::take(&mut self.owed).iter().filter_map(|path| todo_of(path)).collect();
            if todo.is_empty() {
                return Ok(());
            }
        }
    }

    fn read(&mut self, todo: Vec<Todo>) -> anyhow::Result<()> {
        each_batch(todo, self.pdf, Some(self.journal), self.stop, &mut |batch| self.take(batch))
    }

    /// Indexes a batch.
    fn take(&mut self, batch: Batch) -> anyhow::Result<()> {
        let corrections = self.corrections;
        let mut entries: Vec<Half> = Vec::new();
        let mut fresh: Vec<(usize, Parsed)> = Vec::new();
        for part in batch.parts {
            let Part { path, before, content, end } = part;
            let articles = match (content, end, before) {
                (Content::Articles(articles), end, before) => {
                    let entry = self.begin(path);
                    entries.push((entry, end.map(|end| (end, before))));
                    articles
                }
                (Content::Same, Some(end), Some(before)) => {
                    self.keep(end, before)?;
                    continue;
                }
                (Content::Same, _, _) => continue,
            };
            let at = entries.len() - 1;
            for article in articles {
                match article {
                    Ok(parsed) => {
                        let parsed = parsed.corrected(corrections);
                        if let Some(parsed) = self.claim(&mut entries[at].0, parsed)? {
                            fresh.push((at, parsed));
                        }
                    }
                    Err(reason) => entries[at].0.skip(reason),
                }
            }
        }
        let (update, people) = (&self.update, self.people);
        let (paths, taken_apart) = (&entries, &self.taken_apart);
        let counts: Vec<Option<u32>> = fresh
            .par_iter()
            .map(|(at, parsed)| {
                let _pass = taken_apart.pass(parsed.article.text.len().min(PIECE_BYTES));
                let Parsed { article, stamp, .. } = parsed;
                let found = || {
                    let mut quotes = extract(article, people);
                    let outcomes = corrections.apply(article, &mut quotes, people);
                    (quotes, outcomes)
                };
                let quotes = catch_unwind(AssertUnwindSafe(found));
                let failed = quotes.is_err();
                let (found, outcomes) = quotes.unwrap_or_default();
                update.add(&paths[*at].0.path, (article, *stamp), &found, outcomes, people)?;
                Ok((!failed).then(|| u32::try_from(found.len()).unwrap_or(u32::MAX)))
            })
            .collect::<Result<_, IndexError>>()?;
        self.dirty |= !fresh.is_empty();
        for ((at, parsed), quotes) in fresh.into_iter().zip(counts) {
            if quotes.is_none() {
                entries[at].0.skip(format!("the quotes of article `{}`: {}", parsed.article.id, gave_up()));
            }
            let quotes = quotes.unwrap_or_default();
            entries[at].0.articles += 1;
            entries[at].0.note(&parsed.article, quotes);
            self.step.articles += 1;
            self.step.quotes += u64::from(quotes);
            self.since += 1;
            self.written += 1;
            self.owners.count(parsed.key, quotes);
        }
        for (entry, end) in entries {
            match end {
                Some((end, before)) => self.finish(entry, end, before)?,
                None => {
                    self.update.remove(file_key(&entry.path));
                    self.open = Some(entry);
                }
            }
        }
        self.step.done = (self.step.done + batch.bytes).min(self.step.total);
        self.progress.step(self.step);
        if self.since >= self.checkpoint {
            self.settle(false);
            self.save()?;
        }
        Ok(())
    }

    /// Returns the entry of a file of which a part has arrived.
    fn begin(&mut self, path: String) -> FileEntry {
        if let Some(open) = self.open.take()
            && open.path == path
        {
            return open;
        }
        // Until the file is read to its end in this pass, it is unknown which articles it no longer contains.
        self.done.remove(&file_key(&path));
        FileEntry { path, ..FileEntry::default() }
    }

    /// Assigns the id of an article to the file of `entry`, if it may have it; returns the article if it has
    /// to be extracted.
    fn claim(&mut self, entry: &mut FileEntry, parsed: Parsed) -> Result<Option<Parsed>, IndexError> {
        let me = file_key(&entry.path);
        let mine = KnownArticle { file: me, stamp: parsed.stamp, quotes: 0, pass: self.pass };
        let Some(owner) = self.owners.get(parsed.key)? else {
            self.owners.put(parsed.key, None, mine);
            return Ok(Some(parsed));
        };
        let lives = self.lives(&owner);
        let is_mine = owner.file == me && owner.pass != self.pass;
        if !is_mine
            && lives
            && let Some(name) = self.names.get(&owner.file)
            && (*name <= entry.path || self.owners.is_of_other_origin(&parsed)?)
        {
            entry.skip(format!("id `{}` is already that of an article in `{name}`", parsed.article.id));
            // The same line repeated a million times is recorded as one id.
            if entry.duplicates.last() != Some(&parsed.key) {
                entry.duplicates.push(parsed.key);
            }
            return Ok(None);
        }
        if owner.file != me {
            self.moved.insert(parsed.key);
            if lives && let Some(name) = self.names.get(&owner.file).cloned() {
                self.owe(name);
            }
        }
        // The effects of corrections are stored in the article's document, which must be rewritten if the
        // article belongs to another file.
        let same =
            owner.stamp == parsed.stamp && (owner.file == me || !self.corrections.has(&parsed.article));
        let quotes = if same { owner.quotes } else { 0 };
        self.owners.put(parsed.key, Some(owner), KnownArticle { quotes, ..mine });
        if !same {
            self.update.remove(parsed.key);
            return Ok(Some(parsed));
        }
        if owner.file != me {
            let article = (&parsed.article, parsed.stamp);
            self.update.move_article(&entry.path, article, u64::from(owner.quotes))?;
            self.dirty = true;
        }
        entry.articles += 1;
        entry.note(&parsed.article, owner.quotes);
        self.step.articles += 1;
        self.step.quotes += u64::from(owner.quotes);
        Ok(None)
    }

    /// Returns whether, as far as is known, a file of the corpus contains the article.
    fn lives(&self, owner: &KnownArticle) -> bool {
        self.names.contains_key(&owner.file)
            && self.done.get(&owner.file).is_none_or(|pass| *pass == owner.pass)
    }

    /// Handles a file whose bytes have not changed.
    fn keep(&mut self, end: End, before: FileEntry) -> Result<(), IndexError> {
        let entry = FileEntry { stamp: end.stamp, ..before };
        // A file that lost an id in this pass is read in the next.
        if !self.owed.contains(&entry.path) {
            self.update.add_file(&entry)?;
            self.dirty = true;
            if entry.duplicates.is_empty() && entry.skipped.is_empty() {
                self.noted.remove(&file_key(&entry.path));
            } else {
                self.noted.insert(file_key(&entry.path), entry);
            }
        }
        Ok(())
    }

    fn finish(&mut self, entry: FileEntry, end: End, before: Option<FileEntry>) -> Result<(), IndexError> {
        let mut entry = FileEntry { stamp: end.stamp, hash: end.hash, size: end.size, ..entry };
        entry.duplicates.sort_unstable();
        entry.duplicates.dedup();
        let key = file_key(&entry.path);
        let was_owed = self.owed.remove(&entry.path);
        self.done.insert(key, self.pass);
        if before.as_ref() == Some(&entry) && !was_owed {
            return Ok(());
        }
        self.update.add_file(&entry)?;
        self.dirty = true;
        if before.is_some() || self.pass > 1 {
            self.changed.insert(entry.path.clone());
        } else {
            self.added.insert(entry.path.clone());
        }
        if entry.skipped.is_empty() {
            self.noted.remove(&key);
        } else {
            self.noted.insert(key, entry);
        }
        Ok(())
    }

    /// Schedules a file for the next pass.
    fn owe(&mut self, path: String) {
        self.update.remove(file_key(&path));
        self.dirty = true;
        self.owed.insert(path);
    }

    /// Removes the articles that no file contains any more: with `all`, those of all files, otherwise only
    /// those of files read to their end. Schedules the files that contain an id whose owner has changed.
    fn settle(&mut self, all: bool) {
        let (names, done) = (&self.names, &self.done);
        let gone = |owner: &KnownArticle| match done.get(&owner.file) {
            Some(pass) => *pass != owner.pass,
            None => all && !names.contains_key(&owner.file),
        };
        let (update, moved) = (&self.update, &mut self.moved);
        let (before, _) = self.owners.totals();
        self.owners.retain(|key, owner| {
            let stays = !gone(owner);
            if !stays {
                update.remove(key);
                moved.insert(key);
            }
            stays
        });
        self.dirty |= self.owners.totals().0 < before;
        let moved = std::mem::take(&mut self.moved);
        if moved.is_empty() {
            return;
        }
        let waits = |entry: &&FileEntry| entry.duplicates.iter().any(|key| moved.contains(key));
        let waiting: Vec<String> =
            self.noted.values().filter(waits).map(|entry| entry.path.clone()).collect();
        for path in waiting {
            if self.names.contains_key(&file_key(&path)) {
                self.owe(path);
            }
        }
    }

    /// Makes a checkpoint.
    fn save(&mut self) -> Result<(), IndexError> {
        self.since = 0;
        let state = State { unfinished: true, ..self.state() };
        self.update.checkpoint(&state)
    }

    fn state(&self) -> State {
        let (articles, quotes) = self.owners.totals();
        State { articles, quotes, ..self.target.clone() }
    }

    /// Forgets files that are no longer in the corpus.
    pub(super) fn forget(&mut self, removed: &HashMap<u64, String>) {
        for key in removed.keys() {
            self.update.remove(*key);
            self.noted.remove(key);
            self.dirty = true;
        }
    }

    /// Makes the last checkpoint of an indexing that was stopped.
    pub(super) fn halt(mut self) -> Result<Counts, IndexError> {
        if self.dirty {
            self.settle(false);
            self.save()?;
        }
        Ok(self.counts())
    }

    /// Commits, unless nothing has changed and `always` is not set. Returns what was done, the state, and the
    /// entries of files in which something was skipped.
    pub(super) fn end(self, always: bool) -> Result<(Counts, State, Vec<FileEntry>), IndexError> {
        let (counts, state) = (self.counts(), self.state());
        if self.dirty || always {
            self.update.commit(&state)?;
        }
        Ok((counts, state, self.noted.into_values().collect()))
    }

    fn counts(&self) -> Counts {
        let changed = self.changed.difference(&self.added).count() as u64;
        Counts { added: self.added.len() as u64, changed, written: self.written }
    }
}

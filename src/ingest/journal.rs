//! Which file was being read when the process died? A file that kills whoever reads it must not do so at every start.
//!
//! The names of the files that are being read stand in `reading.json` in the index directory, and go out of it when they are done. Whoever
//! finds names there when it begins knows that the process before it died. It reads these files first, one at a time and
//! each to its end before anything else. A file that was read alone when the process died, twice at the same place, is set
//! aside: it is named in the report and not read again until its bytes change or everything is built anew. Two deaths, because
//! people kill processes too; eight at one place in the middle of an archive, which takes longer.
//!
//! The journal is written before a batch of files is read and not synced: what a process has written outlives it, and after a
//! power failure an empty journal is as good as none. An indexing that ends in any other way than by death leaves none of what
//! it was reading.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

/// What is said of a file that was set aside.
pub(super) const ASIDE: &str =
    "was being read when rapporteur died; it is tried again when it changes, or with --full";

/// Deaths of a file read alone after which it is set aside.
const DEATHS: u32 = 2;

/// The same for an archive that had handed on several parts: it is at work for long, and whoever kills it over and over must not be taken
/// for a death of its own.
const DEATHS_OF_ARCHIVE: u32 = 8;

/// Parts of an archive between two deaths that count as the same place: what was read ahead is not known to the part.
const NEAR: u64 = 2;

/// The names of files, by the paths that the index knows them by.
pub(super) struct Journal {
    path: PathBuf,
    pages: Mutex<Pages>,
    /// Told whenever a file is done, and when nobody takes any more.
    done: Condvar,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Pages {
    /// Files that are being read.
    reading: BTreeMap<String, Reading>,
    /// Files that were being read when the process died, and were not read since.
    suspects: BTreeMap<String, Reading>,
    /// Files that are not to be read.
    aside: BTreeMap<String, Aside>,
    /// Whether nobody takes what is read any more.
    #[serde(skip)]
    closed: bool,
    /// Whether nothing is to be written any more.
    #[serde(skip)]
    ended: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Reading {
    /// What the system said of the file.
    stamp: u64,
    /// How many parts of it were handed on, at the first of several deaths at one place.
    part: u64,
    /// How often the process died at this part of the file while it read nothing else.
    deaths: u32,
}

impl Reading {
    fn is_culprit(self) -> bool {
        self.deaths >= if self.part > 1 { DEATHS_OF_ARCHIVE } else { DEATHS }
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Aside {
    stamp: u64,
    /// The hash of its bytes and its sidecar's.
    hash: String,
}

impl Journal {
    /// Opens that of an index, which is locked. Everything that was set aside is tried again where `full` is set.
    pub(super) fn open(index: &Path, full: bool) -> Self {
        let path = index.join("reading.json");
        let mut pages = read(&path);
        let alone = pages.reading.len() == 1;
        for (file, mut now) in std::mem::take(&mut pages.reading) {
            let before = pages.suspects.get(&file).filter(|before| before.stamp == now.stamp);
            let near = before.is_some_and(|before| before.part.abs_diff(now.part) <= NEAR);
            if let Some(before) = before.filter(|_| near) {
                (now.part, now.deaths) = (before.part, before.deaths);
            } else {
                now.deaths = 0;
            }
            now.deaths += u32::from(alone);
            pages.suspects.insert(file, now);
        }
        if full {
            for (file, Aside { stamp, .. }) in std::mem::take(&mut pages.aside) {
                pages.suspects.insert(file, Reading { stamp, part: 0, deaths: DEATHS - 1 });
            }
        }
        Self { path, pages: Mutex::new(pages), done: Condvar::new() }
    }

    /// Whether the process died while it read this file.
    pub(super) fn suspects(&self, file: &str) -> bool {
        let pages = self.pages();
        pages.suspects.contains_key(file) || pages.aside.contains_key(file)
    }

    /// Whether a file is not to be read, with the hash of its bytes; `hash` finds that where it is not known. A file that changed is read.
    pub(super) fn sets_aside(
        &self,
        file: &str,
        stamp: u64,
        hash: impl FnOnce() -> Option<String>,
    ) -> Option<String> {
        let known = self.pages().aside.get(file).cloned();
        if let Some(known) = &known
            && known.stamp == stamp
        {
            return Some(known.hash.clone());
        }
        let killed = self
            .pages()
            .suspects
            .get(file)
            .is_some_and(|suspect| suspect.stamp == stamp && suspect.is_culprit());
        let hash = if known.is_some() || killed { hash() } else { None };
        let is_same = |known: Aside| hash.as_ref().is_some_and(|hash| *hash == known.hash);
        let mut pages = self.pages();
        match hash.clone().filter(|_| killed || known.is_some_and(is_same)) {
            Some(hash) => {
                pages.suspects.remove(file);
                pages.aside.insert(file.to_owned(), Aside { stamp, hash: hash.clone() });
                self.write(&pages);
                Some(hash)
            }
            None => {
                pages.aside.remove(file);
                None
            }
        }
    }

    /// Waits until all files that were begun are done, or nobody takes them any more.
    pub(super) fn drain(&self) {
        let busy = |pages: &mut Pages| !pages.reading.is_empty() && !pages.closed;
        drop(self.done.wait_while(self.pages(), busy).unwrap_or_else(PoisonError::into_inner));
    }

    /// Notes that these files, each with its stamp, are going to be read.
    pub(super) fn begin<'a>(&self, files: impl Iterator<Item = (&'a str, u64)>) {
        let mut pages = self.pages();
        for (file, stamp) in files {
            let deaths = pages.suspects.get(file).map_or(0, |suspect| suspect.deaths);
            pages.reading.insert(file.to_owned(), Reading { stamp, part: 0, deaths });
        }
        self.write(&pages);
    }

    /// Notes that one more part of a file is going to be read.
    pub(super) fn go_on(&self, file: &str) {
        let mut pages = self.pages();
        if let Some(reading) = pages.reading.get_mut(file) {
            reading.part += 1;
        }
        self.write(&pages);
    }

    /// Notes that a file was not read yet after all.
    pub(super) fn put_back(&self, file: &str) {
        self.pages().reading.remove(file);
        self.done.notify_all();
    }

    /// Notes that a file is done.
    pub(super) fn done(&self, file: &str) {
        let mut pages = self.pages();
        pages.reading.remove(file);
        let cleared = pages.suspects.remove(file).is_some();
        if cleared {
            self.write(&pages);
        }
        self.done.notify_all();
    }

    /// Notes that nobody takes what is read any more.
    pub(super) fn close(&self) {
        self.pages().closed = true;
        self.done.notify_all();
    }

    /// Notes that files are read again by somebody.
    pub(super) fn reopen(&self) {
        let mut pages = self.pages();
        pages.closed = false;
        pages.reading.clear();
    }

    /// Notes that all was read that is to be: nothing is suspect any more, and of what is set aside only that which `stays`.
    pub(super) fn settle(&self, stays: impl Fn(&str) -> bool) {
        let mut pages = self.pages();
        pages.suspects.clear();
        pages.aside.retain(|file, _| stays(file));
        drop(pages);
        self.end();
    }

    /// Notes that nothing is being read any more. The index is still locked.
    pub(super) fn end(&self) {
        let mut pages = self.pages();
        if !std::mem::replace(&mut pages.ended, true) {
            pages.reading.clear();
            self.write(&pages);
        }
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes it in one go. Where that fails the indexing goes on all the same: only a death could not be traced.
    fn write(&self, pages: &Pages) {
        if pages.reading.is_empty() && pages.suspects.is_empty() && pages.aside.is_empty() {
            let _ = fs::remove_file(&self.path);
            return;
        }
        let next = self.path.with_extension("next");
        let json = serde_json::to_vec(pages).unwrap_or_default();
        let _ = fs::write(&next, json).and_then(|()| fs::rename(&next, &self.path));
    }
}

impl Drop for Journal {
    /// Whoever gets here did not die of what it was reading.
    fn drop(&mut self) {
        self.end();
    }
}

/// Whether a file of an index was set aside.
pub(super) fn is_aside(index: &Path) -> impl Fn(&str) -> bool + use<> {
    let aside = read(&index.join("reading.json")).aside;
    move |file| aside.contains_key(file)
}

/// One that cannot be read says nothing.
fn read(path: &Path) -> Pages {
    fs::read(path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Leaves a journal as a process that dies does.
    fn die(journal: Journal) {
        let left = fs::read(&journal.path).unwrap();
        let path = journal.path.clone();
        drop(journal);
        fs::write(path, left).unwrap();
    }

    fn hash() -> Option<String> {
        Some("h".to_owned())
    }

    #[test]
    fn a_file_is_set_aside_when_the_process_died_twice_of_it_alone() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(folder.path(), false);
        journal.begin([("a", 1), ("b", 1)].into_iter());
        die(journal);
        for _ in 0..2 {
            let journal = Journal::open(folder.path(), false);
            assert!(journal.suspects("a") && journal.suspects("b") && !journal.suspects("c"));
            assert_eq!(journal.sets_aside("a", 1, hash), None);
            journal.begin([("a", 1)].into_iter());
            die(journal);
        }
        let journal = Journal::open(folder.path(), false);
        assert_eq!(journal.sets_aside("b", 1, hash), None);
        assert_eq!(journal.sets_aside("a", 1, hash), hash());
        drop(journal);
        assert!(is_aside(folder.path())("a"));
        let journal = Journal::open(folder.path(), false);
        assert_eq!(journal.sets_aside("a", 1, || None), hash(), "known by its stamp");
        assert_eq!(journal.sets_aside("a", 2, hash), hash(), "touched, the bytes are the same");
        assert_eq!(journal.sets_aside("a", 3, || Some("i".to_owned())), None, "changed");
        assert!(!is_aside(folder.path())("b"));
    }

    #[test]
    fn full_tries_again_and_one_more_death_is_enough() {
        let folder = tempfile::tempdir().unwrap();
        for _ in 0..2 {
            let journal = Journal::open(folder.path(), false);
            journal.begin([("a", 1)].into_iter());
            die(journal);
        }
        assert_eq!(Journal::open(folder.path(), false).sets_aside("a", 1, hash), hash());
        let journal = Journal::open(folder.path(), true);
        assert_eq!(journal.sets_aside("a", 1, hash), None);
        journal.begin([("a", 1)].into_iter());
        die(journal);
        assert_eq!(Journal::open(folder.path(), false).sets_aside("a", 1, hash), hash());
    }

    #[test]
    fn whoever_is_killed_at_different_places_of_an_archive_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        for parts in [3, 40, 90] {
            let journal = Journal::open(folder.path(), false);
            assert_eq!(journal.sets_aside("a", 1, hash), None);
            journal.begin([("a", 1)].into_iter());
            (0..parts).for_each(|_| journal.go_on("a"));
            die(journal);
        }
        let journal = Journal::open(folder.path(), false);
        assert_eq!(journal.sets_aside("a", 1, hash), None);
        journal.begin([("a", 1)].into_iter());
        journal.done("a");
        drop(journal);
        assert!(!folder.path().join("reading.json").exists(), "nothing is left of what was read");
    }

    #[test]
    fn a_file_that_was_read_or_changed_starts_anew() {
        let folder = tempfile::tempdir().unwrap();
        for stamp in [1, 2, 3] {
            let journal = Journal::open(folder.path(), false);
            assert_eq!(journal.sets_aside("a", stamp, hash), None);
            journal.begin([("a", stamp)].into_iter());
            die(journal);
        }
        let journal = Journal::open(folder.path(), false);
        journal.begin([("a", 3)].into_iter());
        journal.done("a");
        journal.begin([("a", 3)].into_iter());
        die(journal);
        assert_eq!(Journal::open(folder.path(), false).sets_aside("a", 3, hash), None);
    }
}

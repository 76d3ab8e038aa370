//! Which file was being read when the process died? A file that crashes the process must not do so at every
//! start.
//!
//! The names of the files being read are in `reading.json` in the index directory, and are removed when the
//! files are done. A process that finds names there when it starts knows that the previous process died. It
//! first reads these files one at a time, each to its end. If the process dies twice at the same place while
//! reading one file alone, that file is set aside: it is reported, and not read again until its bytes change
//! or everything is rebuilt. Two deaths are required because people kill processes too; in the middle of an
//! archive, which takes longer to read, eight deaths at one place are required.
//!
//! The journal is written before a batch of files is read, and is not synced: written data survives the
//! process, and after a power failure an empty journal does no harm. An indexing that ends in any other way
//! than by a crash removes the names of the files it was reading.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

/// The reason reported for a file that was set aside.
pub(super) const ASIDE: &str =
    "rapporteur crashed while reading it; it is tried again when it changes, or with --full";

/// Number of times the process must have died while reading the file alone for the file to be set aside.
const DEATHS: u32 = 2;

/// The same for an archive of which several parts were already passed on: an archive takes long to read, and
/// somebody who kills the process repeatedly must not be mistaken for a crash.
const DEATHS_OF_ARCHIVE: u32 = 8;

/// Number of parts of an archive by which two deaths may differ and still count as the same place, because
/// parts are read ahead.
const NEAR: u64 = 2;

/// The journal. Files are identified by their paths in the index.
pub(super) struct Journal {
    path: PathBuf,
    pages: Mutex<Pages>,
    /// Notified whenever a file is done, and when the batches are no longer taken.
    done: Condvar,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Pages {
    /// Files that are being read.
    reading: BTreeMap<String, Reading>,
    /// Files that were being read when the process died, and have not been read since.
    suspects: BTreeMap<String, Reading>,
    /// Files that must not be read.
    aside: BTreeMap<String, Aside>,
    /// Whether batches are no longer taken.
    #[serde(skip)]
    closed: bool,
    /// Whether the journal is no longer written.
    #[serde(skip)]
    ended: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Reading {
    /// The stamp of the file.
    stamp: u64,
    /// Number of parts passed on; after several deaths at the same place, the number at the first.
    part: u64,
    /// How often the process died at this part of the file while reading nothing else.
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
    /// The hash of the bytes of the file and its sidecar.
    hash: String,
}

impl Journal {
    /// Opens the journal of an index, which must be locked. With `full`, everything that was set aside is
    /// tried again.
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

    /// Returns whether the process died while it read this file.
    pub(super) fn suspects(&self, file: &str) -> bool {
        let pages = self.pages();
        pages.suspects.contains_key(file) || pages.aside.contains_key(file)
    }

    /// Returns the hash of a file that must not be read; `None` if it may be read, which is the case if it
    /// has changed. `hash` computes the hash if it is unknown.
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

    /// Waits until all files that were begun are done, or batches are no longer taken.
    pub(super) fn drain(&self) {
        let busy = |pages: &mut Pages| !pages.reading.is_empty() && !pages.closed;
        drop(self.done.wait_while(self.pages(), busy).unwrap_or_else(PoisonError::into_inner));
    }

    /// Records that these files, each with its stamp, are going to be read.
    pub(super) fn begin<'a>(&self, files: impl Iterator<Item = (&'a str, u64)>) {
        let mut pages = self.pages();
        for (file, stamp) in files {
            let deaths = pages.suspects.get(file).map_or(0, |suspect| suspect.deaths);
            pages.reading.insert(file.to_owned(), Reading { stamp, part: 0, deaths });
        }
        self.write(&pages);
    }

    /// Records that one more part of a file is going to be read.
    pub(super) fn go_on(&self, file: &str) {
        let mut pages = self.pages();
        if let Some(reading) = pages.reading.get_mut(file) {
            reading.part += 1;
        }
        self.write(&pages);
    }

    /// Records that a file was not read after all and will be read later.
    pub(super) fn put_back(&self, file: &str) {
        self.pages().reading.remove(file);
        self.done.notify_all();
    }

    /// Records that a file is done.
    pub(super) fn done(&self, file: &str) {
        let mut pages = self.pages();
        pages.reading.remove(file);
        let cleared = pages.suspects.remove(file).is_some();
        if cleared {
            self.write(&pages);
        }
        self.done.notify_all();
    }

    /// Records that batches are no longer taken.
    pub(super) fn close(&self) {
        self.pages().closed = true;
        self.done.notify_all();
    }

    /// Records that batches are taken again.
    pub(super) fn reopen(&self) {
        let mut pages = self.pages();
        pages.closed = false;
        pages.reading.clear();
    }

    /// Records that everything has been read: no file is suspect any more, and only those files remain set
    /// aside for which `stays` returns true.
    pub(super) fn settle(&self, stays: impl Fn(&str) -> bool) {
        let mut pages = self.pages();
        pages.suspects.clear();
        pages.aside.retain(|file, _| stays(file));
        drop(pages);
        self.end();
    }

    /// Records that nothing is being read any more. The index is still locked.
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

    /// Writes the journal atomically. If that fails, the indexing continues: only a crash could not be
    /// traced.
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
    /// Ends the journal: a process that gets here was not killed by a file.
    fn drop(&mut self) {
        self.end();
    }
}

/// Returns a function that tells whether a file of an index was set aside.
pub(super) fn is_aside(index: &Path) -> impl Fn(&str) -> bool + use<> {
    let aside = read(&index.join("reading.json")).aside;
    move |file| aside.contains_key(file)
}

/// Reads the journal; one that cannot be read counts as empty.
fn read(path: &Path) -> Pages {
    fs::read(path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Drops the journal, but leaves its file as a crash would.
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
    fn a_file_is_set_aside_after_two_crashes_while_read_alone() {
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
    fn kills_at_different_places_of_an_archive_do_not_count() {
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
    fn a_file_that_was_read_or_changed_is_no_longer_suspect() {
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

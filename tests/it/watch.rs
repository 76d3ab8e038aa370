//! A watched corpus: what is put into the folder is found without requesting an indexing.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rapporteur::index::{QuoteIndex, Report};
use rapporteur::ingest::{Job, Scan, ingest_seen};
use rapporteur::watch::{Event, Wake, Watch, watch};
use tempfile::TempDir;

use crate::ingest::{Silent, Town, article, counts};

/// A watch that runs until it is dropped.
struct Watched {
    folder: TempDir,
    wakes: Sender<Wake>,
    told: Receiver<Event>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watched {
    fn new(reconcile: Duration) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let corpus = folder.path().join("corpus");
        fs::create_dir(&corpus).unwrap();
        let job =
            Job { corpus: vec![corpus], index: folder.path().join("index"), threads: 1, ..Job::default() };
        let watched = Watch { settle: Duration::from_millis(50), reconcile, ..Watch::new(job) };
        let (wakes, woken) = mpsc::channel();
        let (tell, told) = mpsc::channel();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            watch(&watched, &woken, &mut |event| drop(tell.send(event)), &stopped);
        });
        let watched = Self { folder, wakes, told, stop, thread: Some(thread) };
        assert_eq!(watched.done().articles, 0, "it begins with a scan");
        watched
    }

    fn write(&self, name: &str, words: &str) {
        let text = format!("# Report\n\n“{words},” Angela Lee said on Monday.\n");
        fs::write(self.folder.path().join("corpus").join(name), text).unwrap();
    }

    /// Returns the report of the next indexing.
    #[track_caller]
    fn done(&self) -> Report {
        loop {
            match self.told.recv_timeout(Duration::from_secs(60)).expect("an indexing ends") {
                Event::Done(report) => return report,
                // The folder may be missing at that moment; the next indexing sees it.
                Event::Failed(_) | Event::Blind(_) | Event::Started | Event::Step(_) => {}
            }
        }
    }

    /// Waits until the index has `articles` articles; a file may be seen before it is completely written.
    #[track_caller]
    fn until(&self, articles: u64) {
        while self.done().articles != articles {}
        let index = QuoteIndex::open(&self.folder.path().join("index")).unwrap().unwrap();
        assert_eq!(index.state().articles, articles);
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.take().unwrap().join().unwrap();
    }
}

#[test]
fn new_files_in_the_corpus_are_indexed() {
    let watched = Watched::new(Duration::from_secs(3600));
    watched.write("one.md", "We will open the archive in May");
    watched.until(1);
    fs::create_dir(watched.folder.path().join("corpus/later")).unwrap();
    watched.write("later/two.md", "The ferry will sail in every weather");
    watched.until(2);
    fs::rename(watched.folder.path().join("corpus/one.md"), watched.folder.path().join("gone.md")).unwrap();
    watched.until(1);
    watched.wakes.send(Wake::Full).unwrap();
    assert!(watched.done().rebuilt);
}

#[test]
fn only_reported_paths_are_scanned() {
    let town = Town::new();
    let (job, mut scan) = (town.job(), None);
    let mut report = |look: &[&str]| {
        if let Some(known) = &mut scan {
            for name in look {
                assert!(Scan::look_again(known, &job.corpus, &town.path(name)), "{name}");
            }
        }
        let report = ingest_seen(&job, &mut scan, &mut Silent, &AtomicBool::new(false)).unwrap();
        (counts(&report), report.articles)
    };
    let told = |words: &str| article("Angela Lee", words);
    assert_eq!(report(&[]), ([0, 0, 0, 0], 0));
    town.write("one.md", &told("We will open the archive in May"));
    town.write("two.md", &told("The ferry will sail in every weather"));
    fs::create_dir(town.path("later")).unwrap();
    town.write("later/three.md", &told("No library card will cost a crown"));
    town.write("later.md", &told("The gates are shut at night"));
    assert_eq!(report(&[]), ([0, 0, 0, 0], 0));
    assert_eq!(report(&["one.md"]), ([1, 0, 0, 0], 1));
    // A folder is scanned with everything in it, but without siblings whose names begin with its name.
    assert_eq!(report(&["later", "missing.md"]), ([1, 0, 0, 1], 2));
    fs::rename(town.path("later"), town.path("now")).unwrap();
    town.write("one.md", &told("We will open the archive in June"));
    assert_eq!(report(&["later", "now"]), ([1, 0, 1, 1], 2));
    // Sidecar files are seen with their articles; hidden files and links are not seen.
    town.write("two.md.meta.toml", "title = \"The ferry\"\n");
    assert_eq!(report(&["two.md.meta.toml"]), ([1, 0, 0, 2], 3));
    fs::create_dir(town.path(".hidden")).unwrap();
    town.write(".hidden/four.md", &told("Nobody is to read this"));
    #[cfg(unix)]
    std::os::unix::fs::symlink(town.path("now"), town.path("link")).unwrap();
    assert_eq!(report(&[".hidden", ".hidden/four.md", "link/three.md"]), ([0, 0, 0, 3], 3));
    // Another process indexes a file that this one does not know yet; it must not be taken as removed.
    town.ingest();
    assert_eq!(report(&[]), ([0, 0, 0, 4], 4));
    assert_eq!(town.state(), town.clean());
    let whole = scan.as_mut().unwrap();
    assert!(!whole.look_again(&job.corpus, &job.corpus[0]) && !whole.look_again(&job.corpus, town.folder()));
}

#[test]
fn a_regular_scan_finds_unreported_changes() {
    let watched = Watched::new(Duration::from_millis(200));
    // A folder that replaces the watched one is a different folder.
    let (corpus, next) = (watched.folder.path().join("corpus"), watched.folder.path().join("next"));
    fs::create_dir(&next).unwrap();
    fs::rename(&corpus, watched.folder.path().join("away")).unwrap();
    fs::rename(&next, &corpus).unwrap();
    watched.write("one.md", "We will open the archive in May");
    watched.until(1);
}

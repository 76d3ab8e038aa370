//! A watched corpus: what is put into the folder can be asked for, without anybody asking for an indexing.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rapporteur::index::{QuoteIndex, Report};
use rapporteur::ingest::Job;
use rapporteur::watch::{Event, Wake, Watch, watch};
use tempfile::TempDir;

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

    /// What the next indexing did.
    #[track_caller]
    fn done(&self) -> Report {
        loop {
            match self.told.recv_timeout(Duration::from_secs(60)).expect("an indexing ends") {
                Event::Done(report) => return report,
                // The folder may be away at that moment: the next one sees it.
                Event::Failed(_) | Event::Blind(_) | Event::Started | Event::Step(_) => {}
            }
        }
    }

    /// Waits until the index holds `articles`: a file may be seen before it is written to its end.
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
fn what_is_put_into_the_corpus_is_indexed() {
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
fn a_scan_finds_what_nobody_told() {
    let watched = Watched::new(Duration::from_millis(200));
    // A folder that is swapped in whole is another one than the one that is watched.
    let (corpus, next) = (watched.folder.path().join("corpus"), watched.folder.path().join("next"));
    fs::create_dir(&next).unwrap();
    fs::rename(&corpus, watched.folder.path().join("away")).unwrap();
    fs::rename(&next, &corpus).unwrap();
    watched.write("one.md", "We will open the archive in May");
    watched.until(1);
}

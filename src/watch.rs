//! How does the index stay up to date? A watch runs as long as the program and indexes files that are added,
//! changed or removed.
//!
//! The system reports changes ([`notify`]). They are collected until nothing changes for a moment; then the
//! files they name are [`ingest`](crate::ingest)ed. Events can get lost (full queues, network folders), so
//! the whole corpus is also scanned when the system asks for it and at regular intervals. A scan can also be
//! requested ([`Wake`]).

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use notify_debouncer_full::notify::{self, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer};

use crate::index::Report;
use crate::ingest::{Job, Progress, Scan, Step, ingest_seen};

/// What to watch, and how.
#[derive(Clone, Debug)]
pub struct Watch {
    /// What to index. It waits while another process writes to the index.
    pub job: Job,
    /// How long the corpus must be quiet before it is indexed, as a file is often written in several steps.
    pub settle: Duration,
    /// How long after an indexing the corpus is scanned again if no change was reported.
    pub reconcile: Duration,
}

impl Watch {
    /// Returns a watch of the corpus of `job` with one second to settle and a scan every ten minutes.
    #[must_use]
    pub const fn new(job: Job) -> Self {
        Self { job, settle: Duration::from_secs(1), reconcile: Duration::from_secs(600) }
    }
}

/// A request for an indexing now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// Of what changed.
    Changed,
    /// Of everything, into a new index next to the one in use.
    Full,
}

/// An event reported by a watch.
#[derive(Debug)]
pub enum Event {
    /// An indexing starts.
    Started,
    /// The progress of the indexing.
    Step(Step),
    /// The indexing ended; if anything changed, the index must be opened again.
    Done(Report),
    /// The indexing failed and left the index unchanged; the next change or scan tries again.
    Failed(anyhow::Error),
    /// The system cannot report changes; the regular scans continue.
    Blind(anyhow::Error),
}

/// How often the stop flag is checked.
const BEAT: Duration = Duration::from_millis(100);

/// Indexes at once, and then whenever the corpus changes, a wake arrives or a regular scan is due, until
/// `stop` is set or the sender of `wakes` is dropped. Blocks, so it needs a thread of its own. `tell` is
/// called on that thread with each event, in order.
pub fn watch(watch: &Watch, wakes: &Receiver<Wake>, tell: &mut dyn FnMut(Event), stop: &AtomicBool) {
    let (sender, changes) = mpsc::channel();
    let mut debouncer = match start(watch, sender) {
        Ok(debouncer) => Some(debouncer),
        Err(error) => {
            tell(Event::Blind(error));
            None
        }
    };
    let (mut full, mut scan) = (false, None);
    while !stop.load(Ordering::Relaxed) {
        if scan.is_none() {
            // The scan that starts now finds everything reported until now.
            while changes.try_recv().is_ok() {}
        }
        run(watch, full, &mut scan, tell, stop);
        let Some(wake) = wait(watch, wakes, &changes, &mut scan, stop) else { return };
        full = wake == Wake::Full;
        // A folder that did not exist or was replaced is watched from now on.
        if let Some(debouncer) = &mut debouncer
            && let Err(error) = follow(debouncer, &watch.job.corpus)
        {
            tell(Event::Blind(error));
        }
    }
}

fn run(watch: &Watch, full: bool, scan: &mut Option<Scan>, tell: &mut dyn FnMut(Event), stop: &AtomicBool) {
    struct Told<'a>(&'a mut dyn FnMut(Event));
    impl Progress for Told<'_> {
        fn step(&mut self, step: Step) {
            (self.0)(Event::Step(step));
        }
    }
    tell(Event::Started);
    let job = Job { full, wait: true, dry_run: false, ..watch.job.clone() };
    let event = match ingest_seen(&job, scan, &mut Told(tell), stop) {
        Ok(report) => Event::Done(report),
        Err(error) => Event::Failed(error),
    };
    tell(event);
}

/// Waits for a reason to index; returns `None` to stop. Updates `scan` with the changed files, or sets it to
/// `None` if the whole corpus must be scanned.
fn wait(
    watch: &Watch,
    wakes: &Receiver<Wake>,
    changes: &Receiver<DebounceEventResult>,
    scan: &mut Option<Scan>,
    stop: &AtomicBool,
) -> Option<Wake> {
    let start = Instant::now();
    loop {
        match wakes.recv_timeout(BEAT) {
            Ok(wake) => {
                *scan = None;
                return Some(wake);
            }
            Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) => {}
        }
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        let late = start.elapsed() >= watch.reconcile;
        let mut told = late;
        for change in changes.try_iter() {
            // An error means that something changed, but not what.
            let events = change.map_err(|_| told = true);
            let known = events.is_ok_and(|events| {
                events.iter().filter(|event| !event.kind.is_access()).all(|event| {
                    told = true;
                    let mut look = |path: &PathBuf| {
                        scan.as_mut().is_some_and(|scan| scan.look_again(&watch.job.corpus, path))
                    };
                    !event.need_rescan() && !event.paths.is_empty() && event.paths.iter().all(&mut look)
                })
            });
            if !known {
                *scan = None;
            }
        }
        if late {
            *scan = None;
        }
        if told {
            return Some(Wake::Changed);
        }
    }
}

type Watcher = Debouncer<notify::RecommendedWatcher, RecommendedCache>;

fn start(watch: &Watch, sender: mpsc::Sender<DebounceEventResult>) -> anyhow::Result<Watcher> {
    let mut debouncer = new_debouncer(watch.settle, None, sender)?;
    follow(&mut debouncer, &watch.job.corpus)?;
    Ok(debouncer)
}

fn follow(debouncer: &mut Watcher, corpus: &[PathBuf]) -> anyhow::Result<()> {
    for root in corpus {
        debouncer.watch(root, RecursiveMode::Recursive)?;
    }
    Ok(())
}

//! Keeps the index level with its corpus for as long as it runs: files that come, change or go are indexed by themselves.
//!
//! The system tells of changes ([`notify`]); they are gathered until nothing happens for a moment, then what they name is looked at and
//! [`ingest`](crate::ingest)ed. Such events get lost (full queues, network folders), so a scan of the whole corpus also comes when the system
//! says so, and at regular times whatever was told. Somebody may ask for one too ([`Wake`]).

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use notify_debouncer_full::notify::{self, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer};

use crate::index::Report;
use crate::ingest::{Job, Progress, Scan, Step, ingest_seen};

/// What is watched, and how.
#[derive(Clone, Debug)]
pub struct Watch {
    /// What to index; it waits for another writer to end.
    pub job: Job,
    /// How long nothing must happen to the corpus before it is indexed: a file is often written in several goes.
    pub settle: Duration,
    /// How long after an indexing the corpus is scanned again though nothing was told.
    pub reconcile: Duration,
}

impl Watch {
    /// Watches the corpus of `job` with a second to settle and a scan every ten minutes.
    #[must_use]
    pub const fn new(job: Job) -> Self {
        Self { job, settle: Duration::from_secs(1), reconcile: Duration::from_secs(600) }
    }
}

/// Asks for an indexing now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// What changed.
    Changed,
    /// Everything anew, beside the serving index.
    Full,
}

/// What a watch has to tell.
#[derive(Debug)]
pub enum Event {
    /// An indexing begins.
    Started,
    /// How far it is.
    Step(Step),
    /// It ended; where anything changed, the index is to be opened again.
    Done(Report),
    /// It failed, and the index is as it was; the next change or scan tries again.
    Failed(anyhow::Error),
    /// The system cannot tell of changes; scans at regular times go on.
    Blind(anyhow::Error),
}

/// How often the wish to stop is looked at.
const BEAT: Duration = Duration::from_millis(100);

/// Indexes at once and then whenever the corpus changes, somebody wakes it or it is time, until `stop` is set or the other end
/// of `wakes` is gone. Blocks: it wants a thread of its own. What happens is told from that thread, in order.
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
            // Whatever was told until now is seen by the scan that begins.
            while changes.try_recv().is_ok() {}
        }
        run(watch, full, &mut scan, tell, stop);
        let Some(wake) = wait(watch, wakes, &changes, &mut scan, stop) else { return };
        full = wake == Wake::Full;
        // A folder that was not there, or was replaced, is watched from now on.
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

/// Waits for a reason to index; `None` when it is time to end. What changed is looked at in `scan`; where that is not enough, nothing is left
/// of it.
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
            // An error: something happened, nobody knows what.
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

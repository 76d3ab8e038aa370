//! Which articles are on record now, and how do new ones get there while the bot answers?
//!
//! One thread keeps the index level with the corpus ([`crate::watch`]); each question reads the commit that was open when it began.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::index::{QuoteIndex, Report};
use crate::ingest::{Job, Silent, Step, ingest};
use crate::meaning::Meaning;
use crate::watch::{self, Event, Wake, Watch};

/// How the indexing stands.
#[derive(Clone, Debug, Default)]
pub struct Status {
    /// Indexings begun since the start.
    pub begun: u64,
    /// Indexings ended since the start.
    pub ended: u64,
    /// How far the one that runs is.
    pub running: Option<Step>,
    /// How the last one ended: what it did, or why it failed.
    pub last: Option<Result<Arc<Report>, String>>,
}

/// The index that answers, and the thread that keeps it.
pub struct Library {
    job: Job,
    index: RwLock<Option<Arc<QuoteIndex>>>,
    wakes: Mutex<Option<Sender<Wake>>>,
    status: tokio::sync::watch::Sender<Status>,
    stop: AtomicBool,
    /// Set when the index that answers is another one, or none is wanted any more.
    newer: AtomicBool,
}

/// How often the thread that reads what quotes mean looks for a new index.
const LOOK: Duration = Duration::from_millis(500);

impl Library {
    /// Opens the index of `job` as it is, perhaps not at all yet, and starts the thread that keeps it level with the corpus.
    ///
    /// # Errors
    /// Where the thread cannot be started.
    pub fn open(watch: Watch) -> std::io::Result<(Arc<Self>, JoinHandle<()>)> {
        let (wakes, woken) = mpsc::channel();
        let library = Arc::new(Self {
            index: RwLock::new(read(&watch.job)),
            job: watch.job.clone(),
            wakes: Mutex::new(Some(wakes)),
            status: tokio::sync::watch::Sender::default(),
            stop: AtomicBool::new(false),
            newer: AtomicBool::new(false),
        });
        if watch.job.meaning == Meaning::Full {
            let reader = Arc::clone(&library);
            thread::Builder::new().name("meaning".to_owned()).spawn(move || reader.read_meaning())?;
        }
        let keeper = Arc::clone(&library);
        let thread =
            thread::Builder::new().name("index".to_owned()).spawn(move || keeper.keep(&watch, &woken))?;
        Ok((library, thread))
    }

    /// Returns the commit that answers now; `None` where nothing was indexed yet.
    #[must_use]
    pub fn index(&self) -> Option<Arc<QuoteIndex>> {
        self.index.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns how the indexing stands, now and whenever it changes.
    #[must_use]
    pub fn status(&self) -> tokio::sync::watch::Receiver<Status> {
        self.status.subscribe()
    }

    /// Asks for an indexing, and returns its number: it is done when [`Status::ended`] has reached that.
    pub fn wake(&self, wake: Wake) -> u64 {
        let wakes = self.wakes.lock().unwrap_or_else(PoisonError::into_inner);
        let number = self.status.borrow().begun + 1;
        if let Some(wakes) = &*wakes {
            // Fails only where the thread has ended; then the bot is about to as well.
            let _ = wakes.send(wake);
        }
        number
    }

    /// Returns the corpus folders, in order: where articles can be put.
    #[must_use]
    pub fn folders(&self) -> Vec<PathBuf> {
        self.job.corpus.iter().filter(|path| path.is_dir()).cloned().collect()
    }

    /// Returns what an indexing would do. Blocks.
    ///
    /// # Errors
    /// As [`ingest`].
    pub fn dry_run(&self, full: bool) -> anyhow::Result<Report> {
        let job = Job { full, dry_run: true, ..self.job.clone() };
        ingest(&job, &mut Silent, &self.stop)
    }

    /// Ends the thread: what it writes is left as it was, and it returns within a batch of articles.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        self.newer.store(true, Ordering::Relaxed);
        self.wakes.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    fn keep(&self, watch: &Watch, woken: &Receiver<Wake>) {
        watch::watch(watch, woken, &mut |event| self.tell(event), &self.stop);
    }

    fn tell(&self, event: Event) {
        match event {
            Event::Started => self.status.send_modify(|status| {
                status.begun += 1;
                status.running = Some(Step::default());
            }),
            Event::Step(step) => self.status.send_modify(|status| status.running = Some(step)),
            Event::Done(report) => {
                // Another process may have written it, so that there was nothing left to do.
                self.reopen();
                tracing::info!(
                    added = report.added,
                    changed = report.changed,
                    removed = report.removed,
                    skipped = report.skipped.len(),
                    articles = report.articles,
                    quotes = report.quotes,
                    "indexed"
                );
                self.end(Ok(Arc::new(report)));
            }
            Event::Failed(error) => {
                tracing::error!(cause = format!("{error:#}"), "indexing failed; the index is as it was");
                self.end(Err(format!("{error:#}")));
            }
            Event::Blind(error) => {
                tracing::warn!(cause = format!("{error:#}"), "changes of the corpus are found by scans only");
            }
        }
    }

    fn reopen(&self) {
        if let Some(index) = read(&self.job) {
            *self.index.write().unwrap_or_else(PoisonError::into_inner) = Some(index);
            self.newer.store(true, Ordering::Relaxed);
        }
    }

    /// Lets the encoder read what is on record, the newest first, and again whenever there is something new. It rests as long as it works:
    /// people who ask come first.
    fn read_meaning(&self) {
        let mut last: Option<Arc<QuoteIndex>> = None;
        while !self.stop.load(Ordering::Relaxed) {
            self.newer.store(false, Ordering::Relaxed);
            let now = self.index();
            if let Some(index) =
                now.as_ref().filter(|now| last.as_ref().is_none_or(|last| !Arc::ptr_eq(now, last)))
            {
                let mut since = Instant::now();
                let mut told = 0;
                let outcome = index.read_meaning(&self.newer, &mut |done, total| {
                    if done * 10 / total.max(1) > told {
                        told = done * 10 / total.max(1);
                        tracing::info!(done, total, "read what quotes mean");
                    }
                    thread::sleep(since.elapsed().min(LOOK));
                    since = Instant::now();
                });
                if let Err(error) = outcome {
                    let error = anyhow::Error::from(error);
                    tracing::warn!(cause = format!("{error:#}"), "what quotes mean cannot be read");
                }
                if !self.newer.load(Ordering::Relaxed) {
                    last = now;
                }
            }
            thread::sleep(LOOK);
        }
    }

    fn end(&self, outcome: Result<Arc<Report>, String>) {
        self.status.send_modify(|status| {
            status.ended = status.begun;
            status.running = None;
            status.last = Some(outcome);
        });
    }
}

/// Opens what is there. What cannot be opened is told: the thread builds it anew.
fn read(job: &Job) -> Option<Arc<QuoteIndex>> {
    match QuoteIndex::open(&job.index) {
        Ok(index) => index.map(|index| Arc::new(index.with_meaning(job.meaning))),
        Err(error) => {
            let error = anyhow::Error::from(error);
            tracing::error!(cause = format!("{error:#}"), "the index cannot be opened");
            None
        }
    }
}

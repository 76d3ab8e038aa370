//! Which articles are in the index now, and how are new ones added while the bot answers?
//!
//! One thread keeps the index up to date with the corpus ([`crate::watch`]). Each question uses the commit
//! that was open when it started.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::index::{QuoteIndex, Report};
use crate::ingest::{self, Job, Silent, Step};
use crate::meaning::Meaning;
use crate::watch::{self, Event, Wake, Watch};

/// The state of indexing.
#[derive(Clone, Debug, Default)]
pub struct Status {
    /// Indexings started since the program started.
    pub begun: u64,
    /// Indexings ended since the program started.
    pub ended: u64,
    /// The progress of the current one, if one is running.
    pub running: Option<Step>,
    /// The result of the last one: what it did, or why it failed.
    pub last: Option<Result<Arc<Report>, String>>,
}

/// The index in use, and the thread that keeps it up to date.
pub struct Library {
    job: Job,
    index: RwLock<Option<Arc<QuoteIndex>>>,
    wakes: Mutex<Option<Sender<Wake>>>,
    status: tokio::sync::watch::Sender<Status>,
    stop: AtomicBool,
    /// Set when the index in use is replaced, or on stop.
    newer: AtomicBool,
    /// The number of answers being made for Discord.
    answers: tokio::sync::watch::Sender<usize>,
}

/// An answer for Discord, while it is being made.
pub struct Answering<'a>(&'a Library);

impl Drop for Answering<'_> {
    fn drop(&mut self) {
        self.0.answers.send_modify(|answers| *answers -= 1);
    }
}

/// Maximum age of the names and counts of an archive.
const AGE: Duration = Duration::from_secs(30);

/// How often the stop flag is checked.
const BEAT: Duration = Duration::from_millis(100);

/// How often the progress of a long indexing is logged.
const PROGRESS: Duration = Duration::from_secs(10);

/// How often the thread for meanings checks for a new index.
const LOOK: Duration = Duration::from_millis(500);

impl Library {
    /// Opens the index of the watch's job, if there is one yet, and starts the thread that keeps it up to
    /// date with the corpus.
    ///
    /// # Errors
    /// If a thread cannot be started.
    pub fn open(watch: Watch) -> std::io::Result<(Arc<Self>, JoinHandle<()>)> {
        let (wakes, woken) = mpsc::channel();
        let library = Arc::new(Self {
            index: RwLock::new(read(&watch.job)),
            job: watch.job.clone(),
            wakes: Mutex::new(Some(wakes)),
            status: tokio::sync::watch::Sender::default(),
            stop: AtomicBool::new(false),
            newer: AtomicBool::new(false),
            answers: tokio::sync::watch::Sender::default(),
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

    /// Returns the commit now in use; `None` if nothing was indexed yet.
    #[must_use]
    pub fn index(&self) -> Option<Arc<QuoteIndex>> {
        self.index.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Announces that an answer is being made for Discord, until the result is dropped.
    pub fn answering(&self) -> Answering<'_> {
        self.answers.send_modify(|answers| *answers += 1);
        Answering(self)
    }

    /// Waits until no answer is being made for Discord.
    pub async fn quiet(&self) {
        // Fails only if the sender is gone, which is part of this library.
        let _ = self.answers.subscribe().wait_for(|answers| *answers == 0).await;
    }

    /// Returns a receiver of the state of indexing, which is updated whenever it changes.
    #[must_use]
    pub fn status(&self) -> tokio::sync::watch::Receiver<Status> {
        self.status.subscribe()
    }

    /// Requests an indexing and returns its number: it is done when [`Status::ended`] reaches that.
    pub fn wake(&self, wake: Wake) -> u64 {
        let wakes = self.wakes.lock().unwrap_or_else(PoisonError::into_inner);
        let number = self.status.borrow().begun + 1;
        if let Some(wakes) = &*wakes {
            // Fails only if the thread has ended; then the bot is about to end too.
            let _ = wakes.send(wake);
        }
        number
    }

    /// Returns whether this process indexes articles; an archive is filled by indexers.
    #[must_use]
    pub const fn indexes(&self) -> bool {
        self.job.store.is_none()
    }

    /// Returns the corpus folders, in order; new articles can be saved there.
    #[must_use]
    pub fn folders(&self) -> Vec<PathBuf> {
        self.job.corpus.iter().filter(|path| path.is_dir()).cloned().collect()
    }

    /// Returns what an indexing would do. Blocks.
    ///
    /// # Errors
    /// As for [`ingest`].
    pub fn dry_run(&self, full: bool) -> anyhow::Result<Report> {
        let job = Job { full, dry_run: true, ..self.job.clone() };
        ingest::ingest(&job, &mut Silent, &self.stop)
    }

    /// Stops the threads. An unfinished indexing leaves the index unchanged, and ends within one batch of
    /// articles.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        self.newer.store(true, Ordering::Relaxed);
        self.wakes.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    fn keep(&self, watch: &Watch, woken: &Receiver<Wake>) {
        if self.job.store.is_some() {
            return self.keep_archive(woken);
        }
        let mut told = Instant::now();
        let mut tell = |event| {
            match &event {
                Event::Started => told = Instant::now(),
                Event::Step(Step { done, total, articles, quotes }) if told.elapsed() >= PROGRESS => {
                    told = Instant::now();
                    tracing::info!(percent = done * 100 / total.max(&1), articles, quotes, "indexing");
                }
                _ => {}
            }
            self.tell(event);
        };
        watch::watch(watch, woken, &mut tell, &self.stop);
    }

    /// Reads the names and counts of an archive again if they have changed, because other machines write to
    /// it. Checks this whenever somebody asks for it, and at regular intervals.
    fn keep_archive(&self, woken: &Receiver<Wake>) {
        let mut told = Instant::now();
        self.read_light();
        while !self.stop.load(Ordering::Relaxed) {
            match woken.recv_timeout(BEAT) {
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) if told.elapsed() < AGE => continue,
                Err(RecvTimeoutError::Timeout) => {}
            }
            told = Instant::now();
            self.tell(Event::Started);
            let index = self.index();
            let archive = index.as_ref().and_then(|index| index.archive());
            if !archive.is_some_and(|archive| archive.is_current().unwrap_or_default()) {
                self.reopen();
                self.read_light();
            }
            let state = self.index().map(|index| index.state().clone()).unwrap_or_default();
            let report = Report { articles: state.articles, quotes: state.quotes, ..Report::default() };
            self.end(Ok(Arc::new(report)));
        }
    }

    /// Computes light vectors that are missing, so that the next question does not have to.
    fn read_light(&self) {
        if let Some(Err(error)) = self.index().map(|index| index.read_light(&self.stop)) {
            let error = anyhow::Error::from(error);
            tracing::warn!(cause = format!("{error:#}"), "the meaning of words cannot be computed");
        }
    }

    fn tell(&self, event: Event) {
        match event {
            Event::Started => self.status.send_modify(|status| {
                status.begun += 1;
                status.running = Some(Step::default());
            }),
            Event::Step(step) => self.status.send_modify(|status| status.running = Some(step)),
            Event::Done(report) => {
                // Reopens even if nothing was done: another process may have changed the index.
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
                tracing::error!(cause = format!("{error:#}"), "indexing failed; the index is unchanged");
                self.end(Err(format!("{error:#}")));
            }
            Event::Blind(error) => {
                tracing::warn!(
                    cause = format!("{error:#}"),
                    "the corpus cannot be watched; changes are found only by the regular scans"
                );
            }
        }
    }

    fn reopen(&self) {
        let Some(mut index) = read(&self.job) else { return };
        let is_same =
            |now: &Arc<QuoteIndex>| now.revision() == index.revision() && now.state() == index.state();
        match self.index().filter(is_same) {
            // What has been computed for it need not be computed again.
            Some(now) => index = now,
            None => {
                *self.index.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&index));
                self.newer.store(true, Ordering::Relaxed);
            }
        }
        // Counted on this thread, so that the first page does not have to.
        let _ = index.different_quotes();
    }

    /// Runs the encoder on all indexed quotes, the newest first, and again whenever there are new ones. It
    /// sleeps as long as it works, so that questions are answered first.
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
                        tracing::info!(done, total, "computing the meaning of quotes");
                    }
                    thread::sleep(since.elapsed().min(LOOK));
                    since = Instant::now();
                });
                if let Err(error) = outcome {
                    let error = anyhow::Error::from(error);
                    tracing::warn!(cause = format!("{error:#}"), "the meaning of quotes cannot be computed");
                }
                if !self.newer.load(Ordering::Relaxed) {
                    last = now;
                    // Pages that wait until the order by meaning is final can be made now.
                    self.status.send_modify(|_| {});
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

/// Opens the index, if there is one. If it cannot be opened, this is logged, and the thread rebuilds it.
fn read(job: &Job) -> Option<Arc<QuoteIndex>> {
    match ingest::open(job) {
        Ok(index) => index.map(Arc::new),
        Err(error) => {
            let error = anyhow::Error::from(error);
            tracing::error!(cause = format!("{error:#}"), "the index cannot be opened");
            None
        }
    }
}

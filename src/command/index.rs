//! `rapporteur index`

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use anyhow::Context as _;
use rapporteur::config::Config;
use rapporteur::index::quickwit::{self, Address, Sent};
use rapporteur::index::{QuoteIndex, Report};
use rapporteur::ingest::{self, Job};
use rapporteur::meaning::Meaning;
use rapporteur::terminal;

use super::progress::Shown;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  rapporteur index\n  rapporteur index --corpus news/2025 --corpus archive.jsonl.gz --dry-run"
)]
pub(super) struct IndexOptions {
    #[command(flatten)]
    places: super::Places,
    /// Rebuild the index; the current one stays in use meanwhile
    #[arg(long)]
    full: bool,
    /// Only report what would be done
    #[arg(long)]
    dry_run: bool,
    /// Then compute the meaning of all quotes, newest first, so that no question waits for it; resumes after
    /// an interruption
    #[arg(long, conflicts_with = "dry_run")]
    meaning: bool,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(options: &IndexOptions, mut config: Config) -> anyhow::Result<ExitCode> {
    options.places.apply(&mut config);
    super::start_pool(config.threads);
    let job = Job { full: options.full, dry_run: options.dry_run, ..job(&config) };
    let stop = interrupted();
    let report = until(&job, &stop)?;
    let text = if options.json {
        format!("{}\n", serde_json::to_string(&report)?)
    } else {
        terminal::report(&report, 50)
    };
    std::io::stdout().write_all(text.as_bytes())?;
    if let (Some(address), false) = (&job.store, report.stopped || report.dry_run) {
        let sent = send(&job, address, &stop)?;
        let text = if options.json {
            format!("{}\n", serde_json::to_string(&sent)?)
        } else {
            terminal::sent(&sent, &address.to_string())
        };
        std::io::stdout().write_all(text.as_bytes())?;
        if sent.stopped {
            return Ok(ExitCode::FAILURE);
        }
    }
    if options.meaning && !report.stopped {
        read_meaning(&job, &stop)?;
    }
    // It is a failure if there are files but none of them could be read.
    let failed = report.stopped || stop.load(Ordering::Relaxed) || !report.dry_run && report.read_nothing();
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Sends to the archive what it lacks of the index, and shows the progress.
pub(super) fn send(job: &Job, address: &Address, stop: &AtomicBool) -> anyhow::Result<Sent> {
    let index = QuoteIndex::open(&job.index)?.context("the index that was just built is gone")?;
    let index = index.embedded().context("the index is on this disk")?;
    let mut progress = Shown::of("sending to the archive", "articles");
    let sent = quickwit::send(address, index, job.share, job.full, stop, &mut |done, total| {
        progress.count(done, total);
    });
    progress.end();
    Ok(sent?)
}

/// Runs the encoder on all quotes of the index, and shows the progress.
fn read_meaning(job: &Job, stop: &AtomicBool) -> anyhow::Result<()> {
    let Some(index) = QuoteIndex::open(&job.index)? else { return Ok(()) };
    let mut progress = Shown::of("computing meanings", "quotes");
    let outcome = index.with_meaning(Meaning::Full).read_meaning(stop, &mut |done, total| {
        progress.count(done as u64, total as u64);
    });
    progress.end();
    Ok(outcome?)
}

/// Returns a flag that is set on the first interrupt; what is done by then is kept. A second interrupt ends
/// the process at once.
fn interrupted() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&stop);
    // Without the handler an interrupt ends the process, and the next indexing resumes from the last
    // checkpoint.
    let _ = thread::Builder::new().name("interrupt".to_owned()).spawn(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().build() else { return };
        while runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            if set.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
        }
    });
    stop
}

/// Returns the indexing job for the settings.
pub(super) fn job(config: &Config) -> Job {
    Job {
        corpus: config.corpus.clone(),
        index: config.index.clone(),
        store: config.store.clone(),
        share: config.share,
        threads: config.threads,
        meaning: config.meaning,
        pdf: super::pdf_reader(),
        ..Job::default()
    }
}

/// Runs an indexing and shows the progress.
pub(super) fn with_progress(job: &Job) -> anyhow::Result<Report> {
    until(job, &AtomicBool::new(false))
}

fn until(job: &Job, stop: &AtomicBool) -> anyhow::Result<Report> {
    let mut progress = Shown::new("indexing");
    let report = ingest::ingest(job, &mut progress, stop);
    progress.end();
    report
}

//! `rapporteur index`

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use rapporteur::config::Config;
use rapporteur::index::Report;
use rapporteur::ingest::{self, Job};
use rapporteur::terminal;

use super::progress::Shown;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  rapporteur index\n  rapporteur index --corpus news/2025 --corpus archive.jsonl.gz --dry-run"
)]
pub(super) struct IndexOptions {
    #[command(flatten)]
    places: super::Places,
    /// Build the index anew, beside the one in use
    #[arg(long)]
    full: bool,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(options: &IndexOptions, mut config: Config) -> anyhow::Result<ExitCode> {
    options.places.apply(&mut config);
    super::start_pool(config.threads);
    let job = Job { full: options.full, dry_run: options.dry_run, ..job(&config) };
    let report = until(&job, &interrupted())?;
    let text = if options.json {
        format!("{}\n", serde_json::to_string(&report)?)
    } else {
        terminal::report(&report, 50)
    };
    std::io::stdout().write_all(text.as_bytes())?;
    // Whoever has files and reads none of them should hear of it.
    let failed = report.stopped || !report.dry_run && report.read_nothing();
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Set when somebody interrupts: what is done by then is kept. Who interrupts once more ends the process at once.
fn interrupted() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&stop);
    // Where nobody can be told, an interruption ends the process, and the next indexing goes on from the last checkpoint.
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

/// The indexing that the settings ask for.
pub(super) fn job(config: &Config) -> Job {
    Job {
        corpus: config.corpus.clone(),
        index: config.index.clone(),
        threads: config.threads,
        ..Job::default()
    }
}

/// Indexes and shows how far it is.
pub(super) fn with_progress(job: &Job) -> anyhow::Result<Report> {
    until(job, &AtomicBool::new(false))
}

fn until(job: &Job, stop: &AtomicBool) -> anyhow::Result<Report> {
    let mut progress = Shown::new("indexing");
    let report = ingest::ingest(job, &mut progress, stop);
    progress.end();
    report
}

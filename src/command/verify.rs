//! `rapporteur verify`

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

use anyhow::Context as _;
use rapporteur::config::Config;
use rapporteur::index::QuoteIndex;
use rapporteur::index::quickwit::{self, Address};
use rapporteur::ingest::{self, Job};
use rapporteur::render::counted;
use rapporteur::terminal::{self, safe};

use super::progress::Shown;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Compares the files of the index with their checksums, then every stored quote with the bytes of its article,\nand what was \
                  sent to the archive (RAPPORTEUR_STORE), if there is one, with the index.\nExit status: 0 when nothing is broken, or all was repaired; 1 otherwise.\n\nExamples:\n  rapporteur verify\n  rapporteur verify --repair"
)]
pub(super) struct VerifyOptions {
    #[command(flatten)]
    places: super::Places,
    /// If something is broken, rebuild it; the current one stays in use meanwhile
    #[arg(long)]
    repair: bool,
    /// Print the findings as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(options: &VerifyOptions, mut config: Config) -> anyhow::Result<ExitCode> {
    options.places.apply(&mut config);
    super::start_pool(config.threads);
    let job = super::index::job(&config);
    let mut progress = Shown::new("verifying");
    let found = ingest::verify(&job, &mut progress, &AtomicBool::new(false));
    progress.end();
    let found = found?;
    let mut out = io::stdout();
    if options.json {
        writeln!(out, "{}", serde_json::to_string(&found)?)?;
    } else {
        for line in &found.broken {
            writeln!(out, "BROKEN  {}", safe(line))?;
        }
        if found.broken_more > 0 {
            writeln!(out, "BROKEN  and {} more", found.broken_more)?;
        }
        writeln!(out, "{}", summary(&found, &config))?;
    }
    if found.absent || !found.is_sound() && !options.repair {
        return Ok(ExitCode::from(1));
    }
    if !found.is_sound() {
        let report = super::index::with_progress(&Job { full: true, ..job.clone() })?;
        if !options.json {
            write!(out, "{}", terminal::report(&report, 50))?;
        }
    }
    match &job.store {
        Some(address) => verify_archive(options, &job, address),
        None => Ok(ExitCode::SUCCESS),
    }
}

/// Compares the archive with the index.
fn verify_archive(options: &VerifyOptions, job: &Job, address: &Address) -> anyhow::Result<ExitCode> {
    let index = QuoteIndex::open(&job.index)?.context("the index that was just verified is gone")?;
    let index = index.embedded().context("the index is on this disk")?;
    let mut progress = Shown::of("comparing with the archive", "articles");
    let found = quickwit::verify(address, index, job.share, &mut |done, total| progress.count(done, total));
    progress.end();
    let found = found?;
    let mut out = io::stdout();
    if options.json {
        writeln!(out, "{}", serde_json::to_string(&found)?)?;
    } else {
        write!(out, "{}", terminal::verified(&found, &address.to_string()))?;
    }
    if found.is_sound() || !options.repair {
        return Ok(if found.is_sound() { ExitCode::SUCCESS } else { ExitCode::from(1) });
    }
    quickwit::withdraw(address, job.share, &found.unlike)?;
    let sent = super::index::send(job, address, &AtomicBool::new(false))?;
    if !options.json {
        write!(out, "{}", terminal::sent(&sent, &address.to_string()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn summary(found: &ingest::Verified, config: &Config) -> String {
    let ingest::Verified { files, articles, quotes, stale, .. } = found;
    let name = safe(&config.index.display().to_string());
    if found.absent {
        return format!("`{name}` is not built yet; `rapporteur index` builds it");
    }
    let mut out = format!(
        "compared {} of {} in {}",
        counted(quotes, "quote"),
        counted(articles, "article"),
        counted(files, "file")
    );
    if *stale > 0 {
        out.push_str(&format!(
            "; changes to {} are not indexed yet, `rapporteur index` brings it up to date",
            counted(stale, "file")
        ));
    }
    out.push_str(if found.is_sound() {
        "; nothing is broken"
    } else {
        "; the index is broken, `rapporteur verify --repair` rebuilds it"
    });
    out
}

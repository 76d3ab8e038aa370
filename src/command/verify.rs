//! `rapporteur verify`

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

use rapporteur::config::Config;
use rapporteur::ingest::{self, Job};
use rapporteur::render::counted;
use rapporteur::terminal::safe;

use super::progress::Shown;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Compares the files of the index with their checksums, then every stored quote with the bytes of its article.\nExit \
                  status: 0 when nothing is broken, or all was repaired; 1 otherwise.\n\nExamples:\n  rapporteur verify\n  rapporteur verify --repair"
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
    if found.is_sound() || !options.repair {
        return Ok(if found.is_sound() && !found.absent { ExitCode::SUCCESS } else { ExitCode::from(1) });
    }
    let report = super::index::with_progress(&Job { full: true, ..job })?;
    if !options.json {
        write!(out, "{}", rapporteur::terminal::report(&report, 50))?;
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

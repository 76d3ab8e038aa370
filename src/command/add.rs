//! `rapporteur add` and `rapporteur feeds`

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use jiff::Timestamp;

use rapporteur::config::Config;
use rapporteur::fetch::{self, Added, Fetcher};
use rapporteur::terminal::safe;

use super::Usage;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "The page is saved under `fetched/` in the first corpus folder, together with its origin, and indexed.\n\nExample:\n  \
                  rapporteur add https://www.example.org/2025/12/talks"
)]
pub(super) struct AddOptions {
    /// The address of an article; more than one may be given
    #[arg(value_name = "URL", required = true)]
    urls: Vec<String>,
    #[command(flatten)]
    places: super::Places,
}

#[derive(Debug, clap::Args)]
#[command(
    after_help = "feeds.toml in a corpus folder lists them:\n\n  [[feed]]\n  url = \"https://www.example.org/rss.xml\"\n  outlet = \"Example Times\"  # if \
                  omitted: the feed's title, if it matches the address\n  minutes = 30              # how often to check\n  tags = [\"talks\"]\n  \
                  also = [\"example.net\"]  # other sites that its entries may link to"
)]
pub(super) struct FeedsOptions {
    #[command(flatten)]
    places: super::Places,
    /// Fetch all feeds, also those that are not due yet
    #[arg(long)]
    now: bool,
}

pub(super) fn add(options: &AddOptions, mut config: Config) -> anyhow::Result<ExitCode> {
    options.places.apply(&mut config);
    let folder = folders(&config).into_iter().next().ok_or_else(no_folder)?;
    let (fetcher, runtime) = (Fetcher::default(), runtime()?);
    let (mut added, mut failed) = (false, false);
    for url in &options.urls {
        match runtime.block_on(fetch::add(&fetcher, &folder, url)) {
            Ok(Added::New { path, title }) => {
                added = true;
                let title = title.map(|title| format!(": {}", safe(&title))).unwrap_or_default();
                writeln!(io::stdout(), "added {}{title}", safe(&path.display().to_string()))?;
            }
            Ok(Added::Known { path }) => {
                writeln!(io::stdout(), "known {}", safe(&path.display().to_string()))?;
            }
            Err(error) => {
                failed = true;
                let line = super::chain(&error.into());
                writeln!(io::stderr(), "rapporteur: {}", safe(&line))?;
            }
        }
    }
    if added {
        index(&config)?;
    }
    Ok(if failed { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

pub(super) fn feeds(options: &FeedsOptions, mut config: Config) -> anyhow::Result<ExitCode> {
    options.places.apply(&mut config);
    let (fetcher, runtime) = (Fetcher::default(), runtime()?);
    let (mut listed, mut added, mut failed) = (0, 0, false);
    for folder in folders(&config) {
        let mut list = fetch::read_feeds(&folder)?;
        listed += list.len();
        for feed in &mut list {
            feed.elsewhere = !config.share.holds(&feed.url);
        }
        let now = Timestamp::now().as_second();
        let reports = runtime.block_on(fetch::feeds(&fetcher, &folder, &list, now, options.now))?;
        for report in reports {
            added += report.added;
            let minutes = report.wait().as_secs().div_ceil(60);
            let url = safe(&report.url);
            writeln!(
                io::stdout(),
                "{url}: {} added, {} known, {} failed; again in {minutes} minutes",
                report.added,
                report.known,
                report.failed.len()
            )?;
            for error in report.failed.into_iter().chain(report.error) {
                failed = true;
                writeln!(io::stderr(), "rapporteur: {}", safe(&super::chain(&error.into())))?;
            }
        }
    }
    if listed == 0 {
        return Err(Usage(
            "no corpus folder has a feeds.toml; `rapporteur feeds --help` shows one".to_owned(),
        )
        .into());
    }
    if added > 0 {
        index(&config)?;
    }
    Ok(if failed { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// Returns the corpus folders, without the entries that are single files: articles cannot be added there.
fn folders(config: &Config) -> Vec<PathBuf> {
    config.corpus.iter().filter(|path| path.is_dir()).cloned().collect()
}

fn no_folder() -> Usage {
    Usage("no corpus folder to save articles in; set one with --corpus or RAPPORTEUR_CORPUS".to_owned())
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().context("the network cannot be used")
}

fn index(config: &Config) -> anyhow::Result<()> {
    super::start_pool(config.threads);
    let report = super::index::with_progress(&super::index::job(config))?;
    io::stdout().write_all(rapporteur::terminal::report(&report, 10).as_bytes())?;
    Ok(())
}

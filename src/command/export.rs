//! `rapporteur export`

use std::io::{self, BufWriter, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use jiff::ZonedDateTime;

use rapporteur::config::Config;
use rapporteur::{ask, export};

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// One JSON object per line
    Jsonl,
    /// A table with a header line (RFC 4180)
    Csv,
}

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Quotes are sorted by their article's id, then by their position in the article.\n\nExamples:\n  rapporteur export \
                  > quotes.jsonl\n  rapporteur export --format csv --speaker Ushakov --after 2025-12-01 > ushakov.csv"
)]
pub(super) struct ExportOptions {
    #[command(flatten)]
    given: super::ask::GivenOptions,
    #[command(flatten)]
    places: super::Places,
    /// How to write a quote
    #[arg(long, value_name = "FORMAT", default_value = "jsonl")]
    format: Format,
}

pub(super) fn run(options: &ExportOptions, mut config: Config) -> anyhow::Result<ExitCode> {
    options.places.apply(&mut config);
    let index = super::ask::open_or_build(&config)?;
    let question = ask::limits(&index, options.given.given(), ZonedDateTime::now().date());
    if let Some(name) = &question.stranger {
        writeln!(
            io::stderr(),
            "no quote on record by anybody called `{}`",
            rapporteur::terminal::safe(name)
        )?;
        return Ok(ExitCode::from(1));
    }
    let mut out = BufWriter::new(io::stdout().lock());
    if matches!(options.format, Format::Csv) {
        write!(out, "{}\r\n", export::CSV_COLUMNS)?;
    }
    let count = index.each(&question, |record| -> anyhow::Result<()> {
        match options.format {
            Format::Jsonl => writeln!(out, "{}", export::json(&record)),
            Format::Csv => write!(out, "{}\r\n", export::csv(&record)),
        }
        .context("standard output")
    })?;
    out.flush().context("standard output")?;
    Ok(if count > 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

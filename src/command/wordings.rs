//! `rapporteur wordings`

use std::io::{self, Write as _};
use std::process::ExitCode;

use jiff::ZonedDateTime;

use rapporteur::answer::Record;
use rapporteur::ask::desk;
use rapporteur::config::Config;
use rapporteur::index::QuoteIndex;
use rapporteur::question::Part;
use rapporteur::{export, render, terminal};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  rapporteur wordings 4f0c2a9be17d6035\n  rapporteur wordings \"So far, a compromise hasn't been found\" --json"
)]
pub(super) struct WordingsOptions {
    /// The quote: its id (`ask --json`), or words of it
    #[arg(value_name = "QUOTE", required = true)]
    quote: Vec<String>,
    #[command(flatten)]
    places: super::Places,
    /// Print one JSON line
    #[arg(long)]
    json: bool,
}

pub(super) fn run(options: &WordingsOptions, mut config: Config) -> anyhow::Result<ExitCode> {
    options.places.apply(&mut config);
    let index = super::ask::open_or_build(&config)?;
    let Some(quote) = quote(&index, &options.quote.join(" "))? else { return Ok(ExitCode::from(1)) };
    let remark = desk::wordings(&index, quote, &Part::default())?;
    let text = if options.json {
        format!("{}\n", export::remark(&remark))
    } else {
        terminal::sheet(&render::remark(&remark), super::style(&config))
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Returns the quote that `typed` means; if there is none, says so on standard error.
pub(super) fn quote(index: &QuoteIndex, typed: &str) -> anyhow::Result<Option<Record>> {
    let quote = desk::meant(index, typed, ZonedDateTime::now().date())?;
    if quote.is_none() {
        let typed = terminal::safe(typed);
        writeln!(io::stderr(), "no quote on record has the id “{typed}” or words close to it")?;
    }
    Ok(quote)
}

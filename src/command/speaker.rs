//! `rapporteur speaker`

use std::io::{self, Write as _};
use std::process::ExitCode;

use rapporteur::ask::desk;
use rapporteur::config::Config;
use rapporteur::question::Part;
use rapporteur::{export, render, terminal};

use super::Usage;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  rapporteur speaker Ushakov\n  rapporteur speaker \"Kaja Kallas\" --json"
)]
pub(super) struct SpeakerOptions {
    /// Who, by any name
    #[arg(value_name = "NAME", required = true)]
    name: Vec<String>,
    #[command(flatten)]
    places: super::Places,
    /// Print one JSON line
    #[arg(long)]
    json: bool,
}

pub(super) fn run(options: &SpeakerOptions, mut config: Config) -> anyhow::Result<ExitCode> {
    options.places.apply(&mut config);
    let index = super::ask::open_or_build(&config)?;
    let card = desk::card(&index, &options.name.join(" "), &Part::default())?
        .map_err(|unknown| Usage(render::unknown(&unknown)))?;
    let text = if options.json {
        format!("{}\n", export::card(&card))
    } else {
        terminal::sheet(&render::card(&card), super::style(&config))
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

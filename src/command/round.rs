//! `rapporteur round`

use std::io::{self, Write as _};
use std::process::ExitCode;

use rapporteur::ask::desk;
use rapporteur::config::Config;
use rapporteur::question::Part;
use rapporteur::{export, render, terminal};

use super::Usage;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Without NAME: the rounds of talks that the corpus lists.\n\nExamples:\n  rapporteur round\n  rapporteur round \"the Alaska summit\"\n  rapporteur round London --json"
)]
pub(super) struct RoundOptions {
    /// The round, by its name in `rounds.toml` or its place
    #[arg(value_name = "NAME")]
    name: Vec<String>,
    #[command(flatten)]
    places: super::Places,
    /// Print one JSON line
    #[arg(long)]
    json: bool,
}

pub(super) fn run(options: &RoundOptions, mut config: Config) -> anyhow::Result<ExitCode> {
    options.places.apply(&mut config);
    let index = super::ask::open_or_build(&config)?;
    let mut out = io::stdout().lock();
    if options.name.is_empty() {
        let rounds = &index.agenda().rounds;
        for round in rounds {
            if options.json {
                writeln!(out, "{}", serde_json::to_string(round)?)?;
            } else {
                writeln!(out, "{}", terminal::safe(&render::round_line(round)))?;
            }
        }
        return Ok(if rounds.is_empty() { ExitCode::from(1) } else { ExitCode::SUCCESS });
    }
    let meeting = desk::meeting(&index, &options.name.join(" "), &Part::default())?
        .map_err(|unknown| Usage(render::unknown(&unknown)))?;
    if options.json {
        writeln!(out, "{}", export::meeting(&meeting))?;
    } else {
        out.write_all(terminal::sheet(&render::meeting(&meeting), super::style(&config)).as_bytes())?;
    }
    Ok(ExitCode::SUCCESS)
}

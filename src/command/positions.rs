//! `rapporteur positions`

use std::io::{self, Write as _};
use std::process::ExitCode;

use rapporteur::ask::desk::{self, Asked};
use rapporteur::config::Config;
use rapporteur::question::Part;
use rapporteur::{export, render, terminal};

use super::Usage;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  rapporteur positions territory\n  rapporteur positions \"security guarantees\" --party Russia\n  rapporteur positions ceasefire --round \"the Alaska summit\" --json"
)]
pub(super) struct PositionsOptions {
    /// The matter, by its name in `matters.toml` or a word for it
    #[arg(value_name = "MATTER", required = true)]
    matter: Vec<String>,
    /// Only this party, with the first and the newest quote of each round
    #[arg(long, value_name = "PARTY")]
    party: Option<String>,
    /// Only what was said at this round of talks, and after it until the next
    #[arg(long, value_name = "ROUND")]
    round: Option<String>,
    #[command(flatten)]
    places: super::Places,
    /// Print one JSON line
    #[arg(long)]
    json: bool,
}

pub(super) fn run(options: &PositionsOptions, mut config: Config) -> anyhow::Result<ExitCode> {
    options.places.apply(&mut config);
    let index = super::ask::open_or_build(&config)?;
    let (matter, part) = (options.matter.join(" "), Part::default());
    let (party, round) = (options.party.as_deref(), options.round.as_deref());
    let asked = Asked { matter: &matter, party, round, part: &part };
    let positions = desk::positions(&index, &asked)?.map_err(|unknown| Usage(render::unknown(&unknown)))?;
    let text = if options.json {
        format!("{}\n", export::positions(&positions))
    } else {
        let sheet = render::positions(&positions, options.party.is_some());
        terminal::sheet(&sheet, super::style(&config))
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(if positions.parties.is_empty() { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

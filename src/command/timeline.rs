//! `rapporteur timeline`

use std::path::PathBuf;
use std::process::ExitCode;

use rapporteur::ask::desk::{self, Counted};
use rapporteur::config::Config;
use rapporteur::question::Part;
use rapporteur::{picture, render};

use super::Usage;
use super::card::Form;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "The picture's numbers are written to standard output.\n\nExamples:\n  rapporteur timeline --out all.png\n  rapporteur timeline --speaker Zelensky --out zelensky.svg\n  rapporteur timeline --party Russia --matter territory --out russia.png"
)]
pub(super) struct TimelineOptions {
    /// Only this person, matter by matter
    #[arg(long, value_name = "NAME", conflicts_with = "party")]
    speaker: Option<String>,
    /// Only this party, speaker by speaker
    #[arg(long, value_name = "PARTY")]
    party: Option<String>,
    /// Only what was said on this matter
    #[arg(long, value_name = "MATTER")]
    matter: Option<String>,
    /// Where to write the picture: a name that ends in `.png` or `.svg`
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    places: super::Places,
}

/// Maximum number of quotes that are counted.
const COUNTED: u64 = 50_000;

pub(super) fn run(options: &TimelineOptions, mut config: Config) -> anyhow::Result<ExitCode> {
    options.places.apply(&mut config);
    let form = Form::of(&options.out)?;
    let index = super::ask::open_or_build(&config)?;
    let counted = Counted {
        speaker: options.speaker.as_deref(),
        party: options.party.as_deref(),
        matter: options.matter.as_deref(),
        part: &Part::default(),
        most: COUNTED,
    };
    let timeline = desk::timeline(&index, &counted)?.map_err(|unknown| Usage(render::unknown(&unknown)))?;
    form.write(&picture::timeline(&timeline), &options.out)?;
    Ok(if timeline.quotes == 0 { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

//! `rapporteur card`

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use rapporteur::config::Config;
use rapporteur::picture::{self, Picture};

use super::Usage;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "The quote and its source are written to standard output.\n\nExample:\n  rapporteur card 4f0c2a9be17d6035 --out quote.png"
)]
pub(super) struct CardOptions {
    /// The quote: its id (`ask --json`), or words of it
    #[arg(value_name = "QUOTE", required = true)]
    quote: Vec<String>,
    /// Where to write the picture: a name that ends in `.png` or `.svg`
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    places: super::Places,
}

pub(super) fn run(options: &CardOptions, mut config: Config) -> anyhow::Result<ExitCode> {
    options.places.apply(&mut config);
    let form = Form::of(&options.out)?;
    let index = super::ask::open_or_build(&config)?;
    let Some(quote) = super::wordings::quote(&index, &options.quote.join(" "))? else {
        return Ok(ExitCode::from(1));
    };
    form.write(&picture::quote(&quote), &options.out)?;
    Ok(ExitCode::SUCCESS)
}

/// The form of a picture.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    Png,
    Svg,
}

impl Form {
    /// Returns the form that the ending of a file's name asks for.
    pub(super) fn of(path: &Path) -> anyhow::Result<Self> {
        match path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_lowercase().as_str()
        {
            "png" => Ok(Self::Png),
            "svg" => Ok(Self::Svg),
            _ => Err(Usage(format!("`{}` must end in .png or .svg", path.display())).into()),
        }
    }

    /// Writes a picture to a file, and what it shows to standard output.
    pub(super) fn write(self, picture: &Picture, path: &Path) -> anyhow::Result<()> {
        let bytes = match self {
            Self::Svg => picture.svg.clone().into_bytes(),
            Self::Png => picture.png().context("the picture cannot be drawn")?,
        };
        std::fs::write(path, bytes).with_context(|| format!("`{}` cannot be written", path.display()))?;
        writeln!(io::stdout(), "{}", rapporteur::terminal::safe(&picture.alt))?;
        Ok(())
    }
}

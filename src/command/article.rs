//! `rapporteur article`

use std::io::{self, Write as _};
use std::process::ExitCode;

use rapporteur::answer::Page;
use rapporteur::config::Config;
use rapporteur::{ask, terminal};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  rapporteur article \"Kremlin talks end without compromise\"\n  rapporteur article https://coast.example/a"
)]
pub(super) struct ArticleOptions {
    /// The article's id, its address, or words from its title
    #[arg(value_name = "ARTICLE", required = true)]
    article: Vec<String>,
    #[command(flatten)]
    places: super::Places,
    /// Show at most this many quotes [default: 100]
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..))]
    limit: u16,
    /// Show the N-th page of the list
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    page: u16,
}

pub(super) fn run(options: &ArticleOptions, mut config: Config) -> anyhow::Result<ExitCode> {
    options.places.apply(&mut config);
    let index = super::ask::open_or_build(&config)?;
    let key = options.article.join(" ");
    let limit = usize::from(options.limit);
    let offset = limit * usize::from(options.page - 1);
    let Some(found) = ask::article(&index, &key, Page { offset, limit })? else {
        let key = terminal::safe(&key);
        writeln!(io::stderr(), "no article on record has the id, address or title `{key}`")?;
        return Ok(ExitCode::from(1));
    };
    let text = terminal::article(&found.article, &found.quotes, offset, super::style(&config));
    io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

//! The commands: each reads its options, calls the library, writes the result.

mod add;
mod article;
mod ask;
mod bot;
mod card;
mod check;
mod check_quote;
mod export;
mod extract;
mod index;
mod invite;
mod positions;
mod progress;
mod reports;
mod round;
mod serve;
mod speaker;
mod timeline;
mod verify;
mod wordings;

use std::fs::File;
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use rapporteur::config::{self, Config, ConfigError, Env};
use rapporteur::index::quickwit::Address;
use rapporteur::pdf;
use rapporteur::terminal::Style;

/// Who said what, word for word: verbatim quotes from a corpus of articles.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    after_help = "Exit status: 0 success; 1 nothing found, or problems found; 2 wrong usage or setting; 3 something could not be read or \
                  written.\nSettings come from flags, then the environment, then `.env`; .env.example lists them."
)]
pub(crate) struct Options {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer a question with the quotes on record
    Ask(ask::AskOptions),
    /// Show the positions of the parties on a matter, in their own words
    Positions(positions::PositionsOptions),
    /// Show who met at a round of talks, and what each side said before, at and after it
    Round(round::RoundOptions),
    /// Show who a person is: offices, party, number of quotes, matters
    Speaker(speaker::SpeakerOptions),
    /// Draw who spoke how often on what, as a PNG or SVG
    Timeline(timeline::TimelineOptions),
    /// Show one remark in all its wordings: who printed which, when first and last
    Wordings(wordings::WordingsOptions),
    /// Draw a quote with its source, as a PNG or SVG
    Card(card::CardOptions),
    /// Say whether words are on record as quoted, and otherwise what was changed
    CheckQuote(check_quote::CheckQuoteOptions),
    /// List the quotes of one article
    Article(article::ArticleOptions),
    /// Bring the index up to date with the corpus
    Index(index::IndexOptions),
    /// Extract the quotes of articles, one JSON line per article
    Extract(extract::ExtractOptions),
    /// Run the Discord bot and the reading room (the default command); without a token the bot runs on an
    /// embedded Discord
    Serve(serve::ServeOptions),
    /// Print the address that invites the bot to a server
    Invite(invite::InviteOptions),
    /// Report what is wrong with settings, corpus and index, and how to fix it
    Check(check::CheckOptions),
    /// Fetch articles from the web into the corpus, and index them
    Add(add::AddOptions),
    /// Look for new articles in the feeds of the corpus, and index them
    Feeds(add::FeedsOptions),
    /// Compare the index with the corpus, quote by quote, and its files with their checksums
    Verify(verify::VerifyOptions),
    /// List what readers in Discord say is wrong with quotes, each with the entry that would correct it
    Reports(reports::ReportsOptions),
    /// Write all quotes with speakers and sources, for a backup or a spreadsheet
    Export(export::ExportOptions),
    /// Write the text of the PDF on standard input
    #[command(name = pdf::COMMAND, hide = true)]
    ReadPdf,
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, for `man -l -`
    Man,
}

/// Where the articles and the index are.
#[derive(Debug, Default, clap::Args)]
struct Places {
    /// A folder or file of articles; may be given more than once [default: RAPPORTEUR_CORPUS, else `corpus`]
    #[arg(long, value_name = "PATH")]
    corpus: Vec<PathBuf>,
    /// The index directory [default: RAPPORTEUR_INDEX, else `.rapporteur/index`]
    #[arg(long, value_name = "DIR")]
    index: Option<PathBuf>,
    /// The archive that answers instead of the index, `quickwit+http://host:7280` [default: RAPPORTEUR_STORE]
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    store: Option<Address>,
    /// Threads to use [default: RAPPORTEUR_THREADS, else all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

impl Places {
    fn apply(&self, config: &mut Config) {
        if !self.corpus.is_empty() {
            config.corpus.clone_from(&self.corpus);
        }
        if let Some(index) = &self.index {
            config.index.clone_from(index);
        }
        if let Some(store) = &self.store {
            config.store = Some(store.clone());
        }
        if let Some(threads) = self.threads {
            config.threads = usize::from(threads);
        }
    }
}

/// Reads the address of an archive.
fn address(text: &str) -> Result<Address, &'static str> {
    text.parse().map_err(|()| "write `quickwit+http://host:7280`, or `quickwit+http://host:7280/prefix`")
}

/// Returns the reader for PDFs: this program, started anew for each file.
fn pdf_reader() -> pdf::Reader {
    config::program().map_or_else(pdf::Reader::default, pdf::Reader::new)
}

/// Writes the text of the PDF on standard input to standard output.
fn read_pdf() -> anyhow::Result<ExitCode> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    let Some(words) = pdf::words(&bytes) else { return Ok(ExitCode::from(pdf::NO_TEXT)) };
    io::stdout().write_all(words.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Runs the command and returns the exit status.
pub(crate) fn run(options: Options) -> anyhow::Result<ExitCode> {
    let command = options.command.unwrap_or_else(|| Command::Serve(serve::ServeOptions::default()));
    if matches!(command, Command::ReadPdf) {
        // This process needs no settings and is given none.
        return read_pdf();
    }
    let config = Config::new(&Env::read(Path::new("."))?)?;
    match command {
        Command::Ask(options) => ask::run(&options, config),
        Command::Positions(options) => positions::run(&options, config),
        Command::Round(options) => round::run(&options, config),
        Command::Speaker(options) => speaker::run(&options, config),
        Command::Timeline(options) => timeline::run(&options, config),
        Command::Wordings(options) => wordings::run(&options, config),
        Command::Card(options) => card::run(&options, config),
        Command::CheckQuote(options) => check_quote::run(&options, config),
        Command::Article(options) => article::run(&options, config),
        Command::Index(options) => index::run(&options, config),
        Command::Extract(options) => extract::run(&options, config),
        Command::Serve(options) => serve::run(&options, config),
        Command::Check(options) => check::run(&options, config),
        Command::Invite(options) => invite::run(&options, &config),
        Command::Add(options) => add::add(&options, config),
        Command::Feeds(options) => add::feeds(&options, config),
        Command::Verify(options) => verify::run(&options, config),
        Command::Reports(options) => reports::run(&options, &config),
        Command::Export(options) => export::run(&options, config),
        Command::ReadPdf => read_pdf(),
        Command::Completions { shell } => {
            // To memory first: clap_complete panics if standard output is closed.
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Options::command(), "rapporteur", &mut script);
            io::stdout().write_all(&script)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Man => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Options::command()).render(&mut page)?;
            io::stdout().write_all(&page)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Formats an error with its causes on one line.
pub(crate) fn chain(error: &anyhow::Error) -> String {
    let mut out = String::new();
    let mut last = String::new();
    for cause in error.chain().map(ToString::to_string) {
        // Some errors repeat their cause in their own text.
        if !last.contains(&cause) {
            if !out.is_empty() {
                out.push_str(": ");
            }
            out.push_str(&cause);
        }
        last = cause;
    }
    out.trim_end().to_owned()
}

/// Formats an error for the terminal, without control characters and without anything that looks like a
/// token.
pub(crate) fn told(error: &anyhow::Error) -> String {
    let text = rapporteur::secret::hide_tokens(&chain(error));
    text.lines().map(rapporteur::terminal::safe).collect::<Vec<_>>().join("\n")
}

/// Returns the exit status for an error: 2 for wrong usage or settings, 3 for everything else.
pub(crate) fn status_of(error: &anyhow::Error) -> u8 {
    if error.is::<ConfigError>() || error.is::<Usage>() { 2 } else { 3 }
}

/// Whether standard output was closed by its reader, as in `rapporteur ask … | head -1`.
pub(crate) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}

/// Invalid input from the user.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Usage(String);

/// Returns the style for standard output.
fn style(config: &Config) -> Style {
    let width = terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0));
    Style { width: width.clamp(20, 100), colour: config.colour && io::stdout().is_terminal() }
}

/// Opens a file for reading; the error names the file.
fn open(path: &Path) -> anyhow::Result<File> {
    use anyhow::Context as _;
    File::open(path).with_context(|| format!("`{}` cannot be read", path.display()))
}

/// Starts the pool of worker threads.
fn start_pool(threads: usize) {
    // Fails only if a pool was started before; then that one is used.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
}

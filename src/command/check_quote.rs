//! `rapporteur check-quote`

use std::io::{self, Read as _, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use jiff::ZonedDateTime;

use rapporteur::answer::Verdict;
use rapporteur::config::Config;
use rapporteur::question::{Asked, Given};
use rapporteur::terminal::Detail;
use rapporteur::{ask, export, terminal};

use super::Usage;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "The answer is one of: word for word; word for word except for capitals or punctuation; said by somebody else; altered, with what was changed; two \
                  quotes put together; another wording of the same speaker; not on record.\n\nExamples:\n  rapporteur check-quote \"We will open the archive in May\" --speaker Lund\n  \
                  rapporteur check-quote --json - < quotes.txt"
)]
pub(super) struct CheckQuoteOptions {
    /// The words; `-` reads standard input, one quote a line
    #[arg(value_name = "TEXT", required = true)]
    text: Vec<String>,
    /// Who is said to have said them
    #[arg(long, value_name = "NAME")]
    speaker: Option<String>,
    #[command(flatten)]
    places: super::Places,
    /// Print one JSON line a quote
    #[arg(long)]
    json: bool,
}

/// Maximum number of bytes that are read from standard input.
const LONGEST: u64 = 1 << 20;

/// Maximum number of quotes shown with a verdict: the nearest one, and the second one if two were put
/// together.
const SHOWN: usize = 2;

pub(super) fn run(options: &CheckQuoteOptions, mut config: Config) -> anyhow::Result<ExitCode> {
    options.places.apply(&mut config);
    let claims = claims(&options.text)?;
    let index = super::ask::open_or_build(&config)?;
    let today = ZonedDateTime::now().date();
    let (mut out, mut found) = (io::stdout().lock(), false);
    for (at, claim) in claims.iter().enumerate() {
        let given = Given { speaker: options.speaker.clone(), ..Given::default() };
        let asked = Asked { given, ..Asked::new("", today) };
        let mut answer = ask::claim(&index, claim, &asked, SHOWN)?;
        let verdict = answer.checked.as_ref().map_or(Verdict::NotOnRecord, |checked| checked.verdict);
        found |= verdict.is_on_record();
        answer.keep_checked();
        if options.json {
            writeln!(out, "{}", export::answer(&answer))?;
            continue;
        }
        if claims.len() > 1 {
            writeln!(out, "{}> {}", if at > 0 { "\n" } else { "" }, terminal::safe(claim))?;
        }
        out.write_all(terminal::answer(&answer, super::style(&config), Detail::default()).as_bytes())?;
    }
    Ok(if found { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Returns the quotes to check.
fn claims(text: &[String]) -> anyhow::Result<Vec<String>> {
    if text != ["-"] {
        return Ok(vec![text.join(" ")]);
    }
    let mut read = Vec::new();
    io::stdin().lock().take(LONGEST + 1).read_to_end(&mut read).context("standard input")?;
    if read.len() as u64 > LONGEST {
        return Err(Usage(format!(
            "standard input is longer than {LONGEST} bytes; check fewer quotes at once"
        ))
        .into());
    }
    let read = String::from_utf8(read).map_err(|_| Usage("standard input is not in UTF-8".to_owned()))?;
    let lines = read.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|line| !line.is_empty());
    let lines: Vec<String> = lines.map(str::to_owned).collect();
    if lines.is_empty() {
        return Err(Usage("standard input has no quote to check; write one a line".to_owned()).into());
    }
    Ok(lines)
}

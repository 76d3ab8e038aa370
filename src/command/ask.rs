//! `rapporteur ask`

use std::io::{self, BufRead, IsTerminal as _, Read as _, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use jiff::ZonedDateTime;
use jiff::civil::Date;
use serde::Deserialize;

use rapporteur::answer::{Answer, Hit, Page, Record};
use rapporteur::config::Config;
use rapporteur::index::{IndexError, QuoteIndex};
use rapporteur::ingest::{self, Job};
use rapporteur::question::{Asked, Given};
use rapporteur::terminal::Detail;
use rapporteur::{ask, export, render, terminal};

use super::Usage;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Without QUESTION: a prompt on a terminal; from a pipe one question per line, plain or as \
                  {\"q\":\"…\",\"history\":[\"…\"],\"today\":\"2025-12-31\"}.\nA question may hold \"words to \
                  find\", -word, speaker:NAME, outlet:NAME, tag:NAME, after:DATE and before:DATE.\n\nExamples:\n  rapporteur ask \"What did Ushakov say about territory after the \
                  Kremlin talks?\"\n  rapporteur ask --limit 1 \"who said 'What a mess'\"\n  rapporteur ask --json < questions.txt"
)]
pub(super) struct AskOptions {
    /// The question, in plain English
    #[arg(value_name = "QUESTION")]
    question: Vec<String>,
    #[command(flatten)]
    given: GivenOptions,
    #[command(flatten)]
    places: super::Places,
    /// Show at most this many quotes [default: RAPPORTEUR_LIMIT, else 5; 10 with --json]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=100))]
    limit: Option<u8>,
    /// Show the N-th page of the quotes
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    page: u16,
    /// The day the question is asked, for "last week" [default: today]
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,
    /// Print one JSON line per question
    #[arg(long)]
    json: bool,
    /// Show the paragraphs around each quote, and the other articles with nearly the same words
    #[arg(long, conflicts_with = "json")]
    context: bool,
    /// Show how the question was understood and each part of the scores
    #[arg(long)]
    explain: bool,
}

/// Filters that override what the question says.
#[derive(Debug, clap::Args)]
pub(super) struct GivenOptions {
    /// Only quotes by this person
    #[arg(long, value_name = "NAME")]
    speaker: Option<String>,
    /// Only from this outlet; may be given more than once
    #[arg(long, value_name = "NAME")]
    outlet: Vec<String>,
    /// Only from articles with this tag; may be given more than once
    #[arg(long, value_name = "NAME")]
    tag: Vec<String>,
    /// Only from this day on
    #[arg(long, value_name = "DATE")]
    after: Option<Date>,
    /// Only up to this day
    #[arg(long, value_name = "DATE")]
    before: Option<Date>,
}

impl GivenOptions {
    pub(super) fn given(&self) -> Given {
        Given {
            speaker: self.speaker.clone(),
            outlets: self.outlet.clone(),
            tags: self.tag.clone(),
            after: self.after,
            before: self.before,
            ..Given::default()
        }
    }
}

/// Maximum number of other articles listed for one quote.
const ELSEWHERE: usize = 20;

/// A question as a line of JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    q: String,
    #[serde(default)]
    history: Vec<String>,
    today: Option<Date>,
    speaker: Option<String>,
    topic: Option<String>,
    phrase: Option<String>,
    #[serde(default)]
    outlets: Vec<String>,
    #[serde(default)]
    tags: Vec<String>,
    after: Option<Date>,
    before: Option<Date>,
}

/// A running `ask` command.
struct Session<'a> {
    options: &'a AskOptions,
    config: Config,
    index: QuoteIndex,
    today: Date,
    /// The filters given as flags.
    given: Given,
}

pub(super) fn run(options: &AskOptions, mut config: Config) -> anyhow::Result<ExitCode> {
    options.places.apply(&mut config);
    if let Some(limit) = options.limit {
        config.limit = usize::from(limit);
    } else if options.json {
        config.limit = 10;
    }
    let index = open_or_build(&config)?;
    let today = options.today.unwrap_or_else(|| ZonedDateTime::now().date());
    let given = options.given.given();
    let session = Session { options, config, index, today, given };
    if !options.question.is_empty() || session.given.asks() {
        let asked = Asked { given: session.given.clone(), ..Asked::new(options.question.join(" "), today) };
        let found = session.answer(&asked)?;
        return Ok(if found { ExitCode::SUCCESS } else { ExitCode::from(1) });
    }
    if io::stdin().is_terminal() { session.prompt() } else { session.pipe() }
}

impl Session<'_> {
    /// Answers one question on standard output; returns whether anything was found.
    fn answer(&self, asked: &Asked) -> anyhow::Result<bool> {
        let limit = self.config.limit;
        let page = Page { offset: limit * usize::from(self.options.page - 1), limit };
        let answer = ask::ask(&self.index, asked, page)?;
        let text = if self.options.json {
            format!("{}\n", export::answer(&answer))
        } else {
            if let Some(profile) = answer.question.profile.as_ref().filter(|_| !self.options.explain)
                && let Ok(card) = ask::desk::card(&self.index, &profile.name, &asked.given.part)?
            {
                let sheet = terminal::sheet(&render::card(&card), super::style(&self.config));
                io::stdout().write_all(sheet.as_bytes())?;
                return Ok(!answer.hits.is_empty());
            }
            let elsewhere = if self.options.context { Some(self.elsewhere(&answer)?) } else { None };
            let detail = Detail { explain: self.options.explain, elsewhere: elsewhere.as_deref() };
            terminal::answer(&answer, super::style(&self.config), detail)
        };
        io::stdout().write_all(text.as_bytes())?;
        Ok(!answer.hits.is_empty())
    }

    /// Returns for each quote of an answer the quotes of other articles with nearly the same words, within
    /// the question's filters.
    fn elsewhere(&self, answer: &Answer) -> Result<Vec<Vec<Record>>, IndexError> {
        let question = &answer.question;
        let outlets: Vec<String> = question.outlet.iter().chain(&question.outlets).cloned().collect();
        let scope = self.index.scope(&outlets, &question.tags);
        let others = |hit: &Hit| ask::elsewhere(&self.index, &hit.record, &scope, ELSEWHERE);
        answer.hits.iter().map(others).collect()
    }

    /// Asks on the terminal until the end of input.
    fn prompt(&self) -> anyhow::Result<ExitCode> {
        let mut editor = rustyline::DefaultEditor::new()?;
        let mut history: Vec<String> = Vec::new();
        loop {
            match editor.readline("ask> ") {
                Ok(line) if line.trim().is_empty() => {}
                Ok(line) => {
                    // The prompt still works without a history.
                    let _ = editor.add_history_entry(&line);
                    let asked = Asked {
                        history: history.clone(),
                        given: self.given.clone(),
                        ..Asked::new(line.clone(), self.today)
                    };
                    self.answer(&asked)?;
                    history.push(line);
                }
                Err(rustyline::error::ReadlineError::Eof | rustyline::error::ReadlineError::Interrupted) => {
                    return Ok(ExitCode::SUCCESS);
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Answers each line of standard input that is not blank. A line that is not a question is reported, and
    /// the others are still answered.
    fn pipe(&self) -> anyhow::Result<ExitCode> {
        let (mut found, mut failed) = (false, false);
        let (mut input, mut line) = (io::stdin().lock(), Vec::new());
        for number in 1_u64.. {
            let Some(read) = next_line(&mut input, &mut line).context("standard input")? else { break };
            let asked = match read.and_then(|line| self.read_line(line)) {
                Ok(None) => continue,
                Ok(Some(asked)) => asked,
                Err(error) => {
                    failed = true;
                    self.refuse(number, &String::from_utf8_lossy(&line), &error)?;
                    continue;
                }
            };
            if !self.options.json {
                writeln!(io::stdout(), "> {}", terminal::safe(&asked.text))?;
            }
            found |= self.answer(&asked)?;
            if !self.options.json {
                writeln!(io::stdout())?;
            }
        }
        Ok(match (failed, found) {
            (true, _) => ExitCode::from(2),
            (false, true) => ExitCode::SUCCESS,
            (false, false) => ExitCode::from(1),
        })
    }

    /// Reports why a line is not a question; with `--json` also on standard output, in place of the answer.
    fn refuse(&self, number: u64, line: &str, error: &Usage) -> anyhow::Result<()> {
        if self.options.json {
            // Its question if it has one, otherwise the whole line.
            let object = serde_json::from_str::<serde_json::Value>(line).ok();
            let asked = object.as_ref().and_then(|object| object.get("q")?.as_str()).unwrap_or(line.trim());
            let told = serde_json::json!({
                "q": render::fit(asked, SHOWN), "line": number, "error": error.to_string(),
            });
            writeln!(io::stdout(), "{told}")?;
        }
        let told = terminal::safe(&error.to_string());
        writeln!(io::stderr(), "rapporteur: line {number} of standard input: {told}")?;
        Ok(())
    }

    /// Returns the question of a line; `None` if it is blank.
    fn read_line(&self, line: &str) -> Result<Option<Asked>, Usage> {
        let line = line.trim_start_matches('\u{feff}').trim();
        if line.is_empty() {
            return Ok(None);
        }
        if line.starts_with('{') {
            let line: Line = serde_json::from_str(line).map_err(|error| {
                let error = error.to_string().replace(" at line 1 column ", " at column ");
                Usage(format!("{error}; write {{\"q\":\"…\"}} or the plain question"))
            })?;
            let flags = &self.given;
            let or =
                |line: Vec<String>, flags: &[String]| if line.is_empty() { flags.to_vec() } else { line };
            return Ok(Some(Asked {
                text: line.q,
                history: line.history,
                today: line.today.unwrap_or(self.today),
                given: Given {
                    speaker: line.speaker.or_else(|| flags.speaker.clone()),
                    topic: line.topic,
                    phrase: line.phrase,
                    after: line.after.or(flags.after),
                    before: line.before.or(flags.before),
                    outlets: or(line.outlets, &flags.outlets),
                    tags: or(line.tags, &flags.tags),
                    ..Given::default()
                },
            }));
        }
        Ok(Some(Asked { given: self.given.clone(), ..Asked::new(line, self.today) }))
    }
}

/// The longest line that is read as a question, in bytes.
const LONGEST: u64 = 64 << 10;

/// How much of a line that is not a question is shown, in code points.
const SHOWN: usize = 200;

/// Reads the next line into `line`, or the beginning of one that is too long; `None` at the end.
fn next_line<'a>(
    input: &mut impl BufRead,
    line: &'a mut Vec<u8>,
) -> io::Result<Option<Result<&'a str, Usage>>> {
    line.clear();
    if input.by_ref().take(LONGEST + 1).read_until(b'\n', line)? == 0 {
        return Ok(None);
    }
    if line.len() as u64 > LONGEST && !line.ends_with(b"\n") {
        input.skip_until(b'\n')?;
        return Ok(Some(Err(Usage(format!("longer than {LONGEST} bytes")))));
    }
    let text = str::from_utf8(line).map_err(|_| Usage("not in UTF-8".to_owned()));
    Ok(Some(text))
}

/// Opens the index. Builds it first if there is none, if it is damaged, or if it was made from another corpus
/// or by another version.
pub(super) fn open_or_build(config: &Config) -> anyhow::Result<QuoteIndex> {
    let job = super::index::job(config);
    if let Some(address) = &job.store {
        let index = ingest::open(&job)?;
        return index.with_context(|| {
            format!("nothing has been written to the archive `{address}` yet; run `rapporteur index`")
        });
    }
    match QuoteIndex::open(&job.index) {
        Ok(Some(index)) if ingest::is_current(&job, &index)? => return Ok(index.with_meaning(job.meaning)),
        Ok(_) | Err(IndexError::Damaged { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    super::start_pool(config.threads);
    let job = Job { wait: true, ..job };
    let report = super::index::with_progress(&job)?;
    let report = terminal::report(&report, 10);
    // A report that cannot be written must not prevent the answer.
    let _ = io::stderr().write_all(report.as_bytes());
    let index = QuoteIndex::open(&job.index)?.context("the index that was just built is gone")?;
    Ok(index.with_meaning(job.meaning))
}

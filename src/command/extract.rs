//! `rapporteur extract`

use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use rayon::prelude::*;
use serde::Serialize;

use rapporteur::article::budget::QUOTES;
use rapporteur::article::{self, Article, ArticleId, Format, Origin};
use rapporteur::config::Config;
use rapporteur::pdf;
use rapporteur::people::People;
use rapporteur::quote::{self, Kind, Said, Sieve};
use rapporteur::span::Span;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  rapporteur extract article.html\n  cat archive.jsonl | rapporteur extract --format jsonl - > quotes.jsonl\n\n\
                  Offsets are half-open UTF-8 byte offsets into the article's text (for JSON input, its `text` field)."
)]
pub(super) struct ExtractOptions {
    /// Files of any format, `-` for standard input
    #[arg(value_name = "FILE", default_value = "-")]
    files: Vec<PathBuf>,
    /// The format, if the file name does not show it: markdown, text, html, json, jsonl, csv, feed,
    /// subtitles, mail, office, pdf
    #[arg(long)]
    format: Option<Format>,
    /// A people list with the names of speakers
    #[arg(long, value_name = "FILE")]
    people: Option<PathBuf>,
    /// Threads to use [default: RAPPORTEUR_THREADS, else all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

/// Maximum number of articles held at once, per thread, and maximum number of bytes of their texts, in total.
const BATCH: usize = 32;
const BATCH_BYTES: usize = 4_000_000;

pub(super) fn run(options: &ExtractOptions, config: Config) -> anyhow::Result<ExitCode> {
    let threads = options.threads.map_or(config.threads, usize::from);
    super::start_pool(threads);
    let people = match &options.people {
        Some(path) => read_people(path).with_context(|| format!("people list `{}`", path.display()))?,
        None => People::default(),
    };
    let mut skipped = 0;
    let mut out = io::BufWriter::new(io::stdout().lock());
    for path in &options.files {
        let name = path.to_string_lossy();
        let reader: Box<dyn BufRead> = if name == "-" {
            Box::new(io::stdin().lock())
        } else {
            match super::open(path) {
                Ok(file) => Box::new(BufReader::with_capacity(1 << 18, file)),
                Err(error) => {
                    skipped += 1;
                    say(&super::chain(&error));
                    continue;
                }
            }
        };
        let known = if name == "-" { "" } else { name.as_ref() };
        let is_pdf = options.format.map_or(pdf::Reader::is_meant(known), |format| format == Format::Pdf);
        let (reader, format): (Box<dyn BufRead>, _) = if is_pdf {
            match super::pdf_reader().text(&mut { reader }) {
                Ok(words) => (Box::new(io::Cursor::new(words)), Some(Format::Text)),
                Err(error) => {
                    skipped += 1;
                    say(&format!("{name}: {error}"));
                    continue;
                }
            }
        } else {
            (reader, options.format)
        };
        let origin = Origin { path: known, format, sidecar: None };
        skipped += extract_all(article::read(reader, origin), &name, &people, threads, &mut out)?;
    }
    out.flush()?;
    Ok(if skipped == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn read_people(path: &Path) -> anyhow::Result<People> {
    Ok(People::parse(&std::fs::read_to_string(path)?)?)
}

/// Writes the quotes of all articles in order and returns how many were skipped.
fn extract_all(
    mut articles: article::Articles<'_>,
    name: &str,
    people: &People,
    threads: usize,
    out: &mut impl Write,
) -> anyhow::Result<usize> {
    let mut skipped = 0;
    loop {
        let (mut taken, mut bytes) = (Vec::new(), 0);
        while taken.len() < BATCH * threads
            && bytes < BATCH_BYTES
            && let Some(article) = articles.next()
        {
            bytes += article.as_ref().map_or(0, |article| article.text.len());
            taken.push(article);
        }
        if taken.is_empty() {
            return Ok(skipped);
        }
        let lines: Vec<Result<(String, bool), String>> = taken
            .par_iter()
            .map(|article| {
                article
                    .as_ref()
                    .map(|article| line(article, people))
                    .map_err(|error| format!("{name}: {error}"))
            })
            .collect();
        for (line, article) in lines.into_iter().zip(&taken) {
            match line {
                Ok((line, is_full)) => {
                    writeln!(out, "{line}")?;
                    if let Ok(article) = article
                        && is_full
                    {
                        skipped += 1;
                        say(&format!(
                            "{name}: article `{}`: only its first {QUOTES} quotes are written",
                            article.id
                        ));
                    }
                }
                Err(reason) => {
                    skipped += 1;
                    say(&reason);
                }
            }
        }
    }
}

/// Returns the quotes of an article as one JSON line, and whether their number reached the limit.
fn line(article: &Article, people: &People) -> (String, bool) {
    #[derive(Serialize)]
    struct Line<'a> {
        id: &'a ArticleId,
        quotes: Vec<Row<'a>>,
    }
    #[derive(Serialize)]
    struct Row<'a> {
        kind: Kind,
        content: &'a [Span],
        cue: Option<[Span; 1]>,
        source: Option<[Span; 1]>,
        speaker: Option<&'a str>,
        role: Option<Span>,
        sieve: Option<Sieve>,
        sure: Option<u8>,
        said: Option<Said>,
    }
    let quotes = quote::extract(article, people);
    let rows = quotes.iter().map(|quote| Row {
        kind: quote.kind,
        content: &quote.content,
        cue: quote.cue.map(|cue| [cue]),
        source: quote.attribution.as_ref().map(|found| [found.mention]),
        speaker: quote.speaker(),
        role: quote.attribution.as_ref().and_then(|found| found.role),
        sieve: quote.attribution.as_ref().map(|found| found.sieve),
        sure: quote.attribution.as_ref().map(|found| found.sure),
        said: quote.said,
    });
    // Plain structs of strings and numbers can always be serialised.
    let line = serde_json::to_string(&Line { id: &article.id, quotes: rows.collect() }).unwrap_or_default();
    (line, quotes.len() >= QUOTES)
}

fn say(message: &str) {
    // The exit status also tells that something was skipped.
    let _ = writeln!(io::stderr(), "rapporteur: {}", rapporteur::terminal::safe(message));
}

//! Articles and the quotes found in them: the pairs in `tests/data/quotes`, and properties that hold for any
//! text.
//!
//! Each pair shows one phenomenon. `NAME.txt` is a made-up article, and `NAME.expected` what is found in it,
//! without offsets. If a result is known to be wrong, its first line says so: `# wrong: …`. `UPDATE_EXPECT=1
//! cargo test --test it quotes` rewrites the expected files and keeps that line.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use proptest::prelude::*;
use rapporteur::article::{self, Article, ArticleId, Citation, Format, Origin};
use rapporteur::people::People;
use rapporteur::quote::{self, Kind, Quote};
use rapporteur::span::Span;

use crate::corpus::check_spans;

/// The start of the note on a known wrong result.
const WRONG: &str = "# wrong: ";

#[test]
fn quotes_are_found_as_expected() {
    let folder = crate::root().join("tests/data/quotes/en");
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let inputs = files(&folder, "txt");
    assert!(!inputs.is_empty(), "no articles in {}", folder.display());
    let failures: Vec<String> = inputs.iter().filter_map(|input| check(input, update)).collect();
    assert!(
        failures.is_empty(),
        "{} of {} articles differ; if the new quotes are right, set UPDATE_EXPECT=1 (-: expected, +: found)\n\n{}",
        failures.len(),
        inputs.len(),
        failures.join("\n")
    );
}

#[test]
fn every_expected_file_has_its_article() {
    for expected in files(&crate::root().join("tests/data/quotes/en"), "expected") {
        assert!(expected.with_extension("txt").is_file(), "{} has no article", expected.display());
    }
}

/// Returns the files of `folder` with this extension, by name.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the fixtures are there");
    let mut out: Vec<PathBuf> =
        entries.map(|entry| entry.expect("the folder can be listed").path()).collect();
    out.retain(|path| path.extension().is_some_and(|found| found == ending));
    out.sort();
    out
}

/// Returns what is wrong with the pair of `input`, if anything; with `update`, rewrites the expected file
/// instead.
fn check(input: &Path, update: bool) -> Option<String> {
    let name = input.file_name().and_then(|name| name.to_str()).expect("names are UTF-8");
    let failure = |what: &str| Some(format!("{name}: {what}\n"));
    let article = match read(input, name) {
        Ok(article) => article,
        Err(reason) => return failure(&reason),
    };
    let quotes = quote::extract(&article, &People::default());
    let found = match show(&article.text, &quotes) {
        Ok(found) => found,
        Err(reason) => return failure(&reason),
    };
    let path = input.with_extension("expected");
    let expected = fs::read_to_string(&path).ok();
    let (note, blocks) = split_note(expected.as_deref().unwrap_or_default());
    if expected.is_some() && blocks == found {
        return None;
    }
    if update {
        fs::write(&path, format!("{note}{found}")).expect("the expected file can be written");
        return None;
    }
    match expected {
        None => failure(&format!("no expected file; found\n{found}")),
        Some(_) => failure(&format!("\n{note}{}", diff(blocks, &found))),
    }
}

fn read(input: &Path, name: &str) -> Result<Article, String> {
    let bytes = fs::read(input).map_err(|error| error.to_string())?;
    let origin = Origin { path: name, format: Some(Format::Text), sidecar: None };
    let mut articles = article::read(bytes.as_slice(), origin);
    let article = articles.next().ok_or("no article")?.map_err(|error| error.to_string())?;
    // The first line must be the headline, otherwise the fixture is not what it looks like.
    article.headline().map(|_| article).ok_or_else(|| "no headline".to_owned())
}

/// Splits the note on a known wrong result, with its line end, from the blocks.
fn split_note(expected: &str) -> (&str, &str) {
    let end = expected.find('\n').filter(|_| expected.starts_with(WRONG)).map_or(0, |end| end + 1);
    expected.split_at(end)
}

/// Returns the quotes as the expected files show them; the error names a span outside the text.
fn show(text: &str, quotes: &[Quote]) -> Result<String, String> {
    let mut out = String::new();
    for (number, quote) in (1..).zip(quotes) {
        let kind = match quote.kind {
            Kind::Direct => "direct",
            Kind::Mixed => "mixed",
            Kind::Indirect => "indirect",
        };
        let head = format!("{number} {kind:<9}");
        let indent = " ".repeat(head.len());
        let speaker = quote.speaker().unwrap_or("-");
        let source = match &quote.attribution {
            Some(found) => format!("\"{}\"   by: {}", shown(text, found.mention)?, found.sieve),
            None => "-".to_owned(),
        };
        writeln!(out, "{head}speaker  {speaker:<17} <- {source}").expect("a string takes all");
        if let Some(role) = quote.attribution.as_ref().and_then(|found| found.role) {
            writeln!(out, "{indent}role     {}", shown(text, role)?).expect("a string takes all");
        }
        if let Some(cue) = quote.cue {
            writeln!(out, "{indent}cue      {}", shown(text, cue)?).expect("a string takes all");
        }
        if quote.content.is_empty() {
            return Err(format!("quote {number} has no content"));
        }
        for &span in &quote.content {
            writeln!(out, "{indent}content  \"{}\"", shown(text, span)?).expect("a string takes all");
        }
    }
    Ok(out)
}

/// Returns the text at `span` with line breaks as ⏎; an error if the span is outside the text.
fn shown(text: &str, span: Span) -> Result<String, String> {
    let words = text.get(span.start..span.end).filter(|words| !words.is_empty());
    words.map(|words| words.replace('\n', "⏎")).ok_or_else(|| format!("{span:?} is no place in the text"))
}

/// Returns the lines of both texts in order, those only in `old` marked `-`, those only in `new` marked `+`.
fn diff(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    // The length of the longest common subsequence of what is left from (i, j).
    let mut common = vec![vec![0; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] = if old[i] == new[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut out = String::new();
    while i < old.len() || j < new.len() {
        let (mark, line) = if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
            (' ', old[i - 1])
        } else if j == new.len() || i < old.len() && common[i + 1][j] >= common[i][j + 1] {
            i += 1;
            ('-', old[i - 1])
        } else {
            j += 1;
            ('+', new[j - 1])
        };
        writeln!(out, "{mark} {line}").expect("a string takes all");
    }
    out
}

#[test]
fn a_diff_shows_both_sides() {
    assert_eq!(diff("a\nb\nc\n", "a\nx\nc\nd\n"), "  a\n- b\n+ x\n  c\n+ d\n");
    assert_eq!(diff("", "a\n"), "+ a\n");
    assert_eq!(diff("a\n", ""), "- a\n");
}

#[test]
fn a_span_outside_the_text_is_shown_as_an_error() {
    assert_eq!(shown("é\n", Span::new(0, 3)).as_deref(), Ok("é⏎"));
    for span in [Span::new(0, 0), Span::new(1, 2), Span::new(0, 4), Span::new(3, 2)] {
        assert!(shown("é\n", span).is_err(), "{span:?}");
    }
}

/// The pieces of random texts: names, cues, words, white space and every kind of mark.
const PIECES: &[&str] = &[
    "Angela Lee",
    "Lee",
    "Ms. Lee",
    "Omar Okafor",
    "Okafor",
    "Okafor's",
    "the Harbour Board",
    "the minister",
    "a spokesman",
    "Лунд",
    "Zoë Ångström",
    "O’Hara",
    "she",
    "he",
    "they",
    "who",
    "said",
    "says",
    "Said",
    "told",
    "called",
    "according to",
    "that",
    "tweeted",
    "LUND:",
    "the talks",
    "were",
    "frank",
    "We will open the archive",
    "no",
    "in May",
    "and",
    "9,000",
    "6'",
    "'90s",
    "voters'",
    "it's",
    "\"",
    "“",
    "”",
    "„",
    "‟",
    "«",
    "»",
    "''",
    "``",
    "'",
    "‘",
    "’",
    "`",
    "＂",
    "「",
    "」",
    "[",
    "]",
    "(",
    ")",
    "...",
    "…",
    ",",
    ".",
    "?",
    "!",
    ":",
    ";",
    "--",
    "—",
    "–",
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    "\u{a0}",
    "\u{200b}",
    "\u{301}",
    "🎉",
    " ",
];

/// Generates texts like articles: pieces with or without a space in between.
fn pieces() -> impl Strategy<Value = String> {
    let piece = (proptest::sample::select(PIECES), proptest::bool::weighted(0.7));
    let spaced = piece.prop_map(|(piece, space)| format!("{piece}{}", if space { " " } else { "" }));
    proptest::collection::vec(spaced, 0..120).prop_map(|pieces| pieces.concat())
}

/// Generates well-formed clauses with quotes, in any order; most of them give a quote.
fn clauses() -> impl Strategy<Value = String> {
    const MARKS: &[(&str, &str)] =
        &[("\"", "\""), ("“", "”"), ("''", "''"), ("``", "''"), ("”", "“"), ("„", "“"), ("«", "»")];
    const SOURCES: &[&str] = &["Angela Lee", "Okafor", "she", "he", "the minister", "Lund and Petrov"];
    let clause = (
        proptest::sample::select(MARKS),
        proptest::sample::select(SOURCES),
        proptest::sample::select(&["said", "told the Harbour Board", "added", "asked"][..]),
        0..5,
        proptest::sample::select(&[" ", "\n\n"][..]),
    );
    let written = clause.prop_map(|((open, close), source, cue, order, end)| {
        let words = "We will open it in May";
        match order {
            0 => format!("{open}{words},{close} {source} {cue}.{end}"),
            1 => format!("{open}{words},{close} {cue} {source}.{end}"),
            2 => format!("{source} {cue} that {open}{words}.{close}{end}"),
            3 => format!("{open}{words},{close} {source} {cue}. {open}Not now.{close}{end}"),
            _ => format!("{open}{words}.{end}"),
        }
    });
    proptest::collection::vec(written, 0..12).prop_map(|clauses| clauses.concat())
}

/// Returns an article as from a JSON file: any text, whose first line may be the headline or not.
fn article_of(text: String, titled: bool) -> Article {
    let title = text.lines().next().filter(|_| titled).map(str::to_owned);
    Article {
        id: ArticleId("random".to_owned()),
        citation: Citation { title, ..Citation::default() },
        language: None,
        tags: Vec::new(),
        digest: false,
        blocks: Vec::new(),
        text,
    }
}

fn holds_for(text: String, titled: bool) {
    let article = article_of(text, titled);
    let quotes = quote::extract(&article, &People::default());
    check_spans(&article.text, &quotes);
    assert_eq!(quotes, quote::extract(&article, &People::default()));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2048) })]

    #[test]
    fn spans_are_valid_in_texts_of_pieces(text in pieces(), titled: bool) {
        holds_for(text, titled);
    }

    #[test]
    fn spans_are_valid_in_texts_of_clauses(text in clauses(), titled: bool) {
        holds_for(text, titled);
    }

    #[test]
    fn spans_are_valid_in_any_text(text in any::<String>(), titled: bool) {
        holds_for(text, titled);
    }

    #[test]
    fn spans_are_valid_in_any_printable_text(text in "(?s)(\\PC|[\n\"'“”‘’«».,:A-Z ]){0,200}", titled: bool) {
        holds_for(text, titled);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    /// Compares each article extracted alone in its own thread with all of them in sequence, forwards and
    /// backwards.
    #[test]
    fn quotes_do_not_depend_on_other_articles(
        texts in proptest::collection::vec(prop_oneof![pieces(), clauses()], 2..6),
    ) {
        let people = People::default();
        let articles: Vec<Article> = texts.into_iter().map(|text| article_of(text, true)).collect();
        let alone: Vec<Vec<Quote>> = thread::scope(|scope| {
            let running: Vec<_> =
                articles.iter().map(|article| scope.spawn(|| quote::extract(article, &people))).collect();
            running.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        let forwards: Vec<Vec<Quote>> =
            articles.iter().map(|article| quote::extract(article, &people)).collect();
        let mut backwards: Vec<Vec<Quote>> =
            articles.iter().rev().map(|article| quote::extract(article, &people)).collect();
        backwards.reverse();
        prop_assert_eq!(&alone, &forwards);
        prop_assert_eq!(&alone, &backwards);
    }
}

/// The generated clauses are a useful test only if most quotes in them are found.
#[test]
fn clauses_give_quotes() {
    let text = "“We will open it in May,” Angela Lee said.\n\n“Nobody signed,” said Okafor.";
    let article = article_of(text.to_owned(), false);
    assert_eq!(quote::extract(&article, &People::default()).len(), 2);
}

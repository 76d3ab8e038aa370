//! Renders answers and reports for a terminal. Values in, text out.
//!
//! Text from articles is not trusted: control characters and bidirectional formatting characters are replaced
//! before they reach the terminal.

mod sheet;

pub use sheet::sheet;

use std::collections::HashSet;
use std::fmt::Write as _;

use crate::answer::{Answer, Checked, Hit, Record, Side, Step, Verdict};
use crate::article::{ArticleId, Citation};
use crate::fold;
use crate::index::quickwit::{self, Sent};
use crate::index::{ArticleEntry, Ending, Report};
use crate::quote::Kind;
use crate::render::{self, counted};
use crate::span::Span;

/// How to render.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// The number of columns of the terminal.
    pub width: usize,
    /// Whether escape sequences may be used.
    pub colour: bool,
}

const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const MARK: &str = "\x1b[1;33m";
const RESET: &str = "\x1b[0m";

/// What to show of an answer besides its quotes and their sources.
#[derive(Clone, Copy, Debug, Default)]
pub struct Detail<'a> {
    /// Show how the question was understood, and the parts of each score.
    pub explain: bool,
    /// The quotes from other articles with nearly the same words: one list per hit, in order. With these, the
    /// paragraphs around each quote are shown too. `None` leaves out both.
    pub elsewhere: Option<&'a [Vec<Record>]>,
}

/// Returns the text of an answer, with a final line break.
#[must_use]
pub fn answer(answer: &Answer, style: Style, detail: Detail<'_>) -> String {
    let mut out = String::new();
    if detail.explain {
        for line in [understood(answer), steps(answer)] {
            let _ = writeln!(out, "{}", paint(DIM, &line, style));
        }
    }
    if let Some(checked) = &answer.checked
        && answer.offset == 0
    {
        write_checked(&mut out, checked, style);
    }
    if let Some(times) = render::times(answer) {
        for line in wrap(&safe(&times), style.width) {
            let _ = writeln!(out, "{}", paint(BOLD, &line, style));
        }
    }
    let stems = answer.question.stems();
    let terms = detail.explain.then_some(answer.question.terms.as_slice());
    for (at, hit) in answer.hits.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        write_hit(&mut out, answer.offset + at + 1, hit, &stems, style, terms);
        if let Some(others) = detail.elsewhere {
            write_around(&mut out, &hit.record, others.get(at).map_or(&[], Vec::as_slice), style);
        }
    }
    if answer.more() > 0 {
        let _ = writeln!(out, "{}", paint(DIM, &format!("and {} more (--page)", answer.more()), style));
    }
    if let Some(note) = render::note(answer) {
        for line in wrap(&safe(&note), style.width) {
            let _ = writeln!(out, "{line}");
        }
    }
    out
}

/// Writes how words compare with the record; if they are altered, also both sides.
fn write_checked(out: &mut String, checked: &Checked, style: Style) {
    for line in wrap(render::verdict(checked.verdict), style.width) {
        let _ = writeln!(out, "{}", paint(BOLD, &line, style));
    }
    let mut lines = render::verdict_details(checked);
    if matches!(checked.verdict, Verdict::Altered | Verdict::Stitched) {
        let pieces = checked.diff.iter().map(|piece| match piece.side {
            Side::Both => piece.text.clone(),
            Side::Asked => format!("[not: {}]", piece.text),
            Side::Recorded => format!("[but: {}]", piece.text),
        });
        lines.push(format!("Claim and record: {}", pieces.collect::<Vec<_>>().join(" ")));
    }
    for line in lines.iter().flat_map(|line| wrap(&safe(line), style.width)) {
        let _ = writeln!(out, "{line}");
    }
}

/// Returns the text of one page of an article's quotes, with a final line break. `offset` is the number of
/// quotes before this page.
#[must_use]
pub fn article(article: &ArticleEntry, quotes: &[Record], offset: usize, style: Style) -> String {
    let mut out = String::new();
    let citation = cited(&article.citation, &article.article, article.digest);
    for line in wrap(&safe(&citation), style.width) {
        let _ = writeln!(out, "{}", paint(BOLD, &line, style));
    }
    if let Some(url) = &article.citation.url {
        let _ = writeln!(out, "{}", paint(DIM, &safe(url), style));
    }
    let _ = writeln!(out, "{}", render::quotes(article.quotes));
    for (number, record) in (offset + 1..).zip(quotes) {
        out.push('\n');
        write_quote(&mut out, number, record, &HashSet::new(), style);
    }
    let more = usize::try_from(article.quotes).unwrap_or(usize::MAX).saturating_sub(offset + quotes.len());
    if more > 0 {
        let _ = writeln!(out, "{}", paint(DIM, &format!("and {more} more (--page)"), style));
    }
    out
}

/// Writes the paragraphs around a quote, and the other articles with nearly the same words.
fn write_around(out: &mut String, record: &Record, others: &[Record], style: Style) {
    let (pad, room) = margin(style);
    let [before, after] = record.neighbours();
    for paragraph in [before, record.text(record.paragraph).trim(), after] {
        for (at, line) in wrap(&safe(paragraph), room.saturating_sub(2)).into_iter().enumerate() {
            if at == 0 {
                let _ = writeln!(out, "{pad}>");
            }
            let _ = writeln!(out, "{pad}> {line}");
        }
    }
    for other in others {
        let speaker = other.quote.speaker().map(|name| format!("{name} in ")).unwrap_or_default();
        let line = format!("elsewhere: {} ({speaker}{})", shown_quote(other), citation(other));
        for line in wrap(&safe(&line), room) {
            let _ = writeln!(out, "{pad}{}", paint(DIM, &line, style));
        }
    }
}

/// Returns the indent of lines after a numbered one, and the number of columns left.
fn margin(style: Style) -> (String, usize) {
    let indent = if style.width < 40 { 1 } else { 4 };
    (" ".repeat(indent), style.width.saturating_sub(indent).max(10))
}

/// Writes a quote with its speaker and its source.
fn write_quote(out: &mut String, number: usize, record: &Record, stems: &HashSet<String>, style: Style) {
    let (pad, room) = margin(style);
    let number = format!("{number:>2}. ");
    for (at, line) in wrap(&shown_quote(record), room).into_iter().enumerate() {
        let line = mark(&line, stems, style);
        if at == 0 && pad.len() > 1 {
            let _ = writeln!(out, "{}{line}", paint(DIM, &number, style));
        } else {
            let _ = writeln!(out, "{pad}{line}");
        }
    }
    let speaker = match record.quote.speaker() {
        Some(name) => paint(BOLD, &safe(name), style),
        None => match record.quote.attribution.as_ref().map(|found| record.text(found.mention)) {
            Some(mention) if !mention.is_empty() => format!("“{}” (not resolved to a name)", safe(mention)),
            _ => "speaker unknown".to_owned(),
        },
    };
    let role = record.role.as_deref().map(|role| format!(", {}", safe(role))).unwrap_or_default();
    let _ = writeln!(out, "{pad}{speaker}{role} · {}", render::kind(record.quote.kind));
    for line in wrap(&safe(&citation(record)), room) {
        let _ = writeln!(out, "{pad}{}", paint(DIM, &line, style));
    }
    if let Some(url) = &record.citation.url {
        let _ = writeln!(out, "{pad}{}", paint(DIM, &safe(url), style));
    }
}

fn write_hit(
    out: &mut String,
    number: usize,
    hit: &Hit,
    stems: &HashSet<String>,
    style: Style,
    explain: Option<&[String]>,
) {
    let record = &hit.record;
    write_quote(out, number, record, stems, style);
    let (pad, room) = margin(style);
    if !hit.also.is_empty() {
        let places: Vec<&str> =
            hit.also.iter().filter_map(|other| other.citation.outlet.as_deref()).collect();
        for line in wrap(&safe(&format!("also in {}", places.join(", "))), room) {
            let _ = writeln!(out, "{pad}{}", paint(DIM, &line, style));
        }
    }
    if let Some(terms) = explain {
        let s = hit.score;
        let sieve = match &record.quote.attribution {
            Some(found) => format!("{} {}%", found.sieve, found.sure),
            None => "none".to_owned(),
        };
        let line = format!(
            "score {:.3} = topic {:.3} + phrase {:.3} + kind {:.3} + article {:.3} + meaning {:.3} + relevance {:.3}; sieve {sieve}; {}#{}",
            s.total(),
            s.topic,
            s.phrase,
            s.kind,
            s.article,
            s.meaning,
            s.relevance,
            record.article,
            record.ordinal
        );
        let parts: Vec<String> =
            s.each().map(|(name, value, weight)| format!("{name}: {value:.2} x {weight:.2}")).collect();
        let lines = [line, parts.join("; "), zones(record, terms)];
        for line in lines.iter().flat_map(|line| wrap(&safe(line), room)) {
            let _ = writeln!(out, "{pad}{}", paint(DIM, &line, style));
        }
    }
}

/// Returns where each term of the question occurs relative to a quote: "ferry quote, harbour nowhere".
fn zones(record: &Record, terms: &[String]) -> String {
    let stems: Vec<String> = terms.iter().map(|term| fold::stem(term)).collect();
    let zones = terms.iter().zip(record.zones(&stems)).map(|(term, zone)| {
        let zone = zone.and_then(|zone| serde_json::to_value(zone).ok());
        format!("{term} {}", zone.as_ref().and_then(|zone| zone.as_str()).unwrap_or("nowhere"))
    });
    zones.collect::<Vec<_>>().join(", ")
}

/// Returns the parts of a quote, each in quotation marks, with an ellipsis for the writer's clause in
/// between.
fn shown_quote(record: &Record) -> String {
    let parts: Vec<String> =
        record.quote.content.iter().map(|span| format!("“{}”", safe(record.text(*span)))).collect();
    match record.quote.kind {
        // These have their own quotation marks inside; the other words are the writer's.
        Kind::Mixed => {
            record.quote.content.iter().map(|span| safe(record.text(*span))).collect::<Vec<_>>().join(" … ")
        }
        Kind::Indirect => safe(&record.shown()),
        Kind::Direct => parts.join(" … "),
    }
}

fn citation(record: &Record) -> String {
    let said = render::said(record).map(|said| format!(" · {said}")).unwrap_or_default();
    let corrected = render::corrected(record).map(|corrected| format!(" · {corrected}")).unwrap_or_default();
    format!("{}{said}{corrected}", cited(&record.citation, &record.article, record.digest))
}

fn cited(citation: &Citation, article: &ArticleId, digest: bool) -> String {
    let outlet = citation.outlet.as_deref().unwrap_or("outlet unknown");
    let date = citation.date.map_or_else(|| "undated".to_owned(), render::day);
    let title = citation.title.as_deref().unwrap_or(&article.0);
    let digest = if digest { " (digest)" } else { "" };
    format!("{outlet} · {date} · {title}{digest}")
}

/// Returns the understood question on one line.
fn understood(answer: &Answer) -> String {
    let question = &answer.question;
    let mut parts =
        vec![format!("asks {}", serde_json::to_string(&question.wish).unwrap_or_default().trim_matches('"'))];
    for party in question.parties.iter().filter(|party| party.speakers != [party.called.as_str()]) {
        parts.push(format!("side {}", party.called));
    }
    if !question.speakers.is_empty() {
        parts.push(format!("speaker {}", question.speakers.join(" + ")));
    }
    if let Some(group) = &question.group {
        parts.push(format!("speakers: {}", group.called));
    }
    if let Some(name) = &question.stranger {
        parts.push(format!("unknown name {name}"));
    }
    if !question.terms.is_empty() {
        parts.push(format!("topic {}", question.terms.join(" ")));
    }
    if let Some(phrase) = &question.phrase {
        parts.push(format!("phrase “{phrase}”"));
    }
    for matter in &question.matters {
        parts.push(format!("matter {}", matter.called));
    }
    if !question.rounds.is_empty() {
        parts.push(format!("round {}", question.rounds.join(" or ")));
    }
    if let Some(days) = question.published {
        let show = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
        parts.push(format!("days {}..{}", show(days.from), show(days.to)));
    }
    if let Some(outlet) = &question.outlet {
        parts.push(format!("outlet {outlet}"));
    }
    for (what, names) in [
        ("not", &question.others),
        ("outlets", &question.outlets),
        ("tags", &question.tags),
        ("without", &question.excluded),
        ("part of outlets", &question.part.outlets),
        ("part of tags", &question.part.tags),
    ] {
        if !names.is_empty() {
            parts.push(format!("{what} {}", names.join(", ")));
        }
    }
    safe(&parts.join("; "))
}

/// Returns what was looked up and which fallbacks were tried, on one line, each with the number of results:
/// "facts 3; find 100; fallback synonyms; …".
fn steps(answer: &Answer) -> String {
    let steps = answer.steps.iter().map(|step| match step {
        Step::Fallback(name) => format!("fallback {name}"),
        Step::Request { request, wanted, found } if found < wanted => {
            format!("{request} {found} of {wanted}")
        }
        Step::Request { request, found, .. } => format!("{request} {found}"),
        Step::Archive { round_trips, bytes } => format!("archive {round_trips} round trips, {bytes} bytes"),
    });
    steps.collect::<Vec<_>>().join("; ")
}

/// Returns what was sent to an archive, on one line.
#[must_use]
pub fn sent(sent: &Sent, address: &str) -> String {
    let Sent { articles, quotes, gone, kept, deleted, bytes, stopped } = sent;
    let end = if *stopped { "; interrupted; the next `rapporteur index` continues" } else { "" };
    let asked = match deleted {
        0 => String::new(),
        _ => format!(", deletion of {deleted} requested"),
    };
    format!(
        "{}: {} with {} sent ({}), {} withdrawn{asked}, {} already there{end}\n",
        safe(address),
        counted(articles, "article"),
        counted(quotes, "quote"),
        counted(bytes, "byte"),
        counted(gone, "outdated edition"),
        counted(kept, "article")
    )
}

/// Returns how an archive differs from the index, one line for each difference, and a summary.
#[must_use]
pub fn verified(found: &quickwit::Verified, address: &str) -> String {
    let mut out = String::new();
    for line in &found.broken {
        out.push_str(&format!("BROKEN  {}: {}\n", safe(address), safe(line)));
    }
    if found.broken_more > 0 {
        out.push_str(&format!("BROKEN  and {} more\n", found.broken_more));
    }
    let end = if found.is_sound() {
        "nothing is broken"
    } else {
        "`rapporteur verify --repair` sends again what is missing or differs, and withdraws the rest"
    };
    out.push_str(&format!(
        "{}: compared {} of {} with the index; {end}\n",
        safe(address),
        counted(found.quotes, "quote"),
        counted(found.articles, "article"),
    ));
    out
}

/// Returns how many files with an extension there are, and the first of them: "2 files with extension `.csv`,
/// such as corpus/a.csv".
#[must_use]
pub fn of_ending(ending: &Ending) -> String {
    let kind = match ending.ending.as_str() {
        "" => "without an extension".to_owned(),
        known => format!("with extension `{}`", safe(known)),
    };
    let first = safe(&ending.first);
    let such = if ending.files == 1 { "" } else { "such as " };
    format!("{} {kind}, {such}{first}", counted(ending.files, "file"))
}

/// Returns the text of an indexing report, with a final line break. At most `most` skipped files are listed
/// by name.
#[must_use]
pub fn report(report: &Report, most: usize) -> String {
    let mut out = String::new();
    for skip in report.skipped.iter().take(most) {
        let _ = writeln!(out, "skipped {}: {}", safe(&skip.path), safe(&skip.reason));
    }
    if report.skipped.len() > most {
        let _ = writeln!(out, "skipped {} more; --json names them all", report.skipped.len() - most);
    }
    for unread in report.endings.iter().filter(|ending| !ending.read) {
        let _ = writeln!(out, "not read: {}", of_ending(unread));
    }
    if report.stopped {
        let _ = writeln!(
            out,
            "stopped after {}; the next indexing continues from there",
            counted(report.written, "article")
        );
        return out;
    }
    let would = if report.dry_run { "would be " } else { "" };
    let _ = writeln!(
        out,
        "files {would}added {}, changed {}, removed {}, unchanged {}; articles or files skipped {}",
        report.added,
        report.changed,
        report.removed,
        report.unchanged,
        report.skipped.len()
    );
    let built = match (report.dry_run, report.rebuilt) {
        (true, true) => "would be rebuilt; now",
        (true, false) => "now",
        (false, true) => "rebuilt:",
        (false, false) => "updated:",
    };
    let (articles, quotes) = (counted(report.articles, "article"), counted(report.quotes, "printed quote"));
    let _ = writeln!(out, "index {built} {articles}, {quotes}");
    out
}

/// Returns `text` with every character that could control a terminal or reorder a line (control characters,
/// escape sequences, bidirectional formatting) replaced by "�". Line breaks and tabs become spaces.
#[must_use]
pub fn safe(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' | '\r' => ' ',
            '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{2028}'
            | '\u{2029}' => '\u{fffd}',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect()
}

fn wrap(text: &str, width: usize) -> Vec<String> {
    textwrap::wrap(text, width.max(10)).into_iter().map(std::borrow::Cow::into_owned).collect()
}

fn paint(code: &str, text: &str, style: Style) -> String {
    if style.colour { format!("{code}{text}{RESET}") } else { text.to_owned() }
}

/// Highlights the words of a line that were asked for.
fn mark(line: &str, stems: &HashSet<String>, style: Style) -> String {
    if !style.colour {
        return line.to_owned();
    }
    let mut out = String::new();
    let mut done = 0;
    for span in fold::places(line, stems) {
        out.push_str(Span::new(done, span.start).text(line));
        let _ = write!(out, "{MARK}{}{RESET}", span.text(line));
        done = span.end;
    }
    out.push_str(Span::new(done, line.len()).text(line));
    out
}

//! An answer for programs: what was understood, what was found and how sure that is, and a row for each quote.

use serde::Serialize;

use super::Row;
use crate::answer::{Answer, Finding, Hit, Piece, QuoteId, Record, Times, Verdict};
use crate::article::ArticleId;
use crate::question::{Days, Question, Wish};
use crate::render;

/// An answer as a line tells it.
#[derive(Serialize)]
struct Line<'a> {
    q: &'a str,
    found: Finding,
    sure: Option<u8>,
    answers: Vec<Found<'a>>,
    total: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    on_record: Option<u64>,
    note: Option<String>,
    understood: Slots<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checked: Option<Compared<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<&'a Times>,
}

/// What a question was taken to ask.
#[derive(Serialize)]
struct Slots<'a> {
    wish: Wish,
    speakers: &'a [String],
    sides: Vec<&'a str>,
    topic: &'a [String],
    phrase: Option<&'a str>,
    matters: Vec<&'a str>,
    rounds: &'a [String],
    days: Option<Days>,
    outlet: Option<&'a str>,
}

/// How words that were to be checked compare with the record.
#[derive(Serialize)]
struct Compared<'a> {
    verdict: Verdict,
    diff: &'a [Piece],
    nearest: Option<QuoteId>,
    other_speaker: bool,
}

/// A quote that was found.
#[derive(Serialize)]
struct Found<'a> {
    #[serde(flatten)]
    row: Row<'a>,
    score: f32,
    also: Vec<Also<'a>>,
}

/// The same words elsewhere.
#[derive(Serialize)]
struct Also<'a> {
    id: QuoteId,
    article: &'a ArticleId,
    outlet: Option<&'a str>,
    url: Option<&'a str>,
    date: Option<jiff::civil::Date>,
}

impl<'a> From<&'a Question> for Slots<'a> {
    fn from(asked: &'a Question) -> Self {
        Self {
            wish: asked.wish,
            speakers: &asked.speakers,
            sides: asked.parties.iter().map(|party| party.called.as_str()).collect(),
            topic: &asked.terms,
            phrase: asked.phrase.as_deref(),
            matters: asked.matters.iter().map(|matter| matter.called.as_str()).collect(),
            rounds: &asked.rounds,
            days: asked.published,
            outlet: asked.outlet.as_deref(),
        }
    }
}

impl<'a> From<&'a Hit> for Found<'a> {
    fn from(hit: &'a Hit) -> Self {
        Self {
            row: Row::from(&hit.record),
            score: hit.score.total(),
            also: hit.also.iter().map(Also::from).collect(),
        }
    }
}

impl<'a> From<&'a Record> for Also<'a> {
    fn from(record: &'a Record) -> Self {
        let Record { article, citation, .. } = record;
        let (outlet, url) = (citation.outlet.as_deref(), citation.url.as_deref());
        Self { id: record.id(), article, outlet, url, date: citation.date }
    }
}

/// Returns an answer as one JSON object without a line break. Its `answers` are rows as those of an export, the best first, each with its `score`
/// and with where else the same words stand (`also`); `total` counts the quotes on all pages, `on_record`
/// those on record within the limits of a question for whatever somebody said; `checked` is there where words were to be
/// checked, `times` where it was asked how often.
#[must_use]
pub fn answer(answer: &Answer) -> String {
    let checked = answer.checked.as_ref().map(|checked| Compared {
        verdict: checked.verdict,
        diff: &checked.diff,
        nearest: checked.nearest.as_ref().map(|hit| hit.record.id()),
        other_speaker: checked.other_speaker,
    });
    let line = Line {
        q: &answer.question.text,
        found: answer.found,
        sure: answer.sure,
        answers: answer.hits.iter().map(Found::from).collect(),
        total: answer.total,
        on_record: answer.on_record,
        note: render::note(answer),
        understood: Slots::from(&answer.question),
        checked,
        times: answer.times.as_ref(),
    };
    // Plain structs of strings and numbers always serialise.
    serde_json::to_string(&line).unwrap_or_default()
}

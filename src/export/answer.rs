//! An answer for programs: how the question was understood, what was found and how certain that is, and a row
//! for each quote.

use serde::Serialize;
use utoipa::ToSchema;

use super::Row;
use crate::answer::{Answer, Change, Checked, Finding, Hit, Piece, QuoteId, Record, Times, Verdict};
use crate::article::ArticleId;
use crate::question::{Days, Question, Wish};
use crate::render;

/// An answer as one line of JSON.
#[derive(Serialize, ToSchema)]
pub struct Answered<'a> {
    q: &'a str,
    #[schema(value_type = String)]
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
    #[schema(value_type = Option<Object>)]
    times: Option<&'a Times>,
}

/// How a question was understood.
#[derive(Serialize, ToSchema)]
struct Slots<'a> {
    #[schema(value_type = String)]
    wish: Wish,
    speakers: &'a [String],
    sides: Vec<&'a str>,
    topic: &'a [String],
    phrase: Option<&'a str>,
    matters: Vec<&'a str>,
    rounds: &'a [String],
    #[schema(value_type = Option<Object>)]
    days: Option<Days>,
    outlet: Option<&'a str>,
}

/// How claimed words compare with the record.
#[derive(Serialize, ToSchema)]
struct Compared<'a> {
    #[schema(value_type = String)]
    verdict: Verdict,
    /// The verdict in words.
    told: String,
    claimed_of: Option<&'a str>,
    #[schema(value_type = Vec<Object>)]
    changes: &'a [Change],
    #[schema(value_type = Vec<Object>)]
    diff: &'a [Piece],
    #[schema(value_type = Option<String>)]
    nearest: Option<QuoteId>,
    /// The quote that the other part of the words comes from.
    #[schema(value_type = Option<String>)]
    second: Option<QuoteId>,
    other_speaker: bool,
}

impl<'a> From<&'a Checked> for Compared<'a> {
    fn from(checked: &'a Checked) -> Self {
        let told = std::iter::once(render::verdict(checked.verdict).to_owned());
        let told: Vec<String> = told.chain(render::verdict_details(checked)).collect();
        Self {
            verdict: checked.verdict,
            told: told.join(" "),
            claimed_of: checked.claimed_of.as_deref(),
            changes: &checked.changes,
            diff: &checked.diff,
            nearest: checked.nearest.as_ref().map(|hit| hit.record.id()),
            second: checked.second.as_ref().map(|hit| hit.record.id()),
            other_speaker: checked.other_speaker,
        }
    }
}

/// A quote of the answer.
#[derive(Serialize, ToSchema)]
struct Found<'a> {
    #[serde(flatten)]
    row: Row<'a>,
    score: f32,
    also: Vec<Also<'a>>,
}

/// The same words in another article.
#[derive(Serialize, ToSchema)]
struct Also<'a> {
    #[schema(value_type = String)]
    id: QuoteId,
    #[schema(value_type = String)]
    article: &'a ArticleId,
    outlet: Option<&'a str>,
    url: Option<&'a str>,
    #[schema(value_type = Option<String>, format = Date)]
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

/// Returns an answer as one JSON object without a line break. Its `answers` are rows as in an export, best
/// first, each with its `score` and with other articles that have the same words (`also`). `total` is the
/// number of quotes on all pages; `on_record` the number on record within the limits of a question about
/// everything somebody said. `checked` is present if words were to be checked, `times` if the question was
/// how often.
#[must_use]
pub fn answer(answer: &Answer) -> String {
    // Plain structs of strings and numbers can always be serialised.
    serde_json::to_string(&Answered::from(answer)).unwrap_or_default()
}

impl<'a> From<&'a Answer> for Answered<'a> {
    fn from(answer: &'a Answer) -> Self {
        Self {
            q: &answer.question.text,
            found: answer.found,
            sure: answer.sure,
            answers: answer.hits.iter().map(Found::from).collect(),
            total: answer.total,
            on_record: answer.on_record,
            note: render::note(answer),
            understood: Slots::from(&answer.question),
            checked: answer.checked.as_ref().map(Compared::from),
            times: answer.times.as_ref(),
        }
    }
}

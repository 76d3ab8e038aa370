//! Positions, rounds, cards and timelines, for programs.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::Row;
use crate::answer::Record;
use crate::desk::{
    AtRound, Card, Chosen, Meeting, Period, Position, Positions, Remark, Side, Timeline, Wording,
};
use crate::people::Role;

/// Where the parties stand on a matter.
#[derive(Serialize, ToSchema)]
pub struct Stands<'a> {
    /// The name of the matter.
    pub matter: &'a str,
    /// The round to which the quotes are limited.
    pub round: Option<&'a str>,
    /// The periods in which somebody spoke, in order.
    pub periods: Vec<Since<'a>>,
    /// The parties that spoke on it, those with the most quotes first.
    pub parties: Vec<Stand<'a>>,
    /// The parties that are only quoted in articles about the matter, without a word for it.
    pub unclear: &'a [String],
    /// The parties with nothing on record.
    pub silent: &'a [String],
}

/// The time from a round until the next one; without a round, the time before the first.
#[derive(Serialize, ToSchema)]
pub struct Since<'a> {
    round: Option<&'a str>,
    #[schema(value_type = Option<String>, format = Date)]
    from: Option<Date>,
}

/// What one party said.
#[derive(Serialize, ToSchema)]
pub struct Stand<'a> {
    party: &'a str,
    /// The number of its different quotes on the matter that were examined.
    total: usize,
    /// The most relevant quotes, then the newest.
    quotes: Vec<Pick<'a>>,
    /// The first and the newest quote of each period in which it spoke.
    periods: Vec<InPeriod<'a>>,
}

/// A quote, and why it was selected.
#[derive(Serialize, ToSchema)]
struct Pick<'a> {
    telling: bool,
    newest: bool,
    #[serde(flatten)]
    row: Row<'a>,
}

/// What a party said in a period.
#[derive(Serialize, ToSchema)]
struct InPeriod<'a> {
    /// Its index in the periods of the answer, from 0.
    period: usize,
    total: usize,
    first: Row<'a>,
    newest: Option<Row<'a>>,
}

impl<'a> From<&'a Positions> for Stands<'a> {
    fn from(positions: &'a Positions) -> Self {
        Self {
            matter: &positions.matter,
            round: positions.round.as_deref(),
            periods: positions.periods.iter().map(Since::from).collect(),
            parties: positions.parties.iter().map(Stand::from).collect(),
            unclear: &positions.unclear,
            silent: &positions.silent,
        }
    }
}

impl<'a> From<&'a Period> for Since<'a> {
    fn from(period: &'a Period) -> Self {
        Self { round: period.round.as_deref(), from: period.from }
    }
}

impl<'a> From<&'a Position> for Stand<'a> {
    fn from(position: &'a Position) -> Self {
        let pick = |chosen: &'a Chosen| Pick {
            telling: chosen.telling,
            newest: chosen.newest,
            row: Row::from(&chosen.record),
        };
        Self {
            party: &position.party,
            total: position.quotes,
            quotes: position.chosen.iter().map(pick).collect(),
            periods: position.rounds.iter().map(InPeriod::from).collect(),
        }
    }
}

impl<'a> From<&'a AtRound> for InPeriod<'a> {
    fn from(said: &'a AtRound) -> Self {
        Self {
            period: said.period,
            total: said.quotes,
            first: Row::from(&said.first),
            newest: said.newest.as_ref().map(Row::from),
        }
    }
}

/// Returns where the parties stand as one JSON object without a line break.
#[must_use]
pub fn positions(positions: &Positions) -> String {
    // Plain structs of strings and numbers always serialise.
    serde_json::to_string(&Stands::from(positions)).unwrap_or_default()
}

/// A round of talks with what was said around it.
#[derive(Serialize, ToSchema)]
pub struct Met<'a> {
    /// The name of the round.
    pub round: &'a str,
    places: &'a [String],
    #[schema(value_type = String, format = Date)]
    first: Date,
    #[schema(value_type = String, format = Date)]
    last: Date,
    /// Who met: people, and parties of the people list.
    met: &'a [String],
    /// The first day that counts as before it, and the last day that counts as after it.
    #[schema(value_type = String, format = Date)]
    from: Date,
    #[schema(value_type = String, format = Date)]
    to: Date,
    sides: Vec<Around<'a>>,
}

/// What a party said around a round, in order of days.
#[derive(Serialize, ToSchema)]
struct Around<'a> {
    party: &'a str,
    before: Vec<Row<'a>>,
    at: Vec<Row<'a>>,
    after: Vec<Row<'a>>,
}

impl<'a> From<&'a Meeting> for Met<'a> {
    fn from(meeting: &'a Meeting) -> Self {
        let Meeting { round, days: (from, to), sides } = meeting;
        let rows = |records: &'a [Record]| records.iter().map(Row::from).collect();
        let around = |side: &'a Side| Around {
            party: &side.name,
            before: rows(&side.before),
            at: rows(&side.at),
            after: rows(&side.after),
        };
        Self {
            round: &round.name,
            places: &round.places,
            first: round.first,
            last: round.last,
            met: &round.met,
            from: *from,
            to: *to,
            sides: sides.iter().map(around).collect(),
        }
    }
}

/// Who somebody is.
#[derive(Serialize, ToSchema)]
pub struct Known<'a> {
    /// The canonical name.
    pub name: &'a str,
    /// The latest first.
    #[schema(value_type = Vec<Object>)]
    offices: &'a [Role],
    party: Option<&'a str>,
    /// The number of different quotes on record; 0 for somebody who is only on the people list.
    quotes: u64,
    /// How many of these quotes the counts of `matters`, `named` and `outlets` cover.
    counted: usize,
    first: Option<Row<'a>>,
    /// Newest first.
    newest: Vec<Row<'a>>,
    /// Most first.
    matters: Vec<Count<'a>>,
    /// The people of the list whom they name in their quotes, most first.
    named: Vec<Count<'a>>,
    /// Most first.
    outlets: Vec<Count<'a>>,
}

/// The number of quotes for a matter or an outlet.
#[derive(Serialize, ToSchema)]
struct Count<'a> {
    name: &'a str,
    quotes: usize,
}

impl<'a> From<&'a Card> for Known<'a> {
    fn from(card: &'a Card) -> Self {
        let counts = |counts: &'a [(String, usize)]| {
            counts.iter().map(|(name, quotes)| Count { name, quotes: *quotes }).collect()
        };
        Self {
            name: &card.name,
            offices: &card.offices,
            party: card.party.as_deref(),
            quotes: card.quotes,
            counted: card.counted,
            first: card.first.as_ref().map(Row::from),
            newest: card.newest.iter().map(Row::from).collect(),
            matters: counts(&card.matters),
            named: counts(&card.named),
            outlets: counts(&card.outlets),
        }
    }
}

/// Who spoke how often on what.
#[derive(Serialize, ToSchema)]
pub struct Counts<'a> {
    /// What is counted: a speaker, a party, a matter; empty for everything.
    of: &'a [String],
    /// The length of a step: `day`, `week`, `month` or `year`.
    step: &'static str,
    /// The first day of each step, in order.
    #[schema(value_type = Vec<String>)]
    steps: &'a [Date],
    /// Those with the most quotes first.
    rows: Vec<Counted<'a>>,
    /// The rounds of talks within these days.
    rounds: Vec<Since<'a>>,
    /// The number of different quotes counted.
    quotes: usize,
}

/// The quotes of one row in each step.
#[derive(Serialize, ToSchema)]
struct Counted<'a> {
    name: &'a str,
    counts: &'a [usize],
}

impl<'a> From<&'a Timeline> for Counts<'a> {
    fn from(timeline: &'a Timeline) -> Self {
        let rows = timeline.rows.iter().map(|row| Counted { name: &row.name, counts: &row.counts });
        let rounds =
            timeline.rounds.iter().map(|round| Since { round: Some(&round.name), from: Some(round.first) });
        Self {
            of: &timeline.of,
            step: timeline.step.name(),
            steps: &timeline.steps,
            rows: rows.collect(),
            rounds: rounds.collect(),
            quotes: timeline.quotes,
        }
    }
}

/// One remark in all its wordings.
#[derive(Serialize, ToSchema)]
pub struct Worded<'a> {
    speaker: Option<&'a str>,
    /// The first and the last day on which it may have been said.
    #[schema(value_type = Vec<String>)]
    said: Vec<Date>,
    /// The number of articles.
    articles: usize,
    /// In the order in which they were first printed.
    wordings: Vec<WordedSo<'a>>,
}

/// One wording.
#[derive(Serialize, ToSchema)]
struct WordedSo<'a> {
    /// The first article with these words, then the others in the order of their days.
    quotes: Vec<Row<'a>>,
}

impl<'a> From<&'a Remark> for Worded<'a> {
    fn from(remark: &'a Remark) -> Self {
        let wording = |one: &'a Wording| WordedSo {
            quotes: std::iter::once(&one.first).chain(&one.also).map(Row::from).collect(),
        };
        Self {
            speaker: remark.speaker.as_deref(),
            said: remark.said.into_iter().flat_map(|(first, last)| [first, last]).collect(),
            articles: remark.articles(),
            wordings: remark.wordings.iter().map(wording).collect(),
        }
    }
}

/// Returns a remark as one JSON object without a line break.
#[must_use]
pub fn remark(remark: &Remark) -> String {
    serde_json::to_string(&Worded::from(remark)).unwrap_or_default()
}

/// Returns a round as one JSON object without a line break.
#[must_use]
pub fn meeting(meeting: &Meeting) -> String {
    serde_json::to_string(&Met::from(meeting)).unwrap_or_default()
}

/// Returns who somebody is as one JSON object without a line break.
#[must_use]
pub fn card(card: &Card) -> String {
    serde_json::to_string(&Known::from(card)).unwrap_or_default()
}

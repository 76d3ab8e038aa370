//! What the desk answers, for programs.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::Row;
use crate::desk::{AtRound, Chosen, Period, Position, Positions};

/// Where the parties stand on a matter.
#[derive(Serialize, ToSchema)]
pub struct Stands<'a> {
    /// What the matter is called.
    pub matter: &'a str,
    /// The one round whose quotes these are.
    pub round: Option<&'a str>,
    /// The periods in which anybody spoke, in order.
    pub periods: Vec<Since<'a>>,
    /// The parties that spoke on it, those with most quotes first.
    pub parties: Vec<Stand<'a>>,
    /// Those with nothing on record.
    pub silent: &'a [String],
}

/// The time from a round until the next one; without a round the time before the first.
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
    /// How many different quotes are known.
    total: usize,
    /// The most telling first, then the newest.
    quotes: Vec<Pick<'a>>,
    /// The first and the newest of each period in which it spoke.
    periods: Vec<InPeriod<'a>>,
}

/// A quote, and why it was chosen.
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
    /// Its place among the periods of the answer, from 0.
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

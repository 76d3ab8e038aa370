//! Where do the parties stand on a matter? Selects, for each party, the most relevant quotes, the newest, and
//! the first and newest of each round of talks.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{is_same_remark, sides_of, until};
use crate::agenda::{Agenda, Round};
use crate::answer::Record;
use crate::people::People;
use crate::quote::Kind;

/// How many of a party's most relevant quotes are selected, and how many of its newest.
const TELLING: usize = 2;
const NEWEST: usize = 2;

/// What a party said on a matter.
#[derive(Clone, Debug)]
pub struct Spoken {
    /// The party, as the people list writes it.
    pub party: String,
    /// The days of all its known quotes on the matter.
    pub days: Vec<Date>,
    /// These quotes, most relevant first, each once, without paraphrases if there are [others](in_own_words).
    /// Those that are not asked for may be missing.
    pub quotes: Vec<Record>,
    /// If there are none: its quotes in articles about the matter, which may be on it.
    pub unclear: Vec<Record>,
}

/// Where the parties stand on a matter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Positions {
    /// The name of the matter.
    pub matter: String,
    /// The round to which the quotes are limited; `None` for all days.
    pub round: Option<String>,
    /// The periods that have a quote, in order: the time before the first round, and the time from each round
    /// on.
    pub periods: Vec<Period>,
    /// The parties that spoke on it, those with the most quotes first.
    pub parties: Vec<Position>,
    /// The parties that are only quoted in articles about the matter, without a word for it ("this
    /// decision"), in the order of the people list.
    pub unclear: Vec<String>,
    /// The parties with nothing on record, in the order of the people list.
    pub silent: Vec<String>,
}

/// The time from a round of talks until the next one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// The round; `None` for the time before the first.
    pub round: Option<String>,
    /// Its first day.
    pub from: Option<Date>,
}

/// What one party said.
#[derive(Clone, Debug, PartialEq)]
pub struct Position {
    /// The party.
    pub party: String,
    /// The number of its different quotes on the matter that were examined.
    pub quotes: usize,
    /// The selected quotes: the most relevant, then the newest; each once.
    pub chosen: Vec<Chosen>,
    /// What it said in each period in which it spoke, in order.
    pub rounds: Vec<AtRound>,
}

/// A quote, and why it was selected.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    /// The quote.
    pub record: Record,
    /// Whether it is one of the most relevant.
    pub telling: bool,
    /// Whether it is one of the newest.
    pub newest: bool,
}

/// What a party said in a period.
#[derive(Clone, Debug, PartialEq)]
pub struct AtRound {
    /// The index of the period in [`Positions::periods`].
    pub period: usize,
    /// The number of its different quotes in this period that were examined.
    pub quotes: usize,
    /// The first.
    pub first: Record,
    /// The newest, if it is a different remark.
    pub newest: Option<Record>,
}

/// Returns where the parties stand on the matter called `matter`, in the order of `all`, the parties that
/// exist. If `party` or `round` is given, the result is limited to that party, or to what was said at or
/// after that round.
#[must_use]
pub fn positions(
    matter: &str,
    mut spoken: Vec<Spoken>,
    (party, round): (Option<&str>, Option<&Round>),
    agenda: &Agenda,
    people: &People,
) -> Positions {
    let mut rounds = if round.is_some() { Vec::new() } else { rounds_with(&spoken, agenda, people) };
    rounds.sort_by_key(|round| round.first);
    if let Some(round) = round {
        let last = until(round, agenda, people);
        let is_then = |record: &Record| record.day().is_some_and(|day| round.first <= day && day <= last);
        for one in &mut spoken {
            one.quotes.retain(is_then);
            one.unclear.retain(is_then);
        }
        rounds.push(round);
    }
    let met = round.map(|round| sides_of(round, people));
    spoken.retain(|one| party.is_none_or(|party| party == one.party));
    let was_there = |side: &str| party.is_some() || met.as_ref().is_none_or(|met| met.contains(&side));
    let (mut unclear, mut silent) = (Vec::new(), Vec::new());
    for one in spoken.iter().filter(|one| one.quotes.is_empty() && was_there(&one.party)) {
        let parties = if one.unclear.is_empty() { &mut silent } else { &mut unclear };
        parties.push(one.party.clone());
    }
    spoken.retain(|one| !one.quotes.is_empty());
    spoken.sort_by_key(|one| std::cmp::Reverse(one.quotes.len()));
    let mut parties: Vec<Position> =
        spoken.into_iter().map(|one| position(one, &rounds, agenda, people)).collect();
    let mut periods = vec![Period { round: None, from: None }];
    periods.extend(
        rounds.iter().map(|round| Period { round: Some(round.name.clone()), from: Some(round.first) }),
    );
    // Only periods in which somebody spoke are shown.
    let used = |at: usize| parties.iter().flat_map(|one| &one.rounds).any(|said| said.period == at);
    let kept: Vec<usize> = (0..periods.len()).filter(|&at| used(at)).collect();
    for said in parties.iter_mut().flat_map(|one| &mut one.rounds) {
        said.period = kept.iter().position(|&at| at == said.period).unwrap_or_default();
    }
    let periods = kept.into_iter().filter_map(|at| periods.get(at).cloned()).collect();
    let round = round.map(|round| round.name.clone());
    Positions { matter: matter.to_owned(), round, periods, parties, unclear, silent }
}

/// Removes paraphrases if there are quotes in the party's own words.
pub fn in_own_words(quotes: &mut Vec<Record>) {
    if quotes.iter().any(|record| record.quote.kind != Kind::Indirect) {
        quotes.retain(|record| record.quote.kind != Kind::Indirect);
    }
}

/// Returns the rounds during or after which at least two of their parties spoke on the matter; other talks
/// were not about it.
fn rounds_with<'a>(spoken: &[Spoken], agenda: &'a Agenda, people: &People) -> Vec<&'a Round> {
    let concerns = |round: &&Round| {
        let (met, last) = (sides_of(round, people), until(round, agenda, people));
        let is_then = |day: &Date| round.first <= *day && *day <= last;
        let spoke = |one: &&Spoken| met.contains(&one.party.as_str()) && one.days.iter().any(is_then);
        spoken.iter().filter(spoke).count() > 1
    };
    agenda.rounds.iter().filter(concerns).collect()
}

fn position(spoken: Spoken, rounds: &[&Round], agenda: &Agenda, people: &People) -> Position {
    let Spoken { party, quotes, .. } = spoken;
    let mut by_day: Vec<&Record> = quotes.iter().filter(|record| record.day().is_some()).collect();
    by_day.sort_by_key(|record| record.day());
    let telling = different(quotes.iter(), TELLING);
    let newest = different(by_day.iter().rev().copied(), NEWEST);
    let mut chosen: Vec<Chosen> = Vec::new();
    let push = |chosen: &mut Vec<Chosen>, record: &Record, telling: bool| match chosen
        .iter_mut()
        .find(|known| is_same_remark(&known.record, record))
    {
        Some(known) => known.newest |= !telling,
        None => chosen.push(Chosen { record: record.clone(), telling, newest: !telling }),
    };
    for record in telling {
        push(&mut chosen, record, true);
    }
    for record in newest {
        push(&mut chosen, record, false);
    }
    let mut periods: BTreeMap<usize, Vec<&Record>> = BTreeMap::new();
    for record in by_day {
        if let Some(day) = record.day() {
            periods.entry(period_of(day, &party, rounds, agenda, people)).or_default().push(record);
        }
    }
    let rounds = periods.into_iter().filter_map(|(period, said)| {
        let (first, later) = said.split_first()?;
        let newest = later.iter().rev().find(|record| !is_same_remark(first, record));
        let newest = newest.map(|record| (*record).clone());
        Some(AtRound { period, quotes: said.len(), first: (*first).clone(), newest })
    });
    let rounds = rounds.collect();
    Position { party, quotes: quotes.len(), chosen, rounds }
}

/// Returns the index of a day's period, 0 before the first round: that of the last round at which the party
/// met, if the day is during it or soon after, otherwise that of the last round of all.
fn period_of(day: Date, party: &str, rounds: &[&Round], agenda: &Agenda, people: &People) -> usize {
    let begun = || rounds.iter().enumerate().rev().filter(|(_, round)| round.first <= day);
    let own = begun()
        .find(|(_, round)| day <= until(round, agenda, people) && sides_of(round, people).contains(&party));
    own.or_else(|| begun().next()).map_or(0, |(at, _)| at + 1)
}

/// Returns the first of `records` that are different remarks, at most `most`.
fn different<'a>(records: impl Iterator<Item = &'a Record>, most: usize) -> Vec<&'a Record> {
    let mut out: Vec<&Record> = Vec::new();
    for record in records {
        if out.len() == most {
            break;
        }
        if !out.iter().any(|known| is_same_remark(known, record)) {
            out.push(record);
        }
    }
    out
}

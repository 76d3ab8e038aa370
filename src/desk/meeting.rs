//! Who met whom at a round of talks, and what did each party say before, at and after it?

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::{is_same_remark, sides_of, until};
use crate::agenda::{Agenda, Round};
use crate::answer::Record;
use crate::people::People;
use crate::quote::Kind;

/// Maximum number of quotes of a party before, at and after the round, each.
const MOST: usize = 3;
/// How many days before a round are shown, unless its parties had other talks in that time.
const BEFORE: i64 = 7;

/// A round, and what was said around it.
#[derive(Clone, Debug, PartialEq)]
pub struct Meeting {
    /// The round.
    pub round: Round,
    /// The first day that counts as before it, and the last day that counts as after it.
    pub days: (Date, Date),
    /// The parties that met, in the order of the round.
    pub sides: Vec<Side>,
}

/// What a party said around a round.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Side {
    /// The party, as the people list writes it.
    pub name: String,
    /// Before its first day, in order of days.
    pub before: Vec<Record>,
    /// On its days.
    pub at: Vec<Record>,
    /// After its last day.
    pub after: Vec<Record>,
}

/// Returns the first day that counts as before a round (a week earlier, or the day after the previous round
/// with any of the same parties) and the last day that counts as after it.
#[must_use]
pub fn days_around(round: &Round, agenda: &Agenda, people: &People) -> (Date, Date) {
    let own = sides_of(round, people);
    let met_before = |other: &&Round| sides_of(other, people).iter().any(|side| own.contains(side));
    let week = round.first.checked_sub(BEFORE.days()).unwrap_or(round.first);
    let earlier = agenda.rounds.iter().filter(|other| other.last < round.first).filter(met_before);
    let last = earlier.map(|other| other.last).max();
    let from = last.and_then(|day| day.checked_add(1.days()).ok()).map_or(week, |day| week.max(day));
    (from, until(round, agenda, people))
}

/// Returns whose words count as a party's at a round: everybody's if the party met as such, otherwise those
/// of its people who met.
#[must_use]
pub fn delegation(round: &Round, side: &str, people: &People) -> Vec<String> {
    let of_side = people.persons().iter().filter(|person| person.side.as_deref() == Some(side));
    let whole = round.met.iter().any(|met| met == side);
    let came =
        |name: &str| round.met.iter().any(|met| people.only(met).is_some_and(|person| person.name == name));
    of_side.filter(|person| whole || came(&person.name)).map(|person| person.name.clone()).collect()
}

/// Returns a round with what each party said around it. `spoken` are the parties with all their quotes from
/// the [`days_around`] it, most relevant first.
#[must_use]
pub fn meeting(
    round: &Round,
    spoken: Vec<(String, Vec<Record>)>,
    agenda: &Agenda,
    people: &People,
) -> Meeting {
    let days = days_around(round, agenda, people);
    let sides = spoken.into_iter().map(|(name, quotes)| {
        let within = |from: Date, to: Date| {
            let then = |record: &&Record| record.day().is_some_and(|day| from <= day && day <= to);
            chosen(quotes.iter().filter(then).collect())
        };
        let (before, after) = (round.first.checked_sub(1.days()), round.last.checked_add(1.days()));
        Side {
            before: before.map(|last| within(days.0, last)).unwrap_or_default(),
            at: within(round.first, round.last),
            after: after.map(|first| within(first, days.1)).unwrap_or_default(),
            name,
        }
    });
    Meeting { round: round.clone(), days, sides: sides.collect() }
}

/// Returns the first few quotes that are different remarks, without paraphrases if there are others, in order
/// of days.
fn chosen(mut quotes: Vec<&Record>) -> Vec<Record> {
    if quotes.iter().any(|record| record.quote.kind != Kind::Indirect) {
        quotes.retain(|record| record.quote.kind != Kind::Indirect);
    }
    let mut out: Vec<Record> = Vec::new();
    for record in quotes {
        if out.len() < MOST && !out.iter().any(|known| is_same_remark(known, record)) {
            out.push(record.clone());
        }
    }
    out.sort_by_key(Record::day);
    out
}

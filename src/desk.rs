//! Where do the parties stand on a matter, what was said around a round of talks, who is somebody, and who spoke how often?
//!
//! Values in, values out: quotes that were found, chosen and put in order. Nothing is summarised; what is shown of anybody are their quotes.
//! What is on the table, and when it was met about, stands in the [`Agenda`] of the corpus.

mod called;
mod card;
mod meeting;
mod position;
mod remark;
mod subject;
mod timeline;

pub use called::{Unknown, beginning, matter_called, parties, party_called, round_called};
pub use card::{Card, card};
pub use meeting::{Meeting, Side, days_around, delegation, meeting};
pub use position::{AtRound, Chosen, Period, Position, Positions, Spoken, positions};
pub use remark::is_same_remark;
pub use subject::{Nearness, Subject};
pub use timeline::{By, Row, Spoke, Step, Timeline, timeline};

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::agenda::{Agenda, Round};
use crate::people::People;

/// Days after talks that still are "after the talks", where no other talks come sooner.
const AFTER: i64 = 7;

/// Returns the last day that is still after `round`: a week after its last day, or the day before the next round of any of those who met.
#[must_use]
pub fn until(round: &Round, agenda: &Agenda, people: &People) -> Date {
    let week = round.last.checked_add(AFTER.days()).unwrap_or(round.last);
    let own = sides_of(round, people);
    let meets_again = |other: &&Round| sides_of(other, people).iter().any(|side| own.contains(side));
    let later = agenda.rounds.iter().filter(|other| other.first > round.last).filter(meets_again);
    let next = later.map(|other| other.first).min().and_then(|day| day.checked_sub(1.days()).ok());
    next.map_or(week, |next| week.min(next))
}

/// Returns the sides that met: for a person their side, or their name where the people list has none. Each once, in the order of the round.
#[must_use]
pub fn sides_of<'a>(round: &'a Round, people: &'a People) -> Vec<&'a str> {
    let mut out: Vec<&str> = Vec::new();
    for met in &round.met {
        let side = people.only(met).and_then(|person| person.side.as_deref()).unwrap_or(met);
        if !out.contains(&side) {
            out.push(side);
        }
    }
    out
}

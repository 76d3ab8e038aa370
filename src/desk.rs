//! Where do the parties stand on a matter? What was said around a round of talks? Who is somebody? Who spoke
//! how often?
//!
//! Values in, values out: this module selects and orders quotes that were found. Nothing is summarised;
//! everything shown about people consists of their quotes. The [`Agenda`] of the corpus lists the matters
//! negotiated and the rounds of talks.

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
pub use position::{AtRound, Chosen, Period, Position, Positions, Spoken, in_own_words, positions};
pub use remark::{Remark, Wording, is_one_remark, is_same_remark, remark};
pub use subject::{Nearness, Subject, Subjects};
pub use timeline::{By, Row, Spoke, Step, Timeline, timeline};

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::agenda::{Agenda, Round};
use crate::people::People;

/// How many days count as "after the talks", unless other talks come sooner.
const AFTER: i64 = 7;

/// Returns the last day that counts as after `round`: a week after its last day, or the day before the next
/// round with any of the same parties.
#[must_use]
pub fn until(round: &Round, agenda: &Agenda, people: &People) -> Date {
    let week = round.last.checked_add(AFTER.days()).unwrap_or(round.last);
    let own = sides_of(round, people);
    let meets_again = |other: &&Round| sides_of(other, people).iter().any(|side| own.contains(side));
    let later = agenda.rounds.iter().filter(|other| other.first > round.last).filter(meets_again);
    let next = later.map(|other| other.first).min().and_then(|day| day.checked_sub(1.days()).ok());
    next.map_or(week, |next| week.min(next))
}

/// Returns the parties that met, without duplicates, in the order of the round. A person is replaced by their
/// party, or kept by name if the people list gives no party.
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

//! Who spoke how often on what, and when? Counts by day, week, month or year, with the rounds of talks
//! between them.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::agenda::{Agenda, Round};
use crate::fold;
use crate::people::{People, Person};

/// Maximum number of rows; the rest is one more row, "others".
const ROWS: usize = 6;
/// Maximum number of steps of the axis. More days are counted by week, more weeks by month, more months by
/// year.
const STEPS: i64 = 62;
/// Maximum number of rounds that are marked: those with the most quotes around them.
const ROUNDS: usize = 12;
/// A round is marked only if at most this many others are marked within this fraction of the days shown,
/// because their numbers are stacked.
const BESIDE: usize = 3;
const APART: i64 = 28;

/// What each row of a timeline stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A party of the people list.
    Party,
    /// A speaker.
    Speaker,
    /// A matter of the agenda; a quote on two matters counts in both rows.
    Matter,
}

/// The length of a step of the axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A day.
    Day,
    /// Seven days, beginning on a Monday.
    Week,
    /// A month.
    Month,
    /// A year.
    Year,
}

/// Counts of different quotes over time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// What is counted: the name of a speaker, a party or a matter, or several of these as limits; empty for
    /// everything.
    pub of: Vec<String>,
    /// The length of a step.
    pub step: Step,
    /// The first day of each step, in order, without gaps.
    pub steps: Vec<Date>,
    /// The rows, those with the most quotes first, "others" last.
    pub rows: Vec<Row>,
    /// The rounds within the days shown, ordered by first day.
    pub rounds: Vec<Round>,
    /// The number of different quotes counted.
    pub quotes: usize,
}

/// The quotes of one party, speaker or matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The name.
    pub name: String,
    /// The number of quotes in each step.
    pub counts: Vec<usize>,
}

impl Row {
    /// Returns the total number of quotes.
    #[must_use]
    pub fn total(&self) -> usize {
        self.counts.iter().sum()
    }
}

/// The data of a quote that a timeline needs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Spoke {
    /// The day on which it was said, otherwise the day of publication.
    pub day: Date,
    /// The fingerprint ([`fold::fingerprint`]) of the name of who said it; `None` if nobody is named.
    pub speaker: Option<u32>,
    /// A number that is the same for the same words, and for a headline's quote and the quote of the article
    /// that it repeats.
    pub same: u32,
    /// The places in the agenda of the matters that it is on, in order; may be left out if no matter counts.
    pub on: Vec<usize>,
    /// Its words; may be left out if all quotes with this number are on the same matters.
    pub words: String,
}

/// Returns the timeline of `quotes`, in rows by `by`; limited to quotes on the matter at this place in the
/// agenda, if given. The same words by a speaker count once, on their first day.
#[must_use]
pub fn timeline(
    of: Vec<String>,
    mut quotes: Vec<Spoke>,
    (by, matter): (By, Option<usize>),
    agenda: &Agenda,
    people: &People,
) -> Timeline {
    // The longer words first: a headline has fewer than the quote that it repeats.
    quotes.sort_by(|a, b| (a.day, b.words.len(), &a.words).cmp(&(b.day, a.words.len(), &b.words)));
    let mut said = HashSet::new();
    quotes.retain(|quote| {
        let on_it = matter.is_none_or(|matter| quote.on.contains(&matter));
        on_it && said.insert((quote.speaker, quote.same))
    });
    let (Some(first), Some(last)) = (quotes.first().map(|one| one.day), quotes.last().map(|one| one.day))
    else {
        return Timeline {
            of,
            step: Step::Day,
            steps: Vec::new(),
            rows: Vec::new(),
            rounds: Vec::new(),
            quotes: 0,
        };
    };
    let days = days_to(first, last);
    let step = match days {
        days if days < STEPS => Step::Day,
        days if days < 7 * STEPS => Step::Week,
        days if days < 28 * STEPS => Step::Month,
        _ => Step::Year,
    };
    let steps = steps(step.start(first), step.start(last), step);
    let place = |day: Date| steps.partition_point(|start| *start <= day).saturating_sub(1);
    let persons: HashMap<u32, &Person> =
        people.persons().iter().map(|person| (fold::fingerprint(&person.name), person)).collect();
    let person_of = |quote: &Spoke| persons.get(&quote.speaker?).copied();
    let mut rows: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for quote in &quotes {
        let names: Vec<String> = match by {
            By::Party => {
                let side = person_of(quote).and_then(|person| person.side.clone());
                vec![side.unwrap_or_else(|| OTHERS.to_owned())]
            }
            By::Speaker => {
                vec![person_of(quote).map_or_else(|| OTHERS.to_owned(), |person| person.name.clone())]
            }
            By::Matter => {
                let on = quote.on.iter().filter_map(|at| agenda.matters.get(*at));
                let on: Vec<String> = on.map(|matter| matter.name.clone()).collect();
                if on.is_empty() { vec![OTHERS.to_owned()] } else { on }
            }
        };
        for name in names {
            let counts = rows.entry(name).or_insert_with(|| vec![0; steps.len()]);
            if let Some(count) = counts.get_mut(place(quote.day)) {
                *count += 1;
            }
        }
    }
    let rows = most(rows.into_iter().map(|(name, counts)| Row { name, counts }).collect());
    let end = step.next(*steps.last().unwrap_or(&last));
    // For a round, only quotes by parties that were there count.
    let side_of = |quote: &Spoke| person_of(quote)?.side.as_deref();
    let near = |round: &Round| {
        let (last, met) = (super::until(round, agenda, people), super::sides_of(round, people));
        let around = quotes.iter().filter(|quote| round.first <= quote.day && quote.day <= last);
        around.filter(|quote| side_of(quote).is_some_and(|side| met.contains(&side))).count()
    };
    let mut rounds: Vec<(usize, &Round)> = agenda
        .rounds
        .iter()
        .filter(|round| steps.first().is_some_and(|start| *start <= round.first) && round.first < end)
        .map(|round| (near(round), round))
        .filter(|(quotes, _)| *quotes > 0)
        .collect();
    rounds.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.first.cmp(&b.1.first)));
    let shown = days_to(steps.first().copied().unwrap_or(first), end).max(1);
    let mut marked: Vec<Round> = Vec::new();
    for (_, round) in rounds {
        let is_near = |other: &&Round| days_to(round.first, other.first).abs() * APART < shown;
        if marked.len() < ROUNDS && marked.iter().filter(is_near).count() < BESIDE {
            marked.push(round.clone());
        }
    }
    let mut rounds = marked;
    rounds.sort_by_key(|round| round.first);
    Timeline { of, step, steps, rows, rounds, quotes: quotes.len() }
}

/// Returns the number of days from one day to another.
fn days_to(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// The name of the row for everything without a row of its own.
const OTHERS: &str = "others";

/// Returns the rows with the most quotes, and one for the rest.
fn most(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by(|a, b| {
        (a.name == OTHERS).cmp(&(b.name == OTHERS)).then(b.total().cmp(&a.total())).then(a.name.cmp(&b.name))
    });
    let kept = rows.iter().filter(|row| row.name != OTHERS).count().min(ROWS);
    let rest = rows.split_off(kept);
    let others = rest.into_iter().reduce(|mut all, row| {
        for (sum, count) in all.counts.iter_mut().zip(row.counts) {
            *sum += count;
        }
        all
    });
    rows.extend(others.map(|row| Row { name: OTHERS.to_owned(), ..row }));
    rows
}

impl Step {
    /// Returns the name of a step: "day", "week", "month" or "year".
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// Returns the first day of the step that contains a day.
    fn start(self, day: Date) -> Date {
        match self {
            Self::Day => day,
            Self::Week => {
                let since = i64::from(day.weekday().to_monday_zero_offset());
                day.checked_sub(since.days()).unwrap_or(day)
            }
            Self::Month => day.first_of_month(),
            Self::Year => day.first_of_year(),
        }
    }

    /// Returns the first day of the next step.
    #[must_use]
    pub fn next(self, start: Date) -> Date {
        let span = match self {
            Self::Day => 1.day(),
            Self::Week => 1.week(),
            Self::Month => 1.month(),
            Self::Year => 1.year(),
        };
        start.checked_add(span).unwrap_or(Date::MAX)
    }
}

/// Returns the first days of the steps from one day to another.
fn steps(first: Date, last: Date, step: Step) -> Vec<Date> {
    let mut out = vec![first];
    while let Some(start) = out.last().copied().filter(|start| *start < last) {
        out.push(step.next(start));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agenda::Matter;

    #[test]
    fn steps_are_days_weeks_and_months() {
        let day = |text: &str| text.parse::<Date>().expect("a day");
        assert_eq!(steps(day("2025-12-30"), day("2026-01-02"), Step::Day).len(), 4);
        assert_eq!(Step::Week.start(day("2025-12-04")), day("2025-12-01"));
        assert_eq!(steps(day("2025-11-01"), day("2026-01-01"), Step::Month).len(), 3);
    }

    #[test]
    fn the_same_words_by_a_speaker_count_once_on_their_first_day() {
        let person = |name: &str, side: &str| Person {
            name: name.to_owned(),
            aliases: Vec::new(),
            pronoun: None,
            side: Some(side.to_owned()),
            roles: Vec::new(),
        };
        let people = People::new(vec![person("Pia Lund", "council"), person("Omar Okafor", "harbour")]);
        let matter = Matter { name: "fares".to_owned(), words: vec!["fare".to_owned()], sure: Vec::new() };
        let agenda = Agenda { matters: vec![matter], ..Agenda::default() };
        let spoke = |day: i8, name: &str, words: &str, same| Spoke {
            day: jiff::civil::date(2026, 1, day),
            speaker: Some(fold::fingerprint(name)).filter(|_| !name.is_empty()),
            same,
            on: if words.is_empty() { Vec::new() } else { vec![0] },
            words: words.to_owned(),
        };
        let quotes = vec![
            spoke(3, "Pia Lund", "The fare stays.", 1),
            spoke(1, "Pia Lund", "The fare stays.", 1),
            spoke(1, "Pia Lund", "", 2),
            spoke(2, "Omar Okafor", "The fare stays.", 1),
            spoke(2, "", "", 3),
        ];
        let rows = |by, matter| {
            let timeline = timeline(Vec::new(), quotes.clone(), (by, matter), &agenda, &people);
            let row = |row: &Row| format!("{} {:?}", row.name, row.counts);
            timeline.rows.iter().map(row).collect::<Vec<_>>()
        };
        assert_eq!(rows(By::Party, None), ["council [2, 0]", "harbour [0, 1]", "others [0, 1]"]);
        assert_eq!(rows(By::Speaker, None), ["Pia Lund [2, 0]", "Omar Okafor [0, 1]", "others [0, 1]"]);
        assert_eq!(rows(By::Matter, None), ["fares [1, 1]", "others [1, 1]"]);
        assert_eq!(rows(By::Speaker, Some(0)), ["Omar Okafor [0, 1]", "Pia Lund [1, 0]"]);
    }

    #[test]
    fn everything_without_a_row_is_in_others() {
        let row = |name: &str, count: usize| Row { name: name.to_owned(), counts: vec![count, 0] };
        let rows = most((0..9).map(|at| row(&format!("s{at}"), at + 1)).chain([row(OTHERS, 50)]).collect());
        assert_eq!(rows.len(), ROWS + 1);
        assert_eq!((rows[0].name.as_str(), rows[ROWS].name.as_str()), ("s8", OTHERS));
        assert_eq!(rows[ROWS].total(), 50 + 1 + 2 + 3);
    }
}

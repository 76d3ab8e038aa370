//! Finds the days a question is limited to: "after 2 December", "in November 2025", "since last week", "ten days later".

use jiff::civil::{Date, Weekday, date};
use jiff::{Span as Duration, ToSpan as _};
use serde::Serialize;

use crate::lang::{ENGLISH, MONTHS, WEEKDAYS};

/// A closed range of days; an open end is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Days {
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
}

impl Days {
    /// Returns whether `day` lies inside; an unknown day never does.
    #[must_use]
    pub fn contains(&self, day: Option<Date>) -> bool {
        day.is_some_and(|day| self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to))
    }
}

/// What was found: the days and the words that say so, half-open.
pub(crate) struct Found {
    pub(crate) days: Days,
    /// Whether they are a month or a season by name.
    pub(crate) loose: bool,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// What days are reckoned from.
#[derive(Clone, Copy)]
pub(crate) struct Calendar {
    /// The day of asking: "yesterday" is the day before.
    pub(crate) today: Date,
    /// The newest day on record, at most `today`: "in November" is the last November that began by then.
    pub(crate) newest: Date,
    /// The day the conversation was about, for "ten days later".
    pub(crate) before: Option<Date>,
}

/// Returns the first limitation to days in `words` (folded).
pub(crate) fn find(words: &[String], calendar: Calendar) -> Option<Found> {
    (0..words.len()).find_map(|at| {
        let (preposition, start) = match words.get(at)?.as_str() {
            p @ ("on" | "since" | "after" | "before" | "until" | "till" | "by" | "in" | "from" | "during"
            | "between" | "of") => (p, at + 1),
            _ => ("", at),
        };
        let rest = words.get(start..)?;
        if let Some((days, used)) = later(rest, calendar.before) {
            return Some(Found { days, loose: false, start: at, end: start + used });
        }
        // "the September summit", "Okafor's 1995 report": not when it was said.
        let article = preposition.is_empty() || rest.first().is_some_and(|word| word == "the");
        // "between 1 and 10 December": of the same month.
        let short = match (preposition, rest) {
            ("between", [first, and, ..]) if and == "and" => Some(first),
            ("from", [first, to, ..]) if matches!(to.as_str(), "to" | "until" | "till") => Some(first),
            _ => None,
        };
        if let Some(first) = short
            && let Some(first) = day_of_month(first)
            && let Some((last, more)) = period(rest.get(2..)?, calendar, true)
            && let Some(from) = last.to.and_then(|to| Date::new(to.year(), to.month(), first).ok())
        {
            let days = Days { from: Some(from), to: last.to };
            return Some(Found { days, loose: false, start: at, end: start + 2 + more });
        }
        let (period, used) = period(rest, calendar, !preposition.is_empty())?;
        let next = rest.get(used).map_or("", String::as_str);
        let describes = !next.is_empty() && !ENGLISH.is_function_word(next);
        if article && describes && is_plain(&rest[..used]) {
            return None;
        }
        let mut end = start + used;
        let days = match preposition {
            "since" | "from" => match rest.get(used).map(String::as_str) {
                Some("to" | "until" | "till") if preposition == "from" => {
                    let (last, more) = self::period(rest.get(used + 1..)?, calendar, true)?;
                    end += more + 1;
                    Days { from: period.from, to: last.to }
                }
                _ => Days { from: period.from, to: None },
            },
            "after" => Days { from: period.to.and_then(|day| day.tomorrow().ok()), to: None },
            "before" => Days { from: None, to: period.from.and_then(|day| day.yesterday().ok()) },
            "until" | "till" | "by" => Days { from: None, to: period.to },
            "between" => {
                let (last, more) = self::period(rest.get(used + 1..)?, calendar, true)?;
                end += more + 1;
                Days { from: period.from, to: last.to }
            }
            _ => period,
        };
        let bounded = matches!(
            preposition,
            "since" | "from" | "after" | "before" | "until" | "till" | "by" | "between"
        );
        Some(Found { days, loose: !bounded && is_by_name(&rest[..used]), start: at, end })
    })
}

/// Whether a period is a month or season by name alone, no day or year.
fn is_by_name(words: &[String]) -> bool {
    let named = words.iter().any(|word| month(word).is_some() || season(word).is_some());
    named && !words.iter().any(|word| year(word).is_some() || day_of_month(word).is_some())
}

/// Returns the folded name of the month that the days are; `None` where they are not one month.
#[must_use]
pub fn month_of(days: Days) -> Option<&'static str> {
    let (from, to) = (days.from?, days.to?);
    let whole = from.first_of_month() == from && from.last_of_month() == to;
    let number = usize::try_from(from.month()).ok()?;
    whole.then(|| MONTHS.get(number - 1).copied())?
}

/// Whether a period is nothing but a year, or "the" and a month: words that can describe another.
fn is_plain(words: &[String]) -> bool {
    match words {
        [one] => year(one).is_some(),
        [the, name] => the == "the" && month(name).is_some(),
        _ => false,
    }
}

/// "ten days later", "a week later", relative to the day before.
fn later(words: &[String], before: Option<Date>) -> Option<(Days, usize)> {
    let [count, unit, later, ..] = words else { return None };
    if !matches!(later.as_str(), "later" | "afterwards") {
        return None;
    }
    let day = before?.checked_add(duration(number(count)?, unit)?).ok()?;
    // Reports name a day loosely: one day to either side still is "ten days later".
    Some((Days { from: day.yesterday().ok(), to: day.tomorrow().ok() }, 3))
}

/// A day, month, year, season or relative period at the start of `words`, and how many words it takes. "may" and "march" are
/// months only where a preposition `led` to them or a year follows.
fn period(words: &[String], calendar: Calendar, led: bool) -> Option<(Days, usize)> {
    let Calendar { today, newest, .. } = calendar;
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    let one = |day: Date, used| Some((Days { from: Some(day), to: Some(day) }, used));
    // "2025-12-02" comes as three words.
    if let (Some(year), Some(month), Some(day)) = (year(word(0)), small(word(1), 12), small(word(2), 31)) {
        return one(Date::new(year, month, day).ok()?, 3);
    }
    // "02.12.2025", and "12/24/2025" where only one of the two can be a month.
    if let (Some(one_number), Some(other), Some(year)) =
        (small(word(0), 31), small(word(1), 31), year(word(2)))
    {
        let (day, month) = if other > 12 { (other, one_number) } else { (one_number, other) };
        return one(Date::new(year, month, day).ok()?, 3);
    }
    if let (Some(day), Some(month)) = (day_of_month(word(0)), month(word(1))) {
        return day_in(day, month, year(word(2)), newest)
            .and_then(|date| one(date, 2 + usize::from(year(word(2)).is_some())));
    }
    if let (Some(month), Some(day)) = (month(word(0)), day_of_month(word(1))) {
        return day_in(day, month, year(word(2)), newest)
            .and_then(|date| one(date, 2 + usize::from(year(word(2)).is_some())));
    }
    let part = if matches!(word(0), "early" | "mid" | "late" | "the" | "this" | "last") { 1 } else { 0 };
    if let Some(month) = month(word(part)).filter(|_| {
        !matches!(word(part), "may" | "march") || year(word(part + 1)).is_some() || part > 0 || led
    }) {
        let stated = year(word(part + 1));
        let first = day_in(1, month, stated, newest)?;
        return Some((span_of(first, 1.month())?, part + 1 + usize::from(stated.is_some())));
    }
    if let Some(season) = season(word(part)) {
        let stated = year(word(part + 1));
        let first = day_in(1, season, stated, newest)?;
        return Some((span_of(first, 3.months())?, part + 1 + usize::from(stated.is_some())));
    }
    if let Some(year) = year(word(0)) {
        return Some((Days { from: Some(date(year, 1, 1)), to: Some(date(year, 12, 31)) }, 1));
    }
    match (word(0), word(1)) {
        ("today", _) => one(today, 1),
        ("yesterday", _) => one(today.yesterday().ok()?, 1),
        ("this", "week") => Some((span_of(monday(today)?, 1.week())?, 2)),
        ("last", "week") => Some((span_of(monday(today)?.checked_sub(1.week()).ok()?, 1.week())?, 2)),
        ("this", "month") => Some((span_of(today.first_of_month(), 1.month())?, 2)),
        ("last", "month") => {
            Some((span_of(today.first_of_month().checked_sub(1.month()).ok()?, 1.month())?, 2))
        }
        ("this", "year") => Some((span_of(today.first_of_year(), 1.year())?, 2)),
        ("last", "year") => Some((span_of(today.first_of_year().checked_sub(1.year()).ok()?, 1.year())?, 2)),
        ("last" | "past", count) if number(count).is_some() => {
            let from = today.checked_sub(duration(number(count)?, word(2))?).ok()?;
            Some((Days { from: Some(from), to: Some(today) }, 3))
        }
        (count, unit) if word(2) == "ago" => {
            let day = today.checked_sub(duration(number(count)?, unit)?).ok()?;
            // Weeks ago is about then, months ago in that month.
            let days = match unit {
                "month" | "months" => span_of(day.first_of_month(), 1.month())?,
                "year" | "years" => span_of(day.first_of_year(), 1.year())?,
                "week" | "weeks" => span_of(day.checked_sub(3.days()).ok()?, 1.week())?,
                _ => return one(day, 3),
            };
            Some((days, 3))
        }
        ("last", day) => one(last_weekday(weekday(day)?, today)?, 2),
        (day, _) => one(last_weekday(weekday(day)?, today)?, 1),
    }
}

/// From `first` up to the day before `first` plus `length`.
fn span_of(first: Date, length: Duration) -> Option<Days> {
    Some(Days { from: Some(first), to: first.checked_add(length).ok()?.yesterday().ok() })
}

/// The day in the stated year, else the last one that is not after `newest`.
fn day_in(day: i8, month: i8, year: Option<i16>, newest: Date) -> Option<Date> {
    match year {
        Some(year) => Date::new(year, month, day).ok(),
        None => (0..5)
            .filter_map(|back| Date::new(newest.year() - back, month, day).ok())
            .find(|date| *date <= newest),
    }
}

fn monday(day: Date) -> Option<Date> {
    day.checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days()).ok()
}

fn last_weekday(weekday: Weekday, today: Date) -> Option<Date> {
    today.nth_weekday(-1, weekday).ok()
}

/// Returns the names that a report of the days after gives `day`, in folded words: "sunday", "november 30", "30 november", "nov 30".
#[must_use]
pub fn names_of_day(day: Date) -> Vec<Vec<String>> {
    let at = |names: &[&str], number: i8| {
        usize::try_from(number)
            .ok()
            .and_then(|number| names.get(number))
            .map_or(String::new(), |name| (*name).to_owned())
    };
    let weekday = at(&WEEKDAYS, day.weekday().to_monday_zero_offset());
    let month = at(&MONTHS, day.month() - 1);
    let number = day.day().to_string();
    let short: String = month.chars().take(3).collect();
    vec![vec![weekday], vec![month.clone(), number.clone()], vec![number.clone(), month], vec![short, number]]
}

fn weekday(word: &str) -> Option<Weekday> {
    let at = WEEKDAYS.iter().position(|day| *day == word)?;
    Weekday::from_monday_zero_offset(i8::try_from(at).ok()?).ok()
}

fn month(word: &str) -> Option<i8> {
    let full = MONTHS.iter().position(|month| *month == word);
    let short = || {
        MONTHS
            .iter()
            .position(|month| word.len() >= 3 && word.len() <= 4 && month.starts_with(word) && word != "mar")
    };
    i8::try_from(full.or_else(short)? + 1).ok()
}

/// The first month of a season of the northern half; winter begins in December.
fn season(word: &str) -> Option<i8> {
    match word {
        "spring" => Some(3),
        "summer" => Some(6),
        "autumn" | "fall" => Some(9),
        "winter" => Some(12),
        _ => None,
    }
}

fn year(word: &str) -> Option<i16> {
    word.parse().ok().filter(|year| word.len() == 4 && (1900..=2100).contains(year))
}

fn small(word: &str, most: i8) -> Option<i8> {
    word.parse().ok().filter(|n| (1..=most).contains(n) && word.len() <= 2)
}

/// "2", "2nd"
fn day_of_month(word: &str) -> Option<i8> {
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word);
    small(digits, 31)
}

fn number(word: &str) -> Option<i64> {
    const NUMBERS: [&str; 13] = [
        "a", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    let spelt =
        NUMBERS.iter().position(|number| *number == word).and_then(|at| i64::try_from(at.max(1)).ok());
    spelt.or_else(|| word.parse().ok().filter(|n| (1..=3650).contains(n)))
}

fn duration(count: i64, unit: &str) -> Option<Duration> {
    match unit.trim_end_matches('s') {
        "day" => Some(count.days()),
        "week" => Some(count.weeks()),
        "month" => Some(count.months()),
        "year" => Some(count.years()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asked on Tuesday, 24 November 2026, of a corpus that ends in February.
    #[track_caller]
    fn check(text: &str, from: &str, to: &str) {
        let words = crate::fold::words(text);
        let found = find(
            &words,
            Calendar {
                today: date(2026, 11, 24),
                newest: date(2026, 2, 18),
                before: Some(date(2025, 12, 2)),
            },
        );
        let days = found.map_or(Days::default(), |found| found.days);
        let show = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        assert_eq!((show(days.from).as_str(), show(days.to).as_str()), (from, to), "{text}");
    }

    #[test]
    fn reads_days() {
        check("said on 27 November 2025 about", "2025-11-27", "2025-11-27");
        check("said on November 30", "2025-11-30", "2025-11-30");
        check("since December 10, 2025?", "2025-12-10", "");
        check("after 2 December", "2025-12-03", "");
        check("before November 2025", "", "2025-10-31");
        check("on 2025-12-02", "2025-12-02", "2025-12-02");
        check("Dec. 2nd", "2025-12-02", "2025-12-02");
        check("until yesterday", "", "2026-11-23");
        check("on Friday", "2026-11-20", "2026-11-20");
        check("three days ago", "2026-11-21", "2026-11-21");
        check("on 02.12.2025", "2025-12-02", "2025-12-02");
        check("on 12/24/2025", "2025-12-24", "2025-12-24");
    }

    #[test]
    fn reads_periods() {
        check("in November", "2025-11-01", "2025-11-30");
        check("in autumn 2025", "2025-09-01", "2025-11-30");
        check("since last week", "2026-11-16", "");
        check("in the last 10 days", "2026-11-14", "2026-11-24");
        check("in 2025", "2025-01-01", "2025-12-31");
        check("between 1 May 2025 and 3 June 2025", "2025-05-01", "2025-06-03");
        check("from May 2025 to July 2025", "2025-05-01", "2025-07-31");
        check("between 1 and 10 December", "2025-12-01", "2025-12-10");
        check("from 3 to 5 May 2025", "2025-05-03", "2025-05-05");
        check("three weeks ago", "2026-10-31", "2026-11-06");
        check("two months ago", "2026-09-01", "2026-09-30");
        check("ten days later", "2025-12-11", "2025-12-13");
        // A day that the month does not have: the month is what is left.
        check("on 30 February 2025", "2025-02-01", "2025-02-28");
    }

    #[test]
    fn leaves_other_words_alone() {
        check("the 28-point plan", "", "");
        check("they may agree", "", "");
        check("a march on Rome in 99", "", "");
        check("in March", "2025-03-01", "2025-03-31");
    }
}

//! A day as somebody types it into an option.

use jiff::civil::Date;

use crate::question;

/// Which day of a month or a year is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The first.
    First,
    /// The last.
    Last,
}

/// The forms of a whole day. `3/4/2025` is none of them: it is another day on the other side of the ocean.
const DAYS: &[&str] = &["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y"];
/// The forms of a month, behind a 1.
const MONTHS: &[&str] = &["%d %Y-%m", "%d %B %Y", "%d %b %Y", "%d %m.%Y"];

/// Returns the day: `2025-12-02`, `2 December 2025`, `Dec 2, 2025`, `2.12.2025`, `2 Dec`, `yesterday`; for `December 2025`, `2025-12`, `2025`, `December`
/// and `last week` the first or the last day of it, as said on `today`. `None` for anything else.
pub(super) fn parse(text: &str, end: End, today: Date) -> Option<Date> {
    if let Some(day) = stated(text, end) {
        return Some(day);
    }
    // `3/4/2025` is another day on the other side of the ocean.
    if text.contains('/') {
        return None;
    }
    let days = question::days_called(text, today)?;
    let (this, other) = if end == End::First { (days.from, days.to) } else { (days.to, days.from) };
    this.or(other)
}

/// The day of a text that names a year.
fn stated(text: &str, end: End) -> Option<Date> {
    let text = text.replace(',', " ");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // "December 2025" could be the twentieth of December 25.
    let read = |form: &&str, text: &str| Date::strptime(form, text).ok().filter(|day| day.year() >= 1000);
    if let Some(day) = DAYS.iter().find_map(|form| read(form, &text)) {
        return Some(day);
    }
    let first = format!("1 {text}");
    if let Some(first) = MONTHS.iter().find_map(|form| read(form, &first)) {
        return Some(if end == End::First { first } else { first.last_of_month() });
    }
    let year = text.parse().ok().filter(|year| (1000..=9999).contains(year))?;
    let first = Date::new(year, 1, 1).ok()?;
    Some(if end == End::First { first } else { first.last_of_year() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = jiff::civil::date(2026, 1, 14);

    #[test]
    fn reads_days_as_people_say_them() {
        for (text, first, last) in [
            ("yesterday", "2026-01-13", "2026-01-13"),
            ("Today", "2026-01-14", "2026-01-14"),
            ("last week", "2026-01-05", "2026-01-11"),
            ("December", "2025-12-01", "2025-12-31"),
            ("2 Dec", "2025-12-02", "2025-12-02"),
            ("Dec 2nd", "2025-12-02", "2025-12-02"),
            ("last month", "2025-12-01", "2025-12-31"),
        ] {
            assert_eq!(parse(text, End::First, TODAY), first.parse().ok(), "{text}");
            assert_eq!(parse(text, End::Last, TODAY), last.parse().ok(), "{text}");
        }
    }

    #[test]
    fn reads_days_months_and_years() {
        for (text, first, last) in [
            ("2025-12-02", "2025-12-02", "2025-12-02"),
            ("2 December 2025", "2025-12-02", "2025-12-02"),
            ("Dec 2, 2025", "2025-12-02", "2025-12-02"),
            ("2.12.2025", "2025-12-02", "2025-12-02"),
            ("december  2025", "2025-12-01", "2025-12-31"),
            ("2025-02", "2025-02-01", "2025-02-28"),
            ("2024", "2024-01-01", "2024-12-31"),
        ] {
            assert_eq!(parse(text, End::First, TODAY), first.parse().ok(), "{text}");
            assert_eq!(parse(text, End::Last, TODAY), last.parse().ok(), "{text}");
        }
        for text in ["", "soon", "3/4/2025", "2025-13-01", "31 February 2025", "99999"] {
            assert_eq!(parse(text, End::First, TODAY), None, "{text}");
        }
    }
}

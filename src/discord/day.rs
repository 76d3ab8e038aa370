//! Parses a day as somebody types it into an option.

use jiff::civil::Date;

use crate::question;

/// Which day of a month or a year to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The first.
    First,
    /// The last.
    Last,
}

/// Formats of a whole day. `3/4/2025` is deliberately missing: it means different days in Europe and in the
/// United States.
const DAYS: &[&str] = &["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y"];
/// Formats of a month; a "1" is put in front before parsing.
const MONTHS: &[&str] = &["%d %Y-%m", "%d %B %Y", "%d %b %Y", "%d %m.%Y"];

/// Returns the day for `2025-12-02`, `2 December 2025`, `Dec 2, 2025`, `2.12.2025`, `2 Dec` or `yesterday`.
/// For a period (`December 2025`, `2025-12`, `2025`, `December`, `last week`) returns its first or last day.
/// Relative forms count from `today`. Returns `None` for anything else.
pub(super) fn parse(text: &str, end: End, today: Date) -> Option<Date> {
    if let Some(day) = stated(text, end) {
        return Some(day);
    }
    // `3/4/2025` is ambiguous: see [`DAYS`].
    if text.contains('/') {
        return None;
    }
    let days = question::days_called(text, today)?;
    let (this, other) = if end == End::First { (days.from, days.to) } else { (days.to, days.from) };
    this.or(other)
}

/// Returns the day for a text that includes the year.
fn stated(text: &str, end: End) -> Option<Date> {
    let text = text.replace(',', " ");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // Without this check "December 2025" could be read as 20 December of the year 25.
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

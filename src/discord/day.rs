//! A day as somebody types it into an option.

use jiff::civil::Date;

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

/// Returns the day: `2025-12-02`, `2 December 2025`, `Dec 2, 2025`, `2.12.2025`; for `December 2025`, `2025-12` and `2025` the first or the
/// last day of it. `None` for anything else.
pub(super) fn parse(text: &str, end: End) -> Option<Date> {
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
            assert_eq!(parse(text, End::First), first.parse().ok(), "{text}");
            assert_eq!(parse(text, End::Last), last.parse().ok(), "{text}");
        }
        for text in ["", "soon", "3/4/2025", "2025-13-01", "31 February 2025", "99999"] {
            assert_eq!(parse(text, End::First), None, "{text}");
        }
    }
}

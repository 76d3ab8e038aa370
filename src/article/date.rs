//! Here is a date as somebody wrote it: which day is it?
//!
//! The day is taken as written: no time zone is applied. Days written in figures with the year last are not read, since
//! half of the world means another day by `02.12.2025` or `02/12/2025` than the other.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::lang::{MONTHS, WEEKDAYS};

/// Returns the day of `2025-12-02`, `2025/12/02`, `20251202` (each with or without a time behind it), `2 December 2025`,
/// `Dec. 2, 2025` or `Tue, 02 Dec 2025 10:00:00 GMT`; `None` for anything else.
pub(super) fn parse(text: &str) -> Option<Date> {
    let text = text.trim();
    figures(text).or_else(|| words(text))
}

/// Returns the day of a number: `20251202`, or else seconds or milliseconds since 1970, in UTC.
pub(super) fn from_number(number: i128) -> Option<Date> {
    if (19_000_101..=29_991_231).contains(&number) {
        return compact(&number.to_string());
    }
    let number = i64::try_from(number).ok()?;
    let millisecond =
        if number.unsigned_abs() < 100_000_000_000 { number.checked_mul(1000)? } else { number };
    Timestamp::from_millisecond(millisecond).ok().map(|time| TimeZone::UTC.to_datetime(time).date())
}

fn figures(text: &str) -> Option<Date> {
    let (day, time) = text.split_once(['T', 't', ' ']).unwrap_or((text, ""));
    if !time.is_empty() && !time.trim_start().starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    compact(day).or_else(|| parted(day, '-')).or_else(|| parted(day, '/'))
}

fn compact(text: &str) -> Option<Date> {
    let (year, rest) = text.split_at_checked(4)?;
    let (month, day) = rest.split_at_checked(2)?;
    (text.len() == 8).then(|| date(year, number(month)?, day)).flatten()
}

fn parted(text: &str, mark: char) -> Option<Date> {
    let mut parts = text.split(mark);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    (month.len() <= 2 && parts.next().is_none()).then(|| date(year, number(month)?, day)).flatten()
}

fn words(text: &str) -> Option<Date> {
    let mut words = text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty());
    let mut word = words.next()?;
    if position(&WEEKDAYS, word).is_some() {
        word = words.next()?;
    }
    let (second, year) = (words.next()?, words.next()?);
    let is_time =
        |word: &str| word.starts_with(|c: char| c.is_ascii_digit()) || word.eq_ignore_ascii_case("at");
    if !words.next().is_none_or(is_time) {
        return None;
    }
    match (position(&MONTHS, word), position(&MONTHS, second)) {
        (Some(month), None) => date(year, month, ordinal(second)),
        (None, Some(month)) => date(year, month, ordinal(word)),
        _ => None,
    }
}

/// Returns the place, from 1, of a name that may be cut to three letters or more: `Sept.`
fn position(names: &[&str], word: &str) -> Option<i8> {
    let word = word.trim_end_matches('.').to_lowercase();
    let at = names.iter().position(|name| word.len() >= 3 && name.starts_with(&word))?;
    i8::try_from(at + 1).ok()
}

fn ordinal(day: &str) -> &str {
    ["st", "nd", "rd", "th"].iter().find_map(|ending| day.strip_suffix(ending)).unwrap_or(day)
}

fn date(year: &str, month: i8, day: &str) -> Option<Date> {
    let year = number(year).filter(|_| year.len() == 4)?;
    Date::new(year, month, number(day).filter(|_| day.len() <= 2)?).ok()
}

fn number<T: std::str::FromStr>(digits: &str) -> Option<T> {
    if digits.bytes().all(|b| b.is_ascii_digit()) { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_way_to_write_a_day() {
        for text in [
            "2025-12-02",
            "2025/12/2",
            "20251202",
            "20251202T101500Z",
            "2025-12-02T23:59:59-08:00",
            "2025-12-02 10:00",
            "Tue, 02 Dec 2025 23:59:59 -0800",
            "2 December 2025",
            "December 2, 2025",
            "Dec. 2, 2025",
            "Tuesday, December 2nd, 2025 at 9:30",
            " 2 dec 2025 ",
        ] {
            assert_eq!(parse(text), Some(Date::constant(2025, 12, 2)), "{text}");
        }
    }

    #[test]
    fn leaves_other_words_alone() {
        for text in [
            "",
            "yesterday",
            "02.12.2025",
            "02/12/2025",
            "2025-13-02",
            "2025-12",
            "1 2 3",
            "May May 2025",
            "2025-12-02Tue",
            "é025-1-1",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn reads_numbers() {
        for number in [20_251_202, 1_764_633_600, 1_764_633_600_000] {
            assert_eq!(from_number(number), Some(Date::constant(2025, 12, 2)), "{number}");
        }
        assert_eq!(from_number(i128::MAX), None);
        assert_eq!(from_number(i128::from(i64::MAX)), None);
        assert_eq!(from_number(i128::from(i64::MIN)), None);
    }
}

//! Which day does a date mean, as people write it?
//!
//! The day is taken as written: no time zone is applied. Numeric dates with the year last are only accepted
//! if one of the other two numbers cannot be a month, since `02.12.2025` and `02/12/2025` mean different days
//! in different countries. Two-digit years are accepted as in RFC 822: after the name of a month, with a
//! weekday before or a time after the date.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::lang::{MONTHS, WEEKDAYS};

/// Returns the day of `2025-12-02`, `2025/12/02`, `20251202` (each optionally followed by a time), `2
/// December 2025`, `Dec. 2, 2025`, `Tue, 02 Dec 2025 10:00:00 GMT` or `13/12/2025`; `None` for anything else.
pub(super) fn parse(text: &str) -> Option<Date> {
    let text = text.trim();
    figures(text).or_else(|| words(text))
}

/// Maximum length in bytes of a line that is searched for a date.
const LINE: usize = 150;

/// Returns the first date in a line that may contain other text: "Published on 2 May 2025, 3:51 pm", "3:51
/// p.m., May 2, 2025 | by Ada Berg". `None` if there is none.
pub(super) fn find(line: &str) -> Option<Date> {
    if line.len() > LINE {
        return None;
    }
    let words: Vec<&str> = parts(line).collect();
    (0..words.len()).find_map(|at| {
        let rest = words.get(at..)?;
        let three = rest.get(..3.min(rest.len()))?.join(" ");
        figures(rest.first()?).or_else(|| day_in_words(&three))
    })
}

/// Returns the date of a line that contains nothing but a date and a time: "Friday, 2 May 2025, 3:51 pm
/// CEST". `None` for any other line.
pub(super) fn only(line: &str) -> Option<Date> {
    let day = find(line)?;
    let is_of_time = |word: &str| {
        word.chars().all(|c| !c.is_alphabetic())
            || word.len() <= 4 && word.chars().all(|c| c.is_ascii_uppercase())
            || position(&WEEKDAYS, word).is_some()
            || position(&MONTHS, word).is_some()
            || ordinal(word) != word
            || matches!(
                word.to_ascii_lowercase().trim_end_matches(':'),
                "am" | "pm" | "a.m." | "p.m." | "at" | "on"
            )
            || word.contains(|c: char| c.is_ascii_digit())
            || LABELS.contains(&word.to_ascii_lowercase().trim_end_matches(':'))
    };
    parts(line).all(is_of_time).then_some(day)
}

/// Words that come before the publication date.
const LABELS: [&str; 5] = ["published", "posted", "date", "updated", "first"];

/// Splits a line into words at white space and separators.
fn parts(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| c.is_whitespace() || matches!(c, ',' | '|' | '·' | '•' | '(' | ')' | '[' | ']'))
        .filter(|word| !word.is_empty())
}

/// Returns the date in the path of a URL: `/2025/05/02/`, `/2025/may/02/`, `/2025-05-02-talks`,
/// `/talks-20250502.html`; `None` if there is none.
pub(super) fn of_address(url: &str) -> Option<Date> {
    let path = url.split_once("://")?.1.split_once('/')?.1.split(['?', '#']).next()?;
    let parts: Vec<&str> = path.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let is_year = |text: &&str| text.len() == 4 && (text.starts_with("19") || text.starts_with("20"));
    (0..parts.len()).find_map(|at| {
        let (first, rest) = (parts[at], parts.get(at + 1..)?);
        let of_year = || {
            let (month, day) = (rest.first()?, rest.get(1)?);
            let month = number(month).filter(|_| month.len() == 2).or_else(|| position(&MONTHS, month))?;
            date(Some(first).filter(is_year)?, month, Some(*day).filter(|day| day.len() == 2)?)
        };
        let is_compact = first.len() == 8 && is_year(&first.get(..4)?);
        of_year().or_else(|| compact(first).filter(|_| is_compact))
    })
}

fn day_in_words(three: &str) -> Option<Date> {
    words(three).filter(|_| three.split(' ').count() == 3)
}

/// Returns the date of a number: `20251202`, otherwise seconds or milliseconds since 1970, in UTC.
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
    compact(day)
        .or_else(|| ['-', '/'].iter().find_map(|mark| parted(day, *mark)))
        .or_else(|| ['-', '/', '.'].iter().find_map(|mark| year_last(day, *mark)))
}

/// Returns the date of `13/12/2025` or `12/13/2025`, which can be read in one way only.
fn year_last(text: &str, mark: char) -> Option<Date> {
    let mut parts = text.split(mark);
    let (one, other, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || one.len() > 2 || other.len() > 2 {
        return None;
    }
    match (number::<i8>(one)?, number::<i8>(other)?) {
        (13.., month @ ..=12) => date(year, month, one),
        (month @ ..=12, 13..) => date(year, month, other),
        _ => None,
    }
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
    let has_weekday = position(&WEEKDAYS, word).is_some();
    if has_weekday {
        word = words.next()?;
    }
    let (second, year) = (words.next()?, words.next()?);
    let is_time =
        |word: &str| word.starts_with(|c: char| c.is_ascii_digit()) || word.eq_ignore_ascii_case("at");
    let next = words.next();
    if !next.is_none_or(is_time) {
        return None;
    }
    // RFC 2822: two-digit years below 50 are in this century.
    let century = if year < "50" { "20" } else { "19" };
    let is_short = year.len() == 2 && (has_weekday || next.is_some_and(|time| time.contains(':')));
    let year = if is_short { format!("{century}{year}") } else { year.to_owned() };
    let year = year.as_str();
    match (position(&MONTHS, word), position(&MONTHS, second)) {
        (Some(month), None) => date(year, month, ordinal(second)),
        (None, Some(month)) => date(year, month, ordinal(word)),
        _ => None,
    }
}

/// Returns the index, from 1, of a name that may be abbreviated to three letters or more: `Sept.`
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
    fn reads_short_years_and_unambiguous_numbers() {
        let day = Some(Date::constant(2025, 5, 2));
        for text in ["Fri, 2 May 25 10:00:00 GMT", "Friday, 2 May 25", "2 May 25 10:00 UT"] {
            assert_eq!(parse(text), day, "{text}");
        }
        assert_eq!(parse("Thu, 2 May 96 10:00:00 GMT"), Some(Date::constant(1996, 5, 2)));
        assert_eq!(parse("2 May 25"), None);
        for text in ["13/12/2025", "12/13/2025", "13.12.2025", "12-13-2025 10:00"] {
            assert_eq!(parse(text), Some(Date::constant(2025, 12, 13)), "{text}");
        }
    }

    #[test]
    fn finds_the_day_in_a_line() {
        let day = Some(Date::constant(2025, 5, 2));
        for text in [
            "2 May 2025, 3:51 pm",
            "Published on Friday, May 2nd, 2025 at 3:51 p.m. CEST",
            "3:51 PM | May 2, 2025",
            "Posted: 2025-05-02 15:51 (KST)",
        ] {
            assert_eq!((find(text), only(text)), (day, day), "{text}");
        }
        assert_eq!((find("By Ada Berg, May 2, 2025"), only("By Ada Berg, May 2, 2025")), (day, None));
        assert_eq!(find("The talks went on in May"), None);
    }

    #[test]
    fn finds_the_day_in_an_address() {
        for url in [
            "https://a.example/2025/05/02/talks",
            "https://a.example/world/2025/may/02/talks",
            "https://a.example/news/2025-05-02-talks?x=2024-01-01",
            "https://a.example/talks-20250502.html",
        ] {
            assert_eq!(of_address(url), Some(Date::constant(2025, 5, 2)), "{url}");
        }
        for url in [
            "https://a.example/talks/12345678",
            "https://a.example/2025/13/02/",
            "https://2025.05.02.example/",
            "",
        ] {
            assert_eq!(of_address(url), None, "{url}");
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

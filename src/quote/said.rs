//! When was something said? Finds the day that the article gives, which may differ from its day of
//! publication.
//!
//! First the days that the writer mentions are read ("on Tuesday (Dec 2)", "a day earlier", "in 2011"). Then
//! each quote gets the day mentioned in its own sentence. If there is none, it gets that of a sentence above
//! in its paragraph, that of the speaker's previous quote, or the first day on which anything in the article
//! was said. A time that is mentioned but cannot be computed ("two weeks before the summit", if the day of
//! the summit is unknown) leaves the day unknown.

use std::fmt;
use std::str::FromStr;

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday, date};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::page::Page;
use crate::lang::{DayWord, Traits, Unit};

/// The day on which something was said, or only the month or year if the article does not say more. Its text
/// form is ISO 8601: `2025-12-02`, `2025-12`, `2025`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Said {
    year: i16,
    /// 1 to 12; 0 if only the year is known.
    month: i8,
    /// 1 to 31; 0 if only the month is known.
    day: i8,
}

impl Said {
    /// Returns the value for a day.
    #[must_use]
    pub fn on(day: Date) -> Self {
        Self { year: day.year(), month: day.month(), day: day.day() }
    }

    /// Returns the value for the month of a day.
    fn in_month_of(day: Date) -> Self {
        Self { day: 0, ..Self::on(day) }
    }

    /// Returns the value for a year.
    #[must_use]
    pub const fn in_year(year: i16) -> Self {
        Self { year, month: 0, day: 0 }
    }

    /// Returns the day; `None` if only the month or the year is known.
    #[must_use]
    pub fn day(self) -> Option<Date> {
        Date::new(self.year, self.month, self.day).ok()
    }

    /// Returns the first day of the month; `None` if only the year is known.
    #[must_use]
    pub fn month(self) -> Option<Date> {
        Date::new(self.year, self.month, 1).ok()
    }

    /// Returns the earliest day on which it may have been said.
    #[must_use]
    pub fn first_day(self) -> Date {
        // Every value was made from a valid date, so the fallback is never used.
        Date::new(self.year, self.month.max(1), self.day.max(1)).unwrap_or(date(1970, 1, 1))
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day } = *self;
        match (month, day) {
            (0, _) => write!(f, "{year:04}"),
            (_, 0) => write!(f, "{year:04}-{month:02}"),
            _ => write!(f, "{year:04}-{month:02}-{day:02}"),
        }
    }
}

/// The text is not a day, month or year.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a day, month or year")]
pub struct NoDay(String);

impl FromStr for Said {
    type Err = NoDay;

    fn from_str(text: &str) -> Result<Self, NoDay> {
        let read = || {
            let parts: Vec<i16> = text.split('-').map(|part| part.parse().ok()).collect::<Option<_>>()?;
            let said = match parts.as_slice() {
                [year] => Self::in_year(*year),
                [year, month] => Self { year: *year, month: i8::try_from(*month).ok()?, day: 0 },
                [year, month, day] => {
                    return Some(Self::on(
                        Date::new(*year, i8::try_from(*month).ok()?, i8::try_from(*day).ok()?).ok()?,
                    ));
                }
                _ => return None,
            };
            Date::new(said.year, said.month.max(1), 1).is_ok().then_some(said)
        };
        read().ok_or_else(|| NoDay(text.to_owned()))
    }
}

impl From<Said> for String {
    fn from(said: Said) -> Self {
        said.to_string()
    }
}

impl TryFrom<String> for Said {
    type Error = NoDay;

    fn try_from(text: String) -> Result<Self, NoDay> {
        text.parse()
    }
}

/// A time that the writer mentions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    /// The tokens that name it, half-open.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// `None` if it cannot be computed.
    pub(crate) said: Option<Said>,
    /// What happened at that time.
    pub(crate) of: Of,
}

/// What a time refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// Something that was said, as far as the surrounding words show.
    Words,
    /// An event or the report itself: "Friday's talks", "published on Friday". Used only if the article names
    /// no other time.
    Event,
    /// Something else: "before Friday", "will meet on Friday".
    Other,
}

/// Returns the times mentioned in the writer's own words, in order. `published` is the day of the article.
pub(crate) fn told(page: &Page, published: Option<Date>) -> Vec<Told> {
    let mut reader = Reader { page, published, told: Vec::new() };
    let mut at = 0;
    while at < page.tokens.len() {
        let found = reader.is_worth_reading(at).then(|| reader.read(at)).flatten();
        at = found.map_or(at + 1, |told| told.end.max(at + 1));
        reader.told.extend(found);
    }
    let mut told = reader.told;
    reckon_from_events(page, &mut told);
    told
}

/// Reads the times of a page.
struct Reader<'a> {
    page: &'a Page<'a>,
    published: Option<Date>,
    /// The times found so far.
    told: Vec<Told>,
}

/// A recognised form of words: how many tokens it takes, and its time.
type Form = (usize, Option<Said>);

/// How many tokens before a time are searched for a verb that puts it in the future.
const TO_COME: usize = 6;

/// Minimum share of cue uses for a verb to show that something was said.
const SPEAKS: f32 = 0.3;

/// How many tokens before a time are searched for a verb that only passes on what was said.
const PASSED_ON: usize = 4;

impl Reader<'_> {
    /// Returns whether a time may be mentioned at the token. A fast check, because most words mention none.
    fn is_worth_reading(&self, at: usize) -> bool {
        let page = self.page;
        page.is_word(at)
            && !page.is_quoted(at)
            && (page.is(at, Traits::CALENDAR.or(Traits::TIME))
                || page.raw(at).starts_with(|c: char| c.is_ascii_digit())
                || page.is(at + 1, Traits::CALENDAR.or(Traits::TIME))
                || page.is_capitalised(at) && page.is(at + 1, Traits::STOP))
    }

    /// Reads the time that begins at the token.
    fn read(&self, at: usize) -> Option<Told> {
        let forms = [
            Self::iso,
            Self::day_first,
            Self::month_first,
            Self::weekday,
            Self::around,
            Self::year,
            Self::near,
        ];
        let (length, said) = forms.iter().find_map(|form| form(self, at))?;
        let end = at + length;
        Some(Told { start: at, end, said, of: self.what(at, end, said) })
    }

    /// Returns what the time in these tokens refers to.
    fn what(&self, start: usize, end: usize, said: Option<Said>) -> Of {
        let page = self.page;
        let possessive = (start..end).any(|at| page.is_possessive(at));
        let article = start.checked_sub(1).filter(|&at| page.is(at, Traits::DETERMINER));
        let noun =
            page.is_word(end) && !page.is(end, Traits::FUNCTION.or(Traits::AUXILIARY)) && page.cue(end) < 0.1;
        let before = article.unwrap_or(start).checked_sub(1);
        let bounded = before.is_some_and(|at| page.language.bounds_days(page.word(at)));
        let sentence = page.sentence(start).start;
        let to_come = (start.saturating_sub(TO_COME).max(sentence)..start)
            .any(|at| page.language.is_to_come(page.word(at)) || self.is_infinitive(at));
        let passed_on = (start.saturating_sub(PASSED_ON).max(sentence)..start)
            .any(|at| page.language.passes_on(page.word(at)) && !self.is_of_document(at));
        // Because of time zones, an explicit date may be the day after publication.
        let explicit = (start..end).any(|at| self.month(at).is_some());
        let last =
            self.published.map(|today| if explicit { today.tomorrow().unwrap_or(today) } else { today });
        let future = said.zip(last).is_some_and(|(said, last)| said.first_day() > last);
        let of = start.checked_sub(1).is_some_and(|before| page.is(before, Traits::OF));
        if bounded || to_come || future {
            Of::Other
        } else if possessive || of || article.is_some() && noun || passed_on {
            Of::Event
        } else {
            Of::Words
        }
    }

    /// Returns whether the verb at the token says when something was dated or published that is somebody's own
    /// words: "a statement published on Friday".
    fn is_of_document(&self, at: usize) -> bool {
        at.checked_sub(1).is_some_and(|noun| self.page.language.is_document(self.page.word(noun)))
    }

    /// Returns whether the token is a "to" followed by a verb: "agreed | to meet", but not "talked | to
    /// reporters".
    fn is_infinitive(&self, at: usize) -> bool {
        let (page, verb) = (self.page, at + 1);
        let nominal =
            Traits::DETERMINER.or(Traits::TITLE).or(Traits::BODY).or(Traits::CAPITAL).or(Traits::PREPOSITION);
        page.is(at, Traits::TO)
            && page.is_word(verb)
            && !page.is(verb, nominal)
            && !page.language.is_plural(page.word(verb))
            && page.cue(verb) < SPEAKS
    }

    /// Reads "2025-12-02".
    fn iso(&self, at: usize) -> Option<Form> {
        let page = self.page;
        if !page.tokens[at].joined {
            return None;
        }
        Some((1, Some(Said::on(page.raw(at).parse::<Date>().ok()?))))
    }

    /// Reads "2 December", "the 2nd of December 2025".
    fn day_first(&self, at: usize) -> Option<Form> {
        let page = self.page;
        let day = page.language.day_of_month(page.word(at))?;
        let month_at = at + 1 + usize::from(page.is(at + 1, Traits::OF));
        let month = self.month(month_at)?;
        self.dated(at, month_at + 1, day, month)
    }

    /// Reads "December 2", "Dec. 2, 2025"; "March 2024"; "in March".
    fn month_first(&self, at: usize) -> Option<Form> {
        let page = self.page;
        let month = self.month(at)?;
        let behind = self.behind_stop(at);
        if let Some(day) = page.language.day_of_month(page.word(behind)) {
            return self.dated(at, behind + 1, day, month);
        }
        if let Some(year) = self.stated_year(behind) {
            return Some((behind + 1 - at, Some(Said { year, month, day: 0 })));
        }
        let alone = at.checked_sub(1).is_some_and(|before| page.is(before, Traits::IN));
        let first = self.nearest(1, month).filter(|_| alone)?;
        Some((1, Some(Said::in_month_of(first))))
    }

    /// Reads the year after a day and month, if there is one: "2 December 2025", "December 2, 2025".
    fn dated(&self, at: usize, end: usize, day: i8, month: i8) -> Option<Form> {
        let page = self.page;
        let comma = usize::from(page.is(end, Traits::COMMA));
        if let Some(year) = self.stated_year(end + comma) {
            return Some((end + comma + 1 - at, Some(Said::on(Date::new(year, month, day).ok()?))));
        }
        let said = self.nearest(day, month);
        Some((end - at, said.map(Said::on)))
    }

    /// Reads "Tuesday", "last Tuesday", "Tuesday night", "Tuesday (Dec 2)", "Tuesday, 2 December", "Tuesday
    /// last week".
    fn weekday(&self, at: usize) -> Option<Form> {
        let page = self.page;
        let last = page.language.is_day_word(page.word(at), DayWord::Last);
        let name = at + usize::from(last);
        let weekday = self.weekday_at(name)?;
        let part = page.language.is_day_word(page.word(name + 1), DayWord::Part);
        let end = name + 1 + usize::from(part);
        let sign = usize::from(page.is(end, Traits::COMMA.or(Traits::OPEN_BRACKET)));
        let the = usize::from(sign > 0 && page.is(end + sign, Traits::THE));
        let dated = [Self::day_first, Self::month_first];
        if let Some((length, said)) = dated.iter().find_map(|form| form(self, end + sign + the))
            && said.is_some_and(|said| said.day().is_none_or(|day| day.weekday() == weekday))
        {
            return Some((end + sign + the + length - at, said));
        }
        let published = self.published?;
        let back = i64::from(published.weekday().since(weekday));
        // On a Tuesday, "last Tuesday" is a week ago.
        let back = if last && back == 0 { 7 } else { back };
        let day = published.checked_sub(back.days()).ok()?;
        let week_before = page.language.is_day_word(page.word(end), DayWord::Last)
            && page.language.unit(page.word(end + 1)) == Some(Unit::Week);
        if week_before {
            let monday = i64::from(published.weekday().to_monday_zero_offset());
            let day = published
                .checked_sub((monday + 7).days())
                .and_then(|day| day.checked_add(i64::from(weekday.to_monday_zero_offset()).days()));
            return Some((end + 2 - at, day.ok().map(Said::on)));
        }
        Some((end - at, Some(Said::on(day))))
    }

    /// Reads "today", "yesterday", "this morning", "last night", "two days ago", "a day earlier", "the day
    /// before", "the next day".
    fn around(&self, at: usize) -> Option<Form> {
        let page = self.page;
        let is = |at: usize, what: DayWord| page.language.is_day_word(page.word(at), what);
        let unit = |at: usize| page.language.unit(page.word(at));
        let back = |days: i64| self.published.and_then(|day| day.checked_sub(days.days()).ok()).map(Said::on);
        // "India Today" is a name.
        if page.is_capitalised(at) && page.sentence(at).start != at {
            return None;
        }
        if is(at, DayWord::Today) {
            return Some((1, back(0)));
        }
        if is(at, DayWord::Yesterday) {
            return Some((1 + usize::from(is(at + 1, DayWord::Part)), back(1)));
        }
        if is(at + 1, DayWord::Part) && (is(at, DayWord::This) || is(at, DayWord::Last)) {
            return Some((2, back(i64::from(is(at, DayWord::Last)))));
        }
        // "on the same day"
        if is(at, DayWord::Same) && unit(at + 1) == Some(Unit::Day) {
            return Some((2, self.reckoned_from_last(at, 0)));
        }
        // "the day before", "the next day"
        let the = at.checked_sub(1).is_some_and(|before| page.is(before, Traits::THE));
        if the && unit(at) == Some(Unit::Day) && (is(at + 1, DayWord::Earlier) || is(at + 1, DayWord::Later))
        {
            let days = if is(at + 1, DayWord::Earlier) { -1 } else { 1 };
            return Some((2, self.reckoned_from_last(at, days)));
        }
        if the && unit(at + 1) == Some(Unit::Day) && (is(at, DayWord::Previous) || is(at, DayWord::Next)) {
            return Some((2, self.reckoned_from_last(at, if is(at, DayWord::Previous) { -1 } else { 1 })));
        }
        let count = page.language.count(page.word(at))?;
        let unit = unit(at + 1)?;
        if is(at + 2, DayWord::Ago) {
            return Some((3, self.ago(count, unit)));
        }
        let earlier = is(at + 2, DayWord::Earlier);
        if !earlier && !is(at + 2, DayWord::Later) {
            return None;
        }
        let days = match unit {
            Unit::Day => count,
            Unit::Week => count * 7,
            Unit::Month | Unit::Year => return Some((3, None)),
        };
        // "two weeks before the summit" is counted from the summit, not from another day.
        let event = page.is(at + 3, Traits::DETERMINER);
        let said = if event { None } else { self.reckoned_from_last(at, if earlier { -days } else { days }) };
        Some((3, said))
    }

    /// Returns the time that is this long before publication: a day if `unit` is days or weeks, otherwise a
    /// month or a year.
    fn ago(&self, count: i64, unit: Unit) -> Option<Said> {
        let today = self.published?;
        Some(match unit {
            Unit::Day => Said::on(today.checked_sub(count.days()).ok()?),
            Unit::Week => Said::on(today.checked_sub(count.weeks()).ok()?),
            Unit::Month => Said::in_month_of(today.checked_sub(count.months()).ok()?),
            Unit::Year => Said::in_year(today.checked_sub(count.years()).ok()?.year()),
        })
    }

    /// Reads "in 2011": a year that had ended when the article was published.
    fn year(&self, at: usize) -> Option<Form> {
        let page = self.page;
        let led = at.checked_sub(1).is_some_and(|before| page.is(before, Traits::IN));
        let over = |year: &i16| self.published.is_none_or(|today| *year < today.year());
        let year = self.stated_year(at).filter(over).filter(|_| led)?;
        Some((1, Some(Said::in_year(year))))
    }

    /// Reads "last month", "last year"; for "this week" and "last week", which are neither a day nor a month,
    /// the time is unknown.
    fn near(&self, at: usize) -> Option<Form> {
        let page = self.page;
        let last = page.language.is_day_word(page.word(at), DayWord::Last);
        if !last && !page.language.is_day_word(page.word(at), DayWord::This) {
            return None;
        }
        let unit = page.language.unit(page.word(at + 1))?;
        let before = match unit {
            Unit::Month => self.ago(1, Unit::Month),
            Unit::Year => self.ago(1, Unit::Year),
            Unit::Day | Unit::Week => None,
        };
        Some((2, before.filter(|_| last)))
    }

    /// Returns the day that is so many days after the last day mentioned above the token, or after the day of
    /// publication if there is none. `days` may be negative.
    fn reckoned_from_last(&self, at: usize, days: i64) -> Option<Said> {
        let near = |told: &&Told| self.page.paragraph(at) - self.page.paragraph(told.start) <= SAME_STORY;
        let named = self.told.iter().rev().take_while(|told| near(told)).find_map(|told| told.said?.day());
        Some(Said::on(named.or(self.published)?.checked_add(days.days()).ok()?))
    }

    /// Returns the month that the token names; it must be capitalised.
    fn month(&self, at: usize) -> Option<i8> {
        let page = self.page;
        page.language.month(page.word(at)).filter(|_| page.is_word(at) && page.is_capitalised(at))
    }

    /// Returns the token after `at`, skipping the full stop of an abbreviation.
    fn behind_stop(&self, at: usize) -> usize {
        at + 1 + usize::from(self.page.is(at + 1, Traits::STOP))
    }

    fn weekday_at(&self, at: usize) -> Option<Weekday> {
        let page = self.page;
        if !page.is(at, Traits::CALENDAR) || !page.is_capitalised(at) {
            return None;
        }
        let place = page.language.weekdays().iter().position(|day| *day == page.word(at))?;
        Weekday::from_monday_zero_offset(i8::try_from(place).ok()?).ok()
    }

    fn stated_year(&self, at: usize) -> Option<i16> {
        let word = self.page.word(at);
        word.parse().ok().filter(|year| word.len() == 4 && (1800..=2100).contains(year))
    }

    /// Returns the day and month in the year that brings it closest to the day of publication.
    fn nearest(&self, day: i8, month: i8) -> Option<Date> {
        let today = self.published?;
        let days = (-1..=1).filter_map(|years| Date::new(today.year() + years, month, day).ok());
        days.min_by_key(|day| (*day - today).get_days().abs())
    }
}

/// How many line breaks back "a day earlier" may refer: three paragraphs.
const SAME_STORY: u32 = 6;

/// Computes "two weeks before the summit" from the day that is mentioned next to the summit elsewhere.
fn reckon_from_events(page: &Page, told: &mut [Told]) {
    for place in 0..told.len() {
        let Told { start, end, said: None, .. } = told[place] else { continue };
        let Some(days) = page.language.count(page.word(start)).zip(page.language.unit(page.word(start + 1)))
        else {
            continue;
        };
        let days = match days {
            (count, Unit::Day) => count,
            (count, Unit::Week) => count * 7,
            (_, Unit::Month | Unit::Year) => continue,
        };
        let earlier = page.language.is_day_word(page.word(end - 1), DayWord::Earlier);
        let event = (end + 1..end + 1 + EVENT)
            .take_while(|&at| page.is_word(at))
            .take_while(|&at| !page.is(at, Traits::PREPOSITION))
            .last();
        let Some(event) = event.filter(|_| page.is(end, Traits::DETERMINER)) else { continue };
        let beside = |told: &Told| {
            let near = told.start.saturating_sub(BESIDE)..(told.end + BESIDE).min(page.tokens.len());
            near.filter(|&at| at != event && page.sentence_index(at) == page.sentence_index(told.start))
                .any(|at| page.word(at) == page.word(event))
        };
        let day = told.iter().filter(|told| beside(told)).find_map(|told| told.said?.day());
        let shift = if earlier { -days } else { days };
        let said = day.and_then(|day| day.checked_add(shift.days()).ok()).map(Said::on);
        told[place].said = said;
        if said.is_some() {
            told[place].of = Of::Words;
        }
    }
}

/// Maximum number of words of an event after its "the", and of tokens between an event and its day.
const EVENT: usize = 4;
const BESIDE: usize = 5;

/// What is needed to determine when a quote was said.
pub(crate) struct Asked {
    /// The tokens of its contents, half-open.
    pub(crate) content: Vec<(usize, usize)>,
    /// The tokens outside the contents that say who said it: the mention and the cue.
    pub(crate) beside: Vec<usize>,
    /// The speaker, as a number that is unique within the article.
    pub(crate) speaker: Option<usize>,
}

/// Returns, for each quote in order, when it was said; `None` if the article does not say.
pub(crate) fn when(page: &Page, told: &[Told], quotes: &[Asked]) -> Vec<Option<Said>> {
    if told.is_empty() {
        return vec![None; quotes.len()];
    }
    let spans: Vec<(usize, usize)> = {
        let mut all: Vec<_> = quotes.iter().flat_map(|quote| quote.content.iter().copied()).collect();
        all.sort_unstable();
        all
    };
    let words: Vec<&Told> = told.iter().filter(|told| told.of == Of::Words).collect();
    let free: Vec<&Told> = words.iter().copied().filter(|told| !is_inside(&spans, told)).collect();
    let own: Vec<Option<&Told>> = quotes.iter().map(|quote| own(page, &free, quote)).collect();
    let first = main(page, told, &free);
    let mut last: FxHashMap<usize, Option<Said>> = FxHashMap::default();
    quotes
        .iter()
        .zip(own)
        .map(|(quote, own)| {
            let before = || quote.speaker.and_then(|speaker| last.get(&speaker).copied());
            let above = above(page, &free, quote);
            let spoken = above.filter(|told| is_spoken(page, told));
            let said = match own.or_else(|| below(page, &free, quote)).or(spoken) {
                Some(told) => told.said,
                None => before().or(above.map(|told| told.said)).unwrap_or(first),
            };
            // Whoever is quoted from an earlier month or year is not still speaking then.
            let goes_on = said.is_none_or(|said| said.day().is_some());
            if let Some(speaker) = quote.speaker.filter(|_| goes_on) {
                last.insert(speaker, said);
            }
            said
        })
        .collect()
}

/// Returns the day that the article as a whole is about: the first one in its opening, otherwise the first in
/// its body.
fn main(page: &Page, told: &[Told], free: &[&Told]) -> Option<Said> {
    let day = |told: &Told| told.said.filter(|said| said.day().is_some());
    let opens = |told: &&Told| page.paragraph(told.start) <= OPENING;
    let of = |of: Of| told.iter().filter(move |told| told.of == of);
    of(Of::Words)
        .filter(opens)
        .find_map(day)
        .or_else(|| free.iter().find_map(|told| day(told)))
        .or_else(|| of(Of::Words).find_map(day))
        .or_else(|| of(Of::Event).find_map(day))
}

/// The number of line breaks up to the end of the opening: headline and first paragraph.
const OPENING: u32 = 3;

/// Maximum number of tokens between the speaker and a month or year in which something was said.
const COARSE: usize = 8;

/// Returns whether the words around the time show that something was said.
fn is_spoken(page: &Page, told: &Told) -> bool {
    let sentence = page.sentence(told.start);
    page.strongest_cue(sentence.start, sentence.end) > SPEAKS
}

/// Returns the time in the sentence after the quote, if the sentence says nothing else: "“Never.” | She made
/// the remark on Monday."
fn below<'t>(page: &Page, free: &[&'t Told], quote: &Asked) -> Option<&'t Told> {
    let last = quote.content.last()?.1;
    let here = page.sentence_index(last.saturating_sub(1));
    let told = free.get(free.partition_point(|told| told.start < last))?;
    let sentence = page.sentence(told.start);
    let next = page.sentence_index(told.start) == here + 1;
    let bare = page.unquoted_between(sentence.start, sentence.end) as usize == sentence.end - sentence.start;
    let same = page.paragraph(told.start) == page.paragraph(last.saturating_sub(1));
    (next && bare && same && sentence.end - sentence.start <= REMARK).then_some(*told)
}

/// The maximum length of such a sentence, in tokens.
const REMARK: usize = 14;

/// Returns whether a time is part of what is said, and not in front of it, as in "said | on Monday that it
/// rained |".
fn is_inside(spans: &[(usize, usize)], told: &Told) -> bool {
    let behind = spans.partition_point(|&(start, _)| start <= told.start);
    spans[..behind]
        .iter()
        .rev()
        .take(NESTED)
        .any(|&(start, end)| start + AT_START < told.start && told.start < end)
}

/// A time this many tokens or fewer into the content counts as in front of it.
const AT_START: usize = 1;

/// How many contents that begin before a token are checked for whether they include it.
const NESTED: usize = 4;

/// Returns the time mentioned nearest to the speaker, in the sentences of the quote.
fn own<'t>(page: &Page, free: &[&'t Told], quote: &Asked) -> Option<&'t Told> {
    let mut best: Option<(usize, &Told)> = None;
    for &at in &quote.beside {
        let sentence = page.sentence(at);
        let from = free.partition_point(|told| told.start < sentence.start);
        for told in free[from..].iter().take_while(|told| told.start < sentence.end) {
            let distance = told.start.abs_diff(at);
            let coarse = told.said.is_some_and(|said| said.day().is_none());
            if coarse && distance > COARSE {
                continue;
            }
            let between = told.start.min(at) + 1..told.start.max(at);
            // "the town where they met in August"
            if told.start > at && between.into_iter().any(|at| !page.is_quoted(at) && is_boundary(page, at)) {
                continue;
            }
            if best.is_none_or(|(least, _)| distance < least) {
                best = Some((distance, told));
            }
        }
    }
    best.map(|(_, told)| told)
}

/// Returns whether a subordinate clause begins at the token: "who", "where".
fn is_boundary(page: &Page, at: usize) -> bool {
    page.is(at, Traits::RELATIVE.or(Traits::WHICH).or(Traits::WHOSE).or(Traits::THAT).or(Traits::CLAUSE))
        && !page.is(at, Traits::AND)
}

/// Returns the nearest time mentioned above the quote in its paragraph.
fn above<'t>(page: &Page, free: &[&'t Told], quote: &Asked) -> Option<&'t Told> {
    let first = quote.content.first()?.0;
    // "Ferries, she said on Monday, “will sail”": the tag belongs to the quote.
    let parts =
        quote.content.iter().take_while(|part| page.sentence_index(part.0) == page.sentence_index(first));
    let first = parts.last()?.0;
    let paragraph = page.paragraph(first);
    let behind = free.partition_point(|told| told.start < first);
    free[..behind].last().copied().filter(|told| page.paragraph(told.start) == paragraph)
}

#[cfg(test)]
mod tests {
    use super::super::{extract, sample};
    use super::*;
    use crate::people::People;

    /// Checks when each quote of an article of Friday, 5 December 2025, was said; `-` for unknown.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let mut article = sample::article(text);
        article.citation.date = Some(date(2025, 12, 5));
        let quotes = extract(&article, &People::default());
        let found: Vec<String> = quotes
            .iter()
            .map(|quote| quote.said.map_or_else(|| "-".to_owned(), |said| said.to_string()))
            .collect();
        assert_eq!(found, expected, "in {text:?}");
    }

    #[test]
    fn the_day_in_the_sentence_of_the_quote() {
        check("“We came late,” Pia Lund said on Tuesday (Dec 2).", &["2025-12-02"]);
        check("“We came late,” Pia Lund said on Friday.", &["2025-12-05"]);
        check("“We came late,” Pia Lund told reporters yesterday.", &["2025-12-04"]);
        check("On 28 November Pia Lund said: “We came late.”", &["2025-11-28"]);
        check("“We came late,” Pia Lund said on Tuesday last week.", &["2025-11-25"]);
        check("“We came late,” Pia Lund said three days ago.", &["2025-12-02"]);
        check("In a summary dated Wednesday Pia Lund said: “We came late.”", &["2025-12-03"]);
        check("On Monday it rained. “We came late,” Pia Lund said on the same day.", &["2025-12-01"]);
        check("The line, Pia Lund was quoted as saying on Monday, was “late.”", &["2025-12-01"]);
        check("In Bergen it rained. “We came late,” said Pia Lund.", &["-"]);
    }

    #[test]
    fn a_month_or_a_year_if_the_article_says_no_more() {
        check("“We came late,” Pia Lund said in 2011.", &["2011"]);
        check("“We came late,” Pia Lund said in March 2024.", &["2024-03"]);
        check("“We came late,” Pia Lund said last month.", &["2025-11"]);
        check("“We came late,” Pia Lund said last week.", &["-"]);
    }

    #[test]
    fn days_are_computed_from_other_days() {
        let two = "“We came late,” Pia Lund said on Tuesday.\n\n“We came early,” Ivo Petrov had said a day earlier.";
        check(two, &["2025-12-02", "2025-12-01"]);
        let summit = "The summit on 20 November was short.\n\n“We will come,” Pia Lund said two weeks before the summit.";
        check(summit, &["2025-11-06"]);
        check("“We will come,” Pia Lund said two weeks before the summit.", &["-"]);
    }

    #[test]
    fn a_day_that_is_talked_about_is_not_the_day_of_the_quote() {
        check("Pia Lund said the board would meet on Monday.", &["-"]);
        check("“We came late,” Pia Lund said before Monday’s talks.", &["-"]);
        check("“We came late,” Pia Lund said. The board will meet on Tuesday.", &["-"]);
    }

    #[test]
    fn a_day_applies_to_later_quotes() {
        let on = "Pia Lund met the board on Wednesday. “We came late,” she said.\n\n“It rained,” Lund said.";
        check(on, &["2025-12-03", "2025-12-03"]);
        check("“We came late,” said Pia Lund. She made the remark on Monday.", &["2025-12-01"]);
    }

    #[test]
    fn a_month_or_a_year_does_not_apply_to_later_quotes() {
        let back = "“We came late,” Pia Lund said on Thursday.\n\nIn 2011, Lund told the board that “a ferry is a bridge”.\n\n“It rained,” Lund said.";
        check(back, &["2025-12-04", "2011", "2025-12-04"]);
        check(
            "In 2011, Pia Lund said: “We came late.” “It rained,” she added.\n\n“It is dry,” Lund said.",
            &["2011", "2011", "-"],
        );
    }

    #[test]
    fn days_are_written_as_iso_has_them() {
        for text in ["2025-12-02", "2025-12", "2025"] {
            assert_eq!(text.parse::<Said>().expect("a day").to_string(), text);
        }
        for text in ["", "2025-13", "2025-02-30", "Friday", "2025-12-02-01"] {
            assert!(text.parse::<Said>().is_err(), "{text}");
        }
        assert_eq!(Said::in_year(2011).first_day(), date(2011, 1, 1));
        assert_eq!(Said::in_year(2011).day(), None);
    }
}

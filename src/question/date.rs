//! Finds the days a question is limited to: "after 2 December", "in November 2025", "since last week", "ten
//! days later".

use jiff::civil::{Date, Weekday, date};
use jiff::{Span as Duration, ToSpan as _};
use serde::Serialize;

use crate::lang::{DayWords, Language, MONTHS, WEEKDAYS};

/// A closed range of days; `None` means no limit on that side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Days {
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
}

impl Days {
    /// Returns whether the range is more than `days` days long; a range with an open end is.
    #[must_use]
    pub fn is_longer_than(&self, days: i32) -> bool {
        let length = |from: Date, to: Date| (to - from).get_days() >= days;
        self.from.zip(self.to).is_none_or(|(from, to)| length(from, to))
    }

    /// Returns whether `day` is in the range; false for an unknown day.
    #[must_use]
    pub fn contains(&self, day: Option<Date>) -> bool {
        day.is_some_and(|day| self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to))
    }
}

/// Returns the days that the whole of `text` names, relative to `today`: "2 Dec", "yesterday", "last week",
/// "December". Returns `None` if it names none, or says anything else.
#[must_use]
pub fn days_called(text: &str, today: Date) -> Option<Days> {
    let language = Language::primary();
    let words = crate::fold::words(text);
    let reader = Reader {
        calendar: Calendar { today, newest: today, before: None, answered: None },
        days: &language.question.days,
        language,
    };
    if let Some((days, used)) = reader.period(&words, true)
        && used == words.len()
    {
        return Some(days);
    }
    let found = find(&words, reader.calendar, language)?;
    (found.start == 0 && found.end == words.len()).then_some(found.days)
}

/// A limit to some days, and the half-open range of words that state it.
pub(crate) struct Found {
    pub(crate) days: Days,
    /// Whether it is only a year, or only a month or season by name.
    pub(crate) loose: bool,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The dates from which relative days are computed.
#[derive(Clone, Copy)]
pub(crate) struct Calendar {
    /// The day on which the question is asked, for "yesterday".
    pub(crate) today: Date,
    /// The newest day on record, at most `today`. "in November" means the last November that began by then.
    pub(crate) newest: Date,
    /// The days the conversation was about, for "ten days later" and "that day".
    pub(crate) before: Option<Days>,
    /// The day of the answer before, if those are several.
    pub(crate) answered: Option<Days>,
}

/// Returns the first limit to some days in the folded `words`.
pub(crate) fn find(words: &[String], calendar: Calendar, language: &'static Language) -> Option<Found> {
    let reader = Reader { calendar, days: &language.question.days, language };
    let first = (0..words.len()).find_map(|at| reader.limitation(words, at))?;
    // "what did he tell them today about fares, 4 December?"
    let is_today = first.end == first.start + 1 && reader.days.days_back.place(&words[first.start]).is_some();
    let dated = (first.end..words.len()).find(|&at| is_today && reader.dated(&words[at..]));
    dated.and_then(|at| reader.limitation(words, at)).or(Some(first))
}

/// Reads days from words.
struct Reader<'a> {
    calendar: Calendar,
    days: &'a DayWords,
    language: &'static Language,
}

/// Reads the date of a day at the start of some words, and returns it with the number of words used; `None`
/// inside if there is no such day.
type Dated = fn(&Reader, &[String]) -> Option<Option<(Days, usize)>>;

/// The ways in which the date of a day is written.
const DATES: [Dated; 3] = [
    |reader, words| reader.numeric(words),
    |reader, words| reader.day_and_month(words),
    |reader, words| reader.month_and_day(words),
];

/// What a preposition does with the days after it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lead {
    On,
    Since,
    From,
    After,
    Before,
    Until,
    Between,
}

impl Lead {
    /// Returns whether the days are only one end of the period.
    const fn bounds(self) -> bool {
        !matches!(self, Self::On)
    }
}

impl Reader<'_> {
    fn lead(&self, word: &str) -> Option<Lead> {
        let lists = [
            (&self.days.on, Lead::On),
            (&self.days.since, Lead::Since),
            (&self.days.from, Lead::From),
            (&self.days.after, Lead::After),
            (&self.days.before, Lead::Before),
            (&self.days.until, Lead::Until),
            (&self.days.between, Lead::Between),
        ];
        lists.into_iter().find(|(list, _)| list.has(word)).map(|(_, lead)| lead)
    }

    /// Returns the limit to some days that begins at a word.
    fn limitation(&self, words: &[String], at: usize) -> Option<Found> {
        let lead = self.lead(words.get(at)?);
        let mut start = at + usize::from(lead.is_some());
        // "on Monday, 24 November"
        if self.weekday(word_at(words, start)).is_some() && self.dated(words.get(start + 1..)?) {
            start += 1;
        }
        let rest = words.get(start..)?;
        let certain = [
            self.later(rest),
            self.same(rest),
            self.beside(rest),
            self.within_month(lead, rest),
            self.month_and_days(lead, rest),
            self.month_of_short_year(&words[at..start], rest),
        ];
        if let Some((days, used)) = certain.into_iter().flatten().next() {
            return Some(Found { days, loose: false, start: at, end: start + used });
        }
        let Some((period, used)) = self.period(rest, lead.is_some()) else {
            let (days, used) = self.number_alone(&words[at..start], rest)?;
            return Some(Found { days, loose: false, start: at, end: start + used });
        };
        if self.describes(words, start, used, lead) {
            return None;
        }
        let (days, more) = self.limited(lead, period, rest.get(used..)?)?;
        let loose = !lead.is_some_and(Lead::bounds) && self.is_by_name(&rest[..used]);
        Some(Found { days, loose, start: at, end: start + used + more })
    }

    /// Returns whether `words` begin with the date of a day.
    fn dated(&self, words: &[String]) -> bool {
        DATES.iter().any(|form| form(self, words).is_some())
    }

    /// Returns whether the period that begins at `start` and has `used` words describes another word instead
    /// of saying when something was said: "the September summit", "Okafor's 1995 report", "the Sunday Times",
    /// "Bloody Sunday".
    fn describes(&self, words: &[String], start: usize, used: usize, lead: Option<Lead>) -> bool {
        let (rest, before) = (&words[start..], start.checked_sub(1).map_or("", |at| word_at(words, at)));
        let article =
            self.language.question.the.has(before) || self.language.question.the.has(word_at(rest, 0));
        let next = word_at(rest, used);
        let content = !next.is_empty() && !self.language.is_function_word(next);
        let bounds = lead.is_some_and(Lead::bounds);
        if self.is_of_event(&rest[..used], before, &rest[used..])
            || !bounds && self.is_of_thing(&words[..start], &rest[used..])
        {
            return true;
        }
        if let [day] = &rest[..used]
            && self.weekday(day).is_some()
        {
            let meeting = self.language.question.talks.has(next);
            // In "what was he saying that Friday in Northport?" the day is unknown, unless the question
            // before was about a day.
            let that = self.days.same.end(&words[..start]) > 0 && self.calendar.before.is_none();
            return that
                || self.days.no_weekdays.has(before)
                || lead.is_none() && article && content && !meeting;
        }
        (lead.is_none() || article) && content && self.is_plain(&rest[..used])
    }

    /// Returns whether a weekday is defined by an event, so that the day is unknown: "the Sunday of the
    /// storm", "the Friday after the summit".
    fn is_of_event(&self, named: &[String], before: &str, behind: &[String]) -> bool {
        let the = |word: &str| self.language.question.the.has(word);
        let day = match named {
            [day] if the(before) => day,
            [first, day] if the(first) => day,
            _ => return false,
        };
        let link = word_at(behind, 0);
        let linked = self.days.of_events.has(link);
        let rest = behind.get(1..).unwrap_or_default();
        let event = rest.first().is_some_and(|word| the(word) || !self.language.is_function_word(word));
        self.weekday(day).is_some() && linked && event && self.period(rest, true).is_none()
    }

    /// Returns whether the days belong to a thing and not to what was said about it: "the 27 November deadline",
    /// "call 27 November a deadline", "the deadline of 27 November". `before` and `behind` are the words around
    /// them.
    fn is_of_thing(&self, before: &[String], behind: &[String]) -> bool {
        let things = &self.days.dated_things;
        // The day of "27 November" was read before its month.
        let day = before.last().filter(|word| self.day_of_month(word).is_some());
        let before = &before[..before.len() - usize::from(day.is_some())];
        let of = before.split_last().is_some_and(|(of, before)| {
            self.days.of.has(of) && before.last().is_some_and(|word| things.has(word))
        });
        let link = |word: &&String| self.language.is_determiner(word) || self.days.marking.has(word);
        let links = behind.iter().take_while(link).count();
        of || links <= LINKS && behind.get(links).is_some_and(|word| things.has(word))
    }

    /// Reads days within one month: "between 1 and 10 December", "from 3 to 5 May", "20-23 November".
    fn within_month(&self, lead: Option<Lead>, rest: &[String]) -> Option<(Days, usize)> {
        let the = usize::from(self.language.question.the.has(word_at(rest, 0)));
        let first = self.day_of_month(word_at(rest, the))?;
        let link = the + 1 + usize::from(self.is_link(lead, word_at(rest, the + 1))?);
        let (last, used) = self.day_and_month(rest.get(link..)?)??;
        let from = last.to.and_then(|to| Date::new(to.year(), to.month(), first).ok())?;
        (last.to > Some(from)).then_some((Days { from: Some(from), to: last.to }, used + link))
    }

    /// Reads days within one month that is named first: "Dec 18-23", "between December 18 and 23".
    fn month_and_days(&self, lead: Option<Lead>, rest: &[String]) -> Option<(Days, usize)> {
        let (month, first) = (self.month(word_at(rest, 0))?, self.day_of_month(word_at(rest, 1))?);
        let linked = self.is_link(lead, word_at(rest, 2))?;
        let at = 2 + usize::from(linked);
        let the = usize::from(linked && self.language.question.the.has(word_at(rest, at)));
        let last = self.day_of_month(word_at(rest, at + the))?;
        let behind = rest.get(at + the + 1..)?;
        let month_behind = self.month(word_at(behind, 0)).is_some();
        if last <= first || month_behind || self.days.counted.has(word_at(behind, 0)) {
            return None;
        }
        let (stated, more) = self.year_behind(behind).unzip();
        let from = self.day_in(first, month, stated)?;
        let to = Date::new(from.year(), month, last).ok()?;
        Some((Days { from: Some(from), to: Some(to) }, at + the + 1 + more.unwrap_or(0)))
    }

    /// Returns whether a word stands between the first and the last day after a preposition; `None` if only
    /// one day can follow it.
    fn is_link(&self, lead: Option<Lead>, word: &str) -> Option<bool> {
        match lead {
            Some(Lead::Between) => Some(self.days.and.has(word)),
            Some(Lead::On) => Some(self.days.to.has(word) || self.days.and.has(word)),
            Some(Lead::From) | None => Some(self.days.to.has(word)),
            _ => None,
        }
    }

    /// Reads "in June 25", where a day would have another preposition, and "Feb 26" without one if that day
    /// of this year is still to come.
    fn month_of_short_year(&self, lead: &[String], rest: &[String]) -> Option<(Days, usize)> {
        let month = self.month(word_at(rest, 0))?;
        let year = self.short_year(rest.get(1..)?)?;
        let newest = self.calendar.newest;
        let to_come = || {
            let day = self.day_of_month(word_at(rest, 1))?;
            (lead.is_empty() && year == newest.year()).then(|| Date::new(year, month, day).ok())?
        };
        let is_month = self.days.within.has_any(lead) || to_come().is_some_and(|day| day > newest);
        let first = Date::new(year, month, 1).ok().filter(|first| is_month && *first <= newest)?;
        Some((span_of(first, 1.month())?, 2))
    }

    /// Reads "on the 26th": of the month asked about before, otherwise of the newest.
    fn number_alone(&self, lead: &[String], words: &[String]) -> Option<(Days, usize)> {
        let the = usize::from(self.language.question.the.has(word_at(words, 0)));
        let word = word_at(words, the);
        let day = self.day_of_month(word).filter(|_| word.parse::<i8>().is_err())?;
        let before = self.calendar.before.and_then(|days| days.to.or(days.from));
        let behind = word_at(words, the + 1);
        let ends = behind.is_empty() || self.language.is_function_word(behind);
        if !ends || !self.days.on_day.has_any(lead) && (before.is_none() || !behind.is_empty()) {
            return None;
        }
        let newest = before.unwrap_or(self.calendar.newest);
        let this = Date::new(newest.year(), newest.month(), day).ok();
        let earlier = || {
            let month = newest.first_of_month().yesterday().ok()?;
            Date::new(month.year(), month.month(), day).ok()
        };
        let date = this.filter(|date| *date <= self.calendar.newest).or_else(earlier)?;
        Some((one(date), the + 1))
    }

    /// Returns the days that a preposition makes of the period after it, and how many more words are used.
    /// `behind` are the words after the period.
    fn limited(&self, lead: Option<Lead>, period: Days, behind: &[String]) -> Option<(Days, usize)> {
        let up_to_another = || {
            let (last, used) = self.period(behind.get(1..)?, true)?;
            Some((Days { from: period.from, to: last.to }, used + 1))
        };
        let days = match lead {
            Some(Lead::Between) => return up_to_another(),
            None | Some(Lead::From | Lead::On) if self.days.to.has(word_at(behind, 0)) => {
                return up_to_another().or(Some((period, 0)));
            }
            Some(Lead::Since) => Days { from: period.from, to: None },
            Some(Lead::From) if self.days.onward.has(word_at(behind, 0)) => {
                return Some((Days { from: period.from, to: None }, 1));
            }
            Some(Lead::After) => Days { from: period.to.and_then(|day| day.tomorrow().ok()), to: None },
            Some(Lead::Before) => Days { from: None, to: period.from.and_then(|day| day.yesterday().ok()) },
            Some(Lead::Until) => Days { from: None, to: period.to },
            Some(Lead::On | Lead::From) | None => period,
        };
        Some((days, 0))
    }

    /// Returns whether a period is only a year, or only a month or season by name, without a day or year.
    fn is_by_name(&self, words: &[String]) -> bool {
        if let [one] = words
            && year(one).is_some()
        {
            return true;
        }
        let named = words.iter().any(|word| self.month(word).is_some() || self.season(word).is_some());
        named && !words.iter().any(|word| year(word).is_some() || self.day_of_month(word).is_some())
    }

    /// Returns whether a period is only a year, a feast, or "the" with a month. Such words can describe
    /// another word.
    fn is_plain(&self, words: &[String]) -> bool {
        let feast = self.days.feasts.begin(words).is_some_and(|(_, count)| count == words.len());
        feast
            || match words {
                [one] => year(one).is_some(),
                [the, name] => self.language.question.the.has(the) && self.month(name).is_some(),
                _ => false,
            }
    }

    /// Returns the days asked about before, to which a `unit` of time refers: a day refers to that of the
    /// answer if several days were asked about.
    fn before(&self, unit: Unit) -> Option<Days> {
        let before = self.calendar.before?;
        let several = unit == Unit::Day && before.from != before.to;
        Some(self.calendar.answered.filter(|_| several).unwrap_or(before))
    }

    /// Reads "ten days later", "a week earlier", relative to the days asked about before.
    fn later(&self, words: &[String]) -> Option<(Days, usize)> {
        let [count, unit, later, ..] = words else { return None };
        let earlier = self.days.earlier.has(later);
        if !earlier && !self.days.later.has(later) {
            return None;
        }
        let before = self.before(self.unit(unit)?)?.from?;
        let length = self.duration(self.number(count)?, unit)?;
        let day = if earlier { before.checked_sub(length) } else { before.checked_add(length) }.ok()?;
        // Reports are imprecise about days, so one day more or less still counts as "ten days later".
        let days = match self.unit(unit)? {
            Unit::Day => Days { from: day.yesterday().ok(), to: day.tomorrow().ok() },
            Unit::Week => span_of(day.checked_sub(3.days()).ok()?, 1.week())?,
            Unit::Month => span_of(day.first_of_month(), 1.month())?,
            Unit::Year => span_of(day.first_of_year(), 1.year())?,
        };
        Some((days, 3))
    }

    /// Reads "that day", "the same week": the days asked about before, or the week or month in which they
    /// begin.
    fn same(&self, words: &[String]) -> Option<(Days, usize)> {
        let lead = self.days.same.begin(words);
        let unit = self.unit(word_at(words, lead)).filter(|_| lead > 0)?;
        let before = self.before(unit)?;
        let first = before.from?;
        let days = match unit {
            Unit::Day => before,
            Unit::Week => span_of(monday(first)?, 1.week())?,
            Unit::Month => span_of(first.first_of_month(), 1.month())?,
            Unit::Year => span_of(first.first_of_year(), 1.year())?,
        };
        Some((days, lead + 1))
    }

    /// Reads "the day after 2 December", "two weeks before Christmas"; without a date, as in "and the next
    /// day?", relative to the days asked about before.
    fn beside(&self, words: &[String]) -> Option<(Days, usize)> {
        let next = self.days.next.begin(words);
        if next > 0 {
            let unit = self.unit(word_at(words, next))?;
            let offset = Offset { count: None, unit, several: false, after: true, reach: Reach::Last };
            return Some((offset.from(self.before(unit)?)?, next + 1));
        }
        let (offset, used) = offset(words, self.language)?;
        let rest = words.get(used..)?;
        if let Some((days, more)) = self.period(rest, true) {
            return Some((offset.from(days)?, used + more));
        }
        let ends = rest.first().is_none_or(|word| self.language.is_function_word(word));
        Some((offset.from(self.before(offset.unit).filter(|_| ends)?)?, used))
    }

    /// Reads a day, month, year, season or relative period at the start of `words`, and returns it with the
    /// number of words used. A month whose name is also another word ("may") counts only after a preposition
    /// (`led`) or before a year.
    fn period(&self, words: &[String], led: bool) -> Option<(Days, usize)> {
        // The first form that matches decides, even if the date does not exist: "on 31 February".
        if let Some(found) = DATES.iter().find_map(|form| form(self, words)) {
            return found;
        }
        self.part(words, led).or_else(|| self.week_of(words)).or_else(|| self.whole(words, led))
    }

    /// Reads "early December", "the end of last year".
    fn part(&self, words: &[String], led: bool) -> Option<(Days, usize)> {
        let the = usize::from(self.language.question.the.has(word_at(words, 0)));
        let (share, used) = self.days.parts.begin(words.get(the..)?)?;
        let (first, last) = share.split_once(' ')?;
        let (first, last): (i64, i64) = (first.parse().ok()?, last.parse().ok()?);
        let mut start = the + used;
        start += usize::from(self.days.on.has(word_at(words, start)));
        start += usize::from(self.language.question.the.has(word_at(words, start)));
        let (days, more) = self.whole(words.get(start..)?, led || used > 0)?;
        let (from, to) = (days.from?, days.to?);
        let length = i64::from((to - from).get_days()) + 1;
        let at = |percent: i64| from.checked_add((length * percent / 100).days()).ok();
        let days = Days { from: at(first), to: at(last)?.yesterday().ok() };
        days.is_longer_than(1).then_some((days, start + more))
    }

    /// Reads "the week of 17 November". If the day is a Sunday, the week begins with it.
    fn week_of(&self, words: &[String]) -> Option<(Days, usize)> {
        let lead = self.days.week_of.begin(words);
        let (day, used) = self.period(words.get(lead..).filter(|_| lead > 0)?, true)?;
        let day = day.from?;
        let first = if day.weekday() == Weekday::Sunday { day } else { monday(day)? };
        Some((span_of(first, 1.week())?, lead + used))
    }

    /// Reads a whole month, season, year or feast, or a period relative to today.
    fn whole(&self, words: &[String], led: bool) -> Option<(Days, usize)> {
        let which = usize::from(self.days.which.has(word_at(words, 0)));
        let name = word_at(words, which);
        // "November of 2025"
        let of = usize::from(self.days.on.has(word_at(words, which + 1)));
        let stated = year(word_at(words, which + 1 + of)).map(|year| (year, 1 + of));
        let stated = stated.or_else(|| self.year_relative(words.get(which + 1..)?));
        let (stated, more) = stated.unzip();
        let used = which + 1 + more.unwrap_or(0);
        let certain = !self.days.no_months.has(name) || stated.is_some() || which > 0 || led;
        if let Some(month) = self.month(name).filter(|_| certain) {
            return Some((span_of(self.day_in(1, month, stated)?, 1.month())?, used));
        }
        if let Some(season) = self.season(name).filter(|_| certain) {
            return Some((span_of(self.day_in(1, season, stated)?, 3.months())?, used));
        }
        if let Some((day, count)) = self.days.feasts.begin(words) {
            let (month, day) = day.split_once(' ')?;
            let stated = year(word_at(words, count));
            let day = self.day_in(day.parse().ok()?, month.parse().ok()?, stated)?;
            return Some((one(day), count + usize::from(stated.is_some())));
        }
        if let Some(year) = year(word_at(words, 0)) {
            return Some((Days { from: Some(date(year, 1, 1)), to: Some(date(year, 12, 31)) }, 1));
        }
        self.relative(words)
    }

    /// Reads "2025-12-02", "02.12.2025", and "12/24/2025" if only one of the two numbers can be a month. Each
    /// of these is three words.
    fn numeric(&self, words: &[String]) -> Option<Option<(Days, usize)>> {
        let word = |at| word_at(words, at);
        if let (Some(year), Some(month), Some(day)) = (year(word(0)), small(word(1), 12), small(word(2), 31))
        {
            return Some(Date::new(year, month, day).ok().map(|day| (one(day), 3)));
        }
        let numbers = (small(word(0), 31)?, small(word(1), 31)?);
        let year = year(word(2))?;
        let (day, month) = if numbers.1 > 12 { (numbers.1, numbers.0) } else { numbers };
        Some(Date::new(year, month, day).ok().map(|day| (one(day), 3)))
    }

    /// Reads "2 December", "2 December 2025", "the 2nd of December".
    fn day_and_month(&self, words: &[String]) -> Option<Option<(Days, usize)>> {
        let the = usize::from(self.language.question.the.has(word_at(words, 0)));
        let day = self.day_of_month(word_at(words, the))?;
        let of = usize::from(self.days.of.has(word_at(words, the + 1)));
        let month = self.month(word_at(words, the + 1 + of))?;
        Some(self.day_of(day, month, words, the + 2 + of))
    }

    /// Reads "December 2", "December 2, 2025".
    fn month_and_day(&self, words: &[String]) -> Option<Option<(Days, usize)>> {
        let (month, day) = (self.month(word_at(words, 0))?, self.day_of_month(word_at(words, 1))?);
        Some(self.day_of(day, month, words, 2))
    }

    /// Returns the day for a day and month that are the first `used` words, with the year behind them.
    fn day_of(&self, day: i8, month: i8, words: &[String], used: usize) -> Option<(Days, usize)> {
        let (stated, more) = words.get(used..).and_then(|behind| self.year_behind(behind)).unzip();
        Some((one(self.day_in(day, month, stated)?), used + more.unwrap_or(0)))
    }

    /// Reads the year behind a day, with the number of words used: "2025", "25", "last year".
    fn year_behind(&self, words: &[String]) -> Option<(i16, usize)> {
        let full = year(word_at(words, 0)).map(|year| (year, 1));
        let short = || self.short_year(words).map(|year| (year, 1));
        full.or_else(short).or_else(|| self.year_relative(words))
    }

    /// Reads a year without its century: "24 Nov 25", but not "24 Nov 25 people". Only years near today are
    /// written so.
    fn short_year(&self, words: &[String]) -> Option<i16> {
        let word = word_at(words, 0);
        let year = 2000 + i16::from(small(word, 99).filter(|_| word.len() == 2)?);
        let near = self.calendar.newest.year() - SHORT_YEARS..=self.calendar.today.year();
        let counts = self.days.counted.has(word_at(words, 1)) || self.month(word_at(words, 1)).is_some();
        (near.contains(&year) && !counts).then_some(year)
    }

    /// Reads "this year", "last year".
    fn year_relative(&self, words: &[String]) -> Option<(i16, usize)> {
        let is_year = self.unit(word_at(words, 1)) == Some(Unit::Year);
        let (_, first) = self.calendar_unit(word_at(words, 0), word_at(words, 1)).filter(|_| is_year)?;
        Some((first?.year(), 2))
    }

    /// Reads "yesterday", "last week", "the last ten days", "three weeks ago", "Friday".
    fn relative(&self, words: &[String]) -> Option<(Days, usize)> {
        let (today, lists) = (self.calendar.today, self.days);
        let word = |at| word_at(words, at);
        if let Some(back) = lists.days_back.place(word(0)) {
            return Some((one(today.checked_sub(i64::try_from(back).ok()?.days()).ok()?), 1));
        }
        if let Some((unit, days)) = self.calendar_unit(word(0), word(1)) {
            return Some((span_of(days?, unit)?, 2));
        }
        let beside = self.language.question.before_talks.begin(words.get(1..).unwrap_or_default()) > 0
            || self.language.question.after_talks.begin(words.get(1..).unwrap_or_default()) > 0;
        if lists.weekends.has(word(0)) && !beside {
            let saturday = last_weekday(Weekday::Saturday, today)?;
            return Some((span_of(saturday, 2.days())?, 1));
        }
        if lists.last.has(word(0)) && lists.nights.has(word(1)) {
            return Some((span_of(today.yesterday().ok()?, 2.days())?, 2));
        }
        if lists.past.has(word(0)) {
            let number = self.number(word(1));
            let mut used = 1 + usize::from(number.is_some());
            used += usize::from(number.is_some() && lists.on.has(word(used)));
            if let Some(length) = self.duration(number.unwrap_or(1), word(used)) {
                let from = today.checked_sub(length).ok()?;
                return Some((Days { from: Some(from), to: Some(today) }, used + 1));
            }
        }
        if lists.ago.has(word(2)) {
            let day = today.checked_sub(self.duration(self.number(word(0))?, word(1))?).ok()?;
            // "Weeks ago" is approximate; "months ago" means the whole month.
            let days = match self.unit(word(1))? {
                Unit::Day => one(day),
                Unit::Week => span_of(day.checked_sub(3.days()).ok()?, 1.week())?,
                Unit::Month => span_of(day.first_of_month(), 1.month())?,
                Unit::Year => span_of(day.first_of_year(), 1.year())?,
            };
            return Some((days, 3));
        }
        if lists.last.has(word(0)) {
            return Some((one(last_weekday(self.weekday(word(1))?, today)?), 2));
        }
        Some((one(last_weekday(self.weekday(word(0))?, today)?), 1))
    }

    /// Returns the length and the first day of "this week", "last year" and the like.
    fn calendar_unit(&self, which: &str, unit: &str) -> Option<(Duration, Option<Date>)> {
        let today = self.calendar.today;
        let (length, first) = match self.days.units.place_of_first(unit).and_then(Unit::of)? {
            Unit::Day => return None,
            Unit::Week => (1.week(), monday(today)),
            Unit::Month => (1.month(), Some(today.first_of_month())),
            Unit::Year => (1.year(), Some(today.first_of_year())),
        };
        if self.days.this.has(which) {
            Some((length, first))
        } else if self.days.last.has(which) {
            Some((length, first.and_then(|first| first.checked_sub(length).ok())))
        } else {
            None
        }
    }

    /// Returns the day in the given year, otherwise the last such day that is not after the newest on record.
    fn day_in(&self, day: i8, month: i8, year: Option<i16>) -> Option<Date> {
        let newest = self.calendar.newest;
        match year {
            Some(year) => Date::new(year, month, day).ok(),
            None => (0..5)
                .filter_map(|back| Date::new(newest.year() - back, month, day).ok())
                .find(|date| *date <= newest),
        }
    }

    fn month(&self, word: &str) -> Option<i8> {
        let full = MONTHS.iter().position(|month| *month == word);
        let short = || {
            let is_short = word.len() >= 3 && word.len() <= 4 && !self.days.no_short_months.has(word);
            MONTHS.iter().position(|month| is_short && month.starts_with(word))
        };
        i8::try_from(full.or_else(short)? + 1).ok()
    }

    fn weekday(&self, word: &str) -> Option<Weekday> {
        let full = WEEKDAYS.iter().position(|day| *day == word);
        let short = || {
            let is_short = (3..=5).contains(&word.len()) && !self.days.no_short_weekdays.has(word);
            WEEKDAYS.iter().position(|day| is_short && day.starts_with(word))
        };
        Weekday::from_monday_zero_offset(i8::try_from(full.or_else(short)?).ok()?).ok()
    }

    /// Returns the first month of a season.
    fn season(&self, word: &str) -> Option<i8> {
        self.month(self.days.seasons.key(word)?)
    }

    /// Reads "2", "2nd".
    fn day_of_month(&self, word: &str) -> Option<i8> {
        let digits = self.days.ordinals.iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word);
        small(digits, 31)
    }

    fn number(&self, word: &str) -> Option<i64> {
        number(word, self.days)
    }

    fn unit(&self, word: &str) -> Option<Unit> {
        self.days.units.place(word).and_then(Unit::of)
    }

    fn duration(&self, count: i64, unit: &str) -> Option<Duration> {
        Some(match self.unit(unit)? {
            Unit::Day => count.days(),
            Unit::Week => count.weeks(),
            Unit::Month => count.months(),
            Unit::Year => count.years(),
        })
    }
}

/// A time relative to talks or days: "the week after", "two days before".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Offset {
    /// The number of units in between; `None` for the neighbouring unit.
    count: Option<i64>,
    unit: Unit,
    /// Whether several units without a number are meant: "the days after" means a week.
    several: bool,
    after: bool,
    reach: Reach,
}

/// Which of the days up to an offset are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// "three days after": the last one.
    Last,
    /// "the three days after": all of them.
    All,
    /// "within three days after": also those from which they are counted.
    Within,
    /// "within three days of": before and after.
    Around,
}

impl Offset {
    /// Returns the days at this offset from `days`.
    pub(crate) fn from(self, days: Days) -> Option<Days> {
        let (first, last) = (days.from?, days.to.or(days.from)?);
        let on = |length: Duration| {
            if self.after { last.checked_add(length) } else { first.checked_sub(length) }.ok()
        };
        let length = |count: i64| match self.unit {
            Unit::Day => count.days(),
            Unit::Week => count.weeks(),
            Unit::Month => count.months(),
            Unit::Year => count.years(),
        };
        if self.reach == Reach::Around {
            let length = length(self.count.unwrap_or(1));
            let (from, to) = (first.checked_sub(length).ok()?, last.checked_add(length).ok()?);
            return Some(Days { from: Some(from), to: Some(to) });
        }
        if let Some(count) = self.count {
            let day = on(length(count))?;
            let near = match self.reach {
                Reach::All => Some(on(1.day())?),
                Reach::Within => Some(if self.after { last } else { first }),
                Reach::Last | Reach::Around => None,
            };
            if let Some(near) = near {
                return Some(Days { from: Some(near.min(day)), to: Some(near.max(day)) });
            }
            return match self.unit {
                Unit::Day => Some(one(day)),
                // "Weeks after" is approximate.
                Unit::Week => span_of(day.checked_sub(3.days()).ok()?, 1.week()),
                Unit::Month => span_of(day.first_of_month(), 1.month()),
                Unit::Year => span_of(day.first_of_year(), 1.year()),
            };
        }
        let length = if self.several && self.unit == Unit::Day { 1.week() } else { length(1) };
        let (near, far) = (on(1.day())?, on(length)?);
        Some(if self.after {
            Days { from: Some(near), to: Some(far) }
        } else {
            Days { from: Some(far), to: Some(near) }
        })
    }
}

/// Returns the offset at the start of `words`, and the number of words used.
pub(crate) fn offset(words: &[impl AsRef<str>], language: &'static Language) -> Option<(Offset, usize)> {
    let lists = &language.question.days;
    let word = |at: usize| words.get(at).map_or("", AsRef::as_ref);
    let within = usize::from(lists.up_to.has(word(0)));
    let the = within + usize::from(language.question.the.has(word(within)));
    let count = number(word(the), lists).filter(|_| lists.units.place(word(the + 1)).is_some());
    let at = the + usize::from(count.is_some());
    let unit = Unit::of(lists.units.place(word(at))?)?;
    let several = lists.units.place_of_first(word(at)).is_none();
    let rest = words.get(at + 1..)?;
    let (after, before) =
        (language.question.after_talks.begin(rest), language.question.before_talks.begin(rest));
    let of = usize::from(within > 0 && rest.first().is_some_and(|word| lists.of.has(word.as_ref())));
    let reach = match () {
        () if of > 0 => Reach::Around,
        () if within > 0 => Reach::Within,
        () if the > 0 && several => Reach::All,
        () => Reach::Last,
    };
    let used = after.max(before).max(of);
    let offset = Offset { count, unit, several, after: after > 0, reach };
    (used > 0).then_some((offset, at + 1 + used))
}

/// Returns a number of units, in digits or spelt out, at most [`MOST`].
fn number(word: &str, lists: &DayWords) -> Option<i64> {
    let spelt = lists.numbers.place(word).and_then(|at| i64::try_from(at + 1).ok());
    spelt.or_else(|| word.parse().ok().filter(|n| (1..=MOST).contains(n)))
}

/// Maximum number of words between a day and the thing it belongs to: "as a".
const LINKS: usize = 2;

/// How many years before the newest one on record a year may be written without its century.
const SHORT_YEARS: i16 = 3;

/// Maximum number of units of time: ten years of days.
const MOST: i64 = 3650;

/// A unit of time, in the order of the word list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Day,
    Week,
    Month,
    Year,
}

impl Unit {
    fn of(place: usize) -> Option<Self> {
        [Self::Day, Self::Week, Self::Month, Self::Year].get(place).copied()
    }
}

fn word_at(words: &[String], at: usize) -> &str {
    words.get(at).map_or("", String::as_str)
}

fn one(day: Date) -> Days {
    Days { from: Some(day), to: Some(day) }
}

/// Returns the folded name of the month if the days are exactly one month; otherwise `None`.
#[must_use]
pub fn month_of(days: Days) -> Option<&'static str> {
    let (from, to) = (days.from?, days.to?);
    let whole = from.first_of_month() == from && from.last_of_month() == to;
    let number = usize::try_from(from.month()).ok()?;
    whole.then(|| MONTHS.get(number - 1).copied())?
}

/// Returns the days from `first` on, for `length`.
fn span_of(first: Date, length: Duration) -> Option<Days> {
    Some(Days { from: Some(first), to: first.checked_add(length).ok()?.yesterday().ok() })
}

fn monday(day: Date) -> Option<Date> {
    day.checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days()).ok()
}

fn last_weekday(weekday: Weekday, today: Date) -> Option<Date> {
    today.nth_weekday(-1, weekday).ok()
}

/// Returns the folded names by which a report of the following days may call `day`: "sunday", "november 30",
/// "30 november", "nov 30".
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

fn year(word: &str) -> Option<i16> {
    word.parse().ok().filter(|year| word.len() == 4 && (1900..=2100).contains(year))
}

fn small(word: &str, most: i8) -> Option<i8> {
    word.parse().ok().filter(|n| (1..=most).contains(n) && word.len() <= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the days of a question asked on Tuesday, 24 November 2026, of a corpus that ends in February.
    #[track_caller]
    fn check(text: &str, from: &str, to: &str) {
        let words = crate::fold::words(text);
        let found = find(
            &words,
            Calendar {
                today: date(2026, 11, 24),
                newest: date(2026, 2, 18),
                before: Some(one(date(2025, 12, 2))),
                answered: None,
            },
            crate::lang::Language::primary(),
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
        check("on the 28th of Dec 2025", "2025-12-28", "2025-12-28");
        check("the 2 Dec Kremlin meeting", "2025-12-02", "2025-12-02");
        check("last fri", "2026-11-20", "2026-11-20");
        check("where the sun sat", "", "");
        check("on Monday, 24 November 2025", "2025-11-24", "2025-11-24");
        check("what did he tell them today about fares, 4 December?", "2025-12-04", "2025-12-04");
        check("on 21 and 22 November", "2025-11-21", "2025-11-22");
    }

    #[test]
    fn the_day_of_a_thing_is_no_limit() {
        for text in [
            "the 27 November deadline",
            "call 27 November a deadline",
            "set Friday as the deadline",
            "the deadline of 27 November",
        ] {
            check(text, "", "");
        }
        check("on 27 November about the plan", "2025-11-27", "2025-11-27");
        check("before the 27 November deadline", "", "2025-11-26");
    }

    #[test]
    fn a_year_may_have_two_digits_or_be_this_one() {
        check("24 nov 25", "2025-11-24", "2025-11-24");
        check("in the week of 24 nov 25", "2025-11-24", "2025-11-30");
        check("on 20 Nov 28 point plan", "2025-11-20", "2025-11-20");
        check("on 20 Nov 25 people left", "2025-11-20", "2025-11-20");
        check("in june 25", "2025-06-01", "2025-06-30");
        check("on june 25", "2025-06-25", "2025-06-25");
        check("feb 26 quotes", "2026-02-01", "2026-02-28");
        check("jan 26 quotes", "2026-01-26", "2026-01-26");
        check("in the first week of January this year", "2026-01-01", "2026-01-07");
        check("in January last year", "2025-01-01", "2025-01-31");
    }

    #[test]
    fn a_number_alone_is_of_the_month_asked_about() {
        check("and the 26th?", "2025-12-26", "2025-12-26");
        check("and on the 26th about fares", "2025-12-26", "2025-12-26");
        check("the 5th circuit", "", "");
        check("on the 28th point", "", "");
    }

    #[test]
    fn that_weekday_refers_to_the_days_asked_about_or_is_unknown() {
        let words = crate::fold::words("what was she saying that friday in northport");
        let calendar =
            Calendar { today: date(2026, 11, 24), newest: date(2026, 2, 18), before: None, answered: None };
        assert!(find(&words, calendar, crate::lang::Language::primary()).is_none());
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
        check("a month later", "2026-01-01", "2026-01-31");
        check("a day earlier", "2025-11-30", "2025-12-02");
        check("between dec 18 and 23", "2025-12-18", "2025-12-23");
        check("Dec 18-23, 2025", "2025-12-18", "2025-12-23");
        check("18-19 dec 25", "2025-12-18", "2025-12-19");
        check("between the 12th and the 14th of December", "2025-12-12", "2025-12-14");
        check("between New Year and 10 Jan 26", "2026-01-01", "2026-01-10");
        check("November 20, 28 point plan", "2025-11-20", "2025-11-20");
        // If the month does not have such a day, the whole month is used.
        check("on 30 February 2025", "2025-02-01", "2025-02-28");
    }

    #[test]
    fn a_year_a_month_or_a_season_alone_is_not_strict() {
        let calendar =
            Calendar { today: date(2026, 11, 24), newest: date(2026, 2, 18), before: None, answered: None };
        for (text, loose) in [
            ("in 2012", true),
            ("in July", true),
            ("in summer", true),
            ("in July 2025", false),
            ("since 2025", false),
            ("on 3 July", false),
        ] {
            let found = find(&crate::fold::words(text), calendar, crate::lang::Language::primary());
            assert_eq!(found.map(|found| found.loose), Some(loose), "{text}");
        }
    }

    #[test]
    fn reads_parts_of_months_and_years() {
        check("in early December 2025", "2025-12-01", "2025-12-10");
        check("mid-November", "2025-11-11", "2025-11-20");
        check("late in January 2026", "2026-01-21", "2026-01-31");
        check("at the end of November", "2025-11-21", "2025-11-30");
        check("in the first week of December", "2025-12-01", "2025-12-07");
        check("late last year", "2025-09-02", "2025-12-31");
        check("in the week of 19 November 2025", "2025-11-17", "2025-11-23");
        check("in the week of 23 November 2025", "2025-11-23", "2025-11-29");
        check("over the weekend", "2026-11-21", "2026-11-22");
        check("the weekend before the vote", "", "");
        check("last night", "2026-11-23", "2026-11-24");
        check("in the past few days", "2026-11-19", "2026-11-24");
        check("over the past week", "2026-11-17", "2026-11-24");
    }

    #[test]
    fn reads_days_relative_to_others() {
        check("the day after 2 December 2025", "2025-12-03", "2025-12-03");
        check("two days before 2 December 2025", "2025-11-30", "2025-11-30");
        check("in the week before Christmas", "2025-12-18", "2025-12-24");
        check("in the three days after 2 December 2025", "2025-12-03", "2025-12-05");
        check("within three days after 2 December 2025", "2025-12-02", "2025-12-05");
        check("within a week before 2 December 2025", "2025-11-25", "2025-12-02");
        check("within two days of 2 December 2025", "2025-11-30", "2025-12-04");
        check("the days after 2 December 2025", "2025-12-03", "2025-12-09");
        check("and the day before", "2025-12-01", "2025-12-01");
        check("the next day", "2025-12-03", "2025-12-03");
        check("that same day", "2025-12-02", "2025-12-02");
        check("that week", "2025-12-01", "2025-12-07");
        check("since New Year", "2026-01-01", "");
        check("20-23 November", "2025-11-20", "2025-11-23");
        check("30 November to 2 December 2025", "2025-11-30", "2025-12-02");
    }

    #[test]
    fn a_day_is_relative_to_the_answer_if_several_were_asked_about() {
        let week = Days { from: Some(date(2025, 12, 2)), to: Some(date(2025, 12, 9)) };
        let day = one(date(2025, 12, 3));
        let calendar = Calendar {
            today: date(2026, 11, 24),
            newest: date(2026, 2, 18),
            before: Some(week),
            answered: Some(day),
        };
        for (text, expected) in [("and the next day", one(date(2025, 12, 4))), ("that day", day)] {
            let found = find(&crate::fold::words(text), calendar, crate::lang::Language::primary());
            assert_eq!(found.map(|found| found.days), Some(expected), "{text}");
        }
    }

    #[test]
    fn from_a_day_is_of_that_day() {
        check("quotes from August 15, 2025", "2025-08-15", "2025-08-15");
        check("from 10 December onwards", "2025-12-10", "");
        check("from 10 December to 12 December", "2025-12-10", "2025-12-12");
    }

    #[test]
    fn weekdays_in_names_are_not_days() {
        check("told the Sunday Times", "", "");
        check("about Bloody Sunday", "", "");
        check("at the Friday meeting", "2026-11-20", "2026-11-20");
    }

    #[test]
    fn the_day_of_something_else_is_not_known() {
        check("on the Sunday of the storm", "", "");
        check("the Friday after the vote", "", "");
        check("on the Friday about fares", "2026-11-20", "2026-11-20");
    }

    #[test]
    fn leaves_other_words_alone() {
        check("the 28-point plan", "", "");
        check("they may agree", "", "");
        check("a march on Rome in 99", "", "");
        check("in March", "2025-03-01", "2025-03-31");
        check("the guns fall silent", "", "");
        check("in fall 2025", "2025-09-01", "2025-11-30");
    }
}

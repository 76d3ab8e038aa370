//! How articles refer to days: "yesterday", "a day earlier", "last month". The months and the days of the
//! week are in `grammar`.

use super::Language;
use super::list::Words;

/// The words of a language for days.
#[derive(Debug, Default)]
pub(super) struct DayNames {
    pub(super) today: Words,
    pub(super) yesterday: Words,
    pub(super) parts: Words,
    pub(super) ago: Words,
    pub(super) earlier: Words,
    pub(super) later: Words,
    pub(super) previous: Words,
    pub(super) next: Words,
    pub(super) last: Words,
    pub(super) this: Words,
    pub(super) bounds: Words,
    pub(super) to_come: Words,
    pub(super) reporting: Words,
    pub(super) documents: Words,
    pub(super) same: Words,
    pub(super) ordinals: Words,
    /// For each number, starting with one, its words.
    pub(super) numbers: Vec<Vec<&'static str>>,
    /// The words for day, week, month and year, in this order.
    pub(super) units: Vec<Vec<&'static str>>,
}

/// The kinds of words that refer to a day, besides months, weekdays and numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DayWord {
    /// "today"
    Today,
    /// "yesterday"
    Yesterday,
    /// "morning"
    Part,
    /// "ago"
    Ago,
    /// "earlier", "before"
    Earlier,
    /// "later", "after"
    Later,
    /// "previous"
    Previous,
    /// "next"
    Next,
    /// "last"
    Last,
    /// "this"
    This,
    /// "same"
    Same,
}

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// "day"
    Day,
    /// "week"
    Week,
    /// "month"
    Month,
    /// "year"
    Year,
}

impl Language {
    /// Returns whether `word` can be a day word of this kind; a word can be of several kinds.
    pub(crate) fn is_day_word(&self, word: &str, what: DayWord) -> bool {
        let days = &self.days;
        let list = match what {
            DayWord::Today => &days.today,
            DayWord::Yesterday => &days.yesterday,
            DayWord::Part => &days.parts,
            DayWord::Ago => &days.ago,
            DayWord::Earlier => &days.earlier,
            DayWord::Later => &days.later,
            DayWord::Previous => &days.previous,
            DayWord::Next => &days.next,
            DayWord::Last => &days.last,
            DayWord::This => &days.this,
            DayWord::Same => &days.same,
        };
        list.has(word)
    }

    /// Returns whether a day after `word` is not the day on which something was said: "until Friday".
    pub(crate) fn bounds_days(&self, word: &str) -> bool {
        self.days.bounds.has(word)
    }

    /// Returns whether what follows `word` is in the future: "will".
    pub(crate) fn is_to_come(&self, word: &str) -> bool {
        self.days.to_come.has(word)
    }

    /// Returns whether a day after `word` is the day of a report and not of the statement: "published".
    pub(crate) fn passes_on(&self, word: &str) -> bool {
        self.days.reporting.has(word)
    }

    /// Returns whether `word` is a noun for what somebody wrote or recorded: "statement".
    pub(crate) fn is_document(&self, word: &str) -> bool {
        self.days.documents.has(word)
    }

    /// Returns the number of a day of the month, from 1 to 31: "2", "2nd"; `None` for any other word.
    pub(crate) fn day_of_month(&self, word: &str) -> Option<i8> {
        let digits = self.days.ordinals.iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word);
        digits.parse().ok().filter(|day| (1..=31).contains(day) && digits.len() <= 2)
    }

    /// Returns the number from 1 to 366 that a word or its digits stand for: "two", "a"; `None` for any other
    /// word.
    pub(crate) fn count(&self, word: &str) -> Option<i64> {
        let spelt = self.days.numbers.iter().position(|words| words.contains(&word));
        let spelt = spelt.and_then(|at| i64::try_from(at + 1).ok());
        spelt.or_else(|| word.parse().ok().filter(|count| (1..=366).contains(count)))
    }

    /// Returns the unit of time that `word` names.
    pub(crate) fn unit(&self, word: &str) -> Option<Unit> {
        let units = [Unit::Day, Unit::Week, Unit::Month, Unit::Year];
        let at = self.days.units.iter().position(|words| words.contains(&word))?;
        units.get(at).copied()
    }

    /// Returns the number of a month, from 1: "december", "dec"; `None` for any other word.
    pub(crate) fn month(&self, word: &str) -> Option<i8> {
        let short = |month: &&str| (3..=4).contains(&word.len()) && month.starts_with(word);
        let at = self.months().iter().position(|month| *month == word || short(month))?;
        i8::try_from(at + 1).ok()
    }

    /// Returns whether `word` refers to a day or a time: "yesterday", "weeks".
    pub(super) fn is_time_word(&self, word: &str) -> bool {
        self.day_words().any(|listed| listed == word)
    }

    /// Returns the words that can refer to a day, without months and weekdays.
    pub(super) fn day_words(&self) -> impl Iterator<Item = &'static str> + '_ {
        let days = &self.days;
        let lists = [&days.today, &days.yesterday, &days.parts, &days.ago];
        lists.into_iter().flat_map(|list| list.iter()).chain(days.units.iter().flatten().copied())
    }
}

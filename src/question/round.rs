//! Does a question refer to the days of talks: "after the Kremlin talks", "at the second round in Geneva"?
//!
//! A mention is the name of a round, or its place together with a word for talks or a word for a time. If
//! several rounds were held there, the stated days, the stated number and then the speakers decide which one
//! is meant.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::word::Word;
use super::{Days, Question, date};
use crate::agenda::{Agenda, Round};
use crate::fold;
use crate::lang::{Language, QuestionWords};

/// A mention of talks that was removed from a question.
#[derive(Debug)]
pub(super) struct Mention<'a> {
    /// The rounds that may be meant, ordered by first day.
    pub(super) rounds: Vec<&'a Round>,
    lead: Lead,
    /// The folded words of the place or the name.
    pub(super) words: Vec<String>,
}

/// When something was said, relative to the talks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lead {
    At,
    /// About them: most of that is said at the talks or soon after.
    About,
    After,
    Since,
    Before,
    /// "the week after"
    Beside(date::Offset),
    /// Between these talks and others that begin on this day.
    Between(Date),
}

/// How many days "after the talks" covers.
const AFTER: i64 = 7;
/// How many days "before the talks" covers.
const BEFORE: i64 = 14;
/// How many days a round may differ from the days stated with it.
const SLACK: i64 = 3;

/// Removes and returns the first mention of talks that says when something was said. `before` is the question
/// before: "the talks" refers to the round that it was about, "the second one" to those at its place.
pub(super) fn take<'a>(
    words: &mut Vec<Word>,
    agenda: &'a Agenda,
    before: Option<&Question>,
    language: &'static Language,
) -> Option<Mention<'a>> {
    if agenda.rounds.is_empty() {
        return None;
    }
    let there = before.map_or_else(Vec::new, |before| rounds_at(before, agenda));
    let before = before.map_or(&[][..], |before| &before.rounds);
    let (mention, start, end) = (0..words.len()).find_map(|start| {
        let found = named(words, start, agenda, language)
            .or_else(|| same(words, start, agenda, before, language))
            .or_else(|| one_of(words, start, &there, language))
            .or_else(|| numbered(words, start, &there, language));
        mention(words, found?, agenda, language)
    })?;
    words.drain(start..end);
    Some(mention)
}

/// Returns the words of a name or a place that tell which talks are meant.
fn telling(words: &[Word], language: &Language) -> Vec<String> {
    let plain = |word: &str| language.is_function_word(word) || language.question.talks.has(word);
    words.iter().map(|word| &word.folded).filter(|word| !plain(word)).cloned().collect()
}

/// Returns the rounds whose place or name begins at `start`, ordered by first day, and the words that name
/// them.
fn named<'a>(
    words: &[Word],
    start: usize,
    agenda: &'a Agenda,
    language: &Language,
) -> Option<(Vec<&'a Round>, Span)> {
    let lists = &language.question;
    let here = &words[start..];
    let length = |names: &[String]| names.iter().map(|name| begins(here, name)).max().unwrap_or(0);
    let by_name =
        agenda.rounds.iter().map(|round| (length(&round.names).max(begins(here, &round.name)), round));
    let longest = by_name.map(|(length, _)| length).max().unwrap_or(0);
    let place = agenda.rounds.iter().map(|round| length(&round.places)).max().unwrap_or(0);
    let named = longest > 0 && longest >= place;
    let count = if named { longest } else { place };
    if count == 0 {
        return None;
    }
    let meant = |round: &&Round| {
        if named {
            length(&round.names).max(begins(here, &round.name)) == count
        } else {
            length(&round.places) == count
        }
    };
    let mut rounds: Vec<&Round> = agenda.rounds.iter().filter(meant).collect();
    rounds.sort_by_key(|round| round.first);
    let mut span = Span { first: start, end: start + count, talks: named, is_name: true };
    span.talks_around(words, lists);
    span.number(words, lists, &mut rounds);
    Some((rounds, span))
}

/// Returns the rounds asked about before, for "the talks" or "that summit" at `start`.
fn same<'a>(
    words: &[Word],
    start: usize,
    agenda: &'a Agenda,
    before: &[String],
    language: &Language,
) -> Option<(Vec<&'a Round>, Span)> {
    let [name] = before else { return None };
    let determined = start.checked_sub(1).filter(|&at| language.is_determiner(&words[at].folded))?;
    let talks = language.question.talks.has(&words[start].folded);
    let rounds: Vec<&Round> = agenda.rounds.iter().filter(|round| round.name == *name && talks).collect();
    (!rounds.is_empty())
        .then_some((rounds, Span { first: determined, end: start + 1, talks: true, is_name: false }))
}

/// Returns the rounds at the place asked about before, `there`, for "the one" at `start`: the stated days decide
/// which is meant, "the February one".
fn one_of<'a>(
    words: &[Word],
    start: usize,
    there: &[&'a Round],
    language: &Language,
) -> Option<(Vec<&'a Round>, Span)> {
    let lists = &language.question;
    // Of "the February one", only "one" is left.
    let alone = (words.len() == 1).then_some(start);
    let the = start.checked_sub(1).filter(|&at| lists.the.has(&words[at].folded)).or(alone)?;
    let elsewhere = words.get(start + 1).is_some_and(|word| lists.places_in.has(&word.folded));
    let one = lists.ones.has(&words[start].folded) && there.len() > 1 && !elsewhere;
    one.then(|| (there.to_vec(), Span { first: the, end: start + 1, talks: true, is_name: false }))
}

/// Returns the rounds at the place that a question was about, ordered by first day: that of its round,
/// otherwise one of its terms.
pub(super) fn rounds_at<'a>(question: &Question, agenda: &'a Agenda) -> Vec<&'a Round> {
    let asked = agenda.rounds.iter().find(|round| question.rounds.contains(&round.name));
    let is_there = |round: &&Round| match asked {
        Some(asked) => round.places.iter().any(|place| asked.places.contains(place)),
        None => round.places.iter().any(|place| {
            let place = fold::name(place);
            !place.is_empty() && place.iter().all(|word| question.terms.contains(word))
        }),
    };
    let mut rounds: Vec<&Round> = agenda.rounds.iter().filter(is_there).collect();
    rounds.sort_by_key(|round| round.first);
    rounds
}

/// Returns the round with the number at `start`, "the second one", of those at the place asked about before:
/// `there`.
fn numbered<'a>(
    words: &[Word],
    start: usize,
    there: &[&'a Round],
    language: &Language,
) -> Option<(Vec<&'a Round>, Span)> {
    let lists = &language.question;
    let number = lists.ordinals.place(&words[start].folded)?;
    let round = there.get(number)?;
    let the = start.checked_sub(1).is_some_and(|at| lists.the.has(&words[at].folded));
    let noun = words.get(start + 1);
    let named = noun.is_some_and(|noun| lists.talks.has(&noun.folded) || lists.ones.has(&noun.folded));
    // "and after the third?"
    let end = match noun {
        Some(_) if named => start + 2,
        None if the => start + 1,
        _ => return None,
    };
    Some((vec![*round], Span { first: start - usize::from(the), end, talks: true, is_name: false }))
}

/// Returns the mention of these rounds, and the range of all its words.
fn mention<'a>(
    words: &[Word],
    (rounds, span): (Vec<&'a Round>, Span),
    agenda: &'a Agenda,
    language: &'static Language,
) -> Option<(Mention<'a>, usize, usize)> {
    let lists = &language.question;
    let between = span.first.checked_sub(1).filter(|&at| lists.days.between.has(&words[at].folded));
    if let Some(between) = between {
        words.get(span.end).filter(|word| lists.days.and.has(&word.folded))?;
        let the = words.get(span.end + 1).filter(|word| lists.the.has(&word.folded));
        let second = span.end + 1 + usize::from(the.is_some());
        let (others, other) = named(words, second.min(words.len()), agenda, language)?;
        let last = others
            .iter()
            .map(|round| round.first)
            .find(|day| rounds.iter().any(|round| round.last <= *day))?;
        let named = telling(&words[span.first..other.end], language);
        return Some((Mention { rounds, lead: Lead::Between(last), words: named }, between, other.end));
    }
    let lead = lead(&words[..span.first], language, span.talks).or_else(|| {
        let call = words[..span.end].last().is_some_and(|word| lists.calls.has(&word.folded));
        let on = span.first.checked_sub(1).filter(|&at| call && lists.days.on.has(&words[at].folded));
        on.map(|on| (Lead::At, on))
    });
    let lead = lead.or_else(|| {
        let about = lists.about_talks.end(&words[..span.first]);
        (span.talks && about > 0).then(|| (Lead::About, span.first - about))
    });
    // "no, I meant the second one"
    let opens = |before: &[Word]| {
        let opened = lists.carries_on.begin(before).max(lists.follow_up.begin(before));
        opened > 0 && opened == before.len()
    };
    let lead =
        lead.or_else(|| (!span.is_name && opens(&words[..span.first])).then_some((Lead::About, span.first)));
    let (lead, first) = lead?;
    // "the latest from Copenhagen" is what its people say.
    let said = |word: &Word| lists.any_words.has(&word.folded) || lists.words_for_words.has(&word.folded);
    let by =
        lists.words_by.has(&words[first].folded) && first.checked_sub(1).is_some_and(|at| said(&words[at]));
    if by && !span.talks && language.is_country(&words[span.first].folded) {
        return None;
    }
    let named = if span.is_name { telling(&words[span.first..span.end], language) } else { Vec::new() };
    Some((Mention { rounds, lead, words: named }, first, span.end))
}

/// Returns how many of `words` belong to `name` if they begin with it, otherwise 0.
fn begins(words: &[Word], name: &str) -> usize {
    let name = fold::name(name);
    let begins = words.len() >= name.len() && words.iter().zip(&name).all(|(word, own)| word.folded == *own);
    if begins { name.len() } else { 0 }
}

/// The words of a mention.
struct Span {
    first: usize,
    end: usize,
    /// Whether they include a word for talks.
    talks: bool,
    /// Whether they name the talks, unlike "the second one".
    is_name: bool,
}

impl Span {
    /// Includes the word for talks after the place, "the Geneva peace talks", or before it, "the talks in
    /// Geneva".
    fn talks_around(&mut self, words: &[Word], lists: &QuestionWords) {
        let kinds = lists.kinds_of_talks.begin(&words[self.end..]);
        let behind = self.end + kinds;
        // "the second round", "the Istanbul second round"
        let number =
            usize::from(words.get(behind).is_some_and(|word| lists.ordinals.place(&word.folded).is_some()));
        if words.get(behind + number).is_some_and(|word| lists.talks.has(&word.folded)) {
            self.end = behind + number + 1;
            self.talks = true;
            return;
        }
        let the =
            |at: usize| usize::from(at.checked_sub(1).is_some_and(|at| lists.the.has(&words[at].folded)));
        let link = self.first - the(self.first);
        if let Some(link) = link.checked_sub(1).filter(|&at| lists.places_in.has(&words[at].folded))
            && let Some(noun) = link.checked_sub(1).filter(|&at| lists.talks.has(&words[at].folded))
        {
            self.first = noun;
            self.talks = true;
        }
    }

    /// Includes the number of the round and the article before it.
    fn number(&mut self, words: &[Word], lists: &QuestionWords, rounds: &mut Vec<&Round>) {
        let inside = words[self.first..self.end].iter().find_map(|word| lists.ordinals.place(&word.folded));
        self.first -= lists.kinds_of_talks.end(&words[..self.first]);
        let before = self.first.checked_sub(1).map(|at| words[at].folded.as_str());
        let place = before.and_then(|word| lists.ordinals.place(word));
        let last = lists.last_round.end(&words[..self.first]);
        self.first -= usize::from(place.is_some()).max(last);
        if let Some(round) = inside.or(place).and_then(|place| rounds.get(place).copied()) {
            *rounds = vec![round];
        } else if let Some(round) = rounds.last().copied().filter(|_| last > 0) {
            *rounds = vec![round];
        }
        while self.first > 0 && lists.the.has(&words[self.first - 1].folded) {
            self.first -= 1;
        }
    }
}

/// Maximum number of words before talks that say how long before or after them.
const OFFSET: usize = 5;

/// Returns what the words before a mention say about the time, and where they begin. A place without a word
/// for talks needs a preposition of time, not "from" or "about".
fn lead(before: &[Word], language: &'static Language, talks: bool) -> Option<(Lead, usize)> {
    let lists = &language.question;
    let offset = (before.len().saturating_sub(OFFSET)..before.len()).find_map(|start| {
        let (offset, used) = date::offset(&before[start..], language)?;
        (start + used == before.len()).then_some((Lead::Beside(offset), start))
    });
    if offset.is_some() {
        return offset;
    }
    let after = lists.after_talks.end(before);
    if after > 0 {
        return Some((Lead::After, before.len() - after));
    }
    for (list, lead) in
        [(&lists.since_talks, Lead::Since), (&lists.before_talks, Lead::Before), (&lists.at_talks, Lead::At)]
    {
        let count = list.end(before);
        if count > 0 {
            return Some((lead, before.len() - count));
        }
    }
    // "Lund's words, Geneva talks": without a preposition, a mention counts at either end of the question.
    (talks && before.is_empty()).then_some((Lead::At, 0))
}

impl Mention<'_> {
    /// Keeps only the rounds that `holds` accepts, if there are any.
    pub(super) fn narrow(&mut self, holds: impl Fn(&Round) -> bool) {
        if self.rounds.iter().any(|round| holds(round)) {
            self.rounds.retain(|round| holds(round));
        }
    }

    /// Keeps only the rounds near the stated days, if there are any.
    pub(super) fn narrow_to(&mut self, days: Days) {
        let near = |round: &Round| {
            let from = days.from.is_none_or(|from| from <= later(round.last, SLACK));
            from && days.to.is_none_or(|to| later(round.first, -SLACK) <= to)
        };
        self.narrow(near);
    }

    /// Returns whether it was said before the talks or some time after them: "two days after the talks". Then
    /// a day that is stated too is that of the talks.
    pub(super) const fn is_beside(&self) -> bool {
        matches!(self.lead, Lead::Beside(_) | Lead::Before)
    }

    /// Returns whether the talks are what it was said about; that may be later too.
    pub(super) const fn is_about(&self) -> bool {
        matches!(self.lead, Lead::About)
    }

    /// Returns the name of the round; `None` if several may be meant.
    pub(super) fn name(&self) -> Option<&str> {
        let [round] = self.rounds.as_slice() else { return None };
        Some(&round.name)
    }

    /// Returns the words that may occur around what was said. They are empty if the days of the round are
    /// enough: if it is known which round is meant, and either it was said at another time or, unless it was
    /// said about the talks, somebody is asked for by name (`of_somebody`).
    pub(super) fn around(self, rounds: &[String], of_somebody: bool) -> Vec<String> {
        let there = match self.lead {
            Lead::About => true,
            Lead::At | Lead::After => !of_somebody,
            _ => false,
        };
        if there || rounds.is_empty() { self.words } else { Vec::new() }
    }

    /// Returns the days; `None` if several rounds may be meant.
    pub(super) fn days(&self) -> Option<Days> {
        let [round] = self.rounds.as_slice() else { return None };
        let (from, to) = match self.lead {
            Lead::At => (Some(round.first), Some(round.last)),
            Lead::About => (Some(round.first), Some(later(round.last, AFTER))),
            Lead::After => (Some(round.last), Some(later(round.last, AFTER))),
            Lead::Since => (Some(round.last), None),
            Lead::Before => (Some(later(round.first, -BEFORE)), Some(later(round.first, -1))),
            Lead::Beside(offset) => {
                return offset.from(Days { from: Some(round.first), to: Some(round.last) });
            }
            Lead::Between(last) => (Some(round.last), Some(last)),
        };
        Some(Days { from, to })
    }
}

fn later(day: Date, days: i64) -> Date {
    day.saturating_add(days.days())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;
    use crate::question::word::split;

    fn agenda() -> Agenda {
        let mut agenda = Agenda::default();
        agenda
            .add_rounds(
                r#"
                [[round]]
                name = "the first harbour talks"
                places = ["Northport"]
                first = 2025-05-01
                last = 2025-05-02
                [[round]]
                name = "the second harbour talks"
                places = ["Northport", "Old-Quay"]
                first = 2025-06-10
                last = 2025-06-10
                [[round]]
                name = "the ferry summit"
                names = ["the island summit"]
                places = ["Lee Island"]
                first = 2025-07-01
                last = 2025-07-01
                "#,
            )
            .expect("well formed");
        agenda
    }

    #[track_caller]
    fn check(text: &str, rest: &str, days: Option<(&str, &str)>) {
        let agenda = agenda();
        let mut words = split(text);
        let mention = take(&mut words, &agenda, None, Language::primary());
        let left: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
        assert_eq!(left.join(" "), rest, "{text}");
        let show = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let found = mention.and_then(|mention| mention.days()).map(|days| (show(days.from), show(days.to)));
        assert_eq!(found, days.map(|(from, to)| (from.to_owned(), to.to_owned())), "{text}");
    }

    #[test]
    fn talks_by_name_and_by_place_are_days() {
        check("fares after the ferry summit", "fares", Some(("2025-07-01", "2025-07-08")));
        check("Lund at the Island summit on fares", "lund on fares", Some(("2025-07-01", "2025-07-01")));
        check("Lund before the talks in Old-Quay", "lund", Some(("2025-05-27", "2025-06-09")));
        check("fares the week after Lee Island", "fares", Some(("2025-07-02", "2025-07-08")));
        check("fares the day after the Old Quay meeting", "fares", Some(("2025-06-11", "2025-06-11")));
        check("Lund since Lee Island on fares", "lund on fares", Some(("2025-07-01", "")));
        check("Lund the day before the ferry summit", "lund", Some(("2025-06-30", "2025-06-30")));
        check("Lund two days after the island summit", "lund", Some(("2025-07-03", "2025-07-03")));
        check("fares on the day of the ferry summit", "fares", Some(("2025-07-01", "2025-07-01")));
        check(
            "fares between the second harbour talks and the ferry summit",
            "fares",
            Some(("2025-06-10", "2025-07-01")),
        );
    }

    #[test]
    fn the_talks_are_those_asked_about_before() {
        let agenda = agenda();
        let mut words = split("and Lund after the talks?");
        let before = Question { rounds: vec!["the ferry summit".to_owned()], ..Question::default() };
        let mention =
            take(&mut words, &agenda, Some(&before), Language::primary()).expect("the ferry summit");
        assert_eq!((mention.name(), words.len()), (Some("the ferry summit"), 2));
        assert!(take(&mut split("and Lund after the talks?"), &agenda, None, Language::primary()).is_none());
    }

    #[test]
    fn a_number_or_a_month_distinguishes_the_rounds_asked_about_before() {
        let agenda = agenda();
        let before = Question { terms: vec!["northport".to_owned()], ..Question::default() };
        let of = |text: &str| {
            let mention = take(&mut split(text), &agenda, Some(&before), Language::primary())?;
            Some(mention.rounds.iter().map(|round| round.name.as_str()).collect::<Vec<_>>().join(", "))
        };
        let both = "the first harbour talks, the second harbour talks";
        for (text, rounds) in [
            ("and after the second?", Some("the second harbour talks")),
            ("no I meant the second one", Some("the second harbour talks")),
            ("the one", Some(both)),
            ("the second ferry", None),
        ] {
            assert_eq!(of(text).as_deref(), rounds, "{text}");
        }
    }

    #[test]
    fn the_latest_from_a_capital_is_what_its_people_say() {
        let mut agenda = Agenda::default();
        let round = "[[round]]\nname = \"the spring talks\"\nplaces = [\"Copenhagen\"]\nfirst = 2025-05-01\nlast = 2025-05-02\n";
        agenda.add_rounds(round).expect("well formed");
        let is_talks = |text: &str| take(&mut split(text), &agenda, None, Language::primary()).is_some();
        assert!(!is_talks("the latest from Copenhagen on fares"));
        assert!(is_talks("fares in Copenhagen"));
    }

    #[test]
    fn a_number_distinguishes_rounds_at_one_place() {
        check("fares at the second Northport round", "fares", Some(("2025-06-10", "2025-06-10")));
        check("fares during the first round in Northport", "fares", Some(("2025-05-01", "2025-05-02")));
        check("fares after the latest Northport talks", "fares", Some(("2025-06-10", "2025-06-17")));
        check("fares after Northport", "fares", None);
        check("fares three days after Northport", "fares", None);
    }

    #[test]
    fn the_words_of_a_mention_name_only_the_place() {
        let agenda = agenda();
        for text in ["fares two days after Northport", "fares between Northport and Lee Island"] {
            let mention = take(&mut split(text), &agenda, None, Language::primary()).expect("a mention");
            assert!(
                mention.words.iter().all(|word| word != "days" && word != "fares"),
                "{:?}",
                mention.words
            );
            assert_eq!(mention.words.first().map(String::as_str), Some("northport"), "{text}");
        }
    }

    #[test]
    fn talks_are_mostly_spoken_about_at_them_and_soon_after() {
        let days = Some(("2025-07-01", "2025-07-08"));
        check("what did Lund say about the ferry summit", "what did lund say", days);
        check("Lund on the first Northport round", "lund", Some(("2025-05-01", "2025-05-09")));
    }

    #[test]
    fn a_place_as_the_topic_stays_in_the_question() {
        check("what did Lund say about Lee Island", "what did lund say about lee island", None);
        check("the mayor of Northport", "the mayor of northport", None);
        check("fares", "fares", None);
    }
}

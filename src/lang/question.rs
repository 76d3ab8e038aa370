//! The words that questions are made of, list by list: what asks for a person, leads to a speaker, names a day.
//!
//! Each list is a file of `en/question/`, whose first line says what it is. Words and phrases are looked up folded.

use std::ops::Range;

use rustc_hash::FxHashSet as HashSet;

/// A list of words and phrases, folded.
#[derive(Debug, Default)]
pub(crate) struct Words {
    words: HashSet<&'static str>,
    /// All of them, a phrase word by word.
    phrases: Vec<Vec<&'static str>>,
}

impl Words {
    /// The words and phrases of a list, one a line.
    fn new(list: &'static str) -> Self {
        let phrases: Vec<Vec<&str>> =
            super::list::entries(list).map(|row| row.split_whitespace().collect()).collect();
        let words =
            phrases.iter().filter_map(|phrase| if let [word] = phrase[..] { Some(word) } else { None });
        Self { words: words.collect(), phrases }
    }

    /// Whether a word is on the list.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    /// Whether any of `words` is on the list.
    pub(crate) fn has_any(&self, words: &[impl AsRef<str>]) -> bool {
        words.iter().any(|word| self.has(word.as_ref()))
    }

    /// The first place where a word or phrase of the list stands.
    pub(crate) fn find(&self, words: &[impl AsRef<str>]) -> Option<Range<usize>> {
        (0..words.len()).find_map(|start| {
            let here = |phrase: &&Vec<&str>| {
                let end = start + phrase.len();
                words.get(start..end).is_some_and(|words| same(words, phrase))
            };
            self.phrases.iter().find(here).map(|phrase| start..start + phrase.len())
        })
    }

    /// How many words the longest word or phrase of the list has that `words` begin with; 0 where there is none.
    pub(crate) fn begin(&self, words: &[impl AsRef<str>]) -> usize {
        let begins = |phrase: &&Vec<&str>| words.get(..phrase.len()).is_some_and(|words| same(words, phrase));
        self.phrases.iter().filter(begins).map(Vec::len).max().unwrap_or(0)
    }

    /// How many words the longest word or phrase of the list has that `words` end with; 0 where there is none.
    pub(crate) fn end(&self, words: &[impl AsRef<str>]) -> usize {
        let ends = |phrase: &&Vec<&str>| {
            words.len().checked_sub(phrase.len()).is_some_and(|start| same(&words[start..], phrase))
        };
        self.phrases.iter().filter(ends).map(Vec::len).max().unwrap_or(0)
    }

    /// Whether `words` end with a word or phrase of the list.
    pub(crate) fn ends(&self, words: &[impl AsRef<str>]) -> bool {
        self.end(words) > 0
    }

    /// The words of the list in its order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.phrases.iter().flatten().copied()
    }
}

fn same(words: &[impl AsRef<str>], phrase: &[&str]) -> bool {
    words.iter().map(AsRef::as_ref).eq(phrase.iter().copied())
}

/// Words of which several on a line mean the same: told by the number of the line, from 0.
#[derive(Debug, Default)]
pub(crate) struct Lines(Vec<Vec<&'static str>>);

impl Lines {
    fn new(list: &'static str) -> Self {
        Self(super::list::entries(list).map(|row| row.split_whitespace().collect()).collect())
    }

    /// The number of the line that a word stands on.
    pub(crate) fn place(&self, word: &str) -> Option<usize> {
        self.0.iter().position(|line| line.contains(&word))
    }

    /// The number of the line that begins with a word.
    pub(crate) fn place_of_first(&self, word: &str) -> Option<usize> {
        self.0.iter().position(|line| line.first() == Some(&word))
    }

    /// The first word of the line that a word stands behind it on.
    pub(crate) fn key(&self, word: &str) -> Option<&'static str> {
        self.0.iter().find(|line| line.iter().skip(1).any(|one| *one == word))?.first().copied()
    }
}

/// Words and phrases, each with what it means: `white house = us`.
#[derive(Debug, Default)]
pub(crate) struct Meanings(Vec<(Vec<&'static str>, &'static str)>);

impl Meanings {
    fn new(list: &'static str) -> Self {
        let entries = super::list::entries(list).filter_map(|entry| entry.split_once(" = "));
        Self(entries.map(|(phrase, meaning)| (phrase.split_whitespace().collect(), meaning)).collect())
    }

    /// The meaning of the longest phrase that `words` begin with, and how many words it has.
    pub(crate) fn begin(&self, words: &[impl AsRef<str>]) -> Option<(&'static str, usize)> {
        let begins = |(phrase, _): &&(Vec<&str>, &str)| {
            words.get(..phrase.len()).is_some_and(|words| same(words, phrase))
        };
        let longest = self.0.iter().filter(begins).max_by_key(|(phrase, _)| phrase.len())?;
        Some((longest.1, longest.0.len()))
    }
}

/// What questions are made of.
#[derive(Debug, Default)]
pub(crate) struct QuestionWords {
    /// Words that ask for a person where they are among the first three of a question.
    pub(crate) who: Words,
    /// What asks how often something was said.
    pub(crate) how_often: Words,
    /// Words for using words, "used the phrase": no topic where it is asked how often.
    pub(crate) using_words: Words,
    /// Words before an outlet in which something is looked for: "told the Gazette".
    pub(crate) outlet_leads: Words,
    pub(crate) greetings: Words,
    pub(crate) other_languages: Words,
    pub(crate) pointed: Words,
    pub(crate) thanks: Words,
    pub(crate) idle: Words,
    /// What an outlet publishes: "the Gazette interview".
    pub(crate) outlet_pieces: Words,
    /// Words that say that somebody's words are passed on: who stands before one is an outlet, who stands behind it speaks.
    pub(crate) quoting: Words,
    /// What stands before the name of somebody whose words are not asked for.
    pub(crate) except: Words,
    /// Words that a clause about somebody begins with: "if Lund stays", "when Lund met Okafor".
    pub(crate) clause_links: Words,
    /// Words between two names of which both speak.
    pub(crate) joins: Words,
    /// Words for what somebody said, whatever it is: "the latest by Lund", "anything from Lund".
    pub(crate) any_words: Words,
    /// Words between what was said and who said it: "remarks by Lund".
    pub(crate) words_by: Words,
    /// Words behind which a name is what is spoken about.
    pub(crate) name_is_topic: Words,
    /// Words behind a speaker with which begins what they spoke about.
    pub(crate) clause_openers: Words,
    /// Words behind a name that say that it spoke: "is it true that Lund said".
    pub(crate) reported: Words,
    /// Words behind which a name always speaks.
    pub(crate) asks_name: Words,
    /// Words, prepositions aside, that lead from a kind of statement to its topic: "Lund's reason why".
    pub(crate) reason_leads: Words,
    /// Words that lead to whence or of what body a speaker is: "did Lund of the Harbour Centre say".
    pub(crate) home_leads: Words,
    /// Verbs of a question behind which stands what was said, and before which stands who said it.
    pub(crate) speech_verbs: Words,
    /// Words behind which an office may stand that speaks: "did the harbour minister say".
    pub(crate) office_leads: Words,
    /// Nouns for people of a country or region who speak: "European leaders".
    pub(crate) group_nouns: Words,
    /// Words before a group that speaks, beside those that lead to a speaker.
    pub(crate) group_leads: Words,
    /// What asks for those who lead, of whatever country.
    pub(crate) which_leaders: Words,
    /// Words of which the office of somebody who leads holds one.
    pub(crate) heads: Words,
    /// Words behind which stands when or where something was said.
    pub(crate) setting_opens: Words,
    /// Verbs behind which stands to whom something was said: "told the Gazette".
    pub(crate) telling: Words,
    /// Words that end what was said of when or where.
    pub(crate) setting_closes: Words,
    /// Verbs behind an unknown name that speaks: "did Okafor say".
    pub(crate) stranger_verbs: Words,
    /// Words before an unknown name that speaks.
    pub(crate) stranger_leads: Words,
    /// What asks for the newest.
    pub(crate) latest: Words,
    /// What asks for the oldest.
    pub(crate) first: Words,
    /// What asks for several speakers on one topic.
    pub(crate) who_said_what: Words,
    /// Words for reacting: with several people named, they ask for several speakers.
    pub(crate) reacting: Words,
    /// Words for several people whose reactions are asked for.
    pub(crate) several: Words,
    /// Verbs behind which somebody's words may stand without marks: "who said we will open in May".
    pub(crate) said: Words,
    /// Words between such a verb and the words.
    pub(crate) said_leads: Words,
    /// Words between such a verb and a topic, which is no words.
    pub(crate) said_topics: Words,
    /// Pronouns for who was asked about before.
    pub(crate) persons: Words,
    /// Pronouns for what was asked about before.
    pub(crate) things: Words,
    /// Words that a question begins with that goes on with the one before.
    pub(crate) follow_up: Words,
    /// Words that stand for what somebody said.
    pub(crate) words_for_words: Words,
    /// Words, beside those for what somebody said, that make a question and are no topic: what they ask for is not called so in an answer.
    pub(crate) no_topic: Words,
    /// The definite article: the name of an outlet, or of a month that describes something, has it before it.
    pub(crate) the: Words,
    /// Words for a country in an office that are too common to name it by themselves: "states".
    pub(crate) no_parties: Words,
    /// Nouns for those who speak for a country: "the Ukrainian side".
    pub(crate) party_nouns: Words,
    /// Nouns for those who stand with somebody: "Lund's side".
    pub(crate) side_nouns: Words,
    /// What asks for the sides that talk with one another.
    pub(crate) both_sides: Words,
    /// Those of them that ask for more than two.
    pub(crate) three_sides: Words,
    /// Words between who is asked for and whose people they are of: "who in Moscow".
    pub(crate) who_of: Words,
    /// Words with which a question compares those whom it names.
    pub(crate) compared: Words,
    /// What stands before somebody to whom words are credited: "according to".
    pub(crate) credited: Words,
    /// Nouns, beside those for what somebody said, that are somebody's and ask for their words: "Lund's line on fares".
    pub(crate) held_words: Words,
    /// Words for the occasion that was asked about before.
    pub(crate) there: Words,
    /// Words for people who are for somebody or against them.
    pub(crate) followers: Words,
    /// Nouns for talks, held at a place or called by it.
    pub(crate) talks: Words,
    /// Words between the place and the noun: "the Geneva peace talks".
    pub(crate) kinds_of_talks: Words,
    /// Words between talks and their place.
    pub(crate) places_in: Words,
    /// Words before talks or a place during which something was said.
    pub(crate) at_talks: Words,
    /// Words before talks or a place after which something was said.
    pub(crate) after_talks: Words,
    /// The same, with no end.
    pub(crate) since_talks: Words,
    /// Words before talks or a place before which something was said.
    pub(crate) before_talks: Words,
    /// Words for talks by telephone, which something is said on.
    pub(crate) calls: Words,
    /// Words for the last of several rounds.
    pub(crate) last_round: Words,
    /// Numbers of rounds, a number a line, from the first on.
    pub(crate) ordinals: Lines,
    /// Names that stand for a country, with the first word of its row: "White House".
    pub(crate) seats: Meanings,
    /// Abbreviations of offices, with their words.
    pub(crate) abbreviations: Meanings,
    /// What people write besides their question: "lol", "can someone tell me".
    pub(crate) filler: Words,
    /// Greetings and thanks, which mean nothing at either end of a question.
    pub(crate) courtesies: Words,
    /// What asks what can be asked.
    pub(crate) help: Words,
    /// Words with which a name is asked about as somebody was before: "and Lund?".
    pub(crate) carries_on: Words,
    /// What asks for the last answer once more: "when was that".
    pub(crate) again: Words,
    /// Words that ask for what was said after what was asked about before.
    pub(crate) newer: Words,
    /// Words that ask for what was said before what was asked about before.
    pub(crate) earlier: Words,
    /// Words that ask for something besides what was asked about before.
    pub(crate) other_than: Words,
    /// What asks who somebody is.
    pub(crate) who_is: Words,
    /// The words of days.
    pub(crate) days: DayWords,
    /// Verbs that a day stands behind as a word: "did Lund mention Friday".
    pub(crate) mentioning: Words,
}

impl QuestionWords {
    pub(super) fn english() -> Self {
        Self {
            who: Words::new(include_str!("en/question/who.txt")),
            how_often: Words::new(include_str!("en/question/how_often.txt")),
            using_words: Words::new(include_str!("en/question/using_words.txt")),
            outlet_leads: Words::new(include_str!("en/question/outlet_leads.txt")),
            pointed: Words::new(include_str!("en/question/pointed.txt")),
            other_languages: Words::new(include_str!("en/question/other_languages.txt")),
            greetings: Words::new(include_str!("en/question/greetings.txt")),
            thanks: Words::new(include_str!("en/question/thanks.txt")),
            idle: Words::new(include_str!("en/question/idle.txt")),
            outlet_pieces: Words::new(include_str!("en/question/outlet_pieces.txt")),
            mentioning: Words::new(include_str!("en/question/mentioning.txt")),
            quoting: Words::new(include_str!("en/question/quoting.txt")),
            except: Words::new(include_str!("en/question/except.txt")),
            clause_links: Words::new(include_str!("en/question/clause_links.txt")),
            joins: Words::new(include_str!("en/question/joins.txt")),
            any_words: Words::new(include_str!("en/question/any_words.txt")),
            words_by: Words::new(include_str!("en/question/words_by.txt")),
            name_is_topic: Words::new(include_str!("en/question/name_is_topic.txt")),
            clause_openers: Words::new(include_str!("en/question/clause_openers.txt")),
            reported: Words::new(include_str!("en/question/reported.txt")),
            asks_name: Words::new(include_str!("en/question/asks_name.txt")),
            reason_leads: Words::new(include_str!("en/question/reason_leads.txt")),
            home_leads: Words::new(include_str!("en/question/home_leads.txt")),
            speech_verbs: Words::new(include_str!("en/question/speech_verbs.txt")),
            office_leads: Words::new(include_str!("en/question/office_leads.txt")),
            group_nouns: Words::new(include_str!("en/question/group_nouns.txt")),
            group_leads: Words::new(include_str!("en/question/group_leads.txt")),
            which_leaders: Words::new(include_str!("en/question/which_leaders.txt")),
            heads: Words::new(include_str!("en/question/heads.txt")),
            setting_opens: Words::new(include_str!("en/question/setting_opens.txt")),
            telling: Words::new(include_str!("en/question/telling.txt")),
            setting_closes: Words::new(include_str!("en/question/setting_closes.txt")),
            stranger_verbs: Words::new(include_str!("en/question/stranger_verbs.txt")),
            stranger_leads: Words::new(include_str!("en/question/stranger_leads.txt")),
            latest: Words::new(include_str!("en/question/latest.txt")),
            first: Words::new(include_str!("en/question/first.txt")),
            who_said_what: Words::new(include_str!("en/question/who_said_what.txt")),
            reacting: Words::new(include_str!("en/question/reacting.txt")),
            several: Words::new(include_str!("en/question/several.txt")),
            said: Words::new(include_str!("en/question/said.txt")),
            said_leads: Words::new(include_str!("en/question/said_leads.txt")),
            said_topics: Words::new(include_str!("en/question/said_topics.txt")),
            persons: Words::new(include_str!("en/question/persons.txt")),
            things: Words::new(include_str!("en/question/things.txt")),
            follow_up: Words::new(include_str!("en/question/follow_up.txt")),
            words_for_words: Words::new(include_str!("en/question/words_for_words.txt")),
            no_topic: Words::new(include_str!("en/question/no_topic.txt")),
            the: Words::new(include_str!("en/question/the.txt")),
            no_parties: Words::new(include_str!("en/question/no_parties.txt")),
            party_nouns: Words::new(include_str!("en/question/party_nouns.txt")),
            side_nouns: Words::new(include_str!("en/question/side_nouns.txt")),
            both_sides: Words::new(include_str!("en/question/both_sides.txt")),
            three_sides: Words::new(include_str!("en/question/three_sides.txt")),
            who_of: Words::new(include_str!("en/question/who_of.txt")),
            compared: Words::new(include_str!("en/question/compared.txt")),
            credited: Words::new(include_str!("en/question/credited.txt")),
            held_words: Words::new(include_str!("en/question/held_words.txt")),
            there: Words::new(include_str!("en/question/there.txt")),
            followers: Words::new(include_str!("en/question/followers.txt")),
            talks: Words::new(include_str!("en/question/talks.txt")),
            kinds_of_talks: Words::new(include_str!("en/question/kinds_of_talks.txt")),
            places_in: Words::new(include_str!("en/question/places_in.txt")),
            at_talks: Words::new(include_str!("en/question/at_talks.txt")),
            after_talks: Words::new(include_str!("en/question/after_talks.txt")),
            since_talks: Words::new(include_str!("en/question/since_talks.txt")),
            before_talks: Words::new(include_str!("en/question/before_talks.txt")),
            calls: Words::new(include_str!("en/question/calls.txt")),
            last_round: Words::new(include_str!("en/question/last_round.txt")),
            ordinals: Lines::new(include_str!("en/question/ordinals.txt")),
            seats: Meanings::new(include_str!("en/question/seats.txt")),
            abbreviations: Meanings::new(include_str!("en/question/abbreviations.txt")),
            filler: Words::new(include_str!("en/question/filler.txt")),
            courtesies: Words::new(include_str!("en/question/courtesies.txt")),
            help: Words::new(include_str!("en/question/help.txt")),
            carries_on: Words::new(include_str!("en/question/carries_on.txt")),
            again: Words::new(include_str!("en/question/again.txt")),
            earlier: Words::new(include_str!("en/question/earlier.txt")),
            newer: Words::new(include_str!("en/question/newer.txt")),
            other_than: Words::new(include_str!("en/question/else.txt")),
            who_is: Words::new(include_str!("en/question/who_is.txt")),
            days: DayWords::english(),
        }
    }
}

/// What days are named by, beside the months and the days of the week.
#[derive(Debug, Default)]
pub(crate) struct DayWords {
    /// Words before days that something was said on.
    pub(crate) on: Words,
    /// Words before the first of the days, which have no end.
    pub(crate) since: Words,
    /// Words before the first of the days, which may have an end.
    pub(crate) from: Words,
    /// Words between the first and the last of the days.
    pub(crate) to: Words,
    /// Words before the last day that is too early.
    pub(crate) after: Words,
    /// Words before the first day that is too late.
    pub(crate) before: Words,
    /// Words before the last day.
    pub(crate) until: Words,
    /// Words before two days between which something was said.
    pub(crate) between: Words,
    /// Words between these two.
    pub(crate) and: Words,
    /// Words behind a time that passed since what was asked about before: "ten days later".
    pub(crate) later: Words,
    /// Words behind a time that passed until today.
    pub(crate) ago: Words,
    /// Parts of a month, season or year, each with its first and last hundredth: "early November".
    pub(crate) parts: Meanings,
    /// Words before a month or season that leave it what it is: "last November".
    pub(crate) which: Words,
    /// Words behind the first of the days, which have no end: "from Friday onwards".
    pub(crate) onward: Words,
    /// What stands before a day whose week is meant.
    pub(crate) week_of: Words,
    /// What says that the days are those that were asked about before.
    pub(crate) same: Words,
    /// What says that the day or week behind those is meant that were asked about before.
    pub(crate) next: Words,
    /// Days that have a name, each with its month and number.
    pub(crate) feasts: Meanings,
    /// Words before the day of a week that make it the name of something else.
    pub(crate) no_weekdays: Words,
    /// Words between the day of a week and what else happened on it: "the Sunday of the storm".
    pub(crate) of_events: Words,
    /// Words for the two days at the end of a week.
    pub(crate) weekends: Words,
    /// Words for the end of a day: "last night".
    pub(crate) nights: Words,
    /// Months that are other words as well: they are months behind a preposition or before a year.
    pub(crate) no_months: Words,
    /// What looks like the beginning of a month and is not taken for it.
    pub(crate) no_short_months: Words,
    /// Words for the week, month or year of today.
    pub(crate) this: Words,
    /// Words for the one before, and for the last day of that name.
    pub(crate) last: Words,
    /// Words before a number of days up to today.
    pub(crate) past: Words,
    /// Days by name: today, then the days before it, one further back a line.
    pub(crate) days_back: Lines,
    /// Seasons of the northern half, each behind the month that it begins in.
    pub(crate) seasons: Lines,
    /// Endings of the number of a day.
    pub(crate) ordinals: Words,
    /// Numbers from one on, all words of a number on a line.
    pub(crate) numbers: Lines,
    /// Units of time, one and several of them: day, week, month, year.
    pub(crate) units: Lines,
}

impl DayWords {
    pub(super) fn english() -> Self {
        Self {
            on: Words::new(include_str!("en/question/date/on.txt")),
            since: Words::new(include_str!("en/question/date/since.txt")),
            from: Words::new(include_str!("en/question/date/from.txt")),
            to: Words::new(include_str!("en/question/date/to.txt")),
            after: Words::new(include_str!("en/question/date/after.txt")),
            before: Words::new(include_str!("en/question/date/before.txt")),
            until: Words::new(include_str!("en/question/date/until.txt")),
            between: Words::new(include_str!("en/question/date/between.txt")),
            and: Words::new(include_str!("en/question/date/and.txt")),
            later: Words::new(include_str!("en/question/date/later.txt")),
            ago: Words::new(include_str!("en/question/date/ago.txt")),
            parts: Meanings::new(include_str!("en/question/date/parts.txt")),
            which: Words::new(include_str!("en/question/date/which.txt")),
            onward: Words::new(include_str!("en/question/date/onward.txt")),
            week_of: Words::new(include_str!("en/question/date/week_of.txt")),
            same: Words::new(include_str!("en/question/date/same.txt")),
            next: Words::new(include_str!("en/question/date/next.txt")),
            feasts: Meanings::new(include_str!("en/question/date/feasts.txt")),
            no_weekdays: Words::new(include_str!("en/question/date/no_weekdays.txt")),
            of_events: Words::new(include_str!("en/question/date/of_events.txt")),
            weekends: Words::new(include_str!("en/question/date/weekends.txt")),
            nights: Words::new(include_str!("en/question/date/nights.txt")),
            no_months: Words::new(include_str!("en/question/date/no_months.txt")),
            no_short_months: Words::new(include_str!("en/question/date/no_short_months.txt")),
            this: Words::new(include_str!("en/question/date/this.txt")),
            last: Words::new(include_str!("en/question/date/last.txt")),
            past: Words::new(include_str!("en/question/date/past.txt")),
            days_back: Lines::new(include_str!("en/question/date/days_back.txt")),
            seasons: Lines::new(include_str!("en/question/date/seasons.txt")),
            ordinals: Words::new(include_str!("en/question/date/ordinals.txt")),
            numbers: Lines::new(include_str!("en/question/date/numbers.txt")),
            units: Lines::new(include_str!("en/question/date/units.txt")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_phrases_are_found_where_they_stand() {
        let words = Words::new("# A list.\nbesides\nother than\n");
        assert!(words.has("besides") && !words.has("other") && !words.has("#"));
        assert_eq!(words.find(&["who", "other", "than", "lund"]), Some(1..3));
        assert_eq!(words.find(&["other", "lund"]), None);
        assert!(words.ends(&["who", "other", "than"]) && words.ends(&["besides"]));
        assert!(!words.ends(&["than"]) && !words.ends(&[""; 0]));
    }

    #[test]
    fn words_of_a_line_mean_the_same() {
        let lines = Lines::new("# A list.\nmarch spring\nseptember autumn fall\n");
        assert_eq!((lines.place("fall"), lines.place("march"), lines.place("may")), (Some(1), Some(0), None));
        assert_eq!((lines.place_of_first("fall"), lines.place_of_first("march")), (None, Some(0)));
        assert_eq!((lines.key("fall"), lines.key("march")), (Some("september"), None));
    }
}

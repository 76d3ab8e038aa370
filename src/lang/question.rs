//! The words of questions, list by list: words that ask for a person, lead to a speaker, or name a day.
//!
//! Each list is a file in `en/question/`, whose first line says what the list is. Words and phrases are
//! looked up folded.

use std::ops::Range;

use rustc_hash::FxHashSet as HashSet;

/// A list of folded words and phrases.
#[derive(Debug, Default)]
pub(crate) struct Words {
    words: HashSet<&'static str>,
    /// All entries, each split into words.
    phrases: Vec<Vec<&'static str>>,
}

impl Words {
    /// Parses a list with one word or phrase per line.
    fn new(list: &'static str) -> Self {
        let phrases: Vec<Vec<&str>> =
            super::list::entries(list).map(|row| row.split_whitespace().collect()).collect();
        let words =
            phrases.iter().filter_map(|phrase| if let [word] = phrase[..] { Some(word) } else { None });
        Self { words: words.collect(), phrases }
    }

    /// Returns whether a word is on the list.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    /// Returns whether any of `words` is on the list.
    pub(crate) fn has_any(&self, words: &[impl AsRef<str>]) -> bool {
        words.iter().any(|word| self.has(word.as_ref()))
    }

    /// Returns the range of the first word or phrase of the list that occurs in `words`.
    pub(crate) fn find(&self, words: &[impl AsRef<str>]) -> Option<Range<usize>> {
        (0..words.len()).find_map(|start| {
            let here = |phrase: &&Vec<&str>| {
                let end = start + phrase.len();
                words.get(start..end).is_some_and(|words| same(words, phrase))
            };
            self.phrases.iter().find(here).map(|phrase| start..start + phrase.len())
        })
    }

    /// Returns the number of words of the longest entry of the list with which `words` begin; 0 if there is
    /// none.
    pub(crate) fn begin(&self, words: &[impl AsRef<str>]) -> usize {
        let begins = |phrase: &&Vec<&str>| words.get(..phrase.len()).is_some_and(|words| same(words, phrase));
        self.phrases.iter().filter(begins).map(Vec::len).max().unwrap_or(0)
    }

    /// Returns the number of words of the longest entry of the list with which `words` end; 0 if there is
    /// none.
    pub(crate) fn end(&self, words: &[impl AsRef<str>]) -> usize {
        let ends = |phrase: &&Vec<&str>| {
            words.len().checked_sub(phrase.len()).is_some_and(|start| same(&words[start..], phrase))
        };
        self.phrases.iter().filter(ends).map(Vec::len).max().unwrap_or(0)
    }

    /// Returns whether `words` end with a word or phrase of the list.
    pub(crate) fn ends(&self, words: &[impl AsRef<str>]) -> bool {
        self.end(words) > 0
    }

    /// Returns the words of the list in order, with phrases split into words.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.phrases.iter().flatten().copied()
    }
}

fn same(words: &[impl AsRef<str>], phrase: &[&str]) -> bool {
    words.iter().map(AsRef::as_ref).eq(phrase.iter().copied())
}

/// Words of which several on a line have the same meaning, identified by the number of the line, from 0.
#[derive(Debug, Default)]
pub(crate) struct Lines(Vec<Vec<&'static str>>);

impl Lines {
    fn new(list: &'static str) -> Self {
        Self(super::list::entries(list).map(|row| row.split_whitespace().collect()).collect())
    }

    /// Returns the number of the line that contains a word.
    pub(crate) fn place(&self, word: &str) -> Option<usize> {
        self.0.iter().position(|line| line.contains(&word))
    }

    /// Returns the number of the line that begins with a word.
    pub(crate) fn place_of_first(&self, word: &str) -> Option<usize> {
        self.0.iter().position(|line| line.first() == Some(&word))
    }

    /// Returns the first word of the line that contains a word after its first one.
    pub(crate) fn key(&self, word: &str) -> Option<&'static str> {
        self.0.iter().find(|line| line.iter().skip(1).any(|one| *one == word))?.first().copied()
    }
}

/// Words and phrases, each with its meaning: `white house = us`.
#[derive(Debug, Default)]
pub(crate) struct Meanings(Vec<(Vec<&'static str>, &'static str)>);

impl Meanings {
    fn new(list: &'static str) -> Self {
        let entries = super::list::entries(list).filter_map(|entry| entry.split_once(" = "));
        Self(entries.map(|(phrase, meaning)| (phrase.split_whitespace().collect(), meaning)).collect())
    }

    /// Returns the meaning of the longest phrase with which `words` begin, and its number of words.
    pub(crate) fn begin(&self, words: &[impl AsRef<str>]) -> Option<(&'static str, usize)> {
        let begins = |(phrase, _): &&(Vec<&str>, &str)| {
            words.get(..phrase.len()).is_some_and(|words| same(words, phrase))
        };
        let longest = self.0.iter().filter(begins).max_by_key(|(phrase, _)| phrase.len())?;
        Some((longest.1, longest.0.len()))
    }
}

/// The word lists for questions.
#[derive(Debug, Default)]
pub(crate) struct QuestionWords {
    /// Words that ask for a person if they are among the first three words of a question.
    pub(crate) who: Words,
    /// Phrases that ask how often something was said.
    pub(crate) how_often: Words,
    /// Verbs for using words, as in "used the phrase"; not a topic if the question asks how often.
    pub(crate) using_words: Words,
    /// Words before an outlet to which the search is limited: "told the Gazette".
    pub(crate) outlet_leads: Words,
    /// Greetings.
    pub(crate) greetings: Words,
    /// Small words of German and French: two of them show that a question is not in English.
    pub(crate) other_languages: Words,
    /// Phrases that ask who said the words pointed at, and nothing else: "who said this".
    pub(crate) pointed: Words,
    /// Words of thanks, praise or farewell.
    pub(crate) thanks: Words,
    /// What is written besides greetings and thanks, or alone, without a question: "lol".
    pub(crate) idle: Words,
    /// What an outlet publishes: "the Gazette interview".
    pub(crate) outlet_pieces: Words,
    /// Words for passing on somebody's words: a name before one is an outlet, a name after it is the speaker.
    pub(crate) quoting: Words,
    /// Words before the name of somebody whose words are not wanted: "except".
    pub(crate) except: Words,
    /// Words that begin a clause about somebody: "if Lund stays", "when Lund met Okafor".
    pub(crate) clause_links: Words,
    /// Words between two names that are both speakers.
    pub(crate) joins: Words,
    /// Words for anything somebody said: "the latest by Lund", "anything from Lund".
    pub(crate) any_words: Words,
    /// Words between the statement and its speaker: "remarks by Lund".
    pub(crate) words_by: Words,
    /// Words after which a name is the topic.
    pub(crate) name_is_topic: Words,
    /// Words after a speaker that begin the topic.
    pub(crate) clause_openers: Words,
    /// Words after a name that make it the speaker: "is it true that Lund said".
    pub(crate) reported: Words,
    /// Words after which a name is always the speaker.
    pub(crate) asks_name: Words,
    /// Words, besides prepositions, that lead from a kind of statement to its topic: "Lund's reason why".
    pub(crate) reason_leads: Words,
    /// Words that lead to where a speaker comes from, or to the body he or she belongs to: "did Lund of the
    /// Harbour Centre say".
    pub(crate) home_leads: Words,
    /// Verbs of a question with the speaker before them and the statement after them.
    pub(crate) speech_verbs: Words,
    /// Words after which an office may be the speaker: "did the harbour minister say".
    pub(crate) office_leads: Words,
    /// Nouns for people of a country or region as speakers: "European leaders".
    pub(crate) group_nouns: Words,
    /// Words before a group as the speaker, besides those that lead to a single speaker.
    pub(crate) group_leads: Words,
    /// Phrases that ask for leaders of any country.
    pub(crate) which_leaders: Words,
    /// Words of which the office of a leader contains one.
    pub(crate) heads: Words,
    /// Words after which the time or place of a statement follows.
    pub(crate) setting_opens: Words,
    /// Verbs after which the person addressed follows: "told the Gazette".
    pub(crate) telling: Words,
    /// Words that end the time or place of a statement.
    pub(crate) setting_closes: Words,
    /// Verbs after an unknown name that make it the speaker: "did Okafor say".
    pub(crate) stranger_verbs: Words,
    /// Words before an unknown name that make it the speaker.
    pub(crate) stranger_leads: Words,
    /// Words that ask for the newest quote.
    pub(crate) latest: Words,
    /// Words that ask for the oldest quote.
    pub(crate) first: Words,
    /// Phrases that ask for several speakers on one topic.
    pub(crate) who_said_what: Words,
    /// Words for reacting: with several people named, they ask for several speakers.
    pub(crate) reacting: Words,
    pub(crate) stances: Words,
    pub(crate) passing: Words,
    /// Words for several people whose reactions are wanted.
    pub(crate) several: Words,
    /// Verbs after which somebody's words may follow without quotation marks: "who said we will open in May".
    pub(crate) said: Words,
    /// Words between such a verb and the words quoted.
    pub(crate) said_leads: Words,
    /// Words between such a verb and a topic, which is not a quotation.
    pub(crate) said_topics: Words,
    /// Pronouns for the people of the previous question.
    pub(crate) persons: Words,
    /// Pronouns for the topic of the previous question.
    pub(crate) things: Words,
    /// Words at the beginning of a question that continues the previous one.
    pub(crate) follow_up: Words,
    /// Words for a statement: "quote".
    pub(crate) words_for_words: Words,
    /// Words, besides those for a statement, that form a question and are not its topic: an answer does not
    /// call the topic by them.
    pub(crate) no_topic: Words,
    /// The definite article, which precedes the name of an outlet, or of a month that describes something.
    pub(crate) the: Words,
    /// Words for a country in an office that are too common to name it alone: "states".
    pub(crate) no_parties: Words,
    /// Nouns for those who speak for a country: "the Ukrainian side".
    pub(crate) party_nouns: Words,
    /// Nouns for a person's associates: "Lund's side".
    pub(crate) side_nouns: Words,
    /// Phrases that ask for the sides of a negotiation.
    pub(crate) both_sides: Words,
    /// Those of them that ask for more than two sides.
    pub(crate) three_sides: Words,
    /// Words between the person asked for and the country or group: "who in Moscow".
    pub(crate) who_of: Words,
    /// Phrases that open a question whether somebody said what follows: "is it true".
    pub(crate) claims: Words,
    /// Words with which a question compares the people it names.
    pub(crate) compared: Words,
    /// Phrases before somebody to whom words are attributed: "according to".
    pub(crate) credited: Words,
    /// Nouns, besides those for a statement, that belong to somebody and ask for their words: "Lund's line on
    /// fares".
    pub(crate) held_words: Words,
    /// Words for the occasion of the previous question.
    pub(crate) there: Words,
    /// Words for people who are for somebody or against them.
    pub(crate) followers: Words,
    /// Nouns for talks that are held at a place or named after it.
    pub(crate) talks: Words,
    /// Words between the place and the noun: "the Geneva peace talks".
    pub(crate) kinds_of_talks: Words,
    /// Words between talks and their place.
    pub(crate) places_in: Words,
    /// Words before talks or a place during which something was said.
    pub(crate) at_talks: Words,
    /// Words before talks that something was said about.
    pub(crate) about_talks: Words,
    /// Words before talks or a place after which something was said.
    pub(crate) after_talks: Words,
    /// The same, without an end.
    pub(crate) since_talks: Words,
    /// Words before talks or a place before which something was said.
    pub(crate) before_talks: Words,
    /// Words for telephone calls in which something is said.
    pub(crate) calls: Words,
    /// Words for the last of several rounds.
    pub(crate) last_round: Words,
    /// Ordinal numbers of rounds, one number per line, from the first.
    pub(crate) ordinals: Lines,
    /// Names that stand for a country, each with the first word of the country's row: "White House".
    pub(crate) seats: Meanings,
    pub(crate) institutions: Meanings,
    /// Abbreviations of offices, each with the full words.
    pub(crate) abbreviations: Meanings,
    /// What people write besides their question: "lol", "can someone tell me".
    pub(crate) filler: Words,
    /// Greetings and thanks, which are ignored at the beginning and the end of a question.
    pub(crate) courtesies: Words,
    /// Phrases that ask what can be asked.
    pub(crate) help: Words,
    /// Words that ask about a name what was asked about the previous one: "and Lund?".
    pub(crate) carries_on: Words,
    /// Phrases that ask about the previous answer: "when was that".
    pub(crate) again: Words,
    /// Words that ask for later statements than those of the previous question.
    pub(crate) newer: Words,
    /// Words that ask for earlier statements than those of the previous question.
    pub(crate) earlier: Words,
    /// Words that ask for something other than in the previous question.
    pub(crate) other_than: Words,
    /// Words that ask for any time, not that of the previous question: "has she ever said".
    pub(crate) any_time: Words,
    /// Words for somebody else who was there too: "his host", "the other side".
    pub(crate) counterparts: Words,
    /// Phrases that ask for more than the previous answer, on whatever topic.
    pub(crate) more: Words,
    /// Words that stand for talks after their number: "after the second one".
    pub(crate) ones: Words,
    /// Phrases that ask who somebody is.
    pub(crate) who_is: Words,
    /// The words for days.
    pub(crate) days: DayWords,
    /// Verbs after which a day is a topic and not a limit: "did Lund mention Friday".
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
            stances: Words::new(include_str!("en/question/stances.txt")),
            passing: Words::new(include_str!("en/question/passing.txt")),
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
            about_talks: Words::new(include_str!("en/question/about_talks.txt")),
            after_talks: Words::new(include_str!("en/question/after_talks.txt")),
            since_talks: Words::new(include_str!("en/question/since_talks.txt")),
            before_talks: Words::new(include_str!("en/question/before_talks.txt")),
            calls: Words::new(include_str!("en/question/calls.txt")),
            last_round: Words::new(include_str!("en/question/last_round.txt")),
            ordinals: Lines::new(include_str!("en/question/ordinals.txt")),
            seats: Meanings::new(include_str!("en/question/seats.txt")),
            institutions: Meanings::new(include_str!("en/question/institutions.txt")),
            abbreviations: Meanings::new(include_str!("en/question/abbreviations.txt")),
            filler: Words::new(include_str!("en/question/filler.txt")),
            courtesies: Words::new(include_str!("en/question/courtesies.txt")),
            help: Words::new(include_str!("en/question/help.txt")),
            carries_on: Words::new(include_str!("en/question/carries_on.txt")),
            claims: Words::new(include_str!("en/question/claims.txt")),
            again: Words::new(include_str!("en/question/again.txt")),
            earlier: Words::new(include_str!("en/question/earlier.txt")),
            newer: Words::new(include_str!("en/question/newer.txt")),
            any_time: Words::new(include_str!("en/question/any_time.txt")),
            counterparts: Words::new(include_str!("en/question/counterparts.txt")),
            ones: Words::new(include_str!("en/question/ones.txt")),
            more: Words::new(include_str!("en/question/more.txt")),
            other_than: Words::new(include_str!("en/question/else.txt")),
            who_is: Words::new(include_str!("en/question/who_is.txt")),
            days: DayWords::english(),
        }
    }
}

/// Words for days, besides the months and the days of the week.
#[derive(Debug, Default)]
pub(crate) struct DayWords {
    /// Words before the days on which something was said.
    pub(crate) on: Words,
    /// Words before the first day of a period without an end.
    pub(crate) since: Words,
    /// Words before the first day of a period that may have an end.
    pub(crate) from: Words,
    /// Words between the first and the last day.
    pub(crate) to: Words,
    /// Words before the last day that is too early.
    pub(crate) after: Words,
    /// Words before the first day that is too late.
    pub(crate) before: Words,
    /// Words before the last day.
    pub(crate) until: Words,
    /// Words before two days between which something was said.
    pub(crate) between: Words,
    /// Words between these two days.
    pub(crate) and: Words,
    /// Words after a time that has passed since the previous answer: "ten days later".
    pub(crate) later: Words,
    /// Words after a time before the previous answer: "a day earlier".
    pub(crate) earlier: Words,
    /// Words before a number of days that all count: "within three days after".
    pub(crate) up_to: Words,
    /// Words after a time that has passed until today.
    pub(crate) ago: Words,
    /// Parts of a month, season or year, each with the hundredth at which it begins and the one before which
    /// it ends: "early November".
    pub(crate) parts: Meanings,
    /// Words between the number of a day and its month: "the 28th of December".
    pub(crate) of: Words,
    /// Words before a day that is only a number: "on the 26th".
    pub(crate) on_day: Words,
    /// Words before a month, but not before a day: "in June 25" is a month.
    pub(crate) within: Words,
    /// Words after a number that is not a day or a year: "Nov 20 28 point plan".
    pub(crate) counted: Words,
    /// Words before a month or season that do not change its meaning: "last November".
    pub(crate) which: Words,
    /// Words after the first day of a period without an end: "from Friday onwards".
    pub(crate) onward: Words,
    /// Phrases before a day whose whole week is meant.
    pub(crate) week_of: Words,
    /// Words for the same days as in the previous question.
    pub(crate) same: Words,
    /// Words for the day or week after that of the previous question.
    pub(crate) next: Words,
    /// Holidays, each with its month and day.
    pub(crate) feasts: Meanings,
    /// Words before a day of the week that turn it into a name: "Bloody Sunday".
    pub(crate) no_weekdays: Words,
    /// Words between a day of the week and the event that identifies it: "the Sunday of the storm".
    pub(crate) of_events: Words,
    pub(crate) dated_things: Words,
    pub(crate) marking: Words,
    /// Words for the two days at the end of a week.
    pub(crate) weekends: Words,
    /// Words for the end of a day: "last night".
    pub(crate) nights: Words,
    /// Months and seasons that are also other words: they are dates only after a preposition or before a
    /// year.
    pub(crate) no_months: Words,
    /// Words that look like the abbreviation of a month but are not.
    pub(crate) no_short_months: Words,
    /// The same of a day of the week.
    pub(crate) no_short_weekdays: Words,
    /// Words for the current week, month or year.
    pub(crate) this: Words,
    /// Words for the previous one, and for the last day of that name.
    pub(crate) last: Words,
    /// Words before a number of days up to today.
    pub(crate) past: Words,
    /// Names of days: today first, then one day further back per line.
    pub(crate) days_back: Lines,
    /// Seasons of the northern hemisphere, each after the month in which it begins.
    pub(crate) seasons: Lines,
    /// Endings of the ordinal number of a day.
    pub(crate) ordinals: Words,
    /// Numbers from one on, with all words of a number on one line.
    pub(crate) numbers: Lines,
    /// Units of time, singular and plural: day, week, month, year.
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
            earlier: Words::new(include_str!("en/question/date/earlier.txt")),
            up_to: Words::new(include_str!("en/question/date/up_to.txt")),
            ago: Words::new(include_str!("en/question/date/ago.txt")),
            parts: Meanings::new(include_str!("en/question/date/parts.txt")),
            of: Words::new(include_str!("en/question/date/of.txt")),
            on_day: Words::new(include_str!("en/question/date/on_day.txt")),
            within: Words::new(include_str!("en/question/date/within.txt")),
            counted: Words::new(include_str!("en/question/date/counted.txt")),
            which: Words::new(include_str!("en/question/date/which.txt")),
            onward: Words::new(include_str!("en/question/date/onward.txt")),
            week_of: Words::new(include_str!("en/question/date/week_of.txt")),
            same: Words::new(include_str!("en/question/date/same.txt")),
            next: Words::new(include_str!("en/question/date/next.txt")),
            feasts: Meanings::new(include_str!("en/question/date/feasts.txt")),
            no_weekdays: Words::new(include_str!("en/question/date/no_weekdays.txt")),
            of_events: Words::new(include_str!("en/question/date/of_events.txt")),
            marking: Words::new(include_str!("en/question/date/marking.txt")),
            dated_things: Words::new(include_str!("en/question/date/dated_things.txt")),
            weekends: Words::new(include_str!("en/question/date/weekends.txt")),
            nights: Words::new(include_str!("en/question/date/nights.txt")),
            no_months: Words::new(include_str!("en/question/date/no_months.txt")),
            no_short_months: Words::new(include_str!("en/question/date/no_short_months.txt")),
            no_short_weekdays: Words::new(include_str!("en/question/date/no_short_weekdays.txt")),
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
    fn words_and_phrases_are_found_at_their_position() {
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

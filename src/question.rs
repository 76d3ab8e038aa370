//! Here is what somebody typed: what is being asked?
//!
//! [`understand`] finds the speakers asked for, a phrase to look up, the days, the outlet and, from what is
//! left, the topic. It needs the [`Known`] names of a corpus and never fails: whatever it does not understand
//! becomes part of the topic. The speaker matters most for the answer, and simply taking the first name would
//! be wrong: a name after "about", or in a "who …" question, belongs to the topic.
//!
//! Each module below decides one thing. `turn` combines them for one turn of a conversation, as an ordered
//! list of slots; `follow` combines several turns. The words they use are in `lang/en/question/`.

mod chatter;
mod date;
mod follow;
mod foreign;
mod given;
mod matter;
mod name;
mod office;
mod outlet;
mod party;
mod phrase;
mod reworded;
mod round;
mod setting;
mod speaker;
mod topic;
mod turn;
mod typed;
mod who;
mod wish;
mod word;

use std::collections::{BTreeSet, HashSet};

use jiff::civil::Date;
use serde::Serialize;

pub use chatter::{Chatter, chatter, goes_on, points};
pub use date::{Days, days_called, month_of, names_of_day};
pub use given::Given;
pub use matter::Matter;
pub use outlet::{names_like, outlets_called};

use crate::agenda::Agenda;
use crate::fold;
use crate::lang::Language;
use crate::roster::Roster;
use topic::{is_topic, shorter_forms, slips};
use typed::Typed;
use word::Word;

/// A question as it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// What was typed.
    pub text: String,
    /// Earlier questions by the same person, oldest first.
    pub history: Vec<String>,
    /// The day on which it is asked.
    pub today: Date,
    /// Limits given outside the text: the options of a command, the part of the corpus chosen by a server.
    pub given: Given,
}

impl Asked {
    /// Returns the question `text`, asked on `today`, without history and without given limits.
    #[must_use]
    pub fn new(text: impl Into<String>, today: Date) -> Self {
        Self { text: text.into(), history: Vec::new(), today, given: Given::default() }
    }
}

/// What a corpus knows, as far as it is needed to understand a question.
pub struct Known<'a> {
    /// Everybody on record.
    pub roster: &'a Roster,
    /// The rounds and matters that the corpus lists.
    pub agenda: &'a Agenda,
    /// The outlets on record.
    pub outlets: &'a [String],
    /// The newest day on record.
    pub newest: Option<Date>,
    /// The first answer to the question before.
    pub answered: Answered,
    /// The words of [`Reading::words_to_know`] and [`Reading::words_nearby`] that occur in the corpus; such a
    /// word is not treated as a misspelt name.
    pub words: HashSet<String>,
}

/// What a follow-up may refer to in the first answer to the question before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answered {
    /// The canonical name of the speaker: "what else did she say?"
    pub speaker: Option<String>,
    /// When it was said, and where it is reported: "did she say more that day?"
    pub occasion: Occasion,
    /// What the questions up to that one mean, oldest first; if it is empty, they are read again.
    pub asked: Vec<Question>,
}

/// The occasion of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Occasion {
    /// The day of the quote.
    pub day: Option<Date>,
    /// The keys of the articles that have it ([`ArticleId::key`](crate::article::ArticleId::key)).
    pub articles: Vec<u64>,
    /// The number of its id in each of them ([`QuoteId`](crate::answer::QuoteId)).
    pub quotes: Vec<u64>,
}

/// The kind of answer that is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wish {
    /// What somebody said.
    #[default]
    Quotes,
    /// Who said it.
    WhoSaid,
    /// Several speakers on one topic.
    WhoSaidWhat,
    /// Whether some words are on record.
    Check,
    /// The newest quotes first.
    Latest,
    /// The oldest quotes first.
    First,
    /// How often it was said.
    HowOften,
    /// Who somebody is.
    WhoIs,
    /// What one can ask; for a greeting, thanks or "help".
    Help,
}

/// People whose office shows that they belong to a group: "European leaders", "Russian officials".
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The folded word for the group: "european".
    pub called: String,
    /// Folded words, one of which must be in the office of a member: "poland", "german".
    pub words: Vec<String>,
}

/// The part of the corpus that answers may come from, as chosen by a server. An empty list sets no limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Outlets by any name; [`outlets_called`] finds those that are meant.
    pub outlets: Vec<String>,
    /// Tags, at least one of which an article must have.
    pub tags: Vec<String>,
}

impl Part {
    /// Returns whether it is the whole corpus.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.outlets.is_empty() && self.tags.is_empty()
    }
}

/// A limit of a question other than its speakers and its topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// The days.
    Days,
    /// The outlet in the text, or the given outlets.
    Outlets,
    /// The given tags.
    Tags,
    /// Words that no quote may contain.
    Excluded,
    /// The part of the corpus chosen by a server.
    Part,
}

impl Limit {
    /// All limits, in the order in which they are displayed.
    pub const ALL: [Self; 5] = [Self::Days, Self::Outlets, Self::Tags, Self::Excluded, Self::Part];
}

/// Who somebody is, as far as is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Profile {
    /// The canonical name.
    pub name: String,
    /// The office held on the newest day on record, such as "Foreign Minister, Russia"; `None` if the people
    /// list has none.
    pub office: Option<String>,
    /// The party they speak for, as in the people list.
    pub side: Option<String>,
    /// How many of their quotes are on record; 0 for somebody who is on the people list but never quoted.
    pub quotes: u64,
}

/// A party whose people are asked for: "Kyiv", "the Russian side".
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Party {
    /// Its name: from the people list if possible, otherwise from the question.
    pub called: String,
    /// The canonical names of its people, at least one, most quoted first.
    pub speakers: Vec<String>,
}

/// A question that has been understood.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Question {
    /// What was typed.
    pub text: String,
    /// The question in a self-contained wording, if the typed one is not: because of misspelt or abbreviated
    /// names and words, or because it refers to an earlier question.
    pub reworded: Option<String>,
    /// Whether it is in a language other than English; then only its names are understood.
    pub foreign: bool,
    /// The kind of answer that is wanted.
    pub wish: Wish,
    /// The canonical names of the people whose words are asked for; empty for anybody.
    pub speakers: Vec<String>,
    /// The parties asked for, in the order of the question; empty if only individuals or nobody is asked for.
    /// The people of the parties are also in `speakers`. An individual asked for next to a party is a party
    /// of one.
    pub parties: Vec<Party>,
    /// Who the person asked about is, if that is the question.
    pub profile: Option<Profile>,
    /// The canonical names of people who are asked for by name but have no quotes on record.
    pub unquoted: Vec<String>,
    /// The canonical names of people whose words are excluded: "besides Lund".
    pub others: Vec<String>,
    /// A name asked for that is not on record.
    pub stranger: Option<String>,
    /// Whether somebody who is not on record is probably asked for, by words that are only like a name.
    pub unknown: bool,
    /// Words to find exactly, or nearly so.
    pub phrase: Option<String>,
    /// Whether the phrase had no quotation marks, so that it may only be a topic.
    pub unmarked: bool,
    /// An office whose holder is asked for without a name, as folded words in order: "Ohio's secretary of
    /// state". The words are also in `terms`.
    pub office: Vec<String>,
    /// The group whose members are asked for. Its words are not in `terms`.
    pub group: Option<Group>,
    /// Folded words that say where and when something was said, "after the Kremlin meeting", "at Downing
    /// Street"; they seldom occur in the quote itself. They are also in `terms`, which always has other words
    /// too.
    pub setting: Vec<String>,
    /// The topic: folded words in order, without function words and duplicates.
    pub terms: Vec<String>,
    /// The matters of the agenda that the terms refer to.
    pub matters: Vec<Matter>,
    /// The names of the rounds of talks asked for, if it is known which are meant.
    pub rounds: Vec<String>,
    /// The days to which the answer is limited.
    pub published: Option<Days>,
    /// The single day in the text, if no other days are given. What was said on that day may be reported
    /// later.
    pub said_on: Option<Date>,
    /// Whether these days are only a year, or a month or season by name, which may be the time of the event.
    pub loose: bool,
    /// Whether the days are those of the question before.
    #[serde(skip)]
    pub kept: bool,
    /// The outlet in the text, to which the answer is limited.
    pub outlet: Option<String>,
    /// The given outlets to which the answer is limited, by any name; [`outlets_called`] finds those that are
    /// meant; empty for all.
    pub outlets: Vec<String>,
    /// If no outlet on record has a given name: outlets with similar names, best match first.
    pub outlets_alike: Vec<String>,
    /// The tags to which the answer is limited; empty for all.
    pub tags: Vec<String>,
    /// Folded words that no quote of the answer may contain.
    pub excluded: Vec<String>,
    /// The part of the corpus to which the answer is limited in addition.
    pub part: Part,
    /// For a follow-up, the occasion of the first answer to the question before: it may be asking about the
    /// same one.
    #[serde(skip)]
    pub after: Option<Occasion>,
}

/// Minimum number of days in a season.
const SEASON: i32 = 85;

impl Question {
    /// Returns whether the question is empty: without a speaker, topic, phrase or day.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.is_about_anything() && self.wish != Wish::Latest
    }

    /// Returns whether every quote answers, or every quote in some outlets or with some tags: no speaker, topic,
    /// phrase or day is asked for.
    #[must_use]
    pub fn is_about_anything(&self) -> bool {
        self.asks_for_nobody() && self.terms.is_empty() && self.phrase.is_none() && self.published.is_none()
    }

    /// Returns whether no person, party or group is asked for.
    #[must_use]
    pub fn asks_for_nobody(&self) -> bool {
        self.speakers.is_empty() && self.group.is_none() && self.stranger.is_none()
    }

    /// Returns the days of a year, month or season that is asked for only by name. It may be the time of the
    /// quote, or part of the topic, as in "the October jobs figures".
    #[must_use]
    pub fn named_period(&self) -> Option<Days> {
        let is_named = |days: &Days| month_of(*days).is_some() || days.is_longer_than(SEASON);
        self.published.filter(|days| self.loose && !self.kept && is_named(days))
    }

    /// Returns whether the question has a limit.
    #[must_use]
    pub fn has(&self, limit: Limit) -> bool {
        match limit {
            Limit::Days => self.published.is_some(),
            Limit::Outlets => self.outlet.is_some() || !self.outlets.is_empty(),
            Limit::Tags => !self.tags.is_empty(),
            Limit::Excluded => !self.excluded.is_empty(),
            Limit::Part => !self.part.is_whole(),
        }
    }

    /// Returns the question without a limit.
    #[must_use]
    pub fn without(&self, limit: Limit) -> Self {
        let mut out = self.clone();
        match limit {
            Limit::Days => (out.published, out.said_on) = (None, None),
            Limit::Outlets => (out.outlet, out.outlets) = (None, Vec::new()),
            Limit::Tags => out.tags = Vec::new(),
            Limit::Excluded => out.excluded = Vec::new(),
            Limit::Part => out.part = Part::default(),
        }
        out
    }

    /// Returns whether the text asks for a single quote: "a quote by Lund", "the latest statement", "just
    /// one".
    #[must_use]
    pub fn asks_for_one(&self) -> bool {
        const ONE: &[&str] = &[
            "a", "one", "single", "last", "latest", "newest", "recent", "first", "earliest", "oldest",
            "best", "exact",
        ];
        const WHAT: &[&str] =
            &["quote", "quotation", "statement", "remark", "comment", "sentence", "thing", "line"];
        let words = fold::words(&self.text);
        let mut pairs = words.iter().zip(words.iter().skip(1));
        pairs.any(|(one, what)| {
            let is_only = matches!(one.as_str(), "just" | "only" | "exactly") && what == "one";
            is_only || (ONE.contains(&one.as_str()) && WHAT.contains(&what.as_str()))
        })
    }

    /// Returns the stems of the words asked for, without function words; an answer highlights them in a
    /// quote.
    #[must_use]
    pub fn stems(&self) -> HashSet<String> {
        let phrase = self.phrase.as_deref().map(fold::words).unwrap_or_default();
        let language = Language::primary();
        let words = self.terms.iter().chain(&phrase).filter(|word| !language.is_function_word(word));
        words.map(|word| fold::stem(word)).collect()
    }
}

/// A question and the ones before it, split into words but not yet understood.
pub struct Reading<'a> {
    asked: &'a Asked,
    /// The earlier turns that are considered, oldest first, followed by the question.
    turns: Vec<Typed<'a>>,
    language: &'static Language,
}

/// How many earlier turns are considered; no follow-up such as "and he?" refers back further.
pub(crate) const TURNS: usize = 6;

impl<'a> Reading<'a> {
    /// Reads a question.
    #[must_use]
    pub fn new(asked: &'a Asked) -> Self {
        let recent = &asked.history[asked.history.len().saturating_sub(TURNS)..];
        let language = Language::primary();
        let turns = recent.iter().chain([&asked.text]).map(|text| Typed::new(text, language)).collect();
        Self { asked, turns, language }
    }

    /// Returns the folded words for which [`understand`] must know whether they occur in the corpus: possible
    /// topic words and the words they may be forms of.
    #[must_use]
    pub fn words_to_know(&self) -> BTreeSet<String> {
        let mut out = BTreeSet::new();
        for Word { folded: word, .. } in self.turns.iter().flat_map(|typed| &typed.words) {
            if is_topic(word, self.language) {
                out.extend(shorter_forms(word));
                out.insert(word.clone());
            }
        }
        out
    }

    /// Returns possible corrections of words that do not occur in the corpus; `known` are the words of
    /// [`Reading::words_to_know`] that do.
    #[must_use]
    pub fn words_nearby(&self, known: &HashSet<String>) -> BTreeSet<String> {
        let words = self.turns.iter().flat_map(|typed| &typed.words).map(|word| &word.folded);
        let unknown = words.filter(|word| is_topic(word, self.language) && !known.contains(*word));
        unknown.flat_map(|word| slips(word)).collect()
    }
}

/// Returns the meaning of a question. Accepts any text; for a text that asks nothing, the terms and all slots
/// are empty.
#[must_use]
pub fn understand(reading: Reading, known: &Known) -> Question {
    let Reading { asked, turns, language } = reading;
    // Each turn can refer to the ones before it.
    let mut read: Vec<Question> = known.answered.asked.clone();
    let known_turns = if read.is_empty() { 0 } else { turns.len().saturating_sub(1) };
    for typed in turns.into_iter().skip(known_turns) {
        let individuals = read.iter().filter(|turn| turn.parties.is_empty());
        let heard: Vec<String> = individuals.flat_map(|turn| turn.speakers.iter().cloned()).collect();
        read.push(turn::understand(typed, read.last(), &heard, asked.today, known));
    }
    let mut question = read.pop().unwrap_or_default();
    asked.given.limit(&mut question, known, language);
    question
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_quote_is_singular_and_several_are_plural() {
        for text in [
            "show me a quote by Lund",
            "Lund's latest statement",
            "the first thing Lund said",
            "ONE quote!",
            "Lund on the archive, just one",
        ] {
            assert!(Question { text: text.to_owned(), ..Question::default() }.asks_for_one(), "{text}");
        }
        for text in [
            "what did Lund say first?",
            "the latest quotes by Lund",
            "one of the quotes",
            "what did Lund say?",
        ] {
            assert!(!Question { text: text.to_owned(), ..Question::default() }.asks_for_one(), "{text}");
        }
    }
}

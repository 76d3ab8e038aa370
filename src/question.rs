//! Here is what somebody typed: what is being asked?
//!
//! [`understand`] finds the speaker slot, a phrase to look up, the days, the outlet and what is left as the topic. It needs
//! the [`Known`] names of a corpus and never fails: whatever it does not understand stays topic. The speaker slot is worth
//! most and the first name in a question is the wrong choice: a name behind "about", or in a "who …" question, is topic.
//!
//! Each file below decides one thing: `turn` puts them together for one turn of a conversation, as an ordered list of slots, `follow` for several. The words they go by
//! stand in `lang/en/question/`.

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
    /// What the same person asked before, oldest first.
    pub history: Vec<String>,
    /// The day of asking.
    pub today: Date,
    /// What is stated besides the text: the options of a command, a server's part of the corpus.
    pub given: Given,
}

impl Asked {
    /// Returns the question `text`, asked on `today`, with nothing before it and nothing besides it.
    #[must_use]
    pub fn new(text: impl Into<String>, today: Date) -> Self {
        Self { text: text.into(), history: Vec::new(), today, given: Given::default() }
    }
}

/// What a corpus knows: the understanding of a question rests on it.
pub struct Known<'a> {
    /// Everybody on record.
    pub roster: &'a Roster,
    /// The rounds and matters that the corpus lists.
    pub agenda: &'a Agenda,
    /// The outlets on record.
    pub outlets: &'a [String],
    /// The newest day on record.
    pub newest: Option<Date>,
    /// Those of [`Reading::words_to_know`] and [`Reading::words_nearby`] that occur in the corpus: such a word is no misspelt name.
    pub words: HashSet<String>,
}

/// What the answer should be.
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
    /// Whether these are the words on record.
    Check,
    /// The newest first.
    Latest,
    /// The oldest first.
    First,
    /// How often it was said.
    HowOften,
    /// Who somebody is.
    WhoIs,
    /// What can be asked: a greeting, thanks, "help".
    Help,
}

/// "European leaders", "Russian officials": those whose office says that they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The folded word that it is called by: "european".
    pub called: String,
    /// Folded words of which the office of a member holds one: "poland", "german".
    pub words: Vec<String>,
}

/// The part of the corpus that answers may come from, whatever is asked: what a server chose. An empty list limits nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Outlets, as they were named: those that [`outlets_called`] finds.
    pub outlets: Vec<String>,
    /// Tags, of which an article has at least one.
    pub tags: Vec<String>,
}

impl Part {
    /// Returns whether it is the whole corpus.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.outlets.is_empty() && self.tags.is_empty()
    }
}

/// A limit of a question, besides who and what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// The days.
    Days,
    /// The outlet that the text names, or those that are given.
    Outlets,
    /// The tags that are given.
    Tags,
    /// The words that no quote may hold.
    Excluded,
    /// The part of the corpus that a server chose.
    Part,
}

impl Limit {
    /// All limits, in the order they are told.
    pub const ALL: [Self; 5] = [Self::Days, Self::Outlets, Self::Tags, Self::Excluded, Self::Part];
}

/// Who somebody is, as far as the record knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Profile {
    /// The canonical name.
    pub name: String,
    /// The office held on the newest day on record, "Foreign Minister, Russia"; `None` for whom the people list has none.
    pub office: Option<String>,
    /// The side they speak for, as the people list has it.
    pub side: Option<String>,
    /// How many quotes of theirs are on record; 0 for somebody who is named on the list and never quoted.
    pub quotes: u64,
}

/// A side whose people are asked for: "Kyiv", "the Russian side".
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Party {
    /// What it is called: as the people list has it, else as the question does.
    pub called: String,
    /// Canonical names of its people, the most quoted first, at least one.
    pub speakers: Vec<String>,
}

/// A question, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Question {
    /// What was typed.
    pub text: String,
    /// The question in words that stand by themselves, where those that were typed do not: names and words are misspelt or abbreviated, or
    /// it leans on a question before it.
    pub reworded: Option<String>,
    /// Whether it is in another language than English: then only names of it are understood.
    pub foreign: bool,
    /// What the answer should be.
    pub wish: Wish,
    /// Canonical names of those whose words are asked for; empty for anybody.
    pub speakers: Vec<String>,
    /// The sides asked for, in the order of the question; empty where people are asked for by name or nobody is. Their people are among
    /// the speakers. A person asked for beside a side is a party of one.
    pub parties: Vec<Party>,
    /// Who the one asked about is, where that is the question.
    pub profile: Option<Profile>,
    /// Canonical names of those asked for by name whom nobody on record quotes.
    pub unquoted: Vec<String>,
    /// Canonical names of those whose words are not asked for: "besides Lund".
    pub others: Vec<String>,
    /// A name asked for that nobody on record has.
    pub stranger: Option<String>,
    /// Words to find as they stand, or nearly.
    pub phrase: Option<String>,
    /// Whether the phrase stood without quotation marks: it may be no more than a topic.
    pub unmarked: bool,
    /// The office whose holder is asked for without a name, folded words in order: "Ohio's secretary of state". They are among the
    /// terms too.
    pub office: Vec<String>,
    /// The group whose members are asked for. Its words are not among the terms.
    pub group: Option<Group>,
    /// Words of where and when it was said, "after the Kremlin meeting", "at Downing Street", folded: they seldom stand in the quote itself.
    /// They are among the terms too, and never all of them.
    pub setting: Vec<String>,
    /// The topic: folded words in order, no function words, none twice.
    pub terms: Vec<String>,
    /// The matters on the agenda that the terms speak of.
    pub matters: Vec<Matter>,
    /// The rounds of talks asked for, where it is known which: their names.
    pub rounds: Vec<String>,
    /// The days the answer is limited to.
    pub published: Option<Days>,
    /// The one day that the text names, if no other days are stated: what was said then may be reported later.
    pub said_on: Option<Date>,
    /// Whether these days are a month or season by name alone: it may be that of the event.
    pub loose: bool,
    /// The outlet the answer is limited to, as the text says.
    pub outlet: Option<String>,
    /// The outlets the answer is limited to by what is given, as they were named: those that [`outlets_called`] finds; empty for all.
    pub outlets: Vec<String>,
    /// Outlets on record with names like those that are given, where no outlet on record is called so; the likeliest first.
    pub outlets_alike: Vec<String>,
    /// The tags of articles the answer is limited to; empty for all.
    pub tags: Vec<String>,
    /// Folded words that no quote of the answer may hold.
    pub excluded: Vec<String>,
    /// The part of the corpus that the answer is limited to besides.
    pub part: Part,
}

/// Days of a season at least.
const SEASON: i32 = 85;

impl Question {
    /// Returns whether nothing at all is asked: no speaker, topic, phrase or day.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.speakers.is_empty()
            && self.terms.is_empty()
            && self.group.is_none()
            && self.phrase.is_none()
            && self.published.is_none()
            && self.stranger.is_none()
            && self.wish != Wish::Latest
    }

    /// Returns the days of a month or season that is asked for by name alone: it may be when it was said, or belong to what is asked about, "the
    /// October jobs figures".
    #[must_use]
    pub fn named_month(&self) -> Option<Days> {
        let is_named = |days: &Days| month_of(*days).is_some() || days.is_longer_than(SEASON);
        self.published.filter(|days| self.loose && is_named(days))
    }

    /// Returns whether it has a limit.
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

    /// Returns the same question without a limit.
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

    /// Returns whether the text names one quote, as "a quote by Lund", "the latest statement", "just one" do.
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

    /// Returns the stems of the words asked for, function words left out: what an answer marks in a quote.
    #[must_use]
    pub fn stems(&self) -> HashSet<String> {
        let phrase = self.phrase.as_deref().map(fold::words).unwrap_or_default();
        let language = Language::primary();
        let words = self.terms.iter().chain(&phrase).filter(|word| !language.is_function_word(word));
        words.map(|word| fold::stem(word)).collect()
    }
}

/// A question and what was asked before it, taken apart but not understood yet.
pub struct Reading<'a> {
    asked: &'a Asked,
    /// The turns that are looked back at, oldest first, and at last the question.
    turns: Vec<Typed<'a>>,
    language: &'static Language,
}

/// How many turns are looked back at: further than anybody's "and he?" reaches.
const TURNS: usize = 6;

impl<'a> Reading<'a> {
    /// Reads a question.
    #[must_use]
    pub fn new(asked: &'a Asked) -> Self {
        let recent = &asked.history[asked.history.len().saturating_sub(TURNS)..];
        let language = Language::primary();
        let turns = recent.iter().chain([&asked.text]).map(|text| Typed::new(text, language)).collect();
        Self { asked, turns, language }
    }

    /// Returns the folded words of which [`understand`] asks whether they occur in the corpus: those that may be a topic, and what they may
    /// be forms of.
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

    /// Returns what words that do not occur in the corpus may be misspelt for, where `known` are those of [`Reading::words_to_know`] that do.
    #[must_use]
    pub fn words_nearby(&self, known: &HashSet<String>) -> BTreeSet<String> {
        let words = self.turns.iter().flat_map(|typed| &typed.words).map(|word| &word.folded);
        let unknown = words.filter(|word| is_topic(word, self.language) && !known.contains(*word));
        unknown.flat_map(|word| slips(word)).collect()
    }
}

/// Returns what a question means. Whatever it is, also nothing: the terms and all slots are empty then.
#[must_use]
pub fn understand(reading: Reading, known: &Known) -> Question {
    let Reading { asked, turns, language } = reading;
    // Each turn leans on the one before it.
    let question = turns.into_iter().fold(None, |before: Option<Question>, typed| {
        Some(turn::understand(typed, before.as_ref(), asked.today, known))
    });
    let mut question = question.unwrap_or_default();
    asked.given.limit(&mut question, known, language);
    question
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_is_one_and_quotes_are_several() {
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

//! Here is what somebody typed: what is being asked?
//!
//! [`understand`] finds the speaker slot, a phrase to look up, the days, the outlet and what is left as the topic. It needs
//! the [`Known`] names of a corpus and never fails: whatever it does not understand stays topic. The speaker slot is worth
//! most and the first name in a question is the wrong choice: a name behind "about", or in a "who …" question, is topic.

mod date;
mod given;

use std::collections::HashSet;

use jiff::civil::Date;
use serde::Serialize;

pub use date::{Days, month_of, names_of_day};
pub use given::Given;

use crate::fold;
use crate::lang::{ENGLISH, Language};
use crate::quote::marks;
use crate::roster::Roster;

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
    /// The outlets on record.
    pub outlets: &'a [String],
    /// The newest day on record.
    pub newest: Option<Date>,
    /// Those of [`words_to_know`] that occur in the corpus: such a word is no misspelt name.
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
}

/// "European leaders", "Russian officials": those whose office says that they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The folded word that it is called by: "european".
    pub called: String,
    /// Folded words of which the office of a member holds one: "poland", "german".
    pub words: Vec<String>,
}

/// A question, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Question {
    /// What was typed.
    pub text: String,
    /// What the answer should be.
    pub wish: Wish,
    /// Canonical names of those whose words are asked for; empty for anybody.
    pub speakers: Vec<String>,
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
    /// The days the answer is limited to.
    pub published: Option<Days>,
    /// The one day that the text names, if no other days are stated: what was said then may be reported later.
    pub said_on: Option<Date>,
    /// Whether these days are a month or season by name alone: it may be that of the event.
    pub loose: bool,
    /// The outlet the answer is limited to, as the text says.
    pub outlet: Option<String>,
    /// The outlets the answer is limited to by what is given; empty for all.
    pub outlets: Vec<String>,
    /// The tags of articles the answer is limited to; empty for all.
    pub tags: Vec<String>,
    /// Folded words that no quote of the answer may hold.
    pub excluded: Vec<String>,
}

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
    }

    /// Returns the stems of the words asked for, function words left out: what an answer marks in a quote.
    #[must_use]
    pub fn stems(&self) -> HashSet<String> {
        let phrase = self.phrase.as_deref().map(fold::words).unwrap_or_default();
        let words = self.terms.iter().chain(&phrase).filter(|word| !ENGLISH.is_function_word(word));
        words.map(|word| fold::stem(word)).collect()
    }
}

/// One word of a question.
struct Word {
    folded: String,
    /// Whether it opens with a capital letter.
    capital: bool,
    possessive: bool,
}

/// Somebody named in a question.
struct Named {
    start: usize,
    end: usize,
    name: String,
}

/// Returns what `asked` means. Whatever it is, also nothing: the terms and all slots are empty then.
#[must_use]
pub fn understand(asked: &Asked, known: &Known) -> Question {
    // Each turn leans on the one before it.
    let before = recent(asked).iter().fold(None, |before: Option<Question>, turn| {
        Some(understand_turn(turn, before.as_ref(), asked.today, known))
    });
    let mut question = understand_turn(&asked.text, before.as_ref(), asked.today, known);
    limit(&mut question, &asked.given, known);
    question
}

/// Returns the folded words of which [`understand`] asks whether they occur in the corpus, each once: those that may be a topic, and what
/// they may be forms of.
#[must_use]
pub fn words_to_know(asked: &Asked) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for text in recent(asked).iter().chain([&asked.text]) {
        let (rest, _) = take_phrase(&given::typed(text).rest);
        for Word { folded: word, .. } in split(&rest) {
            if !is_topic(&word, &ENGLISH) {
                continue;
            }
            for form in shorter_forms(&word).into_iter().chain([word]) {
                if !out.contains(&form) {
                    out.push(form);
                }
            }
        }
    }
    out
}

/// The turns that are looked back at: six is further than anybody's "and he?" reaches.
fn recent(asked: &Asked) -> &[String] {
    &asked.history[asked.history.len().saturating_sub(6)..]
}

/// Lets what is given win over what the text says.
fn limit(question: &mut Question, given: &Given, known: &Known) {
    if let Some(name) = &given.speaker {
        let words = fold::words(name);
        let parts: Vec<&str> = words.iter().map(String::as_str).collect();
        let found = known.roster.called(&parts).or_else(|| known.roster.resembling(parts.last()?));
        question.speakers = found.iter().map(|speaker| speaker.name.clone()).collect();
        question.stranger = if found.is_some() { None } else { Some(name.clone()) };
    }
    if let Some(topic) = &given.topic {
        question.terms.clear();
        for word in fold::words(topic) {
            if !ENGLISH.is_function_word(&word) && !question.terms.contains(&word) {
                question.terms.push(word);
            }
        }
    }
    if let Some(phrase) = given.phrase.as_deref().map(str::trim).filter(|phrase| !phrase.is_empty()) {
        question.phrase = Some(phrase.to_owned());
    }
    if given.after.is_some() || given.before.is_some() {
        question.published = Some(Days { from: given.after, to: given.before });
        question.said_on = None;
    }
    if !given.outlets.is_empty() {
        let outlet = |name: &String| {
            let words = bare_name(name);
            known.outlets.iter().find(|outlet| bare_name(outlet) == words).unwrap_or(name).clone()
        };
        question.outlets = given.outlets.iter().map(outlet).collect();
    }
    if !given.tags.is_empty() {
        question.tags = given.tags.iter().map(|tag| fold::words(tag).join(" ")).collect();
    }
    if let Some(wish) = given.wish {
        question.wish = wish;
    }
}

/// The folded words of an outlet's name, without a leading "the".
fn bare_name(outlet: &str) -> Vec<String> {
    let mut words = fold::words(outlet);
    if words.len() > 1 && words.first().is_some_and(|word| word == "the") {
        words.remove(0);
    }
    words
}

fn understand_turn(text: &str, before: Option<&Question>, today: Date, known: &Known) -> Question {
    let language = &*ENGLISH;
    let given::Typed { given, excluded, rest } = given::typed(text);
    let (rest, phrase) = take_phrase(&rest);
    let mut words = split(&rest);
    let often = take_often(&mut words);
    let outlet = take_outlet(&mut words, known.outlets);
    let newest = known.newest.map_or(today, |newest| newest.min(today));
    let calendar =
        date::Calendar { today, newest, before: before.and_then(|question| question.published?.from) };
    let folded: Vec<String> = words.iter().map(|word| word.folded.clone()).collect();
    let who =
        words.iter().take(3).any(|word| matches!(word.folded.as_str(), "who" | "whose" | "which" | "whom"));
    // "who said we will open in May?": the days inside somebody's words are words.
    let said = said_words(&words, who, language);
    let inside = |found: &date::Found| said.as_ref().is_some_and(|(start, _)| found.start > *start);
    let published = date::find(&folded, calendar).filter(|found| !inside(found));
    let days = published.as_ref().map(|found| found.days);
    let loose = published.as_ref().is_some_and(|found| found.loose);
    if let Some(found) = published {
        words.drain(found.start..found.end);
    }
    let named = names(&words, known, days.and_then(|days| days.from).unwrap_or(newest), language);
    let others: Vec<usize> = (0..named.len()).filter(|&at| is_other(&words, &named[at])).collect();
    let mut speaking = if who { Vec::new() } else { speaking(&words, &named, language) };
    speaking.retain(|at| !others.contains(at));
    let mut speakers: Vec<String> = Vec::new();
    for &at in &speaking {
        if !speakers.contains(&named[at].name) {
            speakers.push(named[at].name.clone());
        }
    }
    let stranger = if speakers.is_empty() && !who { stranger(&words, &named, language) } else { None };
    let (stranger, unknown) = stranger.map_or((None, 0..0), |(name, place)| (Some(name), place));
    let office = if speakers.is_empty() { office(&words, language) } else { 0..0 };
    let group = if speakers.is_empty() { group(&words, language) } else { None };
    let reasons = reasons(&words, &named, &speaking, language);
    let homes: Vec<_> = speaking.iter().map(|&at| home(&words, &named[at], language)).collect();
    let wish = if often { Wish::HowOften } else { wish(&words, phrase.is_some(), who) };
    let mut terms: Vec<String> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let mut not_said = speaking.iter().chain(&others);
        let of_speaker = not_said.any(|&name| (named[name].start..named[name].end).contains(&at));
        let of_group = group.as_ref().is_some_and(|(place, _)| *place == at);
        let is_home = homes.iter().any(|home| home.contains(&at));
        let is_said = unknown.contains(&at) || reasons.contains(&at) || of_group || is_home;
        if !of_speaker && !is_said && is_topic(&word.folded, language) {
            let term = known_form(&word.folded, known);
            if !terms.contains(&term) {
                terms.push(term);
            }
        }
    }
    let office: Vec<String> =
        words[office].iter().map(|word| word.folded.clone()).filter(|word| terms.contains(word)).collect();
    let setting = setting(&words, &terms);
    // A phrase without marks: "who said nothing is decided without Ukraine?"
    let unmarked = phrase.is_none();
    let phrase = phrase.or_else(|| Some(said_words(&words, who, language)?.1));
    let unmarked = unmarked && phrase.is_some();
    let mut question = Question {
        text: text.to_owned(),
        wish,
        speakers,
        others: others.iter().map(|&at| named[at].name.clone()).collect(),
        stranger,
        phrase,
        unmarked,
        office,
        group: group.map(|(_, group)| group),
        setting,
        terms,
        published: days,
        said_on: days.filter(|days| days.from == days.to).and_then(|days| days.from),
        loose,
        outlet,
        outlets: Vec::new(),
        tags: Vec::new(),
        excluded,
    };
    if let Some(before) = before {
        lean_on(&mut question, before, &folded, who);
    }
    limit(&mut question, &given, known);
    question
}

/// Takes what stands between quotation marks out of a question: two words or more are a phrase, one is a plain term.
fn take_phrase(text: &str) -> (String, Option<String>) {
    let longest = marks::quotations(text)
        .into_iter()
        .filter(|quotation| quotation.inner.text(text).split_whitespace().nth(1).is_some())
        .max_by_key(|quotation| quotation.inner.len());
    let Some(quotation) = longest else { return (text.to_owned(), None) };
    let head = crate::span::Span::new(0, quotation.outer.start).text(text);
    let tail = crate::span::Span::new(quotation.outer.end, text.len()).text(text);
    (format!("{head} {tail}"), Some(quotation.inner.trim(text).text(text).to_owned()))
}

fn split(text: &str) -> Vec<Word> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '-' | '/' | ':' | ',' | '"' | '“' | '”'))
        .flat_map(|piece| {
            let bare = piece.trim_matches(|c: char| !c.is_alphanumeric());
            let capital = bare.chars().next().is_some_and(char::is_uppercase);
            let possessive = bare.ends_with("'s")
                || bare.ends_with("’s")
                || piece.ends_with("s'")
                || piece.ends_with("s’");
            fold::words(bare).into_iter().map(move |folded| Word { folded, capital, possessive })
        })
        .collect()
}

/// Takes "how often" or "how many times" out of a question, and the words for using words: "used the phrase". Tells whether they stood there.
fn take_often(words: &mut Vec<Word>) -> bool {
    let is =
        |at: usize, list: &[&str]| words.get(at).is_some_and(|word| list.contains(&word.folded.as_str()));
    let length = |at: usize| match () {
        () if !is(at, &["how"]) => None,
        () if is(at + 1, &["often", "frequently"]) => Some(2),
        () if is(at + 1, &["many"])
            && is(at + 2, &["times", "quotes", "remarks", "statements", "comments"]) =>
        {
            Some(3)
        }
        () => None,
    };
    let Some((start, length)) = (0..words.len()).find_map(|at| Some((at, length(at)?))) else { return false };
    words.drain(start..start + length);
    words.retain(|word| {
        !matches!(
            word.folded.as_str(),
            "use"
                | "used"
                | "using"
                | "word"
                | "words"
                | "phrase"
                | "refer"
                | "referred"
                | "bring"
                | "brought"
                | "repeat"
                | "repeated"
        )
    });
    true
}

/// Takes "told Politico", "in the Financial Times" out of a question, if the outlet is on record.
fn take_outlet(words: &mut Vec<Word>, outlets: &[String]) -> Option<String> {
    for outlet in outlets {
        let bare = bare_name(outlet);
        if bare.is_empty() {
            continue;
        }
        for (start, end) in
            (1..words.len()).flat_map(|start| lengths(&bare).map(move |length| (start, start + length)))
        {
            let same = words.get(start..end).is_some_and(|here| calls(here, &bare));
            let article = usize::from(words[start - 1].folded == "the");
            let lead = start.checked_sub(1 + article).map_or("", |at| words[at].folded.as_str());
            let story = words.get(end).is_some_and(|word| {
                matches!(word.folded.as_str(), "story" | "article" | "report" | "piece" | "interview")
            });
            let quotes = words.get(end).is_some_and(|word| is_quoting(&word.folded));
            let led = matches!(
                lead,
                "told" | "tell" | "tells" | "telling" | "in" | "by" | "from" | "to" | "via" | "per" | "with"
            );
            if same && (led || story && article == 1 || quotes && end + 1 < words.len()) {
                words.drain(start - 1 - article..end);
                return Some(outlet.clone());
            }
        }
    }
    None
}

/// How many words of a question an outlet of these words may be called by.
fn lengths(bare: &[String]) -> impl Iterator<Item = usize> + use<> {
    let letters = if bare.len() == 1 { bare[0].len() } else { 1 };
    std::iter::once(bare.len()).chain((letters != bare.len() && letters < 6).then_some(letters))
}

/// Whether words of a question call an outlet: each word or what it begins with ("wash-post", the Washington Post), or the initials of
/// either ("NYT").
fn calls(here: &[Word], bare: &[String]) -> bool {
    let begins = |(word, part): (&Word, &String)| {
        word.folded == *part || bare.len() > 1 && part.len() > 2 && word.folded.starts_with(part.as_str())
    };
    let initials = |word: &str| word.chars().next();
    match (here, bare) {
        _ if here.len() == bare.len() => here.iter().zip(bare).all(begins),
        ([one], _) => one.folded.chars().eq(bare.iter().filter_map(|word| initials(word))),
        (_, [one]) => {
            here.iter().all(|word| word.capital)
                && one.chars().eq(here.iter().filter_map(|word| initials(&word.folded)))
        }
        _ => false,
    }
}

/// Everybody named in the question: the longest name first, a misspelt one only if no word of the corpus is meant.
fn names(words: &[Word], known: &Known, day: Date, language: &Language) -> Vec<Named> {
    let mut out = Vec::new();
    let mut start = 0;
    while start < words.len() {
        let longest = (1..=7.min(words.len() - start)).rev().find_map(|count| {
            let name: Vec<&str> =
                words[start..start + count].iter().map(|word| word.folded.as_str()).collect();
            // "how did people react" asks for no magazine.
            let word = &words[start];
            let plain = is_question_word(&word.folded) && !word.capital;
            if count == 1 && (language.is_function_word(name[0]) || plain) {
                return None;
            }
            let holder = || known.roster.holder(&name, day).filter(|_| count > 1);
            let speaker = known.roster.called(&name).or_else(holder)?;
            // "Merz, Macron and Starmer"
            let listed = out.last().is_some_and(|named: &Named| {
                named.end == start && fold::words(&named.name).last() == Some(&words[start - 1].folded)
            });
            let is_speaker = count > 1 || listed || !is_namesake(words, start, &speaker.name, language);
            is_speaker.then_some((speaker, count))
        });
        let slip = || {
            let surname = &words.get(start + 1)?.folded;
            let plain = language.is_function_word(surname) || is_question_word(surname);
            let speaker = if plain { None } else { known.roster.misspelt(&words[start].folded, surname) };
            Some((speaker?, 2))
        };
        let longest = match longest {
            Some((_, 1)) | None => slip().or(longest),
            found => found,
        };
        let found = longest.or_else(|| {
            let word = &words[start].folded;
            let plain =
                language.is_function_word(word) || is_question_word(word) || known.words.contains(word);
            if plain { None } else { known.roster.resembling(word).map(|speaker| (speaker, 1)) }
        });
        match found {
            Some((speaker, count)) => {
                // "Steve Witcof": the first name belongs to a misspelt surname.
                let free = out.last().map_or(0, |named: &Named| named.end);
                let first = start.checked_sub(1).filter(|&at| {
                    count == 1 && at >= free && Roster::is_first_name(&speaker.name, &words[at].folded)
                });
                out.push(Named {
                    start: first.unwrap_or(start),
                    end: start + count,
                    name: speaker.name.clone(),
                });
                start += count;
            }
            None => start += 1,
        }
    }
    out
}

/// Whether another first name stands before the surname at `at`: "LeBron James" is nobody called "Etta James".
fn is_namesake(words: &[Word], at: usize, name: &str, language: &Language) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| &words[before]) else { return false };
    let own = fold::words(name);
    let first_name = language.gender_of_name(&before.folded).is_some() || (before.capital && at > 1);
    own.len() > 1
        && own.last() == Some(&words[at].folded)
        && first_name
        && !before.possessive
        && !own.contains(&before.folded)
        && !language.is_title(&before.folded)
        && is_topic(&before.folded, language)
        && language.country(&before.folded) == before.folded
}

/// Whether somebody is named as one who is not asked for: "besides Lund", "other than Lund".
fn is_other(words: &[Word], named: &Named) -> bool {
    let before = |back: usize| named.start.checked_sub(back).map_or("", |at| words[at].folded.as_str());
    match before(1) {
        "besides" | "except" | "excluding" | "barring" => true,
        "than" => before(2) == "other",
        "from" => matches!(before(2), "apart" | "aside"),
        "for" => before(2) == "except",
        _ => false,
    }
}

/// The places in `named` of those who speak.
fn speaking(words: &[Word], named: &[Named], language: &Language) -> Vec<usize> {
    let mut out: Vec<usize> = Vec::new();
    for (at, name) in named.iter().enumerate() {
        let mut start = name.start;
        while start > 0 && language.is_determiner(&words[start - 1].folded) {
            start -= 1;
        }
        let before = start.checked_sub(1).map_or("", |at| words[at].folded.as_str());
        // "about President Lund", "the commander in chief forum"
        let mut office = start;
        while office > 0 && language.is_title(&words[office - 1].folded) {
            office -= 1;
        }
        let before_office = office.checked_sub(1).map_or("", |at| words[at].folded.as_str());
        let next = words.get(name.end);
        let possessive = words[name.end - 1].possessive;
        let of_words = next.is_some_and(|word| is_word_for_words(&word.folded));
        if possessive && !of_words && !has_reason(words, name.end, language) {
            continue;
        }
        // "what was Lund's take on the fares": whatever stands before.
        if possessive && of_words && out.is_empty() {
            out.push(at);
            continue;
        }
        // "if Black voters stay", "when Lund met Okafor"
        let clause = matches!(
            before,
            "if" | "when" | "where" | "whether" | "and" | "but" | "or" | "so" | "then" | "because"
        );
        if clause && next.is_some_and(|word| is_topic(&word.folded, language)) {
            continue;
        }
        // "has the Gazette quoted Lund saying": who is quoted speaks.
        if next.is_some_and(|word| is_quoting(&word.folded)) && named.get(at + 1).is_some() {
            continue;
        }
        // "the White House press secretary", "Lund campaign manager": the office of somebody else.
        let office = |at: usize| words.get(at).is_some_and(|word| language.is_office(&word.folded));
        let topic = |at: usize| words.get(at).is_some_and(|word| is_topic(&word.folded, language));
        if office(name.end) || (topic(name.end) && office(name.end + 1)) {
            continue;
        }
        // "the Trump administration" is a body, "Trump on tariffs" is not.
        if start < name.start
            && name.end - name.start == 1
            && next.is_some_and(|word| is_topic(&word.folded, language))
        {
            continue;
        }
        if before == "and" || before == "or" {
            let one_before = |&last: &usize| named[last].end + 1 >= start;
            // "did Okafor and Lund say" where nobody on record is called Okafor
            let unknown = |at: usize| {
                words[at].capital
                    && topic(at)
                    && at.checked_sub(1).is_some_and(|lead| opens_slot(&words[lead].folded, language))
            };
            if out.last().is_some_and(one_before)
                || out.is_empty() && start.checked_sub(2).is_some_and(unknown)
            {
                out.push(at);
            }
            continue;
        }
        let asks_for_words = |word: &Word| {
            is_word_for_words(&word.folded)
                || matches!(word.folded.as_str(), "latest" | "newest" | "anything" | "something")
        };
        if matches!(before, "by" | "from") && words[..start].iter().any(asks_for_words) {
            out.push(at);
            continue;
        }
        // "Merz, Macron and Starmer"
        if out.last().is_some_and(|&last| named[last].end == start && start == name.start) {
            out.push(at);
            continue;
        }
        let governed = [
            "about",
            "on",
            "of",
            "to",
            "with",
            "against",
            "regarding",
            "over",
            "for",
            "between",
            "in",
            "after",
            "at",
            "like",
            "from",
            "by",
            "toward",
            "towards",
            "concerning",
        ];
        if governed.contains(&before) || governed.contains(&before_office) {
            continue;
        }
        let clause = [
            "about",
            "on",
            "that",
            "whether",
            "if",
            "when",
            "after",
            "before",
            "regarding",
            "over",
            "of",
            "to",
            "because",
            "as",
            "how",
        ];
        let first = out.first().map(|&first| named[first].end);
        if first.is_some_and(|from| {
            from <= start && words[from..start].iter().any(|word| clause.contains(&word.folded.as_str()))
        }) {
            continue;
        }
        // "is it true that Lund said", "the first thing Lund said"
        let says = next.is_some_and(|word| matches!(word.folded.as_str(), "said" | "says"));
        if out.is_empty() && (opens_slot(before, language) || is_quoting(before) || says) || before == "did" {
            out.push(at);
        }
    }
    out
}

/// Whether the word at `at` is a reason or the like, stated as somebody's: "Lund's excuse for …", "Lund's advice on …".
fn has_reason(words: &[Word], at: usize, language: &Language) -> bool {
    let preposition = words.get(at + 1).is_some_and(|word| {
        language.is_preposition(&word.folded)
            || matches!(word.folded.as_str(), "that" | "why" | "regarding" | "behind")
    });
    preposition && words.get(at).is_some_and(|word| language.is_reason(&word.folded))
}

/// The places of words that only say what kind of statement of the speaker is asked for.
fn reasons(words: &[Word], named: &[Named], speaking: &[usize], language: &Language) -> Vec<usize> {
    let behind = speaking.iter().map(|&name| named[name].end);
    behind.filter(|&end| words[end - 1].possessive && has_reason(words, end, language)).collect()
}

/// The place of the words that say of whom or whence a speaker is: "did Lund | of the Harbour Centre | say".
fn home(words: &[Word], name: &Named, language: &Language) -> std::ops::Range<usize> {
    let from = words.get(name.end).is_some_and(|word| matches!(word.folded.as_str(), "of" | "from" | "at"));
    let behind = words.iter().enumerate().skip(name.end + 1).take(7);
    let stop =
        behind.into_iter().find(|(_, word)| is_verb_of_speech(word) || language.is_preposition(&word.folded));
    match stop {
        Some((end, word)) if from && is_verb_of_speech(word) => name.end..end,
        _ => 0..0,
    }
}

fn is_verb_of_speech(word: &Word) -> bool {
    let verbs = [
        "say", "said", "says", "saying", "tell", "told", "tells", "argue", "argued", "claim", "claimed",
        "think", "want", "call", "called",
    ];
    verbs.contains(&word.folded.as_str())
}

/// The place of the words that name an office in the speaker slot: "did the harbour minister say", "which senator argued".
fn office(words: &[Word], language: &Language) -> std::ops::Range<usize> {
    let opens = |word: &Word| {
        matches!(
            word.folded.as_str(),
            "did" | "does" | "has" | "had" | "do" | "have" | "what" | "which" | "how" | "why"
        )
    };
    let Some(verb) = words.iter().position(is_verb_of_speech) else { return 0..0 };
    let Some(start) = words[..verb].iter().rposition(opens).map(|at| at + 1) else { return 0..0 };
    let is_office = words[start..verb].iter().any(|word| language.is_office(&word.folded));
    if is_office && verb - start <= 7 { start..verb } else { 0..0 }
}

/// The place of the word for a country or region whose people are asked for, "European leaders", and the words of their offices. Not
/// where they are what is spoken about: "about European leaders".
fn group(words: &[Word], language: &Language) -> Option<(usize, Group)> {
    let is_people = |word: &Word| {
        matches!(
            word.folded.as_str(),
            "leaders" | "officials" | "politicians" | "ministers" | "diplomats" | "negotiators" | "side"
        )
    };
    let before = |at: usize| at.checked_sub(1).map_or("", |before| words[before].folded.as_str());
    (0..words.len().saturating_sub(1)).find_map(|at| {
        let called = &words[at].folded;
        let mut start = at;
        while language.is_determiner(before(start)) {
            start -= 1;
        }
        let lead = before(start);
        if lead == "which" && matches!(called.as_str(), "leader" | "leaders") {
            let words = ["president", "prime", "premier", "chancellor", "leader"].map(str::to_owned).to_vec();
            return Some((at, Group { called: called.clone(), words }));
        }
        let asked = opens_slot(lead, language) || matches!(lead, "which" | "who" | "from" | "by");
        let nations = language.nations(called);
        if !is_people(&words[at + 1]) || !asked || nations.is_empty() {
            return None;
        }
        let words = nations.into_iter().map(str::to_owned).collect();
        Some((at, Group { called: called.clone(), words }))
    })
}

/// The terms that only say where or when: those behind "after", "at", "during" and the like, up to the next clause; none where nothing else
/// is asked about.
fn setting(words: &[Word], terms: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut inside = false;
    for word in words {
        match word.folded.as_str() {
            "at" | "after" | "during" | "before" | "following" | "in" => inside = true,
            "what" | "who" | "did" | "does" | "has" | "how" | "why" | "about" | "on" | "that" | "whether"
            | "say" | "said" | "to" => {
                inside = false;
            }
            term if inside && terms.iter().any(|known| known == term) => out.push(term.to_owned()),
            _ => {}
        }
    }
    if terms.iter().all(|term| out.contains(term)) { Vec::new() } else { out }
}

/// The form of a word that the corpus has: "quiet" for an unknown "quieter"; the word itself where it has none.
fn known_form(word: &str, known: &Known) -> String {
    let occurs = |form: &String| known.words.contains(form);
    let forms = std::iter::once(word.to_owned()).chain(shorter_forms(word));
    forms.into_iter().find(occurs).unwrap_or_else(|| word.to_owned())
}

/// What a word that compares may be a form of, the likeliest first: "big" for "bigger", "wise" for "wisest".
fn shorter_forms(word: &str) -> Vec<String> {
    let bases = ["er", "est"].iter().filter_map(|ending| word.strip_suffix(ending));
    let forms = bases.filter(|base| base.chars().count() > 3).flat_map(|base| {
        let last = base.chars().last();
        let single = last.and_then(|last| base.strip_suffix(last).filter(|single| single.ends_with(last)));
        [Some(base.to_owned()), single.map(str::to_owned), Some(format!("{base}e"))]
    });
    forms.flatten().collect()
}

/// Whether a name behind the word can be the one who speaks: "has Lund", "what Lund", "mr Lund" or nothing at all; not "likening
/// Lund".
fn opens_slot(before: &str, language: &Language) -> bool {
    before.is_empty() || language.is_title(before) || language.leads_to_speaker(before)
}

/// A name in the speaker slot ("did Okafor say") that nobody on record has, and where it stands. A known surname behind another first
/// name is nobody on record.
fn stranger(
    words: &[Word],
    named: &[Named],
    language: &Language,
) -> Option<(String, std::ops::Range<usize>)> {
    let verb = words.iter().position(|word| {
        matches!(word.folded.as_str(), "say" | "said" | "says" | "saying" | "tell" | "told")
    })?;
    let start = words[..verb]
        .iter()
        .rposition(|word| matches!(word.folded.as_str(), "did" | "has" | "does" | "had" | "what" | "have"))?
        + 1;
    let slot = &words[start..verb];
    let name: Vec<&str> = slot.iter().map(|word| word.folded.as_str()).collect();
    let all_capital =
        !slot.is_empty() && slot.iter().all(|word| word.capital && !language.is_function_word(&word.folded));
    let free = !named.iter().any(|named| named.start <= start && named.end > start);
    (all_capital && free && slot.len() <= 4).then(|| (name.join(" "), start..verb))
}

fn wish(words: &[Word], has_phrase: bool, who: bool) -> Wish {
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.folded.as_str()));
    let pair = |first: &str, second: &str| {
        words.windows(2).any(|two| two[0].folded == first && two[1].folded == second)
    };
    if has(&["latest", "newest", "recent", "recently", "lately"]) || pair("last", "say") {
        Wish::Latest
    } else if !has_phrase
        && (has(&["earliest"])
            || ["say", "said", "thing", "mention", "mentioned", "quote", "comment", "statement", "remark"]
                .iter()
                .any(|word| pair("first", word)))
    {
        Wish::First
    } else if pair("said", "what")
        || pair("says", "what")
        || (has(&["react", "reacted", "reaction", "reactions", "respond", "responded"])
            && has(&["leaders", "officials", "everyone", "they", "countries", "politicians"]))
    {
        Wish::WhoSaidWhat
    } else if who {
        Wish::WhoSaid
    } else if has_phrase {
        Wish::Check
    } else {
        Wish::Quotes
    }
}

/// The words behind "who said" where they look like somebody's own, four or more with function words among them; and where they begin.
fn said_words(words: &[Word], who: bool, language: &Language) -> Option<(usize, String)> {
    if !who {
        return None;
    }
    let verb = words.iter().position(|word| matches!(word.folded.as_str(), "said" | "says" | "say"))?;
    let mut start = verb + 1;
    while words.get(start).is_some_and(|word| matches!(word.folded.as_str(), "that" | "something" | "like")) {
        start += 1;
    }
    let rest = words.get(start..)?;
    let about = rest
        .first()
        .is_some_and(|word| matches!(word.folded.as_str(), "about" | "what" | "on" | "regarding"));
    let function_words = rest.iter().filter(|word| language.is_function_word(&word.folded)).count();
    (!about && rest.len() >= 4 && function_words >= 1)
        .then(|| (start, rest.iter().map(|word| word.folded.as_str()).collect::<Vec<_>>().join(" ")))
}

/// Fills what a follow-up leaves out from the question before it: "and what did he say about Europe?"
fn lean_on(question: &mut Question, before: &Question, words: &[String], who: bool) {
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let person = has(&["he", "she", "they", "him", "her", "them", "his"]);
    let thing = has(&["it", "this", "that", "these", "those"]);
    let opens = words.first().is_some_and(|word| matches!(word.as_str(), "and" | "but" | "also" | "so"));
    if question.speakers.is_empty()
        && question.stranger.is_none()
        && !who
        && (person || opens || question.terms.is_empty())
    {
        question.speakers.clone_from(&before.speakers);
    }
    if question.terms.is_empty() && question.phrase.is_none() || (thing && question.terms.len() <= 1) {
        for term in &before.terms {
            if !question.terms.contains(term) {
                question.terms.push(term.clone());
            }
        }
    }
}

/// Whether a folded word of a question belongs to the topic.
fn is_topic(word: &str, language: &Language) -> bool {
    !language.is_function_word(word) && !is_question_word(word)
}

/// Words that make a question and are no topic: what they ask for is not called so in an answer.
fn is_question_word(word: &str) -> bool {
    is_word_for_words(word)
        || matches!(
            word,
            "say"
                | "said"
                | "says"
                | "saying"
                | "tell"
                | "told"
                | "tells"
                | "talk"
                | "talked"
                | "talking"
                | "speak"
                | "spoke"
                | "spoken"
                | "mention"
                | "mentioned"
                | "claim"
                | "claimed"
                | "argue"
                | "argued"
                | "argues"
                | "ask"
                | "asked"
                | "anything"
                | "something"
                | "anyone"
                | "someone"
                | "somebody"
                | "anybody"
                | "really"
                | "actually"
                | "please"
                | "check"
                | "correct"
                | "right"
                | "true"
                | "is"
                | "ever"
                | "find"
                | "show"
                | "give"
                | "me"
                | "know"
                | "think"
                | "want"
                | "wants"
                | "wanted"
                | "often"
                | "besides"
                | "thinks"
                | "thought"
                | "react"
                | "reacted"
                | "respond"
                | "responded"
                | "latest"
                | "newest"
                | "recent"
                | "recently"
                | "lately"
                | "leader"
                | "leaders"
                | "official"
                | "officials"
                | "person"
                | "people"
                | "later"
                | "happen"
                | "happened"
                | "happening"
                | "name"
                | "names"
                | "thing"
                | "things"
                | "called"
                | "call"
                | "calls"
        )
}

/// Whether the word says that somebody's words are passed on: who stands before it is an outlet, who stands behind it speaks.
fn is_quoting(word: &str) -> bool {
    matches!(word, "quote" | "quoted" | "quotes" | "quoting" | "cite" | "cited" | "cites" | "citing")
}

/// Words that stand for what somebody said.
fn is_word_for_words(word: &str) -> bool {
    matches!(
        word,
        "quote"
            | "quotes"
            | "quoted"
            | "words"
            | "statement"
            | "statements"
            | "remark"
            | "remarks"
            | "comment"
            | "comments"
            | "view"
            | "views"
            | "position"
            | "take"
            | "opinion"
            | "stance"
            | "reaction"
            | "reactions"
            | "response"
            | "reply"
            | "answer"
    )
}

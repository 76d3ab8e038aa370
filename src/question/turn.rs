//! What does one turn of a conversation mean, after the turn before it?
//!
//! [`SLOTS`] are filled one after the other in a [`Turn`]. Each slot removes the words it uses, so the order
//! matters: days come before names ("May" is a month first) and names before the topic, which gets the words
//! that are left.

use jiff::civil::Date;

use super::reworded::{in_full, reworded};
use super::topic::{is_topic, known_form, slips};
use super::typed::Typed;
use super::who::{self, Who, profile, unquoted};
use super::wish::{Form, take_how_often, take_who_is, wish};
use super::word::Word;
use super::{
    Days, Known, Question, Wish, date, follow, foreign, given::Given, matter, outlet, phrase, round, setting,
};
use crate::agenda::Round;
use crate::fold;
use crate::lang::Language;

/// The state of reading a turn.
struct Turn<'a> {
    /// The meaning of the turn before it.
    before: Option<&'a Question>,
    /// Those asked about individually in the turns before it.
    heard: &'a [String],
    today: Date,
    /// The newest day on record, at most `today`.
    newest: Date,
    known: &'a Known<'a>,
    language: &'static Language,
    /// The fields in its text, such as `speaker:lee`.
    given: Given,
    /// The words that no slot has used yet.
    words: Vec<Word>,
    /// The folded words before days and names were removed.
    folded: Vec<String>,
    /// Whether its phrase was in quotation marks.
    marked: bool,
    /// Whether it asks how often, who somebody is, or for a person.
    often: bool,
    who_is: bool,
    asks_person: bool,
    /// The stated days.
    stated: Option<Days>,
    talks: Option<round::Mention<'a>>,
    /// Whether it mentions talks, and the words for them that were added to the topic.
    placed: bool,
    around: Vec<String>,
    who: Who,
    /// Its meaning, as far as it is known.
    question: Question,
}

/// Returns the meaning of a whole turn that needs no slots.
type Whole = fn(&Turn) -> Option<Question>;

/// The kinds of turns that need no slots; the first match decides.
const WHOLE: &[Whole] = &[other_language, again];

/// The slots, in the order in which they are filled.
const SLOTS: &[fn(&mut Turn)] = &[
    misspelt_country,
    whose_without_mark,
    how_often,
    outlet_named,
    who_is,
    person,
    days_stated,
    talks,
    people,
    days_meant,
    somebody,
    wished,
    topic,
    where_said,
    matters,
    words_said,
    in_other_words,
    left_to_before,
];

/// Returns the meaning of what was typed, after a question that means `before`; `heard` are those asked about
/// individually so far.
pub(super) fn understand(
    typed: Typed,
    before: Option<&Question>,
    heard: &[String],
    today: Date,
    known: &Known,
) -> Question {
    let Typed { text, given, excluded, phrase, words, help, language } = typed;
    let question = Question { text: text.to_owned(), phrase, excluded, ..Question::default() };
    if help {
        return Question { wish: Wish::Help, ..question };
    }
    let mut turn = Turn {
        before,
        heard,
        today,
        newest: known.newest.map_or(today, |newest| newest.min(today)),
        known,
        language,
        given,
        words,
        folded: Vec::new(),
        marked: question.phrase.is_some(),
        often: false,
        who_is: false,
        asks_person: false,
        stated: None,
        talks: None,
        placed: false,
        around: Vec::new(),
        who: Who::default(),
        question,
    };
    if let Some(question) = WHOLE.iter().find_map(|whole| whole(&turn)) {
        return question;
    }
    for slot in SLOTS {
        slot(&mut turn);
    }
    turn.given.limit(&mut turn.question, known, language);
    turn.question
}

/// Handles a question in another language: "Was hat Lund gesagt?"
fn other_language(turn: &Turn) -> Option<Question> {
    if turn.marked {
        return None;
    }
    let mut question = foreign::understand(&turn.question.text, &turn.words, turn.known, turn.language)?;
    turn.given.limit(&mut question, turn.known, turn.language);
    Some(question)
}

/// Repeats the last question: "source?", "when was that?"
fn again(turn: &Turn) -> Option<Question> {
    let before = turn.before.filter(|_| !turn.marked)?;
    let again = !turn.words.is_empty() && turn.language.question.again.begin(&turn.words) == turn.words.len();
    again.then(|| Question { text: turn.question.text.clone(), ..before.clone() })
}

/// Corrects a misspelt word for a country or its people: "the norwegien side".
fn misspelt_country(turn: &mut Turn) {
    let Turn { words, known, language, .. } = turn;
    for word in words.iter_mut().filter(|word| !known.words.contains(&word.folded)) {
        let meant = slips(&word.folded)
            .into_iter()
            .find(|form| known.words.contains(form) && !language.nations(form).is_empty());
        if let Some(meant) = meant {
            word.folded = meant;
        }
    }
}

/// Adds a missing apostrophe: "lunds opinion", before a word for statements, if no name with this "s" is
/// known.
fn whose_without_mark(turn: &mut Turn) {
    let Turn { words, known, language, .. } = turn;
    let lists = &language.question;
    for at in 1..words.len() {
        let said = lists.words_for_words.has(&words[at].folded) || lists.held_words.has(&words[at].folded);
        let word = &mut words[at - 1];
        let name = word.folded.strip_suffix('s').filter(|name| {
            said && !word.possessive
                && known.roster.called(&[name]).is_some()
                && known.roster.called(&[word.folded.as_str()]).is_none()
        });
        if let Some(name) = name.map(str::to_owned) {
            (word.folded, word.possessive) = (name, true);
        }
    }
}

/// Removes "how often", "how many times".
fn how_often(turn: &mut Turn) {
    turn.often = take_how_often(&mut turn.words, turn.language);
}

/// Finds the outlet: "in the Gazette".
fn outlet_named(turn: &mut Turn) {
    turn.question.outlet = outlet::take(&mut turn.words, turn.known.outlets, turn.language);
    turn.folded = turn.words.iter().map(|word| word.folded.clone()).collect();
}

/// Removes "who is", as in "who is Lund".
fn who_is(turn: &mut Turn) {
    turn.who_is = take_who_is(&mut turn.words, turn.known, turn.language);
}

/// How many words at the start are searched for a question word for a person.
const ASKS_FIRST: usize = 3;

/// Finds out whether the turn asks for a person: "who said", "which minister".
fn person(turn: &mut Turn) {
    let asks = |word: &Word| turn.language.question.who.has(&word.folded);
    turn.asks_person = !turn.who_is && turn.words.iter().take(ASKS_FIRST).any(asks);
}

/// Finds the stated days: "since last week". "that day" sets no limit if the turn before had no days. A
/// question about who somebody is never has days.
fn days_stated(turn: &mut Turn) {
    if turn.who_is {
        return;
    }
    let Some(found) = turn.find_days() else { return };
    turn.words.drain(found.start..found.end);
    turn.question.loose = found.loose;
    turn.stated = Some(found.days).filter(|days| *days != Days::default());
}

impl Turn<'_> {
    /// Returns the days to which the answer is limited, and where they are.
    fn find_days(&self) -> Option<date::Found> {
        let answered = self.known.answered.occasion.day.map(|day| Days { from: Some(day), to: Some(day) });
        let before = self.before.map(|before| before.published.or(answered).unwrap_or_default());
        let calendar = date::Calendar { today: self.today, newest: self.newest, before, answered };
        let found = date::find(&self.folded, calendar, self.language)?;
        // In "who said we will open in May?" the days are part of somebody's words.
        let said = phrase::unmarked(&self.words, self.asks_person, self.language);
        let inside = said.is_some_and(|(start, _)| found.start > start);
        // In "did Lund mention Friday?" the day is part of the topic.
        let before = found.start.checked_sub(1).and_then(|at| self.folded.get(at));
        let spoken_of = found.end == found.start + 1
            && before.is_some_and(|word| self.language.question.mentioning.has(word));
        let in_outlet = outlet::is_in_name(&self.folded, found.start..found.end, self.known.outlets);
        // In "did Lund tell Norway Today" it is part of a name; not in "in Norway today".
        let country = before.is_some_and(|word| self.language.is_country(word));
        let place = found.start.checked_sub(2).and_then(|at| self.folded.get(at));
        let titled = country
            && found.end == found.start + 1
            && place.is_some_and(|word| !self.language.is_preposition(word));
        (!inside && !spoken_of && !in_outlet && !titled).then_some(found)
    }
}

/// Finds talks: "after the Kremlin talks".
fn talks(turn: &mut Turn) {
    turn.talks = round::take(&mut turn.words, turn.known.agenda, turn.before, turn.language);
    turn.placed = turn.talks.is_some();
    if let (Some(talks), Some(stated)) = (&mut turn.talks, turn.stated) {
        talks.narrow_to(stated);
    }
}

/// Finds the speakers: "what did Lund say", "what does Copenhagen say", "what did the harbour minister say".
fn people(turn: &mut Turn) {
    let met: &[String] = match turn.talks.as_ref().map(|talks| talks.rounds.as_slice()) {
        Some([round, same @ ..]) if same.iter().all(|other| other.met == round.met) => &round.met,
        _ => &[],
    };
    let who = Who::new(&who::Look {
        words: &turn.words,
        who: turn.asks_person,
        follows: turn.before.is_some(),
        known: turn.known,
        met,
        day: turn.stated.and_then(|days| days.from).unwrap_or(turn.newest),
        language: turn.language,
    });
    let question = &mut turn.question;
    question.speakers.clone_from(&who.speakers);
    question.parties.clone_from(&who.parties);
    question.others.clone_from(&who.others);
    question.stranger.clone_from(&who.stranger);
    question.unknown = who.unknown;
    question.group.clone_from(&who.group);
    question.unquoted = unquoted(&who.named, turn.known);
    turn.who = who;
}

/// Decides on the days: those of the talks if nothing or a month or more is stated besides them, otherwise
/// the stated ones.
fn days_meant(turn: &mut Turn) {
    if let Some(talks) = &mut turn.talks {
        let speakers = &turn.question.speakers;
        talks
            .narrow(|round| speakers.iter().any(|name| may_have_met(round, name, turn.known, turn.language)));
    }
    let of_talks = turn.talks.as_ref().and_then(round::Mention::days);
    let beside = turn.talks.as_ref().is_some_and(round::Mention::is_beside);
    let about = turn.talks.as_ref().is_some_and(round::Mention::is_about);
    let question = &mut turn.question;
    question.loose |= about && of_talks.is_some() && turn.stated.is_none();
    question.published = match (turn.stated, of_talks) {
        // "two days after the Paris meeting of 6 January": the stated day is that of the talks.
        (Some(_), Some(of_talks)) if beside => Some(of_talks),
        (Some(stated), Some(_)) if !question.loose && !stated.is_longer_than(WEEK) => Some(stated),
        (stated, of_talks) => of_talks.or(stated),
    };
    question.said_on = question.published.filter(|days| days.from == days.to).and_then(|days| days.from);
    question.rounds = turn.talks.iter().filter_map(round::Mention::name).map(str::to_owned).collect();
}

/// The number of days in a week.
const WEEK: i32 = 7;

/// Returns whether, according to the people list, somebody may have been at a round: they or their party met
/// there, or the round does not say who met.
fn may_have_met(round: &Round, name: &str, known: &Known, language: &Language) -> bool {
    let sides = known.roster.sides_for(name);
    let is = |met: &String| {
        met == name
            || sides.contains(&fold::words_in(met, language).join(" "))
            || sides.iter().any(|side| language.country(&fold::words_in(met, language).join(" ")) == side)
    };
    round.met.is_empty() || round.met.iter().any(is)
}

/// Fills in who somebody is, if the turn asks for it.
fn somebody(turn: &mut Turn) {
    let name = turn.question.speakers.first().filter(|_| turn.who_is);
    turn.question.profile = name.map(|name| profile(name, turn.known, turn.newest));
}

/// Decides on the kind of answer.
fn wished(turn: &mut Turn) {
    let form =
        Form { words: &turn.words, phrase: turn.marked, who: turn.asks_person, language: turn.language };
    turn.question.wish = match () {
        () if turn.often => Wish::HowOften,
        () if turn.who_is => Wish::WhoIs,
        () => wish(&form),
    };
}

/// Fills in the topic: the words that are left, in the forms that the corpus has, without duplicates.
fn topic(turn: &mut Turn) {
    let terms = &mut turn.question.terms;
    let lists = &turn.language.question;
    let order = match turn.question.wish {
        Wish::First => lists.first.find(&turn.words),
        Wish::Latest => lists.latest.find(&turn.words),
        _ => None,
    };
    let order = order.unwrap_or_default();
    for (at, word) in turn.words.iter().enumerate() {
        let used = turn.who.taken.contains(&at) || order.contains(&at);
        if !used && is_topic(&word.folded, turn.language) {
            let term = known_form(&word.folded, turn.known);
            if !terms.contains(&term) {
                terms.push(term);
            }
        }
    }
    let office = turn.words[turn.who.office.clone()].iter().map(|word| word.folded.clone());
    turn.question.office = office.filter(|word| turn.question.terms.contains(word)).collect();
}

/// Fills in the words for where it was said. They occur around the quote, and are the topic only if there is
/// no other.
fn where_said(turn: &mut Turn) {
    let question = &mut turn.question;
    question.setting = setting::setting(&turn.words, &question.terms, turn.language);
    let Some(talks) = turn.talks.take() else { return };
    let topic = !question.terms.is_empty();
    for word in talks.around(&question.rounds, !question.speakers.is_empty()) {
        if !question.terms.contains(&word) {
            question.setting.extend(topic.then(|| word.clone()));
            turn.around.push(word.clone());
            question.terms.push(word);
        }
    }
}

/// Finds the matters of the agenda.
fn matters(turn: &mut Turn) {
    turn.question.matters = matter::matters(&turn.question.terms, &turn.folded, turn.known.agenda);
}

/// Finds a phrase without quotation marks: "who said nothing is decided without Ukraine?"
fn words_said(turn: &mut Turn) {
    if turn.marked {
        return;
    }
    let found = phrase::unmarked(&turn.words, turn.asks_person, turn.language);
    turn.question.unmarked = found.is_some();
    turn.question.phrase = found.map(|(_, words)| words);
}

/// Fills in the corrected wording.
fn in_other_words(turn: &mut Turn) {
    turn.question.reworded = reworded(&turn.words, &turn.who.places, turn.known, turn.language);
}

/// Completes a follow-up: "and Lund?", "anything newer?"
fn left_to_before(turn: &mut Turn) {
    let Some(before) = turn.before else { return };
    let Turn { question, heard, placed, around, folded, asks_person, newest, known, language, .. } = turn;
    let before = follow::Before {
        question: before,
        heard,
        placed: *placed,
        around,
        there: &round::rounds_at(before, known.agenda),
        answered: &known.answered,
    };
    if follow::lean_on(question, before, folded, *asks_person, *newest, language) {
        question.reworded = Some(in_full(question));
    }
}

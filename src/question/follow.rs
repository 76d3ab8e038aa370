//! "And what did he say about Europe?": what does a question take from the one before it?

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::{Answered, Days, Question, Wish};
use crate::agenda::Round;
use crate::fold;
use crate::lang::{Language, MONTHS, QuestionWords};

/// The question before.
#[derive(Clone, Copy)]
pub(super) struct Before<'a> {
    pub(super) question: &'a Question,
    /// Those asked about individually in it and in the questions before it.
    pub(super) heard: &'a [String],
    /// Whether the follow-up mentions talks of its own, and the words for them among its terms.
    pub(super) placed: bool,
    pub(super) around: &'a [String],
    /// The rounds at the place that the question before was about.
    pub(super) there: &'a [&'a Round],
    pub(super) answered: &'a Answered,
}

/// A question that follows another one.
struct Turn<'a> {
    question: &'a mut Question,
    before: &'a Question,
    /// Those asked about individually so far.
    heard: &'a [String],
    /// Whether the question mentions talks of its own, and the words for them among its terms.
    placed: bool,
    around: &'a [String],
    there: &'a [&'a Round],
    /// The first answer to the question before.
    answered: &'a Answered,
    /// Whether the question names a speaker.
    names: bool,
    /// Whether it asks about somebody who was there too: "his host".
    counterpart: bool,
    /// Whether it asks for what was said in reaction to the answer before.
    reacts: bool,
    /// Its own terms.
    own: Vec<String>,
    /// The folded words of the question.
    words: &'a [String],
    /// Whether it asks for a person.
    who: bool,
    /// The newest day on record.
    newest: Date,
    language: &'a Language,
    lists: &'a QuestionWords,
}

/// The rules, in the order in which they are applied. Each returns whether it took anything from the question
/// before.
const RULES: &[fn(&mut Turn) -> bool] = &[stance, counterpart, speakers, others, topic, newer, earlier];

/// Completes a follow-up from the question before it; whatever it does not state is kept from there. Returns
/// whether anything was missing. `words` are the folded words of the follow-up, `who` says whether it asks
/// for a person, and `newest` is the newest day on record.
pub(super) fn lean_on(
    question: &mut Question,
    before: Before,
    words: &[String],
    who: bool,
    newest: Date,
    language: &Language,
) -> bool {
    let Before { question: before, heard, placed, around, there, answered } = before;
    let mut turn = Turn {
        names: !question.speakers.is_empty(),
        counterpart: false,
        reacts: language.question.reacting.has_any(words),
        own: question.terms.clone(),
        question,
        before,
        heard,
        placed,
        around,
        there,
        answered,
        words,
        who,
        newest,
        language,
        lists: &language.question,
    };
    let taken: Vec<bool> = RULES.iter().map(|rule| rule(&mut turn)).collect();
    let leans = taken.contains(&true);
    if leans {
        limits(&mut turn);
    }
    leans
}

impl Turn<'_> {
    /// Returns whether the question asks for something other than what was asked about before.
    fn is_other(&self) -> bool {
        self.lists.other_than.has_any(self.words)
    }

    /// Returns whether "it" or "that" stands for what was asked about before; not in "did she say that the
    /// ferry sails".
    fn is_thing(&self) -> bool {
        self.words.iter().enumerate().any(|(at, word)| {
            let said = at.checked_sub(1).is_some_and(|at| self.lists.speech_verbs.has(&self.words[at]));
            let clause = said && self.lists.clause_openers.has(word) && at + 1 < self.words.len();
            self.lists.things.has(word) && !clause
        })
    }

    /// Returns whether the question is complete: it names a speaker and talks, and does not begin as a
    /// follow-up does.
    fn is_whole(&self) -> bool {
        let opens = self.lists.follow_up.begin(self.words) > 0;
        let carries = self.lists.carries_on.begin(self.words) > 0;
        self.names && !self.question.rounds.is_empty() && !opens && !carries
    }

    /// Returns those who were asked about so far; if nobody was, the speaker of the answer.
    fn heard(&self) -> Vec<String> {
        let heard = self.heard.iter().chain(&self.before.speakers);
        let mut heard: Vec<String> = heard.cloned().collect();
        if heard.is_empty() {
            heard.extend(self.answered.speaker.clone());
        }
        heard.sort_unstable();
        heard.dedup();
        heard
    }

    fn is_newer(&self) -> bool {
        self.lists.newer.find(self.words).is_some()
    }
}

/// "did Lund agree?", "who disagreed?", "did that change?": such a verb alone is not the topic.
fn stance(turn: &mut Turn) -> bool {
    let Turn { question, before, lists, reacts, .. } = turn;
    let terms = &question.terms;
    let alone = terms.iter().all(|term| lists.stances.has(term) || lists.passing.has(term));
    if question.phrase.is_none() && !before.is_empty() && alone {
        *reacts |= terms.iter().any(|term| lists.stances.has(term));
        question.terms.clear();
    }
    false
}

/// How many words after "his" may belong to an office.
const OFFICE: usize = 3;

/// "and his host?", "what did the other side say?": asks about somebody else who was there. The words for
/// them are not the topic, unless they are an office.
fn counterpart(turn: &mut Turn) -> bool {
    if !turn.question.asks_for_nobody() {
        return false;
    }
    let Turn { words, lists, language, question, .. } = turn;
    if let Some(place) = lists.counterparts.find(words) {
        let counterpart = &words[place];
        question.terms.retain(|term| !counterpart.contains(term));
    } else {
        // "his treasury secretary"
        let has_office =
            |at: usize| words.iter().skip(at + 1).take(OFFICE).any(|word| language.is_office(word));
        if !words.iter().enumerate().any(|(at, word)| lists.persons.has(word) && has_office(at)) {
            return false;
        }
    }
    turn.counterpart = true;
    turn.question.others.extend(turn.heard());
    true
}

/// "what did she say", "and why", "anything newer": asks about the same person as before; if the question
/// before named nobody, about the speaker of the answer.
fn speakers(turn: &mut Turn) -> bool {
    let opens = turn.lists.follow_up.begin(turn.words) > 0;
    let person = turn.lists.persons.has_any(turn.words);
    // "anything on fares there?" refers to the same occasion.
    let opens = opens || turn.before.published.is_some() && turn.lists.there.has_any(turn.words);
    // "after Bergen?" says nothing else.
    let placed = turn.placed && turn.question.terms.iter().all(|term| turn.around.contains(term));
    let opens = opens || placed;
    let Turn { question, before, answered, who, counterpart, .. } = turn;
    if *counterpart || *who || !question.asks_for_nobody() || !(person || opens || question.terms.is_empty())
    {
        return false;
    }
    question.speakers.clone_from(&before.speakers);
    question.parties.clone_from(&before.parties);
    question.group.clone_from(&before.group);
    question.stranger.clone_from(&before.stranger);
    if person && question.asks_for_nobody() {
        question.speakers.extend(answered.speaker.clone());
    }
    true
}

/// "who else said so": excludes the people asked about before. If the question before was what they said at
/// some talks, the talks become the topic.
fn others(turn: &mut Turn) -> bool {
    let other = turn.who && turn.is_other();
    if other {
        turn.question.others.extend(turn.heard());
        if turn.question.terms.is_empty() && turn.before.terms.is_empty() {
            let words = turn.before.rounds.iter().flat_map(|round| fold::words(round));
            let content = words.filter(|word| {
                let dated = word.parse::<u32>().is_ok() || MONTHS.contains(&word.as_str());
                !turn.language.is_function_word(word) && !dated
            });
            turn.question.terms.extend(content);
        }
    }
    other
}

/// "and Lund?", "does Lund mention it too?": keeps the topic. "Anything else" does not, nor does "anything in
/// May".
fn topic(turn: &mut Turn) -> bool {
    if turn.is_whole() {
        return false;
    }
    let thing = turn.is_thing();
    let anything = turn.question.published.is_some() && turn.lists.any_words.has_any(turn.words);
    let more = turn.lists.more.find(turn.words).is_some();
    let other = (turn.is_other() || more || anything) && !turn.who && !turn.counterpart;
    let Turn { question, before, lists, placed, around, there, .. } = turn;
    // "and at the round in June?", "and in Berlin?", "no, the one in Berlin"
    let in_round = |term: &String| question.rounds.iter().any(|round| fold::words(round).contains(term));
    let of_talks = |term: &String| lists.talks.has(term) || around.contains(term) || in_round(term);
    let talks = (*placed || question.published.is_some()) && question.terms.iter().all(of_talks);
    let mut place = Vec::new();
    if talks && !before.terms.is_empty() {
        place = std::mem::take(&mut question.terms);
        place.retain(|term| question.rounds.is_empty() && around.contains(term));
    }
    let nothing = question.terms.is_empty() && question.phrase.is_none();
    let leans = nothing || thing && question.terms.len() <= MOST;
    if other || !leans {
        return other;
    }
    // "no, the one in Bergen"
    let elsewhere = |term: &String| {
        *placed && there.iter().any(|round| round.places.iter().any(|place| fold::name(place).contains(term)))
    };
    for term in before.terms.iter().filter(|term| !elsewhere(term)) {
        if !question.terms.contains(term) {
            question.terms.push(term.clone());
        }
    }
    let kept = |term: &&String| !question.setting.contains(term);
    let setting: Vec<String> = before.setting.iter().filter(kept).cloned().collect();
    question.setting.extend(setting);
    place.retain(|term| !question.terms.contains(term));
    question.terms.extend(place.iter().cloned());
    question.setting.extend(place);
    question.matters.extend(before.matters.iter().cloned());
    if nothing && before.wish != Wish::Check {
        question.phrase.clone_from(&before.phrase);
        question.unmarked = before.unmarked;
    }
    true
}

/// If a question with "it" has more terms than this, it takes none from the question before.
const MOST: usize = 3;

/// "anything newer?": limits to the days after those asked about before; if there were none, newest first.
/// "later that year" is a part of that year.
fn newer(turn: &mut Turn) -> bool {
    if !turn.is_newer() {
        return false;
    }
    let asked = turn.before.published.and_then(|days| days.to);
    let answered = turn.answered.occasion.day.filter(|_| turn.question.published.is_some());
    let last = asked.or(answered).filter(|last| *last < turn.newest);
    let from = last.and_then(|last| last.tomorrow().ok());
    let thing = turn.is_thing();
    let Turn { question, own, .. } = turn;
    let stated = question.published;
    match from {
        Some(_) if stated.is_none_or(|days| days.contains(last)) => {
            question.published = Some(Days { from, to: stated.and_then(|days| days.to) });
            // The topic belonged to the earlier days.
            question.terms.retain(|term| thing || own.contains(term));
            question.setting.retain(|word| own.contains(word));
            true
        }
        None if stated.is_none() => {
            question.wish = Wish::Latest;
            true
        }
        _ => false,
    }
}

/// "anything earlier?": limits to the days before those asked about before; if there were none, oldest first.
fn earlier(turn: &mut Turn) -> bool {
    if turn.lists.earlier.find(turn.words).is_none() || turn.question.published.is_some() {
        return false;
    }
    match turn.before.published.and_then(|days| days.from).and_then(|first| first.yesterday().ok()) {
        Some(to) => turn.question.published = Some(Days { from: None, to: Some(to) }),
        None => turn.question.wish = Wish::First,
    }
    true
}

/// Within how many days of a remark a reaction to it comes.
const REACTION: i64 = 10;

/// How many days after a round it is still spoken about.
const AFTERWARDS: i64 = 7;

/// Takes the days, the outlet and the occasion from the question before. If days that are not stated again
/// leave no quotes, other days are accepted; "and in May?" asks for that month and for no other.
fn limits(turn: &mut Turn) {
    let any_time = turn.lists.any_time.find(turn.words).is_some();
    let Turn { question, before, placed, reacts, .. } = turn;
    question.after = Some(turn.answered.occasion.clone()).filter(|_| !any_time);
    let any_day = any_time || *placed || matches!(question.wish, Wish::Latest | Wish::First);
    if question.published.is_some() {
        question.loose = false;
    }
    // "how did Lund react?": a reaction comes soon after what was said.
    let said = turn.answered.occasion.day.filter(|_| *reacts && !any_day);
    if let Some(said) = said.filter(|_| question.published.is_none() && question.after.is_some()) {
        question.published = Some(Days { from: Some(said), to: Some(said.saturating_add(REACTION.days())) });
    }
    if question.published.is_none() && before.published.is_some() && !any_day {
        question.published = before.published;
        question.said_on = before.said_on;
        question.rounds.clone_from(&before.rounds);
        (question.loose, question.kept) = (true, true);
    }
    // Several rounds were held there: the one that the answer is about.
    let answered = turn.answered.occasion.day;
    let about = |round: &&&Round| {
        answered.is_some_and(|day| round.first <= day && day <= round.last.saturating_add(AFTERWARDS.days()))
    };
    let mut rounds = turn.there.iter().filter(about);
    if let Some(round) = rounds.next_back()
        && before.rounds.is_empty()
        && question.published.is_none()
        && question.terms.iter().any(|term| before.terms.contains(term))
        && !any_day
    {
        let to = round.last.saturating_add(AFTERWARDS.days());
        question.published = Some(Days { from: Some(round.first), to: Some(to) });
        question.rounds = vec![round.name.clone()];
        question.loose = true;
    }
    if question.outlet.is_none() {
        question.outlet.clone_from(&before.outlet);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;
    use crate::question::Occasion;

    fn list(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    /// Checks what a question about `terms` is about when it follows one about Lund and the ferry.
    #[track_caller]
    fn check(text: &str, terms: &[&str], who: bool, expected: (&[&str], &[&str])) {
        let before =
            Question { speakers: list(&["Pia Lund"]), terms: list(&["ferry"]), ..Question::default() };
        let mut question = Question { terms: list(terms), ..Question::default() };
        let answered = Answered::default();
        lean_on(
            &mut question,
            Before {
                question: &before,
                heard: &[],
                placed: false,
                around: &[],
                there: &[],
                answered: &answered,
            },
            &fold::words(text),
            who,
            jiff::civil::date(2025, 5, 1),
            Language::primary(),
        );
        assert_eq!((question.speakers, question.terms), (list(expected.0), list(expected.1)), "{text}");
    }

    #[test]
    fn pronouns_and_omissions_refer_to_the_question_before() {
        check("what did she say about fares", &["fares"], false, (&["Pia Lund"], &["fares"]));
        check("and about fares", &["fares"], false, (&["Pia Lund"], &["fares"]));
        check("and why", &[], false, (&["Pia Lund"], &["ferry"]));
        check("who paid for it", &["paid"], true, (&[], &["paid", "ferry"]));
        check("did she say that fares rise", &["fares"], false, (&["Pia Lund"], &["fares"]));
    }

    #[test]
    fn there_refers_to_the_same_occasion() {
        let day = jiff::civil::date(2025, 4, 1);
        let before = Question {
            speakers: list(&["Pia Lund"]),
            published: Some(Days { from: Some(day), to: Some(day) }),
            ..Question::default()
        };
        let mut question = Question { terms: list(&["fares"]), ..Question::default() };
        let words = fold::words("anything on fares there");
        let answered = Answered::default();
        let asked = Before {
            question: &before,
            heard: &[],
            placed: false,
            around: &[],
            there: &[],
            answered: &answered,
        };
        assert!(lean_on(&mut question, asked, &words, false, day, Language::primary()));
        assert_eq!((question.speakers, question.published), (before.speakers.clone(), before.published));
    }

    /// Returns what a question about `terms` means when it follows one about Lund on 1 April 2025, after one
    /// about Okafor.
    fn after_lund(text: &str, terms: &[&str], published: Option<Days>, who: bool) -> Question {
        let day = jiff::civil::date(2025, 4, 1);
        let before = Question {
            speakers: list(&["Pia Lund"]),
            terms: list(&["ferry"]),
            published: Some(Days { from: Some(day), to: Some(day) }),
            ..Question::default()
        };
        let occasion = Occasion { day: Some(day), ..Occasion::default() };
        let mut question = Question { terms: list(terms), published, ..Question::default() };
        let answered = Answered { occasion, ..Answered::default() };
        let heard = list(&["Ole Okafor"]);
        let asked = Before {
            question: &before,
            heard: &heard,
            placed: false,
            around: &[],
            there: &[],
            answered: &answered,
        };
        let newest = jiff::civil::date(2025, 12, 1);
        lean_on(&mut question, asked, &fold::words(text), who, newest, Language::primary());
        question
    }

    #[test]
    fn somebody_who_was_there_too_is_none_of_those_asked_about() {
        for (text, terms, left) in [
            ("and her host?", &["host"][..], &["ferry"][..]),
            ("what did the other side say", &["side"], &["ferry"]),
            ("what did her finance minister say", &["finance", "minister"], &["finance", "minister"]),
        ] {
            let found = after_lund(text, terms, None, false);
            assert_eq!((found.speakers, found.terms), (vec![], list(left)), "{text}");
            assert_eq!(found.others, list(&["Ole Okafor", "Pia Lund"]), "{text}");
            assert!(found.published.is_some(), "{text}");
        }
        let else_ = after_lund("who else spoke there", &[], None, true);
        assert_eq!(else_.others, list(&["Ole Okafor", "Pia Lund"]));
    }

    #[test]
    fn later_in_a_period_is_after_the_days_before() {
        let days = |from, to| Days { from: Some(from), to };
        let date = jiff::civil::date;
        let year = days(date(2025, 1, 1), Some(date(2025, 12, 31)));
        let later = after_lund("anything on fares later that year", &["fares"], Some(year), false);
        assert_eq!(later.published, Some(days(date(2025, 4, 2), Some(date(2025, 12, 31)))));
        let newer = after_lund("anything newer on fares", &["fares"], None, false);
        assert_eq!((newer.published, newer.terms), (Some(days(date(2025, 4, 2), None)), list(&["fares"])));
    }

    #[test]
    fn ever_asks_for_any_time() {
        let ever = after_lund("has she ever spoken on fares", &["fares"], None, false);
        assert_eq!((ever.speakers, ever.published, ever.after), (list(&["Pia Lund"]), None, None));
        let there = after_lund("did she speak on fares", &["fares"], None, false);
        assert!(there.published.is_some() && there.after.is_some());
    }

    #[test]
    fn she_is_the_speaker_of_the_answer_if_the_question_named_nobody() {
        let before = Question { terms: list(&["ferry"]), ..Question::default() };
        let answered = Answered { speaker: Some("Pia Lund".to_owned()), ..Answered::default() };
        for (text, expected) in [("what else did she say", vec!["Pia Lund".to_owned()]), ("and why", vec![])]
        {
            let mut question = Question::default();
            let asked = Before {
                question: &before,
                heard: &[],
                placed: false,
                around: &[],
                there: &[],
                answered: &answered,
            };
            let newest = jiff::civil::date(2025, 5, 1);
            lean_on(&mut question, asked, &fold::words(text), false, newest, Language::primary());
            assert_eq!(question.speakers, expected, "{text}");
        }
    }

    #[test]
    fn a_bare_new_topic_or_place_keeps_the_speaker() {
        check("what about fares", &["fares"], false, (&["Pia Lund"], &["fares"]));
        check("only fares please", &["fares"], false, (&["Pia Lund"], &["fares"]));
    }

    #[test]
    fn a_stance_is_not_the_topic() {
        check("did she agree", &["agree"], false, (&["Pia Lund"], &["ferry"]));
        check("who disagreed", &["disagreed"], true, (&[], &["ferry"]));
        check("did she agree to fares", &["agree", "fares"], false, (&["Pia Lund"], &["agree", "fares"]));
    }

    #[test]
    fn a_reaction_comes_after_what_was_said() {
        let day = jiff::civil::date(2025, 4, 1);
        let soon = Days { from: Some(day), to: Some(jiff::civil::date(2025, 4, 11)) };
        let react = after_lund("how did the board react to that", &[], None, false);
        assert_eq!((react.published, react.loose), (Some(soon), false));
        let ever = after_lund("did she ever react", &[], None, false);
        assert_eq!(ever.published, None);
    }

    #[test]
    fn a_self_contained_question_is_unchanged() {
        check(
            "tell me about fares in the harbour",
            &["fares", "harbour"],
            false,
            (&[], &["fares", "harbour"]),
        );
        check("who spoke about fares", &["fares"], true, (&[], &["fares"]));
    }
}

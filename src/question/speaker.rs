//! Which of the people named in a question are asked for their words, and which belong to the topic?
//!
//! Simply taking the first name would be wrong: a name after "about" belongs to the topic. [`RULES`] decides
//! for each name.

use std::ops::Range;

use super::name::Named;
use super::topic::is_topic;
use super::word::{Word, at};
use crate::lang::{Language, MONTHS, WEEKDAYS};
use crate::meaning::is_common;
use crate::quote::model::Model;

/// A name in a question and its surroundings.
struct Slot<'a> {
    words: &'a [Word],
    named: &'a [Named],
    /// Its index in `named`.
    place: usize,
    name: &'a Named,
    /// Where the name begins, including its determiners: "the Kremlin".
    start: usize,
    /// The indices in `named` of the speakers before it.
    speaking: &'a [usize],
    /// Whether there was an earlier question.
    follows: bool,
    language: &'a Language,
}

/// The role of a name in the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Speaks,
    IsTopic,
}

use Verdict::{IsTopic, Speaks};

/// The rules, in order of precedence: the first one that returns a verdict decides. A name without a verdict
/// belongs to the topic.
const RULES: &[fn(&Slot) -> Option<Verdict>] = &[
    carried_on,
    behind_verb,
    credited,
    compared,
    held_words,
    owns_something,
    owns_words,
    bare_side,
    in_clause,
    behind_pronoun,
    quotes_another,
    of_anothers_office,
    part_of_body,
    joined,
    words_by,
    words_of_side,
    listed,
    governed,
    behind_speaker,
    before_pronoun,
    in_slot,
];

/// Returns the indices in `named` of those who speak.
pub(super) fn speaking(words: &[Word], named: &[Named], follows: bool, language: &Language) -> Vec<usize> {
    let mut out: Vec<usize> = Vec::new();
    for (place, name) in named.iter().enumerate() {
        let mut start = name.start;
        while start > 0 && language.is_determiner(&words[start - 1].folded) {
            start -= 1;
        }
        let slot = Slot { words, named, place, name, start, speaking: &out, follows, language };
        if RULES.iter().find_map(|rule| rule(&slot)) == Some(Speaks) {
            out.push(place);
        }
    }
    out
}

impl Slot<'_> {
    /// Returns the word before the name and its determiners.
    fn before(&self) -> &str {
        at(self.words, self.start.checked_sub(1))
    }

    /// Returns the word before the name, its determiners and its titles.
    fn before_office(&self) -> &str {
        let titles = self.words[..self.start].iter().rev();
        let titles = titles.take_while(|word| self.language.is_title(&word.folded)).count();
        at(self.words, (self.start - titles).checked_sub(1))
    }

    /// Returns the word after the name.
    fn next(&self) -> &str {
        at(self.words, Some(self.name.end))
    }

    fn is_possessive(&self) -> bool {
        self.words[self.name.end - 1].possessive
    }

    fn owns_words(&self) -> bool {
        self.is_possessive() && owns_words_at(self.words, self.name.end, self.language)
    }

    fn is_topic_at(&self, place: usize) -> bool {
        self.words.get(place).is_some_and(|word| is_topic(&word.folded, self.language))
    }

    fn is_office_at(&self, place: usize) -> bool {
        self.words.get(place).is_some_and(|word| self.language.is_office(&word.folded))
    }
}

fn when(holds: bool, verdict: Verdict) -> Option<Verdict> {
    holds.then_some(verdict)
}

/// "and Lund?", "what about Lund?", if there was an earlier question.
fn carried_on(slot: &Slot) -> Option<Verdict> {
    let opens =
        slot.start > 0 && slot.language.question.carries_on.begin(&slot.words[..slot.start]) == slot.start;
    when(slot.follows && opens && !slot.is_possessive(), Speaks)
}

/// "what said Lund after the talks": the verb is before its subject.
fn behind_verb(slot: &Slot) -> Option<Verdict> {
    let lists = &slot.language.question;
    let verb = slot.start.checked_sub(1)?;
    let lead = at(slot.words, verb.checked_sub(1));
    let inverted = lists.stranger_verbs.has(slot.before()) && lists.stranger_leads.has(lead);
    when(inverted && slot.speaking.is_empty(), Speaks)
}

/// "according to Lund"
fn credited(slot: &Slot) -> Option<Verdict> {
    when(slot.language.question.credited.ends(&slot.words[..slot.start]), Speaks)
}

/// "Copenhagen vs Lisbon", "how do Lund and Okafor differ": those who are compared are speakers. A party or
/// person after "on" is what they are asked about.
fn compared(slot: &Slot) -> Option<Verdict> {
    let lists = &slot.language.question;
    if !lists.compared.has_any(slot.words) || slot.named.len() < 2 || slot.is_possessive() {
        return None;
    }
    // In "Copenhagen's view on fares vs Lisbon", a second party is still compared; a second person after "on"
    // is what the first one speaks about.
    let first = slot.speaking.first().filter(|_| slot.speaking.len() > 1 || slot.name.parties.is_empty());
    let behind = first.and_then(|&first| slot.words.get(slot.named[first].end..slot.start));
    let about = behind.is_some_and(|behind| lists.said_topics.has_any(behind));
    let asked = lists.said_topics.has(slot.before()) && lists.name_is_topic.has(slot.before());
    when(!about && !asked, Speaks)
}

/// "Lund's line on the fares", "the Lund quote about fares", unless somebody else is asked for.
fn held_words(slot: &Slot) -> Option<Verdict> {
    let lists = &slot.language.question;
    let held = lists.held_words.has(slot.next()) || lists.words_for_words.has(slot.next());
    let topic = lists.name_is_topic.has(at(slot.words, Some(slot.name.end + 1)));
    let named = slot.start < slot.name.start && slot.name.parties.is_empty() && held && topic;
    let holds = slot.is_possessive() && lists.held_words.has(slot.next());
    when((holds || named) && slot.speaking.is_empty(), Speaks)
}

/// "US tariffs, any quotes": a party at the start of a question is the topic if it modifies another word.
fn bare_side(slot: &Slot) -> Option<Verdict> {
    when(
        !slot.name.parties.is_empty() && slot.before().is_empty() && slot.is_topic_at(slot.name.end),
        IsTopic,
    )
}

/// "the reaction in Copenhagen to the fares", "the view of the Danish side"
fn words_of_side(slot: &Slot) -> Option<Verdict> {
    let lists = &slot.language.question;
    let linked = lists.who_of.has(slot.before()) && !slot.name.parties.is_empty();
    let words = at(slot.words, slot.start.checked_sub(2));
    when(linked && lists.words_for_words.has(words) && slot.speaking.is_empty(), Speaks)
}

/// "Lund's ferry"; but not "Lund's take" or "Lund's excuse for".
fn owns_something(slot: &Slot) -> Option<Verdict> {
    let owns = slot.is_possessive() && !slot.owns_words();
    when(owns && !has_reason(slot.words, slot.name.end, slot.language), IsTopic)
}

/// "what was Lund's take on the fares", whatever comes before.
fn owns_words(slot: &Slot) -> Option<Verdict> {
    when(slot.owns_words() && slot.speaking.is_empty(), Speaks)
}

/// "if Black voters stay", "when Lund met Okafor"
fn in_clause(slot: &Slot) -> Option<Verdict> {
    let clause = slot.language.question.clause_links.has(slot.before());
    when(clause && slot.is_topic_at(slot.name.end), IsTopic)
}

/// "has the Gazette quoted Lund saying": the one quoted is the speaker.
fn quotes_another(slot: &Slot) -> Option<Verdict> {
    let quotes = slot.language.question.quoting.has(slot.next());
    when(quotes && slot.named.get(slot.place + 1).is_some(), IsTopic)
}

/// "the White House press secretary", "Lund campaign manager", "Lund backer": somebody else's office, or
/// their relation to the person named.
fn of_anothers_office(slot: &Slot) -> Option<Verdict> {
    let end = slot.name.end;
    let follows = slot.language.question.followers.has(slot.next()) && slot.name.parties.is_empty();
    when(follows || slot.is_office_at(end) || (slot.is_topic_at(end) && slot.is_office_at(end + 1)), IsTopic)
}

/// "the Trump administration" is a body; in "Trump on tariffs" he speaks, and in "how do the Danes see it"
/// they do.
fn part_of_body(slot: &Slot) -> Option<Verdict> {
    let Slot { name, start, .. } = slot;
    let people = slot.words[name.end - 1].folded.strip_suffix('s');
    let people = people.is_some_and(|one| !slot.language.nations(one).is_empty());
    let modifies = *start < name.start && name.end - name.start == 1 && slot.is_topic_at(name.end);
    when(modifies && !people, IsTopic)
}

/// "Okafor and Lund": the same verdict as for the name before, even if nobody on record is called Okafor.
fn joined(slot: &Slot) -> Option<Verdict> {
    if !slot.language.question.joins.has(slot.before()) {
        return None;
    }
    let one_before = |last: &usize| slot.named[*last].end + 1 >= slot.start;
    let unknown = |place: usize| {
        slot.words[place].capital
            && slot.is_topic_at(place)
            && place.checked_sub(1).is_some_and(|lead| opens_slot(&slot.words[lead].folded, slot.language))
    };
    let speaks = slot.speaking.last().is_some_and(one_before)
        || slot.speaking.is_empty() && slot.start.checked_sub(2).is_some_and(unknown);
    Some(if speaks { Speaks } else { IsTopic })
}

/// "remarks by Lund", "anything from Lund"; but not "what did Okafor say about the ferry from Lund".
fn words_by(slot: &Slot) -> Option<Verdict> {
    let lists = &slot.language.question;
    let asks_for_words = |word: &Word| {
        [&lists.words_for_words, &lists.any_words, &lists.said].iter().any(|list| list.has(&word.folded))
    };
    let asked = slot.words[..slot.start].iter().rposition(asks_for_words)?;
    // In "what did Okafor say about a ferry from Lund" the second name belongs to the topic.
    let in_topic = slot.words.get(asked + 1..slot.start.saturating_sub(1));
    let is_topic = in_topic.is_some_and(|words| lists.said_topics.has_any(words));
    when(lists.words_by.has(slot.before()) && (slot.speaking.is_empty() || !is_topic), Speaks)
}

/// "Merz, Macron and Starmer"
fn listed(slot: &Slot) -> Option<Verdict> {
    let behind = slot.speaking.last().is_some_and(|&last| slot.named[last].end == slot.start);
    when(behind && slot.start == slot.name.start, Speaks)
}

/// "about Lund", "about President Lund", "about how Lund acted"
fn governed(slot: &Slot) -> Option<Verdict> {
    let lists = &slot.language.question;
    let clause = lists.clause_openers.has(slot.before()) || lists.clause_links.has(slot.before());
    let opened = at(slot.words, slot.start.checked_sub(2));
    if clause && lists.said_topics.has(opened) && slot.start > 2 {
        return Some(IsTopic);
    }
    when(lists.name_is_topic.has(slot.before()) || lists.name_is_topic.has(slot.before_office()), IsTopic)
}

/// "did Lund say that Okafor": in a clause after a speaker.
fn behind_speaker(slot: &Slot) -> Option<Verdict> {
    let from = slot.named[*slot.speaking.first()?].end;
    let between = slot.words.get(from..slot.start)?;
    when(slot.language.question.clause_openers.has_any(between), IsTopic)
}

/// "did she say whether Okafor": in a clause after a pronoun for somebody asked about before.
fn behind_pronoun(slot: &Slot) -> Option<Verdict> {
    let lists = &slot.language.question;
    let before = slot.words.get(..slot.start)?;
    let said = pronoun_says(before, slot.language)?;
    when(slot.follows && lists.clause_openers.has_any(&before[said..]), IsTopic)
}

/// "was Lund there too? what did she say": in a follow-up, the first name before a pronoun.
fn before_pronoun(slot: &Slot) -> Option<Verdict> {
    let after = slot.words.get(slot.name.end..)?;
    let says = pronoun_says(after, slot.language).is_some();
    let person = slot.name.parties.is_empty() && !slot.is_possessive();
    when(slot.follows && person && slot.speaking.is_empty() && says, Speaks)
}

/// Returns the end of the first pronoun and its verb of speech, "she said", in `words`.
fn pronoun_says(words: &[Word], language: &Language) -> Option<usize> {
    let lists = &language.question;
    let says = |pair: &[Word]| lists.persons.has(&pair[0].folded) && lists.speech_verbs.has(&pair[1].folded);
    words.windows(2).position(says).map(|at| at + 2)
}

/// "did Lund", "is it true that Lund said", "the first thing Lund said"; but not "Lund: did Okafor resign?"
fn in_slot(slot: &Slot) -> Option<Verdict> {
    let lists = &slot.language.question;
    let before = slot.before();
    let opens =
        opens_slot(before, slot.language) || lists.quoting.has(before) || lists.reported.has(slot.next());
    let asked = lists.asks_name.has(before);
    when(slot.speaking.is_empty() && (opens || asked) || asked && lists.speech_verbs.has(slot.next()), Speaks)
}

/// Returns whether a name after this word can be a speaker: "has Lund", "what Lund", "mr Lund", or no word at
/// all; but not "likening Lund".
pub(super) fn opens_slot(before: &str, language: &Language) -> bool {
    before.is_empty() || language.is_title(before) || language.leads_to_speaker(before)
}

/// Returns whether a word for a statement is at `at`, or behind a word there that is not the topic, "Lund's own
/// words", or behind a few words of the topic: "Lund's harbour remark".
fn owns_words_at(words: &[Word], at: usize, language: &Language) -> bool {
    let is =
        |at: usize| words.get(at).is_some_and(|word| language.question.words_for_words.has(&word.folded));
    let topic = |word: &&Word| !language.is_function_word(&word.folded) && !word.possessive;
    let between = words.iter().skip(at).take(BEFORE_WORDS).take_while(topic).count();
    is(at)
        || is(at + 1) && words.get(at).is_some_and(|word| !is_topic(&word.folded, language))
        || (at + 1..=at + between).any(is)
}

/// Maximum number of words of the topic before a word for a statement.
const BEFORE_WORDS: usize = 3;

/// Returns whether the word at `at` is a reason or the like, which belongs to somebody: "Lund's excuse for
/// …", "Lund's advice on …".
fn has_reason(words: &[Word], at: usize, language: &Language) -> bool {
    let leads = |word: &Word| {
        language.is_preposition(&word.folded) || language.question.reason_leads.has(&word.folded)
    };
    words.get(at + 1).is_some_and(leads) && words.get(at).is_some_and(|word| language.is_reason(&word.folded))
}

/// Returns the indices in `named` of the parties of which a question asks who it was: "who in Copenhagen
/// said", "which Danish official"; or of the person who says so: "who paid, according to Lund".
pub(super) fn asked_of(words: &[Word], named: &[Named], language: &Language) -> Vec<usize> {
    let lists = &language.question;
    let first = named.first().filter(|named| !named.parties.is_empty());
    let asks = |named: &Named| {
        let mut start = named.start;
        while start > 0 && language.is_determiner(&words[start - 1].folded) {
            start -= 1;
        }
        let nearest = start.checked_sub(1).map(|at| &words[at].folded);
        let asks = |word: &String| lists.who.has(word);
        // "which US official", "who in the US"; not "which US plan"
        let people = named.end - named.start > 1
            || nearest.is_some_and(|word| lists.who_of.has(word) && !asks(word))
            || !words.get(named.end).is_some_and(|word| is_topic(&word.folded, language));
        people
            && nearest.is_some_and(|word| asks(word) || lists.who_of.has(word))
            && words[..start].iter().rev().take(2).any(|word| asks(&word.folded))
    };
    let credited = |named: &Named| lists.credited.ends(&words[..named.start]);
    match named.iter().position(credited) {
        Some(place) => vec![place],
        None if first.is_some_and(asks) => vec![0],
        None => Vec::new(),
    }
}

/// Returns the indices of words that only say what kind of statement is asked for.
pub(super) fn reasons(
    words: &[Word],
    named: &[Named],
    speaking: &[usize],
    language: &Language,
) -> Vec<usize> {
    let held = |end: usize| language.question.held_words.has(at(words, Some(end)));
    let of = |named: &Named| {
        let the = named.start.checked_sub(1).is_some_and(|at| language.is_determiner(&words[at].folded));
        let owns = words[named.end - 1].possessive;
        let is = held(named.end) && (owns || the) || owns && has_reason(words, named.end, language);
        is.then_some(named.end)
    };
    speaking.iter().filter_map(|&name| of(&named[name])).collect()
}

/// How many words after a name are searched for the end of its affiliation.
const HOME: usize = 7;

/// Returns the range of words that give a speaker's affiliation: "did Lund | of the Harbour Centre | say".
pub(super) fn home(words: &[Word], name: &Named, language: &Language) -> Range<usize> {
    let lists = &language.question;
    let is_verb = |word: &Word| lists.speech_verbs.has(&word.folded);
    let behind = words.iter().enumerate().skip(name.end + 1).take(HOME);
    let stop = behind.into_iter().find(|(_, word)| is_verb(word) || language.is_preposition(&word.folded));
    match stop {
        Some((end, word)) if lists.home_leads.has(at(words, Some(name.end))) && is_verb(word) => {
            name.end..end
        }
        _ => 0..0,
    }
}

/// Maximum number of words in an unknown name.
const STRANGER: usize = 4;

/// Returns a name of a speaker ("did Okafor say") that is not on record, and where it is. A known surname
/// after a different first name is not on record.
pub(super) fn stranger(
    words: &[Word],
    named: &[Named],
    language: &Language,
) -> Option<(String, Range<usize>)> {
    let lists = &language.question;
    if let Some(found) = words_of_stranger(words, named, language) {
        return Some(found);
    }
    if let Some(place) = owner(words, language) {
        let known = named.iter().any(|named| named.start <= place && place < named.end);
        let name = words[place].typed.clone();
        return (!known).then_some((name, place..place + 1));
    }
    let verb = words.iter().position(|word| lists.stranger_verbs.has(&word.folded))?;
    let start = words[..verb].iter().rposition(|word| lists.stranger_leads.has(&word.folded))? + 1;
    let slot = &words[start..verb];
    let name: Vec<&str> = slot.iter().map(|word| word.typed.as_str()).collect();
    let all_capital =
        !slot.is_empty() && slot.iter().all(|word| word.capital && !language.is_function_word(&word.folded));
    let free = !named.iter().any(|named| named.start <= start && named.end > start);
    (all_capital && free && slot.len() <= STRANGER).then(|| (name.join(" "), start..verb))
}

/// Returns the index of a word like a name whose owner's words are asked for: "guterres' own words".
fn owner(words: &[Word], language: &Language) -> Option<usize> {
    let place = words.iter().position(|word| word.possessive)?;
    let first = place == 0 || language.question.follow_up.begin(&words[..place]) == place;
    (first && is_like_name(&words[place].folded, language) && owns_words_at(words, place + 1, language))
        .then_some(place)
}

/// Maximum number of words in a name that nothing but the words themselves shows to be one.
const RARE: usize = 2;

/// Returns whether words that are like a name, but name nobody on record, are in the place of a speaker: "did
/// guterres say", "Guterres on fares".
pub(super) fn is_unknown(words: &[Word], named: &[Named], language: &Language) -> bool {
    let lists = &language.question;
    let slot = || {
        let verb = words.iter().position(|word| lists.stranger_verbs.has(&word.folded))?;
        let lead = words[..verb].iter().rposition(|word| lists.stranger_leads.has(&word.folded))?;
        Some(lead + 1..verb)
    };
    // "what told guterres after the talks"
    let inverted = || {
        let verb = words.iter().position(|word| lists.stranger_verbs.has(&word.folded))?;
        let lead = lists.stranger_leads.has(at(words, verb.checked_sub(1)));
        let end = words.iter().skip(verb + 1).position(|word| language.is_function_word(&word.folded));
        lead.then(|| verb + 1..end.map_or(words.len(), |end| verb + 1 + end))
    };
    let before_topic =
        words.iter().position(|word| lists.said_topics.has(&word.folded)).map(|topic| 0..topic);
    let is_name = |place: Range<usize>| {
        let free = !named.iter().any(|named| named.start < place.end && named.end > place.start);
        let mut like = words[place.clone()].iter().map(|word| is_like_name(&word.folded, language));
        free && (1..=RARE).contains(&place.len()) && like.all(|like| like)
    };
    [slot(), inverted(), before_topic].into_iter().flatten().any(is_name)
}

/// Returns whether a folded word is probably part of a person's name, however it is typed: in annotated news
/// it mostly has a capital letter, or it is not there and is no common word either.
fn is_like_name(word: &str, language: &Language) -> bool {
    let is_day = MONTHS.contains(&word) || WEEKDAYS.contains(&word);
    let is_other = is_day || language.is_country(word) || language.is_people(word) || language.is_body(word);
    match Model::of(language).lexicon.words.get(word) {
        _ if is_other || language.is_group(word) || language.is_function_word(word) => false,
        Some(counts) => 2 * counts.capital > counts.total,
        None => !is_common(word) && word.chars().all(char::is_alphabetic),
    }
}

/// Returns an unknown name of two or more capitalised words at the end of the question: "quotes by Ada
/// Nowak".
fn words_of_stranger(words: &[Word], named: &[Named], language: &Language) -> Option<(String, Range<usize>)> {
    let lists = &language.question;
    let by = words.iter().position(|word| lists.words_by.has(&word.folded))?;
    let asks = |word: &Word| lists.words_for_words.has(&word.folded) || lists.any_words.has(&word.folded);
    let is_name = |word: &&Word| word.capital && !language.is_function_word(&word.folded);
    let name: Vec<&Word> = words[by + 1..].iter().take_while(is_name).collect();
    let end = by + 1 + name.len();
    let free = !named.iter().any(|named| named.start < end && named.end > by);
    let places = name.iter().any(|word| language.is_country(&word.folded));
    let typed = || name.iter().map(|word| word.typed.as_str()).collect::<Vec<_>>().join(" ");
    (words[..by].last().is_some_and(asks) && name.len() > 1 && end == words.len() && free && !places)
        .then(|| (typed(), by + 1..end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;
    use crate::question::word::split;

    /// Checks who speaks, given that Lund and Okafor are known surnames.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let words = split(text);
        let known = |(start, word): (usize, &Word)| {
            let name = word.folded.clone();
            ["lund", "okafor"].contains(&name.as_str()).then_some(Named {
                start,
                end: start + 1,
                name,
                parties: Vec::new(),
            })
        };
        let named: Vec<Named> = words.iter().enumerate().filter_map(known).collect();
        let found = speaking(&words, &named, text.starts_with("and"), Language::primary());
        let found: Vec<&str> = found.into_iter().map(|place| named[place].name.as_str()).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_name_in_a_follow_up_speaks() {
        check("and Lund?", &["lund"]);
        check("and about Lund?", &[]);
        check("and Lund's ferry?", &[]);
    }

    #[test]
    fn a_name_in_a_clause_after_a_pronoun_is_the_topic() {
        check("and did she say whether Lund and Okafor spoke", &[]);
        check("and did she say it before Lund spoke", &[]);
        check("did she say whether Lund spoke", &["lund"]);
    }

    #[test]
    fn a_name_before_a_pronoun_is_who_it_stands_for() {
        check("and Lund at the harbour, what did she say", &["lund"]);
        check("and in the harbour with Lund, did Okafor say what she said", &["okafor"]);
        check("fares in the harbour, Lund, what did she say", &[]);
    }

    #[test]
    fn a_name_behind_its_verb_speaks() {
        check("what said Lund after the meeting", &["lund"]);
        check("who told Lund", &[]);
    }

    #[test]
    fn those_who_are_compared_speak() {
        check("how do Lund and Okafor differ on fares", &["lund", "okafor"]);
        check("compare Lund with Okafor on fares", &["lund", "okafor"]);
        check("Lund and Okafor compared", &["lund", "okafor"]);
        check("what did Lund say about both fares and Okafor", &["lund"]);
        check("compare fares", &[]);
    }

    #[test]
    fn a_name_before_a_colon_speaks() {
        check("Lund: did Okafor resign?", &["lund"]);
        check("did Lund say what Okafor said, or did Okafor say it?", &["lund", "okafor"]);
    }

    #[test]
    fn a_name_after_according_to_speaks() {
        check("the fares, according to Lund", &["lund"]);
        check("the way to Lund", &[]);
    }

    #[test]
    fn the_owner_of_words_speaks() {
        check("about fares: Lund's line", &["lund"]);
        check("on the fares, Lund's own words", &["lund"]);
        check("Lund's lines", &[]);
    }

    #[test]
    fn a_named_line_or_remark_is_spoken() {
        check("the Lund line on fares", &["lund"]);
        check("the Lund ferry on fares", &[]);
        check("what was Lund's harbour remark", &["lund"]);
        check("just Lund", &[]);
    }

    #[test]
    fn the_owner_of_a_thing_is_the_topic() {
        check("who paid for Lund's ferry", &[]);
        check("Lund's excuse for the fares", &["lund"]);
        check("what about the Lund ferry", &[]);
    }

    #[test]
    fn the_owner_of_a_statement_speaks() {
        check("about the fares, Lund's take", &["lund"]);
        check("what was Lund's view of Okafor's remarks", &["lund"]);
    }

    #[test]
    fn supporters_and_opponents_are_not_the_person() {
        check("Lund backer on the fares", &[]);
        check("what do Lund's critics say", &[]);
        check("should Lund close the harbour", &[]);
        check("Lund on the critics", &["lund"]);
    }

    #[test]
    fn a_name_in_a_clause_is_the_topic() {
        check("what happens when Lund meets the board", &[]);
        check("when did Lund say so", &["lund"]);
    }

    #[test]
    fn an_outlet_that_quotes_somebody_does_not_speak() {
        check("has Okafor quoted Lund saying that", &["lund"]);
        check("did Okafor quote anybody", &["okafor"]);
    }

    #[test]
    fn a_name_in_an_office_of_somebody_else_is_the_topic() {
        check("did the Lund campaign manager say so", &[]);
        check("did Lund say so", &["lund"]);
    }

    #[test]
    fn a_name_in_the_name_of_a_body_is_the_topic() {
        check("what has the Lund committee said", &[]);
        check("Lund on fares", &["lund"]);
    }

    #[test]
    fn a_joined_name_is_treated_like_the_one_before() {
        check("did Lund and Okafor say so", &["lund", "okafor"]);
        check("did Nowak and Okafor say so", &["okafor"]);
        check("fares and Okafor", &[]);
    }

    #[test]
    fn a_name_after_remarks_by_speaks() {
        check("remarks on fares by Lund", &["lund"]);
        check("ferries by Lund", &[]);
        check("what has Okafor said about a ferry from Lund", &["okafor"]);
        check("anything from Okafor and from Lund", &["okafor", "lund"]);
    }

    #[test]
    fn a_listed_name_is_treated_like_the_one_before() {
        check("what did Lund, Okafor say", &["lund", "okafor"]);
    }

    #[test]
    fn a_name_after_about_is_the_topic() {
        check("what was said about Lund", &[]);
        check("what was said about President Lund", &[]);
        check("what was said about how Lund acted", &[]);
    }

    #[test]
    fn a_name_after_a_speaker_is_the_topic() {
        check("did Lund say that Okafor left", &["lund"]);
        check("did Lund say whether Mr Okafor left", &["lund"]);
    }

    #[test]
    fn a_name_in_the_speaker_slot_speaks() {
        check("did Lund say so", &["lund"]);
        check("is it true that Lund said so", &["lund"]);
        check("likening Lund to a harbour", &[]);
    }

    #[test]
    fn an_unknown_name_in_the_speaker_slot_is_not_on_record() {
        let of = |text| stranger(&split(text), &[], Language::primary()).map(|(name, _)| name);
        assert_eq!(of("what did Ada Nowak say about fares").as_deref(), Some("Ada Nowak"));
        assert_eq!(of("what did they say about fares"), None);
        assert_eq!(of("did Ada Berta Carla Dora Nowak say so"), None);
        assert_eq!(of("Ada Nowak"), None);
        assert_eq!(of("quotes by Ada Nowak").as_deref(), Some("Ada Nowak"));
        assert_eq!(of("quotes by the board"), None);
        assert_eq!(of("and Nowakowska's own words?").as_deref(), Some("Nowakowska"));
        assert_eq!(of("Monday's statements"), None);
    }

    #[test]
    fn rare_words_in_the_place_of_a_speaker_are_somebody_unknown() {
        let is = |text| is_unknown(&split(text), &[], Language::primary());
        assert!(is("what did nowakowska say about fares"));
        assert!(is("nowakowska on fares"));
        assert!(is("Zorika Nowakowska about fares"));
        assert!(is("what told nowakowska on the ferry"));
        assert!(!is("what did voters say about fares"));
        assert!(!is("news on fares"));
        assert!(!is("what did they say about fares"));
    }

    #[test]
    fn an_affiliation_ends_before_the_verb() {
        let words = split("did Lund of the Harbour Centre say so");
        let name = "Pia Lund".to_owned();
        let lund = Named { start: 1, end: 2, name, parties: Vec::new() };
        assert_eq!(home(&words, &lund, Language::primary()), 2..6);
        assert_eq!(home(&split("did Lund of the Centre on Monday"), &lund, Language::primary()), 0..0);
        assert_eq!(home(&split("did Lund say so"), &lund, Language::primary()), 0..0);
    }
}

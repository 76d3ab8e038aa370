//! What does one turn of a conversation mean, behind the turn before it?

use std::ops::Range;

use jiff::civil::Date;

use super::given::{self, Given};
use super::name::{Named, is_other, names};
use super::topic::{is_topic, known_form};
use super::wish::{Form, take_how_often, wish};
use super::word::{Word, split};
use super::{
    Days, Group, Known, Party, Profile, Question, Wish, chatter, date, follow, foreign, matter, office,
    outlet, phrase, round, setting, speaker,
};
use crate::agenda::Round;
use crate::fold;
use crate::lang::{ENGLISH, Language};

/// What was typed, taken apart.
pub(super) struct Typed<'a> {
    text: &'a str,
    /// What its fields say: `speaker:lee`.
    given: Given,
    /// Words of `-word`, folded.
    excluded: Vec<String>,
    /// What stands between quotation marks.
    phrase: Option<String>,
    /// The words besides.
    pub(super) words: Vec<Word>,
    /// Whether nothing is asked but what can be asked.
    help: bool,
}

impl<'a> Typed<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let given::Typed { given, excluded, rest } = given::typed(text);
        let (rest, phrase) = phrase::take(&chatter::without_marks(&rest));
        let mut words = split(&rest);
        let help = phrase.is_none() && ENGLISH.question.help.begin(&words) == words.len();
        chatter::take(&mut words, &ENGLISH);
        let help = !text.trim().is_empty()
            && phrase.is_none()
            && excluded.is_empty()
            && given == Given::default()
            && (help || words.is_empty() || chatter::chatter(&rest).is_some());
        Self { text, given, excluded, phrase, words, help }
    }
}

/// Words among which one asks for a person, if any does.
const ASKS_FIRST: usize = 3;

/// Returns the meaning of what was typed behind a question that means `before`.
pub(super) fn understand(typed: Typed, before: Option<&Question>, today: Date, known: &Known) -> Question {
    let language = &*ENGLISH;
    let Typed { text, given, excluded, phrase: marked, mut words, help } = typed;
    if help {
        return Question { text: text.to_owned(), wish: Wish::Help, ..Question::default() };
    }
    if marked.is_none()
        && let Some(mut question) = foreign::understand(text, &words, known, language)
    {
        given.limit(&mut question, known);
        return question;
    }
    if let Some(before) = before.filter(|_| marked.is_none() && is_again(&words, language)) {
        return Question { text: text.to_owned(), ..before.clone() };
    }
    office::write_out(&mut words, language);
    let often = take_how_often(&mut words, language);
    let outlet = outlet::take(&mut words, known.outlets, language);
    let folded: Vec<String> = words.iter().map(|word| word.folded.clone()).collect();
    let who_is = take_who_is(&mut words, known, language);
    let who = !who_is && words.iter().take(ASKS_FIRST).any(|word| language.question.who.has(&word.folded));
    let newest = known.newest.map_or(today, |newest| newest.min(today));
    let calendar = date::Calendar {
        today,
        newest,
        before: before.map(|question| question.published.unwrap_or_default()),
    };
    let found = take_days(&mut words, &folded, calendar, who, language);
    let loose = found.as_ref().is_some_and(|found| found.loose);
    // "that day", where none was asked about before, limits nothing.
    let stated = found.as_ref().map(|found| found.days).filter(|days| *days != Days::default());
    let rounds_before = before.map_or(&[][..], |before| &before.rounds);
    let mut talks = round::take(&mut words, known.agenda, rounds_before, language);
    if let (Some(talks), Some(stated)) = (&mut talks, stated) {
        talks.narrow_to(stated);
    }
    let met: Vec<String> = match talks.as_ref().map(|talks| talks.rounds.as_slice()) {
        Some([round, same @ ..]) if same.iter().all(|other| other.met == round.met) => round.met.clone(),
        _ => Vec::new(),
    };
    let day = stated.and_then(|days| days.from).unwrap_or(newest);
    let slots = Slots::new(&words, (who, before.is_some()), known, &met, day, language);
    if let Some(talks) = &mut talks {
        talks.narrow(|round| slots.speakers.iter().any(|name| may_have_met(round, name, known)));
    }
    let days = days(stated, loose, talks.as_ref());
    let profile = slots.speakers.first().filter(|_| who_is).map(|name| profile(name, known, newest));
    let form = Form { words: &words, phrase: marked.is_some(), who, language };
    let wish = match () {
        () if often => Wish::HowOften,
        () if who_is => Wish::WhoIs,
        () => wish(&form),
    };
    let mut terms = terms(&words, &slots.taken, known, language);
    let mut setting = setting::setting(&words, &terms, language);
    let rounds: Vec<String> = talks.iter().filter_map(round::Mention::name).map(str::to_owned).collect();
    if let Some(talks) = talks {
        // Where it was said stands around the quote; it is what is asked about only where nothing else is.
        let topic = !terms.is_empty();
        for word in talks.around(&rounds, !slots.speakers.is_empty()) {
            if !terms.contains(&word) {
                setting.extend(topic.then(|| word.clone()));
                terms.push(word);
            }
        }
    }
    let office = words[slots.office].iter().map(|word| word.folded.clone());
    let office = office.filter(|word| terms.contains(word)).collect();
    // "who said nothing is decided without Ukraine?"
    let unmarked = if marked.is_none() { phrase::unmarked(&words, who, language) } else { None };
    let mut question = Question {
        text: text.to_owned(),
        reworded: reworded(&words, &slots.places, known, language),
        foreign: false,
        wish,
        speakers: slots.speakers,
        parties: slots.parties,
        profile,
        unquoted: unquoted(&slots.named, known),
        others: slots.others,
        stranger: slots.stranger,
        unmarked: unmarked.is_some(),
        phrase: marked.or(unmarked.map(|(_, words)| words)),
        office,
        group: slots.group,
        setting,
        matters: matter::matters(&terms, &folded, known.agenda),
        terms,
        rounds,
        published: days,
        said_on: days.filter(|days| days.from == days.to).and_then(|days| days.from),
        loose,
        outlet,
        outlets: Vec::new(),
        outlets_alike: Vec::new(),
        tags: Vec::new(),
        excluded,
        part: super::Part::default(),
    };
    if let Some(before) = before
        && follow::lean_on(&mut question, before, &folded, who, newest, language)
    {
        question.reworded = Some(in_full(&question));
    }
    given.limit(&mut question, known);
    question
}

/// Whether the people list allows somebody to have been at a round: they, or their side, met there, or it does not say who did.
fn may_have_met(round: &Round, name: &str, known: &Known) -> bool {
    let sides = known.roster.sides_for(name);
    let is = |met: &String| {
        met == name
            || sides.contains(&fold::words(met).join(" "))
            || sides.iter().any(|side| ENGLISH.country(&fold::words(met).join(" ")) == side)
    };
    round.met.is_empty() || round.met.iter().any(is)
}

/// The days of a question that states days and talks: those of the talks, where a month or longer is stated beside them or nothing is.
fn days(stated: Option<Days>, loose: bool, talks: Option<&round::Mention>) -> Option<Days> {
    let of_talks = talks.and_then(round::Mention::days);
    match (stated, of_talks) {
        (Some(stated), Some(_)) if !loose && !stated.is_longer_than(WEEK) => Some(stated),
        (stated, of_talks) => of_talks.or(stated),
    }
}

/// Days of a week.
const WEEK: i32 = 7;

/// Whether nothing but the last answer is asked for: "source?", "when was that?"
fn is_again(words: &[Word], language: &Language) -> bool {
    !words.is_empty() && language.question.again.begin(words) == words.len()
}

/// Where people are named, and by which canonical name.
fn places_of_people<'a>(named: impl Iterator<Item = &'a Named>) -> Vec<(Range<usize>, String)> {
    let people = named.filter(|named| named.parties.is_empty());
    people.map(|named| (named.start..named.end, named.name.clone())).collect()
}

/// A question with the names and the words that were meant; `None` where these are those that were typed.
fn reworded(
    words: &[Word],
    people: &[(Range<usize>, String)],
    known: &Known,
    language: &Language,
) -> Option<String> {
    let (mut out, mut changed) = (Vec::new(), false);
    for (at, word) in words.iter().enumerate() {
        let named = people.iter().find(|(place, _)| place.contains(&at));
        match named {
            Some((place, name)) if place.start == at => {
                let own = fold::words(name);
                changed |= words[place.clone()].iter().any(|word| !own.contains(&word.folded));
                out.push(name.clone());
            }
            Some(_) => {}
            None if is_topic(&word.folded, language) => {
                let form = known_form(&word.folded, known);
                changed |= form != word.folded;
                out.push(form);
            }
            None => out.push(word.folded.clone()),
        }
    }
    changed.then(|| out.join(" "))
}

/// What a question that leans on another asks, in words that stand by themselves.
fn in_full(question: &Question) -> String {
    let sides = question.parties.iter().map(|party| party.called.as_str());
    let people = question.speakers.iter().map(String::as_str);
    let who: Vec<&str> = if question.parties.is_empty() { people.collect() } else { sides.collect() };
    let about = question.phrase.clone().unwrap_or_else(|| question.terms.join(" "));
    [who.join(" and "), about].join(" ").trim().to_owned()
}

/// Those of `names` whom the people list knows and nobody quotes.
fn unquoted(names: &[String], known: &Known) -> Vec<String> {
    let quoted = |name: &String| {
        known.roster.speakers().iter().any(|speaker| speaker.name == *name && speaker.quotes > 0)
    };
    names.iter().filter(|name| !quoted(name)).cloned().collect()
}

/// What is known of somebody on record.
fn profile(name: &str, known: &Known, newest: Date) -> Profile {
    let person = known.roster.people().called(name).find(|person| person.name == name);
    let quotes = known.roster.speakers().iter().find(|speaker| speaker.name == name);
    Profile {
        name: name.to_owned(),
        office: person.and_then(|person| person.role_on(Some(newest))),
        side: person.and_then(|person| person.side.clone()),
        quotes: quotes.map_or(0, |speaker| speaker.quotes),
    }
}

/// Takes "who is" out of a question that asks for nothing else than who somebody on record is.
fn take_who_is(words: &mut Vec<Word>, known: &Known, language: &Language) -> bool {
    let lead = language.question.who_is.begin(words);
    let the = words
        .get(lead..)
        .map_or(0, |rest| rest.iter().take_while(|word| language.is_determiner(&word.folded)).count());
    let name: Vec<&str> = words.iter().skip(lead + the).map(|word| word.folded.as_str()).collect();
    let somebody = !name.is_empty() && known.roster.called(&name).is_some();
    if lead == 0 || !somebody {
        return false;
    }
    words.drain(..lead + the);
    true
}

/// Takes the days that the answer is limited to out of a question, whose `folded` words these are.
fn take_days(
    words: &mut Vec<Word>,
    folded: &[String],
    calendar: date::Calendar,
    who: bool,
    language: &'static Language,
) -> Option<date::Found> {
    // "who said we will open in May?": the days inside somebody's words are words.
    let said = phrase::unmarked(words, who, language);
    let inside = |found: &date::Found| said.as_ref().is_some_and(|(start, _)| found.start > *start);
    // "did Lund mention Friday?": a day that is spoken of limits nothing.
    let spoken_of = |found: &date::Found| {
        let before = found.start.checked_sub(1).and_then(|at| folded.get(at));
        found.end == found.start + 1 && before.is_some_and(|word| language.question.mentioning.has(word))
    };
    let found = date::find(folded, calendar, language).filter(|found| !inside(found) && !spoken_of(found))?;
    words.drain(found.start..found.end);
    Some(found)
}

/// Who is asked for, and by which words.
struct Slots {
    /// Canonical names, none twice.
    speakers: Vec<String>,
    /// The sides that they are of, where any is asked for.
    parties: Vec<Party>,
    /// Canonical names of those who are not asked for.
    others: Vec<String>,
    /// Where people are asked for by name, and by which canonical one.
    places: Vec<(Range<usize>, String)>,
    /// Canonical names of the people asked for, as they are named: those of sides are not among them.
    named: Vec<String>,
    stranger: Option<String>,
    /// The place of an office that somebody is asked for by.
    office: Range<usize>,
    group: Option<Group>,
    /// The places of words that are no topic: they name who is asked for, or what kind of words.
    taken: Vec<usize>,
}

impl Slots {
    /// `who` is whether the question asks for a person: then nobody named in it speaks. `day` is the day on which offices are held.
    /// `follows` is whether there was a question before; `met` are those who met in the round asked about.
    fn new(
        words: &[Word],
        (who, follows): (bool, bool),
        known: &Known,
        met: &[String],
        day: Date,
        language: &Language,
    ) -> Self {
        let named = names(words, known, met, day, language);
        let others: Vec<usize> =
            (0..named.len()).filter(|&at| is_other(words, &named[at], language)).collect();
        let mut speaking = match who {
            true => speaker::asked_of(words, &named, language),
            false => speaker::speaking(words, &named, follows, language),
        };
        speaking.retain(|at| !others.contains(at));
        let mut parties = parties(&named, &speaking);
        let mut speakers: Vec<String> = Vec::new();
        for name in parties.iter().flat_map(|party| &party.speakers) {
            if !speakers.contains(name) {
                speakers.push(name.clone());
            }
        }
        if speaking.iter().all(|&at| named[at].parties.is_empty()) {
            parties.clear();
        }
        let people = speaking.iter().map(|&at| &named[at]).filter(|named| named.parties.is_empty());
        let people = people.map(|named| named.name.clone()).collect();
        let anybody = speakers.is_empty();
        let stranger = if anybody && !who { speaker::stranger(words, &named, language) } else { None };
        let group = if anybody { office::group(words, language) } else { None };
        let place = |&at: &usize| -> Range<usize> { named[at].start..named[at].end };
        let mut taken: Vec<usize> = speaking.iter().chain(&others).flat_map(place).collect();
        taken.extend(stranger.iter().flat_map(|(_, place)| place.clone()));
        taken.extend(group.as_ref().map(|(place, _)| *place));
        taken.extend(speaker::reasons(words, &named, &speaking, language));
        taken.extend(speaking.iter().flat_map(|&at| speaker::home(words, &named[at], language)));
        Self {
            speakers,
            parties,
            places: places_of_people(speaking.iter().map(|&at| &named[at])),
            named: people,
            others: self::parties(&named, &others).into_iter().flat_map(|party| party.speakers).collect(),
            stranger: stranger.map(|(name, _)| name),
            office: if anybody { office::office(words, language) } else { 0..0 },
            group: group.map(|(_, group)| group),
            taken,
        }
    }
}

/// Those who speak, as sides: a person is a side of one.
fn parties(named: &[Named], speaking: &[usize]) -> Vec<Party> {
    let mut out: Vec<Party> = Vec::new();
    for named in speaking.iter().map(|&at| &named[at]) {
        let person = || Party { called: named.name.clone(), speakers: vec![named.name.clone()] };
        let own = if named.parties.is_empty() { vec![person()] } else { named.parties.clone() };
        for party in own {
            if !out.contains(&party) {
                out.push(party);
            }
        }
    }
    out
}

/// The topic: the words that are not `taken`, in the forms that the corpus has, none twice.
fn terms(words: &[Word], taken: &[usize], known: &Known, language: &Language) -> Vec<String> {
    let mut terms: Vec<String> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        if !taken.contains(&at) && is_topic(&word.folded, language) {
            let term = known_form(&word.folded, known);
            if !terms.contains(&term) {
                terms.push(term);
            }
        }
    }
    terms
}

//! Whose words does a question ask for, and which of its words say so?

use std::ops::Range;

use jiff::civil::Date;

use super::name::{Named, is_other, names};
use super::word::Word;
use super::{Group, Known, Party, Profile, office, speaker};
use crate::lang::Language;

/// Who is asked for, and in which words.
#[derive(Default)]
pub(super) struct Who {
    /// Canonical names, without duplicates.
    pub(super) speakers: Vec<String>,
    /// Their parties, if any party is asked for.
    pub(super) parties: Vec<Party>,
    /// The canonical names of people who are excluded.
    pub(super) others: Vec<String>,
    /// Where people are asked for by name, with their canonical names.
    pub(super) places: Vec<(Range<usize>, String)>,
    /// The canonical names of the people asked for individually, not as members of a party.
    pub(super) named: Vec<String>,
    pub(super) stranger: Option<String>,
    /// Whether words that are like a name, but name nobody on record, are in the place of a speaker.
    pub(super) unknown: bool,
    /// The range of an office by which somebody is asked for.
    pub(super) office: Range<usize>,
    pub(super) group: Option<Group>,
    /// The indices of words that do not belong to the topic: they say who is asked for, or for what kind of
    /// words.
    pub(super) taken: Vec<usize>,
}

/// What is needed to find them.
#[derive(Clone, Copy)]
pub(super) struct Look<'a> {
    pub(super) words: &'a [Word],
    /// Whether the question asks for a person; then nobody named in it is the speaker.
    pub(super) who: bool,
    /// Whether there was an earlier question.
    pub(super) follows: bool,
    pub(super) known: &'a Known<'a>,
    /// Those who met in the round asked about.
    pub(super) met: &'a [String],
    /// The day for which holders of offices are looked up.
    pub(super) day: Date,
    pub(super) language: &'a Language,
}

impl Who {
    /// Finds the people asked for in the words of `look`.
    pub(super) fn new(look: &Look) -> Self {
        let Look { words, known, language, who, .. } = *look;
        let named = names(words, known, look.met, look.day, language);
        let others: Vec<usize> =
            (0..named.len()).filter(|&at| is_other(words, &named[at], language)).collect();
        let mut speaking = match who {
            true => speaker::asked_of(words, &named, language),
            false => speaker::speaking(words, &named, look.follows, language),
        };
        speaking.retain(|at| !others.contains(at));
        let mut parties = parties(&named, &speaking);
        let speakers = people_of(&parties);
        if speaking.iter().all(|&at| named[at].parties.is_empty()) {
            parties.clear();
        }
        let people: Vec<&Named> =
            speaking.iter().map(|&at| &named[at]).filter(|named| named.parties.is_empty()).collect();
        let anybody = speakers.is_empty();
        let stranger = if anybody && !who { speaker::stranger(words, &named, language) } else { None };
        let group = if anybody { office::group(words, language) } else { None };
        let office = if anybody { office::office(words, language) } else { 0..0 };
        let place = |&at: &usize| -> Range<usize> { named[at].start..named[at].end };
        let mut taken: Vec<usize> = speaking.iter().chain(&others).flat_map(place).collect();
        // "back to Lund"
        let carried = language.question.carries_on.begin(words);
        if look.follows && named.iter().any(|named| named.start == carried) {
            taken.extend(0..carried);
        }
        taken.extend(stranger.iter().flat_map(|(_, place)| place.clone()));
        taken.extend(group.as_ref().map(|(place, _)| *place));
        taken.extend(speaker::reasons(words, &named, &speaking, language));
        taken.extend(speaking.iter().flat_map(|&at| speaker::home(words, &named[at], language)));
        Self {
            speakers,
            parties,
            places: people.iter().map(|named| (named.start..named.end, named.name.clone())).collect(),
            named: people.iter().map(|named| named.name.clone()).collect(),
            others: people_of(&self::parties(&named, &others)),
            unknown: anybody
                && stranger.is_none()
                && (!who && speaker::is_unknown(words, &named, language)
                    || is_abroad(&words[office.clone()], known, language)),
            stranger: stranger.map(|(name, _)| name),
            office,
            group: group.map(|(_, group)| group),
            taken,
        }
    }
}

/// Returns whether an office is of a country for which nobody on the people list speaks: "the Norwegian
/// foreign minister".
fn is_abroad(office: &[Word], known: &Known, language: &Language) -> bool {
    let foreign = |word: &Word| {
        !language.nations(&word.folded).is_empty() && known.roster.party(&word.folded).is_empty()
    };
    office.iter().any(foreign) && !known.roster.sides().is_empty()
}

/// Returns the people of these parties, without duplicates.
fn people_of(parties: &[Party]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for name in parties.iter().flat_map(|party| &party.speakers) {
        if !out.contains(name) {
            out.push(name.clone());
        }
    }
    out
}

/// Returns the speakers as parties; a person is a party of one.
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

/// Returns those of `names` who are on the people list but have no quotes.
pub(super) fn unquoted(names: &[String], known: &Known) -> Vec<String> {
    let quoted = |name: &String| {
        known.roster.speakers().iter().any(|speaker| speaker.name == *name && speaker.quotes > 0)
    };
    names.iter().filter(|name| !quoted(name)).cloned().collect()
}

/// Returns what is known about somebody on record.
pub(super) fn profile(name: &str, known: &Known, newest: Date) -> Profile {
    let person = known.roster.people().called(name).find(|person| person.name == name);
    let quotes = known.roster.speakers().iter().find(|speaker| speaker.name == name);
    Profile {
        name: name.to_owned(),
        office: person.and_then(|person| person.role_on(Some(newest))),
        side: person.and_then(|person| person.side.clone()),
        quotes: quotes.map_or(0, |speaker| speaker.quotes),
    }
}

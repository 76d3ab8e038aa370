//! Who is named in a question, and where?

use jiff::civil::Date;

use super::topic::{is_no_topic, is_topic};
use super::word::Word;
use super::{Known, Party, party};
use crate::fold;
use crate::lang::Language;
use crate::meaning::is_common;
use crate::roster::{Roster, Speaker};

/// A person or party named in a question, in the words from `start` to `end` (exclusive).
#[derive(Debug)]
pub(super) struct Named {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The canonical name of a person, or the name of a party.
    pub(super) name: String,
    /// The parties; empty for a person.
    pub(super) parties: Vec<Party>,
}

/// Maximum number of words in a name.
const LONGEST: usize = 7;

/// Returns everybody named in the question. The longest name counts, and a misspelt one only if it cannot be
/// a word of the corpus. `met` are those who met in the round asked about.
pub(super) fn names(
    words: &[Word],
    known: &Known,
    met: &[String],
    day: Date,
    language: &Language,
) -> Vec<Named> {
    let mut out: Vec<Named> = Vec::new();
    let look = Look { words, known, day, language };
    let sides = party::Look { known, met, day, language };
    let mut start = 0;
    while start < words.len() {
        let longest = look.longest(start, out.last());
        let longest = match longest {
            Some((_, 1)) | None => look.slip(start).or_else(|| look.misspelt(start)).or(longest),
            found => found,
        };
        let longest =
            longest.filter(|&(speaker, count)| count > 1 || !look.has_other_surname(start, speaker));
        let side = sides.at(words, start).filter(|side| {
            longest.is_none_or(|(name, count)| {
                count < side.count || count == side.count && !look.is_listed(name)
            })
        });
        if let Some(party::Found { count, parties }) = side {
            let name = parties.iter().map(|party| party.called.as_str()).collect::<Vec<_>>().join(" ");
            out.push(Named { start, end: start + count, name, parties });
            start += count;
            continue;
        }
        let Some((speaker, count)) = longest.or_else(|| look.resembling(start)) else {
            start += 1;
            continue;
        };
        if let Some(side) = sides.of_person(words, start + count, &speaker.name) {
            out.push(Named { start, end: start + count + 1, name: side.called.clone(), parties: vec![side] });
            start += count + 1;
            continue;
        }
        // In "Steve Witcof" the first name belongs to a misspelt surname.
        let free = out.last().map_or(0, |named| named.end);
        let first = start.checked_sub(1).filter(|&at| {
            count == 1 && at >= free && Roster::is_first_name(&speaker.name, &words[at].folded)
        });
        let name = speaker.name.clone();
        out.push(Named { start: first.unwrap_or(start), end: start + count, name, parties: Vec::new() });
        start += count;
    }
    out
}

/// What is needed to look up names.
struct Look<'a> {
    words: &'a [Word],
    known: &'a Known<'a>,
    /// The day for which holders of offices are looked up.
    day: Date,
    language: &'a Language,
}

impl<'a> Look<'a> {
    /// Returns the longest name, alias or office that begins at a word, and its number of words. `last` is
    /// who was named before.
    fn longest(&self, start: usize, last: Option<&Named>) -> Option<(&'a Speaker, usize)> {
        let Self { words, known, language, .. } = *self;
        (1..=LONGEST.min(words.len() - start)).rev().find_map(|count| {
            let name: Vec<&str> =
                words[start..start + count].iter().map(|word| word.folded.as_str()).collect();
            // "how did people react" does not ask for the magazine People.
            let word = &words[start];
            let plain = is_no_topic(&word.folded, language) && !word.capital;
            if count == 1 && (language.is_function_word(name[0]) || plain || self.is_of_country(start)) {
                return None;
            }
            let holder = || known.roster.holder(&name, self.day).filter(|_| count > 1);
            let speaker = known.roster.called(&name).or_else(holder)?;
            // "Merz, Macron and Starmer"
            let listed = last.is_some_and(|named| {
                named.end == start && fold::words(&named.name).last() == Some(&words[start - 1].folded)
            });
            let is_speaker = count > 1 || listed || !is_namesake(words, start, &speaker.name, language);
            is_speaker.then_some((speaker, count))
        })
    }

    /// Returns whether a word for a country only modifies the next word, as in "Cuban Americans", and so is
    /// not a name.
    fn is_of_country(&self, at: usize) -> bool {
        let [word, next, ..] = &self.words[at..] else { return false };
        let first = at.checked_sub(1).is_some_and(|before| self.words[before].capital && before > 0);
        let country = self.language.country(&word.folded) != word.folded;
        country
            && !word.possessive
            && !first
            && is_topic(&next.folded, self.language)
            && !self.language.question.speech_verbs.has(&next.folded)
    }

    /// Returns whether somebody is on the people list, and not just a quoted place or body.
    fn is_listed(&self, speaker: &Speaker) -> bool {
        self.known.roster.people().called(&speaker.name).any(|person| person.name == speaker.name)
    }

    /// Returns whether a first name is followed by an unknown surname: "Pia Okafr" does not mean the only Pia
    /// on record.
    fn has_other_surname(&self, start: usize, speaker: &Speaker) -> bool {
        let word = &self.words[start].folded;
        let first = Roster::is_first_name(&speaker.name, word)
            && fold::words(&speaker.name).last() != Some(word)
            && !self.words[start].possessive;
        let next = self.words.get(start + 1).map(|word| &word.folded);
        let unknown = |next: &String| {
            is_topic(next, self.language) && !self.known.words.contains(next) && !is_common(next)
        };
        first && next.is_some_and(unknown)
    }

    /// Returns the person with this first name and a misspelt surname.
    fn slip(&self, start: usize) -> Option<(&'a Speaker, usize)> {
        let surname = &self.words.get(start + 1)?.folded;
        let first = &self.words[start].folded;
        let speaker =
            if is_topic(surname, self.language) { self.known.roster.misspelt(first, surname) } else { None };
        Some((speaker?, 2))
    }

    /// Returns the person with a full name like the words from `start` on, if these are probably a name: one
    /// of them is not a word, or the first is a first name.
    fn misspelt(&self, start: usize) -> Option<(&'a Speaker, usize)> {
        (2..=3).rev().find_map(|count| {
            let words = self.words.get(start..start + count)?;
            let whole = words[..count - 1].iter().all(|word| !word.possessive);
            // "King" is a title, and a surname.
            let topics = is_topic(&words[0].folded, self.language)
                && !words.iter().any(|word| self.language.is_function_word(&word.folded));
            let is_name = words.iter().any(|word| !self.is_word(&word.folded))
                || self.language.gender_of_name(&words[0].folded).is_some();
            let typed: Vec<&str> = words.iter().map(|word| word.folded.as_str()).collect();
            let speaker = (whole && topics && is_name).then(|| self.known.roster.misspelt_name(&typed))?;
            Some((speaker?, count))
        })
    }

    /// Returns the person for a misspelt surname that is not a word of the corpus.
    fn resembling(&self, start: usize) -> Option<(&'a Speaker, usize)> {
        let word = &self.words[start].folded;
        if !is_topic(word, self.language) || is_common(word) {
            return None;
        }
        let speaker = self.known.roster.resembling(word)?;
        // "Boltanski" has the stem of "Boltansky", and so counts as a word of the corpus; but "bluntly" is no
        // spelling of "Blunt".
        let stem = fold::stem(word);
        let is_spelling = |name: &String| fold::stem(name) == stem && strsim::osa_distance(name, word) == 1;
        let same_stem = fold::words(&speaker.name).iter().any(is_spelling);
        (same_stem || !self.known.words.contains(word)).then_some((speaker, 1))
    }

    /// Returns whether a folded word occurs in the corpus, or is common: "brush" is not a misspelt name, even
    /// if no article contains the word.
    fn is_word(&self, word: &String) -> bool {
        self.known.words.contains(word) || is_common(word)
    }
}

/// Returns whether a different first name precedes the surname at `at`: "LeBron James" is not "Etta James".
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

/// Returns whether somebody is named as an exception: "besides Lund", "other than Lund".
pub(super) fn is_other(words: &[Word], named: &Named, language: &Language) -> bool {
    language.question.except.ends(&words[..named.start])
}

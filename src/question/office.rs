//! Does a question ask for a speaker by office, "the harbour minister", or for a group by country, "European
//! leaders"?

use super::Group;
use super::speaker::opens_slot;
use super::word::{Word, at};
use crate::lang::Language;

/// Writes out abbreviations: "the French FM", "wht did she say". "5 pm" is no office.
pub(super) fn write_out(words: &mut Vec<Word>, language: &Language) {
    let mut at = 0;
    while at < words.len() {
        let count = match language.question.abbreviations.begin(&words[at..]) {
            Some((full, used)) if !(is_number(words, at) && is_office(full, language)) => {
                let (capital, possessive) = (words[at].capital, words[at].possessive);
                let written: Vec<Word> = full
                    .split(' ')
                    .map(|word| Word {
                        folded: word.to_owned(),
                        typed: word.to_owned(),
                        capital,
                        possessive: false,
                    })
                    .collect();
                let count = written.len();
                words.splice(at..at + used, written);
                words[at + count - 1].possessive = possessive;
                count
            }
            _ => 1,
        };
        at += count;
    }
}

fn is_office(words: &str, language: &Language) -> bool {
    words.split(' ').any(|word| language.is_office(word))
}

/// Returns whether the word before has a digit.
fn is_number(words: &[Word], place: usize) -> bool {
    at(words, place.checked_sub(1)).chars().any(|c| c.is_ascii_digit())
}

/// Maximum number of words in an office.
const LONGEST: usize = 7;

/// Returns the range of words that name the office of a speaker: "did the harbour minister say", "which
/// senator argued".
pub(super) fn office(words: &[Word], language: &Language) -> std::ops::Range<usize> {
    let lists = &language.question;
    let Some(verb) = words.iter().position(|word| lists.speech_verbs.has(&word.folded)) else { return 0..0 };
    let lead = words[..verb].iter().rposition(|word| lists.office_leads.has(&word.folded));
    let Some(start) = lead.map(|at| at + 1) else { return 0..0 };
    let is_office = words[start..verb].iter().any(|word| language.is_office(&word.folded));
    if is_office && verb - start <= LONGEST { start..verb } else { 0..0 }
}

/// Returns the index of the word for a country or region whose people are asked for, "European leaders", with
/// the words of their offices. Returns `None` if they are the topic: "about European leaders".
pub(super) fn group(words: &[Word], language: &Language) -> Option<(usize, Group)> {
    let lists = &language.question;
    (0..words.len().saturating_sub(1)).find_map(|place| {
        let called = &words[place].folded;
        let mut start = place;
        while language.is_determiner(at(words, start.checked_sub(1))) {
            start -= 1;
        }
        let lead = at(words, start.checked_sub(1));
        if lists.which_leaders.ends(&[lead, called.as_str()]) {
            let words = lists.heads.iter().map(str::to_owned).collect();
            return Some((place, Group { called: called.clone(), words }));
        }
        let asked = opens_slot(lead, language) || lists.group_leads.has(lead);
        let nations = language.nations(called);
        if !lists.group_nouns.has(&words[place + 1].folded) || !asked || nations.is_empty() {
            return None;
        }
        let words = nations.into_iter().map(str::to_owned).collect();
        Some((place, Group { called: called.clone(), words }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;
    use crate::question::word::split;

    #[test]
    fn an_office_before_a_verb_of_speech_is_found() {
        assert_eq!(
            office(&split("what did the harbour minister say about fares"), Language::primary()),
            2..5
        );
        assert_eq!(office(&split("which senator argued for fares"), Language::primary()), 1..2);
        assert_eq!(office(&split("what did they say about the minister"), Language::primary()), 0..0);
        assert_eq!(office(&split("the minister on fares"), Language::primary()), 0..0);
    }

    #[test]
    fn abbreviations_are_written_out() {
        let of = |text| {
            let mut words = split(text);
            write_out(&mut words, Language::primary());
            words.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(" ")
        };
        assert_eq!(of("the Danish FM on cod"), "the danish foreign minister on cod");
        assert_eq!(of("the ferry at 5 pm"), "the ferry at 5 pm");
        assert_eq!(of("wht did Lund say btwn 12 n 14 May"), "what did lund say between 12 and 14 may");
    }

    #[track_caller]
    fn check(text: &str, called: Option<(&str, &str)>) {
        let found = group(&split(text), Language::primary()).map(|(_, group)| group);
        assert_eq!(found.as_ref().map(|group| group.called.as_str()), called.map(|(name, _)| name), "{text}");
        assert!(called.is_none_or(|(_, word)| found.expect("found").words.iter().any(|one| one == word)));
    }

    #[test]
    fn people_of_a_country_are_a_group_where_they_speak() {
        check("what did the Danish officials say about cod", Some(("danish", "denmark")));
        check("which leaders spoke about cod", Some(("leaders", "president")));
        check("what did Lund say about Danish officials", None);
        check("what did harbour officials say", None);
        check("Danish", None);
    }
}

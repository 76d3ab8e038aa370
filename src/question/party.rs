//! Does a question ask for the people of a country or another party: "Kyiv", "the Russian side", "Lund's
//! team", "both sides"?

use jiff::civil::Date;

use super::word::{Word, at};
use super::{Known, Party};
use crate::fold;
use crate::lang::Language;

/// The parties that some words of a question name.
#[derive(Debug)]
pub(super) struct Found {
    /// The number of words.
    pub(super) count: usize,
    /// One party; several for "both sides".
    pub(super) parties: Vec<Party>,
}

/// What is needed to look up parties.
#[derive(Clone, Copy)]
pub(super) struct Look<'a> {
    pub(super) known: &'a Known<'a>,
    /// The folded names of the parties, or the names of the people, who met in the round asked about; empty
    /// if there is none.
    pub(super) met: &'a [String],
    /// The day for which holders of offices are looked up.
    pub(super) day: Date,
    pub(super) language: &'a Language,
}

impl Look<'_> {
    /// Returns the parties that `words` name from `start` on.
    pub(super) fn at(self, words: &[Word], start: usize) -> Option<Found> {
        self.both(words, start).or_else(|| self.of_place(words, start))
    }

    /// "both sides": returns those who met, otherwise the two parties with the most quotes on record.
    fn both(self, words: &[Word], start: usize) -> Option<Found> {
        let lists = &self.language.question;
        let words = words.get(start..)?;
        let count = lists.both_sides.begin(words);
        if count == 0 {
            return None;
        }
        let most = if lists.three_sides.begin(words) > 0 { 3 } else { 2 };
        let mut sides: Vec<String> = Vec::new();
        for met in self.met {
            let folded = fold::words_in(met, self.language).join(" ");
            let own = self.known.roster.sides_for(met);
            for side in if own.is_empty() { vec![self.language.country(&folded).to_owned()] } else { own } {
                if !sides.contains(&side) && !self.known.roster.party(&side).is_empty() {
                    sides.push(side);
                }
            }
        }
        let parties: Vec<Party> = if sides.len() < 2 {
            let all = self.known.roster.sides().into_iter().take(most);
            all.filter_map(|(side, speakers)| self.party_of(side, speakers.to_vec())).collect()
        } else {
            sides.iter().take(most).filter_map(|side| self.party(side, side)).collect()
        };
        (parties.len() > 1).then_some(Found { count, parties })
    }

    /// Returns the party for "Kyiv", "the Russian side", "French foreign minister".
    fn of_place(self, words: &[Word], start: usize) -> Option<Found> {
        let lists = &self.language.question;
        let here = words.get(start..)?;
        let (place, used) = match lists.seats.begin(here) {
            Some((country, count)) => (country.to_owned(), count),
            None => (self.place(words, start)?, 1),
        };
        let called: Vec<&str> = here[..used].iter().map(|word| word.folded.as_str()).collect();
        let party = self.party(&place, &called.join(" "))?;
        let behind = &here[used..];
        if let Some((word, count)) = institution(here, used, self.language)
            && let Some(members) = self.members(&party, word)
        {
            let called: Vec<&str> = here[..count].iter().map(AsRef::as_ref).collect();
            let called = if count > used {
                format!("{} {}", party.called, called[used..].join(" "))
            } else {
                capitalised(&called.join(" "))
            };
            return Some(Found { count, parties: vec![Party { called, speakers: members }] });
        }
        if let Some((office, speakers)) = self.in_office(&party, behind) {
            let party = Party {
                called: format!(
                    "{} {}",
                    party.called,
                    behind[..office].iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(" ")
                ),
                speakers,
            };
            return Some(Found { count: used + office, parties: vec![party] });
        }
        Some(Found { count: used + lists.party_nouns.begin(behind), parties: vec![party] })
    }

    /// Returns the country, region or party of the people list that the word at `start` stands for. "us"
    /// counts only if it is capitalised, or follows "the", or if a word for its people or another party
    /// follows: "us officials", "us and russia".
    fn place(self, words: &[Word], start: usize) -> Option<String> {
        let (lists, word) = (&self.language.question, words.get(start)?);
        let folded = word.folded.as_str();
        let led = start.checked_sub(1).is_some_and(|before| lists.the.has(&words[before].folded));
        let small = self.language.is_function_word(folded) && !word.capital && !led;
        let function_word = small && !self.is_side(words, start);
        if lists.no_parties.has(folded) || function_word || lists.who.has(folded) {
            return None;
        }
        let roster = self.known.roster;
        let singular = folded.strip_suffix('s').filter(|one| !self.language.nations(one).is_empty());
        let named = |one: &&str| !roster.party(one).is_empty();
        [folded].into_iter().chain(singular).find(named).map(str::to_owned)
    }

    /// Returns whether a word for its people, or another party, follows the word at `start`.
    fn is_side(self, words: &[Word], start: usize) -> bool {
        let lists = &self.language.question;
        let behind = words.get(start + 1..).unwrap_or_default();
        let joined = behind.first().is_some_and(|word| lists.joins.has(&word.folded));
        lists.party_nouns.begin(behind) > 0 || joined && self.of_place(words, start + 2).is_some()
    }

    /// Returns the people who speak for a place as a party, called as in the question.
    fn party(self, place: &str, called: &str) -> Option<Party> {
        self.party_of(called, self.known.roster.party(place).into_iter().map(str::to_owned).collect())
    }

    /// Returns these speakers as a party, under its name in the people list if it has one.
    fn party_of(self, called: &str, speakers: Vec<String>) -> Option<Party> {
        let side =
            |name: &String| self.known.roster.people().only(name).and_then(|person| person.side.clone());
        let first = side(speakers.first()?);
        let one = speakers.iter().all(|name| side(name) == first);
        Some(Party { called: first.filter(|_| one).unwrap_or_else(|| capitalised(called)), speakers })
    }

    /// Returns those of a party who hold the office at the start of `words`, and the number of its words.
    fn in_office(self, party: &Party, words: &[Word]) -> Option<(usize, Vec<String>)> {
        let longest = LONGEST.min(words.len());
        (1..=longest).rev().find_map(|count| {
            let office = &words[..count];
            if !self.language.is_office(&office.last()?.folded) {
                return None;
            }
            let held = |title: &str| {
                let title = fold::words_in(title, self.language);
                office.iter().all(|word| title.iter().any(|own| same_office(own, &word.folded)))
            };
            let holds = |name: &&String| {
                let person = self.known.roster.people().only(name);
                let mut roles = person.iter().flat_map(|person| &person.roles);
                roles.any(|role| role.held_on(Some(self.day)) && held(&role.title))
            };
            let holders: Vec<String> = party.speakers.iter().filter(holds).cloned().collect();
            (!holders.is_empty()).then_some((count, holders))
        })
    }

    /// Returns those of a party whose office has this folded word; `None` if there are none.
    fn members(self, party: &Party, word: &str) -> Option<Vec<String>> {
        let holds = |name: &&String| {
            let person = self.known.roster.people().only(name);
            let mut roles = person.iter().flat_map(|person| &person.roles);
            let is = |words: &str| fold::words_in(words, self.language).iter().any(|own| own == word);
            roles.any(|role| role.held_on(Some(self.day)) && (is(&role.title) || is(&role.org)))
        };
        let members: Vec<String> = party.speakers.iter().filter(holds).cloned().collect();
        (!members.is_empty()).then_some(members)
    }

    /// Returns the people on the side of the person named before: "Lund's side". Returns `None` without such
    /// a noun at `end`.
    pub(super) fn of_person(self, words: &[Word], end: usize, name: &str) -> Option<Party> {
        let noun = self.language.question.side_nouns.has(at(words, Some(end)));
        let possessive = words.get(end.checked_sub(1)?).is_some_and(|word| word.possessive);
        if !noun || !possessive {
            return None;
        }
        let side = self.known.roster.sides_for(name).into_iter().next()?;
        self.party(&side, &side)
    }
}

/// Returns the word for the offices of an institution that is the first `used` words or follows them, "the
/// Pentagon", "the Danish foreign ministry", and the number of all words.
fn institution(words: &[Word], used: usize, language: &Language) -> Option<(&'static str, usize)> {
    let lists = &language.question;
    let itself = lists.institutions.begin(words).filter(|(_, count)| *count == used);
    itself.or_else(|| lists.institutions.begin(&words[used..]).map(|(word, count)| (word, used + count)))
}

/// Maximum number of words in an office.
const LONGEST: usize = 4;

/// Returns whether two words mean the same office: "spokesman" includes a spokeswoman.
fn same_office(one: &str, other: &str) -> bool {
    let bare = |word: &str| {
        let endings = ["woman", "man", "person", "women", "men", "people"];
        endings.iter().find_map(|ending| word.strip_suffix(ending)).map(str::to_owned)
    };
    one == other || bare(one).is_some_and(|own| !own.is_empty() && Some(own) == bare(other))
}

fn capitalised(words: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_uppercase().chain(letters).collect::<String>())
            .unwrap_or_default()
    };
    words.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::agenda::Agenda;
    use crate::lang::Language;
    use crate::people::People;
    use crate::question::word::split;
    use crate::roster::Roster;

    #[track_caller]
    fn check(text: &str, start: usize, expected: Option<(usize, &str)>) {
        let people = r#"
            [[person]]
            name = "Pia Lund"
            side = "Denmark"
            roles = [{ title = "Foreign Minister", org = "Denmark" }]
            [[person]]
            name = "Ole Holm"
            side = "Denmark"
            roles = [{ title = "Spokesman of the minister", org = "Denmark" }]
            [[person]]
            name = "Vera Silva"
            side = "Europe"
            roles = [{ title = "Prime Minister", org = "Portugal" }]
        "#;
        let quoted = [("Pia Lund".to_owned(), 2), ("Vera Silva".to_owned(), 1), ("Denmark".to_owned(), 4)];
        let roster = Roster::new(People::parse(people).expect("well formed"), quoted, Language::primary());
        let agenda = Agenda::default();
        let known = Known {
            roster: &roster,
            agenda: &agenda,
            outlets: &[],
            newest: None,
            answered: crate::question::Answered::default(),
            words: HashSet::new(),
        };
        let look = Look {
            known: &known,
            met: &[],
            day: jiff::civil::date(2025, 5, 1),
            language: Language::primary(),
        };
        let found = look.at(&split(text), start);
        let shown = found.map(|found| {
            let who = |party: &Party| format!("{}: {}", party.called, party.speakers.join(", "));
            (found.count, found.parties.iter().map(who).collect::<Vec<_>>().join("; "))
        });
        assert_eq!(shown, expected.map(|(count, who)| (count, who.to_owned())), "{text}");
    }

    #[test]
    fn a_country_its_people_and_its_capital_are_one_party() {
        let denmark = "Denmark: Pia Lund, Ole Holm";
        check("what does Copenhagen say", 2, Some((1, denmark)));
        check("did the danish side agree", 2, Some((2, denmark)));
        check("danish government officials on cod", 0, Some((3, denmark)));
        check("what do the danes say", 3, None);
        check("what do Europeans say", 2, Some((1, "Europeans: Pia Lund, Vera Silva, Ole Holm")));
        check("what does Lisbon say", 2, None);
        check("what do Portuguese diplomats say", 2, Some((2, "Europe: Vera Silva")));
        check("told us about cod", 1, None);
    }

    #[test]
    fn an_office_of_a_country_limits_the_party() {
        check("did the Danish foreign minister say", 2, Some((3, "Denmark foreign minister: Pia Lund")));
        check("Copenhagen spokeswoman on cod", 0, Some((2, "Denmark spokeswoman: Ole Holm")));
        check("danish admiral on cod", 0, Some((1, "Denmark: Pia Lund, Ole Holm")));
    }

    #[test]
    fn an_institution_limits_the_party() {
        check("the Danish foreign ministry on cod", 1, Some((3, "Denmark foreign ministry: Pia Lund")));
        check("the Danish treasury on cod", 1, Some((1, "Denmark: Pia Lund, Ole Holm")));
    }

    #[test]
    fn both_sides_are_those_with_most_quotes() {
        check("both sides on cod", 0, Some((2, "Denmark: Pia Lund, Ole Holm; Europe: Vera Silva")));
    }
}

//! Somebody typed a name of a matter, a round or a party: which one is meant?

use crate::agenda::{Agenda, Matter, Round};
use crate::fold;
use crate::lang::Language;
use crate::people::People;

/// A name that is unknown or ambiguous.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The kind of name: "matter", "round", "party", "speaker".
    pub what: &'static str,
    /// What was typed.
    pub typed: String,
    /// The possible meanings, in the order of their list: those with a similar name, otherwise all.
    pub choices: Vec<String>,
}

/// Returns the matter that `typed` names: by its name, otherwise by a word for it, otherwise by words of its
/// name. Case, accents and word endings are ignored.
///
/// # Errors
/// [`Unknown`] if it names none, or several equally well.
pub fn matter_called<'a>(agenda: &'a Agenda, typed: &str) -> Result<&'a Matter, Unknown> {
    let names = |matter: &'a Matter| (matter.name.as_str(), matter.words.as_slice());
    called(&agenda.matters, typed, names, "matter")
}

/// Returns the round that `typed` names: by its name, otherwise by another name or its place, otherwise by
/// words of its name.
///
/// # Errors
/// As [`matter_called`].
pub fn round_called<'a>(agenda: &'a Agenda, typed: &str) -> Result<&'a Round, Unknown> {
    let names = |round: &'a Round| (round.name.as_str(), round.names.as_slice());
    let by_name = called(&agenda.rounds, typed, names, "round");
    by_name.or_else(|unknown| {
        let key = key(typed);
        let is_there = |round: &&Round| round.places.iter().any(|place| self::key(place) == key);
        one(agenda.rounds.iter().filter(is_there).collect()).map_err(|there| {
            if there.is_empty() {
                unknown
            } else {
                Unknown { choices: there.iter().map(|round| round.name.clone()).collect(), ..unknown }
            }
        })
    })
}

/// Returns the party that `typed` names, as the people list writes it: by its name, or by the name of a
/// country or its people.
///
/// # Errors
/// As [`matter_called`].
pub fn party_called(people: &People, typed: &str) -> Result<String, Unknown> {
    let sides = parties(people);
    let language = Language::primary();
    let country = |text: &str| {
        let key = key(text).join(" ");
        language.country(&key).to_owned()
    };
    let wanted = country(typed);
    let found = sides.iter().find(|side| country(side) == wanted).cloned();
    found.ok_or_else(|| Unknown { what: "party", typed: typed.to_owned(), choices: sides })
}

/// Returns the parties of the people list in its spelling and order.
#[must_use]
pub fn parties(people: &People) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for side in people.persons().iter().filter_map(|person| person.side.as_ref()) {
        if !out.contains(side) {
            out.push(side.clone());
        }
    }
    out
}

/// Returns those of `names`, in order, that have `typed` at the start of one of their words; all of them if
/// `typed` is empty.
#[must_use]
pub fn beginning<'a>(names: &'a [String], typed: &str) -> Vec<&'a String> {
    let typed = fold::words(typed).join(" ");
    let begins = |name: &&String| {
        let words = fold::words(name);
        typed.is_empty() || (0..words.len()).any(|from| words[from..].join(" ").starts_with(&typed))
    };
    names.iter().filter(begins).collect()
}

fn called<'a, T>(
    all: &'a [T],
    typed: &str,
    names: impl Fn(&'a T) -> (&'a str, &'a [String]),
    what: &'static str,
) -> Result<&'a T, Unknown> {
    let wanted = key(typed);
    let is = |name: &str| key(name) == wanted;
    let holds = |name: &str| {
        let own = key(name);
        !wanted.is_empty() && wanted.iter().all(|word| own.contains(word))
    };
    let levels: [&dyn Fn(&'a T) -> bool; 4] = [
        &|item| is(names(item).0),
        &|item| names(item).1.iter().any(|name| is(name)),
        &|item| holds(names(item).0),
        &|item| names(item).1.iter().any(|name| holds(name)),
    ];
    for level in levels {
        match one(all.iter().filter(|item| level(item)).collect()) {
            Ok(found) => return Ok(found),
            Err(several) if !several.is_empty() => {
                let choices = several.into_iter().map(|item| names(item).0.to_owned()).collect();
                return Err(Unknown { what, typed: typed.to_owned(), choices });
            }
            Err(_) => {}
        }
    }
    let choices = all.iter().map(|item| names(item).0.to_owned()).collect();
    Err(Unknown { what, typed: typed.to_owned(), choices })
}

/// Returns the only element of a list; otherwise the list.
fn one<T>(found: Vec<&T>) -> Result<&T, Vec<&T>> {
    if let [one] = found.as_slice() { Ok(one) } else { Err(found) }
}

/// Returns the key for comparing names: stems, without a leading article.
fn key(text: &str) -> Vec<String> {
    let words = fold::name(text);
    let is_article = |word: &str| Language::primary().is_determiner(word);
    let from = usize::from(words.len() > 1 && is_article(&words[0]));
    words[from..].iter().map(|word| fold::stem(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agenda() -> Agenda {
        let mut agenda = Agenda::default();
        agenda
            .add_matters(
                "[[matter]]\nname = \"a fare freeze\"\nwords = [\"tickets\", \"money\"]\n[[matter]]\nname = \"quay repairs\"\nwords = [\"quay\", \"money\"]\n",
            )
            .expect("well formed");
        agenda
            .add_rounds(
                "[[round]]\nname = \"the harbour talks\"\nplaces = [\"Northport\"]\nfirst = 2025-05-01\nlast = 2025-05-02\n[[round]]\nname = \"the second harbour talks\"\nnames = [\"ferry summit\"]\nplaces = [\"Northport\", \"Coast\"]\nfirst = 2025-06-01\nlast = 2025-06-01\n",
            )
            .expect("well formed");
        agenda
    }

    #[test]
    fn a_name_is_found_in_any_form_and_ambiguity_is_reported() {
        let agenda = agenda();
        let matter = |typed| matter_called(&agenda, typed).map(|matter| matter.name.as_str());
        for typed in ["A FARE FREEZE", "fare freeze", "fares", "ticket"] {
            assert_eq!(matter(typed), Ok("a fare freeze"), "{typed}");
        }
        assert_eq!(matter("money").expect_err("both").choices, ["a fare freeze", "quay repairs"]);
        assert_eq!(matter("fish").expect_err("none").choices.len(), 2);
        assert_eq!(matter("").expect_err("nothing").choices.len(), 2);
        let round = |typed| round_called(&agenda, typed).map(|round| round.name.as_str());
        assert_eq!(round("harbour talks"), Ok("the harbour talks"));
        assert_eq!(round("Ferry Summit"), Ok("the second harbour talks"));
        assert_eq!(round("coast"), Ok("the second harbour talks"));
        assert_eq!(round("northport").expect_err("both").choices.len(), 2);
    }

    #[test]
    fn a_party_is_called_as_the_list_or_its_country() {
        let people = People::parse(
            "[[person]]\nname = \"Pia Lund\"\nside = \"Norway\"\n[[person]]\nname = \"Anna Control\"\nside = \"the Board\"\n",
        )
        .expect("well formed");
        assert_eq!(party_called(&people, "norwegian").as_deref(), Ok("Norway"));
        assert_eq!(party_called(&people, "board").as_deref(), Ok("the Board"));
        assert_eq!(party_called(&people, "Spain").expect_err("nobody").choices, ["Norway", "the Board"]);
    }
}

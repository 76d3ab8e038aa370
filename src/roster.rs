//! Who can be asked about: the people list and everybody quoted in the corpus, looked up by any name, also a misspelt one.

use std::collections::HashMap;

use crate::fold;
use crate::people::People;

/// The speakers of a corpus. Names are compared folded; see [`fold::words`].
#[derive(Debug, Default)]
pub struct Roster {
    people: People,
    speakers: Vec<Speaker>,
    /// Folded full names, aliases and surnames -> places in `speakers`, most quoted first.
    names: HashMap<String, Vec<usize>>,
    /// Names and aliases of the quoted from each of their words on, folded and sorted, with places in `speakers`.
    beginnings: Vec<(String, usize)>,
}

/// Someone on record, or on the people list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speaker {
    /// The canonical name.
    pub name: String,
    /// How many quotes are on record.
    pub quotes: u64,
}

impl Roster {
    /// Returns the roster of the list and of `quoted`, the number of quotes of each speaker in the index.
    #[must_use]
    pub fn new(people: People, quoted: impl IntoIterator<Item = (String, u64)>) -> Self {
        let mut counts: HashMap<String, u64> =
            people.persons().iter().map(|person| (person.name.clone(), 0)).collect();
        for (name, quotes) in quoted.into_iter().filter(|(name, _)| is_name(name)) {
            *counts.entry(name).or_default() += quotes;
        }
        let mut speakers: Vec<Speaker> =
            counts.into_iter().map(|(name, quotes)| Speaker { name, quotes }).collect();
        speakers.sort_unstable_by(|a, b| b.quotes.cmp(&a.quotes).then_with(|| a.name.cmp(&b.name)));
        let mut names: HashMap<String, Vec<usize>> = HashMap::new();
        let mut beginnings: Vec<(String, usize)> = Vec::new();
        for (at, speaker) in speakers.iter().enumerate() {
            let mut keys: Vec<String> = Vec::new();
            let words = fold::words(&speaker.name);
            keys.extend(words.last().filter(|_| words.len() > 1).cloned());
            keys.push(words.join(" "));
            for person in people.called(&speaker.name).filter(|person| person.name == speaker.name) {
                keys.extend(person.aliases.iter().map(|alias| alias_key(alias)));
            }
            keys.sort_unstable();
            keys.dedup();
            for key in keys.iter().filter(|_| speaker.quotes > 0) {
                beginnings.push((key.clone(), at));
                beginnings.extend(
                    key.match_indices(' ').map(|(space, _)| (key.split_at(space + 1).1.to_owned(), at)),
                );
            }
            for key in keys {
                names.entry(key).or_default().push(at);
            }
        }
        beginnings.sort_unstable();
        beginnings.dedup();
        Self { people, speakers, names, beginnings }
    }

    /// Returns the people list.
    #[must_use]
    pub const fn people(&self) -> &People {
        &self.people
    }

    /// Returns everybody, the most quoted first, then by name.
    #[must_use]
    pub fn speakers(&self) -> &[Speaker] {
        &self.speakers
    }

    /// Returns the speaker called by the folded `words`, the most quoted of several; `None` where nobody is.
    #[must_use]
    pub fn called(&self, words: &[&str]) -> Option<&Speaker> {
        self.names.get(&words.join(" "))?.first().and_then(|&at| self.speakers.get(at))
    }

    /// Returns the quoted speakers with a name or alias that, from one of its words on, begins as `typed` does, the most quoted first,
    /// at most `limit`; where there is none, the one whose surname `typed` resembles. An empty `typed` gives the most quoted.
    #[must_use]
    pub fn beginning(&self, typed: &str, limit: usize) -> Vec<&Speaker> {
        let words = fold::words(typed);
        let prefix = words.join(" ");
        let from = self.beginnings.partition_point(|(name, _)| *name < prefix);
        let mut places: Vec<usize> = self.beginnings[from..]
            .iter()
            .take_while(|(name, _)| name.starts_with(&prefix))
            .map(|(_, at)| *at)
            .collect();
        places.sort_unstable();
        places.dedup();
        if places.is_empty() {
            let alike = words.last().and_then(|word| self.resembling(word));
            return alike.into_iter().filter(|speaker| speaker.quotes > 0).take(limit).collect();
        }
        places.into_iter().take(limit).filter_map(|at| self.speakers.get(at)).collect()
    }

    /// Returns the speaker whose surname is most likely meant by the misspelt `word`: one edit away (a swap counts as one),
    /// two from seven letters on; `None` where two surnames are equally near.
    #[must_use]
    pub fn resembling(&self, word: &str) -> Option<&Speaker> {
        let letters = word.chars().count();
        let allowed = if letters >= 7 { 2 } else { usize::from(letters >= 4) };
        let mut best: Option<(usize, usize)> = None;
        let mut tied = false;
        for (name, places) in self.names.iter().filter(|(name, _)| !name.contains(' ')) {
            let distance = strsim::osa_distance(name, word);
            // A short name may not lose its first letter as well: "Martin" is not "Artin", yet "Putin" is not "Latin" either.
            let Some(&at) = places.first().filter(|_| distance <= allowed && name.chars().count() >= 4)
            else {
                continue;
            };
            match best {
                Some((nearest, holder)) if nearest == distance => tied |= holder != at,
                Some((nearest, _)) if nearest < distance => {}
                _ => {
                    best = Some((distance, at));
                    tied = false;
                }
            }
        }
        best.filter(|_| !tied).and_then(|(_, at)| self.speakers.get(at))
    }
}

/// Whether a speaker is called by a name: "European leaders" and "two officials" spoke, but nobody is called so.
fn is_name(name: &str) -> bool {
    name.split([' ', '-']).all(|word| {
        word.starts_with(char::is_uppercase)
            || crate::lang::ENGLISH.is_particle(word)
            || word.chars().all(|c| !c.is_alphabetic())
    }) && !name
        .split(' ')
        .next()
        .is_some_and(|first| crate::lang::ENGLISH.is_determiner(&first.to_lowercase()))
}

fn alias_key(alias: &str) -> String {
    let mut words = fold::words(alias);
    if words.len() > 1 && words.first().is_some_and(|word| word == "the") {
        words.remove(0);
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roster() -> Roster {
        let people = People::parse(
            "[[person]]\nname = \"Angela Lindqvist\"\naliases = [\"the harbour envoy\"]\n[[person]]\nname = \"Omar Sandoval\"\n",
        )
        .expect("well formed");
        Roster::new(
            people,
            [
                ("Omar Sandoval".to_owned(), 3),
                ("Rita Sandoval".to_owned(), 5),
                ("the panel".to_owned(), 1),
                ("Harbour officials".to_owned(), 9),
            ],
        )
    }

    #[test]
    fn finds_by_name_alias_and_surname() {
        let roster = roster();
        let name = |words: &[&str]| roster.called(words).map(|speaker| speaker.name.as_str());
        assert_eq!(name(&["harbour", "envoy"]), Some("Angela Lindqvist"));
        assert_eq!(name(&["sandoval"]), Some("Rita Sandoval"));
        assert_eq!(name(&["omar", "sandoval"]), Some("Omar Sandoval"));
        assert_eq!(name(&["nobody"]), None);
        assert_eq!(name(&["harbour", "officials"]), None);
    }

    #[test]
    fn forgives_small_slips_only() {
        let roster = roster();
        let name = |word: &str| roster.resembling(word).map(|speaker| speaker.name.as_str());
        assert_eq!(name("lindqvsit"), Some("Angela Lindqvist"));
        assert_eq!(name("sandovall"), Some("Rita Sandoval"));
        assert_eq!(name("sand"), None);
        assert_eq!(name("talks"), None);
    }
}

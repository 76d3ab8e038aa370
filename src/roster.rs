//! Who can be asked about: everybody on the people list and everybody quoted in the corpus, looked up by any
//! name, even misspelt.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::fold;
use crate::lang::{Language, Traits};
use crate::people::{People, Person, Role};

/// The speakers of a corpus. Names are compared in folded form; see [`fold::words_in`].
#[derive(Debug)]
pub struct Roster {
    /// The language of names and offices.
    language: &'static Language,
    people: People,
    speakers: Vec<Speaker>,
    /// Folded full names, aliases and surnames -> indices into `speakers`, most quoted first.
    names: HashMap<String, Vec<usize>>,
    /// Folded first names -> indices into `speakers` with their surnames, most quoted first.
    first_names: HashMap<String, Vec<(usize, String)>>,
    /// Names of one word, ordered by length; a misspelt surname is compared with these.
    surnames: Vec<Surname>,
    /// For each speaker, the other names under which the index has them: with a short first name or a
    /// different middle name, or only the surname if the article gives no more.
    spellings: HashMap<String, Vec<String>>,
    /// For each such name, the person it is counted for.
    owners: HashMap<String, String>,
    /// The same by fingerprint.
    owner_prints: HashMap<u32, u32>,
    /// Countries, by the first word of their rows, and other parties of the people list -> the people who
    /// speak for them, most quoted first.
    sides: HashMap<String, Vec<String>>,
    /// The names and aliases of quoted speakers, starting at each of their words, folded and sorted, with
    /// indices into `speakers`.
    beginnings: Vec<(String, usize)>,
}

/// A name of one word.
#[derive(Debug)]
struct Surname {
    /// In code points.
    length: usize,
    /// The set of its letters; see [`letters`].
    letters: u32,
    folded: String,
    /// The index of the most quoted speaker with this name.
    first: usize,
}

/// A person or body on record, or on the people list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speaker {
    /// The canonical name.
    pub name: String,
    /// The number of quotes on record.
    pub quotes: u64,
}

impl Default for Roster {
    fn default() -> Self {
        Self::new(People::default(), [], Language::primary())
    }
}

impl Roster {
    /// Returns the roster of the people list and of `quoted`, the number of quotes of each speaker in the
    /// index. Names and offices are those of `language`.
    #[must_use]
    pub fn new(
        people: People,
        quoted: impl IntoIterator<Item = (String, u64)>,
        language: &'static Language,
    ) -> Self {
        let mut counts: HashMap<String, u64> =
            people.persons().iter().map(|person| (person.name.clone(), 0)).collect();
        for (name, quotes) in quoted.into_iter().filter(|(name, _)| is_name(name, language)) {
            *counts.entry(name).or_default() += quotes;
        }
        let capitals = merge_capitals(&mut counts, &people, language);
        let mut spellings = merge_first_names(&mut counts, &people, language);
        merge_surnames(&mut counts, &mut spellings, language);
        add_spellings(&mut spellings, capitals);
        let mut speakers: Vec<Speaker> =
            counts.into_iter().map(|(name, quotes)| Speaker { name, quotes }).collect();
        speakers.sort_unstable_by(|a, b| b.quotes.cmp(&a.quotes).then_with(|| a.name.cmp(&b.name)));
        let owners: HashMap<String, String> = spellings
            .iter()
            .flat_map(|(owner, names)| names.iter().map(|name| (name.clone(), owner.clone())))
            .collect();
        let print = |(name, owner): (&String, &String)| (fold::fingerprint(name), fold::fingerprint(owner));
        let owner_prints = owners.iter().map(print).collect();
        let mut roster = Self {
            language,
            people,
            speakers,
            names: HashMap::new(),
            first_names: HashMap::new(),
            surnames: Vec::new(),
            spellings,
            owners,
            owner_prints,
            sides: HashMap::new(),
            beginnings: Vec::new(),
        };
        roster.note_names();
        roster.note_sides();
        roster
    }

    /// Indexes the speakers by everything they can be looked up by, most quoted first.
    fn note_names(&mut self) {
        let (mut names, mut first_names) = (HashMap::new(), HashMap::new());
        let mut beginnings = Vec::new();
        for (at, speaker) in self.speakers.iter().enumerate() {
            let words = fold::words_in(&speaker.name, self.language);
            if let [first, .., last] = words.as_slice()
                && !self.language.is_title(first)
                && !self.language.is_body(first)
            {
                let places: &mut Vec<(usize, String)> = first_names.entry(first.clone()).or_default();
                places.push((at, last.clone()));
            }
            for key in self.keys_of(&speaker.name, &words) {
                if speaker.quotes > 0 {
                    let later = key.match_indices(' ').map(|(space, _)| key.split_at(space + 1).1);
                    let from_each_word = std::iter::once(key.as_str()).chain(later);
                    beginnings.extend(from_each_word.map(|name| (name.to_owned(), at)));
                }
                let places: &mut Vec<usize> = names.entry(key).or_default();
                places.push(at);
            }
        }
        beginnings.sort_unstable();
        beginnings.dedup();
        self.surnames = surnames(&names);
        (self.names, self.first_names, self.beginnings) = (names, first_names, beginnings);
    }

    /// Indexes the people on the list by the parties they speak for, most quoted first.
    fn note_sides(&mut self) {
        let mut sides: HashMap<String, Vec<String>> = HashMap::new();
        for speaker in &self.speakers {
            let listed = self.people.called(&speaker.name).find(|person| person.name == speaker.name);
            for side in listed.iter().flat_map(|person| self.sides_of(person)) {
                sides.entry(side).or_default().push(speaker.name.clone());
            }
        }
        self.sides = sides;
    }

    /// Returns what a person speaks for: the country that the list gives as their party; if the list gives
    /// something larger, that and the countries of their offices.
    fn sides_of(&self, person: &Person) -> Vec<String> {
        let country = |word: &String| {
            let is_country = self.language.is_country(word);
            is_country.then(|| self.language.country(word).to_owned())
        };
        let side = person.side.as_deref().map(|side| fold::words_in(side, self.language).join(" "));
        if let Some(country) = side.as_ref().and_then(country) {
            return vec![country];
        }
        let of_offices = person.roles.iter().flat_map(|role| fold::words_in(&role.org, self.language));
        let mut out: Vec<String> =
            side.into_iter().chain(of_offices.filter_map(|word| country(&word))).collect();
        out.sort_unstable();
        out.dedup();
        out
    }

    /// Returns the names of the people on the list who speak for what the folded `word` stands for (a
    /// country, a region or a party of the list), most quoted first, without duplicates. Returns none if the
    /// word has no such meaning or nobody speaks for it.
    #[must_use]
    pub fn party(&self, word: &str) -> Vec<&str> {
        let nations = self.language.nations(word);
        let named = |side: &&String| side.as_str() == word || nations.contains(&side.as_str());
        let members = self.sides.iter().filter(|(side, _)| named(side)).flat_map(|(_, names)| names);
        let mut places: Vec<usize> = members.filter_map(|name| self.place(name)).collect();
        places.sort_unstable();
        places.dedup();
        places.into_iter().map(|at| self.speakers[at].name.as_str()).collect()
    }

    /// Returns the place among the speakers of the one with exactly this name.
    fn place(&self, name: &str) -> Option<usize> {
        let known = self.names.get(&fold::words_in(name, self.language).join(" "))?;
        known.iter().copied().find(|at| self.speakers[*at].name == name)
    }

    /// Returns the folded names of the parties that `name` speaks for; empty for anybody who is not on the
    /// people list.
    #[must_use]
    pub fn sides_for(&self, name: &str) -> Vec<String> {
        let listed = self.people.called(name).find(|person| person.name == name);
        listed.map(|person| self.sides_of(person)).unwrap_or_default()
    }

    /// Returns the parties of the people list, each with the people who speak for it, most quoted first.
    #[must_use]
    pub fn sides(&self) -> Vec<(&str, &[String])> {
        let quotes = |name: &String| self.place(name).map_or(0, |at| self.speakers[at].quotes);
        let sides = self.sides.iter().map(|(side, names)| (side.as_str(), names.as_slice()));
        let mut sides: Vec<(&str, &[String])> = sides.collect();
        sides.sort_by_cached_key(|(side, names)| {
            (std::cmp::Reverse(names.iter().map(quotes).sum::<u64>()), *side)
        });
        sides
    }

    /// Returns a folded party in the spelling of the people list, from a party or a word of an office: "EU"
    /// for "eu".
    #[must_use]
    pub fn side_written(&self, side: &str) -> Option<&str> {
        let is_side = |text: &&str| fold::words_in(text, self.language).join(" ") == side;
        let people = self.people.persons();
        let as_side = people.iter().filter_map(|person| person.side.as_deref()).find(is_side);
        let of_offices = || {
            let words =
                people.iter().flat_map(|person| &person.roles).flat_map(|role| role.org.split_whitespace());
            words.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric())).find(is_side)
        };
        as_side.or_else(of_offices)
    }

    /// Returns everything by which a speaker can be looked up, folded and without duplicates: the whole name
    /// (`words`), the surname, the aliases on the list.
    fn keys_of(&self, name: &str, words: &[String]) -> Vec<String> {
        let surname = words.last().filter(|last| words.len() > 1 && !self.language.is_title(last));
        let listed = self.people.called(name).filter(|person| person.name == name);
        let aliases = listed.flat_map(|person| &person.aliases).map(|alias| alias_key(alias, self.language));
        let mut keys: Vec<String> =
            surname.cloned().into_iter().chain([words.join(" ")]).chain(aliases).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Returns the people list.
    #[must_use]
    pub const fn people(&self) -> &People {
        &self.people
    }

    /// Returns everybody, most quoted first, then by name.
    #[must_use]
    pub fn speakers(&self) -> &[Speaker] {
        &self.speakers
    }

    /// Returns the speaker with exactly this `name`, otherwise as [`Roster::called`] does.
    #[must_use]
    pub fn somebody(&self, name: &str) -> Option<&Speaker> {
        let words = fold::words(name);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let exact = self.speakers.iter().find(|speaker| speaker.name == name);
        exact.or_else(|| self.called(&words))
    }

    /// Returns the speaker called by the folded `words`, the most quoted if there are several. A short first
    /// name and a missing middle name are accepted; a first name alone only if one person has most of the
    /// quotes of everybody with that name. Returns `None` if there is nobody.
    #[must_use]
    pub fn called(&self, words: &[&str]) -> Option<&Speaker> {
        let key = words.join(" ");
        if let Some(&at) = self.names.get(&key).and_then(|places| places.first()) {
            let exact = self.speakers.get(at)?;
            // A speaker who is on record only by a first name is not whom "Ivanka" asks for, if there is a
            // fuller name.
            let fuller = if exact.name.contains(' ') { None } else { self.by_first_name(&key) };
            return fuller.filter(|fuller| fuller.quotes >= 3 * exact.quotes).or(Some(exact));
        }
        match words {
            [first, last] if self.language.gender_of_name(first).is_some() => self.by_short_name(first, last),
            _ => self.by_first_name(&key),
        }
    }

    /// Returns the most quoted person with the surname whose first name is `first` or has it as a short form.
    fn by_short_name(&self, first: &str, last: &str) -> Option<&Speaker> {
        let speakers = self.names.get(last)?.iter().filter_map(|&at| self.speakers.get(at));
        let same = |speaker: &&Speaker| {
            let words = fold::words_in(&speaker.name, self.language);
            words.len() > 1
                && words.last().is_some_and(|word| word == last)
                && words.first().is_some_and(|word| self.language.is_same_first_name(word, first))
        };
        speakers.into_iter().find(same)
    }

    /// Returns the person with most of the quotes of everybody with that first name.
    fn by_first_name(&self, key: &str) -> Option<&Speaker> {
        let quotes = |(at, _): &(usize, String)| self.speakers.get(*at).map_or(0, |speaker| speaker.quotes);
        let places = self.first_names.get(key).filter(|_| self.language.gender_of_name(key).is_some())?;
        let first = places.first()?;
        let all: u64 = places.iter().map(quotes).sum();
        (quotes(first) * 3 >= all * 2).then(|| self.speakers.get(first.0))?
    }

    /// Returns the person meant by a first name and a misspelt surname: somebody with that first name whose
    /// surname is two edits away or begins with the same letters; `None` if two are equally near.
    #[must_use]
    pub fn misspelt(&self, first: &str, surname: &str) -> Option<&Speaker> {
        let start = |word: &str| word.chars().take(3).collect::<String>();
        let mut near: Vec<(usize, usize)> = self
            .first_names
            .get(first)?
            .iter()
            .filter_map(|(at, last)| {
                let alike = surname.chars().count() > 3 && start(last) == start(surname);
                if !alike && (letters(last) ^ letters(surname)).count_ones() > 4 {
                    return None;
                }
                let distance = strsim::osa_distance(last, surname);
                (distance <= 2 || alike).then_some((distance, *at))
            })
            .collect();
        near.sort_by_key(|(distance, _)| *distance);
        match near.as_slice() {
            [(one, _), (other, _), ..] if one == other => None,
            [(_, at), ..] => self.speakers.get(*at),
            [] => None,
        }
    }

    /// Returns the person meant by a full name of two or three words in which more than the surname may be
    /// misspelt, or in another spelling: "Kurt Shilling" for Curt Schilling. Each word must have most of its
    /// letters right. `None` if two people are equally near.
    #[must_use]
    pub fn misspelt_name(&self, typed: &[&str]) -> Option<&Speaker> {
        let (first, surname) = (*typed.first()?, *typed.last()?);
        let length = surname.chars().count();
        let from = self.surnames.partition_point(|name| name.length + MOST_EDITS < length);
        let near = self.surnames[from..].iter().take_while(|name| name.length <= length + MOST_EDITS);
        let own = letters(surname);
        let near = near.filter(|name| (name.letters ^ own).count_ones() as usize <= 2 * MOST_EDITS);
        let mut best: Vec<(usize, usize)> = Vec::new();
        for name in near {
            let Some(distance) = edits(&name.folded, surname) else { continue };
            for at in self.names.get(&name.folded).into_iter().flatten() {
                let words = fold::words(&self.speakers.get(*at)?.name);
                let whole = match (typed, words.as_slice()) {
                    ([_, middle, _], [own_first, own_middle, _]) => {
                        edits(own_first, first).zip(edits(own_middle, middle)).map(|(one, other)| one + other)
                    }
                    ([_, _], [own_first, .., _]) => edits(own_first, first),
                    _ => None,
                };
                best.extend(whole.map(|more| (distance + more, *at)));
            }
        }
        best.sort_unstable();
        best.dedup();
        match best.as_slice() {
            [(one, _), (other, _), ..] if one == other => None,
            [(_, at), ..] => self.speakers.get(*at),
            [] => None,
        }
    }

    /// Returns the holder on `day` of the office that the folded words of a question name, if exactly one
    /// person on the people list holds it: "president of ukraine", "polish prime minister".
    #[must_use]
    pub fn holder(&self, words: &[&str], day: Date) -> Option<&Speaker> {
        let (country, office) = match words {
            [office @ .., of, country] if self.language.traits(of).any(Traits::OF) => (*country, office),
            [country, office @ ..] => (*country, office),
            [] => return None,
        };
        let country = self.language.country(country);
        if office.is_empty()
            || !self.language.is_country(country) && self.language.nations(country).is_empty()
        {
            return None;
        }
        let holds = |role: &Role| {
            let title = fold::words_in(&role.title, self.language);
            let own = title.iter().position(|word| !self.language.is_of_a_state(word)).unwrap_or(0);
            title[own..] == *office
                && role.held_on(Some(day))
                && fold::words_in(&role.org, self.language)
                    .iter()
                    .any(|word| self.language.country(word) == country)
        };
        let mut holders = self.people.persons().iter().filter(|person| person.roles.iter().any(holds));
        let holder = holders.next().filter(|_| holders.next().is_none())?;
        self.speakers.iter().find(|speaker| speaker.name == holder.name)
    }

    /// Returns whether the folded word `typed` is the first name in `name`, misspelt or in another spelling.
    #[must_use]
    pub fn is_first_name(name: &str, typed: &str) -> bool {
        let words = fold::words(name);
        let Some(first) = words.first().filter(|_| words.len() > 1) else { return false };
        first == typed
            || first.chars().count() > 4
                && typed.chars().count() > 4
                && strsim::osa_distance(first, typed) <= 2
    }

    /// Returns the full name of the person that a bare surname means throughout the corpus; `None` for any
    /// other name.
    #[must_use]
    pub fn owner(&self, name: &str) -> Option<&str> {
        self.owners.get(name).map(String::as_str)
    }

    /// Returns the fingerprint ([`fold::fingerprint`]) of the person that a name with this fingerprint means
    /// throughout the corpus.
    #[must_use]
    pub fn owner_print(&self, name: u32) -> u32 {
        self.owner_prints.get(&name).copied().unwrap_or(name)
    }

    /// Returns the names under which the index may have the speaker, the canonical name first.
    pub fn spellings<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        std::iter::once(name).chain(self.spellings.get(name).into_iter().flatten().map(String::as_str))
    }

    /// Returns up to `limit` quoted speakers, most quoted first, whose name or an alias has `typed` at the
    /// start of one of its words; the following words must match too. If there are none, returns the one
    /// whose surname resembles `typed`. An empty `typed` gives the most quoted speakers.
    #[must_use]
    pub fn beginning(&self, typed: &str, limit: usize) -> Vec<&Speaker> {
        let words = fold::words_in(typed, self.language);
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

    /// Returns the speaker whose surname is most likely meant by the misspelt `word`: one edit away (a swap
    /// of neighbours counts as one), or two from seven letters on; `None` if two surnames are equally near.
    #[must_use]
    pub fn resembling(&self, word: &str) -> Option<&Speaker> {
        let length = word.chars().count();
        let allowed = if length >= 7 { 2 } else { usize::from(length >= 4) };
        let own = letters(word);
        let mut best: Option<(usize, usize)> = None;
        let mut tied = false;
        // A short name must not lose its first letter: "Martin" is not "Artin". But "Putin" is not "Latin"
        // either.
        let from = self.surnames.partition_point(|name| name.length < length.saturating_sub(allowed).max(4));
        let near = self.surnames[from..].iter().take_while(|name| name.length <= length + allowed);
        // An edit changes at most two letters, so most names need no exact comparison.
        for name in near.filter(|name| (name.letters ^ own).count_ones() as usize <= 2 * allowed) {
            let distance = strsim::osa_distance(&name.folded, word);
            if distance > allowed {
                continue;
            }
            match best {
                Some((nearest, holder)) if nearest == distance => tied |= holder != name.first,
                Some((nearest, _)) if nearest < distance => {}
                _ => {
                    best = Some((distance, name.first));
                    tied = false;
                }
            }
        }
        best.filter(|_| !tied).and_then(|(_, at)| self.speakers.get(at))
    }
}

/// Maximum number of edits of a word in a misspelt name.
const MOST_EDITS: usize = 2;

/// Returns the number of edits between two words if they may be spellings of one name: at most two, and at
/// most two of five letters differ; only one if they begin with different letters ("Kurt", "Curt"). A word of
/// up to three letters must be right.
fn edits(one: &str, other: &str) -> Option<usize> {
    let longer = one.chars().count().max(other.chars().count());
    let most = match longer {
        ..4 => 0,
        _ if one.chars().next() != other.chars().next() => 1,
        _ => MOST_EDITS,
    };
    let distance = strsim::osa_distance(one, other);
    (distance <= most && 5 * distance <= 2 * longer).then_some(distance)
}

/// Returns the names of one word, ordered by length, then alphabetically.
fn surnames(names: &HashMap<String, Vec<usize>>) -> Vec<Surname> {
    let one_word = names.iter().filter(|(name, _)| !name.contains(' '));
    let mut out: Vec<Surname> = one_word
        .filter_map(|(name, places)| {
            let folded = name.clone();
            Some(Surname {
                length: name.chars().count(),
                letters: letters(name),
                folded,
                first: *places.first()?,
            })
        })
        .collect();
    out.sort_unstable_by(|a, b| (a.length, &a.folded).cmp(&(b.length, &b.folded)));
    out
}

/// Returns one bit for each letter that a word contains, and one for all characters other than a to z.
fn letters(word: &str) -> u32 {
    word.bytes().fold(0, |set, byte| set | 1 << if byte.is_ascii_lowercase() { byte - b'a' } else { 26 })
}

/// Counts names that differ only in case ("PETRA LUND", "Petra Lund") for the one on the people list,
/// otherwise for one that is not all in capitals, otherwise for the most quoted. Returns, for each such
/// person, the names counted for them.
fn merge_capitals(
    counts: &mut HashMap<String, u64>,
    people: &People,
    language: &Language,
) -> HashMap<String, Vec<String>> {
    let mut written: HashMap<Vec<String>, Vec<String>> = HashMap::new();
    for name in counts.keys() {
        written.entry(fold::words_in(name, language)).or_default().push(name.clone());
    }
    let listed = |name: &str| people.persons().iter().any(|person| person.name == name);
    let mut out = HashMap::new();
    for mut names in written.into_values().filter(|names| names.len() > 1) {
        let quotes = |name: &String| counts.get(name).copied().unwrap_or_default();
        let cased = |name: &String| name.chars().any(char::is_lowercase);
        let weight = |name: &String| (listed(name), cased(name), quotes(name));
        names.sort_unstable_by(|a, b| weight(b).cmp(&weight(a)).then_with(|| a.cmp(b)));
        if names.get(1).is_some_and(|second| listed(second)) {
            continue;
        }
        let owner = names.remove(0);
        let all: u64 = names.iter().filter_map(|name| counts.remove(name)).sum();
        *counts.entry(owner.clone()).or_default() += all;
        out.insert(owner, names);
    }
    out
}

/// Adds the names counted for somebody to those of the person for whom they are now counted.
fn add_spellings(spellings: &mut HashMap<String, Vec<String>>, more: HashMap<String, Vec<String>>) {
    for (owner, names) in more {
        let counted = spellings.iter().find(|(_, names)| names.contains(&owner));
        let owner = counted.map_or(owner, |(person, _)| person.clone());
        spellings.entry(owner).or_default().extend(names);
    }
}

/// Counts names that differ only in a short first name or a middle name ("Rob Lund", "Robert E. Lund") for
/// the one on the people list, otherwise for the most quoted, otherwise for the longest. Returns, for each
/// such person, the names counted for them. If two of the names cannot belong to one person ("Robert E.",
/// "Robert H."), all of that name stay separate.
fn merge_first_names(
    counts: &mut HashMap<String, u64>,
    people: &People,
    language: &Language,
) -> HashMap<String, Vec<String>> {
    let mut by_surname: HashMap<String, Vec<Vec<String>>> = HashMap::new();
    let mut written: HashMap<Vec<String>, Vec<String>> = HashMap::new();
    for name in counts.keys() {
        let words = fold::words_in(name, language);
        if let [first, .., last] = words.as_slice()
            && language.gender_of_name(first).is_some()
        {
            let alike = written.entry(words.clone()).or_default();
            if alike.is_empty() {
                by_surname.entry(last.clone()).or_default().push(words.clone());
            }
            alike.push(name.clone());
        }
    }
    let mut out: HashMap<String, Vec<String>> = HashMap::new();
    let listed = |name: &str| people.persons().iter().any(|person| person.name == name);
    for group in by_surname.into_values().flat_map(|names| alike(names, language)) {
        let one_person = group.iter().all(|one| group.iter().all(|other| may_be_one(one, other, language)));
        let mut spellings: Vec<String> =
            group.iter().filter_map(|words| written.get(words)).flatten().cloned().collect();
        let quotes = |name: &String| counts.get(name).copied().unwrap_or_default();
        let weight = |name: &String| (listed(name), quotes(name), name.len());
        spellings.sort_unstable_by(|a, b| weight(b).cmp(&weight(a)).then_with(|| a.cmp(b)));
        let two_listed = spellings.get(1).is_some_and(|second| listed(second));
        if !one_person || two_listed || spellings.len() < 2 {
            continue;
        }
        let owner = spellings.remove(0);
        let all: u64 = spellings.iter().filter_map(|name| counts.remove(name)).sum();
        *counts.entry(owner.clone()).or_default() += all;
        out.insert(owner, spellings);
    }
    out
}

/// Returns names with the same surname, as folded words, in groups whose first names match, directly or
/// through others of the group.
fn alike(mut names: Vec<Vec<String>>, language: &Language) -> Vec<Vec<Vec<String>>> {
    let mut out = Vec::new();
    names.sort_unstable();
    while let Some(first) = names.pop() {
        let mut group = vec![first];
        let mut at = 0;
        while at < group.len() {
            let same = |other: &mut Vec<String>| language.is_same_first_name(&group[at][0], &other[0]);
            let more: Vec<Vec<String>> = names.extract_if(.., same).collect();
            group.extend(more);
            at += 1;
        }
        out.push(group);
    }
    out
}

/// Returns whether two full names with the same surname, as folded words, may belong to one person.
fn may_be_one(one: &[String], other: &[String], language: &Language) -> bool {
    let ([first, middle @ .., _], [other_first, other_middle @ .., _]) = (one, other) else { return false };
    let initial = |word: &String| word.chars().next();
    language.is_same_first_name(first, other_first)
        && middle.iter().zip(other_middle).all(|(one, other)| initial(one) == initial(other))
}

/// How many times more quoted than "Scott" a person called Lund Scott must be to be meant by it, because it
/// may also be a first name.
const FIRST_NAME: u64 = 10;

/// Counts bare surnames ("Lund", if an article gives no more) for the person who has most of the quotes under
/// that surname, and adds these names to those of the person.
fn merge_surnames(
    counts: &mut HashMap<String, u64>,
    out: &mut HashMap<String, Vec<String>>,
    language: &Language,
) {
    let mut full: HashMap<String, Vec<(u64, String)>> = HashMap::new();
    for (name, quotes) in counts.iter() {
        let words = fold::words_in(name, language);
        // No list has all first names of the world: somebody with a name of two or three words, none of them
        // a body or an office, is a person.
        let plain = |word: &String| {
            !language.is_body(word)
                && !language.is_title(word)
                && !language.is_country(word)
                && !language.is_text(word)
        };
        let person = words.first().is_some_and(|first| language.gender_of_name(first).is_some())
            || words.len() <= 3 && words.iter().all(plain);
        if let Some(last) = words.last().filter(|_| words.len() > 1 && person) {
            full.entry(last.clone()).or_default().push((*quotes, name.clone()));
        }
    }
    let bare: Vec<String> = counts.keys().filter(|name| is_surname(name, language)).cloned().collect();
    for name in bare {
        let Some(people) = full.get(&fold::words_in(&name, language).concat()) else { continue };
        let all: u64 = people.iter().map(|(quotes, _)| quotes).sum();
        if let Some((quotes, owner)) = people.iter().max()
            && quotes * 3 >= all * 2
            && (language.gender_of_name(&fold::words_in(&name, language).concat()).is_none()
                || *quotes >= FIRST_NAME * counts.get(&name).copied().unwrap_or_default())
        {
            let own = counts.remove(&name).unwrap_or_default();
            *counts.entry(owner.clone()).or_default() += own;
            out.entry(owner.clone()).or_default().push(name);
        }
    }
}

/// Returns whether a name of one word can be a surname: it is not a country, a body or a word of the
/// language.
fn is_surname(name: &str, language: &Language) -> bool {
    let words = fold::words_in(name, language);
    let [word] = words.as_slice() else { return false };
    !name.contains(' ')
        && language.nations(word).is_empty()
        && !language.is_body(word)
        && !language.is_title(word)
        && !language.is_function_word(word)
}

/// Returns whether a speaker is called by a name: "European leaders" and "two officials" are not names.
fn is_name(name: &str, language: &Language) -> bool {
    name.split([' ', '-']).all(|word| {
        word.starts_with(char::is_uppercase)
            || language.is_particle(word)
            || word.chars().all(|c| !c.is_alphabetic())
    }) && !is_common(name, language)
        && !name.split(' ').next().is_some_and(|first| language.is_determiner(&first.to_lowercase()))
}

/// Returns whether a capitalised name is not a person's: "Voters", "Obama Speech".
fn is_common(name: &str, language: &Language) -> bool {
    let words = fold::words_in(name, language);
    let last = words.last().map_or("", String::as_str);
    language.is_text(last) || (words.len() == 1 && language.is_title(last))
}

/// Returns the key of an alias: its folded words without a leading article.
fn alias_key(alias: &str, language: &Language) -> String {
    let mut words = fold::words_in(alias, language);
    if words.len() > 1 && words.first().is_some_and(|word| language.traits(word).any(Traits::THE)) {
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
            Language::primary(),
        )
    }

    #[test]
    fn a_party_has_the_spelling_of_the_list() {
        let people = People::parse(
            "[[person]]\nname = \"Pia Lund\"\nside = \"EU\"\nroles = [{ title = \"Minister\", org = \"UK, Harbours\" }]\n",
        );
        let roster = Roster::new(people.expect("well formed"), [], Language::primary());
        assert_eq!(roster.side_written("eu"), Some("EU"));
        assert_eq!(roster.side_written("uk"), Some("UK"));
        assert_eq!(roster.side_written("nowhere"), None);
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
    fn case_does_not_make_another_name() {
        let quoted = [("PETRA LUND", 9), ("Petra Lund", 1), ("Rattanakul", 1), ("Siripong Rattanakul", 2)];
        let quoted = quoted.map(|(name, quotes)| (name.to_owned(), quotes));
        let roster = Roster::new(People::default(), quoted, Language::primary());
        assert_eq!(roster.owner("PETRA LUND"), Some("Petra Lund"));
        // This first name is on no list.
        assert_eq!(roster.owner("Rattanakul"), Some("Siripong Rattanakul"));
    }

    #[test]
    fn one_person_has_one_name() {
        let quoted = [
            ("Robert Lund", 3),
            ("Robert E. Lund", 1),
            ("Rob Lund", 1),
            ("Ronald Lund", 1),
            ("Lund", 2),
            ("George W. Holm", 1),
            ("George H. Holm", 1),
            ("George Holm", 5),
            ("Marta", 1),
            ("Israel", 2),
            ("Scott", 1),
            ("Lena Scott", 3),
            ("Pavel Israel", 3),
            ("Marta Duarte", 4),
        ];
        let quoted = quoted.map(|(name, quotes)| (name.to_owned(), quotes));
        let roster = Roster::new(People::default(), quoted, Language::primary());
        let shown: Vec<String> =
            roster.speakers().iter().map(|speaker| format!("{} {}", speaker.name, speaker.quotes)).collect();
        let expected = [
            "Robert Lund 7",
            "George Holm 5",
            "Marta Duarte 4",
            "Lena Scott 3",
            "Pavel Israel 3",
            "Israel 2",
            "George H. Holm 1",
            "George W. Holm 1",
            "Marta 1",
            "Ronald Lund 1",
            "Scott 1",
        ];
        assert_eq!(shown, expected);
        assert_eq!(roster.owner("Rob Lund"), Some("Robert Lund"));
        let name = |words: &[&str]| roster.called(words).map(|speaker| speaker.name.as_str());
        assert_eq!(name(&["bob", "lund"]), Some("Robert Lund"));
        assert_eq!(name(&["ron", "lund"]), Some("Ronald Lund"));
        assert_eq!(name(&["marta"]), Some("Marta Duarte"));
        assert_eq!(name(&["bill", "lund"]), None);
    }

    #[test]
    fn both_names_may_be_misspelt() {
        let quoted = ["Omar Sandoval", "Rita Sandoval", "Curt Schilder", "Debbie Wasser Brandt", "Ann Lee"];
        let quoted = quoted.map(|name| (name.to_owned(), 1));
        let roster = Roster::new(People::default(), quoted, Language::primary());
        let check = |typed: &str, expected: Option<&str>| {
            let words: Vec<&str> = typed.split(' ').collect();
            let found = roster.misspelt_name(&words).map(|speaker| speaker.name.as_str());
            assert_eq!(found, expected, "{typed}");
        };
        check("kurt shilder", Some("Curt Schilder"));
        check("ritta sandovall", Some("Rita Sandoval"));
        check("debby waser brant", Some("Debbie Wasser Brandt"));
        check("debby brant", Some("Debbie Wasser Brandt"));
        check("bert shilder", None);
        check("ana sandoval", None);
        check("anne loe", None);
        check("rina mandonal", None);
    }

    #[test]
    fn only_small_typing_errors_are_accepted() {
        let roster = roster();
        let name = |word: &str| roster.resembling(word).map(|speaker| speaker.name.as_str());
        assert_eq!(name("lindqvsit"), Some("Angela Lindqvist"));
        assert_eq!(name("sandovall"), Some("Rita Sandoval"));
        assert_eq!(name("sand"), None);
        assert_eq!(name("talks"), None);
    }
}

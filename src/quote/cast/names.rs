//! Names: which mentions by name stand for the same figure? Full names are read first, then parts of names.

use std::borrow::Cow;
use std::cmp::Reverse;

use rustc_hash::FxHashMap as HashMap;
use unicode_normalization::UnicodeNormalization as _;

use super::beside::Beside;
use super::figure::Figure;
use super::{Cast, SPEAKS};
use crate::fold;
use crate::lang::{Gender, Pronoun, Traits};
use crate::people::Person;
use crate::quote::mention::{self, Mention, MentionKind};
use crate::quote::page::Page;
use crate::quote::reading::Reading;
use crate::span::Span;

/// What is known about a name.
enum Known {
    /// It belongs to this figure.
    Figure(usize),
    /// It is new.
    Nobody,
    /// It fits two people equally well.
    Open,
}

/// A mention by name.
struct Named {
    mention: Mention,
    /// Where the name proper begins.
    from: usize,
    /// The folded words of the name.
    words: Vec<String>,
}

impl Named {
    fn new(page: &Page, mention: Mention, from: usize) -> Self {
        Self { mention, from, words: name_words(page, from, name_end(page, &mention)) }
    }

    /// Returns the name as the article writes it.
    fn text<'a>(&self, page: &Page<'a>) -> &'a str {
        page.span(self.from, name_end(page, &self.mention)).text(page.text)
    }

    fn is_full(&self) -> bool {
        self.words.len() > 1
    }

    /// Returns the gender that the words before the name imply: "Ms. Lund"; not "her rival Lund".
    fn shown_gender(&self, page: &Page) -> Option<Gender> {
        let own = |at: &usize| !page.is(*at, Traits::HIS);
        (self.mention.start..self.from).filter(own).find_map(|at| page.language.gender_of_word(page.word(at)))
    }
}

/// Maximum number of people with the same surname or first name that are distinguished. No real article has
/// as many; the limit keeps a list of names linear.
const NAMESAKES: usize = 50;

/// How many tokens before a possessive a name may begin.
const NAME: usize = 4;

impl Cast<'_> {
    /// Reads all names: full names first, then parts of names.
    pub(super) fn gather_names(&mut self) {
        let Reading { page, mentions } = self.reading;
        let mut parts = Vec::new();
        for (m, mention) in mentions.iter().enumerate() {
            let MentionKind::Name { from } = mention.kind else { continue };
            let named = Named::new(page, *mention, from);
            if named.is_full() {
                self.name(m, &named);
            } else if !named.words.is_empty() {
                parts.push((m, named));
            }
        }
        self.gather_owners();
        self.gather_full_names(&parts);
        for (m, named) in parts {
            self.name(m, &named);
        }
        for figure in &mut self.figures {
            figure.mentions.sort_unstable();
        }
        self.owners = self.owners();
        self.name_the_known();
    }

    /// Replaces a surname by the full name of a well-known person, if the article has nobody else with that
    /// surname.
    fn name_the_known(&mut self) {
        let language = self.reading.page.language;
        for place in 0..self.figures.len() {
            let figure = &self.figures[place];
            let [surname] = figure.words.as_slice() else { continue };
            let alone = self.by_surname.get(surname).is_some_and(|namesakes| namesakes == &[place]);
            let is_listed = self.people.called(surname).next().is_some();
            let known = language.known_by_surname(surname).filter(|_| alone && !is_listed && !figure.body);
            let Some(name) = known.filter(|name| !self.by_name.contains_key(*name)) else { continue };
            let words = fold::words_in(name, language);
            let figure = &mut self.figures[place];
            figure.gender = figure.gender.or_else(|| language.gender_of_name(words.first()?));
            (figure.words, figure.person) = (words, true);
            name.clone_into(&mut figure.name);
            self.by_name.insert(name.to_owned(), place);
        }
    }

    /// Reads full names in the possessive, such as "Newt Lund's inclusion of it". They are not mentions, but
    /// a later "Lund" refers to them, and they count for who is named first.
    fn gather_owners(&mut self) {
        let page = self.reading.page;
        for last in (1..page.tokens.len()).filter(|&at| page.is_possessive(at)) {
            let name = |at: &usize| is_inside_name(page, *at);
            let run = (last.saturating_sub(NAME)..last).rev().take_while(name).count();
            let from = (last - run..last).find(|&at| page.language.gender_of_name(page.word(at)).is_some());
            let Some(from) = from.filter(|_| mention::is_name_word(page, last)) else { continue };
            let mention = Mention { start: from, end: last + 1, kind: MentionKind::Name { from } };
            let words = name_words(page, from, last + 1);
            let namesakes = words.last().and_then(|surname| self.by_surname.get(surname));
            let known: Vec<usize> = namesakes.into_iter().flatten().copied().collect();
            for &other in &known {
                let figure = &mut self.figures[other];
                if is_same_name(&figure.words, &words) {
                    figure.since = figure.since.min(from);
                }
            }
            if words.len() > 1 && !known.iter().any(|&other| self.figures[other].person) {
                self.add(&Named { mention, from, words });
            }
        }
    }

    /// Reads the full names of people who are mentioned only by surname, wherever the article writes them: in
    /// its headline, between quotation marks, inside another name ("the Pia Lund Show"). Two different first
    /// names leave the surname alone.
    fn gather_full_names(&mut self, parts: &[(usize, Named)]) {
        let page = self.reading.page;
        let known =
            |word: &String| self.by_surname.contains_key(word) || self.by_first_name.contains_key(word);
        // Surname -> the token of the only first name found so far.
        let mut lone: HashMap<&String, Option<usize>> =
            parts.iter().map(|(_, named)| (&named.words[0], None)).filter(|(word, _)| !known(word)).collect();
        for first in 0..page.tokens.len().saturating_sub(1) {
            let called = page.language.gender_of_name(page.word(first)).is_some();
            let capitals = page.is_capitalised(first) && page.is_capitalised(first + 1);
            // "Will Lund come?"
            if !called || !capitals || page.is(first, Traits::FUNCTION) {
                continue;
            }
            let words = name_words(page, first, first + 2);
            let Some(surname) = words.get(1) else { continue };
            match lone.get_mut(surname) {
                Some(found @ None) => *found = Some(first),
                Some(Some(other)) if page.word(*other) != page.word(first) => drop(lone.remove(surname)),
                Some(Some(_)) | None => {}
            }
        }
        let mut found: Vec<usize> = lone.into_values().flatten().collect();
        found.sort_unstable();
        for from in found {
            let mention = Mention { start: from, end: from + 2, kind: MentionKind::Name { from } };
            self.add(&Named::new(page, mention, from));
        }
    }

    /// Returns the tokens at which a person is named in the possessive, in order, with the person: "Lund's
    /// boat". They are not mentions.
    fn owners(&self) -> Vec<(usize, usize)> {
        let page = self.reading.page;
        let person = |at: usize| {
            let words = name_words(page, at, at + 1);
            let [surname] = words.as_slice() else { return None };
            let mut persons =
                self.by_surname.get(surname)?.iter().filter(|&&place| self.figures[place].person);
            persons.next().copied().filter(|_| persons.next().is_none()).map(|place| (at, place))
        };
        let named = |at: &usize| page.is_possessive(*at) && page.is_capitalised(*at) && !page.is_quoted(*at);
        (0..page.tokens.len()).filter(named).filter_map(person).collect()
    }

    /// Returns whether several people in the article have the surname.
    pub(super) fn is_namesake(&self, surname: &str) -> bool {
        self.by_surname.get(surname).is_some_and(|namesakes| namesakes.len() > 1)
    }

    /// Reads a mention by name.
    fn name(&mut self, m: usize, named: &Named) {
        let figure = match self.known(m, named) {
            Known::Figure(figure) => figure,
            Known::Nobody => self.add(named),
            Known::Open => return,
        };
        self.referents[m] = Some(figure);
        let page = self.reading.page;
        let mention = &named.mention;
        let beside = Beside::of(page, mention, named.from);
        let roles = beside.roles(page);
        let entry = &mut self.figures[figure];
        entry.mentions.push(m);
        let says = |at: usize| page.cue(at) > SPEAKS;
        entry.speaks |= says(mention.end) || mention.start.checked_sub(1).is_some_and(says);
        entry.place |= mention.is_behind(page, Traits::IN) && mention.start == named.from;
        let shown = || roles.iter().find_map(|word| page.language.gender_of_word(word));
        entry.gender = entry.gender.or_else(shown).or_else(|| gender_behind(page, mention));
        // "The president of the league, FIFA": FIFA is not a person.
        let capitals = mention.end == named.from + 1 && is_capitals(page, named.from);
        let titled = !entry.body && !capitals;
        entry.person = entry.person
            || titled
                && (beside.aged || roles.iter().any(|word| page.language.is_title(word)))
                && !entry.words.last().is_some_and(|word| page.language.is_country(word));
        if let Some(role) = beside.role(self.reading, m) {
            entry.describe(role);
        }
        entry.add_roles(beside.offices(page), roles);
    }

    /// Returns the figure that the name stands for.
    fn known(&self, m: usize, named: &Named) -> Known {
        let page = self.reading.page;
        let Some(surname) = named.words.last() else { return Known::Nobody };
        let namesakes = || self.by_surname.get(surname).into_iter().flatten().copied();
        if let Some(listed) = self.people.only(named.text(page)) {
            let is_listed = |figure: &Figure| figure.name == listed.name;
            return namesakes()
                .find(|&figure| is_listed(&self.figures[figure]))
                .or_else(|| self.by_name.get(&listed.name).copied())
                .map_or(Known::Nobody, Known::Figure);
        }
        let same: Vec<usize> =
            namesakes().filter(|&figure| is_same_name(&self.figures[figure].words, &named.words)).collect();
        let shown = named.shown_gender(page);
        let may_be = |figure: &Figure| !figure.body && figure.may_be(shown);
        let persons: Vec<usize> =
            same.iter().copied().filter(|&figure| may_be(&self.figures[figure])).collect();
        match persons.as_slice() {
            [] if named.is_full() => {
                let again = || self.by_name.get(named.text(page)).copied();
                same.first().copied().or_else(again).map_or(Known::Nobody, Known::Figure)
            }
            [] => self.known_by_first_word(surname),
            [one] => Known::Figure(*one),
            _ if named.is_full() => self.nearest_above(m, &persons),
            _ => self.namesake(m, &persons),
        }
    }

    /// Resolves a name by its first word: "Hillary" for Hillary Clinton, "the Association" for the pilots'
    /// association, once they have been named.
    fn known_by_first_word(&self, word: &str) -> Known {
        let language = self.reading.page.language;
        let means = |figure: &Figure| {
            let speaker = figure.speaks && !figure.body && !language.is_country(word);
            figure.person || speaker || figure.body && language.is_body(word)
        };
        let figures = self.by_first_name.get(word).into_iter().flatten().copied();
        let mut meant = figures.filter(|&figure| means(&self.figures[figure]));
        match (meant.next(), meant.next()) {
            (Some(one), None) => Known::Figure(one),
            _ => Known::Nobody,
        }
    }

    /// Returns, among several people with the same full name, the one who was named last.
    fn nearest_above(&self, m: usize, persons: &[usize]) -> Known {
        let above = |figure: usize| {
            let mut mentions = self.figures[figure].mentions.iter().rev().copied();
            mentions.find(|&other| other < m)
        };
        let nearest = persons.iter().copied().max_by_key(|&figure| (above(figure), Reverse(figure)));
        nearest.map_or(Known::Nobody, Known::Figure)
    }

    /// Resolves a bare surname that several people have. Newsrooms call the main person by the surname and
    /// everybody else of that name in full, so it is the one named first: "Liz Lund, the daughter of Ivo
    /// Lund, won. | Lund | said". If one sentence introduces two of them side by side and the article names
    /// both equally often since, it stays open. Only people named in full so far are considered.
    fn namesake(&self, m: usize, persons: &[usize]) -> Known {
        // "Endorse Lund" in a headline is nobody if the article has a Pia Lund.
        let certain = |figure: usize| self.figures[figure].person;
        let any = persons.iter().any(|&figure| certain(figure));
        let here = self.reading.mentions[m].start;
        let mut above: Vec<(usize, usize)> = persons
            .iter()
            .map(|&figure| (self.figures[figure].since, figure))
            .filter(|&(since, figure)| since < here && (certain(figure) || !any))
            .collect();
        above.sort_unstable();
        match above.as_slice() {
            [] => persons.first().map_or(Known::Nobody, |one| Known::Figure(*one)),
            [(_, one)] => Known::Figure(*one),
            [(_, one), (_, other), ..] => {
                let often = |figure: usize| self.figures[figure].mentions.len();
                let equal = above.iter().all(|&(_, figure)| often(figure) == often(*one));
                if equal && self.are_introduced_together(*one, *other) {
                    Known::Open
                } else {
                    Known::Figure(*one)
                }
            }
        }
    }

    /// Returns whether one sentence introduces both figures side by side: "Pia Lund met Ivo Lund"; but not
    /// "Pia Lund, the daughter of Ivo Lund".
    fn are_introduced_together(&self, one: usize, other: usize) -> bool {
        let first = |figure: usize| self.figures[figure].mentions.first().copied();
        first(one).zip(first(other)).is_some_and(|(one, other)| {
            self.reading.sentence_of(one) == self.reading.sentence_of(other) && self.reading.is_free(other)
        })
    }

    /// Adds a figure for a new name.
    fn add(&mut self, named: &Named) -> usize {
        let page = self.reading.page;
        let Named { mention, from, words, .. } = named;
        let person = self.people.only(named.text(page));
        let titled = (mention.start..*from).any(|at| page.is(at, Traits::TITLE));
        let first_name = page.language.gender_of_name(page.word(*from)).filter(|_| named.is_full());
        // "President Lund Speech" is a caption, not a person.
        let text = named.is_full() && words.last().is_some_and(|word| page.language.is_text(word));
        let body = person.is_none()
            && (text
                || !titled
                    && (words.iter().any(|word| page.language.is_body(word))
                        || is_acronym(page, mention, *from)));
        let (offices, roles) = person.map(|person| self.listed_roles(person)).unwrap_or_default();
        let place = self.figures.len();
        self.figures.push(Figure {
            name: match person {
                Some(person) => person.name.clone(),
                None => called(page, *from, name_end(page, mention)),
            },
            words: words.clone(),
            gender: person.and_then(Person::gender).or_else(|| named.shown_gender(page)).or(first_name),
            person: person.is_some() || (titled || first_name.is_some()) && !body,
            body,
            speaks: false,
            place: words
                .last()
                .is_some_and(|word| page.language.is_country(word) || page.language.is_people(word)),
            roles,
            offices,
            role: None,
            since: *from,
            mentions: Vec::new(),
        });
        let first = words.first().filter(|_| named.is_full());
        // "Lund-Petrov" alone is a pair of names: a later "Petrov" is somebody else.
        let pair = named.is_full()
            && name_end(page, mention) == from + 1
            && !page.language.is_particle(page.raw(*from).split('-').next().unwrap_or_default());
        for (names, word) in
            [(&mut self.by_surname, words.last().filter(|_| !pair)), (&mut self.by_first_name, first)]
        {
            let namesakes = word.map(|word| names.entry(word.clone()).or_default());
            if let Some(namesakes) = namesakes.filter(|namesakes| namesakes.len() < NAMESAKES) {
                namesakes.push(place);
            }
        }
        self.by_name.entry(self.figures[place].name.clone()).or_insert(place);
        place
    }

    /// Returns the offices of a listed person on the day of the article, and the words of these offices.
    fn listed_roles(&self, person: &Person) -> (Vec<String>, Vec<String>) {
        let page = self.reading.page;
        let held = || person.roles.iter().filter(|role| role.held_on(self.date));
        let titles = held().map(|role| &role.title).chain(&person.aliases);
        let offices = titles.flat_map(|title| heads(page, &fold::words_in(title, page.language))).collect();
        let roles =
            held().flat_map(|role| fold::words_in(&format!("{} {}", role.title, role.org), page.language));
        let aliases = person.aliases.iter().flat_map(|alias| fold::words_in(alias, page.language));
        (offices, roles.chain(aliases).collect())
    }
}

/// Returns whether the name is all capitals after "the", as for a body: "the NHU".
fn is_acronym(page: &Page, mention: &Mention, from: usize) -> bool {
    is_capitals(page, from)
        && mention.end == from + 1
        && from > mention.start
        && page.is(mention.start, Traits::THE)
}

/// Returns whether the token is three or more capitals: "NHU".
fn is_capitals(page: &Page, at: usize) -> bool {
    let name = page.raw(at);
    name.len() > 2 && name.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Returns the gender implied by a possessive after the name: "Lund and | her | husband".
fn gender_behind(page: &Page, mention: &Mention) -> Option<Gender> {
    match page.language.possessive(page.word(mention.end + 1)) {
        Some(Pronoun::Person(gender)) if page.is(mention.end, Traits::AND) => Some(gender),
        _ => None,
    }
}

/// Returns whether the token is a word of a name and not a possessive, which would end the name.
fn is_inside_name(page: &Page, at: usize) -> bool {
    mention::is_name_word(page, at) && !page.is_possessive(at)
}

/// Maximum number of words after the "of" in the name of a body.
const BEHIND_OF: usize = 5;

/// Returns the end of the mention's name. The name of a body continues after "of": "the Association of |
/// Harbour Pilots".
fn name_end(page: &Page, mention: &Mention) -> usize {
    let last = mention.end - 1;
    let goes_on = || {
        page.is(mention.end, Traits::OF)
            || page.is(mention.end, Traits::FOR.or(Traits::ON))
                && page.language.is_joined_body(page.word(last))
    };
    if !page.is(last, Traits::BODY) || !page.is_capitalised(last) || !goes_on() {
        return mention.end;
    }
    let behind = mention.end + 1..mention.end + 1 + BEHIND_OF;
    let words = behind.take_while(|&at| is_inside_name(page, at)).count();
    let end = mention.end + 1 + words;
    // "The Council on Harbours Director Pia Lund" is a person.
    let titled = (mention.end..end - 1).any(|at| page.is(at, Traits::TITLE));
    if words == 0 || titled { mention.end } else { end }
}

/// Returns the folded words of a name, without a generation suffix.
fn name_words(page: &Page, from: usize, end: usize) -> Vec<String> {
    let mut words = fold::words_in(page.span(from, end).text(page.text), page.language);
    if words.len() > 1 && words.last().is_some_and(|word| page.language.is_generation(word)) {
        words.pop();
    }
    words
}

/// Returns whether the words of a later name match the figure's: the same words, the surname, or first and
/// last name without the middle one.
fn is_same_name(figure: &[String], words: &[String]) -> bool {
    match words {
        [] => false,
        [one] => figure.last() == Some(one),
        _ => {
            figure.ends_with(words)
                || words.ends_with(figure) && figure.len() > 1
                || (figure.first() == words.first() && figure.last() == words.last())
        }
    }
}

/// Returns a name on one line, without a possessive, in Unicode normal form C.
pub(super) fn clean_name(page: &Page, name: Span) -> String {
    let name = name.text(page.text);
    let name: Cow<str> = if name.is_ascii() { name.into() } else { name.nfc().collect() };
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    page.language.without_possessive(&name).to_owned()
}

/// Returns the name in the tokens without a nickname inside it: "Ivo “Rusty” Petrov" becomes Ivo Petrov.
fn called(page: &Page, from: usize, end: usize) -> String {
    match (from + 1..end).find_map(|at| Some((at, mention::behind_nickname(page, at)?))) {
        Some((open, behind)) if behind < end => {
            let [first, last] =
                [(from, open), (behind, end)].map(|(from, end)| clean_name(page, page.span(from, end)));
            format!("{first} {last}")
        }
        _ => clean_name(page, page.span(from, end)),
    }
}

/// Returns the words of a title that name the office itself: all titles before the first preposition.
fn heads(page: &Page, words: &[String]) -> Vec<String> {
    let own = words.iter().take_while(|word| !page.language.is_preposition(word));
    own.filter(|word| page.language.is_head(word)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_speakers, check_with};

    #[test]
    fn a_surname_is_the_full_name() {
        check("In May Lund came. Later Pia Lund waved.", &[("Lund", "Pia Lund"), ("Pia Lund", "Pia Lund")]);
        check(
            "In May Pia M. Lund came. Later Pia Lund waved.",
            &[("Pia M. Lund", "Pia M. Lund"), ("Pia Lund", "Pia M. Lund")],
        );
        check("In May Pia Lund came. Later Petrov waved.", &[("Pia Lund", "Pia Lund"), ("Petrov", "Petrov")]);
    }

    #[test]
    fn a_title_distinguishes_namesakes() {
        check(
            "In May Anna Lund met Peter Lund. Later Ms. Lund waved.",
            &[("Anna Lund", "Anna Lund"), ("Peter Lund", "Peter Lund"), ("Ms. Lund", "Anna Lund")],
        );
        check(
            "In May Anna Lund met Peter Lund. Later Lund waved.",
            &[("Anna Lund", "Anna Lund"), ("Peter Lund", "Peter Lund"), ("Lund", "-")],
        );
    }

    #[test]
    fn a_surname_of_several_is_the_one_named_first() {
        check(
            "In May Anna Lund, the daughter of Peter Lund, came. Later Lund waved.",
            &[
                ("Anna Lund", "Anna Lund"),
                ("the daughter", "Anna Lund"),
                ("Peter Lund", "Peter Lund"),
                ("Lund", "Anna Lund"),
            ],
        );
        check(
            "In May Anna Lund's boat sank. Peter Lund slept. Anna Lund sang. Later Lund waved.",
            &[("Peter Lund", "Peter Lund"), ("Anna Lund", "Anna Lund"), ("Lund", "Anna Lund")],
        );
        // However often it is written in full.
        check(
            "In May Anna Lund came. Anna Lund sang. Anna Lund sailed. Peter Lund slept. Later Lund waved.",
            &[
                ("Anna Lund", "Anna Lund"),
                ("Anna Lund", "Anna Lund"),
                ("Anna Lund", "Anna Lund"),
                ("Peter Lund", "Peter Lund"),
                ("Lund", "Anna Lund"),
            ],
        );
    }

    #[test]
    fn a_first_name_is_that_of_the_only_one() {
        check(
            "In May Hillary Lund came. Later Hillary waved.",
            &[("Hillary Lund", "Hillary Lund"), ("Hillary", "Hillary Lund")],
        );
    }

    #[test]
    fn a_full_name_counts_wherever_it_is_written() {
        check_speakers("“The Anna Lund Show” is on. “It rained,” Lund said.", &["Anna Lund"]);
        check_speakers("“Anna Lund!” it said. “It rained,” Lund said.", &["-", "Anna Lund"]);
        check_speakers("“Anna Lund and Peter Lund!” it said. “It rained,” Lund said.", &["-", "Lund"]);
    }

    #[test]
    fn her_rival_is_not_a_woman() {
        check(
            "In May her rival Peter Lund came. He waved.",
            &[("her rival Peter Lund", "Peter Lund"), ("He", "Peter Lund")],
        );
    }

    #[test]
    fn a_pair_of_names_is_neither_person() {
        check(
            "In May the Lund-Petrov plan came. Later Petrov waved.",
            &[("the Lund-Petrov plan", "-"), ("Petrov", "Petrov")],
        );
        check(
            "In May Lund-Petrov came. Later Petrov waved.",
            &[("Lund-Petrov", "Lund-Petrov"), ("Petrov", "Petrov")],
        );
    }

    #[test]
    fn a_nickname_is_not_part_of_the_name() {
        check("In May Ivo “Rusty” Petrov came.", &[("Ivo “Rusty” Petrov", "Ivo Petrov")]);
    }

    #[test]
    fn a_possessive_name_is_known_later() {
        check("In May Peter Lund's boat sank. Later Lund waved.", &[("Lund", "Peter Lund")]);
        check("In May the boat sank. Later Lund waved.", &[("the boat", "-"), ("Lund", "Lund")]);
    }

    #[test]
    fn well_known_people_get_their_full_name() {
        check("In May Merkel came.", &[("Merkel", "Angela Merkel")]);
        check(
            "In May Pia Merkel came. Later Merkel waved.",
            &[("Pia Merkel", "Pia Merkel"), ("Merkel", "Pia Merkel")],
        );
        let list = "[[person]]\nname = \"A. Merkel\"\n";
        check_with(list, "In May Merkel came.", &[("Merkel", "A. Merkel")]);
    }

    #[test]
    fn the_list_gives_the_name() {
        let list = "[[person]]\nname = \"Pia Lund\"\naliases = [\"P. Lundova\"]\n";
        check_with(list, "In May Lundova came.", &[("Lundova", "Lundova")]);
        check_with(list, "In May P. Lundova came.", &[("P. Lundova", "Pia Lund")]);
    }
}

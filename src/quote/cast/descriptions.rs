//! Descriptions: whom does "the Kremlin aide", "his post", "the union" stand for?

use super::beside;
use super::figure::Figure;
use super::{Cast, SPEAKS, WINDOW};
use crate::fold;
use crate::lang::{Gender, Language, Traits};
use crate::quote::mention::{self, Mention, MentionKind};
use crate::quote::page::Page;
use crate::quote::reading::Reading;
use crate::quote::token::TokenKind;

/// Mentions above a description among which its person is looked for.
const FAR: usize = 2 * WINDOW;

/// Tokens behind an "of" in which the country of an office is looked for.
const OF_COUNTRY: usize = 4;

impl Cast<'_> {
    /// The figure a noun phrase stands for that no name is in apposition to.
    pub(super) fn noun(&self, m: usize, head: usize) -> Option<usize> {
        let Reading { page, mentions } = self.reading;
        let start = mentions[m].start;
        // "His post read": he speaks; "his wife", "his campaign" are others.
        if page.is(start, Traits::HIS) {
            let gender = page.language.gender_of_word(page.word(start));
            return gender.filter(|_| page.is(head, Traits::TEXT)).and_then(|g| self.salient(m, g, None));
        }
        // "The post read": whoever the sentence before is about wrote it.
        if page.is(start, Traits::THE) && page.language.is_post(page.word(head)) {
            return self.topic(m);
        }
        self.described(m, head, None).or_else(|| self.named_below(m, head))
    }

    /// The person whom the paragraph below opens with by a full name, for the first time and without saying who it is, where a description is
    /// the subject of the paragraph before: "Ohio's tax commissioner says …", "Pia Lund says …".
    fn named_below(&self, m: usize, head: usize) -> Option<usize> {
        let Reading { page, mentions } = self.reading;
        let mention = &mentions[m];
        let opens = |at: usize| at == 0 || page.tokens[at - 1].kind == TokenKind::Break;
        if !opens(mention.start) {
            return None;
        }
        // No further than two paragraphs down: a list of many thousand lines is looked through once, not once for each of them.
        let here = self.reading.paragraph_of(m);
        let below = (m + 1..mentions.len())
            .take_while(|&other| self.reading.paragraph_of(other) - here <= 2)
            .find(|&other| opens(mentions[other].start))?;
        let name = &mentions[below];
        let says = |mention: &Mention| page.cue(mention.end) > SPEAKS;
        let bare = matches!(name.kind, MentionKind::Name { from } if from == name.start);
        let figure = self.referents[below].filter(|_| bare && self.is_first(below))?;
        let named = &self.figures[figure];
        let word = page.word(head);
        (page.is(head, Traits::TITLE)
            && !page.language.is_group(word)
            && says(mention)
            && says(name)
            && named.person
            && named.words.len() > 1
            && named.offices.is_empty()
            && named.may_be(page.language.gender_of_word(word)))
        .then_some(figure)
    }

    /// The body or writer that "the union", "the book" stands for: the last body above of whose name it is a word; who spoke last
    /// (`previous`), if that is a body; who is said above to have written one.
    pub(super) fn named_above(&self, m: usize, head: usize, previous: Option<usize>) -> Option<usize> {
        let Reading { page, mentions } = self.reading;
        let mention = &mentions[m];
        if !page.is(mention.start, Traits::THE) || mention.end != mention.start + 2 {
            return None;
        }
        if page.is(head, Traits::TEXT) {
            return self.writer_of(m, page.word(head));
        }
        if !page.is(head, Traits::BODY) {
            return None;
        }
        let word = page.word(head);
        let body = |figure: &usize| self.figures[*figure].body;
        let named =
            |figure: &usize| body(figure) && self.figures[*figure].words.iter().any(|own| own == word);
        let above = self.referents[m.saturating_sub(FAR)..m].iter().rev().flatten().copied();
        let spoke = || previous.filter(body).filter(|_| !page.language.is_collective_body(word));
        above.into_iter().find(named).or_else(spoke)
    }

    /// Who is said above to have written a text: "Lund has written a memoir. | The book | says".
    fn writer_of(&self, m: usize, text: &str) -> Option<usize> {
        let Reading { page, mentions } = self.reading;
        let made = (m.saturating_sub(FAR)..m).rev().find(|&other| match mentions[other].kind {
            MentionKind::Noun { head } => {
                page.is(mentions[other].start, Traits::AN.or(Traits::HIS))
                    && page.language.is_same_text(page.word(head), text)
            }
            _ => false,
        })?;
        let sentence = page.sentence(mentions[made].start).start;
        let first = mentions.partition_point(|mention| mention.start < sentence);
        let writer = (first..mentions.len())
            .take_while(|&other| page.sentence(mentions[other].start).start == sentence)
            .find(|&other| other != made && self.reading.is_free(other))?;
        self.person_of(writer)
    }

    /// The person whose name stands in commas behind a description: "another critic, | Pia Lund |, said".
    pub(super) fn named_behind(&self, m: usize) -> Option<usize> {
        let Reading { page, mentions } = self.reading;
        let mention = &mentions[m];
        let MentionKind::Noun { head } = mention.kind else { return None };
        // "the leader of Westport, | Pia Lund |, said"
        let place = mentions.get(m + 1).filter(|place| {
            page.is(head, Traits::TITLE)
                && page.is(mention.end, Traits::OF.or(Traits::FOR))
                && place.start == mention.end + 1
        });
        let at = m + 1 + usize::from(place.is_some());
        let (end, name) = (place.map_or(mention.end, |place| place.end), mentions.get(at)?);
        let apposed = name.is_name() && name.start == end + 1 && page.is(end, Traits::COMMA);
        let close = mention::behind_brackets(page, name.end);
        let closed = !page.is_word(close) && !page.is(close + 1, Traits::AND);
        let describes = page.is(head, Traits::TITLE) || page.is(mention.start, Traits::DETERMINER);
        let figure = self.person_of(at)?;
        (apposed
            && closed
            && describes
            && !mention.is_behind(page, Traits::PREPOSITION)
            && self.figures[figure].words.len() > 1)
            .then_some(figure)
    }

    /// The person a description stands for: by the people list, else the last one above whose offices hold all of its words; where
    /// only anybody may be called that ("the nominee"), who spoke last.
    pub(super) fn described(&self, m: usize, head: usize, previous: Option<usize>) -> Option<usize> {
        let page = self.reading.page;
        let mention = &self.reading.mentions[m];
        if !is_known_person(page, mention, head) {
            return None;
        }
        let phrase = mention.span(page).text(page.text);
        if let Some(person) = self.people.only(phrase).filter(|person| self.is_in_office(person)) {
            return self.by_name.get(&person.name).copied();
        }
        let wanted = Wanted::new(page, mention, head);
        let found = self.holders_above(m, &wanted);
        match found.as_slice() {
            [one] => Some(*one),
            [_, ..] if previous.is_some_and(|previous| found.contains(&previous)) => previous,
            [first, ..] if wanted.words.len() > 1 => Some(*first),
            // "the president" with two presidents about: only one of them may be near.
            [first, others @ ..] => {
                let alone = self.is_near(*first, m) && !others.iter().any(|&other| self.is_near(other, m));
                alone.then_some(*first)
            }
            // Who spoke last.
            [] => previous.filter(|&figure| {
                let figure = &self.figures[figure];
                is_epithet(page, mention, head) && figure.person && figure.may_be(wanted.gender())
            }),
        }
    }

    /// The person that the article goes on to call by an office it has not told of, "the Texas senator", "the former governor".
    pub(super) fn called(&self, m: usize, head: usize, last: Option<usize>) -> Option<usize> {
        let page = self.reading.page;
        let mention = &self.reading.mentions[m];
        let rank = page.language.is_rank(page.word(head)) || is_epithet(page, mention, head);
        if !rank || !is_known_person(page, mention, head) {
            return None;
        }
        let wanted = Wanted::new(page, mention, head);
        self.spoken_of(m, last, |figure| {
            let one = figure.person || figure.speaks && !figure.body && !figure.place;
            one && figure.may_be(wanted.gender()) && wanted.may_be_of(figure)
        })
    }

    /// Those named above the mention who hold the office, the nearest first.
    fn holders_above(&self, m: usize, wanted: &Wanted) -> Vec<usize> {
        let mut found = self.holders(m, |figure| wanted.is_held_by(figure));
        // "The Russian leader" is the president of whom no country is told, if there is no other.
        if found.is_empty() && wanted.words.iter().any(|word| wanted.language.is_country(word)) {
            found = self.holders(m, |figure| wanted.may_be_held_by(figure));
            if found.len() > 1 {
                found.clear();
            }
        }
        // "The president" is a president before he is the head of an office.
        let exact = |figure: &usize| self.figures[*figure].offices.contains(&wanted.head);
        if found.iter().any(exact) {
            found.retain(exact);
        }
        // "Ruiz should settle, the president insisted": not Ruiz.
        if found.len() > 1 {
            found.retain(|figure| !self.is_in_sentence(*figure, m));
        }
        found
    }

    /// Those named not too far above the mention whom `holds` takes, each once, the nearest first.
    fn holders(&self, m: usize, holds: impl Fn(&Figure) -> bool) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        for figure in self.referents[m.saturating_sub(FAR)..m].iter().rev().flatten() {
            if !found.contains(figure) {
                found.push(*figure);
            }
        }
        found.retain(|&figure| holds(&self.figures[figure]));
        found
    }

    /// Whether the figure stands before the mention in its sentence.
    fn is_in_sentence(&self, figure: usize, m: usize) -> bool {
        let Reading { page, mentions } = self.reading;
        let start = page.sentence(mentions[m].start).start;
        let mut above = (0..m).rev().take_while(|&other| mentions[other].start >= start);
        above.any(|other| self.referents[other] == Some(figure))
    }

    /// Whether the figure stands above the mention, in its sentence or one of the two before.
    fn is_near(&self, figure: usize, m: usize) -> bool {
        let here = self.reading.sentence_of(m);
        let above = (m.saturating_sub(WINDOW)..m).rev();
        above
            .take_while(|&other| self.reading.sentence_of(other) + 2 >= here)
            .any(|other| self.referents[other] == Some(figure))
    }
}

/// What is asked of somebody to be "the head of the Irish government".
struct Wanted {
    language: &'static Language,
    /// The office: "head", "vice-president".
    head: String,
    /// All its words, folded.
    words: Vec<String>,
}

impl Wanted {
    fn new(page: &Page, mention: &Mention, head: usize) -> Self {
        // "the head of the Irish government": somebody Irish.
        let place = (mention.end + 1..mention.end + 1 + OF_COUNTRY)
            .take_while(|&at| page.is(mention.end, Traits::OF) && page.is_word(at))
            .find(|&at| page.is_capitalised(at) && page.language.is_country(page.word(at)));
        let words = (mention.start..mention.end)
            .chain(place)
            .filter(|&at| page.is_word(at))
            .flat_map(|at| fold::words_in(page.raw(at), page.language))
            .filter(|word| {
                !page.language.is_determiner(word)
                    && !word.starts_with(|c: char| c.is_ascii_digit())
                    && !page.language.is_tense_of_office(word)
            })
            .collect();
        Self { language: page.language, head: beside::office(page, head), words }
    }

    /// The gender that the office shows: "chairwoman".
    fn gender(&self) -> Option<Gender> {
        self.language.gender_of_word(&self.head)
    }

    /// Whether the figure is a person with this office and all of its words.
    fn is_held_by(&self, figure: &Figure) -> bool {
        self.fits(figure) && self.words.iter().all(|word| self.is_role(figure, word))
    }

    /// The same for a person of whom no country is told, whatever country is asked for.
    fn may_be_held_by(&self, figure: &Figure) -> bool {
        let country = |word: &&String| self.language.is_country(word);
        self.fits(figure)
            && !figure.roles.iter().any(|role| country(&role))
            && self.words.iter().filter(|word| !country(word)).all(|word| self.is_role(figure, word))
    }

    /// Whether nothing the article tells of the figure is against it: it names no other office.
    fn may_be_of(&self, figure: &Figure) -> bool {
        figure.offices.iter().all(|office| self.language.is_epithet(office))
            || figure.offices.iter().any(|office| self.language.same_office(office, &self.head))
    }

    fn fits(&self, figure: &Figure) -> bool {
        figure.person
            && figure.offices.iter().any(|office| self.language.same_office(office, &self.head))
            && figure.may_be(self.gender())
    }

    fn is_role(&self, figure: &Figure, word: &str) -> bool {
        figure.roles.iter().any(|role| self.language.same_office(role, word))
    }
}

/// Whether a description is of a person whom the article has named or everybody knows: "the Kremlin aide", not "a Kremlin aide", who is
/// somebody new, nor "her aide".
fn is_known_person(page: &Page, mention: &Mention, head: usize) -> bool {
    let definite = page.is(mention.start, Traits::THE)
        || page.is_possessive(mention.start)
        || page.headline.is_some_and(|line| line.contains(mention.span(page)));
    definite
        && (page.is_office(head) || is_epithet(page, mention, head))
        && !(mention.start..head).any(|at| page.is(at, Traits::HIS.or(Traits::THEIR)))
}

/// Whether the description is one that anybody may be called by: "the nominee", "the 34-year-old mother".
fn is_epithet(page: &Page, mention: &Mention, head: usize) -> bool {
    let aged = || {
        (mention.start..mention.end).any(|at| page.tokens[at].joined && page.language.is_age(page.word(at)))
    };
    page.language.is_epithet(page.word(head)) || page.is(mention.start, Traits::THE) && aged()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_speakers};

    #[test]
    fn a_description_is_who_holds_the_office() {
        check(
            "In May the envoy Pia Lund came. Later the envoy waved.",
            &[("the envoy Pia Lund", "Pia Lund"), ("the envoy", "Pia Lund")],
        );
        check(
            "In May Pia Lund, the harbour master, came. Later the harbour master waved.",
            &[("Pia Lund", "Pia Lund"), ("the harbour master", "Pia Lund"), ("the harbour master", "-")],
        );
        check(
            "In May the envoy Pia Lund came. Later an envoy waved.",
            &[("the envoy Pia Lund", "Pia Lund"), ("an envoy", "-")],
        );
    }

    #[test]
    fn the_country_of_an_office_counts() {
        check(
            "In May Ukrainian President Pia Lund met Russian President Ivo Gold. The Russian leader waved.",
            &[
                ("Ukrainian President Pia Lund", "Pia Lund"),
                ("Russian President Ivo Gold", "Ivo Gold"),
                ("The Russian leader", "Ivo Gold"),
            ],
        );
    }

    #[test]
    fn a_short_title_is_the_long_one() {
        check(
            "In May Sen. Pia Lund came. Later the senator waved.",
            &[("Sen. Pia Lund", "Pia Lund"), ("the senator", "Pia Lund")],
        );
    }

    #[test]
    fn a_deputy_does_not_hold_the_office() {
        check(
            "In May Vice President Pia Lund came. Later the president waved.",
            &[("Vice President Pia Lund", "Pia Lund"), ("the president", "-")],
        );
        check(
            "In May Vice President Pia Lund came. Later the vice president waved.",
            &[("Vice President Pia Lund", "Pia Lund"), ("the vice president", "Pia Lund")],
        );
    }

    #[test]
    fn an_office_nobody_was_said_to_hold_is_who_goes_on() {
        check_speakers(
            "“We came late,” said Pia Lund.\n\n“It was too much rain,” the Norland senator said.",
            &["Pia Lund", "Pia Lund"],
        );
        // A mayor is no senator, and a spokesman is somebody new.
        check_speakers(
            "“We came late,” said Mayor Pia Lund.\n\n“It was too much rain,” the Norland senator said.",
            &["Pia Lund", "-"],
        );
        check_speakers(
            "“We came late,” said Pia Lund.\n\n“It was too much rain,” the spokesman said.",
            &["Pia Lund", "-"],
        );
    }

    #[test]
    fn a_body_is_not_called_by_whose_it_is() {
        check_speakers(
            "“We came late,” said Peter Lund.\n\n“It was too much rain,” his campaign said.",
            &["Peter Lund", "-"],
        );
    }

    #[test]
    fn her_envoy_is_somebody_else() {
        check(
            "In May the envoy Pia Lund came. Later her envoy waved.",
            &[("the envoy Pia Lund", "Pia Lund"), ("her envoy", "-")],
        );
    }

    #[test]
    fn a_name_in_commas_behind_a_description_is_its_person() {
        check(
            "In May another critic, Pia Lund, came.",
            &[("another critic", "Pia Lund"), ("Pia Lund", "Pia Lund")],
        );
        check(
            "In May another critic and Pia Lund came.",
            &[("another critic", "-"), ("Pia Lund", "Pia Lund")],
        );
    }

    #[test]
    fn the_leader_of_a_place_is_named_behind_it() {
        check(
            "In May the leader of Westport, Siripong Rattanakul, came.",
            &[
                ("the leader", "Siripong Rattanakul"),
                ("Westport", "Siripong Rattanakul"),
                ("Siripong Rattanakul", "Siripong Rattanakul"),
            ],
        );
    }

    #[test]
    fn what_somebody_writes_is_theirs() {
        check(
            "In May Peter Lund came. His letter was long.",
            &[("Peter Lund", "Peter Lund"), ("His letter", "Peter Lund")],
        );
        check(
            "In May Peter Lund came. The post was long.",
            &[("Peter Lund", "Peter Lund"), ("The post", "Peter Lund")],
        );
        check("In May Peter Lund came. His wife waved.", &[("Peter Lund", "Peter Lund"), ("His wife", "-")]);
    }
}

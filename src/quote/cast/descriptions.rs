//! Descriptions: who is "the Kremlin aide", "his post", "the union"?

use super::beside;
use super::figure::Figure;
use super::{Cast, SPEAKS, WINDOW};
use crate::fold;
use crate::lang::{Gender, Language, Traits};
use crate::quote::mention::{self, Mention, MentionKind};
use crate::quote::page::Page;
use crate::quote::reading::Reading;
use crate::quote::token::TokenKind;

/// How many mentions above a description are searched for its person.
const FAR: usize = 2 * WINDOW;

/// How many tokens after an "of" are searched for the country of an office.
const OF_COUNTRY: usize = 4;

impl Cast<'_> {
    /// Returns the figure of a noun phrase that has no name in apposition.
    pub(super) fn noun(&self, m: usize, head: usize) -> Option<usize> {
        let Reading { page, mentions } = self.reading;
        let start = mentions[m].start;
        // "His post read" is his own words; "his wife" and "his campaign" are somebody else.
        if page.is(start, Traits::HIS) {
            let gender = page.language.gender_of_word(page.word(start));
            return gender.filter(|_| page.is(head, Traits::TEXT)).and_then(|g| self.salient(m, g, None));
        }
        // "The post read": its author is the subject of the sentence before.
        if page.is(start, Traits::THE) && page.language.is_post(page.word(head)) {
            return self.topic(m);
        }
        self.described(m, head, None).or_else(|| self.named_below(m, head))
    }

    /// Returns the person that the paragraph after the description's begins with, if it is a full name,
    /// occurs for the first time and has no description of its own, and if the description is the subject of
    /// its paragraph: "Ohio's tax commissioner says …", "Pia Lund says …".
    fn named_below(&self, m: usize, head: usize) -> Option<usize> {
        let Reading { page, mentions } = self.reading;
        let mention = &mentions[m];
        let opens = |at: usize| at == 0 || page.tokens[at - 1].kind == TokenKind::Break;
        if !opens(mention.start) {
            return None;
        }
        // At most two paragraphs down: so a list of many thousand lines is searched once, not once per line.
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

    /// Returns the body or author that "the union" or "the book" stands for: the last body above whose name
    /// contains the word; the last speaker (`previous`), if it is a body; or the person who is said above to
    /// have written such a text.
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

    /// Returns the person who is said above to have written a text: "Lund has written a memoir. | The book |
    /// says".
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

    /// Returns the person whose name follows a description between commas: "another critic, | Pia Lund |,
    /// said".
    pub(super) fn named_behind(&self, m: usize) -> Option<usize> {
        let Reading { page, mentions } = self.reading;
        let mention = &mentions[m];
        let MentionKind::Noun { head } = mention.kind else { return None };
        // "the leader of Westport, | Pia Lund |, said", "the envoy at the time, | Pia Lund |, said"
        let place = mentions.get(m + 1).filter(|place| {
            page.is(head, Traits::TITLE)
                && page.is(mention.end, Traits::PREPOSITION)
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

    /// Returns the person of a description: from the people list; otherwise the last person above whose
    /// offices include all of its words; or, for a description that fits anybody ("the nominee"), the last
    /// speaker.
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
            // "The president" when two presidents were mentioned: resolved only if exactly one of them is
            // near.
            [first, others @ ..] => {
                let alone = self.is_near(*first, m) && !others.iter().any(|&other| self.is_near(other, m));
                alone.then_some(*first)
            }
            // The last speaker.
            [] => previous.filter(|&figure| {
                let figure = &self.figures[figure];
                is_epithet(page, mention, head) && figure.person && figure.may_be(wanted.gender())
            }),
        }
    }

    /// Returns the person whom the article now calls by an office that it has not mentioned before: "the
    /// Texas senator", "the former governor".
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

    /// Returns the persons named above the mention who hold the office, nearest first.
    fn holders_above(&self, m: usize, wanted: &Wanted) -> Vec<usize> {
        let mut found = self.holders(m, |figure| wanted.is_held_by(figure));
        // "The Russian leader" is the president without a stated country, if there is no other candidate.
        if found.is_empty() && wanted.words.iter().any(|word| wanted.language.is_country(word)) {
            found = self.holders(m, |figure| wanted.may_be_held_by(figure));
            if found.len() > 1 {
                found.clear();
            }
        }
        // "The president" is a president rather than the head of a presidential office.
        let exact = |figure: &usize| self.figures[*figure].offices.contains(&wanted.head);
        if found.iter().any(exact) {
            found.retain(exact);
        }
        // In "Ruiz should settle, the president insisted" the president is not Ruiz.
        if found.len() > 1 {
            found.retain(|figure| !self.is_in_sentence(*figure, m));
        }
        found
    }

    /// Returns the figures not too far above the mention for which `holds` is true, without duplicates,
    /// nearest first.
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

    /// Returns whether the figure is mentioned before the mention in the same sentence.
    fn is_in_sentence(&self, figure: usize, m: usize) -> bool {
        let Reading { page, mentions } = self.reading;
        let start = page.sentence(mentions[m].start).start;
        let mut above = (0..m).rev().take_while(|&other| mentions[other].start >= start);
        above.any(|other| self.referents[other] == Some(figure))
    }

    /// Returns whether the figure is mentioned above, in the same sentence or one of the two before.
    fn is_near(&self, figure: usize, m: usize) -> bool {
        let here = self.reading.sentence_of(m);
        let above = (m.saturating_sub(WINDOW)..m).rev();
        above
            .take_while(|&other| self.reading.sentence_of(other) + 2 >= here)
            .any(|other| self.referents[other] == Some(figure))
    }
}

/// What a figure must satisfy to be "the head of the Irish government".
struct Wanted {
    language: &'static Language,
    /// The office: "head", "vice-president".
    head: String,
    /// All words of the description, folded.
    words: Vec<String>,
}

impl Wanted {
    fn new(page: &Page, mention: &Mention, head: usize) -> Self {
        // "the head of the Irish government" must be somebody Irish.
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

    /// Returns the gender that the office implies: "chairwoman".
    fn gender(&self) -> Option<Gender> {
        self.language.gender_of_word(&self.head)
    }

    /// Returns whether the figure is a person with this office and with all words of the description.
    fn is_held_by(&self, figure: &Figure) -> bool {
        self.fits(figure) && self.words.iter().all(|word| self.is_role(figure, word))
    }

    /// Like [`is_held_by`](Self::is_held_by), for a person without a stated country, whatever country is
    /// asked for.
    fn may_be_held_by(&self, figure: &Figure) -> bool {
        let country = |word: &&String| self.language.is_country(word);
        self.fits(figure)
            && !figure.roles.iter().any(|role| country(&role))
            && self.words.iter().filter(|word| !country(word)).all(|word| self.is_role(figure, word))
    }

    /// Returns whether nothing that the article says about the figure contradicts this: it has no other
    /// office.
    fn may_be_of(&self, figure: &Figure) -> bool {
        self.language.is_epithet(&self.head)
            || figure.offices.iter().all(|office| self.language.is_epithet(office))
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

/// Returns whether a description refers to a person that is already known: "the Kremlin aide"; not "a Kremlin
/// aide", who is somebody new, nor "her aide".
fn is_known_person(page: &Page, mention: &Mention, head: usize) -> bool {
    let definite = page.is(mention.start, Traits::THE)
        || page.is_possessive(mention.start)
        || page.headline.is_some_and(|line| line.contains(mention.span(page)));
    definite
        && (page.is_office(head) || is_epithet(page, mention, head))
        && !(mention.start..head).any(|at| page.is(at, Traits::HIS.or(Traits::THEIR)))
}

/// Returns whether the description can fit anybody: "the nominee", "the 34-year-old mother".
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
    fn a_description_is_the_holder_of_the_office() {
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
    fn an_office_without_a_holder_is_the_person_spoken_about() {
        check_speakers(
            "“We came late,” said Pia Lund.\n\n“It was too much rain,” the Norland senator said.",
            &["Pia Lund", "Pia Lund"],
        );
        // A mayor is not a senator, and a spokesman is somebody new.
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
    fn a_party_fits_anybody() {
        check_speakers(
            "“We came late,” said Sen. Pia Lund.\n\n“It was too much rain,” the Utah Republican said.",
            &["Pia Lund", "Pia Lund"],
        );
    }

    #[test]
    fn a_possessive_is_not_the_name_of_a_body() {
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
    fn a_name_between_commas_after_a_description_is_its_person() {
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
    fn the_leader_of_a_place_is_named_after_it() {
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
    fn a_former_holder_is_named_after_the_office() {
        check_speakers("“It was late,” wrote the envoy at the time, Anna Lund.", &["Anna Lund"]);
        check_speakers("“It was late,” said her best friend at the club, Anna Lund.", &["Anna Lund"]);
    }

    #[test]
    fn a_text_belongs_to_its_author() {
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

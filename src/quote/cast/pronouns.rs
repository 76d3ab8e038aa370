//! Pronouns: which person does "she" stand for?

use std::ops::Range;

use super::figure::{Figure, PERSON, SPEAKER};
use super::{Cast, SPEAKS, WINDOW};
use crate::lang::{Gender, Pronoun, Traits};
use crate::quote::mention::{Mention, MentionKind};
use crate::quote::reading::Reading;

/// How many line breaks back a pronoun can refer; a paragraph has two.
const REACH: u32 = 8;

/// The number of line breaks between neighbouring paragraphs.
const ONE_PARAGRAPH: u32 = 2;

/// Minimum share of cue uses for the word after a pronoun, for a name after it to be the addressee.
const TOLD: f32 = 0.1;

impl Cast<'_> {
    /// Returns the person that a pronoun stands for: the last speaker (at mention `last`), unless another
    /// person who fits has been a subject since; otherwise the subject of the nearest sentence that names a
    /// person who fits.
    pub(super) fn salient(&self, m: usize, gender: Gender, last: Option<usize>) -> Option<usize> {
        let addressee = self.addressee(m);
        let fits = |figure: usize, least: f32| {
            addressee != Some(figure) && self.figures[figure].fit(gender) >= least
        };
        // In "The senator said it rained. He said", "he" is the senator, whoever that is, and nobody named
        // before.
        let stranger = last.filter(|&last| self.is_stranger(last, m, gender));
        // In "Ruiz is no envoy, | he | said", Ruiz is the person spoken about.
        let upper = if self.is_tag(m) { self.first_of_sentence(m) } else { m };
        self.spoke_last(last, (m, upper), fits)
            .or_else(|| self.nearest_subject(stranger.map_or(0, |last| last + 1)..m, REACH, fits))
    }

    /// Returns the last speaker (at mention `last`), if that person fits and is named above mention `m`, and
    /// no other person who fits has been a subject since, up to mention `upper`.
    fn spoke_last(
        &self,
        last: Option<usize>,
        (m, upper): (usize, usize),
        fits: impl Fn(usize, f32) -> bool,
    ) -> Option<usize> {
        let figure = self.referents[last?].filter(|&figure| fits(figure, SPEAKER))?;
        let mut above = (m.saturating_sub(WINDOW)..m).rev();
        let named = above.find(|&other| self.referents[other] == Some(figure))?;
        let is_rival = |rival: usize| rival != figure && fits(rival, PERSON);
        let rival = (named + 1..upper).any(|other| {
            self.referents[other].is_some_and(is_rival)
                && (self.reading.is_subject(other) || self.enters(other, m))
        });
        (!rival).then_some(figure)
    }

    /// Returns the person for a description that no known person has: "the Texas senator", "the tycoon". This
    /// is the last speaker, at mention `last`, if at most one paragraph above, otherwise the subject of the
    /// nearest sentence above. `fits` says whether a person may be called that.
    pub(super) fn spoken_of(
        &self,
        m: usize,
        last: Option<usize>,
        fits: impl Fn(&Figure) -> bool,
    ) -> Option<usize> {
        let fits = |figure: usize, _: f32| fits(&self.figures[figure]);
        let upper = self.first_of_sentence(m);
        // "Ruiz should settle, the senator said" is ambiguous.
        if (upper..m).any(|other| self.referents[other].is_some_and(|figure| fits(figure, PERSON))) {
            return None;
        }
        let near =
            |last: &usize| self.reading.paragraph_of(m) - self.reading.paragraph_of(*last) <= ONE_PARAGRAPH;
        // In "“Will you?” | a reporter | asked. “Yes,” | the tycoon | said" the reporter is somebody new, not
        // the tycoon.
        let known = |last: &usize| {
            near(last) && !self.reading.page.is(self.reading.mentions[*last].start, Traits::AN)
        };
        match last.filter(known) {
            Some(last) => self.spoke_last(Some(last), (m, upper), fits),
            None => self.nearest_subject(0..upper, ONE_PARAGRAPH, fits),
        }
    }

    /// Returns whether the last speaker, at mention `last`, is an unnamed person of this gender, at most one
    /// paragraph above mention `m`.
    fn is_stranger(&self, last: usize, m: usize, gender: Gender) -> bool {
        let Reading { page, mentions } = self.reading;
        let shown = |at: usize| page.language.gender_of_word(page.word(at));
        let person = match mentions[last].kind {
            // "His brother" and "the woman" are unnamed; "the chairman" may be somebody who was named.
            MentionKind::Noun { head } => {
                let start = mentions[last].start;
                let another = page.is(start, Traits::HIS)
                    || page.is(start, Traits::THE) && !page.language.is_rank(page.word(head));
                another && shown(head) == Some(gender)
            }
            MentionKind::Name { from } => self.is_namesake(page.word(from)),
            MentionKind::Pronoun(Pronoun::Person(own)) => own == gender,
            MentionKind::Pronoun(_) | MentionKind::Relative => false,
        };
        let apart = self.reading.paragraph_of(m) - self.reading.paragraph_of(last);
        person && self.referents[last].is_none() && apart <= ONE_PARAGRAPH
    }

    /// Returns whether the mention and its cue come after a comma at the end of a sentence: "Ruiz is no
    /// envoy, | he | said".
    fn is_tag(&self, m: usize) -> bool {
        let Reading { page, mentions } = self.reading;
        let Mention { start, end, .. } = mentions[m];
        let first = page.sentence(start).start;
        let opens = Traits::CLAUSE.or(Traits::PREPOSITION).or(Traits::ONGOING).or(Traits::PAST);
        start > first
            && page.is(start - 1, Traits::COMMA)
            && page.cue(end) > SPEAKS
            && !page.is_word(end + 1)
            && !page.is(first, opens)
    }

    /// Returns the first mention in the sentence of mention `m`, within the window.
    fn first_of_sentence(&self, m: usize) -> usize {
        let own = self.reading.sentence_of(m);
        let above = (m.saturating_sub(WINDOW)..m).rev();
        above.take_while(|&other| self.reading.sentence_of(other) == own).last().unwrap_or(m)
    }

    /// Returns the subject of the nearest sentence in `range` that names a person who fits, at most `reach`
    /// line breaks above the end of the range. `fits` says whether a figure fits at least that well.
    fn nearest_subject(
        &self,
        range: Range<usize>,
        reach: u32,
        fits: impl Fn(usize, f32) -> bool,
    ) -> Option<usize> {
        let m = range.end;
        let lower = m.saturating_sub(WINDOW).max(range.start);
        let own = self.reading.sentence_of(m);
        let mut upper = m;
        while upper > lower {
            let sentence = self.reading.sentence_of(upper - 1);
            let first = (lower..upper)
                .rev()
                .take_while(|&other| self.reading.sentence_of(other) == sentence)
                .last()?;
            if self.reading.paragraph_of(m) - self.reading.paragraph_of(first) > reach {
                return None;
            }
            let fitting = |least: f32| {
                let found: Vec<usize> = (first..upper)
                    .filter(|&other| self.referents[other].is_some_and(|figure| fits(figure, least)))
                    .collect();
                let subject = found.iter().copied().find(|&other| self.reading.is_free(other));
                // "After talks with Lund, she said": she is not Lund, if somebody else is near.
                let other = found.first().copied().filter(|_| sentence != own);
                self.referents[subject.or(other)?]
            };
            let owner = || self.owner_in(sentence, m).filter(|&figure| fits(figure, PERSON));
            if let Some(figure) = fitting(PERSON).or_else(owner).or_else(|| fitting(SPEAKER)) {
                return Some(figure);
            }
            upper = first;
        }
        None
    }

    /// Returns the first person named in the possessive in the sentence of that index, before mention `m`: "It
    /// is | Lund's | favorite".
    fn owner_in(&self, sentence: usize, m: usize) -> Option<usize> {
        let Reading { page, mentions } = self.reading;
        let from = self.owners.partition_point(|&(at, _)| page.sentence_index(at) < sentence);
        let inside = self.owners[from..].iter();
        let mut inside =
            inside.take_while(|&&(at, _)| page.sentence_index(at) == sentence && at < mentions[m].start);
        inside.next().map(|&(_, figure)| figure)
    }

    /// Returns the person who is the subject of the previous sentence in the same paragraph.
    pub(super) fn topic(&self, m: usize) -> Option<usize> {
        let mut above = m.saturating_sub(WINDOW)..m;
        let subject =
            above.find(|&other| self.is_right_before(other, m) && self.reading.is_subject(other))?;
        self.person_of(subject)
    }

    /// Returns whether mention `other` is in the sentence before that of `m`, in the same paragraph.
    fn is_right_before(&self, other: usize, m: usize) -> bool {
        self.reading.sentence_of(other) + 1 == self.reading.sentence_of(m)
            && self.reading.paragraph_of(other) == self.reading.paragraph_of(m)
    }

    /// Returns whether mention `other` introduces its figure into the article, in the sentence before the
    /// pronoun at `m`: "A gentler version came from Lund. He said".
    fn enters(&self, other: usize, m: usize) -> bool {
        let Reading { page, mentions } = self.reading;
        self.is_first(other) && self.is_right_before(other, m) && !page.is_possessive(mentions[other].end - 1)
    }

    /// Returns whom a pronoun certainly does not stand for: the object of its verb, as in "he told Lund".
    fn addressee(&self, m: usize) -> Option<usize> {
        let Reading { page, mentions } = self.reading;
        let end = mentions[m].end;
        let next = mentions.get(m + 1).filter(|next| (end + 1..=end + 2).contains(&next.start))?;
        let told = matches!(next.kind, MentionKind::Name { .. }) && page.cue(end) > TOLD;
        self.referents[m + 1].filter(|_| told)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_speakers};

    #[test]
    fn a_pronoun_is_the_nearest_fitting_subject() {
        check("In May Anna Lund came. She waved.", &[("Anna Lund", "Anna Lund"), ("She", "Anna Lund")]);
        check(
            "In May Anna Lund met Peter Gold. He waved.",
            &[("Anna Lund", "Anna Lund"), ("Peter Gold", "Peter Gold"), ("He", "Peter Gold")],
        );
        check("In May Anna Lund came. He waved.", &[("Anna Lund", "Anna Lund"), ("He", "-")]);
    }

    #[test]
    fn the_addressee_is_not_the_speaker() {
        check(
            "In May Peter Gold came. He told Peter Stone.",
            &[("Peter Gold", "Peter Gold"), ("He", "Peter Gold"), ("Peter Stone", "Peter Stone")],
        );
    }

    #[test]
    fn the_person_spoken_about_does_not_speak() {
        check_speakers(
            "In May Peter Gold came.\n\nPeter Stone, a baker in Oslo, said he will not vote for Gold. Also, Gold isn't a sailor, he said. “He's late!”",
            &["Peter Stone"],
        );
    }

    #[test]
    fn a_pronoun_after_an_unnamed_person_is_nobody_named_before() {
        check_speakers(
            "“We came late,” said Anna Lund.\n\n“It rained,” said the woman. “It was too much rain,” she said.",
            &["Anna Lund", "-", "-"],
        );
    }

    #[test]
    fn members_of_a_party_are_not_she() {
        check_speakers(
            "“We came late,” Republicans said.\n\n“It was too much rain,” she said.",
            &["Republicans", "-"],
        );
    }

    #[test]
    fn a_place_is_not_he_whatever_office_is_next_to_it() {
        check_speakers(
            "In Clarksburg, the senator Anna Lund met Peter Gold. Clarksburg, home of senator Lund, waved. “We came late,” he said.",
            &["Peter Gold"],
        );
    }

    #[test]
    fn an_owner_can_be_he() {
        check_speakers(
            "In May Peter Gold met Anna Lund.\n\nIn June Peter Stone came. It was Gold's boat. “We came late,” he said.",
            &["Peter Gold"],
        );
    }

    #[test]
    fn a_name_with_an_age_is_a_person() {
        check_speakers(
            "“It rained,” said Peter Gold.\n\nRakeem Okoro, 26, came to the pier. “We came late,” he said.",
            &["Peter Gold", "Rakeem Okoro"],
        );
    }

    #[test]
    fn a_pronoun_does_not_reach_over_many_paragraphs() {
        let far =
            "In May Anna Lund came.\n\nIt rained.\n\nIt rained.\n\nIt rained.\n\nIt rained.\n\nShe waved.";
        let it = ("It", "-");
        check(far, &[("Anna Lund", "Anna Lund"), it, it, it, it, ("She", "-")]);
    }

    #[test]
    fn without_signs_the_gender_is_unknown() {
        check("In May the board met. She waved.", &[("the board", "-"), ("She", "-")]);
    }
}

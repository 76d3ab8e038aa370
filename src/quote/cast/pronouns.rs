//! Pronouns: which person does a "she" stand for?

use super::figure::{PERSON, SPEAKER};
use super::{Cast, WINDOW};
use crate::lang::Gender;
use crate::quote::mention::MentionKind;
use crate::quote::reading::Reading;

/// Line breaks that a pronoun reaches back over: two a paragraph.
const REACH: u32 = 8;

/// Share of its uses as a cue of the word behind a pronoun, from which on the name behind that is spoken to.
const TOLD: f32 = 0.1;

impl Cast<'_> {
    /// The person a pronoun stands for: who spoke last (`previous`), unless another fitting person was the subject since; else, of the
    /// nearest sentence that names a fitting person, the subject.
    pub(super) fn salient(&self, m: usize, gender: Gender, previous: Option<usize>) -> Option<usize> {
        let addressee = self.addressee(m);
        let fits = |figure: usize, least: f32| {
            addressee != Some(figure) && self.figures[figure].fit(gender) >= least
        };
        previous
            .filter(|&figure| fits(figure, SPEAKER) && self.goes_on(m, gender, figure))
            .or_else(|| self.nearest_subject(m, fits))
    }

    /// Whether who spoke last goes on: named above the mention, and no other fitting person was the subject since.
    fn goes_on(&self, m: usize, gender: Gender, figure: usize) -> bool {
        let mut above = (m.saturating_sub(WINDOW)..m).rev();
        let Some(last) = above.find(|&other| self.referents[other] == Some(figure)) else { return false };
        let is_rival = |rival: usize| rival != figure && self.figures[rival].fit(gender) >= PERSON;
        !(last + 1..m).any(|other| {
            self.referents[other].is_some_and(is_rival)
                && (self.reading.is_subject(other) || self.enters(other, m))
        })
    }

    /// The subject of the nearest sentence that names a fitting person. `fits` tells whether a figure fits at least so well.
    fn nearest_subject(&self, m: usize, fits: impl Fn(usize, f32) -> bool) -> Option<usize> {
        let lower = m.saturating_sub(WINDOW);
        let own = self.reading.sentence_of(m);
        let mut upper = m;
        while upper > lower {
            let sentence = self.reading.sentence_of(upper - 1);
            let first = (lower..upper)
                .rev()
                .take_while(|&other| self.reading.sentence_of(other) == sentence)
                .last()?;
            if self.reading.paragraph_of(m) - self.reading.paragraph_of(first) > REACH {
                return None;
            }
            let fitting = |least: f32| {
                let found: Vec<usize> = (first..upper)
                    .filter(|&other| self.referents[other].is_some_and(|figure| fits(figure, least)))
                    .collect();
                let subject = found.iter().copied().find(|&other| self.reading.is_free(other));
                // "After talks with Lund, she said": not Lund, if another is near.
                let other = found.first().copied().filter(|_| sentence != own);
                self.referents[subject.or(other)?]
            };
            if let Some(figure) = fitting(PERSON).or_else(|| fitting(SPEAKER)) {
                return Some(figure);
            }
            upper = first;
        }
        None
    }

    /// The person who is the subject of the sentence before the mention, in its paragraph.
    pub(super) fn topic(&self, m: usize) -> Option<usize> {
        let mut above = m.saturating_sub(WINDOW)..m;
        let subject =
            above.find(|&other| self.is_right_before(other, m) && self.reading.is_subject(other))?;
        self.person_of(subject)
    }

    /// Whether a mention stands in the sentence before that of another, in the same paragraph.
    fn is_right_before(&self, other: usize, m: usize) -> bool {
        self.reading.sentence_of(other) + 1 == self.reading.sentence_of(m)
            && self.reading.paragraph_of(other) == self.reading.paragraph_of(m)
    }

    /// Whether the mention at place `other` brings its figure into the article, in the sentence before the pronoun at `m`: "A gentler
    /// version came from Lund. He said".
    fn enters(&self, other: usize, m: usize) -> bool {
        let Reading { page, mentions } = self.reading;
        self.is_first(other) && self.is_right_before(other, m) && !page.is_possessive(mentions[other].end - 1)
    }

    /// Whom a pronoun surely does not stand for: the one behind its verb, as in "he told Lund".
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
    use super::super::tests::check;

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
    fn who_is_told_is_not_who_tells() {
        check(
            "In May Peter Gold came. He told Peter Stone.",
            &[("Peter Gold", "Peter Gold"), ("He", "Peter Gold"), ("Peter Stone", "Peter Stone")],
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
    fn nobody_is_of_a_gender_that_is_not_shown() {
        check("In May the board met. She waved.", &[("the board", "-"), ("She", "-")]);
    }
}

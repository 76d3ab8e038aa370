//! A page with its mentions, and how the mentions relate to each other.

use super::mention::{self, Mention, MentionKind};
use super::page::Page;
use crate::lang::Traits;
use crate::span::Span;

/// A page with its mentions, in order.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) page: &'a Page<'a>,
    pub(crate) mentions: &'a [Mention],
}

impl Reading<'_> {
    /// Returns the mention that the "who" or the apposition at `m` refers to: "Lund, | who ran the panel",
    /// "Lund of Oslo, | a former envoy".
    pub(crate) fn antecedent(&self, m: usize) -> Option<usize> {
        let Self { page, mentions } = *self;
        let mention = mentions.get(m)?;
        let before = m.checked_sub(1).filter(|&before| self.leads_to(before, mention))?;
        let before = self.owner_of_place(before, mention).unwrap_or(before);
        let apposed = match mention.kind {
            MentionKind::Relative => true,
            // "Lund, the envoy said" is about two people.
            MentionKind::Noun { head } => {
                let trade = page.is(head, Traits::TITLE);
                // "Lund, the harbour master."
                let closed = page.is(mention.start, Traits::DETERMINER)
                    && (!page.is_word(mention.end) || page.is(mention.end, Traits::PREPOSITION));
                // "In Norway, the minister said" is about one person.
                let place = page.language.is_country(page.word(mentions[before].end - 1));
                mentions[before].is_name() && !place && (trade || closed) && page.cue(mention.end) < SAID
            }
            MentionKind::Name { .. } | MentionKind::Pronoun(_) => false,
        };
        apposed.then_some(before)
    }

    /// Returns whether the gap between mention `before` and the other one is what separates a name from its
    /// apposition: nothing before a "who", a comma, or an age between commas.
    fn leads_to(&self, before: usize, mention: &Mention) -> bool {
        let page = self.page;
        let gap = mention::behind_brackets(page, self.mentions[before].end);
        match mention.start.wrapping_sub(gap) {
            0 => mention.kind == MentionKind::Relative,
            1 => page.is(gap, Traits::COMMA.or(Traits::DASH).or(Traits::OPEN_BRACKET)),
            // "Renee Gold, 83, a teacher"
            3 => {
                page.is(gap, Traits::COMMA)
                    && page.is(gap + 2, Traits::COMMA)
                    && page.raw(gap + 1).chars().all(|c| c.is_ascii_digit())
            }
            _ => false,
        }
    }

    /// Returns the person from the place in between, or the holder of the office in between: "| Lund | of
    /// Oslo, who".
    fn owner_of_place(&self, place: usize, who: &Mention) -> Option<usize> {
        let Self { page, mentions } = *self;
        let of = mentions[place].start.checked_sub(1)?;
        let owner = place.checked_sub(1)?;
        (page.is(of, Traits::OF.or(Traits::FROM))
            && (mentions[place].is_name() || is_office_of(page, who, &mentions[owner]))
            && mentions[owner].end == of
            && is_figure(page, &mentions[owner]))
        .then_some(owner)
    }

    /// Returns whether mention `m` is an apposition, which only describes the name before it: "Lund, | a
    /// former envoy".
    pub(crate) fn is_apposition(&self, m: usize) -> bool {
        matches!(self.mentions[m].kind, MentionKind::Noun { .. }) && self.antecedent(m).is_some()
    }

    /// Returns the span of mention `m` as a source. A name and the "who" or the apposition that refers to it
    /// are one source.
    pub(crate) fn source_span(&self, m: usize) -> Span {
        let Self { page, mentions } = *self;
        let mention = mentions[m];
        if let Some(before) = self.antecedent(m) {
            return page.span(mentions[before].start, mention.end);
        }
        if let Some((start, end)) = self.joint(m) {
            return page.span(start, end);
        }
        match mentions.get(m + 1) {
            Some(next) if self.antecedent(m + 1) == Some(m) => page.span(mention.start, next.end),
            _ => page.span(mention.start, self.end_of_phrase(m)),
        }
    }

    /// Returns the tokens of two names that speak jointly, if mention `m` is one of them: "Lund and Petrov".
    pub(crate) fn joint(&self, m: usize) -> Option<(usize, usize)> {
        let name = |m: usize| self.mentions.get(m).filter(|mention| mention.is_name());
        let pair = |first: usize| {
            let (one, other) = (name(first)?, name(first + 1)?);
            let joined = self.page.is(one.end, Traits::AND) && other.start == one.end + 1;
            joined.then_some((one.start, other.end))
        };
        m.checked_sub(1).and_then(pair).or_else(|| pair(m))
    }

    /// Returns the end of the noun phrase `m` including its "of" or "for": "a spokesman for the board |".
    pub(crate) fn end_of_phrase(&self, m: usize) -> usize {
        let mention = self.mentions[m];
        let goes_on = matches!(mention.kind, MentionKind::Noun { .. })
            && self.page.is(mention.end, Traits::OF.or(Traits::FOR));
        let next = self.mentions.get(m + 1).filter(|next| goes_on && next.start == mention.end + 1);
        let whole =
            |next: &&Mention| matches!(next.kind, MentionKind::Noun { .. } | MentionKind::Name { .. });
        next.filter(whole).map_or(mention.end, |next| next.end)
    }

    /// Returns whether mention `m` does not depend on another word by a preposition or a possessive.
    pub(crate) fn is_free(&self, m: usize) -> bool {
        let mention = &self.mentions[m];
        !mention.is_behind(self.page, Traits::PREPOSITION) && !self.page.is_possessive(mention.end - 1)
    }

    /// Returns whether mention `m` is the first [free](Self::is_free) one of its sentence.
    pub(crate) fn is_subject(&self, m: usize) -> bool {
        let start = self.page.sentence(self.mentions[m].start).start;
        let mut above = (0..m).rev().take_while(|&other| self.mentions[other].start >= start);
        self.is_free(m) && !above.any(|other| self.is_free(other))
    }

    /// Returns the index of the sentence of mention `m`.
    pub(crate) fn sentence_of(&self, m: usize) -> usize {
        self.page.sentence_index(self.mentions[m].start)
    }

    /// Returns the paragraph of mention `m`, counted in line breaks.
    pub(crate) fn paragraph_of(&self, m: usize) -> u32 {
        self.page.paragraph(self.mentions[m].start)
    }
}

/// Minimum share of cue uses of the word after a description, for the description to be a speaker of its own.
const SAID: f32 = 0.2;

/// Returns whether a "who" refers to an office that continues with "of": "the secretary of state, who".
fn is_office_of(page: &Page, who: &Mention, owner: &Mention) -> bool {
    who.kind == MentionKind::Relative
        && page.is(owner.end, Traits::OF)
        && matches!(owner.kind, MentionKind::Noun { head } if page.is(head, Traits::TITLE))
}

/// Returns whether the mention names somebody or says what they are: "Lund", "a delegate", but not "the
/// mill".
fn is_figure(page: &Page, mention: &Mention) -> bool {
    match mention.kind {
        MentionKind::Name { .. } => true,
        MentionKind::Noun { head } => page.is(head, Traits::TITLE),
        MentionKind::Pronoun(_) | MentionKind::Relative => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;

    /// Checks the span of each mention as a source.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = sample::read(&sample::article(text), |reading| {
            let all = 0..reading.mentions.len();
            all.map(|m| reading.source_span(m).text(text).to_owned()).collect()
        });
        assert_eq!(found, expected, "in {text:?}");
    }

    #[test]
    fn a_name_and_its_who_are_one_source() {
        check("In May Lund, who ran the panel, came.", &["Lund, who", "Lund, who", "the panel"]);
        check("In May Lund, 83, a teacher, came.", &["Lund, 83, a teacher", "Lund, 83, a teacher"]);
        check("In May Lund, the envoy said, came.", &["Lund", "the envoy"]);
    }

    #[test]
    fn a_place_may_come_between_a_name_and_its_apposition() {
        check("In May Lund of Bergen, a teacher, came.", &["Lund", "Bergen", "Lund of Bergen, a teacher"]);
        check("In May Ukraine, the minister said, came.", &["Ukraine", "the minister"]);
    }

    #[test]
    fn two_names_can_be_one_source() {
        check("In May Lund and Petrov came.", &["Lund and Petrov", "Lund and Petrov"]);
        check("In May Lund met Petrov.", &["Lund", "Petrov"]);
    }

    #[test]
    fn a_noun_phrase_continues_after_of_and_for() {
        check("In May a spokesman for the board came.", &["a spokesman for the board", "the board"]);
        check("In May a spokesman met the board.", &["a spokesman", "the board"]);
    }

    #[test]
    fn a_subject_is_the_first_free_mention() {
        let text = "After talks with Petrov Lund came. She waved.";
        let subjects: Vec<String> = sample::read(&sample::article(text), |reading| {
            let subjects = (0..reading.mentions.len()).filter(|&m| reading.is_subject(m));
            subjects.map(|m| sample::words(reading.page, &reading.mentions[m]).to_owned()).collect()
        });
        assert_eq!(subjects, ["She"]);
    }
}

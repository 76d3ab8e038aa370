//! Features of a quotation and of a mention, each by itself.
//!
//! Word order, distance and the cue words around a mention are the most informative features for the source
//! of a quotation; `docs/log/quotes.md` has the gain of each group.

use super::mention::{Mention, MentionKind};
use super::page::Page;
use super::row::{FAR, flag, number};
use crate::lang::{Pronoun, Traits};

/// Number of features of a quotation by itself.
pub(crate) const QUOTATION: usize = 22;

/// Number of features of a mention by itself.
pub(crate) const MENTION: usize = 29;

/// Returns a number for the punctuation with which a quotation ends, inside its marks.
fn ending(page: &Page, quotation: usize) -> f32 {
    let inner = page.quotations[quotation].inner.text(page.text).trim_end();
    match inner.chars().next_back().unwrap_or(' ') {
        ',' => 1.0,
        '.' | '…' => 2.0,
        '?' | '!' => 3.0,
        '-' | '—' | '–' => 4.0,
        _ => 0.0,
    }
}

/// Returns what a quotation begins with: 0 for a lower-case letter, 1 for a capital, 2 for anything else.
fn first_letter(inner: &str) -> f32 {
    match inner.chars().next() {
        Some(first) if first.is_lowercase() => 0.0,
        Some(first) if first.is_uppercase() => 1.0,
        _ => 2.0,
    }
}

/// Returns whether the first twenty longer words of the range all begin with a capital, as in a title.
fn is_title_case(page: &Page, start: usize, end: usize) -> bool {
    let long = |word: &usize| page.is_word(*word) && page.raw(*word).len() > 3;
    let mut words = (start..end).filter(long).take(20).peekable();
    words.peek().is_some() && words.all(|word| page.is_capitalised(word))
}

/// Returns the features of a quotation and its surroundings.
pub(crate) fn quotation(page: &Page, at: usize) -> [f32; QUOTATION] {
    let (start, end) = page.ranges[at];
    let quotation = page.quotations[at];
    let sentence = page.sentence(start);
    let inner = quotation.inner.text(page.text).trim_start();
    let words = (start..end).filter(|&word| page.is_word(word)).count();
    let function_words =
        page.traits_of(start, end).iter().filter(|traits| traits.any(Traits::FUNCTION)).count();
    let before = start.checked_sub(1);
    let outside = page.unquoted_between(sentence.start, start);
    let behind = page.unquoted_between(end, sentence.end);
    let paragraph = page.paragraph(start);
    let same_paragraph =
        |place: usize| page.ranges.get(place).is_some_and(|range| page.paragraph(range.0) == paragraph);
    [
        number(words).min(40.0),
        ending(page, at),
        first_letter(inner),
        flag(is_title_case(page, start, end)),
        flag(quotation.single),
        flag(quotation.closed),
        flag(page.headline.is_some_and(|line| line.contains(quotation.outer))),
        page.shape(before),
        page.shape(Some(end)),
        before.map_or(0.0, |word| page.cue(word)),
        before.and_then(|word| word.checked_sub(1)).map_or(0.0, |word| page.cue(word)),
        page.strongest_cue(end, end + 2),
        page.strongest_cue(end + 2, end + 5),
        f32::min(outside as f32, 40.0),
        f32::min(behind as f32, 40.0),
        flag(at > 0 && same_paragraph(at - 1)),
        flag(same_paragraph(at + 1)),
        flag(at > 0 && page.sentence_index(page.ranges[at - 1].0) == page.sentence_index(start)),
        flag(at > 0 && !page.quotations[at - 1].closed),
        page.strongest_cue(sentence.start, sentence.end.min(sentence.start + 120)),
        first_person(page, start, end),
        number(function_words).min(10.0),
    ]
}

/// Returns whether the range is in the first person: 2 for "I", 1 for "we", 0 for neither.
fn first_person(page: &Page, start: usize, end: usize) -> f32 {
    let own = page.traits_of(start, end).iter().fold(Traits::default(), |all, one| all.or(*one));
    if own.any(Traits::I) { 2.0 } else { flag(own.any(Traits::WE)) }
}

/// Returns the strength of the strongest cue in the range, and its distance from `near`.
pub(crate) fn cue_near(page: &Page, start: usize, end: usize, near: usize) -> [f32; 2] {
    let mut best = [0.0, FAR];
    for (word, &cue) in (start..).zip(page.cues(start, end)) {
        if cue > best[0] {
            best = [cue, number(word.abs_diff(near)).min(FAR)];
        }
    }
    best
}

/// Returns the strength of the cue after an insertion between commas: "Lund, a former envoy, | said"; 0 if
/// there is no insertion at `at`.
fn cue_behind_insertion(page: &Page, at: usize, end: usize) -> f32 {
    if !page.is(at, Traits::COMMA) {
        return 0.0;
    }
    let commas = (at + 1..end.min(at + 30)).filter(|&comma| page.is(comma, Traits::COMMA));
    commas.map(|comma| page.cue(comma + 1).max(0.7 * page.cue(comma + 2))).fold(0.0, f32::max)
}

/// Returns what a mention begins with: 1 for "the", 2 for "a" or "another", 3 for any other determiner, 0 for
/// none.
fn opening(page: &Page, start: usize) -> f32 {
    if page.is(start, Traits::THE) {
        1.0
    } else if page.is(start, Traits::AN.or(Traits::ANOTHER)) {
        2.0
    } else if page.is(start, Traits::DETERMINER) {
        3.0
    } else {
        0.0
    }
}

/// Returns the kind of a mention as a number, and the token of its head.
fn kind_and_head(mention: &Mention) -> (f32, usize) {
    match mention.kind {
        MentionKind::Name { .. } => (0.0, mention.end - 1),
        MentionKind::Noun { head } => (1.0, head),
        MentionKind::Pronoun(Pronoun::Person(_)) => (2.0, mention.start),
        MentionKind::Relative => (3.0, mention.start),
        MentionKind::Pronoun(Pronoun::Plural) => (4.0, mention.start),
        MentionKind::Pronoun(Pronoun::Thing) => (5.0, mention.start),
        MentionKind::Pronoun(Pronoun::First) => (6.0, mention.start),
    }
}

/// Returns the features of a mention and its surroundings.
pub(crate) fn mention(page: &Page, mention: &Mention, person: f32, often: f32) -> [f32; MENTION] {
    let sentence = page.sentence(mention.start);
    let (kind, head) = kind_and_head(mention);
    let opening = opening(page, mention.start);
    let before = mention.start.checked_sub(1);
    let after = super::mention::behind_brackets(page, mention.end);
    let [next_cue, next_distance] = cue_near(page, after, sentence.end.min(after + 12), after);
    let [last_cue, last_distance] =
        cue_near(page, sentence.start.max(mention.start.saturating_sub(12)), mention.start, mention.start);
    [
        kind,
        number(mention.end - mention.start),
        opening,
        page.shares[head].head,
        page.shares[head].seen,
        flag(page.is(head, Traits::TITLE)),
        flag(page.is(head, Traits::BODY)),
        person,
        often.min(20.0),
        flag(page.is_possessive(mention.end - 1)),
        page.shape(before),
        page.shape(Some(after)),
        page.shape(Some(after + 1)),
        before.map_or(0.0, |word| page.cue(word)),
        before.and_then(|word| word.checked_sub(1)).map_or(0.0, |word| page.cue(word)),
        page.cue(after),
        page.cue(after + 1),
        page.cue(after + 2),
        page.shares.get(after).map_or(0.0, |shares| shares.after),
        before.map_or(0.0, |word| page.shares[word].after),
        next_cue,
        next_distance,
        last_cue,
        last_distance,
        cue_behind_insertion(page, after, sentence.end),
        flag(page.is(after + 1, Traits::RELATIVE)),
        page.shares[head].capital,
        number(mention.start.saturating_sub(sentence.start)).min(FAR),
        number(sentence.end.saturating_sub(mention.end)).min(FAR),
    ]
}

//! What the trees see: numbers that describe a quotation, a mention and what lies between them.
//!
//! Order, distance and the cue words around a mention carry most of what tells the source of a quotation; see
//! `docs/attribution.md` for what each group brings.

use super::mention::{Mention, MentionKind};
use super::page::Page;
use super::token::TokenKind;
use crate::lang::Pronoun;

/// What is known of the quotation before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Before {
    /// Its place.
    pub(crate) quotation: usize,
    /// The mention that is its source.
    pub(crate) mention: usize,
}

/// Farthest that distances are told apart, in tokens.
const FAR: f32 = 60.0;

#[expect(clippy::cast_precision_loss, reason = "counts of tokens near a quotation are small")]
pub(crate) fn number(count: usize) -> f32 {
    count as f32
}

fn flag(yes: bool) -> f32 {
    f32::from(u8::from(yes))
}

/// The shape of a token that is an auxiliary or an adverb.
pub(crate) const AUXILIARY: u8 = 13;

/// The least shape of a word that is on no closed list.
pub(crate) const OPEN: u8 = 15;

/// A sign or the kind of a word as a number, ordered so that neighbours are alike.
pub(crate) fn shape_of(page: &Page, at: usize) -> u8 {
    let token = page.tokens[at];
    match token.kind {
        TokenKind::Break => 0,
        TokenKind::Sign if token.quoted => 1,
        TokenKind::Sign => match token.span.text(page.text) {
            "." | "!" | "?" | "…" => 2,
            ":" => 3,
            ";" => 4,
            "," => 5,
            "-" | "–" | "—" | "―" => 6,
            "(" | ")" | "[" | "]" => 7,
            _ => 8,
        },
        TokenKind::Word if token.quoted => 9,
        TokenKind::Word => {
            let word = page.word(at);
            if word == "that" {
                10
            } else if page.language.is_preposition(word) {
                11
            } else if page.language.is_determiner(word) {
                12
            } else if page.language.is_auxiliary(word) {
                AUXILIARY
            } else if page.language.is_function_word(word) {
                14
            } else if page.is_capitalised(at) {
                OPEN + 1
            } else {
                OPEN
            }
        }
    }
}

/// The shape of the token; -1 past the ends of the text.
pub(crate) fn shape(page: &Page, at: Option<usize>) -> f32 {
    at.and_then(|at| page.shapes.get(at)).map_or(-1.0, |shape| f32::from(*shape))
}

/// The sign a quotation ends with inside its marks.
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

/// Describes a quotation by itself and what stands around it.
pub(crate) fn quotation(page: &Page, at: usize) -> Vec<f32> {
    let (start, end) = page.ranges[at];
    let quotation = page.quotations[at];
    let sentence = page.sentence(start);
    let inner = quotation.inner.text(page.text).trim_start();
    let words = (start..end).filter(|&word| page.is_word(word)).count();
    let first = inner.chars().next().unwrap_or(' ');
    let long: Vec<usize> =
        (start..end).filter(|&word| page.is_word(word) && page.raw(word).len() > 3).take(20).collect();
    let title_case = !long.is_empty() && long.iter().all(|&word| page.is_capitalised(word));
    let before = start.checked_sub(1);
    let outside = page.unquoted_between(sentence.start, start);
    let behind = page.unquoted_between(end, sentence.end);
    let paragraph = page.paragraph(start);
    let same_paragraph =
        |place: usize| page.ranges.get(place).is_some_and(|range| page.paragraph(range.0) == paragraph);
    vec![
        number(words).min(40.0),
        ending(page, at),
        if first.is_lowercase() {
            0.0
        } else if first.is_uppercase() {
            1.0
        } else {
            2.0
        },
        flag(title_case),
        flag(quotation.single),
        flag(quotation.closed),
        flag(page.headline.is_some_and(|line| line.contains(quotation.outer))),
        shape(page, before),
        shape(page, Some(end)),
        before.map_or(0.0, |word| page.cue(word)),
        before.and_then(|word| word.checked_sub(1)).map_or(0.0, |word| page.cue(word)),
        (end..end + 2).map(|word| page.cue(word)).fold(0.0, f32::max),
        (end + 2..end + 5).map(|word| page.cue(word)).fold(0.0, f32::max),
        f32::min(outside as f32, 40.0),
        f32::min(behind as f32, 40.0),
        flag(at > 0 && same_paragraph(at - 1)),
        flag(same_paragraph(at + 1)),
        flag(at > 0 && page.sentence_index(page.ranges[at - 1].0) == page.sentence_index(start)),
        flag(at > 0 && !page.quotations[at - 1].closed),
        best_cue(page, sentence.start, sentence.end),
    ]
}

/// The strongest cue outside quotation marks in the range.
fn best_cue(page: &Page, start: usize, end: usize) -> f32 {
    (start..end.min(start + 120)).map(|word| page.cue(word)).fold(0.0, f32::max)
}

/// The strongest cue in the range and how far it is from `near`.
fn cue_near(page: &Page, start: usize, end: usize, near: usize) -> [f32; 2] {
    let mut best = [0.0, FAR];
    for word in start..end {
        let cue = page.cue(word);
        if cue > best[0] {
            best = [cue, number(word.abs_diff(near)).min(FAR)];
        }
    }
    best
}

/// The cue behind what commas set off: "Lund, a former envoy, | said". 0 where nothing is set off at `at`.
fn cue_behind_insertion(page: &Page, at: usize, end: usize) -> f32 {
    if page.raw(at) != "," {
        return 0.0;
    }
    let commas = (at + 1..end.min(at + 30)).filter(|&comma| page.raw(comma) == ",");
    commas.map(|comma| page.cue(comma + 1).max(0.7 * page.cue(comma + 2))).fold(0.0, f32::max)
}

/// Describes a mention by itself and what stands around it.
pub(crate) fn mention(page: &Page, mention: &Mention, person: f32, often: f32) -> Vec<f32> {
    let sentence = page.sentence(mention.start);
    let (kind, head) = match mention.kind {
        MentionKind::Name { .. } => (0.0, mention.end - 1),
        MentionKind::Noun { head } => (1.0, head),
        MentionKind::Pronoun(Pronoun::Person(_)) => (2.0, mention.start),
        MentionKind::Relative => (3.0, mention.start),
        MentionKind::Pronoun(Pronoun::Plural) => (4.0, mention.start),
        MentionKind::Pronoun(Pronoun::Thing) => (5.0, mention.start),
        MentionKind::Pronoun(Pronoun::First) => (6.0, mention.start),
    };
    let opening = match page.word(mention.start) {
        "the" => 1.0,
        "a" | "an" | "one" | "another" => 2.0,
        word if page.language.is_determiner(word) => 3.0,
        _ => 0.0,
    };
    let before = mention.start.checked_sub(1);
    let after = mention.end;
    let [next_cue, next_distance] = cue_near(page, after, sentence.end.min(after + 12), after);
    let [last_cue, last_distance] =
        cue_near(page, sentence.start.max(mention.start.saturating_sub(12)), mention.start, mention.start);
    vec![
        kind,
        number(mention.end - mention.start),
        opening,
        page.shares[head].head,
        page.shares[head].seen,
        flag(page.language.is_title(page.word(head))),
        flag(page.language.is_body(page.word(head))),
        person,
        often.min(20.0),
        flag(page.is_possessive(mention.end - 1)),
        shape(page, before),
        shape(page, Some(after)),
        shape(page, Some(after + 1)),
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
        flag(page.language.is_relative(page.word(after + 1))),
        page.shares[head].capital,
        number(mention.start.saturating_sub(sentence.start)).min(FAR),
        number(sentence.end.saturating_sub(mention.end)).min(FAR),
    ]
}

/// Describes how the mention at place `m` lies to the quotation at `q`.
pub(crate) fn relation(
    page: &Page,
    mentions: &[Mention],
    q: usize,
    m: usize,
    before: Option<Before>,
    out: &mut Vec<f32>,
) {
    let (start, end) = page.ranges[q];
    let mention = &mentions[m];
    let behind = mention.start >= end;
    let (from, to) = if behind { (end, mention.start) } else { (mention.end, start) };
    let gap = page.unquoted_between(from, to);
    let region = from..to.min(from + 80);
    let has = |wanted: &[&str]| {
        flag(region.clone().any(|at| !page.is_quoted(at) && wanted.contains(&page.word(at))))
    };
    let lower = mentions.partition_point(|other| other.start < from);
    let upper = mentions.partition_point(|other| other.start < to);
    let first = mentions.partition_point(|other| other.start < page.sentence(mention.start).start);
    let quotes = if behind {
        page.ranges.partition_point(|range| range.0 < mention.start).saturating_sub(q + 1)
    } else {
        q.saturating_sub(page.ranges.partition_point(|range| range.0 < mention.start))
    };
    #[expect(clippy::cast_precision_loss, reason = "sentences near a quotation are few")]
    let sentences = page.sentence_index(mention.start) as f32 - page.sentence_index(start) as f32;
    #[expect(clippy::cast_precision_loss, reason = "paragraphs near a quotation are few")]
    let paragraphs = page.paragraph(start) as f32 - page.paragraph(mention.start) as f32;
    let [between, distance] = cue_near(page, from, to.min(from + 80), if behind { from } else { to });
    out.extend([
        flag(behind),
        sentences.clamp(-8.0, 3.0),
        paragraphs.clamp(-2.0, 8.0),
        f32::min(gap as f32, FAR),
        number(quotes).min(6.0),
        number(upper.saturating_sub(lower)).min(12.0),
        number(m.saturating_sub(first)).min(12.0),
        between,
        distance,
        has(&[","]),
        has(&["who", "which", "whose"]),
        has(&["and", "but", "or"]),
        has(&["that", "if", "whether"]),
        has(&[":", "-", "–", "—", "―"]),
        has(&["to", "of", "for", "with", "about"]),
        flag(before.is_some_and(|before| before.mention == m)),
        before.map_or(9.0, |before| number(q - before.quotation).min(8.0)),
        before.map_or(0.0, |before| {
            let last = page.ranges[before.quotation].1;
            f32::min(page.unquoted_between(last, start) as f32, FAR)
        }),
    ]);
}

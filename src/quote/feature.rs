//! What the trees see: numbers that describe a quotation, a mention and what lies between them.
//!
//! Order, distance and the cue words around a mention carry most of what tells the source of a quotation; see
//! `docs/attribution.md` for what each group brings.

use super::choice::Scene;
use super::mention::{Mention, MentionKind};
use super::page::Page;
use super::token::TokenKind;
use crate::lang::{Pronoun, Traits};

/// What is known of the quotation before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Before {
    /// Its place.
    pub(crate) quotation: usize,
    /// The mention that is its source.
    pub(crate) mention: usize,
}

/// Features of a quotation by itself.
pub(crate) const QUOTATION: usize = 22;

/// Features of a mention by itself.
pub(crate) const MENTION: usize = 29;

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
            let traits = page.traits(at);
            if traits.any(Traits::THAT) {
                10
            } else if traits.any(Traits::PREPOSITION) {
                11
            } else if traits.any(Traits::DETERMINER) {
                12
            } else if traits.any(Traits::AUXILIARY) {
                AUXILIARY
            } else if traits.any(Traits::FUNCTION) {
                14
            } else if traits.any(Traits::CAPITAL) {
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
pub(crate) fn quotation(page: &Page, at: usize) -> [f32; QUOTATION] {
    let (start, end) = page.ranges[at];
    let quotation = page.quotations[at];
    let sentence = page.sentence(start);
    let inner = quotation.inner.text(page.text).trim_start();
    let words = (start..end).filter(|&word| page.is_word(word)).count();
    let first = inner.chars().next().unwrap_or(' ');
    let long: Vec<usize> =
        (start..end).filter(|&word| page.is_word(word) && page.raw(word).len() > 3).take(20).collect();
    let title_case = !long.is_empty() && long.iter().all(|&word| page.is_capitalised(word));
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

/// Whether somebody speaks of themselves in the range: 1 as "we", 2 as "I", 0 not.
fn first_person(page: &Page, start: usize, end: usize) -> f32 {
    let own = page.traits_of(start, end).iter().fold(Traits::default(), |all, one| all.or(*one));
    if own.any(Traits::I) { 2.0 } else { flag(own.any(Traits::WE)) }
}

/// The strongest cue in the range and how far it is from `near`.
fn cue_near(page: &Page, start: usize, end: usize, near: usize) -> [f32; 2] {
    let mut best = [0.0, FAR];
    for (word, &cue) in (start..).zip(page.cues(start, end)) {
        if cue > best[0] {
            best = [cue, number(word.abs_diff(near)).min(FAR)];
        }
    }
    best
}

/// The cue behind what commas set off: "Lund, a former envoy, | said". 0 where nothing is set off at `at`.
fn cue_behind_insertion(page: &Page, at: usize, end: usize) -> f32 {
    if !page.is(at, Traits::COMMA) {
        return 0.0;
    }
    let commas = (at + 1..end.min(at + 30)).filter(|&comma| page.is(comma, Traits::COMMA));
    commas.map(|comma| page.cue(comma + 1).max(0.7 * page.cue(comma + 2))).fold(0.0, f32::max)
}

/// Describes a mention by itself and what stands around it.
pub(crate) fn mention(page: &Page, mention: &Mention, person: f32, often: f32) -> [f32; MENTION] {
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
        _ if page.is(mention.start, Traits::DETERMINER) => 3.0,
        _ => 0.0,
    };
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
        flag(page.is(after + 1, Traits::RELATIVE)),
        page.shares[head].capital,
        number(mention.start.saturating_sub(sentence.start)).min(FAR),
        number(sentence.end.saturating_sub(mention.end)).min(FAR),
    ]
}

/// Describes how the mention at place `m` lies to the quotation at `q`.
pub(crate) fn relation(scene: &Scene, q: usize, m: usize, before: Option<Before>, out: &mut Vec<f32>) {
    let page = scene.page;
    let (start, end) = page.ranges[q];
    let mention = &scene.mentions[m];
    let behind = mention.start >= end;
    let (from, to) = if behind { (end, mention.start) } else { (mention.end, start) };
    let gap = page.unquoted_between(from, to);
    let between = page.traits_of(from, to.min(from + 80)).iter();
    let between =
        between.filter(|traits| !traits.any(Traits::QUOTED)).fold(Traits::default(), |all, one| all.or(*one));
    let has = |any: Traits| flag(between.any(any));
    let (lower, upper) = (scene.mentions_before(from), scene.mentions_before(to));
    let first = scene.mentions_before(page.sentence(mention.start).start);
    let above = scene.quotations_before(mention.start);
    let quotes = if behind { above.saturating_sub(q + 1) } else { q.saturating_sub(above) };
    #[expect(clippy::cast_precision_loss, reason = "sentences near a quotation are few")]
    let sentences = page.sentence_index(mention.start) as f32 - page.sentence_index(start) as f32;
    #[expect(clippy::cast_precision_loss, reason = "paragraphs near a quotation are few")]
    let paragraphs = page.paragraph(start) as f32 - page.paragraph(mention.start) as f32;
    let [cue, distance] = cue_near(page, from, to.min(from + 80), if behind { from } else { to });
    // Hardly anybody names themselves.
    let named = scene
        .cast
        .first_name_of(m)
        .map_or(-1.0, |first| flag(page.repeats((start, end), scene.mentions[first].end - 1)));
    out.extend([
        named,
        flag(behind),
        sentences.clamp(-8.0, 3.0),
        paragraphs.clamp(-2.0, 8.0),
        f32::min(gap as f32, FAR),
        number(quotes).min(6.0),
        number(upper.saturating_sub(lower)).min(12.0),
        number(m.saturating_sub(first)).min(12.0),
        cue,
        distance,
        has(Traits::COMMA),
        has(Traits::WHO.or(Traits::WHICH).or(Traits::WHOSE)),
        has(Traits::AND.or(Traits::BUT).or(Traits::OR)),
        has(Traits::THAT.or(Traits::IF).or(Traits::WHETHER)),
        has(Traits::COLON.or(Traits::DASH)),
        has(Traits::TO.or(Traits::OF).or(Traits::FOR).or(Traits::WITH).or(Traits::ABOUT)),
        flag(before.is_some_and(|before| before.mention == m)),
        before.map_or(9.0, |before| number(q - before.quotation).min(8.0)),
        before.map_or(0.0, |before| {
            let last = page.ranges[before.quotation].1;
            f32::min(page.unquoted_between(last, start) as f32, FAR)
        }),
    ]);
}

//! Which quotations form one quote, and how far does it reach into the writer's words around them?

use super::mention::Mention;
use super::model::Model;
use super::page::Page;
use super::row::{FAR, flag, number};
use super::scene::{Choice, Scene};
use super::tree::{self, Table};
use crate::lang::Traits;

/// Appends the features of quotation `j` as the continuation of `i`, the speech before it; `one` and `other`
/// are their sources.
pub(crate) fn describe(scene: &Scene, [i, j]: [usize; 2], [one, other]: [Choice; 2], out: &mut Vec<f32>) {
    let page = scene.page;
    out.extend_from_slice(scene.quotation(i));
    out.extend_from_slice(scene.quotation(j));
    let (start, end) = (page.ranges[i].1, page.ranges[j].0);
    let between =
        |choice: Choice| choice.mention.is_some_and(|m| (start..end).contains(&scene.mentions[m].start));
    let same = one.mention.zip(other.mention).map_or(-1.0, |(a, b)| flag(scene.cast.same(a, b)));
    let cue = page.strongest_cue(start, end.min(start + 60));
    let cues = page.cues(start, end.min(start + 60)).iter().filter(|cue| **cue > 0.3).count();
    let mentions = scene.mentions_before(end) - scene.mentions_before(start);
    out.extend([
        number(j - i),
        number(page.sentence_index(end) - page.sentence_index(page.ranges[i].0)).min(6.0),
        #[expect(clippy::cast_precision_loss, reason = "paragraphs between two quotations are few")]
        f32::min((page.paragraph(end) - page.paragraph(start)) as f32, 6.0),
        number(end - start).min(60.0),
        flag(one.mention == other.mention && one.mention.is_some()),
        same,
        flag(between(one)),
        flag(between(other)),
        flag(other.mention.is_some_and(|m| scene.mentions[m].start >= page.ranges[j].1)),
        one.sure,
        other.sure,
        cue,
        number(cues).min(5.0),
        number(mentions).min(8.0),
    ]);
}

/// Returns whether quotation `j` is followed by a source different from that of the speech before: “Yes,”
/// Lund said. “No,” the deputy said.
pub(crate) fn has_own_source(scene: &Scene, j: usize, one: Choice, other: Choice) -> bool {
    let behind = |m: usize| scene.mentions[m].start >= scene.page.ranges[j].1;
    match (one.mention, other.mention) {
        (Some(first), Some(own)) => first != own && behind(own),
        _ => false,
    }
}

/// A side of a quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

/// Returns where the writer's words around quotation `q` end on a side: at the neighbouring quotation or the
/// end of the sentence.
pub(crate) fn bound(page: &Page, q: usize, side: Side) -> usize {
    let (start, end) = page.ranges[q];
    let sentence = page.sentence(start);
    match side {
        // What a colon introduces begins right after it.
        Side::Left if start > 0 && page.is(start - 1, Traits::COLON) => start,
        Side::Left => {
            let first =
                q.checked_sub(1).map_or(0, |before| page.ranges[before].1).max(sentence.start).min(start);
            (first..start).rev().find(|&at| is_semicolon(page, at)).map_or(first, |at| at + 1)
        }
        Side::Right => {
            let next = page.ranges.get(q + 1).map_or(usize::MAX, |next| next.0);
            let mut bound = sentence.end.min(next).max(end);
            if let Some(semicolon) = (end..bound).find(|&at| is_semicolon(page, at)) {
                return semicolon;
            }
            // The final full stop does not belong to the quote.
            while bound > end && bound == sentence.end.max(end) && !page.is_word(bound - 1) {
                bound -= 1;
                if page.is_word(bound.saturating_sub(1)) {
                    break;
                }
            }
            bound
        }
    }
}

/// Returns whether the token is a semicolon: what follows is another statement, often somebody else's.
pub(crate) fn is_semicolon(page: &Page, at: usize) -> bool {
    page.raw(at) == ";" && !page.is_quoted(at)
}

/// Returns how far a quote may reach: the tokens at which it may start (left) or before which it may end
/// (right), nearest first. The first is the quotation's own edge.
pub(crate) fn edges(page: &Page, side: Side, range: (usize, usize), bound: usize) -> Vec<usize> {
    match side {
        Side::Left => std::iter::once(range.0).chain(edges_left(page, range.0, bound)).collect(),
        Side::Right => std::iter::once(range.1).chain(edges_right(page, range.1, bound)).collect(),
    }
}

/// Returns the tokens before `start` at which a quote may start, nearest first.
pub(crate) fn edges_left<'p>(page: &'p Page, start: usize, bound: usize) -> impl Iterator<Item = usize> + 'p {
    (bound..start).rev().take(60).filter(move |&at| {
        page.is_word(at)
            && (at == bound
                || !page.is_word(at - 1)
                || page.cue(at - 1) > 0.02
                || is_clause_word(page, at - 1)
                || is_clause_word(page, at))
    })
}

/// Returns the tokens after `end` before which a quote may end, nearest first.
pub(crate) fn edges_right<'p>(page: &'p Page, end: usize, bound: usize) -> impl Iterator<Item = usize> + 'p {
    (end + 1..=bound.min(end + 60)).filter(move |&at| {
        page.is_word(at - 1)
            && (at == bound || !page.is_word(at) || page.cue(at) > 0.1 || is_clause_word(page, at))
            && !is_inside_number(page, at)
    })
}

/// Returns whether the token is the comma inside a number: "250 | , | 000".
fn is_inside_number(page: &Page, at: usize) -> bool {
    let digit = |at: usize| page.raw(at).starts_with(|c: char| c.is_ascii_digit());
    let touches = |at: usize| {
        page.tokens
            .get(at)
            .zip(page.tokens.get(at + 1))
            .is_some_and(|(one, other)| one.span.end == other.span.start)
    };
    page.is(at, Traits::COMMA) && digit(at - 1) && digit(at + 1) && touches(at - 1) && touches(at)
}

fn is_clause_word(page: &Page, at: usize) -> bool {
    page.is(at, Traits::CLAUSE)
}

/// A side of a quotation on which the quote may extend farther.
#[derive(Clone, Copy)]
pub(crate) struct Reach<'a> {
    /// The index of the quotation.
    pub(crate) quotation: usize,
    pub(crate) side: Side,
    /// The tokens of the quotation, half-open.
    pub(crate) range: (usize, usize),
    /// The limit of the extension.
    pub(crate) bound: usize,
    /// The source of the quotation.
    pub(crate) mention: Option<&'a Mention>,
}

impl<'a> Reach<'a> {
    pub(crate) fn new(page: &Page, quotation: usize, side: Side, mention: Option<&'a Mention>) -> Self {
        let (range, bound) = (page.ranges[quotation], bound(page, quotation, side));
        Self { quotation, side, range, bound, mention }
    }

    /// Returns the tokens between the quotation and an edge, half-open.
    fn added(&self, edge: usize) -> (usize, usize) {
        match self.side {
            Side::Left => (edge, self.range.0),
            Side::Right => (self.range.1, edge),
        }
    }
}

/// How many tokens inside the extension are examined, from its start.
const LOOK: usize = 80;

/// How many tokens outside the extension are examined.
const OUTSIDE: usize = 40;

/// Appends the features of `edge` as an end of the quote.
pub(crate) fn describe_edge(scene: &Scene, reach: &Reach, edge: usize, out: &mut Vec<f32>) {
    let page = scene.page;
    let Reach { quotation, side, range, bound, .. } = *reach;
    out.extend_from_slice(scene.quotation(quotation));
    let (start, end) = reach.added(edge);
    let last = end.min(start + LOOK);
    let commas = page.traits_of(start, last).iter().filter(|traits| traits.any(Traits::COMMA)).count();
    let outside = match side {
        Side::Left => page.strongest_cue(bound.max(edge.saturating_sub(OUTSIDE)), edge),
        Side::Right => page.strongest_cue(edge, bound.min(edge + OUTSIDE)),
    };
    out.extend([
        number(end - start).min(FAR),
        flag(edge == bound),
        page.shape(edge.checked_sub(1)),
        page.shape(Some(edge)),
        edge.checked_sub(1).map_or(0.0, |at| page.cue(at)),
        edge.checked_sub(2).map_or(0.0, |at| page.cue(at)),
        page.cue(edge),
        page.cue(edge + 1),
        page.signal(edge.checked_sub(1), &SIGNALS),
        page.signal(Some(edge), &SIGNALS),
        number(commas).min(6.0),
        page.strongest_cue(start, last),
        outside,
    ]);
    out.extend(source_beside_edge(reach, edge));
    out.extend([number(range.1 - range.0).min(FAR), number(edge.abs_diff(bound)).min(FAR)]);
}

/// The words at an edge that features distinguish.
const SIGNALS: [Traits; 6] = [Traits::THAT, Traits::AND, Traits::WHO, Traits::TO, Traits::AS, Traits::IF];

/// Returns features of the source's position: whether it is inside the extension, whether beyond the edge,
/// how far from it, and whether before the quotation.
fn source_beside_edge(reach: &Reach, edge: usize) -> [f32; 4] {
    let Some(m) = reach.mention else { return [-1.0, -1.0, FAR, -1.0] };
    let (start, end) = reach.added(edge);
    let beyond = match reach.side {
        Side::Left => m.end <= edge && m.start >= reach.bound,
        Side::Right => m.start >= edge && m.start < reach.bound,
    };
    [
        flag(m.start >= start && m.start < end),
        flag(beyond),
        number(m.end.abs_diff(edge).min(m.start.abs_diff(edge))).min(FAR),
        flag(m.start < reach.range.0),
    ]
}

/// Chooses the edge of the quote on one side with `model`.
pub(crate) fn choose_edge(scene: &Scene, model: &Model, reach: &Reach, rows: &mut Table) -> usize {
    let edges = edges(scene.page, reach.side, reach.range, reach.bound);
    if edges.len() == 1 {
        return edges[0];
    }
    let forest = model.forest(match reach.side {
        Side::Left => "left",
        Side::Right => "right",
    });
    rows.clear();
    for &edge in &edges {
        rows.add(|row| describe_edge(scene, reach, edge, row));
    }
    tree::best(forest.race(rows)).map_or(edges[0], |(best, _)| edges[best])
}

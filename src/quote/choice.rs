//! Which mention is the source of a quotation: candidates, what the trees see of each, and the choice.

use super::feature::{self, Before};
use super::mention::{Mention, MentionKind};
use super::model::Model;
use super::page::Page;
use super::speaker::Cast;

/// What the choices are made from.
pub(crate) struct Scene<'a> {
    pub(crate) page: &'a Page<'a>,
    pub(crate) mentions: &'a [Mention],
    pub(crate) cast: &'a Cast<'a>,
}

/// A mention that was chosen, and how sure the choice is: its share of all candidates' weights, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Choice {
    pub(crate) mention: Option<usize>,
    pub(crate) sure: f32,
}

/// Mentions considered before a quotation and behind it.
const WINDOW: [usize; 2] = [14, 7];

/// Returns the mentions that may be the source of quotation `q`, in order: those of its sentence and the two above in reach,
/// the first of the sentence behind, and the source of the quotation before.
pub(crate) fn candidates(scene: &Scene, q: usize, before: Option<Before>) -> Vec<usize> {
    let (page, mentions) = (scene.page, scene.mentions);
    let (start, end) = page.ranges[q];
    let here = page.sentence_index(start);
    let paragraph = page.paragraph(start);
    let split = mentions.partition_point(|mention| mention.start < start);
    let lower = split.saturating_sub(WINDOW[0]);
    let above = (lower..split).filter(|&m| {
        page.sentence_index(mentions[m].start) + 2 >= here
            && paragraph - page.paragraph(mentions[m].start) <= 2
    });
    let behind = (split..mentions.len().min(split + WINDOW[1]))
        .filter(|&m| mentions[m].start >= end && page.paragraph(mentions[m].start) == paragraph)
        .filter(|&m| page.sentence_index(mentions[m].start) <= here + 1);
    let mut out: Vec<usize> = above.chain(behind).collect();
    if let Some(before) = before
        && !out.contains(&before.mention)
    {
        out.insert(0, before.mention);
    }
    out
}

/// Describes the choice of `m` (or of no mention) as the source of quotation `q`.
pub(crate) fn describe(
    scene: &Scene,
    q: usize,
    m: Option<usize>,
    before: Option<Before>,
    out: &mut Vec<f32>,
) {
    out.clear();
    feature::quotation(scene.page, q, out);
    let Some(m) = m else {
        // No mention: what describes one is out of its range.
        out.push(-1.0);
        return;
    };
    let (person, often) = scene.cast.standing(m);
    feature::mention(scene.page, &scene.mentions[m], person, often, out);
    feature::relation(scene.page, scene.mentions, q, m, before, out);
    out.push(before.map_or(-1.0, |before| f32::from(u8::from(scene.cast.same(before.mention, m)))));
    out.push(match scene.mentions[m].kind {
        MentionKind::Name { .. } => f32::from(u8::from(scene.cast.is_first(m))),
        _ => -1.0,
    });
}

/// Describes the same choice with what was chosen at first for this quotation and the ones beside it.
pub(crate) fn describe_again(
    scene: &Scene,
    q: usize,
    m: Option<usize>,
    first: &[Choice],
    out: &mut Vec<f32>,
) {
    describe(scene, q, m, before(first, q), out);
    out.resize(SECOND, 0.0);
    let page = scene.page;
    let own = first[q];
    out.extend([f32::from(u8::from(own.mention == m)), own.sure]);
    for neighbour in [q.checked_sub(1), Some(q + 1), q.checked_sub(2), Some(q + 2)] {
        let Some((place, choice)) = neighbour.and_then(|place| Some((place, first.get(place)?))) else {
            out.extend([-1.0; 4]);
            continue;
        };
        let same = m
            .zip(choice.mention)
            .map_or(-1.0, |(a, b)| if a == b { 2.0 } else { f32::from(u8::from(scene.cast.same(a, b))) });
        let apart = page.unquoted_between(page.ranges[q.min(place)].1, page.ranges[q.max(place)].0);
        #[expect(clippy::cast_precision_loss, reason = "bounded just here")]
        out.extend([
            same,
            choice.sure,
            apart.min(60) as f32,
            f32::from(u8::from(page.paragraph(page.ranges[place].0) == page.paragraph(page.ranges[q].0))),
        ]);
    }
}

/// Where the features of the second look begin: behind those of the first.
const SECOND: usize = 72;

/// The last quotation before `q` that has a source.
fn before(choices: &[Choice], q: usize) -> Option<Before> {
    (q.saturating_sub(4)..q)
        .rev()
        .find_map(|quotation| Some(Before { quotation, mention: choices[quotation].mention? }))
}

/// Chooses the sources of all quotations: each by itself and what was chosen before it, then once more with what was chosen for
/// its neighbours in view.
pub(crate) fn sources(scene: &Scene, model: &Model) -> Vec<Choice> {
    let first = first_sources(scene, model);
    let mut features = Vec::with_capacity(96);
    (0..first.len())
        .map(|q| {
            choose(&second_candidates(scene, q, &first), |m| {
                describe_again(scene, q, m, &first, &mut features);
                model.score("source-2", &features)
            })
        })
        .collect()
}

/// The first look.
pub(crate) fn first_sources(scene: &Scene, model: &Model) -> Vec<Choice> {
    let mut out: Vec<Choice> = Vec::with_capacity(scene.page.quotations.len());
    let mut features = Vec::with_capacity(80);
    for q in 0..scene.page.quotations.len() {
        let before = before(&out, q);
        let candidates = candidates(scene, q, before);
        out.push(choose(&candidates, |m| {
            describe(scene, q, m, before, &mut features);
            model.score("source", &features)
        }));
    }
    out
}

/// The best of the candidates and none; the earlier of equals.
fn choose(candidates: &[usize], mut score: impl FnMut(Option<usize>) -> f32) -> Choice {
    let none = score(None);
    let mut best = (None, none);
    let mut scores = vec![none];
    for &m in candidates {
        let score = score(Some(m));
        scores.push(score);
        if score > best.1 {
            best = (Some(m), score);
        }
    }
    let total: f32 = scores.iter().map(|score| (score - best.1).exp()).sum();
    Choice { mention: best.0, sure: 1.0 / total }
}

/// The candidates of the second look.
pub(crate) fn second_candidates(scene: &Scene, q: usize, first: &[Choice]) -> Vec<usize> {
    candidates(scene, q, before(first, q))
}

/// Describes whether quotation `q` is speech, given the source that was chosen for it.
pub(crate) fn describe_speech(scene: &Scene, q: usize, choice: Choice, out: &mut Vec<f32>) {
    out.clear();
    feature::quotation(scene.page, q, out);
    out.push(choice.sure);
    let Some(m) = choice.mention else {
        out.push(-1.0);
        return;
    };
    let (person, often) = scene.cast.standing(m);
    feature::mention(scene.page, &scene.mentions[m], person, often, out);
    feature::relation(scene.page, scene.mentions, q, m, None, out);
}

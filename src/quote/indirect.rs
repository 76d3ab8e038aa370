//! What is said without quotation marks: from a cue to its source and its content.

use super::choice::Scene;
use super::feature::{self, number};
use super::join::{self};
use super::mention::Mention;
use super::model::Model;
use super::page::Page;
use super::tree::Table;
use crate::lang::Traits;

fn flag(yes: bool) -> f32 {
    f32::from(u8::from(yes))
}

/// Least share of its uses that makes a word a candidate cue.
pub(crate) const LEAST_CUE: f32 = 0.04;

/// The tokens of the page that may be cues, in order.
pub(crate) fn cues(page: &Page) -> Vec<usize> {
    (0..page.tokens.len()).filter(|&at| page.cue(at) >= LEAST_CUE).collect()
}

/// The mentions that may be the source of the cue: those of its sentence.
pub(crate) fn sources(scene: &Scene, cue: usize) -> Vec<usize> {
    let sentence = scene.page.sentence(cue);
    let lower = scene.mentions_before(sentence.start.max(cue.saturating_sub(80)));
    let upper = scene.mentions_before(sentence.end.min(cue + 40));
    (lower..upper.max(lower))
        .filter(|&m| !(scene.mentions[m].start..scene.mentions[m].end).contains(&cue))
        .filter(|&m| !scene.is_apposition(m))
        .collect()
}

/// Features of a cue by itself.
pub(crate) const CUE: usize = 20;

/// Describes a cue by itself and what stands around it.
pub(crate) fn of_cue(page: &Page, cue: usize) -> [f32; CUE] {
    let sentence = page.sentence(cue);
    let shares = page.shares[cue];
    let word = page.word(cue);
    let quoted =
        page.unquoted_between(sentence.start, sentence.end) as usize != sentence.end - sentence.start;
    [
        shares.cue,
        shares.quoted,
        shares.seen,
        flag(word.ends_with("ing")),
        flag(word.ends_with("ed")),
        flag(page.is_capitalised(cue)),
        number(cue - sentence.start).min(60.0),
        number(sentence.end - cue).min(60.0),
        feature::shape(page, cue.checked_sub(1)),
        feature::shape(page, cue.checked_sub(2)),
        feature::shape(page, Some(cue + 1)),
        feature::shape(page, Some(cue + 2)),
        page.cue(cue + 1),
        cue.checked_sub(1).map_or(0.0, |at| page.cue(at)),
        (sentence.start..cue).rev().take(30).map(|at| page.cue(at)).fold(0.0, f32::max),
        (cue + 1..sentence.end.min(cue + 30)).map(|at| page.cue(at)).fold(0.0, f32::max),
        flag(quoted),
        flag(page.is(cue + 1, Traits::THAT)),
        flag(page.is(cue + 1, Traits::TO)),
        flag(page.headline.is_some_and(|line| line.contains(page.tokens[cue].span))),
    ]
}

/// Describes the mention `m` (or none) as the source of the cue.
pub(crate) fn describe_source(scene: &Scene, cue: usize, own: &[f32], m: Option<usize>, out: &mut Vec<f32>) {
    let page = scene.page;
    out.extend_from_slice(own);
    let Some(m) = m else {
        out.push(-1.0);
        return;
    };
    let mention = &scene.mentions[m];
    out.extend_from_slice(scene.mention(m));
    let behind = mention.start > cue;
    let (from, to) = if behind { (cue + 1, mention.start) } else { (mention.end, cue) };
    let region = from..to.max(from).min(from + 60);
    let traits = region.clone().fold(Traits::default(), |all, at| all.or(page.traits(at)));
    let has = |any: Traits| flag(traits.any(any));
    let between = scene.mentions_before(to).saturating_sub(scene.mentions_before(from));
    let first = scene.mentions_before(page.sentence(cue).start);
    out.extend([
        flag(behind),
        number(to.saturating_sub(from)).min(60.0),
        number(between).min(10.0),
        number(m - first).min(10.0),
        has(Traits::COMMA),
        has(Traits::WHO.or(Traits::WHICH).or(Traits::THAT)),
        has(Traits::AND.or(Traits::BUT).or(Traits::OR)),
        has(Traits::TO.or(Traits::OF).or(Traits::FOR).or(Traits::WITH).or(Traits::IN).or(Traits::BY)),
        region.clone().map(|at| page.cue(at)).fold(0.0, f32::max),
        flag(region.clone().any(|at| page.is_quoted(at))),
        number(region.clone().filter(|&at| page.shapes[at] == feature::AUXILIARY).count()),
    ]);
}

/// What a content may begin behind.
const OPENS_CONTENT: Traits = Traits::THAT
    .or(Traits::WHETHER)
    .or(Traits::HOW)
    .or(Traits::IF)
    .or(Traits::TO)
    .or(Traits::AS)
    .or(Traits::COMMA)
    .or(Traits::COLON);

/// A content a cue may have: half-open token range.
pub(crate) type Content = (usize, usize);

/// The contents the cue may have: to its right up to each edge, to its left from each edge.
pub(crate) fn contents(page: &Page, cue: usize, source: Option<&Mention>) -> Vec<Content> {
    let sentence = page.sentence(cue);
    let mut out = Vec::new();
    let mut starts = vec![cue + 1];
    if let Some(mention) = source
        && mention.start > cue
        && mention.start <= cue + 3
    {
        starts.push(mention.end);
    }
    for at in cue + 1..sentence.end.min(cue + 12) {
        if page.is(at, OPENS_CONTENT) {
            starts.push(at + 1);
        }
    }
    starts.dedup();
    starts.truncate(4);
    let last = trimmed_end(page, sentence.end);
    for start in starts {
        if start >= sentence.end {
            continue;
        }
        out.extend(join::edges_right(page, start, last).take(10).map(|end| (start, end)));
    }
    // "The deal is dead, Lund said."
    let clause = source.map_or(cue, |mention| mention.start.min(cue));
    let mut end = clause;
    while end > sentence.start && !page.is_word(end - 1) {
        end -= 1;
    }
    if end > sentence.start {
        out.extend(join::edges_left(page, end, sentence.start).take(10).map(|start| (start, end)));
    }
    out
}

/// Leaves out the signs at both ends of a content.
fn trimmed(page: &Page, (mut start, mut end): Content) -> Content {
    while start + 1 < end && !page.is_word(start) && !page.is_quoted(start) {
        start += 1;
    }
    while end > start + 1 && !page.is_word(end - 1) && !page.is_quoted(end - 1) {
        end -= 1;
    }
    (start, end)
}

/// Leaves the final full stop out of a sentence.
fn trimmed_end(page: &Page, end: usize) -> usize {
    let mut end = end;
    while end > 0 && !page.is_word(end - 1) && !page.is_quoted(end - 1) {
        end -= 1;
    }
    end
}

/// Describes `content` as what the cue introduces.
pub(crate) fn describe_content(
    page: &Page,
    cue: usize,
    own: &[f32],
    source: Option<&Mention>,
    (start, end): Content,
    out: &mut Vec<f32>,
) {
    let sentence = page.sentence(cue);
    out.extend_from_slice(own);
    let region = start..end.min(start + 80);
    let commas = region.clone().filter(|&at| page.is(at, Traits::COMMA)).count();
    let quoted = page.unquoted_between(region.start, region.end) as usize != region.len();
    let words = [
        Traits::THAT,
        Traits::AND,
        Traits::WHO,
        Traits::TO,
        Traits::AS,
        Traits::IF,
        Traits::BUT,
        Traits::IN,
        Traits::FOR,
        Traits::OF,
    ];
    let named = |at: Option<usize>| {
        at.and_then(|at| words.iter().position(|word| page.is(at, *word))).map_or(0.0, |at| number(at + 1))
    };
    out.extend([
        flag(start > cue),
        number(end - start).min(60.0),
        number(start.abs_diff(cue)).min(60.0),
        flag(end == sentence.end || end == trimmed_end(page, sentence.end)),
        flag(start == sentence.start),
        feature::shape(page, start.checked_sub(1)),
        feature::shape(page, Some(start)),
        feature::shape(page, Some(end)),
        feature::shape(page, end.checked_sub(1)),
        named(start.checked_sub(1)),
        named(Some(start)),
        named(Some(end)),
        page.cue(end),
        page.cue(end + 1),
        start.checked_sub(1).map_or(0.0, |at| page.cue(at)),
        region.clone().map(|at| page.cue(at)).fold(0.0, f32::max),
        number(commas).min(6.0),
        flag(quoted),
        source.map_or(-1.0, |m| flag(m.start >= start && m.start < end)),
        source.map_or(-1.0, |m| flag(m.start > cue)),
        source.map_or(60.0, |m| number(m.end.abs_diff(start).min(m.start.abs_diff(end))).min(60.0)),
        number(sentence.end.saturating_sub(end)).min(60.0),
        number(start.saturating_sub(sentence.start)).min(60.0),
    ]);
}

/// A paraphrase that was found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paraphrase {
    pub(crate) cue: usize,
    pub(crate) source: Option<usize>,
    pub(crate) content: Content,
    /// How sure it is that this is somebody's statement: 0 to 1.
    pub(crate) sure: f32,
}

/// The best of several scores: its place, its share of all weights (0 to 1).
fn best(scores: &[f32]) -> Option<(usize, f32)> {
    let (at, top) = scores.iter().copied().enumerate().fold(
        None,
        |best: Option<(usize, f32)>, (at, score)| match best {
            Some((_, top)) if top >= score => best,
            _ => Some((at, score)),
        },
    )?;
    let total: f32 = scores.iter().map(|score| (score - top).exp()).sum();
    Some((at, 1.0 / total))
}

/// Describes the acceptance of a paraphrase: a source and a content with how sure each choice is.
pub(crate) fn describe_whole(scene: &Scene, cue: usize, own: &[f32], reading: Reading, out: &mut Vec<f32>) {
    let Reading { source: (source, sure), content: (content, fit) } = reading;
    describe_content(scene.page, cue, own, source.map(|m| &scene.mentions[m]), content, out);
    out.extend([sure, fit, flag(source.is_some())]);
    if let Some(m) = source {
        out.extend_from_slice(scene.mention(m));
    }
}

/// What is read from a cue: a source and a content, each with how sure the choice is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    pub(crate) source: (Option<usize>, f32),
    pub(crate) content: (Content, f32),
}

/// Chooses source and content of the cue described by `own`; `None` where it has no content.
pub(crate) fn read(
    scene: &Scene,
    model: &Model,
    cue: usize,
    own: &[f32],
    (rows, scores): &mut (Table, Vec<f32>),
) -> Option<Reading> {
    rows.clear();
    let mut candidates: Vec<Option<usize>> = vec![None];
    candidates.extend(sources(scene, cue).into_iter().map(Some));
    let forest = model.forest("cue-source");
    for &m in &candidates {
        rows.add(|row| describe_source(scene, cue, own, m, row));
    }
    forest.score_all(rows, scores);
    let (at, sure) = best(scores)?;
    let source = candidates[at];
    let mention = source.map(|m| &scene.mentions[m]);
    let contents = contents(scene.page, cue, mention);
    let forest = model.forest("cue-content");
    rows.clear();
    for &content in &contents {
        rows.add(|row| describe_content(scene.page, cue, own, mention, content, row));
    }
    forest.score_all(rows, scores);
    let (place, fit) = best(scores)?;
    Some(Reading { source: (source, sure), content: (contents[place], fit) })
}

/// Candidate cues that are described before they are looked at together: more would only fill the cache.
const BATCH: usize = 64;

/// Returns the candidate cues of the page that a cheap look leaves in, in order, each with what describes it: most are none.
pub(crate) fn likely(page: &Page, model: &Model) -> Vec<(usize, [f32; CUE])> {
    let forest = model.forest("cue");
    let (mut rows, mut scores) = (Table::default(), Vec::new());
    let mut out = Vec::new();
    for cues in cues(page).chunks(BATCH) {
        rows.clear();
        let described: Vec<[f32; CUE]> = cues.iter().map(|&cue| of_cue(page, cue)).collect();
        for own in &described {
            rows.add(|row| row.extend_from_slice(own));
        }
        forest.score_all(&rows, &mut scores);
        let kept = cues.iter().copied().zip(described).zip(&scores);
        out.extend(kept.filter(|(_, score)| **score > LEAST_LIKELY).map(|(cue, _)| cue));
    }
    out
}

/// Least score of a word as a cue, in log odds.
const LEAST_LIKELY: f32 = -1.8;

/// Returns the paraphrases of the page in the order of their cues; they may overlap.
pub(crate) fn paraphrases(scene: &Scene, model: &Model) -> Vec<Paraphrase> {
    let forest = model.forest("accept");
    let (mut rows, mut scores) = (Table::default(), Vec::new());
    let mut scratch = Default::default();
    let mut out = Vec::new();
    for cues in likely(scene.page, model).chunks(BATCH) {
        rows.clear();
        let first = out.len();
        for (cue, own) in cues {
            let Some(reading) = read(scene, model, *cue, own, &mut scratch) else { continue };
            rows.add(|row| describe_whole(scene, *cue, own, reading, row));
            let Reading { source: (source, _), content: (content, _) } = reading;
            out.push(Paraphrase { cue: *cue, source, content: trimmed(scene.page, content), sure: 0.0 });
        }
        forest.score_all(&rows, &mut scores);
        for (paraphrase, score) in out.iter_mut().skip(first).zip(&scores) {
            paraphrase.sure = 1.0 / (1.0 + (-score).exp());
        }
    }
    out
}

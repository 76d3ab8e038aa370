//! What is said without quotation marks: from a cue to its source and its content.

use super::choice::Scene;
use super::feature::{self, number};
use super::join::{self};
use super::mention::{self, Mention};
use super::model::Model;
use super::page::Page;
use super::tree::{self, Row};

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
    let lower = scene.mentions.partition_point(|m| m.start < sentence.start.max(cue.saturating_sub(80)));
    let upper = scene.mentions.partition_point(|m| m.start < sentence.end.min(cue + 40));
    (lower..upper.max(lower))
        .filter(|&m| !(scene.mentions[m].start..scene.mentions[m].end).contains(&cue))
        .filter(|&m| !mention::is_apposition(scene.page, scene.mentions, m))
        .collect()
}

/// Describes a cue by itself and what stands around it.
pub(crate) fn of_cue(page: &Page, cue: usize) -> Vec<f32> {
    let sentence = page.sentence(cue);
    let shares = page.shares[cue];
    let word = page.word(cue);
    let quoted =
        page.unquoted_between(sentence.start, sentence.end) as usize != sentence.end - sentence.start;
    vec![
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
        flag(page.word(cue + 1) == "that"),
        flag(page.word(cue + 1) == "to"),
        flag(page.headline.is_some_and(|line| line.contains(page.tokens[cue].span))),
    ]
}

/// Describes the mention `m` (or none) as the source of the cue.
pub(crate) fn describe_source(scene: &Scene, cue: usize, own: &[f32], m: Option<usize>, out: &mut Vec<f32>) {
    let page = scene.page;
    out.clear();
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
    let has = |wanted: &[&str]| flag(region.clone().any(|at| wanted.contains(&page.word(at))));
    let between = scene.mentions.partition_point(|o| o.start < to)
        - scene
            .mentions
            .partition_point(|o| o.start < from)
            .min(scene.mentions.partition_point(|o| o.start < to));
    let first = scene.mentions.partition_point(|o| o.start < page.sentence(cue).start);
    out.extend([
        flag(behind),
        number(to.saturating_sub(from)).min(60.0),
        number(between).min(10.0),
        number(m - first).min(10.0),
        has(&[","]),
        has(&["who", "which", "that"]),
        has(&["and", "but", "or"]),
        has(&["to", "of", "for", "with", "in", "by", "on"]),
        region.clone().map(|at| page.cue(at)).fold(0.0, f32::max),
        flag(region.clone().any(|at| page.is_quoted(at))),
        number(region.clone().filter(|&at| page.shapes[at] == feature::AUXILIARY).count()),
    ]);
}

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
        if matches!(page.word(at), "that" | "whether" | "how" | "why" | "if" | "to" | "as")
            || matches!(page.raw(at), "," | ":")
        {
            starts.push(at + 1);
        }
    }
    starts.dedup();
    starts.truncate(4);
    for start in starts {
        if start >= sentence.end {
            continue;
        }
        let edges = join::edges(page, join::Side::Right, (start, start), trimmed_end(page, sentence.end));
        out.extend(edges.into_iter().skip(1).take(10).map(|end| (start, end)));
    }
    // "The deal is dead, Lund said."
    let clause = source.map_or(cue, |mention| mention.start.min(cue));
    let mut end = clause;
    while end > sentence.start && !page.is_word(end - 1) {
        end -= 1;
    }
    if end > sentence.start {
        let edges = join::edges(page, join::Side::Left, (end, end), sentence.start);
        out.extend(edges.into_iter().skip(1).take(10).map(|start| (start, end)));
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
    out.clear();
    out.extend_from_slice(own);
    let region = start..end.min(start + 80);
    let commas = region.clone().filter(|&at| page.raw(at) == ",").count();
    let quoted = region.clone().filter(|&at| page.is_quoted(at)).count();
    let words = ["that", "and", "who", "to", "as", "if", "but", "in", "for", "of"];
    let named = |at: Option<usize>| {
        at.and_then(|at| words.iter().position(|word| *word == page.word(at)))
            .map_or(0.0, |at| number(at + 1))
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
        flag(quoted > 0),
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
pub(crate) fn describe_whole(
    scene: &Scene,
    cue: usize,
    source: (Option<usize>, f32),
    content: (Content, f32),
    out: &mut Vec<f32>,
) {
    let own = of_cue(scene.page, cue);
    describe_content(scene.page, cue, &own, source.0.map(|m| &scene.mentions[m]), content.0, out);
    out.extend([source.1, content.1, flag(source.0.is_some())]);
    if let Some(m) = source.0 {
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
pub(crate) fn read(scene: &Scene, model: &Model, cue: usize, own: &[f32]) -> Option<Reading> {
    let mut features = Vec::with_capacity(80);
    let mut candidates: Vec<Option<usize>> = vec![None];
    candidates.extend(sources(scene, cue).into_iter().map(Some));
    let forest = model.forest("cue-source");
    let mut rows: Vec<Row> = Vec::with_capacity(40);
    for &m in &candidates {
        describe_source(scene, cue, own, m, &mut features);
        rows.push(tree::row(&features));
    }
    let mut scores = Vec::new();
    forest.score_all(&rows, &mut scores);
    let (at, sure) = best(&scores)?;
    let source = candidates[at];
    let mention = source.map(|m| &scene.mentions[m]);
    let contents = contents(scene.page, cue, mention);
    let forest = model.forest("cue-content");
    rows.clear();
    for &content in &contents {
        describe_content(scene.page, cue, own, mention, content, &mut features);
        rows.push(tree::row(&features));
    }
    forest.score_all(&rows, &mut scores);
    let (place, fit) = best(&scores)?;
    Some(Reading { source: (source, sure), content: (contents[place], fit) })
}

/// Whether a cheap look at the cue leaves it in: most candidates are none.
pub(crate) fn is_likely(model: &Model, own: &[f32]) -> bool {
    model.forest("cue").score(own) > LEAST_LIKELY
}

/// Least score of a word as a cue, in log odds.
const LEAST_LIKELY: f32 = -1.8;

/// Returns the paraphrases of the page in the order of their cues; they may overlap.
pub(crate) fn paraphrases(scene: &Scene, model: &Model) -> Vec<Paraphrase> {
    let mut features = Vec::with_capacity(96);
    let forest = model.forest("accept");
    let mut out = Vec::new();
    for cue in cues(scene.page) {
        let own = of_cue(scene.page, cue);
        if !is_likely(model, &own) {
            continue;
        }
        let Some(Reading { source, content }) = read(scene, model, cue, &own) else { continue };
        describe_whole(scene, cue, source, content, &mut features);
        let score = forest.score(&features);
        out.push(Paraphrase {
            cue,
            source: source.0,
            content: trimmed(scene.page, content.0),
            sure: 1.0 / (1.0 + (-score).exp()),
        });
    }
    out
}

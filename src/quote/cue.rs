//! Which words introduce what somebody says, and whose words are they? This is decided for every likely cue
//! before anything else, so that each quotation can take into account whom the cues next to it belong to.

use super::join;
use super::model::Model;
use super::page::{self, Page};
use super::row::{flag, number};
use super::scene::Scene;
use super::tree::{self, Table};
use crate::lang::Traits;

/// A likely cue with what the models say about it.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    /// The index of its token.
    pub(crate) cue: usize,
    /// The features of the cue itself.
    pub(crate) own: [f32; CUE],
    /// The probability that it introduces speech, 0 to 1.
    pub(crate) said: f32,
    /// Its possible sources, including "none", each with its share of all weights, 0 to 1.
    pub(crate) sources: Vec<(Option<usize>, f32)>,
}

impl Heard {
    /// Returns the most likely source and its share.
    pub(crate) fn best(&self) -> (Option<usize>, f32) {
        let first = (None, 0.0);
        self.sources.iter().fold(first, |best, source| if source.1 > best.1 { *source } else { best })
    }

    /// Returns the share of mention `m` as its source.
    pub(crate) fn share(&self, m: usize) -> f32 {
        self.sources.iter().find(|(source, _)| *source == Some(m)).map_or(0.0, |(_, share)| *share)
    }
}

/// Minimum score of a word as a cue, in log odds.
const LEAST_SAID: f32 = -2.0;

/// How many cues are described before they are scored together.
const BATCH: usize = 64;

/// Returns the likely cues of the page, in order, each with its possible sources.
pub(crate) fn listen(scene: &Scene, model: &Model) -> Vec<Heard> {
    let (said, forest) = (model.forest("said"), model.forest("cue-source"));
    let mut rows = Table::default();
    let mut out = Vec::new();
    for cues in cues(scene.page).chunks(BATCH) {
        rows.clear();
        let described: Vec<[f32; CUE]> = cues.iter().map(|&cue| of_cue(scene.page, cue)).collect();
        for own in &described {
            rows.add(|row| row.extend_from_slice(own));
        }
        let scores = said.score_all(&mut rows);
        let kept = cues.iter().copied().zip(described).zip(scores);
        out.extend(kept.filter(|(_, score)| **score > LEAST_SAID).map(|((cue, own), score)| Heard {
            cue,
            own,
            said: 1.0 / (1.0 + (-score).exp()),
            sources: Vec::new(),
        }));
    }
    for heard in &mut out {
        let candidates = sources(scene, heard.cue);
        rows.clear();
        rows.add(|row| describe_source(scene, heard.cue, &heard.own, None, row));
        for &m in &candidates {
            rows.add(|row| describe_source(scene, heard.cue, &heard.own, Some(m), row));
        }
        let scores = forest.race(&mut rows);
        let Some((place, share)) = tree::best(scores) else { continue };
        let top = scores[place];
        let options = std::iter::once(None).chain(candidates.into_iter().map(Some));
        heard.sources = options.zip(scores).map(|(m, score)| (m, share * (score - top).exp())).collect();
    }
    out
}

/// Minimum share of cue uses for a word to be a candidate cue.
pub(crate) const LEAST_CUE: f32 = 0.04;

/// Returns the tokens of the page that may be cues, in order.
pub(crate) fn cues(page: &Page) -> Vec<usize> {
    (0..page.tokens.len()).filter(|&at| page.cue(at) >= LEAST_CUE && !asks_for_no_name(page, at)).collect()
}

/// Returns whether the cue only says that its source remains unnamed: "an aide who asked not to be named".
fn asks_for_no_name(page: &Page, cue: usize) -> bool {
    let to = (cue + 1..cue + 3).find(|&at| page.is(at, Traits::TO));
    to.is_some_and(|to| page.language.is_be(page.word(to + 1)) && page.language.is_naming(page.word(to + 2)))
}

/// Maximum number of candidate mentions before a cue and after it. Of a hundred sources, one or two are
/// farther away.
const REACH: [usize; 2] = [6, 3];

/// Returns the mentions that may be the source of the cue: those near it in its sentence, and only those after
/// a semicolon if the words there begin with a subject of their own.
pub(crate) fn sources(scene: &Scene, cue: usize) -> Vec<usize> {
    let sentence = scene.page.sentence(cue);
    let parted = (sentence.start..cue).rev().find(|&at| join::is_semicolon(scene.page, at));
    let parted = parted.filter(|at| scene.mention_at(at + 1).is_some());
    let lower = scene.mentions_before(parted.unwrap_or(sentence.start).max(cue.saturating_sub(80)));
    let upper = scene.mentions_before(sentence.end.min(cue + 40));
    let split = scene.mentions_before(cue);
    (lower.max(split.saturating_sub(REACH[0]))..upper.min(split + REACH[1]).max(lower))
        .filter(|&m| !(scene.mentions[m].start..scene.mentions[m].end).contains(&cue))
        .filter(|&m| !scene.is_apposition(m))
        .collect()
}

/// Number of features of a cue itself.
pub(crate) const CUE: usize = 20;

/// Returns the features of a cue and its surroundings.
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
        flag(page.language.ends_like_ongoing(word)),
        flag(page.language.ends_like_past(word)),
        flag(page.is_capitalised(cue)),
        number(cue - sentence.start).min(60.0),
        number(sentence.end - cue).min(60.0),
        page.shape(cue.checked_sub(1)),
        page.shape(cue.checked_sub(2)),
        page.shape(Some(cue + 1)),
        page.shape(Some(cue + 2)),
        page.cue(cue + 1),
        cue.checked_sub(1).map_or(0.0, |at| page.cue(at)),
        page.strongest_cue(sentence.start.max(cue.saturating_sub(30)), cue),
        page.strongest_cue(cue + 1, sentence.end.min(cue + 30)),
        flag(quoted),
        flag(page.is(cue + 1, Traits::THAT)),
        flag(page.is(cue + 1, Traits::TO)),
        flag(page.headline.is_some_and(|line| line.contains(page.tokens[cue].span))),
    ]
}

/// Appends the features of mention `m` (or of none) as the source of the cue.
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
    let traits = page.traits_of(region.start, region.end);
    let traits = traits.iter().fold(Traits::default(), |all, one| all.or(*one));
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
        page.strongest_cue(region.start, region.end),
        has(Traits::QUOTED),
        number(page.shapes[region].iter().filter(|shape| **shape == page::AUXILIARY).count()),
    ]);
}

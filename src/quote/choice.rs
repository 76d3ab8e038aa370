//! Which mention is the source of a quotation: candidates, what the trees see of each, and the choice.

use super::cue::{self, Heard};
use super::feature::{self, Before};
use super::mention::{self, Mention, MentionKind};
use super::model::Model;
use super::page::Page;
use super::speaker::Cast;
use super::token::TokenKind;
use super::tree::Table;
use crate::lang::{Pronoun, Traits};

/// What the choices are made from.
pub(crate) struct Scene<'a> {
    pub(crate) page: &'a Page<'a>,
    pub(crate) mentions: &'a [Mention],
    pub(crate) cast: &'a Cast<'a>,
    /// What describes each quotation by itself.
    quotations: Vec<[f32; feature::QUOTATION]>,
    /// What describes each mention by itself.
    described: Vec<[f32; feature::MENTION]>,
    /// For each mention whether it is an apposition.
    apposed: Vec<bool>,
    /// For each token, and one past the last, how many mentions start before it, and how many quotations.
    starts: Vec<[u32; 2]>,
    /// The likely cues, in order.
    heard: Vec<Heard>,
    /// For each mention the cue it is likeliest the source of, and how likely.
    voices: Vec<Option<(usize, f32)>>,
    /// For each quotation the likely cues before and behind it in its sentence, the nearest ones.
    beside: Vec<[Option<usize>; 2]>,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(
        page: &'a Page<'a>,
        mentions: &'a [Mention],
        cast: &'a Cast<'a>,
        model: &Model,
    ) -> Self {
        let quotations = (0..page.quotations.len()).map(|q| feature::quotation(page, q)).collect();
        let described = mentions
            .iter()
            .enumerate()
            .map(|(m, mention)| {
                let (person, often) = cast.standing(m);
                feature::mention(page, mention, person, often)
            })
            .collect();
        let apposed = (0..mentions.len()).map(|m| mention::is_apposition(page, mentions, m)).collect();
        let mut starts = vec![[0; 2]; page.tokens.len() + 1];
        for mention in mentions {
            starts[mention.start + 1][0] += 1;
        }
        for range in &page.ranges {
            if let Some(counts) = starts.get_mut(range.0 + 1) {
                counts[1] += 1;
            }
        }
        for at in 1..starts.len() {
            let [mentions, quotations] = starts[at - 1];
            starts[at][0] += mentions;
            starts[at][1] += quotations;
        }
        let (heard, voices, beside) = Default::default();
        let mut scene =
            Self { page, mentions, cast, quotations, described, apposed, starts, heard, voices, beside };
        scene.heard = cue::listen(&scene, model);
        scene.voices = vec![None; mentions.len()];
        for (at, heard) in scene.heard.iter().enumerate() {
            for &(m, share) in &heard.sources {
                let weight = share * heard.said;
                if let Some(voice) = m.map(|m| &mut scene.voices[m])
                    && voice.is_none_or(|(_, known)| known < weight)
                {
                    *voice = Some((at, weight));
                }
            }
        }
        scene.beside = page.ranges.iter().map(|&range| scene.cues_beside(range)).collect();
        scene
    }

    /// The likely cues in order.
    pub(crate) fn heard(&self) -> &[Heard] {
        &self.heard
    }

    fn cues_beside(&self, (start, end): (usize, usize)) -> [Option<usize>; 2] {
        let sentence = self.page.sentence(start);
        let split = self.heard.partition_point(|heard| heard.cue < start);
        let strong = |at: &usize| self.heard[*at].said > 0.3;
        let before = (0..split).rev().take_while(|&at| self.heard[at].cue >= sentence.start).find(strong);
        let behind = (split..self.heard.len())
            .take_while(|&at| self.heard[at].cue < sentence.end.max(end))
            .find(strong);
        [before, behind]
    }

    /// Describes what the likely cues tell of `m` as the source of quotation `q`.
    fn describe_voice(&self, q: usize, m: usize, out: &mut Vec<f32>) {
        let (start, end) = self.page.ranges[q];
        let gap = |cue: usize| {
            let apart = if cue < start {
                self.page.unquoted_between(cue, start)
            } else {
                self.page.unquoted_between(end, cue)
            };
            feature::number(apart.min(60) as usize)
        };
        match self.voices[m] {
            Some((at, weight)) => {
                let cue = self.heard[at].cue;
                out.extend([weight, gap(cue), f32::from(u8::from(cue > start))]);
            }
            None => out.extend([0.0, 60.0, -1.0]),
        }
        for beside in self.beside[q] {
            match beside.map(|at| &self.heard[at]) {
                Some(heard) => out.extend([heard.said, gap(heard.cue), heard.share(m)]),
                None => out.extend([0.0, 60.0, 0.0]),
            }
        }
    }

    /// How many mentions start before the token.
    pub(crate) fn mentions_before(&self, token: usize) -> usize {
        self.starts.get(token).or(self.starts.last()).map_or(0, |counts| counts[0] as usize)
    }

    /// How many quotations start before the token.
    pub(crate) fn quotations_before(&self, token: usize) -> usize {
        self.starts.get(token).or(self.starts.last()).map_or(0, |counts| counts[1] as usize)
    }

    /// Whether the mention at place `m` only says more of the name before it.
    pub(crate) fn is_apposition(&self, m: usize) -> bool {
        self.apposed[m]
    }

    /// What describes quotation `q` by itself.
    pub(crate) fn quotation(&self, q: usize) -> &[f32] {
        &self.quotations[q]
    }

    /// What describes the mention at place `m` by itself.
    pub(crate) fn mention(&self, m: usize) -> &[f32] {
        &self.described[m]
    }
}

/// A mention that was chosen, and how sure the choice is: its share of all candidates' weights, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Choice {
    pub(crate) mention: Option<usize>,
    pub(crate) sure: f32,
}

/// How likely a mention is a source that is considered however many stand between.
const VOICED: f32 = 0.4;

/// Mentions considered before a quotation and behind it.
const WINDOW: [usize; 2] = [8, 4];

/// Returns the mentions that may be the source of quotation `q`, in order: those of its sentence and the two above in reach,
/// the first of the sentence behind, and the source of the quotation before.
pub(crate) fn candidates(scene: &Scene, q: usize, before: Option<Before>) -> Vec<usize> {
    let (page, mentions) = (scene.page, scene.mentions);
    let (start, end) = page.ranges[q];
    let here = page.sentence_index(start);
    let paragraph = page.paragraph(start);
    let split = scene.mentions_before(start);
    let lower = split.saturating_sub(WINDOW[0]);
    let above = (lower..split).filter(|&m| {
        page.sentence_index(mentions[m].start) + 2 >= here
            && paragraph - page.paragraph(mentions[m].start) <= 2
    });
    let behind = (split..mentions.len().min(split + WINDOW[1]))
        .filter(|&m| mentions[m].start >= end && page.paragraph(mentions[m].start) == paragraph)
        .filter(|&m| page.sentence_index(mentions[m].start) <= here + 1);
    // Who speaks by the cues of the sentence, or of the one above, farther back: "Lund, the former president of the panel, told .. that ..".
    let farther = (scene.mentions_before(page.sentences[here.saturating_sub(1)].start)..lower)
        .filter(|&m| scene.voices[m].is_some_and(|(_, weight)| weight > VOICED))
        .filter(|&m| page.paragraph(mentions[m].start) == paragraph);
    let mut out: Vec<usize> =
        farther.chain(above).chain(behind).filter(|&m| !scene.is_apposition(m)).collect();
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
    out.extend_from_slice(scene.quotation(q));
    let Some(m) = m else {
        // No mention: what describes one is out of its range.
        out.push(-1.0);
        return;
    };
    out.extend_from_slice(scene.mention(m));
    feature::relation(scene, q, m, before, out);
    out.push(before.map_or(-1.0, |before| f32::from(u8::from(scene.cast.same(before.mention, m)))));
    out.push(match scene.mentions[m].kind {
        MentionKind::Name { .. } => f32::from(u8::from(scene.cast.is_first(m))),
        _ => -1.0,
    });
    scene.describe_voice(q, m, out);
}

/// Describes the same choice with what was chosen at first for this quotation and the ones beside it.
pub(crate) fn describe_again(
    scene: &Scene,
    q: usize,
    m: Option<usize>,
    first: &[Choice],
    out: &mut Vec<f32>,
) {
    let start = out.len();
    describe(scene, q, m, before(first, q), out);
    out.resize(start + SECOND, 0.0);
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
const SECOND: usize = 88;

/// The last quotation before `q` that has a source.
fn before(choices: &[Choice], q: usize) -> Option<Before> {
    (q.saturating_sub(4)..q)
        .rev()
        .find_map(|quotation| Some(Before { quotation, mention: choices[quotation].mention? }))
}

/// Candidates that get a second look, the best of the first.
const SECOND_LOOK: usize = 5;

/// A first look at the source of a quotation: what was chosen, and the candidates worth a second look, in order.
pub(crate) struct First {
    pub(crate) choices: Vec<Choice>,
    pub(crate) kept: Vec<Vec<usize>>,
}

/// Chooses the sources of all quotations: each by itself and what was chosen before it, then once more with what was chosen for
/// its neighbours in view.
pub(crate) fn sources(scene: &Scene, model: &Model) -> Vec<Choice> {
    let first = first_sources(scene, model);
    let forest = model.forest("source-2");
    let mut rows = Table::default();
    (0..first.choices.len())
        .map(|q| {
            rows.clear();
            for m in options(&first.kept[q]) {
                rows.add(|row| describe_again(scene, q, m, &first.choices, row));
            }
            let scores = forest.race(&mut rows);
            signed(scene, q).unwrap_or_else(|| {
                let choice = choose(&first.kept[q], scores);
                // Where the trees are in doubt the tag is not.
                let tag = headed(scene, q).or_else(|| introduced(scene, q)).or_else(|| tagged(scene, q));
                let tag = tag.filter(|_| choice.sure < DOUBT);
                tag.map_or(choice, |m| Choice { mention: Some(m), sure: choice.sure.max(TAG) })
            })
        })
        .collect()
}

/// The first look.
pub(crate) fn first_sources(scene: &Scene, model: &Model) -> First {
    let count = scene.page.quotations.len();
    let mut first = First { choices: Vec::with_capacity(count), kept: Vec::with_capacity(count) };
    let forest = model.forest("source");
    let mut rows = Table::default();
    for q in 0..count {
        let before = before(&first.choices, q);
        let candidates = candidates(scene, q, before);
        rows.clear();
        for m in options(&candidates) {
            rows.add(|row| describe(scene, q, m, before, row));
        }
        let scores = forest.race(&mut rows);
        first.choices.push(signed(scene, q).unwrap_or_else(|| choose(&candidates, scores)));
        let mut kept: Vec<(usize, f32)> =
            candidates.into_iter().zip(scores.iter().copied().skip(1)).collect();
        kept.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        kept.truncate(SECOND_LOOK);
        let mut kept: Vec<usize> = kept.into_iter().map(|(m, _)| m).collect();
        kept.sort_unstable();
        first.kept.push(kept);
    }
    first
}

/// The name a quotation is signed with: a whole sentence, a dash, a name, and the line ends. Right for seven of the eight in the
/// training articles, too few for trees to learn.
pub(crate) fn signature(scene: &Scene, q: usize) -> Option<usize> {
    let page = scene.page;
    let (_, end) = page.ranges[q];
    let dash = |at: &usize| page.is(*at, Traits::DASH);
    let is_break = |at: &usize| page.tokens.get(*at).is_some_and(|token| token.kind == TokenKind::Break);
    let from = end + (end..end + 2).take_while(is_break).count();
    let start = from + (from..from + 2).take_while(dash).count();
    let whole = || page.quotations[q].inner.text(page.text).trim_end().ends_with(['.', '!', '?', '…']);
    if start == from || !whole() {
        return None;
    }
    let m = scene.mentions_before(start);
    let mention = scene.mentions.get(m).filter(|mention| mention.start == start)?;
    let MentionKind::Name { from } = mention.kind else { return None };
    let stop = mention.end + usize::from(page.is(mention.end, Traits::STOP));
    let closed = stop >= page.tokens.len() || is_break(&stop) || page.is(stop, Traits::COMMA);
    let person = mention.end > from + 1 || scene.cast.standing(m).0 > 0.0;
    (closed && person).then_some(m)
}

/// The mention of the name a turn of a transcript stands under.
pub(crate) fn label(scene: &Scene, q: usize) -> Option<usize> {
    let label = scene.page.labels[q]?;
    let start = |m: &Mention| m.span(scene.page).start;
    let m = scene.mentions.partition_point(|mention| start(mention) < label.start);
    scene.mentions.get(m).filter(|mention| start(mention) < label.end).map(|_| m)
}

/// What an exact rule tells of a quotation: a signature, the label of a turn.
fn signed(scene: &Scene, q: usize) -> Option<Choice> {
    if scene.page.labels[q].is_some() {
        return Some(Choice { mention: label(scene, q), sure: 0.95 });
    }
    Some(Choice { mention: Some(signature(scene, q)?), sure: 0.9 })
}

/// The name that with a colon is all that stands before a quotation in its sentence, or behind a dash, or that opens the headline: Lund:
/// “…”; Others - Lund: “…”; Lund: Deal is ‘dead’.
fn headed(scene: &Scene, q: usize) -> Option<usize> {
    let page = scene.page;
    let start = page.ranges[q].0;
    let headline = page.headline.is_some_and(|line| line.contains(page.quotations[q].outer));
    let colon = match scene.mentions.first().filter(|_| headline) {
        Some(mention) => mention.end,
        None => start.checked_sub(1)?,
    };
    let m = scene.mentions_before(colon).checked_sub(1).filter(|_| page.is(colon, Traits::COLON))?;
    let mention = scene.mentions[m];
    let opens = page.sentence(colon).start == mention.start || mention.is_behind(page, Traits::DASH);
    let named = matches!(mention.kind, MentionKind::Name { .. });
    (opens && named && mention.end == colon && colon < start).then_some(m)
}

/// Who a paragraph that ends in a colon is about, where the quotation opens the next one: Lund had one line: | “…”
fn introduced(scene: &Scene, q: usize) -> Option<usize> {
    let page = scene.page;
    let start = page.ranges[q].0;
    let is_break = |at: &usize| page.tokens[*at].kind == TokenKind::Break;
    let colon = (0..start).rev().take(3).find(|at| !is_break(at))?;
    if colon + 1 == start || !page.is(colon, Traits::COLON) {
        return None;
    }
    let first = scene.mentions_before(page.sentence(colon).start);
    (first..scene.mentions_before(colon)).rev().find(|&m| {
        let mention = &scene.mentions[m];
        let figure =
            matches!(mention.kind, MentionKind::Name { .. } | MentionKind::Pronoun(Pronoun::Person(_)));
        figure && !page.is_possessive(mention.end - 1) && !mention.is_behind(page, Traits::PREPOSITION)
    })
}

/// The mention in the tag right behind the comma of a quotation: “…,” said Lund; “…,” Lund said.
fn tagged(scene: &Scene, q: usize) -> Option<usize> {
    let page = scene.page;
    let (_, end) = page.ranges[q];
    let quotation = page.quotations[q];
    let comma = quotation.inner.text(page.text).trim_end().ends_with(',');
    if !comma || !quotation.closed || page.sentence_index(end) != page.sentence_index(end - 1) {
        return None;
    }
    // "promising Lund more"; “…,” Lund said, according to the Gazette
    let cue = |at: usize| page.cue(at) >= TAG && !page.word(at).ends_with("ing");
    let stop = page.sentence(end).end.min(end + 30);
    if (end + 1..stop).any(|at| page.language.is_cue_of_two(page.word(at), page.word(at + 1))) {
        return None;
    }
    let m = scene.mentions_before(end);
    let mention = scene.mentions.get(m)?;
    let before = mention.start == end && cue(mention::behind_brackets(page, mention.end));
    let behind = mention.start == end + 1 && cue(end);
    (before || behind).then_some(m)
}

/// Whether the quotation opens a sentence that goes on behind its comma with somebody and a verb, whatever that is: “…,” Lund barked.
fn opens(scene: &Scene, q: usize) -> bool {
    let page = scene.page;
    let (start, end) = page.ranges[q];
    let quotation = page.quotations[q];
    let comma = quotation.inner.text(page.text).trim_end().ends_with(',');
    if !comma || !quotation.closed || page.sentence(start).start != start || page.sentence(end).start != start
    {
        return false;
    }
    scene
        .mentions
        .get(scene.mentions_before(end))
        .is_some_and(|mention| mention.start == end && mention::verb_behind(page, mention).is_some())
}

/// Below this share of all weights a choice is in doubt.
const DOUBT: f32 = 0.8;

/// Least share of its uses as a cue of the word in a tag.
const TAG: f32 = 0.5;

/// None, and each candidate.
fn options(candidates: &[usize]) -> impl Iterator<Item = Option<usize>> + '_ {
    std::iter::once(None).chain(candidates.iter().copied().map(Some))
}

/// The best of none and the candidates, by their scores; the earlier of equals.
fn choose(candidates: &[usize], scores: &[f32]) -> Choice {
    let mut best = 0;
    for (at, score) in scores.iter().enumerate() {
        if *score > scores[best] {
            best = at;
        }
    }
    let total: f32 = scores.iter().map(|score| (score - scores[best]).exp()).sum();
    Choice { mention: best.checked_sub(1).map(|at| candidates[at]), sure: 1.0 / total }
}

/// Describes whether quotation `q` is speech, given the source that was chosen for it.
pub(crate) fn describe_speech(scene: &Scene, q: usize, choice: Choice, out: &mut Vec<f32>) {
    out.extend_from_slice(scene.quotation(q));
    out.push(choice.sure);
    let Some(m) = choice.mention else {
        out.push(-1.0);
        return;
    };
    out.extend_from_slice(scene.mention(m));
    feature::relation(scene, q, m, None, out);
    scene.describe_voice(q, m, out);
}

/// Least log odds that make a quotation speech.
const SPEECH: f32 = 0.0;

/// Quotations that are described before they are looked at together.
const BATCH: usize = 64;

/// Returns the quotations that are speech, in order, each with the source that was chosen for it.
pub(crate) fn spoken(scene: &Scene, model: &Model, choices: &[Choice]) -> Vec<(usize, Choice)> {
    let forest = model.forest("speech");
    let mut rows = Table::default();
    let mut out = Vec::with_capacity(choices.len());
    let all: Vec<(usize, Choice)> = choices.iter().copied().enumerate().collect();
    for chunk in all.chunks(BATCH) {
        rows.clear();
        for &(q, choice) in chunk {
            rows.add(|row| describe_speech(scene, q, choice, row));
        }
        let scores = forest.score_all(&mut rows);
        let spoken = |(one, score): &(&(usize, Choice), &f32)| {
            **score >= SPEECH
                || scene.page.labels[one.0].is_some()
                || introduced(scene, one.0).is_some()
                || opens(scene, one.0)
        };
        out.extend(chunk.iter().zip(scores).filter(spoken).map(|(one, _)| *one));
    }
    out
}

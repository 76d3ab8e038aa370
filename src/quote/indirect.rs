//! Speech without quotation marks: from a cue to its source and its content.

use super::cue::Heard;
use super::inserted;
use super::join;
use super::mention::{Mention, MentionKind};
use super::model::Model;
use super::page::Page;
use super::paraphrase::{self, Paraphrase};
use super::row::{FAR, flag, number};
use super::scene::{Content, Scene};
use super::tree::{self, Table};
use crate::lang::{Pronoun, Traits};

/// Words after which a content may begin.
const OPENS_CONTENT: Traits = Traits::THAT
    .or(Traits::WHETHER)
    .or(Traits::HOW)
    .or(Traits::IF)
    .or(Traits::TO)
    .or(Traits::AS)
    .or(Traits::COMMA)
    .or(Traits::COLON);

/// Maximum number of edges on each side of a cue that is in the middle of a content.
const AROUND: usize = 5;

/// Returns the possible contents of the cue: to its right up to each edge, to its left from each edge, and
/// those around it.
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
        out.extend(join::edges_right(page, start, last).take(8).map(|end| (start, end)));
    }
    // "The deal is dead, Lund said."
    let clause = source.map_or(cue, |mention| mention.start.min(cue));
    let mut end = clause;
    while end > sentence.start && !page.is_word(end - 1) {
        end -= 1;
    }
    if end > sentence.start {
        out.extend(join::edges_left(page, end, sentence.start).take(8).map(|start| (start, end)));
    }
    // "The deal, Lund said, is dead."
    if let Some((open, close)) = inserted::tag(page, cue, source) {
        let mut starts: Vec<usize> = join::edges_left(page, open, sentence.start).collect();
        if starts.len() > AROUND {
            starts.drain(AROUND - 1..starts.len() - 1);
        }
        let ends = || join::edges_right(page, close, last).take(AROUND);
        out.extend(starts.iter().flat_map(|&start| ends().map(move |end| (start, end))));
    }
    out
}

/// Removes punctuation from both ends of a content.
fn trimmed(page: &Page, (mut start, mut end): Content) -> Content {
    while start + 1 < end && !page.is_word(start) && !page.is_quoted(start) {
        start += 1;
    }
    while end > start + 1 && !page.is_word(end - 1) && !page.is_quoted(end - 1) {
        end -= 1;
    }
    (start, end)
}

/// Removes the full stop from the end of a sentence.
fn trimmed_end(page: &Page, end: usize) -> usize {
    let mut end = end;
    while end > 0 && !page.is_word(end - 1) && !page.is_quoted(end - 1) {
        end -= 1;
    }
    end
}

/// How many tokens of a content are examined, from its start.
const LOOK: usize = 80;

/// The words at the ends of a content that features distinguish.
const SIGNALS: [Traits; 10] = [
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

/// Words after the sign or the conjunction at the end of a content that features distinguish.
const BEHIND_EDGE: [Traits; 10] = [
    Traits::THAT,
    Traits::PRONOUN,
    Traits::RELATIVE,
    Traits::WHICH,
    Traits::ONGOING,
    Traits::AUXILIARY,
    Traits::PREPOSITION,
    Traits::DETERMINER,
    Traits::VERB,
    Traits::PAST,
];

/// How many tokens after a content are searched for the verb of the next clause.
const CLAUSE: usize = 12;

/// Appends the features of `content` as what the cue introduces.
pub(crate) fn describe_content(
    page: &Page,
    (cue, own): (usize, &[f32]),
    source: Option<&Mention>,
    (start, end): Content,
    out: &mut Vec<f32>,
) {
    let sentence = page.sentence(cue);
    out.extend_from_slice(own);
    let last = end.min(start + LOOK);
    let tag = inserted::within(page, (start, end), cue, source);
    let parts = inserted::parts((start, last), tag);
    let comma = |traits: &&Traits| traits.any(Traits::COMMA);
    let commas: usize =
        parts.iter().map(|&(from, to)| page.traits_of(from, to).iter().filter(comma).count()).sum();
    let quoted = page.unquoted_between(start, last) as usize != last - start;
    let holds = |at: usize| parts.iter().any(|&(from, to)| from <= at && at < to);
    out.extend([
        flag(start > cue),
        number(end - start).min(FAR),
        number(start.abs_diff(cue)).min(FAR),
        flag(end == sentence.end || end == trimmed_end(page, sentence.end)),
        flag(start == sentence.start),
        page.shape(start.checked_sub(1)),
        page.shape(Some(start)),
        page.shape(Some(end)),
        page.shape(end.checked_sub(1)),
        page.signal(start.checked_sub(1), &SIGNALS),
        page.signal(Some(start), &SIGNALS),
        page.signal(Some(end), &SIGNALS),
        page.cue(end),
        page.cue(end + 1),
        start.checked_sub(1).map_or(0.0, |at| page.cue(at)),
        parts.iter().map(|&(from, to)| page.strongest_cue(from, to)).fold(0.0, f32::max),
        number(commas).min(6.0),
        flag(quoted),
        source.map_or(-1.0, |m| flag(holds(m.start))),
        source.map_or(-1.0, |m| flag(m.start > cue)),
        source.map_or(FAR, |m| number(m.end.abs_diff(start).min(m.start.abs_diff(end))).min(FAR)),
        number(sentence.end.saturating_sub(end)).min(FAR),
        number(start.saturating_sub(sentence.start)).min(FAR),
        page.shape(Some(end + 1)),
        page.signal(Some(end + 1), &BEHIND_EDGE),
        next_verb(page, end, sentence.end.min(end + CLAUSE)),
        next_verb(page, start, last),
        number(parts.iter().map(|&(from, to)| page.verbs(from, to)).sum()).min(6.0),
        flag(tag.is_some()),
    ]);
}

/// Returns how many tokens after `start` the first finite verb of the range is, as a feature.
fn next_verb(page: &Page, start: usize, end: usize) -> f32 {
    (start..end).find(|&at| page.is_finite(at)).map_or(FAR, |at| number(at - start))
}

/// Appends the features of a paraphrase: its source and content, how certain each of these choices is, and
/// how fit the words are.
pub(crate) fn describe(
    scene: &Scene,
    heard: &Heard,
    (proposal, paraphrase): (Proposal, &Paraphrase),
    out: &mut Vec<f32>,
) {
    let Proposal { source: (source, sure), content: (content, fit) } = proposal;
    let mention = source.map(|m| &scene.mentions[m]);
    describe_content(scene.page, (heard.cue, &heard.own), mention, content, out);
    out.extend([sure, fit, flag(source.is_some()), heard.said]);
    paraphrase::describe(scene, (heard.cue, source), paraphrase, out);
    if let Some(m) = source {
        out.extend_from_slice(scene.mention(m));
    }
}

/// Returns the paraphrase of a cue if its words are fit to be shown; `sure` is set later.
pub(crate) fn proposed(scene: &Scene, heard: &Heard, proposal: Proposal) -> Option<Paraphrase> {
    let source = proposal.source.0.map(|m| &scene.mentions[m]);
    // The narrator is not somebody whose words are reported.
    if matches!(source.map(|mention| mention.kind), Some(MentionKind::Pronoun(Pronoun::First))) {
        return None;
    }
    let was = trimmed(scene.page, proposal.content.0);
    let content = paraphrase::fitted(scene, heard.cue, source, was)?;
    let tag = inserted::within(scene.page, content, heard.cue, source);
    Some(Paraphrase { cue: heard.cue, source: proposal.source.0, content, sure: 0.0, tag, was })
}

/// A source and a content chosen for a cue, each with its certainty.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Proposal {
    pub(crate) source: (Option<usize>, f32),
    pub(crate) content: (Content, f32),
}

/// Chooses the content of a cue; returns `None` if it has none.
pub(crate) fn read(scene: &Scene, model: &Model, heard: &Heard, rows: &mut Table) -> Option<Proposal> {
    rows.clear();
    let source = heard.best();
    let mention = source.0.map(|m| &scene.mentions[m]);
    let contents = contents(scene.page, heard.cue, mention);
    let forest = model.forest("cue-content");
    for &content in &contents {
        rows.add(|row| describe_content(scene.page, (heard.cue, &heard.own), mention, content, row));
    }
    let scores = forest.race(rows);
    let (_, most) = tree::best(scores)?;
    let top = scores.iter().copied().fold(f32::MIN, f32::max);
    let mut places: Vec<usize> = (0..contents.len()).filter(|&at| scores[at] > top - OTHERS).collect();
    places.sort_by(|&one, &other| scores[other].total_cmp(&scores[one]).then(one.cmp(&other)));
    let share = |at: usize| most * (scores[at] - top).exp();
    let fitted = |content: Content| {
        paraphrase::fitted(scene, heard.cue, mention, trimmed(scene.page, content)).is_some()
    };
    let place = places.into_iter().find(|&at| fitted(contents[at]))?;
    Some(Proposal { source, content: (contents[place], share(place)) })
}

/// If the best content is not fit to be shown, another one may replace it if its score is at most this much
/// lower, in log odds.
const OTHERS: f32 = 2.5;

/// How many cues are described before they are scored together; a larger batch would only exceed the cache.
const BATCH: usize = 64;

/// Returns the cues that pass a fast first check, in order: most cues introduce no paraphrase.
pub(crate) fn likely<'h>(heard: &'h [Heard], model: &Model) -> Vec<&'h Heard> {
    let forest = model.forest("cue");
    let mut rows = Table::default();
    let mut out = Vec::new();
    for cues in heard.chunks(BATCH) {
        rows.clear();
        for heard in cues {
            rows.add(|row| row.extend_from_slice(&heard.own));
        }
        let scores = forest.score_all(&mut rows);
        out.extend(
            cues.iter().zip(scores).filter(|(_, score)| **score > LEAST_LIKELY).map(|(heard, _)| heard),
        );
    }
    out
}

/// Minimum score of a word as the cue of a paraphrase, in log odds.
const LEAST_LIKELY: f32 = -2.2;

/// Returns the paraphrases of the page, ordered by their cues; they may overlap.
pub(crate) fn paraphrases(scene: &Scene, heard: &[Heard], model: &Model) -> Vec<Paraphrase> {
    let forest = model.forest("shown");
    let (mut rows, mut contents) = (Table::default(), Table::default());
    let mut out = Vec::new();
    for cues in likely(heard, model).chunks(BATCH) {
        rows.clear();
        let first = out.len();
        for heard in cues {
            let Some(proposal) = read(scene, model, heard, &mut contents) else { continue };
            let Some(paraphrase) = proposed(scene, heard, proposal) else { continue };
            rows.add(|row| describe(scene, heard, (proposal, &paraphrase), row));
            out.push(paraphrase);
        }
        let scores = forest.score_all(&mut rows);
        for (paraphrase, score) in out.iter_mut().skip(first).zip(scores) {
            paraphrase.sure = 1.0 / (1.0 + (-score).exp());
        }
    }
    out
}

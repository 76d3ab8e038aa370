//! Which mention is the source of a quotation: candidates, what the trees see of each, and the choice.

use super::feature::{MENTION, QUOTATION};
use super::hearing::{Hearing, VOICE};
use super::mention::MentionKind;
use super::model::Model;
use super::relation::{self, Before, RELATION};
use super::row::flag;
use super::rule;
use super::scene::{Choice, Scene};
use super::tree::{self, Table, WIDTH};

/// How likely a mention is a source that is considered however many stand between.
const VOICED: f32 = 0.4;

/// Mentions considered before a quotation and behind it.
const WINDOW: [usize; 2] = [8, 4];

/// Returns the mentions that may be the source of quotation `q`, in order: those of its sentence and the two above in reach,
/// the first of the sentence behind, and the source of the quotation before.
pub(crate) fn candidates(scene: &Scene, hearing: &Hearing, q: usize, before: Option<Before>) -> Vec<usize> {
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
        .filter(|&m| hearing.weight(m) > VOICED)
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

/// What may be chosen for a quotation.
#[derive(Clone, Copy)]
pub(crate) struct Candidate {
    /// The place of the quotation.
    pub(crate) quotation: usize,
    /// The mention that may be its source; `None` for no source.
    pub(crate) mention: Option<usize>,
    /// What was chosen before.
    pub(crate) before: Option<Before>,
}

/// Features of a first look.
const FIRST: usize = QUOTATION + MENTION + RELATION + 2 + VOICE;

/// Where the features of the second look begin: behind those of the first, with room to spare. The weights know this place.
const SECOND: usize = 88;

/// Features of each neighbour in a second look, and of the quotation itself.
const NEIGHBOUR: usize = 4;
const OWN: usize = 2;

// What does not fit would be cut off, and the trees would read the neighbours' features in its place.
const _: () = assert!(FIRST <= SECOND && SECOND + OWN + 4 * NEIGHBOUR <= WIDTH);

/// Describes a candidate as the source of its quotation.
pub(crate) fn describe(scene: &Scene, hearing: &Hearing, candidate: Candidate, out: &mut Vec<f32>) {
    let Candidate { quotation: q, mention, before } = candidate;
    out.extend_from_slice(scene.quotation(q));
    let Some(m) = mention else {
        // No mention: what describes one is out of its range.
        out.push(-1.0);
        return;
    };
    out.extend_from_slice(scene.mention(m));
    out.extend(relation::relation(scene, q, m, before));
    let same = before.map_or(-1.0, |before| flag(scene.cast.same(before.mention, m)));
    let first = match scene.mentions[m].kind {
        MentionKind::Name { .. } => flag(scene.cast.is_first(m)),
        _ => -1.0,
    };
    out.extend([same, first]);
    out.extend(hearing.describe(scene, q, m));
}

/// Describes the choice of the mention (or of none) with what was chosen at first for this quotation and the ones beside it.
pub(crate) fn describe_again(
    scene: &Scene,
    hearing: &Hearing,
    (q, mention): (usize, Option<usize>),
    first: &[Choice],
    out: &mut Vec<f32>,
) {
    let start = out.len();
    describe(scene, hearing, Candidate { quotation: q, mention, before: before(first, q) }, out);
    out.resize(start + SECOND, 0.0);
    let own = first[q];
    let own: [f32; OWN] = [flag(own.mention == mention), own.sure];
    out.extend(own);
    for place in [q.checked_sub(1), Some(q + 1), q.checked_sub(2), Some(q + 2)] {
        let choice = place.and_then(|place| Some((place, first.get(place)?)));
        out.extend(choice.map_or([-1.0; NEIGHBOUR], |beside| neighbour(scene, (q, mention), beside)));
    }
}

/// Describes what was chosen for the quotation at `place` beside the candidate.
fn neighbour(
    scene: &Scene,
    (q, mention): (usize, Option<usize>),
    (place, choice): (usize, &Choice),
) -> [f32; NEIGHBOUR] {
    let page = scene.page;
    let same = match mention.zip(choice.mention) {
        Some((own, other)) if own == other => 2.0,
        Some((own, other)) => flag(scene.cast.same(own, other)),
        None => -1.0,
    };
    let apart = page.unquoted_between(page.ranges[q.min(place)].1, page.ranges[q.max(place)].0);
    let paragraph = page.paragraph(page.ranges[place].0) == page.paragraph(page.ranges[q].0);
    #[expect(clippy::cast_precision_loss, reason = "bounded just here")]
    [same, choice.sure, apart.min(60) as f32, flag(paragraph)]
}

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
pub(crate) fn sources(scene: &Scene, hearing: &Hearing, model: &Model) -> Vec<Choice> {
    let first = first_sources(scene, hearing, model);
    let forest = model.forest("source-2");
    let mut rows = Table::default();
    (0..first.choices.len())
        .map(|q| {
            rows.clear();
            for m in options(&first.kept[q]) {
                rows.add(|row| describe_again(scene, hearing, (q, m), &first.choices, row));
            }
            let scores = forest.race(&mut rows);
            rule::signed(scene, q).unwrap_or_else(|| {
                let choice = choose(&first.kept[q], scores);
                let ruled = || rule::IN_DOUBT.iter().find_map(|rule| rule(scene, q));
                match (choice.sure < DOUBT || choice.mention.is_none()).then(ruled).flatten() {
                    Some(m) => Choice {
                        mention: Some(m),
                        sure: if choice.mention.is_some() { choice.sure.max(RULED) } else { RULED },
                    },
                    None => choice,
                }
            })
        })
        .collect()
}

/// Below this share of all weights a choice is in doubt.
const DOUBT: f32 = 0.8;

/// How sure a rule is at least.
const RULED: f32 = 0.5;

/// The first look.
pub(crate) fn first_sources(scene: &Scene, hearing: &Hearing, model: &Model) -> First {
    let count = scene.page.quotations.len();
    let mut first = First { choices: Vec::with_capacity(count), kept: Vec::with_capacity(count) };
    let forest = model.forest("source");
    let mut rows = Table::default();
    for q in 0..count {
        let before = before(&first.choices, q);
        let candidates = candidates(scene, hearing, q, before);
        rows.clear();
        for mention in options(&candidates) {
            let candidate = Candidate { quotation: q, mention, before };
            rows.add(|row| describe(scene, hearing, candidate, row));
        }
        let scores = forest.race(&mut rows);
        first.choices.push(rule::signed(scene, q).unwrap_or_else(|| choose(&candidates, scores)));
        first.kept.push(best_few(&candidates, scores));
    }
    first
}

/// The candidates with the best scores, in the order of the article. The first score is that of no mention.
fn best_few(candidates: &[usize], scores: &[f32]) -> Vec<usize> {
    let mut kept: Vec<(usize, f32)> =
        candidates.iter().copied().zip(scores.iter().copied().skip(1)).collect();
    kept.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    kept.truncate(SECOND_LOOK);
    let mut kept: Vec<usize> = kept.into_iter().map(|(m, _)| m).collect();
    kept.sort_unstable();
    kept
}

/// None, and each candidate.
fn options(candidates: &[usize]) -> impl Iterator<Item = Option<usize>> + '_ {
    std::iter::once(None).chain(candidates.iter().copied().map(Some))
}

/// The best of none and the candidates, by their scores; the earlier of equals.
fn choose(candidates: &[usize], scores: &[f32]) -> Choice {
    let (best, sure) = tree::best(scores).unwrap_or((0, 0.0));
    Choice { mention: best.checked_sub(1).map(|at| candidates[at]), sure }
}

/// Describes whether quotation `q` is speech, given the source that was chosen for it.
pub(crate) fn describe_speech(
    scene: &Scene,
    hearing: &Hearing,
    q: usize,
    choice: Choice,
    out: &mut Vec<f32>,
) {
    out.extend_from_slice(scene.quotation(q));
    out.push(choice.sure);
    let Some(m) = choice.mention else {
        out.push(-1.0);
        return;
    };
    out.extend_from_slice(scene.mention(m));
    out.extend(relation::relation(scene, q, m, None));
    out.extend(hearing.describe(scene, q, m));
}

/// Least log odds that make a quotation speech.
const SPEECH: f32 = 0.0;

/// Quotations that are described before they are looked at together.
const BATCH: usize = 64;

/// Returns the quotations that are speech, in order, each with the source that was chosen for it.
pub(crate) fn spoken(
    scene: &Scene,
    hearing: &Hearing,
    model: &Model,
    choices: &[Choice],
) -> Vec<(usize, Choice)> {
    let forest = model.forest("speech");
    let mut rows = Table::default();
    let mut out = Vec::with_capacity(choices.len());
    let all: Vec<(usize, Choice)> = choices.iter().copied().enumerate().collect();
    for chunk in all.chunks(BATCH) {
        rows.clear();
        for &(q, choice) in chunk {
            rows.add(|row| describe_speech(scene, hearing, q, choice, row));
        }
        let scores = forest.score_all(&mut rows);
        let spoken = |(one, score): &(&(usize, Choice), &f32)| {
            **score >= SPEECH
                || scene.page.passages[one.0].is_some()
                || rule::introduced(scene, one.0).is_some()
                || rule::beside_colon(scene, one.0).is_some()
                || rule::opens(scene, one.0)
        };
        out.extend(chunk.iter().zip(scores).filter(spoken).map(|(one, _)| *one));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::people::People;

    /// Passes the scene of a text and what was heard of it on.
    fn hear<T>(text: &str, then: impl FnOnce(&Scene, &Hearing) -> T) -> T {
        sample::cast(&sample::article(text), &People::default(), |cast| {
            let scene = Scene::new(cast);
            let hearing = Hearing::new(&scene, Model::of(scene.page.language));
            then(&scene, &hearing)
        })
    }

    /// Checks who may be the source of the last quotation.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = hear(text, |scene, hearing| {
            let last = scene.page.quotations.len().checked_sub(1).expect("a quotation");
            let found = candidates(scene, hearing, last, None);
            found.iter().map(|&m| sample::words(scene.page, &scene.mentions[m]).to_owned()).collect()
        });
        assert_eq!(found, expected, "in {text:?}");
    }

    #[test]
    fn those_near_a_quotation_may_be_its_source() {
        check("In May Lund came. “We did,” said Petrov.", &["Lund", "Petrov"]);
        check("In May Lund, a teacher, said: “We did.”", &["Lund"]);
        check("In May rain fell. “We did.”", &[]);
    }

    #[test]
    fn those_far_away_may_not() {
        check("In May Lund came.\n\nIt rained.\n\nIt rained.\n\n“We did,” said Petrov.", &["It", "Petrov"]);
        check("“We did,” said Petrov.\n\nIn May Lund came.", &["Petrov"]);
    }

    #[test]
    fn rows_are_as_wide_as_they_say() {
        hear("In May Lund came. “We did,” said Petrov. “We did.”", |scene, hearing| {
            let first = Choice { mention: Some(0), sure: 0.5 };
            for mention in [None, Some(0), Some(1)] {
                let mut row = Vec::new();
                describe(scene, hearing, Candidate { quotation: 0, mention, before: None }, &mut row);
                assert_eq!(row.len(), if mention.is_some() { FIRST } else { QUOTATION + 1 });
                row.clear();
                describe_again(scene, hearing, (0, mention), &[first, first], &mut row);
                assert_eq!(row.len(), SECOND + OWN + 4 * NEIGHBOUR);
            }
        });
    }

    #[test]
    fn the_earlier_of_equals_is_chosen() {
        let chosen = |scores: &[f32]| choose(&[3, 5], scores);
        assert_eq!(chosen(&[0.0, 2.0, 2.0]).mention, Some(3));
        assert_eq!(chosen(&[2.0, 0.0, 2.0]).mention, None);
        assert!((chosen(&[0.0, 0.0, 0.0]).sure - 1.0 / 3.0).abs() < 1e-6);
    }

    #[test]
    fn the_best_few_come_in_the_order_of_the_article() {
        let candidates = [1, 2, 4, 7, 8, 9];
        assert_eq!(best_few(&candidates, &[9.0, 1.0, 6.0, 0.0, 2.0, 3.0, 4.0]), [1, 2, 7, 8, 9]);
        assert_eq!(best_few(&candidates[..2], &[9.0, 1.0, 6.0]), [1, 2]);
    }
}

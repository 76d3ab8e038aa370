//! Which mention is the source of a quotation? Selects candidates, computes their features, and chooses.

use super::feature::{MENTION, QUOTATION};
use super::hearing::{Hearing, VOICE};
use super::join;
use super::mention::MentionKind;
use super::model::Model;
use super::relation::{self, Before, RELATION};
use super::row::flag;
use super::rule;
use super::scene::{Choice, Scene};
use super::tree::{self, Table, WIDTH};

/// A mention that is a source with at least this probability is a candidate even if many other mentions are
/// closer.
const VOICED: f32 = 0.4;

/// Maximum number of candidate mentions before a quotation and after it.
const WINDOW: [usize; 2] = [8, 4];

/// Returns the mentions that may be the source of quotation `q`. They are the nearest ones before it, in its
/// sentence and the two above, the nearest ones after it, up to the next sentence of its paragraph, and
/// likely speakers farther back. Appositions are left out. The source of the quotation before is added in
/// front if it is not among them; the others are in order.
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
    // Mentions farther back that speak according to the cues of this sentence or the one above: "Lund, the
    // former president of the panel, told .. that ..".
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
    if let Some(semicolon) = parting(scene, hearing, start) {
        out.retain(|&m| mentions[m].start > semicolon || page.sentence_index(mentions[m].start) != here);
    }
    out
}

/// Returns the semicolon before a quotation in its sentence, if somebody speaks between the two: "Lund said
/// that it was late | ; | Okafor called it “very late”".
fn parting(scene: &Scene, hearing: &Hearing, start: usize) -> Option<usize> {
    let page = scene.page;
    let semicolon = (page.sentence(start).start..start).rev().find(|&at| join::is_semicolon(page, at))?;
    let first = hearing.heard.partition_point(|heard| heard.cue < semicolon);
    let mut between = hearing.heard[first..].iter().take_while(|heard| heard.cue < start);
    let speaks = |m: usize| scene.mentions[m].start > semicolon && hearing.weight(m) > VOICED;
    between.any(|heard| heard.best().0.is_some_and(speaks)).then_some(semicolon)
}

/// A possible choice for a quotation.
#[derive(Clone, Copy)]
pub(crate) struct Candidate {
    /// The index of the quotation.
    pub(crate) quotation: usize,
    /// The mention that may be its source; `None` for "no source".
    pub(crate) mention: Option<usize>,
    /// The choice for the quotation before.
    pub(crate) before: Option<Before>,
}

/// Number of features in the first pass.
const FIRST: usize = QUOTATION + MENTION + RELATION + 2 + VOICE;

/// Where the features of the second pass begin: after those of the first, with room to spare. The trained
/// weights depend on this position.
const SECOND: usize = 88;

/// Number of features of each neighbour in the second pass, and of the quotation itself.
const NEIGHBOUR: usize = 4;
const OWN: usize = 2;

// A row that is too long would be truncated, and the trees would read the wrong features.
const _: () = assert!(FIRST <= SECOND && SECOND + OWN + 4 * NEIGHBOUR <= WIDTH);

/// Appends the features of a candidate as the source of its quotation.
pub(crate) fn describe(scene: &Scene, hearing: &Hearing, candidate: Candidate, out: &mut Vec<f32>) {
    let Candidate { quotation: q, mention, before } = candidate;
    out.extend_from_slice(scene.quotation(q));
    let Some(m) = mention else {
        // Without a mention, a value outside the range of its first feature says so.
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

/// Appends the features of a mention (or of none) as the source, given the first pass's choices for this
/// quotation and its neighbours.
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

/// Returns the features of a neighbouring quotation's choice relative to the candidate.
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

/// Returns the last quotation before `q` that has a source.
fn before(choices: &[Choice], q: usize) -> Option<Before> {
    (q.saturating_sub(4)..q)
        .rev()
        .find_map(|quotation| Some(Before { quotation, mention: choices[quotation].mention? }))
}

/// How many candidates, the best of the first pass, are considered in the second.
const SECOND_LOOK: usize = 5;

/// The result of the first pass: the choices, and the candidates for the second pass, in order.
pub(crate) struct First {
    pub(crate) choices: Vec<Choice>,
    pub(crate) kept: Vec<Vec<usize>>,
}

/// Chooses the sources of all quotations in two passes: first each given the choices before it, then again
/// given the choices for its neighbours.
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

/// A choice with a smaller share of all weights than this is uncertain.
const DOUBT: f32 = 0.8;

/// The minimum certainty given to the choice of a rule.
const RULED: f32 = 0.5;

/// Runs the first pass.
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

/// Returns the candidates with the best scores, in the order of the article. The first score is that of "no
/// mention".
fn best_few(candidates: &[usize], scores: &[f32]) -> Vec<usize> {
    let mut kept: Vec<(usize, f32)> =
        candidates.iter().copied().zip(scores.iter().copied().skip(1)).collect();
    kept.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    kept.truncate(SECOND_LOOK);
    let mut kept: Vec<usize> = kept.into_iter().map(|(m, _)| m).collect();
    kept.sort_unstable();
    kept
}

/// Returns "no mention", followed by each candidate.
fn options(candidates: &[usize]) -> impl Iterator<Item = Option<usize>> + '_ {
    std::iter::once(None).chain(candidates.iter().copied().map(Some))
}

/// Returns the best of "no mention" and the candidates by their scores; on a tie, the earlier one.
fn choose(candidates: &[usize], scores: &[f32]) -> Choice {
    let (best, sure) = tree::best(scores).unwrap_or((0, 0.0));
    Choice { mention: best.checked_sub(1).map(|at| candidates[at]), sure }
}

/// Appends the features for whether quotation `q` is speech, given the chosen source.
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

/// Minimum log odds for a quotation to count as speech.
const SPEECH: f32 = 0.0;

/// How many quotations are described before they are scored together.
const BATCH: usize = 64;

/// Returns the quotations that are speech, in order, each with its chosen source.
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
                || scene.page.fills_block(one.0)
                || rule::introduced(scene, one.0).is_some()
                || rule::beside_colon(scene, one.0).is_some()
                || rule::opens(scene, one.0)
                || rule::signature(scene, one.0).is_some()
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

    /// Calls `then` with the scene of a text and what the cue models found in it.
    fn hear<T>(text: &str, then: impl FnOnce(&Scene, &Hearing) -> T) -> T {
        sample::cast(&sample::article(text), &People::default(), |cast| {
            let scene = Scene::new(cast);
            let hearing = Hearing::new(&scene, Model::of(scene.page.language));
            then(&scene, &hearing)
        })
    }

    /// Checks the candidate sources of the last quotation.
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

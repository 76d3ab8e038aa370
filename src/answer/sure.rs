//! Does the record answer a question at all, and how sure is that?
//!
//! A logistic model over a dozen numbers of the ranking: what of the question stands nowhere near any candidate, how much of it the best candidates hold,
//! how near they come in meaning. It was fitted to the questions of six sets, 15 in 150 of which nothing answers, as if as many had an answer as
//! not, and moved so that one in ten that has an answer falls below 50; `docs/answers.md` says how well it tells them apart.

use serde::Serialize;

use super::{Candidate, Ranked, Zone};
use crate::question::Question;

/// What the record says to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// It answers it.
    Yes,
    /// It hardly answers it: the quotes are what comes nearest.
    Near,
    /// Nothing is on record.
    No,
}

/// What each number adds to the logit; the last one is what there is without any.
const WEIGHTS: [(f32, &str); 13] = [
    (0.59, "rarity of the rarest word that no candidate holds or has near it, by 8"),
    (1.064, "share of the words that the best candidate holds or has near it"),
    (1.285, "the same of the third best"),
    (-0.515, "meaning of the nearest quote"),
    (2.506, "meaning of the nearest paragraph"),
    (1.994, "meaning of the first quote"),
    (1.784, "a phrase is asked for"),
    (2.703, "share of the phrase in the quote that holds most of it"),
    (-0.27, "a speaker is asked for"),
    (-1.108, "somebody whom nobody on record is called like is asked for"),
    (0.871, "there is no candidate"),
    (1.517, "no topic is asked for"),
    (-2.964 + 0.62, "always"),
];

/// From here on the record is taken to answer a question.
pub const SURE: u8 = 50;

/// Returns how sure it is that the record answers a question, 0 to 100: from 50 on it is taken to. `weights` are those of the question's terms,
/// `hits` the candidates that answer, best first.
#[must_use]
pub fn sure(question: &Question, candidates: &[Candidate], hits: &[Ranked], weights: &[f32]) -> u8 {
    let logit: f32 = numbers(question, candidates, hits, weights)
        .iter()
        .zip(WEIGHTS)
        .map(|(value, (weight, _))| value * weight)
        .sum();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
    let percent = (100.0 / (1.0 + (-logit).exp())).round() as u8;
    percent
}

fn numbers(question: &Question, candidates: &[Candidate], hits: &[Ranked], weights: &[f32]) -> [f32; 13] {
    let all: f32 = weights.iter().sum::<f32>().max(f32::MIN_POSITIVE);
    let is_by = |zone: &Option<Zone>| zone.is_some_and(|zone| zone > Zone::Lead);
    let share = |candidate: &Candidate| {
        let held = candidate.zones.iter().zip(weights).filter(|(zone, _)| is_by(zone));
        held.map(|(_, weight)| weight).sum::<f32>() / all
    };
    let mut shares: Vec<f32> = candidates.iter().map(share).collect();
    shares.sort_unstable_by(|a, b| b.total_cmp(a));
    let missing = weights
        .iter()
        .enumerate()
        .filter(|(at, _)| !candidates.iter().any(|candidate| candidate.zones.get(*at).is_some_and(is_by)));
    let missing = missing.map(|(_, weight)| *weight).fold(0.0, f32::max);
    let near = || candidates.iter().filter_map(|candidate| candidate.near);
    let first = hits.first().and_then(|hit| hit.candidate.near).unwrap_or_default();
    let flag = |yes: bool| f32::from(u8::from(yes));
    [
        missing / 8.0,
        shares.first().copied().unwrap_or_default(),
        shares.get(2).copied().unwrap_or_default(),
        near().map(|near| near.quote).reduce(f32::max).unwrap_or_default(),
        near().map(|near| near.paragraph).reduce(f32::max).unwrap_or_default(),
        first.quote,
        flag(question.phrase.is_some()),
        candidates.iter().map(|candidate| candidate.phrase).fold(0.0, f32::max),
        flag(!question.speakers.is_empty()),
        flag(question.stranger.is_some()),
        flag(candidates.is_empty()),
        flag(question.terms.is_empty()),
        1.0,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::{Near, QuoteId, Score};
    use crate::quote::Kind;

    fn candidate(zone: Option<Zone>, near: f32) -> Candidate {
        Candidate {
            id: QuoteId(1),
            article: 1,
            ordinal: 0,
            speaker: None,
            words: 1,
            kind: Kind::Direct,
            length: 9,
            headline: false,
            day: None,
            found: 1.0,
            zones: vec![zone],
            alike: Vec::new(),
            member: false,
            phrase: 0.0,
            near: Some(Near { quote: near, paragraph: near }),
        }
    }

    fn sure_of(zone: Option<Zone>, near: f32) -> u8 {
        let question = Question { terms: vec!["ferry".to_owned()], ..Question::default() };
        let found = candidate(zone, near);
        let hit = Ranked { candidate: found.clone(), score: Score::default(), also: Vec::new() };
        sure(&question, &[found.clone(), found.clone(), found], &[hit], &[5.0])
    }

    #[test]
    fn words_and_meaning_make_sure() {
        assert!(sure_of(Some(Zone::Quote), 0.7) > 80);
        assert!(sure_of(None, 0.1) < 50);
        assert!(sure_of(None, 0.7) > sure_of(None, 0.1));
        assert!(sure_of(Some(Zone::Quote), 0.1) > sure_of(None, 0.1));
    }
}

//! Does the record answer a question at all, and how certain is that?
//!
//! A logistic model over some twenty numbers that describe the question and what the ranking found: how much
//! of the question is not near any candidate, how much of it the best candidates and the best article
//! contain, how similar they are in meaning, how relevant the first quotes are if they were read together
//! with the question, and what was asked for. `examples/fit.rs` fits it as if half of
//! all questions had an answer, then shifts it so that one in ten questions with an answer falls below 50.
//! `docs/log/answers.md` has its accuracy.

use std::collections::HashMap;

use serde::Serialize;

use super::weights::{OF_SIGNS, OF_SIGNS_BY_LIGHT};
use super::{Candidate, Ranked, Zone, meaning_of};
use crate::meaning::Meaning;
use crate::question::Question;

/// Whether the record answers a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// It does.
    Yes,
    /// Hardly: the quotes are the nearest there are.
    Near,
    /// Nothing is on record.
    No,
}

/// The number of signs, the inputs of the model.
pub const SIGNS: usize = 29;

/// The signs of one question, in the order of [`SIGN_NAMES`].
pub type Signs = [f32; SIGNS];

/// The name of each sign. What each adds to the logit is in `weights.rs`.
pub const SIGN_NAMES: [&str; SIGNS] = [
    "rarity of the rarest word not in or near any candidate, divided by 8",
    "share of the words not in or near any candidate",
    "share of the words in or near the best candidate",
    "the same for the third-best candidate",
    "the same for the best article",
    "the same for the best candidate, if a speaker is asked for",
    "share of the words in the quote that contains most of them",
    "mean rarity of the words, divided by 8",
    "number of words (logarithm)",
    "meaning of the nearest quote",
    "meaning of the nearest paragraph",
    "meaning of the first quote",
    "meaning of the nearest quote, if a speaker is asked for",
    "score of the first quote, divided by 10",
    "its lead over the tenth, divided by 10",
    "a phrase is asked for",
    "share of the phrase in the quote that contains most of it",
    "a speaker is asked for",
    "a name that nobody on record has is asked for",
    "days, an outlet or a group is asked for",
    "there is no candidate",
    "number of candidates (logarithm)",
    "no topic is asked for",
    "share of the topic in the first quotes or their paragraphs, if a speaker is asked for",
    "the same, if none is",
    "rarity of the rarest topic word that none of them contains, divided by 8",
    "relevance of the first quote, divided by 4",
    "relevance of the most relevant one, divided by 4",
    "always",
];

/// From this value on, the record is considered to answer a question.
pub const SURE: u8 = 50;

/// Returns how certain it is that the record answers a question, 0 to 100; see [`SURE`]. `weights` are the
/// weights of the question's terms, `hits` the candidates that answer, best first.
#[must_use]
pub fn sure(question: &Question, candidates: &[Candidate], hits: &[Ranked], weights: &[f32]) -> u8 {
    let signs = signs(question, candidates, hits, weights);
    let weights = weights_of_signs(meaning_of(candidates));
    let logit: f32 = signs.iter().zip(weights).map(|(value, weight)| value * weight).sum();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
    let percent = (100.0 / (1.0 + (-logit).exp())).round() as u8;
    percent
}

/// Returns the weights of the signs if the meanings of quotes were computed in this way.
#[must_use]
pub const fn weights_of_signs(meaning: Meaning) -> Signs {
    match meaning {
        Meaning::Light => OF_SIGNS_BY_LIGHT,
        Meaning::Full | Meaning::Off => OF_SIGNS,
    }
}

/// Returns the numbers from which [`sure`] is computed.
#[must_use]
pub fn signs(question: &Question, candidates: &[Candidate], hits: &[Ranked], weights: &[f32]) -> Signs {
    let all: f32 = weights.iter().sum::<f32>().max(f32::MIN_POSITIVE);
    let share = |holds: &dyn Fn(usize) -> bool| {
        let held = weights.iter().enumerate().filter(|(at, _)| holds(*at));
        held.map(|(_, weight)| weight).sum::<f32>() / all
    };
    let is_by = |candidate: &Candidate, at: usize| zone_of(candidate, at) > Some(Zone::Lead);
    let mut shares: Vec<f32> = candidates.iter().map(|candidate| share(&|at| is_by(candidate, at))).collect();
    shares.sort_unstable_by(|a, b| b.total_cmp(a));
    let said = |candidate: &Candidate| share(&|at| zone_of(candidate, at) == Some(Zone::Quote));
    let mut articles: HashMap<u64, Vec<&Candidate>> = HashMap::new();
    for candidate in candidates {
        articles.entry(candidate.article).or_default().push(candidate);
    }
    let of_article = |quotes: &Vec<&Candidate>| share(&|at| quotes.iter().any(|quote| is_by(quote, at)));
    let is_missing = |at: usize| !candidates.iter().any(|candidate| is_by(candidate, at));
    let missing = weights.iter().enumerate().filter(|(at, _)| is_missing(*at));
    let near = || candidates.iter().filter_map(|candidate| candidate.near);
    let nearest = near().map(|near| near.quote).reduce(f32::max).unwrap_or_default();
    let first = hits.first().and_then(|hit| hit.candidate.near).unwrap_or_default();
    let score = |at: usize| hits.get(at).or(hits.last()).map_or(0.0, |hit| hit.score.total()) / 10.0;
    let best = shares.first().copied().unwrap_or_default();
    let flag = |yes: bool| f32::from(u8::from(yes));
    let topic = topic(question, weights);
    let first_ones = || hits.iter().take(FIRST).map(|hit| &hit.candidate);
    let of_topic = |candidate: &Candidate| {
        let held = topic.iter().filter(|(at, _)| holds(candidate, *at)).map(|(_, weight)| weight);
        held.sum::<f32>() / topic.iter().map(|(_, weight)| weight).sum::<f32>().max(f32::MIN_POSITIVE)
    };
    let lacking = topic.iter().filter(|(at, _)| !first_ones().any(|candidate| holds(candidate, *at)));
    let lacking = lacking.map(|(_, weight)| *weight).fold(0.0, f32::max) / RAREST;
    let spoken_of = first_ones().map(of_topic).fold(0.0, f32::max);
    let named = flag(!question.speakers.is_empty());
    let limited = question.published.is_some() || question.outlet.is_some() || question.group.is_some();
    let most = |values: &mut dyn Iterator<Item = f32>| values.fold(0.0, f32::max);
    let mut relevance = hits.iter().filter_map(|hit| hit.candidate.relevance);
    let of_first = relevance.next().unwrap_or_default();
    let highest = relevance.fold(of_first, f32::max);
    [
        most(&mut missing.map(|(_, weight)| *weight)) / RAREST,
        share(&is_missing),
        best,
        shares.get(2).copied().unwrap_or_default(),
        most(&mut articles.values().map(of_article)),
        named * best,
        most(&mut candidates.iter().map(said)),
        weights.iter().sum::<f32>() / count(weights.len().max(1)) / RAREST,
        count(weights.len()).ln_1p(),
        nearest,
        near().map(|near| near.paragraph).reduce(f32::max).unwrap_or_default(),
        first.quote,
        named * nearest,
        score(0),
        score(0) - score(9),
        flag(question.phrase.is_some()),
        most(&mut candidates.iter().map(|candidate| candidate.phrase)),
        named,
        flag(question.stranger.is_some() || question.unknown),
        flag(limited),
        flag(candidates.is_empty()),
        count(candidates.len()).ln_1p(),
        flag(question.terms.is_empty()),
        named * spoken_of,
        (1.0 - named) * spoken_of,
        lacking,
        of_first / RELEVANT,
        highest / RELEVANT,
        1.0,
    ]
}

/// The relevance of a quote that certainly answers.
const RELEVANT: f32 = 4.0;

/// How many of the first quotes are checked for the topic.
const FIRST: usize = 3;

/// Returns the indices and weights of the terms that say what is asked about, excluding those for places and
/// offices.
fn topic(question: &Question, weights: &[f32]) -> Vec<(usize, f32)> {
    let besides = |term: &String| question.setting.contains(term) || question.office.contains(term);
    let terms = question.terms.iter().zip(weights).enumerate();
    terms.filter(|(_, (term, _))| !besides(term)).map(|(at, (_, weight))| (at, *weight)).collect()
}

/// Returns whether the term at index `at`, or a word that stands for it, is in the quote or its paragraph.
fn holds(candidate: &Candidate, at: usize) -> bool {
    let alike = candidate.alike.get(at).copied().flatten();
    zone_of(candidate, at).max(alike) >= Some(Zone::Paragraph)
}

/// Approximately the rarity of a word that one in three thousand quotes has near it.
const RAREST: f32 = 8.0;

fn zone_of(candidate: &Candidate, at: usize) -> Option<Zone> {
    candidate.zones.get(at).copied().flatten()
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred at most")]
fn count(number: usize) -> f32 {
    number as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::{Near, rank, sample};

    fn candidate(zone: Option<Zone>, near: f32) -> Candidate {
        Candidate {
            zones: vec![zone],
            near: Some(Near { quote: near, paragraph: near, light: false }),
            ..sample::candidate(1)
        }
    }

    fn sure_of(zone: Option<Zone>, near: f32) -> u8 {
        let question = Question { terms: vec!["ferry".to_owned()], ..Question::default() };
        let found = vec![candidate(zone, near); 3];
        let hits = rank(&question, found.clone(), &[5.0]);
        sure(&question, &found, &hits, &[5.0])
    }

    #[test]
    fn signs_for_the_topic_in_the_first_quotes() {
        let question =
            Question { terms: vec!["ferry".to_owned(), "penguins".to_owned()], ..Question::default() };
        let of = |zones: Vec<Option<Zone>>| {
            let found = vec![Candidate { zones, ..candidate(None, 0.5) }];
            let hits = rank(&question, found.clone(), &[1.0, 3.0]);
            let signs = signs(&question, &found, &hits, &[1.0, 3.0]);
            [signs[SIGNS - 5], signs[SIGNS - 4] * RAREST]
        };
        let (quote, paragraph, around) = (Some(Zone::Quote), Some(Zone::Paragraph), Some(Zone::Around));
        assert_eq!(of(vec![quote, paragraph]), [1.0, 0.0]);
        assert_eq!(of(vec![quote, around]), [0.25, 3.0]);
    }

    #[test]
    fn words_and_meaning_increase_the_confidence() {
        assert!(sure_of(Some(Zone::Quote), 0.7) > 80);
        assert!(sure_of(None, 0.1) < 50);
        assert!(sure_of(None, 0.7) > sure_of(None, 0.1));
        assert!(sure_of(Some(Zone::Quote), 0.1) > sure_of(None, 0.1));
    }
}

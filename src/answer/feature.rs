//! Here are the candidates of a question: what speaks for each of them, in numbers?
//!
//! A score is a weighted sum of these numbers. All weights are in `weights.rs`; `docs/log/answers.md`
//! describes how they were fitted and what each contributes.

use std::collections::HashMap;

use super::weights::{BY_LIGHT, BY_MEANING, BY_WORDS};
use super::{Candidate, Near, Zone};
use crate::meaning::Meaning;
use crate::question::Question;
use crate::quote::Kind;
use crate::quote::row::flag;

/// The part of a score that a feature belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What the quote and its surroundings have in common with the question.
    Topic,
    /// How much of a phrase the quote contains.
    Phrase,
    /// The kind of quote.
    Kind,
    /// What the other quotes of its article have in common with the question.
    Article,
    /// How similar it is in meaning.
    Meaning,
}

/// The number of features of a candidate.
pub const COUNT: usize = 23;

/// The features of one candidate, in the order of [`FEATURES`].
pub type Features = [f32; COUNT];

/// The name of each feature and the part of the score it belongs to. The weights are in `weights.rs`.
pub const FEATURES: [(&str, Part); COUNT] = [
    ("topic words, weighted by zone", Part::Topic),
    ("topic words no nearer than the neighbouring paragraphs", Part::Topic),
    ("words of the office asked about, used for the speaker", Part::Topic),
    ("share of the phrase", Part::Phrase),
    ("direct", Part::Kind),
    ("partly quoted", Part::Kind),
    ("in the headline", Part::Kind),
    ("direct, fewer than four words", Part::Kind),
    ("paraphrase of fewer than six words", Part::Kind),
    ("the speaker is named", Part::Kind),
    ("topic of the three best quotes of the article", Part::Article),
    ("the same relative to the best article, to the fourth power", Part::Article),
    ("topic words in the quote or near it", Part::Topic),
    ("topic words that name the speaker", Part::Topic),
    ("topic words present only as a synonym", Part::Topic),
    ("length (logarithm)", Part::Kind),
    ("meaning of the quote", Part::Meaning),
    ("meaning of its paragraph, if somebody is asked for", Part::Meaning),
    ("meaning of the nearest quote of the article", Part::Meaning),
    ("meaning of the three nearest quotes of the article", Part::Meaning),
    ("outside the month or season named in the question", Part::Kind),
    ("meaning of its paragraph and what surrounds that, if nobody is", Part::Meaning),
    ("meaning of the quote, divided by its words and one", Part::Meaning),
];

// The indices of the features in [`FEATURES`].
pub(super) const TOPIC: usize = 0;
const FAR_TOPIC: usize = 1;
const OFFICE: usize = 2;
pub(super) const PHRASE: usize = 3;
const DIRECT: usize = 4;
const MIXED: usize = 5;
const HEADLINE: usize = 6;
const FEW_WORDS: usize = 7;
const STUB_OF_PARAPHRASE: usize = 8;
const NAMED: usize = 9;
const ARTICLE: usize = 10;
/// How close the article comes to the best one; 1 for the best itself.
pub(super) const BEST_ARTICLE: usize = 11;
const COVERED: usize = 12;
const OWN_NAME: usize = 13;
const INSTEAD: usize = 14;
const LENGTH: usize = 15;
const NEAR: usize = 16;
const NEAR_PARAGRAPH: usize = 17;
const NEAR_ARTICLE: usize = 18;
const NEAR_THREE: usize = 19;
const OUTSIDE: usize = 20;
const NEAR_SURROUNDINGS: usize = 21;
const NEAR_SHORT: usize = 22;

/// Returns the weights of the features if the meanings of quotes were computed in this way.
#[must_use]
pub fn weights(meaning: Meaning) -> Features {
    match meaning {
        Meaning::Full => BY_MEANING,
        Meaning::Light => BY_LIGHT,
        Meaning::Off => BY_WORDS,
    }
}

/// A direct quote of fewer words says little.
const FEW: u8 = 4;
/// A paraphrase of fewer words says little; it is left out if there is anything else.
pub(super) const STUB: u8 = 6;

/// Returns the features of `candidates`, in order. `weights` are the weights of the question's terms, each
/// above 0.
#[must_use]
pub fn features(question: &Question, candidates: &[Candidate], weights: &[f32]) -> Vec<Features> {
    let all: f32 = weights.iter().sum();
    let mut out: Vec<Features> =
        candidates.iter().map(|candidate| own(question, candidate, weights, all)).collect();
    if question.phrase.is_some() {
        // A phrase is found within one quote, whatever is around it.
        return out;
    }
    let mut articles: HashMap<u64, Vec<f32>> = HashMap::new();
    for (candidate, features) in candidates.iter().zip(&out) {
        articles.entry(candidate.article).or_default().push(features[TOPIC]);
    }
    let three_best = |topics: &mut Vec<f32>| {
        topics.sort_unstable_by(|a, b| b.total_cmp(a));
        topics.iter().zip([0.6, 0.25, 0.15]).map(|(topic, share)| topic * share).sum::<f32>()
    };
    let articles: HashMap<u64, f32> =
        articles.into_iter().map(|(article, mut topics)| (article, three_best(&mut topics))).collect();
    let most = articles.values().copied().fold(0.0, f32::max);
    for (candidate, features) in candidates.iter().zip(&mut out) {
        let topic = articles.get(&candidate.article).copied().unwrap_or_default();
        features[ARTICLE] = topic;
        features[BEST_ARTICLE] = if most > 0.0 { (topic / most).powi(4) } else { 0.0 };
    }
    add_meaning(question, candidates, &mut out);
    out
}

/// The weight of a quote relative to its paragraph when the nearest quotes of an article are determined.
const OF_QUOTE: f32 = 0.6;

/// Adds the features for similarity in meaning. A candidate without a known similarity is treated like the
/// least similar one.
fn add_meaning(question: &Question, candidates: &[Candidate], out: &mut [Features]) {
    let known = || candidates.iter().filter_map(|candidate| candidate.near);
    let farthest = Near {
        quote: known().map(|near| near.quote).fold(1.0, f32::min),
        paragraph: known().map(|near| near.paragraph).fold(1.0, f32::min),
        light: false,
    };
    if known().next().is_none() {
        return;
    }
    let mut articles: HashMap<u64, Vec<f32>> = HashMap::new();
    for (candidate, features) in candidates.iter().zip(&mut *out) {
        let near = candidate.near.unwrap_or(farthest);
        features[NEAR] = near.quote;
        // Of few words, a single one decides.
        features[NEAR_SHORT] = near.quote / (1.0 + f32::from(candidate.length));
        features[if question.speakers.is_empty() { NEAR_SURROUNDINGS } else { NEAR_PARAGRAPH }] =
            near.paragraph;
        let both = OF_QUOTE * near.quote + (1.0 - OF_QUOTE) * near.paragraph;
        articles.entry(candidate.article).or_default().push(both);
    }
    for nearest in articles.values_mut() {
        nearest.sort_unstable_by(|a, b| b.total_cmp(a));
        nearest.truncate(3);
    }
    for (candidate, features) in candidates.iter().zip(out) {
        let nearest = articles.get(&candidate.article).map_or(&[][..], Vec::as_slice);
        features[NEAR_ARTICLE] = nearest.first().copied().unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "at most three")]
        let count = nearest.len().max(1) as f32;
        features[NEAR_THREE] = nearest.iter().sum::<f32>() / count;
    }
}

/// The weight of a word that only stands for one of the question's words.
pub(super) const ALIKE: f32 = 0.6;

/// The weight of a word that says where or when something was said.
const OF_SETTING: f32 = 0.3;

/// Returns the features that depend on the candidate alone.
fn own(question: &Question, candidate: &Candidate, weights: &[f32], all: f32) -> Features {
    let mut out = [0.0; COUNT];
    for ((at, term), (zone, weight)) in
        question.terms.iter().enumerate().zip(candidate.zones.iter().zip(weights))
    {
        let share = weight / all;
        match *zone {
            Some(zone) => {
                let setting = if question.setting.contains(term) { OF_SETTING } else { 1.0 };
                out[COVERED] += share * setting * if zone == Zone::Lead { 0.5 } else { 1.0 };
                let names = !question.office.contains(term) && !question.setting.contains(term);
                out[OWN_NAME] += share * flag(zone == Zone::Role && names);
            }
            None => {
                let alike = candidate.alike.get(at).copied().flatten();
                out[INSTEAD] += share * flag(alike.is_some_and(|alike| alike > Zone::Lead));
            }
        }
    }
    for (at, ((term, zone), weight)) in question.terms.iter().zip(&candidate.zones).zip(weights).enumerate() {
        let alike = candidate
            .alike
            .get(at)
            .copied()
            .flatten()
            .filter(|alike| ALIKE * alike.weight() > zone.map_or(0.0, Zone::weight));
        if let Some(alike) = alike {
            out[TOPIC] += weight / all * ALIKE * alike.weight();
            continue;
        }
        let Some(zone) = *zone else { continue };
        let weight = weight / all;
        if question.office.contains(term) {
            out[TOPIC] += weight * zone.weight_of_office();
            #[expect(clippy::cast_precision_loss, reason = "an office has a few words")]
            let words = question.office.len() as f32;
            out[OFFICE] += flag(zone == Zone::Role) / words;
        } else if question.setting.contains(term) {
            out[TOPIC] += weight * zone.weight_of_setting();
        } else {
            out[TOPIC] += weight * zone.weight();
            out[FAR_TOPIC] += weight * flag(zone <= Zone::Around);
        }
    }
    let paraphrase = candidate.kind == Kind::Indirect;
    out[PHRASE] = candidate.phrase;
    out[DIRECT] = flag(candidate.kind == Kind::Direct);
    out[MIXED] = flag(candidate.kind == Kind::Mixed);
    out[HEADLINE] = flag(candidate.headline);
    out[FEW_WORDS] = flag(!paraphrase && candidate.length < FEW);
    out[STUB_OF_PARAPHRASE] = flag(paraphrase && candidate.length < STUB);
    out[NAMED] = flag(candidate.speaker.is_some());
    let outside = question.named_period().is_some_and(|days| !days.contains(candidate.day));
    out[OUTSIDE] = flag(outside);
    out[LENGTH] = (1.0 + f32::from(candidate.length)).ln();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_constant_is_the_index_of_its_feature() {
        let named = [
            (TOPIC, "topic words, weighted"),
            (FAR_TOPIC, "topic words no nearer"),
            (OFFICE, "words of the office"),
            (PHRASE, "share of the phrase"),
            (DIRECT, "direct"),
            (MIXED, "partly quoted"),
            (HEADLINE, "in the headline"),
            (FEW_WORDS, "direct, fewer"),
            (STUB_OF_PARAPHRASE, "paraphrase of"),
            (NAMED, "the speaker is named"),
            (ARTICLE, "topic of the three best"),
            (BEST_ARTICLE, "the same relative"),
            (COVERED, "topic words in the quote or near"),
            (OWN_NAME, "topic words that name"),
            (INSTEAD, "topic words present only"),
            (LENGTH, "length"),
            (NEAR, "meaning of the quote"),
            (NEAR_PARAGRAPH, "meaning of its paragraph"),
            (NEAR_ARTICLE, "meaning of the nearest"),
            (NEAR_THREE, "meaning of the three"),
            (OUTSIDE, "outside the month"),
            (NEAR_SURROUNDINGS, "meaning of its paragraph and what surrounds"),
            (NEAR_SHORT, "meaning of the quote, divided"),
        ];
        assert_eq!(named.len(), COUNT);
        for (place, name) in named {
            assert!(FEATURES[place].0.starts_with(name), "{name}");
        }
    }
}

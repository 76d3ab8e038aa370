//! Here are candidates, each with what it shares with the question: which of them answer it, the best first?
//!
//! Nothing is read here but numbers: the words of a quote are fetched only when it is shown. What each part of a score weighs stands
//! below; how it was found, and what it brings, in `docs/answers.md`.

use std::collections::HashMap;

use jiff::civil::Date;
use serde::Serialize;

use super::Zone;
use crate::question::{Question, Wish};
use crate::quote::Kind;

/// Why a quote ranks where it does. The parts add up to [`Score::total`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Score {
    /// Share of the topic found in the quote and around it, by rarity: 0 to 1.
    pub topic: f32,
    /// How much of the phrase asked for the quote holds: 0 to `PHRASE`.
    pub phrase: f32,
    /// Bonus for the speaker's own words.
    pub kind: f32,
    /// Bonus for a name of the question in the quote's surroundings and for an article that fits as a whole.
    pub article: f32,
}

/// Weight of a phrase that is found whole.
const PHRASE: f32 = 2.0;
/// What a direct quote counts, and by how much it is before a paraphrase: own words come first unless a paraphrase fits far better.
const DIRECT: f32 = 1.4;
/// What a mixed quote counts.
const MIXED: f32 = 1.25;
/// What a paraphrase counts: no less than what it may lose, so that no score is below 0.
const INDIRECT: f32 = 0.7;
/// What words quoted in a headline lose: they stand again, and whole, below it.
const HEADLINE: f32 = -0.25;
/// Bonus of a quote whose speaker is known.
const NAMED: f32 = 0.1;
/// What a fragment of less than four words loses.
const FRAGMENT: f32 = -0.1;
/// Weight of the best of the other quotes of the same article.
const ARTICLE: f32 = 0.15;
/// What the quotes of one article count more: the one whose three best fit the question best.
const BEST_ARTICLE: f32 = 0.3;
/// Least share of the topic that an answer about a known speaker must have.
const FLOOR_TOPIC: f32 = 0.33;
/// What shares less of the topic than this part of the best one's share is left out.
const TAIL: f32 = 0.45;
/// Least share of a phrase that counts as found.
const FLOOR_PHRASE: f32 = 0.4;

impl Score {
    /// Returns the sum of the parts.
    #[must_use]
    pub fn total(&self) -> f32 {
        self.topic + self.phrase + self.kind + self.article
    }
}

/// Where the index keeps a quote. It means something only to the commit of the index that gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The segment.
    pub segment: u32,
    /// The document in it.
    pub document: u32,
}

/// A quote that may answer, as the index describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Where it is kept.
    pub place: Place,
    /// A number that is the same for the quotes of one article.
    pub article: u32,
    /// Its place among the quotes of the article.
    pub ordinal: u16,
    /// A number for the speaker; `None` where nobody is named.
    pub speaker: Option<u32>,
    /// A number for its words, the same for the same words.
    pub words: u32,
    /// How much of it is verbatim.
    pub kind: Kind,
    /// Its words, at most 127.
    pub length: u8,
    /// Whether it stands in the headline.
    pub headline: bool,
    /// The day of publication.
    pub day: Option<Date>,
    /// Where each term of the question stands; `None` where nowhere near.
    pub zones: Vec<Option<Zone>>,
    /// How much of the phrase asked for it holds: 0 to 1; see [`super::Phrase::similarity`].
    pub phrase: f32,
}

/// A candidate that answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// The quote.
    pub candidate: Candidate,
    /// Why it ranks here.
    pub score: Score,
    /// Where the same words of the same speaker stand in other articles, best first.
    pub also: Vec<Place>,
}

/// Returns those of `candidates` that answer the question, best first; ties go by article and place in it. `weights` are those of
/// the question's terms, more for rarer ones, above 0. The list is empty where the best candidate shares too little with the question.
#[must_use]
pub fn rank(question: &Question, candidates: Vec<Candidate>, weights: &[f32]) -> Vec<Ranked> {
    let all: f32 = weights.iter().sum();
    let most = candidates.iter().map(|candidate| covered(candidate, weights) / all).fold(0.0, f32::max);
    let mut hits: Vec<Ranked> = candidates
        .into_iter()
        .map(|candidate| {
            let score = Score {
                topic: if all > 0.0 { coverage(question, &candidate, weights) / all } else { 0.0 },
                phrase: PHRASE * candidate.phrase,
                kind: kind_bonus(&candidate),
                article: 0.0,
            };
            Ranked { candidate, score, also: Vec::new() }
        })
        .collect();
    agree(question, &mut hits);
    hits.sort_by(|a, b| order(question.wish, a, b));
    if question.phrase.is_some() {
        hits.retain(|hit| hit.score.phrase >= PHRASE * FLOOR_PHRASE);
    } else if !question.terms.is_empty() {
        let best = hits.iter().map(|hit| hit.score.topic).fold(0.0, f32::max);
        if !question.speakers.is_empty() && most < FLOOR_TOPIC {
            hits.clear();
        }
        // What shares next to nothing with the question only pads the list.
        hits.retain(|hit| hit.score.topic > 0.0 && hit.score.topic >= best * TAIL);
    }
    // Where days or nothing at all order them, paraphrases only pad the list of somebody's own words.
    if (question.terms.is_empty() || question.published.is_some())
        && question.phrase.is_none()
        && hits.iter().any(|hit| hit.candidate.kind != Kind::Indirect)
    {
        hits.retain(|hit| hit.candidate.kind != Kind::Indirect);
    }
    let hits = merge(hits);
    if question.wish == Wish::WhoSaidWhat || question.speakers.len() > 1 { spread(hits) } else { hits }
}

/// What the quote and its surroundings hold of the terms, by weight.
fn coverage(question: &Question, candidate: &Candidate, weights: &[f32]) -> f32 {
    let found = question.terms.iter().zip(&candidate.zones).zip(weights);
    found
        .filter_map(|((term, zone), weight)| {
            let zone = zone.as_ref()?;
            let share = if question.office.contains(term) {
                zone.weight_of_office()
            } else if question.setting.contains(term) {
                zone.weight_of_setting()
            } else {
                zone.weight()
            };
            Some(weight * share)
        })
        .sum()
}

/// What the quote or anything around it holds of the terms, by weight; what only the lead of its article holds counts half.
fn covered(candidate: &Candidate, weights: &[f32]) -> f32 {
    let share = |zone: Option<Zone>| match zone {
        None => 0.0,
        Some(Zone::Lead) => 0.5,
        Some(_) => 1.0,
    };
    candidate.zones.iter().zip(weights).map(|(zone, weight)| share(*zone) * weight).sum()
}

/// Own words before paraphrases; a fragment of one or two words says little by itself.
fn kind_bonus(candidate: &Candidate) -> f32 {
    let whole = match candidate.kind {
        Kind::Direct => DIRECT,
        Kind::Mixed => MIXED,
        Kind::Indirect => INDIRECT,
    };
    let headline = if candidate.headline { HEADLINE } else { 0.0 };
    let fragment = match (candidate.length, candidate.kind) {
        (0..6, Kind::Indirect) => 4.0 * FRAGMENT,
        (0..4, _) => FRAGMENT,
        _ => 0.0,
    };
    let named = if candidate.speaker.is_some() { NAMED } else { 0.0 };
    whole + headline + fragment + named
}

/// Raises the quotes of articles in which other quotes fit as well, most of all those of the article that fits best; a phrase is found in
/// one quote, whatever stands beside it.
fn agree(question: &Question, hits: &mut [Ranked]) {
    let fit = |hit: &Ranked| hit.score.topic + hit.score.phrase;
    let mut articles: HashMap<u32, Vec<f32>> = HashMap::new();
    for hit in hits.iter() {
        articles.entry(hit.candidate.article).or_default().push(fit(hit));
    }
    for fits in articles.values_mut() {
        fits.sort_unstable_by(|a, b| b.total_cmp(a));
    }
    let three_best = |fits: &Vec<f32>| fits.iter().take(3).sum::<f32>();
    let most = articles.values().map(three_best).fold(0.0, f32::max);
    for hit in hits.iter_mut() {
        let Some(fits) = articles.get(&hit.candidate.article) else { continue };
        let first = fits.first().copied().unwrap_or_default();
        let others = if fit(hit) >= first { fits.get(1).copied().unwrap_or_default() } else { first };
        let best = if question.phrase.is_none() && most > 0.0 && three_best(fits) >= most {
            BEST_ARTICLE
        } else {
            0.0
        };
        hit.score.article = ARTICLE * others.min(1.0) + best;
    }
}

fn order(wish: Wish, a: &Ranked, b: &Ranked) -> std::cmp::Ordering {
    let by_date = || a.candidate.day.cmp(&b.candidate.day);
    let by_score = || b.score.total().total_cmp(&a.score.total());
    let place = |hit: &Ranked| (hit.candidate.article, hit.candidate.ordinal, hit.candidate.place);
    let by_place = || place(a).cmp(&place(b));
    match wish {
        Wish::Latest => by_date().reverse().then_with(by_score).then_with(by_place),
        Wish::First => by_date().then_with(by_score).then_with(by_place),
        _ => by_score().then_with(by_place),
    }
}

/// Joins hits of the same words by the same speaker: the best stays, the others become its variants.
fn merge(hits: Vec<Ranked>) -> Vec<Ranked> {
    let mut out: Vec<Ranked> = Vec::with_capacity(hits.len());
    let mut seen: HashMap<(Option<u32>, u32), usize> = HashMap::new();
    for hit in hits {
        match seen.get(&(hit.candidate.speaker, hit.candidate.words)) {
            Some(&at) => out[at].also.push(hit.candidate.place),
            None => {
                seen.insert((hit.candidate.speaker, hit.candidate.words), out.len());
                out.push(hit);
            }
        }
    }
    out
}

/// Orders the hits so that each speaker's best comes before anybody's second, as long as it is not far worse.
fn spread(hits: Vec<Ranked>) -> Vec<Ranked> {
    let mut counts: HashMap<Option<u32>, usize> = HashMap::new();
    let mut rounds: Vec<(usize, Ranked)> = hits
        .into_iter()
        .map(|hit| {
            let count = counts.entry(hit.candidate.speaker).or_default();
            *count += 1;
            (*count, hit)
        })
        .collect();
    rounds.sort_by_key(|(round, _)| *round);
    rounds.into_iter().map(|(_, hit)| hit).collect()
}

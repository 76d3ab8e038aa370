//! Here is a question and what the index found for it: which quotes answer it, the best first?
//!
//! [`rank`] scores each candidate from what it and its surroundings share with the question, weighted by how rare the shared
//! words are, merges the same quote from several outlets, and decides that nothing is on record where too little of the
//! question is found. Every score keeps its parts.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::article::{ArticleId, Citation};
use crate::fold;
use crate::question::{Question, Wish};
use crate::quote::{Kind, Quote};
use crate::span::Span;

/// One quote with everything an answer shows of it; what the index stores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The article it stands in.
    pub article: ArticleId,
    /// Its place among the quotes of the article, from 0.
    pub ordinal: u32,
    /// The quote; all spans are of the article's text.
    pub quote: Quote,
    /// The paragraphs of the quote with their neighbours: a slice of the article's text.
    pub context: String,
    /// Offset in bytes of `context` in the article's text.
    pub context_start: usize,
    /// The paragraphs of the quote, without neighbours.
    pub paragraph: Span,
    /// The first paragraph of the article below its headline, cut where it is very long: what the article is about.
    pub lead: String,
    /// What the speaker was on the day of the article: "President, Finland".
    pub role: Option<String>,
    /// Where it was published.
    pub citation: Citation,
    /// Whether the article is a digest of the cited report.
    pub digest: bool,
    /// Subjects of the article.
    pub tags: Vec<String>,
}

impl Record {
    /// Returns the text at `span` of the article, if the context holds it; else the empty string.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        match span.start.checked_sub(self.context_start) {
            Some(start) => Span::new(start, span.end.saturating_sub(self.context_start)).text(&self.context),
            None => "",
        }
    }

    /// Returns the words of the quote, its parts joined by one space.
    #[must_use]
    pub fn words(&self) -> String {
        self.quote.content.iter().map(|span| self.text(*span)).collect::<Vec<_>>().join(" ")
    }
}

/// Why a quote ranks where it does. The parts add up to [`Score::total`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Score {
    /// Share of the topic found in the quote and around it, by rarity: 0 to 1.
    pub topic: f32,
    /// How much of the phrase asked for the quote holds: 0 to [`PHRASE`].
    pub phrase: f32,
    /// Bonus for the speaker's own words.
    pub kind: f32,
    /// Bonus for a name of the question in the quote's surroundings and for an article that fits as a whole.
    pub article: f32,
    /// How far the index itself preferred it: 0 to [`INDEX`].
    pub index: f32,
}

/// Weight of a phrase that is found whole.
pub const PHRASE: f32 = 2.0;
/// Weight of the index's own order.
pub const INDEX: f32 = 0.2;
/// Bonus of a direct quote over a paraphrase: about a quarter of a full topic match.
pub const DIRECT: f32 = 0.25;
/// Bonus of a mixed quote.
pub const MIXED: f32 = 0.12;
/// What a paraphrase loses: own words come first unless a paraphrase fits far better.
pub const INDIRECT: f32 = -0.2;
/// What words quoted in a headline lose: they stand again, and whole, below it.
pub const HEADLINE: f32 = -0.25;
/// What a term counts that stands only in the paragraph, the neighbouring paragraphs, the headline or the lead.
pub const NEARBY: [f32; 4] = [0.7, 0.45, 0.45, 0.4];
/// What a fragment of less than four words loses.
pub const FRAGMENT: f32 = -0.1;
/// Weight of the other quotes of the same article.
pub const ARTICLE: f32 = 0.15;
/// Least share of the topic that an answer about a known speaker must have.
pub const FLOOR_TOPIC: f32 = 0.34;
/// Least share of a phrase that counts as found.
pub const FLOOR_PHRASE: f32 = 0.5;

impl Score {
    /// Returns the sum of the parts.
    #[must_use]
    pub fn total(&self) -> f32 {
        self.topic + self.phrase + self.kind + self.article + self.index
    }
}

/// One answer: a quote and why it ranks here.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hit {
    /// The quote.
    pub record: Record,
    /// Why it ranks here.
    pub score: Score,
    /// The same words in other articles, best first.
    pub variants: Vec<Record>,
}

/// A candidate from the index.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The quote.
    pub record: Record,
    /// The index's own score, 0 or more.
    pub bm25: f32,
}

/// All of an answer, ready to render.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// The question as it was understood.
    pub question: Question,
    /// The quotes, best first; empty when nothing is on record.
    pub hits: Vec<Hit>,
    /// Why there is nothing, or what to know about the answer; one sentence.
    pub note: Option<String>,
}

/// Returns at most `limit` of `candidates`, best first; ties go by article and place. `rarity` is the weight of a stem, more
/// for rarer ones, above 0. The list is empty where the best candidate shares too little with the question.
#[must_use]
pub fn rank(
    question: &Question,
    candidates: Vec<Candidate>,
    rarity: &dyn Fn(&str) -> f32,
    limit: usize,
) -> Vec<Hit> {
    let terms: Vec<(String, f32)> = question.terms.iter().map(|term| weigh(term, rarity)).collect();
    let phrase = question.phrase.as_deref().map(|phrase| Phrase::new(phrase, rarity));
    let best_bm25 = candidates.iter().map(|candidate| candidate.bm25).fold(f32::MIN_POSITIVE, f32::max);
    let mut hits: Vec<Hit> = candidates
        .into_iter()
        .map(|Candidate { record, bm25 }| {
            let score = Score {
                topic: coverage(&record, &terms),
                phrase: phrase.as_ref().map_or(0.0, |phrase| PHRASE * phrase.similarity(&record.words())),
                kind: kind_bonus(&record),
                article: 0.0,
                index: INDEX * bm25 / best_bm25,
            };
            Hit { record, score, variants: Vec::new() }
        })
        .collect();
    agree(&mut hits);
    hits.sort_by(|a, b| order(question.wish, a, b));
    if phrase.is_some() {
        hits.retain(|hit| hit.score.phrase >= PHRASE * FLOOR_PHRASE);
    } else if !terms.is_empty() {
        let best = hits.iter().map(|hit| hit.score.topic).fold(0.0, f32::max);
        let floor = if question.speakers.is_empty() { f32::MIN_POSITIVE } else { FLOOR_TOPIC };
        // What shares next to nothing with the question only pads the list.
        hits.retain(|hit| hit.score.topic >= floor.max(best * 0.45));
    }
    let mut hits = merge(hits);
    if question.wish == Wish::WhoSaidWhat || question.speakers.len() > 1 {
        hits = spread(hits);
    }
    hits.truncate(limit);
    hits
}

/// A term with the stem it is compared by and its weight.
fn weigh(term: &str, rarity: &dyn Fn(&str) -> f32) -> (String, f32) {
    let stem = fold::stem(term);
    let weight = rarity(&stem);
    (stem, weight)
}

fn stems(text: &str) -> HashSet<String> {
    fold::words(text).iter().map(|word| fold::stem(word)).collect()
}

/// The share of the terms, by weight, that the quote and its surroundings hold; 0 without terms.
fn coverage(record: &Record, terms: &[(String, f32)]) -> f32 {
    if terms.is_empty() {
        return 0.0;
    }
    let quote = stems(&record.words());
    let paragraph = stems(record.text(record.paragraph));
    let around = stems(&record.context);
    let title = stems(record.citation.title.as_deref().unwrap_or_default());
    let lead = stems(&record.lead);
    let total: f32 = terms.iter().map(|(_, weight)| weight).sum();
    let found: f32 = terms
        .iter()
        .map(|(stem, weight)| {
            let share = if quote.contains(stem) {
                1.0
            } else if paragraph.contains(stem) {
                NEARBY[0]
            } else if around.contains(stem) {
                NEARBY[1]
            } else if title.contains(stem) {
                NEARBY[2]
            } else if lead.contains(stem) {
                NEARBY[3]
            } else {
                0.0
            };
            weight * share
        })
        .sum();
    found / total
}

/// A phrase to find, perhaps misremembered.
struct Phrase {
    words: Vec<(String, f32)>,
}

impl Phrase {
    fn new(phrase: &str, rarity: &dyn Fn(&str) -> f32) -> Self {
        Self { words: fold::words(phrase).iter().map(|word| weigh(word, rarity)).collect() }
    }

    /// Half the share of its words, by rarity, half the share of its word pairs that `text` holds: 0 to 1.
    fn similarity(&self, text: &str) -> f32 {
        let words: Vec<String> = fold::words(text).iter().map(|word| fold::stem(word)).collect();
        let held: HashSet<&str> = words.iter().map(String::as_str).collect();
        let pairs: HashSet<(&str, &str)> =
            words.windows(2).map(|two| (two[0].as_str(), two[1].as_str())).collect();
        let total: f32 = self.words.iter().map(|(_, weight)| weight).sum();
        let found: f32 = self
            .words
            .iter()
            .filter(|(word, _)| held.contains(word.as_str()))
            .map(|(_, weight)| weight)
            .sum();
        if total <= 0.0 {
            return 0.0;
        }
        let asked = self.words.windows(2).count();
        let shared = self
            .words
            .windows(2)
            .filter(|two| pairs.contains(&(two[0].0.as_str(), two[1].0.as_str())))
            .count();
        #[expect(clippy::cast_precision_loss, reason = "a phrase has a handful of words")]
        let pairs = if asked == 0 { found / total } else { shared as f32 / asked as f32 };
        f32::midpoint(found / total, pairs)
    }
}

/// Own words before paraphrases; a fragment of one or two words says little by itself.
fn kind_bonus(record: &Record) -> f32 {
    let words = record.words().split_whitespace().count();
    let whole = match record.quote.kind {
        Kind::Direct => DIRECT,
        Kind::Mixed => MIXED,
        Kind::Indirect => INDIRECT,
    };
    let headline = if record.paragraph.start == 0 { HEADLINE } else { 0.0 };
    let fragment = match (words, record.quote.kind) {
        (0..6, Kind::Indirect) => 4.0 * FRAGMENT,
        (0..4, _) => FRAGMENT,
        _ => 0.0,
    };
    whole + headline + fragment
}

/// Raises the quotes of articles in which other quotes fit as well.
fn agree(hits: &mut [Hit]) {
    let mut best: HashMap<ArticleId, [f32; 2]> = HashMap::new();
    for hit in hits.iter() {
        let fit = hit.score.topic + hit.score.phrase;
        let [first, second] = best.entry(hit.record.article.clone()).or_default();
        if fit > *first {
            (*second, *first) = (*first, fit);
        } else if fit > *second {
            *second = fit;
        }
    }
    for hit in hits.iter_mut() {
        let fit = hit.score.topic + hit.score.phrase;
        if let Some([first, second]) = best.get(&hit.record.article) {
            let others = if fit >= *first { *second } else { *first };
            hit.score.article = ARTICLE * others.min(1.0);
        }
    }
}

fn order(wish: Wish, a: &Hit, b: &Hit) -> std::cmp::Ordering {
    let by_date = || a.record.citation.date.cmp(&b.record.citation.date);
    let by_score = || b.score.total().total_cmp(&a.score.total());
    let by_place = || (&a.record.article, a.record.ordinal).cmp(&(&b.record.article, b.record.ordinal));
    match wish {
        Wish::Latest => by_date().reverse().then_with(by_score).then_with(by_place),
        Wish::First => by_date().then_with(by_score).then_with(by_place),
        _ => by_score().then_with(by_place),
    }
}

/// Joins hits of the same words by the same speaker: the best stays, the others become its variants.
fn merge(hits: Vec<Hit>) -> Vec<Hit> {
    let mut out: Vec<Hit> = Vec::with_capacity(hits.len());
    let mut seen: HashMap<(Option<String>, String), usize> = HashMap::new();
    for hit in hits {
        let key = (hit.record.quote.speaker().map(str::to_owned), fold::words(&hit.record.words()).join(" "));
        match seen.get(&key) {
            Some(&at) => out[at].variants.push(hit.record),
            None => {
                seen.insert(key, out.len());
                out.push(hit);
            }
        }
    }
    out
}

/// Orders the hits so that each speaker's best comes before anybody's second, as long as it is not far worse.
fn spread(hits: Vec<Hit>) -> Vec<Hit> {
    let mut counts: HashMap<Option<String>, usize> = HashMap::new();
    let mut rounds: Vec<(usize, Hit)> = hits
        .into_iter()
        .map(|hit| {
            let count = counts.entry(hit.record.quote.speaker().map(str::to_owned)).or_default();
            *count += 1;
            (*count, hit)
        })
        .collect();
    rounds.sort_by_key(|(round, _)| *round);
    rounds.into_iter().map(|(_, hit)| hit).collect()
}

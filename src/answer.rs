//! Here is a question and what the index found for it: which quotes answer it, the best first?
//!
//! [`rank`] scores each candidate from what it and its surroundings share with the question, weighted by how rare the shared
//! words are, merges the same quote from several outlets, and decides that nothing is on record where too little of the
//! question is found. Every score keeps its parts.

mod check;
mod record;

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use crate::article::ArticleId;
use crate::fold;
use crate::question::{Question, Wish};
use crate::quote::Kind;
use crate::span::Span;

pub use check::{Checked, Piece, Side, Verdict, compare};
pub use record::{QuoteId, Record};

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
pub const DIRECT: f32 = 0.4;
/// Bonus of a mixed quote.
pub const MIXED: f32 = 0.25;
/// What a paraphrase loses: own words come first unless a paraphrase fits far better.
pub const INDIRECT: f32 = -0.3;
/// What words quoted in a headline lose: they stand again, and whole, below it.
pub const HEADLINE: f32 = -0.25;
/// What a term counts that stands only in the paragraph, the neighbouring paragraphs, the headline or the lead.
pub const NEARBY: [f32; 4] = [0.7, 0.45, 0.45, 0.4];
/// Bonus of a quote whose speaker is known.
pub const NAMED: f32 = 0.1;
/// What a fragment of less than four words loses.
pub const FRAGMENT: f32 = -0.1;
/// Weight of the other quotes of the same article.
pub const ARTICLE: f32 = 0.15;
/// Least share of the topic that an answer about a known speaker must have.
pub const FLOOR_TOPIC: f32 = 0.3;
/// What shares less of the topic than this part of the best one's share is left out.
pub const TAIL: f32 = 0.45;
/// What a phrase loses for each word that the quote is longer.
pub const LONGER: f32 = 0.0005;
/// Least share of a phrase that counts as found.
pub const FLOOR_PHRASE: f32 = 0.4;

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
    /// The words of the quote that were asked for, in order, none inside another: spans of the article's text, as the
    /// contents are ([`Record::text`] reads them).
    pub marks: Vec<Span>,
    /// The same words in other articles, best first.
    pub also: Vec<Record>,
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
    /// The quotes of this page, best first; empty when nothing is on record, or past the last page.
    pub hits: Vec<Hit>,
    /// How many quotes come before these.
    pub offset: usize,
    /// How many quotes answer the question, on all pages; the same quote in several outlets counts once. At most the number of
    /// candidates the index gives, [`crate::index::POOL`].
    pub total: usize,
    /// What there is instead; set exactly where `total` is 0.
    pub nothing: Option<Nothing>,
    /// How the words compare with the record, where that was the question.
    pub checked: Option<Checked>,
}

impl Answer {
    /// Returns how many quotes come after those of this page.
    #[must_use]
    pub fn more(&self) -> usize {
        self.total.saturating_sub(self.offset + self.hits.len())
    }
}

/// Part of an answer: where it begins and how many quotes it has at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Quotes before it.
    pub offset: usize,
    /// Quotes on it at most.
    pub limit: usize,
}

impl From<usize> for Page {
    /// The first page, of `limit` quotes.
    fn from(limit: usize) -> Self {
        Self { offset: 0, limit }
    }
}

/// What there is where nothing is on record: a help to ask otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Nothing {
    /// Speakers on record with a name like the unknown one that was asked for, the likeliest first, at most three.
    pub called_alike: Vec<String>,
    /// Others who spoke about the topic, the best first, at most three.
    pub spoke_about_it: Vec<String>,
    /// What the speaker who was asked for did speak about: headlines, the newest first, at most three. Empty for a speaker who is
    /// not quoted at all.
    pub topics: Vec<String>,
}

/// Returns those of `candidates` that answer the question, best first; ties go by article and place. `rarity` is the weight of a stem, more
/// for rarer ones, above 0. The list is empty where the best candidate shares too little with the question.
#[must_use]
pub fn rank(question: &Question, candidates: Vec<Candidate>, rarity: &dyn Fn(&str) -> f32) -> Vec<Hit> {
    let terms: Vec<(String, f32)> = question.terms.iter().map(|term| weigh(term, rarity)).collect();
    let phrase = question.phrase.as_deref().map(|phrase| Phrase::new(phrase, rarity));
    let best_bm25 = candidates.iter().map(|candidate| candidate.bm25).fold(f32::MIN_POSITIVE, f32::max);
    let mut held: HashMap<QuoteId, f32> = HashMap::new();
    let mut hits: Vec<Hit> = candidates
        .into_iter()
        .inspect(|candidate| {
            held.insert(candidate.record.id(), covered(&candidate.record, &terms));
        })
        .map(|Candidate { record, bm25 }| {
            let score = Score {
                topic: coverage(&record, &terms),
                phrase: phrase.as_ref().map_or(0.0, |phrase| PHRASE * phrase.similarity(&record.words())),
                kind: kind_bonus(&record),
                article: 0.0,
                index: INDEX * bm25 / best_bm25,
            };
            Hit { marks: Vec::new(), record, score, also: Vec::new() }
        })
        .collect();
    agree(&mut hits);
    hits.sort_by(|a, b| order(question.wish, a, b));
    if phrase.is_some() {
        hits.retain(|hit| hit.score.phrase >= PHRASE * FLOOR_PHRASE);
    } else if !terms.is_empty() {
        let best = hits.iter().map(|hit| hit.score.topic).fold(0.0, f32::max);
        let most = held.values().copied().fold(0.0, f32::max);
        if !question.speakers.is_empty() && most < FLOOR_TOPIC {
            hits.clear();
        }
        // What shares next to nothing with the question only pads the list.
        hits.retain(|hit| hit.score.topic > 0.0 && hit.score.topic >= best * TAIL);
    }
    // Where days or nothing at all order them, paraphrases only pad the list of somebody's own words.
    if (terms.is_empty() || question.published.is_some())
        && phrase.is_none()
        && hits.iter().any(|hit| hit.record.quote.kind != Kind::Indirect)
    {
        hits.retain(|hit| hit.record.quote.kind != Kind::Indirect);
    }
    let mut hits = merge(hits);
    if question.wish == Wish::WhoSaidWhat || question.speakers.len() > 1 {
        hits = spread(hits);
    }
    for hit in &mut hits {
        hit.marks = marks(&hit.record, question);
    }
    hits
}

/// The words of a quote whose stem is asked for.
fn marks(record: &Record, question: &Question) -> Vec<Span> {
    let stems = question.stems();
    let in_text = |span: Span, start: usize| Span::new(span.start + start, span.end + start);
    record
        .quote
        .content
        .iter()
        .flat_map(|content| {
            fold::places(record.text(*content), &stems).into_iter().map(|span| in_text(span, content.start))
        })
        .collect()
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

/// The share of the terms, by weight, that the quote or anything around it holds; what only the lead of its article holds counts
/// half.
fn covered(record: &Record, terms: &[(String, f32)]) -> f32 {
    let mut around = stems(&record.context);
    around.extend(stems(record.citation.title.as_deref().unwrap_or_default()));
    around.extend(stems(record.role.as_deref().unwrap_or_default()));
    let lead = stems(&record.lead);
    let share = |stem: &String| match (around.contains(stem), lead.contains(stem)) {
        (true, _) => 1.0,
        (false, true) => 0.5,
        (false, false) => 0.0,
    };
    let total: f32 = terms.iter().map(|(_, weight)| weight).sum();
    let found: f32 = terms.iter().map(|(stem, weight)| weight * share(stem)).sum();
    if total > 0.0 { found / total } else { 0.0 }
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
        // Of two that hold the same of it the shorter one is nearer.
        let longer = words.len().saturating_sub(self.words.len()).min(100);
        #[expect(clippy::cast_precision_loss, reason = "at most a hundred")]
        let longer = longer as f32 * LONGER;
        f32::midpoint(found / total, pairs) * (1.0 - longer)
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
    let named = if record.quote.speaker().is_some() { NAMED } else { 0.0 };
    whole + headline + fragment + named
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
            Some(&at) => out[at].also.push(hit.record),
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

//! Here are candidates, each with what it has in common with the question: which of them answer it, best
//! first?
//!
//! This works on numbers only: the words of a quote are fetched when it is shown. The weights are in
//! `weights.rs`.

use std::collections::HashMap;
use std::hash::Hash;

use jiff::civil::Date;
use serde::Serialize;

use super::feature::{self, ALIKE, BEST_ARTICLE, FEATURES, Features, PHRASE, Part, STUB, TOPIC, features};
use super::{QuoteId, Text, Zone};
use crate::fold;
use crate::meaning::Meaning;
use crate::question::{Party, Question, Wish};
use crate::quote::Kind;
use crate::quote::row::flag;

/// Why a quote ranks where it does. [`Score::total`] is the sum of the parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Score {
    /// What the quote and its surroundings have in common with the question, by rarity.
    pub topic: f32,
    /// How much of the question's phrase the quote contains.
    pub phrase: f32,
    /// The kind of quote: the speaker's own words count more.
    pub kind: f32,
    /// What the other quotes of its article have in common with the question.
    pub article: f32,
    /// How similar it is in meaning, if that is known.
    pub meaning: f32,
    /// How relevant it is, if it was read together with the question.
    pub relevance: f32,
    /// The features from which the parts are computed.
    #[serde(skip)]
    pub features: Features,
    /// The weight of each feature.
    #[serde(skip)]
    pub weights: Features,
}

/// The base score of every quote.
const BASE: f32 = 0.7;
/// Minimum share of the topic for an answer about a known speaker.
const FLOOR_TOPIC: f32 = 0.33;
/// A quote whose share of the topic is less than this fraction of the best quote's is left out.
const TAIL: f32 = 0.45;
/// The same for questions about several speakers, because each uses different words.
const TAIL_OF_MANY: f32 = 0.15;
/// The same in the best article: whatever else somebody said there is relevant.
const TAIL_OF_BEST: f32 = 0.15;
/// If the meanings of quotes are available, a quote is left out if its score is this much lower than the best
/// one: the model then considers it e^8 times less likely to be the answer.
const UNLIKELY: f32 = 8.0;
/// The same for questions about several speakers, because each uses different words.
const UNLIKELY_OF_MANY: f32 = 14.0;
/// Minimum share of a phrase for it to count as found.
const FLOOR_PHRASE: f32 = 0.4;

impl Score {
    /// Returns the sum of the parts.
    #[must_use]
    pub fn total(&self) -> f32 {
        self.topic + self.phrase + self.kind + self.article + self.meaning + self.relevance
    }

    /// Returns each feature that contributes to the score, in the order of [`FEATURES`]: its name, its value
    /// and its weight.
    pub fn each(&self) -> impl Iterator<Item = (&'static str, f32, f32)> {
        let named = FEATURES.iter().zip(self.features).zip(self.weights);
        named
            .map(|(((name, _), value), weight)| (*name, value, weight))
            .filter(|(_, value, weight)| value * weight != 0.0)
    }
}

/// A quote that may answer, in the form that the index provides.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The quote's short id.
    pub id: QuoteId,
    /// A number that identifies the article, the same in every index.
    pub article: u64,
    /// The quote's index within its article.
    pub ordinal: u16,
    /// A number that identifies the text of its paragraph and of what surrounds that.
    pub paragraph: u32,
    /// A number that identifies the speaker; `None` if no speaker is named.
    pub speaker: Option<u32>,
    /// A number that identifies its words: equal for equal words.
    pub words: u32,
    /// How much of it is verbatim.
    pub kind: Kind,
    /// The number of its words, at most 127.
    pub length: u8,
    /// Whether it is in the headline.
    pub headline: bool,
    /// The day of publication.
    pub day: Option<Date>,
    /// The store's own score; higher is better.
    pub found: f32,
    /// For each term of the question, the zone where it occurs; `None` if it does not occur near the quote.
    pub zones: Vec<Option<Zone>>,
    /// For each term, the zone of words that can stand for it, if such words were searched for.
    pub alike: Vec<Option<Zone>>,
    /// Whether the speaker's office belongs to the group asked for, [`Question::group`]; false if no group is
    /// asked for.
    pub member: bool,
    /// How much of the question's phrase it contains, 0 to 1; see [`super::Phrase::similarity`].
    pub phrase: f32,
    /// How similar it is to the question in meaning; `None` if unknown.
    pub near: Option<Near>,
    /// How relevant it is to the question: the logarithm of the odds that it answers it, see
    /// [`CrossEncoder::relevance`](crate::meaning::CrossEncoder::relevance); `None` if it was not read
    /// together with the question.
    pub relevance: Option<f32>,
}

/// How similar a quote is to a question in meaning. These are cosines: 1 for the same meaning, about 0 for
/// unrelated text.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Near {
    /// The similarity of the quote together with its speaker's name.
    pub quote: f32,
    /// The similarity of the paragraph that contains it; if nobody is asked for, with what surrounds that.
    pub paragraph: f32,
    /// Whether these were computed without the encoder, [`Meaning::Light`].
    pub light: bool,
}

/// Returns how the meaning of these candidates was computed; [`Meaning::Off`] if it is not known of any.
#[must_use]
pub fn meaning_of(candidates: &[Candidate]) -> Meaning {
    match candidates.iter().find_map(|candidate| candidate.near) {
        Some(near) if near.light => Meaning::Light,
        Some(_) => Meaning::Full,
        None => Meaning::Off,
    }
}

impl Candidate {
    /// Returns a number that changes with one of its texts; used as the key for storing what that means. Quotes
    /// of one paragraph have the same keys for it.
    #[must_use]
    pub fn text_key(&self, text: Text) -> u64 {
        let said = u64::from(self.words) << 32 | u64::from(self.speaker.unwrap_or_default());
        let place = u64::from(self.paragraph);
        // Arbitrary odd numbers that spread the bits.
        match text {
            Text::Quote => self.id.0 ^ said.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            Text::Paragraph => self.article ^ place.wrapping_mul(0xc2b2_ae3d_27d4_eb4f),
            Text::Surroundings => self.article ^ place.wrapping_mul(0x1656_67b1_9e37_79f9),
        }
    }

    /// Returns the key for breaking ties: article, index within it, and id.
    #[must_use]
    pub const fn key(&self) -> (u64, u16, QuoteId) {
        (self.article, self.ordinal, self.id)
    }
}

/// A candidate that answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// The quote.
    pub candidate: Candidate,
    /// Why it ranks here.
    pub score: Score,
    /// The same words by the same speaker in other articles, best first.
    pub also: Vec<QuoteId>,
}

/// Returns those of `candidates` that answer the question, best first; ties are ordered by article and index
/// within it. `weights` are the weights of the question's terms, above 0 and higher for rarer ones. Returns
/// an empty list if the best candidate has too little in common with the question.
#[must_use]
pub fn rank(question: &Question, candidates: Vec<Candidate>, weights: &[f32]) -> Vec<Ranked> {
    let of_features = feature::weights(meaning_of(&candidates));
    rank_by(question, candidates, weights, &of_features)
}

/// Like [`rank`], with given weights of the features.
#[must_use]
pub fn rank_by(
    question: &Question,
    candidates: Vec<Candidate>,
    weights: &[f32],
    of_features: &Features,
) -> Vec<Ranked> {
    let most = candidates.iter().map(|candidate| held(candidate, weights)).fold(0.0, f32::max);
    let features = features(question, &candidates, weights);
    let best = features.iter().map(|features| features[TOPIC]).fold(0.0, f32::max);
    // A quote with almost nothing in common with the question would only pad the list. An exception is what
    // the speaker asked about said in the best article: it is added at the end.
    let of_days = question.published.is_some() && !question.loose;
    let tail = if question.wish == Wish::WhoSaidWhat { TAIL_OF_MANY } else { TAIL };
    let by_meaning = meaning_of(&candidates) != Meaning::Off;
    let answers = |features: &Features| match () {
        () if question.phrase.is_some() => is_found(features[PHRASE]),
        () if by_meaning => true,
        () => question.terms.is_empty() || features[TOPIC] > 0.0 && features[TOPIC] >= best * tail,
    };
    let follows = |features: &Features| {
        features[BEST_ARTICLE] >= 1.0
            && features[TOPIC] >= best * TAIL_OF_BEST
            && !question.speakers.is_empty()
            && !of_days
    };
    let unknown = !by_meaning
        && question.phrase.is_none()
        && !question.terms.is_empty()
        && !question.speakers.is_empty()
        && most < FLOOR_TOPIC;
    if unknown {
        return Vec::new();
    }
    let (mut hits, mut beside) = (Vec::new(), Vec::new());
    let carried = if by_meaning { carried(&candidates) } else { HashMap::new() };
    for (candidate, features) in candidates.into_iter().zip(&features) {
        let list = match () {
            () if answers(features) => &mut hits,
            () if follows(features) => &mut beside,
            () => continue,
        };
        let mut score = score(features, of_features);
        score.article += carried.get(&(candidate.speaker, candidate.words)).copied().unwrap_or_default();
        score.article += after(question, &candidate, by_meaning);
        list.push(Ranked { candidate, score, also: Vec::new() });
    }
    let without_topic = question.terms.is_empty() && question.phrase.is_none();
    let listed = question.wish == Wish::Quotes && without_topic;
    hits.sort_by(|a, b| if listed { newest(a, b) } else { order(question.wish, a, b) });
    if by_meaning && question.phrase.is_none() {
        let best = hits.iter().map(|hit| hit.score.total()).fold(f32::MIN, f32::max);
        let several = question.wish == Wish::WhoSaidWhat || question.parties.len() > 1;
        let unlikely = if several { UNLIKELY_OF_MANY } else { UNLIKELY };
        hits.retain(|hit| hit.score.total() >= best - unlikely);
    }
    beside.sort_by(|a, b| order(question.wish, a, b));
    hits.extend(beside);
    // If the list is ordered by day, or the question has no topic, paraphrases would only pad the list of
    // somebody's own words.
    if (question.terms.is_empty() || of_days)
        && question.phrase.is_none()
        && hits.iter().any(|hit| hit.candidate.kind != Kind::Indirect)
    {
        hits.retain(|hit| hit.candidate.kind != Kind::Indirect);
    }
    // In a list of what was said, a headline would only repeat what the article quotes.
    if without_topic
        && matches!(question.wish, Wish::Quotes | Wish::WhoSaid | Wish::WhoSaidWhat)
        && hits.iter().any(|hit| !hit.candidate.headline)
    {
        hits.retain(|hit| !hit.candidate.headline);
    }
    // For a topic on certain days, a quote is relevant only if a word of the topic is at least in its
    // paragraph. A single word may occur everywhere.
    if of_days && question.terms.len() > 1 && hits.iter().any(|hit| is_near(&hit.candidate)) {
        hits.retain(|hit| is_near(&hit.candidate));
    }
    // A fragment such as "the remark" says nothing by itself.
    if question.phrase.is_none() && hits.iter().any(|hit| !is_stub(&hit.candidate)) {
        hits.retain(|hit| !is_stub(&hit.candidate));
    }
    let hits = merge(hits);
    match () {
        () if question.parties.len() > 1 => {
            let prints: Vec<Vec<u32>> = question.parties.iter().map(prints).collect();
            let side = |hit: &Ranked| {
                let speaker = hit.candidate.speaker?;
                prints.iter().position(|side| side.contains(&speaker))
            };
            spread(hits, side)
        }
        () if question.wish == Wish::WhoSaidWhat || question.speakers.len() > 1 => {
            spread(hits, |hit| hit.candidate.speaker)
        }
        () if listed => spread(hits, |hit| hit.candidate.article),
        () => hits,
    }
}

/// At most this many of the best quotes are read together with the question, ...
const READ: usize = 6;
/// ... except those whose score is this much lower than that of the first one: they would hardly come first.
const BEHIND: f32 = 4.0;

/// Returns the indices of the hits that are read together with the question, in order.
#[must_use]
pub fn to_read(hits: &[Ranked]) -> Vec<usize> {
    let total = |at: &usize| hits[*at].score.total();
    (0..hits.len().min(READ)).filter(|at| total(at) >= total(&0) - BEHIND).collect()
}

/// The least that the relevance of a quote counts. Both the score and the relevance are logarithms of odds;
/// but of two quotes that hardly answer, the relevance does not tell which comes nearer.
const LEAST: f32 = -1.0;

/// Adds their relevance to the scores of `hits`, and orders those of which it is known anew if the question
/// wants the best quotes first. Headlines keep their places. Does nothing if it is known of none.
pub fn reorder(question: &Question, hits: &mut [Ranked]) {
    if hits.iter().all(|hit| hit.candidate.relevance.is_none()) {
        return;
    }
    for hit in hits.iter_mut() {
        hit.score.relevance = hit.candidate.relevance.unwrap_or(LEAST).max(LEAST);
    }
    let by_merit = matches!(question.wish, Wish::Quotes | Wish::WhoSaid);
    if !by_merit || question.parties.len() > 1 || question.speakers.len() > 1 {
        return;
    }
    let is_read = |hit: &Ranked| hit.candidate.relevance.is_some() && !hit.candidate.headline;
    let places: Vec<usize> = (0..hits.len()).filter(|place| is_read(&hits[*place])).collect();
    let mut read: Vec<Ranked> = places.iter().map(|place| hits[*place].clone()).collect();
    read.sort_by(|a, b| b.score.total().total_cmp(&a.score.total()));
    for (place, hit) in places.into_iter().zip(read) {
        hits[place] = hit;
    }
}

/// How much more a quote counts in a follow-up if it is of the day of the answer before, ...
const SAME_DAY: f32 = 1.0;
/// ... if it is in an article that has this answer ...
const SAME_ARTICLE: f32 = 2.0;
/// ... and how much less if it is this answer, which has been seen already.
const SEEN: f32 = 3.0;
/// How many times these count if the follow-up asks what others said, ...
const OF_OTHERS: f32 = 3.0;
/// ... and if meanings are not known: then all scores are lower.
const BY_WORDS_ONLY: f32 = 0.25;

/// Returns the bonus, or deduction, of a quote that has to do with the answer before.
fn after(question: &Question, candidate: &Candidate, by_meaning: bool) -> f32 {
    let Some(after) = question.after.as_ref().filter(|_| question.phrase.is_none()) else { return 0.0 };
    let day = flag(after.day.is_some() && after.day == candidate.day);
    let article = flag(after.articles.contains(&candidate.article));
    let seen = flag(after.quotes.contains(&candidate.id.0));
    let times = if question.others.is_empty() { 1.0 } else { OF_OTHERS };
    let scale = if by_meaning { 1.0 } else { BY_WORDS_ONLY };
    scale * (times * (SAME_DAY * day + SAME_ARTICLE * article) - SEEN * seen)
}

/// How much more words count that several outlets carry, per logarithm of the number of articles.
const CARRIED: f32 = 0.5;

/// Returns the bonus for each speaker's words that occur in several articles.
fn carried(candidates: &[Candidate]) -> HashMap<(Option<u32>, u32), f32> {
    let mut articles: HashMap<(Option<u32>, u32), Vec<u64>> = HashMap::new();
    for candidate in candidates {
        let articles = articles.entry((candidate.speaker, candidate.words)).or_default();
        if !articles.contains(&candidate.article) {
            articles.push(candidate.article);
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "at most as many as there are candidates")]
    let more = |articles: Vec<u64>| CARRIED * (articles.len() as f32).ln();
    articles.into_iter().map(|(words, articles)| (words, more(articles))).collect()
}

/// Returns the numbers of a party's speakers.
fn prints(party: &Party) -> Vec<u32> {
    party.speakers.iter().map(|name| fold::fingerprint(name)).collect()
}

/// Returns `candidates` ordered by how likely they answer the question, the likeliest first.
#[must_use]
pub fn likeliest(question: &Question, candidates: Vec<Candidate>, weights: &[f32]) -> Vec<Candidate> {
    let scores = features(question, &candidates, weights);
    let meaning = meaning_of(&candidates);
    let weights = feature::weights(meaning);
    let total = |(features, candidate): (&Features, Candidate)| {
        let after = after(question, &candidate, meaning != Meaning::Off);
        (score(features, &weights).total() + after, candidate)
    };
    let mut out: Vec<(f32, Candidate)> = scores.iter().zip(candidates).map(total).collect();
    out.sort_by(|(a, one), (b, other)| b.total_cmp(a).then_with(|| one.key().cmp(&other.key())));
    out.into_iter().map(|(_, candidate)| candidate).collect()
}

/// Returns whether a word of the topic, or one that stands for it, is in the quote, its paragraph or the
/// words for its speaker.
fn is_near(candidate: &Candidate) -> bool {
    candidate.zones.iter().chain(&candidate.alike).flatten().any(|zone| *zone >= Zone::Paragraph)
}

/// Returns whether a quote that contains this share of a phrase contains enough of it to answer.
#[must_use]
pub fn is_found(phrase: f32) -> bool {
    phrase >= FLOOR_PHRASE
}

fn is_stub(candidate: &Candidate) -> bool {
    candidate.kind == Kind::Indirect && candidate.length < STUB
}

/// Returns the sum of the features, weighted.
fn score(features: &Features, weights: &Features) -> Score {
    let mut out = Score { kind: BASE, features: *features, weights: *weights, ..Score::default() };
    for (((_, part), weight), value) in FEATURES.iter().zip(weights).zip(features) {
        let part = match part {
            Part::Topic => &mut out.topic,
            Part::Phrase => &mut out.phrase,
            Part::Kind => &mut out.kind,
            Part::Article => &mut out.article,
            Part::Meaning => &mut out.meaning,
        };
        *part += weight * value;
    }
    out
}

/// Returns the largest share of the terms, by weight, that one of the three best hits and its surroundings
/// contain: 0 to 1; 0 if there are no hits or terms.
#[must_use]
pub fn coverage(hits: &[Ranked], weights: &[f32]) -> f32 {
    hits.iter().take(3).map(|hit| held(&hit.candidate, weights)).fold(0.0, f32::max)
}

/// Returns the share of the terms, by weight, that a candidate and its surroundings contain: 0 to 1; 0 if
/// there are no terms.
#[must_use]
pub fn held(candidate: &Candidate, weights: &[f32]) -> f32 {
    let all: f32 = weights.iter().sum();
    if all > 0.0 { covered(candidate, weights) / all } else { 0.0 }
}

/// Returns the weight of the terms in the quote or its surroundings. A term that is only in the lead of the
/// article counts half, and a word that stands for a term counts [`ALIKE`].
fn covered(candidate: &Candidate, weights: &[f32]) -> f32 {
    let share = |zone: Option<Zone>| -> f32 {
        match zone {
            None => 0.0,
            Some(Zone::Lead) => 0.5,
            Some(_) => 1.0,
        }
    };
    let alike = candidate.alike.iter().copied().chain(std::iter::repeat(None));
    let shares = candidate.zones.iter().zip(alike);
    let shares = shares.map(|(own, alike)| share(*own).max(ALIKE * share(alike)));
    shares.zip(weights).map(|(share, weight)| share * weight).sum()
}

/// The order for a question without a topic: newest first, and within an article the speaker's own words and
/// longer quotes first.
fn newest(a: &Ranked, b: &Ranked) -> std::cmp::Ordering {
    let by_day = b.candidate.day.cmp(&a.candidate.day);
    let by_score = || b.score.total().total_cmp(&a.score.total());
    by_day
        .then_with(by_score)
        .then_with(|| b.candidate.length.cmp(&a.candidate.length))
        .then_with(|| order(Wish::Latest, a, b))
}

fn order(wish: Wish, a: &Ranked, b: &Ranked) -> std::cmp::Ordering {
    let by_date = || a.candidate.day.cmp(&b.candidate.day);
    let by_score = || b.score.total().total_cmp(&a.score.total());
    let by_key = || a.candidate.key().cmp(&b.candidate.key());
    match wish {
        Wish::Latest => by_date().reverse().then_with(by_score).then_with(by_key),
        Wish::First => by_date().then_with(by_score).then_with(by_key),
        _ => by_score().then_with(by_key),
    }
}

/// Merges hits with the same words by the same speaker: the best one remains, and those from other articles
/// become its variants. A headline that repeats the body of its article goes to the end.
fn merge(hits: Vec<Ranked>) -> Vec<Ranked> {
    let mut out: Vec<Ranked> = Vec::with_capacity(hits.len());
    let mut again = Vec::new();
    let mut seen: HashMap<(Option<u32>, u32), usize> = HashMap::new();
    for mut hit in hits {
        let at = *seen.entry((hit.candidate.speaker, hit.candidate.words)).or_insert(out.len());
        match out.get_mut(at) {
            None => out.push(hit),
            Some(best) if best.candidate.article != hit.candidate.article => best.also.push(hit.candidate.id),
            Some(best) => {
                if best.candidate.headline {
                    std::mem::swap(&mut best.candidate, &mut hit.candidate);
                }
                again.push(hit);
            }
        }
    }
    out.extend(again);
    out
}

/// Orders the hits so that the best one of each speaker, or of whatever key `of` returns, comes before
/// anybody's second.
fn spread<T: Eq + Hash>(hits: Vec<Ranked>, of: impl Fn(&Ranked) -> T) -> Vec<Ranked> {
    let mut counts: HashMap<T, usize> = HashMap::new();
    let mut rounds: Vec<(usize, Ranked)> = hits
        .into_iter()
        .map(|hit| {
            let count = counts.entry(of(&hit)).or_default();
            *count += 1;
            (*count, hit)
        })
        .collect();
    rounds.sort_by_key(|(round, _)| *round);
    rounds.into_iter().map(|(_, hit)| hit).collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::question::Occasion;

    #[test]
    fn relevance_orders_the_quotes_that_were_read_but_not_headlines() {
        let hits = |relevance: &[Option<f32>]| -> Vec<Ranked> {
            let hit = |(id, relevance): (u64, &Option<f32>)| {
                let headline = id == 2;
                let candidate = Candidate { relevance: *relevance, headline, ..sample::candidate(id) };
                Ranked { candidate, score: Score { topic: 1.0, ..Score::default() }, also: Vec::new() }
            };
            (1..).zip(relevance).map(hit).collect()
        };
        let ids = |question: &Question, relevance: &[Option<f32>]| -> Vec<u64> {
            let mut hits = hits(relevance);
            reorder(question, &mut hits);
            hits.iter().map(|hit| hit.candidate.id.0).collect()
        };
        let read = [Some(-1.0), Some(3.0), Some(2.0), None, None];
        assert_eq!(ids(&Question::default(), &read), [3, 2, 1, 4, 5]);
        assert_eq!(ids(&Question::default(), &[None; 3]), [1, 2, 3]);
        let latest = Question { wish: Wish::Latest, ..Question::default() };
        assert_eq!(ids(&latest, &read), [1, 2, 3, 4, 5]);
        let mut known = hits(&read);
        reorder(&latest, &mut known);
        assert_eq!(known.iter().map(|hit| hit.score.total()).collect::<Vec<_>>(), [0.0, 4.0, 3.0, 0.0, 0.0]);
    }

    /// Returns a quote by Pia Lund in an article of its own that contains one term of the question.
    fn candidate(id: u64) -> Candidate {
        Candidate { speaker: Some(1), ..sample::candidate(id) }
    }

    fn about(term: &str) -> Question {
        Question { terms: vec![term.to_owned()], ..Question::default() }
    }

    /// Checks the ids of the hits, best first, each followed by those of its variants.
    #[track_caller]
    fn check(question: &Question, candidates: Vec<Candidate>, expected: &str) {
        let weights = vec![1.0; question.terms.len()];
        let hits = rank(question, candidates, &weights);
        let shown = hits.iter().map(|hit| {
            let also: Vec<String> = hit.also.iter().map(|id| format!("+{}", id.0)).collect();
            format!("{}{}", hit.candidate.id.0, also.concat())
        });
        assert_eq!(shown.collect::<Vec<_>>().join(" "), expected);
    }

    #[test]
    fn the_key_of_a_text_changes_with_it() {
        let of = |words, speaker, paragraph, text| {
            Candidate { words, speaker, paragraph, ..candidate(1) }.text_key(text)
        };
        let quotes = [(1, Some(1), 1), (2, Some(1), 1), (1, Some(2), 1)];
        let mut keys = quotes.map(|(words, speaker, at)| of(words, speaker, at, Text::Quote)).to_vec();
        keys.extend([1, 2].map(|at| of(1, Some(1), at, Text::Paragraph)));
        keys.extend([1, 2].map(|at| of(1, Some(1), at, Text::Surroundings)));
        assert!((1..keys.len()).all(|at| !keys[..at].contains(&keys[at])), "{keys:?}");
        assert_eq!(of(1, Some(1), 1, Text::Paragraph), of(2, Some(2), 1, Text::Paragraph));
    }

    #[test]
    fn nearer_words_count_more() {
        let at = |id, zone| Candidate { zones: vec![zone], ..candidate(id) };
        let all = vec![
            at(1, Some(Zone::Around)),
            at(2, Some(Zone::Quote)),
            at(3, Some(Zone::Paragraph)),
            at(4, None),
        ];
        check(&about("ferry"), all, "2 3 1");
    }

    #[test]
    fn equal_quotes_are_ordered_by_article_and_position() {
        let at = |id, article, ordinal| Candidate { article, ordinal, ..candidate(id) };
        check(&about("ferry"), vec![at(1, 8, 1), at(2, 7, 4), at(3, 7, 2)], "3 2 1");
    }

    #[test]
    fn the_newest_comes_first_where_it_is_asked_for() {
        let on = |id, day: &str| Candidate { day: day.parse().ok(), ..candidate(id) };
        let all = || vec![on(1, "2025-11-01"), on(2, "2025-11-03"), on(3, "2025-11-02")];
        check(&Question { wish: Wish::Latest, ..about("ferry") }, all(), "2 3 1");
        check(&Question { wish: Wish::First, ..about("ferry") }, all(), "1 3 2");
    }

    #[test]
    fn the_same_words_of_one_speaker_are_one_hit() {
        let same = |id, speaker| Candidate { words: 7, speaker: Some(speaker), ..candidate(id) };
        check(&about("ferry"), vec![same(1, 1), same(2, 1), same(3, 2)], "1+2 3");
    }

    #[test]
    fn a_headline_that_repeats_its_article_comes_last() {
        let of_one = |id, headline, words| Candidate { article: 1, headline, words, ..candidate(id) };
        let all = || vec![of_one(1, true, 7), of_one(2, false, 7), of_one(3, false, 8)];
        check(&about("ferry"), all(), "2 3 1");
        check(&Question { wish: Wish::WhoSaid, ..Question::default() }, all(), "2 3");
    }

    #[test]
    fn a_follow_up_prefers_the_same_occasion_but_not_what_was_seen() {
        let of = |id, article| Candidate { article, words: id, ..candidate(u64::from(id)) };
        let all = || vec![of(1, 7), of(2, 8), of(3, 9)];
        let after = Occasion { day: None, articles: vec![8, 9], quotes: vec![2] };
        check(&about("ferry"), all(), "1 2 3");
        check(&Question { after: Some(after), ..about("ferry") }, all(), "3 1 2");
    }

    #[test]
    fn a_follow_up_about_others_hardly_leaves_the_occasion() {
        let of = |id, article, zone| Candidate {
            article,
            words: id,
            zones: vec![Some(zone)],
            ..candidate(u64::from(id))
        };
        let all = || vec![of(1, 7, Zone::Quote), of(2, 8, Zone::Around)];
        let after = Some(Occasion { articles: vec![8], ..Occasion::default() });
        let others = vec!["Ole Okafor".to_owned()];
        check(&about("ferry"), all(), "1 2");
        check(&Question { after, others, ..about("ferry") }, all(), "2 1");
    }

    #[test]
    fn too_little_of_the_topic_by_a_known_speaker_is_no_answer() {
        let question = Question { speakers: vec!["Pia Lund".to_owned()], ..about("ferry") };
        check(&question, vec![Candidate { zones: vec![None], ..candidate(1) }], "");
        check(&question, vec![candidate(1)], "1");
    }

    #[test]
    fn several_speakers_take_turns() {
        let by = |id, speaker| Candidate { speaker: Some(speaker), ..candidate(id) };
        let question = Question { wish: Wish::WhoSaidWhat, ..about("ferry") };
        check(&question, vec![by(1, 1), by(2, 1), by(3, 2)], "1 3 2");
    }

    #[test]
    fn fragments_are_left_out_if_there_is_more() {
        let stub = |id| Candidate { kind: Kind::Indirect, length: 3, ..candidate(id) };
        check(&about("ferry"), vec![stub(1), candidate(2)], "2");
        check(&about("ferry"), vec![stub(1)], "1");
    }

    #[test]
    fn lists_by_day_leave_out_paraphrases() {
        let paraphrase = |id| Candidate { kind: Kind::Indirect, zones: Vec::new(), ..candidate(id) };
        let direct = |id| Candidate { zones: Vec::new(), ..candidate(id) };
        let latest = Question { wish: Wish::Latest, ..Question::default() };
        check(&latest, vec![paraphrase(1), direct(2)], "2");
        check(&latest, vec![paraphrase(1)], "1");
    }

    #[test]
    fn a_phrase_is_found_where_most_of_it_is() {
        let holds = |id, phrase| Candidate { phrase, zones: Vec::new(), ..candidate(id) };
        let question = Question { phrase: Some("the ferry sails".to_owned()), ..Question::default() };
        check(&question, vec![holds(1, 0.39), holds(2, 0.5), holds(3, 1.0)], "3 2");
    }

    #[test]
    fn coverage_is_the_share_of_terms_contained() {
        let held_by = |zones| Candidate { zones, ..candidate(1) };
        assert!((held(&held_by(vec![Some(Zone::Quote), None]), &[3.0, 1.0]) - 0.75).abs() < 1e-6);
        assert!((held(&held_by(vec![Some(Zone::Lead), None]), &[3.0, 1.0]) - 0.375).abs() < 1e-6);
        assert!(held(&held_by(Vec::new()), &[]).abs() < 1e-6);
        assert!(coverage(&[], &[1.0]).abs() < 1e-6);
    }
}

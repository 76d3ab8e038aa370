//! Which documents of a query come first? Works like tantivy's own collectors, with four additions: a minimum
//! score that is known in advance, days that are looked up only for documents whose score is high enough,
//! narrow limits that are applied before any score is computed, and a rule for ties.
//!
//! Of documents with equal scores, those come first whose article has the smaller key
//! ([`super::article_key`]), and within an article those that come first in it. So the result does not depend
//! on the order in which articles were indexed, or on how often.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::RangeInclusive;

use tantivy::query::{EnableScoring, Query, Scorer, Weight};
use tantivy::{DocAddress, DocId, DocSet as _, Searcher, SegmentReader, TERMINATED};

use super::Embedded;
use super::candidate::Key;
use super::schema::day_number;
use super::search::{Limited, Narrow};
use crate::question::Days;

/// Number of quotes of a segment that are sampled to estimate how common days are.
const SAMPLE: u32 = 256;
/// Days are common if at least one in this many quotes is from them.
const COMMON: usize = 50;
/// Number of low bits of a score that are ignored when scores are compared. Scores are sums, and the order of
/// addition depends on positions in the index. Of 23 bits, 10 make about one part in ten thousand.
const NOISE: u32 = 10;

/// The `limit` documents that rank first by `T`, in no particular order; of equal ones those with smaller
/// keys.
struct First<T> {
    limit: usize,
    found: BinaryHeap<Reverse<(T, Reverse<Key>)>>,
}

impl<T: Ord + Copy> First<T> {
    fn new(limit: usize) -> Self {
        Self { limit, found: BinaryHeap::with_capacity(limit.saturating_add(1)) }
    }

    fn put(&mut self, rank: T, key: Key) {
        self.found.push(Reverse((rank, Reverse(key))));
        if self.found.len() > self.limit {
            self.found.pop();
        }
    }

    /// Returns the rank below which documents are no longer kept; `None` while there is still room.
    fn least(&self) -> Option<T> {
        let last = self.found.peek().filter(|_| self.found.len() == self.limit);
        last.map(|Reverse((rank, _))| *rank)
    }

    fn into_iter(self) -> impl Iterator<Item = (T, DocAddress)> {
        self.found.into_iter().map(|Reverse((rank, Reverse(key)))| (rank, key.address))
    }
}

impl Embedded {
    /// Returns whether days are so common that it is cheaper to filter quotes by day than to query for the
    /// days. Estimated from a sample.
    pub(super) fn are_common(&self, days: Days) -> bool {
        let days = numbers(days);
        let (mut within, mut all) = (0, 0);
        for column in self.columns.iter().flatten().filter_map(|columns| columns.day.as_ref()) {
            let documents = column.num_docs();
            let step = documents.div_ceil(SAMPLE).max(1) as usize;
            let sample = (0..documents).step_by(step).filter_map(|document| column.first(document));
            for day in sample {
                all += 1;
                within += usize::from(days.contains(&day));
            }
        }
        within * COMMON > all
    }

    /// Returns the `limit` documents of a search with the highest scores above `above` and within `days`, in
    /// no particular order, with their scores rounded to ignore [`NOISE`]. All segments share one list, so
    /// that results of earlier segments save work in later ones.
    pub(super) fn best(
        &self,
        searcher: &Searcher,
        Limited { query, narrow, scores_all }: &Limited,
        days: Option<Days>,
        limit: usize,
        above: f32,
    ) -> tantivy::Result<Vec<(DocAddress, f32)>> {
        let scoring = EnableScoring::enabled_from_searcher(searcher);
        let weight = query.weight(scoring)?;
        let narrow = narrow.as_ref().map(|narrow| Weights::of(narrow, scoring)).transpose()?;
        let days = days.map(numbers);
        // Scores are never negative, so their bits have the same order as their values.
        let mut best: First<u32> = First::new(limit);
        let mut least = above;
        for (ordinal, segment) in (0..).zip(searcher.segment_readers()) {
            let column = match &days {
                Some(_) => self.columns(ordinal)?.day.as_ref(),
                None => None,
            };
            let within = |document| match (&days, column) {
                (None, _) => true,
                (Some(days), Some(column)) => column.first(document).is_some_and(|day| days.contains(&day)),
                (Some(_), None) => false,
            };
            let few = match &narrow {
                Some(narrow) => narrow.few(segment, within)?,
                None => None,
            };
            let mut last = least;
            let mut take = |document, score: f32| {
                if !segment.is_deleted(document) && within(document) {
                    best.put(score.to_bits() >> NOISE, self.key(DocAddress::new(ordinal, document)));
                    if let Some(last) = best.least() {
                        // Documents with an equal score still compete.
                        least = above.max(f32::from_bits((last << NOISE).saturating_sub(1)));
                    }
                }
                least
            };
            match few {
                None if *scores_all => weight.for_each(segment, &mut |document, score| {
                    if score > last {
                        last = take(document, score);
                    }
                })?,
                None => weight.for_each_pruning(last, segment, &mut take)?,
                Some(few) => {
                    for (document, score) in few {
                        if score > last {
                            last = take(document, score);
                        }
                    }
                }
            }
        }
        Ok(best.into_iter().map(|(score, address)| (address, f32::from_bits(score << NOISE))).collect())
    }

    /// Returns the `limit` quotes that match `query` with the latest days, or with the earliest if `oldest` is
    /// set; those without a day come last. In no particular order.
    pub(super) fn by_day(
        &self,
        searcher: &Searcher,
        query: &dyn Query,
        oldest: bool,
        limit: usize,
    ) -> tantivy::Result<Vec<DocAddress>> {
        let weight = query.weight(EnableScoring::disabled_from_searcher(searcher))?;
        let mut first: First<Option<i64>> = First::new(limit);
        for (ordinal, segment) in (0..).zip(searcher.segment_readers()) {
            let Ok(columns) = self.columns(ordinal) else { continue };
            weight.for_each_no_score(segment, &mut |documents| {
                for &document in documents {
                    let day = columns.day.as_ref().and_then(|column| column.first(document));
                    let rank = day.map(|day| if oldest { -day } else { day });
                    if first.least().is_none_or(|least| rank >= least)
                        && columns.is_quote(document)
                        && !segment.is_deleted(document)
                    {
                        first.put(rank, self.key(DocAddress::new(ordinal, document)));
                    }
                }
            })?;
        }
        Ok(first.into_iter().map(|(_, address)| address).collect())
    }
}

/// How many postings can be read in the time in which one document is looked up in them, roughly.
const LOOK_UP: u64 = 4;

/// The two parts of a search, prepared.
struct Weights {
    any: Vec<Box<dyn Weight>>,
    limits: Box<dyn Weight>,
}

impl Weights {
    fn of(Narrow { any, limits }: &Narrow, scoring: EnableScoring) -> tantivy::Result<Self> {
        let any = any.iter().map(|clause| clause.weight(scoring)).collect::<tantivy::Result<_>>()?;
        Ok(Self { any, limits: limits.weight(scoring)? })
    }

    /// Returns the documents of a segment that are inside the limits and match, with their scores, in order;
    /// `None` if it takes longer to look up each document than to read all postings of the clauses.
    fn few(
        &self,
        segment: &SegmentReader,
        within: impl Fn(DocId) -> bool,
    ) -> tantivy::Result<Option<Vec<(DocId, f32)>>> {
        let scorers = self.any.iter().map(|weight| weight.scorer(segment, 1.0));
        let mut scorers: Vec<Box<dyn Scorer>> = scorers.collect::<tantivy::Result<_>>()?;
        let postings: u64 = scorers.iter().map(|scorer| scorer.cost()).sum();
        let most = postings / LOOK_UP / (scorers.len() as u64).max(1);
        let mut limits = self.limits.scorer(segment, 1.0)?;
        if limits.cost() > postings {
            return Ok(None);
        }
        let mut found: Vec<(DocId, f32)> = Vec::new();
        while limits.doc() != TERMINATED {
            if within(limits.doc()) {
                if found.len() as u64 == most {
                    return Ok(None);
                }
                found.push((limits.doc(), 0.0));
            }
            limits.advance();
        }
        for scorer in &mut scorers {
            for (document, score) in &mut found {
                let at = if scorer.doc() < *document { scorer.seek(*document) } else { scorer.doc() };
                if at == *document {
                    *score += scorer.score();
                }
            }
        }
        found.retain(|(_, score)| *score > 0.0);
        Ok(Some(found))
    }
}

/// Returns the range of numbers by which the index stores these days.
fn numbers(days: Days) -> RangeInclusive<i64> {
    days.from.map_or(i64::MIN, day_number)..=days.to.map_or(i64::MAX, day_number)
}

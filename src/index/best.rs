//! Which documents of a query come first? Much as tantivy's own collectors find them, with what these cannot be told: a score that is
//! known to be reached, days, which are looked up only for what scores enough, and which of equals to take.
//!
//! Of equals those are taken whose article has the lesser number ([`super::article_key`]), and of one article those that stand first in
//! it: wherever the index keeps them, so that it does not matter in which order and how often articles were indexed.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::RangeInclusive;

use tantivy::query::{EnableScoring, Query};
use tantivy::{DocAddress, Searcher};

use super::QuoteIndex;
use super::candidate::Key;
use super::schema::day_number;
use crate::question::Days;

/// How many quotes of a segment tell how common some days are.
const SAMPLE: u32 = 256;
/// Of so many quotes one at least must be of common days.
const COMMON: usize = 50;
/// Scores that differ in no more than their last bits, so many, are equal: they are sums, and the order of their parts goes by places in
/// the index. Of 23 bits that makes about one part in ten thousand.
const NOISE: u32 = 10;

/// The first documents by `T`, of equal ones those of the lesser key; in no order.
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

    /// The rank below which nothing is wanted any more; `None` while anything is.
    fn least(&self) -> Option<T> {
        let last = self.found.peek().filter(|_| self.found.len() == self.limit);
        last.map(|Reverse((rank, _))| *rank)
    }

    fn into_iter(self) -> impl Iterator<Item = (T, DocAddress)> {
        self.found.into_iter().map(|Reverse((rank, Reverse(key)))| (rank, key.address))
    }
}

impl QuoteIndex {
    /// Whether days are so common that quotes of others are better passed over than never looked at. Judged by a sample.
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

    /// The `limit` documents of `query` that score best, above `above` and within `days`, with their scores but for the last bits, in no
    /// order. All segments share one list, so that what the first ones hold spares work in the others.
    pub(super) fn best(
        &self,
        searcher: &Searcher,
        query: &dyn Query,
        days: Option<Days>,
        limit: usize,
        above: f32,
    ) -> tantivy::Result<Vec<(DocAddress, f32)>> {
        let weight = query.weight(EnableScoring::enabled_from_searcher(searcher))?;
        let days = days.map(numbers);
        // No score is negative: their bits are in the order of their values.
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
            weight.for_each_pruning(least, segment, &mut |document, score| {
                if !segment.is_deleted(document) && within(document) {
                    best.put(score.to_bits() >> NOISE, self.key(DocAddress::new(ordinal, document)));
                    if let Some(last) = best.least() {
                        // Its equals are still wanted.
                        least = above.max(f32::from_bits((last << NOISE).saturating_sub(1)));
                    }
                }
                least
            })?;
        }
        Ok(best.into_iter().map(|(score, address)| (address, f32::from_bits(score << NOISE))).collect())
    }

    /// The `limit` documents of `query` of the newest days, or of the `oldest`; those without a day last. In no order.
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
            let column = segment.fast_fields().column_opt::<i64>("day")?;
            weight.for_each_no_score(segment, &mut |documents| {
                for &document in documents {
                    let day = column.as_ref().and_then(|column| column.first(document));
                    let rank = day.map(|day| if oldest { -day } else { day });
                    if first.least().is_none_or(|least| rank >= least) && !segment.is_deleted(document) {
                        first.put(rank, self.key(DocAddress::new(ordinal, document)));
                    }
                }
            })?;
        }
        Ok(first.into_iter().map(|(_, address)| address).collect())
    }
}

/// The numbers of days in the index.
fn numbers(days: Days) -> RangeInclusive<i64> {
    days.from.map_or(i64::MIN, day_number)..=days.to.map_or(i64::MAX, day_number)
}

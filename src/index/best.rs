//! Which documents of a query score best? Much as tantivy's own collector finds them, with what it cannot be told: a score that is known
//! to be reached, and days, which are looked up only for what scores enough.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::RangeInclusive;

use tantivy::query::{EnableScoring, Query};
use tantivy::{DocAddress, Searcher};

use super::QuoteIndex;
use super::schema::day_number;
use crate::question::Days;

/// How many quotes of a segment tell how common some days are.
const SAMPLE: u32 = 256;
/// Of so many quotes one at least must be of common days.
const COMMON: usize = 50;

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

    /// The `limit` documents of `query` that score best, above `above` and within `days`, with their scores, in no order. Of equal ones
    /// the first are taken. All segments share one list, so that what the first ones hold spares work in the others.
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
        let mut best: BinaryHeap<Reverse<(u32, Reverse<DocAddress>)>> = BinaryHeap::with_capacity(limit + 1);
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
                    best.push(Reverse((score.to_bits(), Reverse(DocAddress::new(ordinal, document)))));
                    if best.len() > limit {
                        best.pop();
                    }
                    if let Some(Reverse((last, _))) = best.peek().filter(|_| best.len() == limit) {
                        least = f32::from_bits(*last);
                    }
                }
                least
            })?;
        }
        Ok(best
            .into_iter()
            .map(|Reverse((score, Reverse(address)))| (address, f32::from_bits(score)))
            .collect())
    }
}

/// The numbers of days in the index.
fn numbers(days: Days) -> RangeInclusive<i64> {
    days.from.map_or(i64::MIN, day_number)..=days.to.map_or(i64::MAX, day_number)
}

//! How near in meaning do quotes come to a question? Their vectors are kept beside the index; those that are not there yet are found out.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::civil::Date;
use tantivy::DocAddress;

use super::search::Session;
use super::{IndexError, QuoteIndex, damaged};
use crate::answer::{Candidate, Near, QuoteId, Record};
use crate::meaning::{Encoder, Kept, Pair};

/// How many quotes are read by the encoder at most while somebody waits.
const AT_ONCE: usize = 24;

/// Quotes that are read between two looks at whether to stop.
const BATCH: usize = 32;

impl QuoteIndex {
    /// Lets the encoder read all quotes that it has not read yet, the newest first, and keeps what they mean beside the index: questions need not wait
    /// for it then. Goes on from where it ended, whenever it is called. Ends early when `stop` is set. `step` is told how many of the quotes on record
    /// are done, and how many there are. Does nothing where questions are answered by words alone.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] where a file of the index does not hold what it should.
    pub fn read_meaning(
        &self,
        stop: &AtomicBool,
        step: &mut dyn FnMut(usize, usize),
    ) -> Result<(), IndexError> {
        let Some(kept) = &self.meaning else { return Ok(()) };
        let session = self.session();
        let quotes = session.quotes().map_err(damaged(&self.dir))?;
        let keys: Vec<u64> = quotes.iter().map(|(_, key, _)| *key).collect();
        let known = kept.has(&keys);
        let total = quotes.len();
        let missing: Vec<(u64, QuoteId)> = quotes
            .into_iter()
            .zip(known)
            .filter(|(_, known)| !known)
            .map(|((_, key, id), _)| (key, id))
            .collect();
        let mut done = total - missing.len();
        step(done, total);
        for batch in missing.chunks(BATCH) {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            session.find_out(kept, batch)?;
            done += batch.len();
            step(done, total);
        }
        Ok(())
    }
}

/// Where there are no more quotes on record than so many, all of them are compared with a question: about ten milliseconds, and 30 megabytes.
const COMPARED: u64 = 40_000;
/// How many of the nearest may answer.
const NEAREST: usize = 60;
/// What a quote counts against its paragraph.
const OF_QUOTE: f32 = 0.6;

impl Session<'_> {
    /// Returns where the quotes stand that come nearest in meaning to `text`, of those that the encoder has read, in no order; none where there are
    /// too many to compare, or questions are answered by words alone.
    pub(super) fn nearest(&self, text: &str) -> tantivy::Result<Vec<DocAddress>> {
        let Some(kept) = &self.index.meaning else { return Ok(Vec::new()) };
        if self.index.state.quotes > COMPARED {
            return Ok(Vec::new());
        }
        let quotes = match self.index.quotes.get() {
            Some(quotes) => quotes,
            None => {
                let quotes = self.quotes()?.into_iter();
                let found = quotes
                    .map(|(_, key, id)| Ok((key, self.place(id)?)))
                    .collect::<tantivy::Result<Vec<_>>>()?;
                self.index.quotes.get_or_init(|| {
                    found.into_iter().filter_map(|(key, place)| Some((key, place?))).collect()
                })
            }
        };
        let keys: Vec<u64> = quotes.iter().map(|(key, _)| *key).collect();
        let near = kept.near(&keys, &Encoder::get().vector(text));
        let mut found: Vec<(f32, DocAddress)> = near
            .into_iter()
            .zip(quotes)
            .filter_map(|(near, (_, place))| {
                near.map(|(quote, paragraph)| (OF_QUOTE * quote + (1.0 - OF_QUOTE) * paragraph, *place))
            })
            .collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        Ok(found.into_iter().take(NEAREST).map(|(_, place)| place).collect())
    }

    /// All quotes on record, the newest first: day, the number that their meaning is kept under, id.
    fn quotes(&self) -> tantivy::Result<Vec<(Option<Date>, u64, QuoteId)>> {
        let mut out = Vec::new();
        for (ordinal, segment) in (0..).zip(self.searcher.segment_readers()) {
            let Ok(columns) = self.index.columns(ordinal) else { continue };
            for document in segment.doc_ids_alive().filter(|document| columns.is_quote(*document)) {
                let address = DocAddress::new(ordinal, document);
                let candidate = self.index.candidate(columns, (address, 0.0), 0);
                out.push((candidate.day, candidate.meaning_key(), candidate.id));
            }
        }
        out.sort_by_key(|(day, ..)| std::cmp::Reverse(*day));
        Ok(out)
    }

    /// Returns how near in meaning each of `candidates` comes to `text`, in their order; `None` for those of which it is not known. Of these the first
    /// are found out, and kept for the next question.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] where a file of the index does not hold what it should. A file of vectors that cannot be read or written
    /// is no error.
    pub(super) fn near(&self, text: &str, candidates: &[Candidate]) -> Result<Vec<Option<Near>>, IndexError> {
        let Some(kept) = &self.index.meaning else { return Ok(vec![None; candidates.len()]) };
        let keys: Vec<u64> = candidates.iter().map(Candidate::meaning_key).collect();
        let mut pairs = kept.get(&keys);
        let missing = pairs.iter().enumerate().filter(|(_, pair)| pair.is_none()).map(|(at, _)| at);
        let missing: Vec<usize> = missing.take(AT_ONCE).collect();
        let wanted: Vec<(u64, QuoteId)> = missing.iter().map(|at| (keys[*at], candidates[*at].id)).collect();
        let fresh = self.find_out(kept, &wanted)?;
        for (at, pair) in missing.into_iter().zip(fresh) {
            pairs[at] = pair;
        }
        let asked = Encoder::get().vector(text);
        let near = |pair: Pair| Near {
            quote: asked.closeness(&pair.quote),
            paragraph: asked.closeness(&pair.paragraph),
        };
        Ok(pairs.into_iter().map(|pair| pair.map(near)).collect())
    }

    /// Lets the encoder read quotes, each with the number it is kept under, and keeps what they mean; returns it in their order, `None` where a
    /// quote is not on record.
    fn find_out(&self, kept: &Kept, quotes: &[(u64, QuoteId)]) -> Result<Vec<Option<Pair>>, IndexError> {
        let ids: Vec<QuoteId> = quotes.iter().map(|(_, id)| *id).collect();
        let texts: Vec<Option<[String; 2]>> =
            self.records(&ids)?.iter().map(|record| record.as_ref().map(texts_of)).collect();
        let mut each: Vec<&str> = texts.iter().flatten().flatten().map(String::as_str).collect();
        each.sort_unstable();
        each.dedup();
        let vectors: HashMap<&str, _> = each.iter().copied().zip(Encoder::get().vectors(&each)).collect();
        let of = |text: &String| vectors.get(text.as_str()).cloned();
        let pairs: Vec<Option<Pair>> = texts
            .iter()
            .map(|texts| {
                let [quote, paragraph] = texts.as_ref()?;
                Some(Pair { quote: of(quote)?, paragraph: of(paragraph)? })
            })
            .collect();
        let fresh = quotes.iter().zip(&pairs).filter_map(|((key, _), pair)| Some((*key, pair.clone()?)));
        // It is only kept to save time.
        let _ = kept.put(&fresh.collect::<Vec<_>>());
        Ok(pairs)
    }
}

/// What the encoder reads of a quote: its words with the name of the speaker, and its paragraph.
fn texts_of(record: &Record) -> [String; 2] {
    let words = record.words();
    let quote = match record.quote.speaker() {
        Some(speaker) => format!("{speaker}: {words}"),
        None => words,
    };
    [quote, record.text(record.paragraph).trim().to_owned()]
}

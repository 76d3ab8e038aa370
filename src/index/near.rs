//! How near in meaning do quotes come to a question? Their vectors are kept beside the index; those that are not there yet are found out.
//!
//! An answer must not depend on what was asked before. So what was read while somebody waited is kept apart from what was read of the whole record in the
//! background. A question goes by the second, and of the other quotes by the [`AT_ONCE`] likeliest and no more, though others may have been
//! read for other questions.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use tantivy::DocAddress;

use super::search::Session;
use super::{IndexError, QuoteIndex, damaged};
use crate::answer::{Candidate, Near, QuoteId, Record};
use crate::meaning::{Encoder, Kept, Pair};

/// How many quotes are read by the encoder at most while somebody waits.
const AT_ONCE: usize = 40;

/// What the encoder has read.
pub(super) struct Meanings {
    /// Of the record, in the background.
    record: Kept,
    /// Of what may have answered a question.
    asked: Kept,
}

impl Meanings {
    /// Returns what is kept in an index folder.
    pub(super) fn of(dir: &Path) -> Self {
        Self { record: Kept::new(&dir.join("meaning")), asked: Kept::new(&dir.join("meaning-asked")) }
    }
}

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
        let Some(Meanings { record, asked }) = &self.meaning else { return Ok(()) };
        let session = self.session();
        let quotes = session.quotes().map_err(damaged(&self.dir))?;
        let keys: Vec<u64> = quotes.iter().map(|(key, _)| *key).collect();
        let known = record.has(&keys);
        let total = quotes.len();
        let missing: Vec<(u64, QuoteId)> =
            quotes.into_iter().zip(known).filter(|(_, known)| !known).map(|(quote, _)| quote).collect();
        let mut done = total - missing.len();
        step(done, total);
        for batch in missing.chunks(BATCH) {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            session.find_out(asked, record, batch)?;
            done += batch.len();
            step(done, total);
        }
        Ok(())
    }
}

/// Of so many quotes at most those that come nearest to a question are looked for: about ten milliseconds, and 30 megabytes.
const COMPARED: usize = 40_000;
/// How many of the nearest may answer.
const NEAREST: usize = 100;
/// What a quote counts against its paragraph.
const OF_QUOTE: f32 = 0.6;

impl Session<'_> {
    /// Returns where the quotes stand that come nearest in meaning to `text`, the nearest first: of those `among` that were read in the background; of
    /// all on record without `among`, and none then where there are too many to compare. None where questions are answered by words alone.
    pub(super) fn nearest(
        &self,
        text: &str,
        among: Option<Vec<DocAddress>>,
    ) -> tantivy::Result<Vec<DocAddress>> {
        let Some(Meanings { record, .. }) = &self.index.meaning else { return Ok(Vec::new()) };
        let numbered = |places: Vec<DocAddress>| {
            let number = |place: DocAddress| {
                let candidate = self.index.candidate(self.index.columns(place.segment_ord)?, (place, 0.0), 0);
                Ok((candidate.meaning_key(), place))
            };
            places.into_iter().map(number).collect::<tantivy::Result<Vec<_>>>()
        };
        let own;
        let quotes: &[(u64, DocAddress)] = match among {
            Some(among) => {
                own = numbered(among)?;
                &own
            }
            None if self.index.state.quotes > COMPARED as u64 => &[],
            None => match self.index.quotes.get() {
                Some(quotes) => quotes,
                None => {
                    let all = numbered(self.places())?;
                    self.index.quotes.get_or_init(|| all)
                }
            },
        };
        let keys: Vec<u64> = quotes.iter().map(|(key, _)| *key).collect();
        let near = record.near(&keys, &Encoder::get().vector(text));
        let mut found: Vec<(f32, DocAddress)> = near
            .into_iter()
            .zip(quotes)
            .filter_map(|(near, (_, place))| {
                near.map(|(quote, paragraph)| (OF_QUOTE * quote + (1.0 - OF_QUOTE) * paragraph, *place))
            })
            .collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| self.index.key(a.1).cmp(&self.index.key(b.1))));
        Ok(found.into_iter().take(NEAREST).map(|(_, place)| place).collect())
    }

    /// Where all quotes on record stand.
    fn places(&self) -> Vec<DocAddress> {
        let mut out = Vec::new();
        for (ordinal, segment) in (0..).zip(self.searcher.segment_readers()) {
            let Ok(columns) = self.index.columns(ordinal) else { continue };
            let quotes = segment.doc_ids_alive().filter(|document| columns.is_quote(*document));
            out.extend(quotes.map(|document| DocAddress::new(ordinal, document)));
        }
        out
    }

    /// All quotes on record, the newest first: the number that their meaning is kept under, and id.
    fn quotes(&self) -> tantivy::Result<Vec<(u64, QuoteId)>> {
        let mut out = Vec::new();
        for place in self.places() {
            let candidate = self.index.candidate(self.index.columns(place.segment_ord)?, (place, 0.0), 0);
            out.push((candidate.day, candidate.meaning_key(), candidate.id));
        }
        out.sort_by_key(|(day, ..)| std::cmp::Reverse(*day));
        Ok(out.into_iter().map(|(_, key, id)| (key, id)).collect())
    }

    /// Returns how near in meaning each of `candidates` comes to `text`, in their order; `None` where that is not known: of those that were not read in
    /// the background it is found out of the first [`AT_ONCE`] only, and kept for the next question.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] where a file of the index does not hold what it should. A file of vectors that cannot be read or written
    /// is no error.
    pub(super) fn near(&self, text: &str, candidates: &[Candidate]) -> Result<Vec<Option<Near>>, IndexError> {
        let Some(Meanings { record, asked: kept }) = &self.index.meaning else {
            return Ok(vec![None; candidates.len()]);
        };
        let keys: Vec<u64> = candidates.iter().map(Candidate::meaning_key).collect();
        let mut pairs = record.get(&keys);
        let missing = pairs.iter().enumerate().filter(|(_, pair)| pair.is_none()).map(|(at, _)| at);
        let missing: Vec<usize> = missing.take(AT_ONCE).collect();
        let wanted: Vec<(u64, QuoteId)> = missing.iter().map(|at| (keys[*at], candidates[*at].id)).collect();
        let fresh = self.find_out(kept, kept, &wanted)?;
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

    /// Returns what quotes mean, each with the number it is kept under, in their order; `None` where a quote is not on record. What is not in `known`
    /// is read by the encoder. All of it is put in `kept`.
    fn find_out(
        &self,
        known: &Kept,
        kept: &Kept,
        quotes: &[(u64, QuoteId)],
    ) -> Result<Vec<Option<Pair>>, IndexError> {
        let keys: Vec<u64> = quotes.iter().map(|(key, _)| *key).collect();
        let mut pairs = known.get(&keys);
        let missing: Vec<usize> = (0..quotes.len()).filter(|at| pairs[*at].is_none()).collect();
        let ids: Vec<QuoteId> = missing.iter().map(|at| quotes[*at].1).collect();
        let texts: Vec<Option<[String; 2]>> =
            self.records(&ids)?.iter().map(|record| record.as_ref().map(texts_of)).collect();
        let mut each: Vec<&str> = texts.iter().flatten().flatten().map(String::as_str).collect();
        each.sort_unstable();
        each.dedup();
        let vectors: HashMap<&str, _> = each.iter().copied().zip(Encoder::get().vectors(&each)).collect();
        let of = |text: &String| vectors.get(text.as_str()).cloned();
        let pair =
            |[quote, paragraph]: &[String; 2]| Some(Pair { quote: of(quote)?, paragraph: of(paragraph)? });
        for (at, texts) in missing.into_iter().zip(&texts) {
            pairs[at] = texts.as_ref().and_then(pair);
        }
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

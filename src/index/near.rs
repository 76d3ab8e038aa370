//! How close in meaning are quotes to a question? The vectors of quotes are kept next to the index; missing
//! ones are computed.
//!
//! The light vectors of all quotes are computed when they are indexed; those of the encoder take longer.
//!
//! An answer must not depend on earlier questions. So vectors that were computed for a question are kept
//! separate from those that were computed in the background for all quotes. A question uses the background
//! vectors; of the quotes without one, it uses only the [`AT_ONCE`] most likely, even if earlier questions
//! caused more to be computed.

use std::collections::HashMap;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use tantivy::DocAddress;

use super::search::Reader;
use super::{Embedded, IndexError, damaged};
use crate::answer::{Candidate, Near, QuoteId, Record};
use crate::meaning::{Encoder, Kept, Meaning, Pair, SIZE, Vector, light};

/// Maximum number of quotes that are encoded while somebody waits.
const AT_ONCE: usize = 40;
/// Maximum number of quotes whose light vectors are computed while somebody waits.
const LIT: usize = 60;

/// The vectors computed so far.
pub(super) struct Meanings {
    /// Light vectors of all quotes.
    light: Kept<{ light::SIZE }>,
    /// Set once all quotes are known to have a light vector.
    all_lit: OnceLock<()>,
    /// Vectors by the encoder; `None` if answers do without it.
    pub(super) encoded: Option<Encoded>,
}

/// The encoder's vectors computed so far.
pub(super) struct Encoded {
    /// Vectors of all quotes, computed in the background.
    pub(super) record: Kept<SIZE>,
    /// Vectors of candidates, computed for questions.
    pub(super) asked: Kept<SIZE>,
}

impl Meanings {
    /// Returns the vectors that are kept in an index directory; `None` if answers use words alone.
    pub(super) fn of(dir: &Path, meaning: Meaning) -> Option<Self> {
        let encoded = (meaning == Meaning::Full).then(|| Encoded::of(dir));
        let light = light::kept(&dir.join("meaning-light"));
        (meaning != Meaning::Off).then(|| Self { light, all_lit: OnceLock::new(), encoded })
    }
}

impl Encoded {
    /// Returns the vectors that are kept in an index directory.
    pub(super) fn of(dir: &Path) -> Self {
        Self { record: Encoder::kept(&dir.join("meaning")), asked: Encoder::kept(&dir.join("meaning-asked")) }
    }

    /// Returns how close in meaning the words of each of `candidates` are to those of `quote`, in their
    /// order; `None` if unknown: only background vectors are compared, and nothing is encoded.
    pub(super) fn closeness(&self, quote: &Candidate, candidates: &[Candidate]) -> Vec<Option<f32>> {
        let keys: Vec<u64> = std::iter::once(quote).chain(candidates).map(Candidate::meaning_key).collect();
        let mut pairs = self.record.get(&keys).into_iter();
        let own = pairs.next().flatten();
        let closeness = |pair: Pair<SIZE>| Some(own.as_ref()?.quote.closeness(&pair.quote));
        pairs.map(|pair| pair.and_then(closeness)).collect()
    }
}

/// Number of quotes encoded between two checks of the stop flag.
const BATCH: usize = 32;
/// The same for light vectors.
const LIGHT_BATCH: usize = 2048;

impl Embedded {
    /// Computes the light vectors of all quotes that have none yet, and keeps them next to the index; ends
    /// early if `stop` is set. Does nothing if answers use words alone, or if there are more than 40,000
    /// quotes: then only the vectors of candidates are computed, when a question needs them.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents.
    pub fn read_light(&self, stop: &AtomicBool) -> Result<(), IndexError> {
        let Some(Meanings { light, .. }) = self.meaning.as_ref().filter(|_| self.is_compared()) else {
            return Ok(());
        };
        let session = self.session();
        let quotes = session.quotes().map_err(damaged(&self.dir))?;
        let known = light.has(&quotes.iter().map(|(key, _)| *key).collect::<Vec<_>>());
        let missing: Vec<(u64, QuoteId)> =
            quotes.into_iter().zip(known).filter(|(_, known)| !known).map(|(quote, _)| quote).collect();
        for batch in missing.chunks(LIGHT_BATCH) {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            keep_light(light, batch, &|ids| session.records(ids))?;
        }
        Ok(())
    }

    /// Returns whether all quotes are compared with a question.
    const fn is_compared(&self) -> bool {
        self.state.quotes <= COMPARED
    }

    /// Returns how many candidates of a question have light vectors, at most.
    const fn lit(&self) -> usize {
        if self.is_compared() { usize::MAX } else { LIT }
    }

    /// Encodes all quotes that have not been encoded yet, the newest first, and keeps the vectors next to the
    /// index, so that questions need not wait for them. Each call continues where the last one ended. Ends
    /// early if `stop` is set. `step` receives the number of quotes done and the total. Does nothing if
    /// answers do without the encoder.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents.
    pub fn read_meaning(
        &self,
        stop: &AtomicBool,
        step: &mut dyn FnMut(usize, usize),
    ) -> Result<(), IndexError> {
        let Some(Meanings { encoded: Some(Encoded { record, asked }), .. }) = &self.meaning else {
            return Ok(());
        };
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

/// Maximum number of quotes in an index for which all quotes are compared with a question: about ten
/// milliseconds, and 30 megabytes.
pub(crate) const COMPARED: u64 = 40_000;
/// How many of the nearest quotes become candidates.
const NEAREST: usize = 100;
/// The weight of the quote's own vector; the rest is that of its paragraph.
const OF_QUOTE: f32 = 0.6;

/// The similarity of a quote and of its paragraph, and where the quote is.
type Found = ((f32, f32), DocAddress);

/// Returns those of `quotes`, given with their meaning keys, whose vectors are kept.
fn compared<const SIZE: usize>(
    kept: &Kept<SIZE>,
    asked: &Vector<SIZE>,
    quotes: &[(u64, DocAddress)],
) -> Vec<Found> {
    let keys: Vec<u64> = quotes.iter().map(|(key, _)| *key).collect();
    let near = kept.near(&keys, asked).into_iter().zip(quotes);
    near.filter_map(|(near, (_, place))| near.map(|near| (near, *place))).collect()
}

impl Reader<'_> {
    /// Returns the addresses of the quotes nearest in meaning to `text`, the nearest first: by the encoder's
    /// background vectors if all quotes have one, otherwise by light vectors. With `among`, only its quotes
    /// are compared; otherwise all quotes of the index are. If the index has more than [`COMPARED`] quotes,
    /// only those of `among` are compared, by background vectors. Returns nothing if answers use words alone.
    pub(super) fn nearest(
        &self,
        text: &str,
        among: Option<Vec<DocAddress>>,
    ) -> Result<Vec<DocAddress>, IndexError> {
        let failed = damaged(&self.index.dir);
        let Some(Meanings { light, all_lit, encoded }) = &self.index.meaning else { return Ok(Vec::new()) };
        if encoded.is_none() && !self.index.is_compared() {
            return Ok(Vec::new());
        }
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
                own = numbered(among).map_err(&failed)?;
                &own
            }
            None if !self.index.is_compared() => &[],
            None => match self.index.quotes.get() {
                Some(quotes) => quotes,
                None => {
                    let all = numbered(self.places()).map_err(&failed)?;
                    self.index.quotes.get_or_init(|| all)
                }
            },
        };
        let is_known = |record: &Kept<SIZE>| {
            record.has(&quotes.iter().map(|(key, _)| *key).collect::<Vec<_>>()).iter().all(|known| *known)
        };
        let found = match encoded {
            Some(Encoded { record, .. }) if !self.index.is_compared() || is_known(record) => {
                compared(record, &Encoder::get().asked(text), quotes)
            }
            _ => {
                // An index that was made by an earlier version has none yet.
                if all_lit.get().is_none() {
                    self.index.read_light(&AtomicBool::new(false))?;
                    all_lit.get_or_init(|| ());
                }
                compared(light, &light::vector(text), quotes)
            }
        };
        let both = |(quote, paragraph): (f32, f32)| OF_QUOTE * quote + (1.0 - OF_QUOTE) * paragraph;
        let mut found: Vec<(f32, DocAddress)> =
            found.into_iter().map(|(near, place)| (both(near), place)).collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| self.index.key(a.1).cmp(&self.index.key(b.1))));
        Ok(found.into_iter().take(NEAREST).map(|(_, place)| place).collect())
    }

    /// Sets how close in meaning each of `candidates` is to `text`, by light vectors, and orders them by how
    /// they were found, the best first. Does nothing if answers use words alone, or if the encoder is to
    /// decide about some of too many quotes.
    ///
    /// # Errors
    /// As for [`Reader::near`].
    pub(super) fn add_light(&self, text: &str, candidates: &mut [Candidate]) -> Result<(), IndexError> {
        let Some(Meanings { light, encoded, .. }) = &self.index.meaning else { return Ok(()) };
        if encoded.is_some() && !self.index.is_compared() {
            return Ok(());
        }
        candidates.sort_by(|a, b| b.found.total_cmp(&a.found).then_with(|| a.key().cmp(&b.key())));
        let found = near_by_light(light, text, candidates, self.index.lit(), &|ids| self.records(ids))?;
        for (candidate, near) in candidates.iter_mut().zip(found) {
            candidate.near = near;
        }
        Ok(())
    }

    /// Returns the addresses of all quotes.
    fn places(&self) -> Vec<DocAddress> {
        let mut out = Vec::new();
        for (ordinal, segment) in (0..).zip(self.searcher.segment_readers()) {
            let Ok(columns) = self.index.columns(ordinal) else { continue };
            let quotes = segment.doc_ids_alive().filter(|document| columns.is_quote(*document));
            out.extend(quotes.map(|document| DocAddress::new(ordinal, document)));
        }
        out
    }

    /// Returns the meaning key and the id of all quotes, the newest first.
    fn quotes(&self) -> tantivy::Result<Vec<(u64, QuoteId)>> {
        let mut out = Vec::new();
        for place in self.places() {
            let candidate = self.index.candidate(self.index.columns(place.segment_ord)?, (place, 0.0), 0);
            out.push((candidate.day, candidate.meaning_key(), candidate.id));
        }
        out.sort_by_key(|(day, ..)| std::cmp::Reverse(*day));
        Ok(out.into_iter().map(|(_, key, id)| (key, id)).collect())
    }

    /// Returns how close in meaning each of `candidates` is to `text`, in their order; `None` if unknown. By
    /// the encoder if answers use it: of the candidates without a background vector, only the first
    /// [`AT_ONCE`] are encoded; their vectors are kept for later questions.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents. A file of vectors that cannot be
    /// read or written is not an error.
    pub(super) fn near(&self, text: &str, candidates: &[Candidate]) -> Result<Vec<Option<Near>>, IndexError> {
        let records: Records = &|ids| self.records(ids);
        match &self.index.meaning {
            Some(Meanings { encoded: Some(encoded), .. }) => near(encoded, text, candidates, records),
            Some(Meanings { light, encoded: None, .. }) => {
                near_by_light(light, text, candidates, self.index.lit(), records)
            }
            None => Ok(vec![None; candidates.len()]),
        }
    }

    /// Returns how close quotes are to a quote; see [`Encoded::closeness`].
    pub(super) fn known_closeness(&self, quote: &Candidate, candidates: &[Candidate]) -> Vec<Option<f32>> {
        let known = self.index.meaning.as_ref().and_then(|known| known.encoded.as_ref());
        known.map_or_else(|| vec![None; candidates.len()], |known| known.closeness(quote, candidates))
    }

    /// Returns the vectors of quotes; see [`find_out`].
    fn find_out(
        &self,
        known: &Kept<SIZE>,
        kept: &Kept<SIZE>,
        quotes: &[(u64, QuoteId)],
    ) -> Result<Vec<Option<Pair<SIZE>>>, IndexError> {
        find_out(known, kept, quotes, &|ids| self.records(ids))
    }
}

/// Reads quotes by their ids, in order.
type Records<'a> = &'a dyn Fn(&[QuoteId]) -> Result<Vec<Option<Record>>, IndexError>;

/// Returns how close in meaning each of `candidates` is to `text` by light vectors, in their order; `None`
/// for those after the first `most`. Vectors that are not kept yet are computed, and then kept.
fn near_by_light(
    light: &Kept<{ light::SIZE }>,
    text: &str,
    candidates: &[Candidate],
    most: usize,
    records: Records,
) -> Result<Vec<Option<Near>>, IndexError> {
    let keys: Vec<u64> = candidates.iter().take(most).map(Candidate::meaning_key).collect();
    let mut pairs = light.get(&keys);
    let missing: Vec<usize> = (0..keys.len()).filter(|at| pairs[*at].is_none()).collect();
    if !missing.is_empty() {
        let wanted: Vec<(u64, QuoteId)> = missing.iter().map(|at| (keys[*at], candidates[*at].id)).collect();
        for (at, pair) in missing.into_iter().zip(keep_light(light, &wanted, records)?) {
            pairs[at] = pair;
        }
    }
    let asked = light::vector(text);
    let near = |pair: Pair<{ light::SIZE }>| Near {
        quote: asked.closeness(&pair.quote),
        paragraph: asked.closeness(&pair.paragraph),
        light: true,
    };
    let mut out: Vec<Option<Near>> = pairs.into_iter().map(|pair| pair.map(near)).collect();
    out.resize(candidates.len(), None);
    Ok(out)
}

/// Computes and keeps the light vectors of quotes, each given with its meaning key, and returns them in
/// order; `None` for a quote that is not in the index.
fn keep_light(
    light: &Kept<{ light::SIZE }>,
    quotes: &[(u64, QuoteId)],
    records: Records,
) -> Result<Vec<Option<Pair<{ light::SIZE }>>>, IndexError> {
    let ids: Vec<QuoteId> = quotes.iter().map(|(_, id)| *id).collect();
    let texts: Vec<Option<[String; 2]>> =
        records(&ids)?.iter().map(|record| record.as_ref().map(texts_of)).collect();
    let pairs = pairs_of(&texts, |each| each.par_iter().map(|text| light::vector(text)).collect());
    let fresh = quotes.iter().zip(&pairs).filter_map(|((key, _), pair)| Some((*key, pair.clone()?)));
    // The vectors only save time, so errors are ignored.
    let _ = light.put(&fresh.collect::<Vec<_>>());
    Ok(pairs)
}

/// Returns how close in meaning each of `candidates` is to `text` by the encoder; see [`Reader::near`].
pub(super) fn near(
    Encoded { record, asked: kept }: &Encoded,
    text: &str,
    candidates: &[Candidate],
    records: Records,
) -> Result<Vec<Option<Near>>, IndexError> {
    let keys: Vec<u64> = candidates.iter().map(Candidate::meaning_key).collect();
    let mut pairs = record.get(&keys);
    let missing = pairs.iter().enumerate().filter(|(_, pair)| pair.is_none()).map(|(at, _)| at);
    let missing: Vec<usize> = missing.take(AT_ONCE).collect();
    let wanted: Vec<(u64, QuoteId)> = missing.iter().map(|at| (keys[*at], candidates[*at].id)).collect();
    let fresh = find_out(kept, kept, &wanted, records)?;
    for (at, pair) in missing.into_iter().zip(fresh) {
        pairs[at] = pair;
    }
    let asked = Encoder::get().asked(text);
    let near = |pair: Pair<SIZE>| Near {
        quote: asked.closeness(&pair.quote),
        paragraph: asked.closeness(&pair.paragraph),
        light: false,
    };
    Ok(pairs.into_iter().map(|pair| pair.map(near)).collect())
}

/// Returns the vectors of quotes, each given with its meaning key, in order; `None` for a quote that is
/// not in the index. Vectors that are not in `known` are computed. All of them are stored in `kept`.
fn find_out(
    known: &Kept<SIZE>,
    kept: &Kept<SIZE>,
    quotes: &[(u64, QuoteId)],
    records: Records,
) -> Result<Vec<Option<Pair<SIZE>>>, IndexError> {
    let keys: Vec<u64> = quotes.iter().map(|(key, _)| *key).collect();
    let mut pairs = known.get(&keys);
    let missing: Vec<usize> = (0..quotes.len()).filter(|at| pairs[*at].is_none()).collect();
    let ids: Vec<QuoteId> = missing.iter().map(|at| quotes[*at].1).collect();
    let texts: Vec<Option<[String; 2]>> =
        records(&ids)?.iter().map(|record| record.as_ref().map(texts_of)).collect();
    let found = pairs_of(&texts, |each| Encoder::get().vectors(each));
    for (at, pair) in missing.into_iter().zip(found) {
        pairs[at] = pair;
    }
    let fresh = quotes.iter().zip(&pairs).filter_map(|((key, _), pair)| Some((*key, pair.clone()?)));
    // The vectors only save time, so errors are ignored.
    let _ = kept.put(&fresh.collect::<Vec<_>>());
    Ok(pairs)
}

/// Returns the vectors of the texts of each quote, in order. `vectors` returns those of given texts; it is
/// called once, with each different text.
fn pairs_of<const SIZE: usize>(
    texts: &[Option<[String; 2]>],
    vectors: impl Fn(&[&str]) -> Vec<Vector<SIZE>>,
) -> Vec<Option<Pair<SIZE>>> {
    let mut each: Vec<&str> = texts.iter().flatten().flatten().map(String::as_str).collect();
    each.sort_unstable();
    each.dedup();
    let vectors: HashMap<&str, Vector<SIZE>> = each.iter().copied().zip(vectors(&each)).collect();
    let of = |text: &String| vectors.get(text.as_str()).cloned();
    let pair = |[quote, paragraph]: &[String; 2]| Some(Pair { quote: of(quote)?, paragraph: of(paragraph)? });
    texts.iter().map(|texts| texts.as_ref().and_then(pair)).collect()
}

/// Returns the two texts of a quote that are encoded: its words with the name of the speaker, and its
/// paragraph.
fn texts_of(record: &Record) -> [String; 2] {
    let words = record.words();
    let quote = match record.quote.speaker() {
        Some(speaker) => format!("{speaker}: {words}"),
        None => words,
    };
    [quote, record.text(record.paragraph).trim().to_owned()]
}

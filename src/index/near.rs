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
    /// Whether all quotes are compared with a question: there are at most [`COMPARED`].
    is_compared: bool,
    /// Vectors by the encoder; `None` if answers do without it.
    encoded: Option<Encoded>,
}

/// The encoder's vectors computed so far.
struct Encoded {
    /// Vectors of all quotes, computed in the background.
    record: Kept<SIZE>,
    /// Vectors of candidates, computed for questions.
    asked: Kept<SIZE>,
}

/// Number of quotes encoded between two checks of the stop flag.
const BATCH: usize = 32;
/// The same for light vectors.
const LIGHT_BATCH: usize = 2048;

impl Meanings {
    /// Returns the vectors of a store with this number of quotes, which are kept in a folder; `None` if
    /// answers use words alone.
    pub(super) fn of(dir: &Path, meaning: Meaning, quotes: u64) -> Option<Self> {
        let encoded = || Encoded {
            record: Encoder::kept(&dir.join("meaning")),
            asked: Encoder::kept(&dir.join("meaning-asked")),
        };
        (meaning != Meaning::Off).then(|| Self {
            light: light::kept(&dir.join("meaning-light")),
            all_lit: OnceLock::new(),
            is_compared: quotes <= COMPARED,
            encoded: (meaning == Meaning::Full).then(encoded),
        })
    }

    /// Returns how answers use meaning.
    pub(super) const fn meaning(&self) -> Meaning {
        if self.encoded.is_some() { Meaning::Full } else { Meaning::Light }
    }

    /// Returns whether all quotes are compared with a question.
    pub(super) const fn is_compared(&self) -> bool {
        self.is_compared
    }

    /// Computes and keeps the light vectors of those of `quotes`, given with their meaning keys, that have
    /// none yet; ends early if `stop` is set.
    pub(super) fn light_up(
        &self,
        quotes: Vec<(u64, QuoteId)>,
        records: Records,
        stop: &AtomicBool,
    ) -> Result<(), IndexError> {
        let known = self.light.has(&quotes.iter().map(|(key, _)| *key).collect::<Vec<_>>());
        let missing: Vec<(u64, QuoteId)> =
            quotes.into_iter().zip(known).filter(|(_, known)| !known).map(|(quote, _)| quote).collect();
        for batch in missing.chunks(LIGHT_BATCH) {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            keep_light(&self.light, batch, records)?;
        }
        Ok(())
    }

    /// Encodes and keeps those of `quotes`, given with their meaning keys, that have not been encoded yet, in
    /// order; ends early if `stop` is set. `step` receives the number of quotes done and the total. Does
    /// nothing if answers do without the encoder.
    pub(super) fn encode(
        &self,
        quotes: Vec<(u64, QuoteId)>,
        records: Records,
        stop: &AtomicBool,
        step: &mut dyn FnMut(usize, usize),
    ) -> Result<(), IndexError> {
        let Some(Encoded { record, asked }) = &self.encoded else { return Ok(()) };
        let known = record.has(&quotes.iter().map(|(key, _)| *key).collect::<Vec<_>>());
        let total = quotes.len();
        let missing: Vec<(u64, QuoteId)> =
            quotes.into_iter().zip(known).filter(|(_, known)| !known).map(|(quote, _)| quote).collect();
        let mut done = total - missing.len();
        step(done, total);
        for batch in missing.chunks(BATCH) {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            find_out(asked, record, batch, records)?;
            done += batch.len();
            step(done, total);
        }
        Ok(())
    }

    /// Returns those of `quotes`, given with their meaning keys, that are nearest in meaning to `text`, the
    /// nearest first, in the order of `rank` if they are equally near: by the encoder's background vectors if
    /// all quotes have one, otherwise by light vectors, which `light_up` adds once for all quotes of the
    /// store. In a store of more than [`COMPARED`] quotes only background vectors are compared.
    pub(super) fn nearest<P: Copy, R: Ord>(
        &self,
        text: &str,
        quotes: &[(u64, P)],
        rank: impl Fn(P) -> R,
        light_up: impl FnOnce() -> Result<(), IndexError>,
    ) -> Result<Vec<P>, IndexError> {
        let is_known = |record: &Kept<SIZE>| {
            record.has(&quotes.iter().map(|(key, _)| *key).collect::<Vec<_>>()).iter().all(|known| *known)
        };
        let mut found = match &self.encoded {
            Some(Encoded { record, .. }) if !self.is_compared || is_known(record) => {
                compared(record, &Encoder::get().asked(text), quotes)
            }
            _ => {
                // An index that was made by an earlier version has none yet.
                if self.all_lit.get().is_none() {
                    light_up()?;
                    self.all_lit.get_or_init(|| ());
                }
                compared(&self.light, &light::vector(text), quotes)
            }
        };
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| rank(a.1).cmp(&rank(b.1))));
        Ok(found.into_iter().take(NEAREST).map(|(_, place)| place).collect())
    }

    /// Sets how close in meaning each of `candidates` is to `text`, by light vectors, and orders them by how
    /// they were found, the best first. Does nothing if the encoder is to decide about some of too many
    /// quotes.
    pub(super) fn add_light(
        &self,
        text: &str,
        candidates: &mut [Candidate],
        records: Records,
    ) -> Result<(), IndexError> {
        if self.encoded.is_some() && !self.is_compared {
            return Ok(());
        }
        candidates.sort_by(|a, b| b.found.total_cmp(&a.found).then_with(|| a.key().cmp(&b.key())));
        let found = self.near_by_light(text, candidates, records)?;
        for (candidate, near) in candidates.iter_mut().zip(found) {
            candidate.near = near;
        }
        Ok(())
    }

    /// Returns how close in meaning each of `candidates` is to `text`, in their order; `None` if unknown. By
    /// the encoder if answers use it: of the candidates without a background vector, only the first
    /// [`AT_ONCE`] are encoded; their vectors are kept for later questions. A file of vectors that cannot be
    /// read or written is not an error.
    pub(super) fn near(
        &self,
        text: &str,
        candidates: &[Candidate],
        records: Records,
    ) -> Result<Vec<Option<Near>>, IndexError> {
        match &self.encoded {
            Some(encoded) => near(encoded, text, candidates, records),
            None => self.near_by_light(text, candidates, records),
        }
    }

    /// Returns how close in meaning each of `candidates` is to `text` by light vectors, in their order;
    /// `None` for those after the first [`LIT`] in a store of more than [`COMPARED`] quotes. Vectors that are
    /// not kept yet are computed, and then kept.
    fn near_by_light(
        &self,
        text: &str,
        candidates: &[Candidate],
        records: Records,
    ) -> Result<Vec<Option<Near>>, IndexError> {
        let most = if self.is_compared { usize::MAX } else { LIT };
        let keys: Vec<u64> = candidates.iter().take(most).map(Candidate::meaning_key).collect();
        let mut pairs = self.light.get(&keys);
        let missing: Vec<usize> = (0..keys.len()).filter(|at| pairs[*at].is_none()).collect();
        if !missing.is_empty() {
            let wanted: Vec<(u64, QuoteId)> =
                missing.iter().map(|at| (keys[*at], candidates[*at].id)).collect();
            for (at, pair) in missing.into_iter().zip(keep_light(&self.light, &wanted, records)?) {
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

    /// Returns how close in meaning the words of each of `candidates` are to those of `quote`, in their
    /// order; `None` if unknown: only background vectors are compared, and nothing is encoded.
    pub(super) fn closeness(&self, quote: &Candidate, candidates: &[Candidate]) -> Vec<Option<f32>> {
        let Some(Encoded { record, .. }) = &self.encoded else { return vec![None; candidates.len()] };
        let keys: Vec<u64> = std::iter::once(quote).chain(candidates).map(Candidate::meaning_key).collect();
        let mut pairs = record.get(&keys).into_iter();
        let own = pairs.next().flatten();
        let closeness = |pair: Pair<SIZE>| Some(own.as_ref()?.quote.closeness(&pair.quote));
        pairs.map(|pair| pair.and_then(closeness)).collect()
    }
}

impl Embedded {
    /// Computes the light vectors of all quotes that have none yet, and keeps them next to the index; ends
    /// early if `stop` is set. Does nothing if answers use words alone, or if there are more than 40,000
    /// quotes: then only the vectors of candidates are computed, when a question needs them.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents.
    pub fn read_light(&self, stop: &AtomicBool) -> Result<(), IndexError> {
        let Some(meanings) = self.meaning.as_ref().filter(|meanings| meanings.is_compared) else {
            return Ok(());
        };
        let session = self.session();
        let quotes = session.quotes().map_err(damaged(&self.dir))?;
        meanings.light_up(quotes, &|ids| session.records(ids), stop)
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
        let Some(meanings @ Meanings { encoded: Some(_), .. }) = &self.meaning else { return Ok(()) };
        let session = self.session();
        let quotes = session.quotes().map_err(damaged(&self.dir))?;
        meanings.encode(quotes, &|ids| session.records(ids), stop, step)
    }
}

/// Maximum number of quotes in an index for which all quotes are compared with a question: about ten
/// milliseconds, and 30 megabytes.
pub(crate) const COMPARED: u64 = 40_000;
/// How many of the nearest quotes become candidates.
const NEAREST: usize = 100;
/// The weight of the quote's own vector; the rest is that of its paragraph.
const OF_QUOTE: f32 = 0.6;

/// Returns how near each of `quotes`, given with their meaning keys, is to a question; without those whose
/// vectors are not kept.
fn compared<const SIZE: usize, P: Copy>(
    kept: &Kept<SIZE>,
    asked: &Vector<SIZE>,
    quotes: &[(u64, P)],
) -> Vec<(f32, P)> {
    let keys: Vec<u64> = quotes.iter().map(|(key, _)| *key).collect();
    let both = |(quote, paragraph): (f32, f32)| OF_QUOTE * quote + (1.0 - OF_QUOTE) * paragraph;
    let near = kept.near(&keys, asked).into_iter().zip(quotes);
    near.filter_map(|(near, (_, place))| near.map(|near| (both(near), *place))).collect()
}

impl Reader<'_> {
    /// Returns the addresses of the quotes nearest in meaning to `text`, the nearest first; see
    /// [`Meanings::nearest`]. With `among`, only its quotes are compared; otherwise all quotes of the index
    /// are, unless it has more than [`COMPARED`]. Returns nothing if answers use words alone.
    pub(super) fn nearest(
        &self,
        text: &str,
        among: Option<Vec<DocAddress>>,
    ) -> Result<Vec<DocAddress>, IndexError> {
        let failed = damaged(&self.index.dir);
        let Some(meanings) = &self.index.meaning else { return Ok(Vec::new()) };
        if meanings.encoded.is_none() && !meanings.is_compared {
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
            None if !meanings.is_compared => &[],
            None => match self.index.quotes.get() {
                Some(quotes) => quotes,
                None => {
                    let all = numbered(self.places()).map_err(&failed)?;
                    self.index.quotes.get_or_init(|| all)
                }
            },
        };
        let light_up = || self.index.read_light(&AtomicBool::new(false));
        meanings.nearest(text, quotes, |place| self.index.key(place), light_up)
    }

    /// Adds light vectors to `candidates`; see [`Meanings::add_light`]. Does nothing if answers use words
    /// alone.
    ///
    /// # Errors
    /// As for [`Reader::near`].
    pub(super) fn add_light(&self, text: &str, candidates: &mut [Candidate]) -> Result<(), IndexError> {
        let Some(meanings) = &self.index.meaning else { return Ok(()) };
        meanings.add_light(text, candidates, &|ids| self.records(ids))
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

    /// Returns how close in meaning each of `candidates` is to `text`; see [`Meanings::near`].
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents.
    pub(super) fn near(&self, text: &str, candidates: &[Candidate]) -> Result<Vec<Option<Near>>, IndexError> {
        match &self.index.meaning {
            Some(meanings) => meanings.near(text, candidates, &|ids| self.records(ids)),
            None => Ok(vec![None; candidates.len()]),
        }
    }

    /// Returns how close quotes are to a quote; see [`Meanings::closeness`].
    pub(super) fn known_closeness(&self, quote: &Candidate, candidates: &[Candidate]) -> Vec<Option<f32>> {
        let known = self.index.meaning.as_ref();
        known.map_or_else(|| vec![None; candidates.len()], |known| known.closeness(quote, candidates))
    }
}

/// Reads quotes by their ids, in order.
pub(super) type Records<'a> = &'a dyn Fn(&[QuoteId]) -> Result<Vec<Option<Record>>, IndexError>;

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

/// Returns how close in meaning each of `candidates` is to `text` by the encoder; see [`Meanings::near`].
fn near(
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

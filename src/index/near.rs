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
use crate::answer::{Candidate, Near, QuoteId, Record, Text};
use crate::inquiry::Sought;
use crate::meaning::{CrossEncoder, Encoder, Evidence, Kept, Meaning, Passage, SIZE, Vector, light};

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

/// The keys under which the vectors of a quote's texts are kept, in the order of [`Text`].
pub(super) type TextKeys = [u64; 3];
/// All texts of a quote that are compared with questions.
const TEXTS: [Text; 3] = [Text::Quote, Text::Paragraph, Text::Surroundings];

/// Returns the keys of all texts of a quote.
pub(super) fn text_keys(quote: &Candidate) -> TextKeys {
    TEXTS.map(|text| quote.text_key(text))
}

/// Returns those of the keys that belong to these texts.
fn keys_of<const N: usize>(keys: &TextKeys, texts: [Text; N]) -> [u64; N] {
    texts.map(|text| keys[text as usize])
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

    /// Computes and keeps the light vectors of those of `quotes`, given with their keys, that have none yet;
    /// ends early if `stop` is set.
    pub(super) fn light_up(
        &self,
        quotes: Vec<(TextKeys, QuoteId)>,
        records: Records,
        stop: &AtomicBool,
    ) -> Result<(), IndexError> {
        for batch in unknown(&self.light, quotes).chunks(LIGHT_BATCH) {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            light_vectors(&self.light, TEXTS, batch, records)?;
        }
        Ok(())
    }

    /// Encodes and keeps those of `quotes`, given with their keys, that have not been encoded yet, in order;
    /// ends early if `stop` is set. `step` receives the number of quotes done and the total. Does nothing if
    /// answers do without the encoder.
    pub(super) fn encode(
        &self,
        quotes: Vec<(TextKeys, QuoteId)>,
        records: Records,
        stop: &AtomicBool,
        step: &mut dyn FnMut(usize, usize),
    ) -> Result<(), IndexError> {
        let Some(Encoded { record, asked }) = &self.encoded else { return Ok(()) };
        let total = quotes.len();
        let missing = unknown(record, quotes);
        let mut done = total - missing.len();
        step(done, total);
        for batch in missing.chunks(BATCH) {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            vectors(&[record, asked], record, TEXTS, batch, records, encoded)?;
            done += batch.len();
            step(done, total);
        }
        Ok(())
    }

    /// Returns those of `quotes`, given with their keys, that are nearest in meaning to a text, the nearest
    /// first, in the order of `rank` if they are equally near: by the encoder's background vectors if all
    /// quotes have them, otherwise by light vectors, which `light_up` adds once for all quotes of the store.
    /// In a store of more than [`COMPARED`] quotes only background vectors are compared.
    pub(super) fn nearest<P: Copy, R: Ord>(
        &self,
        sought: &Sought,
        quotes: &[(TextKeys, P)],
        rank: impl Fn(P) -> R,
        light_up: impl FnOnce() -> Result<(), IndexError>,
    ) -> Result<Vec<P>, IndexError> {
        let texts = sought.compared();
        let quotes: Vec<([u64; 2], P)> =
            quotes.iter().map(|(keys, place)| (keys_of(keys, texts), *place)).collect();
        let is_known = |record: &Kept<SIZE>| {
            let keys: Vec<u64> = quotes.iter().flat_map(|(keys, _)| *keys).collect();
            record.has(&keys).iter().all(|known| *known)
        };
        let mut found = match &self.encoded {
            Some(Encoded { record, .. }) if !self.is_compared || is_known(record) => {
                compared(record, &Encoder::get().asked(&sought.text), &quotes)
            }
            _ => {
                // An index that was made by an earlier version has none yet.
                if self.all_lit.get().is_none() {
                    light_up()?;
                    self.all_lit.get_or_init(|| ());
                }
                compared(&self.light, &light::vector(&sought.text), &quotes)
            }
        };
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| rank(a.1).cmp(&rank(b.1))));
        Ok(found.into_iter().take(NEAREST).map(|(_, place)| place).collect())
    }

    /// Sets how close in meaning each of `candidates` is to a text, by light vectors, and orders them by how
    /// they were found, the best first. Does nothing if the encoder is to decide about some of too many
    /// quotes.
    pub(super) fn add_light(
        &self,
        sought: &Sought,
        candidates: &mut [Candidate],
        records: Records,
    ) -> Result<(), IndexError> {
        if self.encoded.is_some() && !self.is_compared {
            return Ok(());
        }
        candidates.sort_by(|a, b| b.found.total_cmp(&a.found).then_with(|| a.key().cmp(&b.key())));
        let found = self.near_by_light(sought, candidates, records)?;
        for (candidate, near) in candidates.iter_mut().zip(found) {
            candidate.near = near;
        }
        Ok(())
    }

    /// Returns how close in meaning each of `candidates` is to a text, in their order; `None` if unknown. By
    /// the encoder if answers use it: of the candidates without a background vector, only the first
    /// [`AT_ONCE`] are encoded; their vectors are kept for later questions. A file of vectors that cannot be
    /// read or written is not an error.
    pub(super) fn near(
        &self,
        sought: &Sought,
        candidates: &[Candidate],
        records: Records,
    ) -> Result<Vec<Option<Near>>, IndexError> {
        match &self.encoded {
            Some(encoded) => near(encoded, sought, candidates, records),
            None => self.near_by_light(sought, candidates, records),
        }
    }

    /// Returns how relevant each quote is to a question, in their order, if answers use the encoder; otherwise
    /// nothing.
    pub(super) fn relevance(&self, question: &str, quotes: &[Evidence]) -> Vec<f32> {
        match &self.encoded {
            Some(_) => CrossEncoder::get().relevance(question, quotes),
            None => Vec::new(),
        }
    }

    /// Returns how close in meaning each of `candidates` is to a text by light vectors, in their order;
    /// `None` for those after the first [`LIT`] in a store of more than [`COMPARED`] quotes. Vectors that are
    /// not kept yet are computed, and then kept.
    fn near_by_light(
        &self,
        sought: &Sought,
        candidates: &[Candidate],
        records: Records,
    ) -> Result<Vec<Option<Near>>, IndexError> {
        let most = if self.is_compared { usize::MAX } else { LIT };
        let texts = sought.compared();
        let quotes = quotes_of(candidates.iter().take(most));
        let mut vectors = light_vectors(&self.light, texts, &quotes, records)?;
        vectors.resize(candidates.len(), None);
        Ok(nearness(&light::vector(&sought.text), &vectors, true))
    }

    /// Returns how close in meaning the words of each of `candidates` are to those of `quote`, in their
    /// order; `None` if unknown: only background vectors are compared, and nothing is encoded.
    pub(super) fn closeness(&self, quote: &Candidate, candidates: &[Candidate]) -> Vec<Option<f32>> {
        let Some(Encoded { record, .. }) = &self.encoded else { return vec![None; candidates.len()] };
        let key = |quote: &Candidate| quote.text_key(Text::Quote);
        let mut vectors =
            record.get(&std::iter::once(quote).chain(candidates).map(key).collect::<Vec<_>>()).into_iter();
        let own = vectors.next().flatten();
        vectors.map(|other| Some(own.as_ref()?.closeness(&other?))).collect()
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
/// milliseconds, and 40 megabytes.
pub(crate) const COMPARED: u64 = 40_000;
/// How many of the nearest quotes become candidates.
const NEAREST: usize = 100;
/// The weight of the quote's own vector; the rest is that of where it stands.
const OF_QUOTE: f32 = 0.6;

/// Returns how near each of `quotes`, given with the keys of two texts, is to a question; without those whose
/// vectors are not kept.
fn compared<const SIZE: usize, P: Copy>(
    kept: &Kept<SIZE>,
    asked: &Vector<SIZE>,
    quotes: &[([u64; 2], P)],
) -> Vec<(f32, P)> {
    let keys: Vec<u64> = quotes.iter().flat_map(|(keys, _)| *keys).collect();
    let near = kept.near(&keys, asked);
    let of = |(near, (_, place)): (&[Option<f32>; 2], &([u64; 2], P))| {
        let [quote, paragraph] = *near;
        Some((OF_QUOTE * quote? + (1.0 - OF_QUOTE) * paragraph?, *place))
    };
    near.as_chunks().0.iter().zip(quotes).filter_map(of).collect()
}

impl Reader<'_> {
    /// Returns the addresses of the quotes nearest in meaning to `sought`, the nearest first; see
    /// [`Meanings::nearest`]. With `among`, only its quotes are compared; otherwise all quotes of the index
    /// are, unless it has more than [`COMPARED`]. Returns nothing if answers use words alone.
    pub(super) fn nearest(
        &self,
        sought: &Sought,
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
                Ok((text_keys(&candidate), place))
            };
            places.into_iter().map(number).collect::<tantivy::Result<Vec<_>>>()
        };
        let own;
        let quotes: &[(TextKeys, DocAddress)] = match among {
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
        meanings.nearest(sought, quotes, |place| self.index.key(place), light_up)
    }

    /// Adds light vectors to `candidates`; see [`Meanings::add_light`]. Does nothing if answers use words
    /// alone.
    ///
    /// # Errors
    /// As for [`Reader::near`].
    pub(super) fn add_light(&self, sought: &Sought, candidates: &mut [Candidate]) -> Result<(), IndexError> {
        let Some(meanings) = &self.index.meaning else { return Ok(()) };
        meanings.add_light(sought, candidates, &|ids| self.records(ids))
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

    /// Returns the keys of the texts and the id of all quotes, the newest first.
    fn quotes(&self) -> tantivy::Result<Vec<(TextKeys, QuoteId)>> {
        let mut out = Vec::new();
        for place in self.places() {
            let candidate = self.index.candidate(self.index.columns(place.segment_ord)?, (place, 0.0), 0);
            out.push((candidate.day, text_keys(&candidate), candidate.id));
        }
        out.sort_by_key(|(day, ..)| std::cmp::Reverse(*day));
        Ok(out.into_iter().map(|(_, key, id)| (key, id)).collect())
    }

    /// Returns how close in meaning each of `candidates` is to `sought`; see [`Meanings::near`].
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents.
    pub(super) fn near(
        &self,
        sought: &Sought,
        candidates: &[Candidate],
    ) -> Result<Vec<Option<Near>>, IndexError> {
        match &self.index.meaning {
            Some(meanings) => meanings.near(sought, candidates, &|ids| self.records(ids)),
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

/// Returns the ids of quotes, with the keys of their texts.
fn quotes_of<'a>(candidates: impl Iterator<Item = &'a Candidate>) -> Vec<(TextKeys, QuoteId)> {
    candidates.map(|candidate| (text_keys(candidate), candidate.id)).collect()
}

/// Returns those of `quotes`, given with their keys, of which a text has no vector in `kept`, in order.
fn unknown<const SIZE: usize>(
    kept: &Kept<SIZE>,
    quotes: Vec<(TextKeys, QuoteId)>,
) -> Vec<(TextKeys, QuoteId)> {
    let keys: Vec<u64> = quotes.iter().flat_map(|(keys, _)| *keys).collect();
    let known = kept.has(&keys);
    let known = known.as_chunks::<3>().0.iter();
    quotes.into_iter().zip(known).filter(|(_, known)| **known != [true; 3]).map(|(quote, _)| quote).collect()
}

/// Returns how close in meaning each of `candidates` is to a text by the encoder; see [`Meanings::near`].
fn near(
    Encoded { record, asked }: &Encoded,
    sought: &Sought,
    candidates: &[Candidate],
    records: Records,
) -> Result<Vec<Option<Near>>, IndexError> {
    let texts = sought.compared();
    let quotes = quotes_of(candidates.iter());
    let mut found: Vec<_> = known(&[record], texts, &quotes).into_iter().map(whole).collect();
    let missing = found.iter().enumerate().filter(|(_, vectors)| vectors.is_none()).map(|(at, _)| at);
    let missing: Vec<usize> = missing.take(AT_ONCE).collect();
    let wanted: Vec<(TextKeys, QuoteId)> = missing.iter().map(|at| quotes[*at]).collect();
    let fresh = vectors(&[record, asked], asked, texts, &wanted, records, encoded)?;
    for (at, vectors) in missing.into_iter().zip(fresh) {
        found[at] = vectors;
    }
    Ok(nearness(&Encoder::get().asked(&sought.text), &found, false))
}

/// Returns how close the vectors of quotes and of where they stand are to that of a question, in their order;
/// `None` without vectors.
fn nearness<const SIZE: usize>(
    asked: &Vector<SIZE>,
    vectors: &[Option<[Vector<SIZE>; 2]>],
    light: bool,
) -> Vec<Option<Near>> {
    let near = |[quote, paragraph]: &[Vector<SIZE>; 2]| Near {
        quote: asked.closeness(quote),
        paragraph: asked.closeness(paragraph),
        light,
    };
    vectors.iter().map(|vectors| vectors.as_ref().map(near)).collect()
}

/// Returns the vectors of these texts of each quote, in order, as far as they are in one of `kept`.
fn known<const SIZE: usize, const N: usize>(
    kept: &[&Kept<SIZE>],
    texts: [Text; N],
    quotes: &[(TextKeys, QuoteId)],
) -> Vec<[Option<Vector<SIZE>>; N]> {
    let keys: Vec<u64> = quotes.iter().flat_map(|(keys, _)| keys_of(keys, texts)).collect();
    let mut found: Vec<Option<Vector<SIZE>>> = vec![None; keys.len()];
    for kept in kept {
        for (found, more) in found.iter_mut().zip(kept.get(&keys)) {
            *found = found.take().or(more);
        }
    }
    let mut found = found.into_iter();
    quotes.iter().map(|_| std::array::from_fn(|_| found.next().flatten())).collect()
}

/// Returns the vectors if there is one of each text.
fn whole<const SIZE: usize, const N: usize>(vectors: [Option<Vector<SIZE>>; N]) -> Option<[Vector<SIZE>; N]> {
    vectors.into_iter().collect::<Option<Vec<_>>>()?.try_into().ok()
}

/// Returns the vectors of these texts of each quote, in order; `None` for a quote that is not in the index.
/// Those that are not in one of `kept` are computed by `compute`, which returns the vectors of passages in
/// their order and is called once, with each different passage, and stored in `store`.
fn vectors<const SIZE: usize, const N: usize>(
    kept: &[&Kept<SIZE>],
    store: &Kept<SIZE>,
    texts: [Text; N],
    quotes: &[(TextKeys, QuoteId)],
    records: Records,
    compute: impl Fn(&[&Passage]) -> Vec<Vector<SIZE>>,
) -> Result<Vec<Option<[Vector<SIZE>; N]>>, IndexError> {
    let mut found = known(kept, texts, quotes);
    let missing: Vec<usize> = (0..quotes.len()).filter(|at| found[*at].iter().any(Option::is_none)).collect();
    if missing.is_empty() {
        return Ok(found.into_iter().map(whole).collect());
    }
    let ids: Vec<QuoteId> = missing.iter().map(|at| quotes[*at].1).collect();
    let mut passages: Vec<(usize, usize, Passage)> = Vec::new();
    for (at, record) in missing.into_iter().zip(records(&ids)?) {
        let Some(record) = record else { continue };
        let none = (0..N).filter(|text| found[at][*text].is_none());
        passages.extend(none.map(|text| (at, text, record.compared(texts[text]))));
    }
    let mut each: Vec<&Passage> = passages.iter().map(|(.., passage)| passage).collect();
    each.sort_unstable();
    each.dedup();
    let computed: HashMap<&Passage, Vector<SIZE>> = each.iter().copied().zip(compute(&each)).collect();
    let mut fresh = Vec::new();
    for (at, text, passage) in &passages {
        let vector = computed.get(passage).cloned();
        fresh.extend(vector.clone().map(|vector| (keys_of(&quotes[*at].0, texts)[*text], vector)));
        found[*at][*text] = vector;
    }
    // The vectors only save time, so errors are ignored.
    let _ = store.put(&fresh);
    Ok(found.into_iter().map(whole).collect())
}

/// Returns the vectors of passages by the encoder.
fn encoded(passages: &[&Passage]) -> Vec<Vector<SIZE>> {
    Encoder::get().vectors(passages)
}

/// Returns the light vectors of these texts of each quote, in order; `None` for a quote that is not in the
/// index. Missing ones are computed, and kept.
fn light_vectors<const N: usize>(
    kept: &Kept<{ light::SIZE }>,
    texts: [Text; N],
    quotes: &[(TextKeys, QuoteId)],
    records: Records,
) -> Result<Vec<Option<[Vector<{ light::SIZE }>; N]>>, IndexError> {
    let compute =
        |passages: &[&Passage]| passages.par_iter().map(|passage| light::of_passage(passage)).collect();
    vectors(&[kept], kept, texts, quotes, records, compute)
}

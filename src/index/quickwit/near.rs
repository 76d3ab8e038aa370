//! Which quotes of an archive are nearest in meaning to a question?
//!
//! The server knows no vectors. So if the archive has few enough quotes to compare all of them, as an
//! embedded index would, a bot reads what a candidate needs of each quote once, and keeps the vectors on its
//! own disk. In a larger archive only the candidates found by words are compared.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;

use serde_json::{Value as Json, json};

use super::search::{Asking, CANDIDATE, Wanted, by_day};
use super::{Archive, ArchiveError, Traffic, hits, number, term, text};
use crate::answer::{Candidate, POOL, QuoteId};
use crate::index::IndexError;
use crate::index::near::{TextKeys, text_keys};
use crate::index::search::COMPARED;
use crate::inquiry::Sought;
use crate::question::Question;

/// What is known of all quotes of an archive.
pub(super) struct Quotes {
    /// Each quote as a candidate, with its stored topic; in the order of [`Candidate::key`].
    all: Vec<(Candidate, String)>,
    /// The places of the quotes with an id in `all`.
    places: HashMap<QuoteId, Vec<usize>>,
}

impl Archive {
    /// Returns all quotes; reads them on first use.
    fn quotes(&self, traffic: &mut Traffic) -> Result<&Quotes, ArchiveError> {
        if let Some(quotes) = self.quotes.get() {
            return Ok(quotes);
        }
        let mut all: Vec<(Candidate, String)> = Vec::new();
        let query = self.query(&Wanted { must: vec![term("class", "quote")], ..Wanted::default() });
        self.server.each(&query, ("order", CANDIDATE), traffic, &mut |document| {
            let zones = || text(document, "zones").unwrap_or_default().to_owned();
            all.extend(self.candidate(document).map(|candidate| (candidate, zones())));
        })?;
        all.sort_by_key(|(candidate, _)| candidate.key());
        // While an indexer repairs what was interrupted, an article may be present twice.
        all.dedup_by_key(|(candidate, _)| candidate.key());
        let mut places: HashMap<QuoteId, Vec<usize>> = HashMap::new();
        for (at, (candidate, _)) in all.iter().enumerate() {
            places.entry(candidate.id).or_default().push(at);
        }
        Ok(self.quotes.get_or_init(|| Quotes { all, places }))
    }

    /// Returns the keys of the texts and the id of all quotes, the newest first.
    fn numbered(&self) -> Result<Vec<(TextKeys, QuoteId)>, ArchiveError> {
        let mut out: Vec<&Candidate> =
            self.quotes(&mut Traffic::default())?.all.iter().map(|(candidate, _)| candidate).collect();
        out.sort_by_key(|candidate| std::cmp::Reverse(candidate.day));
        Ok(out.into_iter().map(|candidate| (text_keys(candidate), candidate.id)).collect())
    }

    /// Computes the light vectors of all quotes; see [`QuoteIndex::read_light`](crate::index::QuoteIndex).
    pub(in crate::index) fn read_light(&self, stop: &AtomicBool) -> Result<(), IndexError> {
        match &self.meaning {
            Some(meanings) if meanings.is_compared() => {
                meanings.light_up(self.numbered()?, &|ids| self.ask().records(ids), stop)
            }
            _ => Ok(()),
        }
    }

    /// Encodes all quotes; see [`QuoteIndex::read_meaning`](crate::index::QuoteIndex).
    pub(in crate::index) fn read_meaning(
        &self,
        stop: &AtomicBool,
        step: &mut dyn FnMut(usize, usize),
    ) -> Result<(), IndexError> {
        match &self.meaning {
            Some(meanings) if meanings.is_compared() => {
                meanings.encode(self.numbered()?, &|ids| self.ask().records(ids), stop, step)
            }
            _ => Ok(()),
        }
    }
}

impl Asking<'_> {
    /// Returns the quotes nearest in meaning to `sought`, with their stored topics, the nearest first: among
    /// all quotes or, if `within` has those found first within the limits of `question`, among the newest
    /// [`COMPARED`] of them. Nothing if answers use words alone, or if the archive has too many quotes.
    pub(super) fn nearest(
        &self,
        sought: &Sought,
        question: &Question,
        within: Option<&Json>,
    ) -> Result<Vec<(Candidate, String)>, IndexError> {
        let archive = self.archive;
        let Some(meanings) = archive.meaning.as_ref().filter(|meanings| meanings.is_compared()) else {
            return Ok(Vec::new());
        };
        let mut traffic = self.traffic();
        let quotes = archive.quotes(&mut traffic)?;
        let places: Vec<usize> = match within {
            None => (0..quotes.all.len()).collect(),
            Some(found) => {
                let more;
                let mut found = hits(found);
                if found.len() >= POOL {
                    let query = archive.query(&archive.limited(question, Vec::new()));
                    let body = json!({"query": query, "size": COMPARED, "sort": by_day(false)});
                    more = archive.searches("id", &[body], &mut traffic)?;
                    found = more.first().map(hits).unwrap_or_default();
                }
                let ids = found.iter().filter_map(|hit| number(hit.get("_source")?, "id"));
                ids.filter_map(|id| quotes.places.get(&QuoteId(id))).flatten().copied().collect()
            }
        };
        self.set_traffic(traffic);
        let key = |at: usize| quotes.all.get(at).map(|(candidate, _)| candidate);
        let keys: Vec<(TextKeys, usize)> =
            places.into_iter().filter_map(|at| Some((text_keys(key(at)?), at))).collect();
        let light_up = || archive.read_light(&AtomicBool::new(false));
        let nearest = meanings.nearest(sought, &keys, |at| at, light_up)?;
        Ok(nearest.into_iter().filter_map(|at| quotes.all.get(at).cloned()).collect())
    }
}

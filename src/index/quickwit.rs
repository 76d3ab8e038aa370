//! The store for many machines: a Quickwit cluster, queried over HTTP.
//!
//! `rapporteur index` keeps the embedded index of its share of the sources as usual, then sends to the
//! archive what is missing there ([`send()`]). The archive is its own ledger: its contents are read from it
//! each time, so an indexer may be interrupted or replaced at any moment. Readers ([`Archive`]) need no
//! files.
//!
//! Names, counts, and the list of withdrawn editions are read when the archive is opened; it is opened again
//! when they have changed ([`Archive::is_current`]). Everything else is requested for each question, with one
//! round trip for each stage of the inquiry.

mod client;
mod compare;
mod document;
mod near;
mod overview;
mod search;
mod send;
mod share;
mod upkeep;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, OnceLock};

use reqwest::Method;
use serde_json::{Value as Json, json};

use super::near::Meanings;
use super::{IndexError, SCHEMA_VERSION};
use crate::meaning::Meaning;
use crate::quote::EXTRACTOR_VERSION;

pub use client::{Address, ArchiveError, Traffic};
use client::{Attempts, Client, Kind, LONG, PATIENCE};
pub use compare::{Verified, verify, withdraw};
use near::Quotes;
use overview::Overview;
pub use search::Asking;
pub use send::{Sent, send};
pub use share::Share;

/// An archive, with its overview as of when it was opened.
pub struct Archive {
    server: Server,
    overview: Overview,
    meaning: Option<Meanings>,
    /// All quotes, if they are compared with questions by meaning; read on first use.
    quotes: OnceLock<Quotes>,
    /// The number of topics in which a stem occurs and, if there is none, the number of quotes; for the stems
    /// that were looked up so far.
    frequencies: Mutex<HashMap<String, (u64, u64)>>,
    dir: std::path::PathBuf,
}

impl Archive {
    /// Opens the archive at `address`; returns `None` if this version has not written anything there yet.
    pub(super) fn open(address: &Address, dir: &Path) -> Result<Option<Self>, IndexError> {
        let server = Server::new(address)?;
        let Some(overview) = Overview::read(&server)? else { return Ok(None) };
        let (frequencies, quotes) = (Mutex::default(), OnceLock::new());
        Ok(Some(Self { server, overview, meaning: None, quotes, frequencies, dir: dir.to_owned() }))
    }

    pub(super) fn with_meaning(self, meaning: Meaning) -> Self {
        if meaning != Meaning::Off {
            // Vectors are kept there. If that is impossible, they are computed again for each question.
            let _ = std::fs::create_dir_all(&self.dir);
        }
        Self { meaning: Meanings::of(&self.dir, meaning, self.overview.state.quotes), ..self }
    }

    pub(super) const fn meaning(&self) -> Meaning {
        match &self.meaning {
            Some(meanings) => meanings.meaning(),
            None => Meaning::Off,
        }
    }

    /// Returns whether names and counts are still those of the archive: no indexer has finished since it was
    /// opened.
    ///
    /// # Errors
    /// Those of every request.
    pub fn is_current(&self) -> Result<bool, ArchiveError> {
        self.overview.is_current(&self.server)
    }

    /// Returns how many indexers have written to the archive.
    #[must_use]
    pub fn shares(&self) -> usize {
        self.overview.accounts.len()
    }
}

/// One index of a server, and its client.
struct Server {
    client: Client,
    /// The name of the index; each version of rapporteur uses an index of its own.
    index: String,
}

/// What is wrong with the answer to one of several searches.
enum Fault {
    /// There is no such index.
    Gone,
    /// Another attempt may help.
    Passing(ArchiveError),
    /// Another attempt would not help.
    Final(ArchiveError),
}

/// Maximum number of documents in a page.
const PAGE: usize = 5000;
/// Maximum number of values in a page; Quickwit allows 65,000 by default.
const VALUES: usize = 50_000;
/// Maximum number of values of one field that are counted for a value of another.
const TOGETHER: usize = 4;

impl Server {
    /// For questions, which do not wait long.
    fn new(address: &Address) -> Result<Self, ArchiveError> {
        Self::waiting(address, PATIENCE)
    }

    /// For reading or writing everything, which takes as long as it takes.
    fn patient(address: &Address) -> Result<Self, ArchiveError> {
        Self::waiting(address, LONG)
    }

    fn waiting(address: &Address, patience: std::time::Duration) -> Result<Self, ArchiveError> {
        let form = document::FORM;
        let index = format!("{}-{SCHEMA_VERSION}-{EXTRACTOR_VERSION}-{form}", address.prefix());
        Ok(Self { client: Client::new(address, patience)?, index })
    }

    /// Creates the index if it does not exist.
    fn make(&self) -> Result<(), ArchiveError> {
        if self.has_our_settings()? {
            return Ok(());
        }
        let settings = document::settings(&self.index).to_string();
        match self.client.send(&Method::POST, "/api/v1/indexes", settings.as_bytes(), Kind::Question) {
            Ok(Some(_)) => Ok(()),
            Ok(None) => Err(self.client.garbled("it is not the API of a Quickwit server")),
            // Another indexer has created it in the meantime.
            Err(_) if self.has_our_settings()? => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Sends documents; if `wait` is set, returns only when they can be found.
    fn ingest(&self, bytes: &[u8], wait: bool) -> Result<(), ArchiveError> {
        let commit = if wait { "wait_for" } else { "auto" };
        let path = format!("/api/v1/{}/ingest?commit={commit}", self.index);
        let Some(answer) = self.client.send(&Method::POST, &path, bytes, Kind::Documents)? else {
            return Err(self.client.garbled("its index is gone"));
        };
        let answer: Json = serde_json::from_slice(&answer).map_err(|error| self.client.garbled(error))?;
        let rejected = number(&answer, "num_rejected_docs").unwrap_or_default();
        if rejected > 0 {
            return Err(self.client.garbled(format!("it rejected {rejected} documents: {answer}")));
        }
        Ok(())
    }

    /// Returns the answers to several searches in one round trip, in order; each hit has only the fields
    /// `source`. `None` if there is no such index. The bytes are counted in `traffic`. Searches that fail
    /// because a part of the cluster is busy or down are sent again, without the others.
    fn searches(
        &self,
        source: &str,
        bodies: &[Json],
        traffic: &mut Traffic,
    ) -> Result<Option<Vec<Json>>, ArchiveError> {
        let mut answers = vec![Json::Null; bodies.len()];
        let mut left: Vec<usize> = (0..bodies.len()).collect();
        let mut attempts = Attempts::begin(self.client.patience());
        while !left.is_empty() {
            let some: Vec<&Json> = left.iter().filter_map(|at| bodies.get(*at)).collect();
            let Some(found) = self.searched(source, &some, traffic)? else { return Ok(None) };
            let mut failed = Vec::new();
            let mut error = None;
            for (at, found) in left.into_iter().zip(found) {
                match self.fault(&found) {
                    None => answers[at] = found,
                    Some(Fault::Gone) => return Ok(None),
                    Some(Fault::Final(error)) => return Err(error),
                    Some(Fault::Passing(fault)) => {
                        failed.push(at);
                        error = Some(fault);
                    }
                }
            }
            if let Some(error) = error.filter(|_| !attempts.pause()) {
                return Err(error);
            }
            left = failed;
        }
        Ok(Some(answers))
    }

    /// Returns the server's answers to several searches, in order.
    fn searched(
        &self,
        source: &str,
        bodies: &[&Json],
        traffic: &mut Traffic,
    ) -> Result<Option<Vec<Json>>, ArchiveError> {
        let head = json!({"index": self.index}).to_string();
        let mut text = String::new();
        for body in bodies {
            text.push_str(&head);
            text.push('\n');
            text.push_str(&body.to_string());
            text.push('\n');
        }
        let path = format!("/api/v1/_elastic/_msearch?_source_includes={source}&max_concurrent_searches=64");
        let Some(bytes) = self.client.send(&Method::POST, &path, text.as_bytes(), Kind::Question)? else {
            return Ok(None);
        };
        traffic.round_trips += 1;
        traffic.sent += text.len() as u64;
        traffic.received += bytes.len() as u64;
        let mut answer: Json = serde_json::from_slice(&bytes).map_err(|error| self.client.garbled(error))?;
        let Some(Json::Array(answers)) = answer.get_mut("responses").map(Json::take) else {
            return Err(self.client.garbled("it has no `responses`"));
        };
        if answers.len() != bodies.len() {
            return Err(self.client.garbled(format!("{} answers to {}", answers.len(), bodies.len())));
        }
        Ok(Some(answers))
    }

    /// Returns what is wrong with the answer to one search; `None` if it is whole.
    fn fault(&self, answer: &Json) -> Option<Fault> {
        let address = || self.client.address().to_string();
        if let Some(error) = answer.get("error") {
            let status = number(answer, "status").and_then(|status| u16::try_from(status).ok());
            let status = status.unwrap_or_default();
            let reason = error.get("reason").and_then(Json::as_str).unwrap_or("no reason given").to_owned();
            let error = ArchiveError::Refused { address: address(), status, reason };
            return Some(match status {
                404 => Fault::Gone,
                429 | 500.. => Fault::Passing(error),
                _ => Fault::Final(error),
            });
        }
        let shards = |name: &str| answer.pointer(&format!("/_shards/{name}")).and_then(Json::as_u64);
        let failed = shards("failed").filter(|failed| *failed > 0)?;
        let total = shards("total").unwrap_or_default();
        Some(Fault::Passing(ArchiveError::Partial { address: address(), failed, total }))
    }

    /// Passes the fields `source` of all documents of `query` to `tell`, in the order of the numeric field
    /// `by`, page by page. Returns whether there is such an index.
    fn each(
        &self,
        query: &Json,
        (by, source): (&str, &str),
        traffic: &mut Traffic,
        tell: &mut dyn FnMut(&Json),
    ) -> Result<bool, ArchiveError> {
        let mut after: Option<Json> = None;
        loop {
            // Documents with the same number could otherwise come in any order, so ties are broken by the
            // server's own number.
            let mut body = json!({"query": query, "size": PAGE, "sort": [{by: "asc"}, {"_doc": "asc"}]});
            if let (Some(after), Some(map)) = (after.take(), body.as_object_mut()) {
                map.insert("search_after".to_owned(), after);
            }
            let Some(mut answers) = self.searches(source, &[body], traffic)? else { return Ok(false) };
            let answer = answers.pop().unwrap_or_default();
            let hits = hits(&answer);
            for hit in hits {
                tell(hit.get("_source").unwrap_or(&Json::Null));
            }
            if hits.len() < PAGE {
                return Ok(true);
            }
            after = hits.last().and_then(|hit| hit.get("sort")).cloned();
            if after.is_none() {
                return Err(self.client.garbled("a hit has no `sort`"));
            }
        }
    }

    /// Returns the distinct values of the numeric field `field` in documents of `query`, with the number of
    /// documents of each, in order. `None` if there is no such index.
    fn groups(
        &self,
        query: &Json,
        field: &str,
        traffic: &mut Traffic,
    ) -> Result<Option<Vec<(u64, u64)>>, ArchiveError> {
        let mut out = Vec::new();
        let is_there = self.buckets(query, (field, None), traffic, &mut |value, bucket| {
            out.push((value, number(bucket, "doc_count").unwrap_or_default()));
        })?;
        Ok(is_there.then_some(out))
    }

    /// Returns the editions withdrawn by the documents of `query`, in order. `None` if there is no such index.
    fn withdrawn(&self, query: &Json, traffic: &mut Traffic) -> Result<Option<Vec<u64>>, ArchiveError> {
        let groups = self.groups(query, "dead", traffic)?;
        Ok(groups.map(|groups| groups.into_iter().map(|(edition, _)| edition).collect()))
    }

    /// Returns which values of the numeric field `field` occur together with which values of `other`, in
    /// documents of `query`, in the order of `field`; no value of `field` may occur with more than
    /// [`TOGETHER`] of `other`, the rest would be left out.
    fn pairs(
        &self,
        query: &Json,
        (field, other): (&str, &str),
        traffic: &mut Traffic,
    ) -> Result<Vec<(u64, u64)>, ArchiveError> {
        let mut out = Vec::new();
        self.buckets(query, (field, Some(other)), traffic, &mut |value, bucket| {
            let others = bucket.pointer("/other/buckets").and_then(Json::as_array);
            let others = others.into_iter().flatten().filter_map(|bucket| number(bucket, "key"));
            out.extend(others.map(|other| (value, other)));
        })?;
        Ok(out)
    }

    /// Passes each distinct value of `field` in documents of `query` to `tell`, in order, with the server's
    /// account of it. Returns whether there is such an index.
    ///
    /// Each page has the smallest values above those of the page before. (A `composite` aggregation would
    /// continue by itself, but Quickwit 0.9.0 miscounts its memory once there are more values than a page
    /// holds.)
    fn buckets(
        &self,
        query: &Json,
        (field, other): (&str, Option<&str>),
        traffic: &mut Traffic,
        tell: &mut dyn FnMut(u64, &Json),
    ) -> Result<bool, ArchiveError> {
        let size = other.map_or(VALUES, |_| VALUES / (1 + TOGETHER));
        let mut last: Option<u64> = None;
        loop {
            let mut filter = vec![query.clone()];
            if let Some(last) = last {
                filter.push(json!({"range": {field: {"gt": last}}}));
            }
            let mut all = json!({
                "terms": {"field": field, "size": size, "split_size": size, "order": {"_key": "asc"}},
            });
            if let Some(other) = other {
                all["aggs"] = json!({"other": {"terms": {"field": other, "size": TOGETHER}}});
            }
            let body = json!({"query": {"bool": {"filter": filter}}, "size": 0, "aggs": {"all": all}});
            let Some(mut answers) = self.searches("none", &[body], traffic)? else { return Ok(false) };
            let answer = answers.pop().unwrap_or_default();
            let buckets = answer.pointer("/aggregations/all/buckets").and_then(Json::as_array);
            let buckets = buckets.map(Vec::as_slice).unwrap_or_default();
            for bucket in buckets {
                let Some(value) = number(bucket, "key") else {
                    return Err(self.client.garbled(format!("a group is {bucket}")));
                };
                tell(value, bucket);
                last = Some(value);
            }
            if buckets.len() < size {
                return Ok(true);
            }
        }
    }
}

/// Returns the hits of an answer.
fn hits(answer: &Json) -> &[Json] {
    answer.pointer("/hits/hits").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Returns the number of documents that a search matches.
fn total(answer: &Json) -> u64 {
    answer.pointer("/hits/total/value").and_then(Json::as_u64).unwrap_or_default()
}

/// Returns a numeric field of a document.
fn number(document: &Json, name: &str) -> Option<u64> {
    document.get(name).and_then(Json::as_u64)
}

/// Returns a text field of a document.
fn text<'a>(document: &'a Json, name: &str) -> Option<&'a str> {
    document.get(name).and_then(Json::as_str)
}

/// Returns a query for documents with one of `values` in a field.
fn one_of<T: ToString>(field: &str, values: &[T]) -> Json {
    let values: Vec<String> = values.iter().map(T::to_string).collect();
    json!({"terms": {field: values}})
}

/// Returns a query for documents with a term.
fn term(field: &str, value: impl ToString) -> Json {
    json!({"term": {field: {"value": value.to_string()}}})
}

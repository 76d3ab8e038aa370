//! Sends to an archive what it lacks of an embedded index, and nothing twice.
//!
//! First, what the archive holds of this share is read from it. An article is complete if its document has
//! the same stamp, and the archive holds as many quotes of its edition as the document says. Everything else
//! of this share is withdrawn. So the next run repairs whatever an interrupted run, or a lost request, left
//! behind.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::Method;
use serde_json::{Value as Json, json};

use super::document::{Edition, write_account, write_article, write_gone};
use super::overview::{Account, accounts};
use super::{Address, ArchiveError, Kind, Server, Share, Traffic, number, one_of, term};
use crate::fold;
use crate::index::{Embedded, IndexError, KnownArticle, Ledger, article_key, corrupt, damaged};

/// What was sent to an archive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Sent {
    /// Articles sent, with their quotes.
    pub articles: u64,
    /// Quotes sent.
    pub quotes: u64,
    /// Editions that were withdrawn: replaced, removed, or not completely written.
    pub gone: u64,
    /// Articles that were already there.
    pub kept: u64,
    /// Withdrawn editions that the archive was asked to delete.
    pub deleted: u64,
    /// Bytes of documents.
    pub bytes: u64,
    /// Whether it was stopped before everything was sent; the next run continues.
    pub stopped: bool,
}

/// Bytes of documents that are sent at once; Quickwit accepts 10 MiB.
const BATCH: usize = 4 << 20;

/// Sends to the archive at `address` what it lacks of `index`, which holds this `share` of the sources, and
/// withdraws outdated editions. Creates the index of the archive if there is none. Data of another corpus
/// under the same share is replaced only if `full` is set. `step` receives the number of articles that are in
/// the archive, and the total. Ends early if `stop` is set.
///
/// # Errors
/// [`IndexError::Archive`] if the archive does not answer; the next call continues from there.
/// [`IndexError::Damaged`] if a file of the index has invalid contents.
pub fn send(
    address: &Address,
    index: &Embedded,
    share: Share,
    full: bool,
    stop: &AtomicBool,
    step: &mut dyn FnMut(u64, u64),
) -> Result<Sent, IndexError> {
    let server = Server::new(address)?;
    server.make()?;
    let share = share.to_string();
    let mut all = Sent::default();
    for round in 0..ROUNDS {
        let sent = once(&server, index, &share, full, stop, step)?;
        all.articles += sent.articles;
        all.quotes += sent.quotes;
        all.gone += sent.gone;
        all.bytes += sent.bytes;
        all.stopped = sent.stopped;
        if round == 0 {
            all.kept = sent.kept;
        }
        if sent.stopped || sent.articles + sent.gone == 0 {
            break;
        }
    }
    if !all.stopped {
        all.deleted = server.sweep()?;
    }
    Ok(all)
}

/// Maximum number of rounds. Documents become visible some seconds after they were sent, also those of an
/// interrupted run, so the archive is compared again after sending, until nothing is missing.
const ROUNDS: u32 = 3;

fn once(
    server: &Server,
    index: &Embedded,
    share: &str,
    full: bool,
    stop: &AtomicBool,
    step: &mut dyn FnMut(u64, u64),
) -> Result<Sent, IndexError> {
    let mut traffic = Traffic::default();
    let mut sent = Sent::default();
    let of_share = json!({"bool": {"filter": [term("class", "gone"), term("share", share)]}});
    let gone = server.withdrawn(&of_share, &mut traffic)?.unwrap_or_default();
    let held = held(server, share, &gone, &mut traffic)?;
    let counts = counts(server, share, &mut traffic)?;
    let old_accounts = accounts(server, &gone, &mut traffic)?;
    if !full {
        for ((of, _), parts) in &old_accounts {
            let account = parts.text().and_then(|text| serde_json::from_str::<Account>(&text).ok());
            if of == share
                && let Some(account) = account.filter(|account| account.state.corpus != index.state.corpus)
            {
                return Err(ArchiveError::Taken {
                    share: share.to_owned(),
                    corpus: account.state.corpus.join(":"),
                }
                .into());
            }
        }
    }
    let failed = damaged(&index.dir);
    let Some(ledger) = Ledger::open(&index.dir)? else {
        return Err(failed(corrupt("it is gone".to_owned())));
    };
    // Aliases, offices and corrections are part of what is sent.
    let mut corrected: HashMap<u64, String> = HashMap::new();
    for entry in ledger.corrected()? {
        let corrections = serde_json::to_string(&entry.corrections).unwrap_or_default();
        corrected.insert(article_key(&entry.article), corrections);
    }
    let stamp_of = |key: u64, article: &KnownArticle| {
        let corrections = corrected.get(&key).map_or("", String::as_str);
        let (key, stamp, file) = (key.to_le_bytes(), article.stamp.to_le_bytes(), article.file.to_le_bytes());
        fold::number(&[&key, &stamp, &file, index.state.people.as_bytes(), corrections.as_bytes()])
    };
    let wanted: BTreeMap<u64, (u64, u64)> = ledger
        .articles()?
        .into_iter()
        .map(|(key, article)| (key, (stamp_of(key, &article), u64::from(article.quotes))))
        .collect();
    let by_stamp: HashMap<u64, (u64, u64)> =
        wanted.iter().map(|(key, (stamp, quotes))| (*stamp, (*key, *quotes))).collect();
    let mut there: HashMap<u64, u64> = HashMap::new();
    let mut outdated: Vec<u64> = Vec::new();
    for (stamp, edition) in held {
        let has = counts.get(&edition).copied().unwrap_or_default();
        match by_stamp.get(&stamp) {
            Some((key, quotes)) if *quotes == has && !there.contains_key(key) => {
                there.insert(*key, edition);
            }
            _ => outdated.push(edition),
        }
    }
    let mut dead = articles_of(server, &outdated, &mut traffic)?;
    // Quotes whose article was never written: no article's document names their edition.
    let known: std::collections::HashSet<u64> =
        there.values().chain(dead.values().flatten()).copied().collect();
    let strays: Vec<u64> = counts
        .keys()
        .filter(|edition| !known.contains(edition) && gone.binary_search(edition).is_err())
        .copied()
        .collect();
    let searcher = index.reader.searcher();
    let total = wanted.len() as u64;
    sent.kept = there.len() as u64;
    step(sent.kept, total);
    let mut batch = Batch::default();
    for edition in strays {
        write_gone(share, edition, &mut batch.bytes);
        sent.gone += 1;
    }
    for (key, (stamp, quotes)) in &wanted {
        if there.contains_key(key) {
            continue;
        }
        if stop.load(Ordering::Relaxed) {
            sent.stopped = true;
            break;
        }
        let olds = dead.remove(key).unwrap_or_default();
        sent.gone += olds.len() as u64;
        sent.articles += 1;
        sent.quotes += quotes;
        batch.articles.push((*key, *stamp));
        batch.write(index, &searcher, share, (*key, *stamp), &olds)?;
        if batch.bytes.len() >= BATCH {
            sent.bytes += batch.send(server, index, &searcher, share)?;
            step(sent.kept + sent.articles, total);
        }
    }
    if !sent.stopped {
        for edition in dead.into_values().flatten() {
            write_gone(share, edition, &mut batch.bytes);
            sent.gone += 1;
        }
        let fresh = sent.articles + sent.gone > 0;
        let account = Account::of(index).map_err(&failed)?;
        let account = serde_json::to_string(&account).unwrap_or_default();
        let mine: Vec<u64> = old_accounts
            .iter()
            .filter(|((of, _), _)| of == share)
            .map(|((_, edition), _)| *edition)
            .collect();
        let same = mine.len() == 1
            && old_accounts
                .iter()
                .any(|((of, _), parts)| of == share && parts.text().as_deref() == Some(&account));
        if fresh || !same {
            sent.bytes += batch.send(server, index, &searcher, share)?;
            let mut bytes = Vec::new();
            write_account(share, edition_number(), &account, &mut bytes);
            for edition in mine {
                write_gone(share, edition, &mut bytes);
            }
            ingest(server, &bytes, true)?;
            sent.bytes += bytes.len() as u64;
        }
    } else {
        sent.bytes += batch.send(server, index, &searcher, share)?;
    }
    step(sent.kept + sent.articles, total);
    Ok(sent)
}

/// Returns a random number for a new edition, so that a second attempt is another edition.
fn edition_number() -> u64 {
    // Without randomness, the time of the attempt distinguishes editions.
    getrandom::u64().unwrap_or_else(|_| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        u64::try_from(now.as_nanos()).unwrap_or_default()
    })
}

/// Documents that are sent together.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    /// The articles in it, with their stamps.
    articles: Vec<(u64, u64)>,
    /// Their editions.
    editions: Vec<u64>,
}

impl Batch {
    fn write(
        &mut self,
        index: &Embedded,
        searcher: &tantivy::Searcher,
        share: &str,
        (key, stamp): (u64, u64),
        olds: &[u64],
    ) -> Result<(), IndexError> {
        let number = edition_number();
        self.editions.push(number);
        write_article(index, searcher, key, Edition { share, number, stamp }, &mut self.bytes)?;
        for old in olds {
            write_gone(share, *old, &mut self.bytes);
        }
        Ok(())
    }

    /// Sends the documents and empties the batch; returns the number of bytes. If it is unknown whether they
    /// arrived, they are sent again as other editions, and the first editions are withdrawn.
    fn send(
        &mut self,
        server: &Server,
        index: &Embedded,
        searcher: &tantivy::Searcher,
        share: &str,
    ) -> Result<u64, IndexError> {
        if self.bytes.is_empty() {
            return Ok(0);
        }
        let mut lost = 0;
        loop {
            match ingest(server, &self.bytes, false) {
                Ok(()) => break,
                Err(ArchiveError::Silent { .. }) if lost < LOST => {
                    lost += 1;
                    std::thread::sleep(std::time::Duration::from_secs(u64::from(lost.min(5))));
                    let again = std::mem::take(self);
                    // The rest of the batch withdraws editions; doing so twice does no harm.
                    self.bytes = again.without_articles();
                    for edition in again.editions {
                        write_gone(share, edition, &mut self.bytes);
                    }
                    for article in again.articles {
                        self.articles.push(article);
                        self.write(index, searcher, share, article, &[])?;
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
        let bytes = self.bytes.len() as u64;
        *self = Self::default();
        Ok(bytes)
    }

    /// Returns the documents that withdraw editions.
    fn without_articles(&self) -> Vec<u8> {
        let lines = self.bytes.split_inclusive(|byte| *byte == b'\n');
        let is_gone = |line: &&[u8]| {
            serde_json::from_slice::<Json>(line).is_ok_and(|document| document.get("dead").is_some())
        };
        lines.filter(is_gone).flatten().copied().collect()
    }
}

/// Maximum number of times that a batch is sent again if it is unknown whether it arrived.
const LOST: u32 = 8;

/// Sends documents; if `wait` is set, returns only when they can be found.
fn ingest(server: &Server, bytes: &[u8], wait: bool) -> Result<(), ArchiveError> {
    let commit = if wait { "wait_for" } else { "auto" };
    let path = format!("/api/v1/{}/ingest?commit={commit}", server.index);
    let Some(answer) = server.client.send(&Method::POST, &path, bytes, Kind::Documents)? else {
        return Err(server.client.garbled("its index is gone"));
    };
    let answer: Json = serde_json::from_slice(&answer).map_err(|error| server.client.garbled(error))?;
    let rejected = number(&answer, "num_rejected_docs").unwrap_or_default();
    if rejected > 0 {
        return Err(server.client.garbled(format!("it rejected {rejected} documents: {answer}")));
    }
    Ok(())
}

/// Returns the stamp and the edition of each article of a share that is not withdrawn. A stamp names one
/// version of one article.
fn held(
    server: &Server,
    share: &str,
    gone: &[u64],
    traffic: &mut Traffic,
) -> Result<Vec<(u64, u64)>, ArchiveError> {
    let mut query = json!({"bool": {"filter": [term("class", "article"), term("share", share)]}});
    if !gone.is_empty() {
        query["bool"]["must_not"] = json!([one_of("edition", gone)]);
    }
    server.pairs(&query, ("stamp", "edition"), traffic)
}

/// Returns editions by the article that they are of.
fn articles_of(
    server: &Server,
    editions: &[u64],
    traffic: &mut Traffic,
) -> Result<HashMap<u64, Vec<u64>>, ArchiveError> {
    let mut out: HashMap<u64, Vec<u64>> = HashMap::new();
    for some in editions.chunks(EDITIONS) {
        let query = json!({"bool": {"filter": [term("class", "article"), one_of("edition", some)]}});
        for (edition, article) in server.pairs(&query, ("edition", "group"), traffic)? {
            out.entry(article).or_default().push(edition);
        }
    }
    Ok(out)
}

/// Maximum number of editions in a query.
const EDITIONS: usize = 10_000;

/// Returns the number of quotes of each edition of a share.
fn counts(server: &Server, share: &str, traffic: &mut Traffic) -> Result<HashMap<u64, u64>, ArchiveError> {
    let query = json!({"bool": {"filter": [term("class", "quote"), term("share", share)]}});
    Ok(server.groups(&query, "edition", traffic)?.unwrap_or_default().into_iter().collect())
}

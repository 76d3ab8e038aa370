//! Sends to an archive what it lacks of an embedded index, and nothing twice.
//!
//! First, what the archive holds of this share is read from it. An article is complete if its document has
//! the same stamp, and the archive holds as many quotes of its edition as the document says. Everything else
//! of this share is withdrawn. So the next run repairs whatever an interrupted run, or a lost request, left
//! behind.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value as Json;

use super::compare::{Comparison, account_of};
use super::document::{Edition, write_account, write_article, write_gone};
use super::overview::Account;
use super::{Address, ArchiveError, Server, Share};
use crate::index::{Embedded, IndexError};

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
    let server = Server::patient(address)?;
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
    let mut sent = Sent::default();
    let mut compared = Comparison::of(server, index, share)?;
    if !full {
        for ((of, _), parts) in &compared.accounts {
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
    let searcher = index.reader.searcher();
    let total = compared.wanted.len() as u64;
    sent.kept = compared.there.len() as u64;
    step(sent.kept, total);
    let mut batch = Batch::default();
    for edition in &compared.strays {
        write_gone(share, *edition, &mut batch.bytes);
        sent.gone += 1;
    }
    for (key, (stamp, quotes)) in &compared.wanted {
        if compared.there.contains_key(key) {
            continue;
        }
        if stop.load(Ordering::Relaxed) {
            sent.stopped = true;
            break;
        }
        let olds = compared.outdated.remove(key).unwrap_or_default();
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
        for edition in compared.outdated.values().flatten() {
            write_gone(share, *edition, &mut batch.bytes);
            sent.gone += 1;
        }
        let fresh = sent.articles + sent.gone > 0;
        let account = account_of(index)?;
        if fresh || !compared.has_account(share, &account) {
            sent.bytes += batch.send(server, index, &searcher, share)?;
            let mut bytes = Vec::new();
            write_account(share, edition_number(), &account, &mut bytes);
            for edition in compared.accounts_of(share) {
                write_gone(share, edition, &mut bytes);
            }
            server.ingest(&bytes, true)?;
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
            match server.ingest(&self.bytes, false) {
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

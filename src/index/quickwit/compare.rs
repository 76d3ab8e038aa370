//! Does an archive hold what an embedded index holds?
//!
//! [`Comparison`] counts: which articles are complete, which editions are left over. [`verify`] then reads
//! the documents of the complete ones, and compares them byte for byte with those that would be sent today.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Map, Value as Json, json};

use super::document::{Edition, KEPT, write_article, write_gone};
use super::overview::{Account, Parts, accounts};
use super::{Address, ArchiveError, Server, Share, Traffic, number, one_of, term};
use crate::fold;
use crate::index::{Embedded, IndexError, KnownArticle, Ledger, article_key, corrupt, damaged};

/// An embedded index, and what an archive holds of the same share.
pub(super) struct Comparison {
    /// The accounts of all shares, by share and edition.
    pub(super) accounts: BTreeMap<(String, u64), Parts>,
    /// The stamp and the number of quotes of each article of the index, by key.
    pub(super) wanted: BTreeMap<u64, (u64, u64)>,
    /// The edition of each article that is complete in the archive, by key.
    pub(super) there: HashMap<u64, u64>,
    /// Editions of articles that are outdated, not complete or there twice, by article.
    pub(super) outdated: HashMap<u64, Vec<u64>>,
    /// Editions whose article was never written.
    pub(super) strays: Vec<u64>,
}

impl Comparison {
    pub(super) fn of(server: &Server, index: &Embedded, share: &str) -> Result<Self, IndexError> {
        let mut traffic = Traffic::default();
        let of_share = json!({"bool": {"filter": [term("class", "gone"), term("share", share)]}});
        let gone = server.withdrawn(&of_share, &mut traffic)?.unwrap_or_default();
        let held = held(server, share, &gone, &mut traffic)?;
        let counts = counts(server, share, &mut traffic)?;
        let accounts = accounts(server, &gone, &mut traffic)?;
        let wanted = wanted(index)?;
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
        let outdated = articles_of(server, &outdated, &mut traffic)?;
        // Quotes whose article was never written: no article's document names their edition.
        let known: HashSet<u64> = there.values().chain(outdated.values().flatten()).copied().collect();
        let strays: Vec<u64> = counts
            .keys()
            .filter(|edition| !known.contains(edition) && gone.binary_search(edition).is_err())
            .copied()
            .collect();
        Ok(Self { accounts, wanted, there, outdated, strays })
    }

    /// Returns the editions of the account of a share; there should be exactly one.
    pub(super) fn accounts_of(&self, share: &str) -> Vec<u64> {
        self.accounts.keys().filter(|(of, _)| of == share).map(|(_, edition)| *edition).collect()
    }

    /// Returns whether `account` is the only account of a share.
    pub(super) fn has_account(&self, share: &str, account: &str) -> bool {
        let mut texts =
            self.accounts.iter().filter(|((of, _), _)| of == share).map(|(_, parts)| parts.text());
        texts.next().flatten().as_deref() == Some(account) && texts.next().is_none()
    }
}

/// Returns the account of an index as it is sent.
pub(super) fn account_of(index: &Embedded) -> Result<String, IndexError> {
    let account = Account::of(index).map_err(damaged(&index.dir))?;
    Ok(serde_json::to_string(&account).unwrap_or_default())
}

/// Returns the stamp and the number of quotes of each article of an index, by key.
fn wanted(index: &Embedded) -> Result<BTreeMap<u64, (u64, u64)>, IndexError> {
    let Some(ledger) = Ledger::open(&index.dir)? else {
        return Err(damaged(&index.dir)(corrupt("it is gone".to_owned())));
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
    let articles = ledger.articles()?.into_iter();
    Ok(articles.map(|(key, article)| (key, (stamp_of(key, &article), u64::from(article.quotes)))).collect())
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

/// How an archive differs from an embedded index.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Verified {
    /// Number of articles that were compared, with all their documents.
    pub articles: u64,
    /// Number of quotes that were compared.
    pub quotes: u64,
    /// What differs, one line each; at most [`Verified::MOST`].
    pub broken: Vec<String>,
    /// Number of further differences.
    pub broken_more: u64,
    /// Editions with other documents than those that would be sent today, in order.
    #[serde(skip)]
    pub unlike: Vec<u64>,
}

impl Verified {
    /// Maximum number of differences that are listed.
    pub const MOST: usize = 1000;

    /// Returns whether the archive holds exactly what the index holds.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.broken.is_empty()
    }

    fn add(&mut self, line: impl FnOnce() -> String) {
        if self.broken.len() < Self::MOST { self.broken.push(line()) } else { self.broken_more += 1 }
    }
}

/// Compares what the archive at `address` holds of `share` with `index`, which holds this share of the
/// sources: all articles must be there once, with exactly the documents that would be sent today, and no
/// others of the share. Changes nothing. `step` receives the number of articles compared, and the total.
///
/// # Errors
/// [`IndexError::Archive`] if the archive does not answer, [`IndexError::Damaged`] if a file of the index has
/// invalid contents. Differences are not errors but findings.
pub fn verify(
    address: &Address,
    index: &Embedded,
    share: Share,
    step: &mut dyn FnMut(u64, u64),
) -> Result<Verified, IndexError> {
    let server = Server::patient(address)?;
    let share = &share.to_string();
    let mut found = Verified::default();
    if !server.has_our_settings()? {
        found.add(|| format!("this version has not written to `{address}` yet"));
        return Ok(found);
    }
    let compared = Comparison::of(&server, index, share)?;
    let name = |key: &u64| match index.article_numbered(*key) {
        Ok(Some(entry)) => format!("`{}`", entry.article.0),
        _ => format!("{key:016x}"),
    };
    for key in compared.wanted.keys().filter(|key| !compared.there.contains_key(key)) {
        found.add(|| format!("article {} is missing or not complete", name(key)));
    }
    let left = compared.outdated.values().flatten().count() + compared.strays.len();
    if left > 0 {
        found.add(|| format!("editions that should be withdrawn: {left}"));
    }
    if !compared.has_account(share, &account_of(index)?) {
        found.add(|| "the account of names and counts is not that of the index".to_owned());
    }
    let of: HashMap<u64, u64> = compared.there.iter().map(|(key, edition)| (*edition, *key)).collect();
    let searcher = index.reader.searcher();
    let total = compared.wanted.len() as u64;
    let mut compare = |edition: u64, mut documents: Vec<Document>| -> Result<(), IndexError> {
        let Some((key, (stamp, _))) = of.get(&edition).and_then(|key| compared.wanted.get_key_value(key))
        else {
            return Ok(());
        };
        let mut bytes = Vec::new();
        let ours = Edition { share, number: edition, stamp: *stamp };
        write_article(index, &searcher, *key, ours, &mut bytes)?;
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let mut expected: Vec<Document> =
            lines.filter_map(|line| serde_json::from_slice(line).ok()).collect();
        expected.iter_mut().for_each(|document| document.retain(|field, _| KEPT.contains(&field.as_str())));
        for some in [&mut documents, &mut expected] {
            some.sort_by_key(|document| document.get("order").and_then(Json::as_u64));
        }
        found.articles += 1;
        found.quotes += documents.len().saturating_sub(1) as u64;
        if documents != expected {
            found.unlike.push(edition);
            found.add(|| format!("documents of article {} differ", name(key)));
        }
        step(found.articles, total);
        Ok(())
    };
    let all = json!({"bool": {"filter": [one_of("class", &["article", "quote"]), term("share", share)]}});
    let (mut last, mut documents, mut failed) = (0, Vec::new(), None);
    server.each(&all, ("edition", &KEPT.join(",")), &mut Traffic::default(), &mut |document| {
        let edition = number(document, "edition").unwrap_or_default();
        if edition != last && failed.is_none() {
            failed = compare(last, std::mem::take(&mut documents)).err();
        }
        last = edition;
        documents.extend(document.as_object().cloned());
    })?;
    match failed {
        Some(error) => return Err(error),
        None => compare(last, documents)?,
    }
    Ok(found)
}

type Document = Map<String, Json>;

/// Withdraws editions from the archive at `address`, so that the next `send` replaces them.
///
/// # Errors
/// [`IndexError::Archive`] if the archive does not answer.
pub fn withdraw(address: &Address, share: Share, editions: &[u64]) -> Result<(), IndexError> {
    let mut bytes = Vec::new();
    for edition in editions {
        write_gone(&share.to_string(), *edition, &mut bytes);
    }
    if !bytes.is_empty() {
        Server::patient(address)?.ingest(&bytes, true)?;
    }
    Ok(())
}

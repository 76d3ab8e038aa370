//! The overview of an archive: names, counts, lists, and withdrawn editions. Each indexer writes an account
//! of its share when it has finished; the accounts are combined when the archive is opened.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{ArchiveError, Server, Traffic, number, term, text};
use crate::agenda::Agenda;
use crate::index::{Embedded, State};
use crate::lang::Language;
use crate::people::{People, Person};
use crate::roster::Roster;

/// An indexer's account of its share of the sources.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Account {
    pub(super) state: State,
    pub(super) people: Vec<Person>,
    pub(super) agenda: Agenda,
    /// Quotes, including repetitions, by the speaker's name as printed.
    pub(super) speakers: BTreeMap<String, u64>,
    pub(super) newest: Option<Date>,
    /// Numbers of documents and of words in all topics, from which scores are computed.
    pub(super) documents: u64,
    pub(super) words: u64,
    /// Distinct quotes: in total, by the fingerprint of the speaker, by outlet, and by tag.
    pub(super) different: u64,
    pub(super) by_speaker: BTreeMap<u32, u64>,
    pub(super) outlets: BTreeMap<String, u64>,
    pub(super) all_outlets: Vec<String>,
    pub(super) tags: BTreeMap<String, u64>,
    /// Quotes, including repetitions, by day.
    pub(super) days: BTreeMap<Date, u64>,
}

impl Account {
    /// Returns the account of an embedded index.
    pub(super) fn of(index: &Embedded) -> tantivy::Result<Self> {
        let searcher = index.reader.searcher();
        let words = searcher
            .segment_readers()
            .iter()
            .map(|segment| Ok(segment.inverted_index(index.fields.topic)?.total_num_tokens()));
        let (different, by_speaker) = index.different_by_speaker();
        Ok(Self {
            state: index.state.clone(),
            people: index.roster.people().persons().to_vec(),
            agenda: index.agenda.clone(),
            speakers: crate::index::term_counts(&searcher, index.fields.speaker)?,
            newest: index.newest,
            documents: searcher.segment_readers().iter().map(|segment| u64::from(segment.max_doc())).sum(),
            words: words.sum::<tantivy::Result<u64>>()?,
            different,
            by_speaker,
            outlets: index.quotes_of_outlets().clone(),
            all_outlets: index.outlets.clone(),
            tags: index.quotes_of_tags().clone(),
            days: index.days().clone(),
        })
    }
}

/// The overview of an archive.
pub(super) struct Overview {
    pub(super) state: State,
    pub(super) roster: Roster,
    pub(super) agenda: Agenda,
    pub(super) outlets: Vec<String>,
    pub(super) newest: Option<Date>,
    pub(super) documents: u64,
    pub(super) words: u64,
    pub(super) different: u64,
    pub(super) by_speaker: HashMap<u32, u64>,
    pub(super) of_outlets: BTreeMap<String, u64>,
    pub(super) tags: BTreeMap<String, u64>,
    pub(super) days: BTreeMap<Date, u64>,
    /// The withdrawn editions.
    pub(super) gone: Vec<u64>,
    /// The editions of the accounts, in order.
    pub(super) accounts: Vec<u64>,
    /// Changes whenever an indexer has finished.
    pub(super) revision: u64,
}

impl Overview {
    /// Reads the accounts of the indexers; returns `None` if no indexer has finished yet.
    pub(super) fn read(server: &Server) -> Result<Option<Self>, ArchiveError> {
        let mut traffic = Traffic::default();
        let Some(gone) = server.withdrawn(&term("class", "gone"), &mut traffic)? else { return Ok(None) };
        let accounts = accounts(server, &gone, &mut traffic)?;
        let mut whole: Vec<(u64, Account)> = Vec::new();
        for parts in accounts.into_values() {
            let Some(text) = parts.text() else { continue };
            let account = serde_json::from_str(&text).map_err(|error| server.client.garbled(error))?;
            whole.push((parts.edition, account));
        }
        if whole.is_empty() {
            return Ok(None);
        }
        Ok(Some(Self::of(whole, gone)))
    }

    /// Returns whether no indexer has finished since the overview was read.
    pub(super) fn is_current(&self, server: &Server) -> Result<bool, ArchiveError> {
        let mut traffic = Traffic::default();
        let all = term("class", "account");
        let accounts = server.groups(&all, "edition", &mut traffic)?.unwrap_or_default();
        let gone = server.withdrawn(&term("class", "gone"), &mut traffic)?.unwrap_or_default();
        let accounts = accounts.into_iter().map(|(edition, _)| edition);
        Ok(gone == self.gone
            && accounts
                .filter(|edition| gone.binary_search(edition).is_err())
                .eq(self.accounts.iter().copied()))
    }

    fn of(accounts: Vec<(u64, Account)>, gone: Vec<u64>) -> Self {
        let mut editions: Vec<u64> = accounts.iter().map(|(edition, _)| *edition).collect();
        editions.sort_unstable();
        let mut sum = Account::default();
        let mut revision = gone.len() as u64;
        for (edition, account) in accounts {
            revision = revision.rotate_left(1) ^ edition;
            let known = sum.agenda.clone();
            for person in account.people {
                if !sum.people.contains(&person) {
                    sum.people.push(person);
                }
            }
            let Agenda { rounds, matters } = account.agenda;
            sum.agenda.rounds.extend(rounds.into_iter().filter(|round| !known.rounds.contains(round)));
            sum.agenda.matters.extend(matters.into_iter().filter(|matter| !known.matters.contains(matter)));
            add(&mut sum.speakers, account.speakers);
            add(&mut sum.by_speaker, account.by_speaker);
            add(&mut sum.outlets, account.outlets);
            add(&mut sum.tags, account.tags);
            add(&mut sum.days, account.days);
            sum.all_outlets.extend(account.all_outlets);
            sum.newest = sum.newest.max(account.newest);
            sum.documents += account.documents;
            sum.words += account.words;
            sum.different += account.different;
            let State { articles, quotes, corpus, unfinished, .. } = &account.state;
            sum.state = State {
                articles: sum.state.articles + articles,
                quotes: sum.state.quotes + quotes,
                corpus: sum.state.corpus.into_iter().chain(corpus.iter().cloned()).collect(),
                unfinished: sum.state.unfinished || *unfinished,
                ..account.state
            };
        }
        sum.all_outlets.sort_unstable();
        sum.all_outlets.dedup();
        Self {
            state: sum.state,
            roster: Roster::new(People::new(sum.people), sum.speakers, Language::primary()),
            agenda: sum.agenda,
            outlets: sum.all_outlets,
            newest: sum.newest,
            documents: sum.documents,
            words: sum.words,
            different: sum.different,
            by_speaker: sum.by_speaker.into_iter().collect(),
            of_outlets: sum.outlets,
            tags: sum.tags,
            days: sum.days,
            gone,
            accounts: editions,
            revision,
        }
    }
}

fn add<K: Ord>(sum: &mut BTreeMap<K, u64>, more: BTreeMap<K, u64>) {
    for (key, count) in more {
        *sum.entry(key).or_default() += count;
    }
}

/// The parts of an account that were found.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) edition: u64,
    /// The length in bytes of the whole account.
    length: u64,
    parts: BTreeMap<u64, String>,
}

impl Parts {
    /// Returns the account; `None` if a part is missing.
    pub(super) fn text(&self) -> Option<String> {
        let text: String = self.parts.values().map(String::as_str).collect();
        (text.len() as u64 == self.length).then_some(text)
    }
}

/// Returns the valid accounts by edition: one for each share, or none for a share that is being written.
pub(super) fn accounts(
    server: &Server,
    gone: &[u64],
    traffic: &mut Traffic,
) -> Result<BTreeMap<(String, u64), Parts>, ArchiveError> {
    let mut out: BTreeMap<(String, u64), Parts> = BTreeMap::new();
    let fields = "share,edition,part,count,record";
    let query = json!({"bool": {"filter": [term("class", "account")]}});
    server.each(&query, ("edition", fields), traffic, &mut |document| {
        let (Some(share), Some(edition)) = (text(document, "share"), number(document, "edition")) else {
            return;
        };
        if gone.binary_search(&edition).is_err() {
            let parts = out.entry((share.to_owned(), edition)).or_default();
            parts.edition = edition;
            parts.length = number(document, "count").unwrap_or_default();
            let part = number(document, "part").unwrap_or_default();
            parts.parts.insert(part, text(document, "record").unwrap_or_default().to_owned());
        }
    })?;
    Ok(out)
}

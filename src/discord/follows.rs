//! Who follows what, which quotes are already known, and what is still to be sent: in one file that survives
//! a kill at any moment.
//!
//! The file is a [redb](https://www.redb.org) database: each change is one transaction, which either is on
//! the disk when the call returns or did not happen. The transaction that makes new quotes known also records
//! whom to tell of them, and progress is written after each few messages. So after a crash nothing is sent
//! twice except messages that were in transit, and Discord drops their copies by their nonces.
//!
//! News of different subjects take turns, so that a subject with few followers does not wait for one with a
//! million. If followers of a subject are still being told of earlier quotes, later ones wait and are sent
//! together.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, PoisonError, RwLock};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, bail};
use redb::{
    ConcurrencyMode, Database, ReadableDatabase as _, ReadableTable as _, StorageError, TableDefinition,
    TransactionError,
};
use serde::{Deserialize, Serialize};

use crate::answer::QuoteId;
use crate::fold;

/// Maximum number of subjects that one channel or one person can follow.
pub(super) const MOST: usize = 25;
/// Maximum number of new quotes recorded per subject; a message shows fewer.
const SHOWN: usize = 25;
/// Maximum number of messages that are sent at the same time.
pub(super) const AT_ONCE: usize = 8;
/// Maximum memory for parts of the file, in bytes; redb takes a gigabyte unless told otherwise.
const CACHE: usize = 16 << 20;

/// Something that can be followed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Subject {
    /// A speaker, by the name on record.
    Speaker(String),
    /// A party in the folded spelling of the people list.
    Party(String),
    /// A matter of the agenda.
    Matter(String),
    /// An outlet, by its name.
    Outlet(String),
}

impl Subject {
    /// Returns its name.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Speaker(name) | Self::Party(name) | Self::Matter(name) | Self::Outlet(name) => name,
        }
    }

    /// Returns the kind of subject, as a word.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Speaker(_) => "speaker",
            Self::Party(_) => "party",
            Self::Matter(_) => "matter",
            Self::Outlet(_) => "outlet",
        }
    }

    fn number(&self) -> u64 {
        fold::number(&[self.to_string().as_bytes()])
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind(), self.name())
    }
}

impl FromStr for Subject {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (kind, name) = text.split_once(':').ok_or(())?;
        let name = name.to_owned();
        match kind {
            "speaker" => Ok(Self::Speaker(name)),
            "party" => Ok(Self::Party(name)),
            "matter" => Ok(Self::Matter(name)),
            "outlet" => Ok(Self::Outlet(name)),
            _ => Err(()),
        }
    }
}

/// Where new quotes are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Place {
    /// A channel, by its id.
    Channel(u64),
    /// Somebody's direct messages, by the id of the user.
    Direct(u64),
}

impl Place {
    const fn key(self) -> (bool, u64) {
        match self {
            Self::Channel(id) => (false, id),
            Self::Direct(id) => (true, id),
        }
    }

    const fn of((is_direct, id): (bool, u64)) -> Self {
        if is_direct { Self::Direct(id) } else { Self::Channel(id) }
    }
}

/// The outcome of a request to follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Followed {
    /// It is followed from now on.
    Now,
    /// It was already followed.
    Before,
    /// The place already follows [`MOST`] subjects.
    Full,
}

/// A message to be sent: the place, its server, and the new quotes of each subject followed there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Due {
    /// The number of the [`News`] it belongs to.
    pub(super) news: u64,
    pub(super) place: Place,
    pub(super) guild: Option<u64>,
    pub(super) fresh: BTreeMap<String, Fresh>,
}

/// The new quotes of a subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Fresh {
    /// How many there are.
    pub(super) count: u64,
    /// Some of them, at most [`SHOWN`].
    pub(super) ids: Vec<u64>,
}

/// New quotes, and how far they have been sent.
#[derive(Debug, Default, Serialize, Deserialize)]
struct News {
    fresh: BTreeMap<String, Fresh>,
    /// Whether nobody is told yet, because earlier quotes on one of the subjects come first.
    #[serde(default)]
    waits: bool,
    /// Everybody up to this place was told.
    told: Option<Place>,
    /// The places after that one that were told too; messages do not arrive in order.
    #[serde(default)]
    done: BTreeSet<Place>,
}

impl News {
    /// Adds later quotes of a subject.
    fn add(&mut self, subject: String, later: Fresh) {
        let fresh = self.fresh.entry(subject).or_insert(Fresh { count: 0, ids: Vec::new() });
        fresh.count += later.count;
        fresh.ids.splice(0..0, later.ids);
        fresh.ids.truncate(SHOWN);
    }
}

/// Key: place and subject. Value: the server of the place, 0 for none.
const FOLLOWS: TableDefinition<(bool, u64, &str), u64> = TableDefinition::new("follows");
/// Key: subject. Value: how many places follow it.
const SUBJECTS: TableDefinition<&str, u64> = TableDefinition::new("subjects");
/// Key: the number of a subject ([`Subject::number`]) and the fingerprint of one of its known quotes.
const KNOWN: TableDefinition<(u64, u64), ()> = TableDefinition::new("known");
/// The number of the last [`News`]. A number is never reused, because Discord drops a message whose nonce it
/// has seen.
const LAST: TableDefinition<(), u64> = TableDefinition::new("last");
/// Each [`News`] by its number, as JSON.
const NEWS: TableDefinition<u64, &[u8]> = TableDefinition::new("news");
/// Key: a user who follows something. Value: the channel of their direct messages, once it was opened.
/// Discord slows down whoever opens many.
const ROOMS: TableDefinition<u64, u64> = TableDefinition::new("rooms");

/// The open database.
pub(super) struct Follows {
    path: PathBuf,
    /// Whether other processes may have it open too.
    shared: bool,
    state: RwLock<State>,
}

enum State {
    Open(Arc<Database>),
    /// After an error of the disk or of the network between, nothing can be read until it is opened again.
    Broken,
    Closed,
}

impl Follows {
    /// Opens the database at `path`, creating it if it does not exist. If `shared` is set, other processes
    /// may have it open too, provided that they share it as well.
    ///
    /// # Errors
    /// If it cannot be created or read, or another process has it open for itself.
    pub(super) fn open(path: &Path, shared: bool) -> anyhow::Result<Self> {
        let state = RwLock::new(State::Open(Arc::new(opened(path, shared)?)));
        Ok(Self { path: path.to_owned(), shared, state })
    }

    fn database(&self) -> anyhow::Result<Arc<Database>> {
        if let State::Open(database) = &*self.state.read().unwrap_or_else(PoisonError::into_inner) {
            return Ok(Arc::clone(database));
        }
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if matches!(*state, State::Broken) {
            *state = State::Open(Arc::new(opened(&self.path, self.shared)?));
        }
        let State::Open(database) = &*state else { bail!("the bot is stopping") };
        Ok(Arc::clone(database))
    }

    /// Begins a transaction.
    fn begin<T>(&self, begin: impl Fn(&Database) -> Result<T, TransactionError>) -> anyhow::Result<T> {
        let database = self.database()?;
        match begin(&database) {
            Err(TransactionError::Storage(StorageError::PreviousIo)) => {
                {
                    let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
                    // Another thread may have opened it again already.
                    if matches!(&*state, State::Open(open) if Arc::ptr_eq(open, &database)) {
                        *state = State::Broken;
                    }
                }
                drop(database);
                Ok(begin(&*self.database()?)?)
            }
            begun => Ok(begun?),
        }
    }

    /// Closes the database, so that another bot can open it. Blocks until running transactions have ended.
    pub(super) fn close(&self) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *state, State::Closed);
        drop(state);
        while matches!(&before, State::Open(database) if Arc::strong_count(database) > 1) {
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Follows a subject from now on. `known` returns the fingerprints of its quotes on record; it is called
    /// only if nobody follows the subject yet.
    pub(super) fn follow(
        &self,
        place: Place,
        guild: Option<u64>,
        subject: &Subject,
        known: impl FnOnce() -> anyhow::Result<Vec<u64>>,
    ) -> anyhow::Result<Followed> {
        let write = self.begin(Database::begin_write)?;
        let text = subject.to_string();
        let (is_direct, id) = place.key();
        let followed = {
            let mut follows = write.open_table(FOLLOWS)?;
            let key = (is_direct, id, text.as_str());
            if follows.get(key)?.is_some() {
                Followed::Before
            } else if subjects_of(&follows, place)?.len() >= MOST {
                Followed::Full
            } else {
                follows.insert(key, guild.unwrap_or_default())?;
                let mut subjects = write.open_table(SUBJECTS)?;
                let count = subjects.get(text.as_str())?.map_or(0, |count| count.value());
                subjects.insert(text.as_str(), count + 1)?;
                if count == 0 {
                    let mut table = write.open_table(KNOWN)?;
                    for print in known()? {
                        table.insert((subject.number(), print), ())?;
                    }
                }
                Followed::Now
            }
        };
        write.commit()?;
        Ok(followed)
    }

    /// Stops following a subject; returns whether it was followed.
    pub(super) fn unfollow(&self, place: Place, subject: &Subject) -> anyhow::Result<bool> {
        self.remove(|at, _, text| at == place && text == subject.to_string(), Some(place))
            .map(|count| count > 0)
    }

    /// Removes a place that no longer exists; returns how many subjects it followed.
    pub(super) fn forget(&self, place: Place) -> anyhow::Result<u64> {
        self.remove(|at, _, _| at == place, Some(place))
    }

    /// Removes all channels of a server; returns how many follows that were.
    pub(super) fn forget_server(&self, guild: u64) -> anyhow::Result<u64> {
        self.remove(|_, of, _| of == Some(guild), None)
    }

    /// Removes every entry for which `goes` returns `true`, at one place if given; returns how many were
    /// removed.
    fn remove(
        &self,
        goes: impl Fn(Place, Option<u64>, &str) -> bool,
        place: Option<Place>,
    ) -> anyhow::Result<u64> {
        let write = self.begin(Database::begin_write)?;
        let mut gone: BTreeMap<String, u64> = BTreeMap::new();
        {
            let mut follows = write.open_table(FOLLOWS)?;
            let mut keys = Vec::new();
            for entry in follows.range(from(place)..)? {
                let (key, guild) = entry?;
                let (is_direct, id, text) = key.value();
                let at = Place::of((is_direct, id));
                if place.is_some_and(|place| place != at) {
                    break;
                }
                if goes(at, Some(guild.value()).filter(|guild| *guild > 0), text) {
                    keys.push((is_direct, id, text.to_owned()));
                }
            }
            for (is_direct, id, text) in keys {
                follows.remove((is_direct, id, text.as_str()))?;
                *gone.entry(text).or_default() += 1;
            }
            if let Some(place @ Place::Direct(user)) = place
                && subjects_of(&follows, place)?.is_empty()
            {
                write.open_table(ROOMS)?.remove(user)?;
            }
            let mut subjects = write.open_table(SUBJECTS)?;
            let mut known = write.open_table(KNOWN)?;
            for (text, count) in &gone {
                let left = subjects.get(text.as_str())?.map_or(0, |all| all.value().saturating_sub(*count));
                if left > 0 {
                    subjects.insert(text.as_str(), left)?;
                    continue;
                }
                subjects.remove(text.as_str())?;
                let number = fold::number(&[text.as_bytes()]);
                known.retain_in((number, 0)..=(number, u64::MAX), |_, ()| false)?;
            }
        }
        write.commit()?;
        Ok(gone.values().sum())
    }

    /// Returns the subjects followed at a place, in order.
    pub(super) fn of(&self, place: Place) -> anyhow::Result<Vec<Subject>> {
        let read = self.begin(|database| database.begin_read())?;
        let follows = read.open_table(FOLLOWS)?;
        Ok(subjects_of(&follows, place)?.iter().filter_map(|text| text.parse().ok()).collect())
    }

    /// Returns all subjects that are followed anywhere.
    pub(super) fn subjects(&self) -> anyhow::Result<Vec<Subject>> {
        let read = self.begin(|database| database.begin_read())?;
        let mut out = Vec::new();
        for entry in read.open_table(SUBJECTS)?.iter()? {
            out.extend(entry?.0.value().parse::<Subject>());
        }
        Ok(out)
    }

    /// Returns the servers in which something is followed.
    pub(super) fn servers(&self) -> anyhow::Result<BTreeSet<u64>> {
        let read = self.begin(|database| database.begin_read())?;
        let mut out = BTreeSet::new();
        for entry in read.open_table(FOLLOWS)?.iter()? {
            out.insert(entry?.1.value());
        }
        out.remove(&0);
        Ok(out)
    }

    /// Takes the quotes on record of each subject, newest first. Those not known yet become known and are
    /// recorded to be sent. Returns whether there were any.
    pub(super) fn note(&self, on_record: &[(Subject, Vec<(u64, QuoteId)>)]) -> anyhow::Result<bool> {
        let mut unknown = Vec::new();
        {
            let read = self.begin(|database| database.begin_read())?;
            let known = read.open_table(KNOWN)?;
            for (subject, prints) in on_record {
                let new = unknown_of(&known, subject, prints)?;
                if !new.is_empty() {
                    unknown.push((subject, new));
                }
            }
        }
        if unknown.is_empty() {
            return Ok(false);
        }
        let write = self.begin(Database::begin_write)?;
        let is_new = {
            let subjects = write.open_table(SUBJECTS)?;
            let mut known = write.open_table(KNOWN)?;
            let mut table = write.open_table(NEWS)?;
            let mut open = pending(&table)?;
            let busy: BTreeSet<String> = open.values().flat_map(|news| news.fresh.keys().cloned()).collect();
            let (mut news, mut later) = (News::default(), News { waits: true, ..News::default() });
            for (subject, prints) in unknown {
                let text = subject.to_string();
                // Nobody follows this subject any more.
                if subjects.get(text.as_str())?.is_none() {
                    continue;
                }
                let mut fresh = Fresh { count: 0, ids: Vec::new() };
                for (print, id) in prints {
                    if known.insert((subject.number(), print), ())?.is_none() {
                        fresh.count += 1;
                        if fresh.ids.len() < SHOWN {
                            fresh.ids.push(id.0);
                        }
                    }
                }
                if fresh.count > 0 {
                    let news = if busy.contains(&text) { &mut later } else { &mut news };
                    news.add(text, fresh);
                }
            }
            let is_new = !(news.fresh.is_empty() && later.fresh.is_empty());
            if let Some((number, waiting)) = open.iter_mut().find(|(_, news)| news.waits) {
                for (subject, fresh) in std::mem::take(&mut later.fresh) {
                    waiting.add(subject, fresh);
                }
                put(&mut table, *number, waiting)?;
            }
            let mut last = write.open_table(LAST)?;
            for news in [news, later].iter().filter(|news| !news.fresh.is_empty()) {
                let number = last.get(())?.map_or(0, |number| number.value()) + 1;
                last.insert((), number)?;
                put(&mut table, number, news)?;
            }
            is_new
        };
        write.commit()?;
        Ok(is_new)
    }

    /// Returns the next messages to send, at most [`AT_ONCE`], each to another place and all of one [`News`]:
    /// the first after the one numbered `last`, or else the first of all, so that they take turns. Returns
    /// none if all have been sent.
    pub(super) fn next(&self, last: u64) -> anyhow::Result<Vec<Due>> {
        loop {
            let read = self.begin(|database| database.begin_read())?;
            let open = pending(&read.open_table(NEWS)?)?;
            let is_ready = |number: u64, news: &News| {
                !news.waits
                    || open
                        .iter()
                        .filter(|(other, _)| **other != number)
                        .all(|(_, other)| other.fresh.keys().all(|subject| !news.fresh.contains_key(subject)))
            };
            let turn = open.range(last + 1..).chain(open.range(..=last));
            let Some((number, news)) = turn.into_iter().find(|(number, news)| is_ready(**number, news))
            else {
                return Ok(Vec::new());
            };
            let due = if news.waits {
                Vec::new()
            } else {
                due(&read.open_table(FOLLOWS)?, *number, news, AT_ONCE)?
            };
            if !due.is_empty() {
                return Ok(due);
            }
            drop(read);
            let write = self.begin(Database::begin_write)?;
            {
                let mut table = write.open_table(NEWS)?;
                match recorded(&table, *number)?.filter(|news| news.waits) {
                    // From here on nothing is added to it: somebody may have been told.
                    Some(news) => put(&mut table, *number, &News { waits: false, ..news })?,
                    None => drop(table.remove(*number)?),
                }
            }
            write.commit()?;
        }
    }

    /// Records that messages of a [`News`] were sent to these places, or never will be, and the channels of
    /// direct messages that were opened for it, by user.
    pub(super) fn told(&self, news: u64, places: &[Place], rooms: &[(u64, u64)]) -> anyhow::Result<()> {
        let write = self.begin(Database::begin_write)?;
        {
            let mut table = write.open_table(NEWS)?;
            let follows = write.open_table(FOLLOWS)?;
            if let Some(mut own) = recorded(&table, news)? {
                own.done.extend(places);
                let next = due(&follows, news, &own, 1)?.into_iter().next().map(|due| due.place);
                let behind = next.map_or_else(BTreeSet::new, |next| own.done.split_off(&next));
                own.told = std::mem::replace(&mut own.done, behind).last().copied().or(own.told);
                put(&mut table, news, &own)?;
            }
            let mut table = write.open_table(ROOMS)?;
            for (user, room) in rooms {
                if !subjects_of(&follows, Place::Direct(*user))?.is_empty() {
                    table.insert(user, room)?;
                }
            }
        }
        write.commit()?;
        Ok(())
    }

    /// Returns the channel of a user's direct messages, if it is known.
    pub(super) fn room(&self, user: u64) -> anyhow::Result<Option<u64>> {
        let read = self.begin(|database| database.begin_read())?;
        Ok(read.open_table(ROOMS)?.get(user)?.map(|room| room.value()))
    }
}

/// Opens the file, creating it and its tables if they do not exist.
fn opened(path: &Path, shared: bool) -> anyhow::Result<Database> {
    let named = || {
        format!(
            "`{}`, which keeps who follows what, cannot be used: end the other bot that has it, or move the file away",
            path.display()
        )
    };
    let mode = if shared { ConcurrencyMode::MultiWriter } else { ConcurrencyMode::ExclusiveWriter };
    let mut builder = Database::builder();
    builder.set_cache_size(CACHE).set_concurrency_mode(mode);
    let database = builder.create(path).with_context(named)?;
    let write = database.begin_write().with_context(named)?;
    write.open_table(FOLLOWS).with_context(named)?;
    write.open_table(SUBJECTS).with_context(named)?;
    write.open_table(KNOWN).with_context(named)?;
    write.open_table(NEWS).with_context(named)?;
    write.open_table(ROOMS).with_context(named)?;
    write.commit().with_context(named)?;
    Ok(database)
}

/// Returns the [`News`] with this number, unless it was sent to everybody.
fn recorded(
    table: &impl redb::ReadableTable<u64, &'static [u8]>,
    number: u64,
) -> anyhow::Result<Option<News>> {
    let bytes = table.get(number)?;
    Ok(bytes.map(|bytes| serde_json::from_slice(bytes.value())).transpose()?)
}

fn put(table: &mut redb::Table<u64, &'static [u8]>, number: u64, news: &News) -> anyhow::Result<()> {
    table.insert(number, serde_json::to_vec(news)?.as_slice())?;
    Ok(())
}

/// Returns each [`News`] that was not sent to everybody yet, by number.
fn pending(table: &impl redb::ReadableTable<u64, &'static [u8]>) -> anyhow::Result<BTreeMap<u64, News>> {
    let mut out = BTreeMap::new();
    for entry in table.iter()? {
        let (number, bytes) = entry?;
        out.insert(number.value(), serde_json::from_slice(bytes.value())?);
    }
    Ok(out)
}

/// Returns the quotes of a subject that are not known yet, in their order. Both lists are read once, sorted
/// by fingerprint, so that a large outlet does not need one look-up per quote.
fn unknown_of(
    known: &impl redb::ReadableTable<(u64, u64), ()>,
    subject: &Subject,
    on_record: &[(u64, QuoteId)],
) -> anyhow::Result<Vec<(u64, QuoteId)>> {
    let mut sorted: Vec<u64> = on_record.iter().map(|(print, _)| *print).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let mut wanted = sorted.into_iter().peekable();
    let mut unknown = BTreeSet::new();
    for entry in known.range((subject.number(), 0)..=(subject.number(), u64::MAX))? {
        let (key, _) = entry?;
        let (_, print) = key.value();
        while let Some(smaller) = wanted.next_if(|wanted| *wanted < print) {
            unknown.insert(smaller);
        }
        let _ = wanted.next_if_eq(&print);
    }
    unknown.extend(wanted);
    Ok(on_record.iter().filter(|(print, _)| unknown.contains(print)).copied().collect())
}

/// Returns the smallest key that an entry of this place can have, or of any place if `None`.
const fn from(place: Option<Place>) -> (bool, u64, &'static str) {
    let (is_direct, id) = match place {
        Some(place) => place.key(),
        None => (false, 0),
    };
    (is_direct, id, "")
}

fn subjects_of(
    follows: &impl redb::ReadableTable<(bool, u64, &'static str), u64>,
    place: Place,
) -> anyhow::Result<Vec<String>> {
    let mut out = Vec::new();
    for entry in follows.range(from(Some(place))..)? {
        let (key, _) = entry?;
        let (is_direct, id, text) = key.value();
        if Place::of((is_direct, id)) != place {
            break;
        }
        out.push(text.to_owned());
    }
    Ok(out)
}

/// Returns the first places that follow one of its subjects and have not been told, at most `most`.
fn due(
    follows: &impl redb::ReadableTable<(bool, u64, &'static str), u64>,
    number: u64,
    news: &News,
    most: usize,
) -> anyhow::Result<Vec<Due>> {
    let mut found: Vec<Due> = Vec::new();
    for entry in follows.range(from(news.told)..)? {
        let (key, guild) = entry?;
        let (is_direct, id, text) = key.value();
        let place = Place::of((is_direct, id));
        if news.told == Some(place) || news.done.contains(&place) {
            continue;
        }
        let is_next = found.last().is_none_or(|due| due.place != place);
        if is_next && found.len() == most {
            break;
        }
        let Some(fresh) = news.fresh.get(text) else { continue };
        if is_next {
            let guild = Some(guild.value()).filter(|guild| *guild > 0);
            found.push(Due { news: number, place, guild, fresh: BTreeMap::new() });
        }
        if let Some(due) = found.last_mut() {
            due.fresh.insert(text.to_owned(), fresh.clone());
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn prints(numbers: impl IntoIterator<Item = u64>) -> Vec<(u64, QuoteId)> {
        numbers.into_iter().map(|number| (number, QuoteId(number))).collect()
    }

    fn subject(name: &str) -> Subject {
        Subject::Speaker(name.to_owned())
    }

    #[test]
    fn a_subject_is_written_and_read() {
        for subject in [
            Subject::Speaker("Pia: Lund".to_owned()),
            Subject::Party("EU".to_owned()),
            Subject::Matter("ferries".to_owned()),
            Subject::Outlet("Coast Gazette".to_owned()),
        ] {
            assert_eq!(subject.to_string().parse(), Ok(subject));
        }
        assert_eq!("weather:rain".parse::<Subject>(), Err(()));
    }

    #[test]
    fn each_place_gets_each_new_quote_once_even_after_a_restart() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("follows.redb");
        let mut store = Follows::open(&path, false).expect("opened");
        let (lund, okafor) = (subject("Pia Lund"), subject("Omar Okafor"));
        let places: Vec<Place> = (1..=50).map(Place::Channel).chain((1..=50).map(Place::Direct)).collect();
        for place in &places {
            let guild = matches!(place, Place::Channel(_)).then_some(7);
            let known = || Ok(vec![1, 2]);
            assert_eq!(store.follow(*place, guild, &lund, known).expect("kept"), Followed::Now);
        }
        let none = || Ok(Vec::new());
        assert_eq!(store.follow(places[3], Some(7), &okafor, none).expect("kept"), Followed::Now);
        assert_eq!(store.follow(places[3], Some(7), &okafor, none).expect("kept"), Followed::Before);
        assert!(!store.note(&[(lund.clone(), prints([1, 2]))]).expect("noted"), "all of it is known");
        let on_record = [(lund.clone(), prints([3, 1, 2])), (okafor.clone(), prints([9]))];
        assert!(store.note(&on_record).expect("noted"));
        assert!(!store.note(&on_record).expect("noted"), "once");
        let (mut told, mut batch) = (Vec::new(), store.next(0).expect("read"));
        while !batch.is_empty() {
            assert!(batch.len() <= AT_ONCE);
            for due in &batch {
                assert_eq!(due.fresh[&lund.to_string()], Fresh { count: 1, ids: vec![3] });
                assert_eq!(due.fresh.contains_key(&okafor.to_string()), due.place == places[3]);
                assert_eq!(due.guild, matches!(due.place, Place::Channel(_)).then_some(7));
            }
            // The first message is not delivered together with the others.
            let arrived = batch.iter().skip(usize::from(batch.len() > 1)).map(|due| due.place);
            let arrived: Vec<Place> = arrived.collect();
            store.told(batch[0].news, &arrived, &[]).expect("written");
            told.extend(arrived);
            drop(store);
            store = Follows::open(&path, false).expect("opened again");
            batch = store.next(batch[0].news).expect("read");
        }
        told.sort();
        assert_eq!(told, places, "each once");
        assert_eq!(store.forget_server(7).expect("written"), 51);
        assert_eq!(store.subjects().expect("read"), std::slice::from_ref(&lund));
        assert!(store.unfollow(places[50], &lund).expect("written"));
        assert!(!store.unfollow(places[50], &lund).expect("written"));
        for place in &places[51..] {
            assert_eq!(store.forget(*place).expect("written"), 1);
        }
        assert!(store.subjects().expect("read").is_empty());
        // If a subject is followed again, quotes that were on record by then are not sent again.
        let known = || Ok(vec![1, 2, 3]);
        store.follow(places[0], Some(7), &lund, known).expect("kept");
        assert!(!store.note(&[(lund, prints([3, 2, 1]))]).expect("noted"));
    }

    #[test]
    fn subjects_take_turns_and_later_quotes_are_sent_together() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Follows::open(&folder.path().join("follows.redb"), false).expect("opened");
        let (lund, okafor) = (subject("Pia Lund"), subject("Omar Okafor"));
        let many: Vec<Place> = (1..=30).map(Place::Direct).collect();
        for place in &many {
            store.follow(*place, None, &lund, || Ok(Vec::new())).expect("kept");
        }
        store.follow(Place::Channel(1), Some(7), &okafor, || Ok(Vec::new())).expect("kept");
        let note = |subject: &Subject, all: &[u64]| {
            store.note(&[(subject.clone(), prints(all.iter().copied()))]).expect("noted")
        };
        assert!(note(&lund, &[1]));
        let first = store.next(0).expect("read");
        store.told(first[0].news, &[many[0]], &[]).expect("written");
        assert!(note(&lund, &[2, 1]) && note(&okafor, &[9]) && note(&lund, &[3, 2, 1]));
        // The channel does not wait until the many followers have been told.
        let second = store.next(first[0].news).expect("read");
        assert_eq!(second.iter().map(|due| due.place).collect::<Vec<_>>(), [Place::Channel(1)]);
        store.told(second[0].news, &[Place::Channel(1)], &[]).expect("written");
        let mut heard: BTreeMap<Place, Vec<Vec<u64>>> = BTreeMap::new();
        heard.insert(many[0], vec![vec![1]]);
        let mut last = second[0].news;
        loop {
            let batch = store.next(last).expect("read");
            let Some(due) = batch.first() else { break };
            last = due.news;
            for due in &batch {
                heard.entry(due.place).or_default().push(due.fresh[&lund.to_string()].ids.clone());
            }
            let places: Vec<Place> = batch.iter().map(|due| due.place).collect();
            store.told(last, &places, &[]).expect("written");
        }
        assert_eq!(heard.len(), many.len());
        for (place, messages) in heard {
            assert_eq!(messages, [vec![1], vec![3, 2]], "{place:?}: two messages, the second a digest");
        }
    }

    #[test]
    fn a_channel_is_known_until_its_user_follows_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Follows::open(&folder.path().join("follows.redb"), false).expect("opened");
        let (place, lund) = (Place::Direct(5), subject("Pia Lund"));
        store.follow(place, None, &lund, || Ok(Vec::new())).expect("kept");
        assert_eq!(store.room(5).expect("read"), None);
        store.told(1, &[place], &[(5, 77), (6, 78)]).expect("written");
        assert_eq!((store.room(5).expect("read"), store.room(6).expect("read")), (Some(77), None));
        store.unfollow(place, &lund).expect("written");
        assert_eq!(store.room(5).expect("read"), None);
    }

    #[test]
    fn several_processes_share_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("follows.redb");
        let [one, other] = [(); 2].map(|()| Follows::open(&path, true).expect("opened"));
        assert!(Follows::open(&path, false).is_err(), "not by one for itself");
        let lund = subject("Pia Lund");
        let place = |number: u64| Place::Direct(number);
        thread::scope(|scope| {
            for (store, numbers) in [(&one, 0..20), (&other, 20..40)] {
                let (lund, place) = (&lund, &place);
                scope.spawn(move || {
                    for number in numbers {
                        let followed = store.follow(place(number), None, lund, || Ok(vec![1]));
                        assert_eq!(followed.expect("kept"), Followed::Now);
                    }
                });
            }
        });
        assert!(one.note(&[(lund.clone(), prints([2, 1]))]).expect("noted"));
        assert!(!other.note(&[(lund.clone(), prints([2, 1]))]).expect("noted"), "once");
        for number in 0..40 {
            assert_eq!(one.of(place(number)).expect("read"), std::slice::from_ref(&lund));
        }
        drop(one);
        assert_eq!(other.next(0).expect("read").len(), AT_ONCE);
    }

    #[test]
    fn the_file_is_opened_again_after_it_could_not_be_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("follows.redb");
        let store = Follows::open(&path, true).expect("opened");
        let (place, lund) = (Place::Direct(5), subject("Pia Lund"));
        store.follow(place, None, &lund, || Ok(Vec::new())).expect("kept");
        let bytes = std::fs::read(&path).expect("read");
        std::fs::File::options().write(true).open(&path).and_then(|file| file.set_len(0)).expect("cut");
        assert!(store.unfollow(place, &lund).is_err());
        std::fs::File::options()
            .write(true)
            .open(&path)
            .and_then(|mut file| file.write_all(&bytes))
            .expect("back");
        assert_eq!(store.of(place).expect("read"), std::slice::from_ref(&lund));
        assert!(store.unfollow(place, &lund).expect("written"));
        store.close();
        assert!(store.of(place).is_err());
    }

    #[test]
    fn follows_are_limited_and_one_process_has_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("follows.redb");
        let store = Follows::open(&path, false).expect("opened");
        let place = Place::Direct(5);
        for number in 0..MOST {
            let followed = store.follow(place, None, &subject(&number.to_string()), || Ok(Vec::new()));
            assert_eq!(followed.expect("kept"), Followed::Now);
        }
        let one_more = store.follow(place, None, &subject("one more"), || Ok(Vec::new()));
        assert_eq!(one_more.expect("read"), Followed::Full);
        assert_eq!(store.of(place).expect("read").len(), MOST);
        let Err(error) = Follows::open(&path, false) else { panic!("it is held") };
        assert!(format!("{error:#}").contains("follows.redb"), "{error:#}");
        store.close();
        assert!(store.of(place).is_err());
        assert_eq!(Follows::open(&path, false).expect("opened again").of(place).expect("read").len(), MOST);
    }
}

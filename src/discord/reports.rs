//! What readers say is wrong with a quote: kept for the operator until it has been handled.
//!
//! The reports are in one [redb](https://www.redb.org) file next to the settings of servers. Each change is
//! one transaction, which either is on the disk when the call returns or did not happen. The file is open
//! only while it is read or changed, so that `rapporteur reports` works while a bot is running. Of the person
//! who reports, only the user id and the server's id are kept, to enforce the limits [`PERSON`], [`SERVER`]
//! and [`ALL`].

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use jiff::civil::Date;
use redb::{Database, DatabaseError, ReadableDatabase as _, ReadableTable as _, TableDefinition, TableError};
use serde::{Deserialize, Serialize};

use crate::correction::Correction;

/// Maximum number of unhandled reports by one person.
pub const PERSON: usize = 10;
/// Maximum number of unhandled reports from one server.
pub const SERVER: usize = 200;
/// Maximum number of unhandled reports in total.
pub const ALL: usize = 2000;

/// A reader's report that something is wrong with a quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Its number, from 1; never used twice.
    pub id: u64,
    /// The day on which it was received.
    pub day: Date,
    /// The short id of the quote.
    pub quote: String,
    /// The id of its article.
    pub article: String,
    /// The URL of its article.
    pub url: Option<String>,
    /// The words of the quote on one line, truncated if long.
    pub words: String,
    /// The speaker on record.
    pub speaker: Option<String>,
    /// What is wrong, as the reader wrote it.
    pub wrong: String,
    /// Who said it, as the reader wrote it.
    pub who: Option<String>,
}

impl Report {
    /// Returns the entry for `corrections.toml` that sets the speaker named in the report, or no speaker if
    /// none was named.
    #[must_use]
    pub fn correction(&self) -> String {
        let speaker = Some(self.who.clone().unwrap_or_default());
        let (article, words) = (self.article.clone(), self.words.clone());
        Correction { article, words, speaker, ..Correction::default() }.to_toml()
    }
}

/// The outcome of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// It is kept, and replaces an earlier one by the same person on the same quote.
    Kept,
    /// The person has reached the limit [`PERSON`].
    Person,
    /// The server has reached the limit [`SERVER`], or all together the limit [`ALL`].
    Full,
}

/// A report, and who sent it from which server; 0 for unknown.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    report: Report,
    user: u64,
    guild: u64,
}

/// Number of a report -> a [`Kept`] as JSON.
const REPORTS: TableDefinition<u64, &[u8]> = TableDefinition::new("reports");
/// The number that was used last.
const LAST: TableDefinition<(), u64> = TableDefinition::new("last");

/// How long to wait for another process to close the file.
const PATIENCE: Duration = Duration::from_secs(5);

/// The file.
#[derive(Clone, Debug)]
pub struct Reports {
    path: PathBuf,
}

impl Reports {
    /// Returns the reports in the folder of the servers' settings. Nothing is opened yet.
    #[must_use]
    pub fn of(settings: &Path) -> Self {
        Self { path: settings.join("reports.redb") }
    }

    /// Returns all reports, the oldest first. Empty if there is no file.
    ///
    /// # Errors
    /// If the file cannot be read, or another process holds it for too long.
    pub fn all(&self) -> anyhow::Result<Vec<Report>> {
        if !self.path.exists() {
            return Ok(Vec::new());
        }
        Ok(self.kept(&self.open()?)?.into_iter().map(|kept| kept.report).collect())
    }

    /// Removes a report that was handled; returns whether there was one.
    ///
    /// # Errors
    /// As for [`Reports::all`].
    pub fn done(&self, id: u64) -> anyhow::Result<bool> {
        if !self.path.exists() {
            return Ok(false);
        }
        let write = self.open()?.begin_write()?;
        let was_there = write.open_table(REPORTS)?.remove(id)?.is_some();
        write.commit()?;
        Ok(was_there)
    }

    /// Keeps a report if the limits allow it; its number is replaced.
    pub(super) fn add(&self, user: u64, guild: Option<u64>, report: Report) -> anyhow::Result<Taken> {
        let database = self.open()?;
        let guild = guild.unwrap_or_default();
        let waiting = self.kept(&database)?;
        let before = waiting.iter().find(|kept| kept.user == user && kept.report.quote == report.quote);
        let count = |of: &dyn Fn(&Kept) -> bool| waiting.iter().filter(|kept| of(kept)).count();
        if before.is_none() {
            if count(&|kept| kept.user == user) >= PERSON {
                return Ok(Taken::Person);
            }
            if waiting.len() >= ALL || guild > 0 && count(&|kept| kept.guild == guild) >= SERVER {
                return Ok(Taken::Full);
            }
        }
        let write = database.begin_write()?;
        {
            let mut last = write.open_table(LAST)?;
            let id = last.get(())?.map_or(0, |number| number.value()) + 1;
            last.insert((), id)?;
            let mut reports = write.open_table(REPORTS)?;
            if let Some(before) = before {
                reports.remove(before.report.id)?;
            }
            let kept = Kept { report: Report { id, ..report }, user, guild };
            reports.insert(id, serde_json::to_vec(&kept)?.as_slice())?;
        }
        write.commit()?;
        Ok(Taken::Kept)
    }

    /// Forgets who sent the reports of a server, and that they came from there; their text stays.
    pub(super) fn forget_server(&self, guild: u64) -> anyhow::Result<()> {
        if !self.path.exists() {
            return Ok(());
        }
        let database = self.open()?;
        let of_server = self.kept(&database)?.into_iter().filter(|kept| kept.guild == guild);
        let of_server: Vec<Kept> = of_server.map(|kept| Kept { user: 0, guild: 0, ..kept }).collect();
        if of_server.is_empty() {
            return Ok(());
        }
        let write = database.begin_write()?;
        {
            let mut reports = write.open_table(REPORTS)?;
            for kept in of_server {
                reports.insert(kept.report.id, serde_json::to_vec(&kept)?.as_slice())?;
            }
        }
        write.commit()?;
        Ok(())
    }

    fn kept(&self, database: &Database) -> anyhow::Result<Vec<Kept>> {
        let read = database.begin_read()?;
        let table = match read.open_table(REPORTS) {
            Ok(table) => table,
            Err(TableError::TableDoesNotExist(_)) => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        };
        let mut out = Vec::new();
        for entry in table.iter()? {
            let kept = serde_json::from_slice(entry?.1.value());
            out.push(
                kept.with_context(|| format!("`{}` was written by another version", self.path.display()))?,
            );
        }
        Ok(out)
    }

    fn open(&self) -> anyhow::Result<Database> {
        let begun = Instant::now();
        loop {
            match Database::create(&self.path) {
                Err(DatabaseError::DatabaseAlreadyOpen) if begun.elapsed() < PATIENCE => {
                    thread::sleep(Duration::from_millis(20));
                }
                Err(DatabaseError::DatabaseAlreadyOpen) => {
                    bail!("`{}` is in use by another process; try again", self.path.display())
                }
                opened => {
                    return opened.with_context(|| {
                        format!(
                            "`{}`, which keeps what readers report, cannot be used; move it away to start with an empty one",
                            self.path.display()
                        )
                    });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(quote: u64) -> Report {
        Report {
            id: 0,
            day: jiff::civil::date(2025, 12, 2),
            quote: format!("{quote:016x}"),
            article: "pier".to_owned(),
            url: None,
            words: "The pier is \"safe\"".to_owned(),
            speaker: Some("Omar Okafor".to_owned()),
            wrong: "She said it.".to_owned(),
            who: Some("Angela Lee".to_owned()),
        }
    }

    fn add(reports: &Reports, user: u64, guild: u64, quote: u64) -> Taken {
        reports.add(user, Some(guild).filter(|guild| *guild > 0), report(quote)).expect("it can be kept")
    }

    #[test]
    fn reports_are_kept_until_they_are_handled() {
        let folder = tempfile::tempdir().expect("a folder");
        let reports = Reports::of(folder.path());
        assert_eq!((reports.all().expect("no file"), reports.done(1).expect("no file")), (Vec::new(), false));
        assert_eq!((add(&reports, 1, 9, 7), add(&reports, 2, 9, 7)), (Taken::Kept, Taken::Kept));
        // A second report by the same person on the same quote replaces the first.
        assert_eq!(add(&reports, 1, 9, 7), Taken::Kept);
        let ids = |reports: &Reports| -> Vec<u64> {
            reports.all().expect("readable").iter().map(|report| report.id).collect()
        };
        assert_eq!(ids(&reports), [2, 3]);
        assert!(reports.done(2).expect("writable") && !reports.done(2).expect("writable"));
        assert_eq!(
            (ids(&reports), add(&reports, 1, 0, 8), ids(&reports)),
            (vec![3], Taken::Kept, vec![3, 4])
        );
        let text = reports.all().expect("readable")[0].correction();
        let mut corrections = crate::correction::Corrections::default();
        corrections.add("corrections.toml", &text).expect("an entry as it is wanted");
        let entry = &corrections.entries()[0].correction;
        assert_eq!(
            (entry.speaker.as_deref(), entry.words.as_str()),
            (Some("Angela Lee"), "The pier is \"safe\"")
        );
    }

    #[test]
    fn reports_are_limited_by_person_and_by_server() {
        let folder = tempfile::tempdir().expect("a folder");
        let reports = Reports::of(folder.path());
        for quote in 0..PERSON as u64 {
            assert_eq!(add(&reports, 1, 9, quote), Taken::Kept);
        }
        assert_eq!(add(&reports, 1, 8, 99), Taken::Person);
        assert_eq!(add(&reports, 1, 8, 3), Taken::Kept, "an earlier one is replaced");
        // Now one of its reports is from server 8, all others are from server 9.
        for at in 0..(SERVER + 1 - PERSON) as u64 {
            assert_eq!(add(&reports, 100 + at, 9, 1), Taken::Kept);
        }
        assert_eq!((add(&reports, 2, 9, 1), add(&reports, 2, 8, 1)), (Taken::Full, Taken::Kept));
        reports.forget_server(9).expect("writable");
        assert_eq!(add(&reports, 2, 9, 2), Taken::Kept, "nobody is known to have sent those of the server");
        assert_eq!(reports.all().expect("readable").len(), SERVER + 3);
    }

    #[test]
    fn another_process_is_waited_for_and_an_invalid_file_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let reports = Reports::of(folder.path());
        add(&reports, 1, 9, 1);
        let held = reports.open().expect("it can be opened");
        let other = reports.clone();
        let waits = thread::spawn(move || other.all().expect("it is closed in time").len());
        thread::sleep(Duration::from_millis(100));
        drop(held);
        assert_eq!(waits.join().expect("no panic"), 1);
        std::fs::write(folder.path().join("reports.redb"), "not a database").expect("writable");
        let error = reports.all().expect_err("no database");
        assert!(format!("{error:#}").contains("reports.redb"), "{error:#}");
    }
}

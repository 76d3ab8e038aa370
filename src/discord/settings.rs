//! What did this server choose? One small JSON file per server, always replaced as a whole.
//!
//! A new file is written next to the old one, synced and renamed over it, so after a crash at any moment it
//! is either the old or the new one. Only the fields of [`Settings`] are stored, under the server's id, and
//! nothing about people. The file is deleted when the server resets its settings or removes the bot.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::shards::Shards;
use crate::question::Part;

/// The maximum cooldown in seconds: one hour.
pub const LONGEST_COOLDOWN: u32 = 3600;
/// Maximum number of channels, outlets or tags that a server can list.
pub const MOST_LISTED: usize = 25;

/// The choices of a server. The default sets no limits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Whether answers are shown only to the person who asked, unless the command says otherwise.
    pub private: bool,
    /// The channels the bot answers in; empty for all.
    pub channels: Vec<u64>,
    /// The outlets it answers from; empty for all.
    pub outlets: Vec<String>,
    /// The tags of articles it answers from; empty for all.
    pub tags: Vec<String>,
    /// Seconds between two questions of one person, 0 to [`LONGEST_COOLDOWN`].
    pub cooldown: u32,
}

impl Settings {
    /// Returns the part of the corpus that answers come from.
    #[must_use]
    pub fn part(&self) -> Part {
        Part { outlets: self.outlets.clone(), tags: self.tags.clone() }
    }
}

/// The settings of all servers, in one folder for all processes of a bot. Those of the servers of this
/// process are read once, kept in memory, and written to disk on every change.
pub struct Store {
    folder: PathBuf,
    /// The shards of this process; `None` for all.
    part: Option<Shards>,
    guilds: RwLock<HashMap<u64, Arc<Settings>>>,
}

impl Store {
    /// Reads the settings stored in `folder`, creating it if it does not exist. A file that cannot be parsed
    /// is left untouched, named in the log, and otherwise ignored.
    ///
    /// # Errors
    /// If the folder cannot be created, written to or listed.
    pub fn open(folder: &Path, part: Option<Shards>) -> anyhow::Result<Self> {
        Self::check(folder)?;
        let named = || named(folder);
        fs::create_dir_all(folder).with_context(named)?;
        let mut guilds = HashMap::new();
        for entry in fs::read_dir(folder).with_context(named)? {
            let path = entry.with_context(named)?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let Some(guild) = name.strip_suffix(".json").and_then(|id| id.parse().ok()) else { continue };
            if part.is_none_or(|part| part.holds(guild)) {
                guilds.extend(read(&path).map(|settings| (guild, Arc::new(settings))));
            }
        }
        Ok(Self { folder: folder.to_owned(), part, guilds: RwLock::new(guilds) })
    }

    /// Checks whether settings could be stored in `folder`, which need not exist yet. Leaves nothing behind.
    ///
    /// # Errors
    /// If the folder, or the one it would be created in, cannot be written to.
    pub fn check(folder: &Path) -> anyhow::Result<()> {
        // Anything that exists but is not a folder ends the search, because nothing can be created in it.
        let there = folder.ancestors().find(|path| path.symlink_metadata().is_ok());
        let place = there.filter(|path| !path.as_os_str().is_empty()).unwrap_or(Path::new("."));
        tempfile::tempfile_in(place).map(drop).with_context(|| named(folder))
    }

    /// Returns the settings of a server: the defaults if it chose nothing or if there is no server. Those of
    /// a server of another process, which may change at any time, are read from the disk.
    #[must_use]
    pub fn get(&self, guild: Option<u64>) -> Arc<Settings> {
        if let (Some(guild), Some(part)) = (guild, self.part)
            && !part.holds(guild)
        {
            return read(&self.path(guild)).map(Arc::new).unwrap_or_default();
        }
        let guilds = self.guilds.read().unwrap_or_else(PoisonError::into_inner);
        guild.and_then(|guild| guilds.get(&guild).cloned()).unwrap_or_default()
    }

    /// Changes the settings of a server and returns the new ones. Blocks while the file is written.
    ///
    /// # Errors
    /// If the file cannot be written; the settings are then unchanged, in memory too.
    pub fn change(&self, guild: u64, change: impl FnOnce(&mut Settings)) -> anyhow::Result<Arc<Settings>> {
        let mut guilds = self.guilds.write().unwrap_or_else(PoisonError::into_inner);
        let mut settings = guilds.get(&guild).map(|settings| Settings::clone(settings)).unwrap_or_default();
        change(&mut settings);
        let path = self.path(guild);
        if settings == Settings::default() {
            remove(&path)?;
            guilds.remove(&guild);
            return Ok(Arc::default());
        }
        write(&self.folder, &path, &settings)
            .with_context(|| format!("`{}` cannot be written", path.display()))?;
        let settings = Arc::new(settings);
        guilds.insert(guild, Arc::clone(&settings));
        Ok(settings)
    }

    /// Deletes the settings of a server.
    ///
    /// # Errors
    /// If its file cannot be removed.
    pub fn forget(&self, guild: u64) -> anyhow::Result<()> {
        self.guilds.write().unwrap_or_else(PoisonError::into_inner).remove(&guild);
        remove(&self.path(guild))
    }

    /// Returns the servers of this process that have settings.
    #[must_use]
    pub fn guilds(&self) -> Vec<u64> {
        self.guilds.read().unwrap_or_else(PoisonError::into_inner).keys().copied().collect()
    }

    fn path(&self, guild: u64) -> PathBuf {
        self.folder.join(format!("{guild}.json"))
    }
}

fn named(folder: &Path) -> String {
    format!("settings folder `{}`", folder.display())
}

/// Reads a file of settings; `None` if there is none, or if it cannot be read, which is logged.
fn read(path: &Path) -> Option<Settings> {
    let read = match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(anyhow::Error::from),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => Err(error.into()),
    };
    read.inspect_err(|error| {
        tracing::error!(path = %path.display(), cause = %error, "the settings of a server cannot be read; the defaults are used");
    })
    .ok()
}

fn write(folder: &Path, path: &Path, settings: &Settings) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer_pretty(&mut file, settings)?;
    file.write_all(b"\n")?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    sync(folder)
}

fn remove(path: &Path) -> anyhow::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("`{}` cannot be removed", path.display()))
        }
        _ => Ok(()),
    }
}

/// Makes a rename durable.
#[cfg(unix)]
fn sync(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

/// On other systems a folder cannot be opened for syncing.
#[cfg(not(unix))]
fn sync(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_stored_until_they_are_reset() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path(), None).expect("an empty folder");
        assert_eq!(*store.get(Some(1)), Settings::default());
        store.change(1, |settings| settings.private = true).expect("written");
        store.change(2, |settings| settings.cooldown = 5).expect("written");
        let again = Store::open(folder.path(), None).expect("two files");
        assert!(again.get(Some(1)).private && again.get(Some(2)).cooldown == 5 && !again.get(None).private);
        again.change(1, |settings| *settings = Settings::default()).expect("removed");
        again.forget(2).expect("removed");
        assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 0);
        again.forget(3).expect("nothing to forget is fine");
    }

    #[test]
    fn a_process_knows_what_others_have_changed() {
        let folder = tempfile::tempdir().expect("a folder");
        let part = |text: &str| Some(text.parse::<Shards>().expect("a range"));
        let [even, odd] = ["0/2", "1/2"].map(|text| Store::open(folder.path(), part(text)).expect("opens"));
        let guild = 1 << 22;
        for seconds in [5, 9] {
            odd.change(guild, |settings| settings.cooldown = seconds).expect("written");
            assert_eq!([&even, &odd].map(|store| store.get(Some(guild)).cooldown), [seconds; 2]);
        }
        assert_eq!((even.guilds(), odd.guilds()), (vec![], vec![guild]));
        odd.forget(guild).expect("removed");
        assert_eq!(*even.get(Some(guild)), Settings::default());
    }

    #[test]
    fn a_folder_that_cannot_be_written_to_is_reported_and_left_unchanged() {
        let folder = tempfile::tempdir().expect("a folder");
        Store::check(&folder.path().join("a/b")).expect("can be made");
        Store::check(folder.path()).expect("is there");
        assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 0);
        fs::write(folder.path().join("file"), "").expect("written");
        for place in ["file", "file/settings"] {
            let place = folder.path().join(place);
            let error = Store::check(&place).expect_err("no folder");
            assert!(error.to_string().contains(&place.display().to_string()), "{error}");
            assert!(Store::open(&place, None).is_err());
        }
    }

    #[test]
    fn a_broken_file_affects_only_its_own_server() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("7.json"), "{\"cooldown\":").expect("written");
        fs::write(folder.path().join(".tmpx"), "half").expect("written");
        fs::write(folder.path().join("8.json"), "{\"cooldown\":9,\"later\":1}").expect("written");
        let store = Store::open(folder.path(), None).expect("opens");
        assert_eq!(*store.get(Some(7)), Settings::default());
        assert_eq!(store.get(Some(8)).cooldown, 9);
        assert!(folder.path().join("7.json").exists());
    }
}

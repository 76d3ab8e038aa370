//! Finds the article files of a corpus: regular files in its folders, by their extensions.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{ErrorKind, Read as _};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, bail};
use ignore::WalkBuilder;

use crate::article::budget::{ABOUT_BYTES, Size};
use crate::article::{self, FETCHED, Format};
use crate::index::quickwit::Share;
use crate::index::{Ending, Skip};

/// A file, as the file system describes it.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    /// Where it is.
    pub(super) path: PathBuf,
    /// Its path inside the corpus folder, with `/`.
    pub(super) inner: String,
    /// Its size in bytes, including its sidecar.
    pub(super) size: u64,
    /// A hash that differs after any change that the system records; never 0.
    pub(super) stamp: u64,
    /// When it or its sidecar was last changed, in nanoseconds since 1970.
    pub(super) changed: i64,
}

impl Seen {
    /// Returns how the file system describes it now.
    pub(super) fn again(&self) -> std::io::Result<Self> {
        look(&self.path, &fs::metadata(&self.path)?, self.inner.clone())
    }

    /// Returns whether it was changed so recently that another change might leave the same time: the clocks
    /// of file systems have a limited resolution.
    pub(super) fn is_fresh(&self, now: i64) -> bool {
        // Times in whole seconds may come from a file system with that resolution.
        let tick = if self.changed % 1_000_000_000 == 0 { 2_000_000_000 } else { TICK };
        (0..tick).contains(&now.saturating_sub(self.changed))
    }

    /// Returns the text of the sidecar, at most [`ABOUT_BYTES`]; `None` if there is none. Like the article,
    /// it must be a regular file: a link could lead outside the corpus, a pipe would block.
    pub(super) fn read_sidecar(&self) -> std::io::Result<Option<String>> {
        let path = sidecar(&self.path);
        match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_file() && metadata.len() > ABOUT_BYTES as u64 => {
                Err(std::io::Error::other(format!("larger than {}", Size(ABOUT_BYTES as u64))))
            }
            Ok(metadata) if metadata.is_file() => fs::read_to_string(path).map(Some),
            Ok(_) => Err(std::io::Error::other("not a regular file")),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            // The sidecar's name is too long because the article's is as long as names may be.
            Err(error) if error.kind() == ErrorKind::InvalidFilename => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns an estimate of the memory needed, as a multiple of the size: a file of many articles has a
    /// struct for each, however short they are. For a compressed file, more is known when it is read.
    pub(super) fn growth(&self) -> u64 {
        match Format::of_path(&self.inner) {
            Some((Format::Json | Format::Jsonl | Format::Csv | Format::Feed, _)) => 8,
            // The parser keeps a struct for each piece of markup.
            Some((Format::Markdown, _)) => 2,
            _ => 1,
        }
    }
}

/// The coarsest resolution, in nanoseconds, of a file system clock that counts fractions of a second.
pub(super) const TICK: i64 = 20_000_000;

/// The files of a corpus at the time they were scanned. A corpus may consist of folders and single files.
/// Names that start with a dot, `README`s, the lists of a corpus and sidecars are not articles and are
/// ignored silently; files in unknown formats are counted by extension; links are never followed.
#[derive(Debug)]
pub struct Scan {
    /// By the path that identifies the file in the index.
    pub(super) seen: BTreeMap<String, Seen>,
    /// What was skipped, with the reason.
    pub(super) skipped: Vec<Skip>,
    /// Files in unknown formats, by the paths that would identify them.
    unread: BTreeSet<String>,
}

impl Scan {
    /// Scans a whole corpus.
    ///
    /// # Errors
    /// A folder or file of it that is missing or cannot be read.
    pub fn of(corpus: &[PathBuf]) -> anyhow::Result<Self> {
        scan(corpus)
    }

    /// Returns the scan with the files of a share only.
    pub(super) fn of_share(mut self, share: Share) -> Self {
        self.seen.retain(|path, _| share.holds(path));
        self
    }

    /// Returns the number of files by extension, known formats first.
    pub(super) fn endings(&self) -> Vec<Ending> {
        let mut endings: BTreeMap<(bool, String), Ending> = BTreeMap::new();
        let read = self.seen.keys().map(|path| (path, true));
        for (path, read) in read.chain(self.unread.iter().map(|path| (path, false))) {
            let name = path.rsplit('/').next().unwrap_or(path);
            let ending = name.rsplit_once('.').map(|(_, ending)| format!(".{}", ending.to_lowercase()));
            let ending = ending.unwrap_or_default();
            let counted = endings.entry((!read, ending.clone())).or_insert_with(|| Ending {
                ending,
                read,
                files: 0,
                first: path.clone(),
            });
            counted.files += 1;
        }
        endings.into_values().collect()
    }

    /// Scans again what is at `path`, which must be absolute, and below. Returns whether that is enough: if
    /// `path` is a whole corpus folder or outside all of them, a full scan is needed.
    #[must_use]
    pub fn look_again(&mut self, corpus: &[PathBuf], path: &Path) -> bool {
        let mut inside_any = false;
        for root in corpus {
            let Ok(whole) = std::path::absolute(root) else { return false };
            let Ok(inside) = path.strip_prefix(&whole) else { continue };
            if inside.as_os_str().is_empty() {
                return false;
            }
            inside_any = true;
            self.look_inside(root, inside);
        }
        inside_any
    }

    fn look_inside(&mut self, root: &Path, inside: &Path) {
        if let Some(article) = inside.to_str().and_then(|inside| inside.strip_suffix(SIDECAR)) {
            self.look_inside(root, Path::new(article));
        }
        let name = root.to_string_lossy().into_owned();
        let path = root.join(inside);
        let (shown, _) = names(&name, inside);
        let is_below = |path: &str| {
            path.strip_prefix(&shown).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let range = (Bound::Included(shown.clone()), Bound::Unbounded);
        let old = self.seen.range(range).map(|(path, _)| path).take_while(|path| path.starts_with(&shown));
        let old: Vec<String> = old.filter(|path| is_below(path)).cloned().collect();
        old.iter().for_each(|path| drop(self.seen.remove(path)));
        self.skipped.retain(|skip| !is_below(&skip.path));
        self.unread.retain(|path| !is_below(path));
        let hidden = inside.iter().any(|part| part.as_encoded_bytes().starts_with(b"."));
        let mut above = inside.ancestors().skip(1).filter(|above| !above.as_os_str().is_empty());
        // A folder reached through a link does not belong to the corpus.
        let linked = above.any(|above| root.join(above).is_symlink());
        if !hidden && !linked && fs::symlink_metadata(&path).is_ok() {
            self.walk(&name, root, &path);
        }
    }

    /// Scans everything at `path` and below, in the corpus folder `root` that the index calls `name`.
    fn walk(&mut self, name: &str, root: &Path, path: &Path) {
        // The walk itself skips hidden names; ignore files have no effect on the corpus.
        let walk = WalkBuilder::new(path).standard_filters(false).hidden(true).follow_links(false).build();
        for entry in walk {
            match entry {
                Ok(entry) if entry.path() == root => {}
                Ok(entry) => self.visit(name, root, entry.path()),
                Err(error) => self.skipped.push(Skip { path: name.to_owned(), reason: error.to_string() }),
            }
        }
    }
}

fn scan(corpus: &[PathBuf]) -> anyhow::Result<Scan> {
    let mut scan = Scan { seen: BTreeMap::new(), skipped: Vec::new(), unread: BTreeSet::new() };
    for root in corpus {
        let name = root.to_string_lossy().into_owned();
        let metadata = fs::metadata(root).with_context(|| {
            format!(
                "corpus `{name}` cannot be read; set a folder of articles with --corpus or RAPPORTEUR_CORPUS"
            )
        })?;
        if metadata.is_file() {
            let inner = root.file_name().unwrap_or_default().to_string_lossy().into_owned();
            scan.seen.insert(
                name,
                look(root, &metadata, inner).with_context(|| format!("corpus `{}`", root.display()))?,
            );
            continue;
        }
        if !metadata.is_dir() {
            bail!("corpus `{name}` is neither a folder nor a file");
        }
        fs::read_dir(root).with_context(|| format!("corpus `{name}`"))?;
        scan.walk(&name, root, root);
    }
    Ok(scan)
}

/// Returns the path that identifies the file at `inside` of the corpus folder `name`, and its path inside the
/// folder, with `/`.
fn names(name: &str, inside: &Path) -> (String, String) {
    let inner: Vec<String> = inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let inner = inner.join("/");
    (format!("{}/{inner}", name.trim_end_matches('/')), inner)
}

impl Scan {
    /// Scans one file.
    fn visit(&mut self, name: &str, root: &Path, path: &Path) {
        let inside = path.strip_prefix(root).unwrap_or(path);
        let (shown, inner) = names(name, inside);
        let Ok(metadata) = fs::symlink_metadata(path) else { return };
        let links_to_folder = metadata.is_symlink() && fs::metadata(path).is_ok_and(|target| target.is_dir());
        if metadata.is_dir() || is_no_article(&inner) && !links_to_folder {
            return;
        }
        if Format::of_path(&inner).is_none() && !links_to_folder && !is_page(&metadata, &inner, path) {
            if !is_list(&inner) {
                self.unread.insert(shown);
            }
            return;
        }
        let reason = if inside.to_str().is_none() {
            "its name is not UTF-8".to_owned()
        } else if metadata.is_symlink() {
            "a link; links are not followed".to_owned()
        } else if !metadata.is_file() {
            "not a regular file".to_owned()
        } else {
            match look(path, &metadata, inner) {
                Ok(file) => {
                    self.seen.insert(shown, file);
                    return;
                }
                Err(error) => format!("cannot be read: {error}"),
            }
        };
        self.skipped.push(Skip { path: shown, reason });
    }
}

/// File name extensions of server programs that produce web pages: a page saved under its URL has one of
/// these extensions, or none.
const PROGRAMS: [&str; 8] = ["php", "asp", "aspx", "jsp", "cgi", "shtml", "cfm", "do"];

/// Number of bytes inspected in a file without a known extension.
const HEAD: u64 = 4096;

/// Returns whether a file with an unknown extension is a web page that was saved under its URL:
/// `harbour-talks`, `news.php?id=12`. Fetched files always have a known extension.
fn is_page(metadata: &fs::Metadata, inner: &str, path: &Path) -> bool {
    let name = inner.rsplit('/').next().unwrap_or(inner);
    let may_be = match name.rsplit_once('.') {
        None => true,
        Some((_, ending)) => ending.contains('?') || PROGRAMS.contains(&ending.to_ascii_lowercase().as_str()),
    };
    if !may_be || !metadata.is_file() || inner.starts_with(FETCHED) {
        return false;
    }
    let mut head = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head));
    read.is_ok() && article::is_page(&head)
}

/// Returns whether a file is one of the lists that a corpus folder may have.
fn is_list(inner: &str) -> bool {
    matches!(inner, "people.toml" | "feeds.toml" | "rounds.toml" | "matters.toml" | "corrections.toml")
}

fn is_no_article(inner: &str) -> bool {
    let file = inner.rsplit('/').next().unwrap_or(inner).to_ascii_lowercase();
    file.starts_with("readme") || file.starts_with("license") || file.ends_with(SIDECAR)
}

fn look(path: &Path, metadata: &fs::Metadata, inner: String) -> std::io::Result<Seen> {
    let beside = match fs::symlink_metadata(sidecar(path)) {
        Ok(beside) => Some(beside),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::InvalidFilename) => None,
        Err(error) => return Err(error),
    };
    let mut hasher = blake3::Hasher::new();
    let mut changed = i64::MIN;
    for metadata in [Some(metadata), beside.as_ref()].into_iter().flatten() {
        let modified = nanoseconds(metadata.modified().ok());
        let noted = noted(metadata).unwrap_or(modified);
        for number in [i64::try_from(metadata.len()).unwrap_or(i64::MAX), modified, noted] {
            hasher.update(&number.to_le_bytes());
        }
        changed = changed.max(noted);
    }
    let mut first = [0; 8];
    hasher.finalize_xof().fill(&mut first);
    let size = metadata.len() + beside.map_or(0, |beside| beside.len());
    Ok(Seen { path: path.to_owned(), inner, size, stamp: u64::from_le_bytes(first).max(1), changed })
}

/// Returns when the system last recorded a change of a file, of its content or its permissions, in
/// nanoseconds since 1970. Unlike the modification time, programs cannot set it.
#[cfg(unix)]
fn noted(metadata: &fs::Metadata) -> Option<i64> {
    use std::os::unix::fs::MetadataExt as _;
    metadata.ctime().checked_mul(1_000_000_000)?.checked_add(metadata.ctime_nsec())
}

#[cfg(not(unix))]
fn noted(_: &fs::Metadata) -> Option<i64> {
    None
}

/// Returns a time in nanoseconds since 1970.
pub(super) fn nanoseconds(time: Option<SystemTime>) -> i64 {
    let Some(time) = time else { return 0 };
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |nanos| -nanos),
    }
}

/// The end of the name of a sidecar.
const SIDECAR: &str = ".meta.toml";

/// Returns the path of the sidecar, `NAME.meta.toml`, of the file `NAME`.
fn sidecar(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(SIDECAR);
    PathBuf::from(name)
}

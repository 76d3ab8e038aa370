//! Finds the article files of a corpus: regular files inside its folders, by their endings.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::{Context as _, bail};
use ignore::WalkBuilder;

use crate::article::{Compression, Format};
use crate::index::Skip;

/// A file as the scan saw it.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    /// Where it is.
    pub(super) path: PathBuf,
    /// Its path inside the corpus folder, with `/`.
    pub(super) inner: String,
    /// Its size in bytes, with its sidecar's.
    pub(super) size: u64,
    /// When it or its sidecar was last changed, in nanoseconds since 1970.
    pub(super) modified: i64,
}

impl Seen {
    /// The text of the sidecar; `None` where there is none. It is a regular file like the article: a link could lead outside of
    /// the corpus, a pipe would block.
    pub(super) fn read_sidecar(&self) -> std::io::Result<Option<String>> {
        let path = sidecar(&self.path);
        match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_file() => fs::read_to_string(path).map(Some),
            Ok(_) => Err(std::io::Error::other("not a regular file")),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            // The name of the article is as long as names may be.
            Err(error) if error.kind() == std::io::ErrorKind::InvalidFilename => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether it may unpack to far more than its size, or holds many articles: such a file streams.
    pub(super) fn is_archive(&self) -> bool {
        match Format::of_path(&self.inner) {
            Some((Format::Jsonl, _)) => self.size > 1 << 20,
            Some((_, compression)) => compression != Compression::None && self.size > 1 << 20,
            None => false,
        }
    }
}

/// Returns the files of the corpus by the path the index knows them by, and what was passed over with the reason. A corpus may
/// be a folder or a single file. Names that start with a dot, `README`s, `people.toml`, `feeds.toml`, sidecars and files of other
/// endings are no articles and pass silently; links are never followed.
pub(super) fn scan(corpus: &[PathBuf]) -> anyhow::Result<(BTreeMap<String, Seen>, Vec<Skip>)> {
    let mut seen = BTreeMap::new();
    let mut skipped = Vec::new();
    for root in corpus {
        let name = root.to_string_lossy().into_owned();
        let metadata = fs::metadata(root).with_context(|| {
            format!("corpus `{name}`: name a folder of articles by --corpus or RAPPORTEUR_CORPUS")
        })?;
        if metadata.is_file() {
            let inner = root.file_name().unwrap_or_default().to_string_lossy().into_owned();
            seen.insert(name, look(root, inner).with_context(|| format!("corpus `{}`", root.display()))?);
            continue;
        }
        if !metadata.is_dir() {
            bail!("corpus `{name}` is neither a folder nor a file");
        }
        fs::read_dir(root).with_context(|| format!("corpus `{name}`"))?;
        // Hidden names are skipped by the walk itself; no other file has a say in what the corpus is.
        let walk = WalkBuilder::new(root).standard_filters(false).hidden(true).follow_links(false).build();
        for entry in walk {
            match entry {
                Ok(entry) if entry.depth() > 0 => visit(&name, root, entry.path(), &mut seen, &mut skipped),
                Ok(_) => {}
                Err(error) => skipped.push(Skip { path: name.clone(), reason: error.to_string() }),
            }
        }
    }
    Ok((seen, skipped))
}

fn visit(name: &str, root: &Path, path: &Path, seen: &mut BTreeMap<String, Seen>, skipped: &mut Vec<Skip>) {
    let inside = path.strip_prefix(root).unwrap_or(path);
    let inner: Vec<String> = inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let inner = inner.join("/");
    let shown = format!("{}/{inner}", name.trim_end_matches('/'));
    let Ok(metadata) = fs::symlink_metadata(path) else { return };
    let links_to_folder = metadata.is_symlink() && fs::metadata(path).is_ok_and(|target| target.is_dir());
    let is_article = !is_no_article(&inner) && Format::of_path(&inner).is_some();
    if metadata.is_dir() || !(is_article || links_to_folder) {
        return;
    }
    let reason = if inside.to_str().is_none() {
        "its name is not UTF-8".to_owned()
    } else if metadata.is_symlink() {
        "a link; links are not followed".to_owned()
    } else if !metadata.is_file() {
        "not a regular file".to_owned()
    } else {
        match look(path, inner) {
            Ok(file) => {
                seen.insert(shown, file);
                return;
            }
            Err(error) => format!("cannot be read: {error}"),
        }
    };
    skipped.push(Skip { path: shown, reason });
}

fn is_no_article(inner: &str) -> bool {
    let file = inner.rsplit('/').next().unwrap_or(inner).to_ascii_lowercase();
    file.starts_with("readme") || file.starts_with("license") || file.ends_with(".meta.toml")
}

fn look(path: &Path, inner: String) -> std::io::Result<Seen> {
    let metadata = fs::metadata(path)?;
    let beside = fs::symlink_metadata(sidecar(path)).ok();
    let modified = [Some(&metadata), beside.as_ref()].into_iter().flatten().map(modified).max().unwrap_or(0);
    let size = metadata.len() + beside.map_or(0, |metadata| metadata.len());
    Ok(Seen { path: path.to_owned(), inner, size, modified })
}

fn modified(metadata: &fs::Metadata) -> i64 {
    let Ok(time) = metadata.modified() else { return 0 };
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |nanos| -nanos),
    }
}

/// `NAME.meta.toml` beside `NAME`.
fn sidecar(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".meta.toml");
    PathBuf::from(name)
}

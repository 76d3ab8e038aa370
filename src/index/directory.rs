//! Where the files of an index go: the disk; for tests one that fails at a chosen step, is full, or loses what was not synced.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tantivy::directory::error::{DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, TerminatingWrite,
    WatchCallback, WatchHandle, WritePtr,
};

/// One thing that is about to be done to a file or folder of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// A file is made, empty.
    Create(&'a Path),
    /// So many bytes are written at the end of a file.
    Write(&'a Path, usize),
    /// What was written to a file is made to last.
    Sync(&'a Path),
    /// A file is replaced as a whole by one that lasts; that it was replaced lasts only with the folder.
    Replace(&'a Path),
    /// A file, or a whole generation, is removed.
    Delete(&'a Path),
    /// The names in a folder are made to last.
    SyncFolder(&'a Path),
}

type Watcher = dyn Fn(Step<'_>) -> io::Result<()> + Send + Sync;

/// The disk an index is written to.
#[derive(Clone, Default)]
pub struct Disk {
    watcher: Option<Arc<Watcher>>,
    /// The first step that failed: tantivy says only that a thread of its own ended.
    failed: Arc<Mutex<Option<(PathBuf, io::Error)>>>,
}

impl Disk {
    /// Returns a disk whose every step is first shown to `watcher`: an error of it is that of the step, which is not done.
    #[must_use]
    pub fn watched(watcher: impl Fn(Step<'_>) -> io::Result<()> + Send + Sync + 'static) -> Self {
        Self { watcher: Some(Arc::new(watcher)), ..Self::default() }
    }

    /// The same disk, of which nothing has failed yet.
    pub(super) fn afresh(&self) -> Self {
        Self { watcher: self.watcher.clone(), ..Self::default() }
    }

    /// Takes the first failure, with the file that it was met at.
    pub(super) fn failure(&self) -> Option<(PathBuf, io::Error)> {
        self.failed.lock().ok()?.take()
    }

    fn note<T>(&self, path: &Path, bytes: usize, result: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &result
            && let Ok(mut failed) = self.failed.lock()
        {
            let copy = io::Error::new(error.kind(), error.to_string());
            failed.get_or_insert_with(|| (path.to_owned(), with_room(path, bytes, copy)));
        }
        result
    }

    fn show(&self, step: Step<'_>) -> io::Result<()> {
        let (Step::Create(path)
        | Step::Write(path, _)
        | Step::Sync(path)
        | Step::Replace(path)
        | Step::Delete(path)
        | Step::SyncFolder(path)) = step;
        let bytes = if let Step::Write(_, bytes) = step { bytes } else { 0 };
        self.watcher.as_ref().map_or(Ok(()), |watcher| self.note(path, bytes, watcher(step)))
    }

    /// Opens the files below `folder`.
    pub(super) fn files(&self, folder: &Path) -> Result<Files, OpenDirectoryError> {
        Ok(Files { disk: self.clone(), folder: folder.to_owned(), inner: MmapDirectory::open(folder)? })
    }

    /// Puts `text` into the file at `path` in one go, by way of the file `next` beside it; afterwards it lasts.
    pub(super) fn replace(&self, path: &Path, next: &Path, text: &str) -> io::Result<()> {
        self.show(Step::Create(next))?;
        let mut file = File::create(next)?;
        self.show(Step::Write(next, text.len()))?;
        file.write_all(text.as_bytes()).map_err(|error| with_room(next, text.len(), error))?;
        self.show(Step::Sync(next))?;
        file.sync_all()?;
        self.show(Step::Replace(path))?;
        fs::rename(next, path)?;
        self.sync_folder(path.parent().unwrap_or(Path::new(".")))
    }

    pub(super) fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.show(Step::SyncFolder(folder))?;
        File::open(folder)?.sync_all()
    }

    /// Removes a file, if it is there.
    pub(super) fn remove(&self, path: &Path) -> io::Result<()> {
        self.show(Step::Delete(path))?;
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Removes a folder with what is in it.
    pub(super) fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.show(Step::Delete(path))?;
        fs::remove_dir_all(path)
    }
}

/// What the system says of a file that `bytes` were to be written to; of a full disk also how many these were (if any), and how many
/// would still find room, where it tells.
fn with_room(path: &Path, bytes: usize, error: io::Error) -> io::Error {
    if !matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) {
        return error;
    }
    let mut said = error.to_string();
    if bytes > 0 {
        said += &format!("; {bytes} bytes were to be written");
    }
    if let Some(left) = room(path) {
        said += &format!("; {left} bytes are left");
    }
    io::Error::new(error.kind(), said)
}

/// The bytes that are left where a file is, or would be.
#[cfg(unix)]
fn room(path: &Path) -> Option<u64> {
    let disk = path.ancestors().find_map(|folder| rustix::fs::statvfs(folder).ok())?;
    Some(disk.f_bavail * disk.f_frsize)
}

#[cfg(not(unix))]
fn room(_: &Path) -> Option<u64> {
    None
}

impl fmt::Debug for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.watcher.is_some() { "Disk(watched)" } else { "Disk" })
    }
}

/// The files of one generation. As [`MmapDirectory`], but a commit lasts before any file of the one before is removed: else a
/// power cut could leave the old list of files without the files.
#[derive(Clone, Debug)]
pub(super) struct Files {
    disk: Disk,
    folder: PathBuf,
    inner: MmapDirectory,
}

/// Bytes that end each file of tantivy's. It reads them without asking whether they are there.
const FOOTER_END: usize = 8;

impl Directory for Files {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let file = self.inner.get_file_handle(path)?;
        if file.len() < FOOTER_END {
            let short = io::Error::new(io::ErrorKind::UnexpectedEof, "it is cut off");
            return Err(OpenReadError::wrap_io_error(short, path.to_owned()));
        }
        Ok(file)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        let failed = |error| DeleteError::IoError { io_error: Arc::new(error), filepath: path.to_owned() };
        self.disk.show(Step::Delete(&self.folder.join(path))).map_err(failed)?;
        self.inner.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let full = self.folder.join(path);
        let failed = |error| OpenWriteError::wrap_io_error(error, path.to_owned());
        self.disk.show(Step::Create(&full)).map_err(failed)?;
        let inner = self.inner.open_write(path).inspect_err(|error| {
            if let OpenWriteError::IoError { io_error, .. } = error {
                let copy = io::Error::new(io_error.kind(), io_error.to_string());
                let _ = self.disk.note::<()>(&full, 0, Err(copy));
            }
        })?;
        let shown = Shown { disk: self.disk.clone(), path: full, inner: Some(inner) };
        Ok(io::BufWriter::new(Box::new(shown)))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.inner.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.disk.show(Step::Replace(&self.folder.join(path)))?;
        self.disk.note(&self.folder.join(path), data.len(), self.inner.atomic_write(path, data))?;
        self.sync_directory()
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.disk.show(Step::SyncFolder(&self.folder))?;
        self.disk.note(&self.folder, 0, self.inner.sync_directory())
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        if !lock.is_blocking {
            // tantivy's own lock of the one writer, who has ours already. A child that is being started would hold it on.
            return Ok(DirectoryLock::from(Box::new(())));
        }
        match self.inner.acquire_lock(lock) {
            // Readers lock the list of files against writers. Where nobody can write there is no writer.
            Err(LockError::IoError(error)) if is_read_only(error.kind()) => {
                Ok(DirectoryLock::from(Box::new(())))
            }
            locked => locked,
        }
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.inner.watch(callback)
    }
}

const fn is_read_only(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied)
}

/// A file whose every step is shown, and its failure noted.
struct Shown {
    disk: Disk,
    path: PathBuf,
    inner: Option<WritePtr>,
}

impl io::Write for Shown {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.disk.show(Step::Write(&self.path, bytes.len()))?;
        // Past the buffer: what was shown as written is.
        match &mut self.inner {
            Some(inner) => self.disk.note(&self.path, bytes.len(), inner.get_mut().write(bytes)),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TerminatingWrite for Shown {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        self.disk.show(Step::Sync(&self.path))?;
        let ended = self.inner.take().map_or(Ok(()), TerminatingWrite::terminate);
        self.disk.note(&self.path, 0, ended)
    }
}

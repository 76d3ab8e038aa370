//! Where the files of an index are written: to the disk; in tests, to a disk that fails at a chosen step, is
//! full, or loses data that was not synced.

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

/// An operation that is about to be done on a file or folder of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// An empty file is created.
    Create(&'a Path),
    /// This many bytes are appended to a file.
    Write(&'a Path, usize),
    /// Written data is synced to the disk.
    Sync(&'a Path),
    /// A file is atomically replaced by another that has been synced; the replacement itself is durable only
    /// when the folder is synced.
    Replace(&'a Path),
    /// A file, or a whole generation, is removed.
    Delete(&'a Path),
    /// The entries of a folder are synced to the disk.
    SyncFolder(&'a Path),
}

type Watcher = dyn Fn(Step<'_>) -> io::Result<()> + Send + Sync;

/// The disk to which an index is written.
#[derive(Clone, Default)]
pub struct Disk {
    watcher: Option<Arc<Watcher>>,
    /// The first operation that failed: tantivy only reports that one of its threads ended.
    failed: Arc<Mutex<Option<(PathBuf, io::Error)>>>,
}

impl Disk {
    /// Returns a disk that announces every operation to `watcher` first; if the watcher returns an error, the
    /// operation is not done and fails with it.
    #[must_use]
    pub fn watched(watcher: impl Fn(Step<'_>) -> io::Result<()> + Send + Sync + 'static) -> Self {
        Self { watcher: Some(Arc::new(watcher)), ..Self::default() }
    }

    /// Returns the same disk without recorded failures.
    pub(super) fn afresh(&self) -> Self {
        Self { watcher: self.watcher.clone(), ..Self::default() }
    }

    /// Takes the first failure, with the file that it concerns.
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

    /// Atomically and durably writes `text` to the file at `path`, by way of the file `next` in the same
    /// folder.
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

    /// Removes a file, if it exists.
    pub(super) fn remove(&self, path: &Path) -> io::Result<()> {
        self.show(Step::Delete(path))?;
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Removes a folder with its contents.
    pub(super) fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.show(Step::Delete(path))?;
        fs::remove_dir_all(path)
    }
}

/// Returns an error of writing `bytes` bytes to a file. If the disk is full, the error says how many bytes
/// were to be written (if any) and, if known, how many are free.
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

/// Returns the number of free bytes on the disk of a file, which need not exist.
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

/// The files of one generation. Like [`MmapDirectory`], except that a commit is made durable before any file
/// of the previous commit is removed: otherwise, after a power failure, the old list of files could name
/// files that no longer exist.
#[derive(Clone, Debug)]
pub(super) struct Files {
    disk: Disk,
    folder: PathBuf,
    inner: MmapDirectory,
}

/// Length of the end of the footer of each tantivy file, which tantivy reads without checking that it exists.
const FOOTER_END: usize = 8;

impl Directory for Files {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let file = self.inner.get_file_handle(path)?;
        if file.len() < FOOTER_END {
            let short = io::Error::new(io::ErrorKind::UnexpectedEof, "the file is truncated");
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
            // This is tantivy's own writer lock. We already have one, and a child process that is just being
            // started would keep tantivy's.
            return Ok(DirectoryLock::from(Box::new(())));
        }
        match self.inner.acquire_lock(lock) {
            // Readers lock the list of files against writers. If nobody can write, there are no writers.
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

/// A file that announces every operation and records failures.
struct Shown {
    disk: Disk,
    path: PathBuf,
    inner: Option<WritePtr>,
}

impl io::Write for Shown {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.disk.show(Step::Write(&self.path, bytes.len()))?;
        // Bypasses the buffer, so that what was announced as written is really written.
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

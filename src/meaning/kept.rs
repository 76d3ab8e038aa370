//! Which vectors of texts are already known?
//!
//! Vectors are kept in one file next to the index, under a key that changes with the text. The file only
//! contains what can be computed again: what is missing or damaged is computed by the encoder. It only grows,
//! one block at a time; several processes may read it, and one at a time appends to it.
//!
//! ```text
//! file   head, then blocks
//! head   "rapporteur meaning 3\n" and the first 12 bytes of the BLAKE3 hash of the weights
//! block  number of texts n (u32), checksum of what follows (u64), n keys (u64), n vectors
//! vector unit (f32), SIZE numbers (i8); all little-endian
//! ```

use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use super::Vector;

const HEAD: usize = 33;
const BLOCK_HEAD: usize = 12;
/// Maximum number of texts in a block; a larger number is a sign of damage.
const BLOCK: usize = 4096;

/// The vectors kept in a file.
pub struct Kept<const SIZE: usize> {
    path: PathBuf,
    /// What the vectors were computed with, as in the head.
    weights: [u8; 12],
    state: Mutex<State<SIZE>>,
}

/// What is known about the file.
struct State<const SIZE: usize> {
    file: Option<File>,
    /// Key -> the offset of its vector.
    places: FxHashMap<u64, u64>,
    /// The offset up to which the file was read and is valid.
    read: u64,
    /// The vectors that [`Kept::near`] has read.
    memory: FxHashMap<u64, Vector<SIZE>>,
}

impl<const SIZE: usize> Default for State<SIZE> {
    fn default() -> Self {
        Self { file: None, places: FxHashMap::default(), read: 0, memory: FxHashMap::default() }
    }
}

impl<const SIZE: usize> Kept<SIZE> {
    /// Returns the vectors kept in the file at `path`, which need not exist. It is read on first use. Vectors
    /// of other weights are not comparable, so a file that does not name `weights` counts as empty.
    #[must_use]
    pub(super) fn of(path: &Path, weights: [u8; 12]) -> Self {
        Self { path: path.to_owned(), weights, state: Mutex::default() }
    }

    /// Returns the vector kept under each of `keys`, in their order; `None` if there is none or it cannot be
    /// read.
    #[must_use]
    pub fn get(&self, keys: &[u64]) -> Vec<Option<Vector<SIZE>>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.catch_up(&self.path, self.weights);
        keys.iter().map(|key| state.vector(*key)).collect()
    }

    /// Returns whether a vector is kept under each of `keys`, in their order.
    #[must_use]
    pub fn has(&self, keys: &[u64]) -> Vec<bool> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.catch_up(&self.path, self.weights);
        keys.iter().map(|key| state.places.contains_key(key)).collect()
    }

    /// Returns how close the vector kept under each of `keys` is to `asked`, in their order; `None` if there is
    /// none. All of them are read, and stay in memory for later questions.
    #[must_use]
    pub fn near(&self, keys: &[u64], asked: &Vector<SIZE>) -> Vec<Option<f32>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.catch_up(&self.path, self.weights);
        for key in keys {
            if !state.memory.contains_key(key)
                && let Some(vector) = state.vector(*key)
            {
                state.memory.insert(*key, vector);
            }
        }
        keys.iter().map(|key| state.memory.get(key).map(|vector| asked.closeness(vector))).collect()
    }

    /// Keeps vectors, except those whose key is already known. If another process is writing at the moment,
    /// nothing is kept.
    ///
    /// # Errors
    /// If the file cannot be written. Vectors that were kept before are not lost.
    pub fn put(&self, vectors: &[(u64, Vector<SIZE>)]) -> io::Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let options = || File::options().read(true).write(true).create(true).truncate(false).open(&self.path);
        let mut file = options()?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        state.catch_up(&self.path, self.weights);
        let mut seen = FxHashSet::default();
        let is_fresh = |(key, _): &&(u64, _)| !state.places.contains_key(key) && seen.insert(*key);
        let fresh: Vec<&(u64, Vector<SIZE>)> = vectors.iter().filter(is_fresh).collect();
        if state.read < HEAD as u64 {
            file.set_len(0)?;
            file.write_all(&head(self.weights))?;
            state.read = HEAD as u64;
        }
        // Remove what a writer that was killed halfway left.
        file.set_len(state.read)?;
        file.seek(SeekFrom::Start(state.read))?;
        for block in fresh.chunks(BLOCK) {
            file.write_all(&block_of(block))?;
        }
        state.catch_up(&self.path, self.weights);
        Ok(())
    }
}

impl<const SIZE: usize> State<SIZE> {
    const VECTOR: usize = 4 + SIZE;

    /// Reads the keys that were added since the last call. A file that has become shorter is read from its
    /// beginning; a file with another header is not read.
    fn catch_up(&mut self, path: &Path, weights: [u8; 12]) {
        let length = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
        if length < self.read || self.file.is_none() {
            *self = Self { file: File::open(path).ok(), ..Self::default() };
        }
        if length > self.read {
            // What cannot be read counts as missing.
            let _ = self.read_on(length, weights);
        }
    }

    fn read_on(&mut self, length: u64, weights: [u8; 12]) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        file.seek(SeekFrom::Start(self.read))?;
        if self.read == 0 {
            let mut found = [0; HEAD];
            file.read_exact(&mut found)?;
            if found != head(weights) {
                return Ok(());
            }
            self.read = HEAD as u64;
        }
        while self.read + (BLOCK_HEAD as u64) < length {
            let mut block = vec![0; BLOCK_HEAD];
            file.read_exact(&mut block)?;
            let (count, sum) = block.split_at(4);
            let count = u32::from_le_bytes(count.try_into().unwrap_or_default()) as usize;
            let sum = u64::from_le_bytes(sum.try_into().unwrap_or_default());
            let size = count * (8 + Self::VECTOR);
            if count == 0 || count > BLOCK || self.read + (BLOCK_HEAD + size) as u64 > length {
                return Ok(());
            }
            let mut body = vec![0; size];
            file.read_exact(&mut body)?;
            if checksum(&body) != sum {
                return Ok(());
            }
            let first = self.read + (BLOCK_HEAD + 8 * count) as u64;
            for (key, at) in body.chunks_exact(8).take(count).zip(0_u64..) {
                let key = u64::from_le_bytes(key.try_into().unwrap_or_default());
                self.places.insert(key, first + at * Self::VECTOR as u64);
            }
            self.read += (BLOCK_HEAD + size) as u64;
        }
        Ok(())
    }

    fn vector(&mut self, key: u64) -> Option<Vector<SIZE>> {
        let place = *self.places.get(&key)?;
        let file = self.file.as_mut()?;
        let mut bytes = vec![0; Self::VECTOR];
        file.seek(SeekFrom::Start(place)).ok()?;
        file.read_exact(&mut bytes).ok()?;
        vector(&bytes)
    }
}

fn head(weights: [u8; 12]) -> [u8; HEAD] {
    let mut out = [0; HEAD];
    let (name, named) = out.split_at_mut(21);
    name.copy_from_slice(b"rapporteur meaning 3\n");
    named.copy_from_slice(&weights);
    out
}

fn checksum(bytes: &[u8]) -> u64 {
    let mut head = [0; 8];
    head.copy_from_slice(&blake3::hash(bytes).as_bytes()[..8]);
    u64::from_le_bytes(head)
}

fn block_of<const SIZE: usize>(vectors: &[&(u64, Vector<SIZE>)]) -> Vec<u8> {
    let mut body = Vec::with_capacity(vectors.len() * (8 + 4 + SIZE));
    for (key, _) in vectors {
        body.extend(key.to_le_bytes());
    }
    for (_, vector) in vectors {
        body.extend(vector.unit.to_le_bytes());
        body.extend(vector.numbers.iter().map(|number| number.to_le_bytes()[0]));
    }
    let count = u32::try_from(vectors.len()).unwrap_or_default();
    [&count.to_le_bytes()[..], &checksum(&body).to_le_bytes(), &body].concat()
}

/// Parses a vector; returns `None` if its unit is not a finite number.
fn vector<const SIZE: usize>(bytes: &[u8]) -> Option<Vector<SIZE>> {
    let (unit, rest) = bytes.split_first_chunk::<4>()?;
    let mut numbers = [0; SIZE];
    for (number, byte) in numbers.iter_mut().zip(rest) {
        *number = i8::from_le_bytes([*byte]);
    }
    let unit = f32::from_le_bytes(*unit);
    unit.is_finite().then_some(Vector { numbers, unit })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: usize = 5;

    fn kept(path: &Path) -> Kept<SIZE> {
        Kept::of(path, [7; 12])
    }

    fn numbered(number: u8) -> Vector<SIZE> {
        let values: Vec<f32> = (0..SIZE).map(|at| ((at as f32) * 0.3 + f32::from(number)).sin()).collect();
        Vector::new(&values)
    }

    fn keys(path: &Path) -> Vec<bool> {
        kept(path).has(&[1, 2, 3])
    }

    #[test]
    fn stored_vectors_are_found_by_other_processes() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("meaning");
        let (one, other) = (kept(&path), kept(&path));
        assert_eq!(other.get(&[1]), [None]);
        one.put(&[(1, numbered(1)), (2, numbered(2)), (1, numbered(9))]).expect("written");
        assert_eq!(other.get(&[2, 3, 1]), [Some(numbered(2)), None, Some(numbered(1))]);
        other.put(&[(2, numbered(9)), (3, numbered(3))]).expect("written");
        assert_eq!(one.get(&[2, 3]), [Some(numbered(2)), Some(numbered(3))]);
    }

    #[test]
    fn damaged_vectors_are_left_out_and_computed_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("meaning");
        let first = kept(&path);
        first.put(&[(1, numbered(1))]).expect("written");
        first.put(&[(2, numbered(2))]).expect("written");
        let whole = std::fs::read(&path).expect("read");
        std::fs::write(&path, &whole[..whole.len() - 5]).expect("cut");
        assert_eq!(keys(&path), [true, false, false]);
        kept(&path).put(&[(3, numbered(3))]).expect("written");
        assert_eq!(keys(&path), [true, false, true]);
        let mut damaged = whole.clone();
        damaged[HEAD + 24] ^= 1;
        std::fs::write(&path, &damaged).expect("damaged");
        assert_eq!(keys(&path), [false, false, false]);
        std::fs::write(&path, b"something else altogether").expect("written");
        assert_eq!(keys(&path), [false, false, false]);
        kept(&path).put(&[(1, numbered(1))]).expect("written");
        assert_eq!(keys(&path), [true, false, false]);
    }
}

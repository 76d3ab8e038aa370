//! Decompresses a file if it is compressed.
//!
//! Compression is determined from the first bytes, whatever the name says. One layer is decompressed; what
//! was compressed twice is later rejected as binary.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::Compression;

/// How many of the first bytes are inspected to determine the format of a file.
const HEAD: u64 = 64 << 10;

/// The decompressed bytes of a file.
pub(super) struct Unpacked<'a> {
    pub(super) compression: Compression,
    /// The first bytes, at most [`HEAD`]; `bytes` returns them again.
    pub(super) head: Vec<u8>,
    pub(super) bytes: Box<dyn BufRead + 'a>,
}

/// Returns a reader of the decompressed `bytes`.
pub(super) fn unpack<'a>(bytes: impl BufRead + 'a) -> Unpacked<'a> {
    let (magic, bytes) = peek(bytes, 4);
    let compression = compression(&magic);
    let bytes: Box<dyn BufRead + 'a> = match compression {
        Compression::None => Box::new(bytes),
        Compression::Gzip => Box::new(BufReader::new(MultiGzDecoder::new(bytes))),
        Compression::Zstd => Box::new(BufReader::new(Zstd::new(bytes))),
    };
    let (head, bytes) = peek(bytes, HEAD);
    Unpacked { compression, head, bytes: Box::new(bytes) }
}

/// Returns the compression that the first four bytes of a file indicate.
pub(super) fn compression(magic: &[u8]) -> Compression {
    match magic {
        [0x1f, 0x8b, ..] => Compression::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd] => Compression::Zstd,
        // A skippable frame may precede the first real one.
        [0x50..=0x5f, 0x2a, 0x4d, 0x18] => Compression::Zstd,
        _ => Compression::None,
    }
}

/// Returns the first `len` bytes and a reader that returns them again; fewer if there are no more or if
/// reading fails. The reader reports the failure when it gets there.
fn peek<'a>(mut bytes: impl BufRead + 'a, len: u64) -> (Vec<u8>, impl BufRead + 'a) {
    let mut head = Vec::new();
    let error = bytes.by_ref().take(len).read_to_end(&mut head).err();
    (head.clone(), Cursor::new(head).chain(Failing(error)).chain(bytes))
}

/// Fails once with the error, then is at its end.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

impl BufRead for Failing {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.0.take().map_or(Ok(&[]), Err)
    }

    fn consume(&mut self, _: usize) {}
}

/// Decompresses all Zstandard frames of `source`, one after another. `ruzstd`'s own reader stops after the
/// first and does not verify checksums.
struct Zstd<R> {
    source: R,
    frame: FrameDecoder,
    open: bool,
}

impl<R: BufRead> Zstd<R> {
    fn new(source: R) -> Self {
        Self { source, frame: FrameDecoder::new(), open: false }
    }

    /// Opens the next frame. Returns whether there is one.
    fn open(&mut self) -> io::Result<bool> {
        while !self.source.fill_buf()?.is_empty() {
            match self.frame.reset(&mut self.source) {
                Ok(()) => {
                    self.open = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let length = u64::from(length);
                    if io::copy(&mut self.source.by_ref().take(length), &mut io::sink())? < length {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
            }
        }
        Ok(false)
    }

    /// Closes a frame whose last byte has been read.
    fn close(&mut self) -> io::Result<()> {
        self.open = false;
        match self.frame.get_checksum_from_data() {
            Some(stored) if self.frame.get_calculated_checksum() != Some(stored) => {
                Err(io::Error::new(io::ErrorKind::InvalidData, "zstd: wrong checksum"))
            }
            _ => Ok(()),
        }
    }
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while !buf.is_empty() && (self.open || self.open()?) {
            while self.frame.can_collect() == 0 && !self.frame.is_finished() {
                self.frame
                    .decode_blocks(&mut self.source, BlockDecodingStrategy::UptoBlocks(1))
                    .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
            }
            match self.frame.read(buf)? {
                0 => self.close()?,
                len => return Ok(len),
            }
        }
        Ok(0)
    }
}

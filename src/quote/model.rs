//! The learned part of the extractor: a lexicon and a few forests, read from one compact file.
//!
//! The file consists of `RAPQ`, a version byte, the lexicon, and the forests by name; numbers are
//! little-endian. It is written by the training program of this repository; the same data give the same
//! bytes.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use super::lexicon::{Counts, Lexicon};
use super::tree::{Forest, LEAF, Node};
use crate::lang::Language;

/// Version of the file format; files of any other version are rejected.
const VERSION: u8 = 2;

/// The maximum number of words for which memory is reserved in advance.
const MANY: u32 = 1 << 16;

/// The model for a language without one.
static NONE: LazyLock<Model> = LazyLock::new(Model::default);

/// What the extractor has learned of one language.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// The statistics of single words.
    pub lexicon: Lexicon,
    /// The forests by name.
    pub forests: BTreeMap<String, Forest>,
}

/// The bundled models by language, each read on first use.
static BUNDLED: LazyLock<Vec<(&str, OnceLock<Model>)>> =
    LazyLock::new(|| Language::all().map(|language| (language.code, OnceLock::new())).collect());

impl Model {
    /// Returns the bundled model of a language. If there is none, or its file has another version, returns an
    /// empty model, which finds nothing.
    #[must_use]
    pub fn of(language: &Language) -> &'static Self {
        let read = || Self::read(language.weights).unwrap_or_default();
        let bundled = BUNDLED.iter().find(|(code, _)| *code == language.code);
        bundled.map_or(&NONE, |(_, model)| model.get_or_init(read))
    }

    /// Returns the forest called `name`, or an empty one.
    #[must_use]
    pub(crate) fn forest(&self, name: &str) -> &Forest {
        static EMPTY: LazyLock<Forest> = LazyLock::new(Forest::default);
        self.forests.get(name).unwrap_or(&EMPTY)
    }

    /// Parses a model; returns `None` if the bytes are not a model of this version.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut input = Input(bytes);
        if input.take(4)? != b"RAPQ" || input.byte()? != VERSION {
            return None;
        }
        let mut model = Self::default();
        let words = input.u32()?;
        model.lexicon.words.reserve(words.min(MANY) as usize);
        for _ in 0..words {
            let word = input.text()?;
            let mut next = || input.varint();
            let (total, cue, head) = (next()?, next()?, next()?);
            let (quoted, after, capital, clause) = (next()?, next()?, next()?, next()?);
            let counts = Counts { total, cue, head, quoted, after, capital, clause };
            model.lexicon.words.insert(word.into(), counts);
        }
        for _ in 0..input.byte()? {
            let name = input.text()?.to_owned();
            let (mut roots, mut nodes) = (Vec::new(), Vec::new());
            for _ in 0..input.u32()? {
                roots.push(input.u32()?);
            }
            for _ in 0..input.u32()? {
                let feature = input.u16()?;
                let value = f32::from_le_bytes(input.take(4)?.try_into().ok()?);
                let left = if feature == LEAF { 0 } else { input.u32()? };
                nodes.push(Node { feature, value, left });
            }
            model.forests.insert(name, Forest::new(nodes, &roots)?);
        }
        Some(model)
    }

    /// Returns the model as bytes; the inverse of [`Model::read`].
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut out = b"RAPQ".to_vec();
        out.push(VERSION);
        let words: BTreeMap<&str, &Counts> =
            self.lexicon.words.iter().map(|(word, counts)| (word.as_ref(), counts)).collect();
        put_len(&mut out, words.len());
        for (word, counts) in words {
            put_text(&mut out, word);
            let Counts { total, cue, head, quoted, after, capital, clause } = *counts;
            for count in [total, cue, head, quoted, after, capital, clause] {
                put_varint(&mut out, count);
            }
        }
        out.push(u8::try_from(self.forests.len()).unwrap_or(u8::MAX));
        for (name, forest) in &self.forests {
            put_text(&mut out, name);
            put_len(&mut out, forest.roots().len());
            for root in forest.roots() {
                out.extend(root.to_le_bytes());
            }
            put_len(&mut out, forest.nodes().len());
            for node in forest.nodes() {
                out.extend(node.feature.to_le_bytes());
                out.extend(node.value.to_le_bytes());
                if node.feature != LEAF {
                    out.extend(node.left.to_le_bytes());
                }
            }
        }
        out
    }
}

fn put_len(out: &mut Vec<u8>, len: usize) {
    out.extend(u32::try_from(len).unwrap_or(u32::MAX).to_le_bytes());
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    out.push(u8::try_from(bytes.len()).unwrap_or(u8::MAX));
    out.extend(bytes.iter().take(usize::from(u8::MAX)));
}

fn put_varint(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push((value & 0x7f) as u8);
}

/// The bytes still to be read.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(count)?;
        self.0 = tail;
        Some(head)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes(self.take(2)?.try_into().ok()?))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    fn varint(&mut self) -> Option<u32> {
        let mut value = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn text(&mut self) -> Option<&'a str> {
        let len = usize::from(self.byte()?);
        std::str::from_utf8(self.take(len)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_model_is_read_back() {
        let mut model = Model::default();
        model.lexicon.words.insert(
            "said".into(),
            Counts { total: 300, cue: 290, head: 0, quoted: 128, after: 90, capital: 2, clause: 120 },
        );
        let nodes = vec![
            Node { feature: 3, value: 0.5, left: 1 },
            Node { feature: LEAF, value: -1.0, left: 0 },
            Node { feature: LEAF, value: 1.0, left: 0 },
        ];
        model.forests.insert("speech".to_owned(), Forest::new(nodes, &[0]).expect("well formed"));
        let bytes = model.write();
        assert_eq!(Model::read(&bytes), Some(model));
        for cut in 0..bytes.len() {
            assert_eq!(Model::read(bytes.get(..cut).unwrap_or_default()), None);
        }
    }

    #[test]
    fn the_bundled_weights_are_read() {
        for language in Language::all() {
            assert!(Model::read(language.weights).is_some(), "{}", language.code);
        }
    }
}

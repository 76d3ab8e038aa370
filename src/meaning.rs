//! How close are two texts in meaning, whatever their words?
//!
//! A text becomes a [`Vector`]; the cosine of two vectors ([`Vector::closeness`]) tells how close the texts
//! are. There are two ways to compute vectors, and the weights of both are part of the program:
//!
//! - [`Encoder`], a small sentence encoder, all-MiniLM-L6-v2 (Wang et al. 2020; Reimers & Gurevych 2019),
//!   trained further on questions about news. It understands sentences, but takes about ten milliseconds for
//!   one.
//! - [`light`], the sum of fixed vectors of the text's words, which were learned from the encoder. It takes
//!   microseconds, and knows nothing about the order of words.
//!
//! Vectors of quotes are kept in files next to the index ([`Kept`]). Nothing is downloaded, and the same text
//! has the same vector on the same kind of processor.

mod kept;
pub mod light;
mod piece;

use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::num::NonZeroUsize;
use std::path::Path;
use std::str::FromStr;
use std::sync::{LazyLock, Mutex, PoisonError};

use lru::LruCache;
use rayon::prelude::*;
use rten::{Model, NodeId, ValueOrView};
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;
use rustc_hash::FxHashSet;
use serde::Serialize;

pub use kept::{Kept, Pair};
use piece::Pieces;

/// How much a ranking may use meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Meaning {
    /// The meaning of sentences: the encoder reads the question and the quotes that may answer it, which
    /// their words' meaning helps to find.
    Full,
    /// The meaning of words: no encoder.
    Light,
    /// No meaning: words alone.
    #[default]
    Off,
}

impl FromStr for Meaning {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "full" => Ok(Self::Full),
            "light" => Ok(Self::Light),
            "off" => Ok(Self::Off),
            _ => Err(()),
        }
    }
}

impl fmt::Display for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "full",
            Self::Light => "light",
            Self::Off => "off",
        })
    }
}

/// The dimension of the encoder's vectors.
pub(crate) const SIZE: usize = 384;

/// The meaning of a text: a unit vector of `SIZE` dimensions, quantised to integers.
#[derive(Clone, Debug, PartialEq)]
pub struct Vector<const SIZE: usize> {
    numbers: [i8; SIZE],
    /// The factor that converts an integer to a coordinate of the unit vector.
    unit: f32,
}

impl<const SIZE: usize> Vector<SIZE> {
    /// Returns the unit vector in this direction; the zero vector stays zero.
    fn new(values: &[f32]) -> Self {
        let length = values.iter().map(|value| value * value).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        let most = values.iter().fold(0.0_f32, |most, value| most.max(value.abs())).max(f32::MIN_POSITIVE);
        let mut numbers = [0; SIZE];
        for (number, value) in numbers.iter_mut().zip(values) {
            #[expect(clippy::cast_possible_truncation, reason = "the largest becomes 127")]
            let whole = (value / most * 127.0).round() as i8;
            *number = whole;
        }
        Self { numbers, unit: most / 127.0 / length }
    }

    /// Returns the coordinates of the vector.
    #[must_use]
    pub fn numbers(&self) -> [f32; SIZE] {
        self.numbers.map(|number| f32::from(number) * self.unit)
    }

    /// Returns the cosine of the angle between two vectors: 1 for the same meaning, about 0 for unrelated
    /// texts.
    #[must_use]
    pub fn closeness(&self, other: &Self) -> f32 {
        let products = self.numbers.iter().zip(&other.numbers).map(|(a, b)| i32::from(*a) * i32::from(*b));
        #[expect(clippy::cast_precision_loss, reason = "below 2^23")]
        let sum = products.sum::<i32>() as f32;
        sum * self.unit * other.unit
    }
}

/// The sentence encoder.
pub struct Encoder {
    model: Model,
    inputs: [NodeId; 3],
    output: NodeId,
    /// The vectors of the texts asked about last, by a hash of the text; the texts are not kept.
    asked: Mutex<LruCache<u64, Vector<SIZE>>>,
}

/// Number of texts asked about whose vectors are kept.
const ASKED: NonZeroUsize = NonZeroUsize::new(64).unwrap();

/// Maximum number of pieces of a text that are read: later sentences of a quote or a paragraph contribute
/// little.
const MOST_PIECES: usize = 128;

/// The first bytes of the BLAKE3 hash of the weights.
const NAME: [u8; 12] = [217, 114, 21, 38, 131, 166, 197, 232, 230, 115, 127, 142];

static MODEL: &[u8] = include_bytes!("../weights/minilm/model.onnx");
static VOCABULARY: &str = include_str!("../weights/minilm/vocab.txt");

/// The vocabulary that both kinds of vectors use.
static PIECES: LazyLock<Pieces> = LazyLock::new(|| Pieces::new(VOCABULARY));

/// The whole words of the vocabulary.
static WORDS: LazyLock<FxHashSet<&'static str>> =
    LazyLock::new(|| VOCABULARY.lines().filter(|piece| !piece.starts_with(['#', '['])).collect());

/// Returns whether a folded word, in this form, is one of the thirty thousand most common English words.
#[must_use]
pub fn is_common(word: &str) -> bool {
    WORDS.contains(word)
}

/// Loaded once, by the first question that needs it.
static ENCODER: LazyLock<Encoder> = LazyLock::new(Encoder::load);

impl Encoder {
    /// Returns the encoder. The first call loads it, which takes a tenth of a second and about a hundred
    /// megabytes.
    #[must_use]
    pub fn get() -> &'static Self {
        &ENCODER
    }

    /// The dimension of the vectors.
    pub const SIZE: usize = SIZE;

    fn load() -> Self {
        // The weights are part of the program, and a test loads them.
        let model = Model::load_static_slice(MODEL).expect("the weights are a model");
        let node = |name| model.node_id(name).expect("the model has its inputs and its output");
        let inputs = ["input_ids", "attention_mask", "token_type_ids"].map(node);
        let output = node("last_hidden_state");
        let asked = Mutex::new(LruCache::new(ASKED));
        Self { inputs, output, asked, model }
    }

    /// Returns the vectors kept in the file at `path`; see [`Kept`].
    #[must_use]
    pub fn kept(path: &Path) -> Kept<SIZE> {
        Kept::of(path, NAME)
    }

    /// Returns the vectors of `texts`, in their order, computed on all processors.
    #[must_use]
    pub fn vectors(&self, texts: &[&str]) -> Vec<Vector<SIZE>> {
        rten::thread_pool().run(|| texts.par_iter().map(|text| self.vector(text)).collect())
    }

    /// Returns the vector of a text that is compared with many quotes; it is computed once, even if one question
    /// needs it for several searches.
    #[must_use]
    pub fn asked(&self, text: &str) -> Vector<SIZE> {
        let kept = || self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let key = hasher.finish();
        if let Some(known) = kept().get(&key) {
            return known.clone();
        }
        let vector = self.vector(text);
        kept().put(key, vector.clone());
        vector
    }

    /// Returns the vector of a text: the mean over its pieces. Of a long text only the first 126 pieces
    /// count, about a hundred words.
    ///
    /// # Panics
    /// If the built-in model does not run, which no text can cause.
    #[must_use]
    pub fn vector(&self, text: &str) -> Vector<SIZE> {
        self.vector_of(&PIECES.of(text, MOST_PIECES))
    }

    /// Returns the vector of each piece of the vocabulary by itself, in order, computed on all processors.
    #[must_use]
    pub fn pieces(&self) -> Vec<Vector<SIZE>> {
        rten::thread_pool().run(|| {
            let alone = (0..PIECES.count()).into_par_iter().map(|piece| self.vector_of(&PIECES.alone(piece)));
            alone.collect()
        })
    }

    /// Returns the vector of a text that consists of these pieces.
    fn vector_of(&self, ids: &[i32]) -> Vector<SIZE> {
        let (length, ones, zeros) = (ids.len(), vec![1; ids.len()], vec![0; ids.len()]);
        let input =
            |values: &'_ [i32]| -> NdTensor<i32, 2> { NdTensor::from_data([1, length], values.to_vec()) };
        let values = [input(ids), input(&ones), input(&zeros)];
        let inputs: Vec<(NodeId, ValueOrView)> =
            self.inputs.iter().zip(values.iter()).map(|(node, value)| (*node, value.view().into())).collect();
        // The graph is fixed and accepts any sequence of numbers from the vocabulary.
        let [output] = self.model.run_n(inputs, [self.output], None).expect("the model runs");
        let hidden: NdTensor<f32, 3> = output.try_into().expect("the model gives numbers");
        let mut mean = [0.0_f32; SIZE];
        for values in hidden.into_data().chunks(SIZE) {
            for (sum, value) in mean.iter_mut().zip(values) {
                *sum += value;
            }
        }
        Vector::new(&mean)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_have_their_name() {
        assert_eq!(blake3::hash(MODEL).as_bytes()[..12], NAME);
    }

    #[test]
    fn similar_meanings_are_close() {
        let encoder = Encoder::get();
        let near = |a: &str, b: &str| encoder.vector(a).closeness(&encoder.vector(b));
        let quote = "Pia Lund: The ferry will stop at the island three times a day.";
        let reworded = near("boat service for the islanders", quote);
        let other = near("the price of bread", quote);
        assert!(reworded > other + 0.2, "{reworded} {other}");
        assert!((near(quote, quote) - 1.0).abs() < 0.01);
        assert!(near("", quote) < 0.5);
        assert_eq!(
            [encoder.asked(quote), encoder.asked(quote)],
            [encoder.vector(quote), encoder.vector(quote)]
        );
    }
}

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
//! Vectors of quotes are kept in files next to the index ([`Kept`]). The [`CrossEncoder`] reads a question
//! together with the quotes that were found, and tells whether they answer it. Nothing is downloaded, and the
//! same text has the same vector on the same kind of processor.

mod cross;
mod kept;
pub mod light;
mod piece;

use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::num::NonZeroUsize;
use std::ops::Range;
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

pub use cross::{CrossEncoder, Evidence};
pub use kept::Kept;
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
    /// The embeddings of the pieces, before the first layer.
    embedded: NodeId,
    /// The vectors of the texts asked about last, by a hash of the text; the texts are not kept.
    asked: Mutex<LruCache<u64, Vector<SIZE>>>,
}

/// Number of texts asked about whose vectors are kept.
const ASKED: NonZeroUsize = NonZeroUsize::new(64).unwrap();

/// A text, and what stands before and after it. The encoder reads all of it at once, so that it knows what the
/// text is about, but what stands around the text counts less (as in late chunking, Günther et al. 2024, where
/// it does not count at all).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Passage {
    /// What stands before it.
    pub before: String,
    /// The text itself.
    pub text: String,
    /// What stands after it.
    pub after: String,
}

/// The weight of a piece around a text; that of a piece of the text is 1.
const AROUND: f32 = 0.5;

impl From<&str> for Passage {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }
}

impl Passage {
    /// Returns its pieces with those that mark the beginning and the end, and the range of those of the text
    /// itself. At most 126 others are kept: first the text's own, then the last ones before it, then the first
    /// ones after it.
    fn pieces(&self) -> (Vec<i32>, Range<usize>) {
        let mut out = PIECES.of(&self.text, MOST_PIECES);
        let around = |text: &str| {
            let pieces = PIECES.of(text, MOST_PIECES);
            pieces[1..pieces.len() - 1].to_vec()
        };
        let before = around(&self.before);
        let before = &before[before.len().saturating_sub(MOST_PIECES - out.len())..];
        let own = 1 + before.len()..out.len() - 1 + before.len();
        out.splice(1..1, before.iter().copied());
        let mut after = around(&self.after);
        after.truncate(MOST_PIECES - out.len());
        out.splice(own.end..own.end, after);
        (out, own)
    }
}

/// Maximum number of pieces of a text that are read: later sentences of a quote or a paragraph contribute
/// little.
const MOST_PIECES: usize = 128;

/// The first bytes of the BLAKE3 hash of the weights.
const NAME: [u8; 12] = [90, 199, 132, 223, 197, 78, 90, 11, 45, 215, 215, 253];

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
        let [output, embedded] = ["last_hidden_state", "layer_norm"].map(node);
        let asked = Mutex::new(LruCache::new(ASKED));
        Self { inputs, output, embedded, asked, model }
    }

    /// Returns the vectors kept in the file at `path`; see [`Kept`].
    #[must_use]
    pub fn kept(path: &Path) -> Kept<SIZE> {
        Kept::of(path, NAME)
    }

    /// Returns the vectors of `passages`, in their order, computed on all processors.
    #[must_use]
    pub fn vectors(&self, passages: &[&Passage]) -> Vec<Vector<SIZE>> {
        rten::thread_pool().run(|| {
            let each = passages.par_iter().map(|passage| {
                let (pieces, own) = passage.pieces();
                self.vector_of(&pieces, own)
            });
            each.collect()
        })
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
        let pieces = PIECES.of(text, MOST_PIECES);
        self.vector_of(&pieces, 0..pieces.len())
    }

    /// Returns the vector of each piece of the vocabulary by itself, in order, computed on all processors.
    #[must_use]
    pub fn pieces(&self) -> Vec<Vector<SIZE>> {
        rten::thread_pool().run(|| {
            let alone = |piece| self.vector_of(&PIECES.alone(piece), 0..3);
            (0..PIECES.count()).into_par_iter().map(alone).collect()
        })
    }

    /// Returns the vector of a text that consists of these pieces: their mean, in which those around
    /// `own` count as [`AROUND`] says, and the first and the last, which mark the beginning and the end, in full.
    fn vector_of(&self, ids: &[i32], own: Range<usize>) -> Vector<SIZE> {
        let length = ids.len();
        let hidden = self.run(ids, &vec![0; length], self.output);
        let mut mean = [0.0_f32; SIZE];
        for (place, values) in hidden.into_data().chunks(SIZE).enumerate() {
            let is_mark = place == 0 || place + 1 == length;
            let weight = if is_mark || own.contains(&place) { 1.0 } else { AROUND };
            for (sum, value) in mean.iter_mut().zip(values) {
                *sum += weight * value;
            }
        }
        Vector::new(&mean)
    }

    /// Returns the embeddings of pieces; `sides` has 0 or 1 for each, the text of a pair to which it belongs.
    fn embedded(&self, ids: &[i32], sides: &[i32]) -> NdTensor<f32, 3> {
        self.run(ids, sides, self.embedded)
    }

    /// Returns the numbers that the model has for each piece at one of its nodes.
    fn run(&self, ids: &[i32], sides: &[i32], node: NodeId) -> NdTensor<f32, 3> {
        let row = |values: &[i32]| NdTensor::from_data([1, values.len()], values.to_vec());
        let values = [row(ids), row(&vec![1; ids.len()]), row(sides)];
        let inputs: Vec<(NodeId, ValueOrView)> =
            self.inputs.iter().zip(values.iter()).map(|(node, value)| (*node, value.view().into())).collect();
        // The graph is fixed and accepts any sequence of numbers from the vocabulary.
        let [output] = self.model.run_n(inputs, [node], None).expect("the model runs");
        output.try_into().expect("the model gives numbers")
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
    fn what_stands_around_a_text_tells_what_it_is_about() {
        let passage = |before: &str| Passage {
            before: before.to_owned(),
            after: "Nobody answered.".to_owned(),
            ..Passage::from("“It will come three times a day,” she said.")
        };
        let asked = |vector: fn(&Passage) -> f32| {
            [vector(&passage("The island ferry")), vector(&passage("Rain in May"))]
        };
        let full = asked(|passage| {
            let encoder = Encoder::get();
            encoder.vectors(&[passage])[0].closeness(&encoder.vector("boats to the island"))
        });
        let light =
            asked(|passage| light::of_passage(passage).closeness(&light::vector("boats to the island")));
        assert!(full[0] > full[1] + 0.1 && light[0] > light[1] + 0.1, "{full:?} {light:?}");
    }

    #[test]
    fn of_a_long_passage_the_text_itself_is_read_first() {
        let words = |word: &str, count: usize| vec![word; count].join(" ");
        let passage = Passage {
            before: words("old", 90) + " new",
            text: words("ferry", 100),
            after: words("late", 90),
        };
        let (pieces, own) = passage.pieces();
        let named = |word: &str| PIECES.of(word, 3)[1];
        assert_eq!((pieces.len(), own.clone()), (MOST_PIECES, 27..127));
        assert!(pieces[own].iter().all(|piece| *piece == named("ferry")));
        assert_eq!([pieces[1], pieces[26]], [named("old"), named("new")]);
        let short = Passage { text: words("ferry", 5), ..passage };
        let (pieces, own) = short.pieces();
        assert_eq!((pieces.len(), own.clone()), (MOST_PIECES, 92..97));
        assert_eq!([pieces[own.end], pieces[126]], [named("late"); 2]);
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
        assert_eq!(encoder.vectors(&[&Passage::from(quote)]), [encoder.vector(quote)]);
        assert_eq!(
            [encoder.asked(quote), encoder.asked(quote)],
            [encoder.vector(quote), encoder.vector(quote)]
        );
    }
}

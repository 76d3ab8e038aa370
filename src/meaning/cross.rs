//! Does a quote answer a question?
//!
//! A cross-encoder (Nogueira & Cho 2019) reads the question together with the quote, who said it, and where
//! it stands. Vectors only tell that two texts are about the same; this tells "Did she thank him for the
//! plan?" from "Did she thank him for the weapons?". It has to read each pair anew, about ten milliseconds
//! each, so only a few quotes can be read for a question. Matrices are multiplied as 8-bit integers.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::num::NonZeroUsize;
use std::sync::{LazyLock, Mutex, PoisonError};

use lru::LruCache;
use rayon::prelude::*;
use rten::{Model, ModelOptions, NodeId, ValueOrView};
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;

use super::{Encoder, PIECES};

/// A quote as it is read together with a question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Who said it, with their office; empty if unknown.
    pub who: String,
    /// The words of the quote.
    pub words: String,
    /// The headline of the article.
    pub title: String,
    /// What stands before the quote in its paragraph, and ...
    pub before: String,
    /// ... what stands after its first part.
    pub after: String,
}

/// Maximum number of pieces of each text that are read.
const QUESTION: usize = 36;
const WHO: usize = 20;
const WORDS: usize = 64;
const TITLE: usize = 20;
const BEFORE: usize = 28;
const AFTER: usize = 20;

impl Evidence {
    /// Returns the pieces of a question followed by those of the evidence, and the number of the former.
    fn pieces(&self, question: &str) -> (Vec<i32>, usize) {
        // Two more pieces mark the beginning and the end of a text.
        let of = |text: &str, most: usize| PIECES.of(text, most + 2);
        let inner = |text: &str, most: usize| {
            let pieces = of(text, most);
            pieces[1..pieces.len() - 1].to_vec()
        };
        let mut out = of(question, QUESTION);
        let length = out.len();
        if !self.who.is_empty() {
            out.extend(inner(&self.who, WHO));
            out.extend(inner(":", 1));
        }
        out.extend(of(&self.words, WORDS).into_iter().skip(1));
        out.extend(inner(&self.title, TITLE));
        out.extend(inner(".", 1));
        let before = inner(&self.before, usize::from(u8::MAX));
        out.extend(&before[before.len().saturating_sub(BEFORE)..]);
        out.extend(inner("…", 1));
        out.extend(of(&self.after, AFTER).into_iter().skip(1));
        (out, length)
    }
}

/// The cross-encoder. It uses the same embeddings as the [`Encoder`].
pub struct CrossEncoder {
    model: Model,
    /// The embeddings of the pieces, which pieces are read, and to which of the two texts each belongs.
    inputs: [NodeId; 3],
    output: NodeId,
    /// The relevance of the pairs read last, by a hash of their pieces.
    known: Mutex<LruCache<u64, f32>>,
}

/// Number of pairs whose relevance is kept: those of the earlier questions of some conversations, which are
/// answered again to understand a follow-up, and those of lists that people page through.
const KNOWN: NonZeroUsize = NonZeroUsize::new(1024).unwrap();

static MODEL: &[u8] = include_bytes!("../../weights/cross-encoder/model.onnx");

/// Loaded once, by the first question that needs it.
static CROSS_ENCODER: LazyLock<CrossEncoder> = LazyLock::new(CrossEncoder::load);

impl CrossEncoder {
    /// Returns the cross-encoder. The first call loads it, which takes about thirty megabytes.
    #[must_use]
    pub fn get() -> &'static Self {
        &CROSS_ENCODER
    }

    fn load() -> Self {
        // The weights are part of the program, and a test loads them.
        let options = ModelOptions::with_all_ops().prepack_weights(true).clone();
        let model = options.load_static_slice(MODEL).expect("the weights are a model");
        let node = |name| model.node_id(name).expect("the model has its inputs and its output");
        let inputs = ["layer_norm", "attention_mask", "token_type_ids"].map(node);
        let known = Mutex::new(LruCache::new(KNOWN));
        Self { inputs, output: node("relevance"), known, model }
    }

    /// Returns how relevant each quote is to a question: the logarithm of the odds that it answers it, about
    /// -8 to 5, in the order of the quotes. They are read on all processors.
    ///
    /// # Panics
    /// If the built-in model does not run, which no text can cause.
    #[must_use]
    pub fn relevance(&self, question: &str, quotes: &[Evidence]) -> Vec<f32> {
        rten::thread_pool()
            .run(|| quotes.par_iter().map(|quote| self.relevance_of(question, quote)).collect())
    }

    fn relevance_of(&self, question: &str, quote: &Evidence) -> f32 {
        let (pieces, first) = quote.pieces(question);
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut hasher = DefaultHasher::new();
        (&pieces, first).hash(&mut hasher);
        let key = hasher.finish();
        if let Some(relevance) = known().get(&key) {
            return *relevance;
        }
        let relevance = self.read(&pieces, first);
        known().put(key, relevance);
        relevance
    }

    /// Returns the relevance of a pair of texts, of which the first has the first `first` pieces.
    fn read(&self, pieces: &[i32], first: usize) -> f32 {
        let length = pieces.len();
        let sides: Vec<i32> = (0..length).map(|at| i32::from(at >= first)).collect();
        let embedded = Encoder::get().embedded(pieces, &sides);
        let row = |values: Vec<i32>| NdTensor::from_data([1, length], values);
        let (mask, sides) = (row(vec![1; length]), row(sides));
        let [of_pieces, of_mask, of_sides] = self.inputs;
        let inputs: Vec<(NodeId, ValueOrView)> = vec![
            (of_pieces, embedded.view().into()),
            (of_mask, mask.view().into()),
            (of_sides, sides.view().into()),
        ];
        // The graph is fixed and accepts any sequence of numbers from the vocabulary.
        let [output] = self.model.run_n(inputs, [self.output], None).expect("the model runs");
        let output: NdTensor<f32, 2> = output.try_into().expect("the model gives numbers");
        output[[0, 0]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(words: &str) -> Evidence {
        Evidence {
            who: "Pia Lund, head of the ferry line".to_owned(),
            words: words.to_owned(),
            title: "Ferry Line Thanks the Island".to_owned(),
            before: "Asked about the winter, Lund said:".to_owned(),
            after: "The ferry stops in May.".to_owned(),
        }
    }

    #[test]
    fn a_question_is_read_together_with_a_quote() {
        let quotes =
            ["I thank the islanders for their patience.", "We will buy a second ferry in May."].map(evidence);
        let relevance = |question: &str| CrossEncoder::get().relevance(question, &quotes);
        let [thanks, ferry] =
            ["Did Lund thank the islanders?", "Will Lund buy another ferry?"].map(relevance);
        assert!(thanks[0] > thanks[1] + 1.0 && ferry[1] > ferry[0] + 1.0, "{thanks:?} {ferry:?}");
        let blame = relevance("Did Lund blame the fishermen?");
        assert!(blame[0] < thanks[0] - 1.0, "{blame:?}");
        assert_eq!(relevance("Did Lund thank the islanders?"), thanks);
    }

    #[test]
    fn long_texts_are_cut() {
        let ferries = "ferry ".repeat(500);
        let long = Evidence {
            who: ferries.clone(),
            words: ferries.clone(),
            title: ferries.clone(),
            before: "ferry ".repeat(30) + "dock",
            after: ferries.clone(),
        };
        let (pieces, first) = long.pieces(&ferries);
        let kept = QUESTION + 2 + WHO + 1 + WORDS + 1 + TITLE + 1 + BEFORE + 1 + AFTER + 1;
        assert_eq!((pieces.len(), first), (kept, QUESTION + 2));
        assert!(pieces.contains(&PIECES.of("dock", 3)[1]));
        assert!(CrossEncoder::get().relevance(&ferries, &[long])[0].is_finite());
        assert!(CrossEncoder::get().relevance("", &[Evidence::default()])[0].is_finite());
        assert!(CrossEncoder::get().relevance("ferry", &[]).is_empty());
    }
}

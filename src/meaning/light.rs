//! The meaning of a text as the sum of fixed vectors of its words: less exact than the encoder, and a few
//! hundred times as fast.
//!
//! Each piece of the encoder's vocabulary has a vector. These vectors were chosen so that their sum has
//! nearly the direction of the encoder's vector of the whole text (`examples/distil.rs`): how much a word
//! contributes, and in which direction, was learned from what it changes in many sentences. Such vectors are
//! called static embeddings (Model2Vec, Tulkens & van Dongen 2024).

use std::ops::Range;
use std::path::Path;

use super::{AROUND, Kept, MOST_PIECES, Passage, Vector};

/// The dimension of the vectors: the encoder's directions that vary most.
pub const SIZE: usize = 256;

/// For each piece of the vocabulary, in order: the factor that converts its integers (f32, little-endian),
/// then [`SIZE`] integers.
static WEIGHTS: &[u8] = include_bytes!("../../weights/light/vectors.bin");

const ROW: usize = 4 + SIZE;

/// The number of pieces of the vocabulary.
pub const PIECES: usize = WEIGHTS.len() / ROW;

/// Returns the vector of a text; of a long one only the beginning counts, as with
/// [`Encoder::vector`](super::Encoder::vector). A text without words has the zero vector, which is not close
/// to anything.
#[must_use]
pub fn vector(text: &str) -> Vector<SIZE> {
    let all = super::PIECES.of(text, MOST_PIECES);
    sum(&all, 0..all.len())
}

/// Returns the vector of a passage; as with [`Encoder::vectors`](super::Encoder::vectors), what stands around
/// the text counts less.
#[must_use]
pub fn of_passage(passage: &Passage) -> Vector<SIZE> {
    let (all, own) = passage.pieces();
    sum(&all, own)
}

/// Returns the sum of the vectors of these pieces without the first and the last, which only mark the beginning
/// and the end; those outside `own` count less.
fn sum(all: &[i32], own: Range<usize>) -> Vector<SIZE> {
    let mut sum = [0.0; SIZE];
    for (place, piece) in all.iter().enumerate().take(all.len() - 1).skip(1) {
        let Ok(piece) = usize::try_from(*piece) else { continue };
        let weight = if own.contains(&place) { 1.0 } else { AROUND };
        let row = WEIGHTS.get(piece * ROW..(piece + 1) * ROW);
        let Some((unit, numbers)) = row.and_then(|row| row.split_first_chunk::<4>()) else { continue };
        let unit = f32::from_le_bytes(*unit);
        for (sum, number) in sum.iter_mut().zip(numbers) {
            *sum += weight * unit * f32::from(i8::from_le_bytes([*number]));
        }
    }
    Vector::new(&sum)
}

/// Returns the indices of the pieces of a text in the vocabulary, in order.
#[must_use]
pub fn pieces(text: &str) -> Vec<usize> {
    let all = super::PIECES.of(text, MOST_PIECES);
    // The first and the last only mark the beginning and the end.
    let within = all.get(1..all.len() - 1).unwrap_or_default();
    within.iter().filter_map(|piece| usize::try_from(*piece).ok()).collect()
}

/// Returns the vectors kept in the file at `path`; see [`Kept`].
#[must_use]
pub fn kept(path: &Path) -> Kept<SIZE> {
    Kept::of(path, NAME)
}

/// The first bytes of the BLAKE3 hash of the weights.
const NAME: [u8; 12] = [200, 108, 66, 148, 252, 50, 156, 45, 85, 147, 72, 69];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_have_their_name() {
        assert_eq!(blake3::hash(WEIGHTS).as_bytes()[..12], NAME);
    }

    #[test]
    fn each_piece_has_a_vector() {
        assert_eq!(WEIGHTS.len(), super::super::VOCABULARY.lines().count() * ROW);
    }

    #[test]
    fn similar_meanings_are_close() {
        let near = |a: &str, b: &str| vector(a).closeness(&vector(b));
        let quote = "Pia Lund: The ferry will stop at the island three times a day.";
        let reworded = near("boat service for the islanders", quote);
        let other = near("the price of bread", quote);
        assert!(reworded > other + 0.2, "{reworded} {other}");
        assert!((near(quote, quote) - 1.0).abs() < 0.01);
        assert!(near("", quote).abs() < 0.01);
    }
}

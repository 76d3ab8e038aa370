//! What each feature weighs. `examples/fit.rs` writes this file; `docs/answers.md` says how.

/// Where the meaning of quotes is not known.
#[rustfmt::skip]
pub(super) const BY_WORDS: [f32; 20] = [
    1.95, // topic: its words, by the place where they stand
    0.25, // topic words that are no nearer than the next paragraphs
    0.4, // words of the office asked about that the speaker is called by
    2.0, // share of the phrase
    0.5, // direct
    0.45, // partly quoted
    -0.5, // in the headline
    -0.2, // own words, fewer than four
    -0.35, // paraphrase of fewer than six words
    0.05, // the speaker is named
    0.25, // topic of the three best quotes of the article
    0.4, // the same against the article where it is highest, to the fourth power
    0.0, // topic words in the quote or near it
    0.0, // topic words that name the speaker
    0.0, // topic words for which another stands
    0.0, // length, a logarithm
    0.0, // meaning of the quote
    0.0, // meaning of its paragraph
    0.0, // meaning of the nearest quote of the article
    0.0, // meaning of the three nearest quotes of the article
];

/// Where it is known.
#[rustfmt::skip]
pub(super) const BY_MEANING: [f32; 20] = [
    3.301, // topic: its words, by the place where they stand
    1.988, // topic words that are no nearer than the next paragraphs
    3.731, // words of the office asked about that the speaker is called by
    2.0, // share of the phrase
    3.091, // direct
    1.81, // partly quoted
    -2.732, // in the headline
    0.0, // own words, fewer than four
    -0.525, // paraphrase of fewer than six words
    0.0, // the speaker is named
    1.372, // topic of the three best quotes of the article
    0.545, // the same against the article where it is highest, to the fourth power
    2.715, // topic words in the quote or near it
    5.471, // topic words that name the speaker
    4.28, // topic words for which another stands
    0.384, // length, a logarithm
    3.427, // meaning of the quote
    8.463, // meaning of its paragraph
    5.973, // meaning of the nearest quote of the article
    4.094, // meaning of the three nearest quotes of the article
];

//! The weights of features and signs, written by `examples/fit.rs`; `docs/log/answers.md` says how.

/// The weights if the meaning of quotes is not known.
#[allow(clippy::approx_constant, reason = "a fitted weight may come near any number")]
#[rustfmt::skip]
pub(super) const BY_WORDS: [f32; 21] = [
    1.95, // topic words, weighted by zone
    0.25, // topic words no nearer than the neighbouring paragraphs
    0.4, // words of the office asked about, used for the speaker
    2.0, // share of the phrase
    0.5, // direct
    0.45, // partly quoted
    -0.5, // in the headline
    -0.2, // direct, fewer than four words
    -0.35, // paraphrase of fewer than six words
    0.05, // the speaker is named
    0.25, // topic of the three best quotes of the article
    0.4, // the same relative to the best article, to the fourth power
    0.0, // topic words in the quote or near it
    0.0, // topic words that name the speaker
    0.0, // topic words present only as a synonym
    0.0, // length (logarithm)
    0.0, // meaning of the quote
    0.0, // meaning of its paragraph
    0.0, // meaning of the nearest quote of the article
    0.0, // meaning of the three nearest quotes of the article
    0.0, // outside the month or season named in the question
];

/// The weights if it is known from their words.
#[allow(clippy::approx_constant, reason = "a fitted weight may come near any number")]
#[rustfmt::skip]
pub(super) const BY_LIGHT: [f32; 21] = [
    4.258, // topic words, weighted by zone
    0.0, // topic words no nearer than the neighbouring paragraphs
    3.089, // words of the office asked about, used for the speaker
    2.0, // share of the phrase
    2.059, // direct
    1.059, // partly quoted
    -3.223, // in the headline
    -0.469, // direct, fewer than four words
    0.011, // paraphrase of fewer than six words
    0.331, // the speaker is named
    4.181, // topic of the three best quotes of the article
    0.757, // the same relative to the best article, to the fourth power
    2.91, // topic words in the quote or near it
    5.654, // topic words that name the speaker
    3.108, // topic words present only as a synonym
    0.424, // length (logarithm)
    2.897, // meaning of the quote
    6.119, // meaning of its paragraph
    2.941, // meaning of the nearest quote of the article
    2.565, // meaning of the three nearest quotes of the article
    -2.192, // outside the month or season named in the question
];

/// The weights if it is known from the encoder.
#[allow(clippy::approx_constant, reason = "a fitted weight may come near any number")]
#[rustfmt::skip]
pub(super) const BY_MEANING: [f32; 21] = [
    1.664, // topic words, weighted by zone
    0.0, // topic words no nearer than the neighbouring paragraphs
    3.328, // words of the office asked about, used for the speaker
    2.0, // share of the phrase
    2.129, // direct
    1.047, // partly quoted
    -3.6, // in the headline
    -0.155, // direct, fewer than four words
    -0.298, // paraphrase of fewer than six words
    -0.026, // the speaker is named
    4.828, // topic of the three best quotes of the article
    0.629, // the same relative to the best article, to the fourth power
    3.329, // topic words in the quote or near it
    5.073, // topic words that name the speaker
    3.703, // topic words present only as a synonym
    0.341, // length (logarithm)
    5.902, // meaning of the quote
    8.577, // meaning of its paragraph
    6.951, // meaning of the nearest quote of the article
    -0.87, // meaning of the three nearest quotes of the article
    -1.961, // outside the month or season named in the question
];

/// What each sign adds to the logit of "the record answers the question".
#[allow(clippy::approx_constant, reason = "a fitted weight may come near any number")]
#[rustfmt::skip]
pub(super) const OF_SIGNS: [f32; 27] = [
    0.0, // rarity of the rarest word not in or near any candidate, divided by 8
    -1.781, // share of the words not in or near any candidate
    0.0, // share of the words in or near the best candidate
    0.0, // the same for the third-best candidate
    0.0, // the same for the best article
    3.01, // the same for the best candidate, if a speaker is asked for
    0.0, // share of the words in the quote that contains most of them
    -2.431, // mean rarity of the words, divided by 8
    0.0, // number of words (logarithm)
    0.0, // meaning of the nearest quote
    2.68, // meaning of the nearest paragraph
    1.687, // meaning of the first quote
    0.0, // meaning of the nearest quote, if a speaker is asked for
    0.0, // score of the first quote, divided by 10
    0.0, // its lead over the tenth, divided by 10
    -3.147, // a phrase is asked for
    6.876, // share of the phrase in the quote that contains most of it
    -1.459, // a speaker is asked for
    -2.712, // a name that nobody on record has is asked for
    0.0, // days, an outlet or a group is asked for
    -1.051, // there is no candidate
    0.0, // number of candidates (logarithm)
    0.988, // no topic is asked for
    2.038, // share of the topic in the first quotes or their paragraphs, if a speaker is asked for
    0.0, // the same, if none is
    0.0, // rarity of the rarest topic word that none of them contains, divided by 8
    0.935, // always
];

/// What each sign adds to the logit of "the record answers the question", if meaning is known from words.
#[allow(clippy::approx_constant, reason = "a fitted weight may come near any number")]
#[rustfmt::skip]
pub(super) const OF_SIGNS_BY_LIGHT: [f32; 27] = [
    0.0, // rarity of the rarest word not in or near any candidate, divided by 8
    -2.06, // share of the words not in or near any candidate
    0.0, // share of the words in or near the best candidate
    0.0, // the same for the third-best candidate
    0.0, // the same for the best article
    3.436, // the same for the best candidate, if a speaker is asked for
    0.0, // share of the words in the quote that contains most of them
    -2.56, // mean rarity of the words, divided by 8
    0.0, // number of words (logarithm)
    0.0, // meaning of the nearest quote
    0.393, // meaning of the nearest paragraph
    0.199, // meaning of the first quote
    0.0, // meaning of the nearest quote, if a speaker is asked for
    0.0, // score of the first quote, divided by 10
    0.0, // its lead over the tenth, divided by 10
    -3.418, // a phrase is asked for
    6.164, // share of the phrase in the quote that contains most of it
    -1.4, // a speaker is asked for
    -3.113, // a name that nobody on record has is asked for
    0.0, // days, an outlet or a group is asked for
    -1.523, // there is no candidate
    0.0, // number of candidates (logarithm)
    -0.242, // no topic is asked for
    2.022, // share of the topic in the first quotes or their paragraphs, if a speaker is asked for
    0.0, // the same, if none is
    0.0, // rarity of the rarest topic word that none of them contains, divided by 8
    2.608, // always
];

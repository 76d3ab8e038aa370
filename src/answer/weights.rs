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
    4.414, // topic words, weighted by zone
    0.0, // topic words no nearer than the neighbouring paragraphs
    3.188, // words of the office asked about, used for the speaker
    2.0, // share of the phrase
    2.021, // direct
    1.092, // partly quoted
    -3.046, // in the headline
    -0.405, // direct, fewer than four words
    -0.052, // paraphrase of fewer than six words
    0.388, // the speaker is named
    4.425, // topic of the three best quotes of the article
    0.799, // the same relative to the best article, to the fourth power
    3.572, // topic words in the quote or near it
    5.913, // topic words that name the speaker
    3.778, // topic words present only as a synonym
    0.19, // length (logarithm)
    4.651, // meaning of the quote
    4.137, // meaning of its paragraph
    4.589, // meaning of the nearest quote of the article
    1.696, // meaning of the three nearest quotes of the article
    -1.646, // outside the month or season named in the question
];

/// The weights if it is known from the encoder.
#[allow(clippy::approx_constant, reason = "a fitted weight may come near any number")]
#[rustfmt::skip]
pub(super) const BY_MEANING: [f32; 21] = [
    2.776, // topic words, weighted by zone
    0.0, // topic words no nearer than the neighbouring paragraphs
    3.79, // words of the office asked about, used for the speaker
    2.0, // share of the phrase
    2.052, // direct
    0.519, // partly quoted
    -3.283, // in the headline
    -0.351, // direct, fewer than four words
    -0.253, // paraphrase of fewer than six words
    0.018, // the speaker is named
    2.325, // topic of the three best quotes of the article
    0.354, // the same relative to the best article, to the fourth power
    4.271, // topic words in the quote or near it
    5.066, // topic words that name the speaker
    5.273, // topic words present only as a synonym
    0.3, // length (logarithm)
    5.155, // meaning of the quote
    7.152, // meaning of its paragraph
    7.799, // meaning of the nearest quote of the article
    2.579, // meaning of the three nearest quotes of the article
    -2.311, // outside the month or season named in the question
];

/// What each sign adds to the logit of "the record answers the question".
#[allow(clippy::approx_constant, reason = "a fitted weight may come near any number")]
#[rustfmt::skip]
pub(super) const OF_SIGNS: [f32; 27] = [
    0.0, // rarity of the rarest word not in or near any candidate, divided by 8
    -1.741, // share of the words not in or near any candidate
    0.0, // share of the words in or near the best candidate
    0.0, // the same for the third-best candidate
    0.0, // the same for the best article
    1.678, // the same for the best candidate, if a speaker is asked for
    0.0, // share of the words in the quote that contains most of them
    -1.744, // mean rarity of the words, divided by 8
    0.0, // number of words (logarithm)
    0.0, // meaning of the nearest quote
    0.0, // meaning of the nearest paragraph
    2.889, // meaning of the first quote
    0.0, // meaning of the nearest quote, if a speaker is asked for
    0.0, // score of the first quote, divided by 10
    0.0, // its lead over the tenth, divided by 10
    -3.068, // a phrase is asked for
    6.529, // share of the phrase in the quote that contains most of it
    -1.188, // a speaker is asked for
    -2.782, // a name that nobody on record has is asked for
    0.0, // days, an outlet or a group is asked for
    -0.31, // there is no candidate
    0.0, // number of candidates (logarithm)
    1.191, // no topic is asked for
    4.214, // share of the topic in the first quotes or their paragraphs, if a speaker is asked for
    0.0, // the same, if none is
    0.0, // rarity of the rarest topic word that none of them contains, divided by 8
    0.973, // always
];

/// What each sign adds to the logit of "the record answers the question", if meaning is known from words.
#[allow(clippy::approx_constant, reason = "a fitted weight may come near any number")]
#[rustfmt::skip]
pub(super) const OF_SIGNS_BY_LIGHT: [f32; 27] = [
    0.0, // rarity of the rarest word not in or near any candidate, divided by 8
    -1.537, // share of the words not in or near any candidate
    0.0, // share of the words in or near the best candidate
    0.0, // the same for the third-best candidate
    0.0, // the same for the best article
    3.705, // the same for the best candidate, if a speaker is asked for
    0.0, // share of the words in the quote that contains most of them
    -3.112, // mean rarity of the words, divided by 8
    0.0, // number of words (logarithm)
    0.0, // meaning of the nearest quote
    0.0, // meaning of the nearest paragraph
    0.0, // meaning of the first quote
    0.0, // meaning of the nearest quote, if a speaker is asked for
    0.0, // score of the first quote, divided by 10
    0.0, // its lead over the tenth, divided by 10
    -3.429, // a phrase is asked for
    6.106, // share of the phrase in the quote that contains most of it
    -1.333, // a speaker is asked for
    -1.388, // a name that nobody on record has is asked for
    0.0, // days, an outlet or a group is asked for
    -1.826, // there is no candidate
    0.0, // number of candidates (logarithm)
    -0.274, // no topic is asked for
    2.076, // share of the topic in the first quotes or their paragraphs, if a speaker is asked for
    0.0, // the same, if none is
    0.0, // rarity of the rarest topic word that none of them contains, divided by 8
    2.823, // always
];

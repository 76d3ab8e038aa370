//! The weights of features and signs, written by `examples/fit.rs`; `docs/log/answers.md` says how.

/// The weights if the meaning of quotes is not known.
#[allow(clippy::approx_constant, reason = "a fitted weight may come near any number")]
#[rustfmt::skip]
pub(super) const BY_WORDS: [f32; 23] = [
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
    0.0, // meaning of its paragraph, if somebody is asked for
    0.0, // meaning of the nearest quote of the article
    0.0, // meaning of the three nearest quotes of the article
    0.0, // outside the month or season named in the question
    0.0, // meaning of its paragraph and what surrounds that, if nobody is
    0.0, // meaning of the quote, divided by its words and one
];

/// The weights if it is known from their words.
#[allow(clippy::approx_constant, reason = "a fitted weight may come near any number")]
#[rustfmt::skip]
pub(super) const BY_LIGHT: [f32; 23] = [
    4.745, // topic words, weighted by zone
    0.0, // topic words no nearer than the neighbouring paragraphs
    3.308, // words of the office asked about, used for the speaker
    2.0, // share of the phrase
    2.444, // direct
    1.496, // partly quoted
    -3.815, // in the headline
    -0.306, // direct, fewer than four words
    -2.791, // paraphrase of fewer than six words
    0.24, // the speaker is named
    6.501, // topic of the three best quotes of the article
    0.377, // the same relative to the best article, to the fourth power
    2.041, // topic words in the quote or near it
    6.322, // topic words that name the speaker
    2.871, // topic words present only as a synonym
    0.46, // length (logarithm)
    2.249, // meaning of the quote
    4.214, // meaning of its paragraph, if somebody is asked for
    1.373, // meaning of the nearest quote of the article
    2.211, // meaning of the three nearest quotes of the article
    -3.67, // outside the month or season named in the question
    11.029, // meaning of its paragraph and what surrounds that, if nobody is
    0.0, // meaning of the quote, divided by its words and one
];

/// The weights if it is known from the encoder.
#[allow(clippy::approx_constant, reason = "a fitted weight may come near any number")]
#[rustfmt::skip]
pub(super) const BY_MEANING: [f32; 23] = [
    2.911, // topic words, weighted by zone
    0.0, // topic words no nearer than the neighbouring paragraphs
    3.329, // words of the office asked about, used for the speaker
    2.0, // share of the phrase
    2.679, // direct
    1.644, // partly quoted
    -4.103, // in the headline
    0.482, // direct, fewer than four words
    -2.567, // paraphrase of fewer than six words
    -0.087, // the speaker is named
    7.957, // topic of the three best quotes of the article
    0.045, // the same relative to the best article, to the fourth power
    1.947, // topic words in the quote or near it
    6.014, // topic words that name the speaker
    3.298, // topic words present only as a synonym
    0.105, // length (logarithm)
    7.343, // meaning of the quote
    6.256, // meaning of its paragraph, if somebody is asked for
    7.761, // meaning of the nearest quote of the article
    -4.401, // meaning of the three nearest quotes of the article
    -3.901, // outside the month or season named in the question
    14.08, // meaning of its paragraph and what surrounds that, if nobody is
    -15.47, // meaning of the quote, divided by its words and one
];

/// What each sign adds to the logit of "the record answers the question".
#[allow(clippy::approx_constant, reason = "a fitted weight may come near any number")]
#[rustfmt::skip]
pub(super) const OF_SIGNS: [f32; 27] = [
    0.0, // rarity of the rarest word not in or near any candidate, divided by 8
    -1.8, // share of the words not in or near any candidate
    0.0, // share of the words in or near the best candidate
    0.0, // the same for the third-best candidate
    0.0, // the same for the best article
    3.108, // the same for the best candidate, if a speaker is asked for
    0.0, // share of the words in the quote that contains most of them
    -2.517, // mean rarity of the words, divided by 8
    0.0, // number of words (logarithm)
    0.0, // meaning of the nearest quote
    1.587, // meaning of the nearest paragraph
    2.225, // meaning of the first quote
    0.0, // meaning of the nearest quote, if a speaker is asked for
    0.0, // score of the first quote, divided by 10
    0.0, // its lead over the tenth, divided by 10
    -3.236, // a phrase is asked for
    6.856, // share of the phrase in the quote that contains most of it
    -1.557, // a speaker is asked for
    -2.801, // a name that nobody on record has is asked for
    0.0, // days, an outlet or a group is asked for
    -1.103, // there is no candidate
    0.0, // number of candidates (logarithm)
    0.798, // no topic is asked for
    2.107, // share of the topic in the first quotes or their paragraphs, if a speaker is asked for
    0.0, // the same, if none is
    0.0, // rarity of the rarest topic word that none of them contains, divided by 8
    1.302, // always
];

/// What each sign adds to the logit of "the record answers the question", if meaning is known from words.
#[allow(clippy::approx_constant, reason = "a fitted weight may come near any number")]
#[rustfmt::skip]
pub(super) const OF_SIGNS_BY_LIGHT: [f32; 27] = [
    0.0, // rarity of the rarest word not in or near any candidate, divided by 8
    -2.001, // share of the words not in or near any candidate
    0.0, // share of the words in or near the best candidate
    0.0, // the same for the third-best candidate
    0.0, // the same for the best article
    3.449, // the same for the best candidate, if a speaker is asked for
    0.0, // share of the words in the quote that contains most of them
    -2.671, // mean rarity of the words, divided by 8
    0.0, // number of words (logarithm)
    0.0, // meaning of the nearest quote
    0.0, // meaning of the nearest paragraph
    1.215, // meaning of the first quote
    0.0, // meaning of the nearest quote, if a speaker is asked for
    0.0, // score of the first quote, divided by 10
    0.0, // its lead over the tenth, divided by 10
    -3.446, // a phrase is asked for
    6.382, // share of the phrase in the quote that contains most of it
    -1.539, // a speaker is asked for
    -2.994, // a name that nobody on record has is asked for
    0.0, // days, an outlet or a group is asked for
    -1.432, // there is no candidate
    0.0, // number of candidates (logarithm)
    -0.064, // no topic is asked for
    2.036, // share of the topic in the first quotes or their paragraphs, if a speaker is asked for
    0.0, // the same, if none is
    0.0, // rarity of the rarest topic word that none of them contains, divided by 8
    2.488, // always
];

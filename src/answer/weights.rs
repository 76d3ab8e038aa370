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
    4.688, // topic words, weighted by zone
    0.0, // topic words no nearer than the neighbouring paragraphs
    3.437, // words of the office asked about, used for the speaker
    2.0, // share of the phrase
    2.455, // direct
    1.51, // partly quoted
    -3.674, // in the headline
    0.132, // direct, fewer than four words
    -2.595, // paraphrase of fewer than six words
    0.243, // the speaker is named
    6.7, // topic of the three best quotes of the article
    0.309, // the same relative to the best article, to the fourth power
    2.055, // topic words in the quote or near it
    6.129, // topic words that name the speaker
    2.83, // topic words present only as a synonym
    0.239, // length (logarithm)
    3.7, // meaning of the quote
    4.343, // meaning of its paragraph, if somebody is asked for
    2.917, // meaning of the nearest quote of the article
    1.021, // meaning of the three nearest quotes of the article
    -2.925, // outside the month or season named in the question
    10.483, // meaning of its paragraph and what surrounds that, if nobody is
    -14.923, // meaning of the quote, divided by its words and one
];

/// The weights if it is known from the encoder.
#[allow(clippy::approx_constant, reason = "a fitted weight may come near any number")]
#[rustfmt::skip]
pub(super) const BY_MEANING: [f32; 23] = [
    3.249, // topic words, weighted by zone
    0.0, // topic words no nearer than the neighbouring paragraphs
    3.112, // words of the office asked about, used for the speaker
    2.0, // share of the phrase
    2.692, // direct
    1.677, // partly quoted
    -4.007, // in the headline
    0.265, // direct, fewer than four words
    -2.861, // paraphrase of fewer than six words
    -0.163, // the speaker is named
    7.477, // topic of the three best quotes of the article
    0.213, // the same relative to the best article, to the fourth power
    1.484, // topic words in the quote or near it
    5.67, // topic words that name the speaker
    2.636, // topic words present only as a synonym
    0.074, // length (logarithm)
    6.646, // meaning of the quote
    5.851, // meaning of its paragraph, if somebody is asked for
    7.794, // meaning of the nearest quote of the article
    -4.13, // meaning of the three nearest quotes of the article
    -3.371, // outside the month or season named in the question
    14.156, // meaning of its paragraph and what surrounds that, if nobody is
    -12.83, // meaning of the quote, divided by its words and one
];

/// What each sign adds to the logit of "the record answers the question".
#[allow(clippy::approx_constant, reason = "a fitted weight may come near any number")]
#[rustfmt::skip]
pub(super) const OF_SIGNS: [f32; 29] = [
    0.0, // rarity of the rarest word not in or near any candidate, divided by 8
    -1.477, // share of the words not in or near any candidate
    0.0, // share of the words in or near the best candidate
    0.0, // the same for the third-best candidate
    0.0, // the same for the best article
    2.92, // the same for the best candidate, if a speaker is asked for
    0.0, // share of the words in the quote that contains most of them
    -3.37, // mean rarity of the words, divided by 8
    0.0, // number of words (logarithm)
    0.508, // meaning of the nearest quote
    0.24, // meaning of the nearest paragraph
    0.0, // meaning of the first quote
    0.0, // meaning of the nearest quote, if a speaker is asked for
    0.0, // score of the first quote, divided by 10
    0.0, // its lead over the tenth, divided by 10
    -3.481, // a phrase is asked for
    5.821, // share of the phrase in the quote that contains most of it
    -0.909, // a speaker is asked for
    -2.642, // a name that nobody on record has is asked for
    0.0, // days, an outlet or a group is asked for
    -2.431, // there is no candidate
    0.0, // number of candidates (logarithm)
    -0.947, // no topic is asked for
    1.129, // share of the topic in the first quotes or their paragraphs, if a speaker is asked for
    0.0, // the same, if none is
    0.0, // rarity of the rarest topic word that none of them contains, divided by 8
    1.452, // relevance of the first quote, divided by 4
    0.998, // relevance of the most relevant one, divided by 4
    3.437, // always
];

/// What each sign adds to the logit of "the record answers the question", if meaning is known from words.
#[allow(clippy::approx_constant, reason = "a fitted weight may come near any number")]
#[rustfmt::skip]
pub(super) const OF_SIGNS_BY_LIGHT: [f32; 29] = [
    0.0, // rarity of the rarest word not in or near any candidate, divided by 8
    -1.987, // share of the words not in or near any candidate
    0.0, // share of the words in or near the best candidate
    0.0, // the same for the third-best candidate
    0.0, // the same for the best article
    3.466, // the same for the best candidate, if a speaker is asked for
    0.0, // share of the words in the quote that contains most of them
    -2.634, // mean rarity of the words, divided by 8
    0.0, // number of words (logarithm)
    0.0, // meaning of the nearest quote
    0.0, // meaning of the nearest paragraph
    1.245, // meaning of the first quote
    0.0, // meaning of the nearest quote, if a speaker is asked for
    0.0, // score of the first quote, divided by 10
    0.0, // its lead over the tenth, divided by 10
    -3.449, // a phrase is asked for
    6.39, // share of the phrase in the quote that contains most of it
    -1.544, // a speaker is asked for
    -3.001, // a name that nobody on record has is asked for
    0.0, // days, an outlet or a group is asked for
    -1.429, // there is no candidate
    0.0, // number of candidates (logarithm)
    -0.033, // no topic is asked for
    2.011, // share of the topic in the first quotes or their paragraphs, if a speaker is asked for
    0.0, // the same, if none is
    0.0, // rarity of the rarest topic word that none of them contains, divided by 8
    0.0, // relevance of the first quote, divided by 4
    0.0, // relevance of the most relevant one, divided by 4
    2.436, // always
];

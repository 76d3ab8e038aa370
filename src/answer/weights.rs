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
    3.911, // topic words, weighted by zone
    0.0, // topic words no nearer than the neighbouring paragraphs
    2.97, // words of the office asked about, used for the speaker
    2.0, // share of the phrase
    2.074, // direct
    1.093, // partly quoted
    -2.952, // in the headline
    -0.353, // direct, fewer than four words
    -0.084, // paraphrase of fewer than six words
    0.314, // the speaker is named
    4.416, // topic of the three best quotes of the article
    0.752, // the same relative to the best article, to the fourth power
    3.295, // topic words in the quote or near it
    5.491, // topic words that name the speaker
    3.26, // topic words present only as a synonym
    0.379, // length (logarithm)
    3.251, // meaning of the quote
    5.846, // meaning of its paragraph
    3.575, // meaning of the nearest quote of the article
    2.466, // meaning of the three nearest quotes of the article
    -2.316, // outside the month or season named in the question
];

/// The weights if it is known from the encoder.
#[allow(clippy::approx_constant, reason = "a fitted weight may come near any number")]
#[rustfmt::skip]
pub(super) const BY_MEANING: [f32; 21] = [
    1.797, // topic words, weighted by zone
    0.0, // topic words no nearer than the neighbouring paragraphs
    3.22, // words of the office asked about, used for the speaker
    2.0, // share of the phrase
    2.208, // direct
    1.116, // partly quoted
    -3.093, // in the headline
    -0.097, // direct, fewer than four words
    -0.317, // paraphrase of fewer than six words
    0.161, // the speaker is named
    5.051, // topic of the three best quotes of the article
    0.415, // the same relative to the best article, to the fourth power
    4.062, // topic words in the quote or near it
    4.682, // topic words that name the speaker
    4.203, // topic words present only as a synonym
    0.308, // length (logarithm)
    5.693, // meaning of the quote
    8.028, // meaning of its paragraph
    7.443, // meaning of the nearest quote of the article
    -0.025, // meaning of the three nearest quotes of the article
    -1.728, // outside the month or season named in the question
];

/// What each sign adds to the logit of "the record answers the question".
#[allow(clippy::approx_constant, reason = "a fitted weight may come near any number")]
#[rustfmt::skip]
pub(super) const OF_SIGNS: [f32; 27] = [
    0.0, // rarity of the rarest word not in or near any candidate, divided by 8
    -1.565, // share of the words not in or near any candidate
    0.0, // share of the words in or near the best candidate
    0.0, // the same for the third-best candidate
    0.0, // the same for the best article
    3.406, // the same for the best candidate, if a speaker is asked for
    0.0, // share of the words in the quote that contains most of them
    -2.609, // mean rarity of the words, divided by 8
    0.0, // number of words (logarithm)
    0.0, // meaning of the nearest quote
    0.814, // meaning of the nearest paragraph
    1.414, // meaning of the first quote
    0.0, // meaning of the nearest quote, if a speaker is asked for
    0.0, // score of the first quote, divided by 10
    0.0, // its lead over the tenth, divided by 10
    -3.261, // a phrase is asked for
    6.404, // share of the phrase in the quote that contains most of it
    -1.515, // a speaker is asked for
    -2.842, // a name that nobody on record has is asked for
    0.0, // days, an outlet or a group is asked for
    -1.129, // there is no candidate
    0.0, // number of candidates (logarithm)
    0.372, // no topic is asked for
    1.849, // share of the topic in the first quotes or their paragraphs, if a speaker is asked for
    0.0, // the same, if none is
    0.0, // rarity of the rarest topic word that none of them contains, divided by 8
    1.807, // always
];

/// What each sign adds to the logit of "the record answers the question", if meaning is known from words.
#[allow(clippy::approx_constant, reason = "a fitted weight may come near any number")]
#[rustfmt::skip]
pub(super) const OF_SIGNS_BY_LIGHT: [f32; 27] = [
    0.0, // rarity of the rarest word not in or near any candidate, divided by 8
    -1.729, // share of the words not in or near any candidate
    0.0, // share of the words in or near the best candidate
    0.0, // the same for the third-best candidate
    0.0, // the same for the best article
    3.629, // the same for the best candidate, if a speaker is asked for
    0.0, // share of the words in the quote that contains most of them
    -2.614, // mean rarity of the words, divided by 8
    0.0, // number of words (logarithm)
    0.0, // meaning of the nearest quote
    0.163, // meaning of the nearest paragraph
    0.0, // meaning of the first quote
    0.0, // meaning of the nearest quote, if a speaker is asked for
    0.0, // score of the first quote, divided by 10
    0.0, // its lead over the tenth, divided by 10
    -3.379, // a phrase is asked for
    6.03, // share of the phrase in the quote that contains most of it
    -1.411, // a speaker is asked for
    -3.07, // a name that nobody on record has is asked for
    0.0, // days, an outlet or a group is asked for
    -1.452, // there is no candidate
    0.0, // number of candidates (logarithm)
    -0.281, // no topic is asked for
    1.938, // share of the topic in the first quotes or their paragraphs, if a speaker is asked for
    0.0, // the same, if none is
    0.0, // rarity of the rarest topic word that none of them contains, divided by 8
    2.647, // always
];

//! What each feature and each sign weighs. `examples/fit.rs` writes this file; `docs/log/answers.md` says how.

/// Where the meaning of quotes is not known.
#[allow(clippy::approx_constant, reason = "a fitted weight may come near any number")]
#[rustfmt::skip]
pub(super) const BY_WORDS: [f32; 21] = [
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
    0.0, // outside the month or season that is asked for by name
];

/// Where it is known.
#[allow(clippy::approx_constant, reason = "a fitted weight may come near any number")]
#[rustfmt::skip]
pub(super) const BY_MEANING: [f32; 21] = [
    2.776, // topic: its words, by the place where they stand
    0.0, // topic words that are no nearer than the next paragraphs
    3.79, // words of the office asked about that the speaker is called by
    2.0, // share of the phrase
    2.052, // direct
    0.519, // partly quoted
    -3.283, // in the headline
    -0.351, // own words, fewer than four
    -0.253, // paraphrase of fewer than six words
    0.018, // the speaker is named
    2.325, // topic of the three best quotes of the article
    0.354, // the same against the article where it is highest, to the fourth power
    4.271, // topic words in the quote or near it
    5.066, // topic words that name the speaker
    5.273, // topic words for which another stands
    0.3, // length, a logarithm
    5.155, // meaning of the quote
    7.152, // meaning of its paragraph
    7.799, // meaning of the nearest quote of the article
    2.579, // meaning of the three nearest quotes of the article
    -2.311, // outside the month or season that is asked for by name
];

/// What each sign that the record answers adds to the logit.
#[allow(clippy::approx_constant, reason = "a fitted weight may come near any number")]
#[rustfmt::skip]
pub(super) const OF_SIGNS: [f32; 27] = [
    0.0, // rarity of the rarest word that no candidate holds or has near it, by 8
    -1.741, // share of the words that no candidate holds or has near it
    0.0, // share of the words that the best candidate holds or has near it
    0.0, // the same of the third best
    0.0, // the same of the best article
    1.678, // the same of the best candidate, where a speaker is asked for
    0.0, // share of the words in the quote that holds most of them
    -1.744, // mean rarity of the words, by 8
    0.0, // how many words, a logarithm
    0.0, // meaning of the nearest quote
    0.0, // meaning of the nearest paragraph
    2.889, // meaning of the first quote
    0.0, // meaning of the nearest quote, where a speaker is asked for
    0.0, // score of the first quote, by 10
    0.0, // its lead before the tenth, by 10
    -3.068, // a phrase is asked for
    6.529, // share of the phrase in the quote that holds most of it
    -1.188, // a speaker is asked for
    -2.782, // somebody whom nobody on record is called like is asked for
    0.0, // days, an outlet or a group are asked for
    -0.31, // there is no candidate
    0.0, // how many candidates, a logarithm
    1.191, // no topic is asked for
    4.214, // share of the topic in the first quotes or their paragraphs, where a speaker is asked for
    0.0, // the same, where none is
    0.0, // rarity of the rarest word of the topic that none of them holds, by 8
    0.973, // always
];

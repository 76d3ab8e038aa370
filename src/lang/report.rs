//! Reported speech: bodies and texts that can speak, and the words by which articles attribute speech.

use super::Language;
use super::list::{Phrases, Words};

/// What a language defines about reported speech.
#[derive(Debug, Default)]
pub(super) struct Reports {
    pub(super) bodies: Words,
    pub(super) joined_bodies: Words,
    pub(super) collective_bodies: Words,
    pub(super) texts: Words,
    pub(super) books: Words,
    pub(super) posts: Words,
    pub(super) nameless_texts: Words,
    pub(super) recordings: Words,
    pub(super) cue_pairs: Phrases,
    pub(super) quoting: Words,
    pub(super) saying: Phrases,
    pub(super) done_to: Words,
    pub(super) naming: Words,
    pub(super) told_to: Words,
    pub(super) denying: Words,
    pub(super) negations: Words,
}

impl Language {
    /// Returns whether `word` is a body, a text or a group that can speak: "ministry", "statement".
    #[must_use]
    pub fn is_body(&self, word: &str) -> bool {
        self.reports.bodies.has(word)
    }

    /// Returns whether the name of a body that ends in `word` may continue with "for" or "on": "council".
    #[must_use]
    pub fn is_joined_body(&self, word: &str) -> bool {
        self.reports.joined_bodies.has(word)
    }

    /// Returns whether `word` is a body that stands for too many to have been the last speaker: "press".
    #[must_use]
    pub fn is_collective_body(&self, word: &str) -> bool {
        self.reports.collective_bodies.has(word)
    }

    /// Returns whether `word` is something a person writes or says: "post", "his speech".
    #[must_use]
    pub fn is_text(&self, word: &str) -> bool {
        self.reports.texts.has(word)
    }

    /// Returns whether two words can refer to the same text: "the book" may be a memoir.
    #[must_use]
    pub fn is_same_text(&self, one: &str, other: &str) -> bool {
        let books = &self.reports.books;
        one == other || books.has(one) && books.has(other)
    }

    /// Returns whether `word` is something that one person sends, so that "the post" refers to the post of
    /// the person just mentioned.
    #[must_use]
    pub fn is_post(&self, word: &str) -> bool {
        self.reports.posts.has(word)
    }

    /// Returns whether `word` is a text that is not named as a speaker: "a post", "the plan".
    #[must_use]
    pub fn is_nameless_text(&self, word: &str) -> bool {
        self.reports.nameless_texts.has(word)
    }

    /// Returns whether `word` records somebody's words without saying anything itself: "transcript".
    #[must_use]
    pub fn is_recording(&self, word: &str) -> bool {
        self.reports.recordings.has(word)
    }

    /// Returns whether the two words together are a cue: "according to".
    #[must_use]
    pub fn is_cue_of_two(&self, word: &str, next: &str) -> bool {
        self.reports.cue_pairs.has(word, next)
    }

    /// Returns whether `word` is a cue whose object is the speaker of the words that follow: "quoted Lund as
    /// saying".
    #[must_use]
    pub fn is_quoting(&self, word: &str) -> bool {
        self.reports.quoting.has(word)
    }

    /// Returns whether the two words can follow the name of the person quoted: "as saying". A phrase of one
    /// word only needs `word`.
    #[must_use]
    pub fn is_as_saying(&self, word: &str, next: &str) -> bool {
        self.reports.saying.has(word, next)
    }

    /// Returns whether `word` is a past participle of a speech verb whose passive subject is spoken to or
    /// about: "was asked", "was described".
    #[must_use]
    pub fn is_done_to(&self, word: &str) -> bool {
        self.reports.done_to.has(word)
    }

    /// Returns whether what follows `word` is what somebody does not say: "denied".
    #[must_use]
    pub fn is_denying(&self, word: &str) -> bool {
        self.reports.denying.has(word)
    }

    /// Returns whether `word` negates the verb after it: "not", "didn't".
    #[must_use]
    pub fn is_negation(&self, word: &str) -> bool {
        self.reports.negations.has(word) || word.ends_with("n't") || word.ends_with("n’t")
    }

    /// Returns whether `word` is followed by the person who is told something: "told".
    #[must_use]
    pub fn is_told_to(&self, word: &str) -> bool {
        self.reports.told_to.has(word)
    }

    /// Returns whether `word` says whether a name is given: "asked not to be named".
    #[must_use]
    pub fn is_naming(&self, word: &str) -> bool {
        self.reports.naming.has(word)
    }
}

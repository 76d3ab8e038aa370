//! Reports of speech: bodies and texts that can speak, and the words by which articles say whose words these are.

use super::Language;
use super::list::{Phrases, Words};

/// What a language knows of reports.
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

    /// Returns whether the name of a body that ends in `word` may go on behind "for" or "on": "council".
    #[must_use]
    pub fn is_joined_body(&self, word: &str) -> bool {
        self.reports.joined_bodies.has(word)
    }

    /// Returns whether `word` is a body of too many for it to be the one that spoke last: "press".
    #[must_use]
    pub fn is_collective_body(&self, word: &str) -> bool {
        self.reports.collective_bodies.has(word)
    }

    /// Returns whether `word` is something a person writes or says: "post", "his speech".
    #[must_use]
    pub fn is_text(&self, word: &str) -> bool {
        self.reports.texts.has(word)
    }

    /// Returns whether two words can be the same text: "the book" is a memoir.
    #[must_use]
    pub fn is_same_text(&self, one: &str, other: &str) -> bool {
        let books = &self.reports.books;
        one == other || books.has(one) && books.has(other)
    }

    /// Returns whether `word` is something one person sends: "the post" that was just spoken of is theirs.
    #[must_use]
    pub fn is_post(&self, word: &str) -> bool {
        self.reports.posts.has(word)
    }

    /// Returns whether `word` is a text that is no speaker by its own name: "a post", "the plan".
    #[must_use]
    pub fn is_nameless_text(&self, word: &str) -> bool {
        self.reports.nameless_texts.has(word)
    }

    /// Returns whether `word` is what keeps somebody's words and says none of its own: "transcript".
    #[must_use]
    pub fn is_recording(&self, word: &str) -> bool {
        self.reports.recordings.has(word)
    }

    /// Returns whether the two words are a cue together: "according to".
    #[must_use]
    pub fn is_cue_of_two(&self, word: &str, next: &str) -> bool {
        self.reports.cue_pairs.has(word, next)
    }

    /// Returns whether `word` reports whose words follow behind a name: "quoted Lund as saying".
    #[must_use]
    pub fn is_quoting(&self, word: &str) -> bool {
        self.reports.quoting.has(word)
    }

    /// Returns whether the two words follow the name of who is quoted: "as saying".
    #[must_use]
    pub fn is_as_saying(&self, word: &str, next: &str) -> bool {
        self.reports.saying.has(word, next)
    }

    /// Returns whether `word`, a past participle, is done by speaking, and behind "was" its subject is spoken of or to: "asked",
    /// "described".
    #[must_use]
    pub fn is_done_to(&self, word: &str) -> bool {
        self.reports.done_to.has(word)
    }

    /// Returns whether behind `word` stands what somebody does not say: "denied".
    #[must_use]
    pub fn is_denying(&self, word: &str) -> bool {
        self.reports.denying.has(word)
    }

    /// Returns whether `word` denies the verb behind it: "not", "didn't".
    #[must_use]
    pub fn is_negation(&self, word: &str) -> bool {
        self.reports.negations.has(word) || word.ends_with("n't") || word.ends_with("n’t")
    }

    /// Returns whether somebody who is told something stands behind `word`: "told".
    #[must_use]
    pub fn is_told_to(&self, word: &str) -> bool {
        self.reports.told_to.has(word)
    }

    /// Returns whether `word` tells of a name that is or is not given: "asked not to be named".
    #[must_use]
    pub fn is_naming(&self, word: &str) -> bool {
        self.reports.naming.has(word)
    }
}

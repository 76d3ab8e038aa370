//! Transcripts: what their labels mean, and the words of people in conversation.

use super::Language;
use super::list::Words;

/// What a language defines about transcripts.
#[derive(Debug, Default)]
pub(super) struct Talks {
    pub(super) asks: Words,
    pub(super) answers: Words,
    pub(super) voices: Words,
    pub(super) fields: Words,
    pub(super) own: Words,
    pub(super) first: Words,
    pub(super) told: Words,
    pub(super) asides: Words,
    pub(super) ends: Words,
    pub(super) speeches: Words,
}

impl Language {
    /// Returns whether this word labels the person who asks: "q", "reporter".
    #[must_use]
    pub fn is_asking_label(&self, word: &str) -> bool {
        self.talks.asks.has(word)
    }

    /// Returns whether this word labels the person who answers: "a".
    #[must_use]
    pub fn is_answering_label(&self, word: &str) -> bool {
        self.talks.answers.has(word)
    }

    /// Returns whether this word labels somebody by their role in the conversation: "moderator".
    #[must_use]
    pub fn is_voice(&self, word: &str) -> bool {
        self.talks.voices.has(word)
    }

    /// Returns whether the text after this word and a colon is not said by anybody: "byline", "ingredients".
    #[must_use]
    pub fn is_field(&self, word: &str) -> bool {
        self.talks.fields.has(word)
    }

    /// Returns whether `word` is typical of conversation: "we", "your", "thanks".
    #[must_use]
    pub fn is_of_talk(&self, word: &str) -> bool {
        self.talks.own.has(word)
    }

    /// Returns whether `word` is one by which speakers refer to themselves: "we", "my".
    #[must_use]
    pub fn is_of_speaker(&self, word: &str) -> bool {
        self.talks.first.has(word)
    }

    /// Returns whether `word` is a verb with which a writer reports what somebody said: "said".
    #[must_use]
    pub fn is_telling(&self, word: &str) -> bool {
        self.talks.told.has(word)
    }

    /// Returns whether `word` in brackets describes a sound: "applause".
    #[must_use]
    pub fn is_heard_aside(&self, word: &str) -> bool {
        self.talks.asides.has(word)
    }

    /// Returns whether `word` is what the title of a speech calls it: "remarks".
    #[must_use]
    pub fn is_speech(&self, word: &str) -> bool {
        self.talks.speeches.has(word)
    }

    /// Returns whether `word` is typical of the lines after a transcript: "newsletter".
    #[must_use]
    pub fn ends_transcript(&self, word: &str) -> bool {
        self.talks.ends.has(word)
    }
}

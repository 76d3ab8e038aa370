//! Transcripts: who labels stand for, and what those who talk with one another say.

use super::Language;
use super::list::Words;

/// What a language knows of transcripts.
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
    /// Returns whether a label of this word stands for whoever asks: "q", "reporter".
    #[must_use]
    pub fn is_asking_label(&self, word: &str) -> bool {
        self.talks.asks.has(word)
    }

    /// Returns whether a label of this word stands for whoever was asked: "a".
    #[must_use]
    pub fn is_answering_label(&self, word: &str) -> bool {
        self.talks.answers.has(word)
    }

    /// Returns whether a label of this word stands for somebody by their part in the talk: "moderator".
    #[must_use]
    pub fn is_voice(&self, word: &str) -> bool {
        self.talks.voices.has(word)
    }

    /// Returns whether what stands behind this word and a colon is said by nobody: "byline", "ingredients".
    #[must_use]
    pub fn is_field(&self, word: &str) -> bool {
        self.talks.fields.has(word)
    }

    /// Returns whether `word` is of those who talk with one another: "we", "your", "thanks".
    #[must_use]
    pub fn is_of_talk(&self, word: &str) -> bool {
        self.talks.own.has(word)
    }

    /// Returns whether `word` is of one who speaks of himself or herself: "we", "my".
    #[must_use]
    pub fn is_of_speaker(&self, word: &str) -> bool {
        self.talks.first.has(word)
    }

    /// Returns whether `word` is the verb of a writer who tells what somebody said: "said".
    #[must_use]
    pub fn is_telling(&self, word: &str) -> bool {
        self.talks.told.has(word)
    }

    /// Returns whether `word` in brackets tells what was heard: "applause".
    #[must_use]
    pub fn is_heard_aside(&self, word: &str) -> bool {
        self.talks.asides.has(word)
    }

    /// Returns whether `word` is what the title of a speech calls it: "remarks".
    #[must_use]
    pub fn is_speech(&self, word: &str) -> bool {
        self.talks.speeches.has(word)
    }

    /// Returns whether `word` is of the lines that stand behind a transcript: "newsletter".
    #[must_use]
    pub fn ends_transcript(&self, word: &str) -> bool {
        self.talks.ends.has(word)
    }
}

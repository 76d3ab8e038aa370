//! What annotated news says about single words: how often each is a cue, and how often the head of a source.

use std::sync::OnceLock;

use rustc_hash::FxHashMap as HashMap;

use crate::lang::{Language, Traits};

/// How often a word occurs outside quotation marks, and in which roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// In any role.
    pub total: u32,
    /// As the main word of a cue.
    pub cue: u32,
    /// As the head of a source, in lower case.
    pub head: u32,
    /// As the main word of a cue whose content is at least partly in quotation marks.
    pub quoted: u32,
    /// As the main word of a cue that is followed by its source.
    pub after: u32,
    /// With a capital letter inside a sentence.
    pub capital: u32,
    /// As the main word of a cue whose content is a clause without quotation marks.
    pub clause: u32,
}

/// Words in lower case with their counts.
#[derive(Clone, Debug, Default)]
pub struct Lexicon {
    /// The counts of each word.
    pub words: HashMap<Box<str>, Counts>,
    /// What is known of each word here and from the word lists of the language, combined in one table on
    /// first use.
    known: OnceLock<HashMap<Box<str>, (Traits, Shares)>>,
}

impl PartialEq for Lexicon {
    fn eq(&self, other: &Self) -> bool {
        self.words == other.words
    }
}

impl Eq for Lexicon {}

/// Shares of a word's uses, 0 to 1.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shares {
    pub(crate) cue: f32,
    pub(crate) head: f32,
    pub(crate) quoted: f32,
    pub(crate) after: f32,
    pub(crate) capital: f32,
    pub(crate) clause: f32,
    /// The share of clauses among the contents without quotation marks that it introduces as a cue.
    pub(crate) introduces: f32,
    /// The logarithm of the word's frequency.
    pub(crate) seen: f32,
}

impl Lexicon {
    /// Returns the traits of `word` and its shares. The counts must not change after the first call without
    /// `own`.
    pub(crate) fn look_up(&self, language: &Language, word: &str, own: Option<&Self>) -> (Traits, Shares) {
        if own.is_some() || self.words.is_empty() {
            return (language.traits(word), self.shares(word, own));
        }
        let known = self.known.get_or_init(|| {
            let look = |word: &str| (word.into(), (language.traits(word), self.shares(word, None)));
            let listed = language.listed().map(look);
            listed.chain(self.words.keys().map(|word| look(word))).collect()
        });
        known.get(word).copied().unwrap_or_else(|| (language.traits_by_ending(word), Shares::default()))
    }

    /// Returns the shares of `word` after subtracting the counts of `own`: a training article must not see
    /// its own annotations.
    pub(crate) fn shares(&self, word: &str, own: Option<&Self>) -> Shares {
        let Some(all) = self.words.get(word) else { return Shares::default() };
        let own = own.and_then(|own| own.words.get(word)).copied().unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "counts of words are far below 2^24")]
        let share = |all: u32, own: u32, total: f32| all.saturating_sub(own) as f32 / (total + 2.0);
        #[expect(clippy::cast_precision_loss, reason = "counts of words are far below 2^24")]
        let total = all.total.saturating_sub(own.total) as f32;
        let unmarked = |counts: &Counts| counts.cue.saturating_sub(counts.quoted);
        #[expect(clippy::cast_precision_loss, reason = "counts of words are far below 2^24")]
        let introducing = unmarked(all).saturating_sub(unmarked(&own)) as f32;
        Shares {
            cue: share(all.cue, own.cue, total),
            head: share(all.head, own.head, total),
            quoted: share(all.quoted, own.quoted, total),
            after: share(all.after, own.after, total),
            capital: share(all.capital, own.capital, total),
            clause: share(all.clause, own.clause, total),
            introduces: share(all.clause, own.clause, introducing),
            seen: (1.0 + total).ln(),
        }
    }
}

//! Splits what was typed into fields, words in quotation marks, chatter and the question.

use super::given::{self, Given};
use super::word::{Word, split};
use super::{chatter, office, phrase};
use crate::lang::Language;

/// What was typed, split into its parts.
pub(super) struct Typed<'a> {
    pub(super) text: &'a str,
    /// The fields, such as `speaker:lee`.
    pub(super) given: Given,
    /// The words of `-word`, folded.
    pub(super) excluded: Vec<String>,
    /// The words in quotation marks.
    pub(super) phrase: Option<String>,
    /// The other words.
    pub(super) words: Vec<Word>,
    /// Whether the text only asks what one can ask.
    pub(super) help: bool,
    pub(super) language: &'static Language,
}

impl<'a> Typed<'a> {
    pub(super) fn new(text: &'a str, language: &'static Language) -> Self {
        let given::Typed { given, excluded, rest } = given::typed(text);
        let (rest, phrase) = phrase::take(&chatter::without_marks(&rest), language);
        let mut words = split(&rest);
        let help = phrase.is_none() && language.question.help.begin(&words) == words.len();
        chatter::take(&mut words, language);
        office::write_out(&mut words, language);
        let help = !text.trim().is_empty()
            && phrase.is_none()
            && excluded.is_empty()
            && given == Given::default()
            && (help || words.is_empty() || chatter::chatter_in(&rest, language).is_some());
        Self { text, given, excluded, phrase, words, help, language }
    }
}

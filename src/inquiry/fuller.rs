//! Reports quote the same remark in different ways: the fuller wording comes before an excerpt of it, and the
//! speaker's own words come before a sentence that the reporter completed. The remark ranks as its best
//! wording.

use super::{Inquiry, Stage};
use crate::answer::{Ranked, Record};
use crate::fold;
use crate::lang::Language;
use crate::question::Wish;
use crate::quote::Kind;

/// How many of the best quotes are compared.
const COMPARED: usize = 10;
/// A remark is reported on the day it is made and up to this many days later.
const DAYS: i32 = 3;
/// A fuller wording contains at least this share of the other quote's words, not counting function words; the
/// other quote must have at least this many.
const SHARE: f64 = 0.75;
const WORDS: usize = 2;

impl Inquiry {
    /// Requests the best quotes, if the question has a topic, and meaning is known.
    pub(super) fn show_best(&mut self) {
        let question = &self.so_far.plan.question;
        let asks = self.by_meaning
            && question.phrase.is_none()
            && !question.terms.is_empty()
            && !self.so_far.hits.is_empty()
            && self.page.limit > 0;
        if !asks {
            self.show();
            return;
        }
        self.read(self.so_far.hits.iter().take(COMPARED).map(|ranked| ranked.candidate.id).collect());
        self.stage = Stage::Best;
        self.skip();
    }

    /// If the question is about what was said, moves a better wording of the same remark in front of the one that
    /// was ranked higher.
    pub(super) fn prefer_fuller(&mut self) {
        if self.so_far.plan.question.wish != Wish::Quotes {
            return;
        }
        let best = self.so_far.hits.len().min(COMPARED);
        let words: Vec<Vec<String>> = self.so_far.hits[..best]
            .iter()
            .map(|ranked| self.records.get(&ranked.candidate.id).map(content).unwrap_or_default())
            .collect();
        let is_better_wording = |one: usize, other: usize| {
            let [worse, better] = [one, other].map(|place| &self.so_far.hits[place]);
            let wording = |place: usize| (self.so_far.hits[place].candidate.kind, words[place].as_slice());
            !better.candidate.headline
                && may_be_same(worse, better)
                && is_better(wording(other), wording(one))
        };
        let mut order: Vec<usize> = (0..best).collect();
        // A remark counts as what its best wording is, wherever that was found. Only what gains by this moves
        // up: the quotes are not always in the order of their scores.
        let scores: Vec<f32> = order
            .iter()
            .map(|one| {
                let score = &self.so_far.hits[*one].score;
                let better = order.iter().filter(|other| is_better_wording(*one, **other));
                let kinds = better.map(|other| self.so_far.hits[*other].score.kind);
                score.total() + (kinds.fold(score.kind, f32::max) - score.kind)
            })
            .collect();
        for mut at in 1..best {
            let is_lifted = scores[order[at]] > self.so_far.hits[order[at]].score.total();
            while is_lifted && at > 0 && scores[order[at]] > scores[order[at - 1]] {
                order.swap(at, at - 1);
                at -= 1;
            }
        }
        for at in 0..best {
            let one = order[at];
            let found = order.iter().skip(at + 1).find(|other| is_better_wording(one, **other)).copied();
            if let Some(place) = found.and_then(|found| order.iter().position(|other| *other == found)) {
                order[at..=place].rotate_right(1);
            }
        }
        let mut hits: Vec<Option<Ranked>> = self.so_far.hits.drain(..best).map(Some).collect();
        let first: Vec<Ranked> = order.into_iter().filter_map(|place| hits[place].take()).collect();
        self.so_far.hits.splice(..0, first);
    }
}

/// Returns whether two quotes may be the same remark: by the same person, at about the same time.
fn may_be_same(one: &Ranked, other: &Ranked) -> bool {
    let (one, other) = (&one.candidate, &other.candidate);
    let days = one.day.zip(other.day).is_some_and(|(day, other)| (day - other).get_days().abs() <= DAYS);
    one.speaker.is_some() && one.speaker == other.speaker && days
}

/// Returns the stems of a quote's words, without function words and duplicates.
fn content(record: &Record) -> Vec<String> {
    let words = fold::words(&record.words());
    let mut out: Vec<String> = words
        .iter()
        .filter(|word| !Language::primary().is_function_word(word))
        .map(|word| fold::stem(word))
        .collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// Returns whether one quote, given by its kind and its content, is the better wording of the other: it is
/// fuller, or it has the same content in the speaker's own words, while the other is partly the reporter's.
fn is_better(one: (Kind, &[String]), other: (Kind, &[String])) -> bool {
    let is_purer = one.0 == Kind::Direct && other.0 == Kind::Mixed;
    holds(one.1, other.1) || is_purer && one.1.len() >= WORDS && one.1 == other.1
}

/// Returns whether `whole` says what `piece` says, and more.
#[expect(clippy::cast_precision_loss, reason = "words of a quote")]
fn holds(whole: &[String], piece: &[String]) -> bool {
    let held = piece.iter().filter(|word| whole.contains(word)).count();
    piece.len() >= WORDS && whole.len() > piece.len() && held as f64 >= SHARE * piece.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inquiry::sample::record;

    #[track_caller]
    fn check(whole: &str, piece: &str, expected: bool) {
        assert_eq!(holds(&content(&record(whole)), &content(&record(piece))), expected, "{whole} {piece}");
    }

    #[test]
    fn a_fuller_wording_contains_the_words_of_the_excerpt_and_more() {
        let whole = "“The ferry has not sailed yet, but some captains are ready to try it.”";
        check(whole, "“The ferry has not sailed.”", true);
        check(whole, "“The ferry is old.”", false);
        check(whole, whole, false);
        check(whole, "“It has.”", false);
    }

    #[test]
    fn of_the_same_words_the_direct_quote_comes_first() {
        let own = content(&record("“So far the ferry has not sailed.”"));
        let mixed = content(&record("On this, “so far the ferry has not sailed.”"));
        assert!(is_better((Kind::Direct, &own), (Kind::Mixed, &mixed)));
        assert!(!is_better((Kind::Mixed, &mixed), (Kind::Direct, &own)));
        assert!(!is_better((Kind::Direct, &own), (Kind::Direct, &own)));
        let other = content(&record("“So far the captain has not slept.”"));
        assert!(!is_better((Kind::Direct, &other), (Kind::Mixed, &mixed)));
    }
}

//! Here are words that somebody claims were said, and the quotes found for them: which quote is nearest, and
//! how does it compare?

use crate::answer::{self, Candidate, Checked, Comparison, Ranked, Record, Score, Verdict};
use crate::fold;
use crate::lang::Language;
use crate::question::Question;

/// How many of the best quotes are compared.
pub(super) const COMPARED: usize = 10;
/// How many of the quotes nearest in meaning are examined.
pub(super) const RETELLINGS: usize = 3;
/// Minimum of [`likely`] for a quote by the same speaker to say the same in other words. Set on the bundled
/// corpus: see `tests/it/claims.rs`.
const RETOLD: f32 = 0.88;
/// Minimum cosine for a quote to count as similar.
const NEAR: f32 = 0.3;
/// How much more of the words an altered quote by somebody else must contain to be nearer than one by the
/// claimed speaker.
const NEARER: f32 = 0.2;
/// The weight of the share of common words relative to the cosine.
const SHARED: f32 = 0.3;
/// An altered quote with a smaller share than this may instead be the same statement in other words.
const LOOSE: f32 = 0.8;
/// Minimum share of a part of the claim that a quote must contain to be its source.
const WHOLE: f32 = 0.8;

/// The nearest of the quotes compared so far, and the result of the comparison.
#[derive(Clone, Debug)]
pub(super) struct Nearest {
    pub(super) ranked: Option<Ranked>,
    /// The source of the other part, if the claim is two quotes put together.
    pub(super) second: Option<Ranked>,
    /// The share of the words that the nearest quote contains, and the part that it does not contain.
    share: f32,
    pub(super) rest: Option<String>,
    /// The result, without [`Checked::nearest`] and [`Checked::second`].
    pub(super) checked: Checked,
}

impl Nearest {
    pub(super) fn none(words: &str, claimed_of: Option<String>) -> Self {
        let checked = Checked { claimed_of, ..Checked::nowhere(words) };
        Self { ranked: None, second: None, share: 0.0, rest: None, checked }
    }

    fn of(self, ranked: &Ranked, comparison: Comparison, verdict: Verdict, other_speaker: bool) -> Self {
        let Comparison { share, diff, changes, rest, .. } = comparison;
        let checked = Checked { verdict, other_speaker, diff, changes, ..self.checked };
        Self { ranked: Some(ranked.clone()), share, rest, checked, ..self }
    }

    fn is_farther_than(&self, verdict: Verdict, comparison: &Comparison) -> bool {
        (self.checked.verdict, -self.share) > (verdict, -comparison.share)
    }
}

/// Returns the claimed speaker, as the question names them.
pub(super) fn claimed_of(question: &Question) -> Option<String> {
    question.speakers.first().or(question.stranger.as_ref()).cloned()
}

/// Returns the quotes that contain most of a phrase, with the ranking of the answer if they have one.
pub(super) fn likeliest(candidates: &[Candidate], hits: &[Ranked]) -> Vec<Ranked> {
    let mut best: Vec<&Candidate> = candidates.iter().filter(|candidate| candidate.phrase > 0.0).collect();
    best.sort_by(|a, b| b.phrase.total_cmp(&a.phrase).then_with(|| a.key().cmp(&b.key())));
    let ranked = |candidate: &Candidate| {
        let hit = hits.iter().find(|hit| hit.candidate.id == candidate.id);
        hit.cloned().unwrap_or_else(|| Ranked {
            candidate: candidate.clone(),
            score: Score::default(),
            also: Vec::new(),
        })
    };
    let mut out: Vec<Ranked> = best.into_iter().take(COMPARED).map(ranked).collect();
    let more = hits.iter().filter(|hit| !candidates.iter().any(|candidate| candidate.id == hit.candidate.id));
    out.extend(more.take(COMPARED).cloned());
    out
}

/// Compares words with quotes. The nearest is the one with the best verdict and, among those, with the most
/// words in common; on a tie, the first. `is_other` means that the quotes are not by the claimed speaker.
pub(super) fn nearest<'r>(
    from: Nearest,
    quotes: impl Iterator<Item = (&'r Ranked, &'r Record)>,
    is_other: bool,
) -> Nearest {
    let mut best = from;
    for (ranked, record) in quotes {
        let comparison = answer::compare(&best.checked.words, &record.words());
        // An unnamed speaker may be the claimed one.
        let other_speaker = is_other && record.quote.speaker().is_some();
        let verdict = match comparison.verdict {
            Verdict::Exact | Verdict::Punctuation if other_speaker => Verdict::OtherSpeaker,
            verdict => verdict,
        };
        let both_altered = verdict == Verdict::Altered && best.checked.verdict == Verdict::Altered;
        let is_own_better = both_altered
            && other_speaker
            && !best.checked.other_speaker
            && comparison.share < best.share + NEARER;
        if best.is_farther_than(verdict, &comparison) && !is_own_better {
            best = best.of(ranked, comparison, verdict, other_speaker);
        }
    }
    best
}

/// Checks whether the words that the nearest quote does not contain come from another quote: then two quotes
/// were put together. If they come from the same quote, what is between them was left out.
pub(super) fn stitched<'r>(
    first: Nearest,
    of_first: &Record,
    rest: &str,
    quotes: impl Iterator<Item = (&'r Ranked, &'r Record)>,
) -> Nearest {
    let Some(held) = without(&first.checked.words, rest) else { return first };
    let is_source = |part: &str, record: &Record| {
        let found = answer::compare(part, &record.words());
        let holds = found.verdict.is_on_record() && found.share >= WHOLE;
        holds.then_some(found)
    };
    if is_source(&held, of_first).is_none() {
        return first;
    }
    let source = quotes
        .filter(|(ranked, _)| first.ranked.as_ref().is_none_or(|one| one.candidate.id != ranked.candidate.id))
        .filter_map(|(ranked, record)| Some((ranked, is_source(rest, record)?)))
        .min_by(|(_, a), (_, b)| {
            (a.verdict, -a.share).partial_cmp(&(b.verdict, -b.share)).unwrap_or(std::cmp::Ordering::Equal)
        });
    let Some((second, _)) = source else { return first };
    let checked = Checked { verdict: Verdict::Stitched, ..first.checked };
    Nearest { second: Some(second.clone()), checked, ..first }
}

/// Checks whether the claimed speaker said the same in other words, given the similarity of quotes in
/// meaning, nearest first.
pub(super) fn retold<'r>(
    nearest: Nearest,
    named: bool,
    quotes: impl Iterator<Item = (&'r Ranked, f32, &'r Record)>,
) -> Nearest {
    let checked = &nearest.checked;
    let loosely = checked.verdict == Verdict::Altered
        && nearest.share < LOOSE
        && !checked.changes.iter().any(|change| change.kind.is_grave());
    if !(loosely || checked.verdict > Verdict::Retold) {
        return nearest;
    }
    let words = checked.words.clone();
    let mut quotes: Vec<_> = quotes
        .map(|(ranked, near, record)| {
            let said = record.words();
            let comparison = answer::compare(&words, &said);
            (ranked, near, comparison, said)
        })
        .collect();
    quotes.sort_by(|(_, a, of_a, _), (_, b, of_b, _)| likely(*b, of_b).total_cmp(&likely(*a, of_a)));
    let says_the_same = |near: f32, comparison: &Comparison, said: &str| {
        likely(near, comparison) >= RETOLD && !answer::contradicts(&words, said)
    };
    let same = |(_, near, comparison, said): &(_, f32, Comparison, String)| {
        named && says_the_same(*near, comparison, said)
    };
    if let Some(at) = quotes.iter().position(same) {
        let (ranked, _, comparison, _) = quotes.swap_remove(at);
        return Nearest { second: None, ..nearest.of(ranked, comparison, Verdict::Retold, false) };
    }
    let is_near = nearest.checked.verdict == Verdict::NotOnRecord;
    match quotes.into_iter().find(|(_, near, ..)| is_near && *near >= NEAR) {
        Some((ranked, _, comparison, _)) => nearest.of(ranked, comparison, Verdict::Near, false),
        None => nearest,
    }
}

/// Returns how likely a quote says what is claimed: from its cosine, and from the share of the words that it
/// contains.
fn likely(near: f32, comparison: &Comparison) -> f32 {
    near + SHARED * comparison.share
}

/// Returns the words without a sequence of at least one clause; `None` if too little is left.
fn without(words: &str, run: &str) -> Option<String> {
    let all: Vec<&str> = words.split_whitespace().collect();
    let run: Vec<&str> = run.split_whitespace().collect();
    let at = all.windows(run.len().max(1)).position(|window| window == run)?;
    let left: Vec<&str> = all[..at].iter().chain(&all[at + run.len()..]).copied().collect();
    (left.len() >= 2).then(|| left.join(" "))
}

/// Returns the topic of a claim: its words without function words.
pub(super) fn topic(words: &str) -> Vec<String> {
    let language = Language::primary();
    let mut out: Vec<String> = Vec::new();
    for word in fold::words(&fold::unmasked(words)) {
        if !language.is_function_word(&word) && !out.contains(&word) {
            out.push(word);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inquiry::sample::{hit, record};

    #[track_caller]
    fn check(words: &str, quotes: &[&str]) -> (Verdict, Option<u64>) {
        let records: Vec<Record> = quotes.iter().map(|quote| record(quote)).collect();
        let hits: Vec<Ranked> = (0..).map(hit).take(quotes.len()).collect();
        let found = nearest(Nearest::none(words, None), hits.iter().zip(&records), false);
        (found.checked.verdict, found.ranked.map(|ranked| ranked.candidate.id.0))
    }

    #[test]
    fn the_best_verdict_wins_and_the_first_of_equal_ones() {
        let quotes = ["“We sail at noon, whatever comes.”", "“We sail at dawn.”", "“We sail at dawn.”"];
        assert_eq!(check("we sail at dawn", &quotes), (Verdict::Exact, Some(1)));
        assert_eq!(check("we sail at noon, as ever", &quotes), (Verdict::Altered, Some(0)));
    }

    #[test]
    fn without_a_similar_quote_nothing_is_nearest() {
        assert_eq!(check("plums are cheap", &["“We sail.”", "“We stay.”"]), (Verdict::NotOnRecord, None));
        assert_eq!(check("plums are cheap", &[]), (Verdict::NotOnRecord, None));
    }

    #[test]
    fn two_quotes_put_together_are_recognised() {
        let records = [
            record("“We sail at noon, whatever the weather.”"),
            record("“The fare of the ferry stays at two crowns.”"),
        ];
        let hits = [hit(0), hit(1)];
        let words = "We sail at noon, the fare of the ferry stays at two crowns";
        let first = nearest(Nearest::none(words, None), hits.iter().zip(&records), false);
        let place = first.ranked.as_ref().map(|ranked| ranked.candidate.id.0).expect("one is near");
        let rest = first.rest.clone().expect("a part of it is not held");
        let of_first = &records[usize::from(place == 1)];
        let found = stitched(first, of_first, &rest, hits.iter().zip(&records));
        assert_eq!(found.checked.verdict, Verdict::Stitched);
        assert_ne!(found.second.map(|ranked| ranked.candidate.id.0), Some(place));
    }

    #[test]
    fn the_same_in_other_words_is_retold_unless_it_is_the_opposite() {
        let quote = record("“The ferry is not going to sail this winter.”");
        let near = |words: &str| {
            let found = nearest(Nearest::none(words, None), std::iter::empty(), false);
            retold(found, true, std::iter::once((&hit(0), 0.95, &quote))).checked.verdict
        };
        assert_eq!(near("No boats before spring"), Verdict::Retold);
        assert_eq!(near("Boats all winter long"), Verdict::Near);
    }
}

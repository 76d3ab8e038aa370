//! Here are words that somebody is said to have said, and the quotes found for them: which of these is nearest?

use crate::answer::{self, Checked, Ranked, Record};

/// How many of the best quotes are compared.
pub(super) const COMPARED: usize = 10;

/// The nearest of the quotes that were compared: its place among them, what is said of it, and whether it is no quote of whom was asked about.
pub(super) struct Nearest {
    pub(super) ranked: Option<Ranked>,
    /// Without [`Checked::nearest`].
    pub(super) checked: Checked,
}

/// Compares `words` with quotes, best first. The nearest is the first of the best verdict; where none is near, the best quote.
pub(super) fn nearest<'r>(
    words: &str,
    quotes: impl Iterator<Item = (&'r Ranked, &'r Record)>,
    other_speaker: bool,
) -> Nearest {
    let mut best = Nearest { ranked: None, checked: Checked::nowhere(words) };
    for (ranked, record) in quotes {
        let (verdict, diff) = answer::compare(words, &record.words());
        if verdict < best.checked.verdict {
            let checked = Checked { verdict, other_speaker, diff, ..best.checked };
            best = Nearest { ranked: Some(ranked.clone()), checked };
        } else if best.ranked.is_none() {
            best.ranked = Some(ranked.clone());
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Verdict;
    use crate::inquiry::sample::{hit, record};

    #[track_caller]
    fn check(words: &str, quotes: &[&str]) -> (Verdict, Option<u64>) {
        let records: Vec<Record> = quotes.iter().map(|quote| record(quote)).collect();
        let hits: Vec<Ranked> = (0..).map(hit).take(quotes.len()).collect();
        let found = nearest(words, hits.iter().zip(&records), false);
        (found.checked.verdict, found.ranked.map(|ranked| ranked.candidate.id.0))
    }

    #[test]
    fn the_best_verdict_wins_and_the_first_of_equal_ones() {
        let quotes = ["“We sail at noon, whatever comes.”", "“We sail at dawn.”", "“We sail at dawn.”"];
        assert_eq!(check("we sail at dawn", &quotes), (Verdict::Exact, Some(1)));
        assert_eq!(check("we sail at noon, as ever", &quotes), (Verdict::Altered, Some(0)));
    }

    #[test]
    fn where_none_is_near_the_best_quote_is_shown() {
        assert_eq!(check("plums are cheap", &["“We sail.”", "“We stay.”"]), (Verdict::NotOnRecord, Some(0)));
        assert_eq!(check("plums are cheap", &[]), (Verdict::NotOnRecord, None));
    }
}

//! Is what was asked about spoken of at all? "Has anyone mentioned nuclear weapons?" is not answered by power plants, nor by other weapons.

use super::Inquiry;
use crate::answer::{Candidate, Zone};
use crate::question::Wish;

/// Words of a topic at most that all must be spoken of: of more words, some only say how it was put.
const FEW: usize = 2;

/// The least share of a longer topic, by rarity, that somebody asked for by name must have spoken of.
const SHARE: f32 = 0.25;

impl Inquiry {
    /// Whether what is asked about is not what the quotes are about: no quote that was found holds all of a topic of a word or two, or what can
    /// stand for it, in or around its paragraph; nor a quarter of a longer one where somebody is asked for by name.
    pub(super) fn lacks_topic(&self) -> bool {
        let plan = &self.so_far.plan;
        let question = &plan.question;
        let besides = |term| question.setting.contains(term) || question.office.contains(term);
        let topic: Vec<usize> =
            (0..question.terms.len()).filter(|&at| !besides(&question.terms[at])).collect();
        let asks = matches!(question.wish, Wish::Quotes | Wish::Latest | Wish::First | Wish::WhoSaid);
        if !asks || topic.is_empty() || question.phrase.is_some() {
            return false;
        }
        let weight = |at: &usize| plan.weights.get(*at).copied().unwrap_or_default();
        let all: f32 = topic.iter().map(weight).sum();
        let least = match question.terms.len() {
            ..=FEW => all,
            _ if question.speakers.is_empty() => return false,
            _ => all * SHARE,
        };
        let holds = |candidate: &Candidate| {
            let held: f32 = topic.iter().filter(|&&at| is_near(candidate, at)).map(weight).sum();
            held >= least
        };
        let found = self.so_far.hits.iter().map(|hit| &hit.candidate);
        !found.chain(&self.so_far.candidates).any(holds)
    }
}

/// Whether the term at a place, or what can stand for it, is in the quote, its paragraph, one beside it or the headline.
fn is_near(candidate: &Candidate, at: usize) -> bool {
    let zones = [candidate.zones.get(at), candidate.alike.get(at)];
    zones.into_iter().flatten().flatten().any(|zone| *zone > Zone::Lead)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Page;
    use crate::inquiry::sample::{about, hit};

    #[track_caller]
    fn check(terms: &[&str], zones: &[Option<Zone>], expected: bool) {
        let mut inquiry = Inquiry::new(about(terms), Page::from(5));
        let mut found = hit(1);
        found.candidate.zones = zones.to_vec();
        inquiry.so_far.hits = vec![found];
        inquiry.so_far.plan.weights = vec![1.0; terms.len()];
        inquiry.so_far.plan.question.speakers = vec!["Pia Lund".to_owned()];
        assert_eq!(inquiry.lacks_topic(), expected, "{terms:?} {zones:?}");
    }

    #[test]
    fn every_word_of_a_short_topic_is_spoken_of() {
        let (quote, paragraph, lead) = (Some(Zone::Quote), Some(Zone::Paragraph), Some(Zone::Lead));
        check(&["ferry"], &[quote], false);
        check(&["ferry"], &[lead], true);
        check(&["nuclear", "ferry"], &[None, quote], true);
        check(&["nuclear", "ferry"], &[paragraph, quote], false);
        check(&["nuclear", "ferry", "fares"], &[None, quote, quote], false);
        check(&["nuclear", "ferry", "fares", "harbour", "quay"], &[None, quote, None, None, None], true);
        check(&[], &[], false);
    }
}

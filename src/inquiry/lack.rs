//! Is the topic of the question mentioned at all? "Has anyone mentioned nuclear weapons?" is not answered by
//! quotes about power plants, nor by quotes about other weapons.

use super::Inquiry;
use crate::answer::{self, Candidate, Zone};
use crate::meaning::Meaning;
use crate::question::Wish;

/// Up to this number of words, every word of a topic must be mentioned. In a longer topic, some words only
/// belong to the wording of the question.
const FEW: usize = 2;

/// The minimum share of a longer topic, by rarity, that a speaker asked for by name must have mentioned.
const SHARE: f32 = 0.25;

impl Inquiry {
    /// Returns whether the quotes are not about the topic of the question. This is so if no quote that was
    /// found contains, in or around its paragraph, all of a topic of one or two words (or words that stand
    /// for them), or, for a speaker asked for by name, a quarter of a longer topic, or, by light vectors
    /// alone, anything of it. It is also so if the person asked for is probably not on record. Where meaning
    /// is known, that person and the quotes of somebody asked for by name are left to `answer::sure`, which
    /// is more often right.
    pub(super) fn lacks_topic(&self) -> bool {
        let plan = &self.so_far.plan;
        let question = &plan.question;
        let besides = |term| question.setting.contains(term) || question.office.contains(term);
        let topic: Vec<usize> =
            (0..question.terms.len()).filter(|&at| !besides(&question.terms[at])).collect();
        let asks = matches!(question.wish, Wish::Quotes | Wish::Latest | Wish::First | Wish::WhoSaid);
        let left_to_meaning = self.by_meaning && !question.speakers.is_empty();
        if !asks || topic.is_empty() || question.phrase.is_some() || left_to_meaning {
            return false;
        }
        if question.unknown && !self.by_meaning {
            return true;
        }
        let weight = |at: &usize| plan.weights.get(*at).copied().unwrap_or_default();
        let all: f32 = topic.iter().map(weight).sum();
        let by_light = answer::meaning_of(&self.so_far.candidates) == Meaning::Light;
        let least = match question.terms.len() {
            ..=FEW => all,
            // The meaning of words alone cannot tell a rewording from another matter.
            _ if question.speakers.is_empty() && by_light => f32::MIN_POSITIVE,
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

/// Returns whether the term at index `at`, or a word that stands for it, is in the quote, its paragraph, a
/// neighbouring paragraph or the headline.
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
    fn every_word_of_a_short_topic_must_be_mentioned() {
        let (quote, paragraph, lead) = (Some(Zone::Quote), Some(Zone::Paragraph), Some(Zone::Lead));
        check(&["ferry"], &[quote], false);
        check(&["ferry"], &[lead], true);
        check(&["nuclear", "ferry"], &[None, quote], true);
        check(&["nuclear", "ferry"], &[paragraph, quote], false);
        check(&["nuclear", "ferry", "fares"], &[None, quote, quote], false);
        check(&["nuclear", "ferry", "fares", "harbour", "quay"], &[None, quote, None, None, None], true);
        check(&[], &[], false);
    }

    #[test]
    fn meaning_decides_for_somebody_asked_for_by_name() {
        let lacks = |speakers: &[&str]| {
            let mut inquiry = Inquiry::new(about(&["nuclear", "ferry"]), Page::from(5)).by_meaning(true);
            let mut found = hit(1);
            found.candidate.zones = vec![None, Some(Zone::Quote)];
            inquiry.so_far.hits = vec![found];
            inquiry.so_far.plan.weights = vec![1.0; 2];
            inquiry.so_far.plan.question.speakers = speakers.iter().map(|name| (*name).to_owned()).collect();
            inquiry.lacks_topic()
        };
        assert!(lacks(&[]));
        assert!(!lacks(&["Pia Lund"]));
    }
}

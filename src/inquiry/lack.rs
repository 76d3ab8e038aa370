//! Is what was asked about spoken of at all? "Has anyone mentioned nuclear weapons?" is not answered by power plants, nor by other weapons.

use super::Inquiry;
use crate::answer::{Candidate, Zone};
use crate::question::Wish;

/// Words of a topic at most that all must be spoken of: of more words, some only say how it was put.
const FEW: usize = 2;

impl Inquiry {
    /// Whether a topic of a word or two is asked about, and no quote that was found holds all of it, or what can stand for it, in or around its
    /// paragraph.
    pub(super) fn lacks_topic(&self) -> bool {
        let plan = &self.so_far.plan;
        let question = &plan.question;
        let topic: Vec<usize> = (0..question.terms.len())
            .filter(|&at| {
                !question.setting.contains(&question.terms[at])
                    && !question.office.contains(&question.terms[at])
            })
            .collect();
        let asks = matches!(question.wish, Wish::Quotes | Wish::Latest | Wish::First | Wish::WhoSaid);
        let few = !topic.is_empty() && question.terms.len() <= FEW;
        if !asks || !few || question.phrase.is_some() {
            return false;
        }
        let holds = |candidate: &Candidate| topic.iter().all(|&at| is_near(candidate, at));
        !self.so_far.hits.iter().any(|hit| holds(&hit.candidate)) && !self.so_far.candidates.iter().any(holds)
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
        check(&[], &[], false);
    }
}

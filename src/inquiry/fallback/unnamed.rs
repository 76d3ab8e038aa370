//! When there are few quotes by somebody: adds quotes with an unnamed speaker, such as "he said", who may be
//! the same person.

use super::{FEW, SoFar, WHOLE};
use crate::answer::Record;
use crate::inquiry::{Plan, Unnamed};

pub(super) fn unnamed(so_far: &SoFar) -> Option<Plan> {
    let SoFar { plan, hits, own, .. } = so_far;
    let question = &plan.question;
    if hits.len() >= FEW
        || question.speakers.is_empty()
        || question.terms.is_empty()
        || question.phrase.is_some()
    {
        return None;
    }
    let beside = hits.iter().take(*own).map(|hit| hit.candidate.id).collect();
    Some(Plan { unnamed: Some(Unnamed { beside, share: WHOLE }), above: 0.0, ..plan.clone() })
}

/// Returns whether the words for an unnamed speaker can refer to somebody who is asked about.
pub(super) fn may_be_asked_about(so_far: &SoFar, record: &Record) -> bool {
    so_far.plan.question.speakers.iter().any(|name| record.may_be_by(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inquiry::sample::{about, hit, record, so_far};
    use crate::question::Question;

    fn by_lund() -> Question {
        Question { speakers: vec!["Pia Lund".to_owned()], ..about(&["ferry"]) }
    }

    #[test]
    fn quotes_by_unnamed_speakers_are_searched_in_the_articles_found() {
        let plan = unnamed(&so_far(by_lund(), vec![hit(7)])).expect("one hit is few");
        assert_eq!(plan.unnamed.expect("set").beside, [hit(7).candidate.id]);
    }

    #[test]
    fn added_quotes_lead_to_no_further_ones() {
        let found = SoFar { own: 1, ..so_far(by_lund(), vec![hit(7), hit(8)]) };
        let plan = unnamed(&found).expect("two hits are few");
        assert_eq!(plan.unnamed.expect("set").beside, [hit(7).candidate.id]);
    }

    #[test]
    fn no_quotes_are_added_without_speaker_for_a_phrase_or_if_there_are_enough() {
        assert_eq!(unnamed(&so_far(about(&["ferry"]), Vec::new())), None);
        assert_eq!(unnamed(&so_far(Question { terms: Vec::new(), ..by_lund() }, Vec::new())), None);
        let phrase = Question { phrase: Some("it sails".to_owned()), ..by_lund() };
        assert_eq!(unnamed(&so_far(phrase, Vec::new())), None);
        assert_eq!(unnamed(&so_far(by_lund(), (0..10).map(hit).collect())), None);
    }

    #[test]
    fn a_quote_without_words_for_its_speaker_may_be_by_anybody() {
        assert!(may_be_asked_about(&so_far(by_lund(), Vec::new()), &record("“It sails in May.”")));
        assert!(!may_be_asked_about(&so_far(about(&[]), Vec::new()), &record("“It sails in May.”")));
    }
}

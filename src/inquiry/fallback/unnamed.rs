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
    fn quotes_of_nobody_are_looked_for_beside_those_found() {
        let plan = unnamed(&so_far(by_lund(), vec![hit(7)])).expect("one hit is few");
        assert_eq!(plan.unnamed.expect("set").beside, [hit(7).candidate.id]);
    }

    #[test]
    fn what_was_added_leads_to_no_more() {
        let found = SoFar { own: 1, ..so_far(by_lund(), vec![hit(7), hit(8)]) };
        let plan = unnamed(&found).expect("two hits are few");
        assert_eq!(plan.unnamed.expect("set").beside, [hit(7).candidate.id]);
    }

    #[test]
    fn not_for_anybody_nor_a_phrase_nor_where_there_are_enough() {
        assert_eq!(unnamed(&so_far(about(&["ferry"]), Vec::new())), None);
        assert_eq!(unnamed(&so_far(Question { terms: Vec::new(), ..by_lund() }, Vec::new())), None);
        let phrase = Question { phrase: Some("it sails".to_owned()), ..by_lund() };
        assert_eq!(unnamed(&so_far(phrase, Vec::new())), None);
        assert_eq!(unnamed(&so_far(by_lund(), (0..10).map(hit).collect())), None);
    }

    #[test]
    fn a_quote_without_any_words_for_its_speaker_may_be_anybodys() {
        assert!(may_be_asked_about(&so_far(by_lund(), Vec::new()), &record("“It sails in May.”")));
        assert!(!may_be_asked_about(&so_far(about(&[]), Vec::new()), &record("“It sails in May.”")));
    }
}

//! "Who said the plan is too dear?", when nobody used these words: without quotation marks they may just be a
//! topic.

use super::SoFar;
use crate::inquiry::Plan;
use crate::question::Question;

pub(super) fn as_topic(so_far: &SoFar) -> Option<Plan> {
    let question = &so_far.plan.question;
    if !so_far.hits.is_empty() || !question.unmarked {
        return None;
    }
    Some(so_far.facts.changed(&so_far.plan, Question { phrase: None, ..question.clone() }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inquiry::sample::{about, hit, so_far};

    fn said(unmarked: bool) -> Question {
        Question { phrase: Some("the plan is too dear".to_owned()), unmarked, ..about(&["plan", "dear"]) }
    }

    #[test]
    fn words_without_marks_become_the_topic() {
        let plan = as_topic(&so_far(said(true), Vec::new())).expect("nobody said so");
        assert_eq!((plan.question.phrase, plan.phrase), (None, None));
        assert_eq!(plan.question.terms, ["plan", "dear"]);
    }

    #[test]
    fn words_between_marks_and_found_ones_stay_a_phrase() {
        assert_eq!(as_topic(&so_far(said(false), Vec::new())), None);
        assert_eq!(as_topic(&so_far(said(true), vec![hit(1)])), None);
    }
}

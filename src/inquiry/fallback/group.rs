//! "European leaders", when nobody's office matches: the word for the group is treated like any other word.

use super::SoFar;
use crate::inquiry::Plan;
use crate::question::Question;

pub(super) fn as_word(so_far: &SoFar) -> Option<Plan> {
    let mut question: Question = so_far.plan.question.clone();
    if !so_far.hits.is_empty() {
        return None;
    }
    // Appended at the end, because the words that stand for the terms are matched by position.
    question.terms.push(question.group.take()?.called);
    Some(so_far.facts.changed(&so_far.plan, question))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inquiry::sample::{about, hit, so_far};
    use crate::question::Group;

    fn of_group() -> Question {
        let group = Group { called: "northland".to_owned(), words: vec!["northland".to_owned()] };
        Question { group: Some(group), ..about(&["cod"]) }
    }

    #[test]
    fn the_word_for_the_group_is_the_last_term() {
        let mut found = so_far(of_group(), Vec::new());
        found.plan.alike = vec![vec!["fish".to_owned()]];
        let plan = as_word(&found).expect("no member spoke");
        assert_eq!((plan.question.terms.join(" "), plan.question.group), ("cod northland".to_owned(), None));
        assert_eq!((plan.weights.len(), plan.alike.len()), (2, 1));
    }

    #[test]
    fn a_group_stays_if_its_members_spoke() {
        assert_eq!(as_word(&so_far(of_group(), vec![hit(1)])), None);
        assert_eq!(as_word(&so_far(about(&["cod"]), Vec::new())), None);
    }
}

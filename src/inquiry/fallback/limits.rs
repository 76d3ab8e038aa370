//! When nothing is on record within the limits of a question: how many quotes are there without each limit?

use super::SoFar;
use crate::inquiry::Plan;
use crate::question::Limit;

/// Repeats the search for any day. Days that are only part of the topic were dropped before.
pub(super) fn any_day(so_far: &SoFar) -> Option<Plan> {
    without(so_far, Limit::Days)
}

/// Repeats the search for any outlet. This is done even if there are hits, because three quotes in one outlet
/// mean something else than three in all. It is not done if every quote in the outlet answers: the search would
/// go through the whole corpus, so these quotes are counted instead.
pub(super) fn any_outlet(so_far: &SoFar) -> Option<Plan> {
    if so_far.hits.is_empty() || so_far.plan.question.phrase.is_some() {
        return without(so_far, Limit::Outlets);
    }
    let question = &so_far.plan.question;
    let is_counted = question.is_about_anything() && question.others.is_empty();
    if is_counted { None } else { lifted(so_far, &[Limit::Outlets]) }
}

/// Repeats the search for any tag.
pub(super) fn any_tag(so_far: &SoFar) -> Option<Plan> {
    without(so_far, Limit::Tags)
}

/// Repeats the search without the excluded words.
pub(super) fn any_words(so_far: &SoFar) -> Option<Plan> {
    without(so_far, Limit::Excluded)
}

/// Repeats the search in the whole corpus.
pub(super) fn any_part(so_far: &SoFar) -> Option<Plan> {
    without(so_far, Limit::Part)
}

/// Repeats the search without any limit, if there are several.
pub(super) fn no_limits(so_far: &SoFar) -> Option<Plan> {
    let question = &so_far.plan.question;
    let limits: Vec<Limit> = Limit::ALL.into_iter().filter(|limit| question.has(*limit)).collect();
    if limits.len() < 2 || !so_far.hits.is_empty() { None } else { lifted(so_far, &limits) }
}

fn without(so_far: &SoFar, limit: Limit) -> Option<Plan> {
    if so_far.hits.is_empty() { lifted(so_far, &[limit]) } else { None }
}

/// Returns the search without `limits`; `None` if the question has none of them.
fn lifted(so_far: &SoFar, limits: &[Limit]) -> Option<Plan> {
    let question = &so_far.plan.question;
    if !limits.iter().any(|limit| question.has(*limit)) {
        return None;
    }
    let lifted = limits.iter().fold(question.clone(), |question, limit| question.without(*limit));
    Some(so_far.facts.changed(&so_far.plan, lifted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inquiry::sample::{about, hit, so_far};
    use crate::question::{Part, Question};

    fn limited() -> Question {
        let part = Part { outlets: Vec::new(), tags: vec!["harbour".to_owned()] };
        Question { outlets: vec!["Coast Gazette".to_owned()], part, ..about(&["ferry"]) }
    }

    #[test]
    fn each_limit_is_dropped_alone_and_all_together() {
        let so_far = so_far(limited(), Vec::new());
        let outlet = any_outlet(&so_far).expect("limited to outlets").question;
        assert!(!outlet.has(Limit::Outlets) && outlet.has(Limit::Part));
        assert_eq!(any_day(&so_far), None);
        let all = no_limits(&so_far).expect("two limits").question;
        assert!(Limit::ALL.iter().all(|limit| !all.has(*limit)));
    }

    #[test]
    fn if_there_are_hits_only_outlets_are_compared() {
        let so_far = so_far(limited(), vec![hit(1)]);
        assert!(any_outlet(&so_far).is_some());
        assert_eq!((any_part(&so_far), no_limits(&so_far)), (None, None));
    }

    #[test]
    fn where_anything_answers_outlets_are_not_compared_by_a_search() {
        let list = Question { terms: Vec::new(), ..limited() };
        assert_eq!(any_outlet(&so_far(list.clone(), vec![hit(1)])), None);
        assert!(any_outlet(&so_far(list, Vec::new())).is_some());
    }
}

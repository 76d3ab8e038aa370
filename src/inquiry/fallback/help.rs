//! Hints when nothing is on record: who has a similar name, who else spoke about the topic, and what else the
//! speaker spoke about.

use super::SoFar;
use crate::answer::Record;
use crate::inquiry::Plan;
use crate::question::{Question, Wish};

/// How many quotes are examined for a hint.
const LOOKED_AT: usize = 20;

/// Returns the name in the question that is not on record.
pub(super) fn called_alike(so_far: &SoFar) -> Option<String> {
    so_far.plan.question.stranger.clone().filter(|_| so_far.hits.is_empty())
}

/// Searches for what anybody said about the topic.
pub(super) fn who_else_spoke(so_far: &SoFar) -> Option<Plan> {
    let question = &so_far.plan.question;
    if !so_far.hits.is_empty() || question.terms.is_empty() {
        return None;
    }
    let anybody = Question { speakers: Vec::new(), stranger: None, phrase: None, ..question.clone() };
    Some(Plan { limit: LOOKED_AT, ..so_far.facts.plan(anybody) })
}

/// Returns the name of a speaker who is not in the question.
pub(super) fn speaker(so_far: &SoFar, record: Record) -> Option<String> {
    let name = record.quote.speaker()?;
    let asked = so_far.plan.question.speakers.iter().any(|asked| asked == name);
    (!asked).then(|| name.to_owned())
}

/// Searches for the newest quotes by the speaker, on any topic.
pub(super) fn anything_said(so_far: &SoFar) -> Option<Plan> {
    let question = &so_far.plan.question;
    if !so_far.hits.is_empty() || question.speakers.is_empty() {
        return None;
    }
    let anything =
        Question { terms: Vec::new(), phrase: None, published: None, wish: Wish::Latest, ..question.clone() };
    // Without words that stand for the topic, because the topic no longer matters.
    Some(Plan { limit: LOOKED_AT, ..so_far.facts.plan(anything) })
}

/// If the question has days, repeats the search for any day: an article without a date matches no limit on
/// days, but may still be from those days.
pub(super) fn on_any_day(so_far: &SoFar) -> Option<Plan> {
    let question = &so_far.plan.question;
    question.published?;
    let any_day = Question { published: None, ..question.clone() };
    Some(Plan { limit: LOOKED_AT, ..so_far.facts.changed(&so_far.plan, any_day) })
}

/// Returns the headline of an article without a date.
pub(super) fn undated(_: &SoFar, record: Record) -> Option<String> {
    let citation = record.citation;
    if citation.date.is_some() { None } else { citation.title.or(Some(record.article.0)) }
}

/// Returns the headline of an article.
pub(super) fn title(_: &SoFar, record: Record) -> Option<String> {
    record.citation.title
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inquiry::sample::{about, hit, record, so_far};

    fn by_lund() -> Question {
        Question { speakers: vec!["Pia Lund".to_owned()], ..about(&["ferry"]) }
    }

    #[test]
    fn articles_without_a_day_are_named_if_days_are_asked_for() {
        let days = crate::question::Days { from: Some(jiff::civil::date(2025, 1, 1)), to: None };
        let since = Question { published: Some(days), ..by_lund() };
        let plan = on_any_day(&so_far(since.clone(), Vec::new())).expect("nothing since");
        assert_eq!((plan.question.published, plan.question.terms.join(" ")), (None, "ferry".to_owned()));
        assert!(
            on_any_day(&so_far(since.clone(), vec![hit(1)])).is_some(),
            "also beside quotes of these days"
        );
        assert_eq!(on_any_day(&so_far(by_lund(), Vec::new())), None);
        let mut dated = record("“It sails,” Pia Lund said.");
        dated.citation.date = Some(jiff::civil::date(2024, 1, 1));
        let mut open = dated.clone();
        open.citation.date = None;
        open.citation.title = Some("Ferry".to_owned());
        let found = so_far(since, Vec::new());
        assert_eq!((undated(&found, dated), undated(&found, open)), (None, Some("Ferry".to_owned())));
    }

    #[test]
    fn a_name_that_nobody_has_is_looked_up() {
        let stranger = Question { stranger: Some("Pia Lunt".to_owned()), ..about(&["ferry"]) };
        assert_eq!(called_alike(&so_far(stranger, Vec::new())).as_deref(), Some("Pia Lunt"));
        assert_eq!(called_alike(&so_far(by_lund(), Vec::new())), None);
    }

    #[test]
    fn others_are_asked_for_by_the_topic_alone() {
        let plan = who_else_spoke(&so_far(by_lund(), Vec::new())).expect("there is a topic");
        assert!(plan.question.speakers.is_empty() && plan.alike.is_empty());
        assert_eq!((plan.question.terms.join(" "), plan.limit), ("ferry".to_owned(), LOOKED_AT));
        assert_eq!(who_else_spoke(&so_far(by_lund(), vec![hit(1)])), None);
        assert_eq!(who_else_spoke(&so_far(about(&[]), Vec::new())), None);
    }

    #[test]
    fn the_speaker_is_asked_for_without_the_topic_newest_first() {
        let mut found = so_far(by_lund(), Vec::new());
        found.plan.alike = vec![vec!["boat".to_owned()]];
        let plan = anything_said(&found).expect("there is a speaker");
        assert!(plan.question.terms.is_empty() && plan.weights.is_empty() && plan.alike.is_empty());
        assert_eq!((plan.question.wish, plan.limit), (Wish::Latest, LOOKED_AT));
        assert_eq!(anything_said(&so_far(about(&["ferry"]), Vec::new())), None);
        assert_eq!(anything_said(&so_far(by_lund(), vec![hit(1)])), None);
    }

    #[test]
    fn a_headline_is_that_of_the_article() {
        let mut found = record("“It sails in May.”");
        assert_eq!(title(&so_far(by_lund(), Vec::new()), found.clone()), None);
        found.citation.title = Some("The ferry".to_owned());
        assert_eq!(title(&so_far(by_lund(), Vec::new()), found).as_deref(), Some("The ferry"));
    }
}

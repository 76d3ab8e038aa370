//! When limits on days leave little or nothing: "in July" may refer to the event, and what was said on one
//! day is reported on the following days.

use jiff::ToSpan as _;

use super::{FEW, SoFar};
use crate::answer::Record;
use crate::inquiry::Plan;
use crate::question::{self, Days, Question};

/// For "in July" without quotes from July: searches for the month as a word.
pub(super) fn month_as_setting(so_far: &SoFar) -> Option<Plan> {
    let mut plan = other_days(so_far)?;
    let month = so_far.plan.question.published.and_then(question::month_of)?;
    plan.question.terms.push(month.to_owned());
    plan.question.setting.push(month.to_owned());
    Some(Plan { let_go: plan.let_go, ..so_far.facts.changed(&so_far.plan, plan.question) })
}

/// For "in July" without quotes from July: searches for quotes from other days.
pub(super) fn other_days(so_far: &SoFar) -> Option<Plan> {
    let Plan { question, .. } = &so_far.plan;
    if !so_far.hits.is_empty() || !question.loose {
        return None;
    }
    let let_go = question.published;
    let question = Question { published: None, rounds: Vec::new(), ..question.clone() };
    Some(Plan { let_go, ..so_far.facts.changed(&so_far.plan, question) })
}

/// Searches the articles of the two following days for what was said on a day.
pub(super) fn reported_later(so_far: &SoFar) -> Option<Plan> {
    let question = &so_far.plan.question;
    let day = question.said_on.filter(|_| so_far.own < FEW)?;
    let days = Days { from: Some(day.tomorrow().ok()?), to: Some(day.checked_add(2.days()).ok()?) };
    let later = Question { published: Some(days), ..question.clone() };
    Some(so_far.facts.changed(&so_far.plan, later))
}

/// Returns whether the day in the question is mentioned around the quote or in the lead of its article.
/// Always `false` if the day of the quote itself is known.
pub(super) fn names_the_day(so_far: &SoFar, record: &Record) -> bool {
    if record.quote.said.is_some() {
        return false;
    }
    let names = so_far.plan.question.said_on.map(question::names_of_day).unwrap_or_default();
    names.iter().any(|name| record.holds_near(name))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::inquiry::sample::{about, hit, record, so_far};

    fn in_july() -> Question {
        let july = Days { from: Some(date(2025, 7, 1)), to: Some(date(2025, 7, 31)) };
        Question { published: Some(july), loose: true, ..about(&["ferry"]) }
    }

    #[test]
    fn a_month_by_name_becomes_a_word_of_the_setting() {
        let plan = month_as_setting(&so_far(in_july(), Vec::new())).expect("nothing of July");
        assert_eq!((plan.question.terms.join(" "), plan.weights.len()), ("ferry july".to_owned(), 2));
        assert_eq!((plan.question.setting.join(" "), plan.question.published), ("july".to_owned(), None));
        assert_eq!(plan.let_go, in_july().published);
        let summer = Days { from: Some(date(2025, 6, 1)), to: Some(date(2025, 8, 31)) };
        let in_summer = Question { published: Some(summer), ..in_july() };
        assert_eq!(month_as_setting(&so_far(in_summer, Vec::new())), None, "a season is no month");
    }

    #[test]
    fn then_the_month_is_dropped() {
        let plan = other_days(&so_far(in_july(), Vec::new())).expect("nothing of July");
        assert_eq!((plan.question.terms.join(" "), plan.question.published), ("ferry".to_owned(), None));
        assert_eq!(plan.let_go, in_july().published);
    }

    #[test]
    fn stated_days_and_days_with_quotes_are_kept() {
        let stated = Question { loose: false, ..in_july() };
        for found in [so_far(stated, Vec::new()), so_far(in_july(), vec![hit(1)])] {
            assert_eq!((month_as_setting(&found), other_days(&found)), (None, None));
        }
    }

    #[test]
    fn reports_of_the_two_following_days_are_searched() {
        let on = |day| Question { said_on: Some(day), ..about(&["ferry"]) };
        let plan = reported_later(&so_far(on(date(2025, 11, 30)), vec![hit(1)])).expect("few hits");
        let days = Days { from: Some(date(2025, 12, 1)), to: Some(date(2025, 12, 2)) };
        assert_eq!(plan.question.published, Some(days));
        let many = (0..10).map(hit).collect();
        assert_eq!(reported_later(&so_far(on(date(2025, 11, 30)), many)), None);
        assert_eq!(reported_later(&so_far(about(&["ferry"]), Vec::new())), None);
        assert_eq!(reported_later(&so_far(on(jiff::civil::Date::MAX), Vec::new())), None);
    }

    #[test]
    fn only_reports_that_name_the_day_are_added() {
        let question = Question { said_on: Some(date(2025, 11, 30)), ..about(&["ferry"]) };
        let found = so_far(question, Vec::new());
        assert!(names_the_day(&found, &record("“It sails,” Pia Lund said on Sunday.")));
        assert!(names_the_day(&found, &record("“It sails,” Pia Lund said on 30 November.")));
        assert!(!names_the_day(&found, &record("“It sails,” Pia Lund said on Monday.")));
    }
}

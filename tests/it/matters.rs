//! What the index knows about quotes without reading them: on which matters they are, and which are the
//! newest.

use rapporteur::answer::QuoteId;
use rapporteur::desk::Subjects;
use rapporteur::inquiry::{POOL, Plan};
use rapporteur::question::{Question, Wish};

use crate::questions::{BUNDLED, shelf};

#[test]
fn the_matters_of_most_quotes_are_known_without_reading_them() {
    let index = &BUNDLED.index;
    let (mut session, all) = (index.session(), Question::default());
    let prints = session.prints(&all, usize::MAX).expect("it answers");
    let ids: Vec<QuoteId> = prints.iter().map(|print| print.id).collect();
    let mut subjects = Subjects::new(index.agenda());
    let records = session.records(&ids).expect("they are read").into_iter().flatten();
    let on: Vec<Vec<usize>> = records.map(|record| subjects.on(&record.words())).collect();
    assert!(on.len() == ids.len() && on.len() > 400, "{} quotes", on.len());
    for only in [None, Some(0), Some(1)] {
        let known = session.matters(&all, &prints, only).expect("it answers");
        for ((known, on), id) in known.iter().zip(&on).zip(&ids) {
            let on: Vec<usize> =
                on.iter().copied().filter(|at| only.is_none_or(|only| only == *at)).collect();
            assert!(known.as_ref().is_none_or(|known| *known == on), "{id}: {known:?}, not {on:?}");
        }
        let unsure = known.iter().filter(|known| known.is_none()).count();
        assert!(unsure * 4 < known.len(), "{unsure} of {} are to be read", known.len());
        assert!(unsure > 0 || only.is_some(), "some matters have phrases");
    }
}

#[test]
fn the_newest_quotes_are_the_same_before_and_after_all_are_counted() {
    let index = shelf(&crate::root().join("corpus")).index;
    let listed = |wish| {
        let plan = Plan::new(Question { wish, ..Question::default() }, Vec::new());
        let found = index.session().find(&plan).expect("it answers");
        found.into_iter().map(|candidate| candidate.id).collect::<Vec<_>>()
    };
    let wishes = [Wish::Latest, Wish::First];
    let before = wishes.map(listed);
    assert!(before.iter().all(|found| found.len() == POOL) && before[0] != before[1]);
    assert!(!index.days().is_empty());
    assert_eq!(wishes.map(listed), before);
}

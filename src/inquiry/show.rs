//! From the quotes that answer to the answer: what of them is read, counted and compared.

use super::comparison::{COMPARED, nearest};
use super::{Found, Inquiry, Request, Stage};
use crate::answer::{QuoteId, Ranked, Record, Verdict};
use crate::fold;
use crate::question::{Question, Wish};

impl Inquiry {
    /// Asks for all that is shown.
    pub(super) fn show(&mut self) {
        let mut ids = Vec::new();
        for ranked in self.shown() {
            ids.push(ranked.candidate.id);
            ids.extend(&ranked.also);
        }
        if self.words.is_some() {
            ids.extend(self.so_far.hits.iter().take(COMPARED).map(|ranked| ranked.candidate.id));
        }
        self.read(ids);
        if !self.so_far.hits.is_empty() && self.page.offset == 0 {
            self.requests.extend(count(&self.so_far.plan.question));
        }
        self.stage = Stage::Quotes;
        self.skip();
    }

    /// The quotes of the page.
    pub(super) fn shown(&self) -> impl Iterator<Item = &Ranked> {
        self.so_far.hits.iter().skip(self.page.offset).take(self.page.limit)
    }

    /// Asks for quotes, each once, those left out that were read already.
    pub(super) fn read(&mut self, ids: Vec<QuoteId>) {
        let mut missing: Vec<QuoteId> = Vec::with_capacity(ids.len());
        for id in ids {
            if !self.records.contains_key(&id) && !missing.contains(&id) {
                missing.push(id);
            }
        }
        if !missing.is_empty() {
            self.requests.push(Request::Records(missing));
        }
    }

    /// Keeps what was read and counted.
    pub(super) fn keep(&mut self, answers: impl Iterator<Item = (Request, Found)>) {
        for answer in answers {
            match answer {
                (Request::Records(ids), Found::Records(records)) => {
                    let read = ids.into_iter().zip(records);
                    self.records.extend(read.filter_map(|(id, record)| Some((id, record?))));
                }
                (_, Found::Times(times)) => self.times = Some(times),
                _ => {}
            }
        }
    }

    /// Compares the words asked about with what was found; where that is not near, asks what anybody else said.
    pub(super) fn compare(&mut self) {
        let Some(words) = self.words.clone() else { return };
        let own = nearest(&words, self.read_of(&self.so_far.hits), false);
        let question = &self.so_far.plan.question;
        let somebody = !question.speakers.is_empty() || question.stranger.is_some();
        let elsewhere = own.checked.verdict == Verdict::NotOnRecord && somebody;
        let anybody = Question { speakers: Vec::new(), stranger: None, ..question.clone() };
        self.nearest = Some(own);
        let plan = self.so_far.facts.changed(&self.so_far.plan, anybody);
        if elsewhere && !plan.is_vain() {
            self.requests.push(Request::Find(plan));
            self.stage = Stage::Others;
        } else {
            self.read_nearest();
        }
    }

    /// Compares the words asked about with what others said.
    pub(super) fn compare_others(&mut self, others: &[Ranked]) {
        let Some(words) = self.words.clone() else { return };
        let found = nearest(&words, self.read_of(others), true);
        if found.checked.verdict != Verdict::NotOnRecord {
            self.nearest = Some(found);
        }
        self.read_nearest();
    }

    /// The best quotes with what was read of them.
    fn read_of<'a>(&'a self, hits: &'a [Ranked]) -> impl Iterator<Item = (&'a Ranked, &'a Record)> {
        let best = hits.iter().take(COMPARED);
        best.filter_map(|ranked| Some((ranked, self.records.get(&ranked.candidate.id)?)))
    }

    /// Asks for the nearest quote in other articles.
    fn read_nearest(&mut self) {
        let also =
            self.nearest.iter().filter_map(|nearest| nearest.ranked.as_ref()).flat_map(|ranked| &ranked.also);
        self.read(also.copied().collect());
        self.stage = Stage::Nearest;
        self.skip();
    }
}

/// How often the words asked for were said, where that is the question; `None` where a group or an office is asked about, who are told by more
/// than a name.
fn count(question: &Question) -> Option<Request> {
    if question.wish != Wish::HowOften || question.group.is_some() || !question.office.is_empty() {
        return None;
    }
    let words = match &question.phrase {
        Some(phrase) => fold::words(phrase),
        None => question.terms.iter().filter(|term| !question.setting.contains(term)).cloned().collect(),
    };
    Some(Request::Count { question: question.clone(), words })
}

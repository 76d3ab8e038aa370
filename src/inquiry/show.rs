//! From the hits to the answer: which of them are read, counted and compared.

use super::comparison::{self, Nearest, nearest};
use super::{Found, Inquiry, Plan, Request, Sought, Stage};
use crate::answer::{Candidate, QuoteId, Ranked, Record, Score, Verdict};
use crate::fold;
use crate::question::{Question, Wish};

impl Inquiry {
    /// Requests everything that is shown.
    pub(super) fn show(&mut self) {
        let mut ids = Vec::new();
        for ranked in self.shown() {
            ids.push(ranked.candidate.id);
            ids.extend(&ranked.also);
        }
        if self.words.is_some() {
            let best = comparison::likeliest(&self.so_far.candidates, &self.so_far.hits);
            ids.extend(best.iter().map(|ranked| ranked.candidate.id));
        }
        self.read(ids);
        if !self.so_far.hits.is_empty() && self.page.offset == 0 {
            self.requests.extend(count(&self.so_far.plan.question));
        }
        self.stage = Stage::Quotes;
        self.skip();
    }

    /// Returns the hits of the page.
    pub(super) fn shown(&self) -> impl Iterator<Item = &Ranked> {
        self.so_far.hits.iter().skip(self.page.offset).take(self.page.limit)
    }

    /// Requests quotes, without duplicates and those already read.
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

    /// Stores what was read and counted.
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

    /// Compares the claimed words with what was found. If they are not there, requests what others said, and
    /// what is similar in meaning.
    pub(super) fn compare(&mut self) {
        let Some(words) = self.words.clone() else { return };
        let plan = &self.so_far.plan;
        let question = &plan.question;
        let best = comparison::likeliest(&self.so_far.candidates, &self.so_far.hits);
        let none = Nearest::none(&words, comparison::claimed_of(question));
        let own = nearest(none, self.read_of(&best), false);
        if !own.checked.verdict.is_verbatim() {
            let somebody = !question.speakers.is_empty() || question.stranger.is_some();
            let anybody = Question { speakers: Vec::new(), stranger: None, ..question.clone() };
            let others = self.so_far.facts.changed(plan, anybody);
            let topic = Question { phrase: None, terms: comparison::topic(&words), ..question.clone() };
            let sought = Sought { text: words.clone(), by_anybody: false };
            let meant = Plan { wide: Some(sought), ..self.so_far.facts.changed(plan, topic) };
            let wanted = [(somebody, others), (self.by_meaning, meant)];
            let wanted = wanted.into_iter().filter(|(wanted, plan)| *wanted && !plan.is_vain());
            self.requests.extend(wanted.map(|(_, plan)| Request::Find(plan)));
        }
        self.nearest = Some(own);
        self.stage = Stage::Others;
        self.skip();
    }

    /// Requests the best quotes by others, and how similar quotes by the claimed speaker are in meaning.
    pub(super) fn read_others(&mut self, answers: impl Iterator<Item = (Request, Found)>) {
        let mut others = Vec::new();
        for (request, found) in answers {
            let (Request::Find(plan), Found::Candidates { candidates, .. }) = (request, found) else {
                continue;
            };
            if let Some(mut sought) = plan.wide {
                if let [speaker] = plan.question.speakers.as_slice() {
                    sought.text = format!("{speaker}: {}", sought.text);
                }
                self.requests.push(Request::Near { sought, candidates });
            } else {
                let is_own = |found: &Candidate| self.so_far.candidates.iter().any(|own| own.id == found.id);
                let candidates: Vec<Candidate> =
                    candidates.into_iter().filter(|found| !is_own(found)).collect();
                others = comparison::likeliest(&candidates, &[]);
            }
        }
        self.read(others.iter().map(|ranked| ranked.candidate.id).collect());
        self.stage = Stage::QuotesOfOthers(others);
        self.skip();
    }

    /// Compares the claimed words with what others said; requests the source of the words that the nearest
    /// quote does not contain.
    pub(super) fn compare_others(&mut self, others: &[Ranked], answers: Vec<(Request, Found)>) {
        for (request, found) in &answers {
            if let (Request::Near { candidates, .. }, Found::Near(near)) = (request, found) {
                let known = candidates.iter().zip(near).filter_map(|(one, near)| Some((one, (*near)?.quote)));
                let ranked = |(one, near): (&Candidate, f32)| {
                    (Ranked { candidate: one.clone(), score: Score::default(), also: Vec::new() }, near)
                };
                self.retellings = known.map(ranked).collect();
            }
        }
        self.retellings.sort_by(|(a, near), (b, other)| {
            other.total_cmp(near).then_with(|| a.candidate.key().cmp(&b.candidate.key()))
        });
        self.retellings.truncate(comparison::RETELLINGS);
        self.keep(answers.into_iter());
        let Some(own) = self.nearest.take() else { return };
        let found = nearest(own, self.read_of(others), true);
        let rest = found.rest.clone().filter(|_| !found.checked.verdict.is_verbatim());
        self.nearest = Some(found);
        self.read(self.retellings.iter().map(|(ranked, _)| ranked.candidate.id).collect());
        if let Some(rest) = rest {
            let plan = &self.so_far.plan;
            let of_rest = Question {
                speakers: Vec::new(),
                stranger: None,
                phrase: Some(rest),
                ..plan.question.clone()
            };
            self.requests.push(Request::Find(self.so_far.facts.changed(plan, of_rest)));
        }
        self.stage = Stage::Rest;
        self.skip();
    }

    /// Requests the quotes from which the remaining words may come.
    pub(super) fn read_rest(&mut self, answers: impl Iterator<Item = (Request, Found)>) {
        let answers: Vec<(Request, Found)> = answers.collect();
        let mut sources = Vec::new();
        for (request, found) in &answers {
            if let (Request::Find(_), Found::Candidates { candidates, .. }) = (request, found) {
                sources = comparison::likeliest(candidates, &[]);
            }
        }
        self.keep(answers.into_iter());
        self.read(sources.iter().map(|ranked| ranked.candidate.id).collect());
        self.stage = Stage::QuotesOfRest(sources);
        self.skip();
    }

    /// Decides whether the words are two quotes put together, or one quote in other words.
    pub(super) fn decide(&mut self, sources: &[Ranked]) {
        let Some(mut found) = self.nearest.take() else { return };
        let record = |ranked: &Ranked| self.records.get(&ranked.candidate.id);
        let of_first = found.ranked.as_ref().and_then(record);
        if let (Some(rest), Some(of_first)) = (found.rest.clone(), of_first) {
            found = comparison::stitched(found, of_first, &rest, self.read_of(sources));
        }
        let named = self.so_far.plan.question.speakers.len() == 1;
        let near = self.retellings.iter().filter_map(|(ranked, near)| Some((ranked, *near, record(ranked)?)));
        self.nearest = Some(comparison::retold(found, named, near));
        self.read_nearest();
    }

    /// Returns the hits together with their records, as far as they were read.
    fn read_of<'a>(&'a self, hits: &'a [Ranked]) -> impl Iterator<Item = (&'a Ranked, &'a Record)> {
        hits.iter().filter_map(|ranked| Some((ranked, self.records.get(&ranked.candidate.id)?)))
    }

    /// Puts the nearest quote first among those shown, and requests it from other articles.
    fn read_nearest(&mut self) {
        let Some(nearest) = &self.nearest else { return };
        let first: Vec<Ranked> = nearest.ranked.iter().chain(&nearest.second).cloned().collect();
        let also: Vec<QuoteId> = first.iter().flat_map(|ranked| ranked.also.iter().copied()).collect();
        if nearest.checked.verdict != Verdict::NotOnRecord {
            self.so_far.hits.retain(|hit| !first.iter().any(|one| one.candidate.id == hit.candidate.id));
            self.so_far.hits.splice(..0, first);
        }
        let shown: Vec<QuoteId> = self
            .shown()
            .flat_map(|ranked| std::iter::once(ranked.candidate.id).chain(ranked.also.iter().copied()))
            .collect();
        self.read(also.into_iter().chain(shown).collect());
        self.stage = Stage::Nearest;
        self.skip();
    }
}

/// Returns the request for how often the words were said, if that is the question; `None` for a group or an
/// office, because the store can only count by name.
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

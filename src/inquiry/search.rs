//! From a question to the quotes that answer it: first the search as it is, then the fallbacks.

use super::fallback::{List, Turn};
use super::plan::Facts;
use super::{Found, Inquiry, NAMED, Plan, Reading, Request, Stage, ranked, ranked_by};
use crate::answer::{Ranked, Record, Step, Without};

impl Inquiry {
    /// Takes the facts about the words, and makes the first search.
    pub(super) fn know(&mut self, answers: impl Iterator<Item = (Request, Found)>) {
        for answer in answers {
            if let (Request::Facts(stems), Found::Facts(facts)) = answer {
                self.so_far.facts = Facts::new(stems, facts);
            }
        }
        let plan = self.so_far.facts.plan(std::mem::take(&mut self.so_far.plan.question));
        self.so_far.plan = plan.clone();
        self.stage = Stage::First;
        if !plan.is_vain() {
            self.requests.push(Request::Find(plan));
        }
        self.skip();
    }

    /// Takes the results for the question as it is.
    pub(super) fn begin(&mut self, answers: impl Iterator<Item = (Request, Found)>) {
        for (request, found) in answers {
            if let Found::Candidates { floor, candidates } = &found {
                self.so_far.floor = *floor;
                self.so_far.candidates.clone_from(candidates);
            }
            self.so_far.hits = ranked(request, found);
        }
        self.so_far.own = self.so_far.hits.len();
        self.fall_back(0);
    }

    /// Tries the fallbacks from index `from` on, until one of them has something to look up.
    pub(super) fn fall_back(&mut self, from: usize) {
        let mut readings = Vec::new();
        for (at, fallback) in self.fallbacks.iter().enumerate().skip(from) {
            // Only fallbacks that give hints can run in parallel.
            if !readings.is_empty() && !fallback.turn.is_help() {
                break;
            }
            if readings.is_empty()
                && !matches!(fallback.turn, Turn::Replace(_) | Turn::ReplaceIfFound(_))
                && self.asks_for_meaning(at)
            {
                return;
            }
            let request = match &fallback.turn {
                Turn::Replace(plan) | Turn::ReplaceIfFound(plan) => plan(&self.so_far).map(Request::Find),
                Turn::Add { plan, .. } | Turn::Name { plan, .. } | Turn::Count { plan, .. } => {
                    plan(&self.so_far).map(Request::Find)
                }
                Turn::Called(name) => name(&self.so_far).map(|name| Request::Called { name, limit: NAMED }),
            };
            let Some(request) = request else { continue };
            self.steps.push(Step::Fallback(fallback.name));
            match request {
                Request::Find(plan) if plan.is_vain() => {
                    self.search_again(at, plan, Vec::new());
                }
                request => {
                    readings.push(Reading { fallback: at, left: Vec::new().into_iter(), asked: Vec::new() });
                    self.requests.push(request);
                    if !fallback.turn.is_help() {
                        break;
                    }
                }
            }
        }
        if readings.is_empty() {
            if self.asks_for_meaning(self.fallbacks.len()) {
                return;
            }
            self.show_best();
        } else {
            self.stage = Stage::Fallbacks(readings);
        }
    }

    /// Takes the results of fallbacks; moves on to the next ones once all of them have read enough.
    pub(super) fn go_on(&mut self, readings: Vec<Reading>, answers: impl Iterator<Item = (Request, Found)>) {
        let last = readings.last().map_or(0, |reading| reading.fallback);
        let mut unfinished = Vec::new();
        for (mut reading, (request, found)) in readings.into_iter().zip(answers) {
            match found {
                Found::Names(names) => self.nothing.called_alike = names,
                Found::Records(records) => self.look_at(&mut reading, records),
                found => {
                    if let Request::Find(plan) = request {
                        if let (true, Found::Candidates { candidates, .. }) =
                            (self.goes_by(reading.fallback), &found)
                        {
                            self.so_far.candidates.clone_from(candidates);
                        }
                        let hits = ranked_by(&plan, found);
                        reading.left = self.search_again(reading.fallback, plan, hits).into_iter();
                    }
                }
            }
            let wanted = self.wanted(reading.fallback);
            reading.asked = reading.left.by_ref().take(wanted).collect();
            if !reading.asked.is_empty() {
                let ids = reading.asked.iter().map(|ranked| ranked.candidate.id).collect();
                self.requests.push(Request::Records(ids));
                unfinished.push(reading);
            }
        }
        if unfinished.is_empty() {
            self.fall_back(last + 1);
        } else {
            self.stage = Stage::Fallbacks(unfinished);
        }
    }

    /// Applies the results of a replacing or counting fallback; returns the quotes that are to be read first.
    fn search_again(&mut self, fallback: usize, plan: Plan, hits: Vec<Ranked>) -> Vec<Ranked> {
        match self.fallbacks.get(fallback).map(|fallback| &fallback.turn) {
            Some(Turn::ReplaceIfFound(_)) if hits.is_empty() => Vec::new(),
            Some(Turn::Count { limit, .. }) => {
                let quotes = hits.len();
                if quotes > 0 && (limit.is_some() || self.without.is_empty()) {
                    self.without.push(Without { limit: *limit, quotes });
                }
                Vec::new()
            }
            Some(Turn::Replace(_) | Turn::ReplaceIfFound(_)) => {
                if plan.question.phrase.is_none() {
                    self.words = None;
                }
                self.so_far.own = hits.len();
                self.so_far.hits = hits;
                self.so_far.plan = plan;
                Vec::new()
            }
            _ => hits,
        }
    }

    /// Returns whether a fallback replaces the current search.
    fn goes_by(&self, fallback: usize) -> bool {
        let turn = self.fallbacks.get(fallback).map(|fallback| &fallback.turn);
        matches!(turn, Some(Turn::Replace(_) | Turn::ReplaceIfFound(_)))
    }

    /// Returns how many more quotes a fallback can use.
    fn wanted(&self, fallback: usize) -> usize {
        match self.fallbacks.get(fallback).map(|fallback| &fallback.turn) {
            Some(Turn::Add { most, .. }) => most.saturating_sub(self.so_far.hits.len()),
            Some(Turn::Name { list, .. }) => NAMED.saturating_sub(self.list(*list).len()),
            _ => 0,
        }
    }

    const fn list(&self, list: List) -> &Vec<String> {
        match list {
            List::SpokeAboutIt => &self.nothing.spoke_about_it,
            List::Topics => &self.nothing.topics,
            List::Undated => &self.nothing.undated,
        }
    }

    /// Takes the quotes that a fallback has read.
    fn look_at(&mut self, reading: &mut Reading, records: Vec<Option<Record>>) {
        let Some(fallback) = self.fallbacks.get(reading.fallback) else { return };
        let quotes = reading.asked.drain(..).zip(records);
        for (ranked, record) in quotes.filter_map(|(ranked, record)| Some((ranked, record?))) {
            match &fallback.turn {
                Turn::Add { admits, .. } if admits(&self.so_far, &record) => {
                    self.records.insert(ranked.candidate.id, record);
                    self.so_far.hits.push(ranked);
                }
                Turn::Name { name, list, .. } => {
                    let named = name(&self.so_far, record).filter(|name| !self.list(*list).contains(name));
                    match list {
                        List::SpokeAboutIt => self.nothing.spoke_about_it.extend(named),
                        List::Topics => self.nothing.topics.extend(named),
                        List::Undated => self.nothing.undated.extend(named),
                    }
                }
                _ => {}
            }
        }
    }
}

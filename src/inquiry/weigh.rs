//! Which quotes answer by their meaning? All quotes within the limits of a question are considered, whether
//! or not they contain its words.

use std::collections::HashSet;

use super::fallback::SoFar;
use super::{Found, Inquiry, Plan, Request, Sought, Stage};
use crate::answer::{self, Candidate, QuoteId, Record};
use crate::fold;
use crate::meaning::Meaning;
use crate::question::Question;

impl Inquiry {
    /// Requests all quotes that may answer, before the fallback with index `at` is tried; returns whether it
    /// did. This happens once, and only for a question with a topic: a phrase is found by its words.
    pub(super) fn asks_for_meaning(&mut self, at: usize) -> bool {
        let plan = &self.so_far.plan;
        let question = &plan.question;
        if !self.weigh || plan.is_vain() || question.phrase.is_some() || question.terms.is_empty() {
            return false;
        }
        self.weigh = false;
        let wide = Plan { wide: Some(Sought::of(topic_of(question), question)), above: 0.0, ..plan.clone() };
        // "The October jobs figures" may be mentioned in any month.
        let any_day = question.named_period().map(|_| Plan {
            question: Question { published: None, said_on: None, ..question.clone() },
            ..wide.clone()
        });
        self.requests.push(Request::Find(wide));
        self.requests.extend(any_day.map(Request::Find));
        self.stage = Stage::Wide(at);
        true
    }

    /// Takes all quotes that may answer, and requests their similarity to the question.
    pub(super) fn widen(&mut self, at: usize, answers: impl Iterator<Item = (Request, Found)>) {
        let plan = &self.so_far.plan;
        let mut all: Vec<Candidate> = Vec::new();
        for (_, found) in answers {
            let Found::Candidates { candidates, .. } = found else { continue };
            let known: HashSet<QuoteId> = all.iter().map(|candidate| candidate.id).collect();
            all.extend(candidates.into_iter().filter(|candidate| !known.contains(&candidate.id)));
        }
        let candidates = answer::likeliest(&plan.question, all, &plan.weights);
        let sought = Sought::of(topic_of(&plan.question), &plan.question);
        self.requests.push(Request::Near { sought, candidates });
        self.stage = Stage::Near(at);
        self.skip();
    }

    /// Ranks the quotes by their similarity.
    pub(super) fn weigh(&mut self, at: usize, answers: impl Iterator<Item = (Request, Found)>) {
        for answer in answers {
            if let (Request::Near { mut candidates, .. }, Found::Near(near)) = answer {
                for (candidate, near) in candidates.iter_mut().zip(near) {
                    candidate.near = near;
                }
                let plan = &self.so_far.plan;
                self.so_far.candidates.clone_from(&candidates);
                if candidates.iter().all(|candidate| candidate.near.is_none()) {
                    continue;
                }
                self.so_far.hits = answer::rank(&plan.question, candidates, &plan.weights);
                self.settle_days();
                self.so_far.own = self.so_far.hits.len();
            }
        }
        self.fall_back(at);
    }
}

impl Inquiry {
    /// Requests how relevant the best quotes are, as far as they were read.
    pub(super) fn ask_for_relevance(&mut self) {
        let SoFar { plan, candidates, hits, .. } = &self.so_far;
        let mut places = answer::to_read(hits);
        places.retain(|place| self.records.contains_key(&hits[*place].candidate.id));
        if answer::meaning_of(candidates) == Meaning::Full && !places.is_empty() {
            let record = |place: &usize| self.records.get(&hits[*place].candidate.id);
            let quotes = places.iter().filter_map(record).map(Record::evidence).collect();
            let text = text_of(&plan.question, &|_| true);
            self.requests.push(Request::Relevance { text, quotes });
        }
        self.stage = Stage::Relevance(places);
        self.skip();
    }

    /// Orders the best quotes, whose indices are `places`, by how relevant they are.
    pub(super) fn order_by_relevance(
        &mut self,
        places: &[usize],
        answers: impl Iterator<Item = (Request, Found)>,
    ) {
        let SoFar { plan, hits, .. } = &mut self.so_far;
        for (_, found) in answers {
            let Found::Relevance(relevance) = found else { continue };
            for (place, relevance) in places.iter().zip(relevance) {
                hits[*place].candidate.relevance = Some(relevance);
            }
            answer::reorder(&plan.question, hits);
        }
    }

    /// Decides whether a period given by name limits the answer. If the best quote is from another one, the
    /// period is part of the topic.
    fn settle_days(&mut self) {
        let SoFar { plan, hits, .. } = &mut self.so_far;
        let Some(days) = plan.question.named_period() else { return };
        match hits.first() {
            Some(best) if !days.contains(best.candidate.day) => {
                plan.let_go = Some(days);
                plan.question.published = None;
                plan.question.rounds.clear();
            }
            _ => hits.retain(|hit| days.contains(hit.candidate.day)),
        }
    }
}

/// Returns the text of the question without words for a place.
fn topic_of(question: &Question) -> String {
    let is_setting = |word: &str| {
        let folded = fold::words(word);
        !folded.is_empty() && folded.iter().all(|word| question.setting.contains(word))
    };
    text_of(question, &|word| !is_setting(word))
}

/// Returns the text of the question: those of its words that `keeps`, as typed or as reworded, together with
/// the words given separately or in earlier turns. The names of a party's people are not added: the question
/// names the party, and the encoder would take seven names for the topic.
fn text_of(question: &Question, keeps: &dyn Fn(&str) -> bool) -> String {
    let text = question.reworded.as_ref().unwrap_or(&question.text);
    let words = text.split_whitespace().filter(|word| keeps(word));
    let text = &words.collect::<Vec<_>>().join(" ");
    let typed = fold::words(text);
    let stands = |words: &str| fold::words(words).iter().all(|word| typed.contains(word));
    let speakers = if question.parties.is_empty() { question.speakers.as_slice() } else { &[] };
    let more = speakers.iter().chain(&question.terms);
    let more = more.filter(|words| !stands(words) && !question.setting.contains(*words));
    std::iter::once(text).chain(more).map(String::as_str).collect::<Vec<_>>().join(" ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inquiry::sample::about;
    use crate::question::Party;

    #[test]
    fn words_from_earlier_turns_are_included() {
        let question = Question { text: "and about ferries?".to_owned(), ..about(&["ferries"]) };
        assert_eq!(topic_of(&question), "and about ferries?");
        let by_lund = Question {
            speakers: vec!["Pia Lund".to_owned()],
            text: "and Lund?".to_owned(),
            ..about(&["ferry"])
        };
        assert_eq!(topic_of(&by_lund), "and Lund? Pia Lund ferry");
        let meant = Question { reworded: Some("Pia Lund ferry".to_owned()), ..by_lund };
        assert_eq!(topic_of(&meant), "Pia Lund ferry");
        let ferry_line = Party { called: "Ferry Line".to_owned(), speakers: vec!["Pia Lund".to_owned()] };
        let by_party = Question {
            speakers: ferry_line.speakers.clone(),
            parties: vec![ferry_line],
            text: "What does the Ferry Line say about ice?".to_owned(),
            ..about(&["ice"])
        };
        assert_eq!(topic_of(&by_party), "What does the Ferry Line say about ice?");
        assert_eq!(topic_of(&about(&["ferry"])), "ferry");
        let there = Question {
            text: "ferry at the harbour".to_owned(),
            setting: vec!["harbour".to_owned()],
            ..about(&["ferry", "harbour"])
        };
        assert_eq!(topic_of(&there), "ferry at the");
    }
}

//! Here is a question, already understood: what must be looked up to answer it, in which order, and what if
//! too little is found?
//!
//! An [`Inquiry`] is a state machine without I/O. [`Inquiry::requests`] returns everything it needs to know
//! now, as one batch of [`Request`]s. The caller looks these up in a store and passes back what was [`Found`]
//! ([`Inquiry::take`]). When there are no more requests, [`Inquiry::answer`] returns the answer.
//!
//! ```text
//!   facts of the words -> candidates -> fallbacks, one after the other -> records of the page, counts, words compared
//! ```
//!
//! Fallbacks are named functions in one ordered list (`inquiry/fallback.rs`). An inquiry never uses a clock
//! or a file, so any two stores that find the same give the same answer.

mod comparison;
mod fallback;
mod fuller;
mod lack;
mod plan;
mod request;
#[cfg(test)]
mod sample;
mod search;
mod show;
mod weigh;

use std::collections::{HashMap, HashSet};

use crate::answer::{
    self, Answer, Candidate, Checked, Finding, Hit, Nothing, Page, QuoteId, Ranked, Record, Step, Times,
    Without,
};
use crate::fold;
use crate::question::{self, Question, Wish};

use comparison::Nearest;
use fallback::{FALLBACKS, Fallback, SoFar};
use plan::Facts;
pub use plan::{Fact, POOL, Plan, Unnamed};
pub use request::{Found, Request, Sought};

/// Maximum number of names or headlines that are listed when nothing is on record.
const NAMED: usize = 3;

/// The state of answering one question.
pub struct Inquiry {
    page: Page,
    /// The fallbacks to try.
    fallbacks: &'static [Fallback],
    so_far: SoFar,
    stage: Stage,
    /// What is to be looked up next.
    requests: Vec<Request>,
    steps: Vec<Step>,
    /// The quotes read so far.
    records: HashMap<QuoteId, Record>,
    nothing: Nothing,
    without: Vec<Without>,
    times: Option<Times>,
    /// Whether the store can compare meanings, and whether the quotes are still to be ranked by meaning.
    by_meaning: bool,
    weigh: bool,
    /// Words to compare with the record.
    words: Option<String>,
    nearest: Option<Nearest>,
    /// Quotes that are similar to the words in meaning, nearest first.
    retellings: Vec<(Ranked, f32)>,
}

/// What the current requests are for.
enum Stage {
    /// Facts about the words.
    Facts,
    /// The search for the question as it is.
    First,
    /// Fallbacks, one per request.
    Fallbacks(Vec<Reading>),
    /// All quotes that may answer, even without a word of the question, before the fallback with this index
    /// is tried; ...
    Wide(usize),
    /// ... then how similar each of them is to the question in meaning.
    Near(usize),
    /// The best quotes, ...
    Best,
    /// ... how relevant those with these indices are, if that is known, to order them anew, and to move fuller
    /// wordings to the front.
    Relevance(Vec<usize>),
    /// The quotes of the page, and those to compare.
    Quotes,
    /// What people other than the one asked about said in the words to compare, and which quotes are similar
    /// in meaning; ...
    Others,
    /// ... then these quotes by others; ...
    QuotesOfOthers(Vec<Ranked>),
    /// ... then the source of the words that the nearest quote does not contain; ...
    Rest,
    /// ... then these quotes.
    QuotesOfRest(Vec<Ranked>),
    /// The nearest quote as it is in other articles.
    Nearest,
    Done,
}

/// A fallback whose quotes are being read, best first, until there are enough.
struct Reading {
    /// Its index in the list of fallbacks.
    fallback: usize,
    /// The quotes still to be read.
    left: std::vec::IntoIter<Ranked>,
    /// The quotes that are requested now.
    asked: Vec<Ranked>,
}

impl Inquiry {
    /// Returns an inquiry that answers `question` with the quotes of `page`. (A number `n` as page means the
    /// first page, with `n` quotes.)
    #[must_use]
    pub fn new(question: Question, page: impl Into<Page>) -> Self {
        let words = question.phrase.clone().filter(|_| question.wish == Wish::Check);
        Self { words, ..Self::with(unmasked(question), page.into(), FALLBACKS) }
    }

    /// Sets whether the store can say how similar quotes are to a question in meaning. If it can, the quotes
    /// that may answer are ranked by meaning.
    #[must_use]
    pub fn by_meaning(self, known: bool) -> Self {
        Self { by_meaning: known, weigh: known, ..self }
    }

    /// Returns an inquiry that answers `question` as it is, without fallbacks, with all quotes that match.
    #[must_use]
    pub fn exact(question: Question) -> Self {
        Self::with(question, Page::from(usize::MAX), &[])
    }

    /// Returns an inquiry that compares `words` with the quotes that answer `question` as it is. Its answer
    /// has [`Answer::checked`] and no quotes.
    #[must_use]
    pub fn check(question: Question, words: &str) -> Self {
        Self { words: Some(words.to_owned()), ..Self::with(unmasked(question), Page::from(0), &[]) }
    }

    fn with(question: Question, page: Page, fallbacks: &'static [Fallback]) -> Self {
        let request = Request::Facts(stems(&question));
        let facts = Facts::default();
        let plan = facts.plan(question);
        Self {
            page,
            fallbacks,
            so_far: SoFar { facts, plan, candidates: Vec::new(), hits: Vec::new(), own: 0, floor: 0.0 },
            stage: Stage::Facts,
            requests: vec![request],
            steps: Vec::new(),
            records: HashMap::new(),
            nothing: Nothing::default(),
            without: Vec::new(),
            times: None,
            by_meaning: false,
            weigh: false,
            words: None,
            nearest: None,
            retellings: Vec::new(),
        }
    }

    /// Returns what is to be looked up next; empty once the answer is complete.
    #[must_use]
    pub fn requests(&self) -> &[Request] {
        &self.requests
    }

    /// Returns the search that the current hits come from.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.so_far.plan
    }

    /// Returns what the last search found, unordered.
    #[must_use]
    pub fn candidates(&self) -> &[Candidate] {
        &self.so_far.candidates
    }

    /// Returns the current hits, best first.
    #[must_use]
    pub fn hits(&self) -> &[Ranked] {
        &self.so_far.hits
    }

    /// Takes the results, in the order of [`Inquiry::requests`]. A result that is missing, or whose kind does
    /// not match its request, counts as nothing found.
    pub fn take(&mut self, found: Vec<Found>) {
        let requests = std::mem::take(&mut self.requests);
        self.steps.extend(requests.iter().zip(&found).map(|(request, found)| request.step(found)));
        let answers = requests.into_iter().zip(found);
        match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Facts => self.know(answers),
            Stage::First => self.begin(answers),
            Stage::Fallbacks(readings) => self.go_on(readings, answers),
            Stage::Wide(at) => self.widen(at, answers),
            Stage::Near(at) => self.weigh(at, answers),
            Stage::Best => {
                self.keep(answers);
                self.ask_for_relevance();
            }
            Stage::Relevance(places) => {
                self.order_by_relevance(&places, answers);
                self.prefer_fuller();
                self.show();
            }
            Stage::Quotes => {
                self.keep(answers);
                self.compare();
            }
            Stage::Others => self.read_others(answers),
            Stage::QuotesOfOthers(others) => self.compare_others(&others, answers.collect()),
            Stage::Rest => self.read_rest(answers),
            Stage::QuotesOfRest(sources) => {
                self.keep(answers);
                self.decide(&sources);
            }
            Stage::Nearest => self.keep(answers),
            Stage::Done => {}
        }
    }

    /// Moves on to the next stage as long as there is nothing to look up.
    fn skip(&mut self) {
        if self.requests.is_empty() {
            self.take(Vec::new());
        }
    }

    /// Returns the answer from what was found so far; it is complete if nothing more is requested.
    #[must_use]
    pub fn answer(mut self) -> Answer {
        let mut records = std::mem::take(&mut self.records);
        let question = &self.so_far.plan.question;
        let stems = question.stems();
        let read = |one: &Option<Ranked>| {
            one.as_ref().and_then(|one| hit(&stems, one, |id| records.get(id).cloned()))
        };
        let checked = self.nearest.as_ref().map(|found| Checked {
            nearest: read(&found.ranked),
            second: read(&found.second),
            ..found.checked.clone()
        });
        let hits: Vec<Hit> =
            self.shown().filter_map(|one| hit(&stems, one, |id| records.remove(id))).collect();
        let total = self.so_far.hits.len();
        let asks_somebody = !self.so_far.plan.question.speakers.is_empty();
        let nobody = |ranked: &&Ranked| ranked.candidate.speaker.is_none();
        let open = self.so_far.hits.iter().rev().take_while(nobody).count();
        let sure = self.by_meaning.then(|| {
            let SoFar { plan, candidates, hits, .. } = &self.so_far;
            answer::sure(&plan.question, candidates, hits, &plan.weights)
        });
        let found = match sure {
            _ if total == 0 => Finding::No,
            _ if checked.as_ref().is_some_and(|checked| !checked.verdict.is_on_record()) => Finding::Near,
            // If the question sets only limits, every quote within them answers it.
            _ if is_list(question) => Finding::Yes,
            _ if self.lacks_topic() => Finding::Near,
            Some(sure) if sure < answer::SURE => Finding::Near,
            _ => Finding::Yes,
        };
        let sure = sure.map(|sure| match found {
            Finding::Yes => sure.max(if is_list(question) { LIST } else { answer::SURE }),
            Finding::Near | Finding::No => sure.min(answer::SURE - 1),
        });
        Answer {
            found,
            sure,
            hits,
            offset: self.page.offset,
            total,
            undated: self.nothing.undated.clone(),
            nothing: if total == 0 { Some(self.nothing) } else { None },
            checked,
            times: self.times,
            without: self.without,
            open: if asks_somebody { open } else { 0 },
            other_days: self.so_far.plan.let_go,
            on_record: None,
            steps: self.steps,
            question: self.so_far.plan.question,
        }
    }
}

/// How certain it is that a list of what somebody said answers a question for it. Less than 100, because the
/// speaker or the day may be wrong.
const LIST: u8 = 90;

/// Returns the question with look-alike letters in its phrase replaced.
fn unmasked(question: Question) -> Question {
    let phrase = question.phrase.map(|phrase| fold::unmasked(&phrase).into_owned());
    Question { phrase, ..question }
}

/// Returns whether a question asks for everything that somebody said, on some days or in an outlet, on any
/// topic.
const fn is_list(question: &Question) -> bool {
    question.terms.is_empty() && question.phrase.is_none() && question.stranger.is_none()
}

/// Returns a quote that answers as a hit, together with its variants, from the records in `read`; `stems` are
/// those of the question.
fn hit(
    stems: &HashSet<String>,
    ranked: &Ranked,
    mut read: impl FnMut(&QuoteId) -> Option<Record>,
) -> Option<Hit> {
    let record = read(&ranked.candidate.id)?;
    let mut also: Vec<Record> = Vec::new();
    for other in ranked.also.iter().filter_map(read) {
        if !is_printing(&other, &record) && !also.iter().any(|known| is_printing(&other, known)) {
            also.push(other);
        }
    }
    Some(Hit { marks: answer::marks(&record, stems), record, score: ranked.score, also })
}

/// Returns whether two quotes are from two versions of one article, such as a page for printing or for
/// phones: the same outlet, title and day.
fn is_printing(one: &Record, other: &Record) -> bool {
    let (one, other) = (&one.citation, &other.citation);
    one.title.is_some() && one.title == other.title && one.outlet == other.outlet && one.date == other.date
}

/// Returns the stems of all words that a question, or a fallback's version of it, may search for, without
/// duplicates.
fn stems(question: &Question) -> Vec<String> {
    let phrase = question.phrase.as_deref().map(fold::words).unwrap_or_default();
    let group = question.group.as_ref().map(|group| group.called.clone());
    let month = question.published.and_then(question::month_of).filter(|_| question.loose);
    let words = question.terms.iter().cloned().chain(phrase).chain(group).chain(month.map(str::to_owned));
    let mut out: Vec<String> = Vec::new();
    for stem in words.map(|word| fold::stem(&word)) {
        if !out.contains(&stem) {
            out.push(stem);
        }
    }
    out
}

/// Returns what a search found, best first.
fn ranked(request: Request, found: Found) -> Vec<Ranked> {
    match request {
        Request::Find(plan) => ranked_by(&plan, found),
        _ => Vec::new(),
    }
}

fn ranked_by(plan: &Plan, found: Found) -> Vec<Ranked> {
    let Found::Candidates { mut candidates, .. } = found else { return Vec::new() };
    if let Some(unnamed) = plan.unnamed.as_ref().filter(|unnamed| unnamed.beside.is_empty()) {
        let holds = |open: &Candidate| answer::held(open, &plan.weights) >= unnamed.share;
        candidates.retain(holds);
    }
    answer::rank(&plan.question, candidates, &plan.weights)
}

#[cfg(test)]
mod tests {
    use super::sample::{about, candidate, record};
    use super::*;
    use crate::answer::{Near, Verdict};

    /// Runs an inquiry; returns the answer and the kinds of requests of each round.
    fn drive(mut inquiry: Inquiry, mut store: impl FnMut(&Request) -> Found) -> (Answer, Vec<String>) {
        let mut rounds = Vec::new();
        while !inquiry.requests().is_empty() {
            let kind = |request: &Request| match request {
                Request::Facts(stems) => format!("facts of {}", stems.join(" ")),
                Request::Find(plan) => format!("find {}", plan.question.terms.join(" ")),
                Request::Records(ids) => format!("{} records", ids.len()),
                Request::Count { words, .. } => format!("count {}", words.join(" ")),
                Request::Near { candidates, .. } => format!("meaning of {}", candidates.len()),
                Request::Relevance { text, quotes } => format!("relevance of {} to {text}", quotes.len()),
                Request::Called { name, .. } => format!("called {name}"),
            };
            rounds.push(inquiry.requests().iter().map(kind).collect::<Vec<_>>().join(" + "));
            let found = inquiry.requests().iter().map(&mut store).collect();
            inquiry.take(found);
        }
        (inquiry.answer(), rounds)
    }

    /// Returns a store with `quotes` quotes, all of which contain the first term and nothing else.
    fn store(quotes: u64) -> impl FnMut(&Request) -> Found {
        move |request| match request {
            Request::Facts(stems) => {
                Found::Facts(stems.iter().map(|_| Fact { present: true, rarity: 1.0 }).collect())
            }
            Request::Find(plan) if plan.question.terms.is_empty() => none(),
            Request::Find(_) => {
                Found::Candidates { candidates: (1..=quotes).map(candidate).collect(), floor: 0.0 }
            }
            Request::Records(ids) => {
                Found::Records(ids.iter().map(|_| Some(record("“The ferry sails in May.”"))).collect())
            }
            Request::Count { words, .. } => Found::Times(Times { words: words.clone(), ..Times::default() }),
            Request::Near { candidates, .. } => Found::Near(candidates.iter().map(near).collect()),
            Request::Relevance { .. } => Found::Relevance(Vec::new()),
            Request::Called { .. } => Found::Names(vec!["Pia Lund".to_owned()]),
        }
    }

    /// Returns a similarity that increases with the id.
    #[expect(clippy::unnecessary_wraps, reason = "as a store tells it")]
    fn near(candidate: &Candidate) -> Option<Near> {
        let near = f32::from(u8::try_from(candidate.id.0).expect("a small number")) / 10.0;
        Some(Near { quote: near, paragraph: near, light: false })
    }

    #[test]
    fn the_nearest_in_meaning_comes_first_if_known() {
        let (answer, rounds) = drive(Inquiry::new(about(&["ferries"]), 3).by_meaning(true), store(3));
        let last = ["meaning of 3", "3 records", "relevance of 2 to ferries"];
        assert_eq!(rounds[3..], last, "{rounds:?}");
        assert_eq!(answer.hits.len(), 3);
        assert!(answer.hits.is_sorted_by(|a, b| a.score.meaning >= b.score.meaning));
        assert!(answer.sure.is_some());
        let (by_words, _) = drive(Inquiry::new(about(&["ferries"]), 3), store(3));
        assert_eq!((by_words.found, by_words.sure), (Finding::Yes, None));
    }

    #[test]
    fn the_best_are_read_together_with_the_question() {
        let told = |relevance: &[f32]| {
            let question = Question { text: "When do ferries sail?".to_owned(), ..about(&["ferries"]) };
            let mut others = store(8);
            drive(Inquiry::new(question, 3).by_meaning(true), |request| match request {
                Request::Near { candidates, .. } => {
                    let near = Near { quote: 0.5, paragraph: 0.5, light: false };
                    Found::Near(vec![Some(near); candidates.len()])
                }
                Request::Relevance { quotes, .. } => {
                    assert!(quotes.iter().all(|quote| quote.words == "The ferry sails in May."));
                    Found::Relevance(relevance.to_vec())
                }
                request => others(request),
            })
        };
        let (answer, rounds) = told(&[-3.0, -3.0, 2.0, -3.0, -3.0, -3.0]);
        let relevance = rounds.iter().filter(|round| round.starts_with("relevance"));
        assert_eq!(relevance.collect::<Vec<_>>(), ["relevance of 6 to When do ferries sail?"]);
        assert_eq!(answer.hits[0].score.relevance.to_bits(), 2.0_f32.to_bits());
        let Some(sure) = answer.sure else { panic!("meaning is known") };
        let (less, _) = told(&[-3.0; 6]);
        assert!(less.sure.is_some_and(|less| less < sure), "{less:?} {sure}");
    }

    fn none() -> Found {
        Found::Candidates { candidates: Vec::new(), floor: 0.0 }
    }

    /// Returns the names of the fallbacks that were tried.
    fn fallbacks(answer: &Answer) -> Vec<&str> {
        let name = |step: &Step| if let Step::Fallback(name) = step { Some(*name) } else { None };
        answer.steps.iter().filter_map(name).collect()
    }

    #[test]
    fn facts_then_candidates_then_the_records_of_the_page() {
        let (answer, rounds) = drive(Inquiry::new(about(&["ferries"]), 2), store(3));
        assert_eq!(rounds, ["facts of ferri", "find ferries", "2 records"]);
        assert!(fallbacks(&answer).is_empty());
        assert_eq!((answer.hits.len(), answer.total, answer.nothing), (2, 3, None));
    }

    #[test]
    fn a_page_past_the_last_reads_nothing() {
        let (answer, rounds) = drive(Inquiry::new(about(&["ferry"]), Page { offset: 5, limit: 2 }), store(3));
        assert_eq!(rounds.len(), 2);
        assert_eq!((answer.hits.len(), answer.total), (0, 3));
    }

    #[test]
    fn an_empty_question_looks_up_nothing() {
        let (answer, rounds) = drive(Inquiry::new(Question::default(), 5), store(3));
        assert_eq!(rounds, ["facts of "]);
        assert_eq!((answer.total, answer.nothing), (0, Some(Nothing::default())));
    }

    #[test]
    fn an_unknown_name_is_not_searched_and_hints_are_requested_at_once() {
        let question = Question { stranger: Some("Pia Lunt".to_owned()), ..about(&["ferry"]) };
        let (answer, rounds) = drive(Inquiry::new(question, 5), store(3));
        assert_eq!(rounds, ["facts of ferri", "called Pia Lunt + find ferry", "3 records"]);
        assert_eq!(fallbacks(&answer), ["called alike", "who else spoke"]);
        assert_eq!(answer.nothing.expect("nothing").called_alike, ["Pia Lund"]);
    }

    #[test]
    fn fallbacks_are_tried_in_order_until_one_finds_something() {
        let question = Question {
            phrase: Some("the ferry sails".to_owned()),
            unmarked: true,
            ..about(&["ferry", "sails"])
        };
        let mut all = store(2);
        let mut searches = 0;
        let (answer, _) = drive(Inquiry::new(question.clone(), 5), |request| match request {
            Request::Find(plan) => {
                searches += 1;
                if plan.question.phrase.is_some() { none() } else { all(request) }
            }
            _ => all(request),
        });
        assert_eq!((searches, fallbacks(&answer)), (2, vec!["phrase as topic"]));
        assert_eq!((answer.total, answer.question.phrase), (2, None));
        let (answer, _) = drive(Inquiry::exact(question), |request| match request {
            Request::Find(_) => none(),
            _ => store(2)(request),
        });
        assert_eq!((answer.total, fallbacks(&answer).len()), (0, 0), "an exact inquiry has no fallbacks");
    }

    #[test]
    fn the_month_is_kept_if_no_other_days_help() {
        let july = question::Days { from: "2025-07-01".parse().ok(), to: "2025-07-31".parse().ok() };
        let question = Question { published: Some(july), loose: true, ..about(&["ferry"]) };
        let (answer, rounds) = drive(Inquiry::new(question, 5), |request| match request {
            Request::Find(_) => none(),
            _ => store(1)(request),
        });
        assert_eq!(
            fallbacks(&answer),
            ["month as setting", "other days", "any day", "who else spoke", "undated articles"]
        );
        assert_eq!((answer.question.published, answer.other_days), (Some(july), None));
        assert_eq!(rounds[0], "facts of ferri juli");
    }

    #[test]
    fn a_month_by_name_is_the_topic_if_the_best_quote_is_from_another() {
        let july = question::Days { from: "2025-07-01".parse().ok(), to: "2025-07-31".parse().ok() };
        let question = Question { published: Some(july), loose: true, ..about(&["ferry"]) };
        let answer = |quote: f32| {
            let store = |request: &Request| match request {
                Request::Find(plan) => {
                    let in_july = Candidate { day: "2025-07-09".parse().ok(), ..candidate(1) };
                    let in_august = Candidate { day: "2025-08-09".parse().ok(), ..candidate(2) };
                    let any = plan.question.published.is_none();
                    let candidates = if any { vec![in_july, in_august] } else { vec![in_july] };
                    Found::Candidates { candidates, floor: 0.0 }
                }
                Request::Near { candidates, .. } => {
                    let near = |candidate: &Candidate| {
                        let near = if candidate.id == QuoteId(2) { quote } else { 0.3 };
                        Some(Near { quote: near, paragraph: near, light: false })
                    };
                    Found::Near(candidates.iter().map(near).collect())
                }
                Request::Records(ids) => {
                    Found::Records(ids.iter().map(|_| Some(record("“The ferry sails in May.”"))).collect())
                }
                _ => store(1)(request),
            };
            drive(Inquiry::new(question.clone(), 5).by_meaning(true), store).0
        };
        let near = answer(0.35);
        assert_eq!((near.total, near.question.published, near.other_days), (1, Some(july), None));
        let far = answer(0.9);
        assert_eq!((far.total, far.question.published, far.other_days), (1, None, Some(july)));
    }

    #[test]
    fn quotes_by_unnamed_speakers_are_read_until_there_are_ten() {
        let question = Question { speakers: vec!["Pia Lund".to_owned()], ..about(&["ferry"]) };
        let mut all = store(30);
        let (answer, rounds) = drive(Inquiry::new(question, 1), |request| match request {
            Request::Find(plan) if plan.unnamed.is_none() => none(),
            _ => all(request),
        });
        assert_eq!(fallbacks(&answer), ["unnamed speakers"]);
        assert_eq!((answer.total, rounds.last().map(String::as_str)), (10, Some("10 records")));
    }

    #[test]
    fn words_are_compared_with_the_record_and_with_what_others_said() {
        let words = "the ferry sails in may";
        let by_lund = Question {
            speakers: vec!["Pia Lund".to_owned()],
            phrase: Some(words.to_owned()),
            ..Question::default()
        };
        let phrase = |id| Candidate { phrase: 1.0, ..candidate(id) };
        let mut all = store(0);
        let (answer, rounds) = drive(Inquiry::check(by_lund, words), |request| match request {
            Request::Find(plan) if plan.question.speakers.is_empty() => {
                Found::Candidates { candidates: vec![phrase(1)], floor: 0.0 }
            }
            Request::Find(_) => none(),
            _ => all(request),
        });
        let checked = answer.checked.expect("compared");
        // The quote's speaker is not named.
        assert_eq!((checked.verdict, checked.other_speaker), (Verdict::Punctuation, false));
        assert!(checked.nearest.is_some());
        assert_eq!(rounds[1..], ["find ", "find ", "1 records"]);
    }

    #[test]
    fn how_often_is_counted_along_with_the_page() {
        let question = Question { wish: Wish::HowOften, ..about(&["ferry"]) };
        let (answer, rounds) = drive(Inquiry::new(question, 2), store(3));
        assert_eq!(rounds[2], "2 records + count ferry");
        assert_eq!(answer.times.map(|times| times.words), Some(vec!["ferry".to_owned()]));
    }

    #[test]
    fn a_missing_result_counts_as_not_found() {
        let mut inquiry = Inquiry::new(about(&["ferry"]), 5);
        while !inquiry.requests().is_empty() {
            inquiry.take(Vec::new());
        }
        assert_eq!(inquiry.answer().total, 0);
    }
}

//! Here is what somebody typed: give me the answer. All front ends call this module.
//!
//! [`ask`] answers questions, [`claim`] and [`check`] compare words with the record, [`article`] lists the
//! quotes of one article, [`quote`] finds the quote that a button names, and [`elsewhere`] finds the same
//! words in other articles. Each call reads one commit of the index.
//!
//! An [`Inquiry`] decides what to look up and what to do if too little is found; this module only runs it.

pub mod desk;

use std::collections::{BTreeSet, HashSet};

use jiff::civil::Date;

use crate::answer::{self, Answer, Candidate, Checked, Page, QuoteId, Record, Scope, Without};
use crate::article::{Article, ArticleId, Citation};
use crate::fold;
use crate::index::{ArticleEntry, IndexError, QuoteIndex, Session};
use crate::inquiry::{Found, Inquiry, Plan, Request};
use crate::meaning::Meaning;
use crate::question::{self, Answered, Asked, Known, Limit, Occasion, Part, Question, Reading, TURNS, Wish};
use crate::quote::{self as quotes, Quote};

/// Returns the answer to `asked`, with the quotes of `page`. (A number `n` as page means the first page, with
/// `n` quotes.)
///
/// # Errors
/// [`IndexError::Damaged`] if a file of the index has invalid contents. Finding no quote is not an error.
pub fn ask(index: &QuoteIndex, asked: &Asked, page: impl Into<Page>) -> Result<Answer, IndexError> {
    index.intact()?;
    let mut session = index.session();
    let question = meant(index, &session, asked);
    let known = index.meaning() != Meaning::Off;
    let answer = drive(&mut session, Inquiry::new(question, page).by_meaning(known))?;
    counted(index, answer)
}

/// Adds the numbers that need counting, because a search returns only a limited number of quotes.
fn counted(index: &QuoteIndex, mut answer: Answer) -> Result<Answer, IndexError> {
    if let Some(profile) = &mut answer.question.profile {
        profile.quotes = index.quotes_by(&profile.name);
    }
    let question = &answer.question;
    let is_list = question.terms.is_empty()
        && question.phrase.is_none()
        && question.profile.is_none()
        && question.others.is_empty()
        && answer.open == 0
        && answer.other_days.is_none();
    if !is_list || answer.total == 0 || answer.offset > 0 {
        return Ok(answer);
    }
    answer.on_record = Some(index.quotes_within(question)?);
    if question.has(Limit::Outlets) {
        let quotes = index.quotes_within(&question.without(Limit::Outlets))?;
        let quotes = usize::try_from(quotes).unwrap_or(usize::MAX);
        answer.without = vec![Without { limit: Some(Limit::Outlets), quotes }];
    }
    Ok(answer)
}

/// Looks up what an inquiry requests, until it has its answer.
fn drive(session: &mut Session, mut inquiry: Inquiry) -> Result<Answer, IndexError> {
    while !inquiry.requests().is_empty() {
        let found = look_up(session, inquiry.requests())?;
        inquiry.take(found);
    }
    let mut answer = inquiry.answer();
    if let Some(traffic) = session.traffic() {
        let bytes = traffic.sent + traffic.received;
        answer.steps.push(answer::Step::Archive { round_trips: traffic.round_trips, bytes });
    }
    Ok(answer)
}

fn look_up(session: &mut Session, requests: &[Request]) -> Result<Vec<Found>, IndexError> {
    session.answer_all(requests)
}

/// Returns whether `words` are on record, as said by [`Given::speaker`](crate::question::Given::speaker) or,
/// if there is none, by anybody. [`Answer::checked`] is the verdict, and the first quotes of the answer are
/// the ones it refers to. Quotation marks around the words are ignored.
///
/// # Errors
/// As for [`ask`].
pub fn claim(
    index: &QuoteIndex,
    words: &str,
    asked: &Asked,
    page: impl Into<Page>,
) -> Result<Answer, IndexError> {
    index.intact()?;
    let mut session = index.session();
    let question = claimed(index, &session, words, asked);
    let known = index.meaning() != Meaning::Off;
    drive(&mut session, Inquiry::new(question, page).by_meaning(known))
}

/// Returns the question whether somebody said `words`.
fn claimed(index: &QuoteIndex, session: &Session, words: &str, asked: &Asked) -> Question {
    let given = question::Given {
        phrase: Some(words.to_owned()),
        wish: Some(question::Wish::Check),
        ..asked.given.clone()
    };
    meant(index, session, &Asked { text: String::new(), given, ..asked.clone() })
}

/// Returns how `words` compare with the nearest quote on record. Like [`claim`], but without the quotes.
///
/// # Errors
/// As for [`ask`].
pub fn check(index: &QuoteIndex, words: &str, asked: &Asked) -> Result<Checked, IndexError> {
    index.intact()?;
    let mut session = index.session();
    let question = claimed(index, &session, words, asked);
    let known = index.meaning() != Meaning::Off;
    let answer = drive(&mut session, Inquiry::check(question, words).by_meaning(known))?;
    Ok(answer.checked.unwrap_or_else(|| Checked::nowhere(words)))
}

/// An article with the quotes found in it.
#[derive(Clone, Debug, PartialEq)]
pub struct ArticleQuotes {
    /// The article; its `quotes` field is the number of quotes on all pages.
    pub article: ArticleEntry,
    /// The quotes of this page, in the order of the article.
    pub quotes: Vec<Record>,
}

/// Returns a question without a topic: it asks for all quotes within the limits of `given`.
#[must_use]
pub fn limits(index: &QuoteIndex, given: question::Given, today: jiff::civil::Date) -> Question {
    let asked = Asked { text: String::new(), history: Vec::new(), today, given };
    understand(index, &asked)
}

/// Returns the article with the id, URL or title words `key`, and the quotes of `page`; `None` if there is
/// none.
///
/// # Errors
/// As for [`ask`].
pub fn article(
    index: &QuoteIndex,
    key: &str,
    page: impl Into<Page>,
) -> Result<Option<ArticleQuotes>, IndexError> {
    index.intact()?;
    let found = index.article(key, page.into())?;
    Ok(found.map(|(article, quotes)| ArticleQuotes { article, quotes }))
}

/// Returns whether an article on record has exactly this id or URL.
///
/// # Errors
/// As for [`ask`].
pub fn is_article(index: &QuoteIndex, key: &str) -> Result<bool, IndexError> {
    index.intact()?;
    index.has_article(key)
}

/// Returns the speaker of `words` according to the text around them: "Lund said “…”". This is the full name
/// of somebody on record, otherwise the name as written there; `None` if the text does not say.
#[must_use]
pub fn whose(index: &QuoteIndex, around: &str, words: &str) -> Option<String> {
    let article = Article {
        id: ArticleId(String::new()),
        citation: Citation::default(),
        language: None,
        tags: Vec::new(),
        digest: false,
        text: around.to_owned(),
        blocks: Vec::new(),
    };
    let quotes = quotes::extract(&article, index.roster().people());
    let folded = fold::words(words);
    let is_it = |quote: &&Quote| {
        let own: Vec<String> = quote.content.iter().flat_map(|span| fold::words(span.text(around))).collect();
        !own.is_empty() && folded.windows(own.len()).any(|window| window == own)
    };
    let known = |name: &str| canonical(index, name);
    let named = quotes.iter().find(is_it).and_then(|quote| {
        let mention = quote.attribution.as_ref().map(|found| found.mention.text(around));
        quote.speaker().map(|name| known(name).unwrap_or_else(|| name.to_owned())).or_else(|| known(mention?))
    });
    // The text around the words may not be a sentence: "Lund on the archive:", "— Pia Lund".
    named.or_else(|| {
        let rest = around.replace(words, " ");
        let question = understand(index, &Asked::new(rest, Date::MIN));
        let [name] = question.speakers.as_slice() else { return question.stranger };
        Some(name.clone())
    })
}

/// Returns the quote with this id, with its context; `None` if no quote on record has it, because the article
/// was changed or removed.
///
/// # Errors
/// As for [`ask`].
pub fn quote(index: &QuoteIndex, id: QuoteId) -> Result<Option<Record>, IndexError> {
    index.intact()?;
    Ok(index.session().records(&[id])?.pop().flatten())
}

/// Returns the quotes from other articles of `scope` with nearly the same words as `record`, whoever their
/// speaker, oldest first, at most `limit`.
///
/// # Errors
/// As for [`ask`].
pub fn elsewhere(
    index: &QuoteIndex,
    record: &Record,
    scope: &Scope,
    limit: usize,
) -> Result<Vec<Record>, IndexError> {
    index.intact()?;
    let words = record.words();
    let question = Question { phrase: Some(words.clone()), ..Question::default() };
    let answer = drive(&mut index.session(), Inquiry::exact(question))?;
    let all = answer.hits.into_iter().flat_map(|hit| std::iter::once(hit.record).chain(hit.also));
    // Either article may quote more than the other.
    let is_near = answer::nearly_as(&words);
    let mut out: Vec<Record> = all
        .filter(|other| other.article != record.article && scope.holds_record(other))
        .filter(|other| is_near(&other.words()))
        .collect();
    out.sort_by(|a, b| (a.citation.date, &a.article).cmp(&(b.citation.date, &b.article)));
    out.truncate(limit);
    Ok(out)
}

/// Returns whether a part of the corpus contains any quote.
///
/// # Errors
/// As for [`ask`].
pub fn is_any(index: &QuoteIndex, part: &Part) -> Result<bool, IndexError> {
    index.intact()?;
    let question = Question { part: part.clone(), wish: Wish::Latest, ..Question::default() };
    Ok(drive(&mut index.session(), Inquiry::exact(question))?.total > 0)
}

/// Returns what `asked` means, given what this index contains.
#[must_use]
pub fn understand(index: &QuoteIndex, asked: &Asked) -> Question {
    meant(index, &index.session(), asked)
}

fn meant(index: &QuoteIndex, session: &Session, asked: &Asked) -> Question {
    turns(index, session, asked).pop().unwrap_or_default()
}

/// Returns what the questions up to `asked` mean, as far as they are considered; that of `asked` is last.
fn turns(index: &QuoteIndex, session: &Session, asked: &Asked) -> Vec<Question> {
    let reading = Reading::new(asked);
    let occurring = |words: BTreeSet<String>| {
        let stems: Vec<String> = words.iter().map(|word| fold::stem(word)).collect();
        let facts = session.facts(&stems);
        words.into_iter().zip(facts).filter(|(_, fact)| fact.present).map(|(word, _)| word).collect()
    };
    let mut words: HashSet<String> = occurring(reading.words_to_know());
    let nearby: HashSet<String> = occurring(reading.words_nearby(&words));
    words.extend(nearby);
    let known = Known {
        roster: index.roster(),
        agenda: index.agenda(),
        outlets: index.outlets(),
        newest: index.newest(),
        answered: answered(index, asked),
        words,
    };
    let question = question::understand(reading, &known);
    let mut turns = known.answered.asked;
    turns.push(question);
    turns
}

/// Returns the first answer to the question before `asked`, as far as a follow-up may refer to it.
fn answered(index: &QuoteIndex, asked: &Asked) -> Answered {
    let Some((text, history)) = asked.history.split_last() else { return Answered::default() };
    let history = history[history.len().saturating_sub(TURNS)..].to_vec();
    let before = Asked { text: text.clone(), history, today: asked.today, given: asked.given.clone() };
    let asked = turns(index, &index.session(), &before);
    let question = asked.last().cloned().unwrap_or_default();
    let known = index.meaning() != Meaning::Off;
    let answer = drive(&mut index.session(), Inquiry::new(question, 1).by_meaning(known));
    let Some(hit) = answer.ok().and_then(|answer| answer.hits.into_iter().next()) else {
        return Answered { asked, ..Answered::default() };
    };
    let places = || std::iter::once(&hit.record).chain(&hit.also);
    let occasion = Occasion {
        day: hit.record.day(),
        articles: places().map(|record| record.article.key()).collect(),
        quotes: places().map(|record| record.id().0).collect(),
    };
    let speaker = hit.record.quote.speaker();
    let speaker = speaker.map(|name| canonical(index, name).unwrap_or_else(|| name.to_owned()));
    Answered { speaker, occasion, asked }
}

/// Returns the canonical name of somebody on record who may be called `name`.
fn canonical(index: &QuoteIndex, name: &str) -> Option<String> {
    let words = fold::words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    index.roster().called(&words).map(|speaker| speaker.name.clone())
}

/// Returns the quotes that may answer a question, unordered, and the search that found them, whose question
/// and weights are the arguments for [`rank`](answer::rank()). As in [`ask`], other searches are tried if the
/// first finds too little. Returns no candidates if the question is empty or about somebody who is not on
/// record.
///
/// # Errors
/// As for [`ask`].
pub fn candidates(session: &mut Session, question: Question) -> Result<(Plan, Vec<Candidate>), IndexError> {
    let mut inquiry = Inquiry::new(question, 1).by_meaning(session.index().meaning() != Meaning::Off);
    while !inquiry.requests().is_empty() {
        let found = look_up(session, inquiry.requests())?;
        inquiry.take(found);
    }
    let mut candidates = inquiry.candidates().to_vec();
    for candidate in &mut candidates {
        let hit = inquiry.hits().iter().find(|hit| hit.candidate.id == candidate.id);
        candidate.relevance = hit.and_then(|hit| hit.candidate.relevance);
    }
    Ok((inquiry.plan().clone(), candidates))
}

//! Here is what somebody typed: give me the answer. What every front end calls.
//!
//! [`ask`] answers questions, [`check`] compares words with the record, [`article`] lists what one article quotes, [`quote`] finds
//! the quote that a button names and [`elsewhere`] the same words in other articles. Each reads one commit of the index.

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::answer::{
    self, Answer, Candidate, Checked, Hit, Nothing, Page, Place, QuoteId, Ranked, Record, Scope, Times,
    Verdict,
};
use crate::fold;
use crate::index::{self, ArticleEntry, IndexError, POOL, QuoteIndex};
use crate::question::{self, Asked, Known, Question, Wish};

/// Returns the answer to `asked`: the quotes of `page` (a number is the first page of so many quotes).
///
/// # Errors
/// [`IndexError::Damaged`] where a file of the index does not hold what it should. No quote on record is an answer.
pub fn ask(index: &QuoteIndex, asked: &Asked, page: impl Into<Page>) -> Result<Answer, IndexError> {
    index.intact()?;
    let page = page.into();
    let mut question = understand(index, asked);
    let weights = weights(index, &question);
    let found = search(index, &question, &weights, POOL, 0.0)?;
    let least = index::least(&found);
    let mut hits = answer::rank(&question, found, &weights);
    if widen(&mut question, &hits, &weights) {
        hits = answer::rank(&question, search(index, &question, &weights, POOL, least)?, &weights);
    }
    if hits.is_empty() && question.unmarked {
        // "who said the plan is too dear?": nobody in these words.
        question.phrase = None;
        hits = find(index, &question)?;
    }
    if hits.is_empty()
        && let Some(group) = question.group.take()
    {
        // Nobody's office on record says so: then it is a word like others, behind them, as `alike` goes by their places.
        question.terms.push(group.called);
        hits = find(index, &question)?;
    }
    if hits.is_empty() && question.loose {
        // "in July" may be when it happened: then it is a word of the setting, if it stands there.
        let other_days = Question { published: None, widened: question.published, ..question.clone() };
        let mut with_month = other_days.clone();
        let month = question.published.and_then(question::month_of).map(str::to_owned);
        with_month.terms.extend(month.clone());
        with_month.setting.extend(month);
        for other in [with_month, other_days] {
            let found = find(index, &other)?;
            if !found.is_empty() {
                (question, hits) = (other, found);
                break;
            }
        }
    }
    let own = hits.len();
    if own < FEW
        && let Some(day) = question.said_on
    {
        hits.extend(reported_later(index, &question, day)?);
    }
    if hits.len() < FEW {
        let wanted = FEW - hits.len();
        hits.extend(unnamed(index, &question, &hits[..own], wanted)?);
    }
    let total = hits.len();
    let nothing = if total == 0 { Some(nothing(index, &question)?) } else { None };
    let checked = match (&question.phrase, question.wish) {
        (Some(words), Wish::Check) => Some(compare(index, &question, words, &hits)?),
        _ => None,
    };
    let times = if total > 0 && page.offset == 0 { times(index, &question)? } else { None };
    let page_of = hits.iter().skip(page.offset).take(page.limit);
    let hits = page_of.map(|ranked| read(index, &question, ranked)).collect::<Result<_, _>>()?;
    Ok(Answer { question, hits, offset: page.offset, total, nothing, checked, times })
}

/// How often the words asked for were said, where that is the question; `None` where a group or an office is asked about, who are told by more
/// than a name.
fn times(index: &QuoteIndex, question: &Question) -> Result<Option<Times>, IndexError> {
    if question.wish != Wish::HowOften || question.group.is_some() || !question.office.is_empty() {
        return Ok(None);
    }
    let words = match &question.phrase {
        Some(phrase) => fold::words(phrase),
        None => question.terms.iter().filter(|term| !question.setting.contains(term)).cloned().collect(),
    };
    index.count(question, &words).map(Some)
}

/// Where the best quotes and what is around them hold less of the topic, words are looked for that can stand for those of the question.
const WHOLE: f32 = 0.65;

/// Looks for the words that can stand for those of the question, where `hits` hold too little of it. Tells whether there are any.
fn widen(question: &mut Question, hits: &[Ranked], weights: &[f32]) -> bool {
    if question.phrase.is_some() || answer::coverage(hits, weights) >= WHOLE {
        return false;
    }
    question.widen();
    question.alike.iter().any(|words| !words.is_empty())
}

/// How many quotes are looked at to name three speakers or headlines.
const SOME: usize = 20;

/// A speaker with fewer quotes that answer is followed by those beside them that nobody is named for, up to so many.
const FEW: usize = 10;

/// What was said on `day` and stands in articles of the two days after it: those that name the day around the quote or in their lead, best
/// first.
fn reported_later(index: &QuoteIndex, question: &Question, day: Date) -> Result<Vec<Ranked>, IndexError> {
    let (Ok(next), Ok(last)) = (day.tomorrow(), day.checked_add(2.days())) else { return Ok(Vec::new()) };
    let days = question::Days { from: Some(next), to: Some(last) };
    let later = Question { published: Some(days), ..question.clone() };
    let names = question::names_of_day(day);
    let mut out = Vec::new();
    for ranked in find(index, &later)? {
        let record = index.record(ranked.candidate.place)?;
        if names.iter().any(|name| record.holds_near(name)) {
            out.push(ranked);
        }
    }
    Ok(out)
}

/// Quotes of the same articles whose speaker is open and may be the one asked about, best first; without hits of any article, if they and what
/// is around them hold most of the topic.
fn unnamed(
    index: &QuoteIndex,
    question: &Question,
    hits: &[Ranked],
    wanted: usize,
) -> Result<Vec<Ranked>, IndexError> {
    if question.speakers.is_empty() || question.terms.is_empty() || question.phrase.is_some() {
        return Ok(Vec::new());
    }
    let weights = weights(index, question);
    let beside: Vec<Place> = hits.iter().map(|hit| hit.candidate.place).collect();
    let mut candidates = index.search_unnamed(question, &weights, &beside, WHOLE)?;
    candidates.retain(|open| !hits.is_empty() || answer::held(open, &weights) >= WHOLE);
    let mut out = Vec::new();
    for ranked in answer::rank(question, candidates, &weights) {
        if out.len() >= wanted {
            break;
        }
        let record = index.record(ranked.candidate.place)?;
        if question.speakers.iter().any(|name| record.may_be_by(name)) {
            out.push(ranked);
        }
    }
    Ok(out)
}

/// Returns how `words` compare with the nearest quote on record, that of [`Given::speaker`](crate::question::Given::speaker) first
/// and of anybody else where they did not say it. Marks around the words are of no importance.
///
/// # Errors
/// As [`ask`].
pub fn check(index: &QuoteIndex, words: &str, asked: &Asked) -> Result<Checked, IndexError> {
    index.intact()?;
    let given =
        question::Given { phrase: Some(words.to_owned()), wish: Some(Wish::Check), ..asked.given.clone() };
    let asked = Asked { text: String::new(), given, ..asked.clone() };
    let question = understand(index, &asked);
    let hits = find(index, &question)?;
    compare(index, &question, words, &hits)
}

/// An article with the quotes found in it.
#[derive(Clone, Debug, PartialEq)]
pub struct ArticleQuotes {
    /// The article; its `quotes` are the number on all pages.
    pub article: ArticleEntry,
    /// The quotes of this page in the order of the article.
    pub quotes: Vec<Record>,
}

/// Returns the question that asks for nothing but what `given` limits it to: all quotes within these limits.
#[must_use]
pub fn limits(index: &QuoteIndex, given: question::Given, today: jiff::civil::Date) -> Question {
    let asked = Asked { text: String::new(), history: Vec::new(), today, given };
    understand(index, &asked)
}

/// Returns the article that `key` names, by id, address or words of its title, with the quotes of `page`; `None` where there is
/// none.
///
/// # Errors
/// As [`ask`].
pub fn article(
    index: &QuoteIndex,
    key: &str,
    page: impl Into<Page>,
) -> Result<Option<ArticleQuotes>, IndexError> {
    index.intact()?;
    let page = page.into();
    let Some(article) = index.article(key)? else { return Ok(None) };
    let quotes = index.quotes_of(&article.article, page.offset, page.limit)?;
    Ok(Some(ArticleQuotes { article, quotes }))
}

/// Returns the quote that `id` names, with its context; `None` where no quote on record has it: the article was changed or removed.
///
/// # Errors
/// As [`ask`].
pub fn quote(index: &QuoteIndex, id: QuoteId) -> Result<Option<Record>, IndexError> {
    index.intact()?;
    index.quote(id)
}

/// Returns the quotes of other articles of `scope` with nearly the words of `record`, whoever they say said it, the oldest first, at
/// most `limit`.
///
/// # Errors
/// As [`ask`].
pub fn elsewhere(
    index: &QuoteIndex,
    record: &Record,
    scope: &Scope,
    limit: usize,
) -> Result<Vec<Record>, IndexError> {
    index.intact()?;
    let words = record.words();
    let question = Question { phrase: Some(words.clone()), ..Question::default() };
    let mut out: Vec<Record> = Vec::new();
    for ranked in find(index, &question)? {
        for place in std::iter::once(ranked.candidate.place).chain(ranked.also) {
            let other = index.record(place)?;
            // Either may hold more of what was said than the other.
            let near = |asked: &str, record: &str| answer::compare(asked, record).0 != Verdict::NotOnRecord;
            if other.article != record.article
                && scope.holds_record(&other)
                && (near(&words, &other.words()) || near(&other.words(), &words))
            {
                out.push(other);
            }
        }
    }
    out.sort_by(|a, b| (a.citation.date, &a.article).cmp(&(b.citation.date, &b.article)));
    out.truncate(limit);
    Ok(out)
}

/// Returns what `asked` means to somebody who knows this index.
#[must_use]
pub fn understand(index: &QuoteIndex, asked: &Asked) -> Question {
    question::understand(asked, &known(index))
}

/// Returns what a question may be answered by, in no order of merit, and the weights of its terms: what
/// [`rank`](answer::rank()) asks for. As in [`ask`] the question is widened where they hold too little of it. Empty where somebody who is
/// not on record is asked about, or nothing at all.
///
/// # Errors
/// As [`ask`].
pub fn candidates(
    index: &QuoteIndex,
    question: &mut Question,
) -> Result<(Vec<Candidate>, Vec<f32>), IndexError> {
    let weights = weights(index, question);
    let mut found = search(index, question, &weights, POOL, 0.0)?;
    if widen(question, &answer::rank(question, found.clone(), &weights), &weights) {
        found = search(index, question, &weights, POOL, 0.0)?;
    }
    Ok((found, weights))
}

/// As [`QuoteIndex::search`]; nothing where nobody on record is asked about, or nothing at all.
fn search(
    index: &QuoteIndex,
    question: &Question,
    weights: &[f32],
    limit: usize,
    above: f32,
) -> Result<Vec<Candidate>, IndexError> {
    if question.stranger.is_some() || question.is_empty() {
        return Ok(Vec::new());
    }
    index.search(question, weights, limit, above)
}

fn weights(index: &QuoteIndex, question: &Question) -> Vec<f32> {
    question.terms.iter().map(|term| index.rarity(&fold::stem(term))).collect()
}

fn known(index: &QuoteIndex) -> Known<'_> {
    Known {
        roster: index.roster(),
        outlets: index.outlets(),
        newest: index.newest(),
        has_word: Box::new(|word| index.has_word(word)),
    }
}

/// All quotes that answer the question, best first.
fn find(index: &QuoteIndex, question: &Question) -> Result<Vec<Ranked>, IndexError> {
    let weights = weights(index, question);
    Ok(answer::rank(question, search(index, question, &weights, POOL, 0.0)?, &weights))
}

/// Some quotes that answer the question, best first.
fn some(index: &QuoteIndex, question: &Question) -> Result<Vec<Ranked>, IndexError> {
    let weights = weights(index, question);
    Ok(answer::rank(question, search(index, question, &weights, SOME, 0.0)?, &weights))
}

/// The words of a quote that answers, and of its variants.
fn read(index: &QuoteIndex, question: &Question, ranked: &Ranked) -> Result<Hit, IndexError> {
    let record = index.record(ranked.candidate.place)?;
    let also = ranked.also.iter().map(|place| index.record(*place)).collect::<Result<_, _>>()?;
    Ok(Hit { marks: answer::marks(&record, question), record, score: ranked.score, also })
}

/// Compares `words` with the best of `hits`; where none is near, with what anybody else said.
fn compare(
    index: &QuoteIndex,
    question: &Question,
    words: &str,
    hits: &[Ranked],
) -> Result<Checked, IndexError> {
    let own = nearest_words(index, question, words, hits, false)?;
    if own.verdict != Verdict::NotOnRecord || question.speakers.is_empty() && question.stranger.is_none() {
        return Ok(own);
    }
    let anybody = Question { speakers: Vec::new(), stranger: None, ..question.clone() };
    let others = nearest_words(index, question, words, &find(index, &anybody)?, true)?;
    Ok(if others.verdict == Verdict::NotOnRecord { own } else { others })
}

fn nearest_words(
    index: &QuoteIndex,
    question: &Question,
    words: &str,
    hits: &[Ranked],
    other_speaker: bool,
) -> Result<Checked, IndexError> {
    let mut best = Checked {
        words: words.to_owned(),
        verdict: Verdict::NotOnRecord,
        nearest: None,
        other_speaker: false,
        diff: Vec::new(),
    };
    for ranked in hits.iter().take(10) {
        let hit = read(index, question, ranked)?;
        let (verdict, diff) = answer::compare(words, &hit.record.words());
        if verdict < best.verdict {
            best = Checked { verdict, nearest: Some(hit), other_speaker, diff, ..best };
        } else if best.nearest.is_none() {
            best.nearest = Some(hit);
        }
    }
    Ok(best)
}

/// What helps where nothing is on record.
fn nothing(index: &QuoteIndex, question: &Question) -> Result<Nothing, IndexError> {
    let mut out = Nothing::default();
    if let Some(name) = &question.stranger {
        out.called_alike =
            index.suggest_speakers(name, 3).into_iter().map(|suggestion| suggestion.text).collect();
    }
    let anybody = Question {
        speakers: Vec::new(),
        stranger: None,
        phrase: None,
        alike: Vec::new(),
        ..question.clone()
    };
    if !anybody.terms.is_empty() {
        for ranked in some(index, &anybody)? {
            if out.spoke_about_it.len() == 3 {
                break;
            }
            if let Some(name) = index.record(ranked.candidate.place)?.quote.speaker()
                && !question.speakers.iter().chain(&out.spoke_about_it).any(|known| known == name)
            {
                out.spoke_about_it.push(name.to_owned());
            }
        }
    }
    if !question.speakers.is_empty() {
        let anything = Question {
            terms: Vec::new(),
            phrase: None,
            published: None,
            wish: Wish::Latest,
            ..question.clone()
        };
        for ranked in some(index, &anything)? {
            if out.topics.len() == 3 {
                break;
            }
            if let Some(title) = index.record(ranked.candidate.place)?.citation.title
                && !out.topics.contains(&title)
            {
                out.topics.push(title);
            }
        }
    }
    Ok(out)
}

//! One interface for both stores: tantivy on this disk, or a Quickwit cluster.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::civil::Date;

use super::quickwit::{Address, Archive, Asking};
use super::search::{self, Reader};
use super::{ArticleEntry, Embedded, FileEntry, IndexError, Names, Print, State, Suggestion};
use crate::agenda::Agenda;
use crate::answer::{Candidate, Page, QuoteId, Record, Scope};
use crate::article::Article;
use crate::inquiry::{Fact, Found, Plan, Request};
use crate::meaning::Meaning;
use crate::question::Question;
use crate::roster::Roster;

/// One state of a store, open for queries.
pub struct QuoteIndex {
    store: Store,
    /// The quotes on each matter of the agenda; see [`QuoteIndex::on_matter`].
    on_matters: OnceLock<Vec<OnceLock<OnMatter>>>,
    /// Set once the encoder has been run on all quotes.
    encoded: OnceLock<()>,
}

/// The quotes of each party on a matter, most relevant first, with their days: those on it, and those that
/// may be.
pub type OnMatter = Vec<[Vec<(QuoteId, Option<Date>)>; 2]>;

enum Store {
    Embedded(Box<Embedded>),
    Quickwit(Box<Archive>),
}

/// Calls the same method of whichever store it is.
macro_rules! either {
    ($index:expr, $store:ident => $call:expr) => {
        match &$index.store {
            Store::Embedded($store) => $call,
            Store::Quickwit($store) => $call,
        }
    };
}

impl QuoteIndex {
    const fn of(store: Store) -> Self {
        Self { store, on_matters: OnceLock::new(), encoded: OnceLock::new() }
    }

    /// Returns whether the order of quotes by meaning no longer changes: answers do without the encoder, or
    /// [`read_meaning`](Self::read_meaning) has been through all quotes.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.meaning() != Meaning::Full || self.encoded.get().is_some()
    }

    /// Returns the quotes on the matter at this place in the agenda, as `find` found them: at most once, as
    /// soon as the index [is settled](Self::is_settled).
    ///
    /// # Errors
    /// Those of `find`.
    pub fn on_matter(
        &self,
        place: usize,
        find: impl FnOnce() -> Result<OnMatter, IndexError>,
    ) -> Result<Cow<'_, OnMatter>, IndexError> {
        let all =
            self.on_matters.get_or_init(|| self.agenda().matters.iter().map(|_| OnceLock::new()).collect());
        match all.get(place).filter(|_| self.is_settled()) {
            None => Ok(Cow::Owned(find()?)),
            Some(kept) => Ok(Cow::Borrowed(match kept.get() {
                Some(found) => found,
                None => {
                    let found = find()?;
                    kept.get_or_init(|| found)
                }
            })),
        }
    }

    /// Opens the current generation of the embedded index under `dir`; returns `None` if there is no index
    /// yet.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if its files are inconsistent, [`IndexError::Io`] if they cannot be read.
    pub fn open(dir: &Path) -> Result<Option<Self>, IndexError> {
        Ok(Embedded::open(dir)?.map(|index| Self::of(Store::Embedded(Box::new(index)))))
    }

    /// Opens the archive at `address` and reads its names and counts; returns `None` if nothing was written
    /// there yet. The vectors of quotes are kept in `dir` on this machine.
    ///
    /// # Errors
    /// [`IndexError::Archive`] if it does not answer, or its answer is invalid.
    pub fn connect(address: &Address, dir: &Path) -> Result<Option<Self>, IndexError> {
        Ok(Archive::open(address, dir)?.map(|archive| Self::of(Store::Quickwit(Box::new(archive)))))
    }

    /// Returns the embedded index; `None` if the store is an archive.
    #[must_use]
    pub fn embedded(&self) -> Option<&Embedded> {
        match &self.store {
            Store::Embedded(index) => Some(index),
            Store::Quickwit(_) => None,
        }
    }

    /// Returns the archive; `None` if the store is on this disk.
    #[must_use]
    pub fn archive(&self) -> Option<&Archive> {
        match &self.store {
            Store::Embedded(_) => None,
            Store::Quickwit(archive) => Some(archive),
        }
    }

    /// Returns the index with this setting for answers by meaning; an index that was just opened uses words
    /// alone.
    #[must_use]
    pub fn with_meaning(self, meaning: Meaning) -> Self {
        match self.store {
            Store::Embedded(index) => Self::of(Store::Embedded(Box::new(index.with_meaning(meaning)))),
            Store::Quickwit(archive) => Self::of(Store::Quickwit(Box::new(archive.with_meaning(meaning)))),
        }
    }

    /// Returns whether and how answers use meaning.
    #[must_use]
    pub const fn meaning(&self) -> Meaning {
        either!(self, index => index.meaning())
    }

    /// Checks that no file has been truncated since the index was opened; an archive has no files on this
    /// disk.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] with the file.
    pub fn intact(&self) -> Result<(), IndexError> {
        match &self.store {
            Store::Embedded(index) => index.intact(),
            Store::Quickwit(_) => Ok(()),
        }
    }

    /// Returns a hash that differs after every change of the index's contents.
    #[must_use]
    pub fn revision(&self) -> u64 {
        either!(self, index => index.revision())
    }

    /// Returns what the index was made from, and by which version.
    #[must_use]
    pub const fn state(&self) -> &State {
        either!(self, index => index.state())
    }

    /// Returns the rounds and matters that the corpus lists.
    #[must_use]
    pub const fn agenda(&self) -> &Agenda {
        either!(self, index => index.agenda())
    }

    /// Returns all speakers and the list of people.
    #[must_use]
    pub const fn roster(&self) -> &Roster {
        either!(self, index => index.roster())
    }

    /// Returns all outlets, in alphabetical order.
    #[must_use]
    pub fn outlets(&self) -> &[String] {
        either!(self, index => index.outlets())
    }

    /// Returns the outlets in the index that `names` refer to, each looked up by
    /// [`outlets_called`](crate::question::outlets_called). A name without a match is kept, so that limiting
    /// to it finds nothing. Empty if `names` is empty.
    #[must_use]
    pub fn outlets_called(&self, names: &[String]) -> Vec<String> {
        search::outlets_called(self.outlets(), names)
    }

    /// Returns all tags, folded, in alphabetical order, with the number of distinct quotes of each.
    pub fn tags(&self) -> impl Iterator<Item = (&str, u64)> {
        let tags = either!(self, index => index.quotes_of_tags());
        tags.iter().map(|(tag, quotes)| (tag.as_str(), *quotes))
    }

    /// Returns the scope that these names of outlets and tags mean in this index.
    #[must_use]
    pub fn scope(&self, outlets: &[String], tags: &[String]) -> Scope {
        Scope { outlets: self.outlets_called(outlets), tags: tags.to_vec() }
    }

    /// Returns the latest day of a quote; `None` if no quote has a day.
    #[must_use]
    pub const fn newest(&self) -> Option<Date> {
        either!(self, index => index.newest())
    }

    /// Returns what was indexed from each file, by path.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents.
    pub fn files(&self) -> Result<BTreeMap<String, FileEntry>, IndexError> {
        match &self.store {
            Store::Embedded(index) => index.files(),
            Store::Quickwit(_) => Ok(BTreeMap::new()),
        }
    }

    /// Returns a session that answers the requests of one question.
    #[must_use]
    pub fn session(&self) -> Session<'_> {
        let asked = match &self.store {
            Store::Embedded(index) => Asked::Embedded(index.session()),
            Store::Quickwit(archive) => Asked::Quickwit(archive.ask()),
        };
        Session { index: self, asked }
    }

    /// Returns the number of distinct quotes on record.
    #[must_use]
    pub fn different_quotes(&self) -> u64 {
        either!(self, index => index.different_quotes())
    }

    /// Returns the number of distinct quotes of a speaker.
    #[must_use]
    pub fn quotes_by(&self, name: &str) -> u64 {
        either!(self, index => index.quotes_by(name))
    }

    /// Returns the number of distinct quotes within the limits of `question`, whatever their topic.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents; [`IndexError::Archive`] if the
    /// archive does not answer.
    pub fn quotes_within(&self, question: &Question) -> Result<u64, IndexError> {
        either!(self, index => index.quotes_within(question))
    }

    /// Returns the days on which quotes were said or, if that is unknown, published, in order, with the
    /// number of quotes, including repetitions.
    #[must_use]
    pub fn days(&self) -> &BTreeMap<Date, u64> {
        either!(self, index => index.days())
    }

    /// Returns the article that `key` identifies, with the quotes of `page` in text order. `key` is tried as
    /// an id, as a URL, and finally as words, for which the best-matching headline with at least half of them
    /// is taken. `None` if there is no such article.
    ///
    /// # Errors
    /// As for [`has_article`](Self::has_article).
    pub fn article(&self, key: &str, page: Page) -> Result<Option<(ArticleEntry, Vec<Record>)>, IndexError> {
        either!(self, index => index.article(key, page))
    }

    /// Returns whether an article has exactly this id or URL.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents; [`IndexError::Archive`] if the
    /// archive does not answer.
    pub fn has_article(&self, key: &str) -> Result<bool, IndexError> {
        either!(self, index => index.has_article(key))
    }

    /// Returns the article with this [`ArticleId::key`](crate::article::ArticleId::key); `None` if there is
    /// none.
    ///
    /// # Errors
    /// As for [`has_article`](Self::has_article).
    pub fn article_numbered(&self, key: u64) -> Result<Option<ArticleEntry>, IndexError> {
        either!(self, index => index.article_numbered(key))
    }

    /// Returns the names in which a word begins with the input `typed` (ignoring case and accents), those
    /// with most quotes first, at most `limit`; all names if the input is empty. Only names with quotes. An
    /// archive completes topics from tags alone.
    #[must_use]
    pub fn names(&self, of: Names, typed: &str, limit: usize) -> Vec<Suggestion> {
        either!(self, index => index.names(of, typed, limit))
    }

    /// Returns the articles with quotes whose titles contain all words of `typed`, the last of which may be
    /// incomplete, the best match first; the newest articles if the input is empty. At most `limit`; none if
    /// the index cannot be read, which the next query reports.
    #[must_use]
    pub fn articles(&self, typed: &str, limit: usize) -> Vec<ArticleEntry> {
        either!(self, index => index.articles(typed, limit))
    }

    /// Passes every quote that may answer `question`, not only the best matches, to `tell`: in byte order of
    /// the article ids, and within an article in text order. A question that consists only of limits selects
    /// all quotes within them; an empty question selects all quotes. Returns the number of quotes.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents, [`IndexError::Archive`] if the
    /// archive does not answer, and the errors of `tell`.
    pub fn each<E: From<IndexError>>(
        &self,
        question: &Question,
        tell: impl FnMut(Record) -> Result<(), E>,
    ) -> Result<u64, E> {
        either!(self, index => index.each(question, tell))
    }

    /// Returns what is known about each quote within the limits of `question` without reading it; the newest
    /// first, and at most `most`. If `words` is not empty, the quote itself must contain at least one of them,
    /// in any of its forms.
    ///
    /// # Errors
    /// As for [`has_article`](Self::has_article).
    pub fn prints(
        &self,
        question: &Question,
        words: &[String],
        most: usize,
    ) -> Result<Vec<Print>, IndexError> {
        either!(self, index => index.prints(question, words, most))
    }

    /// Compares what is stored for `article` with its text. Returns the number of quotes that were compared,
    /// and one line for each difference.
    ///
    /// # Errors
    /// As for [`has_article`](Self::has_article).
    pub fn compare(&self, article: &Article, expected: u32) -> Result<(u64, Vec<String>), IndexError> {
        match &self.store {
            Store::Embedded(index) => index.compare(article, expected),
            Store::Quickwit(_) => Ok((0, Vec::new())),
        }
    }

    /// Returns the number of documents of quotes.
    ///
    /// # Errors
    /// As for [`has_article`](Self::has_article).
    pub fn count_quotes(&self) -> Result<u64, IndexError> {
        match &self.store {
            Store::Embedded(index) => index.count_quotes(),
            Store::Quickwit(archive) => archive.count_quotes(),
        }
    }

    /// Encodes all quotes that have not been encoded yet, the newest first, and keeps the vectors next to the
    /// index, so that questions need not wait for them. Each call continues where the last one ended. Ends
    /// early if `stop` is set. `step` receives the number of quotes done and the total. Does nothing in an
    /// archive of more than 40,000 quotes, or if answers do without the encoder.
    ///
    /// # Errors
    /// As for [`has_article`](Self::has_article).
    pub fn read_meaning(
        &self,
        stop: &AtomicBool,
        step: &mut dyn FnMut(usize, usize),
    ) -> Result<(), IndexError> {
        match &self.store {
            Store::Embedded(index) => index.read_meaning(stop, step),
            Store::Quickwit(archive) => archive.read_meaning(stop, step),
        }?;
        if !stop.load(Ordering::Relaxed) {
            self.encoded.get_or_init(|| ());
        }
        Ok(())
    }

    /// Computes the vectors of all quotes from the meaning of their words, as far as they are missing; see
    /// [`Meaning::Light`]. Ends early if `stop` is set. Does nothing if there are more than 40,000 quotes, or
    /// if answers use words alone.
    ///
    /// # Errors
    /// As for [`has_article`](Self::has_article).
    pub fn read_light(&self, stop: &AtomicBool) -> Result<(), IndexError> {
        match &self.store {
            Store::Embedded(index) => index.read_light(stop),
            Store::Quickwit(archive) => archive.read_light(stop),
        }
    }
}

/// A session that answers the requests of one question from one state of a store.
pub struct Session<'a> {
    index: &'a QuoteIndex,
    asked: Asked<'a>,
}

enum Asked<'a> {
    Embedded(Reader<'a>),
    Quickwit(Asking<'a>),
}

impl Session<'_> {
    /// Returns the store's answers to `requests`, in their order. An archive gets all of them in one round
    /// trip.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents; [`IndexError::Archive`] if an
    /// archive does not answer, or only in part.
    pub fn answer_all(&mut self, requests: &[Request]) -> Result<Vec<Found>, IndexError> {
        match &mut self.asked {
            Asked::Embedded(reader) => requests.iter().map(|request| reader.answer(request)).collect(),
            Asked::Quickwit(asking) => asking.answer_all(requests),
        }
    }

    /// Returns the store's answer to one request.
    ///
    /// # Errors
    /// As for [`answer_all`](Self::answer_all).
    pub fn answer(&mut self, request: &Request) -> Result<Found, IndexError> {
        match &mut self.asked {
            Asked::Embedded(reader) => reader.answer(request),
            Asked::Quickwit(asking) => asking.answer(request),
        }
    }

    /// Returns the quotes that `plan` asks for, at most [`Plan::limit`] and never more than
    /// [`POOL`](crate::inquiry::POOL), in the order of [`Candidate::key`], not of merit. Limits of days and
    /// outlets are never dropped: if nothing is within them, nothing is found.
    ///
    /// # Errors
    /// As for [`answer_all`](Self::answer_all).
    pub fn find(&mut self, plan: &Plan) -> Result<Vec<Candidate>, IndexError> {
        match &mut self.asked {
            Asked::Embedded(reader) => reader.find(plan),
            Asked::Quickwit(asking) => match asking.answer(&Request::Find(plan.clone()))? {
                Found::Candidates { candidates, .. } => Ok(candidates),
                _ => Ok(Vec::new()),
            },
        }
    }

    /// Returns how close in meaning the words of each of `candidates` are to those of `quote`, in their
    /// order; `None` if unknown: nothing is encoded for it.
    #[must_use]
    pub fn known_closeness(&self, quote: &Candidate, candidates: &[Candidate]) -> Vec<Option<f32>> {
        match &self.asked {
            Asked::Embedded(reader) => reader.known_closeness(quote, candidates),
            Asked::Quickwit(asking) => asking.known_closeness(quote, candidates),
        }
    }

    /// Returns the index that answers.
    #[must_use]
    pub const fn index(&self) -> &QuoteIndex {
        self.index
    }

    /// Returns facts about stems, in their order. If an archive does not answer, the facts are empty, and the
    /// next request reports the error.
    #[must_use]
    pub fn facts(&self, stems: &[String]) -> Vec<Fact> {
        match &self.asked {
            Asked::Embedded(reader) => reader.facts(stems),
            Asked::Quickwit(asking) => asking.facts(stems),
        }
    }

    /// Returns the quotes with these ids, in their order; `None` for an id that no quote has.
    ///
    /// # Errors
    /// As for [`answer_all`](Self::answer_all).
    pub fn records(&self, ids: &[QuoteId]) -> Result<Vec<Option<Record>>, IndexError> {
        match &self.asked {
            Asked::Embedded(reader) => reader.records(ids),
            Asked::Quickwit(asking) => asking.records(ids),
        }
    }

    /// Returns what is known about each quote within the limits of `question` without reading it, as
    /// [`QuoteIndex::prints`] does; the newest first, and at most `most`.
    ///
    /// # Errors
    /// As for [`answer_all`](Self::answer_all).
    pub fn prints(&mut self, question: &Question, most: usize) -> Result<Vec<Print>, IndexError> {
        match &mut self.asked {
            Asked::Embedded(reader) => reader.prints(question, most),
            Asked::Quickwit(_) => self.index.prints(question, &[], most),
        }
    }

    /// Returns on which matters each of `prints` is: their places in the agenda, in order. `None` for a quote
    /// that must be read to know. With `only`, other matters may be left out. `prints` are within the limits
    /// of `question`, the newest first.
    ///
    /// # Errors
    /// As for [`answer_all`](Self::answer_all).
    pub fn matters(
        &self,
        question: &Question,
        prints: &[Print],
        only: Option<usize>,
    ) -> Result<Vec<Option<Vec<usize>>>, IndexError> {
        match &self.asked {
            Asked::Embedded(reader) => {
                reader.matters(&prints.iter().map(|print| print.id).collect::<Vec<_>>(), only)
            }
            Asked::Quickwit(asking) => asking.matters(question, prints, only),
        }
    }

    /// Returns what was exchanged with the archive for this question so far; `None` for the store on this
    /// disk.
    #[must_use]
    pub fn traffic(&self) -> Option<super::quickwit::Traffic> {
        match &self.asked {
            Asked::Embedded(_) => None,
            Asked::Quickwit(asking) => Some(asking.traffic()),
        }
    }
}

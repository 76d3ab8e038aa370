//! Finds quotes that may answer a question, and looks up named things: a quote by its id, an article by id,
//! URL or title.

use std::collections::HashSet;
use std::ops::Bound;

use jiff::civil::Date;
use rustc_hash::FxHashMap;
use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, Occur, Query, QueryClone as _, RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, DocSet as _, Searcher, SegmentReader, TERMINATED, TantivyDocument, Term};

use super::ledger::article_key;
use super::schema::day_number;
use super::sought::{
    TERMS, content_stems, keep_named, keep_unnamed, most_of_phrase, phrase_stems, surnames, topic_stems,
};
use super::stored::{ArticleEntry, Reading, StoredArticle};
use super::{Embedded, IndexError, damaged, live, stored};
use crate::answer::{self, Candidate, Page, QuoteId, Record};
use crate::article::ArticleId;
use crate::fold;
use crate::inquiry::{Fact, Found, POOL, Plan, Request, Unnamed};
use crate::lang::Language;
use crate::question::{self, Group, Limit, Question, Wish};

/// Document frequency up to which deleted documents are left out of counts.
pub(super) const WEIGHED: u32 = 4096;

/// Maximum number of candidates for a question with a topic.
pub(super) const TOPICAL: usize = 100;
/// The same for a question with a phrase: the words of these candidates are read and compared.
pub(super) const PHRASES: usize = 30;
/// Weight of a synonym of a word of the question in the search for candidates.
pub(super) const ALIKE: f32 = 0.4;
/// Rough ratio of the number of contexts that contain a word to the number of quotes that do.
pub(super) const AROUND: u64 = 4;
/// Maximum number of quotes within the limits of a question, the newest first, that are compared by meaning.
pub(super) const COMPARED: usize = 4000;
/// Number of quotes from which on a speaker becomes a clause of the union.
const OFTEN: u64 = 2000;

/// Answers requests from one commit of an index, and remembers the addresses of the quotes it found.
pub struct Reader<'a> {
    pub(super) index: &'a Embedded,
    pub(super) searcher: Searcher,
    pub(super) places: FxHashMap<QuoteId, DocAddress>,
}

impl Embedded {
    /// Returns a session that answers the requests of one question.
    #[must_use]
    pub fn session(&self) -> Reader<'_> {
        Reader { index: self, searcher: self.reader.searcher(), places: FxHashMap::default() }
    }

    fn frequency(&self, searcher: &Searcher, stem: &str) -> u64 {
        match self.documents(searcher, self.fields.topic, stem) {
            // A function word is not in `topic`, so its frequency is estimated: a quote with its context is
            // several times as long as the quote.
            0 => AROUND * self.documents(searcher, self.fields.stems, stem),
            found => found,
        }
    }

    /// Returns the number of documents with a term that are not deleted; above [`WEIGHED`], deleted ones are
    /// counted too.
    pub(super) fn documents(&self, searcher: &Searcher, field: Field, word: &str) -> u64 {
        let term = Term::from_field_text(field, word);
        let count = |segment: &SegmentReader| -> tantivy::Result<u32> {
            let inverted = segment.inverted_index(field)?;
            let Some(info) = inverted.get_term_info(&term)? else { return Ok(0) };
            live(segment, &inverted, &info, WEIGHED)
        };
        searcher.segment_readers().iter().map(|segment| u64::from(count(segment).unwrap_or(0))).sum()
    }
}

impl Reader<'_> {
    /// Returns the index's answer to a request.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents.
    pub fn answer(&mut self, request: &Request) -> Result<Found, IndexError> {
        Ok(match request {
            Request::Facts(stems) => Found::Facts(self.facts(stems)),
            Request::Find(plan) => {
                let candidates = self.find(plan)?;
                Found::Candidates { floor: floor(&candidates), candidates }
            }
            Request::Records(ids) => Found::Records(self.records(ids)?),
            Request::Near { sought, candidates } => Found::Near(self.near(sought, candidates)?),
            Request::Relevance { text, quotes } => {
                let known = self.index.meaning.as_ref();
                Found::Relevance(known.map(|known| known.relevance(text, quotes)).unwrap_or_default())
            }
            Request::Count { question, words } => Found::Times(self.index.count(question, words)?),
            Request::Called { name, limit } => {
                let called = self.index.roster.beginning(name, *limit);
                Found::Names(called.into_iter().map(|speaker| speaker.name.clone()).collect())
            }
        })
    }

    /// Returns the index that is asked.
    #[must_use]
    pub const fn index(&self) -> &Embedded {
        self.index
    }

    /// Returns facts about stems, in their order.
    #[must_use]
    pub fn facts(&self, stems: &[String]) -> Vec<Fact> {
        let fact = |stem: &String| {
            let frequency = self.index.frequency(&self.searcher, stem);
            Fact { present: frequency > 0, rarity: rarity(self.index.state.quotes, stem, frequency) }
        };
        stems.iter().map(fact).collect()
    }

    /// Returns the quotes that `plan` asks for, at most [`Plan::limit`] and never more than [`POOL`], in the
    /// order of [`Candidate::key`], not of merit. Limits of days and outlets are never dropped: if nothing is
    /// within them, nothing is found.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents.
    pub fn find(&mut self, plan: &Plan) -> Result<Vec<Candidate>, IndexError> {
        match &plan.unnamed {
            Some(unnamed) => self.find_unnamed(plan, unnamed),
            None => self.find_named(plan),
        }
    }

    /// Returns the quotes with these ids, in their order; `None` for an id that no quote has. Quotes that
    /// this session found are not looked up again.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents.
    pub fn records(&self, ids: &[QuoteId]) -> Result<Vec<Option<Record>>, IndexError> {
        let mut out: Vec<Option<Record>> = ids.iter().map(|_| None).collect();
        let mut reading = Reading::new(self.index, &self.searcher);
        // Quotes of the same article are adjacent, so that its text is read only once.
        for (place, at) in self.addresses(ids).map_err(damaged(&self.index.dir))? {
            out[at] = Some(reading.record(place)?);
        }
        Ok(out)
    }

    /// Returns the addresses of the quotes with these ids, in order, each with its place among `ids`; without
    /// those that no quote has.
    pub(super) fn addresses(&self, ids: &[QuoteId]) -> tantivy::Result<Vec<(DocAddress, usize)>> {
        let mut out = Vec::with_capacity(ids.len());
        for (at, id) in ids.iter().enumerate() {
            let place = match self.places.get(id) {
                Some(place) => Some(*place),
                None => self.place(*id)?,
            };
            out.extend(place.map(|place| (place, at)));
        }
        out.sort_unstable();
        Ok(out)
    }

    /// Returns the address of the quote with an id.
    pub(super) fn place(&self, id: QuoteId) -> tantivy::Result<Option<DocAddress>> {
        let field = self.index.fields.id;
        let term = Term::from_field_u64(field, id.0);
        for (ordinal, segment) in (0..).zip(self.searcher.segment_readers()) {
            let inverted = segment.inverted_index(field)?;
            let Some(mut postings) = inverted.read_postings(&term, IndexRecordOption::Basic)? else {
                continue;
            };
            while postings.doc() != TERMINATED {
                if !segment.is_deleted(postings.doc()) {
                    return Ok(Some(DocAddress::new(ordinal, postings.doc())));
                }
                postings.advance();
            }
        }
        Ok(None)
    }

    /// Describes what was found, and remembers the addresses.
    fn describe(
        &mut self,
        mut found: Vec<(DocAddress, f32)>,
        stems: &[String],
        group: &[String],
        alike: &[Vec<String>],
    ) -> tantivy::Result<Vec<Candidate>> {
        found.sort_unstable_by_key(|(address, _)| *address);
        let candidates = self.index.describe(&self.searcher, &found, stems, group, alike)?;
        self.places
            .extend(candidates.iter().zip(&found).map(|(candidate, (place, _))| (candidate.id, *place)));
        Ok(candidates)
    }

    fn find_named(&mut self, plan: &Plan) -> Result<Vec<Candidate>, IndexError> {
        let (index, question) = (self.index, &plan.question);
        let failed = damaged(&index.dir);
        let words = question.phrase.as_deref().map(fold::words).unwrap_or_default();
        let stems: Vec<String> = question.terms.iter().map(|term| fold::stem(term)).collect();
        let mut any =
            if words.is_empty() { index.of_topic(&stems, &plan.weights) } else { index.of_phrase(&words) };
        let alike = plan.alike.iter().flatten().map(|stem| weighted(term(index.fields.topic, stem), ALIKE));
        any.extend(alike);
        let group: Vec<String> = question.group.iter().flat_map(group_stems).collect();
        let found = if any.is_empty() {
            let oldest = question.wish == Wish::First;
            let limit = plan.limit.min(POOL);
            let enough = index.days_with(limit, oldest).filter(|_| !has_limits(question));
            let within = Question { published: question.published.or(enough), ..question.clone() };
            let query = index.limited(&within, any, &self.searcher, OFTEN).query;
            let found = index.by_day(&self.searcher, &*query, oldest, limit).map_err(&failed)?;
            found.into_iter().map(|address| (address, 0.0)).collect()
        } else {
            // Within a range of days a speaker may have few quotes: a clause that outweighs all others would
            // then cause all quotes of the speaker to be scanned.
            let often = if question.published.is_some() { u64::MAX } else { OFTEN };
            let rare = question.published.filter(|days| !index.are_common(*days));
            let within = Question { published: rare, ..question.clone() };
            let limited = Limited {
                scores_all: !words.is_empty(),
                ..index.limited(&within, any, &self.searcher, often)
            };
            let pool = plan.limit.min(if words.is_empty() { TOPICAL } else { PHRASES });
            let mut found = index
                .best(&self.searcher, &limited, question.published, pool, plan.above)
                .map_err(&failed)?;
            if let Some(sought) = &plan.wide {
                let mut known: HashSet<DocAddress> = found.iter().map(|(address, _)| *address).collect();
                let mut more = self.in_articles(question)?;
                if has_limits(question) {
                    // Any quote without a vector is as likely to be near as another, so the newest are taken.
                    let query = index.limited(question, Vec::new(), &self.searcher, OFTEN).query;
                    let within = |limit| index.by_day(&self.searcher, &*query, false, limit).map_err(&failed);
                    more.extend(self.nearest(sought, Some(within(COMPARED)?))?);
                    more.extend(within(POOL)?);
                } else {
                    more.extend(self.nearest(sought, None)?);
                }
                more.retain(|address| known.insert(*address));
                let room = POOL.saturating_sub(found.len());
                found.extend(more.into_iter().take(room).map(|address| (address, 0.0)));
            }
            found
        };
        let said = content_stems(&words);
        let looked: Vec<String> = stems.iter().chain(&said).cloned().collect();
        let mut candidates = self.describe(found, &looked, &group, &plan.alike).map_err(&failed)?;
        // If a clause outweighs all others, quotes of other speakers are found too once those of the speaker
        // run out.
        keep_named(&mut candidates, question, index.roster());
        self.weigh_phrase(plan, &said, &mut candidates)?;
        if let Some(sought) = &plan.wide {
            self.add_light(sought, &mut candidates)?;
        }
        candidates.sort_unstable_by_key(Candidate::key);
        Ok(candidates)
    }

    /// Returns the quotes within the limits of a follow-up that are in an article with the answer before, at
    /// most a hundred.
    fn in_articles(&self, question: &Question) -> Result<Vec<DocAddress>, IndexError> {
        let of = |key: &u64| -> Box<dyn Query> {
            let term = Term::from_field_u64(self.index.fields.group, *key);
            Box::new(TermQuery::new(term, IndexRecordOption::Basic))
        };
        let articles = question.after.iter().flat_map(|after| &after.articles).map(of).collect();
        let Some(articles) = one_of(articles) else { return Ok(Vec::new()) };
        let within = self.index.limited(question, Vec::new(), &self.searcher, u64::MAX).query;
        let query = BooleanQuery::new(vec![(Occur::Must, within), (Occur::Must, filter(articles))]);
        self.index.by_day(&self.searcher, &query, false, TOPICAL).map_err(damaged(&self.index.dir))
    }

    /// Sets for each candidate how much of the phrase it contains. The zones of the phrase's stems, `said`,
    /// are the last ones of each candidate. Only quotes that contain enough of the stems are read.
    fn weigh_phrase(
        &self,
        plan: &Plan,
        said: &[String],
        candidates: &mut [Candidate],
    ) -> Result<(), IndexError> {
        let Some(phrase) = &plan.phrase else { return Ok(()) };
        let mut reading = Reading::new(self.index, &self.searcher);
        for candidate in candidates {
            candidate.phrase = most_of_phrase(candidate, phrase, said);
            if answer::is_found(candidate.phrase)
                && let Some(place) = self.places.get(&candidate.id)
            {
                candidate.phrase = phrase.similarity(&reading.record(*place)?.words());
            }
        }
        Ok(())
    }

    /// Returns quotes on the topic without a named speaker whose paragraph, or a neighbouring one, contains
    /// the surname of a speaker in the question: "he said" where it is unclear who he is. In any article: at
    /// most a hundred are examined, namely those whose words and context may contain the required share of
    /// the topic. In the order of [`Candidate::key`]; empty if the question has no speaker or no topic.
    fn find_unnamed(&mut self, plan: &Plan, unnamed: &Unnamed) -> Result<Vec<Candidate>, IndexError> {
        let (index, question) = (self.index, &plan.question);
        let failed = damaged(&index.dir);
        let surnames = surnames(question);
        if surnames.is_empty() || question.terms.is_empty() {
            return Ok(Vec::new());
        }
        let mut stems: Vec<String> = question.terms.iter().map(|term| fold::stem(term)).collect();
        let found = if unnamed.beside.is_empty() {
            let topic_of = |stem| term(index.fields.topic, stem);
            let named = one_of(surnames.iter().map(|stem| topic_of(stem)).collect());
            let anybody = Question { speakers: Vec::new(), ..question.clone() };
            let rare = rarest(&plan.weights, unnamed.share);
            let rest = (0..stems.len()).filter(|at| !rare.contains(at));
            let any = rare.iter().map(|&at| topic_of(&stems[at])).collect();
            let topic = index.limited(&anybody, any, &self.searcher, u64::MAX).query;
            let must = named.map(filter).into_iter().chain([topic]).map(|query| (Occur::Must, query));
            let should = rest.take(TERMS).map(|at| (Occur::Should, topic_of(&stems[at])));
            let query = BooleanQuery::new(must.chain(should).collect());
            index.best(&self.searcher, &Limited::from(query), None, TOPICAL, 0.0)
        } else {
            self.beside(&unnamed.beside)
        };
        let (terms, names) = (stems.len(), surnames.len());
        stems.extend(surnames);
        stems.extend(question.excluded.iter().map(|word| fold::stem(word)));
        let found = found.map_err(&failed)?;
        let mut candidates = self.describe(found, &stems, &[], &plan.alike).map_err(&failed)?;
        keep_unnamed(&mut candidates, terms, names);
        candidates.sort_unstable_by_key(Candidate::key);
        Ok(candidates)
    }

    /// Returns the documents of the articles of these quotes.
    fn beside(&self, quotes: &[QuoteId]) -> tantivy::Result<Vec<(DocAddress, f32)>> {
        let mut keys = Vec::new();
        for place in quotes.iter().filter_map(|id| self.places.get(id)) {
            keys.extend(self.index.columns(place.segment_ord)?.group.first(place.doc_id));
        }
        keys.sort_unstable();
        keys.dedup();
        let mut out = Vec::new();
        for key in keys {
            let documents = self.index.documents_of(&self.searcher, key)?.into_iter();
            let kept = |at: &DocAddress| !self.searcher.segment_reader(at.segment_ord).is_deleted(at.doc_id);
            out.extend(documents.filter(kept).map(|address| (address, 0.0)));
        }
        Ok(out)
    }
}

/// A search for quotes within limits.
pub(super) struct Limited {
    pub(super) query: Box<dyn Query>,
    /// The parts of the query, if it has both.
    pub(super) narrow: Option<Narrow>,
    /// Set to score every match. Otherwise blocks of postings that cannot contain a high score are skipped.
    /// With the many words of a phrase there is hardly such a block, and searching for one takes several times
    /// as long as scoring all.
    pub(super) scores_all: bool,
}

/// A search in two parts.
pub(super) struct Narrow {
    /// The clauses of which one must match; their scores are added.
    pub(super) any: Vec<Box<dyn Query>>,
    /// The limits.
    pub(super) limits: Box<dyn Query>,
}

impl From<BooleanQuery> for Limited {
    fn from(query: BooleanQuery) -> Self {
        Self { query: Box::new(query), narrow: None, scores_all: false }
    }
}

impl Embedded {
    /// Returns clauses of which a quote with any word of a topic matches at least one.
    fn of_terms(&self, stems: &[String]) -> Vec<Box<dyn Query>> {
        stems.iter().take(TERMS).map(|stem| term(self.fields.topic, stem)).collect()
    }

    /// Returns clauses of which a quote about a topic matches at least one.
    fn of_topic(&self, stems: &[String], weights: &[f32]) -> Vec<Box<dyn Query>> {
        topic_stems(stems, weights).into_iter().map(|stem| term(self.fields.topic, stem)).collect()
    }

    /// Returns clauses of which a quote with nearly these words matches at least one.
    fn of_phrase(&self, words: &[String]) -> Vec<Box<dyn Query>> {
        phrase_stems(words).iter().map(|stem| term(self.fields.stems, stem)).collect()
    }

    /// Builds the query for exactly the quotes that may answer. If the question consists only of limits,
    /// articles within them match too.
    pub(super) fn query(&self, question: &Question, searcher: &Searcher) -> Box<dyn Query> {
        let words = question.phrase.as_deref().map(fold::words).unwrap_or_default();
        let stems: Vec<String> = question.terms.iter().map(|term| fold::stem(term)).collect();
        let any = if words.is_empty() { self.of_terms(&stems) } else { self.of_phrase(&words) };
        self.limited(question, any, searcher, u64::MAX).query
    }

    /// Builds the query for quotes that match all limits of the question and, if `any` is not empty, at least
    /// one clause of `any`; if it is empty, articles within the limits match too. If the speakers have at
    /// least `often` quotes, the query does not exclude others but only puts the speakers' quotes first.
    fn limited(
        &self,
        question: &Question,
        any: Vec<Box<dyn Query>>,
        searcher: &Searcher,
        often: u64,
    ) -> Limited {
        let fields = self.fields;
        let mut must: Vec<Box<dyn Query>> = Vec::new();
        if let Some(days) = question.published {
            let bound = |day: Option<Date>| match day {
                Some(day) => Bound::Included(Term::from_field_i64(fields.day, day_number(day))),
                None => Bound::Unbounded,
            };
            must.push(filter(Box::new(RangeQuery::new(bound(days.from), bound(days.to)))));
        }
        let said: Vec<String> = question.outlet.iter().cloned().collect();
        for names in [&said, &question.outlets, &question.part.outlets] {
            let outlets = self.outlets_called(names);
            must.extend(one_of(outlets.iter().map(|name| term(fields.outlet, name)).collect()).map(filter));
        }
        for tags in [&question.tags, &question.part.tags] {
            let tags = tags.iter().map(|tag| term(fields.tag, &fold::words(tag).join(" "))).collect();
            must.extend(one_of(tags).map(filter));
        }
        let group = question.group.iter().flat_map(group_stems);
        must.extend(one_of(group.map(|stem| term(fields.topic, &stem)).collect()).map(filter));
        let not: Vec<_> =
            question.excluded.iter().map(|word| term(fields.stems, &fold::stem(word))).collect();
        let names = question.speakers.iter().flat_map(|name| self.roster().spellings(name));
        let speakers: Vec<(&str, u64)> =
            names.map(|name| (name, self.documents(searcher, fields.speaker, name))).collect();
        let all: u64 = speakers.iter().map(|(_, quotes)| quotes).sum();
        // A speaker who is quoted often becomes a clause that outweighs all others: a union of terms skips
        // whole blocks of postings, and the speaker has at least as many quotes as are needed.
        let outweigh = !any.is_empty() && must.is_empty() && not.is_empty() && all >= often;
        if outweigh {
            let heavy =
                |(name, quotes): &(&str, u64)| weighted(term(fields.speaker, name), self.heavy(*quotes));
            return BooleanQuery::union(speakers.iter().map(heavy).chain(any).collect()).into();
        }
        if !speakers.is_empty() {
            let clauses = speakers.iter().map(|(name, _)| term(fields.speaker, name)).collect();
            must.extend(one_of(clauses).map(filter));
        }
        if must.is_empty() && any.is_empty() {
            must.push(filter(term(fields.class, "quote")));
        }
        if must.is_empty() && not.is_empty() {
            return BooleanQuery::union(any).into();
        }
        let copy = |queries: &[Box<dyn Query>]| -> Vec<Box<dyn Query>> {
            queries.iter().map(|query| query.box_clone()).collect()
        };
        let all = |must: Vec<Box<dyn Query>>| {
            let must = must.into_iter().map(|query| (Occur::Must, query));
            let not = copy(&not).into_iter().map(|query| (Occur::MustNot, query));
            BooleanQuery::new(must.chain(not).collect())
        };
        let narrow = (!must.is_empty() && !any.is_empty())
            .then(|| Narrow { any: copy(&any), limits: Box::new(all(copy(&must))) });
        must.extend(one_of(any));
        Limited { query: Box::new(all(must)), narrow, scores_all: false }
    }

    /// Returns a weight for a speaker's name that exceeds that of [`TERMS`] terms together.
    fn heavy(&self, quotes: u64) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "a weight needs no more than seven digits")]
        let (all, with) = (self.state.quotes as f32, quotes as f32);
        2000.0 / (1.0 + all / (with + 1.0)).ln()
    }

    /// Returns the article that `key` identifies, with the quotes of `page` in text order. `key` is tried as
    /// an id, as a URL, and finally as words, for which the best-matching headline with at least half of them
    /// is taken. `None` if there is no such article.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents.
    pub fn article(&self, key: &str, page: Page) -> Result<Option<(ArticleEntry, Vec<Record>)>, IndexError> {
        let Some(entry) = self.article_entry(key)? else { return Ok(None) };
        let records = self.quotes_of(&entry.article, page.offset, page.limit)?;
        Ok(Some((entry, records)))
    }

    fn article_entry(&self, key: &str) -> Result<Option<ArticleEntry>, IndexError> {
        let searcher = self.reader.searcher();
        let fields = self.fields;
        let words = fold::words(key);
        let stems = || words.iter().map(|word| term(fields.headline, &fold::stem(word)));
        if let Some(entry) = self.article_called(key)? {
            return Ok(Some(entry));
        }
        if words.is_empty() {
            return Ok(None);
        }
        let half = words.len().div_ceil(2);
        let any = stems().map(|stem| (Occur::Should, stem)).collect();
        self.first(&searcher, BooleanQuery::with_minimum_required_clauses(any, half))
    }

    /// Returns whether an article has exactly this id or URL.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents.
    pub fn has_article(&self, key: &str) -> Result<bool, IndexError> {
        Ok(self.article_called(key)?.is_some())
    }

    /// Returns the article with this [`ArticleId::key`]; `None` if there is none.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents.
    pub fn article_numbered(&self, key: u64) -> Result<Option<ArticleEntry>, IndexError> {
        let of_key = Term::from_field_u64(self.fields.key, key);
        let of_key = Box::new(TermQuery::new(of_key, IndexRecordOption::Basic));
        let class = filter(term(self.fields.class, "article"));
        self.first(&self.reader.searcher(), BooleanQuery::intersection(vec![class, of_key]))
    }

    fn article_called(&self, key: &str) -> Result<Option<ArticleEntry>, IndexError> {
        let (searcher, fields) = (self.reader.searcher(), self.fields);
        for name in [term(fields.article, key.trim()), term(fields.url, &fold::address(key))] {
            let class = filter(term(fields.class, "article"));
            let query = BooleanQuery::intersection(vec![class, name]);
            if let Some(entry) = self.first(&searcher, query)? {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    fn first(&self, searcher: &Searcher, query: BooleanQuery) -> Result<Option<ArticleEntry>, IndexError> {
        let failed = damaged(&self.dir);
        let found = self.best(searcher, &query.into(), None, 1, 0.0).map_err(&failed)?;
        let Some((address, _)) = found.into_iter().next() else { return Ok(None) };
        let document: TantivyDocument = searcher.doc(address).map_err(&failed)?;
        let article: StoredArticle = stored(&document, self.fields.record).map_err(&failed)?;
        Ok(Some(article.entry))
    }

    /// Returns the quotes of an article in text order.
    pub(super) fn quotes_of(
        &self,
        article: &ArticleId,
        offset: usize,
        limit: usize,
    ) -> Result<Vec<Record>, IndexError> {
        let searcher = self.reader.searcher();
        let fields = self.fields;
        let group = Term::from_field_u64(fields.group, article_key(article));
        let group = Box::new(TermQuery::new(group, IndexRecordOption::Basic));
        let query = BooleanQuery::intersection(vec![term(fields.class, "quote"), group]);
        let found =
            searcher.search(&query, &tantivy::collector::DocSetCollector).map_err(damaged(&self.dir))?;
        let mut reading = Reading::new(self, &searcher);
        let ordinal =
            |address: DocAddress| Ok((self.columns(address.segment_ord)?.ordinal(address.doc_id), address));
        let placed: tantivy::Result<Vec<(u16, DocAddress)>> = found.into_iter().map(ordinal).collect();
        let mut placed = placed.map_err(damaged(&self.dir))?;
        placed.sort_unstable();
        placed.into_iter().skip(offset).take(limit).map(|(_, address)| reading.record(address)).collect()
    }
}

/// Returns the weight of a stem with `frequency` among `quotes`: its inverse document frequency among the
/// contexts of quotes (Robertson & Zaragoza 2009), at least 0.05. A function word gets a fifth of that.
pub(super) fn rarity(quotes: u64, stem: &str, frequency: u64) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "a weight needs no more than seven digits")]
    let (all, with) = (quotes as f32, frequency as f32);
    let weight = (1.0 + (all - with + 0.5).max(0.0) / (with + 0.5)).ln().max(0.05);
    if Language::primary().is_function_word(stem) { weight * 0.2 } else { weight }
}

/// Returns a lower bound for the scores of any further search for the same and more words, if this one found
/// its maximum number; otherwise 0.
pub(super) fn floor(candidates: &[Candidate]) -> f32 {
    if candidates.len() < TOPICAL {
        return 0.0;
    }
    // Sums of the same numbers in another order differ in the last digits.
    candidates.iter().map(|candidate| candidate.found).fold(f32::MAX, f32::min) * 0.999
}

/// Returns the indices of the rarest terms, as few as possible, such that any quote with `share` of the total
/// weight contains one of them.
pub(super) fn rarest(weights: &[f32], share: f32) -> Vec<usize> {
    let mut places: Vec<usize> = (0..weights.len()).collect();
    places.sort_by(|a, b| weights[*b].total_cmp(&weights[*a]));
    let wanted = weights.iter().sum::<f32>() * share;
    let mut rest: f32 = weights.iter().sum();
    let needed = places.iter().take_while(|place| {
        let more = rest >= wanted;
        rest -= weights[**place];
        more
    });
    let needed = needed.count();
    places.truncate(needed);
    places
}

/// Returns those of `outlets` that `names` refer to; a name without a match is kept, so that limiting to it
/// finds nothing.
pub(super) fn outlets_called(outlets: &[String], names: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for name in names {
        let found = question::outlets_called(name, outlets);
        out.extend(if found.is_empty() { vec![name.clone()] } else { found });
    }
    out
}

/// Returns whether a question has limits that leave so few quotes that all of them, or at least the newest,
/// can be examined.
pub(super) fn has_limits(question: &Question) -> bool {
    let places = [Limit::Outlets, Limit::Tags, Limit::Part].into_iter().any(|limit| question.has(limit));
    let people = !question.speakers.is_empty()
        || !question.others.is_empty()
        || question.group.is_some()
        || !question.parties.is_empty();
    places || people || question.published.is_some() || !question.excluded.is_empty()
}

pub(super) fn group_stems(group: &Group) -> impl Iterator<Item = String> {
    group.words.iter().map(|word| fold::stem(word))
}

pub(super) fn term(field: Field, text: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::WithFreqs))
}

/// Returns a query for documents that match at least one of `queries`; `None` if there are none.
fn one_of(mut queries: Vec<Box<dyn Query>>) -> Option<Box<dyn Query>> {
    match queries.len() {
        0 | 1 => queries.pop(),
        _ => Some(Box::new(BooleanQuery::union(queries))),
    }
}

fn weighted(query: Box<dyn Query>, weight: f32) -> Box<dyn Query> {
    Box::new(BoostQuery::new(query, weight))
}

fn filter(query: Box<dyn Query>) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rarest_terms_are_those_without_which_too_little_is_left() {
        assert_eq!(rarest(&[1.0, 3.0, 2.0], 0.65), [1]);
        assert_eq!(rarest(&[2.0, 2.0, 2.0], 0.65), [0, 1]);
        assert_eq!(rarest(&[5.0], 0.65), [0]);
    }
}

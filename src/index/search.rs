//! Finds what may answer a question, and what has a name: a quote by its id, an article by id, address or title.

use std::ops::Bound;

use jiff::civil::Date;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, ConstScoreQuery, Occur, Query, RangeQuery, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, Order, Searcher, SegmentReader, TantivyDocument, Term};

use super::document::address;
use super::ledger::article_key;
use super::schema::day_number;
use super::stored::{ArticleEntry, Reading, StoredArticle};
use super::{IndexError, QuoteIndex, damaged, live, stored};
use crate::answer::{Candidate, Phrase, Place, QuoteId, Record, Zone};
use crate::fold;
use crate::lang::ENGLISH;
use crate::question::{Group, Question, Wish};

/// Documents with a word up to which deleted ones are told apart.
pub(super) const WEIGHED: u32 = 4096;

/// How many candidates the index hands to the ranking.
pub const POOL: usize = 200;
/// How many of them where a topic is asked for.
const TOPICAL: usize = 100;
/// How many of them for a phrase: their words are read and compared.
const PHRASES: usize = 30;
/// What a word counts that only stands for one of the question, when candidates are looked for.
const ALIKE: f32 = 0.4;
/// Words that are rarer by less than this share than the rarest two of a question find no candidates: long lists of postings that decide
/// nothing.
const COMMON: f32 = 0.3;
/// How many times as many surroundings as quotes hold a word, about.
const AROUND: u64 = 4;
/// How many words of a question are looked up.
const TERMS: usize = 24;
/// From how many quotes on a speaker is a clause of the union.
const OFTEN: u64 = 2000;

impl QuoteIndex {
    /// Returns whether a folded word, or another form of it, occurs in or around a quote.
    #[must_use]
    pub fn has_word(&self, word: &str) -> bool {
        self.frequency(&fold::stem(word)) > 0
    }

    /// Returns the weight of a stem: its inverse document frequency among the quotes' contexts (Robertson & Zaragoza 2009), at
    /// least 0.05.
    #[must_use]
    pub fn rarity(&self, stem: &str) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "a weight needs no more than seven digits")]
        let (all, with) = (self.state.quotes as f32, self.frequency(stem) as f32);
        let weight = (1.0 + (all - with + 0.5).max(0.0) / (with + 0.5)).ln().max(0.05);
        if ENGLISH.is_function_word(stem) { weight * 0.2 } else { weight }
    }

    fn frequency(&self, stem: &str) -> u64 {
        let searcher = self.reader.searcher();
        match self.documents(&searcher, self.fields.topic, stem) {
            // That of a function word, which is no topic: what is in and around a quote is several times as long as the quote.
            0 => AROUND * self.documents(&searcher, self.fields.stems, stem),
            found => found,
        }
    }

    /// The number of documents with a term that are not deleted; above [`WEIGHED`] about that number.
    pub(super) fn documents(&self, searcher: &Searcher, field: Field, word: &str) -> u64 {
        let term = Term::from_field_text(field, word);
        let count = |segment: &SegmentReader| -> tantivy::Result<u32> {
            let inverted = segment.inverted_index(field)?;
            let Some(info) = inverted.get_term_info(&term)? else { return Ok(0) };
            live(segment, &inverted, &info, WEIGHED)
        };
        searcher.segment_readers().iter().map(|segment| u64::from(count(segment).unwrap_or(0))).sum()
    }

    /// Returns the quotes that may answer `question`, at most [`POOL`], in the order of their places. Limits of days and outlet that
    /// leave nothing are not dropped: the answer is then empty.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] where a file of the index does not hold what it should.
    pub fn search(&self, question: &Question) -> Result<Vec<Candidate>, IndexError> {
        let failed = damaged(&self.dir);
        let searcher = self.reader.searcher();
        let words = question.phrase.as_deref().map(fold::words).unwrap_or_default();
        let stems: Vec<String> = question.terms.iter().map(|term| fold::stem(term)).collect();
        let mut any = if words.is_empty() { self.of_topic(&stems) } else { self.of_phrase(&words) };
        let alike =
            question.alike.iter().flatten().map(|stem| weighted(term(self.fields.topic, stem), ALIKE));
        any.extend(alike);
        let group: Vec<String> = question.group.iter().flat_map(group_stems).collect();
        let ordered = !any.is_empty();
        let query = self.limited(question, any, &searcher, OFTEN);
        let found: Vec<DocAddress> = if ordered {
            let pool = if words.is_empty() { TOPICAL } else { PHRASES };
            let found = searcher.search(&query, &TopDocs::with_limit(pool).order_by_score());
            found.map_err(&failed)?.into_iter().map(|(_, address)| address).collect()
        } else {
            let order = if question.wish == Wish::First { Order::Asc } else { Order::Desc };
            let collector = TopDocs::with_limit(POOL).order_by_fast_field::<i64>("day", order);
            let found = searcher.search(&query, &collector).map_err(&failed)?;
            found.into_iter().map(|(_, address)| address).collect()
        };
        let mut candidates =
            self.describe(&searcher, found, &stems, &group, &question.alike).map_err(&failed)?;
        // The clause that outweighs all others may have run out of quotes that are not deleted.
        let print = |name: &String| self.roster().owner_print(fold::fingerprint(name));
        let wanted: Vec<u32> = question.speakers.iter().map(print).collect();
        let unwanted: Vec<u32> = question.others.iter().map(print).collect();
        candidates.retain(|found| question.group.is_none() || found.member);
        candidates.retain(|found| match found.speaker {
            Some(speaker) => (wanted.is_empty() || wanted.contains(&speaker)) && !unwanted.contains(&speaker),
            None => wanted.is_empty(),
        });
        if let Some(phrase) = &question.phrase {
            let phrase = Phrase::new(phrase, &|stem| self.rarity(stem));
            let mut reading = Reading::new(self, &searcher);
            for candidate in &mut candidates {
                let Place { segment, document } = candidate.place;
                let record = reading.record(DocAddress::new(segment, document))?;
                candidate.phrase = phrase.similarity(&record.words());
            }
        }
        Ok(candidates)
    }

    /// Returns quotes on the topic whose speaker nobody names, in or beside a paragraph that holds the surname of a speaker who is asked
    /// about: "he said" where it is open who he is. At most a hundred, in the order of their places; empty where no speaker or no topic
    /// is asked about.
    ///
    /// # Errors
    /// As [`QuoteIndex::search`].
    pub fn search_unnamed(&self, question: &Question) -> Result<Vec<Candidate>, IndexError> {
        let failed = damaged(&self.dir);
        let searcher = self.reader.searcher();
        let mut stems: Vec<String> = question.terms.iter().map(|term| fold::stem(term)).collect();
        let surnames: Vec<String> = question
            .speakers
            .iter()
            .filter_map(|name| fold::words(name).last().map(|word| fold::stem(word)))
            .collect();
        let Some(named) = one_of(surnames.iter().map(|stem| term(self.fields.topic, stem)).collect()) else {
            return Ok(Vec::new());
        };
        let anybody = Question { speakers: Vec::new(), ..question.clone() };
        let any = self.of_topic(&stems);
        if any.is_empty() {
            return Ok(Vec::new());
        }
        let topic = self.limited(&anybody, any, &searcher, u64::MAX);
        let query = BooleanQuery::intersection(vec![filter(named), topic]);
        let found =
            searcher.search(&query, &TopDocs::with_limit(TOPICAL).order_by_score()).map_err(&failed)?;
        let found = found.into_iter().map(|(_, address)| address).collect();
        let terms = stems.len();
        stems.extend(surnames);
        let mut candidates =
            self.describe(&searcher, found, &stems, &[], &question.alike).map_err(&failed)?;
        candidates.retain_mut(|candidate| {
            let names = candidate.zones.split_off(terms);
            candidate.speaker.is_none() && names.into_iter().flatten().any(|zone| zone >= Zone::Around)
        });
        Ok(candidates)
    }

    /// The clauses of which a quote with any word of a topic fulfils one or more.
    fn of_terms(&self, stems: &[String]) -> Vec<Box<dyn Query>> {
        stems.iter().take(TERMS).map(|stem| term(self.fields.topic, stem)).collect()
    }

    /// The clauses of which a quote about a topic fulfils one or more.
    fn of_topic(&self, stems: &[String]) -> Vec<Box<dyn Query>> {
        let mut rare: Vec<(f32, &String)> = stems.iter().map(|stem| (self.rarity(stem), stem)).collect();
        rare.sort_by(|a, b| b.0.total_cmp(&a.0));
        let least = rare.first().map_or(0.0, |(most, _)| most * COMMON);
        rare.iter()
            .take(TERMS)
            .enumerate()
            .filter(|(at, (rarity, _))| *at < 2 || *rarity >= least)
            .map(|(_, (_, stem))| term(self.fields.topic, stem))
            .collect()
    }

    /// The clauses of which a quote of nearly these words fulfils one or more. Function words are looked for only where there is
    /// nothing else.
    fn of_phrase(&self, words: &[String]) -> Vec<Box<dyn Query>> {
        let content: Vec<&String> = words.iter().filter(|word| !ENGLISH.is_function_word(word)).collect();
        let searched = if content.is_empty() { words.iter().collect() } else { content };
        let fields = self.fields;
        let both = |word: &String| [term(fields.words, word), term(fields.stems, &fold::stem(word))];
        searched.into_iter().take(TERMS).flat_map(both).collect()
    }

    /// Builds the query for every quote that may answer, and no other.
    pub(super) fn query(&self, question: &Question, searcher: &Searcher) -> Box<dyn Query> {
        let words = question.phrase.as_deref().map(fold::words).unwrap_or_default();
        let stems: Vec<String> = question.terms.iter().map(|term| fold::stem(term)).collect();
        let any = if words.is_empty() { self.of_terms(&stems) } else { self.of_phrase(&words) };
        self.limited(question, any, searcher, u64::MAX)
    }

    /// Builds the query for quotes that fulfil one of `any`, where there are some, and all of the question's limits. Of speakers with
    /// `often` quotes or more only the first are theirs.
    fn limited(
        &self,
        question: &Question,
        any: Vec<Box<dyn Query>>,
        searcher: &Searcher,
        often: u64,
    ) -> Box<dyn Query> {
        let fields = self.fields;
        let mut must: Vec<Box<dyn Query>> = Vec::new();
        if let Some(days) = question.published {
            let bound = |day: Option<Date>| match day {
                Some(day) => Bound::Included(Term::from_field_i64(fields.day, day_number(day))),
                None => Bound::Unbounded,
            };
            must.push(filter(Box::new(RangeQuery::new(bound(days.from), bound(days.to)))));
        }
        let outlets: Vec<String> = question.outlet.iter().cloned().collect();
        for (field, names) in
            [(fields.outlet, &outlets), (fields.outlet, &question.outlets), (fields.tag, &question.tags)]
        {
            must.extend(one_of(names.iter().map(|name| term(field, name)).collect()).map(filter));
        }
        let group = question.group.iter().flat_map(group_stems);
        must.extend(one_of(group.map(|stem| term(fields.topic, &stem)).collect()).map(filter));
        let not: Vec<_> =
            question.excluded.iter().map(|word| term(fields.stems, &fold::stem(word))).collect();
        let names = question.speakers.iter().flat_map(|name| self.roster().spellings(name));
        let speakers: Vec<(&str, u64)> =
            names.map(|name| (name, self.documents(searcher, fields.speaker, name))).collect();
        let all: u64 = speakers.iter().map(|(_, quotes)| quotes).sum();
        // Somebody quoted often is looked for by a clause that outweighs all others: a union of terms skips whole blocks of postings,
        // and at least as many quotes as are wanted are theirs.
        let outweigh = !any.is_empty() && must.is_empty() && not.is_empty() && all >= often;
        if outweigh {
            let heavy =
                |(name, quotes): &(&str, u64)| weighted(term(fields.speaker, name), self.heavy(*quotes));
            return Box::new(BooleanQuery::union(speakers.iter().map(heavy).chain(any).collect()));
        }
        if !speakers.is_empty() {
            let clauses = speakers.iter().map(|(name, _)| term(fields.speaker, name)).collect();
            must.extend(one_of(clauses).map(filter));
        }
        if any.is_empty() {
            must.push(filter(term(fields.class, "quote")));
        }
        if must.is_empty() && not.is_empty() {
            return Box::new(BooleanQuery::union(any));
        }
        must.extend(one_of(any));
        let clauses = must.into_iter().map(|query| (Occur::Must, query));
        Box::new(BooleanQuery::new(
            clauses.chain(not.into_iter().map(|query| (Occur::MustNot, query))).collect(),
        ))
    }

    /// The weight by which a speaker's name counts more than [`TERMS`] terms together.
    fn heavy(&self, quotes: u64) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "a weight needs no more than seven digits")]
        let (all, with) = (self.state.quotes as f32, quotes as f32);
        2000.0 / (1.0 + all / (with + 1.0)).ln()
    }

    /// Returns the quote that is kept at `place`.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] where a file of the index does not hold what it should.
    pub fn record(&self, place: Place) -> Result<Record, IndexError> {
        self.read(&self.reader.searcher(), DocAddress::new(place.segment, place.document))
    }

    pub(super) fn read(&self, searcher: &Searcher, address: DocAddress) -> Result<Record, IndexError> {
        Reading::new(self, searcher).record(address)
    }

    /// Returns the quote with the short id; `None` where no quote on record has it.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] where a file of the index does not hold what it should.
    pub fn quote(&self, id: QuoteId) -> Result<Option<Record>, IndexError> {
        let searcher = self.reader.searcher();
        let query = TermQuery::new(Term::from_field_u64(self.fields.id, id.0), IndexRecordOption::Basic);
        let found =
            searcher.search(&query, &TopDocs::with_limit(1).order_by_score()).map_err(damaged(&self.dir))?;
        found.first().map(|(_, address)| self.read(&searcher, *address)).transpose()
    }

    /// Returns the article that `key` names: its id, its address, or, failing both, the one whose headline fits these words best,
    /// where it holds at least half of them. `None` where there is none.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] where a file of the index does not hold what it should.
    pub fn article(&self, key: &str) -> Result<Option<ArticleEntry>, IndexError> {
        let searcher = self.reader.searcher();
        let fields = self.fields;
        let class = || filter(term(fields.class, "article"));
        let words = fold::words(key);
        let stems = || words.iter().map(|word| term(fields.headline, &fold::stem(word)));
        let exact = [term(fields.article, key.trim()), term(fields.url, &address(key))];
        for name in exact {
            let query = BooleanQuery::intersection(vec![class(), name]);
            if let Some(entry) = self.first(&searcher, &query)? {
                return Ok(Some(entry));
            }
        }
        if words.is_empty() {
            return Ok(None);
        }
        let half = words.len().div_ceil(2);
        let any = stems().map(|stem| (Occur::Should, stem)).collect();
        self.first(&searcher, &BooleanQuery::with_minimum_required_clauses(any, half))
    }

    fn first(&self, searcher: &Searcher, query: &dyn Query) -> Result<Option<ArticleEntry>, IndexError> {
        let failed = damaged(&self.dir);
        let found = searcher.search(query, &TopDocs::with_limit(1).order_by_score()).map_err(&failed)?;
        let Some((_, address)) = found.into_iter().next() else { return Ok(None) };
        let document: TantivyDocument = searcher.doc(address).map_err(&failed)?;
        let article: StoredArticle = stored(&document, self.fields.record).map_err(&failed)?;
        Ok(Some(article.entry))
    }

    /// Returns the quotes of an article in the order of their first word, `limit` of them from `offset` on.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] where a file of the index does not hold what it should.
    pub fn quotes_of(
        &self,
        article: &crate::article::ArticleId,
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
        let records: Result<Vec<_>, _> = found.into_iter().map(|address| reading.record(address)).collect();
        let mut records = records?;
        records.sort_unstable_by_key(|record| record.ordinal);
        Ok(records.into_iter().skip(offset).take(limit).collect())
    }
}

fn group_stems(group: &Group) -> impl Iterator<Item = String> {
    group.words.iter().map(|word| fold::stem(word))
}

pub(super) fn term(field: Field, text: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::WithFreqs))
}

/// What fulfils at least one of `queries`; `None` where there are none.
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

//! Finds what may answer a question, and what has a name: a quote by its id, an article by id, address or title.

use std::ops::Bound;

use jiff::civil::Date;
use tantivy::collector::TopDocs;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, Occur, Query, RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, Order, Searcher, SegmentReader, TantivyDocument, Term};

use super::document::{ArticleEntry, address};
use super::schema::day_number;
use super::{IndexError, QuoteIndex, damaged, live, stored};
use crate::answer::{Candidate, QuoteId, Record};
use crate::fold;
use crate::lang::ENGLISH;
use crate::question::{Question, Wish};

/// Documents with a word up to which deleted ones are told apart.
pub(super) const WEIGHED: u32 = 4096;

/// How many candidates the index hands to the ranking.
pub const POOL: usize = 200;

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
        let term = Term::from_field_text(self.fields.context, stem);
        let searcher = self.reader.searcher();
        let count = |segment: &SegmentReader| -> tantivy::Result<u32> {
            let inverted = segment.inverted_index(self.fields.context)?;
            let Some(info) = inverted.get_term_info(&term)? else { return Ok(0) };
            live(segment, &inverted, &info, WEIGHED)
        };
        searcher.segment_readers().iter().map(|segment| u64::from(count(segment).unwrap_or(0))).sum()
    }

    /// Returns the quotes that may answer `question`, at most [`POOL`], the likeliest first. Limits of days and outlet that
    /// leave nothing are not dropped: the answer is then empty.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] where a file of the index does not hold what it should.
    pub fn search(&self, question: &Question) -> Result<Vec<Candidate>, IndexError> {
        let searcher = self.reader.searcher();
        let (query, by_day) = self.query(question);
        let addresses: Vec<(f32, DocAddress)> = if by_day {
            let order = if question.wish == Wish::First { Order::Asc } else { Order::Desc };
            let collector = TopDocs::with_limit(POOL).order_by_fast_field::<i64>("day", order);
            let found = searcher.search(&query, &collector).map_err(damaged(&self.dir))?;
            found.into_iter().map(|(_, address)| (0.0, address)).collect()
        } else {
            searcher
                .search(&query, &TopDocs::with_limit(POOL).order_by_score())
                .map_err(damaged(&self.dir))?
        };
        addresses
            .into_iter()
            .map(|(bm25, address)| Ok(Candidate { record: self.record(&searcher, address)?, bm25 }))
            .collect()
    }

    /// Builds the query, and tells whether only the days can order what it finds.
    pub(super) fn query(&self, question: &Question) -> (Box<dyn Query>, bool) {
        let fields = self.fields;
        let mut must: Vec<Box<dyn Query>> = Vec::new();
        let words = question.phrase.as_deref().map(fold::words).unwrap_or_default();
        let content: Vec<&String> = words.iter().filter(|word| !ENGLISH.is_function_word(word)).collect();
        let searched = if content.is_empty() { words.iter().collect() } else { content };
        let mut any: Vec<Box<dyn Query>> = Vec::new();
        for word in searched {
            any.push(weighted(term(fields.words, word), 1.0));
            any.push(weighted(term(fields.stems, &fold::stem(word)), 1.0));
        }
        if question.phrase.is_none() {
            for word in &question.terms {
                let stem = fold::stem(word);
                any.push(weighted(term(fields.stems, &stem), 2.0));
                any.push(weighted(term(fields.context, &stem), 1.0));
                any.push(weighted(term(fields.title, &stem), 0.7));
                any.push(weighted(term(fields.role, &stem), 0.5));
            }
        }
        let by_day = any.is_empty();
        if !by_day {
            must.push(Box::new(BooleanQuery::union(any)));
        }
        if !question.speakers.is_empty() {
            let names = question.speakers.iter().flat_map(|name| self.roster().spellings(name));
            let speakers = names.map(|name| term(fields.speaker, name)).collect();
            must.push(filter(Box::new(BooleanQuery::union(speakers))));
        }
        if let Some(days) = question.published {
            let bound = |day: Option<Date>| match day {
                Some(day) => Bound::Included(Term::from_field_i64(fields.day, day_number(day))),
                None => Bound::Unbounded,
            };
            must.push(filter(Box::new(RangeQuery::new(bound(days.from), bound(days.to)))));
        }
        if let Some(outlet) = &question.outlet {
            must.push(filter(term(fields.outlet, outlet)));
        }
        for (field, names) in [(fields.outlet, &question.outlets), (fields.tag, &question.tags)] {
            if !names.is_empty() {
                must.push(filter(Box::new(BooleanQuery::union(
                    names.iter().map(|name| term(field, name)).collect(),
                ))));
            }
        }
        if by_day {
            must.push(filter(term(fields.class, "quote")));
        }
        let mut clauses: Vec<(Occur, Box<dyn Query>)> =
            must.into_iter().map(|query| (Occur::Must, query)).collect();
        for word in &question.excluded {
            clauses.push((Occur::MustNot, term(fields.stems, &fold::stem(word))));
        }
        let query: Box<dyn Query> =
            if clauses.is_empty() { Box::new(AllQuery) } else { Box::new(BooleanQuery::new(clauses)) };
        (query, by_day)
    }

    pub(super) fn record(&self, searcher: &Searcher, address: DocAddress) -> Result<Record, IndexError> {
        let document: TantivyDocument = searcher.doc(address).map_err(damaged(&self.dir))?;
        let mut record: Record = stored(&document, self.fields.record).map_err(damaged(&self.dir))?;
        if let Some(attribution) = &mut record.quote.attribution
            && let Some(owner) = attribution.speaker.as_deref().and_then(|name| self.roster().owner(name))
        {
            attribution.speaker = Some(owner.to_owned());
        }
        Ok(record)
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
        found.first().map(|(_, address)| self.record(&searcher, *address)).transpose()
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
        stored(&document, self.fields.record).map(Some).map_err(&failed)
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
        let query =
            BooleanQuery::intersection(vec![term(fields.class, "quote"), term(fields.article, &article.0)]);
        let found =
            searcher.search(&query, &tantivy::collector::DocSetCollector).map_err(damaged(&self.dir))?;
        let mut records = found
            .into_iter()
            .map(|address| self.record(&searcher, address))
            .collect::<Result<Vec<_>, _>>()?;
        records.sort_unstable_by_key(|record| record.ordinal);
        Ok(records.into_iter().skip(offset).take(limit).collect())
    }
}

pub(super) fn term(field: Field, text: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::WithFreqs))
}

fn weighted(query: Box<dyn Query>, weight: f32) -> Box<dyn Query> {
    Box::new(BoostQuery::new(query, weight))
}

fn filter(query: Box<dyn Query>) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

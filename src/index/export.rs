//! Exports all quotes within the limits of a question, in an order that does not depend on how the index was
//! built.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashSet};

use jiff::civil::Date;
use tantivy::query::{BooleanQuery, EnableScoring, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, DocSet as _, Searcher, TERMINATED, Term};

use super::ledger::article_key;
use super::schema::day_of;
use super::search::Reader;
use super::stored::Reading;
use super::{Embedded, IndexError, damaged};
use crate::answer::{QuoteId, Record};
use crate::article::ArticleId;
use crate::fold;
use crate::question::Question;

/// What is known about a quote without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Print {
    /// Fingerprints of its speaker (the upper half, 0 for none) and of its words. A headline has those of the
    /// quote that it repeats.
    pub said: u64,
    /// Its id.
    pub id: QuoteId,
    /// The day on which it was said, otherwise the day of publication; `None` if neither is known.
    pub day: Option<Date>,
}

impl Print {
    /// Returns the key by which prints are ordered: the newest first, those without a day last.
    #[must_use]
    pub const fn order(&self) -> (Reverse<Option<Date>>, QuoteId, u64) {
        (Reverse(self.day), self.id, self.said)
    }

    /// Returns the fingerprint of its speaker's name; `None` if nobody is named.
    #[must_use]
    pub fn speaker(&self) -> Option<u32> {
        u32::try_from(self.said >> 32).ok().filter(|speaker| *speaker != 0)
    }

    /// Returns the fingerprint of its words.
    #[must_use]
    pub fn words(&self) -> u32 {
        u32::try_from(self.said & u64::from(u32::MAX)).unwrap_or_default()
    }
}

impl Embedded {
    /// Passes every quote that may answer `question`, not only the best matches, to `tell`: in byte order of
    /// the article ids, and within an article in text order. A question that consists only of limits selects
    /// all quotes within them; an empty question selects all quotes. Needs one bit of memory per document,
    /// and the ids. Returns the number of quotes.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents, and the errors of `tell`.
    pub fn each<E: From<IndexError>>(
        &self,
        question: &Question,
        mut tell: impl FnMut(Record) -> Result<(), E>,
    ) -> Result<u64, E> {
        self.intact()?;
        let searcher = self.reader.searcher();
        let failed = damaged(&self.dir);
        let wanted = self.wanted(&searcher, &*self.query(question, &searcher)).map_err(&failed)?;
        let mut count = 0;
        let mut reading = Reading::new(self, &searcher);
        for id in self.article_ids(&searcher, &wanted).map_err(&failed)? {
            let mut records = Vec::new();
            for address in self.documents_of(&searcher, article_key(&id)).map_err(&failed)? {
                if is_in(&wanted, address) {
                    records.push(reading.record(address)?);
                }
            }
            records.sort_by_key(|record| record.ordinal);
            for record in records {
                count += 1;
                tell(record)?;
            }
        }
        Ok(count)
    }

    /// Returns what is known about each quote within the limits of `question` without reading it; the newest
    /// first, and at most `most`. If `words` is not empty, the quote itself must contain at least one of them,
    /// in any of its forms.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents.
    pub fn prints(
        &self,
        question: &Question,
        words: &[String],
        most: usize,
    ) -> Result<Vec<Print>, IndexError> {
        let found = self.printed(&self.reader.searcher(), question, words, most)?;
        Ok(found.into_iter().map(|(print, _)| print).collect())
    }

    fn printed(
        &self,
        searcher: &Searcher,
        question: &Question,
        words: &[String],
        most: usize,
    ) -> Result<Vec<(Print, DocAddress)>, IndexError> {
        self.intact()?;
        let limits = Question { terms: Vec::new(), phrase: None, ..question.clone() };
        let mut query = self.query(&limits, searcher);
        if !words.is_empty() {
            let term = |word: &String| {
                let term = Term::from_field_text(self.fields.stems, &fold::stem(word));
                Box::new(TermQuery::new(term, IndexRecordOption::Basic)) as Box<dyn Query>
            };
            let any = BooleanQuery::union(words.iter().map(term).collect());
            query = Box::new(BooleanQuery::intersection(vec![query, Box::new(any)]));
        }
        self.newest_of(searcher, &*query, most).map_err(damaged(&self.dir))
    }

    /// Returns the newest `most` quotes that match `query`, with their addresses.
    fn newest_of(
        &self,
        searcher: &Searcher,
        query: &dyn Query,
        most: usize,
    ) -> tantivy::Result<Vec<(Print, DocAddress)>> {
        let mut out = Vec::new();
        // The day of the last one, as soon as there are enough.
        let mut oldest = None;
        let weight = query.weight(EnableScoring::disabled_from_searcher(searcher))?;
        for (ordinal, segment) in (0..).zip(searcher.segment_readers()) {
            let Ok(columns) = self.columns(ordinal) else { continue };
            weight.for_each_no_score(segment, &mut |documents| {
                for &document in documents {
                    let day = Reverse(columns.day.as_ref().and_then(|days| days.first(document)));
                    if oldest.is_none_or(|oldest| day <= oldest)
                        && !segment.is_deleted(document)
                        && let Some((id, said)) = columns.id.first(document).zip(columns.said.first(document))
                    {
                        out.push((day, QuoteId(id), said, DocAddress::new(ordinal, document)));
                    }
                }
                if out.len() > most.saturating_mul(2) {
                    let (_, (day, ..), _) = out.select_nth_unstable(most);
                    oldest = Some(*day);
                    out.truncate(most);
                }
            })?;
        }
        out.sort_unstable();
        out.truncate(most);
        let print = |(Reverse(day), id, said, address): (Reverse<Option<i64>>, _, _, _)| {
            (Print { said, id, day: day.and_then(day_of) }, address)
        };
        Ok(out.into_iter().map(print).collect())
    }

    /// Returns, for each segment, a bit per document: whether it is a selected quote.
    fn wanted(&self, searcher: &Searcher, query: &dyn Query) -> tantivy::Result<Vec<Vec<u64>>> {
        let weight = query.weight(EnableScoring::enabled_from_searcher(searcher))?;
        let quotes = Term::from_field_text(self.fields.class, "quote");
        let mut out = Vec::new();
        for segment in searcher.segment_readers() {
            let words = segment.max_doc().div_ceil(64) as usize;
            let (mut found, mut kept) = (vec![0_u64; words], vec![0_u64; words]);
            let mut scorer = weight.scorer(segment, 1.0)?;
            while scorer.doc() != TERMINATED {
                set(&mut found, scorer.doc());
                scorer.advance();
            }
            let inverted = segment.inverted_index(self.fields.class)?;
            if let Some(mut postings) = inverted.read_postings(&quotes, IndexRecordOption::Basic)? {
                while postings.doc() != TERMINATED {
                    if !segment.is_deleted(postings.doc()) {
                        set(&mut kept, postings.doc());
                    }
                    postings.advance();
                }
            }
            out.push(found.iter().zip(&kept).map(|(found, kept)| found & kept).collect());
        }
        Ok(out)
    }

    /// Returns the ids of the articles with a selected quote.
    fn article_ids(&self, searcher: &Searcher, wanted: &[Vec<u64>]) -> tantivy::Result<BTreeSet<ArticleId>> {
        let mut keys: HashSet<u64> = HashSet::new();
        for (segment, wanted) in searcher.segment_readers().iter().zip(wanted) {
            let group = segment.fast_fields().u64("group")?;
            keys.extend(
                (0..segment.max_doc()).filter(|doc| bit(wanted, *doc)).filter_map(|doc| group.first(doc)),
            );
        }
        let mut ids = BTreeSet::new();
        for segment in searcher.segment_readers() {
            let inverted = segment.inverted_index(self.fields.article)?;
            let mut terms = inverted.terms().stream()?;
            while terms.advance() {
                if let Ok(id) = std::str::from_utf8(terms.key()) {
                    let id = ArticleId(id.to_owned());
                    if keys.contains(&article_key(&id)) {
                        ids.insert(id);
                    }
                }
            }
        }
        Ok(ids)
    }

    pub(super) fn documents_of(&self, searcher: &Searcher, article: u64) -> tantivy::Result<Vec<DocAddress>> {
        let term = Term::from_field_u64(self.fields.group, article);
        let mut out = Vec::new();
        for (ordinal, segment) in (0..).zip(searcher.segment_readers()) {
            let inverted = segment.inverted_index(self.fields.group)?;
            let Some(mut postings) = inverted.read_postings(&term, IndexRecordOption::Basic)? else {
                continue;
            };
            while postings.doc() != TERMINATED {
                out.push(DocAddress::new(ordinal, postings.doc()));
                postings.advance();
            }
        }
        Ok(out)
    }
}

impl Reader<'_> {
    /// Returns the same as [`Embedded::prints`], and remembers the addresses.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents.
    pub(super) fn prints(&mut self, question: &Question, most: usize) -> Result<Vec<Print>, IndexError> {
        let found = self.index.printed(&self.searcher, question, &[], most)?;
        self.places.extend(found.iter().map(|(print, address)| (print.id, *address)));
        Ok(found.into_iter().map(|(print, _)| print).collect())
    }
}

fn set(bits: &mut [u64], doc: DocId) {
    if let Some(word) = bits.get_mut(doc as usize / 64) {
        *word |= 1 << (doc % 64);
    }
}

fn bit(bits: &[u64], doc: DocId) -> bool {
    bits.get(doc as usize / 64).is_some_and(|word| word >> (doc % 64) & 1 == 1)
}

fn is_in(wanted: &[Vec<u64>], address: DocAddress) -> bool {
    wanted.get(address.segment_ord as usize).is_some_and(|bits| bit(bits, address.doc_id))
}

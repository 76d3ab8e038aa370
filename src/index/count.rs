//! How often was it said? All quotes that hold every word asked for are counted, not only the likeliest.

use std::collections::HashSet;

use tantivy::collector::{Count, DocSetCollector};
use tantivy::query::{BooleanQuery, Query};

use super::schema::day_of;
use super::search::term;
use super::{IndexError, QuoteIndex, damaged};
use crate::answer::Times;
use crate::fold;
use crate::lang::ENGLISH;
use crate::question::Question;

impl QuoteIndex {
    /// How many quotes within the limits of `question` hold all of `words` themselves, not only beside them; function words are
    /// passed over.
    pub(super) fn count(&self, question: &Question, words: &[String]) -> Result<Times, IndexError> {
        self.times(question, words).map_err(damaged(&self.dir))
    }

    fn times(&self, question: &Question, words: &[String]) -> tantivy::Result<Times> {
        let searcher = self.reader.searcher();
        let limits = Question { terms: Vec::new(), phrase: None, ..question.clone() };
        let content = words.iter().filter(|word| !ENGLISH.is_function_word(word));
        let held = content.map(|word| term(self.fields.stems, &fold::stem(word)));
        let all = std::iter::once(self.query(&limits, &searcher)).chain(held);
        let query = BooleanQuery::intersection(all.collect());
        let (mut quotes, mut articles, mut days) = (HashSet::new(), HashSet::new(), Vec::new());
        for address in searcher.search(&query, &DocSetCollector)? {
            let columns = self.columns(address.segment_ord)?;
            quotes.extend(columns.said.first(address.doc_id));
            articles.extend(columns.group.first(address.doc_id));
            days.extend(columns.day.as_ref().and_then(|day| day.first(address.doc_id)));
        }
        let mut outlets = 0;
        for outlet in self.outlets() {
            let of_outlet: Vec<Box<dyn Query>> =
                vec![Box::new(query.clone()), term(self.fields.outlet, outlet)];
            outlets += usize::from(searcher.search(&BooleanQuery::intersection(of_outlet), &Count)? > 0);
        }
        Ok(Times {
            words: words.to_vec(),
            quotes: quotes.len(),
            articles: articles.len(),
            outlets,
            first: days.iter().min().and_then(|day| day_of(*day)),
            last: days.iter().max().and_then(|day| day_of(*day)),
        })
    }
}

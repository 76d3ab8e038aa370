//! How often was something said? Counts all quotes that contain every word of the question, not only the best
//! matches.
//!
//! All counts shown to users are of distinct quotes: the same words by the same speaker count once, however
//! often they were printed. Only [`State::quotes`](super::State::quotes), the counts by day and the counts of
//! suggested words include repetitions.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::civil::Date;
use tantivy::collector::{Count, DocSetCollector};
use tantivy::query::{BooleanQuery, Query};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet as _, Searcher, TERMINATED};

use super::candidate::Columns;
use super::schema::day_of;
use super::search::{has_limits, term};
use super::{Embedded, IndexError, damaged};
use crate::answer::Times;
use crate::fold;
use crate::lang::Language;
use crate::question::{Days, Question};

/// The numbers of distinct quotes: in total, by speaker, by outlet and by tag.
#[derive(Debug, Default)]
pub(super) struct Different {
    all: u64,
    /// By the fingerprint of the speaker's canonical name.
    speakers: HashMap<u32, u64>,
    outlets: BTreeMap<String, u64>,
    tags: BTreeMap<String, u64>,
    /// By the people of a party, as [`Roster::party`](crate::roster::Roster::party) lists them.
    parties: HashMap<Vec<String>, u64>,
    /// Quotes, including repetitions, by the day on which they were said.
    days: BTreeMap<Date, u64>,
}

impl Embedded {
    /// Returns the number of distinct quotes on record.
    #[must_use]
    pub fn different_quotes(&self) -> u64 {
        self.different().all
    }

    /// Returns the number of distinct quotes on record, in total and by the fingerprint of the speaker.
    pub(super) fn different_by_speaker(&self) -> (u64, BTreeMap<u32, u64>) {
        let Different { all, speakers, .. } = self.different();
        (*all, speakers.iter().map(|(speaker, quotes)| (*speaker, *quotes)).collect())
    }

    /// Returns the number of distinct quotes of a speaker.
    #[must_use]
    pub fn quotes_by(&self, name: &str) -> u64 {
        let print = self.roster.owner_print(fold::fingerprint(name));
        self.different().speakers.get(&print).copied().unwrap_or_default()
    }

    /// Returns the number of distinct quotes within the limits of `question`, whatever their topic.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents.
    pub fn quotes_within(&self, question: &Question) -> Result<u64, IndexError> {
        let limits = Question { terms: Vec::new(), phrase: None, ..question.clone() };
        if let Some(known) = self.known_count(&limits) {
            return Ok(known);
        }
        self.count_within(&limits).map_err(damaged(&self.dir))
    }

    fn count_within(&self, limits: &Question) -> tantivy::Result<u64> {
        let searcher = self.reader.searcher();
        let found = searcher.search(&self.query(limits, &searcher), &DocSetCollector)?;
        let mut quotes = HashSet::new();
        for address in found {
            quotes.extend(self.same(self.columns(address.segment_ord)?, address.doc_id));
        }
        Ok(quotes.len() as u64)
    }

    /// Returns the count for limits whose counts are kept: no limit, or only speakers, one party, one outlet or
    /// one tag.
    fn known_count(&self, limits: &Question) -> Option<u64> {
        let Question { speakers, outlets, tags, .. } = limits;
        let anything = Question {
            speakers: Vec::new(),
            parties: Vec::new(),
            outlets: Vec::new(),
            tags: Vec::new(),
            ..limits.clone()
        };
        if has_limits(&anything) {
            return None;
        }
        match (speakers.as_slice(), self.outlets_called(outlets).as_slice(), tags.as_slice()) {
            ([], [], []) => Some(self.different_quotes()),
            // Two people of a party may have spoken together.
            (people, [], []) if !limits.parties.is_empty() => self.different().parties.get(people).copied(),
            (names, [], []) => {
                // Quotes of different people are different.
                let owner = |name: &String| self.roster.owner_print(fold::fingerprint(name));
                let owners: BTreeSet<u32> = names.iter().map(owner).collect();
                let speakers = &self.different().speakers;
                Some(owners.iter().filter_map(|owner| speakers.get(owner)).sum())
            }
            ([], [outlet], []) => self.quotes_of_outlets().get(outlet).copied(),
            ([], [], [tag]) => self.quotes_of_tags().get(&fold::words(tag).join(" ")).copied(),
            _ => None,
        }
    }

    /// Returns the outlets with their numbers of distinct quotes, in alphabetical order.
    pub(super) fn quotes_of_outlets(&self) -> &BTreeMap<String, u64> {
        &self.different().outlets
    }

    /// Returns the tags with their numbers of distinct quotes, in alphabetical order.
    pub(super) fn quotes_of_tags(&self) -> &BTreeMap<String, u64> {
        &self.different().tags
    }

    /// Returns the days on which quotes were said or, if that is unknown, published, in order, with the
    /// number of quotes, including repetitions.
    #[must_use]
    pub fn days(&self) -> &BTreeMap<Date, u64> {
        &self.different().days
    }

    /// Returns days with at least the `most` newest quotes, or the oldest; `None` if fewer have a day, or if
    /// nobody has needed the counts yet.
    pub(super) fn days_with(&self, most: usize, oldest: bool) -> Option<Days> {
        let days = &self.counts.get()?.days;
        let mut quotes = 0;
        let is_enough = |(_, of_day): &(&Date, &u64)| {
            quotes += **of_day;
            quotes >= most as u64
        };
        let last = if oldest { days.iter().find(is_enough) } else { days.iter().rev().find(is_enough) };
        let day = Some(*last?.0);
        Some(if oldest { Days { from: None, to: day } } else { Days { from: day, to: None } })
    }

    /// Returns the number of quotes, including repetitions, of each day.
    fn count_days(&self, searcher: &Searcher) -> BTreeMap<Date, u64> {
        let mut numbers: HashMap<i64, u64> = HashMap::new();
        for (segment, columns) in searcher.segment_readers().iter().zip(&self.columns) {
            let Some((columns, days)) = columns.as_ref().and_then(|all| Some((all, all.day.as_ref()?)))
            else {
                continue;
            };
            for document in 0..segment.max_doc() {
                if let Some(day) = days.first(document)
                    && columns.is_quote(document)
                    && !segment.is_deleted(document)
                {
                    *numbers.entry(day).or_default() += 1;
                }
            }
        }
        numbers.into_iter().filter_map(|(day, quotes)| Some((day_of(day)?, quotes))).collect()
    }

    /// Returns the numbers, computed on first use; empty if a file cannot be read, which the next query
    /// reports.
    fn different(&self) -> &Different {
        self.counts.get_or_init(|| self.count_different().unwrap_or_default())
    }

    fn count_different(&self) -> tantivy::Result<Different> {
        let searcher = self.reader.searcher();
        let owner = |name: &str| self.roster.owner_print(fold::fingerprint(name));
        let party = |(side, _): (&str, &[String])| {
            let speakers: Vec<String> = self.roster.party(side).into_iter().map(str::to_owned).collect();
            let quotes =
                self.count_within(&Question { speakers: speakers.clone(), ..Question::default() })?;
            Ok((speakers, quotes))
        };
        Ok(Different {
            all: self
                .by_term(&searcher, self.fields.class, |class| (class == "quote").then_some(()))?
                .values()
                .sum(),
            speakers: self
                .by_term(&searcher, self.fields.speaker, |name| Some(owner(name)))?
                .into_iter()
                .collect(),
            outlets: self.by_term(&searcher, self.fields.outlet, |name| Some(name.to_owned()))?,
            tags: self.by_term(&searcher, self.fields.tag, |tag| Some(tag.to_owned()))?,
            parties: self.roster.sides().into_iter().map(party).collect::<tantivy::Result<_>>()?,
            days: self.count_days(&searcher),
        })
    }

    /// Returns the number of distinct quotes of each group to which `group` maps the terms of a field.
    fn by_term<G: Ord + Clone>(
        &self,
        searcher: &Searcher,
        field: Field,
        group: impl Fn(&str) -> Option<G>,
    ) -> tantivy::Result<BTreeMap<G, u64>> {
        let mut quotes: BTreeMap<G, Vec<u64>> = BTreeMap::new();
        for (segment, columns) in searcher.segment_readers().iter().zip(&self.columns) {
            let Some(columns) = columns else { continue };
            let inverted = segment.inverted_index(field)?;
            let mut terms = inverted.terms().stream()?;
            while terms.advance() {
                let Some(group) = std::str::from_utf8(terms.key()).ok().and_then(&group) else { continue };
                let mut postings =
                    inverted.read_postings_from_terminfo(terms.value(), IndexRecordOption::Basic)?;
                let of_group = quotes.entry(group).or_default();
                while postings.doc() != TERMINATED {
                    let document = postings.doc();
                    if !segment.is_deleted(document) {
                        of_group.extend(self.same(columns, document));
                    }
                    postings.advance();
                }
            }
        }
        let different = |mut quotes: Vec<u64>| {
            quotes.sort_unstable();
            quotes.dedup();
            quotes.len() as u64
        };
        let counts = quotes.into_iter().map(|(group, quotes)| (group, different(quotes)));
        Ok(counts.filter(|(_, count)| *count > 0).collect())
    }

    /// Returns a hash of the words and the speaker of a quote, equal for repetitions; `None` for a document
    /// that is not a quote.
    fn same(&self, columns: &Columns, document: u32) -> Option<u64> {
        let said = columns.said.first(document)?;
        let speaker = u32::try_from(said >> 32).unwrap_or_default();
        let owner = if speaker == 0 { 0 } else { self.roster.owner_print(speaker) };
        Some(u64::from(owner) << 32 | said & u64::from(u32::MAX))
    }

    /// Counts the quotes within the limits of `question` whose own words, not only their context, include all
    /// of `words`. Function words are ignored.
    pub(super) fn count(&self, question: &Question, words: &[String]) -> Result<Times, IndexError> {
        self.times(question, words).map_err(damaged(&self.dir))
    }

    fn times(&self, question: &Question, words: &[String]) -> tantivy::Result<Times> {
        let searcher = self.reader.searcher();
        let limits = Question { terms: Vec::new(), phrase: None, ..question.clone() };
        let content = words.iter().filter(|word| !Language::primary().is_function_word(word));
        let held = content.map(|word| term(self.fields.stems, &fold::stem(word)));
        let quotes = [self.query(&limits, &searcher), term(self.fields.class, "quote")];
        let all = quotes.into_iter().chain(held);
        let query = BooleanQuery::intersection(all.collect());
        let (mut quotes, mut articles, mut days) = (HashSet::new(), HashSet::new(), Vec::new());
        for address in searcher.search(&query, &DocSetCollector)? {
            let columns = self.columns(address.segment_ord)?;
            quotes.extend(self.same(columns, address.doc_id));
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

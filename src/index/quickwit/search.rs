//! Answers the requests of an inquiry from an archive, with one round trip for all requests made at once.
//!
//! The server finds and orders hits by scores that each split computes by itself. So more hits are requested
//! than are needed, and they are scored again with the counts of the whole archive: the result does not
//! depend on how the server distributes documents.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::PoisonError;

use jiff::civil::Date;
use rustc_hash::FxHashMap;
use serde_json::{Value as Json, json};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::query::Bm25Weight;

use super::document::{length_of, moment, zones_of};
use super::{Archive, Server, Traffic, hits, number, one_of, term, text, total};
use crate::agenda::Agenda;
use crate::answer::{self, Candidate, Near, Page, QuoteId, Record, Times, Zone};
use crate::article::ArticleId;
use crate::fold;
use crate::fold::address;
use crate::index::schema::{Shape, day_number, day_of};
use crate::index::search::{
    ALIKE, AROUND, PHRASES, TOPICAL, floor, group_stems, has_limits, outlets_called, rarest, rarity,
};
use crate::index::sought::{
    TERMS, content_stems, keep_named, keep_unnamed, most_of_phrase, phrase_stems, surnames, topic_stems,
};
use crate::index::stored::name_owner;
use crate::index::suggest::most;
use crate::index::{ArticleEntry, IndexError, Names, Print, State, Suggestion, article_key};
use crate::inquiry::{Fact, Found, POOL, Plan, Request, Sought, Unnamed};
use crate::lang::Language;
use crate::question::{Days, Question, Wish};
use crate::roster::{Roster, Speaker};

/// Up to this many quotes are read, rather than searched for those that may be on a matter.
const FEW: usize = 100;
/// The fields of a candidate.
pub(super) const CANDIDATE: &str = "id,group,edition,said,shape,day,zones";
/// The fields of a candidate whose words are compared too.
const WITH_RECORD: &str = "id,group,edition,said,shape,day,zones,record";
/// Factor by which more candidates are requested than are needed, because the scores of splits differ a
/// little.
const SPARE: usize = 2;
/// Maximum number of hits of a search.
const MOST: usize = 10_000;
/// Number of articles whose quotes are exported at a time.
const ARTICLES: usize = 50;
/// Number of stem frequencies that are remembered for later questions.
const REMEMBERED: usize = 100_000;
/// Number of newest quotes whose articles are suggested if the input is empty.
const NEWEST: usize = 100;

/// A search of an archive, and the words that score.
#[derive(Clone, Default)]
pub(super) struct Wanted {
    /// Clauses that every hit matches.
    pub(super) must: Vec<Json>,
    /// Clauses that no hit matches.
    pub(super) not: Vec<Json>,
    /// A hit matches at least one of these, each with its field, stem and weight.
    pub(super) any: Vec<(&'static str, String, f32)>,
    /// These only add to the score.
    pub(super) should: Vec<(&'static str, String, f32)>,
}

impl Archive {
    /// Begins a question.
    pub(in crate::index) fn ask(&self) -> Asking<'_> {
        Asking { archive: self, memory: RefCell::default() }
    }

    pub(in crate::index) const fn state(&self) -> &State {
        &self.overview.state
    }

    pub(in crate::index) const fn agenda(&self) -> &Agenda {
        &self.overview.agenda
    }

    pub(in crate::index) const fn roster(&self) -> &Roster {
        &self.overview.roster
    }

    pub(in crate::index) fn outlets(&self) -> &[String] {
        &self.overview.outlets
    }

    pub(in crate::index) const fn newest(&self) -> Option<Date> {
        self.overview.newest
    }

    pub(in crate::index) const fn revision(&self) -> u64 {
        self.overview.revision
    }

    pub(in crate::index) const fn different_quotes(&self) -> u64 {
        self.overview.different
    }

    pub(in crate::index) const fn quotes_of_tags(&self) -> &BTreeMap<String, u64> {
        &self.overview.tags
    }

    pub(in crate::index) const fn days(&self) -> &BTreeMap<Date, u64> {
        &self.overview.days
    }

    pub(in crate::index) fn quotes_by(&self, name: &str) -> u64 {
        let print = self.roster().owner_print(fold::fingerprint(name));
        self.overview.by_speaker.get(&print).copied().unwrap_or_default()
    }

    pub(in crate::index) fn names(&self, of: Names, typed: &str, limit: usize) -> Vec<Suggestion> {
        match of {
            Names::Speakers => {
                let suggestion = |speaker: &Speaker| Suggestion {
                    text: speaker.name.clone(),
                    quotes: self.quotes_by(&speaker.name),
                };
                self.roster().beginning(typed, limit).into_iter().map(suggestion).collect()
            }
            Names::Outlets => most(self.overview.of_outlets.iter(), typed, limit),
            Names::Topics | Names::Tags => most(self.overview.tags.iter(), typed, limit),
        }
    }

    /// Returns the query for `wanted`, without withdrawn editions.
    pub(super) fn query(&self, wanted: &Wanted) -> Json {
        let clause = |(field, stem, weight): &(&str, String, f32)| json!({"term": {*field: {"value": stem, "boost": weight}}});
        let mut query = json!({});
        let mut filter = wanted.must.clone();
        let mut not = wanted.not.clone();
        if !self.overview.gone.is_empty() {
            not.push(one_of("edition", &self.overview.gone));
        }
        if filter.is_empty() && wanted.any.is_empty() {
            filter.push(term("class", "quote"));
        }
        if !wanted.any.is_empty() {
            let any: Vec<Json> = wanted.any.iter().map(clause).collect();
            query["must"] = json!([{"bool": {"should": any}}]);
        }
        if !wanted.should.is_empty() {
            query["should"] = wanted.should.iter().map(clause).collect();
        }
        if !filter.is_empty() {
            query["filter"] = filter.into();
        }
        if !not.is_empty() {
            query["must_not"] = not.into();
        }
        json!({"bool": query})
    }

    /// Returns the search that the embedded index would use for the same question.
    pub(super) fn limited(&self, question: &Question, any: Vec<(&'static str, String, f32)>) -> Wanted {
        let mut must: Vec<Json> = Vec::new();
        if let Some(days) = question.published {
            let mut range = serde_json::Map::new();
            let mut moments = serde_json::Map::new();
            for (name, day) in [("gte", days.from), ("lte", days.to)] {
                if let Some(day) = day {
                    range.insert(name.to_owned(), day_number(day).into());
                    // By this field the server skips whole splits.
                    moments.insert(name.to_owned(), moment(day_number(day)).into());
                }
            }
            must.push(if range.is_empty() {
                json!({"exists": {"field": "day"}})
            } else {
                json!({"range": {"day": range}})
            });
            if !moments.is_empty() {
                must.push(json!({"range": {"at": moments}}));
            }
        }
        let said: Vec<String> = question.outlet.iter().cloned().collect();
        for names in [&said, &question.outlets, &question.part.outlets] {
            let outlets = outlets_called(&self.overview.outlets, names);
            if !outlets.is_empty() {
                must.push(one_of("outlet", &outlets));
            }
        }
        for tags in [&question.tags, &question.part.tags] {
            let tags: Vec<String> = tags.iter().map(|tag| fold::words(tag).join(" ")).collect();
            if !tags.is_empty() {
                must.push(one_of("tag", &tags));
            }
        }
        let group: Vec<String> = question.group.iter().flat_map(group_stems).collect();
        if !group.is_empty() {
            must.push(one_of("topic", &group));
        }
        let not = question.excluded.iter().map(|word| term("stems", fold::stem(word))).collect();
        let speakers: Vec<String> = question
            .speakers
            .iter()
            .flat_map(|name| self.roster().spellings(name))
            .map(str::to_owned)
            .collect();
        if !speakers.is_empty() {
            must.push(one_of("speaker", &speakers));
        }
        if any.is_empty() {
            must.push(term("class", "quote"));
        }
        Wanted { must, not, any, should: Vec::new() }
    }

    /// Returns the search for exactly the quotes that may answer.
    fn exactly(&self, question: &Question) -> Wanted {
        let words = question.phrase.as_deref().map(fold::words).unwrap_or_default();
        let any = if words.is_empty() {
            question.terms.iter().take(TERMS).map(|word| ("topic", fold::stem(word), 1.0)).collect()
        } else {
            of_phrase(&words)
        };
        self.limited(question, any)
    }

    /// Returns the answers to searches; empty if the index of the archive has been removed.
    pub(super) fn searches(
        &self,
        source: &str,
        bodies: &[Json],
        traffic: &mut Traffic,
    ) -> Result<Vec<Json>, IndexError> {
        let found = self.server.searches(source, bodies, traffic)?;
        found.ok_or_else(|| self.server.client.garbled("its index is gone").into())
    }

    pub(super) fn candidate(&self, document: &Json) -> Option<Candidate> {
        let shape = Shape::of_number(number(document, "shape")?);
        let said = number(document, "said")?;
        let half = |number: u64| u32::try_from(number & u64::from(u32::MAX)).unwrap_or_default();
        let speaker = Some(half(said >> 32)).filter(|speaker| *speaker != 0);
        Some(Candidate {
            id: QuoteId(number(document, "id")?),
            article: number(document, "group")?,
            ordinal: shape.ordinal,
            paragraph: shape.paragraph,
            speaker: speaker.map(|name| self.roster().owner_print(name)),
            words: half(said),
            kind: shape.kind,
            length: shape.length,
            headline: shape.headline,
            day: document.get("day").and_then(Json::as_i64).and_then(day_of),
            found: 0.0,
            zones: Vec::new(),
            alike: Vec::new(),
            member: false,
            phrase: 0.0,
            near: None,
            relevance: None,
        })
    }

    fn record(&self, document: &Json) -> Option<Record> {
        let mut record: Record = serde_json::from_str(text(document, "record")?).ok()?;
        name_owner(&mut record, self.roster());
        Some(record)
    }

    fn same(&self, said: u64) -> u64 {
        let speaker = u32::try_from(said >> 32).unwrap_or_default();
        let owner = if speaker == 0 { 0 } else { self.roster().owner_print(speaker) };
        u64::from(owner) << 32 | said & u64::from(u32::MAX)
    }

    pub(in crate::index) fn quotes_within(&self, question: &Question) -> Result<u64, IndexError> {
        let limits = Question { terms: Vec::new(), phrase: None, ..question.clone() };
        let anybody = Question { speakers: Vec::new(), ..limits.clone() };
        match question.speakers.as_slice() {
            [] if !has_limits(&anybody) => return Ok(self.different_quotes()),
            [name] if !has_limits(&anybody) => return Ok(self.quotes_by(name)),
            _ => {}
        }
        let query = self.query(&self.exactly(&limits));
        let said = self.server.groups(&query, "said", &mut Traffic::default())?.unwrap_or_default();
        let different: HashSet<u64> = said.into_iter().map(|(said, _)| self.same(said)).collect();
        Ok(different.len() as u64)
    }

    fn times(
        &self,
        question: &Question,
        words: &[String],
        traffic: &mut Traffic,
    ) -> Result<Times, IndexError> {
        let limits = Question { terms: Vec::new(), phrase: None, ..question.clone() };
        let mut wanted = self.exactly(&limits);
        let content = words.iter().filter(|word| !Language::primary().is_function_word(word));
        wanted.must.extend(content.map(|word| term("stems", fold::stem(word))));
        let query = self.query(&wanted);
        let quotes = self.server.groups(&query, "said", traffic)?.unwrap_or_default();
        let articles = self.server.groups(&query, "group", traffic)?.unwrap_or_default();
        let body = json!({"query": query, "size": 0, "aggs": {
            "outlets": {"terms": {"field": "outlet", "size": MOST}},
            "first": {"min": {"field": "day"}},
            "last": {"max": {"field": "day"}},
        }});
        let found = self.searches("none", &[body], traffic)?.pop().unwrap_or_default();
        #[expect(clippy::cast_possible_truncation, reason = "a day is a small whole number")]
        let day = |name: &str| {
            let value = found.pointer(&format!("/aggregations/{name}/value"))?.as_f64()?;
            day_of(value as i64)
        };
        let outlets = found.pointer("/aggregations/outlets/buckets").and_then(Json::as_array);
        let different: HashSet<u64> = quotes.into_iter().map(|(said, _)| self.same(said)).collect();
        Ok(Times {
            words: words.to_vec(),
            quotes: different.len(),
            articles: articles.len(),
            outlets: outlets.map_or(0, Vec::len),
            first: day("first"),
            last: day("last"),
        })
    }

    pub(in crate::index) fn count_quotes(&self) -> Result<u64, IndexError> {
        let query = self.query(&Wanted { must: vec![term("class", "quote")], ..Wanted::default() });
        let body = json!({"query": query, "size": 0, "track_total_hits": true});
        let found = self.searches("none", &[body], &mut Traffic::default())?;
        Ok(found.first().map_or(0, total))
    }

    /// Returns searches for the article with exactly this id, and for the one with this URL.
    fn called(&self, key: &str) -> [Json; 2] {
        [("article", key.trim().to_owned()), ("url", address(key))].map(|(field, value)| {
            let must = vec![term("class", "article"), term(field, value)];
            let query = self.query(&Wanted { must, ..Wanted::default() });
            json!({"query": query, "size": 1, "sort": [{"group": "asc"}]})
        })
    }

    fn entry(answer: &Json) -> Option<ArticleEntry> {
        let document = hits(answer).first()?.get("_source")?;
        serde_json::from_str(text(document, "record")?).ok()
    }

    pub(in crate::index) fn has_article(&self, key: &str) -> Result<bool, IndexError> {
        let found = self.searches("record", &self.called(key), &mut Traffic::default())?;
        Ok(found.iter().any(|answer| Self::entry(answer).is_some()))
    }

    pub(in crate::index) fn article_numbered(&self, key: u64) -> Result<Option<ArticleEntry>, IndexError> {
        let must = vec![term("class", "article"), term("group", key)];
        let query = self.query(&Wanted { must, ..Wanted::default() });
        let found =
            self.searches("record", &[json!({"query": query, "size": 1})], &mut Traffic::default())?;
        Ok(found.first().and_then(Self::entry))
    }

    pub(in crate::index) fn article(
        &self,
        key: &str,
        page: Page,
    ) -> Result<Option<(ArticleEntry, Vec<Record>)>, IndexError> {
        let mut traffic = Traffic::default();
        let words = fold::words(key);
        let mut bodies = self.called(key).to_vec();
        if !words.is_empty() {
            let should: Vec<Json> = words.iter().map(|word| term("headline", fold::stem(word))).collect();
            let half = words.len().div_ceil(2);
            let mut query = self.query(&Wanted { must: vec![term("class", "article")], ..Wanted::default() });
            query["bool"]["must"] = json!([{"bool": {"should": should, "minimum_should_match": half}}]);
            bodies.push(json!({"query": query, "size": 1, "sort": ["_score", {"group": "asc"}]}));
        }
        let found = self.searches("record", &bodies, &mut traffic)?;
        let Some(entry) = found.iter().find_map(Self::entry) else { return Ok(None) };
        let must = vec![term("class", "quote"), term("group", article_key(&entry.article))];
        let query = self.query(&Wanted { must, ..Wanted::default() });
        let from = page.offset.min(MOST - 1);
        let size = page.limit.min(MOST - from);
        let body = json!({"query": query, "from": from, "size": size, "sort": [{"order": "asc"}]});
        let found = self.searches("record", &[body], &mut traffic)?;
        let quotes = found.iter().flat_map(hits);
        let records = quotes.filter_map(|hit| self.record(hit.get("_source")?)).collect();
        Ok(Some((entry, records)))
    }

    pub(in crate::index) fn articles(&self, typed: &str, limit: usize) -> Vec<ArticleEntry> {
        let words = fold::words(typed);
        let found = match words.split_last() {
            Some((last, first)) => self.titled(last, first, limit),
            None => self.newest_articles(limit),
        };
        found.unwrap_or_default()
    }

    fn titled(&self, last: &str, first: &[String], limit: usize) -> Result<Vec<ArticleEntry>, IndexError> {
        let mut must = vec![term("class", "article")];
        must.extend(first.iter().map(|word| term("headline", fold::stem(word))));
        must.push(json!({"bool": {"should": [
            term("headline", fold::stem(last)),
            {"prefix": {"headline": {"value": last}}},
        ]}}));
        let query = self.query(&Wanted { must, ..Wanted::default() });
        let body = json!({"query": query, "size": limit.min(MOST), "sort": ["_score", {"group": "asc"}]});
        let found = self.searches("record", &[body], &mut Traffic::default())?;
        let entry = |hit: &Json| serde_json::from_str(text(hit.get("_source")?, "record")?).ok();
        let entries = found.iter().flat_map(hits).filter_map(entry);
        Ok(entries.filter(|entry: &ArticleEntry| entry.quotes > 0).collect())
    }

    fn newest_articles(&self, limit: usize) -> Result<Vec<ArticleEntry>, IndexError> {
        let mut traffic = Traffic::default();
        let query = self.query(&Wanted { must: vec![term("class", "quote")], ..Wanted::default() });
        let body = json!({"query": query, "size": NEWEST, "sort": by_day(false)});
        let found = self.searches("group", &[body], &mut traffic)?;
        let mut keys: Vec<u64> = Vec::new();
        for hit in found.iter().flat_map(hits) {
            let key = hit.get("_source").and_then(|document| number(document, "group"));
            keys.extend(key.filter(|key| !keys.contains(key)));
        }
        keys.truncate(limit);
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let must = vec![term("class", "article"), one_of("group", &keys)];
        let query = self.query(&Wanted { must, ..Wanted::default() });
        let found = self.searches("group,record", &[json!({"query": query, "size": limit})], &mut traffic)?;
        let mut entries: Vec<(usize, ArticleEntry)> = found
            .iter()
            .flat_map(hits)
            .filter_map(|hit| {
                let document = hit.get("_source")?;
                let key = number(document, "group")?;
                let entry = serde_json::from_str(text(document, "record")?).ok()?;
                Some((keys.iter().position(|known| *known == key)?, entry))
            })
            .collect();
        entries.sort_by_key(|(place, _)| *place);
        Ok(entries.into_iter().map(|(_, entry)| entry).collect())
    }

    pub(in crate::index) fn each<E: From<IndexError>>(
        &self,
        question: &Question,
        mut tell: impl FnMut(Record) -> Result<(), E>,
    ) -> Result<u64, E> {
        let mut traffic = Traffic::default();
        let server = Server::patient(self.server.client.address()).map_err(IndexError::from)?;
        let wanted = self.exactly(question);
        let query = self.query(&wanted);
        let found = server.groups(&query, "group", &mut traffic).map_err(IndexError::from)?;
        let groups: HashSet<u64> = found.unwrap_or_default().into_iter().map(|(group, _)| group).collect();
        let mut articles: BTreeSet<(ArticleId, u64)> = BTreeSet::new();
        let all = self.query(&Wanted { must: vec![term("class", "article")], ..Wanted::default() });
        server
            .each(&all, ("group", "group,article"), &mut traffic, &mut |document| {
                if let (Some(group), Some(id)) = (number(document, "group"), text(document, "article"))
                    && groups.contains(&group)
                {
                    articles.insert((ArticleId(id.to_owned()), group));
                }
            })
            .map_err(IndexError::from)?;
        let articles: Vec<u64> = articles.into_iter().map(|(_, group)| group).collect();
        let mut count = 0;
        for some in articles.chunks(ARTICLES) {
            let mut of_some = wanted.clone();
            of_some.must.push(one_of("group", some));
            let mut records: Vec<(usize, Record)> = Vec::new();
            server
                .each(&self.query(&of_some), ("order", "group,record"), &mut traffic, &mut |document| {
                    let place =
                        number(document, "group").and_then(|group| some.iter().position(|key| *key == group));
                    records.extend(place.zip(self.record(document)));
                })
                .map_err(IndexError::from)?;
            records.sort_by_key(|(place, record)| (*place, record.ordinal));
            records.dedup_by_key(|(place, record)| (*place, record.ordinal));
            for (_, record) in records {
                count += 1;
                tell(record)?;
            }
        }
        Ok(count)
    }

    pub(in crate::index) fn prints(
        &self,
        question: &Question,
        words: &[String],
        most: usize,
    ) -> Result<Vec<Print>, IndexError> {
        let limits = Question { terms: Vec::new(), phrase: None, ..question.clone() };
        let mut wanted = self.exactly(&limits);
        if !words.is_empty() {
            let stems: Vec<String> = words.iter().map(|word| fold::stem(word)).collect();
            wanted.must.push(one_of("stems", &stems));
        }
        let mut out = Vec::new();
        self.server.each(
            &self.query(&wanted),
            ("order", "id,said,day"),
            &mut Traffic::default(),
            &mut |document| {
                if let (Some(id), Some(said)) = (number(document, "id"), number(document, "said")) {
                    let day = document.get("day").and_then(Json::as_i64).and_then(day_of);
                    out.push(Print { said, id: QuoteId(id), day });
                }
            },
        )?;
        out.sort_unstable_by_key(Print::order);
        out.truncate(most);
        Ok(out)
    }
}

/// The order of quotes by day; within a day, by article and position.
pub(super) fn by_day(oldest: bool) -> Json {
    json!([{"day": if oldest { "asc" } else { "desc" }}, {"order": "asc"}])
}

/// Returns clauses of which a quote with nearly these words matches at least one.
fn of_phrase(words: &[String]) -> Vec<(&'static str, String, f32)> {
    phrase_stems(words).into_iter().map(|stem| ("stems", stem, 1.0)).collect()
}

/// Returns clauses of which a quote about a topic matches at least one.
fn of_topic(stems: &[String], weights: &[f32]) -> Vec<(&'static str, String, f32)> {
    topic_stems(stems, weights).into_iter().map(|stem| ("topic", stem.clone(), 1.0)).collect()
}

/// One question to an archive: what was found for it is not requested again.
pub struct Asking<'a> {
    pub(super) archive: &'a Archive,
    memory: RefCell<Memory>,
}

#[derive(Default)]
struct Memory {
    traffic: Traffic,
    /// The numbers of topics and of quotes in which a stem occurs.
    frequencies: FxHashMap<String, (u64, u64)>,
    records: FxHashMap<QuoteId, Option<Record>>,
    /// The articles of quotes that were found.
    articles: FxHashMap<QuoteId, u64>,
}

/// The parsed hits of one search.
struct Hits {
    candidates: Vec<(Candidate, String)>,
}

impl Asking<'_> {
    /// Returns what was exchanged with the archive so far.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        self.memory.borrow().traffic
    }

    pub(super) fn set_traffic(&self, traffic: Traffic) {
        self.memory.borrow_mut().traffic = traffic;
    }

    pub(in crate::index) fn answer(&mut self, request: &Request) -> Result<Found, IndexError> {
        let mut found = self.answer_all(std::slice::from_ref(request))?;
        Ok(found.pop().unwrap_or(Found::Facts(Vec::new())))
    }

    /// Returns the answers to requests, in order. All searches share one round trip, and all records the
    /// next.
    pub(in crate::index) fn answer_all(&mut self, requests: &[Request]) -> Result<Vec<Found>, IndexError> {
        let mut stems: Vec<String> = Vec::new();
        let (mut bodies, mut with_record, mut ids) = (Vec::new(), false, Vec::new());
        for request in requests {
            match request {
                Request::Facts(more) => stems.extend(more.iter().cloned()),
                Request::Find(plan) => {
                    stems.extend(self.scored(plan));
                    with_record |= plan.phrase.is_some();
                }
                Request::Records(more) => ids.extend(more.iter().copied()),
                _ => {}
            }
        }
        self.learn(&stems)?;
        let mut ranges = Vec::new();
        for request in requests {
            let start = bodies.len();
            if let Request::Find(plan) = request {
                bodies.extend(self.searches(plan));
            }
            ranges.push(start..bodies.len());
        }
        self.fetch(&ids)?;
        let source = if with_record { WITH_RECORD } else { CANDIDATE };
        let answers = self.archive.searches(source, &bodies, &mut self.memory.borrow_mut().traffic)?;
        let mut out = Vec::with_capacity(requests.len());
        for (request, range) in requests.iter().zip(ranges) {
            out.push(match request {
                Request::Facts(stems) => Found::Facts(self.facts(stems)),
                Request::Find(plan) => {
                    let candidates = self.found(plan, answers.get(range).unwrap_or_default())?;
                    Found::Candidates { floor: floor(&candidates), candidates }
                }
                Request::Records(ids) => Found::Records(self.records(ids)?),
                Request::Near { sought, candidates } => Found::Near(self.near(sought, candidates)?),
                Request::Relevance { text, quotes } => {
                    let known = self.archive.meaning.as_ref();
                    Found::Relevance(known.map(|known| known.relevance(text, quotes)).unwrap_or_default())
                }
                Request::Count { question, words } => {
                    let mut traffic = self.traffic();
                    let times = self.archive.times(question, words, &mut traffic)?;
                    self.set_traffic(traffic);
                    Found::Times(times)
                }
                Request::Called { name, limit } => {
                    let called = self.archive.roster().beginning(name, *limit);
                    Found::Names(called.into_iter().map(|speaker| speaker.name.clone()).collect())
                }
            });
        }
        Ok(out)
    }

    /// Requests the frequencies of stems, except those already known.
    fn learn(&self, stems: &[String]) -> Result<(), IndexError> {
        let mut memory = self.memory.borrow_mut();
        let mut unknown: Vec<&String> =
            stems.iter().filter(|stem| !memory.frequencies.contains_key(*stem)).collect();
        unknown.sort_unstable();
        unknown.dedup();
        let mut known: Vec<(String, (u64, u64))> = Vec::new();
        {
            let shared = self.archive.frequencies.lock().unwrap_or_else(PoisonError::into_inner);
            unknown.retain(|stem| match shared.get(*stem) {
                Some(frequency) => {
                    known.push(((*stem).clone(), *frequency));
                    false
                }
                None => true,
            });
        }
        memory.frequencies.extend(known);
        let topics = self.counts("topic", &unknown, &mut memory.traffic)?;
        // Only function words are missing from all topics.
        let rest: Vec<&String> =
            unknown.iter().zip(&topics).filter(|(_, topic)| **topic == 0).map(|(stem, _)| *stem).collect();
        let mut said = self.counts("stems", &rest, &mut memory.traffic)?.into_iter();
        let mut shared = self.archive.frequencies.lock().unwrap_or_else(PoisonError::into_inner);
        if shared.len() > REMEMBERED {
            shared.clear();
        }
        for (stem, topic) in unknown.into_iter().zip(topics) {
            let said = if topic == 0 { said.next().unwrap_or_default() } else { 0 };
            memory.frequencies.insert(stem.clone(), (topic, said));
            shared.insert(stem.clone(), (topic, said));
        }
        Ok(())
    }

    /// Returns how many quotes contain each of `stems` in a field, in order.
    fn counts(&self, field: &str, stems: &[&String], traffic: &mut Traffic) -> Result<Vec<u64>, IndexError> {
        let body = |stem: &&String| {
            let query = self.archive.query(&Wanted { must: vec![term(field, stem)], ..Wanted::default() });
            json!({"query": query, "size": 0, "track_total_hits": true})
        };
        let bodies: Vec<Json> = stems.iter().map(body).collect();
        Ok(self.archive.searches("none", &bodies, traffic)?.iter().map(total).collect())
    }

    pub(in crate::index) fn facts(&self, stems: &[String]) -> Vec<Fact> {
        // If this fails, the next request reports the error.
        let _ = self.learn(stems);
        let memory = self.memory.borrow();
        let fact = |stem: &String| {
            let frequency = match memory.frequencies.get(stem) {
                Some((0, said)) => AROUND * said,
                Some((topic, _)) => *topic,
                None => 0,
            };
            let rarity = rarity(self.archive.overview.state.quotes, stem, frequency);
            Fact { present: frequency > 0, rarity }
        };
        stems.iter().map(fact).collect()
    }

    /// Returns on which of all matters, or `only` on this one, each of `prints` may be. The server cannot tell:
    /// a quote with the rarest word of a word or phrase for one must be read, and all if there are few.
    pub(in crate::index) fn matters(
        &self,
        question: &Question,
        prints: &[Print],
        only: Option<usize>,
    ) -> Result<Vec<Option<Vec<usize>>>, IndexError> {
        let matters = self.archive.agenda().matters.iter().enumerate();
        let matters = matters.filter(|(at, _)| only.is_none_or(|only| only == *at));
        let phrases: Vec<Vec<String>> =
            matters.flat_map(|(_, matter)| matter.telling()).map(|words| fold::name(words)).collect();
        let words: Vec<&String> = phrases.iter().flatten().collect();
        if words.is_empty() || prints.len() <= FEW {
            let on = words.is_empty().then(Vec::new);
            return Ok(vec![on; prints.len()]);
        }
        let stems: Vec<String> = words.iter().map(|word| fold::stem(word)).collect();
        let facts = self.facts(&stems).into_iter().map(|fact| fact.rarity);
        let rarity: HashMap<&String, f32> = words.into_iter().zip(facts).collect();
        let rarest = |phrase: &Vec<String>| {
            let rarer = |one: &&String, other: &&String| rarity[*one].total_cmp(&rarity[*other]);
            phrase.iter().max_by(rarer).cloned()
        };
        let signs: BTreeSet<String> = phrases.iter().filter_map(rarest).collect();
        let oldest = prints.last().and_then(|print| print.day);
        let published = oldest.map(|day| Days { from: Some(day), to: None });
        let within = Question { published, ..question.clone() };
        let found = self.archive.prints(&within, &Vec::from_iter(signs), usize::MAX)?;
        let found: HashSet<u32> = found.iter().map(Print::words).collect();
        let on = |print: &Print| (!found.contains(&print.words())).then(Vec::new);
        Ok(prints.iter().map(on).collect())
    }

    /// Reads the quotes with these ids, except those already read.
    fn fetch(&self, ids: &[QuoteId]) -> Result<(), IndexError> {
        let mut memory = self.memory.borrow_mut();
        let mut missing: Vec<u64> =
            ids.iter().filter(|id| !memory.records.contains_key(id)).map(|id| id.0).collect();
        missing.sort_unstable();
        missing.dedup();
        if missing.is_empty() {
            return Ok(());
        }
        let bodies: Vec<Json> = missing
            .chunks(MOST / 4)
            .map(|some| {
                let must = vec![one_of("id", some)];
                let query = self.archive.query(&Wanted { must, ..Wanted::default() });
                json!({"query": query, "size": (some.len() * 4).min(MOST), "sort": [{"order": "asc"}]})
            })
            .collect();
        let answers = self.archive.searches("id,group,record", &bodies, &mut memory.traffic)?;
        for hit in answers.iter().flat_map(hits) {
            let Some(document) = hit.get("_source") else { continue };
            if let Some(id) = number(document, "id").map(QuoteId) {
                memory.articles.extend(number(document, "group").map(|group| (id, group)));
                memory.records.entry(id).or_insert_with(|| self.archive.record(document));
            }
        }
        for id in missing {
            memory.records.entry(QuoteId(id)).or_insert(None);
        }
        Ok(())
    }

    pub(in crate::index) fn records(&self, ids: &[QuoteId]) -> Result<Vec<Option<Record>>, IndexError> {
        self.fetch(ids)?;
        let memory = self.memory.borrow();
        Ok(ids.iter().map(|id| memory.records.get(id).cloned().flatten()).collect())
    }

    fn near(&self, sought: &Sought, candidates: &[Candidate]) -> Result<Vec<Option<Near>>, IndexError> {
        match &self.archive.meaning {
            Some(meanings) => meanings.near(sought, candidates, &|ids| self.records(ids)),
            None => Ok(vec![None; candidates.len()]),
        }
    }

    /// Returns how close quotes are to a quote; see [`Meanings::closeness`](crate::index::near::Meanings).
    pub(in crate::index) fn known_closeness(
        &self,
        quote: &Candidate,
        candidates: &[Candidate],
    ) -> Vec<Option<f32>> {
        let known = self.archive.meaning.as_ref();
        known.map_or_else(|| vec![None; candidates.len()], |known| known.closeness(quote, candidates))
    }

    /// Returns the words whose frequencies are needed for the scores of a search.
    fn scored(&self, plan: &Plan) -> Vec<String> {
        let wanted = self.wanted(plan);
        wanted.any.into_iter().chain(wanted.should).map(|(_, stem, _)| stem).collect()
    }

    fn wanted(&self, plan: &Plan) -> Wanted {
        let question = &plan.question;
        if let Some(unnamed) = &plan.unnamed {
            return self.unnamed(plan, unnamed).unwrap_or_default();
        }
        let words = question.phrase.as_deref().map(fold::words).unwrap_or_default();
        let stems: Vec<String> = question.terms.iter().map(|term| fold::stem(term)).collect();
        let mut any = if words.is_empty() { of_topic(&stems, &plan.weights) } else { of_phrase(&words) };
        any.extend(plan.alike.iter().flatten().map(|stem| ("topic", stem.clone(), ALIKE)));
        self.archive.limited(question, any)
    }

    /// Returns the search for quotes of unnamed speakers; `None` if the question has no speaker or no topic.
    fn unnamed(&self, plan: &Plan, unnamed: &Unnamed) -> Option<Wanted> {
        let question = &plan.question;
        let surnames = surnames(question);
        if surnames.is_empty() || question.terms.is_empty() {
            return None;
        }
        if !unnamed.beside.is_empty() {
            let memory = self.memory.borrow();
            let mut keys: Vec<u64> =
                unnamed.beside.iter().filter_map(|id| memory.articles.get(id).copied()).collect();
            keys.sort_unstable();
            keys.dedup();
            let must = vec![term("class", "quote"), one_of("group", &keys)];
            return Some(Wanted { must, ..Wanted::default() });
        }
        let stems: Vec<String> = question.terms.iter().map(|term| fold::stem(term)).collect();
        let anybody = Question { speakers: Vec::new(), ..question.clone() };
        let rare = rarest(&plan.weights, unnamed.share);
        let any = rare.iter().filter_map(|at| Some(("topic", stems.get(*at)?.clone(), 1.0))).collect();
        let mut wanted = self.archive.limited(&anybody, any);
        wanted.must.push(one_of("topic", &surnames));
        let rest = (0..stems.len()).filter(|at| !rare.contains(at)).take(TERMS);
        wanted.should = rest.filter_map(|at| Some(("topic", stems.get(at)?.clone(), 1.0))).collect();
        Some(wanted)
    }

    /// Returns the searches for a plan.
    fn searches(&self, plan: &Plan) -> Vec<Json> {
        let question = &plan.question;
        let wanted = self.wanted(plan);
        let query = self.archive.query(&wanted);
        let limit = plan.limit.min(POOL);
        if let Some(unnamed) = &plan.unnamed {
            if wanted.must.is_empty() {
                return Vec::new();
            }
            return vec![if unnamed.beside.is_empty() {
                json!({"query": query, "size": TOPICAL * SPARE, "sort": ["_score", {"order": "asc"}]})
            } else {
                json!({"query": query, "size": MOST / 10, "sort": [{"order": "asc"}]})
            }];
        }
        if wanted.any.is_empty() {
            let oldest = question.wish == Wish::First;
            return vec![json!({"query": query, "size": limit, "sort": by_day(oldest)})];
        }
        let pool = limit.min(if question.phrase.is_none() { TOPICAL } else { PHRASES });
        let mut out =
            vec![json!({"query": query, "size": pool * SPARE, "sort": ["_score", {"order": "asc"}]})];
        if plan.wide.is_some() && has_limits(question) {
            let within = self.archive.query(&self.archive.limited(question, Vec::new()));
            out.push(json!({"query": within, "size": POOL, "sort": by_day(false)}));
        }
        out
    }

    /// Parses hits, and remembers what is known about their quotes.
    fn read(&self, answer: &Json) -> Hits {
        let mut memory = self.memory.borrow_mut();
        let (mut candidates, mut known) = (Vec::new(), HashSet::new());
        for hit in hits(answer) {
            let Some(document) = hit.get("_source") else { continue };
            let Some(candidate) = self.archive.candidate(document) else { continue };
            // While an indexer repairs what was interrupted, an article may be present twice.
            if !known.insert(candidate.key()) {
                continue;
            }
            memory.articles.insert(candidate.id, candidate.article);
            if document.get("record").is_some() {
                memory.records.entry(candidate.id).or_insert_with(|| self.archive.record(document));
            }
            candidates.push((candidate, text(document, "zones").unwrap_or_default().to_owned()));
        }
        Hits { candidates }
    }

    /// Keeps the `limit` hits with the highest scores: BM25 with the counts of the whole archive.
    fn best(&self, hits: &mut Hits, wanted: &Wanted, limit: usize, above: f32) {
        let overview = &self.archive.overview;
        let memory = self.memory.borrow();
        #[expect(clippy::cast_precision_loss, reason = "a weight needs no more than seven digits")]
        let average = overview.words as f32 / overview.documents.max(1) as f32;
        let words: Vec<(&str, Bm25Weight)> = wanted
            .any
            .iter()
            .chain(&wanted.should)
            .filter(|(field, ..)| *field == "topic")
            .map(|(_, stem, boost)| {
                let frequency = memory.frequencies.get(stem).map_or(0, |(topic, _)| *topic);
                let all = overview.documents.max(frequency);
                let weight = Bm25Weight::for_one_term_without_explain(frequency, all, average);
                (stem.as_str(), weight.boost_by(*boost))
            })
            .collect();
        if words.len() < wanted.any.len() + wanted.should.len() {
            // The server has already scored the words of a phrase.
            hits.candidates.truncate(limit);
            return;
        }
        let stems: Vec<String> = words.iter().map(|(stem, _)| (*stem).to_owned()).collect();
        for (candidate, zones) in &mut hits.candidates {
            let length = FieldNormReader::fieldnorm_to_id(length_of(zones));
            let found = zones_of(zones, &stems);
            let scores = words
                .iter()
                .zip(found)
                .filter_map(|((_, weight), zone)| Some(weight.score(length, zone?.frequency())));
            candidate.found = f32::from_bits(scores.sum::<f32>().to_bits() >> 10 << 10);
        }
        hits.candidates.retain(|(candidate, _)| candidate.found >= above);
        hits.candidates.sort_by(|(one, _), (other, _)| {
            other.found.total_cmp(&one.found).then_with(|| one.key().cmp(&other.key()))
        });
        hits.candidates.truncate(limit);
    }

    /// Returns what a plan found, given the answers to its searches.
    fn found(&self, plan: &Plan, answers: &[Json]) -> Result<Vec<Candidate>, IndexError> {
        let Some(first) = answers.first() else { return Ok(Vec::new()) };
        let question = &plan.question;
        let wanted = self.wanted(plan);
        let mut hits = self.read(first);
        let scored = !wanted.any.is_empty();
        let limit = plan.limit.min(POOL);
        if plan.unnamed.is_some() {
            if scored {
                self.best(&mut hits, &wanted, TOPICAL, 0.0);
            }
            return Ok(self.found_unnamed(plan, hits));
        }
        let words = question.phrase.as_deref().map(fold::words).unwrap_or_default();
        if scored {
            let pool = limit.min(if words.is_empty() { TOPICAL } else { PHRASES });
            self.best(&mut hits, &wanted, pool, plan.above);
        }
        if let Some(sought) = &plan.wide {
            let mut known: HashSet<QuoteId> =
                hits.candidates.iter().map(|(candidate, _)| candidate.id).collect();
            let mut more = self.nearest(sought, question, answers.get(1))?;
            let articles = more.iter().map(|(candidate, _)| (candidate.id, candidate.article));
            self.memory.borrow_mut().articles.extend(articles);
            more.extend(answers.get(1).map(|within| self.read(within).candidates).unwrap_or_default());
            more.retain(|(candidate, _)| known.insert(candidate.id));
            more.truncate(POOL.saturating_sub(hits.candidates.len()));
            hits.candidates.extend(more);
        }
        let stems: Vec<String> = question.terms.iter().map(|term| fold::stem(term)).collect();
        let said = content_stems(&words);
        let looked: Vec<String> = stems.iter().chain(&said).cloned().collect();
        let group: Vec<String> = question.group.iter().flat_map(group_stems).collect();
        let mut candidates: Vec<Candidate> =
            hits.candidates.into_iter().map(|hit| described(hit, &looked, &group, &plan.alike)).collect();
        keep_named(&mut candidates, question, self.archive.roster());
        self.weigh_phrase(plan, &said, &mut candidates)?;
        if let (Some(sought), Some(meanings)) = (&plan.wide, &self.archive.meaning) {
            meanings.add_light(sought, &mut candidates, &|ids| self.records(ids))?;
        }
        candidates.sort_unstable_by_key(Candidate::key);
        Ok(candidates)
    }

    fn found_unnamed(&self, plan: &Plan, hits: Hits) -> Vec<Candidate> {
        let question = &plan.question;
        let surnames = surnames(question);
        let mut stems: Vec<String> = question.terms.iter().map(|term| fold::stem(term)).collect();
        let (terms, names) = (stems.len(), surnames.len());
        stems.extend(surnames);
        stems.extend(question.excluded.iter().map(|word| fold::stem(word)));
        let mut candidates: Vec<Candidate> =
            hits.candidates.into_iter().map(|hit| described(hit, &stems, &[], &plan.alike)).collect();
        keep_unnamed(&mut candidates, terms, names);
        candidates.sort_unstable_by_key(Candidate::key);
        candidates
    }

    /// Sets for each candidate how much of the phrase it contains; see the embedded index.
    fn weigh_phrase(
        &self,
        plan: &Plan,
        said: &[String],
        candidates: &mut [Candidate],
    ) -> Result<(), IndexError> {
        let Some(phrase) = &plan.phrase else { return Ok(()) };
        let mut read = Vec::new();
        for candidate in candidates.iter_mut() {
            candidate.phrase = most_of_phrase(candidate, phrase, said);
            if answer::is_found(candidate.phrase) {
                read.push(candidate.id);
            }
        }
        self.fetch(&read)?;
        let memory = self.memory.borrow();
        for candidate in candidates.iter_mut().filter(|candidate| answer::is_found(candidate.phrase)) {
            if let Some(Some(record)) = memory.records.get(&candidate.id) {
                candidate.phrase = phrase.similarity(&record.words());
            }
        }
        Ok(())
    }
}

/// Returns a candidate with the zones of `stems`, whether it belongs to the group, and the zones of synonyms.
fn described(
    (mut candidate, zones): (Candidate, String),
    stems: &[String],
    group: &[String],
    alike: &[Vec<String>],
) -> Candidate {
    candidate.zones = zones_of(&zones, stems);
    candidate.member = zones_of(&zones, group).contains(&Some(Zone::Role));
    candidate.alike =
        alike.iter().map(|others| zones_of(&zones, others).into_iter().flatten().max()).collect();
    candidate
}

// The number by which quotes are ordered in Quickwit is the order of their keys here.
#[cfg(test)]
mod tests {
    use super::super::document::order;

    #[test]
    fn quotes_are_ordered_as_their_keys_are() {
        let keys = [(1 << 20, 0), (1 << 20, 3), (2 << 20, 0), (u64::MAX, 7)];
        assert!(keys.map(|(article, ordinal)| order(article, ordinal)).is_sorted());
    }
}

//! Completes what somebody is typing: speakers, outlets, topics, tags and articles, by the beginning of any
//! of their words.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use tantivy::collector::DocSetCollector;
use tantivy::query::{BooleanQuery, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{Searcher, SegmentReader, TantivyDocument, Term};

use super::search::term;
use super::stored::{ArticleEntry, StoredArticle};
use super::{Embedded, stored};
use crate::fold;
use crate::roster::Speaker;

/// A suggestion, with its number of distinct quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The full text.
    pub text: String,
    /// Number of distinct quotes; for a topic, the number of quotes, including repetitions, that contain the
    /// word in any form.
    pub quotes: u64,
}

/// The kinds of names that can be completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// Speakers, by a word of a name or an alias. If there is none, the speaker that the input most likely
    /// means, read as a surname.
    Speakers,
    /// Outlets, by a word of the name.
    Outlets,
    /// Topics: first tags of articles, then words of quotes. Only tags if the input is empty.
    Topics,
    /// Tags of articles, by a word of the tag.
    Tags,
}

impl Embedded {
    /// Returns the names in which a word begins with the input `typed` (ignoring case and accents), those
    /// with most quotes first, at most `limit`; all names if the input is empty. Only names with quotes.
    /// Everything except words of quotes is in memory: a call takes microseconds, after a first count of some
    /// milliseconds per 10,000 quotes.
    #[must_use]
    pub fn names(&self, of: Names, typed: &str, limit: usize) -> Vec<Suggestion> {
        match of {
            Names::Speakers => {
                let suggestion = |speaker: &Speaker| {
                    let quotes = self.quotes_by(&speaker.name);
                    Suggestion { text: speaker.name.clone(), quotes }
                };
                self.roster.beginning(typed, limit).into_iter().map(suggestion).collect()
            }
            Names::Outlets => most(self.quotes_of_outlets().iter(), typed, limit),
            Names::Topics => self.topics(typed, limit),
            Names::Tags => most(self.quotes_of_tags().iter(), typed, limit),
        }
    }

    /// Returns the articles with quotes whose titles contain all words of `typed`, the last of which may be
    /// incomplete, the best match first; the newest articles if the input is empty. At most `limit`; none if
    /// the index cannot be read, which the next query reports.
    #[must_use]
    pub fn articles(&self, typed: &str, limit: usize) -> Vec<ArticleEntry> {
        let searcher = self.reader.searcher();
        let words = fold::words(typed);
        let found = if words.is_empty() {
            self.newest_articles(&searcher, limit)
        } else {
            self.titled(&searcher, &words, limit)
        };
        found.unwrap_or_default()
    }

    fn titled(
        &self,
        searcher: &Searcher,
        words: &[String],
        limit: usize,
    ) -> tantivy::Result<Vec<ArticleEntry>> {
        let field = self.fields.headline;
        let Some((last, first)) = words.split_last() else { return Ok(Vec::new()) };
        let mut begun: BTreeSet<String> = BTreeSet::from([fold::stem(last)]);
        for segment in searcher.segment_readers() {
            let inverted = segment.inverted_index(field)?;
            let mut end = last.as_bytes().to_vec();
            end.push(0xff);
            let mut terms = inverted.terms().range().ge(last.as_bytes()).lt(&end).into_stream()?;
            while terms.advance() && begun.len() < MOST_WORDS {
                begun.extend(std::str::from_utf8(terms.key()).ok().map(str::to_owned));
            }
        }
        let begun: Vec<Box<dyn Query>> = begun.iter().map(|stem| term(field, stem)).collect();
        let whole = first.iter().map(|word| term(field, &fold::stem(word)));
        let all: Vec<Box<dyn Query>> =
            whole.chain([Box::new(BooleanQuery::union(begun)) as Box<dyn Query>]).collect();
        let found = self.best(searcher, &BooleanQuery::intersection(all).into(), None, limit, 0.0)?;
        let mut out = Vec::new();
        for (address, _) in found {
            let document: TantivyDocument = searcher.doc(address)?;
            let article: StoredArticle = stored(&document, self.fields.record)?;
            out.extend(Some(article.entry).filter(|entry| entry.quotes > 0));
        }
        Ok(out)
    }

    /// Returns the articles of the newest quotes.
    fn newest_articles(&self, searcher: &Searcher, limit: usize) -> tantivy::Result<Vec<ArticleEntry>> {
        let quotes = self.by_day(searcher, &*term(self.fields.class, "quote"), false, NEWEST)?;
        let mut keys: Vec<u64> = Vec::new();
        for address in quotes {
            let key = self.columns(address.segment_ord)?.group.first(address.doc_id);
            keys.extend(key.filter(|key| !keys.contains(key)));
        }
        let mut out = Vec::new();
        for key in keys.into_iter().take(limit) {
            let of_article = Term::from_field_u64(self.fields.group, key);
            let of_article = Box::new(TermQuery::new(of_article, IndexRecordOption::Basic));
            let query = BooleanQuery::intersection(vec![term(self.fields.class, "article"), of_article]);
            for address in searcher.search(&query, &DocSetCollector)? {
                let document: TantivyDocument = searcher.doc(address)?;
                let article: StoredArticle = stored(&document, self.fields.record)?;
                out.push(article.entry);
            }
        }
        Ok(out)
    }

    fn topics(&self, typed: &str, limit: usize) -> Vec<Suggestion> {
        let mut out = most(self.quotes_of_tags().iter(), typed, limit);
        let words = fold::words(typed);
        if let [word] = words.as_slice() {
            // An index that cannot be read yields no suggestions; the next question reports the damage.
            let more = self.words_beginning(&self.reader.searcher(), word).unwrap_or_default();
            for suggestion in more {
                if !out.iter().any(|known| known.text == suggestion.text) {
                    out.push(suggestion);
                }
            }
        }
        out.truncate(limit);
        out
    }

    /// Returns the words of quotes with this prefix, except function words, the most frequent first; of words
    /// with the same stem only one.
    fn words_beginning(&self, searcher: &Searcher, prefix: &str) -> tantivy::Result<Vec<Suggestion>> {
        let mut words: BTreeMap<String, u32> = BTreeMap::new();
        for segment in searcher.segment_readers() {
            for (articles, word) in self.frequent(segment, prefix)? {
                *words.entry(word).or_default() += articles;
            }
        }
        // The form that occurs in most articles; of several such forms the shortest.
        let mut forms: BTreeMap<String, (u32, Reverse<(usize, String)>)> = BTreeMap::new();
        for (word, articles) in words {
            let form = forms.entry(fold::stem(&word)).or_default();
            *form = std::mem::take(form).max((articles, Reverse((word.chars().count(), word))));
        }
        let count = |stem: &str| self.documents(searcher, self.fields.stems, stem);
        let mut out: Vec<Suggestion> = forms
            .into_iter()
            .map(|(stem, (_, Reverse((_, text))))| Suggestion { quotes: count(&stem), text })
            .collect();
        out.retain(|suggestion| suggestion.quotes > 0);
        out.sort_unstable_by(|a, b| b.quotes.cmp(&a.quotes).then_with(|| a.text.cmp(&b.text)));
        out.truncate(MOST_WORDS);
        Ok(out)
    }

    /// Returns the words of one segment with the number of articles that contain each: at most
    /// [`MOST_WORDS`], however many have the prefix.
    fn frequent(&self, segment: &SegmentReader, prefix: &str) -> tantivy::Result<Vec<(u32, String)>> {
        let inverted = segment.inverted_index(self.fields.words)?;
        let mut end = prefix.as_bytes().to_vec();
        end.push(0xff);
        let mut terms = inverted.terms().range().ge(prefix.as_bytes()).lt(&end).into_stream()?;
        let mut best: BinaryHeap<Reverse<(u32, String)>> = BinaryHeap::new();
        while terms.advance() {
            let count = terms.value().doc_freq;
            let full = best.len() == MOST_WORDS;
            if full && best.peek().is_some_and(|Reverse((least, _))| *least >= count) {
                continue;
            }
            if let Ok(word) = std::str::from_utf8(terms.key()) {
                if full {
                    best.pop();
                }
                best.push(Reverse((count, word.to_owned())));
            }
        }
        Ok(best.into_iter().map(|Reverse(found)| found).collect())
    }
}

/// Number of newest quotes whose articles are suggested if the input is empty.
const NEWEST: usize = 100;

/// Maximum number of suggested words.
const MOST_WORDS: usize = 100;

/// Returns the names in which a word begins with the input, those with most quotes first.
pub(super) fn most<'a>(
    names: impl Iterator<Item = (&'a String, &'a u64)>,
    typed: &str,
    limit: usize,
) -> Vec<Suggestion> {
    let typed = fold::words(typed).join(" ");
    let mut out: Vec<Suggestion> = names
        .filter(|(name, _)| {
            let words = fold::words(name);
            (0..words.len()).any(|at| words[at..].join(" ").starts_with(&typed))
        })
        .map(|(name, quotes)| Suggestion { text: name.clone(), quotes: *quotes })
        .collect();
    out.sort_unstable_by(|a, b| b.quotes.cmp(&a.quotes).then_with(|| a.text.cmp(&b.text)));
    out.truncate(limit);
    out
}

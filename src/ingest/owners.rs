//! Which article has an id? If few articles are read, ids are looked up in the index one by one, so that
//! indexing one article costs the same however many there are.

use rustc_hash::{FxHashMap, FxHashSet};

use super::read::Parsed;
use crate::article::Citation;
use crate::fold;
use crate::index::{IndexError, KnownArticle, Ledger};

/// The articles of the index, as far as they were looked up, with the changes of the current indexing.
#[derive(Default)]
pub(super) struct Owners {
    /// The source of articles that were not looked up yet; `None` if `known` contains all.
    ledger: Option<Ledger>,
    /// The index before this indexing; `None` if there was none.
    before: Option<Ledger>,
    /// By key; `None` for an id that no article has.
    known: FxHashMap<u64, Option<KnownArticle>>,
    /// The numbers of articles and of their quotes.
    articles: u64,
    quotes: u64,
}

impl Owners {
    /// Returns the owners given a table that contains all articles of `before`.
    pub(super) fn all(table: FxHashMap<u64, KnownArticle>, before: Option<Ledger>) -> Self {
        let (articles, quotes) = (table.len() as u64, table.values().map(|one| u64::from(one.quotes)).sum());
        let known = table.into_iter().map(|(key, one)| (key, Some(one))).collect();
        Self { ledger: None, before, known, articles, quotes }
    }

    /// Returns the owners recorded in `ledger`, which must be consistent ([`Ledger::agrees`]); each is looked
    /// up when needed.
    pub(super) fn asked(ledger: Ledger) -> Self {
        let (articles, quotes) = (ledger.state().articles, ledger.state().quotes);
        Self { before: Some(ledger.clone()), ledger: Some(ledger), articles, quotes, ..Self::default() }
    }

    /// Looks up all articles of the files with these keys, so that [`Owners::retain`] sees them.
    pub(super) fn load(&mut self, files: &FxHashSet<u64>) -> Result<(), IndexError> {
        let Some(ledger) = self.ledger.as_ref().filter(|_| !files.is_empty()) else { return Ok(()) };
        for (key, article) in ledger.articles_of(files)? {
            self.known.entry(key).or_insert(Some(article));
        }
        Ok(())
    }

    pub(super) fn get(&mut self, key: u64) -> Result<Option<KnownArticle>, IndexError> {
        let Some(ledger) = &self.ledger else { return Ok(self.known.get(&key).copied().flatten()) };
        if let Some(known) = self.known.get(&key) {
            return Ok(*known);
        }
        let article = ledger.article(key)?;
        self.known.insert(key, article);
        Ok(article)
    }

    /// Returns whether the index contains an article with the id of `parsed` that another outlet or site
    /// published.
    pub(super) fn is_of_other_origin(&self, parsed: &Parsed) -> Result<bool, IndexError> {
        let Some(before) = &self.before else { return Ok(false) };
        let on_record = before.citation(parsed.key)?;
        Ok(on_record.is_some_and(|citation| origin_of(&citation) != origin_of(&parsed.article.citation)))
    }

    /// Sets the article of an id; `before` is the one it had.
    pub(super) fn put(&mut self, key: u64, before: Option<KnownArticle>, article: KnownArticle) {
        self.articles += u64::from(before.is_none());
        self.quotes = self.quotes + u64::from(article.quotes) - before.map_or(0, |one| u64::from(one.quotes));
        self.known.insert(key, Some(article));
    }

    /// Sets the number of quotes of an article, which was 0 so far.
    pub(super) fn count(&mut self, key: u64, quotes: u32) {
        if let Some(Some(article)) = self.known.get_mut(&key) {
            article.quotes = quotes;
            self.quotes += u64::from(quotes);
        }
    }

    /// Removes each looked-up article for which `stays` returns false.
    pub(super) fn retain(&mut self, mut stays: impl FnMut(u64, &KnownArticle) -> bool) {
        for (key, known) in &mut self.known {
            if let Some(gone) = known.take_if(|article| !stays(*key, article)) {
                self.articles -= 1;
                self.quotes -= u64::from(gone.quotes);
            }
        }
    }

    /// Returns the numbers of articles and of quotes.
    pub(super) const fn totals(&self) -> (u64, u64) {
        (self.articles, self.quotes)
    }
}

/// Returns the publisher of an article: the folded name of the outlet, and the host of the URL.
fn origin_of(citation: &Citation) -> (Vec<String>, Option<String>) {
    let host = |url: &String| {
        let host = url.split_once("://")?.1.split(['/', '?', '#']).next()?.to_ascii_lowercase();
        Some(host.trim_start_matches("www.").to_owned())
    };
    (fold::name(citation.outlet.as_deref().unwrap_or_default()), citation.url.as_ref().and_then(host))
}

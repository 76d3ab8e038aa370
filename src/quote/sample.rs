//! Made-up articles for the tests of this module.

use super::cast::Cast;
use super::mention::{self, Mention};
use super::model::Model;
use super::page::Page;
use super::reading::Reading;
use crate::article::{Article, ArticleId, Citation};
use crate::lang::Language;
use crate::people::People;

/// Returns an article without a headline.
pub(super) fn article(text: &str) -> Article {
    Article {
        id: ArticleId("sample".to_owned()),
        citation: Citation::default(),
        language: None,
        tags: Vec::new(),
        digest: false,
        blocks: Vec::new(),
        text: text.to_owned(),
    }
}

/// Returns the same with its first line as the headline.
pub(super) fn headed(text: &str) -> Article {
    let title = text.lines().next().map(str::to_owned);
    Article { citation: Citation { title, ..Citation::default() }, ..article(text) }
}

/// Calls `then` with the page of an article and its mentions.
pub(super) fn read<T>(article: &Article, then: impl FnOnce(Reading) -> T) -> T {
    let page = Page::new(article, Language::primary(), &Model::of(Language::primary()).lexicon, None);
    let mentions = mention::mentions(&page);
    then(Reading { page: &page, mentions: &mentions })
}

/// Calls `then` with the cast of an article.
pub(super) fn cast<T>(article: &Article, people: &People, then: impl FnOnce(&Cast) -> T) -> T {
    read(article, |reading| then(&Cast::new(reading, people, None)))
}

/// Returns the words of a mention.
pub(super) fn words<'a>(page: &Page<'a>, mention: &Mention) -> &'a str {
    mention.span(page).text(page.text)
}

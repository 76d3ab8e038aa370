//! Fields and analyzers of the index, and how a quote becomes a document and back.

use jiff::civil::{Date, date};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};

use crate::fold;

/// Changes whenever documents are written otherwise: an index of another version is rebuilt.
pub const SCHEMA_VERSION: u32 = 3;

/// The fields of a document. What kind of document it is stands in `class`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    /// `quote`, `passage`, `article`, `file` or `people`.
    pub(crate) class: Field,
    /// The number of the article or file that a document is of ([`super::ledger`]): what a re-index deletes by.
    pub(crate) group: Field,
    /// The article's id.
    pub(crate) article: Field,
    /// The address of an article, as [`super::document::address`] makes it.
    pub(crate) url: Field,
    /// The stems of an article's headline: one document an article, where `title` is on each of its quotes.
    pub(crate) headline: Field,
    /// The short id of a quote.
    pub(crate) id: Field,
    /// The tags of a quote's article, folded.
    pub(crate) tag: Field,
    /// The exact words of a quote.
    pub(crate) words: Field,
    /// The stems of a quote.
    pub(crate) stems: Field,
    /// The stems of a quote's paragraph and its neighbours.
    pub(crate) context: Field,
    /// The stems of a passage.
    pub(crate) passage: Field,
    /// The stems of the headline.
    pub(crate) title: Field,
    /// The canonical name of the speaker.
    pub(crate) speaker: Field,
    /// The stems of name, role and mention of the speaker.
    pub(crate) role: Field,
    /// The outlet's name.
    pub(crate) outlet: Field,
    /// The day of publication, in days since 1970-01-01.
    pub(crate) day: Field,
    /// What a re-index compares, on the documents of files and articles ([`super::ledger`]): that number again, ...
    pub(crate) key: Field,
    /// ... that of the file an article came from; for a file the number of its articles, ...
    pub(crate) origin: Field,
    /// ... the stamp of its content, ...
    pub(crate) stamp: Field,
    /// ... the number of quotes in an article, of skips in a file.
    pub(crate) count: Field,
    /// The record as JSON.
    pub(crate) record: Field,
}

/// Returns the schema and its fields.
pub(crate) fn schema() -> (Schema, Fields) {
    let text = |analyzer: &str, option| {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default().set_tokenizer(analyzer).set_index_option(option),
        )
    };
    let mut builder = Schema::builder();
    let fields = Fields {
        class: builder.add_text_field("class", STRING),
        group: builder.add_u64_field("group", INDEXED),
        article: builder.add_text_field("article", STRING),
        url: builder.add_text_field("url", STRING),
        headline: builder.add_text_field("headline", text("stems", IndexRecordOption::WithFreqs)),
        id: builder.add_u64_field("id", INDEXED),
        tag: builder.add_text_field("tag", STRING),
        words: builder.add_text_field("words", text("words", IndexRecordOption::WithFreqsAndPositions)),
        stems: builder.add_text_field("stems", text("stems", IndexRecordOption::WithFreqs)),
        context: builder.add_text_field("context", text("stems", IndexRecordOption::WithFreqs)),
        passage: builder.add_text_field("passage", text("stems", IndexRecordOption::WithFreqs)),
        title: builder.add_text_field("title", text("stems", IndexRecordOption::WithFreqs)),
        speaker: builder.add_text_field("speaker", STRING),
        role: builder.add_text_field("role", text("stems", IndexRecordOption::WithFreqs)),
        outlet: builder.add_text_field("outlet", STRING),
        day: builder.add_i64_field("day", INDEXED | FAST),
        key: builder.add_u64_field("key", FAST),
        origin: builder.add_u64_field("origin", FAST),
        stamp: builder.add_u64_field("stamp", FAST),
        count: builder.add_u64_field("count", FAST),
        record: builder.add_text_field("record", STORED),
    };
    (builder.build(), fields)
}

/// Returns the days from 1970-01-01 to `day`.
pub(crate) fn day_number(day: Date) -> i64 {
    i64::from((day - date(1970, 1, 1)).get_days())
}

/// Splits text into folded words, and into their stems if asked: the same words that questions are compared by.
#[derive(Clone)]
pub(crate) struct WordTokenizer {
    stemmed: bool,
    token: Token,
    words: std::vec::IntoIter<String>,
}

/// Returns the analyzers of the schema by name.
pub(crate) fn analyzers() -> [(&'static str, TextAnalyzer); 2] {
    [("words", false), ("stems", true)].map(|(name, stemmed)| {
        let tokenizer = WordTokenizer { stemmed, token: Token::default(), words: Vec::new().into_iter() };
        (name, TextAnalyzer::builder(tokenizer).build())
    })
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.words = fold::words(text).into_iter();
        self.token = Token::default();
        WordStream { tokenizer: self }
    }
}

/// The words of one text. Offsets into the text are not kept: the index is never asked for them.
pub(crate) struct WordStream<'a> {
    tokenizer: &'a mut WordTokenizer,
}

/// The longest word that is indexed, in bytes: longer ones are no words.
const LONGEST_WORD: usize = 64;

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        let tokenizer = &mut *self.tokenizer;
        let Some(word) = tokenizer.words.by_ref().find(|word| word.len() <= LONGEST_WORD) else {
            return false;
        };
        tokenizer.token.position = tokenizer.token.position.wrapping_add(1);
        tokenizer.token.text = if tokenizer.stemmed { fold::stem(&word) } else { word };
        true
    }

    fn token(&self) -> &Token {
        &self.tokenizer.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.tokenizer.token
    }
}

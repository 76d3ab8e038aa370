//! Fields and analyzers of the index, and how a quote becomes a document and back.

use jiff::civil::{Date, date};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};

use crate::answer::Zone;
use crate::quote::Kind;

/// Changes whenever documents are written otherwise: an index of another version is rebuilt.
pub const SCHEMA_VERSION: u32 = 11;

/// The fields of a document. What kind of document it is stands in `class`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    /// `quote`, `article`, `file`, `people` or `agenda`.
    pub(crate) class: Field,
    /// The number of the article or file that a document is of ([`super::ledger`]): what a re-index deletes by.
    pub(crate) group: Field,
    /// The id of an article.
    pub(crate) article: Field,
    /// The address of an article, as [`super::document::address`] makes it.
    pub(crate) url: Field,
    /// The stems of an article's headline: one document an article, where `title` is on each of its quotes.
    pub(crate) headline: Field,
    /// The short id of a quote.
    pub(crate) id: Field,
    /// The tags of a quote's article, folded.
    pub(crate) tag: Field,
    /// The words of all quotes of an article, on the last of them: what a beginning is completed to.
    pub(crate) words: Field,
    /// The stems of a quote.
    pub(crate) stems: Field,
    /// The stems in and around a quote, each as many times as its [`Zone`] says: one list of postings finds, scores and tells
    /// where the stem stands. Function words are left out: no question is about them.
    pub(crate) topic: Field,
    /// The canonical name of the speaker.
    pub(crate) speaker: Field,
    /// The outlet's name.
    pub(crate) outlet: Field,
    /// The day on which a quote was said (the first of a month or year), that of publication where the article does not tell; in days
    /// since 1970-01-01.
    pub(crate) day: Field,
    /// The number of an article or a file again, on its own document alone: by it a quote finds its article.
    pub(crate) key: Field,
    /// What a re-index compares, on the documents of articles and files ([`super::ledger`]): the number of the file an article came
    /// from; for a file that of its articles, ...
    pub(crate) origin: Field,
    /// ... the stamp of its content, ...
    pub(crate) stamp: Field,
    /// ... the number of quotes in an article, of skips in a file.
    pub(crate) count: Field,
    /// What a quote looks like: [`Shape`] in a number.
    pub(crate) shape: Field,
    /// Fingerprints of the speaker (the upper half, 0 for nobody) and of the folded words.
    pub(crate) said: Field,
    /// The record as JSON.
    pub(crate) record: Field,
    /// The text of an article, or the surroundings of a quote that stands behind what is kept of it ([`mod@super::stored`]).
    pub(crate) text: Field,
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
        group: builder.add_u64_field("group", INDEXED | FAST),
        article: builder.add_text_field("article", STRING),
        url: builder.add_text_field("url", STRING),
        headline: builder.add_text_field("headline", text("spaces", IndexRecordOption::WithFreqs)),
        id: builder.add_u64_field("id", INDEXED | FAST),
        tag: builder.add_text_field("tag", STRING),
        words: builder.add_text_field("words", text("spaces", IndexRecordOption::Basic)),
        stems: builder.add_text_field("stems", text("spaces", IndexRecordOption::WithFreqs)),
        topic: builder.add_text_field("topic", text("zones", IndexRecordOption::WithFreqs)),
        // With frequencies, all 1: without them a union of terms is scored document by document.
        speaker: builder.add_text_field("speaker", text("raw", IndexRecordOption::WithFreqs)),
        outlet: builder.add_text_field("outlet", STRING),
        day: builder.add_i64_field("day", FAST),
        key: builder.add_u64_field("key", INDEXED),
        origin: builder.add_u64_field("origin", FAST),
        stamp: builder.add_u64_field("stamp", FAST),
        count: builder.add_u64_field("count", FAST),
        shape: builder.add_u64_field("shape", FAST),
        said: builder.add_u64_field("said", FAST),
        record: builder.add_text_field("record", STORED),
        text: builder.add_text_field("text", STORED),
    };
    (builder.build(), fields)
}

/// Returns the days from 1970-01-01 to `day`.
pub(crate) fn day_number(day: Date) -> i64 {
    i64::from((day - date(1970, 1, 1)).get_days())
}

/// The date that so many days from 1970-01-01 lead to; `None` outside the calendar.
pub(crate) fn day_of(number: i64) -> Option<Date> {
    date(1970, 1, 1).checked_add(jiff::Span::new().try_days(number).ok()?).ok()
}

/// What the ranking asks of a quote besides its words, in one number of 26 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) kind: Kind,
    /// Whether it stands in the first line of its article.
    pub(crate) headline: bool,
    /// Its words, at most 127.
    pub(crate) length: u8,
    /// Its place in the article, at most 65,535.
    pub(crate) ordinal: u16,
}

impl Shape {
    pub(crate) fn to_number(self) -> u64 {
        u64::from(self.ordinal) << 10
            | u64::from(self.length.min(127)) << 3
            | u64::from(self.headline) << 2
            | self.kind as u64
    }

    pub(crate) fn of_number(number: u64) -> Self {
        let byte = |shift: u32, mask: u64| u8::try_from(number >> shift & mask).unwrap_or_default();
        Self {
            kind: match byte(0, 3) {
                0 => Kind::Direct,
                1 => Kind::Mixed,
                _ => Kind::Indirect,
            },
            headline: byte(2, 1) == 1,
            length: byte(3, 127),
            ordinal: u16::try_from(number >> 10 & 0xffff).unwrap_or_default(),
        }
    }
}

/// Splits what was prepared for a field into its terms: the words between single spaces. Folding and stemming is done before, once
/// for all fields that hold a word.
#[derive(Clone)]
pub(crate) struct SpaceTokenizer {
    /// Whether each word begins with the number of times that it counts ([`zoned`]).
    counted: bool,
    token: Token,
}

/// Returns the analyzers of the schema by name.
pub(crate) fn analyzers() -> [(&'static str, TextAnalyzer); 2] {
    [("spaces", false), ("zones", true)].map(|(name, counted)| {
        let tokenizer = SpaceTokenizer { counted, token: Token::default() };
        (name, TextAnalyzer::builder(tokenizer).build())
    })
}

/// Adds a stem and its zone to what the field `topic` is given.
pub(crate) fn zoned(out: &mut String, stem: &str, zone: Zone) {
    out.push(char::from_digit(zone.frequency(), 10).unwrap_or('1'));
    out.push_str(stem);
    out.push(' ');
}

impl Tokenizer for SpaceTokenizer {
    type TokenStream<'a> = Words<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Words<'a> {
        self.token.reset();
        Words { rest: text, counted: self.counted, again: 0, token: &mut self.token }
    }
}

/// The words of one text. Offsets into the text are not kept: the index is never asked for them.
pub(crate) struct Words<'a> {
    rest: &'a str,
    counted: bool,
    /// How often the last word is still to come.
    again: u32,
    token: &'a mut Token,
}

/// The longest word that is indexed, in bytes: longer ones are no words.
const LONGEST_WORD: usize = 64;

impl TokenStream for Words<'_> {
    fn advance(&mut self) -> bool {
        self.token.position = self.token.position.wrapping_add(1);
        if self.again > 0 {
            self.again -= 1;
            return true;
        }
        // Words are short: to look at each byte is faster than to search for the space.
        while !self.rest.is_empty() {
            let end = self.rest.bytes().position(|byte| byte == b' ').unwrap_or(self.rest.len());
            let (word, rest) = self.rest.split_at(end);
            self.rest = rest.strip_prefix(' ').unwrap_or(rest);
            let mut letters = word.chars();
            let count =
                if self.counted { letters.next().and_then(|digit| digit.to_digit(10)) } else { Some(1) };
            let word = letters.as_str();
            if !word.is_empty() && word.len() <= LONGEST_WORD {
                self.again = count.unwrap_or(1).saturating_sub(1);
                self.token.text.clear();
                self.token.text.push_str(word);
                return true;
            }
        }
        false
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

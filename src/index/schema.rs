//! The fields and analyzers of the index.

use jiff::civil::{Date, date};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};

use crate::answer::Zone;
use crate::quote::Kind;

/// Incremented whenever the form of documents changes: an index of another version is rebuilt.
pub const SCHEMA_VERSION: u32 = 14;

/// The fields of a document. The field `class` says what kind of document it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    /// `quote`, `article`, `file`, `people` or `agenda`; also `corrected` for an article with corrections.
    pub(crate) class: Field,
    /// The key of the article or file to which a document belongs ([`super::ledger`]); a re-index deletes by
    /// it.
    pub(crate) group: Field,
    /// The id of an article.
    pub(crate) article: Field,
    /// The URL of an article, as normalised by [`crate::fold::address`].
    pub(crate) url: Field,
    /// The stems of an article's headline, on the document of the article.
    pub(crate) headline: Field,
    /// The short id of a quote.
    pub(crate) id: Field,
    /// The tags of a quote's article, folded.
    pub(crate) tag: Field,
    /// The words of all quotes of an article, on its last quote; used to complete what somebody types.
    pub(crate) words: Field,
    /// The stems of a quote.
    pub(crate) stems: Field,
    /// The stems in and around a quote, each repeated as often as its [`Zone`] says, so that a single posting
    /// list finds, scores and locates the stem. Function words are omitted: no question is about them.
    pub(crate) topic: Field,
    /// The canonical name of the speaker.
    pub(crate) speaker: Field,
    /// The outlet's name.
    pub(crate) outlet: Field,
    /// The day on which a quote was said (the first day of a month or year) or, if the article does not say,
    /// the day of publication; in days since 1970-01-01.
    pub(crate) day: Field,
    /// The key of an article or a file once more, only on its own document; used to find the article of a
    /// quote.
    pub(crate) key: Field,
    /// The first of three numbers that a re-index compares, on the documents of articles and files
    /// ([`super::ledger`]): the key of the file an article came from; for a file, its number of articles.
    pub(crate) origin: Field,
    /// The second: the stamp of its content.
    pub(crate) stamp: Field,
    /// The third: the number of quotes of an article, or of skips in a file.
    pub(crate) count: Field,
    /// The form of a quote: a [`Shape`] as a number.
    pub(crate) shape: Field,
    /// Fingerprints of the speaker (the upper half, 0 for none) and of the folded words.
    pub(crate) said: Field,
    /// The record as JSON.
    pub(crate) record: Field,
    /// The text of an article, or the context of a quote beyond the stored part of the text
    /// ([`mod@super::stored`]).
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
        // With frequencies, which are all 1: without them, a union of terms is scored document by document.
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

/// Returns the number of days from 1970-01-01 to `day`.
pub(crate) fn day_number(day: Date) -> i64 {
    i64::from((day - date(1970, 1, 1)).get_days())
}

/// Returns the date that many days after 1970-01-01; `None` outside the calendar.
pub(crate) fn day_of(number: i64) -> Option<Date> {
    date(1970, 1, 1).checked_add(jiff::Span::new().try_days(number).ok()?).ok()
}

/// What the ranking needs to know about a quote besides its words, packed into a number of 58 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) kind: Kind,
    /// Whether it is in the first line of its article.
    pub(crate) headline: bool,
    /// Its number of words, at most 127.
    pub(crate) length: u8,
    /// Its position in the article, at most 65,535.
    pub(crate) ordinal: u16,
    /// A number for its paragraph with what surrounds that: what these mean is kept under it.
    pub(crate) paragraph: u32,
}

impl Shape {
    pub(crate) fn to_number(self) -> u64 {
        u64::from(self.paragraph) << 26
            | u64::from(self.ordinal) << 10
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
            paragraph: u32::try_from(number >> 26 & 0xffff_ffff).unwrap_or_default(),
        }
    }
}

/// Splits the prepared value of a field into terms at single spaces. Words are folded and stemmed beforehand,
/// once for all fields that contain them.
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

/// Appends a stem and its zone to the value of the field `topic`.
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

/// The words of one text. Offsets into the text are not kept: nobody queries them.
pub(crate) struct Words<'a> {
    rest: &'a str,
    counted: bool,
    /// How many more times the last word is returned.
    again: u32,
    token: &'a mut Token,
}

/// Maximum length in bytes of a word that is indexed; anything longer is not a word.
const LONGEST_WORD: usize = 64;

impl TokenStream for Words<'_> {
    fn advance(&mut self) -> bool {
        self.token.position = self.token.position.wrapping_add(1);
        if self.again > 0 {
            self.again -= 1;
            return true;
        }
        // Words are short, so checking each byte is faster than searching for the space.
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

//! How does a program get what is on record? Each quote is one [`Row`], with its speaker and its source. An
//! export writes all rows as JSON or CSV; an [`answer()`] has the rows that were found.

mod answer;
mod desk;

pub use answer::{Answered, answer};
pub use desk::{Counts, Known, Met, Stands, Worded, card, meeting, positions, remark};

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{GAP, QuoteId, Record};
use crate::article::{ArticleId, cell};
use crate::quote::{Corrected, Kind, Said};
use crate::span::Span;

/// Everything known about a quote, in the order of the columns; `None` for what is not known.
#[derive(Serialize, ToSchema)]
pub struct Row<'a> {
    /// Its short id, which stays the same as long as the article's id and the position of the quote in its
    /// text do.
    #[schema(value_type = String)]
    pub id: QuoteId,
    /// The full name of the speaker.
    pub speaker: Option<&'a str>,
    /// The speaker's office on the day of the article.
    pub role: Option<&'a str>,
    /// The words on one line, with [`GAP`] between the parts.
    pub quote: String,
    /// The parts of the quote; several if the writer's words interrupt it.
    pub parts: Vec<&'a str>,
    /// Whether the words are the speaker's own.
    #[schema(value_type = String)]
    pub kind: Kind,
    /// The article's words for the speaker.
    pub mention: Option<&'a str>,
    /// How certain the attribution is, in percent.
    pub sure: Option<u8>,
    /// The article that contains it.
    #[schema(value_type = String)]
    pub article: &'a ArticleId,
    /// The position of `parts` in the text of the article: half-open ranges, in the unit of `offsets`.
    #[schema(value_type = Vec<Vec<usize>>)]
    pub content: &'a [Span],
    /// The unit of `content`: always bytes of UTF-8.
    pub offsets: &'static str,
    /// The publisher of the article.
    pub outlet: Option<&'a str>,
    /// The title of the article.
    pub title: Option<&'a str>,
    /// The author of the article.
    pub byline: Option<&'a str>,
    /// The URL of the article.
    pub url: Option<&'a str>,
    /// The day of publication.
    #[schema(value_type = Option<String>, format = Date)]
    pub date: Option<Date>,
    /// When the words were said, if the article says.
    #[schema(value_type = Option<String>)]
    pub said: Option<Said>,
    /// Whether the article is a digest of the cited report.
    pub digest: bool,
    /// The subjects of the article.
    pub tags: &'a [String],
    /// What a person corrected: `speaker`, `kind`, `day`; usually empty.
    #[schema(value_type = Vec<String>)]
    pub corrected: &'a [Corrected],
}

/// The first line of a CSV export, without its line break.
pub const CSV_COLUMNS: &str = "id,speaker,role,quote,kind,mention,sure,article,content,outlet,title,byline,url,date,said,digest,tags,corrected";

impl<'a> From<&'a Record> for Row<'a> {
    fn from(record: &'a Record) -> Self {
        let Record { article, quote, citation, role, digest, tags, .. } = record;
        let attribution = quote.attribution.as_ref();
        Self {
            id: record.id(),
            speaker: quote.speaker(),
            role: role.as_deref(),
            quote: record.shown(),
            parts: record.parts(),
            kind: quote.kind,
            mention: attribution.map(|found| record.text(found.mention)).filter(|words| !words.is_empty()),
            sure: attribution.map(|attribution| attribution.sure),
            article,
            content: &quote.content,
            offsets: "bytes",
            outlet: citation.outlet.as_deref(),
            title: citation.title.as_deref(),
            byline: citation.byline.as_deref(),
            url: citation.url.as_deref(),
            date: citation.date,
            said: quote.said,
            digest: *digest,
            tags,
            corrected: &quote.corrected,
        }
    }
}

/// Returns a quote as one JSON object without a line break; what is not known is `null`. `parts` are the
/// parts of the quote, several if the writer's words interrupt it; `content` are their half-open byte ranges
/// in the article's text; `quote` has [`GAP`] between the parts.
#[must_use]
pub fn json(record: &Record) -> String {
    // Plain structs of strings and numbers can always be serialised.
    serde_json::to_string(&Row::from(record)).unwrap_or_default()
}

/// Returns a quote as one CSV record (RFC 4180) with the columns [`CSV_COLUMNS`], without its line break;
/// what is not known is empty. `content` is written as `3-9 20-31`, `quote` has [`GAP`] between its parts
/// ([`parts`] splits it again), and tags and corrections are separated by `;`. Cells are written so that a
/// spreadsheet does not run them as formulas: see [`cell`].
///
/// [`parts`]: parts()
#[must_use]
pub fn csv(record: &Record) -> String {
    let row = Row::from(record);
    let plain = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let spans: Vec<String> = row.content.iter().map(|span| format!("{}-{}", span.start, span.end)).collect();
    let kind = serde_json::to_value(row.kind).ok();
    let fields = [
        row.id.to_string(),
        plain(row.speaker),
        plain(row.role),
        row.quote,
        plain(kind.as_ref().and_then(|kind| kind.as_str())),
        plain(row.mention),
        row.sure.map(|sure| sure.to_string()).unwrap_or_default(),
        row.article.0.clone(),
        spans.join(" "),
        plain(row.outlet),
        plain(row.title),
        plain(row.byline),
        plain(row.url),
        row.date.map(|date| date.to_string()).unwrap_or_default(),
        row.said.map(|said| said.to_string()).unwrap_or_default(),
        row.digest.to_string(),
        row.tags.join(";"),
        row.corrected.iter().map(|what| what.name()).collect::<Vec<_>>().join(";"),
    ];
    cell::row(fields.iter().map(String::as_str))
}

/// Returns quotes as a CSV table (RFC 4180): the line [`CSV_COLUMNS`], then one record as by [`csv()`] for
/// each quote, in the given order; every line ends with CR LF.
#[must_use]
pub fn table<'r>(records: impl IntoIterator<Item = &'r Record>) -> String {
    let rows = records.into_iter().map(csv);
    std::iter::once(CSV_COLUMNS.to_owned()).chain(rows).map(|row| format!("{row}\r\n")).collect()
}

/// Returns the parts of a quote from the column `quote` of an export.
///
/// ```
/// assert_eq!(rapporteur::export::parts("We came late, […] It rained."), ["We came late,", "It rained."]);
/// assert_eq!(rapporteur::export::parts("We came."), ["We came."]);
/// ```
#[must_use]
pub fn parts(quote: &str) -> Vec<&str> {
    quote.split(GAP).collect()
}

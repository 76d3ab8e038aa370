//! How does a program get what is on record? One quote is one [`Row`], with who said it and where it was printed: an export has it as JSON or
//! CSV, an [`answer()`] has those that were found.

mod answer;
mod desk;

pub use answer::{Answered, answer};
pub use desk::{Counts, Known, Met, Stands, card, meeting, positions};

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{GAP, QuoteId, Record};
use crate::article::{ArticleId, cell};
use crate::quote::{Corrected, Kind, Said};
use crate::span::Span;

/// Everything that is told of a quote, in the order of the columns; what is not known is `None`.
#[derive(Serialize, ToSchema)]
pub struct Row<'a> {
    /// Its short name: the same as long as the article's id and the place of the quote in its text stay.
    #[schema(value_type = String)]
    pub id: QuoteId,
    /// The full name of who said it.
    pub speaker: Option<&'a str>,
    /// What the speaker was on the day of the article.
    pub role: Option<&'a str>,
    /// The words in one line, [`GAP`] between its parts.
    pub quote: String,
    /// The words, several where the writer's words split them.
    pub parts: Vec<&'a str>,
    /// Whether the words are the speaker's own.
    #[schema(value_type = String)]
    pub kind: Kind,
    /// The words of the article for who said it.
    pub mention: Option<&'a str>,
    /// How sure the attribution is, in percent.
    pub sure: Option<u8>,
    /// The article it stands in.
    #[schema(value_type = String)]
    pub article: &'a ArticleId,
    /// Where `parts` stand in the text of the article: half-open, in `offsets`.
    #[schema(value_type = Vec<Vec<usize>>)]
    pub content: &'a [Span],
    /// The unit of `content`: always bytes of UTF-8.
    pub offsets: &'static str,
    /// Who published the article.
    pub outlet: Option<&'a str>,
    /// The title of the article.
    pub title: Option<&'a str>,
    /// Who wrote the article.
    pub byline: Option<&'a str>,
    /// The address of the article.
    pub url: Option<&'a str>,
    /// The day of publication.
    #[schema(value_type = Option<String>, format = Date)]
    pub date: Option<Date>,
    /// When the words were said, where the article tells.
    #[schema(value_type = Option<String>)]
    pub said: Option<Said>,
    /// Whether the article is a digest of the cited report.
    pub digest: bool,
    /// Subjects of the article.
    pub tags: &'a [String],
    /// What a person set over what was found: `speaker`, `kind`, `day`; empty as a rule.
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

/// Returns a quote as one JSON object without a line break; what is not known is `null`. `parts` are the words of the quote, several where
/// the writer's words split it, `content` their half-open byte offsets into the article's text, and `quote` has [`GAP`] between
/// them.
#[must_use]
pub fn json(record: &Record) -> String {
    // Plain structs of strings and numbers always serialise.
    serde_json::to_string(&Row::from(record)).unwrap_or_default()
}

/// Returns a quote as one CSV record (RFC 4180) of [`CSV_COLUMNS`], without its line break; what is not known is empty. `content`
/// is written `3-9 20-31`, `quote` has [`GAP`] between its parts ([`parts`] reads it back), tags and what was corrected are parted by `;`. No cell is run by a spreadsheet: see [`cell`].
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

/// Returns the parts of a quote from what stands under `quote` in an export.
///
/// ```
/// assert_eq!(rapporteur::export::parts("We came late, […] It rained."), ["We came late,", "It rained."]);
/// assert_eq!(rapporteur::export::parts("We came."), ["We came."]);
/// ```
#[must_use]
pub fn parts(quote: &str) -> Vec<&str> {
    quote.split(GAP).collect()
}

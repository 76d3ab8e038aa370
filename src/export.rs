//! One quote as a line of JSON or CSV, with who said it and where it was printed: what a backup or a spreadsheet keeps.

use jiff::civil::Date;
use serde::Serialize;

use crate::answer::{GAP, QuoteId, Record};
use crate::article::{ArticleId, cell};
use crate::quote::{Kind, Said};
use crate::span::Span;

/// Everything that is kept of a quote, in the order of the columns.
#[derive(Serialize)]
struct Row<'a> {
    id: QuoteId,
    speaker: Option<&'a str>,
    role: Option<&'a str>,
    quote: String,
    parts: Vec<&'a str>,
    kind: Kind,
    mention: Option<&'a str>,
    sure: Option<u8>,
    article: &'a ArticleId,
    content: &'a [Span],
    offsets: &'static str,
    outlet: Option<&'a str>,
    title: Option<&'a str>,
    byline: Option<&'a str>,
    url: Option<&'a str>,
    date: Option<Date>,
    said: Option<Said>,
    digest: bool,
    tags: &'a [String],
}

/// The first line of a CSV export, without its line break.
pub const CSV_COLUMNS: &str =
    "id,speaker,role,quote,kind,mention,sure,article,content,outlet,title,byline,url,date,said,digest,tags";

fn row(record: &Record) -> Row<'_> {
    let Record { article, quote, citation, role, digest, tags, .. } = record;
    let attribution = quote.attribution.as_ref();
    Row {
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
    }
}

/// Returns a quote as one JSON object without a line break; what is not known is `null`. `parts` are the words of the quote, several where
/// the writer's words split it, `content` their half-open byte offsets into the article's text, and `quote` has [`GAP`] between
/// them.
#[must_use]
pub fn json(record: &Record) -> String {
    // Plain structs of strings and numbers always serialise.
    serde_json::to_string(&row(record)).unwrap_or_default()
}

/// Returns a quote as one CSV record (RFC 4180) of [`CSV_COLUMNS`], without its line break; what is not known is empty. `content`
/// is written `3-9 20-31`, `quote` has [`GAP`] between its parts ([`parts`] reads it back), tags are parted by `;`. No cell is run by a spreadsheet: see [`cell`].
///
/// [`parts`]: parts()
#[must_use]
pub fn csv(record: &Record) -> String {
    let row = row(record);
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

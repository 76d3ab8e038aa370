//! Reads the articles from the bytes of a file.
//!
//! The [`Format`] is determined from the name of the file or, failing that, from its first bytes. [`read`]
//! decodes the bytes (compression, then character encoding), passes them to the parser of the format and
//! yields one [`Article`] after another, so that an archive of a million lines needs no more memory than one
//! line. A bad article is an error in the stream, with its line number; the articles after it are still
//! returned.
//!
//! [`Article::text`] is normalised here, once, and never changed afterwards: every [`Span`] of this crate is
//! a byte range of it.

mod block;
mod boilerplate;
pub mod budget;
pub mod cell;
mod csv;
mod date;
mod decode;
mod draft;
mod feed;
mod field;
mod format;
mod html;
mod json;
mod mail;
mod markdown;
mod mend;
mod metadata;
mod nitf;
mod office;
mod page;
mod piece;
mod prose;
mod scan;
mod subtitle;
mod tag;
mod text;
mod unpack;

use std::io::{self, BufRead, Read as _};
use std::{fmt, iter};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use self::budget::{ABOUT_BYTES, Bound, FILE_BYTES, MARKUP_BYTES, Size, TEXT_BYTES};
pub use self::format::UnknownFormat;
use crate::span::Span;

/// The name of an article: unique in a corpus, and the same each time the corpus is indexed. Never empty, and
/// without control characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ArticleId(pub String);

impl ArticleId {
    /// Returns the hash of the id, which identifies the article in the index and in the URL of its page.
    #[must_use]
    pub fn key(&self) -> u64 {
        crate::fold::number(&[b"article", self.0.as_bytes()])
    }
}

impl fmt::Display for ArticleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where an article was published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Citation {
    /// The publisher, such as "Financial Times".
    pub outlet: Option<String>,
    /// The headline.
    pub title: Option<String>,
    /// Who wrote it (not who is quoted in it).
    pub byline: Option<String>,
    /// The canonical URL; `http` or `https` only.
    pub url: Option<String>,
    /// The day of publication, as the source writes it (no time zone is applied).
    pub date: Option<Date>,
}

/// One article, ready for the extractor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// Its id.
    pub id: ArticleId,
    /// Where it was published.
    pub citation: Citation,
    /// ISO code of its language (`en`, `uk`, …), if the source states one.
    pub language: Option<String>,
    /// The topics under which the source files it.
    pub tags: Vec<String>,
    /// Whether it is a digest of the cited report rather than the report itself.
    pub digest: bool,
    /// The text of the article. A `text` field of JSON or of a table is kept byte for byte, unless it is
    /// HTML, contains character entities, or has quotation marks that were decoded with the wrong encoding.
    /// Any other text consists of the headline, if there is one, and the paragraphs, separated by one blank
    /// line each; its lines end in `\n` without white space before it, and it contains no control characters
    /// except `\n` and tabs. Never blank.
    pub text: String,
    /// The spans that the page marks as somebody else's words: block quotes, embedded posts. Each precedes
    /// the blocks nested in it, and each consists of whole paragraphs of the text.
    pub blocks: Vec<Span>,
}

impl Article {
    /// Returns the first line if it is the headline: equal to the title except for case, white space and
    /// punctuation. `None` if the text does not begin with its title.
    #[must_use]
    pub fn headline(&self) -> Option<Span> {
        let title = fold(self.citation.title.as_deref()?);
        let line = self.text.lines().next()?;
        (!title.is_empty() && fold(line) == title).then(|| Span::new(0, line.len()))
    }
}

/// Returns the letters and digits of `text` in lower case, by which headlines are compared.
fn fold(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Markdown with TOML (`+++`) or YAML (`---`) front matter.
    Markdown,
    /// Plain text: the first line is the title; `Key: value` lines may follow it.
    Text,
    /// A saved web page.
    Html,
    /// One JSON object, an array of them, or a JSON feed.
    Json,
    /// One JSON object per line.
    Jsonl,
    /// A table with one article per row; the first row names the columns. Cells are separated by `,`, `;` or
    /// tabs.
    Csv,
    /// RSS or Atom; also an article in NITF.
    Feed,
    /// An email, or a web page that a browser saved as one (MHTML).
    Mail,
    /// A word processor document: DOCX or ODT.
    Office,
    /// The text of a PDF; see [`crate::pdf`].
    Pdf,
    /// WebVTT or SubRip subtitles.
    Subtitles,
}

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not compressed.
    None,
    /// gzip, one or more members (RFC 1952).
    Gzip,
    /// Zstandard, one or more frames (RFC 8878).
    Zstd,
}

/// What is known about a file besides its bytes.
#[derive(Clone, Debug, Default)]
pub struct Origin<'a> {
    /// The path of the file inside its corpus, with `/` as separator; ids and formats are derived from it.
    /// Empty for standard input.
    pub path: &'a str,
    /// The format, if the name does not state it or is not to be trusted.
    pub format: Option<Format>,
    /// The text of the file `NAME.meta.toml` next to the file `NAME`, with the same keys as front matter. Its
    /// values take precedence over those in the file, except that `id`, `title` and `url` do not apply to
    /// files with many articles (lists, JSON Lines, tables, feeds).
    pub sidecar: Option<&'a str>,
}

/// The folder of a corpus that holds what was fetched from the web, with one folder per host. Files in it
/// come from strangers and are read by stricter rules: see [`read`].
pub const FETCHED: &str = "fetched/";

impl Origin<'_> {
    /// Returns whether the file was fetched from the web, judging by its path.
    #[must_use]
    pub fn is_fetched(&self) -> bool {
        self.path.starts_with(FETCHED)
    }
}

/// Why one article could not be read completely, or why the rest of a file could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{}{reason}", line.map(|n| format!("line {n}: ")).unwrap_or_default())]
pub struct ParseError {
    /// The line of the file on which the article begins, or its number in a feed, from 1. `None` if the error
    /// is about the whole file.
    pub line: Option<u64>,
    /// The reason.
    pub reason: Reason,
}

/// Why an article could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Reason {
    /// The file name extension says nothing about the format, and neither do the bytes.
    #[error(
        "unknown format; name it `.md`, `.txt`, `.html`, `.json`, `.jsonl`, `.csv`, `.rss`, `.atom`, `.eml` or `.docx`, or pass --format"
    )]
    UnknownFormat,
    /// The file holds no text.
    #[error("no text")]
    Empty,
    /// A PDF, of which only the extracted text can be read: see [`crate::pdf`].
    #[error("a PDF must not be compressed, and its name must end in `.pdf`")]
    Pdf,
    /// The bytes are not text in any encoding.
    #[error("binary data, not text")]
    Binary,
    /// More bytes than a single article may have.
    #[error("larger than {}{}", Size(*limit), if *.unpacked { " when unpacked" } else { "" })]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
        /// Whether the limit was reached while decompressing.
        unpacked: bool,
    },
    /// Front matter, a sidecar, JSON or XML that does not parse.
    #[error("{what}: {message}")]
    Malformed {
        /// What was being parsed, such as "front matter".
        what: &'static str,
        /// The parser's message, on one line.
        message: String,
    },
    /// An article with more text than the limit. The truncated article was returned just before this error.
    #[error("{} of text{}; only the first {} are on record", Size(*found), bound.in_words(), Size(*kept))]
    Cut {
        /// Size in bytes of the whole text, or of the file if only its beginning was read.
        found: u64,
        /// The number of bytes that were kept.
        kept: u64,
        /// The limit that was reached first.
        bound: Bound,
    },
    /// A required field is missing.
    #[error("no `{0}`")]
    Missing(&'static str),
    /// A fetched file in a format that holds many articles.
    #[error(
        "a fetched page must be one article, but this one lists several; put the address of a feed into feeds.toml"
    )]
    Several,
    /// An id that is reserved for pages fetched from the web.
    #[error("id `{0}` is reserved for pages fetched from the web; give this article another id")]
    Reserved(String),
    /// The bytes could not be read or decompressed.
    #[error("cannot be read: {0}")]
    Io(#[from] std::io::Error),
}

/// The stream of articles of one file: each item is an article, or the reason why one was skipped. An article
/// that was truncated is followed by [`Reason::Cut`].
///
/// After [`Reason::Io`] the stream ends.
pub type Articles<'a> = Box<dyn Iterator<Item = Result<Article, ParseError>> + 'a>;

/// An article, and the error to report if it was truncated.
struct Read {
    article: Article,
    cut: Option<ParseError>,
}

impl Read {
    /// Sets the line on which the article begins in a file with many articles.
    fn on(mut self, line: u64) -> Self {
        if let Some(cut) = &mut self.cut {
            cut.line = Some(line);
        }
        self
    }
}

/// Like [`Articles`], with each article and its truncation error in one item.
type Reads<'a> = Box<dyn Iterator<Item = Result<Read, ParseError>> + 'a>;

/// Returns the articles of one file, in file order.
///
/// Never panics and always ends, whatever the bytes. JSON Lines and tables are read line by line as articles
/// are requested, using no more memory than the longest line or row needs; a file of any other format is read
/// whole, within the limits of [`budget`]. Compression is determined from the bytes; the format is
/// `origin.format`, or else determined from the path, or else from the bytes. A file of which nothing can be
/// read yields one error; a file without articles (such as `[]`) may yield nothing at all.
///
/// The id of an article is the one that it states. Without one, it is the path without extensions if the file
/// holds one article; otherwise it is that path, a hyphen and twelve hexadecimal digits of the hash of the
/// article's URL or, without a URL, of its title and text. Standard input is treated as a file `stdin` with
/// many articles.
///
/// A file below [`FETCHED`] was written by a stranger, who must not be able to speak for anybody else. It is
/// only read in the format that its extension names, it is not decompressed, and it holds one article whose
/// id is its path without the extension, whatever the file says. Without a sidecar its outlet is its host and
/// it has no URL. No other file can have an id that begins with [`FETCHED`].
///
/// ```
/// use rapporteur::article::{Origin, read};
///
/// let origin = Origin { path: "2025/talks.md", ..Origin::default() };
/// let article = read("# Talks\n\n“We will *open* the archive.”".as_bytes(), origin).next().unwrap().unwrap();
/// assert_eq!(article.id.0, "2025/talks");
/// assert_eq!(article.text, "Talks\n\n“We will open the archive.”");
/// ```
pub fn read<'a>(bytes: impl BufRead + 'a, origin: Origin<'a>) -> Articles<'a> {
    let reads = open(bytes, &origin)
        .unwrap_or_else(|reason| Box::new(iter::once(Err(ParseError { line: None, reason }))));
    Box::new(reads.flat_map(|read| match read {
        Ok(Read { article, cut }) => [Some(Ok(article)), cut.map(Err)].into_iter().flatten(),
        Err(error) => [Some(Err(error)), None].into_iter().flatten(),
    }))
}

/// Returns whether a file that begins with these bytes is a web page, whatever its name.
#[must_use]
pub fn is_page(head: &[u8]) -> bool {
    decode::text(head.to_vec()).is_ok_and(|text| piece::is_page(&text) && text.trim_start().starts_with('<'))
}

/// Returns a feed that is not well-formed XML with only its well-formed entries; `None` if there are none.
pub(crate) fn recovered_feed(xml: &str) -> Option<String> {
    feed::recovered(xml).map(|recovered| recovered.xml)
}

/// Returns whether a file that begins with these bytes is compressed, and so may be far larger than it looks.
#[must_use]
pub fn is_packed(head: &[u8]) -> bool {
    unpack::compression(head.get(..4).unwrap_or(head)) != Compression::None
}

/// Returns the number of bytes that a compressed file decompresses to, at most `most`; data after the first
/// decompression error is not counted.
#[must_use]
pub fn unpacked_size(bytes: &[u8], most: u64) -> u64 {
    let mut unpacked = unpack::unpack(bytes).bytes.take(most);
    let (mut size, mut buffer) = (0, [0; 8 << 10]);
    while let Ok(len @ 1..) = unpacked.read(&mut buffer) {
        size += len as u64;
    }
    size
}

fn open<'a>(bytes: impl BufRead + 'a, origin: &Origin<'a>) -> Result<Reads<'a>, Reason> {
    let sidecar = markdown::toml(origin.sidecar.unwrap_or_default(), "sidecar")?;
    let source = draft::Source::new(origin, sidecar);
    if origin.is_fetched() {
        let article = fetched(bytes, origin, &source)?;
        return Ok(Box::new(iter::once(Ok(article))));
    }
    let unpack::Unpacked { compression, head, bytes } = unpack::unpack(bytes);
    if format::of_origin(origin) == Some(Format::Pdf) {
        return Err(Reason::Pdf);
    }
    // A word processor document is a ZIP archive like any other, so the name has to identify it.
    if format::of_origin(origin) == Some(Format::Office) {
        let draft = office::draft(raw(bytes, compression, FILE_BYTES)?)?;
        return Ok(Box::new(iter::once(Ok(source.only(draft)?))));
    }
    if decode::is_binary(&head) {
        return Err(Reason::Binary);
    }
    let format = format::told(origin, &head)?;
    if format == Format::Mail {
        // Each part of an email has its own encoding.
        let draft = mail::draft(&raw(bytes, compression, MARKUP_BYTES)?)?;
        return Ok(Box::new(iter::once(Ok(source.only(draft)?))));
    }
    if format == Format::Jsonl && decode::utf_16(&head).is_none() && !head.is_empty() {
        return Ok(json::lines(bytes, source));
    }
    if format == Format::Csv && decode::utf_16(&head).is_none() {
        return Ok(csv::rows(bytes, source));
    }
    let (most, keep) = match format {
        Format::Json | Format::Jsonl | Format::Csv => (FILE_BYTES, FILE_BYTES),
        Format::Feed if head.trim_ascii_start().starts_with(b"{") => (FILE_BYTES, FILE_BYTES),
        Format::Html | Format::Feed => (MARKUP_BYTES, MARKUP_BYTES),
        // These hold one article, so what exceeds the longest text is not needed.
        Format::Text | Format::Markdown | Format::Subtitles | Format::Mail | Format::Office | Format::Pdf => {
            (FILE_BYTES, (TEXT_BYTES + ABOUT_BYTES) as u64)
        }
    };
    let (text, size) = whole(bytes, compression, most, keep)?;
    if text.trim().is_empty() {
        return Err(Reason::Empty);
    }
    // Only JSON and tables promise to leave the text unchanged; there, each text is checked separately.
    let text = match format {
        Format::Json | Format::Jsonl | Format::Csv => text,
        _ => mend::mend(text),
    };
    let mut draft = match format {
        Format::Json | Format::Jsonl => return Ok(json::whole(text, source)),
        Format::Csv => return Ok(csv::rows(Box::new(io::Cursor::new(text)), source)),
        Format::Feed if text.trim_start().starts_with('{') => return Ok(json::whole(text, source)),
        Format::Feed if nitf::is_nitf(&text) => nitf::draft(&text)?,
        Format::Feed => return Ok(feed::articles(&text, source)),
        Format::Markdown => markdown::draft(&text)?,
        Format::Text => text::draft(&text),
        Format::Html => html::draft(&text)?,
        Format::Subtitles => subtitle::draft(&text),
        // Handled above.
        Format::Mail | Format::Office | Format::Pdf => return Err(Reason::UnknownFormat),
    };
    draft.size = size;
    Ok(Box::new(iter::once(Ok(source.only(draft)?))))
}

/// Reads the one article of a file that was fetched from the web.
fn fetched(bytes: impl BufRead, origin: &Origin<'_>, source: &draft::Source) -> Result<Read, Reason> {
    let format = origin.format.or_else(|| Format::of_path(origin.path).map(|(format, _)| format));
    let most = if format == Some(Format::Html) { MARKUP_BYTES } else { FILE_BYTES };
    let (text, _) = whole(Box::new(bytes), Compression::None, most, most)?;
    if text.trim().is_empty() {
        return Err(Reason::Empty);
    }
    let format = format.ok_or(Reason::UnknownFormat)?;
    let text = if format == Format::Json { text } else { mend::mend(text) };
    let mut draft = match format {
        Format::Markdown => markdown::draft(&text)?,
        Format::Text => text::draft(&text),
        Format::Html => html::draft(&text)?,
        Format::Subtitles => subtitle::draft(&text),
        Format::Json if text.trim_start().starts_with('[') => return Err(Reason::Several),
        Format::Json => json::draft(&text)?,
        Format::Jsonl | Format::Csv | Format::Feed => return Err(Reason::Several),
        // Files of these formats are never fetched.
        Format::Mail | Format::Office | Format::Pdf => return Err(Reason::UnknownFormat),
    };
    if origin.sidecar.is_none() {
        // The sidecar says under which outlet and URL the page is on record; the page itself is not trusted.
        let host = origin.path.strip_prefix(FETCHED).and_then(|path| path.split_once('/'));
        (draft.url, draft.outlet) = (None, host.map(|(host, _)| host.to_owned()));
    }
    source.only(draft)
}

/// Reads all bytes as text; more than `most` bytes are an error. Only the first `keep` bytes are kept; the
/// size of the whole is returned too if it is larger.
fn whole(
    mut bytes: Box<dyn BufRead + '_>,
    compression: Compression,
    most: u64,
    keep: u64,
) -> Result<(String, Option<u64>), Reason> {
    let mut kept = Vec::new();
    let mut size = bytes.by_ref().take(keep).read_to_end(&mut kept)? as u64;
    size += io::copy(&mut bytes.take(most - size + 1), &mut io::sink())?;
    if size > most {
        return Err(Reason::TooLarge { limit: most, unpacked: compression != Compression::None });
    }
    let is_cut = size > kept.len() as u64;
    Ok((decode::text(kept)?, is_cut.then_some(size)))
}

/// Reads all bytes; more than `most` are an error.
fn raw(bytes: Box<dyn BufRead + '_>, compression: Compression, most: u64) -> Result<Vec<u8>, Reason> {
    let mut kept = Vec::new();
    if bytes.take(most + 1).read_to_end(&mut kept)? as u64 > most {
        return Err(Reason::TooLarge { limit: most, unpacked: compression != Compression::None });
    }
    Ok(kept)
}

/// Returns the first line of a parser's message; the other lines would quote the file.
fn one_line(message: &str) -> String {
    message.trim().lines().next().unwrap_or_default().trim_end().to_owned()
}

//! Here are the bytes of a file: give me its articles.
//!
//! A [`Format`] is told from the file's name or, failing that, from its first bytes. [`read`] decodes the bytes
//! (compression, then character encoding), hands them to the parser of the format and yields one [`Article`] after the
//! other, so that an archive of a million lines needs the memory of one. A bad article is an error in the stream, with its
//! line; the ones behind it still come.
//!
//! [`Article::text`] is normalised here, once, and never again: every [`Span`] of this crate is a byte range of it.

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

/// The name of an article: unique in a corpus, stable from one indexing to the next. Never empty, never holds control
/// characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ArticleId(pub String);

impl ArticleId {
    /// Returns the number that stands for the article, told by nothing but its id: in the index, and in the address of its page.
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
    /// The canonical address; `http` or `https` only.
    pub url: Option<String>,
    /// The day of publication, as the source writes it (no time zone is applied).
    pub date: Option<Date>,
}

/// One article, ready for the extractor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// Its name.
    pub id: ArticleId,
    /// Where it was published.
    pub citation: Citation,
    /// Code of its language (`en`, `uk`, …) where the source states one.
    pub language: Option<String>,
    /// Subjects the source files it under.
    pub tags: Vec<String>,
    /// Whether it is a digest of the cited report rather than the report itself.
    pub digest: bool,
    /// What the article says. A `text` of JSON or a table stands here unchanged, byte for byte, unless it is HTML, is
    /// written with entities, or its quotation marks were decoded wrongly. Any other text is the headline, where there is one, and the
    /// paragraphs below it, parted by one blank line each; its lines end in `\n` with no space before, and it holds no control characters
    /// but that and tabs. Never blank.
    pub text: String,
    /// What the page marks as the words of somebody else: block quotes, posts. Each stands before those inside it, and all are whole
    /// paragraphs of the text.
    pub blocks: Vec<Span>,
}

impl Article {
    /// Returns the first line where it is the headline: equal to the title but for case, white space and final
    /// punctuation. `None` where the text does not open with its title.
    #[must_use]
    pub fn headline(&self) -> Option<Span> {
        let title = fold(self.citation.title.as_deref()?);
        let line = self.text.lines().next()?;
        (!title.is_empty() && fold(line) == title).then(|| Span::new(0, line.len()))
    }
}

/// Returns the letters and digits of `text` in lower case: what makes two headlines the same.
fn fold(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The format of the bytes of one file.
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
    /// One JSON object a line.
    Jsonl,
    /// A table, one article a row, its columns named by the first; its cells are parted by `,`, `;` or tabs.
    Csv,
    /// RSS or Atom; an article in NITF.
    Feed,
    /// A mail, or a web page that a browser saved as one (MHTML).
    Mail,
    /// A text of a word processor: DOCX or ODT.
    Office,
    /// The words of a PDF; see [`crate::pdf`].
    Pdf,
    /// WebVTT or SubRip subtitles.
    Subtitles,
}

/// How the bytes of one file are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip, one or more members (RFC 1952).
    Gzip,
    /// Zstandard, one or more frames (RFC 8878).
    Zstd,
}

/// What is known of a file besides its bytes.
#[derive(Clone, Debug, Default)]
pub struct Origin<'a> {
    /// The file's path inside its corpus with `/` between the parts; ids and formats are told from it. Empty for standard
    /// input.
    pub path: &'a str,
    /// The format, where the name does not tell or is not to be trusted.
    pub format: Option<Format>,
    /// The text of `NAME.meta.toml` beside the file `NAME`: the same keys as in front matter. They win over the file's own,
    /// except that `id`, `title` and `url` are not for files of many articles (lists, JSON Lines, tables, feeds).
    pub sidecar: Option<&'a str>,
}

/// The folder of a corpus that holds what was fetched from the web, one folder a host. What a stranger wrote is read by a stricter rule
/// there: see [`read`].
pub const FETCHED: &str = "fetched/";

impl Origin<'_> {
    /// Returns whether the file was fetched from the web, as its place in the corpus tells.
    #[must_use]
    pub fn is_fetched(&self) -> bool {
        self.path.starts_with(FETCHED)
    }
}

/// Why one article, or the rest of one article or file, could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{}{reason}", line.map(|n| format!("line {n}: ")).unwrap_or_default())]
pub struct ParseError {
    /// The line of the file the article starts on, or its number in a feed, from 1. `None` where the whole file is meant.
    pub line: Option<u64>,
    /// What is wrong.
    pub reason: Reason,
}

/// What is wrong with an article.
#[derive(Debug, thiserror::Error)]
pub enum Reason {
    /// The name has an ending that says nothing, and the bytes do not tell more.
    #[error(
        "unknown format; name it `.md`, `.txt`, `.html`, `.json`, `.jsonl`, `.csv`, `.rss`, `.atom`, `.eml` or `.docx`, or pass --format"
    )]
    UnknownFormat,
    /// The file holds no text.
    #[error("no text")]
    Empty,
    /// A PDF, of which only the words can be read: see [`crate::pdf`].
    #[error("a PDF is read unpacked, and by its own name")]
    Pdf,
    /// The bytes are no text in any encoding.
    #[error("binary data, not text")]
    Binary,
    /// More bytes than a single article may have.
    #[error("larger than {}{}", Size(*limit), if *.unpacked { " when unpacked" } else { "" })]
    TooLarge {
        /// The bound in bytes.
        limit: u64,
        /// Whether the bound was met while unpacking.
        unpacked: bool,
    },
    /// Front matter, sidecar, JSON or XML that does not parse.
    #[error("{what}: {message}")]
    Malformed {
        /// What was being parsed, such as "front matter".
        what: &'static str,
        /// The parser's own words, in one line.
        message: String,
    },
    /// An article that has more text than one may have. It was given, cut, just before this.
    #[error("{} of text{}; only the first {} are on record", Size(*found), bound.in_words(), Size(*kept))]
    Cut {
        /// The bytes of the whole text, or of the file where only its beginning was read.
        found: u64,
        /// The bytes that are left.
        kept: u64,
        /// Which bound was met first.
        bound: Bound,
    },
    /// A field that must be there is missing.
    #[error("no `{0}`")]
    Missing(&'static str),
    /// A fetched file in a format of many articles.
    #[error("a page that was fetched is one article, and this one lists several; name a feed in feeds.toml")]
    Several,
    /// An id that only pages fetched from the web have.
    #[error("id `{0}` is that of a page fetched from the web; give this article another one")]
    Reserved(String),
    /// The bytes could not be read or unpacked.
    #[error("cannot be read: {0}")]
    Io(#[from] std::io::Error),
}

/// The stream of articles of one file: each is an article or the reason why it was skipped. Behind one of which only the
/// beginning was kept stands [`Reason::Cut`].
///
/// After [`Reason::Io`] nothing more comes.
pub type Articles<'a> = Box<dyn Iterator<Item = Result<Article, ParseError>> + 'a>;

/// An article, and what is to be said where it was cut.
struct Read {
    article: Article,
    cut: Option<ParseError>,
}

impl Read {
    /// Says on which line an article of a file of many stands.
    fn on(mut self, line: u64) -> Self {
        if let Some(cut) = &mut self.cut {
            cut.line = Some(line);
        }
        self
    }
}

/// As [`Articles`], each article together with what was cut off it.
type Reads<'a> = Box<dyn Iterator<Item = Result<Read, ParseError>> + 'a>;

/// Returns the articles of one file, in their order.
///
/// Never panics and always ends, whatever the bytes. JSON Lines and tables are read line by line as they are asked for, in the memory
/// of the longest line or row; of any other format the whole file is read at once, within the bounds of [`budget`].
/// Compression is told by the bytes, the format by `origin.format`, or else by the path, or else by the bytes. A file of
/// which nothing can be read gives one error; a file without articles (such as `[]`) may give nothing at all.
///
/// The id of an article is the one it has; without one, it is the path without its endings where the file is one article,
/// and otherwise that, a hyphen and twelve hexadecimal digits of the hash of its address or, without one, of its title and
/// text. Standard input counts as a path `stdin` of many articles.
///
/// A file below [`FETCHED`] was written by a stranger, who must not speak for anybody else. It is read in the format that its ending names
/// and in no other, it is not unpacked, and it is one article whose id is its path without the ending, whatever it says of itself. Without
/// a sidecar its outlet is its host and it has no address. No other file can have an id that begins with [`FETCHED`].
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

/// Returns whether a file that opens with these bytes is a web page, whatever its name.
#[must_use]
pub fn is_page(head: &[u8]) -> bool {
    decode::text(head.to_vec()).is_ok_and(|text| piece::is_page(&text) && text.trim_start().starts_with('<'))
}

/// Returns a feed that is no good XML with those of its entries that are, and without the others; `None` where none is left.
pub(crate) fn recovered_feed(xml: &str) -> Option<String> {
    feed::recovered(xml).map(|recovered| recovered.xml)
}

/// Returns whether the bytes of a file, of which these are the first, are packed: it may be far larger than it looks.
#[must_use]
pub fn is_packed(head: &[u8]) -> bool {
    unpack::compression(head.get(..4).unwrap_or(head)) != Compression::None
}

/// Returns how many bytes those of a packed file become, but no more than `most`: up to where they cannot be unpacked any more.
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
    // An archive of a word processor looks like any other; so its name must tell.
    if format::of_origin(origin) == Some(Format::Office) {
        let draft = office::draft(raw(bytes, compression, FILE_BYTES)?)?;
        return Ok(Box::new(iter::once(Ok(source.only(draft)?))));
    }
    if decode::is_binary(&head) {
        return Err(Reason::Binary);
    }
    let format = format::told(origin, &head)?;
    if format == Format::Mail {
        // Each part of a mail has an encoding of its own.
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
        // These are one article: what is behind the longest text is not needed.
        Format::Text | Format::Markdown | Format::Subtitles | Format::Mail | Format::Office | Format::Pdf => {
            (FILE_BYTES, (TEXT_BYTES + ABOUT_BYTES) as u64)
        }
    };
    let (text, size) = whole(bytes, compression, most, keep)?;
    if text.trim().is_empty() {
        return Err(Reason::Empty);
    }
    // Only JSON and tables are promised to be left as they are; there each text is looked at by itself.
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
        // Read above.
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
        // Nothing is fetched in these.
        Format::Mail | Format::Office | Format::Pdf => return Err(Reason::UnknownFormat),
    };
    if origin.sidecar.is_none() {
        // Whoever fetched it wrote there under which name and address it is on record; the page is not asked.
        let host = origin.path.strip_prefix(FETCHED).and_then(|path| path.split_once('/'));
        (draft.url, draft.outlet) = (None, host.map(|(host, _)| host.to_owned()));
    }
    source.only(draft)
}

/// Reads all there is as text, at most `most` bytes. Only the first `keep` of them are kept: of a longer file the size of the
/// whole comes with them.
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

/// Reads all there is, at most `most` bytes.
fn raw(bytes: Box<dyn BufRead + '_>, compression: Compression, most: u64) -> Result<Vec<u8>, Reason> {
    let mut kept = Vec::new();
    if bytes.take(most + 1).read_to_end(&mut kept)? as u64 > most {
        return Err(Reason::TooLarge { limit: most, unpacked: compression != Compression::None });
    }
    Ok(kept)
}

/// Returns the first line of a parser's message; more would be excerpts of the file.
fn one_line(message: &str) -> String {
    message.trim().lines().next().unwrap_or_default().trim_end().to_owned()
}

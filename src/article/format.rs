//! Which format is a file in, judging by its name and its first characters?

use std::fmt;
use std::str::FromStr;

use super::{Compression, Format, Origin, Reason, decode};

impl Format {
    /// All formats, in the order in which they are listed to people.
    const ALL: [(Self, &'static str, &'static [&'static str]); 11] = [
        (Self::Markdown, "markdown", &["md", "markdown"]),
        (Self::Text, "text", &["txt", "text"]),
        (Self::Html, "html", &["html", "htm", "xhtml"]),
        (Self::Json, "json", &["json"]),
        (Self::Jsonl, "jsonl", &["jsonl", "ndjson"]),
        (Self::Csv, "csv", &["csv", "tsv"]),
        (Self::Feed, "feed", &["rss", "atom", "xml", "rdf"]),
        (Self::Subtitles, "subtitles", &["vtt", "srt"]),
        (Self::Mail, "mail", &["eml", "mht", "mhtml"]),
        (Self::Office, "office", &["docx", "odt"]),
        (Self::Pdf, "pdf", &["pdf"]),
    ];

    /// Returns the format and the compression that the extension of a path stands for, ignoring case; `None`
    /// for other extensions, and for names that consist of an extension only.
    ///
    /// ```
    /// use rapporteur::article::{Compression, Format};
    ///
    /// assert_eq!(Format::of_path("2025/news.JSONL.gz"), Some((Format::Jsonl, Compression::Gzip)));
    /// assert_eq!(Format::of_path("2025/photo.png"), None);
    /// ```
    #[must_use]
    pub fn of_path(path: &str) -> Option<(Self, Compression)> {
        let (path, compression) = packed(path);
        let (_, ending) = ending(path)?;
        let is_meant = |(_, _, endings): &&(_, _, &[&str])| {
            endings.iter().any(|known| known.eq_ignore_ascii_case(ending))
        };
        Self::ALL.iter().find(is_meant).map(|(format, _, _)| (*format, compression))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(format, _, _)| format == self).map_or("", |(_, name, _)| *name);
        f.pad(name)
    }
}

/// The name of an unknown format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown format `{0}`; the formats are markdown, text, html, json, jsonl, csv, feed, subtitles, mail, office and pdf"
)]
pub struct UnknownFormat(pub String);

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        let found = Self::ALL.iter().find(|(_, known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(format, _, _)| *format).ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}

/// Returns the path without the extension of a compressed file, and its compression.
fn packed(path: &str) -> (&str, Compression) {
    match ending(path) {
        Some((stem, ending)) if ending.eq_ignore_ascii_case("gz") => (stem, Compression::Gzip),
        Some((stem, ending)) if ending.eq_ignore_ascii_case("zst") => (stem, Compression::Zstd),
        _ => (path, Compression::None),
    }
}

/// Returns the parts before and after the last dot of a file name; `None` if there is nothing before it.
fn ending(path: &str) -> Option<(&str, &str)> {
    path.rsplit_once('.')
        .filter(|(stem, ending)| !ending.contains('/') && !stem.is_empty() && !stem.ends_with('/'))
}

/// Returns the path without the extensions for format and compression.
pub(super) fn stem(path: &str) -> &str {
    let (unpacked, _) = packed(path);
    match ending(unpacked) {
        Some((stem, _)) if Format::of_path(unpacked).is_some() => stem,
        _ => unpacked,
    }
}

/// Returns the format that the origin of a file states, before any of it is read.
pub(super) fn of_origin(origin: &Origin<'_>) -> Option<Format> {
    origin.format.or_else(|| Format::of_path(origin.path).map(|(format, _)| format))
}

/// Returns the format of a file that begins with `head`.
pub(super) fn told(origin: &Origin<'_>, head: &[u8]) -> Result<Format, Reason> {
    if let Some(format) = origin.format {
        return Ok(format);
    }
    // The head may end inside a character; it is replaced then, which does not matter here.
    let head = decode::text(head.to_vec()).unwrap_or_default();
    match Format::of_path(origin.path) {
        Some((format, _)) => Ok(correct(format, &head)),
        None => match sniff(&head) {
            Some(format) => Ok(format),
            None if ending(packed(origin.path).0).is_some() && !head.is_empty() => Err(Reason::UnknownFormat),
            None => Ok(Format::Text),
        },
    }
}

/// Returns the format that the first characters of a text show; `None` for plain words.
fn sniff(head: &str) -> Option<Format> {
    let head = head.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    match head.chars().next()? {
        '{' if is_lines(head) => Some(Format::Jsonl),
        '{' | '[' if is_json(head) => Some(Format::Json),
        '<' => Some(markup(head)),
        _ if head.starts_with("+++") || head.starts_with("---") => Some(Format::Markdown),
        _ => None,
    }
}

/// Returns the format of a file named as `format`, given its first characters: extensions such as `.xml` and
/// `.json` are used for many formats.
fn correct(format: Format, head: &str) -> Format {
    match (format, sniff(head)) {
        (
            Format::Html | Format::Feed | Format::Json,
            Some(found @ (Format::Html | Format::Feed | Format::Json)),
        ) => found,
        (Format::Json | Format::Feed | Format::Csv, Some(Format::Jsonl)) => Format::Jsonl,
        (Format::Csv, Some(Format::Json)) => Format::Json,
        (Format::Jsonl, Some(Format::Json)) if head.trim_start().starts_with('[') => Format::Json,
        _ => format,
    }
}

/// Returns whether the first line is a complete object and another object follows.
fn is_lines(head: &str) -> bool {
    let mut lines = head.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().is_some_and(|line| line.ends_with('}'));
    first && lines.next().is_some_and(|line| line.starts_with('{'))
}

/// Returns whether the bracket begins JSON, not a remark or a template: `[Music]`, `{{template}}`.
fn is_json(head: &str) -> bool {
    let mut chars = head.chars();
    let open = chars.next();
    match chars.find(|c| !c.is_whitespace()) {
        Some('"' | '}') | None => true,
        Some('{' | '[' | ']') => open == Some('['),
        _ => false,
    }
}

/// Distinguishes HTML from a feed by the first element that is neither a declaration nor a comment.
fn markup(head: &str) -> Format {
    let mut rest = head;
    while let Some(after) = rest.strip_prefix("<?").or_else(|| rest.strip_prefix("<!")) {
        let end = if after.starts_with("--") { "-->" } else { ">" };
        let Some((inside, next)) = after.split_once(end) else { break };
        if inside.get(..7).is_some_and(|word| word.eq_ignore_ascii_case("doctype"))
            && contains(inside, "html")
        {
            return Format::Html;
        }
        rest = next.trim_start();
    }
    let name = |c: char| !c.is_ascii_alphanumeric() && c != ':';
    let root = rest.trim_start_matches('<').split(name).next().unwrap_or_default().to_ascii_lowercase();
    let declared = head.starts_with("<?xml") && root != "html";
    let feed = matches!(root.as_str(), "rss" | "feed" | "rdf" | "rdf:rdf" | "entry" | "atom:feed");
    if feed || declared { Format::Feed } else { Format::Html }
}

fn contains(text: &str, word: &str) -> bool {
    text.to_ascii_lowercase().contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(head: &str, expected: Option<Format>) {
        assert_eq!(sniff(head), expected, "{head}");
    }

    #[test]
    fn the_content_shows_the_format() {
        check("\u{feff} {\"text\": \"a\"}\n{\"text\": \"b\"}\n", Some(Format::Jsonl));
        check("{\"text\": \"a\"}\n", Some(Format::Json));
        check("{\n  \"text\": \"a\"\n}\n", Some(Format::Json));
        check("{\"articles\":[\n{\"text\": \"a\"}]}", Some(Format::Json));
        check("[{}]", Some(Format::Json));
        check("<?xml version=\"1.0\"?>\n<!-- x --><rss version=\"2.0\">", Some(Format::Feed));
        check("<rdf:RDF>", Some(Format::Feed));
        check("<!DOCTYPE html><html>", Some(Format::Html));
        check("<?xml version=\"1.0\"?><!DOCTYPE html PUBLIC \"x\"><html>", Some(Format::Html));
        check("<p>Words", Some(Format::Html));
        check("+++\ntitle = \"a\"\n+++", Some(Format::Markdown));
    }

    #[test]
    fn leaves_words_alone() {
        check("Council opens archive\n", None);
        check("[Music] She said so.", None);
        check("", None);
    }

    #[test]
    fn the_file_name_shows_the_format() {
        for (path, expected) in [
            ("a/b.md", Some((Format::Markdown, Compression::None))),
            ("b.JSONL.GZ", Some((Format::Jsonl, Compression::Gzip))),
            ("v1.2/b.atom.zst", Some((Format::Feed, Compression::Zstd))),
            ("b.png", None),
            ("b.gz", None),
            (".md", None),
            ("a.md/b", None),
            ("", None),
        ] {
            assert_eq!(Format::of_path(path), expected, "{path}");
        }
    }

    #[test]
    fn stems_lose_only_endings_that_are_known() {
        for (path, expected) in [
            ("2025/a.md.gz", "2025/a"),
            ("a.b.txt", "a.b"),
            ("a.png", "a.png"),
            ("a", "a"),
            (".md", ".md"),
            ("", ""),
        ] {
            assert_eq!(stem(path), expected);
        }
    }

    #[test]
    fn names_read_back() {
        for (format, name, _) in Format::ALL {
            assert_eq!((format.to_string().as_str(), name.parse()), (name, Ok(format)));
        }
        assert!(
            "png"
                .parse::<Format>()
                .unwrap_err()
                .to_string()
                .contains("markdown, text, html, json, jsonl, csv, feed, subtitles, mail, office and pdf")
        );
    }

    #[test]
    fn content_corrects_vague_names() {
        for (path, head, expected) in [
            ("a.xml", "<!DOCTYPE html><html>", Some(Format::Html)),
            ("a.xml", "{\"version\": \"x\"}", Some(Format::Json)),
            ("a.json", "{\"text\": \"a\"}\n{\"text\": \"b\"}", Some(Format::Jsonl)),
            ("a.html", "<?xml version=\"1.0\"?><rss>", Some(Format::Feed)),
            ("a.txt", "{\"text\": \"a\"}", Some(Format::Text)),
            ("a", "Words", Some(Format::Text)),
            ("a.doc", "Words", None),
            ("a.csv", "Words", Some(Format::Csv)),
            ("a.csv", "[{\"text\": \"a\"}]", Some(Format::Json)),
        ] {
            let origin = Origin { path, ..Origin::default() };
            assert_eq!(told(&origin, head.as_bytes()).ok(), expected, "{path} {head}");
        }
    }
}

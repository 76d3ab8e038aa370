//! Article files and what is read from them: the pairs in `tests/data/articles`, and properties that hold for
//! any bytes.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use rapporteur::article::{Article, Format, Origin, ParseError, Reason, cell, read};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use serde::Serialize;

const FORMATS: [Option<Format>; 8] = [
    None,
    Some(Format::Markdown),
    Some(Format::Text),
    Some(Format::Html),
    Some(Format::Json),
    Some(Format::Jsonl),
    Some(Format::Csv),
    Some(Format::Feed),
];

/// An article as the expected files show it.
#[derive(Serialize)]
#[serde(untagged)]
enum Shown {
    Article {
        id: String,
        outlet: Option<String>,
        title: Option<String>,
        byline: Option<String>,
        url: Option<String>,
        date: Option<String>,
        language: Option<String>,
        tags: Vec<String>,
        digest: bool,
        text: String,
    },
    Error {
        error: String,
    },
}

fn show(article: Result<Article, ParseError>) -> Shown {
    match article {
        Ok(Article { id, citation, language, tags, digest, text, blocks: _ }) => Shown::Article {
            id: id.0,
            outlet: citation.outlet,
            title: citation.title,
            byline: citation.byline,
            url: citation.url,
            date: citation.date.map(|date| date.to_string()),
            language,
            tags,
            digest,
            text,
        },
        Err(error) => Shown::Error { error: error.to_string() },
    }
}

#[test]
fn files_are_read_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/articles");
    let mut wrong = Vec::new();
    let mut inputs: Vec<PathBuf> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    inputs.sort();
    for input in inputs {
        let name = input.file_name().unwrap().to_str().unwrap();
        if name.ends_with(".expected.json") || name.ends_with(".meta.toml") || name == "README.md" {
            continue;
        }
        let bytes = fs::read(&input).unwrap();
        let sidecar = fs::read_to_string(folder.join(format!("{name}.meta.toml"))).ok();
        let origin = Origin { path: name, format: None, sidecar: sidecar.as_deref() };
        let shown: Vec<Shown> = read(&*bytes, origin).map(show).collect();
        let actual = serde_json::to_string_pretty(&shown).unwrap() + "\n";
        let expected = folder.join(format!("{name}.expected.json"));
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(expected, actual).unwrap();
        } else if fs::read_to_string(expected).ok().as_deref() != Some(&actual) {
            wrong.push(format!("{name}: {actual}"));
        }
    }
    assert!(wrong.is_empty(), "not as expected, or nothing expected:\n{}", wrong.join("\n"));
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

/// Reads the bytes in every format and compression, and also truncated and with one bit flipped.
fn read_all_ways(bytes: &[u8]) {
    for packed in [bytes.to_vec(), gzip(bytes), zstd(bytes)] {
        let cut = packed[..packed.len() * 3 / 4].to_vec();
        let mut turned = packed.clone();
        if let Some(byte) = turned.get_mut(bytes.len() % packed.len().max(1)) {
            *byte ^= 1 << (bytes.len() % 8);
        }
        for bytes in [&packed, &cut, &turned] {
            for format in FORMATS {
                let origin = Origin { path: "a/b", format, sidecar: None };
                read(&**bytes, origin).flatten().for_each(|article| check(&article, format));
            }
        }
    }
}

/// Checks the properties of every article.
fn check(article: &Article, format: Option<Format>) {
    let hidden = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c);
    assert!(!article.id.0.is_empty() && !article.id.0.contains(hidden));
    assert!(!article.text.trim().is_empty());
    let citation = &article.citation;
    for words in [&citation.outlet, &citation.title, &citation.byline, &citation.url].into_iter().flatten() {
        assert!(!words.is_empty() && !words.contains(hidden) && words.trim() == words);
    }
    if matches!(format, Some(Format::Markdown | Format::Text | Format::Html)) {
        assert!(!article.text.contains(|c: char| c.is_control() && c != '\n' && c != '\t'));
        assert!(!article.text.contains("\n\n\n") && !article.text.contains(" \n"));
    }
    assert!(article.headline().is_none_or(|span| article.text.get(span.start..span.end).is_some()));
}

/// Pieces of all formats, good and bad, to be combined.
const PIECES: [&str; 52] = [
    "text,title\n",
    "\"",
    ";",
    "\t",
    "+++\n",
    "---\n",
    "title = \"T\"\n",
    "title: T\n",
    "date: 2025-12-02\n",
    "# ",
    "> ",
    "- ",
    "```\n",
    "[a](b)",
    "*",
    "|a|b|\n|-|-|\n",
    "“We will,” she said.",
    "\n",
    "\n\n",
    "\r\n",
    "é",
    "\u{0}",
    "\u{7}",
    "\u{2028}",
    "\u{202e}",
    "<p>",
    "</p>",
    "<div class=\"article\">",
    "</div>",
    "<table><tr><td>",
    "<a href=\"x\">",
    "<b>",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "&amp;",
    "&bogus;",
    "<?xml version=\"1.0\"?>",
    "<rss version=\"2.0\"><channel>",
    "<item><title>T</title><description>",
    "</description></item>",
    "</channel></rss>",
    "{\"text\": \"",
    "\"}",
    "\\ud800",
    "[",
    "]",
    ",",
    "{\"version\": \"https://jsonfeed.org/version/1\", \"items\": [",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        read_all_ways(&bytes);
    }

    #[test]
    fn no_mixture_of_formats_panics(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..40)) {
        read_all_ways(pieces.concat().as_bytes());
    }

    #[test]
    fn json_text_is_unchanged(text in "[^\u{80}-\u{9f}&<]*[a-z“][^\u{80}-\u{9f}&<]*", title in ".*") {
        let json = serde_json::json!({"title": title, "text": text}).to_string();
        for (format, json) in [
            (Format::Json, json.clone()),
            (Format::Json, format!("[{json}, {json}]")),
            (Format::Jsonl, format!("\n{json}\r\n")),
        ] {
            let origin = Origin { path: "", format: Some(format), sidecar: None };
            let article = read(json.as_bytes(), origin).next().unwrap().unwrap();
            prop_assert_eq!(&article.text, &text);
        }
    }

    #[test]
    fn a_table_reads_back_what_was_written(
        rows in prop::collection::vec(("['=+@\t\r\n＝ \"a,;-]{0,8}", "['=+@ ＝\",;-]{0,3}[a-z“]{1,9}"), 1..6),
    ) {
        let mut table = "id,title,text\r\n".to_owned();
        for (at, (text, title)) in rows.iter().enumerate() {
            table += &cell::row([at.to_string().as_str(), title, &format!("{text}x")]);
            table += "\r\n";
        }
        let origin = Origin { path: "a.csv", ..Origin::default() };
        let articles: Vec<Article> = read(table.as_bytes(), origin).map(Result::unwrap).collect();
        prop_assert_eq!(articles.len(), rows.len());
        for (article, (text, title)) in articles.iter().zip(&rows) {
            prop_assert_eq!(&article.text, &format!("{text}x"));
            let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(article.citation.title.as_ref(), Some(&title));
        }
    }

    #[test]
    fn markdown_words_are_unchanged(words in "[a-zA-Z“”‘’\"', éß.—]{1,40}") {
        let words = words.trim();
        prop_assume!(words.contains(|c: char| c.is_alphabetic()));
        let text = format!("# T\n\nx {words}");
        let origin = Origin { path: "a.md", ..Origin::default() };
        let article = read(text.as_bytes(), origin).next().unwrap().unwrap();
        prop_assert_eq!(article.text, format!("T\n\nx {words}"));
    }
}

/// A long file read in pieces, so that the test need not hold it in memory.
struct Repeated {
    piece: Vec<u8>,
    at: usize,
    left: usize,
}

impl Read for Repeated {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.piece.len() && self.left > 0 {
            (self.at, self.left) = (0, self.left - 1);
        }
        let length = (&self.piece[self.at..]).read(buf)?;
        self.at += length;
        Ok(length)
    }
}

fn reasons(bytes: impl Read, path: &str) -> Vec<String> {
    let origin = Origin { path, ..Origin::default() };
    let articles = read(std::io::BufReader::new(bytes), origin);
    articles.map(|article| article.map_or_else(|error| error.to_string(), |article| article.text)).collect()
}

#[test]
fn a_line_that_is_too_long_is_skipped() {
    let long = Repeated { piece: vec![b'x'; 1 << 20], at: 0, left: 17 };
    let rest: &[u8] = b"\n{\"text\": \"a\"}\n";
    assert_eq!(reasons(long.chain(rest), "a.jsonl"), ["line 1: larger than 16.0 MB", "a"]);
    let long = || Repeated { piece: vec![b'x'; 1 << 20], at: 0, left: 17 };
    let (head, open, end) = (&b"text\n"[..], &b"\"b\nc\n"[..], &b"\na\n"[..]);
    let table = head.chain(long()).chain(end);
    assert_eq!(reasons(table, "a.csv"), ["line 2: larger than 16.0 MB", "a"]);
    let table = head.chain(open).chain(long()).chain(end);
    assert_eq!(reasons(table, "a.csv"), ["line 2: larger than 16.0 MB", "c", "a"]);
    let endless = Repeated { piece: vec![b'x'; 1 << 20], at: 0, left: 300 };
    assert_eq!(reasons(endless.chain(rest), "a.jsonl"), ["line 1: larger than 256.0 MB"]);
}

#[test]
fn a_file_too_large_is_refused() {
    let large = || Repeated { piece: vec![b'x'; 1 << 20], at: 0, left: 64 };
    assert_eq!(reasons(large(), "a.txt"), ["larger than 64.0 MB"]);
    let mut bomb = GzEncoder::new(Vec::new(), Compression::fast());
    std::io::copy(&mut large(), &mut bomb).unwrap();
    assert_eq!(reasons(&*bomb.finish().unwrap(), "a.md.gz"), ["larger than 64.0 MB when unpacked"]);
}

#[test]
fn a_broken_archive_yields_everything_before_the_break() {
    let lines = "{\"text\": \"“Words,” she said.\"}\n".repeat(20_000);
    for packed in [gzip(lines.as_bytes()), zstd(lines.as_bytes())] {
        let half = &packed[..packed.len() / 2];
        let articles: Vec<_> = read(half, Origin { path: "a.jsonl", ..Origin::default() }).collect();
        assert!(articles.len() > 1 && articles.iter().rev().skip(1).all(Result::is_ok));
        assert!(matches!(articles.last(), Some(Err(ParseError { reason: Reason::Io(_), .. }))));
    }
}

//! Reads any bytes in the format that the first byte chooses. Whatever articles come out, extraction does not
//! panic, gives the same quotes twice, and every span lies in its article.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rapporteur::article::{self, Format, Origin};
use rapporteur::people::People;
use rapporteur::quote::{self, Quote};
use rapporteur::span::Span;

/// `None`: the format is determined from the bytes.
const FORMATS: [Option<Format>; 8] = [
    Some(Format::Text),
    Some(Format::Markdown),
    Some(Format::Html),
    Some(Format::Json),
    Some(Format::Jsonl),
    Some(Format::Csv),
    Some(Format::Feed),
    None,
];

fuzz_target!(|bytes: &[u8]| {
    let Some((&first, bytes)) = bytes.split_first() else { return };
    let format = FORMATS[usize::from(first) % FORMATS.len()];
    let people = People::default();
    for article in article::read(bytes, Origin { path: "", format, sidecar: None }).flatten() {
        let quotes = quote::extract(&article, &people);
        check_spans(&article.text, &quotes);
        assert_eq!(quotes, quote::extract(&article, &people));
    }
});

/// Panics unless every span lies in the text, quotes and their parts are in order of position, and no two
/// contents overlap; like `check_spans` in `tests/it/corpus.rs`.
fn check_spans(text: &str, quotes: &[Quote]) {
    let place = |span: &Span| text.get(span.start..span.end).is_some_and(|words| !words.trim().is_empty());
    assert!(quotes.windows(2).all(|two| two[0].content.first() < two[1].content.first()), "out of order");
    let mut all: Vec<Span> = Vec::new();
    for quote in quotes {
        let mention = quote.attribution.as_ref().map(|found| &found.mention);
        assert!(!quote.content.is_empty() && quote.content.is_sorted(), "{quote:?}");
        assert!(quote.content.iter().chain(&quote.cue).chain(mention).all(place), "{quote:?}");
        all.extend(&quote.content);
    }
    all.sort_unstable();
    assert!(all.windows(2).all(|two| two[0].end <= two[1].start), "contents overlap");
}

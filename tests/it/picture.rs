//! Pictures: they look as reviewed, whatever their content, and say in words what they show.

use std::fs;

use jiff::ToSpan as _;
use jiff::civil::date;
use proptest::prelude::*;
use rapporteur::agenda::Round;
use rapporteur::answer::Record;
use rapporteur::article::{ArticleId, Citation};
use rapporteur::desk::{Row, Step, Timeline};
use rapporteur::picture::{self, LONGEST_ALT, Picture};
use rapporteur::quote::{Kind, Quote};
use rapporteur::span::Span;
use resvg::tiny_skia::Pixmap;

/// Maximum difference between two pictures: the mean over all channels, of 255. Processors differ in
/// rounding.
const TOLERANCE: f64 = 0.5;

/// Compares a picture with the reviewed one of this name; `UPDATE_EXPECT=1` writes it for review.
#[track_caller]
fn check(name: &str, picture: &Picture) {
    let path = crate::root().join("tests/data/pictures").join(format!("{name}.png"));
    let png = picture.png().expect("drawn");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, &png).expect("written");
    }
    let expected = Pixmap::decode_png(&fs::read(&path).expect("the reviewed picture")).expect("a PNG");
    let found = Pixmap::decode_png(&png).expect("a PNG");
    assert_eq!((found.width(), found.height()), (expected.width(), expected.height()), "{name}");
    let pairs = found.data().iter().zip(expected.data());
    let sum: u64 = pairs.map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    #[expect(clippy::cast_precision_loss, reason = "a mean")]
    let mean = sum as f64 / found.data().len() as f64;
    assert!(mean <= TOLERANCE, "{name} differs by {mean}");
}

fn round(name: &str, month: i8, day: i8) -> Round {
    let day = date(2025, month, day);
    Round {
        name: name.to_owned(),
        names: Vec::new(),
        places: Vec::new(),
        first: day,
        last: day,
        met: Vec::new(),
    }
}

fn harbour() -> Timeline {
    let first = date(2025, 5, 5);
    let steps: Vec<_> = (0..30).map(|week| first.checked_add((week * 7).days()).expect("a day")).collect();
    let counts = |of: fn(usize) -> usize| (0..30).map(of).collect();
    let row = |name: &str, of: fn(usize) -> usize| Row { name: name.to_owned(), counts: counts(of) };
    let rows = vec![
        row("Council", |week| week % 7),
        row("Harbour Board", |week| if week % 4 == 0 { 5 } else { 0 }),
        row("Union of the Northport Dockers", |week| usize::from(week > 20) * 3),
        row("Ferry Company", |week| usize::from(week == 3)),
        row("others", |week| week / 10),
    ];
    let quotes = rows.iter().map(Row::total).sum();
    let rounds = vec![
        round("the first harbour talks", 5, 20),
        round("the second harbour talks", 8, 12),
        round("the ferry summit in Northport", 8, 19),
        round("the dockers' meeting with the council and the board", 11, 10),
    ];
    Timeline { of: Vec::new(), step: Step::Week, steps, rows, rounds, quotes }
}

fn said(text: &str) -> Record {
    let whole = Span::new(0, text.len());
    Record {
        article: ArticleId("archive".to_owned()),
        ordinal: 0,
        quote: Quote {
            kind: Kind::Direct,
            content: vec![whole],
            cue: None,
            attribution: None,
            said: None,
            corrected: Vec::new(),
        },
        context: text.to_owned(),
        context_start: 0,
        paragraph: whole,
        lead: String::new(),
        role: Some("Mayor, Northport".to_owned()),
        citation: Citation {
            outlet: Some("Coast Gazette".to_owned()),
            title: Some("Council opens the archive & more".to_owned()),
            url: Some("https://gazette.example/archive".to_owned()),
            date: Some(date(2025, 12, 2)),
            ..Citation::default()
        },
        digest: false,
        tags: Vec::new(),
    }
}

#[test]
fn pictures_look_as_reviewed() {
    check("timeline", &picture::timeline(&harbour()));
    let words = "We will open the archive in May, and not a day later; whoever wants to read what the council wrote in a hundred years can do so, and nobody will ask why.";
    check("quote", &picture::quote(&said(words)));
}

#[test]
fn a_picture_says_in_words_and_numbers_what_it_shows() {
    let picture = picture::timeline(&harbour());
    for part in [
        "Who spoke how often",
        "by week, from 5 May 2025",
        "Council 85 (most in the week of",
        "2 the second harbour talks (12 August 2025)",
    ] {
        assert!(picture.alt.contains(part), "{part}: {}", picture.alt);
    }
    let empty = Timeline {
        of: vec!["Pia Lund".to_owned()],
        step: Step::Day,
        steps: Vec::new(),
        rows: Vec::new(),
        rounds: Vec::new(),
        quotes: 0,
    };
    let empty = picture::timeline(&empty);
    assert!(empty.alt.contains("No quote on record") && empty.png().is_some(), "{}", empty.alt);
    let quote = picture::quote(&said("We will open the archive in May,"));
    assert!(
        quote.alt.contains("We will open the archive in May,") && quote.alt.contains("Coast Gazette"),
        "{}",
        quote.alt
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn a_picture_can_be_drawn_whatever_its_content(text in "(?s).{1,900}", name in "(?s).{0,200}", count in 0..100_000usize) {
        let quote = picture::quote(&said(&text));
        prop_assert!(quote.alt.chars().count() <= LONGEST_ALT);
        let png = quote.png().expect("drawn");
        let drawn = Pixmap::decode_png(&png).expect("a PNG");
        prop_assert!(drawn.width() == 1000 && drawn.height() <= 2000);
        let rows = vec![Row { name: name.clone(), counts: vec![count; 3] }];
        let steps = (1..=3).map(|day| date(2025, 12, day)).collect();
        let timeline = Timeline { of: vec![name.clone()], step: Step::Day, steps, rows, rounds: vec![round(&name, 12, 2)], quotes: count };
        let picture = picture::timeline(&timeline);
        prop_assert!(picture.alt.chars().count() <= LONGEST_ALT);
        prop_assert!(picture.png().is_some());
    }
}

//! Made-up transcripts in many formats: how much of what was said is kept as the speakers' own words?
//!
//! `tests/data/talks/NAME.turns` lists what was said in the transcript `NAME.*`, one paragraph per line: the
//! speaker (`-` for no name, `*` for any), a tab, the words. `pages` has block quotes, posts, statements and
//! the like; for these, all direct quotes are listed. The lists in `tests/data/talks/lists` have labels too,
//! but no one speaks in them.

use std::fs;
use std::path::{Path, PathBuf};

use rapporteur::article::{self, Article, Origin};
use rapporteur::people::People;
use rapporteur::quote::{self, Kind, Quote, Sieve};

/// The minimum share of words attributed to their speakers, over all transcripts and in each.
const ALL: f64 = 0.95;
const EACH: f64 = 0.9;

/// The maximum number of words found as speech that no one said, such as "There was no objection." in a
/// record, as a share of those that were said.
const MORE: f64 = 0.02;

#[test]
fn transcripts_are_kept_whole() {
    let (mut kept, mut all, mut more, mut formats) = (0, 0, 0, 0);
    let mut wrong = Vec::new();
    for input in told_files("tests/data/talks") {
        let Told { article, quotes, turns } = read_told(&input);
        let of = |turns: &[Turn]| turns.iter().map(|turn| count(&turn.words)).sum::<usize>();
        let lost = lost(&article, &quotes, &turns);
        let (said, gone) = (of(&turns), of(&lost));
        (kept, all, formats) = (kept + said - gone, all + said, formats + 1);
        if share(said - gone, said) < EACH {
            wrong.push(format!("{}: {gone} of {said} words lost: {lost:?}", input.display()));
        }
        for quote in quotes.iter().filter(|quote| is_turn(quote)) {
            let paragraphs = quote.content.iter().flat_map(|span| span.text(&article.text).split("\n\n"));
            let unsaid = paragraphs.filter(|words| !turns.iter().any(|turn| turn.words.contains(words)));
            more += unsaid.map(count).sum::<usize>();
        }
    }
    assert!(formats >= 10, "{formats} formats");
    assert!(share(more, all) <= MORE, "{more} words that nobody said");
    assert!(wrong.is_empty() && share(kept, all) >= ALL, "{kept} of {all} words kept\n{}", wrong.join("\n"));
}

#[test]
fn what_a_page_marks_as_a_quote_is_one() {
    for input in told_files("tests/data/talks/pages") {
        let Told { article, quotes, turns } = read_told(&input);
        let lost = lost(&article, &quotes, &turns);
        assert!(lost.is_empty(), "{}: lost {lost:?}, found {quotes:#?}", input.display());
        for quote in quotes.iter().filter(|quote| quote.kind == Kind::Direct) {
            for words in quote.content.iter().flat_map(|span| span.text(&article.text).split("\n\n")) {
                let said = turns.iter().any(|turn| turn.words == words);
                assert!(said, "{}: nobody said {words:?}", input.display());
            }
        }
    }
}

/// A turn in a fixture.
#[derive(Clone, Debug)]
struct Turn {
    speaker: String,
    words: String,
}

/// A fixture with what is found in it and what is expected.
struct Told {
    article: Article,
    quotes: Vec<Quote>,
    turns: Vec<Turn>,
}

/// Returns the fixtures of a folder, without the files of expected turns.
fn told_files(folder: &str) -> impl Iterator<Item = PathBuf> {
    let files = files(&crate::root().join(folder)).into_iter();
    files.filter(|path| path.extension().is_some_and(|ending| ending != "turns"))
}

fn read_told(input: &Path) -> Told {
    let article = read(input);
    let quotes = quote::extract(&article, &People::default());
    let turns = fs::read_to_string(input.with_extension("turns")).expect("each fixture has its turns");
    let turn = |line: &str| {
        let (speaker, words) = line.split_once('\t').expect("a speaker and words");
        Turn { speaker: speaker.to_owned(), words: words.to_owned() }
    };
    Told { turns: turns.lines().map(turn).collect(), article, quotes }
}

/// Returns the turns that are not attributed to their speaker.
fn lost(article: &Article, quotes: &[Quote], turns: &[Turn]) -> Vec<Turn> {
    turns.iter().filter(|turn| !is_kept(article, quotes, turn)).cloned().collect()
}

fn count(words: &str) -> usize {
    words.split_whitespace().count()
}

#[test]
fn nobody_speaks_in_lists() {
    for input in files(&crate::root().join("tests/data/talks/lists")) {
        let article = read(&input);
        let quotes = quote::extract(&article, &People::default());
        let said: Vec<String> = quotes
            .iter()
            .filter(|quote| quote.kind != Kind::Indirect)
            .map(|quote| quote.words(&article.text))
            .collect();
        assert!(said.is_empty(), "{}: {said:?}", input.display());
    }
}

/// Whether the words of a turn are attributed to its speaker.
fn is_kept(article: &Article, quotes: &[Quote], turn: &Turn) -> bool {
    let by = |quote: &&Quote| match turn.speaker.as_str() {
        "*" => true,
        "-" => quote.speaker().is_none(),
        name => quote.speaker() == Some(name),
    };
    let holds =
        |quote: &Quote| quote.content.iter().any(|span| span.text(&article.text).contains(&turn.words));
    quotes.iter().filter(|quote| quote.kind == Kind::Direct).filter(by).any(holds)
}

fn is_turn(quote: &Quote) -> bool {
    quote.attribution.as_ref().is_some_and(|found| found.sieve == Sieve::Turn)
}

fn share(count: usize, of: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts of words")]
    let share = count as f64 / of.max(1) as f64;
    share
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the fixtures are there");
    let mut out: Vec<PathBuf> =
        entries.map(|entry| entry.expect("the folder can be listed").path()).collect();
    out.retain(|path| path.is_file() && !path.ends_with("README.md"));
    out.sort();
    out
}

fn read(input: &Path) -> Article {
    let name = input.file_name().and_then(|name| name.to_str()).expect("names are UTF-8");
    let bytes = fs::read(input).expect("the fixture can be read");
    let origin = Origin { path: name, ..Origin::default() };
    article::read(bytes.as_slice(), origin).next().expect("an article").expect("that can be read")
}

//! Made-up transcripts in many formats: how much of what was said is kept as the speakers' own words?
//!
//! `tests/data/talks/NAME.turns` says for the transcript `NAME.*` what was said, a paragraph a line: the speaker (`-` for nobody by name,
//! `*` for whoever), a tab, the words. The lists in `tests/data/talks/lists` have labels as well, and nobody speaks in them.

use std::fs;
use std::path::{Path, PathBuf};

use rapporteur::article::{self, Article, Origin};
use rapporteur::people::People;
use rapporteur::quote::{self, Kind, Quote, Sieve};

/// The least share of words kept as their speakers' own, over all transcripts and in each.
const ALL: f64 = 0.95;
const EACH: f64 = 0.9;

/// The most words of turns that nobody said, such as "There was no objection." in a record, as a share of those that were.
const MORE: f64 = 0.02;

#[test]
fn transcripts_are_kept_whole() {
    let folder = crate::root().join("tests/data/talks");
    let (mut kept, mut all, mut more, mut formats) = (0, 0, 0, 0);
    let mut wrong = Vec::new();
    for input in
        files(&folder).into_iter().filter(|path| path.extension().is_some_and(|ending| ending != "turns"))
    {
        let article = read(&input);
        let quotes = quote::extract(&article, &People::default());
        let turns = fs::read_to_string(input.with_extension("turns")).expect("each transcript has its turns");
        let turns: Vec<(&str, &str)> =
            turns.lines().map(|line| line.split_once('\t').expect("a speaker and words")).collect();
        let lost: Vec<_> = turns.iter().filter(|turn| !is_kept(&article, &quotes, **turn)).collect();
        let of = |turns: &mut dyn Iterator<Item = &(&str, &str)>| {
            turns.map(|(_, words)| words.split_whitespace().count()).sum::<usize>()
        };
        let (said, gone) = (of(&mut turns.iter()), of(&mut lost.iter().copied()));
        (kept, all, formats) = (kept + said - gone, all + said, formats + 1);
        let name = input.file_name().expect("a file has a name").display();
        if share(said - gone, said) < EACH {
            wrong.push(format!("{name}: {gone} of {said} words lost: {lost:?}"));
        }
        for quote in quotes.iter().filter(|quote| is_turn(quote)) {
            let paragraphs = quote.content.iter().flat_map(|span| span.text(&article.text).split("\n\n"));
            let unsaid = paragraphs.filter(|words| !turns.iter().any(|(_, turn)| turn.contains(words)));
            more += unsaid.map(|words| words.split_whitespace().count()).sum::<usize>();
        }
    }
    assert!(formats >= 10, "{formats} formats");
    assert!(share(more, all) <= MORE, "{more} words that nobody said");
    assert!(wrong.is_empty() && share(kept, all) >= ALL, "{kept} of {all} words kept\n{}", wrong.join("\n"));
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

/// Whether the words of a turn are kept as its speaker's own.
fn is_kept(article: &Article, quotes: &[Quote], (speaker, words): (&str, &str)) -> bool {
    let by = |quote: &&Quote| match speaker {
        "*" => true,
        "-" => quote.speaker().is_none(),
        name => quote.speaker() == Some(name),
    };
    let holds = |quote: &Quote| quote.content.iter().any(|span| span.text(&article.text).contains(words));
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

//! The bundled corpus, compared with the facts it was written from.

use std::collections::BTreeMap;
use std::fs;

use rapporteur::article::{self, Article, Origin};
use rapporteur::people::People;
use rapporteur::quote::{self, Quote};
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct Report {
    pub(crate) id: String,
    date: String,
    outlet: String,
    url: String,
    pub(crate) quotes: Vec<Fact>,
}

#[derive(Deserialize)]
pub(crate) struct Fact {
    pub(crate) speaker: String,
    pub(crate) words: String,
    /// The day on which it was said, according to the report.
    when: Option<String>,
}

/// Returns the reports, in the order of the list.
pub(crate) fn reports() -> Vec<Report> {
    let text = fs::read_to_string(crate::root().join("tests/data/facts.jsonl")).expect("the facts are there");
    text.lines().map(|line| serde_json::from_str(line).expect("a report a line")).collect()
}

pub(crate) fn people() -> People {
    let text =
        fs::read_to_string(crate::root().join("corpus/people.toml")).expect("the people list is there");
    People::parse(&text).expect("the people list parses")
}

/// Returns the articles of the bundled corpus by file stem.
pub(crate) fn articles() -> BTreeMap<String, Article> {
    let mut out = BTreeMap::new();
    for entry in fs::read_dir(crate::root().join("corpus")).expect("the corpus is there") {
        let path = entry.expect("the corpus can be listed").path();
        let stem = path.file_stem().and_then(|stem| stem.to_str()).expect("names are UTF-8").to_owned();
        if path.extension().is_some_and(|ending| ending == "md") && stem != "README" {
            let bytes = fs::read(&path).expect("the article can be read");
            let name = format!("{stem}.md");
            let origin = Origin { path: &name, ..Origin::default() };
            let mut read: Vec<Article> = article::read(bytes.as_slice(), origin)
                .map(|article| article.expect("the article parses"))
                .collect();
            assert_eq!(read.len(), 1, "{stem}");
            out.insert(stem, read.remove(0));
        }
    }
    out
}

/// Returns the text between double marks (in the first line, also between single ones), found without the
/// extractor.
fn quoted_runs(text: &str) -> Vec<Vec<String>> {
    let mut out = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let mut runs = Vec::new();
        let mut open: Option<String> = None;
        for c in line.chars() {
            match (&mut open, c) {
                (Some(run), '"' | '”') => {
                    runs.push(std::mem::take(run));
                    open = None;
                }
                (None, '"' | '“') => open = Some(String::new()),
                (Some(run), c) => run.push(c),
                (None, _) => {}
            }
        }
        assert!(open.is_none(), "a mark is left open in: {line}");
        if number == 0 {
            runs.extend(single_runs(line));
        }
        out.push(runs);
    }
    out
}

fn single_runs(line: &str) -> Vec<String> {
    let mut out = Vec::new();
    let marks: Vec<(usize, char)> =
        line.char_indices().filter(|(_, c)| matches!(c, '\'' | '‘' | '’')).collect();
    let letter = |at: Option<char>| at.is_some_and(char::is_alphanumeric);
    let mut open = None;
    for (at, c) in marks {
        let before = line.get(..at).and_then(|head| head.chars().next_back());
        let after = line.get(at + c.len_utf8()..).and_then(|tail| tail.chars().next());
        if open.is_none() && !letter(before) && letter(after) {
            open = Some(at + c.len_utf8());
        } else if let Some(from) = open
            && !letter(after)
            && before.is_some_and(|c| !c.is_whitespace())
        {
            out.push(line.get(from..at).unwrap_or_default().to_owned());
            open = None;
        }
    }
    out
}

/// Whether `run` equals `words`, except for a comma or full stop that newsrooms put before the closing mark.
fn is_quote(run: &str, words: &str) -> bool {
    run == words
        || run.strip_suffix(',').is_some_and(|run| run == words)
        || run.strip_suffix('.').is_some_and(|run| run == words)
}

#[test]
fn every_quote_is_letter_for_letter_in_its_article() {
    let articles = articles();
    let mut missing = Vec::new();
    for report in reports() {
        let article = &articles[&report.id];
        let lines = quoted_runs(&article.text);
        for fact in &report.quotes {
            let whole = lines.iter().flatten().any(|run| is_quote(run, &fact.words));
            // Split around the writer's clause, in one paragraph.
            let split = lines.iter().any(|runs| {
                (2..=3).any(|count| runs.windows(count).any(|parts| is_quote(&parts.join(" "), &fact.words)))
            });
            if !whole && !split {
                missing.push(format!("{}: {}", report.id, fact.words));
            }
        }
    }
    assert!(missing.is_empty(), "not found: {missing:#?}");
}

#[test]
fn nothing_else_is_between_marks() {
    let articles = articles();
    for report in reports() {
        for run in quoted_runs(&articles[&report.id].text).iter().flatten() {
            let bare = run.trim_end_matches([',', '.', '?', '!']);
            assert!(report.quotes.iter().any(|fact| fact.words.contains(bare)), "{}: {run}", report.id);
        }
    }
}

#[test]
fn each_report_is_one_article_with_its_citation() {
    let articles = articles();
    let reports = reports();
    assert_eq!(articles.len(), reports.len());
    for report in &reports {
        let article = &articles[&report.id];
        assert_eq!(article.id.0, report.id);
        assert_eq!(article.citation.outlet.as_deref(), Some(report.outlet.as_str()));
        assert_eq!(article.citation.url.as_deref(), Some(report.url.as_str()));
        assert_eq!(article.citation.date.map(|day| day.to_string()), Some(report.date.clone()));
        assert!(article.digest, "{} is not marked as a digest", report.id);
        assert!(article.headline().is_some(), "{} has no headline", report.id);
        let words = article.text.lines().skip(1).flat_map(str::split_whitespace).count();
        assert!((120..=350).contains(&words), "{} has {words} words", report.id);
    }
}

#[test]
fn the_people_list_agrees_with_the_facts() {
    #[derive(Deserialize)]
    struct Truth {
        name: String,
        aliases: Vec<String>,
    }
    let people = people();
    let text = fs::read_to_string(crate::root().join("tests/data/people.jsonl")).expect("the truth is there");
    let truth: Vec<Truth> =
        text.lines().map(|line| serde_json::from_str(line).expect("a person a line")).collect();
    assert_eq!(people.persons().len(), truth.len());
    for (person, truth) in people.persons().iter().zip(&truth) {
        assert_eq!(person.name, truth.name);
        assert!(person.aliases.starts_with(&truth.aliases), "{}: {:?}", person.name, person.aliases);
    }
}

#[test]
fn spans_are_valid_ordered_and_the_same_twice() {
    let people = people();
    for article in articles().values() {
        let quotes = quote::extract(article, &people);
        assert_eq!(quotes, quote::extract(article, &people));
        check_spans(&article.text, &quotes);
    }
}

/// Panics unless every span lies in the text, quotes and their parts are in order of position, and no two
/// contents overlap.
pub(crate) fn check_spans(text: &str, quotes: &[Quote]) {
    let place = |span: &rapporteur::span::Span| {
        text.get(span.start..span.end).is_some_and(|words| !words.trim().is_empty())
    };
    assert!(quotes.windows(2).all(|two| two[0].content[0] < two[1].content[0]));
    let mut all: Vec<rapporteur::span::Span> = Vec::new();
    for quote in quotes {
        assert!(!quote.content.is_empty() && quote.content.windows(2).all(|two| two[0].end <= two[1].start));
        assert!(quote.content.iter().all(place), "{quote:?}");
        // A mixed quote keeps its marks, which separate the speaker's words from the writer's.
        let marked = |span: &rapporteur::span::Span| {
            span.text(text).contains(['"', '“', '”', '„', '«', '»', '\'', '‘', '’', '`', '\u{201f}', '＂'])
        };
        assert!(
            quote.kind != rapporteur::quote::Kind::Mixed || quote.content.iter().any(marked),
            "{quote:?}"
        );
        assert!(
            quote
                .cue
                .iter()
                .chain(quote.attribution.iter().flat_map(|found| found.role.iter().chain([&found.mention])))
                .all(place),
            "{quote:?}"
        );
        all.extend(&quote.content);
    }
    all.sort_unstable();
    assert!(all.windows(2).all(|two| two[0].end <= two[1].start), "contents overlap");
}

/// The share of facts that are found with the right speaker must not fall.
#[test]
fn speakers_are_those_of_the_reports() {
    let (people, articles) = (people(), articles());
    let mut errors = Vec::new();
    let mut facts = 0;
    for report in reports() {
        let article = &articles[&report.id];
        let quotes = quote::extract(article, &people);
        for fact in &report.quotes {
            facts += 1;
            let found = quote_of(article, &quotes, fact);
            let speaker = found.and_then(Quote::speaker);
            if speaker != Some(fact.speaker.as_str()) {
                let sieve = found
                    .and_then(|quote| quote.attribution.as_ref())
                    .map_or("-", |found| found.sieve.name());
                errors.push(format!(
                    "{}: {speaker:?} by {sieve}, not {}: {}",
                    report.id, fact.speaker, fact.words
                ));
            }
        }
    }
    assert!(errors.len() * 100 <= facts * 3, "{} of {facts} wrong: {errors:#?}", errors.len());
}

/// Returns the quote that contains the words of a fact, or a part of them.
fn quote_of<'q>(article: &Article, quotes: &'q [Quote], fact: &Fact) -> Option<&'q Quote> {
    quotes.iter().find(|quote| {
        let words = quote.words(&article.text);
        words.contains(&fact.words)
            || quote.content.iter().any(|span| is_part(span.text(&article.text), &fact.words))
    })
}

/// The share of facts whose day is found must not fall.
#[test]
fn days_are_those_of_the_reports() {
    let (people, articles) = (people(), articles());
    let (mut right, mut wrong, mut facts) = (0, Vec::new(), 0);
    for report in reports() {
        let article = &articles[&report.id];
        let quotes = quote::extract(article, &people);
        for (fact, when) in report.quotes.iter().filter_map(|fact| Some((fact, fact.when.as_ref()?))) {
            facts += 1;
            let said = quote_of(article, &quotes, fact).and_then(|quote| quote.said);
            match said.map(|said| said.to_string()) {
                Some(said) if said == *when => right += 1,
                Some(said) => wrong.push(format!("{}: {said}, not {when}: {}", report.id, fact.words)),
                None => {}
            }
        }
    }
    assert!(right * 100 >= facts * 92, "{right} of {facts} right");
    assert!(wrong.len() * 100 <= facts * 4, "{} of {facts} wrong: {wrong:#?}", wrong.len());
}

/// Whether at least three words of the span, or of the text between quotation marks in it, are among the
/// words.
fn is_part(span: &str, words: &str) -> bool {
    span.split(['"', '“', '”'])
        .map(str::trim)
        .any(|piece| piece.split_whitespace().count() >= 3 && words.contains(piece))
}

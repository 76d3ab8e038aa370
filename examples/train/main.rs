//! Trains the extractor: reads annotated articles and writes the weights. The articles are JSON Lines with
//! the structure of PolNeAR: `id`, `text`, and `attributions` with `source`, `cue` and `content` in code
//! points.
//!
//! ```text
//! cargo run --release --example train -- TRAIN.jsonl --out src/lang/en/weights.bin [--without IDS.jsonl]
//! cargo run --release --example train -- TRAIN.jsonl --apply OTHER.jsonl --predict PREDICTED.jsonl
//! cargo run --release --example train -- TRAIN.jsonl --folds 5 --predict PREDICTED.jsonl
//! ```
//!
//! `readings.jsonl` beside this file has what readers thought of paraphrases that an earlier version found in
//! these articles: for each article the half-open spans, in code points of its text, of the words that are fit
//! to be shown as what somebody said, and of those that are not.
//!
//! The second form extracts from other articles. The third is cross-validation, by which a change of the
//! extractor is judged: with five folds it trains on four fifths of the articles and extracts from the rest,
//! five times. The same input gives the same bytes.

mod boost;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::Write as _;

use rapporteur::article::{Article, ArticleId, Citation};
use rapporteur::people::People;
use rapporteur::quote::learn::{self, Gold, Lesson, Rows};
use rapporteur::quote::lexicon::Lexicon;
use rapporteur::quote::model::Model;
use rapporteur::quote::{self};
use rapporteur::span::Span;
use rayon::prelude::*;
use serde::Deserialize;

use boost::{Growth, grow};

#[derive(Deserialize)]
struct Line {
    id: String,
    #[serde(default)]
    title: Option<String>,
    text: String,
    attributions: Vec<Attribution>,
}

#[derive(Deserialize)]
struct Attribution {
    source: Vec<[usize; 2]>,
    cue: Vec<[usize; 2]>,
    content: Vec<[usize; 2]>,
}

#[derive(Deserialize)]
struct Reading {
    id: String,
    fit: Vec<[usize; 2]>,
    unfit: Vec<[usize; 2]>,
}

struct Example {
    article: Article,
    golds: Vec<Gold>,
    /// Paraphrases with whether readers found them fit to be shown.
    read: Vec<(Span, bool)>,
}

fn read(path: &str) -> anyhow::Result<Vec<Example>> {
    let readings: HashMap<String, Reading> = include_str!("readings.jsonl")
        .lines()
        .map(|line| serde_json::from_str::<Reading>(line).map(|reading| (reading.id.clone(), reading)))
        .collect::<Result<_, _>>()?;
    let text = fs::read_to_string(path)?;
    text.lines()
        .map(|line| {
            let line: Line = serde_json::from_str(line)?;
            let mut offsets: Vec<usize> = line.text.char_indices().map(|(at, _)| at).collect();
            offsets.push(line.text.len());
            let bytes = |spans: &[[usize; 2]]| -> Vec<Span> {
                spans.iter().map(|&[start, end]| Span::new(offsets[start], offsets[end])).collect()
            };
            let golds = line
                .attributions
                .iter()
                .map(|a| Gold { source: bytes(&a.source), cue: bytes(&a.cue), content: bytes(&a.content) })
                .collect();
            let read = readings.get(&line.id).map_or_else(Vec::new, |reading| {
                let fit = bytes(&reading.fit).into_iter().map(|span| (span, true));
                fit.chain(bytes(&reading.unfit).into_iter().map(|span| (span, false))).collect()
            });
            let article = Article {
                id: ArticleId(line.id),
                citation: Citation { title: line.title, ..Citation::default() },
                language: None,
                tags: Vec::new(),
                digest: false,
                blocks: Vec::new(),
                text: line.text,
            };
            Ok(Example { article, golds, read })
        })
        .collect()
}

/// Adds the counts of one lexicon to another.
fn add(to: &mut Lexicon, from: &Lexicon) {
    for (word, counts) in &from.words {
        let sum = to.words.entry(word.clone()).or_default();
        sum.total += counts.total;
        sum.cue += counts.cue;
        sum.head += counts.head;
        sum.quoted += counts.quoted;
        sum.after += counts.after;
        sum.capital += counts.capital;
        sum.clause += counts.clause;
    }
}

fn train(examples: &[&Example]) -> Model {
    let mut rough = Lexicon::default();
    for counts in examples.par_iter().map(|e| learn::count(&e.article, &e.golds, None)).collect::<Vec<_>>() {
        add(&mut rough, &counts);
    }
    let own: Vec<Lexicon> =
        examples.par_iter().map(|e| learn::count(&e.article, &e.golds, Some(&rough))).collect();
    let mut lexicon = Lexicon::default();
    for counts in &own {
        add(&mut lexicon, counts);
    }
    let mut model = Model { lexicon, ..Model::default() };
    let lessons: Vec<Lesson> = examples
        .par_iter()
        .zip(&own)
        .map(|(e, own)| Lesson::new(&e.article, &e.golds, &model.lexicon, Some(own)))
        .collect();
    let mut reach = [[0; 2]; 2];
    for lesson in &lessons {
        for (sum, row) in reach.iter_mut().zip(lesson.reach()) {
            sum[0] += row[0];
            sum[1] += row[1];
        }
    }
    say(&format!(
        "sources that a mention holds: quoted {} of {}, others {} of {}",
        reach[0][1], reach[0][0], reach[1][1], reach[1][0]
    ));
    let gather = |rows: Vec<Rows>| {
        let mut all = Rows::default();
        rows.into_iter().for_each(|rows| all.extend(rows));
        all
    };
    let large = Growth::default();
    let small = Growth { trees: 40, leaves: 8, depth: 4, rate: 0.2, ..large };
    let slow = Growth { trees: 150, leaves: 16, depth: 5, rate: 0.05, least_weight: 10.0, penalty: 5.0 };
    let growth = |name: &str| match name {
        "source" | "cue-source" => large,
        "shown" => slow,
        _ => small,
    };
    let grow_all = |sets: Vec<(&'static str, &Rows, bool)>| {
        sets.into_par_iter()
            .map(|(name, rows, softmax)| (name.to_owned(), grow(rows, growth(name), softmax)))
            .collect::<Vec<_>>()
    };
    // The features of the later models come from models that have not seen the article; each of these is
    // trained on two thirds.
    let folds = 3;
    let cue_rows: Vec<[Rows; 4]> = lessons.par_iter().map(Lesson::cue_rows).collect();
    let cue_models = |keep: &(dyn Fn(usize) -> bool + Sync)| {
        let mut sets: [Rows; 4] = Default::default();
        for (_, rows) in cue_rows.iter().enumerate().filter(|(at, _)| keep(*at)) {
            for (all, rows) in sets.iter_mut().zip(rows) {
                all.extend(rows.clone());
            }
        }
        let [said, source, cue, content] = &sets;
        grow_all(vec![
            ("said", said, false),
            ("cue-source", source, true),
            ("cue", cue, false),
            ("cue-content", content, true),
        ])
    };
    let mut halves: Vec<Model> = (0..folds)
        .map(|fold| {
            let mut half = Model { lexicon: model.lexicon.clone(), ..Model::default() };
            half.forests.extend(cue_models(&|at| at % folds != fold));
            half
        })
        .collect();
    let source_rows: Vec<Rows> =
        lessons.par_iter().enumerate().map(|(at, lesson)| lesson.source_rows(&halves[at % folds])).collect();
    let groups: usize = source_rows.iter().map(|rows| rows.groups.len()).sum();
    let missed =
        source_rows.iter().flat_map(|rows| rows.groups.iter().filter(|&&none| rows.labels[none])).count();
    say(&format!("quotations whose source is a candidate: {} of {groups}", groups - missed));
    let source_model = |keep: &dyn Fn(usize) -> bool| {
        let kept = source_rows.iter().enumerate().filter(|(at, _)| keep(*at));
        grow(&gather(kept.map(|(_, rows)| rows.clone()).collect()), large, true)
    };
    let mut again = Vec::new();
    for (fold, half) in halves.iter_mut().enumerate() {
        half.forests.insert("source".to_owned(), source_model(&|at| at % folds != fold));
        let held: Vec<&Lesson> = lessons.iter().skip(fold).step_by(folds).collect();
        again.extend(held.par_iter().map(|lesson| lesson.second_rows(half)).collect::<Vec<_>>());
    }
    let again = grow(&gather(again), small, true);
    model.forests.insert("source-2".to_owned(), again.clone());
    let mut third: [Vec<Rows>; 5] = Default::default();
    for (fold, half) in halves.iter_mut().enumerate() {
        half.forests.insert("source-2".to_owned(), again.clone());
        let half = &*half;
        let held: Vec<(&Lesson, &&Example)> =
            lessons.iter().zip(examples).skip(fold).step_by(folds).collect();
        for ([speech, join, left, right], shown) in held
            .par_iter()
            .map(|(lesson, example)| (lesson.speech_rows(half), lesson.shown_rows(half, &example.read)))
            .collect::<Vec<_>>()
        {
            for (all, rows) in third.iter_mut().zip([speech, join, left, right, shown]) {
                all.push(rows);
            }
        }
    }
    let [speech, join, left, right, shown] = third.map(gather);
    model.forests.extend(cue_models(&|_| true));
    model.forests.insert("source".to_owned(), source_model(&|_| true));
    model.forests.extend(grow_all(vec![
        ("speech", &speech, false),
        ("join", &join, false),
        ("left", &left, true),
        ("right", &right, true),
        ("shown", &shown, false),
    ]));
    // Rare words carry no information, and dropping them keeps the file small.
    model.lexicon.words.retain(|_, counts| counts.total >= 3);
    model
}

fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn predict(model: &Model, example: &Example) -> String {
    let quotes = quote::extract_with(&example.article, &People::default(), model);
    let rows: Vec<serde_json::Value> = quotes
        .iter()
        .map(|q| {
            serde_json::json!({
                "kind": q.kind, "content": q.content, "cue": q.cue.map(|cue| [cue]),
                "source": q.attribution.as_ref().map(|a| [a.mention]), "speaker": q.speaker(),
                "sure": q.attribution.as_ref().map(|a| a.sure),
            })
        })
        .collect();
    serde_json::json!({"id": example.article.id, "quotes": rows}).to_string()
}

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| arguments.iter().position(|a| a == name).and_then(|at| arguments.get(at + 1));
    let Some(path) = arguments.first().filter(|first| !first.starts_with('-')) else {
        anyhow::bail!("name the annotated articles: train TRAIN.jsonl --out FILE");
    };
    let mut examples = read(path)?;
    if let Some(path) = option("--without") {
        #[derive(Deserialize)]
        struct Id {
            id: String,
        }
        let out: HashSet<String> = fs::read_to_string(path)?
            .lines()
            .map(|line| serde_json::from_str::<Id>(line).map(|id| id.id))
            .collect::<Result<_, _>>()?;
        examples.retain(|e| !out.contains(&e.article.id.0));
    }
    if option("--out").is_some() || option("--apply").is_some() {
        let model = train(&examples.iter().collect::<Vec<_>>());
        if let Some(path) = option("--out") {
            fs::write(path, model.write())?;
        }
        if let (Some(path), Some(predicted)) = (option("--apply"), option("--predict")) {
            let lines: Vec<String> = read(path)?.par_iter().map(|example| predict(&model, example)).collect();
            fs::write(predicted, lines.join("\n"))?;
        }
    }
    if let (Some(folds), Some(path)) = (option("--folds"), option("--predict")) {
        let folds: usize = folds.parse()?;
        let mut lines = vec![String::new(); examples.len()];
        for fold in 0..folds {
            let (held, kept): (Vec<_>, Vec<_>) =
                examples.iter().enumerate().partition(|(at, _)| at % folds == fold);
            let model = train(&kept.iter().map(|(_, e)| *e).collect::<Vec<_>>());
            for (at, line) in held.par_iter().map(|(at, e)| (*at, predict(&model, e))).collect::<Vec<_>>() {
                lines[at] = line;
            }
        }
        fs::write(path, lines.join("\n"))?;
    }
    Ok(())
}

//! Fits the weights of the ranking to questions whose answers are known, and says by cross-validation what they are worth.
//!
//! ```text
//! cargo run --release --example fit -- CORPUS QUESTIONS.jsonl [CORPUS QUESTIONS.jsonl]... [--ridge 10] [--folds 10]
//! ```
//!
//! A line of QUESTIONS is `{"q": "…", "gold": [{"article": "id", "words": "…"}]}`, perhaps with `history`; without `article` the words
//! may stand anywhere. A quote is right where it shares half of its words with a gold one, or holds four fifths of it at no more than three
//! times its length. Instead of `gold` a line may have `words`, a part of each right quote, as `tests/data/questions/bundled.jsonl` has. Lines with
//! neither are passed over.
//!
//! The model is a conditional logit (McFadden 1974): the probability of a candidate is the softmax of its score over all candidates of its question. The
//! penalty pulls the weights towards those that stand in the source, so that what the questions do not tell stays as it is. The same input gives the same numbers.

use std::collections::HashSet;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use anyhow::Context as _;
use jiff::civil::date;
use rapporteur::answer::{self, COUNT, Candidate, FEATURES, Features, QuoteId};
use rapporteur::ask;
use rapporteur::fold;
use rapporteur::index::{Disk, QuoteIndex};
use rapporteur::ingest::{self, Job, Silent};
use rapporteur::inquiry::Plan;
use rapporteur::question::{Asked, Question};
use serde::Deserialize;

#[derive(Deserialize)]
struct Line {
    q: String,
    #[serde(default)]
    history: Vec<String>,
    #[serde(default)]
    gold: Vec<Gold>,
    #[serde(default)]
    words: Vec<String>,
}

#[derive(Deserialize)]
struct Gold {
    #[serde(default)]
    article: Option<String>,
    words: String,
}

/// A question with its candidates and which gold quotes each of them hits.
struct Case {
    question: Question,
    candidates: Vec<Candidate>,
    rarity: Vec<f32>,
    features: Vec<Features>,
    hits: Vec<(QuoteId, Vec<usize>)>,
    golds: usize,
}

/// Scale between a score and its logit: scores differ by tenths.
const SCALE: f64 = 4.0;

fn is_hit(found: &[String], gold: &[String]) -> bool {
    let (found_set, gold_set): (HashSet<&String>, HashSet<&String>) =
        (found.iter().collect(), gold.iter().collect());
    let both = found_set.intersection(&gold_set).count();
    let any = found_set.union(&gold_set).count();
    2 * both >= any || (10 * both >= 8 * gold_set.len() && found.len() <= 3 * gold.len())
}

fn read(corpus: &str, questions: &str) -> anyhow::Result<Vec<Case>> {
    let scratch = tempfile::tempdir()?;
    let dir = scratch.path().join("index");
    let job = Job {
        corpus: vec![PathBuf::from(corpus)],
        index: dir.clone(),
        full: false,
        dry_run: false,
        threads: std::thread::available_parallelism()?.get(),
        wait: false,
        checkpoint: None,
        disk: Disk::default(),
    };
    ingest::ingest(&job, &mut Silent, &AtomicBool::new(false))?;
    let index = QuoteIndex::open(&dir)?.context("the index was just written")?;
    let mut out = Vec::new();
    for line in fs::read_to_string(questions).with_context(|| questions.to_owned())?.lines() {
        let line: Line = serde_json::from_str(line)?;
        if line.gold.is_empty() && line.words.is_empty() {
            continue;
        }
        let asked = Asked { history: line.history, ..Asked::new(line.q, date(2026, 2, 20)) };
        let mut session = index.session();
        let (plan, candidates) = ask::candidates(&mut session, ask::understand(&index, &asked))?;
        let Plan { question, weights: rarity, .. } = plan;
        let features = answer::features(&question, &candidates, &rarity);
        let golds: Vec<(Option<&String>, Vec<String>)> =
            line.gold.iter().map(|gold| (gold.article.as_ref(), fold::words(&gold.words))).collect();
        let parts: Vec<Vec<String>> = line.words.iter().map(|words| fold::words(words)).collect();
        let mut hits = Vec::new();
        let ids: Vec<QuoteId> = candidates.iter().map(|candidate| candidate.id).collect();
        for (id, record) in ids.iter().zip(session.records(&ids)?) {
            let record = record.context("a candidate is on record")?;
            let words = fold::words(&record.words());
            let right = |(article, gold): &(Option<&String>, Vec<String>)| {
                article.is_none_or(|id| *id == record.article.0) && is_hit(&words, gold)
            };
            let of_gold = golds.iter().map(right);
            let of_part = parts.iter().map(|part| words.windows(part.len()).any(|window| window == part));
            let of_candidate = of_gold.chain(of_part).enumerate();
            let of_candidate = of_candidate.filter(|(_, right)| *right).map(|(at, _)| at).collect();
            hits.push((*id, of_candidate));
        }
        out.push(Case { question, candidates, rarity, features, hits, golds: golds.len() + parts.len() });
    }
    Ok(out)
}

/// The weights that make the gold quotes of `cases` likeliest, less the penalty.
fn fit(cases: &[&Case], ridge: f64) -> [f64; COUNT] {
    let prior: [f64; COUNT] = FEATURES.map(|(_, _, weight)| f64::from(weight) * SCALE);
    let mut weights = prior;
    let (mut first, mut second) = ([0.0; COUNT], [0.0; COUNT]);
    for step in 1..=600 {
        let mut gradient: [f64; COUNT] = std::array::from_fn(|at| -ridge * (weights[at] - prior[at]) / 16.0);
        for case in cases {
            let right: f64 = case.hits.iter().filter(|(_, hits)| !hits.is_empty()).map(|_| 1.0).sum();
            if right == 0.0 {
                continue;
            }
            let scores: Vec<f64> = case
                .features
                .iter()
                .map(|features| {
                    features.iter().zip(&weights).map(|(value, weight)| f64::from(*value) * weight).sum()
                })
                .collect();
            let most = scores.iter().copied().fold(f64::MIN, f64::max);
            let shares: Vec<f64> = scores.iter().map(|score| (score - most).exp()).collect();
            let all: f64 = shares.iter().sum();
            for ((features, share), (_, hits)) in case.features.iter().zip(&shares).zip(&case.hits) {
                let wanted = if hits.is_empty() { 0.0 } else { 1.0 / right };
                let pull = wanted - share / all;
                for (sum, value) in gradient.iter_mut().zip(features) {
                    *sum += pull * f64::from(*value);
                }
            }
        }
        // Adam (Kingma & Ba 2015).
        let rate = 0.05 * (1.0 - f64::from(step) / 601.0);
        for at in 0..COUNT {
            first[at] = 0.9 * first[at] + 0.1 * gradient[at];
            second[at] = 0.999 * second[at] + 0.001 * gradient[at] * gradient[at];
            let (mean, spread) =
                (first[at] / (1.0 - 0.9_f64.powi(step)), second[at] / (1.0 - 0.999_f64.powi(step)));
            weights[at] += rate * mean / (spread.sqrt() + 1e-8);
        }
    }
    weights.map(|weight| weight / SCALE)
}

/// Success at one and three, and recall at ten, summed over `cases`.
fn judge(cases: &[&Case], weights: &[f64; COUNT]) -> [f64; 4] {
    #[expect(clippy::cast_possible_truncation, reason = "weights are small")]
    let weights: Features = weights.map(|weight| weight as f32);
    let mut out = [0.0; 4];
    for case in cases {
        let ranked = answer::rank_by(&case.question, case.candidates.clone(), &case.rarity, &weights);
        let of =
            |id: QuoteId| case.hits.iter().find(|(known, _)| *known == id).map_or(&[][..], |(_, hits)| hits);
        let hit = |count: usize| ranked.iter().take(count).any(|one| !of(one.candidate.id).is_empty());
        let held: HashSet<usize> =
            ranked.iter().take(10).flat_map(|one| of(one.candidate.id)).copied().collect();
        let reach: HashSet<usize> = case.hits.iter().flat_map(|(_, hits)| hits).copied().collect();
        let golds = case.golds.min(10) as f64;
        out[0] += f64::from(u8::from(hit(1)));
        out[1] += f64::from(u8::from(hit(3)));
        out[2] += held.len() as f64 / golds;
        out[3] += (reach.len() as f64).min(golds) / golds;
    }
    out
}

fn main() -> anyhow::Result<()> {
    let mut inputs = Vec::new();
    let (mut ridge, mut folds) = (10.0, 10);
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--ridge" => ridge = args.next().context("a number behind --ridge")?.parse()?,
            "--folds" => folds = args.next().context("a number behind --folds")?.parse()?,
            _ => inputs.push((arg, args.next().context("a file of questions behind each corpus")?)),
        }
    }
    let sets: Vec<Vec<Case>> =
        inputs.iter().map(|(corpus, questions)| read(corpus, questions)).collect::<anyhow::Result<_>>()?;
    let prior = FEATURES.map(|(_, _, weight)| f64::from(weight));
    let mut sums = vec![[[0.0; 4]; 3]; sets.len()];
    let fitted = fit(&sets.iter().flatten().collect::<Vec<_>>(), ridge);
    for fold in 0..folds {
        let mut learn = Vec::new();
        for set in &sets {
            learn.extend(set.iter().enumerate().filter(|(at, _)| at % folds != fold).map(|(_, case)| case));
        }
        let weights = fit(&learn, ridge);
        for (set, sums) in sets.iter().zip(&mut sums) {
            let held: Vec<&Case> =
                set.iter().enumerate().filter(|(at, _)| at % folds == fold).map(|(_, case)| case).collect();
            for (sum, weights) in sums.iter_mut().zip([&prior, &weights, &fitted]) {
                for (sum, value) in sum.iter_mut().zip(judge(&held, weights)) {
                    *sum += value;
                }
            }
        }
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "questions  weights            S@1    S@3   R@10   (of the candidates)")?;
    for (set, sums) in sets.iter().zip(&sums) {
        for (name, sum) in ["in the source", "cross-validated", "fitted on all"].iter().zip(sums) {
            let of = |at: usize| sum[at] / set.len() as f64;
            let (questions, [one, three, ten, reach]) = (set.len(), [of(0), of(1), of(2), of(3)]);
            writeln!(out, "{questions:>9}  {name:<16} {one:.3}  {three:.3}  {ten:.3}  {reach:.3}")?;
        }
    }
    writeln!(out)?;
    for ((name, part, weight), fitted) in FEATURES.iter().zip(&fitted) {
        writeln!(out, "{weight:>6.2} {fitted:>6.2}  {part:?}: {name}")?;
    }
    Ok(())
}

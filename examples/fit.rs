//! Fits the weights of the ranking to questions whose answers are known, and says what they are worth on sets that they were not fitted to.
//!
//! ```text
//! cargo run --release --example fit -- CORPUS QUESTIONS.jsonl [CORPUS QUESTIONS.jsonl]... [--ridge 10] [--words] [--write]
//! ```
//!
//! A line of QUESTIONS is `{"q": "…", "gold": [{"article": "id", "words": "…"}]}`, perhaps with `history`; without `article` the words
//! may stand anywhere. A quote is right where it shares half of its words with a gold one, or holds four fifths of it at no more than three
//! times its length. Instead of `gold` a line may have `words`, a part of each right quote, as `tests/data/questions/bundled.jsonl` has. Lines with
//! neither are passed over.
//!
//! The model is a conditional logit (McFadden 1974): the probability of a candidate is the softmax of its score over all candidates of its question,
//! and that of a right answer is to be high. The penalty (`--ridge`) is one on weights of features of spread 1. Each set is left out once: the weights that
//! are fitted to all others are judged on it. `--words` fits the weights that are used where the meaning of quotes is not known; `--write`
//! writes the fitted weights to `src/answer/weights.rs`. The same input gives the same numbers.

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
use rapporteur::index::QuoteIndex;
use rapporteur::ingest::{self, Job, Silent};
use rapporteur::inquiry::Plan;
use rapporteur::meaning::Meaning;
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

fn is_hit(found: &[String], gold: &[String]) -> bool {
    let (found_set, gold_set): (HashSet<&String>, HashSet<&String>) =
        (found.iter().collect(), gold.iter().collect());
    let both = found_set.intersection(&gold_set).count();
    let any = found_set.union(&gold_set).count();
    2 * both >= any || (10 * both >= 8 * gold_set.len() && found.len() <= 3 * gold.len())
}

fn read(corpus: &str, questions: &str, meaning: Meaning) -> anyhow::Result<Vec<Case>> {
    let scratch = tempfile::tempdir()?;
    let dir = scratch.path().join("index");
    let job = Job {
        corpus: vec![PathBuf::from(corpus)],
        index: dir.clone(),
        threads: std::thread::available_parallelism()?.get(),
        ..Job::default()
    };
    ingest::ingest(&job, &mut Silent, &AtomicBool::new(false))?;
    let index = QuoteIndex::open(&dir)?.context("the index was just written")?.with_meaning(meaning);
    index.read_meaning(&AtomicBool::new(false), &mut |_, _| {})?;
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

/// The weights that make right answers to `cases` likeliest, less the penalty. A phrase is found by its words, so that its weight stays as it is.
fn fit(cases: &[&Case], ridge: f64, before: &[f64; COUNT]) -> [f64; COUNT] {
    let is_right = |case: &Case| case.hits.iter().any(|(_, hits)| !hits.is_empty());
    let learned =
        |case: &&&Case| case.question.phrase.is_none() && !case.question.terms.is_empty() && is_right(case);
    let cases: Vec<&&Case> = cases.iter().filter(learned).collect();
    let spread = spread(&cases);
    let mut weights = [0.0; COUNT];
    let (mut first, mut second) = ([0.0; COUNT], [0.0; COUNT]);
    for step in 1..=STEPS {
        let mut gradient: [f64; COUNT] = std::array::from_fn(|at| -ridge * weights[at]);
        for case in &cases {
            let score = |features: &Features| -> f64 {
                let values = features.iter().zip(&weights).zip(&spread);
                values.map(|((value, weight), spread)| f64::from(*value) / spread * weight).sum()
            };
            let scores: Vec<f64> = case.features.iter().map(score).collect();
            let most = scores.iter().copied().fold(f64::MIN, f64::max);
            let shares: Vec<f64> = scores.iter().map(|score| (score - most).exp()).collect();
            let all: f64 = shares.iter().sum();
            let right = |hits: &[usize], share: f64| if hits.is_empty() { 0.0 } else { share };
            let of_right: f64 =
                case.hits.iter().zip(&shares).map(|((_, hits), share)| right(hits, *share)).sum();
            for ((features, share), (_, hits)) in case.features.iter().zip(&shares).zip(&case.hits) {
                let pull = right(hits, *share) / of_right - share / all;
                for ((sum, value), spread) in gradient.iter_mut().zip(features).zip(&spread) {
                    *sum += pull * f64::from(*value) / spread;
                }
            }
        }
        // Adam (Kingma & Ba 2015).
        let rate = 0.05 * (1.0 - f64::from(step) / f64::from(STEPS + 1));
        for at in 0..COUNT {
            first[at] = 0.9 * first[at] + 0.1 * gradient[at];
            second[at] = 0.999 * second[at] + 0.001 * gradient[at] * gradient[at];
            let (mean, spread) =
                (first[at] / (1.0 - 0.9_f64.powi(step)), second[at] / (1.0 - 0.999_f64.powi(step)));
            weights[at] += rate * mean / (spread.sqrt() + 1e-8);
        }
    }
    for (at, weight) in weights.iter_mut().enumerate() {
        *weight = if FEATURES[at].0 == "share of the phrase" { before[at] } else { *weight / spread[at] };
    }
    weights
}

/// Steps of the fit.
const STEPS: i32 = 600;

/// The standard deviation of each feature over all candidates; 1 where it never changes.
fn spread(cases: &[&&Case]) -> [f64; COUNT] {
    let all = || cases.iter().flat_map(|case| &case.features);
    let count = all().count().max(1) as f64;
    std::array::from_fn(|at| {
        let mean = all().map(|features| f64::from(features[at])).sum::<f64>() / count;
        let square = all().map(|features| (f64::from(features[at]) - mean).powi(2)).sum::<f64>() / count;
        if square > 1e-9 { square.sqrt() } else { 1.0 }
    })
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
    let (mut ridge, mut meaning, mut write) = (10.0, Meaning::Full, false);
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--ridge" => ridge = args.next().context("a number behind --ridge")?.parse()?,
            "--words" => meaning = Meaning::Off,
            "--write" => write = true,
            _ => inputs.push((arg, args.next().context("a file of questions behind each corpus")?)),
        }
    }
    let read = |(corpus, questions): &(String, String)| read(corpus, questions, meaning);
    let sets: Vec<Vec<Case>> = inputs.iter().map(read).collect::<anyhow::Result<_>>()?;
    let by_meaning = meaning == Meaning::Full;
    let before = answer::weights(by_meaning).map(f64::from);
    let mut out = std::io::stdout().lock();
    writeln!(out, "questions  weights             S@1    S@3   R@10   (of the candidates)")?;
    let fitted = fit(&sets.iter().flatten().collect::<Vec<_>>(), ridge, &before);
    for (at, set) in sets.iter().enumerate() {
        let others = sets.iter().enumerate().filter(|(other, _)| *other != at);
        let others: Vec<&Case> = others.flat_map(|(_, set)| set).collect();
        let left_out = fit(&others, ridge, &before);
        for (name, weights) in
            [("in the source", &before), ("fitted to the others", &left_out), ("fitted to all", &fitted)]
        {
            let sum = judge(&set.iter().collect::<Vec<_>>(), weights);
            let of = |at: usize| sum[at] / set.len().max(1) as f64;
            let (questions, [one, three, ten, reach]) = (set.len(), [of(0), of(1), of(2), of(3)]);
            writeln!(out, "{questions:>9}  {name:<20} {one:.3}  {three:.3}  {ten:.3}  {reach:.3}")?;
        }
    }
    writeln!(out)?;
    for (((name, part), weight), fitted) in FEATURES.iter().zip(&before).zip(&fitted) {
        writeln!(out, "{weight:>7.3} {fitted:>7.3}  {part:?}: {name}")?;
    }
    if write {
        let (mut words, mut of_meaning) = (answer::weights(false), answer::weights(true));
        #[expect(clippy::cast_possible_truncation, reason = "weights are small")]
        let rounded = fitted.map(|weight| ((weight * 1000.0).round() / 1000.0) as f32);
        *(if by_meaning { &mut of_meaning } else { &mut words }) = rounded;
        fs::write(WEIGHTS, source(&words, &of_meaning)).with_context(|| WEIGHTS.to_owned())?;
    }
    Ok(())
}

/// Where the weights stand.
const WEIGHTS: &str = "src/answer/weights.rs";

/// The source of the weights.
fn source(words: &Features, meaning: &Features) -> String {
    let rows = |weights: &Features| {
        let row = |((name, _), weight): (&(&str, answer::Part), &f32)| format!("    {weight:?}, // {name}\n");
        FEATURES.iter().zip(weights).map(row).collect::<String>()
    };
    format!(
        "//! What each feature weighs. `examples/fit.rs` writes this file; `docs/answers.md` says how.\n\n\
         /// Where the meaning of quotes is not known.\n#[rustfmt::skip]\npub(super) const BY_WORDS: [f32; {COUNT}] = [\n{}];\n\n\
         /// Where it is known.\n#[rustfmt::skip]\npub(super) const BY_MEANING: [f32; {COUNT}] = [\n{}];\n",
        rows(words),
        rows(meaning),
    )
}

//! Fits the weights of the ranking, and of the confidence in an answer, to questions with known answers, and
//! reports how well they do on sets they were not fitted to.
//!
//! ```text
//! cargo run --release --example fit -- CORPUS QUESTIONS.jsonl [CORPUS QUESTIONS.jsonl]... [--folder DIR] [--ridge 3] [--words | --light] [--write]
//! ```
//!
//! A line of QUESTIONS is `{"q": "…", "gold": [{"article": "id", "words": "…"}]}`, optionally with `history`;
//! without `article` the words may be in any article. A quote is correct if it shares half of its words with
//! a gold quote, or contains four fifths of one and is at most three times as long. Instead of `gold` a line
//! may have `words`, a part of each correct quote, as in `tests/data/questions/bundled.jsonl`. If these
//! are empty, the question has no answer; lines with neither are skipped.
//!
//! The ranking is a conditional logit (McFadden 1974): the probability of a candidate is the softmax of its
//! score over all candidates of its question, and the probability of the correct answers is maximised. The
//! penalty (`--ridge`) applies to the weights of features scaled to a standard deviation of 1. The confidence
//! is a logistic regression in which the questions with and without an answer have equal total weight. Each
//! set is held out once: the weights fitted to all others are evaluated on it. `--words` fits the weights
//! used when the meaning of quotes is not known, `--light` those for the meaning of words; `--write` writes the fitted weights to
//! `src/answer/weights.rs`. The same input gives the same file. With `--folder` the indexes and the encoder's
//! results stay there for the next run.

use std::collections::HashSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use anyhow::Context as _;
use jiff::civil::date;
use rapporteur::answer::{
    self, COUNT, Candidate, FEATURES, Features, QuoteId, Ranked, SIGN_NAMES, SIGNS, Signs,
};
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
    /// The day of asking, where that matters.
    today: Option<jiff::civil::Date>,
    gold: Option<Vec<Gold>>,
    words: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Gold {
    #[serde(default)]
    article: Option<String>,
    words: String,
}

/// A question with its candidates, and the gold quotes that each of them matches.
struct Case {
    question: Question,
    candidates: Vec<Candidate>,
    rarity: Vec<f32>,
    features: Vec<Features>,
    hits: Vec<(QuoteId, Vec<usize>)>,
    golds: usize,
}

impl Case {
    /// Returns the answer with these weights. Quotes that are among the best with the current weights are ordered
    /// by their relevance too.
    fn ranked(&self, weights: &Features) -> Vec<Ranked> {
        let mut out = answer::rank_by(&self.question, self.candidates.clone(), &self.rarity, weights);
        answer::reorder(&self.question, &mut out);
        out
    }
}

fn is_hit(found: &[String], gold: &[String]) -> bool {
    let (found_set, gold_set): (HashSet<&String>, HashSet<&String>) =
        (found.iter().collect(), gold.iter().collect());
    let both = found_set.intersection(&gold_set).count();
    let any = found_set.union(&gold_set).count();
    2 * both >= any || (10 * both >= 8 * gold_set.len() && found.len() <= 3 * gold.len())
}

fn read(corpus: &str, questions: &str, meaning: Meaning, folder: &Path) -> anyhow::Result<Vec<Case>> {
    let name = fold::words(corpus).join("-");
    let dir = folder.join(name);
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
        if line.gold.is_none() && line.words.is_none() {
            continue;
        }
        let gold = line.gold.unwrap_or_default();
        let today = line.today.unwrap_or(date(2026, 2, 20));
        let asked = Asked { history: line.history, ..Asked::new(line.q, today) };
        let mut session = index.session();
        let (plan, candidates) = ask::candidates(&mut session, ask::understand(&index, &asked))?;
        let Plan { question, weights: rarity, .. } = plan;
        let features = answer::features(&question, &candidates, &rarity);
        let golds: Vec<(Option<&String>, Vec<String>)> =
            gold.iter().map(|gold| (gold.article.as_ref(), fold::words(&gold.words))).collect();
        let parts: Vec<Vec<String>> = line.words.iter().flatten().map(|words| fold::words(words)).collect();
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

/// Features whose weights are not fitted. A phrase is already found by its words. A fitted weight for distant
/// words would offset the weights for the positions of words, and rank a quote without the words above one
/// with them.
const HELD: [&str; 2] = ["share of the phrase", "topic words no nearer than the neighbouring paragraphs"];

/// Returns the weights that maximise the likelihood of the correct answers to `cases`, minus the penalty.
/// Those of [`HELD`] stay unchanged.
fn fit(cases: &[&Case], ridge: f64, before: &[f64; COUNT]) -> [f64; COUNT] {
    let is_right = |case: &Case| case.hits.iter().any(|(_, hits)| !hits.is_empty());
    let learned =
        |case: &&&Case| case.question.phrase.is_none() && !case.question.terms.is_empty() && is_right(case);
    let cases: Vec<&&Case> = cases.iter().filter(learned).collect();
    let spread = spread(&cases);
    let rows = |case: &&&Case| -> Vec<([f64; COUNT], bool)> {
        let row = |(features, (_, hits)): (&Features, &(QuoteId, Vec<usize>))| {
            let value = |at: usize| if is_held(at) { 0.0 } else { f64::from(features[at]) / spread[at] };
            (std::array::from_fn(value), !hits.is_empty())
        };
        case.features.iter().zip(&case.hits).map(row).collect()
    };
    let cases: Vec<Vec<([f64; COUNT], bool)>> = cases.iter().map(rows).collect();
    let loss = |weights: &[f64; COUNT]| {
        let mut loss = 0.5 * ridge * dot(weights, weights);
        let mut slope: [f64; COUNT] = weights.map(|weight| ridge * weight);
        for rows in &cases {
            let scores: Vec<f64> = rows.iter().map(|(row, _)| dot(row, weights)).collect();
            let most = scores.iter().copied().fold(f64::MIN, f64::max);
            let shares: Vec<f64> = scores.iter().map(|score| (score - most).exp()).collect();
            let all: f64 = shares.iter().sum();
            let right: f64 =
                shares.iter().zip(rows).filter(|(_, (_, right))| *right).map(|(share, _)| share).sum();
            loss -= (right / all).ln();
            for (share, (row, is_right)) in shares.iter().zip(rows) {
                let pull = share / all - if *is_right { share / right } else { 0.0 };
                for at in 0..COUNT {
                    slope[at] += pull * row[at];
                }
            }
        }
        (loss, slope)
    };
    let fitted = least(loss);
    std::array::from_fn(|at| if is_held(at) { before[at] } else { fitted[at] / spread[at] })
}

fn is_held(at: usize) -> bool {
    HELD.contains(&FEATURES[at].0)
}

fn dot<const N: usize>(one: &[f64; N], other: &[f64; N]) -> f64 {
    let mut sum = 0.0;
    for at in 0..N {
        sum += one[at] * other[at];
    }
    sum
}

/// The maximum number of steps of the minimisation.
const STEPS: usize = 80;
/// The number of past steps used to estimate the curvature.
const KEPT: usize = 8;

/// Returns the minimum of a function that is given with its gradient, starting from 0. Uses L-BFGS (Nocedal
/// 1980), and halves each step until the value decreases.
fn least<const N: usize>(of: impl Fn(&[f64; N]) -> (f64, [f64; N])) -> [f64; N] {
    let mut at = [0.0; N];
    let (mut value, mut slope) = of(&at);
    let mut past: Vec<([f64; N], [f64; N])> = Vec::new();
    for _ in 0..STEPS {
        let mut way = slope.map(|slope| -slope);
        let mut shares = Vec::new();
        for (step, change) in past.iter().rev() {
            let share = dot(step, &way) / dot(step, change);
            shares.push(share);
            (0..N).for_each(|i| way[i] -= share * change[i]);
        }
        let scale = past.last().map_or_else(
            || 1.0 / dot(&slope, &slope).sqrt().max(1.0),
            |(step, change)| dot(step, change) / dot(change, change),
        );
        way.iter_mut().for_each(|way| *way *= scale);
        for ((step, change), share) in past.iter().zip(shares.iter().rev()) {
            let back = share - dot(change, &way) / dot(step, change);
            (0..N).for_each(|i| way[i] += back * step[i]);
        }
        let descent = dot(&way, &slope);
        let mut length = 1.0;
        let found = (0..20).find_map(|_| {
            let next: [f64; N] = std::array::from_fn(|i| at[i] + length * way[i]);
            let told = of(&next);
            let down = told.0 <= value + 1e-4 * length * descent;
            length /= 2.0;
            down.then_some((next, told))
        });
        let Some((next, (lower, next_slope))) = found else { break };
        let step: [f64; N] = std::array::from_fn(|i| next[i] - at[i]);
        let change: [f64; N] = std::array::from_fn(|i| next_slope[i] - slope[i]);
        if dot(&step, &change) > 1e-12 {
            past.push((step, change));
            if past.len() > KEPT {
                past.remove(0);
            }
        }
        let done = value - lower < 1e-7 * value.abs();
        (at, value, slope) = (next, lower, next_slope);
        if done {
            break;
        }
    }
    at
}

/// Returns the standard deviation of each feature over all candidates; 1 if it is constant.
fn spread(cases: &[&&Case]) -> [f64; COUNT] {
    let all = || cases.iter().flat_map(|case| &case.features);
    let count = all().count().max(1) as f64;
    std::array::from_fn(|at| {
        let mean = all().map(|features| f64::from(features[at])).sum::<f64>() / count;
        let square = all().map(|features| (f64::from(features[at]) - mean).powi(2)).sum::<f64>() / count;
        if square > 1e-9 { square.sqrt() } else { 1.0 }
    })
}

/// Returns success at 1 and at 3, recall at 10, and recall among all candidates, each summed over `cases`.
fn judge(cases: &[&Case], weights: &[f64; COUNT]) -> [f64; 4] {
    #[expect(clippy::cast_possible_truncation, reason = "weights are small")]
    let weights: Features = weights.map(|weight| weight as f32);
    let mut out = [0.0; 4];
    for case in cases {
        let ranked = case.ranked(&weights);
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

/// Returns the confidence signs of each case, and whether it has an answer, with candidates ranked by
/// `weights`.
fn signs(cases: &[&Case], weights: &[f64; COUNT]) -> Vec<(Signs, bool)> {
    #[expect(clippy::cast_possible_truncation, reason = "weights are small")]
    let weights: Features = weights.map(|weight| weight as f32);
    let of = |case: &&Case| {
        let known = case.candidates.iter().any(|candidate| candidate.near.is_some());
        let weights = if known { weights } else { answer::weights(Meaning::Off) };
        let hits = case.ranked(&weights);
        (answer::signs(&case.question, &case.candidates, &hits, &case.rarity), case.golds > 0)
    };
    cases.iter().map(of).collect()
}

/// The penalty on the weights of signs scaled to a standard deviation of 1.
const RIDGE_OF_SIGNS: f64 = 3.0;
/// The share of answerable questions that may fall below 50 in the training sets. On other questions the
/// share is about two thirds larger.
const UNSURE: f64 = 0.058;

/// The direction that the weight of a sign may have.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Up,
    Down,
    Either,
    /// Not used: it would reflect how the sets were written, not the quotes.
    Out,
}

/// The directions of the signs. A sign whose fitted weight has the wrong direction, because another sign
/// compensates for it, is left out.
const WAYS: [Way; SIGNS] = {
    use Way::{Down, Either, Out, Up};
    [
        Down, Down, Up, Up, Up, Up, Up, Either, Out, Up, Up, Up, Up, Up, Up, Either, Up, Either, Down, Out,
        Down, Out, Either, Up, Up, Down, Up, Up, Either,
    ]
};

/// Returns the weights that best separate cases with an answer from those without.
fn fit_signs(cases: &[(Signs, bool)]) -> [f64; SIGNS] {
    let count = cases.len().max(1) as f64;
    let column = |at: usize| cases.iter().map(move |(signs, _)| f64::from(signs[at]));
    let mean: [f64; SIGNS] = std::array::from_fn(|at| column(at).sum::<f64>() / count);
    let spread: [f64; SIGNS] = std::array::from_fn(|at| {
        let square = column(at).map(|value| (value - mean[at]).powi(2)).sum::<f64>() / count;
        if square > 1e-9 { square.sqrt() } else { f64::INFINITY }
    });
    // The last one is the constant term.
    let row = |signs: &Signs| -> [f64; SIGNS] {
        std::array::from_fn(|at| {
            if at + 1 == SIGNS { 1.0 } else { (f64::from(signs[at]) - mean[at]) / spread[at] }
        })
    };
    let mut rows: Vec<([f64; SIGNS], bool)> =
        cases.iter().map(|(signs, answered)| (row(signs), *answered)).collect();
    let of = |wanted: bool| cases.iter().filter(|(_, answered)| *answered == wanted).count().max(1) as f64;
    let each = [count / 2.0 / of(false), count / 2.0 / of(true)];
    let mut ways = WAYS;
    let weights = loop {
        for (row, _) in &mut rows {
            (0..SIGNS).filter(|at| ways[*at] == Way::Out).for_each(|at| row[at] = 0.0);
        }
        let weights = least(|weights: &[f64; SIGNS]| {
            let mut slope: [f64; SIGNS] =
                std::array::from_fn(|at| if at + 1 == SIGNS { 0.0 } else { RIDGE_OF_SIGNS * weights[at] });
            let mut loss = 0.5 * dot(&slope, weights);
            for (row, answered) in &rows {
                let logit = dot(row, weights) * if *answered { 1.0 } else { -1.0 };
                let weight = each[usize::from(*answered)];
                loss += weight * (-logit).exp().ln_1p();
                let pull = weight / (1.0 + logit.exp()) * if *answered { -1.0 } else { 1.0 };
                (0..SIGNS).for_each(|at| slope[at] += pull * row[at]);
            }
            (loss, slope)
        });
        let is_wrong = |at: &usize| match ways[*at] {
            Way::Up => weights[*at] < 0.0,
            Way::Down => weights[*at] > 0.0,
            Way::Either | Way::Out => false,
        };
        let size = |at: &usize| weights[*at].abs();
        match (0..SIGNS).filter(is_wrong).max_by(|a, b| size(a).total_cmp(&size(b))) {
            Some(at) => ways[at] = Way::Out,
            None => break weights,
        }
    };
    let mut answered: Vec<f64> =
        rows.iter().filter(|(_, answered)| *answered).map(|(row, _)| dot(row, &weights)).collect();
    answered.sort_by(f64::total_cmp);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the list")]
    let least = answered.get((answered.len() as f64 * UNSURE) as usize).copied().unwrap_or_default();
    let mut out: [f64; SIGNS] = std::array::from_fn(|at| weights[at] / spread[at]);
    let shift: f64 = (0..SIGNS - 1).map(|at| out[at] * mean[at]).sum();
    out[SIGNS - 1] = weights[SIGNS - 1] - shift - least;
    out
}

/// Returns the quality of the confidence: the probability that a case with an answer scores higher than one
/// without (area under the curve), and the shares of both that fall below 50.
fn judge_signs(cases: &[(f64, bool)]) -> [f64; 3] {
    let of = |wanted: bool| -> Vec<f64> {
        cases.iter().filter(|(_, answered)| *answered == wanted).map(|(logit, _)| *logit).collect()
    };
    let (with, without) = (of(true), of(false));
    let pairs = with.iter().flat_map(|a| without.iter().map(move |b| (a, b)));
    let won: f64 = pairs
        .map(|(a, b)| match a.total_cmp(b) {
            std::cmp::Ordering::Greater => 1.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Less => 0.0,
        })
        .sum();
    let below =
        |list: &[f64]| list.iter().filter(|logit| **logit < 0.0).count() as f64 / list.len().max(1) as f64;
    [won / (with.len() * without.len()).max(1) as f64, below(&with), below(&without)]
}

fn main() -> anyhow::Result<()> {
    let scratch = tempfile::tempdir()?;
    let mut folder = scratch.path().to_owned();
    let mut inputs = Vec::new();
    let (mut ridge, mut meaning, mut write) = (3.0, Meaning::Full, false);
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--ridge" => ridge = args.next().context("a number behind --ridge")?.parse()?,
            "--folder" => folder = args.next().context("a folder behind --folder")?.into(),
            "--words" => meaning = Meaning::Off,
            "--light" => meaning = Meaning::Light,
            "--write" => write = true,
            _ => inputs.push((arg, args.next().context("a file of questions behind each corpus")?)),
        }
    }
    let read = |(corpus, questions): &(String, String)| read(corpus, questions, meaning, &folder);
    let sets: Vec<Vec<Case>> = inputs.iter().map(read).collect::<anyhow::Result<_>>()?;
    let before = answer::weights(meaning).map(f64::from);
    let mut out = std::io::stdout().lock();
    writeln!(out, "questions  weights               S@1    S@3   R@10   (of the candidates)")?;
    let all: Vec<&Case> = sets.iter().flatten().collect();
    let fitted = fit(&all, ridge, &before);
    let mut logits = Vec::new();
    for (at, set) in sets.iter().enumerate() {
        let others = sets.iter().enumerate().filter(|(other, _)| *other != at);
        let others: Vec<&Case> = others.flat_map(|(_, set)| set).collect();
        let set: Vec<&Case> = set.iter().collect();
        let left_out = fit(&others, ridge, &before);
        let answered: Vec<&Case> = set.iter().copied().filter(|case| case.golds > 0).collect();
        for (name, weights) in
            [("in the source", &before), ("fitted to the others", &left_out), ("fitted to all", &fitted)]
        {
            let sum = judge(&answered, weights);
            let of = |at: usize| sum[at] / answered.len().max(1) as f64;
            let (questions, [one, three, ten, reach]) = (answered.len(), [of(0), of(1), of(2), of(3)]);
            writeln!(out, "{questions:>9}  {name:<20} {one:.3}  {three:.3}  {ten:.3}  {reach:.3}")?;
        }
        let of_signs = fit_signs(&signs(&others, &left_out));
        let logit = |(signs, answered): &(Signs, bool)| (dot(&signs.map(f64::from), &of_signs), *answered);
        let told: Vec<(f64, bool)> = signs(&set, &left_out).iter().map(logit).collect();
        let [area, unsure, caught] = judge_signs(&told);
        writeln!(out, "           sure: area {area:.3}, unsure {unsure:.3}, caught {caught:.3}")?;
        logits.extend(told);
    }
    let [area, unsure, caught] = judge_signs(&logits);
    writeln!(out, "all sets   sure: area {area:.3}, unsure {unsure:.3}, caught {caught:.3}\n")?;
    for (((name, part), weight), fitted) in FEATURES.iter().zip(&before).zip(&fitted) {
        writeln!(out, "{weight:>7.3} {fitted:>7.3}  {part:?}: {name}")?;
    }
    let of_signs = fit_signs(&signs(&all, &fitted));
    for (name, weight) in SIGN_NAMES.iter().zip(&of_signs) {
        writeln!(out, "        {weight:>7.3}  sure: {name}")?;
    }
    if write {
        let (fitted, of_signs) = (rounded(&fitted), rounded(&of_signs));
        let written = |of: Meaning| if of == meaning { fitted } else { answer::weights(of) };
        let signs = |of: Meaning| if of == meaning { of_signs } else { answer::weights_of_signs(of) };
        fs::write(WEIGHTS, source(&written, &signs)).with_context(|| WEIGHTS.to_owned())?;
    }
    Ok(())
}

fn rounded<const N: usize>(weights: &[f64; N]) -> [f32; N] {
    #[expect(clippy::cast_possible_truncation, reason = "weights are small")]
    weights.map(|weight| ((weight * 1000.0).round() / 1000.0) as f32)
}

/// Clippy mistakes 2.718 for a constant.
const MAY_COME_NEAR: &str =
    "#[allow(clippy::approx_constant, reason = \"a fitted weight may come near any number\")]\n";

/// The file with the weights.
const WEIGHTS: &str = "src/answer/weights.rs";

/// Returns the source code of the weights.
fn source(weights: &dyn Fn(Meaning) -> Features, signs: &dyn Fn(Meaning) -> Signs) -> String {
    let names: Vec<&str> = FEATURES.iter().map(|(name, _)| *name).collect();
    let table = |about: &str, name: &str, names: &[&str], weights: &[f32]| {
        let row = |(name, weight): (&&str, &f32)| format!("    {weight:?}, // {name}\n");
        let rows: String = names.iter().zip(weights).map(row).collect();
        let count = weights.len();
        format!(
            "\n/// {about}\n{MAY_COME_NEAR}#[rustfmt::skip]\npub(super) const {name}: [f32; {count}] = [\n{rows}];\n"
        )
    };
    let of_signs = "What each sign adds to the logit of \"the record answers the question\"";
    let head = "//! The weights of features and signs, written by `examples/fit.rs`; `docs/log/answers.md` says how.\n";
    [
        head.to_owned(),
        table(
            "The weights if the meaning of quotes is not known.",
            "BY_WORDS",
            &names,
            &weights(Meaning::Off),
        ),
        table("The weights if it is known from their words.", "BY_LIGHT", &names, &weights(Meaning::Light)),
        table("The weights if it is known from the encoder.", "BY_MEANING", &names, &weights(Meaning::Full)),
        table(&format!("{of_signs}."), "OF_SIGNS", &SIGN_NAMES, &signs(Meaning::Full)),
        table(
            &format!("{of_signs}, if meaning is known from words."),
            "OF_SIGNS_BY_LIGHT",
            &SIGN_NAMES,
            &signs(Meaning::Light),
        ),
    ]
    .concat()
}

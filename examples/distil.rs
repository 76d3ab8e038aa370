//! Learns the vectors of words for [`light`](rapporteur::meaning::light) from the sentence encoder.
//!
//! ```text
//! cargo run --release --example distil -- ARTICLES.jsonl [ARTICLES.jsonl]... --out weights/light/vectors.bin
//! ```
//!
//! A line of ARTICLES is an object with the article's `text`. Every line of that text that has at least
//! fifteen characters is encoded. The vector of a text is to be the sum of the vectors of its pieces, divided
//! by the square root of their number; these vectors are chosen so that the sums have the smallest squared
//! distance from what the encoder returns, plus a penalty for their squared distance from where they begin:
//! the encoder's vector of the piece alone, times its rarity (ridge regression, by the conjugate gradient
//! method). Of the encoder's dimensions, those directions are kept in which its vectors are largest. The same
//! input gives the same file on the same kind of processor. It takes some minutes.

use std::fs;
use std::io::Write as _;

use anyhow::Context as _;
use rapporteur::meaning::{Encoder, Passage, light};
use rayon::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Line {
    text: String,
}

/// Minimum length of a line, in characters.
const SHORTEST: usize = 15;
/// The penalty.
const RIDGE: f32 = 0.1;
/// The number of steps of the conjugate gradient method; later ones change nothing that matters.
const STEPS: usize = 60;
/// The number of steps of orthogonal iteration.
const TURNS: usize = 60;
/// The number of texts that are encoded between two lines of progress.
const BATCH: usize = 2048;

/// The dimension of the encoder's vectors.
const WIDE: usize = Encoder::SIZE;
/// The dimension of the learned vectors.
const SIZE: usize = light::SIZE;

/// A text as pieces, each with its share of the sum.
struct Bag {
    pieces: Vec<usize>,
    share: f32,
}

impl Bag {
    fn of(text: &str) -> Self {
        let pieces = light::pieces(text);
        #[expect(clippy::cast_precision_loss, reason = "a text has few pieces")]
        let share = 1.0 / (pieces.len().max(1) as f32).sqrt();
        Self { pieces, share }
    }
}

fn main() -> anyhow::Result<()> {
    let (mut inputs, mut out) = (Vec::new(), None);
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--out" => out = Some(args.next().context("a file behind --out")?),
            _ => inputs.push(arg),
        }
    }
    let out = out.context("--out is missing")?;
    let mut texts: Vec<String> = Vec::new();
    for input in &inputs {
        for line in fs::read_to_string(input).with_context(|| input.clone())?.lines() {
            let Line { text } = serde_json::from_str(line).with_context(|| input.clone())?;
            let lines = text.lines().map(str::trim).filter(|line| line.chars().count() >= SHORTEST);
            texts.extend(lines.map(str::to_owned));
        }
    }
    texts.sort_unstable();
    texts.dedup();
    anyhow::ensure!(texts.len() > SIZE, "{} lines are too few", texts.len());

    let encoder = Encoder::get();
    let mut wide: Vec<[f32; WIDE]> = Vec::new();
    for batch in texts.chunks(BATCH) {
        let batch: Vec<Passage> = batch.iter().map(|text| Passage::from(text.as_str())).collect();
        wide.extend(encoder.vectors(&batch.iter().collect::<Vec<_>>()).iter().map(|vector| vector.numbers()));
        tell(&format!("{} of {} lines encoded", wide.len(), texts.len()));
    }
    let directions = largest_directions(&wide);
    let narrow = |vector: &[f32; WIDE]| directions.each_ref().map(|direction| dot(direction, vector));
    let wanted: Vec<[f32; SIZE]> = wide.par_iter().map(narrow).collect();
    let bags: Vec<Bag> = texts.par_iter().map(|text| Bag::of(text)).collect();

    let rarity = rarities(&bags);
    let alone: Vec<[f32; WIDE]> = encoder.pieces().iter().map(|vector| vector.numbers()).collect();
    let weighted = |(vector, rarity): (&[f32; WIDE], &f32)| narrow(vector).map(|number| number * rarity);
    let mut start: Vec<[f32; SIZE]> = alone.par_iter().zip(&rarity).map(weighted).collect();
    // The sums begin with the mean length of what they are to become.
    let scale = lengths(&wanted) / lengths(&sums(&bags, &start));
    start.iter_mut().flatten().for_each(|number| *number *= scale);

    let learned = regress(&bags, &wanted, start);
    let mut file = Vec::new();
    for row in &learned {
        let unit = row.iter().fold(f32::MIN_POSITIVE, |most, number| most.max(number.abs())) / 127.0;
        file.extend(unit.to_le_bytes());
        #[expect(clippy::cast_possible_truncation, reason = "the largest becomes 127")]
        file.extend(row.iter().flat_map(|number| ((number / unit).round() as i8).to_le_bytes()));
    }
    fs::write(&out, &file).with_context(|| out.clone())?;
    let close = sums(&bags, &learned).iter().zip(&wanted).map(|(is, wanted)| cosine(is, wanted)).sum::<f32>();
    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^23 lines")]
    let close = close / texts.len() as f32;
    writeln!(std::io::stdout(), "{out}: {} bytes; mean cosine {close:.3}", file.len())?;
    writeln!(std::io::stdout(), "BLAKE3 begins with {:?}", &blake3::hash(&file).as_bytes()[..12])?;
    Ok(())
}

/// Shows progress.
fn tell(line: &str) {
    // A closed standard error must not end the work.
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Returns the orthogonal directions in which the vectors are largest, the largest first: the eigenvectors of
/// their second moments, by orthogonal iteration (Golub & Van Loan 2013, 8.2.4).
fn largest_directions(vectors: &[[f32; WIDE]]) -> [[f32; WIDE]; SIZE] {
    let moments: Vec<[f32; WIDE]> = (0..WIDE)
        .into_par_iter()
        .map(|row| {
            let mut sum = [0.0; WIDE];
            for vector in vectors {
                add(&mut sum, vector[row], vector);
            }
            sum
        })
        .collect();
    let mut directions = [[0.0; WIDE]; SIZE];
    for (at, direction) in directions.iter_mut().enumerate() {
        direction[at] = 1.0;
    }
    for _ in 0..TURNS {
        let turned: Vec<[f32; WIDE]> = directions
            .par_iter()
            .map(|direction| {
                let mut sum = [0.0; WIDE];
                for (row, by) in moments.iter().zip(direction) {
                    add(&mut sum, *by, row);
                }
                sum
            })
            .collect();
        for (at, mut direction) in turned.into_iter().enumerate() {
            // Twice, because rounding leaves a remainder the first time.
            for _ in 0..2 {
                for other in &directions[..at] {
                    let along = dot(other, &direction);
                    add(&mut direction, -along, other);
                }
            }
            let length = dot(&direction, &direction).sqrt().max(f32::MIN_POSITIVE);
            directions[at] = direction.map(|number| number / length);
        }
    }
    directions
}

/// Returns the rarity of each piece: the logarithm of the share of texts without it, higher for rarer ones.
#[expect(clippy::cast_precision_loss, reason = "fewer than 2^23 lines")]
fn rarities(bags: &[Bag]) -> Vec<f32> {
    let mut texts = vec![0_u32; light::PIECES];
    for bag in bags {
        let mut pieces = bag.pieces.clone();
        pieces.sort_unstable();
        pieces.dedup();
        pieces.into_iter().for_each(|piece| texts[piece] += 1);
    }
    texts.iter().map(|count| ((bags.len() + 1) as f32 / (count + 1) as f32).ln() + 0.3).collect()
}

/// Returns the vectors of the pieces, by ridge regression from `start`.
fn regress(bags: &[Bag], wanted: &[[f32; SIZE]], start: Vec<[f32; SIZE]>) -> Vec<[f32; SIZE]> {
    let minus = |a: Vec<[f32; SIZE]>, b: &[[f32; SIZE]]| -> Vec<[f32; SIZE]> {
        let less = |(mut row, other): ([f32; SIZE], &[f32; SIZE])| {
            add(&mut row, -1.0, other);
            row
        };
        a.into_par_iter().zip(b).map(less).collect()
    };
    let missing = minus(wanted.to_vec(), &sums(bags, &start));
    let mut left = spread(bags, &missing);
    let (mut out, mut step) = (start, left.clone());
    let mut size = squares(&left);
    for turn in 1..=STEPS {
        let mut change = spread(bags, &sums(bags, &step));
        change.par_iter_mut().zip(&step).for_each(|(row, step)| add(row, RIDGE, step));
        let along = products(&step, &change);
        let by: [f32; SIZE] = std::array::from_fn(|at| size[at] / along[at].max(f32::MIN_POSITIVE));
        out.par_iter_mut().zip(&step).for_each(|(row, step)| add_each(row, &by, step));
        left.par_iter_mut().zip(&change).for_each(|(row, change)| add_each(row, &by.map(|by| -by), change));
        let now = squares(&left);
        let keep: [f32; SIZE] = std::array::from_fn(|at| now[at] / size[at].max(f32::MIN_POSITIVE));
        step.par_iter_mut().zip(&left).for_each(|(step, left)| {
            for ((step, left), keep) in step.iter_mut().zip(left).zip(&keep) {
                *step = left + keep * *step;
            }
        });
        size = now;
        tell(&format!("step {turn} of {STEPS}"));
    }
    out
}

/// Returns the sum for each text.
fn sums(bags: &[Bag], rows: &[[f32; SIZE]]) -> Vec<[f32; SIZE]> {
    let sum = |bag: &Bag| {
        let mut sum = [0.0; SIZE];
        bag.pieces.iter().for_each(|piece| add(&mut sum, bag.share, &rows[*piece]));
        sum
    };
    bags.par_iter().map(sum).collect()
}

/// Returns for each piece the sum over the texts with it, the transpose of [`sums`].
fn spread(bags: &[Bag], values: &[[f32; SIZE]]) -> Vec<[f32; SIZE]> {
    let mut out = vec![[0.0; SIZE]; light::PIECES];
    for (bag, value) in bags.iter().zip(values) {
        bag.pieces.iter().for_each(|piece| add(&mut out[*piece], bag.share, value));
    }
    out
}

fn dot<const N: usize>(a: &[f32; N], b: &[f32; N]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn cosine<const N: usize>(a: &[f32; N], b: &[f32; N]) -> f32 {
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt().max(f32::MIN_POSITIVE)
}

/// Adds `by` times `other` to `sum`.
fn add<const N: usize>(sum: &mut [f32; N], by: f32, other: &[f32; N]) {
    for (sum, other) in sum.iter_mut().zip(other) {
        *sum += by * other;
    }
}

/// Adds `other` to `sum`, each dimension times its own factor.
fn add_each(sum: &mut [f32; SIZE], by: &[f32; SIZE], other: &[f32; SIZE]) {
    for ((sum, by), other) in sum.iter_mut().zip(by).zip(other) {
        *sum += by * other;
    }
}

/// Returns the sum of the products in each dimension.
fn products(a: &[[f32; SIZE]], b: &[[f32; SIZE]]) -> [f32; SIZE] {
    let mut sum = [0.0; SIZE];
    for (a, b) in a.iter().zip(b) {
        add_each(&mut sum, a, b);
    }
    sum
}

fn squares(rows: &[[f32; SIZE]]) -> [f32; SIZE] {
    products(rows, rows)
}

/// Returns the mean length of the vectors.
#[expect(clippy::cast_precision_loss, reason = "fewer than 2^23 lines")]
fn lengths(rows: &[[f32; SIZE]]) -> f32 {
    rows.iter().map(|row| dot(row, row).sqrt()).sum::<f32>() / rows.len() as f32
}

//! Trains boosted trees on binned features: with logistic loss for single rows, and with softmax over groups
//! in which one row is chosen (Friedman 2001; second-order gains as in Chen & Guestrin 2016). Nothing is
//! random: the same rows give the same trees.

use rapporteur::quote::learn::Rows;
use rapporteur::quote::tree::{Forest, LEAF, Node};

/// A forest in training.
#[derive(Default)]
struct Growing {
    nodes: Vec<Node>,
    roots: Vec<u32>,
}

/// The training parameters.
#[derive(Clone, Copy)]
pub(crate) struct Growth {
    pub(crate) trees: usize,
    pub(crate) leaves: usize,
    pub(crate) depth: usize,
    pub(crate) rate: f64,
    pub(crate) least_weight: f64,
    pub(crate) penalty: f64,
}

impl Default for Growth {
    fn default() -> Self {
        Self { trees: 50, leaves: 16, depth: 6, rate: 0.18, least_weight: 2.0, penalty: 2.0 }
    }
}

/// The most bins per feature.
const BINS: usize = 64;

struct Binned {
    /// Row-major bins.
    bins: Vec<u8>,
    width: usize,
    /// For each feature, the upper edges of all bins except the last.
    edges: Vec<Vec<f32>>,
}

fn bin(rows: &Rows) -> Binned {
    let width = rows.features.iter().map(Vec::len).max().unwrap_or(0);
    let edges: Vec<Vec<f32>> = (0..width)
        .map(|feature| {
            let mut values: Vec<f32> =
                rows.features.iter().map(|row| row.get(feature).copied().unwrap_or(0.0)).collect();
            values.sort_unstable_by(f32::total_cmp);
            let mut distinct = values.clone();
            distinct.dedup();
            if distinct.len() <= BINS {
                distinct.windows(2).map(|two| (two[0] + two[1]) / 2.0).collect()
            } else {
                let mut edges: Vec<f32> = (1..BINS).map(|at| values[at * values.len() / BINS]).collect();
                edges.dedup();
                edges
            }
        })
        .collect();
    let mut bins = Vec::with_capacity(width * rows.features.len());
    for row in &rows.features {
        for (feature, edges) in edges.iter().enumerate() {
            let value = row.get(feature).copied().unwrap_or(0.0);
            bins.push(edges.partition_point(|edge| *edge < value) as u8);
        }
    }
    Binned { bins, width, edges }
}

/// A leaf that can be split.
struct Leaf {
    node: usize,
    depth: usize,
    rows: Vec<u32>,
    /// Its best split: gain, feature, and the last bin that goes left.
    best: Option<(f64, usize, usize)>,
}

pub(crate) fn grow(rows: &Rows, growth: Growth, softmax: bool) -> Forest {
    let binned = bin(rows);
    let count = rows.features.len();
    let mut forest = Growing::default();
    let mut scores = vec![0f64; count];
    let mut gradients = vec![[0f64; 2]; count];
    if !softmax && count > 0 {
        let share =
            (rows.labels.iter().filter(|label| **label).count() as f64 / count as f64).clamp(0.001, 0.999);
        let prior = (share / (1.0 - share)).ln();
        forest.roots.push(0);
        forest.nodes.push(Node { feature: LEAF, value: prior as f32, left: 0 });
        scores.fill(prior);
    }
    for _ in 0..growth.trees {
        if softmax {
            softmax_gradients(rows, &scores, &mut gradients)
        } else {
            logistic_gradients(rows, &scores, &mut gradients)
        }
        grow_tree(&binned, &gradients, growth, &mut forest, &mut scores);
    }
    Forest::new(forest.nodes, &forest.roots).unwrap_or_default()
}

fn logistic_gradients(rows: &Rows, scores: &[f64], out: &mut [[f64; 2]]) {
    for ((label, score), out) in rows.labels.iter().zip(scores).zip(out) {
        let p = 1.0 / (1.0 + (-score).exp());
        *out = [p - f64::from(u8::from(*label)), (p * (1.0 - p)).max(1e-6)];
    }
}

fn softmax_gradients(rows: &Rows, scores: &[f64], out: &mut [[f64; 2]]) {
    for (at, &start) in rows.groups.iter().enumerate() {
        let end = rows.groups.get(at + 1).copied().unwrap_or(scores.len());
        let top = scores[start..end].iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = scores[start..end].iter().map(|score| (score - top).exp()).sum();
        let right: f64 =
            (start..end).filter(|&row| rows.labels[row]).map(|row| (scores[row] - top).exp()).sum();
        for row in start..end {
            let p = (scores[row] - top).exp() / total;
            let y = if rows.labels[row] { (scores[row] - top).exp() / right } else { 0.0 };
            out[row] = [p - y, (p * (1.0 - p)).max(1e-6)];
        }
    }
}

fn grow_tree(
    binned: &Binned,
    gradients: &[[f64; 2]],
    growth: Growth,
    forest: &mut Growing,
    scores: &mut [f64],
) {
    let root = forest.nodes.len();
    forest.roots.push(root as u32);
    forest.nodes.push(Node { feature: LEAF, value: 0.0, left: 0 });
    let all: Vec<u32> = (0..scores.len() as u32).collect();
    let mut leaves =
        vec![Leaf { node: root, depth: 0, best: best_split(binned, gradients, &all, growth), rows: all }];
    while leaves.len() < growth.leaves {
        let gain = |leaf: &Leaf| leaf.best.map_or(0.0, |best| best.0);
        let Some(at) =
            (0..leaves.len()).max_by(|&a, &b| gain(&leaves[a]).total_cmp(&gain(&leaves[b])).then(b.cmp(&a)))
        else {
            break;
        };
        let Some((_, feature, bin)) = leaves[at].best else { break };
        let leaf = leaves.swap_remove(at);
        let left = forest.nodes.len();
        forest.nodes[leaf.node] =
            Node { feature: feature as u16, value: binned.edges[feature][bin], left: left as u32 };
        let (low, high): (Vec<u32>, Vec<u32>) = leaf
            .rows
            .iter()
            .partition(|&&row| usize::from(binned.bins[row as usize * binned.width + feature]) <= bin);
        for (offset, rows) in [low, high].into_iter().enumerate() {
            forest.nodes.push(Node { feature: LEAF, value: 0.0, left: 0 });
            let depth = leaf.depth + 1;
            let best = if depth < growth.depth { best_split(binned, gradients, &rows, growth) } else { None };
            leaves.push(Leaf { node: left + offset, depth, best, rows });
        }
    }
    for leaf in leaves {
        let [g, h] = sum(gradients, &leaf.rows);
        let value = -growth.rate * g / (h + growth.penalty);
        forest.nodes[leaf.node].value = value as f32;
        for row in leaf.rows {
            scores[row as usize] += f64::from(value as f32);
        }
    }
}

fn sum(gradients: &[[f64; 2]], rows: &[u32]) -> [f64; 2] {
    rows.iter()
        .fold([0.0; 2], |[g, h], &row| [g + gradients[row as usize][0], h + gradients[row as usize][1]])
}

fn best_split(
    binned: &Binned,
    gradients: &[[f64; 2]],
    rows: &[u32],
    growth: Growth,
) -> Option<(f64, usize, usize)> {
    let [all_g, all_h] = sum(gradients, rows);
    if all_h < 2.0 * growth.least_weight {
        return None;
    }
    let mut table = vec![[0f64; 2]; binned.width * BINS];
    for &row in rows {
        let [g, h] = gradients[row as usize];
        let bins = &binned.bins[row as usize * binned.width..(row as usize + 1) * binned.width];
        for (feature, &bin) in bins.iter().enumerate() {
            let cell = &mut table[feature * BINS + usize::from(bin)];
            cell[0] += g;
            cell[1] += h;
        }
    }
    let worth = |g: f64, h: f64| g * g / (h + growth.penalty);
    let base = worth(all_g, all_h);
    let mut best: Option<(f64, usize, usize)> = None;
    for feature in 0..binned.width {
        let (mut g, mut h) = (0.0, 0.0);
        for bin in 0..binned.edges[feature].len() {
            let cell = table[feature * BINS + bin];
            g += cell[0];
            h += cell[1];
            if h < growth.least_weight || all_h - h < growth.least_weight {
                continue;
            }
            let gain = worth(g, h) + worth(all_g - g, all_h - h) - base;
            if gain > 1e-6 && best.is_none_or(|best| gain > best.0) {
                best = Some((gain, feature, bin));
            }
        }
    }
    best
}

//! Boosted regression trees: what the extractor's choices are made by.
//!
//! A forest is a sum of small binary trees over numeric features (Friedman 2001). Candidates of one choice are scored together,
//! tree by tree: each tree is walked for its full depth by every row, leaves leading to themselves, so that the walks have no
//! branch to mispredict and overlap.

/// One inner node or leaf.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node {
    /// The feature that is compared; [`LEAF`] for a leaf.
    pub feature: u16,
    /// Values up to and including this go left; of a leaf, what it adds.
    pub value: f32,
    /// The place of the left child in the forest, behind the node; the right one follows it.
    pub left: u32,
}

/// The feature number that marks a leaf.
pub const LEAF: u16 = u16::MAX;

/// Most features a row may have.
pub const WIDTH: usize = 128;

/// Rows that walk a tree together.
const LANES: usize = 4;

/// The features of one candidate; what is not described is 0.
pub type Row = [f32; WIDTH];

/// A sum of trees.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Forest {
    nodes: Vec<Node>,
    trees: Vec<Tree>,
    steps: Vec<Step>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Tree {
    root: u32,
    /// Steps from the root to the farthest leaf.
    depth: u32,
}

/// A node as it is walked: leaves lead to themselves.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Step {
    limit: f32,
    left: u32,
    feature: u32,
    adds: f32,
}

impl Forest {
    /// Returns the forest of `nodes` with the trees that begin at `roots`; `None` where a child does not stand behind its parent
    /// or a feature is out of range.
    #[must_use]
    pub fn new(nodes: Vec<Node>, roots: &[u32]) -> Option<Self> {
        let mut depths = vec![0; nodes.len()];
        for (at, node) in nodes.iter().enumerate().rev().filter(|(_, node)| node.feature != LEAF) {
            let left = node.left as usize;
            if left <= at || usize::from(node.feature) >= WIDTH {
                return None;
            }
            depths[at] = 1 + depths[left].max(*depths.get(left + 1)?);
        }
        let trees = roots
            .iter()
            .map(|&root| Some(Tree { root, depth: *depths.get(root as usize)? }))
            .collect::<Option<_>>()?;
        let steps = (0u32..)
            .zip(&nodes)
            .map(|(at, node)| match node.feature {
                LEAF => Step { limit: f32::INFINITY, left: at, feature: 0, adds: node.value },
                feature => {
                    Step { limit: node.value, left: node.left, feature: u32::from(feature), adds: 0.0 }
                }
            })
            .collect();
        Some(Self { nodes, trees, steps })
    }

    /// Returns all nodes.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Returns the places of the roots.
    pub fn roots(&self) -> impl ExactSizeIterator<Item = u32> + '_ {
        self.trees.iter().map(|tree| tree.root)
    }

    /// Writes the sum of the trees at each row to `out`, one for one; 0 for an empty forest.
    pub fn score_all(&self, rows: &[Row], out: &mut Vec<f32>) {
        out.clear();
        out.resize(rows.len(), 0.0);
        for tree in &self.trees {
            let (rows, rest) = rows.as_chunks::<LANES>();
            let (sums, rest_sums) = out.as_chunks_mut::<LANES>();
            for (rows, sums) in rows.iter().zip(sums) {
                self.walk(*tree, rows, sums);
            }
            for (row, sum) in rest.iter().zip(rest_sums) {
                self.walk(*tree, std::array::from_ref(row), std::array::from_mut(sum));
            }
        }
    }

    /// Walks a tree with several rows in step.
    fn walk<const N: usize>(&self, tree: Tree, rows: &[Row; N], sums: &mut [f32; N]) {
        let mut at = [tree.root; N];
        for _ in 0..tree.depth {
            for (at, row) in at.iter_mut().zip(rows) {
                let step = &self.steps[*at as usize];
                *at = step.left + u32::from(row[step.feature as usize % WIDTH] > step.limit);
            }
        }
        for (at, sum) in at.iter().zip(sums) {
            *sum += self.steps[*at as usize].adds;
        }
    }

    /// Returns the sum of the trees at one row.
    #[must_use]
    pub fn score(&self, features: &[f32]) -> f32 {
        let mut out = Vec::new();
        self.score_all(&[row(features)], &mut out);
        out.first().copied().unwrap_or(0.0)
    }
}

/// Returns the row of `features`; what is past [`WIDTH`] is left out.
#[must_use]
pub fn row(features: &[f32]) -> Row {
    let mut row = [0.0; WIDTH];
    let count = features.len().min(WIDTH);
    row[..count].copy_from_slice(&features[..count]);
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn leaf(value: f32) -> Node {
        Node { feature: LEAF, value, left: 0 }
    }

    #[test]
    fn a_tree_goes_left_up_to_its_value() {
        let nodes = vec![Node { feature: 1, value: 2.0, left: 1 }, leaf(-1.0), leaf(0.5), leaf(4.0)];
        let forest = Forest::new(nodes, &[0, 3]).expect("well formed");
        assert!((forest.score(&[9.0, 2.0]) - 3.0).abs() < 1e-6);
        assert!((forest.score(&[9.0, 2.5]) - 4.5).abs() < 1e-6);
        assert!((forest.score(&[]) - 3.0).abs() < 1e-6);
        assert!(Forest::default().score(&[1.0]).abs() < f32::EPSILON);
    }

    #[test]
    fn what_is_no_tree_is_refused() {
        assert!(Forest::new(vec![Node { feature: 0, value: 0.0, left: 0 }], &[0]).is_none());
        assert!(Forest::new(vec![Node { feature: 0, value: 0.0, left: 1 }, leaf(0.0)], &[0]).is_none());
        assert!(
            Forest::new(vec![Node { feature: 500, value: 0.0, left: 1 }, leaf(0.0), leaf(0.0)], &[0])
                .is_none()
        );
        assert!(Forest::new(vec![leaf(0.0)], &[1]).is_none());
    }
}

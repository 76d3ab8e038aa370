//! Boosted regression trees: what the extractor's choices are made by.
//!
//! A forest is a sum of small binary trees over numeric features (Friedman 2001). Nodes lie in one flat array, so that a
//! few dozen trees of depth five cost some hundred nanoseconds.

/// One inner node or leaf.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node {
    /// The feature that is compared; [`LEAF`] for a leaf.
    pub feature: u16,
    /// Values up to and including this go left; of a leaf, what it adds.
    pub value: f32,
    /// The place of the left child in the forest; the right one follows it.
    pub left: u32,
}

/// The feature number that marks a leaf.
pub const LEAF: u16 = u16::MAX;

/// A sum of trees.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Forest {
    /// All nodes; the children of a node come behind it.
    pub nodes: Vec<Node>,
    /// The places of the roots.
    pub roots: Vec<u32>,
}

impl Forest {
    /// Returns the sum of the trees at `features`; 0 for an empty forest. A feature that is missing counts as 0.
    #[must_use]
    pub fn score(&self, features: &[f32]) -> f32 {
        self.roots.iter().map(|&root| self.leaf(root as usize, features)).sum()
    }

    fn leaf(&self, mut at: usize, features: &[f32]) -> f32 {
        // Children come behind their parent, so this ends for any bytes that were read as a forest.
        while let Some(node) = self.nodes.get(at) {
            if node.feature == LEAF {
                return node.value;
            }
            let value = features.get(usize::from(node.feature)).copied().unwrap_or(0.0);
            at = (node.left as usize).max(at + 1) + usize::from(value > node.value);
        }
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_goes_left_up_to_its_value() {
        let leaf = |value| Node { feature: LEAF, value, left: 0 };
        let forest = Forest {
            nodes: vec![Node { feature: 1, value: 2.0, left: 1 }, leaf(-1.0), leaf(0.5), leaf(4.0)],
            roots: vec![0, 3],
        };
        assert!((forest.score(&[9.0, 2.0]) - 3.0).abs() < 1e-6);
        assert!((forest.score(&[9.0, 2.5]) - 4.5).abs() < 1e-6);
        assert!((forest.score(&[]) - 3.0).abs() < 1e-6);
        assert!(Forest::default().score(&[1.0]).abs() < f32::EPSILON);
    }

    #[test]
    fn a_cycle_ends() {
        let forest = Forest { nodes: vec![Node { feature: 0, value: 0.0, left: 0 }], roots: vec![0] };
        assert!(forest.score(&[0.0]).abs() < f32::EPSILON);
    }
}

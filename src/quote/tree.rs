//! Boosted regression trees: what the extractor's choices are made by.
//!
//! A forest is a sum of small binary trees over numeric features (Friedman 2001). A row walks several trees in step, each for the
//! full depth of the deepest, leaves leading to themselves, so that the walks have no branch to mispredict and overlap.

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

/// Trees that are walked together.
const LANES: usize = 8;

/// The features of one candidate; what is not described is 0.
type Row = [f32; WIDTH];

/// The features of several candidates.
#[derive(Clone, Debug, Default)]
pub struct Table {
    values: Vec<f32>,
}

impl Table {
    /// Removes all rows.
    pub fn clear(&mut self) {
        self.values.clear();
    }

    /// Adds the row that `describe` appends, feature by feature; what is past [`WIDTH`] is left out.
    pub fn add(&mut self, describe: impl FnOnce(&mut Vec<f32>)) {
        let start = self.values.len();
        describe(&mut self.values);
        self.values.resize(start + WIDTH, 0.0);
    }

    fn rows(&self) -> &[Row] {
        self.values.as_chunks().0
    }
}

/// A sum of trees.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Forest {
    nodes: Vec<Node>,
    roots: Vec<u32>,
    /// What the trees without a branch at the front add.
    base: f32,
    groups: Vec<Group>,
    steps: Vec<Step>,
    /// What each leaf adds; 0 for inner nodes.
    adds: Vec<f32>,
}

/// Trees that are walked together.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Group {
    roots: [u32; LANES],
    /// Steps from the roots to the farthest leaf.
    depth: u32,
}

/// A node as it is walked: leaves lead to themselves.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Step {
    limit: f32,
    /// The place of the left child, and in the lowest bits the feature.
    link: u32,
}

/// Bits that a feature takes in a link.
const FEATURE_BITS: u32 = WIDTH.trailing_zeros();

impl Forest {
    /// Returns the forest of `nodes` with the trees that begin at `roots`; `None` where a child does not stand behind its parent
    /// or a feature or a place is out of range.
    #[must_use]
    pub fn new(nodes: Vec<Node>, roots: &[u32]) -> Option<Self> {
        if (nodes.len() + 1) >> (u32::BITS - FEATURE_BITS) > 0 {
            return None;
        }
        let mut depths = vec![0; nodes.len()];
        for (at, node) in nodes.iter().enumerate().rev().filter(|(_, node)| node.feature != LEAF) {
            let left = node.left as usize;
            if left <= at || usize::from(node.feature) >= WIDTH {
                return None;
            }
            depths[at] = 1 + depths[left].max(*depths.get(left + 1)?);
        }
        if roots.iter().any(|&root| root as usize >= nodes.len()) {
            return None;
        }
        let constants = roots.iter().take_while(|&&root| depths[root as usize] == 0);
        let (count, base) =
            constants.fold((0, 0.0), |(count, sum), &root| (count + 1, sum + nodes[root as usize].value));
        // What pads the last group leads nowhere and adds nothing.
        let nowhere = u32::try_from(nodes.len()).ok()?;
        let groups = roots[count..]
            .chunks(LANES)
            .map(|chunk| Group {
                roots: std::array::from_fn(|at| chunk.get(at).copied().unwrap_or(nowhere)),
                depth: chunk.iter().map(|&root| depths[root as usize]).max().unwrap_or(0),
            })
            .collect();
        let mut steps: Vec<Step> = (0u32..)
            .zip(&nodes)
            .map(|(at, node)| match node.feature {
                LEAF => Step { limit: f32::INFINITY, link: at << FEATURE_BITS },
                feature => Step { limit: node.value, link: node.left << FEATURE_BITS | u32::from(feature) },
            })
            .collect();
        steps.push(Step { limit: f32::INFINITY, link: nowhere << FEATURE_BITS });
        let leaves = nodes.iter().map(|node| if node.feature == LEAF { node.value } else { 0.0 });
        let adds = leaves.chain([0.0]).collect();
        Some(Self { nodes, roots: roots.to_vec(), base, groups, steps, adds })
    }

    /// Returns all nodes.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Returns the places of the roots.
    pub fn roots(&self) -> impl ExactSizeIterator<Item = u32> + '_ {
        self.roots.iter().copied()
    }

    /// Writes the sum of the trees at each row to `out`, one for one; 0 for an empty forest.
    pub fn score_all(&self, table: &Table, out: &mut Vec<f32>) {
        out.clear();
        out.extend(table.rows().iter().map(|row| self.sum(row)));
    }

    fn sum(&self, row: &Row) -> f32 {
        self.groups.iter().fold(self.base, |sum, group| {
            let mut at = group.roots;
            for _ in 0..group.depth {
                for at in &mut at {
                    let Step { limit, link } = self.steps[*at as usize];
                    *at = (link >> FEATURE_BITS) + u32::from(row[link as usize % WIDTH] > limit);
                }
            }
            at.iter().fold(sum, |sum, &at| sum + self.adds[at as usize])
        })
    }

    /// Returns the sum of the trees at one row, which `describe` gives.
    #[must_use]
    pub fn score(&self, describe: impl FnOnce(&mut Vec<f32>)) -> f32 {
        let mut table = Table::default();
        table.add(describe);
        table.rows().first().map_or(0.0, |row| self.sum(row))
    }
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
        assert!((forest.score(|row| row.extend([9.0, 2.0])) - 3.0).abs() < 1e-6);
        assert!((forest.score(|row| row.extend([9.0, 2.5])) - 4.5).abs() < 1e-6);
        assert!((forest.score(|_| ()) - 3.0).abs() < 1e-6);
        assert!(Forest::default().score(|row| row.push(1.0)).abs() < f32::EPSILON);
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

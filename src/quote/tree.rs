//! Boosted regression trees, which make the extractor's choices.
//!
//! A forest is a sum of small binary trees over numeric features (Friedman 2001). To score a row, several
//! trees are walked in step, each to the depth of the deepest one, with leaves that lead to themselves. So
//! the walks have no branches to mispredict, and they overlap.

/// An inner node or a leaf.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node {
    /// The index of the feature to compare; [`LEAF`] for a leaf.
    pub feature: u16,
    /// For an inner node, the limit: values up to and including it go left. For a leaf, the value it adds.
    pub value: f32,
    /// The index of the left child, greater than the node's own; the right child is next to it.
    pub left: u32,
}

/// The feature index that marks a leaf.
pub const LEAF: u16 = u16::MAX;

/// Maximum number of features of a row.
pub const WIDTH: usize = 128;

/// How many trees are walked together.
const LANES: usize = 8;

/// A row that is further behind the best one than this, in log odds, is abandoned.
const LAG: f32 = 2.5;

/// The features of one candidate; missing ones are 0.
type Row = [f32; WIDTH];

/// The features of several candidates and, once a forest has scored them, their scores.
#[derive(Clone, Debug)]
pub struct Table {
    values: Vec<f32>,
    scores: Vec<f32>,
}

impl Default for Table {
    fn default() -> Self {
        Self { values: Vec::with_capacity(USUAL * WIDTH), scores: Vec::with_capacity(USUAL) }
    }
}

/// How many rows a new table has room for.
const USUAL: usize = 16;

impl Table {
    /// Removes all rows.
    pub fn clear(&mut self) {
        self.values.clear();
    }

    /// Adds a row; `describe` appends its features.
    ///
    /// # Panics
    ///
    /// If it appends more than [`WIDTH`] features.
    pub fn add(&mut self, describe: impl FnOnce(&mut Vec<f32>)) {
        let start = self.values.len();
        self.values.reserve(WIDTH);
        describe(&mut self.values);
        assert!(self.values.len() <= start + WIDTH, "a row has more than {WIDTH} features");
        self.values.resize(start + WIDTH, 0.0);
    }

    /// Returns the rows and their scores, all set to `base`.
    fn scored(&mut self, base: f32) -> (&[Row], &mut [f32]) {
        let (rows, _) = self.values.as_chunks();
        self.scores.clear();
        self.scores.resize(rows.len(), base);
        (rows, &mut self.scores)
    }
}

/// A sum of trees.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Forest {
    nodes: Vec<Node>,
    roots: Vec<u32>,
    /// The sum of the trees that consist of a single leaf.
    base: f32,
    groups: Vec<Group>,
}

/// Maximum number of nodes of a tree; a tree of 16 leaves has 31.
pub const NODES: usize = 32;

/// Several trees that are walked together.
#[derive(Clone, Debug, PartialEq)]
struct Group {
    trees: [[Step; NODES]; LANES],
    /// What each leaf adds; 0 for inner nodes.
    adds: [[f32; NODES]; LANES],
    /// The number of steps from the roots to the deepest leaf.
    depth: u32,
}

/// A node in the form for walking; a leaf leads to itself.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Step {
    limit: f32,
    /// The index of the left child in the tree; the right child is next to it.
    left: u8,
    feature: u8,
}

impl Group {
    /// Lays out the trees that begin at `roots`, at most [`LANES`]; returns `None` if one has more than
    /// [`NODES`] nodes.
    fn new(nodes: &[Node], roots: &[u32], depth: u32) -> Option<Self> {
        // The padding of the last group leads nowhere and adds nothing.
        let stay = Step { limit: f32::INFINITY, left: 0, feature: 0 };
        let mut group = Self { trees: [[stay; NODES]; LANES], adds: [[0.0; NODES]; LANES], depth };
        for ((steps, adds), &root) in group.trees.iter_mut().zip(&mut group.adds).zip(roots) {
            let mut places = vec![root];
            let mut at = 0;
            while let Some(&place) = places.get(at) {
                let node = nodes[place as usize];
                let step = steps.get_mut(at)?;
                if node.feature == LEAF {
                    *step = Step { left: u8::try_from(at).ok()?, ..stay };
                    adds[at] = node.value;
                } else {
                    let (left, feature) =
                        (u8::try_from(places.len()).ok()?, u8::try_from(node.feature).ok()?);
                    *step = Step { limit: node.value, left, feature };
                    places.extend([node.left, node.left + 1]);
                }
                at += 1;
            }
        }
        Some(group)
    }

    /// Returns `sum` plus the values of the trees for the row, added one after the other.
    fn add(&self, row: &Row, sum: f32) -> f32 {
        let mut at = [0u8; LANES];
        for _ in 0..self.depth {
            for (at, steps) in at.iter_mut().zip(&self.trees) {
                let Step { limit, left, feature } = steps[usize::from(*at) % NODES];
                *at = left + u8::from(row[usize::from(feature) % WIDTH] > limit);
            }
        }
        at.iter().zip(&self.adds).fold(sum, |sum, (&at, adds)| sum + adds[usize::from(at) % NODES])
    }
}

impl Forest {
    /// Returns the forest of `nodes` with the trees that begin at `roots`; `None` if a child does not come
    /// after its parent, a feature or an index is out of range, or a tree has more than [`NODES`] nodes.
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
        if roots.iter().any(|&root| root as usize >= nodes.len()) {
            return None;
        }
        let constants = roots.iter().take_while(|&&root| depths[root as usize] == 0);
        let (count, base) =
            constants.fold((0, 0.0), |(count, sum), &root| (count + 1, sum + nodes[root as usize].value));
        let depth = |chunk: &[u32]| chunk.iter().map(|&root| depths[root as usize]).max().unwrap_or(0);
        let groups = roots[count..].chunks(LANES).map(|chunk| Group::new(&nodes, chunk, depth(chunk)));
        let groups = groups.collect::<Option<_>>()?;
        Some(Self { nodes, roots: roots.to_vec(), base, groups })
    }

    /// Returns all nodes.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Returns the indices of the roots.
    pub fn roots(&self) -> impl ExactSizeIterator<Item = u32> + '_ {
        self.roots.iter().copied()
    }

    /// Returns the sum of the trees for each row, in order; 0 for an empty forest.
    pub fn score_all<'t>(&self, table: &'t mut Table) -> &'t [f32] {
        let (rows, scores) = table.scored(self.base);
        for (row, sum) in rows.iter().zip(scores.iter_mut()) {
            *sum = self.groups.iter().fold(*sum, |sum, group| group.add(row, sum));
        }
        scores
    }

    /// Returns the sums as [`score_all`](Self::score_all) does, except that a row more than 2.5 below the
    /// best one so far is abandoned and keeps its partial sum. For choosing one of several rows, most of
    /// which are hopeless after a few trees (early exits, Cambazoglu et al. 2010).
    pub fn race<'t>(&self, table: &'t mut Table) -> &'t [f32] {
        let (rows, scores) = table.scored(self.base);
        let mut least = f32::NEG_INFINITY;
        for group in &self.groups {
            let mut best = f32::NEG_INFINITY;
            for (row, sum) in rows.iter().zip(scores.iter_mut()).filter(|(_, sum)| **sum >= least) {
                *sum = group.add(row, *sum);
                best = best.max(*sum);
            }
            least = best - LAG;
        }
        scores
    }

    /// Returns the sum of the trees for one row, whose features `describe` appends.
    ///
    /// # Panics
    ///
    /// If `describe` appends more than [`WIDTH`] features.
    #[must_use]
    pub fn score(&self, table: &mut Table, describe: impl FnOnce(&mut Vec<f32>)) -> f32 {
        table.clear();
        table.add(describe);
        self.score_all(table)[0]
    }
}

/// Returns the index of the best score and its share of all weights (0 to 1); on a tie, the earlier one;
/// `None` if there are no scores.
pub(crate) fn best(scores: &[f32]) -> Option<(usize, f32)> {
    let (at, top) = scores.iter().copied().enumerate().fold(
        None,
        |best: Option<(usize, f32)>, (at, score)| match best {
            Some((_, top)) if top >= score => best,
            _ => Some((at, score)),
        },
    )?;
    let total: f32 = scores.iter().map(|score| (score - top).exp()).sum();
    Some((at, 1.0 / total))
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
        let table = &mut Table::default();
        assert!((forest.score(table, |row| row.extend([9.0, 2.0])) - 3.0).abs() < 1e-6);
        assert!((forest.score(table, |row| row.extend([9.0, 2.5])) - 4.5).abs() < 1e-6);
        assert!((forest.score(table, |_| ()) - 3.0).abs() < 1e-6);
        assert!(Forest::default().score(table, |row| row.push(1.0)).abs() < f32::EPSILON);
    }

    #[test]
    #[should_panic(expected = "more than 128 features")]
    fn no_feature_is_cut_off() {
        Table::default().add(|row| row.extend([0.0; WIDTH + 1]));
    }

    #[test]
    fn an_invalid_tree_is_refused() {
        assert!(Forest::new(vec![Node { feature: 0, value: 0.0, left: 0 }], &[0]).is_none());
        assert!(Forest::new(vec![Node { feature: 0, value: 0.0, left: 1 }, leaf(0.0)], &[0]).is_none());
        assert!(
            Forest::new(vec![Node { feature: 500, value: 0.0, left: 1 }, leaf(0.0), leaf(0.0)], &[0])
                .is_none()
        );
        assert!(Forest::new(vec![leaf(0.0)], &[1]).is_none());
        // A chain of branches: two nodes each, and the root.
        let chain = |branches: u32| {
            let nodes =
                (0..branches).flat_map(|at| [leaf(1.0), Node { feature: 0, value: 0.0, left: 2 * at + 1 }]);
            Forest::new(nodes.skip(1).chain([leaf(1.0), leaf(2.0)]).collect(), &[0])
        };
        assert!(chain(15).is_some_and(|forest| forest.nodes().len() == NODES - 1));
        assert!(chain(16).is_none());
    }
}

//! The input of all choices: the page with its mentions and cast, the features of each by itself, and counts
//! by position.

use super::cast::Cast;
use super::feature;
use super::mention::Mention;
use super::page::Page;
use super::reading::Reading;

/// A possible content of a cue, as a half-open token range.
pub(crate) type Content = (usize, usize);

/// The input of all choices.
pub(crate) struct Scene<'a> {
    pub(crate) page: &'a Page<'a>,
    pub(crate) mentions: &'a [Mention],
    pub(crate) cast: &'a Cast<'a>,
    /// For each quotation, its features.
    quotations: Vec<[f32; feature::QUOTATION]>,
    /// For each mention, its features.
    described: Vec<[f32; feature::MENTION]>,
    /// For each mention, whether it is an apposition.
    apposed: Vec<bool>,
    /// For each token, and one past the last, the number of mentions and the number of quotations that start
    /// before it.
    starts: Vec<[u32; 2]>,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(cast: &'a Cast<'a>) -> Self {
        let Reading { page, mentions } = cast.reading;
        let quotations = (0..page.quotations.len()).map(|q| feature::quotation(page, q)).collect();
        let described = mentions
            .iter()
            .enumerate()
            .map(|(m, mention)| {
                let (person, often) = cast.standing(m);
                feature::mention(page, mention, person, often)
            })
            .collect();
        let apposed = (0..mentions.len()).map(|m| cast.reading.is_apposition(m)).collect();
        Self { page, mentions, cast, quotations, described, apposed, starts: starts(page, mentions) }
    }

    /// Returns the number of mentions that start before the token.
    pub(crate) fn mentions_before(&self, token: usize) -> usize {
        self.starts.get(token).or(self.starts.last()).map_or(0, |counts| counts[0] as usize)
    }

    /// Returns the number of quotations that start before the token.
    pub(crate) fn quotations_before(&self, token: usize) -> usize {
        self.starts.get(token).or(self.starts.last()).map_or(0, |counts| counts[1] as usize)
    }

    /// Returns the mention that starts at the token.
    pub(crate) fn mention_at(&self, token: usize) -> Option<usize> {
        let next = self.mentions_before(token);
        self.mentions.get(next).filter(|mention| mention.start == token).map(|_| next)
    }

    /// Returns whether mention `m` is an apposition, which only describes the name before it.
    pub(crate) fn is_apposition(&self, m: usize) -> bool {
        self.apposed[m]
    }

    /// Returns the features of quotation `q` by itself.
    pub(crate) fn quotation(&self, q: usize) -> &[f32; feature::QUOTATION] {
        &self.quotations[q]
    }

    /// Returns the features of mention `m` by itself.
    pub(crate) fn mention(&self, m: usize) -> &[f32; feature::MENTION] {
        &self.described[m]
    }
}

/// Returns, for each token and one past the last, the number of mentions and quotations that start before it.
fn starts(page: &Page, mentions: &[Mention]) -> Vec<[u32; 2]> {
    let mut starts = vec![[0; 2]; page.tokens.len() + 1];
    for mention in mentions {
        starts[mention.start + 1][0] += 1;
    }
    for range in &page.ranges {
        if let Some(counts) = starts.get_mut(range.0 + 1) {
            counts[1] += 1;
        }
    }
    for at in 1..starts.len() {
        let [mentions, quotations] = starts[at - 1];
        starts[at][0] += mentions;
        starts[at][1] += quotations;
    }
    starts
}

/// A chosen mention, or none, and how certain the choice is: its share of all candidates' weights, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Choice {
    pub(crate) mention: Option<usize>,
    pub(crate) sure: f32,
}

//! A person, body or place named in an article, and what is known about it.

use crate::lang::Gender;

/// A person, body or place named in the article.
#[derive(Debug)]
pub(super) struct Figure {
    /// The name as answers show it.
    pub(super) name: String,
    /// The folded words of the fullest name, without a suffix such as "Jr".
    pub(super) words: Vec<String>,
    pub(super) gender: Option<Gender>,
    /// Whether it is certainly a person.
    pub(super) person: bool,
    /// Whether it is certainly not a person: "the White House".
    pub(super) body: bool,
    /// Whether one of its mentions is followed by a cue.
    pub(super) speaks: bool,
    /// Whether it is used as a place somewhere: "in Norland".
    pub(super) place: bool,
    /// The folded words of offices and professions next to the name.
    pub(super) roles: Vec<String>,
    /// Those of them that are an office by themselves: "president", but not the one in "head of the
    /// President's Office".
    pub(super) offices: Vec<String>,
    /// The longest description of it in the article, as a half-open token range.
    pub(super) role: Option<(usize, usize)>,
    /// The token at which the article first names it.
    pub(super) since: usize,
    /// Its mentions by name so far, in order.
    pub(super) mentions: Vec<usize>,
}

impl Figure {
    /// Returns whether it can have the gender that a word implies; always `true` if the word implies none.
    pub(super) fn may_be(&self, shown: Option<Gender>) -> bool {
        shown.is_none_or(|shown| self.gender.is_none_or(|known| known == shown))
    }

    /// Returns how well it fits a pronoun of the gender: 1 for certain, 0 for impossible.
    pub(super) fn fit(&self, gender: Gender) -> f32 {
        match self.gender {
            _ if self.body || self.place && !self.person => 0.0,
            // In "Norland harbour master Tim Lund", Norland is not a person.
            None if self.place && self.words.len() == 1 => 0.0,
            Some(known) if known == gender => 1.0,
            Some(_) => 0.0,
            None if self.person => PERSON,
            None if self.speaks => SPEAKER,
            None => 0.0,
        }
    }

    /// Adds the offices and role words that it does not have yet.
    pub(super) fn add_roles(&mut self, offices: Vec<String>, roles: Vec<String>) {
        for (known, new) in [(&mut self.offices, offices), (&mut self.roles, roles)] {
            for word in new {
                if known.len() < ROLES && !known.contains(&word) {
                    known.push(word);
                }
            }
        }
    }

    /// Keeps the description if it is longer than the present one.
    pub(super) fn describe(&mut self, role: (usize, usize)) {
        let length = |(start, end): (usize, usize)| end - start;
        if self.role.is_none_or(|known| length(known) < length(role)) {
            self.role = Some(role);
        }
    }
}

/// Maximum number of role words kept per figure, so that a list of names takes linear time.
const ROLES: usize = 100;

/// How well a person of unknown gender fits a pronoun.
pub(super) const PERSON: f32 = 0.7;

/// How well a figure that is only known to speak fits a pronoun.
pub(super) const SPEAKER: f32 = 0.4;

//! One of those named in an article, and what is known of them.

use crate::lang::Gender;

/// Someone or something named in the article.
#[derive(Debug)]
pub(super) struct Figure {
    /// The name as answers show it.
    pub(super) name: String,
    /// The folded words of the fullest name, without "Jr".
    pub(super) words: Vec<String>,
    pub(super) gender: Option<Gender>,
    /// Whether it is surely a person.
    pub(super) person: bool,
    /// Whether it is surely none: "the White House".
    pub(super) body: bool,
    /// Whether a cue stands behind one of its mentions.
    pub(super) speaks: bool,
    /// Whether it is named as a place somewhere: "in Norland".
    pub(super) place: bool,
    /// Folded words of the offices and trades that stand beside the name.
    pub(super) roles: Vec<String>,
    /// Those of them that name an office by themselves: "president", not the one in "head of the President's Office".
    pub(super) offices: Vec<String>,
    /// The longest words in the article that say who it is: half-open token range.
    pub(super) role: Option<(usize, usize)>,
    /// The mentions by name so far, in order.
    pub(super) mentions: Vec<usize>,
}

impl Figure {
    /// Whether it can be of the gender that a word shows; any can where it shows none.
    pub(super) fn may_be(&self, shown: Option<Gender>) -> bool {
        shown.is_none_or(|shown| self.gender.is_none_or(|known| known == shown))
    }

    /// How well it fits a pronoun of the gender: 1 for surely, 0 for not at all.
    pub(super) fn fit(&self, gender: Gender) -> f32 {
        match self.gender {
            _ if self.body || self.place && !self.person => 0.0,
            Some(known) if known == gender => 1.0,
            Some(_) => 0.0,
            None if self.person => PERSON,
            None if self.speaks => SPEAKER,
            None => 0.0,
        }
    }

    /// Adds the offices and the words of roles that it has not yet.
    pub(super) fn add_roles(&mut self, offices: Vec<String>, roles: Vec<String>) {
        for (known, new) in [(&mut self.offices, offices), (&mut self.roles, roles)] {
            for word in new {
                if known.len() < ROLES && !known.contains(&word) {
                    known.push(word);
                }
            }
        }
    }

    /// Keeps the longest words that say who it is.
    pub(super) fn describe(&mut self, role: (usize, usize)) {
        let length = |(start, end): (usize, usize)| end - start;
        if self.role.is_none_or(|known| length(known) < length(role)) {
            self.role = Some(role);
        }
    }
}

/// Words of offices and trades that are kept of one figure: a list of names stays linear.
const ROLES: usize = 100;

/// How well a person of no known gender fits a pronoun.
pub(super) const PERSON: f32 = 0.7;

/// How well what only speaks fits a pronoun.
pub(super) const SPEAKER: f32 = 0.4;

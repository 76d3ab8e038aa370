//! Here is a phrase, perhaps misremembered, and the words of a quote: how much of the phrase does the quote
//! contain?

use std::collections::HashSet;

use crate::fold;

/// A phrase to find.
#[derive(Clone, Debug, PartialEq)]
pub struct Phrase {
    /// The stems of its words, with their weights.
    words: Vec<(String, f32)>,
}

/// The penalty for each word that the quote is longer than the phrase: of two quotes that contain the same
/// part of it, the shorter one is nearer.
const LONGER: f32 = 0.0005;

impl Phrase {
    /// Returns the phrase of the words of `text`. `rarity` returns the weight of a stem, above 0 and higher
    /// for rarer ones.
    #[must_use]
    pub fn new(text: &str, rarity: &dyn Fn(&str) -> f32) -> Self {
        let weigh = |word: &String| {
            let stem = fold::stem(word);
            let weight = rarity(&stem);
            (stem, weight)
        };
        Self { words: fold::words(text).iter().map(weigh).collect() }
    }

    /// Returns an upper bound of [`Phrase::similarity`] for a text that `lacks` some of the stems.
    #[must_use]
    pub fn most(&self, lacks: &dyn Fn(&str) -> bool) -> f32 {
        let lacked: Vec<bool> = self.words.iter().map(|(word, _)| lacks(word)).collect();
        let (mut found, mut total) = (0.0, 0.0);
        for ((_, weight), lacked) in self.words.iter().zip(&lacked) {
            total += weight;
            found += if *lacked { 0.0 } else { *weight };
        }
        let pairs = lacked.windows(2).filter(|two| !two[0] && !two[1]).count();
        self.midpoint(found, total, pairs)
    }

    /// Returns the mean of two shares, 0 to 1: the phrase's words that `text` contains, by weight, and its
    /// word pairs that `text` contains.
    #[must_use]
    pub fn similarity(&self, text: &str) -> f32 {
        let words: Vec<String> = fold::words(text).iter().map(|word| fold::stem(word)).collect();
        let held: HashSet<&str> = words.iter().map(String::as_str).collect();
        let pairs: HashSet<(&str, &str)> =
            words.windows(2).map(|two| (two[0].as_str(), two[1].as_str())).collect();
        let total: f32 = self.words.iter().map(|(_, weight)| weight).sum();
        let found: f32 = self
            .words
            .iter()
            .filter(|(word, _)| held.contains(word.as_str()))
            .map(|(_, weight)| weight)
            .sum();
        let shared = self
            .words
            .windows(2)
            .filter(|two| pairs.contains(&(two[0].0.as_str(), two[1].0.as_str())))
            .count();
        let longer = words.len().saturating_sub(self.words.len()).min(100);
        #[expect(clippy::cast_precision_loss, reason = "at most a hundred")]
        let longer = longer as f32 * LONGER;
        self.midpoint(found, total, shared) * (1.0 - longer)
    }

    /// Returns the mean of the share of `found` in the total weight and the share of `pairs` in the word
    /// pairs.
    fn midpoint(&self, found: f32, total: f32, pairs: usize) -> f32 {
        if total <= 0.0 {
            return 0.0;
        }
        let asked = self.words.windows(2).count();
        #[expect(clippy::cast_precision_loss, reason = "a phrase has a handful of words")]
        let pairs = if asked == 0 { found / total } else { pairs as f32 / asked as f32 };
        f32::midpoint(found / total, pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_words_is_limited() {
        let phrase =
            Phrase::new("we open the old archive in May", &|stem| if stem.len() < 4 { 0.2 } else { 2.0 });
        for (text, lacked, most) in [
            ("We open the old archive in May, and not a day later.", &[][..], 1.0),
            ("the archive", &["open", "old", "may"][..], 0.4),
            ("in May", &["open", "old", "archiv"][..], 0.4),
        ] {
            let bound = phrase.most(&|stem| lacked.contains(&stem));
            let similarity = phrase.similarity(text);
            assert!(similarity <= bound && bound <= most, "{text}: {similarity} {bound}");
        }
    }
}

//! Here is a phrase, perhaps misremembered, and the words of a quote: how much of it does the quote hold?

use std::collections::HashSet;

use crate::fold;

/// A phrase to find.
#[derive(Clone, Debug)]
pub struct Phrase {
    /// The stems of its words with their weights.
    words: Vec<(String, f32)>,
}

/// What a phrase loses for each word that the quote is longer: of two that hold the same of it the shorter one is nearer.
const LONGER: f32 = 0.0005;

impl Phrase {
    /// Returns the phrase of the words of `text`. `rarity` is the weight of a stem, more for rarer ones, above 0.
    #[must_use]
    pub fn new(text: &str, rarity: &dyn Fn(&str) -> f32) -> Self {
        let weigh = |word: &String| {
            let stem = fold::stem(word);
            let weight = rarity(&stem);
            (stem, weight)
        };
        Self { words: fold::words(text).iter().map(weigh).collect() }
    }

    /// Returns half the share of its words, by weight, and half the share of its word pairs that `text` holds: 0 to 1.
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
        if total <= 0.0 {
            return 0.0;
        }
        let asked = self.words.windows(2).count();
        let shared = self
            .words
            .windows(2)
            .filter(|two| pairs.contains(&(two[0].0.as_str(), two[1].0.as_str())))
            .count();
        #[expect(clippy::cast_precision_loss, reason = "a phrase has a handful of words")]
        let pairs = if asked == 0 { found / total } else { shared as f32 / asked as f32 };
        let longer = words.len().saturating_sub(self.words.len()).min(100);
        #[expect(clippy::cast_precision_loss, reason = "at most a hundred")]
        let longer = longer as f32 * LONGER;
        f32::midpoint(found / total, pairs) * (1.0 - longer)
    }
}

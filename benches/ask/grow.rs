//! Generates any number of articles from some given ones, with other names, days and words, so that they are
//! not copies.
//!
//! The structure of a text stays: marks, speech verbs, function words. Every name is replaced by another from
//! the same articles, consistently within an article. A third of the other words are replaced by words drawn
//! by their frequency, so that term frequencies and the lengths of postings stay those of real text. The same
//! articles and number give the same text on every machine.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};
use rapporteur::article::Article;
use rapporteur::lang::Language;

/// Every word of the articles, as often as it occurs: the pool of replacements.
pub(crate) struct Stock {
    names: Vec<String>,
    words: Vec<String>,
}

/// Verbs that introduce a quote and are not replaced.
const CUES: &str = " said says say told tells according asked added called argued claimed wrote tweeted noted warned explained insisted stressed ";

impl Stock {
    pub(crate) fn of(articles: &[Article]) -> Self {
        let mut stock = Self { names: Vec::new(), words: Vec::new() };
        for article in articles {
            for word in article.text.split(|c: char| !c.is_alphabetic()) {
                if is_name(word) {
                    stock.names.push(word.to_owned());
                } else if is_content(word) {
                    stock.words.push(word.to_owned());
                }
            }
        }
        stock
    }
}

fn is_name(word: &str) -> bool {
    word.chars().count() > 2
        && word.starts_with(char::is_uppercase)
        && !Language::primary().is_function_word(&word.to_lowercase())
        && !Language::primary().is_title(&word.to_lowercase())
}

fn is_content(word: &str) -> bool {
    word.chars().count() > 3
        && word.chars().all(char::is_lowercase)
        && !Language::primary().is_function_word(word)
        && !CUES.contains(&format!(" {word} "))
}

/// A generator of pseudo-random numbers (splitmix64, Steele et al. 2014).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % sides.max(1) as u64).unwrap_or_default()
    }
}

/// Returns the `number`-th article generated from `article`.
pub(crate) fn grow(article: &Article, stock: &Stock, number: u64) -> Article {
    let mut dice = Dice(number.wrapping_mul(0x1_0000_01b3) ^ article.text.len() as u64);
    let mut names: HashMap<String, String> = HashMap::new();
    let mut change = |text: &str, dice: &mut Dice| {
        let mut out = String::with_capacity(text.len());
        for piece in text.split_inclusive(|c: char| !c.is_alphabetic()) {
            let word = piece.trim_end_matches(|c: char| !c.is_alphabetic());
            let rest = piece.strip_prefix(word).unwrap_or_default();
            if is_name(word) && !stock.names.is_empty() {
                let other = || stock.names[dice.roll(stock.names.len())].clone();
                out.push_str(names.entry(word.to_owned()).or_insert_with(other));
            } else if is_content(word) && dice.roll(3) == 0 {
                out.push_str(&stock.words[dice.roll(stock.words.len())]);
            } else {
                out.push_str(word);
            }
            out.push_str(rest);
        }
        out
    };
    let mut grown = article.clone();
    grown.text = change(&article.text, &mut dice);
    grown.citation.title = article.citation.title.as_deref().map(|title| change(title, &mut dice));
    grown.id.0 = format!("{}-{number}", article.id.0);
    grown.citation.url = None;
    grown.citation.date = article.citation.date.and_then(|day| moved(day, dice.roll(4000)));
    grown
}

fn moved(day: Date, days: usize) -> Option<Date> {
    let span: Span = i64::try_from(days).ok()?.days();
    day.checked_sub(span).ok()
}

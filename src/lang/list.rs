//! Reads the word lists of a language: a first line that says what the list is, then one entry per line.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

/// Returns the entries of a list in order, without comments and blank lines.
pub(super) fn entries(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty())
}

/// Returns the entries of a list, each split into its first word, which names the entry, and the other words:
/// "past ed".
pub(super) fn named(list: &'static str) -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    entries(list).filter_map(|entry| {
        let (name, words) = entry.split_once(' ')?;
        Some((name, words.split_whitespace().collect()))
    })
}

/// Returns the words of each entry of a list, in order.
pub(super) fn lines(list: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    entries(list).map(|entry| entry.split_whitespace().collect())
}

/// A set of single words.
#[derive(Debug, Default)]
pub(super) struct Words(HashSet<&'static str>);

impl Words {
    pub(super) fn parse(list: &'static str) -> Self {
        Self(entries(list).collect())
    }

    pub(super) fn has(&self, word: &str) -> bool {
        self.0.contains(word)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.0.iter().copied()
    }
}

/// Rows of words that belong together; a word may be in several rows.
#[derive(Debug, Default)]
pub(super) struct Rows {
    rows: Vec<Vec<&'static str>>,
    /// Word -> the indices of its rows.
    places: HashMap<&'static str, Vec<usize>>,
}

impl Rows {
    pub(super) fn parse(list: &'static str) -> Self {
        let rows: Vec<Vec<&str>> = entries(list).map(|row| row.split_whitespace().collect()).collect();
        let mut places: HashMap<&str, Vec<usize>> = HashMap::default();
        for (at, row) in rows.iter().enumerate() {
            for word in row {
                places.entry(*word).or_default().push(at);
            }
        }
        Self { rows, places }
    }

    /// Returns the rows in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[&'static str]> + '_ {
        self.rows.iter().map(Vec::as_slice)
    }

    /// Returns the last row that contains `word`; empty if there is none.
    pub(super) fn of(&self, word: &str) -> &[&'static str] {
        self.places.get(word).and_then(|places| places.last()).map_or(&[], |&at| self.rows[at].as_slice())
    }

    /// Returns whether one row contains both words.
    pub(super) fn share(&self, one: &str, other: &str) -> bool {
        let places = |word| self.places.get(word).map_or(&[][..], Vec::as_slice);
        places(one).iter().any(|row| places(other).contains(row))
    }
}

/// Phrases of one or two words.
#[derive(Debug, Default)]
pub(super) struct Phrases(Vec<(&'static str, Option<&'static str>)>);

impl Phrases {
    pub(super) fn parse(list: &'static str) -> Self {
        let pair = |entry: &'static str| {
            entry.split_once(' ').map_or((entry, None), |(first, second)| (first, Some(second)))
        };
        Self(entries(list).map(pair).collect())
    }

    /// Returns whether `word`, or `word` followed by `next`, is a phrase.
    pub(super) fn has(&self, word: &str, next: &str) -> bool {
        self.0.iter().any(|(first, second)| *first == word && second.is_none_or(|second| second == next))
    }
}

/// Words, and word endings that are written with a leading hyphen.
#[derive(Debug, Default)]
pub(super) struct Forms {
    words: Words,
    endings: Vec<&'static str>,
}

impl Forms {
    pub(super) fn parse(list: &'static str) -> Self {
        let endings = entries(list).filter_map(|entry| entry.strip_prefix('-')).collect();
        Self { words: Words::parse(list), endings }
    }

    pub(super) fn has(&self, word: &str) -> bool {
        self.words.has(word) || self.endings.iter().any(|ending| word.ends_with(ending))
    }
}

/// Returns each word of a list of [`named`] entries, with the value that `value` returns for the name of its
/// entry.
///
/// # Panics
///
/// If `value` returns `None` for a name: the lists are part of the program.
pub(super) fn valued<T: Copy>(
    list: &'static str,
    value: impl Fn(&str) -> Option<T>,
) -> impl Iterator<Item = (&'static str, T)> {
    named(list).flat_map(move |(name, words)| {
        let value = value(name).unwrap_or_else(|| panic!("a word list contains the unknown name `{name}`"));
        words.into_iter().map(move |word| (word, value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_is_not_an_entry() {
        assert_eq!(entries("# What it is.\none\ntwo\n").collect::<Vec<_>>(), ["one", "two"]);
        assert!(Words::parse("# What it is.\none\n").has("one"));
        assert!(!Words::parse("# What it is.\none\n").has("# What it is."));
    }

    #[test]
    fn rows_share_words() {
        let rows = Rows::parse("# Names.\nrobert rob bob\nroland rob\n");
        assert!(rows.share("rob", "bob") && rows.share("rob", "roland"));
        assert!(!rows.share("bob", "roland") && !rows.share("ann", "ann"));
        assert_eq!(rows.of("bob"), ["robert", "rob", "bob"]);
        assert!(rows.of("ann").is_empty());
    }

    #[test]
    fn phrases_have_one_or_two_words() {
        let phrases = Phrases::parse("# Phrases.\nsaying\nas telling\n");
        assert!(phrases.has("saying", "that") && phrases.has("as", "telling"));
        assert!(!phrases.has("as", "that") && !phrases.has("telling", ""));
    }

    #[test]
    fn forms_are_words_and_endings() {
        let forms = Forms::parse("# No plurals.\nnews\n-ss\n");
        assert!(forms.has("news") && forms.has("class"));
        assert!(!forms.has("boards") && !forms.has("sinews"));
    }
}

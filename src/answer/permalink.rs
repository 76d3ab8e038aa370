//! The address of a quote's page: here is a quote, what identifies it for years?
//!
//! It is identified by its article and its words, not by its position. So the address stays the same if the
//! index is rebuilt, the corpus is moved, or other text of the article is corrected. If the quote's own words
//! change, it is a different quote.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use super::Record;
use crate::fold;

/// What identifies a quote in URLs. It is written as 24 hexadecimal digits, followed by `-2`, `-3` … for
/// further quotes with the same words in the same article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permalink {
    /// The [`key`](crate::article::ArticleId::key) of the article.
    pub article: u64,
    /// A hash of the letters and digits of the quote, in lower case.
    words: u32,
    /// How many quotes with the same words come before it in the article.
    nth: u32,
}

impl Permalink {
    /// Returns the permalink of a quote, assuming that it is the first with its words in its article.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        let letters: String =
            record.words().chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        Self { article: record.article.key(), words: fold::fingerprint(&letters), nth: 0 }
    }

    /// Returns the permalinks of the quotes of one article, which must be complete from the first quote on
    /// and in order.
    #[must_use]
    pub fn all(records: &[Record]) -> Vec<Self> {
        let mut seen: HashMap<Self, u32> = HashMap::new();
        let link = |record| {
            let link = Self::of(record);
            let count = seen.entry(link).or_default();
            let nth = *count;
            *count += 1;
            Self { nth, ..link }
        };
        records.iter().map(link).collect()
    }
}

impl fmt::Display for Permalink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{:08x}", self.article, self.words)?;
        if self.nth > 0 { write!(f, "-{}", u64::from(self.nth) + 1) } else { Ok(()) }
    }
}

/// The text is not a permalink.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoPermalink;

impl FromStr for Permalink {
    type Err = NoPermalink;

    /// Parses exactly the text that [`fmt::Display`] writes.
    fn from_str(text: &str) -> Result<Self, NoPermalink> {
        let read = || {
            let (name, nth) = match text.split_once('-') {
                Some((name, nth)) => (name, nth.parse::<u32>().ok()?.checked_sub(1)?),
                None => (text, 0),
            };
            let (article, words) = name.split_at_checked(16)?;
            Some(Self {
                article: u64::from_str_radix(article, 16).ok()?,
                words: u32::from_str_radix(words, 16).ok()?,
                nth,
            })
        };
        let link = read().ok_or(NoPermalink)?;
        // A quote has only one address.
        if link.to_string() == text { Ok(link) } else { Err(NoPermalink) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_only_as_it_was_written() {
        for text in ["0123456789abcdef01234567", "0123456789abcdef01234567-2"] {
            assert_eq!(text.parse::<Permalink>().map(|link| link.to_string()).as_deref(), Ok(text));
        }
        for text in [
            "",
            "0123456789abcdef0123456",
            "0123456789ABCDEF01234567",
            "0123456789abcdef01234567-1",
            "0123456789abcdef01234567-",
            "0123456789abcdef01234567-02",
            "+123456789abcdef01234567",
            "0123456789abcde\u{e9}1234567",
            "../../../../etc/passwd..",
        ] {
            assert_eq!(text.parse::<Permalink>(), Err(NoPermalink), "{text}");
        }
    }
}

//! Which of the sources does an indexer read, if several machines share the work?

use std::fmt;
use std::str::FromStr;

use crate::fold;

/// One of several equal parts of the sources; all of them by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Numbered from 1.
    part: u32,
    of: u32,
}

impl Default for Share {
    fn default() -> Self {
        Self { part: 1, of: 1 }
    }
}

impl FromStr for Share {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (part, of) = text.trim().split_once('/').ok_or(())?;
        let (part, of) = (part.trim().parse().map_err(drop)?, of.trim().parse().map_err(drop)?);
        if (1..=of).contains(&part) && of <= 10_000 { Ok(Self { part, of }) } else { Err(()) }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.part, self.of)
    }
}

impl Share {
    /// Returns whether the file with this path, or the feed with this URL, belongs to the share. All machines
    /// must use the same path for the file.
    #[must_use]
    pub fn holds(self, name: &str) -> bool {
        self.of == 1
            || fold::number(&[b"share", name.as_bytes()]) % u64::from(self.of) + 1 == u64::from(self.part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_belongs_to_one_share() {
        let shares: Vec<Share> = (1..=3).map(|part| format!("{part}/3").parse().expect("a share")).collect();
        let mut files = [0; 3];
        for number in 0..300 {
            let holds: Vec<usize> =
                (0..3).filter(|at| shares[*at].holds(&format!("news/{number}.txt"))).collect();
            assert_eq!(holds.len(), 1, "{number}");
            files[holds[0]] += 1;
        }
        assert!(files.iter().all(|count| *count > 60), "{files:?}");
        for text in ["", "1", "0/3", "4/3", "1/0", "x/y", "-1/2"] {
            assert_eq!(text.parse::<Share>(), Err(()), "{text}");
        }
    }
}

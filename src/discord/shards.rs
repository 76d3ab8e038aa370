//! Which shards of the bot does this process run?

use std::str::FromStr;

/// The shards of a bot that one of several processes runs. A shard receives the events of the servers whose
/// id, shifted right by 22 bits and divided by the number of shards, leaves the number of the shard; the
/// first one also receives direct messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shards {
    /// The first shard of this process, numbered from 0.
    pub first: u32,
    /// The last shard of this process.
    pub last: u32,
    /// The number of shards of all processes.
    pub of: u32,
}

impl FromStr for Shards {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (range, of) = text.trim().split_once('/').ok_or(())?;
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let number = |text: &str| text.trim().parse::<u32>().map_err(drop);
        let shards = Self { first: number(first)?, last: number(last)?, of: number(of)? };
        let is_range = shards.first <= shards.last && shards.last < shards.of && shards.of <= 100_000;
        if is_range { Ok(shards) } else { Err(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_a_range_of_their_number() {
        let shards = |text: &str| text.parse::<Shards>();
        assert_eq!(shards("0-3/8"), Ok(Shards { first: 0, last: 3, of: 8 }));
        assert_eq!(shards(" 7 / 8 "), Ok(Shards { first: 7, last: 7, of: 8 }));
        for text in ["", "8", "8/8", "3-2/8", "0-8/8", "-1/2", "0/0", "0-1-2/8", "0/100001"] {
            assert_eq!(shards(text), Err(()), "{text}");
        }
    }
}

//! Which shards of the bot does this process run?

use std::str::FromStr;

/// The shards of a bot that one of several processes runs: a range. A shard receives the events of the servers
/// whose id, shifted right by 22 bits and divided by the number of shards, leaves the number of the shard; the
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

impl Shards {
    /// Returns whether a server's events come to one of these shards.
    #[must_use]
    pub fn holds(self, guild: u64) -> bool {
        let shard = (guild >> 22) % u64::from(self.of.max(1));
        (u64::from(self.first)..=u64::from(self.last)).contains(&shard)
    }

    /// Returns whether the process with these shards does what must be done only once for all of them.
    #[must_use]
    pub const fn leads(self) -> bool {
        self.first == 0
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

    #[test]
    fn each_server_belongs_to_one_process() {
        let parts = ["0-1/5", "2/5", "3-4/5"].map(|text| text.parse::<Shards>().expect("a range"));
        assert_eq!(parts.map(Shards::leads), [true, false, false]);
        for (number, at) in [(0_u64, 0), (1, 0), (2, 1), (3, 2), (4, 2), (5, 0), (1003, 2)] {
            let holds = parts.map(|part| part.holds(number << 22 | 77));
            assert_eq!(holds.map(u8::from).iter().sum::<u8>(), 1, "{number}");
            assert!(holds[at], "{number}");
        }
    }
}

//! What is the time in the embedded Discord, and what is the next id?
//!
//! The clock follows the machine's clock but can be moved forward, so that a test need not wait the 15
//! minutes that a token lives. Ids are snowflakes as in Discord's reference: the upper 42 bits are
//! milliseconds since 2015, so ids sort by age and contain their creation time. Ids always increase, even
//! when the machine's clock is set back.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Serialize, Serializer};

/// Discord's epoch, the first second of 2015, in milliseconds of Unix time.
const EPOCH: i64 = 1_420_070_400_000;

/// The id of any Discord object; a string of digits in JSON.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(pub u64);

impl Id {
    /// Returns when the id was created, in milliseconds of Unix time.
    pub fn born(self) -> i64 {
        i64::try_from(self.0 >> 22).unwrap_or(i64::MAX - EPOCH) + EPOCH
    }
}

impl Id {
    /// Returns the smallest id that can be created at a time, given in milliseconds of Unix time.
    pub(super) fn at(millis: i64) -> Id {
        Id(u64::try_from(millis - EPOCH).unwrap_or_default() << 22)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Id {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Id, Self::Err> {
        text.parse().map(Id)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A clock that can be moved forward, and the generator of ids.
#[derive(Default)]
pub(super) struct Clock {
    /// How far it is ahead of the machine's clock, in milliseconds.
    ahead: i64,
    last: u64,
}

impl Clock {
    /// Returns the time, in milliseconds of Unix time.
    pub(super) fn now(&self) -> i64 {
        let machine = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        millis(machine) + self.ahead
    }

    pub(super) fn advance(&mut self, by: Duration) {
        self.ahead += millis(by);
    }

    pub(super) fn id(&mut self) -> Id {
        let since = u64::try_from(self.now() - EPOCH).unwrap_or_default();
        self.last = (since << 22).max(self.last + 1);
        Id(self.last)
    }
}

pub(super) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4)
}

/// Formats a time as Discord does: `2026-01-31T12:00:00.000000+00:00`.
pub(super) fn iso(millis: i64) -> String {
    match jiff::Timestamp::from_millisecond(millis) {
        Ok(time) => time.strftime("%Y-%m-%dT%H:%M:%S.%6f+00:00").to_string(),
        Err(_) => "1970-01-01T00:00:00.000000+00:00".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_carry_their_time_and_never_go_down() {
        let mut clock = Clock::default();
        let first = clock.id();
        assert!((clock.now() - first.born()).abs() < 5_000);
        // As if the machine's clock were set back by an hour.
        clock.ahead -= 3_600_000;
        assert!(clock.id() > first);
        clock.advance(Duration::from_secs(7_200));
        assert!(clock.id().born() >= first.born() + 3_500_000);
    }

    #[test]
    fn times_are_written_as_discord_writes_them() {
        assert_eq!(iso(1_700_000_000_123), "2023-11-14T22:13:20.123000+00:00");
    }
}

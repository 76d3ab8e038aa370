//! Who may change what every server sees? Only the people and servers named by the person who runs the bot.
//!
//! What `/add` fetches and `/reindex` builds is shown on all servers. Managing a server that has the bot is
//! not enough: anyone can create a server and invite the bot.

/// The people and servers that may change what all servers see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operators {
    /// Everybody who manages a server. For the embedded Discord, where everything belongs to one machine.
    Everybody,
    /// These users in every server that they manage, and everybody who manages one of these servers. Both
    /// lists may be empty.
    Named {
        /// Ids of users.
        users: Vec<u64>,
        /// Ids of servers.
        servers: Vec<u64>,
    },
}

/// The list cannot be parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "entry {0} is neither `user:ID` nor `server:ID` with the id that Discord shows (17 to 20 digits); separate entries by blanks or commas"
)]
pub struct NotOperators(
    /// The entry, counted from 1.
    pub usize,
);

impl Operators {
    /// Nobody.
    pub const NOBODY: Self = Self::Named { users: Vec::new(), servers: Vec::new() };

    /// Parses a list of `user:ID` and `server:ID`, separated by white space, commas or both. A bare id is
    /// rejected, because it does not say whether it is a user or a server.
    ///
    /// # Errors
    /// The first entry that has neither form.
    pub fn parse(list: &str) -> Result<Self, NotOperators> {
        let (mut users, mut servers) = (Vec::new(), Vec::new());
        let entries = list.split(|c: char| c == ',' || c.is_whitespace()).filter(|entry| !entry.is_empty());
        for (number, entry) in (1..).zip(entries) {
            let (ids, id) = match entry.split_once(':') {
                Some(("user", id)) => (&mut users, id),
                Some(("server", id)) => (&mut servers, id),
                _ => return Err(NotOperators(number)),
            };
            let is_id = (17..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
            ids.push(id.parse().ok().filter(|_| is_id).ok_or(NotOperators(number))?);
        }
        Ok(Self::Named { users, servers })
    }

    /// Returns whether there is no operator.
    #[must_use]
    pub fn is_nobody(&self) -> bool {
        matches!(self, Self::Named { users, servers } if users.is_empty() && servers.is_empty())
    }

    /// Returns whether a user is an operator in a server. The caller has checked that the user manages it.
    #[must_use]
    pub fn allow(&self, user: u64, server: u64) -> bool {
        match self {
            Self::Everybody => true,
            Self::Named { users, servers } => users.contains(&user) || servers.contains(&server),
        }
    }
}

/// Returns whether a command changes what every server sees.
pub(super) fn is_operators(command: &str) -> bool {
    matches!(command, "add" | "reindex")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: u64 = 1_100_000_000_000_000_001;
    const DESK: u64 = 1_100_000_000_000_000_002;

    #[test]
    fn operators_are_people_anywhere_and_whoever_manages_a_listed_server() {
        let named = Operators::parse(&format!(" user:{ANN},server:{DESK} , ")).expect("two entries");
        assert_eq!(named, Operators::Named { users: vec![ANN], servers: vec![DESK] });
        assert!(named.allow(ANN, 7) && named.allow(7, DESK) && !named.allow(7, 7));
        assert!(!named.allow(DESK, ANN), "an id counts only as what it was named as");
        assert!(!named.is_nobody() && Operators::NOBODY.is_nobody());
        assert!(!Operators::NOBODY.allow(ANN, DESK) && Operators::Everybody.allow(7, 7));
        assert_eq!(Operators::parse(" , "), Ok(Operators::NOBODY));
    }

    #[test]
    fn ambiguous_entries_are_refused() {
        for (list, entry) in [
            (format!("{ANN}"), 1),
            (format!("user:{ANN} {DESK}"), 2),
            (format!("guild:{DESK}"), 1),
            (format!("user: {ANN}"), 1),
            (format!("USER:{ANN}"), 1),
            (format!("user:{ANN};server:{DESK}"), 1),
            (format!("user:<@{ANN}>"), 1),
            ("user:+1100000000000000001".to_owned(), 1),
            ("user:0".to_owned(), 1),
            ("user:*".to_owned(), 1),
            ("server:99999999999999999999".to_owned(), 1),
            ("user:٣٣٣٣٣٣٣٣٣٣٣٣٣٣٣٣٣".to_owned(), 1),
        ] {
            assert_eq!(Operators::parse(&list), Err(NotOperators(entry)), "{list}");
        }
    }
}

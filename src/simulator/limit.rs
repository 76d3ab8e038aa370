//! How many requests does each route have left?
//!
//! Discord announces its limits only in headers and may change them; those here were observed in practice.
//! The global limit does not apply to the interaction endpoints.

use std::collections::HashMap;

/// A limit as reported in the headers.
#[derive(Clone, Debug)]
pub(super) struct Headers {
    pub(super) bucket: String,
    pub(super) limit: u32,
    pub(super) remaining: u32,
    /// Milliseconds until the limit resets.
    pub(super) reset_after: i64,
}

/// The buckets in use: requests left, and when the bucket resets.
#[derive(Default)]
pub(super) struct Buckets(HashMap<String, (u32, i64)>);

impl Buckets {
    /// Takes one request from a route's bucket.
    ///
    /// # Errors
    /// If the limit is exceeded: the milliseconds to wait, and whether it was the global limit.
    pub(super) fn take(&mut self, method: &str, parts: &[&str], now: i64) -> Result<Headers, (i64, bool)> {
        if self.0.len() > 4_096 {
            self.0.retain(|_, (_, reset)| *reset > now);
        }
        let (name, major, limit, window) = route(method, parts);
        if !matches!(parts, ["interactions" | "webhooks", ..]) {
            self.count("global", 50, 1_000, now).map_err(|wait| (wait, true))?;
        }
        let (remaining, reset_after) =
            self.count(&format!("{name}:{major}"), limit, window, now).map_err(|wait| (wait, false))?;
        let bucket = blake3::hash(name.as_bytes()).to_hex().chars().take(32).collect();
        Ok(Headers { bucket, limit, remaining, reset_after })
    }

    fn count(&mut self, key: &str, limit: u32, window: i64, now: i64) -> Result<(u32, i64), i64> {
        let (left, reset) = self.0.entry(key.to_owned()).or_insert((limit, now + window));
        if now >= *reset {
            (*left, *reset) = (limit, now + window);
        }
        if *left == 0 {
            return Err(*reset - now);
        }
        *left -= 1;
        Ok((*left, *reset - now))
    }
}

/// Returns a route's name, the id it is counted by, and its limit: how many requests in how many
/// milliseconds.
fn route<'a>(method: &str, parts: &[&'a str]) -> (String, &'a str, u32, i64) {
    match parts {
        ["interactions", id, _, "callback"] => ("callback".to_owned(), id, 50, 1_000),
        ["webhooks", _, token, ..] => ("webhooks".to_owned(), token, 5, 2_000),
        ["channels", channel, "messages"] if method == "POST" => ("post".to_owned(), channel, 5, 5_000),
        ["channels", channel, "messages", ..] => (format!("{method} message"), channel, 5, 5_000),
        ["channels", channel, rest @ ..] => (format!("{method} {}", rest.join("/")), channel, 10, 5_000),
        ["applications", _, "guilds", guild, ..] => (format!("{method} guild commands"), guild, 20, 10_000),
        [first, ..] => (format!("{method} {first}"), "", 30, 1_000),
        [] => (method.to_owned(), "", 30, 1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let mut buckets = Buckets::default();
        let parts = ["channels", "1", "messages"];
        for left in (0..5).rev() {
            assert_eq!(buckets.take("POST", &parts, 1_000).map(|headers| headers.remaining), Ok(left));
        }
        assert_eq!(buckets.take("POST", &parts, 2_000).map(|_| ()), Err((4_000, false)));
        assert!(buckets.take("POST", &["channels", "2", "messages"], 2_000).is_ok());
        assert_eq!(buckets.take("POST", &parts, 6_000).map(|headers| headers.remaining), Ok(4));
    }
}

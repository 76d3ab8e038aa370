//! Which requests are kept? The newest, up to a limit in bytes.

use std::collections::VecDeque;

use serde_json::Value;

/// One request and the status of its response.
#[derive(Clone, Debug)]
pub struct Request {
    /// Its time of arrival on the simulator's clock, in milliseconds of Unix time.
    pub at: i64,
    /// `GET`, `POST`, …
    pub method: String,
    /// The path without `/api/v10`.
    pub path: String,
    /// The decoded body, or null.
    pub body: Value,
    /// The response's status; 0 if the connection was cut.
    pub status: u16,
    /// Whether Discord counts it as invalid: refused with 401, 403, or 429 unless the limit's scope is
    /// shared.
    pub invalid: bool,
}

/// The memory that kept requests may take, in bytes; the log file is separate.
pub(in crate::simulator) const MEMORY: usize = 32 << 20;
/// The most that one request may take, in bytes; the body of a larger one is not kept.
const LARGEST: usize = 2 << 20;

/// The newest requests, oldest first.
#[derive(Default)]
pub(in crate::simulator) struct Kept {
    requests: VecDeque<(Request, usize)>,
    bytes: usize,
}

impl Kept {
    pub(in crate::simulator) fn iter(&self) -> impl DoubleEndedIterator<Item = &Request> {
        self.requests.iter().map(|(request, _)| request)
    }

    /// Keeps a request, and drops the oldest ones if there is no room.
    pub(in crate::simulator) fn push(&mut self, mut request: Request) {
        let head = size_of::<Request>() + request.path.len() + request.method.len();
        let mut bytes = head + weight(&request.body);
        if bytes > LARGEST {
            request.body = Value::Null;
            bytes = head;
        }
        self.requests.push_back((request, bytes));
        self.bytes += bytes;
        while self.bytes > MEMORY
            && let Some((_, bytes)) = self.requests.pop_front()
        {
            self.bytes -= bytes;
        }
    }
}

/// Returns roughly the bytes of memory a value takes; never less than its text.
fn weight(value: &Value) -> usize {
    size_of::<Value>()
        + match value {
            Value::String(text) => text.len(),
            Value::Array(list) => list.iter().map(weight).sum(),
            // A node of the tree has room for eleven entries and is at least half full.
            Value::Object(fields) => fields
                .iter()
                .map(|(name, value)| 2 * size_of::<String>() + name.len() + 2 * weight(value))
                .sum(),
            _ => 0,
        }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn request(body: Value) -> Request {
        let (method, path) = ("POST".to_owned(), "/x".to_owned());
        Request { at: 0, method, path, body, status: 200, invalid: false }
    }

    #[test]
    fn what_is_remembered_is_bounded_in_bytes() {
        let mut kept = Kept::default();
        for at in 0..10_000 {
            kept.push(request(json!({"content": format!("{at} {}", "a".repeat(10_000))})));
        }
        assert!(kept.bytes <= MEMORY && kept.bytes > MEMORY / 2);
        let newest = kept.iter().next_back().expect("some are kept");
        assert!(newest.body["content"].as_str().is_some_and(|text| text.starts_with("9999 ")));
        assert_eq!(kept.bytes, kept.requests.iter().map(|(_, bytes)| bytes).sum::<usize>());
        // Each number takes two bytes of text and thirty-two of memory.
        kept.push(request(json!(vec![0; 1 << 20])));
        assert!(kept.iter().next_back().is_some_and(|request| request.body.is_null()));
    }
}

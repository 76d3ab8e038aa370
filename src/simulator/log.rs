//! What was asked of it, a line each?
//!
//! `{"method","path","query","body","files","auth","status"}`, as a validator of requests reads them; with the answer added where
//! that was asked for. `auth` is the scheme alone; `status` is 599
//! where no answer went out.

use std::collections::VecDeque;
use std::io::Write;

use serde_json::{Value, json};

use super::form::Upload;
use super::world::{Request, State};

/// Bytes of memory that remembered requests may take, beside the log.
pub(super) const MEMORY: usize = 32 << 20;
/// The most of it that one request may take; of a larger one the body is not remembered.
const LARGEST: usize = 2 << 20;

/// The newest requests, oldest first.
#[derive(Default)]
pub(super) struct Kept {
    requests: VecDeque<(Request, usize)>,
    bytes: usize,
}

impl Kept {
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Request> {
        self.requests.iter().map(|(request, _)| request)
    }

    /// Remembers a request and forgets the oldest where there is no more room.
    fn push(&mut self, mut request: Request) {
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

/// The bytes of memory a value takes, about: never less than its text.
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

/// A request and its answer.
pub(super) struct Line<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    pub(super) body: &'a Value,
    pub(super) files: &'a [Upload],
    pub(super) auth: Option<&'a str>,
    /// 0 where no answer went out.
    pub(super) status: u16,
    pub(super) answer: &'a Value,
    /// Refused by a limit that all bots share.
    pub(super) shared: bool,
}

impl State {
    pub(super) fn note(&mut self, line: &Line<'_>) {
        self.requests.push(Request {
            at: self.clock.now(),
            method: line.method.to_owned(),
            path: line.path.to_owned(),
            body: line.body.clone(),
            status: line.status,
            invalid: matches!(line.status, 401 | 403 | 429) && !line.shared,
        });
        let Some(log) = &mut self.log else { return };
        let files: Vec<Value> = line
            .files
            .iter()
            .map(|file| json!({"part": file.part, "filename": file.name, "size": file.size}))
            .collect();
        let auth = line.auth.and_then(|auth| auth.split(' ').next());
        let status = if line.status == 0 { 599 } else { line.status };
        let mut value = json!({
            "method": line.method, "path": line.path, "query": line.query, "body": line.body, "files": files,
            "auth": auth.unwrap_or_default(), "status": status,
        });
        if self.log_answers {
            value["answer"] = line.answer.clone();
        }
        // One write a line, so that several simulators can share a file. A full disk must not change what is answered.
        let _ = log.write_all(format!("{value}\n").as_bytes());
    }
}

#[cfg(test)]
mod tests {
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
        // Two bytes of text a number, thirty-two of memory.
        kept.push(request(json!(vec![0; 1 << 20])));
        assert!(kept.iter().next_back().is_some_and(|request| request.body.is_null()));
    }
}

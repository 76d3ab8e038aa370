//! Which requests were received? One line of JSON for each.
//!
//! A line holds `{"method","path","query","body","files","auth","status"}`, as a validator of requests
//! expects, plus the response if asked for. `auth` is the scheme only; `status` is 599 if no response was
//! sent.

use std::io::Write;

use serde_json::{Value, json};

use super::form::Upload;
use super::world::{Request, State};

/// A request and its response.
pub(super) struct Line<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    pub(super) body: &'a Value,
    pub(super) files: &'a [Upload],
    pub(super) auth: Option<&'a str>,
    /// 0 if no response was sent.
    pub(super) status: u16,
    pub(super) answer: &'a Value,
    /// Whether it was refused by a limit shared by all bots.
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
            .map(|file| json!({"part": file.part, "filename": file.name, "size": file.bytes.len()}))
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
        // One write per line, so that several simulators can share a file. Errors are ignored: a full disk
        // must not change the response.
        let _ = log.write_all(format!("{value}\n").as_bytes());
    }
}

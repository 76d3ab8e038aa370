//! Keeps the files that people attach and serves them at the address given in the message, as Discord's CDN
//! does.
//!
//! The address contains an unguessable number; no token is needed to fetch it.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::clock::Id;
use super::world::{File, State};

impl State {
    /// Stores a file and returns its attachment object.
    pub(super) fn attach(&mut self, channel: Id, file: &File) -> Value {
        let id = self.clock.id();
        let sign = self.signature(id);
        let name = percent_encoding::utf8_percent_encode(&file.name, percent_encoding::NON_ALPHANUMERIC);
        let url = format!("{}/attachments/{channel}/{id}/{name}?hm={sign}", self.base);
        let mut attachment = json!({
            "id": id, "filename": file.name, "size": file.bytes.len(), "url": url, "proxy_url": url, "content_type": file.kind,
        });
        if let Some(description) = &file.description {
            attachment["description"] = json!(description);
        }
        self.files.insert(id, file.clone());
        attachment
    }

    fn signature(&self, id: Id) -> String {
        blake3::hash(format!("{id} {}", self.secret).as_bytes()).to_hex().to_string()
    }

    /// Serves the file at a path and query; `None` if the path is not that of a file.
    pub(super) fn file(&self, path: &str, query: &str) -> Option<Response> {
        let mut parts = path.strip_prefix("/attachments/")?.split('/');
        let id = parts.nth(1).and_then(|id| id.parse().ok()).unwrap_or(Id(0));
        let sign = query.split('&').find_map(|part| part.strip_prefix("hm=")).unwrap_or_default();
        let is_signed = blake3::hash(sign.as_bytes()) == blake3::hash(self.signature(id).as_bytes());
        Some(match self.files.get(&id).filter(|_| is_signed) {
            Some(file) => {
                let headers = [
                    (header::CONTENT_TYPE, file.kind.as_str()),
                    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
                    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
                ];
                (headers, file.bytes.clone()).into_response()
            }
            None => StatusCode::NOT_FOUND.into_response(),
        })
    }
}

//! Keeps an index of the archive in order: are its settings ours, and do withdrawn editions go?
//!
//! Quickwit deletes documents by a query, some time after it was asked, and only from splits that it no
//! longer merges (by default after 48 hours). Each deletion rewrites splits, so it is requested at most once
//! a day.

use std::collections::HashSet;

use reqwest::Method;
use serde_json::{Value as Json, json};

use super::document::{self, now};
use super::{Archive, ArchiveError, Kind, Server, Traffic, number, one_of, term};

/// Minimum number of editions for which a deletion is requested.
const FEWEST: usize = 100;
/// Maximum number of editions in one query; the rest are deleted another day.
const MOST: usize = 10_000;
/// Seconds between two deletions.
const PAUSE: u64 = 24 * 60 * 60;
/// Seconds after which an edition that has no documents any more need not be withdrawn any longer: no batch
/// can arrive so late.
const LATE: u64 = 7 * PAUSE;

impl Server {
    /// Returns `Ok(false)` if there is no such index, and an error if it has other settings than ours.
    pub(super) fn has_our_settings(&self) -> Result<bool, ArchiveError> {
        let path = format!("/api/v1/indexes/{}", self.index);
        let Some(answer) = self.client.send(&Method::GET, &path, b"", Kind::Question)? else {
            return Ok(false);
        };
        let found: Json = serde_json::from_slice(&answer).map_err(|error| self.client.garbled(error))?;
        let Some(found) = found.pointer("/index_config/doc_mapping") else {
            return Err(self.client.garbled("it has no `doc_mapping`"));
        };
        let ours = document::settings(&self.index);
        match difference(ours.get("doc_mapping").unwrap_or(&Json::Null), found) {
            None => Ok(true),
            Some(difference) => Err(ArchiveError::Foreign {
                address: self.client.address().to_string(),
                index: self.index.clone(),
                difference,
            }),
        }
    }

    /// Asks the cluster to delete the documents of withdrawn editions, if enough editions still have some and
    /// nothing was deleted within the last day. Returns the number of editions with documents.
    pub(super) fn sweep(&self) -> Result<u64, ArchiveError> {
        let mut traffic = Traffic::default();
        let all = term("class", "gone");
        let withdrawn = self.withdrawn(&all, &mut traffic)?.unwrap_or_default().len();
        if withdrawn < FEWEST || self.last_deletion()?.saturating_add(PAUSE) > now() {
            return Ok(0);
        }
        let mut gone: Vec<(u64, u64)> = Vec::new();
        self.each(&all, ("dead", "dead,stamp"), &mut traffic, &mut |document| {
            let withdrawn = number(document, "stamp").unwrap_or_default();
            gone.extend(number(document, "dead").map(|edition| (edition, withdrawn)));
        })?;
        let mut there: HashSet<u64> = HashSet::new();
        for some in gone.chunks(MOST) {
            let editions: Vec<u64> = some.iter().map(|(edition, _)| *edition).collect();
            let query = json!({"bool": {"filter": [one_of("edition", &editions)]}});
            let found = self.groups(&query, "edition", &mut traffic)?.unwrap_or_default();
            there.extend(found.into_iter().map(|(edition, _)| edition));
        }
        let (there, over) = deletable(&gone, &there, now());
        if there.len() + over.len() < FEWEST {
            return Ok(0);
        }
        let clause = |field: &str, editions: &[u64]| {
            let editions: Vec<String> = editions.iter().map(u64::to_string).collect();
            format!("{field}:IN [{}]", editions.join(" "))
        };
        let clauses = [("edition", &there), ("dead", &over)];
        let clauses: Vec<String> = clauses
            .into_iter()
            .filter(|(_, editions)| !editions.is_empty())
            .map(|(field, editions)| clause(field, editions))
            .collect();
        let body = json!({"query": clauses.join(" OR ")}).to_string();
        let path = format!("/api/v1/{}/delete-tasks", self.index);
        // Deleting the same documents twice does no harm, so the request may be sent again.
        self.client.send(&Method::POST, &path, body.as_bytes(), Kind::Question)?;
        Ok(there.len() as u64)
    }

    /// Returns when a deletion was last requested, in seconds since the start of 1970; 0 if never.
    fn last_deletion(&self) -> Result<u64, ArchiveError> {
        let path = format!("/api/v1/{}/delete-tasks", self.index);
        let Some(answer) = self.client.send(&Method::GET, &path, b"", Kind::Question)? else { return Ok(0) };
        let tasks: Vec<Json> = serde_json::from_slice(&answer).map_err(|error| self.client.garbled(error))?;
        Ok(tasks.iter().filter_map(|task| number(task, "create_timestamp")).max().unwrap_or_default())
    }
}

/// Returns which editions' documents are to be deleted, and which withdrawals are over, each at most [`MOST`].
/// `gone` has the withdrawn editions, each with the time of its withdrawal; `there` are those that still have
/// documents.
fn deletable(gone: &[(u64, u64)], there: &HashSet<u64>, now: u64) -> (Vec<u64>, Vec<u64>) {
    let old = now.saturating_sub(LATE);
    let some = |is_meant: &dyn Fn(u64, u64) -> bool| {
        let meant = gone.iter().filter(|(edition, withdrawn)| is_meant(*edition, *withdrawn));
        meant.map(|(edition, _)| *edition).take(MOST).collect()
    };
    let with_documents = some(&|edition, _| there.contains(&edition));
    (with_documents, some(&|edition, withdrawn| withdrawn < old && !there.contains(&edition)))
}

impl Archive {
    /// Checks that the index of the archive has the settings that this version gives it.
    ///
    /// # Errors
    /// [`ArchiveError::Foreign`] if it has others, and the errors of every request.
    pub fn check_settings(&self) -> Result<(), ArchiveError> {
        self.server.has_our_settings().map(drop)
    }
}

/// Returns the first of our settings that the server has otherwise; it may have settings in addition.
fn difference(ours: &Json, found: &Json) -> Option<String> {
    for name in ["mode", "timestamp_field"] {
        if ours.get(name) != found.get(name) {
            return Some(format!("`{name}` is {}", shown(found.get(name))));
        }
    }
    let tags = |mapping: &Json| {
        let tags = mapping.get("tag_fields").and_then(Json::as_array).cloned().unwrap_or_default();
        tags.iter().filter_map(Json::as_str).map(str::to_owned).collect::<HashSet<String>>()
    };
    if !tags(found).is_superset(&tags(ours)) {
        return Some(format!("`tag_fields` is {}", shown(found.get("tag_fields"))));
    }
    let fields =
        |mapping: &Json| mapping.get("field_mappings").and_then(Json::as_array).cloned().unwrap_or_default();
    let there = fields(found);
    for field in fields(ours) {
        let name = field.get("name").and_then(Json::as_str).unwrap_or_default();
        let Some(there) = there.iter().find(|there| there.get("name") == field.get("name")) else {
            return Some(format!("there is no field `{name}`"));
        };
        for (key, value) in field.as_object().into_iter().flatten() {
            let is_same = match there.get(key) {
                // A fast text field is described by its normalizer.
                Some(Json::Object(_)) if key == "fast" => *value == Json::Bool(true),
                other => other == Some(value),
            };
            if !is_same {
                return Some(format!("`{key}` of the field `{name}` is {}", shown(there.get(key))));
            }
        }
    }
    None
}

fn shown(value: Option<&Json>) -> String {
    value.map_or_else(|| "not set".to_owned(), Json::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_editions_with_documents_are_deleted_and_old_withdrawals_end() {
        let now = 100 * PAUSE;
        let gone = [(1, now - PAUSE), (2, now - PAUSE), (3, 0), (4, 0)];
        assert_eq!(deletable(&gone, &HashSet::from([2, 4]), now), (vec![2, 4], vec![3]));
        let many: Vec<(u64, u64)> = (0..2 * MOST as u64).map(|edition| (edition, 0)).collect();
        let (with_documents, over) = deletable(&many, &HashSet::new(), now);
        assert_eq!((with_documents.len(), over.len()), (0, MOST));
    }

    #[test]
    fn the_first_setting_that_differs_is_named() {
        let settings = document::settings("desk");
        let ours = settings.get("doc_mapping").expect("a mapping").clone();
        // As a server returns it: with defaults, and a normalizer for fast text fields.
        let mut there = ours.clone();
        for field in there["field_mappings"].as_array_mut().expect("fields") {
            field["coerce"] = json!(true);
            if field["tokenizer"] == "raw" && field["fast"] == true {
                field["fast"] = json!({"normalizer": "raw"});
            }
        }
        assert_eq!(difference(&ours, &there), None);
        let mut other = there.clone();
        other["mode"] = json!("lenient");
        assert_eq!(difference(&ours, &other).as_deref(), Some("`mode` is \"lenient\""));
        let mut other = there.clone();
        other["tag_fields"] = json!(["share"]);
        assert_eq!(difference(&ours, &other).as_deref(), Some("`tag_fields` is [\"share\"]"));
        let mut other = there.clone();
        let fields = other["field_mappings"].as_array_mut().expect("fields");
        let topic = fields.iter_mut().find(|field| field["name"] == "topic").expect("a topic");
        topic["tokenizer"] = json!("default");
        let expected = "`tokenizer` of the field `topic` is \"default\"";
        assert_eq!(difference(&ours, &other).as_deref(), Some(expected));
        let fields = other["field_mappings"].as_array_mut().expect("fields");
        fields.retain(|field| field["name"] != "topic");
        assert_eq!(difference(&ours, &other).as_deref(), Some("there is no field `topic`"));
    }
}

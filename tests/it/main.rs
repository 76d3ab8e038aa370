//! The only integration test binary: another one would link tantivy again.

mod archive;
mod articles;
mod browser;
mod claims;
mod cli;
mod corpus;
mod corrections;
mod discord;
mod export;
mod faults;
mod fetch;
mod hostile;
mod ingest;
mod matters;
mod memory;
mod pdf;
mod picture;
mod questions;
mod quotes;
mod ranking;
mod refused;
mod remarks;
mod resume;
mod secrets;
mod simulator;
mod talks;
mod tidy;
mod trust;
mod verify;
mod watch;
mod web;

use std::path::PathBuf;

/// Returns the folder of the project.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

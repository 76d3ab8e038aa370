//! The one test binary: each further one would link tantivy again.

mod articles;
mod corpus;
mod tidy;

use std::path::PathBuf;

/// The folder of the project.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

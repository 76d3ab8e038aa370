//! Indexes a folder of articles and answers a question from it.
//!
//! ```sh
//! cargo run --release --example ask -- corpus "What did Ushakov say about territory?"
//! ```

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use anyhow::Context as _;
use jiff::ZonedDateTime;
use rapporteur::index::QuoteIndex;
use rapporteur::ingest::{self, Job, Silent};
use rapporteur::question::Asked;
use rapporteur::{ask, render};

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let corpus = PathBuf::from(args.next().context("name a folder of articles")?);
    let question = args.next().context("ask a question")?;
    // A program that runs again would keep this folder: then only what has changed is indexed.
    let folder = tempfile::tempdir()?;
    let index = folder.path().join("index");

    let job = Job { corpus: vec![corpus], index: index.clone(), threads: 2, ..Job::default() };
    let report = ingest::ingest(&job, &mut Silent, &AtomicBool::new(false))?;
    for skip in &report.skipped {
        writeln!(std::io::stderr(), "skipped {}: {}", skip.path, skip.reason)?;
    }

    let index = QuoteIndex::open(&index)?.context("nothing was indexed")?;
    let answer = ask::ask(&index, &Asked::new(question, ZonedDateTime::now().date()), 5)?;
    let mut out = std::io::stdout().lock();
    for hit in &answer.hits {
        let speaker = hit.record.quote.speaker().unwrap_or("speaker unknown");
        let outlet = hit.record.citation.outlet.as_deref().unwrap_or("outlet unknown");
        writeln!(out, "{speaker}: {} ({outlet})", hit.record.shown())?;
    }
    // Says why nothing was found, or what limits the quotes above.
    if let Some(note) = render::note(&answer) {
        writeln!(out, "{note}")?;
    }
    Ok(())
}

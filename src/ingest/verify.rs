//! Does the index agree with the corpus? Checks the files of the index against their checksums, then every
//! stored quote against the bytes of its article.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::journal::is_aside;
use super::read::{Batch, Content, Parsed, Part, Todo, each_batch};
use super::{Job, Progress, Step, read_corrections, scan};
use crate::correction::Corrections;
use crate::index::{FileEntry, IndexError, KnownArticle, Ledger, QuoteIndex, broken_files, file_key};
use crate::pdf;

/// The result of a verification.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Number of files of the corpus that were read.
    pub files: u64,
    /// Number of articles that were compared.
    pub articles: u64,
    /// Number of quotes that were compared, byte for byte.
    pub quotes: u64,
    /// Number of files that were added, changed or removed since they were indexed. Nothing is broken: the
    /// next indexing updates them.
    pub stale: u64,
    /// What is broken, one line each; at most [`Verified::MOST`].
    pub broken: Vec<String>,
    /// Number of further problems.
    pub broken_more: u64,
    /// Whether there is no index to verify.
    pub absent: bool,
    /// Whether it was stopped before its end.
    pub stopped: bool,
}

impl Verified {
    /// Maximum number of problems that are listed.
    pub const MOST: usize = 1000;

    /// Returns whether nothing is broken.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.broken.is_empty()
    }

    fn add(&mut self, line: String) {
        if self.broken.len() < Self::MOST { self.broken.push(line) } else { self.broken_more += 1 }
    }
}

/// Verifies the index of `job` against its corpus. Changes nothing.
///
/// # Errors
/// A corpus folder that is missing or cannot be read, and [`IndexError::Io`]. Problems of the index are not
/// errors but findings.
pub fn verify(job: &Job, progress: &mut dyn Progress, stop: &AtomicBool) -> anyhow::Result<Verified> {
    let mut found = Verified { broken: broken_files(&job.index)?, ..Verified::default() };
    if !found.is_sound() {
        // Files with wrong checksums must not be opened: tantivy trusts its files.
        return Ok(found);
    }
    let index = match QuoteIndex::open(&job.index) {
        Ok(Some(index)) => index,
        Ok(None) => return Ok(Verified { absent: true, ..found }),
        Err(error) => return damage(found, error),
    };
    let ledger = match Ledger::open(&job.index) {
        Ok(Some(ledger)) => ledger,
        Ok(None) => {
            found.add("the index was made by another version".to_owned());
            return Ok(found);
        }
        Err(error) => return damage(found, error),
    };
    let seen = scan::Scan::of(&job.corpus)?.seen;
    let known = match index.files().and_then(|files| Ok((files, ledger.articles()?))) {
        Ok(known) => known,
        Err(error) => return damage(found, error),
    };
    let (mut entries, articles) = known;
    let mut todo = Vec::new();
    // Files that were set aside are not read here either: no article of theirs is indexed.
    let is_aside = is_aside(&job.index);
    for (path, seen) in seen.into_iter().filter(|(path, _)| !is_aside(path)) {
        if entries.contains_key(&path) {
            todo.push(Todo { path, seen, unpacked: None, before: None });
        } else {
            found.stale += 1;
        }
    }
    entries.retain(|path, _| !is_aside(path));
    entries.retain(|path, _| {
        let stays = todo.binary_search_by(|todo| todo.path.cmp(path)).is_ok();
        found.stale += u64::from(!stays);
        stays
    });
    let declared = (index.state().articles, index.state().quotes);
    let counted = (articles.len() as u64, index.count_quotes()?);
    if declared != counted {
        found.add(format!(
            "the index records {} articles and {} quotes, but contains {} and {}",
            declared.0, declared.1, counted.0, counted.1
        ));
    }
    let step = Step { total: todo.iter().map(|todo| todo.seen.size).sum(), ..Step::default() };
    let mut check = Check {
        index,
        corrections: read_corrections(job)?,
        articles,
        entries: entries.into_iter().collect(),
        found,
        step,
        unlike: HashMap::new(),
    };
    check.all(todo, &job.pdf, progress, stop)?;
    Ok(Verified { stopped: stop.load(Ordering::Relaxed), ..check.found })
}

/// Records a damaged index as a finding; returns an error if the index cannot be read at all.
fn damage(mut found: Verified, error: IndexError) -> anyhow::Result<Verified> {
    let IndexError::Damaged { source, .. } = &error else { return Err(error.into()) };
    found.add(source.to_string());
    Ok(found)
}

struct Check {
    index: QuoteIndex,
    corrections: Corrections,
    articles: FxHashMap<u64, KnownArticle>,
    entries: HashMap<String, FileEntry>,
    found: Verified,
    step: Step,
    /// For each file being read, the number of its articles that differ in the index, and the id of the
    /// first.
    unlike: HashMap<String, (u64, String)>,
}

impl Check {
    fn all(
        &mut self,
        todo: Vec<Todo>,
        pdf: &pdf::Reader,
        progress: &mut dyn Progress,
        stop: &AtomicBool,
    ) -> anyhow::Result<()> {
        each_batch(todo, pdf, None, stop, &mut |batch| {
            self.take(batch)?;
            progress.step(self.step);
            Ok(())
        })
    }

    fn take(&mut self, batch: Batch) -> anyhow::Result<()> {
        for part in batch.parts {
            let Part { path, content, end, .. } = part;
            let Content::Articles(articles) = content else { continue };
            let parsed = articles.into_iter().flatten();
            let read: Vec<Parsed> = parsed.map(|parsed| parsed.corrected(&self.corrections)).collect();
            let me = file_key(&path);
            // An article is compared once, however often its file repeats it.
            let mut first = |parsed: &Parsed| {
                let entry = self.articles.get_mut(&parsed.key)?;
                let is_it = entry.file == me && entry.stamp == parsed.stamp;
                (is_it && std::mem::replace(&mut entry.pass, 1) == 0).then_some(entry.quotes)
            };
            let firsts: Vec<Option<u32>> = read.iter().map(&mut first).collect();
            let index = &self.index;
            let compared: Vec<Result<(u64, Vec<String>), IndexError>> = read
                .par_iter()
                .zip(&firsts)
                .map(|(parsed, quotes)| match quotes {
                    Some(quotes) => index.compare(&parsed.article, *quotes),
                    // Another file has the id, or the difference is reported below.
                    None => Ok((0, Vec::new())),
                })
                .collect();
            for ((parsed, compared), first) in read.iter().zip(compared).zip(firsts) {
                self.found.articles += u64::from(first.is_some());
                let (quotes, wrong) = match compared {
                    Ok(compared) => compared,
                    Err(IndexError::Damaged { source, .. }) => (0, vec![source.to_string()]),
                    Err(error) => return Err(error.into()),
                };
                self.found.quotes += quotes;
                wrong.into_iter().for_each(|line| self.found.add(line));
                match self.articles.get(&parsed.key) {
                    Some(entry) if entry.file == me && entry.stamp == parsed.stamp => {}
                    // The first article with the id in a file has it.
                    Some(entry) if entry.file != me || self.is_duplicate(&path, parsed.key) => {}
                    _ => {
                        let unlike =
                            self.unlike.entry(path.clone()).or_insert((0, parsed.article.id.0.clone()));
                        unlike.0 += 1;
                    }
                }
            }
            if let Some(end) = end {
                self.found.files += 1;
                self.end(&path, &end.hash);
            }
        }
        self.step.done = (self.step.done + batch.bytes).min(self.step.total);
        (self.step.articles, self.step.quotes) = (self.found.articles, self.found.quotes);
        Ok(())
    }

    fn is_duplicate(&self, path: &str, key: u64) -> bool {
        self.entries.get(path).is_some_and(|entry| entry.duplicates.binary_search(&key).is_ok())
    }

    /// Handles a file that was read to its end.
    fn end(&mut self, path: &str, hash: &str) {
        let unlike = self.unlike.remove(path);
        if self.entries.get(path).is_none_or(|entry| entry.hash != hash) {
            self.found.stale += 1;
        } else if let Some((count, first)) = unlike {
            self.found
                .add(format!("{count} articles of `{path}` differ from the index, the first is `{first}`"));
        }
    }
}

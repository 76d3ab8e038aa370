//! Do the files of an index match their checksums, and is every quote of an article in its text?

use std::path::{Path, PathBuf};

use tantivy::collector::Count;
use tantivy::index::SegmentComponent;
use tantivy::query::BooleanQuery;

use super::directory::Disk;
use super::{Embedded, IndexError, current, damaged, io_error, of_folder, open_generation, term};
use crate::answer::{QuoteId, Record};
use crate::article::Article;
use crate::quote::Corrected;
use crate::span::Span;

/// Returns the files of the current generation under `dir` that are missing or do not match their checksums,
/// in order, each with a description of the problem. Reads all of them. Empty if there is no problem, or no
/// index.
///
/// # Errors
/// [`IndexError::Io`] if the directory cannot be read.
pub fn broken_files(dir: &Path) -> Result<Vec<String>, IndexError> {
    match broken_files_of(dir) {
        Err(IndexError::Damaged { dir, source }) => Ok(vec![format!("`{}`: {source}", dir.display())]),
        found => found,
    }
}

fn broken_files_of(dir: &Path) -> Result<Vec<String>, IndexError> {
    let Some(generation) = current(dir)? else { return Ok(Vec::new()) };
    let folder = dir.join(&generation);
    let name = |path: &Path| folder.join(path).display().to_string();
    let index = open_generation(dir, &generation, &Disk::default())?;
    let metas = index.load_metas().map_err(|error| of_folder(dir, &folder, error))?;
    let managed = index.directory().list_managed_files();
    let mut files: Vec<PathBuf> =
        metas.list_segment_files().into_iter().filter(|path| !is_optional(path)).collect();
    let deletes = metas.segments.iter().filter(|meta| meta.has_deletes());
    files.extend(deletes.map(|meta| meta.relative_path(SegmentComponent::Delete)));
    files.sort();
    let mut out = Vec::new();
    for path in files {
        let full = folder.join(&path);
        if !full.try_exists().map_err(io_error(&full))? {
            out.push(format!("`{}` is missing", name(&path)));
            continue;
        }
        let whole = match index.directory().validate_checksum(&path) {
            Ok(whole) => whole,
            Err(error) => match of_folder(dir, &folder, error.into()) {
                IndexError::Damaged { .. } => false,
                refused => return Err(refused),
            },
        };
        if !whole {
            out.push(format!("`{}` does not match its checksum", name(&path)));
        } else if !managed.contains(&path) {
            out.push(format!("`{}` does not list `{}`", name(Path::new(".managed.json")), path.display()));
        }
    }
    Ok(out)
}

/// Returns whether some segments have no such file.
fn is_optional(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "del" || ending == "temp")
}

/// Number of quotes that are read at a time, each with some thousand bytes of context.
const AT_ONCE: usize = 1000;

impl Embedded {
    /// Compares what is stored for `article` with its text. Returns the number of quotes that were compared,
    /// and one line for each difference.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents.
    pub fn compare(&self, article: &Article, expected: u32) -> Result<(u64, Vec<String>), IndexError> {
        let mut wrong = Vec::new();
        let mut count = 0;
        loop {
            let records = self.quotes_of(&article.id, count as usize, AT_ONCE)?;
            let ids: Vec<QuoteId> = records.iter().map(Record::id).collect();
            let by_id = self.session().records(&ids)?;
            for ((ordinal, record), found) in (count..).zip(&records).zip(by_id) {
                if let Some(reason) = misquote(article, record, ordinal) {
                    wrong.push(format!("quote {} of article `{}`: {reason}", record.id(), article.id));
                } else if found.is_none() {
                    wrong.push(format!(
                        "quote {} of article `{}` is not found by its id",
                        record.id(),
                        article.id
                    ));
                }
            }
            count += u32::try_from(records.len()).unwrap_or(u32::MAX);
            if records.len() < AT_ONCE {
                break;
            }
        }
        if count != expected {
            wrong.push(format!("article `{}` has {count} quotes, not {expected}", article.id));
        }
        Ok((u64::from(count), wrong))
    }

    /// Returns the number of quotes in the index, including repetitions.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents.
    pub fn count_quotes(&self) -> Result<u64, IndexError> {
        let query = BooleanQuery::intersection(vec![term(self.fields.class, "quote")]);
        let count = self.reader.searcher().search(&query, &Count).map_err(damaged(&self.dir))?;
        Ok(count as u64)
    }
}

/// Returns how a stored quote differs from the article; `None` if it does not.
fn misquote(article: &Article, record: &Record, ordinal: u32) -> Option<String> {
    let quote = &record.quote;
    let context = Span::new(record.context_start, record.context_start + record.context.len());
    let slices = [quote.cue, quote.attribution.as_ref().map(|attribution| attribution.mention)];
    let inside = |span: &Span| !span.is_empty() && article.text.get(span.start..span.end).is_some();
    // A speaker who was set by a correction need not be named in the article.
    let is_given = |span: &Span| span.is_empty() && quote.corrected.contains(&Corrected::Speaker);
    if article.text.get(context.start..context.end) != Some(record.context.as_str()) {
        Some("its context is not in the text".to_owned())
    } else if record.ordinal != ordinal {
        Some(format!("it is number {}, not {ordinal}", record.ordinal))
    } else if quote.content.is_empty() || !quote.content.iter().all(inside) {
        Some("it is outside the text".to_owned())
    } else if !quote.content.iter().all(|span| span.text(&article.text) == record.text(*span)) {
        Some("its words differ from the text".to_owned())
    } else if !slices.iter().flatten().all(|span| inside(span) || is_given(span)) {
        Some("its speaker or cue is outside the text".to_owned())
    } else if record.id() != QuoteId::new(&article.id, &quote.content) || record.citation != article.citation
    {
        Some("its id or citation is that of another article".to_owned())
    } else {
        None
    }
}

//! Are the files of an index as they were written, and does an article's every quote stand in its text?

use std::path::{Path, PathBuf};

use tantivy::collector::Count;
use tantivy::index::SegmentComponent;
use tantivy::query::BooleanQuery;

use super::directory::Disk;
use super::{IndexError, QuoteIndex, current, damaged, open_generation, term};
use crate::answer::{QuoteId, Record};
use crate::article::Article;
use crate::span::Span;

/// Returns the files of the current generation under `dir` that are missing or not as they were written, by their checksums; each
/// with what is wrong, in order. Reads all of them. Empty where all is well, or where there is no index.
///
/// # Errors
/// [`IndexError::Io`] where the directory cannot be read.
pub fn broken_files(dir: &Path) -> Result<Vec<String>, IndexError> {
    let Some(generation) = current(dir)? else { return Ok(Vec::new()) };
    let name = |path: &Path| dir.join(&generation).join(path).display().to_string();
    let broken = |error: &IndexError| {
        let cause = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
        vec![format!("`{}`: {cause}", dir.join(&generation).display())]
    };
    let index = match open_generation(dir, &generation, &Disk::default()) {
        Ok(index) => index,
        Err(error) => return Ok(broken(&error)),
    };
    let checked = index.load_metas().map_err(damaged(dir)).map(|metas| {
        let managed = index.directory().list_managed_files();
        let mut files: Vec<PathBuf> =
            metas.list_segment_files().into_iter().filter(|path| !is_optional(path)).collect();
        let deletes = metas.segments.iter().filter(|meta| meta.has_deletes());
        files.extend(deletes.map(|meta| meta.relative_path(SegmentComponent::Delete)));
        files.sort();
        let mut out = Vec::new();
        for path in files {
            if !dir.join(&generation).join(&path).exists() {
                out.push(format!("`{}` is missing", name(&path)));
            } else if !index.directory().validate_checksum(&path).unwrap_or(false) {
                out.push(format!("`{}` is not as it was written", name(&path)));
            } else if !managed.contains(&path) {
                out.push(format!(
                    "`{}` does not list `{}`",
                    name(Path::new(".managed.json")),
                    path.display()
                ));
            }
        }
        out
    });
    checked.or_else(|error| Ok(broken(&error)))
}

/// Files of a segment that are there only at times.
fn is_optional(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "del" || ending == "temp")
}

impl QuoteIndex {
    /// Compares what is stored of `article` with its text: returns how many quotes were compared, and what is wrong, one line each.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] where a file of the index does not hold what it should.
    pub fn compare(&self, article: &Article, expected: u32) -> Result<(u64, Vec<String>), IndexError> {
        let records = self.quotes_of(&article.id)?;
        let mut wrong = Vec::new();
        if records.len() != expected as usize {
            wrong.push(format!("article `{}` has {} quotes, not {expected}", article.id, records.len()));
        }
        let ids: Vec<QuoteId> = records.iter().map(Record::id).collect();
        let by_id = self.session().records(&ids)?;
        for ((ordinal, record), found) in (0..).zip(&records).zip(by_id) {
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
        Ok((records.len() as u64, wrong))
    }

    /// Returns how many documents of quotes there are.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] where a file of the index does not hold what it should.
    pub fn count_quotes(&self) -> Result<u64, IndexError> {
        let query = BooleanQuery::intersection(vec![term(self.fields.class, "quote")]);
        let count = self.reader.searcher().search(&query, &Count).map_err(damaged(&self.dir))?;
        Ok(count as u64)
    }
}

/// Why a stored quote is not what stands in the article; `None` where it is.
fn misquote(article: &Article, record: &Record, ordinal: u32) -> Option<String> {
    let quote = &record.quote;
    let context = Span::new(record.context_start, record.context_start + record.context.len());
    let slices = [quote.cue, quote.attribution.as_ref().map(|attribution| attribution.mention)];
    let inside = |span: &Span| !span.is_empty() && article.text.get(span.start..span.end).is_some();
    if article.text.get(context.start..context.end) != Some(record.context.as_str()) {
        Some("its context is not in the text".to_owned())
    } else if record.ordinal != ordinal {
        Some(format!("it is number {}, not {ordinal}", record.ordinal))
    } else if quote.content.is_empty() || !quote.content.iter().all(inside) {
        Some("it lies outside of the text".to_owned())
    } else if !quote.content.iter().all(|span| span.text(&article.text) == record.text(*span)) {
        Some("its words are not those of the text".to_owned())
    } else if !slices.iter().flatten().all(inside) {
        Some("its speaker or cue lies outside of the text".to_owned())
    } else if record.id() != QuoteId::new(&article.id, &quote.content) || record.citation != article.citation
    {
        Some("it is cited as of another article".to_owned())
    } else {
        None
    }
}

//! Describes the quotes that a search found from columns and postings alone: no stored record is read.

use jiff::civil::Date;
use tantivy::columnar::Column;
use tantivy::postings::Postings as _;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet as _, InvertedIndexReader, Searcher, SegmentReader, TERMINATED, Term};

use super::schema::{Shape, day_of};
use super::{Embedded, corrupt};
use crate::answer::{Candidate, QuoteId, Zone};

/// The columns of a segment.
pub(super) struct Columns {
    pub(super) id: Column<u64>,
    shape: Column<u64>,
    pub(super) group: Column<u64>,
    pub(super) said: Column<u64>,
    pub(super) day: Option<Column<i64>>,
}

/// The key that orders quotes with equal scores: the article, then the position in it. The address in the
/// index comes last; it only matters after the 65,535th quote of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    article: u64,
    ordinal: u16,
    pub(super) address: DocAddress,
}

impl Columns {
    pub(super) fn open(segment: &SegmentReader) -> tantivy::Result<Self> {
        let fast = segment.fast_fields();
        let none = || Column::build_empty_column(segment.max_doc());
        // A segment may contain articles without any of their quotes.
        let number = |name| Ok::<_, tantivy::TantivyError>(fast.column_opt(name)?.unwrap_or_else(none));
        Ok(Self {
            id: number("id")?,
            shape: number("shape")?,
            group: number("group")?,
            said: number("said")?,
            day: fast.column_opt("day")?,
        })
    }

    fn shape(&self, document: u32) -> Shape {
        Shape::of_number(self.shape.first(document).unwrap_or_default())
    }

    /// Returns whether a document is a quote.
    pub(super) fn is_quote(&self, document: u32) -> bool {
        self.id.first(document).is_some()
    }

    /// Returns the position of a quote in its article.
    pub(super) fn ordinal(&self, document: u32) -> u16 {
        self.shape(document).ordinal
    }

    fn day(&self, document: u32) -> Option<Date> {
        self.day.as_ref()?.first(document).and_then(day_of)
    }
}

impl Embedded {
    pub(super) fn key(&self, address: DocAddress) -> Key {
        let columns = self.columns.get(address.segment_ord as usize).and_then(Option::as_ref);
        let of = |columns: &Columns| {
            let article = columns.group.first(address.doc_id).unwrap_or_default();
            (article, columns.shape(address.doc_id).ordinal)
        };
        let (article, ordinal) = columns.map(of).unwrap_or_default();
        Key { article, ordinal, address }
    }

    /// Returns the columns of a segment that contains quotes.
    pub(super) fn columns(&self, segment: u32) -> tantivy::Result<&Columns> {
        let columns = self.columns.get(segment as usize).and_then(Option::as_ref);
        columns.ok_or_else(|| corrupt(format!("segment {segment} has no columns")))
    }

    /// Returns what the ranking needs to know about the quotes `found`, in the order of `found`, which must
    /// be grouped by segment and sorted by document. `stems` are the stems of the question's terms, `group`
    /// the stems of its group, and `alike` the stems of the synonyms of each term.
    pub(super) fn describe(
        &self,
        searcher: &Searcher,
        found: &[(DocAddress, f32)],
        stems: &[String],
        group: &[String],
        alike: &[Vec<String>],
    ) -> tantivy::Result<Vec<Candidate>> {
        let mut out = Vec::with_capacity(found.len());
        for (ord, found) in groups(found) {
            let segment = searcher.segment_reader(ord);
            let columns = self.columns(ord)?;
            let first = out.len();
            out.extend(found.iter().map(|found| self.candidate(columns, *found, stems.len())));
            let topic = segment.inverted_index(self.fields.topic)?;
            let run = &mut out[first..];
            for stem in stems {
                self.each_zone(&topic, stem, (found, run), |candidate, zone| candidate.zones.push(zone))?;
            }
            for stem in group {
                self.each_zone(&topic, stem, (found, run), |candidate, zone| {
                    candidate.member |= zone == Some(Zone::Role);
                })?;
            }
            for (at, others) in alike.iter().enumerate() {
                run.iter_mut().for_each(|candidate| candidate.alike.push(None));
                for stem in others {
                    self.each_zone(&topic, stem, (found, run), |candidate, zone| {
                        candidate.alike[at] = candidate.alike[at].max(zone);
                    })?;
                }
            }
        }
        Ok(out)
    }

    /// Calls `take` with the zone of `stem` for each candidate. The candidates belong to the documents
    /// `found`, which must be in the segment of `topic` and in its order.
    fn each_zone(
        &self,
        topic: &InvertedIndexReader,
        stem: &str,
        (found, candidates): (&[(DocAddress, f32)], &mut [Candidate]),
        take: impl Fn(&mut Candidate, Option<Zone>),
    ) -> tantivy::Result<()> {
        let term = Term::from_field_text(self.fields.topic, stem);
        let mut postings = topic.read_postings(&term, IndexRecordOption::WithFreqs)?;
        for ((address, _), candidate) in found.iter().zip(candidates) {
            let frequency = postings.as_mut().and_then(|postings| {
                let wanted = address.doc_id;
                let at = if postings.doc() < wanted { postings.seek(wanted) } else { postings.doc() };
                (at == wanted && at != TERMINATED).then(|| postings.term_freq())
            });
            take(candidate, frequency.and_then(Zone::of_frequency));
        }
        Ok(())
    }

    pub(super) fn candidate(
        &self,
        columns: &Columns,
        (address, found): (DocAddress, f32),
        stems: usize,
    ) -> Candidate {
        let document = address.doc_id;
        let number = |column: &Column<u64>| column.first(document).unwrap_or_default();
        let shape = columns.shape(document);
        let said = number(&columns.said);
        let half = |number: u64| u32::try_from(number & u64::from(u32::MAX)).unwrap_or_default();
        let speaker = Some(half(said >> 32)).filter(|speaker| *speaker != 0);
        Candidate {
            id: QuoteId(number(&columns.id)),
            article: number(&columns.group),
            ordinal: shape.ordinal,
            paragraph: shape.paragraph,
            speaker: speaker.map(|name| self.roster.owner_print(name)),
            words: half(said),
            kind: shape.kind,
            length: shape.length,
            headline: shape.headline,
            day: columns.day(document),
            found,
            zones: Vec::with_capacity(stems),
            alike: Vec::new(),
            member: false,
            phrase: 0.0,
            near: None,
            relevance: None,
        }
    }
}

/// Splits the documents into runs of the same segment.
fn groups(found: &[(DocAddress, f32)]) -> impl Iterator<Item = (u32, &[(DocAddress, f32)])> {
    found
        .chunk_by(|(one, _), (other, _)| one.segment_ord == other.segment_ord)
        .filter_map(|group| Some((group.first()?.0.segment_ord, group)))
}

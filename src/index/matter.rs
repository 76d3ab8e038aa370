//! On which matters of the agenda are quotes? Their postings tell without reading them, unless words have to
//! follow one another.

use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet as _, Searcher, Term};

use super::search::Reader;
use super::{Embedded, IndexError, damaged};
use crate::answer::QuoteId;

/// A word or phrase for a matter, as far as it occurs in a segment.
pub(super) struct Phrase {
    /// The place of the matter in the agenda.
    matter: usize,
    /// Where its words are in the dictionary of the segment, the rarest first.
    words: Vec<TermInfo>,
}

impl Embedded {
    /// Returns the words and phrases for matters of whose words each segment has all: first single words, then
    /// phrases, each in the order of the agenda. Looked up on first use.
    fn phrases(&self, searcher: &Searcher) -> tantivy::Result<&[Vec<Phrase>]> {
        if let Some(known) = self.phrases.get() {
            return Ok(known);
        }
        let mut all: Vec<(usize, Vec<Term>)> = Vec::new();
        for (at, matter) in self.agenda.matters.iter().enumerate() {
            let terms = |phrase: Vec<String>| {
                phrase.iter().map(|stem| Term::from_field_text(self.fields.stems, stem)).collect()
            };
            all.extend(matter.phrases().into_iter().map(|phrase| (at, terms(phrase))));
        }
        all.sort_by_key(|(_, terms)| terms.len() > 1);
        let mut out = Vec::new();
        for segment in searcher.segment_readers() {
            let inverted = segment.inverted_index(self.fields.stems)?;
            let mut of_segment = Vec::new();
            for (matter, terms) in &all {
                let found = terms.iter().map(|term| inverted.get_term_info(term).transpose());
                if let Some(words) = found.collect::<Option<std::io::Result<Vec<TermInfo>>>>() {
                    let mut words = words?;
                    words.sort_by_key(|word| word.doc_freq);
                    of_segment.push(Phrase { matter: *matter, words });
                }
            }
            out.push(of_segment);
        }
        Ok(self.phrases.get_or_init(|| out))
    }
}

impl Reader<'_> {
    /// Returns on which matters each of `quotes` is: their places in the agenda, in order. `None` for a quote
    /// that must be read to know, because it has all words of a phrase, but perhaps elsewhere or in another
    /// order. With `only`, other matters are left out. A quote that is not in the index is on none.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file of the index has invalid contents.
    pub(super) fn matters(
        &self,
        quotes: &[QuoteId],
        only: Option<usize>,
    ) -> Result<Vec<Option<Vec<usize>>>, IndexError> {
        self.matters_of(quotes, only).map_err(damaged(&self.index.dir))
    }

    fn matters_of(
        &self,
        quotes: &[QuoteId],
        only: Option<usize>,
    ) -> tantivy::Result<Vec<Option<Vec<usize>>>> {
        let phrases = self.index.phrases(&self.searcher)?;
        let mut out = vec![Some(Vec::new()); quotes.len()];
        let places = self.addresses(quotes)?;
        for places in places.chunk_by(|(one, _), (other, _)| one.segment_ord == other.segment_ord) {
            let Some(segment) = places.first().map(|(place, _)| place.segment_ord) else { continue };
            let inverted = self.searcher.segment_reader(segment).inverted_index(self.index.fields.stems)?;
            for Phrase { matter, words } in phrases.get(segment as usize).into_iter().flatten() {
                if only.is_some_and(|only| only != *matter) {
                    continue;
                }
                let is_open =
                    |at: usize| out[at].as_ref().is_some_and(|known: &Vec<usize>| !known.contains(matter));
                let mut held: Vec<_> = places.iter().filter(|(_, at)| is_open(*at)).collect();
                for word in words {
                    let mut postings =
                        inverted.read_postings_from_terminfo(word, IndexRecordOption::Basic)?;
                    held.retain(|(place, _)| {
                        let wanted = place.doc_id;
                        let at = if postings.doc() < wanted { postings.seek(wanted) } else { postings.doc() };
                        at == wanted
                    });
                    if held.is_empty() {
                        break;
                    }
                }
                for (_, at) in held {
                    match &mut out[*at] {
                        Some(known) if words.len() == 1 => known.push(*matter),
                        unsure => *unsure = None,
                    }
                }
            }
        }
        Ok(out)
    }
}

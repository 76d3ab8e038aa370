//! Which words are in and around a quote, and how near? Each word of an article is folded and stemmed once,
//! however many quotes it is near.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::schema::zoned;
use super::stored::StoredQuote;
use crate::answer::Zone;
use crate::article::Article;
use crate::fold;
use crate::lang::Language;
use crate::span::Span;

/// Words that a thread has seen, with their stems: most words of an article also occur in the one before.
/// Words and stems are identified by numbers.
#[derive(Default)]
pub(super) struct Vocabulary {
    /// Pieces between spaces, as written -> the range of their words in `runs`.
    pieces: FxHashMap<Box<str>, (u32, u32)>,
    /// The words of all pieces, concatenated.
    runs: Vec<Word>,
    words: FxHashMap<Rc<str>, Word>,
    /// The words by number, each with the last article in which a quote contained it.
    said: Vec<(Rc<str>, u32)>,
    /// Stem -> its number.
    numbers: FxHashMap<Rc<str>, u32>,
    /// The stems by number.
    stems: Vec<Rc<str>>,
    /// For each stem the last quote near which it occurred.
    met: Vec<u32>,
    /// The number of quotes so far.
    quotes: u32,
    /// The number of articles so far.
    articles: u32,
}

/// A folded word.
#[derive(Clone, Copy)]
struct Word {
    number: u32,
    /// The number of its stem.
    stem: u32,
    /// Whether it can be a topic.
    topical: bool,
}

/// Approximate number of bytes of the stems in and around a quote.
const TOPIC: usize = 1 << 10;

/// Maximum number of pieces of text, and of words in them, that are remembered.
const PIECES: usize = 100_000;
/// Maximum length in bytes of a remembered piece; all of them together take some megabytes.
const PIECE: usize = 40;

impl Vocabulary {
    fn stem(&self, number: u32) -> &str {
        self.stems.get(number as usize).map_or("", |stem| stem)
    }

    /// Calls `tell` with each word of a text in order.
    fn each_word(&mut self, text: &str, mut tell: impl FnMut(Word)) {
        for piece in text.split_ascii_whitespace() {
            let (start, end) = self.pieces.get(piece).copied().unwrap_or_else(|| self.learn(piece));
            let run = self.runs.get(start as usize..end as usize).unwrap_or_default();
            run.iter().copied().for_each(&mut tell);
        }
    }

    /// Adds a new piece; returns the range of its words in `runs`.
    fn learn(&mut self, piece: &str) -> (u32, u32) {
        let start = count(&self.runs);
        fold::each_word(piece, |word| {
            let word = self.word(word);
            self.runs.push(word);
        });
        let run = (start, count(&self.runs));
        if piece.len() <= PIECE {
            self.pieces.insert(piece.into(), run);
        }
        run
    }

    /// Appends the stems of those words of a text that can be a topic to `out`.
    fn topics_of(&mut self, text: &str, out: &mut Vec<u32>) {
        self.each_word(text, |word| {
            if word.topical {
                out.push(word.stem);
            }
        });
    }

    fn word(&mut self, word: &str) -> Word {
        if let Some(known) = self.words.get(word) {
            return *known;
        }
        let stem: Rc<str> = fold::stem(word).into();
        let next = count(&self.stems);
        let stem = *self.numbers.entry(stem).or_insert_with_key(|stem| {
            self.stems.push(Rc::clone(stem));
            self.met.push(0);
            next
        });
        let new =
            Word { number: count(&self.said), stem, topical: !Language::primary().is_function_word(word) };
        let word: Rc<str> = word.into();
        self.said.push((Rc::clone(&word), 0));
        self.words.insert(word, new);
        new
    }

    /// Appends those of `stems` to the `topic` of the current quote that it does not contain yet.
    fn meet(&mut self, zone: Zone, stems: &[u32], topic: &mut String) {
        for number in stems {
            if let Some(met) = self.met.get_mut(*number as usize).filter(|met| **met != self.quotes) {
                *met = self.quotes;
                zoned(topic, self.stem(*number), zone);
            }
        }
    }
}

fn count<T>(all: &[T]) -> u32 {
    u32::try_from(all.len()).unwrap_or(u32::MAX)
}

thread_local! {
    static VOCABULARY: RefCell<Vocabulary> = RefCell::default();
}

/// Calls `work` with the vocabulary of this thread, which is cleared first if it is too large.
pub(super) fn with_vocabulary<T>(work: impl FnOnce(&mut Vocabulary) -> T) -> T {
    VOCABULARY.with_borrow_mut(|known| {
        if known.pieces.len().max(known.runs.len()) > PIECES {
            *known = Vocabulary::default();
        }
        work(known)
    })
}

/// The terms by which a quote is found.
pub(super) struct Terms {
    /// Its folded words, separated by spaces.
    pub(super) folded: String,
    /// Their stems, separated by spaces.
    pub(super) stems: String,
    /// The stems in and around it that can be a topic, each once, with the nearest zone in which it occurs,
    /// as written by [`zoned`].
    pub(super) topic: String,
}

/// Appends a word after a space.
fn push(out: &mut String, word: &str) {
    if !out.is_empty() {
        out.push(' ');
    }
    out.push_str(word);
}

/// Stems of one article.
pub(super) struct Stems<'a> {
    text: &'a str,
    known: &'a mut Vocabulary,
    /// The stems of spans of the text: neighbouring quotes share most of their context.
    places: FxHashMap<Span, Rc<[u32]>>,
    title: Vec<u32>,
    lead: Rc<[u32]>,
    /// The stems of the speaker's names and offices.
    role: Vec<u32>,
    /// The words of the quote.
    own: Vec<Word>,
    /// The words of the quotes so far that can be suggested as completions, each once, separated by spaces.
    words: String,
}

impl<'a> Stems<'a> {
    pub(super) fn new(article: &'a Article, lead: Span, known: &'a mut Vocabulary) -> Self {
        known.articles = known.articles.wrapping_add(1);
        let mut title = Vec::new();
        known.topics_of(article.citation.title.as_deref().unwrap_or_default(), &mut title);
        let (text, places) = (article.text.as_str(), FxHashMap::default());
        let (lead_stems, role, own, words) = (Rc::new([]), Vec::new(), Vec::new(), String::new());
        let mut new = Self { text, known, places, title, lead: lead_stems, role, own, words };
        new.lead = new.at(lead);
        new
    }

    /// Returns the `words` of a quote folded, their stems, and the stems in and around the quote that can be
    /// a topic.
    pub(super) fn of_quote(&mut self, stored: &StoredQuote, words: &str) -> Terms {
        let StoredQuote { quote, context, paragraph, role, .. } = stored;
        let around = [(context.start, paragraph.start), (paragraph.end, context.end)];
        let [before, after] = around.map(|(start, end)| self.at(Span::new(start, end)));
        let within = self.at(*paragraph);
        let known = &mut *self.known;
        let mut terms = Terms {
            folded: String::with_capacity(words.len()),
            stems: String::with_capacity(words.len()),
            topic: String::with_capacity(TOPIC),
        };
        let topic = &mut terms.topic;
        known.quotes = known.quotes.wrapping_add(1);
        self.own.clear();
        known.each_word(words, |word| self.own.push(word));
        for Word { number, stem, topical } in self.own.iter().copied() {
            let Some((word, article)) = known.said.get_mut(number as usize) else { continue };
            let again = std::mem::replace(article, known.articles) == known.articles;
            push(&mut terms.folded, word);
            if topical && !again && word.chars().all(char::is_alphabetic) {
                push(&mut self.words, word);
            }
            push(&mut terms.stems, known.stem(stem));
            if topical {
                known.meet(Zone::Quote, &[stem], topic);
            }
        }
        let written = |span: Option<Span>| span.map(|span| span.text(self.text));
        let attribution = quote.attribution.as_ref();
        let mention = written(attribution.map(|found| found.mention));
        let office = written(attribution.and_then(|found| found.role));
        self.role.clear();
        for text in [quote.speaker(), mention, office, role.as_deref()].into_iter().flatten() {
            known.topics_of(text, &mut self.role);
        }
        // From the nearest zone to the farthest.
        known.meet(Zone::Role, &self.role, topic);
        known.meet(Zone::Paragraph, &within, topic);
        for stems in [&before, &after, &self.title[..]] {
            known.meet(Zone::Around, stems, topic);
        }
        known.meet(Zone::Lead, &self.lead, topic);
        terms
    }

    /// Returns the words of the quotes so far, except function words and numbers: each once, separated by
    /// spaces.
    pub(super) fn words(&self) -> &str {
        &self.words
    }

    fn at(&mut self, span: Span) -> Rc<[u32]> {
        let span = span.trim(self.text);
        if let Some(known) = self.places.get(&span) {
            return Rc::clone(known);
        }
        let mut stems = Vec::new();
        self.known.topics_of(span.text(self.text), &mut stems);
        let stems: Rc<[u32]> = stems.into();
        self.places.insert(span, Rc::clone(&stems));
        stems
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(known: &mut Vocabulary, text: &str) -> Vec<String> {
        let mut numbers = Vec::new();
        known.each_word(text, |word| numbers.push(word.number));
        numbers.into_iter().map(|number| known.said[number as usize].0.to_string()).collect()
    }

    proptest! {
        #[test]
        fn the_words_of_pieces_are_those_of_the_text(
            texts in prop::collection::vec("\\PC{0,60}|[a-eA-E.'’“” \u{a0}\u{3000}\u{300}éŁİ1-]{0,60}", 3)
        ) {
            let mut known = Vocabulary::default();
            for text in texts.iter().chain(&texts) {
                prop_assert_eq!(words(&mut known, text), fold::words(text));
            }
        }
    }
}

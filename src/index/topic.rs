//! Which words stand in and around a quote, and how near to it? Each word of an article is folded and stemmed once, however many
//! quotes it stands beside.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::schema::zoned;
use super::stored::StoredQuote;
use crate::answer::Zone;
use crate::article::Article;
use crate::fold;
use crate::lang::ENGLISH;
use crate::span::Span;

/// Words that a thread has met, with their stems: most words of an article are those of the one before. A stem is told by its number.
#[derive(Default)]
pub(super) struct Vocabulary {
    words: FxHashMap<Box<str>, Word>,
    /// The number of a stem.
    numbers: FxHashMap<Rc<str>, u32>,
    /// The stems by number, ...
    stems: Vec<Rc<str>>,
    /// ... and the quote near which each was met last.
    met: Vec<u32>,
    /// How many quotes were looked at.
    quotes: u32,
}

/// A folded word.
#[derive(Clone, Copy)]
struct Word {
    /// The number of its stem.
    stem: u32,
    /// Whether it can be a topic.
    topical: bool,
}

/// Bytes that the stems in and around a quote take, about.
const TOPIC: usize = 1 << 10;

/// Words that are remembered: some megabytes.
const WORDS: usize = 100_000;

impl Vocabulary {
    fn stem(&self, number: u32) -> &str {
        self.stems.get(number as usize).map_or("", |stem| stem)
    }

    /// The stems of the words that can be a topic.
    fn of_text(&mut self, text: &str, out: &mut Vec<u32>) {
        fold::each_word(text, |word| out.extend(self.topical(word)));
    }

    fn topical(&mut self, word: &str) -> Option<u32> {
        let word = self.of_word(word);
        word.topical.then_some(word.stem)
    }

    fn of_word(&mut self, word: &str) -> Word {
        if let Some(known) = self.words.get(word) {
            return *known;
        }
        let stem: Rc<str> = fold::stem(word).into();
        let next = u32::try_from(self.stems.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(Rc::clone(&stem)).or_insert(next);
        if number == next {
            self.stems.push(stem);
            self.met.push(0);
        }
        let new = Word { stem: number, topical: !ENGLISH.is_function_word(word) };
        self.words.insert(word.into(), new);
        new
    }

    /// Adds those of `stems` that were not met near this quote yet to its `topic`.
    fn meet(&mut self, zone: Zone, stems: &[u32], topic: &mut String) {
        for number in stems {
            if let Some(met) = self.met.get_mut(*number as usize).filter(|met| **met != self.quotes) {
                *met = self.quotes;
                zoned(topic, self.stem(*number), zone);
            }
        }
    }
}

thread_local! {
    static VOCABULARY: RefCell<Vocabulary> = RefCell::default();
}

/// Calls `work` with the vocabulary of this thread.
pub(super) fn with_vocabulary<T>(work: impl FnOnce(&mut Vocabulary) -> T) -> T {
    VOCABULARY.with_borrow_mut(|known| {
        if known.words.len() > WORDS {
            *known = Vocabulary::default();
        }
        work(known)
    })
}

/// The stems of one article.
pub(super) struct Stems<'a> {
    text: &'a str,
    known: &'a mut Vocabulary,
    /// The stems of places in the text: neighbouring quotes share most of their surroundings.
    places: FxHashMap<Span, Rc<[u32]>>,
    title: Vec<u32>,
    lead: Rc<[u32]>,
    /// Those in what the speaker is called.
    role: Vec<u32>,
}

impl<'a> Stems<'a> {
    pub(super) fn new(article: &'a Article, lead: Span, known: &'a mut Vocabulary) -> Self {
        let mut title = Vec::new();
        known.of_text(article.citation.title.as_deref().unwrap_or_default(), &mut title);
        let (text, places) = (article.text.as_str(), FxHashMap::default());
        let mut new = Self { text, known, places, title, lead: Rc::new([]), role: Vec::new() };
        new.lead = new.at(lead);
        new
    }

    /// Returns the stems of a quote's own `folded` words with a space between, and those in and around it that can be a topic, each
    /// once with the nearest place where it stands, as [`zoned`] writes them.
    pub(super) fn of_quote(&mut self, stored: &StoredQuote, folded: &str) -> (String, String) {
        let StoredQuote { quote, context, paragraph, role, .. } = stored;
        let around = [(context.start, paragraph.start), (paragraph.end, context.end)];
        let [before, after] = around.map(|(start, end)| self.at(Span::new(start, end)));
        let within = self.at(*paragraph);
        let (known, mut own, mut topic) =
            (&mut *self.known, String::with_capacity(folded.len() + 1), String::with_capacity(TOPIC));
        known.quotes = known.quotes.wrapping_add(1);
        for word in folded.split(' ') {
            let word = known.of_word(word);
            own.push_str(known.stem(word.stem));
            own.push(' ');
            if word.topical {
                known.meet(Zone::Quote, &[word.stem], &mut topic);
            }
        }
        let written = |span: Option<Span>| span.map(|span| span.text(self.text));
        let attribution = quote.attribution.as_ref();
        let mention = written(attribution.map(|found| found.mention));
        let office = written(attribution.and_then(|found| found.role));
        self.role.clear();
        for text in [quote.speaker(), mention, office, role.as_deref()].into_iter().flatten() {
            known.of_text(text, &mut self.role);
        }
        // The nearest come first.
        known.meet(Zone::Role, &self.role, &mut topic);
        known.meet(Zone::Paragraph, &within, &mut topic);
        for stems in [&before, &after, &self.title[..]] {
            known.meet(Zone::Around, stems, &mut topic);
        }
        known.meet(Zone::Lead, &self.lead, &mut topic);
        (own, topic)
    }

    fn at(&mut self, span: Span) -> Rc<[u32]> {
        let span = span.trim(self.text);
        if let Some(known) = self.places.get(&span) {
            return Rc::clone(known);
        }
        let mut stems = Vec::new();
        self.known.of_text(span.text(self.text), &mut stems);
        let stems: Rc<[u32]> = stems.into();
        self.places.insert(span, Rc::clone(&stems));
        stems
    }
}

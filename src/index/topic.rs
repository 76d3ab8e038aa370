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
use crate::span::Span;

/// Words that a thread has met, with their stems: most words of an article are those of the one before. A stem is told by its number.
#[derive(Default)]
pub(super) struct Vocabulary {
    /// The number of the stem of a folded word.
    words: FxHashMap<Box<str>, u32>,
    /// The number of a stem.
    numbers: FxHashMap<Box<str>, u32>,
    /// The stems by number, ...
    stems: Vec<Box<str>>,
    /// ... and whether each was met near the quote that is looked at.
    met: Vec<bool>,
}

/// Words that are remembered: some megabytes.
const WORDS: usize = 100_000;

impl Vocabulary {
    fn stem(&self, number: u32) -> &str {
        self.stems.get(number as usize).map_or("", |stem| stem)
    }

    fn of_text(&mut self, text: &str) -> Vec<u32> {
        let mut out = Vec::new();
        fold::each_word(text, |word| out.push(self.of_word(word)));
        out
    }

    fn of_word(&mut self, word: &str) -> u32 {
        if let Some(known) = self.words.get(word) {
            return *known;
        }
        let stem: Box<str> = fold::stem(word).into();
        let next = u32::try_from(self.stems.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(stem.clone()).or_insert(next);
        if number == next {
            self.stems.push(stem);
            self.met.push(false);
        }
        self.words.insert(word.into(), number);
        number
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
}

impl<'a> Stems<'a> {
    pub(super) fn new(article: &'a Article, lead: Span, known: &'a mut Vocabulary) -> Self {
        let title = known.of_text(article.citation.title.as_deref().unwrap_or_default());
        let mut new =
            Self { text: &article.text, known, places: FxHashMap::default(), title, lead: Rc::new([]) };
        new.lead = new.at(lead);
        new
    }

    /// Returns the stems of a quote's own `folded` words with a space between, and those in and around it, each once with the nearest
    /// place where it stands, as [`zoned`] writes them.
    pub(super) fn of_quote(&mut self, stored: &StoredQuote, folded: &str) -> (String, String) {
        let StoredQuote { quote, context, paragraph, role, .. } = stored;
        let attribution = quote.attribution.as_ref();
        let written = |span: Option<Span>| span.map(|span| span.text(self.text));
        let mention = written(attribution.map(|found| found.mention));
        let office = written(attribution.and_then(|found| found.role));
        let role = [quote.speaker(), mention, office, role.as_deref()].map(Option::unwrap_or_default);
        let own: Vec<u32> = folded.split(' ').map(|word| self.known.of_word(word)).collect();
        let role = self.known.of_text(&role.join(" "));
        let around = [(context.start, paragraph.start), (paragraph.end, context.end)];
        let [before, after] = around.map(|(start, end)| self.at(Span::new(start, end)));
        let within = self.at(*paragraph);
        let zones: [(Zone, &[u32]); 7] = [
            (Zone::Quote, &own),
            (Zone::Role, &role),
            (Zone::Paragraph, &within),
            (Zone::Around, &before),
            (Zone::Around, &after),
            (Zone::Around, &self.title),
            (Zone::Lead, &self.lead),
        ];
        let mut topic = String::new();
        let mut met: Vec<u32> = Vec::new();
        for (zone, stems) in zones {
            for number in stems {
                // The nearest come first.
                let Some(is_met @ false) = self.known.met.get_mut(*number as usize) else { continue };
                *is_met = true;
                met.push(*number);
                zoned(&mut topic, self.known.stem(*number), zone);
            }
        }
        for number in met {
            if let Some(is_met) = self.known.met.get_mut(number as usize) {
                *is_met = false;
            }
        }
        let own = own.iter().map(|number| self.known.stem(*number)).collect::<Vec<_>>().join(" ");
        (own, topic)
    }

    fn at(&mut self, span: Span) -> Rc<[u32]> {
        let span = span.trim(self.text);
        if let Some(known) = self.places.get(&span) {
            return Rc::clone(known);
        }
        let stems: Rc<[u32]> = self.known.of_text(span.text(self.text)).into();
        self.places.insert(span, Rc::clone(&stems));
        stems
    }
}

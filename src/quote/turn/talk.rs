//! Is it a talk? What may open turns is judged over the whole article: lists, records and tables have labels as well.
//!
//! Each label is worth what speaks for it to be somebody's ([`Labels::worth`]); the article is a talk where the [`Features`] of all its
//! labels add up to [`BAR`]. The weights were set by hand on made-up transcripts and lists (`tests/data/talks`) and on the labels of
//! the training articles.

use std::cell::OnceCell;

use rustc_hash::{FxHashMap, FxHashSet};

use super::label::{Opening, Style, is_shouted};
use crate::fold;
use crate::lang::Language;
use crate::span::Span;

/// What speaks for a talk, of all labels that open a line.
#[derive(Clone, Copy, Debug, Default)]
struct Features {
    /// How much the labels look like people: the mean of their [worth](Labels::worth).
    people: f32,
    /// Share of the labels with words of those who talk, or a question, behind them.
    own: f32,
    /// Share of the labels that come back.
    repeated: f32,
    /// Share of the labels with the end of a sentence behind them.
    sentences: f32,
    /// Share of the labels with their own name behind them: what is told of somebody, not what they say.
    told: f32,
}

impl Features {
    /// Whether all of them speak for a talk.
    fn are_many(self) -> bool {
        self.total() >= BAR && self.people >= ONCE && self.own >= 0.5 && self.repeated >= 0.5
    }
}

/// What a talk needs at least.
const BAR: f32 = 3.5;

impl Features {
    fn total(self) -> f32 {
        // Each alone is as common in lists as in talks.
        1.2 * self.people + 2.0 * self.own + 1.5 * self.repeated + 0.5 * self.sentences - 3.0 * self.told
    }
}

/// How many labels that are nothing but lines in capitals make a talk by themselves.
const LINES: usize = 2;

/// The bounds of what a label is worth.
const LEAST: f32 = -3.0;
const MOST: f32 = 3.0;

/// What a label has to be worth to open a turn although it does not come back.
const ONCE: f32 = 1.0;

/// What the only label of an article has to be worth.
const ONLY: f32 = 2.0;

/// Paragraphs above the only label of an article, at most.
const ABOVE: usize = 8;

/// Returns for each opening whether it opens a turn; `None` where the article is no talk.
/// A headline with a colon is judged by the others.
pub(super) fn judge(
    (text, lines, openings): (&str, &[Span], &[Opening]),
    headline: bool,
    language: &Language,
) -> Option<Vec<bool>> {
    let in_headline = |at: usize| headline && openings[at].line == 0;
    let is_dash = |at: usize| openings[at].style == Style::Dash;
    // One alone is the place an article was written at: "NORDHAVN, Skane. - …"
    let dateline = (0..openings.len()).filter(|&at| openings[at].first && is_dash(at)).count() < 2;
    let firsts: Vec<usize> = (0..openings.len())
        .filter(|&at| openings[at].first && !in_headline(at) && !(dateline && is_dash(at)))
        .collect();
    // A label on a line of its own, or a lone letter, may be anything: it takes others.
    let sure = |at: usize| {
        matches!(openings[at].style, Style::Colon | Style::Stop | Style::Dash) || openings[at].timed
    };
    let only_lines = !firsts.iter().any(|&at| sure(at));
    if firsts.is_empty() {
        return None;
    }
    if let [only] = firsts.as_slice()
        && !is_speech(text, lines, openings[*only], language)
    {
        return None;
    }
    let labels = Labels::new(text, lines, openings, language);
    let counted: Vec<usize> = firsts.iter().copied().filter(|&at| labels.counts(at)).collect();
    let share = |holds: &dyn Fn(usize) -> bool| {
        let count = counted.iter().filter(|&&at| holds(at)).count();
        ratio(count, counted.len())
    };
    let people = counted.iter().map(|&at| labels.worth(at)).sum::<f32>() / ratio(counted.len().max(1), 1);
    let features = Features {
        people,
        own: share(&|at| labels.holds_talk(at)),
        repeated: share(&|at| labels.often(at) > 1),
        sentences: share(&|at| labels.ends_sentence(at)),
        told: share(&|at| labels.tells_of_itself(at)),
    };
    let enough =
        if only_lines { features.are_many() && counted.len() >= LINES } else { features.total() >= BAR };
    if counted.is_empty() || !enough {
        return None;
    }
    if let [only] = counted.as_slice()
        && !(labels.worth(*only) >= ONLY && is_speech(text, lines, openings[*only], language))
    {
        return None;
    }
    let opens = |at: usize| {
        labels.opens(at)
            && !(dateline && is_dash(at))
            && (!in_headline(at) || labels.opens_although_headline(at))
    };
    Some((0..openings.len()).map(opens).collect())
}

fn ratio(count: usize, of: usize) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "counts of lines; a share needs no more")]
    let share = count as f32 / of.max(1) as f32;
    share
}

/// All labels of an article, with what the article tells of each.
struct Labels<'a> {
    text: &'a str,
    lines: &'a [Span],
    openings: &'a [Opening],
    language: &'a Language,
    /// For each opening the words of its name.
    words: Vec<Vec<String>>,
    /// For each opening what makes it the same as another.
    keys: Vec<String>,
    /// Whether a label stands for whoever asks.
    asked: bool,
    /// How often a name, told by its last word, opens a line.
    often: FxHashMap<String, usize>,
    /// What is known of the best label with that last word.
    best: FxHashMap<String, f32>,
    written: OnceCell<Written<'a>>,
}

/// The words outside the labelled lines.
struct Written<'a> {
    words: FxHashSet<&'a str>,
    /// Those behind a title or a first name.
    people: FxHashSet<String>,
}

impl<'a> Labels<'a> {
    fn new(text: &'a str, lines: &'a [Span], openings: &'a [Opening], language: &'a Language) -> Self {
        let words: Vec<Vec<String>> =
            openings.iter().map(|opening| fold::words_in(opening.name.text(text), language)).collect();
        let mut labels = Self {
            text,
            lines,
            openings,
            language,
            words,
            keys: Vec::new(),
            asked: false,
            often: FxHashMap::default(),
            best: FxHashMap::default(),
            written: OnceCell::new(),
        };
        labels.keys = (0..openings.len()).map(|at| labels.key(at)).collect();
        labels.asked = labels.words.iter().flatten().any(|word| language.is_asking_label(word));
        for at in (0..openings.len()).filter(|&at| openings[at].first) {
            *labels.often.entry(labels.keys[at].clone()).or_default() += 1;
        }
        for at in 0..openings.len() {
            let worth = labels.own_worth(at);
            let best = labels.best.entry(labels.keys[at].clone()).or_insert(worth);
            *best = best.max(worth);
        }
        labels
    }

    /// What makes two labels the same: the last word in capitals where others are not, a name's last word, or all of "Speaker 2".
    fn key(&self, at: usize) -> String {
        let name = self.openings[at].name.text(self.text);
        let words = &self.words[at];
        let numbered = words.last().is_some_and(|word| word.chars().all(|c| c.is_ascii_digit()));
        if numbered {
            return words.join(" ");
        }
        let shouted = name.split_whitespace().rfind(|word| word.chars().count() > 1 && is_shouted(word));
        let folded = shouted.and_then(|word| fold::words_in(word, self.language).pop());
        folded.or_else(|| words.last().cloned()).unwrap_or_default()
    }

    fn often(&self, at: usize) -> usize {
        self.often.get(&self.keys[at]).copied().unwrap_or(0)
    }

    fn worth(&self, at: usize) -> f32 {
        self.best.get(&self.keys[at]).copied().unwrap_or(LEAST)
    }

    /// What speaks for the label to be that of somebody who talks.
    fn own_worth(&self, at: usize) -> f32 {
        let opening = self.openings[at];
        if opening.style == Style::Arrow && opening.name.text(self.text).starts_with('>') {
            return MOST;
        }
        let (words, language) = (&self.words[at], self.language);
        let Some(last) = words.last() else { return LEAST };
        let name = opening.name.text(self.text);
        let any = |holds: &dyn Fn(&str) -> bool| words.iter().any(|word| holds(word));
        if words.iter().all(|word| language.is_field(word)) || any(&|word| language.is_calendar_word(word)) {
            return LEAST;
        }
        if any(&|word| language.is_asking_label(word)) {
            return MOST;
        }
        if words.len() == 1 && language.is_answering_label(last) {
            return if self.asked { MOST } else { 0.0 };
        }
        let shouted = is_shouted(name);
        let words_in_name = name.split_whitespace().count();
        let titled = any(&|word| language.is_title(word));
        // "San Jose" is nobody called Jose.
        let proper = words.iter().find(|word| !language.is_title(word));
        let behind = titled && words.iter().any(|word| language.gender_of_name(word).is_some());
        let first_name =
            words.len() > 1 && (behind || proper.is_some_and(|word| language.gender_of_name(word).is_some()));
        let signs = [
            (2.0, any(&|word| language.is_voice(word))),
            (2.0, opening.timed),
            (2.0, matches!(opening.style, Style::Stop | Style::Dash)),
            (1.5, titled),
            (1.5, first_name),
            (1.0, shouted),
            (1.0, opening.described),
            (0.5, words_in_name > 1 && words_in_name < 4),
            (1.5, shouted && self.written().words.contains(capitalised(name).as_str())),
            (1.5, !shouted && !titled && self.written().people.contains(last)),
            (-2.0, language.is_country(last) || language.is_field(last)),
        ];
        signs.iter().filter(|(_, holds)| *holds).map(|(worth, _)| worth).sum::<f32>().clamp(LEAST, MOST)
    }

    fn written(&self) -> &Written<'a> {
        self.written.get_or_init(|| {
            let mut labelled = self.openings.iter().map(|opening| opening.line).peekable();
            let mut written = Written { words: FxHashSet::default(), people: FxHashSet::default() };
            for (place, line) in self.lines.iter().enumerate() {
                while labelled.next_if(|labelled| *labelled < place).is_some() {}
                if labelled.peek() == Some(&place) {
                    continue;
                }
                let mut named = false;
                for word in line.text(self.text).split(|c: char| !c.is_alphanumeric() && c != '-') {
                    if word.is_empty() {
                        continue;
                    }
                    written.words.insert(word);
                    if named && word.starts_with(char::is_uppercase) {
                        written.people.extend(fold::words_in(word, self.language));
                    }
                    let lower = word.to_lowercase();
                    named = self.language.gender_of_name(&lower).is_some() || self.language.is_title(&lower);
                }
            }
            written
        })
    }

    /// Whether the label says something on a talk: a line that is nothing but a name counts where that comes back.
    fn counts(&self, at: usize) -> bool {
        let opening = self.openings[at];
        opening.style != Style::Line || opening.timed || self.often(at) > 1
    }

    /// What stands behind the label in its line, or in the next line where that is nothing.
    fn body(&self, at: usize) -> Span {
        let opening = self.openings[at];
        let own = Span::new(opening.words, self.lines[opening.line].end);
        let empty = !own.text(self.text).chars().any(char::is_alphanumeric);
        let next = self.lines.get(opening.line + 1).copied().filter(|_| empty);
        next.unwrap_or(own)
    }

    fn holds_talk(&self, at: usize) -> bool {
        is_talk(self.body(at).text(self.text), self.language)
    }

    fn ends_sentence(&self, at: usize) -> bool {
        let body = self.body(at).text(self.text);
        body.trim_end_matches(['"', '”', '\'', '’', ')', ']', '*'])
            .ends_with(['.', '?', '!', '…', '—', '–', '-'])
    }

    /// Whether the name comes back behind its label: "Lund: Senator Lund wants a bridge."
    fn tells_of_itself(&self, at: usize) -> bool {
        let Some(last) = self.openings[at].name.text(self.text).split_whitespace().next_back() else {
            return false;
        };
        let name = if is_shouted(last) { capitalised(last) } else { last.to_owned() };
        let words = self.body(at).text(self.text).split(|c: char| !c.is_alphanumeric() && c != '-');
        name.len() > 1 && words.into_iter().any(|word| word == name)
    }

    /// Whether the headline is a turn: that of a transcript without one.
    fn opens_although_headline(&self, at: usize) -> bool {
        is_shouted(self.openings[at].name.text(self.text)) && self.often(at) > 1 && self.ends_sentence(at)
    }

    /// Whether the opening opens a turn, in an article that is a talk.
    fn opens(&self, at: usize) -> bool {
        let opening = self.openings[at];
        let (worth, often) = (self.worth(at), self.often(at));
        match opening.style {
            Style::Line => opening.timed || often > 1 && worth > 0.0 || worth > ONCE && self.holds_talk(at),
            Style::Letter | Style::Arrow => worth >= ONCE,
            Style::Colon | Style::Stop | Style::Dash if opening.first => worth >= 0.0,
            Style::Colon | Style::Stop | Style::Dash => often > 0 && worth >= 0.0 || worth > ONCE,
        }
    }
}

/// Whether the only label of an article may open a speech: near its top, and a third of what is below is surely said.
fn is_speech(text: &str, lines: &[Span], opening: Opening, language: &Language) -> bool {
    let below = lines.get(opening.line..).unwrap_or_default();
    let said = || below.iter().filter(|line| is_talk(line.text(text), language)).count();
    opening.first && opening.line <= ABOVE && below.len() > 1 && said() * 3 >= below.len()
}

/// A name in capitals as names are written: "Lund" for LUND.
fn capitalised(name: &str) -> String {
    let Some(last) = name.split_whitespace().next_back() else { return String::new() };
    let mut letters = last.chars();
    let first: String = letters.by_ref().take(1).collect();
    first + &letters.as_str().to_lowercase()
}

/// Whether the words are of those who talk with one another: of themselves, to others, a question.
pub(in crate::quote) fn is_talk(words: &str, language: &Language) -> bool {
    words.contains('?') || holds(words, |word| language.is_of_talk(word))
}

/// Whether one of the words, in lower case, is such.
pub(in crate::quote) fn holds(words: &str, such: impl Fn(&str) -> bool) -> bool {
    words.split(|c: char| !c.is_alphanumeric()).filter(|word| (1..=LONGEST_OWN).contains(&word.len())).any(
        |word| {
            if word.bytes().any(|byte| byte.is_ascii_uppercase()) {
                such(&word.to_ascii_lowercase())
            } else {
                such(word)
            }
        },
    )
}

/// The longest word that is looked for, in bytes.
const LONGEST_OWN: usize = 12;

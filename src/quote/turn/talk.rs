//! Is the article a transcript? Possible labels are judged over the whole article, because lists, records and
//! tables have labels as well.
//!
//! Each label has a score for how likely it belongs to a person ([`Labels::worth`]). The article is a
//! transcript if the [`Features`] of all its labels add up to at least [`BAR`]. The weights were set by hand,
//! on made-up transcripts and lists (`tests/data/talks`) and on the labels of the training articles.

use std::cell::OnceCell;

use rustc_hash::{FxHashMap, FxHashSet};

use super::label::{Opening, Style, is_shouted};
use crate::fold;
use crate::lang::Language;
use crate::span::Span;

/// Features of all labels at the start of a line that indicate a transcript.
#[derive(Clone, Copy, Debug, Default)]
struct Features {
    /// How much the labels look like people: the mean of their [scores](Labels::worth).
    people: f32,
    /// Share of the labels that are followed by words typical of a conversation, or by a question.
    own: f32,
    /// Share of the labels that occur more than once.
    repeated: f32,
    /// Share of the labels that are followed by a complete sentence.
    sentences: f32,
    /// Share of the labels whose name occurs again in the text after them, which indicates a report about the
    /// person.
    told: f32,
}

impl Features {
    /// Returns whether every feature indicates a transcript.
    fn are_many(self) -> bool {
        self.total() >= BAR && self.people >= ONCE && self.own >= 0.5 && self.repeated >= 0.5
    }
}

/// The minimum total for a transcript.
const BAR: f32 = 3.5;

impl Features {
    fn total(self) -> f32 {
        // Each feature alone is as common in lists as in transcripts.
        1.2 * self.people + 2.0 * self.own + 1.5 * self.repeated + 0.5 * self.sentences - 3.0 * self.told
    }
}

/// How many labels that are only lines in capitals are enough for a transcript.
const LINES: usize = 2;

/// The limits of a label's score.
const LEAST: f32 = -3.0;
const MOST: f32 = 3.0;

/// The minimum score for a label that occurs only once to begin a turn.
const ONCE: f32 = 1.0;

/// The minimum score for the only label of an article.
const ONLY: f32 = 2.0;

/// Maximum number of paragraphs above the only label of an article.
const ABOVE: usize = 8;

/// Returns, for each opening, whether it begins a turn; `None` if the article is not a transcript. A headline
/// with a colon is judged by the other labels.
pub(super) fn judge(
    (text, lines, openings): (&str, &[Span], &[Opening]),
    headline: bool,
    language: &Language,
) -> Option<Vec<bool>> {
    let in_headline = |at: usize| headline && openings[at].line == 0;
    let is_dash = |at: usize| openings[at].style == Style::Dash;
    // A single one is the place of a dateline: "NORDHAVN, Skane. - …"
    let dateline = (0..openings.len()).filter(|&at| openings[at].first && is_dash(at)).count() < 2;
    let firsts: Vec<usize> = (0..openings.len())
        .filter(|&at| openings[at].first && !in_headline(at) && !(dateline && is_dash(at)))
        .collect();
    // A label on a line of its own, or a single letter, is not enough evidence without other labels.
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

/// All labels of an article, with what the article shows about each.
struct Labels<'a> {
    text: &'a str,
    lines: &'a [Span],
    openings: &'a [Opening],
    language: &'a Language,
    /// For each opening, the words of its name.
    words: Vec<Vec<String>>,
    /// For each opening, a key that is equal for labels of the same person.
    keys: Vec<String>,
    /// Whether a label stands for an interviewer.
    asked: bool,
    /// How often each name, identified by its last word, begins a line.
    often: FxHashMap<String, usize>,
    /// The best score among the labels with the same last word.
    best: FxHashMap<String, f32>,
    written: OnceCell<Written<'a>>,
}

/// The words outside the labelled lines.
struct Written<'a> {
    words: FxHashSet<&'a str>,
    /// Those that follow a title or a first name.
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

    /// Returns the key of a label: the last word in capitals if others are not, otherwise a name's last word,
    /// or all of "Speaker 2".
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

    /// Returns the score of the label by itself, for how likely it belongs to a speaker.
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
        // "San Jose" is not a person called Jose.
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

    /// Returns whether the label counts as evidence: one that is only a line must occur more than once or
    /// include a time.
    fn counts(&self, at: usize) -> bool {
        let opening = self.openings[at];
        opening.style != Style::Line || opening.timed || self.often(at) > 1
    }

    /// Returns the text after the label in its line, or the next line if there is none.
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

    /// Returns whether the name occurs again after its label: "Lund: Senator Lund wants a bridge."
    fn tells_of_itself(&self, at: usize) -> bool {
        let Some(last) = self.openings[at].name.text(self.text).split_whitespace().next_back() else {
            return false;
        };
        let name = if is_shouted(last) { capitalised(last) } else { last.to_owned() };
        let words = self.body(at).text(self.text).split(|c: char| !c.is_alphanumeric() && c != '-');
        name.len() > 1 && words.into_iter().any(|word| word == name)
    }

    /// Returns whether the first line is a turn although it was taken for a headline: in a transcript without
    /// a headline. Headlines have no full stop at the end.
    fn opens_although_headline(&self, at: usize) -> bool {
        let shouted = is_shouted(self.openings[at].name.text(self.text)) && self.ends_sentence(at);
        let stopped = self.worth(at) > 0.0 && self.body(at).text(self.text).ends_with('.');
        self.often(at) > 1 && (shouted || stopped)
    }

    /// Returns whether the opening begins a turn, given that the article is a transcript.
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

/// Returns whether the only label of an article may begin a speech: it is near the top, and at least a third
/// of the lines below are certainly spoken.
fn is_speech(text: &str, lines: &[Span], opening: Opening, language: &Language) -> bool {
    let below = lines.get(opening.line..).unwrap_or_default();
    let said = || below.iter().filter(|line| is_talk(line.text(text), language)).count();
    opening.first && opening.line <= ABOVE && below.len() > 1 && said() * 3 >= below.len()
}

/// Returns the last word of a name in capitals in its usual spelling: "Lund" for LUND.
fn capitalised(name: &str) -> String {
    let Some(last) = name.split_whitespace().next_back() else { return String::new() };
    let mut letters = last.chars();
    let first: String = letters.by_ref().take(1).collect();
    first + &letters.as_str().to_lowercase()
}

/// Returns whether the words are typical of a conversation: in the first or second person, or a question.
pub(in crate::quote) fn is_talk(words: &str, language: &Language) -> bool {
    words.contains('?') || holds(words, |word| language.is_of_talk(word))
}

/// Returns whether `such` is true for one of the words in lower case.
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

/// The maximum length of a word that is looked for, in bytes.
const LONGEST_OWN: usize = 12;

//! Possible labels: the name, office or letter before the words of a turn.
//!
//! Examples: "LUND: …", "Q    …", "Mr. LUND. …", "\[10:32\] Pia Lund, Minister of Fish: …", ">> …", and a
//! label on a line of its own. The candidates found here only look like labels; `talk` decides.

use crate::lang::{Language, Traits};
use crate::span::Span;

/// A possible start of a turn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opening {
    /// The index of its line.
    pub(super) line: usize,
    /// Where the label begins, including a time or a sign before it.
    pub(super) start: usize,
    /// The name, without times, brackets and anything after a comma.
    pub(super) name: Span,
    /// Where the spoken words begin.
    pub(super) words: usize,
    pub(super) style: Style,
    /// Whether it is at the start of its line.
    pub(super) first: bool,
    /// Whether the label includes a time.
    pub(super) timed: bool,
    /// Whether the name is described further, after a comma or in brackets.
    pub(super) described: bool,
    /// Whether the whole line is in quotation marks: “LUND: …”
    pub(super) marked: bool,
}

/// How a label is separated from the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// By a colon.
    Colon,
    /// By a full stop and a dash: "Pia Lund (Group). – When?"
    Dash,
    /// By a full stop after a form of address and a name in capitals: "Mr. LUND."
    Stop,
    /// By a blank after a letter: "Q    When?"
    Letter,
    /// By an arrow before the words: ">> When?"
    Arrow,
    /// By a line of its own, with nothing but a name in capitals or with a time.
    Line,
}

/// The maximum length of a label, in bytes, and the maximum number of words of a name and of its description
/// after a comma.
const LONGEST: usize = 100;
const WORDS: usize = 8;

/// The maximum length of a line that is only a name, in bytes.
const LONGEST_LINE: usize = 60;

/// Appends the possible starts of turns in the line, in order.
pub(super) fn openings(text: &str, line: (usize, Span), language: &Language, out: &mut Vec<Opening>) {
    let (place, span) = line;
    let inside = crate::quote::passage::within_mark(text, span);
    let whole = inside.unwrap_or(span);
    let marked = inside.is_some();
    let words = whole.text(text);
    let reader = Reader { text, language, place, whole, marked };
    let capital = words.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| !c.is_lowercase());
    let first = if capital || words.starts_with('>') { reader.first() } else { None };
    out.extend(first);
    if words.as_bytes().contains(&b':') {
        reader.inner(first.map_or(whole.start, |first| first.words), out);
    }
}

struct Reader<'a> {
    text: &'a str,
    language: &'a Language,
    place: usize,
    whole: Span,
    marked: bool,
}

impl Reader<'_> {
    fn opening(&self, start: usize, label: &Label, words: usize, style: Style) -> Opening {
        let Self { place, marked, whole, .. } = *self;
        let first = start == whole.start;
        let Label { name, timed, described } = *label;
        Opening { line: place, start, name, words, style, first, timed, described, marked }
    }

    /// Returns the label at the start of the line.
    fn first(&self) -> Option<Opening> {
        let start = self.whole.start;
        let arrows = self.whole.text(self.text).bytes().take_while(|byte| *byte == b'>').count();
        let from = Span::new(start + arrows, self.whole.end).trim(self.text).start;
        let found = self.colon(from).or_else(|| self.dash(from)).or_else(|| self.stop(from));
        let found = found.or_else(|| self.letter(from));
        if let Some((label, words, style)) = found {
            return Some(self.opening(start, &label, words, style));
        }
        if arrows > 1 {
            let label = Label { name: Span::new(start, start + arrows), timed: false, described: false };
            return Some(self.opening(start, &label, from, Style::Arrow));
        }
        let line = Span::new(from, self.whole.end);
        let label = label_in(self.text, line, self.language).filter(|_| line.len() <= LONGEST_LINE)?;
        let alone = label.timed || is_shouted(label.name.text(self.text)) && label.name.len() > 2;
        let ended = line.text(self.text).ends_with(['.', '?', '!', ';', ',']);
        (alone && !ended).then(|| self.opening(start, &label, self.whole.end, Style::Line))
    }

    /// Reads a label before a colon.
    fn colon(&self, from: usize) -> Option<(Label, usize, Style)> {
        let words = Span::new(from, self.whole.end).text(self.text);
        let head = words.as_bytes().get(..words.len().min(LONGEST))?;
        let at = memchr::memchr_iter(b':', head).find(|&at| opens_words(words, at + 1))?;
        let label = label_in(self.text, Span::new(from, from + at), self.language)?;
        let behind = skip_signs(words, at + 1);
        Some((label, Span::new(from + behind, self.whole.end).trim(self.text).start, Style::Colon))
    }

    /// Reads "Pia Lund, on behalf of the Group. – When?".
    fn dash(&self, from: usize) -> Option<(Label, usize, Style)> {
        let words = Span::new(from, self.whole.end).text(self.text);
        let head = words.get(..words.floor_char_boundary(LONGEST))?;
        let stop = |&at: &usize| {
            [". – ", ". — ", ". - "]
                .iter()
                .any(|sign| head.get(at..).is_some_and(|rest| rest.starts_with(sign)))
        };
        let at = memchr::memchr_iter(b'.', head.as_bytes()).find(stop)?;
        let label = label_in(self.text, Span::new(from, from + at), self.language)?;
        let behind = words.get(at..)?.trim_start_matches(['.', ' ', '–', '—', '-']);
        Some((label, self.whole.end - behind.len(), Style::Dash))
    }

    /// Reads "Mr. LUND.", "The SPEAKER pro tempore.", "Ms. WEBER of Nordland.", "Mr. LUND (during the
    /// reading).".
    fn stop(&self, from: usize) -> Option<(Label, usize, Style)> {
        let words = Span::new(from, self.whole.end).text(self.text);
        let (title, behind) = words.split_once(' ')?;
        let behind = behind.trim_start();
        let capitals = behind.split([' ', '.', '(', ',']).next()?;
        if capitals.chars().count() < 2 || !is_shouted(capitals) {
            return None;
        }
        let word = title.trim_end_matches('.').to_lowercase();
        if !(self.language.is_title(&word) || self.language.traits(&word).any(Traits::THE)) {
            return None;
        }
        let base = words.len() - behind.len() + capitals.len();
        let rest = words.get(base..)?;
        let mut depth = 0_usize;
        let stop = rest.char_indices().take(LONGEST).find(|&(at, c)| {
            match c {
                '(' | '[' => depth += 1,
                ')' | ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            // "Mr. J. LUND." contains other full stops; the words follow the last one.
            c == '.'
                && depth == 0
                && rest.get(at + 1..).is_some_and(|next| next.is_empty() || next.starts_with([' ', '\u{a0}']))
        })?;
        let between = rest.get(..stop.0)?;
        let bracket = between.find(['(', '[']).unwrap_or(between.len());
        let own = between.get(..bracket)?;
        if own.split_whitespace().count() > 4 {
            return None;
        }
        let name = Span::new(from, from + base + own.trim_end().len());
        let words = Span::new(from + base + stop.0 + 1, self.whole.end).trim(self.text).start;
        Some((Label { name, timed: false, described: false }, words, Style::Stop))
    }

    /// Reads "Q    When?", "Q. When?".
    fn letter(&self, from: usize) -> Option<(Label, usize, Style)> {
        let words = Span::new(from, self.whole.end).text(self.text);
        let letter = words.get(..1)?;
        let rest = words.get(1..).filter(|rest| rest.starts_with([' ', '.', '\t', '\u{a0}']))?;
        let word = letter.to_lowercase();
        let asks = self.language.is_asking_label(&word);
        let known =
            letter.starts_with(char::is_uppercase) && (asks || self.language.is_answering_label(&word));
        let parted = rest.starts_with('.') && rest.get(1..2) == Some(" ")
            || rest.starts_with("  ")
            || rest.starts_with(['\t', '\u{a0}'])
            || asks && rest.starts_with(' ');
        if !known || !parted {
            return None;
        }
        let behind = rest.len() - rest.trim_start_matches(['.', ' ', '\t', '\u{a0}']).len();
        let name = Span::new(from, from + 1);
        Some((Label { name, timed: false, described: false }, from + 1 + behind, Style::Letter))
    }

    /// Appends labels that follow the end of a sentence within the line.
    fn inner(&self, from: usize, out: &mut Vec<Opening>) {
        let words = self.whole.text(self.text);
        let mut least = from.saturating_sub(self.whole.start);
        for colon in memchr::memchr_iter(b':', words.as_bytes()) {
            if colon <= least || !opens_words(words, colon + 1) {
                continue;
            }
            let low = words.floor_char_boundary(colon.saturating_sub(LONGEST).max(least));
            let Some(start) = words.get(low..colon).and_then(behind_sentence).map(|at| low + at) else {
                continue;
            };
            let span = Span::new(self.whole.start + start, self.whole.start + colon);
            let Some(label) = label_in(self.text, span, self.language) else { continue };
            let behind = skip_signs(words, colon + 1);
            let begin = Span::new(self.whole.start + behind, self.whole.end).trim(self.text).start;
            out.push(self.opening(span.start, &label, begin, Style::Colon));
            least = behind;
        }
    }
}

/// Returns where the last sentence of the words begins, if there is another one before it.
fn behind_sentence(words: &str) -> Option<usize> {
    let ends = |(at, _): &(usize, &str)| {
        let before = words.get(..*at).unwrap_or_default().trim_end_matches(['"', '”', '’', ')', ']']);
        let last = before.rsplit(' ').next().unwrap_or_default();
        // No sentence ends in the middle of "Mr. Lund".
        let short = last.ends_with('.') && last.chars().count() <= 4 && last.starts_with(char::is_uppercase);
        before.ends_with(['.', '?', '!', '…']) && !short
    };
    let spaces: Vec<(usize, &str)> = words.match_indices(' ').collect();
    spaces.into_iter().rev().find(ends).map(|(at, _)| at + 1)
}

/// Returns whether spoken words may begin at `at`, after a colon.
fn opens_words(words: &str, at: usize) -> bool {
    words.get(at..).is_some_and(|rest| {
        rest.is_empty() || rest.starts_with(|c: char| c.is_whitespace() || "*_\"“‘«".contains(c))
    })
}

/// Returns the offset after the emphasis marks that close a label: "**Lund:** When?"
fn skip_signs(words: &str, at: usize) -> usize {
    let rest = words.get(at..).unwrap_or_default();
    at + rest.len() - rest.trim_start_matches(['*', '_']).len()
}

/// A label: the name in it, and what else it contains.
struct Label {
    name: Span,
    timed: bool,
    described: bool,
}

/// Returns the label if `span` is one.
fn label_in(text: &str, span: Span, language: &Language) -> Option<Label> {
    let all = span.text(text);
    if all.len() > LONGEST {
        return None;
    }
    let mut rest = trimmed(all, 0, all.len());
    let mut timed = false;
    // "[10:32] Pia Lund", "10:32 Pia Lund"
    while let Some((end, time)) = leading_note(all.get(rest.0..rest.1)?) {
        timed |= time;
        rest = trimmed(all, rest.0 + end, rest.1);
    }
    let own = all.get(rest.0..rest.1)?;
    let cut = own.find([',', '(', '[', '|', '/', '–', '—']).unwrap_or(own.len());
    let tail = own.get(cut..)?;
    timed |= holds_time(tail);
    let (mut start, mut end) = trimmed(all, rest.0, rest.0 + cut);
    // "Petra Lund  00:05"
    let name = all.get(start..end)?;
    if let Some((before, last)) = name.rsplit_once(' ')
        && is_time(last)
    {
        timed = true;
        end = trimmed(all, start, start + before.len()).1;
    }
    start = trimmed(all, start, end).0;
    let name = all.get(start..end)?;
    // "The Minister for Fish (Omar Haddad)"
    let office = name.split(' ').next().is_some_and(|first| language.is_determiner(&first.to_lowercase()));
    let holder =
        tail.find(['(', '[']).zip(tail.find([')', ']'])).filter(|(open, close)| office && open < close);
    if let Some((open, close)) = holder
        && let Some(person) = tail.get(open + 1..close)
        && person.contains(' ')
        && is_name(person, language)
    {
        let start = span.start + rest.0 + cut + open + 1;
        return Some(Label { name: Span::new(start, start + person.len()), timed, described: true });
    }
    (is_name(name, language) && is_description(tail, language)).then(|| Label {
        name: Span::new(span.start + start, span.start + end),
        timed,
        described: tail.contains(|c: char| c.is_lowercase()),
    })
}

/// Returns the name in `span` without its description; `None` if `span` is not a label.
pub(in crate::quote) fn name_in(text: &str, span: Span, language: &Language) -> Option<Span> {
    label_in(text, span, language).map(|label| label.name)
}

/// Returns the range without blanks and emphasis marks at either end.
fn trimmed(all: &str, start: usize, end: usize) -> (usize, usize) {
    let signs = |c: char| c.is_whitespace() || matches!(c, '*' | '_' | '#' | '-' | '•');
    let part = all.get(start..end).unwrap_or_default();
    let from = start + part.len() - part.trim_start_matches(signs).len();
    let to = from + part.trim_matches(signs).len();
    (from, to)
}

/// Returns the length of a time or of brackets before a name, and whether they contain a time.
fn leading_note(words: &str) -> Option<(usize, bool)> {
    if words.starts_with(['[', '(']) {
        let close = words.find([']', ')'])?;
        return Some((close + 1, holds_time(words.get(..close)?)));
    }
    let first = words.split(' ').next()?;
    is_time(first).then_some((first.len(), true))
}

/// Returns whether the word is a time of day or a position in a recording: "10:32", "00:01:05.200".
pub(super) fn is_time(word: &str) -> bool {
    let word = word.trim_matches(['[', ']', '(', ')', ',', '-']);
    word.contains(':')
        && word.starts_with(|c: char| c.is_ascii_digit())
        && word.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | ',' | ';'))
}

fn holds_time(words: &str) -> bool {
    words.split([' ', '(', ')', '[', ']']).any(is_time)
}

/// Returns whether the words look like a name or an office: capitalised words, with small words in between.
fn is_name(name: &str, language: &Language) -> bool {
    let mut count = 0;
    let mut letters = false;
    for word in name.split_whitespace() {
        count += 1;
        letters |= word.starts_with(char::is_alphabetic);
        let shape =
            word.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '\'' | '’' | '-' | '&' | '#'));
        let capital = word.starts_with(|c: char| c.is_uppercase() || c.is_alphabetic() && !c.is_lowercase());
        let small = || count > 1 && is_small(word, language);
        // "al-Rashid", "d'Arc"
        let behind = || {
            word.split(['-', '\'', '’']).next_back().is_some_and(|last| last.starts_with(char::is_uppercase))
        };
        let numbered = count > 1 && word.trim_start_matches('#').chars().all(|c| c.is_ascii_digit());
        if !shape || !(capital || numbered || small() || behind()) {
            return false;
        }
    }
    letters && (1..=WORDS).contains(&count)
}

/// Returns whether the word may be in lower case inside a label: "President | of | Nordland", "Ursula | von |
/// Weber".
fn is_small(word: &str, language: &Language) -> bool {
    language.is_preposition(word)
        || language.is_particle(word)
        || language.is_determiner(word)
        || language.traits(word).any(Traits::AND)
        || language.is_asking_label(word)
        || language.is_voice(word)
}

/// Returns whether the words after a name only describe it: ", Minister of Fish", " (Nordhaven)".
fn is_description(tail: &str, language: &Language) -> bool {
    // Words in brackets are always a description.
    let outside = tail.split(['(', '[']).map(|part| part.rsplit([')', ']']).next().unwrap_or_default());
    let mut words = 0;
    for word in outside.flat_map(str::split_whitespace) {
        words += 1;
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        if language.pronoun(word).is_some() || language.is_telling(word) {
            return false;
        }
    }
    words <= WORDS
}

/// Returns whether the words have capitals and no small letters.
pub(super) fn is_shouted(name: &str) -> bool {
    let mut letters = name.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some() && letters.all(|c| !c.is_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the labels of a line: each name, and the words after it up to the next label.
    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let mut found = Vec::new();
        openings(text, (0, Span::new(0, text.len())), Language::primary(), &mut found);
        let ends = found.iter().skip(1).map(|next| next.start).chain([text.len()]);
        let shown: Vec<(&str, &str)> = found
            .iter()
            .zip(ends)
            .map(|(opening, end)| {
                (
                    opening.name.text(text),
                    Span::new(opening.words, end.max(opening.words)).trim(text).text(text),
                )
            })
            .collect();
        assert_eq!(shown, expected, "in {text:?}");
    }

    #[test]
    fn labels_have_offices_times_and_brackets() {
        check("LUND: When?", &[("LUND", "When?")]);
        check("[10:32] Pia Lund, Minister of Fish: When?", &[("Pia Lund", "When?")]);
        check("Pia Lund (00:34):", &[("Pia Lund", "")]);
        check("President of Nordland Ivo Petrov: When?", &[("President of Nordland Ivo Petrov", "When?")]);
        check("The Minister for Fish (Omar Haddad): When?", &[("Omar Haddad", "When?")]);
        check("**Speaker 2:** When?", &[("Speaker 2", "When?")]);
        check(">> PIA LUND: When?", &[("PIA LUND", "When?")]);
        check("Pia Lund (Group). – When?", &[("Pia Lund", "When?")]);
    }

    #[test]
    fn labels_do_without_colons() {
        check("Mr. LUND (during the reading). I ask.", &[("Mr. LUND", "I ask.")]);
        check("Ms. WEBER of Nordland. I rise.", &[("Ms. WEBER of Nordland", "I rise.")]);
        check("Q    When?", &[("Q", "When?")]);
        check("A. On Monday.", &[("A", "On Monday.")]);
        check("PIA LUND", &[("PIA LUND", "")]);
        check(">> When?", &[(">>", "When?")]);
    }

    #[test]
    fn labels_may_follow_sentences() {
        check("LUND: When? PETROV: Now.", &[("LUND", "When?"), ("PETROV", "Now.")]);
        check("It ended. Lund: When?", &[("Lund", "When?")]);
        check("She met Mr. Lund: he came.", &[]);
    }

    #[test]
    fn prose_has_no_labels() {
        check("However, he said this: no.", &[]);
        check("They left at 10:32 in the rain.", &[]);
        check("A ferry left.", &[]);
        check("She wants three things: boats.", &[]);
        check("", &[]);
    }
}

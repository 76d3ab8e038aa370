//! The words of a claim or of a quote, normalised for comparison: contractions written out, numbers as
//! digits, look-alike letters replaced.

use crate::fold;
use crate::lang::Language;
use crate::span::Span;

/// A word, normalised for comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// The folded word.
    pub(super) key: String,
    /// Its stem.
    pub(super) stem: String,
    /// The index of the written word that it is, or is a part of.
    pub(super) word: usize,
    /// Whether it is in square brackets, as an editor's insertion.
    pub(super) inserted: bool,
    /// Whether it follows an ellipsis, which means that something was left out.
    pub(super) gap: bool,
    /// Whether it begins a clause, and whether it begins a sentence.
    pub(super) clause: bool,
    pub(super) sentence: bool,
    /// Whether it negates what is said; not for a "No," that only answers somebody.
    pub(super) turning: bool,
}

impl Token {
    /// Returns its weight; function words have less.
    pub(super) fn weight(&self) -> f32 {
        if Language::primary().is_function_word(&self.key) && !self.turns_round() { 0.3 } else { 1.0 }
    }

    pub(super) const fn turns_round(&self) -> bool {
        self.turning
    }

    pub(super) fn is_amount(&self) -> bool {
        Language::primary().is_amount(&self.key)
    }
}

/// A text split into words.
#[derive(Debug, Default)]
pub(super) struct Tokens<'t> {
    /// The written words, separated by white space.
    pub(super) written: Vec<&'t str>,
    pub(super) tokens: Vec<Token>,
}

/// Splits a text into words, at most `most` of them.
pub(super) fn tokens(text: &str, most: usize) -> Tokens<'_> {
    let mut out = Tokens::default();
    let mut state = State::default();
    for written in text.split_whitespace() {
        if out.tokens.len() >= most {
            break;
        }
        state.read(written, &mut out);
    }
    join(&mut out.tokens);
    turn(&mut out.tokens);
    out
}

/// Marks the words that negate what is said, except words that are a whole clause.
fn turn(tokens: &mut [Token]) {
    let opens: Vec<bool> = tokens.iter().enumerate().map(|(at, token)| at == 0 || token.clause).collect();
    for (at, token) in tokens.iter_mut().enumerate() {
        let is_alone = opens[at] && opens.get(at + 1) == Some(&true);
        token.turning = Language::primary().turns_round(&token.key) && !is_alone;
    }
}

/// What precedes a word.
#[derive(Clone, Copy, Default)]
struct State {
    /// The number of open square brackets.
    depth: usize,
    gap: bool,
    clause: bool,
    sentence: bool,
}

impl State {
    fn read<'t>(&mut self, written: &'t str, out: &mut Tokens<'t>) {
        let language = Language::primary();
        let word = out.written.len();
        let inserted = self.depth > 0 || is_inserted(written);
        let (opened, closed) = (written.matches('[').count(), written.matches(']').count());
        self.depth = (self.depth + opened).saturating_sub(closed);
        let bare = fold::unmasked(written).replace(['[', ']'], "");
        let folded = fold::fold(&bare);
        let mut any = false;
        for (at, part) in folded.split("..").enumerate() {
            self.gap |= at > 0;
            for key in keys(part, language) {
                let stem = language.stem(&key).into_owned();
                let Self { gap, clause, sentence, depth } = *self;
                out.tokens.push(Token { key, stem, word, inserted, gap, clause, sentence, turning: false });
                *self = Self { depth, ..Self::default() };
                any = true;
            }
        }
        let end = bare.trim_end_matches(['"', '\'', '”', '’', '»', ')', '“', '*', '_']);
        self.sentence |= end.ends_with(['.', '!', '?', '…']) && !language.is_abbreviation(&fold::fold(end));
        self.clause |= self.sentence || end.ends_with([',', ';', ':', '–', '—']) || !any;
        out.written.push(written);
    }
}

/// Returns whether a written word begins an editor's insertion: `[the`, but not `[W]e`.
fn is_inserted(written: &str) -> bool {
    let Some(open) = written.find('[') else { return false };
    let before = Span::new(0, open).text(written);
    let behind = written.find(']').map_or("", |close| Span::new(close, written.len()).text(written));
    !before.chars().any(char::is_alphanumeric) && !behind.chars().any(char::is_alphanumeric)
}

/// Returns the normalised words of a folded piece of text.
fn keys(folded: &str, language: &Language) -> Vec<String> {
    let mut out = Vec::new();
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '.' | ',');
    for piece in folded.split(|c: char| !is_part(c)) {
        let piece = piece.trim_matches(['\'', '.', ',']);
        if piece.is_empty() {
            continue;
        }
        if piece.contains(|c: char| c.is_ascii_digit()) {
            out.push(number(piece));
            continue;
        }
        let mut push = |word: &str| out.push(language.digits(word).unwrap_or(word).to_owned());
        if let Some(words) = language.long_form(piece) {
            words.into_iter().for_each(&mut push);
            continue;
        }
        for word in fold::words(piece) {
            match language.long_form(&word) {
                Some(words) => words.into_iter().for_each(&mut push),
                None => push(&word),
            }
        }
    }
    let signs = folded.chars().filter(|c| !c.is_alphanumeric());
    out.extend(signs.filter_map(|c| language.word_for_sign(c.encode_utf8(&mut [0; 4])).map(str::to_owned)));
    out
}

/// Returns a number without digit separators: "1,000" becomes "1000", "3.5" stays.
fn number(piece: &str) -> String {
    let mut groups = piece.split(',');
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    let grouped = rest.iter().all(|group| group.len() >= 3);
    let joined = format!("{first}{}", rest.concat());
    if grouped { joined } else { piece.to_owned() }
}

/// Joins words that can be written as one or as two: "per cent", "twenty-five".
fn join(tokens: &mut Vec<Token>) {
    let language = Language::primary();
    let mut at = 0;
    while at + 1 < tokens.len() {
        let (first, second) = (&tokens[at].key, &tokens[at + 1].key);
        let one = language.as_one_word(first, second).map(str::to_owned).or_else(|| sum(first, second));
        if let Some(one) = one.filter(|_| !tokens[at + 1].clause && !tokens[at + 1].gap) {
            tokens[at].stem = language.stem(&one).into_owned();
            tokens[at].key = one;
            tokens.remove(at + 1);
        }
        at += 1;
    }
}

/// Returns the sum of a multiple of ten and a digit: "20" and "5" give "25".
fn sum(tens: &str, units: &str) -> Option<String> {
    let (tens, units): (u32, u32) = (tens.parse().ok()?, units.parse().ok()?);
    let fits = (20..100).contains(&tens) && tens.is_multiple_of(10) && (1..10).contains(&units);
    fits.then(|| (tens + units).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = tokens(text, 100);
        let shown = found.tokens.iter().map(|token| {
            let gap = if token.gap { "…" } else { "" };
            if token.inserted { format!("{gap}[{}]", token.key) } else { format!("{gap}{}", token.key) }
        });
        assert_eq!(shown.collect::<Vec<_>>().join(" "), expected, "{text}");
    }

    #[test]
    fn words_compare_in_normalised_form() {
        check("We don’t CAN'T it’s Lund’s", "we do not can not it is lund");
        check("vice-president “vice president”", "vice president vice president");
        check("twenty-five, 25, 1,000 and 3.5%", "25 25 1000 and 3.5 percent");
        check("fifteen per cent of $50", "15 percent of 50 dollars");
        check("the U.S. isn't", "the us is not");
    }

    #[test]
    fn ellipses_and_brackets_are_recognised() {
        check("We will … open", "we will …open");
        check("We will […] open... it", "we will …open …it");
        check("[W]e will open [the old archive] in May", "we will open [the] [old] [archive] in may");
        check("…[the mayor]… will", "…[the] [mayor] …will");
    }

    #[test]
    fn sentences_and_clauses_end() {
        let found = tokens("We came, we saw. “Then?” we left", 100);
        let ends: Vec<(bool, bool)> =
            found.tokens.iter().map(|token| (token.clause, token.sentence)).collect();
        let (none, clause, sentence) = ((false, false), (true, false), (true, true));
        assert_eq!(ends, [none, none, clause, none, sentence, sentence, none]);
    }
}

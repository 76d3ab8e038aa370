//! Here are words that somebody claims were said, and a quote on record: are they the same, and what was
//! changed?
//!
//! [`compare`] splits both texts into words (`token`), aligns the claim with the part of the quote that it
//! fits best (`align`), and lists the changes (`change`), with negations and numbers first. Differences in
//! case, marks, accents, contractions, look-alike letters, ellipses and square brackets do not count as
//! changed words; an ellipsis that hides a "not" does.

mod align;
mod change;
mod token;

use serde::Serialize;

use crate::lang::Language;
use align::{Pair, Same};
pub use change::{Change, Kind};
use token::{Token, Tokens, tokens};

/// How a claim compares with the record, nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// On record word for word; the claim may be a part of the quote.
    Exact,
    /// On record word for word, except for case, marks, accents, contractions or text in square brackets.
    Punctuation,
    /// On record word for word, but said by somebody else.
    OtherSpeaker,
    /// Similar to a quote on record, with some words changed.
    Altered,
    /// Two quotes on record put together.
    Stitched,
    /// The same speaker said nearly the same in other words: another translation, another report.
    Retold,
    /// Not on record, but there is a similar quote.
    Near,
    /// Not on record, and no quote is similar.
    NotOnRecord,
}

impl Verdict {
    /// Returns whether the words themselves are on record, whoever said them.
    #[must_use]
    pub const fn is_verbatim(self) -> bool {
        matches!(self, Self::Exact | Self::Punctuation | Self::OtherSpeaker)
    }

    /// Returns whether something like the words is on record.
    #[must_use]
    pub const fn is_on_record(self) -> bool {
        !matches!(self, Self::Near | Self::NotOnRecord)
    }
}

/// A sequence of words in a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// Which text has the words.
    pub side: Side,
    /// The words as written there, separated by single spaces.
    pub text: String,
}

/// Which of the compared texts has a sequence of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Both texts; written as on record.
    Both,
    /// Only the claim.
    Asked,
    /// Only the record.
    Recorded,
}

/// How a claim compares with one quote.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// [`Verdict::Exact`], [`Verdict::Punctuation`], [`Verdict::Altered`], [`Verdict::Near`] or
    /// [`Verdict::NotOnRecord`]; the speaker is not compared.
    pub verdict: Verdict,
    /// The share of the claim's words that are in the quote, 0 to 1; function words count less.
    pub share: f32,
    /// The comparison of both texts, in order, without the quote's words before and after the claim.
    pub diff: Vec<Piece>,
    /// The changes, gravest first.
    pub changes: Vec<Change>,
    /// The longest sequence of the claim's words that is not in the quote.
    pub rest: Option<String>,
}

/// Minimum share of common words for a claim to count as altered and not as different.
const ALTERED: f32 = 0.55;
/// Minimum share of common words for a claim to count as similar.
const NEAR: f32 = 0.3;
/// Maximum number of words compared, of a claim and of a quote.
const CLAIMED: usize = 300;
const RECORDED: usize = 2000;
/// How many words before the claim are searched for a negation, if it begins in the middle of a clause.
const BACK: usize = 4;
/// Minimum length of a sequence of words that may come from another quote.
const REST: usize = 4;

/// Minimum length of a sequence of common words that is not a coincidence.
const ROW: usize = 4;

/// How many words longer a text may be than another and still count as similar in length.
const ALIKE: usize = 8;

impl Comparison {
    fn none() -> Self {
        Self { verdict: Verdict::NotOnRecord, share: 0.0, diff: Vec::new(), changes: Vec::new(), rest: None }
    }

    /// Returns whether a negation or a number was changed.
    #[must_use]
    pub fn is_grave(&self) -> bool {
        self.changes.iter().any(|change| change.kind.is_grave())
    }
}

/// Compares a claim with the words of a quote on `record`. A claim without any word is not on record.
///
/// ```
/// use rapporteur::answer::{ChangeKind, Verdict, compare};
///
/// let record = "We will not open the archive before the spring.";
/// assert_eq!(compare("we will not open the archive", record).verdict, Verdict::Exact);
/// let altered = compare("We will open the archive before the spring.", record);
/// assert_eq!(altered.verdict, Verdict::Altered);
/// assert_eq!(altered.changes[0].kind, ChangeKind::NegationDropped);
/// ```
#[must_use]
pub fn compare(claim: &str, record: &str) -> Comparison {
    compared(&tokens(claim, CLAIMED), &tokens(record, RECORDED))
}

/// Returns a test for a text that has nearly the same words: at least one of the two is on record in the
/// other, as [`compare`] sees it.
pub fn nearly_as(words: &str) -> impl Fn(&str) -> bool {
    let (claim, record) = (tokens(words, CLAIMED), tokens(words, RECORDED));
    move |other| {
        let held = tokens(other, RECORDED);
        compared(&claim, &held).verdict.is_on_record() || {
            // A token is at most two words, so a short text is the same as a claim.
            let is_short = held.tokens.len() * 2 < CLAIMED;
            let claimed = if is_short { held } else { tokens(other, CLAIMED) };
            compared(&claimed, &record).verdict.is_on_record()
        }
    }
}

fn compared(claim: &Tokens, record: &Tokens) -> Comparison {
    if claim.tokens.iter().all(|token| token.inserted) {
        return Comparison::none();
    }
    let pairs =
        whole(&claim.tokens, &record.tokens).unwrap_or_else(|| align::align(&claim.tokens, &record.tokens));
    let mut changes = change::changes(claim, record, &pairs);
    changes.extend(cut_before(record, &pairs, &changes));
    changes.extend(cut_behind(record, &pairs).filter(|_| changes.is_empty()));
    change::order(&mut changes);
    // "I always doubted it" for "I never doubted it": a short claim in which only this is changed.
    let is_turned = matches!(changes.as_slice(), [only] if only.kind.is_grave());
    let (share, telling) = share(&claim.tokens, &pairs, if is_turned { 1 } else { 2 });
    let verdict = match () {
        () if pairs.is_empty() => Verdict::NotOnRecord,
        () if changes.is_empty() && is_written_so(claim, record, &pairs) => Verdict::Exact,
        () if changes.is_empty() => Verdict::Punctuation,
        () if share >= ALTERED && telling => Verdict::Altered,
        () if share >= NEAR => Verdict::Near,
        () => Verdict::NotOnRecord,
    };
    let rest = rest(claim, &pairs);
    Comparison { verdict, share, diff: pieces(claim, record, &pairs), changes, rest }
}

/// Returns the alignment of a claim that is in the record in one piece or, if it has ellipses, in several
/// pieces in order.
fn whole(claim: &[Token], record: &[Token]) -> Option<Vec<Pair>> {
    let mut out = Vec::new();
    let mut from = 0;
    let starts = (0..claim.len()).filter(|&at| at == 0 || claim[at].gap);
    let mut segments: Vec<usize> = starts.collect();
    segments.push(claim.len());
    for bounds in segments.windows(2) {
        let segment = &claim[bounds[0]..bounds[1]];
        let is_here =
            |at: &usize| segment.iter().zip(&record[*at..]).all(|(one, other)| one.key == other.key);
        let last = record.len().checked_sub(segment.len())?;
        let start = (from..=last).find(is_here)?;
        if !out.is_empty() {
            let gap = from..start;
            out.extend(gap.map(|at| Pair { claimed: None, recorded: Some(at), same: Same::No }));
        }
        let place =
            |at: usize| Pair { claimed: Some(bounds[0] + at), recorded: Some(start + at), same: Same::Word };
        out.extend((0..segment.len()).map(place));
        from = start + segment.len();
    }
    Some(out)
}

/// Returns the share of the claim that is on record, and whether the common words are significant: at least
/// `least` that are no function words, or all of them if it has fewer; or several words in a row.
fn share(claim: &[Token], pairs: &[Pair], least: usize) -> (f32, bool) {
    let all: f32 = claim.iter().filter(|token| !token.inserted).map(Token::weight).sum();
    let mut found = 0.0;
    let (mut telling, mut run, mut longest) = (0, 0, 0);
    for pair in pairs {
        run = if pair.same == Same::Word { run + 1 } else { 0 };
        longest = longest.max(run);
        let Some(token) = pair.claimed.map(|at| &claim[at]) else { continue };
        let held = match pair.same {
            Same::Word => 1.0,
            Same::Stem => 0.7,
            Same::No => continue,
        };
        found += token.weight() * held;
        telling += usize::from(token.weight() >= 1.0);
    }
    let least = claim.iter().filter(|token| token.weight() >= 1.0).count().min(least);
    (if all > 0.0 { (found / all).min(1.0) } else { 0.0 }, telling >= least || longest >= ROW)
}

/// Returns a negation that was cut off right before the claim, or a number that belongs to its first word:
/// `[not] want war`, `[three] million people`.
fn cut_before(record: &Tokens, pairs: &[Pair], changes: &[Change]) -> Option<Change> {
    let start = align::extent(pairs).start;
    if pairs.is_empty() || changes.iter().any(|change| change.kind.is_grave()) {
        return None;
    }
    let mut from = start;
    while from > 0 && start - from < BACK && !record.tokens[from].clause {
        from -= 1;
    }
    let before = &record.tokens[from..start];
    let clause = record.tokens.get(start).is_none_or(|token| token.clause);
    if clause || before.is_empty() {
        return None;
    }
    let kind = if before.iter().any(Token::turns_round) {
        Kind::NegationDropped
    } else if before.last().is_some_and(Token::is_amount) && record.tokens[start].is_amount() {
        Kind::Number
    } else {
        return None;
    };
    let turning =
        before.iter().position(|token| token.turns_round() || kind == Kind::Number).unwrap_or_default();
    Some(Change { kind, claimed: String::new(), recorded: words(record, before[turning..].iter()) })
}

/// Returns a negation that was cut off right after the last word of a claim, if that word leads to it: `they
/// are [not]`.
fn cut_behind(record: &Tokens, pairs: &[Pair]) -> Option<Change> {
    let end = align::extent(pairs).end;
    let (last, next) = (record.tokens.get(end.checked_sub(1)?)?, record.tokens.get(end)?);
    let leads_on = Language::primary().is_function_word(&last.key) && !next.clause;
    (leads_on && next.turns_round()).then(|| Change {
        kind: Kind::NegationDropped,
        claimed: String::new(),
        recorded: words(record, std::iter::once(next)),
    })
}

/// Returns the written words that the tokens come from, without duplicates, separated by single spaces.
fn words<'a>(text: &Tokens, tokens: impl Iterator<Item = &'a Token>) -> String {
    let mut places: Vec<usize> = tokens.map(|token| token.word).collect();
    places.dedup();
    places.iter().filter_map(|at| text.written.get(*at).copied()).collect::<Vec<_>>().join(" ")
}

/// Returns whether the aligned words are written the same way. Only the kinds of marks, the case of the first
/// letter and the marks at both ends may differ.
fn is_written_so(claim: &Tokens, record: &Tokens, pairs: &[Pair]) -> bool {
    let both: Vec<(usize, usize)> = pairs
        .iter()
        .filter_map(|pair| Some((claim.tokens[pair.claimed?].word, record.tokens[pair.recorded?].word)))
        .collect();
    if claim.tokens.iter().any(|token| token.inserted) {
        return false;
    }
    let last = both.last().copied();
    both.iter().enumerate().all(|(at, &(one, other))| {
        let (mut one_text, mut other_text) = (plain(claim.written[one]), plain(record.written[other]));
        if at == 0 {
            (one_text, other_text) = (small(&one_text), small(&other_text));
        }
        let next = both[at + 1..].iter().find(|(next, _)| *next != one);
        // Before an ellipsis and at the end, the quote's sentence may continue.
        let is_end = Some((one, other)) == last || next.is_some_and(|(_, next)| *next > other + 1);
        if is_end || at == 0 {
            let bare = |text: &str| text.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
            (one_text, other_text) = (bare(&one_text), bare(&other_text));
        }
        one_text == other_text
    })
}

/// Returns a written word without quotation marks and ellipses, with plain apostrophes and dashes.
fn plain(written: &str) -> String {
    let sign = |c: char| match c {
        '’' | '‘' | 'ʼ' | '′' | '`' => Some('\''),
        '–' | '—' | '‐' | '‑' => Some('-'),
        '"' | '“' | '”' | '„' | '«' | '»' | '‟' | '…' | '\u{ad}' => None,
        c => Some(c),
    };
    let out: String = written.chars().filter_map(sign).collect();
    out.replace("...", "").trim_matches('\'').to_owned()
}

/// Returns a word with its first letter in lower case.
fn small(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// Returns the longest sequence of the claim's words that is not on record, as written, if it may come from
/// another quote.
fn rest(claim: &Tokens, pairs: &[Pair]) -> Option<String> {
    let held = |at: usize| pairs.iter().any(|pair| pair.claimed == Some(at) && pair.same != Same::No);
    let mut best = 0..0;
    let mut start = 0;
    for at in 0..=claim.tokens.len() {
        // A single common word does not interrupt the sequence; two in a row do.
        let beside = |at: usize| at + 1 >= claim.tokens.len() || held(at + 1) || at > 0 && held(at - 1);
        let parts = at == claim.tokens.len() || held(at) && beside(at);
        if parts {
            if at.saturating_sub(start) > best.len() {
                best = start..at;
            }
            start = at + 1;
        }
    }
    let run = claim.tokens.get(best)?;
    let telling = run.iter().filter(|token| token.weight() >= 1.0).count();
    (run.len() >= REST && telling >= 2).then(|| words(claim, run.iter()))
}

/// Returns the comparison as sequences of written words.
fn pieces(claim: &Tokens, record: &Tokens, pairs: &[Pair]) -> Vec<Piece> {
    let differs = |side: fn(&Pair) -> Option<usize>, tokens: &Tokens| {
        let mut out = vec![false; tokens.written.len()];
        for pair in pairs.iter().filter(|pair| pair.same != Same::Word) {
            if let Some(at) = side(pair) {
                out[tokens.tokens[at].word] = true;
            }
        }
        out
    };
    let other_claimed = differs(|pair| pair.claimed, claim);
    let other_recorded = differs(|pair| pair.recorded, record);
    let mut out = Pieces::default();
    for pair in pairs {
        let claimed = pair.claimed.map(|at| claim.tokens[at].word);
        let recorded = pair.recorded.map(|at| record.tokens[at].word);
        let both = claimed.is_some_and(|word| !other_claimed[word])
            && recorded.is_some_and(|word| !other_recorded[word]);
        if both {
            out.push(Side::Both, recorded, &record.written);
        } else {
            out.push(Side::Asked, claimed, &claim.written);
            out.push(Side::Recorded, recorded, &record.written);
        }
    }
    out.finish()
}

/// Collects sequences of words; the claim's words come before the record's.
#[derive(Default)]
struct Pieces {
    done: Vec<Piece>,
    both: Vec<String>,
    asked: Vec<String>,
    recorded: Vec<String>,
    /// The last word taken from the claim and from the record.
    last: [Option<usize>; 2],
}

impl Pieces {
    fn push(&mut self, side: Side, word: Option<usize>, written: &[&str]) {
        let Some(word) = word else { return };
        let last = &mut self.last[usize::from(side != Side::Asked)];
        if last.is_some_and(|last| last >= word) {
            return;
        }
        *last = Some(word);
        let text = written.get(word).copied().unwrap_or_default().to_owned();
        match side {
            Side::Both => {
                self.flush_changed();
                self.both.push(text);
            }
            Side::Asked => {
                self.flush_both();
                self.asked.push(text);
            }
            Side::Recorded => {
                self.flush_both();
                self.recorded.push(text);
            }
        }
    }

    fn flush_both(&mut self) {
        Self::flush(&mut self.done, Side::Both, &mut self.both);
    }

    fn flush_changed(&mut self) {
        Self::flush(&mut self.done, Side::Asked, &mut self.asked);
        Self::flush(&mut self.done, Side::Recorded, &mut self.recorded);
    }

    fn flush(done: &mut Vec<Piece>, side: Side, words: &mut Vec<String>) {
        if !words.is_empty() {
            done.push(Piece { side, text: std::mem::take(words).join(" ") });
        }
    }

    fn finish(mut self) -> Vec<Piece> {
        self.flush_changed();
        self.flush_both();
        self.done
    }
}

/// Returns whether a claim and a quote in other words contradict each other, or have different numbers, as
/// far as single words show: a negation or a number is changed where they are aligned; one of two texts of
/// similar length has more negations than the other; or each has numbers that the other does not have.
#[must_use]
pub fn contradicts(claim: &str, record: &str) -> bool {
    if compare(claim, record).is_grave() {
        return true;
    }
    let (claim, record) = (tokens(claim, CLAIMED).tokens, tokens(record, RECORDED).tokens);
    let turned = |tokens: &[Token]| tokens.iter().filter(|token| token.turns_round()).count() % 2;
    let lacks = |one: &[Token], other: &[Token]| {
        let mut numbers = one.iter().filter(|token| token.key.starts_with(|c: char| c.is_ascii_digit()));
        numbers.any(|token| !other.iter().any(|known| known.key == token.key))
    };
    let (shorter, longer) = (claim.len().min(record.len()), claim.len().max(record.len()));
    let alike = longer - shorter <= ALIKE || longer * 2 < shorter * 3;
    alike && turned(&claim) != turned(&record) || lacks(&claim, &record) && lacks(&record, &claim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(asked: &str, record: &str) -> String {
        let found = compare(asked, record);
        let shown = found.diff.iter().map(|piece| match piece.side {
            Side::Both => piece.text.clone(),
            Side::Asked => format!("-{}-", piece.text),
            Side::Recorded => format!("+{}+", piece.text),
        });
        format!("{:?}: {}", found.verdict, shown.collect::<Vec<_>>().join(" "))
    }

    const RECORD: &str = "We will open the archive in May, and not a day later.";

    #[test]
    fn a_part_of_a_quote_is_exact() {
        assert_eq!(check("open the archive in May", RECORD), "Exact: open the archive in May,");
        assert_eq!(
            check("“we will open the archive in May, and not a day later”", RECORD),
            format!("Exact: {RECORD}")
        );
        assert_eq!(check("We will … and not a day later", RECORD).split(':').next(), Some("Exact"));
        assert_eq!(check("", RECORD), "NotOnRecord: ");
        assert_eq!(check("[sic] …", RECORD), "NotOnRecord: ");
    }

    #[test]
    fn marks_case_and_look_alike_letters_do_not_change_words() {
        for claim in [
            "open the ARCHIVE in may",
            "We will open the archive in May and not a day later",
            "We'll open the archive in May, and not a day later.",
            "W\u{435} will op\u{435}n the \u{430}rchive",
            "We w\u{200b}ill open the archive",
            "We will open [the old] archive",
        ] {
            let found = compare(claim, RECORD);
            assert_eq!(
                (found.verdict, found.changes.as_slice()),
                (Verdict::Punctuation, [].as_slice()),
                "{claim}"
            );
        }
    }

    #[test]
    fn altered_words_are_shown_on_both_sides() {
        assert_eq!(
            check("We will open the museum in May", RECORD),
            "Altered: We will open the -museum- +archive+ in May,"
        );
        assert_eq!(
            check("We will never open the archive", RECORD),
            "Altered: We will -never- open the archive"
        );
        assert_eq!(check("We will open in May", RECORD), "Altered: We will open +the archive+ in May,");
    }

    #[test]
    fn other_words_are_not_on_record() {
        assert!(check("The ferry sails on Monday", RECORD).starts_with("NotOnRecord"));
        assert!(check("We will close the harbour for good on Monday", RECORD).starts_with("N"));
    }

    #[test]
    fn the_part_that_a_quote_does_not_contain_is_returned() {
        let rest = |claim: &str| compare(claim, RECORD).rest;
        assert_eq!(
            rest("We will open the archive, the ferry sails every Monday").as_deref(),
            Some("the ferry sails every Monday")
        );
        assert_eq!(rest("We will open the archive in May"), None);
    }

    #[test]
    fn opposites_and_other_numbers_contradict() {
        assert!(contradicts("We will leave soon", "We will never leave"));
        assert!(contradicts("Boats go all winter long", "The ferry will not sail in winter"));
        assert!(contradicts("We have 30 ships", "There are 300 ships of ours"));
        assert!(!contradicts("We won't leave", "We are not leaving at all"));
    }
}

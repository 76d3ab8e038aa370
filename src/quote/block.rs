//! Whole paragraphs that are quotes without marks: block quotes, posts with a signature, statements after a
//! colon.
//!
//! A block of the page ([`Article::blocks`](crate::article::Article::blocks)) is a quote if a name signs it
//! or the paragraph above introduces it. Plain text does not mark blocks. There, a paragraph after "said in a
//! statement:" is a quote, and so are the paragraphs below it in which the speaker continues. An article
//! titled "Remarks by" somebody and written mostly in the first person is one quote by that person. Linear in
//! the length of the text.

use super::passage::{By, Passage, within_mark};
use super::turn;
use crate::lang::{Language, Traits};
use crate::span::Span;

/// The maximum length of a signature, in bytes.
const SIGNATURE: usize = 150;

/// How much of the end of a paragraph is searched for an introduction, in bytes.
const INTRODUCTION: usize = 300;

/// Limits for a speech that only the title announces: the minimum number of its paragraphs, the maximum
/// length of a heading in it, in bytes, and the maximum number of words of the name in the title.
const LEAST_SPEECH: usize = 3;
const LONGEST_HEADING: usize = 60;
const NAME: usize = 4;

/// Maximum number of words of a name together with the office before it.
const LONGEST_NAME: usize = 12;

/// Minimum number of words of an unmarked statement.
const LEAST: usize = 4;

/// Returns the passages outside `turns` that are blocks, posts and statements, in order. The headline is
/// never one.
pub(super) fn passages(
    text: &str,
    paragraphs: &[Span],
    blocks: &[Span],
    (turns, headline): (&[Passage], Option<Span>),
    language: &Language,
) -> Vec<Passage> {
    let turns_end = turns.len();
    let group = turns.last().map_or(0, |turn| turn.group);
    let mut finder =
        Finder { text, paragraphs, language, taken: vec![false; paragraphs.len()], group, out: Vec::new() };
    let mut turns = turns.iter().peekable();
    for (at, paragraph) in paragraphs.iter().enumerate() {
        while turns.next_if(|turn| turn.line.end <= paragraph.start).is_some() {}
        let in_turn = turns.peek().is_some_and(|turn| turn.line.start < paragraph.end);
        finder.taken[at] = in_turn || headline.is_some_and(|line| line.contains(*paragraph));
    }
    if turns_end == 0
        && let Some(line) = headline
    {
        finder.speech(line);
    }
    for (place, own) in own_paragraphs(paragraphs, blocks).into_iter().enumerate() {
        finder.block(blocks[place], &own);
    }
    for own in own_paragraphs(paragraphs, blocks).into_iter().flatten() {
        finder.taken[own] = true;
    }
    for at in 1..paragraphs.len() {
        finder.post(at);
        finder.statement(at);
    }
    finder.out.sort_by_key(|passage| passage.line);
    finder.out
}

/// Returns, for each block, the indices of its paragraphs, except those of nested blocks.
fn own_paragraphs(paragraphs: &[Span], blocks: &[Span]) -> Vec<Vec<usize>> {
    let mut out = vec![Vec::new(); blocks.len()];
    if blocks.is_empty() {
        return out;
    }
    let mut open: Vec<usize> = Vec::new();
    let mut next = 0;
    for (at, paragraph) in paragraphs.iter().enumerate() {
        while blocks.get(next).is_some_and(|block| block.start <= paragraph.start) {
            open.push(next);
            next += 1;
        }
        while open.last().is_some_and(|&block| blocks[block].end <= paragraph.start) {
            open.pop();
        }
        if let Some(&block) = open.last() {
            out[block].push(at);
        }
    }
    out
}

struct Finder<'a> {
    text: &'a str,
    paragraphs: &'a [Span],
    language: &'a Language,
    /// For each paragraph, whether it is already part of a passage.
    taken: Vec<bool>,
    group: usize,
    out: Vec<Passage>,
}

impl Finder<'_> {
    fn words(&self, at: usize) -> &str {
        self.paragraphs.get(at).map_or("", |paragraph| paragraph.text(self.text))
    }

    /// Reads a block; `own` are its own paragraphs.
    fn block(&mut self, block: Span, own: &[usize]) {
        let (Some(&first), Some(&last)) = (own.first(), own.last()) else { return };
        if own.iter().any(|&at| self.taken[at]) || own.iter().any(|&at| self.is_report(at)) {
            return;
        }
        let behind = self.paragraphs.partition_point(|paragraph| paragraph.start < block.end);
        let signed = self.signature(last, own.len() > 1);
        let headed = signed.is_none().then(|| self.signature(first, own.len() > 1)).flatten();
        let below = || {
            let dashed = self.words(behind).starts_with(['—', '–', '―', '-']);
            self.signature(behind, false).filter(|_| dashed && !self.taken[behind])
        };
        let above = || {
            let above = first.checked_sub(1).filter(|&above| self.introduces(above, true));
            above.map(|_| By::Above)
        };
        let (said, by) = match (signed, headed) {
            (Some(name), _) => (&own[..own.len() - 1], By::Signature(name)),
            (None, Some(name)) => (&own[1..], By::Signature(name)),
            (None, None) => match below().map(By::Signature).or_else(above) {
                Some(by) => (own, by),
                None => return,
            },
        };
        self.group += 1;
        for &at in said {
            if !self.is_date(at) {
                self.add(at, by);
            }
        }
    }

    /// Reads a speech that only the title announces: "Remarks by President Pia Lund at the harbour".
    fn speech(&mut self, headline: Span) {
        let Some(name) = self.speaker_in(headline) else { return };
        let first = self.paragraphs.partition_point(|paragraph| paragraph.start < headline.end);
        let own: Vec<bool> = (0..self.paragraphs.len())
            .map(|at| at >= first && turn::holds(self.words(at), |word| self.language.is_of_speaker(word)))
            .collect();
        let count = own.iter().filter(|own| **own).count();
        let said = |at: &usize| turn::is_talk(self.words(*at), self.language);
        let Some(last) = (first..self.paragraphs.len()).rev().find(said) else { return };
        let all = self.paragraphs.len() - first;
        if all < LEAST_SPEECH || count * 2 < all || (first..=last).any(|at| self.is_report(at)) {
            return;
        }
        self.group += 1;
        let mut began = self.paragraphs[first].start;
        for (at, own) in own.into_iter().enumerate().take(last + 1).skip(first) {
            let paragraph = self.paragraphs[at];
            self.taken[at] = true;
            let words = self.words(at);
            // Places and dates above a speech are not part of it.
            if !own && words.len() < LONGEST_HEADING && words.ends_with(char::is_alphanumeric) {
                continue;
            }
            if paragraph.end - began > turn::LONGEST_QUOTE {
                (self.group, began) = (self.group + 1, paragraph.start);
            }
            for content in turn::spoken(self.text, paragraph, self.language) {
                self.out.push(Passage { line: content, content, group: self.group, by: By::Label(name) });
            }
        }
    }

    /// Returns the name of the person whose speech a headline announces, without the office.
    fn speaker_in(&self, headline: Span) -> Option<Span> {
        let words = headline.text(self.text);
        let mut at = 0;
        let mut places = words.split(' ').map(|word| {
            let start = at;
            at += word.len() + 1;
            (word, start)
        });
        let called = |word: &str| self.language.is_speech(&word.to_lowercase());
        places.by_ref().find(|(word, _)| called(word))?;
        let (by, _) = places.next()?;
        if !self.language.traits(&by.to_lowercase()).any(Traits::BY.or(Traits::OF).or(Traits::FROM)) {
            return None;
        }
        let capital = |(word, _): &(&str, usize)| word.starts_with(char::is_uppercase);
        let office =
            |(word, _): &(&str, usize)| self.language.is_title(&word.trim_end_matches('.').to_lowercase());
        // "Foreign Minister | Omar Haddad"; a comma ends the name.
        let mut run: Vec<(&str, usize)> = Vec::new();
        for place in places.take_while(capital).take(LONGEST_NAME) {
            run.push(place);
            if place.0.ends_with([',', ':', ';']) {
                break;
            }
        }
        let from = run.iter().rposition(office).map_or(0, |at| at + 1);
        let name = run.get(from..).filter(|name| name.len() <= NAME)?;
        let (start, &(last, at)) = (name.first()?.1, name.last()?);
        let end = at + last.trim_end_matches([',', ':', '.', ';']).len();
        let span = Span::new(headline.start + start, headline.start + end);
        turn::name_in(self.text, span, self.language)
    }

    /// Reads a post in plain text: a paragraph above a line like "— Pia Lund (@plund) May 2, 2025".
    fn post(&mut self, at: usize) {
        let words = self.words(at);
        if !words.starts_with(['—', '–', '―', '-'])
            || !words.contains("(@")
            || self.taken[at]
            || self.taken[at - 1]
        {
            return;
        }
        let Some(name) = self.signature(at, false) else { return };
        if has_marks(self.words(at - 1)) || self.is_report(at - 1) {
            return;
        }
        (self.taken[at], self.taken[at - 1]) = (true, true);
        self.group += 1;
        self.add(at - 1, By::Signature(name));
    }

    /// Reads a statement in plain text: the paragraphs after one that ends in a colon.
    fn statement(&mut self, at: usize) {
        let above = self.words(at - 1);
        if !above.ends_with(':') || self.taken[at - 1] || self.taken[at] || !self.introduces(at - 1, false) {
            return;
        }
        let sent = ending(above);
        let sent = turn::holds(sent, |word| self.language.is_post(word) || self.language.is_speech(word));
        let whole = |words: &str| {
            words.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
                && words.ends_with(['.', '?', '!', '…'])
                && words.split_whitespace().take(LEAST).count() == LEAST
        };
        let own = |at: usize| turn::holds(self.words(at), |word| self.language.is_of_speaker(word));
        let free = |at: usize| !self.taken[at] && !has_marks(self.words(at)) && whole(self.words(at));
        if !free(at) || !(sent || own(at)) {
            return;
        }
        let below = (at + 1..self.paragraphs.len()).take_while(|&below| free(below) && own(below)).count();
        self.group += 1;
        for at in at..=at + below {
            self.taken[at] = true;
            self.add(at, By::Above);
        }
    }

    /// Returns whether the end of the paragraph introduces what somebody said. Above a block, a colon is
    /// enough.
    fn introduces(&self, at: usize, block: bool) -> bool {
        let end = ending(self.words(at));
        let tells = || {
            turn::holds(end, |word| {
                self.language.is_telling(word) || self.language.is_post(word) || self.language.is_speech(word)
            })
        };
        match (end.ends_with(':'), block) {
            (true, true) => true,
            (true, false) => tells(),
            (false, true) => turn::holds(end, |word| self.language.is_telling(word)),
            (false, false) => false,
        }
    }

    /// Returns the name in a paragraph that is a signature. `last` means that it needs no dash.
    fn signature(&self, at: usize, last: bool) -> Option<Span> {
        let paragraph = *self.paragraphs.get(at)?;
        let words = paragraph.text(self.text);
        if words.len() > SIGNATURE {
            return None;
        }
        let name = words.trim_start_matches(['—', '–', '―', '-', '~', ' ']);
        let dashed = name.len() < words.len();
        let cut = name.find([',', '(', '@', '·', '|']).unwrap_or(name.len());
        let tagged = name.get(cut..).is_some_and(|rest| rest.starts_with(['@', '(']) && rest.contains('@'));
        let mut start = paragraph.start + words.len() - name.len();
        let end = start + cut;
        if tagged {
            start += behind_small_words(Span::new(start, end).text(self.text));
        }
        let span = turn::name_in(self.text, Span::new(start, end).trim(self.text), self.language)?;
        let several = span.text(self.text).contains(' ');
        let sentence = words.ends_with(['.', '?', '!', ':']);
        (tagged || dashed && (several || !sentence) || last && several && !sentence).then_some(span)
    }

    /// Returns whether the paragraph is the writer's own: it has words in marks and, outside them, a verb
    /// that says whose they are.
    fn is_report(&self, at: usize) -> bool {
        let words = self.words(at);
        has_marks(words)
            && within_mark(self.text, self.paragraphs[at])
                .is_none_or(|inside| has_marks(inside.text(self.text)))
            && turn::holds(&turn::outside_marks(words), |word| self.language.is_telling(word))
    }

    /// Returns whether the paragraph only says when a post was sent: "10:32 AM · May 2, 2025".
    fn is_date(&self, at: usize) -> bool {
        const WORDS: usize = 8;
        let words = self.words(at);
        words.contains(|c: char| c.is_ascii_digit())
            && !words.ends_with(['.', '?', '!', '…', '"', '”'])
            && words.split_whitespace().take(WORDS).count() < WORDS
            && (words.contains('·') || turn::holds(words, |word| self.language.is_calendar_word(word)))
    }

    fn add(&mut self, at: usize, by: By) {
        let line = self.paragraphs[at];
        let inside = within_mark(self.text, line).filter(|inside| !has_marks(inside.text(self.text)));
        self.out.push(Passage { line, content: inside.unwrap_or(line), group: self.group, by });
    }
}

/// Returns the last sentences of a paragraph.
fn ending(words: &str) -> &str {
    let start = words.ceil_char_boundary(words.len().saturating_sub(INTRODUCTION));
    let end = words.get(start..).unwrap_or(words);
    end.trim_end_matches(':')
        .rfind(['.', '?', '!'])
        .and_then(|at| end.get(at + 1..))
        .filter(|end| end.len() > 3)
        .unwrap_or(end)
}

/// Returns where the name at the end of the words begins, after the last word in lower case: "A post shared
/// by | Pia Lund".
fn behind_small_words(words: &str) -> usize {
    let words = words.trim_end();
    let mut starts = std::iter::once(0).chain(words.match_indices(' ').map(|(at, _)| at + 1));
    let small = |start: &usize| words.get(*start..).is_some_and(|rest| rest.starts_with(char::is_lowercase));
    let last = starts.rfind(small);
    last.map_or(0, |start| {
        words.get(start..).and_then(|rest| rest.find(' ')).map_or(words.len(), |at| start + at)
    })
}

fn has_marks(words: &str) -> bool {
    words.contains(['"', '“', '”', '«', '»', '„'])
}

#[cfg(test)]
mod tests {
    use super::super::passage::paragraphs;
    use super::*;

    /// Checks the passages of a text, whose blocks are in braces: the words, and what shows whose they are.
    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let (mut plain, mut blocks, mut open) = (String::new(), Vec::new(), Vec::new());
        for c in text.chars() {
            match c {
                '{' => {
                    open.push(blocks.len());
                    blocks.push(Span::new(plain.len(), plain.len()));
                }
                '}' => blocks[open.pop().expect("it was opened")].end = plain.len(),
                _ => plain.push(c),
            }
        }
        let found = passages(&plain, &paragraphs(&plain), &blocks, (&[], None), Language::primary());
        let by = |passage: &Passage| match passage.by {
            By::Label(name) | By::Signature(name) => name.text(&plain),
            By::Above => "above",
        };
        let found: Vec<(&str, &str)> =
            found.iter().map(|passage| (passage.content.text(&plain), by(passage))).collect();
        assert_eq!(found, expected, "in {text:?}");
    }

    #[test]
    fn a_block_is_a_quote_after_a_cue_or_above_a_signature() {
        check(
            "Pia Lund wrote:\n\n{We do.\n\nIt rained.}\n\nThey left.",
            &[("We do.", "above"), ("It rained.", "above")],
        );
        check("They met.\n\n{“We do.”\n\n— Pia Lund, pilot}", &[("We do.", "Pia Lund")]);
        check("They met.\n\n{We do.}\n\n— Pia Lund\n\nThey left.", &[("We do.", "Pia Lund")]);
        check("They met.\n\n{The talks go on.}\n\nThey left.", &[]);
        check("They met:\n\n{“We do,” Pia Lund said.}", &[]);
    }

    #[test]
    fn posts_may_contain_posts() {
        check(
            "They met.\n\n{Not true.\n\n{We do.\n\n— Pia Lund (@plund) May 2, 2025}\n\n— Ivo Petrov (@ivo) May 3, 2025}",
            &[("Not true.", "Ivo Petrov"), ("We do.", "Pia Lund")],
        );
        check("They met.\n\n{We do.\n\nA post shared by Pia Lund (@plund)}", &[("We do.", "Pia Lund")]);
        check("They met.\n\nWe do.\n\n— Pia Lund (@plund) May 2, 2025", &[("We do.", "Pia Lund")]);
    }

    #[test]
    fn a_statement_continues_in_the_first_person() {
        check(
            "Pia Lund said in a statement:\n\nThe boats are ready now.\n\nWe thank the pilots.\n\nThe boats lay still.",
            &[("The boats are ready now.", "above"), ("We thank the pilots.", "above")],
        );
        check("The board chose these days:\n\nWe open in the spring.", &[]);
        check("Pia Lund said the roads would close:\n\nThe road to the pier.", &[]);
    }
}

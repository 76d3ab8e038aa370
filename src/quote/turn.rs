//! Transcripts: which lines are turns of a conversation, each under the label of its speaker?
//!
//! Handles briefings, hearings, parliamentary records, interviews and subtitles. These are exact rules,
//! because a turn has no cue and often no marks: `label` finds what may begin a turn, and `talk` decides over
//! the whole article whether it is a transcript and which labels begin turns. A turn consists of all
//! paragraphs up to the next label, without stage directions (`aside`). Linear in the length of the text.

mod aside;
mod label;
mod talk;

use rustc_hash::FxHashSet;

pub(super) use self::aside::spoken;
pub(super) use self::label::name_in;
use self::label::{Opening, Style};
pub(super) use self::talk::{holds, is_talk};
use super::passage::{By, Passage, within_mark};
use crate::lang::Language;
use crate::span::Span;

/// After this many bytes the next paragraph of a turn begins a new quote: an hour's speech becomes many
/// quotes by one speaker.
pub(super) const LONGEST_QUOTE: usize = 1500;

/// Returns the turns of `text`, whose paragraphs are `lines`, in order; each paragraph is a passage. Returns
/// none if the text is not a transcript. `headline` means that the first line is a headline.
pub(crate) fn turns(text: &str, lines: &[Span], headline: bool, language: &Language) -> Vec<Passage> {
    let mut openings = Vec::new();
    for line in lines.iter().copied().enumerate() {
        label::openings(text, line, language, &mut openings);
    }
    if openings.is_empty() {
        return Vec::new();
    }
    let Some(opens) = talk::judge((text, lines, &openings), headline, language) else { return Vec::new() };
    let mut kept = opens.into_iter();
    openings.retain(|_| kept.next().unwrap_or(false));
    let speakers = openings.iter().map(|opening| opening.name.text(text)).collect();
    Talk { text, language, lines, openings: &openings, speakers, out: Vec::new(), group: 0, began: 0 }.read()
}

/// The state of reading a transcript turn by turn.
struct Talk<'a> {
    text: &'a str,
    language: &'a Language,
    lines: &'a [Span],
    openings: &'a [Opening],
    /// The names of all labels.
    speakers: FxHashSet<&'a str>,
    out: Vec<Passage>,
    group: usize,
    /// Where the current quote begins.
    began: usize,
}

/// Maximum number of words at the start of a line that are compared with the labels.
const NAME: usize = 5;

/// If a transcript has this many openings, it is the whole article and not an excerpt quoted in it, provided
/// that the paragraphs above the first one are at most [`ABOVE`] or a quarter of all.
const WHOLE: usize = 3;
const ABOVE: usize = 8;

impl Talk<'_> {
    fn read(mut self) -> Vec<Passage> {
        let above = self.openings.first().map_or(0, |first| first.line);
        let top = above <= ABOVE || above * 4 <= self.lines.len();
        let whole = self.openings.len() == 1 || self.openings.len() >= WHOLE && top;
        for at in 0..self.openings.len() {
            let opening = self.openings[at];
            let next = self.openings.get(at + 1);
            let line = self.lines[opening.line];
            let end = next.filter(|next| next.line == opening.line).map_or(line.end, |next| next.start);
            (self.group, self.began) = (self.group + 1, opening.words);
            let start = if opening.first { line.start } else { opening.start };
            let content = if opening.marked {
                Span::new(
                    opening.words,
                    within_mark(self.text, line).map_or(end, |inside| inside.end.min(end)),
                )
            } else {
                Span::new(opening.words, end)
            };
            self.add(opening, Span::new(start, end), content);
            if next.is_some_and(|next| next.line == opening.line) {
                continue;
            }
            let until = next.map_or(self.lines.len(), |next| next.line);
            let below = opening.line + 1..until;
            let count = if opening.marked {
                below.clone().take_while(|&line| within_mark(self.text, self.lines[line]).is_some()).count()
            } else {
                self.goes_on(opening, below.clone(), whole && next.is_some())
            };
            for line in below.take(count) {
                let line = self.lines[line];
                let content = within_mark(self.text, line).filter(|_| opening.marked).unwrap_or(line);
                if !self.is_heading(content) {
                    self.add(opening, line, content);
                }
            }
        }
        self.out
    }

    /// Returns how many of the lines after a label belong to its turn. `all` means that the transcript
    /// continues after them.
    fn goes_on(&self, opening: Opening, below: std::ops::Range<usize>, all: bool) -> usize {
        let ends = |words: &str| talk::holds(words, |word| self.language.ends_transcript(word));
        let told = |line: &usize| {
            let words = self.lines[*line].text(self.text);
            !self.is_told(words) && (all || !ends(words))
        };
        let said = below.clone().take_while(told).count();
        if all {
            return said;
        }
        let own = |line: usize| talk::is_talk(self.lines[line].text(self.text), self.language);
        // If the label is on a line of its own, the next line belongs to the turn, whatever it is.
        let least = usize::from(self.is_bare(opening)).min(below.len());
        (0..said).rev().find(|&at| own(below.start + at)).map_or(least, |last| (last + 1).max(least))
    }

    /// Returns whether the label's line has no other words.
    fn is_bare(&self, opening: Opening) -> bool {
        let rest = Span::new(opening.words, self.lines[opening.line].end).text(self.text);
        opening.style == Style::Line || !rest.chars().any(char::is_alphanumeric)
    }

    /// Returns whether the line is the writer's own: it quotes somebody with a verb, or is about a speaker.
    fn is_told(&self, line: &str) -> bool {
        if !line.contains(char::is_alphanumeric) {
            return true;
        }
        let outside = outside_marks(line);
        let own = talk::is_talk(&outside, self.language);
        if own {
            return false;
        }
        let marks = outside.len() < line.len();
        let told = || talk::holds(&outside, |word| self.language.is_telling(word));
        marks && told() || self.names_speaker(line)
    }

    /// Returns whether the line begins with the name of a label: "Lund left the room."
    fn names_speaker(&self, line: &str) -> bool {
        let ends = line.match_indices(' ').map(|(at, _)| at).take(NAME);
        ends.filter_map(|end| line.get(..end)).any(|words| words.len() > 2 && self.speakers.contains(words))
    }

    /// Returns whether the line is a heading between turns: short, and without the end of a sentence or words
    /// of a conversation.
    fn is_heading(&self, line: Span) -> bool {
        const LONGEST: usize = 60;
        let words = line.text(self.text);
        words.len() <= LONGEST
            && words.ends_with(char::is_alphanumeric)
            && words.contains(' ')
            && !talk::is_talk(words, self.language)
            && words.split_whitespace().filter(|word| word.starts_with(char::is_uppercase)).count() * 2
                > words.split_whitespace().count()
    }

    fn add(&mut self, opening: Opening, line: Span, content: Span) {
        let content = within_mark(self.text, content)
            .filter(|inside| !opening.marked && !inside.text(self.text).contains(['"', '“', '”']))
            .unwrap_or(content);
        if content.end - self.began > LONGEST_QUOTE {
            (self.group, self.began) = (self.group + 1, content.start);
        }
        let by = By::Label(opening.name);
        let parts = aside::spoken(self.text, content, self.language);
        let count = parts.len();
        for (place, content) in parts.into_iter().enumerate() {
            // Together the passages of a line cover all of it, so that no other quotation can be in it.
            let start = if place == 0 { line.start } else { content.start };
            let end = if place + 1 == count { line.end } else { content.end };
            self.out.push(Passage { line: Span::new(start, end), content, group: self.group, by });
        }
    }
}

/// Returns the words of a line outside its quotation marks.
pub(super) fn outside_marks(line: &str) -> String {
    let mut inside = false;
    line.chars()
        .filter(|c| {
            match c {
                '“' | '«' => inside = true,
                '”' | '»' => inside = false,
                '"' => inside = !inside,
                _ => return !inside,
            }
            false
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::passage::paragraphs;
    use super::*;

    fn label(by: By) -> Span {
        match by {
            By::Label(name) => name,
            By::Signature(_) | By::Above => panic!("turns have labels"),
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let turns = turns(text, &paragraphs(text), false, Language::primary());
        let found: Vec<_> =
            turns.iter().map(|turn| (label(turn.by).text(text), turn.content.text(text))).collect();
        assert_eq!(found, expected, "in {text:?}");
    }

    #[test]
    fn names_in_capitals_open_turns() {
        let text = "Petra Lund questioned Ivo Petrov.\n\nLUND: Did you?\n\nMR. PETROV (on the phone): I did.\n\nThey left.";
        check(text, &[("LUND", "Did you?"), ("MR. PETROV", "I did.")]);
    }

    #[test]
    fn a_mark_opens_every_paragraph() {
        let text = "“LUND: Did you?\n\n“PETROV: I did.\n\n“Twice.\n\n“LUND: So. “No”?”\n\n“PETROV: Yes.";
        let turns = [
            ("LUND", "Did you?"),
            ("PETROV", "I did."),
            ("PETROV", "Twice."),
            ("LUND", "So. “No”?"),
            ("PETROV", "Yes."),
        ];
        check(text, &turns);
    }

    #[test]
    fn names_as_usual_come_back() {
        let text = "Petra Lund: Did you?\nIvo Petrov: I did.\nLund: When?\nPetrov: In March.";
        let turns = [
            ("Petra Lund", "Did you?"),
            ("Ivo Petrov", "I did."),
            ("Lund", "When?"),
            ("Petrov", "In March."),
        ];
        check(text, &turns);
    }

    #[test]
    fn a_first_line_with_a_full_stop_is_not_a_headline() {
        let first = |line: &str| {
            let text = format!(
                "{line}\n\nIvo Petrov: Will you? Who pays?\n\nPetra Lund: We do. I told you.\n\nIvo Petrov: Can you?"
            );
            let turns = turns(&text, &paragraphs(&text), true, Language::primary());
            label(turns.first().expect("a turn").by).text(&text).to_owned()
        };
        assert_eq!(first("Petra Lund: We will rebuild the pier."), "Petra Lund");
        assert_eq!(first("Petra Lund: We will rebuild the pier"), "Ivo Petrov");
    }

    #[test]
    fn lists_and_tables_are_not_conversations() {
        check("Name: Ada.\nAge: Forty.\nJob: Sailor.", &[]);
        check("Lund: 46 percent.\nPetrov: 51 percent.\nLund: 40 percent.", &[]);
        check("UPDATE: The mill is open.\n\nCORRECTION: It is closed.", &[]);
        check("Lund: up three points\nPetrov: down four\nLund: up one", &[]);
        check("", &[]);
    }
}

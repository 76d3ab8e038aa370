//! What is said in subtitles (WebVTT, SubRip), paragraph by paragraph?
//!
//! Subtitle cues are joined to one text. A paragraph begins where the speaker changes: at a voice tag (`<v
//! Pia Lund>`, which becomes `Pia Lund: `), or at `>>`, a dash, or a name and a colon at the start of a line.
//! A line that repeats the one before it, as in roll-up captions, is dropped; so are times, numbers, styles
//! and notes.

use super::draft::{Body, Draft, clean};
use super::text::normalize;

/// Length in bytes from which a paragraph of one speaker ends with its sentence.
const LONG: usize = 800;

/// Maximum length in bytes of a name before a colon.
const NAME: usize = 60;

/// Returns the draft of a subtitle file.
pub(super) fn draft(text: &str) -> Draft {
    let text = normalize(text.trim_start_matches('\u{feff}'));
    let mut speech = Speech::default();
    let mut title = None;
    for block in text.split("\n\n") {
        if let Some(rest) = block.strip_prefix("WEBVTT") {
            let line = rest.lines().next().unwrap_or_default();
            title = clean(line.trim_start_matches([' ', '\t', '-', '–']));
        }
        let mut lines = block.lines().skip_while(|line| !line.contains("-->"));
        if lines.next().is_none() {
            continue;
        }
        for line in lines.filter(|line| !line.contains("-->")) {
            speech.line(line);
        }
    }
    Draft { title, body: Body::Paragraphs(speech.finish()), ..Draft::default() }
}

/// The text so far.
#[derive(Default)]
struct Speech {
    done: Vec<String>,
    paragraph: String,
    /// The name in the last voice tag.
    voice: String,
    /// The last name before a colon.
    named: String,
    /// The last line.
    last: String,
}

impl Speech {
    fn line(&mut self, line: &str) {
        if line == self.last {
            return;
        }
        line.clone_into(&mut self.last);
        let mut rest = line;
        let mut opens = true;
        while let Some((before, behind)) = rest.split_once('<') {
            self.words(before, &mut opens);
            let Some((tag, behind)) = behind.split_once('>') else {
                self.words(behind, &mut opens);
                return;
            };
            self.tag(tag);
            rest = behind;
        }
        self.words(rest, &mut opens);
    }

    /// Handles a tag; the tag of another voice begins a paragraph.
    fn tag(&mut self, tag: &str) {
        let Some((kind, name)) = tag.split_once([' ', '\t']) else { return };
        let name = clean(&resolved(name)).unwrap_or_default();
        if kind.split('.').next() == Some("v") && name != self.voice {
            self.part();
            self.paragraph = format!("{name}:");
            self.voice = name;
        }
    }

    /// Appends words of a line; `opens` tells whether they are at its beginning.
    fn words(&mut self, words: &str, opens: &mut bool) {
        let words = resolved(words);
        let mut words = words.trim();
        if words.is_empty() {
            return;
        }
        // Some files repeat the name before each line of one speaker.
        if *opens && changes_speaker(words) {
            let (name, rest) = words.split_once(": ").unwrap_or_default();
            if !name.is_empty() && name == self.named {
                words = rest.trim_start();
            }
            name.clone_into(&mut self.named);
        }
        let long = self.paragraph.len() > LONG && self.paragraph.ends_with(['.', '?', '!']);
        if *opens && (long || changes_speaker(words)) {
            self.part();
        }
        *opens = false;
        if !self.paragraph.is_empty() {
            self.paragraph.push(' ');
        }
        self.paragraph.push_str(words);
    }

    fn part(&mut self) {
        let paragraph = std::mem::take(&mut self.paragraph);
        if !paragraph.is_empty() {
            self.done.push(paragraph);
        }
    }

    fn finish(mut self) -> String {
        self.part();
        self.done.join("\n\n")
    }
}

/// Returns whether a line begins with the mark or the name of another speaker.
fn changes_speaker(line: &str) -> bool {
    let dash = line
        .strip_prefix(['-', '–', '—'])
        .is_some_and(|rest| rest.starts_with([' ', '[']) || rest.starts_with(char::is_alphabetic));
    let named = || {
        let name = line.split_once(": ").map(|(name, _)| name).or_else(|| line.strip_suffix(':'));
        name.is_some_and(|name| {
            let capital = |word: &str| {
                word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || "([".contains(c))
            };
            name.len() <= NAME && name.split(' ').all(capital)
        })
    };
    line.starts_with(">>") || dash || named()
}

/// Resolves entities and removes SubRip styles: `{\an8}`.
fn resolved(words: &str) -> String {
    let mut out = words.to_owned();
    while let Some(start) = out.find("{\\") {
        let Some(length) = out.get(start..).and_then(|rest| rest.find('}')) else { break };
        out.replace_range(start..=start + length, "");
    }
    if out.contains('&') {
        let marks = out.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&lrm;", "");
        out = marks.replace("&rlm;", "").replace("&quot;", "\"").replace("&amp;", "&");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, title: Option<&str>, expected: &str) {
        let draft = draft(input);
        let Body::Paragraphs(text) = &draft.body else { panic!("not paragraphs") };
        assert_eq!((draft.title.as_deref(), text.as_str()), (title, expected));
    }

    #[test]
    fn cues_follow_each_other() {
        check(
            "1\n00:00:01,000 --> 00:00:02,000\nWe will\nsign\n\n2\n00:00:02,000 --> 00:00:03,000\non Friday.\n",
            None,
            "We will sign on Friday.",
        );
    }

    #[test]
    fn a_voice_is_a_name_and_a_colon() {
        check(
            "WEBVTT - Talks\n\nNOTE made by hand\n\n00:01.000 --> 00:02.000 align:left\n<v.loud Pia Lund>We <b>will</b></v>\n\n00:02.000 --> 00:03.000\n<v Pia Lund>sign.\n\n00:03.000 --> 00:04.000\n<v Ivo Petrov>When &amp; where?\n",
            Some("Talks"),
            "Pia Lund: We will sign.\n\nIvo Petrov: When & where?",
        );
    }

    #[test]
    fn arrows_names_and_dashes_change_the_speaker() {
        check(
            "1\n00:01 --> 00:02\n>> When?\nPIA LUND: Now.\n- Good.\n\n2\n00:02 --> 00:03\n{\\an8}It was 10: not more.\n",
            None,
            ">> When?\n\nPIA LUND: Now.\n\n- Good. It was 10: not more.",
        );
    }

    #[test]
    fn a_name_before_every_line_is_one_turn() {
        check(
            "1\n00:01 --> 00:02\nPia Lund: We will\n\n2\n00:02 --> 00:03\nPia Lund: sign.\nIvo Petrov: When?\nPia Lund: Now.\n",
            None,
            "Pia Lund: We will sign.\n\nIvo Petrov: When?\n\nPia Lund: Now.",
        );
    }

    #[test]
    fn roll_up_captions_are_not_repeated() {
        check("1\n00:01 --> 00:02\nWe will\n\n2\n00:02 --> 00:03\nWe will\nsign.\n", None, "We will sign.");
    }
}

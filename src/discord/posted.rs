//! Here is a message that a user selected: which of its words may be a quote, whose words does it say they
//! are, and which articles does it link to?
//!
//! People quote in many ways: a block after `>` with a remark around it, quotation marks of any kind, a
//! forwarded message, a link preview. The most likely words are chosen; the text around them may name the
//! speaker.

use serenity::all::{Embed, Message as Posted};

use crate::quote;
use crate::span::Span;

/// What was read from a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Read {
    /// The words that may be a quote; `None` for a message without a word.
    pub(super) words: Option<String>,
    /// Whether they are marked as somebody's words.
    pub(super) marked: bool,
    /// The text around the words, which may name the speaker.
    pub(super) around: String,
    /// URLs in order of appearance.
    pub(super) links: Vec<String>,
}

/// Minimum number of words between quotation marks, or in a block, to be looked up without the text around
/// them.
const ENOUGH: usize = 3;

/// Reads a message together with the texts of its `files`, forwarded messages and link previews. Marked words
/// take precedence over unmarked ones, and the author's own text over forwarded text and previews.
pub(super) fn read(message: &Posted, files: &[String]) -> Read {
    let forwarded = message.message_snapshots.iter();
    let embeds = || message.embeds.iter().chain(message.message_snapshots.iter().flat_map(|one| &one.embeds));
    let own = std::iter::once(&message.content).chain(files).cloned();
    let written = own.chain(forwarded.map(|one| one.content.clone()));
    let texts: Vec<String> = written.chain(embeds().flat_map(of_embed)).collect();
    let mut links: Vec<String> = texts.iter().flat_map(|text| addresses(text)).collect();
    links.extend(embeds().filter_map(|embed| embed.url.clone()));
    let read: Vec<Read> =
        texts.iter().map(|text| of_text(text)).filter(|read| read.words.is_some()).collect();
    let first = read.iter().find(|read| read.marked).or(read.first()).cloned();
    Read { links, ..first.unwrap_or_default() }
}

/// Returns the quotes in a message, each with the text around it: every passage of enough words between
/// quotation marks, or a whole block without marks. If nothing is marked, returns the likeliest words as
/// [`read`] does. In order of appearance, without duplicates, at most `most`.
pub(super) fn quotes(message: &Posted, files: &[String], most: usize) -> Vec<Read> {
    let own = std::iter::once(&message.content).chain(files).cloned();
    let forwarded = message.message_snapshots.iter().map(|one| one.content.clone());
    let mut out: Vec<Read> = Vec::new();
    for text in own.chain(forwarded) {
        let (block, remark) = parted(&text);
        let (block, remark) = (bare(&block), bare(&remark));
        let all = if block.is_empty() { remark.clone() } else { format!("{block}\n{remark}") };
        let enough = |words: &&str| words.split_whitespace().count() >= ENOUGH;
        let mut found: Vec<String> =
            quote::all_quoted(&all).into_iter().filter(enough).map(str::to_owned).collect();
        if found.is_empty() && enough(&block.as_str()) {
            found.push(block);
        }
        let of =
            |words: String| Read { words: Some(words), marked: true, around: all.clone(), links: Vec::new() };
        for read in found.into_iter().map(of) {
            if !out.iter().any(|known| known.words == read.words) {
                out.push(read);
            }
        }
    }
    if out.is_empty() {
        out.extend(Some(read(message, files)).filter(|read| read.words.is_some()));
    }
    out.truncate(most);
    out
}

/// Returns the texts of an embed, with its main part, the description, first.
fn of_embed(embed: &Embed) -> Vec<String> {
    let fields = embed.fields.iter().map(|field| field.value.clone());
    embed.description.iter().cloned().chain(fields).chain(embed.title.clone()).collect()
}

/// Reads one text.
pub(super) fn of_text(text: &str) -> Read {
    let (block, remark) = parted(text);
    let (block, remark) = (bare(&block), bare(&remark));
    if block.split_whitespace().count() >= ENOUGH {
        let inside = in_marks(&block);
        let around = if inside.is_some() { format!("{block}\n{remark}") } else { remark };
        return Read { words: Some(inside.unwrap_or(block)), marked: true, around, links: Vec::new() };
    }
    let all = format!("{remark} {block}").trim().to_owned();
    if !all.chars().any(char::is_alphanumeric) {
        return Read::default();
    }
    let inside = in_marks(&all);
    let marked = inside.is_some();
    Read { words: Some(inside.unwrap_or_else(|| all.clone())), marked, around: all, links: Vec::new() }
}

/// Returns the lines in block quotes, and the other lines. Everything after `>>>` is quoted.
fn parted(text: &str) -> (String, String) {
    let (mut block, mut other) = (String::new(), String::new());
    let mut rest = false;
    for line in text.lines() {
        let bare = line.trim_start();
        let quoted = if rest {
            Some(line)
        } else if let Some(first) = bare.strip_prefix(">>>") {
            rest = true;
            Some(first)
        } else {
            bare.strip_prefix('>')
        };
        let (to, line) =
            quoted.map_or((&mut other, line), |quoted| (&mut block, quoted.trim_start_matches(['>', ' '])));
        to.push_str(line.trim());
        to.push('\n');
    }
    (block, other)
}

/// Returns a text on one line, without mentions, custom emoji, URLs and Markdown characters.
fn bare(text: &str) -> String {
    let is_sign = |word: &&str| {
        let mention =
            word.starts_with('<') && word.trim_end_matches([',', '.', ':', '!', '?']).ends_with('>');
        !(is_address(word) || mention && word.contains(['@', '#', ':']))
    };
    let words: Vec<&str> = text.split_whitespace().filter(is_sign).collect();
    let text = words.join(" ");
    let text = ["**", "__", "~~", "||", "`", "*"].iter().fold(text, |text, sign| text.replace(sign, ""));
    let text = text.trim_start_matches(['#', '-', ' ']);
    // Underscores at the start or end of a word, but not inside it.
    text.split_whitespace().map(|word| word.trim_matches('_')).collect::<Vec<_>>().join(" ")
}

fn is_address(word: &str) -> bool {
    let word = word.trim_start_matches(['<', '(']);
    word.starts_with("http://") || word.starts_with("https://")
}

/// Returns the URLs in a text without surrounding punctuation, including those of masked links.
pub(super) fn addresses(text: &str) -> Vec<String> {
    let starts = ["https://", "http://"];
    let mut out = Vec::new();
    for word in text.split_whitespace() {
        let Some(at) = starts.iter().filter_map(|start| word.find(start)).min() else { continue };
        let address = Span::new(at, word.len()).text(word);
        let address = address.split(['>', '<', '"', '”']).next().unwrap_or_default();
        let address = address.trim_end_matches([')', ',', '.', ';', '!', '?', ']', '*', '|']);
        out.push(address.to_owned());
    }
    out
}

/// Returns whether a text has a block quote of enough words.
pub(super) fn has_block(text: &str) -> bool {
    bare(&parted(text).0).split_whitespace().count() >= ENOUGH
}

/// Returns whether a URL may belong to an article: not to a picture or an animation.
pub(super) fn is_page(address: &str) -> bool {
    let address = address.to_lowercase();
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let picture = [".gif", ".png", ".jpg", ".jpeg", ".webp", ".mp4", ".webm", ".gifv"];
    let host = path.split("://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let hosts = ["tenor", "giphy", "imgur", "gfycat", "klipy", "discordapp", "discord"];
    !picture.iter().any(|ending| path.ends_with(ending)) && !host.split('.').any(|part| hosts.contains(&part))
}

/// Returns the longest passage between quotation marks of any kind, if it has enough words.
fn in_marks(text: &str) -> Option<String> {
    let enough = |words: &&str| words.split_whitespace().count() >= ENOUGH;
    let double = quote::longest_quoted(text).filter(enough);
    double.or_else(|| in_single_marks(text).filter(enough)).map(str::to_owned)
}

/// Returns the longest passage between single quotation marks. `'` opens before a word and closes after one;
/// inside a word it is an apostrophe.
fn in_single_marks(text: &str) -> Option<&str> {
    let is_mark = |c: char| matches!(c, '\'' | '‘' | '’' | '‚');
    let marks: Vec<(usize, char)> = text.char_indices().filter(|(_, c)| is_mark(*c)).collect();
    let before = |at: usize| Span::new(0, at).text(text).chars().next_back();
    let behind = |end: usize| Span::new(end, text.len()).text(text).chars().next();
    let opens = |(at, c): &(usize, char)| {
        !before(*at).is_some_and(char::is_alphanumeric)
            && behind(at + c.len_utf8()).is_some_and(|next| next.is_alphanumeric() || next == '…')
    };
    let closes = |(at, c): &(usize, char)| {
        !behind(at + c.len_utf8()).is_some_and(char::is_alphanumeric)
            && before(*at).is_some_and(|last| !last.is_whitespace())
    };
    let first = marks.iter().find(|mark| opens(mark))?;
    let last = marks.iter().rev().find(|mark| closes(mark) && mark.0 > first.0)?;
    Some(Span::new(first.0 + first.1.len_utf8(), last.0).text(text).trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, words: &str, marked: bool) {
        let read = of_text(text);
        assert_eq!((read.words.as_deref(), read.marked), (Some(words), marked), "{text}");
    }

    #[test]
    fn the_likeliest_words_are_read() {
        for (text, words, marked) in [
            ("We will open in May", "We will open in May", false),
            ("Lund said “we will open in May”, really", "we will open in May", true),
            ("Lund said 'we won't open in May', really", "we won't open in May", true),
            ("‘we will open in May’ — Lund", "we will open in May", true),
            ("> We will open\n> in **May**\nDid she say so?", "We will open in May", true),
            ("look:\n> “We will open in May,” said Lund", "We will open in May,", true),
            (">>> We will open\nin May\nand not later", "We will open in May and not later", true),
            ("<@123> <#45> <:party:12> we will open in May", "we will open in May", false),
            ("the so-called “archive” is open", "the so-called “archive” is open", false),
            (
                "the boats' keeper isn't there, is it the boats'?",
                "the boats' keeper isn't there, is it the boats'?",
                false,
            ),
        ] {
            check(text, words, marked);
        }
        assert_eq!(of_text("🙂 <@12> https://a.example/b").words, None);
    }

    #[test]
    fn addresses_are_found_in_text() {
        let text = "see <https://a.example/b>, [here](https://c.example/d_(e)) and http://f.example.";
        assert_eq!(addresses(text), ["https://a.example/b", "https://c.example/d_(e", "http://f.example"]);
    }
}

//! "The fares, Lund said, will rise": a cue with its source in the middle of what is said.

use super::mention::Mention;
use super::page::Page;
use super::scene::Content;
use crate::lang::Traits;

/// Maximum number of tokens from the first of cue and source to the last.
const LONGEST: usize = 12;

/// Maximum number of tokens between these and the comma before them ("as", "also"), ...
const BEFORE: usize = 2;

/// ... and the comma after them ("in an interview on Monday").
const BEHIND: usize = 9;

/// Returns the tokens of the tag, half-open and with both commas, if the cue and its source stand between two
/// commas inside a sentence.
pub(crate) fn tag(page: &Page, cue: usize, source: Option<&Mention>) -> Option<Content> {
    let (first, last) =
        source.map_or((cue, cue + 1), |mention| (mention.start.min(cue), mention.end.max(cue + 1)));
    let sentence = page.sentence(cue);
    let comma = |at: &usize| page.is(*at, Traits::COMMA) && !page.is_quoted(*at);
    let open = (first.saturating_sub(BEFORE + 1)..first).rev().find(comma)?;
    let close = (last..sentence.end.min(last + BEHIND + 1)).find(comma)?;
    // "according to Lund, who spoke"
    let described = page.is(close + 1, Traits::RELATIVE.or(Traits::WHICH).or(Traits::WHOSE));
    let only = page.verbs(open, first) == 0 && page.verbs(last, close) == 0 && !described;
    let inside = open > sentence.start && close + 1 < sentence.end;
    (last - first <= LONGEST && only && inside).then_some((open, close + 1))
}

/// Returns the tag of the cue if it is in the middle of the content.
pub(crate) fn within(page: &Page, content: Content, cue: usize, source: Option<&Mention>) -> Option<Content> {
    let (start, end) = content;
    let around = start < cue && cue < end;
    tag(page, cue, source).filter(|(open, close)| around && start < *open && *close < end)
}

/// Returns the two parts of a content around the tag inside it; without a tag, the second is empty.
pub(crate) fn parts((start, end): Content, tag: Option<Content>) -> [Content; 2] {
    match tag {
        Some((open, close)) => [(start, open.clamp(start, end)), (close.clamp(start, end), end)],
        None => [(start, end), (end, end)],
    }
}

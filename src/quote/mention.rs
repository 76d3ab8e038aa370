//! Finds the mentions of possible speakers outside quotation marks: names, noun phrases with an office or a body as their
//! head, pronouns. A chunker over closed word lists, no parser: the head of nearly every source is inside one of its chunks.

use rustc_hash::FxHashSet as HashSet;

use super::page::Page;
use crate::lang::Pronoun;
use crate::span::Span;

/// Words that may speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    /// The first token and the one past the last.
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) kind: MentionKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MentionKind {
    /// "Kremlin aide Yuri Ushakov"; the name itself runs from this token to the mention's end.
    Name { from: usize },
    /// "the Kremlin aide", "officials"; the token of the head.
    Noun { head: usize },
    /// "she"
    Pronoun(Pronoun),
    /// "who"
    Relative,
}

impl Mention {
    pub(crate) fn span(&self, page: &Page) -> Span {
        page.span(self.start, self.end)
    }
}

/// The mention that a "who" or an apposition at place `m` takes up: "Lund, | who chairs the panel", "Lund of Oslo, | a former
/// envoy".
pub(crate) fn antecedent(page: &Page, mentions: &[Mention], m: usize) -> Option<usize> {
    let mention = mentions.get(m)?;
    let mut before = m.checked_sub(1)?;
    let gap: Vec<&str> = (mentions[before].end..mention.start).take(4).map(|at| page.raw(at)).collect();
    let comma = match gap.as_slice() {
        [sign] => matches!(*sign, "," | "-" | "–" | "—" | "―" | "("),
        // "Renee Gold, 83, a teacher"
        [",", age, ","] => age.chars().all(|c| c.is_ascii_digit()),
        [] => mention.kind == MentionKind::Relative,
        _ => false,
    };
    // Where somebody is from stands between: "Lund of Oslo".
    let from = mentions[before].start.checked_sub(1).filter(|&at| matches!(page.word(at), "of" | "from"));
    if let (Some(at), Some(owner)) = (from, before.checked_sub(1))
        && matches!(mentions[before].kind, MentionKind::Name { .. })
        && mentions[owner].end == at
        && is_figure(page, &mentions[owner])
    {
        before = owner;
    }
    let name = matches!(mentions[before].kind, MentionKind::Name { .. });
    let apposed = match mention.kind {
        MentionKind::Relative => true,
        // "Lund, the envoy said" has two people in it.
        MentionKind::Noun { head } => {
            let trade = page.language.is_title(page.word(head));
            // "Lund, the harbour master."
            let closed = page.language.is_determiner(page.word(mention.start))
                && (!page.is_word(mention.end) || page.language.is_preposition(page.word(mention.end)));
            name && (trade || closed) && page.cue(mention.end) < 0.2
        }
        _ => false,
    };
    (comma && apposed).then_some(before)
}

/// Whether the mention names somebody or says what they are: "Lund", "a delegate", not "the mill".
fn is_figure(page: &Page, mention: &Mention) -> bool {
    match mention.kind {
        MentionKind::Name { .. } => true,
        MentionKind::Noun { head } => page.language.is_title(page.word(head)),
        MentionKind::Pronoun(_) | MentionKind::Relative => false,
    }
}

/// Whether the mention at place `m` only says more of the name before it: "Lund, | a former envoy".
pub(crate) fn is_apposition(page: &Page, mentions: &[Mention], m: usize) -> bool {
    matches!(mentions[m].kind, MentionKind::Noun { .. }) && antecedent(page, mentions, m).is_some()
}

/// The span of the mention at place `m` as a source: a name and the "who" or the apposition that takes it up are one.
pub(crate) fn source_span(page: &Page, mentions: &[Mention], m: usize) -> Span {
    let mention = mentions[m];
    if let Some(before) = antecedent(page, mentions, m) {
        return page.span(mentions[before].start, mention.end);
    }
    match mentions.get(m + 1) {
        Some(next) if antecedent(page, mentions, m + 1) == Some(m) => page.span(mention.start, next.end),
        _ => mention.span(page),
    }
}

/// The longest noun phrase the chunker follows, in tokens.
const LONGEST: usize = 12;

/// Returns the mentions of the page, in order, not overlapping.
pub(crate) fn mentions(page: &Page) -> Vec<Mention> {
    let plain = plain_words(page);
    let mut out = Vec::new();
    let mut at = 0;
    while at < page.tokens.len() {
        match mention_at(page, &plain, at) {
            Some(mention) => {
                at = mention.end;
                out.push(mention);
            }
            None => at += 1,
        }
    }
    out
}

/// The words that the page also writes in lower case: a capital at the start of a sentence makes no name of them.
fn plain_words<'p>(page: &'p Page) -> HashSet<&'p str> {
    (0..page.tokens.len())
        .filter(|&at| page.is_word(at) && !page.is_capitalised(at))
        .map(|at| page.word(at))
        .collect()
}

fn mention_at(page: &Page, plain: &HashSet<&str>, at: usize) -> Option<Mention> {
    if !page.is_word(at) || page.is_quoted(at) {
        return None;
    }
    if let Some(pronoun) = page.language.pronoun(page.word(at)) {
        let kind = MentionKind::Pronoun(pronoun);
        return (!page.is_possessive(at)).then_some(Mention { start: at, end: at + 1, kind });
    }
    if page.language.is_relative(page.word(at)) {
        return Some(Mention { start: at, end: at + 1, kind: MentionKind::Relative });
    }
    let opens = page.language.is_determiner(page.word(at));
    let (mut last_name, mut last_noun, mut name_from) = (None, None, None);
    let mut end = at + usize::from(opens);
    while end < at + LONGEST && !page.is_quoted(end) {
        if is_name_word(page, plain, end) {
            // A possessive closes a name: "Ukraine's Zelensky" is Zelensky.
            if page.is_possessive(end) {
                (name_from, last_name) = (None, None);
            } else {
                if last_name != Some(end) {
                    name_from = Some(end);
                }
                last_name = Some(end + 1);
            }
            // "Gen. Keith", "J.D. Vance"
            let stop = page.raw(end + 1) == "."
                && page.language.is_abbreviation(page.word(end))
                && page.is_capitalised(end + 2);
            if page.is_possessive(end) && matches!(page.raw(end + 1), "'" | "’") {
                end += 1;
            }
            end += 1 + usize::from(stop);
            if stop && last_name.is_some() {
                last_name = Some(end);
            }
            continue;
        }
        let word = page.word(end);
        if last_name == Some(end) && page.language.is_particle(word) && next_is_name(page, plain, end + 1) {
            last_name = Some(end + 1);
            end += 1;
            continue;
        }
        if name_from.is_none()
            && page.language.is_particle(word)
            && word != "la"
            && next_is_name(page, plain, end + 1)
            && !opens
            && end == at
        {
            (name_from, last_name) = (Some(end), Some(end + 1));
            end += 1;
            continue;
        }
        // "the National Security and Defense Council"
        if word == "and" && opens && last_name == Some(end) && is_body_name(page, plain, end + 1) {
            end += 1;
            continue;
        }
        // "Secretary of State Marco Rubio"
        if word == "of"
            && end > at
            && page.is_capitalised(end - 1)
            && page.language.is_title(page.word(end - 1))
            && (end + 1..end + 3).all(|next| is_name_word(page, plain, next))
        {
            end += 1;
            continue;
        }
        if !is_noun_word(page, end) || end > at && is_verb(page, end) {
            break;
        }
        if page.language.is_title(word) || page.language.is_body(word) {
            last_noun = Some(end);
        }
        end += 1;
    }
    // "a longtime Clinton supporter" is a supporter.
    if let (true, Some(stop)) = (page.word(at) == "a" || page.word(at) == "an", last_name)
        && stop < end
    {
        last_noun = Some(end - 1);
    }
    match (last_name.zip(name_from), last_noun) {
        (Some((stop, from)), noun) if noun.is_none_or(|noun| noun < from) => Some(Mention {
            start: at,
            end: trim_stop(page, stop),
            kind: MentionKind::Name { from: name_start(page, from, stop) },
        }),
        (_, Some(head)) => Some(Mention { start: at, end: head + 1, kind: MentionKind::Noun { head } }),
        // "the man who ..", "critics", "many": any noun may speak.
        (None, None) if end > at => {
            let head = end - 1;
            let counted = page.raw(head).chars().all(|c| !c.is_alphabetic());
            let speaks = end > at + 1 || (opens && page.language.stands_alone(page.word(at)));
            let bare = !opens && page.shares[head].head > 0.0;
            (!counted && (speaks && opens || bare)).then_some(Mention {
                start: at,
                end,
                kind: MentionKind::Noun { head },
            })
        }
        _ => None,
    }
}

/// Leaves out a full stop that ended up at the end of a name.
fn trim_stop(page: &Page, end: usize) -> usize {
    if page.is_word(end - 1) { end } else { end - 1 }
}

/// Whether the run of names at the token ends in the name of a body.
fn is_body_name(page: &Page, plain: &HashSet<&str>, at: usize) -> bool {
    let end = (at..at + LONGEST).find(|&end| !is_name_word(page, plain, end)).unwrap_or(at);
    end > at && page.language.is_body(page.word(end - 1))
}

fn next_is_name(page: &Page, plain: &HashSet<&str>, at: usize) -> bool {
    is_name_word(page, plain, at)
        || (page.language.is_particle(page.word(at)) && is_name_word(page, plain, at + 1))
}

/// Whether the token is a capitalised word that can be part of a name.
fn is_name_word(page: &Page, plain: &HashSet<&str>, at: usize) -> bool {
    if !page.is_capitalised(at) || page.is_quoted(at) {
        return false;
    }
    let word = page.word(at);
    // "US" is not "us".
    let closed = page.is_closed(at) && page.language.is_function_word(word) && page.raw(at) != "US";
    if closed || page.language.is_calendar_word(word) {
        return false;
    }
    // "Trump-owned" describes.
    if page
        .raw(at)
        .rsplit_once('-')
        .is_some_and(|(_, last)| last.len() > 2 && last.starts_with(char::is_lowercase))
    {
        return false;
    }
    // A word that news writes in lower case is a name only in the middle of a sentence.
    let shares = page.shares[at];
    let common = shares.seen > 2.5 && shares.capital < 0.5;
    let headline = page.headline.is_some_and(|line| line.contains(page.tokens[at].span));
    if headline && !page.is_proper(word) {
        return false;
    }
    // Where every word is capitalised a capital tells nothing.
    let unsure = page.sentence(at).start == at || headline;
    !(unsure
        && (common
            || plain.contains(word)
            || page.cue(at) > 0.2
            || page.is_closed(at) && page.language.is_auxiliary(word)))
}

/// Whether the token can be a lower-case word of a noun phrase.
fn is_noun_word(page: &Page, at: usize) -> bool {
    if !page.is_word(at) {
        return false;
    }
    let word = page.word(at);
    let language = page.language;
    let closed = page.is_closed(at)
        && (language.is_function_word(word) || language.is_determiner(word) || language.is_auxiliary(word));
    !(closed
        || language.is_calendar_word(word)
        || language.pronoun(word).is_some()
        || (page.cue(at) > 0.15 && !language.is_title(word) && !language.is_body(word)))
}

/// Whether the token, in or behind a noun phrase, is the verb after it: "The comments | came", "Lund | chairs the panel", "Ruiz |
/// coached Lund", but not "a senior unnamed official".
fn is_verb(page: &Page, at: usize) -> bool {
    let word = page.word(at);
    // "a paid consultant"
    if page.language.is_determiner(page.word(at - 1)) {
        return false;
    }
    if page.language.is_verb(word) {
        return true;
    }
    let regular = word.len() > 4 && word.ends_with("ed");
    let name_before = page.is_capitalised(at - 1);
    regular && (name_before || !is_noun_word(page, at + 1))
}

/// Where the name proper starts in a run of capitalised words: behind the last title ("Russian President | Vladimir Putin",
/// "Secretary of State | Marco Rubio").
fn name_start(page: &Page, from: usize, end: usize) -> usize {
    let title = (from..end.saturating_sub(1))
        .rev()
        .find(|&at| page.is_word(at) && page.language.is_title(page.word(at)));
    let start = title.map_or(from, |at| at + 1 + usize::from(page.raw(at + 1) == "."));
    let words = (start..end).filter(|&at| page.is_word(at)).count();
    let after_office =
        start >= 2 && page.word(start - 1) == "of" && page.language.is_title(page.word(start - 2));
    if after_office && words >= 2 && page.language.gender_of_name(page.word(start)).is_none() {
        start + 1
    } else {
        start
    }
}

//! Finds the mentions of possible speakers outside quotation marks: names, noun phrases with an office or a body as their
//! head, pronouns. A chunker over closed word lists, no parser: the head of nearly every source is inside one of its chunks.

use super::page::Page;
use crate::lang::{Pronoun, Traits};
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

    /// Whether the token before it has any of the traits.
    pub(crate) fn is_behind(&self, page: &Page, any: Traits) -> bool {
        self.start.checked_sub(1).is_some_and(|before| page.is(before, any))
    }
}

/// The mention that a "who" or an apposition at place `m` takes up: "Lund, | who chairs the panel", "Lund of Oslo, | a former
/// envoy".
pub(crate) fn antecedent(page: &Page, mentions: &[Mention], m: usize) -> Option<usize> {
    let mention = mentions.get(m)?;
    let mut before = m.checked_sub(1)?;
    let gap = behind_brackets(page, mentions[before].end);
    let comma = match mention.start.wrapping_sub(gap) {
        0 => mention.kind == MentionKind::Relative,
        1 => page.is(gap, Traits::COMMA.or(Traits::DASH).or(Traits::OPEN_BRACKET)),
        // "Renee Gold, 83, a teacher"
        3 => {
            page.is(gap, Traits::COMMA)
                && page.is(gap + 2, Traits::COMMA)
                && page.raw(gap + 1).chars().all(|c| c.is_ascii_digit())
        }
        _ => false,
    };
    if !comma {
        return None;
    }
    // Where somebody is from stands between: "Lund of Oslo".
    let from = mentions[before].start.checked_sub(1).filter(|&at| matches!(page.word(at), "of" | "from"));
    if let (Some(at), Some(owner)) = (from, before.checked_sub(1))
        && (matches!(mentions[before].kind, MentionKind::Name { .. })
            || is_office_of(page, mention, &mentions[owner]))
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
            let trade = page.is(head, Traits::TITLE);
            // "Lund, the harbour master."
            let closed = page.is(mention.start, Traits::DETERMINER)
                && (!page.is_word(mention.end) || page.is(mention.end, Traits::PREPOSITION));
            // "In Norway, the minister said" has one.
            let place = page.language.is_country(page.word(mentions[before].end - 1));
            name && !place && (trade || closed) && page.cue(mention.end) < 0.2
        }
        _ => false,
    };
    apposed.then_some(before)
}

/// Behind the auxiliaries and adverbs that stand at `at`, at most four.
pub(crate) fn behind_auxiliaries(page: &Page, at: usize) -> usize {
    let helps = |at: &usize| page.is(*at, Traits::AUXILIARY);
    at + (at..at + 4).take_while(helps).count()
}

/// The word right behind the mention, where it looks like a verb of a report: in lower case, on no closed list, "barked", "mocks".
pub(crate) fn verb_behind(page: &Page, mention: &Mention) -> Option<usize> {
    let at = behind_brackets(page, mention.end);
    let open = page.is_word(at) && !page.is_closed(at) && !page.is_capitalised(at);
    (open && page.word(at).ends_with(['d', 's'])).then_some(at)
}

/// Behind the short brackets after a mention that ends at `end`: "Sen. Lund (R-Maine) |", "Lund (left) |"; `end` where there are none.
pub(crate) fn behind_brackets(page: &Page, end: usize) -> usize {
    if !page.is(end, Traits::OPEN_BRACKET) {
        return end;
    }
    let close = (end + 2..end + 2 + IN_BRACKETS).find(|&at| page.is(at, Traits::CLOSE_BRACKET));
    close
        .filter(|&close| page.sentence_index(close) == page.sentence_index(end))
        .map_or(end, |close| close + 1)
}

/// Most tokens in brackets that only say more of a name.
const IN_BRACKETS: usize = 5;

/// Whether a "who" takes up an office that goes on behind "of": "the secretary of state, who".
fn is_office_of(page: &Page, who: &Mention, owner: &Mention) -> bool {
    let of = page.is(owner.end, Traits::OF);
    who.kind == MentionKind::Relative
        && of
        && matches!(owner.kind, MentionKind::Noun { head } if page.is(head, Traits::TITLE))
}

/// Whether the mention names somebody or says what they are: "Lund", "a delegate", not "the mill".
fn is_figure(page: &Page, mention: &Mention) -> bool {
    match mention.kind {
        MentionKind::Name { .. } => true,
        MentionKind::Noun { head } => page.is(head, Traits::TITLE),
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
    if let Some((start, end)) = joint(page, mentions, m) {
        return page.span(start, end);
    }
    match mentions.get(m + 1) {
        Some(next) if antecedent(page, mentions, m + 1) == Some(m) => page.span(mention.start, next.end),
        _ => page.span(mention.start, end_of_phrase(page, mentions, m)),
    }
}

/// The tokens of two names that speak as one, where the mention at place `m` is one of them: "Lund and Petrov".
pub(crate) fn joint(page: &Page, mentions: &[Mention], m: usize) -> Option<(usize, usize)> {
    let name = |mention: &&Mention| matches!(mention.kind, MentionKind::Name { .. });
    let pair = |one: usize| {
        let (one, other) = (mentions.get(one).filter(name)?, mentions.get(one + 1).filter(name)?);
        let joined = page.is(one.end, Traits::AND) && other.start == one.end + 1;
        joined.then_some((one.start, other.end))
    };
    m.checked_sub(1).and_then(pair).or_else(|| pair(m))
}

/// Behind the noun phrase at place `m` with the "of" or "for" that goes with it: "a spokesman for the board |".
pub(crate) fn end_of_phrase(page: &Page, mentions: &[Mention], m: usize) -> usize {
    let mention = mentions[m];
    let goes_on =
        matches!(mention.kind, MentionKind::Noun { .. }) && page.is(mention.end, Traits::OF.or(Traits::FOR));
    let next = mentions.get(m + 1).filter(|next| goes_on && next.start == mention.end + 1);
    let whole = |next: &&Mention| matches!(next.kind, MentionKind::Noun { .. } | MentionKind::Name { .. });
    next.filter(whole).map_or(mention.end, |next| next.end)
}

/// The longest noun phrase the chunker follows, in tokens.
const LONGEST: usize = 12;

/// Returns the mentions of the page, in order, not overlapping.
pub(crate) fn mentions(page: &Page) -> Vec<Mention> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < page.tokens.len() {
        match mention_at(page, at) {
            Some(mention) => {
                at = mention.end;
                out.push(mention);
            }
            None => at += 1,
        }
    }
    out
}

fn mention_at(page: &Page, at: usize) -> Option<Mention> {
    if !page.is_word(at) || page.is_quoted(at) {
        return None;
    }
    // "Sen. Lund (D-Maine)", "compared Lund to"
    if at > 0 && page.is(at - 1, Traits::OPEN_BRACKET) && page.language.is_party(page.raw(at))
        || is_bare_verb(page, at)
    {
        return None;
    }
    if page.is(at, Traits::PRONOUN)
        && let Some(pronoun) = page.language.pronoun(page.word(at))
    {
        let kind = MentionKind::Pronoun(pronoun);
        return Some(Mention { start: at, end: at + 1, kind });
    }
    if page.is(at, Traits::RELATIVE) || is_relative_of_thing(page, at) {
        return Some(Mention { start: at, end: at + 1, kind: MentionKind::Relative });
    }
    // "his claim that", "their chants of"
    if page.is(at, Traits::DETERMINER)
        && owns_cue(page, at)
        && let Some(pronoun) = page.language.possessive(page.word(at))
    {
        return Some(Mention { start: at, end: at + 1, kind: MentionKind::Pronoun(pronoun) });
    }
    let opens = page.is(at, Traits::DETERMINER);
    let (mut last_name, mut last_noun, mut name_from) = (None, None, None);
    let mut owner = None;
    let mut end = at + usize::from(opens);
    while end < at + LONGEST && !page.is_quoted(end) {
        if is_name_word(page, end) {
            // A possessive closes a name: "Ukraine's Zelensky" is Zelensky.
            if page.is_possessive(end) {
                // "Lund's claim that": his.
                let from = name_from.filter(|_| last_name == Some(end)).unwrap_or(end);
                owner = owns_cue(page, end).then_some((from, end + 1));
                (name_from, last_name) = (None, None);
            } else {
                if last_name != Some(end) {
                    name_from = Some(end);
                }
                last_name = Some(end + 1);
            }
            // "Gen. Keith", "J.D. Vance", "a U.S. official"
            let stop = page.is(end + 1, Traits::STOP)
                && page.language.is_abbreviation(page.word(end))
                && (page.is_capitalised(end + 2)
                    || page.word(end).contains('.') && is_noun_word(page, end + 2));
            if page.is_possessive(end) && matches!(page.raw(end + 1), "'" | "’") {
                end += 1;
            }
            end += 1 + usize::from(stop);
            if stop && last_name.is_some() {
                last_name = Some(end);
            }
            continue;
        }
        if last_name == Some(end) && page.is(end, Traits::PARTICLE) && next_is_name(page, end + 1) {
            last_name = Some(end + 1);
            end += 1;
            continue;
        }
        if name_from.is_none()
            && page.is(end, Traits::PARTICLE)
            && page.word(end) != "la"
            && next_is_name(page, end + 1)
            && !opens
            && end == at
        {
            (name_from, last_name) = (Some(end), Some(end + 1));
            end += 1;
            continue;
        }
        // "a CNN/ORC poll"
        if last_name == Some(end) && page.raw(end) == "/" && is_name_word(page, end + 1) {
            end += 1;
            last_name = Some(end);
            continue;
        }
        // "the National Security and Defense Council"
        if page.is(end, Traits::AND) && opens && last_name == Some(end) && is_body_name(page, end + 1) {
            end += 1;
            continue;
        }
        // "Secretary of State Marco Rubio"
        if page.is(end, Traits::OF)
            && end > at
            && page.is_capitalised(end - 1)
            && page.is(end - 1, Traits::TITLE)
            && !has_first_name(page, end - 1)
            && (end + 1..end + 3).all(|next| is_name_word(page, next))
        {
            end += 1;
            continue;
        }
        // "the American Federation of Teachers"
        if page.is(end, Traits::OF)
            && last_name == Some(end)
            && name_from.is_some_and(|from| from + 1 < end)
            && page.is(end - 1, Traits::BODY)
            && is_name_word(page, end + 1)
            && !page.is_possessive(end + 1)
        {
            end += 1;
            last_name = Some(end);
            continue;
        }
        if !is_noun_word(page, end) || end > at && is_verb(page, end) {
            break;
        }
        if page.is(end, Traits::TITLE.or(Traits::BODY)) {
            last_noun = Some(end);
        }
        end += 1;
    }
    // "a longtime Clinton supporter" is a supporter, and so is "the Trump confidant".
    if let Some(stop) = last_name.filter(|stop| *stop < end)
        && (page.word(at) == "a" || page.word(at) == "an" || opens && is_head(page, stop, end - 1))
    {
        last_noun = Some(end - 1);
    }
    // "the panel's ranking Democrat" is no name.
    if let Some((stop, from)) = last_name.zip(name_from)
        && opens
        && stop == from + 1
        && from > at + 1
        && page.is(from, Traits::TITLE)
        && !page.is_capitalised(from - 1)
        && last_noun.is_none_or(|noun| noun < stop)
    {
        return Some(Mention { start: at, end: stop, kind: MentionKind::Noun { head: from } });
    }
    match (last_name.zip(name_from), last_noun) {
        (Some((stop, from)), noun) if noun.is_none_or(|noun| noun < from) => Some(Mention {
            start: at,
            end: trim_stop(page, stop),
            kind: MentionKind::Name { from: name_start(page, from, stop) },
        }),
        (_, Some(head)) => Some(Mention { start: at, end: head + 1, kind: MentionKind::Noun { head } }),
        (None, None) if owner.is_some_and(|(_, stop)| stop + 1 >= end) => owner.map(|(from, stop)| Mention {
            start: at,
            end: stop,
            kind: MentionKind::Name { from: name_start(page, from, stop) },
        }),
        // "the man who ..", "critics", "many": any noun may speak.
        (None, None) if end > at => {
            let head = end - 1;
            let counted = page.raw(head).chars().all(|c| !c.is_alphabetic());
            let speaks = end > at + 1 || (opens && page.is(at, Traits::ALONE));
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

/// Whether the token is a "which" or "that" with a cue behind it: "a letter that called him", "the report, which said".
fn is_relative_of_thing(page: &Page, at: usize) -> bool {
    page.is(at, Traits::WHICH.or(Traits::THAT))
        && page.cue(at + 1 + usize::from(page.is(at + 1, Traits::AUXILIARY))) > 0.15
        && (page.is(at, Traits::WHICH) || at > 0 && page.is_word(at - 1) && page.cue(at - 1) < 0.02)
}

/// Whether the possessive at the token has a cue, or an adjective and a cue, behind it: "his | claim", "Lund's recent | call".
fn owns_cue(page: &Page, at: usize) -> bool {
    let cue = |at: usize| page.cue(at) > 0.15 && !page.is_quoted(at);
    cue(at + 1) || cue(at + 2) && page.is_word(at + 1) && !page.is(at + 1, Traits::AUXILIARY)
}

/// Whether a first name or an initial stands before the token: "Peter | King", "Peter A. | King".
fn has_first_name(page: &Page, at: usize) -> bool {
    at.checked_sub(1).is_some_and(|before| {
        page.is(before, Traits::STOP)
            || page.is_capitalised(before) && page.language.gender_of_name(page.word(before)).is_some()
    })
}

/// Leaves out a full stop that ended up at the end of a name.
fn trim_stop(page: &Page, end: usize) -> usize {
    if page.is_word(end - 1) { end } else { end - 1 }
}

/// Whether the run of names at the token ends in the name of a body.
fn is_body_name(page: &Page, at: usize) -> bool {
    let end = (at..at + LONGEST).find(|&end| !is_name_word(page, end)).unwrap_or(at);
    end > at && page.is(end - 1, Traits::BODY)
}

fn next_is_name(page: &Page, at: usize) -> bool {
    is_name_word(page, at) || (page.is(at, Traits::PARTICLE) && is_name_word(page, at + 1))
}

/// Whether the token is a capitalised word that can be part of a name.
pub(crate) fn is_name_word(page: &Page, at: usize) -> bool {
    if !page.is_capitalised(at) || page.is_quoted(at) {
        return false;
    }
    // "US" is not "us", the initial of "Harry M. Lund" not what is left of "am", and "Don Lund" not of "don't".
    let initial =
        || page.is(at + 1, Traits::STOP) && page.is_capitalised(at + 2) && page.tokens[at].span.len() == 1;
    let first_name = || {
        page.is_capitalised(at + 1)
            && !page.is(at, Traits::AUXILIARY)
            && page.language.gender_of_name(page.word(at)).is_some()
    };
    let name = || initial() || first_name() || page.raw(at) == "US";
    let function = page.is(at, Traits::FUNCTION) && page.is_closed(at);
    if page.is(at, Traits::CALENDAR) || function && !name() {
        return false;
    }
    // "New sanctions" are no place.
    if !page.is_capitalised(at + 1) && page.language.opens_name(page.word(at)) {
        return false;
    }
    // "Trump-owned" describes.
    let describes = |(_, last): (&str, &str)| last.len() > 2 && last.starts_with(char::is_lowercase);
    if page.tokens[at].joined && page.raw(at).rsplit_once('-').is_some_and(describes) {
        return false;
    }
    // A word that news writes in lower case is a name only in the middle of a sentence.
    let shares = page.shares[at];
    let common = shares.seen > 2.5 && shares.capital < 0.5;
    let headline = page.headline.is_some_and(|line| line.contains(page.tokens[at].span));
    // "Lund: Talks are dead"
    let heads =
        || page.sentence(at).start == at && page.is(at + 1, Traits::COLON) && !common && !page.is_plain(at);
    if headline && !page.is_proper(at) && !heads() {
        return false;
    }
    // Where every word is capitalised a capital tells nothing.
    let unsure = headline || page.sentence(at).start == at;
    !(unsure
        && (common
            || page.is_plain(at)
            || page.cue(at) > 0.2
            || page.is_closed(at) && page.is(at, Traits::AUXILIARY)))
}

/// Whether the token can be a lower-case word of a noun phrase.
fn is_noun_word(page: &Page, at: usize) -> bool {
    if !page.is_word(at) {
        return false;
    }
    let closed =
        page.is_closed(at) && page.is(at, Traits::FUNCTION.or(Traits::DETERMINER).or(Traits::AUXILIARY));
    !(closed
        || page.is(at, Traits::CALENDAR.or(Traits::PRONOUN))
        || (page.cue(at) > 0.15 && !page.is(at, Traits::TITLE.or(Traits::BODY))))
}

/// Whether the noun at `head`, the last of those from `from` on behind a name in lower case, tells who or what is meant: a word that was seen as
/// a source, or none that could be a verb.
fn is_head(page: &Page, from: usize, head: usize) -> bool {
    page.shares[head].head > 0.0 || from < head || !page.word(head).ends_with('s')
}

/// Whether the token, in or behind a noun phrase, is the verb after it: "The comments | came", "Lund | chairs the panel", "Ruiz |
/// coached Lund", but not "a senior unnamed official".
fn is_verb(page: &Page, at: usize) -> bool {
    let word = page.word(at);
    // "a paid consultant"
    if page.is(at - 1, Traits::DETERMINER) {
        return false;
    }
    if page.is(at, Traits::VERB) {
        return true;
    }
    let regular = word.len() > 4 && word.ends_with("ed");
    let name_before = page.is_capitalised(at - 1);
    regular && (name_before || !is_noun_word(page, at + 1))
}

/// Whether the word in lower case that opens a chunk is the verb of which the name behind it is the object: "| compared Lund to".
fn is_bare_verb(page: &Page, at: usize) -> bool {
    if page.is_capitalised(at) || page.is(at, Traits::TITLE.or(Traits::BODY)) {
        return false;
    }
    let word = page.word(at);
    let doing = || word.len() > 5 && word.ends_with("ing") && page.is_capitalised(at + 1);
    let past = || {
        word.len() > 4
            && word.ends_with("ed")
            && (page.is_capitalised(at + 1) || !is_noun_word(page, at + 1))
            && !page.language.describes_people(word)
    };
    page.is(at, Traits::VERB) || doing() || past()
}

/// Where the name proper starts in a run of capitalised words: behind the last title ("Russian President | Vladimir Putin",
/// "Secretary of State | Marco Rubio").
fn name_start(page: &Page, from: usize, end: usize) -> usize {
    let title =
        (from..end.saturating_sub(1)).rev().find(|&at| page.is_word(at) && page.is(at, Traits::TITLE));
    let start = title.map_or(from, |at| at + 1 + usize::from(page.is(at + 1, Traits::STOP)));
    let words = (start..end).filter(|&at| page.is_word(at)).count();
    let after_office = start >= 2 && page.word(start - 1) == "of" && page.is(start - 2, Traits::TITLE);
    if after_office && words >= 2 && page.language.gender_of_name(page.word(start)).is_none() {
        start + 1
    } else {
        start
    }
}

//! Finds the mentions of possible speakers outside quotation marks: names, noun phrases headed by an office
//! or a body, pronouns. This is a chunker that uses closed word lists, not a parser; nearly every source has
//! its head inside one of these chunks.

use super::page::Page;
use crate::lang::{Pronoun, Traits};
use crate::span::Span;

/// Words that may name a speaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    /// Its tokens, half-open.
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) kind: MentionKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MentionKind {
    /// "Kremlin aide Yuri Ushakov"; the name proper begins at token `from`.
    Name { from: usize },
    /// "the Kremlin aide", "officials"; `head` is the token of the head.
    Noun { head: usize },
    /// "she"
    Pronoun(Pronoun),
    /// "who"
    Relative,
}

impl Mention {
    pub(crate) fn is_name(&self) -> bool {
        matches!(self.kind, MentionKind::Name { .. })
    }

    pub(crate) fn span(&self, page: &Page) -> Span {
        page.span(self.start, self.end)
    }

    /// Returns whether the token before it has any of the traits.
    pub(crate) fn is_behind(&self, page: &Page, any: Traits) -> bool {
        self.start.checked_sub(1).is_some_and(|before| page.is(before, any))
    }
}

/// Returns the token after the auxiliaries and adverbs at `at`, at most four.
pub(crate) fn behind_auxiliaries(page: &Page, at: usize) -> usize {
    let helps = |at: &usize| page.is(*at, Traits::AUXILIARY);
    at + (at..at + 4).take_while(helps).count()
}

/// Returns the word right after the mention if it looks like a reporting verb: in lower case and on no closed
/// list, "barked", "mocks".
pub(crate) fn verb_behind(page: &Page, mention: &Mention) -> Option<usize> {
    let at = behind_brackets(page, mention.end);
    let open = page.is_word(at) && !page.is_closed(at) && !page.is_capitalised(at);
    (open && page.language.ends_like_report(page.word(at))).then_some(at)
}

/// Returns the token after the short brackets that follow a mention ending at `end`: "Sen. Lund (R-Maine) |",
/// "Lund (left) |"; `end` if there are none.
pub(crate) fn behind_brackets(page: &Page, end: usize) -> usize {
    if !page.is(end, Traits::OPEN_BRACKET) {
        return end;
    }
    let close = (end + 2..end + 2 + IN_BRACKETS).find(|&at| page.is(at, Traits::CLOSE_BRACKET));
    close
        .filter(|&close| page.sentence_index(close) == page.sentence_index(end))
        .map_or(end, |close| close + 1)
}

/// Maximum number of tokens in brackets that add information to a name.
const IN_BRACKETS: usize = 5;

/// The maximum length of a noun phrase, in tokens.
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
    if !page.is_word(at) || page.is_quoted(at) || is_party(page, at) || is_bare_verb(page, at) {
        return None;
    }
    word_alone(page, at)
        .map(|kind| Mention { start: at, end: at + 1, kind })
        .or_else(|| Chunk::read(page, at).mention())
}

/// Returns the kind of mention that a single word is: a pronoun, a "who", the owner of a cue.
fn word_alone(page: &Page, at: usize) -> Option<MentionKind> {
    if page.is(at, Traits::PRONOUN) {
        return page.language.pronoun(page.word(at)).map(MentionKind::Pronoun);
    }
    if page.is(at, Traits::RELATIVE) || is_relative_of_thing(page, at) {
        return Some(MentionKind::Relative);
    }
    // "his claim that", "their chants of"
    if page.is(at, Traits::DETERMINER) && owns_cue(page, at) {
        return page.language.possessive(page.word(at)).map(MentionKind::Pronoun);
    }
    None
}

/// Returns whether the token is a party in brackets after a name: "Sen. Lund (| D-Maine |)".
fn is_party(page: &Page, at: usize) -> bool {
    at > 0 && page.is(at - 1, Traits::OPEN_BRACKET) && page.language.is_party(page.raw(at))
}

/// A sequence of words that may be a mention, read up to `end`.
struct Chunk<'p> {
    page: &'p Page<'p>,
    /// Its first token.
    start: usize,
    /// Whether it begins with a determiner.
    opens: bool,
    /// The next token to read.
    end: usize,
    /// The start of the last sequence of name words in it.
    name: Option<usize>,
    /// The end of that sequence.
    name_end: Option<usize>,
    /// The last word in it that is an office or a body.
    noun: Option<usize>,
    /// A possessive name that is followed by a cue, as a half-open token range.
    owner: Option<(usize, usize)>,
}

impl<'p> Chunk<'p> {
    /// The ways in which a chunk can continue, in order of precedence: with a name, and what may be inside
    /// one, before any other noun. Each function reads on from the end of the chunk and returns whether it
    /// read anything.
    const CONTINUATIONS: [fn(&mut Self) -> bool; 9] = [
        Self::name_word,
        Self::nickname,
        Self::particle,
        Self::opening_particle,
        Self::slash,
        Self::joined_body,
        Self::office_of,
        Self::body_of,
        Self::noun_word,
    ];

    /// The readings of a chunk; the first one that fits is used.
    const READINGS: [fn(&Self) -> Option<Mention>; 5] =
        [Self::as_office_of_body, Self::as_name, Self::as_noun, Self::as_owner, Self::as_any_noun];

    /// Reads the chunk that begins at the token.
    fn read(page: &'p Page<'p>, start: usize) -> Self {
        let opens = page.is(start, Traits::DETERMINER);
        let end = start + usize::from(opens);
        let mut chunk = Self { page, start, opens, end, name: None, name_end: None, noun: None, owner: None };
        let goes_on = |chunk: &mut Self| {
            chunk.end < start + LONGEST
                && (!page.is_quoted(chunk.end) || chunk.is_in_name())
                && Self::CONTINUATIONS.iter().any(|continuation| continuation(chunk))
        };
        while goes_on(&mut chunk) {}
        chunk
    }

    /// Returns whether the chunk currently ends with a name.
    fn is_in_name(&self) -> bool {
        self.name_end == Some(self.end)
    }

    /// Reads a word of a name. A possessive ends the name: "Ukraine's | Zelensky".
    fn name_word(&mut self) -> bool {
        let (page, at) = (self.page, self.end);
        if !is_name_word(page, at) {
            return false;
        }
        let possessive = page.is_possessive(at);
        if possessive {
            // "Lund's claim that": the claim is Lund's.
            let from = self.name.filter(|_| self.is_in_name()).unwrap_or(at);
            self.owner = owns_cue(page, at).then_some((from, at + 1));
            (self.name, self.name_end) = (None, None);
        } else {
            if !self.is_in_name() {
                self.name = Some(at);
            }
            self.name_end = Some(at + 1);
        }
        let stop = is_stop_in_name(page, at);
        let apostrophe = possessive && matches!(page.raw(at + 1), "'" | "’");
        self.end += 1 + usize::from(apostrophe) + usize::from(stop);
        if stop && self.name_end.is_some() {
            self.name_end = Some(self.end);
        }
        true
    }

    /// Reads a nickname in marks or brackets inside a name: "Ivo | “Rusty” | Petrov".
    fn nickname(&mut self) -> bool {
        let behind = self.is_in_name().then(|| behind_nickname(self.page, self.end)).flatten();
        let behind = behind.filter(|&at| is_name_word(self.page, at));
        if let Some(behind) = behind {
            self.end = behind;
            self.name_end = Some(behind);
        }
        behind.is_some()
    }

    /// Reads a particle inside a name: "Ursula | von der Leyen".
    fn particle(&mut self) -> bool {
        let goes_on = self.is_in_name()
            && self.page.is(self.end, Traits::PARTICLE)
            && next_is_name(self.page, self.end + 1);
        if goes_on {
            self.end += 1;
            self.name_end = Some(self.end);
        }
        goes_on
    }

    /// Reads a particle at the start of a name: "| de Gaulle".
    fn opening_particle(&mut self) -> bool {
        let (page, at) = (self.page, self.end);
        let opens = self.name.is_none()
            && page.is(at, Traits::PARTICLE)
            && !page.language.is_inner_particle(page.word(at))
            && next_is_name(page, at + 1)
            && !self.opens
            && at == self.start;
        if opens {
            (self.name, self.name_end) = (Some(at), Some(at + 1));
            self.end += 1;
        }
        opens
    }

    /// Reads a slash between two names: "a CNN | / | ORC poll".
    fn slash(&mut self) -> bool {
        let goes_on =
            self.is_in_name() && self.page.raw(self.end) == "/" && is_name_word(self.page, self.end + 1);
        if goes_on {
            self.end += 1;
            self.name_end = Some(self.end);
        }
        goes_on
    }

    /// Reads an "and" in the name of a body: "the National Security | and | Defense Council".
    fn joined_body(&mut self) -> bool {
        let goes_on = self.page.is(self.end, Traits::AND)
            && self.opens
            && self.is_in_name()
            && is_body_name(self.page, self.end + 1);
        self.end += usize::from(goes_on);
        goes_on
    }

    /// Reads the "of" of an office before a name: "Secretary | of | State Marco Rubio".
    fn office_of(&mut self) -> bool {
        let (page, at) = (self.page, self.end);
        let goes_on = page.is(at, Traits::OF)
            && at > self.start
            && page.is_capitalised(at - 1)
            && page.is(at - 1, Traits::TITLE)
            && !has_first_name(page, at - 1)
            && (at + 1..at + 3).all(|next| is_name_word(page, next));
        self.end += usize::from(goes_on);
        goes_on
    }

    /// Reads the "of" in the name of a body: "the American Federation | of | Teachers".
    fn body_of(&mut self) -> bool {
        let (page, at) = (self.page, self.end);
        let goes_on = page.is(at, Traits::OF)
            && self.is_in_name()
            && self.name.is_some_and(|from| from + 1 < at)
            && page.is(at - 1, Traits::BODY)
            && is_name_word(page, at + 1)
            && !page.is_possessive(at + 1);
        if goes_on {
            self.end += 1;
            self.name_end = Some(self.end);
        }
        goes_on
    }

    /// Reads a word in lower case that is not a verb: "the Kremlin | aide".
    fn noun_word(&mut self) -> bool {
        let (page, at) = (self.page, self.end);
        if !is_noun_word(page, at) || at > self.start && is_verb(page, at) {
            return false;
        }
        if page.is(at, Traits::TITLE.or(Traits::BODY)) {
            self.noun = Some(at);
        }
        self.end += 1;
        true
    }

    /// Returns the mention that the chunk is, if any.
    fn mention(mut self) -> Option<Mention> {
        self.noun = self.noun_behind_name().or(self.noun);
        Self::READINGS.iter().find_map(|reading| reading(&self))
    }

    /// Returns the last noun of a chunk in which a name is only a modifier: "a longtime Clinton | supporter
    /// |", "the Trump | confidant |".
    fn noun_behind_name(&self) -> Option<usize> {
        let (page, stop) = (self.page, self.name_end.filter(|stop| *stop < self.end)?);
        let head = page.is(self.start, Traits::AN) || self.opens && is_head(page, stop, self.end - 1);
        head.then_some(self.end - 1)
    }

    /// Returns the last sequence of name words, half-open.
    fn last_name(&self) -> Option<(usize, usize)> {
        self.name.zip(self.name_end)
    }

    /// Reads a capitalised office after words in lower case as a noun, not a name: "the panel's ranking |
    /// Democrat |".
    fn as_office_of_body(&self) -> Option<Mention> {
        let (from, stop) = self.last_name()?;
        // "the Utah Republican"
        let party = self.opens
            && stop > from + 1
            && self.noun.is_none_or(|noun| noun < stop)
            && self.page.language.is_epithet(self.page.word(stop - 1));
        if party {
            return Some(Mention {
                start: self.start,
                end: stop,
                kind: MentionKind::Noun { head: stop - 1 },
            });
        }
        let office = self.opens
            && stop == from + 1
            && from > self.start + 1
            && self.page.is(from, Traits::TITLE)
            && !self.page.is_capitalised(from - 1)
            && self.noun.is_none_or(|noun| noun < stop);
        office.then_some(Mention { start: self.start, end: stop, kind: MentionKind::Noun { head: from } })
    }

    /// Reads a name that is not followed by a noun: "Kremlin aide Yuri Ushakov".
    fn as_name(&self) -> Option<Mention> {
        let (from, stop) = self.last_name().filter(|(from, _)| self.noun.is_none_or(|noun| noun < *from))?;
        let kind = MentionKind::Name { from: name_start(self.page, from, stop) };
        Some(Mention { start: self.start, end: trim_stop(self.page, stop), kind })
    }

    /// Reads an office or a body: "the Kremlin aide".
    fn as_noun(&self) -> Option<Mention> {
        let head = self.noun?;
        Some(Mention { start: self.start, end: head + 1, kind: MentionKind::Noun { head } })
    }

    /// Reads a possessive name that is followed only by its cue: "| Lund's | claim that".
    fn as_owner(&self) -> Option<Mention> {
        let (from, stop) = self.owner.filter(|(_, stop)| stop + 1 >= self.end)?;
        let kind = MentionKind::Name { from: name_start(self.page, from, stop) };
        Some(Mention { start: self.start, end: stop, kind })
    }

    /// Reads any other noun, after a determiner or if it was seen as a speaker in training: "the man who ..",
    /// "critics", "many".
    fn as_any_noun(&self) -> Option<Mention> {
        let (page, end) = (self.page, self.end);
        let head = end.checked_sub(1).filter(|head| *head >= self.start)?;
        let counted = page.raw(head).chars().all(|c| !c.is_alphabetic());
        let speaks = if self.opens {
            end > self.start + 1 || page.is(self.start, Traits::ALONE)
        } else {
            page.shares[head].head > 0.0
        };
        let mention = Mention { start: self.start, end, kind: MentionKind::Noun { head } };
        (speaks && !counted).then_some(mention)
    }
}

/// Returns the token after the nickname in marks or brackets at `at`.
pub(crate) fn behind_nickname(page: &Page, at: usize) -> Option<usize> {
    let sign = |at: usize| !page.is_word(at);
    let bracket = page.is(at, Traits::OPEN_BRACKET);
    if !sign(at) || !(page.is_quoted(at) || bracket) || !page.is_capitalised(at + 1) {
        return None;
    }
    let close = at + 2 + usize::from(page.is_capitalised(at + 2));
    let closed =
        sign(close) && (if bracket { page.is(close, Traits::CLOSE_BRACKET) } else { page.is_quoted(close) });
    let whole = closed
        && page.is_capitalised(close + 1)
        && !page.is_quoted(close + 1)
        && page.is_capitalised(at.checked_sub(1)?);
    whole.then_some(close + 1)
}

/// Returns whether a full stop after the word belongs to the name: "Gen. Keith", "J.D. Vance", "a U.S.
/// official".
fn is_stop_in_name(page: &Page, at: usize) -> bool {
    page.is(at + 1, Traits::STOP)
        && page.language.is_abbreviation(page.word(at))
        && (page.is_capitalised(at + 2) || page.word(at).contains('.') && is_noun_word(page, at + 2))
}

/// Returns whether the token is a "which" or "that" followed by a cue: "a letter that called him", "the
/// report, which said".
fn is_relative_of_thing(page: &Page, at: usize) -> bool {
    page.is(at, Traits::WHICH.or(Traits::THAT))
        && page.cue(at + 1 + usize::from(page.is(at + 1, Traits::AUXILIARY))) > 0.15
        && (page.is(at, Traits::WHICH) || at > 0 && page.is_word(at - 1) && page.cue(at - 1) < 0.02)
}

/// Returns whether the possessive at the token is followed by a cue, or by an adjective and a cue: "his |
/// claim", "Lund's recent | call".
fn owns_cue(page: &Page, at: usize) -> bool {
    let cue = |at: usize| page.cue(at) > 0.15 && !page.is_quoted(at);
    // In "Her lawyer | disagreed", the lawyer speaks and not she.
    cue(at + 1)
        || cue(at + 2) && page.is_word(at + 1) && !page.is(at + 1, Traits::AUXILIARY.or(Traits::TITLE))
}

/// Returns whether a first name or an initial comes before the token: "Peter | King", "Peter A. | King".
fn has_first_name(page: &Page, at: usize) -> bool {
    at.checked_sub(1).is_some_and(|before| {
        page.is(before, Traits::STOP)
            || page.is_capitalised(before) && page.language.gender_of_name(page.word(before)).is_some()
    })
}

/// Removes a full stop from the end of a name.
fn trim_stop(page: &Page, end: usize) -> usize {
    if page.is_word(end - 1) { end } else { end - 1 }
}

/// Returns whether the name words at the token end with a word for a body.
fn is_body_name(page: &Page, at: usize) -> bool {
    let end = (at..at + LONGEST).find(|&end| !is_name_word(page, end)).unwrap_or(at);
    end > at && page.is(end - 1, Traits::BODY)
}

fn next_is_name(page: &Page, at: usize) -> bool {
    is_name_word(page, at) || (page.is(at, Traits::PARTICLE) && is_name_word(page, at + 1))
}

/// Returns whether the capitalised word at the token is between a closing quotation mark, or a first name,
/// and a cue: "“…,” | Will | wrote".
fn speaks_behind_marks(page: &Page, at: usize) -> bool {
    let first_name =
        || page.is_capitalised(at - 1) && page.language.gender_of_name(page.word(at - 1)).is_some();
    at > 0
        && (page.is_quoted(at - 1) || first_name())
        && page.cue(at + 1) > SPEAKS
        && !page.is_capitalised(at + 1)
        && !page.is(at, Traits::PRONOUN.or(Traits::DETERMINER).or(Traits::RELATIVE))
}

/// Minimum share of cue uses for a word after a quotation and a capitalised word, for that word to count as
/// the speaker.
const SPEAKS: f32 = 0.4;

/// Returns whether the token is a capitalised word that can be part of a name.
pub(crate) fn is_name_word(page: &Page, at: usize) -> bool {
    if !page.is_capitalised(at) || page.is_quoted(at) {
        return false;
    }
    // "US" is not "us", the initial in "Harry M. Lund" is not the rest of "am", and the "Don" in "Don Lund"
    // is not from "don't".
    let initial =
        || page.is(at + 1, Traits::STOP) && page.is_capitalised(at + 2) && page.tokens[at].span.len() == 1;
    let named_so = || page.is_capitalised(at + 1) && page.language.gender_of_name(page.word(at)).is_some();
    let first_name = || named_so() && (!page.is(at, Traits::AUXILIARY) || is_whole_name(page, at));
    let name = || initial() || first_name() || page.language.is_name_in_capitals(page.raw(at));
    let function = page.is(at, Traits::FUNCTION) && page.is_closed(at);
    if page.is(at, Traits::CALENDAR) || function && !name() && !speaks_behind_marks(page, at) {
        return false;
    }
    // "New" in "New sanctions" is not part of a place name.
    if !page.is_capitalised(at + 1)
        && page.language.opens_name(page.word(at))
        && !speaks_behind_marks(page, at)
    {
        return false;
    }
    // "Trump-owned" is an adjective, "Min-jun" is a name.
    let describes = |(_, last): (&str, &str)| page.language.describes_behind_hyphen(last);
    if page.tokens[at].joined && page.raw(at).rsplit_once('-').is_some_and(describes) {
        return false;
    }
    // A word that the news usually writes in lower case is a name only in the middle of a sentence.
    let shares = page.shares[at];
    let common = shares.seen > 2.5 && shares.capital < 0.5;
    let headline = page.headline.is_some_and(|line| line.contains(page.tokens[at].span));
    // "Lund: Talks are dead"
    let heads =
        || page.sentence(at).start == at && page.is(at + 1, Traits::COLON) && !common && !page.is_plain(at);
    if headline && !page.is_proper(at) && !heads() {
        return false;
    }
    // In a headline, where every word is capitalised, a capital proves nothing.
    let unsure = headline || page.sentence(at).start == at && !(named_so() && is_whole_name(page, at));
    !(unsure
        && (common
            || page.is_plain(at)
            || page.cue(at) > 0.2
            || page.is_closed(at) && page.is(at, Traits::AUXILIARY)))
}

/// Returns whether a first name and a surname at the token are the whole noun phrase: "Will Lund, a teacher",
/// "Grant Lund said".
fn is_whole_name(page: &Page, at: usize) -> bool {
    page.is_capitalised(at + 1) && (page.is(at + 2, Traits::COMMA) || page.cue(at + 2) > SAID)
}

/// Minimum share of cue uses for a word after a name to show that the name speaks.
const SAID: f32 = 0.3;

/// Returns whether the token can be a lower-case word of a noun phrase.
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

/// Returns whether the noun at `head`, the last of the lower-case nouns that begin at `from` after a name, is
/// the head of the phrase: a word that was seen as a source, or one that cannot be a verb.
fn is_head(page: &Page, from: usize, head: usize) -> bool {
    page.shares[head].head > 0.0 || from < head || !page.language.ends_like_plural(page.word(head))
}

/// Returns whether the token, in or after a noun phrase, is the phrase's verb: "The comments | came", "Lund |
/// chairs the panel", "Ruiz | coached Lund", but not "a senior unnamed official".
fn is_verb(page: &Page, at: usize) -> bool {
    // "a paid consultant"
    if page.is(at - 1, Traits::DETERMINER) {
        return false;
    }
    if page.is(at, Traits::VERB) {
        return true;
    }
    let name_before = page.is_capitalised(at - 1);
    page.is(at, Traits::PAST) && (name_before || !is_noun_word(page, at + 1))
}

/// Returns whether the lower-case word at the start of a chunk is a verb with the name after it as its
/// object: "| compared Lund to".
fn is_bare_verb(page: &Page, at: usize) -> bool {
    if page.is_capitalised(at) || page.is(at, Traits::TITLE.or(Traits::BODY)) {
        return false;
    }
    let word = page.word(at);
    let doing = || page.is(at, Traits::ONGOING) && page.is_capitalised(at + 1);
    let past = || {
        page.is(at, Traits::PAST)
            && (page.is_capitalised(at + 1) || !is_noun_word(page, at + 1))
            && !page.language.describes_people(word)
    };
    page.is(at, Traits::VERB) || doing() || past()
}

/// Returns where the name proper starts in a sequence of capitalised words: after the last title ("Russian
/// President | Vladimir Putin", "Secretary of State | Marco Rubio").
fn name_start(page: &Page, from: usize, end: usize) -> usize {
    let title =
        (from..end.saturating_sub(1)).rev().find(|&at| page.is_word(at) && page.is(at, Traits::TITLE));
    // In "Dean Lund, a teacher", Dean is a first name and not a title.
    let called = |at: usize| at == from && page.language.gender_of_name(page.word(at)).is_some();
    let start = match title {
        Some(at) if called(at) => at,
        Some(at) => at + 1 + usize::from(page.is(at + 1, Traits::STOP)),
        None => from,
    };
    let words = (start..end).filter(|&at| page.is_word(at)).count();
    let after_office = start >= 2 && page.is(start - 1, Traits::OF) && page.is(start - 2, Traits::TITLE);
    if after_office && words >= 2 && page.language.gender_of_name(page.word(start)).is_none() {
        start + 1
    } else {
        start
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    /// Checks all mentions of a text; "|" marks where the name proper begins: "aide|Pia Lund".
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = sample::read(&sample::article(text), |reading| {
            let shown = |mention: &Mention| match mention.kind {
                MentionKind::Name { from } => {
                    let page = reading.page;
                    let title = page.span(mention.start, from).text(page.text);
                    let name = page.span(from, mention.end).text(page.text);
                    format!("{title}|{name}")
                }
                _ => sample::words(reading.page, mention).to_owned(),
            };
            reading.mentions.iter().map(shown).collect()
        });
        assert_eq!(found, expected, "in {text:?}");
    }

    #[test]
    fn a_short_word_before_a_cue_is_a_name() {
        check("“We came late,” Will said. In May West came.", &["|Will"]);
    }

    #[test]
    fn a_name_is_a_run_of_capitalised_words() {
        check("In May Pia Lund waved.", &["|Pia Lund"]);
        check("In May Harry M. Lund waved.", &["|Harry M. Lund"]);
        check("In May rain fell.", &[]);
    }

    #[test]
    fn a_possessive_ends_a_name() {
        check("In May Norland's Pia Lund waved.", &["Norland's|Pia Lund"]);
        check("In May Pia Lund's claim that it rained was true.", &["|Pia Lund's", "it"]);
        check("In May Pia Lund's boat sank.", &[]);
        check("Her counterpart disagreed that it rained.", &["Her counterpart", "it"]);
    }

    #[test]
    fn names_of_the_world() {
        check("In May Park Min-jun waved.", &["|Park Min-jun"]);
        check("In May Ivo “Rusty” Petrov waved.", &["|Ivo “Rusty” Petrov"]);
        check("In May Ivo (Rusty) Petrov waved.", &["|Ivo (Rusty) Petrov"]);
        check("In May Andre\u{301} Dube\u{301} waved.", &["|Andre\u{301} Dube\u{301}"]);
        check("Will Lund, a teacher, waved.", &["|Will Lund", "a teacher"]);
        check("In May the Oslo-born envoy waved.", &["the Oslo-born envoy"]);
    }

    #[test]
    fn names_may_contain_particles() {
        check("In May Ursula von Lund waved.", &["|Ursula von Lund"]);
        check("In May de Lund waved.", &["|de Lund"]);
        check("In May a van stopped.", &["a van"]);
    }

    #[test]
    fn a_slash_joins_two_names() {
        check("In May the Gazette/Courier poll was out.", &["the Gazette/Courier poll"]);
        check("In May Lund or/and Petrov waved.", &["|Lund", "|Petrov"]);
    }

    #[test]
    fn bodies_have_long_names() {
        // Known error: the name should begin at "Harbour".
        check("In May the Harbour and Fishery Board met.", &["the Harbour and|Fishery Board"]);
        check("In May the Norland Federation of Teachers met.", &["the|Norland Federation of Teachers"]);
        check("In May the Harbour and the Fishery met.", &["the|Harbour", "the|Fishery"]);
    }

    #[test]
    fn an_office_may_have_an_of() {
        check("In May Secretary of State Pia Lund waved.", &["Secretary of State|Pia Lund"]);
        check("In May the king of Norland waved.", &["the king", "|Norland"]);
    }

    #[test]
    fn a_noun_phrase_ends_before_its_verb() {
        check("In May the harbour master came.", &["the harbour master"]);
        check("In May a longtime Lund supporter waved.", &["a longtime Lund supporter"]);
        check("In May the panel's ranking Democrat waved.", &["the panel's ranking Democrat"]);
        check("In May the New Norland Democrat waved.", &["the New Norland Democrat"]);
        check("In May boats compared badly.", &[]);
    }

    #[test]
    fn nouns_seen_as_sources_need_no_determiner() {
        check("In May officials waved.", &["officials"]);
        check("In May gravel rolled.", &[]);
    }

    #[test]
    fn single_words_are_mentions() {
        check("In May she waved.", &["she"]);
        check("In May Lund, who waved, came.", &["|Lund", "who"]);
        check("In May his claim that it rained was true.", &["his", "it"]);
        check("In May his boat sank.", &["his boat"]);
    }

    #[test]
    fn parties_and_quotations_are_not_mentions() {
        check("In May Sen. Lund (D-Maine) waved.", &["Sen.|Lund"]);
        check("In May Lund waved. \"The minister came.\"", &["|Lund"]);
    }
}

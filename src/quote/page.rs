//! A parsed article: tokens, sentences, quotations. All rules work on this.

use super::lexicon::{Lexicon, Shares};
use super::marks::{self, Quotation};
use super::passage::{self, By, Known, Passage};
use super::row::number;
use super::token::{self, Sentence, Token, TokenKind};
use super::{block, turn};
use crate::article::Article;
use crate::lang::{Language, Traits};
use crate::span::Span;
use rustc_hash::FxHashMap;

/// The word index of a token that is not a word.
const NO_WORD: u32 = u32::MAX;

pub(crate) struct Page<'a> {
    pub(crate) text: &'a str,
    /// The text in lower case, with the same offsets.
    lower: String,
    /// For each token, its span without a possessive 's.
    bare: Vec<Span>,
    pub(crate) language: &'static Language,
    pub(crate) tokens: Vec<Token>,
    pub(crate) sentences: Vec<Sentence>,
    pub(crate) quotations: Vec<Quotation>,
    /// For each quotation, what is known about it if it is a passage: a turn of a transcript, a block quote.
    pub(crate) passages: Vec<Option<Known>>,
    /// For each quotation, its tokens including the marks, half-open.
    pub(crate) ranges: Vec<(usize, usize)>,
    /// For each token, the index of its sentence; line breaks belong to the sentence before them.
    sentence_of: Vec<u32>,
    /// For each token, and one past the last, the number of line breaks before it.
    breaks: Vec<u32>,
    pub(crate) headline: Option<Span>,
    /// The blocks of the article, in order.
    blocks: &'a [Span],
    /// For each token, the index of its word among the distinct words of the page; [`NO_WORD`] for signs and
    /// line breaks.
    words: Vec<u32>,
    /// For each word, whether it occurs in lower case.
    plain: Vec<bool>,
    /// For each word, whether it occurs capitalised inside a sentence of the body; empty if no word does.
    proper: Vec<bool>,
    /// For each token, the traits of its word and its position.
    traits: Vec<Traits>,
    /// For each token, the share of its word's uses that are cues.
    cues: Vec<f32>,
    /// For each token, its [shape](Self::shape_of).
    pub(crate) shapes: Vec<u8>,
    /// For each token, what the lexicon knows about its word; default values inside quotation marks.
    pub(crate) shares: Vec<Shares>,
    /// For each token, and one past the last, the number of tokens before it that are outside quotation
    /// marks.
    unquoted: Vec<u32>,
    /// For each token, and one past the last, the number of finite verbs before it.
    verbs: Vec<u32>,
    /// Whether the text is in a language without word lists.
    pub(crate) foreign: bool,
}

/// The shape of an auxiliary or an adverb.
pub(crate) const AUXILIARY: u8 = 13;

/// The smallest shape of a word that is on no closed list.
const OPEN: u8 = 15;

/// Thresholds for foreign text: the minimum number of words to decide, and the number of words per function
/// word above which the text is foreign. In English news, one word in two or three is a function word.
const FEW_WORDS: usize = 12;
const FOREIGN: usize = 10;

impl<'a> Page<'a> {
    /// Parses an article. In training, `own` is what the article itself contributed to the lexicon.
    pub(crate) fn new(
        article: &'a Article,
        language: &'static Language,
        lexicon: &Lexicon,
        own: Option<&Lexicon>,
    ) -> Self {
        let text = article.text.as_str();
        let mut quotations = marks::quotations(text, language);
        let headline = article.headline();
        let passages = passage::merge(&passages(article, headline, language), &mut quotations);
        let mut tokens = token::tokens(text);
        let ranges = mark_quoted(&mut tokens, &quotations);
        let sentences = token::sentences(text, &tokens, language);
        let sentence_of = sentence_of(&sentences, tokens.len());
        let breaks = running(tokens.iter(), |token| token.kind == TokenKind::Break);
        let unquoted = running(tokens.iter(), |token| !token.quoted);
        let bare = tokens
            .iter()
            .map(|token| if token.joined { bare(text, token.span, language) } else { token.span })
            .collect();
        let mut page = Self {
            text,
            lower: language.lower_in_place(text),
            bare,
            language,
            tokens,
            sentences,
            quotations,
            passages,
            ranges,
            sentence_of,
            breaks,
            headline,
            blocks: &article.blocks,
            words: Vec::new(),
            plain: Vec::new(),
            proper: Vec::new(),
            traits: Vec::new(),
            cues: Vec::new(),
            shapes: Vec::new(),
            shares: Vec::new(),
            unquoted,
            verbs: Vec::new(),
            foreign: false,
        };
        page.look_up(lexicon, own);
        let stated = article.language.as_deref().is_some_and(|code| code != language.code);
        page.foreign = page.is_foreign(stated);
        page.shapes = (0..page.tokens.len()).map(|at| page.shape_of(at)).collect();
        page.verbs = running(0..page.tokens.len(), |at| page.reads_as_verb(at));
        page
    }

    /// Returns the label of the turn that quotation `q` is; `None` if it is not a turn.
    pub(crate) fn label(&self, q: usize) -> Option<Span> {
        match self.passages[q]?.by {
            By::Label(name) => Some(name),
            By::Signature(_) | By::Above => None,
        }
    }

    /// Returns whether quotation `q`, with its marks, is all of a block that the article marks as somebody's
    /// words.
    pub(crate) fn fills_block(&self, q: usize) -> bool {
        let outer = self.quotations[q].outer;
        let first = self.blocks.partition_point(|block| block.start < outer.start);
        let here = self.blocks.iter().skip(first).take_while(|block| block.start == outer.start);
        here.into_iter().any(|block| block.end == outer.end)
    }

    /// Looks up each distinct word of the page once in the word lists and in the lexicon.
    fn look_up(&mut self, lexicon: &Lexicon, own: Option<&Lexicon>) {
        let count = self.tokens.len();
        let mut places: FxHashMap<&str, u32> =
            FxHashMap::with_capacity_and_hasher(count / 2, rustc_hash::FxBuildHasher);
        let mut known: Vec<(Traits, Shares)> = Vec::with_capacity(count / 2);
        let mut plain = Vec::with_capacity(count / 2);
        let mut words = Vec::with_capacity(count);
        let mut traits = Vec::with_capacity(count);
        let mut shares = Vec::with_capacity(count);
        for (at, token) in self.tokens.iter().enumerate() {
            if token.kind != TokenKind::Word {
                words.push(NO_WORD);
                let sign = token.kind == TokenKind::Sign;
                let own_traits = if sign { Traits::of_sign(self.raw(at)) } else { Traits::default() };
                traits.push(own_traits.or(Traits::QUOTED.when(token.quoted)));
                shares.push(Shares::default());
                continue;
            }
            let text = self.word(at);
            let word = *places.entry(text).or_insert_with(|| {
                known.push(lexicon.look_up(self.language, text, own));
                plain.push(false);
                u32::try_from(known.len() - 1).unwrap_or(NO_WORD)
            });
            let (own_traits, own_shares) = known[word as usize];
            let capital = self.opens_with_capital(at);
            plain[word as usize] |= !capital;
            let possessive =
                self.ends_possessive(at) && !own_traits.any(Traits::PRONOUN.or(Traits::RELATIVE));
            words.push(word);
            traits.push(
                own_traits
                    .or(Traits::CAPITAL.when(capital))
                    .or(Traits::POSSESSIVE.when(possessive))
                    .or(Traits::QUOTED.when(token.quoted)),
            );
            shares.push(if token.quoted { Shares::default() } else { own_shares });
        }
        let mut proper = Vec::new();
        for at in (1..count).filter(|&at| traits[at].any(Traits::CAPITAL)) {
            let inside = self.sentence(at).start != at;
            if inside && self.headline.is_none_or(|line| !line.contains(self.tokens[at].span)) {
                proper.resize(known.len(), false);
                proper[words[at] as usize] = true;
            }
        }
        self.cues = shares.iter().map(|shares: &Shares| shares.cue).collect();
        (self.words, self.plain, self.proper) = (words, plain, proper);
        (self.traits, self.shares) = (traits, shares);
    }

    /// Returns whether hardly any word outside quotation marks is a function word of the language. `stated`
    /// means that the article states another language; otherwise more words are needed to decide.
    fn is_foreign(&self, stated: bool) -> bool {
        let closed = Traits::FUNCTION.or(Traits::DETERMINER).or(Traits::PREPOSITION).or(Traits::PRONOUN);
        let writer = |at: &usize| self.words[*at] != NO_WORD && !self.tokens[*at].quoted;
        let words = (0..self.tokens.len()).filter(writer).count();
        let known = (0..self.tokens.len()).filter(writer).filter(|&at| self.traits[at].any(closed)).count();
        (stated || words >= FEW_WORDS) && known * FOREIGN < words
    }

    /// Returns the share of cue uses of the word at `at`; 0 inside quotation marks and past the end.
    pub(crate) fn cue(&self, at: usize) -> f32 {
        self.cues.get(at).copied().unwrap_or(0.0)
    }

    /// Returns the [`cue`](Self::cue) of each token of the half-open range.
    pub(crate) fn cues(&self, start: usize, end: usize) -> &[f32] {
        self.cues.get(start..end.min(self.cues.len())).unwrap_or_default()
    }

    /// Returns the strongest cue of the half-open range; 0 if it is empty.
    pub(crate) fn strongest_cue(&self, start: usize, end: usize) -> f32 {
        self.cues(start, end).iter().fold(0.0, |best, cue| if *cue > best { *cue } else { best })
    }

    /// Returns the traits of each token of the half-open range.
    pub(crate) fn traits_of(&self, start: usize, end: usize) -> &[Traits] {
        self.traits.get(start..end.min(self.traits.len())).unwrap_or_default()
    }

    /// Returns the number of tokens outside quotation marks in the half-open range.
    pub(crate) fn unquoted_between(&self, start: usize, end: usize) -> u32 {
        let before = |at: usize| self.unquoted.get(at).or(self.unquoted.last()).copied().unwrap_or(0);
        before(end).saturating_sub(before(start))
    }

    /// Returns the number of finite verbs in the half-open range, in and outside quotation marks: unambiguous
    /// verb forms, forms of "be", modals, past forms, and contractions such as "won't"; not present forms in
    /// -s. 0 if the range is empty.
    pub(crate) fn verbs(&self, start: usize, end: usize) -> usize {
        let before = |at: usize| self.verbs.get(at).or(self.verbs.last()).copied().unwrap_or(0);
        before(end).saturating_sub(before(start)) as usize
    }

    /// Returns whether the token is one of these [finite verbs](Self::verbs); `false` past the end.
    pub(crate) fn is_finite(&self, at: usize) -> bool {
        self.verbs(at, at + 1) > 0
    }

    fn reads_as_verb(&self, at: usize) -> bool {
        self.is_word(at)
            && (self.is(at, Traits::VERB.or(Traits::FINITE))
                || self.is(at, Traits::PAST) && !self.describes(at)
                || self.is_short(at))
    }

    /// Returns whether an apostrophe joins the word to a verb: "they've", "don't".
    pub(crate) fn is_short(&self, at: usize) -> bool {
        self.tokens[at].joined && self.raw(at).contains(['\'', '’']) && !self.is_possessive(at)
    }

    /// Returns whether the past form at the token only modifies the noun after it: "a hopeful but | guarded |
    /// account".
    fn describes(&self, at: usize) -> bool {
        let next = at + 1;
        let open = self.is_word(next)
            && !self.is_closed(next)
            && !self.is_capitalised(next)
            && !self.is(next, Traits::PREPOSITION.or(Traits::TO));
        let noun = at
            .checked_sub(1)
            .is_some_and(|before| self.is(before, Traits::DETERMINER.or(Traits::PREPOSITION)));
        noun || open && !self.is(next, Traits::AUXILIARY)
    }

    /// Returns the word at token `at` in lower case, without a possessive 's; empty past the end.
    pub(crate) fn word(&self, at: usize) -> &str {
        self.bare.get(at).map_or("", |span| span.text(&self.lower))
    }

    /// Returns whether a token of the half-open range has the same word as token `at`.
    pub(crate) fn repeats(&self, range: (usize, usize), at: usize) -> bool {
        let word = self.words[at];
        word != NO_WORD && self.words[range.0..range.1].contains(&word)
    }

    /// Returns the text of token `at`; empty past the end.
    pub(crate) fn raw(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.span.text(self.text))
    }

    pub(crate) fn is_word(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == TokenKind::Word)
    }

    /// Returns whether the token has any of the traits; `false` past the end.
    pub(crate) fn is(&self, at: usize, any: Traits) -> bool {
        self.traits(at).any(any)
    }

    /// Returns the traits of the token; none past the end.
    pub(crate) fn traits(&self, at: usize) -> Traits {
        self.traits.get(at).copied().unwrap_or_default()
    }

    /// Returns whether the token is an office or profession of one person.
    pub(crate) fn is_office(&self, at: usize) -> bool {
        self.is(at, Traits::TITLE) && self.language.is_office(self.word(at))
    }

    pub(crate) fn is_possessive(&self, at: usize) -> bool {
        self.is(at, Traits::POSSESSIVE)
    }

    fn ends_possessive(&self, at: usize) -> bool {
        let raw = self.raw(at);
        let owns = || self.tokens[at].joined && self.language.without_possessive(raw) != raw;
        let plural = || !self.is_word(at + 1) && matches!(self.raw(at + 1), "'" | "’");
        self.language.ends_like_plural(raw) && (owns() || plural())
    }

    /// Returns whether the page also has the word at `at` in lower case.
    pub(crate) fn is_plain(&self, at: usize) -> bool {
        self.of_word(&self.plain, at)
    }

    /// Returns whether the word at `at` occurs capitalised inside a sentence of the body; always `true` if no
    /// word does.
    pub(crate) fn is_proper(&self, at: usize) -> bool {
        self.proper.is_empty() || self.of_word(&self.proper, at)
    }

    fn of_word(&self, table: &[bool], at: usize) -> bool {
        self.words.get(at).and_then(|&word| table.get(word as usize)).copied().unwrap_or(false)
    }

    /// Returns whether the token begins with a capital letter, or has one after "al-".
    pub(crate) fn is_capitalised(&self, at: usize) -> bool {
        self.is(at, Traits::CAPITAL)
    }

    fn opens_with_capital(&self, at: usize) -> bool {
        let raw = self.raw(at);
        let joined = self.tokens[at].joined.then(|| raw.split_once('-')).flatten();
        let name = match joined {
            Some((particle, name)) if self.language.is_particle(particle) => name,
            _ => raw,
        };
        name.starts_with(char::is_uppercase)
    }

    /// Returns whether the word may be on a closed list: a determiner, an auxiliary or another function word.
    pub(crate) fn is_closed(&self, at: usize) -> bool {
        self.shapes.get(at).is_some_and(|shape| *shape < OPEN)
    }

    /// Returns the sign or the kind of word as a number, ordered so that similar ones are neighbours.
    fn shape_of(&self, at: usize) -> u8 {
        let token = self.tokens[at];
        match token.kind {
            TokenKind::Break => 0,
            TokenKind::Sign if token.quoted => 1,
            TokenKind::Sign => shape_of_sign(token.span.text(self.text)),
            TokenKind::Word if token.quoted => 9,
            TokenKind::Word => shape_of_word(self.traits(at)),
        }
    }

    /// Returns the shape of the token as a feature; -1 past the ends of the text.
    pub(crate) fn shape(&self, at: Option<usize>) -> f32 {
        at.and_then(|at| self.shapes.get(at)).map_or(-1.0, |shape| f32::from(*shape))
    }

    /// Returns which of `words` the token is, counted from 1; 0 for none of them and past the ends of the
    /// text.
    pub(crate) fn signal(&self, at: Option<usize>, words: &[Traits]) -> f32 {
        let traits = at.map(|at| self.traits(at)).unwrap_or_default();
        words.iter().position(|word| traits.any(*word)).map_or(0.0, |at| number(at + 1))
    }

    pub(crate) fn is_quoted(&self, at: usize) -> bool {
        self.is(at, Traits::QUOTED)
    }

    pub(crate) fn sentence_index(&self, at: usize) -> usize {
        self.sentence_of.get(at).map_or(0, |&place| place as usize)
    }

    pub(crate) fn sentence(&self, at: usize) -> Sentence {
        self.sentences.get(self.sentence_index(at)).copied().unwrap_or(Sentence { start: at, end: at })
    }

    pub(crate) fn paragraph(&self, at: usize) -> u32 {
        // A line break belongs to the paragraph that follows it.
        self.breaks.get(at + 1).copied().unwrap_or(0)
    }

    /// Returns the span from the first to the last token of a half-open range; empty for an empty range.
    pub(crate) fn span(&self, start: usize, end: usize) -> Span {
        match (self.tokens.get(start), end.checked_sub(1).and_then(|last| self.tokens.get(last))) {
            (Some(first), Some(last)) if start < end => Span::new(first.span.start, last.span.end),
            (first, _) => {
                first.map_or(Span::new(0, 0), |token| Span::new(token.span.start, token.span.start))
            }
        }
    }
}

/// Returns the passages of the article, in order and without overlaps.
fn passages(article: &Article, headline: Option<Span>, language: &Language) -> Vec<Passage> {
    let text = article.text.as_str();
    let paragraphs = passage::paragraphs(text);
    let mut out = turn::turns(text, &paragraphs, headline.is_some(), language);
    let others = block::passages(text, &paragraphs, &article.blocks, (&out, headline), language);
    if !others.is_empty() {
        out.extend(others);
        out.sort_by_key(|passage| passage.line);
    }
    out
}

fn shape_of_sign(sign: &str) -> u8 {
    match sign {
        "." | "!" | "?" | "…" => 2,
        ":" => 3,
        ";" => 4,
        "," => 5,
        "-" | "–" | "—" | "―" => 6,
        "(" | ")" | "[" | "]" => 7,
        _ => 8,
    }
}

/// Returns the shape of a word; the first match counts.
fn shape_of_word(traits: Traits) -> u8 {
    match traits {
        _ if traits.any(Traits::THAT) => 10,
        _ if traits.any(Traits::PREPOSITION) => 11,
        _ if traits.any(Traits::DETERMINER) => 12,
        _ if traits.any(Traits::AUXILIARY) => AUXILIARY,
        _ if traits.any(Traits::FUNCTION) => 14,
        _ if traits.any(Traits::CAPITAL) => OPEN + 1,
        _ => OPEN,
    }
}

/// Returns, for each token, the index of its sentence.
fn sentence_of(sentences: &[Sentence], tokens: usize) -> Vec<u32> {
    let mut out = vec![0; tokens];
    for (at, sentence) in sentences.iter().enumerate() {
        if let Some(places) = out.get_mut(sentence.start..sentence.end) {
            places.fill(u32::try_from(at).unwrap_or(u32::MAX));
        }
    }
    out
}

/// Returns, for each of `all` and one past the last, how many of those before it are counted.
fn running<T>(all: impl ExactSizeIterator<Item = T>, counted: impl Fn(T) -> bool) -> Vec<u32> {
    let mut out = Vec::with_capacity(all.len() + 1);
    let mut count = 0;
    out.push(count);
    for one in all {
        count += u32::from(counted(one));
        out.push(count);
    }
    out
}

/// Returns the span of the word without a possessive 's, or without the verb of "they're" and "I'd".
fn bare(text: &str, span: Span, language: &Language) -> Span {
    let word = span.text(text);
    if let Some((pronoun, rest)) = word.split_once(['\'', '’']).filter(|_| word.len() < LONGEST_SHORT)
        && language.is_short_verb(rest)
        && language.pronoun(&language.lower_in_place(pronoun)).is_some()
    {
        return Span::new(span.start, span.start + pronoun.len());
    }
    let bare = Some(language.without_possessive(word)).filter(|bare| !bare.is_empty()).unwrap_or(word);
    Span::new(span.start, span.start + bare.len())
}

/// A word of this many bytes or more is not a pronoun contracted with a verb.
const LONGEST_SHORT: usize = 8;

/// Marks the tokens inside quotations as quoted, and returns the token range of each quotation.
fn mark_quoted(tokens: &mut [Token], quotations: &[Quotation]) -> Vec<(usize, usize)> {
    let mut at = 0;
    let mut ranges = Vec::with_capacity(quotations.len());
    for quotation in quotations {
        while tokens.get(at).is_some_and(|token| token.span.end <= quotation.outer.start) {
            at += 1;
        }
        let start = at;
        while let Some(token) = tokens.get_mut(at).filter(|token| token.span.start < quotation.outer.end) {
            token.quoted = true;
            at += 1;
        }
        ranges.push((start, at));
    }
    ranges
}

//! Here is the content read from a cue: is it fit to be shown as what somebody said, and which of its words?
//!
//! A content is fit if it has an independent clause ("the fares will not rise"), with a subject and a verb.
//! The addressee, the time and the place may come first and are left out. A content that consists of nothing
//! else ("on Friday", "to the pilots", "Lund on fares") is not fit.

use super::inserted;
use super::page::Page;
use super::row::{FAR, flag, number};
use super::scene::{Content, Scene};
use crate::lang::{DayWord, Pronoun, Traits};
use crate::quote::mention::{self, Mention, MentionKind};

/// A paraphrase.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paraphrase {
    pub(crate) cue: usize,
    pub(crate) source: Option<usize>,
    pub(crate) content: Content,
    /// The probability that it is somebody's statement, 0 to 1.
    pub(crate) sure: f32,
    /// The tag in the middle of the content.
    pub(crate) tag: Option<Content>,
    /// The content before it was [trimmed to a clause](fitted).
    pub(crate) was: Content,
}

/// Minimum number of words of a clause.
const LEAST_WORDS: usize = 3;

/// How many tokens before a "that" may name the addressee, the time and the place.
const ASIDE: usize = 12;

/// Returns the words of `content` that are fit to be shown as what the cue introduces; `None` if there are
/// none.
pub(crate) fn fitted(
    scene: &Scene,
    cue: usize,
    source: Option<&Mention>,
    content: Content,
) -> Option<Content> {
    let page = scene.page;
    let (start, end) = (opening(scene, cue, content), closing(page, content));
    let tag = inserted::within(page, (start, end), cue, source);
    let parts = inserted::parts((start, end), tag);
    let words = parts.iter().flat_map(|&(from, to)| from..to).filter(|&at| page.is_word(at)).count();
    let headline = page.headline.is_some_and(|line| line.contains(page.tokens[cue].span));
    let place = if tag.is_some() { Place::Clause } else { Place::of(page, cue, (start, end)) };
    // "asked | Lund | how", "praised | the board"
    let takes_object = place == Place::Object && page.shares[cue].introduces < TAKES_CLAUSE;
    let fit = words >= LEAST_WORDS
        && !headline
        && !takes_object
        && !tag.is_some_and(|(_, close)| scene.mention_at(close).is_some_and(|m| scene.is_apposition(m)))
        && !is_denied(page, cue)
        && opens_clause(scene, start, place)
        && follows(page, cue, (content.0, start))
        && !page.is(end - 1, Traits::PREPOSITION.or(Traits::DETERMINER).or(Traits::AND))
        && has_predicate(scene, parts, place)
        && is_whole(page, end)
        && brackets(page, (start, end));
    fit.then_some((start, end))
}

/// What the words before a content say about it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing: it may be only the object of the cue, as in "praised | the board".
    Object,
    /// It comes after a cue that is usually followed by a clause: "said".
    Behind,
    /// It must be a clause, as it comes after "that" or before the cue.
    Clause,
}

/// Minimum share of clauses among a cue's contents without marks for words after it to count as a clause even
/// without a "that".
const TAKES_CLAUSE: f32 = 0.2;

/// A clause is likely after a word that introduces one in at least this share of its uses.
const INTRODUCES: f32 = 0.3;

impl Place {
    fn of(page: &Page, cue: usize, (start, end): Content) -> Self {
        if introduced(page, start) || end <= cue {
            Self::Clause
        } else if page.shares[cue].clause > INTRODUCES {
            Self::Behind
        } else {
            Self::Object
        }
    }
}

/// Returns whether a "that" comes before the token and introduces a clause: "said that | the fares", not "in
/// that | order".
fn introduced(page: &Page, start: usize) -> bool {
    let that = start.checked_sub(1).filter(|&before| page.is(before, Traits::THAT));
    that.is_some_and(|that| !page.is(that.saturating_sub(1), Traits::PREPOSITION))
}

/// Returns whether the cue is negated or a denial: "denied that", "did not say that".
fn is_denied(page: &Page, cue: usize) -> bool {
    let near = cue.saturating_sub(NEGATED).max(page.sentence(cue).start)..cue;
    page.language.is_denying(page.word(cue))
        || near.into_iter().any(|at| page.language.is_negation(page.word(at)))
}

/// How many tokens before a cue are searched for a negation.
const NEGATED: usize = 3;

/// Returns whether the clause that starts at `start` (in a content that started at `was`) is where reported
/// speech can be: after the cue, a sign or a "that", after the addressee and the time, or at the start of the
/// sentence. In "words | the outlet carried" it is not.
fn follows(page: &Page, cue: usize, (was, start): (usize, usize)) -> bool {
    let Some(before) = start.checked_sub(1) else { return true };
    let said = |at: usize| at == cue || page.cue(at) > SAID;
    if page.language.is_interrogative(page.word(before)) {
        return false;
    }
    if page.is(before, Traits::THAT) {
        // "said in an interview that | the fares", but not "attended the talks that | his envoys had held"
        let lead = before.checked_sub(1);
        let aside = before > cue
            && before - cue <= ASIDE
            && introduced(page, start)
            && !(cue + 1..before).any(|at| page.is(at, Traits::COLON))
            && page.verbs(cue + 1, before) == 0;
        return aside && page.shares[cue].clause > SAID
            || was != start && was != before
            || lead.is_some_and(|at| {
                at == cue || !page.is_word(at) || page.is(at, Traits::AND.or(Traits::BUT))
            });
    }
    let joins = page.is(before, Traits::BUT.or(Traits::AND));
    let of_two =
        before.checked_sub(1) == Some(cue) && page.language.is_cue_of_two(page.word(cue), page.word(before));
    start == cue + 1
        || was != start
        || page.sentence(start).start == start
        || !page.is_word(before)
        || joins
        || said(before)
        || of_two
}

/// Minimum share of cue uses for a word to be followed by what is said.
const SAID: f32 = 0.15;

/// Returns whether the clause is complete: it is followed by a sign, a word that begins another clause, or
/// the cue.
fn is_whole(page: &Page, end: usize) -> bool {
    let next = Traits::CLAUSE
        .or(Traits::AND)
        .or(Traits::BUT)
        .or(Traits::OR)
        .or(Traits::RELATIVE)
        .or(Traits::WHICH)
        .or(Traits::ONGOING);
    !page.is_word(end) || page.is(end, next) || page.cue(end) > SAID
}

/// How many tokens are enough for a clause where one is expected, even if no verb in them is known.
const LONG: usize = 6;

/// Returns whether the words have a finite verb, or what tells enough in this place: a subject, or length.
fn has_predicate(scene: &Scene, parts: [Content; 2], place: Place) -> bool {
    let page = scene.page;
    let [(start, _), (_, end)] = parts;
    let verbs: usize = parts.iter().map(|&(from, to)| page.verbs(from, to)).sum();
    let length: usize = parts.iter().map(|(from, to)| to - from).sum();
    let behind = scene.mention_at(start).map_or(start + 1, |m| scene.mentions[m].end);
    match place {
        // "cited | the fares as the reason"
        Place::Object => !page.is(behind, Traits::AS) && predicate(scene, start, end).is_some(),
        Place::Behind | Place::Clause => {
            let subject = match place {
                // "reported | the remarks of Lund"
                Place::Behind => page.is(start, Traits::PRONOUN),
                _ => scene.mention_at(start).is_some(),
            };
            verbs > 0
                || predicate(scene, start, end).is_some()
                || subject && behind + 1 < end
                || length >= LONG
        }
    }
}

/// Returns the finite verb of the clause. It comes after a subject and before any subordinate clause.
fn predicate(scene: &Scene, start: usize, end: usize) -> Option<usize> {
    let page = scene.page;
    let subject = scene.mention_at(start).map_or(start + 1, |m| scene.mentions[m].end);
    let stops = Traits::RELATIVE
        .or(Traits::WHICH)
        .or(Traits::THAT)
        .or(Traits::TO)
        .or(Traits::ONGOING)
        .or(Traits::COLON)
        .or(Traits::BUT);
    // "they've" is a subject and a verb.
    if start < end && page.is_short(subject - 1) {
        return Some(subject - 1);
    }
    let mut commas = 0;
    let lead = mention::behind_auxiliaries(page, subject);
    for at in subject..end.min(subject + SUBJECT) {
        let found = page.is_finite(at) || (at == subject || at == lead) && is_present(page, at);
        // "called | the matter closed"
        let complement = page.is(at, Traits::PAST) && !page.is(at, Traits::VERB) && at + 1 == end;
        if found && commas % 2 == 0 && !complement {
            return Some(at);
        }
        // "Sanders in February and | organized", "two teams back before | June is out"
        let joins =
            page.is(at, Traits::AND) && !page.is_capitalised(at + 1) && scene.mention_at(at + 1).is_none();
        if page.is(at, stops)
            || joins
            || page.is(at, Traits::CLAUSE) && !page.is(at, Traits::AND.or(Traits::AS))
        {
            return None;
        }
        commas += usize::from(page.is(at, Traits::COMMA));
    }
    None
}

/// Maximum number of tokens of a subject before its verb, after the first mention.
const SUBJECT: usize = 16;

/// Returns where the clause begins, after the addressee, the time, the place and a "that".
fn opening(scene: &Scene, cue: usize, (start, end): Content) -> usize {
    let page = scene.page;
    if start < cue {
        return start;
    }
    let mut at = start;
    if page.language.is_told_to(page.word(cue))
        && at == cue + 1
        && let Some(behind) = behind_listener(scene, at)
    {
        at = behind;
    }
    at = behind_times(scene, at, end);
    // "according to Lund, | the head of the board, | the fares"
    if page.is(at.saturating_sub(1), Traits::COMMA)
        && scene.mention_at(at).is_some_and(|m| scene.is_apposition(m))
        && let Some(comma) = (at..end.min(at + ASIDE)).find(|&at| page.is(at, Traits::COMMA))
        && page.verbs(at, comma) == 0
    {
        at = comma + 1;
    }
    // "said | in a statement that | the fares"
    let that = (at..end.min(at + ASIDE)).find(|&at| page.is(at, Traits::THAT));
    let aside = |that: usize| page.is(at, Traits::PREPOSITION) && page.verbs(at, that) == 0;
    match that {
        Some(that) if that == at || aside(that) => that + 1,
        _ => at,
    }
}

/// Returns the token after the addressee, if a clause follows: "told | reporters | the fares would not rise".
fn behind_listener(scene: &Scene, at: usize) -> Option<usize> {
    let page = scene.page;
    let end = match scene.mention_at(at) {
        Some(m) => scene.mentions[m].end,
        // "told | them | that"
        None if page.is(at, Traits::HIS) || page.is_closed(at) && page.is_word(at) => at + 1,
        None => return None,
    };
    let next = behind_times(scene, end, end + ASIDE);
    let clause = page.is(next, Traits::THAT)
        || page.is(next, Traits::COMMA) && page.is(next + 1, Traits::THAT)
        || scene.mention_at(next).is_some() && !page.is(next, Traits::HIS.or(Traits::RELATIVE));
    clause.then_some(next)
}

/// Returns the token after the times and places at `at`: "on Friday", "late Tuesday", "last week".
fn behind_times(scene: &Scene, mut at: usize, end: usize) -> usize {
    let page = scene.page;
    loop {
        let lead = at
            + (at..at + 2).take_while(|&at| page.is(at, Traits::PREPOSITION.or(Traits::AUXILIARY))).count();
        let named = lead + (lead..lead + 2).take_while(|&at| page.is(at, Traits::THE)).count();
        let day = |at: usize| {
            page.is(at, Traits::CALENDAR.or(Traits::TIME))
                || page.raw(at).starts_with(|c: char| c.is_ascii_digit())
        };
        let calendar = (named..named + 2).any(|at| page.is(at, Traits::CALENDAR.or(Traits::TIME)));
        let behind = named
            + (named..named + 4)
                .take_while(|&at| day(at) || page.language.is_day_word(page.word(at), DayWord::Last))
                .count();
        if !calendar || behind == named || behind >= end {
            return at;
        }
        at = behind + usize::from(page.is(behind, Traits::COMMA));
    }
}

/// Minimum number of tokens before a colon for it to end the clause.
const COLON: usize = 4;

/// Returns where the clause ends: before a colon or semicolon, without punctuation.
fn closing(page: &Page, (start, end): Content) -> usize {
    // "the fares will rise: In spring …" continues with an example.
    let colon = (start + COLON..end).find(|&at| page.is(at, Traits::COLON) || page.raw(at) == ";");
    let mut end = colon.unwrap_or(end);
    while end > start + 1 && !page.is_word(end - 1) && !page.is_quoted(end - 1) {
        end -= 1;
    }
    end
}

/// Returns whether an independent clause may begin at the token: with a mention, a determiner, a name or a
/// noun; not with "because", "to" or "on".
fn opens_clause(scene: &Scene, at: usize, place: Place) -> bool {
    let page = scene.page;
    let never = Traits::COMMA
        .or(Traits::COLON)
        .or(Traits::AND)
        .or(Traits::BUT)
        .or(Traits::OR)
        .or(Traits::TO)
        .or(Traits::RELATIVE)
        .or(Traits::WHICH);
    let never = match place {
        Place::Clause | Place::Behind => never,
        Place::Object => never.or(Traits::PREPOSITION).or(Traits::CLAUSE).or(Traits::ONGOING),
    };
    let mention = scene.mention_at(at).is_some();
    let subject = mention || place != Place::Object || page.is(at, Traits::DETERMINER.or(Traits::CAPITAL));
    let asks =
        page.language.is_interrogative(page.word(at)) && !page.is(at, Traits::IF.or(Traits::DETERMINER));
    page.is_word(at) && subject && !page.is(at, never) && !asks && (mention || !page.is_finite(at))
}

/// Returns whether the word may be a verb in the present tense: "rises".
fn is_present(page: &Page, at: usize) -> bool {
    page.is_word(at)
        && !page.is_capitalised(at)
        && !page.is(
            at,
            Traits::FUNCTION.or(Traits::PREPOSITION).or(Traits::TEXT).or(Traits::TITLE).or(Traits::BODY),
        )
        && page.language.ends_like_plural(page.word(at))
}

/// Returns whether all brackets are balanced.
fn brackets(page: &Page, (start, end): Content) -> bool {
    let count = |sign: Traits| (start..end).filter(|&at| page.is(at, sign)).count();
    count(Traits::OPEN_BRACKET) == count(Traits::CLOSE_BRACKET)
}

/// Words at the ends of a content that features distinguish.
const OPENINGS: [Traits; 12] = [
    Traits::THAT,
    Traits::AND,
    Traits::BUT,
    Traits::IF,
    Traits::AS,
    Traits::CLAUSE,
    Traits::ONGOING,
    Traits::PREPOSITION,
    Traits::COMMA,
    Traits::PRONOUN,
    Traits::DETERMINER,
    Traits::CAPITAL,
];

/// Words beside a cue that the trees tell apart.
const BESIDE_CUE: [Traits; 12] = [
    Traits::TO,
    Traits::RELATIVE,
    Traits::WHICH,
    Traits::THAT,
    Traits::AND,
    Traits::BUT,
    Traits::IF,
    Traits::AUXILIARY,
    Traits::PREPOSITION,
    Traits::PRONOUN,
    Traits::DETERMINER,
    Traits::CAPITAL,
];

/// Appends the features of how fit the words are, for the forest that gives the final probability.
pub(crate) fn describe(
    scene: &Scene,
    (cue, source): (usize, Option<usize>),
    paraphrase: &Paraphrase,
    out: &mut Vec<f32>,
) {
    let page = scene.page;
    let Paraphrase { content: (start, end), was, tag, .. } = *paraphrase;
    let parts = inserted::parts((start, end), tag);
    let of_parts =
        |is: Traits| parts.iter().flat_map(|&(from, to)| from..to).filter(|&at| page.is(at, is)).count();
    let first = scene.mention_at(start).map(|m| scene.mentions[m]);
    let subject = first.map_or(start + 1, |mention| mention.end);
    let kind = source.map_or(-1.0, |m| match scene.mentions[m].kind {
        MentionKind::Name { .. } => 3.0,
        MentionKind::Noun { .. } => 2.0,
        MentionKind::Pronoun(Pronoun::Person(_)) => 4.0,
        MentionKind::Pronoun(Pronoun::First) => 0.0,
        MentionKind::Pronoun(_) => 1.0,
        MentionKind::Relative => 1.5,
    });
    let shares = page.shares[cue];
    let verb_at = predicate(scene, start, end);
    let between = if start > cue { (cue + 1, start) } else { (end, cue) };
    let before = cue.saturating_sub(NEGATED).max(page.sentence(cue).start)..cue;
    let hypothetical = before.into_iter().any(|at| {
        page.language.is_to_come(page.word(at)) || page.is(at, Traits::IF.or(Traits::TO).or(Traits::WHETHER))
    });
    out.extend([
        flag(start > cue),
        flag(start > 0 && page.is(start - 1, Traits::THAT)),
        number(start.abs_diff(was.0)).min(FAR),
        number(end - start).min(FAR),
        flag(first.is_some()),
        verb_at.map_or(FAR, |at| number(at.saturating_sub(subject))),
        number(parts.iter().map(|&(from, to)| page.verbs(from, to)).sum()).min(8.0),
        page.shape(Some(start)),
        page.shape(Some(end)),
        page.shape(end.checked_sub(1)),
        kind,
        shares.cue,
        shares.quoted,
        shares.after,
        shares.seen,
        shares.clause,
        flag(page.language.ends_like_ongoing(page.word(cue))),
        source.map_or(FAR, |m| number(scene.mentions[m].end.abs_diff(cue)).min(FAR)),
        number(of_parts(Traits::AND.or(Traits::BUT))),
        number(of_parts(Traits::COMMA)).min(8.0),
        parts.iter().map(|&(from, to)| page.strongest_cue(from, to)).fold(0.0, f32::max),
        flag(end == page.sentence(cue).end || !page.is_word(end)),
        page.signal(Some(start), &OPENINGS),
        page.signal(start.checked_sub(1), &OPENINGS),
        page.signal(Some(end), &OPENINGS),
        page.signal(cue.checked_sub(1), &BESIDE_CUE),
        page.signal(cue.checked_sub(2), &BESIDE_CUE),
        page.signal(Some(cue + 1), &BESIDE_CUE),
        flag(hypothetical),
        number(page.verbs(between.0, between.1)).min(4.0),
        number(between.1.saturating_sub(between.0)).min(FAR),
        number(scene.mentions_before(between.1).saturating_sub(scene.mentions_before(between.0))).min(6.0),
    ]);
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, extract, sample};
    use crate::people::People;

    /// Checks the words of the paraphrases of a text.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let quotes = extract(&sample::article(text), &People::default());
        let indirect = quotes.iter().filter(|quote| quote.kind == Kind::Indirect);
        let found: Vec<String> = indirect.map(|quote| quote.words(text)).collect();
        assert_eq!(found, expected, "in {text:?}");
    }

    #[test]
    fn a_clause_stands_by_itself() {
        check("In May Pia Lund said that the board had come late.", &["the board had come late"]);
        check("The line will close in May, Pia Lund said.", &["The line will close in May"]);
    }

    #[test]
    fn a_cue_in_the_middle_is_left_out() {
        let check = |text: &str, expected: &[&str]| {
            let quotes = extract(&sample::article(text), &People::default());
            let parts = |span: &crate::span::Span| span.text(text).to_owned();
            let found: Vec<String> =
                quotes.iter().flat_map(|quote| quote.content.iter().map(parts)).collect();
            assert_eq!(found, expected, "in {text:?}");
        };
        check(
            "The boats, Pia Lund said, will not sail in the winter.",
            &["The boats", "will not sail in the winter"],
        );
        check(
            "The line, Pia Lund said, would be “as good as closed” in May.",
            &["The line", "would be “as good as closed” in May"],
        );
    }

    #[test]
    fn addressee_and_time_are_left_out() {
        check("Ivo Petrov told reporters the fares would not rise.", &["the fares would not rise"]);
        check(
            "Ivo Petrov told reporters on Monday that the fares would not rise.",
            &["the fares would not rise"],
        );
    }

    #[test]
    fn times_places_and_addressees_are_not_contents() {
        check("In May Pia Lund spoke to the pilots on Friday.", &[]);
        check(
            "The talks will go on, but Pia Lund did not answer when she was asked on Friday at the pier.",
            &[],
        );
        check("In May Pia Lund praised the board.", &[]);
    }

    #[test]
    fn what_is_denied_or_asked_was_not_said() {
        check("In May Pia Lund denied that the boats were late.", &[]);
        check("In May Pia Lund did not say that the boats were late.", &[]);
        check("In May Pia Lund asked how the boats had come.", &[]);
    }

    #[test]
    fn after_that_a_clause_may_open_with_any_word() {
        check(
            "Ivo Petrov said in an interview on Monday that closing the line would hurt the islands.",
            &["closing the line would hurt the islands"],
        );
        check("In May Pia Lund said that they’ve closed the line.", &["they’ve closed the line"]);
        check("In May Pia Lund said that there was no boat.", &["there was no boat"]);
    }

    #[test]
    fn a_noun_phrase_is_not_a_clause() {
        check("In May the Courier reported the remarks of Pia Lund on Thursday.", &[]);
        check("In May Pia Lund asked for talks in that order so that the line would last.", &[]);
        check("In May Pia Lund praised the pilots the boats had waited for.", &[]);
    }
}

//! Exact rules for the source of a quotation, in addition to the trees: signatures, labels of turns, names
//! before a colon, tags after a comma.
//!
//! `docs/log/quotes.md` has the precision of each.

use super::mention::{self, Mention, MentionKind};
use super::passage::By;
use super::scene::{Choice, Scene};
use super::token::TokenKind;
use crate::lang::{Pronoun, Traits};
use crate::span::Span;

/// A rule: returns the mention that is the source of a quotation; `None` if the rule does not apply.
type Rule = fn(&Scene, usize) -> Option<usize>;

/// The rules for when the trees are uncertain, most precise first: a name and a colon, a paragraph that ends
/// in a colon, a tag after a comma, somebody who does something directly before the quotation.
pub(crate) const IN_DOUBT: [Rule; 4] = [headed, introduced, tagged, acts_before];

/// Returns the name a quotation is signed with: a whole sentence, a dash, a name, and the end of the line.
/// Right in seven of the eight cases in the training articles, which are too few for trees to learn.
pub(crate) fn signature(scene: &Scene, q: usize) -> Option<usize> {
    let page = scene.page;
    let (_, end) = page.ranges[q];
    let dash = |at: &usize| page.is(*at, Traits::DASH);
    let is_break = |at: &usize| page.tokens.get(*at).is_some_and(|token| token.kind == TokenKind::Break);
    let from = end + (end..end + 2).take_while(is_break).count();
    let start = from + (from..from + 2).take_while(dash).count();
    let whole = || page.quotations[q].inner.text(page.text).trim_end().ends_with(['.', '!', '?', '…']);
    if start == from || !whole() {
        return None;
    }
    let m = scene.mentions_before(start);
    let mention = scene.mentions.get(m).filter(|mention| mention.start == start)?;
    let MentionKind::Name { from } = mention.kind else { return None };
    let stop = mention.end + usize::from(page.is(mention.end, Traits::STOP));
    let closed = stop >= page.tokens.len() || is_break(&stop) || page.is(stop, Traits::COMMA);
    let person = mention.end > from + 1 || scene.cast.standing(m).0 > 0.0;
    (closed && person).then_some(m)
}

/// Returns the mention in the label of a turn.
pub(crate) fn label(scene: &Scene, q: usize) -> Option<usize> {
    named_in(scene, scene.page.label(q)?)
}

/// Returns the last name in `span`, or the last mention if there is no name: "President of Nordland | Ivo
/// Petrov |".
fn named_in(scene: &Scene, span: Span) -> Option<usize> {
    let start = |m: &Mention| m.span(scene.page).start;
    let first = scene.mentions.partition_point(|mention| start(mention) < span.start);
    let behind = scene.mentions.partition_point(|mention| start(mention) < span.end);
    let last = behind.checked_sub(1).filter(|last| *last >= first)?;
    (first..behind).rev().find(|&m| scene.mentions[m].is_name()).or(Some(last))
}

/// Returns the source by an exact rule: a name with a colon next to another quotation, a signature, the label
/// of a turn, the paragraph above a block.
pub(crate) fn signed(scene: &Scene, q: usize) -> Option<Choice> {
    if let Some(m) = beside_colon(scene, q) {
        return Some(Choice { mention: Some(m), sure: 0.9 });
    }
    if let Some(known) = scene.page.passages[q] {
        let mention = match known.by {
            By::Label(name) => named_in(scene, name),
            By::Signature(name) => Some(named_in(scene, name)?),
            By::Above => above(scene, known.first),
        };
        return Some(Choice { mention, sure: 0.95 });
    }
    Some(Choice { mention: Some(signature(scene, q)?), sure: 0.9 })
}

/// Maximum number of signs between a quotation and the name of the next speaker: a dash.
const BETWEEN: usize = 2;

/// Returns the name before the colon in front of a quotation, if another quotation of the paragraph ends
/// right before the name: Weber: “…?” | Petrov |: “…”. Also applies to the first quotation of such a pair.
pub(crate) fn beside_colon(scene: &Scene, q: usize) -> Option<usize> {
    let page = scene.page;
    let named = |q: usize| {
        let colon = page.ranges.get(q)?.0.checked_sub(1).filter(|&colon| page.is(colon, Traits::COLON))?;
        let m = scene.mentions_before(colon).checked_sub(1)?;
        let mention = scene.mentions[m];
        let figure = matches!(mention.kind, MentionKind::Name { .. } | MentionKind::Noun { .. });
        (figure && page.is_capitalised(mention.start) && mention.end == colon).then_some((m, mention.start))
    };
    let behind = |q: usize| {
        let (m, start) = named(q)?;
        let before = q.checked_sub(1).map(|before| page.ranges[before].1)?;
        let close =
            before <= start && start - before <= BETWEEN && (before..start).all(|at| !page.is_word(at));
        close.then_some(m)
    };
    let pair = || {
        let (m, start) = named(q)?;
        (behind(q + 1).is_some() && page.sentence(start).start == start).then_some(m)
    };
    behind(q).or_else(pair)
}

/// Returns the name that, with its colon, is everything before a quotation in its sentence, or follows a
/// dash, or begins the headline: Lund: “…”; Others - Lund: “…”; Lund: Deal is ‘dead’.
fn headed(scene: &Scene, q: usize) -> Option<usize> {
    let page = scene.page;
    let start = page.ranges[q].0;
    let headline = page.headline.is_some_and(|line| line.contains(page.quotations[q].outer));
    let colon = match scene.mentions.first().filter(|_| headline) {
        Some(mention) => mention.end,
        None => start.checked_sub(1)?,
    };
    let m = scene.mentions_before(colon).checked_sub(1).filter(|_| page.is(colon, Traits::COLON))?;
    let mention = scene.mentions[m];
    let opens = page.sentence(colon).start == mention.start || mention.is_behind(page, Traits::DASH);
    let named = matches!(mention.kind, MentionKind::Name { .. });
    (opens && named && mention.end == colon && colon < start).then_some(m)
}

/// Returns who speaks in the last sentence of the paragraph above a quotation: its subject, if that has a cue
/// ("The ministry said:"), or the owner of a text ("The ministry's statement in full:").
fn above(scene: &Scene, q: usize) -> Option<usize> {
    let page = scene.page;
    let last = (0..page.ranges[q].0).rev().find(|&at| page.is_word(at))?;
    let sentence = page.sentence(last);
    let mut mentions = scene.mentions_before(sentence.start)..scene.mentions_before(sentence.end);
    let speaks = |m: &usize| {
        let mention = &scene.mentions[*m];
        let thing =
            matches!(mention.kind, MentionKind::Pronoun(pronoun) if !matches!(pronoun, Pronoun::Person(_)));
        !thing && scene.cast.reading.is_subject(*m) && page.strongest_cue(mention.end, sentence.end) > TAG
    };
    let owns = |m: &usize| page.is_possessive(scene.mentions[*m].end - 1);
    mentions.clone().find(speaks).or_else(|| introduced(scene, q)).or_else(|| mentions.find(owns))
}

/// Returns whom a paragraph that ends in a colon is about, if the quotation begins the next paragraph: Lund
/// had one line: | “…”
pub(crate) fn introduced(scene: &Scene, q: usize) -> Option<usize> {
    let page = scene.page;
    let start = page.ranges[q].0;
    let is_break = |at: &usize| page.tokens[*at].kind == TokenKind::Break;
    let colon = (0..start).rev().take(3).find(|at| !is_break(at))?;
    if colon + 1 == start || !page.is(colon, Traits::COLON) {
        return None;
    }
    let sentence = page.sentence(colon).start;
    let mut named = scene.mentions_before(sentence)..scene.mentions_before(colon);
    // "And from the desk of Pia Lund, mayor of Bergen: | “…”"
    if page.is(sentence + usize::from(page.is(sentence, Traits::AND)), Traits::FROM) {
        let whole =
            |m: usize| scene.mentions[m].end > scene.mentions[m].start + 1 && scene.cast.standing(m).0 >= 0.0;
        return named.find(|&m| scene.mentions[m].is_name() && (scene.cast.standing(m).0 > 0.0 || whole(m)));
    }
    named.rev().find(|&m| {
        let mention = &scene.mentions[m];
        let figure =
            matches!(mention.kind, MentionKind::Name { .. } | MentionKind::Pronoun(Pronoun::Person(_)));
        figure && !page.is_possessive(mention.end - 1) && !mention.is_behind(page, Traits::PREPOSITION)
    })
}

/// Returns the mention in the tag right after a quotation that ends in a comma: “…,” said Lund; “…,” Lund
/// said.
fn tagged(scene: &Scene, q: usize) -> Option<usize> {
    let page = scene.page;
    let (_, end) = page.ranges[q];
    let quotation = page.quotations[q];
    let comma = quotation.inner.text(page.text).trim_end().ends_with(',');
    if !comma || !quotation.closed || page.sentence_index(end) != page.sentence_index(end - 1) {
        return None;
    }
    // "promising Lund more"; “…,” Lund said, according to the Gazette
    let cue = |at: usize| page.cue(at) >= TAG && !page.language.ends_like_ongoing(page.word(at));
    let stop = page.sentence(end).end.min(end + 30);
    if (end + 1..stop).any(|at| page.language.is_cue_of_two(page.word(at), page.word(at + 1))) {
        return None;
    }
    let m = scene.mentions_before(end);
    let mention = scene.mentions.get(m)?;
    let before = mention.start == end && cue(mention::behind_brackets(page, mention.end));
    let behind = mention.start == end + 1 && cue(end);
    (before || behind).then_some(m)
}

/// Returns who does something in the sentence before a quotation, if that begins with a name or a pronoun and
/// the quotation is all of the rest of their paragraph: | Lund | shrugs. “…”
fn acts_before(scene: &Scene, q: usize) -> Option<usize> {
    let page = scene.page;
    let (start, end) = page.ranges[q];
    let is_break = |at: usize| page.tokens.get(at).is_none_or(|token| token.kind == TokenKind::Break);
    let before = start.checked_sub(1).filter(|&before| !is_break(before))?;
    let alone = page.quotations[q].closed && page.sentence(start).start == start && is_break(end);
    let first = page.sentence(before).start;
    let m = scene.mention_at(first).filter(|_| alone && !(first..start).any(|at| page.is_quoted(at)))?;
    let person =
        matches!(scene.mentions[m].kind, MentionKind::Name { .. } | MentionKind::Pronoun(Pronoun::Person(_)));
    (person && scene.cast.reading.is_subject(m)).then_some(m)
}

/// Returns whether the quotation begins a sentence that continues, after its comma, with somebody and any
/// verb: “…,” Lund barked.
pub(crate) fn opens(scene: &Scene, q: usize) -> bool {
    let page = scene.page;
    let (start, end) = page.ranges[q];
    let quotation = page.quotations[q];
    let comma = quotation.inner.text(page.text).trim_end().ends_with(',');
    if !comma || !quotation.closed || page.sentence(start).start != start || page.sentence(end).start != start
    {
        return false;
    }
    scene
        .mentions
        .get(scene.mentions_before(end))
        .is_some_and(|mention| mention.start == end && mention::verb_behind(page, mention).is_some())
}

/// Minimum share of cue uses for the verb of a tag.
const TAG: f32 = 0.5;

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::article::Article;
    use crate::people::People;

    /// Checks which mention a rule returns for the last quotation of an article.
    #[track_caller]
    fn check_in(article: &Article, rule: Rule, expected: Option<&str>) {
        let found = sample::cast(article, &People::default(), |cast| {
            let scene = Scene::new(cast);
            let last = scene.page.quotations.len().checked_sub(1).expect("a quotation");
            rule(&scene, last).map(|m| sample::words(scene.page, &scene.mentions[m]).to_owned())
        });
        assert_eq!(found.as_deref(), expected, "in {:?}", article.text);
    }

    #[track_caller]
    fn check(text: &str, rule: Rule, expected: Option<&str>) {
        check_in(&sample::article(text), rule, expected);
    }

    #[test]
    fn a_signature_follows_a_dash() {
        check("“We came late.” — Pia Lund\n", signature, Some("Pia Lund"));
        check("“We came late.”\n- Pia Lund, Bergen\n", signature, Some("Pia Lund"));
        check("“We came late” — Pia Lund\n", signature, None);
        check("“We came late.” — Pia Lund came later.\n", signature, None);
    }

    #[test]
    fn a_turn_has_the_name_of_its_label() {
        let text = "Anna Lund asked Ivo Petrov.\n\nLUND: Did you?\n\nPETROV: I did.\n";
        check(text, label, Some("PETROV"));
        check("In May Lund came: “We did.”", label, None);
    }

    #[test]
    fn a_name_and_a_colon_precede_a_quotation() {
        check("Pia Lund: “We came late.”", headed, Some("Pia Lund"));
        check("Later - Pia Lund: “We came late.”", headed, Some("Pia Lund"));
        check("In May it was Pia Lund: “We came late.”", headed, None);
        let headline = sample::headed("Lund: Talks are ‘dead’\n\nIn May it rained.");
        check_in(&headline, headed, Some("Lund"));
    }

    #[test]
    fn a_paragraph_that_ends_in_a_colon_introduces() {
        check("Pia Lund had one line:\n\n“We came late.”", introduced, Some("Pia Lund"));
        check("She had one line:\n\n“We came late.”", introduced, Some("She"));
        check(
            "And from the desk of Pia Lund, mayor of Bergen:\n\n“We came late.”",
            introduced,
            Some("Pia Lund"),
        );
        check("Pia Lund had one line.\n\n“We came late.”", introduced, None);
    }

    #[test]
    fn a_tag_follows_the_comma() {
        check("“We came late,” said Pia Lund.", tagged, Some("Pia Lund"));
        check("“We came late,” Pia Lund said.", tagged, Some("Pia Lund"));
        check("“We came late,” Pia Lund said, according to the Gazette.", tagged, None);
        check("“We came late.” Pia Lund said so.", tagged, None);
    }

    #[test]
    fn who_acts_directly_before_a_quotation_speaks() {
        check("Pia Lund shrugs. “We came late.”\n\nIt rained.", acts_before, Some("Pia Lund"));
        check("She shrugged and left. “We came late.”", acts_before, Some("She"));
        check("Pia Lund shrugs. “We came late,” said Petrov.", acts_before, None);
        check("Pia Lund shrugs.\n\n“We came late.”", acts_before, None);
        check("Pia Lund's boat sank. “We came late.”", acts_before, None);
    }

    #[test]
    fn a_sentence_that_continues_with_a_tag_is_speech() {
        let speaks = |text: &str| {
            let article = sample::article(text);
            sample::cast(&article, &People::default(), |cast| opens(&Scene::new(cast), 0))
        };
        assert!(speaks("“We came late,” Pia Lund barked."));
        assert!(!speaks("“We came late” Pia Lund barked."));
        assert!(!speaks("In May “We came late,” Pia Lund barked."));
    }
}

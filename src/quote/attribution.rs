//! From a parsed article to its quotes: chooses the source of each quotation, keeps the quotations that are
//! speech, joins those that form one quote, and adds paraphrases.

use std::collections::BTreeMap;

use super::cast::Cast;
use super::choice;
use super::hearing::Hearing;
use super::indirect;
use super::inserted;
use super::join::{self, Reach, Side};
use super::labelled::Labels;
use super::mention::{self, Mention, MentionKind};
use super::model::Model;
use super::page::Page;
use super::paraphrase::Paraphrase;
use super::passage::By;
use super::reading::Reading;
use super::row::number;
use super::rule;
use super::said::{self, Asked, Said};
use super::scene::{Choice, Content, Scene};
use super::tree::Table;
use super::{Attribution, Kind, Quote, Sieve};
use crate::lang::Traits;
use crate::span::Span;

/// Minimum log odds for a quotation to continue the one before it.
const JOINED: f32 = 0.0;

/// Minimum probability for a paraphrase to become a quote on record.
const PARAPHRASE: f32 = 0.83;

/// A quotation that is speech.
struct Speech {
    quotation: usize,
    choice: Choice,
    /// Whether it continues the speech before it.
    joined: bool,
    /// Its content, as a half-open token range.
    content: Content,
    /// What comes before the tag in front of the content: "Ministers, Lund said, were to “approve” it".
    lead: Option<Content>,
}

/// Returns the quotes of the page, ordered by their contents.
pub(crate) fn attribute(cast: &mut Cast, model: &Model) -> Vec<Quote> {
    let page = cast.reading.page;
    let scene = Scene::new(cast);
    let hearing = Hearing::new(&scene, model);
    let speeches = if page.foreign { marked(&scene) } else { speeches(&scene, &hearing, model) };
    let mut quotes = draft(&scene, &hearing, &speeches);
    if !page.foreign {
        let paraphrases = accepted(&scene, &hearing, model);
        add_paraphrases(&scene, paraphrases, &mut quotes);
    }
    quotes.sort_by(|a, b| a.content.cmp(&b.content));
    let sources = sources(&speeches, &quotes, &hearing);
    cast.reconsider(&sources);
    follow_body(page, cast, &mut quotes);
    let days = days(cast, &quotes);
    let labels = Labels::new(cast);
    quotes
        .into_iter()
        .zip(days)
        .map(|(draft, day)| Quote { said: day, ..finished(cast, &labels, draft) })
        .collect()
}

/// Returns when each of the quotes was said.
fn days(cast: &Cast, quotes: &[Draft]) -> Vec<Option<Said>> {
    let Reading { page, mentions } = cast.reading;
    let token = |at: usize| page.tokens.partition_point(|token| token.span.end <= at);
    let range = |span: &Span| (token(span.start), page.tokens.partition_point(|t| t.span.start < span.end));
    let asked: Vec<Asked> = quotes
        .iter()
        .map(|draft| {
            let content: Vec<(usize, usize)> = draft.content.iter().map(range).collect();
            let mention = draft.mention.map(|m| mentions[m].start);
            let cue = draft.cue.map(|cue| token(cue.start));
            let mut beside: Vec<usize> = cue.into_iter().chain(mention).collect();
            if beside.is_empty() {
                beside.extend(content.iter().map(|&(start, _)| start));
            }
            Asked { content, beside, speaker: draft.mention.and_then(|m| cast.bearer(m)) }
        })
        .collect();
    said::when(page, &said::told(page, cast.published()), &asked)
}

/// Turns the speeches into quotes: a speech that continues the one before becomes part of the same quote.
fn draft(scene: &Scene, hearing: &Hearing, speeches: &[Speech]) -> Vec<Draft> {
    let page = scene.page;
    let mut quotes: Vec<Draft> = Vec::new();
    for speech in speeches {
        let span = content_span(page, speech.content);
        let lead = speech.lead.map(|lead| said_span(page, lead));
        let Choice { mention, sure } = speech.choice;
        if let Some(last) = quotes.last_mut().filter(|_| speech.joined) {
            last.content.extend(lead);
            match last.content.last_mut().filter(|end| touches(page, **end, span)) {
                Some(end) => end.end = span.end,
                None => last.content.push(span),
            }
            if sure > last.sure && page.passages[speech.quotation].is_none() {
                (last.mention, last.sure) = (mention, sure);
            }
            continue;
        }
        let mention = mention.map(|m| recorded(scene, hearing, m).unwrap_or(m));
        let mention = mention.and_then(|m| acting(scene, m, speech.content.0));
        let signed = mention.is_some() && rule::signature(scene, speech.quotation) == mention;
        let label = page.label(speech.quotation);
        let by = page.passages[speech.quotation].map(|known| known.by);
        let sieve = match by {
            Some(By::Label(_)) => Sieve::Turn,
            Some(By::Signature(_)) => Sieve::Signature,
            Some(By::Above) | None if signed => Sieve::Signature,
            Some(By::Above) | None => Sieve::Quotation,
        };
        let content = lead.into_iter().chain([span]).collect();
        quotes.push(Draft { content, mention, label, cue: None, sure, sieve });
    }
    quotes
}

/// Adds the paraphrases, most certain first, that do not overlap any quote so far.
fn add_paraphrases(scene: &Scene, paraphrases: Vec<Paraphrase>, quotes: &mut Vec<Draft>) {
    let page = scene.page;
    // The contents so far: start -> end.
    let mut taken: BTreeMap<usize, usize> =
        quotes.iter().flat_map(|quote| quote.content.iter().map(|span| (span.start, span.end))).collect();
    for paraphrase in paraphrases.into_iter().filter(|paraphrase| {
        !is_name_of_quoted(page, paraphrase) && !introduces_passage(page, paraphrase.cue)
    }) {
        let content = behind_listener(scene, paraphrase.content);
        let parts = inserted::parts(content, paraphrase.tag);
        let spans = parts.into_iter().filter(|(start, end)| start < end).map(|part| said_span(page, part));
        let spans: Vec<Span> = spans.collect();
        let free = |span: &Span| {
            taken.range(..=span.start).next_back().is_none_or(|(_, end)| *end <= span.start)
                && taken.range(span.start..).next().is_none_or(|(start, _)| *start >= span.end)
        };
        if spans.iter().all(free) {
            taken.extend(spans.iter().map(|span| (span.start, span.end)));
            let cue = Some(cue_span(page, paraphrase.cue));
            let Paraphrase { source, sure, content, .. } = paraphrase;
            let mention = source.and_then(|m| acting(scene, m, content.0));
            quotes.push(Draft { content: spans, mention, label: None, cue, sure, sieve: Sieve::Cue });
        }
    }
}

/// Returns the span of a part of a paraphrase, without punctuation at its end.
fn said_span(page: &Page, (start, end): Content) -> Span {
    let last = (start..end).rev().find(|&at| page.is_word(at) || page.is_quoted(at));
    page.span(start, last.map_or(end, |last| last + 1))
}

/// Returns whether the content is only the name of the person quoted: "The Courier quoted | Lund | as saying
/// ..".
fn is_name_of_quoted(page: &Page, paraphrase: &Paraphrase) -> bool {
    let (_, end) = paraphrase.content;
    page.language.is_quoting(page.word(paraphrase.cue))
        && page.language.is_as_saying(page.word(end), page.word(end + 1))
}

/// Returns whether the sentence of the cue ends in a colon that introduces a passage. What is said is then in
/// the passage and not in the sentence, which only has something like "in a statement".
fn introduces_passage(page: &Page, cue: usize) -> bool {
    let sentence = page.sentence(cue);
    let Some(colon) = (sentence.start..sentence.end).rev().find(|&at| page.is_word(at)).map(|last| last + 1)
    else {
        return false;
    };
    let next = page.ranges.partition_point(|range| range.0 <= colon);
    page.is(colon, Traits::COLON)
        && page.passages.get(next).copied().flatten().is_some_and(|known| known.by == By::Above)
        && (colon..page.ranges[next].0).all(|at| !page.is_word(at))
}

/// Minimum probability that a cue introduces speech, for its source to count as having spoken.
const SPOKE: f32 = 0.3;

/// Returns the mentions that are sources, in order.
fn sources(speeches: &[Speech], quotes: &[Draft], hearing: &Hearing) -> Vec<usize> {
    // The source of a statement that is not fit to be shown has spoken as well.
    let heard = hearing.heard.iter().filter(|heard| heard.said > SPOKE).filter_map(|heard| heard.best().0);
    let mut out: Vec<usize> = speeches
        .iter()
        .filter_map(|speech| speech.choice.mention)
        .chain(quotes.iter().filter_map(|quote| quote.mention))
        .chain(heard)
        .collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// Turns a draft into a quote, once every mention is resolved.
fn finished(cast: &Cast, labels: &Labels, draft: Draft) -> Quote {
    let Reading { page, mentions } = cast.reading;
    let named = |m| Attribution {
        mention: cast.reading.source_span(m),
        speaker: cast.resolve(m, draft.sure),
        role: cast.role(m),
        sieve: draft.sieve,
        sure: percent(draft.sure),
    };
    let attribution = match draft.label {
        Some(label) => Some(Attribution {
            mention: label,
            speaker: labels.speaker(cast, label, draft.mention),
            role: draft.mention.and_then(|m| cast.role(m)),
            sieve: draft.sieve,
            sure: percent(draft.sure),
        }),
        None => draft.mention.map(named),
    };
    let beside = || cue_beside(page, &mentions[draft.mention?]);
    let cue = draft.cue.or_else(beside);
    let kind = kind(page, &draft.content);
    let content = match kind {
        // Among the writer's words, the marks show which words are the speaker's own.
        Kind::Mixed => draft.content.into_iter().map(|span| with_marks(page, span)).collect(),
        Kind::Direct | Kind::Indirect => draft.content,
    };
    Quote { kind, content, cue, attribution, said: None, corrected: Vec::new() }
}

/// Returns the speaker if mention `m` is only the record of the words: "Lund said, according to | a
/// transcript |".
fn recorded(scene: &Scene, hearing: &Hearing, m: usize) -> Option<usize> {
    let (page, mention) = (scene.page, scene.mentions[m]);
    let MentionKind::Noun { head } = mention.kind else { return None };
    let cue = mention.start.checked_sub(2)?;
    if !page.language.is_recording(page.word(head))
        || !page.language.is_cue_of_two(page.word(cue), page.word(cue + 1))
    {
        return None;
    }
    let sentence = page.sentence(mention.start);
    let near = hearing.heard.iter().filter(|heard| (sentence.start..cue).contains(&heard.cue));
    let mut said = near.filter(|heard| heard.said > 0.5).filter_map(|heard| heard.best().0);
    said.next_back().filter(|other| *other != m)
}

/// Returns the range without the addressee that a content may begin with: "reminded | the allies | that
/// nothing …".
fn behind_listener(scene: &Scene, (start, end): (usize, usize)) -> (usize, usize) {
    let page = scene.page;
    let listener = scene.mention_at(start).map(|m| &scene.mentions[m]);
    let told = start.checked_sub(1).is_some_and(|cue| page.cue(cue) > 0.0);
    match listener.filter(|mention| told && mention.end < end && page.is(mention.end, Traits::THAT)) {
        Some(mention) => (mention.end, end),
        None => (start, end),
    }
}

/// Returns the actual source if mention `m` is only spoken about or to: nobody if it is told something ("|
/// Lund | was asked, “…”"), the agent of a passive ("| The plan | was called ‘dead’ by Lund"), the person
/// quoted ("| the Courier | quoted Lund as saying"). Otherwise returns `m`. `content` is the first token of
/// what is said.
fn acting(scene: &Scene, m: usize, content: usize) -> Option<usize> {
    let (page, mentions) = (scene.page, scene.mentions);
    let end = scene.cast.reading.end_of_phrase(m);
    let quoting = mention::behind_auxiliaries(page, end);
    if page.language.is_quoting(page.word(quoting))
        && let Some(other) = scene.mention_at(quoting + 1)
        && page.language.is_as_saying(page.word(mentions[other].end), page.word(mentions[other].end + 1))
    {
        return Some(other);
    }
    let passive = (end..quoting).any(|at| page.language.is_be(page.word(at)))
        && page.language.is_done_to(page.word(quoting));
    // In "Lund was asked about it and said “…”" the quote is Lund's.
    if !passive || (quoting + 1..content).any(|at| page.cue(at) > OTHER_CUE) {
        return Some(m);
    }
    page.is(quoting + 1, Traits::BY).then(|| scene.mention_at(quoting + 2)).flatten()
}

/// Minimum share of cue uses for a word between a passive and the content to count as the real cue.
const OTHER_CUE: f32 = 0.3;

/// Maximum number of headline quotes that are looked for in the body.
const HEADS: usize = 4;

/// If the body contains the words of a headline quote too, gives the headline quote the source it has there,
/// provided that one is more certain.
fn follow_body(page: &Page, cast: &Cast, quotes: &mut [Draft]) {
    let Some(line) = page.headline else { return };
    let words = |draft: &Draft| -> String {
        let parts = draft.content.iter().flat_map(|span| quoted_words(page, *span));
        parts.map(|at| page.word(at)).collect::<Vec<_>>().join(" ")
    };
    let split = quotes.partition_point(|draft| draft.content[0].start < line.end);
    let (heads, body) = quotes.split_at_mut(split);
    for head in heads.iter_mut().take(HEADS) {
        let own = words(head);
        let known = head.mention.is_some_and(|m| cast.resolve(m, head.sure).is_some());
        let said = body
            .iter()
            .find(|draft| draft.mention.is_some() && own.contains(' ') && holds(&words(draft), &own));
        if let Some(said) = said.filter(|said| !known || said.sure >= head.sure) {
            (head.mention, head.sure, head.sieve) = (said.mention, said.sure, Sieve::Body);
        }
    }
}

/// Returns the word tokens of the span that are inside quotation marks.
fn quoted_words<'p>(page: &'p Page, span: Span) -> impl Iterator<Item = usize> + 'p {
    let first = page.tokens.partition_point(|token| token.span.end <= span.start);
    (first..page.tokens.len())
        .take_while(move |&at| page.tokens[at].span.start < span.end)
        .filter(|&at| page.is_word(at) && page.is_quoted(at))
}

/// Returns whether `words` contains the sequence of words `part`.
fn holds(words: &str, part: &str) -> bool {
    format!(" {words} ").contains(&format!(" {part} "))
}

/// Returns the cue that belongs to the source of a quotation: the strongest cue word near it in its sentence,
/// if that word is a cue often enough; otherwise the verb of the tag after the quotation.
fn cue_beside(page: &Page, mention: &Mention) -> Option<Span> {
    // "Lund: Talks ‘going nowhere’"
    if page.is(mention.end, Traits::COLON) {
        return None;
    }
    let sentence = page.sentence(mention.start);
    let near = mention.start.saturating_sub(3).max(sentence.start)..sentence.end.min(mention.end + 12);
    let best = near.filter(|at| !(mention.start..mention.end).contains(at)).fold(
        None,
        |best: Option<(usize, f32)>, at| {
            let weight =
                page.cue(at) - 0.02 * number(at.abs_diff(mention.start).min(at.abs_diff(mention.end)));
            if weight > best.map_or(0.15, |best| best.1) { Some((at, weight)) } else { best }
        },
    );
    let tag = || {
        mention::verb_behind(page, mention).filter(|_| mention.start > 0 && page.is_quoted(mention.start - 1))
    };
    best.map(|(at, _)| at).or_else(tag).map(|at| cue_span(page, at))
}

/// Returns the span of a cue; "according to" has two words.
fn cue_span(page: &Page, at: usize) -> Span {
    let two = page.language.is_cue_of_two(page.word(at), page.word(at + 1));
    page.span(at, at + 1 + usize::from(two))
}

/// A quote whose speaker is not resolved to a name yet.
struct Draft {
    content: Vec<Span>,
    mention: Option<usize>,
    /// The label of a turn.
    label: Option<Span>,
    cue: Option<Span>,
    sure: f32,
    sieve: Sieve,
}

fn percent(share: f32) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=100")]
    let percent = (share * 100.0).round().clamp(0.0, 100.0) as u8;
    percent
}

/// Minimum number of words for a quotation in an unknown language to count as speech: shorter ones are mostly
/// names.
const LEAST_WORDS: usize = 3;

/// Returns, for text in an unknown language, the quotations that are not just names. They have no source
/// except a signature or the label of a turn.
fn marked(scene: &Scene) -> Vec<Speech> {
    let page = scene.page;
    let words =
        |(start, end): (usize, usize)| (start..end).filter(|&at| page.is_word(at)).take(LEAST_WORDS).count();
    let long = page
        .ranges
        .iter()
        .copied()
        .enumerate()
        .filter(|(q, range)| words(*range) == LEAST_WORDS || page.passages[*q].is_some());
    long.map(|(quotation, content)| {
        let mention = rule::signature(scene, quotation).or_else(|| rule::label(scene, quotation));
        let joined = continues_passage(page, quotation);
        Speech { quotation, choice: Choice { mention, sure: 0.0 }, joined, content, lead: None }
    })
    .collect()
}

/// Returns whether the quotation is a later paragraph of the same passage as the one before.
fn continues_passage(page: &Page, q: usize) -> bool {
    page.passages[q].is_some_and(|known| known.first < q)
}

/// The maximum length of a quotation in a heading, in bytes.
const HEADING: usize = 150;

/// Returns whether the first of two quotations is in a heading and the other is not, so that they cannot be
/// one quote: the paragraph ends without the end of a sentence.
fn is_parted_by_heading(page: &Page, one: usize, other: usize) -> bool {
    // A quote of several paragraphs has a closing mark only in the last of them.
    if !page.quotations[one].closed || page.quotations[one].outer.len() > HEADING {
        return false;
    }
    let end = page.quotations[one].outer.end;
    let rest = Span::new(end, page.quotations[other].outer.start.max(end)).text(page.text);
    let Some((line, _)) = rest.split_once('\n') else { return false };
    let inner = page.quotations[one].inner.text(page.text);
    let last = if line.trim().is_empty() { inner } else { line };
    last.trim_end_matches(|c: char| c.is_whitespace() || "'’\"”".contains(c)).ends_with(char::is_alphanumeric)
}

/// Returns whether the quotation is in the headline, which is never part of a quote in the body.
fn is_in_headline(page: &Page, q: usize) -> bool {
    page.headline.is_some_and(|line| line.contains(page.quotations[q].outer))
}

/// Returns the quotations that are speech, each with its source and its extent.
fn speeches(scene: &Scene, hearing: &Hearing, model: &Model) -> Vec<Speech> {
    let page = scene.page;
    let mut out: Vec<Speech> = Vec::new();
    let join = model.forest("join");
    let mut rows = Table::default();
    let choices = choice::sources(scene, hearing, model);
    for (quotation, choice) in choice::spoken(scene, hearing, model, &choices) {
        let passage = page.passages[quotation].is_some();
        let joined = continues_passage(page, quotation)
            || !passage
                && out.last().is_some_and(|last| {
                    let pair = ([last.quotation, quotation], [last.choice, choice]);
                    page.passages[last.quotation].is_none()
                        && rule::beside_colon(scene, quotation).is_none()
                        && is_in_headline(page, last.quotation) == is_in_headline(page, quotation)
                        && !is_parted_by_heading(page, last.quotation, quotation)
                        && !join::has_own_source(scene, quotation, last.choice, choice)
                        && join.score(&mut rows, |row| join::describe(scene, pair.0, pair.1, row)) > JOINED
                });
        let mention = choice.mention.map(|m| &scene.mentions[m]);
        let range = page.ranges[quotation];
        let mut edge =
            |side| join::choose_edge(scene, model, &Reach::new(page, quotation, side, mention), &mut rows);
        let content = if passage {
            range
        } else {
            let (mut first, mut last) = (edge(Side::Left), edge(Side::Right));
            let before = quotation.checked_sub(1).map(|before| page.ranges[before].1);
            if before == Some(first) && tags(scene, hearing, first, range.0) {
                first = range.0;
            }
            if tags(scene, hearing, range.1, last) {
                last = range.1;
            }
            behind_listener(scene, (first, last))
        };
        let lead = mention.and_then(|mention| lead(page, quotation, content.0, mention));
        out.push(Speech { quotation, choice, joined, content, lead });
    }
    // A quote must not reach into the one before it.
    for at in 1..out.len() {
        let end = out[at - 1].content.1;
        out[at].content.0 = out[at].content.0.max(end.min(page.ranges[out[at].quotation].0));
    }
    out
}

/// Returns whether somebody speaks in the half-open range beside a quotation: “We came,” | Lund said, | “late.”
fn tags(scene: &Scene, hearing: &Hearing, start: usize, end: usize) -> bool {
    let first = hearing.heard.partition_point(|heard| heard.cue < start);
    let inside = |m: usize| start <= scene.mentions[m].start && scene.mentions[m].end <= end;
    let mut cues = hearing.heard[first..].iter().take_while(|heard| heard.cue < end);
    // A verb that is rarely a cue: “We came,” | Lund quipped, | “late.”
    let bare = || {
        let subject = scene.mention_at(start).map(|m| scene.mentions[m].end)?;
        let rest = subject + 1..end;
        Some(scene.page.is_finite(subject) && rest.into_iter().all(|at| !scene.page.is_word(at)))
    };
    cues.any(|heard| heard.said > TAGS && heard.best().0.is_some_and(inside)) || bare() == Some(true)
}

/// Minimum probability that a cue introduces speech, for it and its source to be no part of a quote.
const TAGS: f32 = 0.5;

/// Returns the words before the tag in front of the content of a quotation, if the content begins right behind
/// the tag with the verb of these words.
fn lead(page: &Page, quotation: usize, start: usize, source: &Mention) -> Option<Content> {
    if start >= page.ranges[quotation].0 || !page.is_finite(start) {
        return None;
    }
    let cues = source.start.saturating_sub(BESIDE_SOURCE)..start;
    let cue = cues
        .filter(|at| !(source.start..source.end).contains(at))
        .max_by(|&one, &other| page.cue(one).total_cmp(&page.cue(other)).then(other.cmp(&one)))
        .filter(|&at| page.cue(at) > OTHER_CUE)?;
    let (open, _) = inserted::tag(page, cue, Some(source)).filter(|(_, close)| *close == start)?;
    let bound = join::bound(page, quotation, Side::Left);
    let parted = (bound..open).rev().find(|&at| page.is(at, Traits::COLON) || page.raw(at) == ";");
    let first = parted.map_or(bound, |at| at + 1);
    (first < open).then_some((first, open))
}

/// How many tokens before its source are searched for a cue: "said | Lund".
const BESIDE_SOURCE: usize = 3;

/// Returns the paraphrases to keep, most certain first.
fn accepted(scene: &Scene, hearing: &Hearing, model: &Model) -> Vec<Paraphrase> {
    let mut out = indirect::paraphrases(scene, &hearing.heard, model);
    out.retain(|paraphrase| paraphrase.sure >= PARAPHRASE);
    out.sort_by(|a, b| b.sure.total_cmp(&a.sure).then(a.cue.cmp(&b.cue)));
    out
}

/// Returns the span of a content. A pair of marks that encloses all of it is left out.
fn content_span(page: &Page, (start, end): (usize, usize)) -> Span {
    let span = page.span(start, end);
    let at = page.quotations.partition_point(|quotation| quotation.outer.start < span.start);
    match page.quotations.get(at) {
        Some(quotation) if quotation.outer == span => quotation.inner.trim(page.text),
        _ => span,
    }
}

/// Returns the span with the marks around it, if it is everything between them.
fn with_marks(page: &Page, span: Span) -> Span {
    let behind = page.quotations.partition_point(|quotation| quotation.outer.start < span.start);
    let quotation = behind.checked_sub(1).map(|at| page.quotations[at]);
    quotation
        .filter(|quotation| quotation.inner.trim(page.text) == span)
        .map_or(span, |quotation| quotation.outer)
}

/// Returns whether there is only white space between two spans.
fn touches(page: &Page, first: Span, second: Span) -> bool {
    Span::new(first.end, second.start).text(page.text).chars().all(char::is_whitespace)
        && first.end <= second.start
}

/// Returns the kind, from how much of the content is inside quotation marks.
fn kind(page: &Page, content: &[Span]) -> Kind {
    let (mut inside, mut outside) = (0, 0);
    for span in content {
        let first = page.tokens.partition_point(|token| token.span.end <= span.start);
        for at in (first..page.tokens.len()).take_while(|&at| page.tokens[at].span.start < span.end) {
            if page.is_word(at) {
                if page.is_quoted(at) { inside += 1 } else { outside += 1 }
            }
        }
    }
    match (inside, outside) {
        (_, 0) => Kind::Direct,
        (0, _) => Kind::Indirect,
        _ => Kind::Mixed,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{extract, sample};
    use super::*;
    use crate::article::Article;
    use crate::people::People;

    /// Checks the quotes of an article: the content, the words of the mention (`-` for none) and the sieve
    /// that found it.
    #[track_caller]
    fn check_in(article: &Article, expected: &[(&str, &str, &str)]) {
        let text = article.text.as_str();
        let quotes = extract(article, &People::default());
        let words: Vec<String> = quotes.iter().map(|quote| quote.words(text)).collect();
        let found: Vec<(&str, &str, &str)> = quotes
            .iter()
            .zip(&words)
            .map(|(quote, words)| match &quote.attribution {
                Some(found) => (words.as_str(), found.mention.text(text), found.sieve.name()),
                None => (words.as_str(), "-", "-"),
            })
            .collect();
        assert_eq!(found, expected, "in {text:?}");
    }

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str, &str)]) {
        check_in(&sample::article(text), expected);
    }

    #[test]
    fn each_sieve_says_what_it_found() {
        check("“We came late,” said Pia Lund.", &[("We came late,", "Pia Lund", "quotation")]);
        check(
            "“We will come again.”\n— Pia Lund\n\nIt rained.",
            &[("We will come again.", "Pia Lund", "signature")],
        );
        check(
            "In May Pia Lund said that the board had come late.",
            &[("the board had come late", "Pia Lund", "cue")],
        );
        let turns = "Anna Lund met Ivo Petrov.\n\nLUND: Did you?\n\nPETROV: I did.\n";
        check(turns, &[("Did you?", "LUND", "turn"), ("I did.", "PETROV", "turn")]);
    }

    #[test]
    fn a_headline_follows_the_body() {
        let body = "“We will not sell the quarry, and we never will,” Omar Okafor told reporters.";
        let said = ("We will not sell the quarry, and we never will,", "Omar Okafor", "quotation");
        let repeated = format!("Harbour Master: ‘We will not sell the quarry’\n\n{body}");
        check_in(&sample::headed(&repeated), &[("We will not sell the quarry", "Omar Okafor", "body"), said]);
        let other = format!("Harbour Master: ‘We will not sell the mill’\n\n{body}");
        check_in(
            &sample::headed(&other),
            &[("We will not sell the mill", "Harbour Master", "quotation"), said],
        );
    }

    #[test]
    fn a_speech_continues_after_its_tag() {
        check(
            "“We came late,” said Pia Lund. “It rained.”",
            &[("We came late, It rained.", "Pia Lund", "quotation")],
        );
        check(
            "“We came late,” said Pia Lund. “It rained,” said Ivo Petrov.",
            &[("We came late,", "Pia Lund", "quotation"), ("It rained,", "Ivo Petrov", "quotation")],
        );
    }

    #[test]
    fn a_semicolon_parts_two_speakers() {
        check(
            "In May Pia Lund said that it was closed; Ivo Petrov put it off and said that the line would “run in June.”",
            &[("that the line would “run in June.”", "Ivo Petrov", "quotation")],
        );
    }

    #[test]
    fn a_tag_between_two_quotations_is_no_part_of_the_quote() {
        check(
            "“We came late,” Pia Lund quipped, “but we came all the same.”",
            &[("We came late, but we came all the same.", "Pia Lund", "quotation")],
        );
    }

    #[test]
    fn the_person_spoken_to_is_not_the_source() {
        check(
            "In May Pia Lund was asked: “Did the board come late?”",
            &[("Did the board come late?", "-", "-")],
        );
    }

    #[test]
    fn the_language_of_an_article_decides() {
        let stated =
            |code: &str, text: &str| Article { language: Some(code.to_owned()), ..sample::article(text) };
        let german = "„Wir kamen zu spät“, sagte Pia Lund.";
        check_in(&stated("de", german), &[("Wir kamen zu spät", "-", "-")]);
        // Pages often state a wrong language.
        let english = "“We came late,” said Pia Lund.";
        check_in(&stated("en", english), &[("We came late,", "Pia Lund", "quotation")]);
        let longer = "In May it was as late as that. “We came late,” said Pia Lund.";
        check_in(&stated("de", longer), &[("We came late,", "Pia Lund", "quotation")]);
    }

    #[test]
    fn names_of_sieves_do_not_change() {
        let all = [Sieve::Quotation, Sieve::Cue, Sieve::Signature, Sieve::Turn, Sieve::Body];
        for sieve in all {
            assert_eq!(serde_json::to_value(sieve).ok(), Some(sieve.name().into()));
        }
    }
}

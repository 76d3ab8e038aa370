//! From an article taken apart to its quotes: chooses sources, keeps what is speech, joins what belongs together, adds paraphrases.

use super::choice::{self, Choice, Scene};
use super::indirect::{self, Paraphrase};
use super::join::{self, Side};
use super::mention::{self, Mention};
use super::model::Model;
use super::page::Page;
use super::speaker::Cast;
use super::{Attribution, Kind, Quote};
use crate::span::Span;

/// Least log odds that make a quotation speech, and that make it the continuation of the one before.
const SPEECH: f32 = 0.0;
const JOINED: f32 = 0.0;

/// Least probability that makes a paraphrase; chosen by cross-validation for the best F1.
const PARAPHRASE: f32 = 0.27;

/// A quotation that is speech.
struct Speech {
    quotation: usize,
    choice: Choice,
    /// Whether it continues the speech before it.
    joined: bool,
    /// Its content: half-open token range.
    content: (usize, usize),
}

/// Returns the quotes of the page in the order of their contents.
pub(crate) fn attribute(page: &Page, mentions: &[Mention], cast: &mut Cast, model: &Model) -> Vec<Quote> {
    let scene = Scene::new(page, mentions, cast);
    let speeches = speeches(&scene, model);
    let mut quotes: Vec<(Vec<Span>, Option<usize>, Option<Span>, f32, &str)> = Vec::new();
    for speech in &speeches {
        let span = content_span(page, speech.content);
        match quotes.last_mut() {
            Some(last) if speech.joined => {
                if let Some(end) = last.0.last_mut().filter(|end| touches(page, **end, span)) {
                    end.end = span.end;
                } else {
                    last.0.push(span);
                }
                if speech.choice.sure > last.3 {
                    (last.1, last.3) = (speech.choice.mention, speech.choice.sure);
                }
            }
            _ => quotes.push((vec![span], speech.choice.mention, None, speech.choice.sure, "ranked")),
        }
    }
    let mut taken: Vec<Span> = quotes.iter().flat_map(|quote| quote.0.iter().copied()).collect();
    taken.sort_unstable();
    for paraphrase in accepted(&scene, model) {
        let span = page.span(paraphrase.content.0, paraphrase.content.1);
        let at = taken.partition_point(|other| other.start < span.start);
        let free = at.checked_sub(1).is_none_or(|before| taken[before].end <= span.start)
            && taken.get(at).is_none_or(|next| next.start >= span.end);
        if free {
            taken.insert(at, span);
            let cue = page.tokens[paraphrase.cue].span;
            quotes.push((vec![span], paraphrase.source, Some(cue), paraphrase.sure, "cue"));
        }
    }
    quotes.sort_by(|a, b| a.0.cmp(&b.0));
    let mut sources: Vec<usize> = speeches.iter().filter_map(|speech| speech.choice.mention).collect();
    sources.sort_unstable();
    sources.dedup();
    cast.reconsider(page, mentions, &sources);
    quotes
        .into_iter()
        .map(|(content, mention, cue, _, sieve)| {
            let attribution = mention.map(|m| Attribution {
                mention: mention::source_span(page, mentions, m),
                speaker: cast.resolve(page, mentions, m),
                sieve: sieve.to_owned(),
            });
            Quote { kind: kind(page, &content), content, cue, attribution }
        })
        .collect()
}

/// The quotations that are speech, each with its source and its reach.
fn speeches(scene: &Scene, model: &Model) -> Vec<Speech> {
    let page = scene.page;
    let mut out: Vec<Speech> = Vec::new();
    let mut features = Vec::with_capacity(96);
    let (speech, join) = (model.forest("speech"), model.forest("join"));
    for (quotation, choice) in choice::sources(scene, model).into_iter().enumerate() {
        choice::describe_speech(scene, quotation, choice, &mut features);
        if speech.score(&features) < SPEECH {
            continue;
        }
        let joined = out.last().is_some_and(|last| {
            join::describe(scene, [last.quotation, quotation], [last.choice, choice], &mut features);
            join.score(&features) > JOINED
        });
        let mention = choice.mention.map(|m| &scene.mentions[m]);
        let range = page.ranges[quotation];
        let mut edge = |side| {
            let bound = join::bound(page, quotation, side);
            join::choose_edge(scene, model, quotation, side, range, bound, mention)
        };
        let content = (edge(Side::Left), edge(Side::Right));
        out.push(Speech { quotation, choice, joined, content });
    }
    // A quote may not reach into the one before.
    for at in 1..out.len() {
        let end = out[at - 1].content.1;
        out[at].content.0 = out[at].content.0.max(end.min(page.ranges[out[at].quotation].0));
    }
    out
}

/// The paraphrases to keep, the surest first.
fn accepted(scene: &Scene, model: &Model) -> Vec<Paraphrase> {
    let mut out = indirect::paraphrases(scene, model);
    out.retain(|paraphrase| paraphrase.sure >= PARAPHRASE);
    out.sort_by(|a, b| b.sure.total_cmp(&a.sure).then(a.cue.cmp(&b.cue)));
    out
}

/// The span of a content; marks at its very ends are left out where they belong together.
fn content_span(page: &Page, (start, end): (usize, usize)) -> Span {
    let span = page.span(start, end);
    let at = page.quotations.partition_point(|quotation| quotation.outer.start < span.start);
    match page.quotations.get(at) {
        Some(quotation) if quotation.outer == span => quotation.inner.trim(page.text),
        _ => span,
    }
}

/// Whether only white space lies between two spans.
fn touches(page: &Page, first: Span, second: Span) -> bool {
    Span::new(first.end, second.start).text(page.text).chars().all(char::is_whitespace)
        && first.end <= second.start
}

/// How much of the content stands inside quotation marks.
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

//! For the training program: turns annotated articles into rows for the trees.
//!
//! Annotations follow PolNeAR (Newell et al. 2018): an attribution has a source, a cue and a content, each of
//! one or more spans. All functions here subtract the article's own counts (`own`) from the lexicon, so that
//! a training article is treated like one the lexicon has never seen.

use crate::article::Article;
use crate::lang::Traits;
use crate::people::People;
use crate::span::Span;

use super::cast::Cast;
use super::choice::{self, Candidate};
use super::cue;
use super::hearing::Hearing;
use super::indirect;
use super::inserted;
use super::join::{self, Reach, Side};
use super::lexicon::Lexicon;
use super::mention::{self, Mention};
use super::model::Model;
use super::page::Page;
use super::reading::Reading;
use super::relation::Before;
use super::row::number;
use super::scene::{Choice, Content, Scene};
use super::token::TokenKind;
use super::tree::Table;

/// One annotated attribution; spans are in bytes of the article's text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gold {
    /// The source; may be empty.
    pub source: Vec<Span>,
    /// The words that introduce it.
    pub cue: Vec<Span>,
    /// What is said.
    pub content: Vec<Span>,
}

/// Training rows for a forest: one per candidate, in groups from which one is to be chosen, or independent
/// rows.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// The features of each row.
    pub features: Vec<Vec<f32>>,
    /// Whether each row is a correct choice.
    pub labels: Vec<bool>,
    /// The index of the first row of each group.
    pub groups: Vec<usize>,
}

impl Rows {
    fn group(&mut self) {
        self.groups.push(self.features.len());
    }

    fn push(&mut self, features: &[f32], label: bool) {
        self.features.push(features.to_vec());
        self.labels.push(label);
    }

    /// Appends the rows of another article.
    pub fn extend(&mut self, other: Self) {
        let offset = self.features.len();
        self.groups.extend(other.groups.iter().map(|start| start + offset));
        self.features.extend(other.features);
        self.labels.extend(other.labels);
    }
}

/// Counts the words of an article. `heads` decides which word of a cue is the main one: the word that is most
/// often a cue.
#[must_use]
pub fn count(article: &Article, golds: &[Gold], heads: Option<&Lexicon>) -> Lexicon {
    let page = Page::new(article, super::language_of(article), &Lexicon::default(), None);
    let mut out = Lexicon::default();
    for at in (0..page.tokens.len()).filter(|&at| page.is_word(at) && !page.is_quoted(at)) {
        let counts = out.words.entry(page.word(at).into()).or_default();
        counts.total += 1;
        let headline = page.headline.is_some_and(|line| line.contains(page.tokens[at].span));
        counts.capital += u32::from(page.is_capitalised(at) && page.sentence(at).start != at && !headline);
    }
    for gold in golds {
        let words = words_in(&page, &gold.cue);
        let main: Vec<usize> = match heads {
            None => words,
            Some(lexicon) => {
                let share = |at: &usize| lexicon.shares(page.word(*at), None).cue;
                words.into_iter().max_by(|a, b| share(a).total_cmp(&share(b))).into_iter().collect()
            }
        };
        let quoted = words_in(&page, &gold.content).iter().any(|&at| page.is_quoted(at));
        for at in main.into_iter().filter(|&at| !page.is_quoted(at)) {
            let counts = out.words.entry(page.word(at).into()).or_default();
            counts.cue += 1;
            counts.quoted += u32::from(quoted);
            counts.clause += u32::from(!quoted && is_clause(&page, &gold.content));
            counts.after +=
                u32::from(gold.source.first().is_some_and(|source| source.start >= page.tokens[at].span.end));
        }
        for at in source_heads(&page, &gold.source) {
            if !page.is_capitalised(at) && !page.is_quoted(at) {
                out.words.entry(page.word(at).into()).or_default().head += 1;
            }
        }
    }
    out
}

/// Returns the word tokens that overlap the spans.
fn words_in(page: &Page, spans: &[Span]) -> Vec<usize> {
    let mut out = Vec::new();
    for span in spans {
        let first = page.tokens.partition_point(|token| token.span.end <= span.start);
        out.extend(
            (first..page.tokens.len())
                .take_while(|&at| page.tokens[at].span.start < span.end)
                .filter(|&at| page.is_word(at)),
        );
    }
    out
}

/// Minimum number of words of a content that is a clause.
const CLAUSE_WORDS: usize = 4;

/// Returns whether a content is a clause: it has a finite verb, and opens with neither a question word nor a
/// preposition.
fn is_clause(page: &Page, content: &[Span]) -> bool {
    let words = words_in(page, content);
    let first = words.iter().copied().find(|&at| !page.is(at, Traits::THAT));
    words.len() >= CLAUSE_WORDS
        && first.is_some_and(|at| {
            !page.is(at, Traits::TO.or(Traits::PREPOSITION).or(Traits::ONGOING))
                && !page.language.is_interrogative(page.word(at))
        })
        && words.iter().any(|&at| page.is_finite(at))
}

/// Returns the heads of a source: the last word of each part between commas and conjunctions, before its
/// first preposition.
fn source_heads(page: &Page, source: &[Span]) -> Vec<usize> {
    let mut out = Vec::new();
    for span in source {
        let first = page.tokens.partition_point(|token| token.span.end <= span.start);
        let mut piece: Option<usize> = None;
        let mut closed = false;
        for at in (first..page.tokens.len()).take_while(|&at| page.tokens[at].span.start < span.end) {
            let parts = page.tokens[at].kind == TokenKind::Sign
                && matches!(page.raw(at), "," | ";" | ":" | "(" | ")" | "—" | "–" | "―");
            if parts || page.is(at, Traits::AND.or(Traits::OR)) {
                out.extend(piece.take());
                closed = false;
            } else if page.is_word(at) && !closed {
                let stops = page.language.ends_phrase(page.word(at));
                if stops && piece.is_some() {
                    closed = true;
                } else {
                    piece = Some(at);
                }
            }
        }
        out.extend(piece);
    }
    out
}

/// An article prepared for training.
pub struct Lesson<'a> {
    page: Page<'a>,
    mentions: Vec<Mention>,
    golds: &'a [Gold],
    people: People,
    /// For each quotation, the annotation that covers most of it.
    owners: Vec<Option<usize>>,
}

impl<'a> Lesson<'a> {
    /// Prepares an article. `own` are its own counts, if the lexicon includes them.
    #[must_use]
    pub fn new(article: &'a Article, golds: &'a [Gold], lexicon: &Lexicon, own: Option<&Lexicon>) -> Self {
        let page = Page::new(article, super::language_of(article), lexicon, own);
        let mentions = mention::mentions(&page);
        let mut owner = vec![None; page.tokens.len()];
        for (at, gold) in golds.iter().enumerate() {
            for word in words_in(&page, &gold.content) {
                owner[word] = Some(at);
            }
        }
        let owners = page
            .ranges
            .iter()
            .map(|&(start, end)| {
                let words: Vec<usize> = (start..end).filter(|&at| page.is_word(at)).collect();
                let found = words.iter().find_map(|&at| owner[at])?;
                let covered = words.iter().filter(|&&at| owner[at] == Some(found)).count();
                (covered * 2 >= words.len()).then_some(found)
            })
            .collect();
        Self { page, mentions, golds, people: People::default(), owners }
    }

    /// Returns the mentions that contain a head of the annotation's source.
    fn right(&self, gold: usize) -> Vec<usize> {
        let heads = source_heads(&self.page, &self.golds[gold].source);
        (0..self.mentions.len())
            .filter(|&m| {
                heads.iter().any(|head| (self.mentions[m].start..self.mentions[m].end).contains(head))
            })
            .collect()
    }

    /// Returns the number of sources, and how many of them are inside a mention: first for quoted
    /// attributions, then for the others.
    #[must_use]
    pub fn reach(&self) -> [[usize; 2]; 2] {
        let mut out = [[0; 2]; 2];
        for (at, gold) in self.golds.iter().enumerate().filter(|(_, gold)| !gold.source.is_empty()) {
            let quoted = words_in(&self.page, &gold.content).iter().any(|&word| self.page.is_quoted(word));
            let row = &mut out[usize::from(!quoted)];
            row[0] += 1;
            row[1] += usize::from(!self.right(at).is_empty());
        }
        out
    }

    fn reading(&self) -> Reading<'_> {
        Reading { page: &self.page, mentions: &self.mentions }
    }

    fn cast(&self) -> Cast<'_> {
        Cast::new(self.reading(), &self.people, None)
    }

    /// Returns the rows for choosing the source of a quotation, given the annotated source of the one before
    /// and what `model` finds about the cues.
    #[must_use]
    pub fn source_rows(&self, model: &Model) -> Rows {
        let cast = self.cast();
        let scene = Scene::new(&cast);
        let hearing = Hearing::new(&scene, model);
        let mut rows = Rows::default();
        let mut before: Option<Before> = None;
        let mut features = Vec::new();
        for q in 0..self.page.quotations.len() {
            let Some(gold) = self.owners[q].filter(|&gold| !self.golds[gold].source.is_empty()) else {
                continue;
            };
            let right = self.right(gold);
            let candidates = choice::candidates(&scene, &hearing, q, before);
            rows.group();
            features.clear();
            let candidate = Candidate { quotation: q, mention: None, before };
            choice::describe(&scene, &hearing, candidate, &mut features);
            rows.push(&features, !candidates.iter().any(|m| right.contains(m)));
            for &m in &candidates {
                features.clear();
                let candidate = Candidate { mention: Some(m), ..candidate };
                choice::describe(&scene, &hearing, candidate, &mut features);
                rows.push(&features, right.contains(&m));
            }
            if let Some(&mention) = right.first() {
                before = Some(Before { quotation: q, mention });
            }
        }
        rows
    }

    /// Returns the rows for the second pass over the sources, after the first pass by `model`.
    #[must_use]
    pub fn second_rows(&self, model: &Model) -> Rows {
        let cast = self.cast();
        let scene = Scene::new(&cast);
        let hearing = Hearing::new(&scene, model);
        let first = choice::first_sources(&scene, &hearing, model);
        let mut rows = Rows::default();
        let mut features = Vec::new();
        for q in 0..first.choices.len() {
            let Some(gold) = self.owners[q].filter(|&gold| !self.golds[gold].source.is_empty()) else {
                continue;
            };
            let right = self.right(gold);
            let candidates = &first.kept[q];
            rows.group();
            features.clear();
            choice::describe_again(&scene, &hearing, (q, None), &first.choices, &mut features);
            rows.push(&features, !candidates.iter().any(|m| right.contains(m)));
            for &m in candidates {
                features.clear();
                choice::describe_again(&scene, &hearing, (q, Some(m)), &first.choices, &mut features);
                rows.push(&features, right.contains(&m));
            }
        }
        rows
    }

    /// Returns four sets of rows: whether a quotation is speech, whether a speech continues the one before
    /// (both with the sources that `model` chooses), and how far a quote extends to the left and to the
    /// right.
    #[must_use]
    pub fn speech_rows(&self, model: &Model) -> [Rows; 4] {
        let cast = self.cast();
        let scene = Scene::new(&cast);
        let hearing = Hearing::new(&scene, model);
        let [mut speech, mut joins, mut left, mut right] =
            [const { None }; 4].map(|none: Option<Rows>| none.unwrap_or_default());
        let mut last: Option<(usize, Choice)> = None;
        let mut features = Vec::new();
        for (q, choice) in choice::sources(&scene, &hearing, model).into_iter().enumerate() {
            features.clear();
            choice::describe_speech(&scene, &hearing, q, choice, &mut features);
            speech.group();
            speech.push(&features, self.owners[q].is_some());
            let Some(gold) = self.owners[q] else { continue };
            if let Some((earlier, before)) = last {
                features.clear();
                join::describe(&scene, [earlier, q], [before, choice], &mut features);
                joins.group();
                joins.push(&features, self.owners[earlier] == Some(gold));
            }
            last = Some((q, choice));
            let mention = choice.mention.map(|m| &self.mentions[m]);
            for (side, rows) in [(Side::Left, &mut left), (Side::Right, &mut right)] {
                self.edge_rows(&scene, &Reach::new(&self.page, q, side, mention), gold, rows);
            }
        }
        [speech, joins, left, right]
    }

    fn edge_rows(&self, scene: &Scene, reach: &Reach, gold: usize, rows: &mut Rows) {
        let page = &self.page;
        let Reach { side, range, bound, .. } = *reach;
        let edges = join::edges(page, side, range, bound);
        let words = words_in(page, &self.golds[gold].content);
        let inside = |at: usize| words.binary_search(&at).is_ok() || !page.is_word(at);
        let reached = match side {
            Side::Left => (bound..range.0)
                .rev()
                .take_while(|&at| inside(at))
                .filter(|&at| page.is_word(at))
                .last()
                .unwrap_or(range.0),
            Side::Right => (range.1..bound)
                .take_while(|&at| inside(at))
                .filter(|&at| page.is_word(at))
                .last()
                .map_or(range.1, |at| at + 1),
        };
        let Some(nearest) = edges.iter().copied().min_by_key(|edge| edge.abs_diff(reached)) else { return };
        let mut features = Vec::new();
        rows.group();
        for edge in edges {
            features.clear();
            join::describe_edge(scene, reach, edge, &mut features);
            rows.push(&features, edge == nearest);
        }
    }

    /// Returns, for each candidate cue, the annotation that it introduces; if `bare`, only annotations
    /// without quotation marks.
    fn introduced(&self, cues: &[usize], bare: bool) -> Vec<Option<usize>> {
        let page = &self.page;
        let mut by_cue = std::collections::HashMap::new();
        for (at, gold) in self.golds.iter().enumerate() {
            if bare && words_in(page, &gold.content).iter().any(|&word| page.is_quoted(word)) {
                continue;
            }
            let words = words_in(page, &gold.cue);
            if let Some(main) = words.into_iter().max_by(|a, b| page.cue(*a).total_cmp(&page.cue(*b))) {
                by_cue.insert(main, at);
            }
        }
        cues.iter().map(|cue| by_cue.get(cue).copied()).collect()
    }

    /// Returns four sets of rows: whether a word introduces speech, which mention is its source, whether it
    /// introduces a paraphrase, and which content it has.
    #[must_use]
    pub fn cue_rows(&self) -> [Rows; 4] {
        let cast = self.cast();
        let scene = Scene::new(&cast);
        let [mut said_rows, mut sources, mut cue_rows, mut contents] =
            [const { None }; 4].map(|none: Option<Rows>| none.unwrap_or_default());
        let mut features = Vec::new();
        let cues = cue::cues(&self.page);
        let golds = self.introduced(&cues, false).into_iter().zip(self.introduced(&cues, true));
        for (&cue, (any, gold)) in cues.iter().zip(golds) {
            let own = cue::of_cue(&self.page, cue);
            said_rows.group();
            said_rows.push(&own, any.is_some());
            cue_rows.group();
            cue_rows.push(&own, gold.is_some());
            let Some(any) = any else { continue };
            let right = self.right(any);
            let candidates = cue::sources(&scene, cue);
            let found = candidates.iter().copied().find(|m| right.contains(m));
            sources.group();
            features.clear();
            cue::describe_source(&scene, cue, &own, None, &mut features);
            sources.push(&features, found.is_none());
            for m in candidates {
                features.clear();
                cue::describe_source(&scene, cue, &own, Some(m), &mut features);
                sources.push(&features, right.contains(&m));
            }
            let Some(gold) = gold else { continue };
            let mention = found.map(|m| &self.mentions[m]);
            let options = indirect::contents(&self.page, cue, mention);
            let fits: Vec<f32> = options
                .iter()
                .map(|&content| {
                    self.fit(
                        gold,
                        inserted::parts(content, inserted::within(&self.page, content, cue, mention)),
                    )
                })
                .collect();
            let best = fits.iter().copied().fold(0.0, f32::max);
            if best < 0.5 {
                continue;
            }
            contents.group();
            for (content, fit) in options.into_iter().zip(fits) {
                features.clear();
                indirect::describe_content(&self.page, (cue, &own), mention, content, &mut features);
                contents.push(&features, fit >= best * 0.98);
            }
        }
        [said_rows, sources, cue_rows, contents]
    }

    /// Returns the share of common words among all words in a content or in the annotation's content (Jaccard
    /// index).
    fn fit(&self, gold: usize, parts: [Content; 2]) -> f32 {
        let words = words_in(&self.page, &self.golds[gold].content);
        let tokens = parts.into_iter().flat_map(|(start, end)| start..end);
        let mine: Vec<usize> = tokens.filter(|&at| self.page.is_word(at)).collect();
        let shared = mine.iter().filter(|&&at| words.binary_search(&at).is_ok()).count();
        number(shared) / number((words.len() + mine.len() - shared).max(1))
    }

    /// Returns the rows for whether the paraphrase that `model` reads from a cue is right: two for each, one
    /// by the annotation, and one by a reader if `read` has the words, in bytes, with whether they are fit to
    /// be shown. A paraphrase that shares words with a quotation that is speech is left out, because it is
    /// never shown.
    #[must_use]
    pub fn shown_rows(&self, model: &Model, read: &[(Span, bool)]) -> Rows {
        let cast = self.cast();
        let scene = Scene::new(&cast);
        let hearing = Hearing::new(&scene, model);
        let mut rows = Rows::default();
        let mut features = Vec::new();
        let mut contents = Table::default();
        for heard in indirect::likely(&hearing.heard, model) {
            let Some(proposal) = indirect::read(&scene, model, heard, &mut contents) else { continue };
            let Some(paraphrase) = indirect::proposed(&scene, heard, proposal) else { continue };
            let (start, end) = paraphrase.content;
            let quoted = self.page.ranges.iter().zip(&self.owners);
            if quoted.into_iter().any(|(range, owner)| owner.is_some() && range.0 < end && range.1 > start) {
                continue;
            }
            let source = paraphrase.source;
            let right = (0..self.golds.len()).any(|gold| {
                let sources = self.right(gold);
                let source_fits =
                    self.golds[gold].source.is_empty() || source.is_some_and(|m| sources.contains(&m));
                self.fit(gold, inserted::parts(paraphrase.content, paraphrase.tag)) >= 0.5 && source_fits
            });
            features.clear();
            indirect::describe(&scene, heard, (proposal, &paraphrase), &mut features);
            let words = self.page.span(start, end);
            let fit = read.iter().find(|(span, _)| *span == words).map_or(right, |&(_, fit)| fit);
            for label in [right, fit] {
                rows.group();
                rows.push(&features, label);
            }
        }
        rows
    }
}

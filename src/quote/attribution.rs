//! From quotations to quotes: which are speech, who introduces them, which belong together.
//!
//! An ordered list of sieves (Muzny et al. 2017): each looks for the cue and the mention of a quotation in one place of the
//! text, the surest first; the first that finds a mention decides.

use super::mention::{Mention, MentionKind};
use super::page::Page;
use super::speaker::Cast;
use super::{Attribution, Kind, Quote};
use crate::span::Span;

/// One sieve: its name in [`Attribution::sieve`] and where it looks.
type Sieve = (&'static str, fn(&Scene, usize) -> Option<Found>);

/// The sieves in order of precision. A clause right behind the quotation names its speaker most surely, then one right before
/// it; a quotation without a clause of its own goes on with the speaker of the one before; the subject of the sentence and
/// the sentence above are guesses, tried last.
const SIEVES: &[Sieve] = &[
    ("transcript", transcript),
    ("clause-after", clause_after),
    ("according-to", according_to),
    ("clause-before", clause_before),
    ("colon", colon),
    ("same-sentence", same_sentence),
    ("continued", continued),
    ("subject", subject),
    ("sentence-above", sentence_above),
];

/// What a sieve found: the place of a mention, and the cue.
#[derive(Clone, Copy)]
struct Found {
    mention: usize,
    cue: Option<Span>,
}

/// What the sieves read.
struct Scene<'a> {
    page: &'a Page<'a>,
    mentions: &'a [Mention],
    cast: &'a Cast<'a>,
    /// What was found for the quotations so far.
    found: Vec<Option<(Found, &'static str)>>,
}

/// Returns the quotes of the page in order.
pub(crate) fn attribute(page: &Page, mentions: &[Mention], cast: &Cast) -> Vec<Quote> {
    let mut scene = Scene { page, mentions, cast, found: Vec::with_capacity(page.quotations.len()) };
    for at in 0..page.quotations.len() {
        let found = SIEVES.iter().find_map(|(name, sieve)| Some((sieve(&scene, at)?, *name)));
        scene.found.push(found);
    }
    let mut quotes: Vec<Quote> = Vec::new();
    let mut previous: Option<usize> = None;
    let mut last_speech: Option<usize> = None;
    for at in 0..page.quotations.len() {
        let found = scene.found[at];
        if !is_speech(&scene, at, found.map(|(_, sieve)| sieve)) {
            continue;
        }
        let inner = page.quotations[at].inner.trim(page.text);
        if let Some(quote) = quotes.last_mut()
            && last_speech.is_some_and(|before| before + 1 == at && is_split(&scene, before, at))
        {
            quote.content.push(inner);
            last_speech = Some(at);
            continue;
        }
        let attribution = found.map(|(found, sieve)| {
            let figure = cast.figure_of(page, mentions, found.mention, previous);
            let speaker = cast.resolve(page, mentions, found.mention, previous);
            previous = figure.or(previous);
            Attribution { mention: mentions[found.mention].span(page), speaker, sieve: sieve.to_owned() }
        });
        let cue = found.and_then(|(found, _)| found.cue);
        quotes.push(Quote { kind: kind(&scene, at), content: vec![inner], cue, attribution });
        last_speech = Some(at);
    }
    quotes
}

impl Scene<'_> {
    /// The tokens of the sentence before quotation `at`, back to the quotation before it: half-open.
    fn before(&self, at: usize) -> (usize, usize) {
        let (start, _) = self.page.ranges[at];
        let sentence = self.page.sentence(start);
        let bound = at.checked_sub(1).map_or(0, |before| self.page.ranges[before].1);
        (sentence.start.max(bound).min(start), start)
    }

    /// The tokens of the sentence behind quotation `at`, up to the next quotation: half-open.
    fn after(&self, at: usize) -> (usize, usize) {
        let (start, end) = self.page.ranges[at];
        let sentence = self.page.sentence(start);
        let bound = self.page.ranges.get(at + 1).map_or(usize::MAX, |next| next.0);
        (end, sentence.end.min(bound).max(end))
    }

    /// The place of the mention that starts at token `at`.
    fn starting(&self, at: usize) -> Option<usize> {
        self.mentions.binary_search_by_key(&at, |mention| mention.start).ok()
    }

    /// The place of the mention whose last token is `at`.
    fn ending(&self, at: usize) -> Option<usize> {
        let place = self.mentions.partition_point(|mention| mention.end <= at);
        self.mentions.get(place).filter(|mention| mention.end == at + 1).map(|_| place)
    }

    /// The places of the mentions inside the token range.
    fn within(&self, start: usize, end: usize) -> std::ops::Range<usize> {
        let lower = self.mentions.partition_point(|mention| mention.start < start);
        let upper = self.mentions.partition_point(|mention| mention.end <= end);
        lower..upper.max(lower)
    }

    fn strength(&self, at: usize) -> u8 {
        if self.page.is_word(at) && !self.page.is_quoted(at) {
            self.page.language.cue_strength(self.page.word(at))
        } else {
            0
        }
    }

    fn cue(&self, at: usize) -> Option<Span> {
        self.page.tokens.get(at).map(|token| token.span)
    }

    /// The subject of the cue at token `cue`, looked for to its left down to `start`.
    fn subject_of(&self, cue: usize, start: usize) -> Option<usize> {
        let page = self.page;
        let participle = page.word(cue).ends_with("ing");
        let mut at = cue;
        while at > start {
            at -= 1;
            if page.is_quoted(at) {
                return None;
            }
            if let Some(place) = self.ending(at) {
                return Some(self.appositive_of(place, start));
            }
            match page.raw(at) {
                "," if participle => break,
                "," => {
                    // "Lund, who had flown in, said": the name stands before the first comma.
                    let opening = (start..at).rev().find(|&comma| page.raw(comma) == ",");
                    if let Some(place) = opening.and_then(|comma| self.ending(comma.checked_sub(1)?)) {
                        return Some(self.appositive_of(place, start));
                    }
                    break;
                }
                "as" => {}
                _ if page.is_word(at) && page.language.is_auxiliary(page.word(at)) => {}
                _ => break,
            }
        }
        // Not next to it: the subject of the clause is most often its first mention that no preposition governs.
        let mut candidates =
            self.within(start, cue).filter(|&place| !self.is_governed(place) && !self.cast.is_body(place));
        let first = candidates.next();
        if participle || page.word(at) == "and" {
            first
        } else {
            candidates.next_back().filter(|&m| self.cast.is_person(m)).or(first)
        }
    }

    /// The name that the mention at `place` is an apposition of ("Lund, an envoy |,"), or the mention itself.
    fn appositive_of(&self, place: usize, start: usize) -> usize {
        let mention = self.mentions[place];
        if matches!(mention.kind, MentionKind::Noun { .. })
            && mention.start > start + 1
            && self.page.raw(mention.start - 1) == ","
        {
            return self.ending(mention.start - 2).unwrap_or(place);
        }
        place
    }

    /// Whether a preposition stands before the mention: "after the talks in Geneva".
    fn is_governed(&self, place: usize) -> bool {
        let start = self.mentions[place].start;
        start > 0
            && matches!(
                self.page.word(start - 1),
                "of" | "to"
                    | "with"
                    | "for"
                    | "in"
                    | "on"
                    | "at"
                    | "by"
                    | "from"
                    | "about"
                    | "against"
                    | "after"
                    | "before"
                    | "between"
                    | "than"
                    | "over"
                    | "under"
                    | "into"
                    | "as"
                    | "during"
                    | "without"
            )
    }
}

/// "LUND: We will sign." in front of the quotation or as its first words.
fn transcript(scene: &Scene, at: usize) -> Option<Found> {
    let page = scene.page;
    let (start, _) = page.ranges[at];
    let sentence = page.sentence(start);
    if start < 2 || page.raw(start - 1) != ":" {
        return None;
    }
    let place = scene.ending(start - 2)?;
    let mention = scene.mentions[place];
    (mention.start == sentence.start && matches!(mention.kind, MentionKind::Name { .. }))
        .then_some(Found { mention: place, cue: None })
}

/// `"We agreed," Lund said` and `"We agreed," said Lund`.
fn clause_after(scene: &Scene, at: usize) -> Option<Found> {
    let page = scene.page;
    let (mut start, end) = scene.after(at);
    let inner = page.quotations[at].inner.text(page.text).trim_end();
    let ends_clause = inner.ends_with([',', '.', '?', '!', '—', '-', '…']);
    if matches!(page.raw(start), "," | "—" | "–" | "-") {
        start += 1;
    } else if !ends_clause {
        return None;
    }
    // "said Lund", "added the minister"
    if scene.strength(start) > 0 {
        let place = scene.starting(start + 1).filter(|&place| scene.mentions[place].end <= end)?;
        return Some(Found { mention: place, cue: scene.cue(start) });
    }
    let place = scene.starting(start)?;
    let mut at = scene.mentions[place].end;
    // "Lund, the envoy, said" and "Lund, who chairs the panel, said"
    if page.raw(at) == "," {
        let closing =
            (at + 1..end.min(at + 30)).find(|&comma| page.raw(comma) == "," && scene.strength(comma + 1) > 0);
        at = closing.map_or(at, |comma| comma + 1);
    }
    while at < end && page.is_word(at) && scene.strength(at) == 0 && page.language.is_auxiliary(page.word(at))
    {
        at += 1;
    }
    (at < end && scene.strength(at) > 0).then(|| Found { mention: place, cue: scene.cue(at) })
}

/// "according to Lund" on either side.
fn according_to(scene: &Scene, at: usize) -> Option<Found> {
    let page = scene.page;
    let sides = [scene.after(at), scene.before(at)];
    sides.into_iter().find_map(|(start, end)| {
        let word =
            (start..end).find(|&word| page.word(word) == "according" && page.word(word + 1) == "to")?;
        Some(Found { mention: scene.starting(word + 2)?, cue: Some(page.span(word, word + 2)) })
    })
}

/// `Lund said: "We agreed."` and `Lund called it "frank"`.
fn clause_before(scene: &Scene, at: usize) -> Option<Found> {
    let page = scene.page;
    let (start, end) = scene.before(at);
    let sentence = page.sentence(page.ranges[at].0).start;
    let cues: Vec<usize> = (start..end).rev().filter(|&word| scene.strength(word) > 0).collect();
    // Right before the quotation even a weak cue counts; farther away only a strong one does.
    let near = cues.iter().copied().find(|&cue| end - cue <= 4);
    let strong = cues.iter().copied().find(|&cue| scene.strength(cue) >= 2);
    for cue in near.into_iter().chain(strong).chain(cues.first().copied()) {
        let before = if page.word(cue).ends_with("ing") { sentence } else { start };
        if let Some(place) = scene.subject_of(cue, before) {
            return Some(Found { mention: place, cue: scene.cue(cue) });
        }
        // "Said Lund:"
        if let Some(place) = scene.starting(cue + 1).filter(|_| cue == start) {
            return Some(Found { mention: place, cue: scene.cue(cue) });
        }
    }
    None
}

/// `Lund was brief: "Not yet."`, also with the quotation in the next paragraph.
fn colon(scene: &Scene, at: usize) -> Option<Found> {
    let page = scene.page;
    let (start, _) = page.ranges[at];
    let colon = (start.saturating_sub(3)..start).rev().find(|&sign| page.raw(sign) == ":")?;
    if (colon + 1..start).any(|between| page.is_word(between)) {
        return None;
    }
    let sentence = page.sentence(colon).start;
    let place = scene
        .within(sentence, colon)
        .find(|&place| !scene.is_governed(place) && !scene.cast.is_body(place))?;
    Some(Found { mention: place, cue: None })
}

/// The second of two quotations in one sentence: `called the plan "dead" and the talks "a farce"`.
fn same_sentence(scene: &Scene, at: usize) -> Option<Found> {
    let before = at.checked_sub(1)?;
    let page = scene.page;
    let same = page.sentence_index(page.ranges[before].0) == page.sentence_index(page.ranges[at].0);
    scene.found[before].filter(|_| same).map(|(found, _)| found)
}

/// A quotation without a clause of its own behind another in its paragraph, or in the paragraph below one left open.
fn continued(scene: &Scene, at: usize) -> Option<Found> {
    let before = at.checked_sub(1)?;
    let page = scene.page;
    let (start, end) = page.ranges[at];
    let sentence = page.sentence(start);
    let alone = !(sentence.start..start).chain(end..sentence.end).any(|word| page.is_word(word));
    let paragraphs = page.paragraph(start) - page.paragraph(page.ranges[before].0);
    let left_open = !page.quotations[before].closed && paragraphs <= 2;
    scene.found[before].filter(|_| (alone && paragraphs == 0) || left_open).map(|(found, _)| found)
}

/// The first person named before the quotation in its sentence.
fn subject(scene: &Scene, at: usize) -> Option<Found> {
    let page = scene.page;
    let (start, _) = page.ranges[at];
    let mention = scene
        .within(page.sentence(start).start, start)
        .find(|&place| speaks(scene, place) && !scene.is_governed(place))?;
    Some(Found { mention, cue: None })
}

/// The subject of the sentence above, in the same paragraph, if it is a person.
fn sentence_above(scene: &Scene, at: usize) -> Option<Found> {
    let page = scene.page;
    let (start, _) = page.ranges[at];
    let above = page.sentence(page.sentence(start).start.checked_sub(1)?);
    if page.paragraph(above.start) != page.paragraph(start) {
        return None;
    }
    let mention = scene
        .within(above.start, above.end)
        .find(|&place| speaks(scene, place) && !scene.is_governed(place))?;
    Some(Found { mention, cue: None })
}

/// Whether the mention is surely a person.
fn speaks(scene: &Scene, place: usize) -> bool {
    match scene.mentions[place].kind {
        MentionKind::Pronoun(pronoun) => matches!(pronoun, crate::lang::Pronoun::Person(_)),
        MentionKind::Name { .. } => scene.cast.is_person(place),
        MentionKind::Noun { head } => scene.page.language.is_title(scene.page.word(head)),
    }
}

/// Whether the quotation is speech rather than a title, a term or scare quotes: long ones nearly always are, of the short
/// ones those with a clause of speech next to them.
fn is_speech(scene: &Scene, at: usize, sieve: Option<&str>) -> bool {
    let page = scene.page;
    let (start, end) = page.ranges[at];
    let words = (start..end).filter(|&word| page.is_word(word)).count();
    let inner = page.quotations[at].inner.text(page.text);
    let punctuated = inner.trim_end().ends_with([',', '.', '?', '!']);
    let long: Vec<usize> =
        (start..end).filter(|&word| page.is_word(word) && page.raw(word).len() > 3).collect();
    let title_case = words > 1 && !long.is_empty() && long.iter().all(|&word| page.is_capitalised(word));
    if page.quotations[at].single
        && page.headline.is_none_or(|line| !line.contains(page.quotations[at].outer))
        && words < 3
    {
        return false;
    }
    if words >= 5 && (punctuated || !title_case) {
        return true;
    }
    match sieve {
        Some("clause-after" | "transcript" | "colon" | "according-to") => true,
        Some("clause-before" | "same-sentence") => !title_case || punctuated,
        Some("continued") => punctuated,
        _ => punctuated && !title_case && words >= 3,
    }
}

/// A quotation that the writer's clause leads into, or that is too short for a clause, is partly quoted speech.
fn kind(scene: &Scene, at: usize) -> Kind {
    let page = scene.page;
    let (start, _) = page.ranges[at];
    let (from, _) = scene.before(at);
    let inner = page.quotations[at].inner;
    let words = inner.text(page.text).split_whitespace().count();
    let lower = inner.text(page.text).trim_start().starts_with(char::is_lowercase);
    let led_into = start > from && page.is_word(start - 1) && scene.strength(start - 1) < 2;
    if led_into && (lower || page.word(start - 1) == "that")
        || words < 3 && start > from && page.is_word(start - 1)
    {
        Kind::Mixed
    } else {
        Kind::Direct
    }
}

/// Whether two quotations are one quote with the writer's clause between: `"We met," Lund said, "and agreed."`
fn is_split(scene: &Scene, before: usize, at: usize) -> bool {
    let page = scene.page;
    let (first_start, first_end) = page.ranges[before];
    let (start, _) = page.ranges[at];
    if page.paragraph(first_start) != page.paragraph(start) {
        return false;
    }
    let (Some((first, "clause-after")), Some((second, "same-sentence" | "clause-before"))) =
        (scene.found[before], scene.found[at])
    else {
        return false;
    };
    if first.mention != second.mention {
        return false;
    }
    let clause = first_end..start;
    let cues = clause.clone().filter(|&word| scene.strength(word) > 0).count();
    let opens_low = page.quotations[at].inner.text(page.text).starts_with(char::is_lowercase);
    let comma = start > 0 && page.raw(start - 1) == ",";
    cues == 1 && comma && opens_low && clause.len() <= 30
}

//! Features of a mention as the source of a quotation that depend on what is between the two.

use super::feature;
use super::row::{FAR, flag, number};
use super::scene::Scene;
use crate::lang::Traits;

/// The source of the previous quotation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Before {
    /// The index of that quotation.
    pub(crate) quotation: usize,
    /// The mention that is its source.
    pub(crate) mention: usize,
}

/// Number of features returned by [`relation`].
pub(crate) const RELATION: usize = 19;

/// Returns the features of the position of mention `m` relative to quotation `q`.
pub(crate) fn relation(scene: &Scene, q: usize, m: usize, before: Option<Before>) -> [f32; RELATION] {
    let page = scene.page;
    let (start, end) = page.ranges[q];
    let mention = &scene.mentions[m];
    let behind = mention.start >= end;
    let (from, to) = if behind { (end, mention.start) } else { (mention.end, start) };
    let gap = page.unquoted_between(from, to);
    let between = page.traits_of(from, to.min(from + 80)).iter();
    let between =
        between.filter(|traits| !traits.any(Traits::QUOTED)).fold(Traits::default(), |all, one| all.or(*one));
    let has = |any: Traits| flag(between.any(any));
    let (lower, upper) = (scene.mentions_before(from), scene.mentions_before(to));
    let first = scene.mentions_before(page.sentence(mention.start).start);
    let above = scene.quotations_before(mention.start);
    let quotes = if behind { above.saturating_sub(q + 1) } else { q.saturating_sub(above) };
    #[expect(clippy::cast_precision_loss, reason = "sentences near a quotation are few")]
    let sentences = page.sentence_index(mention.start) as f32 - page.sentence_index(start) as f32;
    #[expect(clippy::cast_precision_loss, reason = "paragraphs near a quotation are few")]
    let paragraphs = page.paragraph(start) as f32 - page.paragraph(mention.start) as f32;
    let [cue, distance] = feature::cue_near(page, from, to.min(from + 80), if behind { from } else { to });
    // People hardly ever name themselves.
    let named = scene
        .cast
        .first_name_of(m)
        .map_or(-1.0, |first| flag(page.repeats((start, end), scene.mentions[first].end - 1)));
    [
        named,
        flag(behind),
        sentences.clamp(-8.0, 3.0),
        paragraphs.clamp(-2.0, 8.0),
        f32::min(gap as f32, FAR),
        number(quotes).min(6.0),
        number(upper.saturating_sub(lower)).min(12.0),
        number(m.saturating_sub(first)).min(12.0),
        cue,
        distance,
        has(Traits::COMMA),
        has(Traits::WHO.or(Traits::WHICH).or(Traits::WHOSE)),
        has(Traits::AND.or(Traits::BUT).or(Traits::OR)),
        has(Traits::THAT.or(Traits::IF).or(Traits::WHETHER)),
        has(Traits::COLON.or(Traits::DASH)),
        has(Traits::TO.or(Traits::OF).or(Traits::FOR).or(Traits::WITH).or(Traits::ABOUT)),
        flag(before.is_some_and(|before| before.mention == m)),
        before.map_or(9.0, |before| number(q - before.quotation).min(8.0)),
        before.map_or(0.0, |before| {
            let last = page.ranges[before.quotation].1;
            f32::min(page.unquoted_between(last, start) as f32, FAR)
        }),
    ]
}

//! Which words does a plan search for, and which of the candidates are kept? The same for both stores.

use crate::answer::{Candidate, Phrase, Zone};
use crate::fold;
use crate::lang::Language;
use crate::question::Question;
use crate::roster::Roster;

/// Maximum number of words of a question that are looked up.
pub(super) const TERMS: usize = 24;
/// A word whose rarity is below this share of the rarest word's, and that is not one of the two rarest, is
/// not used to find candidates: its long posting list would decide nothing.
const COMMON: f32 = 0.3;

/// Returns the stems of which a quote about a topic must contain at least one, the rarest first. `weights`
/// has the rarity of each stem.
pub(super) fn topic_stems<'s>(stems: &'s [String], weights: &[f32]) -> Vec<&'s String> {
    let mut rare: Vec<(f32, &String)> = weights.iter().copied().zip(stems).collect();
    rare.sort_by(|a, b| b.0.total_cmp(&a.0));
    let least = rare.first().map_or(0.0, |(most, _)| most * COMMON);
    let kept = rare.into_iter().take(TERMS).enumerate();
    kept.filter(|(at, (rarity, _))| *at < 2 || *rarity >= least).map(|(_, (_, stem))| stem).collect()
}

/// Returns the stems of which a quote with nearly these words must contain at least one. Function words are
/// used only if there is nothing else.
pub(super) fn phrase_stems(words: &[String]) -> Vec<String> {
    let content = content_stems(words);
    let mut stems =
        if content.is_empty() { words.iter().map(|word| fold::stem(word)).collect() } else { content };
    stems.truncate(TERMS);
    stems
}

/// Returns the stems of the words that are not function words, in order.
pub(super) fn content_stems(words: &[String]) -> Vec<String> {
    let content = words.iter().filter(|word| !Language::primary().is_function_word(word));
    content.map(|word| fold::stem(word)).collect()
}

/// Returns the stems of the surnames of the speakers that a question asks for.
pub(super) fn surnames(question: &Question) -> Vec<String> {
    let surname = |name: &String| fold::words(name).last().map(|word| fold::stem(word));
    question.speakers.iter().filter_map(surname).collect()
}

/// Keeps the candidates by the speakers, or by members of the group, that a question asks for.
pub(super) fn keep_named(candidates: &mut Vec<Candidate>, question: &Question, roster: &Roster) {
    let print = |name: &String| roster.owner_print(fold::fingerprint(name));
    let wanted: Vec<u32> = question.speakers.iter().map(print).collect();
    let unwanted: Vec<u32> = question.others.iter().map(print).collect();
    candidates.retain(|found| question.group.is_none() || found.member);
    candidates.retain(|found| match found.speaker {
        Some(speaker) => (wanted.is_empty() || wanted.contains(&speaker)) && !unwanted.contains(&speaker),
        None => wanted.is_empty(),
    });
}

/// Keeps the candidates of unnamed speakers that have one of the names nearby and none of the excluded words.
/// The zones of each candidate are those of `terms` terms, then of `names` names, then of the excluded words;
/// only the zones of the terms are kept.
pub(super) fn keep_unnamed(candidates: &mut Vec<Candidate>, terms: usize, names: usize) {
    candidates.retain_mut(|candidate| {
        let excluded = candidate.zones.split_off(terms + names);
        let names = candidate.zones.split_off(terms);
        candidate.speaker.is_none()
            && names.into_iter().flatten().any(|zone| zone >= Zone::Around)
            && !excluded.contains(&Some(Zone::Quote))
    });
}

/// Returns the maximum share of the phrase that a candidate can contain, judged by the zones of its stems,
/// `said`, which are the candidate's last ones and are removed.
pub(super) fn most_of_phrase(candidate: &mut Candidate, phrase: &Phrase, said: &[String]) -> f32 {
    let zones = candidate.zones.split_off(candidate.zones.len() - said.len());
    phrase.most(&|word: &str| {
        let place = said.iter().position(|said| said == word);
        place.is_some_and(|at| zones.get(at) != Some(&Some(Zone::Quote)))
    })
}

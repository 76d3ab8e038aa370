//! Here are the cues of a page, each with its likely sources: what do they say about a mention as the source
//! of a quotation?

use super::cue::{self, Heard};
use super::model::Model;
use super::row::{flag, number};
use super::scene::Scene;

/// The likely cues of a page, indexed by mention and by quotation.
pub(crate) struct Hearing {
    /// The likely cues, in order.
    pub(crate) heard: Vec<Heard>,
    /// For each mention, the cue that it is most likely the source of.
    voices: Vec<Option<Voice>>,
    /// For each quotation, the nearest likely cues before and after it in its sentence, as indices into
    /// `heard`.
    beside: Vec<[Option<usize>; 2]>,
}

/// The cue of a mention.
#[derive(Clone, Copy)]
struct Voice {
    /// Its index in `heard`.
    heard: usize,
    /// The probability that it introduces speech of this mention, 0 to 1.
    weight: f32,
}

/// Minimum probability of speech for a cue next to a quotation to count.
const STRONG: f32 = 0.3;

/// Number of features returned by [`Hearing::describe`].
pub(crate) const VOICE: usize = 9;

/// Larger distances count as this one, in tokens outside quotation marks.
const FAR: u32 = 60;

impl Hearing {
    /// Finds the cues of the scene and their sources.
    pub(crate) fn new(scene: &Scene, model: &Model) -> Self {
        let heard = cue::listen(scene, model);
        let voices = voices(&heard, scene.mentions.len());
        let beside = scene.page.ranges.iter().map(|&range| cues_beside(scene, &heard, range)).collect();
        Self { heard, voices, beside }
    }

    /// Returns the probability that mention `m` speaks, according to its best cue: 0 to 1.
    pub(crate) fn weight(&self, m: usize) -> f32 {
        self.voices[m].map_or(0.0, |voice| voice.weight)
    }

    /// Returns the features of `m` as the source of quotation `q` that come from the likely cues.
    pub(crate) fn describe(&self, scene: &Scene, q: usize, m: usize) -> [f32; VOICE] {
        let (start, end) = scene.page.ranges[q];
        let gap = |cue: usize| {
            let (from, to) = if cue < start { (cue, start) } else { (end, cue) };
            number(scene.page.unquoted_between(from, to).min(FAR) as usize)
        };
        let own = match self.voices[m] {
            Some(Voice { heard, weight }) => {
                let cue = self.heard[heard].cue;
                [weight, gap(cue), flag(cue > start)]
            }
            None => [0.0, 60.0, -1.0],
        };
        let [before, behind] = self.beside[q].map(|beside| match beside.map(|at| &self.heard[at]) {
            Some(heard) => [heard.said, gap(heard.cue), heard.share(m)],
            None => [0.0, 60.0, 0.0],
        });
        let mut out = [0.0; VOICE];
        for (to, from) in out.iter_mut().zip([own, before, behind].into_iter().flatten()) {
            *to = from;
        }
        out
    }
}

/// Returns, for each mention, the cue that it is most likely the source of; on a tie, the earlier one.
fn voices(heard: &[Heard], mentions: usize) -> Vec<Option<Voice>> {
    let mut out: Vec<Option<Voice>> = vec![None; mentions];
    for (at, heard) in heard.iter().enumerate() {
        for &(m, share) in &heard.sources {
            let weight = share * heard.said;
            if let Some(voice) = m.map(|m| &mut out[m])
                && voice.is_none_or(|known| known.weight < weight)
            {
                *voice = Some(Voice { heard: at, weight });
            }
        }
    }
    out
}

/// Returns the nearest strong cues before and after the range, in its sentence.
fn cues_beside(scene: &Scene, heard: &[Heard], (start, end): (usize, usize)) -> [Option<usize>; 2] {
    let sentence = scene.page.sentence(start);
    let split = heard.partition_point(|heard| heard.cue < start);
    let strong = |at: &usize| heard[*at].said > STRONG;
    let before = (0..split).rev().take_while(|&at| heard[at].cue >= sentence.start).find(strong);
    let behind = (split..heard.len()).take_while(|&at| heard[at].cue < sentence.end.max(end)).find(strong);
    [before, behind]
}

//! Here are the cues of a page, each with its likely sources: what do they tell of a mention as the source of a quotation?

use super::cue::{self, Heard};
use super::model::Model;
use super::row::{flag, number};
use super::scene::Scene;

/// What was heard of a page.
pub(crate) struct Hearing {
    /// The likely cues, in order.
    pub(crate) heard: Vec<Heard>,
    /// For each mention the cue it is likeliest the source of.
    voices: Vec<Option<Voice>>,
    /// For each quotation the likely cues before and behind it in its sentence, the nearest ones: places among the heard.
    beside: Vec<[Option<usize>; 2]>,
}

/// A cue as that of a mention.
#[derive(Clone, Copy)]
struct Voice {
    /// Its place among the heard.
    heard: usize,
    /// How likely it introduces speech of this mention: 0 to 1.
    weight: f32,
}

/// How likely a cue beside a quotation introduces speech at least.
const STRONG: f32 = 0.3;

/// Features of what was heard.
pub(crate) const VOICE: usize = 9;

/// Farthest that a cue is told apart, in tokens outside quotation marks.
const FAR: u32 = 60;

impl Hearing {
    /// Listens to the cues of the scene.
    pub(crate) fn new(scene: &Scene, model: &Model) -> Self {
        let heard = cue::listen(scene, model);
        let voices = voices(&heard, scene.mentions.len());
        let beside = scene.page.ranges.iter().map(|&range| cues_beside(scene, &heard, range)).collect();
        Self { heard, voices, beside }
    }

    /// How likely the mention at place `m` speaks by some cue: 0 to 1.
    pub(crate) fn weight(&self, m: usize) -> f32 {
        self.voices[m].map_or(0.0, |voice| voice.weight)
    }

    /// Describes what the likely cues tell of `m` as the source of quotation `q`.
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

/// For each mention the cue it is likeliest the source of; the earlier of equals.
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

/// The nearest strong cues before and behind the tokens, in their sentence.
fn cues_beside(scene: &Scene, heard: &[Heard], (start, end): (usize, usize)) -> [Option<usize>; 2] {
    let sentence = scene.page.sentence(start);
    let split = heard.partition_point(|heard| heard.cue < start);
    let strong = |at: &usize| heard[*at].said > STRONG;
    let before = (0..split).rev().take_while(|&at| heard[at].cue >= sentence.start).find(strong);
    let behind = (split..heard.len()).take_while(|&at| heard[at].cue < sentence.end.max(end)).find(strong);
    [before, behind]
}

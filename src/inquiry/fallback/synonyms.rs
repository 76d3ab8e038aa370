//! When the best quotes contain too little of the topic: also searches for words that can stand for those in
//! the question.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{SoFar, WHOLE};
use crate::answer;
use crate::fold;
use crate::inquiry::Plan;
use crate::lang::Language;
use crate::question::Question;

pub(super) fn synonyms(so_far: &SoFar) -> Option<Plan> {
    let SoFar { plan, hits, floor, .. } = so_far;
    if plan.is_vain() || plan.question.phrase.is_some() || answer::coverage(hits, &plan.weights) >= WHOLE {
        return None;
    }
    let alike: Vec<Vec<String>> =
        plan.question.terms.iter().map(|term| stand_for(term, &plan.question)).collect();
    let any = alike.iter().any(|stems| !stems.is_empty());
    any.then(|| Plan { alike, above: *floor, ..plan.clone() })
}

/// Returns the stems that can stand for a folded word of a question: its synonyms, and the other words for
/// its matter.
fn stand_for(word: &str, question: &Question) -> Vec<String> {
    let own = fold::stem(word);
    let mut out = SYNONYMS.get(&own).cloned().unwrap_or_default();
    let of_word = question.matters.iter().filter(|matter| matter.terms.iter().any(|term| term == word));
    for stem in of_word.flat_map(|matter| &matter.words).map(|word| fold::stem(word)) {
        if stem != own && !out.contains(&stem) {
            out.push(stem);
        }
    }
    out
}

/// For each stem, the stems that can stand for it.
static SYNONYMS: LazyLock<HashMap<String, Vec<String>>> = LazyLock::new(|| {
    let mut out: HashMap<String, Vec<String>> = HashMap::new();
    for group in Language::primary().synonyms() {
        let stems: Vec<String> = group.map(fold::stem).collect();
        for stem in &stems {
            let own = out.entry(stem.clone()).or_default();
            for other in &stems {
                if other != stem && !own.contains(other) {
                    own.push(other.clone());
                }
            }
        }
    }
    out
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inquiry::sample::{about, hit, so_far};
    use crate::question::Matter;

    #[test]
    fn synonyms_of_the_terms_are_searched() {
        let found = SoFar { floor: 1.5, ..so_far(about(&["truce", "harbour"]), Vec::new()) };
        let plan = synonyms(&found).expect("nothing was found");
        assert!(plan.alike[0].contains(&fold::stem("ceasefire")), "{:?}", plan.alike);
        assert_eq!((plan.alike.len(), plan.above.to_bits()), (2, 1.5_f32.to_bits()));
        assert_eq!(plan.question, found.plan.question);
    }

    #[test]
    fn other_words_for_a_matter_stand_for_those_of_the_question() {
        let matter = Matter {
            called: "fares".to_owned(),
            terms: vec!["tickets".to_owned()],
            words: vec!["fares".to_owned(), "crossings".to_owned()],
        };
        let question = Question { matters: vec![matter], ..about(&["tickets", "zyx"]) };
        let plan = synonyms(&so_far(question, Vec::new())).expect("nothing was found");
        assert_eq!(plan.alike, [vec![fold::stem("fares"), fold::stem("crossings")], Vec::new()]);
    }

    #[test]
    fn a_topic_found_completely_needs_no_synonyms() {
        assert_eq!(synonyms(&so_far(about(&["truce"]), vec![hit(1)])), None);
    }

    #[test]
    fn phrases_and_words_without_synonyms_have_none() {
        assert_eq!(synonyms(&so_far(about(&["zyx"]), Vec::new())), None);
        let mut phrase = about(&["truce"]);
        phrase.phrase = Some("the truce holds".to_owned());
        assert_eq!(synonyms(&so_far(phrase, Vec::new())), None);
    }
}

//! Which matters of the agenda is a question about, and which words can stand for its own words?

use serde::Serialize;

use crate::agenda::Agenda;
use crate::fold;

/// A matter of the agenda that a question is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Matter {
    /// Its name.
    pub called: String,
    /// The terms of the question that refer to it.
    pub terms: Vec<String>,
    /// Other words for it, folded; only single words.
    pub words: Vec<String>,
}

/// Returns the matters that any of the `terms` refer to, in the order of the agenda. `folded` are all words
/// of the question; a phrase for a matter must occur in them in order.
pub(super) fn matters(terms: &[String], folded: &[String], agenda: &Agenda) -> Vec<Matter> {
    let stems: Vec<String> = folded.iter().map(|word| fold::stem(word)).collect();
    let mut out = Vec::new();
    for matter in &agenda.matters {
        let phrases: Vec<Vec<String>> =
            std::iter::once(&matter.name).chain(&matter.words).map(|words| fold::name(words)).collect();
        let mut of_matter: Vec<String> = Vec::new();
        for phrase in &phrases {
            let phrase: Vec<String> = phrase.iter().map(|word| fold::stem(word)).collect();
            let Some(at) = stems.windows(phrase.len().max(1)).position(|words| words == phrase) else {
                continue;
            };
            let found = folded[at..at + phrase.len()].iter().filter(|word| terms.contains(word));
            of_matter.extend(found.cloned());
        }
        if of_matter.is_empty() {
            continue;
        }
        of_matter.sort_unstable();
        of_matter.dedup();
        let single = phrases.into_iter().filter(|phrase| phrase.len() == 1).flatten();
        let words = single.filter(|word| !of_matter.contains(word)).collect();
        out.push(Matter { called: matter.name.clone(), terms: of_matter, words });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str, &str)]) {
        let mut agenda = Agenda::default();
        agenda
            .add_matters(
                "[[matter]]\nname = \"fares\"\nwords = [\"ticket\", \"price of crossing\"]\n[[matter]]\nname = \"the harbour\"\nwords = [\"quays\"]\n",
            )
            .expect("well formed");
        let folded = fold::words(text);
        let terms: Vec<String> = folded.iter().filter(|word| word.len() > 3).cloned().collect();
        let found = matters(&terms, &folded, &agenda);
        let shown: Vec<(String, String, String)> = found
            .into_iter()
            .map(|matter| (matter.called, matter.terms.join(" "), matter.words.join(" ")))
            .collect();
        let expected: Vec<(String, String, String)> =
            expected.iter().map(|(a, b, c)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned())).collect();
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn a_word_or_phrase_for_a_matter_leads_to_its_other_words() {
        check("what about tickets", &[("fares", "tickets", "fares ticket")]);
        check("the price of crossing", &[("fares", "crossing price", "fares ticket")]);
        check("fares at the quay", &[("fares", "fares", "ticket"), ("the harbour", "quay", "harbour quays")]);
        check("the price of fish", &[]);
        check("", &[]);
    }
}

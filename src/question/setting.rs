//! Which terms only say where, when or to whom something was said?

use super::word::Word;
use crate::lang::Language;

/// Returns the terms that only say where, when or to whom: those after "after", "at", "told" and the like, up
/// to the next clause. Returns none if there would be no other topic.
pub(super) fn setting(words: &[Word], terms: &[String], language: &Language) -> Vec<String> {
    let lists = &language.question;
    let mut out: Vec<String> = Vec::new();
    let mut inside = false;
    for Word { folded: word, .. } in words {
        if lists.setting_opens.has(word) || lists.telling.has(word) {
            inside = true;
        } else if lists.setting_closes.has(word) {
            inside = false;
        } else if inside && terms.contains(word) {
            out.push(word.clone());
        }
    }
    if terms.iter().all(|term| out.contains(term)) { Vec::new() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;
    use crate::question::word::split;

    #[track_caller]
    fn check(text: &str, terms: &[&str], expected: &[&str]) {
        let terms: Vec<String> = terms.iter().map(|term| (*term).to_owned()).collect();
        assert_eq!(setting(&split(text), &terms, Language::primary()), expected, "{text}");
    }

    #[test]
    fn words_after_at_and_after_say_where_and_when() {
        check(
            "what was said after the harbour meeting about fares",
            &["harbour", "meeting", "fares"],
            &["harbour", "meeting"],
        );
        check("fares at the harbour", &["fares", "harbour"], &["harbour"]);
        check("Lund told the Sunday Paper about fares", &["sunday", "paper", "fares"], &["sunday", "paper"]);
        check("fares of the harbour", &["fares", "harbour"], &[]);
    }

    #[test]
    fn words_for_a_place_are_the_topic_if_there_is_no_other() {
        check("what was said at the harbour", &["harbour"], &[]);
        check("", &[], &[]);
    }
}

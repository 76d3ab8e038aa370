//! "And what did he say about Europe?": what does a question leave to the one before it?

use super::Question;
use crate::lang::Language;

/// Fills what a follow-up leaves out from the question before it. `words` are the folded words of the follow-up; `who` is whether it asks
/// for a person.
pub(super) fn lean_on(
    question: &mut Question,
    before: &Question,
    words: &[String],
    who: bool,
    language: &Language,
) {
    let lists = &language.question;
    let person = lists.persons.has_any(words);
    let thing = lists.things.has_any(words);
    let opens = words.first().is_some_and(|word| lists.follow_up.has(word));
    if question.speakers.is_empty()
        && question.stranger.is_none()
        && !who
        && (person || opens || question.terms.is_empty())
    {
        question.speakers.clone_from(&before.speakers);
    }
    if question.terms.is_empty() && question.phrase.is_none() || (thing && question.terms.len() <= 1) {
        for term in &before.terms {
            if !question.terms.contains(term) {
                question.terms.push(term.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold;
    use crate::lang::ENGLISH;

    fn list(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    /// What a question that was understood to be about `terms` is about behind one about Lund and the ferry.
    #[track_caller]
    fn check(text: &str, terms: &[&str], who: bool, expected: (&[&str], &[&str])) {
        let before =
            Question { speakers: list(&["Pia Lund"]), terms: list(&["ferry"]), ..Question::default() };
        let mut question = Question { terms: list(terms), ..Question::default() };
        lean_on(&mut question, &before, &fold::words(text), who, &ENGLISH);
        assert_eq!((question.speakers, question.terms), (list(expected.0), list(expected.1)), "{text}");
    }

    #[test]
    fn pronouns_and_what_is_left_out_stand_for_what_was_asked_before() {
        check("what did she say about fares", &["fares"], false, (&["Pia Lund"], &["fares"]));
        check("and about fares", &["fares"], false, (&["Pia Lund"], &["fares"]));
        check("and why", &[], false, (&["Pia Lund"], &["ferry"]));
        check("who paid for it", &["paid"], true, (&[], &["paid", "ferry"]));
    }

    #[test]
    fn a_question_of_its_own_stays_as_it_is() {
        check("what about fares in the harbour", &["fares", "harbour"], false, (&[], &["fares", "harbour"]));
        check("who spoke about fares", &["fares"], true, (&[], &["fares"]));
    }
}

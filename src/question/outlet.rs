//! Which outlet is a question limited to?

use super::word::{Word, at};
use crate::fold;
use crate::lang::{ENGLISH, Language};

/// The folded words of an outlet's name, without a leading "the".
pub(super) fn bare_name(outlet: &str) -> Vec<String> {
    let mut words = fold::words(outlet);
    if words.len() > 1 && words.first().is_some_and(|word| ENGLISH.question.the.has(word)) {
        words.remove(0);
    }
    words
}

/// Takes "told Politico", "in the Financial Times" out of a question, if the outlet is on record.
pub(super) fn take(words: &mut Vec<Word>, outlets: &[String], language: &Language) -> Option<String> {
    let lists = &language.question;
    for outlet in outlets {
        let bare = bare_name(outlet);
        if bare.is_empty() {
            continue;
        }
        for (start, end) in
            (1..words.len()).flat_map(|start| lengths(&bare).map(move |length| (start, start + length)))
        {
            if !words.get(start..end).is_some_and(|here| calls(here, &bare)) {
                continue;
            }
            let article = usize::from(lists.the.has(&words[start - 1].folded));
            let led = lists.outlet_leads.has(at(words, start.checked_sub(1 + article)));
            let next = at(words, Some(end));
            let piece = lists.outlet_pieces.has(next);
            let quotes = lists.quoting.has(next);
            if led || piece && article == 1 || quotes && end + 1 < words.len() {
                // The article may open the question: then nothing leads to it.
                words.drain((start - 1).saturating_sub(article)..end);
                return Some(outlet.clone());
            }
        }
    }
    None
}

/// How many words of a question an outlet of these words may be called by.
fn lengths(bare: &[String]) -> impl Iterator<Item = usize> + use<> {
    let letters = if bare.len() == 1 { bare[0].len() } else { 1 };
    std::iter::once(bare.len()).chain((letters != bare.len() && letters < 6).then_some(letters))
}

/// Whether words of a question call an outlet: each word or what it begins with ("wash-post", the Washington Post), or the initials of
/// either ("NYT").
fn calls(here: &[Word], bare: &[String]) -> bool {
    let begins = |(word, part): (&Word, &String)| {
        word.folded == *part || bare.len() > 1 && part.len() > 2 && word.folded.starts_with(part.as_str())
    };
    let initials = |word: &str| word.chars().next();
    match (here, bare) {
        _ if here.len() == bare.len() => here.iter().zip(bare).all(begins),
        ([one], _) => one.folded.chars().eq(bare.iter().filter_map(|word| initials(word))),
        (_, [one]) => {
            here.iter().all(|word| word.capital)
                && one.chars().eq(here.iter().filter_map(|word| initials(&word.folded)))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::word::split;

    #[track_caller]
    fn check(text: &str, outlet: Option<&str>, rest: &str) {
        let outlets = ["The Coast Gazette".to_owned(), "Northland Herald".to_owned()];
        let mut words = split(text);
        assert_eq!(take(&mut words, &outlets, &ENGLISH).as_deref(), outlet, "{text}");
        assert_eq!(words.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(" "), rest);
    }

    #[test]
    fn an_outlet_that_something_stands_in_is_taken_out() {
        check(
            "what did Lund say in the Coast Gazette about fares",
            Some("The Coast Gazette"),
            "what did lund say about fares",
        );
        check("what did Lund tell CG", Some("The Coast Gazette"), "what did lund");
        check("the Northland Herald interview with Lund", Some("Northland Herald"), "interview with lund");
        check("in the Northland Herald interview with Lund", Some("Northland Herald"), "interview with lund");
    }

    #[test]
    fn an_outlet_that_is_spoken_about_stays() {
        check("what did Lund say about the Coast Gazette", None, "what did lund say about the coast gazette");
        check("fares in the harbour", None, "fares in the harbour");
    }
}

//! Which outlet is a question limited to?

use std::ops::Range;

use super::word::{Word, at};
use crate::fold;
use crate::lang::Language;

/// Returns the folded words of a name, without a leading "the".
fn bare_name(outlet: &str) -> Vec<String> {
    let mut words = fold::words(outlet);
    if words.len() > 1 && words.first().is_some_and(|word| Language::primary().question.the.has(word)) {
        words.remove(0);
    }
    words
}

/// Returns those of `outlets`, in order, that match `name`: by the whole name, its beginning, the part in
/// brackets or after "via" ("Ukrinform (Reuters)"), or the initials. If there are none, returns those that
/// contain the words of `name` in a row, the last word possibly incomplete. Case, accents and a leading "The"
/// are ignored. May be empty.
#[must_use]
pub fn outlets_called(name: &str, outlets: &[String]) -> Vec<String> {
    let asked = bare_name(name);
    if asked.is_empty() {
        return Vec::new();
    }
    let those = |is: &dyn Fn(&str) -> bool| -> Vec<String> {
        outlets.iter().filter(|outlet| is(outlet)).cloned().collect()
    };
    let called = those(&|outlet| is_called(outlet, &asked));
    if called.is_empty() { those(&|outlet| holds(&bare_name(outlet), &asked, true)) } else { called }
}

/// The word between the outlet that printed a report and the one that wrote it.
const VIA: &str = "via";

fn is_called(outlet: &str, asked: &[String]) -> bool {
    let whole = bare_name(outlet);
    let via = whole.iter().position(|word| word == VIA);
    let behind = via.map_or(&[][..], |at| &whole[at + 1..]);
    let (main, brackets) = outlet.split_once('(').unwrap_or((outlet, ""));
    let main = bare_name(main);
    let initials = |word: &String| word.chars().next();
    main.starts_with(asked)
        || whole == asked
        || holds(&fold::words(brackets), asked, false)
        || holds(behind, asked, false)
        || main.len() > 1 && matches!(asked, [one] if one.chars().eq(main.iter().filter_map(initials)))
}

/// Returns whether `words` contain `asked` in a row; with `begun` the last word may be incomplete.
fn holds(words: &[String], asked: &[String], begun: bool) -> bool {
    let Some((last, first)) = asked.split_last() else { return false };
    let is_last = |word: &String| word == last || begun && word.starts_with(last.as_str());
    words
        .windows(asked.len())
        .any(|window| window.split_last().is_some_and(|(end, start)| start == first && is_last(end)))
}

/// Minimum similarity of two names.
const ALIKE: f64 = 0.8;
/// Maximum number of names returned.
const TOLD: usize = 3;

/// Returns up to three of `names` that resemble `name`, best match first: another spelling, or a common word.
#[must_use]
pub fn names_like<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let asked = bare_name(name);
    let near = |known: &[String]| {
        let pairs = asked.iter().flat_map(|one| known.iter().map(move |other| (one, other)));
        let words = pairs.filter(|(one, other)| one.len() > 3 && other.len() > 3);
        let best = words.map(|(one, other)| strsim::jaro_winkler(one, other)).fold(0.0, f64::max);
        // Similarity of the whole names counts more than a common word.
        strsim::jaro_winkler(&asked.join(" "), &known.join(" ")).max(best * 0.95)
    };
    let mut found: Vec<(f64, &str)> = names.map(|known| (near(&bare_name(known)), known)).collect();
    found.retain(|(alike, _)| *alike >= ALIKE);
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    found.into_iter().take(TOLD).map(|(_, known)| known.to_owned()).collect()
}

/// Removes "told Politico", "in the Financial Times" and the like from a question, if the outlet is on
/// record.
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
                // If the article is the first word of the question, there is no word before it.
                words.drain((start - 1).saturating_sub(article)..end);
                return Some(outlet.clone());
            }
        }
    }
    None
}

/// Returns whether a range of words is part of the name of an outlet with several words: "USA Today", "the
/// Sunday Herald".
pub(super) fn is_in_name(words: &[String], place: Range<usize>, outlets: &[String]) -> bool {
    outlets.iter().map(|outlet| bare_name(outlet)).filter(|bare| bare.len() > place.len()).any(|bare| {
        let starts = place.end.saturating_sub(bare.len())..=place.start;
        starts.into_iter().any(|start| words.get(start..start + bare.len()) == Some(bare.as_slice()))
    })
}

/// Returns the numbers of words by which a question may refer to an outlet with these words.
fn lengths(bare: &[String]) -> impl Iterator<Item = usize> + use<> {
    let letters = if bare.len() == 1 { bare[0].len() } else { 1 };
    std::iter::once(bare.len()).chain((letters != bare.len() && letters < 6).then_some(letters))
}

/// Returns whether words of a question refer to an outlet: by each word or its beginning ("wash-post", the
/// Washington Post), or by the initials of either ("NYT").
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
    use crate::lang::Language;
    use crate::question::word::split;

    #[track_caller]
    fn check(text: &str, outlet: Option<&str>, rest: &str) {
        let outlets = ["The Coast Gazette".to_owned(), "Northland Herald".to_owned()];
        let mut words = split(text);
        assert_eq!(take(&mut words, &outlets, Language::primary()).as_deref(), outlet, "{text}");
        assert_eq!(words.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(" "), rest);
    }

    #[test]
    fn an_outlet_that_limits_a_question_is_removed() {
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
    fn a_word_inside_the_name_of_an_outlet_is_part_of_it() {
        let outlets = ["The Coast Today".to_owned(), "Monday".to_owned()];
        let words = fold::words("what does Coast Today say on Monday");
        assert!(is_in_name(&words, 3..4, &outlets));
        assert!(!is_in_name(&words, 6..7, &outlets));
        assert!(!is_in_name(&fold::words("today"), 0..1, &outlets));
    }

    #[test]
    fn an_outlet_that_is_spoken_about_stays() {
        check("what did Lund say about the Coast Gazette", None, "what did lund say about the coast gazette");
        check("fares in the harbour", None, "fares in the harbour");
    }
}

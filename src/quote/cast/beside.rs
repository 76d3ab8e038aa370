//! The words next to a name that say who somebody is: titles before it, appositions around it, the place
//! after "of".

use crate::fold;
use crate::lang::Traits;
use crate::quote::mention::{self, Mention, MentionKind};
use crate::quote::page::Page;
use crate::quote::reading::Reading;

/// The words next to a name that say who somebody is, as half-open token ranges.
pub(super) struct Beside {
    /// Before the name in its phrase: "| Kremlin aide | Yuri Ushakov"; may be empty.
    before: (usize, usize),
    /// Between commas, after the name ("Friedrich Merz, | the German chancellor |,") and before it ("| The
    /// Kremlin aide |, Yuri Ushakov,").
    apposed: [Option<(usize, usize)>; 2],
    /// The place after "of": "Prime Minister Tusk of | Poland".
    place: Option<usize>,
    /// Whether an age comes after the name: "Pia Lund, 34,".
    pub(super) aged: bool,
}

/// Maximum number of tokens of an apposition after a name, and of one before it.
const BEHIND: usize = 13;
const AHEAD: usize = 8;

/// Minimum share of cue uses for a word to end an apposition.
const SAID: f32 = 0.3;

impl Beside {
    pub(super) fn of(page: &Page, mention: &Mention, from: usize) -> Self {
        let end = mention::behind_brackets(page, mention.end);
        let start = behind_age(page, end);
        Self {
            aged: start > end,
            before: (mention.start, from),
            apposed: [apposed_behind(page, start), apposed_ahead(page, mention, from)],
            place: (page.is(start, Traits::OF) && page.is_capitalised(start + 1)).then_some(start + 1),
        }
    }

    /// Returns the folded words of offices and professions, sorted.
    pub(super) fn roles(&self, page: &Page) -> Vec<String> {
        let ranges = [Some(self.before), self.apposed[0], self.apposed[1], self.place.map(|at| (at, at + 1))];
        let mut words: Vec<String> = ranges
            .into_iter()
            .flatten()
            .filter(|(start, end)| start < end)
            .flat_map(|(start, end)| fold::words_in(page.span(start, end).text(page.text), page.language))
            .filter(|word| !page.language.is_function_word(word))
            .collect();
        words.sort_unstable();
        words.dedup();
        words
    }

    /// Returns the offices themselves, without those that only modify another one: "head" for "head of the
    /// President's Office". A deputy's office includes that word, with a hyphen: "vice-president".
    pub(super) fn offices(&self, page: &Page) -> Vec<String> {
        let title = |at: &usize| page.language.is_head(page.word(*at)) && !page.is_possessive(*at);
        let own = |(start, end): (usize, usize)| {
            (start..end).take_while(|&at| !page.is(at, Traits::PREPOSITION)).filter(title)
        };
        let before = (self.before.0..self.before.1).filter(title);
        let all = before.chain(self.apposed.into_iter().flatten().flat_map(own));
        all.map(|at| office(page, at)).collect()
    }

    /// Returns the article's words on who it is: those between commas, otherwise those before the name.
    pub(super) fn role(&self, reading: Reading, m: usize) -> Option<(usize, usize)> {
        let page = reading.page;
        let office = |at: usize| page.is_office(at);
        let behind = || self.apposed[0].and_then(|range| role_behind(page, range, office));
        let ahead = || {
            let (_, end) = self.apposed[1]?;
            let phrase = reading.mentions.get(m.checked_sub(1)?).filter(|phrase| phrase.end == end)?;
            matches!(phrase.kind, MentionKind::Noun { head } if office(head))
                .then_some((phrase.start, phrase.end))
        };
        let before = || (self.before.0..self.before.1).any(office).then_some(self.before);
        behind().or_else(ahead).or_else(before)
    }
}

/// Returns the office that the token names, together with a word before it that makes it a deputy's:
/// "vice-president".
pub(super) fn office(page: &Page, at: usize) -> String {
    let deputy =
        at.checked_sub(1).map(|before| page.word(before)).filter(|word| page.language.is_deputy(word));
    deputy.map_or_else(|| page.word(at).to_owned(), |deputy| format!("{deputy}-{}", page.word(at)))
}

/// Returns the part of an apposition after a name that is a noun phrase with an office. It ends before a sign
/// or a "who".
fn role_behind(
    page: &Page,
    (start, end): (usize, usize),
    office: impl Fn(usize) -> bool,
) -> Option<(usize, usize)> {
    if page.is_word(end) && !page.is(end, Traits::RELATIVE) {
        return None;
    }
    let own = (start..end).find(|&at| page.is(at, Traits::PREPOSITION)).unwrap_or(end);
    if !(start..own).any(office) {
        return None;
    }
    // The apposition in "an adviser to Mr" continues after the full stop.
    let cut = page.is(end, Traits::STOP) && page.language.is_abbreviation(page.word(end - 1));
    let hangs = |at: &usize| page.is(*at, Traits::PREPOSITION.or(Traits::DETERMINER));
    let stop = (start..end).rev().find(|at| !hangs(at)).map_or(start, |at| at + 1);
    Some((start, if cut { own } else { stop }))
}

/// Returns whether the token is a word of the writer's own.
fn is_plain(page: &Page, at: usize) -> bool {
    page.is_word(at) && !page.is_quoted(at)
}

/// Returns the apposition after the comma at `comma`: "Friedrich Merz, | the German chancellor |,".
fn apposed_behind(page: &Page, comma: usize) -> Option<(usize, usize)> {
    let start = comma + 1;
    let ends = |at: usize| page.is(at, Traits::RELATIVE.or(Traits::PRONOUN)) || page.cue(at) >= SAID;
    let stop = start + BEHIND;
    let end = (start..stop).find(|&at| !is_plain(page, at) || ends(at)).unwrap_or(stop);
    // In "in Chelsea, the mayor said" the mayor is not called Chelsea.
    let speaks = page.cue(end) >= SAID && !page.is(end, Traits::RELATIVE);
    let titled = || (start..end).any(|at| page.is(at, Traits::TITLE));
    let says = page.is(comma, Traits::COMMA) && !speaks && titled() && is_apposed(page, (start, end));
    says.then_some((start, end))
}

/// Returns the apposition before a name and its comma: "| The Kremlin aide |, Yuri Ushakov,".
fn apposed_ahead(page: &Page, mention: &Mention, from: usize) -> Option<(usize, usize)> {
    let stop = mention.start.saturating_sub(1);
    let parted = stop > 0 && page.is(stop, Traits::COMMA) && mention.start == from;
    let look = mention.start.saturating_sub(AHEAD + 1)..stop;
    let start = stop - look.rev().take_while(|&at| is_plain(page, at)).count();
    // "The leader of Westport, Pia Lund,"
    let of = (start + 1..stop)
        .find(|&at| page.is(at, Traits::OF.or(Traits::FOR)) && page.is(at - 1, Traits::TITLE));
    let opens = of.and_then(|of| (start..of).rev().find(|&at| page.is(at, Traits::DETERMINER)));
    let closed = page.is(mention::behind_brackets(page, mention.end), Traits::COMMA);
    let office = opens.filter(|&opens| parted && closed && (opens..stop).all(|at| page.cue(at) < SAID));
    let titled = parted && start < stop && page.is(stop - 1, Traits::TITLE);
    if titled { Some((start, stop)) } else { office.map(|opens| (opens, stop)) }
}

/// Returns whether the words after a name and its comma say who somebody is: "a Kremlin aide", "chief of
/// staff"; but not "and the minister", and not "Alaska, President Lund said".
fn is_apposed(page: &Page, (first, end): (usize, usize)) -> bool {
    let closed =
        matches!(page.raw(end), "," | "." | ";" | ")" | "—" | "–" | "―" | "-") || end >= page.tokens.len();
    page.is(first, Traits::DETERMINER)
        || (!page.is(first, Traits::FUNCTION) && (closed || !page.is_capitalised(first)))
}

/// Returns where an apposition begins after a name that ends before `at`, skipping an age: "Renee Gold, 83, |
/// a teacher".
fn behind_age(page: &Page, at: usize) -> usize {
    let age = page.is(at, Traits::COMMA)
        && page.is(at + 2, Traits::COMMA)
        && page.raw(at + 1).starts_with(|c: char| c.is_ascii_digit());
    if age { at + 2 } else { at }
}

#[cfg(test)]
mod tests {
    use super::super::super::sample;
    use crate::people::People;

    /// Checks the words on who the first mention's speaker is.
    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let role = sample::cast(&sample::article(text), &People::default(), |cast| cast.role(0));
        assert_eq!(role.map(|role| role.text(text)), expected, "in {text:?}");
    }

    #[test]
    fn titles_and_appositions_say_who_it_is() {
        check("Later envoy Pia Lund came.", Some("envoy"));
        check("Later Pia Lund, the harbour minister, came.", Some("the harbour minister"));
        check("Later Pia Lund, 83, a teacher, came.", Some("a teacher"));
        check("Later Pia Lund came.", None);
    }

    #[test]
    fn an_apposition_includes_what_belongs_to_it() {
        check("Later Pia Lund, an adviser to the board, came.", Some("an adviser to the board"));
        check("Later Pia Lund, an adviser who came, waved.", Some("an adviser"));
    }

    #[test]
    fn a_speaker_after_a_comma_is_somebody_else() {
        check("Later, in Chelsea, the mayor said it rained.", None);
    }
}

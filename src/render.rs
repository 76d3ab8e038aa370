//! Wording that every front end shares, and the one place where text is cut for display.

use jiff::civil::Date;

use crate::answer::{Answer, Finding, Nothing, Record, Times};
use crate::question::{Days, Profile, Question, Wish};
use crate::quote::Kind;
use crate::span::Span;

/// Returns what a reader is told of how verbatim a quote is.
#[must_use]
pub const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Direct => "verbatim",
        Kind::Mixed => "partly quoted",
        Kind::Indirect => "paraphrase",
    }
}

/// Returns a day as readers write it: "2 December 2025".
#[must_use]
pub fn day(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// Returns when a quote was said, where that is known and not the day of publication: "said on 2 December 2025", "said in 2011".
#[must_use]
pub fn said(record: &Record) -> Option<String> {
    let said =
        record.quote.said.filter(|said| said.day().is_none_or(|day| Some(day) != record.citation.date))?;
    Some(match (said.day(), said.month()) {
        (Some(date), _) => format!("said on {}", day(date)),
        (None, Some(month)) => format!("said in {}", month.strftime("%B %Y")),
        (None, None) => format!("said in {said}"),
    })
}

/// Returns the sentence that says why an answer has no quotes, naming whom and what was asked for, with the nearest speakers and
/// topics. For an answer with quotes: that its page lies behind the last, that they are of other days than were asked for, or that some are
/// reports of the days after, or that they only come near; and which articles without a day may answer as well. Else `None`.
#[must_use]
pub fn note(answer: &Answer) -> Option<String> {
    let note = note_on_quotes(answer);
    if answer.nothing.is_some() || answer.undated.is_empty() || answer.offset > 0 {
        return note;
    }
    let undated = left_out(&answer.undated);
    Some(note.map_or(undated.clone(), |note| format!("{note} {undated}")))
}

/// Which articles are left out because nobody knows of which day they are.
fn left_out(titles: &[String]) -> String {
    let titles: Vec<String> = titles.iter().map(|title| format!("“{title}”")).collect();
    format!("Left out, because undated: {}.", titles.join(", "))
}

fn note_on_quotes(answer: &Answer) -> Option<String> {
    if let Some(profile) = &answer.question.profile {
        return Some(who(profile));
    }
    match &answer.nothing {
        Some(instead) => Some(nothing(&answer.question, instead)),
        None if answer.other_days.is_some() && !answer.hits.is_empty() => {
            let mut out = String::from("No quote on record");
            answer.other_days.iter().for_each(|days| push_days(&mut out, *days));
            Some(format!("{out}; these are of other days."))
        }
        None if answer.found == Finding::Near && answer.offset == 0 => {
            Some("Not on record in these words; this is the nearest.".to_owned())
        }
        None if answer.hits.iter().any(|hit| is_later(hit, &answer.question)) => {
            Some("Reports of the days after are shown where they name that day.".to_owned())
        }
        None if answer.hits.is_empty() => Some(format!("No more quotes; there are {}.", answer.total)),
        None => None,
    }
}

/// Returns the sentence that says how often something was said, with nothing in it but counts and days; `None` where that was not the
/// question.
#[must_use]
pub fn times(answer: &Answer) -> Option<String> {
    let Times { words, quotes, articles, outlets, first, last } = answer.times.as_ref()?;
    let with = if words.is_empty() { String::new() } else { format!(" with “{}”", words.join(" ")) };
    let by = by(&answer.question);
    if *quotes == 0 {
        return Some(format!("No quote on record{by}{with}; these are near it."));
    }
    let some = |count: &usize, what: &str| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    let mut out = format!("On record: {}{by}{with}, in {}", some(quotes, "quote"), some(articles, "article"));
    if *outlets > 0 {
        out.push_str(&format!(" of {}", some(outlets, "outlet")));
    }
    match (first, last) {
        (Some(first), Some(last)) if first == last => out.push_str(&format!(", of {}", day(*first))),
        (Some(first), Some(last)) => out.push_str(&format!(", from {} to {}", day(*first), day(*last))),
        _ => {}
    }
    out.push('.');
    Some(out)
}

/// Returns whether an answer is looked through several quotes at a time: not where words are compared with the record, nor where one
/// quote was asked for.
#[must_use]
pub fn several(answer: &Answer) -> bool {
    answer.checked.is_none() && answer.question.wish != Wish::Check && !answer.question.asks_for_one()
}

/// Whether a quote stands in an article of a later day than the one it was asked for by.
fn is_later(hit: &crate::answer::Hit, question: &Question) -> bool {
    question.said_on.is_some_and(|day| hit.record.day().is_some_and(|date| date > day))
}

/// Who is asked for, as the end of "quotes on record": sides by what they are called; nothing where anybody is.
fn by(question: &Question) -> String {
    let sides = question.parties.iter().map(|party| party.called.as_str());
    let people = question.speakers.iter().map(String::as_str);
    let names: Vec<&str> = if question.parties.is_empty() { people.collect() } else { sides.collect() };
    if names.is_empty() { String::new() } else { format!(" by {}", names.join(" or ")) }
}

/// Who somebody is: office, side, and how often they are quoted.
fn who(profile: &Profile) -> String {
    let Profile { name, office, side, quotes } = profile;
    let office = office.as_ref().map(|office| format!(": {office}")).unwrap_or_default();
    let side = side.as_ref().map(|side| format!(" Speaks for: {side}.")).unwrap_or_default();
    let quoted = match quotes {
        0 => " Never quoted on record.".to_owned(),
        1 => " 1 quote on record.".to_owned(),
        quotes => format!(" {quotes} quotes on record."),
    };
    format!("{name}{office}.{side}{quoted}")
}

/// What can be asked, for whom greets or asks for help.
const HELP: &str = "Ask who said what: “What did … say about …?”, “Who said “…”?”, “Did … really say “…”?”, also with days, outlets and rounds of talks.";

fn nothing(question: &Question, instead: &Nothing) -> String {
    if question.wish == Wish::Help {
        return HELP.to_owned();
    }
    let mut out = String::from("No quote on record");
    if let Some(name) = &question.stranger {
        out.push_str(&format!(" by anybody called “{name}”"));
    } else {
        out.push_str(&by(question));
    }
    if let Some(phrase) = &question.phrase {
        out.push_str(&format!(" with the words “{phrase}”"));
    } else if !question.terms.is_empty() {
        out.push_str(&format!(" about “{}”", question.terms.join(" ")));
    }
    if let Some(days) = question.published {
        push_days(&mut out, days);
    }
    if let Some(outlet) = &question.outlet {
        out.push_str(&format!(" in {outlet}"));
    }
    out.push('.');
    if !question.unquoted.is_empty() {
        out.push_str(&format!(" Never quoted on record: {}.", question.unquoted.join(", ")));
    }
    if !instead.called_alike.is_empty() {
        out.push_str(&format!(" Did you mean {}?", instead.called_alike.join(" or ")));
    }
    if !instead.spoke_about_it.is_empty() {
        out.push_str(&format!(" Others spoke about it: {}.", instead.spoke_about_it.join(", ")));
    }
    if !instead.undated.is_empty() {
        out.push_str(&format!(" {}", left_out(&instead.undated)));
    }
    if let ([newest, ..], [speaker]) = (instead.topics.as_slice(), question.speakers.as_slice()) {
        out.push_str(&format!(" {speaker} is last quoted in “{newest}”."));
    }
    out
}

fn push_days(out: &mut String, days: Days) {
    match (days.from, days.to) {
        (Some(from), Some(to)) if from == to => out.push_str(&format!(" on {}", day(from))),
        (from, to) => {
            if let Some(from) = from {
                out.push_str(&format!(" from {}", day(from)));
            }
            if let Some(to) = to {
                out.push_str(&format!(" up to {}", day(to)));
            }
        }
    }
}

/// Returns `text` cut to at most `limit` code points, at a space where there is one in the second half, with "…" as its last
/// character where something was cut. A limit of 0 gives the empty string.
#[must_use]
pub fn fit(text: &str, limit: usize) -> String {
    let Some((cut, _)) = text.char_indices().nth(limit) else { return text.to_owned() };
    let Some((room, _)) = limit.checked_sub(1).and_then(|last| text.char_indices().nth(last)) else {
        return String::new();
    };
    let head = Span::new(0, room.min(cut)).text(text);
    let head = match head.rfind(char::is_whitespace) {
        Some(space) if space * 2 > head.len() => Span::new(0, space).text(head),
        _ => head,
    };
    format!("{}…", head.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fit_counts_code_points_and_keeps_words() {
        assert_eq!(fit("short", 5), "short");
        assert_eq!(fit("one two three", 9), "one two…");
        assert_eq!(fit("ééééé", 3), "éé…");
        assert_eq!(fit("abc", 0), "");
        assert_eq!(fit("👍👍👍", 2), "👍…");
    }
}

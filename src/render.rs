//! Wording shared by all front ends, and the only place where text is truncated for display.

mod sheet;
mod timeline;

pub use sheet::{
    Section, Sheet, card, card_lines, meeting, period, positions, remark, remark_about, round_line, unknown,
    wording,
};
pub use timeline::{timeline_about, timeline_alt, timeline_title};

use std::fmt;

use jiff::civil::Date;

use crate::answer::{
    Answer, Change, ChangeKind, Checked, Finding, Hit, Nothing, POOL, Record, Times, Verdict, Without,
};
use crate::fold;
use crate::question::{Days, Limit, Part, Profile, Question, Wish};
use crate::quote::Kind;
use crate::span::Span;

/// The label of the button for a reader who doubts a quote.
pub const WRONG: &str = "Wrong speaker or words?";

/// Returns the words for how verbatim a quote is.
#[must_use]
pub const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Direct => "verbatim",
        Kind::Mixed => "partly quoted",
        Kind::Indirect => "paraphrase",
    }
}

/// Returns a day in the usual notation: "2 December 2025".
#[must_use]
pub fn day(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// Returns when a quote was said, if that is known and differs from the day of publication: "said on 2
/// December 2025", "said in 2011".
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

/// Returns what a person corrected in a quote: "speaker and day corrected by hand"; usually `None`.
#[must_use]
pub fn corrected(record: &Record) -> Option<String> {
    let what: Vec<&str> = record.quote.corrected.iter().map(|what| what.name()).collect();
    (!what.is_empty()).then(|| format!("{} corrected by hand", what.join(" and ")))
}

/// Returns the note on an answer; `None` if there is nothing to say. For an answer without quotes it says why
/// there are none: it names the speakers, the topic and every limit, how many quotes there are without each
/// limit, and the nearest speakers and topics. For an answer with quotes it says whether the page is past the
/// last one, and whether the quotes are from other days than asked for, are by an unnamed speaker, are
/// reports of the following days or are only similar; and, if outlets are asked for, how many quotes there
/// are in all outlets.
#[must_use]
pub fn note(answer: &Answer) -> Option<String> {
    let note = note_on_quotes(answer);
    if answer.nothing.is_some() || answer.undated.is_empty() || answer.offset > 0 {
        return note;
    }
    let undated = left_out(&answer.undated);
    Some(note.map_or(undated.clone(), |note| format!("{note} {undated}")))
}

/// Returns which articles are left out because they have no date.
fn left_out(titles: &[String]) -> String {
    let titles: Vec<String> = titles.iter().map(|title| format!("“{title}”")).collect();
    format!("Left out, because undated: {}.", titles.join(", "))
}

fn note_on_quotes(answer: &Answer) -> Option<String> {
    if let Some(profile) = &answer.question.profile {
        return Some(who(profile));
    }
    if let Some(instead) = &answer.nothing {
        return Some(nothing(answer, instead));
    }
    let notes: Vec<String> = [of_language, of_days, of_nearness, of_nobody, of_outlets, of_list]
        .map(|note: fn(&Answer) -> Option<String>| note(answer))
        .into_iter()
        .flatten()
        .collect();
    (!notes.is_empty()).then(|| notes.join(" "))
}

/// Returns that of a question in another language only names were understood.
fn of_language(answer: &Answer) -> Option<String> {
    let Question { foreign, speakers, terms, .. } = &answer.question;
    let understood: Vec<&str> = speakers.iter().chain(terms).map(String::as_str).collect();
    (*foreign && answer.offset == 0).then(|| {
        if understood.is_empty() {
            FOREIGN.to_owned()
        } else {
            format!("{FOREIGN} Of this one only “{}” was understood.", understood.join(", "))
        }
    })
}

/// The reply to a question in another language.
const FOREIGN: &str = "Questions are understood in English, names in many spellings.";

/// Returns that the quotes of the page are from other days or are reports of the following days; or that
/// there are no more quotes.
fn of_days(answer: &Answer) -> Option<String> {
    if answer.hits.is_empty() {
        return Some(format!("No more quotes; there are {}.", answer.total));
    }
    if let Some(days) = answer.other_days {
        let mut out = String::from("No quote on record");
        push_days(&mut out, days);
        return Some(format!("{out} answers this; these are from other days."));
    }
    let later = answer.hits.iter().any(|hit| is_later(hit, &answer.question));
    later.then(|| "Reports from the following days are shown if they name that day.".to_owned())
}

/// Returns that the topic is not on record and these quotes are only similar, or that some of them do not
/// mention it.
fn of_nearness(answer: &Answer) -> Option<String> {
    let Answer { question, hits, .. } = answer;
    if answer.other_days.is_some() || hits.is_empty() || question.phrase.is_some() {
        return None;
    }
    if answer.found == Finding::Near && answer.offset == 0 {
        return Some("Not on record in these words; this is the nearest.".to_owned());
    }
    let topic: Vec<&str> =
        question.terms.iter().filter(|term| !question.setting.contains(term)).map(String::as_str).collect();
    if topic.is_empty() || hits.len() > NUMBERED {
        return None;
    }
    let off: Vec<String> = hits
        .iter()
        .enumerate()
        .filter(|(_, hit)| is_off(hit, &topic))
        .map(|(at, _)| (answer.offset + at + 1).to_string())
        .collect();
    let place = match off.len() {
        0 => return None,
        1 if hits.len() == 1 => "in this quote or around it".to_owned(),
        found if found == hits.len() => "in these quotes or around them".to_owned(),
        _ => format!("in or around {}", off.join(" and ")),
    };
    Some(format!("“{}” does not occur {place}.", topic.join(" ")))
}

/// If a page has at most this many quotes, the ones that do not mention the topic are given by number.
const NUMBERED: usize = 3;

/// Returns whether none of the words occurs in or around a quote.
fn is_off(hit: &Hit, words: &[&str]) -> bool {
    let stems: Vec<String> = words.iter().map(|word| fold::stem(word)).collect();
    hit.record.zones(&stems).iter().all(Option::is_none)
}

/// Returns that quotes shown for a question about somebody have an unnamed speaker.
fn of_nobody(answer: &Answer) -> Option<String> {
    let Answer { question, hits, total, open, .. } = answer;
    let unnamed = hits.iter().filter(|hit| hit.record.quote.speaker().is_none()).count();
    if question.speakers.is_empty() || unnamed == 0 || hits.is_empty() {
        return None;
    }
    let whom = by(question);
    let whom = whom.trim_start_matches(" by ");
    if open == total {
        let asked = asked_for(question);
        let which = if *total == 1 { "this one is" } else { "these are" };
        return Some(format!(
            "No quote on record{asked} for certain: {which} by a speaker whom the article does not name here; it may be {whom}."
        ));
    }
    let which = if hits.len() == 1 { "Who said this" } else { "Who said those without a name" };
    Some(format!("{which} is not known; it may be {whom}."))
}

/// Returns how many of all quotes are from the outlets asked for.
fn of_outlets(answer: &Answer) -> Option<String> {
    let limit = Some(Limit::Outlets);
    let all = answer.without.iter().find(|without| without.limit == limit && answer.offset == 0)?.quotes;
    let counted = answer.on_record.and_then(|quotes| usize::try_from(quotes).ok());
    let (some, told) =
        counted.map_or_else(|| (answer.total, at_most(all)), |counted| (counted, all.to_string()));
    (all > some).then(|| format!("{some} of {told} quotes are in {}.", outlets(&answer.question)))
}

/// Returns how many of the quotes on record are listed: a list leaves out paraphrases, fragments and the
/// oldest quotes.
fn of_list(answer: &Answer) -> Option<String> {
    let Answer { question, total, on_record: Some(all), .. } = answer else { return None };
    let is_cut = u64::try_from(*total).is_ok_and(|total| total < *all);
    let order = if question.wish == Wish::First { "oldest" } else { "newest" };
    is_cut.then(|| {
        format!(
            "{total} of the {} on record{} are listed: the {order} in the speaker’s own words.",
            quotes(*all),
            by(question)
        )
    })
}

/// Returns a number with the noun for what is counted, given in the singular: "1 quote", "12 quotes".
#[must_use]
pub fn counted(number: impl fmt::Display, one: &str) -> String {
    let number = number.to_string();
    let ending = if number == "1" { "" } else { "s" };
    format!("{number} {one}{ending}")
}

/// Returns a number of different quotes in words.
#[must_use]
pub fn quotes(different: u64) -> String {
    counted(different, "quote")
}

/// Returns how much is on record: "812 articles, 3901 different quotes, printed 4120 times".
#[must_use]
pub fn on_record(articles: u64, different: u64, printed: u64) -> String {
    let [articles, different, printed] =
        [(articles, "article"), (different, "different quote"), (printed, "time")]
            .map(|(number, one)| counted(number, one));
    format!("{articles}, {different}, printed {printed}")
}

/// Maximum number of quotes that one search counts.
const COUNTED: usize = POOL;

/// Returns a number of quotes; "or more" is added if one search may have left some out.
fn at_most(quotes: usize) -> String {
    if quotes >= COUNTED { format!("{quotes} or more") } else { quotes.to_string() }
}

/// Returns the sentence that says how often something was said, with counts and days only; `None` if that was
/// not the question.
#[must_use]
pub fn times(answer: &Answer) -> Option<String> {
    let Times { words, quotes, articles, outlets, first, last } = answer.times.as_ref()?;
    let with = if words.is_empty() { String::new() } else { format!(" with “{}”", words.join(" ")) };
    let by = by(&answer.question);
    if *quotes == 0 {
        return Some(format!("No quote on record{by}{with}; these are similar."));
    }
    let (quotes, articles) = (counted(quotes, "quote"), counted(articles, "article"));
    let mut out = format!("On record: {quotes}{by}{with}, in {articles}");
    if *outlets > 0 {
        out.push_str(&format!(" of {}", counted(outlets, "outlet")));
    }
    match (first, last) {
        (Some(first), Some(last)) if first == last => out.push_str(&format!(", of {}", day(*first))),
        (Some(first), Some(last)) => out.push_str(&format!(", from {} to {}", day(*first), day(*last))),
        _ => {}
    }
    out.push('.');
    Some(out)
}

/// Returns a short description of how a claim compares with the record. It never says that something was not
/// said, only that it is not on record here.
#[must_use]
pub const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Exact => "On record, word for word.",
        Verdict::Punctuation => {
            "On record, word for word except for capitals, punctuation, short forms or words in brackets."
        }
        Verdict::OtherSpeaker => "On record, but somebody else said it.",
        Verdict::Altered => "Altered: on record in other words.",
        Verdict::Stitched => "Two quotes on record, put together.",
        Verdict::Retold => {
            "On record in another wording: the same speaker, another translation or another report."
        }
        Verdict::Near => "Not on record in these words; this comes nearest.",
        Verdict::NotOnRecord => "Not on record here, which does not mean that it was never said.",
    }
}

/// Returns further sentences on a verdict: a changed negation or number, the actual speaker, the source of
/// the other part; none if there is nothing more to say.
#[must_use]
pub fn verdict_details(checked: &Checked) -> Vec<String> {
    let mut out: Vec<String> = checked.changes.iter().filter_map(change).collect();
    let said_by = checked.nearest.as_ref().map(|hit| hit.record.quote.speaker());
    match (said_by, &checked.claimed_of) {
        (Some(Some(name)), Some(claimed)) if checked.other_speaker => {
            out.push(format!("It was {name} who said it, not {claimed}."));
        }
        (Some(Some(name)), None) if checked.other_speaker => out.push(format!("It was {name} who said it.")),
        (Some(None), Some(claimed)) if checked.verdict.is_on_record() => {
            out.push(format!(
                "The article does not name the speaker here, so it may or may not be {claimed}."
            ));
        }
        _ => {}
    }
    if let Some(second) = &checked.second {
        let record = &second.record;
        let name = record.quote.speaker().map(|name| format!("{name}, ")).unwrap_or_default();
        let outlet = record.citation.outlet.as_deref().unwrap_or("outlet unknown");
        let date = record.citation.date.map_or_else(|| "undated".to_owned(), day);
        out.push(format!(
            "The other part is from “{}” ({name}{outlet}, {date}).",
            fit(&record.shown(), SECOND)
        ));
    }
    out
}

/// Maximum number of code points shown of the second of two quotes that were put together.
const SECOND: usize = 200;

/// Returns a sentence for a change that reverses the meaning or changes a number; `None` for other changes,
/// which the comparison shows.
fn change(change: &Change) -> Option<String> {
    let Change { kind, claimed, recorded } = change;
    let turned = |what: &str| match (claimed.as_str(), recorded.as_str()) {
        ("", recorded) => format!("{what}: the record has “{recorded}”, the claim leaves it out."),
        (claimed, "") => format!("{what}: the claim has “{claimed}”, the record does not."),
        (claimed, recorded) => format!("{what}: the record has “{recorded}”, the claim “{claimed}”."),
    };
    match kind {
        ChangeKind::NegationDropped => Some(turned("A negation is dropped")),
        ChangeKind::NegationAdded => Some(turned("A negation is added")),
        ChangeKind::Number => Some(turned("A number is changed")),
        ChangeKind::Words | ChangeKind::Added | ChangeKind::LeftOut | ChangeKind::Form => None,
    }
}

/// Returns whether a page of the answer shows several quotes: not if words are compared with the record, nor
/// if a single quote was asked for.
#[must_use]
pub fn several(answer: &Answer) -> bool {
    answer.checked.is_none() && answer.question.wish != Wish::Check && !answer.question.asks_for_one()
}

/// Returns whether a quote is from an article of a later day than the day asked for.
fn is_later(hit: &crate::answer::Hit, question: &Question) -> bool {
    question.said_on.is_some_and(|day| hit.record.day().is_some_and(|date| date > day))
}

/// Returns whose quotes are asked for, as the end of "quotes on record": parties by their names; empty if the
/// question is about anybody.
fn by(question: &Question) -> String {
    let sides = question.parties.iter().map(|party| party.called.as_str());
    let people = question.speakers.iter().map(String::as_str);
    let names: Vec<&str> = if question.parties.is_empty() { people.collect() } else { sides.collect() };
    if names.is_empty() { String::new() } else { format!(" by {}", names.join(" or ")) }
}

/// Returns who somebody is: office, party, and how often they are quoted.
fn who(profile: &Profile) -> String {
    let Profile { name, office, side, quotes } = profile;
    let office = office.as_ref().map(|office| format!(": {office}")).unwrap_or_default();
    let side = side.as_ref().map(|side| format!(" Speaks for: {side}.")).unwrap_or_default();
    let quoted = match quotes {
        0 => " Never quoted on record.".to_owned(),
        some => format!(" {} on record.", self::quotes(*some)),
    };
    format!("{name}{office}.{side}{quoted}")
}

/// What one can ask, for somebody who greets the bot or asks for help.
const HELP: &str = "Ask who said what: “What did … say about …?”, “Who said “…”?”, “Did … really say “…”?”, also with days, outlets and rounds of talks.";

fn nothing(answer: &Answer, instead: &Nothing) -> String {
    let question = &answer.question;
    if question.wish == Wish::Help {
        return HELP.to_owned();
    }
    if question.foreign && question.is_empty() {
        return format!("{FOREIGN} Please ask like this: “What did … say about …?”");
    }
    let language = of_language(answer).map(|note| format!("{note} ")).unwrap_or_default();
    let mut out = format!("{language}No quote on record{}.", asked_for(question));
    out.push_str(&without(question, &answer.without));
    if !question.outlets_alike.is_empty() {
        out.push_str(&format!(" Similar outlet names on record: {}.", question.outlets_alike.join(", ")));
    }
    // For somebody who is asked about without any limit, the sentence above already said this.
    let is_said = question.unquoted == question.speakers && asked_for(question) == by(question);
    if !question.unquoted.is_empty() && !is_said {
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

/// Returns what was asked for, with all limits, as the end of "no quote on record".
fn asked_for(question: &Question) -> String {
    let mut out = String::new();
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
    if question.has(Limit::Outlets) {
        out.push_str(&format!(" in {}", outlets(question)));
    }
    if question.has(Limit::Tags) {
        out.push_str(&format!(" in {}", tagged(&question.tags)));
    }
    if question.has(Limit::Excluded) {
        out.push_str(&format!(" without {}", marked(&question.excluded)));
    }
    if question.has(Limit::Part) {
        out.push_str(&format!(" in what this server's settings allow ({})", part(&question.part)));
    }
    out
}

/// Returns the outlets that are asked for: "outlets with “Reuters”".
fn outlets(question: &Question) -> String {
    let names: Vec<String> = question.outlet.iter().chain(&question.outlets).cloned().collect();
    outlets_with(&names)
}

fn outlets_with(names: &[String]) -> String {
    format!("outlets with {} in their name", marked(names))
}

fn tagged(tags: &[String]) -> String {
    format!("articles tagged {}", marked(tags))
}

/// Returns names in quotation marks, joined by "or".
fn marked(names: &[String]) -> String {
    names.iter().map(|name| format!("“{name}”")).collect::<Vec<_>>().join(" or ")
}

/// Returns the part of the corpus chosen by a server.
fn part(part: &Part) -> String {
    let outlets = (!part.outlets.is_empty()).then(|| outlets_with(&part.outlets));
    let tags = (!part.tags.is_empty()).then(|| tagged(&part.tags));
    outlets.into_iter().chain(tags).collect::<Vec<_>>().join("; ")
}

/// Returns the sentence that an article is on record but outside the part of the corpus chosen by a server.
#[must_use]
pub fn outside(part: &Part) -> String {
    format!("The article is on record, but outside what this server's settings allow ({}).", self::part(part))
}

/// Returns how many quotes there are without each limit, as a sentence to append; empty if no limit excludes
/// anything.
fn without(question: &Question, without: &[Without]) -> String {
    let limit = |limit: Option<Limit>| match limit {
        Some(Limit::Days) => "on other days".to_owned(),
        Some(Limit::Outlets) => "in other outlets".to_owned(),
        Some(Limit::Tags) => "under other tags".to_owned(),
        Some(Limit::Excluded) => format!("with {}", marked(&question.excluded)),
        Some(Limit::Part) => "outside what this server's settings allow".to_owned(),
        None => "without these limits".to_owned(),
    };
    let parts: Vec<String> =
        without.iter().map(|found| format!("{} {}", at_most(found.quotes), limit(found.limit))).collect();
    let Some(last) = without.last() else { return String::new() };
    let verb = if parts.len() == 1 && last.quotes == 1 { "is" } else { "are" };
    format!(" There {verb} {}.", parts.join(", "))
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

/// Returns `text` truncated to at most `limit` code points, at a space if there is one in the second half,
/// with "…" as the last character if something was cut. A limit of 0 gives an empty string.
///
/// ```
/// use rapporteur::render::fit;
///
/// assert_eq!(fit("We will open the archive", 40), "We will open the archive");
/// assert_eq!(fit("We will open the archive", 14), "We will open…");
/// ```
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

    #[test]
    fn one_thing_is_named_in_the_singular() {
        assert_eq!(on_record(1, 1, 1), "1 article, 1 different quote, printed 1 time");
        assert_eq!(on_record(0, 2, 3), "0 articles, 2 different quotes, printed 3 times");
    }
}

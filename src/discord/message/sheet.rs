//! A sheet (positions, a round of talks, a speaker's card) as messages: headings, and as many quotes as fit,
//! long ones truncated; the Context button shows a quote in full.

use std::collections::HashSet;

use super::fit::{fit_escaped, units};
use super::part::{parts, words};
use super::{Button, CONTENT, Click, FOOT, GLANCED, Message, asked, citation, foot, speaker};
use crate::answer::Record;
use crate::discord::request::Request;
use crate::render::{Section, Sheet};

/// Maximum number of quotes on a page, which is the number of buttons in a row.
const MOST: usize = 5;
/// The maximum length of a quote, escaped.
const QUOTE: usize = 300;
/// The maximum length of the sentences below the title.
const ABOUT: usize = 400;
/// The maximum length of a question in the text; a longer one goes into an embed. If all of these are at
/// their maximum, one quote still fits.
const ASKED: usize = 250;

/// A page of a sheet: everything needed to show it.
pub(in crate::discord) struct SheetView<'a> {
    /// What was asked.
    pub(in crate::discord) request: &'a Request,
    /// The sheet.
    pub(in crate::discord) sheet: &'a Sheet,
    /// The position of the first quote, from 0.
    pub(in crate::discord) hit: usize,
    /// As in [`View`](super::View).
    pub(in crate::discord) asker: Option<u64>,
    /// As in [`View`](super::View).
    pub(in crate::discord) site: Option<&'a str>,
}

/// A quote of a sheet and its section.
struct Entry<'a> {
    section: &'a Section,
    is_first: bool,
    label: &'a str,
    record: &'a Record,
}

/// Returns the page of `view`; past the last quote, the last page.
pub(in crate::discord) fn sheet(view: &SheetView) -> Message {
    let entries: Vec<Entry> = view.sheet.sections.iter().flat_map(of_section).collect();
    let hit = view.hit.min(entries.len().saturating_sub(1));
    let (asked, embed) = asked(view.request, ASKED);
    let mut content = format!("**{}**\n", fit_escaped(&view.sheet.title, 200));
    if hit == 0 {
        let about = view.sheet.about.join("\n");
        let about: Vec<String> =
            super::fit::fit_lines(&about, ABOUT).lines().map(|line| format!("{line}\n")).collect();
        content.push_str(&about.concat());
    }
    let mut shown = 0;
    for entry in entries.iter().skip(hit).take(MOST) {
        let text = written(entry, shown == 0, hit + shown + 1, view.site);
        let room = CONTENT.saturating_sub(units(&content) + units(&asked) + FOOT);
        if units(&text) > room {
            if shown > 0 {
                break;
            }
            // The URL takes most of the room; without it any quote fits.
            let mut bare = entry.record.clone();
            bare.citation.url = None;
            content.push_str(&written(&Entry { record: &bare, ..*entry }, true, hit + 1, None));
        } else {
            content.push_str(&text);
        }
        shown += 1;
    }
    let place = match shown {
        0 => String::new(),
        1 => format!("{} of {}", hit + 1, entries.len()),
        _ => format!("{}–{} of {}", hit + 1, hit + shown, entries.len()),
    };
    content.push_str(&foot(&place, &asked));
    Message { content, asked: embed, rows: buttons(view, &entries, hit, shown), ..Message::default() }
}

fn of_section(section: &Section) -> impl Iterator<Item = Entry<'_>> {
    section.quotes.iter().enumerate().map(move |(at, (label, record))| Entry {
        section,
        is_first: at == 0,
        label,
        record,
    })
}

/// Returns a quote with the heading of its section if it is the first quote of the section or of the page.
fn written(entry: &Entry, begins: bool, number: usize, site: Option<&str>) -> String {
    let mut out = String::new();
    if entry.is_first || begins {
        let about = entry.section.about.join(" ");
        let about = if about.is_empty() { about } else { format!(" · {}", fit_escaped(&about, 120)) };
        out.push_str(&format!("__**{}**__{about}\n", fit_escaped(&entry.section.heading, 150)));
    }
    let label =
        if entry.label.is_empty() { String::new() } else { format!(" · {}", fit_escaped(entry.label, 60)) };
    let name = speaker(entry.record, &format!("{number}. "), None, GLANCED.name);
    let parts = parts(&words(entry.record, &[]), QUOTE);
    let quoted = parts.first().map_or("", String::as_str);
    out.push_str(&format!("{name}{label}\n{quoted}\n{}\n", citation(entry.record, &GLANCED, site)));
    out
}

fn buttons(view: &SheetView, entries: &[Entry], hit: usize, shown: usize) -> Vec<Vec<Click>> {
    let contexts = entries.iter().skip(hit).take(shown).enumerate().map(|(at, entry)| {
        Click::new(Button::Context(entry.record.id()), format!("Context {}", hit + at + 1))
    });
    // Discord rejects two buttons with the same id, and a quote may be in several sections.
    let mut known = HashSet::new();
    let contexts = contexts.filter(|click| known.insert(click.button.id()));
    let list = |at: usize| Button::List(u32::try_from(at).unwrap_or(u32::MAX));
    let mut turn = Vec::new();
    if hit > 0 {
        turn.push(Click::new(list(hit.saturating_sub(MOST - 1)), "◀ Back"));
    }
    if hit + shown < entries.len() {
        turn.push(Click::new(list(hit + shown), "Next ▶"));
    }
    let share = Button::ShareList(u32::try_from(hit).unwrap_or(u32::MAX));
    turn.push(match view.asker {
        Some(asker) => Click::new(Button::Delete(asker), "Delete"),
        None => Click::new(share, "Share"),
    });
    [contexts.collect::<Vec<Click>>(), turn].into_iter().filter(|row| !row.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::SMALL;
    use super::*;
    use crate::answer::sample;
    use crate::article::{ArticleId, Citation};
    use crate::discord::request::Command;

    fn record(at: u32, text: &str, outlet: &str, url: &str) -> Record {
        let citation = Citation {
            outlet: Some(outlet.to_owned()),
            title: Some(outlet.to_owned()),
            url: Some(url.to_owned()),
            ..Citation::default()
        };
        Record { article: ArticleId(format!("a{at}")), ordinal: at, citation, ..sample::record(text) }
    }

    proptest! {
        #[test]
        fn every_page_is_within_the_limits_and_every_quote_is_on_one(
            texts in proptest::collection::vec("\\PC{1,900}", 1..12),
            title in "\\PC{0,400}",
            about in proptest::collection::vec("\\PC{0,500}", 0..4),
            typed in "\\PC{0,900}",
            hit in 0..14usize,
        ) {
            let url = format!("https://gazette.example/{}", "x".repeat(480));
            let quotes = (0..).zip(&texts).map(|(at, text)| (title.clone(), record(at, text, text, &url)));
            let section = Section { heading: title.clone(), about: about.clone(), quotes: quotes.collect() };
            let sheet = Sheet { title, about, sections: vec![section] };
            let request = Request::new(Command::Positions, &typed);
            let view = SheetView { request: &request, sheet: &sheet, hit, asker: None, site: Some("https://room.example") };
            let message = super::sheet(&view);
            prop_assert!(units(&message.content) <= CONTENT, "{}", units(&message.content));
            prop_assert!(message.rows.iter().all(|row| (1..=5).contains(&row.len())));
            prop_assert!(message.rows.iter().flatten().all(|click| click.button.id().chars().count() <= 100));
            prop_assert!(message.content.lines().last().is_some_and(|last| last.starts_with(SMALL)));
        }
    }
}

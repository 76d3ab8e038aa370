//! Here is an answer: what does the message look like?
//!
//! Pure: values in, a [`Message`] out. The whole answer is in the message text and none of it in an embed:
//! push notifications and screen readers read only the text, members can hide embeds, moderators can remove
//! them, and many servers do not let bots post them. The speaker comes first, then the words as a block quote
//! with the words that were asked for in bold. Small print says whether the words are verbatim and where and
//! when they were published. The question comes last; it is also the only state there is (see [`Request`]). A
//! page has up to three quotes; a long quote has pages of its own.
//!
//! Discord rejects a message that exceeds any of its limits. The text may have 2000 UTF-16 units, as
//! Discord's own client counts: the parts around a quote are measured first, and the quote gets what is left.
//! A quote that does not fit continues on the next page, with "…" on both sides of the cut. Only a question
//! too long to fit next to a quote goes into an embed, and is truncated in the text.

mod fit;
mod part;
mod sheet;

use serde_json::{Value, json};
use serenity::all::{ButtonStyle, CreateActionRow, CreateButton, CreateEmbed, CreateEmbedFooter};

use super::custom_id::Button;
use super::escape;
use super::request::Request;
use crate::answer::{Checked, Permalink, QuoteId, Record, Side, Verdict};
use crate::desk::{Remark, Wording};
use crate::render;
use crate::span::Span;
use fit::{cut, fit_escaped, fit_lines, tail_escaped};
use part::{block, paragraph, parts, words};

pub(super) use fit::units;
pub(super) use sheet::{SheetView, sheet};

/// Discord's limit for the text of a message.
const CONTENT: usize = 2000;
/// Less room than this for a quote counts as too little.
const LEAST: usize = 500;
/// The maximum length, escaped, of a quote that shares a page with others.
const SHORT: usize = 450;
/// Maximum number of quotes on a page.
pub const GLANCE: usize = 3;
/// Maximum number of quotes in a message about new quotes.
const NEWS: usize = 5;
/// The maximum length of that message's first line.
const NEWS_HEAD: usize = 400;

/// The maximum lengths of the parts around a quote, escaped.
struct Room {
    name: usize,
    outlet: usize,
    title: usize,
    verdict: usize,
    note: usize,
    asked: usize,
}

/// For normal cases, which is nearly all.
const ROOMY: Room = Room { name: 240, outlet: 120, title: 200, verdict: 600, note: 300, asked: 600 };
/// For when [`ROOMY`] leaves too little room for the quote.
const TIGHT: Room = Room { name: 120, outlet: 40, title: 60, verdict: 300, note: 150, asked: 150 };
/// For a quote that shares a page with others.
const GLANCED: Room = Room { name: 120, outlet: 60, title: 90, verdict: 0, note: 300, asked: 500 };

/// A message, ready to be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The text, in Markdown.
    pub content: String,
    /// The question and those before it, one per line, for the footer of an embed; empty if they fit into the
    /// text.
    pub asked: String,
    /// Rows of buttons.
    pub rows: Vec<Vec<Click>>,
    /// Attached files.
    pub files: Vec<File>,
}

/// A file attached to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The file name with its extension, only of characters that need no quoting.
    pub name: String,
    /// Its media type.
    pub kind: &'static str,
    /// A description for people who cannot see it; empty for none. Discord allows 1024 code points.
    pub alt: String,
    /// The content.
    pub bytes: Vec<u8>,
}

/// A button with its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Click {
    /// What a click does.
    pub button: Button,
    /// The text on the button.
    pub label: String,
}

/// A page of an answer: everything needed to show it.
#[derive(Clone, Debug)]
pub struct View<'a> {
    /// What was asked.
    pub request: &'a Request,
    /// The quotes of the page, each with the spans that were asked for: at least one quote, and at most
    /// [`GLANCE`] if several are shown.
    pub quotes: Vec<(&'a Record, &'a [Span])>,
    /// How many other articles have the first quote.
    pub elsewhere: usize,
    /// The position of the first quote in the answer, from 0.
    pub hit: usize,
    /// The total number of quotes in the answer.
    pub total: usize,
    /// The part of a long quote, from 0; past the end means the last part.
    pub part: usize,
    /// Whether the pages of this answer show several quotes if these are short.
    pub several: bool,
    /// Who asked, and may therefore delete the answer; `None` if only one person sees it, who may share it
    /// instead.
    pub asker: Option<u64>,
    /// How the claimed words compare with the record.
    pub checked: Option<&'a Checked>,
    /// Further notes on the answer: how often it was said, that it is only similar, that the speaker is not
    /// certain.
    pub note: Option<&'a str>,
    /// The public address of the reading room, without a trailing `/`; each quote links to its page there.
    pub site: Option<&'a str>,
}

impl Message {
    /// Returns a message of plain text, truncated to Discord's limit.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self { content: cut(text, CONTENT), ..Self::default() }
    }

    /// Returns a page of Markdown below a title, truncated to Discord's limit.
    #[must_use]
    pub fn page(title: &str, text: &str) -> Self {
        Self::text(&format!("**{title}**\n{text}"))
    }

    /// Returns the request body for Discord; nothing in it can ping anybody. When used for an edit, it
    /// replaces the whole earlier message.
    #[must_use]
    pub fn body(&self) -> Value {
        let footer = Some(&self.asked).filter(|asked| !asked.is_empty()).map(CreateEmbedFooter::new);
        let embeds: Vec<CreateEmbed> =
            footer.into_iter().map(|footer| CreateEmbed::new().footer(footer)).collect();
        let rows: Vec<CreateActionRow> = self
            .rows
            .iter()
            .filter(|row| !row.is_empty())
            .map(|row| CreateActionRow::Buttons(row.iter().map(Click::build).collect()))
            .collect();
        json!({
            "content": self.content,
            "embeds": embeds,
            "components": rows,
            "allowed_mentions": {"parse": [], "replied_user": false},
        })
    }

    /// Returns the message for a channel where the bot may not post embeds: only a long question loses its
    /// end.
    #[must_use]
    pub fn without_embed(&self) -> Self {
        Self { asked: String::new(), ..self.clone() }
    }

    /// Returns the message with a button that deletes it for `asker`, unless it already has one.
    #[must_use]
    pub fn deletable(&self, asker: u64) -> Self {
        let mut out = self.clone();
        let delete = Button::Delete(asker);
        if !out.rows.iter().flatten().any(|click| click.button == delete) {
            out.rows.push(vec![Click::new(delete, "Delete")]);
        }
        out
    }

    /// Returns the message below an additional line. If there is too little room, the text is truncated, but
    /// not its last line, which has the question.
    #[must_use]
    pub fn below(&self, line: &str) -> Self {
        let (text, last) = self.content.rsplit_once('\n').unwrap_or(("", &self.content));
        let text = cut(text, CONTENT.saturating_sub(units(line) + units(last) + 2));
        Self { content: format!("{line}\n{text}\n{last}"), ..self.clone() }
    }
}

impl Click {
    fn new(button: Button, label: impl Into<String>) -> Self {
        Self { button, label: label.into() }
    }

    fn build(&self) -> CreateButton {
        CreateButton::new(self.button.id()).label(&self.label).style(ButtonStyle::Secondary)
    }
}

/// Returns the page that begins with the first quote of `view`. The following quotes are on the same page if
/// the answer is shown that way and they are short. A view without a quote gives an empty message.
#[must_use]
pub fn page(view: &View) -> Message {
    glance(view).or_else(|| alone(view)).unwrap_or_default()
}

/// Returns a page of several short quotes, numbered; `None` if fewer than two fit.
fn glance(view: &View) -> Option<Message> {
    if !view.several || view.part > 0 {
        return None;
    }
    let (asked, embed) = asked(view.request, GLANCED.asked);
    let mut content =
        view.note.map(|note| format!("{}\n", fit_escaped(note, GLANCED.note))).unwrap_or_default();
    let mut shown = 0;
    for (at, (record, marks)) in view.quotes.iter().enumerate() {
        let quoted = parts(&words(record, marks), SHORT);
        let [quoted] = quoted.as_slice() else { break };
        let above = at.checked_sub(1).and_then(|above| view.quotes.get(above)).map(|(above, _)| *above);
        let name = speaker(record, &format!("{}. ", view.hit + at + 1), above, GLANCED.name);
        let entry = format!("{name}\n{quoted}\n{}\n", citation(record, &GLANCED, view.site));
        if units(&content) + units(&entry) + units(&asked) + FOOT > CONTENT {
            break;
        }
        content.push_str(&entry);
        shown += 1;
    }
    if shown < 2 {
        return None;
    }
    let (first, last) = (view.hit + 1, view.hit + shown);
    content.push_str(&foot(&format!("{first}–{last} of {}", view.total.max(last)), &asked));
    Some(Message { content, asked: embed, rows: glance_buttons(view, shown), ..Message::default() })
}

/// Returns a page of one quote, or of a part of it.
fn alone(view: &View) -> Option<Message> {
    let (record, marks) = view.quotes.first()?;
    let framed = |room: &Room| {
        let mut notes = String::new();
        if let Some(checked) = view.checked.filter(|_| view.hit == 0) {
            notes.push_str(&format!("{}\n", verdict(checked, room.verdict)));
        }
        if let Some(note) = view.note {
            notes.push_str(&format!("{}\n", fit_escaped(note, room.note)));
        }
        let frame = (
            notes,
            speaker(record, "", None, room.name),
            citation(record, room, view.site),
            asked(view.request, room.asked),
        );
        let (notes, name, citation, (asked, _)) = &frame;
        // All parts get the room of the first part, whose page also has the notes.
        let used = units(notes) + units(name) + units(citation) + units(asked) + FOOT;
        (frame, CONTENT.saturating_sub(used))
    };
    let (mut frame, mut left) = framed(&ROOMY);
    if left < LEAST {
        (frame, left) = framed(&TIGHT);
    }
    let (notes, name, citation, (asked, embed)) = frame;
    let parts = parts(&words(record, marks), left);
    let part = view.part.min(parts.len().saturating_sub(1));
    let mut place = format!("{} of {}", view.hit + 1, view.total.max(view.hit + 1));
    if parts.len() > 1 {
        place.push_str(&format!(" · part {} of {}", part + 1, parts.len()));
    }
    let notes = if part == 0 { notes } else { String::new() };
    let quoted = parts.get(part).map_or("", String::as_str);
    let content = format!("{notes}{name}\n{quoted}\n{citation}\n{}", foot(&place, &asked));
    Some(Message {
        content,
        asked: embed,
        rows: buttons(view, record, part, parts.len()),
        ..Message::default()
    })
}

/// Returns the message that nothing was found, with `note` on what there is instead; `asker` as in [`View`].
#[must_use]
pub fn nothing(request: &Request, note: &str, checked: Option<&Checked>, asker: Option<u64>) -> Message {
    let (asked, embed) = asked(request, ROOMY.asked);
    let mut content =
        checked.map(|checked| format!("{}\n", verdict(checked, ROOMY.verdict))).unwrap_or_default();
    let left = CONTENT.saturating_sub(units(&content) + units(&asked) + FOOT);
    content.push_str(&fit_lines(note, left));
    content.push('\n');
    content.push_str(&foot("", &asked));
    let delete = asker.map(|asker| vec![Click::new(Button::Delete(asker), "Delete")]);
    Message { content, asked: embed, rows: delete.into_iter().collect(), ..Message::default() }
}

/// Returns the verdicts on several claims: each claim, how it compares, and the nearest quote on record. A
/// claim is never formatted as a block quote: that is only for words on record. `site` as in [`View`].
#[must_use]
pub fn checks(checked: &[Checked], site: Option<&str>) -> Message {
    let mut content = String::new();
    let mut context = Vec::new();
    let room = CONTENT / checked.len().max(1);
    for (at, one) in checked.iter().enumerate() {
        let claim = fit_escaped(&one.words, room / 5);
        let mut entry = format!("{}. Claim: {claim}\n", at + 1);
        let nearest = one.nearest.as_ref().filter(|_| one.verdict != Verdict::NotOnRecord);
        let cited = nearest.map(|hit| {
            let name = speaker(&hit.record, "", None, GLANCED.name);
            (format!("{name}\n"), format!("\n{}\n", citation(&hit.record, &GLANCED, site)), hit)
        });
        let around = cited.as_ref().map_or(0, |(name, citation, _)| units(name) + units(citation));
        let left = room.saturating_sub(units(&entry) + around + 1);
        entry.push_str(&format!("{}\n", verdict(one, left * 3 / 5)));
        if let Some((name, citation, hit)) = cited {
            let left = room.saturating_sub(units(&entry) + around);
            if left > LEAST_LINE {
                let quoted = block(&fit_escaped(&hit.record.shown(), left - 2));
                entry.push_str(&format!("{name}{quoted}{citation}"));
                context.push(Click::new(Button::Context(hit.record.id()), format!("{}: context", at + 1)));
            }
        }
        content.push_str(&entry);
    }
    let mut known = Vec::new();
    context.retain(|click| {
        let is_new = !known.contains(&click.button);
        known.push(click.button);
        is_new
    });
    context.truncate(5);
    let rows = if context.is_empty() { Vec::new() } else { vec![context] };
    Message { content: cut(content.trim_end(), CONTENT), rows, ..Message::default() }
}

/// Returns the paragraphs around a quote, with the quote in bold. `elsewhere` is the number of other articles
/// that have it; `site` as in [`View`].
#[must_use]
pub fn context(record: &Record, elsewhere: usize, site: Option<&str>) -> Message {
    let [before, after] = record.neighbours();
    let name = speaker(record, "", None, ROOMY.name);
    let citation = citation(record, &ROOMY, site);
    let left = CONTENT.saturating_sub(units(&name) + units(&citation) + FOOT);
    let mut lines =
        vec![tail_escaped(before, left / 5), paragraph(record, left * 3 / 5), fit_escaped(after, left / 5)];
    lines.retain(|line| !line.trim().is_empty());
    let quoted: Vec<String> = lines.iter().map(|text| block(text)).collect();
    let content = format!("{name}\n{}\n{citation}", quoted.join("\n> \n"));
    let mut row = about(record, elsewhere);
    row.push(Click::new(Button::Picture(record.id()), "Picture"));
    row.push(Click::new(Button::Wrong(record.id()), render::WRONG));
    Message { content, rows: vec![row], ..Message::default() }
}

/// Asks which of several quotes has the wrong speaker or words; `first` is the number of the first quote.
#[must_use]
pub fn which(first: u32, ids: &[Option<QuoteId>]) -> Message {
    let row = (u64::from(first)..).zip(ids.iter().flatten()).take(5);
    let row = row.map(|(number, id)| Click::new(Button::Wrong(*id), format!("Quote {number}"))).collect();
    Message { rows: vec![row], ..Message::text(&format!("{} Of which quote?", render::WRONG)) }
}

/// Returns a message with a picture; the picture's description is also the text. If `request` is given, it is
/// shown below, with a button to delete the message for `asker`, or to share it if only one person sees it.
#[must_use]
pub fn picture(file: File, request: Option<&Request>, asker: Option<u64>) -> Message {
    let Some(request) = request else {
        return Message { content: fit_lines(&file.alt, 1500), files: vec![file], ..Message::default() };
    };
    let (asked, embed) = asked(request, ROOMY.asked);
    let left = CONTENT.saturating_sub(units(&asked) + FOOT).min(1100);
    let content = format!("{}\n{}", fit_lines(&file.alt, left), foot("", &asked));
    let click = match asker {
        Some(asker) => Click::new(Button::Delete(asker), "Delete"),
        None => Click::new(Button::ShareList(0), "Share"),
    };
    Message { content, asked: embed, rows: vec![vec![click]], files: vec![file] }
}

/// Returns the list of other articles that have a quote; `site` as in [`View`].
#[must_use]
pub fn elsewhere(record: &Record, remark: &Remark, site: Option<&str>) -> Message {
    let title = fit_escaped(&format!("The same quote elsewhere: {}", cut(&record.shown(), 120)), 250);
    let about: Vec<String> = render::remark_about(remark).iter().map(|line| fit_escaped(line, 200)).collect();
    let mut content = format!("**{title}**\n{}\n", about.join("\n"));
    let mut shown = 0;
    let quotes = |one: &'_ Wording| {
        let mut quotes: Vec<Record> = std::iter::once(&one.first).chain(&one.also).cloned().collect();
        quotes.retain(|other| other.id() != record.id());
        quotes
    };
    let mut others: Vec<Vec<Record>> = remark.wordings.iter().map(quotes).collect();
    others.retain(|quotes| !quotes.is_empty());
    for quotes in &others {
        let Some((other, also)) = quotes.split_first() else { continue };
        let said = other.quote.speaker().map(|name| format!("**{}**\n", fit_escaped(name, 80)));
        let words = block(&fit_escaped(&other.shown(), 300));
        let also = also.iter().map(|one| one.citation.outlet.as_deref().unwrap_or("outlet unknown"));
        let also = also.collect::<Vec<_>>().join(", ");
        let also = if also.is_empty() {
            String::new()
        } else {
            format!("{SMALL}{}\n", fit_escaped(&format!("also in {also}"), 150))
        };
        let entry =
            format!("{}{words}\n{}\n{also}", said.unwrap_or_default(), citation(other, &GLANCED, site));
        if units(&content) + units(&entry) + FOOT > CONTENT {
            break;
        }
        content.push_str(&entry);
        shown += 1;
    }
    if others.is_empty() {
        content.push_str("No other article on record has this quote.");
    } else if others.len() > shown {
        content.push_str(&format!("… and {} more.", others.len() - shown));
    }
    Message { content: content.trim_end().to_owned(), ..Message::default() }
}

/// Returns the message about new quotes of what is followed: as many of `records` as fit, at most five, out
/// of `total` new ones. `names`, in Markdown, are the followed subjects; `site` as in [`View`].
#[must_use]
pub fn news(names: &[String], records: &[Record], total: u64, site: Option<&str>) -> Message {
    let mut content = cut(&format!("New quotes · {}", names.join(", ")), NEWS_HEAD);
    content.push('\n');
    let last = |shown: usize| {
        let more = total.saturating_sub(shown as u64);
        let more = if more > 0 { format!("… and {more} more. ") } else { String::new() };
        format!("{SMALL}{more}`/following` lists what is followed, `/unfollow` ends it.")
    };
    let mut contexts = Vec::new();
    for (record, above) in
        records.iter().zip(std::iter::once(None).chain(records.iter().map(Some))).take(NEWS)
    {
        let quoted = parts(&words(record, &[]), SHORT).swap_remove(0);
        let number = format!("{}. ", contexts.len() + 1);
        let name = speaker(record, &number, above, GLANCED.name);
        let written =
            |record: &Record, site| format!("{name}\n{quoted}\n{}\n", citation(record, &GLANCED, site));
        let fits = |entry: &str| units(&content) + units(entry) + units(&last(0)) <= CONTENT;
        let mut entry = written(record, site);
        if !fits(&entry) && contexts.is_empty() {
            // The URL takes most of the room; without it any quote fits.
            let mut bare = record.clone();
            bare.citation.url = None;
            entry = written(&bare, None);
        }
        if !fits(&entry) {
            break;
        }
        content.push_str(&entry);
        contexts.push(Click::new(Button::Context(record.id()), format!("Context {}", contexts.len() + 1)));
    }
    content.push_str(&last(contexts.len()));
    let rows = if contexts.is_empty() { Vec::new() } else { vec![contexts] };
    Message { content, rows, ..Message::default() }
}

/// Returns the request that a message of ours answers: from the text that [`page`] and [`nothing`] wrote, or
/// from the embed, which has a long question and in which earlier versions of this bot put every question.
#[must_use]
pub fn request_of(content: &str, author: Option<&str>, footer: Option<&str>) -> Option<Request> {
    let lines = || footer.unwrap_or_default().lines();
    let line = lines().find_map(|line| line.strip_prefix(ASKED)).or(author);
    let Some(line) = line else { return request_in(content) };
    let history: Vec<String> = lines()
        .filter_map(|line| EARLIER.iter().find_map(|mark| line.strip_prefix(mark)))
        .map(bare)
        .collect();
    Some(Request::parse(&bare(line))?.with_history(&history))
}

/// Parses the small print at the end of a text.
fn request_in(content: &str) -> Option<Request> {
    let mut lines = content.lines().rev();
    let last = lines.next()?.strip_prefix(SMALL)?;
    // The marker cannot occur before the question: only page numbers come first.
    let (_, line) = last.split_once(ASKED)?;
    let read = |line: &str| bare(&escape::unescape(line));
    let line = read(line);
    let mut history: Vec<String> =
        lines.map_while(|line| line.strip_prefix(SMALL)?.strip_prefix(EARLIER[0])).map(read).collect();
    history.reverse();
    // A truncated question is asked again as far as it goes.
    Some(Request::parse(line.trim_end_matches('…'))?.with_history(&history))
}

/// Returns the line without the isolates that [`escape::plain`] puts around right-to-left text.
fn bare(line: &str) -> String {
    line.trim_start_matches('\u{2068}').trim_end_matches('\u{2069}').to_owned()
}

/// The label before the question.
const ASKED: &str = "asked: ";
/// The label before an earlier question; the second form was written by earlier versions.
const EARLIER: &[&str] = &["earlier: ", "after: "];
/// Markdown for small print.
const SMALL: &str = "-# ";

/// Returns the question and those before it, in small print, and an empty text. If they are too long for
/// that, returns the beginning of the question, and the full text for an embed.
fn asked(request: &Request, room: usize) -> (String, String) {
    let history = request.history();
    let mut lines: Vec<String> =
        history.iter().map(|turn| format!("{}{}", EARLIER[0], escape::inline(turn))).collect();
    lines.push(format!("{ASKED}{}", escape::inline(&request.line())));
    let text = lines.join("\n");
    if units(&text) <= room {
        return (text, String::new());
    }
    let mut embed = vec![format!("{ASKED}{}", escape::plain(&request.line()))];
    embed.extend(history.iter().map(|turn| format!("{}{}", EARLIER[0], escape::plain(turn))));
    (format!("{ASKED}{}", fit_escaped(&request.line(), room - ASKED.len())), embed.join("\n"))
}

/// Room for the line breaks and for what [`foot`] adds.
const FOOT: usize = 80;

/// Returns the last lines: earlier questions, page number, question.
fn foot(place: &str, asked: &str) -> String {
    let (earlier, asked) =
        asked.rsplit_once('\n').map_or((None, asked), |(earlier, asked)| (Some(earlier), asked));
    let earlier = earlier.into_iter().flat_map(str::lines).map(|line| format!("{SMALL}{line}\n"));
    let place = if place.is_empty() { String::new() } else { format!("{place} · ") };
    format!("{}{SMALL}{place}{asked}", earlier.collect::<String>())
}

/// Returns the button that shows a place of the answer.
fn to(view: &View, hit: usize, part: usize) -> Button {
    let hit = u32::try_from(hit).unwrap_or(u32::MAX);
    let part = u16::try_from(part).unwrap_or(u16::MAX);
    if view.several && part == 0 { Button::List(hit) } else { Button::Page { hit, part } }
}

/// Returns the button to the page before a quote's first part; `None` on the first page.
fn back(view: &View) -> Option<Click> {
    let hit = view.hit.checked_sub(1)?;
    let button =
        if view.several { to(view, view.hit.saturating_sub(GLANCE), 0) } else { to(view, hit, usize::MAX) };
    Some(Click::new(button, "◀ Back"))
}

fn glance_buttons(view: &View, shown: usize) -> Vec<Vec<Click>> {
    let quotes = view.quotes.iter().take(shown);
    let contexts = quotes.enumerate().map(|(at, (record, _))| {
        Click::new(Button::Context(record.id()), format!("Context {}", view.hit + at + 1))
    });
    let mut turn: Vec<Click> = back(view).into_iter().collect();
    if view.hit + shown < view.total {
        turn.push(Click::new(to(view, view.hit + shown, 0), "Next ▶"));
    }
    let mut speakers = view.quotes.iter().take(shown).map(|(record, _)| record.quote.speaker());
    if let Some((record, _)) = view.quotes.first()
        && let Some(Some(name)) = speakers.next()
        && speakers.all(|other| other == Some(name))
    {
        turn.push(Click::new(Button::More(record.id()), MORE));
    }
    let mut ids = [None; GLANCE];
    for (id, (record, _)) in ids.iter_mut().zip(view.quotes.iter().take(shown)) {
        *id = Some(record.id());
    }
    let first = u32::try_from(view.hit + 1).unwrap_or(u32::MAX);
    turn.push(Click::new(Button::Which { first, ids }, render::WRONG));
    turn.push(last(view, to(view, view.hit, 0)));
    vec![contexts.collect(), turn]
}

const MORE: &str = "More from this speaker";

/// Returns the last button: to share an answer that only one person sees, otherwise to delete it.
fn last(view: &View, here: Button) -> Click {
    match (view.asker, here) {
        (Some(asker), _) => Click::new(Button::Delete(asker), "Delete"),
        (None, Button::List(hit)) => Click::new(Button::ShareList(hit), "Share"),
        (None, Button::Page { hit, part }) => Click::new(Button::Share { hit, part }, "Share"),
        (None, here) => Click::new(here, "Share"),
    }
}

fn buttons(view: &View, record: &Record, part: usize, parts: usize) -> Vec<Vec<Click>> {
    let page = |part: usize| Button::Page {
        hit: u32::try_from(view.hit).unwrap_or(u32::MAX),
        part: u16::try_from(part).unwrap_or(u16::MAX),
    };
    let mut turn = Vec::new();
    if part > 0 {
        turn.push(Click::new(page(part - 1), "◀ Back"));
    } else {
        turn.extend(back(view));
    }
    if part + 1 < parts {
        turn.push(Click::new(page(part + 1), "Read on ▶"));
    } else if view.hit + 1 < view.total {
        turn.push(Click::new(to(view, view.hit + 1, 0), "Next ▶"));
    }
    let mut about = vec![Click::new(Button::Context(record.id()), "Context")];
    about.extend(self::about(record, view.elsewhere));
    about.push(Click::new(Button::Wrong(record.id()), render::WRONG));
    about.push(last(view, page(part)));
    [turn, about].into_iter().filter(|row| !row.is_empty()).collect()
}

/// Returns the buttons that lead on from a quote.
fn about(record: &Record, elsewhere: usize) -> Vec<Click> {
    let mut out = Vec::new();
    if record.quote.speaker().is_some() {
        out.push(Click::new(Button::More(record.id()), MORE));
    }
    if elsewhere > 0 {
        let label = format!("Same quote elsewhere ({elsewhere})");
        out.push(Click::new(Button::Elsewhere(record.id()), label));
    }
    out
}

/// Returns the speaker in bold after `number`, with the role on the day of the quote, omitting what the quote
/// `above` already shows.
fn speaker(record: &Record, number: &str, above: Option<&Record>, room: usize) -> String {
    let name = match record.quote.speaker() {
        Some(name) => name.to_owned(),
        None => match record.quote.attribution.as_ref().map(|found| record.text(found.mention)) {
            Some(mention) if !mention.is_empty() => format!("“{mention}” (not resolved to a name)"),
            _ => "Speaker unknown".to_owned(),
        },
    };
    let is_above = above.is_some_and(|above| {
        above.quote.speaker().is_some()
            && above.quote.speaker() == record.quote.speaker()
            && above.role == record.role
    });
    let role = record.role.as_deref().filter(|_| !is_above);
    let role = role.map(|role| format!(", {}", fit_escaped(role, room / 2))).unwrap_or_default();
    format!("**{number}{}**{role}", fit_escaped(&name, room / 2))
}

/// Returns the citation in small print: how verbatim the quote is, where and when it was published, and its
/// page on `site`.
fn citation(record: &Record, room: &Room, site: Option<&str>) -> String {
    let citation = &record.citation;
    let mut kind = render::kind(record.quote.kind).to_owned();
    if let Some(first) = kind.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let outlet = fit_escaped(citation.outlet.as_deref().unwrap_or("outlet unknown"), room.outlet);
    // A day rather than a timestamp: it is the same for readers in every time zone.
    let date = citation.date.map_or_else(|| "undated".to_owned(), render::day);
    let title = fit_escaped(citation.title.as_deref().unwrap_or(&record.article.0), room.title);
    let title = match citation.url.as_deref().and_then(escape::link) {
        // In angle brackets, so that Discord shows no link preview.
        Some(url) => format!("[{title}](<{url}>)"),
        None => title,
    };
    let digest = if record.digest { " (a digest of this report)" } else { "" };
    let said = render::said(record).map(|said| format!(" · {said}")).unwrap_or_default();
    let corrected = render::corrected(record).map(|corrected| format!(" · {corrected}")).unwrap_or_default();
    let page = site.map(|site| format!(" · [permalink](<{site}/quote/{}>)", Permalink::of(record)));
    format!(
        "{SMALL}**{kind}** · {outlet} · {date}{said}{corrected} · {title}{digest}{}",
        page.unwrap_or_default()
    )
}

/// Returns how the claimed words compare with the record.
fn verdict(checked: &Checked, room: usize) -> String {
    let sign = match checked.verdict {
        Verdict::Exact | Verdict::Punctuation => "✅",
        Verdict::Near | Verdict::NotOnRecord => "❔",
        _ => "⚠️",
    };
    let mut out = format!("{sign} **{}**", render::verdict(checked.verdict));
    for line in render::verdict_details(checked) {
        let left = room.saturating_sub(units(&out) + 1);
        if left > LEAST_LINE {
            out.push_str(&format!("\n{}", fit_escaped(&line, left)));
        }
    }
    if !matches!(checked.verdict, Verdict::Altered | Verdict::Stitched) {
        return out;
    }
    out.push('\n');
    for piece in &checked.diff {
        let text = escape::inline(&piece.text);
        let text = match piece.side {
            Side::Both => text,
            Side::Asked => format!("~~{text}~~"),
            Side::Recorded => format!("**{text}**"),
        };
        if units(&out) + units(&text) + 2 > room {
            out.push('…');
            break;
        }
        out.push_str(&text);
        out.push(' ');
    }
    out.trim_end().to_owned()
}

/// A line of a verdict with less room than this is left out.
const LEAST_LINE: usize = 40;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::request::Command;
    use super::*;
    use crate::answer::{Change, ChangeKind, Hit, Piece, Score, sample};
    use crate::article::{ArticleId, Citation};
    use crate::quote::Attribution;

    /// Returns a record whose article has three paragraphs: `before`, the quote, `after`.
    fn record(before: &str, said: &str, after: &str, speaker: Option<&str>) -> Record {
        let context = format!("{before}\n\n{said}\n\n{after}");
        let start = before.len() + 2;
        let content = Span::new(start, start + said.len());
        let attribution = speaker.map(|name| Attribution {
            mention: Span::new(0, 0),
            speaker: Some(name.to_owned()),
            role: None,
            sieve: crate::quote::Sieve::Cue,
            sure: 90,
        });
        let mut record = Record {
            context,
            paragraph: content,
            role: Some("Mayor".to_owned()),
            citation: Citation {
                outlet: Some("Coast Gazette".to_owned()),
                title: Some("Archive to open".to_owned()),
                url: Some("https://gazette.example/archive".to_owned()),
                byline: None,
                date: "2025-12-02".parse().ok(),
            },
            ..sample::record(said)
        };
        (record.quote.content, record.quote.attribution) = (vec![content], attribution);
        record
    }

    fn view<'a>(request: &'a Request, record: &'a Record, marks: &'a [Span]) -> View<'a> {
        View {
            request,
            quotes: vec![(record, marks)],
            elsewhere: 2,
            hit: 0,
            total: 3,
            part: 0,
            several: false,
            asker: None,
            checked: None,
            note: None,
            site: None,
        }
    }

    /// Checks a message against every limit of Discord's, in code points and in UTF-16 units.
    fn check_limits(message: &Message) {
        let within = |text: &str, limit: usize, what: &str| {
            assert!(
                units(text) <= limit && text.chars().count() <= limit,
                "{what} has {} units",
                units(text)
            );
        };
        within(&message.content, CONTENT, "content");
        within(&message.asked, 2048, "the question");
        assert!(message.rows.len() <= 5 && message.rows.iter().all(|row| (1..=5).contains(&row.len())));
        let mut ids: Vec<String> = message.rows.iter().flatten().map(|click| click.button.id()).collect();
        assert!(ids.iter().all(|id| (1..=100).contains(&id.chars().count())));
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count, "identifiers are unique");
        for click in message.rows.iter().flatten() {
            within(&click.label, 80, "label");
            assert_eq!(Button::parse(&click.button.id()), Some(click.button));
        }
        assert_eq!(message.body()["allowed_mentions"]["parse"], json!([]));
    }

    #[test]
    fn a_page_says_who_what_where_and_how_verbatim() {
        let request = Request::new(Command::Ask, "What did Lee say about the archive?");
        let record = record("Before.", "We will open the *archive*.", "After.", Some("Angela Lee"));
        let marks = [Span::new(27, 34)];
        assert_eq!(record.text(marks[0]), "archive");
        let message = page(&view(&request, &record, &marks));
        check_limits(&message);
        assert_eq!(
            message.content,
            "**Angela Lee**, Mayor\n> “We will open the \\***archive**\\*.”\n\
             -# **Verbatim** · Coast Gazette · 2 December 2025 · [Archive to open](<https://gazette.example/archive>)\n\
             -# 1 of 3 · asked: What did Lee say about the archive?"
        );
        let labels: Vec<&str> = message.rows.iter().flatten().map(|click| click.label.as_str()).collect();
        let about = ["Context", "More from this speaker", "Same quote elsewhere (2)", render::WRONG];
        let expected = [["Next ▶"].as_slice(), &about, &["Share"]].concat();
        assert_eq!(labels, expected);
        assert_eq!(request_of(&message.content, None, None), Some(request));
    }

    #[test]
    fn a_page_has_three_short_quotes_or_one_long_one() {
        let request = Request::new(Command::Ask, "What did Lee say about the archive?");
        let short = record("Before.", "We will open the archive.", "After.", Some("Angela Lee"));
        let long = record("Before.", &"We will open the archive. ".repeat(30), "After.", Some("Angela Lee"));
        let several = |records: &[&Record], hit: usize| {
            let quotes = records.iter().map(|record| (*record, [].as_slice())).collect();
            page(&View {
                quotes,
                several: true,
                hit,
                total: 9,
                asker: Some(7),
                ..view(&request, &short, &[])
            })
        };
        let three = several(&[&short, &short, &short], 3);
        assert!(
            three.content.contains("**6. Angela Lee**") && three.content.contains("-# 4–6 of 9 · asked: "),
            "{three:?}"
        );
        let ids: Vec<Button> = three.rows.iter().flatten().map(|click| click.button).collect();
        let id = short.id();
        let context = Button::Context(id);
        let which = Button::Which { first: 4, ids: [Some(id); 3] };
        let turn = [Button::List(0), Button::List(6), Button::More(id), which, Button::Delete(7)];
        assert_eq!(ids, [[context; 3].as_slice(), &turn].concat());
        assert_eq!(request_of(&three.content, None, None), Some(request.clone()));
        let two = several(&[&short, &short, &long], 3);
        assert!(two.content.contains("-# 4–5 of 9 · "), "{two:?}");
        let one = several(&[&long, &short, &short], 3);
        assert!(one.content.contains("-# 4 of 9 · asked: "), "{one:?}");
        assert_eq!(
            one.rows[0].iter().map(|click| click.button).collect::<Vec<_>>(),
            [Button::List(0), Button::List(4)]
        );
    }

    #[test]
    fn the_question_is_read_back_from_text_and_embed() {
        let record = record("", "We will open the archive.", "", None);
        let history = ["what did Lee say?".to_owned(), "and *Duarte*: asked: when?".to_owned()];
        for (text, is_short) in [
            ("asked: -# what? · “earlier: ” https://a.example/_x_ **y**", true),
            ("שלום archive", true),
            (&"Did Lee say: “we will open it: ever”? ".repeat(24), false),
        ] {
            let request = Request::new(Command::Ask, text).with_history(&history);
            for message in [page(&view(&request, &record, &[])), nothing(&request, "Nothing.", None, None)] {
                check_limits(&message);
                assert_eq!(message.asked.is_empty(), is_short);
                let footer = Some(message.asked.as_str()).filter(|asked| !asked.is_empty());
                assert_eq!(request_of(&message.content, None, footer).as_ref(), Some(&request));
                let without = request_of(&message.without_embed().content, None, None).expect("a question");
                assert!(without == request || (!is_short && request.text().starts_with(without.text())));
            }
        }
        let old = request_of("", Some("what did he say?"), Some("1 of 3\nafter: what did Lee say?"));
        let expected = Request::new(Command::Ask, "what did he say?").with_history(&history[..1]);
        assert_eq!(old, Some(expected), "messages of earlier versions");
        assert_eq!(request_of("Please wait.", None, None), None);
    }

    #[test]
    fn a_long_quote_continues_on_the_next_page_without_loss() {
        let said: String = (0..900).map(|n| format!("word{n} ")).collect();
        let record = record("", said.trim(), "", None);
        let request = Request::new(Command::WhoSaid, "word7 word8");
        let checked = Checked::nowhere("word7 word8");
        let mut shown = String::new();
        for part in 0..20 {
            let page = page(&View { part, checked: Some(&checked), ..view(&request, &record, &[]) });
            check_limits(&page);
            if part > 0 && !page.content.contains(&format!("part {} of", part + 1)) {
                break;
            }
            assert_eq!(page.content.contains("Not on record"), part == 0);
            let lines = page.content.lines().filter_map(|line| line.strip_prefix("> "));
            shown.push_str(&lines.collect::<Vec<_>>().join(" "));
        }
        let words: String =
            shown.replace(['“', '”', '…'], " ").split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(words, said.trim());
        assert!(shown.contains(" …… "), "a part ends and the next begins with a mark");
    }

    fn hostile(most: usize) -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "\\PC{0,20}",
            "[*_~`|<>@#:/\\\\\\[\\]()-]{1,30}",
            "[\u{202e}\u{2066}\u{5d0}\u{1f44d}\n\r\u{2028}\0 ]{1,20}",
            "[a-z ]{0,60}",
            Just("@everyone <@1> **".repeat(20)),
            Just("x".repeat(700)),
            Just("👍".repeat(300)),
        ];
        proptest::collection::vec(piece, 0..most).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn no_message_is_over_a_limit(
            before in hostile(3), said in hostile(12), after in hostile(3), name in hostile(3), outlet in hostile(3),
            title in hostile(3), asked in hostile(4), part in 0_usize..6, long in any::<bool>(), linked in any::<bool>(),
        ) {
            let mut record = record(&before, &said, &after, Some(&name));
            record.citation.outlet = Some(outlet.clone());
            record.citation.title = Some(title.clone());
            record.role = Some(title);
            let turns = if long { vec![asked.clone(), before.clone(), after.clone()] } else { Vec::new() };
            let request = Request::new(Command::Ask, &asked).with_history(&turns);
            let marks = [record.quote.content[0]];
            let checked = Checked::nowhere(&asked);
            let note = Some(before.as_str());
            let site = format!("https://{}.example", "quotes.".repeat(20));
            let site = linked.then_some(site.as_str());
            let one = View { part, note, checked: Some(&checked), site, ..view(&request, &record, &marks) };
            let shown = page(&one);
            check_limits(&shown);
            check_limits(&shown.without_embed());
            check_limits(&shown.below("I may not write in <#1100000000000000000>, so the answer comes here."));
            let others = [1, 2].map(|at| Record { article: ArticleId(format!("other-{at}")), ..record.clone() });
            let quotes = [&record, &others[0], &others[1]].map(|record| (record, marks.as_slice())).to_vec();
            let list = page(&View { quotes, several: true, hit: 9999, total: 99_999, asker: Some(u64::MAX), ..one });
            check_limits(&list);
            if !request.line().is_empty() {
                for message in [shown, list] {
                    let footer = Some(message.asked.as_str()).filter(|asked| !asked.is_empty());
                    prop_assert!(request_of(&message.content, None, footer).is_some(), "{:?}", message);
                }
            }
            let hit = |record: &Record| Hit { record: record.clone(), score: Score::default(), marks: Vec::new(), also: Vec::new() };
            let piece = |side, text: &String| Piece { side, text: text.clone() };
            let altered = Checked {
                claimed_of: Some(name.clone()),
                verdict: [Verdict::Exact, Verdict::OtherSpeaker, Verdict::Altered, Verdict::Stitched, Verdict::Retold, Verdict::Near][part % 6],
                nearest: Some(hit(&record)),
                second: Some(hit(&record)),
                other_speaker: long,
                diff: vec![piece(Side::Both, &said), piece(Side::Asked, &asked), piece(Side::Recorded, &before)],
                changes: vec![Change { kind: ChangeKind::NegationDropped, claimed: asked.clone(), recorded: said.clone() }; 3],
                ..Checked::nowhere(&said)
            };
            let judged = page(&View { checked: Some(&altered), ..view(&request, &record, &marks) });
            check_limits(&judged);
            for several in 1..=5 {
                check_limits(&checks(&vec![altered.clone(); several], None));
            }
            let ids = [&record, &others[0], &others[1]].map(|record| Some(record.id()));
            check_limits(&which(u32::MAX, &ids));
            check_limits(&context(&record, 99_999, site));
            let wordings = vec![Wording { first: others[0].clone(), also: others.to_vec() }; 7];
            let remark = Remark { speaker: Some(name.clone()), said: None, wordings };
            check_limits(&elsewhere(&record, &remark, site));
            let others = [1, 2, 3, 4, 5, 6].map(|at| Record { article: ArticleId(format!("new-{at}")), ..record.clone() });
            check_limits(&news(&[outlet, name], &others, 9999, site));
            check_limits(&nothing(&request, &said, Some(&checked), Some(u64::MAX)));
            check_limits(&Message::text(&said));
        }
    }
}

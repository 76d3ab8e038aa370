//! Here is a request and a place in its answer: which message shows it?
//!
//! The only way from a [`Request`] to a [`Message`], whether it came from a command, a button, a mention or a
//! direct message.

use std::sync::Arc;

use anyhow::Context as _;
use jiff::civil::Date;

use super::desk;
use super::message::{self, File, GLANCE, Message, SheetView, View};
use super::request::{Command, Request};
use super::settings::Settings;
use crate::answer::{Answer, Checked, Page, QuoteId, Record, Scope};
use crate::ask::{self, ArticleQuotes};
use crate::desk::Remark;
use crate::export;
use crate::index::QuoteIndex;
use crate::picture::{self, Picture};
use crate::render::{self, Sheet};

/// The settings that apply where an answer is read.
#[derive(Clone, Debug)]
pub(super) struct Reader {
    /// The settings of the server, which limit what is shown.
    pub(super) settings: Arc<Settings>,
    /// The public address of the reading room; `None` if it has none.
    pub(super) site: Option<Arc<str>>,
}

/// A place in an answer, and the person it is for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The position of the first quote in the answer, from 0; past the end means the last one.
    pub(super) hit: usize,
    /// The part of a long quote, from 0; past the end means the last one.
    pub(super) part: usize,
    /// Whether to show only that quote, even if others would fit on the page.
    pub(super) alone: bool,
    /// Who asked; `None` if only one person sees the answer.
    pub(super) asker: Option<u64>,
}

impl Place {
    /// Returns the first page.
    pub(super) const fn first(asker: Option<u64>) -> Self {
        Self { hit: 0, part: 0, alone: false, asker }
    }
}

/// A message, and whether it contains a quote.
pub(super) struct Shown {
    pub(super) message: Message,
    pub(super) found: bool,
}

impl Shown {
    fn nothing(message: Message) -> Self {
        Self { message, found: false }
    }
}

/// Returns the message at `place` of the answer to `request`, limited to the part of the corpus that the
/// reader's settings allow.
///
/// # Errors
/// If the index cannot be read.
pub(super) fn show(
    index: &QuoteIndex,
    request: &Request,
    reader: &Reader,
    today: Date,
    place: Place,
) -> anyhow::Result<Shown> {
    if request.command == Command::Article {
        return article(index, request, reader, place);
    }
    if let Some(sheet) = desk::sheet(index, request, &reader.settings.part())? {
        return Ok(match sheet {
            Ok(sheet) => on_sheet(request, &sheet, reader, place),
            Err(unknown) => Shown::nothing(message::nothing(request, &unknown, None, place.asker)),
        });
    }
    if request.command == Command::Timeline {
        return timeline(index, request, reader, place);
    }
    if request.command == Command::Export {
        return export(index, request, reader, today, place);
    }
    let settings = &*reader.settings;
    let request = &leaning(index, request.clone(), settings, today);
    let asked = request.asked(today, &settings.part());
    let at = |hit| ask::ask(index, &asked, Page { offset: hit, limit: if place.alone { 1 } else { GLANCE } });
    let mut hit = place.hit;
    let mut answer = at(hit)?;
    if answer.hits.is_empty() && answer.total > 0 {
        // The corpus has changed since the previous page was shown.
        hit = answer.total - 1;
        answer = at(hit)?;
    }
    // A question about who somebody is gets the speaker's card.
    if let Some(profile) = &answer.question.profile
        && let Ok(card) = ask::desk::card(index, &profile.name, &answer.question.part)?
    {
        return Ok(on_sheet(request, &render::card(&card), reader, place));
    }
    found(index, request, &answer, reader, Place { hit, ..place })
}

/// Maximum number of quotes that a picture counts.
const COUNTED: u64 = 5000;

/// Returns the message with the picture of who spoke how often.
fn timeline(index: &QuoteIndex, request: &Request, reader: &Reader, place: Place) -> anyhow::Result<Shown> {
    let matter = Some(request.text()).filter(|matter| !matter.is_empty());
    let (speaker, party, part) = (request.speaker(), request.party(), &reader.settings.part());
    let nothing = |note: &str| Shown::nothing(message::nothing(request, note, None, place.asker));
    let counted = ask::desk::Counted { speaker, party, matter, part, most: COUNTED };
    let timeline = match ask::desk::timeline(index, &counted)? {
        Ok(timeline) => timeline,
        Err(unknown) => return Ok(nothing(&render::unknown(&unknown))),
    };
    if timeline.quotes == 0 {
        return Ok(nothing(&render::timeline_alt(&timeline)));
    }
    let file = file("timeline.png", &picture::timeline(&timeline))?;
    Ok(Shown { message: message::picture(file, Some(request), place.asker), found: true })
}

fn file(name: &str, picture: &Picture) -> anyhow::Result<File> {
    let bytes = picture.png().context("a picture cannot be drawn")?;
    Ok(File { name: name.to_owned(), kind: "image/png", alt: picture.alt.clone(), bytes })
}

/// Maximum size of a file in bytes: below Discord's lowest limit.
const LARGEST: usize = 8 << 20;

/// Returns the message with all quotes of an answer in a file.
fn export(
    index: &QuoteIndex,
    request: &Request,
    reader: &Reader,
    today: Date,
    place: Place,
) -> anyhow::Result<Shown> {
    let asked = request.asked(today, &reader.settings.part());
    let mut answer = ask::ask(index, &asked, Page::from(usize::MAX))?;
    if answer.hits.is_empty() {
        let note = render::note(&answer).unwrap_or_default();
        return Ok(Shown::nothing(message::nothing(request, &note, None, place.asker)));
    }
    let (name, kind) =
        if request.json() { ("quotes.json", "application/json") } else { ("quotes.csv", "text/csv") };
    let whole = |answer: &Answer| {
        if request.json() {
            export::answer(answer)
        } else {
            export::table(answer.hits.iter().map(|hit| &hit.record))
        }
    };
    let mut text = whole(&answer);
    while text.len() > LARGEST && !answer.hits.is_empty() {
        answer.hits.truncate(answer.hits.len() / 2);
        text = whole(&answer);
    }
    let count = render::quotes(u64::try_from(answer.hits.len()).unwrap_or(u64::MAX));
    let note = match answer.more() {
        0 => format!("{count}, word for word, with speakers and sources."),
        more => format!("{count}, word for word, with speakers and sources; {more} more did not fit."),
    };
    let note = std::iter::once(note).chain(render::note(&answer)).collect::<Vec<_>>().join(" ");
    let bytes = text.into_bytes();
    let file = File { name: name.to_owned(), kind, alt: note, bytes };
    Ok(Shown { message: message::picture(file, Some(request), place.asker), found: true })
}

/// Returns the message at `place` of a sheet.
fn on_sheet(request: &Request, sheet: &Sheet, reader: &Reader, place: Place) -> Shown {
    let view = SheetView { request, sheet, hit: place.hit, asker: place.asker, site: reader.site.as_deref() };
    Shown { message: message::sheet(&view), found: sheet.has_quotes() }
}

/// Returns the request without the earlier questions if they do not change its meaning, so that unrelated
/// questions are not shown again.
fn leaning(index: &QuoteIndex, request: Request, settings: &Settings, today: Date) -> Request {
    if request.history().is_empty() {
        return request;
    }
    let alone = request.clone().with_history(&[]);
    let meaning = |request: &Request| ask::understand(index, &request.asked(today, &settings.part()));
    if meaning(&request) == meaning(&alone) { alone } else { request }
}

/// Returns the part of the corpus that a server's settings allow, resolved against the index.
fn scope(index: &QuoteIndex, settings: &Settings) -> Scope {
    index.scope(&settings.outlets, &settings.tags)
}

fn found(
    index: &QuoteIndex,
    request: &Request,
    answer: &Answer,
    reader: &Reader,
    place: Place,
) -> anyhow::Result<Shown> {
    let note = render::note(answer);
    let Some(hit) = answer.hits.first() else {
        let mut note = note.unwrap_or_default();
        if !answer.question.part.is_whole() && !ask::is_any(index, &answer.question.part)? {
            note.push_str(
                " These settings leave no quote on record at all: people who manage the server can change them with /settings.",
            );
        }
        return Ok(Shown::nothing(message::nothing(request, &note, answer.checked.as_ref(), place.asker)));
    };
    let notes: Vec<String> = render::times(answer).into_iter().chain(note).collect();
    let notes = notes.join("\n");
    let quotes = answer.hits.iter().map(|hit| (&hit.record, hit.marks.as_slice()));
    let view = View {
        request,
        quotes: quotes.take(if place.alone { 1 } else { GLANCE }).collect(),
        elsewhere: reader.elsewhere(index, &hit.record)?,
        hit: place.hit,
        total: answer.total,
        part: place.part,
        several: render::several(answer),
        asker: place.asker,
        checked: answer.checked.as_ref(),
        note: (!notes.is_empty()).then_some(notes.as_str()),
        site: reader.site.as_deref(),
    };
    Ok(Shown { message: message::page(&view), found: true })
}

/// Returns the verdicts on several claims, in one list.
///
/// # Errors
/// If the index cannot be read.
pub(super) fn checks(
    index: &QuoteIndex,
    requests: &[Request],
    reader: &Reader,
    today: Date,
) -> anyhow::Result<Shown> {
    let mut checked = Vec::new();
    for request in requests {
        let answer = ask::ask(index, &request.asked(today, &reader.settings.part()), 1)?;
        checked.push(answer.checked.unwrap_or_else(|| Checked::nowhere(request.text())));
    }
    let found = checked.iter().any(|one| one.verdict.is_on_record());
    Ok(Shown { message: message::checks(&checked, reader.site.as_deref()), found })
}

fn article(index: &QuoteIndex, request: &Request, reader: &Reader, place: Place) -> anyhow::Result<Shown> {
    let scope = scope(index, &reader.settings);
    let at = |hit| ask::article(index, request.text(), Page { offset: hit, limit: GLANCE });
    let mut hit = place.hit;
    let mut found = at(hit)?;
    if let Some(ArticleQuotes { article, quotes }) = &found
        && let Some(last) = usize::try_from(article.quotes).unwrap_or(usize::MAX).checked_sub(1)
        && quotes.is_empty()
    {
        hit = last;
        found = at(hit)?;
    }
    let is_allowed =
        |found: &ArticleQuotes| scope.holds(found.article.citation.outlet.as_deref(), &found.article.tags);
    if found.as_ref().is_some_and(|found| !is_allowed(found)) {
        let note = render::outside(&reader.settings.part());
        return Ok(Shown::nothing(message::nothing(request, &note, None, place.asker)));
    }
    let Some(ArticleQuotes { article, quotes }) = found else {
        let note = "No article on record has this id, address or title.";
        return Ok(Shown::nothing(message::nothing(request, note, None, place.asker)));
    };
    let Some(record) = quotes.first() else {
        let title = article.citation.title.as_deref().unwrap_or(&article.article.0);
        let note = format!("No quote was found in “{title}”.");
        return Ok(Shown::nothing(message::nothing(request, &note, None, place.asker)));
    };
    let view = View {
        request,
        quotes: quotes
            .iter()
            .take(if place.alone { 1 } else { GLANCE })
            .map(|record| (record, [].as_slice()))
            .collect(),
        elsewhere: reader.elsewhere(index, record)?,
        hit,
        total: usize::try_from(article.quotes).unwrap_or(usize::MAX),
        part: place.part,
        several: true,
        asker: place.asker,
        checked: None,
        note: None,
        site: reader.site.as_deref(),
    };
    Ok(Shown { message: message::page(&view), found: true })
}

impl Reader {
    /// Returns the quote that a button names, if this server may see it.
    pub(super) fn quote(&self, index: &QuoteIndex, id: QuoteId) -> anyhow::Result<Option<Record>> {
        let scope = scope(index, &self.settings);
        Ok(ask::quote(index, id)?.filter(|record| scope.holds_record(record)))
    }

    /// Returns the paragraphs around the quote that a button names.
    pub(super) fn context(&self, index: &QuoteIndex, id: QuoteId) -> anyhow::Result<Message> {
        let Some(record) = self.quote(index, id)? else { return Ok(gone()) };
        Ok(message::context(&record, self.elsewhere(index, &record)?, self.site.as_deref()))
    }

    /// Returns a picture of the quote that a button names.
    pub(super) fn picture(&self, index: &QuoteIndex, id: QuoteId) -> anyhow::Result<Message> {
        let Some(record) = self.quote(index, id)? else { return Ok(gone()) };
        Ok(message::picture(file("quote.png", &picture::quote(&record))?, None, None))
    }

    /// Returns the other articles that have the quote that a button names.
    pub(super) fn shown_elsewhere(&self, index: &QuoteIndex, id: QuoteId) -> anyhow::Result<Message> {
        let Some(record) = self.quote(index, id)? else { return Ok(gone()) };
        Ok(message::elsewhere(&record, &self.remark(index, &record)?, self.site.as_deref()))
    }

    /// Returns how many other quotes are the same remark.
    fn elsewhere(&self, index: &QuoteIndex, record: &Record) -> anyhow::Result<usize> {
        Ok(self.remark(index, record)?.printed().len().saturating_sub(1))
    }

    fn remark(&self, index: &QuoteIndex, record: &Record) -> anyhow::Result<Remark> {
        Ok(ask::desk::wordings(index, record.clone(), &self.settings.part())?)
    }
}

/// Returns the message for a button whose quote is no longer on record.
pub(super) fn gone() -> Message {
    Message::text(
        "This quote is no longer on record here: its article was changed or removed. Please ask again.",
    )
}

//! Here is an answer: what does the message look like?
//!
//! Pure: values in, a [`Message`] out. One quote a page: who said it, the words as a block quote with the asked ones in bold, whether
//! they are verbatim, where and when they were published, how many more there are. Above it stands the question, which is also
//! all the state there is (see [`Request`]).
//!
//! Discord refuses a message over any of its limits, so each part has its own here and in `part`, and they add up to
//! less than a message may have. They are counted in UTF-16 units, as Discord's own client counts: never fewer than code points. A
//! quote too long for one page goes on on the next; where it is parted stands "…" on both sides.

mod fit;
mod part;

use serde_json::{Value, json};
use serenity::all::{
    ButtonStyle, CreateActionRow, CreateButton, CreateEmbed, CreateEmbedAuthor, CreateEmbedFooter,
};

use super::custom_id::Button;
use super::escape;
use super::request::Request;
use crate::answer::{Checked, Record, Side, Verdict};
use crate::quote::Kind;
use crate::render;
use crate::span::Span;
use fit::{cut, fit_escaped, tail};
use part::{AROUND, block, paragraph, parts, words};

pub(super) use fit::units;

/// Longest comparison with what was asked.
const VERDICT: usize = 900;
/// Longest title of an article in a link, escaped; the address has 512 and the outlet [`OUTLET`].
const TITLE: usize = 300;
/// Longest outlet, escaped.
const OUTLET: usize = 120;
/// Discord's limit for the name of an embed's author and its title.
const HEADING: usize = 256;
/// Longest list of places where a quote stands.
const LIST: usize = 3900;
/// Discord's limit for the text of a message.
const CONTENT: usize = 2000;

/// How sure a reader can be of the words, at a glance.
pub(super) const GREEN: u32 = 0x003b_a55d;
const AMBER: u32 = 0x00fa_a61a;
const GREY: u32 = 0x0074_7f8d;

/// A message, ready to be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Text outside the embed.
    pub content: String,
    /// The embed.
    pub embed: Option<Embed>,
    /// Rows of buttons.
    pub rows: Vec<Vec<Click>>,
}

/// An embed. Empty fields are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Embed {
    /// The line above the title; plain text.
    pub author: String,
    /// The title; Markdown.
    pub title: String,
    /// The body; Markdown.
    pub description: String,
    /// The line below; plain text.
    pub footer: String,
    /// The colour of its edge.
    pub colour: u32,
}

/// A button with its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Click {
    /// What it does.
    pub button: Button,
    /// What it says.
    pub label: String,
}

/// One quote of an answer, and all that is shown of it.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// What was asked.
    pub request: &'a Request,
    /// The quote.
    pub record: &'a Record,
    /// Its words that were asked for.
    pub marks: &'a [Span],
    /// In how many other articles it stands.
    pub elsewhere: usize,
    /// Its place in the answer, from 0.
    pub hit: usize,
    /// How many quotes the answer has.
    pub total: usize,
    /// The part of a long quote, from 0; the last if there are fewer.
    pub part: usize,
    /// Whether only one person sees it.
    pub private: bool,
    /// How the words that were asked about compare.
    pub checked: Option<&'a Checked>,
    /// The sentence that says how often it was said.
    pub times: Option<&'a str>,
}

impl Message {
    /// Returns a message of one plain sentence or more, cut where it is too long.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self { content: cut(text, CONTENT), ..Self::default() }
    }

    /// Returns the body as Discord wants it: nothing in it can ping anybody. It replaces all of an earlier message.
    #[must_use]
    pub fn body(&self) -> Value {
        let embeds: Vec<CreateEmbed> = self.embed.iter().map(Embed::build).collect();
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

    /// Returns the same as text, for a channel where the bot may not post embeds.
    #[must_use]
    pub fn without_embed(&self) -> Self {
        let Some(embed) = &self.embed else { return self.clone() };
        let parts = [&self.content, &embed.title, &embed.description].map(String::as_str);
        let text = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n");
        Self { content: cut(&text, CONTENT), embed: None, rows: self.rows.clone() }
    }
}

impl Embed {
    fn build(&self) -> CreateEmbed {
        let mut out = CreateEmbed::new().colour(self.colour);
        if !self.author.is_empty() {
            out = out.author(CreateEmbedAuthor::new(&self.author));
        }
        if !self.title.is_empty() {
            out = out.title(&self.title);
        }
        if !self.description.is_empty() {
            out = out.description(&self.description);
        }
        if !self.footer.is_empty() {
            out = out.footer(CreateEmbedFooter::new(&self.footer));
        }
        out
    }
}

impl Click {
    fn new(button: Button, label: impl Into<String>) -> Self {
        Self { button, label: label.into() }
    }

    fn build(&self) -> CreateButton {
        let button = CreateButton::new(self.button.id()).label(&self.label).style(ButtonStyle::Secondary);
        if self.button == Button::Place { button.disabled(true) } else { button }
    }
}

/// Returns the page of one quote.
#[must_use]
pub fn quote(view: &View) -> Message {
    let record = view.record;
    let parts = parts(&words(record, view.marks));
    let part = view.part.min(parts.len().saturating_sub(1));
    let mut description = String::new();
    if let Some(checked) = view.checked.filter(|_| view.hit == 0 && part == 0) {
        description.push_str(&verdict(checked));
        description.push('\n');
    }
    if let Some(times) = view.times.filter(|_| part == 0) {
        description.push_str(&fit_escaped(times, VERDICT));
        description.push('\n');
    }
    description.push_str(parts.get(part).map_or("", String::as_str));
    description.push('\n');
    description.push_str(&citation(record));
    let mut footer = format!("{} of {}", view.hit + 1, view.total.max(view.hit + 1));
    if parts.len() > 1 {
        footer.push_str(&format!(" · part {} of {}", part + 1, parts.len()));
    }
    let (author, footer) = asked(view.request, footer);
    let colour = match record.quote.kind {
        Kind::Direct => GREEN,
        Kind::Mixed => AMBER,
        Kind::Indirect => GREY,
    };
    let embed = Embed { author, title: speaker(record), description, footer, colour };
    Message { content: String::new(), embed: Some(embed), rows: buttons(view, part, parts.len()) }
}

/// Returns the message that there is nothing, with what there is instead.
#[must_use]
pub fn nothing(request: &Request, note: &str, checked: Option<&Checked>) -> Message {
    let mut description = escape::lines(&cut(note, 1200));
    if let Some(checked) = checked {
        description = format!("{}\n{description}", verdict(checked));
    }
    let (author, footer) = asked(request, String::new());
    let embed = Embed { author, description, footer, colour: GREY, ..Embed::default() };
    Message { embed: Some(embed), ..Message::default() }
}

/// Returns the paragraphs around a quote, which is in bold.
#[must_use]
pub fn context(record: &Record) -> Message {
    let [before, after] = record.neighbours();
    let mut lines: Vec<String> = Vec::new();
    if !before.is_empty() {
        lines.push(escape::inline(&tail(before, AROUND / 3)));
    }
    lines.push(paragraph(record));
    if !after.is_empty() {
        lines.push(escape::inline(&cut(after, AROUND / 3)));
    }
    let quoted: Vec<String> = lines.iter().map(|text| block(text)).collect();
    let description = format!("{}\n{}", quoted.join("\n> \n"), citation(record));
    let embed = Embed { title: speaker(record), description, colour: GREY, ..Embed::default() };
    Message { embed: Some(embed), ..Message::default() }
}

/// Returns where else a quote stands.
#[must_use]
pub fn elsewhere(record: &Record, others: &[Record]) -> Message {
    let mut description = String::new();
    let mut shown = 0;
    for other in others {
        let said = other.quote.speaker().map(|name| format!("{} in ", escape::inline(&cut(name, 80))));
        let words = block(&escape::inline(&cut(&other.shown(), 160)));
        let entry = format!("{words}\n{}{}\n", said.unwrap_or_default(), citation(other));
        if units(&description) + units(&entry) > LIST {
            break;
        }
        description.push_str(&entry);
        shown += 1;
    }
    if others.is_empty() {
        description.push_str("No other article on record has this quote.");
    } else if others.len() > shown {
        description.push_str(&format!("… and {} more.", others.len() - shown));
    }
    let title = fit_escaped(&format!("The same quote elsewhere: {}", cut(&record.shown(), 120)), HEADING);
    let embed =
        Embed { title, description: description.trim_end().to_owned(), colour: GREY, ..Embed::default() };
    Message { embed: Some(embed), ..Message::default() }
}

/// Returns the request a message of ours answers, from the lines [`quote`] and [`nothing`] put there.
#[must_use]
pub fn request_of(author: Option<&str>, footer: Option<&str>) -> Option<Request> {
    let lines = || footer.unwrap_or_default().lines();
    let line = lines().find_map(|line| line.strip_prefix(ASKED)).or(author)?;
    let history: Vec<String> =
        lines().filter_map(|line| line.strip_prefix(BEFORE)).map(str::to_owned).collect();
    Some(
        Request::parse(&bare(line))?.with_history(&history.iter().map(|turn| bare(turn)).collect::<Vec<_>>()),
    )
}

/// Without the isolates that [`escape::plain`] puts around right-to-left text.
fn bare(line: &str) -> String {
    line.trim_start_matches('\u{2068}').trim_end_matches('\u{2069}').to_owned()
}

/// What stands before a question that is too long for the line above the quote.
const ASKED: &str = "asked: ";
/// What stands before a question that came earlier.
const BEFORE: &str = "after: ";

/// The line above the quote and the lines below it: together they show the question and those before it.
fn asked(request: &Request, footer: String) -> (String, String) {
    let line = escape::plain(&request.line());
    let mut lines: Vec<String> = Some(footer).into_iter().filter(|line| !line.is_empty()).collect();
    let author = if units(&line) <= HEADING {
        line
    } else {
        lines.push(format!("{ASKED}{line}"));
        String::new()
    };
    lines.extend(request.history().iter().map(|turn| format!("{BEFORE}{}", escape::plain(turn))));
    (author, lines.join("\n"))
}

fn buttons(view: &View, part: usize, parts: usize) -> Vec<Vec<Click>> {
    let page = |hit: usize, part: usize| Button::Page {
        hit: u32::try_from(hit).unwrap_or(u32::MAX),
        part: u16::try_from(part).unwrap_or(u16::MAX),
    };
    let mut turn = Vec::new();
    if view.total > 1 || parts > 1 {
        if part > 0 {
            turn.push(Click::new(page(view.hit, part - 1), "◀ Back"));
        } else if view.hit > 0 {
            turn.push(Click::new(page(view.hit - 1, usize::from(u16::MAX)), "◀ Back"));
        }
        turn.push(Click::new(Button::Place, format!("{} / {}", view.hit + 1, view.total.max(view.hit + 1))));
        if part + 1 < parts {
            turn.push(Click::new(page(view.hit, part + 1), "Read on ▶"));
        } else if view.hit + 1 < view.total {
            turn.push(Click::new(page(view.hit + 1, 0), "Next ▶"));
        }
    }
    let id = view.record.id();
    let mut about = vec![Click::new(Button::Context(id), "Context")];
    if view.record.quote.speaker().is_some() {
        about.push(Click::new(Button::More(id), "More from this speaker"));
    }
    if view.elsewhere > 0 {
        about.push(Click::new(Button::Elsewhere(id), format!("Same quote elsewhere ({})", view.elsewhere)));
    }
    if view.private
        && let Button::Page { hit, part } = page(view.hit, part)
    {
        about.push(Click::new(Button::Share { hit, part }, "Share"));
    }
    [turn, about].into_iter().filter(|row| !row.is_empty()).collect()
}

/// Who said it, with the role on that day.
fn speaker(record: &Record) -> String {
    let name = match record.quote.speaker() {
        Some(name) => name.to_owned(),
        None => match record.quote.attribution.as_ref().map(|found| record.text(found.mention)) {
            Some(mention) if !mention.is_empty() => format!("“{mention}” (not resolved to a name)"),
            _ => "Speaker unknown".to_owned(),
        },
    };
    let role = record.role.as_deref().map(|role| format!(", {role}")).unwrap_or_default();
    fit_escaped(&format!("{name}{role}"), HEADING)
}

/// How verbatim it is, where and when it was published.
fn citation(record: &Record) -> String {
    let citation = &record.citation;
    let mut kind = render::kind(record.quote.kind).to_owned();
    if let Some(first) = kind.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let outlet = fit_escaped(citation.outlet.as_deref().unwrap_or("outlet unknown"), OUTLET);
    let date = citation.date.map_or_else(|| "undated".to_owned(), |day| format!("<t:{}:D>", noon(day)));
    let title = fit_escaped(citation.title.as_deref().unwrap_or(&record.article.0), TITLE);
    let title = match citation.url.as_deref().and_then(escape::link) {
        Some(url) => format!("[{title}]({url})"),
        None => title,
    };
    let digest = if record.digest { " (a digest of this report)" } else { "" };
    let said = render::said(record).map(|said| format!(" · {said}")).unwrap_or_default();
    format!("**{kind}** · {outlet} · {date}{said}\n{title}{digest}")
}

/// Noon of that day in UTC, in seconds since 1970: the same day for a reader in nearly every time zone.
fn noon(day: jiff::civil::Date) -> i64 {
    let epoch = jiff::civil::Date::constant(1970, 1, 1);
    let days = (day - epoch).get_days();
    i64::from(days) * 86_400 + 43_200
}

/// How the words compare with the record.
fn verdict(checked: &Checked) -> String {
    let by = checked
        .other_speaker
        .then(|| checked.nearest.as_ref()?.record.quote.speaker().map(str::to_owned))
        .flatten();
    let by = by
        .map(|name| format!(" But it was {} who said it.", escape::inline(&cut(&name, 100))))
        .unwrap_or_default();
    match checked.verdict {
        Verdict::Exact => format!("✅ **On record, word for word.**{by}"),
        Verdict::NotOnRecord => "❌ **Not on record in these words.**".to_owned(),
        Verdict::Altered => {
            let mut out = format!("⚠️ **On record in other words.**{by} ");
            for piece in &checked.diff {
                let text = escape::inline(&piece.text);
                let text = match piece.side {
                    Side::Both => text,
                    Side::Asked => format!("~~{text}~~"),
                    Side::Recorded => format!("**{text}**"),
                };
                if units(&out) + units(&text) + 2 > VERDICT {
                    out.push('…');
                    break;
                }
                out.push_str(&text);
                out.push(' ');
            }
            out.trim_end().to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::request::Command;
    use super::*;
    use crate::article::{ArticleId, Citation};
    use crate::quote::{Attribution, Quote};

    /// A record whose article is `before`, the quote, `after`, a paragraph each.
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
        Record {
            article: ArticleId("lee-archive".to_owned()),
            ordinal: 0,
            quote: Quote { kind: Kind::Direct, content: vec![content], cue: None, attribution, said: None },
            context,
            context_start: 0,
            paragraph: content,
            lead: String::new(),
            role: Some("Mayor".to_owned()),
            citation: Citation {
                outlet: Some("Coast Gazette".to_owned()),
                title: Some("Archive to open".to_owned()),
                url: Some("https://gazette.example/archive".to_owned()),
                byline: None,
                date: "2025-12-02".parse().ok(),
            },
            digest: false,
            tags: Vec::new(),
        }
    }

    fn view<'a>(request: &'a Request, record: &'a Record, marks: &'a [Span]) -> View<'a> {
        View {
            request,
            record,
            marks,
            elsewhere: 2,
            hit: 0,
            total: 3,
            part: 0,
            private: true,
            checked: None,
            times: None,
        }
    }

    /// Holds a message to every limit of Discord's, in code points and in UTF-16 units.
    fn check_limits(message: &Message) {
        let within = |text: &str, limit: usize, what: &str| {
            assert!(
                units(text) <= limit && text.chars().count() <= limit,
                "{what} has {} units",
                units(text)
            );
        };
        within(&message.content, CONTENT, "content");
        if let Some(embed) = &message.embed {
            within(&embed.author, 256, "author");
            within(&embed.title, 256, "title");
            within(&embed.description, 4096, "description");
            within(&embed.footer, 2048, "footer");
            let all = [&embed.author, &embed.title, &embed.description, &embed.footer];
            assert!(all.iter().map(|text| units(text)).sum::<usize>() <= 6000);
        }
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
        let message = quote(&view(&request, &record, &marks));
        check_limits(&message);
        let embed = message.embed.clone().expect("an embed");
        assert_eq!(embed.author, "What did Lee say about the archive?");
        assert_eq!(embed.title, "Angela Lee, Mayor");
        assert_eq!(
            embed.description,
            "> “We will open the \\***archive**\\*.”\n**Verbatim** · Coast Gazette · <t:1764676800:D>\n[Archive to open](https://gazette.example/archive)"
        );
        assert_eq!(embed.footer, "1 of 3");
        let labels: Vec<&str> = message.rows.iter().flatten().map(|click| click.label.as_str()).collect();
        assert_eq!(
            labels,
            ["1 / 3", "Next ▶", "Context", "More from this speaker", "Same quote elsewhere (2)", "Share"]
        );
        assert_eq!(request_of(Some(&embed.author), Some(&embed.footer)), Some(request));
    }

    #[test]
    fn a_long_quote_goes_on_on_the_next_page_and_loses_nothing() {
        let said: String = (0..900).map(|n| format!("word{n} ")).collect();
        let record = record("", said.trim(), "", None);
        let request = Request::new(Command::WhoSaid, "word7 word8");
        let mut shown = String::new();
        for part in 0..20 {
            let page = quote(&View { part, ..view(&request, &record, &[]) });
            check_limits(&page);
            let embed = page.embed.expect("an embed");
            if part > 0 && !embed.footer.contains(&format!("part {} of", part + 1)) {
                break;
            }
            let lines = embed.description.lines().filter_map(|line| line.strip_prefix("> "));
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
            title in hostile(3), asked in hostile(4), part in 0_usize..4, long in any::<bool>(),
        ) {
            let mut record = record(&before, &said, &after, Some(&name));
            record.citation.outlet = Some(outlet);
            record.citation.title = Some(title.clone());
            record.role = Some(title);
            let turns = if long { vec![asked.clone(), before.clone(), after.clone()] } else { Vec::new() };
            let request = Request::new(Command::Ask, &asked).with_history(&turns);
            let marks = [record.quote.content[0]];
            let page = quote(&View { part, ..view(&request, &record, &marks) });
            check_limits(&page);
            check_limits(&page.without_embed());
            check_limits(&context(&record));
            check_limits(&elsewhere(&record, &vec![record.clone(); 7]));
            check_limits(&nothing(&request, &said, None));
            check_limits(&Message::text(&said));
        }
    }
}

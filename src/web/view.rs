//! Given what was found, what does the page show? Values for the templates, which escape everything.

use askama::Template;

use super::address;
use crate::answer::{self, Checked, GAP, Hit, Record, Side, Verdict};
use crate::desk::{Position, Positions};
use crate::quote::Kind;
use crate::render::{self, Section, Sheet};
use crate::span::Span;

/// The values for the head of every page.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) title: String,
    pub(super) description: String,
    /// The page's canonical address.
    pub(super) canonical: String,
    pub(super) feed: Option<String>,
    /// Whether search engines may index it.
    pub(super) is_kept: bool,
    /// The text in the search box.
    pub(super) asked: String,
}

/// A link with its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) text: String,
    pub(super) to: String,
    pub(super) count: Option<u64>,
    /// Whether it leads to another site.
    pub(super) is_outside: bool,
}

impl Link {
    pub(super) fn new(text: impl Into<String>, to: impl Into<String>) -> Self {
        Self { text: text.into(), to: to.into(), ..Self::default() }
    }
}

/// A part of a text, marked or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) is_marked: bool,
}

/// A quote in a list.
#[derive(Debug)]
pub(super) struct Card {
    pub(super) to: String,
    pub(super) words: Vec<Piece>,
    pub(super) is_verbatim: bool,
    pub(super) who: Option<Link>,
    /// The article's words for the speaker, if no name is known.
    pub(super) mention: String,
    pub(super) role: String,
    pub(super) kind: &'static str,
    pub(super) said: Option<String>,
    pub(super) day: Option<Link>,
    pub(super) outlet: Option<Link>,
    pub(super) article: Link,
    pub(super) source: Option<String>,
    pub(super) also: usize,
}

/// Names under a heading.
#[derive(Debug)]
pub(super) struct Group {
    /// Empty if it would repeat that of the page.
    pub(super) heading: String,
    pub(super) links: Vec<Link>,
}

/// A picture with what it shows in words.
#[derive(Debug)]
pub(super) struct Image {
    pub(super) from: String,
    pub(super) alt: String,
}

/// A page with quotes or names.
#[derive(Debug, Default, Template)]
#[template(path = "list.html")]
pub(super) struct ListPage {
    pub(super) head: Head,
    pub(super) heading: String,
    pub(super) about: Vec<String>,
    pub(super) links: Vec<Link>,
    pub(super) picture: Option<Image>,
    pub(super) notes: Vec<String>,
    pub(super) cards: Vec<Card>,
    /// The number of the first card.
    pub(super) first: usize,
    pub(super) earlier: Option<Link>,
    pub(super) later: Option<Link>,
    pub(super) groups: Vec<Group>,
}

impl ListPage {
    /// Returns a page with a single sentence.
    pub(super) fn saying(origin: &str, heading: &str, text: &str) -> Self {
        let head = Head {
            title: heading.to_owned(),
            description: text.to_owned(),
            canonical: format!("{origin}/"),
            ..Head::default()
        };
        Self { head, heading: heading.to_owned(), notes: vec![text.to_owned()], ..Self::default() }
    }
}

/// A page of the desk: a table and sections of quotes.
#[derive(Debug, Default, Template)]
#[template(path = "sheet.html")]
pub(super) struct SheetPage {
    pub(super) head: Head,
    pub(super) heading: String,
    pub(super) about: Vec<String>,
    pub(super) links: Vec<Link>,
    pub(super) table: Option<Table>,
    pub(super) sections: Vec<SheetSection>,
}

/// Parties by rounds.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<TableRow>,
}

/// The quotes of one party, by column.
#[derive(Debug, Default)]
pub(super) struct TableRow {
    pub(super) party: String,
    pub(super) cells: Vec<Vec<Cell>>,
}

/// A quote in a table, cut to one or two lines; its page shows all of it.
#[derive(Debug, Default)]
pub(super) struct Cell {
    pub(super) label: &'static str,
    pub(super) to: String,
    pub(super) words: String,
}

/// Quotes under a heading, each after a label that says why it is shown.
#[derive(Debug, Default)]
pub(super) struct SheetSection {
    pub(super) heading: String,
    pub(super) about: Vec<String>,
    pub(super) cards: Vec<(String, Card)>,
}

/// Returns the sections of a sheet.
pub(super) fn sections(sheet: Sheet) -> Vec<SheetSection> {
    let section = |section: Section| SheetSection {
        heading: section.heading,
        about: section.about,
        cards: section
            .quotes
            .iter()
            .map(|(label, record)| (label.clone(), card(record, address::quote(record), &[])))
            .collect(),
    };
    sheet.sections.into_iter().map(section).collect()
}

/// Parties by the periods in which they spoke: the first and the newest of each.
pub(super) fn table(positions: &Positions) -> Table {
    let Positions { periods, parties, .. } = positions;
    let cell =
        |label, record: &Record| Cell { label, to: address::quote(record), words: in_marks(record, WORDS) };
    let said = |position: &Position, period: usize| {
        let said = position.rounds.iter().find(|said| said.period == period);
        let first = said.map(|said| cell("first", &said.first));
        let newest = said.and_then(|said| said.newest.as_ref()).map(|record| cell("newest", record));
        first.into_iter().chain(newest).collect()
    };
    let row = |position: &Position| TableRow {
        party: position.party.clone(),
        cells: (0..periods.len()).map(|period| said(position, period)).collect(),
    };
    Table {
        columns: periods.iter().map(|period| render::period(period, periods)).collect(),
        rows: parties.iter().map(row).collect(),
    }
}

/// Maximum number of code points of a quote in a table and in the text of a link.
const WORDS: usize = 200;

/// The page of one quote.
#[derive(Debug, Template)]
#[template(path = "quote.html")]
pub(super) struct QuotePage {
    pub(super) head: Head,
    pub(super) heading: String,
    pub(super) card: Card,
    pub(super) before: String,
    pub(super) paragraph: Vec<Piece>,
    pub(super) after: String,
    pub(super) said_on: Option<String>,
    pub(super) corrected: Option<String>,
    pub(super) is_digest: bool,
    pub(super) earlier: Option<Link>,
    pub(super) later: Option<Link>,
    /// How many articles have the remark, and where it was printed first and last.
    pub(super) remark: Vec<String>,
    /// The other wordings and places of the remark.
    pub(super) elsewhere: Vec<Link>,
    /// How to report that something is wrong.
    pub(super) wrong: String,
}

/// The page of a claim: a form, and how the words compare with the record.
#[derive(Debug, Default, Template)]
#[template(path = "check.html")]
pub(super) struct CheckPage {
    pub(super) head: Head,
    /// The words and the speaker in the form.
    pub(super) claim: String,
    pub(super) speaker: String,
    /// Empty if nothing was checked.
    pub(super) verdict: &'static str,
    pub(super) notes: Vec<String>,
    /// Claim and record, word by word; empty if the verdict says it all.
    pub(super) diff: Vec<Compared>,
    /// The quotes that the verdict is about.
    pub(super) cards: Vec<Card>,
}

/// Words of a claim, of the record, or of both.
#[derive(Debug)]
pub(super) struct Compared {
    pub(super) text: String,
    pub(super) is_claimed: bool,
    pub(super) is_recorded: bool,
}

/// Returns claim and record as one text, if words were changed or two quotes put together.
pub(super) fn diff(checked: &Checked) -> Vec<Compared> {
    let is_shown = matches!(checked.verdict, Verdict::Altered | Verdict::Stitched);
    let pieces = checked.diff.iter().filter(|_| is_shown);
    let compared = |piece: &answer::Piece| Compared {
        text: piece.text.clone(),
        is_claimed: piece.side != Side::Recorded,
        is_recorded: piece.side != Side::Asked,
    };
    pieces.map(compared).collect()
}

/// Returns a quote as a card of a list.
pub(super) fn card(record: &Record, to: String, marks: &[Span]) -> Card {
    let Record { quote, citation, role, .. } = record;
    let mut words = Vec::new();
    for (at, content) in quote.content.iter().enumerate() {
        if at > 0 {
            words.push(Piece { text: GAP.to_owned(), is_marked: false });
        }
        words.extend(pieces(record, *content, marks));
    }
    let mention = quote.attribution.as_ref().map(|found| record.text(found.mention)).unwrap_or_default();
    let named = |what, name: &String| Link::new(name.clone(), address::named(what, name));
    let day = citation.date.map(|day| Link::new(render::day(day), format!("/day/{day}")));
    let title = citation.title.clone().unwrap_or_else(|| record.article.0.clone());
    Card {
        to,
        words,
        is_verbatim: quote.kind == Kind::Direct,
        who: quote.speaker().map(|name| Link::new(name, address::named("speaker", name))),
        mention: if mention.is_empty() { "Nobody is named".to_owned() } else { format!("“{mention}”") },
        role: role.clone().unwrap_or_default(),
        kind: render::kind(quote.kind),
        said: render::said(record),
        day,
        outlet: citation.outlet.as_ref().map(|name| named("outlet", name)),
        article: Link::new(title, address::article(record)),
        source: address::source(citation.url.as_deref()),
        also: 0,
    }
}

/// Returns the card of a quote that was found.
pub(super) fn card_of(hit: &Hit) -> Card {
    Card { also: hit.also.len(), ..card(&hit.record, address::quote(&hit.record), &hit.marks) }
}

/// Returns the text at `whole`, split at the start and end of each of `marks`, which must be in order.
pub(super) fn pieces(record: &Record, whole: Span, marks: &[Span]) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut at = whole.start;
    let mut push = |from: usize, to: usize, is_marked| {
        if from < to {
            out.push(Piece { text: record.text(Span::new(from, to)).to_owned(), is_marked });
        }
    };
    for mark in marks {
        let (start, end) = (mark.start.max(at), mark.end.min(whole.end));
        if start < end {
            push(at, start, false);
            push(start, end, true);
            at = end;
        }
    }
    push(at, whole.end, false);
    out
}

/// Returns the text of a link to a quote: its words, and who said them.
pub(super) fn title(record: &Record) -> String {
    format!("{} — {}", in_marks(record, WORDS), who(record))
}

/// Returns the words of a quote on one line, at most `most` code points of them, in quotation marks if it is
/// direct. In a mixed quote the marks are inside the sentence; it gets none around it.
fn in_marks(record: &Record, most: usize) -> String {
    let words = render::fit(&record.shown().split_whitespace().collect::<Vec<_>>().join(" "), most);
    if record.quote.kind == Kind::Direct { format!("“{words}”") } else { words }
}

/// Returns who said it, as far as the article says.
pub(super) fn who(record: &Record) -> String {
    let mention = record.quote.attribution.as_ref().map(|found| record.text(found.mention));
    let mention = mention.filter(|words| !words.is_empty());
    record.quote.speaker().or(mention).unwrap_or("nobody is named").to_owned()
}

/// Returns where and when it was published.
pub(super) fn whence(record: &Record) -> String {
    let citation = &record.citation;
    let day = citation.date.map(render::day);
    let parts = [citation.outlet.clone(), day, citation.title.clone()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

//! Here are counts over time, or a quote: what does a picture of it look like?
//!
//! A picture is an SVG made from a template, and the same as a PNG, 1000 pixels wide, with a description for
//! people who cannot see it. The background is white with a border, so that a picture can be read on light
//! and dark pages. The colours are those of Okabe and Ito (2008), which colour-blind people can distinguish;
//! in addition every row has a name, a shape and numbers.

use std::sync::{Arc, OnceLock};

use askama::Template;
use jiff::civil::Date;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use crate::answer::Record;
use crate::desk::{Row, Step, Timeline};
use crate::quote::Kind;
use crate::render;

/// A picture and its description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The SVG.
    pub svg: String,
    /// The description, at most [`LONGEST_ALT`] code points.
    pub alt: String,
}

/// The maximum length of a description, which is Discord's limit.
pub const LONGEST_ALT: usize = 1024;
/// The maximum height of a picture, in pixels.
const HIGHEST: u32 = 2000;

impl Picture {
    /// Returns the picture as a PNG; `None` if it cannot be drawn, which does not happen for pictures of this
    /// module.
    #[must_use]
    pub fn png(&self) -> Option<Vec<u8>> {
        let options = Options {
            fontdb: Arc::clone(fonts()),
            font_family: "DejaVu Sans".to_owned(),
            ..Options::default()
        };
        let tree = Tree::from_str(&self.svg, &options).ok()?;
        let size = tree.size().to_int_size();
        let mut pixels = Pixmap::new(size.width(), size.height().min(HIGHEST))?;
        resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
        pixels.encode_png().ok()
    }
}

/// Returns the built-in fonts. Fonts of the machine are not used, so that a picture looks the same
/// everywhere.
fn fonts() -> &'static Arc<fontdb::Database> {
    static FONTS: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    FONTS.get_or_init(|| {
        let mut fonts = fontdb::Database::new();
        fonts.load_font_data(include_bytes!("../fonts/DejaVuSans.ttf").to_vec());
        fonts.load_font_data(include_bytes!("../fonts/DejaVuSans-Bold.ttf").to_vec());
        Arc::new(fonts)
    })
}

/// The start of the bars and the width available to them, in pixels.
const LEFT: f32 = 270.0;
const WIDTH: f32 = 700.0;
/// The height of a row, and of its tallest bar.
const ROW: f32 = 62.0;
const TALL: f32 = 40.0;
/// The top of the first row; the space above has the numbers of the rounds, in four lines.
const TOP: f32 = 194.0;
/// The colours and shapes of the rows, in order; "others" has the last ones.
const MARKS: [(&str, &str); 7] = [
    ("#0072b2", "●"),
    ("#d55e00", "■"),
    ("#009e73", "▲"),
    ("#cc79a7", "◆"),
    ("#e69f00", "▼"),
    ("#56b4e9", "●"),
    ("#767676", "■"),
];

#[derive(Template)]
#[template(path = "timeline.svg", escape = "xml")]
struct Drawn {
    height: f32,
    title: String,
    subtitle: String,
    alt: String,
    left: f32,
    width: f32,
    top: f32,
    bottom: f32,
    bands: Vec<Band>,
    ticks: Vec<Tick>,
    marks: Vec<Mark>,
    rows: Vec<Drawing>,
    legend: Vec<Line>,
}

struct Band {
    y: f32,
    height: f32,
}

struct Tick {
    x: f32,
    label: String,
}

struct Mark {
    x: f32,
    y: f32,
    number: usize,
}

struct Drawing {
    base: f32,
    colour: &'static str,
    shape: &'static str,
    name: String,
    total: String,
    bars: Vec<Bar>,
}

struct Bar {
    x: f32,
    y: f32,
    middle: f32,
    width: f32,
    height: f32,
    label: String,
}

struct Line {
    x: f32,
    y: f32,
    text: String,
}

/// Returns the picture of a timeline; for a timeline without quotes it says so.
#[must_use]
pub fn timeline(timeline: &Timeline) -> Picture {
    let alt = render::fit(&render::timeline_alt(timeline), LONGEST_ALT);
    let bottom = TOP + ROW * float(timeline.rows.len());
    let steps = float(timeline.steps.len().max(1));
    let step = WIDTH / steps;
    let most = timeline.rows.iter().flat_map(|row| &row.counts).max().copied().unwrap_or(0).max(1);
    let rows =
        timeline.rows.iter().enumerate().map(|(at, row)| drawing(at, row, timeline.rows.len(), step, most));
    let marks = marks(timeline, step);
    let lines = marks.len().div_ceil(2);
    let legend_top = bottom + 62.0;
    let legend = timeline.rounds.iter().enumerate().map(|(at, round)| Line {
        x: if at < lines { 28.0 } else { 510.0 },
        y: legend_top + 22.0 * float(at % lines.max(1)),
        text: plain(&format!("{}  {}, {}", at + 1, render::fit(&round.name, 36), render::day(round.first))),
    });
    let drawn = Drawn {
        height: (legend_top + 22.0 * float(lines) + 44.0).round(),
        title: plain(&render::fit(&render::timeline_title(timeline), 64)),
        subtitle: plain(&render::fit(&render::timeline_about(timeline), 105)),
        alt: plain(&alt),
        left: LEFT,
        width: WIDTH,
        top: TOP,
        bottom,
        bands: (0..timeline.rows.len())
            .step_by(2)
            .map(|at| Band { y: TOP + ROW * float(at), height: ROW })
            .collect(),
        ticks: ticks(timeline, step),
        marks,
        rows: rows.collect(),
        legend: legend.collect(),
    };
    Picture { svg: drawn.render().unwrap_or_default(), alt }
}

fn drawing(at: usize, row: &Row, rows: usize, step: f32, most: usize) -> Drawing {
    let is_others = at + 1 == rows && row.name == "others";
    let (colour, shape) = if is_others { MARKS[MARKS.len() - 1] } else { MARKS[at.min(MARKS.len() - 2)] };
    let base = TOP + ROW * float(at + 1) - 4.0;
    let highest = row.counts.iter().max().copied().unwrap_or_default();
    // If the bars are narrow, only the highest one gets its number.
    let is_told = |place: usize, count: usize| {
        step >= 18.0
            || count == highest && row.counts.iter().position(|other| *other == highest) == Some(place)
    };
    let bars = row.counts.iter().enumerate().filter(|(_, count)| **count > 0).map(|(place, &count)| {
        let height = (TALL * float(count) / float(most)).max(2.0);
        let (x, width) = (LEFT + step * float(place), (step * 0.8).max(1.5));
        Bar {
            x: x + step * 0.1,
            y: base - height,
            middle: x + step / 2.0,
            width,
            height,
            label: if is_told(place, count) { count.to_string() } else { String::new() },
        }
    });
    Drawing {
        base,
        colour,
        shape,
        name: plain(&render::fit(&row.name, 21)),
        total: render::quotes(u64::try_from(row.total()).unwrap_or(u64::MAX)),
        bars: bars.collect(),
    }
}

/// Returns the marks of the days at which rounds began, with their numbers placed so that they do not
/// overlap.
fn marks(timeline: &Timeline, step: f32) -> Vec<Mark> {
    let mut last = [f32::MIN; 4];
    let mark = |(at, round): (usize, &crate::agenda::Round)| {
        let x = place(timeline, round.first, step);
        let level = last.iter().position(|taken| x - taken >= 24.0).unwrap_or(at % 4);
        if let Some(taken) = last.get_mut(level) {
            *taken = x;
        }
        Mark { x, y: TOP - 18.0 - 24.0 * float(level), number: at + 1 }
    };
    timeline.rounds.iter().enumerate().map(mark).collect()
}

/// Returns the position of a day on the axis.
fn place(timeline: &Timeline, day: Date, step: f32) -> f32 {
    let at = timeline.steps.partition_point(|start| *start <= day).saturating_sub(1);
    let Some(start) = timeline.steps.get(at).copied() else { return LEFT };
    let days = |from: Date, to: Date| from.until(to).map_or(0, |span| span.get_days());
    let whole = days(start, timeline.step.next(start)).max(1);
    let part = if timeline.step == Step::Day { 0.5 } else { days(start, day) as f32 / whole as f32 };
    LEFT + step * (float(at) + part)
}

/// Returns ticks at the beginnings of months or years, far enough apart for their labels.
fn ticks(timeline: &Timeline, step: f32) -> Vec<Tick> {
    let mut out: Vec<Tick> = Vec::new();
    let is_short = timeline.steps.len() <= 31 && timeline.step == Step::Day;
    for (at, start) in timeline.steps.iter().enumerate() {
        let (x, first) = (LEFT + step * float(at), at == 0);
        let begins = match timeline.step {
            Step::Day => is_short || start.day() == 1 || start.day() == 15,
            Step::Week => start.day() <= 7,
            Step::Month | Step::Year => true,
        };
        let label = match timeline.step {
            Step::Day => start.strftime("%-d %b %Y"),
            Step::Week | Step::Month => start.strftime("%b %Y"),
            Step::Year => start.strftime("%Y"),
        };
        let has_room = out.last().is_none_or(|last| x - last.x >= 100.0) && x <= LEFT + WIDTH - 40.0;
        if (first || begins) && has_room {
            out.push(Tick { x, label: label.to_string() });
        }
    }
    out
}

#[expect(clippy::cast_precision_loss, reason = "places and counts in a picture are small")]
const fn float(number: usize) -> f32 {
    number as f32
}

/// Returns text without the characters that XML cannot contain.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}')).collect()
}

#[derive(Template)]
#[template(path = "quote.svg", escape = "xml")]
struct QuoteDrawn {
    height: usize,
    bar: usize,
    who: String,
    alt: String,
    words: Vec<QuoteLine>,
    speaker: Vec<QuoteLine>,
    source: Vec<QuoteLine>,
}

struct QuoteLine {
    y: usize,
    text: String,
}

/// Maximum number of code points of a quote in a picture; a longer one is truncated and ends in "…".
const WORDS: usize = 700;

/// Returns the picture of a quote with its speaker, its source, and how verbatim it is.
#[must_use]
pub fn quote(record: &Record) -> Picture {
    let said = record.shown().split_whitespace().collect::<Vec<_>>().join(" ");
    let said = render::fit(&said, WORDS);
    // A partly quoted sentence has its quotation marks inside.
    let said = if record.quote.kind == Kind::Direct { format!("“{said}”") } else { said };
    let mention = record.quote.attribution.as_ref().map(|found| record.text(found.mention));
    let who = record.quote.speaker().or(mention).filter(|name| !name.is_empty()).unwrap_or("Speaker unknown");
    let who = match &record.role {
        Some(role) => format!("{who}, {role}"),
        None => who.to_owned(),
    };
    let citation = &record.citation;
    let day = citation.date.map_or_else(|| "undated".to_owned(), render::day);
    let source = [
        Some(render::kind(record.quote.kind).to_owned()),
        Some(citation.outlet.clone().unwrap_or_else(|| "outlet unknown".to_owned())),
        Some(day),
        render::said(record),
        citation.title.clone(),
    ];
    let source = source.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let source = if record.digest { format!("{source} (a digest of this report)") } else { source };
    let mut y = 30;
    let mut lines = |text: &str, most: usize, height: usize| -> Vec<QuoteLine> {
        let wrapped = textwrap::wrap(text, most);
        wrapped
            .iter()
            .map(|line| {
                y += height;
                QuoteLine { y, text: plain(line) }
            })
            .collect()
    };
    let words = lines(&said, 52, 40);
    let bar = words.last().map_or(0, |line| line.y).saturating_sub(24);
    let _ = lines(" ", 1, 14);
    let speaker = lines(&render::fit(&who, 160), 66, 28);
    let source_lines = lines(&render::fit(&source, 300), 92, 24);
    let url = citation.url.as_deref().map(|url| lines(&render::fit(url, 180), 92, 24)).unwrap_or_default();
    let alt = render::fit(&format!("{said} — {who}. {source}"), LONGEST_ALT);
    let drawn = QuoteDrawn {
        height: y + 34,
        bar,
        who: plain(&who),
        alt: plain(&alt),
        words,
        speaker,
        source: source_lines.into_iter().chain(url).collect(),
    };
    Picture { svg: drawn.render().unwrap_or_default(), alt }
}

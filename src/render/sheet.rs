//! Positions, rounds and cards in words: a sheet of headings, sentences and quotes, which every front end
//! lays out in its own way.

use crate::agenda::Round;
use crate::answer::Record;
use crate::desk::{Card, Chosen, Meeting, Period, Position, Positions, Remark, Side, Unknown, Wording};
use crate::people::Role;

use super::{counted, day, quotes};

/// A title, sentences below it, and sections with quotes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// What it is about.
    pub title: String,
    /// Sentences below the title.
    pub about: Vec<String>,
    /// The sections, in order.
    pub sections: Vec<Section>,
}

/// Quotes under a heading.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Section {
    /// The heading.
    pub heading: String,
    /// Sentences below it.
    pub about: Vec<String>,
    /// The quotes, each after the words that say why it is shown.
    pub quotes: Vec<(String, Record)>,
}

impl Sheet {
    /// Returns whether it has any quote.
    #[must_use]
    pub fn has_quotes(&self) -> bool {
        self.sections.iter().any(|section| !section.quotes.is_empty())
    }
}

/// Returns where the parties stand: the selected quotes of each party or, if `by_round`, the first and the
/// newest of each period.
#[must_use]
pub fn positions(positions: &Positions, by_round: bool) -> Sheet {
    let Positions { matter, round, periods, parties, unclear, silent } = positions;
    let at = round.as_ref().map(|round| format!(", at and after {round}")).unwrap_or_default();
    let mut sections = Vec::new();
    for position in parties {
        sections.push(of_party(position));
        if by_round && (periods.len() > 1 || round.is_none()) {
            sections.extend(position.rounds.iter().map(|said| {
                let called = periods.get(said.period).map(|at| period(at, periods)).unwrap_or_default();
                let mut shown = vec![("First".to_owned(), said.first.clone())];
                shown.extend(said.newest.clone().map(|newest| ("Newest".to_owned(), newest)));
                Section {
                    heading: format!("{}, {called}", position.party),
                    about: vec![on_it(said.quotes)],
                    quotes: shown,
                }
            }));
        }
    }
    let mut about = Vec::new();
    if !parties.is_empty() {
        about.push("In their own words; nothing is summarised.".to_owned());
    }
    if !unclear.is_empty() {
        let parties = unclear.join(", ");
        about.push(format!("Quoted in articles about it, but without a word for it: {parties}."));
    }
    if !silent.is_empty() {
        about.push(format!("Nothing on record: {}.", silent.join(", ")));
    }
    Sheet { title: format!("Where the parties stand on {matter}{at}"), about, sections }
}

/// Returns a remark in all its wordings, each after the outlets that printed it.
#[must_use]
pub fn remark(remark: &Remark) -> Sheet {
    let quotes = remark.wordings.iter().map(|one| (wording(one), one.first.clone())).collect();
    let section = Section { heading: "In order of publication".to_owned(), about: Vec::new(), quotes };
    let title = match remark.wordings.len() {
        1 => "One remark in one wording".to_owned(),
        several => format!("One remark in {several} wordings"),
    };
    Sheet { title, about: remark_about(remark), sections: vec![section] }
}

/// Returns sentences that say who made a remark and when, how many articles have it, and where it was printed
/// first and last.
#[must_use]
pub fn remark_about(remark: &Remark) -> Vec<String> {
    let who = remark.speaker.as_deref().unwrap_or("Nobody is named");
    let said = match remark.said {
        Some((first, last)) if first == last => format!(", {}", day(first)),
        Some((first, last)) => format!(", {} to {}", day(first), day(last)),
        None => String::new(),
    };
    let articles = counted(remark.articles(), "article");
    let mut out = vec![format!("{who}{said}; in {articles}.")];
    let printed = remark.printed();
    if let (Some(first), Some(last)) = (printed.first(), printed.last())
        && printed.len() > 1
    {
        out.push(format!("First printed: {}. Last: {}.", printed_in(first), printed_in(last)));
    }
    out
}

/// Returns the outlets that printed a wording: "Coast Gazette; also Harbour Post".
#[must_use]
pub fn wording(wording: &Wording) -> String {
    let also: Vec<&str> = wording.also.iter().map(outlet).collect();
    let also = if also.is_empty() { String::new() } else { format!("; also {}", also.join(", ")) };
    format!("{}{also}", outlet(&wording.first))
}

fn outlet(record: &Record) -> &str {
    record.citation.outlet.as_deref().unwrap_or("outlet unknown")
}

fn printed_in(record: &Record) -> String {
    let date = record.citation.date.map_or_else(|| "undated".to_owned(), day);
    format!("{}, {date}", outlet(record))
}

/// Returns the name of a period: "since the harbour talks (2 December 2025)".
#[must_use]
pub fn period(period: &Period, all: &[Period]) -> String {
    match (&period.round, period.from) {
        (Some(round), Some(from)) => format!("since {round} ({})", day(from)),
        (Some(round), None) => format!("since {round}"),
        (None, _) => match all.iter().find_map(|other| other.round.as_ref()) {
            Some(first) => format!("before {first}"),
            None => "on all days".to_owned(),
        },
    }
}

fn of_party(position: &Position) -> Section {
    let label = |chosen: &Chosen| {
        match (chosen.telling, chosen.newest) {
            (true, true) => "Most relevant and newest",
            (true, false) => "Most relevant",
            _ => "Newest",
        }
        .to_owned()
    };
    Section {
        heading: position.party.clone(),
        about: vec![on_it(position.quotes)],
        quotes: position.chosen.iter().map(|chosen| (label(chosen), chosen.record.clone())).collect(),
    }
}

/// Returns how many quotes there are on a matter.
fn on_it(count: usize) -> String {
    format!("{} on it.", quotes(u64::try_from(count).unwrap_or(u64::MAX)))
}

/// Returns the sentence that a name is not known, with the known ones.
#[must_use]
pub fn unknown(unknown: &Unknown) -> String {
    let Unknown { what, typed, choices } = unknown;
    if *what == "speaker" {
        let alike = if choices.is_empty() {
            String::new()
        } else {
            format!(" Did you mean {}?", choices.join(" or "))
        };
        return format!("Nobody on record or on the list of people is called “{typed}”.{alike}");
    }
    if choices.is_empty() {
        return format!("This corpus lists no {what}: there is nothing called “{typed}”.");
    }
    format!("No single {what} matches “{typed}”. Choose one of: {}.", choices.join("; "))
}

/// Returns who met whom, where and when, and what each party said before, at and after it.
#[must_use]
pub fn meeting(meeting: &Meeting) -> Sheet {
    let Meeting { round, days, sides } = meeting;
    let mut about = vec![held(round)];
    if !round.met.is_empty() {
        about.push(format!("Who met: {}.", round.met.join(", ")));
    }
    let (from, to) = days;
    about.push(format!("What they said from {} to {}.", day(*from), day(*to)));
    let silent: Vec<&str> =
        sides.iter().filter(|side| is_silent(side)).map(|side| side.name.as_str()).collect();
    if !silent.is_empty() {
        about.push(format!("Nothing on record from these days: {}.", silent.join(", ")));
    }
    let section = |side: &Side| {
        let of = |label: &str, quotes: &[Record]| -> Vec<(String, Record)> {
            quotes.iter().map(|record| (said_then(label, record), record.clone())).collect()
        };
        let quotes =
            [of("Before", &side.before), of("At the talks", &side.at), of("After", &side.after)].concat();
        Section { heading: side.name.clone(), about: Vec::new(), quotes }
    };
    let sections = sides.iter().filter(|side| !is_silent(side)).map(section).collect();
    Sheet { title: capital(&round.name), about, sections }
}

/// Returns where and when a round was held.
fn held(round: &Round) -> String {
    let when = if round.first == round.last {
        format!("on {}", day(round.first))
    } else {
        format!("from {} to {}", day(round.first), day(round.last))
    };
    match round.places.first() {
        Some(place) => format!("Held in {place} {when}."),
        None => format!("Held {when}."),
    }
}

fn is_silent(side: &Side) -> bool {
    side.before.is_empty() && side.at.is_empty() && side.after.is_empty()
}

fn said_then(label: &str, record: &Record) -> String {
    record.day().map_or_else(|| label.to_owned(), |said| format!("{label}, {}", day(said)))
}

/// Returns a round on one line for a list: its name, its days and who met.
#[must_use]
pub fn round_line(round: &Round) -> String {
    let last = if round.first == round.last { String::new() } else { format!(" to {}", day(round.last)) };
    format!("{} · {}{last} · {}", capital(&round.name), day(round.first), round.met.join(", "))
}

/// Returns a text with its first letter capitalised.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Returns who somebody is, with their first and newest quote.
#[must_use]
pub fn card(card: &Card) -> Sheet {
    let mut shown: Vec<(String, Record)> =
        card.newest.iter().map(|record| (said_then("Newest", record), record.clone())).collect();
    let first = card.first.as_ref().filter(|first| !card.newest.contains(first));
    shown.extend(first.map(|record| (said_then("First on record", record), record.clone())));
    let sections = if shown.is_empty() {
        Vec::new()
    } else {
        vec![Section { heading: "Quotes".to_owned(), about: Vec::new(), quotes: shown }]
    };
    Sheet { title: card.name.clone(), about: card_lines(card), sections }
}

/// Returns the sentences that say who somebody is: dated offices, party, number of quotes, matters, whom they
/// name, and outlets.
#[must_use]
pub fn card_lines(card: &Card) -> Vec<String> {
    let mut out: Vec<String> = card.offices.iter().map(office).collect();
    out.extend(card.party.as_ref().map(|party| format!("Speaks for: {party}.")));
    if card.quotes == 0 {
        out.push("Named, but never quoted on record.".to_owned());
        return out;
    }
    let days = match (card.first.as_ref().and_then(Record::day), card.newest.first().and_then(Record::day)) {
        (Some(first), Some(newest)) if first == newest => format!(", of {}", day(first)),
        (Some(first), Some(newest)) => format!(", from {} to {}", day(first), day(newest)),
        _ => String::new(),
    };
    out.push(format!("{} on record{days}.", quotes(card.quotes)));
    let of = if u64::try_from(card.counted).is_ok_and(|counted| counted < card.quotes) {
        format!(" (of the newest {})", card.counted)
    } else {
        String::new()
    };
    for (what, counts) in
        [("Spoke on", &card.matters), ("Spoke of", &card.named), ("Printed in", &card.outlets)]
    {
        if !counts.is_empty() {
            let counts: Vec<String> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
            out.push(format!("{what}{of}: {}.", counts.join(", ")));
        }
    }
    out
}

/// Returns an office with its days.
fn office(role: &Role) -> String {
    let days = match (role.from, role.to) {
        (Some(from), Some(to)) => format!(" (from {} to {})", day(from), day(to)),
        (Some(from), None) => format!(" (since {})", day(from)),
        (None, Some(to)) => format!(" (until {})", day(to)),
        (None, None) => String::new(),
    };
    format!("{}, {}{days}.", role.title, role.org)
}

//! A timeline in words.

use crate::desk::{Row, Step, Timeline};

use super::{day, quotes};

/// Returns the title of a timeline: "Pia Lund on the archive", "Who spoke how often".
#[must_use]
pub fn timeline_title(timeline: &Timeline) -> String {
    match timeline.of.as_slice() {
        [] => "Who spoke how often".to_owned(),
        [one] => one.clone(),
        [who, rest @ ..] => format!("{who} on {}", rest.join(", ")),
    }
}

/// Returns the sentence below the title: how many quotes, the length of the steps, and the days.
#[must_use]
pub fn timeline_about(timeline: &Timeline) -> String {
    let count = quotes(u64::try_from(timeline.quotes).unwrap_or(u64::MAX));
    let step = timeline.step.name();
    match (timeline.steps.first(), timeline.steps.last()) {
        (Some(first), Some(_)) if timeline.steps.len() == 1 => {
            format!("{count}, of the {step} of {}", day(*first))
        }
        (Some(first), Some(last)) => format!("{count} by {step}, from {} to {}", day(*first), day(*last)),
        _ => "No quote on record.".to_owned(),
    }
}

/// Returns the contents of a timeline in words and numbers, as the description of its picture.
#[must_use]
pub fn timeline_alt(timeline: &Timeline) -> String {
    let mut out =
        format!("{}: {}.", timeline_title(timeline), timeline_about(timeline).trim_end_matches('.'));
    for row in timeline.rows.iter().filter(|row| row.total() > 0) {
        out.push_str(&format!(" {} {}{}.", row.name, row.total(), highest(row, timeline)));
    }
    if !timeline.rounds.is_empty() {
        let rounds: Vec<String> = timeline
            .rounds
            .iter()
            .enumerate()
            .map(|(at, round)| format!("{} {} ({})", at + 1, round.name, day(round.first)))
            .collect();
        out.push_str(&format!(" Rounds marked: {}.", rounds.join(", ")));
    }
    out
}

/// Returns when a row is highest.
fn highest(row: &Row, timeline: &Timeline) -> String {
    let most = row.counts.iter().max().copied().unwrap_or_default();
    let at = row.counts.iter().position(|count| *count == most);
    let Some(start) =
        at.and_then(|at| timeline.steps.get(at)).filter(|_| most > 1 && timeline.steps.len() > 1)
    else {
        return String::new();
    };
    let when = match timeline.step {
        Step::Day => format!("on {}", day(*start)),
        Step::Week => format!("in the week of {}", day(*start)),
        Step::Month => format!("in {}", start.strftime("%B %Y")),
        Step::Year => format!("in {}", start.year()),
    };
    format!(" (most {when}: {most})")
}

//! A timeline in words.

use jiff::civil::Date;

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
    match timeline.steps.as_slice() {
        [] => "No quote on record.".to_owned(),
        [only] => format!("{count} {}", within(timeline.step, *only)),
        [first, .., last] => format!("{count} by {step}, from {} to {}", day(*first), day(*last)),
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
    format!(" (most {}: {most})", within(timeline.step, *start))
}

/// Returns a step of the axis in words: "on 2 December 2025", "in December 2025".
fn within(step: Step, start: Date) -> String {
    match step {
        Step::Day => format!("on {}", day(start)),
        Step::Week => format!("in the week of {}", day(start)),
        Step::Month => format!("in {}", start.strftime("%B %Y")),
        Step::Year => format!("in {}", start.year()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_are_named_as_people_do() {
        let check = |step, starts: &[&str], expected| {
            let steps = starts.iter().map(|day| day.parse().expect("a day")).collect();
            let timeline =
                Timeline { of: Vec::new(), step, steps, rows: Vec::new(), rounds: Vec::new(), quotes: 3 };
            assert_eq!(timeline_about(&timeline), expected);
        };
        check(Step::Day, &["2025-12-02"], "3 quotes on 2 December 2025");
        check(Step::Week, &["2025-12-01"], "3 quotes in the week of 1 December 2025");
        check(Step::Month, &["2025-12-01"], "3 quotes in December 2025");
        check(
            Step::Day,
            &["2025-12-02", "2025-12-03"],
            "3 quotes by day, from 2 December 2025 to 3 December 2025",
        );
        check(Step::Day, &[], "No quote on record.");
    }
}

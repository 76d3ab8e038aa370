//! How is the bot doing? Counters in memory, written as Prometheus text (exposition format 0.0.4).
//!
//! Labels are fixed words of this program: no ids, no names, nothing anybody typed.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::failure::Failure;

/// Upper bounds of the latency buckets in milliseconds.
const BOUNDS: [u64; 8] = [10, 25, 50, 100, 250, 500, 1000, 3000];

/// A latency distribution.
#[derive(Default)]
struct Histogram {
    buckets: [AtomicU64; BOUNDS.len()],
    count: AtomicU64,
    micros: AtomicU64,
}

impl Histogram {
    fn record(&self, took: Duration) {
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        for (bucket, bound) in self.buckets.iter().zip(BOUNDS) {
            if millis <= bound {
                bucket.fetch_add(1, Ordering::Relaxed);
            }
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        self.micros.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn write(&self, out: &mut String, name: &str, help: &str) {
        let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} histogram");
        for (bucket, bound) in self.buckets.iter().zip(BOUNDS) {
            let (whole, rest) = (bound / 1000, bound % 1000);
            let _ =
                writeln!(out, "{name}_bucket{{le=\"{whole}.{rest:03}\"}} {}", bucket.load(Ordering::Relaxed));
        }
        let count = self.count.load(Ordering::Relaxed);
        let micros = self.micros.load(Ordering::Relaxed);
        let _ = writeln!(out, "{name}_bucket{{le=\"+Inf\"}} {count}");
        let _ = writeln!(
            out,
            "{name}_sum {}.{:06}\n{name}_count {count}",
            micros / 1_000_000,
            micros % 1_000_000
        );
    }
}

/// What is counted once each time it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// A slash or menu command.
    Command,
    /// A click on a button.
    Button,
    /// A request for suggestions.
    Autocomplete,
    /// A mention, a reply or a direct message.
    Message,
    /// An event that was here before.
    Duplicate,
    /// A question answered with quotes.
    Found,
    /// A question with nothing on record.
    Nothing,
    /// A question refused because it came too soon.
    Cooldown,
    /// A panic that was caught.
    Panic,
    /// An error that was apologised for.
    Error,
    /// A session started anew.
    Identify,
    /// A session taken up again.
    Resume,
    /// A message that could not be posted where it belongs.
    Undelivered,
}

/// All counters with their names and what they mean.
const COUNTS: &[(Count, &str, &str)] = &[
    (Count::Command, "commands_total", "Commands received"),
    (Count::Button, "buttons_total", "Clicks on buttons received"),
    (Count::Autocomplete, "autocompletes_total", "Requests for suggestions received"),
    (Count::Message, "messages_total", "Mentions, replies and direct messages received"),
    (Count::Duplicate, "duplicate_events_total", "Events delivered more than once"),
    (Count::Found, "answers_found_total", "Questions answered with quotes"),
    (Count::Nothing, "answers_nothing_total", "Questions with nothing on record"),
    (Count::Cooldown, "cooldowns_total", "Questions refused because they came too soon"),
    (Count::Panic, "panics_total", "Panics caught"),
    (Count::Error, "errors_total", "Errors apologised for"),
    (Count::Identify, "gateway_identify_total", "Gateway sessions started; Discord allows 1000 a day"),
    (Count::Resume, "gateway_resume_total", "Gateway sessions taken up again"),
    (Count::Undelivered, "undelivered_total", "Messages that could not be posted"),
];

/// The counters of one bot.
#[derive(Default)]
pub struct Metrics {
    counts: [AtomicU64; COUNTS.len()],
    gone: AtomicU64,
    forbidden: AtomicU64,
    refused: AtomicU64,
    late: AtomicU64,
    retries: AtomicU64,
    acknowledged: Histogram,
    answered: Histogram,
}

impl Metrics {
    /// Counts one.
    pub fn count(&self, what: Count) {
        if let Some(at) = COUNTS.iter().position(|(count, ..)| *count == what) {
            self.counts[at].fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Returns how often it happened.
    #[must_use]
    pub fn get(&self, what: Count) -> u64 {
        let at = COUNTS.iter().position(|(count, ..)| *count == what);
        at.map_or(0, |at| self.counts[at].load(Ordering::Relaxed))
    }

    /// Counts a request that failed.
    pub fn failed(&self, failure: &Failure) {
        let counter = match failure {
            Failure::Gone(_) | Failure::Already => &self.gone,
            Failure::Forbidden(_) | Failure::Unauthorized => &self.forbidden,
            Failure::Refused { .. } | Failure::Blocked => &self.refused,
            Failure::Late(_) => &self.late,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a request without success before its deadline.
    pub fn late(&self) {
        self.late.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a request sent again.
    pub fn retried(&self) {
        self.retries.fetch_add(1, Ordering::Relaxed);
    }

    /// Records how long an acknowledgement took.
    pub fn acknowledged(&self, took: Duration) {
        self.acknowledged.record(took);
    }

    /// Records how long a whole answer took.
    pub fn answered(&self, took: Duration) {
        self.answered.record(took);
    }

    /// Returns everything as Prometheus text. `gauges` are further values: name, help, value.
    #[must_use]
    pub fn text(&self, gauges: &[(&str, &str, u64)]) -> String {
        let mut out = String::new();
        let mut counter = |name: &str, help: &str, kind: &str, value: u64| {
            let _ = writeln!(
                out,
                "# HELP rapporteur_{name} {help}\n# TYPE rapporteur_{name} {kind}\nrapporteur_{name} {value}"
            );
        };
        for ((_, name, help), value) in COUNTS.iter().zip(&self.counts) {
            counter(name, help, "counter", value.load(Ordering::Relaxed));
        }
        for (name, help, value) in [
            ("rest_gone_total", "Requests about something that is no more", &self.gone),
            ("rest_forbidden_total", "Requests the bot may not make", &self.forbidden),
            ("rest_refused_total", "Requests refused as malformed", &self.refused),
            ("rest_late_total", "Requests without success before their deadline", &self.late),
            ("rest_retries_total", "Requests sent again", &self.retries),
        ] {
            counter(name, help, "counter", value.load(Ordering::Relaxed));
        }
        for (name, help, value) in gauges {
            counter(name, help, "gauge", *value);
        }
        self.acknowledged.write(
            &mut out,
            "rapporteur_acknowledge_seconds",
            "From the event to its acknowledgement",
        );
        self.answered.write(&mut out, "rapporteur_answer_seconds", "From the event to the whole answer");
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_writes_what_prometheus_reads() {
        let metrics = Metrics::default();
        metrics.count(Count::Found);
        metrics.acknowledged(Duration::from_millis(30));
        let text = metrics.text(&[("quotes", "Quotes on record", 7)]);
        assert!(text.contains("\nrapporteur_answers_found_total 1\n"));
        assert!(text.contains("rapporteur_acknowledge_seconds_bucket{le=\"0.025\"} 0\n"));
        assert!(text.contains("rapporteur_acknowledge_seconds_bucket{le=\"0.050\"} 1\n"));
        assert!(text.contains("# TYPE rapporteur_quotes gauge\nrapporteur_quotes 7\n"));
        assert!(text.lines().all(|line| line.starts_with('#') || line.split(' ').count() == 2));
    }
}

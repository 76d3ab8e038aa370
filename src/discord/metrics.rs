//! How is the bot doing? Counters in memory, exported as OpenMetrics 1.0 text, the format of Prometheus.
//!
//! Labels are fixed words of this program: no ids, no names, nothing that anybody typed.

use std::time::Duration;

use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::failure::Failure;

/// The prefix of all metric names.
const PREFIX: &str = "rapporteur";

/// Upper bounds of the latency buckets in seconds.
const BOUNDS: [f64; 8] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0];

/// The events that are counted.
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
    /// An event that was delivered before.
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
    /// A new gateway session.
    Identify,
    /// A resumed gateway session.
    Resume,
    /// A message that could not be posted to its channel.
    Undelivered,
}

/// All counters with their names and help texts.
const COUNTS: [(Count, &str, &str); 13] = [
    (Count::Command, "commands", "Commands received"),
    (Count::Button, "buttons", "Clicks on buttons received"),
    (Count::Autocomplete, "autocompletes", "Requests for suggestions received"),
    (Count::Message, "messages", "Mentions, replies and direct messages received"),
    (Count::Duplicate, "duplicate_events", "Events delivered more than once"),
    (Count::Found, "answers_found", "Questions answered with quotes"),
    (Count::Nothing, "answers_nothing", "Questions with nothing on record"),
    (Count::Cooldown, "cooldowns", "Questions refused because they came too soon"),
    (Count::Panic, "panics", "Panics caught"),
    (Count::Error, "errors", "Errors apologised for"),
    (Count::Identify, "gateway_identify", "Gateway sessions started; Discord allows 1000 a day"),
    (Count::Resume, "gateway_resume", "Gateway sessions resumed"),
    (Count::Undelivered, "undelivered", "Messages that could not be posted"),
];

/// The counters of one bot.
pub struct Metrics {
    counts: [Counter; COUNTS.len()],
    gone: Counter,
    forbidden: Counter,
    refused: Counter,
    late: Counter,
    retries: Counter,
    acknowledged: Histogram,
    answered: Histogram,
    /// All metrics, by name.
    registry: Registry,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix(PREFIX);
        let mut counter = |name: &str, help: &str| {
            let counter = Counter::default();
            registry.register(name, help, counter.clone());
            counter
        };
        let counts = COUNTS.each_ref().map(|(_, name, help)| counter(name, help));
        let gone = counter("rest_gone", "Requests for something that no longer exists");
        let forbidden = counter("rest_forbidden", "Requests that the bot has no permission for");
        let refused = counter("rest_refused", "Requests rejected as malformed");
        let late = counter("rest_late", "Requests without success before their deadline");
        let retries = counter("rest_retries", "Requests retried");
        let mut histogram = |name: &str, help: &str| {
            let histogram = Histogram::new(BOUNDS);
            registry.register_with_unit(name, help, Unit::Seconds, histogram.clone());
            histogram
        };
        let acknowledged = histogram("acknowledge", "From the event to its acknowledgement");
        let answered = histogram("answer", "From the event to the whole answer");
        Self { counts, gone, forbidden, refused, late, retries, acknowledged, answered, registry }
    }
}

impl Metrics {
    /// Increments a counter.
    pub fn count(&self, what: Count) {
        if let Some(at) = COUNTS.iter().position(|(count, ..)| *count == what) {
            self.counts[at].inc();
        }
    }

    /// Returns the value of a counter.
    #[must_use]
    pub fn get(&self, what: Count) -> u64 {
        let at = COUNTS.iter().position(|(count, ..)| *count == what);
        at.map_or(0, |at| self.counts[at].get())
    }

    /// Counts a request that failed.
    pub fn failed(&self, failure: &Failure) {
        let counter = match failure {
            Failure::Gone(_) | Failure::Already => &self.gone,
            Failure::Forbidden(_) | Failure::Unauthorized => &self.forbidden,
            Failure::Refused { .. } | Failure::Blocked => &self.refused,
            Failure::Late(_) => &self.late,
        };
        counter.inc();
    }

    /// Counts a request that did not succeed before its deadline.
    pub fn late(&self) {
        self.late.inc();
    }

    /// Counts a retry.
    pub fn retried(&self) {
        self.retries.inc();
    }

    /// Records how long an acknowledgement took.
    pub fn acknowledged(&self, took: Duration) {
        self.acknowledged.observe(took.as_secs_f64());
    }

    /// Records how long a whole answer took.
    pub fn answered(&self, took: Duration) {
        self.answered.observe(took.as_secs_f64());
    }

    /// Returns all metrics as OpenMetrics text. `gauges` are further values: name, help text, value.
    #[must_use]
    pub fn text(&self, gauges: &[(&str, &str, u64)]) -> String {
        let mut now = Registry::with_prefix(PREFIX);
        for (name, help, value) in gauges {
            now.register(*name, *help, ConstGauge::new(*value));
        }
        let mut out = String::new();
        // Writing to a `String` cannot fail.
        let _ = encode_registry(&mut out, &self.registry)
            .and_then(|()| encode_registry(&mut out, &now))
            .and_then(|()| encode_eof(&mut out));
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
        assert!(text.contains("rapporteur_acknowledge_seconds_bucket{le=\"0.05\"} 1\n"));
        assert!(text.contains("# TYPE rapporteur_quotes gauge\nrapporteur_quotes 7\n"));
        assert!(text.lines().all(|line| line.starts_with('#') || line.split(' ').count() == 2));
        assert!(text.ends_with("\n# EOF\n"));
    }
}

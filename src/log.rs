//! What does an operator read while the bot runs? One line per event, without secrets and without anyone's
//! messages.
//!
//! Libraries log the data they handle: tokens in URLs, or whole messages that could not be parsed. So of
//! other crates' events only warnings and errors are kept, and of those only the location, not the text; no
//! setting changes that. Our own events have fixed sentences, and fields with ids, numbers and causes. As a
//! second safeguard, every line passes through [`redact`], which masks anything that looks like a token. A
//! panic is logged with its location, not its message.

use std::fmt;
use std::io::{self, Write};
use std::panic;

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::filter::{EnvFilter, FilterFn, ParseError};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, MakeWriter};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Layer as _, Registry};

use crate::secret::redact;

/// The target of our own events, including those of the binary.
const OWN: &str = "rapporteur";

/// Returns a subscriber that writes to `to` the events selected by `filter` (`info`,
/// `rapporteur::discord=debug`, …).
///
/// # Errors
/// If the filter cannot be parsed.
pub fn subscriber<W>(filter: &str, to: W) -> Result<impl Subscriber + Send + Sync + use<W>, ParseError>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = read(filter)?;
    let lines = tracing_subscriber::fmt::layer().event_format(Line).with_writer(Redacting(to));
    Ok(Registry::default().with(lines.with_filter(FilterFn::new(is_allowed)).with_filter(filter)))
}

/// Reads a filter.
fn read(filter: &str) -> Result<EnvFilter, ParseError> {
    EnvFilter::builder().parse(filter)
}

/// Returns whether [`start`] would accept this filter.
#[must_use]
pub fn is_filter(filter: &str) -> bool {
    read(filter).is_ok()
}

/// Starts logging to standard error, including panics.
///
/// # Errors
/// If the filter cannot be parsed, or logging was started before.
pub fn start(filter: &str) -> anyhow::Result<()> {
    tracing::subscriber::set_global_default(subscriber(filter, io::stderr)?)?;
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(%place, "panic");
    }));
    Ok(())
}

/// Whether an event may be written at all, whatever the filter says. Spans of libraries contain whole
/// requests, so none is kept.
fn is_allowed(metadata: &Metadata) -> bool {
    is_own(metadata) || (metadata.is_event() && *metadata.level() <= Level::WARN)
}

fn is_own(metadata: &Metadata) -> bool {
    metadata.target() == OWN || metadata.target().strip_prefix(OWN).is_some_and(|rest| rest.starts_with("::"))
}

/// Formats an event as `2026-11-24T08:00:00Z INFO discord: connected shards=1`.
struct Line;

impl<S, N> FormatEvent<S, N> for Line
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut out: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let metadata = event.metadata();
        SystemTime.format_time(&mut out)?;
        write!(out, " {:>5} ", metadata.level())?;
        if is_own(metadata) {
            let target = metadata.target().trim_start_matches(OWN).trim_start_matches("::");
            write!(out, "{}", if target.is_empty() { OWN } else { target })?;
            let mut fields = Fields::default();
            event.record(&mut fields);
            writeln!(out, ": {}{}", fields.message, fields.rest)
        } else {
            let line = metadata.line().unwrap_or_default();
            writeln!(
                out,
                "{} line {line}: details are withheld, they may hold tokens or messages",
                metadata.target()
            )
        }
    }
}

/// The message and the fields of an event, on one line.
#[derive(Default)]
struct Fields {
    message: String,
    rest: String,
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // A line break in a cause would look like another event.
        let value: String =
            format!("{value:?}").chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        if field.name() == "message" {
            self.message = value;
        } else {
            self.rest.push_str(&format!(" {}={value}", field.name()));
        }
    }
}

/// A writer whose lines are redacted.
struct Redacting<W>(W);

impl<'a, W: MakeWriter<'a>> MakeWriter<'a> for Redacting<W> {
    type Writer = Lines<W::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        Lines { to: self.0.make_writer() }
    }
}

struct Lines<W> {
    to: W,
}

impl<W: Write> Write for Lines<W> {
    /// The subscriber writes each event with one call, so no token is split.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.to.write_all(redact(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Memory(Arc<Mutex<Vec<u8>>>);

    impl Write for Memory {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("no panic while writing").write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Returns what `events` logs under `filter`.
    fn logged(filter: &str, events: impl FnOnce()) -> String {
        let memory = Memory::default();
        let writer = memory.clone();
        let subscriber = subscriber(filter, move || writer.clone()).expect("a good filter");
        tracing::subscriber::with_default(subscriber, events);
        let bytes = memory.0.lock().expect("no panic while writing").clone();
        String::from_utf8(bytes).expect("text")
    }

    // A made-up token in the format of a bot's.
    const BOT: &str = "MTAxMjM0NTY3ODkwMTIzNDU2.GaBcDe.aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789ab";

    #[test]
    fn events_of_libraries_keep_only_the_location() {
        for filter in ["trace", "info,serenity=trace", "serenity=debug,rapporteur=info"] {
            let text = logged(filter, || {
                tracing::trace!(target: "serenity::gateway", "canary");
                tracing::warn!(target: "serenity::gateway::ws", text = "canary", "canary {BOT}");
                let span = tracing::info_span!(target: "serenity::http", "canary", body = "canary");
                span.in_scope(|| tracing::info!(target: "rapporteur::discord", shards = 2, "connected"));
            });
            assert!(!text.contains("canary") && !text.contains("GaBcDe"), "{text}");
            assert!(text.contains("INFO discord: connected shards=2\n"), "{text}");
        }
        let text = logged("info", || tracing::warn!(target: "rapporteurs", "canary"));
        assert!(text.contains("details are withheld") && !text.contains("canary"));
    }

    #[test]
    fn an_invalid_filter_is_refused() {
        assert!(subscriber("info,=x=", io::sink).is_err() && !is_filter("info,=x="));
        assert!(is_filter("info,rapporteur::discord=debug"));
    }
}

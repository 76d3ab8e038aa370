//! Shows the progress of an indexing: a bar on a terminal, plain lines otherwise.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};

use rapporteur::ingest::{Progress, Step};

/// Draws on standard error.
pub(super) struct Shown {
    what: &'static str,
    bar: Option<ProgressBar>,
    start: Instant,
    last: Instant,
}

/// How long nothing is shown; work that ends before needs no bar.
const PATIENCE: Duration = Duration::from_millis(400);

/// How often a plain line is written.
const PLAIN_EVERY: Duration = Duration::from_secs(5);

impl Shown {
    /// Starts showing the progress of `what`, such as "indexing".
    pub(super) fn new(what: &'static str) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
            let template = format!("{what} {{wide_bar}} {{bytes}}/{{total_bytes}} {{msg}}");
            if let Ok(style) = ProgressStyle::with_template(&template) {
                bar.set_style(style);
            }
            bar
        });
        Self { what, bar, start: Instant::now(), last: Instant::now() }
    }

    /// Starts showing the progress of `what` over many `things`, such as "quotes".
    pub(super) fn of(what: &'static str, things: &'static str) -> Self {
        let shown = Self::new(what);
        if let Some(bar) = &shown.bar
            && let Ok(style) = ProgressStyle::with_template(&format!(
                "{what} {{wide_bar}} {{pos}}/{{len}} {things} {{eta}} left"
            ))
        {
            bar.set_style(style);
        }
        shown
    }

    /// Shows that `done` of `total` things are done.
    pub(super) fn count(&mut self, done: u64, total: u64) {
        match &self.bar {
            Some(_) if self.start.elapsed() < PATIENCE => {}
            Some(bar) => {
                bar.set_length(total);
                bar.set_position(done);
            }
            None if self.last.elapsed() >= PLAIN_EVERY => {
                self.last = Instant::now();
                let _ = writeln!(std::io::stderr(), "{}: {done} of {total}", self.what);
            }
            None => {}
        }
    }

    pub(super) fn end(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Shown {
    fn step(&mut self, step: Step) {
        match &self.bar {
            Some(_) if self.start.elapsed() < PATIENCE => {}
            Some(bar) => {
                bar.set_length(step.total);
                bar.set_position(step.done);
                bar.set_message(rate(step, self.start.elapsed()));
            }
            None if self.last.elapsed() >= PLAIN_EVERY => {
                self.last = Instant::now();
                let percent = step.done * 100 / step.total.max(1);
                let (total, rate) = (HumanBytes(step.total), rate(step, self.start.elapsed()));
                // The work continues even if progress cannot be written.
                let _ = writeln!(std::io::stderr(), "{}: {percent}% of {total}, {rate}", self.what);
            }
            None => {}
        }
    }
}

/// Formats the speed and the time left: "12345 articles, 1100 a second, 3 minutes left".
fn rate(step: Step, since: Duration) -> String {
    #[expect(clippy::cast_precision_loss, reason = "nobody counts the seconds to seven digits")]
    let (done, total, articles) = (step.done as f64, step.total as f64, step.articles as f64);
    let seconds = since.as_secs_f64().max(0.001);
    let left = Duration::from_secs_f64((seconds * (total - done).max(0.0) / done.max(1.0)).min(1e9));
    let left = if step.done == 0 { String::new() } else { format!(", {} left", HumanDuration(left)) };
    format!("{} articles, {:.0} a second{left}", step.articles, articles / seconds)
}

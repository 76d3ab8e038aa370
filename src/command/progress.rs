//! Shows how far an indexing is: a bar on a terminal, plain lines otherwise.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use rapporteur::ingest::Progress;

/// Draws on standard error.
pub(super) struct Shown {
    bar: Option<ProgressBar>,
    start: Instant,
    last: Instant,
}

/// How long nothing is shown: what is done by then needs no bar.
const PATIENCE: Duration = Duration::from_millis(400);

/// How often a plain line is written.
const PLAIN_EVERY: Duration = Duration::from_secs(5);

impl Shown {
    pub(super) fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
            let template = "indexing {wide_bar} {bytes}/{total_bytes} {bytes_per_sec}, {eta} left";
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar
        });
        Self { bar, start: Instant::now(), last: Instant::now() }
    }

    pub(super) fn end(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Shown {
    fn step(&mut self, done: u64, total: u64) {
        match &self.bar {
            Some(_) if self.start.elapsed() < PATIENCE => {}
            Some(bar) => {
                bar.set_length(total);
                bar.set_position(done);
            }
            None if self.last.elapsed() >= PLAIN_EVERY => {
                self.last = Instant::now();
                let percent = done * 100 / total.max(1);
                // Progress is a courtesy: without standard error the work goes on.
                let _ = writeln!(std::io::stderr(), "indexing: {percent}% of {total} bytes");
            }
            None => {}
        }
    }
}

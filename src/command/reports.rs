//! `rapporteur reports`

use std::io::{self, Write as _};
use std::process::ExitCode;

use serde::Serialize;

use rapporteur::config::Config;
use rapporteur::discord::reports::{Report, Reports};
use rapporteur::render;
use rapporteur::terminal::safe;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  rapporteur reports\n  rapporteur reports --done 3 --done 4")]
pub(super) struct ReportsOptions {
    /// Remove a report that was dealt with, by its number; may be given more than once
    #[arg(long, value_name = "ID")]
    done: Vec<u64>,
    /// Print the reports as JSON, one line each
    #[arg(long, conflicts_with = "done")]
    json: bool,
}

/// A report as one line of JSON.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    report: &'a Report,
    correction: String,
}

pub(super) fn run(options: &ReportsOptions, config: &Config) -> anyhow::Result<ExitCode> {
    let reports = Reports::of(&config.bot.settings);
    let mut out = io::stdout().lock();
    if !options.done.is_empty() {
        let mut all_there = true;
        for id in &options.done {
            let was_there = reports.done(*id)?;
            all_there &= was_there;
            let told = if was_there {
                "is removed"
            } else {
                "does not exist; `rapporteur reports` lists all reports"
            };
            writeln!(out, "report {id} {told}")?;
        }
        return Ok(if all_there { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let waiting = reports.all()?;
    for report in &waiting {
        if options.json {
            writeln!(out, "{}", serde_json::to_string(&Line { report, correction: report.correction() })?)?;
        } else {
            write!(out, "{}", shown(report))?;
        }
    }
    if !options.json {
        writeln!(out, "{}", hint(waiting.len()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn shown(report: &Report) -> String {
    let Report { id, day, quote, article, url, words, speaker, wrong, who } = report;
    let speaker = speaker.as_deref().unwrap_or("speaker unknown");
    let url = url.as_ref().map(|url| format!(" · {url}")).unwrap_or_default();
    let who =
        who.as_ref().map(|who| format!("said by, according to the report: {who}\n")).unwrap_or_default();
    let text = format!(
        "report {id} · {}\nquote {quote}: “{words}” · {speaker}\narticle {article}{url}\nreported: {wrong}\n{who}\n{}",
        render::day(*day),
        report.correction()
    );
    text.lines().map(safe).collect::<Vec<_>>().join("\n") + "\n\n"
}

fn hint(waiting: usize) -> String {
    match waiting {
        0 => "No reports are waiting.".to_owned(),
        _ => format!(
            "{waiting} waiting. For each: read the article; if the report is right, put the entry into corrections.toml in the corpus folder, with \
             the right `speaker`, `kind` or `day`, or with `drop = true`, and run `rapporteur index`; then run `rapporteur reports --done ID`."
        ),
    }
}

//! `rapporteur check`

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

use secrecy::SecretString;

use rapporteur::config::Config;
use rapporteur::discord::Operators;
use rapporteur::discord::account::{self, Application};
use rapporteur::discord::client::Api;
use rapporteur::index::quickwit::{self, Address};
use rapporteur::index::{QuoteIndex, SCHEMA_VERSION};
use rapporteur::ingest::{self, Job, Silent};
use rapporteur::quote::EXTRACTOR_VERSION;
use rapporteur::render;
use rapporteur::terminal::{self, safe};

use super::bot::{self, Account};

#[derive(Debug, clap::Args)]
pub(super) struct CheckOptions {
    #[command(flatten)]
    places: super::Places,
}

/// Prints one line per finding; a problem says how to fix it. Settings that make every command fail are not
/// reported here, because the program then does not start.
pub(super) fn run(options: &CheckOptions, mut config: Config) -> anyhow::Result<ExitCode> {
    options.places.apply(&mut config);
    let mut findings = Findings::default();
    findings.good("meaning", &config.meaning.to_string());
    check_bot(&config, &mut findings)?;
    let job = Job { dry_run: true, ..super::index::job(&config) };
    check_corpus(&job, &mut findings);
    check_index(&job, &mut findings);
    for line in &findings.lines {
        writeln!(io::stdout(), "{}", safe(line))?;
    }
    Ok(if findings.problems == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

#[derive(Default)]
struct Findings {
    lines: Vec<String>,
    problems: usize,
}

impl Findings {
    fn good(&mut self, what: &str, finding: &str) {
        self.lines.push(format!("ok       {what}: {finding}"));
    }

    fn bad(&mut self, what: &str, finding: &str) {
        self.problems += 1;
        self.lines.push(format!("PROBLEM  {what}: {finding}"));
    }
}

/// Checks the settings that `serve` would refuse.
fn check_bot(config: &Config, findings: &mut Findings) -> anyhow::Result<()> {
    let (account, exposed) = match bot::account(config) {
        Ok((account, exposed)) => (Some(account), exposed),
        Err(error) => {
            findings.bad("Discord", &super::chain(&error));
            (None, None)
        }
    };
    match bot::operators(config) {
        Ok(operators) => findings.good(
            "operators",
            &match operators {
                Operators::Everybody => "everyone who manages a server of the embedded Discord".to_owned(),
                Operators::Named { users, servers } if users.is_empty() && servers.is_empty() => {
                    "nobody: `/add` and `/reindex` are not offered".to_owned()
                }
                Operators::Named { users, servers } => {
                    let (users, servers) = (users.len(), servers.len());
                    format!("{}, {}", render::counted(users, "user"), render::counted(servers, "server"))
                }
            },
        ),
        Err(error) => findings.bad("operators", &super::chain(&error)),
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    for (what, finding) in [
        ("log", bot::filter(config).map(drop)),
        ("settings of servers", bot::settings(config)),
        ("metrics", runtime.block_on(bot::metrics(config))),
        ("reading room", runtime.block_on(async { bot::room(config) }).map(drop)),
    ] {
        match finding {
            Ok(()) => findings.good(what, "fine"),
            Err(error) => findings.bad(what, &super::chain(&error)),
        }
    }
    match account {
        Some(Account::Embedded) => {
            findings.good("Discord", "embedded, on this machine; no DISCORD_TOKEN is set");
        }
        // The token is sent to Discord only if `serve` would send it too.
        Some(Account::Given { api, token }) if findings.problems == 0 => {
            check_account(&api, &token, findings)?
        }
        Some(Account::Given { .. }) => findings.good("Discord", "a token of the right form"),
        None => {}
    }
    if let Some(exposed) = exposed {
        findings.bad("Discord", exposed);
    }
    Ok(())
}

/// Asks Discord which application the token belongs to.
fn check_account(api: &Api, token: &SecretString, findings: &mut Findings) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match runtime.block_on(account::application(api, token)) {
        Ok(application) => {
            let Application { name, servers, problems, .. } = application;
            let servers = render::counted(servers, "server");
            findings.good("Discord", &format!("the token belongs to “{name}”, which is in {servers}"));
            for problem in problems {
                findings.bad("Discord", problem);
            }
        }
        Err(error) => findings.bad("Discord", &super::chain(&error.into())),
    }
    Ok(())
}

fn check_corpus(job: &Job, findings: &mut Findings) {
    match ingest::read_people(job) {
        Ok(people) => findings.good("people", &format!("{} on the list", people.persons().len())),
        Err(error) => return findings.bad("people", &super::chain(&error)),
    }
    match ingest::read_agenda(job) {
        Ok(agenda) => {
            let (rounds, matters) = (agenda.rounds.len(), agenda.matters.len());
            let (rounds, matters) = (render::counted(rounds, "round"), render::counted(matters, "matter"));
            findings.good("agenda", &format!("{rounds}, {matters}"));
        }
        Err(error) => return findings.bad("agenda", &super::chain(&error)),
    }
    match ingest::ingest(job, &mut Silent, &AtomicBool::new(false)) {
        Err(error) => findings.bad("corpus", &super::chain(&error)),
        Ok(report) => {
            let files = report.added + report.changed + report.unchanged;
            findings.good("corpus", &render::counted(files, "article file"));
            for ending in &report.endings {
                match (ending.read, files) {
                    (true, _) => findings.good("read", &terminal::of_ending(ending)),
                    (false, 0) => findings.bad("not read", &terminal::of_ending(ending)),
                    (false, _) => findings.good("not read", &terminal::of_ending(ending)),
                }
            }
            for skip in &report.skipped {
                findings.bad(&skip.path, &format!("skipped: {}", skip.reason));
            }
            let pending = report.added + report.changed + report.removed;
            if pending > 0 && !report.rebuilt {
                let text = format!(
                    "files added, changed or removed since the last indexing: {pending}; `rapporteur index` updates the index"
                );
                findings.bad("index", &text);
            }
        }
    }
}

fn check_archive(job: &Job, address: &Address, findings: &mut Findings) {
    match ingest::open(job) {
        Err(error) => findings.bad("store", &super::chain(&error.into())),
        Ok(None) => findings.bad(
            "store",
            &format!("this version has not written to `{address}` yet; run `rapporteur index`"),
        ),
        Ok(Some(index)) => {
            let state = index.state();
            let told = render::on_record(state.articles, index.different_quotes(), state.quotes);
            if let Some(Err(error)) = index.archive().map(quickwit::Archive::check_settings) {
                return findings.bad("store", &super::chain(&error.into()));
            }
            let shares = index.archive().map_or(0, quickwit::Archive::shares);
            let shares = render::counted(shares, "indexer");
            findings.good("store", &format!("{told}, in `{address}`, written by {shares}"));
        }
    }
}

fn check_index(job: &Job, findings: &mut Findings) {
    let name = job.index.display();
    if let Some(address) = &job.store {
        return check_archive(job, address, findings);
    }
    match QuoteIndex::open(&job.index) {
        Err(error) => findings.bad("index", &super::chain(&error.into())),
        Ok(None) => findings.good(
            "index",
            &format!("`{name}` is not built yet; `rapporteur index`, `serve` or the first `ask` builds it"),
        ),
        Ok(Some(index)) => {
            let state = index.state();
            let told = render::on_record(state.articles, index.different_quotes(), state.quotes);
            let fine = format!("{told}, in `{name}`");
            let other = if (state.schema, state.extractor) != (SCHEMA_VERSION, EXTRACTOR_VERSION) {
                "by another version"
            } else if !ingest::is_current(job, &index).unwrap_or(true) {
                "from another corpus or people list"
            } else {
                return findings.good("index", &fine);
            };
            findings.bad("index", &format!("`{name}` was made {other}; `rapporteur index` rebuilds it"));
        }
    }
}

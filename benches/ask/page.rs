//! Given an index, what does each page of the reading room cost?

use std::io::{Read as _, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use rapporteur::answer::Permalink;
use rapporteur::ask;
use rapporteur::index::{Names, QuoteIndex};
use rapporteur::ingest::Job;
use rapporteur::library::Library;
use rapporteur::question::Asked;
use rapporteur::watch::Watch;
use rapporteur::web;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::percentile;

/// Pages of each kind.
const PAGES: usize = 50;

/// Serves the reading room for the index of `job` and writes the cost of its pages.
pub(crate) fn pages(job: Job, questions: &[(String, String)], out: &mut impl Write) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let (library, keeper) = Library::open(Watch::new(job))?;
    let mut status = library.status();
    runtime.block_on(status.wait_for(|status| status.ended > 0))?;
    let index = library.index().context("no index")?;
    let stop = CancellationToken::new();
    let started = cpu();
    let options = (Arc::clone(&library), stop.clone());
    let address = runtime.block_on(async {
        let (library, stop) = options;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        web::serve(web::Options { listener, public: None, library, stop })
    })?;
    // Some pages are made before anybody asks for them, with pauses.
    let mut known = started;
    while cpu() - known > 20.0 || known == started {
        known = cpu();
        std::thread::sleep(Duration::from_secs(3));
    }
    writeln!(out, "prepared with {:.0} ms of processor time", cpu() - started)?;
    writeln!(out, "pages, milliseconds of processor time of the whole process, p50 / p99")?;
    for (kind, paths) in paths(&index, questions)? {
        let mut times = Vec::new();
        let mut bytes = 0;
        for path in &paths {
            let started = cpu();
            bytes += get(address, path)?;
            times.push(cpu() - started);
        }
        let [half, most] = [0.5, 0.99].map(|part| percentile(times.clone(), part));
        let slowest = times.iter().zip(&paths).max_by(|a, b| a.0.total_cmp(b.0));
        writeln!(
            out,
            "{kind:<10} {:>4} {half:>8.2} / {most:>7.2} {:>9} bytes; slowest {}",
            paths.len(),
            bytes / paths.len().max(1),
            slowest.map(|(_, path)| path.as_str()).unwrap_or_default()
        )?;
    }
    stop.cancel();
    library.stop();
    drop(runtime);
    keeper.join().map_err(|_| anyhow::anyhow!("the indexing thread panicked"))
}

/// Returns the paths of some pages of each kind.
fn paths(
    index: &QuoteIndex,
    questions: &[(String, String)],
) -> anyhow::Result<Vec<(&'static str, Vec<String>)>> {
    let mut quotes = Vec::new();
    let mut articles = Vec::new();
    let mut checks = Vec::new();
    for (_, question) in questions.iter().take(PAGES) {
        let answer = ask::ask(index, &Asked::new(question.clone(), jiff::civil::date(2026, 3, 1)), 1)?;
        for hit in answer.hits {
            checks.push(format!("/check?q={}", encoded(&hit.record.words())));
            quotes.push(format!("/quote/{}", Permalink::of(&hit.record)));
            articles.push(format!("/article/{:016x}", hit.record.article.key()));
        }
    }
    let named = |shelf: &str, names: Names| -> Vec<String> {
        let names = index.names(names, "", PAGES);
        names.into_iter().map(|name| format!("/{shelf}/{}", encoded(&name.text))).collect()
    };
    let speakers = named("speaker", Names::Speakers);
    let pictures = speakers.iter().map(|path| path.replace("/speaker/", "/timeline.svg?speaker="));
    let parties = index.roster().sides().into_iter().map(|(party, _)| format!("/party/{}", encoded(party)));
    let days = index.days().keys().rev().take(PAGES).map(|day| format!("/day/{day}"));
    let again = |path: &str| vec![path.to_owned(); 5];
    let agenda = index.agenda();
    let positions: Vec<String> =
        agenda.matters.iter().map(|matter| format!("/positions/{}", encoded(&matter.name))).collect();
    let at_round = positions.iter().zip(agenda.rounds.iter().rev());
    let at_round = at_round.map(|(path, round)| format!("{path}?round={}", encoded(&round.name)));
    let rounds = agenda.rounds.iter().map(|round| format!("/round/{}", encoded(&round.name)));
    Ok(vec![
        ("home", again("/")),
        ("search", questions.iter().take(PAGES).map(|(_, q)| format!("/search?q={}", encoded(q))).collect()),
        ("check", checks),
        ("card", quotes.iter().map(|path| format!("{path}/card.svg")).collect()),
        ("quote", quotes),
        ("article", articles),
        ("feed", speakers.iter().map(|path| format!("{path}/atom.xml")).collect()),
        ("timeline", pictures.collect()),
        ("speaker", speakers),
        ("party", parties.collect()),
        ("day", days.collect()),
        ("outlet", named("outlet", Names::Outlets)),
        ("topic", named("topic", Names::Tags)),
        ("at a round", at_round.collect()),
        ("as JSON", positions.iter().map(|path| format!("/api/v1{path}")).collect()),
        ("positions", positions),
        ("round", rounds.collect()),
        ("speakers", again("/speakers")),
        ("days", again("/days")),
        ("sitemap", again("/sitemap.xml")),
    ])
}

/// Percent-encodes everything except letters and digits.
fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// Requests a page and returns its size in bytes.
fn get(address: SocketAddr, path: &str) -> anyhow::Result<usize> {
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply)?;
    anyhow::ensure!(
        reply.starts_with(b"HTTP/1.1 200"),
        "`{path}`: {}",
        String::from_utf8_lossy(reply.get(..90).unwrap_or_default())
    );
    Ok(reply.len())
}

/// Returns the processor time of this process, in milliseconds.
fn cpu() -> f64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    #[expect(clippy::cast_precision_loss, reason = "a run takes less than years")]
    let millis = now.tv_sec as f64 * 1e3 + now.tv_nsec as f64 / 1e6;
    millis
}

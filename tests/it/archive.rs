//! The archive for many machines: it gives the same answers as the embedded index, and says why if it cannot.
//!
//! If `RAPPORTEUR_QUICKWIT` names a running server (`http://127.0.0.1:7280`), the contract is tested against
//! it. If `UPDATE_EXPECT` is set too, the exchanges are recorded, to be replayed on other machines. What is
//! written there stays in indexes whose names begin with `contract` and `recorded`.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;
use std::{fs, thread};

use rapporteur::answer::{Page, QuoteId, Record};
use rapporteur::ask;
use rapporteur::index::quickwit::{self, Address, ArchiveError, Share, Verified, send};
use rapporteur::index::{IndexError, Names, QuoteIndex};
use rapporteur::ingest::Job;
use rapporteur::inquiry::Plan;
use rapporteur::question::{Asked, Question};
use serde::{Deserialize, Serialize};

use crate::ingest::{Silent, Town, article, ingest};

/// A request as it arrived.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Request {
    method: String,
    path: String,
    body: String,
}

/// An answer: its status and body.
type Answer = (u16, String);

/// A server that answers each request with a function, one connection per request.
struct Server {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
}

impl Server {
    fn start(mut answer: impl FnMut(Request) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::Relaxed) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let Some(request) = read(&stream) else { continue };
                let (status, body) = answer(request);
                let head = format!(
                    "HTTP/1.1 {status} Told\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    body.len()
                );
                // It is not an error of the server if a client no longer waits.
                let _ =
                    (&stream).write_all(head.as_bytes()).and_then(|()| (&stream).write_all(body.as_bytes()));
            }
        });
        Self { address, stop }
    }

    fn store(&self, prefix: &str) -> Address {
        format!("quickwit+http://{}/{prefix}", self.address).parse().expect("an address")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
    }
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let header = header.trim().to_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request { method, path, body: String::from_utf8(body).ok()? })
}

/// Forwards a request to a real server.
fn forward(host: &str, request: &Request) -> Answer {
    let mut stream = TcpStream::connect(host).expect("the server that RAPPORTEUR_QUICKWIT names answers");
    let Request { method, path, body } = request;
    let head = format!(
        "{method} {path} HTTP/1.0\r\nhost: {host}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("it takes the request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("it has a status");
    (status, body.to_owned())
}

/// Returns the host and port of the real server; `None` if no test should use one.
fn real() -> Option<String> {
    let server = std::env::var("RAPPORTEUR_QUICKWIT").ok()?;
    Some(server.trim_start_matches("http://").trim_end_matches('/').to_owned())
}

/// Returns a town with some articles, of which the last were changed or removed.
fn town() -> Town {
    let town = Town::settled();
    town.write("jansson.md", &article("Pia Jansson", "The ferry to the islands must not become a luxury"));
    town.write("okafor.md", &article("Omar Okafor", "The ferry will sail in every weather but a storm"));
    town.remove("duarte.md");
    town.ingest();
    town
}

fn records(index: &QuoteIndex) -> Vec<Record> {
    let mut records = Vec::new();
    let mut tell = |record| {
        records.push(record);
        Ok::<_, IndexError>(())
    };
    index.each(&Question::default(), &mut tell).expect("it can be exported");
    records
}

/// Compares what the archive holds with the index of a town.
fn verified(index: &QuoteIndex, address: &Address) -> Verified {
    let embedded = index.embedded().expect("it is on this disk");
    quickwit::verify(address, embedded, Share::default(), &mut |_, _| {}).expect("it answers")
}

/// Sends the index of a town; returns the numbers of articles sent and of editions withdrawn.
fn sent(town: &Town, address: &Address) -> (u64, u64) {
    let index = QuoteIndex::open(&town.index()).expect("it opens").expect("it is there");
    let embedded = index.embedded().expect("it is on this disk");
    let stop = AtomicBool::new(false);
    let sent = send(address, embedded, Share::default(), false, &stop, &mut |_, _| {}).expect("it is sent");
    (sent.articles, sent.gone)
}

/// Returns what every store must answer in the same way, as text.
fn told(index: &QuoteIndex) -> String {
    let mut out = String::new();
    let today = jiff::civil::date(2025, 6, 1);
    for question in [
        "What did Omar Okafor say about the ferry?",
        "ferry",
        "who said \"the ferry will sail in every weather\"",
        "latest",
        "What did Angela Lee say?",
        "What did Ines Duarte say about the library?",
        "ferry -storm",
    ] {
        let mut answer = ask::ask(index, &Asked::new(question, today), 10).expect("it answers");
        answer.steps.clear();
        out.push_str(&format!("{question}: {answer:?}\n"));
    }
    let all = records(index);
    for record in &all {
        let found = ask::quote(index, record.id()).expect("it answers");
        assert_eq!(found.as_ref(), Some(record));
        let page = Page::from(10);
        let by_id = index.article(&record.article.0, page).expect("it answers");
        out.push_str(&format!("{record:?}\n{by_id:?}\n"));
    }
    let nothing = ask::quote(index, QuoteId(1)).expect("it answers");
    let prints = index.prints(&Question::default(), &["ferries".to_owned()], usize::MAX).expect("it answers");
    let titled = ["", "r", "re", "rep", "report p", "report on pi"].map(|typed| {
        let mut found: Vec<String> =
            index.articles(typed, 10).into_iter().map(|entry| entry.article.0).collect();
        found.sort();
        found
    });
    let names = [Names::Speakers, Names::Outlets, Names::Tags].map(|of| index.names(of, "", 10));
    let roster: Vec<String> = index.roster().beginning("", 10).iter().map(|who| who.name.clone()).collect();
    let state = index.state();
    out.push_str(&format!(
        "{nothing:?} {prints:?} {titled:?} {names:?} {roster:?} {} {} {:?} {} {:?}\n",
        state.articles,
        state.quotes,
        index.newest(),
        index.different_quotes(),
        index.days(),
    ));
    out
}

#[test]
#[expect(clippy::print_stderr, reason = "it tells what was left out")]
fn an_archive_answers_as_the_embedded_index_does() {
    let town = town();
    let embedded = QuoteIndex::open(&town.index()).expect("it opens").expect("it is there");
    let expected = told(&embedded);
    assert!(expected.contains("but a storm") && !expected.contains("No library card"), "{expected}");
    let Some(host) = real() else {
        eprintln!("left out: the same on a real server, as RAPPORTEUR_QUICKWIT names none");
        return;
    };
    let number = std::time::UNIX_EPOCH.elapsed().expect("it is later than 1970").as_millis();
    let address: Address = format!("quickwit+http://{host}/contract-{number}").parse().expect("an address");
    assert!(QuoteIndex::connect(&address, &town.index()).expect("it answers").is_none(), "nothing was sent");
    // First the town before the changes, then what has changed.
    let before = Town::settled();
    let old = QuoteIndex::open(&before.index()).expect("it opens").expect("it is there");
    let stop = AtomicBool::new(false);
    let embedded_before = old.embedded().expect("it is on this disk");
    send(&address, embedded_before, Share::default(), true, &stop, &mut |_, _| {}).expect("it is sent");
    assert!(verified(&old, &address).is_sound());
    assert_eq!(verified(&embedded, &address).articles, 0);
    let archive_before =
        QuoteIndex::connect(&address, &town.index()).expect("it answers").expect("it was sent");
    let is_current = || archive_before.archive().expect("it is one").is_current().expect("it answers");
    assert!(is_current());
    let other = sent_over(&town, &address);
    assert!(!is_current());
    assert!(other.0 >= 2 && other.1 >= 2, "{other:?}");
    assert_eq!(sent(&town, &address), (0, 0), "nothing is sent twice");
    let found = verified(&embedded, &address);
    assert!(found.is_sound() && found.articles == embedded.state().articles, "{found:?}");
    assert_eq!(found.quotes, embedded.state().quotes);
    let archive = QuoteIndex::connect(&address, &town.index()).expect("it answers").expect("it was sent");
    let got = told(&archive);
    for (expected, got) in expected.lines().zip(got.lines()) {
        assert_eq!(expected, got);
    }
    assert_eq!(archive.count_quotes().expect("it answers"), embedded.count_quotes().expect("it answers"));
    // Another corpus does not accidentally replace what is there.
    let error = send(&address, embedded_before, Share::default(), false, &stop, &mut |_, _| {});
    assert!(matches!(error, Err(IndexError::Archive(ArchiveError::Taken { .. }))), "{error:?}");
}

/// Sends the index of a town over the data of another corpus.
fn sent_over(town: &Town, address: &Address) -> (u64, u64) {
    let index = QuoteIndex::open(&town.index()).expect("it opens").expect("it is there");
    let embedded = index.embedded().expect("it is on this disk");
    let stop = AtomicBool::new(false);
    let sent = send(address, embedded, Share::default(), true, &stop, &mut |_, _| {}).expect("it is sent");
    (sent.articles, sent.gone)
}

fn error_of(address: &Address) -> ArchiveError {
    let folder = tempfile::tempdir().expect("a folder");
    match QuoteIndex::connect(address, folder.path()) {
        Err(IndexError::Archive(error)) => error,
        Err(error) => panic!("another error: {error}"),
        Ok(_) => panic!("it was opened"),
    }
}

#[test]
fn a_missing_archive_is_reported() {
    let gone = Server::start(|_| (200, String::new())).address;
    let free = TcpListener::bind("127.0.0.1:0").expect("a port is free").local_addr().expect("an address");
    assert_ne!(gone, free);
    let address: Address = format!("quickwit+http://{free}").parse().expect("an address");
    let start = Instant::now();
    let error = error_of(&address);
    assert!(matches!(error, ArchiveError::Silent { .. }), "{error}");
    assert!(error.to_string().contains("RAPPORTEUR_STORE"), "{error}");
    assert!(start.elapsed().as_secs() < 5);
}

#[test]
fn wrong_answers_of_an_archive_are_reported() {
    let partial = r#"{"responses":[{"status":200,"_shards":{"total":3,"failed":1},"hits":{"hits":[]}}]}"#;
    let refused = r#"{"responses":[{"status":400,"error":{"reason":"no such field"}}]}"#;
    let busy = r#"{"responses":[{"status":503,"error":{"reason":"no room"}}]}"#;
    for (answer, expected, tries) in [
        ((200, "not JSON".to_owned()), "gave an invalid answer", 1),
        ((200, "{}".to_owned()), "gave an invalid answer", 1),
        ((200, r#"{"responses":[]}"#.to_owned()), "gave an invalid answer", 1),
        ((200, partial.to_owned()), "1 of 3 splits", 3),
        ((200, refused.to_owned()), "no such field", 1),
        ((200, busy.to_owned()), "(503): no room", 3),
        ((400, r#"{"message":"bad\nquery"}"#.to_owned()), "(400): bad query", 1),
        ((500, "oh".to_owned()), "500 Internal Server Error: oh", 3),
    ] {
        let (told, asked) = (answer.clone(), Arc::new(AtomicU64::new(0)));
        let count = Arc::clone(&asked);
        let server = Server::start(move |_| {
            count.fetch_add(1, Ordering::Relaxed);
            told.clone()
        });
        let error = error_of(&server.store("desk")).to_string();
        assert!(error.contains(expected), "{answer:?}: {error}");
        assert_eq!(asked.load(Ordering::Relaxed), tries, "{answer:?}");
    }
}

#[test]
fn requests_to_a_busy_server_are_retried() {
    let asked = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&asked);
    let server = Server::start(move |_| {
        if count.fetch_add(1, Ordering::Relaxed) < 2 {
            (429, r#"{"message":"too many requests"}"#.to_owned())
        } else {
            (404, String::new())
        }
    });
    let folder = tempfile::tempdir().expect("a folder");
    let opened = QuoteIndex::connect(&server.store("desk"), folder.path()).expect("it answers in the end");
    assert!(opened.is_none());
    assert_eq!(asked.load(Ordering::Relaxed), 3);
}

/// The recorded exchanges.
fn exchanges() -> PathBuf {
    crate::root().join("tests/data/archive/exchanges.jsonl")
}

/// Returns a text without the versions in the name of the index, which may differ elsewhere.
fn without_versions(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("recorded-") {
        let (before, from) = rest.split_at(at + "recorded-".len());
        out.push_str(before);
        rest = from.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '-');
    }
    out.push_str(rest);
    out
}

/// Returns the results of the requests to a recorded archive.
fn questions(index: &QuoteIndex) -> String {
    let all = records(index);
    let ids: Vec<QuoteId> = all.iter().map(Record::id).collect();
    let mut session = index.session();
    let facts = session.facts(&["ferri".to_owned(), "nobodi".to_owned()]);
    let about = Question { terms: vec!["ferry".to_owned()], ..Question::default() };
    let found = session.find(&Plan::new(about, vec![1.0])).expect("it answers");
    let found: Vec<QuoteId> = found.into_iter().map(|candidate| candidate.id).collect();
    let texts: Vec<String> = all.iter().map(Record::words).collect();
    let read = session.records(&ids).expect("it answers").len();
    let state = index.state();
    format!("{} {} {texts:#?} {facts:?} {found:?} {read}\n", state.articles, state.quotes)
}

#[test]
fn recorded_exchanges_with_a_real_server_are_understood() {
    let expected = exchanges().with_file_name("expected.txt");
    if let (Some(host), true) = (real(), std::env::var_os("UPDATE_EXPECT").is_some()) {
        record(&host, &expected);
    }
    let answer = replayed();
    let altered = answer.clone();
    let server = Server::start(answer);
    let (_folder, embedded) = recorded();
    let index = QuoteIndex::connect(&server.store("recorded"), &PathBuf::new())
        .expect("it answers")
        .expect("something was sent");
    assert_eq!(questions(&index), fs::read_to_string(expected).expect("it was recorded"));
    assert!(index.archive().expect("it is one").is_current().expect("it answers"));
    let found = verified(&embedded, &server.store("recorded"));
    assert_eq!(found, Verified { articles: 3, quotes: 3, ..Verified::default() });
    // One word of one quote is different in the archive.
    let server = Server::start(move |request| {
        let (status, body) = altered(request);
        (status, body.replace("archive in May", "archive in June"))
    });
    let found = verified(&embedded, &server.store("recorded"));
    assert_eq!((found.articles, found.unlike.len()), (3, 1), "{found:?}");
    assert_eq!(found.broken, ["documents of article `lee` differ"]);
}

#[test]
fn searches_that_fail_are_sent_again_without_the_others() {
    let answer = replayed();
    let mut held: HashMap<String, Answer> = HashMap::new();
    let again = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&again);
    // The last search of each request fails once.
    let server = Server::start(move |request| {
        if let Some(held) = held.remove(&request.body) {
            count.fetch_add(1, Ordering::Relaxed);
            return held;
        }
        let is_search = request.path.contains("_msearch");
        let (status, body) = answer(request.clone());
        if !is_search {
            return (status, body);
        }
        let mut found: serde_json::Value = serde_json::from_str(&body).expect("an answer");
        let last = found["responses"].as_array_mut().and_then(|all| all.last_mut()).expect("an answer");
        let busy = serde_json::json!({"status": 503, "error": {"reason": "no room"}});
        let whole = serde_json::json!({"responses": [std::mem::replace(last, busy)]}).to_string();
        let lines: Vec<&str> = request.body.lines().collect();
        let search = lines.chunks(2).next_back().expect("a search").join("\n") + "\n";
        held.insert(search, (200, whole));
        (200, found.to_string())
    });
    let index = QuoteIndex::connect(&server.store("recorded"), &PathBuf::new())
        .expect("it answers")
        .expect("something was sent");
    let expected = exchanges().with_file_name("expected.txt");
    assert_eq!(questions(&index), fs::read_to_string(expected).expect("it was recorded"));
    assert!(again.load(Ordering::Relaxed) > 3);
}

/// Returns a function that answers as the recorded server did.
fn replayed() -> impl Fn(Request) -> Answer + Clone + Send + 'static {
    let lines = fs::read_to_string(exchanges()).expect("exchanges were recorded");
    let mut known: HashMap<Request, Answer> = HashMap::new();
    for line in lines.lines() {
        let (request, answer): (Request, Answer) = serde_json::from_str(line).expect("an exchange");
        known.insert(request, answer);
    }
    move |request| {
        let request = plain(&request);
        let unknown = || (400, format!("{{\"message\":\"not recorded: {}\"}}", request.path));
        known.get(&request).cloned().unwrap_or_else(unknown)
    }
}

/// Returns the index of the articles that are sent for the recording, and its folder. The paths of its files
/// are the same on every machine.
fn recorded() -> (tempfile::TempDir, QuoteIndex) {
    let folder = tempfile::tempdir().expect("a folder");
    let corpus = vec![PathBuf::from("tests/data/archive/corpus")];
    let job = Job { corpus, index: folder.path().join("index"), threads: 1, ..Job::default() };
    ingest(&job, &mut Silent).expect("it can be indexed");
    let index = QuoteIndex::open(&job.index).expect("it opens").expect("it is there");
    (folder, index)
}

/// Returns a request without versions.
fn plain(request: &Request) -> Request {
    let Request { method, path, body } = request;
    Request { method: method.clone(), path: without_versions(path), body: without_versions(body) }
}

/// Returns an answer without the folder of the server.
fn without_place(body: &str) -> String {
    let Ok(mut json) = serde_json::from_str::<serde_json::Value>(body) else { return body.to_owned() };
    let Some(config) = json.get_mut("index_config").and_then(serde_json::Value::as_object_mut) else {
        return body.to_owned();
    };
    config.remove("index_uri");
    json.to_string()
}

/// Records the exchanges with the server at `host`, and their results.
fn record(host: &str, expected: &std::path::Path) {
    let address: Address = format!("quickwit+http://{host}/recorded").parse().expect("an address");
    let (folder, index) = recorded();
    let stop = AtomicBool::new(false);
    let embedded = index.embedded().expect("it is on this disk");
    send(&address, embedded, Share::default(), true, &stop, &mut |_, _| {}).expect("it is sent");
    let log: Arc<Mutex<Vec<(Request, Answer)>>> = Arc::default();
    let (kept, host) = (Arc::clone(&log), host.to_owned());
    let server = Server::start(move |request| {
        let answer = forward(&host, &request);
        kept.lock().expect("nobody panicked").push((request, answer.clone()));
        answer
    });
    let archive = QuoteIndex::connect(&server.store("recorded"), folder.path())
        .expect("it answers")
        .expect("something was sent");
    let told = questions(&archive);
    assert!(archive.archive().expect("it is one").is_current().expect("it answers"));
    assert!(verified(&index, &server.store("recorded")).is_sound());
    let mut lines = String::new();
    for (request, (status, body)) in log.lock().expect("nobody panicked").iter() {
        let exchange = (plain(request), (status, without_place(body)));
        lines.push_str(&serde_json::to_string(&exchange).expect("it can be written"));
        lines.push('\n');
    }
    fs::create_dir_all(expected.parent().expect("a folder")).expect("it can be made");
    fs::write(exchanges(), lines).expect("it can be written");
    fs::write(expected, told).expect("it can be written");
}

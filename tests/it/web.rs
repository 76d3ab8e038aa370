//! The reading room with a corpus of made-up articles: what its pages show, what they refuse, and that markup
//! from articles has no effect.

mod attack;
mod desk;
mod look;
mod program;

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rapporteur::ingest::{Job, Silent, ingest};
use rapporteur::library::Library;
use rapporteur::watch::Watch;
use rapporteur::web;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Longer than a page takes on a busy machine.
const SOON: Duration = Duration::from_secs(30);

/// Returns an article with an address, an outlet, a day and a tag.
fn article(id: &str, day: &str, tag: &str, text: &str) -> Value {
    json!({
        "id": id, "title": format!("News of {id}"), "outlet": "Coast Gazette", "date": day, "tags": [tag],
        "url": format!("https://gazette.example/{id}"), "text": text,
    })
}

/// Returns the corpus for the tests of the pages.
fn town() -> Vec<Value> {
    vec![
        article(
            "archive",
            "2025-12-02",
            "archive",
            "The council met on Tuesday.\n\n“We will open the archive in May,” said Pia Lund, the mayor.\n\nThe building is old.\n\n“Nobody will pay for it,” Lund said.",
        ),
        article(
            "echo",
            "2025-12-04",
            "archive",
            "“We will open the archive in May,” said Pia Lund, the mayor, on Tuesday.",
        ),
        article(
            "ferry",
            "2025-12-03",
            "harbour",
            "“The ferry will sail on Sundays too,” said Omar Okafor, the harbour master.",
        ),
        article(
            "twice",
            "2025-12-05",
            "harbour",
            "“We are ready,” said Omar Okafor, the harbour master.\n\nThe crowd waited.\n\n“We are ready,” said Pia Lund, the mayor.",
        ),
    ]
}

/// An open reading room, which closes when it is dropped.
struct Room {
    address: SocketAddr,
    folder: TempDir,
    library: Arc<Library>,
    keeper: Option<JoinHandle<()>>,
    runtime: Option<tokio::runtime::Runtime>,
    stop: CancellationToken,
}

/// A response.
#[derive(Debug)]
struct Page {
    status: u16,
    head: String,
    body: String,
}

impl Page {
    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

impl Room {
    fn open(articles: &[Value]) -> Self {
        Self::under(articles, None)
    }

    /// Opens a room, under a public name if one is given.
    fn under(articles: &[Value], public: Option<&str>) -> Self {
        Self::of(articles, "", public)
    }

    /// Opens a room whose corpus also has a people list.
    fn of(articles: &[Value], people: &str, public: Option<&str>) -> Self {
        Self::listed(articles, &[("people.toml", people)], public)
    }

    /// Opens a room whose corpus has these lists in addition to its articles.
    fn listed(articles: &[Value], lists: &[(&str, &str)], public: Option<&str>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let corpus = folder.path().join("corpus");
        fs::create_dir(&corpus).expect("a folder");
        for (name, list) in lists {
            fs::write(corpus.join(name), list).expect("written");
        }
        for (at, article) in articles.iter().enumerate() {
            fs::write(corpus.join(format!("{at}.json")), article.to_string()).expect("written");
        }
        let job =
            Job { corpus: vec![corpus], index: folder.path().join("index"), threads: 1, ..Job::default() };
        ingest(&job, &mut Silent, &false.into()).expect("indexed");
        let (library, keeper) = Library::open(Watch::new(job)).expect("opened");
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("threads");
        let stop = CancellationToken::new();
        let address = runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let (public, stop) = (public.map(str::to_owned), stop.clone());
            web::serve(web::Options { listener, public, library: Arc::clone(&library), stop })
                .expect("served")
        });
        Self { address, folder, library, keeper: Some(keeper), runtime: Some(runtime), stop }
    }

    /// Sends bytes unchanged and reads the whole response.
    fn send(&self, bytes: &[u8]) -> Page {
        let mut stream = TcpStream::connect(self.address).expect("it listens");
        stream.set_read_timeout(Some(SOON)).expect("set");
        // The server may already have refused and closed.
        let _ = stream.write_all(bytes);
        let mut all = Vec::new();
        let _ = stream.read_to_end(&mut all);
        let all = String::from_utf8_lossy(&all).into_owned();
        let (head, body) = all.split_once("\r\n\r\n").unwrap_or((&all, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Page { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// Requests a page as a program on this machine does, with additional header lines.
    fn get_with(&self, path: &str, headers: &str) -> Page {
        self.send(format!("GET {path} HTTP/1.1\r\nHost: {}\r\n{headers}\r\n", self.address).as_bytes())
    }

    fn get(&self, path: &str) -> Page {
        self.get_with(path, "")
    }

    /// Returns the paths with this prefix that a page links to.
    fn links(page: &Page, beginning: &str) -> Vec<String> {
        let links = page.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let mut links: Vec<String> =
            links.filter(|link| link.starts_with(beginning)).map(str::to_owned).collect();
        links.dedup();
        links
    }

    /// Returns the path of the first quote that a question finds.
    fn found(&self, question: &str) -> String {
        let page = self.get(&format!("/search?q={question}"));
        Self::links(&page, "/quote/").first().cloned().unwrap_or_else(|| panic!("{}", page.body))
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.stop.cancel();
        self.library.stop();
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
        if let Some(keeper) = self.keeper.take() {
            let _ = keeper.join();
        }
    }
}

#[test]
fn a_question_is_answered_as_everywhere() {
    let room = Room::open(&town());
    let page = room.get("/search?q=what+did+Lund+say+about+the+archive");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("<mark>archive</mark>"), "{}", page.body);
    assert!(page.body.contains("<a href=\"/speaker/Pia%20Lund\">Pia Lund</a>"), "{}", page.body);
    assert!(page.body.contains("verbatim") && page.body.contains("Coast Gazette"));
    let nothing = room.get("/search?q=what+did+Lund+say+on+3+May+1999");
    assert!(nothing.body.contains("No quote on record"), "{}", nothing.body);
    assert!(!nothing.body.contains("<blockquote"), "{}", nothing.body);
    assert_eq!(room.get("/search").status, 307);
}

#[test]
fn words_are_compared_with_the_record_in_a_form() {
    let room = Room::open(&town());
    let form = room.get("/check");
    assert!(form.body.contains("<form action=\"/check\" method=\"get\">"), "{}", form.body);
    assert!(!form.body.contains("role=\"status\"") && !form.body.contains("noindex"), "{}", form.body);
    let check = |query: &str, parts: &[&str]| {
        let page = room.get(&format!("/check?{query}"));
        assert_eq!(page.status, 200);
        for part in parts {
            assert!(page.body.contains(part), "no {part} in\n{}", page.body);
        }
        page.body
    };
    let exact = check("q=We+will+open+the+archive+in+May&speaker=Lund", &["On record, word for word."]);
    assert!(exact.matches("<article>").count() == 1 && !exact.contains("<del>"), "{exact}");
    check(
        "q=We+will+never+open+the+archive+in+June&speaker=Lund",
        &[
            "Altered: on record in other words.",
            "A negation is added: the claim has “never”",
            "only claimed: </span>never</del>",
            "only on record: </span>May,</ins>",
            "We will never open the archive in June</textarea>",
            "value=\"Lund\"",
        ],
    );
    check("q=The+ferry+will+sail+on+Sundays+too&speaker=Lund", &["It was Omar Okafor who said it"]);
    let nothing = check("q=The+moon+is+made+of+glass", &["Not on record here"]);
    assert!(!nothing.contains("<blockquote"), "{nothing}");
    check("q=%3C/textarea%3E%3Cb%3Ex", &["&#60;/textarea&#62;&#60;b&#62;x</textarea>"]);
    let search = room.get("/search?q=did+Lund+really+say+%27we+will+open+the+archive%27");
    let links = Room::links(&search, "/check?");
    assert!(links.len() == 1 && links[0].contains("speaker=Pia%20Lund"), "{links:?}");
}

#[test]
fn the_page_of_a_quote_is_complete() {
    let room = Room::open(&town());
    let page = room.get(&room.found("what+did+Lund+say+about+the+archive"));
    assert_eq!(page.status, 200);
    for part in [
        "<mark>We will open the archive in May,</mark>",
        "The building is old.",
        "The council met on Tuesday.",
        "mayor",
        "2 December 2025",
        "href=\"https://gazette.example/archive\" rel=\"nofollow noopener noreferrer\"",
        "The same remark elsewhere",
        "Next quote of this article",
        "/card.svg\">As a picture</a>",
        "<meta property=\"og:title\" content=\"“We will open the archive in May,” — Pia Lund\">",
    ] {
        assert!(page.body.contains(part), "no {part} in\n{}", page.body);
    }
}

#[test]
fn a_partly_quoted_sentence_has_no_marks_around_it() {
    let text = "Pia Lund, the mayor, said that the archive was “the pride of the whole town” and would stay.";
    let room = Room::open(&[article("pride", "2025-12-06", "archive", text)]);
    let links = Room::links(&room.get("/article/pride"), "/quote/");
    let page = room.get(links.first().expect("a quote is on record"));
    assert!(page.body.contains("partly quoted"), "{}", page.body);
    let title = page.body.split("property=\"og:title\" content=\"").nth(1).expect("a title");
    assert!(title.starts_with("that the archive was “the pride of the whole town”"), "{}", page.body);
}

#[test]
fn the_same_words_twice_in_an_article_are_two_pages() {
    let room = Room::open(&town());
    let article = room.get("/article/twice");
    let links = Room::links(&article, "/quote/");
    assert_eq!(links.len(), 2, "{links:?}");
    assert!(room.get(&links[0]).body.contains("Omar Okafor"));
    assert!(links[1].ends_with("-2") && room.get(&links[1]).body.contains("— Pia Lund"), "{links:?}");
}

#[test]
fn permalinks_survive_a_new_index_and_a_moved_corpus() {
    let before = Room::open(&town());
    let links: Vec<String> = ["archive", "echo", "ferry", "twice"]
        .iter()
        .flat_map(|id| Room::links(&before.get(&format!("/article/{id}")), "/quote/"))
        .collect();
    assert_eq!(links.len(), 6, "{links:?}");
    // Moved folders, renamed files, other articles before them, and words before the quote.
    let mut moved: Vec<Value> = town().into_iter().rev().collect();
    moved.insert(0, article("more", "2025-12-01", "x", "“This is another one entirely,” said Ines Duarte."));
    for article in &mut moved {
        let text = format!("An opening line.\n\n{}", article["text"].as_str().expect("text"));
        article["text"] = text.into();
    }
    let after = Room::open(&moved);
    for link in links {
        assert_eq!(after.get(&link).status, 200, "{link}");
    }
    let gone =
        Room::open(&[article("archive", "2025-12-02", "archive", "“It is another one now,” said Pia Lund.")]);
    let page = gone.get(&before.found("what+did+Lund+say+about+the+archive"));
    assert_eq!(page.status, 404);
    assert!(page.body.contains("no longer on record"), "{}", page.body);
}

#[test]
fn every_list_leads_to_its_pages() {
    let room = Room::open(&town());
    for (list, beginning, words) in [
        ("/speakers", "/speaker/", "“The ferry will sail on Sundays too,”"),
        ("/outlets", "/outlet/", "“We are ready,”"),
        ("/topics", "/topic/", "“We are ready,”"),
        ("/days", "/day/", "“We are ready,”"),
    ] {
        let page = room.get(list);
        let links = Room::links(&page, beginning);
        assert!(!links.is_empty(), "{}", page.body);
        let pages: Vec<Page> = links.iter().map(|link| room.get(link)).collect();
        assert!(pages.iter().all(|page| page.status == 200), "{links:?}");
        assert!(pages.iter().any(|page| page.body.contains(words)), "{list}: {links:?}");
    }
    assert_eq!(room.get("/parties").status, 200);
    assert_eq!(room.get("/speaker/pia%20lund").header("location"), Some("/speaker/Pia%20Lund"));
    assert_eq!(room.get("/speaker/Nobody%20Atall").status, 404);
    assert_eq!(room.get("/day/2025-12-32").status, 404);
    let day = room.get("/day/2025-12-03");
    assert!(day.body.contains("/day/2025-12-02") && day.body.contains("/day/2025-12-05"), "{}", day.body);
    let home = room.get("/");
    assert!(home.body.contains("4 articles") && home.body.contains("“We are ready,”"), "{}", home.body);
}

#[test]
fn the_page_of_a_party_has_its_people_and_its_listed_name() {
    let people = "[[person]]\nname = \"Pia Lund\"\nside = \"US\"\n\n[[person]]\nname = \"Omar Okafor\"\nside = \"Harbour Board\"\n";
    let room = Room::of(&town(), people, None);
    let page = room.get("/party/us");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("<h1>US</h1>"), "{}", page.body);
    assert!(page.body.contains("Pia Lund") && !page.body.contains("Omar Okafor"), "{}", page.body);
    assert!(room.get("/parties").body.contains("Harbour Board"));
    for (typed, own) in [("/party/US", "/party/us"), ("/outlet/coast%20gazette", "/outlet/Coast%20Gazette")] {
        let moved = room.get(typed);
        assert_eq!((moved.status, moved.header("location")), (308, Some(own)), "case does not matter");
    }
    assert_eq!(room.get("/outlet/%3F%3F").status, 404);
    assert!(room.get("/party/us/atom.xml").body.contains("<title>US, word for word</title>"));
}

#[test]
fn feeds_and_the_sitemap_are_complete() {
    let room = Room::under(&town(), Some("https://quotes.example"));
    let get =
        |path: &str| room.send(format!("GET {path} HTTP/1.1\r\nHost: quotes.example\r\n\r\n").as_bytes());
    for path in
        ["/speaker/Pia%20Lund/atom.xml", "/topic/harbour/atom.xml", "/outlet/Coast%20Gazette/atom.xml"]
    {
        let feed = get(path);
        assert_eq!(feed.header("content-type"), Some("application/atom+xml; charset=utf-8"));
        let read = feed_rs::parser::parse(feed.body.as_bytes()).expect("a feed");
        assert!(read.entries.len() >= 2 && read.updated.is_some(), "{}", feed.body);
        assert!(read.entries.iter().all(|entry| entry.id.starts_with("https://quotes.example/quote/")));
    }
    let map = get("/sitemap.xml");
    for part in [
        "<loc>https://quotes.example/speaker/Omar%20Okafor</loc>",
        "<loc>https://quotes.example/day/2025-12-02</loc>",
    ] {
        assert!(map.body.contains(part), "{}", map.body);
    }
    assert!(get("/robots.txt").body.contains("Sitemap: https://quotes.example/sitemap.xml"));
    let page = get("/speaker/Pia%20Lund");
    assert!(
        page.body.contains("<link rel=\"canonical\" href=\"https://quotes.example/speaker/Pia%20Lund\">")
    );
}

#[test]
fn no_page_is_begun_while_the_bot_makes_an_answer() {
    let room = Room::open(&town());
    assert_eq!(room.get("/speaker/Pia%20Lund").status, 200);
    let answering = room.library.answering();
    let (done, start) = (AtomicBool::new(false), Instant::now());
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let page = room.get("/search?q=ferry");
            done.store(true, Ordering::Relaxed);
            page.status
        });
        assert_eq!(room.get("/speaker/Pia%20Lund").status, 200, "a page that is kept needs no turn");
        std::thread::sleep(Duration::from_millis(100));
        assert!(!done.load(Ordering::Relaxed) || start.elapsed() > Duration::from_secs(1));
        drop(answering);
        assert_eq!(asking.join().expect("it ends"), 200);
    });
    // A bot that always has something to answer does not stop the pages.
    let _answering = room.library.answering();
    assert_eq!(room.get("/search?q=archive").status, 200);
}

#[test]
fn an_unchanged_page_is_not_sent_again() {
    let room = Room::open(&town());
    for path in ["/", "/speaker/Pia%20Lund", "/search?q=ferry", "/api/v1/speakers", "/style.css"] {
        let first = room.get(path);
        let tag = first.header("etag").expect("a tag").to_owned();
        let again = room.get_with(path, &format!("If-None-Match: {tag}\r\n"));
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{path}");
        assert_eq!(room.get_with(path, "If-None-Match: \"other\"\r\n").status, 200);
    }
    let more = article("more", "2025-12-06", "x", "“The bridge is older than the town,” said Ines Duarte.");
    let tag = room.get("/").header("etag").expect("a tag").to_owned();
    fs::write(room.folder.path().join("corpus/more.json"), more.to_string()).expect("written");
    room.library.wake(rapporteur::watch::Wake::Changed);
    let start = Instant::now();
    while room.get_with("/", &format!("If-None-Match: {tag}\r\n")).status == 304 {
        assert!(start.elapsed() < SOON, "the new article is never shown");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(room.get("/").body.contains("Ines Duarte"));
}

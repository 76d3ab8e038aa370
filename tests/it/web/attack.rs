//! What an attacker writes into articles, URLs and headers has no effect, and nothing outside the corpus is
//! read.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use rapporteur::web;
use serde_json::{Value, json};

use super::desk::LISTS;
use super::{Page, Room, SOON, town};

const SCRIPT: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";

/// Returns articles with markup in every text.
fn hostile() -> Vec<Value> {
    let mut all = Vec::new();
    for (at, url) in [
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "https://a.example/\"><script>alert(3)</script>",
    ]
    .into_iter()
    .enumerate()
    {
        all.push(json!({
            "id": format!("bad{at}{SCRIPT}"), "title": format!("Title {SCRIPT}"), "outlet": format!("Outlet {SCRIPT}"),
            "byline": format!("By {SCRIPT}"), "date": "2025-12-02", "tags": [format!("tag {SCRIPT}"), "harm"], "url": url,
            "text": format!("Before {SCRIPT}.\n\n“We will open the archive {SCRIPT} in May,” said Pia Lund, the mayor.\n\nAfter {SCRIPT}."),
        }));
    }
    all
}

/// Returns the paths of pages of all kinds.
fn routes(room: &Room) -> Vec<String> {
    let mut all: Vec<String> = [
        "/",
        "/speakers",
        "/outlets",
        "/parties",
        "/topics",
        "/days",
        "/search?q=archive",
        "/check?q=we+will+open+the+archive+in+May",
        "/sitemap.xml",
        "/robots.txt",
        "/style.css",
        "/icon.svg",
    ]
    .map(str::to_owned)
    .to_vec();
    let mut at = 0;
    while at < all.len() && all.len() < 200 {
        let page = room.get(&all[at]);
        for link in Room::links(&page, "/") {
            let link = link.replace("&#38;", "&");
            if !all.contains(&link) {
                all.push(link);
            }
        }
        at += 1;
    }
    all
}

#[test]
fn markup_in_articles_has_no_effect() {
    let room = Room::open(&hostile());
    let all = routes(&room);
    for kind in ["/quote/", "/article/", "/speaker/", "/outlet/", "/topic/", "/day/"] {
        assert!(all.iter().any(|path| path.starts_with(kind)), "no {kind} in {all:?}");
    }
    for path in &all {
        let page = room.get(path);
        assert_eq!(page.status, 200, "{path}");
        let low = page.body.to_lowercase();
        for bad in ["<script", "<img", "href=\"javascript:", "href=\"data:", "cite=\"javascript:", "href='"] {
            assert!(is_data(&page) || !low.contains(bad), "{bad} in {path}\n{}", page.body);
        }
        assert!(
            page.header("content-security-policy")
                .is_some_and(|policy| policy.starts_with("default-src 'none'"))
        );
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(page.header("set-cookie"), None);
    }
}

/// Returns whether a browser shows a reply as text, or saves it.
fn is_data(page: &Page) -> bool {
    let kind = page.header("content-type").unwrap_or_default();
    kind == "application/json"
        || (kind.starts_with("text/csv")
            && page.header("content-disposition").is_some_and(|how| how.starts_with("attachment")))
}

/// What an attacker writes in place of a name, and as the value of every parameter, percent-encoded.
const TEXTS: [&str; 15] = [
    "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "%22%27%3E%3Cimg%20src%3Dx%20onerror%3Dalert(2)%3E",
    "javascript%3Aalert(1)",
    "data%3Atext%2Fhtml%2C%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "..%2F..%2F..%2F..%2Fetc%2Fpasswd",
    "%252e%252e%252fetc%252fpasswd",
    "%2Fetc%2Fpasswd",
    "file%3A%2F%2F%2Fetc%2Fpasswd",
    "..%5C..%5C.env",
    "%00",
    "%ff%fe",
    "lund%0d%0aSet-Cookie%3A%20a%3Db",
    "%E2%80%AEdnul%20aip",
    "99999999999999999999999999",
    "speaker%3A%22x%22%20AND%20(%5B*%20TO%20*%5D)%20OR%201%3D1--",
];

/// Header lines of requests that must be answered as if these lines were not there.
const EXTRA: [&str; 5] = [
    "Referer: <script>alert(1)</script>\r\nUser-Agent: <script>alert(1)</script>",
    "X-Forwarded-Host: attacker.example\r\nForwarded: host=attacker.example",
    "X-Original-URL: /../../etc/passwd\r\nX-Rewrite-URL: /etc/passwd",
    "If-None-Match: \"<script>alert(1)</script>\"",
    "Cookie: admin=1\r\nAuthorization: Basic YWRtaW46YWRtaW4=\r\nRange: bytes=0-1",
];

/// Header lines of requests from other sites.
const OTHER_SITES: [&str; 5] = [
    "Host: attacker.example",
    "Origin: https://attacker.example",
    "Origin: null",
    "Sec-Fetch-Site: cross-site",
    "Sec-Fetch-Site: same-site",
];

const METHODS: [&str; 6] = ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"];

/// The parameters that any page may have.
const PARAMETERS: [&str; 12] = [
    "q", "speaker", "party", "matter", "round", "outlet", "tag", "after", "before", "page", "limit", "format",
];

/// Returns a path with this text in place of its name, if it has one.
fn named(path: &str, text: &str) -> String {
    match (path.split_once('{'), path.split_once('}')) {
        (Some((before, _)), Some((_, after))) => format!("{before}{text}{after}"),
        _ => path.to_owned(),
    }
}

/// Checks a reply to an attack: it is one of these statuses, runs nothing, leads nowhere else and shows
/// nothing from outside.
#[track_caller]
fn harmless(asked: &str, page: &Page, statuses: &[u16]) {
    assert!(statuses.contains(&page.status), "{asked}: {}\n{}", page.status, page.body);
    assert!(!page.head.to_lowercase().contains("set-cookie"), "{asked}\n{}", page.head);
    assert!(!page.head.contains("<script"), "{asked}\n{}", page.head);
    let policy = page.header("content-security-policy").unwrap_or_default();
    assert!(policy.starts_with("default-src 'none'"), "{asked}\n{}", page.head);
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"), "{asked}");
    if let Some(to) = page.header("location") {
        assert!(to.starts_with('/') && !to.starts_with("//"), "{asked}: {to}");
    }
    if !is_data(page) {
        for bad in ["<script", "<img src=x", "href=\"javascript:", "href=\"data:"] {
            assert!(!page.body.to_lowercase().contains(bad), "{asked}\n{}", page.body);
        }
    }
    for bad in ["root:x:", "attacker.example"] {
        assert!(!page.body.contains(bad), "{asked}\n{}", page.body);
    }
}

#[test]
fn no_attack_works_on_any_page() {
    let room = Room::listed(&town(), &LISTS, None);
    let (mut pages, mut sent) = (0, 0);
    let mut send = |method: &str, path: &str, lines: &str| {
        sent += 1;
        let host =
            if lines.starts_with("Host:") { String::new() } else { format!("Host: {}\r\n", room.address) };
        room.send(format!("{method} {path} HTTP/1.1\r\n{host}{lines}\r\n\r\n").as_bytes())
    };
    for path in web::paths() {
        pages += 1;
        let known = named(path, "lund");
        for text in TEXTS {
            let queries = PARAMETERS.iter().map(|name| format!("{known}?{name}={text}"));
            for asked in queries.chain([named(path, text)]) {
                harmless(&asked, &send("GET", &asked, "Accept: */*"), &[200, 307, 308, 400, 404]);
            }
        }
        for lines in EXTRA {
            harmless(&format!("{known} {lines}"), &send("GET", &known, lines), &[200, 307, 308, 400, 404]);
        }
        for lines in OTHER_SITES {
            harmless(&format!("{known} {lines}"), &send("GET", &known, lines), &[403]);
        }
        for method in METHODS {
            let page = send(method, &known, "Content-Length: 0");
            harmless(&format!("{method} {known}"), &page, &[405]);
        }
        let long = format!("{known}?q={}", "x".repeat(3000));
        harmless(&long, &send("GET", &long, "Accept: */*"), &[414]);
        let huge = send("GET", &known, &format!("X-Big: {}", "y".repeat(100_000)));
        assert!(matches!(huge.status, 0 | 431), "{known}: {}", huge.status);
    }
    let _ = writeln!(std::io::stderr(), "{pages} pages, {sent} requests");
    assert_eq!(room.get("/").status, 200, "it goes on");
}

#[test]
fn nothing_outside_the_corpus_can_be_read() {
    let room = Room::open(&town());
    for path in [
        "/../../../../etc/passwd",
        "/style.css/../../Cargo.toml",
        "/..%2f..%2fetc%2fpasswd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/article/..%2F..%2F..%2Fetc%2Fpasswd",
        "/article/%2Fetc%2Fpasswd",
        "/article/0.json",
        "/article/file:%2F%2F%2Fetc%2Fpasswd",
        "/quote/..%2F..%2Fetc%2Fpasswd",
        "/corpus/0.json",
        "/.env",
        "/index/CURRENT",
        "/templates/style.css",
        "//etc/passwd",
        "/speaker/%00",
        "/speaker/%ff%fe",
        "/health",
        "/metrics",
        "/console",
    ] {
        let page = room.get(path);
        assert_eq!(page.status, 404, "{path}: {}", page.body);
        assert!(!page.body.contains("root:"), "{path}");
    }
    // The paths of files are not shown.
    let folder = room.folder.path().to_string_lossy().into_owned();
    for path in ["/", "/article/archive", "/api/v1/articles/archive", "/api/v1/quotes"] {
        assert!(!room.get(path).body.contains(&folder), "{path}");
    }
    // Guessed numbers find nothing.
    assert!((0..200_u64).all(|at| room.get(&format!("/quote/{at:016x}{at:08x}")).status == 404));
}

#[test]
fn other_sites_are_refused() {
    let room = Room::open(&town());
    let port = room.address.port();
    for host in ["attacker.example", "127.0.0.1", "", "localhost.attacker.example"] {
        assert_eq!(
            room.send(format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes()).status,
            403,
            "{host}"
        );
    }
    assert_eq!(room.send(format!("GET / HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n").as_bytes()).status, 200);
    assert_eq!(room.get_with("/", "Host: attacker.example\r\n").status, 403, "a second host");
    let public = Room::under(&town(), Some("https://quotes.example"));
    let of = |host: &str| public.send(format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes()).status;
    assert_eq!(
        [of("quotes.example"), of("attacker.example"), of("quotes.example.attacker.example")],
        [200, 403, 403]
    );
}

#[test]
fn only_limited_get_requests_are_answered() {
    let room = Room::open(&town());
    let form = format!("POST /search HTTP/1.1\r\nHost: {}\r\nContent-Length: 3\r\n\r\nq=x", room.address);
    assert_eq!(room.send(form.as_bytes()).status, 405);
    let head = room.send(format!("HEAD / HTTP/1.1\r\nHost: {}\r\n\r\n", room.address).as_bytes());
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(room.get(&format!("/search?q={}", "x".repeat(600))).status, 400);
    assert_eq!(room.get("/search?q=ferry&page=999999999999999999999").status, 400);
    let many = "X-A: b\r\n".repeat(1000);
    assert!(matches!(room.get_with("/", &many).status, 0 | 431));
    assert_eq!(room.get("/").status, 200, "it goes on");
}

#[test]
fn stalling_clients_do_not_block_others() {
    let room = Room::open(&town());
    let mut slow: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut stream = TcpStream::connect(room.address).expect("it listens");
            stream.write_all(b"GET / HTTP/1.1\r\nHost: ").expect("sent");
            stream
        })
        .collect();
    let start = Instant::now();
    assert_eq!(room.get("/").status, 200);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    let stream = slow.last_mut().expect("one");
    stream.set_read_timeout(Some(SOON)).expect("set");
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert!(start.elapsed() < Duration::from_secs(20), "it is cut off");
}

#[test]
fn many_at_once_are_all_answered() {
    let room = Room::open(&town());
    // Twenty requests each. All must be answered within the time that a connection has, on a busy machine.
    let clients = if std::env::var_os("RAPPORTEUR_LONG").is_some() { 50 } else { 10 };
    let threads: Vec<_> = (0..clients)
        .map(|_| {
            let address = room.address;
            std::thread::spawn(move || {
                let mut streams: Vec<TcpStream> =
                    (0..20).map(|_| TcpStream::connect(address).expect("it listens")).collect();
                for stream in &mut streams {
                    let ask = format!("GET /speaker/Pia%20Lund HTTP/1.1\r\nHost: {address}\r\n\r\n");
                    stream.write_all(ask.as_bytes()).expect("sent");
                }
                let answered = |stream: &mut TcpStream| {
                    let mut all = String::new();
                    stream.read_to_string(&mut all).is_ok() && all.starts_with("HTTP/1.1 200")
                };
                streams.iter_mut().filter_map(|stream| answered(stream).then_some(())).count()
            })
        })
        .collect();
    let answered: usize = threads.into_iter().map(|thread| thread.join().expect("it ends")).sum();
    assert_eq!(answered, 20 * clients);
}

#[test]
fn a_client_that_floods_the_public_pages_is_slowed_down() {
    let room = Room::under(&town(), Some("https://quotes.example"));
    let ask = |from: &str| {
        let ask = format!("GET / HTTP/1.1\r\nHost: quotes.example\r\nX-Forwarded-For: {from}\r\n\r\n");
        room.send(ask.as_bytes()).status
    };
    let refused = (0..2000).map(|_| ask("192.0.2.1")).find(|status| *status != 200);
    assert_eq!(refused, Some(429));
    assert_eq!(ask("192.0.2.2"), 200, "others are not");
}

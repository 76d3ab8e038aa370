//! Pages and feeds, fetched from a real server on loopback that is on the allow-list, and addresses to which
//! no connection may be made.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rapporteur::article::{Origin, read};
use rapporteur::fetch::{self, Added, Feed, FetchError, Fetcher, Guard};
use tempfile::TempDir;

/// A server's response to a request.
pub(crate) enum Reply {
    /// Status, headers, body.
    Page(u16, String, Vec<u8>),
    /// The start of an endless page.
    Endless,
    /// A byte from time to time.
    Slow,
    /// Fewer bytes than announced.
    Short,
}

fn html(body: &str) -> Reply {
    Reply::Page(200, "Content-Type: text/html; charset=utf-8\r\n".to_owned(), body.as_bytes().to_vec())
}

fn redirect(to: &str) -> Reply {
    Reply::Page(302, format!("Location: {to}\r\n"), Vec::new())
}

fn status(code: u16) -> Reply {
    Reply::Page(code, "Content-Type: text/html\r\n".to_owned(), b"nothing".to_vec())
}

/// A server that counts its connections and records the requests.
pub(crate) struct Site {
    address: SocketAddr,
    connections: Arc<AtomicU64>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Site {
    pub(crate) fn new(reply: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        Self::at("127.0.0.1:0", reply)
    }

    fn at(address: &str, reply: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let address = listener.local_addr().unwrap();
        let (connections, requests) = (Arc::new(AtomicU64::new(0)), Arc::new(Mutex::new(Vec::new())));
        let (counted, kept, reply) = (Arc::clone(&connections), Arc::clone(&requests), Arc::new(reply));
        // The thread ends with the process.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                counted.fetch_add(1, Ordering::SeqCst);
                let (kept, reply) = (Arc::clone(&kept), Arc::clone(&reply));
                thread::spawn(move || serve(stream, &kept, &*reply));
            }
        });
        Self { address, connections, requests }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://news.test:{}{path}", self.address.port())
    }

    fn connections(&self) -> u64 {
        self.connections.load(Ordering::SeqCst)
    }

    /// Returns the requests for a path.
    fn asked(&self, path: &str) -> Vec<String> {
        let start = format!("GET {path} ");
        self.requests.lock().unwrap().iter().filter(|request| request.starts_with(&start)).cloned().collect()
    }
}

fn serve(mut stream: TcpStream, kept: &Mutex<Vec<String>>, reply: &dyn Fn(&str) -> Reply) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|len| len == 1) {
        head.push(byte[0]);
        if head[0] != b'G' {
            // The client speaks TLS.
            return;
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    kept.lock().unwrap().push(head);
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n";
    // The client may have disconnected, which is not an error.
    let _ = match reply(&path) {
        Reply::Page(status, headers, body) => {
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n"
            );
            stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body))
        }
        Reply::Endless => {
            let _ = stream.write_all(format!("{head}\r\n").as_bytes());
            while stream.write_all(&[b'x'; 4096]).is_ok() {}
            Ok(())
        }
        Reply::Slow => {
            let _ = stream.write_all(format!("{head}\r\n").as_bytes());
            while stream.write_all(b"x").is_ok() {
                thread::sleep(Duration::from_millis(100));
            }
            Ok(())
        }
        Reply::Short => stream.write_all(format!("{head}Content-Length: 9999\r\n\r\nshort").as_bytes()),
    };
}

/// Returns a fetcher that may also reach `sites`, under the name `news.test`; no other name can be resolved.
pub(crate) fn fetcher(sites: &[&Site]) -> Fetcher {
    let lookup = |name: &str| match name {
        "news.test" | "www.news.test" => Ok(vec![IpAddr::from([127, 0, 0, 1])]),
        name => Err(std::io::Error::other(format!("nobody looks up `{name}` in a test"))),
    };
    let mut fetcher = Fetcher::default();
    fetcher.guard =
        Guard { allow: sites.iter().map(|site| site.address).collect(), lookup: Some(Arc::new(lookup)) };
    fetcher.max_bytes = 64 << 10;
    fetcher.max_time = Duration::from_millis(1500);
    fetcher.pause = Duration::ZERO;
    fetcher
}

pub(crate) fn wait<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

fn article(words: &str) -> String {
    format!(
        "<!DOCTYPE html><html><head><title>A new harbour | News Test</title><meta property=\"og:site_name\" content=\"News Test\"></head><body>\
         <article><h1>A new harbour</h1><p>“{words},” Angela Lee told reporters on Monday after a long meeting of the harbour board, which had been called at \
         short notice.</p><p>The board will meet again in a month, when the plans for the crane are to be shown to everybody who lives \
         near the harbour and wants to see them.</p></article></body></html>"
    )
}

/// Returns the files under a folder, except hidden ones.
pub(crate) fn files(folder: &Path) -> Vec<String> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
        if path.is_dir() {
            out.extend(files(&path).into_iter().map(|inner| format!("{name}/{inner}")));
        } else if !name.starts_with('.') || name.ends_with(".part") {
            out.push(name);
        }
    }
    out.sort();
    out
}

#[track_caller]
fn new(added: Result<Added, FetchError>) -> std::path::PathBuf {
    match added {
        Ok(Added::New { path, .. }) => path,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn known(added: Result<Added, FetchError>) {
    assert!(matches!(added, Ok(Added::Known { .. })), "{added:?}");
}

#[test]
fn a_page_becomes_an_article_with_its_provenance() {
    let site = Site::new(|path| match path {
        "/robots.txt" => status(404),
        "/moved" => redirect("/2025/harbour.html?utm_source=feed"),
        "/elsewhere" => html(&article("We will open the harbour")),
        "/other" => html(
            &article("We will close the bridge")
                .replace("<head>", "<head><link rel=canonical href=\"https://famous.example/story\">"),
        ),
        _ => html(&article("We will open the harbour")),
    });
    let (fetcher, folder) = (fetcher(&[&site]), TempDir::new().unwrap());
    let path = new(wait(fetch::add(&fetcher, folder.path(), &site.url("/moved"))));
    let bytes = fs::read(&path).unwrap();
    assert_eq!(
        String::from_utf8(bytes.clone()).unwrap(),
        article("We will open the harbour"),
        "the page as it came"
    );
    let beside = fs::read_to_string(format!("{}.meta.toml", path.display())).unwrap();
    let about: toml::Table = toml::from_str(&beside).unwrap();
    assert_eq!(about["fetched_from"].as_str(), Some(site.url("/2025/harbour.html?utm_source=feed").as_str()));
    assert!(about["fetched"].as_str().unwrap().ends_with('Z'));
    let origin = Origin { path: "a.html", format: None, sidecar: Some(&beside) };
    let read = read(bytes.as_slice(), origin).next().unwrap().unwrap();
    assert!(read.text.contains("“We will open the harbour,” Angela Lee told reporters"), "{}", read.text);
    assert_eq!(read.citation.outlet.as_deref(), Some("news.test"), "the page calls itself by another name");
    assert!(read.citation.url.unwrap().starts_with(&site.url("/2025/harbour.html")));
    // The same address in another spelling, and the same words at another address.
    for again in ["/moved", "/2025/harbour.html", "/2025/harbour.html/?utm_medium=x#top", "/elsewhere"] {
        known(wait(fetch::add(&fetcher, folder.path(), &site.url(again))));
    }
    assert_eq!(files(folder.path()).len(), 2);
    // A page cannot pose as another site.
    let path = new(wait(fetch::add(&fetcher, folder.path(), &site.url("/other"))));
    let about = fs::read_to_string(format!("{}.meta.toml", path.display())).unwrap();
    assert!(about.contains("/other") && !about.contains("famous.example"), "{about}");
    // An article that a person deleted can be fetched again.
    fs::remove_file(&path).unwrap();
    new(wait(fetch::add(&fetcher, folder.path(), &site.url("/other"))));
    assert!(site.asked("/robots.txt").len() == 1, "it is believed for an hour");
    assert!(site.asked("/other")[0].contains("user-agent: rapporteur/"));
}

#[test]
fn the_rules_of_a_site_are_respected() {
    let site = Site::new(|path| match path {
        "/robots.txt" => Reply::Page(
            200,
            "Content-Type: text/plain\r\n".to_owned(),
            b"User-agent: *\nDisallow: /private\n".to_vec(),
        ),
        _ => html(&article("We will open the harbour")),
    });
    let folder = TempDir::new().unwrap();
    let added = wait(fetch::add(&fetcher(&[&site]), folder.path(), &site.url("/private/a")));
    assert!(matches!(added, Err(FetchError::Robots(_))), "{added:?}");
    assert_eq!((site.asked("/private/a").len(), files(folder.path()).len()), (0, 0));
    new(wait(fetch::add(&fetcher(&[&site]), folder.path(), &site.url("/public/a"))));
    let broken = Site::new(|_| status(500));
    let added = wait(fetch::add(&fetcher(&[&broken]), folder.path(), &broken.url("/a")));
    assert!(matches!(added, Err(FetchError::Robots(_))), "{added:?}");
}

#[test]
fn bad_pages_are_limited_and_leave_nothing() {
    let bomb = {
        use flate2::{Compression, write::GzEncoder};
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed.write_all(&vec![b'x'; 40 << 20]).unwrap();
        packed.finish().unwrap()
    };
    let site = Site::new(move |path| match path {
        "/robots.txt" => status(404),
        "/endless" => Reply::Endless,
        "/slow" => Reply::Slow,
        "/short" => Reply::Short,
        "/image" => Reply::Page(200, "Content-Type: image/png\r\n".to_owned(), b"x".to_vec()),
        "/large" => html(&"x".repeat(70 << 10)),
        "/empty" => html(""),
        "/binary" => Reply::Page(200, "Content-Type: text/html\r\n".to_owned(), vec![0; 999]),
        "/bomb" => Reply::Page(200, "Content-Type: text/html\r\n".to_owned(), bomb.clone()),
        "/loop" => redirect("/loop"),
        "/nowhere" => Reply::Page(302, String::new(), Vec::new()),
        path if path.starts_with("/hop/") => {
            let hop: u32 = path.rsplit('/').next().unwrap().parse().unwrap();
            redirect(&format!("/hop/{}", hop + 1))
        }
        _ => status(404),
    });
    let (fetcher, folder) = (fetcher(&[&site]), TempDir::new().unwrap());
    let kind = |path: &str| {
        let url = if path.starts_with('/') { site.url(path) } else { path.to_owned() };
        match wait(fetch::add(&fetcher, folder.path(), &url)) {
            Err(FetchError::TooLarge { .. }) => "large",
            Err(FetchError::TooSlow { .. }) => "slow",
            Err(FetchError::Connection { .. }) => "connection",
            Err(FetchError::Kind { .. }) => "kind",
            Err(FetchError::Redirects(_)) => "redirects",
            Err(FetchError::Status { .. }) => "status",
            Err(FetchError::NoArticle { .. }) => "no article",
            other => panic!("{path}: {other:?}"),
        }
    };
    let tls = site.url("/short").replace("http:", "https:");
    for (path, expected) in [
        ("/endless", "large"),
        ("/large", "large"),
        ("/slow", "slow"),
        ("/short", "connection"),
        (tls.as_str(), "connection"),
        ("/image", "kind"),
        ("/loop", "redirects"),
        ("/hop/1", "redirects"),
        ("/nowhere", "status"),
        ("/missing", "status"),
        ("/empty", "no article"),
        ("/binary", "no article"),
        ("/bomb", "no article"),
    ] {
        assert_eq!(kind(path), expected, "{path}");
        assert_eq!(files(folder.path()), [""; 0], "{path}");
    }
    assert_eq!(site.asked("/hop/6").len(), 1, "five redirects are followed");
    assert_eq!(site.asked("/hop/7").len(), 0);
}

/// Returns a server that no request may reach.
fn victim() -> Site {
    Site::at("[::]:0", |_| html(&article("You should not be here")))
}

#[test]
fn no_address_leads_into_the_network() {
    let victim = victim();
    let port = victim.address.port();
    // The port is allowed, so that the address is the reason for the refusal.
    let exception = SocketAddr::from(([203, 0, 113, 1], port));
    let calls = AtomicU64::new(0);
    let lookup = move |name: &str| {
        let addresses: &[&str] = match name {
            "localhost" | "localhost." | "sub.localhost" | "inside.example" => &["127.0.0.1"],
            "inside-six.example" => &["::1"],
            "mapped.example" => &["::ffff:127.0.0.1"],
            "mixed.example" => &["93.184.215.14", "127.0.0.1"],
            "private.example" => &["10.0.0.5"],
            "metadata.google.internal" => &["169.254.169.254"],
            "empty.example" => &[],
            // A name that resolves to another address later.
            "rebinding.example" => {
                if calls.fetch_add(1, Ordering::SeqCst) == 0 {
                    &["93.184.215.14"]
                } else {
                    &["127.0.0.1"]
                }
            }
            _ => return Err(std::io::Error::other("no such name")),
        };
        Ok(addresses.iter().map(|address| address.parse().unwrap()).collect())
    };
    let mut fetcher = Fetcher::default();
    fetcher.guard = Guard { allow: vec![exception], lookup: Some(Arc::new(lookup)) };
    fetcher.max_time = Duration::from_secs(2);
    fetcher.pause = Duration::ZERO;
    let hosts = [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "0",
        "0.0.0.0",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.1.",
        "127.255.255.254",
        "127.000.000.001",
        "[::1]",
        "[::]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::]",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "sub.localhost",
        "inside.example",
        "inside-six.example",
        "mapped.example",
        "mixed.example",
        "private.example",
        "rebinding.example",
        "empty.example",
        "metadata.google.internal",
        "169.254.169.254",
        "0xa9fea9fe",
        "2852039166",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "100.100.100.200",
        "192.0.0.192",
        "10.0.0.1",
        "10.1",
        "172.16.0.1",
        "172.31.255.254",
        "192.168.0.1",
        "192.168.257",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "user@127.0.0.1",
        "user:word@127.0.0.1",
        "93.184.215.14@127.0.0.1",
        "nobody.example",
    ];
    let mut urls: Vec<String> = hosts.iter().map(|host| format!("http://{host}:{port}/")).collect();
    urls.extend(
        ["https://127.0.0.1", "https://[::1]", "http:/127.0.0.1", "http:\\\\127.0.0.1", "http:127.0.0.1"]
            .map(|url| format!("{url}:{port}/")),
    );
    for scheme in ["file", "ftp", "gopher", "dict", "ldap", "ws", "unix", "jar", "data", "javascript"] {
        urls.push(format!("{scheme}://127.0.0.1:{port}/"));
    }
    urls.extend(
        [
            "file:///etc/passwd",
            "data:text/html,x",
            "javascript:alert(1)",
            "//127.0.0.1/",
            "127.0.0.1",
            "",
            "http://",
            "http://:80/",
        ]
        .map(str::to_owned),
    );
    for port in [0, 21, 22, 25, 3306, 5432, 6379, 8080, 9200, 11211] {
        urls.push(format!("http://93.184.215.14:{port}/"));
    }
    assert!(urls.len() >= 60);
    let folder = TempDir::new().unwrap();
    for url in &urls {
        let added = wait(fetch::add(&fetcher, folder.path(), url));
        assert!(
            matches!(added, Err(FetchError::Refused { .. } | FetchError::Connection { .. })),
            "{url}: {added:?}"
        );
    }
    // Also after a redirect from an allowed site.
    let targets: Vec<String> = hosts.iter().map(|host| format!("http://{host}:{port}/")).collect();
    let count = targets.len();
    let site = Site::new(move |path| match path.trim_start_matches('/').parse::<usize>() {
        Ok(at) => redirect(&targets[at]),
        Err(_) => status(404),
    });
    fetcher.guard.allow.push(site.address);
    for at in 0..count {
        let url = format!("http://127.0.0.1:{}/{at}", site.address.port());
        let added = wait(fetch::add(&fetcher, folder.path(), &url));
        assert!(
            // An invalid header value leads nowhere.
            matches!(
                added,
                Err(FetchError::Refused { .. }
                    | FetchError::Connection { .. }
                    | FetchError::Status { status: 302, .. })
            ),
            "{url}: {added:?}"
        );
    }
    assert_eq!(site.connections(), count as u64 + 1, "each page was asked for, and robots.txt once");
    assert_eq!(victim.connections(), 0, "{} addresses", urls.len() + count);
    assert_eq!(files(folder.path()), [""; 0]);
}

#[test]
fn the_command_reaches_nothing_in_the_network() {
    let victim = victim();
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("corpus")).unwrap();
    let url = format!("http://127.0.0.1:{}/", victim.address.port());
    let (status, out, errors) = crate::cli::run(folder.path(), &["add", &url, "http://127.0.0.1/"], "");
    assert_eq!((status, out.as_str(), victim.connections()), (1, "", 0));
    assert!(errors.contains("`127.0.0.1` is at 127.0.0.1, which is not a public address"), "{errors}");
    let (status, _, errors) = crate::cli::run(folder.path(), &["feeds"], "");
    assert_eq!((status, errors.contains("no corpus folder has a feeds.toml")), (2, true), "{errors}");
    fs::write(folder.path().join("corpus/feeds.toml"), format!("[[feed]]\nurl = \"{url}\"\n")).unwrap();
    let (status, out, _) = crate::cli::run(folder.path(), &["feeds"], "");
    assert_eq!((status, victim.connections()), (1, 0));
    assert!(out.contains("0 added, 0 known, 0 failed; again in 60 minutes"), "{out}");
    fs::write(folder.path().join("corpus/feeds.toml"), "[[feed]]\nadress = \"x\"\n").unwrap();
    let (status, _, errors) = crate::cli::run(folder.path(), &["feeds"], "");
    assert_eq!((status, errors.contains("feeds.toml")), (3, true), "{errors}");
}

fn feed(url: String) -> Feed {
    Feed {
        url,
        outlet: Some("Coast Gazette".to_owned()),
        minutes: 10,
        tags: vec!["harbour".to_owned()],
        also: Vec::new(),
        elsewhere: false,
    }
}

#[test]
fn feeds_give_complete_articles_and_teasers_are_fetched() {
    let whole =
        format!("<p>“The crane will come,” Marta Duarte said.</p><p>{}</p>", "So it goes. ".repeat(120));
    let port = Arc::new(AtomicU64::new(0));
    let known_port = Arc::clone(&port);
    let site = Site::new(move |path| {
        let base = format!("http://news.test:{}", known_port.load(Ordering::SeqCst));
        let page = |kind: &str, body: String| {
            Reply::Page(200, format!("Content-Type: {kind}\r\nETag: \"one\"\r\n"), body.into_bytes())
        };
        match path {
            "/robots.txt" => status(404),
            "/rss" => page(
                "application/rss+xml",
                format!(
                    "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><title>Feed</title><link>{base}</link>\
                     <item><title>The crane</title><link>{base}/crane</link><pubDate>Mon, 03 Nov 2025 10:00:00 GMT</pubDate><content:encoded><![CDATA[{whole}]]></content:encoded></item>\
                     <item><title>A teaser</title><link>/teased</link><description>More on our page.</description></item>\
                     <item><title>Gone</title><link>{base}/gone</link><description>More.</description></item></channel></rss>"
                ),
            ),
            "/atom" => page(
                "application/atom+xml",
                format!(
                    "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Feed</title><id>x</id><updated>2025-11-03T10:00:00Z</updated><entry><id>1</id><title>Atom</title>\
                     <updated>2025-11-03T10:00:00Z</updated><link href=\"{base}/atomic\"/><summary>More.</summary></entry></feed>"
                ),
            ),
            "/json" => page(
                "application/feed+json",
                serde_json::json!({"version": "https://jsonfeed.org/version/1.1", "title": "Feed", "items": [
                    {"id": "1", "url": format!("{base}/jason"), "title": "Jason", "content_html": whole.replace("crane", "ferry")}]})
                .to_string(),
            ),
            "/teased" => html(&article("We will open the harbour")),
            "/atomic" => html(&article("We will close the bridge")),
            _ => status(404),
        }
    });
    port.store(u64::from(site.address.port()), Ordering::SeqCst);
    let (fetcher, folder) = (fetcher(&[&site]), TempDir::new().unwrap());
    let list = ["/rss", "/atom", "/json"].map(|path| feed(site.url(path)));
    let reports = wait(fetch::feeds(&fetcher, folder.path(), &list, 1000, false)).unwrap();
    let told: Vec<[u64; 3]> =
        reports.iter().map(|report| [report.added, report.known, report.failed.len() as u64]).collect();
    assert_eq!(told, [[2, 0, 1], [1, 0, 0], [1, 0, 0]], "{reports:?}");
    let saved = files(folder.path());
    assert_eq!(saved.iter().filter(|name| name.ends_with(".json")).count(), 2, "{saved:?}");
    assert_eq!(saved.iter().filter(|name| name.ends_with(".html")).count(), 2, "{saved:?}");
    let crane = saved.iter().find(|name| name.contains("crane") && name.ends_with(".json")).unwrap();
    let bytes = fs::read(folder.path().join(crane)).unwrap();
    let beside = fs::read_to_string(folder.path().join(format!("{crane}.meta.toml"))).unwrap();
    let origin = Origin { path: crane, format: None, sidecar: Some(&beside) };
    let read = read(bytes.as_slice(), origin).next().unwrap().unwrap();
    assert_eq!(read.citation.outlet.as_deref(), Some("Coast Gazette"));
    assert_eq!(read.citation.date.map(|day| day.to_string()).as_deref(), Some("2025-11-03"));
    assert_eq!((read.tags, read.citation.url), (vec!["harbour".to_owned()], Some(site.url("/crane"))));
    assert!(read.text.contains("“The crane will come,” Marta Duarte said."));
    // Not before they are due; then only what changed is requested, unless something must be retried.
    assert!(wait(fetch::feeds(&fetcher, folder.path(), &list, 1599, false)).unwrap().is_empty());
    let reports = wait(fetch::feeds(&fetcher, folder.path(), &list, 1600, false)).unwrap();
    assert_eq!(reports.len(), 3);
    assert!(site.asked("/atom")[1].contains("if-none-match: \"one\""), "{:?}", site.asked("/atom"));
    assert!(!site.asked("/rss")[1].contains("if-none-match"));
    assert_eq!((site.asked("/crane").len(), site.asked("/teased").len()), (0, 1));
    for now in [3000, 5000, 7000] {
        wait(fetch::feeds(&fetcher, folder.path(), &list, now, false)).unwrap();
    }
    assert_eq!(site.asked("/gone").len(), 3, "three times and no more");
    assert_eq!(files(folder.path()), saved);
}

#[test]
fn each_feed_is_polled_by_one_of_several_machines() {
    let site = Site::new(|path| match path {
        "/robots.txt" => status(404),
        _ => Reply::Page(
            200,
            "Content-Type: application/rss+xml\r\n".to_owned(),
            b"<rss version=\"2.0\"><channel><title>Feed</title></channel></rss>".to_vec(),
        ),
    });
    let (fetcher, folder) = (fetcher(&[&site]), TempDir::new().unwrap());
    let urls = [site.url("/one"), site.url("/two")];
    let polled = |ours: &[bool], now| {
        let list: Vec<Feed> =
            urls.iter().zip(ours).map(|(url, ours)| Feed { elsewhere: !ours, ..feed(url.clone()) }).collect();
        wait(fetch::feeds(&fetcher, folder.path(), &list, now, false)).unwrap().len()
    };
    assert_eq!(polled(&[true, false], 1000), 1);
    assert_eq!((site.asked("/one").len(), site.asked("/two").len()), (1, 0));
    assert_eq!(polled(&[false, true], 1000), 1);
    assert_eq!((site.asked("/one").len(), site.asked("/two").len()), (1, 1));
    assert_eq!(polled(&[true, true], 1001), 0, "both know when the other was polled");
}

#[test]
fn a_failing_feed_is_polled_less_and_less_often() {
    let site = Site::new(|path| match path {
        "/robots.txt" => status(404),
        "/busy" => Reply::Page(429, "Retry-After: 7200\r\n".to_owned(), Vec::new()),
        "/nonsense" => html("no feed at all"),
        _ => status(503),
    });
    let (fetcher, folder) = (fetcher(&[&site]), TempDir::new().unwrap());
    let waits = |path: &str| {
        let list = [feed(site.url(path))];
        let mut now = 0;
        let mut waits = Vec::new();
        for _ in 0..4 {
            let reports = wait(fetch::feeds(&fetcher, folder.path(), &list, now, false)).unwrap();
            assert!(reports[0].error.is_some(), "{reports:?}");
            waits.push(reports[0].next - now);
            now = reports[0].next;
        }
        waits
    };
    assert_eq!(waits("/broken"), [1200, 2400, 4800, 9600]);
    assert_eq!(waits("/nonsense"), [1200, 2400, 4800, 9600]);
    assert_eq!(waits("/busy"), [7200, 7200, 7200, 9600]);
    assert_eq!(files(folder.path()), [""; 0]);
}

#[test]
fn requests_to_a_host_are_separated_by_a_pause() {
    let times = Arc::new(Mutex::new(BTreeMap::new()));
    let noted = Arc::clone(&times);
    let site = Site::new(move |path| {
        noted.lock().unwrap().insert(std::time::Instant::now(), path.to_owned());
        if path == "/robots.txt" { status(404) } else { html(&article("We will open the harbour")) }
    });
    let mut fetcher = fetcher(&[&site]);
    fetcher.pause = Duration::from_millis(400);
    let folder = TempDir::new().unwrap();
    new(wait(fetch::add(&fetcher, folder.path(), &site.url("/a"))));
    known(wait(fetch::add(&fetcher, folder.path(), &site.url("/b"))));
    let times: Vec<_> = times.lock().unwrap().keys().copied().collect();
    assert_eq!(times.len(), 3);
    assert!(times.windows(2).all(|two| two[1] - two[0] >= Duration::from_millis(100)));
}

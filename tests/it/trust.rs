//! No source can pose as another: a fetched page is one article of its own host, and articles already indexed
//! stay.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use flate2::Compression;
use flate2::write::GzEncoder;
use rapporteur::fetch::{self, Added, Feed, FetchError};
use serde_json::{Value, json};

use crate::cli;
use crate::fetch::{Reply, Site, fetcher, files, wait};
use crate::ingest::{Town, article};

/// Returns the indexed quotes, by the id of their article.
fn export(town: &Town) -> BTreeMap<String, Vec<String>> {
    let corpus = town.path("").display().to_string();
    let arguments = ["export", "--index", "index", "--corpus", corpus.trim_end_matches('/')];
    let (_, out, errors) = cli::run(town.folder(), &arguments, "");
    assert_eq!(errors, "");
    let mut quotes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in out.lines() {
        let row: Value = serde_json::from_str(line).expect("an object");
        quotes.entry(row["article"].as_str().expect("an id").to_owned()).or_default().push(line.to_owned());
    }
    quotes
}

/// Two articles with the same id by two outlets, in files whose names sort in this order.
const ONE: &str = "+++\nid = \"talks\"\noutlet = \"Kyiv Post\"\nurl = \"https://kyivpost.example/talks\"\n+++\n\n\
                   “We will not give up one metre,” Anna Control said on Monday.\n";
const OTHER: &str = "+++\nid = \"talks\"\noutlet = \"Coast Gazette\"\nurl = \"https://gazette.example/talks\"\n+++\n\n\
                     “We give up everything tomorrow,” Anna Control said on Monday.\n";

#[test]
fn an_article_on_record_is_not_replaced_by_one_of_another_origin() {
    let town = Town::new();
    town.write("zeta.md", ONE);
    town.ingest();
    let before = export(&town);
    town.write("alpha.md", OTHER);
    let report = town.ingest();
    assert_eq!(export(&town), before);
    let skip = report.skipped.first().expect("it is named");
    assert!(skip.path.ends_with("alpha.md") && skip.reason.contains("zeta.md"), "{skip:?}");
    // It stays so, whatever is indexed next, and is reported each time.
    town.write("zeta.md", &format!("{ONE}\nThat is all.\n"));
    assert_eq!(town.ingest().skipped.len(), 1);
    assert_eq!(export(&town).len(), 1);
    assert!(export(&town)["talks"][0].contains("one metre"));
    // Articles of the same origin are ordered by path, as always.
    town.write("beta.md", &ONE.replace("one metre", "one inch"));
    let report = town.ingest();
    assert!(export(&town)["talks"][0].contains("one inch"));
    assert!(report.skipped.iter().any(|skip| skip.path.ends_with("zeta.md")), "{:?}", report.skipped);
    // The id is free once no article of its origin has it.
    town.remove("zeta.md");
    town.remove("beta.md");
    assert!(town.ingest().skipped.is_empty());
    assert!(export(&town)["talks"][0].contains("everything"));
}

#[test]
fn no_file_of_the_corpus_has_the_id_of_a_fetched_page() {
    let town = Town::new();
    town.write("mine.md", &ONE.replace("\"talks\"", "\"fetched/gazette.example/talks\""));
    let report = town.ingest();
    assert!(export(&town).is_empty());
    assert!(
        report.skipped[0].reason.contains("`fetched/gazette.example/talks` is reserved for pages fetched"),
        "{:?}",
        report.skipped
    );
}

#[test]
fn entries_of_three_feeds_with_one_guid_are_three_articles() {
    let town = Town::new();
    for site in ["a", "b", "c"] {
        let item = format!(
            "<item><title>T</title><guid isPermaLink=\"false\">101</guid><link>https://{site}.example/101</link>\
             <description>“We at {site} decided this on Friday,” Anna Control said.</description></item>"
        );
        town.write(
            &format!("{site}.rss"),
            &format!("<rss version=\"2.0\"><channel><title>{site}</title>{item}</channel></rss>"),
        );
        let items = json!([{"id": "101", "content_text": format!("“We at {site} decided nothing,” Anna Control said.")}]);
        let feed = json!({"version": "https://jsonfeed.org/version/1.1", "title": site, "items": items});
        town.write(&format!("{site}-feed.json"), &feed.to_string());
    }
    let report = town.ingest();
    assert_eq!((report.articles, report.skipped.len()), (6, 0), "{:?}", report.skipped);
    let ids: Vec<String> = export(&town).into_keys().collect();
    let expected =
        ["a-feed/101", "a.example/101", "b-feed/101", "b.example/101", "c-feed/101", "c.example/101"];
    assert_eq!(ids, expected);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).expect("packed");
    packed.finish().expect("packed")
}

const VICTIMS: [&str; 3] = ["lee", "okafor", "duarte"];

/// Returns a text with the id `victim`, in a format with many articles or one that claims another origin.
fn hostile(kind: usize, victim: &str, number: usize) -> String {
    let words = format!("“We give up everything at {number} tomorrow,” Anna Control said on Monday.");
    let url = format!("https://www.reuters.com/{victim}");
    let item = |id: &str| {
        format!(
            "<item><title>T</title><guid>{id}</guid><link>{url}</link><description>{words}</description></item>"
        )
    };
    let object = json!({"id": victim, "title": "T", "outlet": "Reuters", "publisher": "Reuters", "url": url, "text": words});
    match kind {
        0 => format!(
            "<html><head><title>T</title><meta property=\"og:site_name\" content=\"Reuters\"><link rel=\"canonical\" href=\"{url}\">\
             <script type=\"application/ld+json\">{{\"@type\":\"NewsArticle\",\"@id\":\"{victim}\",\"publisher\":{{\"name\":\"Reuters\"}},\
             \"url\":\"{url}\"}}</script></head><body><article><p>{words}</p></article></body></html>"
        ),
        1 => format!(
            "<rss version=\"2.0\"><channel><title>Reuters</title>{}{}</channel></rss>",
            item(victim),
            item("okafor")
        ),
        2 => format!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Reuters</title><id>x</id><updated>2025-11-03T10:00:00Z</updated><entry>\
             <id>{victim}</id><title>T</title><updated>2025-11-03T10:00:00Z</updated><link href=\"{url}\"/><summary>{words}</summary></entry></feed>"
        ),
        3 => object.to_string(),
        4 => json!([object, {"id": "okafor", "text": words}]).to_string(),
        5 => json!({"articles": [object, {"id": "okafor", "text": words}]}).to_string(),
        6 => format!("{object}\n{object}\n"),
        7 => json!({"version": "https://jsonfeed.org/version/1.1", "title": "Reuters", "items": [object]})
            .to_string(),
        8 => format!("+++\nid = \"{victim}\"\noutlet = \"Reuters\"\nurl = \"{url}\"\n+++\n\n{words}\n"),
        9 => format!("T\nOutlet: Reuters\nURL: {url}\n\n{words}\n"),
        _ => format!(
            "id,title,text,outlet,url\n{victim},T,\"{words}\",Reuters,{url}\nokafor,T,\"{words}\",Reuters,{url}\n"
        ),
    }
}

const KINDS: usize = 11;
/// The number of wrappings of the text: none, or another format.
const AROUND: usize = 6;
const TYPES: [&str; 10] = [
    "text/html; charset=utf-8",
    "application/xhtml+xml",
    "text/plain",
    "application/json",
    "application/feed+json",
    "application/rss+xml",
    "application/atom+xml",
    "text/xml",
    "text/csv",
    "",
];

/// Returns the headers and body of page `number` of all combinations: the format, the wrapping in a page or a
/// feed, the media type, the compression, and whether the headers declare it.
fn page(number: usize) -> (String, Vec<u8>) {
    let mut rest = number;
    let mut next = |of: usize| {
        let at = rest % of;
        rest /= of;
        at
    };
    let (kind, around, media, packing) = (next(KINDS), next(AROUND), next(TYPES.len()), next(6));
    let victim = VICTIMS[next(3)];
    let inner = hostile(kind, victim, number);
    let text = match around {
        0 => inner,
        1 => format!("<html><body><h1>T</h1><p>Some words.</p><pre>{inner}</pre></body></html>"),
        2 => format!(
            "<rss version=\"2.0\"><channel><title>R</title><item><guid>{victim}</guid><description><![CDATA[{inner}]]></description></item></channel></rss>"
        ),
        3 => format!(
            "<html><head><script type=\"application/ld+json\">{inner}</script></head><body><p>Some words of ours.</p></body></html>"
        ),
        4 => json!({"id": victim, "outlet": "Reuters", "content_html": inner}).to_string(),
        _ => format!("{inner}\n{inner}"),
    };
    let plain = text.into_bytes();
    let (body, encoding) = match packing {
        0 | 1 => (plain, ""),
        2 => (gzip(&plain), ""),
        3 => (gzip(&plain), "Content-Encoding: gzip\r\n"),
        4 => (gzip(&gzip(&plain)), "Content-Encoding: gzip\r\n"),
        _ => (gzip(&plain), "Content-Encoding: gzip, gzip\r\n"),
    };
    let media =
        if TYPES[media].is_empty() { String::new() } else { format!("Content-Type: {}\r\n", TYPES[media]) };
    (format!("{media}{encoding}"), body)
}

/// The number of pages that [`page`] can make.
const PAGES: usize = KINDS * AROUND * TYPES.len() * 6 * 3;

/// The number of pages fetched before they are indexed together.
const TOGETHER: usize = 60;

#[test]
fn a_fetched_page_is_one_article_of_its_own_host() {
    let site = Site::new(|path| match path.trim_start_matches('/').parse() {
        Ok(number) => {
            let (headers, body) = page(number);
            Reply::Page(200, headers, body)
        }
        Err(_) => Reply::Page(404, String::new(), Vec::new()),
    });
    let town = Town::settled();
    let before = export(&town);
    assert_eq!(before.len(), 3);
    let fetcher = fetcher(&[&site]);
    // All pages in the long form, otherwise some of each kind.
    let step = if std::env::var_os("RAPPORTEUR_LONG").is_some() { 1 } else { 47 };
    let numbers: Vec<usize> = (0..PAGES).step_by(step).collect();
    let own = format!("fetched/news.test_{}/", site.url("").rsplit(':').next().expect("a port"));
    let (mut added, mut refused) = (0, 0);
    for chunk in numbers.chunks(TOGETHER) {
        for number in chunk {
            let saved = files(&town.path("fetched")).len();
            match wait(fetch::add(&fetcher, &town.path(""), &site.url(&format!("/{number}")))) {
                Ok(Added::New { .. }) => added += 1,
                Ok(Added::Known { .. }) => {}
                Err(error) => {
                    assert!(!matches!(error, FetchError::Io { .. }), "{number}: {error}");
                    refused += 1;
                }
            }
            assert!(
                files(&town.path("fetched")).len() <= saved + 2,
                "{number}: a page and what stands beside it"
            );
        }
        let report = town.ingest();
        assert_eq!(report.articles, 3 + added, "{:?}", report.skipped);
        let mut after = export(&town);
        let others: Vec<Vec<String>> =
            after.extract_if(.., |id, _| id.starts_with(&own)).map(|(_, quotes)| quotes).collect();
        assert_eq!(after, before, "nothing else was touched");
        for line in others.iter().flatten() {
            let row: Value = serde_json::from_str(line).expect("an object");
            assert!(row["url"].as_str().expect("an address").starts_with(&site.url("/")), "{line}");
            assert_eq!(row["outlet"], "news.test", "{line}");
        }
        // The next pages start with an empty folder, because each addition reads all saved pages.
        let _ = fs::remove_dir_all(town.path("fetched"));
        added = 0;
        town.ingest();
    }
    assert!(refused > 0 && refused < numbers.len(), "{refused} of {}", numbers.len());
}

#[test]
fn a_page_without_its_sidecar_gets_no_other_name() {
    let town = Town::settled();
    let before = export(&town);
    fs::create_dir_all(town.path("fetched/evil.test")).expect("a folder");
    for (ending, kind) in
        [("html", 1), ("json", 3), ("json", 4), ("txt", 6), ("rss", 1), ("jsonl", 6), ("csv", 10), ("md", 8)]
    {
        town.write(&format!("fetched/evil.test/p{kind}.{ending}"), &hostile(kind, "lee", kind));
    }
    fs::write(town.path("fetched/evil.test/packed.txt"), gzip(hostile(9, "lee", 1).as_bytes()))
        .expect("written");
    town.ingest();
    let mut after = export(&town);
    let others: Vec<Vec<String>> = after
        .extract_if(.., |id, _| id.starts_with("fetched/evil.test/p"))
        .map(|(_, quotes)| quotes)
        .collect();
    assert_eq!(after, before);
    assert!(!others.is_empty());
    for line in others.iter().flatten() {
        let row: Value = serde_json::from_str(line).expect("an object");
        assert_eq!((&row["outlet"], &row["url"]), (&json!("evil.test"), &Value::Null), "{line}");
    }
}

#[test]
fn concurrent_additions_lose_nothing() {
    let site = Site::new(|path| match path {
        "/robots.txt" => Reply::Page(404, String::new(), Vec::new()),
        path => {
            let text =
                article("Angela Lee", &format!("We will open number {}", path.trim_start_matches('/')));
            Reply::Page(200, "Content-Type: text/plain\r\n".to_owned(), text.into_bytes())
        }
    });
    let folder = tempfile::tempdir().expect("a folder");
    let known = Mutex::new(0);
    thread::scope(|scope| {
        for first in 0..8 {
            let (site, folder, known) = (&site, folder.path(), &known);
            scope.spawn(move || {
                // Each has its own fetcher, as separate processes do, and each page is added by two of them.
                let fetcher = fetcher(&[site]);
                for number in (first / 2 * 10)..(first / 2 * 10 + 10) {
                    match wait(fetch::add(&fetcher, folder, &site.url(&format!("/{number}")))).expect("added")
                    {
                        Added::New { .. } => {}
                        Added::Known { .. } => *known.lock().expect("no panic") += 1,
                    }
                }
            });
        }
    });
    assert_eq!(files(folder.path()).len(), 2 * 40, "each page once, with what stands beside it");
    assert_eq!(known.into_inner().expect("no panic"), 40);
    let state = fs::read_to_string(folder.path().join("fetched/.state.json")).expect("it is there");
    let state: Value = serde_json::from_str(&state).expect("JSON");
    assert_eq!(state["addresses"].as_object().expect("addresses").len(), 40);
    assert_eq!(state["words"].as_object().expect("words").len(), 40);
}

#[test]
fn a_feed_points_to_its_own_site_and_to_what_its_operator_allows() {
    let port = Arc::new(AtomicU64::new(0));
    let known_port = Arc::clone(&port);
    let whole =
        format!("<p>“The crane will come,” Marta Duarte said.</p><p>{}</p>", "So it goes. ".repeat(120));
    let site = Site::new(move |path| {
        let port = known_port.load(Ordering::SeqCst);
        match path {
            "/feed" => {
                let item = |link: String, body: &str| {
                    format!(
                        "<item><title>T</title><link>{link}</link><content:encoded><![CDATA[{body}]]></content:encoded></item>"
                    )
                };
                let items = [
                    item(format!("http://www.news.test:{port}/own"), ""),
                    item(format!("http://news.test:{port}/away"), ""),
                    item("https://other.example/teased".to_owned(), ""),
                    item("https://www.reuters.com/whole".to_owned(), &whole),
                    item("https://friend.example/whole".to_owned(), &whole.replace("crane", "ferry")),
                ];
                let xml = format!(
                    "<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><title>Reuters</title>{}</channel></rss>",
                    items.concat()
                );
                Reply::Page(200, "Content-Type: application/rss+xml\r\n".to_owned(), xml.into_bytes())
            }
            "/own" => Reply::Page(
                200,
                "Content-Type: text/plain\r\n".to_owned(),
                article("Angela Lee", "We will open it").into_bytes(),
            ),
            // A page of the site that redirects to another host.
            "/away" => Reply::Page(302, format!("Location: http://127.0.0.1:{port}/own\r\n"), Vec::new()),
            _ => Reply::Page(404, String::new(), Vec::new()),
        }
    });
    port.store(
        site.url("").rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port"),
        Ordering::SeqCst,
    );
    let folder = tempfile::tempdir().expect("a folder");
    let list = [Feed {
        url: site.url("/feed"),
        outlet: None,
        minutes: 5,
        tags: Vec::new(),
        also: vec!["friend.example".to_owned()],
        elsewhere: false,
    }];
    let look = |now| wait(fetch::feeds(&fetcher(&[&site]), folder.path(), &list, now, true)).expect("looked");
    let reports = look(1000);
    let told: Vec<String> = reports[0].failed.iter().map(ToString::to_string).collect();
    assert_eq!((reports[0].added, told.len()), (2, 3), "{told:?}");
    for host in ["127.0.0.1", "other.example", "www.reuters.com"] {
        let why = format!(
            "the feed belongs to another site; to allow this host, write `also = [\"{host}\"]` in feeds.toml"
        );
        assert!(told.iter().any(|line| line.ends_with(&why)), "{host}: {told:?}");
    }
    let saved = files(folder.path());
    assert!(saved.iter().any(|name| name.starts_with("fetched/friend.example/")), "{saved:?}");
    assert!(
        !saved.iter().any(|name| name.contains("reuters") || name.contains("other.example")),
        "{saved:?}"
    );
    let text: String =
        saved.iter().map(|name| fs::read_to_string(folder.path().join(name)).expect("text")).collect();
    assert!(!text.contains("Reuters"), "the feed is not called so by its address");
    // Reported once; the redirected one is retried three times like any other failure.
    assert_eq!(
        [look(2000)[0].failed.len(), look(3000)[0].failed.len(), look(4000)[0].failed.len()],
        [1, 1, 0]
    );
}

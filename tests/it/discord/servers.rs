//! What people who manage a server can do, and what happens when servers come and go.

use std::fs;

use serde_json::json;

use rapporteur::discord::Operators;
use rapporteur::fetch::Fetcher;
use rapporteur::simulator::permission::MANAGE_GUILD;

use super::{SOON, Setup, Stage, at_once, long};

fn article(id: &str, words: &str) -> (String, String) {
    let text = format!(
        "+++\nid = \"{id}\"\ntitle = \"Archive {id}\"\noutlet = \"Coast Gazette\"\nurl = \"https://gazette.example/{id}\"\ndate = 2025-12-02\ntags = [\"archive\"]\n+++\n\n\
         “{words},” said Angela Lee, the mayor.\n"
    );
    (format!("{id}.md"), text)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_apply_to_their_server_and_survive_a_restart() {
    let mut stage = Stage::with(Setup { simulator: at_once(), ..Setup::default() }).await;
    let ask = json!({"question": "What did Ushakov say about territory?"});
    assert!(
        stage.sim.slash(stage.ann, stage.channel, "settings show", &json!({})).is_err(),
        "Ann is not offered it"
    );
    let shown = stage.slash_by(stage.olga, "settings show", json!({})).await;
    assert!(shown.ephemeral && shown.text().contains("**Channels** all"), "{}", shown.text());
    stage.slash_by(stage.olga, "settings visibility", json!({"private": true})).await;
    assert!(stage.slash("ask", ask.clone()).await.ephemeral);
    stage.slash_by(stage.olga, "settings outlet", json!({"outlet": "Anews", "allowed": true})).await;
    let answer = stage.slash("said", json!({"speaker": "Zelenskyy"})).await;
    assert!(answer.text().contains(" · Anews · "), "{}", answer.text());
    let other = stage.slash("said", json!({"speaker": "Trump", "outlet": "Financial Times"})).await;
    assert!(
        other.text().contains("this server's settings allow (outlets with “Anews” in their name)"),
        "{}",
        other.text()
    );
    let room = stage.sim.add_channel(stage.guild, "bot room");
    stage
        .slash_by(stage.olga, "settings channel", json!({"channel": room.to_string(), "allowed": true}))
        .await;
    let refused = stage.slash("ask", ask.clone()).await;
    assert!(refused.ephemeral && refused.text().contains(&format!("<#{room}>")), "{}", refused.text());
    stage.stop().await;
    stage.start().await;
    let refused = stage.slash("ask", ask.clone()).await;
    assert!(refused.text().contains(&format!("<#{room}>")), "{}", refused.text());
    let thread = stage.sim.add_thread(room, "thread", stage.ann);
    let id = stage.sim.slash(stage.ann, thread, "ask", &ask).expect("offered");
    assert!(!stage.settled(id).await.text().contains("<#"), "a thread goes with its channel");
    stage.slash_by(stage.olga, "settings reset", json!({})).await;
    stage.slash_by(stage.olga, "settings cooldown", json!({"seconds": 600})).await;
    assert!(!stage.slash("ask", ask.clone()).await.ephemeral);
    let wait = stage.slash("ask", ask).await;
    assert!(wait.ephemeral && wait.text().contains("Please wait"), "{}", wait.text());
    assert!(
        stage
            .slash_by(stage.olga, "settings outlet", json!({"outlet": "X", "allowed": false}))
            .await
            .text()
            .contains("not on the list")
    );
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_given_to_everybody_still_needs_the_permission() {
    let stage = Stage::new().await;
    let role = stage.sim.add_role(stage.guild, "desk head", MANAGE_GUILD);
    stage.sim.give_role(stage.ben, stage.guild, role);
    let status = stage.slash_by(stage.ben, "status", json!({})).await;
    assert!(status.ephemeral && status.text().contains(" different quotes, printed "), "{}", status.text());
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_articles_are_found_automatically_and_on_demand() {
    let setup =
        Setup { articles: vec![article("one", "We will open the archive in May")], ..Setup::default() };
    let stage = Stage::with(setup).await;
    let dry = stage.slash_by(stage.olga, "reindex", json!({"dry-run": true})).await;
    assert!(
        dry.ephemeral && dry.text().contains("0 new, 0 changed, 0 removed, 1 unchanged"),
        "{}",
        dry.text()
    );
    let (name, text) = article("two", "We will close the harbour in June");
    fs::write(stage.corpus().join(name), text).expect("written");
    let done = stage.slash_by(stage.olga, "reindex", json!({})).await;
    assert!(done.text().contains("On record: 2 printed quotes in 2 articles"), "{}", done.text());
    let answer = stage.ask("what did Lee say about the harbour?").await;
    assert!(answer.text().contains("close the **harbour** in June"), "{}", answer.text());
    // Nobody asks about this one.
    let (name, text) = article("three", "We will paint the lighthouse in July");
    let mut status = stage.running().bot().library().status();
    fs::write(stage.corpus().join(name), text).expect("written");
    let three = |status: &rapporteur::library::Status| {
        status.last.as_ref().is_some_and(|last| last.as_ref().is_ok_and(|report| report.articles == 3))
    };
    tokio::time::timeout(SOON, status.wait_for(three)).await.expect("noticed").expect("runs");
    assert!(stage.ask("what did Lee say about the lighthouse?").await.text().contains("lighthouse"));
    fs::write(stage.corpus().join("bad.json"), "{\"title\": ").expect("written");
    let full = stage.slash_by(stage.olga, "reindex", json!({"full": true})).await;
    assert!(full.text().contains("Rebuilt") && full.text().contains("bad.json"), "{}", full.text());
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn old_buttons_report_that_their_article_has_changed() {
    let setup =
        Setup { articles: vec![article("one", "We will open the archive in May")], ..Setup::default() };
    let stage = Stage::with(setup).await;
    let answer = stage.ask("what did Lee say about the archive?").await;
    fs::write(
        stage.corpus().join("one.md"),
        article("one", "We never said that about the archive, not at all").1,
    )
    .expect("written");
    stage.slash_by(stage.olga, "reindex", json!({})).await;
    let context = stage.click(stage.ann, &answer, "Context").await;
    assert!(context.text().contains("no longer on record"), "{}", context.text());
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_survive_an_outage_and_are_deleted_with_the_bot() {
    let mut stage = Stage::with(Setup { simulator: at_once(), ..Setup::default() }).await;
    stage.slash_by(stage.olga, "settings visibility", json!({"private": true})).await;
    let file = stage.folder.path().join("settings").join(format!("{}.json", stage.guild));
    assert!(file.exists());
    for _ in 0..if long() { 20 } else { 2 } {
        stage.sim.outage(stage.guild);
        stage.sim.recovery(stage.guild);
        assert!(stage.ask("What did Ushakov say about territory?").await.ephemeral, "settings are kept");
    }
    stage.sim.remove_bot(stage.guild);
    let gone = || async {
        for _ in 0..600 {
            if !file.exists() {
                return true;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        false
    };
    assert!(gone().await, "settings are wiped");
    stage.sim.add_bot(stage.guild);
    stage.slash_by(stage.olga, "settings visibility", json!({"private": true})).await;
    // Removed while the bot is offline: noticed when it is online again.
    stage.stop().await;
    stage.sim.remove_bot(stage.guild);
    stage.start().await;
    assert!(gone().await, "settings are wiped");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_and_metrics_are_served_on_loopback() {
    let stage = Stage::with(Setup { metrics: true, ..Setup::default() }).await;
    let answer = stage.ask("What did Ushakov say about territory?").await;
    stage.click(stage.ann, &answer, "Context").await;
    let address = stage.running().metrics().expect("served");
    let get = |path: &str| reqwest::get(format!("http://{address}{path}"));
    assert_eq!(get("/health").await.expect("answers").text().await.expect("text"), "ok\n");
    let metrics = get("/metrics").await.expect("answers").text().await.expect("text");
    let dashboard =
        std::fs::read_to_string(crate::root().join("deploy/grafana.json")).expect("the dashboard");
    let names = dashboard.split("rapporteur_").skip(1);
    let name =
        |rest: &str| rest.split(|c: char| c != '_' && !c.is_ascii_lowercase()).next().map(str::to_owned);
    let names: Vec<String> = names.filter_map(name).collect();
    assert!(names.len() > 15, "{names:?}");
    for name in names {
        assert!(metrics.contains(&format!("\nrapporteur_{name}")), "the dashboard shows {name}");
    }
    for line in [
        "rapporteur_commands_total 1",
        "rapporteur_buttons_total 1",
        "rapporteur_answers_found_total 1",
        "rapporteur_shards 1",
        "rapporteur_panics_total 0",
    ] {
        assert!(metrics.lines().any(|known| known == line), "{line} in\n{metrics}");
    }
    stage.end().await;
}

/// Only people whom the operator names can change the answers on every server.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_operators_change_what_every_server_sees() {
    let one = article("one", "We will open the archive in May");
    let mut stage =
        Stage::with(Setup { articles: vec![one], simulator: at_once(), ..Setup::default() }).await;
    let (olga, guild) = (stage.olga, stage.guild);
    let mallory = stage.sim.add_user("mallory");
    let hers = stage.sim.add_guild("Anybody's", mallory);
    let room = stage.sim.add_channel(hers, "room");
    stage.sim.join(olga, hers);
    let calls = [("reindex", json!({"full": true})), ("add", json!({"url": "ftp://a.example/"}))];
    for (list, olgas, mallorys) in [
        (format!("server:{guild}"), true, false),
        (format!("user:{olga}"), true, false),
        (format!("user:{mallory}"), false, true),
        (format!("server:{hers}"), false, true),
        (format!("user:{} server:{}", stage.ann, stage.channel), false, false),
    ] {
        stage.stop().await;
        stage.setup.operators = Some(Operators::parse(&list).expect("good"));
        stage.start().await;
        for (who, place, server, allowed) in
            [(olga, stage.channel, guild, olgas), (mallory, room, hers, mallorys)]
        {
            for (command, options) in &calls {
                let id = stage.sim.slash(who, place, command, options).expect("offered");
                let told = stage.settled(id).await;
                let refusal =
                    "This changes what every server sees, so it is for the operators of this bot only";
                assert!(told.ephemeral, "{}", told.text());
                assert_eq!(
                    told.text().contains(refusal),
                    !allowed,
                    "/{command} with {list}: {}",
                    told.text()
                );
                assert!(allowed || told.text().contains(&format!("`user:{who}`")), "{}", told.text());
                assert!(allowed || told.text().contains(&format!("`server:{server}`")), "{}", told.text());
            }
            let id = stage.sim.slash(who, place, "status", &json!({})).expect("offered");
            let told = stage.settled(id).await.text();
            assert!(told.contains("On record"), "{told}");
            assert_eq!(told.contains("Answers since the start"), allowed, "of other servers: {told}");
        }
        // Being on the list does not give anybody the permission to manage a server.
        assert!(stage.sim.slash(stage.ann, stage.channel, "reindex", &json!({})).is_err(), "not offered");
    }
    stage.stop().await;
    stage.setup.operators = Some(Operators::NOBODY);
    stage.start().await;
    let offered: Vec<String> = stage
        .sim
        .commands()
        .iter()
        .filter_map(|command| command["name"].as_str().map(str::to_owned))
        .collect();
    assert!(offered.iter().any(|name| name == "settings"), "{offered:?}");
    assert!(!offered.iter().any(|name| name == "add" || name == "reindex"), "{offered:?}");
    stage.slash_by(olga, "settings visibility", json!({"private": true})).await;
    stage.end().await;
}

/// Clients that stall, flood or come from another site do not stop others from reading the pages.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_and_foreign_clients_do_not_block_health_and_metrics() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;
    let stage = Stage::with(Setup { metrics: true, ..Setup::default() }).await;
    let address = stage.running().metrics().expect("served");
    let asked = |text: String| async move {
        let mut stream = TcpStream::connect(address).await.expect("listens");
        stream.write_all(text.as_bytes()).await.expect("sent");
        let mut answer = Vec::new();
        // If part of a request was not read, the connection ends with a reset.
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    };
    let get = |path: &str, host: &str| asked(format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"));
    let own = address.to_string();
    assert!(get("/metrics", &own).await.contains("rapporteur_panics_total 0"));
    for (path, host, status) in [("/metrics", &*own, "200"), ("/metrics", "attacker.example", "403")] {
        let answer = get(path, host).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        assert!(answer.contains("content-security-policy: default-src 'none'"), "{answer}");
    }
    assert!(get("/elsewhere", &own).await.starts_with("HTTP/1.1 404 "));
    let post = format!("POST /health HTTP/1.1\r\nHost: {own}\r\nContent-Length: 9000000\r\n\r\n");
    assert!(asked(post).await.starts_with("HTTP/1.1 405 "));
    let long = format!("GET /health HTTP/1.1\r\nHost: {own}\r\nX: {}\r\n\r\n", "x".repeat(64 << 10));
    assert!(asked(long).await.starts_with("HTTP/1.1 431 "));
    // A hundred clients that never finish: half of them send nothing, the others half a header.
    let begun = std::time::Instant::now();
    let mut slow = Vec::new();
    for at in 0..100 {
        let mut stream = TcpStream::connect(address).await.expect("listens or waits in the queue");
        if at % 2 == 0 {
            stream.write_all(b"GET /health HTTP/1.1\r\nHost: x").await.expect("sent");
        }
        slow.push(stream);
    }
    let answer = tokio::time::timeout(SOON, get("/health", &own)).await.expect("the slow ones were let go");
    assert!(answer.ends_with("ok\n"), "{answer}");
    for mut stream in slow {
        let mut rest = Vec::new();
        let ended = tokio::time::timeout(SOON, stream.read_to_end(&mut rest)).await;
        assert!(ended.is_ok(), "each is let go");
    }
    assert!(begun.elapsed() < SOON);
    stage.end().await;
}

/// A site with a page and a feed, on loopback.
async fn site() -> std::net::SocketAddr {
    use axum::Router;
    use axum::response::Html;
    use axum::routing::get;
    let page = |name: &str, words: &str| {
        let words = (1..=30).fold(format!("“{words},” said Angela Lee, the mayor."), |text, at| {
            format!(
                "{text} The council met for the {at}th time about it, and nothing else happened that day."
            )
        });
        Html(format!(
            "<!doctype html><html><head><title>{name}</title><meta property=\"og:site_name\" content=\"Coast Gazette\">\
             <meta property=\"article:published_time\" content=\"2025-12-02\"></head><body><article><h1>{name}</h1><p>{words}</p></article></body></html>"
        ))
    };
    let (bridge, tower) = (
        page("Bridge", "We will mend the bridge in March"),
        page("Tower", "We will climb the tower in April"),
    );
    let feed = "<rss version=\"2.0\"><channel><title>Coast Gazette</title><item><title>Tower</title><link>/tower</link></item></channel></rss>";
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("bound");
    let feed = feed.replace("/tower", &format!("http://{address}/tower"));
    let pages = Router::new()
        .route("/bridge", get(move || async move { bridge }))
        .route("/tower", get(move || async move { tower }))
        .route("/rss", get(move || async move { ([("content-type", "application/rss+xml")], feed) }));
    tokio::spawn(async move { axum::serve(listener, pages).await });
    address
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn articles_come_from_the_web_on_demand_and_by_feeds() {
    let address = site().await;
    let mut fetcher = Fetcher::default();
    fetcher.pause = std::time::Duration::ZERO;
    fetcher.guard.allow.push(address);
    let feeds = format!("[[feed]]\nurl = \"http://{address}/rss\"\n");
    let articles = vec![article("one", "We will open the archive in May"), ("feeds.toml".to_owned(), feeds)];
    let stage = Stage::with(Setup { articles, fetcher, ..Setup::default() }).await;
    let mut status = stage.running().bot().library().status();
    let two = |status: &rapporteur::library::Status| {
        status.last.as_ref().is_some_and(|last| last.as_ref().is_ok_and(|report| report.articles == 2))
    };
    tokio::time::timeout(SOON, status.wait_for(two)).await.expect("the feed is read").expect("runs");
    assert!(
        stage.ask("what did Lee say about the tower?").await.text().contains("climb the **tower** in April")
    );
    let added = stage.slash_by(stage.olga, "add", json!({"url": format!("http://{address}/bridge")})).await;
    assert!(
        added.ephemeral && added.text().contains("Added “Bridge”; it can be asked about now"),
        "{}",
        added.text()
    );
    let answer = stage.ask("what did Lee say about the bridge?").await;
    assert!(answer.text().contains("mend the **bridge** in March"), "{}", answer.text());
    let again = stage.slash_by(stage.olga, "add", json!({"url": format!("http://{address}/bridge")})).await;
    assert!(again.text().contains("has this article already"), "{}", again.text());
    for (url, why) in [
        ("http://127.0.0.1/x", "not a public address"),
        ("ftp://a.example/", "neither http nor https"),
        ("nonsense", "Not added"),
    ] {
        let refused = stage.slash_by(stage.olga, "add", json!({"url": url})).await;
        assert!(refused.text().contains(why), "{}", refused.text());
    }
    assert!(
        stage.sim.slash(stage.ann, stage.channel, "add", &json!({"url": "https://a.example"})).is_err(),
        "not offered"
    );
    stage.end().await;
}

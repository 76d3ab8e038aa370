//! The embedded Discord as a page, in a real browser.

use serde_json::json;
use tokio_util::sync::CancellationToken;

use rapporteur::console;
use rapporteur::simulator::File;

use super::Stage;
use super::record::harbour;
use crate::browser::Browser;

/// Opens the page of an embedded Discord with the bot in it, in a window of this size in pixels.
async fn open(stage: &Stage, size: (u32, u32)) -> Option<(Browser, String)> {
    let address = console::serve(stage.sim.clone(), 0, CancellationToken::new()).await.expect("a free port");
    let address = format!("http://{address}/");
    let browser = Browser::open(&address, size).await?;
    Some((browser, address))
}

/// Chooses a person by the beginning of their name.
async fn be(browser: &Browser, name: &str) {
    let script = format!(
        "const who = document.getElementById('person'), one = [...who.options].find((one) => one.text.startsWith({}));
         if (!one) return false; who.value = one.value; who.dispatchEvent(new Event('change')); return true",
        json!(name)
    );
    browser.until(&script).await;
    browser.shows("#talks").await;
}

/// Waits until the first suggestion, which Enter takes, is this one.
async fn suggested(browser: &Browser, label: &str) {
    let script = format!(
        "return document.querySelector('[role=listbox]:not([hidden]) [aria-selected=true]')?.innerText === {}",
        json!(label)
    );
    browser.until(&script).await;
}

/// A picture of one pixel.
const DOT: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

const WRITE: &str = "document.getElementById('write').focus(); return true";
const ENTER: &str = "\u{e007}";
const LAST: &str = "const last = [...document.querySelectorAll('article .text')].at(-1)?.innerText ?? '';";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newcomer_asks_in_the_page_by_keyboard_alone() {
    let stage = Stage::with(harbour()).await;
    let Some((browser, address)) = open(&stage, (1280, 900)).await else { return stage.end().await };
    be(&browser, "ann").await;
    // By command, with a suggestion.
    browser.run(WRITE).await;
    browser.keys("/sai").await;
    browser.shows("What somebody said, by topic, days and outlet").await;
    browser.keys(ENTER).await;
    browser.until("return document.activeElement.id === 'option-speaker'").await;
    browser.keys("lun").await;
    suggested(&browser, "Pia Lund (3 quotes)").await;
    assert_eq!(browser.serious().await, Vec::<serde_json::Value>::new(), "with options and suggestions");
    browser.keys(ENTER).await;
    browser.keys(ENTER).await;
    browser.shows("asked: /said speaker:Pia Lund").await;
    // By options with their names, pasted and typed.
    browser.run("const write = document.getElementById('write'); write.value = '/said speaker:Pia Lund topic:ferry'; write.dispatchEvent(new Event('input')); return true").await;
    let filled = "['speaker', 'topic'].map((name) => document.getElementById(`option-${name}`).value)";
    browser.until(&format!("return {filled}.join() === 'Pia Lund,ferry'")).await;
    browser.run("document.getElementById('option-topic').focus(); return true").await;
    browser.keys(" speaker:").await;
    browser
        .until(&format!(
            "return document.activeElement.id === 'option-speaker' && {filled}.join() === 'Pia Lund,ferry'"
        ))
        .await;
    browser.run("document.activeElement.dispatchEvent(new Event('input')); document.getElementById('send').click(); return true").await;
    browser.shows("asked: /said speaker:Pia Lund topic:ferry").await;
    // By mention, and by a reply to the answer.
    browser.until("return document.activeElement.id === 'write'").await;
    browser.keys("@rap").await;
    suggested(&browser, "@rapporteur").await;
    browser.keys(ENTER).await;
    browser.keys(&format!("what did Lund say about the ferry?{ENTER}")).await;
    browser.shows("sail on Sundays").await;
    browser.until(&format!("{LAST} return last.includes('asked: what did Lund say about the ferry')")).await;
    browser.run("[...document.querySelectorAll('.tools button')].filter((one) => one.innerText === 'Reply').at(-1).focus()").await;
    browser.keys(ENTER).await;
    browser.shows("Replying to rapporteur").await;
    browser.keys(&format!("and Okafor on schools?{ENTER}")).await;
    browser
        .until(&format!("{LAST} return last.includes('closed this year') && last.includes('earlier')"))
        .await;
    // An edited question is answered again, in the same message.
    browser.click(".tools button", "Edit").await;
    browser.until("return document.getElementById('write').value.length > 0").await;
    browser.run("document.getElementById('write').value = '@rapporteur what did Lund say about the bridge?'; return true").await;
    browser.keys(ENTER).await;
    browser.until(&format!("{LAST} return last.includes('older than the town')")).await;
    assert_eq!(browser.serious().await, Vec::<serde_json::Value>::new(), "with an answer");
    let live =
        browser.run("const log = document.getElementById('messages'); return [log.role, log.ariaLive]").await;
    assert_eq!(live, json!(["log", "polite"]));
    browser.end(&address).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reporter_turns_pages_reads_context_and_shares_on_a_phone() {
    let mut setup = harbour();
    let again = setup.articles[2].1.replace("three", "again").replace("Valley Echo", "Coast Gazette");
    setup.articles.push(("again.md".to_owned(), again));
    let stage = Stage::with(setup).await;
    let Some((browser, address)) = open(&stage, (390, 844)).await else { return stage.end().await };
    be(&browser, "ben").await;
    browser.run(WRITE).await;
    browser.keys("/latest ").await;
    browser.shows("Use /latest").await;
    browser.keys(ENTER).await;
    browser.shows("1–3 of 4").await;
    browser.click("article .row button", "Next").await;
    browser.shows("4 of 4").await;
    browser.click("article .row button", "◀").await;
    browser.shows("1–3 of 4").await;
    browser.run(WRITE).await;
    browser.keys("/ask who said the bridge is older than the town").await;
    browser
        .run("const one = document.getElementById('option-private'); one.value = 'true'; return true")
        .await;
    browser.click("#send", "Use /ask").await;
    browser.shows("Only you can see this").await;
    browser.click("article .row button", "Same quote elsewhere (1)").await;
    browser.shows("The same quote elsewhere").await;
    browser.click("article .row button", "Context").await;
    browser.until("return document.querySelectorAll('article.private').length === 3").await;
    browser.click("article .row button", "Share").await;
    browser.until("return [...document.querySelectorAll('article:not(.private) .text')].some((one) => one.innerText.includes('who said the bridge'))").await;
    // A form opens, is filled in and sent.
    browser.click("article.private button", "Wrong speaker or words?").await;
    browser.until("return document.activeElement?.name === 'wrong'").await;
    browser.keys("It was somebody else.").await;
    browser.click("dialog button", "Submit").await;
    browser.shows("Thank you. The operator of this bot").await;
    browser.until("return !document.querySelector('dialog')").await;
    browser.click("article.private button", "Dismiss").await;
    browser.until("return document.querySelectorAll('article.private').length === 3").await;
    // The menu of a message by anybody.
    stage
        .sim
        .say(stage.ann, stage.channel, "Okafor: “No school will be closed this year”", None)
        .expect("written");
    browser.shows("Okafor: “No school").await;
    browser.click(".tools button", "Find who said this").await;
    browser.shows("On record, word for word").await;
    let picture = File {
        name: "harbour.gif".into(),
        kind: "image/gif".into(),
        description: Some("The harbour at dawn".into()),
        bytes: DOT.to_vec(),
    };
    stage.sim.attach(stage.ann, stage.channel, "", None, &[picture]).expect("written");
    browser.until("const one = [...document.images].at(-1); return one?.alt === 'The harbour at dawn' && one.naturalWidth === 1").await;
    let wide = browser.run("return document.documentElement.scrollWidth > innerWidth").await;
    assert_eq!(wide, json!(false), "nothing is wider than a phone");
    browser.end(&address).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_are_for_people_who_manage_the_server() {
    let stage = Stage::with(harbour()).await;
    let Some((browser, address)) = open(&stage, (1280, 900)).await else { return stage.end().await };
    be(&browser, "ann").await;
    browser.run(WRITE).await;
    browser.keys("/se").await;
    browser.until("return document.getElementById('suggestions').hidden").await;
    browser.keys("\u{e003}\u{e003}\u{e003}").await;
    be(&browser, "olga").await;
    browser.run(WRITE).await;
    browser.keys("/settings out").await;
    browser.keys(ENTER).await;
    browser.until("return document.activeElement.id === 'option-outlet'").await;
    browser.keys("val").await;
    suggested(&browser, "Valley Echo (2 quotes)").await;
    browser.keys(ENTER).await;
    browser.run("const one = document.getElementById('option-allowed'); one.value = 'true'; one.focus(); return true").await;
    browser.click("#send", "Use /settings outlet").await;
    browser.shows("“Valley Echo” is now on the list").await;
    browser.run(WRITE).await;
    browser.keys("/reindex ").await;
    browser.click("#send", "Use /reindex").await;
    browser.shows("Indexed").await;
    browser.shows("On record: 4 printed quotes in 4 articles").await;
    browser.end(&address).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_is_small_and_for_this_machine_only() {
    let stage = Stage::with(harbour()).await;
    let address = console::serve(stage.sim.clone(), 0, CancellationToken::new()).await.expect("a free port");
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let (mut sent, url) = (0, format!("http://{address}"));
    for path in ["/", "/console.css", "/console.js"] {
        let page = client.get(format!("{url}{path}")).send().await.expect("served");
        let policy = page.headers()["content-security-policy"].to_str().expect("text").to_owned();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"), "{policy}");
        let text = page.text().await.expect("text");
        assert!(!text.contains("https://") && !text.contains("src=\"http"), "nothing from elsewhere: {path}");
        sent += text.len();
    }
    assert!(sent < 150_000, "{sent} bytes");
    let act = |origin: &str, body: String| {
        client.post(format!("{url}/do")).header("Origin", origin.to_owned()).body(body).send()
    };
    let say = json!({"as": stage.ann, "do": "say", "channel": stage.channel, "content": "hello"}).to_string();
    assert_eq!(act("https://attacker.example", say.clone()).await.expect("answered").status(), 403);
    assert_eq!(act(&url, say).await.expect("answered").status(), 200);
    for (body, status) in [
        ("{".to_owned(), 400),
        (json!({"as": "1", "do": "nothing"}).to_string(), 400),
        (json!({"as": "1", "do": "say", "channel": stage.channel, "content": "I am nobody"}).to_string(), 422),
        (json!({"as": stage.ann, "do": "slash", "channel": stage.channel, "command": "settings reset", "options": {}}).to_string(), 422),
        ("x".repeat(2 << 20), 413),
    ] {
        assert_eq!(act(&url, body).await.expect("answered").status(), status);
    }
    assert_eq!(client.get(format!("{url}/../Cargo.toml")).send().await.expect("answered").status(), 404);
    let query = format!(
        "as={}&channel={}&content=read+this&name=a%2Fnote.txt&kind=text%2Fplain",
        stage.ann, stage.channel
    );
    let sent = client.post(format!("{url}/attach?{query}")).body("a note").send().await.expect("answered");
    let sent: serde_json::Value = serde_json::from_str(&sent.text().await.expect("text")).expect("JSON");
    let sent = stage.sim.message(super::id_of(&sent)).expect("there");
    assert_eq!(
        (&sent["content"], &sent["attachments"][0]["filename"]),
        (&json!("read this"), &json!("note.txt"))
    );
    let script = File {
        name: "page.html".into(),
        kind: "text/html".into(),
        description: None,
        bytes: b"<script>alert(1)</script>".to_vec(),
    };
    let said = stage.sim.attach(stage.ann, stage.channel, "", None, &[script]).expect("written");
    let file =
        stage.sim.message(said).expect("there")["attachments"][0]["url"].as_str().expect("a url").to_owned();
    let path = file.split_once("/attachments/").expect("an attachment").1.to_owned();
    let file = client.get(format!("{url}/attachments/{path}")).send().await.expect("served");
    assert_eq!(file.headers()["content-security-policy"], "default-src 'none'; sandbox");
    let unsigned = path.split('?').next().expect("a path").to_owned();
    let file = client.get(format!("{url}/attachments/{unsigned}")).send().await.expect("answered");
    assert_eq!(file.status(), 404);
    stage.end().await;
}

//! What the bot says about the record: nothing on record and the limits responsible, settings, labels,
//! chatter, follow-ups.

use std::sync::Arc;

use serde_json::json;
use tokio_util::sync::CancellationToken;

use rapporteur::simulator::File;
use rapporteur::web;

use super::{Setup, Stage};

fn article(id: &str, outlet: &str, date: &str, tag: &str, text: &str) -> (String, String) {
    let text = format!(
        "+++\nid = \"{id}\"\ntitle = \"Harbour notes {id}\"\noutlet = \"{outlet}\"\nurl = \"https://{id}.example/a\"\ndate = {date}\ntags = [\"{tag}\"]\n+++\n\n\
         {text}\n"
    );
    (format!("{id}.md"), text)
}

/// Made-up articles by three outlets.
pub(super) fn harbour() -> Setup {
    let said = |words: &str, who: &str| format!("“{words},” said {who}, the mayor.");
    let articles = vec![
        article(
            "one",
            "Coast Gazette",
            "2025-12-02",
            "archive",
            &said("We will open the archive in May", "Pia Lund"),
        ),
        article(
            "two",
            "Harbour Post (Wire)",
            "2025-12-03",
            "harbour",
            &said("The ferry will sail on Sundays too", "Pia Lund"),
        ),
        article(
            "three",
            "Valley Echo",
            "2026-02-04",
            "harbour",
            &said("The bridge is older than the town", "Pia Lund"),
        ),
        article(
            "four",
            "Valley Echo",
            "2026-02-05",
            "schools",
            &said("No school will be closed this year", "Omar Okafor"),
        ),
    ];
    Setup { articles, ..Setup::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_a_public_address_every_quote_links_to_its_page() {
    const SITE: &str = "https://quotes.example";
    let stage = Stage::with(Setup { site: Some(SITE), ..harbour() }).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let library = Arc::clone(stage.running().bot().library());
    let stop = CancellationToken::new();
    let options = web::Options { listener, public: Some(SITE.to_owned()), library, stop: stop.clone() };
    let room = web::serve(options).expect("served");
    let outcome = stage.slash("said", json!({"speaker": "Omar Okafor"})).await;
    let private = stage.click(stage.ann, &outcome, "Context").await;
    for answer in [outcome.text(), private.text(), stage.ask("who said the ferry will sail?").await.text()] {
        let (_, link) = answer.split_once("[permalink](<").unwrap_or_else(|| panic!("no link: {answer}"));
        let (link, _) = link.split_once(">)").expect("the end of a link");
        let path = link.strip_prefix(SITE).expect("on the public address");
        let request =
            reqwest::Client::new().get(format!("http://{room}{path}")).header("Host", "quotes.example");
        let page = request.send().await.expect("a reply").text().await.expect("a page");
        assert!(page.contains("closed this year") || page.contains("will sail on Sundays"), "{page}");
    }
    stop.cancel();
    stage.end().await;
    let stage = Stage::with(harbour()).await;
    assert!(!stage.slash("said", json!({"speaker": "Omar Okafor"})).await.text().contains("permalink"));
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_on_record_names_every_limit_and_the_count_without_it() {
    let stage = Stage::with(harbour()).await;
    let wire = stage.slash("said", json!({"speaker": "Lund", "outlet": "Wire"})).await.text();
    assert!(
        wire.contains("The ferry will sail") && wire.contains("1 of 3 quotes are in outlets with “Wire”"),
        "{wire}"
    );
    let outlet =
        stage.slash("said", json!({"speaker": "Lund", "topic": "ferry", "outlet": "Gazette"})).await.text();
    assert!(
        outlet.contains("by Pia Lund about “ferry” in outlets with “Gazette” in their name")
            && outlet.contains("There is 1 in other outlets"),
        "{outlet}"
    );
    let unknown = stage.slash("said", json!({"speaker": "Lund", "outlet": "Harbor Pist"})).await.text();
    assert!(
        unknown.contains("names on record: Harbour Post") && unknown.contains("There are 3 in other"),
        "{unknown}"
    );
    let days = stage
        .slash_by(stage.ben, "said", json!({"speaker": "Lund", "topic": "bridge", "before": "2025-12-31"}))
        .await
        .text();
    assert!(days.contains("up to 31 December 2025") && days.contains("There is 1 on other days"), "{days}");
    let question = "what did Lund say about the ferry tag:archive -Sundays outlet:echo";
    let many = stage.slash_by(stage.ben, "ask", json!({"question": question})).await.text();
    assert!(
        many.contains("with “echo”")
            && many.contains("tagged “archive”")
            && many.contains("without “sundays”")
            && many.contains("There is 1 without these limits"),
        "{many}"
    );
    stage.slash_by(stage.olga, "settings tag", json!({"tag": "schools", "allowed": true})).await;
    let server = stage.ask("what did Lund say about the bridge?").await.text();
    assert!(
        server.contains("in what this server's settings allow (articles tagged “schools”)")
            && server.contains("There is 1 outside what this server's settings allow"),
        "{server}"
    );
    let whole = stage.ask("what did Okafor say about schools?").await.text();
    assert!(whole.contains("will be closed this year"), "{whole}");
    let article = stage.slash("article", json!({"article": "https://one.example/a"})).await.text();
    assert!(article.contains("outside what this server's settings allow"), "{article}");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_are_checked_when_they_are_set_and_shown_by_name() {
    let stage = Stage::with(harbour()).await;
    let set = |command: &'static str, option: &'static str, value: &'static str, allowed: bool| {
        let mut options = json!({"allowed": allowed});
        options[option] = json!(value);
        stage.slash_by(stage.olga, command, options)
    };
    let unknown = set("settings outlet", "outlet", "Coast Gazete", true).await.text();
    assert!(
        unknown.contains("No outlet on record is called “Coast Gazete”")
            && unknown.contains("Similar names on record: “Coast Gazette”"),
        "{unknown}"
    );
    let unknown = set("settings tag", "tag", "harbor", true).await.text();
    assert!(
        unknown.contains("No tag on record is called “harbor”") && unknown.contains("“harbour”"),
        "{unknown}"
    );
    assert!(stage.ask("what did Lund say about the bridge?").await.text().contains("older than the town"));
    let wire = set("settings outlet", "outlet", "wire", true).await.text();
    assert!(
        wire.contains("“wire” is now on the list") && wire.contains("wire (that is Harbour Post"),
        "{wire}"
    );
    let label = set("settings outlet", "outlet", "coast gazette (1 quote)", true).await.text();
    assert!(label.contains("“Coast Gazette” is now on the list"), "{label}");
    let ferry = stage.ask("what did Lund say about the ferry?").await.text();
    assert!(ferry.contains("sail on Sundays"), "{ferry}");
    let off = set("settings outlet", "outlet", "Valley Echo", false).await.text();
    assert!(off.contains("“Valley Echo” is not on the list, so nothing was changed"), "{off}");
    let nothing = set("settings tag", "tag", "schools", true).await.text();
    assert!(nothing.contains("leave no quote on record"), "{nothing}");
    let told = stage.ask("what did Okafor say about schools?").await.text();
    assert!(
        told.contains("These settings leave no quote on record at all")
            && told.contains("There is 1 outside"),
        "{told}"
    );
    set("settings outlet", "outlet", "Wire", false).await;
    let all = set("settings outlet", "outlet", "Coast Gazette", false).await.text();
    assert!(all.contains("The list is empty, so nothing is left out"), "{all}");
    let typed = stage
        .sim
        .autocomplete(stage.olga, stage.channel, "settings tag", &json!({"tag": "s", "allowed": true}), "tag")
        .expect("offered");
    let choices = stage.settled(typed).await.choices.expect("choices");
    assert!(choices.len() == 1 && choices[0]["value"] == "schools", "only tags: {choices:?}");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn labels_work_like_values_and_latest_needs_no_speaker() {
    let stage = Stage::with(harbour()).await;
    let label = json!({"speaker": "Pia Lund (3 quotes)", "topic": "harbour (2 quotes)", "outlet": "Valley Echo (2 quotes)"});
    let said = stage.slash("said", label).await.text();
    assert!(
        said.contains("speaker:Pia Lund topic:harbour outlet:Valley Echo")
            && said.contains("older than the town"),
        "{said}"
    );
    let latest = stage.slash("latest", json!({"speaker": "Pia Lund (3 quotes)"})).await.text();
    assert!(latest.contains("older than the town"), "{latest}");
    let all = stage.slash_by(stage.ben, "latest", json!({})).await.text();
    assert!(all.contains("No school will be closed") && all.contains("1–3 of 4"), "{all}");
    let asked = stage.slash_by(stage.olga, "ask", json!({"question": "latest quotes"})).await.text();
    assert!(asked.contains("No school will be closed"), "{asked}");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chatter_is_not_a_question_and_help_is_short() {
    let stage = Stage::with(harbour()).await;
    for text in
        ["thanks", "thx!", "good bot", "yo", "lol", "😂😂", "https://tenor.example/cat.gif", "```", "ok"]
    {
        let said = stage.sim.say(stage.ann, stage.channel, &stage.mention(text), None).expect("written");
        let answer = stage.sim.next_message(stage.channel, said, std::time::Duration::from_millis(300)).await;
        assert!(answer.is_none(), "{text}: {answer:?}");
    }
    let other = format!("<@{}>", stage.ben);
    let said = stage.sim.say(stage.ann, stage.channel, &stage.mention(&other), None).expect("written");
    assert!(
        stage.sim.next_message(stage.channel, said, std::time::Duration::from_millis(300)).await.is_none()
    );
    for text in ["hi", "Good morning!", ""] {
        let hint = super::text(&stage.say(stage.ann, stage.channel, &stage.mention(text), None).await);
        assert!(hint.contains("Ask me who said what") && hint.lines().count() == 1, "{text}: {hint}");
    }
    let help = super::text(&stage.say(stage.ann, stage.channel, &stage.mention("help"), None).await);
    assert!(help.contains("/said") && help.lines().count() <= 12, "{help}");
    for text in ["lol", "thx", "😂", "hello there"] {
        let asked = stage.ask(text).await.text();
        assert!(asked.contains("Ask who said what") && !asked.contains("No quote"), "{text}: {asked}");
    }
    let help = stage.slash("help", json!({})).await;
    assert!(
        help.ephemeral && help.text().lines().count() <= 12 && help.text().contains("@ ON"),
        "{}",
        help.text()
    );
    let more = stage.slash("help", json!({"more": true})).await;
    assert!(more.ephemeral && more.text().contains("More on asking"), "{}", more.text());
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_menu_reads_messages_as_a_person_would() {
    let stage = Stage::with(harbour()).await;
    for (text, expected) in [
        ("> We will open the archive in May\ndid she really say so?", "On record, word for word"),
        (">>> We will open\nthe archive in May", "On record, word for word"),
        (&format!("<@{}> “We will open the archive in May”", stage.ben), "On record, word for word"),
        ("Lund told us 'We will open the archive in May', I think", "On record, word for word"),
        ("Okafor said “We will open the archive in May” yesterday", "It was Pia Lund who said it"),
        ("Napoleon said “We will open the archive in May”", "It was Pia Lund who said it"),
        ("look https://one.example/a?utm_source=x", "open the archive in May"),
    ] {
        let said = stage.sim.say(stage.ben, stage.channel, text, None).expect("written");
        let id = stage.sim.message_menu(stage.reader(), "Find who said this", said).expect("offered");
        let found = stage.settled(id).await;
        assert!(found.ephemeral && found.text().contains(expected), "{text}: {}", found.text());
    }
    let said = stage.sim.say(stage.ben, stage.channel, "https://nowhere.example/b", None).expect("written");
    let id = stage.sim.message_menu(stage.reader(), "Find who said this", said).expect("offered");
    let none = stage.settled(id).await.text();
    assert!(none.contains("no article on record has the address"), "{none}");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn quotes_are_checked_by_command_and_in_the_menu() {
    let stage = Stage::with(harbour()).await;
    for (quote, speaker, expected) in [
        ("We will open the archive in May", "Lund", "✅ **On record, word for word.**"),
        ("WE WILL \u{43e}pen the archive in May!", "Lund", "word for word except for"),
        ("We will not open the archive in May", "Lund", "A negation is added: the claim has “not”"),
        ("We will open the archive in May", "Okafor", "It was Pia Lund who said it, not Omar Okafor."),
        ("The moon is made of old cheese", "Lund", "Not on record"),
    ] {
        let shown = stage.slash("check", json!({"quote": quote, "speaker": speaker})).await.text();
        assert!(shown.contains(expected) && shown.contains("asked: /check quote:"), "{quote}: {shown}");
    }
    let menu = async |text: &str| {
        let said = stage.sim.say(stage.ben, stage.channel, text, None).expect("written");
        let id = stage.sim.message_menu(stage.reader(), "Check this quote", said).expect("offered");
        let found = stage.settled(id).await;
        assert!(found.ephemeral, "{text}");
        found.text()
    };
    let one = menu("Okafor said “We will open the archive in May” yesterday").await;
    assert!(one.contains("It was Pia Lund who said it, not Omar Okafor."), "{one}");
    let two =
        menu("Lund: “We will never open the archive in May”, and “the bridge is older than the town”").await;
    assert!(two.contains("1. Claim: We will never open") && two.contains("A negation is added"), "{two}");
    assert!(
        two.contains("2. Claim: the bridge is older") && two.contains("On record, word for word."),
        "{two}"
    );
    assert!(menu("🙂").await.contains("no quote to check"));
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn options_take_days_as_people_say_them_and_articles_by_title() {
    let stage = Stage::with(harbour()).await;
    for (option, day) in
        [("after", "December"), ("before", "yesterday"), ("after", "2 Dec"), ("before", "last week")]
    {
        let mut options = json!({"speaker": "Lund"});
        options[option] = json!(day);
        let said = stage.slash_by(stage.reader(), "said", options).await.text();
        assert!(!said.contains("is not a day") && said.contains(&format!("{option}:20")), "{day}: {said}");
    }
    for (typed, most) in [("harbour no", 4), ("", 4), ("three", 1)] {
        let id = stage
            .sim
            .autocomplete(stage.ann, stage.channel, "article", &json!({"article": typed}), "article")
            .expect("offered");
        let choices = stage.settled(id).await.choices.expect("choices");
        assert_eq!(choices.len(), most, "{typed}: {choices:?}");
    }
    let label = stage.slash("article", json!({"article": "Harbour notes three (1 quote)"})).await.text();
    assert!(label.contains("older than the town"), "{label}");
    let value = stage.slash("article", json!({"article": "three"})).await.text();
    assert!(value.contains("older than the town"), "{value}");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mention_can_refer_to_other_messages_and_a_follow_up_needs_no_reply() {
    let stage = Stage::with(harbour()).await;
    let words = stage
        .sim
        .say(stage.ben, stage.channel, "“The bridge is older than the town”", None)
        .expect("written");
    let reply = super::text(
        &stage.say(stage.reader(), stage.channel, &stage.mention("who said this?"), Some(words)).await,
    );
    assert!(reply.contains("Apps › Find who said this"), "{reply}");
    let block = stage.mention("is this real?\n> The bridge is older than the town");
    let block = super::text(&stage.say(stage.reader(), stage.channel, &block, None).await);
    assert!(block.contains("On record, word for word"), "{block}");
    let link = super::text(
        &stage.say(stage.reader(), stage.channel, &stage.mention("https://three.example/a"), None).await,
    );
    assert!(link.contains("older than the town"), "{link}");
    let page = super::text(
        &stage.say(stage.reader(), stage.channel, &stage.mention("https://nowhere.example/a"), None).await,
    );
    assert!(page.contains("No article on record has this address"), "{page}");
    // A message that was forwarded with its link preview, in a direct message and in the menu.
    let news = stage.sim.say(stage.ben, stage.channel, "https://elsewhere.example/x", None).expect("written");
    stage.sim.preview(news, &[json!({"type": "article", "title": "News", "description": "Lund: “The ferry will sail on Sundays too”", "url": "https://elsewhere.example/x"})]);
    let direct = stage.sim.dm(stage.ann);
    let forwarded = stage.sim.forward(stage.ann, direct, news).expect("forwarded");
    let answer =
        super::text(&stage.sim.next_message(direct, forwarded, super::SOON).await.expect("an answer"));
    assert!(answer.contains("On record, word for word") && answer.contains("Pia Lund"), "{answer}");
    let copy = stage.sim.forward(stage.ben, stage.channel, news).expect("forwarded");
    let id = stage.sim.message_menu(stage.reader(), "Find who said this", copy).expect("offered");
    let found = stage.settled(id).await.text();
    assert!(found.contains("On record, word for word"), "{found}");
    // A follow-up refers to the last answer to the same person; an unrelated question refers to none.
    let reader = stage.reader();
    stage.say(reader, stage.channel, &stage.mention("what did Lund say about schools?"), None).await;
    let and = super::text(&stage.say(reader, stage.channel, &stage.mention("and Okafor?"), None).await);
    assert!(and.contains("will be closed this year") && and.contains("earlier"), "{and}");
    let direct = stage.sim.dm(stage.ben);
    stage.say(stage.ben, direct, "what did Lund say about the bridge?", None).await;
    let other = super::text(&stage.say(stage.ben, direct, "what did Okafor say about schools?", None).await);
    assert!(other.contains("will be closed this year") && !other.contains("earlier"), "{other}");
    let source = super::text(&stage.say(stage.ben, direct, "source?", None).await);
    assert!(source.contains("will be closed this year"), "{source}");
    stage.end().await;
}

/// Returns the number before `what` in a text.
fn number(text: &str, what: &str) -> u64 {
    let (before, _) = text.split_once(what).unwrap_or_else(|| panic!("no `{what}` in {text}"));
    let digits = before.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    digits.parse().unwrap_or_else(|_| panic!("no number before `{what}` in {text}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_of_quotes_is_the_same_wherever_it_is_shown() {
    let mut setup = harbour();
    // The quote printed a second time, and a paraphrase.
    let again = "“The bridge is older than the town,” said Pia Lund, the mayor.";
    setup.articles.push(article("five", "Coast Gazette", "2026-02-05", "harbour", again));
    let told = "Pia Lund, the mayor, said that the harbour would be dredged before the summer.";
    setup.articles.push(article("six", "Coast Gazette", "2026-02-06", "harbour", told));
    let stage = Stage::with(setup).await;
    let label = async |option: &str, typed: &str| {
        let mut options = json!({"speaker": "x"});
        options[option] = json!(typed);
        let id = stage.sim.autocomplete(stage.ann, stage.channel, "said", &options, option).expect("offered");
        let choices = stage.settled(id).await.choices.expect("choices");
        choices[0]["name"].as_str().expect("a label").to_owned()
    };
    // Four quotes by her: three in her own words, one of them printed twice, and a paraphrase.
    assert_eq!(label("speaker", "Lund").await, "Pia Lund (4 quotes)");
    assert_eq!(label("outlet", "Coast").await, "Coast Gazette (3 quotes)");
    assert_eq!(label("topic", "bridge").await, "bridge", "how many answer is another number");
    let listed = stage.slash_by(stage.reader(), "said", json!({"speaker": "Lund"})).await;
    let more = stage.click(stage.ben, &listed, "More from").await.text();
    for text in [listed.text(), more] {
        assert!(text.contains("3 of the 4 quotes on record by Pia Lund are listed"), "{text}");
        assert_eq!(number(&text, " · asked"), 3, "{text}");
    }
    let outlet = json!({"speaker": "Lund", "outlet": "Coast"});
    let outlet = stage.slash_by(stage.reader(), "said", outlet).await.text();
    assert!(outlet.contains("3 of 4 quotes are in outlets with “Coast”"), "{outlet}");
    assert!(outlet.contains("2 of the 3 quotes on record by Pia Lund are listed"), "{outlet}");
    let who = stage.ask("who is Pia Lund?").await.text();
    assert_eq!(number(&who, " quotes on record"), 4, "{who}");
    let often = stage.ask("how often did Lund mention the bridge?").await.text();
    assert_eq!(number(&often, " quote by Pia Lund"), 1, "{often}");
    let status = stage.slash_by(stage.olga, "status", json!({})).await.text();
    assert!(status.contains("6 articles, 5 different quotes, printed 6 times"), "{status}");
    // The command line says the same about the same articles.
    let line = |words: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rapporteur"));
        command.args(words).arg("--corpus").arg(stage.corpus()).arg("--index");
        command.arg(stage.folder.path().join("other")).env_clear().current_dir(stage.folder.path());
        let output = command.output().expect("runs");
        assert!(output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let plain = line(&["ask", "--speaker", "Lund", "--limit", "1"]);
    assert!(plain.contains("3 of the 4 quotes on record by Pia Lund are listed"), "{plain}");
    let value: serde_json::Value =
        serde_json::from_str(&line(&["ask", "--speaker", "Lund", "--json"])).expect("JSON");
    assert_eq!((&value["total"], &value["on_record"]), (&json!(3), &json!(4)), "{value}");
    assert_eq!(number(&line(&["ask", "who is Pia Lund?"]), " quotes on record"), 4);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn attached_text_files_are_read_and_other_files_are_named() {
    let stage = Stage::with(harbour()).await;
    let quoted = "Lund told the council: “The ferry will sail on Sundays too”. ".to_owned();
    let long = format!("{}{quoted}{}", "They met at noon. ".repeat(80), "Then they left. ".repeat(80));
    let picture =
        File { name: "photo.png".into(), kind: "image/png".into(), description: None, bytes: vec![137; 99] };
    let (note, long) = (File::text("note.txt", &quoted), File::text("message.txt", &long));
    // In the menu, as a message of its own, and as the message replied to.
    let said = stage.sim.attach(stage.ben, stage.channel, "", None, &[picture.clone(), note.clone()]);
    let id = stage
        .sim
        .message_menu(stage.reader(), "Find who said this", said.expect("written"))
        .expect("offered");
    let menu = stage.settled(id).await;
    assert!(menu.ephemeral && menu.text().contains("On record, word for word"), "{}", menu.text());
    assert!(menu.text().starts_with("Not read: photo.png. "), "{}", menu.text());
    let write = async |text: &str, files: &[File]| {
        let said = stage.sim.attach(stage.reader(), stage.channel, &stage.mention(text), None, files);
        let said = said.expect("written");
        super::text(&stage.sim.next_message(stage.channel, said, super::SOON).await.expect("an answer"))
    };
    for text in ["", "who said this?"] {
        let answer = write(text, std::slice::from_ref(&long)).await;
        assert!(
            answer.contains("On record, word for word") && answer.contains("Pia Lund"),
            "{text}: {answer}"
        );
    }
    let question = write("", &[File::text("message.txt", "what did Okafor say about schools?")]).await;
    assert!(question.contains("will be closed this year"), "{question}");
    let own = write("what did Okafor say about schools?", &[note, picture.clone()]).await;
    assert!(own.contains("Not read: note.txt, photo.png.") && own.contains("will be closed"), "{own}");
    let nothing = write("", &[picture, File::text("large.txt", &"word ".repeat(20_000))]).await;
    assert!(nothing.contains("Not read: photo.png, large.txt.") && nothing.contains("Ask me"), "{nothing}");
    let fetched = stage.sim.requests().into_iter().any(|request| request.path.contains("attachments"));
    assert!(!fetched, "without the token, and from nowhere else");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn similar_quotes_are_marked_and_invalid_urls_are_reported() {
    let stage = Stage::with(harbour()).await;
    let near = stage.ask("what did Okafor say about the lighthouse?").await.text();
    assert!(near.contains("Not on record in these words") || near.contains("No quote on record"), "{near}");
    let added = stage.slash_by(stage.olga, "add", json!({"url": "one.example/a b"})).await.text();
    assert!(added.contains("it is not a web address; it must begin with"), "{added}");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_in_another_language_is_answered_from_its_names() {
    let stage = Stage::with(harbour()).await;
    for text in [
        "Що сказав Окафор про школи?",
        "Что говорил Окафор о школах?",
        "Was hat Okafor über die Schulen gesagt?",
        "Qu'a dit Okafor sur les écoles ?",
    ] {
        let named = stage.ask(text).await.text();
        assert!(
            named.contains("Questions are understood in English")
                && named.contains("will be closed this year"),
            "{text}: {named}"
        );
    }
    for text in ["Що сказали про війну й мир?", "Wer hat was über das Wetter gesagt?"] {
        let told = stage.ask(text).await.text();
        assert!(
            told.contains("Questions are understood in English") && !told.contains("No quote"),
            "{text}: {told}"
        );
    }
    stage.end().await;
}

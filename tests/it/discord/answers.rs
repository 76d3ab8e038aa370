//! Commands, suggestions, buttons and the menu, as people see them.

use serde_json::json;

use super::{CANARY, SOON, Setup, Stage, at_once, button, buttons, id_of, is_private, text};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_is_answered_with_the_words_on_record() {
    let stage = Stage::new().await;
    let outcome = stage.ask("What did Ushakov say about territory after the Kremlin talks?").await;
    assert!(outcome.deferred && !outcome.ephemeral);
    let message = outcome.message.as_ref().expect("a message");
    let content = message["content"].as_str().expect("text");
    assert_eq!(message["embeds"], json!([]), "all of it is text");
    let last = content.lines().last().expect("a line");
    let asked = " · asked: What did Ushakov say about territory after the Kremlin talks?";
    assert!(last.starts_with("-# 1") && last.contains(" of ") && last.ends_with(asked), "{content}");
    assert!(content.contains("**Verbatim** · "), "his own words are on the first page: {content}");
    assert!(content.contains("Yuri Ushakov**") && content.contains("\n> "), "{content}");
    assert!(
        content.contains('“') && content.contains("territor") && content.contains("](<https://"),
        "{content}"
    );
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_command_answers() {
    let stage = Stage::new().await;
    let said = stage
        .slash("said", json!({"speaker": "Ushakov", "topic": "territory", "after": "November 2025", "before": "2026-12-31"}))
        .await;
    assert!(said.text().contains("Yuri Ushakov"), "{}", said.text());
    assert!(
        said.text()
            .contains("asked: /said speaker:Ushakov topic:territory after:2025-11-01 before:2026-12-31")
    );
    let outlet = stage.slash("said", json!({"speaker": "Ushakov", "outlet": "No Such Paper"})).await;
    assert!(outlet.text().contains("No quote on record"), "{}", outlet.text());
    let day = stage.slash("said", json!({"speaker": "Ushakov", "after": "soonish"})).await;
    assert!(day.ephemeral && day.text().contains("“soonish” is not a day"), "{}", day.text());
    let who = stage
        .slash(
            "who-said",
            json!({"phrase": "A ceasefire can only come about after the withdrawal of Ukrainian troops"}),
        )
        .await;
    assert!(
        who.text().contains("On record, word for word") && who.text().contains("Ushakov"),
        "{}",
        who.text()
    );
    let misquote = stage
        .slash(
            "who-said",
            json!({"phrase": "A ceasefire can only come about after the retreat of Ukrainian troops"}),
        )
        .await;
    assert!(misquote.text().contains("on record in other words"), "{}", misquote.text());
    assert!(misquote.text().contains("~~retreat~~ **withdrawal**"), "{}", misquote.text());
    let latest = stage.slash("latest", json!({"speaker": "Kallas"})).await;
    assert!(latest.text().contains("Kaja Kallas"), "{}", latest.text());
    let everybody = stage.slash("latest", json!({})).await;
    assert!(everybody.text().contains("/latest"), "{}", everybody.text());
    let id = said.message.as_ref().and_then(|message| {
        let text = message["content"].as_str()?.to_owned();
        Some(text.split_once("](<")?.1.split_once('>')?.0.to_owned())
    });
    let article = stage.slash("article", json!({"article": id.expect("a link")})).await;
    assert!(
        article.text().contains("\n-# 1") && article.text().contains("/article article\\:https"),
        "{}",
        article.text()
    );
    let no_article = stage.slash("article", json!({"article": "https://nowhere.example/1"})).await;
    assert!(no_article.text().contains("No article on record"), "{}", no_article.text());
    for (command, words) in [("help", "exact words on record"), ("privacy", "What I keep")] {
        let page = stage.slash(command, json!({})).await;
        assert!(page.ephemeral && page.text().contains(words), "{}", page.text());
    }
    let nothing = stage.ask(&format!("what did Ushakov say about {CANARY}?")).await;
    assert!(nothing.text().contains("No quote on record by Yuri Ushakov about"), "{}", nothing.text());
    let private = stage
        .slash("ask", json!({"question": "What did Ushakov say about territory?", "private": true}))
        .await;
    assert!(private.ephemeral);
    assert!(
        !stage
            .sim
            .visible_to(stage.ben, stage.channel)
            .iter()
            .any(|seen| seen["id"] == private.message.as_ref().expect("a message")["id"])
    );
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn suggestions_come_while_typing() {
    let stage = Stage::new().await;
    for (command, option, typed, expected) in [
        ("said", "speaker", "usha", "Yuri Ushakov"),
        ("latest", "speaker", "kall", "Kaja Kallas"),
        ("said", "topic", "terr", "territories"),
        ("said", "outlet", "anew", "Anews"),
    ] {
        let mut options = json!({"speaker": "x"});
        options[option] = json!(typed);
        let id =
            stage.sim.autocomplete(stage.ann, stage.channel, command, &options, option).expect("offered");
        let choices = stage.settled(id).await.choices.expect("choices");
        assert!(
            choices.len() <= 25 && choices.iter().any(|choice| choice["value"] == expected),
            "{option} {typed}: {choices:?}"
        );
    }
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_turn_for_the_person_who_asked_and_others_get_their_own() {
    let stage = Stage::new().await;
    let first = stage.slash("said", json!({"speaker": "Zelenskyy"})).await;
    assert!(
        buttons(first.message.as_ref().expect("a message")).iter().all(|(label, _)| !label.starts_with("◀"))
    );
    let second = stage.click(stage.ann, &first, "Next").await;
    assert_eq!(
        id_of(second.message.as_ref().expect("a message")),
        id_of(first.message.as_ref().expect("a message"))
    );
    assert!(second.text().contains("\n-# 4–6 of "), "{}", second.text());
    let back = stage.click(stage.ann, &second, "◀").await;
    assert_eq!(back.text(), first.text());
    let others = stage.click(stage.ben, &back, "Next").await;
    assert!(others.ephemeral && others.text().contains("\n-# 4–6 of "), "{}", others.text());
    let untouched =
        stage.sim.message(id_of(first.message.as_ref().expect("a message"))).expect("still there");
    assert_eq!(text(&untouched), first.text());
    // Ben turns the page of his own message.
    let on = stage.click(stage.ben, &others, "Next").await;
    assert!(is_private(&on) && on.text().contains("\n-# 7–9 of "), "{}", on.text());
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn buttons_show_context_more_and_elsewhere_and_share() {
    let stage = Stage::new().await;
    let question =
        json!({"question": "What did Ushakov say about territory after the Kremlin talks?", "private": true});
    let private = stage.slash("ask", question).await;
    let context = stage.click(stage.ann, &private, "Context").await;
    assert!(
        context.ephemeral && context.text().contains("> ") && context.text().contains("**"),
        "{}",
        context.text()
    );
    let more = stage.click(stage.ann, &private, "More from").await;
    assert!(more.ephemeral && more.text().contains("/latest speaker:Yuri Ushakov"), "{}", more.text());
    let shared = stage.click(stage.ann, &private, "Share").await;
    assert!(!shared.ephemeral);
    let everybody = stage.sim.visible_to(stage.ben, stage.channel);
    let seen = everybody.iter().find(|seen| seen["id"] == shared.message.as_ref().expect("a message")["id"]);
    let seen = seen.expect("Ben sees it");
    assert!(text(seen).contains("Yuri Ushakov") && !buttons(seen).iter().any(|(label, _)| label == "Share"));
    stage.end().await;
}

/// Returns an article in which Angela Lee speaks about the archive, always in the same words.
fn article(id: &str, outlet: &str, day: u8) -> (String, String) {
    let text = format!(
        "+++\nid = \"{id}\"\ntitle = \"Archive to open\"\noutlet = \"{outlet}\"\nurl = \"https://{id}.example/a\"\ndate = 2025-12-{day:02}\n+++\n\n\
         “We will open the archive in May, and not a day later,” said Angela Lee, the mayor.\n"
    );
    (format!("{id}.md"), text)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_quote_elsewhere_is_listed() {
    let articles = vec![article("one", "Coast Gazette", 2), article("two", "Harbour Post", 3)];
    let stage = Stage::with(Setup { articles, ..Setup::default() }).await;
    let answer = stage.ask("what did Lee say about the archive?").await;
    assert!(answer.text().contains("\n-# 1 of 1 "), "{}", answer.text());
    let elsewhere = stage.click(stage.ann, &answer, "Same quote elsewhere (1)").await;
    let other =
        if answer.text().contains("Coast Gazette") { "· Harbour Post ·" } else { "· Coast Gazette ·" };
    assert!(
        elsewhere.ephemeral && elsewhere.text().contains(other) && elsewhere.text().contains("in 2 articles"),
        "{}",
        elsewhere.text()
    );
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_counts_only_other_articles_that_it_may_see() {
    let articles = vec![
        article("one", "Coast Gazette", 2),
        article("two", "Harbour Post", 3),
        article("three", "Valley Echo", 4),
    ];
    let stage = Stage::with(Setup { articles, ..Setup::default() }).await;
    let question = "what did Lee say about the archive?";
    let all = stage.ask(question).await;
    button(all.message.as_ref().expect("a message"), "Same quote elsewhere (2)");
    for outlet in ["Coast Gazette", "Harbour Post"] {
        stage.slash_by(stage.olga, "settings outlet", json!({"outlet": outlet, "allowed": true})).await;
    }
    let some = stage.ask(question).await;
    let elsewhere = stage.click(stage.ann, &some, "Same quote elsewhere (1)").await;
    assert!(!elsewhere.text().contains("Valley Echo"), "{}", elsewhere.text());
    stage.slash_by(stage.olga, "settings outlet", json!({"outlet": "Harbour Post", "allowed": false})).await;
    let alone = stage.ask(question).await;
    assert!(alone.text().contains("Coast Gazette"), "{}", alone.text());
    let shown = buttons(alone.message.as_ref().expect("a message"));
    assert!(!shown.iter().any(|(label, _)| label.starts_with("Same quote")), "{shown:?}");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn old_buttons_work_after_a_restart_and_stale_ones_say_so() {
    let mut stage = Stage::with(Setup { simulator: at_once(), ..Setup::default() }).await;
    let first = stage.slash("said", json!({"speaker": "Zelenskyy"})).await;
    stage.stop().await;
    stage.sim.advance(std::time::Duration::from_secs(90 * 86_400));
    stage.start().await;
    let second = stage.click(stage.ann, &first, "Next").await;
    assert!(second.text().contains("\n-# 4–6 of "), "{}", second.text());
    let context = stage.click(stage.ann, &second, "Context").await;
    assert!(context.text().contains("> "), "{}", context.text());
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_menu_finds_who_said_a_message() {
    let stage = Stage::new().await;
    let said = stage.sim.say(
        stage.ben,
        stage.channel,
        "they wrote “A ceasefire can only come about after the withdrawal of Ukrainian troops” today",
        None,
    );
    let id =
        stage.sim.message_menu(stage.ann, "Find who said this", said.expect("written")).expect("offered");
    let found = stage.settled(id).await;
    assert!(
        found.ephemeral && found.text().contains("word for word") && found.text().contains("Ushakov"),
        "{}",
        found.text()
    );
    let empty = stage.sim.say(stage.ben, stage.channel, "🙂🙂", None).expect("written");
    let id = stage.sim.message_menu(stage.ann, "Find who said this", empty).expect("offered");
    assert!(stage.settled(id).await.text().contains("no words"));
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_work_in_direct_messages_and_where_only_a_person_installed_the_bot() {
    let stage = Stage::new().await;
    let direct = stage.sim.dm(stage.ann);
    let id = stage
        .sim
        .slash(stage.ann, direct, "ask", &json!({"question": "What did Ushakov say about territory?"}))
        .expect("offered");
    assert!(stage.settled(id).await.text().contains("Ushakov"));
    stage.sim.install(stage.ben);
    let far = stage.sim.add_guild_without_bot("Elsewhere", stage.ben);
    let channel = stage.sim.add_channel(far, "general");
    let id = stage.sim.slash(stage.ben, channel, "latest", &json!({"speaker": "Ushakov"})).expect("offered");
    let answer = stage.settled(id).await;
    assert!(answer.text().contains("Ushakov"));
    let id = stage.sim.click(
        stage.ben,
        id_of(answer.message.as_ref().expect("a message")),
        &button(answer.message.as_ref().expect("a message"), "Context"),
    );
    assert!(stage.settled(id.expect("a button")).await.text().contains("> "));
    assert!(stage.sim.slash(stage.ann, direct, "reindex", &json!({})).is_err(), "for servers only");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_are_sent_only_where_they_differ() {
    let mut stage = Stage::with(Setup { simulator: at_once(), ..Setup::default() }).await;
    let puts = |stage: &Stage| stage.sim.requests().iter().filter(|request| request.method == "PUT").count();
    assert_eq!(puts(&stage), 1);
    stage.stop().await;
    stage.start().await;
    assert_eq!(puts(&stage), 1, "the same commands are not sent again");
    assert!(stage.sim.has_command("who-said", SOON).await);
    let ask = stage.sim.commands().into_iter().find(|command| command["name"] == "ask").expect("there");
    assert_eq!(ask["name_localizations"]["uk"], "запитати");
    stage.end().await;
}

//! Positions, rounds of talks and cards of speakers, as people see them.

use serde_json::json;

use super::{Setup, Stage, buttons};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_desk_answers_and_its_pages_turn() {
    let stage = Stage::new().await;
    let positions = stage.slash("positions", json!({"matter": "territory"})).await;
    let content = positions.text();
    assert!(content.starts_with("**Where the parties stand on territory**\n"), "{content}");
    assert!(content.contains("__**Russia**__") && content.contains("Nothing on record: "), "{content}");
    assert!(content.contains("asked: /positions matter:territory"), "{content}");
    let message = positions.message.as_ref().expect("a message");
    assert!(buttons(message).iter().any(|(label, _)| label.starts_with("Context 1")), "{message}");
    let context = stage.click(stage.ben, &positions, "Context 1").await;
    assert!(context.ephemeral, "{}", context.text());
    let next = stage.click(stage.ann, &positions, "Next ▶").await;
    assert!(next.text().contains("__**") && next.text() != content, "{}", next.text());
    let russia = stage.slash("positions", json!({"matter": "territory", "party": "Russia"})).await;
    assert!(!russia.text().contains("__**Ukraine**__"), "{}", russia.text());
    let silent = stage.slash("positions", json!({"matter": "frozen assets", "party": "Brazil"})).await;
    assert!(silent.text().contains("Nothing on record: Brazil."), "{}", silent.text());
    // “This decision” may be on the matter of its article: the party is not silent, and nothing is shown as on it.
    let unclear = stage.slash("positions", json!({"matter": "frozen assets", "party": "Ukraine"})).await;
    let text = unclear.text();
    assert!(text.contains("Quoted in articles about it, but without a word for it: Ukraine."), "{text}");
    assert!(!text.contains("Nothing on record") && !text.contains("over this decision"), "{text}");
    // A fragment is about what its sentence is about, so the party is not silent.
    let troops = stage.slash("positions", json!({"matter": "foreign troops", "party": "Russia"})).await;
    assert!(troops.text().contains("legitimate combat targets"), "{}", troops.text());
    // The only quote of a party is its most relevant, its first and its newest.
    let once = stage.slash("positions", json!({"matter": "frozen assets", "party": "EU"})).await;
    assert!(once.text().contains("__**EU**__"), "{}", once.text());
    let unknown = stage.slash("positions", json!({"matter": "fish"})).await;
    assert!(unknown.text().contains("No single matter matches “fish”"), "{}", unknown.text());
    let round = stage.slash("round", json!({"name": "the Alaska summit"})).await;
    assert!(round.text().contains("Held in Alaska on 15 August 2025."), "{}", round.text());
    let several = stage.slash("round", json!({"name": "Istanbul"})).await;
    assert!(several.text().contains("the second Istanbul round"), "{}", several.text());
    let card = stage.slash("speaker", json!({"name": "ushakov"})).await;
    assert!(
        card.text().contains("**Yuri Ushakov**") && card.text().contains("Speaks for: Russia."),
        "{}",
        card.text()
    );
    let who = stage.ask("who is Ushakov?").await;
    assert!(who.text().contains("Speaks for: Russia.") && who.text().contains("Spoke on"), "{}", who.text());
    stage.end().await;
}

/// Returns the files of a message: name, size and description.
fn files(message: &serde_json::Value) -> Vec<(String, u64, String)> {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let files = message["attachments"].as_array().into_iter().flatten();
    files
        .map(|file| {
            (text(&file["filename"]), file["size"].as_u64().unwrap_or_default(), text(&file["description"]))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pictures_and_lists_come_as_files() {
    let stage = Stage::new().await;
    let timeline = stage.slash("timeline", json!({"party": "Russia", "matter": "territory"})).await;
    let shown = files(timeline.message.as_ref().expect("a message"));
    let [(name, size, alt)] = shown.as_slice() else { panic!("{shown:?}") };
    assert!(name == "timeline.png" && *size > 5000, "{shown:?}");
    assert!(alt.starts_with("Russia on territory: ") && alt.contains("Vladimir Putin"), "{alt}");
    // The embedded Discord stores the file and shows it, as Discord does.
    let kept = &timeline.message.as_ref().expect("a message")["attachments"][0];
    assert_eq!(kept["content_type"], "image/png");
    let picture = reqwest::get(kept["url"].as_str().expect("an address")).await.expect("served");
    assert!(picture.bytes().await.expect("whole").starts_with(b"\x89PNG"));
    assert!(
        timeline.text().contains("asked: /timeline matter:territory party:Russia"),
        "{}",
        timeline.text()
    );
    // The picture counts the same quotes as the card: a headline's quote is that of its article.
    let counted = stage.slash("timeline", json!({"speaker": "Ushakov"})).await;
    let counted = files(counted.message.as_ref().expect("a message"));
    let card = stage.slash("speaker", json!({"name": "Ushakov"})).await.text();
    let on_record =
        card.split(" quotes on record").next().and_then(|before| before.split_whitespace().last());
    let on_record = on_record.expect("a number");
    assert!(counted[0].2.starts_with(&format!("Yuri Ushakov: {on_record} quotes by ")), "{counted:?} {card}");
    let private = stage.slash("timeline", json!({"speaker": "Kallas", "private": true})).await;
    let shared = stage.click(stage.ann, &private, "Share").await;
    assert_eq!(files(shared.message.as_ref().expect("a message")).len(), 1, "{}", shared.text());
    let nobody = stage.slash("timeline", json!({"party": "Spain"})).await;
    assert!(nobody.text().contains("No single party matches “Spain”"), "{}", nobody.text());
    for (as_json, name) in [(false, "quotes.csv"), (true, "quotes.json")] {
        let options = json!({"question": "What did Ushakov say about territory?", "json": as_json});
        let export = stage.slash("export", options).await;
        let shown = files(export.message.as_ref().expect("a message"));
        assert!(shown.len() == 1 && shown[0].0 == name && shown[0].1 > 500, "{shown:?}");
        assert!(export.text().contains("word for word, with speakers and sources."), "{}", export.text());
    }
    let nothing = stage.slash("export", json!({"question": "what did Ushakov say on 3 May 1999?"})).await;
    assert!(nothing.text().contains("No quote on record"), "{}", nothing.text());
    let answer = stage.ask("What did Ushakov say about territory?").await;
    let label = buttons(answer.message.as_ref().expect("a message"))
        .into_iter()
        .map(|(label, _)| label)
        .find(|label| label.starts_with("Context"))
        .expect("a button");
    let context = stage.click(stage.ann, &answer, &label).await;
    let picture = stage.click(stage.ann, &context, "Picture").await;
    let shown = files(picture.message.as_ref().expect("a message"));
    assert!(shown.len() == 1 && shown[0].0 == "quote.png" && shown[0].2.contains("Ushakov"), "{shown:?}");
    stage.end().await;
}

/// No answer of the desk contains what the server's settings exclude, and none is given where the bot may not
/// speak.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_desk_respects_the_settings_of_a_server() {
    let article = |id: &str, outlet: &str, tag: &str, text: &str| {
        let head = format!(
            "+++\nid = \"{id}\"\noutlet = \"{outlet}\"\ndate = 2025-05-02\ntags = [\"{tag}\"]\n+++\n\n"
        );
        (format!("{id}.md"), format!("{head}# Notes {id}\n\n{text}\n"))
    };
    let list = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let articles = vec![
        article(
            "one",
            "Coast Gazette",
            "harbour",
            "“The ferry must stay with the coast,” said Pia Lund, the mayor.",
        ),
        article(
            "two",
            "Valley Echo",
            "harbour",
            "“The ferry is ours since the flood,” said Pia Lund, the mayor.",
        ),
        article(
            "three",
            "Coast Gazette",
            "school",
            "“The ferry can wait for the school,” said Pia Lund, the mayor.",
        ),
        list("people.toml", "[[person]]\nname = \"Pia Lund\"\nside = \"Coast\"\n"),
        list("matters.toml", "[[matter]]\nname = \"ferries\"\nwords = [\"ferry\", \"boats\"]\n"),
        list(
            "rounds.toml",
            "[[round]]\nname = \"the harbour talks\"\nplaces = [\"Northport\"]\nfirst = 2025-05-01\nlast = 2025-05-02\nmet = [\"Coast\"]\n",
        ),
    ];
    let stage = Stage::with(Setup { articles, simulator: super::at_once(), ..Setup::default() }).await;
    for (setting, value) in [("outlet", "Coast Gazette"), ("tag", "harbour")] {
        let options = json!({(setting): value, "allowed": true});
        stage.slash_by(stage.olga, &format!("settings {setting}"), options).await;
    }
    let asked = [
        ("positions", json!({"matter": "ferries"})),
        ("round", json!({"name": "harbour"})),
        ("timeline", json!({"party": "Coast"})),
        ("export", json!({"question": "What did Pia Lund say about the ferry?"})),
        ("check", json!({"quote": "The ferry must stay with the coast", "speaker": "Pia Lund"})),
        ("speaker", json!({"name": "Pia Lund"})),
    ];
    for (command, options) in &asked {
        let outcome = stage.slash_by(stage.reader(), command, options.clone()).await;
        let text = outcome.text();
        assert!(
            !text.contains("flood") && !text.contains("school") && !text.contains("Valley"),
            "{command}: {text}"
        );
        let tells = match *command {
            "timeline" | "export" | "speaker" => text.contains("1 quote"),
            _ => text.contains("must stay with the coast"),
        };
        assert!(tells, "{command}: {text}");
    }
    let hidden = json!({"quote": "The ferry is ours since the flood", "speaker": "Pia Lund"});
    let hidden = stage.slash_by(stage.reader(), "check", hidden).await.text();
    assert!(!hidden.contains("✅") && !hidden.contains("Valley"), "{hidden}");
    let room = stage.sim.add_channel(stage.guild, "bot room");
    let options = json!({"channel": room.to_string(), "allowed": true});
    stage.slash_by(stage.olga, "settings channel", options).await;
    for (command, options) in asked {
        let refused = stage.slash_by(stage.reader(), command, options).await;
        assert!(refused.ephemeral && refused.text().contains(&format!("<#{room}>")), "{}", refused.text());
    }
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_options_are_completed_from_the_lists() {
    let stage = Stage::new().await;
    for (command, option, typed, expected) in [
        ("positions", "matter", "guar", "security guarantees"),
        ("positions", "party", "rus", "Russia"),
        ("positions", "round", "alas", "the Alaska summit"),
        ("round", "name", "moscow", "the Moscow talks of 22 January"),
        ("speaker", "name", "usha", "Yuri Ushakov"),
    ] {
        let mut options = json!({});
        if command == "positions" {
            options["matter"] = json!("territory");
        }
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

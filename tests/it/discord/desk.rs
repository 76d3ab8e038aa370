//! Positions, rounds of talks and cards of speakers, as people see them.

use serde_json::json;

use super::{Stage, buttons};

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
    let unknown = stage.slash("positions", json!({"matter": "fish"})).await;
    assert!(unknown.text().contains("No one matter is called “fish”"), "{}", unknown.text());
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

//! What people read, word for word: messages about a made-up corpus, kept in
//! `tests/data/messages/bot.expected` for review as a diff.

use std::fmt::Write as _;
use std::fs;

use serde_json::{Value, json};

use super::{Setup, Stage, buttons};

fn article(id: &str, head: &str, text: &str) -> (String, String) {
    let text = format!("+++\nid = \"{id}\"\nurl = \"https://gazette.example/{id}\"\n{head}\n+++\n\n{text}\n");
    (format!("{id}.md"), text)
}

fn articles() -> Vec<(String, String)> {
    let long: String = (1..=60).fold(String::new(), |mut text, at| {
        let _ = write!(text, "clause {at} of the lease stays in force, ");
        text
    });
    vec![
        article(
            "archive",
            "title = \"Archive to open *in May*\"\noutlet = \"Coast Gazette\"\ndate = 2025-12-02\ntags = [\"archive\"]",
            "The harbour town has waited for years.\n\n“We will open the archive in May,” said Angela Lee, the mayor, “and not a day later.”\n\n\
             Omar Okafor, who keeps the archive, said that the roof would have to be mended first.",
        ),
        article(
            "archive-again",
            "title = \"Lee: archive in May\"\noutlet = \"Harbour Post\"\ndate = 2025-12-03",
            "“We will open the archive in May, and not a day later,” Angela Lee told reporters on Wednesday.",
        ),
        article(
            "lease",
            "title = \"Lease read out\"\noutlet = \"Coast Gazette\"\ndate = 2025-12-09",
            &format!(
                "“I read the lease to the end: {long}and that is all,” said Marta Duarte, the harbour master."
            ),
        ),
        article(
            "note",
            "title = \"Unsigned\"",
            "The harbour was called “a place of <@1> and **wonder**” by one of them.",
        ),
    ]
}

/// Returns a message in the format of the expected file: everything a reader sees.
fn page(title: &str, message: &Value, private: bool) -> String {
    let mut out = format!("## {title}{}\n", if private { " (only for the person who asked)" } else { "" });
    let embed = &message["embeds"][0];
    let parts = [("content", &message["content"]), ("embed", &embed["footer"]["text"])];
    for (name, value) in parts {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if !value.is_empty() && value != "null" {
            let lines: Vec<String> = value.lines().map(|line| format!("    {line}")).collect();
            let _ = writeln!(out, "{name}\n{}", lines.join("\n"));
        }
    }
    for (label, custom_id) in buttons(message) {
        // The id of a quote is a hash, so only the name is kept.
        let name = custom_id.split('/').next().unwrap_or_default().to_owned();
        let shown =
            if matches!(name.as_str(), "page" | "list" | "share" | "share-list") { custom_id } else { name };
        let _ = writeln!(out, "[{label}] {shown}");
    }
    out
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_read_as_reviewed() {
    let stage = Stage::with(Setup { articles: articles(), ..Setup::default() }).await;
    let mut out = String::new();
    let mut show = |title: &str, outcome: &rapporteur::simulator::Outcome| {
        let message = outcome.message.as_ref().expect("a message");
        out.push_str(&page(title, message, super::is_private(outcome)));
        out.push('\n');
    };
    let direct =
        stage.slash("ask", json!({"question": "what did Lee say about the archive?", "private": true})).await;
    show("a direct quote, asked in private", &direct);
    show("its context", &stage.click(stage.ann, &direct, "Context").await);
    show("the same quote elsewhere", &stage.click(stage.ann, &direct, "Same quote").await);
    show("shared", &stage.click(stage.ann, &direct, "Share").await);
    show("a paraphrase", &stage.slash_by(stage.ben, "said", json!({"speaker": "Okafor"})).await);
    let long =
        stage.slash_by(stage.ben, "ask", json!({"question": "what did Duarte say about the lease?"})).await;
    show("a long quote", &long);
    show("its last part", &stage.click(stage.ben, &long, "Read on").await);
    show(
        "a speaker without a name",
        &stage.slash_by(stage.olga, "article", json!({"article": "note"})).await,
    );
    let exact = json!({"phrase": "open the archive in May"});
    show("words on record", &stage.slash_by(stage.olga, "who-said", exact).await);
    let misquote = json!({"phrase": "We will close the archive in May and not a day later"});
    show("a misquote", &stage.slash_by(stage.olga, "who-said", misquote).await);
    show(
        "words not on record",
        &stage.slash_by(stage.olga, "who-said", json!({"phrase": "The moon is ours"})).await,
    );
    show(
        "nobody of that name",
        &stage.slash_by(stage.olga, "said", json!({"speaker": "Angela Leigh Carter"})).await,
    );
    show(
        "nothing about it",
        &stage.slash_by(stage.olga, "ask", json!({"question": "what did Lee say about whales?"})).await,
    );
    show(
        "how often",
        &stage
            .slash_by(stage.olga, "ask", json!({"question": "how often has Lee mentioned the archive?"}))
            .await,
    );
    show("settings", &stage.slash_by(stage.olga, "settings show", json!({})).await);
    show("a dry run", &stage.slash_by(stage.olga, "reindex", json!({"dry-run": true})).await);
    show("help", &stage.slash("help", json!({})).await);
    show("privacy", &stage.slash("privacy", json!({})).await);
    let expected = crate::root().join("tests/data/messages/bot.expected");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::create_dir_all(expected.parent().expect("a folder")).expect("made");
        fs::write(&expected, &out).expect("written");
    }
    let expected = fs::read_to_string(&expected).expect("UPDATE_EXPECT=1 writes it");
    assert!(out == expected, "another wording; UPDATE_EXPECT=1 and review the diff:\n{out}");
    stage.end().await;
}

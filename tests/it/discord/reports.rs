//! Wrong speaker or words? What a reader can report, how the bot replies, and what the operator sees.

use std::fs;

use serde_json::{Value, json};

use rapporteur::discord::reports::{PERSON, Report, Reports};
use rapporteur::simulator::{Id, Outcome};

use super::{Setup, Stage, buttons};
use crate::cli;

const WRONG: &str = "Wrong speaker or words?";

fn stage() -> Setup {
    let articles = [
        ("pier", "“The pier is safe for the winter,” Omar Okafor said."),
        ("boat", "“The boat to the pier sails in every weather,” Omar Okafor said."),
    ];
    let text = |(id, text): (&str, &str)| {
        let head = format!(
            "+++\nid = \"{id}\"\nurl = \"https://gazette.example/{id}\"\noutlet = \"Coast Gazette\"\ndate = 2025-12-02\n+++\n\n"
        );
        (format!("{id}.md"), format!("{head}# The {id}\n\n{text}\n"))
    };
    Setup { articles: articles.map(text).to_vec(), simulator: super::at_once(), ..Setup::default() }
}

impl Stage {
    fn reports(&self) -> Vec<Report> {
        Reports::of(&self.folder.path().join("settings")).all().expect("they can be read")
    }

    /// Clicks the button on an answer, fills in the form that opens, and sends it.
    async fn report(&self, user: Id, answer: &Outcome, texts: Value) -> Outcome {
        let message = answer.message.as_ref().expect("a message");
        let id = super::id_of(message);
        let clicked = self.sim.click(user, id, &super::button(message, WRONG)).expect("the button is there");
        let form = self.settled(clicked).await.modal.expect("a form opens");
        assert_eq!(form["title"], WRONG);
        let sent = self.sim.modal_submit(user, clicked, &texts).expect("it can be sent");
        self.settled(sent).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_is_kept_and_listed_with_the_entry_that_would_correct_it() {
    let mut stage = Stage::with(stage()).await;
    let options = json!({"phrase": "The pier is safe for the winter"});
    let answer = stage.slash("who-said", options.clone()).await;
    let texts = json!({"wrong": "It was her,\nnot him.", "who": "Angela Lee"});
    let thanks = stage.report(stage.ben, &answer, texts).await;
    assert!(thanks.ephemeral && thanks.text().starts_with("Thank you."), "{}", thanks.text());
    let [report] = stage.reports().try_into().expect("one report");
    assert_eq!((report.article.as_str(), report.speaker.as_deref()), ("pier", Some("Omar Okafor")));
    assert_eq!((report.wrong.as_str(), report.who.as_deref()), ("It was her, not him.", Some("Angela Lee")));
    // The same person again: the earlier report is replaced.
    stage.report(stage.ben, &answer, json!({"wrong": "It was Angela Lee.", "who": "Angela Lee"})).await;
    assert_eq!(stage.reports().len(), 1);

    // While the bot is running, and after a restart.
    fs::write(stage.folder.path().join(".env"), "RAPPORTEUR_SETTINGS=settings\n").expect("written");
    let (status, out, errors) = cli::run(stage.folder.path(), &["reports"], "");
    assert_eq!((status, errors.as_str()), (0, ""));
    assert!(out.contains("reported: It was Angela Lee.") && out.contains("1 waiting."), "{out}");
    let entry =
        out.split_once("[[correction]]").and_then(|(_, rest)| rest.split("\n\n").next()).expect("an entry");
    let entry = format!("[[correction]]{entry}");
    fs::write(stage.corpus().join("corrections.toml"), &entry).expect("written");
    stage.stop().await;
    stage.start().await;
    let corrected = stage.slash("who-said", options).await;
    let content = corrected.text();
    assert!(content.contains("**Angela Lee**") && content.contains("speaker corrected by hand"), "{content}");
    let (_, out, _) = cli::run(stage.folder.path(), &["reports", "--json"], "");
    let line: Value = serde_json::from_str(&out).expect("a line of JSON");
    assert_eq!(
        (line["article"].as_str(), line["correction"].as_str().map(str::trim)),
        (Some("pier"), Some(entry.trim()))
    );
    let id = line["id"].to_string();
    assert!(!out.contains(&stage.ben.to_string()), "nobody is named: {out}");
    let (status, out, _) = cli::run(stage.folder.path(), &["reports", "--done", &id], "");
    assert_eq!((status, stage.reports().len()), (0, 0), "{out}");
    let (status, out, _) = cli::run(stage.folder.path(), &["reports", "--done", &id], "");
    assert!(status == 1 && out.contains("does not exist"), "{out}");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_several_quotes_can_be_reported_and_reports_are_limited() {
    let stage = Stage::with(stage()).await;
    let answer = stage.slash("latest", json!({"speaker": "Okafor"})).await;
    let which = stage.click(stage.ann, &answer, WRONG).await;
    assert!(which.ephemeral && which.text().contains("Of which quote?"), "{}", which.text());
    let message = which.message.as_ref().expect("a message");
    let labels: Vec<String> = buttons(message).into_iter().map(|(label, _)| label).collect();
    assert_eq!(labels, ["Quote 1", "Quote 2"]);
    for label in &labels {
        let clicked =
            stage.sim.click(stage.ann, super::id_of(message), &super::button(message, label)).expect("there");
        assert!(stage.settled(clicked).await.modal.is_some());
        let empty = stage.sim.modal_submit(stage.ann, clicked, &json!({})).expect("it can be sent");
        assert!(stage.settled(empty).await.text().contains("what is wrong"));
        let sent =
            stage.sim.modal_submit(stage.ann, clicked, &json!({"wrong": label})).expect("it can be sent");
        assert!(stage.settled(sent).await.text().starts_with("Thank you."));
    }
    let articles: Vec<String> = stage.reports().into_iter().map(|report| report.article).collect();
    assert!(articles.len() == 2 && articles[0] != articles[1], "{articles:?}");
    assert!(articles.len() < PERSON);
    let context = stage.click(stage.ann, &answer, "Context 1").await;
    let again = stage.report(stage.ann, &context, json!({"wrong": "The words."})).await;
    assert!(again.text().starts_with("Thank you."), "{}", again.text());
    assert_eq!(stage.reports().len(), 2, "the same quote");
    stage.end().await;
}

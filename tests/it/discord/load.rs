//! Many at once.

use std::io::Write as _;

use serde_json::json;

use super::{SOON, Stage, long};

/// Many people ask at the same time: all are acknowledged in time and answered, and only the one who floods
/// is slowed down.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_is_answered_and_a_flood_is_slowed_down() {
    let people = if long() { 100 } else { 15 };
    let stage = Stage::new().await;
    let crowd: Vec<_> = (0..people).map(|at| stage.sim.add_user(&format!("reader {at}"))).collect();
    let mut asked = Vec::new();
    for person in &crowd {
        stage.sim.join(*person, stage.guild);
    }
    for round in 0..10 {
        for person in &crowd {
            let question =
                json!({"question": format!("what did Ushakov say about territory in round {round}?")});
            asked.push(stage.sim.slash(*person, stage.channel, "ask", &question).expect("offered"));
        }
    }
    let flood: Vec<_> = (0..50)
        .map(|_| {
            stage
                .sim
                .slash(stage.ben, stage.channel, "ask", &json!({"question": "what did Trump say?"}))
                .expect("offered")
        })
        .collect();
    let mut waits = Vec::new();
    for id in asked {
        let outcome = stage.sim.settled(id, SOON).await;
        assert!(outcome.settled && !outcome.text().contains("Please wait"), "{outcome:?}");
        waits.push(outcome.acknowledged_after.expect("acknowledged"));
    }
    let mut refused = 0;
    for id in flood {
        refused += usize::from(stage.sim.settled(id, SOON).await.text().contains("Please wait"));
    }
    assert!(refused >= 30, "{refused} of 50 were slowed down");
    waits.sort_unstable();
    let _ = writeln!(
        std::io::stderr(),
        "{} questions: acknowledged after {} ms at most, {} ms at half",
        waits.len(),
        waits[waits.len() - 1],
        waits[waits.len() / 2]
    );
    // Discord waits three seconds; the embedded one rejects anything later.
    assert!(waits[waits.len() - 1] < 3000, "{waits:?}");
    stage.end().await;
}

/// One question after another: the time from the command to the complete answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_takes_milliseconds() {
    let rounds = if long() { 1000 } else { 30 };
    let stage = Stage::new().await;
    let mut took = Vec::new();
    for round in 0..rounds {
        let begun = std::time::Instant::now();
        let who = ["Ushakov", "Trump", "Zelenskyy", "Kallas", "Rubio"][round % 5];
        stage.ask(&format!("what did {who} say about territory?")).await;
        took.push(begun.elapsed().as_millis());
    }
    took.sort_unstable();
    let at = |share: usize| took[(took.len() - 1) * share / 100];
    let _ =
        writeln!(std::io::stderr(), "{rounds} answers: {} ms at half, {} ms at 99 in 100", at(50), at(99));
    stage.end().await;
}

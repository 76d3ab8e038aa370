//! Mentions, replies, threads and direct messages.

use std::time::Duration;

use super::{SOON, Stage, id_of, text};

/// Long enough for an answer that must not come.
const A_WHILE: Duration = Duration::from_millis(700);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mention_asks_and_a_reply_follows_up() {
    let stage = Stage::new().await;
    let asked = stage.mention("what did Ushakov say about territory?");
    let answer = stage.say(stage.ann, stage.channel, &asked, None).await;
    assert!(text(&answer).contains("Yuri Ushakov"), "{}", text(&answer));
    assert!(answer["message_reference"]["message_id"].is_string(), "it is a reply");
    let more = stage
        .say(
            stage.ann,
            stage.channel,
            "and what did he say about the American proposals?",
            Some(id_of(&answer)),
        )
        .await;
    let shown = text(&more);
    assert!(
        shown.contains("Yuri Ushakov") && shown.contains("earlier: what did Ushakov say about territory?"),
        "{shown}"
    );
    // A page of a follow-up keeps the earlier questions.
    if let Some((_, custom_id)) =
        super::buttons(&more).into_iter().find(|(label, _)| label.starts_with("Next"))
    {
        let id = stage.sim.click(stage.ann, id_of(&more), &custom_id).expect("a button");
        assert!(stage.settled(id).await.text().contains("Yuri Ushakov"));
    }
    let bare = stage.say(stage.ben, stage.channel, &stage.mention(""), None).await;
    assert!(text(&bare).contains("Ask me who said what"), "{}", text(&bare));
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn threads_and_direct_messages_are_conversations() {
    let stage = Stage::new().await;
    let thread = stage.sim.add_thread(stage.channel, "territory", stage.ann);
    let first =
        stage.say(stage.ann, thread, &stage.mention("what did Ushakov say about territory?"), None).await;
    assert!(text(&first).contains("Yuri Ushakov"));
    let second = stage
        .say(stage.ben, thread, &stage.mention("and what did he say about the American proposals?"), None)
        .await;
    assert!(text(&second).contains("Yuri Ushakov"), "{}", text(&second));
    let direct = stage.sim.dm(stage.ann);
    let first = stage.say(stage.ann, direct, "what did Ushakov say about territory?", None).await;
    assert!(text(&first).contains("Yuri Ushakov"));
    let second =
        stage.say(stage.ann, direct, "and what did he say about the American proposals?", None).await;
    assert!(text(&second).contains("Yuri Ushakov"), "{}", text(&second));
    // Hours later, "he" no longer refers to anybody.
    stage.sim.advance(Duration::from_secs(3 * 3600));
    let later = stage.say(stage.ann, direct, "what did Kallas say about concessions?", None).await;
    assert!(!text(&later).contains("earlier: "), "{}", text(&later));
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_meant_for_the_bot_is_left_alone() {
    let stage = Stage::new().await;
    let chat = stage
        .sim
        .say(stage.ann, stage.channel, "what did Ushakov say about territory?", None)
        .expect("written");
    assert!(stage.sim.next_message(stage.channel, chat, A_WHILE).await.is_none());
    let other = stage.sim.add_bot_user("other bot");
    stage.sim.join(other, stage.guild);
    let said =
        stage.sim.say(other, stage.channel, &stage.mention("what did Ushakov say?"), None).expect("written");
    assert!(stage.sim.next_message(stage.channel, said, A_WHILE).await.is_none(), "bots are not answered");
    let everyone =
        stage.sim.say(stage.olga, stage.channel, "@everyone what did Ushakov say?", None).expect("written");
    assert!(stage.sim.next_message(stage.channel, everyone, A_WHILE).await.is_none());
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_the_bot_may_not_write_it_says_so_where_it_can() {
    use rapporteur::simulator::permission::{EMBED_LINKS, SEND_MESSAGES};
    let stage = Stage::new().await;
    let question = stage.mention("what did Ushakov say about territory?");
    stage.sim.deny_bot(stage.channel, EMBED_LINKS);
    let plain = stage.say(stage.ann, stage.channel, &question, None).await;
    assert!(text(&plain).contains("Yuri Ushakov"), "{}", text(&plain));
    let mute = stage.sim.add_channel(stage.guild, "mute");
    stage.sim.deny_bot(mute, SEND_MESSAGES);
    let direct = stage.sim.dm(stage.ann);
    let said = stage.sim.say(stage.ann, mute, &question, None).expect("written");
    let note = stage.sim.next_message(direct, said, SOON).await.expect("a direct message");
    assert!(
        text(&note).contains("I may not write in") && text(&note).contains("Yuri Ushakov"),
        "{}",
        text(&note)
    );
    stage.sim.set_dms_closed(stage.ben, true);
    stage.sim.say(stage.ben, mute, &question, None).expect("written");
    let given_up = |request: &rapporteur::simulator::Request| {
        request.path.contains("/messages")
            && request.status == 403
            && request.body.get("message_reference").is_none()
    };
    assert!(stage.sim.requested(SOON, given_up).await, "it ends at the closed door");
    // This test provokes refusals for lack of permission.
    stage.sim.take_faults();
    stage.end().await;
}

//! What people expect of a bot on Discord besides its answers: that answers survive changes around them, and
//! that the bot speaks only where, and to whom, it should.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde_json::{Value, json};

use rapporteur::discord::Work;
use rapporteur::simulator::permission::{
    EMBED_LINKS, MANAGE_MESSAGES, READ_MESSAGE_HISTORY, SEND_MESSAGES_IN_THREADS,
};
use rapporteur::simulator::{Id, Request, Simulator};

use super::{SOON, Setup, Stage, at_once, button, buttons, id_of, is_private, text};

/// Long enough for an answer that must not come.
const A_WHILE: Duration = Duration::from_millis(700);

const QUESTION: &str = "what did Ushakov say about territory?";

fn content(message: &Value) -> &str {
    message["content"].as_str().unwrap_or_default()
}

/// Returns articles in which Angela Lee speaks about the archive `count` times, and once about the harbour
/// together with Marta Duarte.
fn articles(count: usize) -> Vec<(String, String)> {
    let article = |id: &str, day: usize, text: &str| {
        let head = format!("id = \"{id}\"\ntitle = \"Notes of day {day}\"\noutlet = \"Coast Gazette\"");
        let text = format!(
            "+++\n{head}\nurl = \"https://gazette.example/{id}\"\ndate = 2025-12-{day:02}\n+++\n\n{text}\n"
        );
        (format!("{id}.md"), text)
    };
    let said = [
        "The archive hall needs a new floor before spring",
        "We will open the archive in May",
        "Nobody has paid for the roof of the archive yet",
        "Children may visit the archive free of charge",
        "I have never lost a letter from the archive",
        "The archive smells of salt and old rope",
        "Every map in the archive is worth a voyage",
    ];
    let mut out: Vec<_> = (0..count)
        .map(|at| {
            let text = format!("“{},” said Angela Lee, the mayor.", said[at % said.len()]);
            article(&format!("archive-{at}"), at + 1, &text)
        })
        .collect();
    let both = "“The harbour will be dredged twice,” said Angela Lee, the mayor. “No harbour was ever dredged twice,” said Marta Duarte, the harbour master.";
    out.push(article("harbour", 20, both));
    out
}

async fn archive(count: usize) -> Stage {
    Stage::with(Setup { articles: articles(count), ..Setup::default() }).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn buttons_work_without_the_embed_and_after_fifteen_minutes() {
    let stage = Stage::new().await;
    stage.sim.deny_bot(stage.channel, EMBED_LINKS);
    let slash = stage.slash("said", json!({"speaker": "Zelenskyy"})).await;
    let slash = slash.message.expect("a message");
    let mention = stage.say(stage.ann, stage.channel, &stage.mention("what did Zelenskyy say?"), None).await;
    for message in [slash, mention] {
        assert!(content(&message).contains("Zelensky**") && content(&message).contains("\n> "), "{message}");
        assert!(content(&message).contains("](<https://"), "{message}");
        stage.sim.remove_embeds(id_of(&message));
        stage.sim.add_thread_on(id_of(&message), "about it", stage.ben);
        stage.sim.advance(Duration::from_secs(20 * 60));
        let next = stage.sim.click(stage.ann, id_of(&message), &button(&message, "Next")).expect("there");
        let next = stage.settled(next).await;
        assert!(next.text() != text(&message) && !is_private(&next), "{}", next.text());
        assert!(next.text().contains("Zelensky**"), "{}", next.text());
        let context = stage.sim.click(
            stage.ben,
            id_of(&message),
            &button(next.message.as_ref().expect("there"), "Context"),
        );
        let context = stage.settled(context.expect("there")).await;
        assert!(is_private(&context) && context.text().contains("Zelensky**"), "{}", context.text());
    }
    stage.end().await;
}

/// A question that is too long to fit next to its answer is in an embed; without the embed, the truncated
/// question in the text is asked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_question_can_be_read_back_with_and_without_its_embed() {
    let stage = Stage::new().await;
    let question = format!("What did Zelenskyy say about territory{}?", " and territories".repeat(45));
    let answer = stage.slash("ask", json!({"question": question})).await;
    let message = answer.message.as_ref().expect("a message");
    assert_eq!(message["embeds"].as_array().map(Vec::len), Some(1), "{message}");
    let next = stage.click(stage.ann, &answer, "Next").await;
    assert!(next.text().contains("Zelenskyy"), "{}", next.text());
    stage.sim.remove_embeds(id_of(message));
    let on = stage.click(stage.ann, &next, "Next").await;
    assert!(on.text().contains("Zelenskyy"), "{}", on.text());
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_has_three_quotes_or_one_if_one_is_asked_for() {
    let stage = archive(7).await;
    let first = stage.ask("what did Lee say about the archive?").await;
    let shown = first.text();
    for number in 1..=3 {
        assert!(shown.contains(&format!("**{number}. Angela Lee**")), "{shown}");
    }
    assert!(shown.contains("\n-# 1–3 of 7 · asked: ") && !shown.contains("**4. "), "{shown}");
    let context = stage.click(stage.ben, &first, "Context 2").await;
    assert!(is_private(&context), "{}", context.text());
    let second = shown.split("**2. ").nth(1).and_then(|rest| rest.lines().nth(1)).expect("a quote");
    let words: Vec<&str> = second.split(' ').skip(2).take(1).collect();
    assert!(context.text().contains(words[0].trim_matches('*')), "{second}\n{}", context.text());
    button(context.message.as_ref().expect("a message"), "More from this speaker");
    let one = stage.ask("show me one quote by Lee about the archive").await;
    assert!(one.text().contains("\n-# 1 of 7 · ") && !one.text().contains("**1. "), "{}", one.text());
    let both = stage.ask("what did Lee and Duarte say about the harbour?").await;
    assert!(
        both.text().contains(". Angela Lee**") && both.text().contains(". Marta Duarte**"),
        "{}",
        both.text()
    );
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_person_who_asked_and_moderators_can_delete_an_answer() {
    let stage = archive(1).await;
    let question = "what did Lee say about the archive?";
    let role = stage.sim.add_role(stage.guild, "moderator", MANAGE_MESSAGES);
    let moderator = stage.reader();
    stage.sim.give_role(moderator, stage.guild, role);
    for who in [stage.ann, moderator] {
        let slash = stage.slash("ask", json!({"question": question})).await.message.expect("a message");
        let mention = stage.say(stage.ann, stage.channel, &stage.mention(question), None).await;
        for message in [slash, mention] {
            let id = id_of(&message);
            let delete = button(&message, "Delete");
            let other = stage.settled(stage.sim.click(stage.ben, id, &delete).expect("there")).await;
            assert!(
                is_private(&other) && other.text().contains("Only the person who asked"),
                "{}",
                other.text()
            );
            assert!(stage.sim.message(id).is_some());
            stage.sim.click(who, id, &delete).expect("there");
            let is_gone = |request: &Request| request.method == "DELETE" && request.status == 204;
            assert!(stage.sim.requested(SOON, is_gone).await);
            for _ in 0..200 {
                if stage.sim.message(id).is_none() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            assert!(stage.sim.message(id).is_none(), "deleted");
        }
    }
    let private = stage.slash("ask", json!({"question": question, "private": true})).await;
    assert!(!buttons(private.message.as_ref().expect("there")).iter().any(|(label, _)| label == "Delete"));
    stage.end().await;
}

/// Waits until the text of a message contains `words`.
async fn holds(stage: &Stage, message: Id, words: &str) -> bool {
    for _ in 0..300 {
        if stage.sim.message(message).is_some_and(|message| text(&message).contains(words)) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edited_question_updates_its_answer_for_some_minutes() {
    let stage = archive(1).await;
    stage.slash_by(stage.olga, "settings cooldown", json!({"seconds": 600})).await;
    let asked = stage.mention("what did Lee say about the archive?");
    let said = stage.sim.say(stage.ann, stage.channel, &asked, None).expect("written");
    let answer = stage.sim.next_message(stage.channel, said, SOON).await.expect("an answer");
    stage
        .sim
        .rewrite(stage.ann, said, &stage.mention("what did Duarte say about the harbour?"))
        .expect("hers");
    assert!(holds(&stage, id_of(&answer), "Marta Duarte").await, "in the same place");
    assert!(stage.sim.next_message(stage.channel, id_of(&answer), A_WHILE).await.is_none(), "and only there");
    // A message that mentions the bot only after an edit is a new question.
    let late = stage
        .sim
        .say(stage.ben, stage.channel, "what did Lee say about the archive?", None)
        .expect("written");
    stage.sim.rewrite(stage.ben, late, &asked).expect("his");
    let answer = stage.sim.next_message(stage.channel, late, SOON).await.expect("an answer");
    assert!(content(&answer).contains("Angela Lee"), "{answer}");
    stage.sim.advance(Duration::from_secs(11 * 60));
    stage
        .sim
        .rewrite(stage.ben, late, &stage.mention("what did Duarte say about the harbour?"))
        .expect("his");
    assert!(!holds(&stage, id_of(&answer), "Marta Duarte").await, "after minutes it stays as it is");
    // Deleting a question or an answer causes no errors.
    stage.sim.delete_message(said);
    stage.sim.delete_message(late);
    tokio::time::sleep(A_WHILE).await;
    assert!(stage.sim.message(id_of(&answer)).is_some(), "deleting the question deletes nothing else");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_after_a_restart_updates_the_existing_answer() {
    let mut stage =
        Stage::with(Setup { simulator: at_once(), articles: articles(1), ..Setup::default() }).await;
    let said = stage
        .sim
        .say(stage.ann, stage.channel, &stage.mention("what did Lee say about the archive?"), None)
        .expect("written");
    let answer = stage.sim.next_message(stage.channel, said, SOON).await.expect("an answer");
    stage.sim.say(stage.ben, stage.channel, "good to know", None).expect("written");
    stage.stop().await;
    stage.start().await;
    stage
        .sim
        .rewrite(stage.ann, said, &stage.mention("what did Duarte say about the harbour?"))
        .expect("hers");
    assert!(holds(&stage, id_of(&answer), "Marta Duarte").await, "in the same place");
    assert!(stage.sim.next_message(stage.channel, id_of(&answer), A_WHILE).await.is_none(), "and only there");
    // If the bot may not search for its answer, it does not write a second one.
    stage.stop().await;
    stage.start().await;
    stage.sim.deny_bot(stage.channel, READ_MESSAGE_HISTORY);
    stage.sim.rewrite(stage.ann, said, &stage.mention("what did Lee say about the archive?")).expect("hers");
    assert!(stage.sim.next_message(stage.channel, id_of(&answer), A_WHILE).await.is_none());
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_after_its_interaction_expired_is_sent_another_way() {
    // From some moment on, tokens expire as soon as an answer is looked up.
    let sim: Arc<OnceLock<Simulator>> = Arc::default();
    let of_probe = Arc::clone(&sim);
    let probe = move |work: Work| {
        if let (Work::Answer | Work::Click, Some(sim)) = (work, of_probe.get()) {
            sim.advance(Duration::from_secs(16 * 60));
        }
    };
    let setup = Setup { articles: articles(7), probe: Some(Arc::new(probe)), ..Setup::default() };
    let stage = Stage::with(setup).await;
    let question = json!({"question": "what did Lee say about the archive?"});
    let first = stage.slash("ask", question.clone()).await;
    let first = first.message.expect("a message");
    assert!(sim.set(stage.sim.clone()).is_ok());
    let direct = stage.sim.dm(stage.ann);
    // Turning a page changes it in place.
    stage.sim.click(stage.ann, id_of(&first), &button(&first, "Next")).expect("there");
    assert!(holds(&stage, id_of(&first), "\n-# 4–6 of 7").await);
    // An answer for everybody is posted; one for a single person goes to that person.
    let asked = stage.sim.slash(stage.ann, stage.channel, "ask", &question).expect("offered");
    let posted = stage.sim.next_message(stage.channel, asked, SOON).await.expect("a message");
    assert!(content(&posted).starts_with(&format!("<@{}>, this took longer", stage.ann)), "{posted}");
    assert!(content(&posted).contains("Angela Lee") && stage.sim.pinged(id_of(&posted)).0.is_empty());
    let second = stage.sim.message(id_of(&first)).expect("there");
    let context = stage.sim.click(stage.ann, id_of(&first), &button(&second, "Context")).expect("there");
    let told = stage.sim.next_message(direct, context, SOON).await.expect("a direct message");
    assert!(content(&told).contains("so it comes here") && content(&told).contains("Angela Lee"), "{told}");
    // This test provokes expired tokens.
    stage.sim.take_faults();
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_allowed_category_includes_everything_in_it() {
    let stage = archive(1).await;
    let category = stage.sim.add_category(stage.guild, "newsroom");
    let room = stage.sim.add_channel(stage.guild, "questions");
    let forum = stage.sim.add_forum(stage.guild, "stories");
    for channel in [room, forum] {
        stage.sim.move_into(channel, category);
    }
    let allow = json!({"channel": category.to_string(), "allowed": true});
    stage.slash_by(stage.olga, "settings channel", allow).await;
    let question = "what did Lee say about the archive?";
    let thread = stage.sim.add_thread(room, "archive", stage.ann);
    let post = stage.sim.add_thread(forum, "archive", stage.ann);
    let role = stage.sim.bot_role(stage.guild).expect("a role");
    for place in [room, thread, post] {
        let id =
            stage.sim.slash(stage.reader(), place, "ask", &json!({"question": question})).expect("offered");
        let slash = stage.settled(id).await;
        assert!(!slash.ephemeral && slash.text().contains("Angela Lee"), "{}", slash.text());
        let answer = stage.say(stage.ann, place, &stage.mention(question), None).await;
        assert!(content(&answer).contains("Angela Lee"), "{answer}");
        let reply =
            stage.say(stage.ann, place, "what did Lee say about the harbour?", Some(id_of(&answer))).await;
        assert!(content(&reply).contains("Angela Lee"), "{reply}");
        let hint = stage.say(stage.ann, place, &format!("<@&{role}> {question}"), None).await;
        assert!(content(&hint).contains("Mention me by name"), "{hint}");
        let context = stage.sim.click(stage.ben, id_of(&answer), &button(&answer, "Context")).expect("there");
        assert!(stage.settled(context).await.text().contains("Angela Lee"));
    }
    let other = stage.sim.add_thread(stage.channel, "elsewhere", stage.ann);
    for place in [stage.channel, other] {
        let id =
            stage.sim.slash(stage.reader(), place, "ask", &json!({"question": question})).expect("offered");
        let refused = stage.settled(id).await;
        assert!(
            refused.ephemeral && refused.text().contains(&format!("<#{category}>")),
            "{}",
            refused.text()
        );
        let said = stage.sim.say(stage.ann, place, &stage.mention(question), None).expect("written");
        assert!(stage.sim.next_message(place, said, A_WHILE).await.is_none());
    }
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mention_of_the_bots_role_is_a_mention_of_the_bot() {
    let stage = archive(1).await;
    let own = stage.sim.bot_role(stage.guild).expect("a role");
    let hint = stage.say(stage.ann, stage.channel, &format!("<@&{own}> what did Lee say?"), None).await;
    assert!(content(&hint).contains("Mention me by name, <@"), "{hint}");
    let (users, roles, _) = stage.sim.pinged(id_of(&hint));
    assert!(users.is_empty() && roles.is_empty());
    let both = format!("<@&{own}> {}", stage.mention("what did Lee say about the archive?"));
    let answer = stage.say(stage.ann, stage.channel, &both, None).await;
    assert!(content(&answer).ends_with("asked: what did Lee say about the archive?"), "{answer}");
    let other = stage.sim.add_role(stage.guild, "bots", 0);
    let said = stage.sim.say(stage.ann, stage.channel, &format!("<@&{other}> hello"), None).expect("written");
    assert!(stage.sim.next_message(stage.channel, said, A_WHILE).await.is_none());
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thread_on_an_answer_continues_its_question() {
    let stage = archive(2).await;
    let slash = stage.slash("said", json!({"speaker": "Angela Lee", "topic": "archive"})).await;
    let slash = slash.message.expect("a message");
    let asked = stage.mention("what did Lee say about the archive?");
    let said = stage.sim.say(stage.ann, stage.channel, &asked, None).expect("written");
    let answer = stage.sim.next_message(stage.channel, said, SOON).await.expect("an answer");
    // Hours later, whoever writes in the thread still refers to it.
    stage.sim.advance(Duration::from_secs(5 * 3600));
    for starter in [id_of(&slash), id_of(&answer), said] {
        let thread = stage.sim.add_thread_on(starter, "more", stage.ben);
        let more = stage
            .say(stage.ben, thread, &stage.mention("and what did she say about the harbour?"), None)
            .await;
        assert!(
            content(&more).contains("will be dredged twice") && !content(&more).contains("Marta"),
            "{more}"
        );
        let question = json!({"question": "and what did she say about the archive?"});
        let id = stage.sim.slash(stage.reader(), thread, "ask", &question).expect("offered");
        let slash = stage.settled(id).await;
        assert!(
            slash.text().contains("Angela Lee**") && slash.text().contains("earlier: "),
            "{}",
            slash.text()
        );
    }
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_automod_blocks_is_shown_only_to_the_person_who_asked() {
    let stage = archive(7).await;
    let question = "what did Lee say about the archive?";
    let first = stage.ask(question).await;
    stage.sim.set_automod(stage.guild, &["archive"]);
    let seen = |stage: &Stage| stage.sim.visible_to(stage.ben, stage.channel).len();
    let before = seen(&stage);
    let id =
        stage.sim.slash(stage.ann, stage.channel, "ask", &json!({"question": question})).expect("offered");
    let outcome = stage.sim.settled(id, SOON).await;
    assert!(outcome.message.is_none(), "nothing in public: {outcome:?}");
    let answered = |request: &Request| request.body["flags"] == 64 && request.status == 200;
    assert!(stage.sim.requested(SOON, answered).await);
    let follow_up = stage.sim.outcome(id).follow_ups.pop().expect("a follow-up");
    assert!(content(&follow_up).starts_with("AutoMod on this server"), "{follow_up}");
    assert!(content(&follow_up).contains("**1. Angela Lee**"), "{follow_up}");
    assert_eq!(seen(&stage), before);
    // A click on an earlier answer does not change it.
    let message = first.message.as_ref().expect("a message");
    let asker = stage.reader();
    let next = stage.sim.click(asker, id_of(message), &button(message, "Next")).expect("there");
    assert!(is_private(&stage.settled(next).await));
    let said = stage.sim.say(stage.ann, stage.channel, &stage.mention(question), None).expect("written");
    let direct = stage.sim.dm(stage.ann);
    let answer = stage.sim.next_message(direct, said, SOON).await.expect("a direct message");
    assert!(content(&answer).contains("AutoMod") && content(&answer).contains("Angela Lee"), "{answer}");
    assert!(stage.sim.next_message(stage.channel, said, A_WHILE).await.is_none());
    stage.sim.set_dms_closed(stage.ben, true);
    let line = stage.say(stage.ben, stage.channel, &stage.mention(question), None).await;
    assert!(content(&line).contains("AutoMod") && !content(&line).contains("archive"), "{line}");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_permission_the_answer_is_sent_another_way() {
    let stage = archive(1).await;
    let question = stage.mention("what did Lee say about the archive?");
    stage.sim.deny_bot(stage.channel, READ_MESSAGE_HISTORY);
    let plain = stage.say(stage.ann, stage.channel, &question, None).await;
    assert!(content(&plain).contains("Angela Lee") && plain["message_reference"].is_null(), "{plain}");
    stage.sim.deny_bot(stage.channel, SEND_MESSAGES_IN_THREADS);
    let thread = stage.sim.add_thread(stage.channel, "archive", stage.ann);
    let direct = stage.sim.dm(stage.ann);
    let said = stage.sim.say(stage.ann, thread, &question, None).expect("written");
    let answer = stage.sim.next_message(direct, said, SOON).await.expect("a direct message");
    assert!(content(&answer).starts_with(&format!("I may not write in <#{thread}>")), "{answer}");
    assert!(content(&answer).contains("Angela Lee"), "{answer}");
    stage.sim.set_dms_closed(stage.ben, true);
    stage.sim.say(stage.ben, thread, &question, None).expect("written");
    let sign = |request: &Request| request.method == "PUT" && request.path.contains("/reactions/");
    assert!(stage.sim.requested(SOON, sign).await, "not silence");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cooldown_applies_to_new_questions_and_is_reported_privately() {
    let stage = archive(7).await;
    stage.slash_by(stage.olga, "settings cooldown", json!({"seconds": 600})).await;
    let question = json!({"question": "what did Lee say about the archive?"});
    let first = stage.slash("ask", question.clone()).await;
    let next = stage.click(stage.ann, &first, "Next").await;
    assert!(next.text().contains("\n-# 4–6 of 7 "), "{}", next.text());
    for label in ["Context", "More from"] {
        let shown = stage.click(stage.ann, &next, label).await;
        assert!(shown.text().contains("Angela Lee**"), "{}", shown.text());
    }
    let refused = stage.slash("ask", question).await;
    assert!(refused.ephemeral && refused.text().contains("Please wait"), "{}", refused.text());
    let direct = stage.sim.dm(stage.ann);
    let ask = || stage.sim.say(stage.ann, stage.channel, &stage.mention("what did Lee say?"), None);
    let said = ask().expect("written");
    assert!(stage.sim.next_message(direct, said, SOON).await.is_some(), "told");
    ask().expect("written");
    assert!(stage.sim.next_message(stage.channel, said, A_WHILE).await.is_none(), "not in public");
    let told = stage.sim.visible_to(stage.ann, direct);
    assert_eq!(told.len(), 1, "once: {told:?}");
    assert!(content(&told[0]).contains("Please wait"), "{told:?}");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_of_one_server_from_an_earlier_version_are_removed() {
    let mut stage =
        Stage::with(Setup { simulator: at_once(), articles: articles(1), ..Setup::default() }).await;
    stage.stop().await;
    let url = format!(
        "{}/api/v10/applications/{}/guilds/{}/commands",
        stage.sim.base(),
        stage.sim.application(),
        stage.guild
    );
    let stale = json!([{"name": "quote", "description": "An old command", "type": 1}]);
    let request =
        reqwest::Client::new().put(url).header("Authorization", format!("Bot {}", stage.sim.token()));
    let sent = request.header("Content-Type", "application/json").body(stale.to_string()).send().await;
    assert!(sent.expect("answers").status().is_success());
    let is_there = |stage: &Stage| stage.sim.commands().iter().any(|command| command["name"] == "quote");
    assert!(is_there(&stage));
    stage.start().await;
    for _ in 0..300 {
        if !is_there(&stage) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(!is_there(&stage), "removed");
    assert!(stage.sim.commands().iter().any(|command| command["name"] == "ask"), "and nothing else");
    stage.end().await;
}

/// Also asks in the bundled corpus, so that not everything here depends on made-up articles.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_in_a_thread_on_an_answer_follows_up() {
    let stage = Stage::new().await;
    let answer = stage.say(stage.ann, stage.channel, &stage.mention(QUESTION), None).await;
    let thread = stage.sim.add_thread_on(id_of(&answer), "more", stage.ann);
    let more = stage
        .say(stage.ben, thread, &stage.mention("and what did he say about the American proposals?"), None)
        .await;
    assert!(content(&more).contains("Yuri Ushakov"), "{more}");
    stage.end().await;
}

//! Interactions: acknowledged, deferred, filled in, edited, followed up, too late.

use std::time::Duration;

use serde_json::{Value, json};

use super::peer::{Bot, LONG, commands, text};

fn deferral(ephemeral: bool) -> Value {
    json!({"type": 5, "data": {"flags": if ephemeral { 64 } else { 0 }}})
}

#[tokio::test]
async fn a_deferred_answer_is_filled_by_an_edit() {
    let mut bot = Bot::with_commands(commands()).await;
    let (id, interaction) = bot.asked().await;
    assert_eq!(interaction["data"]["options"][0]["value"], "what did Angela Lee say about the archive?");
    assert_eq!(bot.callback(&interaction, &deferral(false)).await.status, 204);
    let thinking = bot.simulator.outcome(id);
    assert!(!thinking.settled && thinking.deferred);
    let answer =
        bot.hook("PATCH", &interaction, "/messages/@original", &json!({"content": "“We will.”"})).await;
    assert_eq!((answer.status, &answer.body["content"]), (200, &json!("“We will.”")));
    let outcome = bot.simulator.settled(id, LONG).await;
    assert!(outcome.settled && !outcome.ephemeral);
    assert_eq!(outcome.text(), "“We will.”");
    for user in [bot.user, bot.owner] {
        assert_eq!(bot.simulator.visible_to(user, bot.channel).len(), 1);
    }
    assert_eq!(
        bot.socket.event("MESSAGE_CREATE").await["flags"],
        128,
        "the bot is told of the deferred message"
    );
    assert_eq!(bot.socket.event("MESSAGE_UPDATE").await["content"], "“We will.”");
    bot.blameless();
}

#[tokio::test]
async fn the_first_follow_up_fills_the_deferral_and_takes_its_flag() {
    let mut bot = Bot::with_commands(commands()).await;
    let (id, interaction) = bot.asked().await;
    bot.callback(&interaction, &deferral(true)).await;
    let first = bot.hook("POST", &interaction, "", &json!({"content": "first"})).await;
    let second = bot.hook("POST", &interaction, "", &json!({"content": "second"})).await;
    assert_eq!(first.body["flags"], 64, "private although the follow-up did not say so");
    assert_eq!(second.body["flags"], 0);
    let outcome = bot.simulator.settled(id, LONG).await;
    assert_eq!(outcome.message.map(|message| message["content"].clone()), Some(json!("first")));
    assert_eq!(outcome.follow_ups.len(), 1);
    let seen = |user| bot.simulator.visible_to(user, bot.channel).len();
    assert_eq!((seen(bot.user), seen(bot.owner)), (2, 1), "an ephemeral message has one reader");
    bot.blameless();
}

#[tokio::test]
async fn only_one_answer_and_only_within_three_seconds() {
    let mut bot = Bot::with_commands(commands()).await;
    let (_, interaction) = bot.asked().await;
    let early = bot.hook("PATCH", &interaction, "/messages/@original", &json!({"content": "a"})).await;
    assert_eq!((early.status, &early.body["code"]), (404, &json!(10_015)));
    assert_eq!(bot.callback(&interaction, &deferral(false)).await.status, 204);
    let again = bot.callback(&interaction, &deferral(false)).await;
    assert_eq!((again.status, &again.body["code"]), (400, &json!(40_060)));
    let (late, interaction) = bot.asked().await;
    bot.simulator.advance(Duration::from_millis(3_100));
    let answer = bot.callback(&interaction, &deferral(false)).await;
    assert_eq!((answer.status, &answer.body["code"]), (404, &json!(10_062)));
    assert_eq!(bot.simulator.unanswered().last(), Some(&late));
    let codes: Vec<u32> = bot.simulator.faults().iter().map(|fault| fault.code).collect();
    assert_eq!(codes, [10_015, 40_060, 10_062]);
}

#[tokio::test]
async fn a_token_lives_fifteen_minutes() {
    let mut bot = Bot::with_commands(commands()).await;
    let (_, interaction) = bot.asked().await;
    bot.callback(&interaction, &json!({"type": 4, "data": {"content": "a"}})).await;
    bot.simulator.advance(Duration::from_secs(14 * 60 + 50));
    let edit = json!({"content": "b"});
    assert_eq!(bot.hook("PATCH", &interaction, "/messages/@original", &edit).await.status, 200);
    bot.simulator.advance(Duration::from_secs(11));
    let late = bot.hook("PATCH", &interaction, "/messages/@original", &edit).await;
    assert_eq!((late.status, &late.body["code"]), (401, &json!(50_027)));
}

#[tokio::test]
async fn a_button_changes_its_message_or_opens_a_dialogue() {
    let mut bot = Bot::with_commands(commands()).await;
    let (id, interaction) = bot.asked().await;
    let row = |parts: Value| json!([{"type": 1, "components": parts}]);
    let next = json!({"type": 2, "style": 1, "label": "Next", "custom_id": "page:2"});
    let ask = json!({"type": 2, "style": 2, "label": "Ask", "custom_id": "ask"});
    let off = json!({"type": 2, "style": 2, "label": "Off", "custom_id": "off", "disabled": true});
    let data = json!({"content": "page 1", "components": row(json!([next, ask, off]))});
    bot.callback(&interaction, &json!({"type": 4, "data": data})).await;
    let message = bot.simulator.settled(id, LONG).await.message.expect("it was answered");
    let message = message["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
    assert!(bot.simulator.click(bot.user, message, "off").is_err(), "a disabled button cannot be clicked");
    assert!(bot.simulator.click(bot.user, message, "page:9").is_err());

    let id = bot.simulator.click(bot.owner, message, "page:2").expect("the button is there");
    let click = bot.socket.event("INTERACTION_CREATE").await;
    assert_eq!(
        (&click["data"]["custom_id"], &click["message"]["content"]),
        (&json!("page:2"), &json!("page 1"))
    );
    bot.callback(&click, &json!({"type": 7, "data": {"content": "page 2", "components": []}})).await;
    let outcome = bot.simulator.settled(id, LONG).await;
    assert_eq!(outcome.text(), "page 2");
    assert!(bot.simulator.click(bot.user, message, "page:2").is_err(), "the buttons are gone");
    bot.blameless();
}

#[tokio::test]
async fn a_dialogue_comes_back_filled_in() {
    let mut bot = Bot::with_commands(commands()).await;
    let (id, interaction) = bot.asked().await;
    let input = json!({"type": 4, "custom_id": "text", "label": "Question", "style": 1});
    let modal = json!({"custom_id": "m", "title": "Ask", "components": [{"type": 1, "components": [input]}]});
    assert_eq!(bot.callback(&interaction, &json!({"type": 9, "data": modal})).await.status, 204);
    assert!(bot.simulator.settled(id, LONG).await.modal.is_some());
    let sent = bot.simulator.modal_submit(bot.user, id, &json!({"text": "why?"})).expect("it is open");
    let submit = bot.socket.event("INTERACTION_CREATE").await;
    assert_eq!(submit["data"]["components"][0]["components"][0]["value"], "why?");
    bot.callback(&submit, &json!({"type": 4, "data": {"content": "because"}})).await;
    assert_eq!(bot.simulator.settled(sent, LONG).await.text(), "because");
    bot.blameless();
}

#[tokio::test]
async fn autocomplete_offers_at_most_25_choices() {
    let mut bot = Bot::with_commands(commands()).await;
    let typed = json!({"question": "x", "speaker": "ang"});
    let id =
        bot.simulator.autocomplete(bot.user, bot.channel, "ask", &typed, "speaker").expect("it is offered");
    let event = bot.socket.event("INTERACTION_CREATE").await;
    assert_eq!(event["type"], 4);
    let focused = &event["data"]["options"][1];
    assert_eq!((&focused["focused"], &focused["value"]), (&json!(true), &json!("ang")));
    let choices = |n: usize| -> Value {
        let list: Vec<Value> =
            (0..n).map(|n| json!({"name": format!("Angela {n}"), "value": format!("{n}")})).collect();
        json!({"type": 8, "data": {"choices": list}})
    };
    assert_eq!(bot.callback(&event, &choices(26)).await.body["code"], 50_035);
    assert_eq!(bot.callback(&event, &choices(25)).await.status, 204);
    assert_eq!(bot.simulator.settled(id, LONG).await.choices.map(|list| list.len()), Some(25));
    let after = bot.hook("POST", &event, "", &json!({"content": "a"})).await;
    assert_eq!(after.body["code"], 10_015, "an autocomplete takes no follow-up");
    let what = bot.simulator.autocomplete(bot.user, bot.channel, "ask", &typed, "question");
    assert!(what.is_err(), "the option has no autocomplete");
}

#[tokio::test]
async fn a_message_menu_shows_the_message_in_full() {
    let mut bot = Bot::with_commands(commands()).await;
    let said = bot.simulator.say(bot.owner, bot.channel, "we open in May", None).expect("she may write");
    assert_eq!(bot.socket.event("MESSAGE_CREATE").await["content"], "", "without the intent no text is told");
    let id = bot.simulator.message_menu(bot.user, "Find who said this", said).expect("it is offered");
    let event = bot.socket.event("INTERACTION_CREATE").await;
    assert_eq!(event["data"]["target_id"], said.to_string());
    assert_eq!(event["data"]["resolved"]["messages"][said.to_string()]["content"], "we open in May");
    bot.callback(&event, &json!({"type": 4, "data": {"content": "nobody", "flags": 64}})).await;
    assert!(bot.simulator.settled(id, LONG).await.ephemeral);
    bot.blameless();
}

#[tokio::test]
async fn a_callback_shows_its_message_where_asked_for() {
    let mut bot = Bot::with_commands(commands()).await;
    let (_, interaction) = bot.asked().await;
    let path = format!("/interactions/{}/{}/callback", text(&interaction["id"]), text(&interaction["token"]));
    let data = json!({"content": " a <@&1> ", "flags": 64, "allowed_mentions": {"parse": []}});
    let answer =
        bot.rest("POST", &format!("{path}?with_response=true"), &json!({"type": 4, "data": data})).await;
    let shown = &answer.body["resource"]["message"];
    assert_eq!((answer.status, &shown["content"], &shown["flags"]), (200, &json!("a <@&1>"), &json!(64)));
    assert_eq!(answer.body["interaction"]["response_message_ephemeral"], true);
    assert_eq!(shown["interaction_metadata"]["user"]["id"], json!(bot.user));
    bot.blameless();
}

#[tokio::test]
async fn a_menu_gives_back_what_was_chosen() {
    let mut bot = Bot::with_commands(commands()).await;
    let (id, interaction) = bot.asked().await;
    let options =
        json!([{"label": "Angela Lee", "value": "lee"}, {"label": "Omar Okafor", "value": "okafor"}]);
    let menu = json!({"type": 3, "custom_id": "who", "options": options});
    let components = json!([{"type": 1, "components": [menu]}]);
    bot.callback(&interaction, &json!({"type": 4, "data": {"content": "who?", "components": components}}))
        .await;
    let message = bot.simulator.settled(id, LONG).await.message.expect("it was answered");
    let message = text(&message["id"]).parse().expect("an id");
    assert!(bot.simulator.select(bot.user, message, "who", &["duarte"]).is_err(), "it is not on the menu");
    let id = bot.simulator.select(bot.user, message, "who", &["lee"]).expect("it is there");
    let event = bot.socket.event("INTERACTION_CREATE").await;
    assert_eq!((&event["data"]["component_type"], &event["data"]["values"]), (&json!(3), &json!(["lee"])));
    bot.callback(&event, &json!({"type": 6})).await;
    assert!(!bot.simulator.outcome(id).settled, "a change is promised");
    bot.hook("PATCH", &event, "/messages/@original", &json!({"content": "Lee", "components": []})).await;
    assert_eq!(bot.simulator.settled(id, LONG).await.text(), "Lee");
    bot.blameless();
}

#[tokio::test]
async fn an_answer_without_a_policy_pings_the_users_it_names() {
    let mut bot = Bot::with_commands(commands()).await;
    let content = format!("<@{}> and @everyone", bot.owner);
    for (policy, users) in [(Value::Null, vec![bot.owner]), (json!({"parse": []}), vec![])] {
        let (id, interaction) = bot.asked().await;
        let mut data = json!({"content": content, "embeds": [{"description": format!("<@{}>", bot.user)}]});
        if !policy.is_null() {
            data["allowed_mentions"] = policy;
        }
        bot.callback(&interaction, &json!({"type": 4, "data": data})).await;
        let message = bot.simulator.settled(id, LONG).await.message.expect("it was answered");
        let message = text(&message["id"]).parse().expect("an id");
        assert_eq!(bot.simulator.pinged(message), (users, vec![], false), "an embed never pings");
    }
}

#[tokio::test]
async fn an_answer_can_be_deleted_and_is_then_unknown() {
    let mut bot = Bot::with_commands(commands()).await;
    let (id, interaction) = bot.asked().await;
    bot.callback(&interaction, &json!({"type": 4, "data": {"content": "a"}})).await;
    assert_eq!(bot.hook("GET", &interaction, "/messages/@original", &Value::Null).await.body["content"], "a");
    assert_eq!(bot.hook("DELETE", &interaction, "/messages/@original", &Value::Null).await.status, 204);
    let gone = bot.hook("PATCH", &interaction, "/messages/@original", &json!({"content": "b"})).await;
    assert_eq!((gone.status, &gone.body["code"]), (404, &json!(10_008)));
    assert!(bot.simulator.settled(id, LONG).await.message.is_none());
}

#[tokio::test]
async fn a_body_over_a_limit_is_refused_and_noted() {
    let mut bot = Bot::with_commands(commands()).await;
    let (_, interaction) = bot.asked().await;
    let long = json!({"type": 4, "data": {"content": "a".repeat(2001)}});
    let answer = bot.callback(&interaction, &long).await;
    assert_eq!((answer.status, &answer.body["code"]), (400, &json!(50_035)));
    let at = "/errors/data/content/_errors/0/code";
    assert_eq!(answer.body.pointer(at), Some(&json!("BASE_TYPE_MAX_LENGTH")), "{}", answer.body);
    assert_eq!(bot.simulator.take_faults().len(), 1);
    let good = json!({"type": 4, "data": {"content": "a".repeat(2000)}});
    assert_eq!(bot.callback(&interaction, &good).await.status, 204, "a refused callback can be made good");
}

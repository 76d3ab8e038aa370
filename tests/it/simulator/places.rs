//! Guilds, channels, threads, direct messages: permissions, and what happens to them.

use std::time::Duration;

use rapporteur::simulator::{Impossible, Options, permission};
use serde_json::{Value, json};

use super::peer::{Answer, Bot, LONG, commands, start, text};

fn refused(answer: &Answer) -> (u16, u64) {
    (answer.status, answer.body["code"].as_u64().unwrap_or_default())
}

#[tokio::test]
async fn a_message_needs_permission_to_be_written() {
    let bot = Bot::start().await;
    let path = format!("/channels/{}/messages", bot.channel);
    let embed = json!({"embeds": [{"description": "a"}]});
    for (denied, body, refusal) in [
        (permission::VIEW_CHANNEL, json!({"content": "a"}), (403, 50_001)),
        (permission::SEND_MESSAGES, json!({"content": "a"}), (403, 50_013)),
        (permission::EMBED_LINKS, embed, (403, 50_013)),
    ] {
        bot.simulator.deny_bot(bot.channel, denied);
        assert_eq!(refused(&bot.rest("POST", &path, &body).await), refusal);
        bot.simulator.deny_bot(bot.channel, 0);
        bot.simulator.advance(Duration::from_secs(5));
        assert_eq!(bot.rest("POST", &path, &body).await.status, 200);
    }
    let nowhere = bot.rest("POST", "/channels/1/messages", &json!({"content": "a"})).await;
    assert_eq!(refused(&nowhere), (404, 10_003));
    bot.simulator.set_dms_closed(bot.user, true);
    let dm = bot.rest("POST", "/users/@me/channels", &json!({"recipient_id": bot.user})).await;
    let path = format!("/channels/{}/messages", text(&dm.body["id"]));
    assert_eq!(refused(&bot.rest("POST", &path, &json!({"content": "a"})).await), (403, 50_007));
    bot.blameless();
}

#[tokio::test]
async fn a_reply_pings_only_allowed_people() {
    let mut bot = Bot::start().await;
    let said = bot.simulator.say(bot.user, bot.channel, "a question", None).expect("he may write");
    let path = format!("/channels/{}/messages", bot.channel);
    let reply = |policy: Value| {
        let content = format!("<@{}> and @everyone", bot.owner);
        let mut body = json!({"content": content, "message_reference": {"message_id": said}});
        if !policy.is_null() {
            body["allowed_mentions"] = policy;
        }
        body
    };
    for (policy, users, everyone) in [
        (Value::Null, vec![bot.owner, bot.user], true),
        (json!({"parse": []}), vec![], false),
        (json!({"parse": [], "replied_user": true}), vec![bot.user], false),
        (json!({"parse": ["users"]}), vec![bot.owner], false),
    ] {
        let answer = bot.rest("POST", &path, &reply(policy.clone())).await;
        let id = text(&answer.body["id"]).parse().expect("an id");
        assert_eq!(bot.simulator.pinged(id), (users, vec![], everyone), "{policy}");
        assert_eq!(
            bot.simulator.next_message(bot.channel, said, LONG).await.map(|m| m["type"].clone()),
            Some(json!(19))
        );
    }
    let gone = json!({"content": "a", "message_reference": {"message_id": "1"}});
    assert_eq!(refused(&bot.rest("POST", &path, &gone).await), (400, 50_035));
    let told = bot.socket.event("MESSAGE_CREATE").await;
    assert_eq!(told["content"], "", "his message had no mention of the bot");
    let reply = bot.socket.event("MESSAGE_CREATE").await;
    assert_eq!(reply["referenced_message"]["content"], "", "nor is it told through a reply");
}

#[tokio::test]
async fn the_same_nonce_makes_no_second_message() {
    let bot = Bot::start().await;
    let path = format!("/channels/{}/messages", bot.channel);
    let body = json!({"content": "a", "nonce": "n1", "enforce_nonce": true});
    let (first, second) = (bot.rest("POST", &path, &body).await, bot.rest("POST", &path, &body).await);
    assert_eq!((first.status, &first.body["id"]), (200, &second.body["id"]));
    assert_eq!(bot.simulator.visible_to(bot.user, bot.channel).len(), 1);
}

#[tokio::test]
async fn a_deleted_channel_is_announced_and_accepts_no_answer() {
    let mut bot = Bot::with_commands(commands()).await;
    let (_, interaction) = bot.asked().await;
    bot.callback(&interaction, &json!({"type": 5})).await;
    bot.simulator.delete_channel(bot.channel);
    assert_eq!(bot.socket.event("CHANNEL_DELETE").await["id"], json!(bot.channel));
    let edit = bot.hook("PATCH", &interaction, "/messages/@original", &json!({"content": "a"})).await;
    assert_eq!(edit.status, 404);
    let post =
        bot.rest("POST", &format!("/channels/{}/messages", bot.channel), &json!({"content": "a"})).await;
    assert_eq!(refused(&post), (404, 10_003));
}

#[tokio::test]
async fn an_outage_is_not_a_removal() {
    let mut bot = Bot::start().await;
    bot.socket.event("GUILD_CREATE").await;
    bot.simulator.outage(bot.guild);
    assert_eq!(bot.socket.event("GUILD_DELETE").await, json!({"id": bot.guild, "unavailable": true}));
    let path = format!("/channels/{}/messages", bot.channel);
    assert_eq!(bot.rest("POST", &path, &json!({"content": "a"})).await.status, 503);
    bot.simulator.recovery(bot.guild);
    assert_eq!(bot.socket.event("GUILD_CREATE").await["id"], json!(bot.guild));
    bot.simulator.remove_bot(bot.guild);
    assert_eq!(bot.socket.event("GUILD_DELETE").await, json!({"id": bot.guild}));
    assert_eq!(refused(&bot.rest("POST", &path, &json!({"content": "a"})).await), (403, 50_001));
    bot.simulator.add_bot(bot.guild);
    assert_eq!(bot.socket.event("GUILD_CREATE").await["id"], json!(bot.guild));
}

#[tokio::test]
async fn a_command_is_offered_only_in_its_contexts() {
    let bot = Bot::with_commands(commands()).await;
    let question = json!({"question": "a"});
    let call =
        |user, channel, command: &str, options: &Value| bot.simulator.slash(user, channel, command, options);
    let not = |result: Result<_, Impossible>| matches!(result, Err(Impossible::NotOffered(..)));
    assert!(not(call(bot.user, bot.channel, "settings show", &json!({}))), "he may not manage the guild");
    assert!(call(bot.owner, bot.channel, "settings show", &json!({})).is_ok());
    let offered = |user| bot.simulator.commands_for(user, bot.channel).len();
    assert_eq!((offered(bot.owner), offered(bot.user)), (3, 2));
    let dm = bot.simulator.dm(bot.owner);
    assert!(not(call(bot.owner, dm, "settings show", &json!({}))), "its contexts leave direct messages out");
    assert!(matches!(call(bot.user, bot.channel, "sing", &question), Err(Impossible::Command(_))));
    for wrong in [json!({}), json!({"question": 1}), json!({"question": "a", "who": "b"})] {
        assert!(matches!(call(bot.user, bot.channel, "ask", &wrong), Err(Impossible::Option(..))), "{wrong}");
    }
    let few = json!({"seconds": -1});
    assert!(matches!(call(bot.owner, bot.channel, "settings cooldown", &few), Err(Impossible::Option(..))));
}

#[tokio::test]
async fn an_installed_command_works_where_the_bot_is_not() {
    let mut bot = Bot::with_commands(commands()).await;
    let elsewhere = bot.simulator.add_guild_without_bot("Elsewhere", bot.user);
    let channel = bot.simulator.add_channel(elsewhere, "general");
    let group = bot.simulator.add_group(&[bot.user, bot.owner]);
    let question = json!({"question": "a"});
    assert!(bot.simulator.slash(bot.user, channel, "ask", &question).is_err(), "he has not installed it");
    bot.simulator.install(bot.user);
    for (channel, context) in [(channel, 0), (group, 2)] {
        let id = bot.simulator.slash(bot.user, channel, "ask", &question).expect("he has it with him");
        let event = bot.socket.event("INTERACTION_CREATE").await;
        assert_eq!(event["context"], context);
        assert_eq!(event["authorizing_integration_owners"], json!({"1": bot.user}));
        bot.callback(&event, &json!({"type": 4, "data": {"content": "here"}})).await;
        assert_eq!(bot.simulator.settled(id, LONG).await.text(), "here");
        for _ in 0..5 {
            assert_eq!(bot.hook("POST", &event, "", &json!({"content": "more"})).await.status, 200);
            bot.simulator.advance(Duration::from_secs(1));
        }
        let sixth = bot.hook("POST", &event, "", &json!({"content": "more"})).await;
        assert_eq!(refused(&sixth), (400, 40_094));
        assert!(bot.socket.silent().await, "no message of a place it is not in is told");
    }
    let dm = bot.simulator.dm(bot.user);
    bot.simulator.slash(bot.user, dm, "ask", &question).expect("it is offered");
    let event = bot.socket.event("INTERACTION_CREATE").await;
    assert_eq!(event["authorizing_integration_owners"], json!({"0": "0", "1": bot.user}));
    assert_eq!((&event["context"], &event["user"]["id"]), (&json!(1), &json!(bot.user)));
}

#[tokio::test]
async fn threads_are_opened_written_in_and_locked() {
    let mut bot = Bot::start().await;
    let said = bot.simulator.say(bot.user, bot.channel, "a question", None).expect("he may write");
    let path = format!("/channels/{}/messages/{said}/threads", bot.channel);
    let opened = bot.rest("POST", &path, &json!({"name": "a question"})).await;
    assert_eq!((opened.status, text(&opened.body["id"])), (201, said.to_string().as_str()));
    assert_eq!(refused(&bot.rest("POST", &path, &json!({"name": "again"})).await), (400, 160_004));
    assert_eq!(bot.socket.event("THREAD_CREATE").await["parent_id"], json!(bot.channel));
    let write = format!("/channels/{said}/messages");
    assert_eq!(bot.rest("POST", &write, &json!({"content": "a"})).await.status, 200);
    assert!(bot.simulator.say(bot.user, said, "more", None).is_ok());
    bot.simulator.archive(said, true);
    assert_eq!(refused(&bot.rest("POST", &write, &json!({"content": "a"})).await), (403, 160_005));
}

#[tokio::test]
async fn commands_keep_their_ids_and_translations() {
    let bot = Bot::with_commands(commands()).await;
    let before = bot.simulator.commands();
    let mut list = commands();
    list[0]["name_localizations"] = json!({"uk": "запитати"});
    let after = bot.put_commands(&list).await.body;
    for (at, same) in [(0, false), (1, true), (2, true)] {
        assert_eq!(before[at]["id"], after[at]["id"]);
        assert_eq!(before[at]["version"] == after[at]["version"], same, "{at}");
    }
    let path = format!("/applications/{}/commands", bot.simulator.application());
    let list = bot.rest("GET", &path, &Value::Null).await.body;
    assert_eq!(list[0].get("name_localizations"), None);
    let list = bot.rest("GET", &format!("{path}?with_localizations=true"), &Value::Null).await.body;
    assert_eq!(list[0]["name_localizations"]["uk"], "запитати");
    let wrong = bot.put_commands(&json!([{"name": "Ask me", "description": "d"}])).await;
    assert_eq!(refused(&wrong), (400, 50_035));
    assert_eq!(bot.simulator.commands().len(), 3, "a refused list changes nothing");
}

#[tokio::test]
async fn a_guilds_own_command_comes_before_one_for_all() {
    let bot = Bot::with_commands(commands()).await;
    let path = format!("/applications/{}/guilds/{}/commands", bot.simulator.application(), bot.guild);
    let own = bot.rest("POST", &path, &json!({"name": "ask", "description": "Ask here"})).await;
    assert_eq!((own.status, &own.body["guild_id"]), (201, &json!(bot.guild)));
    assert!(bot.simulator.slash(bot.user, bot.channel, "ask", &json!({})).is_ok(), "it needs no question");
    let one = format!("{path}/{}", text(&own.body["id"]));
    assert_eq!(bot.rest("PATCH", &one, &json!({"description": "Ask"})).await.body["description"], "Ask");
    assert_eq!(bot.rest("DELETE", &one, &Value::Null).await.status, 204);
    assert!(bot.simulator.slash(bot.user, bot.channel, "ask", &json!({})).is_err());
    assert_eq!(refused(&bot.rest("GET", &one, &Value::Null).await), (404, 10_063));
    let elsewhere = bot.simulator.add_guild_without_bot("Elsewhere", bot.owner);
    let path = format!("/applications/{}/guilds/{elsewhere}/commands", bot.simulator.application());
    assert_eq!(refused(&bot.rest("GET", &path, &Value::Null).await), (403, 50_001));
}

#[tokio::test]
async fn commands_are_limited_in_number_and_per_day() {
    let bot = Bot::start().await;
    let list = |from: usize, count: usize| -> Value {
        (from..from + count).map(|n| json!({"name": format!("c{n}"), "description": "d"})).collect()
    };
    assert_eq!(refused(&bot.put_commands(&list(0, 101)).await), (400, 30_032));
    assert_eq!(bot.put_commands(&list(0, 100)).await.status, 200);
    assert_eq!(bot.put_commands(&list(0, 100)).await.status, 200, "the same are no new ones");
    assert_eq!(bot.put_commands(&list(100, 100)).await.status, 200);
    assert_eq!(refused(&bot.put_commands(&list(200, 1)).await), (429, 30_034));
    bot.simulator.advance(Duration::from_secs(86_400));
    assert_eq!(bot.put_commands(&list(200, 1)).await.status, 200);
}

#[tokio::test]
async fn history_is_read_in_pages_and_others_messages_stay() {
    let bot = Bot::start().await;
    let said: Vec<_> = ["a", "b", "c", "d"]
        .map(|text| bot.simulator.say(bot.user, bot.channel, text, None).expect("he may write"))
        .into();
    let path = format!("/channels/{}/messages", bot.channel);
    let ids = |answer: Answer| -> Vec<String> {
        let list = answer.body.as_array().cloned().unwrap_or_default();
        list.iter().map(|message| text(&message["id"]).to_owned()).collect()
    };
    let named = |which: &[usize]| -> Vec<String> { which.iter().map(|at| said[*at].to_string()).collect() };
    for (query, expected) in [
        ("?limit=2".to_owned(), named(&[3, 2])),
        (format!("?limit=2&before={}", said[2]), named(&[1, 0])),
        (format!("?limit=2&after={}", said[0]), named(&[2, 1])),
    ] {
        assert_eq!(ids(bot.rest("GET", &format!("{path}{query}"), &Value::Null).await), expected, "{query}");
    }
    let one = format!("{path}/{}", said[0]);
    assert_eq!(refused(&bot.rest("PATCH", &one, &json!({"content": "mine"})).await), (403, 50_005));
    assert_eq!(refused(&bot.rest("DELETE", &one, &Value::Null).await), (403, 50_013));
    bot.simulator.overwrite(bot.channel, bot.simulator.application(), permission::MANAGE_MESSAGES, 0);
    assert_eq!(bot.rest("DELETE", &one, &Value::Null).await.status, 204);
    assert_eq!(refused(&bot.rest("GET", &one, &Value::Null).await), (404, 10_008));
}

#[tokio::test]
async fn requests_are_logged_a_line_each() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("requests.jsonl");
    let simulator = start(Options { log: Some(log.clone()), ..Options::default() }).await;
    let url = |path: &str| format!("{}/api/v10{path}", simulator.base());
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    client.get(url("/gateway?a=b")).send().await.expect("an answer");
    let user = simulator.add_user("Angela Lee");
    let boundary = "----b";
    let body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"payload_json\"\r\n\r\n{{\"content\":\"a\"}}\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"files[0]\"; filename=\"a.csv\"\r\n\r\n1,2\r\n--{boundary}--\r\n"
    );
    let post = client.post(url(&format!("/channels/{}/messages", simulator.dm(user))));
    let post = post.header("Authorization", format!("Bot {}", simulator.token()));
    let post = post.header("Content-Type", format!("multipart/form-data; boundary={boundary}")).body(body);
    assert_eq!(post.send().await.expect("an answer").status().as_u16(), 200);
    let text = std::fs::read_to_string(&log).expect("the log is there");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let (first, second) = (
        json!({
            "method": "GET", "path": "/gateway", "query": "a=b", "body": null, "files": [], "auth": "", "status": 200,
        }),
        json!({
            "method": "POST", "path": format!("/channels/{}/messages", simulator.dm(user)), "query": "",
            "body": {"content": "a"}, "files": [{"part": "files[0]", "filename": "a.csv", "size": 3}],
            "auth": "Bot", "status": 200,
        }),
    );
    assert_eq!(lines, [first, second]);
    assert!(!text.contains(simulator.token()));
}

#[tokio::test]
async fn unknown_endpoints_are_recorded() {
    let bot = Bot::start().await;
    assert_eq!(bot.rest("GET", "/voice/regions", &Value::Null).await.status, 404);
    let slip = json!({"content": "a", "embed": {"description": "b"}});
    assert_eq!(bot.rest("POST", &format!("/channels/{}/messages", bot.channel), &slip).await.status, 200);
    let faults: Vec<String> = bot.simulator.faults().into_iter().map(|fault| fault.what).collect();
    assert_eq!(
        faults,
        ["GET /voice/regions is not served here", "Discord knows no field `embed` of a message"]
    );
}

//! Which action does each request trigger?

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::clock::Id;
use super::form::Upload;
use super::permission::{ADD_REACTIONS, MANAGE_CHANNELS, READ_MESSAGE_HISTORY, SEND_MESSAGES};
use super::refusal::{
    MISSING_ACCESS, MISSING_PERMISSIONS, NOT_FOUND, Refusal, UNKNOWN_APPLICATION, UNKNOWN_CHANNEL,
    UNKNOWN_COMMAND, UNKNOWN_GUILD, UNKNOWN_MEMBER, UNKNOWN_USER, UNKNOWN_WEBHOOK,
};
use super::session::{DIRECT_MESSAGE_TYPING, Event, GUILD_MESSAGE_TYPING};
use super::world::{APPLICATION, Guild, Message, State};

/// A request that has been read.
pub(super) struct Asked<'a> {
    pub(super) method: &'a str,
    /// The parts of the path after `/api/v10`.
    pub(super) parts: &'a [&'a str],
    pub(super) query: &'a str,
    pub(super) body: &'a Value,
    pub(super) files: &'a [Upload],
}

impl Asked<'_> {
    fn query(&self, name: &str) -> Option<&str> {
        self.query
            .split('&')
            .filter_map(|part| part.split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, v)| v)
    }
}

/// A response.
#[derive(Debug)]
pub(super) enum Reply {
    Json(u16, Value),
    Nothing,
    /// A rate limit: the milliseconds to wait, and whether it is the global limit.
    Limited(i64, bool),
}

/// Whether a route requires the bot's token; routes with an interaction's token do not.
pub(super) fn needs_token(parts: &[&str]) -> bool {
    !matches!(parts, ["gateway"] | ["interactions", ..] | ["webhooks", _, _, ..])
}

fn ok(value: Value) -> Result<Reply, Refusal> {
    Ok(Reply::Json(200, value))
}

fn id(text: &str) -> Id {
    text.parse().unwrap_or(Id(0))
}

/// Answers a request.
pub(super) fn answer(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    match (asked.method, asked.parts) {
        (_, ["interactions", _, _, "callback"] | ["webhooks", ..]) => of_interaction(state, asked),
        (_, ["applications", app, rest @ ..]) if *app != "@me" => {
            if id(app) != APPLICATION {
                return Err(UNKNOWN_APPLICATION);
            }
            of_commands(state, asked, rest)
        }
        (_, ["channels", channel, "messages", rest @ ..]) => of_messages(state, asked, id(channel), rest),
        (_, ["channels", channel, rest @ ..]) => of_channel(state, asked, id(channel), rest),
        (_, ["guilds", guild, rest @ ..]) => of_guild(state, asked, id(guild), rest),
        (_, ["users", rest @ ..]) => of_users(state, asked, rest),
        ("GET", ["gateway"]) => ok(json!({"url": gateway(state)})),
        ("GET", ["gateway", "bot"]) => ok(json!({
            "url": gateway(state), "shards": state.sessions.shards,
            "session_start_limit": {
                "total": state.sessions.total, "remaining": state.sessions.left,
                "reset_after": 86_400_000 - state.clock.now() % 86_400_000, "max_concurrency": 1,
            },
        })),
        ("GET", ["oauth2", "applications", "@me"] | ["applications", "@me"]) => ok(state.application_json()),
        _ => Err(NOT_FOUND),
    }
}

fn gateway(state: &State) -> String {
    format!("{}/gateway", state.base.replacen("http", "ws", 1))
}

fn of_interaction(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    if matches!(asked.parts, ["webhooks", application, ..] if id(application) != APPLICATION) {
        return Err(UNKNOWN_WEBHOOK);
    }
    match (asked.method, asked.parts) {
        ("POST", ["interactions", interaction, token, "callback"]) => {
            let response = state.callback(id(interaction), token, asked.body, asked.files)?;
            if asked.query("with_response") == Some("true") { ok(response) } else { Ok(Reply::Nothing) }
        }
        ("POST", ["webhooks", _, token]) => {
            let message = state.follow_up(token, asked.body, asked.files)?;
            // With an interaction's token the message is always returned, except for an explicit
            // `wait=false`.
            ok(message)
        }
        ("GET", ["webhooks", _, token, "messages", which]) => {
            let (_, message) = state.answered(token, which, "look-up")?;
            ok(state.shown(message)?)
        }
        ("PATCH", ["webhooks", _, token, "messages", which]) => {
            ok(state.edit_answer(token, which, asked.body, asked.files)?)
        }
        ("DELETE", ["webhooks", _, token, "messages", which]) => {
            let (interaction, message) = state.answered(token, which, "deletion")?;
            state.delete(message);
            if let Some(interaction) = state.interactions.get_mut(&interaction.id) {
                interaction.waiting = false;
            }
            Ok(Reply::Nothing)
        }
        _ => Err(NOT_FOUND),
    }
}

fn of_commands(state: &mut State, asked: &Asked<'_>, rest: &[&str]) -> Result<Reply, Refusal> {
    let (guild, rest) = match rest {
        ["guilds", guild, rest @ ..] => (Some(id(guild)), rest),
        rest => (None, rest),
    };
    if guild
        .is_some_and(|guild| state.guilds.get(&guild).is_none_or(|g| !g.members.contains_key(&APPLICATION)))
    {
        return Err(MISSING_ACCESS);
    }
    let translations = asked.query("with_localizations") == Some("true");
    match (asked.method, rest) {
        ("GET", ["commands"]) => {
            let here = state.commands.iter().filter(|command| command.guild == guild);
            ok(here.map(|command| command.json(translations)).collect())
        }
        ("PUT", ["commands"]) => {
            let list = asked.body.as_array().map(Vec::as_slice).unwrap_or_default();
            ok(state.put_commands(guild, list)?)
        }
        ("POST", ["commands"]) => {
            let (new, value) = state.post_command(guild, asked.body)?;
            Ok(Reply::Json(if new { 201 } else { 200 }, value))
        }
        ("GET", ["commands", which]) => {
            let found = state.commands.iter().find(|c| c.guild == guild && c.id == id(which));
            ok(found.map(|command| command.json(true)).ok_or(UNKNOWN_COMMAND)?)
        }
        ("PATCH", ["commands", which]) => {
            let found = state.commands.iter().find(|c| c.guild == guild && c.id == id(which));
            let mut value = found.map(|command| command.json(true)).ok_or(UNKNOWN_COMMAND)?;
            if let (Value::Object(value), Value::Object(change)) = (&mut value, asked.body) {
                value.extend(change.clone());
            }
            ok(state.post_command(guild, &value)?.1)
        }
        ("DELETE", ["commands", which]) => {
            state.delete_command(guild, id(which))?;
            Ok(Reply::Nothing)
        }
        _ => Err(NOT_FOUND),
    }
}

fn of_messages(state: &mut State, asked: &Asked<'_>, channel: Id, rest: &[&str]) -> Result<Reply, Refusal> {
    match (asked.method, rest) {
        ("POST", []) => ok(state.create(channel, asked.body, asked.files)?),
        ("GET", []) => {
            history(state, channel)?;
            let limit =
                asked.query("limit").and_then(|limit| limit.parse().ok()).unwrap_or(50_usize).clamp(1, 100);
            let bound = |name: &str| asked.query(name).map(id);
            let (before, after) = (bound("before"), bound("after"));
            let public = state.messages_in(channel).filter(|m| m.only_for.is_none());
            let inside = public.filter(|m| before.is_none_or(|b| m.id < b) && after.is_none_or(|a| m.id > a));
            let json = |m: &Message| state.message_json(m, state.bot_reader());
            let mut list: Vec<Value> = if after.is_some() {
                inside.take(limit).map(json).collect()
            } else {
                inside.rev().take(limit).map(json).collect()
            };
            if after.is_some() {
                list.reverse();
            }
            ok(Value::Array(list))
        }
        ("GET", [message]) => {
            history(state, channel)?;
            ok(state.message_json(state.visible(channel, id(message))?, state.bot_reader()))
        }
        ("PATCH", [message]) => ok(state.edit(channel, id(message), asked.body, asked.files)?),
        ("DELETE", [message]) => {
            state.delete_for_bot(channel, id(message))?;
            Ok(Reply::Nothing)
        }
        ("POST", [message, "threads"]) => {
            let thread = state.open_thread(channel, Some(id(message)), asked.body)?;
            Ok(Reply::Json(201, thread))
        }
        (method @ ("PUT" | "DELETE"), [message, "reactions", emoji, "@me"]) => {
            let may = state.bot_may(channel)?;
            if method == "PUT"
                && may & (ADD_REACTIONS | READ_MESSAGE_HISTORY) != ADD_REACTIONS | READ_MESSAGE_HISTORY
            {
                return Err(MISSING_PERMISSIONS);
            }
            let message = state.visible(channel, id(message))?.id;
            react(state, message, &percent_decode_str(emoji).decode_utf8_lossy(), method == "PUT");
            Ok(Reply::Nothing)
        }
        _ => Err(NOT_FOUND),
    }
}

fn history(state: &State, channel: Id) -> Result<(), Refusal> {
    if state.bot_may(channel)? & READ_MESSAGE_HISTORY == 0 { Err(MISSING_ACCESS) } else { Ok(()) }
}

fn react(state: &mut State, message: Id, emoji: &str, add: bool) {
    let Some(message) = state.messages.get_mut(&message) else { return };
    if !message.reactions.iter().any(|(e, _)| e == emoji) {
        message.reactions.push((emoji.to_owned(), Vec::new()));
    }
    for (_, by) in message.reactions.iter_mut().filter(|(e, _)| e == emoji) {
        by.retain(|user| *user != APPLICATION);
        if add {
            by.push(APPLICATION);
        }
    }
    message.reactions.retain(|(_, by)| !by.is_empty());
}

fn of_channel(state: &mut State, asked: &Asked<'_>, channel: Id, rest: &[&str]) -> Result<Reply, Refusal> {
    let may = state.bot_may(channel)?;
    match (asked.method, rest) {
        ("GET", []) => {
            ok(state.channels.get(&channel).map(|here| state.channel_json(here)).ok_or(UNKNOWN_CHANNEL)?)
        }
        ("DELETE", []) => {
            if state.guild_of(channel).is_some() && may & MANAGE_CHANNELS == 0 {
                return Err(MISSING_PERMISSIONS);
            }
            let value =
                state.channels.get(&channel).map(|here| state.channel_json(here)).ok_or(UNKNOWN_CHANNEL)?;
            state.delete_channel(channel);
            ok(value)
        }
        ("POST", ["typing"]) => {
            if may & SEND_MESSAGES == 0 {
                return Err(MISSING_PERMISSIONS);
            }
            let now = state.clock.now();
            state.typing.insert(channel, now);
            typing_event(state, channel, APPLICATION);
            Ok(Reply::Nothing)
        }
        ("POST", ["threads"]) => Ok(Reply::Json(201, state.open_thread(channel, None, asked.body)?)),
        ("PUT" | "DELETE", ["thread-members", "@me"]) => Ok(Reply::Nothing),
        _ => Err(NOT_FOUND),
    }
}

/// Sends the event that someone is typing.
pub(super) fn typing_event(state: &mut State, channel: Id, user: Id) {
    let guild = state.guild_of(channel);
    let mut data = json!({"channel_id": channel, "user_id": user, "timestamp": state.clock.now() / 1000});
    if let Some(guild) = guild {
        data["guild_id"] = json!(guild.id);
        data["member"] = state.member_json(guild, user);
    }
    let guild = guild.map(|guild| guild.id);
    let intent = if guild.is_some() { GUILD_MESSAGE_TYPING } else { DIRECT_MESSAGE_TYPING };
    state.dispatch(Event {
        name: "TYPING_START",
        guild,
        channel: Some(channel),
        intent,
        data,
        without_content: None,
    });
}

fn of_guild(state: &mut State, asked: &Asked<'_>, guild: Id, rest: &[&str]) -> Result<Reply, Refusal> {
    let found: Option<&Guild> = state.guilds.get(&guild);
    let here = found.filter(|guild| guild.members.contains_key(&APPLICATION)).ok_or(UNKNOWN_GUILD)?;
    match (asked.method, rest) {
        ("GET", []) => ok(state.guild_json(here)),
        ("GET", ["channels"]) => {
            let inside = state
                .channels
                .values()
                .filter(|channel| channel.guild == Some(guild) && channel.parent.is_none());
            ok(inside.map(|channel| state.channel_json(channel)).collect())
        }
        ("GET", ["roles"]) => {
            ok(here.roles.iter().enumerate().map(|(at, role)| state.role_json(role, at)).collect())
        }
        ("GET", ["members", user]) => {
            let member = state.member_json(here, id(user));
            if member.is_null() { Err(UNKNOWN_MEMBER) } else { ok(member) }
        }
        _ => Err(NOT_FOUND),
    }
}

fn of_users(state: &mut State, asked: &Asked<'_>, rest: &[&str]) -> Result<Reply, Refusal> {
    match (asked.method, rest) {
        ("GET", ["@me"]) => ok(state.me_json()),
        ("GET", ["@me", "guilds"]) => {
            let mine = state.guilds.values().filter(|guild| guild.members.contains_key(&APPLICATION));
            ok(mine
                .map(|guild| {
                    let bits = guild.permissions(APPLICATION).to_string();
                    json!({
                        "id": guild.id, "name": guild.name, "icon": null, "banner": null, "owner": false,
                        "permissions": bits, "features": [],
                    })
                })
                .collect())
        }
        ("DELETE", ["@me", "guilds", guild]) => {
            state.expel(id(guild));
            Ok(Reply::Nothing)
        }
        ("POST", ["@me", "channels"]) => {
            let user = super::field::number(&asked.body["recipient_id"]).map(Id).ok_or(UNKNOWN_USER)?;
            if !state.users.contains_key(&user) {
                return Err(UNKNOWN_USER);
            }
            let channel = state.direct(user);
            ok(state.channels.get(&channel).map(|here| state.channel_json(here)).ok_or(UNKNOWN_CHANNEL)?)
        }
        ("GET", [user]) => {
            let user = id(user);
            if state.users.contains_key(&user) { ok(state.user_json(user)) } else { Err(UNKNOWN_USER) }
        }
        _ => Err(NOT_FOUND),
    }
}

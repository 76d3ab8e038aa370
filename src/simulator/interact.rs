//! How does an interaction start: is the command offered, and what does the bot receive?

use serde_json::{Map, Value, json};

use super::choice::{focused, resolve, subject};
use super::clock::Id;
use super::impossible::Impossible;
use super::permission::{self, USE_APPLICATION_COMMANDS, VIEW_CHANNEL};
use super::session::Event;
use super::world::{APPLICATION, Interaction, Kind, LOCALE, SLASH, State, Trigger};

/// Returns `authorizing_integration_owners` for a message that no interaction created.
pub(super) fn place_owners(state: &State, channel: Id) -> Value {
    match state.guild_of(channel) {
        Some(guild) => json!({"0": guild.id}),
        None => json!({"0": "0"}),
    }
}

/// Checks that the client offers a command to a person in a channel, and returns
/// `authorizing_integration_owners`.
pub(super) fn offered(state: &State, by: Id, channel: Id, command: &Value) -> Result<Value, Impossible> {
    let name = command["name"].as_str().unwrap_or_default();
    let no = |why| Err(Impossible::NotOffered(name.to_owned(), why));
    let may = state.permissions(by, channel);
    if may & VIEW_CHANNEL == 0 {
        return Err(Impossible::Place(by, channel));
    }
    let context = context(state, channel);
    match command["contexts"].as_array() {
        Some(list) if !list.iter().any(|c| c == context) => {
            return no("its contexts do not include this place");
        }
        None if context == 2 => return no("it is not available in private channels"),
        _ => {}
    }
    let types = command["integration_types"].as_array();
    let made_for = |kind: u64| types.map_or(kind == 0, |list| list.iter().any(|k| *k == kind));
    let installed = state.users.get(&by).is_some_and(|user| user.installed);
    let mut owners = Map::new();
    if made_for(0) && state.bot_is_in(channel) {
        let guild = state.guild_of(channel).map_or_else(|| json!("0"), |guild| json!(guild.id));
        owners.insert("0".to_owned(), guild);
    }
    if made_for(1) && installed {
        owners.insert("1".to_owned(), json!(by));
    }
    if owners.is_empty() {
        return no("it is installed neither here nor by this person");
    }
    if let Some(guild) = state.guild_of(channel) {
        if may & USE_APPLICATION_COMMANDS == 0 {
            return no("this person may use no commands here");
        }
        let needed = super::field::number(&command["default_member_permissions"]);
        let needed = needed.map(|bits| if bits == 0 { permission::ADMINISTRATOR } else { bits });
        let has = guild.permissions(by);
        if needed.is_some_and(|bits| has & bits != bits) {
            return no("it needs a permission that this person lacks");
        }
    }
    Ok(Value::Object(owners))
}

fn context(state: &State, channel: Id) -> u64 {
    match state.channels.get(&channel).map(|channel| channel.kind) {
        Some(Kind::Text | Kind::Thread | Kind::Category | Kind::Forum) | None => 0,
        Some(Kind::Direct) => 1,
        Some(Kind::Group) => 2,
    }
}

/// Finds a slash command and assembles its options.
pub(super) fn call(
    state: &State,
    by: Id,
    channel: Id,
    command: &str,
    options: &Value,
    focus: Option<&str>,
) -> Result<(Value, Value), Impossible> {
    let guild = state.channels.get(&channel).and_then(|channel| channel.guild);
    let top = command.split(' ').next().unwrap_or_default();
    let found = state.command(guild, SLASH, top).ok_or_else(|| Impossible::Command(command.to_owned()))?;
    let owners = offered(state, by, channel, &found.value)?;
    let path: Vec<&str> = command.split(' ').skip(1).collect();
    let leaf = subject(&found.value, &path).ok_or_else(|| Impossible::Command(command.to_owned()))?;
    let (mut list, resolved) = resolve(state, guild, leaf, options, focus)?;
    if let Some(focus) = focus {
        focused(&mut list, leaf, focus)?;
    }
    let mut list = Value::Array(list);
    for (depth, name) in path.iter().enumerate().rev() {
        let kind = if depth + 1 == path.len() { 1 } else { 2 };
        list = json!([{"type": kind, "name": name, "options": list}]);
    }
    let mut data = json!({"id": found.id, "name": top, "type": SLASH, "options": list});
    if !resolved.is_empty() {
        data["resolved"] = Value::Object(resolved);
    }
    if let Some(guild) = found.guild {
        data["guild_id"] = json!(guild);
    }
    Ok((owners, data))
}

/// Creates an interaction and sends it to the bot.
#[expect(clippy::too_many_arguments, reason = "the parts of one event, named at the few calls there are")]
pub(super) fn interact(
    state: &mut State,
    kind: Trigger,
    user: Id,
    channel: Id,
    name: &str,
    owners: Value,
    data: Value,
    source: Option<Id>,
    target: Option<Id>,
) -> Id {
    let (id, created) = (state.clock.id(), state.clock.now());
    let secret = blake3::hash(format!("{} {id} {}", state.base, state.secret).as_bytes()).to_hex();
    let token = format!("aW50ZXJhY3Rpb246{id}{secret}");
    let event = event(state, kind, id, &token, user, channel, &owners, data, source);
    let interaction = Interaction {
        id,
        token: token.clone(),
        kind,
        user,
        channel,
        name: name.to_owned(),
        owners,
        source,
        target,
        created,
        answer: None,
        ephemeral: false,
        original: None,
        waiting: false,
        follow_ups: Vec::new(),
        choices: None,
        modal: None,
        edits: 0,
    };
    state.interactions.insert(id, interaction);
    state.tokens.insert(token, id);
    state.dispatch(event);
    id
}

#[expect(clippy::too_many_arguments, reason = "the parts of one event, called once")]
fn event(
    state: &State,
    kind: Trigger,
    id: Id,
    token: &str,
    user: Id,
    channel: Id,
    owners: &Value,
    data: Value,
    source: Option<Id>,
) -> Event {
    let mut value = json!({
        "id": id, "application_id": APPLICATION, "type": kind.number(), "token": token, "version": 1, "data": data,
        "channel_id": channel, "locale": LOCALE, "entitlements": [], "entitlement_sku_ids": [],
        "authorizing_integration_owners": owners, "context": context(state, channel),
        "attachment_size_limit": 10_485_760,
    });
    let alone = !state.bot_is_in(channel);
    let app = if alone { permission::ORDINARY } else { state.permissions(APPLICATION, channel) };
    value["app_permissions"] = json!(app.to_string());
    if let Some(here) = state.channels.get(&channel) {
        value["channel"] = state.channel_json(here);
        if here.guild.is_some() {
            value["channel"]["permissions"] = json!(state.permissions(user, channel).to_string());
        }
    }
    let guild = state.guild_of(channel);
    if let Some(guild) = guild {
        value["guild_id"] = json!(guild.id);
        value["guild_locale"] = json!(LOCALE);
        value["guild"] = json!({"id": guild.id, "locale": LOCALE, "features": []});
        value["member"] = state.member_json(guild, user);
        value["member"]["permissions"] = json!(state.permissions(user, channel).to_string());
    } else {
        value["user"] = state.user_json(user);
    }
    if let Some(message) = source.and_then(|id| state.messages.get(&id)) {
        value["message"] = state.message_json(message, state.bot_reader());
    }
    let guild = guild.map(|guild| guild.id);
    Event { name: "INTERACTION_CREATE", guild, channel: None, intent: 0, data: value, without_content: None }
}

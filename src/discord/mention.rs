//! Somebody wrote a message that is meant for the bot: a mention, a reply to it, a direct message.
//!
//! The answer is a reply to that message. What came before is not remembered but read: from our message that is replied to, and in a
//! thread or in direct messages from our last message there.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use serenity::all::{Message as Posted, MessageType};
use tokio::time::Instant;

use super::bot::{Bot, Me, Work, today};
use super::click::request_of;
use super::exchange;
use super::failure::Failure;
use super::message::Message;
use super::metrics::Count;
use super::page::{self, Place};
use super::reply;
use super::request::{Command, Request};
use super::rest::Call;
use super::text;

/// How long an answer may take; then nobody waits for it any more.
const PATIENCE: Duration = Duration::from_secs(60);
/// How old our last message in a conversation may be, so that the next question can lean on it.
const CONVERSATION: Duration = Duration::from_secs(3600);
/// Messages looked through for it.
const LOOKED_THROUGH: u8 = 20;

/// Answers a message if it is meant for the bot.
pub(super) async fn message(bot: &Arc<Bot>, posted: &Posted) {
    let Some(me) = bot.me.get().copied() else { return };
    if !is_question(me, posted) {
        return;
    }
    if !bot.seen.is_new(posted.id.get()) {
        return bot.metrics.count(Count::Duplicate);
    }
    bot.metrics.count(Count::Message);
    let deadline = Instant::now() + PATIENCE;
    let place = Channel::of(bot, posted, deadline).await;
    let settings = bot.settings.get(place.guild);
    let is_allowed = |channel| settings.channels.contains(&channel);
    // In a channel that is not allowed a mention is passed over: there is no way to tell only one person.
    if !settings.channels.is_empty() && !is_allowed(place.id) && !place.parent.is_some_and(is_allowed) {
        return;
    }
    if let Err(wait) = bot.cooldowns.ask(posted.author.id.get(), place.guild, settings.cooldown) {
        bot.metrics.count(Count::Cooldown);
        let message = Message::text(&format!("Please wait {} s before the next question.", wait.as_secs()));
        return deliver(bot, posted, &message, deadline).await;
    }
    let question = question(me, &posted.content);
    if !question.chars().any(char::is_alphanumeric) {
        return deliver(bot, posted, &text::help(), deadline).await;
    }
    bot.probe(Work::Answer);
    let history = history(bot, me, posted, place, deadline).await;
    let request = Request::new(Command::Ask, &question).with_history(&history);
    let (counted, asker) = (Arc::clone(bot), posted.author.id.get());
    let shown = bot
        .with_index(move |index| {
            let shown = page::show(index, &request, &settings, today(), Place::first(Some(asker)))?;
            counted.metrics.count(if shown.found { Count::Found } else { Count::Nothing });
            Ok(shown.message)
        })
        .await;
    let message = match shown {
        Ok(message) => message.unwrap_or_else(exchange::not_yet),
        Err(error) => {
            bot.metrics.count(Count::Error);
            let reference = reply::reference(posted.id.get());
            tracing::error!(reference, cause = format!("{error:#}"), "no answer");
            reply::apology(&reference)
        }
    };
    deliver(bot, posted, &message, deadline).await;
}

/// Says sorry for a message whose answer failed.
pub(super) async fn apologise(bot: &Bot, posted: &Posted) {
    let message = reply::apology(&reply::reference(posted.id.get()));
    deliver(bot, posted, &message, Instant::now() + PATIENCE).await;
}

/// Whether a person wrote to the bot. Others' bots, webhooks and notices of Discord are not answered: two bots could go on for ever.
pub(super) fn is_question(me: Me, posted: &Posted) -> bool {
    if posted.author.bot || posted.webhook_id.is_some() || posted.author.id.get() == me.user {
        return false;
    }
    if !matches!(posted.kind, MessageType::Regular | MessageType::InlineReply) {
        return false;
    }
    posted.guild_id.is_none() || posted.mentions.iter().any(|user| user.id.get() == me.user)
}

/// The text without the mention of the bot.
fn question(me: Me, content: &str) -> String {
    let mentions = [format!("<@{}>", me.user), format!("<@!{}>", me.user)];
    let text = mentions.iter().fold(content.to_owned(), |text, mention| text.replace(mention, " "));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where a message stands.
#[derive(Clone, Copy)]
struct Channel {
    id: u64,
    guild: Option<u64>,
    is_thread: bool,
    parent: Option<u64>,
}

impl Channel {
    /// Asks Discord what kind of channel it is; where that fails it counts as no thread.
    async fn of(bot: &Bot, posted: &Posted, deadline: Instant) -> Self {
        let (id, guild) = (posted.channel_id.get(), posted.guild_id.map(|guild| guild.get()));
        let bare = Self { id, guild, is_thread: false, parent: None };
        if guild.is_none() {
            return bare;
        }
        let call = Call::channel(Method::GET, id, "", None);
        let Ok(channel) = bot.rest.send(&call, deadline).await else { return bare };
        // Types 10 to 12 are threads.
        let is_thread = channel["type"].as_u64().is_some_and(|kind| (10..=12).contains(&kind));
        let parent = channel["parent_id"].as_str().and_then(|id| id.parse().ok());
        Self { is_thread, parent: parent.filter(|_| is_thread), ..bare }
    }
}

/// The questions before this one.
async fn history(bot: &Bot, me: Me, posted: &Posted, place: Channel, deadline: Instant) -> Vec<String> {
    if let Some(replied) = &posted.referenced_message {
        let ours = replied.author.id.get() == me.user;
        return if ours {
            request_of(replied).map(|request| request.turns()).unwrap_or_default()
        } else {
            Vec::new()
        };
    }
    if place.guild.is_some() && !place.is_thread {
        return Vec::new();
    }
    let what = format!("/messages?before={}&limit={LOOKED_THROUGH}", posted.id);
    let call = Call::channel(Method::GET, place.id, &what, None);
    let Ok(Value::Array(messages)) = bot.rest.send(&call, deadline).await else { return Vec::new() };
    let earlier = messages.into_iter().filter_map(|message| serde_json::from_value::<Posted>(message).ok());
    let oldest =
        posted.timestamp.unix_timestamp() - i64::try_from(CONVERSATION.as_secs()).unwrap_or_default();
    let last = earlier
        .filter(|message| message.author.id.get() == me.user && message.timestamp.unix_timestamp() >= oldest)
        .find_map(|message| request_of(&message));
    last.map(|request| request.turns()).unwrap_or_default()
}

/// Replies; without an embed where none is allowed, and by direct message where the bot may not write at all.
async fn deliver(bot: &Bot, posted: &Posted, message: &Message, deadline: Instant) {
    let channel = posted.channel_id.get();
    let sent = match post(bot, channel, posted, message, deadline).await {
        Err(Failure::Forbidden(_)) if !message.asked.is_empty() => {
            post(bot, channel, posted, &message.without_embed(), deadline).await
        }
        sent => sent,
    };
    let Err(failure) = sent else { return };
    let reference = reply::reference(posted.id.get());
    if matches!(failure, Failure::Forbidden(_)) && posted.guild_id.is_some() {
        let message = message.below(&format!("I may not write in <#{channel}>, so the answer comes here."));
        if let Some(direct) = open_direct(bot, posted.author.id.get(), deadline).await
            && send(bot, direct, message.body(), deadline).await.is_ok()
        {
            return;
        }
    }
    bot.metrics.count(Count::Undelivered);
    tracing::warn!(reference, cause = %failure, "an answer could not be posted");
}

async fn post(
    bot: &Bot,
    channel: u64,
    to: &Posted,
    message: &Message,
    deadline: Instant,
) -> Result<(), Failure> {
    let mut body = message.body();
    body["message_reference"] = json!({"message_id": to.id.to_string(), "fail_if_not_exists": false});
    // A second copy of the same request is answered with the first one's message.
    body["nonce"] = json!(to.id.to_string());
    body["enforce_nonce"] = json!(true);
    send(bot, channel, body, deadline).await
}

async fn send(bot: &Bot, channel: u64, body: Value, deadline: Instant) -> Result<(), Failure> {
    let call = Call::channel(Method::POST, channel, "/messages", Some(body));
    bot.rest.send(&call, deadline).await.map(|_| ())
}

async fn open_direct(bot: &Bot, user: u64, deadline: Instant) -> Option<u64> {
    let channel = bot.rest.send(&Call::direct(user), deadline).await.ok()?;
    channel["id"].as_str()?.parse().ok()
}

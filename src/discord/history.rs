//! What was asked here before? Nothing is remembered for it: it is read from our messages.

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use serenity::all::{Message as Posted, MessageType};
use tokio::time::Instant;

use super::bot::{Bot, Me};
use super::failure::Failure;
use super::message;
use super::request::Request;
use super::rest::Call;
use super::whereabouts;

/// How old our last message in a conversation may be, so that the next question can lean on it.
const CONVERSATION: Duration = Duration::from_secs(3600);
/// Messages looked through for it.
const LOOKED_THROUGH: u8 = 20;
/// Messages looked through for our answer to one that was edited.
const LOOKED_AFTER: u8 = 50;

/// The request that a message of ours answers.
pub(super) fn request_of(posted: &Posted) -> Option<Request> {
    let embed = posted.embeds.first();
    message::request_of(
        &posted.content,
        embed.and_then(|embed| embed.author.as_ref()).map(|author| author.name.as_str()),
        embed.and_then(|embed| embed.footer.as_ref()).map(|footer| footer.text.as_str()),
    )
}

/// The questions that were answered in a direct channel, or a thread of `thread_of`, before an event with the id `before`: from our last
/// answer there, or from what the thread was made from. In a channel of many only our answers to the user `with` count.
pub(super) async fn conversation(
    bot: &Bot,
    me: Me,
    (channel, thread_of): (u64, Option<u64>),
    with: Option<u64>,
    before: u64,
    deadline: Instant,
) -> Vec<String> {
    let what = format!("/messages?before={before}&limit={LOOKED_THROUGH}");
    let call = Call::channel(Method::GET, channel, &what, None);
    let messages = bot.rest.send(&call, deadline).await.unwrap_or_default();
    let read = |message: &Value| serde_json::from_value::<Posted>(message.clone()).ok();
    let earlier: Vec<Posted> = messages.as_array().into_iter().flatten().filter_map(read).collect();
    let ours = |message: &&Posted| message.author.id.get() == me.user;
    // Ids tell the time.
    let age = |message: &Posted| Duration::from_millis((before >> 22).saturating_sub(message.id.get() >> 22));
    let to_them = |message: &&Posted| {
        let asked = message.referenced_message.as_ref();
        with.is_none_or(|user| asked.is_some_and(|asked| asked.author.id.get() == user))
    };
    let recent = earlier.iter().filter(ours).filter(to_them).filter(|message| age(message) <= CONVERSATION);
    // The first message of a thread that was made from one of ours.
    let starters = earlier.iter().filter(|message| message.kind == MessageType::ThreadStarterMessage);
    let starters = starters.filter_map(|message| message.referenced_message.as_deref()).filter(ours);
    if let Some(last) = recent.chain(starters).find_map(request_of) {
        return last.turns();
    }
    match thread_of {
        Some(parent) => starter(bot, me, parent, channel, deadline).await,
        None => Vec::new(),
    }
}

/// The questions behind the message that a thread was made from, which has the thread's id and stands in its channel: an answer of ours, or
/// a question to us. However old it is: whoever writes in its thread means it.
async fn starter(bot: &Bot, me: Me, parent: u64, thread: u64, deadline: Instant) -> Vec<String> {
    let call = Call::channel(Method::GET, parent, &format!("/messages/{thread}"), None);
    let Ok(value) = bot.rest.send(&call, deadline).await else { return Vec::new() };
    let Ok(message) = serde_json::from_value::<Posted>(value) else { return Vec::new() };
    if message.author.id.get() == me.user {
        return request_of(&message).map(|request| request.turns()).unwrap_or_default();
    }
    let asked = question(me, None, &message.content);
    if mentions(me, &message) && !asked.is_empty() { vec![asked] } else { Vec::new() }
}

/// Channel and id of our answer to a message, which stands among the next ones of its channel; `None` where there is none.
///
/// # Errors
/// Where the bot cannot read there.
pub(super) async fn answer_to(
    bot: &Bot,
    me: Me,
    posted: &Posted,
    deadline: Instant,
) -> Result<Option<(u64, u64)>, Failure> {
    let channel = posted.channel_id.get();
    let what = format!("/messages?after={}&limit={LOOKED_AFTER}", posted.id);
    let later = bot.rest.send(&Call::channel(Method::GET, channel, &what, None), deadline).await?;
    let is_answer = |message: &&Value| {
        let to = whereabouts::id(&message["message_reference"]["message_id"]);
        whereabouts::id(&message["author"]["id"]) == Some(me.user) && to == Some(posted.id.get())
    };
    let found = later.as_array().into_iter().flatten().find(is_answer);
    Ok(found.and_then(|message| whereabouts::id(&message["id"])).map(|answer| (channel, answer)))
}

/// Whether a message mentions the bot by name.
pub(super) fn mentions(me: Me, posted: &Posted) -> bool {
    posted.mentions.iter().any(|user| user.id.get() == me.user)
}

/// The text without the mention of the bot.
pub(super) fn question(me: Me, role: Option<u64>, content: &str) -> String {
    let mut mentions = vec![format!("<@{}>", me.user), format!("<@!{}>", me.user)];
    mentions.extend(role.map(|role| format!("<@&{role}>")));
    let text = mentions.iter().fold(content.to_owned(), |text, mention| text.replace(mention, " "));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

//! What was asked here before? Nothing is stored for this: it is read from the bot's own messages.

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

/// How old our last message in a conversation may be for the next question to refer to it.
const CONVERSATION: Duration = Duration::from_secs(3600);
/// Number of messages searched for it.
const LOOKED_THROUGH: u8 = 20;
/// Number of messages searched for our answer to an edited question.
const LOOKED_AFTER: u8 = 50;

/// Returns the request that a message of ours answers.
pub(super) fn request_of(posted: &Posted) -> Option<Request> {
    let embed = posted.embeds.first();
    message::request_of(
        &posted.content,
        embed.and_then(|embed| embed.author.as_ref()).map(|author| author.name.as_str()),
        embed.and_then(|embed| embed.footer.as_ref()).map(|footer| footer.text.as_str()),
    )
}

/// Returns the questions answered in a direct channel, or in a thread of `thread_of`, before the event with
/// the id `before`: from our last answer there, or from the message the thread was started on. With `with`,
/// only our answers to that user count; used in channels with many people.
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
    // A message id contains its time.
    let age = |message: &Posted| Duration::from_millis((before >> 22).saturating_sub(message.id.get() >> 22));
    let to_them = |message: &&Posted| {
        let asked = message.referenced_message.as_ref();
        with.is_none_or(|user| asked.is_some_and(|asked| asked.author.id.get() == user))
    };
    let recent = earlier.iter().filter(ours).filter(to_them).filter(|message| age(message) <= CONVERSATION);
    // The first message of a thread that was started on one of ours.
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

/// Returns the questions of the message that a thread was started on: an answer of ours, or a question to us.
/// Its age does not matter: whoever writes in its thread refers to it. The message is in the parent channel
/// and has the thread's id.
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

/// Returns channel and id of our answer to a message, searched for among the messages that follow it in the
/// channel; `None` if there is none.
///
/// # Errors
/// If the bot cannot read the channel.
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

/// Returns whether a message mentions the bot by name.
pub(super) fn mentions(me: Me, posted: &Posted) -> bool {
    posted.mentions.iter().any(|user| user.id.get() == me.user)
}

/// Returns the text without the mention of the bot.
pub(super) fn question(me: Me, role: Option<u64>, content: &str) -> String {
    let mut mentions = vec![format!("<@{}>", me.user), format!("<@!{}>", me.user)];
    mentions.extend(role.map(|role| format!("<@&{role}>")));
    let text = mentions.iter().fold(content.to_owned(), |text, mention| text.replace(mention, " "));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

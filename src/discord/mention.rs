//! Somebody wrote a message to the bot: a mention, a reply or a direct message.
//!
//! The bot answers with a reply. Earlier questions are not stored but read: from the message of ours that is
//! replied to; in a thread or in direct messages, from our last message there or from the message the thread
//! was started on. When a question is edited within a few minutes, the answer changes with it.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use serenity::all::{Message as Posted, MessageType, MessageUpdateEvent};
use tokio::time::Instant;

use super::attachment::{self, Files};
use super::bot::{Bot, Me, Work};
use super::exchange;
use super::failure::Failure;
use super::given::{Answered, FOLLOWED};
use super::history::{answer_to, conversation, mentions, question, request_of};
use super::message::{Message, units};
use super::metrics::Count;
use super::page::Place;
use super::post;
use super::posted::{self, Read};
use super::reply;
use super::request::{Command, LONGEST, Request};
use super::rest::Call;
use super::text;
use super::whereabouts;
use crate::question::{Chatter, chatter, goes_on, points};

/// How long an answer may take; after that nobody waits for it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Answers a message if it is meant for the bot.
pub(super) async fn message(bot: &Arc<Bot>, posted: &Posted) {
    let Some(me) = bot.me.get().copied() else { return };
    if !is_question(bot, me, posted) {
        return;
    }
    if !bot.seen.is_new(posted.id.get()) {
        return bot.metrics.count(Count::Duplicate);
    }
    bot.metrics.count(Count::Message);
    let slot = bot.given.slot(posted.id.get());
    let mut answered = slot.lock().await;
    let answer = answer(bot, me, posted, None).await;
    *answered = Some(Answered { posted: Box::new(posted.clone()), answer });
}

/// Answers an edited message again, replacing the earlier answer, if the edit came soon enough.
pub(super) async fn edited(bot: &Arc<Bot>, event: &MessageUpdateEvent) {
    let Some(me) = bot.me.get().copied() else { return };
    let id = event.id.get();
    let before = match bot.given.known(id) {
        Some(slot) => slot.lock().await.clone(),
        None => None,
    };
    let Some(posted) = whole(event, before.as_ref()) else { return };
    // Without an edit time this is not an edit: Discord only added a link preview.
    let Some(edited) = posted.edited_timestamp else { return };
    let age = edited.unix_timestamp() - posted.timestamp.unix_timestamp();
    let is_old = u64::try_from(age).is_ok_and(|age| age > FOLLOWED.as_secs());
    if is_old || !is_question(bot, me, &posted) {
        return;
    }
    let slot = bot.given.slot(id);
    let mut answered = slot.lock().await;
    if answered.as_ref().is_some_and(|answered| answered.posted.content == posted.content) {
        return;
    }
    let earlier = match answered.as_ref() {
        Some(answered) => answered.answer,
        // It may have been answered before a restart.
        None => match answer_to(bot, me, &posted, Instant::now() + PATIENCE).await {
            Ok(answer) => answer,
            // A second answer would be worse than an outdated one.
            Err(failure) => {
                return tracing::info!(cause = %failure, "the answer to an edited question was not updated");
            }
        },
    };
    bot.metrics.count(Count::Message);
    let answer = answer(bot, me, &posted, earlier).await;
    *answered = Some(Answered { posted: Box::new(posted), answer: answer.or(earlier) });
}

/// Returns the whole message after an update. An update may omit any field; omitted fields are unchanged.
fn whole(event: &MessageUpdateEvent, before: Option<&Answered>) -> Option<Posted> {
    if let Some(before) = before {
        let mut posted = Posted::clone(&before.posted);
        event.apply_to_message(&mut posted);
        return Some(posted);
    }
    let mut value = serde_json::to_value(event).ok()?;
    value.as_object_mut()?.retain(|_, field| !field.is_null());
    serde_json::from_value(value).ok()
}

/// Answers a message, with a new message or by editing the `earlier` one, and returns channel and id of the
/// answer, if there is one.
async fn answer(bot: &Arc<Bot>, me: Me, posted: &Posted, earlier: Option<(u64, u64)>) -> Option<(u64, u64)> {
    let deadline = Instant::now() + PATIENCE;
    let place = Channel::of(bot, posted, deadline).await;
    let settings = bot.settings.get(place.guild);
    // In a channel that is not allowed, a mention is ignored: there is no way to answer only the person who
    // asked.
    if !whereabouts::is_allowed(bot, &settings, place.id, place.parent, deadline).await {
        return None;
    }
    let to = To { posted, earlier, deadline };
    if posted.content.is_empty() && mentions_role(bot, me, posted) {
        // Without the message content intent, Discord shows the bot only messages that mention it by name.
        let hint = format!(
            "Mention me by name, <@{}>, and ask: Discord does not show me what mentions only my role.",
            me.user
        );
        return deliver(bot, &to, &Message::text(&hint)).await;
    }
    let mut question = question(me, own_role(bot, me, posted), &posted.content);
    let is_bare = question.is_empty();
    let files = if is_bare || points(&question) {
        attachment::read(bot, posted, deadline.min(Instant::now() + exchange::FILES)).await
    } else {
        Files::unread(posted)
    };
    // Discord turns a message that is too long into a file. If the file is all that was sent, it is the
    // message.
    if is_bare && let Some(text) = files.texts.first().filter(|text| units(text) <= LONGEST) {
        question = text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    let pointed = pointed(bot, me, posted, (&question, is_bare), &files.texts).await;
    if pointed.is_none()
        && let Some(reply) = unasked(me, posted, &question, &files)
    {
        return match reply {
            Some(message) => deliver(bot, &to, &message).await,
            None => None,
        };
    }
    // An edited question is still the same question, so its pause has already been counted.
    let pause = if earlier.is_some() { 0 } else { settings.cooldown };
    if let Err(wait) = bot.cooldowns.ask(posted.author.id.get(), place.guild, pause) {
        bot.metrics.count(Count::Cooldown);
        wait_told(bot, posted, wait, deadline).await;
        return None;
    }
    bot.probe(Work::Answer);
    let request = match pointed {
        Some(request) => request,
        None => {
            let history = history(bot, me, posted, &question, place, deadline).await;
            Request::new(Command::Ask, &question).with_history(&history)
        }
    };
    let message = found(bot, posted, place.guild, request).await;
    deliver(bot, &to, &files.told(message)).await
}

/// Returns the reply to a message that is not a question; `Some(None)` means no reply, `None` that it is a
/// question.
fn unasked(me: Me, posted: &Posted, question: &str, files: &Files) -> Option<Option<Message>> {
    let others = posted.referenced_message.as_ref().is_some_and(|replied| replied.author.id.get() != me.user);
    if others && points(question) {
        return Some(Some(Message::text(text::UNSEEN)));
    }
    let is_linked = || posted::addresses(question).iter().any(|link| posted::is_page(link));
    Some(match chatter(question)? {
        Chatter::Idle if question.is_empty() => Some(files.told(text::hint())),
        Chatter::Greeting => Some(text::hint()),
        Chatter::Help => Some(text::help()),
        Chatter::Idle if is_linked() => Some(Message::text(text::NO_ARTICLE)),
        Chatter::Thanks | Chatter::Idle => None,
    })
}

/// Returns the answer to a request, or an apology.
async fn found(bot: &Arc<Bot>, posted: &Posted, guild: Option<u64>, request: Request) -> Message {
    let place = Place::first(Some(posted.author.id.get()));
    match bot.with_index(exchange::shown(bot, guild, request, place)).await {
        Ok(message) => message.unwrap_or_else(exchange::not_yet),
        Err(error) => {
            bot.metrics.count(Count::Error);
            let reference = reply::reference(posted.id.get());
            tracing::error!(reference, cause = format!("{error:#}"), "no answer");
            reply::apology(&reference)
        }
    }
}

/// Tells the user how long to wait: by direct message, and not often.
async fn wait_told(bot: &Bot, posted: &Posted, wait: Duration, deadline: Instant) {
    if !bot.cooldowns.is_to_be_told(posted.author.id.get()) {
        return;
    }
    let message = Message::text(&exchange::pause(wait));
    if let Ok(direct) = post::open_direct(bot, posted.author.id.get(), deadline).await
        && let Err(failure) = post::send(bot, direct, message.body(), deadline).await
    {
        tracing::info!(cause = %failure, "a user could not be told how long to wait");
    }
}

/// Apologises for a message whose answer failed.
pub(super) async fn apologise(bot: &Bot, posted: &Posted) {
    let message = reply::apology(&reply::reference(posted.id.get()));
    deliver(bot, &To { posted, earlier: None, deadline: Instant::now() + PATIENCE }, &message).await;
}

/// Returns whether a person wrote to the bot. Other bots, webhooks and system messages are not answered: two
/// bots could go on for ever.
fn is_question(bot: &Bot, me: Me, posted: &Posted) -> bool {
    if posted.author.bot || posted.webhook_id.is_some() || posted.author.id.get() == me.user {
        return false;
    }
    if !matches!(posted.kind, MessageType::Regular | MessageType::InlineReply) {
        return false;
    }
    posted.guild_id.is_none() || mentions(me, posted) || mentions_role(bot, me, posted)
}

/// Returns whether a message mentions the role that Discord created for the bot. Clients suggest the role
/// next to the bot, under the same name.
fn mentions_role(bot: &Bot, me: Me, posted: &Posted) -> bool {
    own_role(bot, me, posted).is_some_and(|own| posted.mention_roles.iter().any(|role| role.get() == own))
}

fn own_role(bot: &Bot, me: Me, posted: &Posted) -> Option<u64> {
    let roles = bot.roles.read().unwrap_or_else(PoisonError::into_inner);
    roles.get(&posted.guild_id?.get())?.get(&me.user).copied()
}

/// Returns the request for content other than words to the bot: a block quote, a text file, a forwarded
/// message, a link to an article on record, or the replied-to message of somebody else if the bot is asked
/// whose words it contains. Returns `None` if the message has a question of its own. `is_bare` means that
/// nothing was written besides the files.
async fn pointed(
    bot: &Arc<Bot>,
    me: Me,
    posted: &Posted,
    (question, is_bare): (&str, bool),
    files: &[String],
) -> Option<Request> {
    let others = posted.referenced_message.as_ref().filter(|replied| replied.author.id.get() != me.user);
    // What was written to the bot only refers to the rest.
    let rest = || {
        let mut rest = posted.clone();
        rest.content.clear();
        rest
    };
    let is_long = files.iter().any(|text| units(text) > LONGEST);
    let read = match others {
        _ if !files.is_empty() && (points(question) || is_bare && is_long) => posted::read(&rest(), files),
        Some(replied) if points(question) => posted::read(replied, &[]),
        _ if posted::has_block(&posted.content) => posted::read(posted, &[]),
        _ if !posted.message_snapshots.is_empty() && (points(question) || chatter(question).is_some()) => {
            posted::read(&rest(), &[])
        }
        _ if chatter(question) == Some(Chatter::Idle) => {
            Read { links: posted::addresses(question), ..Read::default() }
        }
        _ => return None,
    };
    exchange::request_for(bot, &read).await
}

/// The channel of a message.
#[derive(Clone, Copy)]
struct Channel {
    id: u64,
    guild: Option<u64>,
    is_thread: bool,
    /// The parent channel of a thread, or the category of a channel.
    parent: Option<u64>,
}

impl Channel {
    /// Asks Discord what kind of channel it is; if that fails, it counts as not a thread.
    async fn of(bot: &Bot, posted: &Posted, deadline: Instant) -> Self {
        let (id, guild) = (posted.channel_id.get(), posted.guild_id.map(|guild| guild.get()));
        let bare = Self { id, guild, is_thread: false, parent: None };
        if guild.is_none() {
            return bare;
        }
        let Some(channel) = whereabouts::of(bot, id, deadline).await else { return bare };
        // Types 10 to 12 are threads.
        let is_thread = channel["type"].as_u64().is_some_and(|kind| (10..=12).contains(&kind));
        Self { is_thread, parent: whereabouts::id(&channel["parent_id"]), ..bare }
    }
}

/// Returns the questions before this one.
async fn history(
    bot: &Bot,
    me: Me,
    posted: &Posted,
    question: &str,
    place: Channel,
    deadline: Instant,
) -> Vec<String> {
    if let Some(replied) = &posted.referenced_message {
        let ours = replied.author.id.get() == me.user;
        return if ours {
            request_of(replied).map(|request| request.turns()).unwrap_or_default()
        } else {
            Vec::new()
        };
    }
    // In a channel with many people, only an obvious follow-up refers to an earlier answer, and only to one
    // given to the same person.
    let alone = place.guild.is_none() || place.is_thread;
    if !alone && !goes_on(question) {
        return Vec::new();
    }
    let thread_of = place.parent.filter(|_| place.is_thread);
    let with = (!alone).then(|| posted.author.id.get());
    conversation(bot, me, (place.id, thread_of), with, posted.id.get(), deadline).await
}

/// A message to be answered.
struct To<'a> {
    posted: &'a Posted,
    /// Channel and id of the answer to be edited.
    earlier: Option<(u64, u64)>,
    deadline: Instant,
}

/// Replies, or sends a direct message if the bot may not write here or AutoMod blocks the text. Returns
/// channel and id of the answer.
async fn deliver(bot: &Bot, to: &To<'_>, message: &Message) -> Option<(u64, u64)> {
    let channel = to.posted.channel_id.get();
    let message = &message.deletable(to.posted.author.id.get());
    let failure = match post(bot, to, message).await {
        Ok(at) => return at,
        Err(failure) => failure,
    };
    let is_refused = matches!(failure, Failure::Forbidden(_) | Failure::Blocked);
    if is_refused
        && to.posted.guild_id.is_some()
        && let Some(at) = instead(bot, to, message, channel, failure).await
    {
        return Some(at);
    }
    bot.metrics.count(Count::Undelivered);
    let reference = reply::reference(to.posted.id.get());
    tracing::warn!(reference, cause = %failure, "an answer could not be posted");
    None
}

/// Answers by direct message. If that is not possible either, says so as well as it can: with a line that
/// does not contain the quote, or with a reaction.
async fn instead(
    bot: &Bot,
    to: &To<'_>,
    message: &Message,
    channel: u64,
    failure: Failure,
) -> Option<(u64, u64)> {
    let why = match failure {
        Failure::Blocked => format!("AutoMod refuses this answer in <#{channel}>, so it comes here."),
        _ => format!("I may not write in <#{channel}>, so the answer comes here."),
    };
    if let Ok(direct) = post::open_direct(bot, to.posted.author.id.get(), to.deadline).await
        && let Ok(sent) = post::send(bot, direct, message.below(&why).body(), to.deadline).await
    {
        return Some((direct, sent));
    }
    if failure == Failure::Blocked {
        let line = Message::text(
            "AutoMod on this server refuses the words of this answer. `/ask` shows it to you alone.",
        );
        return post(bot, to, &line).await.ok().flatten();
    }
    let sign = format!("/messages/{}/reactions/{MUTE}/@me", to.posted.id);
    let call = Call::channel(Method::PUT, channel, &sign, None);
    let _ = bot.rest.send(&call, to.deadline).await;
    None
}

/// The "muted speaker" emoji, percent-encoded for a URL.
const MUTE: &str = "%F0%9F%94%87";

/// Posts a reply or edits the earlier one. If the bot may not embed or may not reference the message, sends
/// the reply without. Returns `None` if the earlier reply is gone: whoever deleted it does not want one.
async fn post(bot: &Bot, to: &To<'_>, message: &Message) -> Result<Option<(u64, u64)>, Failure> {
    if let Some((channel, earlier)) = to.earlier {
        return match post::edit(bot, (channel, earlier), message.body(), to.deadline).await {
            Ok(()) => Ok(to.earlier),
            Err(Failure::Gone(_)) => Ok(None),
            Err(failure) => Err(failure),
        };
    }
    let channel = to.posted.channel_id.get();
    let id = to.posted.id.to_string();
    let body = |message: &Message, is_reply: bool| {
        let mut body = message.body();
        if is_reply {
            body["message_reference"] = json!({"message_id": id, "fail_if_not_exists": false});
        }
        // If the same request arrives twice, Discord returns the first message instead of posting another.
        body["nonce"] = json!(id);
        body["enforce_nonce"] = json!(true);
        body
    };
    let mut sent = post::send(bot, channel, body(message, true), to.deadline).await;
    if let Err(Failure::Forbidden(code)) = sent
        && (code == NO_HISTORY || !message.asked.is_empty())
    {
        let message = message.without_embed();
        sent = post::send(bot, channel, body(&message, code != NO_HISTORY), to.deadline).await;
    }
    sent.map(|sent| Some((channel, sent)))
}

/// Discord's error code for a reply where the bot may not read the message history.
const NO_HISTORY: u64 = 160_002;

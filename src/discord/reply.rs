//! Somebody used a command or clicked: how are they answered, whatever goes wrong on the way?
//!
//! Discord waits three seconds for an acknowledgement, then the token lives for 15 minutes. So an interaction is acknowledged
//! before anything is looked up, and the answer then fills the acknowledged message; both are sent again until they arrive or their
//! time is over (see [`super::rest`]).

use std::fmt;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use serenity::all::{
    ChannelType, CommandInteraction, ComponentInteraction, Member, Message as Posted, MessageFlags,
    PartialChannel, Permissions,
};
use tokio::time::Instant;

use super::bot::Bot;
use super::failure::Failure;
use super::message::Message;
use super::post;
use super::rest::Call;

/// How long Discord waits for an acknowledgement, less what a slow network takes.
const ACKNOWLEDGE: Duration = Duration::from_millis(2800);
/// How long the token of an interaction lives, less the same.
const LIFE: Duration = Duration::from_secs(15 * 60 - 10);

/// Discord's types of callbacks and its flag for a message that only one person sees.
const MESSAGE: u8 = 4;
const DEFERRED_MESSAGE: u8 = 5;
const DEFERRED_UPDATE: u8 = 6;
const EPHEMERAL: u64 = 1 << 6;

/// An interaction: who, where, and how to answer.
#[derive(Clone)]
pub(super) struct Origin {
    pub(super) id: u64,
    application: u64,
    token: String,
    pub(super) user: u64,
    pub(super) guild: Option<u64>,
    pub(super) channel: u64,
    /// The message whose button was clicked, where everybody sees it.
    message: Option<u64>,
    /// The channel a thread belongs to, or the category of a channel.
    pub(super) parent: Option<u64>,
    pub(super) is_thread: bool,
    /// Whether the user may manage the server.
    pub(super) manages: bool,
    /// Whether the user may delete messages of others here.
    pub(super) moderates: bool,
    received: Instant,
}

impl fmt::Debug for Origin {
    /// Without the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Origin").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Origin {
    pub(super) fn of_command(interaction: &CommandInteraction) -> Self {
        Self {
            id: interaction.id.get(),
            application: interaction.application_id.get(),
            token: interaction.token.clone(),
            user: interaction.user.id.get(),
            guild: interaction.guild_id.map(|guild| guild.get()),
            channel: interaction.channel_id.get(),
            message: None,
            parent: parent(interaction.channel.as_ref()),
            is_thread: interaction.channel.as_ref().is_some_and(is_thread),
            manages: may(interaction.member.as_deref(), Permissions::MANAGE_GUILD),
            moderates: may(interaction.member.as_deref(), Permissions::MANAGE_MESSAGES),
            received: Instant::now(),
        }
    }

    pub(super) fn of_component(interaction: &ComponentInteraction) -> Self {
        Self {
            id: interaction.id.get(),
            application: interaction.application_id.get(),
            token: interaction.token.clone(),
            user: interaction.user.id.get(),
            guild: interaction.guild_id.map(|guild| guild.get()),
            channel: interaction.channel_id.get(),
            message: is_public(&interaction.message).then(|| interaction.message.id.get()),
            parent: parent(interaction.channel.as_ref()),
            is_thread: interaction.channel.as_ref().is_some_and(is_thread),
            manages: may(interaction.member.as_ref(), Permissions::MANAGE_GUILD),
            moderates: may(interaction.member.as_ref(), Permissions::MANAGE_MESSAGES),
            received: Instant::now(),
        }
    }

    /// What the user can name when they report a failure; the log has it as well.
    pub(super) fn reference(&self) -> String {
        reference(self.id)
    }

    pub(super) fn left(&self) -> Duration {
        LIFE.saturating_sub(self.received.elapsed())
    }
}

/// The short name of an event in apologies and in the log.
pub(super) fn reference(id: u64) -> String {
    blake3::hash(&id.to_le_bytes()).to_hex().chars().take(8).collect()
}

fn parent(channel: Option<&PartialChannel>) -> Option<u64> {
    channel.and_then(|channel| channel.parent_id).map(|parent| parent.get())
}

fn is_public(message: &Posted) -> bool {
    !message.flags.is_some_and(|flags| flags.contains(MessageFlags::EPHEMERAL))
}

fn is_thread(channel: &PartialChannel) -> bool {
    matches!(channel.kind, ChannelType::NewsThread | ChannelType::PublicThread | ChannelType::PrivateThread)
}

fn may(member: Option<&Member>, what: Permissions) -> bool {
    let permissions = member.and_then(|member| member.permissions).unwrap_or_default();
    permissions.intersects(what | Permissions::ADMINISTRATOR)
}

/// What becomes of the acknowledged interaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Becomes {
    /// A new message for everybody.
    Public,
    /// A new message for whoever asked.
    Private,
    /// The message of the button, changed.
    Update,
}

/// Acknowledges before the answer is looked up. A copy of the acknowledgement that had arrived already is one.
pub(super) async fn acknowledge(bot: &Bot, origin: &Origin, becomes: Becomes) -> Result<(), Failure> {
    let body = match becomes {
        Becomes::Public => json!({"type": DEFERRED_MESSAGE}),
        Becomes::Private => json!({"type": DEFERRED_MESSAGE, "data": {"flags": EPHEMERAL}}),
        Becomes::Update => json!({"type": DEFERRED_UPDATE}),
    };
    callback(bot, origin, body).await
}

/// Answers at once, for whoever asked only; for what needs no look-up.
pub(super) async fn answer_at_once(bot: &Bot, origin: &Origin, message: &Message) -> Result<(), Failure> {
    let mut data = message.body();
    data["flags"] = json!(EPHEMERAL);
    callback(bot, origin, json!({"type": MESSAGE, "data": data})).await
}

async fn callback(bot: &Bot, origin: &Origin, body: Value) -> Result<(), Failure> {
    let call = Call::acknowledge(origin.id, &origin.token, body);
    let sent = bot.rest.send(&call, origin.received + ACKNOWLEDGE).await;
    bot.metrics.acknowledged(origin.received.elapsed());
    match sent {
        Ok(_) | Err(Failure::Already) => Ok(()),
        Err(failure) => Err(failure),
    }
}

/// Fills the acknowledged message. Where Discord takes no embed here, the same comes as text, and where it takes no text of ours for
/// everybody, whoever asked gets it alone.
pub(super) async fn finish(
    bot: &Bot,
    origin: &Origin,
    becomes: Becomes,
    message: &Message,
) -> Result<(), Failure> {
    let mut sent = edit(bot, origin, message).await;
    if let Err(Failure::Forbidden(_)) = sent
        && !message.asked.is_empty()
    {
        sent = edit(bot, origin, &message.without_embed()).await;
    }
    bot.metrics.answered(origin.received.elapsed());
    match sent {
        Err(failure @ (Failure::Blocked | Failure::Forbidden(_))) => {
            privately(bot, origin, becomes, message, failure).await
        }
        // The quarter of an hour is over: the bot writes by itself.
        Err(Failure::Gone(TOKEN_OVER | HOOK_OVER)) => late(bot, origin, becomes, message).await,
        Err(Failure::Late(_)) if origin.left().is_zero() => late(bot, origin, becomes, message).await,
        sent => sent,
    }
}

/// Discord's codes for the token of an interaction that is no more.
const TOKEN_OVER: u64 = 50_027;
const HOOK_OVER: u64 = 10_015;

/// How long an answer after the end of its interaction may take.
const LATE: Duration = Duration::from_secs(60);

/// Answers where the interaction is no more: a page that was to be changed is changed, what everybody was to see is posted, and what is for
/// one person goes to them by direct message, as does what the bot may not post.
async fn late(bot: &Bot, origin: &Origin, becomes: Becomes, message: &Message) -> Result<(), Failure> {
    let deadline = Instant::now() + LATE;
    let here = match (becomes, origin.message) {
        (Becomes::Update, Some(shown)) => {
            Some(post::edit(bot, (origin.channel, shown), message.body(), deadline).await)
        }
        (Becomes::Public, _) => {
            let line = format!("<@{}>, this took longer than Discord waits:", origin.user);
            Some(post::send(bot, origin.channel, message.below(&line).body(), deadline).await.map(|_| ()))
        }
        _ => None,
    };
    if let Some(Ok(())) = here {
        return Ok(());
    }
    let direct = match origin.guild {
        Some(_) => post::open_direct(bot, origin.user, deadline).await.ok(),
        None => Some(origin.channel),
    };
    let Some(direct) = direct else { return Err(Failure::Gone(TOKEN_OVER)) };
    let line = format!("This took longer than Discord waits in <#{}>, so it comes here.", origin.channel);
    post::send(bot, direct, message.below(&line).body(), deadline).await.map(|_| ())
}

/// Shows whoever asked what could not be shown to everybody.
async fn privately(
    bot: &Bot,
    origin: &Origin,
    becomes: Becomes,
    message: &Message,
    failure: Failure,
) -> Result<(), Failure> {
    let why = match failure {
        Failure::Blocked => "AutoMod on this server refuses this answer, so only you see it.",
        _ => "I am not allowed to post this here, so only you see it.",
    };
    let deadline = origin.received + LIFE;
    if becomes == Becomes::Public {
        // As long as it shows "thinking…", what follows would fill it, for everybody.
        let gone = bot.rest.send(&Call::delete(origin.application, &origin.token), deadline).await;
        if gone.is_err() {
            edit(bot, origin, &Message::text("Only whoever asked sees this answer.")).await?;
        }
    }
    let follow_up = async |message: &Message| {
        let mut body = message.body();
        body["flags"] = json!(EPHEMERAL);
        let call = Call::follow_up(origin.application, &origin.token, body).with_files(&message.files);
        bot.rest.send(&call, deadline).await.map(|_| ())
    };
    match follow_up(&message.below(why)).await {
        Err(Failure::Blocked | Failure::Forbidden(_)) => {
            follow_up(&Message::text(
                "This server does not let me show this answer. Ask me in a direct message.",
            ))
            .await
        }
        sent => sent,
    }
}

/// Edits the answer; also again and again while something goes on.
pub(super) async fn edit(bot: &Bot, origin: &Origin, message: &Message) -> Result<(), Failure> {
    let call = Call::edit(origin.application, &origin.token, message.body()).with_files(&message.files);
    bot.rest.send(&call, origin.received + LIFE).await.map(|_| ())
}

/// Deletes the acknowledged message: `message`, where a button of it was clicked. By the interaction, which works also where the bot is
/// no member, else as the bot.
pub(super) async fn delete(bot: &Bot, origin: &Origin, message: &Posted) -> Result<(), Failure> {
    let deadline = origin.received + LIFE;
    let call = Call::delete(origin.application, &origin.token);
    if bot.rest.send(&call, deadline).await.is_ok() {
        return Ok(());
    }
    // Not always where it was clicked: a thread shows the message that it was made from.
    let (channel, what) = (message.channel_id.get(), format!("/messages/{}", message.id));
    let call = Call::channel(Method::DELETE, channel, &what, None);
    bot.rest.send(&call, deadline).await.map(|_| ())
}

/// Says that something went wrong: in the acknowledged message, or at once where there is none yet.
pub(super) async fn apologise(bot: &Bot, origin: &Origin) {
    let message = apology(&origin.reference());
    let sent = match edit(bot, origin, &message).await {
        Err(Failure::Gone(_)) => answer_at_once(bot, origin, &message).await,
        sent => sent,
    };
    if let Err(failure) = sent {
        tracing::warn!(reference = origin.reference(), cause = %failure, "an apology did not arrive");
    }
}

pub(super) fn apology(reference: &str) -> Message {
    Message::text(&format!(
        "Something went wrong on my side, and it was logged as `{reference}`. Asking again may help."
    ))
}

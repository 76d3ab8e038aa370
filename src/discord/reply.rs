//! Somebody used a command or clicked a button: how do they get an answer, whatever goes wrong on the way?
//!
//! Discord waits three seconds for an acknowledgement; after that, the interaction's token is valid for 15
//! minutes. So an interaction is acknowledged before anything is looked up, and the answer is filled in
//! later. Both requests are repeated until they succeed or their time is over (see [`super::rest`]).

use std::fmt;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use serenity::all::{
    ChannelType, CommandInteraction, ComponentInteraction, Member, Message as Posted, MessageFlags,
    ModalInteraction, PartialChannel, Permissions,
};
use tokio::time::Instant;

use super::bot::Bot;
use super::failure::Failure;
use super::message::Message;
use super::post;
use super::rest::Call;

/// How long Discord waits for an acknowledgement, minus an allowance for a slow network.
const ACKNOWLEDGE: Duration = Duration::from_millis(2800);
/// How long the token of an interaction is valid, minus an allowance.
const LIFE: Duration = Duration::from_secs(15 * 60 - 10);

/// Discord's interaction callback types, and its flag for a message that only one person sees.
const MESSAGE: u8 = 4;
const DEFERRED_MESSAGE: u8 = 5;
const DEFERRED_UPDATE: u8 = 6;
const FORM: u8 = 9;
const EPHEMERAL: u64 = 1 << 6;

/// An interaction: who used it, where, and how to answer.
#[derive(Clone)]
pub(super) struct Origin {
    pub(super) id: u64,
    application: u64,
    token: String,
    pub(super) user: u64,
    pub(super) guild: Option<u64>,
    pub(super) channel: u64,
    /// The message whose button was clicked, if everybody sees it.
    message: Option<u64>,
    /// The parent channel of a thread, or the category of a channel.
    pub(super) parent: Option<u64>,
    pub(super) is_thread: bool,
    /// Whether the user may manage the server.
    pub(super) manages: bool,
    /// Whether the user may delete other people's messages here.
    pub(super) moderates: bool,
    received: Instant,
}

impl fmt::Debug for Origin {
    /// Omits the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Origin").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The origin of an interaction: the kinds of interactions have the same fields but no common trait.
macro_rules! origin {
    ($interaction:expr, $channel:expr, $member:expr, $message:expr) => {
        Self {
            id: $interaction.id.get(),
            application: $interaction.application_id.get(),
            token: $interaction.token.clone(),
            user: $interaction.user.id.get(),
            guild: $interaction.guild_id.map(|guild| guild.get()),
            channel: $interaction.channel_id.get(),
            message: $message,
            parent: parent($channel),
            is_thread: $channel.is_some_and(is_thread),
            manages: may($member, Permissions::MANAGE_GUILD),
            moderates: may($member, Permissions::MANAGE_MESSAGES),
            received: Instant::now(),
        }
    };
}

impl Origin {
    pub(super) fn of_command(interaction: &CommandInteraction) -> Self {
        let channel = interaction.channel.as_ref();
        origin!(interaction, channel, interaction.member.as_deref(), None)
    }

    pub(super) fn of_component(interaction: &ComponentInteraction) -> Self {
        let message = is_public(&interaction.message).then(|| interaction.message.id.get());
        origin!(interaction, interaction.channel.as_ref(), interaction.member.as_ref(), message)
    }

    pub(super) fn of_modal(interaction: &ModalInteraction) -> Self {
        origin!(interaction, interaction.channel.as_ref(), interaction.member.as_ref(), None)
    }

    /// Returns the reference that a user can quote when reporting a failure; the log has it too.
    pub(super) fn reference(&self) -> String {
        reference(self.id)
    }

    pub(super) fn left(&self) -> Duration {
        LIFE.saturating_sub(self.received.elapsed())
    }
}

/// Returns the short reference of an event for apologies and the log.
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

/// What an acknowledged interaction turns into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Becomes {
    /// A new message that everybody sees.
    Public,
    /// A new message that only the user sees.
    Private,
    /// An edit of the message with the button.
    Update,
}

/// Acknowledges before the answer is looked up. "Already acknowledged" counts as success: an earlier copy of
/// the request arrived.
pub(super) async fn acknowledge(bot: &Bot, origin: &Origin, becomes: Becomes) -> Result<(), Failure> {
    let body = match becomes {
        Becomes::Public => json!({"type": DEFERRED_MESSAGE}),
        Becomes::Private => json!({"type": DEFERRED_MESSAGE, "data": {"flags": EPHEMERAL}}),
        Becomes::Update => json!({"type": DEFERRED_UPDATE}),
    };
    callback(bot, origin, body).await
}

/// Answers at once and privately; for answers that need no look-up.
pub(super) async fn answer_at_once(bot: &Bot, origin: &Origin, message: &Message) -> Result<(), Failure> {
    let mut data = message.body();
    data["flags"] = json!(EPHEMERAL);
    callback(bot, origin, json!({"type": MESSAGE, "data": data})).await
}

/// Opens a form, which is the answer to the click.
pub(super) async fn open(bot: &Bot, origin: &Origin, form: &Value) -> Result<(), Failure> {
    callback(bot, origin, json!({"type": FORM, "data": form})).await
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

/// Fills in the acknowledged message. If Discord accepts no embed here, the answer is sent as text only; if
/// the bot may not post it publicly, only the user gets it.
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
        // The 15 minutes are over, so the bot answers with a message of its own.
        Err(Failure::Gone(TOKEN_OVER | HOOK_OVER)) => late(bot, origin, becomes, message).await,
        Err(Failure::Late(_)) if origin.left().is_zero() => late(bot, origin, becomes, message).await,
        sent => sent,
    }
}

/// Discord's error codes for an expired interaction token.
const TOKEN_OVER: u64 = 50_027;
const HOOK_OVER: u64 = 10_015;

/// How long sending an answer after the end of its interaction may take.
const LATE: Duration = Duration::from_secs(60);

/// Answers after the interaction has expired: a page to be changed is edited, a public answer is posted in
/// the channel, and a private one, or one that the bot may not post, is sent by direct message.
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

/// Shows the user privately what could not be posted publicly.
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
        // As long as the public "thinking…" message exists, a follow-up would fill it, for everybody to see.
        let gone = bot.rest.send(&Call::delete(origin.application, &origin.token), deadline).await;
        if gone.is_err() {
            edit(bot, origin, &Message::text("Only the person who asked sees this answer.")).await?;
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

/// Edits the answer; can be called repeatedly to show progress.
pub(super) async fn edit(bot: &Bot, origin: &Origin, message: &Message) -> Result<(), Failure> {
    let call = Call::edit(origin.application, &origin.token, message.body()).with_files(&message.files);
    bot.rest.send(&call, origin.received + LIFE).await.map(|_| ())
}

/// Deletes the acknowledged message, which for a click is `message`. Uses the interaction, which works even
/// where the bot is not a member, otherwise the bot's own permissions.
pub(super) async fn delete(bot: &Bot, origin: &Origin, message: &Posted) -> Result<(), Failure> {
    let deadline = origin.received + LIFE;
    let call = Call::delete(origin.application, &origin.token);
    if bot.rest.send(&call, deadline).await.is_ok() {
        return Ok(());
    }
    // The message's channel may differ from the one of the click: a thread shows the message it was started
    // on.
    let (channel, what) = (message.channel_id.get(), format!("/messages/{}", message.id));
    let call = Call::channel(Method::DELETE, channel, &what, None);
    bot.rest.send(&call, deadline).await.map(|_| ())
}

/// Apologises for a failure: in the acknowledged message, or at once if there is none yet.
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

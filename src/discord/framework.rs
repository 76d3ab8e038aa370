//! An event came from the gateway: who handles it, and what if that panics?
//!
//! poise finds the command and reads its options. A guard around it ignores events that are delivered twice,
//! turns a panic anywhere into an apology, and tracks tasks in progress, so that stopping can wait for them.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, PoisonError};

use futures_util::FutureExt as _;
use serenity::all::{Client, Context, FullEvent, Guild, Interaction, Ready, Role};

use super::bot::{Bot, Me, Work};
use super::message::Message;
use super::metrics::Count;
use super::reply::{self, Origin};
use super::shards::Shards;
use super::{click, command, exchange, mention, report, sync};

type Inner = poise::Framework<Arc<Bot>, anyhow::Error>;

/// poise's framework with the guard around it.
pub(super) struct Guard {
    bot: Arc<Bot>,
    inner: Inner,
}

impl Guard {
    pub(super) fn new(bot: Arc<Bot>) -> Self {
        let shared = Arc::clone(&bot);
        let options = poise::FrameworkOptions {
            commands: command::all(),
            on_error: |error| Box::pin(failed(error)),
            initialize_owners: false,
            prefix_options: poise::PrefixFrameworkOptions { mention_as_prefix: false, ..Default::default() },
            allowed_mentions: Some(serenity::builder::CreateAllowedMentions::new()),
            ..Default::default()
        };
        let inner = Inner::new(options, move |_, _, _| {
            let bot = Arc::clone(&shared);
            Box::pin(async move { Ok(bot) })
        });
        Self { bot, inner }
    }

    /// Handles an event; returns `true` if poise should see it as well.
    async fn handle(&self, ctx: &Context, event: &FullEvent) -> bool {
        let bot = &self.bot;
        match event {
            FullEvent::InteractionCreate { interaction } => {
                if !bot.seen.is_new(interaction.id().get()) {
                    bot.metrics.count(Count::Duplicate);
                    return false;
                }
                if let Interaction::Command(_) = interaction {
                    bot.metrics.count(Count::Command);
                }
                if let Interaction::Component(component) = interaction {
                    bot.metrics.count(Count::Button);
                    click::click(bot, component).await;
                }
                if let Interaction::Modal(form) = interaction {
                    report::submitted(bot, form).await;
                }
                matches!(interaction, Interaction::Command(_) | Interaction::Autocomplete(_))
            }
            FullEvent::Message { new_message } => {
                mention::message(bot, new_message).await;
                false
            }
            FullEvent::MessageUpdate { event, .. } => {
                mention::edited(bot, event).await;
                false
            }
            FullEvent::GuildCreate { guild, .. } => {
                arrived(bot, guild);
                false
            }
            FullEvent::Ready { data_about_bot } => {
                ready(bot, data_about_bot);
                true
            }
            FullEvent::Resume { .. } => {
                bot.metrics.count(Count::Resume);
                tracing::info!(shard = ctx.shard_id.0, "resumed");
                false
            }
            FullEvent::GuildDelete { incomplete, .. } => {
                bot.probe(Work::Event);
                // "Unavailable" means an outage: the bot is still in the server.
                if !incomplete.unavailable {
                    forget(bot, incomplete.id.get());
                }
                false
            }
            _ => false,
        }
    }
}

#[serenity::async_trait]
impl serenity::framework::Framework for Guard {
    async fn init(&mut self, client: &Client) {
        self.inner.init(client).await;
    }

    async fn dispatch(&self, ctx: Context, event: FullEvent) {
        let _under_way = self.bot.tasks.token();
        let origin = Source::of(&event);
        let work = AssertUnwindSafe(async {
            if self.handle(&ctx, &event).await {
                self.inner.dispatch(ctx, event).await;
            }
        });
        if work.catch_unwind().await.is_err() {
            panicked(&self.bot, origin).await;
        }
    }
}

/// Whom to apologise to.
enum Source {
    Interaction(Origin),
    Message(Box<serenity::all::Message>),
    Nobody,
}

impl Source {
    fn of(event: &FullEvent) -> Self {
        match event {
            FullEvent::InteractionCreate { interaction: Interaction::Command(command) } => {
                Self::Interaction(Origin::of_command(command))
            }
            FullEvent::InteractionCreate { interaction: Interaction::Component(component) } => {
                Self::Interaction(Origin::of_component(component))
            }
            FullEvent::InteractionCreate { interaction: Interaction::Modal(form) } => {
                Self::Interaction(Origin::of_modal(form))
            }
            FullEvent::Message { new_message } => Self::Message(Box::new(new_message.clone())),
            _ => Self::Nobody,
        }
    }
}

async fn panicked(bot: &Bot, source: Source) {
    bot.metrics.count(Count::Panic);
    match source {
        Source::Interaction(origin) => {
            tracing::error!(reference = origin.reference(), "panic while answering");
            reply::apologise(bot, &origin).await;
        }
        Source::Message(posted) => {
            tracing::error!(reference = reply::reference(posted.id.get()), "panic while answering");
            mention::apologise(bot, &posted).await;
        }
        // Nobody is waiting for suggestions or events.
        Source::Nobody => tracing::error!("panic while handling an event"),
    }
}

/// Handles what poise could not pass on: options of another version of a command, a command that no longer
/// exists, a panic in one.
async fn failed(error: poise::FrameworkError<'_, Arc<Bot>, anyhow::Error>) {
    // The cause may contain what the user typed, so only its kind is logged.
    let (kind, is_panic) = match &error {
        poise::FrameworkError::CommandPanic { .. } => ("panic", true),
        poise::FrameworkError::ArgumentParse { .. } => ("an option cannot be read", false),
        poise::FrameworkError::CommandStructureMismatch { .. } => ("another version of the command", false),
        poise::FrameworkError::UnknownInteraction { .. } => ("no such command", false),
        _ => ("the framework", false),
    };
    let interaction = match (&error, error.ctx()) {
        (poise::FrameworkError::UnknownInteraction { framework, interaction, .. }, _) => {
            Some((Arc::clone(framework.user_data), *interaction, true))
        }
        (_, Some(poise::Context::Application(ctx))) => Some((
            Arc::clone(ctx.data()),
            ctx.interaction,
            ctx.interaction_type == poise::CommandInteractionType::Command,
        )),
        _ => None,
    };
    let Some((bot, interaction, waits)) = interaction else { return tracing::error!(kind, "no answer") };
    let origin = Origin::of_command(interaction);
    bot.metrics.count(if is_panic { Count::Panic } else { Count::Error });
    tracing::error!(reference = origin.reference(), kind, "no answer");
    if waits && is_panic {
        reply::apologise(&bot, &origin).await;
    } else if waits {
        let message = Message::text(
            "Discord showed you a command of an earlier version of me. Restart Discord (Ctrl+R on a computer) and use it again, or mention me with your question.",
        );
        exchange::told(&origin, reply::answer_at_once(&bot, &origin, &message).await);
    }
}

/// A session began: records the bot's ids, forgets servers that removed the bot meanwhile, and brings the
/// commands up to date.
fn ready(bot: &Arc<Bot>, ready: &Ready) {
    bot.metrics.count(Count::Identify);
    let me = Me { application: ready.application.id.get(), user: ready.user.id.get() };
    let first = bot.me.set(me).is_ok();
    let (shard, shards) = ready.shard.map_or((0, 1), |shard| (shard.id.0, shard.total));
    tracing::info!(shard, shards, servers = ready.guilds.len(), "connected");
    let here: HashSet<u64> = ready.guilds.iter().map(|guild| guild.id.get()).collect();
    let following = bot.follows.servers().unwrap_or_else(|error| {
        tracing::error!(cause = format!("{error:#}"), "what is followed cannot be read");
        BTreeSet::new()
    });
    let own = Shards { first: shard, last: shard, of: shards };
    let known: BTreeSet<u64> = bot.settings.guilds().into_iter().chain(following).collect();
    for guild in known {
        if own.holds(guild) && !here.contains(&guild) {
            forget(bot, guild);
        }
    }
    if first {
        let bot = Arc::clone(bot);
        if bot.leads() {
            tokio::spawn(async move { sync::sync(&bot, me).await });
        } else {
            bot.synced.cancel();
        }
    }
}

/// A server became available: at the start, after an outage, or because the bot was invited.
fn arrived(bot: &Arc<Bot>, guild: &Guild) {
    let id = guild.id.get();
    // Keep the roles of all bots: our own user id may not be known yet, because events are handled in
    // parallel.
    let of_bot = |role: &Role| Some((role.tags.bot_id?.get(), role.id.get()));
    let here: HashMap<u64, u64> = guild.roles.values().filter_map(of_bot).collect();
    let mut roles = bot.roles.write().unwrap_or_else(PoisonError::into_inner);
    // An entry from before means that an outage is over.
    let is_new = roles.insert(id, here).is_none();
    drop(roles);
    if is_new {
        let bot = Arc::clone(bot);
        tokio::spawn(async move { sync::remove_stale(&bot, id).await });
    }
}

fn forget(bot: &Arc<Bot>, guild: u64) {
    bot.roles.write().unwrap_or_else(PoisonError::into_inner).remove(&guild);
    let bot = Arc::clone(bot);
    tokio::task::spawn_blocking(move || {
        let forgotten = bot
            .follows
            .forget_server(guild)
            .and_then(|_| bot.reports.forget_server(guild))
            .and_then(|()| bot.settings.forget(guild));
        match forgotten {
            Ok(()) => tracing::info!(guild, "left a server; its settings and what it follows were deleted"),
            Err(error) => {
                tracing::error!(
                    guild,
                    cause = format!("{error:#}"),
                    "the data of a server cannot be deleted"
                );
            }
        }
    });
}

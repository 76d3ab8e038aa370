//! serenity as the bot: it must be able to read every event and every response, and to reconnect.

use std::sync::Arc;
use std::time::Duration;

use rapporteur::simulator::{Options, Request, Rule, Simulator};
use serde_json::json;
use serenity::all::{
    AutoArchiveDuration, ChannelId, ClientBuilder, Command, CommandInteraction, Context, CreateActionRow,
    CreateAttachment, CreateButton, CreateCommand, CreateCommandOption, CreateEmbed,
    CreateInteractionResponse, CreateInteractionResponseFollowup, CreateInteractionResponseMessage,
    CreateMessage, CreateThread, EditInteractionResponse, Event, GatewayIntents, GetMessages, GuildId,
    HttpBuilder, Interaction, MessageId, RawEventHandler, ShardManager, UserId,
};
use serenity::async_trait;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::peer::{LONG, start};

/// Answers `/ask`, and forwards the name of every event.
struct Handler(UnboundedSender<String>);

#[async_trait]
impl RawEventHandler for Handler {
    async fn raw_event(&self, context: Context, event: Event) {
        let name = match &event {
            Event::Unknown(unknown) => format!("unknown {}: {}", unknown.kind, unknown.value),
            known => known.name().unwrap_or_default(),
        };
        // At the end of a test nothing receives any more.
        let _ = self.0.send(name);
        if let Event::InteractionCreate(event) = event {
            let result = match event.interaction {
                Interaction::Command(command) => answer(&context, &command).await,
                Interaction::Component(click) => {
                    let message = CreateInteractionResponseMessage::new().content("page 2");
                    click.create_response(&context, CreateInteractionResponse::UpdateMessage(message)).await
                }
                other => panic!("an interaction of kind {:?}", other.kind()),
            };
            result.expect("serenity reads every answer");
        }
    }
}

async fn answer(context: &Context, command: &CommandInteraction) -> serenity::Result<()> {
    command.defer(context).await?;
    let row = CreateActionRow::Buttons(vec![CreateButton::new("page:2").label("Next")]);
    let embed = CreateEmbed::new().title("Angela Lee").description("“We will.”").field("More", "2", true);
    let edit = EditInteractionResponse::new().embed(embed).components(vec![row]);
    command.edit_response(context, edit).await?;
    command.get_response(context).await?;
    let file = CreateAttachment::bytes(b"a,b".to_vec(), "counts.csv");
    let more = CreateInteractionResponseFollowup::new().content("more").ephemeral(true).add_file(file);
    command.create_followup(context, more).await?;
    Ok(())
}

/// A running serenity client.
struct Running {
    shards: Arc<ShardManager>,
    http: Arc<serenity::http::Http>,
    events: UnboundedReceiver<String>,
    task: tokio::task::JoinHandle<serenity::Result<()>>,
}

impl Running {
    async fn start(simulator: &Simulator) -> Running {
        let (sender, events) = unbounded_channel();
        let http =
            HttpBuilder::new(simulator.token()).proxy(simulator.base()).ratelimiter_disabled(true).build();
        let intents = GatewayIntents::non_privileged();
        let client = ClientBuilder::new_with_http(http, intents).raw_event_handler(Handler(sender)).await;
        let mut client = client.expect("the client can be built");
        let (shards, http) = (client.shard_manager.clone(), client.http.clone());
        let task = tokio::spawn(async move { client.start().await });
        Running { shards, http, events, task }
    }

    /// Waits for an event; no event before it may be unknown to serenity.
    async fn event(&mut self, name: &str) {
        let search = async {
            loop {
                let next = self.events.recv().await.expect("the client runs");
                assert!(!next.starts_with("unknown"), "{next}");
                if next == name {
                    break;
                }
            }
        };
        tokio::time::timeout(LONG, search).await.unwrap_or_else(|_| panic!("{name} did not come"));
    }
}

#[tokio::test]
async fn serenity_reads_every_event_and_every_answer() {
    let simulator = start(Options::default()).await;
    let (owner, user) = (simulator.add_user("Angela Lee"), simulator.add_user("Omar Okafor"));
    let guild = simulator.add_guild("Newsroom", owner);
    let channel = simulator.add_channel(guild, "general");
    simulator.join(user, guild);
    let mut bot = Running::start(&simulator).await;
    bot.event("READY").await;
    bot.event("GUILD_CREATE").await;

    let http = bot.http.clone();
    http.set_application_id(simulator.application().0.into());
    let option =
        CreateCommandOption::new(serenity::all::CommandOptionType::String, "question", "What").required(true);
    let ask =
        CreateCommand::new("ask").description("Ask").name_localized("uk", "запитати").add_option(option);
    Command::set_global_commands(&http, vec![ask]).await.expect("the commands are read");
    Command::get_global_commands_with_localizations(&http).await.expect("they are listed");
    http.get_current_application_info().await.expect("the application is read");
    http.get_bot_gateway().await.expect("the gateway is read");
    let here = ChannelId::new(channel.0);
    let home = GuildId::new(guild.0);
    home.to_partial_guild(&http).await.expect("the guild is read");
    home.channels(&http).await.expect("its channels are read");
    home.member(&http, UserId::new(user.0)).await.expect("its members are read");
    here.to_channel(&http).await.expect("the channel is read");

    let id = simulator.slash(user, channel, "ask", &json!({"question": "who?"})).expect("it is registered");
    bot.event("INTERACTION_CREATE").await;
    let outcome = simulator.settled(id, LONG).await;
    assert_eq!(outcome.text(), "Angela Lee\n“We will.”\nMore\n2");
    let followed = |request: &Request| request.method == "POST" && request.path.starts_with("/webhooks/");
    assert!(simulator.requested(LONG, followed).await);
    let more = simulator.outcome(id).follow_ups;
    assert_eq!(more[0]["attachments"][0]["filename"], "counts.csv");
    let message =
        outcome.message.and_then(|m| m["id"].as_str().and_then(|id| id.parse().ok())).expect("an answer");
    bot.event("MESSAGE_UPDATE").await;
    let click = simulator.click(owner, message, "page:2").expect("the button is there");
    bot.event("INTERACTION_CREATE").await;
    assert!(simulator.settled(click, LONG).await.text().starts_with("page 2"));

    let said = simulator.say(user, channel, "a question", None).expect("he may write");
    bot.event("MESSAGE_CREATE").await;
    here.broadcast_typing(&http).await.expect("the bot types");
    bot.event("TYPING_START").await;
    assert!(simulator.typing(channel).is_some());
    let reply = CreateMessage::new().content("an answer").reference_message((here, MessageId::new(said.0)));
    let reply = here.send_message(&http, reply).await.expect("the message is read");
    assert_eq!(reply.referenced_message.map(|message| message.id.get()), Some(said.0));
    here.messages(&http, GetMessages::new().limit(5)).await.expect("the messages are read");
    here.create_reaction(&http, reply.id, '👍').await.expect("the bot reacts");
    here.message(&http, reply.id).await.expect("the reaction is read");
    let thread = CreateThread::new("a question").auto_archive_duration(AutoArchiveDuration::OneDay);
    here.create_thread_from_message(&http, reply.id, thread).await.expect("the thread is read");
    bot.event("THREAD_CREATE").await;
    here.delete_message(&http, reply.id).await.expect("the bot may delete its own");
    bot.event("MESSAGE_DELETE").await;
    UserId::new(user.0).create_dm_channel(&http).await.expect("the channel is read");
    simulator.say(user, simulator.dm(user), "in private", None).expect("he may write");
    bot.event("MESSAGE_CREATE").await;

    let other = simulator.add_channel(guild, "other");
    bot.event("CHANNEL_CREATE").await;
    simulator.deny_bot(other, rapporteur::simulator::permission::SEND_MESSAGES);
    bot.event("CHANNEL_UPDATE").await;
    simulator.delete_channel(other);
    bot.event("CHANNEL_DELETE").await;
    simulator.add_role(guild, "editors", 0);
    bot.event("GUILD_ROLE_CREATE").await;
    simulator.outage(guild);
    bot.event("GUILD_DELETE").await;
    simulator.recovery(guild);
    bot.event("GUILD_CREATE").await;
    bot.shards.shutdown_all().await;
    bot.task.await.expect("no panic").expect("a clean end");
    assert_eq!(simulator.faults(), []);
}

#[tokio::test]
async fn serenity_reconnects_after_a_break() {
    let simulator = start(Options { heartbeat: Duration::from_millis(1500), ..Options::default() }).await;
    let owner = simulator.add_user("Angela Lee");
    let guild = simulator.add_guild("Newsroom", owner);
    let channel = simulator.add_channel(guild, "general");
    let mut bot = Running::start(&simulator).await;
    bot.event("GUILD_CREATE").await;
    simulator.drop_sockets();
    simulator.inject(Rule::slow_hello(Duration::from_millis(200)));
    simulator.say(owner, channel, "meanwhile", None).expect("she may write");
    bot.event("RESUMED").await;
    simulator.reconnect();
    bot.event("RESUMED").await;
    assert_eq!((simulator.identifies(), simulator.resumes()), (1, 2));
    bot.shards.shutdown_all().await;
    bot.task.await.expect("no panic").expect("a clean end");
}

//! The commands: each reads its options and calls [`exchange`] or the module that answers it.
//!
//! Names and descriptions in other languages are in [`super::locale`]. `/reindex`, `/add`, `/status` and
//! `/settings` need the Manage Server permission. Discord is asked to require it, and it is checked here
//! again, because a server's admins can give commands to anybody. `/reindex` and `/add` are in addition for
//! operators only, and not offered if there is no operator.

use std::sync::Arc;

use serenity::all::{Message as Posted, PartialChannel};

use super::bot::{Bot, Context};
use super::complete::{articles, followed, matters, outlets, parties, rounds, speakers, tags, topics};
use super::day::{self, End};
use super::message::Message;
use super::reply::{self, Origin};
use super::request::{Command, Request};
use super::{admin, exchange, follow, news, text};

/// Returns all commands, in the order they are shown.
pub(super) fn all() -> Vec<poise::Command<Arc<Bot>, anyhow::Error>> {
    vec![
        ask(),
        said(),
        who_said(),
        check(),
        latest(),
        article(),
        positions(),
        round(),
        speaker(),
        timeline(),
        export(),
        follow(),
        following(),
        unfollow(),
        status(),
        reindex(),
        add(),
        settings(),
        help(),
        privacy(),
        find_who_said_this(),
        check_this_quote(),
    ]
}

/// Ask in plain English who said what; follow-ups work by replying
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
async fn ask(
    ctx: Context<'_>,
    #[description = "Your question, such as: what did Ushakov say about territory?"]
    #[max_length = 1000]
    question: String,
    #[description = "Show the answer only to you"] private: Option<bool>,
) -> anyhow::Result<()> {
    exchange::ask(ctx.data(), &origin(ctx), Request::new(Command::Ask, &question), private).await;
    Ok(())
}

/// What somebody said, by topic, days and outlet
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
async fn said(
    ctx: Context<'_>,
    #[description = "Whose words, by any name"]
    #[autocomplete = "speakers"]
    #[max_length = 200]
    speaker: String,
    #[description = "What it is about"]
    #[autocomplete = "topics"]
    #[max_length = 200]
    topic: Option<String>,
    #[description = "The first day: 2025-12-02, 2 Dec, yesterday, last week, December"]
    #[max_length = 40]
    after: Option<String>,
    #[description = "The last day: 2025-12-02, 2 Dec, yesterday, last week, December"]
    #[max_length = 40]
    before: Option<String>,
    #[description = "Who published it"]
    #[autocomplete = "outlets"]
    #[max_length = 200]
    outlet: Option<String>,
    #[description = "Show the answer only to you"] private: Option<bool>,
) -> anyhow::Result<()> {
    let origin = origin(ctx);
    let today = super::bot::today();
    let read = |text: Option<&str>, end| {
        text.map(|text| day::parse(text, end, today).ok_or(text.to_owned())).transpose()
    };
    let days =
        read(after.as_deref(), End::First).and_then(|after| Ok((after, read(before.as_deref(), End::Last)?)));
    let (after, before) = match days {
        Ok(days) => days,
        Err(text) => {
            let message = Message::text(&text::no_day(&text));
            exchange::told(&origin, reply::answer_at_once(ctx.data(), &origin, &message).await);
            return Ok(());
        }
    };
    let request = Request::new(Command::Said, "")
        .with_speaker(Some(&speaker))
        .with_topic(topic.as_deref())
        .with_days(after, before)
        .with_outlet(outlet.as_deref());
    exchange::ask(ctx.data(), &origin, request, private).await;
    Ok(())
}

/// Who said these words, and whether they are on record as quoted
#[poise::command(
    slash_command,
    rename = "who-said",
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
async fn who_said(
    ctx: Context<'_>,
    #[description = "The words, exact or roughly remembered"]
    #[max_length = 1000]
    phrase: String,
    #[description = "Show the answer only to you"] private: Option<bool>,
) -> anyhow::Result<()> {
    exchange::ask(ctx.data(), &origin(ctx), Request::new(Command::WhoSaid, &phrase), private).await;
    Ok(())
}

/// Check whether a quote is on record, and what was changed if it is not
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
async fn check(
    ctx: Context<'_>,
    #[description = "The quote to check"]
    #[max_length = 1000]
    quote: String,
    #[description = "Who supposedly said it"]
    #[autocomplete = "speakers"]
    #[max_length = 200]
    speaker: Option<String>,
    #[description = "Show the answer only to you"] private: Option<bool>,
) -> anyhow::Result<()> {
    let request = Request::new(Command::Check, &quote).with_speaker(speaker.as_deref());
    exchange::ask(ctx.data(), &origin(ctx), request, private).await;
    Ok(())
}

/// The newest quotes, of all or of one speaker
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
async fn latest(
    ctx: Context<'_>,
    #[description = "Whose words, by any name"]
    #[autocomplete = "speakers"]
    #[max_length = 200]
    speaker: Option<String>,
    #[description = "What they are about"]
    #[autocomplete = "topics"]
    #[max_length = 200]
    topic: Option<String>,
    #[description = "Show the answer only to you"] private: Option<bool>,
) -> anyhow::Result<()> {
    let request =
        Request::new(Command::Latest, "").with_speaker(speaker.as_deref()).with_topic(topic.as_deref());
    exchange::ask(ctx.data(), &origin(ctx), request, private).await;
    Ok(())
}

/// All quotes of one article
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
async fn article(
    ctx: Context<'_>,
    #[description = "Its address, its id, or words of its title"]
    #[autocomplete = "articles"]
    #[max_length = 1000]
    article: String,
    #[description = "Show the answer only to you"] private: Option<bool>,
) -> anyhow::Result<()> {
    exchange::ask(ctx.data(), &origin(ctx), Request::new(Command::Article, &article), private).await;
    Ok(())
}

/// Where the parties stand on a matter, in their own words
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
async fn positions(
    ctx: Context<'_>,
    #[description = "The matter being negotiated, such as: territory"]
    #[autocomplete = "matters"]
    #[max_length = 200]
    matter: String,
    #[description = "Only this party, round by round"]
    #[autocomplete = "parties"]
    #[max_length = 200]
    party: Option<String>,
    #[description = "Only at this round of talks, and after it up to the next one"]
    #[autocomplete = "rounds"]
    #[max_length = 200]
    round: Option<String>,
    #[description = "Show the answer only to you"] private: Option<bool>,
) -> anyhow::Result<()> {
    let request =
        Request::new(Command::Positions, &matter).with_party(party.as_deref()).with_round(round.as_deref());
    exchange::ask(ctx.data(), &origin(ctx), request, private).await;
    Ok(())
}

/// Who met at a round of talks, and what each side said before, at and after it
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
async fn round(
    ctx: Context<'_>,
    #[description = "Its name or its place"]
    #[autocomplete = "rounds"]
    #[max_length = 200]
    name: String,
    #[description = "Show the answer only to you"] private: Option<bool>,
) -> anyhow::Result<()> {
    exchange::ask(ctx.data(), &origin(ctx), Request::new(Command::Round, &name), private).await;
    Ok(())
}

/// Who somebody is: offices, party, how often quoted, on what and where
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
async fn speaker(
    ctx: Context<'_>,
    #[description = "Who, by any name"]
    #[autocomplete = "speakers"]
    #[max_length = 200]
    name: String,
    #[description = "Show the answer only to you"] private: Option<bool>,
) -> anyhow::Result<()> {
    exchange::ask(ctx.data(), &origin(ctx), Request::new(Command::Speaker, &name), private).await;
    Ok(())
}

/// Get new quotes of a speaker or party, on a matter or from an outlet
#[poise::command(slash_command, install_context = "Guild|User", interaction_context = "Guild|BotDm")]
async fn follow(
    ctx: Context<'_>,
    #[description = "Whose words, by any name"]
    #[autocomplete = "speakers"]
    #[max_length = 200]
    speaker: Option<String>,
    #[description = "The party whose people are meant"]
    #[autocomplete = "parties"]
    #[max_length = 200]
    party: Option<String>,
    #[description = "The matter being negotiated"]
    #[autocomplete = "matters"]
    #[max_length = 200]
    matter: Option<String>,
    #[description = "Who published it"]
    #[autocomplete = "outlets"]
    #[max_length = 200]
    outlet: Option<String>,
    #[description = "Post it in this channel for everybody; for those who manage the server"] here: Option<
        bool,
    >,
) -> anyhow::Result<()> {
    let typed = follow::Typed { speaker, party, matter, outlet };
    follow::follow(ctx.data(), &origin(ctx), typed, here.unwrap_or_default()).await;
    Ok(())
}

/// What you and this channel follow
#[poise::command(slash_command, install_context = "Guild|User", interaction_context = "Guild|BotDm")]
async fn following(ctx: Context<'_>) -> anyhow::Result<()> {
    follow::following(ctx.data(), &origin(ctx)).await;
    Ok(())
}

/// Stop following something
#[poise::command(slash_command, install_context = "Guild|User", interaction_context = "Guild|BotDm")]
async fn unfollow(
    ctx: Context<'_>,
    #[description = "What is followed, by its name"]
    #[autocomplete = "followed"]
    #[max_length = 200]
    what: String,
    #[description = "What is posted in this channel; for those who manage the server"] here: Option<bool>,
) -> anyhow::Result<()> {
    follow::unfollow(ctx.data(), &origin(ctx), what, here.unwrap_or_default()).await;
    Ok(())
}

/// A picture of who spoke how often on what, with the rounds of talks
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
async fn timeline(
    ctx: Context<'_>,
    #[description = "Only this person, matter by matter"]
    #[autocomplete = "speakers"]
    #[max_length = 200]
    speaker: Option<String>,
    #[description = "Only this party, speaker by speaker"]
    #[autocomplete = "parties"]
    #[max_length = 200]
    party: Option<String>,
    #[description = "Only what was said on this matter"]
    #[autocomplete = "matters"]
    #[max_length = 200]
    matter: Option<String>,
    #[description = "Show the answer only to you"] private: Option<bool>,
) -> anyhow::Result<()> {
    let request = Request::new(Command::Timeline, matter.as_deref().unwrap_or_default())
        .with_speaker(speaker.as_deref())
        .with_party(party.as_deref());
    exchange::ask(ctx.data(), &origin(ctx), request, private).await;
    Ok(())
}

/// All quotes that answer a question, as a file for a spreadsheet or a program
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
async fn export(
    ctx: Context<'_>,
    #[description = "Your question, such as: what did Ushakov say about territory?"]
    #[max_length = 1000]
    question: String,
    #[description = "JSON instead of CSV"] json: Option<bool>,
    #[description = "Show the answer only to you"] private: Option<bool>,
) -> anyhow::Result<()> {
    let request = Request::new(Command::Export, &question).with_json(json.unwrap_or_default());
    exchange::ask(ctx.data(), &origin(ctx), request, private).await;
    Ok(())
}

/// Status of the bot and its index
#[poise::command(
    slash_command,
    install_context = "Guild",
    interaction_context = "Guild",
    default_member_permissions = "MANAGE_GUILD"
)]
async fn status(ctx: Context<'_>) -> anyhow::Result<()> {
    admin::status(ctx.data(), &origin(ctx)).await;
    Ok(())
}

/// Look for new and changed articles now
#[poise::command(
    slash_command,
    install_context = "Guild",
    interaction_context = "Guild",
    default_member_permissions = "MANAGE_GUILD"
)]
async fn reindex(
    ctx: Context<'_>,
    #[description = "Rebuild the whole index; the current one answers meanwhile"] full: Option<bool>,
    #[description = "Only say what would be done"]
    #[rename = "dry-run"]
    dry_run: Option<bool>,
) -> anyhow::Result<()> {
    let (full, dry_run) = (full.unwrap_or_default(), dry_run.unwrap_or_default());
    admin::reindex(ctx.data(), &origin(ctx), full, dry_run).await;
    Ok(())
}

/// Fetch an article from the web into the corpus
#[poise::command(
    slash_command,
    install_context = "Guild",
    interaction_context = "Guild",
    default_member_permissions = "MANAGE_GUILD"
)]
async fn add(
    ctx: Context<'_>,
    #[description = "The address of its page"]
    #[max_length = 1000]
    url: String,
) -> anyhow::Result<()> {
    news::add(ctx.data(), &origin(ctx), &url).await;
    Ok(())
}

/// How the bot behaves on this server
#[poise::command(
    slash_command,
    subcommands("show", "visibility", "channel", "outlet", "tag", "cooldown", "reset"),
    subcommand_required,
    install_context = "Guild",
    interaction_context = "Guild",
    default_member_permissions = "MANAGE_GUILD"
)]
async fn settings(_: Context<'_>) -> anyhow::Result<()> {
    Ok(())
}

/// Show the settings of this server
#[poise::command(slash_command)]
async fn show(ctx: Context<'_>) -> anyhow::Result<()> {
    admin::settings(ctx.data(), &origin(ctx), |_| Ok(String::new())).await;
    Ok(())
}

/// Who sees answers, unless the command says otherwise
#[poise::command(slash_command)]
async fn visibility(
    ctx: Context<'_>,
    #[description = "Only the person who asks sees the answer"] private: bool,
) -> anyhow::Result<()> {
    admin::settings(ctx.data(), &origin(ctx), move |settings| {
        settings.private = private;
        Ok(String::new())
    })
    .await;
    Ok(())
}

/// Allow a channel; once one is allowed, the bot answers in allowed channels only
#[poise::command(slash_command)]
async fn channel(
    ctx: Context<'_>,
    #[description = "The channel, forum or category, with everything in it"] channel: PartialChannel,
    #[description = "True adds it to the list; False removes it, which forbids nothing"] allowed: bool,
) -> anyhow::Result<()> {
    let id = channel.id.get();
    admin::settings(ctx.data(), &origin(ctx), move |settings| {
        admin::list(&mut settings.channels, id, &format!("<#{id}>"), allowed)
    })
    .await;
    Ok(())
}

/// Allow an outlet; once one is allowed, answers come from allowed outlets only
#[poise::command(slash_command)]
async fn outlet(
    ctx: Context<'_>,
    #[description = "The outlet, by its name or words of it"]
    #[autocomplete = "outlets"]
    #[max_length = 200]
    outlet: String,
    #[description = "True adds it to the list; False removes it, which forbids nothing"] allowed: bool,
) -> anyhow::Result<()> {
    let index = ctx.data().library.index();
    admin::settings(ctx.data(), &origin(ctx), move |settings| {
        admin::outlet(index.as_deref(), settings, &outlet, allowed)
    })
    .await;
    Ok(())
}

/// Allow a tag; once one is allowed, answers come from articles with an allowed tag only
#[poise::command(slash_command)]
async fn tag(
    ctx: Context<'_>,
    #[description = "The tag, as articles on record have it"]
    #[autocomplete = "tags"]
    #[max_length = 200]
    tag: String,
    #[description = "True adds it to the list; False removes it, which forbids nothing"] allowed: bool,
) -> anyhow::Result<()> {
    let index = ctx.data().library.index();
    admin::settings(ctx.data(), &origin(ctx), move |settings| {
        admin::tag(index.as_deref(), settings, &tag, allowed)
    })
    .await;
    Ok(())
}

/// How long one person waits between two questions
#[poise::command(slash_command)]
async fn cooldown(
    ctx: Context<'_>,
    #[description = "Seconds, 0 for none"]
    #[min = 0]
    #[max = 3600]
    seconds: u32,
) -> anyhow::Result<()> {
    admin::settings(ctx.data(), &origin(ctx), move |settings| {
        settings.cooldown = seconds.min(super::settings::LONGEST_COOLDOWN);
        Ok(String::new())
    })
    .await;
    Ok(())
}

/// Reset all settings of this server
#[poise::command(slash_command)]
async fn reset(ctx: Context<'_>) -> anyhow::Result<()> {
    admin::settings(ctx.data(), &origin(ctx), |settings| {
        *settings = super::settings::Settings::default();
        Ok(String::new())
    })
    .await;
    Ok(())
}

/// How to ask
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
async fn help(
    ctx: Context<'_>,
    #[description = "More: reading answers, days, tips"] more: Option<bool>,
) -> anyhow::Result<()> {
    let page = if more.unwrap_or_default() { text::more_help() } else { text::help() };
    at_once(ctx, &page).await;
    Ok(())
}

/// What the bot reads, keeps and logs
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
async fn privacy(ctx: Context<'_>) -> anyhow::Result<()> {
    at_once(ctx, &text::privacy()).await;
    Ok(())
}

/// Finds out who said the words of a message.
#[poise::command(
    context_menu_command = "Find who said this",
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
async fn find_who_said_this(ctx: Context<'_>, message: Posted) -> anyhow::Result<()> {
    exchange::find(ctx.data(), &origin(ctx), &message).await;
    Ok(())
}

/// Checks each quote in a message.
#[poise::command(
    context_menu_command = "Check this quote",
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
async fn check_this_quote(ctx: Context<'_>, message: Posted) -> anyhow::Result<()> {
    exchange::check(ctx.data(), &origin(ctx), &message).await;
    Ok(())
}

fn origin(ctx: Context<'_>) -> Origin {
    Origin::of_command(ctx.interaction)
}

async fn at_once(ctx: Context<'_>, message: &Message) {
    let origin = origin(ctx);
    exchange::told(&origin, reply::answer_at_once(ctx.data(), &origin, message).await);
}

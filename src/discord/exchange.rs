//! From an interaction to its answer: check permission, acknowledge, look up, show; and report any failure.

use std::sync::Arc;
use std::time::Duration;

use serenity::all::Message as Posted;
use tokio::time::Instant;

use super::attachment;
use super::bot::{Bot, Work, today};
use super::history;
use super::message::Message;
use super::metrics::Count;
use super::page::{self, Place, Shown};
use super::posted::{self, Read};
use super::reply::{self, Becomes, Origin};
use super::request::{Command, Request};
use super::settings::Settings;
use super::whereabouts;
use crate::ask;
use crate::index::QuoteIndex;

/// How long to wait for Discord to say where a channel belongs. The acknowledgement waits for this.
const WHERE: Duration = Duration::from_millis(1500);

/// How long to look for earlier questions in a thread.
const HISTORY: Duration = Duration::from_secs(5);

/// What somebody wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// A new answer.
    Answer,
    /// Paging or details of an existing answer.
    LookOn,
}

/// Returns why nothing is answered here and now, as a message for the person who asked; `None` if nothing
/// forbids it.
pub(super) async fn refusal(bot: &Bot, origin: &Origin, settings: &Settings, want: Want) -> Option<Message> {
    let deadline = Instant::now() + WHERE;
    if !whereabouts::is_allowed(bot, settings, origin.channel, origin.parent, deadline).await {
        let channels: Vec<String> = settings.channels.iter().map(|channel| format!("<#{channel}>")).collect();
        return Some(Message::text(&format!("On this server I answer in {} only.", channels.join(", "))));
    }
    slowed(bot, origin, settings, want)
}

/// Returns why somebody has to wait, in words; `None` if they need not.
pub(super) fn slowed(bot: &Bot, origin: &Origin, settings: &Settings, want: Want) -> Option<Message> {
    let wait = match want {
        Want::Answer => bot.cooldowns.ask(origin.user, origin.guild, settings.cooldown),
        Want::LookOn => bot.cooldowns.click(origin.user),
    };
    let wait = wait.err()?;
    bot.metrics.count(Count::Cooldown);
    Some(Message::text(&pause(wait)))
}

/// Acknowledges the interaction if a new answer may be given here and now, and returns whether it may;
/// otherwise tells the person who asked why not.
async fn admitted(bot: &Bot, origin: &Origin, becomes: Becomes) -> bool {
    let settings = bot.settings.get(origin.guild);
    let refusal = refusal(bot, origin, &settings, Want::Answer).await;
    let failed = match &refusal {
        Some(refusal) => reply::answer_at_once(bot, origin, refusal).await,
        None => reply::acknowledge(bot, origin, becomes).await,
    };
    let admitted = refusal.is_none() && failed.is_ok();
    told(origin, failed);
    admitted
}

/// Returns the message that says how long to wait.
pub(super) fn pause(wait: Duration) -> String {
    format!("Please wait {} s before the next question.", wait.as_secs())
}

/// Answers a question. `private` is the choice of the person who asked; if there is none, the server's
/// setting applies, and in direct messages nothing is hidden.
pub(super) async fn ask(bot: &Arc<Bot>, origin: &Origin, request: Request, private: Option<bool>) {
    let settings = bot.settings.get(origin.guild);
    let private = private.unwrap_or(settings.private && origin.guild.is_some());
    let becomes = if private { Becomes::Private } else { Becomes::Public };
    let place = Place::first((!private).then_some(origin.user));
    if !admitted(bot, origin, becomes).await {
        return;
    }
    let request = in_thread(bot, origin, request).await;
    fill(bot, origin, becomes, Work::Answer, shown(bot, origin.guild, request, place)).await;
}

/// Answers whose words a message contains. The answer is private, because the others did not ask and the
/// message is somebody else's.
pub(super) async fn find(bot: &Arc<Bot>, origin: &Origin, posted: &Posted) {
    let becomes = Becomes::Private;
    if !admitted(bot, origin, becomes).await {
        return;
    }
    let files = attachment::read(bot, posted, Instant::now() + FILES).await;
    let read = posted::read(posted, &files.texts);
    let Some(request) = request_for(bot, &read).await else {
        let text = if read.links.is_empty() {
            "This message has no words to look up."
        } else {
            "This message has no words to look up, and no article on record has the address it links to."
        };
        let message = files.told(Message::text(text));
        return told(origin, reply::finish(bot, origin, becomes, &message).await);
    };
    let shown = shown(bot, origin.guild, request, Place::first(None));
    fill(bot, origin, becomes, Work::Answer, move |index| Ok(files.told(shown(index)?))).await;
}

/// Maximum number of quotes of one message that are checked.
const CHECKED: usize = 5;

/// Checks, privately, the quotes in a message: a single one as `/check` does, several in one list.
pub(super) async fn check(bot: &Arc<Bot>, origin: &Origin, posted: &Posted) {
    let becomes = Becomes::Private;
    if !admitted(bot, origin, becomes).await {
        return;
    }
    let files = attachment::read(bot, posted, Instant::now() + FILES).await;
    let found = posted::quotes(posted, &files.texts, CHECKED);
    if found.is_empty() {
        let message = files.told(Message::text("This message has no quote to check."));
        return told(origin, reply::finish(bot, origin, becomes, &message).await);
    }
    let (counted, reader) = (Arc::clone(bot), bot.reader(origin.guild));
    fill(bot, origin, becomes, Work::Answer, move |index| {
        let requests: Vec<Request> = found.iter().filter_map(|read| claim(index, read)).collect();
        let Shown { message, found } = match requests.as_slice() {
            [request] => page::show(index, request, &reader, today(), Place::first(None))?,
            several => page::checks(index, several, &reader, today())?,
        };
        counted.metrics.count(if found { Count::Found } else { Count::Nothing });
        Ok(files.told(message))
    })
    .await;
}

/// Returns the request that checks a quote in a message, with the speaker that the text around it names.
fn claim(index: &QuoteIndex, read: &Read) -> Option<Request> {
    let words = read.words.as_deref()?;
    let whose = if read.marked { ask::whose(index, &read.around, words) } else { None };
    Some(Request::new(Command::Check, words).with_speaker(whose.as_deref()))
}

/// How long fetching the files of a message may take.
pub(super) const FILES: Duration = Duration::from_secs(10);

/// Adds the earlier questions to a question in a thread, so that it continues from the last one there, as a
/// mention does.
async fn in_thread(bot: &Bot, origin: &Origin, request: Request) -> Request {
    let Some(me) = bot.me.get().copied() else { return request };
    if !origin.is_thread || request.command != Command::Ask {
        return request;
    }
    let deadline = Instant::now() + HISTORY;
    let earlier =
        history::conversation(bot, me, (origin.channel, origin.parent), None, origin.id, deadline).await;
    request.with_history(&earlier)
}

/// How long finding the speaker named in a message may take.
const WHOSE: Duration = Duration::from_secs(1);

/// Returns the request for a message that a user selected: who said the words it quotes or, if it marks none
/// and links to an article on record, the quotes of that article. Returns `None` if it has neither.
pub(super) async fn request_for(bot: &Arc<Bot>, read: &Read) -> Option<Request> {
    let plain = || read.words.as_deref().map(|words| Request::new(Command::WhoSaid, words));
    let Some(index) = bot.library.index() else { return plain() };
    let looked_up = read.clone();
    let work = tokio::task::spawn_blocking(move || {
        let Read { words, marked, around, links } = &looked_up;
        let is_article = |link: &&String| matches!(ask::is_article(&index, link), Ok(true));
        let bare = links.iter().filter_map(|link| link.split_once('?').map(|(bare, _)| bare.to_owned()));
        let links: Vec<String> = links.iter().cloned().chain(bare).collect();
        if !marked && let Some(link) = links.iter().find(is_article) {
            return Some(Request::new(Command::Article, link));
        }
        let words = words.as_deref()?;
        let whose = if *marked { ask::whose(&index, around, words) } else { None };
        Some(Request::new(Command::WhoSaid, words).with_speaker(whose.as_deref()))
    });
    match tokio::time::timeout(WHOSE, work).await {
        Ok(Ok(request)) => request,
        _ => plain(),
    }
}

/// Shows a place of an answer.
pub(super) async fn show(
    bot: &Arc<Bot>,
    origin: &Origin,
    becomes: Becomes,
    work: Work,
    request: Request,
    place: Place,
) {
    look_up(bot, origin, becomes, work, shown(bot, origin.guild, request, place)).await;
}

/// Returns the function that makes the message for a place of an answer.
pub(super) fn shown(
    bot: &Arc<Bot>,
    guild: Option<u64>,
    request: Request,
    place: Place,
) -> impl FnOnce(&QuoteIndex) -> anyhow::Result<Message> + Send + 'static {
    let reader = bot.reader(guild);
    let counted = Arc::clone(bot);
    move |index| {
        let Shown { message, found } = page::show(index, &request, &reader, today(), place)?;
        counted.metrics.count(if found { Count::Found } else { Count::Nothing });
        Ok(message)
    }
}

/// Acknowledges, makes the message from the index and sends it.
pub(super) async fn look_up(
    bot: &Arc<Bot>,
    origin: &Origin,
    becomes: Becomes,
    work: Work,
    make: impl FnOnce(&QuoteIndex) -> anyhow::Result<Message> + Send + 'static,
) {
    if let Err(failure) = reply::acknowledge(bot, origin, becomes).await {
        return told(origin, Err(failure));
    }
    fill(bot, origin, becomes, work, make).await;
}

/// Makes the message from the index and puts it into the acknowledged reply.
async fn fill(
    bot: &Arc<Bot>,
    origin: &Origin,
    becomes: Becomes,
    work: Work,
    make: impl FnOnce(&QuoteIndex) -> anyhow::Result<Message> + Send + 'static,
) {
    bot.probe(work);
    let message = match bot.with_index(make).await {
        Ok(message) => message.unwrap_or_else(not_yet),
        Err(error) => return fail(bot, origin, &error).await,
    };
    let sent = reply::finish(bot, origin, becomes, &message).await;
    if let Err(super::failure::Failure::Refused { .. }) = sent {
        // A body that Discord rejects is a bug of ours; the person who asked must not wait in vain.
        return fail(bot, origin, &anyhow::anyhow!("Discord refused the answer").context(origin.reference()))
            .await;
    }
    told(origin, sent);
}

/// Returns the message for questions during the first indexing run.
pub(super) fn not_yet() -> Message {
    Message::text("Articles are being indexed for the first time. Please ask again in a moment.")
}

/// Logs why there is no answer, and sends an apology.
pub(super) async fn fail(bot: &Bot, origin: &Origin, error: &anyhow::Error) {
    bot.metrics.count(Count::Error);
    tracing::error!(reference = origin.reference(), cause = format!("{error:#}"), "no answer");
    reply::apologise(bot, origin).await;
}

/// Logs that a reply could not be sent; there is nobody left to tell.
pub(super) fn told(origin: &Origin, sent: Result<(), super::failure::Failure>) {
    if let Err(failure) = sent {
        tracing::warn!(reference = origin.reference(), cause = %failure, "an answer did not arrive");
    }
}

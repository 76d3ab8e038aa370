//! Somebody wants to be told of new quotes: what do they follow, and how does each new quote reach them
//! exactly once?
//!
//! After each indexing run, the quotes of everything that is followed are compared with those already known
//! ([`follows`](super::follows)). New quotes are recorded and then sent, in one message per channel or
//! person, however many subjects have new ones. An article that is edited, or reprinted elsewhere, brings
//! nothing new, because a quote is identified by its speaker and words. Sending runs in parallel with
//! indexing and takes as long as Discord's rate limits require, a few messages at a time and leaving room for
//! answers.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::bot::{Bot, Work};
use super::escape;
use super::exchange::{self, Want};
use super::failure::Failure;
use super::follows::{Due, Followed, Fresh, MOST, Place, Subject};
use super::label::unlabelled;
use super::message::{self, Message};
use super::page::Reader;
use super::post;
use super::reply::{self, Becomes, Origin};
use super::settings::Settings;
use super::whereabouts;
use crate::answer::{QuoteId, Record};
use crate::ask;
use crate::desk::{self, Nearness};
use crate::fold;
use crate::index::{IndexError, Names, QuoteIndex};
use crate::question::{Asked, Given, names_like};
use crate::render;

/// How long to try to deliver one message.
const PATIENCE: Duration = Duration::from_secs(120);
/// The time that one request takes at least, on average: ten of the fifty a second that Discord allows are
/// left for answers.
const PACE: Duration = Duration::from_millis(25);
/// How long to wait before trying again when Discord does not answer or the disk is full.
const AGAIN: Duration = Duration::from_secs(30);

/// The subject of `/follow` as typed: exactly one of these must be given.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub(super) speaker: Option<String>,
    pub(super) party: Option<String>,
    pub(super) matter: Option<String>,
    pub(super) outlet: Option<String>,
}

/// Follows a subject: in the channel for everybody if `here`, otherwise by direct message.
pub(super) async fn follow(bot: &Arc<Bot>, origin: &Origin, typed: Typed, here: bool) {
    // As costly as a question: all quotes of the subject are read.
    let settings = bot.settings.get(origin.guild);
    if let Some(wait) = exchange::slowed(bot, origin, &settings, Want::Answer) {
        return exchange::told(origin, reply::answer_at_once(bot, origin, &wait).await);
    }
    let Some(place) = place(bot, origin, here).await else { return };
    let guild = origin.guild.filter(|_| matches!(place, Place::Channel(_)));
    answer(bot, origin, move |bot, index| {
        let subject = match subject(index, &typed) {
            Ok(subject) => subject,
            Err(refused) => return Ok(Message::text(&refused)),
        };
        let known = || {
            let known = quotes_of(index, &subject)?;
            Ok(known.into_iter().map(|(print, _)| print).collect())
        };
        let (name, whither) = (shown(&subject), whither(place));
        let text = match bot.follows.follow(place, guild, &subject, known)? {
            Followed::Now => format!(
                "Following {name}: each new quote is posted {whither} once. `/following` lists what is followed, `/unfollow` ends it."
            ),
            Followed::Before => format!("{name} is followed {whither} already."),
            Followed::Full => format!(
                "You can follow at most {MOST} subjects in one place, and that many are followed {whither}. Use `/unfollow` to end one."
            ),
        };
        Ok(Message::text(&text))
    })
    .await;
}

/// Stops following something.
pub(super) async fn unfollow(bot: &Arc<Bot>, origin: &Origin, typed: String, here: bool) {
    let Some(place) = place(bot, origin, here).await else { return };
    answer(bot, origin, move |bot, _| {
        let followed = bot.follows.of(place)?;
        let typed = unlabelled(&typed);
        let folded = fold::name(typed);
        let is_meant =
            |subject: &&Subject| subject.to_string() == typed || fold::name(subject.name()) == folded;
        let Some(subject) = followed.iter().find(is_meant) else {
            let list = list(&followed, place);
            let typed = escape::inline(&render::fit(typed, 100));
            return Ok(Message::text(&format!("“{typed}” is not followed {}. {list}", whither(place))));
        };
        bot.follows.unfollow(place, subject)?;
        Ok(Message::text(&format!("{} is no longer followed {}.", shown(subject), whither(place))))
    })
    .await;
}

/// Lists what is followed in this channel and by the user.
pub(super) async fn following(bot: &Arc<Bot>, origin: &Origin) {
    let (user, channel) = (Place::Direct(origin.user), origin.guild.map(|_| Place::Channel(origin.channel)));
    answer(bot, origin, move |bot, _| {
        let mut lines = vec![list(&bot.follows.of(user)?, user)];
        if let Some(channel) = channel {
            lines.push(list(&bot.follows.of(channel)?, channel));
        }
        Ok(Message::page("Followed", &lines.join("\n")))
    })
    .await;
}

/// Returns the followed subjects that match what the user has typed so far.
pub(super) fn followed(bot: &Bot, origin: &Origin, typed: &str) -> Vec<Subject> {
    let folded = fold::name(unlabelled(typed)).join(" ");
    let places = [Some(Place::Direct(origin.user)), origin.guild.map(|_| Place::Channel(origin.channel))];
    let subjects = places.into_iter().flatten().flat_map(|place| bot.follows.of(place).unwrap_or_default());
    let mut out: Vec<Subject> =
        subjects.filter(|subject| fold::name(subject.name()).join(" ").contains(&folded)).collect();
    out.sort();
    out.dedup();
    out
}

/// Returns where new quotes are sent; `None`, after telling the user why, if they may not choose this place.
async fn place(bot: &Arc<Bot>, origin: &Origin, here: bool) -> Option<Place> {
    if origin.guild.is_none() || !here {
        return Some(Place::Direct(origin.user));
    }
    if origin.manages {
        return Some(Place::Channel(origin.channel));
    }
    let message = Message::text(
        "Only people who manage the server can choose what is posted here for everybody. Without `here` you get it by direct message.",
    );
    exchange::told(origin, reply::answer_at_once(bot, origin, &message).await);
    None
}

const fn whither(place: Place) -> &'static str {
    match place {
        Place::Channel(_) => "in this channel",
        Place::Direct(_) => "to you by direct message",
    }
}

fn shown(subject: &Subject) -> String {
    format!("**{}** ({})", escape::inline(&render::fit(subject.name(), 100)), subject.kind())
}

fn list(subjects: &[Subject], place: Place) -> String {
    if subjects.is_empty() {
        return format!("Nothing is followed {}.", whither(place));
    }
    let names: Vec<String> = subjects.iter().map(shown).collect();
    format!("Followed {}: {}.", whither(place), names.join(", "))
}

/// Acknowledges, and sends the message that `make` returns to the user only.
async fn answer(
    bot: &Arc<Bot>,
    origin: &Origin,
    make: impl FnOnce(&Bot, &QuoteIndex) -> anyhow::Result<Message> + Send + 'static,
) {
    let inner = Arc::clone(bot);
    exchange::look_up(bot, origin, Becomes::Private, Work::Answer, move |index| make(&inner, index)).await;
}

/// Returns the subject that is meant, as it is on record.
///
/// # Errors
/// The message for the user who typed it.
fn subject(index: &QuoteIndex, typed: &Typed) -> Result<Subject, String> {
    let Typed { speaker, party, matter, outlet } = typed;
    let given = [speaker, party, matter, outlet].into_iter().flatten().count();
    if given != 1 {
        return Err("Name one speaker, party, matter or outlet to follow.".to_owned());
    }
    let unknown = |what: &str, typed: &str, alike: Vec<String>| {
        let typed = escape::inline(&render::fit(typed, 100));
        let alike = match alike.as_slice() {
            [] => String::new(),
            names => format!(" Names like it: {}.", escape::inline(&names.join(", "))),
        };
        format!("No {what} on record is called “{typed}”.{alike}")
    };
    if let Some(typed) = speaker.as_deref().map(unlabelled) {
        let found = index.roster().somebody(typed);
        let alike = || index.names(Names::Speakers, typed, 5).into_iter().map(|name| name.text).collect();
        return found
            .map(|one| Subject::Speaker(one.name.clone()))
            .ok_or_else(|| unknown("speaker", typed, alike()));
    }
    if let Some(typed) = outlet.as_deref().map(unlabelled) {
        let folded = fold::name(typed);
        let known = index.outlets();
        let found = known.iter().find(|name| fold::name(name) == folded);
        let alike = || names_like(typed, known.iter().map(String::as_str));
        return found
            .map(|name| Subject::Outlet(name.clone()))
            .ok_or_else(|| unknown("outlet", typed, alike()));
    }
    if let Some(typed) = matter.as_deref().map(unlabelled) {
        let found = desk::matter_called(index.agenda(), typed);
        return found
            .map(|one| Subject::Matter(one.name.clone()))
            .map_err(|other| unknown("matter", typed, other.choices));
    }
    let typed = unlabelled(party.as_deref().unwrap_or_default());
    let found = desk::party_called(index.roster().people(), typed);
    found.map(Subject::Party).map_err(|other| unknown("party", typed, other.choices))
}

/// Returns the fingerprints and ids of a subject's quotes on record, newest first; none if the subject is no
/// longer on record.
fn quotes_of(index: &QuoteIndex, subject: &Subject) -> Result<Vec<(u64, QuoteId)>, IndexError> {
    let any = Given::default();
    let (given, words) = match subject {
        Subject::Speaker(name) => (Given { speaker: Some(name.clone()), ..any }, Vec::new()),
        Subject::Outlet(name) => (Given { outlets: vec![name.clone()], ..any }, Vec::new()),
        Subject::Party(side) => (Given { party: Some(fold::name(side).join(" ")), ..any }, Vec::new()),
        Subject::Matter(name) => match desk::matter_called(index.agenda(), name) {
            Ok(matter) => (any, desk::Subject::new(matter).terms()),
            Err(_) => return Ok(Vec::new()),
        },
    };
    let question = ask::understand(index, &Asked { given, ..Asked::new("", super::bot::today()) });
    if question.stranger.is_some() {
        return Ok(Vec::new());
    }
    let prints = index.prints(&question, &words, usize::MAX)?;
    Ok(prints.into_iter().map(|print| (print.said, print.id)).collect())
}

/// Records what each indexing run adds, starting with the index present at the start, until the bot stops.
pub(super) async fn note(bot: Arc<Bot>) {
    let mut status = bot.library.status();
    loop {
        let inner = Arc::clone(&bot);
        let noted = bot.with_index(move |index| noted(&inner, index)).await;
        let wait = match noted {
            Ok(_) => {
                // Notify even if nothing is new: news recorded before a restart may be waiting for an index.
                bot.news.notify_one();
                Duration::MAX
            }
            Err(error) => {
                tracing::error!(cause = format!("{error:#}"), "new quotes for followers cannot be recorded");
                AGAIN
            }
        };
        let ended = status.borrow_and_update().ended;
        tokio::select! {
            changed = status.wait_for(|status| status.ended > ended) => if changed.is_err() { return },
            () = tokio::time::sleep(wait) => {}
            () = bot.stop.cancelled() => return,
        }
    }
}

/// Compares the quotes on record of everything that is followed with the known ones; returns whether any are
/// new.
fn noted(bot: &Bot, index: &QuoteIndex) -> anyhow::Result<bool> {
    let mut on_record = Vec::new();
    for subject in bot.follows.subjects()? {
        let quotes = quotes_of(index, &subject)?;
        on_record.push((subject, quotes));
    }
    if on_record.is_empty() { Ok(false) } else { bot.follows.note(&on_record) }
}

/// Sends what was recorded, until the bot stops.
pub(super) async fn tell(bot: Arc<Bot>) {
    let mut last = 0;
    loop {
        let begun = Instant::now();
        let wait = match told(&bot, &mut last).await {
            Ok(0) => Duration::MAX,
            Ok(requests) => (PACE * requests).saturating_sub(begun.elapsed()),
            Err(error) => {
                tracing::error!(cause = format!("{error:#}"), "new quotes cannot be sent; trying again");
                AGAIN
            }
        };
        tokio::select! {
            () = bot.news.notified(), if wait >= AGAIN => {}
            () = tokio::time::sleep(wait) => {}
            () = bot.stop.cancelled() => return,
        }
    }
}

/// Sends the next few messages, all at the same time, and returns the number of requests they took; 0 if
/// there are none. `last` is the number of the news that was sent last.
async fn told(bot: &Arc<Bot>, last: &mut u64) -> anyhow::Result<u32> {
    let (inner, after) = (Arc::clone(bot), *last);
    let due = tokio::task::spawn_blocking(move || inner.follows.next(after)).await??;
    let Some(news) = due.first().map(|due| due.news) else { return Ok(0) };
    *last = news;
    let inner = Arc::clone(bot);
    let made = bot.with_index(move |index| due.into_iter().map(|due| made(&inner, index, due)).collect());
    // Without an index nothing is sent yet; there is one after the next indexing run.
    let made: Vec<(Due, Reader, Option<Message>)> = match made.await? {
        Some(made) => made,
        None => return Ok(0),
    };
    let mut sending = JoinSet::new();
    let mut arrived = Vec::new();
    let (mut rooms, mut requests, mut failed) = (Vec::new(), 0, None);
    for (due, reader, message) in made {
        // Quotes that are no longer on record, or that the server's settings exclude, are not sent.
        let Some(message) = message else {
            arrived.push(due.place);
            continue;
        };
        let bot = Arc::clone(bot);
        sending.spawn(async move { (due.place, reached(&bot, &due, &reader, message).await) });
    }
    while let Some(sent) = sending.join_next().await {
        let (place, sent) = sent?;
        match sent {
            Ok(opened) => {
                requests += 1 + u32::from(opened.is_some());
                rooms.extend(opened);
                arrived.push(place);
            }
            Err(error) => failed = Some(error),
        }
    }
    let inner = Arc::clone(bot);
    tokio::task::spawn_blocking(move || inner.follows.told(news, &arrived, &rooms)).await??;
    failed.map_or(Ok(requests.max(1)), Err)
}

/// Returns the message that is due, if any of its quotes may still be shown there.
fn made(bot: &Bot, index: &QuoteIndex, due: Due) -> anyhow::Result<(Due, Reader, Option<Message>)> {
    let reader = bot.reader(due.guild);
    let message = digest(index, &reader, &due)?;
    Ok((due, reader, message))
}

/// Sends a message, unless the place cannot be written to. Returns the user and the channel of direct
/// messages that was opened for it, if one was.
///
/// # Errors
/// If it is worth sending again.
async fn reached(
    bot: &Arc<Bot>,
    due: &Due,
    reader: &Reader,
    message: Message,
) -> anyhow::Result<Option<(u64, u64)>> {
    match sent(bot, due, &reader.settings, message.body()).await {
        Ok(opened) => return Ok(opened),
        Err(Unsent::Here(error)) => return Err(error),
        Err(Unsent::There(failure @ (Failure::Late(_) | Failure::Unauthorized))) => {
            return Err(failure.into());
        }
        Err(Unsent::There(failure @ (Failure::Gone(_) | Failure::Forbidden(_)))) => {
            tracing::info!(cause = %failure, "a channel or person that follows cannot be written to");
            let is_lost = matches!(due.place, Place::Direct(_)) || matches!(failure, Failure::Gone(_));
            if is_lost {
                let (inner, place) = (Arc::clone(bot), due.place);
                tokio::task::spawn_blocking(move || inner.follows.forget(place)).await??;
            }
        }
        Err(Unsent::There(failure)) => {
            tracing::warn!(cause = %failure, "a message about new quotes did not arrive");
        }
    }
    Ok(None)
}

/// Why a message was not sent.
enum Unsent {
    /// Discord did not take it.
    There(Failure),
    /// Something failed on this machine.
    Here(anyhow::Error),
}

impl From<Failure> for Unsent {
    fn from(failure: Failure) -> Self {
        Self::There(failure)
    }
}

/// Posts a message where it is due, if the server's settings allow the channel. Returns the user and the
/// channel of direct messages that was opened for it, if one was.
async fn sent(
    bot: &Arc<Bot>,
    due: &Due,
    settings: &Settings,
    mut body: Value,
) -> Result<Option<(u64, u64)>, Unsent> {
    let deadline = Instant::now() + PATIENCE;
    let (channel, opened) = match due.place {
        Place::Channel(id) if whereabouts::is_allowed(bot, settings, id, None, deadline).await => (id, None),
        Place::Channel(_) => return Ok(None),
        Place::Direct(user) => {
            let inner = Arc::clone(bot);
            let known = tokio::task::spawn_blocking(move || inner.follows.room(user)).await;
            match known.map_err(anyhow::Error::from).flatten().map_err(Unsent::Here)? {
                Some(room) => (room, None),
                None => {
                    let room = post::open_direct(bot, user, deadline).await?;
                    (room, Some((user, room)))
                }
            }
        }
    };
    // If this message already arrived and is sent again after a crash, Discord drops the copy by its nonce.
    let nonce = fold::number(&[&due.news.to_le_bytes(), &channel.to_le_bytes()]);
    if let Some(body) = body.as_object_mut() {
        body.extend([
            ("nonce".to_owned(), json!(nonce.to_string())),
            ("enforce_nonce".to_owned(), json!(true)),
        ]);
    }
    post::send(bot, channel, body, deadline).await?;
    Ok(opened)
}

/// Returns the message about new quotes of what is followed; `None` if none of them is on record or allowed
/// by this server's settings.
fn digest(index: &QuoteIndex, reader: &Reader, due: &Due) -> anyhow::Result<Option<Message>> {
    let scope = index.scope(&reader.settings.outlets, &reader.settings.tags);
    let mut records: BTreeMap<QuoteId, Record> = BTreeMap::new();
    let mut names = Vec::new();
    let mut unread = 0;
    for (text, Fresh { count, ids }) in &due.fresh {
        let Ok(subject) = text.parse::<Subject>() else { continue };
        let mut found = false;
        for id in ids.iter().map(|id| QuoteId(*id)) {
            let record = ask::quote(index, id)?.filter(|record| scope.holds_record(record));
            if let Some(record) = record.filter(|record| is_on(index, &subject, record)) {
                found = true;
                records.insert(id, record);
            }
        }
        if found {
            names.push(shown(&subject));
            unread += count.saturating_sub(ids.len() as u64);
        }
    }
    let mut records: Vec<Record> = records.into_values().collect();
    records.sort_by(|a, b| b.citation.date.cmp(&a.citation.date).then(a.ordinal.cmp(&b.ordinal)));
    let total = records.len() as u64 + unread;
    Ok((!records.is_empty()).then(|| message::news(&names, &records, total, reader.site.as_deref())))
}

/// Returns whether a quote that contains a word for a matter is really about it; always `true` for subjects
/// of other kinds.
fn is_on(index: &QuoteIndex, subject: &Subject, record: &Record) -> bool {
    let Subject::Matter(name) = subject else { return true };
    let matter = desk::matter_called(index.agenda(), name);
    matter.is_ok_and(|matter| desk::Subject::new(matter).nearness(record) == Some(Nearness::Quote))
}

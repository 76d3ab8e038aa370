//! The commands for those who manage a server: settings, status, and re-indexing for operators. Their answers are seen by whoever asked only.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use super::bot::{Bot, Work};
use super::escape;
use super::exchange;
use super::message::Message;
use super::metrics::Count;
use super::reply::{self, Becomes, Origin};
use super::settings::{MOST_LISTED, Settings};
use crate::index::Report;
use crate::ingest::Step;
use crate::library::Status;
use crate::render;
use crate::watch::Wake;

/// How often a running `/reindex` is told of.
const BEAT: Duration = Duration::from_secs(2);
/// Most skipped files that a report names.
const SKIPPED: usize = 5;

/// Why a setting is not taken, in words.
pub(super) type Refused = String;

/// Puts `value` on a list or takes it off.
///
/// # Errors
/// Where the list is full, or does not hold what is to be taken off.
pub(super) fn list<T: PartialEq>(list: &mut Vec<T>, value: T, allowed: bool) -> Result<(), Refused> {
    let at = list.iter().position(|known| *known == value);
    match (at, allowed) {
        (None, true) if list.len() >= MOST_LISTED => {
            Err(format!("The list is full: at most {MOST_LISTED} can be on it."))
        }
        (None, true) => {
            list.push(value);
            Ok(())
        }
        (Some(at), false) => {
            list.remove(at);
            Ok(())
        }
        (Some(_), true) => Ok(()),
        (None, false) => Err("That is not on the list; nothing was changed.".to_owned()),
    }
}

/// Changes the settings of a server and shows them.
pub(super) async fn settings(
    bot: &Arc<Bot>,
    origin: &Origin,
    change: impl FnOnce(&mut Settings) -> Result<(), Refused> + Send + 'static,
) {
    let Some(guild) = permitted(bot, origin).await else { return };
    if let Err(failure) = reply::acknowledge(bot, origin, Becomes::Private).await {
        return exchange::told(origin, Err(failure));
    }
    bot.probe(Work::Answer);
    let store = Arc::clone(bot);
    let changed = tokio::task::spawn_blocking(move || {
        let mut refused = Ok(());
        let settings = store.settings.change(guild, |settings| refused = change(settings));
        settings.map(|settings| (settings, refused))
    });
    let message = match changed.await {
        Ok(Ok((settings, Ok(())))) => settings_page(&settings),
        Ok(Ok((_, Err(refused)))) => Message::text(&refused),
        Ok(Err(error)) => return exchange::fail(bot, origin, &error).await,
        Err(error) => return exchange::fail(bot, origin, &error.into()).await,
    };
    exchange::told(origin, reply::finish(bot, origin, Becomes::Private, &message).await);
}

/// The server of somebody who may manage it; the others are told.
pub(super) async fn permitted(bot: &Bot, origin: &Origin) -> Option<u64> {
    let why = match origin.guild {
        None => "This works on a server only.",
        Some(_) if !origin.manages => "This is for those who may manage the server.",
        guild => return guild,
    };
    exchange::told(origin, reply::answer_at_once(bot, origin, &Message::text(why)).await);
    None
}

/// Whether an operator asks, who also manages this server; the others are told, only they.
pub(super) async fn is_operator(bot: &Bot, origin: &Origin) -> bool {
    let Some(server) = permitted(bot, origin).await else { return false };
    if bot.operators.allow(origin.user, server) {
        return true;
    }
    let why = format!(
        "This changes what every server sees, so it is for the operators of this bot only: whoever runs it can name you with `user:{}` or \
         this server with `server:{server}` in its setting `RAPPORTEUR_OPERATORS`.",
        origin.user
    );
    exchange::told(origin, reply::answer_at_once(bot, origin, &Message::text(&why)).await);
    false
}

fn settings_page(settings: &Settings) -> Message {
    let all = |list: Vec<String>, none: &str| if list.is_empty() { none.to_owned() } else { list.join(", ") };
    let channels = settings.channels.iter().map(|channel| format!("<#{channel}>")).collect();
    let escaped = |list: &[String]| list.iter().map(|name| escape::inline(&render::fit(name, 100))).collect();
    let description = format!(
        "**Answers are seen by** {}\n**Channels** {}\n**Outlets** {}\n**Tags** {}\n**Pause between two questions of one person** {}",
        if settings.private { "whoever asked" } else { "everybody in the channel" },
        all(channels, "all"),
        all(escaped(&settings.outlets), "all"),
        all(escaped(&settings.tags), "all"),
        if settings.cooldown == 0 { "none".to_owned() } else { format!("{} s", settings.cooldown) },
    );
    Message::page("Settings of this server", &description)
}

/// Tells how the bot is doing. How much it is used elsewhere is told to operators only.
pub(super) async fn status(bot: &Arc<Bot>, origin: &Origin) {
    let Some(guild) = permitted(bot, origin).await else { return };
    bot.probe(Work::Answer);
    let mut text = status_text(bot);
    if bot.operators.allow(origin.user, guild) {
        text.push_str(&usage_text(bot, bot.connected().await));
    }
    let message = Message::page("Status", &text);
    exchange::told(origin, reply::answer_at_once(bot, origin, &message).await);
}

fn status_text(bot: &Bot) -> String {
    let mut out = String::new();
    match bot.library.index() {
        Some(index) => {
            let state = index.state();
            let _ = write!(out, "**On record** {} quotes in {} articles", state.quotes, state.articles);
            if let Some(newest) = index.newest() {
                let _ = write!(out, ", the newest of {}", render::day(newest));
            }
        }
        None => out.push_str("**On record** nothing yet: the articles are being indexed"),
    }
    let status = bot.library.status().borrow().clone();
    let indexing = match (&status.running, &status.last) {
        (Some(step), _) => format!("under way: {}", step_text(*step)),
        (None, Some(Ok(report))) => format!("idle; last time {}", counts(report)),
        // The cause may hold paths of the machine: it stands in the log.
        (None, Some(Err(_))) => {
            "the last one failed, and the index is as it was; the log says why".to_owned()
        }
        (None, None) => "about to begin".to_owned(),
    };
    let hours = bot.started.elapsed().as_secs() / 3600;
    let version = env!("CARGO_PKG_VERSION");
    let _ = write!(out, "\n**Indexing** {indexing}\n**Running** {hours} h, version {version}");
    out
}

/// How much all servers use the bot.
fn usage_text(bot: &Bot, shards: u64) -> String {
    let found = bot.metrics.get(Count::Found);
    let nothing = bot.metrics.get(Count::Nothing);
    let plural = if shards == 1 { "" } else { "s" };
    format!(
        "\n**Answers since the start** {found} with quotes, {nothing} without\n**Connected** {shards} shard{plural}"
    )
}

/// Indexes now and tells how far it is until it is done, for operators.
pub(super) async fn reindex(bot: &Arc<Bot>, origin: &Origin, full: bool, dry_run: bool) {
    if !is_operator(bot, origin).await {
        return;
    }
    if let Err(failure) = reply::acknowledge(bot, origin, Becomes::Private).await {
        return exchange::told(origin, Err(failure));
    }
    bot.probe(Work::Answer);
    let message = if dry_run {
        let library = Arc::clone(&bot.library);
        match tokio::task::spawn_blocking(move || library.dry_run(full)).await {
            Ok(Ok(report)) => Message::page("What an indexing would do", &report_text(&report)),
            Ok(Err(error)) => return exchange::fail(bot, origin, &error).await,
            Err(error) => return exchange::fail(bot, origin, &error.into()).await,
        }
    } else {
        match follow(bot, origin, full).await {
            Some(Ok(report)) => Message::page("Indexed", &report_text(&report)),
            Some(Err(_)) => {
                let error = anyhow::anyhow!("the indexing asked for failed, see above");
                return exchange::fail(bot, origin, &error).await;
            }
            None => {
                Message::text("It goes on, but longer than I can tell of here; `/status` says how far it is.")
            }
        }
    };
    exchange::told(origin, reply::finish(bot, origin, Becomes::Private, &message).await);
}

/// Edits the answer until the indexing has ended, and returns how; `None` where the token ends first.
async fn follow(bot: &Bot, origin: &Origin, full: bool) -> Option<Result<Arc<Report>, String>> {
    let mut status = bot.library.status();
    let number = bot.library.wake(if full { Wake::Full } else { Wake::Changed });
    let mut shown = String::new();
    loop {
        // Copied out at once: what is borrowed holds up the indexing.
        let ended = async { Some(status.wait_for(|status| status.ended >= number).await.ok()?.last.clone()) };
        if let Ok(last) = tokio::time::timeout(BEAT, ended).await {
            return last?;
        }
        if origin.left() < Duration::from_secs(30) || bot.stop.is_cancelled() {
            return None;
        }
        let now = progress(&status.borrow(), number);
        if now != shown {
            shown.clone_from(&now);
            // A lost step is no loss: the next one comes.
            let _ = reply::edit(bot, origin, &Message::text(&now)).await;
        }
    }
}

fn progress(status: &Status, number: u64) -> String {
    match status.running {
        Some(step) if status.begun >= number => format!("Indexing: {}", step_text(step)),
        Some(_) => "Waiting for the indexing that runs already.".to_owned(),
        None => "About to begin.".to_owned(),
    }
}

fn step_text(step: Step) -> String {
    if step.total == 0 {
        return "looking for what changed".to_owned();
    }
    let percent = step.done.saturating_mul(100) / step.total;
    format!("{percent}%, {} articles with {} quotes so far", step.articles, step.quotes)
}

fn counts(report: &Report) -> String {
    format!(
        "{} new, {} changed, {} removed, {} unchanged files",
        report.added, report.changed, report.removed, report.unchanged
    )
}

fn report_text(report: &Report) -> String {
    let mut out = String::from(if report.stopped { "Stopped; the index is as it was. " } else { "" });
    if report.rebuilt {
        out.push_str(if report.dry_run { "Everything would be built anew. " } else { "Built anew. " });
    }
    let _ = write!(
        out,
        "{}.\nOn record: {} quotes in {} articles.",
        counts(report),
        report.quotes,
        report.articles
    );
    if !report.skipped.is_empty() {
        let _ = write!(out, "\n{} skipped:", report.skipped.len());
        for skip in report.skipped.iter().take(SKIPPED) {
            let (path, reason) = (render::fit(&skip.path, 120), render::fit(&skip.reason, 160));
            let _ = write!(out, "\n- {}: {}", escape::inline(&path), escape::inline(&reason));
        }
        if report.skipped.len() > SKIPPED {
            let _ = write!(
                out,
                "\n… and {} more; `rapporteur index --dry-run` names all",
                report.skipped.len() - SKIPPED
            );
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_grows_to_its_limit_and_says_what_it_does_not_hold() {
        let mut channels: Vec<u64> = Vec::new();
        assert!((0..25).all(|id| list(&mut channels, id, true).is_ok()));
        assert!(list(&mut channels, 99, true).is_err() && list(&mut channels, 3, true).is_ok());
        assert!(list(&mut channels, 3, false).is_ok() && list(&mut channels, 3, false).is_err());
        assert_eq!(channels.len(), 24);
    }
}

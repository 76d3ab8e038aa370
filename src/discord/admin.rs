//! The commands for those who manage a server: settings, status, and re-indexing for operators. Their answers are seen by whoever asked only.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use super::bot::{Bot, Work};
use super::escape;
use super::exchange;
use super::label::unlabelled;
use super::message::Message;
use super::metrics::Count;
use super::reply::{self, Becomes, Origin};
use super::settings::{MOST_LISTED, Settings};
use crate::ask;
use crate::fold;
use crate::index::{QuoteIndex, Report};
use crate::ingest::Step;
use crate::library::Status;
use crate::question;
use crate::render;
use crate::watch::Wake;

/// How often a running `/reindex` is told of.
const BEAT: Duration = Duration::from_secs(2);
/// Most skipped files that a report names.
const SKIPPED: usize = 5;

/// Why a setting is not taken, in words.
pub(super) type Refused = String;

/// Puts `value`, which is shown as `name`, on a list or takes it off, and says what was done.
///
/// # Errors
/// Where the list is full, or does not hold what is to be taken off.
pub(super) fn list<T: PartialEq>(
    list: &mut Vec<T>,
    value: T,
    name: &str,
    allowed: bool,
) -> Result<String, Refused> {
    let at = list.iter().position(|known| *known == value);
    match (at, allowed) {
        (None, true) if list.len() >= MOST_LISTED => {
            Err(format!("The list is full: at most {MOST_LISTED} can be on it."))
        }
        (None, true) => {
            list.push(value);
            Ok(format!("{name} is on the list now."))
        }
        (Some(at), false) => {
            list.remove(at);
            let left = if list.is_empty() { " The list is empty, so nothing is left out." } else { "" };
            Ok(format!("{name} is off the list.{left}"))
        }
        (Some(_), true) => Ok(format!("{name} was on the list already.")),
        (None, false) => Err(format!(
            "{name} is not on the list; nothing was changed. The list names what is allowed: what is not on it is left out once it names \
             anything."
        )),
    }
}

/// Puts an outlet on the list or takes it off. One that is on record is listed as it is written there; words of several stand for all of them.
///
/// # Errors
/// As [`list`], and where no outlet on record is called so.
pub(super) fn outlet(
    index: Option<&QuoteIndex>,
    settings: &mut Settings,
    typed: &str,
    allowed: bool,
) -> Result<String, Refused> {
    let known = index.map(QuoteIndex::outlets).unwrap_or_default();
    let typed = named(typed, known.iter().map(String::as_str), &settings.outlets);
    if allowed && index.is_some() && question::outlets_called(&typed, known).is_empty() {
        let alike = question::names_like(&typed, known.iter().map(String::as_str));
        return Err(unknown("outlet", &typed, &alike));
    }
    let shown = shown(&typed);
    list(&mut settings.outlets, typed, &shown, allowed)
}

/// Puts a tag on the list or takes it off.
///
/// # Errors
/// As [`list`], and where no article on record has the tag.
pub(super) fn tag(
    index: Option<&QuoteIndex>,
    settings: &mut Settings,
    typed: &str,
    allowed: bool,
) -> Result<String, Refused> {
    let known: Vec<&str> = index.iter().flat_map(|index| index.tags()).map(|(tag, _)| tag).collect();
    let typed = named(typed, known.iter().copied(), &settings.tags);
    if allowed && index.is_some() && !known.contains(&typed.as_str()) {
        return Err(unknown("tag", &typed, &question::names_like(&typed, known.iter().copied())));
    }
    let shown = shown(&typed);
    list(&mut settings.tags, typed, &shown, allowed)
}

/// What was typed, as it is on record or on the list.
fn named<'a>(typed: &str, known: impl Iterator<Item = &'a str>, listed: &'a [String]) -> String {
    let typed = unlabelled(typed);
    let folded = fold::name(typed);
    let mut names = listed.iter().map(String::as_str).chain(known);
    names.find(|name| fold::name(name) == folded).unwrap_or(typed).to_owned()
}

/// That nothing on record is called so, with what is like it.
fn unknown(what: &str, typed: &str, alike: &[String]) -> Refused {
    let shown = shown(typed);
    let mut out = format!("No {what} on record is called {shown}, so nothing was changed.");
    if !alike.is_empty() {
        let alike: Vec<String> = alike.iter().map(|name| self::shown(name)).collect();
        out.push_str(&format!(" Names like it on record: {}.", alike.join(", ")));
    }
    out
}

fn shown(name: &str) -> String {
    format!("“{}”", escape::inline(&render::fit(name, 100)))
}

/// Changes the settings of a server and shows them.
pub(super) async fn settings(
    bot: &Arc<Bot>,
    origin: &Origin,
    change: impl FnOnce(&mut Settings) -> Result<String, Refused> + Send + 'static,
) {
    let Some(guild) = permitted(bot, origin).await else { return };
    if let Err(failure) = reply::acknowledge(bot, origin, Becomes::Private).await {
        return exchange::told(origin, Err(failure));
    }
    bot.probe(Work::Answer);
    let store = Arc::clone(bot);
    let changed = tokio::task::spawn_blocking(move || {
        let mut done = Ok(String::new());
        let settings = store.settings.change(guild, |settings| done = change(settings))?;
        let page = match done {
            Ok(done) => {
                let page = settings_page(store.library.index().as_deref(), &settings)?;
                if done.is_empty() { page } else { page.below(&done) }
            }
            Err(refused) => Message::text(&refused),
        };
        anyhow::Ok(page)
    });
    let message = match changed.await {
        Ok(Ok(page)) => page,
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

fn settings_page(index: Option<&QuoteIndex>, settings: &Settings) -> anyhow::Result<Message> {
    let all = |list: Vec<String>, none: &str| if list.is_empty() { none.to_owned() } else { list.join(", ") };
    let channels = settings.channels.iter().map(|channel| format!("<#{channel}>")).collect();
    let escaped = |list: &[String]| list.iter().map(|name| escape::inline(&render::fit(name, 100))).collect();
    let outlets = settings.outlets.iter().map(|name| outlets_of(index, name)).collect();
    let mut description = format!(
        "**Answers are seen by** {}\n**Channels** {}\n**Outlets** {}\n**Tags** {}\n**Pause between two questions of one person** {}",
        if settings.private { "whoever asked" } else { "everybody in the channel" },
        all(channels, "all"),
        all(outlets, "all"),
        all(escaped(&settings.tags), "all"),
        if settings.cooldown == 0 { "none".to_owned() } else { format!("{} s", settings.cooldown) },
    );
    if let Some(index) = index
        && !ask::is_any(index, &settings.part())?
    {
        description.push_str(NOTHING_LEFT);
    }
    Ok(Message::page("Settings of this server", &description))
}

/// What a server is told whose settings leave no quote.
const NOTHING_LEFT: &str = "\n⚠️ **These outlets and tags together leave no quote on record: nothing can be answered.** Take something off its list.";

/// An outlet of the list, with those on record that it stands for where they are called otherwise.
fn outlets_of(index: Option<&QuoteIndex>, name: &str) -> String {
    let found = index.map(|index| question::outlets_called(name, index.outlets())).unwrap_or_default();
    let listed = escape::inline(&render::fit(name, 100));
    match found.as_slice() {
        [] if index.is_some() => format!("{listed} (not on record)"),
        [] => listed,
        [one] if one == name => listed,
        found => {
            let some: Vec<String> =
                found.iter().take(3).map(|name| escape::inline(&render::fit(name, 60))).collect();
            let more = if found.len() > 3 { format!(" and {} more", found.len() - 3) } else { String::new() };
            format!("{listed} (that is {}{more})", some.join(", "))
        }
    }
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
            let told = render::on_record(state.articles, index.different_quotes(), state.quotes);
            let _ = write!(out, "**On record** {told}");
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
    format!("{percent}%, {} articles with {} printed quotes so far", step.articles, step.quotes)
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
        "{}.\nOn record: {} printed quotes in {} articles.",
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
        assert!((0..25).all(|id| list(&mut channels, id, "it", true).is_ok()));
        assert!(list(&mut channels, 99, "it", true).is_err() && list(&mut channels, 3, "it", true).is_ok());
        assert!(list(&mut channels, 3, "it", false).is_ok() && list(&mut channels, 3, "it", false).is_err());
        assert_eq!(channels.len(), 24);
    }
}

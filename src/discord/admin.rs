//! Commands for people who manage a server: settings and status, and re-indexing for operators. Only the
//! person who uses the command sees the answer.

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

/// How often the progress message of a running `/reindex` is updated.
const BEAT: Duration = Duration::from_secs(2);
/// Maximum number of skipped files that a report names.
const SKIPPED: usize = 5;

/// Why a change of a setting was refused, in words.
pub(super) type Refused = String;

/// Adds `value`, displayed as `name`, to a list or removes it, and returns a sentence that says what was
/// done.
///
/// # Errors
/// If the list is full, or does not contain the value to be removed.
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
            Ok(format!("{name} is now on the list."))
        }
        (Some(at), false) => {
            list.remove(at);
            let left = if list.is_empty() { " The list is empty, so nothing is left out." } else { "" };
            Ok(format!("{name} is off the list.{left}"))
        }
        (Some(_), true) => Ok(format!("{name} was already on the list.")),
        (None, false) => Err(format!(
            "{name} is not on the list, so nothing was changed. The list says what is allowed: once it has an entry, everything else is \
             left out."
        )),
    }
}

/// Adds an outlet to the list or removes it. An outlet on record is listed under its recorded name; words
/// that match several outlets allow all of them.
///
/// # Errors
/// As [`list`], and if no outlet on record matches.
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

/// Adds a tag to the list or removes it.
///
/// # Errors
/// As [`list`], and if no article on record has the tag.
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

/// Returns the typed name in the spelling of the list or of the record, or as typed if neither has it.
fn named<'a>(typed: &str, known: impl Iterator<Item = &'a str>, listed: &'a [String]) -> String {
    let typed = unlabelled(typed);
    let folded = fold::name(typed);
    let mut names = listed.iter().map(String::as_str).chain(known);
    names.find(|name| fold::name(name) == folded).unwrap_or(typed).to_owned()
}

/// Returns the message that no such name is on record, with similar names.
fn unknown(what: &str, typed: &str, alike: &[String]) -> Refused {
    let shown = shown(typed);
    let mut out = format!("No {what} on record is called {shown}, so nothing was changed.");
    if !alike.is_empty() {
        let alike: Vec<String> = alike.iter().map(|name| self::shown(name)).collect();
        out.push_str(&format!(" Similar names on record: {}.", alike.join(", ")));
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

/// Returns the server if the user may manage it; tells everybody else why the command is refused.
pub(super) async fn permitted(bot: &Bot, origin: &Origin) -> Option<u64> {
    let why = match origin.guild {
        None => "This only works on a server.",
        Some(_) if !origin.manages => "Only people who may manage the server can use this.",
        guild => return guild,
    };
    exchange::told(origin, reply::answer_at_once(bot, origin, &Message::text(why)).await);
    None
}

/// Returns whether the user is an operator who also manages this server; tells everybody else, privately, why
/// the command is refused.
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
        if settings.private { "the person who asked" } else { "everybody in the channel" },
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

/// The warning for a server whose settings exclude every quote.
const NOTHING_LEFT: &str = "\n⚠️ **These outlets and tags together leave no quote on record: nothing can be answered.** Remove something from its list.";

/// Returns a listed outlet, followed by the outlets on record that it stands for if their names differ.
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

/// Shows the state of the bot. Only operators see how much it is used on other servers.
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
        // The cause may contain paths of the machine, so only the log has it.
        (None, Some(Err(_))) => {
            "the last one failed and left the index unchanged; the log says why".to_owned()
        }
        (None, None) => "about to begin".to_owned(),
    };
    let hours = bot.started.elapsed().as_secs() / 3600;
    let version = env!("CARGO_PKG_VERSION");
    let _ = write!(out, "\n**Indexing** {indexing}\n**Running** {hours} h, version {version}");
    out
}

/// Returns usage figures over all servers.
fn usage_text(bot: &Bot, shards: u64) -> String {
    let found = bot.metrics.get(Count::Found);
    let nothing = bot.metrics.get(Count::Nothing);
    let plural = if shards == 1 { "" } else { "s" };
    format!(
        "\n**Answers since the start** {found} with quotes, {nothing} without\n**Connected** {shards} shard{plural}"
    )
}

/// Starts an indexing run and shows its progress until it ends; for operators.
pub(super) async fn reindex(bot: &Arc<Bot>, origin: &Origin, full: bool, dry_run: bool) {
    if !is_operator(bot, origin).await {
        return;
    }
    if let Err(failure) = reply::acknowledge(bot, origin, Becomes::Private).await {
        return exchange::told(origin, Err(failure));
    }
    bot.probe(Work::Answer);
    let message = if !bot.library.indexes() {
        bot.library.wake(Wake::Changed);
        Message::text(
            "I answer from an archive, which is filled where the articles are: by `rapporteur index`. I am reading what is new there.",
        )
    } else if dry_run {
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
                let error = anyhow::anyhow!("the requested indexing failed, see above");
                return exchange::fail(bot, origin, &error).await;
            }
            None => Message::text(
                "It is still running, but I can no longer update this message; `/status` shows the progress.",
            ),
        }
    };
    exchange::told(origin, reply::finish(bot, origin, Becomes::Private, &message).await);
}

/// Updates the answer until the indexing run has ended, and returns its result; `None` if the interaction
/// token is about to expire first.
async fn follow(bot: &Bot, origin: &Origin, full: bool) -> Option<Result<Arc<Report>, String>> {
    let mut status = bot.library.status();
    let number = bot.library.wake(if full { Wake::Full } else { Wake::Changed });
    let mut shown = String::new();
    loop {
        // Clone right away: a borrowed value would block the indexing thread.
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
            // A failed progress update does not matter: the next one follows.
            let _ = reply::edit(bot, origin, &Message::text(&now)).await;
        }
    }
}

fn progress(status: &Status, number: u64) -> String {
    match status.running {
        Some(step) if status.begun >= number => format!("Indexing: {}", step_text(step)),
        Some(_) => "Waiting for the current indexing to end.".to_owned(),
        None => "About to begin.".to_owned(),
    }
}

fn step_text(step: Step) -> String {
    if step.total == 0 {
        return "looking for changes".to_owned();
    }
    let percent = step.done.saturating_mul(100) / step.total;
    let (articles, quotes) =
        (render::counted(step.articles, "article"), render::counted(step.quotes, "printed quote"));
    format!("{percent}%, {articles} with {quotes} so far")
}

fn counts(report: &Report) -> String {
    format!(
        "{} new, {} changed, {} removed, {} unchanged files",
        report.added, report.changed, report.removed, report.unchanged
    )
}

fn report_text(report: &Report) -> String {
    let mut out = String::from(if report.stopped { "Stopped; the index is unchanged. " } else { "" });
    if report.rebuilt {
        out.push_str(if report.dry_run { "Everything would be rebuilt. " } else { "Rebuilt. " });
    }
    let _ = write!(
        out,
        "{}.\nOn record: {} in {}.",
        counts(report),
        render::counted(report.quotes, "printed quote"),
        render::counted(report.articles, "article")
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
    fn a_list_is_limited_and_reports_unknown_entries() {
        let mut channels: Vec<u64> = Vec::new();
        assert!((0..25).all(|id| list(&mut channels, id, "it", true).is_ok()));
        assert!(list(&mut channels, 99, "it", true).is_err() && list(&mut channels, 3, "it", true).is_ok());
        assert!(list(&mut channels, 3, "it", false).is_ok() && list(&mut channels, 3, "it", false).is_err());
        assert_eq!(channels.len(), 24);
    }
}

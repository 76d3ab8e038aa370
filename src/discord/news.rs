//! How do articles get from the web into the corpus while the bot runs? By `/add`, and from the feeds in
//! `feeds.toml`.
//!
//! What is fetched is saved as a file in the corpus folder, where the watcher finds it like any other file.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::admin;
use super::bot::{Bot, Work};
use super::escape;
use super::exchange;
use super::message::Message;
use super::reply::{self, Becomes, Origin};
use crate::fetch::{self, Added, FetchError};
use crate::render;
use crate::watch::Wake;

/// How often the list of feeds is checked; each feed has an interval of its own.
const BEAT: Duration = Duration::from_secs(60);

/// Fetches a page into the corpus, for operators, and says when it can be asked about.
pub(super) async fn add(bot: &Arc<Bot>, origin: &Origin, url: &str) {
    if !admin::is_operator(bot, origin).await {
        return;
    }
    if let Err(failure) = reply::acknowledge(bot, origin, Becomes::Private).await {
        return exchange::told(origin, Err(failure));
    }
    bot.probe(Work::Answer);
    let Some(folder) = bot.library.folders().into_iter().next() else {
        let message = Message::text("There is no corpus folder to save articles in.");
        return exchange::told(origin, reply::finish(bot, origin, Becomes::Private, &message).await);
    };
    let text = match fetch::add(&bot.fetcher, &folder, url).await {
        Ok(Added::New { title, .. }) => {
            let mut status = bot.library.status();
            let number = bot.library.wake(Wake::Changed);
            let indexed =
                tokio::time::timeout(origin.left(), status.wait_for(|status| status.ended >= number));
            let title = title.map_or_else(|| "the page".to_owned(), |title| format!("“{title}”"));
            let title = escape::inline(&render::fit(&title, 300));
            match indexed.await {
                Ok(Ok(status)) if bot.library.indexes() && matches!(status.last, Some(Ok(_))) => {
                    format!("Added {title}; it can be asked about now. `/article` shows its quotes.")
                }
                _ => format!("Added {title}; it will be indexed by the next run."),
            }
        }
        Ok(Added::Known { .. }) => "The corpus has this article already.".to_owned(),
        // The path of a file must not be shown in Discord.
        Err(error @ FetchError::Io { .. }) => return exchange::fail(bot, origin, &error.into()).await,
        Err(error) => format!("Not added: {}.", escape::inline(&render::fit(&error.to_string(), 600))),
    };
    exchange::told(origin, reply::finish(bot, origin, Becomes::Private, &Message::text(&text)).await);
}

/// Checks the feeds that are due, until the bot stops.
pub(super) async fn feeds(bot: Arc<Bot>) {
    loop {
        tokio::select! {
            () = look(&bot) => {}
            () = bot.stop.cancelled() => return,
        }
        tokio::select! {
            () = tokio::time::sleep(BEAT) => {}
            () = bot.stop.cancelled() => return,
        }
    }
}

async fn look(bot: &Bot) {
    for folder in bot.library.folders() {
        // Read each time, because the list may change while the bot runs.
        let list = match fetch::read_feeds(&folder) {
            Ok(list) if list.is_empty() => continue,
            Ok(list) => list,
            Err(error) => {
                tracing::error!(cause = format!("{error:#}"), "the list of feeds cannot be read");
                continue;
            }
        };
        match fetch::feeds(&bot.fetcher, &folder, &list, Timestamp::now().as_second(), false).await {
            Ok(reports) => {
                for report in reports {
                    let failed = report.failed.len() + usize::from(report.error.is_some());
                    tracing::info!(
                        feed = report.url,
                        added = report.added,
                        known = report.known,
                        failed,
                        "feed"
                    );
                }
            }
            Err(error) => {
                tracing::error!(cause = format!("{:#}", anyhow::Error::from(error)), "feeds cannot be saved");
            }
        }
    }
}

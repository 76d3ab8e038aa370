//! May the bot answer here? An allowed channel includes its threads, an allowed forum its posts, and an
//! allowed category everything in it.

use reqwest::Method;
use serde_json::Value;
use tokio::time::Instant;

use super::bot::Bot;
use super::rest::Call;
use super::settings::Settings;

/// Returns whether a server allows answers in `channel`. `parent` is its channel or category, if known;
/// otherwise Discord is asked. If Discord does not answer by `deadline`, the channel counts as not allowed.
pub(super) async fn is_allowed(
    bot: &Bot,
    settings: &Settings,
    channel: u64,
    parent: Option<u64>,
    deadline: Instant,
) -> bool {
    if settings.channels.is_empty() {
        return true;
    }
    let (mut at, mut known) = (channel, parent);
    // At most three levels: a thread, its channel, the channel's category.
    for _ in 0..3 {
        if settings.channels.contains(&at) {
            return true;
        }
        let above = match known.take() {
            Some(parent) => Some(parent),
            None => of(bot, at, deadline).await.and_then(|channel| id(&channel["parent_id"])),
        };
        let Some(above) = above else { return false };
        at = above;
    }
    false
}

/// Returns a channel as Discord describes it; `None` if the request fails.
pub(super) async fn of(bot: &Bot, channel: u64, deadline: Instant) -> Option<Value> {
    bot.rest.send(&Call::channel(Method::GET, channel, "", None), deadline).await.ok()
}

/// Returns the id in a JSON value.
pub(super) fn id(value: &Value) -> Option<u64> {
    value.as_str()?.parse().ok()
}

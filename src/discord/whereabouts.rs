//! May the bot answer here? Also in a thread of an allowed channel, in a post of an allowed forum, and in whatever stands in an
//! allowed category.

use reqwest::Method;
use serde_json::Value;
use tokio::time::Instant;

use super::bot::Bot;
use super::rest::Call;
use super::settings::Settings;

/// Returns whether a server answers in `channel`. `parent` is the channel or category it stands in, where that is known; what is not
/// known is asked of Discord, and what Discord does not tell by `deadline` is not allowed.
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
    // A thread, its channel, the category of that.
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

/// A channel, as Discord describes it.
pub(super) async fn of(bot: &Bot, channel: u64, deadline: Instant) -> Option<Value> {
    bot.rest.send(&Call::channel(Method::GET, channel, "", None), deadline).await.ok()
}

/// The id in a field.
pub(super) fn id(value: &Value) -> Option<u64> {
    value.as_str()?.parse().ok()
}

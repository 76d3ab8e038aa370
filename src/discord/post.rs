//! The bot writes by itself, not in answer to an interaction: in a channel, or to somebody alone.

use reqwest::Method;
use serde_json::Value;
use tokio::time::Instant;

use super::bot::Bot;
use super::failure::Failure;
use super::rest::Call;
use super::whereabouts;

/// Posts a message and returns its id, 0 where Discord does not tell.
pub(super) async fn send(bot: &Bot, channel: u64, body: Value, deadline: Instant) -> Result<u64, Failure> {
    let call = Call::channel(Method::POST, channel, "/messages", Some(body));
    bot.rest.send(&call, deadline).await.map(|sent| whereabouts::id(&sent["id"]).unwrap_or_default())
}

/// Changes a message of ours.
pub(super) async fn edit(
    bot: &Bot,
    (channel, message): (u64, u64),
    body: Value,
    deadline: Instant,
) -> Result<(), Failure> {
    let call = Call::channel(Method::PATCH, channel, &format!("/messages/{message}"), Some(body));
    bot.rest.send(&call, deadline).await.map(|_| ())
}

/// Opens the direct messages with somebody.
pub(super) async fn open_direct(bot: &Bot, user: u64, deadline: Instant) -> Result<u64, Failure> {
    let channel = bot.rest.send(&Call::direct(user), deadline).await?;
    // A reply without a channel is as good as none.
    whereabouts::id(&channel["id"]).ok_or(Failure::Refused { status: 200, code: 0 })
}

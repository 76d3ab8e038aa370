//! Messages that the bot sends on its own, not as the response to an interaction: to a channel or to one
//! person.

use reqwest::Method;
use serde_json::Value;
use tokio::time::Instant;

use super::bot::Bot;
use super::failure::Failure;
use super::rest::Call;
use super::whereabouts;

/// Posts a message and returns its id, or 0 if Discord does not return one.
pub(super) async fn send(bot: &Bot, channel: u64, body: Value, deadline: Instant) -> Result<u64, Failure> {
    let call = Call::channel(Method::POST, channel, "/messages", Some(body));
    bot.rest.send(&call, deadline).await.map(|sent| whereabouts::id(&sent["id"]).unwrap_or_default())
}

/// Edits a message of ours.
pub(super) async fn edit(
    bot: &Bot,
    (channel, message): (u64, u64),
    body: Value,
    deadline: Instant,
) -> Result<(), Failure> {
    let call = Call::channel(Method::PATCH, channel, &format!("/messages/{message}"), Some(body));
    bot.rest.send(&call, deadline).await.map(|_| ())
}

/// Opens the direct-message channel with a user.
pub(super) async fn open_direct(bot: &Bot, user: u64, deadline: Instant) -> Result<u64, Failure> {
    let channel = bot.rest.send(&Call::direct(user), deadline).await?;
    // A response without a channel id is as good as a failure.
    whereabouts::id(&channel["id"]).ok_or(Failure::Refused { status: 200, code: 0 })
}

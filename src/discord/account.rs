//! Which application does a token belong to? This is checked before the bot runs, so that the operator learns
//! what is misconfigured and where to fix it.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use serde_json::Value;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::client::{self, Api};
use super::failure::Failure;
use super::metrics::Metrics;
use super::rest::{Call, Rest};

/// The error message for a token that Discord does not accept.
pub(super) const REFUSED: &str = "Discord rejects the token: it was reset or belongs to another application's; copy the current one from the page `Bot` of your application at \
https://discord.com/developers/applications";

/// How long to wait for Discord's answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The permissions an invitation asks for: view channels, send messages (also in threads), embed links, read
/// message history.
pub const PERMISSIONS: u64 = 1 << 10 | 1 << 11 | 1 << 38 | 1 << 14 | 1 << 16;

/// The application that a token belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// Its id, which is also the bot's.
    pub id: u64,
    /// Its display name.
    pub name: String,
    /// Approximately how many servers the bot is in.
    pub servers: u64,
    /// Application settings that keep the bot from working, each with how to fix it; empty if there are none.
    pub problems: Vec<&'static str>,
}

impl Application {
    fn read(value: &Value) -> Option<Self> {
        let is_set = |key: &str| value[key].as_bool() == Some(true);
        let mut problems = Vec::new();
        if value["interactions_endpoint_url"].as_str().is_some_and(|url| !url.is_empty()) {
            problems.push(
                "commands are sent to an address instead of to the bot; empty `Interactions Endpoint URL` on the page `General Information` of the application",
            );
        }
        if is_set("bot_require_code_grant") {
            problems.push(
                "nobody can invite the bot; switch `Requires OAuth2 Code Grant` off on the page `Bot` of the application",
            );
        }
        Some(Self {
            id: value["id"].as_str()?.parse().ok()?,
            name: value["name"].as_str().unwrap_or_default().to_owned(),
            servers: value["approximate_guild_count"].as_u64().unwrap_or_default(),
            problems,
        })
    }

    /// Returns the URL that invites the bot with exactly the permissions it needs.
    #[must_use]
    pub fn invitation(&self) -> String {
        invitation(&self.id.to_string())
    }
}

/// Returns the URL that invites the bot of the application with this id.
#[must_use]
pub fn invitation(application: &str) -> String {
    format!(
        "https://discord.com/oauth2/authorize?client_id={application}&scope=bot+applications.commands&permissions={PERMISSIONS}"
    )
}

/// Why the owner of a token could not be determined.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Discord does not accept the token.
    #[error("{REFUSED}")]
    Token,
    /// Discord cannot be reached, or answers with an error.
    #[error("Discord cannot be asked about the token: {0}; is this machine online?")]
    Unreached(Failure),
    /// The response does not describe an application.
    #[error("Discord's answer about the token cannot be read")]
    Answer,
    /// The HTTPS client cannot be set up on this machine.
    #[error("no connection can be made: {0}")]
    Client(#[from] reqwest::Error),
}

/// Asks Discord which application a token belongs to.
///
/// # Errors
/// If Discord rejects the token, or cannot be asked within ten seconds.
pub async fn application(api: &Api, token: &SecretString) -> Result<Application, AccountError> {
    let (_, client) = client::client(api, token)?;
    let rest = Rest::new(client, api, token, Arc::new(Metrics::default()), CancellationToken::new());
    match rest.send(&Call::application(), Instant::now() + PATIENCE).await {
        Ok(value) => Application::read(&value).ok_or(AccountError::Answer),
        Err(Failure::Unauthorized) => Err(AccountError::Token),
        Err(failure) => Err(AccountError::Unreached(failure)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_that_keep_the_bot_from_working_are_reported() {
        let fine = json!({"id": "42", "name": "Desk", "approximate_guild_count": 3, "interactions_endpoint_url": null});
        let application = Application::read(&fine).expect("an application");
        assert_eq!((application.id, application.servers, application.problems.len()), (42, 3, 0));
        assert!(application.invitation().contains("client_id=42&"), "{}", application.invitation());
        let other = json!({"id": "42", "interactions_endpoint_url": "https://x.example", "bot_require_code_grant": true});
        assert_eq!(Application::read(&other).expect("an application").problems.len(), 2);
        assert_eq!(Application::read(&json!({"message": "401: Unauthorized"})), None);
    }
}

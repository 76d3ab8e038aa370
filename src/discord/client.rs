//! Which Discord does the bot talk to? All HTTP clients for Discord are created here.
//!
//! serenity's `proxy` option redirects requests, but its rate limiter ignores it and would call the real
//! Discord, and it keeps an entry for every interaction for ever. So it is never used: the bot sends through
//! [`super::rest`], which observes the rate limits itself, and serenity's own client answers only
//! autocompletion, which has no rate limit. Any server other than Discord is accepted on loopback only,
//! because that connection is not encrypted and the token must not leave the machine in clear text.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serenity::all::{GatewayIntents, Http, HttpBuilder};
use serenity::builder::CreateAllowedMentions;

/// The gateway intents the bot asks for: servers, messages in servers, direct messages. None is privileged:
/// Discord sends the text of a message only if it mentions the bot or is a direct message.
pub const INTENTS: GatewayIntents =
    GatewayIntents::GUILDS.union(GatewayIntents::GUILD_MESSAGES).union(GatewayIntents::DIRECT_MESSAGES);

/// The location of Discord's API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Api(Option<SocketAddr>);

/// The given address is not on loopback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("only `http://` and a loopback address with its port is accepted, such as `http://127.0.0.1:8080`")]
pub struct NotLoopback;

impl Api {
    /// Returns Discord's own API.
    #[must_use]
    pub const fn discord() -> Self {
        Self(None)
    }

    /// Returns the API at a loopback address.
    ///
    /// # Errors
    /// If the address is not on loopback.
    pub const fn loopback(address: SocketAddr) -> Result<Self, NotLoopback> {
        let is_loopback = match address.ip() {
            IpAddr::V4(ip) => ip.is_loopback(),
            IpAddr::V6(ip) => ip.is_loopback(),
        };
        if is_loopback { Ok(Self(Some(address))) } else { Err(NotLoopback) }
    }

    /// Returns the API at `http://ADDRESS:PORT`, with or without a trailing `/`. `localhost` means 127.0.0.1:
    /// no name is resolved.
    ///
    /// # Errors
    /// For anything else.
    pub fn parse(base: &str) -> Result<Self, NotLoopback> {
        let address = base.trim().strip_prefix("http://").ok_or(NotLoopback)?;
        let address = address.strip_suffix('/').unwrap_or(address);
        let address = match address.strip_prefix("localhost:") {
            Some(port) => format!("127.0.0.1:{port}"),
            None => address.to_owned(),
        };
        address.parse().map_err(|_| NotLoopback).and_then(Self::loopback)
    }

    /// Returns whether this is Discord's own API.
    #[must_use]
    pub const fn is_discord(&self) -> bool {
        self.0.is_none()
    }

    /// Returns whether the gateway at `url` belongs to this API: encrypted for Discord, on loopback
    /// otherwise.
    #[must_use]
    pub fn is_gateway(&self, url: &str) -> bool {
        match self.0 {
            None => url.starts_with("wss://"),
            Some(_) => {
                let address = url.strip_prefix("ws://").and_then(|rest| rest.split('/').next());
                address.is_some_and(|address| Self::parse(&format!("http://{address}")).is_ok())
            }
        }
    }

    /// Returns whether `url` is on a host where this API stores attachments. Files are fetched from nowhere
    /// else.
    #[must_use]
    pub fn keeps(&self, url: &str) -> bool {
        let Ok(url) = reqwest::Url::parse(url) else { return false };
        let is_bare = url.username().is_empty() && url.password().is_none();
        let is_there = match self.0 {
            None => {
                url.scheme() == "https"
                    && url.port().is_none()
                    && matches!(url.host_str(), Some("cdn.discordapp.com" | "media.discordapp.net"))
            }
            Some(address) => url.origin().ascii_serialization() == format!("http://{address}"),
        };
        let folders = ["/attachments/", "/ephemeral-attachments/"];
        is_bare && is_there && folders.iter().any(|folder| url.path().starts_with(folder))
    }

    /// Returns the base URL of the REST API, to which paths are appended.
    pub fn rest(&self) -> String {
        match self.0 {
            Some(address) => format!("http://{address}/api/v10"),
            None => "https://discord.com/api/v10".to_owned(),
        }
    }
}

/// Returns serenity's client and the HTTP client behind it.
///
/// # Errors
/// If TLS cannot be set up.
pub fn client(api: &Api, token: &SecretString) -> reqwest::Result<(Http, reqwest::Client)> {
    let mut builder = reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(5))
        .timeout(Duration::from_secs(15))
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("DiscordBot (rapporteur, ", env!("CARGO_PKG_VERSION"), ")"));
    if !api.is_discord() {
        // A proxy from the environment would send the token off this machine.
        builder = builder.no_proxy();
    }
    let client = builder.build()?;
    let mut http = HttpBuilder::new(token.expose_secret())
        .client(client.clone())
        .ratelimiter_disabled(true)
        .default_allowed_mentions(CreateAllowedMentions::new());
    if let Some(address) = api.0 {
        http = http.proxy(format!("http://{address}"));
    }
    Ok((http.build(), client))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_servers_are_only_accepted_on_loopback() {
        for base in ["http://127.0.0.1:80", "http://127.8.9.1:1/", "http://[::1]:8080", "http://localhost:9"]
        {
            assert!(Api::parse(base).is_ok(), "{base}");
        }
        for base in [
            "https://127.0.0.1:80",
            "http://127.0.0.1",
            "http://10.0.0.1:80",
            "http://discord.com:80",
            "http://localhost.example:80",
            "http://127.0.0.1:80/api",
            "http://user@127.0.0.1:80",
            "http://127.0.0.1:80@evil.example",
            "http://[::ffff:127.0.0.1]:80",
            "http://0.0.0.0:80",
            "http://2130706433:80",
            "127.0.0.1:80",
            "",
        ] {
            assert_eq!(Api::parse(base), Err(NotLoopback), "{base}");
        }
    }

    #[test]
    fn no_client_falls_back_to_the_real_discord() {
        let token = SecretString::from("a.b.c".to_owned());
        let (http, _) = client(&Api::discord(), &token).expect("a client");
        assert!(http.proxy.is_none() && http.ratelimiter.is_none());
        let other = Api::parse("http://127.0.0.1:81").expect("loopback");
        let (http, _) = client(&other, &token).expect("a client");
        assert_eq!(http.proxy.as_deref(), Some("http://127.0.0.1:81"));
        assert!(http.ratelimiter.is_none());
        let mentions = serde_json::to_value(&http.default_allowed_mentions).expect("plain values");
        assert_eq!(mentions["parse"], serde_json::json!([]));
        assert_eq!(other.rest(), "http://127.0.0.1:81/api/v10");
        assert!(
            other.is_gateway("ws://127.0.0.1:81/gateway") && !other.is_gateway("wss://gateway.discord.gg")
        );
        assert!(
            Api::discord().is_gateway("wss://gateway.discord.gg")
                && !Api::discord().is_gateway("ws://127.0.0.1:81")
        );
    }

    #[test]
    fn files_are_fetched_only_from_the_attachment_hosts() {
        let discord = Api::discord();
        for url in [
            "https://cdn.discordapp.com/attachments/1/2/message.txt?ex=6&hm=a",
            "https://media.discordapp.net/ephemeral-attachments/1/2/a.md",
        ] {
            assert!(discord.keeps(url), "{url}");
        }
        let other = Api::parse("http://127.0.0.1:81").expect("loopback");
        assert!(other.keeps("http://127.0.0.1:81/attachments/1/2/message.txt?hm=a"));
        for url in [
            "http://cdn.discordapp.com/attachments/1/2/a.txt",
            "https://cdn.discordapp.com:8443/attachments/1/2/a.txt",
            "https://user@cdn.discordapp.com/attachments/1/2/a.txt",
            "https://cdn.discordapp.com.evil.example/attachments/1/2/a.txt",
            "https://evil.example/attachments/1/2/a.txt",
            "https://cdn.discordapp.com/avatars/1/2",
            "https://cdn.discordapp.com/attachments/../avatars/1/2",
            "http://127.0.0.1:81/api/v10/gateway",
            "http://127.0.0.1:82/attachments/1/2/a.txt",
            "http://169.254.169.254/attachments/1/2/a.txt",
            "file:///attachments/1",
            "",
        ] {
            assert!(!discord.keeps(url) && !other.keeps(url), "{url}");
        }
    }

    #[test]
    fn no_intent_is_privileged() {
        assert_eq!(INTENTS.bits(), 4609);
        assert!((INTENTS & GatewayIntents::privileged()).is_empty());
    }
}

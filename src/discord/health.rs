//! Is the bot alive, and how is it doing? Serves two pages on loopback, `/health` and `/metrics`; off by
//! default.
//!
//! One request per connection, few connections at once and a few seconds for each, so that a stalled client
//! cannot block the others for long.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;

use super::bot::Bot;
use crate::loopback::{self, Limits};

/// A scrape takes milliseconds, and there are few monitors.
const LIMITS: Limits =
    Limits { connections: 64, headers: Duration::from_secs(3), whole: Some(Duration::from_secs(5)) };

/// Listens at `address`.
///
/// # Errors
/// If the address cannot be listened on.
pub(super) async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).await;
    listener.with_context(|| format!("metrics cannot be served at `{address}`"))
}

/// Serves until the bot stops, and returns the address in use.
///
/// # Errors
/// If the address cannot be listened on.
pub(super) async fn serve(bot: Arc<Bot>, address: SocketAddr) -> anyhow::Result<SocketAddr> {
    let listener = listen(address).await?;
    let address = listener.local_addr()?;
    let stop = bot.stop.clone();
    let served = loopback::serve(listener, LIMITS, stop, move |_, request| page(Arc::clone(&bot), request));
    tokio::spawn(async move {
        if let Err(error) = served.await {
            tracing::error!(cause = %error, "metrics are no longer served");
        }
    });
    tracing::info!(%address, "metrics are served");
    Ok(address)
}

async fn page(bot: Arc<Bot>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    match request.uri().path() {
        "/health" => state(&bot).await.into_response(),
        "/metrics" => metrics(&bot).await.into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Returns the health: OK means connected, with an index.
async fn state(bot: &Bot) -> (StatusCode, &'static str) {
    match (bot.connected().await > 0, bot.library.index().is_some()) {
        (true, true) => (StatusCode::OK, "ok\n"),
        (false, _) => (StatusCode::SERVICE_UNAVAILABLE, "not connected\n"),
        (true, false) => (StatusCode::SERVICE_UNAVAILABLE, "no index yet\n"),
    }
}

async fn metrics(bot: &Bot) -> impl IntoResponse + use<> {
    (
        [(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")],
        bot.metrics.text(&bot.gauges().await),
    )
}

//! Is the bot alive, and how is it doing? Two pages on loopback, off by default: `/health` and `/metrics`.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::net::TcpListener;

use super::bot::Bot;

/// Serves until the bot stops, and returns where.
///
/// # Errors
/// Where the address cannot be listened on.
pub(super) async fn serve(bot: Arc<Bot>, address: SocketAddr) -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind(address).await;
    let listener = listener.with_context(|| format!("metrics cannot be served at `{address}`"))?;
    let address = listener.local_addr()?;
    let stop = bot.stop.clone();
    let health = Arc::clone(&bot);
    let pages = Router::new()
        .route("/health", get(move || async move { state(&health).await }))
        .route("/metrics", get(move || async move { metrics(&bot).await }));
    tokio::spawn(async move {
        let served = axum::serve(listener, pages).with_graceful_shutdown(stop.cancelled_owned()).await;
        if let Err(error) = served {
            tracing::error!(cause = %error, "metrics are no longer served");
        }
    });
    tracing::info!(%address, "metrics are served");
    Ok(address)
}

/// Fine is: connected, with an index that answers.
async fn state(bot: &Bot) -> (StatusCode, &'static str) {
    match (bot.connected().await > 0, bot.library.index().is_some()) {
        (true, true) => (StatusCode::OK, "ok\n"),
        (false, _) => (StatusCode::SERVICE_UNAVAILABLE, "not connected\n"),
        (true, false) => (StatusCode::SERVICE_UNAVAILABLE, "no index yet\n"),
    }
}

async fn metrics(bot: &Bot) -> impl IntoResponse + use<> {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], bot.metrics.text(&bot.gauges().await))
}

//! What happens on one gateway socket, from opening to close?

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::Shared;
use super::session::hello;
use super::world::Out;
use crate::loopback::Cut;

/// How long a socket may stay open before it identifies.
const STRANGER: Duration = Duration::from_secs(60);

/// Serves a socket until either side closes it.
pub(super) async fn connection(shared: Arc<Shared>, mut socket: WebSocket, cut: Cut) {
    let (sender, mut queue) = mpsc::unbounded_channel();
    let (link, delay, interval) =
        shared.with(|state| (state.sessions.open(sender), state.rules.hello(), state.sessions.heartbeat));
    let code = tokio::select! {
        code = talk(&shared, &mut socket, &mut queue, link, delay, interval, &cut) => code,
        () = shared.ended.cancelled() => None,
    };
    shared.with(|state| {
        let now = state.clock.now();
        state.sessions.closed(link, code, now);
    });
}

/// Exchanges messages until the socket ends; returns the code with which the bot closed it, if any.
async fn talk(
    shared: &Arc<Shared>,
    socket: &mut WebSocket,
    queue: &mut mpsc::UnboundedReceiver<Out>,
    link: u64,
    delay: Option<Duration>,
    interval: Duration,
    cut: &Cut,
) -> Option<u16> {
    if let Some(delay) = delay {
        tokio::time::sleep(delay).await;
    }
    shared.with(|state| state.sessions.send(link, hello(interval)));
    // A client that misses two heartbeats counts as gone.
    let patience = interval * 2 + Duration::from_millis(500);
    let mut overdue = Instant::now() + patience;
    let mut shown = Instant::now() + STRANGER;
    loop {
        tokio::select! {
            out = queue.recv() => match out? {
                Out::Text(text) => socket.send(Message::Text(text.into())).await.ok()?,
                Out::Packed(bytes) => socket.send(Message::Binary(bytes.into())).await.ok()?,
                Out::Close(code, reason) => {
                    let frame = CloseFrame { code, reason: reason.into() };
                    socket.send(Message::Close(Some(frame))).await.ok()?;
                    // Waits for the bot's close frame in reply.
                    let answer = async { while let Some(Ok(_)) = socket.recv().await {} };
                    let _ = tokio::time::timeout(Duration::from_secs(5), answer).await;
                    return None;
                }
                Out::Cut => {
                    cut.now();
                    return None;
                }
                Out::Freeze => {
                    let () = std::future::pending().await;
                }
            },
            message = socket.recv() => match message?.ok()? {
                Message::Text(text) => {
                    overdue = Instant::now() + patience;
                    shared.with(|state| state.receive(link, &text));
                }
                Message::Close(frame) => {
                    // The close frame in reply is sent while the end of the socket is awaited.
                    let _ = tokio::time::timeout(Duration::from_secs(5), socket.recv()).await;
                    return frame.map(|frame| frame.code);
                }
                Message::Binary(_) => {
                    shared.with(|state| state.sessions.send(link, Out::Close(4002, "Error while decoding payload.")));
                }
                Message::Ping(_) | Message::Pong(_) => {}
            },
            () = sleep_until(shown) => {
                shown += STRANGER;
                if !shared.look(|state| state.sessions.is_identified(link)) {
                    return None;
                }
            }
            () = sleep_until(overdue) => {
                overdue += patience;
                shared.with(|state| {
                    state.sessions.end(link);
                    state.sessions.send(link, Out::Close(4009, "Session timed out."));
                });
            }
        }
    }
}

//! How is something served on this machine so that only local programs can use it, and none of them can block
//! it?
//!
//! A page in a browser can also send requests to loopback, even under its own domain name if it lets that
//! resolve to loopback (DNS rebinding). So a request is answered only if `Host` names this address and
//! neither `Origin` nor `Sec-Fetch-Site` shows another site; all others get 403 before their body is read.
//! Connections are limited in number, in the size of their headers and in the time they may take. Every response
//! has a content security policy.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

/// Maximum number of unread bytes buffered for a connection; a request's headers must fit.
const BUFFER: usize = 16 << 10;
/// Maximum number of headers of a request.
const HEADERS: usize = 64;

/// The limits of connections.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Concurrent connections; more wait in the system's queue until one ends.
    pub connections: usize,
    /// The time for a request's headers, and between two requests of a connection.
    pub headers: Duration,
    /// The time for a whole connection, which then serves only one request; `None` for no limit.
    pub whole: Option<Duration>,
}

/// Maximum number of connections that wait to be accepted.
const QUEUE: u32 = 1024;

/// Listens at an address, with room for a crowd that arrives at once.
///
/// # Errors
/// If the address cannot be listened on.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(cfg!(unix))?;
    socket.bind(address)?;
    socket.listen(QUEUE)
}

/// Answers requests to `listener` until `stop`, which cuts open connections. `answer` is called only for
/// requests whose host is this address and that do not come from another site.
///
/// # Errors
/// If the listener's address cannot be read.
pub async fn serve<F, A>(
    listener: TcpListener,
    limits: Limits,
    stop: CancellationToken,
    answer: F,
) -> io::Result<()>
where
    F: Fn(Cut, Request) -> A + Clone + Send + Sync + 'static,
    A: Future<Output = Response> + Send + 'static,
{
    serve_under(None, listener, limits, stop, answer).await
}

/// Where a request came from; stored in its extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Came {
    /// The address that opened the connection.
    pub peer: IpAddr,
    /// Whether it was sent to the public name.
    pub is_public: bool,
}

/// Works as [`serve`], but also answers requests for the host of `public`, the origin
/// (`https://quotes.example`) under which a proxy publishes this server. Other sites may link there.
///
/// # Errors
/// As [`serve`].
pub async fn serve_under<F, A>(
    public: Option<String>,
    listener: TcpListener,
    limits: Limits,
    stop: CancellationToken,
    answer: F,
) -> io::Result<()>
where
    F: Fn(Cut, Request) -> A + Clone + Send + Sync + 'static,
    A: Future<Output = Response> + Send + 'static,
{
    let public: Option<Arc<str>> = public.map(Arc::from);
    let address = listener.local_addr()?;
    let free = Arc::new(Semaphore::new(limits.connections));
    loop {
        let accepted = async {
            let permit = match Arc::clone(&free).acquire_owned().await {
                Ok(permit) => permit,
                // The semaphore is never closed.
                Err(_) => std::future::pending().await,
            };
            (listener.accept().await, permit)
        };
        let (accepted, permit) = tokio::select! {
            accepted = accepted => accepted,
            () = stop.cancelled() => return Ok(()),
        };
        let Ok((stream, peer)) = accepted else {
            // The limit on open files is reached, or the peer has already disconnected.
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        // Small responses must not wait for the peer's delayed acknowledgement.
        let _ = stream.set_nodelay(true);
        let cut = Cut::default();
        let connection = Connection { stream, cut: cut.clone(), _permit: permit };
        let answer = answer.clone();
        let public = public.clone();
        let service = service_fn(move |request: Request<hyper::body::Incoming>| {
            let mut request = request.map(Body::new);
            let is_public = public.as_deref().is_some_and(|public| is_under(&request, public));
            request.extensions_mut().insert(Came { peer: peer.ip().to_canonical(), is_public });
            let answered = (is_public || is_own(&request, address)).then(|| answer(cut.clone(), request));
            async move {
                Ok::<_, Infallible>(guarded(match answered {
                    Some(answered) => answered.await,
                    None => refused(),
                }))
            }
        });
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(limits.headers);
        http.max_headers(HEADERS).max_buf_size(BUFFER).keep_alive(limits.whole.is_none());
        let serving = http.serve_connection(TokioIo::new(connection), service).with_upgrades();
        let stop = stop.clone();
        tokio::spawn(async move {
            let ended = async {
                match limits.whole {
                    Some(whole) => drop(tokio::time::timeout(whole, serving).await),
                    None => drop(serving.await),
                }
            };
            tokio::select! {
                () = ended => {}
                () = stop.cancelled() => {}
            }
        });
    }
}

/// Whether a request names this address as its host and does not come from another site.
fn is_own<B>(request: &Request<B>, address: SocketAddr) -> bool {
    let headers = request.headers();
    let hosts: Vec<_> = headers.get_all(header::HOST).iter().collect();
    let is_host = |host: &str| is_name(host, address);
    matches!(hosts.as_slice(), [host] if host.to_str().is_ok_and(is_host))
        && request.uri().authority().map(Authority::as_str).is_none_or(is_host)
        && all(headers, header::ORIGIN.as_str(), |origin| origin.strip_prefix("http://").is_some_and(is_host))
        && all(headers, "sec-fetch-site", |site| matches!(site, "none" | "same-origin"))
}

/// Whether a request names this origin as its host, and its `Origin`, if there is one, is the same.
fn is_under<B>(request: &Request<B>, public: &str) -> bool {
    let headers = request.headers();
    let hosts: Vec<_> = headers.get_all(header::HOST).iter().collect();
    let own = public.split_once("://").map_or(public, |(_, host)| host);
    let is_host = |host: &str| host.eq_ignore_ascii_case(own);
    matches!(hosts.as_slice(), [host] if host.to_str().is_ok_and(is_host))
        && request.uri().authority().map(Authority::as_str).is_none_or(is_host)
        && all(headers, header::ORIGIN.as_str(), |origin| origin.eq_ignore_ascii_case(public))
}

/// Whether every value of a header is good; true if there are none.
fn all(headers: &HeaderMap, name: &str, is_good: impl Fn(&str) -> bool) -> bool {
    headers.get_all(name).iter().all(|value| value.to_str().is_ok_and(&is_good))
}

/// Whether `host` names a loopback address with its port; the port may be left out if it is 80.
fn is_name(host: &str, address: SocketAddr) -> bool {
    let port = address.port();
    let bare = if address.is_ipv6() { format!("[{}]", address.ip()) } else { address.ip().to_string() };
    [bare.as_str(), "localhost"].iter().any(|name| {
        host.eq_ignore_ascii_case(&format!("{name}:{port}"))
            || (port == 80 && host.eq_ignore_ascii_case(name))
    })
}

/// Returns the refusal. It closes the connection, because the unread body may be of any length.
fn refused() -> Response {
    let close = [(header::CONNECTION, "close")];
    (StatusCode::FORBIDDEN, close, "only programs on this machine may use this, under its own address\n")
        .into_response()
}

/// Adds the headers that every response has: a browser guesses no type, and unless the response has a policy
/// of its own, loads nothing from it and lets no page embed it.
fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    response
}

/// Cuts one connection.
#[derive(Clone, Debug, Default)]
pub struct Cut(Arc<AtomicBool>);

impl Cut {
    /// Cuts the connection: from now on reads and writes fail, so the server drops it.
    pub fn now(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn check(&self) -> io::Result<()> {
        if self.0.load(Ordering::Acquire) { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }
}

/// A connection that can be cut. It counts towards the limit until it is dropped, even after it has become a
/// WebSocket.
struct Connection {
    stream: TcpStream,
    cut: Cut,
    _permit: OwnedSemaphorePermit,
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.cut.check()?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.cut.check()?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.cut.check()?;
        Pin::new(&mut self.stream).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.cut.check()?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a request with these headers to 127.0.0.1:8080 would be answered.
    fn answered(uri: &str, headers: &[(&str, &str)]) -> bool {
        let mut request = Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        is_own(&request.body(()).expect("a request"), "127.0.0.1:8080".parse().expect("an address"))
    }

    #[test]
    fn only_this_address_is_answered() {
        for host in ["127.0.0.1:8080", "localhost:8080", "LOCALHOST:8080"] {
            assert!(answered("/", &[("host", host)]), "{host}");
            assert!(answered("/", &[("host", host), ("origin", "http://127.0.0.1:8080")]));
            assert!(answered("/", &[("host", host), ("sec-fetch-site", "none")]));
        }
        for host in [
            "127.0.0.1",
            "127.0.0.1:8081",
            "localhost",
            "attacker.example:8080",
            "localhost.attacker.example:8080",
            "127.0.0.1:8080.attacker.example",
            "user@127.0.0.1:8080",
            "127.0.0.2:8080",
            "",
        ] {
            assert!(!answered("/", &[("host", host)]), "{host}");
        }
        assert!(!answered("/", &[]), "no host");
        assert!(!answered("/", &[("host", "127.0.0.1:8080"), ("host", "attacker.example")]), "two hosts");
        assert!(
            !answered("http://attacker.example/", &[("host", "127.0.0.1:8080")]),
            "another one in the line"
        );
        assert!(answered("http://127.0.0.1:8080/", &[("host", "127.0.0.1:8080")]));
    }

    #[test]
    fn pages_of_other_sites_are_not_answered() {
        for (name, value) in [
            ("origin", "https://attacker.example"),
            ("origin", "null"),
            ("origin", "http://127.0.0.1:3000"),
            ("origin", "https://127.0.0.1:8080"),
            ("origin", ""),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            assert!(!answered("/", &[("host", "127.0.0.1:8080"), (name, value)]), "{name}: {value}");
        }
    }

    #[test]
    fn under_a_public_name_only_that_name_is_answered() {
        let answered = |host: &str, headers: &[(&str, &str)]| {
            let mut request = Request::builder().uri("/").header("host", host);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            is_under(&request.body(()).expect("a request"), "https://quotes.example")
        };
        assert!(answered("quotes.example", &[]) && answered("Quotes.Example", &[]));
        assert!(answered("quotes.example", &[("sec-fetch-site", "cross-site")]), "a link leads here");
        assert!(answered("quotes.example", &[("origin", "https://quotes.example")]));
        for origin in ["https://attacker.example", "null", "http://quotes.example", ""] {
            assert!(!answered("quotes.example", &[("origin", origin)]), "{origin}");
        }
        for host in ["", "attacker.example", "quotes.example.attacker.example", "x@quotes.example"] {
            assert!(!answered(host, &[]), "{host}");
        }
        assert!(!answered("quotes.example", &[("host", "attacker.example")]), "two hosts");
    }

    #[test]
    fn ipv6_addresses_have_brackets_and_port_80_may_be_left_out() {
        let is_name = |host: &str, address: &str| is_name(host, address.parse().expect("an address"));
        assert!(
            is_name("[::1]:9", "[::1]:9") && !is_name("::1:9", "[::1]:9") && !is_name("[::1]", "[::1]:9")
        );
        assert!(is_name("127.0.0.1", "127.0.0.1:80") && is_name("localhost:80", "127.0.0.1:80"));
    }
}

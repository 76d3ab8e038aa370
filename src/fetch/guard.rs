//! May this address be connected to? Only addresses that are reachable from the whole internet: never this
//! machine, its network, or a cloud's metadata service.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::Url;

use super::FetchError;

/// Resolves a host name to its addresses.
pub type Lookup = Arc<dyn Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync>;

/// Decides which addresses may be connected to.
#[derive(Clone, Default)]
pub struct Guard {
    /// Exceptions: addresses, with ports, that are allowed although they are not public. For tests against a
    /// server of their own.
    pub allow: Vec<SocketAddr>,
    /// How names are resolved; `None` for the system's resolver.
    pub lookup: Option<Lookup>,
}

impl Guard {
    /// Returns the addresses to connect to for `url`: all addresses of its host, each of them checked.
    /// Connecting to these addresses only makes it impossible to be redirected by a DNS name whose addresses
    /// change after the check.
    pub(super) async fn addresses(&self, url: &Url) -> Result<Vec<SocketAddr>, FetchError> {
        let refused = |why: String| FetchError::Refused { url: url.to_string(), why };
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refused(format!("`{}` is neither http nor https", url.scheme())));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("it contains a user name or password".to_owned()));
        }
        let port = url.port_or_known_default().unwrap_or(0);
        if !matches!(port, 80 | 443) && !self.allow.iter().any(|allowed| allowed.port() == port) {
            return Err(refused(format!("port {port} is not allowed, only 80 and 443")));
        }
        let host = url.host_str().unwrap_or_default();
        let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
        let found = match literal {
            Some(address) => vec![address],
            None => self.look_up(host, port).await.map_err(|error| FetchError::Connection {
                url: url.to_string(),
                why: format!("`{host}` is not found: {error}"),
            })?,
        };
        if let Some(wrong) = found.iter().find(|address| !self.may(**address, port)) {
            return Err(refused(format!("`{host}` is at {wrong}, which is not a public address")));
        }
        if found.is_empty() {
            return Err(FetchError::Connection {
                url: url.to_string(),
                why: format!("`{host}` has no address"),
            });
        }
        Ok(found.into_iter().map(|address| SocketAddr::new(address, port)).collect())
    }

    async fn look_up(&self, host: &str, port: u16) -> io::Result<Vec<IpAddr>> {
        match &self.lookup {
            Some(lookup) => lookup(host),
            None => Ok(tokio::net::lookup_host((host, port)).await?.map(|found| found.ip()).collect()),
        }
    }

    fn may(&self, address: IpAddr, port: u16) -> bool {
        is_public(address) || self.allow.contains(&SocketAddr::new(address, port))
    }
}

/// Returns whether the address is reachable from the whole internet: neither a special-purpose address of the
/// IANA registries (RFC 6890), nor an IPv6 address with such an IPv4 address embedded.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        // "This network", carrier-grade NAT, protocol assignments, 6to4 relays, benchmarks, multicast and
        // everything above.
        || a == 0
        || (a == 100 && (64..128).contains(&b))
        || (a, b, c) == (192, 0, 0)
        || (a, b, c) == (192, 88, 99)
        || (a == 198 && (b == 18 || b == 19))
        || a >= 224;
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    // Translated by NAT64 (RFC 6052): the embedded IPv4 address decides.
    if parts[..6] == [0x64, 0xff9b, 0, 0, 0, 0] {
        let [.., a, b, c, d] = address.octets();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    // Global unicast (2000::/3), except tunnels and protocols (2001::/23), documentation and 6to4.
    let special = (parts[0] == 0x2001 && (parts[1] < 0x200 || parts[1] == 0xdb8))
        || parts[0] == 0x2002
        || parts[0] == 0x3fff;
    parts[0] & 0xe000 == 0x2000 && !special
}

#[cfg(test)]
mod tests {
    use super::is_public;

    #[test]
    fn special_addresses_are_not_public() {
        for address in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in [
            "8.8.8.8",
            "1.1.1.1",
            "172.32.0.1",
            "192.169.0.1",
            "2606:4700::1111",
            "2001:4860:4860::8888",
            "64:ff9b::808:808",
        ] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }
}

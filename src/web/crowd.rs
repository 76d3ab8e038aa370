//! Who sends too many requests? The rate is limited per address; programs on this machine are not limited.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;

use axum::http::HeaderMap;
use governor::clock::DefaultClock;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::loopback::Came;

/// The sustained rate per address, in requests per second.
const STEADY: NonZeroU32 = NonZeroU32::new(10).unwrap();
/// The number of requests that an address may send in one burst.
const BURST: NonZeroU32 = NonZeroU32::new(60).unwrap();
/// The number of addresses above which those without recent requests are dropped.
const KNOWN: usize = 10_000;

/// The recent clients, by address.
pub(super) struct Crowd(RateLimiter<IpAddr, HashMapStateStore<IpAddr>, DefaultClock>);

impl Default for Crowd {
    fn default() -> Self {
        Self(RateLimiter::hashmap(Quota::per_second(STEADY).allow_burst(BURST)))
    }
}

impl Crowd {
    /// Returns whether a request may be answered now.
    pub(super) fn lets_in(&self, came: Came, headers: &HeaderMap) -> bool {
        let Some(who) = who(came, headers) else { return true };
        if self.0.len() > KNOWN {
            self.0.retain_recent();
        }
        self.0.check_key(&who).is_ok()
    }
}

/// Returns the address to count: that of the connection or, behind a proxy on this machine, the last one in
/// `X-Forwarded-For`. `None` for programs on this machine. For IPv6 it is the /64 network.
fn who(came: Came, headers: &HeaderMap) -> Option<IpAddr> {
    let told = || {
        let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
        last.rsplit(',').next()?.trim().parse::<IpAddr>().ok()
    };
    let address = if !came.peer.is_loopback() {
        came.peer
    } else if came.is_public {
        told().unwrap_or(came.peer)
    } else {
        return None;
    };
    Some(match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address => address,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_does_not_use_up_the_limit_of_others() {
        let crowd = Crowd::default();
        let came = |peer: &str| Came { peer: peer.parse().expect("an address"), is_public: true };
        let (none, many) = (HeaderMap::new(), 10_000);
        let let_in = (0..many).filter(|_| crowd.lets_in(came("192.0.2.1"), &none)).count();
        assert!(let_in >= 60 && let_in < many, "{let_in}");
        assert!(crowd.lets_in(came("192.0.2.2"), &none));
        let here = Came { is_public: false, ..came("127.0.0.1") };
        assert!((0..many).all(|_| crowd.lets_in(here, &none)), "this machine asks as often as it likes");
    }

    #[test]
    fn only_a_proxy_on_this_machine_can_name_the_address() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "198.51.100.1, 192.0.2.7".parse().expect("a value"));
        let came = |peer: &str| Came { peer: peer.parse().expect("an address"), is_public: true };
        assert_eq!(who(came("127.0.0.1"), &headers), "192.0.2.7".parse().ok());
        assert_eq!(who(came("192.0.2.9"), &headers), "192.0.2.9".parse().ok());
        let network = who(came("2001:db8:1:2:3:4:5:6"), &headers);
        assert_eq!(network, "2001:db8:1:2::".parse().ok());
    }
}

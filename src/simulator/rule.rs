//! Which failures are injected, where and how often?

use std::time::Duration;

/// The scope of a rate limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// This bot on this route.
    User,
    /// This bot everywhere.
    Global,
    /// All bots on this resource; does not count as an invalid request.
    Shared,
}

/// What goes wrong with a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Mishap {
    /// 429, with or without the wait in the `Retry-After` header and in the body.
    RateLimited {
        /// The scope of the limit.
        scope: Scope,
        /// The wait in seconds, with decimals as Discord gives them.
        retry_after: f64,
        /// Whether the response says how long to wait.
        told: bool,
    },
    /// 429 as an HTML page without rate-limit headers: the address is banned for too many invalid requests.
    Banned,
    /// A server error as an HTML page; the request has no effect.
    Status(u16),
    /// The request takes effect, but the response is a server error.
    StatusAfter(u16),
    /// A refusal with a status and Discord's error code.
    Refused(u16, u32),
    /// The response takes this long; the request takes effect only then.
    Slow(Duration),
    /// There is never a response.
    Hang,
    /// The connection breaks before the request takes effect.
    CutBefore,
    /// The request takes effect, then the connection breaks.
    CutAfter,
}

/// How often an event is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Once, as it should be.
    Once,
    /// Neither sent nor numbered.
    Lost,
    /// Sent twice, with two numbers.
    Twice,
}

#[derive(Clone, Debug)]
enum What {
    Request { method: String, path: String, mishap: Mishap },
    Event { name: String, delivery: Delivery },
    Socket,
    Hello(Duration),
    Heartbeat,
    Identify(Option<u16>),
}

/// A failure to inject; it happens once unless set otherwise.
#[derive(Clone, Debug)]
pub struct Rule {
    what: What,
    skip: u32,
    times: u32,
}

impl Rule {
    fn new(what: What) -> Rule {
        Rule { what, skip: 0, times: 1 }
    }

    /// Makes a request fail. `path` is without `/api/v10`; `*` stands for one part of the path, and `**` at
    /// the end for the whole rest.
    #[must_use]
    pub fn request(method: &str, path: &str, mishap: Mishap) -> Rule {
        Rule::new(What::Request { method: method.to_owned(), path: path.to_owned(), mishap })
    }

    /// Makes the delivery of a gateway event, such as `INTERACTION_CREATE`, go wrong.
    #[must_use]
    pub fn event(name: &str, delivery: Delivery) -> Rule {
        Rule::new(What::Event { name: name.to_owned(), delivery })
    }

    /// Makes the gateway refuse a socket with 503.
    #[must_use]
    pub fn no_socket() -> Rule {
        Rule::new(What::Socket)
    }

    /// Makes the gateway close the socket on IDENTIFY with a code such as 4004 or 4014.
    #[must_use]
    pub fn identify_closed(code: u16) -> Rule {
        Rule::new(What::Identify(Some(code)))
    }

    /// Makes the gateway answer IDENTIFY with INVALID SESSION.
    #[must_use]
    pub fn identify_invalid() -> Rule {
        Rule::new(What::Identify(None))
    }

    /// Delays the gateway's HELLO.
    #[must_use]
    pub fn slow_hello(delay: Duration) -> Rule {
        Rule::new(What::Hello(delay))
    }

    /// Leaves a heartbeat without acknowledgement.
    #[must_use]
    pub fn no_ack() -> Rule {
        Rule::new(What::Heartbeat)
    }

    /// Sets how many times it happens.
    #[must_use]
    pub fn times(self, times: u32) -> Rule {
        Rule { times, ..self }
    }

    /// Makes it happen every time.
    #[must_use]
    pub fn always(self) -> Rule {
        self.times(u32::MAX)
    }

    /// Skips the first `skip` times.
    #[must_use]
    pub fn after(self, skip: u32) -> Rule {
        Rule { skip, ..self }
    }

    /// Uses up one turn; false if this turn is skipped.
    fn turn(&mut self) -> bool {
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        if self.times != u32::MAX {
            self.times -= 1;
        }
        true
    }
}

/// The rules in force, in the order in which they were added; the first that matches decides.
#[derive(Default)]
pub(super) struct Rules(Vec<Rule>);

impl Rules {
    pub(super) fn add(&mut self, rule: Rule) {
        self.0.push(rule);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    fn first<T>(&mut self, fits: impl Fn(&What) -> Option<T>) -> Option<T> {
        let mut found = None;
        for rule in &mut self.0 {
            if let Some(answer) = fits(&rule.what)
                && rule.turn()
            {
                found = Some(answer);
                break;
            }
        }
        self.0.retain(|rule| rule.times > 0);
        found
    }

    pub(super) fn request(&mut self, method: &str, path: &str) -> Option<Mishap> {
        self.first(|what| match what {
            What::Request { method: m, path: p, mishap } if m == method && matches(p, path) => {
                Some(mishap.clone())
            }
            _ => None,
        })
    }

    pub(super) fn event(&mut self, name: &str) -> Delivery {
        let found = self.first(|what| match what {
            What::Event { name: n, delivery } if n == name => Some(*delivery),
            _ => None,
        });
        found.unwrap_or(Delivery::Once)
    }

    pub(super) fn refuse_socket(&mut self) -> bool {
        self.first(|what| matches!(what, What::Socket).then_some(())).is_some()
    }

    /// Returns the failure for an IDENTIFY, if any: a close with a code, or for `Some(None)` an invalid
    /// session.
    pub(super) fn identify(&mut self) -> Option<Option<u16>> {
        self.first(|what| match what {
            What::Identify(code) => Some(*code),
            _ => None,
        })
    }

    pub(super) fn hello(&mut self) -> Option<Duration> {
        self.first(|what| match what {
            What::Hello(delay) => Some(*delay),
            _ => None,
        })
    }

    pub(super) fn swallow_heartbeat(&mut self) -> bool {
        self.first(|what| matches!(what, What::Heartbeat).then_some(())).is_some()
    }
}

fn matches(pattern: &str, path: &str) -> bool {
    let mut parts = path.split('/');
    for wanted in pattern.split('/') {
        if wanted == "**" {
            return true;
        }
        match parts.next() {
            Some(part) if wanted == "*" || wanted == part => {}
            _ => return false,
        }
    }
    parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_match_part_by_part() {
        assert!(matches("/webhooks/*/*/messages/@original", "/webhooks/1/abc/messages/@original"));
        assert!(!matches("/webhooks/*/*", "/webhooks/1/abc/messages/@original"));
        assert!(matches("/webhooks/**", "/webhooks/1/abc"));
        assert!(!matches("/webhooks/*/*", "/webhooks/1"));
    }

    #[test]
    fn a_rule_applies_as_often_as_it_says() {
        let mut rules = Rules::default();
        rules.add(Rule::request("GET", "/gateway", Mishap::Hang).after(1).times(2));
        let turns: Vec<bool> = (0..4).map(|_| rules.request("GET", "/gateway").is_some()).collect();
        assert_eq!(turns, [false, true, true, false]);
        assert!(rules.0.is_empty());
    }
}

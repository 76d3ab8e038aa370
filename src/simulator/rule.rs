//! What shall go wrong, where and how often?

use std::time::Duration;

/// How wide a rate limit reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// This bot on this route.
    User,
    /// This bot everywhere.
    Global,
    /// All bots on this resource; does not count as an invalid request.
    Shared,
}

/// What becomes of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Mishap {
    /// 429 with a wait in seconds, with or without the `Retry-After` header and the wait in the body.
    RateLimited {
        /// How wide it reaches.
        scope: Scope,
        /// Seconds; decimals as Discord gives them.
        retry_after: f64,
        /// Whether the answer says how long to wait.
        told: bool,
    },
    /// 429 as a page of HTML without any rate-limit header: the address is barred for too many invalid requests.
    Banned,
    /// An error of the server before anything happened, as a page of HTML.
    Status(u16),
    /// The request takes effect, and an error of the server is answered.
    StatusAfter(u16),
    /// A refusal with status and Discord's error code.
    Refused(u16, u32),
    /// The answer takes this long; the request takes effect at its end.
    Slow(Duration),
    /// No answer ever.
    Hang,
    /// The connection breaks before anything happened.
    CutBefore,
    /// The request takes effect, then the connection breaks.
    CutAfter,
}

/// What becomes of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// As it should be.
    Once,
    /// Never sent, nor numbered.
    Lost,
    /// Sent twice, numbered twice.
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

/// Something that goes wrong when it is the turn of it: once, unless told otherwise.
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

    /// A request goes wrong. `path` is without `/api/v10`; `*` stands for one part of it, `**` at its end for all that follows.
    #[must_use]
    pub fn request(method: &str, path: &str, mishap: Mishap) -> Rule {
        Rule::new(What::Request { method: method.to_owned(), path: path.to_owned(), mishap })
    }

    /// An event of the gateway, such as `INTERACTION_CREATE`, goes wrong.
    #[must_use]
    pub fn event(name: &str, delivery: Delivery) -> Rule {
        Rule::new(What::Event { name: name.to_owned(), delivery })
    }

    /// The gateway does not take a socket: 503.
    #[must_use]
    pub fn no_socket() -> Rule {
        Rule::new(What::Socket)
    }

    /// The gateway closes with a code when the bot identifies, such as 4004 or 4014.
    #[must_use]
    pub fn identify_closed(code: u16) -> Rule {
        Rule::new(What::Identify(Some(code)))
    }

    /// The gateway answers IDENTIFY with an invalid session.
    #[must_use]
    pub fn identify_invalid() -> Rule {
        Rule::new(What::Identify(None))
    }

    /// The gateway's HELLO takes this long.
    #[must_use]
    pub fn slow_hello(delay: Duration) -> Rule {
        Rule::new(What::Hello(delay))
    }

    /// A heartbeat is not acknowledged.
    #[must_use]
    pub fn no_ack() -> Rule {
        Rule::new(What::Heartbeat)
    }

    /// So many times.
    #[must_use]
    pub fn times(self, times: u32) -> Rule {
        Rule { times, ..self }
    }

    /// Every time.
    #[must_use]
    pub fn always(self) -> Rule {
        self.times(u32::MAX)
    }

    /// Not the first so many times.
    #[must_use]
    pub fn after(self, skip: u32) -> Rule {
        Rule { skip, ..self }
    }

    /// Takes one turn; false while it is to be skipped.
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

/// The rules in force, in the order in which they were given; the first that fits decides.
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

    /// What shall go wrong with an IDENTIFY: a close with a code, or an invalid session.
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
    fn a_rule_takes_its_turns() {
        let mut rules = Rules::default();
        rules.add(Rule::request("GET", "/gateway", Mishap::Hang).after(1).times(2));
        let turns: Vec<bool> = (0..4).map(|_| rules.request("GET", "/gateway").is_some()).collect();
        assert_eq!(turns, [false, true, true, false]);
        assert!(rules.0.is_empty());
    }
}

//! May programs read this page, according to its site? Implements the Robots Exclusion Protocol, RFC 9309.

use std::sync::Arc;
use std::time::{Duration, Instant};

use percent_encoding::{NON_ALPHANUMERIC, percent_encode_byte, utf8_percent_encode};
use reqwest::Url;

use super::http::{self, AGENT, Before};
use super::{FetchError, Fetcher};

/// How long a robots.txt is cached.
const FRESH: Duration = Duration::from_secs(3600);

/// Maximum number of bytes of a robots.txt that are parsed (RFC 9309, section 2.5).
const MOST: usize = 500 << 10;

/// The rules of one site for this program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rules {
    /// Path patterns, and whether each allows the path.
    lines: Vec<(String, bool)>,
}

impl Rules {
    /// Returns the rules that allow nothing.
    fn closed() -> Self {
        Self { lines: vec![("/".to_owned(), false)] }
    }

    /// Parses a robots.txt: the group for `agent`, otherwise the group for all.
    fn parse(text: &str, agent: &str) -> Self {
        let (mut own, mut all) = (None, None);
        let (mut for_own, mut for_all, mut in_rules) = (false, false, false);
        for line in text.trim_start_matches('\u{feff}').lines() {
            let line = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = line.split_once(':') else { continue };
            let value = value.trim();
            match key.trim().to_ascii_lowercase().as_str() {
                "user-agent" => {
                    if in_rules {
                        (for_own, for_all, in_rules) = (false, false, false);
                    }
                    let name = value.split('/').next().unwrap_or_default();
                    for_own |= name.eq_ignore_ascii_case(agent);
                    for_all |= name == "*";
                    if for_own {
                        own.get_or_insert_with(Self::default);
                    }
                    if for_all {
                        all.get_or_insert_with(Self::default);
                    }
                }
                rule @ ("allow" | "disallow") => {
                    in_rules = true;
                    let groups = [(for_own, &mut own), (for_all, &mut all)];
                    // An empty rule is ignored.
                    for (_, rules) in groups.into_iter().filter(|(applies, _)| *applies && !value.is_empty())
                    {
                        rules.get_or_insert_with(Self::default).lines.push((encoded(value), rule == "allow"));
                    }
                }
                _ => {}
            }
        }
        own.or(all).unwrap_or_default()
    }

    /// Returns whether a path with its query may be read: the longest matching rule decides; of two equally
    /// long ones, the one that allows.
    fn allow(&self, path: &str) -> bool {
        let path = encoded(path);
        let fitting = self.lines.iter().filter(|(pattern, _)| fits(pattern, &path));
        fitting.max_by_key(|(pattern, allows)| (pattern.len(), *allows)).is_none_or(|(_, allows)| *allows)
    }
}

/// Normalises a path or a path pattern for comparison (RFC 9309, section 2.2.2): characters that need no
/// percent-encoding are decoded, non-ASCII characters are encoded, and hexadecimal digits are upper case.
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(first) = rest.chars().next() {
        let digits = rest.strip_prefix('%').and_then(|digits| digits.get(..2));
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let (whole, behind) = rest.split_at(if byte.is_some() { 3 } else { first.len_utf8() });
        match byte {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                out.push(char::from(byte))
            }
            Some(byte) => out.push_str(percent_encode_byte(byte)),
            None if first.is_ascii() => out.push(first),
            None => out.extend(utf8_percent_encode(whole, NON_ALPHANUMERIC)),
        }
        rest = behind;
    }
    out
}

/// Returns whether a pattern matches the beginning of a path: `*` matches anything, `$` at the end matches
/// the end.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, to_end) = pattern.strip_suffix('$').map_or((pattern, false), |pattern| (pattern, true));
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return !to_end || rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() && to_end {
            return rest.ends_with(part);
        }
        match rest.split_once(part) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    true
}

/// Returns whether the site of `url` allows reading it. A site without rules does; one whose rules cannot be
/// read does not.
pub(super) async fn allows(fetcher: &Fetcher, url: &Url) -> Result<bool, FetchError> {
    let site = url.origin().ascii_serialization();
    let known = fetcher.robots.lock().ok().and_then(|known| known.get(&site).cloned());
    let rules = match known.filter(|(since, _)| since.elapsed() < FRESH) {
        Some((_, rules)) => rules,
        None => {
            let rules = Arc::new(ask(fetcher, url).await?);
            if let Ok(mut known) = fetcher.robots.lock() {
                known.retain(|_, (since, _)| since.elapsed() < FRESH);
                known.insert(site, (Instant::now(), Arc::clone(&rules)));
            }
            rules
        }
    };
    let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    Ok(rules.allow(&path))
}

async fn ask(fetcher: &Fetcher, url: &Url) -> Result<Rules, FetchError> {
    let mut at = url.clone();
    at.set_path("/robots.txt");
    at.set_query(None);
    at.set_fragment(None);
    for _ in 0..=http::MAX_REDIRECTS {
        let response = http::send(fetcher, &at, &Before::default()).await?;
        let status = response.status();
        if status.is_redirection() {
            let location = response.headers().get("location").and_then(|value| value.to_str().ok());
            match location.and_then(|location| at.join(location).ok()) {
                Some(next) => at = next,
                None => return Ok(Rules::default()),
            }
            continue;
        }
        if status.is_success() {
            let bytes = match http::body(fetcher, &at, response).await {
                Ok(bytes) => bytes,
                Err(FetchError::TooLarge { .. }) => return Ok(Rules::closed()),
                Err(error) => return Err(error),
            };
            let text = String::from_utf8_lossy(&bytes[..bytes.len().min(MOST)]);
            let name = AGENT.split('/').next().unwrap_or_default();
            return Ok(Rules::parse(&text, name));
        }
        // A client error means that there are no rules; a server error, that they are unknown.
        return Ok(if status.is_server_error() { Rules::closed() } else { Rules::default() });
    }
    Ok(Rules::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_rule_decides() {
        let rules = Rules::parse(
            "User-agent: *\nDisallow: /private\nAllow: /private/open # fine\nDisallow: /*.pdf$\nDisallow:\n\nUser-agent: other\nDisallow: /",
            "rapporteur",
        );
        for (path, allowed) in [
            ("/", true),
            ("/private", false),
            ("/private/a", false),
            ("/private/open/a", true),
            ("/a/b.pdf", false),
            ("/a/b.pdf?x", true),
            ("/robots", true),
        ] {
            assert_eq!(rules.allow(path), allowed, "{path}");
        }
    }

    #[test]
    fn one_path_may_be_written_in_several_ways() {
        let rules = Rules::parse(
            "User-agent: *\nDisallow: /%7eann/\nDisallow: /b\u{e5}t\nDisallow: /a%2fb\n",
            "rapporteur",
        );
        for path in ["/~ann/x", "/%7Eann/x", "/b\u{e5}ten", "/b%C3%A5t", "/b%c3%a5t", "/a%2Fb"] {
            assert!(!rules.allow(path), "{path}");
        }
        for path in ["/a/b", "/bat", "/%", "/%zz", "/100%"] {
            assert!(rules.allow(path), "{path}");
        }
    }

    #[test]
    fn the_group_for_the_agent_wins_over_the_one_for_all() {
        let text = "User-Agent: first\nUser-agent: Rapporteur/2\nDisallow: /a\nuser-agent: *\nDisallow: /\n";
        let rules = Rules::parse(text, "rapporteur");
        assert!(rules.allow("/b") && !rules.allow("/a"));
        assert!(!Rules::parse(text, "nobody").allow("/b"));
        assert!(Rules::parse("", "rapporteur").allow("/"));
        assert!(!Rules::closed().allow("/a"));
        assert!(fits("/a*b*c", "/a1b2c3") && !fits("/a*b$", "/a1b2") && fits("/*", "/"));
    }
}

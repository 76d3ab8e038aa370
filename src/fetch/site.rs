//! Does the name that a page gives itself belong to its host?
//!
//! Fetched pages are written by strangers, and a page can claim any name. It is recorded under that name only
//! if its host agrees: the name must match that of the site, where the Public Suffix List defines what a site
//! is.

use reqwest::Url;

use crate::fold;

/// Words that are in the names of outlets but not in their hosts, or the other way round.
const GENERIC: &[&str] = &[
    "news",
    "online",
    "digital",
    "media",
    "newspaper",
    "magazine",
    "agency",
    "english",
    "international",
    "tv",
];

/// Returns the registrable domain of a host: `bbc.co.uk` for `feeds.bbc.co.uk`. A host without one (a numeric
/// address, a public suffix) is a site by itself.
pub(super) fn site(host: &str) -> &str {
    psl::domain_str(host).unwrap_or(host)
}

/// Returns whether two URLs have the same host and port, ignoring `www.`.
pub(super) fn is_same_host(a: &Url, b: &Url) -> bool {
    let host = |url: &Url| url.host_str().map(|host| host.trim_start_matches("www.").to_owned());
    let port = |url: &Url| url.port();
    host(a) == host(b) && port(a) == port(b)
}

/// Returns whether an outlet called `name` can belong to `host`: the first label of its site is the name in
/// one word ("Kyiv Post": kyivpost.com), its initials ("Financial Times": ft.com), or initials followed by
/// words ("New York Times": nytimes.com). Generic words may be missing on either side ("BBC News": bbc.co.uk,
/// "AP": apnews.com), any other word may not: "Washington Post" does not belong to washington.example.
pub(super) fn agrees(name: &str, host: &str) -> bool {
    let label = site(host).split('.').next().unwrap_or_default().replace('-', "");
    let words = fold::words(name);
    if words.is_empty() || label.is_empty() {
        return false;
    }
    let specific: Vec<&str> =
        words.iter().map(String::as_str).filter(|word| !GENERIC.contains(word)).collect();
    let all: Vec<&str> = words.iter().map(String::as_str).collect();
    let short = GENERIC.iter().find_map(|word| label.strip_suffix(word)).unwrap_or(&label);
    [all.as_slice(), specific.as_slice()]
        .into_iter()
        .flat_map(|words| [words, without_article(words)])
        .any(|words| spells(words, &label) || spells(words, short))
}

fn without_article<'a>(words: &'a [&'a str]) -> &'a [&'a str] {
    match words {
        ["the", rest @ ..] if !rest.is_empty() => rest,
        _ => words,
    }
}

/// Returns whether `label` consists of the words in order, where the first words may be replaced by their
/// initials. A single word must be complete.
fn spells(words: &[&str], label: &str) -> bool {
    let initial = |word: &&str| word.chars().next().map(String::from).unwrap_or_default();
    let most = if words.len() > 1 { words.len() } else { 0 };
    !label.is_empty()
        && (0..=most).any(|count| {
            let (short, whole) = words.split_at(count);
            let spelled: String =
                short.iter().map(initial).chain(whole.iter().map(|word| (*word).to_owned())).collect();
            spelled == label
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_the_registrable_domain() {
        for (host, expected) in [
            ("feeds.bbc.co.uk", "bbc.co.uk"),
            ("www.example.com", "example.com"),
            ("a.github.io", "a.github.io"),
            ("co.uk", "co.uk"),
            ("[2001:db8::1]", "[2001:db8::1]"),
            ("evil.test", "evil.test"),
        ] {
            assert_eq!(site(host), expected, "{host}");
        }
    }

    #[test]
    fn names_that_belong_to_the_host() {
        for (name, host) in [
            ("Reuters", "www.reuters.com"),
            ("Kyiv Post", "kyivpost.com"),
            ("The Kyiv Independent", "kyivindependent.com"),
            ("The Guardian", "www.theguardian.com"),
            ("The New York Times", "www.nytimes.com"),
            ("Financial Times", "ft.com"),
            ("BBC News", "www.bbc.co.uk"),
            ("Sky News", "news.sky.com"),
            ("AP", "apnews.com"),
            ("Associated Press", "apnews.com"),
            ("Le Monde", "lemonde.fr"),
            ("Frankfurter Allgemeine Zeitung", "faz.net"),
            ("Radio Free Europe/Radio Liberty", "rferl.org"),
            ("USA Today", "eu.usatoday.com"),
            ("Al-Monitor", "al-monitor.com"),
        ] {
            assert!(agrees(name, host), "{name} {host}");
        }
    }

    #[test]
    fn names_that_belong_to_another_host() {
        for (name, host) in [
            ("Reuters", "evil.test"),
            ("Reuters", "reuters.evil.test"),
            ("Reuters", "notreuters.com"),
            ("Reuters", "reuters-news.evil.test"),
            ("Reuters", "r.test"),
            ("Washington Post", "washington.example"),
            ("New York Times", "new.example"),
            ("News", "n.example"),
            ("News", "evil.example"),
            ("The Times", "the.example"),
            ("", "evil.test"),
            ("…", "evil.test"),
            ("Reuters", "93.184.216.34"),
            ("Reuters", "xn--ruters-q1a.com"),
        ] {
            assert!(!agrees(name, host), "{name} {host}");
        }
    }
}

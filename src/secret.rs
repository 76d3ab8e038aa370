//! What must never be shown? Text that has the shape of a token.
//!
//! Tokens are recognised by their shape alone, so a token that was pasted into the wrong place is hidden too.

/// Maximum number of characters of a value that an error message repeats.
const SHOWN: usize = 60;

/// Returns `text` with everything that has the shape of a token replaced by `[redacted]`: the three parts of
/// a bot token, or 50 or more token characters in a row. None of our ids, hashes or words is that long.
#[must_use]
pub fn redact(text: &str) -> String {
    blot(text, |run| {
        holds_token(run)
            || (run.len() >= 50 && !run.contains(".."))
            || run.split('.').any(|part| part.len() >= 50)
    })
}

/// Returns `text` with every bot token in it replaced by `[redacted]`; everything else, such as long URLs and
/// paths, is kept.
#[must_use]
pub fn hide_tokens(text: &str) -> String {
    blot(text, holds_token)
}

/// Returns what an error message may repeat of a value: its first 60 characters, with anything that could be
/// a token or part of one replaced by `[redacted]`. That is any run of 20 or more token characters, except
/// digits only (an id) and capitals with underscores only (the name of a setting). Control characters become
/// spaces.
#[must_use]
pub fn shown(value: &str) -> String {
    let blotted = blot(value, |run| {
        run.split('.').any(|part| {
            let is_id = part.bytes().all(|byte| byte.is_ascii_digit());
            let is_name = part.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
            part.len() >= 20 && !is_id && !is_name
        })
    });
    let blotted = redact(&blotted);
    let mut signs = blotted.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut out: String = signs.by_ref().take(SHOWN).collect();
    if signs.next().is_some() {
        out.push('…');
    }
    out
}

/// Returns whether `text` contains a bot token: three parts joined by dots, with at least 17, 5 and 20
/// characters.
#[must_use]
pub fn holds_token(text: &str) -> bool {
    let is_sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    text.split(|c| !is_sign(c)).any(|run| {
        let parts: Vec<&str> = run.split('.').collect();
        parts.windows(3).any(|part| part[0].len() >= 17 && part[1].len() >= 5 && part[2].len() >= 20)
    })
}

/// Replaces each run of token characters for which `is_secret` returns true by `[redacted]`.
fn blot(text: &str, is_secret: impl Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+' | '=' | '%') {
            run.push(c);
            continue;
        }
        out.push_str(if is_secret(&run) { "[redacted]" } else { &run });
        run.clear();
        out.push(c);
    }
    // Remove the sentinel that ended the last run.
    out.pop();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    // Made-up tokens with the shape of a bot token and of an interaction token.
    const BOT: &str = "MTAxMjM0NTY3ODkwMTIzNDU2.GaBcDe.aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789ab";
    const INTERACTION: &str = "aW50ZXJhY3Rpb246MTIzNDU2Nzg5MDEyMzQ1Njc4OTpBYkNkRWZHaElqS2xNbk9wUXJTdFV2";

    #[test]
    fn tokens_are_redacted_by_their_shape() {
        for text in [
            format!("token={BOT}"),
            format!("Bot {BOT}."),
            format!("https://discord.com/api/v10/interactions/123/{INTERACTION}/callback"),
        ] {
            for redacted in [redact(&text), shown(&text)] {
                assert!(!redacted.contains(BOT) && !redacted.contains(INTERACTION), "{redacted}");
                assert!(redacted.contains("[redacted]"));
            }
        }
        for text in [
            "id=1234567890123456789 path=.rapporteur/index/generation-12",
            "a.b.c",
            "one...two..........................................three",
        ] {
            assert_eq!(redact(text), text);
        }
        let address =
            "https://gazette.example/the-council-of-the-harbour-town-has-voted-for-the-archive-again";
        assert_eq!(hide_tokens(&format!("`{address}`: Bot {BOT}")), format!("`{address}`: Bot [redacted]"));
    }

    #[test]
    fn a_token_is_found_anywhere() {
        for text in [BOT, &format!("Bot {BOT}"), &format!("http://x:{BOT}@host"), &format!("x.{BOT}")] {
            assert!(holds_token(text), "{text}");
        }
        for text in ["127.0.0.1:9464", "corpus/articles.of.2025", "http://localhost:9", INTERACTION] {
            assert!(!holds_token(text), "{text}");
        }
    }

    #[test]
    fn a_value_is_repeated_without_pieces_of_a_token() {
        for piece in BOT.split('.').filter(|piece| piece.len() >= 20) {
            assert_eq!(shown(piece), "[redacted]");
        }
        for value in ["many", "0.0.0.0:80", "user:1234567890123456789", "RAPPORTEUR_SOMETHING_ELSE"] {
            assert_eq!(shown(value), value);
        }
        assert_eq!(shown(&"é\n".repeat(50)), format!("{}…", "é ".repeat(30)));
    }
}

//! Text that tries to ping, link, format or reorder: a reader sees the source text, and nothing else happens.

use super::{Setup, Stage};

/// Returns texts that a quote may contain; each is said once, by a speaker of its own. Each list is combined
/// with several surroundings: 60 texts with mentions, 75 with Markdown and 57 with special characters.
fn payloads() -> Vec<String> {
    let mentions = [
        "@everyone look here",
        "@here look here",
        "<@1234567890> you there",
        "<@!1234567890> you there",
        "<@&1234567890> all of you",
        "<#1234567890> over there",
        "</ask:1234567890> click this",
        "<:smile:1234567890> so happy",
        "<a:wave:1234567890> so happy",
        "<t:1764676800:R> it was",
        "<id:customize> go there",
        "@\u{200b}everyone look here",
        "@every\u{200d}one look here",
        "\u{202e}enoyreve@ look here",
        "@everyone\u{202c} look here",
        ":warning: take care",
        "@silent this is quiet",
    ];
    let markdown = [
        "**not bold** at all",
        "*not slanted* at all",
        "__not underlined__ at all",
        "~~not struck~~ at all",
        "||not hidden|| at all",
        "`not code` at all",
        "```not code``` at all",
        "# not a heading",
        "## not a heading",
        "-# not small print",
        "> not a quote inside",
        ">>> not a quote to the end",
        "- not a list",
        "1. not a list",
        "[not a link](https://evil.example) at all",
        "https://evil.example/plain is no link here",
        "<https://evil.example> is no link here",
        "discord.gg/evil is no invitation",
        "[a](javascript:alert(1)) is nothing",
        "\\*\\*already escaped\\*\\* it says",
        "a_b_c and *d*e*",
        "3 * 4 * 5 is sixty",
        "**half bold",
        "||half hidden",
        "```half code",
        "~~half struck",
        "[half a link](",
        "trailing backslash \\",
    ];
    let characters = [
        "left \u{202e}thgir eman\u{202c} again",
        "\u{2066}isolated\u{2069} words",
        "\u{200f}right to left mark",
        "\u{061c}arabic mark here",
        "שלום means peace to us",
        "مرحبا means welcome to us",
        "zero\u{200b}width\u{200b}space",
        "joined\u{200d}up",
        "\u{feff}byte order mark",
        "Zelеnskyy with a Cyrillic letter",
        "nul\u{0}character inside",
        "bell\u{7}character inside",
        "line\u{2028}separator inside",
        "paragraph\u{2029}separator inside",
        "next\u{85}line inside",
    ];
    let around = |list: &[&str], forms: &[fn(&str) -> String]| -> Vec<String> {
        forms.iter().flat_map(|form| list.iter().map(|text| form(text))).collect()
    };
    let mut out = around(
        &mentions,
        &[
            |text| text.to_owned(),
            |text| format!("{text}{text}"),
            |text| format!("**{text}**"),
            |text| format!("> {text}"),
        ],
    );
    out.extend(around(
        &markdown,
        &[|text| text.to_owned(), |text| format!("that {text}, {text}"), |text| format!("(_{text}_)")],
    ));
    out.extend(around(
        &characters,
        &[
            |text| text.to_owned(),
            |text| format!("@everyone {text}"),
            |text| format!("[{text}](https://evil.example)"),
        ],
    ));
    out.push(format!("combined {} marks", "e\u{301}\u{302}\u{303}".repeat(50)));
    out.push(format!("loud {}", "👍".repeat(200)));
    out.push(format!("long {}", "word ".repeat(600)));
    out
}

/// Returns the text that Discord's client shows for Markdown, without formatting: escapes resolved, marks of
/// block quotes and bold removed.
fn shown(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.peek() {
            Some(next) if c == '\\' && next.is_ascii_punctuation() => {
                out.push(*next);
                chars.next();
            }
            Some('*') if c == '*' => {
                chars.next();
            }
            _ => out.push(c),
        }
    }
    out
}

/// Returns the text with all white space and all characters that must not be shown replaced by the same one.
fn bare(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{fffd}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
    };
    // Some people use backticks as quotation marks; the text between two of them is then another quote.
    let marks = |c: &char| !matches!(c, '“' | '”' | '`' | '…');
    let text: String = text.chars().filter(marks).map(|c| if hidden(c) { ' ' } else { c }).collect();
    text.split_whitespace().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hostile_quote_is_shown_as_plain_text() {
    let payloads = payloads();
    let heads = [
        "Abar", "Brod", "Calv", "Dorn", "Esk", "Fald", "Grin", "Holt", "Ivarl", "Jesk", "Kald", "Lomb",
        "Mard", "Norr", "Obern", "Pask", "Quill", "Rand",
    ];
    let tails = [
        "ander", "berg", "castle", "dottir", "evic", "field", "gaard", "hausen", "inger", "kowski", "lund",
        "mann", "nescu", "opoulos",
    ];
    let surnames: Vec<String> =
        heads.iter().flat_map(|head| tails.iter().map(move |tail| format!("{head}{tail}"))).collect();
    assert!(surnames.len() >= payloads.len(), "{}", payloads.len());
    let articles = payloads.iter().zip(&surnames).enumerate().map(|(at, (payload, surname))| {
        let text = serde_json::json!({
            "id": format!("a{at}"), "title": format!("Hearing **{at}** @everyone [x](https://evil.example)"), "outlet": "Coast \u{202e}Gazette",
            "url": format!("https://gazette.example/{at}_(x)"), "date": "2025-12-02",
            "text": format!("“The committee heard {payload} on Monday,” said Marta {surname}, a member of the committee."),
        });
        text.to_string()
    });
    let lines = articles.collect::<Vec<String>>().join("\n");
    let stage =
        Stage::with(Setup { articles: vec![("hearing.jsonl".to_owned(), lines)], ..Setup::default() }).await;
    let mut checked = 0;
    for (payload, surname) in payloads.iter().zip(&surnames) {
        // So many questions by one person would be stopped.
        let person = stage.sim.add_user(surname);
        stage.sim.join(person, stage.guild);
        let answer = stage
            .slash_by(person, "latest", serde_json::json!({"speaker": format!("Marta {surname}")}))
            .await;
        let message = answer.message.as_ref().expect("a message");
        let content = message["content"].as_str().expect("text");
        let quoted = quoted(content);
        if !payload.starts_with("long") {
            assert_eq!(
                bare(&shown(&quoted)),
                bare(&format!("“The committee heard {payload} on Monday,”")),
                "{quoted}"
            );
        }
        let citation = content.lines().rev().nth(1).expect("a line");
        assert_eq!(links(content), 1, "only the article is linked: {content}");
        assert!(citation.contains("(<https://gazette.example/"), "{citation}");
        for forbidden in ['\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}'] {
            assert!(!message.to_string().contains(forbidden), "{message}");
        }
        let (users, roles, everyone) = stage.sim.pinged(super::id_of(message));
        assert!(users.is_empty() && roles.is_empty() && !everyone);
        let context = stage.click(person, &answer, "Context").await;
        assert_eq!(links(&context.text()), 1, "{}", context.text());
        checked += 1;
    }
    assert_eq!(checked, payloads.len());
    stage.end().await;
}

/// Returns the lines of the block quote.
fn quoted(content: &str) -> String {
    content.lines().filter_map(|line| line.strip_prefix("> ")).collect::<Vec<_>>().join(" ")
}

/// Counts masked links that are not escaped, and bare URLs outside of them.
fn links(text: &str) -> usize {
    let before = |at: usize| text.get(..at).unwrap_or_default();
    let masked = text.match_indices("](").filter(|(at, _)| !before(*at).ends_with('\\'));
    let bare = text
        .match_indices("://")
        .filter(|(at, _)| !before(*at).ends_with("](<https") && !before(*at).ends_with('\\'));
    masked.count() + bare.count()
}

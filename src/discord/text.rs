//! Fixed words of the bot, and the words of others that it is pointed at.

use serenity::all::Message as Posted;

use super::escape;
use super::message::Message;
use crate::{quote, render};

/// Returns the page of `/help`.
pub(super) fn help() -> Message {
    let description = "Ask who said what; the answer is the exact words on record, with speaker, outlet, date and link. Nothing is \
generated; when nothing is on record, that is what you are told.

**Ask**
`/ask` takes any question: *what did Ushakov say about territory after the Kremlin talks?* · *who said nothing is decided without \
Ukraine?* · *has Kallas said anything about concessions since November?*
`/said` one speaker, by topic, days and outlet
`/who-said` whose words these are, and whether they were quoted as said
`/latest` the newest quotes · `/article` all quotes of one article
Or mention me, reply to me, or write me a direct message. A reply keeps the thread: *and what did he say about Europe?*
In the menu of any message: **Apps › Find who said this**

**Read**
*Verbatim*, *Partly quoted* or *Paraphrase*, in the reporter's words: it stands below each quote. **Bold** is what you asked for.
**Context** shows the paragraph around the quote, only to you.

**Fine tuning** inside a question: `\"exact words\"` `-word` `speaker:lee` `outlet:reuters` `after:2025-12-01` `before:2026-01-31`";
    Message::page("How to ask", description)
}

/// Returns the page of `/privacy`.
pub(super) fn privacy() -> Message {
    let description = "**What I read.** Commands and buttons sent to me, messages that mention me or reply to me with a mention, direct \
messages to me, and the message you choose in the menu *Find who said this*. I cannot see other messages: I do not have the permission \
for it.

**What I keep.** The settings of a server under its id: visibility, channels, outlets, tags, cooldown. They are deleted when the server \
removes me or uses `/settings reset`. Your questions are not kept: a follow-up reads the earlier question from the message it replies to. In memory, \
for some minutes only: how often you asked, against floods, and what you asked me by a message, so that the answer follows when you edit it.

**What I log.** Times, counts, failures and their reference numbers. No questions, no names, no tokens.

**What I show.** Published articles chosen by whoever runs me; their quotes belong to their speakers and outlets.";
    Message::page("Privacy", description)
}

/// Returns what is said of an option that is no day.
pub(super) fn no_day(text: &str) -> String {
    format!(
        "“{}” is no day I can read. Write it like `2025-12-02`, `2 December 2025`, `December 2025` or `2025`.",
        escape::inline(&render::fit(text, 40))
    )
}

/// Returns the words of a message that may be a quote: those between quotation marks where there are enough of them, else all of it; those
/// of its first embed where it has no text of its own. `None` for a message without a word.
pub(super) fn quoted(message: &Posted) -> Option<String> {
    let embed = message.embeds.first();
    let texts = [
        Some(message.content.as_str()),
        embed.and_then(|embed| embed.description.as_deref()),
        embed.and_then(|embed| embed.title.as_deref()),
        message.message_snapshots.first().map(|forwarded| forwarded.content.as_str()),
    ];
    let has_word = |text: &&str| text.chars().any(char::is_alphanumeric);
    let text = texts.into_iter().flatten().map(str::trim).find(has_word)?;
    let text = text.lines().map(|line| line.trim_start_matches("> ")).collect::<Vec<_>>().join(" ");
    let enough = quote::longest_quoted(&text).filter(|words| words.split_whitespace().count() >= ENOUGH);
    Some(enough.map_or_else(|| text.clone(), str::to_owned))
}

/// Words between quotation marks that are looked for without the words around them.
const ENOUGH: usize = 3;

#[cfg(test)]
mod tests {
    use super::super::message::units;
    use super::*;

    #[test]
    fn pages_fit_and_what_is_quoted_is_found() {
        for page in [help(), privacy()] {
            assert!(units(&page.content) < 2000 && page.content.lines().count() > 5);
        }
    }
}

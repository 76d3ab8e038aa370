//! Fixed texts of the bot.

use super::escape;
use super::message::Message;
use crate::render;

/// Returns the page of `/help`: at most a dozen lines, including the title.
pub(super) fn help() -> Message {
    let description = "Ask who said what. The answer is the exact words on record, with speaker, outlet, date and link. Nothing is generated.
`/ask` any question: *what did Ushakov say about territory after the Kremlin talks?*
`/said` one speaker, by topic, days and outlet · `/latest` the newest quotes
`/who-said` whose words these are · `/check` whether a quote is on record, and what was changed
`/article` all quotes of one article · `/positions` where the parties stand · `/round` `/speaker` `/timeline` `/export`
In the menu of any message: **Apps › Find who said this** or **Check this quote**
In a channel, mention me. A reply to me is a follow-up (*and what did he say about Europe?*); it must ping me, so leave **@ ON**. In \
direct messages, just write.
`/help more:True` reading answers, days, tips";
    Message::page("How to ask", description)
}

/// Returns the second page of `/help`, for people who want to know more.
pub(super) fn more_help() -> Message {
    let description = "**Read**
*Verbatim*: the speaker's own words. *Partly quoted*: some of them. *Paraphrase*: the reporter's. **Bold** is what you asked for.
**Context** shows the paragraph around the quote, only to you.
If nothing is on record, I say which limits are the reason and how many quotes there are without them.

**Options**
Names in any spelling, suggested or typed. Outlets by any word of their name: *Reuters* includes *Some Paper (Reuters)*.
Days in plain words: *2 Dec*, *yesterday*, *last week*, *December*, *2025-12-02*, *2025*.

**Filters** inside a question: `\"exact words\"` `-word` `speaker:lee` `outlet:reuters` `after:2025-12-01` `before:2026-01-31`

`/follow` a speaker, party, matter or outlet: each new quote is sent once, to you or to a channel. See also `/following`, `/unfollow`.
Questions are understood in English; names also in the spelling of other languages.
`/settings` for people who manage the server: channels, outlets, tags, who sees answers. `/privacy`: what I read and keep.";
    Message::page("More on asking", description)
}

/// Returns the one-line reply to a greeting or to a mention without a question.
pub(super) fn hint() -> Message {
    Message::text(
        "Ask me who said what: *what did Ushakov say about territory?* `/help` says more, visible only to you.",
    )
}

/// Returns the page of `/privacy`.
pub(super) fn privacy() -> Message {
    let description = "**What I read.** Commands and buttons sent to me, messages that mention me or reply to me with a mention, direct \
messages to me, and the message you choose in the menus *Find who said this* and *Check this quote*, with the \
text files attached to it. I cannot see other messages: I do not have the permission for it.

**What I keep.** The settings of a server under its id: visibility, channels, outlets, tags, cooldown. They are deleted when the server \
removes me or uses `/settings reset`. What you report with *Wrong speaker or words?*, and your id to limit the number of reports, until my operator has handled it. What you \
`/follow`, under your id, until you `/unfollow` it or I can no longer write to you; what a channel follows, until the server removes me. \
Your questions are not kept: a follow-up reads the earlier question from the message it replies to. Only in memory, for some minutes: \
how often you asked, to stop floods, and the questions in your messages, so that the answer changes when you edit one.

**What I log.** Times, counts, failures and their reference numbers. No questions, no names, no tokens.

**What I show.** Quotes from published articles that my operator chose; they belong to their speakers and outlets.";
    Message::page("Privacy", description)
}

/// The reply to somebody who asks about a message that Discord does not show the bot.
pub(super) const UNSEEN: &str = "Discord does not show me that message. Open its menu and choose **Apps › Find who said this**, or send me its words.";

/// The reply to a link that belongs to no article on record.
pub(super) const NO_ARTICLE: &str = "No article on record has this address.";

/// Returns the reply to an option that is not a day.
pub(super) fn no_day(text: &str) -> String {
    format!(
        "“{}” is not a day that I can read. Write it like `2025-12-02`, `2 Dec`, `yesterday`, `last week`, `December` or `2025`.",
        escape::inline(&render::fit(text, 40))
    )
}

#[cfg(test)]
mod tests {
    use super::super::message::units;
    use super::*;

    #[test]
    fn pages_fit_and_their_question_is_read_back() {
        for page in [help(), more_help(), privacy()] {
            assert!(units(&page.content) < 2000 && page.content.lines().count() > 5);
        }
    }
}

//! Here is a message with files: what do the plain-text files say?
//!
//! Files are fetched only from Discord's own attachment hosts ([`Api::keeps`](super::client::Api::keeps)),
//! without the bot's token, and only for a message that is addressed to the bot or that a user selected.
//! Discord itself turns a message that is too long into a text file.

use serenity::all::{Attachment, Message as Posted};
use tokio::time::Instant;

use super::bot::Bot;
use super::escape;
use super::message::Message;
use crate::render;

/// The size limit for a file that is read, in bytes, and the maximum number of files read per message.
const LARGEST: usize = 64 << 10;
const MOST: usize = 3;

/// The files of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Files {
    /// The texts of the files that were read, in order.
    pub(super) texts: Vec<String>,
    /// The names of the files that were not read.
    unread: Vec<String>,
}

impl Files {
    /// Returns the files of a message, all marked as not read.
    pub(super) fn unread(posted: &Posted) -> Self {
        Self {
            texts: Vec::new(),
            unread: posted.attachments.iter().map(|file| file.filename.clone()).collect(),
        }
    }

    /// Returns the message below a line that names the files not read, if there are any.
    pub(super) fn told(&self, message: Message) -> Message {
        match self.note() {
            Some(note) => message.below(&note),
            None => message,
        }
    }

    fn note(&self) -> Option<String> {
        let names: Vec<String> =
            self.unread.iter().take(MOST).map(|name| escape::inline(&render::fit(name, 60))).collect();
        let more = self.unread.len() - names.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let kb = LARGEST >> 10;
        (!names.is_empty()).then(|| {
            format!("Not read: {}{more}. I read text files of up to {kb} kB (.txt, .md).", names.join(", "))
        })
    }
}

/// Reads the text files of a message by `deadline`.
pub(super) async fn read(bot: &Bot, posted: &Posted, deadline: Instant) -> Files {
    let mut out = Files::default();
    for file in &posted.attachments {
        let text = if is_text(file) && out.texts.len() < MOST {
            bot.rest.attachment(&file.url, LARGEST, deadline).await.and_then(|bytes| text_of(&bytes))
        } else {
            None
        };
        match text {
            Some(text) => out.texts.push(text),
            None => out.unread.push(file.filename.clone()),
        }
    }
    out
}

fn is_text(file: &Attachment) -> bool {
    let kind = file.content_type.as_deref().unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let ending = file.filename.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    let known = ["text/plain", "text/markdown"].contains(&kind)
        || ending.is_some_and(|ending| ["txt", "md", "markdown"].contains(&ending.as_str()));
    known && usize::try_from(file.size).is_ok_and(|size| size <= LARGEST)
}

/// Returns the text of a UTF-8 file; `None` for any other encoding and for a file without a word.
fn text_of(bytes: &[u8]) -> Option<String> {
    let text = str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).ok()?;
    (!text.contains('\0') && text.chars().any(char::is_alphanumeric)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_files_are_read() {
        assert_eq!(text_of(b"\xef\xbb\xbfWe will open").as_deref(), Some("We will open"));
        for bytes in [&b"\xff\xfeW\0e\0"[..], b"a\0b", b" \n-", b"caf\xe9"] {
            assert_eq!(text_of(bytes), None);
        }
    }

    #[test]
    fn files_that_are_not_read_are_named() {
        let files = Files {
            texts: Vec::new(),
            unread: ["a_b.png", "c.pdf", "d.gif", "e.zip"].map(str::to_owned).to_vec(),
        };
        let told = files.told(Message::text("Nothing.")).content;
        assert!(
            told.starts_with("Not read: a\\_b.png, c.pdf, d.gif and 1 more. ")
                && told.ends_with("\nNothing."),
            "{told}"
        );
        assert_eq!(Files::default().told(Message::text("Nothing.")).content, "Nothing.");
    }
}

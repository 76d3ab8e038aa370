//! Here is a button that was clicked: what does it ask for?
//!
//! The identifier of a button carries all that its message does not show, so that it works after a restart and months later. It is
//! short text (Discord: 1 to 100 code points), parted by `/`; a version of this bot never gives an old form a new meaning.

use crate::answer::QuoteId;

/// What a button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    /// Shows another page of the same answer: this quote, from 0, and this part of it, from 0 (the last one if there are fewer).
    Page {
        /// Place of the quote in the answer.
        hit: u32,
        /// Part of the quote.
        part: u16,
    },
    /// Posts the page for everybody.
    Share {
        /// Place of the quote in the answer.
        hit: u32,
        /// Part of the quote.
        part: u16,
    },
    /// Shows up to three quotes of the same answer from this one on, from 0.
    List(u32),
    /// Posts them for everybody.
    ShareList(u32),
    /// Deletes the message, for the user who asked or whoever moderates.
    Delete(u64),
    /// Shows the paragraph around the quote to whoever clicked.
    Context(QuoteId),
    /// Asks for more quotes of the same speaker.
    More(QuoteId),
    /// Shows the quote as a picture to whoever clicked.
    Picture(QuoteId),
    /// Lists where else the same quote stands.
    Elsewhere(QuoteId),
    /// Only showed how far one is, in earlier versions; cannot be clicked.
    Place,
}

impl Button {
    /// Returns the identifier, at most 100 code points.
    #[must_use]
    pub fn id(self) -> String {
        match self {
            Self::Page { hit, part } => format!("page/{hit}/{part}"),
            Self::Share { hit, part } => format!("share/{hit}/{part}"),
            Self::List(hit) => format!("list/{hit}"),
            Self::ShareList(hit) => format!("share-list/{hit}"),
            Self::Delete(user) => format!("delete/{user}"),
            Self::Context(id) => format!("context/{id}"),
            Self::More(id) => format!("more/{id}"),
            Self::Picture(id) => format!("picture/{id}"),
            Self::Elsewhere(id) => format!("elsewhere/{id}"),
            Self::Place => "place".to_owned(),
        }
    }

    /// Returns the button of an identifier; `None` for what no version of this bot wrote.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        let (name, rest) = id.split_once('/').unwrap_or((id, ""));
        let page = || {
            let (hit, part) = rest.split_once('/')?;
            Some((hit.parse().ok()?, part.parse().ok()?))
        };
        match name {
            "page" => page().map(|(hit, part)| Self::Page { hit, part }),
            "share" => page().map(|(hit, part)| Self::Share { hit, part }),
            "list" => rest.parse().ok().map(Self::List),
            "share-list" => rest.parse().ok().map(Self::ShareList),
            "delete" => rest.parse().ok().map(Self::Delete),
            "context" => rest.parse().ok().map(Self::Context),
            "more" => rest.parse().ok().map(Self::More),
            "picture" => rest.parse().ok().map(Self::Picture),
            "elsewhere" => rest.parse().ok().map(Self::Elsewhere),
            "place" if rest.is_empty() => Some(Self::Place),
            _ => None,
        }
    }
}

//! Here is a button that was clicked: what is it for?
//!
//! The id of a button carries everything that its message does not show, so that the button works after a
//! restart and months later. It is short text (Discord allows 1 to 100 code points) with parts separated by
//! `/`. No version of this bot gives an old form a new meaning.

use crate::answer::QuoteId;

/// What a button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    /// Shows another page of the same answer. Both numbers count from 0; a part past the end means the last
    /// one.
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
    /// Shows up to three quotes of the same answer, starting with this one, counted from 0.
    List(u32),
    /// Posts these quotes for everybody.
    ShareList(u32),
    /// Deletes the message; for the user with this id, who asked, and for moderators.
    Delete(u64),
    /// Shows the paragraph around the quote to whoever clicked.
    Context(QuoteId),
    /// Shows more quotes by the same speaker.
    More(QuoteId),
    /// Shows the quote as a picture to whoever clicked.
    Picture(QuoteId),
    /// Lists the other articles that have the same quote.
    Elsewhere(QuoteId),
    /// Opens the form for reporting the quote. The form has the same id.
    Wrong(QuoteId),
    /// Asks which of up to three quotes is meant; the first of them has this number in the answer, from 1.
    Which {
        /// Number of the first quote.
        first: u32,
        /// The quotes; `None` after the last.
        ids: [Option<QuoteId>; 3],
    },
    /// Not clickable: earlier versions used it to show the page number.
    Place,
}

impl Button {
    /// Returns the id, at most 100 code points.
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
            Self::Wrong(id) => format!("wrong/{id}"),
            Self::Which { first, ids } => {
                let ids: Vec<String> = ids.iter().flatten().map(ToString::to_string).collect();
                format!("which/{first}/{}", ids.join("/"))
            }
            Self::Place => "place".to_owned(),
        }
    }

    /// Parses an id; returns `None` for anything that no version of this bot wrote.
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
            "wrong" => rest.parse().ok().map(Self::Wrong),
            "which" => {
                let (first, rest) = rest.split_once('/')?;
                let mut ids = [None; 3];
                for (at, id) in rest.split('/').enumerate() {
                    *ids.get_mut(at)? = Some(id.parse().ok()?);
                }
                Some(Self::Which { first: first.parse().ok()?, ids })
            }
            "place" if rest.is_empty() => Some(Self::Place),
            _ => None,
        }
    }
}

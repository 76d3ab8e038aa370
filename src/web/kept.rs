//! Has this page just been made? Pages that many people ask for are made once per change of the index.

use std::sync::{Mutex, PoisonError};

use lru::LruCache;

use super::Reply;

/// Maximum total size in bytes of all kept pages.
const ROOM: usize = 8 << 20;

/// The pages made last, by entity tag. A tag names the index, the address and the day, so a page never has to
/// be removed because it is out of date: nobody asks for its tag any more.
pub(super) struct Kept(Mutex<Pages>);

struct Pages {
    by_tag: LruCache<String, Reply>,
    /// The bytes of all their bodies.
    bytes: usize,
}

impl Default for Kept {
    fn default() -> Self {
        Self(Mutex::new(Pages { by_tag: LruCache::unbounded(), bytes: 0 }))
    }
}

impl Kept {
    /// Returns the page with this tag, if it is kept.
    pub(super) fn page(&self, tag: &str) -> Option<Reply> {
        self.pages().by_tag.get(tag).cloned()
    }

    /// Keeps a page under its tag; the pages that were requested longest ago are dropped to make room. A page
    /// larger than an eighth of the room is not kept.
    pub(super) fn keep(&self, tag: &str, page: &Reply) {
        if page.body.len() > ROOM / 8 {
            return;
        }
        let mut pages = self.pages();
        pages.bytes += page.body.len();
        if let Some((_, before)) = pages.by_tag.push(tag.to_owned(), page.clone()) {
            pages.bytes -= before.body.len();
        }
        while pages.bytes > ROOM
            && let Some((_, oldest)) = pages.by_tag.pop_lru()
        {
            pages.bytes -= oldest.body.len();
        }
    }

    fn pages(&self) -> std::sync::MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_pages_are_kept_within_the_limit() {
        let kept = Kept::default();
        let page = |bytes: usize| Reply::of("text/plain", "x".repeat(bytes));
        for number in 0..20 {
            kept.keep(&number.to_string(), &page(ROOM / 10));
            assert!(kept.page("0").is_some(), "asked for all the time");
        }
        assert!(kept.page("1").is_none());
        assert!(kept.page("19").is_some());
        assert!(kept.pages().bytes <= ROOM);
        kept.keep("19", &page(1));
        assert_eq!(kept.page("19").map(|page| page.body.len()), Some(1));
        let bytes: usize = kept.pages().by_tag.iter().map(|(_, page)| page.body.len()).sum();
        assert_eq!(kept.pages().bytes, bytes);
        kept.keep("large", &page(ROOM));
        assert!(kept.page("large").is_none());
    }
}

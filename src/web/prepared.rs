//! Which pages are ready before anybody asks for them? Those that take long in a large index: the lists, and
//! the pages of matters and rounds. They are made whenever the index changes; with the encoder, those of
//! matters and rounds once it has been run on all quotes, because their order changes until then.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use axum::http::StatusCode;

use super::query::Query;
use super::route::Route;
use super::{Open, Reply, Wanted, address, make};
use crate::index::QuoteIndex;

/// The pages made for the index in use, by entity tag.
#[derive(Default)]
pub(super) struct Prepared(RwLock<HashMap<String, Reply>>);

impl Prepared {
    /// Returns the page with this tag, if it is ready.
    pub(super) fn page(&self, tag: &str) -> Option<Reply> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(tag).cloned()
    }

    /// Drops all pages except those with these tags.
    fn retain(&self, tags: &[Option<String>]) {
        let mut pages = self.0.write().unwrap_or_else(PoisonError::into_inner);
        pages.retain(|tag, _| tags.iter().flatten().any(|kept| kept == tag));
    }

    fn add(&self, tag: String, page: Reply) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(tag, page);
    }
}

/// Makes the pages after each indexing, as far as they have changed, one at a time. Never ends.
pub(super) async fn keep(open: Arc<Open>) {
    let mut status = open.library.status();
    loop {
        status.borrow_and_update();
        if let Some(index) = open.library.index() {
            prepare(&open, &index).await;
        }
        if status.changed().await.is_err() {
            return;
        }
    }
}

async fn prepare(open: &Open, index: &Arc<QuoteIndex>) {
    let wanted = |path: String| {
        let query = Query { csv: Some(false), ..Query::parse("").ok()? };
        Some(Wanted::new(Arc::clone(index), Route::parse(&path)?, "", query))
    };
    let all: Vec<Wanted> = paths(index).into_iter().filter_map(wanted).collect();
    open.prepared.retain(&all.iter().map(|wanted| wanted.tag.clone()).collect::<Vec<_>>());
    for wanted in all {
        let Some(tag) = wanted.tag.clone().filter(|tag| open.prepared.page(tag).is_none()) else { continue };
        let Ok(turn) = Arc::clone(&open.turns).acquire_owned().await else { return };
        let started = Instant::now();
        // An error is logged when somebody asks for the page.
        if let Ok(page) = make(open, wanted, turn).await
            && page.status == StatusCode::OK
        {
            open.prepared.add(tag, page);
        }
        // At most half of the time of a processor is spent on this, even if the index changes all the time.
        tokio::time::sleep(started.elapsed()).await;
    }
}

/// Returns the paths of the pages that are prepared.
fn paths(index: &QuoteIndex) -> Vec<String> {
    let mut out: Vec<String> = ["/", "/speakers", "/outlets", "/parties", "/topics", "/days", "/sitemap.xml"]
        .map(str::to_owned)
        .into();
    if index.is_settled() {
        let agenda = index.agenda();
        let matters = agenda.matters.iter().map(|matter| address::named("positions", &matter.name));
        let rounds = agenda.rounds.iter().map(|round| address::named("round", &round.name));
        out.extend(matters.chain(rounds).flat_map(|path| [format!("/api/v1{path}"), path]));
    }
    out
}

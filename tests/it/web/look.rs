//! The reading room in a real browser: used by hand, without JavaScript, and checked by axe-core.

use std::sync::mpsc;

use serde_json::json;

use super::desk::LISTS;
use super::{Room, town};
use crate::browser::Browser;

/// Runs `visit` in a browser at a page of the room; does nothing if there is no browser.
fn visit<F: Future<Output = ()>>(room: &Room, path: &str, visit: impl Fn(Browser, String) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a thread");
    let address = format!("http://{}", room.address);
    runtime.block_on(async {
        if let Some(browser) = Browser::open(&format!("{address}{path}"), (390, 844)).await {
            visit(browser, address).await;
        }
    });
}

#[test]
fn a_reader_searches_and_finds_the_page_of_a_quote() {
    let room = Room::open(&town());
    visit(&room, "/", |browser, address| async move {
        browser.run("document.getElementById('q').focus(); return true").await;
        browser.keys("what did Lund say about the archive?\u{e007}").await;
        browser
            .until(
                "return location.pathname === '/search' && document.querySelectorAll('.cards li').length > 0",
            )
            .await;
        browser.click(".cards blockquote a", "“We will open the archive").await;
        browser.until("return location.pathname.startsWith('/quote/')").await;
        browser.shows("The building is old.").await;
        browser.until("return document.querySelector('.paragraph mark').innerText === 'We will open the archive in May,'").await;
        browser.click("dd a", "Pia Lund").await;
        browser.until("return document.querySelector('h1').innerText === 'Pia Lund'").await;
        // Nothing is wider than the screen of a phone.
        browser.until("return document.documentElement.scrollWidth <= innerWidth").await;
        browser.end(&address).await;
    });
}

#[test]
fn a_reader_checks_a_quote() {
    let room = Room::open(&town());
    visit(&room, "/", |browser, address| async move {
        browser.click("nav a", "Check a quote").await;
        browser.until("return document.getElementById('words') !== null").await;
        browser.run("document.getElementById('words').focus(); return true").await;
        browser.keys("We will not open the archive in May\u{e004}Omar Okafor\u{e007}").await;
        browser
            .until("return document.querySelector('.paragraph del')?.innerText.includes('not') === true")
            .await;
        browser.shows("A negation is added").await;
        browser.shows("It was Pia Lund who said it, not Omar Okafor.").await;
        browser.end(&address).await;
    });
}

#[test]
fn no_page_needs_a_script() {
    let room = Room::open(&town());
    for path in ["/", "/search?q=ferry", "/check?q=ferry", "/speaker/Pia%20Lund", "/article/archive", "/days"]
    {
        let page = room.get(path);
        assert!(
            !page.body.contains("<script") && !page.body.contains("onclick") && !page.body.contains("onload"),
            "{path}"
        );
    }
}

#[test]
fn pages_are_accessible() {
    let (room, (send, found)) = (Room::listed(&town(), &LISTS, None), mpsc::channel());
    let quote = room.found("what+did+Lund+say+about+the+archive");
    for path in [
        "/",
        "/search?q=what+did+Lund+say",
        "/check",
        "/check?q=We+will+not+open+the+archive+in+June",
        "/speaker/Pia%20Lund",
        "/party/council",
        "/days",
        "/article/archive",
        "/positions",
        "/positions/the%20archive",
        "/rounds",
        "/round/the%20council%20talks",
        &quote,
    ] {
        visit(&room, path, |browser, address| {
            let send = send.clone();
            async move {
                send.send((path.to_owned(), browser.serious().await)).expect("it is read");
                // Nothing except a table, which has its own scroll bar, is wider than the screen of a phone.
                browser.until("return document.documentElement.scrollWidth <= innerWidth").await;
                browser.end(&address).await;
            }
        });
    }
    drop(send);
    for (path, serious) in found {
        assert!(serious.is_empty(), "{path}: {}", json!(serious));
    }
}

//! Makes the pictures of the README with a browser: the bot in the embedded Discord, and the page of a quote.
//!
//! ```sh
//! cargo build --release && cargo run --release --example pictures
//! ```
//!
//! Needs Chromium and its driver, `chromedriver`. Writes `docs/pictures/discord.png` and
//! `docs/pictures/quote.png` from what `target/release/rapporteur` shows of the bundled corpus.

#[path = "../tests/it/browser.rs"]
#[expect(dead_code, reason = "the tests use all of it")]
mod browser;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::Context as _;

use browser::Browser;

/// The question in the picture.
const QUESTION: &str = "What did Ushakov say about territory after the Kremlin talks?";
const ENTER: &str = "\u{e007}";

/// A program that is ended when this is dropped.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir()?;
    let program =
        std::env::var_os("RAPPORTEUR").unwrap_or_else(|| root.join("target/release/rapporteur").into());
    let mut served = Command::new(&program)
        .args(["serve", "--corpus"])
        .arg(root.join("corpus"))
        .arg("--index")
        .arg(folder.path().join("index"))
        .env("RAPPORTEUR_SETTINGS", folder.path().join("settings"))
        .env("RAPPORTEUR_WEB", "127.0.0.1:0")
        .env_remove("DISCORD_TOKEN")
        .current_dir(folder.path())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{}` cannot be started: build it first", program.display()))?;
    let lines = BufReader::new(served.stderr.take().context("its errors are read")?);
    let _served = Served(served);
    let (mut console, mut room) = (None, None);
    for line in lines.lines() {
        let line = line?;
        let address = |head: &str| line.strip_prefix(head).map(|rest| rest.trim().to_owned());
        console = console.or_else(|| address("Talk to it here: "));
        room = room.or_else(|| address("The reading room is at "));
        if console.is_some() && room.is_some() {
            break;
        }
    }
    let (console, room) = (console.context("no console")?, room.context("no reading room")?);
    let pictures = root.join("docs/pictures");

    let page = Browser::open(&console, (1180, 900)).await.context("Chromium and chromedriver are needed")?;
    page.shows("#talks").await;
    page.run("document.getElementById('write').focus(); return true").await;
    page.keys(&format!("@rapporteur {QUESTION}{ENTER}")).await;
    page.shows("haven't found a compromise").await;
    page.until("return [...document.querySelectorAll('article .row button')].length > 0").await;
    fs::write(pictures.join("discord.png"), page.client.screenshot().await?)?;
    page.end(&console).await;

    let page = Browser::open(&room, (1180, 900)).await.context("Chromium and chromedriver are needed")?;
    page.run("document.getElementById('q').focus(); return true").await;
    page.keys(&format!("{QUESTION}{ENTER}")).await;
    page.until("const first = document.querySelector('.cards blockquote a'); first?.click(); return !!first")
        .await;
    page.until("return location.pathname.startsWith('/quote/')").await;
    fs::write(pictures.join("quote.png"), page.client.screenshot().await?)?;
    page.end(&room).await;
    Ok(())
}

//! Extracts the quotes of one article and prints who said what, word for word.
//!
//! ```sh
//! cargo run --release --example extract -- corpus/anews-2025-05-16-medinsky.md
//! ```

use std::fs::File;
use std::io::{BufReader, Write as _};

use anyhow::Context as _;
use rapporteur::article::{self, Origin};
use rapporteur::people::People;
use rapporteur::{quote, render};

fn main() -> anyhow::Result<()> {
    let path = std::env::args().nth(1).context("name the file of an article")?;
    let file = BufReader::new(File::open(&path).with_context(|| format!("`{path}` cannot be read"))?);
    // The format of the file is determined from its name or, failing that, from its first bytes.
    let origin = Origin { path: &path, ..Origin::default() };
    let mut out = std::io::stdout().lock();
    for article in article::read(file, origin) {
        let article = article?;
        // A people list (`People::parse`) adds aliases and offices; without one, names come from the article.
        for quote in quote::extract(&article, &People::default()) {
            let speaker = quote.speaker().unwrap_or("speaker unknown");
            writeln!(out, "{speaker} ({}): {}", render::kind(quote.kind), quote.words(&article.text))?;
        }
    }
    Ok(())
}

//! Where is the article in a web page?
//!
//! The page is rewritten so that it is safe to parse (`page`), its metadata is read (`metadata`), and its
//! body is found by dom_smoothie's readability and split into paragraphs (`prose`). If readability finds
//! nothing, the body consists of all `<p>` elements of the page or, if there are none, of the `articleBody`
//! of its linked data.

use std::panic::{AssertUnwindSafe, catch_unwind};

use dom_smoothie::{Config, Readability};

use super::draft::{Body, Draft};
use super::page::{self, Page};
use super::{Reason, boilerplate, metadata, prose};

/// Readability compares elements with all their ancestors; larger pages would take it minutes.
const READABLE_ELEMENTS: usize = 40_000;
const READABLE_BYTES: usize = 8 << 20;
const READABLE_DEPTH: usize = 200;

/// Returns the article of a web page.
///
/// # Errors
///
/// [`Reason::Malformed`] for a page that is nested too deeply or has too many elements.
pub(super) fn draft(html: &str) -> Result<Draft, Reason> {
    let page = page::rewrite(html)?;
    let mut tree = Readability::from(page.html.as_str());
    let linked = metadata::linked(&page.linked_data);
    let mut draft = metadata::draft(&tree, &linked, page.language.as_deref());
    let paragraphs = prose::of_html(&tree.doc.html(), Some("p"));
    let mut text = readable(&mut tree, &page, &mut draft).unwrap_or_default();
    if text.is_empty() {
        text = paragraphs;
    }
    if text.is_empty() {
        text =
            linked.body(draft.title.as_deref()).map(|body| super::text::normalize(&body)).unwrap_or_default();
    }
    draft.body = Body::Paragraphs(boilerplate::without(&text));
    Ok(draft)
}

/// Returns the paragraphs that readability finds, and fills in the byline if readability found one.
fn readable(tree: &mut Readability, page: &Page, draft: &mut Draft) -> Option<String> {
    if page.elements > READABLE_ELEMENTS || page.html.len() > READABLE_BYTES || page.depth > READABLE_DEPTH {
        return None;
    }
    tree.config = Config { disable_json_ld: true, ..Config::default() };
    // Readability runs on pages by anybody; if it panics on one, that page has no readable part.
    let article = catch_unwind(AssertUnwindSafe(|| tree.parse())).ok()?.ok()?;
    if draft.byline.is_none() {
        draft.byline = article.byline.as_deref().and_then(metadata::byline);
    }
    Some(prose::of_html(&article.content, None))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[track_caller]
    fn check(html: &str, expected: &str) {
        let Body::Paragraphs(text) = draft(html).unwrap().body else { panic!("not paragraphs") };
        assert_eq!(text, expected);
    }

    #[test]
    fn falls_back_on_paragraphs_and_on_linked_data() {
        check("<body><p>One.<p>Two.", "One.\n\nTwo.");
        check(
            "<script type=application/ld+json>{\"@type\":\"NewsArticle\",\"articleBody\":\"One.\\n\\nTwo.\"}</script>",
            "One.\n\nTwo.",
        );
        check("<script>x</script>", "");
    }

    #[test]
    fn hostile_pages_are_refused_or_read_in_time() {
        let start = Instant::now();
        let many = |piece: &str, count: usize| piece.repeat(count);
        assert!(draft(&many("<div>", 100_000)).is_err());
        assert!(draft(&many("<b>", 100_000)).is_ok());
        assert!(draft(&many("<b><p>a", 20_000)).is_ok());
        for page in [
            many("<a href=x>", 20_000),
            many("<p>a, b", 19_000),
            many("<br>", 19_000),
            format!("{}{}", many("<div>a", 190), many("<p>words, and words.</p>", 19_000)),
            many("<table><tr><td>", 60),
            many("<div>", 499),
            many("<p>a", 50_000),
            many("<div>a</div>", 19_000),
            many("<a b=c d=e>", 20_000),
            format!("<p {}>", many("a=b ", 1_000_000)),
        ] {
            drop(draft(&page));
        }
        assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    }
}

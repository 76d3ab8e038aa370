//! What does the front matter of a Markdown file say, and what is its text without markup?
//!
//! Front matter is TOML between `+++` lines or YAML between `---` lines. The rest is CommonMark (with tables)
//! rendered to plain text: emphasis, images and raw HTML are removed, the text of links and code is kept.
//! Quotation marks are not made "smart".

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::Reason;
use super::budget::{ABOUT_BYTES, MARKDOWN_BYTES, Size, end_of_paragraph};
use super::draft::{Body, Draft, clean};
use super::field::Fields;
use super::prose::Prose;

/// Returns the draft of a Markdown file.
///
/// # Errors
///
/// [`Reason::Malformed`] for front matter that is not closed, does not parse or has a known key of the wrong
/// type.
pub(super) fn draft(text: &str) -> Result<Draft, Reason> {
    let (mut draft, body) = match front_matter(text)? {
        Some((draft, body)) => (draft, body),
        None => (Draft::default(), text),
    };
    let (text, title) = render(body);
    draft.title = draft.title.or(title);
    draft.body = Body::Paragraphs(text);
    Ok(draft)
}

/// Returns the draft of TOML with the keys of front matter; `what` names the TOML in errors.
///
/// # Errors
///
/// [`Reason::Malformed`] if it does not parse or a known key has the wrong type.
pub(super) fn toml(toml: &str, what: &'static str) -> Result<Draft, Reason> {
    let fields = toml::from_str(toml).map_err(|error| malformed(what, error.message()))?;
    checked(&fields, what)
}

fn yaml(yaml: &str, what: &'static str) -> Result<Draft, Reason> {
    if yaml.trim().is_empty() {
        return Ok(Draft::default());
    }
    let fields = serde_saphyr::from_str(yaml)
        .map_err(|error| malformed(what, error.to_string().trim_start_matches("error: ")))?;
    checked(&fields, what)
}

fn checked(fields: &Fields<'_>, what: &'static str) -> Result<Draft, Reason> {
    match fields.draft() {
        (draft, None) => Ok(draft),
        (_, Some(key)) => Err(malformed(what, &format!("`{key}` has the wrong type"))),
    }
}

fn malformed(what: &'static str, message: &str) -> Reason {
    Reason::Malformed { what, message: super::one_line(message) }
}

/// Returns the draft of the front matter and the text below it; `None` for a text without front matter.
fn front_matter(text: &str) -> Result<Option<(Draft, &str)>, Reason> {
    const WHAT: &str = "front matter";
    let text = text.trim_start_matches(['\n', '\r', ' ', '\u{feff}']);
    let Some((first, inside)) = text.split_once('\n') else { return Ok(None) };
    let mark = first.trim_end();
    if !matches!(mark, "+++" | "---") {
        return Ok(None);
    }
    let mut end = 0;
    for line in inside.split_inclusive('\n') {
        let closes = line.trim_end() == mark || (mark == "---" && line.trim_end() == "...");
        if end > ABOUT_BYTES {
            break;
        }
        if closes && let Some((inside, below)) = inside.split_at_checked(end) {
            let draft = if mark == "+++" { toml(inside, WHAT) } else { yaml(inside, WHAT) }?;
            return Ok(Some((draft, below.split_once('\n').map_or("", |(_, below)| below))));
        }
        end += line.len();
    }
    if end > ABOUT_BYTES {
        return Err(malformed(WHAT, &format!("more than {}", Size(ABOUT_BYTES as u64))));
    }
    Err(malformed(WHAT, &format!("no closing `{mark}`")))
}

/// Returns the paragraphs of Markdown and its title: the heading at its beginning, otherwise the first one of
/// level 1.
fn render(markdown: &str) -> (String, Option<String>) {
    let mut prose = Prose::default();
    let mut title = None;
    let mut rest = markdown;
    while let Some((part, behind)) = rest.split_at_checked(part(rest)).filter(|_| !rest.is_empty()) {
        render_part(part, &mut prose, &mut title);
        prose.part();
        rest = behind;
    }
    (prose.finish(), title)
}

/// Returns the number of bytes of a Markdown text to parse next: all of it, or up to a blank line.
fn part(markdown: &str) -> usize {
    let end = end_of_paragraph(markdown, MARKDOWN_BYTES);
    let blank =
        markdown.get(..end).filter(|part| part.len() < markdown.len()).and_then(|part| part.rfind("\n\n"));
    blank.filter(|at| *at >= MARKDOWN_BYTES / 2).map_or(end, |at| at + 1)
}

fn render_part(markdown: &str, prose: &mut Prose, title: &mut Option<String>) {
    let mut may_be_title = false;
    let mut images = 0_usize;
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Image { .. }) => images += 1,
            Event::End(TagEnd::Image) => images = images.saturating_sub(1),
            Event::Start(Tag::TableCell) => prose.cell(),
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Link { .. })
            | Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link | TagEnd::TableCell) => {}
            Event::Start(Tag::BlockQuote(_)) => prose.block(true),
            Event::End(TagEnd::BlockQuote(_)) => prose.block(false),
            Event::Start(tag) => {
                prose.part();
                if let Tag::Heading { level, .. } = tag {
                    may_be_title = title.is_none() && (level == HeadingLevel::H1 || prose.is_empty());
                }
            }
            Event::End(tag) => {
                if matches!(tag, TagEnd::Heading(_)) && may_be_title {
                    *title = clean(prose.paragraph());
                }
                prose.part();
            }
            Event::Text(words) | Event::Code(words) if images == 0 => prose.push(&words),
            Event::SoftBreak => prose.push(" "),
            Event::HardBreak => prose.line(),
            Event::InlineHtml(html) if html.starts_with("<br") => prose.line(),
            Event::Rule => prose.part(),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(markdown: &str, title: Option<&str>, expected: &str) -> Draft {
        let draft = draft(markdown).unwrap();
        let Body::Paragraphs(text) = &draft.body else { panic!("not paragraphs") };
        assert_eq!((draft.title.as_deref(), text.as_str()), (title, expected));
        draft
    }

    #[track_caller]
    fn refuse(markdown: &str, expected: &str) {
        let reason = draft(markdown).unwrap_err().to_string();
        assert!(reason.starts_with(expected), "{reason}");
    }

    #[test]
    fn marks_go_and_words_stay() {
        check("*“We* **will** [open](x) it,”\n`she` said.", None, "“We will open it,” she said.");
        check("A \\*b\\* &amp; \"c\" -- 'd'...  \ne ![f](g)<i>h</i>", None, "A *b* & \"c\" -- 'd'...\ne h");
        check("> a\n> b\n\n- c\n- d\n  - e\n\n    f", None, "\u{2}a b\u{3}\n\nc\n\nd\n\ne\n\nf");
        check("|a|b|\n|-|-|\n|c|d|", None, "a\tb\n\nc\td");
    }

    #[test]
    fn the_first_heading_is_the_title() {
        check("## A *b*\n\nc", Some("A b"), "A b\n\nc");
        check("a\n\n## B\n\n# C", Some("C"), "a\n\nB\n\nC");
        check("a\n\n## B", None, "a\n\nB");
    }

    #[test]
    fn front_matter_is_read_in_both_notations() {
        let toml = check(
            "+++\nTitle = \"T\"\ndate = 2025-12-02\nauthors = [\"A\", \"B\"]\nx = {y = 1}\n+++\na",
            Some("T"),
            "a",
        );
        let yaml =
            check("---\r\ntitle: T\r\ndate: 2025-12-02\r\nbyline: A, B\r\nid: 7\r\n---\r\na", Some("T"), "a");
        for draft in [&toml, &yaml] {
            assert_eq!(draft.date, Some(jiff::civil::Date::constant(2025, 12, 2)));
            assert_eq!(draft.byline.as_deref(), Some("A, B"));
        }
        assert_eq!(yaml.id.as_deref(), Some("7"));
        check("---\n---\na", None, "a");
    }

    #[test]
    fn bad_front_matter_is_named() {
        refuse("+++\ntitle = 1\n+++\na", "front matter: `title` has the wrong type");
        refuse("---\ndate: [1]\n---\na", "front matter: `date` has the wrong type");
        refuse("+++\ntitle = \n+++\na", "front matter: ");
        refuse("---\n\ta: [\n---\na", "front matter: ");
        refuse("---\n- a\n---\na", "front matter: ");
        refuse("---\ntitle: a\n", "front matter: no closing `---`");
    }
}

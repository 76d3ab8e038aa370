//! Builds paragraphs from runs of words and from where blocks begin and end.

use super::block::{CLOSE, OPEN};
use super::tag::{self, Token};
use super::text::normalize;

/// Paragraphs under construction.
#[derive(Debug, Default)]
pub(super) struct Prose {
    done: String,
    paragraph: String,
    /// The opening block marks that precede the next paragraph.
    opening: String,
    /// Whether the paragraph is a term whose description follows on the same line.
    term: bool,
}

impl Prose {
    /// Appends words to the paragraph as they are.
    pub(super) fn push(&mut self, words: &str) {
        self.paragraph.push_str(words);
    }

    /// Appends words to the paragraph with each run of white space collapsed to one space. No-break spaces
    /// are kept.
    pub(super) fn push_collapsed(&mut self, words: &str) {
        for c in words.chars() {
            if !c.is_ascii_whitespace() {
                self.paragraph.push(c);
            } else if !self.paragraph.ends_with([' ', '\n', '\t']) {
                self.paragraph.push(' ');
            }
        }
    }

    /// Appends a line end; the second in a row ends the paragraph.
    pub(super) fn line(&mut self) {
        let length = self.paragraph.trim_end_matches(' ').len();
        self.paragraph.truncate(length);
        if self.paragraph.ends_with('\n') { self.part() } else { self.paragraph.push('\n') }
    }

    /// Separates two cells of a row.
    pub(super) fn cell(&mut self) {
        if !self.paragraph.trim().is_empty() {
            self.paragraph.push('\t');
        }
    }

    /// Returns the current paragraph.
    pub(super) fn paragraph(&self) -> &str {
        &self.paragraph
    }

    /// Returns whether no paragraph has been finished.
    pub(super) fn is_empty(&self) -> bool {
        self.done.is_empty()
    }

    /// Ends the paragraph.
    pub(super) fn part(&mut self) {
        let paragraph = normalize(&self.paragraph);
        let paragraph = paragraph.trim();
        if !paragraph.is_empty() {
            if !self.done.is_empty() {
                self.done.push_str("\n\n");
            }
            self.done.push_str(&self.opening);
            self.opening.clear();
            self.done.push_str(paragraph);
        }
        self.paragraph.clear();
    }

    /// Begins or ends a block quote.
    pub(super) fn block(&mut self, opens: bool) {
        self.part();
        if opens {
            self.opening.push(OPEN);
        } else if self.opening.pop().is_none() {
            self.done.push(CLOSE);
        }
    }

    /// Ends a term of a description list, for example a list of who says what: its description follows after
    /// a colon.
    fn end_term(&mut self) {
        let length = self.paragraph.trim_end().len();
        self.paragraph.truncate(length);
        if self.paragraph.ends_with(char::is_alphanumeric) || self.paragraph.ends_with(')') {
            self.paragraph.push(':');
        }
        self.term = !self.paragraph.is_empty();
        if self.term {
            self.paragraph.push(' ');
        }
    }

    /// Begins the description of a term: on the line of the term if it follows immediately.
    fn begin_description(&mut self) {
        if !std::mem::take(&mut self.term) {
            self.part();
        }
    }

    /// Returns the paragraphs, separated by blank lines.
    pub(super) fn finish(mut self) -> String {
        self.part();
        self.done
    }
}

/// Elements inside a line of text. All other elements separate paragraphs.
#[rustfmt::skip]
const INLINE: [&str; 37] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font",
    "i", "img", "ins", "kbd", "label", "mark", "nobr", "picture", "q", "ruby", "s", "samp", "small",
    "source", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "wbr",
];

/// Elements whose content does not belong to the text.
#[rustfmt::skip]
pub(super) const MUTE: [&str; 23] = [
    "applet", "audio", "button", "canvas", "dialog", "figcaption", "iframe", "math", "noembed", "noframes",
    "noscript", "object", "rp", "rt", "script", "select", "style", "svg", "template", "textarea", "title",
    "video", "xmp",
];

/// Returns the paragraphs of HTML as a serializer writes it: every element closed, few entities. With `only`,
/// everything outside elements of that name is ignored.
pub(super) fn of_html(html: &str, only: Option<&str>) -> String {
    let mut prose = Prose::default();
    let (mut muted, mut inside, mut pre) = (0_usize, 0_usize, 0_usize);
    for token in tag::html(html) {
        match token {
            Token::Text(text) if muted == 0 && (inside > 0 || only.is_none()) => {
                let text = unescape(text);
                if pre > 0 { prose.push(&text) } else { prose.push_collapsed(&text) }
            }
            Token::Text(_) => {}
            Token::Open(tag) => {
                let name = tag.name.as_str();
                muted += usize::from(MUTE.contains(&name));
                pre += usize::from(name == "pre");
                edge(&mut prose, name, true);
                inside += usize::from(only == Some(name));
            }
            Token::Close(name) => {
                let name = name.as_str();
                muted -= usize::from(muted > 0 && MUTE.contains(&name));
                pre -= usize::from(pre > 0 && name == "pre");
                edge(&mut prose, name, false);
                inside -= usize::from(inside > 0 && only == Some(name));
            }
        }
    }
    prose.finish()
}

/// Applies the effect that the start or end of an element has on the surrounding text.
fn edge(prose: &mut Prose, name: &str, opens: bool) {
    match name {
        "br" => prose.line(),
        "td" | "th" if opens => prose.cell(),
        "td" | "th" => {}
        // Browsers show quotation marks around it.
        "q" => prose.push(if opens { "“" } else { "”" }),
        "blockquote" => prose.block(opens),
        "dt" if !opens => prose.end_term(),
        "dd" if opens => prose.begin_description(),
        _ if INLINE.contains(&name) || name.contains('-') => {}
        _ if MUTE.contains(&name) => {}
        _ => prose.part(),
    }
}

/// Resolves the entities that html5ever writes.
pub(super) fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let text = text.replace("&nbsp;", "\u{a0}").replace("&lt;", "<").replace("&gt;", ">");
    text.replace("&quot;", "\"").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, expected: &str) {
        assert_eq!(of_html(html, None), expected, "{html}");
    }

    #[test]
    fn quotes_join_across_inline_elements() {
        check("<p>“We <em>will</em> <a href=x>open</a>,”\n she said.</p>", "“We will open,” she said.");
        check("<p><q>We will</q>, she said.</p>", "“We will”, she said.");
    }

    #[test]
    fn blocks_separate_paragraphs() {
        check(
            "<h2>A</h2>b<ul><li>c<li>d</ul><blockquote><p>e</p></blockquote>",
            "A\n\nb\n\nc\n\nd\n\n\u{2}e\u{3}",
        );
        check("<table><tr><th>a<td>b</tr><tr><td>c</td><td>d</td></tr></table>", "a\tb\n\nc\td");
    }

    #[test]
    fn block_quotes_are_marked_and_terms_stand_before_colons() {
        check(
            "a<blockquote><p>b<blockquote>c</blockquote><p>d</blockquote>e",
            "a\n\n\u{2}b\n\n\u{2}c\u{3}\n\nd\u{3}\n\ne",
        );
        check("<blockquote> </blockquote>a", "a");
        check(
            "<dl><dt>Lund</dt><dd>When?</dd><dd>Where?</dd><dt>Petrov:</dt><dd>Now.</dd></dl>",
            "Lund: When?\n\nWhere?\n\nPetrov: Now.",
        );
    }

    #[test]
    fn line_breaks_are_lines_and_two_are_paragraphs() {
        check("a <br> b<br/><br>c", "a\nb\n\nc");
    }

    #[test]
    fn captions_and_scripts_are_left_out() {
        check("a<script>b</script><figure><img src=x><figcaption>c</figcaption></figure>d", "a\n\nd");
    }

    #[test]
    fn entities_are_letters() {
        check("a&nbsp;b &amp;lt; &lt;c&gt;", "a\u{a0}b &lt; <c>");
    }

    #[test]
    fn only_the_requested_element_is_read() {
        assert_eq!(of_html("a<p>b<i>c</i></p>d<p>e</p>", Some("p")), "bc\n\ne");
    }
}

//! Reads JSON: one article, a list of articles, a feed, or one article per line.
//!
//! The text of an article is its `text` (or `body`, `content`, `content_text`), byte for byte, unless it is
//! HTML, contains entities or wrongly decoded quotation marks, or ends with a note such as "[+1234 chars]".
//! Lists are split into elements first and each is parsed separately, so that a bad element affects no other.

use std::io::{self, BufRead};

use super::budget::{LINE_BYTES, PASSED_BYTES};
use super::draft::{Body, Draft, Source, clean};
use super::field::{Field, Fields, field};
use super::{ParseError, Read, Reads, Reason, decode, html, mend, piece, scan};

/// Returns the articles of JSON Lines, reading no further than the requested one.
pub(super) fn lines<'a>(reader: Box<dyn BufRead + 'a>, source: Source) -> Reads<'a> {
    Box::new(Lines { reader, source, line: Vec::new(), number: 0, done: false })
}

/// Returns the articles of a JSON text: of an object, a list, a feed, or several of these in a row.
pub(super) fn whole<'a>(text: String, source: Source) -> Reads<'a> {
    Box::new(Whole { text, source, at: 0, list: None, line: 1, counted: 0, done: false })
}

struct Lines<'a> {
    reader: Box<dyn BufRead + 'a>,
    source: Source,
    line: Vec<u8>,
    number: u64,
    done: bool,
}

impl Iterator for Lines<'_> {
    type Item = Result<Read, ParseError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done {
            let result = self.read().map_err(Reason::from).and_then(|length| self.article(length));
            match result {
                Ok(None) => {}
                Ok(Some(read)) => return Some(Ok(read.on(self.number))),
                Err(reason) => {
                    self.done |= matches!(reason, Reason::Io(_));
                    return Some(Err(ParseError { line: Some(self.number), reason }));
                }
            }
        }
        None
    }
}

impl Lines<'_> {
    /// Reads the next line and returns its length in bytes. At most [`LINE_BYTES`] of it are kept, and
    /// reading stops after [`PASSED_BYTES`].
    fn read(&mut self) -> io::Result<u64> {
        self.line.clear();
        self.number += 1;
        let mut length = 0;
        loop {
            let bytes = match self.reader.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                bytes => bytes?,
            };
            let end = memchr::memchr(b'\n', bytes);
            let taken = end.unwrap_or(bytes.len());
            self.done |= bytes.is_empty();
            length += taken as u64;
            if length <= LINE_BYTES {
                self.line.extend_from_slice(bytes.get(..taken).unwrap_or_default());
            }
            self.reader.consume(taken + usize::from(end.is_some()));
            self.done |= length > PASSED_BYTES;
            if end.is_some() || self.done {
                return Ok(length);
            }
        }
    }

    /// Returns the article of the current line; `None` for a blank line.
    fn article(&self, length: u64) -> Result<Option<Read>, Reason> {
        if length > LINE_BYTES {
            let limit = if length > PASSED_BYTES { PASSED_BYTES } else { LINE_BYTES };
            return Err(Reason::TooLarge { limit, unpacked: false });
        }
        if self.line.trim_ascii().is_empty() {
            return Ok(None);
        }
        let draft = match str::from_utf8(&self.line) {
            Ok(line) => draft(line.trim_start_matches('\u{feff}')),
            Err(_) => draft(&decode::text(self.line.clone())?),
        };
        self.source.one_of_many(draft?).map(Some)
    }
}

struct Whole {
    text: String,
    source: Source,
    /// The offset from which the next value is searched.
    at: usize,
    /// The list whose elements are being read.
    list: Option<List>,
    /// The line on which the last value begins, and the offset up to which lines were counted.
    line: u64,
    counted: usize,
    done: bool,
}

/// A list of articles that is being read.
#[derive(Default)]
struct List {
    /// The offset at which reading continues after the object that contains the list; `None` if there is no
    /// such object.
    resume: Option<usize>,
    /// Whether ids are only unique within the list, as in a JSON feed or a chat.
    is_feed: bool,
    /// Whether it is a chat, in which pictures and notices of people joining and leaving occur between the
    /// messages.
    is_chat: bool,
    /// What the surrounding object says about all articles.
    outlet: Option<String>,
    language: Option<String>,
}

impl Iterator for Whole {
    type Item = Result<Read, ParseError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done {
            self.at = scan::skip(&self.text, self.at, self.list.is_some());
            let Some(&byte) = self.text.as_bytes().get(self.at) else {
                self.done = true;
                return self.list.is_some().then(|| self.fail("the list does not end"));
            };
            if byte == b']'
                && let Some(list) = self.list.take()
            {
                self.at = list.resume.unwrap_or(self.at + 1);
            } else if self.list.is_some() {
                let value = self.value(None);
                let is_chat = self.list.as_ref().is_some_and(|list| list.is_chat);
                let is_blank =
                    |error: &ParseError| matches!(error.reason, Reason::Empty | Reason::Missing(_));
                if !(is_chat && value.as_ref().is_err_and(is_blank)) {
                    return Some(value);
                }
            } else {
                match self.held(byte) {
                    Some(Held::List(start, list)) => {
                        self.at = start;
                        self.list = Some(list);
                    }
                    Some(Held::One(start, end)) => return Some(self.value(Some((start, end)))),
                    None => return Some(self.value(None)),
                }
            }
        }
        None
    }
}

impl Whole {
    /// Returns what holds articles at the current offset: a list, or an object around one or more articles.
    fn held(&self, byte: u8) -> Option<Held> {
        match byte {
            b'[' => Some(Held::List(self.at + 1, List::default())),
            b'{' => container(&self.text, self.at, scan::value_end(&self.text, self.at), 0),
            _ => None,
        }
    }

    /// Reads the value at the current offset, or the part `inner` of it that is the article.
    fn value(&mut self, inner: Option<(usize, usize)>) -> Result<Read, ParseError> {
        let (outer, outer_end) = (self.at, scan::value_end(&self.text, self.at));
        let (start, end) = inner.unwrap_or((outer, outer_end));
        self.at = outer_end;
        self.count(start);
        let draft = draft(self.text.get(start..end).unwrap_or_default());
        let article = match &self.list {
            Some(list) => draft.and_then(|mut draft| {
                draft.outlet = draft.outlet.or_else(|| list.outlet.clone());
                draft.language = draft.language.or_else(|| list.language.clone());
                if list.is_feed {
                    draft.qualify_id(self.source.stem());
                }
                self.source.one_of_many(draft)
            }),
            None => {
                let around = [self.text.get(..outer), self.text.get(outer_end..)];
                let alone = around.into_iter().flatten().all(|text| text.trim().is_empty());
                // A value outside a list that is not an object is no known kind of JSON; so nothing after it
                // is read.
                self.done = !matches!(self.text.as_bytes().get(start), Some(b'{'));
                draft.and_then(
                    |draft| if alone { self.source.only(draft) } else { self.source.one_of_many(draft) },
                )
            }
        };
        article.map(|read| read.on(self.line)).map_err(|reason| ParseError { line: Some(self.line), reason })
    }

    fn count(&mut self, to: usize) {
        let passed = self.text.as_bytes().get(self.counted..to).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
        self.counted = self.counted.max(to);
    }

    fn fail(&mut self, message: &str) -> Result<Read, ParseError> {
        self.count(self.text.len());
        let reason = Reason::Malformed { what: "JSON", message: message.to_owned() };
        Err(ParseError { line: Some(self.line), reason })
    }
}

/// What an object contains.
enum Held {
    /// A list of articles, and the offset of its first element.
    List(usize, List),
    /// One article, with its start and end.
    One(usize, usize),
}

/// The names of lists of articles in feeds, news APIs, search engines and chats.
const LISTS: [&str; 14] = [
    "articles",
    "items",
    "results",
    "docs",
    "hits",
    "messages",
    "posts",
    "stories",
    "objects",
    "documents",
    "entries",
    "news",
    "records",
    "data",
];

/// The names of objects around such a list or around one article.
const AROUND: [&str; 9] =
    ["response", "articles", "hits", "data", "result", "results", "content", "article", "payload"];

/// Maximum number of nested wrapper objects.
const AROUND_DEPTH: usize = 4;

/// Returns what the object from `start` to `end` contains: a list, or one article. `None` for an object that
/// has a text of its own.
fn container(text: &str, start: usize, end: usize, depth: usize) -> Option<Held> {
    let mut list = None;
    let mut inside = None;
    let (mut title, mut name, mut language, mut is_feed) = (None, None, None, false);
    for (key, value, value_end) in scan::members(text, start, end) {
        let opens = text.as_bytes().get(value).copied();
        let words = || serde_json::from_str::<String>(text.get(value..value_end)?).ok();
        let has_objects = || text.as_bytes().get(scan::skip(text, value + 1, false)) == Some(&b'{');
        match (key, opens) {
            (key, Some(b'['))
                if LISTS.contains(&key) && (key == "articles" || key == "items" || has_objects()) =>
            {
                list = list.or(Some((key, value + 1, has_objects())));
            }
            (key, Some(b'{')) if AROUND.contains(&key) => inside = inside.or(Some((value, value_end))),
            ("version", _) => is_feed = words().is_some_and(|version| version.contains("jsonfeed")),
            ("title", _) => title = words(),
            ("name", _) => name = words(),
            ("language", _) => language = words(),
            (key, Some(b'"'))
                if matches!(field(key), Some(Field::Text | Field::Html)) && words().is_some() =>
            {
                return None;
            }
            _ => {}
        }
    }
    let list = list.filter(|(key, _, has_objects)| is_feed || *key == "articles" || *has_objects);
    if let Some((key, at, _)) = list {
        let mut draft = Draft::default();
        draft.set_language(language.as_deref().unwrap_or_default());
        let is_chat = key == "messages";
        let outlet = if is_feed { title } else { name.filter(|_| is_chat) };
        let list = List {
            resume: Some(end),
            is_feed: is_feed || is_chat,
            is_chat,
            outlet: outlet.as_deref().and_then(clean),
            language: draft.language,
        };
        return Some(Held::List(at, list));
    }
    let (start, inside_end) = inside.filter(|_| depth < AROUND_DEPTH)?;
    match container(text, start, inside_end, depth + 1) {
        Some(Held::List(at, list)) => Some(Held::List(at, List { resume: Some(end), ..list })),
        Some(one) => Some(one),
        None => {
            // `{"rendered": "…"}` is a text, not an article.
            let has_text = |(key, value, _): (&str, usize, usize)| {
                matches!(field(key), Some(Field::Text | Field::Html | Field::Title | Field::Url))
                    && text.as_bytes().get(value) == Some(&b'"')
            };
            scan::members(text, start, inside_end).any(has_text).then_some(Held::One(start, inside_end))
        }
    }
}

/// Returns the draft of one JSON object.
pub(super) fn draft(json: &str) -> Result<Draft, Reason> {
    match serde_json::from_str(json) {
        Ok(fields) => settle(fields),
        Err(error) => match scan::without_lone_surrogates(json) {
            Some(json) => settle(serde_json::from_str(&json).map_err(malformed)?),
            None => Err(malformed(error)),
        },
    }
}

/// Returns the reason for JSON that does not parse. The parser counts lines of the value, not of the file, so
/// line numbers are kept only for a value of several lines.
fn malformed(error: serde_json::Error) -> Reason {
    let message = error.to_string().replace(" at line 1 column ", " at column ");
    Reason::Malformed { what: "JSON", message: message.replace(" at line ", " inside the value, at line ") }
}

/// Returns the draft made of the fields of one article.
pub(super) fn settle(mut fields: Fields<'_>) -> Result<Draft, Reason> {
    let (mut draft, _) = fields.draft();
    for label in [&mut draft.title, &mut draft.outlet].into_iter().flatten() {
        if label.contains('&')
            && label.contains(';')
            && let Some(words) = clean(&piece::line(label))
        {
            *label = words;
        }
    }
    let text = fields.take_text(Field::Text).map(mend::mend_marks);
    let is_blank = text.as_ref().is_none_or(|text| text.trim().is_empty());
    let html = if is_blank { fields.take_text(Field::Html) } else { None };
    draft.body = match (html, text) {
        (Some(html), _) => of_html(&mut draft, html)?,
        (None, Some(text)) => body(&mut draft, text)?,
        (None, None) => return Err(Reason::Missing("text")),
    };
    Ok(draft)
}

/// Returns the body made of a text: the text itself, unless it is HTML or contains entities.
fn body(draft: &mut Draft, text: String) -> Result<Body, Reason> {
    let text = match piece::without_entities(&text) {
        _ if piece::is_html(&text) => return of_html(draft, text),
        Some(plain) if piece::is_html(&plain) => return of_html(draft, plain),
        Some(plain) => plain,
        None => text,
    };
    Ok(Body::Verbatim(whole_words(text)))
}

/// Returns the body made of HTML: a whole page, which may also supply missing fields, or a fragment.
fn of_html(draft: &mut Draft, html: String) -> Result<Body, Reason> {
    let html = mend::mend(html);
    if !piece::is_page(&html) {
        return Ok(Body::Paragraphs(piece::article_paragraphs(&html)?));
    }
    let page = html::draft(&html)?;
    let own = std::mem::take(draft);
    *draft = own.or(page);
    Ok(std::mem::take(&mut draft.body))
}

/// Returns the text without the note "[+1234 chars]" by which some news APIs mark a truncated text.
fn whole_words(mut text: String) -> String {
    if let Some(at) = text.trim_end().ends_with(" chars]").then(|| text.rfind("[+")).flatten() {
        text.truncate(at);
        text.truncate(text.trim_end_matches(['…', ' ', '\n', '\r']).len());
    }
    text
}

#[cfg(test)]
mod tests {
    use crate::article::{Format, Origin, read};

    #[track_caller]
    fn check(json: &str, expected: &[&str]) {
        let origin = Origin { path: "a.json", format: Some(Format::Json), sidecar: None };
        let told = read(json.as_bytes(), origin).map(|article| match article {
            Ok(article) => format!("{}: {}", article.id.0.split('-').next().unwrap(), article.text),
            Err(error) => error.to_string(),
        });
        assert_eq!(told.collect::<Vec<_>>(), expected, "{json}");
    }

    #[test]
    fn one_object_has_the_path_as_its_id_and_many_do_not() {
        check(r#" {"text": "a", "content": "b"} "#, &["a: a"]);
        check(r#"{"id": 1, "text": "a"} {"id": "2", "BODY": "b"}"#, &["1: a", "2: b"]);
    }

    #[test]
    fn lists_are_found_inside_objects() {
        check(
            r#"{"status": "ok", "articles": [{"id": 1, "content": "a"}, {"id": 2}]}"#,
            &["1: a", "line 1: no `text`"],
        );
        check(r#"{"id": 1, "text": "a", "articles": [{"id": 2, "text": "b"}]}"#, &["1: a"]);
        check(r#"{"items": [{"id": 2, "text": "b"}]}"#, &["2: b"]);
        check(r#"{"response": {"results": [{"id": 2, "fields": {"bodyText": "b"}}]}}"#, &["2: b"]);
        check(r#"{"hits": {"total": 1, "hits": [{"_id": "2", "_source": {"body": "b"}}]}}"#, &["2: b"]);
        check(
            r#"{"response": {"content": {"id": "2", "webTitle": "T", "fields": {"body": "<p>b</p><p>c</p>"}}}}"#,
            &["2: T\n\nb\n\nc"],
        );
        check("[]", &[]);
    }

    #[test]
    fn a_broken_element_affects_no_other() {
        check(
            "[{\"id\": 1, \"text\": \"a\"},\n{\"id\": 2, \"text\"},\n{\"id\": 3, \"text\": \"c\"}",
            &[
                "1: a",
                "line 2: JSON: expected `:` at column 17",
                "3: c",
                "line 3: JSON: the list does not end",
            ],
        );
        check("words and words", &["line 1: JSON: expected value at column 1"]);
    }

    #[test]
    fn texts_come_in_many_shapes() {
        check(r#"{"text": ["a", "b"]}"#, &["a: a\n\nb"]);
        check(
            r#"{"title": {"rendered": "T"}, "content": {"rendered": "<p>&#8220;a&#8221;</p>"}}"#,
            &["a: T\n\n“a”"],
        );
        check(
            r#"{"content": "<p>&ldquo;a,&rdquo; <a href=\"/b\">b</a></p><p class=\"x\">c</p>"}"#,
            &["a: “a,” b\n\nc"],
        );
        check(r#"{"text": "&ldquo;a&rdquo; &amp; b\nc"}"#, &["a: “a” & b\nc"]);
        check(r#"{"content": "“a,” she said. And… [+1234 chars]"}"#, &["a: “a,” she said. And"]);
        check(r#"{"text": "\u0093a,\u0094 she said"}"#, &["a: “a,” she said"]);
        check(r#"{"text": "1 < 2 & 3 > 2; <b>"}"#, &["a: 1 < 2 & 3 > 2; <b>"]);
    }

    #[test]
    fn the_messages_of_a_chat_are_articles() {
        check(
            r#"{"name": "Harbour", "type": "public_channel", "messages": [
                {"id": 1, "type": "service", "text": ""},
                {"id": 2, "date": "2025-05-02T10:00:00", "text": ["“a,” said ", {"type": "bold", "text": "Pia Lund"}, "."]}]}"#,
            &["a/2: “a,” said Pia Lund."],
        );
    }

    #[test]
    fn text_of_a_wrong_type_is_skipped() {
        check(
            r#"{"id": 1, "text": null, "body": {"x": 1}, "content_text": "a", "title": 5, "date": true}"#,
            &["1: a"],
        );
        check(r#"{"id": 1, "text": " ", "content_html": "<p>a<p>b"}"#, &["1: a\n\nb"]);
    }
}

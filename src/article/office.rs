//! What is the article in a word processor document (`.docx`, `.odt`)?
//!
//! Both formats are ZIP archives of XML. Paragraphs are read in order, without notes, comments, headers and
//! deleted text of tracked changes; title, author and creation date are in a separate file.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use super::budget::MARKUP_BYTES;
use super::draft::{Body, Draft, clean};
use super::prose::Prose;
use super::tag::{self, Token};
use super::{Reason, date, piece};

/// The files of an archive that hold the text, and those that hold the metadata.
const TEXTS: [&str; 2] = ["word/document.xml", "content.xml"];
const ABOUT: [&str; 2] = ["docProps/core.xml", "meta.xml"];

/// Returns the draft of a word processor document.
///
/// # Errors
///
/// [`Reason::Malformed`] for an archive that cannot be opened or contains no such document,
/// [`Reason::TooLarge`] if its XML is larger than a page may be.
pub(super) fn draft(bytes: Vec<u8>) -> Result<Draft, Reason> {
    let malformed = |message: String| Reason::Malformed { what: "word processor file", message };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| malformed(error.to_string()))?;
    let mut file = |names: [&str; 2]| -> Result<Option<String>, Reason> {
        let Some(name) = names.into_iter().find(|name| archive.index_for_name(name).is_some()) else {
            return Ok(None);
        };
        let packed = archive.by_name(name).map_err(|error| malformed(error.to_string()))?;
        let mut xml = String::new();
        packed.take(MARKUP_BYTES + 1).read_to_string(&mut xml)?;
        if xml.len() as u64 > MARKUP_BYTES {
            return Err(Reason::TooLarge { limit: MARKUP_BYTES, unpacked: true });
        }
        Ok(Some(xml))
    };
    let text = file(TEXTS)?.ok_or_else(|| malformed("no text inside".to_owned()))?;
    let mut draft = file(ABOUT)?.map(|xml| about(&xml)).unwrap_or_default();
    let (paragraphs, title) = paragraphs(&text);
    draft.title = draft.title.or(title);
    draft.body = Body::Paragraphs(paragraphs);
    Ok(draft)
}

fn about(xml: &str) -> Draft {
    let mut draft = Draft::default();
    let mut words = String::new();
    for token in tag::xml(xml) {
        match token {
            Token::Text(text) => words.push_str(text),
            Token::Open(_) => words.clear(),
            Token::Close(name) => match name.as_str() {
                "dc:title" => draft.title = clean(&piece::line(&words)),
                "dc:creator" | "meta:initial-creator" => draft.byline = clean(&piece::line(&words)),
                "dcterms:created" | "meta:creation-date" => draft.date = date::parse(&words),
                _ => {}
            },
        }
    }
    draft
}

/// Returns the paragraphs, and the first paragraph with the style of a title.
fn paragraphs(xml: &str) -> (String, Option<String>) {
    let mut prose = Prose::default();
    let (mut muted, mut in_text, mut is_title) = (0_usize, false, false);
    let mut title = None;
    for token in tag::xml(xml) {
        match token {
            // Word puts the text into elements of its own; white space between them only formats the file.
            Token::Text(text) if muted == 0 && in_text => prose.push(&super::prose::unescape(text)),
            Token::Text(_) => {}
            Token::Open(tag) => {
                let name = tag.name.as_str();
                muted += usize::from(!tag.empty && is_mute(name));
                match name {
                    "w:t" | "text:p" | "text:h" => in_text = !tag.empty,
                    "w:br" | "w:cr" | "text:line-break" => prose.line(),
                    "w:tab" | "text:tab" | "text:s" => prose.push(" "),
                    "w:pstyle" => is_title = tag.attribute("w:val").is_some_and(|style| style == "Title"),
                    _ => {}
                }
            }
            Token::Close(name) => {
                let name = name.as_str();
                muted -= usize::from(muted > 0 && is_mute(name));
                match name {
                    "w:t" => in_text = false,
                    "w:p" | "text:p" | "text:h" => {
                        if is_title && title.is_none() {
                            title = clean(prose.paragraph());
                        }
                        (in_text, is_title) = (in_text && name == "w:p", false);
                        prose.part();
                    }
                    _ => {}
                }
            }
        }
    }
    (prose.finish(), title)
}

/// Returns whether the content of an element does not belong to the text: deletions, notes, comments, field
/// codes.
fn is_mute(name: &str) -> bool {
    matches!(
        name,
        "w:del"
            | "w:instrtext"
            | "w:footnotereference"
            | "office:annotation"
            | "text:note"
            | "text:tracked-changes"
    )
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use crate::article::{Origin, read};

    fn archive(files: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, text) in files {
            writer.start_file(*name, SimpleFileOptions::default()).expect("a name");
            writer.write_all(text.as_bytes()).expect("memory");
        }
        writer.finish().expect("memory").into_inner()
    }

    fn told(path: &str, bytes: &[u8]) -> String {
        let article = read(bytes, Origin { path, ..Origin::default() }).next().expect("one");
        article.map_or_else(
            |error| error.to_string(),
            |article| format!("{:?} {:?}\n{}", article.citation.byline, article.citation.date, article.text),
        )
    }

    #[test]
    fn paragraphs_and_what_is_said_about_them_are_read() {
        let word = archive(&[
            (
                "docProps/core.xml",
                "<cp:coreProperties><dc:creator>Ada Berg</dc:creator><dcterms:created xsi:type=\"x\">2025-05-02T10:00:00Z</dcterms:created></cp:coreProperties>",
            ),
            (
                "word/document.xml",
                "<w:document><w:body><w:p><w:pPr><w:pStyle w:val=\"Title\"/></w:pPr><w:r><w:t>Talks</w:t></w:r></w:p>\n\
              <w:p><w:r><w:t>“We will </w:t></w:r><w:del><w:r><w:t>not </w:t></w:r></w:del><w:r><w:t>sign,” &amp; so on.</w:t></w:r></w:p></w:body></w:document>",
            ),
        ]);
        assert_eq!(
            told("a.docx", &word),
            "Some(\"Ada Berg\") Some(2025-05-02)\nTalks\n\n“We will sign,” & so on."
        );
        let open = archive(&[(
            "content.xml",
            "<office:text><text:p>“We <text:span>will</text:span> sign,”</text:p><text:p>she said.</text:p></office:text>",
        )]);
        assert_eq!(told("a.odt", &open), "None None\n“We will sign,”\n\nshe said.");
    }

    #[test]
    fn other_archives_are_refused() {
        assert_eq!(told("a.docx", &archive(&[("a.txt", "b")])), "word processor file: no text inside");
        assert!(told("a.docx", b"PK\x03\x04abc").starts_with("word processor file: "));
        let bomb = archive(&[("word/document.xml", &"a".repeat(20_000_000))]);
        assert_eq!(told("a.docx", &bomb), "larger than 16.0 MB when unpacked");
    }
}

//! What is the article in an email, or in a web page that a browser saved as one (MHTML)?
//!
//! Of a saved page, the HTML is used with its own metadata; its URL is the one that the browser recorded. An
//! email has its subject as the title, its sender as the author, and its date; its HTML part is used,
//! otherwise its plain text.

use std::panic::{AssertUnwindSafe, catch_unwind};

use mail_parser::{Message, MessageParser};

use super::draft::{Body, Draft, clean};
use super::{Reason, html, mend, piece, text};

/// Returns the article of an email or a saved page.
///
/// # Errors
///
/// [`Reason::Malformed`] for bytes that are not an email, and the errors of an HTML page.
pub(super) fn draft(bytes: &[u8]) -> Result<Draft, Reason> {
    // The parser runs on emails by anybody; if it panics on one, that one cannot be read.
    let message = catch_unwind(AssertUnwindSafe(|| MessageParser::default().parse(bytes)));
    let Ok(Some(message)) = message else {
        return Err(Reason::Malformed { what: "mail", message: "no headers or parts".to_owned() });
    };
    let parts = || message.html_bodies().chain(message.text_bodies());
    let found = parts().find(|part| part.is_text_html()).or_else(|| parts().next());
    let Some(part) = found else { return Err(Reason::Empty) };
    let Some(words) = part.text_contents() else { return Err(Reason::Empty) };
    let words = mend::mend(words.to_owned());
    let place = header(&message, "Snapshot-Content-Location");
    if part.is_text_html() && (place.is_some() || piece::is_page(&words) && message.from().is_none()) {
        let mut draft = html::draft(&words)?;
        if let Some(place) = place.filter(|_| draft.url.is_none()) {
            draft.set_url(&place);
        }
        return Ok(draft);
    }
    let mut draft = Draft { title: message.subject().and_then(clean), ..Draft::default() };
    let sender = message.from().and_then(|from| from.first()).and_then(|from| from.name());
    draft.byline = sender.and_then(clean);
    // The day as written, whatever the time zone.
    draft.date = message.date().and_then(|date| {
        let month_and_day = Some((i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?));
        let (month, day) = month_and_day?;
        jiff::civil::Date::new(i16::try_from(date.year).ok()?, month, day).ok()
    });
    draft.body = if part.is_text_html() {
        Body::Paragraphs(piece::article_paragraphs(&words)?)
    } else {
        Body::Paragraphs(text::plain_paragraphs(&words))
    };
    Ok(draft)
}

fn header(message: &Message<'_>, name: &'static str) -> Option<String> {
    clean(message.header_raw(name)?)
}

#[cfg(test)]
mod tests {
    use crate::article::{Origin, read};

    #[track_caller]
    fn check(mail: &str, path: &str, expected: &str) {
        let article = read(mail.as_bytes(), Origin { path, ..Origin::default() }).next().expect("one");
        let told = article.map_or_else(
            |error| error.to_string(),
            |article| {
                let about = article.citation;
                let day = about.date.map(|day| day.to_string()).unwrap_or_default();
                let (by, url) = (about.byline.unwrap_or_default(), about.url.unwrap_or_default());
                format!("{day} {by} {url}\n{}", article.text)
            },
        );
        assert_eq!(told, expected);
    }

    #[test]
    fn a_mail_has_a_subject_a_sender_and_a_day() {
        check(
            "From: Ada Berg <ada@gazette.example>\r\nSubject: =?utf-8?q?Harbour_talks?=\r\nDate: Fri, 2 May 2025 23:30:00 -0800\r\n\
             Content-Type: text/plain; charset=windows-1252\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
             =93We will sign,=94 said Pia Lund.\r\n\r\nThe ferry stays=\r\n closed.\r\n",
            "talks.eml",
            "2025-05-02 Ada Berg \nHarbour talks\n\n“We will sign,” said Pia Lund.\n\nThe ferry stays closed.",
        );
    }

    #[test]
    fn a_saved_page_is_the_page() {
        check(
            "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://gazette.example/2025/05/02/talks\r\nSubject: Talks\r\nDate: Mon, 30 Jun 2025 10:00:00 +0000\r\n\
             MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\
             Content-Transfer-Encoding: quoted-printable\r\n\r\n<html><head><title>Harbour talks</title></head><body><p>=E2=80=9CWe will sign,=E2=80=9D said Pia Lund.</p></body></html>\r\n--b--\r\n",
            "talks.mhtml",
            "2025-05-02  https://gazette.example/2025/05/02/talks\nHarbour talks\n\n“We will sign,” said Pia Lund.",
        );
        check("From: <Saved by Blink>\nMIME-Version: 1.0\n", "talks.mht", "no text");
    }
}

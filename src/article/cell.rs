//! How is a text written into a cell of a table that a spreadsheet may open, and how is it read back?
//!
//! A spreadsheet treats a cell that begins with `=`, `+`, `-` or `@` as a formula and runs it, whoever wrote
//! it. As OWASP recommends ("CSV Injection"), such a cell is written with a leading apostrophe, which makes
//! it text. This is reversible: [`plain`] returns what [`guarded`] was given, for every text.

use std::borrow::Cow;

/// Returns `text` as it should be written into a cell: with a leading `'` if a spreadsheet could run it as a
/// formula. Such a text begins, after white space and invisible characters, with `=`, `+`, `-` or `@`, in
/// ASCII or full width, or begins with a control character such as a tab. A text that already begins with `'`
/// before such a character gets one more, so that [`plain`] can restore both.
///
/// ```
/// use rapporteur::article::cell::{guarded, plain};
///
/// assert_eq!(guarded("=1+1"), "'=1+1");
/// assert_eq!(guarded("'=1+1"), "''=1+1");
/// assert_eq!(guarded("'Tis so"), "'Tis so");
/// assert_eq!(plain("'=1+1"), "=1+1");
/// ```
#[must_use]
pub fn guarded(text: &str) -> Cow<'_, str> {
    if is_run(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Returns the text of a cell: `cell` without the `'` that [`guarded`] added.
#[must_use]
pub fn plain(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|text| is_run(text)).unwrap_or(cell)
}

/// Returns a row of a comma-separated table without its line break (RFC 4180): each cell [`guarded`] and
/// enclosed in quotation marks.
///
/// ```
/// assert_eq!(rapporteur::article::cell::row(["Angela Lee", "=so"]), "\"Angela Lee\",\"'=so\"");
/// ```
#[must_use]
pub fn row<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let quoted = |cell: &str| format!("\"{}\"", guarded(cell).replace('"', "\"\""));
    cells.into_iter().map(quoted).collect::<Vec<_>>().join(",")
}

/// Returns whether a spreadsheet could run a cell with this text, or with fewer leading `'`.
fn is_run(text: &str) -> bool {
    let text = text.trim_start_matches('\'');
    let is_passed_over =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}');
    text.starts_with(char::is_control)
        || text.trim_start_matches(is_passed_over).starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn possible_formulas_are_guarded() {
        for text in [
            "=HYPERLINK(\"http://x.example\")",
            "+1",
            "-1",
            "@SUM(1)",
            "\t=1",
            "\ttext",
            "\rtext",
            "\ntext",
            "\0",
            "＝1",
            "＋1",
            "－1",
            "＠x",
            "  =1",
            "\u{a0}=1",
            "\u{feff}=1",
            "\u{200b}=1",
            "'=1",
            "''  =1",
        ] {
            assert_eq!(guarded(text), format!("'{text}"), "{text:?}");
            assert_eq!(plain(&guarded(text)), text);
        }
    }

    #[test]
    fn ordinary_cells_are_unchanged() {
        for text in ["", "'", "'Tis so", "“We will go,”", "1=1", "a-b", "– and so on", "Lee's", "'a='"]
        {
            assert_eq!(guarded(text), text);
            assert_eq!(plain(text), text);
        }
    }

    proptest! {
        #[test]
        fn every_text_reads_back(text in "['=+@ \t\r\n\u{feff}＝a-]{0,6}.{0,3}") {
            let cell = guarded(&text);
            prop_assert_eq!(plain(&cell), text.as_str());
            prop_assert!(cell.starts_with('\'') || !is_run(&cell), "{:?}", cell);
        }
    }
}

//! Renders a sheet for a terminal.

use std::collections::HashSet;
use std::fmt::Write as _;

use super::{BOLD, DIM, Style, paint, safe, wrap, write_quote};
use crate::render::Sheet;

/// Returns the text of a sheet, with a final line break. Quotes are numbered consecutively.
#[must_use]
pub fn sheet(sheet: &Sheet, style: Style) -> String {
    let mut out = String::new();
    let lines = |out: &mut String, text: &str, code: Option<&str>| {
        for line in wrap(&safe(text), style.width) {
            let line = code.map_or_else(|| line.clone(), |code| paint(code, &line, style));
            let _ = writeln!(out, "{line}");
        }
    };
    lines(&mut out, &sheet.title, Some(BOLD));
    for text in &sheet.about {
        lines(&mut out, text, None);
    }
    let mut number = 0;
    for section in &sheet.sections {
        out.push('\n');
        lines(&mut out, &section.heading, Some(BOLD));
        for text in &section.about {
            lines(&mut out, text, Some(DIM));
        }
        for (label, record) in &section.quotes {
            if !label.is_empty() {
                lines(&mut out, &format!("{label}:"), Some(DIM));
            }
            number += 1;
            write_quote(&mut out, number, record, &HashSet::new(), style);
        }
    }
    out
}

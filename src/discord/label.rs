//! Some clients send the label of an autocomplete choice instead of its value: which name does it contain?

use crate::span::Span;

/// Returns the name in a label such as "Pia Lund (125 quotes)", which some clients send instead of the value;
/// any other text is returned without surrounding white space.
pub(super) fn unlabelled(text: &str) -> &str {
    let bare = |text: &'_ str| -> Option<usize> {
        let (name, count) = text.strip_suffix(')')?.rsplit_once(" (")?;
        let (number, what) = count.split_once(' ')?;
        let is_count = number.parse::<u64>().is_ok() && matches!(what, "quote" | "quotes");
        is_count.then_some(name.len())
    };
    // In a label, right-to-left names are enclosed in isolates.
    let mut text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{2068}' | '\u{2069}'));
    while let Some(end) = bare(text) {
        text = Span::new(0, end).text(text).trim();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_contains_its_value() {
        for (label, name) in [
            ("Pia Lund (125 quotes)", "Pia Lund"),
            (" Coast Gazette (Wire) (1 quote) ", "Coast Gazette (Wire)"),
            ("\u{2068}Pia Lund (2 quotes)\u{2069}", "Pia Lund"),
            ("Harbour Post (Wire)", "Harbour Post (Wire)"),
            ("the law (3 parts)", "the law (3 parts)"),
            ("", ""),
        ] {
            assert_eq!(unlabelled(label), name);
        }
    }
}

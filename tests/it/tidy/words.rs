//! Words of a language are in its lists, not in the code that uses them.

/// Modules whose code may not contain words.
const WITHOUT_WORDS: &[&str] = &["quote", "roster"];

/// Names in the code of these modules that are not words of a language: of forests, sieves, files, fields.
const NAMES: &[&str] = &[
    "RAPQ",
    "accept",
    "body",
    "correction",
    "cue",
    "cue-content",
    "cue-source",
    "day",
    "join",
    "kind",
    "left",
    "quotation",
    "right",
    "said",
    "shown",
    "sample",
    "signature",
    "source",
    "speaker",
    "speech",
    "turn",
];

/// Returns the string literals in `code` that are one word, or the ending of one.
fn words(code: &str) -> Vec<&str> {
    // A quotation mark as a character literal swaps strings and code, but only on its own line.
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("#["));
    let literals = lines.flat_map(|line| line.split('"').skip(1).step_by(2));
    let is_word = |literal: &&str| {
        let letters = literal.trim_start_matches(['\'', '’', '-']);
        !letters.is_empty() && letters.chars().all(|c| c.is_alphabetic() || c == '-')
    };
    literals.filter(is_word).collect()
}

#[test]
fn words_are_in_lists() {
    let mut wrong = Vec::new();
    for path in super::sources(&crate::root().join("src")) {
        let module = super::module_of(&path);
        if module.is_some_and(|module| WITHOUT_WORDS.contains(&module.as_str())) {
            let code = super::code(&path);
            let found = words(&code).into_iter().filter(|word| !NAMES.contains(word));
            wrong.extend(found.map(|word| format!("{}: {word:?}", path.display())));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_word_in_the_code_is_found() {
    assert_eq!(words("if word == \"said\" || matches!(word, \"a\" | \"an\") {"), ["said", "a", "an"]);
    assert_eq!(words("word.ends_with(\"'s\") && word.ends_with(\"-year-old\")"), ["'s", "-year-old"]);
    assert!(words("format!(\"{one}, {other}\"); matches!(sign, \",\" | \":\")").is_empty());
    assert!(words("#[expect(clippy::lint, reason = \"bounded\")]").is_empty());
}

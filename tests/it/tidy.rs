//! What the compiler does not check: which way dependencies point, that settings are documented, that fixtures are in pairs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The modules each module may use; the diagram in `src/lib.rs`.
const MAY_USE: &[(&str, &[&str])] = &[
    ("span", &[]),
    ("fold", &["span"]),
    ("lang", &[]),
    ("article", &["lang", "span"]),
    ("people", &["fold", "lang"]),
    ("quote", &["article", "fold", "lang", "people", "span"]),
    ("roster", &["fold", "lang", "people"]),
    ("question", &["fold", "lang", "quote", "roster", "span"]),
    ("answer", &["article", "fold", "lang", "question", "quote", "span"]),
    ("render", &["answer", "question", "quote", "span"]),
    ("export", &["answer", "article", "quote", "span"]),
    ("inquiry", &["answer", "article", "fold", "lang", "question", "quote", "span"]),
    (
        "index",
        &["answer", "article", "fold", "inquiry", "lang", "people", "question", "quote", "roster", "span"],
    ),
    ("ask", &["answer", "fold", "index", "inquiry", "question"]),
    ("config", &[]),
    ("log", &[]),
    ("simulator", &[]),
    ("fetch", &["article", "fold"]),
    ("ingest", &["article", "index", "people", "quote"]),
    ("watch", &["index", "ingest"]),
    (
        "discord",
        &[
            "answer", "ask", "fetch", "fold", "index", "ingest", "question", "quote", "render", "span",
            "watch",
        ],
    ),
    ("terminal", &["answer", "article", "fold", "index", "quote", "render", "span", "question", "people"]),
    (
        "command",
        &[
            "answer",
            "article",
            "ask",
            "config",
            "discord",
            "export",
            "fetch",
            "index",
            "ingest",
            "log",
            "people",
            "question",
            "quote",
            "simulator",
            "span",
            "terminal",
            "watch",
        ],
    ),
];

/// Crates that only one module may name.
const ONLY: &[(&str, &str)] =
    &[("tantivy", "index"), ("dotenvy", "config"), ("std::env::var", "config"), ("clap", "command")];

/// All Rust files below `folder`.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder can be listed") {
        let path = entry.expect("the folder can be listed").path();
        if path.is_dir() {
            out.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            out.push(path);
        }
    }
    out.sort();
    out
}

/// The top module a file of `src` belongs to; `None` for `lib.rs` and `main.rs`.
fn module_of(path: &Path) -> Option<String> {
    let inside = path.strip_prefix(crate::root().join("src")).expect("a file of src");
    let first = inside.iter().next().and_then(|part| part.to_str()).expect("names are UTF-8");
    let module = first.strip_suffix(".rs").unwrap_or(first);
    (module != "lib" && module != "main").then(|| module.to_owned())
}

/// The lines of a file that are neither comments nor tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("the file can be read");
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The modules named as `crate::module` or `rapporteur::module`, also inside braces.
fn used(code: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for prefix in ["crate::", "rapporteur::"] {
        for rest in code.split(prefix).skip(1) {
            let word = |text: &str| {
                text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>()
            };
            if let Some(list) = rest.strip_prefix('{') {
                let list = list.split('}').next().unwrap_or_default();
                out.extend(list.split(',').map(|item| word(item.trim())));
            } else {
                out.insert(word(rest));
            }
        }
    }
    out.retain(|name| !name.is_empty() && name.chars().all(|c| c.is_lowercase() || c == '_'));
    out
}

#[test]
fn dependencies_point_one_way() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let mut wrong = Vec::new();
    for path in sources(&crate::root().join("src")) {
        let Some(module) = module_of(&path) else { continue };
        let allowed =
            allowed.get(module.as_str()).unwrap_or_else(|| panic!("`{module}` is not in the diagram"));
        for name in used(&code(&path)) {
            if name != module && !allowed.contains(&name.as_str()) {
                wrong.push(format!("{} uses {name}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_diagram_has_no_cycle() {
    let mut level: BTreeMap<&str, usize> = BTreeMap::new();
    for (module, uses) in MAY_USE {
        if *module == "terminal" || *module == "command" {
            continue;
        }
        let below = uses.iter().map(|name| {
            level.get(name).copied().unwrap_or_else(|| panic!("`{module}` uses `{name}` from above"))
        });
        level.insert(module, below.max().map_or(0, |level| level + 1));
    }
}

#[test]
fn outside_crates_stay_in_their_module() {
    let mut wrong = Vec::new();
    for path in sources(&crate::root().join("src")) {
        let Some(module) = module_of(&path) else { continue };
        let code = code(&path);
        for (name, owner) in ONLY {
            if module != *owner && code.contains(&format!("{name}::")) {
                wrong.push(format!("{} names {name}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_setting_is_documented() {
    let example = fs::read_to_string(crate::root().join(".env.example")).expect(".env.example is there");
    let documented: BTreeSet<&str> = example
        .lines()
        .filter_map(|line| line.strip_prefix('#').unwrap_or(line).split_once('='))
        .map(|(name, _)| name)
        .filter(|name| !name.contains(' '))
        .collect();
    let settings: BTreeSet<&str> = rapporteur::config::SETTINGS.iter().copied().collect();
    assert_eq!(documented, settings);
}

#[test]
fn every_article_fixture_has_its_expected_file() {
    let folder = crate::root().join("tests/data/articles");
    for entry in fs::read_dir(&folder).expect("the fixtures are there") {
        let name =
            entry.expect("the folder can be listed").file_name().into_string().expect("names are UTF-8");
        if !name.ends_with(".expected.json") && !name.ends_with(".meta.toml") && name != "README.md" {
            assert!(folder.join(format!("{name}.expected.json")).is_file(), "{name} has no expected file");
        }
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    for path in sources(&crate::root().join("src")) {
        let text = fs::read_to_string(&path).expect("the file can be read");
        assert!(text.starts_with("//! "), "{} does not open with its purpose", path.display());
    }
}

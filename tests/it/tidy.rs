//! What the compiler does not check: the direction of dependencies, that settings are documented, that
//! fixtures come in pairs.

mod circles;
mod links;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The modules that each module may use, as in the diagram in `src/lib.rs`.
const MAY_USE: &[(&str, &[&str])] = &[
    ("span", &[]),
    ("secret", &[]),
    ("lang", &[]),
    ("meaning", &[]),
    ("fold", &["lang", "span"]),
    ("article", &["fold", "lang", "span"]),
    ("people", &["fold", "lang"]),
    ("agenda", &["fold", "people"]),
    ("quote", &["article", "fold", "lang", "people", "span"]),
    ("roster", &["fold", "lang", "people"]),
    ("correction", &["article", "fold", "people", "quote", "span"]),
    ("question", &["agenda", "fold", "lang", "meaning", "quote", "roster", "span"]),
    ("answer", &["article", "fold", "lang", "meaning", "question", "quote", "span"]),
    ("desk", &["agenda", "answer", "fold", "lang", "people", "quote", "roster"]),
    ("render", &["agenda", "answer", "desk", "fold", "people", "question", "quote", "span"]),
    ("export", &["agenda", "answer", "article", "desk", "people", "question", "quote", "render", "span"]),
    ("picture", &["agenda", "answer", "desk", "quote", "render"]),
    ("inquiry", &["answer", "article", "fold", "lang", "meaning", "question", "quote", "span"]),
    (
        "index",
        &[
            "agenda",
            "answer",
            "article",
            "correction",
            "fold",
            "inquiry",
            "lang",
            "meaning",
            "people",
            "question",
            "quote",
            "roster",
            "span",
        ],
    ),
    (
        "ask",
        &[
            "agenda", "answer", "article", "desk", "fold", "index", "inquiry", "lang", "meaning", "question",
            "quote",
        ],
    ),
    ("log", &["secret"]),
    ("loopback", &[]),
    ("pdf", &[]),
    ("simulator", &["loopback"]),
    ("console", &["loopback", "simulator"]),
    ("fetch", &["article", "fold"]),
    ("ingest", &["agenda", "article", "correction", "fold", "index", "meaning", "pdf", "people", "quote"]),
    ("watch", &["index", "ingest"]),
    ("library", &["index", "ingest", "meaning", "watch"]),
    (
        "discord",
        &[
            "answer",
            "ask",
            "correction",
            "desk",
            "export",
            "fetch",
            "fold",
            "index",
            "ingest",
            "library",
            "loopback",
            "picture",
            "question",
            "quote",
            "render",
            "span",
            "watch",
        ],
    ),
    ("config", &["discord", "index", "meaning", "secret"]),
    (
        "web",
        &[
            "agenda", "answer", "ask", "desk", "export", "fold", "index", "library", "loopback", "meaning",
            "picture", "question", "quote", "render", "span",
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
            "console",
            "desk",
            "discord",
            "export",
            "fetch",
            "index",
            "ingest",
            "log",
            "loopback",
            "meaning",
            "pdf",
            "people",
            "picture",
            "question",
            "quote",
            "render",
            "secret",
            "simulator",
            "span",
            "terminal",
            "watch",
            "web",
        ],
    ),
];

/// Prefixes of paths that only one module may use.
const ONLY: &[(&str, &str)] = &[
    ("tantivy::", "index"),
    ("dotenvy::", "config"),
    ("std::env", "config"),
    ("clap::", "command"),
    ("frostem::", "lang"),
    ("rten::", "meaning"),
    ("serenity::", "discord"),
    ("poise::", "discord"),
    ("resvg::", "picture"),
];

/// Returns the paths in the code of `module` that belong to another module.
fn not_its_own(module: &str, code: &str) -> Vec<&'static str> {
    ONLY.iter()
        .filter(|(path, owner)| module != *owner && code.contains(path))
        .map(|(path, _)| *path)
        .collect()
}

/// Returns all Rust files under `folder`.
fn sources(folder: &Path) -> Vec<PathBuf> {
    files(folder, "rs")
}

/// Returns all files under `folder` with this extension, sorted.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder can be listed") {
        let path = entry.expect("the folder can be listed").path();
        if path.is_dir() {
            out.extend(files(&path, ending));
        } else if path.extension().is_some_and(|found| found == ending) {
            out.push(path);
        }
    }
    out.sort();
    out
}

/// Returns the top-level module of a file in `src`; `None` for `lib.rs` and `main.rs`.
fn module_of(path: &Path) -> Option<String> {
    let inside = path.strip_prefix(crate::root().join("src")).expect("a file of src");
    let first = inside.iter().next().and_then(|part| part.to_str()).expect("names are UTF-8");
    let module = first.strip_suffix(".rs").unwrap_or(first);
    (module != "lib" && module != "main").then(|| module.to_owned())
}

/// Returns the lines of a file that are neither comments nor tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("the file can be read");
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Returns the modules used as `crate::module` or `rapporteur::module`, also inside braces.
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
        let strays = not_its_own(&module, &code(&path));
        wrong.extend(strays.iter().map(|name| format!("{} names {name}", path.display())));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_stray_crate_would_be_noticed() {
    for (line, path) in [
        ("use tantivy::Index;", "tantivy::"),
        ("for item in dotenvy::from_path_iter(path)? {", "dotenvy::"),
        ("let home = std::env::var(\"HOME\");", "std::env"),
        ("use std::env;", "std::env"),
        ("#[derive(clap::Args)]", "clap::"),
        ("use serenity::all::Message;", "serenity::"),
        ("fn run(ctx: poise::Context<'_>) {}", "poise::"),
    ] {
        assert_eq!(not_its_own("answer", line), [path], "{line}");
    }
    for (path, owner) in ONLY {
        assert!(not_its_own(owner, path).is_empty() && not_its_own("answer", path) == [*path]);
    }
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
fn the_list_of_licences_may_hold_what_the_gate_allows() {
    let table = |path: &str| -> toml::Table {
        fs::read_to_string(crate::root().join(path)).expect("it is there").parse().expect("TOML")
    };
    let (deny, about) = (table("deny.toml"), table("deploy/about.toml"));
    assert_eq!(deny["licenses"]["allow"], about["accepted"]);
    assert_eq!(deny["graph"]["targets"], about["targets"]);
}

/// Returns the ignored advisories of a `deny.toml` whose review date is before `today` (such as 2027-02-24)
/// or that have none.
fn overdue(deny: &str, today: &str) -> Vec<String> {
    let today: jiff::civil::Date = today.parse().expect("a day");
    let deny: toml::Table = deny.parse().expect("deny.toml is TOML");
    let ignored = deny["advisories"]["ignore"].as_array().expect("a list");
    let is_due = |advisory: &&toml::Value| {
        let reason = advisory.get("reason").and_then(toml::Value::as_str).unwrap_or_default();
        let day = reason.split_once("look again by ").and_then(|(_, day)| day.parse().ok());
        day.is_none_or(|day: jiff::civil::Date| day < today)
    };
    ignored.iter().filter(is_due).map(ToString::to_string).collect()
}

#[test]
fn ignored_advisories_are_reviewed_in_time() {
    let deny = fs::read_to_string(crate::root().join("deny.toml")).expect("deny.toml is there");
    assert_eq!(overdue(&deny, "2026-11-28"), [""; 0]);
    let ignored = "[advisories]\nignore = [{ id = \"A\", reason = \"x; look again by 2027-02-24\" }]";
    assert_eq!(overdue(ignored, "2027-02-24"), [""; 0]);
    assert_eq!(overdue(ignored, "2027-02-25").len(), 1);
    assert_eq!(
        overdue("[advisories]\nignore = [\"A\", { id = \"B\", reason = \"x\" }]", "2026-01-01").len(),
        2
    );
    // Set by `.ci/run`, so that people who only try the program out are not bothered.
    if let Ok(today) = std::env::var("GATE_TODAY") {
        let due = overdue(&deny, &today);
        assert!(due.is_empty(), "decide again, then write the next day into deny.toml: {due:#?}");
    }
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
fn every_word_list_says_what_it_is() {
    let mut wrong = Vec::new();
    for path in files(&crate::root().join("src/lang"), "txt") {
        let text = fs::read_to_string(&path).expect("the file can be read");
        wrong.extend(wrong_with_list(&text).map(|reason| format!("{}: {reason}", path.display())));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Returns what is wrong with a word list, if anything. Its first line must say what it is, and each entry
/// must be on its own line, once.
fn wrong_with_list(text: &str) -> Option<String> {
    let (head, rest) = text.split_once('\n')?;
    if !(head.starts_with("# ") && head.ends_with('.')) {
        return Some("does not open with what it is".to_owned());
    }
    if rest.is_empty() {
        return Some("has no entry".to_owned());
    }
    let mut seen = BTreeSet::new();
    for (number, line) in (2..).zip(rest.lines()) {
        if line.is_empty() || line.trim() != line || line.starts_with('#') || !seen.insert(line) {
            return Some(format!("line {number} is no entry, or there twice"));
        }
    }
    None
}

#[test]
fn a_bad_word_list_is_found() {
    assert_eq!(wrong_with_list("# Words. Chosen by hand.\none\ntwo words\n"), None);
    for bad in [
        "one\ntwo\n",
        "# Words.\n",
        "# Words.\none\none\n",
        "# Words.\none\n\ntwo\n",
        "# Words.\none \n",
        "# No stop\none\n",
    ] {
        assert!(wrong_with_list(bad).is_some(), "{bad:?}");
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    for path in sources(&crate::root().join("src")) {
        let text = fs::read_to_string(&path).expect("the file can be read");
        assert!(text.starts_with("//! "), "{} does not open with its purpose", path.display());
    }
}

//! No two parts of a module depend on each other, directly or indirectly, so that each can be read after
//! those it uses.
//!
//! A part is a file, or a folder with its file. Its dependencies are the paths in it that begin with `crate`
//! or `super`.

use std::collections::{BTreeMap, BTreeSet};

/// Known circles that remain to be removed.
const KNOWN: &[&[&str]] = &[];

/// A module: its path from the crate root, and its code.
struct Module {
    path: Vec<String>,
    code: String,
}

/// Returns the modules of `src`.
fn modules() -> Vec<Module> {
    let src = crate::root().join("src");
    super::sources(&src)
        .iter()
        .map(|file| {
            let inside = file.strip_prefix(&src).expect("a file of src").with_extension("");
            let path = inside.iter().map(|part| part.to_str().expect("names are UTF-8").to_owned()).collect();
            Module { path, code: super::code(file) }
        })
        .collect()
}

/// Returns the paths that a module uses, from the crate root; names in braces are separate paths.
fn named(module: &Module) -> Vec<Vec<String>> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let mut out = Vec::new();
    let starts = ["crate::", "super::"].into_iter().flat_map(|start| module.code.match_indices(start));
    for (at, start) in starts {
        let (before, rest) = module.code.split_at(at);
        // "super::super::x" is read only from its first word.
        if before.ends_with(is_name) {
            continue;
        }
        let (path, behind) = rest.split_at(rest.find(|c| !is_name(c)).unwrap_or(rest.len()));
        let mut parts: Vec<&str> = path.split("::").filter(|part| !part.is_empty()).collect();
        let up = parts.iter().take_while(|part| **part == "super").count();
        parts.drain(..up.max(1));
        let root = if start == "crate::" { 0 } else { module.path.len().saturating_sub(up) };
        let base = module.path.iter().take(root).cloned().chain(parts.iter().map(|part| (*part).to_owned()));
        let base: Vec<String> = base.collect();
        let list = behind.strip_prefix('{').filter(|_| path.ends_with("::"));
        for name in list.and_then(|list| list.split('}').next()).unwrap_or_default().split(',') {
            let first = name.trim().split("::").next().unwrap_or_default().to_owned();
            out.push(base.iter().cloned().chain([first]).collect());
        }
    }
    out
}

/// Returns for each part of a module the sibling parts that it uses, with full paths.
fn uses(modules: &[Module]) -> BTreeMap<String, BTreeSet<String>> {
    let known: BTreeSet<&[String]> = modules.iter().map(|module| module.path.as_slice()).collect();
    let mut out: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for module in modules {
        for target in named(module) {
            let shared = module.path.iter().zip(&target).take_while(|(one, other)| one == other).count();
            let (Some(from), Some(to)) = (module.path.get(..=shared), target.get(..=shared)) else {
                continue;
            };
            // The parts of the crate itself are checked by the diagram.
            if shared > 0 && known.contains(from) && known.contains(to) {
                out.entry(from.join("/")).or_default().insert(to.join("/"));
            }
        }
    }
    out
}

/// Returns the sets of parts that depend on each other in a circle, sorted.
fn circles(uses: &BTreeMap<String, BTreeSet<String>>) -> Vec<Vec<String>> {
    let reached = |start: &String| {
        let mut seen = BTreeSet::new();
        let mut next: Vec<&String> = uses.get(start).into_iter().flatten().collect();
        while let Some(part) = next.pop() {
            if seen.insert(part) {
                next.extend(uses.get(part).into_iter().flatten());
            }
        }
        seen
    };
    let reach: BTreeMap<&String, BTreeSet<&String>> = uses.keys().map(|part| (part, reached(part))).collect();
    let circle = |part: &String| -> Vec<String> {
        let back = |other: &&String| reach.get(other).is_some_and(|reached| reached.contains(part));
        reach.get(part).into_iter().flatten().copied().filter(back).cloned().collect()
    };
    let all: BTreeSet<Vec<String>> = uses.keys().map(circle).filter(|circle| circle.len() > 1).collect();
    all.into_iter().collect()
}

#[test]
fn no_module_has_a_circle() {
    let found = circles(&uses(&modules()));
    let new: Vec<_> = found.iter().filter(|circle| !KNOWN.contains(&names(circle).as_slice())).collect();
    assert!(new.is_empty(), "these use one another: {new:#?}");
    let gone: Vec<_> =
        KNOWN.iter().filter(|known| !found.iter().any(|circle| names(circle) == **known)).collect();
    assert!(gone.is_empty(), "these are open; take them from the list: {gone:#?}");
}

fn names(circle: &[String]) -> Vec<&str> {
    circle.iter().map(String::as_str).collect()
}

#[test]
fn a_circle_is_found_however_it_is_written() {
    let module = |path: &str, code: &str| Module {
        path: path.split('/').map(str::to_owned).collect(),
        code: code.to_owned(),
    };
    let circles = |code: [&str; 4]| {
        let paths = ["quote/page", "quote/cast", "quote/cast/names", "quote/rule"];
        let modules: Vec<Module> = paths.iter().zip(code).map(|(path, code)| module(path, code)).collect();
        circles(&uses(&modules))
    };
    let pair = vec![vec!["quote/cast".to_owned(), "quote/page".to_owned()]];
    assert_eq!(circles(["use super::cast::Cast;", "use super::page;", "", ""]), pair);
    assert_eq!(circles(["use super::{rule, cast};", "", "use super::super::page::Page;", ""]), pair);
    assert_eq!(
        circles(["fn f() { super::cast::f() }", "", "use crate::quote::page::{Page, Word};", ""]),
        pair
    );
    let three = circles(["use super::cast::Cast;", "use super::rule;", "", "use super::page::Page;"]);
    assert_eq!(three, [["quote/cast", "quote/page", "quote/rule"].map(str::to_owned)]);
    // A module and its own parts may use each other; two parts that use a third are not a circle.
    assert!(
        circles(["use super::rule;", "use super::page; use self::names::f;", "use super::Cast;", ""])
            .is_empty()
    );
    assert!(circles(["// super::cast", "use super::page;", "", ""]).len() < 2);
}

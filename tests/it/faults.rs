//! What an index must survive: kills, power cuts, full disks, two writers, readers during writes, and files
//! that change while they are read. After each, the index answers as before or after the update, and the next
//! indexing gives the same result as a clean build.
//!
//! These are quick forms. The long ones, with the counts of `docs/checks.md`:
//!
//! ```sh
//! LONG_CHECKS=1 cargo test --locked --test it -- faults verify --skip discord --test-threads=1
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime};

use jiff::civil::date;
use rapporteur::ask;
use rapporteur::index::{Disk, IndexError, QuoteIndex, Step};
use rapporteur::ingest::Job;
use rapporteur::question::Asked;

use crate::ingest::{Silent, Town, article, copy, counts, ingest, quotes};

/// Returns the number of rounds: `quick` in the suite, `long` on demand.
pub(crate) fn rounds(quick: u64, long: u64) -> u64 {
    if std::env::var_os("LONG_CHECKS").is_some() { long } else { quick }
}

/// Reports the figures of a long form.
pub(crate) fn tell(what: &str) {
    if std::env::var_os("LONG_CHECKS").is_some() {
        // Written past the test runner's capture, so that the figures are seen.
        let _ = writeln!(io::stderr(), "checked: {what}");
    }
}

/// A generator of pseudo-random numbers (xorshift).
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// Returns a town whose articles are all about one year.
fn town_of(year: u32) -> Town {
    let town = Town::new();
    write_all(&town, year);
    town
}

fn write_all(town: &Town, year: u32) {
    for number in 0..12 {
        let words = format!("In {year} the gate number {number} will be open");
        town.write(&format!("gate-{number}.md"), &article("Angela Lee", &words));
    }
}

/// Returns a town with an index of the first year and a corpus of the second, and the indexed quotes.
fn two_years() -> (Town, Vec<String>) {
    let town = town_of(2024);
    town.ingest();
    let before = town.state().quotes;
    write_all(&town, 2025);
    town.write("later.md", &article("Omar Okafor", "In 2025 the ferry will sail"));
    town.remove("gate-3.md");
    (town, before)
}

/// Returns the quotes of an index; `None` if there is none.
fn quotes_of(dir: &Path) -> Option<Vec<String>> {
    QuoteIndex::open(dir).unwrap_or_else(|error| panic!("{error:?}")).map(|index| quotes(&index))
}

#[test]
fn a_killed_indexing_loses_nothing() {
    let mut dice = Dice(0x5eed_0001);
    let rounds = rounds(4, 100);
    let (town, mut before) = two_years();
    let mut killed = 0;
    for round in 0..rounds {
        let corpus = town.path("").display().to_string();
        let mut child = Command::new(env!("CARGO_BIN_EXE_rapporteur"))
            .args(["index", "--index", "index", "--corpus", corpus.trim_end_matches('/')])
            .args(if round % 3 == 0 { &["--full"][..] } else { &[] })
            .current_dir(town.folder())
            .env_clear()
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_micros(dice.throw(120_000)));
        let _ = child.kill();
        killed += u64::from(!child.wait().unwrap().success());
        let after = town.clean().quotes;
        let now = quotes_of(&town.index()).expect("there was an index");
        assert!(now == before || now == after, "round {round}");
        // A dead process no longer holds the lock.
        town.ingest();
        assert!(town.state().quotes == after, "round {round}");
        before = after;
        write_all(&town, 2026 + u32::try_from(round).unwrap());
    }
    tell(&format!("{rounds} kills at a random moment, {killed} of them before the end"));
}

/// Not a test itself: the process that the test below kills.
#[test]
fn child_that_is_killed_at_a_step() {
    let Some(task) = std::env::var_os("FAULT_CHILD") else { return };
    let task = task.into_string().unwrap();
    let [folder, last, full] = task.split('\n').collect::<Vec<_>>()[..] else { panic!("{task}") };
    let (last, seen) = (last.parse::<u64>().unwrap(), AtomicU64::new(0));
    let disk = Disk::watched(move |_| {
        if seen.fetch_add(1, Ordering::SeqCst) == last {
            std::process::abort();
        }
        Ok(())
    });
    let job = Job {
        corpus: vec![Path::new(folder).join("corpus")],
        index: Path::new(folder).join("index"),
        threads: 1,
        full: full == "true",
        disk,
        checkpoint: Some(5),
        ..Job::default()
    };
    ingest(&job, &mut Silent).unwrap();
}

/// Returns the disk operations of an update, in order.
fn steps(town: &Town, full: bool) -> Vec<&'static str> {
    let folder = tempfile::tempdir().unwrap();
    copy(&town.index(), &folder.path().join("index"));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&seen);
    let disk = Disk::watched(move |step| {
        record.lock().unwrap().push(match step {
            Step::Create(_) => "create",
            Step::Write(..) => "write",
            Step::Sync(_) => "sync",
            Step::Replace(_) => "replace",
            Step::Delete(_) => "delete",
            Step::SyncFolder(_) => "sync folder",
        });
        Ok(())
    });
    let job = Job { index: folder.path().join("index"), full, disk, checkpoint: Some(5), ..town.job() };
    ingest(&job, &mut Silent).unwrap();
    // A thread of tantivy may still use the disk.
    std::mem::take(&mut *seen.lock().unwrap())
}

#[test]
fn an_indexing_killed_at_any_step_loses_nothing() {
    let mut killed = 0;
    let mut kinds = BTreeSet::new();
    for full in [false, true] {
        let (town, before) = two_years();
        let after = town.clean().quotes;
        let saved = town.folder().join("saved");
        copy(&town.index(), &saved);
        let steps = steps(&town, full);
        let stride = rounds(13, 1);
        for repeat in 0..rounds(1, 5) {
            for step in (repeat.min(stride - 1)..steps.len() as u64).step_by(usize::try_from(stride).unwrap())
            {
                fs::remove_dir_all(town.index()).unwrap();
                copy(&saved, &town.index());
                let task = format!("{}\n{step}\n{full}", town.folder().display());
                let status = Command::new(std::env::current_exe().unwrap())
                    .args(["faults::child_that_is_killed_at_a_step", "--exact"])
                    .env("FAULT_CHILD", task)
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .status()
                    .unwrap();
                killed += u64::from(!status.success());
                kinds.extend(steps.get(usize::try_from(step).unwrap()).copied());
                let now = quotes_of(&town.index()).expect("there was an index");
                let kept =
                    before.iter().filter(|quote| after.contains(quote)).all(|quote| now.contains(quote));
                let known = now.iter().all(|quote| before.contains(quote) || after.contains(quote));
                assert!(kept && known, "full {full}, step {step}");
                town.ingest();
                let now = quotes_of(&town.index()).unwrap();
                assert_eq!(now, after, "full {full}, step {step}");
            }
        }
    }
    assert!(kinds.len() >= 3, "{kinds:?}");
    tell(&format!("{killed} kills, at each step of an update and of a rebuild: {kinds:?}"));
}

/// What a disk would lose in a power cut.
#[derive(Default)]
struct Unsynced {
    /// Files created since the last sync of their folder, and whether their content is synced.
    made: BTreeMap<PathBuf, bool>,
    /// Files replaced or removed, with their previous content.
    gone: BTreeMap<PathBuf, Option<Vec<u8>>>,
    steps: u64,
    off: bool,
}

impl Unsynced {
    /// Records a step; returns an error once the power is off.
    fn note(&mut self, step: Step<'_>, last: u64) -> io::Result<()> {
        self.off |= self.steps >= last;
        self.steps += 1;
        if self.off {
            return Err(io::Error::other("the power is off"));
        }
        match step {
            Step::Create(path) => drop(self.made.insert(path.to_owned(), false)),
            Step::Write(..) => {}
            Step::Sync(path) => drop(self.made.insert(path.to_owned(), true)),
            Step::Replace(path) | Step::Delete(path) if path.is_dir() => {
                for entry in fs::read_dir(path)? {
                    let path = entry?.path();
                    self.gone.entry(path.clone()).or_insert(fs::read(&path).ok());
                }
            }
            Step::Replace(path) | Step::Delete(path) => {
                self.gone.entry(path.to_owned()).or_insert(fs::read(path).ok());
            }
            Step::SyncFolder(folder) => {
                // Syncing a file makes its content durable, but not its name.
                self.made.retain(|path, lasts| path.parent() != Some(folder) || !*lasts);
                self.gone.retain(|path, _| path.parent() != Some(folder));
            }
        }
        Ok(())
    }

    /// Undoes what was not synced: everything if `all`, otherwise each item with a probability of one half.
    fn forget(&self, all: bool, dice: &mut Dice) {
        for (path, before) in &self.gone {
            if all || dice.throw(2) == 0 {
                match before {
                    Some(bytes) => {
                        fs::create_dir_all(path.parent().unwrap()).unwrap();
                        fs::write(path, bytes).unwrap();
                    }
                    None => drop(fs::remove_file(path)),
                }
            }
        }
        for (path, lasts) in &self.made {
            if all || dice.throw(2) == 0 {
                let _ = fs::remove_file(path);
            } else if !lasts && path.exists() {
                let bytes = fs::read(path).unwrap();
                fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
            }
        }
    }
}

#[test]
fn a_power_cut_leaves_the_old_commit_or_the_new() {
    let mut dice = Dice(0x5eed_0003);
    let mut cuts = 0;
    for full in [false, true] {
        let (town, before) = two_years();
        let after = town.clean().quotes;
        let saved = town.folder().join("saved");
        copy(&town.index(), &saved);
        for all in [true, false] {
            let mut last = 0;
            loop {
                fs::remove_dir_all(town.index()).unwrap();
                copy(&saved, &town.index());
                let unsynced = Arc::new(Mutex::new(Unsynced::default()));
                let noted = Arc::clone(&unsynced);
                let disk = Disk::watched(move |step| noted.lock().unwrap().note(step, last));
                let ended = ingest(&Job { full, disk, ..town.job() }, &mut Silent);
                let unsynced = unsynced.lock().unwrap();
                if !unsynced.off {
                    assert!(ended.is_ok());
                    break;
                }
                unsynced.forget(all, &mut dice);
                cuts += 1;
                let now = quotes_of(&town.index()).expect("there was an index");
                assert!(now == before || now == after, "full {full}, all {all}, step {last}");
                if last % rounds(5, 1) == 0 {
                    town.ingest();
                    assert!(
                        quotes_of(&town.index()).unwrap() == after,
                        "full {full}, all {all}, step {last}"
                    );
                }
                last += if all { rounds(7, 1) } else { rounds(11, 1) };
            }
        }
    }
    tell(&format!("{cuts} power cuts, at each step; all that was not synced lost, or any part of it"));
}

#[test]
fn a_full_disk_is_named_and_changes_nothing() {
    let (town, before) = two_years();
    let after = town.clean().quotes;
    let steps = steps(&town, false).len() as u64;
    let points = rounds(6, 50);
    for point in 0..points {
        let (seen, last) = (AtomicU64::new(0), steps * point / points);
        let disk = Disk::watched(move |step| match step {
            Step::Write(..) | Step::Create(_) if seen.fetch_add(1, Ordering::SeqCst) >= last => {
                Err(io::ErrorKind::StorageFull.into())
            }
            _ => {
                seen.fetch_add(1, Ordering::SeqCst);
                Ok(())
            }
        });
        let job = Job { disk, ..town.job() };
        let Err(error) = ingest(&job, &mut Silent) else { continue };
        let Some(IndexError::Io { path, source }) = error.downcast_ref() else {
            panic!("{point}: {error:?}")
        };
        assert_eq!(source.kind(), io::ErrorKind::StorageFull, "{point}");
        assert!(source.to_string().contains(" bytes are left"), "{source}");
        assert!(path.starts_with(town.index()) && *path != town.index(), "{}", path.display());
        let now = quotes_of(&town.index()).expect("there was an index");
        assert!(now == before || now == after, "{point}");
    }
    town.ingest();
    assert!(town.state().quotes == after);
    tell(&format!("a full disk at {points} points"));
}

/// Mounts a file system of this size in kilobytes at `folder` until it is dropped; `None` if this process may
/// not mount.
struct Small(PathBuf);

impl Small {
    fn new(folder: &Path, kilobytes: u32) -> Option<Self> {
        fs::create_dir_all(folder).unwrap();
        let size = format!("size={kilobytes}k");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder).output();
        let mounted = mounted.is_ok_and(|output| output.status.success());
        if !mounted {
            let _ = writeln!(io::stderr(), "skipped: this process may not mount a small file system");
        }
        mounted.then(|| Self(folder.to_owned()))
    }

    fn read_only(&self) {
        let status = Command::new("mount").args(["-o", "remount,ro"]).arg(&self.0).status();
        assert!(status.is_ok_and(|status| status.success()));
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_small_disk_runs_full_and_is_emptied() {
    let (town, _) = two_years();
    let Some(small) = Small::new(&town.folder().join("small"), 2048) else { return };
    let index = small.0.join("index");
    let job = Job { index: index.clone(), ..town.job() };
    ingest(&job, &mut Silent).unwrap();
    let (points, mut full) = (rounds(5, 50), 0);
    for point in 0..points {
        let before = quotes_of(&index).unwrap();
        write_all(&town, 3000 + u32::try_from(point).unwrap());
        let after = town.clean().quotes;
        let left = 1024 + point * 40_000 / points;
        let filler = small.0.join("filler");
        let free = |path: &Path| {
            let told = Command::new("df").args(["--output=avail", "-B1"]).arg(path).output().unwrap();
            let told = String::from_utf8(told.stdout).unwrap();
            told.lines().nth(1).unwrap().trim().parse::<u64>().unwrap()
        };
        let length = free(&small.0).saturating_sub(left);
        let _ = fs::write(&filler, vec![0; usize::try_from(length).unwrap()]);
        match ingest(&job, &mut Silent) {
            Ok(_) => assert!(quotes_of(&index).unwrap() == after),
            Err(error) => {
                full += 1;
                let said = format!("{error:#}");
                assert!(said.contains("No space left") && said.contains("small/index"), "{said}");
                let (_, told) = said.split_once("; ").expect("it says how much");
                assert!(told.contains(" bytes are left"), "{said}");
                let now = quotes_of(&index).expect("there was an index");
                assert!(now == before || now == after, "point {point}");
            }
        }
        fs::remove_file(&filler).unwrap();
        ingest(&job, &mut Silent).unwrap_or_else(|error| panic!("point {point}: {error:#}"));
        assert!(quotes_of(&index).unwrap() == after, "point {point}");
    }
    assert!(full > 0);
    small.read_only();
    // A read-only index still answers; writing reports what is wrong.
    assert_eq!(quotes_of(&index).unwrap().len(), 13);
    town.write("gate-1.md", &article("Angela Lee", "The gate is shut"));
    let said = format!("{:#}", ingest(&job, &mut Silent).unwrap_err());
    assert!(said.contains("small/index/lock") && said.contains("Read-only file system"), "{said}");
    tell(&format!("a file system with so little room left at {points} points, {full} of them too little"));
}

#[test]
fn only_one_of_two_writers_works() {
    let races = rounds(3, 20);
    let mut refused = 0;
    for _ in 0..races {
        let (town, _) = two_years();
        let corpus = town.path("").display().to_string();
        let start = || {
            Command::new(env!("CARGO_BIN_EXE_rapporteur"))
                .args(["index", "--full", "--index", "index", "--corpus", corpus.trim_end_matches('/')])
                .current_dir(town.folder())
                .env_clear()
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        };
        let children = [start(), start()];
        let ids = children.each_ref().map(std::process::Child::id);
        let outputs = children.map(|child| child.wait_with_output().unwrap());
        for (at, output) in outputs.iter().enumerate() {
            if !output.status.success() {
                let said = String::from_utf8_lossy(&output.stderr);
                assert!(said.contains(&format!("is being written by process {}", ids[1 - at])), "{said}");
                refused += 1;
            }
        }
        assert!(outputs.iter().any(|output| output.status.success()));
        assert!(town.state().quotes == town.clean().quotes);
    }
    tell(&format!("{races} races of two writers, {refused} turned away with the name of the other"));
}

#[test]
fn answers_come_from_one_commit() {
    let (runs, questions) = (rounds(1, 10), rounds(150, 1000));
    for _ in 0..runs {
        let town = town_of(2000);
        town.ingest();
        let (done, asked) = (AtomicBool::new(false), AtomicU64::new(0));
        let mut commits = 0;
        thread::scope(|scope| {
            let index = town.index();
            let (done, asked) = (&done, &asked);
            for _ in 0..2 {
                let index = index.clone();
                scope.spawn(move || {
                    while asked.fetch_add(1, Ordering::SeqCst) < questions {
                        let index = QuoteIndex::open(&index).unwrap().unwrap();
                        let question =
                            Asked::new("What did Angela Lee say about the gate?", date(2026, 1, 1));
                        let answer = ask::ask(&index, &question, 20).unwrap();
                        let years: BTreeSet<String> = answer
                            .hits
                            .iter()
                            .map(|hit| hit.record.words().split(' ').nth(1).unwrap().to_owned())
                            .collect();
                        assert_eq!((years.len(), answer.hits.len()), (1, 12), "{years:?}");
                    }
                    done.store(true, Ordering::SeqCst);
                });
            }
            while !done.load(Ordering::SeqCst) {
                commits += 1;
                write_all(&town, 2000 + commits);
                let report = ingest(&Job { full: commits % 4 == 0, ..town.job() }, &mut Silent).unwrap();
                assert_eq!(report.articles, 12);
            }
        });
        tell(&format!("{questions} questions during {commits} re-indexings: each answer of one commit"));
    }
}

#[test]
fn files_that_change_while_they_are_read_are_right_in_the_end() {
    let runs = rounds(3, 50);
    for run in 0..runs {
        let town = town_of(2024);
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            let (done, path) = (&done, town.path("gate-5.md"));
            scope.spawn(move || {
                let mut dice = Dice(run + 1);
                while !done.load(Ordering::SeqCst) {
                    let words = format!("The gate was opened {} times", dice.throw(1_000_000));
                    // Sometimes only half of the file is there.
                    let text = article("Angela Lee", &words);
                    fs::write(&path, &text.as_bytes()[..text.len() / 2]).unwrap();
                    fs::write(&path, text).unwrap();
                }
            });
            for _ in 0..6 {
                town.ingest();
            }
            done.store(true, Ordering::SeqCst);
        });
        town.ingest();
        assert!(town.state() == town.clean(), "run {run}");
    }
    tell(&format!("{runs} runs with a file that changes all the time"));
}

#[test]
fn odd_file_times_do_not_confuse_an_indexing() {
    let town = Town::settled();
    let hour = Duration::from_secs(3600);
    let now = SystemTime::now();
    let times = [
        SystemTime::UNIX_EPOCH,
        SystemTime::UNIX_EPOCH + Duration::from_secs(1),
        now - hour,
        now + hour,
        now + hour * 24 * 366,
        SystemTime::UNIX_EPOCH + Duration::from_secs(951_782_400),
        SystemTime::UNIX_EPOCH + Duration::from_secs(4_102_444_800),
    ];
    for (at, time) in times.into_iter().enumerate() {
        let words = format!("The clock struck {at}");
        let text = format!(
            "+++\ndate = {}\n+++\n{}",
            ["2096-02-29", "1970-01-01"][at % 2],
            article("Angela Lee", &words)
        );
        fs::write(town.path("lee.md"), text).unwrap();
        let file = fs::File::options().append(true).open(town.path("lee.md")).unwrap();
        file.set_modified(time).unwrap();
        assert_eq!(counts(&town.ingest()), [0, 1, 0, 2], "{at}");
        assert_eq!(counts(&town.ingest()), [0, 0, 0, 3], "{at}");
        assert_eq!(town.state(), town.clean(), "{at}");
    }
}

/// Not a test itself: a process that indexes and asks a given number of times, and compares its open files
/// and memory.
#[test]
fn child_that_indexes_many_times() {
    let Some(times) = std::env::var_os("FAULT_SOAK") else { return };
    let times: u32 = times.into_string().unwrap().parse().unwrap();
    let town = town_of(2000);
    let held = || {
        let files = fs::read_dir("/proc/self/fd").map_or(0, Iterator::count);
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let memory = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap_or("0 kB");
        (files, memory.trim().trim_end_matches(" kB").parse::<u64>().unwrap())
    };
    let mut warm = (0, 0);
    for round in 1..=times {
        write_all(&town, 2000 + round);
        ingest(&Job { full: round % 10 == 0, ..town.job() }, &mut Silent).unwrap();
        let index = QuoteIndex::open(&town.index()).unwrap().unwrap();
        let question = Asked::new("What did Angela Lee say about the gate?", date(2026, 1, 1));
        assert_eq!(ask::ask(&index, &question, 20).unwrap().hits.len(), 12);
        drop(index);
        if round == times / 2 {
            warm = held();
        }
    }
    let end = held();
    assert!(end.0 <= warm.0 + 1, "files held: {} then {}", warm.0, end.0);
    // It takes a while until every thread has allocated its working memory.
    assert!(times < 200 || end.1 <= warm.1 + warm.1 / 10 + 2048, "kilobytes held: {} then {}", warm.1, end.1);
    tell(&format!("{times} rounds: files {} and {}, kilobytes {} and {}", warm.0, end.0, warm.1, end.1));
}

#[test]
fn a_long_run_takes_no_more_memory_than_a_short_one() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["faults::child_that_indexes_many_times", "--exact"])
        .env("FAULT_SOAK", rounds(20, 1000).to_string())
        // Each indexing starts threads, and glibc assigns them heaps in turn, which fill up slowly over
        // thousands of rounds. With a single heap, growth means that memory is kept.
        .env("MALLOC_ARENA_MAX", "1")
        .output()
        .unwrap();
    let (out, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("1 passed"), "{out}{errors}");
    let _ = io::stderr().write_all(&output.stderr);
}

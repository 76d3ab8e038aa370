//! A small machine stays up: files of any size and content are indexed in 512 MB of memory, what is too large
//! is truncated and reported, and a file that kills the process reading it does so at most twice.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::cli::{GOOD, finish_within, rapporteur, run, write_good};

/// The private memory allowed for the binary, in kilobytes, without mapped files.
const MEMORY: u32 = 512 << 10;

/// Longer than anything here takes on a machine busy with the other tests.
const PATIENCE: Duration = Duration::from_secs(300);

fn town() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder for the test");
    write_good(&folder.path().join("corpus"));
    folder
}

/// Returns a command for the binary with a memory limit in kilobytes, and two threads.
fn small(folder: &Path, kilobytes: u32, arguments: &[&str]) -> Command {
    let mut command = Command::new("sh");
    let script = format!("ulimit -d {kilobytes}; exec \"$0\" \"$@\"");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_rapporteur")]).args(arguments);
    command
        .current_dir(folder)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("RAPPORTEUR_THREADS", "2")
        .env("RAPPORTEUR_MEANING", "off");
    command
}

fn index(folder: &Path, kilobytes: u32) -> Output {
    finish_within(PATIENCE, small(folder, kilobytes, &["index", "--json"]), "")
}

/// Indexes one file together with the good ones in little memory. Returns the report, with the reasons for
/// that file only.
#[track_caller]
fn indexed(name: &str, bytes: &[u8]) -> (TempDir, Value) {
    let town = town();
    fs::write(town.path().join("corpus").join(name), bytes).unwrap();
    let output = index(town.path(), MEMORY);
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).expect("the report is JSON");
    for (question, words) in GOOD {
        let (status, out, _) = run(town.path(), &["ask", question], "");
        assert!(status == 0 && out.contains(words), "{name}: {question}: {out}");
    }
    (town, report)
}

fn reasons(report: &Value) -> String {
    let skipped = report["skipped"].as_array().expect("a list");
    skipped.iter().fold(String::new(), |mut all, skip| {
        let _ = writeln!(all, "{}: {}", skip["path"].as_str().unwrap(), skip["reason"].as_str().unwrap());
        all
    })
}

/// Indexes a file in little memory and compares what is reported about it.
#[track_caller]
fn check(name: &str, bytes: &[u8], said: &str) {
    let (town, report) = indexed(name, bytes);
    let reasons = reasons(&report);
    if said.is_empty() {
        assert_eq!(reasons, "", "{name}");
    } else {
        assert!(reasons.contains(&format!("corpus/{name}: {said}")), "{name}: {reasons}");
    }
    let verify = finish_within(PATIENCE, small(town.path(), MEMORY, &["verify"]), "");
    assert!(verify.status.success(), "{name}: {}", String::from_utf8_lossy(&verify.stdout));
}

fn many(unit: &str, bytes: usize) -> Vec<u8> {
    unit.repeat(bytes / unit.len()).into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory is writable");
    encoder.finish().expect("memory is writable")
}

const MB: usize = 1_000_000;

#[test]
fn text_of_any_size_is_truncated_and_reported() {
    check("line.txt", &vec![b'x'; 60 * MB], "60.0 MB of text; only the first 8.0 MB are on record");
    let said = "60.0 MB of text in more than 200000 paragraphs; only the first 600.0 KB are on record";
    check("short.txt", &many("a\n", 60 * MB), said);
    check("blank.txt", &many("a\r\n\r\n", 60 * MB), "60.0 MB of text in more than 200000 paragraphs");
    check("huge.txt", &many("word ", 70 * MB), "larger than 64.0 MB");
    let mut wide = vec![0xff, 0xfe];
    wide.extend(many("W\0e\0 \0", 40 * MB));
    check("wide.txt", &wide, "40.0 MB of text; only the first");
    check("signs.md", &many("*a* ", 20 * MB), "20.0 MB of text; only the first");
    check("items.md", &many("- a\n", 20 * MB), "20.0 MB of text");
}

#[test]
fn endless_quotes_are_limited_and_reported() {
    let said = "article `page`: 50000 quotes are on record; any further ones are not";
    let (town, report) = indexed("page.txt", &gzip(&many("“We go,” she said.\n", 55 * MB)));
    assert!(reasons(&report).contains(said), "{report}");
    assert!(reasons(&report).contains("corpus/page.txt: 55.0 MB of text"), "{report}");
    assert_eq!(report["quotes"], json!(50_004));
    // It is reported again when nothing changed, and by every command that indexes.
    for arguments in [&["index"][..], &["index", "--dry-run"], &["check"]] {
        let (_, out, errors) = run(town.path(), arguments, "");
        assert!(out.contains(said), "{arguments:?}: {out} {errors}");
    }
    let verify = finish_within(PATIENCE, small(town.path(), MEMORY, &["verify"]), "");
    assert!(verify.status.success(), "{}", String::from_utf8_lossy(&verify.stdout));
    // A page of its quotes takes only the memory of that page.
    let ask = finish_within(PATIENCE, small(town.path(), MEMORY, &["ask", "“We go”"]), "");
    assert!(String::from_utf8_lossy(&ask.stdout).contains("We go"));
}

#[test]
fn many_articles_take_the_memory_of_a_few() {
    let object = |n: usize, text: &str| json!({"id": n.to_string(), "text": text}).to_string();
    let lines: String =
        (0..100_000).map(|n| object(n, &format!("“We go {n},” Pia Lund said.")) + "\n").collect();
    check("lines.jsonl", lines.as_bytes(), "");
    let long = String::from_utf8(many("It was late and “dark” there. ", 10 * MB)).unwrap();
    let lines: String = (0..6).map(|n| object(n, &long) + "\n").collect();
    check("long.jsonl", lines.as_bytes(), "line 6: 10.0 MB of text; only the first 8.0 MB are on record");
    check("list.json", &[b"[", &many("{\"text\":\"a\"},", 20 * MB)[..], b"{}]"].concat(), "id `list-");
    let tags = many("1,", 40 * MB);
    check("tags.json", &[b"{\"text\":\"We go\",\"tags\":[", &tags[..], b"1]}"].concat(), "");
    let head = b"<rss version=\"2.0\"><channel><title>T</title>";
    let feed = |item: &str, bytes| [&head[..], &many(item, bytes)].concat();
    check("tiny.rss", &feed("<item/>", 10 * MB), "feed: more than 50000 entries or 400000 elements");
    check("large.rss", &feed("<item><title>a</title></item>", 20 * MB), "larger than 16.0 MB");
}

#[test]
fn compressed_files_count_with_their_decompressed_size() {
    let town = town();
    let bomb = gzip(&many("It was late and dark there.\n", 30 * MB));
    for n in 0..30 {
        // The name does not show the format.
        fs::write(town.path().join(format!("corpus/{n}.txt")), &bomb).unwrap();
    }
    let output = index(town.path(), MEMORY);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["articles"], json!(33));
    assert_eq!(reasons(&report).matches("30.0 MB of text in more than 200000 paragraphs").count(), 30);
}

#[test]
fn endless_pages_and_names_take_linear_time_and_little_memory() {
    let paragraph = "<p>“We will open it,” Pia Lund said on Monday, and nobody was there.</p>";
    check("article.html", &[b"<article>", &many(paragraph, 30_000 * paragraph.len())[..]].concat(), "");
    check("cells.html", &[b"<table>", &many("<tr><td>“a b c,”<td>she said", MB)[..]].concat(), "no text");
    check("large.html", &[b"<p>", &many("late and dark ", 40 * MB)[..]].concat(), "larger than 16.0 MB");
    check(
        "long.html",
        &[b"<p>", &many("late and dark ", 12 * MB)[..]].concat(),
        "12.0 MB of text; only the first",
    );
    let names = |name: fn(&str) -> String| -> Vec<u8> {
        let letters =
            |n: u32| (0..4).map(|at| char::from(b'a' + (n / 26_u32.pow(at) % 26) as u8)).collect::<String>();
        (0..60_000).map(|n| name(&letters(n))).collect::<String>().into_bytes()
    };
    check(
        "surname.txt",
        &names(|name| format!("“We go to the harbour,” said Pia{name} Lund, who was one of them.\n")),
        "article `surname`: 50000 quotes",
    );
    check("first.txt", &names(|name| format!("Pia Lund{name} went to see Lund.\n")), "");
    check("one.txt", &many("Pia Lund said “it is so” and Lund left, nobody else. ", 2 * MB), "");
    check(
        "turns.txt",
        &names(|name| format!("{}: We go.\nwe went.\n", name.to_uppercase())),
        "article `turns`: 50000 quotes",
    );
    check("nested.txt", &many("“ ‘a “b ‘c’ d” e’ ” ", 2 * MB), "article `nested`: 50000 quotes");
    check("marks.txt", &many("!", 3 * MB), "");
}

#[test]
fn the_metadata_of_an_article_is_limited() {
    let long = "Title ".repeat(10 * MB / 6);
    let front = format!("+++\ntitle = \"{long}\"\n+++\n“We go,” Pia Lund said.\n");
    check("front.md", front.as_bytes(), "front matter: more than 1.0 MB");
    let about = json!({"id": long, "title": long, "outlet": long, "authors": vec![long.chars().take(90).collect::<String>(); 900], "text": "“We go,” Pia Lund said."});
    let (town, _) = indexed("about.json", about.to_string().as_bytes());
    let (_, out, _) = run(town.path(), &["ask", "--json", "What did Pia Lund say?"], "");
    let answer: Value = serde_json::from_str(&out).unwrap();
    for field in ["title", "outlet", "article"] {
        let said = answer["answers"][0][field].as_str().unwrap();
        assert!(said.starts_with("Title Title") && said.len() <= 1000, "{field}: {} bytes", said.len());
    }
    let town = crate::memory::town();
    fs::write(town.path().join("corpus/lee.md.meta.toml"), format!("title = \"{long}\"\n")).unwrap();
    let report: Value = serde_json::from_slice(&index(town.path(), MEMORY).stdout).unwrap();
    assert!(reasons(&report).contains("sidecar cannot be read: larger than 1.0 MB"), "{report}");
}

#[test]
fn extract_says_what_it_cuts() {
    let town = town();
    fs::write(town.path().join("a.txt"), many("It was late.\n\n", 9 * MB)).unwrap();
    let output = finish_within(PATIENCE, rapporteur(town.path(), &["extract", "a.txt"]), "");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("a.txt: 9.0 MB of text in more than 200000 paragraphs; only the first"), "{said}");
    assert_eq!(output.stdout.iter().filter(|byte| **byte == b'\n').count(), 1);
}

/// Memory in kilobytes that suffices for the good articles, but not for a long one.
const LITTLE: u32 = 96 << 10;

/// Returns a long article that takes more than [`LITTLE`].
fn long() -> Vec<u8> {
    many("“We go,” Pia Lund said. It was late and nobody was there, or so they said. \n", 7 * MB)
}

#[test]
fn a_file_that_kills_its_reader_twice_is_set_aside_until_it_changes() {
    let said = "corpus/long.txt: rapporteur crashed while reading it; it is tried again when it changes, or with --full";
    let town = town();
    let path = town.path().join("corpus/long.txt");
    fs::write(&path, long()).unwrap();
    for death in 0..2 {
        let output = index(town.path(), LITTLE);
        assert!(!output.status.success(), "death {death}: {}", String::from_utf8_lossy(&output.stdout));
        assert!(!town.path().join(".rapporteur/index/CURRENT").exists(), "it died before its end");
    }
    // The third time, everything else is indexed.
    let report = |arguments: &[&str], kilobytes| -> Value {
        let command = small(town.path(), kilobytes, &[&["index", "--json"], arguments].concat());
        let output = finish_within(PATIENCE, command, "");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let third = report(&[], LITTLE);
    assert!(reasons(&third).contains(said) && third["articles"] == json!(3), "{third}");
    for (question, words) in GOOD {
        let (status, out, _) = run(town.path(), &["ask", question], "");
        assert!(status == 0 && out.contains(words), "{question}: {out}");
    }
    // It stays excluded and is reported, even when it is only touched, and when everything is rebuilt for
    // another reason.
    assert!(reasons(&report(&[], LITTLE)).contains(said));
    fs::File::options().append(true).open(&path).unwrap().set_modified(std::time::SystemTime::now()).unwrap();
    assert!(reasons(&report(&[], LITTLE)).contains(said));
    fs::write(town.path().join("corpus/people.toml"), "[[person]]\nname = \"Angela Lee\"\n").unwrap();
    let rebuilt = report(&[], LITTLE);
    assert!(rebuilt["rebuilt"] == json!(true) && reasons(&rebuilt).contains(said), "{rebuilt}");
    let (_, out, _) = run(town.path(), &["check"], "");
    assert!(out.contains(said.replace("txt: ", "txt: skipped: ").as_str()), "{out}");
    let verify = finish_within(PATIENCE, small(town.path(), LITTLE, &["verify"]), "");
    assert!(verify.status.success(), "{}", String::from_utf8_lossy(&verify.stdout));
    // With more memory it can be read; otherwise one more kill is enough.
    assert!(!index_full(town.path(), LITTLE).status.success());
    assert!(reasons(&report(&[], LITTLE)).contains(said));
    assert!(!reasons(&report(&["--full"], MEMORY)).contains(said));
    assert!(!town.path().join(".rapporteur/index/reading.json").exists(), "nothing is left of it");
    fs::write(&path, "Report\n\n“We are short now,” Pia Lund said.\n").unwrap();
    assert_eq!(reasons(&report(&[], LITTLE)), "");
}

fn index_full(folder: &Path, kilobytes: u32) -> Output {
    finish_within(PATIENCE, small(folder, kilobytes, &["index", "--json", "--full"]), "")
}

#[test]
fn serve_starts_beside_a_file_that_kills_its_reader() {
    let town = town();
    fs::write(town.path().join("corpus/long.txt"), long()).unwrap();
    let serve =
        || small(town.path(), LITTLE, &["serve"]).stderr(std::process::Stdio::null()).spawn().unwrap();
    for _ in 0..2 {
        assert!(!serve().wait().unwrap().success(), "it dies of the file");
    }
    let mut third = serve();
    let start = std::time::Instant::now();
    while !town.path().join(".rapporteur/index/CURRENT").exists() {
        assert!(third.try_wait().unwrap().is_none() && start.elapsed() < PATIENCE, "it stays up and indexes");
        std::thread::sleep(Duration::from_millis(50));
    }
    for (question, words) in GOOD {
        let (status, out, _) = run(town.path(), &["ask", question], "");
        assert!(status == 0 && out.contains(words), "{question}: {out}");
    }
    assert!(third.try_wait().unwrap().is_none());
    third.kill().unwrap();
    third.wait().unwrap();
}

#[test]
fn repeated_kills_exclude_no_innocent_file() {
    let town = town();
    for n in 0..60 {
        let text = many(&format!("“We go to gate {n},” Pia Lund said. "), 60_000);
        fs::write(town.path().join(format!("corpus/gate-{n}.txt")), text).unwrap();
    }
    let lines: String = (0..20_000)
        .map(|n| json!({"id": n, "text": format!("“We go {n},” Pia Lund said.")}).to_string() + "\n")
        .collect();
    fs::write(town.path().join("corpus/archive.jsonl"), lines).unwrap();
    let mut killed = 0;
    for round in 0..12 {
        let mut child = rapporteur(town.path(), &["index", "--threads", "2"])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(40 + 197 * round));
        let _ = child.kill();
        killed += u64::from(!child.wait().unwrap().success());
    }
    let output = finish_within(PATIENCE, rapporteur(town.path(), &["index"]), "");
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(killed > 0 && !out.contains("skipped corpus"), "{killed} kills: {out}");
    let (_, out, _) = run(town.path(), &["index", "--json"], "");
    assert_eq!(serde_json::from_str::<Value>(&out).unwrap()["articles"], json!(20_063));
}

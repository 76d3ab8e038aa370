//! The binary as scripts and people call it: its output, its errors, and its exit status.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rapporteur::article::{self, Article, Origin};
use rapporteur::span::Span;
use serde_json::{Value, json};
use tempfile::TempDir;

const LEE: &str = r#"+++
id = "lee-archive"
title = "Harbour Archive Opens in May"
outlet = "Northland Herald"
url = "https://herald.example/archive"
date = 2025-11-03
+++

The Harbour Board opens its archive. “We will open the archive in May, and not a day later,” Angela Lee told reporters on Monday.

Lee was also asked about the budget. “The budget covers the roof, but it does not cover the windows,” she said.
"#;
const OKAFOR: &str = r#"+++
id = "okafor-ferry"
title = "Ferry Keeps Its Hours"
outlet = "Coast Gazette"
url = "https://gazette.example/ferry"
date = 2025-11-05
+++

The winter timetable is out. “The ferry will sail in every weather,” said Omar Okafor, the harbour master.
"#;
const DUARTE: &str = "No Fees at the Library
Outlet: Coast Gazette
Date: 2025-11-06

The council met on Thursday. “No library card will cost a crown this winter,” Ines Duarte said.
";

/// Writes three good articles, with four quotes in all, into the folder.
pub(crate) fn write_good(folder: &Path) {
    fs::create_dir_all(folder).expect("the folder can be made");
    for (name, text) in [("lee.md", LEE), ("okafor.md", OKAFOR), ("duarte.txt", DUARTE)] {
        fs::write(folder.join(name), text).expect("the article can be written");
    }
}

/// A question for each good article, with words of the quote that answers it.
pub(crate) const GOOD: [(&str, &str); 3] = [
    ("What did Angela Lee say about the archive?", "We will open the archive in May"),
    ("What did Omar Okafor say about the ferry?", "The ferry will sail in every weather"),
    ("What did Ines Duarte say about the library?", "No library card will cost a crown this winter"),
];

/// Returns a command for the binary in `folder`, without settings from the environment, except that the
/// encoder is off.
pub(crate) fn rapporteur(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rapporteur"));
    command.current_dir(folder).env_clear().args(arguments).stdin(Stdio::null());
    // Words only: the encoder has its own tests.
    command.env("RAPPORTEUR_MEANING", "off");
    command
}

/// Runs the command to its end; if it takes longer than a minute, it is killed and the test fails.
#[track_caller]
pub(crate) fn finish(command: Command, input: &str) -> Output {
    let output = finish_within(Duration::from_secs(60), command, input);
    assert!(output.status.code().is_some(), "{}", output.status);
    output
}

/// Runs the command to its end, even by a signal; if it takes longer than `most`, it is killed and the test
/// fails.
#[track_caller]
pub(crate) fn finish_within(most: Duration, mut command: Command, input: &str) -> Output {
    if !input.is_empty() {
        command.stdin(Stdio::piped());
    }
    let shown = format!("{command:?}");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
    let (input, stdin, id) = (input.to_owned(), child.stdin.take(), child.id());
    thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(input.as_bytes())));
    let (done, wait) = mpsc::channel();
    thread::spawn(move || done.send(child.wait_with_output()));
    let output = wait.recv_timeout(most).unwrap_or_else(|_| {
        let _ = Command::new("kill").args(["-9", &id.to_string()]).status();
        panic!("still runs after {most:?}: {shown}")
    });
    let output = output.expect("the output can be read");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!stderr.contains("panicked"), "{shown}: {stderr}");
    output
}

/// Runs the binary in `folder` and returns exit status, standard output and standard error.
#[track_caller]
pub(crate) fn run(folder: &Path, arguments: &[&str], input: &str) -> (i32, String, String) {
    told(finish(rapporteur(folder, arguments), input))
}

fn told(output: Output) -> (i32, String, String) {
    let text = |bytes| String::from_utf8(bytes).expect("what is printed is UTF-8");
    (output.status.code().expect("it was not killed"), text(output.stdout), text(output.stderr))
}

#[test]
fn a_rewording_finds_the_quote_and_a_note_says_so() {
    let town = town();
    let by = |meaning: &str, arguments: &[&str]| {
        let mut command = rapporteur(town.path(), arguments);
        command.env("RAPPORTEUR_MEANING", meaning);
        told(finish(command, ""))
    };
    let ask = ["ask", "--json", "When will the public get to see the old records?"];
    let answer = |meaning: &str| lines(&by(meaning, &ask).1).remove(0);
    assert_eq!(answer("off")["answers"], json!([]), "nothing shares a word");
    let words = "We will open the archive in May, and not a day later,";
    let finds = |meaning: &str| {
        let found = answer(meaning);
        // The meaning of single words is not certain enough.
        assert_eq!(found["found"], if meaning == "full" { "yes" } else { "near" }, "{found}");
        assert_eq!(found["answers"][0]["quote"], words);
    };
    // Neither has read anything in advance.
    finds("light");
    let kept = |name: &str| town.path().join(".rapporteur/index").join(name);
    assert!(kept("meaning-light").exists() && !kept("meaning-asked").exists());
    finds("full");
    let (_, out, _) = by("full", &["ask", "When will the public get to see the old records?"]);
    assert!(out.contains(&format!("“{words}”")), "{out}");
    let (status, _, errors) = by("full", &["index", "--meaning"]);
    assert_eq!((status, errors.as_str()), (0, ""));
    finds("full");
    // Damaged files are computed anew, not trusted.
    for name in ["meaning", "meaning-light"] {
        fs::write(kept(name), b"damaged").expect("the vectors are kept beside the index");
    }
    finds("light");
    finds("full");
    // Indexing computes light vectors, also when everything is indexed anew.
    fs::remove_file(kept("meaning-light")).expect("it was computed anew");
    assert_eq!(by("light", &["index", "--full"]).0, 0);
    assert!(kept("meaning-light").exists());
}

/// Returns a folder with `corpus/` and its index, at the default paths.
fn town() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder for the test");
    write_good(&folder.path().join("corpus"));
    let (status, _, errors) = run(folder.path(), &["index", "--threads", "1"], "");
    assert_eq!((status, errors.as_str()), (0, ""));
    folder
}

#[track_caller]
fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
}

pub(crate) fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

/// Returns the words at the content spans of a quote in its article, joined as in a quote.
#[track_caller]
fn cut(text: &str, content: &Value) -> String {
    let spans: Vec<Span> = serde_json::from_value(content.clone()).expect("content is a list of spans");
    let words = spans.iter().map(|span| text.get(span.start..span.end).expect("offsets are on characters"));
    words.collect::<Vec<_>>().join(" ")
}

fn read_article(path: &Path) -> Article {
    let bytes = fs::read(path).expect("the article can be read");
    let name = path.file_name().and_then(|name| name.to_str()).expect("names are UTF-8");
    let origin = Origin { path: name, ..Origin::default() };
    article::read(bytes.as_slice(), origin).next().expect("an article").expect("a good one")
}

#[test]
fn version_and_help_are_printed_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let (status, out, _) = run(folder.path(), &["--version"], "");
    assert_eq!((status, out), (0, format!("rapporteur {}\n", env!("CARGO_PKG_VERSION"))));
    let (status, out, _) = run(folder.path(), &["--help"], "");
    assert_eq!(status, 0);
    for command in ["ask", "index", "extract", "check", "completions"] {
        assert!(out.contains(&format!("  {command} ")), "{command} is not in {out}");
        let (status, help, errors) = run(folder.path(), &[command, "--help"], "");
        assert_eq!((status, errors.as_str()), (0, ""), "{command}");
        assert!(help.contains(&format!("Usage: rapporteur {command}")), "{help}");
    }
    for command in ["ask", "index", "extract"] {
        let (_, help, _) = run(folder.path(), &[command, "--help"], "");
        assert!(help.contains("Examples:\n  "), "{command} shows no example: {help}");
    }
}

#[test]
fn completions_name_the_commands() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let (status, out, _) = run(folder.path(), &["completions", shell], "");
        assert_eq!(status, 0, "{shell}");
        assert!(out.contains("--dry-run") || out.contains("dry-run"), "{shell}: {out}");
    }
    assert_eq!(run(folder.path(), &["completions", "abacus"], "").0, 2);
}

#[test]
fn ask_prints_the_quote_with_its_source() {
    let town = town();
    let (status, out, errors) = run(town.path(), &["ask", GOOD[0].0], "");
    assert_eq!((status, errors.as_str()), (0, ""), "{out}");
    for part in [
        "“We will open the archive in May, and not a day later,”",
        "Angela Lee",
        "verbatim",
        "Northland Herald · 3 November 2025 · Harbour Archive Opens in May",
        "https://herald.example/archive",
    ] {
        assert!(out.contains(part), "no {part} in {out}");
    }
    assert!(!out.contains("score "), "{out}");
    let (status, out, _) = run(town.path(), &["ask", "--explain", GOOD[0].0], "");
    assert!(status == 0 && out.contains("score ") && out.contains("speaker Angela Lee"), "{out}");
    assert!(out.contains("facts ") && out.contains("; find ") && out.contains("; records 2"), "{out}");
    assert!(out.contains("archive quote"), "where the word of the topic stands: {out}");
    let (status, out, _) =
        run(town.path(), &["ask", "--explain", "What did Angela Lee say about whales?"], "");
    assert!(status == 1 && out.contains("fallback unnamed speakers"), "{out}");
    assert!(out.contains("fallback who else spoke; fallback topics of the speaker"), "{out}");
}

#[test]
fn a_quote_that_its_cue_splits_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let text =
        "The board met. “The budget covers the roof,” Angela Lee said, “but it does not cover the windows.”";
    fs::create_dir(folder.path().join("corpus")).unwrap();
    fs::write(folder.path().join("corpus/split.jsonl"), json!({"id": "split", "text": text}).to_string())
        .unwrap();
    let (status, out, _) = run(folder.path(), &["extract", "corpus/split.jsonl"], "");
    assert_eq!(status, 0);
    let quotes = lines(&out)[0]["quotes"].as_array().expect("a list").clone();
    assert_eq!(quotes.len(), 1, "{out}");
    assert_eq!(quotes[0]["content"].as_array().map(Vec::len), Some(2));
    let (_, out, _) = run(folder.path(), &["ask", "What did Angela Lee say about the windows?"], "");
    assert!(out.contains("“The budget covers the roof,” … “but it does not cover the windows.”"), "{out}");
}

#[test]
fn ask_says_when_nothing_is_on_record() {
    let town = town();
    let (status, out, errors) = run(town.path(), &["ask", "What did Omar Okafor say about the moon?"], "");
    assert_eq!((status, errors.as_str()), (1, ""), "{out}");
    assert_eq!(
        out,
        "No quote on record by Omar Okafor about “moon”. Omar Okafor is last quoted in “Ferry Keeps Its\nHours”.\n"
    );
    let (status, out, _) =
        run(town.path(), &["ask", "--json", "What did Omar Okafor say about the moon?"], "");
    assert_eq!(status, 1);
    let line = &lines(&out)[0];
    assert_eq!(line["answers"], json!([]));
    assert_eq!(
        line["note"],
        "No quote on record by Omar Okafor about “moon”. Omar Okafor is last quoted in “Ferry Keeps Its Hours”."
    );
}

#[test]
fn ask_limits_the_answers() {
    let town = town();
    let count = |limit: &str| {
        let (_, out, _) = run(town.path(), &["ask", "--json", "--limit", limit, "What did Lee say?"], "");
        lines(&out)[0]["answers"].as_array().expect("a list").len()
    };
    // Paraphrases do not fill up the list of her direct quotes.
    assert_eq!((count("1"), count("2"), count("100")), (1, 2, 2));
}

#[test]
fn quotes_are_checked_one_or_many() {
    let town = town();
    let (status, out, errors) =
        run(town.path(), &["check-quote", "We will not open the archive in May", "--speaker", "Lee"], "");
    assert_eq!((status, errors.as_str()), (0, ""), "{out}");
    assert!(
        out.starts_with("Altered: on record in other words.\nA negation is added: the claim has “not”"),
        "{out}"
    );
    assert!(out.contains("“We will open the archive in May, and not a day later,”"), "{out}");
    assert_eq!(run(town.path(), &["check-quote", "The moon is made of old cheese"], "").0, 1);
    let input = "The ferry will sail in every weather\n\n«THE ferry will sail in every weather»\nthe moon is old cheese\n";
    let (status, out, _) = run(town.path(), &["check-quote", "--json", "-", "--speaker", "Okafor"], input);
    let verdicts: Vec<String> =
        lines(&out).iter().map(|line| line["checked"]["verdict"].to_string()).collect();
    assert_eq!((status, verdicts.join(" ").as_str()), (0, "\"exact\" \"punctuation\" \"not-on-record\""));
    let (status, _, errors) = run(town.path(), &["check-quote", "-"], "\n");
    assert!(status == 2 && errors.contains("standard input has no quote to check"), "{errors}");
}

#[test]
fn wrong_usage_is_status_2() {
    let town = town();
    for arguments in [
        &["asks"][..],
        &["ask", "--limit", "0", "x"],
        &["ask", "--limit", "101", "x"],
        &["ask", "--today", "soon", "x"],
        &["ask", "--colour"],
        &["index", "--threads", "0"],
        &["index", "extra"],
        &["extract", "--format", "png"],
        &["completions"],
    ] {
        let (status, out, errors) = run(town.path(), arguments, "");
        assert_eq!((status, out.as_str()), (2, ""), "{arguments:?}");
        assert!(
            errors.contains("Usage") || errors.contains("For more information"),
            "{arguments:?}: {errors}"
        );
    }
}

#[test]
fn a_wrong_setting_stops_with_its_name() {
    let town = town();
    let with = |name: &str, value: &[u8]| {
        let mut command = rapporteur(town.path(), &["ask", GOOD[0].0]);
        command.env(name, std::ffi::OsStr::from_bytes(value));
        told(finish(command, ""))
    };
    for (name, value) in [
        ("RAPPORTEUR_FOO", &b"1"[..]),
        ("RAPPORTEUR_LIMITS", b"3"),
        ("RAPPORTEUR_LIMIT", b"many"),
        ("RAPPORTEUR_LIMIT", b"0"),
        ("RAPPORTEUR_THREADS", b"-1"),
        // Invalid UTF-8 is a malformed value, not an absent one.
        ("RAPPORTEUR_LIMIT", b"\xff"),
    ] {
        let (status, out, errors) = with(name, value);
        assert_eq!((status, out.as_str()), (2, ""), "{name} {value:?}: {errors}");
        assert!(errors.contains(&format!("`{name}`")), "{errors}");
    }
    assert_eq!(with("RAPPORTEUR_LIMIT", b"").0, 0, "an empty value is none");
    assert_eq!(with("OTHER_FOO", b"1").0, 0);
}

#[test]
fn settings_come_from_flags_then_the_environment_then_the_file() {
    let town = town();
    fs::write(town.path().join(".env"), "RAPPORTEUR_LIMIT=1\n").unwrap();
    let count = |flag: &[&str], variable: Option<&str>| {
        let mut arguments = vec!["ask", "What did Lee say?"];
        arguments.extend(flag);
        let mut command = rapporteur(town.path(), &arguments);
        if let Some(value) = variable {
            command.env("RAPPORTEUR_LIMIT", value);
        }
        let (status, out, _) = told(finish(command, ""));
        assert_eq!(status, 0);
        out.matches("verbatim").count()
    };
    assert_eq!(count(&[], None), 1);
    assert_eq!(count(&[], Some("2")), 2);
    assert_eq!(count(&["--limit", "1"], Some("2")), 1);
}

#[test]
fn a_malformed_file_of_settings_stops_with_its_name() {
    let town = town();
    for text in [&b"RAPPORTEUR_LIMIT 5\n"[..], b"RAPPORTEUR_LIMIT='5\n", b"\xff\xfe", b"RAPPORTEUR_FOO=1\n"] {
        fs::write(town.path().join(".env"), text).unwrap();
        let (status, out, errors) = run(town.path(), &["ask", GOOD[0].0], "");
        assert_eq!((status, out.as_str()), (2, ""), "{text:?}: {errors}");
        let name = if text.starts_with(b"RAPPORTEUR_FOO") { "`RAPPORTEUR_FOO`" } else { "`.env`" };
        assert!(errors.contains(name), "{errors}");
    }
}

#[test]
fn a_pipe_gets_no_escape_sequences() {
    let town = town();
    for variables in [&[("TERM", "xterm-256color")][..], &[("NO_COLOR", "1")], &[("CLICOLOR_FORCE", "1")]] {
        for arguments in
            [&["ask", GOOD[0].0][..], &["ask", "--explain", GOOD[1].0], &["index", "--full"], &["check"]]
        {
            let mut command = rapporteur(town.path(), arguments);
            command.envs(variables.iter().copied());
            let (status, out, errors) = told(finish(command, ""));
            assert_eq!(status, 0);
            assert!(!out.contains('\x1b') && !errors.contains('\x1b'), "{arguments:?}: {out}{errors}");
        }
    }
}

#[test]
fn questions_come_one_a_line() {
    let town = town();
    let input = format!(
        "{}\n\n  \n{}\n{}",
        GOOD[0].0,
        json!({"q": "And about the windows?", "history": [GOOD[0].0], "today": "2025-11-30"}),
        json!({"q": "What did Omar Okafor say about the moon?"})
    );
    let (status, out, errors) = run(town.path(), &["ask", "--json"], &input);
    assert_eq!((status, errors.as_str()), (0, ""));
    let answers = lines(&out);
    assert_eq!(answers.len(), 3);
    let asked: Vec<&Value> = answers.iter().map(|line| &line["q"]).collect();
    assert_eq!(asked, [GOOD[0].0, "And about the windows?", "What did Omar Okafor say about the moon?"]);
    assert!(
        answers
            .iter()
            .all(|line| keys(line) == ["answers", "found", "note", "q", "sure", "total", "understood"]),
        "{out}"
    );
    assert_eq!(answers[1]["answers"][0]["speaker"], "Angela Lee", "“and” leans on the question before");
    assert_eq!(answers[2]["answers"], json!([]));
    let (status, plain, _) = run(town.path(), &["ask"], &input);
    assert_eq!(status, 0);
    assert!(plain.contains(&format!("> {}\n", GOOD[0].0)) && plain.contains("No quote on record"), "{plain}");
    assert_eq!(run(town.path(), &["ask", "--json"], "What did Omar Okafor say about the moon?\n").0, 1);
}

#[test]
fn each_answer_cuts_out_of_its_article() {
    let town = town();
    let input: String = GOOD.iter().map(|(question, _)| format!("{question}\n")).collect();
    let (_, out, _) = run(town.path(), &["ask", "--json"], &input);
    for (line, (_, words)) in lines(&out).iter().zip(GOOD) {
        let answers = line["answers"].as_array().expect("a list");
        assert!(answers[0]["quote"].as_str().is_some_and(|quote| quote.contains(words)), "{line}");
        for answer in answers {
            let keys = keys(answer);
            for key in [
                "article", "content", "offsets", "quote", "speaker", "kind", "outlet", "title", "url",
                "date", "score",
            ] {
                assert!(keys.contains(&key), "no {key} in {answer}");
            }
            assert_eq!(answer["offsets"], "bytes");
            let file = match answer["article"].as_str() {
                Some("lee-archive") => "lee.md",
                Some("okafor-ferry") => "okafor.md",
                _ => "duarte.txt",
            };
            let article = read_article(&town.path().join("corpus").join(file));
            assert_eq!(answer["article"], article.id.0);
            assert_eq!(answer["quote"], cut(&article.text, &answer["content"]));
            assert_eq!(answer["title"], json!(article.citation.title));
            assert_eq!(answer["url"], json!(article.citation.url));
            assert_eq!(answer["date"], json!(article.citation.date));
            assert!(answer["score"].as_f64().is_some_and(|score| score > 0.0));
        }
        let scores: Vec<f64> = answers.iter().filter_map(|answer| answer["score"].as_f64()).collect();
        assert!(scores.is_sorted_by(|a, b| a >= b), "best first: {scores:?}");
    }
}

#[test]
fn a_malformed_line_is_named() {
    let town = town();
    for bad in [
        "{\"q\": \"x\"",
        "{}",
        "{\"q\": 1}",
        "{\"q\": \"x\", \"today\": \"soon\"}",
        "{\"q\": \"x\", \"limit\": 3}",
    ] {
        let input = format!("{}\n{bad}\n{}\n", GOOD[0].0, GOOD[1].0);
        let (status, out, errors) = run(town.path(), &["ask", "--json"], &input);
        assert_eq!(status, 2, "{bad}: {errors}");
        assert!(errors.contains("line 2") && errors.lines().count() == 1, "{bad}: {errors}");
        let answers = lines(&out);
        assert_eq!(answers.len(), 3, "{bad}: each line is answered: {out}");
        assert_eq!(
            (keys(&answers[1]), &answers[1]["line"]),
            (vec!["error", "line", "q"], &json!(2)),
            "{out}"
        );
        let asked = if bad.ends_with("\"x\"") || !bad.contains('x') { bad } else { "x" };
        assert_eq!(answers[1]["q"], asked, "{out}");
        assert!(answers[0]["answers"].is_array() && answers[2]["answers"].is_array(), "{out}");
        let (status, plain, errors) = run(town.path(), &["ask"], &input);
        assert_eq!(status, 2, "{bad}: {errors}");
        assert!(
            plain.contains(GOOD[0].1) && plain.contains(GOOD[1].1) && errors.contains("line 2"),
            "{plain}"
        );
    }
}

#[test]
fn a_binary_or_endless_line_affects_no_other() {
    let town = town();
    let ask = |line: &[u8]| {
        let mut input = format!("{}\r\n\n", GOOD[0].0).into_bytes();
        input.extend_from_slice(line);
        input.extend_from_slice(format!("\n \n{}", GOOD[1].0).as_bytes());
        let path = town.path().join("questions");
        fs::write(&path, input).unwrap();
        let mut command = rapporteur(town.path(), &["ask", "--json"]);
        command.stdin(fs::File::open(path).unwrap());
        let (status, out, errors) = told(finish(command, ""));
        assert_eq!(status, 2, "{errors}");
        let answers = lines(&out);
        assert_eq!((answers.len(), &answers[1]["line"]), (3, &json!(3)), "{errors}");
        assert_eq!((&answers[0]["q"], &answers[2]["q"]), (&json!(GOOD[0].0), &json!(GOOD[1].0)));
        assert!(answers[1]["q"].as_str().unwrap().chars().count() <= 200, "{}", answers[1]["q"]);
        answers[1]["error"].as_str().unwrap().to_owned()
    };
    assert_eq!(ask(b"What did M\xfcller say?"), "not in UTF-8");
    assert_eq!(ask(&b"x".repeat(10 << 20)), "longer than 65536 bytes");
    assert_eq!(ask(&[b"{\"q\": \"", &*b"x".repeat(10 << 20), b"\"}"].concat()), "longer than 65536 bytes");
}

#[test]
fn relative_days_count_from_today() {
    let town = town();
    let ask = |today: &str| {
        let input =
            json!({"q": "What did Okafor say about the ferry yesterday?", "today": today}).to_string();
        let (status, out, _) = run(town.path(), &["ask", "--json"], &input);
        (status, lines(&out)[0]["answers"].as_array().expect("a list").len())
    };
    assert_eq!(ask("2025-11-06"), (0, 1));
    assert_eq!(ask("2025-11-20"), (1, 0));
    let flag = |today: &str| {
        run(town.path(), &["ask", "--today", today, "What did Okafor say about the ferry yesterday?"], "").0
    };
    assert_eq!((flag("2025-11-06"), flag("2025-11-20")), (0, 1));
}

#[test]
fn the_bundled_corpus_answers() {
    let folder = tempfile::tempdir().unwrap();
    let corpus = crate::root().join("corpus");
    let places = ["--corpus", corpus.to_str().unwrap(), "--index", "index", "--today", "2025-12-31"];
    let mut first = vec!["ask", "What did Ushakov say about territory after the Kremlin talks?"];
    first.extend(places);
    let mut command = rapporteur(folder.path(), &first);
    command.env("RAPPORTEUR_MEANING", "full");
    let (status, out, errors) = told(finish(command, ""));
    assert_eq!(status, 0, "{errors}");
    // These words stand in one report by themselves, and in another in a sentence that the reporter completed.
    let asked_for =
        " 1. “so far we haven't found a compromise, but some American solutions can be discussed.”";
    assert!(out.starts_with(asked_for), "{out}");
    assert!(out.contains("Yuri Ushakov, Presidential aide"), "{out}");
    assert!(errors.contains("files added 148"), "the first ask builds the index: {errors}");
    let mut second = vec!["ask", "--json", "who said it does take two to tango?"];
    second.extend(places);
    let (status, out, errors) = run(folder.path(), &second, "");
    assert_eq!((status, errors.as_str()), (0, ""), "the second only asks");
    let line = &lines(&out)[0];
    assert_eq!(line["answers"][0]["speaker"], "Donald Trump", "{line}");
    let stem = line["answers"][0]["article"].as_str().unwrap();
    let article = read_article(&corpus.join(format!("{stem}.md")));
    assert_eq!(line["answers"][0]["quote"], cut(&article.text, &line["answers"][0]["content"]));
    let mut third = vec!["ask", "What did Angela Lee say about the archive?"];
    third.extend(places);
    assert_eq!(run(folder.path(), &third, "").0, 1);
}

#[test]
fn a_missing_corpus_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for command in [&["index"][..], &["ask", "x"]] {
        let mut arguments = command.to_vec();
        arguments.extend(["--corpus", "news/none", "--index", "index"]);
        let (status, out, errors) = run(folder.path(), &arguments, "");
        assert_eq!((status, out.as_str()), (3, ""), "{command:?}");
        assert!(errors.contains("`news/none`") && errors.contains("--corpus"), "{errors}");
    }
}

/// Returns the articles of an archive: JSON Lines with texts in which offsets easily go wrong.
fn archive() -> String {
    let mut out = String::new();
    for number in 0..300 {
        let text = format!(
            "Zoë’s café\r\n“We will open archive {number}, déjà vu,” Angela Lee said.\n\n  \"Not – ever – {number}\", Omar Okafor added."
        );
        out.push_str(&json!({"id": format!("a-{number}"), "title": "T", "text": text}).to_string());
        out.push('\n');
    }
    out
}

#[test]
fn extract_writes_one_line_per_article_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let archive = archive();
    let one = run(folder.path(), &["extract", "--threads", "1", "--format", "jsonl", "-"], &archive);
    let two = run(folder.path(), &["extract", "--threads", "2", "--format", "jsonl"], &archive);
    assert_eq!(one, two);
    let (status, out, errors) = one;
    assert_eq!((status, errors.as_str()), (0, ""));
    let rows = lines(&out);
    assert_eq!(rows.len(), 300);
    for (row, input) in rows.iter().zip(lines(&archive)) {
        assert_eq!(keys(row), ["id", "quotes"]);
        assert_eq!(row["id"], input["id"]);
        let text = input["text"].as_str().unwrap();
        let quotes = row["quotes"].as_array().unwrap();
        let found: Vec<String> = quotes.iter().map(|quote| cut(text, &quote["content"])).collect();
        let number = row["id"].as_str().unwrap().trim_start_matches("a-");
        let expected = [format!("We will open archive {number}, déjà vu,"), format!("Not – ever – {number}")];
        assert_eq!(found, expected, "the text is the JSON field, byte for byte");
        for (quote, (speaker, cue)) in quotes.iter().zip([("Angela Lee", "said"), ("Omar Okafor", "added")]) {
            assert_eq!(
                keys(quote),
                ["content", "cue", "kind", "role", "said", "sieve", "source", "speaker", "sure"]
            );
            assert_eq!(quote["speaker"], speaker);
            assert_eq!((cut(text, &quote["cue"]), cut(text, &quote["source"])), (cue.into(), speaker.into()));
        }
    }
}

#[test]
fn a_bad_line_affects_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let input = "{\"id\": \"a\", \"text\": \"“We will go,” Angela Lee said.\"}\n{\"id\": \"b\", \"text\": \n{\"id\": \"c\"}\n{\"id\": \"d\", \"text\": \"No quote.\"}\n";
    let (status, out, errors) = run(folder.path(), &["extract", "--format", "jsonl"], input);
    assert_eq!(status, 1);
    let ids: Vec<Value> = lines(&out).iter().map(|row| row["id"].clone()).collect();
    assert_eq!(ids, ["a", "d"]);
    let errors: Vec<&str> = errors.lines().collect();
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert!(errors[0].contains("line 2") && errors[1].contains("line 3"), "{errors:?}");
}

#[test]
fn extract_reads_pages_and_names_what_it_cannot_read() {
    let folder = tempfile::tempdir().unwrap();
    let page = "<!DOCTYPE html><html lang=en><head><title>Archive</title><meta property='og:site_name' content='Herald'></head>
<body><article><h1>Archive</h1><p>The board opens its archive, which has been shut for a decade, to all visitors.</p>
<p>“We will open the archive in <b>May</b>,” Angela Lee told reporters on Monday after a long meeting of the board.</p></article></body></html>";
    fs::write(folder.path().join("page.html"), page).unwrap();
    fs::write(folder.path().join("lee.md"), LEE).unwrap();
    let (status, out, errors) = run(folder.path(), &["extract", "page.html"], "");
    assert_eq!((status, errors.as_str()), (0, ""));
    let row = &lines(&out)[0];
    assert_eq!(row["id"], "page");
    let article = read_article(&folder.path().join("page.html"));
    assert_eq!(cut(&article.text, &row["quotes"][0]["content"]), "We will open the archive in May,");
    assert_eq!(row["quotes"][0]["speaker"], "Angela Lee");
    let (status, out, errors) = run(folder.path(), &["extract", "none.md", "lee.md", "."], "");
    assert_eq!(status, 1);
    assert_eq!(lines(&out).len(), 1, "the good one is read");
    assert!(errors.contains("`none.md`") && errors.lines().count() == 2, "{errors}");
}

#[test]
fn extract_names_speakers_by_a_people_list() {
    let folder = tempfile::tempdir().unwrap();
    let article = json!({"id": "a", "text": "“We will open it,” the harbour envoy said."}).to_string();
    fs::write(
        folder.path().join("people.toml"),
        "[[person]]\nname = \"Angela Lee\"\naliases = [\"the harbour envoy\"]\n",
    )
    .unwrap();
    let arguments = ["extract", "--format", "jsonl", "--people", "people.toml"];
    let (status, out, _) = run(folder.path(), &arguments, &article);
    assert_eq!((status, &lines(&out)[0]["quotes"][0]["speaker"]), (0, &json!("Angela Lee")));
    let arguments = ["extract", "--format", "jsonl", "--people", "nobody.toml"];
    let (status, _, errors) = run(folder.path(), &arguments, &article);
    assert_eq!(status, 3);
    assert!(errors.contains("nobody.toml"), "the list is named: {errors}");
    fs::write(folder.path().join("bad.toml"), "[[person]]\nnames = 1\n").unwrap();
    let arguments = ["extract", "--format", "jsonl", "--people", "bad.toml"];
    let (status, _, errors) = run(folder.path(), &arguments, &article);
    assert_eq!(status, 3);
    assert!(errors.contains("bad.toml"), "the list is named: {errors}");
}

/// Reads the first line, closes the pipe, and returns the exit status.
fn head(mut command: Command) -> (Option<i32>, String) {
    let mut child: Child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
    let mut first = [0; 1];
    let mut stdout = child.stdout.take().expect("piped");
    stdout.read_exact(&mut first).expect("something is printed");
    drop(stdout);
    let output = child.wait_with_output().expect("it ends");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let town = town();
    fs::write(town.path().join("archive.jsonl"), archive().repeat(4)).unwrap();
    fs::write(town.path().join("questions"), format!("{}\n", GOOD[0].0).repeat(500)).unwrap();
    let extract = rapporteur(town.path(), &["extract", "archive.jsonl"]);
    assert_eq!(head(extract), (Some(0), String::new()));
    let mut ask = rapporteur(town.path(), &["ask", "--json"]);
    ask.stdin(fs::File::open(town.path().join("questions")).unwrap());
    assert_eq!(head(ask), (Some(0), String::new()));
    // Without any reader the first write fails.
    for arguments in [
        &["completions", "bash"][..],
        &["--help"],
        &["ask", GOOD[0].0],
        &["index"],
        &["index", "--json"],
        &["check"],
        &["extract", "archive.jsonl"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = rapporteur(town.path(), arguments)
            .stdout(writer)
            .stderr(Stdio::piped())
            .spawn()
            .and_then(Child::wait_with_output)
            .expect("the binary runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*errors), (Some(0), ""), "{arguments:?}");
    }
}

#[test]
fn index_reports_as_json() {
    let folder = tempfile::tempdir().unwrap();
    write_good(&folder.path().join("corpus"));
    fs::write(folder.path().join("corpus/empty.md"), "").unwrap();
    let report = |arguments: &[&str]| {
        let (status, out, errors) = run(folder.path(), arguments, "");
        assert_eq!((status, errors.as_str()), (0, ""));
        assert_eq!(out.lines().count(), 1);
        lines(&out).remove(0)
    };
    let dry = report(&["index", "--json", "--dry-run"]);
    assert_eq!((&dry["added"], &dry["dry_run"], &dry["articles"]), (&json!(4), &json!(true), &json!(0)));
    assert!(!folder.path().join(".rapporteur").exists(), "a dry run writes nothing");
    let first = report(&["index", "--json"]);
    assert_eq!(
        keys(&first),
        [
            "added",
            "articles",
            "changed",
            "dry_run",
            "endings",
            "quotes",
            "rebuilt",
            "removed",
            "skipped",
            "stopped",
            "unchanged",
            "written"
        ]
    );
    assert_eq!((&first["added"], &first["articles"], &first["quotes"]), (&json!(4), &json!(3), &json!(4)));
    assert_eq!(first["skipped"], json!([{"path": "corpus/empty.md", "reason": "no text"}]));
    let second = report(&["index", "--json"]);
    assert_eq!(
        (&second["added"], &second["unchanged"], &second["articles"]),
        (&json!(0), &json!(4), &json!(3))
    );
    assert_eq!(second["skipped"], first["skipped"], "what is skipped stays named");
    let full = report(&["index", "--json", "--full"]);
    assert_eq!((&full["added"], &full["rebuilt"]), (&json!(4), &json!(true)));
    let (status, text, _) = run(folder.path(), &["index"], "");
    assert_eq!(status, 0);
    assert!(text.contains("skipped corpus/empty.md: no text\n") && text.contains("unchanged 4"), "{text}");
    let (_, text, _) = run(folder.path(), &["index", "--dry-run"], "");
    assert!(text.contains("would be added 0"), "{text}");
}

#[test]
fn check_says_what_is_wrong_and_how_to_fix_it() {
    let folder = tempfile::tempdir().unwrap();
    let corpus = folder.path().join("corpus");
    let check = || {
        let (status, out, errors) = run(folder.path(), &["check"], "");
        assert_eq!(errors, "");
        (status, out)
    };
    let (status, out) = check();
    assert_eq!(status, 1);
    assert!(out.contains("PROBLEM  corpus: ") && out.contains("--corpus"), "{out}");
    write_good(&corpus);
    let (status, out) = check();
    assert_eq!(status, 0, "the first `ask` or `serve` builds the index: {out}");
    assert!(out.contains("not built yet; `rapporteur index`"), "{out}");
    assert_eq!(run(folder.path(), &["index"], "").0, 0);
    let (status, out) = check();
    assert_eq!(status, 0, "{out}");
    assert!(
        out.contains("3 articles, 4 different quotes, printed 4 times") && !out.contains("PROBLEM"),
        "{out}"
    );

    fs::write(corpus.join("new.txt"), "New\n\n“We will see,” Omar Okafor said.\n").unwrap();
    let (status, out) = check();
    assert_eq!(status, 1);
    assert!(out.contains("since the last indexing: 1; `rapporteur index`"), "{out}");
    assert_eq!(run(folder.path(), &["index"], "").0, 0);
    assert_eq!(check().0, 0);

    fs::write(corpus.join("people.toml"), "[[person]]\nname = \"Angela Lee\"\n").unwrap();
    let (status, out) = check();
    assert_eq!(status, 1, "the index was made by another people list: {out}");
    assert!(out.contains("PROBLEM  index"), "{out}");
    assert_eq!(run(folder.path(), &["index"], "").0, 0);
    assert_eq!(check().0, 0);

    fs::write(corpus.join("people.toml"), "[[person]]\nnames = 1\n").unwrap();
    let (status, out) = check();
    assert_eq!(status, 1);
    assert!(out.contains("PROBLEM  people: people list `corpus/people.toml`"), "{out}");
    fs::remove_file(corpus.join("people.toml")).unwrap();
    fs::write(corpus.join("empty.md"), "").unwrap();
    assert_eq!(run(folder.path(), &["index"], "").0, 0);
    let (status, out) = check();
    assert_eq!(status, 1);
    assert!(out.contains("corpus/empty.md: skipped: no text"), "{out}");
    fs::remove_file(corpus.join("empty.md")).unwrap();
    assert_eq!(run(folder.path(), &["index"], "").0, 0);
    fs::write(folder.path().join(".rapporteur/index/CURRENT"), "g-77\n").unwrap();
    let (status, out) = check();
    assert_eq!(status, 1);
    assert!(out.contains("damaged; `rapporteur index --full`"), "{out}");
}

#[test]
fn an_article_lists_its_quotes_in_order() {
    let town = town();
    let (status, out, errors) = run(town.path(), &["article", "harbour", "archive"], "");
    assert_eq!((status, errors.as_str()), (0, ""));
    let first = "Northland Herald · 3 November 2025 · Harbour Archive Opens in May\nhttps://herald.example/archive\n2 quotes\n";
    assert!(out.starts_with(first), "{out}");
    let at = |words: &str| out.find(words).unwrap_or_else(|| panic!("no `{words}` in\n{out}"));
    assert!(at(" 1. “We will open the archive") < at(" 2. “The budget covers the roof"));
    let (status, out, _) = run(town.path(), &["article", "lee-archive", "--limit", "1", "--page", "2"], "");
    assert!(status == 0 && out.contains(" 2. “The budget") && !out.contains("We will open"), "{out}");
    let (_, out, _) = run(town.path(), &["article", "https://herald.example/archive", "--limit", "1"], "");
    assert!(out.ends_with("and 1 more (--page)\n"), "{out}");
    let (status, out, errors) = run(town.path(), &["article", "no", "such\u{1b}[2J"], "");
    assert_eq!((status, out.as_str()), (1, ""));
    assert_eq!(errors, "no article on record has the id, address or title `no such\u{fffd}[2J`\n");
}

#[test]
fn context_and_other_articles_are_shown_on_request() {
    let town = town();
    let copy = OKAFOR.replace("okafor-ferry", "okafor-copy").replace("Coast Gazette", "Valley Echo");
    fs::write(town.path().join("corpus/copy.md"), copy).expect("written");
    assert_eq!(run(town.path(), &["index", "--threads", "1"], "").0, 0);
    let question = "What did Omar Okafor say about the ferry?";
    let (status, out, _) = run(town.path(), &["ask", "--context", question], "");
    assert_eq!(status, 0);
    assert!(
        out.contains("    > The winter timetable is out. “The ferry will sail in every weather,”"),
        "{out}"
    );
    let elsewhere = out.lines().filter(|line| line.contains("elsewhere: ")).count();
    assert_eq!(elsewhere, 1, "{out}");
    let (_, limited, _) = run(town.path(), &["ask", "--context", "--outlet", "Coast Gazette", question], "");
    assert!(!limited.contains("elsewhere: "), "{limited}");
}

#[test]
fn the_lists_of_a_corpus_are_not_reported_as_unread() {
    let folder = tempfile::tempdir().expect("a folder");
    write_good(&folder.path().join("corpus"));
    for (name, text) in [
        ("people.toml", "[[person]]\nname = \"Angela Lee\"\n"),
        ("rounds.toml", "[[round]]\nname = \"the harbour talks\"\nfirst = 2025-11-01\nlast = 2025-11-02\n"),
        ("matters.toml", "[[matter]]\nname = \"fares\"\nwords = [\"tickets\"]\n"),
        ("other.toml", ""),
    ] {
        fs::write(folder.path().join("corpus").join(name), text).expect("written");
    }
    let (_, out, errors) = run(folder.path(), &["index"], "");
    let all = format!("{out}{errors}");
    assert!(all.contains("not read: 1 file with extension `.toml`, corpus/other.toml"), "{all}");
}

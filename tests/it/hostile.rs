//! Files made to break a reader. None crashes, blocks or stops an indexing. A skipped file is named with the
//! reason, and the good articles next to it are still found.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use encoding_rs::{WINDOWS_1251, WINDOWS_1252};
use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use serde::Deserialize;
use serde_json::json;
use tempfile::TempDir;

use crate::cli::{GOOD, finish, rapporteur, run, write_good};

/// What is expected for a file.
#[derive(Clone, Copy, Debug)]
enum Fate {
    /// Its article is read, and nothing is reported.
    Read,
    /// It is reported, and the reason contains these words.
    Skipped(&'static str),
    /// Either of the two, because a later version may be able to read it.
    Either,
}
use Fate::{Either, Read, Skipped};

#[derive(Deserialize)]
struct Report {
    added: u64,
    articles: u64,
    skipped: Vec<Skip>,
}

#[derive(Deserialize)]
struct Skip {
    path: String,
    reason: String,
}

/// A corpus with three good articles and hostile files, and what is expected for those.
struct Corpus {
    folder: TempDir,
    fates: BTreeMap<String, Fate>,
}

/// The private memory allowed for the binary, in kilobytes; its use must be bounded whatever the files are.
/// Mapped files (those of the index) do not count, because the system can reclaim their pages.
const MEMORY: usize = 512 << 10;

impl Corpus {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        write_good(&folder.path().join("corpus"));
        Self { folder, fates: BTreeMap::new() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("corpus")
    }

    fn put(&mut self, name: &str, fate: Fate, bytes: impl AsRef<[u8]>) {
        fs::write(self.path().join(name), bytes).expect("the file can be written");
        self.expect(name, fate);
    }

    fn expect(&mut self, name: &str, fate: Fate) {
        let before = self.fates.insert(name.to_owned(), fate);
        assert!(before.is_none(), "{name} is there twice");
    }

    /// Indexes, compares the report with the expectation, and asks for the good articles.
    #[track_caller]
    fn check(&self) -> Report {
        let mut command = Command::new("sh");
        let script = format!("ulimit -d {MEMORY}; exec \"$0\" \"$@\"");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_rapporteur"), "index", "--json", "--threads", "2"]);
        command.current_dir(self.folder.path()).env_clear().env("PATH", "/usr/bin:/bin");
        let start = Instant::now();
        let output = finish(command, "");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {errors}", output.status);
        let report: Report = serde_json::from_slice(&output.stdout).expect("the report is JSON");
        self.compare(&report);
        assert!(start.elapsed() < Duration::from_secs(60));
        for (question, words) in GOOD {
            let (status, out, errors) = run(self.folder.path(), &["ask", "--threads", "2", question], "");
            assert_eq!((status, errors.as_str()), (0, ""), "{question}");
            assert!(out.contains(words), "{question}: {out}");
            let steers = |c: char| (c.is_control() && c != '\n') || is_bidi(c);
            assert!(!out.contains(steers), "{out:?}");
        }
        report
    }

    #[track_caller]
    fn compare(&self, report: &Report) {
        let mut wrong = Vec::new();
        for skip in &report.skipped {
            let name = skip.path.strip_prefix("corpus/").unwrap_or(&skip.path);
            if skip.reason.trim().is_empty() || skip.reason.contains('\n') {
                wrong.push(format!("{name}: the reason is {:?}", skip.reason));
            }
            if !self.fates.contains_key(name) {
                wrong.push(format!("{name}: skipped, nobody knows why: {}", skip.reason));
            }
        }
        for (name, fate) in &self.fates {
            let path = format!("corpus/{name}");
            let reasons: Vec<&str> = report
                .skipped
                .iter()
                .filter(|skip| skip.path == path)
                .map(|skip| skip.reason.as_str())
                .collect();
            let fits = match fate {
                Either => true,
                Read => reasons.is_empty(),
                Skipped(words) => reasons.iter().any(|reason| reason.contains(words)),
            };
            if !fits {
                wrong.push(format!("{name:?}: {fate:?} expected, skipped with {reasons:?}"));
            }
        }
        assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), self.fates.len(), wrong.join("\n"));
        let read = self.fates.values().filter(|fate| matches!(fate, Read)).count() as u64;
        assert!(report.articles >= 3 + read, "{} articles, at least {} are good", report.articles, 3 + read);
    }

    /// Returns the answers to a question as JSON.
    #[track_caller]
    fn ask(&self, question: &str) -> Vec<serde_json::Value> {
        let (_, out, errors) = run(self.folder.path(), &["ask", "--json", "--limit", "100", question], "");
        assert_eq!(errors, "");
        let line: serde_json::Value = serde_json::from_str(&out).expect("an answer is JSON");
        line["answers"].as_array().expect("a list").clone()
    }
}

fn is_bidi(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory is writable");
    encoder.finish().expect("memory is writable")
}

/// Returns a plain text with one quote by a speaker who is in no other file.
fn prose(speaker: &str, words: &str) -> String {
    format!("Report on {speaker}\n\nThe board met. “{words},” {speaker} said on Monday.\n")
}

fn line(id: &str, text: &str) -> String {
    json!({"id": id, "title": "T", "text": text}).to_string() + "\n"
}

#[test]
fn any_bytes_are_read_or_reported() {
    let mut corpus = Corpus::new();
    // Empty files, and files that are not text.
    corpus.put("empty.md", Skipped("no text"), "");
    corpus.put("empty.jsonl", Skipped("no text"), "");
    corpus.put("blank.txt", Skipped("no text"), "\u{feff} \n\t\r\n\u{a0}\n");
    corpus.put("png.txt", Skipped("binary"), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0");
    corpus.put("elf.txt", Skipped("binary"), b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0");
    let noise: Vec<u8> = (0..40_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    corpus.put("noise.html", Skipped("binary"), &noise);
    corpus.put("noise.jsonl", Either, &noise);
    corpus.put("nul.txt", Skipped("binary"), "Words\0and\0more words, she said.\n");
    corpus.put("zeros.md", Skipped("binary"), vec![0; 100_000]);
    // Encodings.
    let half = prose("Ana Half", "Half of the café is décor");
    corpus.put("half-utf-8.txt", Read, &half.as_bytes()[..half.len() - 21]);
    corpus.put("mixed.txt", Either, [half.as_bytes(), b"\xff\xfe\xc3\x28 caf\xe9 \xa0\xa1"].concat());
    let wide = prose("Bela Wide", "The wide letters are two bytes long");
    let units = |bytes: fn(u16) -> [u8; 2]| wide.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    corpus.put("utf-16-mark.txt", Read, [b"\xff\xfe", &units(u16::to_le_bytes)[..]].concat());
    corpus.put("utf-16-be-mark.txt", Read, [b"\xfe\xff", &units(u16::to_be_bytes)[..]].concat());
    corpus.put("utf-16.txt", Read, units(u16::to_le_bytes));
    corpus.put("utf-16-odd.txt", Either, &units(u16::to_le_bytes)[1..]);
    corpus.put("utf-16-lone.txt", Either, b"\xff\xfe\x00\xd8a\0 \0\x00\xdcb\0");
    let latin = prose("Carla Latin", "The café is déjà vu for José");
    corpus.put("latin-1.txt", Read, WINDOWS_1252.encode(&latin).0);
    let cyrillic = "Отчёт\n\n«Мы откроем архив в мае», — сказала Анна Лесная журналистам в понедельник.\n";
    corpus.put("cp1251.txt", Read, WINDOWS_1251.encode(cyrillic).0);
    let page = |charset: &str, body: &str| {
        format!(
            "<!DOCTYPE html><html><head><meta charset={charset}><title>T</title></head><body><article><p>{body}</p></article></body></html>"
        )
    };
    let body = "The café was full. “We will keep the café,” Dora Declared said on Monday in the town hall, to applause.";
    corpus.put("wrong-charset.html", Read, page("utf-16", body));
    corpus.put("wrong-utf-8.html", Read, WINDOWS_1252.encode(&page("utf-8", body)).0);
    corpus.put("no-charset.html", Read, page("x-none", body));
    // Line breaks and control characters.
    corpus.put(
        "crlf.md",
        Read,
        "+++\r\nid = \"crlf\"\r\n+++\r\n\r\n# Report\r\n\r\n“The lines end twice,” Edda Return said.\r\n",
    );
    corpus.put("cr.txt", Read, "Report\r\r“The lines end oddly,” Edda Return said.\r");
    corpus.put(
        "escapes.md",
        Read,
        "# \u{1b}]0;owned\u{7}Report\n\n“The \u{1b}[31mred\u{1b}[0m \u{202e}gate\u{202c} is \u{9b}2Jclosed\u{2066}\u{200f},” Fritz Escape said.\n",
    );
    corpus.put(
        "escapes.jsonl",
        Read,
        json!({"id": "\u{1b}[2Jescapes\u{202e}", "title": "\u{1b}[31mRed\u{202e}", "outlet": "\u{9b}1mHerald\u{2067}", "url": "https://a.example/\u{1b}[31m\u{202e}",
            "text": "“The \u{1b}[5mblue\u{8}\u{7f} \u{202e}gate\u{202c}\u{0}\r is \u{9b}2Jopen\u{2066},” Fritz\u{1b}[1m Escape said."})
        .to_string(),
    );
    corpus.put(
        "surrogates.json",
        Read,
        "{\"id\": \"lone\", \"text\": \"\\ud800 “We \\udc00 go,” Gina Lone said. \\ud83d\"}",
    );
    corpus.put("nul.json", Read, "{\"id\": \"nul\", \"text\": \"“We \\u0000 go,” Gina Nul said.\"}");
    corpus.put("overlong.txt", Either, b"Report\n\n\xc0\xae\xc0\xae/ \xf8\x88\x80\x80\x80 \xed\xa0\x80 \xe2\x80\x9cWe go,\xe2\x80\x9d Gina Long said.\n");
    let report = corpus.check();
    assert_eq!(report.added as usize, corpus.fates.len() + 3);

    // Text in another encoding is read correctly.
    for (speaker, words) in [
        ("Bela Wide", "The wide letters are two bytes long,"),
        ("Carla Latin", "The café is déjà vu for José,"),
        ("Dora Declared", "We will keep the café,"),
    ] {
        let answers = corpus.ask(&format!("What did {speaker} say?"));
        assert!(!answers.is_empty() && answers.iter().all(|answer| answer["quote"] == words), "{answers:?}");
    }
    let (status, out, errors) =
        run(corpus.folder.path(), &["ask", "--explain", "What did Fritz Escape say about the gate?"], "");
    assert_eq!((status, errors.as_str()), (0, ""));
    assert!(
        out.contains("gate") && !out.contains(|c: char| (c.is_control() && c != '\n') || is_bidi(c)),
        "{out:?}"
    );
    let question = "What did \u{1b}[31mFritz\u{202e} Nobody say?\n";
    let (_, out, errors) = run(corpus.folder.path(), &["ask"], question);
    assert!(
        !format!("{out}{errors}").contains(|c: char| (c.is_control() && c != '\n') || is_bidi(c)),
        "{out:?}{errors:?}"
    );
}

#[test]
fn broken_syntax_is_read_or_reported() {
    let mut corpus = Corpus::new();
    corpus.put("open.md", Skipped("no closing `+++`"), "+++\ntitle = \"T\"\n\n“We go,” Hana Open said.\n");
    corpus.put("open-yaml.md", Skipped("no closing `---`"), "---\ntitle: T\n\n“We go,” Hana Open said.\n");
    corpus.put("bad-toml.md", Skipped("front matter"), "+++\ntitle = \n+++\n“We go,” Hana Open said.\n");
    corpus.put("bad-type.md", Skipped("`title`"), "+++\ntitle = [1]\n+++\n“We go,” Hana Open said.\n");
    corpus.put(
        "bad-date.md",
        Either,
        "+++\nid = \"bad-date\"\ndate = \"the 45th of May\"\n+++\n“We go,” Ivo Date said.\n",
    );
    corpus.put(
        "far-date.jsonl",
        Read,
        json!({"id": "far", "date": "99999-13-45", "text": "“We go,” Ivo Date said."}).to_string(),
    );
    corpus.put(
        "number-date.jsonl",
        Read,
        json!({"id": "number", "date": 1e300, "text": "“We go,” Ivo Date said."}).to_string(),
    );
    let filler = (0..200_000).map(|n| format!("key{n} = \"{n}\"\n")).collect::<String>();
    corpus.put("huge.md", Either, format!("+++\nid = \"huge\"\n{filler}+++\n“We go,” Jana Huge said.\n"));
    corpus.put(
        "deep-toml.md",
        Skipped("front matter"),
        format!("+++\na = {}\n+++\n“We go,” she said.\n", "[".repeat(100_000)),
    );
    corpus.put(
        "deep-yaml.md",
        Skipped("front matter"),
        format!("---\na: {}\n---\n“We go,” she said.\n", "[".repeat(100_000)),
    );
    let anchors: String =
        (1..20).map(|n| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 10].join(","))).collect();
    corpus.put("bomb-yaml.md", Either, format!("---\na0: &a0 [x]\n{anchors}---\n“We go,” Jana Bomb said.\n"));
    let entities: String =
        (1..30).map(|n| format!("<!ENTITY e{n} \"{}\">", format!("&e{};", n - 1).repeat(10))).collect();
    let feed = |dtd: &str, words: &str| {
        format!(
            "<?xml version=\"1.0\"?><!DOCTYPE rss [{dtd}]><rss version=\"2.0\"><channel><title>Herald</title><item><guid>g</guid><title>T</title><description>{words}</description></item></channel></rss>"
        )
    };
    corpus.put(
        "bomb.rss",
        Either,
        feed(&format!("<!ENTITY e0 \"bomb\">{entities}"), "“We go,” Kira Feed said. &e29;"),
    );
    let secret = corpus.folder.path().join("secret.txt");
    fs::write(&secret, "“The zebra code is plover,” Zelda Secret said.").unwrap();
    let entity = format!("<!ENTITY e SYSTEM \"file://{}\">", secret.display());
    corpus.put("outside.rss", Either, feed(&entity, "“We go,” Kira Outside said. &e;"));
    corpus.put(
        "cut.rss",
        Either,
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><item><title>T</title><descr",
    );
    corpus.put(
        "deep.json",
        Skipped("JSON"),
        format!("{{\"id\": \"deep\", \"text\": {}", "[".repeat(100_000)),
    );
    corpus.put(
        "deep-good.json",
        Either,
        format!(
            "{{\"id\": \"deep\", \"text\": \"“We go,” Lara Deep said.\", \"x\": {}{}}}",
            "[".repeat(100_000),
            "]".repeat(100_000)
        ),
    );
    corpus.put(
        "deep-objects.jsonl",
        Skipped("line 1"),
        format!("{}1{}\n", "{\"a\":".repeat(100_000), "}".repeat(100_000)),
    );
    corpus.put("list.json", Either, "[".repeat(1_000_000));
    corpus.put("words.json", Skipped("JSON"), "these are no JSON words");
    corpus.put(
        "middle.jsonl",
        Skipped("line 2"),
        format!(
            "{}{{\"id\": \n{}",
            line("middle-1", "“We go,” Mara Middle said."),
            line("middle-3", "“We stay,” Mara Middle said.")
        ),
    );
    corpus.put(
        "dots.md",
        Read,
        "+++\nid = \"../../../etc/passwd\"\nurl = \"file:///etc/passwd\"\n+++\n“The dots lead nowhere,” Nora Dots said.\n",
    );
    corpus.put(
        "twice.jsonl",
        Skipped("id `twice`"),
        line("twice", "“One is first,” Olga Twice said.").repeat(2),
    );
    corpus.put("twin-a.md", Read, "+++\nid = \"twin\"\n+++\n“One is first,” Olga Twin said.\n");
    corpus.put(
        "twin-b.md",
        Skipped("`corpus/twin-a.md`"),
        "+++\nid = \"twin\"\n+++\n“Two is second,” Olga Twin said.\n",
    );
    // Compressed files.
    let packed = gzip(prose("Petra Packed", "The parcel is open").as_bytes());
    corpus.put("packed.txt.gz", Read, &packed);
    corpus.put("cut.txt.gz", Skipped("cannot be read"), &packed[..packed.len() / 2]);
    corpus.put("tail.txt.gz", Either, [&packed[..], b"trailing rubbish"].concat());
    corpus.put("not.txt.gz", Either, prose("Petra Plain", "The parcel is plain"));
    let mut corrupt =
        compress_to_vec(prose("Rita Corrupt", "The parcel is broken").as_bytes(), CompressionLevel::Fastest);
    let middle = corrupt.len() / 2;
    corrupt[4..middle].fill(0xff);
    corpus.put("corrupt.txt.zst", Skipped("cannot be read"), corrupt);
    corpus.put("twice.txt.gz", Skipped("binary"), gzip(&packed));
    corpus.put("sidecar.txt", Skipped("sidecar"), prose("Rosa Sidecar", "The sidecar is bad"));
    fs::write(corpus.path().join("sidecar.txt.meta.toml"), "title = \n").unwrap();
    corpus.put("sidecar-bytes.txt", Skipped("sidecar"), prose("Rosa Sidecar", "The sidecar is no text"));
    fs::write(corpus.path().join("sidecar-bytes.txt.meta.toml"), b"outlet = \"\xff\xfe\"\n").unwrap();
    corpus.check();

    let ids = |question: &str| -> Vec<serde_json::Value> {
        corpus.ask(question).iter().map(|answer| answer["article"].clone()).collect()
    };
    assert_eq!(ids("What did Nora Dots say?"), ["../../../etc/passwd"]);
    assert_eq!(ids("What did Olga Twin say?"), ["twin"]);
    assert_eq!(ids("What did Mara Middle say?").len(), 2, "a bad line costs only itself");
    assert!(corpus.ask("Who said the zebra code is plover?").is_empty(), "an entity reads no file");
}

#[test]
fn decompression_bombs_do_no_harm() {
    let mut corpus = Corpus::new();
    let quoted = format!("“We will open it,” Sara Line said. {}", "It was late and dark. ".repeat(360));
    let long = quoted.repeat((10 << 20) / quoted.len());
    corpus.put("line.md", Either, &long);
    corpus.put("line.jsonl", Either, line("long-line", &long));
    corpus.put("word.txt", Either, "x".repeat(1 << 20));
    corpus.put("lines.txt", Either, "a\n".repeat(1 << 18));
    for (name, mark) in [("straight", "\""), ("left", "“"), ("single", "‘"), ("prime", "'"), ("double", "''")]
    {
        corpus.put(&format!("{name}.txt"), Either, format!("Marks\n\n{}", mark.repeat(1_000_000)));
    }
    corpus.put("pairs.txt", Either, format!("Marks\n\n{}", "“a” ".repeat(250_000)));
    corpus.put("nested.md", Either, format!("Marks\n\n{}{}", "“".repeat(100_000), "”".repeat(100_000)));
    corpus.put("marks.jsonl", Either, line("marks", &"\"“”‘’'«»".repeat(10_000)));
    for tag in ["div", "b", "p", "table", "blockquote", "article", "a href=x"] {
        let name = tag.split(' ').next().unwrap_or(tag);
        let close = format!("</{name}>").repeat(100_000);
        let text = format!(
            "<html><body>{}“We will close it,” Tina Nested said.{close}",
            format!("<{tag}>").repeat(100_000)
        );
        corpus.put(&format!("nested-{name}.html"), Either, text);
    }
    corpus.put("open-tags.html", Either, "<div>“We go,” she said. ".repeat(100_000));
    corpus.put("brackets.html", Either, "<".repeat(1_000_000));
    corpus.put("comment.html", Either, "<!--".repeat(250_000));
    corpus.put("attributes.html", Either, format!("<p {}>“We go,” she said.</p>", "a=b ".repeat(250_000)));
    corpus.put("quotes.md", Either, ">".repeat(100_000) + " “We go,” she said.\n");
    corpus.put("links.md", Either, "[".repeat(100_000) + "](x)");
    corpus.put("stars.md", Either, "*_".repeat(100_000));
    corpus.put("ticks.md", Either, (1..1000).map(|n| "`".repeat(n) + " ").collect::<String>());
    corpus.put(
        "items.md",
        Either,
        (0..2000).map(|n| " ".repeat(n * 2) + "- “We go,” she said.\n").collect::<String>(),
    );
    corpus.put(
        "nested.rss",
        Either,
        format!("<rss version=\"2.0\"><channel><item>{}", "<a>".repeat(100_000)),
    );
    let zeros = vec![b' '; 70 << 20];
    let bomb = gzip(&zeros);
    assert!(bomb.len() * 1000 < zeros.len());
    corpus.put("bomb.txt.gz", Skipped("when unpacked"), &bomb);
    corpus.put("bomb.jsonl.gz", Either, &bomb);
    let text = gzip("“We go,” Uma Bomb said. ".repeat(1 << 13).as_bytes());
    corpus.put("words.txt.gz", Either, text);
    corpus.put(
        "bomb.json.zst",
        Skipped("when unpacked"),
        compress_to_vec(&*zeros, CompressionLevel::Fastest),
    );
    corpus.check();
}

#[test]
fn odd_files_are_reported_and_nothing_outside_is_read() {
    let mut corpus = Corpus::new();
    let outside = corpus.folder.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("secret.txt"), prose("Zelda Secret", "The zebra code is plover")).unwrap();
    fs::write(outside.join("secret.toml"), "outlet = \"Plover Herald\"\n").unwrap();
    let path = corpus.path();
    symlink(outside.join("secret.txt"), path.join("out.txt")).unwrap();
    symlink("../outside/secret.txt", path.join("out-relative.txt")).unwrap();
    symlink("loop.md", path.join("loop.md")).unwrap();
    symlink("ping.md", path.join("pong.md")).unwrap();
    symlink("pong.md", path.join("ping.md")).unwrap();
    symlink("nowhere.txt", path.join("dangling.txt")).unwrap();
    symlink("/dev/zero", path.join("zero.txt")).unwrap();
    for name in ["out.txt", "out-relative.txt", "loop.md", "ping.md", "pong.md", "dangling.txt", "zero.txt"] {
        corpus.expect(name, Skipped("link"));
    }
    // Links to folders: skipping a whole folder of articles must be reported.
    symlink(".", path.join("again")).unwrap();
    symlink(&outside, path.join("elsewhere")).unwrap();
    for name in ["again", "elsewhere"] {
        corpus.expect(name, Skipped("link"));
    }
    for name in ["pipe.txt", "pipe.jsonl.gz"] {
        assert!(Command::new("mkfifo").arg(path.join(name)).status().unwrap().success());
        corpus.expect(name, Skipped("not a regular file"));
    }
    let _socket = UnixListener::bind(path.join("socket.md")).unwrap();
    corpus.expect("socket.md", Skipped("not a regular file"));
    fs::create_dir(path.join("folder.md")).unwrap();
    corpus.put("folder.md/inside.txt", Read, prose("Vera Inside", "The folder has an ending"));
    corpus.put("locked.txt", Either, prose("Wanda Locked", "The door is locked"));
    fs::set_permissions(path.join("locked.txt"), fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(path.join("locked.txt")).is_err() {
        corpus.fates.insert("locked.txt".to_owned(), Skipped("cannot be read"));
    } else {
        // The superuser can read everything.
        corpus.fates.insert("locked.txt".to_owned(), Read);
    }
    corpus.put(&format!("{}.md", "n".repeat(252)), Read, prose("Xenia Long", "The name is long"));
    corpus.put("new\nline.txt", Read, prose("Yana Line", "The name has two lines"));
    corpus.put("\u{1b}[31m\u{202e}red.md", Read, prose("Yana Red", "The name is red"));
    corpus.put("\u{1b}[31m\u{202e}empty.md", Skipped("no text"), "");
    fs::write(path.join(OsStr::from_bytes(b"b\xffd.txt")), prose("Yana Bytes", "The name is no text"))
        .unwrap();
    corpus.expect("b\u{fffd}d.txt", Skipped("not UTF-8"));
    let mut deep = path.clone();
    for _ in 0..60 {
        deep.push("deeper");
    }
    fs::create_dir_all(&deep).unwrap();
    fs::write(deep.join("down.txt"), prose("Zora Deep", "The cellar is deep")).unwrap();
    // A sidecar file that links outside the corpus.
    corpus.put("lured.txt", Either, prose("Lena Lured", "The sidecar is elsewhere"));
    symlink(outside.join("secret.toml"), path.join("lured.txt.meta.toml")).unwrap();
    corpus.check();

    assert_eq!(corpus.ask("What did Zora Deep say?").len(), 1);
    for question in ["What did Zelda Secret say?", "Who said the zebra code is plover?"] {
        assert!(corpus.ask(question).is_empty(), "{question}");
    }
    for answer in corpus.ask("What did Lena Lured say?") {
        assert_eq!(answer["outlet"], json!(null), "a sidecar outside of the corpus was read");
    }
    for arguments in [&["index", "--full"][..], &["index", "--dry-run"], &["check"]] {
        let (_, out, errors) = run(corpus.folder.path(), arguments, "");
        let steers = |c: char| (c.is_control() && c != '\n') || is_bidi(c);
        assert!(!out.contains(steers) && !errors.contains(steers), "{arguments:?}: {out:?} {errors:?}");
        assert!(out.contains("loop.md"), "{out}");
    }
}

#[test]
fn files_beside_articles_never_block() {
    for name in ["lee.md.meta.toml", "people.toml"] {
        let corpus = Corpus::new();
        assert!(Command::new("mkfifo").arg(corpus.path().join(name)).status().unwrap().success());
        let output = finish(rapporteur(corpus.folder.path(), &["index", "--json"]), "");
        let told = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(told.contains(if name == "people.toml" { name } else { "lee.md" }), "{name}: {told}");
    }
}

#[test]
fn a_people_list_cannot_control_the_terminal() {
    let corpus = Corpus::new();
    fs::write(corpus.path().join("people.toml"), "[[person]]\nname = \"\u{1b}[31m\u{202e}Red\u{7}\"\n")
        .unwrap();
    for arguments in [&["index"][..], &["ask", GOOD[0].0], &["check"]] {
        let (status, out, errors) = run(corpus.folder.path(), arguments, "");
        assert_ne!(status, 0);
        let steers = |c: char| (c.is_control() && c != '\n') || is_bidi(c);
        assert!(!out.contains(steers) && !errors.contains(steers), "{arguments:?}: {out:?} {errors:?}");
        assert!(format!("{out}{errors}").contains("people.toml"), "{arguments:?}: {out} {errors}");
    }
}

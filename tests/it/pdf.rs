//! PDFs: their words, and what happens with those that are made to be hard to read.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A PDF of one page, in a font that every reader has: its lines, and empty ones between paragraphs.
fn pdf(lines: &[&str]) -> Vec<u8> {
    let mut page = String::from("BT /F1 12 Tf 72 760 Td 14 TL\n");
    for line in lines {
        let escaped = line.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
        writeln!(page, "({escaped}) Tj T*").expect("memory");
    }
    page.push_str("ET");
    document(&page)
}

/// A PDF whose one page has this content.
fn document(page: &str) -> Vec<u8> {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{page}\nendstream", page.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
    ];
    let mut out = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        places.push(out.len());
        write!(out, "{number} 0 obj\n{object}\nendobj\n").expect("memory");
    }
    let table = out.len();
    write!(out, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).expect("memory");
    places.iter().for_each(|place| writeln!(out, "{place:010} 00000 n ").expect("memory"));
    write!(out, "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1)
        .expect("memory");
    out.into_bytes()
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rapporteur"));
    command.args(arguments).current_dir(folder).env_clear().env("RAPPORTEUR_MEANING", "off");
    command.stdin(Stdio::null()).output().expect("the program starts")
}

fn shown(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

const LINES: [&str; 6] = [
    "Ferry fares frozen until spring",
    "",
    "\"The fares will not rise before the spring,\" said Pia Lund,",
    "the harbour minister, on the quay.",
    "",
    "Nobody else spoke at the short ceremony on Monday morning.",
];

#[test]
fn a_pdf_is_an_article_that_answers() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("corpus")).expect("a folder");
    let file = folder.path().join("corpus/fares.pdf");
    fs::write(&file, pdf(&LINES)).expect("written");
    let output = run(folder.path(), &["ask", "what did Lund say about fares?"]);
    let text = shown(&output);
    assert!(
        text.contains("The fares will not rise before the spring,") && text.contains("Pia Lund"),
        "{text}"
    );
    let verified = run(folder.path(), &["verify"]);
    assert!(verified.status.success(), "{}", shown(&verified));
    let extracted = run(folder.path(), &["extract", "corpus/fares.pdf"]);
    let line: serde_json::Value = serde_json::from_slice(&extracted.stdout).expect("JSON");
    assert_eq!((&line["id"], &line["quotes"][0]["speaker"]), (&"corpus/fares".into(), &"Pia Lund".into()));
}

/// A file that is damaged, packed to fill any memory, or without end costs itself and nothing else.
#[test]
fn a_hard_pdf_costs_itself_and_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let corpus = folder.path().join("corpus");
    fs::create_dir(&corpus).expect("a folder");
    let whole = pdf(&LINES);
    fs::write(corpus.join("good.pdf"), &whole).expect("written");
    fs::write(corpus.join("cut.pdf"), &whole[..whole.len() / 2]).expect("written");
    fs::write(corpus.join("empty.pdf"), b"").expect("written");
    fs::write(corpus.join("noise.pdf"), [b"%PDF-1.7\n".as_slice(), &[0xff; 5000]].concat()).expect("written");
    fs::write(corpus.join("picture.pdf"), document("0 0 612 792 re f")).expect("written");
    // A page that is its own parent.
    let circle = String::from_utf8(whole.clone()).expect("ASCII").replace("/Parent 2 0 R", "/Parent 3 0 R");
    fs::write(corpus.join("circle.pdf"), circle.replace("/Kids [3 0 R]", "/Kids [2 0 R]")).expect("written");
    let nested = "[".repeat(200_000);
    fs::write(corpus.join("nested.pdf"), document(&nested)).expect("written");
    let start = Instant::now();
    let output = run(folder.path(), &["index"]);
    let text = shown(&output);
    assert!(start.elapsed() < Duration::from_secs(150), "{:?}", start.elapsed());
    for name in ["cut", "empty", "noise", "picture"] {
        assert!(text.contains(&format!("{name}.pdf")), "{name} in {text}");
    }
    assert!(!text.contains("good.pdf"), "{text}");
    let answer = run(folder.path(), &["ask", "what did Lund say about fares?"]);
    assert!(shown(&answer).contains("The fares will not rise before the spring,"), "{}", shown(&answer));
    let extracted = run(folder.path(), &["extract", "corpus/picture.pdf"]);
    assert!(shown(&extracted).contains("without text"), "{}", shown(&extracted));
}

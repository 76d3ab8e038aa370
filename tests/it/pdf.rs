//! PDFs: their text, and what happens with those made to be hard to read.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Returns a PDF of one page in a standard font. `lines` are its lines, with empty ones between paragraphs.
fn pdf(lines: &[&str]) -> Vec<u8> {
    let mut page = String::from("BT /F1 12 Tf 72 760 Td 14 TL\n");
    for line in lines {
        let escaped = line.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
        writeln!(page, "({escaped}) Tj T*").expect("memory");
    }
    page.push_str("ET");
    document(page.as_bytes(), "")
}

/// Returns a PDF whose only page has this content, compressed by `filter`.
fn document(page: &[u8], filter: &str) -> Vec<u8> {
    let stream = format!("<< /Length {} {filter} >>\nstream\n", page.len());
    let objects: [Vec<u8>; 5] = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_vec(),
        [stream.as_bytes(), page, b"\nendstream"].concat(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
    ];
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in (1..).zip(&objects) {
        writeln!(table, "{:010} 00000 n ", out.len()).expect("memory");
        out.extend(format!("{number} 0 obj\n").bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let start = out.len();
    let trailer =
        format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    out.extend(table.bytes().chain(trailer.bytes()));
    out
}

/// Returns the same page with megabytes of blanks after its words, compressed a thousandfold.
fn padded(megabytes: usize) -> Vec<u8> {
    let words =
        b"BT /F1 12 Tf 72 760 Td (The ferry sails on Monday, said Pia Lund, the harbour minister.) Tj ET";
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(words).expect("memory");
    let blanks = vec![b' '; 1 << 20];
    (0..megabytes).for_each(|_| packed.write_all(&blanks).expect("memory"));
    document(&packed.finish().expect("memory"), "/Filter /FlateDecode")
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

/// A file that is damaged, compressed to fill any memory, or endless is lost, but harms nothing else.
#[test]
fn a_hostile_pdf_affects_no_other_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let corpus = folder.path().join("corpus");
    fs::create_dir(&corpus).expect("a folder");
    let whole = pdf(&LINES);
    fs::write(corpus.join("good.pdf"), &whole).expect("written");
    fs::write(corpus.join("cut.pdf"), &whole[..whole.len() / 2]).expect("written");
    fs::write(corpus.join("empty.pdf"), b"").expect("written");
    fs::write(corpus.join("noise.pdf"), [b"%PDF-1.7\n".as_slice(), &[0xff; 5000]].concat()).expect("written");
    fs::write(corpus.join("picture.pdf"), document(b"0 0 612 792 re f", "")).expect("written");
    // Its page tree refers to itself.
    let circle = String::from_utf8(whole.clone()).expect("ASCII").replace("/Parent 2 0 R", "/Parent 3 0 R");
    fs::write(corpus.join("circle.pdf"), circle.replace("/Kids [3 0 R]", "/Kids [2 0 R]")).expect("written");
    fs::write(corpus.join("bomb.pdf"), padded(600)).expect("written");
    let nested = "[".repeat(200_000);
    fs::write(corpus.join("nested.pdf"), document(nested.as_bytes(), "")).expect("written");
    let start = Instant::now();
    let output = run(folder.path(), &["index"]);
    let text = shown(&output);
    assert!(start.elapsed() < Duration::from_secs(150), "{:?}", start.elapsed());
    for name in ["bomb", "cut", "empty", "noise", "picture"] {
        assert!(text.contains(&format!("{name}.pdf")), "{name} in {text}");
    }
    fs::write(corpus.join("padded.pdf"), padded(1)).expect("written");
    assert!(!shown(&run(folder.path(), &["index"])).contains("padded.pdf"), "a megabyte is read");
    assert!(!text.contains("good.pdf"), "{text}");
    let answer = run(folder.path(), &["ask", "what did Lund say about fares?"]);
    assert!(shown(&answer).contains("The fares will not rise before the spring,"), "{}", shown(&answer));
    let extracted = run(folder.path(), &["extract", "corpus/picture.pdf"]);
    assert!(shown(&extracted).contains("without text"), "{}", shown(&extracted));
}

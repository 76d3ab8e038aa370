//! Extracts the text of a PDF, in a process of its own.
//!
//! A PDF is a program for a printer: a malicious file can make its reader use any amount of time and memory,
//! or crash. So [`Reader`] starts this program once more for each file, with limits on both, and reads its
//! output; [`words`] is what runs in that process. The result is plain text with blank lines between
//! paragraphs, which [`crate::article::read`] reads as such.

use std::collections::{HashMap, HashSet};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The command of this program that reads a PDF from standard input and writes its text to standard output.
pub const COMMAND: &str = "read-pdf";

/// Maximum size in bytes of a PDF.
pub const MOST: u64 = 64 << 20;

/// Maximum size in bytes of the extracted text.
const MOST_TEXT: u64 = 8 << 20;
/// Maximum time for one file.
const PATIENCE: Duration = Duration::from_secs(30);
/// Interval at which the process is polled.
const TICK: Duration = Duration::from_millis(5);
/// Maximum address space of the process, in KiB: together with everything else, indexing stays within 512 MB.
const MEMORY: u64 = 320 << 10;

/// Reads PDFs.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    /// The path of this program; if `None`, no PDF is read.
    program: Option<PathBuf>,
    /// Held while a file is read: one at a time, whatever the number of threads.
    turn: Arc<Mutex<()>>,
}

/// Why a PDF could not be read.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// No program was specified that reads PDFs.
    #[error("PDFs can only be read by the program `rapporteur`")]
    NoProgram,
    /// It exceeds the maximum size.
    #[error("PDF larger than {} MiB", MOST >> 20)]
    TooLarge,
    /// The process could not be started, or communication with it failed.
    #[error("the process that reads PDFs: {0}")]
    Process(#[from] io::Error),
    /// It took too long.
    #[error("reading the PDF took longer than {} seconds", PATIENCE.as_secs())]
    TooLong,
    /// The process ended without an answer: it lacked memory, or the code failed.
    #[error("the PDF cannot be read: it is damaged, or reading it takes too much memory")]
    Failed,
    /// It contains no text.
    #[error("PDF without text; scanned pages have to go through text recognition first")]
    NoText,
}

impl Reader {
    /// Returns a reader that starts `program`, which must be this program.
    #[must_use]
    pub fn new(program: PathBuf) -> Self {
        Self { program: Some(program), turn: Arc::default() }
    }

    /// Returns whether a file with this name is a PDF.
    #[must_use]
    pub fn is_meant(name: &str) -> bool {
        Path::new(name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("pdf"))
    }

    /// Returns the text of the PDF in `bytes`, at most 8 MiB of it. Takes at most thirty seconds; apart from
    /// the file and the text, it uses no memory of this process.
    ///
    /// # Errors
    /// If the file has no text, is too large, or cannot be read within the limits.
    pub fn text(&self, bytes: &mut dyn io::Read) -> Result<String, PdfError> {
        let program = self.program.as_deref().ok_or(PdfError::NoProgram)?;
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut kept = Vec::new();
        if bytes.take(MOST + 1).read_to_end(&mut kept)? as u64 > MOST {
            return Err(PdfError::TooLarge);
        }
        let mut child = command(program).spawn()?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let text = std::thread::scope(|scope| {
            scope.spawn(move || {
                // A process that has ended takes no more input; its exit status says why.
                input.map(|mut input| input.write_all(&kept))
            });
            let text = scope.spawn(move || {
                let mut text = Vec::new();
                output.map_or(Ok(0), |output| output.take(MOST_TEXT).read_to_end(&mut text)).map(|_| text)
            });
            let ended = wait(&mut child);
            // Its output is read to the end now that it has ended.
            let text = text.join().unwrap_or_else(|_| Ok(Vec::new()));
            ended.and_then(|status| Ok((status, text?)))
        });
        match text? {
            (Some(0), text) => Ok(String::from_utf8_lossy(&text).into_owned()),
            (Some(status), _) if status == i32::from(NO_TEXT) => Err(PdfError::NoText),
            _ => Err(PdfError::Failed),
        }
    }
}

/// The exit status of the process for a PDF without text.
pub const NO_TEXT: u8 = 1;

/// Waits for the process to end, and kills it after the maximum time.
fn wait(child: &mut Child) -> Result<Option<i32>, PdfError> {
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code());
        }
        if Instant::now() >= until {
            child.kill()?;
            child.wait()?;
            return Err(PdfError::TooLong);
        }
        std::thread::sleep(TICK);
    }
}

/// Returns the command, with limits on memory and processor time where there is a shell to set them.
fn command(program: &Path) -> Command {
    let mut command = if cfg!(unix) {
        let mut shell = Command::new("/bin/sh");
        let limits = format!(
            "ulimit -v {MEMORY}; ulimit -t {}; ulimit -c 0; exec \"$0\" {COMMAND}",
            PATIENCE.as_secs()
        );
        shell.arg("-c").arg(limits).arg(program);
        shell
    } else {
        let mut own = Command::new(program);
        own.arg(COMMAND);
        own
    };
    command.env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// Returns the text of a PDF: paragraphs with blank lines between them, without page headers and footers;
/// `None` if there is no text or it cannot be read. May panic, and may need any amount of time and memory:
/// call it in a process of its own.
#[must_use]
pub fn words(pdf: &[u8]) -> Option<String> {
    let pages = pdf_extract::extract_text_from_mem_by_pages(pdf).ok()?;
    let text = text_of(&pages);
    (!text.is_empty()).then_some(text)
}

/// Number of lines at the top and at the bottom of a page that may be headers and footers.
const EDGE: usize = 2;
/// Number of pages on which a line at the edge must be repeated to be a header or footer.
const REPEATED: usize = 3;
/// Length of a line, relative to the longest of its page, from which it continues on the next line if no
/// blank lines separate paragraphs.
const FULL: f32 = 0.8;

fn text_of(pages: &[String]) -> String {
    let pages: Vec<Vec<&str>> = pages.iter().map(|page| page.lines().map(str::trim).collect()).collect();
    let mut often: HashMap<String, usize> = HashMap::new();
    for page in &pages {
        let shapes: HashSet<String> = edges(page).into_iter().map(|at| shape(page[at])).collect();
        for shape in shapes {
            *often.entry(shape).or_default() += 1;
        }
    }
    let known: HashSet<String> =
        pages.iter().flatten().flat_map(|line| line.split_whitespace()).map(bare).collect();
    let mut out = String::new();
    for page in &pages {
        let around: HashSet<usize> = edges(page)
            .into_iter()
            .filter(|&at| {
                is_number(page[at]) || often.get(&shape(page[at])).is_some_and(|often| *often >= REPEATED)
            })
            .collect();
        let lines: Vec<&str> =
            page.iter().enumerate().filter(|(at, _)| !around.contains(at)).map(|(_, line)| *line).collect();
        for paragraph in paragraphs(&lines, &known) {
            let goes_on = paragraph.starts_with(char::is_lowercase)
                && out.ends_with(|c: char| c.is_alphanumeric() || c == ',');
            out.push_str(match () {
                () if out.is_empty() => "",
                () if goes_on => " ",
                () => "\n\n",
            });
            out.push_str(&paragraph);
        }
    }
    out
}

/// Returns the indices of the lines at the top and the bottom of a page.
fn edges(page: &[&str]) -> Vec<usize> {
    let filled: Vec<usize> = (0..page.len()).filter(|&at| !page[at].is_empty()).collect();
    let top = filled.iter().take(EDGE);
    let foot = filled.iter().rev().take(EDGE);
    top.chain(foot).copied().collect()
}

/// Returns what a line has in common with its repetitions on other pages: everything except numbers.
fn shape(line: &str) -> String {
    line.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect::<String>().replace("00", "0")
}

/// Returns whether a line is a page number: "12", "- 12 -", "12/40".
fn is_number(line: &str) -> bool {
    line.len() <= 12 && line.contains(|c: char| c.is_ascii_digit()) && !line.contains(char::is_alphabetic)
}

fn bare(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

/// Returns the paragraphs of a page, each on one line.
fn paragraphs(lines: &[&str], known: &HashSet<String>) -> Vec<String> {
    let longest = lines.iter().map(|line| line.chars().count()).max().unwrap_or_default();
    let parted = lines.iter().skip_while(|line| line.is_empty()).any(|line| line.is_empty());
    let mut out: Vec<String> = Vec::new();
    let mut open = false;
    for line in lines {
        if line.is_empty() {
            open = false;
            continue;
        }
        match out.last_mut().filter(|_| open) {
            Some(paragraph) => join(paragraph, line, known),
            None => out.push((*line).to_owned()),
        }
        #[expect(clippy::cast_precision_loss, reason = "lines are short")]
        let is_full = line.chars().count() as f32 >= FULL * longest as f32;
        open = parted || is_full;
    }
    out
}

/// Joins a line to the one before. A hyphen at the end of a line is removed if the file contains the word
/// without it elsewhere.
fn join(paragraph: &mut String, line: &str, known: &HashSet<String>) {
    let Some(before) = paragraph.strip_suffix('-').filter(|before| before.ends_with(char::is_alphabetic))
    else {
        paragraph.push(' ');
        paragraph.push_str(line);
        return;
    };
    let start = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    let end = line.split_whitespace().next().unwrap_or_default();
    if known.contains(&bare(&format!("{start}{end}"))) {
        paragraph.pop();
    }
    paragraph.push_str(line);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pages: &[&str], expected: &str) {
        let pages: Vec<String> = pages.iter().map(|page| (*page).to_owned()).collect();
        assert_eq!(text_of(&pages), expected);
    }

    #[test]
    fn lines_are_joined_and_paragraphs_separated() {
        check(
            &["Ferry talks\n\n“We will sail\non Monday,” said Lund.\n\nNo one else spoke."],
            "Ferry talks\n\n“We will sail on Monday,” said Lund.\n\nNo one else spoke.",
        );
        check(
            &["The ferry will sail on\nMonday, it said.\nLund agrees."],
            "The ferry will sail on Monday, it said.\n\nLund agrees.",
        );
    }

    #[test]
    fn a_hyphen_at_a_line_end_is_removed_if_the_word_occurs_without_it() {
        check(
            &["Our negotia-\ntors met.\n\nThe negotiators left."],
            "Our negotiators met.\n\nThe negotiators left.",
        );
        check(&["A well-\nknown ferry.\n\nIt left."], "A well-known ferry.\n\nIt left.");
    }

    #[test]
    fn headers_and_footers_are_left_out() {
        let page = |number: usize, text: &str| format!("Harbour Board\n\n{text}\n\nPage {number} of 3");
        let pages = [page(1, "One ferry"), page(2, "sailed on."), page(3, "It left.\n\nIt came back.")];
        check(&pages.each_ref().map(String::as_str), "One ferry sailed on.\n\nIt left.\n\nIt came back.");
        check(&["The ferry.\n\n12"], "The ferry.");
        check(&[], "");
    }

    #[test]
    fn without_a_program_nothing_is_read() {
        assert!(matches!(Reader::default().text(&mut &b"%PDF-1.4"[..]), Err(PdfError::NoProgram)));
        assert!(Reader::is_meant("a/b.PDF") && !Reader::is_meant("a/pdf"));
    }
}

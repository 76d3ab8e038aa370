//! How fast are quotes extracted, and does the cost grow linearly? Measures the CPU time of this thread and
//! takes the least of several runs.
//!
//! ```text
//! cargo bench --bench extract [FILE.jsonl]
//! ```
//!
//! The articles are those of `corpus/`, or of a JSON Lines file with `text`. The first table repeats the
//! articles once, twice and four times. The second joins one, two, four, up to 64 articles into one, with the
//! same total number of words.

use std::io::Write as _;
use std::path::Path;
use std::{env, fs, hint, io};

use rapporteur::article::{self, Article, Origin};
use rapporteur::people::People;
use rapporteur::quote;
use rustix::time::{ClockId, clock_gettime};

/// Runs of each measurement.
const RUNS: usize = 7;

fn main() -> io::Result<()> {
    let file = env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let articles = match &file {
        Some(file) => read(Path::new(file)),
        None => folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus"))?,
    };
    let mut out = io::stdout().lock();
    let bytes: usize = articles.iter().map(|article| article.text.len()).sum();
    writeln!(out, "{} articles, {} bytes each on average", articles.len(), bytes / articles.len().max(1))?;
    writeln!(out, "{:>10} {:>10} {:>12} {:>10}", "articles", "seconds", "articles/s", "MB/s")?;
    for times in [1, 2, 4] {
        let more: Vec<&Article> = (0..times).flat_map(|_| &articles).collect();
        let seconds = measure(|| more.iter().map(|article| found(article)).sum());
        let (count, size) = (more.len() as f64, (bytes * times) as f64);
        writeln!(
            out,
            "{:>10} {seconds:>10.3} {:>12.0} {:>10.1}",
            more.len(),
            count / seconds,
            size / seconds / 1e6
        )?;
    }
    writeln!(out, "{:>10} {:>10} {:>12} {:>10}", "joined", "seconds", "bytes each", "MB/s")?;
    for joined in [1, 2, 4, 8, 16, 32, 64] {
        let longer: Vec<Article> = articles.chunks(joined).filter_map(join).collect();
        let seconds = measure(|| longer.iter().map(found).sum());
        let each = bytes / longer.len().max(1);
        writeln!(out, "{joined:>10} {seconds:>10.3} {each:>12} {:>10.1}", bytes as f64 / seconds / 1e6)?;
    }
    Ok(())
}

fn found(article: &Article) -> usize {
    quote::extract(article, &People::default()).len()
}

/// Joins all articles into one.
fn join(articles: &[Article]) -> Option<Article> {
    let text: Vec<&str> = articles.iter().map(|article| article.text.as_str()).collect();
    Some(Article { text: text.join("\n\n"), ..articles.first()?.clone() })
}

fn read(path: &Path) -> Vec<Article> {
    let Ok(file) = fs::File::open(path) else { return Vec::new() };
    let name = path.to_string_lossy();
    let origin = Origin { path: &name, format: None, sidecar: None };
    article::read(io::BufReader::new(file), origin).filter_map(Result::ok).collect()
}

fn folder(path: &Path) -> io::Result<Vec<Article>> {
    let mut files: Vec<_> = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    files.sort();
    files
        .retain(|file| file.extension().is_some_and(|ending| ending == "md") && !file.ends_with("README.md"));
    Ok(files.iter().flat_map(|file| read(file)).collect())
}

/// Returns the least CPU time of this thread over all runs, in seconds.
fn measure(run: impl Fn() -> usize) -> f64 {
    let now = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
    };
    let one = |_| {
        let start = now();
        hint::black_box(run());
        now() - start
    };
    (0..RUNS).map(one).fold(f64::INFINITY, f64::min)
}

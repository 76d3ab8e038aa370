//! How fast is indexing, what does it cost when little or nothing has changed, and how does the cost grow?
//!
//! ```sh
//! cargo bench --bench index -- compare 20000      # all of indexing against bare tantivy, same text, same threads
//! cargo bench --bench index -- compare FILE.jsonl # the same with articles of your own: `id`, `title`, `text` on each line
//! cargo bench --bench index -- unchanged 100000   # a folder with this many files, indexed again
//! cargo bench --bench index -- grow 1000000       # from 1,000 articles up, each size in a separate process
//! cargo bench --bench index -- more FOLDER 7      # adds seven articles to `FOLDER/corpus` and `FOLDER/index`, which must exist
//! cargo bench --bench index -- plot docs/log/speed.md docs/log/speed.svg   # draws the rows that `grow` printed
//! ```
//!
//! The articles are generated: words of the bundled corpus and thousands of invented ones, distributed by
//! Zipf's law, two thousand speakers, four quotes per article. They are the same on every machine. CPU time
//! is that of all threads; memory is the peak resident size, and the peak private size (without mapped
//! files).

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::civil::date;
use rapporteur::answer::Record;
use rapporteur::ask;
use rapporteur::index::{QuoteIndex, Report};
use rapporteur::ingest::{self, Job, Silent};
use rapporteur::question::{Asked, Question};
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};
use tantivy::schema::{IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions};
use tantivy::{Index, IndexWriter, TantivyDocument};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?;
    match words.as_slice() {
        ["compare", what] => compare(what, threads),
        ["unchanged", count] => unchanged(count.parse()?, threads),
        ["grow", most] => grow(most.parse()?),
        ["plot", table, picture] => plot(Path::new(table), Path::new(picture)),
        ["size", count] => size(count.parse()?, threads),
        ["more", folder, count] => {
            println!("{}", more(&job(Path::new(folder), threads), count.parse()?)?.join(" | "));
            Ok(())
        }
        [] => compare("2000", threads).and_then(|()| unchanged(2_000, threads)),
        _ => anyhow::bail!(
            "one of: compare ARTICLES, compare FILE.jsonl, unchanged FILES, grow ARTICLES, more FOLDER ARTICLES, plot TABLE.md PICTURE.svg"
        ),
    }
}

/// A generator of reproducible pseudo-random numbers (xorshift64*, Vigna 2016).
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).unwrap_or(0) % sides
    }
}

/// Generates articles.
struct Writer {
    /// The words, most frequent first.
    words: Vec<String>,
    dice: Dice,
}

const FIRST: [&str; 20] = [
    "Angela", "Omar", "Marta", "Ines", "Peter", "Lucia", "Jonas", "Nadia", "Felix", "Clara", "Hugo", "Irene",
    "Viktor", "Paula", "Simon", "Tamara", "Anton", "Judith", "Karim", "Selma",
];
const SYLLABLES: [&str; 20] = [
    "ber", "dal", "fen", "gar", "hol", "jan", "kel", "lor", "mar", "nor", "pel", "quin", "ros", "sand",
    "tor", "ul", "ver", "wen", "yar", "zim",
];
const SAID: [&str; 6] =
    ["said", "told reporters", "said on Monday", "added", "warned", "wrote in a statement"];

impl Writer {
    fn new(seed: u64) -> anyhow::Result<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
        let mut counts = std::collections::BTreeMap::<String, usize>::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "md") {
                let text = fs::read_to_string(path)?;
                let body = text.rsplit("+++").next().unwrap_or_default();
                for word in body.split(|c: char| !c.is_alphabetic()).filter(|word| word.len() > 1) {
                    *counts.entry(word.to_lowercase()).or_default() += 1;
                }
            }
        }
        let mut words: Vec<(String, usize)> = counts.into_iter().collect();
        words.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        // Rare words make the vocabulary as large as that of news.
        let rare = (0..8000)
            .map(|at| [at / 400, at / 20 % 20, at % 20].map(|syllable| SYLLABLES[syllable]).concat());
        let words = words.into_iter().map(|(word, _)| word).chain(rare).collect();
        Ok(Self { words, dice: Dice(seed | 1) })
    }

    /// Returns a random word; the word of rank r comes about 1/r as often as the first.
    fn word(&mut self) -> &str {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "ranks are small"
        )]
        let rank = {
            let part = self.dice.throw(1 << 20) as f64 / f64::from(1 << 20);
            (self.words.len() as f64).powf(part) as usize - 1
        };
        &self.words[rank.min(self.words.len() - 1)]
    }

    fn sentence(&mut self, out: &mut String, length: usize) {
        for at in 0..length {
            let word = self.word().to_owned();
            if at == 0 {
                let mut letters = word.chars();
                out.extend(letters.next().into_iter().flat_map(char::to_uppercase));
                out.push_str(letters.as_str());
            } else {
                let _ = write!(out, " {word}");
            }
        }
    }

    fn speaker(&mut self) -> String {
        let first = FIRST[self.dice.throw(FIRST.len())];
        let surname = [SYLLABLES[self.dice.throw(10)], SYLLABLES[10 + self.dice.throw(10)]].concat();
        let mut letters = surname.chars();
        let initial: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        format!("{first} {initial}{}", letters.as_str())
    }

    /// Returns one article as a JSON line.
    fn line(&mut self, number: u64) -> String {
        let mut title = String::new();
        self.sentence(&mut title, 7);
        let mut text = String::new();
        for paragraph in 0..12 {
            let length = 10 + self.dice.throw(16);
            if paragraph % 3 == 1 {
                let (speaker, said) = (self.speaker(), SAID[self.dice.throw(SAID.len())]);
                text.push('“');
                self.sentence(&mut text, length);
                let _ = write!(text, ",” {speaker} {said}. ");
            }
            self.sentence(&mut text, length + 5);
            text.push_str(".\n\n");
        }
        let outlet = format!("Herald {}", self.dice.throw(40));
        let (month, day) = (1 + self.dice.throw(12), 1 + self.dice.throw(28));
        let date = format!("2025-{month:02}-{day:02}");
        let id = format!("made-{number}");
        json!({"id": id, "title": title, "outlet": outlet, "date": date, "text": text.trim_end()}).to_string()
    }
}

/// Writes the articles into archives of at most 100,000 each; returns the total size in bytes.
fn write_archives(folder: &Path, articles: u64) -> anyhow::Result<u64> {
    fs::create_dir_all(folder)?;
    let mut writer = Writer::new(20_251_124)?;
    let mut bytes = 0;
    for start in (0..articles).step_by(100_000) {
        let mut file =
            BufWriter::new(File::create(folder.join(format!("archive-{:03}.jsonl", start / 100_000)))?);
        for number in start..articles.min(start + 100_000) {
            let line = writer.line(number);
            bytes += line.len() as u64 + 1;
            writeln!(file, "{line}")?;
        }
        file.flush()?;
    }
    Ok(bytes)
}

fn index(job: &Job) -> anyhow::Result<Report> {
    ingest::ingest(job, &mut Silent, &AtomicBool::new(false))
}

fn job(folder: &Path, threads: usize) -> Job {
    Job { corpus: vec![folder.join("corpus")], index: folder.join("index"), threads, ..Job::default() }
}

/// Runs `work` and returns its result, its wall-clock time and its CPU time on all cores.
fn timed<T>(work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<(T, Duration, Duration)> {
    let cpu = || {
        let time = clock_gettime(ClockId::ProcessCPUTime);
        Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
    };
    let (wall, before) = (Instant::now(), cpu());
    let done = work()?;
    Ok((done, wall.elapsed(), cpu().saturating_sub(before)))
}

/// What plain tantivy indexes.
enum Bare<'a> {
    /// Title and text of each line, stored, and indexed with positions by one of tantivy's analyzers.
    Articles(&'static str),
    /// What `index` makes searchable: the words and the context of each of these quotes, with its stemmer;
    /// also the text of each line, stored.
    Quotes(&'a [Record]),
}

/// Indexes the lines with plain tantivy.
fn bare(corpus: &Path, folder: &Path, what: &Bare, threads: usize) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    let (analyzer, quotes) = match what {
        Bare::Articles(analyzer) => (*analyzer, &[][..]),
        Bare::Quotes(quotes) => ("en_stem", *quotes),
    };
    let indexed = |option| {
        TextOptions::default().set_indexing_options(
            TextFieldIndexing::default().set_tokenizer(analyzer).set_index_option(option),
        )
    };
    let words = indexed(IndexRecordOption::WithFreqsAndPositions).set_stored();
    let mut builder = Schema::builder();
    let id = builder.add_text_field("id", STRING | STORED);
    let title = builder.add_text_field("title", words.clone());
    let text = builder.add_text_field("text", words.clone());
    let kept = builder.add_text_field("kept", STORED);
    let quote = builder.add_text_field("quote", words);
    let around = builder.add_text_field("around", indexed(IndexRecordOption::WithFreqs));
    let index = Index::create_in_dir(folder, builder.build())?;
    let mut writer: IndexWriter = index.writer_with_num_threads(threads, 64 << 20)?;
    for line in lines(corpus)? {
        let article: Value = serde_json::from_str(&line?)?;
        let mut document = TantivyDocument::default();
        let text = if quotes.is_empty() { text } else { kept };
        for (field, name) in [(id, "id"), (title, "title"), (text, "text")] {
            document.add_text(field, article[name].as_str().unwrap_or_default());
        }
        writer.add_document(document)?;
    }
    for record in quotes {
        let mut document = TantivyDocument::default();
        document.add_text(id, &record.article.0);
        document.add_text(quote, record.words());
        let title = record.citation.title.as_deref().unwrap_or_default();
        for text in [record.context.as_str(), title, record.lead.as_str()] {
            document.add_text(around, text);
        }
        writer.add_document(document)?;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok(())
}

/// Returns the lines of all files in a folder.
fn lines(corpus: &Path) -> anyhow::Result<impl Iterator<Item = std::io::Result<String>>> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(corpus)?.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<_>>()?;
    files.sort();
    let files: Vec<File> = files.iter().map(File::open).collect::<Result<_, _>>()?;
    Ok(files.into_iter().flat_map(|file| BufReader::new(file).lines()))
}

#[expect(clippy::cast_precision_loss, reason = "for people to read")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// Compares the two on generated articles, if `what` is a number, or on those of a file.
fn compare(what: &str, threads: usize) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let corpus = folder.path().join("corpus");
    match what.parse() {
        Ok(articles) => drop(write_archives(&corpus, articles)?),
        Err(_) => {
            fs::create_dir_all(&corpus)?;
            fs::copy(what, corpus.join("articles.jsonl"))?;
        }
    }
    let (mut articles, mut bytes) = (0, 0);
    for line in lines(&corpus)? {
        let article: Value = serde_json::from_str(&line?)?;
        articles += 1;
        bytes += ["title", "text"]
            .map(|name| article[name].as_str().map_or(0, str::len) as u64)
            .iter()
            .sum::<u64>();
    }
    println!(
        "{articles} articles, {:.1} MB of titles and texts, {threads} threads; the best of 5, by CPU time",
        megabytes(bytes)
    );
    let bare = |what: &Bare| {
        let folder = folder.path().join("bare");
        bare(&corpus, &folder, what, threads)?;
        Ok(fs::remove_dir_all(folder)?)
    };
    let job = Job { full: true, ..job(folder.path(), threads) };
    let mut best = [Duration::MAX; 5];
    for _ in 0..5 {
        let (report, wall, cpu) = timed(|| index(&job))?;
        anyhow::ensure!(report.articles == articles, "{report:?}");
        println!(
            "  index: {:.2} s, {:.2} s CPU, {} quotes",
            wall.as_secs_f64(),
            cpu.as_secs_f64(),
            report.quotes
        );
        let mut records = Vec::new();
        let index = QuoteIndex::open(&job.index)?.ok_or_else(|| anyhow::anyhow!("no index"))?;
        index.each(&Question::default(), |record| -> anyhow::Result<()> {
            records.push(record);
            Ok(())
        })?;
        let (_, _, default) = timed(|| bare(&Bare::Articles("default")))?;
        let (_, _, stemmed) = timed(|| bare(&Bare::Articles("en_stem")))?;
        let (_, _, quotes) = timed(|| bare(&Bare::Quotes(&records)))?;
        let (_, _, extracted) = timed(|| extract(&corpus))?;
        for (best, cpu) in best.iter_mut().zip([cpu, default, stemmed, quotes, extracted]) {
            *best = (*best).min(cpu);
        }
    }
    let names = [
        "index",
        "bare tantivy, articles",
        "bare tantivy, articles, stemmed",
        "bare tantivy, quotes with what is around them, stemmed",
        "only parsed and extracted, one thread",
    ];
    for (name, cpu) in names.iter().zip(best) {
        let cpu = cpu.as_secs_f64();
        let (rate, of) = (megabytes(bytes) / cpu, cpu / best[0].as_secs_f64());
        println!("{name}: {cpu:.3} s CPU, {rate:.1} MB a CPU second; index has {of:.2} of this rate");
    }
    Ok(())
}

fn extract(corpus: &Path) -> anyhow::Result<usize> {
    let people = rapporteur::people::People::default();
    let mut quotes = 0;
    for entry in fs::read_dir(corpus)? {
        let file = BufReader::new(File::open(entry?.path())?);
        let origin = rapporteur::article::Origin { path: "a.jsonl", ..Default::default() };
        for article in rapporteur::article::read(file, origin) {
            quotes += rapporteur::quote::extract(&article?, &people).len();
        }
    }
    Ok(quotes)
}

fn unchanged(files: u64, threads: usize) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let corpus = folder.path().join("corpus");
    let mut writer = Writer::new(7)?;
    for number in 0..files {
        let inner = corpus.join(format!("{:03}", number / 1000));
        if number % 1000 == 0 {
            fs::create_dir_all(&inner)?;
        }
        // Short articles, because only their number matters here.
        let text = format!("# Report {number}\n\n“We will open it,” {} said.\n", writer.speaker());
        fs::write(inner.join(format!("{number}.md")), text)?;
    }
    let job = job(folder.path(), threads);
    let (report, wall, cpu) = timed(|| index(&job))?;
    println!(
        "{files} files: first {:.2} s, {:.2} s CPU, {} articles",
        wall.as_secs_f64(),
        cpu.as_secs_f64(),
        report.articles
    );
    for _ in 0..5 {
        let (report, wall, cpu) = timed(|| index(&job))?;
        anyhow::ensure!(report.unchanged == files && report.written == 0, "{report:?}");
        println!("  nothing changed: {:.3} s, {:.3} s CPU", wall.as_secs_f64(), cpu.as_secs_f64());
    }
    Ok(())
}

/// The measurements for one size.
const COLUMNS: [&str; 12] = [
    "articles",
    "quotes",
    "MB",
    "build s",
    "build CPU s",
    "private MB",
    "resident MB",
    "index MB",
    "unchanged ms",
    "one new article ms",
    "most ms",
    "least CPU ms",
];

fn size(articles: u64, threads: usize) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let bytes = write_archives(&folder.path().join("corpus"), articles)?;
    let job = job(folder.path(), threads);
    let watch = Private::start();
    let (report, wall, cpu) = timed(|| index(&job))?;
    let private = watch.most();
    anyhow::ensure!(report.articles == articles, "{report:?}");
    let resident = status("VmHWM") / 1024;
    let index_bytes = folder_bytes(&job.index)?;
    let numbers = [
        articles.to_string(),
        report.quotes.to_string(),
        format!("{:.0}", megabytes(bytes)),
        format!("{:.1}", wall.as_secs_f64()),
        format!("{:.1}", cpu.as_secs_f64()),
        private.to_string(),
        resident.to_string(),
        format!("{:.0}", megabytes(index_bytes)),
    ];
    println!("{} | {}", numbers.join(" | "), more(&job, 7)?.join(" | "));
    Ok(())
}

/// Indexes again with nothing changed, then `number` new articles one by one, each until it is found.
/// Returns, in milliseconds, the time of the first, the median and the maximum of the others, and the least
/// CPU time.
fn more(job: &Job, number: u32) -> anyhow::Result<[String; 4]> {
    let (_, again, _) = timed(|| index(job))?;
    let (mut news, mut least) = (Vec::new(), Duration::MAX);
    for number in 0..number {
        let words = format!("The lighthouse number {number} shines again");
        let text = format!("# A new report {number}\n\n“{words},” Angela Lee said on Monday.\n");
        fs::write(job.corpus[0].join(format!("new-{number}.md")), text)?;
        let (_, wall, cpu) = timed(|| {
            index(job)?;
            let index = QuoteIndex::open(&job.index)?.ok_or_else(|| anyhow::anyhow!("no index"))?;
            let asked = Asked::new(
                format!("Who said the lighthouse number {number} shines again?"),
                date(2026, 1, 1),
            );
            let answer = ask::ask(&index, &asked, 3)?;
            anyhow::ensure!(
                answer.hits.iter().any(|hit| hit.record.words().contains(&words)),
                "it is not found"
            );
            Ok(())
        })?;
        news.push(wall);
        least = least.min(cpu);
    }
    news.sort_unstable();
    let all = [again, news[news.len() / 2], news[news.len() - 1], least];
    Ok(all.map(|time| time.as_millis().to_string()))
}

fn folder_bytes(folder: &Path) -> anyhow::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        bytes += if entry.path().is_dir() { folder_bytes(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(bytes)
}

/// Returns a value from `/proc/self/status` in kilobytes; 0 if it is missing.
fn status(name: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

/// Samples the private memory ten times a second.
struct Private(std::sync::Arc<AtomicU64>);

impl Private {
    fn start() -> Self {
        let most = std::sync::Arc::new(AtomicU64::new(0));
        let weak = std::sync::Arc::downgrade(&most);
        std::thread::spawn(move || {
            while let Some(most) = weak.upgrade() {
                most.fetch_max(status("RssAnon"), Ordering::Relaxed);
                drop(most);
                std::thread::sleep(Duration::from_millis(100));
            }
        });
        Self(most)
    }

    /// Returns the peak in megabytes.
    fn most(&self) -> u64 {
        self.0.load(Ordering::Relaxed) / 1024
    }
}

/// Measures each size in a separate process, so that each has its own memory figures.
fn grow(most: u64) -> anyhow::Result<()> {
    println!("| {} |", COLUMNS.join(" | "));
    println!("|{}", " --- |".repeat(COLUMNS.len()));
    let mut articles = 1000;
    while articles <= most {
        let output = Command::new(std::env::current_exe()?).args(["size", &articles.to_string()]).output()?;
        anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        println!("| {} |", String::from_utf8_lossy(&output.stdout).trim());
        std::io::stdout().flush()?;
        articles *= 10;
    }
    Ok(())
}

/// Draws the table of sizes in a file.
fn plot(table: &Path, picture: &Path) -> anyhow::Result<()> {
    let text = fs::read_to_string(table)?;
    // A cell may say that something was not measured.
    let cells = |line: &str| -> Option<Vec<f64>> {
        let cells = line.trim().strip_prefix('|')?.strip_suffix('|')?.split('|');
        Some(cells.map(|cell| cell.trim().replace(',', "").parse().unwrap_or(f64::NAN)).collect())
    };
    let rows: Vec<Vec<f64>> = text
        .lines()
        .filter_map(cells)
        .filter(|row| row.len() == COLUMNS.len() && row[0].is_finite())
        .collect();
    anyhow::ensure!(!rows.is_empty(), "`{}` holds no row of `grow`", table.display());
    Ok(fs::write(picture, draw(&rows))?)
}

/// The lines to draw: the column, its name, its colour.
const LINES: [(usize, &str, &str); 6] = [
    (3, "build, s", "#1f77b4"),
    (4, "build, s of CPU", "#17becf"),
    (5, "private memory, MB", "#d62728"),
    (7, "index, MB", "#9467bd"),
    (8, "nothing changed, ms", "#2ca02c"),
    (9, "one new article, ms", "#ff7f0e"),
];

/// Draws the rows as lines over the number of articles; both axes are logarithmic.
fn draw(rows: &[Vec<f64>]) -> String {
    let x = |articles: f64| 60.0 + 150.0 * (articles.log10() - 3.0);
    let y = |value: f64| 380.0 - 60.0 * (value.max(0.1).log10() + 1.0);
    let mut out = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 420\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"720\" height=\"420\" fill=\"white\"/>\n",
    );
    for power in -1..=5 {
        let (value, at) = (10_f64.powi(power), y(10_f64.powi(power)));
        let _ = writeln!(
            out,
            "<path d=\"M60 {at:.0}H510\" stroke=\"#ddd\"/><text x=\"54\" y=\"{:.0}\" text-anchor=\"end\">{value}</text>",
            at + 4.0
        );
    }
    for power in 3..=6 {
        let at = x(10_f64.powi(power));
        let _ = writeln!(
            out,
            "<path d=\"M{at:.0} 20V380\" stroke=\"#ddd\"/><text x=\"{at:.0}\" y=\"398\" text-anchor=\"middle\">{}</text>",
            10_u64.pow(power.unsigned_abs())
        );
    }
    out.push_str("<text x=\"285\" y=\"414\" text-anchor=\"middle\">articles</text>\n");
    for (at, (column, name, colour)) in LINES.iter().enumerate() {
        let points: Vec<String> =
            rows.iter().map(|row| format!("{:.0},{:.0}", x(row[0]), y(row[*column]))).collect();
        let _ = writeln!(
            out,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/><text x=\"530\" y=\"{}\" fill=\"{colour}\">{name}</text>",
            points.join(" "),
            60 + 22 * at
        );
    }
    out.push_str("</svg>\n");
    out
}

//! What does a question cost with a million quotes, compared with a plain BM25 search for the same words?
//!
//! ```text
//! cargo bench --bench ask -- [--quotes N] [--folder DIR] [--source FILE] [--questions FILE] [--pages]
//! ```
//!
//! Multiplies the articles of `--source` (a corpus folder or an article file; default: the bundled corpus)
//! until they have `--quotes` quotes (default 100,000), in `--folder`, where they stay for the next run
//! (default: a temporary folder). Asks each of `--questions` (JSON Lines with `q`; default: questions made
//! from quotes in the index) three times, and takes the least processor time of this thread. For comparison
//! it runs tantivy's own search for the ten best results for the same words, once over the quotes with their
//! context and once over the quotes only. Finally it requests pages of the reading room, each over a new
//! connection, and measures the processor time of the whole process; with `--pages`, it does only that.

#[path = "ask/grow.rs"]
mod grow;
#[path = "ask/page.rs"]
mod page;

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use anyhow::Context as _;
use jiff::civil::date;
use rapporteur::answer::Page;
use rapporteur::article::{Article, Origin, read};
use rapporteur::ask;
use rapporteur::fold;
use rapporteur::index::{Names, QuoteIndex};
use rapporteur::ingest::{self, Job, Silent};
use rapporteur::lang::Language;
use rapporteur::people::People;
use rapporteur::question::Asked;
use rapporteur::quote::extract;
use rayon::prelude::*;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{Index, Searcher, Term};

/// The lists of a corpus that have pages of their own.
const LISTS: [&str; 3] = ["people.toml", "rounds.toml", "matters.toml"];

struct Options {
    quotes: u64,
    folder: Option<PathBuf>,
    source: PathBuf,
    questions: Option<PathBuf>,
    only_pages: bool,
}

fn options() -> anyhow::Result<Options> {
    let bundled = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut out =
        Options { quotes: 100_000, folder: None, source: bundled, questions: None, only_pages: false };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().with_context(|| format!("`{word}` needs a value"));
        match word.as_str() {
            "--bench" => {}
            "--quotes" => out.quotes = value()?.parse().context("`--quotes` is a number")?,
            "--folder" => out.folder = Some(value()?.into()),
            "--source" => out.source = value()?.into(),
            "--pages" => out.only_pages = true,
            "--questions" => out.questions = Some(value()?.into()),
            other => anyhow::bail!("unknown option `{other}`"),
        }
    }
    Ok(out)
}

fn main() -> anyhow::Result<()> {
    let options = options()?;
    let scratch = tempfile::tempdir()?;
    let folder = options.folder.clone().unwrap_or_else(|| scratch.path().to_owned());
    let articles = articles(&options.source)?;
    let corpus = folder.join(format!("corpus-{}", options.quotes));
    let grown = corpus.join("grown.jsonl");
    if !grown.is_file() {
        fs::create_dir_all(&corpus)?;
        for list in LISTS {
            // A source without lists has no pages for matters and rounds.
            let _ = fs::copy(options.source.join(list), corpus.join(list));
        }
        grow_to(&articles, options.quotes, &grown)?;
    }
    let job = Job {
        corpus: vec![corpus],
        index: folder.join(format!("index-{}", options.quotes)),
        threads: 2,
        ..Job::default()
    };
    ingest::ingest(&job, &mut Silent, &AtomicBool::new(false))?;
    let started = cpu();
    let index = QuoteIndex::open(&job.index)?.context("no index")?;
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{} articles, {} quotes; opened in {:.0} ms",
        index.state().articles,
        index.state().quotes,
        cpu() - started
    )?;
    let bare = Bare::open(&job.index)?;
    writeln!(out, "{} segments", bare.searcher.segment_readers().len())?;
    let questions = match &options.questions {
        Some(path) => asked(path)?,
        None => made(&index)?,
    };
    if !options.only_pages {
        compare(&index, &bare, &questions, &mut out)?;
    }
    drop(index);
    page::pages(job, &questions, &mut out)
}

/// Writes what the questions cost, and what completions cost.
fn compare(
    index: &QuoteIndex,
    bare: &Bare,
    questions: &[(String, String)],
    out: &mut impl std::io::Write,
) -> anyhow::Result<()> {
    let mut kinds: HashMap<&str, Vec<[f64; 3]>> = HashMap::new();
    for (kind, text) in questions {
        let asked = Asked::new(text.clone(), date(2026, 3, 1));
        let answer = ask::ask(index, &asked, 10)?;
        let mut words = answer.question.terms.clone();
        words.extend(answer.question.phrase.iter().flat_map(|phrase| fold::words(phrase)));
        words.extend(answer.question.speakers.iter().flat_map(|name| fold::words(name)));
        words.retain(|word| !Language::primary().is_function_word(word));
        let times = [
            least(|| drop(ask::ask(index, &asked, Page { offset: 0, limit: 10 }))),
            least(|| drop(bare.search("topic", &words))),
            least(|| drop(bare.search("stems", &words))),
        ];
        kinds.entry(kind).or_default().push(times);
        kinds.entry("all").or_default().push(times);
    }
    writeln!(out, "milliseconds of processor time, p50 / p99")?;
    writeln!(
        out,
        "{:<14} {:>5} {:>17} {:>22} {:>17} {:>9}",
        "kind", "n", "question", "bare, surroundings", "bare, quotes", "ratio p50"
    )?;
    let mut names: Vec<&&str> = kinds.keys().collect();
    names.sort_unstable();
    for name in names {
        let column = |at: usize| -> Vec<f64> { kinds[*name].iter().map(|times| times[at]).collect() };
        let [question, around, quotes] =
            [0, 1, 2].map(|at| [0.5, 0.99].map(|part| percentile(column(at), part)));
        writeln!(
            out,
            "{name:<14} {:>5} {:>8.2} / {:>6.2} {:>13.2} / {:>6.2} {:>8.2} / {:>6.2} {:>9.2}",
            kinds[*name].len(),
            question[0],
            question[1],
            around[0],
            around[1],
            quotes[0],
            quotes[1],
            question[0] / around[0]
        )?;
    }
    let typed: Vec<f64> = completions(index);
    writeln!(
        out,
        "completions: {} prefixes, p50 {:.3}, p99 {:.3}",
        typed.len(),
        percentile(typed.clone(), 0.5),
        percentile(typed, 0.99)
    )?;
    Ok(())
}

/// Reads the articles of a file, or of all files in a folder.
fn articles(source: &Path) -> anyhow::Result<Vec<Article>> {
    let mut files = vec![source.to_owned()];
    if source.is_dir() {
        files = fs::read_dir(source)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
        files.retain(|path| path.extension().is_some_and(|ending| ending == "md"));
        files.sort();
    }
    let mut out = Vec::new();
    for file in files {
        let path = file.to_string_lossy().into_owned();
        out.extend(
            read(BufReader::new(File::open(&file)?), Origin { path: &path, ..Origin::default() }).flatten(),
        );
    }
    anyhow::ensure!(!out.is_empty(), "`{}` holds no article", source.display());
    Ok(out)
}

/// Writes generated articles until they contain `quotes` quotes.
fn grow_to(articles: &[Article], quotes: u64, path: &Path) -> anyhow::Result<()> {
    let stock = grow::Stock::of(articles);
    let people = People::new(Vec::new());
    let part = path.with_extension("part");
    let mut file = BufWriter::new(File::create(&part)?);
    let mut found = 0;
    for round in 0.. {
        let grown: Vec<(Article, usize)> = articles
            .par_iter()
            .map(|article| {
                let article = if round == 0 { article.clone() } else { grow::grow(article, &stock, round) };
                let quotes = extract(&article, &people).len();
                (article, quotes)
            })
            .collect();
        for (article, count) in grown {
            let line = serde_json::json!({
                "id": article.id, "title": article.citation.title, "outlet": article.citation.outlet,
                "date": article.citation.date, "tags": article.tags, "text": article.text,
            });
            writeln!(file, "{line}")?;
            found += count as u64;
            if found >= quotes {
                file.flush()?;
                return Ok(fs::rename(&part, path)?);
            }
        }
        anyhow::ensure!(found > 0, "the source holds no quotes");
    }
    Ok(())
}

/// Reads the questions of a file, each with its kind if the file has kinds.
fn asked(path: &Path) -> anyhow::Result<Vec<(String, String)>> {
    #[derive(serde::Deserialize)]
    struct Line {
        q: String,
        #[serde(default)]
        kind: String,
    }
    let text = fs::read_to_string(path)?;
    let line = |line| serde_json::from_str::<Line>(line).map(|line| (line.kind, line.q));
    Ok(text.lines().map(line).collect::<Result<_, _>>()?)
}

/// Makes questions from quotes in the index, in six forms that people use.
fn made(index: &QuoteIndex) -> anyhow::Result<Vec<(String, String)>> {
    let mut dice = grow::Dice(7);
    let mut out = Vec::new();
    let everybody = index.roster().speakers();
    let often = everybody.len().min(200);
    while out.len() < 600 {
        // Half of all questions are about the few most quoted speakers.
        let range = if out.len() % 2 == 0 { often } else { everybody.len() };
        let speaker = &everybody[dice.roll(range)];
        if speaker.quotes == 0 {
            continue;
        }
        let asked = Asked::new(format!("speaker:\"{}\"", speaker.name), date(2026, 3, 1));
        let answer = ask::ask(index, &asked, 10)?;
        if answer.hits.is_empty() {
            continue;
        }
        let record = &answer.hits[dice.roll(answer.hits.len())].record;
        let said = fold::words(&record.words());
        let words: Vec<&String> = said
            .iter()
            .filter(|word| word.len() > 4 && !Language::primary().is_function_word(word))
            .take(3)
            .collect();
        if words.len() < 3 {
            continue;
        }
        let topic = words.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(" ");
        let name = &speaker.name;
        let start = said.iter().take(9).map(String::as_str).collect::<Vec<_>>().join(" ");
        let (kind, text) = match out.len() % 10 {
            0..=3 => ("speaker+topic", format!("What did {name} say about {topic}?")),
            4 => ("speaker", format!("What did {name} say?")),
            5 => ("topic", format!("who said what about {topic}?")),
            6 => (
                "topic",
                format!("{topic} {}", said.iter().rev().find(|word| word.len() > 4).unwrap_or(words[0])),
            ),
            7 => ("who said", format!("who said \"{start}\"")),
            8 => match record.citation.date {
                Some(day) => {
                    ("month", format!("What did {name} say about {topic} in {}?", day.strftime("%B %Y")))
                }
                None => continue,
            },
            _ => ("misspelt", format!("what did {}h say about {topic}", name.trim_end_matches('h'))),
        };
        out.push((kind.to_owned(), text));
    }
    Ok(out)
}

/// Plain tantivy, on the same index files.
struct Bare {
    searcher: Searcher,
}

impl Bare {
    fn open(index: &Path) -> anyhow::Result<Self> {
        let generation = fs::read_to_string(index.join("CURRENT"))?;
        let index = Index::open_in_dir(index.join(generation.trim()))?;
        Ok(Self { searcher: index.reader()?.searcher() })
    }

    fn search(&self, field: &str, words: &[String]) -> tantivy::Result<usize> {
        let field = self.searcher.schema().get_field(field)?;
        let any: Vec<Box<dyn Query>> = words
            .iter()
            .map(|word| {
                let term = Term::from_field_text(field, &fold::stem(word));
                Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)) as Box<dyn Query>
            })
            .collect();
        let found =
            self.searcher.search(&BooleanQuery::union(any), &TopDocs::with_limit(10).order_by_score())?;
        Ok(found.len())
    }
}

/// Measures the completion of every prefix of speakers', outlets' and topics' names.
fn completions(index: &QuoteIndex) -> Vec<f64> {
    let mut dice = grow::Dice(11);
    let everybody = index.roster().speakers();
    let mut out = Vec::new();
    for _ in 0..100 {
        let name = &everybody[dice.roll(everybody.len())].name;
        for count in 1..7 {
            let typed: String = name.chars().take(count).collect();
            out.push(least(|| drop(index.names(Names::Speakers, &typed, 25))));
            out.push(least(|| drop(index.names(Names::Outlets, &typed, 25))));
            out.push(least(|| drop(index.names(Names::Topics, &typed, 25))));
        }
        out.push(least(|| drop(index.names(Names::Speakers, &format!("{name}xq"), 25))));
    }
    out
}

/// Returns the least processor time of three runs, in milliseconds.
fn least(mut go: impl FnMut()) -> f64 {
    let one = |_| {
        let started = cpu();
        go();
        cpu() - started
    };
    (0..3).map(one).fold(f64::MAX, f64::min)
}

/// Returns the processor time of this thread, in milliseconds.
fn cpu() -> f64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    #[expect(clippy::cast_precision_loss, reason = "a run takes less than years")]
    let millis = now.tv_sec as f64 * 1e3 + now.tv_nsec as f64 / 1e6;
    millis
}

/// Returns the value below which the share `part` of the values lies.
fn percentile(mut values: Vec<f64>, part: f64) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place in a list"
    )]
    let at = ((values.len().saturating_sub(1)) as f64 * part).round() as usize;
    values.get(at).copied().unwrap_or_default()
}

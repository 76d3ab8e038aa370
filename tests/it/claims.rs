//! Claims about what somebody said: real quotes of the bundled corpus changed in known ways, and sentences
//! that nobody said. All of them are generated, in the same order each time.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use jiff::civil::date;
use rapporteur::answer::{ChangeKind, Checked, Record, Verdict};
use rapporteur::fold;
use rapporteur::index::{IndexError, QuoteIndex};
use rapporteur::ingest::{self, Job, Silent};
use rapporteur::lang::Language;
use rapporteur::meaning::Meaning;
use rapporteur::question::{Asked, Given, Part, Question};
use rapporteur::quote::Kind;
use rapporteur::{ask, render};

/// The bundled corpus with the meanings of its quotes.
struct Bench {
    index: QuoteIndex,
    /// Direct quotes of eight words or more by named speakers, in an order unrelated to their articles.
    quotes: Vec<Record>,
    _folder: tempfile::TempDir,
}

/// Built once for all tests.
static BENCH: LazyLock<Bench> = LazyLock::new(Bench::new);

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let index = folder.path().join("index");
        let corpus = vec![crate::root().join("corpus")];
        let job = Job { corpus, index: index.clone(), threads: 2, ..Job::default() };
        ingest::ingest(&job, &mut Silent, &AtomicBool::new(false)).expect("the corpus is indexed");
        let index = QuoteIndex::open(&index).expect("the index opens").expect("the index is there");
        let index = index.with_meaning(Meaning::Full);
        index.read_meaning(&AtomicBool::new(true), &mut |_, _| ()).expect("the index is read");
        assert!(!index.is_settled(), "most quotes are not encoded yet");
        index.read_meaning(&AtomicBool::new(false), &mut |_, _| ()).expect("the index is read");
        assert!(index.is_settled());
        let mut quotes = Vec::new();
        index
            .each(&Question::default(), |record| {
                let is_whole = record.quote.kind == Kind::Direct && record.quote.content.len() == 1;
                if is_whole
                    && record.quote.speaker().is_some()
                    && record.words().split_whitespace().count() >= 8
                {
                    quotes.push(record);
                }
                Ok::<(), IndexError>(())
            })
            .expect("the index is read");
        quotes.sort_by_key(|record| fold::fingerprint(&record.words()));
        quotes.dedup_by_key(|record| fold::words(&record.words()));
        Self { index, quotes, _folder: folder }
    }

    fn check(&self, words: &str, speaker: Option<&str>, outlet: Option<&str>) -> Checked {
        self.check_in(words, speaker, outlet.into_iter().map(str::to_owned).collect())
    }

    /// Checks a claim against some outlets, or all if there are none.
    fn check_in(&self, words: &str, speaker: Option<&str>, outlets: Vec<String>) -> Checked {
        let given = Given { speaker: speaker.map(str::to_owned), outlets, ..Given::default() };
        let asked = Asked { given, ..Asked::new("", date(2026, 3, 1)) };
        ask::check(&self.index, words, &asked).expect("a claim is checked")
    }
}

/// A claim made from a quote, and the expected result.
struct Claim {
    kind: &'static str,
    words: String,
    speaker: Option<String>,
    outlet: Option<String>,
    /// Words of which the nearest quote, and the second one, must contain one.
    sources: Vec<String>,
    right: fn(&Checked) -> bool,
}

impl Claim {
    fn of(kind: &'static str, words: String, record: &Record, right: fn(&Checked) -> bool) -> Self {
        let speaker = record.quote.speaker().map(str::to_owned);
        Self { kind, words, speaker, outlet: None, sources: vec![record.words()], right }
    }
}

/// The number of claims of each kind.
const EACH: usize = 29;

/// Returns the words of a text as written.
fn written(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// Returns a written word without the marks at its ends.
fn bare(word: &str) -> String {
    fold::words(word).join(" ")
}

fn turns_round(word: &str) -> bool {
    let language = Language::primary();
    fold::words(word).iter().any(|word| language.turns_round(word))
}

fn is_plain(word: &str) -> bool {
    word.chars().all(char::is_alphanumeric)
}

/// Returns the quote without its first "not", "never" or the like; `None` if it has none that can be left
/// out.
fn negation_dropped(words: &[&str]) -> Option<String> {
    let at = words.iter().position(|word| {
        ["not", "never", "no"].contains(&bare(word).as_str()) || bare(word).ends_with("n't") && is_known(word)
    })?;
    if at == 0 {
        return None;
    }
    let mut out: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    match is_known(words[at]) {
        true => out[at] = without_not(words[at]),
        false => drop(out.remove(at)),
    }
    Some(out.join(" "))
}

const SHORT: [(&str, &str); 8] = [
    ("don't", "do"),
    ("doesn't", "does"),
    ("didn't", "did"),
    ("isn't", "is"),
    ("aren't", "are"),
    ("can't", "can"),
    ("won't", "will"),
    ("haven't", "have"),
];

fn is_known(word: &str) -> bool {
    SHORT.iter().any(|(short, _)| *short == bare(word))
}

fn without_not(word: &str) -> String {
    let long = SHORT.iter().find(|(short, _)| *short == bare(word)).map_or("", |(_, long)| long);
    long.to_owned()
}

fn negation_added(words: &[&str]) -> Option<String> {
    let helps = ["will", "is", "are", "can", "must", "should", "has", "have", "was", "were"];
    let at = words.iter().position(|word| helps.contains(word))?;
    if words.get(at + 1).is_none_or(|next| turns_round(next)) {
        return None;
    }
    let mut out = words.to_vec();
    out.insert(at + 1, "not");
    Some(out.join(" "))
}

fn number_changed(words: &[&str]) -> Option<String> {
    let is_number = |word: &&str| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        bare.chars().all(|c| c.is_ascii_digit()) && !bare.is_empty()
            || ["two", "three", "four", "five", "ten", "million", "thousand", "hundred"].contains(&bare)
    };
    let at = words.iter().position(is_number)?;
    let other = match words[at] {
        word if word.contains("five") => word.replace("five", "nine"),
        word if word.contains("million") => word.replace("million", "billion"),
        word if word.contains("hundred") => word.replace("hundred", "thousand"),
        word if word.contains("thousand") => word.replace("thousand", "hundred"),
        word if word.contains(|c: char| c.is_ascii_digit()) => {
            word.replace(|c: char| c.is_ascii_digit(), "7").replacen('7', "3", 1)
        }
        word => word.replace(bare(word).as_str(), "six"),
    };
    if bare(&other) == bare(words[at]) {
        return None;
    }
    let mut out: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    out[at] = other;
    Some(out.join(" "))
}

/// Returns the quote with a meaningful word replaced by one from another quote.
fn word_swapped(words: &[&str], others: &[&str]) -> Option<String> {
    let telling = |word: &&&str| {
        let language = Language::primary();
        let folded = bare(word);
        is_plain(word)
            && word.chars().count() >= 5
            && word.chars().all(char::is_lowercase)
            && !language.is_function_word(&folded)
            && !language.turns_round(&folded)
            && !language.is_amount(&folded)
            && language.digits(&folded).is_none()
    };
    let old = words.iter().filter(telling).nth(1)?;
    let is_other = |word: &&&str| {
        let stem = fold::stem(&bare(word));
        !words.iter().any(|own| fold::stem(&bare(own)) == stem)
    };
    let new = others.iter().filter(telling).find(is_other)?;
    let at = words.iter().position(|word| word == old)?;
    let mut out = words.to_vec();
    out[at] = new;
    Some(out.join(" "))
}

/// Returns two thirds of a quote from its second sentence or clause on, or its first two thirds.
fn cut(words: &[&str], at: usize) -> Option<String> {
    if words.len() < 10 {
        return None;
    }
    let kept = words.len() * 2 / 3;
    if at.is_multiple_of(2) {
        return Some(words[..kept].join(" "));
    }
    // A cut must not separate a clause from its "not".
    let start = (1..=words.len() - kept).find(|&start| words[start - 1].ends_with(['.', ',', ';', ':']))?;
    Some(words[start..start + kept].join(" "))
}

fn is_altered_by(checked: &Checked, kind: ChangeKind) -> bool {
    checked.verdict == Verdict::Altered && checked.changes.first().is_some_and(|change| change.kind == kind)
}

/// Returns whether the result for a claim is the expected one.
type IsRight = fn(&Checked) -> bool;

fn made(bench: &Bench) -> Vec<Claim> {
    let mut out: Vec<Claim> = Vec::new();
    let quotes = &bench.quotes;
    let next = |at: usize, kind: &str, out: &[Claim]| {
        out.iter().filter(|claim| claim.kind == kind).count() < EACH && at < quotes.len()
    };
    for (at, record) in quotes.iter().enumerate() {
        let text = record.words();
        let words = written(&text);
        let other = &quotes[(at + 7) % quotes.len()];
        let of_other = other.words();
        let others = written(&of_other);
        let makes: [(&'static str, Option<String>, IsRight); 6] = [
            ("negation dropped", negation_dropped(&words), |found| {
                is_altered_by(found, ChangeKind::NegationDropped)
            }),
            ("negation added", negation_added(&words), |found| {
                is_altered_by(found, ChangeKind::NegationAdded)
            }),
            ("number changed", number_changed(&words), |found| is_altered_by(found, ChangeKind::Number)),
            ("word swapped", word_swapped(&words, &others), |found| found.verdict == Verdict::Altered),
            ("cut", cut(&words, at), |found| found.verdict == Verdict::Exact),
            ("untouched", Some(text.clone()), |found| found.verdict == Verdict::Exact),
        ];
        // Each quote gives one claim, of the kind with the fewest claims so far.
        let mut fits: Vec<_> =
            makes.into_iter().filter(|(kind, words, _)| words.is_some() && next(at, kind, &out)).collect();
        fits.sort_by_key(|(kind, ..)| out.iter().filter(|claim| claim.kind == *kind).count());
        if let Some((kind, Some(words), right)) = fits.into_iter().next() {
            out.push(Claim::of(kind, words, record, right));
        }
        let half =
            |words: &[&str]| words[..words.len() / 2 + 1].join(" ").trim_end_matches(['.', ',']).to_owned();
        if next(at, "stitched", &out) && at % 3 == 0 && words.len() >= 12 && others.len() >= 12 {
            let words = format!("{}, {}", half(&words), half(&others));
            let sources = vec![text.clone(), of_other.clone()];
            out.push(Claim {
                sources,
                ..Claim::of("stitched", words, record, |found| found.verdict == Verdict::Stitched)
            });
        }
        if next(at, "other speaker", &out) && at % 3 == 1 && other.quote.speaker() != record.quote.speaker() {
            let claim = Claim::of("other speaker", text.clone(), record, |found| {
                found.verdict == Verdict::OtherSpeaker
            });
            out.push(Claim { speaker: other.quote.speaker().map(str::to_owned), ..claim });
        }
    }
    let path = crate::root().join("tests/data/claims/retold.jsonl");
    for line in fs::read_to_string(path).expect("the list is there").lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("a pair a line");
        let text = |name: &str| line[name].as_str().expect("a text").to_owned();
        out.push(Claim {
            kind: "told otherwise",
            words: text("claim"),
            speaker: Some(text("speaker")),
            outlet: Some(text("outlet")),
            sources: vec![text("record")],
            right: |found| {
                let grave = found.changes.iter().any(|change| change.kind.is_grave());
                found.verdict == Verdict::Retold || found.verdict == Verdict::Altered && !grave
            },
        });
    }
    out
}

/// Returns whether the quotes shown are those that the claim was made from; several articles may have the
/// same words.
fn is_from(checked: &Checked, sources: &[String]) -> bool {
    let told: Vec<String> = checked
        .nearest
        .iter()
        .chain(&checked.second)
        .map(|hit| fold::words(&hit.record.words()).join(" "))
        .collect();
    sources.iter().all(|source| {
        let source = fold::words(source).join(" ");
        told.iter().any(|told| told.contains(&source) || source.contains(told))
    })
}

#[test]
fn altered_quotes_are_distinguished_from_real_ones() {
    let bench = &*BENCH;
    let claims = made(bench);
    let mut table: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut wrong = String::new();
    let mut worst = Vec::new();
    for claim in &claims {
        let found = bench.check(&claim.words, claim.speaker.as_deref(), claim.outlet.as_deref());
        let is_right = (claim.right)(&found) && is_from(&found, &claim.sources);
        let (right, all) = table.entry(claim.kind).or_default();
        *right += usize::from(is_right);
        *all += 1;
        let is_grave = ["negation dropped", "negation added", "number changed"].contains(&claim.kind);
        worst.extend((is_grave && found.verdict.is_verbatim()).then_some(&claim.words));
        if !is_right {
            let nearest = found.nearest.as_ref().map(|hit| hit.record.words());
            let second = found.second.as_ref().map(|hit| hit.record.words());
            wrong += &format!(
                "{}: {:?}\n  claim    {}\n  by       {:?} {:?}\n  sources  {:?}\n  nearest  {nearest:?}\n  second   {second:?}\n  changes  {:?}\n",
                claim.kind,
                found.verdict,
                claim.words,
                claim.speaker,
                claim.outlet,
                claim.sources,
                found.changes
            );
        }
        assert!(!render::verdict(found.verdict).contains("false"));
    }
    let (right, all) = table.values().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let _ = writeln!(io::stderr(), "{right} of {all} are right: {table:?}");
    assert!(worst.is_empty(), "called word for word: {worst:#?}");
    assert!(all >= 240, "{all} claims");
    assert!(right * 100 >= all * 95, "{right} of {all} are right: {table:?}\n{wrong}");
}

#[test]
fn what_nobody_said_is_not_called_on_record() {
    let bench = &*BENCH;
    let whos = [
        "We",
        "The ministry",
        "Our side",
        "The delegation",
        "My government",
        "The alliance",
        "The parliament",
        "Our partners",
        "The commission",
        "The mayors",
    ];
    let verbs = [
        "will buy ferries for",
        "have painted the bridges of",
        "must plant orchards around",
        "want to move the archive to",
        "will teach chess in",
    ];
    let wheres = [
        "every village before the summer ends",
        "the capital after the harvest",
        "Geneva and Istanbul next spring",
        "the schools of Donbas by 2031",
    ];
    let speakers: Vec<Option<&str>> = bench.quotes.iter().map(|record| record.quote.speaker()).collect();
    let mut sentences = Vec::new();
    for who in whos {
        for verb in verbs {
            for place in wheres {
                sentences.push(format!("{who} {verb} {place}"));
            }
        }
    }
    assert_eq!(sentences.len(), 200);
    let mut wrong = Vec::new();
    for (at, sentence) in sentences.iter().enumerate() {
        let speaker = speakers[at * 3 % speakers.len()].filter(|_| at % 2 == 0);
        let found = bench.check(sentence, speaker, None);
        if found.verdict.is_on_record() {
            wrong.push((sentence, found.verdict, found.nearest.map(|hit| hit.record.words())));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What somebody did say, checked only against the outlets that did not print it: other remarks by the same
/// person, on the same matters, are not the same remark in other words.
#[test]
fn another_remark_by_the_same_speaker_is_not_another_wording() {
    let bench = &*BENCH;
    let mut wrong = Vec::new();
    for record in bench.quotes.iter().take(OTHERS) {
        let remark = ask::desk::wordings(&bench.index, record.clone(), &Part::default()).expect("read");
        let printed: Vec<&String> =
            remark.printed().into_iter().filter_map(|one| one.citation.outlet.as_ref()).collect();
        let others: Vec<String> =
            bench.index.outlets().iter().filter(|outlet| !printed.contains(outlet)).cloned().collect();
        let found = bench.check_in(&record.words(), record.quote.speaker(), others);
        if found.verdict == Verdict::Retold {
            wrong.push((record.words(), found.nearest.map(|hit| hit.record.words())));
        }
    }
    let _ = writeln!(io::stderr(), "{} of {OTHERS} other remarks are called a wording", wrong.len());
    assert!(wrong.len() * 20 <= OTHERS, "{wrong:#?}");
}

/// Number of quotes that are checked against other outlets.
const OTHERS: usize = 100;

/// Sixty claims that are real quotes, written as people write them: with other marks, capitals, ellipses,
/// brackets, or letters in disguise.
#[test]
fn a_real_quote_is_found_in_any_spelling() {
    let bench = &*BENCH;
    let dress: [fn(&str) -> String; 6] = [
        |text| format!("«{}»", text.to_uppercase()),
        |text| text.replace(['a', 'A'], "а").replace('o', "о").replace('e', "е"),
        |text| text.replace(' ', " \u{200b}").replace(['.', ','], ""),
        |text| {
            let words = written(text);
            let middle = words.len() / 2;
            format!("{} [that is, the place] {}", words[..middle].join(" "), words[middle..].join(" "))
        },
        |text| format!("„{}‟ …", text.replace('’', "'").to_lowercase()),
        |text| text.replace(" is not ", " isn't ").replace(" do not ", " don't ").replace("–", "-"),
    ];
    for (at, record) in bench.quotes.iter().take(60).enumerate() {
        let words = dress[at % dress.len()](&record.words());
        let found = bench.check(&words, record.quote.speaker(), None);
        assert!(found.verdict.is_verbatim(), "{:?} {words}: {:?}", found.verdict, found.changes);
    }
}

//! Are two quotes the same remark, in wordings of two articles? And which wordings has one, who printed them, and when?

use std::collections::{BTreeSet, HashSet};

use jiff::civil::Date;

use crate::answer::Record;
use crate::fold;
use crate::lang::Language;

/// Minimum share of the shorter quote's words that the longer one must contain for them to be the same
/// remark.
const SHARED: f32 = 0.65;

/// Returns whether two quotes by the same speaker have most of their words in common, not counting function
/// words: then one of them is shortened, joined or translated differently.
#[must_use]
pub fn is_same_remark(one: &Record, other: &Record) -> bool {
    one.quote.speaker() == other.quote.speaker()
        && overlap(&Words::of(one), &Words::of(other)).share >= SHARED
}

/// The words of a quote, as they are compared.
struct Words {
    /// The stems without function words; all if it has no other.
    content: HashSet<String>,
    /// Each three stems in a row.
    rows: HashSet<[String; 3]>,
}

impl Words {
    fn of(record: &Record) -> Self {
        let words = fold::words(&record.words());
        let stems: Vec<String> = words.iter().map(|word| fold::stem(word)).collect();
        let own = words.iter().zip(&stems).filter(|(word, _)| !Language::primary().is_function_word(word));
        let own: HashSet<String> = own.map(|(_, stem)| stem.clone()).collect();
        let rows = stems.windows(3).filter_map(|row| <[String; 3]>::try_from(row.to_vec()).ok()).collect();
        Self { content: if own.is_empty() { stems.into_iter().collect() } else { own }, rows }
    }
}

/// How much of the shorter of two quotes the longer one has.
struct Overlap {
    /// The share of its words, 0 to 1.
    share: f32,
    /// The share of its rows of three, 0 to 1; 0 if it has none.
    rows: f32,
    /// The number of words that both have.
    words: usize,
}

fn overlap(one: &Words, other: &Words) -> Overlap {
    let (short, long) = if one.content.len() <= other.content.len() { (one, other) } else { (other, one) };
    #[expect(clippy::cast_precision_loss, reason = "counts of words are small")]
    let share = |held: usize, of: usize| held as f32 / of.max(1) as f32;
    let words = short.content.intersection(&long.content).count();
    let rows = short.rows.intersection(&long.rows).count();
    Overlap { share: share(words, short.content.len()), rows: share(rows, short.rows.len()), words }
}

/// Days between two reports of one remark, if it is translated or told otherwise; and if the words are nearly the same.
const DAYS: i32 = 1;
const DAYS_OF_SAME: i32 = 3;

/// So many words in common are no coincidence, on the same day.
const WORDS: usize = 3;
/// From these shares on, of words alone, and of words and of rows of three, two quotes of a day are one remark. Set on the pairs of the bundled
/// corpus: of 100 that were read at a closeness from 0.75 and a share from 0.3 on, seven were of two remarks, six of these by meaning at shares up to
/// 0.4 or of one article.
const BY_WORDS: f32 = 0.6;
const BY_ROWS: (f32, f32) = (0.5, 0.2);
/// The same for words in a row that one has whole, however few.
const WHOLE: (f32, f32) = (0.99, 0.3);
/// Nearly the same words.
const SAME: (f32, f32, usize) = (0.85, 0.5, 4);
/// How close in meaning quotes must be that have less in common, and the least share of words.
const BY_MEANING: (f32, f32) = (0.75, 0.42);

/// Returns whether two quotes are one remark: of one speaker and, give or take a day, of one day, and near in words, or in meaning where `closeness`, a
/// cosine, is known. Nearly the same words are one remark over three days, also if one of the articles names nobody.
#[must_use]
pub fn is_one_remark(one: &Record, other: &Record, closeness: Option<f32>) -> bool {
    if one.id() == other.id() {
        return true;
    }
    let speakers = (one.quote.speaker(), other.quote.speaker());
    let known = speakers.0.is_some() && speakers.1.is_some();
    let apart = one.day().zip(other.day()).map_or(0, |(one, other)| (one - other).get_days().abs());
    if known && speakers.0 != speakers.1 || apart > DAYS_OF_SAME {
        return false;
    }
    let Overlap { share, rows, words } = overlap(&Words::of(one), &Words::of(other));
    if share >= SAME.0 && rows >= SAME.1 && words >= SAME.2 {
        return true;
    }
    if !known || apart > DAYS {
        return false;
    }
    words >= WORDS && (share >= BY_WORDS || share >= BY_ROWS.0 && rows >= BY_ROWS.1)
        || words >= WORDS - 1 && share >= WHOLE.0 && rows >= WHOLE.1
        || words >= WORDS - 1
            && share >= BY_MEANING.1
            && closeness.is_some_and(|closeness| closeness >= BY_MEANING.0)
}

/// What somebody said once, in all wordings on record.
#[derive(Clone, Debug, PartialEq)]
pub struct Remark {
    /// Who said it.
    pub speaker: Option<String>,
    /// The first and the last day on which articles say or let suppose that it was said; `None` if no article has a day.
    pub said: Option<(Date, Date)>,
    /// The wordings, in the order in which they were first printed. Never empty.
    pub wordings: Vec<Wording>,
}

/// One wording of a remark.
#[derive(Clone, Debug, PartialEq)]
pub struct Wording {
    /// The first article that printed it.
    pub first: Record,
    /// The others with the same words, in the order of their days.
    pub also: Vec<Record>,
}

impl Remark {
    /// Returns all quotes, in the order in which they were printed.
    #[must_use]
    pub fn printed(&self) -> Vec<&Record> {
        let mut out: Vec<&Record> =
            self.wordings.iter().flat_map(|one| std::iter::once(&one.first).chain(&one.also)).collect();
        out.sort_by_key(|record| order(record));
        out
    }

    /// Returns the number of articles.
    #[must_use]
    pub fn articles(&self) -> usize {
        self.printed().iter().map(|record| &record.article).collect::<BTreeSet<_>>().len()
    }
}

/// The order in which quotes were printed; those of undated articles come last.
fn order(record: &Record) -> (bool, Option<Date>, &str, u32) {
    (record.citation.date.is_none(), record.citation.date, &record.article.0, record.ordinal)
}

/// Returns the remark of a quote: itself, and those of `others` that are the same remark as it, or as most of those that are. Each comes with its
/// closeness in meaning to `quote`, where that is known.
#[must_use]
pub fn remark(quote: Record, others: Vec<(Record, Option<f32>)>) -> Remark {
    let (mut same, rest): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|(other, closeness)| is_one_remark(&quote, other, *closeness));
    // A wording that shares little with the one asked about may share most with the others.
    let by_others = rest.into_iter().filter(|(other, _)| {
        let alike = same.iter().filter(|(one, _)| is_one_remark(one, other, None)).count();
        alike >= 2 && alike * 2 > same.len()
    });
    let by_others: Vec<_> = by_others.collect();
    same.extend(by_others);
    let mut quotes: Vec<Record> = same.into_iter().map(|(record, _)| record).collect();
    let (id, speaker) = (quote.id(), quote.quote.speaker().map(str::to_owned));
    quotes.retain(|record| record.id() != id);
    quotes.push(quote);
    quotes.sort_by(|a, b| order(a).cmp(&order(b)));
    let mut seen = HashSet::new();
    quotes.retain(|record| seen.insert(record.id()));
    let days = quotes.iter().filter_map(Record::day);
    let said = days.clone().min().zip(days.max());
    let speaker =
        speaker.or_else(|| quotes.iter().find_map(|record| record.quote.speaker().map(str::to_owned)));
    let mut wordings: Vec<(Vec<String>, Wording)> = Vec::new();
    for record in quotes {
        let words = fold::words(&record.words());
        match wordings.iter_mut().find(|(known, _)| *known == words) {
            Some((_, wording)) => wording.also.push(record),
            None => wordings.push((words, Wording { first: record, also: Vec::new() })),
        }
    }
    Remark { speaker, said, wordings: wordings.into_iter().map(|(_, wording)| wording).collect() }
}

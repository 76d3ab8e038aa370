//! Questions about the bundled corpus and a small town, as asked by a person, a Discord command or a button.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use jiff::civil::date;
use rapporteur::answer::{Answer, Finding, Page, Scope, Side, Verdict};
use rapporteur::ask;
use rapporteur::fold;
use rapporteur::index::{Names, QuoteIndex};
use rapporteur::ingest::{self, Job, Silent};
use rapporteur::inquiry::{Found, POOL, Plan, Request};
use rapporteur::question::{Asked, Given, Wish};
use rapporteur::render;

/// The index of a corpus. Its folder is already deleted: open files can still be read, and statics are never
/// dropped.
pub(crate) struct Shelf {
    pub(crate) index: QuoteIndex,
}

/// Indexes a corpus.
pub(crate) fn shelf(corpus: &Path) -> Shelf {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let index = folder.path().join("index");
    let job = Job { corpus: vec![corpus.to_owned()], index: index.clone(), threads: 2, ..Job::default() };
    ingest::ingest(&job, &mut Silent, &AtomicBool::new(false)).expect("the corpus is indexed");
    let index = QuoteIndex::open(&index).expect("the index opens").expect("the index is there");
    Shelf { index }
}

/// The bundled corpus, indexed once for all tests.
pub(crate) static BUNDLED: LazyLock<Shelf> = LazyLock::new(|| shelf(&crate::root().join("corpus")));

/// Three articles by two outlets; two of them have the same remark.
static TOWN: LazyLock<Shelf> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let article = |id: &str, outlet: &str, day: u8, tags: &str, body: &str| {
        let text = format!(
            "+++\nid = \"{id}\"\ntitle = \"Report {id}\"\noutlet = \"{outlet}\"\nurl = \"https://www.{id}.example/page\"\ndate = 2025-11-0{day}\ntags = [{tags}]\n+++\n\n{body}\n"
        );
        fs::write(folder.path().join(format!("{id}.md")), text).expect("the article can be written");
    };
    article(
        "harbour",
        "The Coast Gazette",
        3,
        "\"ferries\"",
        "The board met. “The ferry will sail in every weather, and the fare stays at two crowns,” Omar Okafor said.\n\nThe mayor was there. “We will open the archive in May, and not a day later,” Angela Lee said.",
    );
    article(
        "council",
        "Northland Herald",
        5,
        "\"ferries\", \"budget\"",
        "The council met. “The ferry will sail in every weather, and the fare stays at two crowns,” Omar Okafor told the council.\n\n“No library card will cost a crown this winter,” Marta Duarte said.",
    );
    article(
        "school",
        "Northland Herald",
        6,
        "\"schools\"",
        "Schools open late. “The school bus follows the ferry,” Angela Lee said. “Nobody walks in the dark,” she said.",
    );
    shelf(folder.path())
});

fn asked(text: &str) -> Asked {
    Asked::new(text, date(2026, 2, 20))
}

fn town(text: &str, given: Given) -> Answer {
    ask::ask(&TOWN.index, &Asked { given, ..asked(text) }, 10).expect("a question is answered")
}

/// Returns the articles of the hits, in order.
fn articles(answer: &Answer) -> Vec<&str> {
    answer.hits.iter().map(|hit| hit.record.article.0.as_str()).collect()
}

#[test]
fn options_take_precedence_over_the_text() {
    let lee = |speaker: &str| Given { speaker: Some(speaker.to_owned()), ..Given::default() };
    let answer = town("What did Omar Okafor say about the ferry?", lee("lee"));
    assert_eq!(answer.question.speakers, ["Angela Lee"]);
    assert!(answer.hits.iter().all(|hit| hit.record.quote.speaker() == Some("Angela Lee")));
    let answer = town("", Given { topic: Some("the library".to_owned()), ..Given::default() });
    assert_eq!(answer.hits[0].record.quote.speaker(), Some("Marta Duarte"));
    let answer = town("", Given { phrase: Some("nobody walks in the dark".to_owned()), ..Given::default() });
    assert_eq!(articles(&answer), ["school"]);
    let answer = town("", lee("Nadia Petrenko"));
    assert_eq!((answer.total, answer.question.stranger.as_deref()), (0, Some("Nadia Petrenko")));
}

#[test]
fn answers_come_only_from_the_given_part_of_the_corpus() {
    let outlets = |name: &str| Given { outlets: vec![name.to_owned()], ..Given::default() };
    assert_eq!(articles(&town("what did okafor say about the ferry", outlets("coast gazette"))), ["harbour"]);
    assert_eq!(
        articles(&town("what did okafor say about the ferry", outlets("Northland Herald"))),
        ["council"]
    );
    let tags = Given { tags: vec!["Schools".to_owned()], ..Given::default() };
    assert!(articles(&town("who said what about the ferry", tags)).iter().all(|id| *id == "school"));
    let days = Given { after: Some(date(2025, 11, 5)), before: Some(date(2025, 11, 5)), ..Given::default() };
    assert_eq!(articles(&town("what did okafor say about the ferry", days)), ["council"]);
    assert_eq!(town("what did okafor say about the ferry", outlets("Nowhere Times")).total, 0);
}

#[test]
fn fields_and_signs_may_be_typed() {
    assert_eq!(articles(&town("ferry outlet:coast_gazette", Given::default()))[0], "harbour");
    assert!(!articles(&town("ferry outlet:coast_gazette", Given::default())).contains(&"council"));
    assert_eq!(articles(&town("speaker:\"Angela Lee\" -bus -dark", Given::default())), ["harbour"]);
    assert_eq!(
        articles(&town("speaker:lee after:2025-11-04 \"nobody walks\"", Given::default())),
        ["school"]
    );
}

#[test]
fn one_quote_of_two_outlets_is_one_hit() {
    let answer = town("What did Omar Okafor say about the ferry?", Given::default());
    assert_eq!((answer.total, answer.hits[0].also.len()), (1, 1));
    let hit = &answer.hits[0];
    let marked: Vec<&str> = hit.marks.iter().map(|span| hit.record.text(*span)).collect();
    assert_eq!(marked, ["ferry"]);
    assert_eq!(hit.record.neighbours()[0], format!("Report {}", hit.record.article));
    assert!(hit.record.neighbours()[1].contains("said"), "{:?}", hit.record.neighbours());
}

#[test]
fn pages_follow_one_another() {
    let question =
        Asked { given: Given { speaker: Some("Lee".to_owned()), ..Given::default() }, ..asked("") };
    let page = |offset| ask::ask(&TOWN.index, &question, Page { offset, limit: 2 }).expect("answered");
    let (first, second, third) = (page(0), page(2), page(4));
    assert_eq!((first.hits.len(), first.total, first.more()), (2, 3, 1));
    assert_eq!((second.hits.len(), second.more()), (1, 0));
    assert_eq!((third.hits.len(), third.total, third.nothing.is_none()), (0, 3, true));
    assert!(!first.hits.iter().any(|hit| second.hits.contains(hit)));
    assert_eq!(render::note(&third).as_deref(), Some("No more quotes; there are 3."));
}

#[test]
fn hints_are_given_if_nothing_is_on_record() {
    let nothing = |text| town(text, Given::default()).nothing.expect("nothing is on record");
    assert_eq!(nothing("What did Marta Duarte say about the bus?").spoke_about_it, ["Angela Lee"]);
    assert_eq!(nothing("What did Marta Duarte say about the bus?").topics[0], "Report council");
    assert_eq!(
        nothing("What did Lea Winterbottom say about the library?").called_alike,
        Vec::<String>::new()
    );
}

#[test]
fn names_complete_from_any_word() {
    let index = &TOWN.index;
    let texts = |list: Vec<rapporteur::index::Suggestion>| {
        list.into_iter().map(|one| (one.text, one.quotes)).collect::<Vec<_>>()
    };
    let of = |pairs: &[(&str, u64)]| {
        pairs.iter().map(|(text, quotes)| ((*text).to_owned(), *quotes)).collect::<Vec<_>>()
    };
    assert_eq!(texts(index.names(Names::Speakers, "OK", 5)), of(&[("Omar Okafor", 1)]));
    assert_eq!(texts(index.names(Names::Speakers, "angela l", 5)), of(&[("Angela Lee", 3)]));
    assert_eq!(texts(index.names(Names::Speakers, "", 2)), of(&[("Angela Lee", 3), ("Omar Okafor", 1)]));
    assert_eq!(texts(index.names(Names::Speakers, "okaforr", 2)), of(&[("Omar Okafor", 1)]));
    assert_eq!(index.names(Names::Speakers, "zzz", 2), Vec::new());
    assert_eq!(texts(index.names(Names::Outlets, "gaz", 5)), of(&[("The Coast Gazette", 2)]));
    assert_eq!(texts(index.names(Names::Topics, "fer", 5)), of(&[("ferries", 3), ("ferry", 3)]));
}

#[test]
fn an_article_is_found_by_id_address_and_title() {
    for key in ["council", "https://www.council.example/page/", "council.example/page", "report council"] {
        let found = ask::article(&TOWN.index, key, 10).expect("read").expect("found");
        assert_eq!((found.article.article.0.as_str(), found.article.quotes), ("council", 2), "{key}");
        assert_eq!(found.quotes.len(), 2);
        assert!(found.quotes[0].ordinal < found.quotes[1].ordinal);
    }
    assert_eq!(ask::article(&TOWN.index, "bananas everywhere", 10).expect("read"), None);
    let second = ask::article(&TOWN.index, "council", Page { offset: 1, limit: 5 }).expect("read");
    assert_eq!(second.expect("found").quotes.len(), 1);
}

#[test]
fn a_quote_is_found_by_its_short_id() {
    for hit in town("What did Angela Lee say?", Given::default()).hits {
        let id = hit.record.id().to_string().parse().expect("an id");
        assert_eq!(ask::quote(&TOWN.index, id).expect("read"), Some(hit.record));
    }
    assert_eq!(ask::quote(&TOWN.index, rapporteur::answer::QuoteId(1)).expect("read"), None);
    let ferry = &town("What did Omar Okafor say about the ferry?", Given::default()).hits[0].record;
    let other = ask::elsewhere(&TOWN.index, ferry, &Scope::default(), 5).expect("read");
    assert_eq!(other.len(), 1);
    assert_ne!(other[0].article, ferry.article);
    let outlet = other[0].citation.outlet.clone().expect("an outlet");
    let within = |outlet: &str| {
        let scope = Scope { outlets: vec![outlet.to_owned()], tags: Vec::new() };
        ask::elsewhere(&TOWN.index, ferry, &scope, 5).expect("read")
    };
    assert_eq!(within(&outlet), other);
    assert_eq!(within("No Such Paper"), []);
}

#[test]
fn words_are_checked_against_the_record() {
    let check = |words: &str, speaker: Option<&str>| {
        let given = Given { speaker: speaker.map(str::to_owned), ..Given::default() };
        ask::check(&TOWN.index, words, &Asked { given, ..asked("") }).expect("checked")
    };
    let exact = check("“the fare stays at two crowns”", None);
    assert_eq!((exact.verdict, exact.other_speaker), (Verdict::Exact, false));
    let altered = check("the fare stays at nine crowns", Some("Okafor"));
    assert_eq!(altered.verdict, Verdict::Altered);
    let changed: Vec<(Side, &str)> =
        altered.diff.iter().map(|piece| (piece.side, piece.text.as_str())).collect();
    assert!(
        changed.contains(&(Side::Asked, "nine")) && changed.contains(&(Side::Recorded, "two")),
        "{changed:?}"
    );
    assert_eq!(check("bananas are cheap today", None).verdict, Verdict::NotOnRecord);
    let other = check("the fare stays at two crowns", Some("Angela Lee"));
    assert_eq!((other.verdict, other.other_speaker), (Verdict::OtherSpeaker, true));
    let answer = town("Did Okafor really say \"the ferry will sail in any weather\"?", Given::default());
    assert_eq!(answer.question.wish, Wish::Check);
    assert_eq!(answer.checked.expect("checked").verdict, Verdict::Altered);
}

#[test]
fn how_often_is_counted() {
    let often = |text: &str| {
        let answer = town(text, Given::default());
        assert_eq!(answer.question.wish, Wish::HowOften, "{text}");
        render::times(&answer).unwrap_or_default()
    };
    assert_eq!(
        often("How often has Okafor mentioned the ferry?"),
        "On record: 1 quote by Omar Okafor with “ferry”, in 2 articles of 2 outlets, from 3 November 2025 to 5 November 2025."
    );
    assert_eq!(
        often("how many times was the word \"ferry\" used"),
        "On record: 2 quotes with “ferry”, in 3 articles of 2 outlets, from 3 November 2025 to 6 November 2025."
    );
    assert_eq!(
        often("how many times did Angela Lee speak since 5 November?"),
        "On record: 2 quotes by Angela Lee, in 1 article of 1 outlet, of 6 November 2025."
    );
    // "school" is in the context, not in the quote.
    assert_eq!(
        often("how often did Lee say nobody walks to school?"),
        "No quote on record by Angela Lee with “nobody walks school”; these are similar."
    );
    assert_eq!(often("how often did Lee speak about whales?"), "");
    let second =
        ask::ask(&TOWN.index, &asked("how often was the ferry mentioned?"), Page { offset: 1, limit: 1 });
    assert_eq!(second.expect("a question is answered").times, None, "counted on the first page");
    assert_ne!(town("how many crowns is the fare?", Given::default()).question.wish, Wish::HowOften);
}

#[test]
fn a_speaker_without_quotes_is_mentioned_once() {
    let note = |text: &str| {
        let answer = ask::ask(&BUNDLED.index, &asked(text), 1).expect("a question is answered");
        render::note(&answer).expect("nothing is on record")
    };
    assert_eq!(note("anything from Budanov?"), "No quote on record by Kyrylo Budanov.");
    assert_eq!(
        note("What did Budanov say about prisoners?")
            .matches("Never quoted on record: Kyrylo Budanov.")
            .count(),
        1
    );
}

#[test]
fn kept_counts_equal_computed_counts() {
    let index = &BUNDLED.index;
    let outlets =
        index.outlets().iter().map(|name| Given { outlets: vec![name.clone()], ..Given::default() });
    let tags = index.tags().map(|(tag, _)| Given { tags: vec![tag.to_owned()], ..Given::default() });
    let limits: Vec<Given> = outlets.chain(tags).chain([Given::default()]).collect();
    assert!(limits.len() > 20);
    for given in limits {
        let known = ask::limits(index, given, date(2026, 1, 1));
        // A word that nobody says makes no difference to the result, but rules out counts that are kept.
        let mut counted = known.clone();
        counted.excluded.push("zyzzyvas".to_owned());
        let within = |question| index.quotes_within(question).expect("a count");
        assert_eq!(within(&known), within(&counted), "{known:?}");
    }
}

#[test]
fn nothing_typed_is_an_error() {
    for text in
        ["", " ", "?", "\"", "speaker:", "-", "who", "\u{202e}", "and what about him?", &"x ".repeat(5000)]
    {
        let answer = ask::ask(&BUNDLED.index, &asked(text), 3).expect("a question is answered");
        assert!(answer.hits.len() <= 3);
    }
}

#[test]
fn a_search_for_more_words_may_begin_where_the_first_one_ended() {
    let index = &BUNDLED.index;
    let mut narrowed = 0;
    for text in ["peace talks in Istanbul", "who spoke about peace, war and territory in November 2025?"] {
        let mut session = index.session();
        let question = ask::understand(index, &asked(text));
        let (plan, _) = ask::candidates(&mut session, question).expect("the index is read");
        let first = session.answer(&Request::Find(plan.clone())).expect("the index is read");
        let Found::Candidates { floor, .. } = first else { panic!("{first:?} are no candidates") };
        narrowed += u32::from(floor > 0.0);
        let more = vec![["truce", "deal"].map(fold::stem).to_vec(); plan.question.terms.len()];
        let mut found = |above, limit| {
            let plan = Plan { alike: more.clone(), above, limit, ..plan.clone() };
            let found = session.find(&plan).expect("the index is read");
            found.into_iter().map(|candidate| candidate.id).collect::<Vec<_>>()
        };
        assert_eq!(found(floor, POOL), found(0.0, POOL), "{text}");
        assert_eq!(found(0.0, 3).len(), 3);
    }
    assert!(narrowed > 0, "no search found its full number");
}

#[test]
fn a_record_gives_the_same_zones_as_the_index() {
    let index = &BUNDLED.index;
    let mut told = 0;
    for text in [
        "what did Zelensky say about territory in Donbas",
        "who spoke about peace talks in Istanbul",
        "what did the Finnish president say about security guarantees",
    ] {
        let mut session = index.session();
        let (plan, candidates) =
            ask::candidates(&mut session, ask::understand(index, &asked(text))).expect("the index is read");
        let stems: Vec<String> = plan.question.terms.iter().map(|term| fold::stem(term)).collect();
        let ids: Vec<_> = candidates.iter().map(|candidate| candidate.id).collect();
        let records = session.records(&ids).expect("the index is read");
        for (candidate, record) in candidates.iter().zip(records) {
            let record = record.expect("a candidate is on record");
            assert_eq!(record.id(), candidate.id);
            assert_eq!(record.zones(&stems), candidate.zones, "{text}: {}", record.words());
            told += 1;
        }
    }
    assert!(told > 100, "{told}");
}

/// Questions about the bundled corpus, plain ones and ones as newsrooms type them. Each has the first words
/// of the quotes that answer it and the rank of the first of them, so that a change shows as a diff. A
/// question without such words has no answer; similar quotes may be shown for it as such. `UPDATE_EXPECT=1`
/// rewrites the file; read the diff.
#[test]
fn own_questions_find_their_quotes() {
    for set in ["bundled", "newsroom"] {
        find_own(set);
    }
}

fn find_own(set: &str) {
    #[derive(serde::Deserialize)]
    struct Line {
        q: String,
        #[serde(default)]
        history: Vec<String>,
        #[serde(default)]
        today: Option<jiff::civil::Date>,
        words: Vec<String>,
    }
    let folder = crate::root().join("tests/data/questions");
    let facts = fs::read_to_string(crate::root().join("tests/data/facts.jsonl")).expect("the truth is there");
    let questions = fs::read_to_string(folder.join(format!("{set}.jsonl"))).expect("the questions are there");
    let mut found = String::new();
    let mut first = 0;
    for line in questions.lines() {
        let line: Line = serde_json::from_str(line).expect("a question a line");
        for words in &line.words {
            let words = serde_json::to_string(words).expect("words are JSON");
            assert!(facts.contains(words.trim_matches('"')), "{words} is in no fact");
        }
        let today = line.today.unwrap_or(date(2026, 3, 1));
        let asked = Asked { history: line.history, ..Asked::new(line.q.clone(), today) };
        let answer = ask::ask(&BUNDLED.index, &asked, 10).expect("a question is answered");
        let holds = |hit: &rapporteur::answer::Hit| {
            let said = hit.record.words();
            line.words.iter().any(|words| said.contains(words.as_str()))
        };
        let place = match (line.words.is_empty(), answer.hits.iter().position(holds)) {
            (true, _) if answer.hits.is_empty() => "none".to_owned(),
            (true, _) if answer.found != Finding::Yes => "near".to_owned(),
            (true, _) => "padded".to_owned(),
            (false, Some(place)) => (place + 1).to_string(),
            (false, None) => "missed".to_owned(),
        };
        first += usize::from(["1", "none", "near"].contains(&place.as_str()));
        found += &format!("{place:>6}  {}\n", line.q);
    }
    found += &format!("{first:>6}  of {} first\n", questions.lines().count());
    let path = folder.join(format!("{set}.expected"));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, &found).expect("the expected file can be written");
    }
    let expected = fs::read_to_string(&path).expect("the expected file is there");
    let changed: Vec<(&str, &str)> =
        expected.lines().zip(found.lines()).filter(|(expected, found)| expected != found).collect();
    assert!(expected == found, "expected and found differ: {changed:#?}");
}

/// How questions are understood: each line of `understood/questions.txt` with its filled slots.
/// `UPDATE_EXPECT=1` rewrites the file; read the diff.
#[test]
fn questions_are_understood() {
    let folder = crate::root().join("tests/data/questions/understood");
    let questions = fs::read_to_string(folder.join("questions.txt")).expect("the questions are there");
    let mut found = String::new();
    for line in questions.lines().filter(|line| !line.starts_with('#')) {
        let mut turns: Vec<String> = line.split(" | ").map(str::to_owned).collect();
        let last = turns.pop().expect("a line has a turn");
        let asked = Asked { history: turns, ..Asked::new(last, date(2026, 2, 20)) };
        let question = ask::understand(&BUNDLED.index, &asked);
        found += &format!("{line}\n");
        let wish = serde_json::to_string(&question.wish).expect("a wish is JSON");
        let sides: Vec<&str> = question.parties.iter().map(|party| party.called.as_str()).collect();
        let speakers = if sides.is_empty() { question.speakers.join(", ") } else { String::new() };
        let matters: Vec<&str> = question.matters.iter().map(|matter| matter.called.as_str()).collect();
        let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let days = question.published.map(|days| format!("{}..{}", day(days.from), day(days.to)));
        for (slot, value) in [
            ("wish", wish.trim_matches('"').to_owned()),
            ("speaker", speakers),
            ("side", sides.join(", ")),
            ("not", question.others.join(", ")),
            ("unknown", question.stranger.unwrap_or_default()),
            ("phrase", question.phrase.unwrap_or_default()),
            ("topic", question.terms.join(" ")),
            ("setting", question.setting.join(" ")),
            ("matter", matters.join(", ")),
            ("round", question.rounds.join(", ")),
            ("days", days.unwrap_or_default()),
            ("outlet", question.outlet.unwrap_or_default()),
        ] {
            if !value.is_empty() {
                found += &format!("    {slot:8} {value}\n");
            }
        }
    }
    let path = folder.join("questions.expected");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, &found).expect("the expected file can be written");
    }
    let expected = fs::read_to_string(&path).expect("the expected file is there");
    let mut changed = expected.lines().zip(found.lines()).filter(|(expected, found)| expected != found);
    assert!(expected == found, "expected and found differ, first in {:?}", changed.next());
}

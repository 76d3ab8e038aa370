//! A dozen quotes laid out as traps: which comes first, and why the other must not. The expected order is
//! readable text.

use std::fs;
use std::sync::LazyLock;

use jiff::civil::date;
use rapporteur::index::QuoteIndex;
use rapporteur::ingest::Job;
use rapporteur::meaning::Meaning;
use rapporteur::question::Asked;
use rapporteur::{ask, export};

use crate::ingest::{Silent, Town, ingest};
use crate::questions::{BUNDLED, Shelf, shelf};

/// The quotes, identified by their first words.
static TRAPS: LazyLock<Shelf> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let article = |id: &str, day: u8, title: &str, body: &str| {
        let text = format!(
            "+++\nid = \"{id}\"\ntitle = \"{title}\"\noutlet = \"Coast Gazette\"\ndate = 2025-11-0{day}\n+++\n\n{body}\n"
        );
        fs::write(folder.path().join(format!("{id}.md")), text).expect("the article can be written");
    };
    // The quote says "it"; only the paragraph before it names the bridge.
    article(
        "bridge",
        3,
        "Council meets on the bridge",
        "The old bridge over the Aller was on the agenda.\n\n“It will be closed to lorries from Monday, and nobody will weep,” Angela Lee said.\n\nAngela Lee said she had also thought about the bridge at night.",
    );
    // The words asked for are in a paraphrase; the speaker's direct quote is next to it.
    article(
        "fares",
        4,
        "Fares go up",
        "Omar Okafor said that the ferry fare would rise by two crowns in spring. “Every crown of the ferry fare goes into new boats,” Omar Okafor said.",
    );
    // A name in a question is not always the speaker; here it is the person spoken about.
    article(
        "praise",
        5,
        "A word on Okafor",
        "“Omar Okafor has never missed a sailing in thirty years,” Marta Duarte said.\n\n“I was ill only once,” Omar Okafor said.",
    );
    // One stray word in another article, against a whole article on the matter.
    article(
        "library",
        6,
        "The library opens on Sundays",
        "The library of the town will open on Sundays, the board decided.\n\n“Readers asked us for it for years,” Marta Duarte said. “The library belongs to those who work all week,” she said.",
    );
    article(
        "stray",
        6,
        "Market day",
        "“My aunt sells plums next to the library,” Pavel Novak said. “Business is good,” he said.",
    );
    // Only the office is named in the question.
    article(
        "office",
        7,
        "Harbour dues",
        "“The dues pay for the harbour light,” harbour master Ingrid Solberg said. “The harbour light is too dear,” Pavel Novak said.",
    );
    // The speaker of the second quote is not certain; the first sentence names the day.
    article(
        "open",
        8,
        "The pier is closed",
        "Pavel Novak met Omar Okafor on Thursday. “The pier is rotten,” Pavel Novak said. “Nobody may step on the pier,” the deputy said.",
    );
    // "Rob" in one article, "Robert E." in the other.
    article("rob", 8, "Kiosks", "“Kiosks are a nuisance,” Rob Lund said.");
    article("robert", 9, "More kiosks", "“I like a kiosk at the beach,” Robert E. Lund said.");
    // One office of each country.
    article(
        "nations",
        9,
        "Talks on cod",
        "“Cod is ours,” Norwegian fisheries minister Marta Halvorsen said. “We want our share of the cod,” Danish fisheries minister Lena Jensen said. “Cod knows no border,” said Pavel Novak, a fisherman.",
    );
    // A president, and a fisherman whose quote has more of the words asked for.
    article(
        "summit",
        9,
        "The cod comes back",
        "“The cod will come back,” President Ada Lind said. “The cod of the northern bank is gone,” said Olaf Berg, a fisherman.",
    );
    // The second quote is next to a mention of the matter.
    article(
        "night",
        7,
        "No more nights",
        "“The boat will not sail at night after March,” Petra Falk said.\n\nOn the accounts she was brief. “They are fine as they are,” Petra Falk said.",
    );
    // The headline repeats a quote from the body.
    article(
        "ice",
        9,
        "Solberg: Harbour ice ‘a gift to skaters’",
        "“The ice in the harbour is a gift to skaters,” harbour master Ingrid Solberg said. “The ice will be gone by Sunday,” she said.",
    );
    shelf(folder.path())
});

/// Compares the first words of the answer's quotes, best first, with the expected lines; only as many quotes
/// as lines.
#[track_caller]
fn check(question: &str, expected: &str) {
    let asked = Asked::new(question, date(2026, 2, 20));
    let answer = ask::ask(&TRAPS.index, &asked, 10).expect("a question is answered");
    let lines: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let found: Vec<String> = answer
        .hits
        .iter()
        .take(lines.len())
        .map(|hit| {
            let words: Vec<String> =
                hit.record.words().split_whitespace().take(4).map(str::to_owned).collect();
            format!("{}: {}", hit.record.quote.speaker().unwrap_or("unknown"), words.join(" "))
        })
        .collect();
    assert_eq!(found, lines, "{question}");
    if lines.is_empty() {
        assert_eq!(answer.total, 0, "{question}");
    }
}

#[test]
fn a_quote_that_only_says_it_is_found_by_its_context() {
    check("What did Angela Lee say about lorries on the bridge?", "Angela Lee: It will be closed");
}

#[test]
fn own_words_come_before_a_paraphrase() {
    check("What did Okafor say about the ferry fare?", "Omar Okafor: Every crown of the");
}

#[test]
fn a_name_behind_about_is_the_topic() {
    check("What did Duarte say about Okafor?", "Marta Duarte: Omar Okafor has never");
    check("Who spoke about Omar Okafor's sailing?", "Marta Duarte: Omar Okafor has never");
}

#[test]
fn the_article_that_fits_as_a_whole_comes_first() {
    check("who said what about the library on Sundays", "Marta Duarte: The library belongs to");
}

#[test]
fn an_office_finds_its_holder() {
    check("What did the harbour master say about the light?", "Ingrid Solberg: The dues pay for");
}

#[test]
fn an_unnamed_speaker_comes_after_the_one_asked_about() {
    check(
        "What did Pavel Novak say about the pier?",
        "Pavel Novak: The pier is rotten,
         unknown: Nobody may step on",
    );
}

#[test]
fn a_person_is_found_by_any_form_of_the_name() {
    check(
        "What did Bob Lund say about a kiosk?",
        "Robert E. Lund: Kiosks are a nuisance,
         Robert E. Lund: I like a kiosk",
    );
}

#[test]
fn an_outlet_that_quotes_somebody_does_not_speak() {
    check(
        "What has the Coast Gazette quoted Novak saying about the pier?",
        "Pavel Novak: The pier is rotten,",
    );
}

#[test]
fn a_word_finds_its_synonyms() {
    check("What did Pavel Novak say about his firm?", "Pavel Novak: Business is good,");
}

#[test]
fn a_headline_that_repeats_the_body_comes_last() {
    check(
        "What did Ingrid Solberg say about ice in the harbour?",
        "Ingrid Solberg: The ice in the
        Ingrid Solberg: The ice will be
        Ingrid Solberg: Harbour ice ‘a gift",
    );
}

#[test]
fn an_outlet_goes_by_its_short_forms() {
    let of = |question: &str| {
        let asked = Asked::new(question, date(2026, 2, 20));
        ask::understand(&TRAPS.index, &asked).outlet
    };
    assert_eq!(of("What did Okafor tell CG about fares?").as_deref(), Some("Coast Gazette"));
    assert_eq!(of("What did Okafor tell the Coastal Gazette about fares?").as_deref(), Some("Coast Gazette"));
    assert_eq!(of("What did Okafor tell the coast guard about fares?"), None);
}

#[test]
fn members_of_a_group_answer() {
    check("What did Norwegian officials say about cod?", "Marta Halvorsen: Cod is ours,");
    check(
        "what do nordic ministers say about cod",
        "Lena Jensen: We want our share\nMarta Halvorsen: Cod is ours,",
    );
    check("Who besides Lena Jensen spoke about our share of the cod?", "Pavel Novak: Cod knows no border,");
}

#[test]
fn a_leader_is_somebody_with_such_an_office() {
    check("Which leader spoke of the cod on the northern bank?", "Ada Lind: The cod will come");
}

#[test]
fn quotes_of_a_speaker_are_listed_newest_first_one_per_article() {
    check(
        "What has Pavel Novak said since 6 November 2025?",
        // Reported on 8 November, "Pavel Novak met Omar Okafor on Thursday": said on the 6th.
        "Pavel Novak: Cod knows no border,
         Pavel Novak: The harbour light is
         Pavel Novak: My aunt sells plums
         Pavel Novak: The pier is rotten,
         Pavel Novak: Business is good,",
    );
}

#[test]
fn quotes_of_a_day_answer_only_if_they_are_about_the_matter() {
    let asked = |text: &str| {
        let asked = Asked::new(text, date(2026, 2, 20));
        ask::ask(&TRAPS.index, &asked, 10).expect("a question is answered").total
    };
    assert_eq!(asked("What did Petra Falk say on 7 November 2025 about sailing boats at night?"), 1);
    assert_eq!(asked("What did Petra Falk say on 7 November 2025?"), 2);
}

#[test]
fn what_was_said_on_a_day_is_found_in_the_report_of_another() {
    check("What did Novak say about the pier on 6 November?", "Pavel Novak: The pier is rotten,");
    // Date filters use the day on which it was said.
    let on = |day: u32| {
        format!("What did Novak say about the pier? after:2025-11-{day:02} before:2025-11-{day:02}")
    };
    check(&on(6), "Pavel Novak: The pier is rotten,\nunknown: Nobody may step on");
    check(&on(8), "");
}

#[test]
fn what_nobody_said_has_no_answer() {
    check("What did Angela Lee say about penguins?", "");
    check("What did Lena Lee say about the bridge?", "");
}

#[test]
fn a_month_that_leaves_nothing_is_dropped_with_a_note() {
    let asked = Asked::new("Back in March, what did Angela Lee say about the bridge?", date(2026, 2, 20));
    let answer = ask::ask(&TRAPS.index, &asked, 3).expect("a question is answered");
    assert!(answer.total > 0);
    let note = rapporteur::render::note(&answer).expect("a note");
    assert!(
        note.contains("from 1 March 2025") && note.ends_with("answers this; these are from other days."),
        "{note}"
    );
    // Unlike the name of a month, an explicit bound is not relaxed.
    let asked = Asked::new("What did Angela Lee say about the bridge after 6 November?", date(2026, 2, 20));
    assert_eq!(ask::ask(&TRAPS.index, &asked, 3).expect("a question is answered").total, 0);
}

#[test]
fn days_inside_somebodys_words_are_words() {
    let asked = Asked::new("who said it will be closed from Monday?", date(2026, 2, 20));
    let answer = ask::ask(&TRAPS.index, &asked, 3).expect("a question is answered");
    assert_eq!(answer.question.published, None);
    assert_eq!(answer.hits[0].record.quote.speaker(), Some("Angela Lee"));
}

/// The speakers of the bundled corpus must be people and bodies, not slogans, papers or groups. A name that
/// is not a person's is listed here with what it is.
#[test]
fn the_people_list_holds_people() {
    let wrong: Vec<&str> = BUNDLED
        .index
        .roster()
        .speakers()
        .iter()
        .map(|speaker| speaker.name.as_str())
        .filter(|name| {
            let words = rapporteur::fold::words(name);
            words.iter().any(|word| {
                matches!(
                    word.as_str(),
                    "plan"
                        | "talks"
                        | "party"
                        | "campaign"
                        | "article"
                        | "deal"
                        | "war"
                        | "peace"
                        | "summit"
                        | "officials"
                        | "leaders"
                        | "show"
                )
            })
        })
        .collect();
    assert_eq!(wrong, Vec::<&str>::new());
}

/// Returns the answers of an index as JSON.
fn answers_of(town: &Town) -> Vec<String> {
    let index = QuoteIndex::open(&town.index()).unwrap().unwrap();
    let questions = [
        "What did Pia Lund say about the gate?",
        "What did Pia Lund say about the gate in November?",
        "who said the gate will be open",
        "what has Pia Lund said?",
        "latest from Pia Lund",
        "first from Pia Lund",
        "Who talked about the gate?",
        "gate",
    ];
    let ask = |question: &&str| {
        let asked = Asked::new(*question, date(2025, 12, 31));
        export::answer(&ask::ask(&index, &asked, 100).unwrap())
    };
    questions.iter().map(ask).collect()
}

#[test]
fn equally_good_quotes_are_shown_in_the_same_order() {
    let town = Town::new();
    let name = |number: u64| format!("gate-{number:03}.md");
    let write = |town: &Town, number: u64, words: &str| {
        let text = format!(
            "+++\ndate = 2025-11-03\n+++\n# Report {number}\n\n“{words},” Pia Lund said on Monday.\n"
        );
        town.write(&name(number), &text);
    };
    let words = |number: u64| format!("The gate w{number}x will be open");
    // Far more equally good quotes than are examined.
    let all = 450;
    (0..all).for_each(|number| write(&town, number, &words(number)));
    town.ingest();
    let expected = answers_of(&town);
    let full = expected
        .iter()
        .filter(|answer| answer.contains("\"total\":100,") || answer.contains("\"total\":200,"));
    assert!(full.count() >= 3, "as many as are looked at");
    for seed in 1..=3 {
        let other = Town::new();
        let mut order: Vec<u64> = (0..all).collect();
        order.sort_by_key(|number| (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15 ^ seed << 40) >> 17);
        for batch in order.chunks(90) {
            for number in batch {
                // Some are first indexed with other words; some are removed and added again.
                let shut = "The gate of the harbour was shut for years".to_owned();
                write(&other, *number, &if number % 5 == 0 { shut } else { words(*number) });
            }
            ingest(&Job { threads: 4, ..other.job() }, &mut Silent).unwrap();
            let gone: Vec<u64> = batch.iter().copied().filter(|number| number % 7 == 0).collect();
            gone.iter().for_each(|number| other.remove(&name(*number)));
            batch
                .iter()
                .filter(|number| *number % 7 != 0)
                .for_each(|number| write(&other, *number, &words(*number)));
            ingest(&Job { threads: 4, ..other.job() }, &mut Silent).unwrap();
            gone.iter().for_each(|number| write(&other, *number, &words(*number)));
        }
        ingest(&Job { threads: 4, ..other.job() }, &mut Silent).unwrap();
        for (answer, expected) in answers_of(&other).iter().zip(&expected) {
            assert_eq!(answer, expected, "history {seed}");
        }
    }
}

/// Sixty quotes of one speaker on one matter: more than the encoder processes while answering.
#[test]
fn an_answer_does_not_depend_on_what_was_asked_before() {
    let things =
        ["bread", "coal", "letters", "nurses", "cattle", "timber", "pupils", "salt", "bicycles", "ice"];
    let town = Town::new();
    let verbs = ["carries", "will not wait for", "has room for", "was built for", "has brought", "needs"];
    for (day, verb) in (10..).zip(verbs) {
        let quotes = things.map(|thing| format!("“The ferry {verb} {thing} on this coast,” Pia Lund told the council on Monday, before it voted."));
        let head = format!("+++\ntitle = \"Day {day}\"\ndate = 2025-11-{day}\n+++\n\n");
        town.write(&format!("{day}.md"), &(head + &quotes.join("\n\n") + "\n"));
    }
    town.ingest();
    let questions = [
        "What did Pia Lund say about goods on the ferry?",
        "What did Pia Lund say about children on the ferry?",
        "What did Pia Lund say about the ferry and food?",
    ];
    let answers = |order: [usize; 3]| {
        let kept = ["meaning", "meaning-asked", "meaning-light"].map(|name| town.index().join(name));
        assert!(kept.iter().all(|path| fs::remove_file(path).is_ok() || !path.exists()));
        let index = QuoteIndex::open(&town.index()).expect("the index opens").expect("the index is there");
        let index = index.with_meaning(Meaning::Full);
        let answer = |at: usize| {
            let asked = Asked::new(questions[at], date(2026, 2, 20));
            let answer = ask::ask(&index, &asked, 60).expect("a question is answered");
            assert!(answer.hits.iter().any(|hit| hit.score.meaning != 0.0));
            serde_json::to_string(&answer).expect("an answer is written")
        };
        let mut out: Vec<(usize, [String; 2])> =
            order.map(|at| (at, answer(at))).map(|(at, first)| (at, [first, answer(at)])).into();
        out.sort();
        out
    };
    let first = answers([0, 1, 2]);
    assert!(first.iter().all(|(_, [once, again])| once == again), "asked again");
    assert_eq!(first, answers([2, 1, 0]), "asked in another order");
}

/// What a quote is about may stand only in the headline or in the next paragraph. That counts if nobody is asked
/// for; otherwise it would mostly repeat who speaks. It is read again when it changes.
#[test]
fn what_surrounds_a_paragraph_counts_if_nobody_is_asked_for() {
    let report = |headline: &str| {
        format!(
            "+++\ntitle = \"{headline}\"\ndate = 2025-11-12\n+++\n\nThe hall was full on Monday.\n\n“We lost money on every trip this winter,” Pia Lund said.\n\nMany had to stand.\n"
        )
    };
    let meaning = |town: &Town, question: &str| {
        let index = QuoteIndex::open(&town.index()).expect("the index opens").expect("the index is there");
        let asked = Asked::new(question, date(2026, 2, 20));
        let answer = ask::ask(&index.with_meaning(Meaning::Full), &asked, 10).expect("an answer");
        let own = answer.hits.iter().find(|hit| hit.record.quote.speaker() == Some("Pia Lund"));
        own.map(|hit| hit.score.meaning).expect("the quote answers")
    };
    let [about, beside] = ["The island ferry loses passengers", "A hard month of May"].map(|headline| {
        let town = Town::new();
        town.write("winter.md", &report(headline));
        town.ingest();
        town
    });
    let anybody = "what is the trouble with the island ferry";
    let found = meaning(&about, anybody);
    assert!(found > meaning(&beside, anybody) + 0.3, "{found}");
    let hers = "what did Lund say about the money of the ferry";
    assert_eq!(meaning(&about, hers), meaning(&beside, hers));
    beside.write("winter.md", &report("The island ferry loses passengers"));
    beside.ingest();
    assert_eq!(meaning(&beside, anybody), found);
}

//! Corrections by hand: which quotes they change, what is read again for them, and how those without effect
//! are reported.

use rapporteur::answer::Record;
use rapporteur::correction::Correction;
use rapporteur::index::{QuoteIndex, Report};
use rapporteur::ingest::{Silent, verify};
use std::sync::atomic::AtomicBool;

use crate::ingest::{Town, counts, ingest};

const LIST: &str = "corrections.toml";

fn records(town: &Town) -> Vec<Record> {
    let index = QuoteIndex::open(&town.index()).expect("the index opens").expect("the index is there");
    let mut out = Vec::new();
    let tell = |record| -> Result<(), rapporteur::index::IndexError> {
        out.push(record);
        Ok(())
    };
    index.each(&rapporteur::question::Question::default(), tell).expect("the quotes can be read");
    out
}

/// The quote with these words.
#[track_caller]
fn quote(town: &Town, words: &str) -> Record {
    let found = records(town).into_iter().find(|record| record.words().contains(words));
    found.unwrap_or_else(|| panic!("no quote has `{words}`"))
}

#[track_caller]
fn is_like_a_clean_build(town: &Town) {
    let (state, clean) = (town.state(), town.clean());
    assert_eq!((state.quotes, state.counts), (clean.quotes, clean.counts));
    let verified = verify(&town.job(), &mut Silent, &AtomicBool::new(false)).expect("it can be verified");
    assert!(verified.is_sound() && verified.stale == 0, "{verified:?}");
}

fn told(report: &Report) -> Vec<String> {
    let told = report.skipped.iter().filter(|skip| skip.path.ends_with(LIST));
    told.map(|skip| skip.reason.clone()).collect()
}

#[test]
fn a_correction_sets_speaker_kind_and_day_and_only_its_article_is_read_again() {
    let town = Town::settled();
    town.write(
        LIST,
        "# Told by the harbour.\n[[correction]]\narticle = \"okafor\"\nwords = \"The ferry will sail in every weather\"\nspeaker = \"Ines Duarte\"\nkind = \"mixed\"\nday = 2025-05-02\n",
    );
    let report = town.ingest();
    assert_eq!((counts(&report), report.written), ([0, 1, 0, 2], 1));
    let record = quote(&town, "ferry");
    assert_eq!(record.quote.speaker(), Some("Ines Duarte"));
    let row = serde_json::from_str::<serde_json::Value>(&rapporteur::export::json(&record)).expect("JSON");
    assert_eq!(row["kind"], "mixed");
    assert_eq!(row["said"], "2025-05-02");
    assert_eq!(row["corrected"], serde_json::json!(["speaker", "kind", "day"]));
    assert_eq!(row["mention"], serde_json::Value::Null, "the article does not name her");
    assert!(quote(&town, "archive").quote.corrected.is_empty());
    assert_eq!(told(&report), Vec::<String>::new());
    is_like_a_clean_build(&town);
    // Nothing is left to do, even after the list is rewritten with the same entries.
    town.write(
        LIST,
        "\n\n[[correction]]\narticle = \"okafor\"\nwords = \"The ferry will sail in every weather\"\nspeaker = \"Ines Duarte\"\nkind = \"mixed\"\nday = \"2025-05-02\"\n",
    );
    assert_eq!(town.ingest().written, 0);
    // Without the list the quote is as extracted again, and again only its article is read.
    town.remove(LIST);
    let report = town.ingest();
    assert_eq!((counts(&report), report.written), ([0, 1, 0, 2], 1));
    assert_eq!(quote(&town, "ferry").quote.speaker(), Some("Omar Okafor"));
    is_like_a_clean_build(&town);
}

#[test]
fn a_dropped_quote_returns_when_its_entry_is_removed() {
    let town = Town::settled();
    let entry = Correction {
        article: "duarte".to_owned(),
        words: "library card will cost".to_owned(),
        drop: true,
        ..Correction::default()
    };
    town.write(LIST, &entry.to_toml());
    let report = town.ingest();
    assert_eq!((report.quotes, report.written), (2, 1));
    is_like_a_clean_build(&town);
    // The article changes, and the correction stays.
    town.write(
        "duarte.md",
        &(crate::ingest::article("Ines Duarte", "No library card will cost a crown") + "\nIt rained.\n"),
    );
    assert_eq!(town.ingest().quotes, 2);
    is_like_a_clean_build(&town);
    let kept = Correction { drop: false, speaker: Some(String::new()), ..entry };
    town.write(LIST, &kept.to_toml());
    assert_eq!(town.ingest().quotes, 3);
    assert_eq!(quote(&town, "library").quote.speaker(), None);
    is_like_a_clean_build(&town);
}

#[test]
fn a_correction_may_use_the_url_and_precede_its_article() {
    let town = Town::settled();
    let entry = |speaker: &str| {
        let speaker = Some(speaker.to_owned());
        Correction {
            article: "http://herald.example/pier/".to_owned(),
            words: "“The pier is safe,” […]".to_owned(),
            speaker,
            ..Correction::default()
        }
    };
    town.write(LIST, &entry("Lee").to_toml());
    let report = town.ingest();
    assert_eq!(told(&report), ["line 1: no article has the id or address `http://herald.example/pier/`"]);
    assert_eq!(report.written, 0);
    let pier = "+++\nurl = \"https://www.herald.example/pier\"\n+++\n# The pier\n\nAngela Lee came late.\n\n“The pier is safe,” Omar Okafor said.\n";
    town.write("pier.md", pier);
    town.write("people.toml", "[[person]]\nname = \"Angela Lee\"\n");
    let report = town.ingest();
    assert_eq!(told(&report), Vec::<String>::new());
    let record = quote(&town, "pier is safe");
    assert_eq!(record.quote.speaker(), Some("Angela Lee"), "the people list knows the full name");
    let mention = record.quote.attribution.as_ref().expect("somebody said it").mention;
    assert_eq!(record.text(mention), "Angela Lee");
    is_like_a_clean_build(&town);
}

#[test]
fn a_correction_without_effect_is_reported_with_its_line() {
    let town = Town::settled();
    let good = "[[correction]]\narticle = \"lee\"\nwords = \"We will open the archive\"\nspeaker = \"Ines Duarte\"\n";
    let list = format!(
        "{good}\n[[correction]]\narticle = \"lee\"\nwords = \"We will close the archive\"\ndrop = true\n\n[[correction]]\narticle = \"lee\"\nwords = \"Report on Angela Lee\"\ndrop = true\n"
    );
    town.write(LIST, &list);
    let report = town.ingest();
    assert_eq!(
        told(&report),
        [
            "line 6: the words `We will close the archive` are not those of article `lee`",
            "line 11: article `lee` has the words `Report on Angela Lee`, but no quote is found there",
        ]
    );
    assert_eq!((report.quotes, quote(&town, "archive").quote.speaker()), (3, Some("Ines Duarte")));
    // It is reported each time, even if there is nothing else to do.
    let again = town.ingest();
    assert_eq!((told(&again), again.written), (told(&report), 0));
    is_like_a_clean_build(&town);
}

#[test]
fn an_invalid_list_is_reported_with_its_line_and_changes_nothing() {
    let town = Town::settled();
    let before = town.state();
    for (list, line, reason) in [
        ("[[correction]]\narticle = \"lee\"\nwords = \"We will open\"\n", 1, "nothing is corrected"),
        ("\n[[correction]]\narticle = \"lee\"\nwords = \"…\"\ndrop = true\n", 2, "`words` is empty"),
        ("[[correction]]\narticle = \" \"\nwords = \"open\"\ndrop = true\n", 1, "`article` is empty"),
        ("[[correction]]\narticle = \"lee\"\nwords = \"open\"\ndrop = true\nkind = \"mixed\"\n", 1, "`drop`"),
        ("[[correction]]\narticle = \"lee\"\nwords = \"open\"\nkind = \"loud\"\n", 4, "loud"),
        ("[[correction]]\narticle = \"lee\"\nwords = \"open\"\nday = \"soon\"\n", 4, "write 2025-12-02"),
        ("[[correction]]\narticle = \"lee\"\nwords = \"open\"\nspeeker = \"A\"\n", 4, "speeker"),
        ("\n\nwords\n", 3, ""),
    ] {
        town.write(LIST, list);
        let error = ingest(&town.job(), &mut Silent).expect_err("the list is bad");
        let text = format!("{error:#}");
        assert!(
            text.contains(LIST) && text.contains(&format!("line {line}: ")) && text.contains(reason),
            "{text}"
        );
        assert_eq!(town.state(), before);
    }
}

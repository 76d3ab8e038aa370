//! English: which word list is read from which file.

use std::sync::LazyLock;

use rustc_hash::FxHashMap as HashMap;

use super::around::Around;
use super::claim::{self, Claims, ShortForms};
use super::day::DayNames;
use super::grammar::{Endings, Grammar};
use super::lead::Leads;
use super::letter::Letters;
use super::list::{self, Forms, Phrases, Rows, Words};
use super::name::Names;
use super::office::Offices;
use super::place::Places;
use super::question::QuestionWords;
use super::report::Reports;
use super::talk::Talks;
use super::{Gender, Language, Pronoun, Traits};

/// Expands to the text of a word list.
macro_rules! text {
    ($path:literal) => {
        include_str!(concat!("en/", $path, ".txt"))
    };
}

/// English.
pub(super) static ENGLISH: LazyLock<Language> = LazyLock::new(|| Language {
    code: "en",
    weights: include_bytes!("en/weights.bin"),
    letters: Letters { marked: Vec::new(), ascii: true, stemmer: Some(frostem::Algorithm::English) },
    grammar: grammar(),
    names: names(),
    offices: offices(),
    days: days(),
    places: places(),
    reports: reports(),
    claims: claims(),
    leads: leads(),
    talks: talks(),
    around: Around::parse(text!("page/around"), text!("page/lines")),
    question: QuestionWords::english(),
    ..Language::default()
});

fn grammar() -> Grammar {
    Grammar {
        determiners: Words::parse(text!("grammar/determiners")),
        bound_determiners: Words::parse(text!("grammar/bound_determiners")),
        quantifiers: Words::parse(text!("grammar/quantifiers")),
        prepositions: Words::parse(text!("grammar/prepositions")),
        clause_words: Words::parse(text!("grammar/clause_words")),
        auxiliaries: Words::parse(text!("grammar/auxiliaries")),
        function_words: Words::parse(text!("grammar/function_words")),
        relatives: Words::parse(text!("grammar/relatives")),
        interrogatives: Words::parse(text!("grammar/interrogatives")),
        be: Words::parse(text!("grammar/be")),
        finite: Words::parse(text!("grammar/finite")),
        verbs: Words::parse(text!("grammar/verbs")),
        abbreviations: Words::parse(text!("grammar/abbreviations")),
        short_verbs: Words::parse(text!("grammar/short_verbs")),
        phrase_ends: Words::parse(text!("grammar/phrase_ends")),
        elisions: Words::parse(text!("grammar/elisions")),
        singulars: Forms::parse(text!("grammar/singulars")),
        months: list::entries(text!("grammar/months")).collect(),
        weekdays: list::entries(text!("grammar/weekdays")).collect(),
        pronouns: list::valued(text!("grammar/pronouns"), Pronoun::named).collect(),
        possessives: list::valued(text!("grammar/possessives"), Pronoun::named).collect(),
        signals: Traits::table(list::valued(text!("grammar/signals"), Traits::named)),
        endings: Endings::parse(text!("grammar/endings")),
    }
}

/// Returns the words of two lists, each with its gender.
fn genders(men: &'static str, women: &'static str) -> HashMap<&'static str, Gender> {
    let of = |list, gender| list::entries(list).map(move |word| (word, gender));
    of(men, Gender::Male).chain(of(women, Gender::Female)).collect()
}

fn names() -> Names {
    Names {
        genders: genders(text!("names/men"), text!("names/women")),
        short_forms: Rows::parse(text!("names/short_forms")),
        particles: Words::parse(text!("names/particles")),
        inner_particles: Words::parse(text!("names/inner_particles")),
        capitals: Words::parse(text!("names/capitals")),
        openers: Words::parse(text!("names/openers")),
        generations: Words::parse(text!("names/generations")),
        parties: Words::parse(text!("names/parties")),
        describing: Words::parse(text!("names/describing")),
        known: list::entries(text!("names/known")).filter_map(|entry| entry.split_once(' ')).collect(),
    }
}

fn offices() -> Offices {
    Offices {
        titles: Words::parse(text!("offices/titles")),
        address: Words::parse(text!("offices/address")),
        openers: Words::parse(text!("offices/openers")),
        broad: Words::parse(text!("offices/broad")),
        heads: Words::parse(text!("offices/heads")),
        epithets: Words::parse(text!("offices/epithets")),
        same: Rows::parse(text!("offices/same")),
        deputies: Words::parse(text!("offices/deputies")),
        ranks: Words::parse(text!("offices/ranks")),
        participles: Words::parse(text!("offices/participles")),
        tenses: Words::parse(text!("offices/tenses")),
        states: Words::parse(text!("offices/states")),
        ages: Words::parse(text!("offices/ages")),
        genders: genders(text!("offices/men"), text!("offices/women")),
        groups: Words::parse(text!("offices/groups")),
    }
}

fn days() -> DayNames {
    DayNames {
        today: Words::parse(text!("days/today")),
        yesterday: Words::parse(text!("days/yesterday")),
        parts: Words::parse(text!("days/parts")),
        ago: Words::parse(text!("days/ago")),
        earlier: Words::parse(text!("days/earlier")),
        later: Words::parse(text!("days/later")),
        previous: Words::parse(text!("days/previous")),
        next: Words::parse(text!("days/next")),
        last: Words::parse(text!("days/last")),
        this: Words::parse(text!("days/this")),
        bounds: Words::parse(text!("days/bounds")),
        to_come: Words::parse(text!("days/to_come")),
        reporting: Words::parse(text!("days/reporting")),
        documents: Words::parse(text!("days/documents")),
        same: Words::parse(text!("days/same")),
        ordinals: Words::parse(text!("days/ordinals")),
        numbers: list::lines(text!("days/numbers")).collect(),
        units: list::lines(text!("days/units")).collect(),
    }
}

fn places() -> Places {
    Places {
        countries: Rows::parse(text!("places/countries")),
        regions: list::named(text!("places/regions")).collect(),
    }
}

fn reports() -> Reports {
    Reports {
        bodies: Words::parse(text!("bodies/bodies")),
        joined_bodies: Words::parse(text!("bodies/joined")),
        collective_bodies: Words::parse(text!("bodies/collective")),
        texts: Words::parse(text!("reports/texts")),
        books: Words::parse(text!("reports/books")),
        posts: Words::parse(text!("reports/posts")),
        nameless_texts: Words::parse(text!("reports/nameless_texts")),
        recordings: Words::parse(text!("reports/recordings")),
        cue_pairs: Phrases::parse(text!("reports/cue_pairs")),
        quoting: Words::parse(text!("reports/quoting")),
        saying: Phrases::parse(text!("reports/saying")),
        done_to: Words::parse(text!("reports/done_to")),
        naming: Words::parse(text!("reports/naming")),
        told_to: Words::parse(text!("reports/told_to")),
        denying: Words::parse(text!("reports/denying")),
        negations: Words::parse(text!("reports/negations")),
    }
}

fn claims() -> Claims {
    let numbers = list::named(text!("claims/numbers"));
    Claims {
        negations: Words::parse(text!("claims/negations")),
        prefixes: Words::parse(text!("claims/denying_prefixes")),
        numbers: numbers
            .flat_map(|(digits, words)| words.into_iter().map(move |word| (word, digits)))
            .collect(),
        amounts: Words::parse(text!("claims/amounts")),
        short_forms: ShortForms::parse(text!("claims/short_forms")),
        signs: list::named(text!("claims/signs"))
            .filter_map(|(sign, words)| Some((sign, *words.first()?)))
            .collect(),
        pairs: claim::pairs(text!("claims/pairs")),
    }
}

fn talks() -> Talks {
    Talks {
        asks: Words::parse(text!("talk/asks")),
        answers: Words::parse(text!("talk/answers")),
        voices: Words::parse(text!("talk/voices")),
        fields: Words::parse(text!("talk/fields")),
        own: Words::parse(text!("talk/own")),
        first: Words::parse(text!("talk/first")),
        told: Words::parse(text!("talk/told")),
        asides: Words::parse(text!("talk/asides")),
        ends: Words::parse(text!("talk/ends")),
        speeches: Words::parse(text!("talk/speeches")),
    }
}

fn leads() -> Leads {
    Leads {
        to_speaker: Words::parse(text!("question/leads")),
        reasons: Words::parse(text!("question/reasons")),
        synonyms: text!("question/synonyms"),
    }
}

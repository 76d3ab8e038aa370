//! Everything that depends on the language of an article: word lists, nothing else.
//!
//! A language is one [`Language`] value and one folder of word lists beside this file. The rest of the crate asks these
//! tables and never compares words of its own.

mod question;
mod traits;

use std::sync::LazyLock;

pub(crate) use question::DayWords;
use question::QuestionWords;
pub use traits::Traits;

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

/// Grammatical gender as far as pronouns show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gender {
    /// "he"
    Male,
    /// "she"
    Female,
}

/// What a pronoun can stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pronoun {
    /// One person of a gender.
    Person(Gender),
    /// One thing or body: "it".
    Thing,
    /// Several: "they".
    Plural,
    /// The one who speaks: "I", "we".
    First,
}

/// The word lists of one language. Words are looked up in lower case.
#[derive(Debug)]
pub struct Language {
    /// ISO 639-1 code.
    pub code: &'static str,
    /// What the extractor has learned of it; see the training program.
    pub weights: &'static [u8],
    titles: HashSet<&'static str>,
    bodies: HashSet<&'static str>,
    texts: HashSet<&'static str>,
    verbs: HashSet<&'static str>,
    abbreviations: HashSet<&'static str>,
    first_names: HashMap<&'static str, Gender>,
    /// First names and their short forms -> the rows that they stand in.
    short_names: HashMap<&'static str, Vec<usize>>,
    countries: HashMap<&'static str, &'static str>,
    /// Regions -> their countries, each by the first word of its row.
    regions: HashMap<&'static str, Vec<&'static str>>,
    /// What the words on any list are; a word on none has only what its ending shows.
    traits: LazyLock<HashMap<&'static str, Traits>>,
    /// What questions are made of.
    pub(crate) question: QuestionWords,
}

impl Language {
    /// Returns whether `word` is an office or a form of address: "aide", "mr".
    #[must_use]
    pub fn is_title(&self, word: &str) -> bool {
        self.titles.contains(word)
            || word.rsplit_once('-').is_some_and(|(_, last)| self.titles.contains(last))
            || word.strip_suffix('s').is_some_and(|singular| self.titles.contains(singular))
    }

    /// Returns whether `word` can name an office by itself: a title, and "prime" for a prime minister.
    #[must_use]
    pub fn is_head(&self, word: &str) -> bool {
        word == "prime" || self.is_title(word)
    }

    /// Returns whether `word` is an office or trade of one person: "aide", no form of address, no plural.
    #[must_use]
    pub fn is_office(&self, word: &str) -> bool {
        let last = word.rsplit_once('-').map_or(word, |(_, last)| last);
        self.titles.contains(last) && !matches!(last, "mr" | "mrs" | "ms" | "miss")
    }

    /// Returns whether two folded words name the same office or country: "ukrainian" and "ukraine", "leader" and "president".
    #[must_use]
    pub fn same_office(&self, one: &str, other: &str) -> bool {
        // "The Commission chief" may be its president.
        let broad = |word: &str| matches!(word, "leader" | "chief" | "head" | "boss");
        let heads = [
            "leader",
            "chief",
            "head",
            "boss",
            "president",
            "premier",
            "chancellor",
            "taoiseach",
            "king",
            "chairman",
            "chairwoman",
            "chair",
            "director",
            "prime",
        ];
        one == other
            || self.country(one) == self.country(other)
            || (broad(one) && heads.contains(&other))
            || (broad(other) && heads.contains(&one))
    }

    /// Returns whether `word` is a body, a text or a group that can speak: "ministry", "statement".
    #[must_use]
    pub fn is_body(&self, word: &str) -> bool {
        self.bodies.contains(word)
    }

    /// Returns whether `word` means several people: "officials", "the crowd".
    #[must_use]
    pub fn is_group(&self, word: &str) -> bool {
        matches!(
            word,
            "people"
                | "men"
                | "women"
                | "children"
                | "crowd"
                | "audience"
                | "public"
                | "majority"
                | "staff"
                | "couple"
                | "panelists"
        ) || (word.len() > 3
            && word.ends_with('s')
            && !word.ends_with("ss")
            && !word.ends_with("us")
            && !word.ends_with("is")
            && word != "news")
    }

    /// Returns whether the two words are a cue together.
    #[must_use]
    pub fn is_cue_of_two(&self, word: &str, next: &str) -> bool {
        word == "according" && next == "to"
    }

    /// Returns whether `word` is something a person writes or says: "post", "his speech".
    #[must_use]
    pub fn is_text(&self, word: &str) -> bool {
        self.texts.contains(word)
    }

    /// Returns whether two words can be the same text: "the book" is a memoir.
    #[must_use]
    pub fn is_same_text(&self, one: &str, other: &str) -> bool {
        let book = |word: &str| matches!(word, "book" | "memoir" | "autobiography" | "biography");
        one == other || book(one) && book(other)
    }

    /// Returns whether `word` is something one person sends: "the post" that was just spoken of is theirs.
    #[must_use]
    pub fn is_post(&self, word: &str) -> bool {
        matches!(word, "post" | "tweet" | "message" | "email" | "letter" | "caption")
    }

    /// Returns whether `word` is a form of a verb that is hardly ever a noun or an adjective: "came", "wants".
    #[must_use]
    pub fn is_verb(&self, word: &str) -> bool {
        self.verbs.contains(word)
    }

    /// Returns whether `word` is a lower-case part of a name: "von", "bin".
    #[must_use]
    pub fn is_particle(&self, word: &str) -> bool {
        PARTICLES.contains(&word)
    }

    /// Returns whether a full stop after `word` does not end the sentence: "gen", and initials such as "j" and "j.d".
    #[must_use]
    pub fn is_abbreviation(&self, word: &str) -> bool {
        self.abbreviations.contains(word)
            || word
                .split('.')
                .all(|letter| letter.chars().count() == 1 && letter.chars().all(char::is_alphabetic))
    }

    /// Returns one word for all that name the same country or body in an office ("ukrainian", "kyiv": "ukraine"); any other
    /// word comes back as it is.
    #[must_use]
    pub fn country<'w>(&self, word: &'w str) -> &'w str {
        self.countries.get(word).copied().unwrap_or(word)
    }

    /// Returns the words that name, in an office, a country that `word` stands for or that is part of it: for "european" those of
    /// all its countries. Empty for a word that names no country or region.
    #[must_use]
    pub fn nations(&self, word: &str) -> Vec<&'static str> {
        let row = self.regions.get(word).cloned().unwrap_or_default();
        let same = |own: &&str| **own == *self.country(word) || row.contains(own);
        let found = self.countries.iter().filter(|(_, own)| same(own)).map(|(form, _)| *form);
        let mut out: Vec<&str> = found.collect();
        out.sort_unstable();
        out
    }

    /// Returns the groups of words that stand for one another in a question.
    pub fn synonyms(&self) -> impl Iterator<Item = impl Iterator<Item = &'static str>> {
        rows(include_str!("lang/en/synonyms.txt")).map(str::split_whitespace)
    }

    /// Returns whether `word` names a country, its people, or a body on the list of countries.
    #[must_use]
    pub fn is_country(&self, word: &str) -> bool {
        self.countries.contains_key(word)
    }

    /// Returns what `word` can be: all that the other functions tell of it, in one look.
    #[must_use]
    pub fn traits(&self, word: &str) -> Traits {
        self.traits.get(word).copied().unwrap_or_else(|| self.traits_by_ending(word))
    }

    /// The traits of a word that is on no list.
    pub(crate) fn traits_by_ending(&self, word: &str) -> Traits {
        let helps = word.len() > 4 && word.ends_with("ly");
        let titled = (word.ends_with('s') || word.contains('-')) && self.is_title(word);
        Traits::TITLE.when(titled).or(Traits::AUXILIARY.when(helps))
    }

    /// The traits of a word, list by list.
    fn traits_by_list(&self, word: &str) -> Traits {
        [
            (Traits::TITLE, self.is_title(word)),
            (Traits::BODY, self.is_body(word)),
            (Traits::TEXT, self.is_text(word)),
            (Traits::VERB, self.is_verb(word)),
            (Traits::PARTICLE, self.is_particle(word)),
            (Traits::PREPOSITION, self.is_preposition(word)),
            (Traits::DETERMINER, self.is_determiner(word)),
            (Traits::ALONE, self.stands_alone(word)),
            (Traits::FUNCTION, self.is_function_word(word)),
            (Traits::AUXILIARY, self.is_auxiliary(word)),
            (Traits::CALENDAR, self.is_calendar_word(word)),
            (Traits::RELATIVE, self.is_relative(word)),
            (Traits::PRONOUN, self.pronoun(word).is_some()),
            (Traits::CLAUSE, CLAUSE_WORDS.contains(&word)),
        ]
        .into_iter()
        .fold(Traits::of_word(word), |all, (one, yes)| all.or(one.when(yes)))
    }

    /// The words that are on a list.
    pub(crate) fn listed(&self) -> impl Iterator<Item = &'static str> + '_ {
        let sets = [
            &self.titles,
            &self.bodies,
            &self.texts,
            &self.verbs,
            &DETERMINERS,
            &AUXILIARIES,
            &FUNCTION_WORDS,
        ];
        let lists: [&[&str]; 5] = [&PARTICLES, &PREPOSITIONS, &CLAUSE_WORDS, &MONTHS, &WEEKDAYS];
        sets.into_iter().flatten().copied().chain(lists.into_iter().flatten().copied())
    }

    /// Returns the gender a first name mostly has.
    #[must_use]
    pub fn gender_of_name(&self, word: &str) -> Option<Gender> {
        self.first_names.get(word).copied()
    }

    /// Returns whether two folded first names can be those of one person: "william" and "bill", not "rob" and "ronald".
    #[must_use]
    pub fn is_same_first_name(&self, one: &str, other: &str) -> bool {
        let rows = |name| self.short_names.get(name).map_or(&[][..], Vec::as_slice);
        one == other || rows(one).iter().any(|row| rows(other).contains(row))
    }

    /// Returns what a subject pronoun stands for; `None` for any other word.
    #[must_use]
    pub fn pronoun(&self, word: &str) -> Option<Pronoun> {
        Some(match word {
            "he" => Pronoun::Person(Gender::Male),
            "she" => Pronoun::Person(Gender::Female),
            "it" => Pronoun::Thing,
            "they" => Pronoun::Plural,
            "i" | "we" => Pronoun::First,
            _ => return None,
        })
    }

    /// Returns the gender of a word that shows it: "his", "chairwoman", "Mr".
    #[must_use]
    pub fn gender_of_word(&self, word: &str) -> Option<Gender> {
        match word {
            "he" | "him" | "his" | "himself" | "mr" | "sir" | "lord" | "king" | "prince" | "father"
            | "brother" | "son" | "husband" | "man" | "chairman" | "congressman" | "spokesman"
            | "businessman" | "uncle" | "nephew" | "boyfriend" | "widower" | "grandfather" | "actor"
            | "duke" | "councilman" | "assemblyman" | "anchorman" | "policeman" | "fireman" | "boy" => {
                Some(Gender::Male)
            }
            "she" | "her" | "hers" | "herself" | "mrs" | "ms" | "miss" | "lady" | "dame" | "queen"
            | "princess" | "mother" | "sister" | "daughter" | "wife" | "woman" | "chairwoman"
            | "congresswoman" | "spokeswoman" | "businesswoman" | "aunt" | "niece" | "girlfriend"
            | "widow" | "grandmother" | "actress" | "duchess" | "councilwoman" | "assemblywoman"
            | "anchorwoman" | "policewoman" | "girl" => Some(Gender::Female),
            _ => None,
        }
    }

    /// Returns what a possessive pronoun stands for; `None` for any other word.
    #[must_use]
    pub fn possessive(&self, word: &str) -> Option<Pronoun> {
        Some(match word {
            "his" => Pronoun::Person(Gender::Male),
            "her" => Pronoun::Person(Gender::Female),
            "its" => Pronoun::Thing,
            "their" => Pronoun::Plural,
            _ => return None,
        })
    }

    /// Returns whether `word` is a name only with another word of the name behind it: "New York".
    #[must_use]
    pub fn opens_name(&self, word: &str) -> bool {
        matches!(word, "new" | "north" | "south" | "east" | "west" | "san" | "los" | "las" | "el" | "united")
    }

    /// Returns whether `word` says of somebody who was named what anybody may be said to be: "the nominee", "the tycoon".
    #[must_use]
    pub fn is_epithet(&self, word: &str) -> bool {
        let words = [
            "nominee",
            "candidate",
            "contender",
            "hopeful",
            "frontrunner",
            "front-runner",
            "mogul",
            "tycoon",
            "billionaire",
            "magnate",
            "politician",
            "veteran",
            "incumbent",
            "challenger",
        ];
        words.contains(&word)
    }

    /// Returns whether `word`, as it stands, is a party as news puts it in brackets behind a name: "R", "D-Maine".
    #[must_use]
    pub fn is_party(&self, word: &str) -> bool {
        let (party, state) = word.split_once('-').unwrap_or((word, "X"));
        matches!(party, "D" | "R" | "I" | "DFL" | "L") && state.starts_with(char::is_uppercase)
    }

    /// Returns whether `word`, a past participle, stands before names: "retired", "disgraced".
    #[must_use]
    pub fn describes_people(&self, word: &str) -> bool {
        DESCRIBES.contains(&word)
    }

    /// Returns whether `word` is what keeps somebody's words and says none of its own: "transcript".
    #[must_use]
    pub fn is_recording(&self, word: &str) -> bool {
        matches!(
            word,
            "transcript"
                | "transcripts"
                | "translation"
                | "recording"
                | "recordings"
                | "audio"
                | "video"
                | "footage"
                | "readout"
                | "excerpt"
                | "excerpts"
        )
    }

    /// Returns whether `word`, a past participle, is done by speaking, and behind "was" its subject is spoken of or to: "asked", "described".
    #[must_use]
    pub fn is_done_to(&self, word: &str) -> bool {
        DONE_TO.contains(&word)
    }

    /// Returns whether `word` is a form of "be".
    #[must_use]
    pub fn is_be(&self, word: &str) -> bool {
        matches!(word, "is" | "are" | "was" | "were" | "be" | "been" | "being")
    }

    /// Returns whether `word` reports whose words follow behind a name: "quoted Lund as saying".
    #[must_use]
    pub fn is_quoting(&self, word: &str) -> bool {
        matches!(word, "quoted" | "quotes" | "cited" | "cites")
    }

    /// Returns whether the two words follow the name of who is quoted: "as saying".
    #[must_use]
    pub fn is_as_saying(&self, word: &str, next: &str) -> bool {
        word == "saying" || word == "as" && matches!(next, "saying" | "telling" | "calling" | "describing")
    }

    /// Returns whether `word` tells of a name that is or is not given: "asked not to be named".
    #[must_use]
    pub fn is_naming(&self, word: &str) -> bool {
        matches!(word, "named" | "identified" | "quoted" | "cited" | "anonymous")
    }

    /// Returns whether `word` opens a noun phrase.
    #[must_use]
    pub fn is_determiner(&self, word: &str) -> bool {
        DETERMINERS.contains(word)
    }

    /// Returns whether `word` can stand before the one who speaks in a question: "what did", "has", "please".
    #[must_use]
    pub fn leads_to_speaker(&self, word: &str) -> bool {
        LEADS.contains(word)
    }

    /// Returns whether `word` is a kind of statement that is somebody's: "his excuse", "her advice".
    #[must_use]
    pub fn is_reason(&self, word: &str) -> bool {
        REASONS.contains(word)
    }

    /// Returns whether `word` is a determiner that can be a noun phrase by itself: "many", "others".
    #[must_use]
    pub fn stands_alone(&self, word: &str) -> bool {
        DETERMINERS.contains(word)
            && !matches!(
                word,
                "the" | "a" | "an" | "his" | "her" | "its" | "their" | "my" | "our" | "your" | "every" | "no"
            )
    }

    /// Returns whether `word` is a preposition.
    #[must_use]
    pub fn is_preposition(&self, word: &str) -> bool {
        PREPOSITIONS.contains(&word)
    }

    /// Returns whether `word` is a relative pronoun for persons.
    #[must_use]
    pub fn is_relative(&self, word: &str) -> bool {
        word == "who"
    }

    /// Returns whether `word` is a function word: never part of a name, never the topic of a question.
    #[must_use]
    pub fn is_function_word(&self, word: &str) -> bool {
        FUNCTION_WORDS.contains(word)
    }

    /// Returns whether `word` only helps a verb or a clause along between a speaker and the cue: "also", "has", "later".
    #[must_use]
    pub fn is_auxiliary(&self, word: &str) -> bool {
        AUXILIARIES.contains(word) || (word.len() > 4 && word.ends_with("ly"))
    }

    /// Returns whether `word` is a month or a day of the week, capitalised but no name.
    #[must_use]
    pub fn is_calendar_word(&self, word: &str) -> bool {
        MONTHS.iter().any(|m| m.eq_ignore_ascii_case(word))
            || WEEKDAYS.iter().any(|d| d.eq_ignore_ascii_case(word))
    }
}

/// English.
pub static ENGLISH: LazyLock<Language> = LazyLock::new(|| Language {
    code: "en",
    weights: include_bytes!("lang/en/weights.bin"),
    titles: rows(include_str!("lang/en/titles.txt")).flat_map(str::split_whitespace).collect(),
    bodies: rows(include_str!("lang/en/bodies.txt")).flat_map(str::split_whitespace).collect(),
    texts: rows(include_str!("lang/en/texts.txt")).flat_map(str::split_whitespace).collect(),
    verbs: rows(include_str!("lang/en/verbs.txt")).flat_map(str::split_whitespace).collect(),
    abbreviations: rows(include_str!("lang/en/abbreviations.txt")).flat_map(str::split_whitespace).collect(),
    first_names: rows(include_str!("lang/en/first_names.txt"))
        .flat_map(|row| {
            let mut words = row.split_whitespace();
            let gender = if words.next() == Some("m") { Gender::Male } else { Gender::Female };
            words.map(move |word| (word, gender))
        })
        .collect(),
    short_names: rows(include_str!("lang/en/short_names.txt")).enumerate().fold(
        HashMap::default(),
        |mut places: HashMap<&str, Vec<usize>>, (at, row)| {
            for name in row.split_whitespace() {
                places.entry(name).or_default().push(at);
            }
            places
        },
    ),
    countries: rows(include_str!("lang/en/countries.txt"))
        .flat_map(|row| {
            row.split_whitespace().map(move |word| (word, row.split_whitespace().next().unwrap_or(word)))
        })
        .collect(),
    regions: rows(include_str!("lang/en/regions.txt"))
        .filter_map(|row| {
            let (region, countries) = row.split_once(' ')?;
            Some((region, countries.split_whitespace().collect()))
        })
        .collect(),
    traits: LazyLock::new(|| ENGLISH.listed().map(|word| (word, ENGLISH.traits_by_list(word))).collect()),
    question: QuestionWords::english(),
});

fn rows(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty())
}

/// Past participles that stand before the names of people.
const DESCRIBES: &[&str] = &[
    "accused",
    "acclaimed",
    "alleged",
    "appointed",
    "beleaguered",
    "beloved",
    "captured",
    "celebrated",
    "convicted",
    "deceased",
    "defeated",
    "deposed",
    "detained",
    "disgraced",
    "disgruntled",
    "elected",
    "embattled",
    "esteemed",
    "exiled",
    "failed",
    "famed",
    "fired",
    "impeached",
    "imprisoned",
    "indicted",
    "injured",
    "jailed",
    "murdered",
    "newly-elected",
    "noted",
    "ousted",
    "outspoken",
    "pardoned",
    "reelected",
    "re-elected",
    "renowned",
    "respected",
    "retired",
    "suspected",
    "talented",
    "troubled",
    "united",
    "unopposed",
    "wounded",
];

/// Lower-case parts of names.
const PARTICLES: [&str; 20] = [
    "von", "van", "der", "den", "de", "di", "da", "do", "dos", "del", "du", "la", "le", "bin", "ben", "al",
    "el", "ter", "zu", "ibn",
];

/// Prepositions.
const PREPOSITIONS: [&str; 28] = [
    "of", "to", "with", "for", "in", "on", "at", "by", "from", "about", "against", "after", "before",
    "between", "than", "over", "under", "into", "as", "during", "without", "among", "like", "through",
    "toward", "towards", "upon", "near",
];

/// Words that may open or close a clause.
const CLAUSE_WORDS: [&str; 17] = [
    "that", "and", "but", "who", "which", "if", "whether", "as", "while", "when", "because", "to", "after",
    "before", "although", "though", "since",
];

/// The months, January first.
pub const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The days of the week, Monday first.
pub const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

static DETERMINERS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "the a an his her its their my our your this these those one another some many most several few no every each both all other \
     others two three four five six seven eight nine ten neither either everyone everybody anyone nobody someone any half"
        .split_whitespace()
        .collect()
});

static LEADS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "did do does has have had will would could can should might must what whats how why when where whether if and but or so then ok hey \
     please really ever exactly ol old everything anything something quotes quote find show me give check latest s didn't hasn't"
        .split_whitespace()
        .collect()
});

static REASONS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "excuse excuses reason reasons reasoning explanation rationale justification argument arguments advice verdict assessment message \
     warning warnings promise promises claim claims criticism complaint complaints defense defence thoughts case reading line"
        .split_whitespace()
        .collect()
});

const DONE_TO: [&str; 53] = [
    "accused",
    "advised",
    "alleged",
    "asked",
    "assailed",
    "attacked",
    "believed",
    "billed",
    "blamed",
    "branded",
    "called",
    "challenged",
    "charged",
    "condemned",
    "considered",
    "credited",
    "criticised",
    "criticized",
    "declared",
    "deemed",
    "denounced",
    "derided",
    "described",
    "dismissed",
    "dubbed",
    "expected",
    "hailed",
    "informed",
    "interviewed",
    "invited",
    "known",
    "labeled",
    "labelled",
    "likened",
    "mentioned",
    "mocked",
    "pictured",
    "portrayed",
    "praised",
    "pronounced",
    "questioned",
    "recognized",
    "regarded",
    "rumored",
    "said",
    "seen",
    "suspected",
    "thought",
    "told",
    "urged",
    "viewed",
    "warned",
    "welcomed",
];

static AUXILIARIES: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "also has have had was were is are be been then later again still once even just now would will could can may might did does do \
     not never ever already too instead further meanwhile however in turn who which that to and but being has been went on himself herself itself themselves"
        .split_whitespace()
        .collect()
});

static FUNCTION_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "a an the and or but nor so yet if then than that this these those there here of in on at to for from by with without about \
     against between into through during before after above below under over again further once upon within along across behind \
     beyond near off out up down around as is are was were be been being am do does did doing done have has had having will would \
     shall should can could may might must not no yes i me my mine we us our ours you your yours he him his she her hers it its they \
     them their theirs who whom whose which what when where why how all any both each few more most other some such only own same \
     too very just also even ever never now still already because while until although though since whether either neither per via \
     one two first last many much every another else s t d ll re ve m don doesn didn won isn aren wasn weren hasn haven hadn \
     don't doesn't didn't won't isn't aren't wasn't weren't hasn't haven't hadn't it's that's there's what's who's he's she's i'm we're they're"
        .split_whitespace()
        .collect()
});

//! The properties of a word as bits, so that each word of a page is looked up in the word lists only once.

use rustc_hash::FxHashMap as HashMap;

/// A set of traits of a word or a punctuation mark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Traits(u64);

macro_rules! traits {
    ($($(#[$doc:meta])* $name:ident = $bit:literal;)*) => {
        impl Traits {
            $($(#[$doc])* pub const $name: Self = Self(1 << $bit);)*

            /// Returns the trait that the list of signals calls `name`; `None` if there is none.
            pub(super) fn named(name: &str) -> Option<Self> {
                match name {
                    $(stringify!($name) => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

traits! {
    /// An office or a form of address.
    TITLE = 0;
    /// A body, a text or a group that can speak.
    BODY = 1;
    /// Something a person writes or says.
    TEXT = 2;
    /// A verb form that is hardly ever anything else.
    VERB = 3;
    /// A part of a name that is written in lower case.
    PARTICLE = 4;
    /// A preposition.
    PREPOSITION = 5;
    /// Opens a noun phrase.
    DETERMINER = 6;
    /// A determiner that can be a whole noun phrase.
    ALONE = 7;
    /// A function word.
    FUNCTION = 8;
    /// An auxiliary, an adverb or the like.
    AUXILIARY = 9;
    /// A month or a day of the week.
    CALENDAR = 10;
    /// A relative pronoun for persons.
    RELATIVE = 11;
    /// A subject pronoun.
    PRONOUN = 12;
    /// May open or close a clause.
    CLAUSE = 13;
    /// "that"
    THAT = 14;
    /// "who"
    WHO = 15;
    /// "which"
    WHICH = 16;
    /// "and"
    AND = 17;
    /// "but"
    BUT = 18;
    /// "or"
    OR = 19;
    /// "if"
    IF = 20;
    /// "whether"
    WHETHER = 21;
    /// "to"
    TO = 22;
    /// "of"
    OF = 23;
    /// "for"
    FOR = 24;
    /// "with"
    WITH = 25;
    /// "about"
    ABOUT = 26;
    /// "in"
    IN = 27;
    /// "by", "on"
    BY = 28;
    /// "as"
    AS = 29;
    /// "how", "why"
    HOW = 30;
    /// A comma.
    COMMA = 31;
    /// A colon.
    COLON = 32;
    /// A dash or a hyphen by itself.
    DASH = 33;
    /// Begins with a capital letter here.
    CAPITAL = 34;
    /// Has a possessive ending here.
    POSSESSIVE = 35;
    /// "whose"
    WHOSE = 36;
    /// "I" in any case.
    I = 37;
    /// "we" in any case.
    WE = 38;
    /// A full stop.
    STOP = 39;
    /// An opening bracket.
    OPEN_BRACKET = 40;
    /// A closing bracket.
    CLOSE_BRACKET = 41;
    /// Inside quotation marks here, or one of the marks.
    QUOTED = 42;
    /// "the"
    THE = 43;
    /// "a", "an"
    AN = 44;
    /// "on"
    ON = 45;
    /// "one", "another"
    ANOTHER = 51;
    /// "from"
    FROM = 46;
    /// "his", "her"
    HIS = 47;
    /// "their"
    THEIR = 48;
    /// The past tense of a regular verb, judging by its ending: "walked".
    PAST = 49;
    /// A present participle, judging by its ending: "walking".
    ONGOING = 50;
    /// Refers to a day or a time, besides the months and the days of the week: "yesterday", "ago", "week".
    TIME = 52;
    /// An auxiliary or modal verb in a finite form: "has", "would", not "been".
    FINITE = 53;
}

impl Traits {
    /// Returns whether the set has any trait of `other`.
    #[must_use]
    pub const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns the union of both sets.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns `self` if `yes`, otherwise the empty set.
    #[must_use]
    pub const fn when(self, yes: bool) -> Self {
        if yes { self } else { Self(0) }
    }

    /// Returns each word with all of its traits.
    pub(super) fn table(words: impl Iterator<Item = (&'static str, Self)>) -> HashMap<&'static str, Self> {
        let mut out: HashMap<&str, Self> = HashMap::default();
        for (word, one) in words {
            let all = out.entry(word).or_default();
            *all = all.or(one);
        }
        out
    }

    /// Returns the traits of a punctuation mark.
    #[must_use]
    pub fn of_sign(sign: &str) -> Self {
        match sign {
            "," => Self::COMMA,
            ":" => Self::COLON,
            "." => Self::STOP,
            "(" => Self::OPEN_BRACKET,
            ")" => Self::CLOSE_BRACKET,
            "-" | "–" | "—" | "―" => Self::DASH,
            _ => Self(0),
        }
    }
}

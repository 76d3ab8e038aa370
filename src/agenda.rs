//! The agenda of a corpus about negotiations: the rounds of talks with their days, and the matters negotiated
//! with the words for them. They are listed in its `rounds.toml` and `matters.toml`; a corpus without these
//! files has an empty agenda.

use jiff::civil::Date;
use serde::de::Error as _;
use serde::{Deserialize, Serialize};

use crate::fold;
use crate::people::day;

/// Talks with a name, a place and days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Round {
    /// Its name, as answers show it: "the Kremlin talks".
    pub name: String,
    /// Other names that mean only this round, unless a question gives other days.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// The names of its place: city, building, country. Other rounds may have been held at the same place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<String>,
    /// The first day.
    #[serde(with = "stated_day")]
    pub first: Date,
    /// The last day; equal to the first for a single day.
    #[serde(with = "stated_day")]
    pub last: Date,
    /// Who met: names of people, or of parties as in the people list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub met: Vec<String>,
}

/// A matter that is negotiated, and the words for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matter {
    /// Its name.
    pub name: String,
    /// Words and phrases for it, in addition to its name.
    pub words: Vec<String>,
    /// The words and phrases that mean only this matter: a quote with one of them is about it. If empty, its
    /// name and all of its words count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sure: Vec<String>,
}

impl Matter {
    /// Returns the words and phrases that show that a quote is about it: [`Matter::sure`] or, if it is empty,
    /// its name and all of its words.
    pub fn telling(&self) -> impl Iterator<Item = &String> {
        let all = std::iter::once(&self.name).chain(&self.words).filter(|_| self.sure.is_empty());
        self.sure.iter().chain(all)
    }

    /// Returns the stems of each of its [`telling`](Self::telling) words and phrases, in alphabetical order,
    /// each once.
    #[must_use]
    pub fn phrases(&self) -> Vec<Vec<String>> {
        let stems = |words: &String| fold::name(words).iter().map(|word| fold::stem(word)).collect();
        let mut out: Vec<Vec<String>> = self.telling().map(stems).collect();
        out.retain(|phrase| !phrase.is_empty());
        out.sort_unstable();
        out.dedup();
        out
    }
}

/// Rounds and matters, in the order of their lists.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agenda {
    /// The rounds.
    pub rounds: Vec<Round>,
    /// The matters.
    pub matters: Vec<Matter>,
}

/// The contents of `rounds.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rounds {
    #[serde(default)]
    round: Vec<Round>,
}

/// The contents of `matters.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Matters {
    #[serde(default)]
    matter: Vec<Matter>,
}

impl Agenda {
    /// Adds the rounds in the text of a `rounds.toml`: `[[round]]` tables with the fields of [`Round`].
    ///
    /// # Errors
    /// The TOML parser's error, which names line and key; also for a round that ends before it begins.
    pub fn add_rounds(&mut self, text: &str) -> Result<(), toml::de::Error> {
        let rounds = toml::from_str::<Rounds>(text)?.round;
        if let Some(round) = rounds.iter().find(|round| round.last < round.first) {
            let Round { name, first, last, .. } = round;
            return Err(toml::de::Error::custom(format!(
                "`{name}` ends on {last}, before its first day {first}"
            )));
        }
        self.rounds.extend(rounds);
        Ok(())
    }

    /// Adds the matters in the text of a `matters.toml`: `[[matter]]` tables with the fields of [`Matter`].
    ///
    /// # Errors
    /// The TOML parser's error, which names line and key.
    pub fn add_matters(&mut self, text: &str) -> Result<(), toml::de::Error> {
        self.matters.extend(toml::from_str::<Matters>(text)?.matter);
        Ok(())
    }
}

/// A required date in TOML.
mod stated_day {
    use jiff::civil::Date;
    use serde::de::Error as _;
    use serde::{Deserializer, Serializer};

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Date, D::Error> {
        super::day::deserialize(from)?.ok_or_else(|| D::Error::custom("a day is missing; write 2025-12-02"))
    }

    pub(super) fn serialize<S: Serializer>(date: &Date, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(date)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_have_days_and_matters_words() {
        let mut agenda = Agenda::default();
        agenda
            .add_rounds("[[round]]\nname = \"the harbour talks\"\nplaces = [\"Northport\"]\nfirst = 2025-05-01\nlast = \"2025-05-02\"\n")
            .expect("well formed");
        agenda.add_matters("[[matter]]\nname = \"fares\"\nwords = [\"tickets\"]\n").expect("well formed");
        assert_eq!(agenda.rounds[0].last.to_string(), "2025-05-02");
        assert_eq!(agenda.matters[0].words, ["tickets"]);
        let json = serde_json::to_string(&agenda).expect("plain values");
        assert_eq!(serde_json::from_str::<Agenda>(&json).expect("its own text"), agenda);
    }

    #[test]
    fn a_bad_list_names_what_is_wrong() {
        let mut agenda = Agenda::default();
        let round = |days: &str| format!("[[round]]\nname = \"the talks\"\n{days}");
        for (text, told) in [
            (round("first = 2025-05-02\nlast = 2025-05-01\n"), "`the talks` ends on 2025-05-01"),
            (round("first = 2025-05-02\n"), "last"),
            (round("first = \"soon\"\nlast = 2025-05-01\n"), "`soon` is not a date"),
            (round("day = 2025-05-01\n"), "day"),
        ] {
            let error = agenda.add_rounds(&text).expect_err("a bad list").to_string();
            assert!(error.contains(told), "{error}");
        }
        assert!(agenda.add_matters("[[matter]]\nname = \"fares\"\n").is_err());
        assert_eq!(agenda, Agenda::default());
    }
}

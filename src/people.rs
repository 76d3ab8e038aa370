//! People with their names, aliases and dated offices, as `people.toml` in a corpus lists them.

use std::collections::HashMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::fold;
use crate::lang::Gender;

/// One person with all names they go by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The canonical name, as answers show it.
    pub name: String,
    /// Other names and spellings, and fixed descriptions such as "the Kremlin aide".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// The pronoun used for them, "he" or "she".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pronoun: Option<String>,
    /// The side they speak for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<String>,
    /// The offices held, in any order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
}

/// An office and the days it was held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// The office, such as "Prime Minister".
    pub title: String,
    /// The state or body.
    pub org: String,
    /// The first day; `None` if there is no known start.
    #[serde(default, with = "day", skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day; `None` if still held.
    #[serde(default, with = "day", skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
}

impl Role {
    /// Returns whether the office was held on `date`; always true if `date` is `None`.
    #[must_use]
    pub fn held_on(&self, date: Option<Date>) -> bool {
        date.is_none_or(|day| self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to))
    }
}

impl Person {
    /// Returns the gender that the pronoun implies; `None` without a pronoun, or with any other than "he" and
    /// "she".
    #[must_use]
    pub fn gender(&self) -> Option<Gender> {
        match self.pronoun.as_deref() {
            Some("he") => Some(Gender::Male),
            Some("she") => Some(Gender::Female),
            _ => None,
        }
    }

    /// Returns the office held on `date` as "Foreign Minister, Russia"; the one with the latest start if
    /// there are several, `None` if there is none.
    #[must_use]
    pub fn role_on(&self, date: Option<Date>) -> Option<String> {
        let role = self.roles.iter().filter(|role| role.held_on(date)).max_by_key(|role| role.from)?;
        Some(format!("{}, {}", role.title, role.org))
    }
}

/// A list of people, looked up by any of their names.
#[derive(Clone, Debug, Default)]
pub struct People {
    persons: Vec<Person>,
    /// Folded name, alias or surname -> indices into `persons`, in ascending order.
    names: HashMap<String, Vec<usize>>,
}

/// The contents of `people.toml`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    person: Vec<Person>,
}

impl People {
    /// Returns the list of `persons`. Two entries with the same name are kept as two people: a lookup returns
    /// both.
    #[must_use]
    pub fn new(persons: Vec<Person>) -> Self {
        let mut names: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, person) in persons.iter().enumerate() {
            let mut keys: Vec<String> = person.aliases.iter().map(|alias| key(alias)).collect();
            keys.push(key(&person.name));
            keys.extend(fold::words(&person.name).pop());
            keys.sort_unstable();
            keys.dedup();
            for name in keys {
                names.entry(name).or_default().push(at);
            }
        }
        Self { persons, names }
    }

    /// Reads the text of a `people.toml`: `[[person]]` tables with the fields of [`Person`].
    ///
    /// # Errors
    /// The TOML parser's error, which names line and key.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        Ok(Self::new(toml::from_str::<File>(text)?.person))
    }

    /// Returns all persons in the order of the list.
    #[must_use]
    pub fn persons(&self) -> &[Person] {
        &self.persons
    }

    /// Returns the people called `name` (a full name, an alias or a surname; case, accents and a leading
    /// "the" are ignored), in the order of the list. Empty if there are none.
    pub fn called(&self, name: &str) -> impl Iterator<Item = &Person> {
        self.names.get(&key(name)).into_iter().flatten().filter_map(|&at| self.persons.get(at))
    }

    /// Returns the one person called `name`; `None` if there are none or several.
    #[must_use]
    pub fn only(&self, name: &str) -> Option<&Person> {
        if self.names.is_empty() {
            return None;
        }
        let mut found = self.called(name);
        found.next().filter(|_| found.next().is_none())
    }
}

/// Returns the key by which names are compared: the folded words joined by single spaces, without a leading
/// article.
fn key(name: &str) -> String {
    fold::name(name).join(" ")
}

/// Reads and writes a date in TOML: the bare `2025-12-02` or a string.
pub(crate) mod day {
    use jiff::civil::Date;
    use serde::{Deserialize, Deserializer, Serialize as _, Serializer};

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Bare(toml::value::Datetime),
        Text(String),
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Date>, D::Error> {
        let text = match Written::deserialize(from)? {
            Written::Bare(date) => date.to_string(),
            Written::Text(text) => text,
        };
        text.parse()
            .map(Some)
            .map_err(|_| serde::de::Error::custom(format!("`{text}` is not a date; write it as 2025-12-02")))
    }

    #[expect(clippy::ref_option, reason = "serde passes the field by reference")]
    pub(crate) fn serialize<S: Serializer>(date: &Option<Date>, to: S) -> Result<S::Ok, S::Error> {
        date.map(|day| day.to_string()).serialize(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> People {
        People::parse(
            r#"
            [[person]]
            name = "Angela Lee"
            aliases = ["the harbour envoy", "A. Lée"]
            pronoun = "she"
            roles = [
                { title = "Envoy", org = "Harbour Board", from = 2020-01-01, to = 2021-12-31 },
                { title = "Minister", org = "Northland", from = "2022-01-01" },
            ]
            [[person]]
            name = "Omar Lee"
            "#,
        )
        .expect("the list is well formed")
    }

    #[test]
    fn finds_by_every_name() {
        let people = list();
        let names = |name| people.called(name).map(|p| p.name.as_str()).collect::<Vec<_>>();
        assert_eq!(names("ANGELA lee"), ["Angela Lee"]);
        assert_eq!(names("Harbour envoy"), ["Angela Lee"]);
        assert_eq!(names("a. lee"), ["Angela Lee"]);
        assert_eq!(names("Lee's"), ["Angela Lee", "Omar Lee"]);
        assert_eq!(names("Nobody"), Vec::<&str>::new());
        assert!(people.only("Lee").is_none());
    }

    #[test]
    fn the_role_is_that_of_the_day() {
        let people = list();
        let lee = people.only("Angela Lee").expect("listed");
        let on = |y, m, d| lee.role_on(Some(jiff::civil::date(y, m, d)));
        assert_eq!(on(2021, 12, 31).as_deref(), Some("Envoy, Harbour Board"));
        assert_eq!(on(2022, 1, 1).as_deref(), Some("Minister, Northland"));
        assert_eq!(on(2019, 1, 1), None);
        assert_eq!(lee.gender(), Some(Gender::Female));
    }

    #[test]
    fn a_bad_list_names_the_place() {
        let error = People::parse("[[person]]\nname = \"A\"\nrole = 3\n").expect_err("unknown field");
        assert!(error.to_string().contains("role"), "{error}");
        let error =
            People::parse("[[person]]\nname = \"A\"\nroles = [{title=\"x\",org=\"y\",from=\"soon\"}]")
                .expect_err("no date");
        assert!(error.to_string().contains("soon"), "{error}");
    }
}

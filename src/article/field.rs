//! Here is an object, front matter or a block of headers: what does it say of the article?
//!
//! One list of names serves JSON, TOML, YAML and `Key: value` lines alike. Values are read into [`Value`] whatever their
//! type, and judged when the [`Draft`] is made, so that one field of the wrong type need not cost the article.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::budget::LIST_VALUES;
use super::date;
use super::draft::{Draft, clean};

/// What a field says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Id,
    Title,
    Url,
    Outlet,
    Byline,
    Date,
    Tags,
    Language,
    Digest,
    Text,
    Html,
}

/// Every name of a field, in any case of letters. Where an object has several of one field, the first here counts.
const NAMES: &[(&str, Field)] = &[
    ("id", Field::Id),
    ("_id", Field::Id),
    ("guid", Field::Id),
    ("title", Field::Title),
    ("headline", Field::Title),
    ("text", Field::Text),
    ("body", Field::Text),
    ("content", Field::Text),
    ("content_text", Field::Text),
    ("content_html", Field::Html),
    ("body_html", Field::Html),
    ("html", Field::Html),
    ("url", Field::Url),
    ("link", Field::Url),
    ("canonical", Field::Url),
    ("outlet", Field::Outlet),
    ("publisher", Field::Outlet),
    ("source", Field::Outlet),
    ("site", Field::Outlet),
    ("byline", Field::Byline),
    ("author", Field::Byline),
    ("authors", Field::Byline),
    ("date", Field::Date),
    ("published", Field::Date),
    ("date_published", Field::Date),
    ("published_at", Field::Date),
    ("publishedAt", Field::Date),
    ("pubDate", Field::Date),
    ("datePublished", Field::Date),
    ("tags", Field::Tags),
    ("categories", Field::Tags),
    ("keywords", Field::Tags),
    ("language", Field::Language),
    ("lang", Field::Language),
    ("digest", Field::Digest),
];

const FIELDS: usize = Field::Html as usize + 1;

/// The value of a field in whatever notation.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Nothing,
    Text(Cow<'a, str>),
    Integer(i128),
    Float(f64),
    Flag(bool),
    List(Vec<Value<'a>>),
    /// An object by its `name` or `title`.
    Named(Cow<'a, str>),
    Object,
}

/// The fields of one object: of each the value whose name stands first in [`NAMES`].
#[derive(Debug, Default)]
pub(super) struct Fields<'a>([Option<(usize, Value<'a>)>; FIELDS]);

impl<'a> Fields<'a> {
    /// Adds the value of the field called `name`. Returns whether there is such a field.
    pub(super) fn put(&mut self, name: &str, value: Value<'a>) -> bool {
        let Some((rank, field)) = lookup(name) else { return false };
        self.set(rank, field, value);
        true
    }

    fn set(&mut self, rank: usize, field: Field, value: Value<'a>) {
        let blank = match &value {
            Value::Nothing => return,
            Value::Text(text) => text.trim().is_empty(),
            // Some write objects into `content`; that is no text, and another name may have it.
            _ if matches!(field, Field::Text | Field::Html) => return,
            _ => false,
        };
        let slot = &mut self.0[field as usize];
        match slot {
            Some((taken, _)) if blank || *taken < rank => {}
            // A blank one is kept, as the last choice, to tell an empty article from one without a text.
            _ => *slot = Some((if blank { usize::MAX } else { rank }, value)),
        }
    }

    /// Takes the text of a field out; `None` where it has none or is of another type.
    pub(super) fn take_text(&mut self, field: Field) -> Option<String> {
        match self.0[field as usize].take()?.1 {
            Value::Text(text) => Some(text.into_owned()),
            _ => None,
        }
    }

    /// Returns what the fields say of the article besides its text, and the name of the first field that has a wrong type
    /// and is left out.
    pub(super) fn draft(&self) -> (Draft, Option<&'static str>) {
        let mut draft = Draft::default();
        let mut wrong = None;
        for (rank, value) in self.0.iter().flatten() {
            if let Some((name, field)) = NAMES.get(*rank)
                && !apply(&mut draft, *field, value)
            {
                wrong = wrong.or(Some(*name));
            }
        }
        (draft, wrong)
    }
}

fn lookup(name: &str) -> Option<(usize, Field)> {
    let name = name.trim();
    let at = NAMES.iter().position(|(known, _)| known.eq_ignore_ascii_case(name))?;
    Some((at, NAMES[at].1))
}

/// Returns the field that `name` names, in any case of letters.
pub(super) fn field(name: &str) -> Option<Field> {
    lookup(name).map(|(_, field)| field)
}

/// Writes a value into the draft. Returns whether its type is one that the field may have.
fn apply(draft: &mut Draft, field: Field, value: &Value) -> bool {
    match (field, value) {
        (Field::Id, Value::Text(text)) => draft.id = clean(text),
        (Field::Id, Value::Integer(number)) => draft.id = Some(number.to_string()),
        (Field::Title, Value::Text(text)) => draft.title = clean(text),
        (Field::Url, Value::Text(text)) => draft.set_url(text),
        (Field::Language, Value::Text(text)) => draft.set_language(text),
        (Field::Outlet, Value::Text(text) | Value::Named(text)) => draft.outlet = clean(text),
        (Field::Byline, Value::Text(text) | Value::Named(text)) => draft.byline = clean(text),
        (Field::Byline, Value::List(people)) => return names(people, |name| draft.add_author(name)),
        (Field::Date, Value::Text(text)) => draft.date = date::parse(text),
        (Field::Date, Value::Integer(number)) => draft.date = date::from_number(*number),
        // A fraction of a second does not move the day.
        (Field::Date, Value::Float(number)) => draft.date = date::from_number(*number as i128),
        (Field::Tags, Value::Text(text)) => text.split([',', ';']).for_each(|tag| draft.add_tag(tag)),
        (Field::Tags, Value::List(tags)) => return names(tags, |tag| draft.add_tag(tag)),
        (Field::Digest, Value::Flag(flag)) => draft.digest = Some(*flag),
        (Field::Digest, Value::Text(text)) => match text.trim().to_ascii_lowercase().parse() {
            Ok(flag) => draft.digest = Some(flag),
            Err(_) => return false,
        },
        // The text is the caller's.
        (Field::Text | Field::Html, _) => {}
        _ => return false,
    }
    true
}

/// Gives each name of a list to `add`. Returns whether all of them are names.
fn names(list: &[Value], mut add: impl FnMut(&str)) -> bool {
    for value in list {
        match value {
            Value::Text(name) | Value::Named(name) => add(name),
            Value::Integer(number) => add(&number.to_string()),
            Value::Nothing => {}
            _ => return false,
        }
    }
    true
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Fields::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Fields::default();
        while let Some(Name(field)) = map.next_key()? {
            match field {
                Some((rank, field)) => fields.set(rank, field, map.next_value()?),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(fields)
    }
}

/// The key of an object, looked up without a copy.
struct Name(Option<(usize, Field)>);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::Text(name) => Self(lookup(&name)),
            _ => Self(None),
        })
    }
}

impl<'de> Deserialize<'de> for Value<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Value::Nothing)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Value::Nothing)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        Value::deserialize(deserializer)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Value::Flag(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Value::Integer(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Value::Integer(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Value::Float(number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Owned(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while list.len() < LIST_VALUES
            && let Some(value) = seq.next_element()?
        {
            // A list of lists says nothing: of an inner one only is kept that it was there.
            list.push(if let Value::List(_) = value { Value::List(Vec::new()) } else { value });
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut object = Value::Object;
        while let Some(key) = map.next_key::<Value>()? {
            let value = map.next_value::<Value>()?;
            let (Value::Text(key), Value::Text(text)) = (key, value) else { continue };
            match (&*key, &object) {
                ("name", _) | ("title", Value::Object) => object = Value::Named(text),
                // So does the toml crate hand out a date.
                ("$__toml_private_datetime", _) => object = Value::Text(text),
                _ => {}
            }
        }
        Ok(object)
    }
}

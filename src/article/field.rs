//! What do the fields of an object, of front matter or of header lines say about the article?
//!
//! One list of names serves JSON, TOML, YAML and `Key: value` lines. Values of any type are read into
//! [`Value`] and checked when the [`Draft`] is made, so that one field of the wrong type need not invalidate
//! the article.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::budget::LIST_VALUES;
use super::date;
use super::draft::{Draft, clean};

/// What a field is about.
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

/// All names of fields, in the form that [`plain`] returns. If an object has several names of one field, the
/// first in this list wins. The names are those of front matter, feeds and schema.org, and of what crawlers,
/// web clippers and news APIs write.
const NAMES: &[(&str, Field)] = &[
    ("id", Field::Id),
    ("guid", Field::Id),
    ("title", Field::Title),
    ("headline", Field::Title),
    ("webtitle", Field::Title),
    ("articletitle", Field::Title),
    ("heading", Field::Title),
    ("text", Field::Text),
    ("body", Field::Text),
    ("content", Field::Text),
    ("contenttext", Field::Text),
    ("maintext", Field::Text),
    ("bodytext", Field::Text),
    ("fulltext", Field::Text),
    ("articlebody", Field::Text),
    ("articletext", Field::Text),
    ("articlecontent", Field::Text),
    ("cleanedtext", Field::Text),
    ("cleantext", Field::Text),
    ("plaintext", Field::Text),
    ("textcontent", Field::Text),
    ("rawtext", Field::Text),
    ("rawcontent", Field::Text),
    ("fullcontent", Field::Text),
    ("storytext", Field::Text),
    ("transcript", Field::Text),
    ("paragraphs", Field::Text),
    ("story", Field::Text),
    ("article", Field::Text),
    ("selftext", Field::Text),
    ("message", Field::Text),
    ("contenthtml", Field::Html),
    ("bodyhtml", Field::Html),
    ("articlehtml", Field::Html),
    ("htmlcontent", Field::Html),
    ("html", Field::Html),
    ("rawhtml", Field::Html),
    ("url", Field::Url),
    ("link", Field::Url),
    ("canonical", Field::Url),
    ("canonicallink", Field::Url),
    ("canonicalurl", Field::Url),
    ("weburl", Field::Url),
    ("pageurl", Field::Url),
    ("articleurl", Field::Url),
    ("permalink", Field::Url),
    ("uri", Field::Url),
    ("outlet", Field::Outlet),
    ("publisher", Field::Outlet),
    ("source", Field::Outlet),
    ("site", Field::Outlet),
    ("sitename", Field::Outlet),
    ("publication", Field::Outlet),
    ("publicationname", Field::Outlet),
    ("newspaper", Field::Outlet),
    ("sourcename", Field::Outlet),
    ("medianame", Field::Outlet),
    ("domain", Field::Outlet),
    ("sourcedomain", Field::Outlet),
    ("hostname", Field::Outlet),
    ("sourcehostname", Field::Outlet),
    ("cleanurl", Field::Outlet),
    ("byline", Field::Byline),
    ("author", Field::Byline),
    ("authors", Field::Byline),
    ("creator", Field::Byline),
    ("dccreator", Field::Byline),
    ("writer", Field::Byline),
    ("authorname", Field::Byline),
    ("date", Field::Date),
    ("published", Field::Date),
    ("datepublished", Field::Date),
    ("publishedat", Field::Date),
    ("pubdate", Field::Date),
    ("datepublish", Field::Date),
    ("publishdate", Field::Date),
    ("publisheddate", Field::Date),
    ("publishedon", Field::Date),
    ("publishedtime", Field::Date),
    ("publicationdate", Field::Date),
    ("dateofpublication", Field::Date),
    ("webpublicationdate", Field::Date),
    ("firstpublicationdate", Field::Date),
    ("datetimepub", Field::Date),
    ("datetime", Field::Date),
    ("seendate", Field::Date),
    ("timestamp", Field::Date),
    ("createdat", Field::Date),
    ("createdutc", Field::Date),
    ("tags", Field::Tags),
    ("categories", Field::Tags),
    ("keywords", Field::Tags),
    ("language", Field::Language),
    ("lang", Field::Language),
    ("metalang", Field::Language),
    ("inlanguage", Field::Language),
    ("digest", Field::Digest),
];

/// Objects whose fields belong to the article around them.
const WRAPPERS: [&str; 9] =
    ["fields", "source", "attributes", "data", "thread", "metadata", "meta", "node", "frontmatter"];

/// Names inside an object whose value stands for the whole object, in order of precedence: `{"rendered":
/// "…"}`, `{"$date": "…"}`.
const INNER: [&str; 12] = [
    "rendered",
    "main",
    "original",
    "$date",
    "$oid",
    "$numberLong",
    "#text",
    "_text",
    "plain",
    "text",
    "value",
    "html",
];

const FIELDS: usize = Field::Html as usize + 1;

/// The value of a field, independent of the notation.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Nothing,
    Text(Cow<'a, str>),
    Integer(i128),
    Float(f64),
    Flag(bool),
    List(Vec<Value<'a>>),
    /// An object, represented by its `name` or `title`.
    Named(Cow<'a, str>),
    /// An object, represented by one of its values: the index of the name in [`INNER`], and the value.
    Inner(usize, Box<Value<'a>>),
    Object,
}

/// The fields of one object: for each the value whose name comes first in [`NAMES`].
#[derive(Debug, Default)]
pub(super) struct Fields<'a>([Option<(usize, Value<'a>)>; FIELDS]);

impl<'a> Fields<'a> {
    /// Sets the field called `name`. Returns whether there is such a field.
    pub(super) fn put(&mut self, name: &str, value: Value<'a>) -> bool {
        let Some((rank, field)) = lookup(name) else { return false };
        self.set(rank, field, value);
        true
    }

    fn set(&mut self, rank: usize, field: Field, value: Value<'a>) {
        let value = match value {
            Value::Inner(_, inner) => *inner,
            Value::List(list) if matches!(field, Field::Text | Field::Html) => joined(&list),
            value => value,
        };
        let blank = match &value {
            Value::Nothing => return,
            Value::Text(text) => text.trim().is_empty(),
            // Some sources write objects into `content`; that is not text, and another name may have it.
            _ if matches!(field, Field::Text | Field::Html) => return,
            _ => false,
        };
        let slot = &mut self.0[field as usize];
        match slot {
            Some((taken, _)) if blank || *taken < rank => {}
            // A blank text is kept as the last choice, to distinguish an empty article from one without a
            // text.
            _ => *slot = Some((if blank { usize::MAX } else { rank }, value)),
        }
    }

    /// Fills missing fields from an object inside this one.
    fn fill(&mut self, inner: Fields<'a>) {
        for (slot, value) in self.0.iter_mut().zip(inner.0) {
            let is_blank = slot.as_ref().is_none_or(|(rank, _)| *rank == usize::MAX);
            if is_blank && value.is_some() {
                *slot = value;
            }
        }
    }

    /// Takes the text out of a field; `None` if the field is missing or of another type.
    pub(super) fn take_text(&mut self, field: Field) -> Option<String> {
        match self.0[field as usize].take()?.1 {
            Value::Text(text) => Some(text.into_owned()),
            _ => None,
        }
    }

    /// Returns what the fields say about the article besides its text, and the name of the first field that
    /// has the wrong type and is ignored.
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
        // Web clippers write the URL of the page as its source.
        let is_address = |outlet: &mut String| outlet.contains("://");
        if let Some(address) = draft.outlet.take_if(is_address)
            && draft.url.is_none()
        {
            draft.set_url(&address);
        }
        (draft, wrong)
    }
}

/// Returns the text of a list: its items as paragraphs or, if plain strings and objects alternate (links and
/// names in a chat), concatenated.
fn joined<'a>(list: &[Value<'a>]) -> Value<'a> {
    let words = |value: &Value<'a>| match value {
        Value::Text(text) | Value::Named(text) => Some(text.clone()),
        Value::Inner(_, inner) => match &**inner {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    };
    let is_string = |value: &Value| matches!(value, Value::Text(_));
    let mixed = list.iter().any(is_string) && !list.iter().all(is_string);
    let texts: Vec<Cow<'a, str>> = list.iter().filter_map(words).collect();
    if texts.is_empty() {
        return if list.is_empty() { Value::Text(Cow::Borrowed("")) } else { Value::Object };
    }
    Value::Text(Cow::Owned(texts.join(if mixed { "" } else { "\n\n" })))
}

fn lookup(name: &str) -> Option<(usize, Field)> {
    let name = plain(name);
    let at = NAMES.iter().position(|(known, _)| *known == name)?;
    Some((at, NAMES[at].1))
}

/// Returns a name in lower case without separators: `datePublished`, `date_published` and `Date published`
/// are the same.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Returns the field called `name`, ignoring case and separators.
pub(super) fn field(name: &str) -> Option<Field> {
    lookup(name).map(|(_, field)| field)
}

/// Writes a value into the draft. Returns whether its type is allowed for the field.
fn apply(draft: &mut Draft, field: Field, value: &Value) -> bool {
    match (field, value) {
        (Field::Id, Value::Text(text)) => draft.id = clean(text),
        (Field::Id, Value::Integer(number)) => draft.id = Some(number.to_string()),
        (Field::Title, Value::Text(text)) => draft.title = clean(text),
        (Field::Url, Value::Text(text)) => draft.set_url(text),
        (Field::Language, Value::Text(text)) => draft.set_language(text),
        (Field::Outlet, Value::Text(text) | Value::Named(text)) => draft.outlet = clean(text),
        (Field::Byline, Value::Text(text) | Value::Named(text)) => draft.byline = clean(unlinked(text)),
        (Field::Byline, Value::List(people)) => {
            return names(people, |name| draft.add_author(unlinked(name)));
        }
        (Field::Date, Value::Text(text)) => draft.date = date::parse(text),
        (Field::Date, Value::Integer(number)) => draft.date = date::from_number(*number),
        // A fraction of a second does not change the day.
        (Field::Date, Value::Float(number)) => draft.date = date::from_number(*number as i128),
        (Field::Tags, Value::Text(text)) => text.split([',', ';']).for_each(|tag| draft.add_tag(tag)),
        (Field::Tags, Value::List(tags)) => return names(tags, |tag| draft.add_tag(tag)),
        (Field::Digest, Value::Flag(flag)) => draft.digest = Some(*flag),
        (Field::Digest, Value::Text(text)) => match text.trim().to_ascii_lowercase().parse() {
            Ok(flag) => draft.digest = Some(flag),
            Err(_) => return false,
        },
        // The caller handles the text.
        (Field::Text | Field::Html, _) => {}
        _ => return false,
    }
    true
}

/// Returns the displayed name of a wiki link: `[[people/Ada Berg|Ada Berg]]`.
fn unlinked(name: &str) -> &str {
    let inside = name.trim().strip_prefix("[[").and_then(|name| name.strip_suffix("]]"));
    inside.and_then(|name| name.rsplit(['|', '/']).next()).unwrap_or(name)
}

/// Passes each name of a list to `add`. Returns whether all items are names.
fn names(list: &[Value], mut add: impl FnMut(&str)) -> bool {
    for value in list {
        match value {
            Value::Text(name) | Value::Named(name) => add(name),
            Value::Integer(number) => add(&number.to_string()),
            Value::Nothing | Value::Inner(..) => {}
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
        let mut inner = Fields::default();
        while let Some(name) = map.next_key()? {
            match name {
                Name::Field(rank, field) => fields.set(rank, field, map.next_value()?),
                // `_source`, the wrapper in a search engine's dump, is not the outlet.
                Name::Wrapper => inner.fill(map.next_value::<Inside>()?.0),
                Name::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        fields.fill(inner);
        Ok(fields)
    }
}

/// The key of an object, looked up without a copy.
enum Name {
    Field(usize, Field),
    /// One of [`WRAPPERS`].
    Wrapper,
    Other,
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Value::Text(name) = Value::deserialize(deserializer)? else { return Ok(Self::Other) };
        let is_wrapper = |name: &str| name == "_source" || name != "source" && WRAPPERS.contains(&name);
        Ok(match lookup(&name) {
            _ if is_wrapper(&name) => Self::Wrapper,
            Some((rank, field)) => Self::Field(rank, field),
            None => Self::Other,
        })
    }
}

/// The fields of an object inside another; empty for any other value.
struct Inside<'a>(Fields<'a>);

impl<'de> Deserialize<'de> for Inside<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(InsideVisitor)
    }
}

struct InsideVisitor;

impl<'de> Visitor<'de> for InsideVisitor {
    type Value = Inside<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Inside(Fields::default()))
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Inside(Fields::default()))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        Inside::deserialize(deserializer)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Inside(Fields::default()))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Inside(Fields::default()))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Inside(Fields::default()))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Inside(Fields::default()))
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Inside(Fields::default()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Inside(Fields::default()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        FieldsVisitor.visit_map(map).map(Inside)
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
            // Nested lists are meaningless: only the presence of an inner list is recorded.
            list.push(if let Value::List(_) = value { Value::List(Vec::new()) } else { value });
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut object = Value::Object;
        while let Some(key) = map.next_key::<Value>()? {
            let value = map.next_value::<Value>()?;
            let Value::Text(key) = key else { continue };
            let rank = INNER.iter().position(|name| *name == key);
            match (&*key, value, &object) {
                ("name", Value::Text(text), _)
                | ("title", Value::Text(text), Value::Object | Value::Inner(..)) => {
                    object = Value::Named(text);
                }
                // This is how the toml crate passes on a date.
                ("$__toml_private_datetime", Value::Text(text), _) => object = Value::Text(text),
                (
                    _,
                    value @ (Value::Text(_) | Value::Integer(_) | Value::Inner(..)),
                    Value::Object | Value::Inner(..),
                ) => {
                    let Some(rank) = rank else { continue };
                    let is_better = !matches!(&object, Value::Inner(known, _) if *known <= rank);
                    let value = if let Value::Inner(_, inner) = value { *inner } else { value };
                    if is_better {
                        object = Value::Inner(rank, Box::new(value));
                    }
                }
                _ => {}
            }
        }
        Ok(object)
    }
}

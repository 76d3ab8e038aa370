//! What does the query of an address ask for, and is it valid?

use jiff::civil::Date;
use reqwest::Url;

/// Maximum number of characters of a question, the same as on Discord.
const QUESTION: usize = 500;
/// Maximum number of pages of a list.
const PAGES: usize = 100;
/// Maximum number of quotes on a page.
const MOST: usize = 100;

/// The parameters of a query. Unknown names are ignored.
#[derive(Debug, Default)]
pub(super) struct Query {
    pub(super) q: String,
    /// Counted from 1.
    pub(super) page: usize,
    /// Quotes per page, if given: 1 to 100.
    pub(super) limit: Option<usize>,
    pub(super) speaker: Option<String>,
    pub(super) party: Option<String>,
    pub(super) matter: Option<String>,
    pub(super) round: Option<String>,
    pub(super) outlet: Option<String>,
    pub(super) tag: Option<String>,
    pub(super) after: Option<Date>,
    pub(super) before: Option<Date>,
    /// Whether the API is to reply with a CSV table instead of JSON, if the query says.
    pub(super) csv: Option<bool>,
}

impl Query {
    /// Returns the parameters of a query, or a sentence that says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut out = Self { page: 1, ..Self::default() };
        let Ok(url) = Url::parse(&format!("http://localhost/?{text}")) else {
            return Err("The part of the address after the question mark cannot be read.".to_owned());
        };
        let number = |name: &str, value: &str, most: usize| {
            let number = value.parse().ok().filter(|number| (1..=most).contains(number));
            number.ok_or_else(|| format!("`{name}` is a number from 1 to {most}."))
        };
        let day = |name: &str, value: &str| {
            value.parse::<Date>().map_err(|_| format!("`{name}` is a day such as 2025-12-31."))
        };
        for (name, value) in url.query_pairs() {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            if value.chars().count() > QUESTION {
                return Err(format!(
                    "A question has at most {QUESTION} characters; please ask in fewer words."
                ));
            }
            match &*name {
                "q" => out.q = value.to_owned(),
                "page" => out.page = number("page", value, PAGES)?,
                "limit" => out.limit = Some(number("limit", value, MOST)?),
                "speaker" => out.speaker = Some(value.to_owned()),
                "matter" => out.matter = Some(value.to_owned()),
                "party" => out.party = Some(value.to_owned()),
                "round" => out.round = Some(value.to_owned()),
                "outlet" => out.outlet = Some(value.to_owned()),
                "tag" => out.tag = Some(value.to_owned()),
                "after" => out.after = Some(day("after", value)?),
                "before" => out.before = Some(day("before", value)?),
                "format" => out.csv = Some(format(value)?),
                _ => {}
            }
        }
        Ok(out)
    }
}

/// Returns whether a format is CSV.
fn format(value: &str) -> Result<bool, String> {
    match value {
        "csv" => Ok(true),
        "json" => Ok(false),
        _ => Err("`format` is `json` or `csv`.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_or_refused_in_a_sentence() {
        let query = Query::parse("q=what+did+Lund+say%3F&page=2&utm=x&after=2025-12-01").expect("good");
        assert_eq!((query.q.as_str(), query.page), ("what did Lund say?", 2));
        assert!(query.after.is_some() && query.before.is_none());
        assert_eq!(Query::parse("").expect("nothing").page, 1);
        for wrong in ["page=0", "page=101", "page=x", "limit=0", "limit=101", "after=yesterday", "format=xml"]
        {
            let name = wrong.split('=').next().unwrap_or_default();
            assert!(Query::parse(wrong).expect_err("bad").contains(name), "{wrong}");
        }
        assert!(Query::parse(&format!("q={}", "x".repeat(501))).is_err());
    }
}

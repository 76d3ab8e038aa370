//! Here is an article: may an answer come from it?

use super::Record;
use crate::fold;

/// A part of the corpus that answers may come from: articles from the listed outlets that have one of the
/// listed tags. An empty list sets no limit, so the default is the whole corpus. Names are compared without
/// case, accents and a leading "The".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The outlets; if empty, all articles, including those without an outlet.
    pub outlets: Vec<String>,
    /// The tags, of which an article must have at least one; if empty, all articles.
    pub tags: Vec<String>,
}

impl Scope {
    /// Returns whether an article from `outlet` (`None` if it has none) with these tags belongs to this part.
    #[must_use]
    pub fn holds(&self, outlet: Option<&str>, tags: &[String]) -> bool {
        (self.outlets.is_empty() || outlet.is_some_and(|outlet| is_among(outlet, &self.outlets)))
            && (self.tags.is_empty() || tags.iter().any(|tag| is_among(tag, &self.tags)))
    }

    /// Returns whether a quote is from an article of this part.
    #[must_use]
    pub fn holds_record(&self, record: &Record) -> bool {
        self.holds(record.citation.outlet.as_deref(), &record.tags)
    }
}

fn is_among(name: &str, list: &[String]) -> bool {
    let name = fold::name(name);
    list.iter().any(|listed| fold::name(listed) == name)
}

#[cfg(test)]
mod tests {
    use super::Scope;

    fn scope(outlets: &[&str], tags: &[&str]) -> Scope {
        let owned = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect();
        Scope { outlets: owned(outlets), tags: owned(tags) }
    }

    #[test]
    fn the_default_scope_contains_everything() {
        assert!(Scope::default().holds(None, &[]));
        assert!(Scope::default().holds(Some("Coast Gazette"), &["harbour".to_owned()]));
    }

    #[test]
    fn names_compare_as_people_write_them() {
        let times = scope(&["The Coast Times"], &["Élections"]);
        assert!(times.holds(Some("coast times"), &["elections".to_owned()]));
        assert!(!times.holds(Some("Coast Gazette"), &["elections".to_owned()]));
        assert!(!times.holds(Some("Coast Times"), &["harbour".to_owned()]));
        assert!(!times.holds(None, &["elections".to_owned()]));
    }

    #[test]
    fn one_tag_of_several_is_enough() {
        let tags = scope(&[], &["harbour", "schools"]);
        assert!(tags.holds(None, &["ferries".to_owned(), "Schools".to_owned()]));
        assert!(!tags.holds(None, &[]));
    }
}

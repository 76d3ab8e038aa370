//! Which page is at a path?

use percent_encoding::percent_decode_str;

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route {
    Home,
    Search,
    Quote(String),
    Article(String),
    /// All speakers, outlets, parties, topics or days.
    All(Shelf),
    /// One of them.
    One(Shelf, String),
    /// The feed of one of them.
    Feed(Shelf, String),
    /// All matters.
    AllPositions,
    /// The positions of the parties on one matter.
    Positions(String),
    /// Who spoke how often, as a picture.
    Timeline,
    /// A quote as a picture.
    Card(String),
    /// All rounds of talks.
    AllRounds,
    /// What was said before, at and after one round.
    Round(String),
    Style,
    Icon,
    Robots,
    Sitemap,
    Api(Api),
}

/// What a list of pages is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shelf {
    Speaker,
    Outlet,
    Party,
    Topic,
    Day,
}

/// What the API returns as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Api {
    Ask,
    Check,
    Quotes,
    Quote(String),
    Wordings(String),
    Speakers,
    Article(String),
    Positions(String),
    Rounds,
    Round(String),
    Speaker(String),
    Timeline,
    Description,
}

impl Shelf {
    /// Returns the first part of the path of such a page.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Speaker => "speaker",
            Self::Outlet => "outlet",
            Self::Party => "party",
            Self::Topic => "topic",
            Self::Day => "day",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::Speaker, Self::Outlet, Self::Party, Self::Topic, Self::Day]
            .into_iter()
            .find(|shelf| shelf.word() == word)
    }
}

impl Route {
    /// Returns the page at a path; `None` if there is none.
    pub(super) fn parse(path: &str) -> Option<Self> {
        let decode = |part: &str| percent_decode_str(part).decode_utf8().ok().map(|part| part.into_owned());
        let parts: Vec<String> = path.strip_prefix('/')?.split('/').map(decode).collect::<Option<_>>()?;
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        Some(match parts.as_slice() {
            [""] => Self::Home,
            ["search"] => Self::Search,
            ["quote", id] => Self::Quote((*id).to_owned()),
            ["article", id] => Self::Article((*id).to_owned()),
            ["speakers"] => Self::All(Shelf::Speaker),
            ["outlets"] => Self::All(Shelf::Outlet),
            ["parties"] => Self::All(Shelf::Party),
            ["topics"] => Self::All(Shelf::Topic),
            ["days"] => Self::All(Shelf::Day),
            ["positions"] => Self::AllPositions,
            ["positions", matter] => Self::Positions((*matter).to_owned()),
            ["rounds"] => Self::AllRounds,
            ["round", name] => Self::Round((*name).to_owned()),
            ["timeline.svg"] => Self::Timeline,
            ["quote", id, "card.svg"] => Self::Card((*id).to_owned()),
            ["style.css"] => Self::Style,
            ["icon.svg"] => Self::Icon,
            ["robots.txt"] => Self::Robots,
            ["sitemap.xml"] => Self::Sitemap,
            ["api", "v1", "ask"] => Self::Api(Api::Ask),
            ["api", "v1", "check"] => Self::Api(Api::Check),
            ["api", "v1", "quotes"] => Self::Api(Api::Quotes),
            ["api", "v1", "quote", id] => Self::Api(Api::Quote((*id).to_owned())),
            ["api", "v1", "wordings", id] => Self::Api(Api::Wordings((*id).to_owned())),
            ["api", "v1", "speakers"] => Self::Api(Api::Speakers),
            ["api", "v1", "articles", id] => Self::Api(Api::Article((*id).to_owned())),
            ["api", "v1", "positions", matter] => Self::Api(Api::Positions((*matter).to_owned())),
            ["api", "v1", "rounds"] => Self::Api(Api::Rounds),
            ["api", "v1", "round", name] => Self::Api(Api::Round((*name).to_owned())),
            ["api", "v1", "timeline"] => Self::Api(Api::Timeline),
            ["api", "v1", "speaker", name] => Self::Api(Api::Speaker((*name).to_owned())),
            ["api", "v1", "openapi.json"] => Self::Api(Api::Description),
            [word, name] => Self::One(Shelf::parse(word)?, (*name).to_owned()),
            [word, name, "atom.xml"] => {
                let shelf = Shelf::parse(word)
                    .filter(|shelf| matches!(shelf, Shelf::Speaker | Shelf::Party | Shelf::Topic))?;
                Self::Feed(shelf, (*name).to_owned())
            }
            _ => return None,
        })
    }

    /// Returns whether the page answers a question.
    pub(super) const fn asks(&self) -> bool {
        matches!(self, Self::Search | Self::Api(Api::Ask | Api::Check))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_decoded_once_and_stays_one_part() {
        let one = |path| Route::parse(path);
        let is = |name: &str| Some(Route::One(Shelf::Speaker, name.to_owned()));
        assert_eq!(one("/speaker/A%2FB"), is("A/B"));
        assert_eq!(one("/speaker/%252e%252e"), is("%2e%2e"));
        assert_eq!(one("/speaker/%2e%2e%2fetc%2fpasswd"), is("../etc/passwd"));
        for path in
            ["", "//", "/speaker", "/speaker/A/B", "/speaker/%ff", "/outlet/A/atom.xml", "/search/", "*"]
        {
            assert_eq!(one(path), None, "{path}");
        }
    }
}

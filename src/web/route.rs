//! Which page is at a path?

use percent_encoding::percent_decode_str;

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Route {
    Home,
    Search,
    /// Whether words are on record as quoted.
    Check,
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
}

/// Makes a route from the name in its path, which is empty if the path has none.
type Make = fn(String) -> Route;

/// All paths, with the name of the part that stands for an id or a name in braces; there are no other pages.
const ROUTES: [(&str, Make); 42] = [
    ("/", |_| Route::Home),
    ("/search", |_| Route::Search),
    ("/check", |_| Route::Check),
    ("/quote/{id}", Route::Quote),
    ("/quote/{id}/card.svg", Route::Card),
    ("/article/{id}", Route::Article),
    ("/speakers", |_| Route::All(Shelf::Speaker)),
    ("/outlets", |_| Route::All(Shelf::Outlet)),
    ("/parties", |_| Route::All(Shelf::Party)),
    ("/topics", |_| Route::All(Shelf::Topic)),
    ("/days", |_| Route::All(Shelf::Day)),
    ("/speaker/{name}", |name| Route::One(Shelf::Speaker, name)),
    ("/outlet/{name}", |name| Route::One(Shelf::Outlet, name)),
    ("/party/{name}", |name| Route::One(Shelf::Party, name)),
    ("/topic/{name}", |name| Route::One(Shelf::Topic, name)),
    ("/day/{day}", |day| Route::One(Shelf::Day, day)),
    ("/speaker/{name}/atom.xml", |name| Route::Feed(Shelf::Speaker, name)),
    ("/outlet/{name}/atom.xml", |name| Route::Feed(Shelf::Outlet, name)),
    ("/party/{name}/atom.xml", |name| Route::Feed(Shelf::Party, name)),
    ("/topic/{name}/atom.xml", |name| Route::Feed(Shelf::Topic, name)),
    ("/positions", |_| Route::AllPositions),
    ("/positions/{matter}", Route::Positions),
    ("/rounds", |_| Route::AllRounds),
    ("/round/{name}", Route::Round),
    ("/timeline.svg", |_| Route::Timeline),
    ("/style.css", |_| Route::Style),
    ("/icon.svg", |_| Route::Icon),
    ("/robots.txt", |_| Route::Robots),
    ("/sitemap.xml", |_| Route::Sitemap),
    ("/api/v1/ask", |_| Route::Api(Api::Ask)),
    ("/api/v1/check", |_| Route::Api(Api::Check)),
    ("/api/v1/quotes", |_| Route::Api(Api::Quotes)),
    ("/api/v1/quote/{id}", |id| Route::Api(Api::Quote(id))),
    ("/api/v1/wordings/{id}", |id| Route::Api(Api::Wordings(id))),
    ("/api/v1/speakers", |_| Route::Api(Api::Speakers)),
    ("/api/v1/articles/{id}", |id| Route::Api(Api::Article(id))),
    ("/api/v1/positions/{matter}", |matter| Route::Api(Api::Positions(matter))),
    ("/api/v1/rounds", |_| Route::Api(Api::Rounds)),
    ("/api/v1/round/{name}", |name| Route::Api(Api::Round(name))),
    ("/api/v1/speaker/{name}", |name| Route::Api(Api::Speaker(name))),
    ("/api/v1/timeline", |_| Route::Api(Api::Timeline)),
    ("/api/v1/openapi.json", |_| Route::Api(Api::Description)),
];

/// Returns the paths of all pages, with `{…}` in place of an id or a name.
pub fn paths() -> impl Iterator<Item = &'static str> {
    ROUTES.iter().map(|(path, _)| *path)
}

impl Route {
    /// Returns the page at a path; `None` if there is none.
    pub(super) fn parse(path: &str) -> Option<Self> {
        let decode = |part: &str| percent_decode_str(part).decode_utf8().ok().map(|part| part.into_owned());
        let mut parts: Vec<String> = path.strip_prefix('/')?.split('/').map(decode).collect::<Option<_>>()?;
        let is_name = |part: &str| part.starts_with('{');
        let is_at = |path: &str| {
            let own = path.split('/').skip(1);
            own.clone().count() == parts.len()
                && own.zip(&parts).all(|(own, part)| is_name(own) || own == part.as_str())
        };
        let (path, make) = ROUTES.iter().find(|(path, _)| is_at(path))?;
        let name = path.split('/').skip(1).position(is_name);
        Some(make(name.map(|at| parts.swap_remove(at)).unwrap_or_default()))
    }

    /// Returns whether the page answers a question.
    pub(super) const fn asks(&self) -> bool {
        matches!(self, Self::Search | Self::Check | Self::Api(Api::Ask | Api::Check))
    }

    /// Returns whether the page shows quotes that are near in meaning to something other than a question.
    pub(super) const fn compares(&self) -> bool {
        matches!(
            self,
            Self::Quote(_)
                | Self::Positions(_)
                | Self::Round(_)
                | Self::Api(Api::Wordings(_) | Api::Positions(_) | Api::Round(_))
        )
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
        for path in ["", "//", "/speaker", "/speaker/A/B", "/speaker/%ff", "/day/A/atom.xml", "/search/", "*"]
        {
            assert_eq!(one(path), None, "{path}");
        }
    }
}

//! Here is a page's name and a commit of the index: what is on the page?

use askama::Template as _;
use axum::http::StatusCode;
use jiff::civil::Date;

use super::Reply;
use super::address;
use super::feed::{Feed, Sitemap};
use super::query::Query;
use super::route::{Route, Shelf};
use super::view::{self, Card, CheckPage, Group, Head, Image, Link, ListPage, QuotePage, SheetPage};
use crate::agenda::Round;
use crate::answer::{Answer, Finding, Page, Permalink, Record};
use crate::ask;
use crate::desk::{Remark, Timeline, Unknown};
use crate::fold;
use crate::index::{ArticleEntry, IndexError, Names, QuoteIndex};
use crate::picture;
use crate::question::{Asked, Given, Part, Wish};
use crate::render::{self, Sheet};

/// Number of quotes on a page.
const QUOTES: usize = 20;
/// Maximum number of quotes that a verdict is about: two may have been put together.
const SOURCES: usize = 2;
/// Number of quotes in a feed.
const NEWS: usize = 30;
/// Number of names of each kind on the first page.
const FEW: usize = 24;
/// Number of names on a page of names.
const NAMES: usize = 2000;
/// Number of addresses in the sitemap, of each kind.
const MAPPED: usize = 8000;
/// Maximum number of an article's quotes that are searched for one.
const DEEP: usize = 5000;
/// Maximum number of quotes that a picture on a page counts.
const COUNTED: u64 = 1000;
/// Maximum number of other articles listed for one quote.
const ELSEWHERE: usize = 20;
/// Maximum length of the words of another wording, in code points.
const WORDING: usize = 300;

/// Everything that pages are made from.
pub(super) struct Room<'a> {
    pub(super) index: &'a QuoteIndex,
    pub(super) origin: &'a str,
    pub(super) today: Date,
    pub(super) query: &'a Query,
}

impl Room<'_> {
    /// Returns a page of HTML or XML; for a path of the API, a page that says there is none.
    pub(super) fn page(&self, route: &Route) -> Result<Reply, IndexError> {
        match route {
            Route::Home => self.home(),
            Route::Search => self.search(),
            Route::Check => self.checked(),
            Route::Quote(id) => self.quote(id),
            Route::Article(id) => self.article(id),
            Route::All(shelf) => Ok(self.all(*shelf)),
            Route::One(shelf, name) => self.one(*shelf, name),
            Route::Feed(shelf, name) => self.feed(*shelf, name),
            Route::AllPositions => Ok(self.matters()),
            Route::Positions(matter) => self.positions(matter),
            Route::Timeline => self.timeline(),
            Route::Card(id) => self.card(id),
            Route::AllRounds => Ok(self.rounds()),
            Route::Round(name) => self.round(name),
            Route::Style => {
                Ok(Reply::of("text/css; charset=utf-8", include_str!("../../templates/style.css").to_owned()))
            }
            Route::Icon => {
                Ok(Reply::of("image/svg+xml", include_str!("../../templates/icon.svg").to_owned()))
            }
            Route::Robots => {
                let text = format!(
                    "User-agent: *\nDisallow: /search\nDisallow: /check?\nDisallow: /api/\nSitemap: {}/sitemap.xml\n",
                    self.origin
                );
                Ok(Reply::of("text/plain; charset=utf-8", text))
            }
            Route::Sitemap => Ok(self.map()),
            Route::Api(_) => Ok(self.missing("There is no such page.", Vec::new())),
        }
    }

    /// Returns one page of the quotes that match `given`, `limit` per page.
    pub(super) fn ask(&self, text: &str, given: Given, limit: usize) -> Result<Answer, IndexError> {
        let asked = Asked { given, ..Asked::new(text, self.today) };
        ask::ask(self.index, &asked, Page { offset: (self.query.page - 1) * limit, limit })
    }

    /// Returns whether the words of the query are on record, as said by its speaker if it has one. Without a
    /// limit, the answer has only the quotes that the verdict is about.
    pub(super) fn check(&self, given: Given, limit: Option<usize>) -> Result<Answer, IndexError> {
        let asked = Asked { given, ..Asked::new("", self.today) };
        let mut answer = ask::claim(self.index, &self.query.q, &asked, limit.unwrap_or(SOURCES))?;
        if limit.is_none() {
            answer.keep_checked();
        }
        Ok(answer)
    }

    /// Returns whether the API is to reply with a table.
    pub(super) fn wants_csv(&self) -> bool {
        self.query.csv == Some(true)
    }

    fn head(&self, title: impl Into<String>, description: impl Into<String>, path: &str) -> Head {
        Head {
            title: title.into(),
            description: description.into(),
            canonical: format!("{}{path}", self.origin),
            is_kept: true,
            ..Head::default()
        }
    }

    fn home(&self) -> Result<Reply, IndexError> {
        let state = self.index.state();
        let on_record = render::on_record(state.articles, self.index.different_quotes(), state.quotes);
        let answer = self.ask("", newest(Given::default()), QUOTES)?;
        let few = |heading: &str, shelf| Group { heading: heading.to_owned(), links: self.names(shelf, FEW) };
        let page = ListPage {
            head: self.head("Who said what, word for word", format!("On record: {on_record}."), "/"),
            heading: "Who said what, word for word".to_owned(),
            about: vec![format!("On record: {on_record}.")],
            first: 1,
            cards: cards(&answer),
            later: (answer.more() > 0).then(|| Link::new("By day", "/days")),
            groups: vec![few("Speakers", Shelf::Speaker), few("Topics", Shelf::Topic)],
            ..ListPage::default()
        };
        Ok(html(&page))
    }

    fn search(&self) -> Result<Reply, IndexError> {
        let Query { q, .. } = self.query;
        if q.is_empty() {
            return Ok(Reply { status: StatusCode::TEMPORARY_REDIRECT, ..Reply::moved("/".to_owned()) });
        }
        let answer = self.ask(q, Given::default(), QUOTES)?;
        let path = format!("/search?q={}", address::part(q));
        let mut page = self.list(q.clone(), &path, &answer);
        page.head = Head { asked: q.clone(), is_kept: false, ..page.head };
        let all = format!("/api/v1/ask?q={}&limit=100", address::part(q));
        page.links = vec![Link::new("As JSON", &all), Link::new("As CSV", format!("{all}&format=csv"))];
        if let Some(checked) = &answer.checked {
            let speaker = checked.claimed_of.as_deref().unwrap_or_default();
            let (words, speaker) = (address::part(&checked.words), address::part(speaker));
            page.links.push(Link::new("Word by word", format!("/check?q={words}&speaker={speaker}")));
        }
        if let Some(profile) = &answer.question.profile {
            // A question about who somebody is gets the speaker's card.
            if let Ok(card) = ask::desk::card(self.index, &profile.name, &Part::default())? {
                page.about = render::card_lines(&card);
                page.links.push(Link::new(&card.name, address::named("speaker", &card.name)));
            }
        }
        page.notes.splice(0..0, verdict(&answer));
        if answer.found != Finding::Yes && page.notes.is_empty() {
            page.notes.push("Not on record in these words; this is the nearest.".to_owned());
        }
        if let Some(instead) = &answer.nothing {
            let people: Vec<Link> = instead
                .called_alike
                .iter()
                .chain(&instead.spoke_about_it)
                .map(|name| Link::new(name, address::named("speaker", name)))
                .collect();
            if !people.is_empty() {
                page.groups.push(Group { heading: "Speakers".to_owned(), links: people });
            }
        }
        Ok(html(&page))
    }

    /// Returns the page that compares words with the record; without words, a form for them.
    fn checked(&self) -> Result<Reply, IndexError> {
        let Query { q, speaker, .. } = self.query;
        let mut page = CheckPage {
            head: self.head("Check a quote", "Is it on record, word for word?", "/check"),
            claim: q.clone(),
            speaker: speaker.clone().unwrap_or_default(),
            ..CheckPage::default()
        };
        if !q.is_empty() {
            let answer = self.check(Given { speaker: speaker.clone(), ..Given::default() }, None)?;
            page.head.is_kept = false;
            page.notes.extend(render::note(&answer));
            if let Some(checked) = &answer.checked {
                page.verdict = render::verdict(checked.verdict);
                page.notes.splice(0..0, render::verdict_details(checked));
                page.diff = view::diff(checked);
            }
            page.cards = cards(&answer);
        }
        Ok(Reply::html(StatusCode::OK, page.render().unwrap_or_default()))
    }

    /// Returns a page with the quotes of an answer.
    fn list(&self, heading: String, path: &str, answer: &Answer) -> ListPage {
        let notes = render::times(answer).into_iter().chain(render::note(answer)).collect();
        let page = self.query.page;
        let sign = if path.contains('?') { '&' } else { '?' };
        let turn = |text: &str, page: usize| Link::new(text, format!("{path}{sign}page={page}"));
        let own = if page > 1 { turn("", page).to } else { path.to_owned() };
        let description = answer.hits.first().map(|hit| view::title(&hit.record)).unwrap_or_default();
        ListPage {
            head: self.head(heading.clone(), description, &own),
            heading,
            notes,
            cards: cards(answer),
            first: answer.offset + 1,
            earlier: (page > 1).then(|| turn("Previous page", page - 1)),
            later: (answer.more() > 0 && !answer.hits.is_empty()).then(|| turn("Next page", page + 1)),
            ..ListPage::default()
        }
    }

    /// Returns the quote with this permalink, its article's quotes, and its index among them.
    pub(super) fn named(&self, id: &str) -> Result<Named, IndexError> {
        let Ok(link) = id.parse::<Permalink>() else { return Ok(Named::Nothing) };
        let Some(entry) = self.index.article_numbered(link.article)? else { return Ok(Named::Nothing) };
        let Some((entry, records)) = self.index.article(&entry.article.0, DEEP.into())? else {
            return Ok(Named::Nothing);
        };
        let links = Permalink::all(&records);
        Ok(match links.iter().position(|other| *other == link) {
            Some(at) => Named::Quote { records, links, at },
            None => Named::Article(entry),
        })
    }

    fn quote(&self, id: &str) -> Result<Reply, IndexError> {
        let (records, links, at) = match self.named(id)? {
            Named::Quote { records, links, at } => (records, links, at),
            Named::Article(entry) => {
                let text = "This quote is no longer on record in these words; its article is.";
                let mut page = ListPage::saying(self.origin, "No longer on record", text);
                let title = entry.citation.title.unwrap_or_else(|| entry.article.0.clone());
                page.links = vec![Link::new(title, format!("/article/{:016x}", entry.article.key()))];
                return Ok(Reply { status: StatusCode::NOT_FOUND, ..html(&page) });
            }
            Named::Nothing => return Ok(self.missing("There is no such quote on record.", Vec::new())),
        };
        let record = &records[at];
        let remark = self.remark(record)?;
        let elsewhere = Self::elsewhere(record, &remark);
        let turn =
            |text: &str, at: usize| links.get(at).map(|link| Link::new(text, address::permalink(*link)));
        let path = address::permalink(links[at]);
        let title = view::title(record);
        let [before, after] = record.neighbours();
        let page = QuotePage {
            head: self.head(title.clone(), view::whence(record), &path),
            heading: title,
            card: view::card(record, path.clone(), &[]),
            before: before.to_owned(),
            paragraph: view::pieces(record, record.paragraph, &record.quote.content),
            after: after.to_owned(),
            said_on: render::said(record).map(|said| said.trim_start_matches("said ").to_owned()),
            corrected: render::corrected(record),
            is_digest: record.digest,
            earlier: at.checked_sub(1).and_then(|at| turn("Previous quote of this article", at)),
            later: turn("Next quote of this article", at + 1),
            remark: render::remark_about(&remark),
            elsewhere,
            wrong: format!(
                "{} The button of that name under the quote in Discord tells whoever runs this.",
                render::WRONG
            ),
        };
        Ok(Reply::html(StatusCode::OK, page.render().unwrap_or_default()))
    }

    /// Returns links to the other quotes of a remark.
    fn elsewhere(record: &Record, remark: &Remark) -> Vec<Link> {
        let link = |other: &&Record| {
            let words = render::fit(&view::title(other), WORDING);
            Link::new(format!("{words} — {}", view::whence(other)), address::quote(other))
        };
        let others = remark.printed().into_iter().filter(|other| other.id() != record.id());
        others.take(ELSEWHERE).map(|other| link(&other)).collect()
    }

    /// Returns the remark of a quote in all its wordings.
    pub(super) fn remark(&self, record: &Record) -> Result<Remark, IndexError> {
        ask::desk::wordings(self.index, record.clone(), &Part::default())
    }

    /// Returns the article with this id, or with this number in hexadecimal.
    pub(super) fn entry(&self, id: &str) -> Result<Option<ArticleEntry>, IndexError> {
        if let Some(key) = (id.len() == 16).then(|| u64::from_str_radix(id, 16).ok()).flatten()
            && let Some(entry) = self.index.article_numbered(key)?
        {
            return Ok(Some(entry));
        }
        let found = if self.index.has_article(id)? { self.index.article(id, 0.into())? } else { None };
        Ok(found.map(|(entry, _)| entry))
    }

    fn article(&self, id: &str) -> Result<Reply, IndexError> {
        let found = match self.entry(id)? {
            Some(entry) => self.index.article(&entry.article.0, DEEP.into())?,
            None => None,
        };
        let Some((entry, records)) = found else {
            return Ok(self.missing("There is no such article on record.", Vec::new()));
        };
        let path = format!("/article/{:016x}", entry.article.key());
        let citation = &entry.citation;
        let title = citation.title.clone().unwrap_or_else(|| entry.article.0.clone());
        let mut about = Vec::new();
        about.extend(citation.byline.clone());
        if entry.digest {
            about.push("A digest of the report.".to_owned());
        }
        about.push(format!("{} in this article.", render::quotes(entry.quotes)));
        let mut links = Vec::new();
        links.extend(citation.outlet.as_ref().map(|name| Link::new(name, address::named("outlet", name))));
        links.extend(citation.date.map(|day| Link::new(render::day(day), format!("/day/{day}"))));
        links.extend(entry.tags.iter().map(|tag| Link::new(tag, address::named("topic", &folded(tag)))));
        links.extend(
            address::source(citation.url.as_deref())
                .map(|url| Link { is_outside: true, ..Link::new("Source", url) }),
        );
        let (per, page) = (QUOTES * 5, self.query.page);
        let turn = |text: &str, page: usize| Link::new(text, format!("{path}?page={page}"));
        let all = Permalink::all(&records);
        let shown = records.iter().zip(all).skip((page - 1) * per).take(per);
        let cards: Vec<Card> =
            shown.map(|(record, link)| view::card(record, address::permalink(link), &[])).collect();
        let description = records.first().map(view::title).unwrap_or_default();
        let page = ListPage {
            head: self.head(title.clone(), description, &path),
            heading: title,
            about,
            links,
            first: (page - 1) * per + 1,
            earlier: (page > 1).then(|| turn("Previous page", page - 1)),
            later: (records.len() > page * per).then(|| turn("Next page", page + 1)),
            cards,
            ..ListPage::default()
        };
        Ok(html(&page))
    }

    /// Returns the names of one kind, those with the most quotes first; days newest first.
    fn names(&self, shelf: Shelf, most: usize) -> Vec<Link> {
        let suggested = |names| {
            let names = self.index.names(names, "", most).into_iter();
            names.map(|name| (name.text, Some(name.quotes))).collect::<Vec<_>>()
        };
        let names: Vec<(String, Option<u64>)> = match shelf {
            Shelf::Speaker => suggested(Names::Speakers),
            Shelf::Outlet => suggested(Names::Outlets),
            Shelf::Topic => suggested(Names::Tags),
            Shelf::Party => {
                let sides = self.index.roster().sides();
                sides.into_iter().take(most).map(|(side, _)| (side.to_owned(), None)).collect()
            }
            Shelf::Day => {
                let days = self.index.days().iter().rev().take(most);
                days.map(|(day, quotes)| (day.to_string(), Some(*quotes))).collect()
            }
        };
        let link = |(name, count): (String, Option<u64>)| {
            let text = match shelf {
                Shelf::Party => self.party(&name),
                Shelf::Day => name.parse().map_or_else(|_| name.clone(), render::day),
                _ => name.clone(),
            };
            Link { count, ..Link::new(text, address::named(shelf.word(), &name)) }
        };
        names.into_iter().map(link).collect()
    }

    fn all(&self, shelf: Shelf) -> Reply {
        let (heading, path) = match shelf {
            Shelf::Speaker => ("Speakers", "/speakers"),
            Shelf::Outlet => ("Outlets", "/outlets"),
            Shelf::Party => ("Parties", "/parties"),
            Shelf::Topic => ("Topics", "/topics"),
            Shelf::Day => ("Days", "/days"),
        };
        let links = self.names(shelf, NAMES);
        let count = match links.len() {
            0 => "None is on record.".to_owned(),
            NAMES => format!("The {NAMES} with most quotes."),
            some => format!("{some} on record."),
        };
        let page = ListPage {
            head: self.head(heading, count.clone(), path),
            heading: heading.to_owned(),
            about: vec![count],
            groups: vec![Group { heading: String::new(), links }],
            ..ListPage::default()
        };
        html(&page)
    }

    /// Returns a name of one kind in the spelling on record, and the limits for its newest quotes; `None` if
    /// there is no such name. Case and accents do not matter.
    fn of(&self, shelf: Shelf, name: &str) -> Option<(String, Given)> {
        let roster = self.index.roster();
        let any = Given::default();
        let (own, given) = match shelf {
            Shelf::Speaker => {
                let own = roster.somebody(name)?.name.clone();
                (own.clone(), Given { speaker: Some(own), ..any })
            }
            Shelf::Outlet => {
                let own = called(self.index.outlets().iter().map(String::as_str), name)?.to_owned();
                (own.clone(), Given { outlets: vec![own], ..any })
            }
            Shelf::Party => {
                let own = called(roster.sides().into_iter().map(|(side, _)| side), name)?.to_owned();
                (own.clone(), Given { party: Some(own), ..any })
            }
            Shelf::Topic => {
                let own = called(self.index.tags().map(|(tag, _)| tag), name)?.to_owned();
                (own.clone(), Given { tags: vec![own], ..any })
            }
            Shelf::Day => {
                let day: Date = name.parse().ok().filter(|day: &Date| day.to_string() == name)?;
                (day.to_string(), Given { after: Some(day), before: Some(day), ..any })
            }
        };
        Some((own, newest(given)))
    }

    fn one(&self, shelf: Shelf, name: &str) -> Result<Reply, IndexError> {
        let Some((own, given)) = self.of(shelf, name) else {
            let alike = match shelf {
                Shelf::Speaker => self.index.names(Names::Speakers, name, 5),
                Shelf::Outlet => self.index.names(Names::Outlets, name, 5),
                Shelf::Topic => self.index.names(Names::Tags, name, 5),
                Shelf::Party | Shelf::Day => Vec::new(),
            };
            let alike = alike.into_iter().map(|found| {
                let to = address::named(shelf.word(), &found.text);
                Link { count: Some(found.quotes), ..Link::new(found.text, to) }
            });
            return Ok(self.missing("Nothing on record has this name.", alike.collect()));
        };
        let path = address::named(shelf.word(), &own);
        if own != name {
            return Ok(Reply::moved(path));
        }
        let answer = self.ask("", given, QUOTES)?;
        let heading = match shelf {
            Shelf::Party => self.party(&own),
            Shelf::Day => own.parse().map_or_else(|_| own.clone(), render::day),
            _ => own.clone(),
        };
        let mut page = self.list(heading, &path, &answer);
        match shelf {
            Shelf::Speaker => self.introduce(&own, &mut page)?,
            Shelf::Party => self.members(&own, &mut page),
            Shelf::Day => {
                let days = self.index.days();
                let day: Date = own.parse().unwrap_or(self.today);
                let link = |(day, quotes): (&Date, &u64)| Link {
                    count: Some(*quotes),
                    ..Link::new(render::day(*day), format!("/day/{day}"))
                };
                let links: Vec<Link> = days
                    .range(..day)
                    .next_back()
                    .into_iter()
                    .chain(days.range(day..).find(|(other, _)| **other > day))
                    .map(link)
                    .collect();
                page.groups.push(Group { heading: "The days before and after".to_owned(), links });
            }
            Shelf::Outlet | Shelf::Topic => {}
        }
        page.picture = (answer.total > 1).then(|| self.image(shelf, &own)).flatten();
        if shelf != Shelf::Day {
            page.links.push(Link::new("Feed", format!("{path}/atom.xml")));
            page.head.feed = Some(format!("{path}/atom.xml"));
        }
        Ok(html(&page))
    }

    /// Returns the page of the matters that the corpus lists.
    fn matters(&self) -> Reply {
        let matters = self.index.agenda().matters.iter();
        let links = matters.map(|matter| Link::new(&matter.name, address::named("positions", &matter.name)));
        let about = "Where the parties stand, in their own words: nothing is summarised.";
        self.choices("Positions", "/positions", about, links.collect())
    }

    /// Counts who spoke how often, within the limits of the query.
    pub(super) fn counted(&self) -> Result<Result<Timeline, Unknown>, IndexError> {
        let Query { speaker, party, matter, .. } = self.query;
        let (speaker, party, matter) = (speaker.as_deref(), party.as_deref(), matter.as_deref());
        let counted = ask::desk::Counted { speaker, party, matter, part: &Part::default(), most: COUNTED };
        ask::desk::timeline(self.index, &counted)
    }

    fn timeline(&self) -> Result<Reply, IndexError> {
        Ok(match self.counted()? {
            Ok(timeline) => Reply::of("image/svg+xml", picture::timeline(&timeline).svg),
            Err(unknown) => self.unknown(&unknown, "timeline"),
        })
    }

    /// Returns the picture on the page of a speaker or a party. Its numbers are only in the picture itself,
    /// so that the page does not have to wait until thousands of quotes are read.
    fn image(&self, shelf: Shelf, name: &str) -> Option<Image> {
        let (name, rows) = match shelf {
            Shelf::Speaker => (name.to_owned(), "matter"),
            Shelf::Party => (self.party(name), "speaker"),
            Shelf::Outlet | Shelf::Topic | Shelf::Day => return None,
        };
        let from = format!("/timeline.svg?{}={}", shelf.word(), address::part(&name));
        Some(Image {
            from,
            alt: format!("{name}: number of quotes over time, by {rows}; the picture has the figures"),
        })
    }

    /// Returns a quote as a picture.
    fn card(&self, id: &str) -> Result<Reply, IndexError> {
        Ok(match self.named(id)? {
            Named::Quote { records, at, .. } => Reply::of("image/svg+xml", picture::quote(&records[at]).svg),
            Named::Article(_) | Named::Nothing => {
                self.missing("There is no such quote on record.", Vec::new())
            }
        })
    }

    /// Returns the page of the rounds of talks that the corpus lists, newest first.
    fn rounds(&self) -> Reply {
        let rounds = self.index.agenda().rounds.iter().rev();
        let link = |round: &Round| Link::new(render::round_line(round), address::named("round", &round.name));
        let about = "Who met whom, where and when, and what each side said before, at and after it.";
        self.choices("Rounds of talks", "/rounds", about, rounds.map(link).collect())
    }

    /// Returns a page of names to choose from.
    fn choices(&self, heading: &str, path: &str, about: &str, links: Vec<Link>) -> Reply {
        let none = links.is_empty().then(|| "This corpus lists none.".to_owned());
        let groups = vec![Group { heading: String::new(), links }];
        html(&ListPage {
            head: self.head(heading, about, path),
            heading: heading.to_owned(),
            about: vec![about.to_owned()],
            notes: none.into_iter().collect(),
            groups,
            ..ListPage::default()
        })
    }

    /// Returns where the parties stand on a matter; with a party or a round in the query, only there.
    fn positions(&self, matter: &str) -> Result<Reply, IndexError> {
        let Query { party, round, .. } = self.query;
        let (party, round, part) = (party.as_deref(), round.as_deref(), Part::default());
        let found = match ask::desk::positions(
            self.index,
            &ask::desk::Asked { matter, party, round, part: &part },
        )? {
            Ok(found) => found,
            Err(unknown) => return Ok(self.unknown(&unknown, "positions")),
        };
        let path = address::named("positions", &found.matter);
        if found.matter != matter && party.is_none() && round.is_none() {
            return Ok(Reply::moved(path));
        }
        let sheet = render::positions(&found, party.is_some());
        let parties = found.parties.iter().map(|position| &position.party);
        let one = |party: &String| Link::new(party, format!("{path}?party={}", address::part(party)));
        let whole = (party.is_some() || round.is_some()).then(|| Link::new("All parties and days", &path));
        let page = SheetPage {
            links: whole.into_iter().chain(parties.map(one)).collect(),
            table: Some(view::table(&found)).filter(|table| !table.rows.is_empty()),
            ..self.sheet(sheet, &path)
        };
        Ok(Reply::html(StatusCode::OK, page.render().unwrap_or_default()))
    }

    /// Returns what was said around a round of talks.
    fn round(&self, name: &str) -> Result<Reply, IndexError> {
        let found = match ask::desk::meeting(self.index, name, &Part::default())? {
            Ok(found) => found,
            Err(unknown) => return Ok(self.unknown(&unknown, "round")),
        };
        let path = address::named("round", &found.round.name);
        if found.round.name != name {
            return Ok(Reply::moved(path));
        }
        let sides = found.sides.iter().map(|side| fold::words(&side.name).join(" "));
        let known = self.index.roster().sides();
        let links = sides
            .filter(|side| known.iter().any(|(known, _)| known == side))
            .map(|side| Link::new(self.party(&side), address::named("party", &side)))
            .chain([Link::new("All rounds", "/rounds")]);
        let page = SheetPage { links: links.collect(), ..self.sheet(render::meeting(&found), &path) };
        Ok(Reply::html(StatusCode::OK, page.render().unwrap_or_default()))
    }

    fn sheet(&self, sheet: Sheet, path: &str) -> SheetPage {
        SheetPage {
            head: self.head(sheet.title.clone(), sheet.about.join(" "), path),
            heading: sheet.title.clone(),
            about: sheet.about.clone(),
            sections: view::sections(sheet),
            ..SheetPage::default()
        }
    }

    /// Returns a page that says that a name is not known, with the known ones.
    fn unknown(&self, unknown: &Unknown, shelf: &str) -> Reply {
        let is_own = matches!((unknown.what, shelf), ("matter", "positions") | ("round", "round"));
        let choices = unknown.choices.iter().filter(|_| is_own);
        let links = choices.map(|name| Link::new(name, address::named(shelf, name))).collect();
        self.missing(&render::unknown(unknown), links)
    }

    /// Adds who a speaker is.
    fn introduce(&self, name: &str, page: &mut ListPage) -> Result<(), IndexError> {
        let roster = self.index.roster();
        if let Ok(card) = ask::desk::card(self.index, name, &Part::default())? {
            page.about.extend(render::card_lines(&card));
            page.notes.retain(|_| card.quotes > 0);
        }
        let sides = roster.sides_for(name);
        page.links
            .extend(sides.iter().map(|side| Link::new(self.party(side), address::named("party", side))));
        Ok(())
    }

    /// Returns the name of a party, as the people list writes it.
    fn party(&self, side: &str) -> String {
        self.index.roster().side_written(side).map_or_else(|| capital(side), str::to_owned)
    }

    /// Adds who speaks for a party.
    fn members(&self, side: &str, page: &mut ListPage) {
        let sides = self.index.roster().sides();
        let members = sides.iter().find(|(name, _)| *name == side).map(|(_, members)| *members);
        let links = members.unwrap_or_default().iter().map(|name| Link {
            count: Some(self.index.quotes_by(name)),
            ..Link::new(name, address::named("speaker", name))
        });
        let mut links: Vec<Link> = links.filter(|link| link.count != Some(0)).collect();
        links.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text)));
        page.groups.push(Group { heading: format!("Who speaks for {}", self.party(side)), links });
    }

    fn feed(&self, shelf: Shelf, name: &str) -> Result<Reply, IndexError> {
        let Some((own, given)) = self.of(shelf, name) else {
            return Ok(self.missing("Nothing on record has this name.", Vec::new()));
        };
        let path = address::named(shelf.word(), &own);
        if own != name {
            return Ok(Reply::moved(format!("{path}/atom.xml")));
        }
        let answer = self.ask("", given, NEWS)?;
        let title = if shelf == Shelf::Party { self.party(&own) } else { own };
        let feed = Feed::new(format!("{title}, word for word"), self.origin, &path, &answer);
        Ok(Reply::of("application/atom+xml; charset=utf-8", feed.render().unwrap_or_default()))
    }

    fn map(&self) -> Reply {
        let pages =
            ["/", "/check", "/speakers", "/parties", "/outlets", "/topics", "/days", "/positions", "/rounds"]
                .map(str::to_owned);
        let agenda = self.index.agenda();
        let matters = agenda.matters.iter().map(|matter| address::named("positions", &matter.name));
        let rounds = agenda.rounds.iter().map(|round| address::named("round", &round.name));
        let shelves = [Shelf::Speaker, Shelf::Outlet, Shelf::Party, Shelf::Topic, Shelf::Day];
        let one = shelves.into_iter().flat_map(|shelf| self.names(shelf, MAPPED)).map(|link| link.to);
        let addresses = pages
            .into_iter()
            .chain(one)
            .chain(matters)
            .chain(rounds)
            .map(|path| format!("{}{path}", self.origin));
        let map = Sitemap { addresses: addresses.collect() };
        Reply::of("application/xml; charset=utf-8", map.render().unwrap_or_default())
    }

    /// Returns a page that says that something is not on record.
    fn missing(&self, text: &str, alike: Vec<Link>) -> Reply {
        let mut page = ListPage::saying(self.origin, "Not on record", text);
        if !alike.is_empty() {
            page.groups.push(Group { heading: "Names like it".to_owned(), links: alike });
        }
        Reply { status: StatusCode::NOT_FOUND, ..html(&page) }
    }
}

/// What a permalink refers to.
pub(super) enum Named {
    /// A quote, with its index among the quotes of its article.
    Quote {
        records: Vec<Record>,
        links: Vec<Permalink>,
        at: usize,
    },
    /// Only the article is left.
    Article(ArticleEntry),
    Nothing,
}

/// Returns the same limits, for the newest quotes.
pub(super) fn newest(given: Given) -> Given {
    Given { wish: Some(Wish::Latest), ..given }
}

/// Returns how the claimed words compare with the record.
fn verdict(answer: &Answer) -> Option<String> {
    let checked = answer.checked.as_ref()?;
    let mut lines = vec![render::verdict(checked.verdict).to_owned()];
    lines.extend(render::verdict_details(checked));
    Some(lines.join(" "))
}

fn cards(answer: &Answer) -> Vec<Card> {
    answer.hits.iter().map(view::card_of).collect()
}

fn html(page: &ListPage) -> Reply {
    Reply::html(StatusCode::OK, page.render().unwrap_or_default())
}

/// Returns a tag in the form of the index.
fn folded(tag: &str) -> String {
    crate::fold::words(tag).join(" ")
}

/// Returns a folded name as a heading: "European Union".
fn capital(name: &str) -> String {
    // No country has a name this short, so it is an abbreviation: "UK".
    if name.len() <= 3 {
        return name.to_uppercase();
    }
    let capital = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
        first + letters.as_str()
    };
    name.split(' ').map(capital).collect::<Vec<_>>().join(" ")
}

/// Returns the one of `names` that is meant by `name`: the same, or else the first that differs in case or
/// accents only.
fn called<'n>(names: impl Iterator<Item = &'n str>, name: &str) -> Option<&'n str> {
    let (words, mut alike) = (fold::words(name), None);
    for own in names {
        if own == name {
            return Some(own);
        }
        if alike.is_none() && !words.is_empty() && fold::words(own) == words {
            alike = Some(own);
        }
    }
    alike
}

//! The same content as the pages, for programs: JSON, with an OpenAPI description generated from the types.

use axum::http::StatusCode;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use super::Reply;
use super::address;
use super::room::{Named, Room, newest};
use super::route::Api;
use crate::agenda::Round;
use crate::answer::{Answer, Permalink, Record};
use crate::ask::desk;
use crate::desk::Unknown;
use crate::export::{self, Answered, Counts, Known, Met, Row, Stands, Worded};
use crate::index::{IndexError, Names};
use crate::question::{Given, Part};
use crate::render;

/// The kinds of replies.
pub(super) const JSON: &str = "application/json";
pub(super) const CSV: &str = "text/csv; charset=utf-8; header=present";

/// The default number of quotes in a reply.
const QUOTES: usize = 10;
/// Maximum number of quotes of an article.
const DEEP: usize = 5000;
/// Maximum number of names.
const NAMES: usize = 1000;

/// A quote with the address of its page.
#[derive(Serialize, ToSchema)]
struct Quoted<'a> {
    /// The permanent address of its page.
    link: String,
    #[serde(flatten)]
    row: Row<'a>,
}

/// An answer to a question.
#[derive(Serialize, ToSchema)]
struct AskReply<'a> {
    #[serde(flatten)]
    answer: Answered<'a>,
    /// The addresses of the pages of `answers`, in the same order.
    links: Vec<String>,
}

/// Quotes within limits, newest first.
#[derive(Serialize, ToSchema)]
struct QuotesReply<'a> {
    /// The number of quotes on all pages.
    total: usize,
    quotes: Vec<Quoted<'a>>,
}

/// A speaker on record.
#[derive(Serialize, ToSchema)]
struct Speaker {
    name: String,
    /// The number of different quotes on record.
    quotes: u64,
    /// The address of the speaker's page.
    link: String,
}

/// Speakers, those with the most quotes first.
#[derive(Serialize, ToSchema)]
struct SpeakersReply {
    speakers: Vec<Speaker>,
}

/// An article with its quotes.
#[derive(Serialize, ToSchema)]
struct ArticleReply<'a> {
    id: String,
    link: String,
    outlet: Option<String>,
    title: Option<String>,
    byline: Option<String>,
    url: Option<String>,
    date: Option<String>,
    digest: bool,
    tags: Vec<String>,
    /// In the order of the article.
    quotes: Vec<Quoted<'a>>,
}

/// The rounds of talks.
#[derive(Serialize, ToSchema)]
struct RoundsReply<'a> {
    #[schema(value_type = Vec<Object>)]
    rounds: &'a [Round],
}

/// Why there is no answer.
#[derive(Serialize, ToSchema)]
struct Failure {
    error: String,
}

/// The description of the API.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Rapporteur",
        description = "Who said what, word for word.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    paths(
        ask,
        check,
        quotes,
        quote,
        wordings,
        speakers,
        articles,
        positions,
        rounds,
        round,
        speaker,
        timeline,
        description
    ),
    components(schemas(Failure))
)]
struct Description;

/// Returns a reply that says why there is no answer.
pub(super) fn failure(text: &str) -> Reply {
    json(&Failure { error: text.to_owned() })
}

/// Returns the reply for one path.
pub(super) fn reply(room: &Room, what: &Api) -> Result<Reply, IndexError> {
    match what {
        Api::Ask => ask(room),
        Api::Check => check(room),
        Api::Quotes => quotes(room),
        Api::Quote(id) => quote(room, id),
        Api::Wordings(id) => wordings(room, id),
        Api::Speakers => Ok(speakers(room)),
        Api::Article(id) => articles(room, id),
        Api::Positions(matter) => positions(room, matter),
        Api::Rounds => Ok(rounds(room)),
        Api::Round(name) => round(room, name),
        Api::Speaker(name) => speaker(room, name),
        Api::Timeline => timeline(room),
        Api::Description => Ok(description(room)),
    }
}

fn json<T: Serialize>(value: &T) -> Reply {
    // Plain structs of strings and numbers can always be serialised.
    Reply::of(JSON, serde_json::to_string(value).unwrap_or_default())
}

/// Returns quotes as a table with the columns of an export.
fn csv(answer: &Answer) -> Reply {
    Reply::of(CSV, export::table(answer.hits.iter().map(|hit| &hit.record)))
}

fn refused(status: StatusCode, text: &str) -> Reply {
    Reply { status, ..failure(text) }
}

fn quoted<'a>(room: &Room, record: &'a Record, link: Permalink) -> Quoted<'a> {
    Quoted { link: format!("{}{}", room.origin, address::permalink(link)), row: Row::from(record) }
}

fn given(room: &Room) -> Given {
    let query = room.query;
    Given {
        speaker: query.speaker.clone(),
        outlets: query.outlet.iter().cloned().collect(),
        tags: query.tag.iter().cloned().collect(),
        after: query.after,
        before: query.before,
        ..Given::default()
    }
}

/// Answers a question in plain English with the quotes on record
#[utoipa::path(
    get, path = "/api/v1/ask",
    params(
        ("q" = String, Query, description = "The question", max_length = 500),
        ("page" = Option<usize>, Query, description = "From 1"),
        ("limit" = Option<usize>, Query, description = "Quotes per page, 1 to 100"),
        ("speaker" = Option<String>, Query, description = "Only what this person said"),
        ("outlet" = Option<String>, Query, description = "Only from this outlet"),
        ("tag" = Option<String>, Query, description = "Only from articles with this tag"),
        ("after" = Option<String>, Query, description = "Only from this day on, such as 2025-12-01"),
        ("before" = Option<String>, Query, description = "Only up to this day"),
        ("format" = Option<String>, Query, description = "`csv` for a table of the quotes, as `Accept: text/csv` asks for too; `json`"),
    ),
    responses(
        (status = 200, description = "The answer; as CSV only its quotes, one a line, with the columns of an export", content((AskReply = "application/json"), (String = "text/csv"))),
        (status = 400, description = "No question", body = Failure)
    )
)]
fn ask(room: &Room) -> Result<Reply, IndexError> {
    if room.query.q.is_empty() {
        return Ok(refused(StatusCode::BAD_REQUEST, "`q` is the question; it is missing."));
    }
    let answer = room.ask(&room.query.q, given(room), room.query.limit.unwrap_or(QUOTES))?;
    Ok(if room.wants_csv() { csv(&answer) } else { answered(room, &answer) })
}

fn answered(room: &Room, answer: &Answer) -> Reply {
    let link = |hit: &crate::answer::Hit| format!("{}{}", room.origin, address::quote(&hit.record));
    json(&AskReply { answer: Answered::from(answer), links: answer.hits.iter().map(link).collect() })
}

/// Says whether words are on record as quoted, and otherwise what was changed
///
/// `checked` is the verdict; the first of `answers` is the quote it refers to.
#[utoipa::path(
    get, path = "/api/v1/check",
    params(
        ("q" = String, Query, description = "The words", max_length = 500),
        ("speaker" = Option<String>, Query, description = "Who supposedly said it"),
        ("outlet" = Option<String>, Query, description = "Only against this outlet"),
        ("tag" = Option<String>, Query, description = "Only against articles with this tag"),
        ("after" = Option<String>, Query, description = "Only against articles from this day on, such as 2025-12-01"),
        ("before" = Option<String>, Query, description = "Only against articles up to this day"),
        ("limit" = Option<usize>, Query, description = "Show this many quotes that contain some of the words, 1 to 100; otherwise only those that the verdict is about"),
    ),
    responses((status = 200, description = "The verdict", body = AskReply), (status = 400, description = "No words", body = Failure))
)]
fn check(room: &Room) -> Result<Reply, IndexError> {
    if room.query.q.is_empty() {
        return Ok(refused(StatusCode::BAD_REQUEST, "`q`, the words to check, is missing."));
    }
    Ok(answered(room, &room.check(given(room), room.query.limit)?))
}

/// Lists the newest quotes within limits
#[utoipa::path(
    get, path = "/api/v1/quotes",
    params(
        ("speaker" = Option<String>, Query, description = "Only what this person said"),
        ("outlet" = Option<String>, Query, description = "Only from this outlet"),
        ("tag" = Option<String>, Query, description = "Only from articles with this tag"),
        ("after" = Option<String>, Query, description = "Only from this day on, such as 2025-12-01"),
        ("before" = Option<String>, Query, description = "Only up to this day"),
        ("page" = Option<usize>, Query, description = "From 1"),
        ("limit" = Option<usize>, Query, description = "Quotes per page, 1 to 100"),
        ("format" = Option<String>, Query, description = "`csv` for a table, as `Accept: text/csv` asks for too; `json`"),
    ),
    responses((
        status = 200,
        description = "The quotes; as CSV one a line, with the columns of an export",
        content((QuotesReply = "application/json"), (String = "text/csv"))
    ))
)]
fn quotes(room: &Room) -> Result<Reply, IndexError> {
    let answer = room.ask("", newest(given(room)), room.query.limit.unwrap_or(QUOTES))?;
    if room.wants_csv() {
        return Ok(csv(&answer));
    }
    let quotes = answer.hits.iter().map(|hit| quoted(room, &hit.record, Permalink::of(&hit.record)));
    Ok(json(&QuotesReply { total: answer.total, quotes: quotes.collect() }))
}

/// Gives the quote that a permalink names
#[utoipa::path(
    get, path = "/api/v1/quote/{id}",
    params(("id" = String, Path, description = "The last part of the address of its page")),
    responses((status = 200, description = "The quote", body = Quoted), (status = 404, description = "Not on record", body = Failure))
)]
fn quote(room: &Room, id: &str) -> Result<Reply, IndexError> {
    Ok(match room.named(id)? {
        Named::Quote { records, links, at } => json(&quoted(room, &records[at], links[at])),
        Named::Article(_) | Named::Nothing => {
            refused(StatusCode::NOT_FOUND, "There is no such quote on record.")
        }
    })
}

/// Returns the remark of a quote in all its wordings
#[utoipa::path(
    get, path = "/api/v1/wordings/{id}",
    params(("id" = String, Path, description = "The last part of the address of the quote's page")),
    responses((status = 200, description = "The remark", body = Worded), (status = 404, description = "Not on record", body = Failure))
)]
fn wordings(room: &Room, id: &str) -> Result<Reply, IndexError> {
    Ok(match room.named(id)? {
        Named::Quote { mut records, at, .. } => json(&Worded::from(&room.remark(&records.swap_remove(at))?)),
        Named::Article(_) | Named::Nothing => {
            refused(StatusCode::NOT_FOUND, "There is no such quote on record.")
        }
    })
}

/// Lists speakers, those with most quotes first
#[utoipa::path(
    get, path = "/api/v1/speakers",
    params(("q" = Option<String>, Query, description = "The beginning of a name")),
    responses((status = 200, description = "The speakers", body = SpeakersReply))
)]
fn speakers(room: &Room) -> Reply {
    let found = room.index.names(Names::Speakers, &room.query.q, NAMES).into_iter();
    let speaker = |found: crate::index::Suggestion| Speaker {
        link: format!("{}{}", room.origin, address::named("speaker", &found.text)),
        name: found.text,
        quotes: found.quotes,
    };
    json(&SpeakersReply { speakers: found.map(speaker).collect() })
}

/// Gives an article with its quotes
#[utoipa::path(
    get, path = "/api/v1/articles/{id}",
    params(("id" = String, Path, description = "Its id, or the last part of the address of its page")),
    responses((status = 200, description = "The article", body = ArticleReply), (status = 404, description = "Not on record", body = Failure))
)]
fn articles(room: &Room, id: &str) -> Result<Reply, IndexError> {
    let found = match room.entry(id)? {
        Some(entry) => room.index.article(&entry.article.0, DEEP.into())?,
        None => None,
    };
    let Some((entry, records)) = found else {
        return Ok(refused(StatusCode::NOT_FOUND, "There is no such article on record."));
    };
    let links = Permalink::all(&records);
    let citation = entry.citation;
    Ok(json(&ArticleReply {
        link: format!("{}/article/{:016x}", room.origin, entry.article.key()),
        id: entry.article.0,
        outlet: citation.outlet,
        title: citation.title,
        byline: citation.byline,
        url: citation.url,
        date: citation.date.map(|day| day.to_string()),
        digest: entry.digest,
        tags: entry.tags,
        quotes: records.iter().zip(links).map(|(record, link)| quoted(room, record, link)).collect(),
    }))
}

/// Says where the parties stand on a matter, in their own words
#[utoipa::path(
    get, path = "/api/v1/positions/{matter}",
    params(
        ("matter" = String, Path, description = "Its name, or a word for it"),
        ("party" = Option<String>, Query, description = "Only this party"),
        ("round" = Option<String>, Query, description = "Only at this round of talks, and after it up to the next one"),
    ),
    responses((status = 200, description = "The positions", body = Stands), (status = 404, description = "An unknown name", body = Failure))
)]
fn positions(room: &Room, matter: &str) -> Result<Reply, IndexError> {
    let (party, round) = (room.query.party.as_deref(), room.query.round.as_deref());
    let asked = desk::Asked { matter, party, round, part: &Part::default() };
    Ok(known(desk::positions(room.index, &asked)?, |found| json(&Stands::from(found))))
}

/// Lists the rounds of talks
#[utoipa::path(
    get, path = "/api/v1/rounds",
    responses((status = 200, description = "The rounds, as the corpus lists them", body = RoundsReply))
)]
fn rounds(room: &Room) -> Reply {
    json(&RoundsReply { rounds: &room.index.agenda().rounds })
}

/// Says what was said around a round of talks
#[utoipa::path(
    get, path = "/api/v1/round/{name}",
    params(("name" = String, Path, description = "Its name or its place")),
    responses((status = 200, description = "The round", body = Met), (status = 404, description = "An unknown name", body = Failure))
)]
fn round(room: &Room, name: &str) -> Result<Reply, IndexError> {
    Ok(known(desk::meeting(room.index, name, &Part::default())?, |found| json(&Met::from(found))))
}

/// Says who somebody is
#[utoipa::path(
    get, path = "/api/v1/speaker/{name}",
    params(("name" = String, Path, description = "Any of their names")),
    responses((status = 200, description = "Who they are", body = Known), (status = 404, description = "An unknown name", body = Failure))
)]
fn speaker(room: &Room, name: &str) -> Result<Reply, IndexError> {
    Ok(known(desk::card(room.index, name, &Part::default())?, |found| json(&Known::from(found))))
}

/// Counts who spoke how often on what
#[utoipa::path(
    get, path = "/api/v1/timeline",
    params(
        ("speaker" = Option<String>, Query, description = "Only this person, matter by matter"),
        ("party" = Option<String>, Query, description = "Only this party, speaker by speaker"),
        ("matter" = Option<String>, Query, description = "Only what was said on this matter"),
    ),
    responses((status = 200, description = "The counts", body = Counts), (status = 404, description = "An unknown name", body = Failure))
)]
fn timeline(room: &Room) -> Result<Reply, IndexError> {
    Ok(known(room.counted()?, |found| json(&Counts::from(found))))
}

/// Returns the reply for a name, or a reply that the name is not known.
fn known<T>(found: Result<T, Unknown>, reply: impl FnOnce(&T) -> Reply) -> Reply {
    match found {
        Ok(found) => reply(&found),
        Err(unknown) => refused(StatusCode::NOT_FOUND, &render::unknown(&unknown)),
    }
}

/// Gives this description
#[utoipa::path(
    get, path = "/api/v1/openapi.json",
    responses((status = 200, description = "OpenAPI 3.1", content_type = "application/json"))
)]
fn description(room: &Room) -> Reply {
    let mut description = Description::openapi();
    description.servers = Some(vec![utoipa::openapi::Server::new(room.origin)]);
    json(&description)
}

//! Suggestions while somebody types an option. They come from memory, so that they appear before the next key
//! press.

use std::sync::Arc;

use serenity::all::{AutocompleteChoice, CreateAutocompleteResponse};

use super::bot::{Context, Work};
use super::escape;
use super::follow;
use super::follows::Subject;
use super::label::unlabelled;
use super::message::units;
use super::metrics::Count;
use super::reply::Origin;
use crate::desk;
use crate::index::{ArticleEntry, Names, QuoteIndex, Suggestion};
use crate::render;

/// The maximum number of choices Discord shows, and the maximum length of the name or value of one.
const CHOICES: usize = 25;
const LONGEST: usize = 100;

pub(super) async fn speakers(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    suggest(ctx, typed, Names::Speakers)
}

pub(super) async fn outlets(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    suggest(ctx, typed, Names::Outlets)
}

pub(super) async fn topics(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    suggest(ctx, typed, Names::Topics)
}

/// Suggests articles by words of their titles. The value sent is the article's id, which is unique even if
/// several articles share a title.
pub(super) async fn articles(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let bot = ctx.data();
    bot.metrics.count(Count::Autocomplete);
    bot.probe(Work::Complete);
    let typed = unlabelled(typed);
    let found = bot.library.index().map(|index| index.articles(typed, CHOICES)).unwrap_or_default();
    let choice = |article: &ArticleEntry| {
        let title = article.citation.title.as_deref().unwrap_or(&article.article.0);
        let count = counted(article.quotes);
        let room = LONGEST.saturating_sub(units(&count) + 6);
        let name = escape::plain(&format!("{}{count}", render::fit(title, room)));
        let id = article.article.0.as_str();
        (units(&name) <= LONGEST && !id.is_empty() && units(id) <= LONGEST)
            .then(|| AutocompleteChoice::new(name, id))
    };
    CreateAutocompleteResponse::new().set_choices(found.iter().filter_map(choice).collect())
}

/// Returns the number of different quotes, as shown after a name.
fn counted(quotes: u64) -> String {
    format!(" ({})", render::quotes(quotes))
}

/// Suggests what the user or this channel follows. The value sent names the kind as well, because a party and
/// a speaker may share a name.
pub(super) async fn followed(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let bot = ctx.data();
    bot.metrics.count(Count::Autocomplete);
    bot.probe(Work::Complete);
    let (inner, origin, typed) = (Arc::clone(bot), Origin::of_command(ctx.interaction), typed.to_owned());
    let found = tokio::task::spawn_blocking(move || follow::followed(&inner, &origin, &typed)).await;
    let choice = |subject: &Subject| {
        let (value, kind) = (subject.to_string(), subject.kind());
        let room = LONGEST.saturating_sub(kind.len() + 8);
        let name = escape::plain(&format!("{} ({kind})", render::fit(subject.name(), room)));
        (units(&name) <= LONGEST && units(&value) <= LONGEST).then(|| AutocompleteChoice::new(name, value))
    };
    let found = found.unwrap_or_default();
    CreateAutocompleteResponse::new().set_choices(found.iter().filter_map(choice).take(CHOICES).collect())
}

pub(super) async fn tags(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    suggest(ctx, typed, Names::Tags)
}

fn suggest(ctx: Context<'_>, typed: &str, of: Names) -> CreateAutocompleteResponse {
    let bot = ctx.data();
    bot.metrics.count(Count::Autocomplete);
    bot.probe(Work::Complete);
    let found = bot.library.index().map(|index| index.names(of, typed, CHOICES)).unwrap_or_default();
    // For a topic, the number of quotes that contain the word is not the number that answers a question about
    // it, so no number is shown.
    let counts = of != Names::Topics;
    let choices = found.iter().filter_map(|suggestion| choice(suggestion, counts));
    CreateAutocompleteResponse::new().set_choices(choices.take(CHOICES).collect())
}

/// Returns a choice, or `None` if the value does not fit: a truncated name would match nobody.
fn choice(suggestion: &Suggestion, counts: bool) -> Option<AutocompleteChoice> {
    let value = suggestion.text.as_str();
    if value.is_empty() || units(value) > LONGEST {
        return None;
    }
    let count = if counts { counted(suggestion.quotes) } else { String::new() };
    let name = escape::plain(&format!("{value}{count}"));
    let name = if units(&name) > LONGEST { escape::plain(value) } else { name };
    (units(&name) <= LONGEST).then(|| AutocompleteChoice::new(name, value))
}

pub(super) async fn matters(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    listed(ctx, typed, |index| index.agenda().matters.iter().map(|matter| matter.name.clone()).collect())
}

pub(super) async fn rounds(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    // Newest first: these are asked about most.
    listed(ctx, typed, |index| index.agenda().rounds.iter().rev().map(|round| round.name.clone()).collect())
}

pub(super) async fn parties(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    listed(ctx, typed, |index| desk::parties(index.roster().people()))
}

/// Suggests names from the lists of the corpus: rounds and parties.
fn listed(
    ctx: Context<'_>,
    typed: &str,
    names: impl FnOnce(&QuoteIndex) -> Vec<String>,
) -> CreateAutocompleteResponse {
    let bot = ctx.data();
    bot.metrics.count(Count::Autocomplete);
    bot.probe(Work::Complete);
    let names = bot.library.index().map(|index| names(&index)).unwrap_or_default();
    let fits = |name: &&String| units(name) <= LONGEST && !name.is_empty();
    let choices = desk::beginning(&names, typed).into_iter().filter(fits);
    let choice = |name: &String| {
        let shown = escape::plain(name);
        let shown = if units(&shown) <= LONGEST { shown } else { name.clone() };
        AutocompleteChoice::new(shown, name.as_str())
    };
    CreateAutocompleteResponse::new().set_choices(choices.take(CHOICES).map(choice).collect())
}

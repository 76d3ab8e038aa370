//! What is suggested while somebody types an option; from memory, so that it is there before the next key.

use serenity::all::{AutocompleteChoice, CreateAutocompleteResponse};

use super::bot::{Context, Work};
use super::escape;
use super::message::units;
use super::metrics::Count;
use crate::index::{Names, Suggestion};

/// Most choices Discord shows, and the longest name or value of one.
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

fn suggest(ctx: Context<'_>, typed: &str, of: Names) -> CreateAutocompleteResponse {
    let bot = ctx.data();
    bot.metrics.count(Count::Autocomplete);
    bot.probe(Work::Complete);
    let found = bot.library.index().map(|index| index.names(of, typed, CHOICES)).unwrap_or_default();
    CreateAutocompleteResponse::new().set_choices(found.iter().filter_map(choice).take(CHOICES).collect())
}

/// What does not fit into a choice is left out: a cut name would find nobody.
fn choice(suggestion: &Suggestion) -> Option<AutocompleteChoice> {
    let value = suggestion.text.as_str();
    if value.is_empty() || units(value) > LONGEST {
        return None;
    }
    let plural = if suggestion.quotes == 1 { "" } else { "s" };
    let name = escape::plain(&format!("{value} ({} quote{plural})", suggestion.quotes));
    let name = if units(&name) > LONGEST { escape::plain(value) } else { name };
    (units(&name) <= LONGEST).then(|| AutocompleteChoice::new(name, value))
}

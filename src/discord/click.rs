//! Somebody clicked one of our buttons: what do they get?
//!
//! Everything needed is in the message and in the button's id, so a click works after a restart and months
//! later. For the person who asked, the page changes in place; anybody else gets the new page privately, so
//! that a shared message does not change under its readers.

use std::sync::Arc;

use serenity::all::{
    ActionRowComponent, Button as Shown, ButtonKind, ComponentInteraction, MessageFlags,
    MessageInteractionMetadata,
};

use super::bot::{Bot, Work};
use super::custom_id::Button;
use super::exchange::{self, Want, look_up};
use super::history::request_of;
use super::message::{self, Message};
use super::page::{self, Place};
use super::reply::{self, Becomes, Origin};
use super::report;
use super::request::{Command, Request};
use crate::answer::QuoteId;

/// Answers a click.
pub(super) async fn click(bot: &Arc<Bot>, interaction: &ComponentInteraction) {
    let origin = Origin::of_component(interaction);
    let reader = bot.reader(origin.guild);
    if let Some(refusal) = exchange::refusal(bot, &origin, &reader.settings, Want::LookOn).await {
        return exchange::told(&origin, reply::answer_at_once(bot, &origin, &refusal).await);
    }
    match Button::parse(&interaction.data.custom_id) {
        Some(Button::Page { hit, part }) => turn(bot, &origin, interaction, to(hit, part, true)).await,
        Some(Button::List(hit)) => turn(bot, &origin, interaction, to(hit, 0, false)).await,
        Some(Button::Share { hit, part }) => share(bot, &origin, interaction, to(hit, part, true)).await,
        Some(Button::ShareList(hit)) => share(bot, &origin, interaction, to(hit, 0, false)).await,
        Some(Button::Delete(asker)) => delete(bot, &origin, interaction, asker).await,
        Some(Button::Context(id)) => {
            look_up(bot, &origin, Becomes::Private, Work::Click, move |index| reader.context(index, id))
                .await;
        }
        Some(Button::Picture(id)) => {
            look_up(bot, &origin, Becomes::Private, Work::Click, move |index| reader.picture(index, id))
                .await;
        }
        Some(Button::Elsewhere(id)) => {
            let look = move |index: &_| reader.shown_elsewhere(index, id);
            look_up(bot, &origin, Becomes::Private, Work::Click, look).await;
        }
        Some(Button::More(id)) => more(bot, &origin, id).await,
        Some(Button::Wrong(id)) => report::open(bot, &origin, id).await,
        Some(Button::Which { first, ids }) => {
            let message = message::which(first, &ids);
            exchange::told(&origin, reply::answer_at_once(bot, &origin, &message).await);
        }
        Some(Button::Place) | None => outdated(bot, &origin).await,
    }
}

/// Returns the place that a button names, visible only to whoever clicked.
fn to(hit: u32, part: u16, alone: bool) -> Place {
    Place { hit: hit.try_into().unwrap_or(usize::MAX), part: part.into(), alone, asker: None }
}

/// Shows another place of the same answer: in the same message for the person who asked, privately for
/// everybody else.
async fn turn(bot: &Arc<Bot>, origin: &Origin, interaction: &ComponentInteraction, place: Place) {
    let Some(request) = request_of(&interaction.message) else { return outdated(bot, origin).await };
    let is_private = is_private(interaction);
    let own = is_private || asker(interaction).is_none_or(|asker| asker == origin.user);
    let becomes = if own { Becomes::Update } else { Becomes::Private };
    let asker = (own && !is_private).then_some(origin.user);
    exchange::show(bot, origin, becomes, Work::Click, request, Place { asker, ..place }).await;
}

/// Posts publicly a page that only one person saw.
async fn share(bot: &Arc<Bot>, origin: &Origin, interaction: &ComponentInteraction, place: Place) {
    let Some(request) = request_of(&interaction.message) else { return outdated(bot, origin).await };
    let place = Place { asker: Some(origin.user), ..place };
    exchange::show(bot, origin, Becomes::Public, Work::Click, request, place).await;
}

/// Deletes the message, for the person who asked and for moderators.
async fn delete(bot: &Arc<Bot>, origin: &Origin, interaction: &ComponentInteraction, asker: u64) {
    if asker != origin.user && !origin.moderates {
        let message =
            Message::text("Only the person who asked, and members who may manage messages, can delete this.");
        return exchange::told(origin, reply::answer_at_once(bot, origin, &message).await);
    }
    let deleted = match reply::acknowledge(bot, origin, Becomes::Update).await {
        Ok(()) => reply::delete(bot, origin, &interaction.message).await,
        failed => failed,
    };
    exchange::told(origin, deleted);
}

/// Shows the newest quotes by the speaker of the quote that the button names.
async fn more(bot: &Arc<Bot>, origin: &Origin, id: QuoteId) {
    let reader = bot.reader(origin.guild);
    look_up(bot, origin, Becomes::Private, Work::Click, move |index| {
        let record = reader.quote(index, id)?;
        let Some(name) = record.as_ref().and_then(|record| record.quote.speaker()) else {
            return Ok(page::gone());
        };
        let request = Request::new(Command::Latest, "").with_speaker(Some(name));
        Ok(page::show(index, &request, &reader, super::bot::today(), Place::first(None))?.message)
    })
    .await;
}

async fn outdated(bot: &Bot, origin: &Origin) {
    let message =
        Message::text("This button is too old for me, or its message was changed. Please ask again.");
    exchange::told(origin, reply::answer_at_once(bot, origin, &message).await);
}

fn is_private(interaction: &ComponentInteraction) -> bool {
    interaction.message.flags.is_some_and(|flags| flags.contains(MessageFlags::EPHEMERAL))
}

/// Returns who asked: the user named in the message's own delete button; for a message without one, whoever
/// Discord says used the command or wrote the message that ours replies to.
fn asker(interaction: &ComponentInteraction) -> Option<u64> {
    let message = &interaction.message;
    let parts = message.components.iter().flat_map(|row| &row.components);
    let buttons = parts.filter_map(|part| match part {
        ActionRowComponent::Button(Shown { data: ButtonKind::NonLink { custom_id, .. }, .. }) => {
            Button::parse(custom_id)
        }
        _ => None,
    });
    for button in buttons {
        if let Button::Delete(asker) = button {
            return Some(asker);
        }
    }
    let user = match message.interaction_metadata.as_deref() {
        Some(MessageInteractionMetadata::Command(from)) => Some(&from.user),
        Some(MessageInteractionMetadata::Component(from)) => Some(&from.user),
        _ => message.referenced_message.as_ref().map(|asked| &asked.author),
    };
    user.map(|user| user.id.get())
}

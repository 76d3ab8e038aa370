//! Somebody says that a quote has the wrong speaker or words: what are they asked, and where does it go?
//!
//! A button opens a form. What is sent with it is kept for the operator ([`reports`](super::reports)); only
//! the sender sees the confirmation.

use std::sync::Arc;

use serde_json::{Value, json};
use serenity::all::{ActionRowComponent, ModalInteraction};

use super::bot::{Bot, Work, today};
use super::custom_id::Button;
use super::exchange::{self, Want, look_up};
use super::message::Message;
use super::page;
use super::reply::{self, Becomes, Origin};
use super::reports::{Report, Taken};
use crate::answer::{QuoteId, Record};
use crate::render;

/// Maximum length of the text and of the name, in code points.
const WRONG: usize = 500;
const WHO: usize = 100;
/// Maximum length of the quote kept with a report, in code points; its beginning is enough to find it.
const WORDS: usize = 300;

/// Asks what is wrong with a quote.
pub(super) async fn open(bot: &Arc<Bot>, origin: &Origin, id: QuoteId) {
    exchange::told(origin, reply::open(bot, origin, &form(id)).await);
}

fn form(id: QuoteId) -> Value {
    let field = |name: &str, label: &str, style: u8, most: usize| {
        let input = json!({
            "type": 4, "custom_id": name, "label": label, "style": style, "max_length": most, "required": name == "wrong",
        });
        json!({"type": 1, "components": [input]})
    };
    json!({
        "custom_id": Button::Wrong(id).id(),
        "title": render::WRONG,
        "components": [
            field("wrong", "What is wrong?", 2, WRONG),
            field("who", "Who said it, if you know?", 1, WHO),
        ],
    })
}

/// Accepts a form that was sent.
pub(super) async fn submitted(bot: &Arc<Bot>, interaction: &ModalInteraction) {
    let origin = Origin::of_modal(interaction);
    let reader = bot.reader(origin.guild);
    if let Some(refusal) = exchange::refusal(bot, &origin, &reader.settings, Want::LookOn).await {
        return exchange::told(&origin, reply::answer_at_once(bot, &origin, &refusal).await);
    }
    let Some(Button::Wrong(id)) = Button::parse(&interaction.data.custom_id) else {
        let message = Message::text("This form is too old for me. Please ask again.");
        return exchange::told(&origin, reply::answer_at_once(bot, &origin, &message).await);
    };
    let (wrong, who) = (written(interaction, "wrong", WRONG), written(interaction, "who", WHO));
    let (inner, user, guild) = (Arc::clone(bot), origin.user, origin.guild);
    look_up(bot, &origin, Becomes::Private, Work::Click, move |index| {
        let Some(record) = reader.quote(index, id)? else { return Ok(page::gone()) };
        if wrong.is_empty() && who.is_empty() {
            return Ok(Message::text("Please say in a few words what is wrong."));
        }
        let taken = inner.reports.add(user, guild, report(&record, wrong, who))?;
        Ok(Message::text(match taken {
            Taken::Kept => "Thank you. The operator of this bot will see it and can correct the quote; until then it stays as it is.",
            Taken::Person => "Thank you. You have many unread reports; please try again when some have been handled.",
            Taken::Full => "Thank you, but there are too many unread reports; please try again later.",
        }))
    })
    .await;
}

/// Returns what was written into a field, on one line.
fn written(interaction: &ModalInteraction, name: &str, most: usize) -> String {
    let parts = interaction.data.components.iter().flat_map(|row| &row.components);
    let mut text = parts.filter_map(|part| match part {
        ActionRowComponent::InputText(input) if input.custom_id == name => input.value.as_deref(),
        _ => None,
    });
    one_line(text.next_back().unwrap_or_default(), most)
}

fn one_line(text: &str, most: usize) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    render::fit(&plain.split_whitespace().collect::<Vec<_>>().join(" "), most)
}

fn report(record: &Record, wrong: String, who: String) -> Report {
    Report {
        id: 0,
        day: today(),
        quote: record.id().to_string(),
        article: record.article.0.clone(),
        url: record.citation.url.clone(),
        words: one_line(&record.words(), WORDS),
        speaker: record.quote.speaker().map(str::to_owned),
        wrong,
        who: Some(who).filter(|who| !who.is_empty()),
    }
}

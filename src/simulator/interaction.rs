//! What happens to an interaction? It is created, acknowledged within 3 seconds or never, and answered while
//! its token is valid.
//!
//! Follows the reference's page on receiving and responding. Two points that fakes often get wrong: the first
//! follow-up after a deferral fills in the deferred message, and the deferral decides whether that answer is
//! ephemeral.

use serde_json::{Value, json};

use super::clock::Id;
use super::command::check_choice;
use super::component::check_modal;
use super::field::too_long;
use super::form::{Draft, Purpose, Upload, draft};
use super::mention::Policy;
use super::object::{EPHEMERAL, LOADING};
use super::refusal::{
    ACKNOWLEDGED, Form, INVALID_TOKEN, Refusal, TOO_MANY_FOLLOW_UPS, UNKNOWN_CHANNEL, UNKNOWN_INTERACTION,
    UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK,
};
use super::world::{APPLICATION, Interaction, Message, State, Trigger};

/// The time within which an interaction must be acknowledged, in milliseconds.
pub(super) const WINDOW: i64 = 3_000;
/// How long the token of an interaction is valid, in milliseconds.
const TOKEN_LIFE: i64 = 15 * 60 * 1000;

impl State {
    /// Records the callback to an interaction, and returns the response shown for `with_response`.
    pub(super) fn callback(
        &mut self,
        id: Id,
        token: &str,
        body: &Value,
        files: &[Upload],
    ) -> Result<Value, Refusal> {
        let now = self.clock.now();
        let found = self.interactions.get(&id).filter(|interaction| interaction.token == token).cloned();
        let Some(found) = found else {
            self.fault(10_062, format!("callback for the unknown interaction {id}"));
            return Err(UNKNOWN_INTERACTION);
        };
        if found.answer.is_some() {
            self.fault(40_060, format!("second callback for interaction {id}"));
            return Err(ACKNOWLEDGED);
        }
        if now - found.created > WINDOW {
            self.fault(10_062, format!("callback for interaction {id} after {} ms", now - found.created));
            return Err(UNKNOWN_INTERACTION);
        }
        let kind = body["type"].as_u64().unwrap_or_default();
        let allowed: &[u64] = match found.kind {
            Trigger::Command => &[4, 5, 9],
            Trigger::Component => &[4, 5, 6, 7, 9],
            Trigger::Autocomplete => &[8],
            Trigger::Modal if found.source.is_some() => &[4, 5, 6, 7],
            Trigger::Modal => &[4, 5],
        };
        if !allowed.contains(&kind) {
            let mut form = Form::default();
            form.error("type", "BASE_TYPE_CHOICES", format!("Value must be one of {allowed:?}."));
            form.check()?;
        }
        let data = &body["data"];
        let mut next = Interaction { answer: Some((kind, now)), ..found };
        match kind {
            4 => {
                let draft =
                    self.drafted(data, Purpose::Reply, files).map_err(|no| Form::below(no, "data"))?;
                next.ephemeral = draft.flags & EPHEMERAL != 0;
                let message = self.reply(&next, &draft, files)?;
                next.original = Some(message);
            }
            5 => {
                next.ephemeral = data["flags"].as_u64().unwrap_or_default() & EPHEMERAL != 0;
                next.original = Some(self.thinking(&next)?);
                next.waiting = true;
            }
            6 => {
                next.original = next.source;
                next.waiting = true;
            }
            7 => {
                let source = next.source.ok_or(UNKNOWN_MESSAGE)?;
                let draft = self.drafted(data, Purpose::Edit, files).map_err(|no| Form::below(no, "data"))?;
                self.change(source, &draft, files, Policy::users())?;
                next.original = Some(source);
            }
            8 => next.choices = Some(choices(data)?),
            _ => {
                let mut form = Form::default();
                check_modal(&mut form, data);
                form.check()?;
                next.modal = Some(data.clone());
            }
        }
        let original = next.original.filter(|_| matches!(kind, 4 | 5 | 7));
        let response = self.callback_json(&next, kind, original);
        let announced = original.filter(|_| matches!(kind, 4 | 5));
        self.interactions.insert(id, next);
        if let Some(message) = announced {
            self.announce(message, "MESSAGE_CREATE");
        }
        Ok(response)
    }

    fn callback_json(&self, interaction: &Interaction, kind: u64, message: Option<Id>) -> Value {
        let mut about = json!({
            "id": interaction.id, "type": interaction.kind.number(),
            "response_message_ephemeral": interaction.ephemeral, "response_message_loading": kind == 5,
        });
        let mut resource = json!({"type": kind});
        if let Some(message) = message.and_then(|id| self.messages.get(&id)) {
            about["response_message_id"] = json!(message.id);
            resource["message"] = self.message_json(message, self.bot_reader());
        }
        json!({"interaction": about, "resource": resource})
    }

    /// Checks a body and records unknown fields as faults.
    pub(super) fn drafted(
        &mut self,
        body: &Value,
        purpose: Purpose,
        files: &[Upload],
    ) -> Result<Draft, Refusal> {
        let draft = draft(body, purpose, files)?;
        for name in &draft.unknown {
            self.fault(0, format!("Discord knows no field `{name}` of a message"));
        }
        Ok(draft)
    }

    /// Posts a new message that answers an interaction.
    fn reply(&mut self, interaction: &Interaction, draft: &Draft, files: &[Upload]) -> Result<Id, Refusal> {
        if !self.channels.contains_key(&interaction.channel) {
            return Err(UNKNOWN_CHANNEL);
        }
        let id = self.thinking(interaction)?;
        self.change(id, draft, files, Policy::users())?;
        if let Some(message) = self.messages.get_mut(&id) {
            message.edited = None;
            message.flags &= !LOADING;
        }
        Ok(id)
    }

    /// Posts a message that shows "thinking…".
    fn thinking(&mut self, interaction: &Interaction) -> Result<Id, Refusal> {
        let Some(channel) = self.channels.get_mut(&interaction.channel) else { return Err(UNKNOWN_CHANNEL) };
        let id = self.clock.id();
        let ephemeral = interaction.ephemeral;
        if !ephemeral {
            channel.last = Some(id);
        }
        let message = Message {
            kind: if interaction.kind == Trigger::Command {
                if interaction.target.is_some() { 23 } else { 20 }
            } else {
                19
            },
            flags: LOADING | if ephemeral { EPHEMERAL } else { 0 },
            reply_to: interaction.source.or(interaction.target).filter(|_| !ephemeral),
            only_for: ephemeral.then_some(interaction.user),
            interaction: Some(interaction.id),
            answered_message: None,
            ..Message::new(id, interaction.channel, APPLICATION)
        };
        self.messages.insert(id, message);
        Ok(id)
    }

    /// Returns the interaction that a token belongs to, if the token is still valid.
    pub(super) fn by_token(&mut self, token: &str, what: &str) -> Result<Interaction, Refusal> {
        let Some(found) = self.tokens.get(token).and_then(|id| self.interactions.get(id)).cloned() else {
            self.fault(50_027, format!("{what} with a token that was never issued"));
            return Err(INVALID_TOKEN);
        };
        if self.clock.now() - found.created > TOKEN_LIFE {
            self.fault(50_027, format!("{what} for interaction {} after its token expired", found.id));
            return Err(INVALID_TOKEN);
        }
        match found.answer {
            None | Some((8, _)) => {
                // No fault for a look-up: that is how a bot finds out whether its acknowledgement arrived.
                if what != "look-up" {
                    self.fault(
                        10_015,
                        format!("{what} for interaction {} before an acknowledgement", found.id),
                    );
                }
                Err(UNKNOWN_WEBHOOK)
            }
            Some(_) => Ok(found),
        }
    }

    /// Posts a follow-up message; the first after a deferral fills in the deferred message.
    pub(super) fn follow_up(
        &mut self,
        token: &str,
        body: &Value,
        files: &[Upload],
    ) -> Result<Value, Refusal> {
        let interaction = self.by_token(token, "follow-up")?;
        let draft = self.drafted(body, Purpose::Reply, files)?;
        if interaction.waiting && matches!(interaction.answer, Some((5, _))) {
            return self.edit_original(&interaction, &draft, files);
        }
        let alone = interaction.owners.get("0").is_none();
        if alone && interaction.follow_ups.len() >= 5 {
            return Err(TOO_MANY_FOLLOW_UPS);
        }
        let ephemeral = draft.flags & EPHEMERAL != 0;
        let posing =
            Interaction { ephemeral, source: interaction.original, target: None, ..interaction.clone() };
        let message = self.reply(&posing, &draft, files)?;
        if let Some(message) = self.messages.get_mut(&message) {
            message.kind = if message.reply_to.is_some() { 19 } else { 0 };
            message.answered_message = interaction.original;
        }
        if let Some(interaction) = self.interactions.get_mut(&interaction.id) {
            interaction.follow_ups.push(message);
            interaction.waiting = false;
        }
        self.announce(message, "MESSAGE_CREATE");
        self.shown(message)
    }

    /// Returns the message named in a path with the token.
    pub(super) fn answered(
        &mut self,
        token: &str,
        which: &str,
        what: &str,
    ) -> Result<(Interaction, Id), Refusal> {
        let interaction = self.by_token(token, what)?;
        let id = if which == "@original" { interaction.original } else { which.parse().ok() };
        let own = |id: &Id| interaction.original == Some(*id) || interaction.follow_ups.contains(id);
        let id = id.filter(own).filter(|id| self.messages.contains_key(id)).ok_or(UNKNOWN_MESSAGE)?;
        Ok((interaction, id))
    }

    /// Edits an answer, identified by its token.
    pub(super) fn edit_answer(
        &mut self,
        token: &str,
        which: &str,
        body: &Value,
        files: &[Upload],
    ) -> Result<Value, Refusal> {
        let (interaction, id) = self.answered(token, which, "edit")?;
        let draft = self.drafted(body, Purpose::Edit, files)?;
        if interaction.original == Some(id) {
            return self.edit_original(&interaction, &draft, files);
        }
        self.change(id, &draft, files, Policy::users())?;
        self.shown(id)
    }

    fn edit_original(
        &mut self,
        interaction: &Interaction,
        draft: &Draft,
        files: &[Upload],
    ) -> Result<Value, Refusal> {
        let id = interaction.original.filter(|id| self.messages.contains_key(id)).ok_or(UNKNOWN_MESSAGE)?;
        self.change(id, draft, files, Policy::users())?;
        if let Some(interaction) = self.interactions.get_mut(&interaction.id) {
            interaction.waiting = false;
            interaction.edits += 1;
        }
        self.shown(id)
    }

    pub(super) fn shown(&self, id: Id) -> Result<Value, Refusal> {
        let message = self.messages.get(&id).ok_or(UNKNOWN_MESSAGE)?;
        Ok(self.message_json(message, self.bot_reader()))
    }
}

/// Checks the choices of an autocomplete answer.
fn choices(data: &Value) -> Result<Value, Refusal> {
    let mut form = Form::default();
    let list = data["choices"].as_array();
    if list.is_none() {
        form.error("data.choices", "BASE_TYPE_REQUIRED", "This field is required");
    }
    let list = list.map(Vec::as_slice).unwrap_or_default();
    if list.len() > 25 {
        too_long(&mut form, "data.choices", 25);
    }
    for (at, choice) in list.iter().enumerate() {
        check_choice(&mut form, choice, &format!("data.choices.{at}"));
    }
    form.check()?;
    Ok(json!(list))
}

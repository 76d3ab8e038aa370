//! What does each Discord object look like in JSON? Complete objects, with all fields that the reference
//! lists.
//!
//! serenity silently drops an event that lacks a required field, so no field is left out here, even if it is
//! null.

use serde_json::{Map, Value, json};

use super::clock::{Id, iso};
use super::permission;
use super::session::MESSAGE_CONTENT;
use super::world::{APPLICATION, Channel, Guild, Kind, LOCALE, Message, Role, State};

/// Marks a message that still shows "thinking…".
pub(super) const LOADING: u64 = 1 << 7;
/// Marks a message that only one person sees.
pub(super) const EPHEMERAL: u64 = 1 << 6;
/// Hides a message's embeds; the only flag that an edit may change.
pub(super) const SUPPRESS_EMBEDS: u64 = 1 << 2;

/// The reader of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    /// The bot with the message-content intent, or a person.
    All,
    /// The bot without it.
    Bot,
}

impl State {
    pub(super) fn user_json(&self, id: Id) -> Value {
        let Some(user) = self.users.get(&id) else {
            return json!({
                "id": id, "username": "deleted_user", "discriminator": "0", "global_name": null, "avatar": null,
                "bot": false, "system": false, "public_flags": 0, "flags": 0, "primary_guild": null,
            });
        };
        json!({
            "id": id,
            "username": user.name.to_lowercase().replace(' ', "."),
            "discriminator": if user.bot { "0001" } else { "0" },
            "global_name": (!user.bot).then_some(&user.name),
            "avatar": null, "avatar_decoration_data": null, "banner": null, "accent_color": null, "clan": null,
            "collectibles": null, "display_name_styles": null, "primary_guild": null,
            "bot": user.bot, "system": false, "public_flags": 0, "flags": 0,
        })
    }

    /// Returns the bot's own user, with the fields that only the bot itself sees.
    pub(super) fn me_json(&self) -> Value {
        let mut me = self.user_json(APPLICATION);
        me["mfa_enabled"] = json!(true);
        me["locale"] = json!(LOCALE);
        me["verified"] = json!(true);
        me["email"] = Value::Null;
        me["premium_type"] = json!(0);
        me
    }

    pub(super) fn application_json(&self) -> Value {
        let owner = self.users.values().find(|user| !user.bot).map_or(APPLICATION, |user| user.id);
        json!({
            "id": APPLICATION, "name": self.name, "icon": null, "description": "", "type": null,
            "bot": self.user_json(APPLICATION), "rpc_origins": [],
            "bot_public": true, "bot_require_code_grant": false, "tags": [], "verify_key": "0".repeat(64),
            "flags": 0, "flags_new": "0", "redirect_uris": [], "interactions_endpoint_url": null,
            "role_connections_verification_url": null, "owner": self.user_json(owner), "team": null,
            "approximate_guild_count": self.guilds.values().filter(|g| g.members.contains_key(&APPLICATION)).count(),
            "approximate_user_install_count": self.users.values().filter(|user| user.installed).count(),
            "approximate_user_authorization_count": 0, "explicit_content_filter": 0,
            "eligible_oauth2_scopes": ["bot", "applications.commands"],
            "integration_types_config": {
                "0": {"oauth2_install_params": {"scopes": ["applications.commands", "bot"], "permissions": "0"}},
                "1": {"oauth2_install_params": {"scopes": ["applications.commands"], "permissions": "0"}},
            },
        })
    }

    /// Returns a member object without the user; null for someone who is not a member.
    pub(super) fn partial_member_json(&self, guild: &Guild, user: Id) -> Value {
        guild.members.get(&user).map_or(Value::Null, |member| {
            json!({
                "roles": member.roles, "joined_at": iso(member.joined), "nick": null, "avatar": null, "banner": null,
                "premium_since": null, "communication_disabled_until": null, "unusual_dm_activity_until": null,
                "pending": false, "deaf": false, "mute": false, "flags": 0,
            })
        })
    }

    pub(super) fn member_json(&self, guild: &Guild, user: Id) -> Value {
        let mut member = self.partial_member_json(guild, user);
        if !member.is_null() {
            member["user"] = self.user_json(user);
        }
        member
    }

    pub(super) fn role_json(&self, role: &Role, position: usize) -> Value {
        let mut value = json!({
            "id": role.id, "name": role.name, "permissions": role.permissions.to_string(), "position": position,
            "color": 0, "colors": {"primary_color": 0, "secondary_color": null, "tertiary_color": null},
            "hoist": false, "managed": role.managed, "mentionable": false, "icon": null, "unicode_emoji": null,
            "description": null, "flags": 0,
        });
        if role.managed {
            value["tags"] = json!({"bot_id": APPLICATION});
        }
        value
    }

    pub(super) fn channel_json(&self, channel: &Channel) -> Value {
        let (id, kind, last) = (channel.id, channel.kind.number(), channel.last);
        let mut value = json!({"id": id, "type": kind, "last_message_id": last, "flags": 0});
        let mut more = |fields: Value| {
            if let (Value::Object(value), Value::Object(fields)) = (&mut value, fields) {
                value.extend(fields);
            }
        };
        match channel.kind {
            Kind::Direct => more(json!({
                "recipients": channel.recipients.iter().map(|id| self.user_json(*id)).collect::<Vec<_>>(),
            })),
            Kind::Group => more(json!({
                "recipients": channel.recipients.iter().map(|id| self.user_json(*id)).collect::<Vec<_>>(),
                "name": channel.name, "icon": null, "owner_id": channel.recipients.first(),
            })),
            Kind::Text | Kind::Category | Kind::Forum => more(json!({
                "guild_id": channel.guild, "name": channel.name, "position": 0, "topic": null, "nsfw": false,
                "parent_id": channel.category, "rate_limit_per_user": 0, "last_pin_timestamp": null,
                "permission_overwrites": channel.overwrites.iter().map(|overwrite| {
                    let role = self.guild_of(id).is_some_and(|g| g.roles.iter().any(|role| role.id == overwrite.id));
                    json!({
                        "id": overwrite.id, "type": if role { 0 } else { 1 },
                        "allow": overwrite.allow.to_string(), "deny": overwrite.deny.to_string(),
                    })
                }).collect::<Vec<_>>(),
            })),
            Kind::Thread => more(json!({
                "guild_id": channel.guild, "name": channel.name, "parent_id": channel.parent,
                "owner_id": channel.owner, "rate_limit_per_user": 0, "member_count": 1,
                "message_count": self.messages_in(id).count(), "total_message_sent": self.messages_in(id).count(),
                "thread_metadata": {
                    "archived": channel.archived, "locked": channel.locked, "auto_archive_duration": 1440,
                    "archive_timestamp": iso(id.born()), "create_timestamp": iso(id.born()),
                },
            })),
        }
        value
    }

    /// Returns a guild as `GET /guilds/{id}` does.
    pub(super) fn guild_json(&self, guild: &Guild) -> Value {
        json!({
            "id": guild.id, "name": guild.name, "owner_id": guild.owner, "preferred_locale": LOCALE,
            "icon": null, "icon_hash": null, "splash": null, "discovery_splash": null, "banner": null,
            "home_header": null, "description": null, "region": "rotterdam", "afk_channel_id": null,
            "afk_timeout": 300, "widget_enabled": false, "widget_channel_id": null, "verification_level": 0,
            "default_message_notifications": 0, "explicit_content_filter": 0, "mfa_level": 0, "features": [],
            "application_id": null, "system_channel_id": null, "system_channel_flags": 0, "rules_channel_id": null,
            "max_presences": null, "max_members": 500_000, "vanity_url_code": null, "premium_tier": 0,
            "premium_subscription_count": 0, "public_updates_channel_id": null, "max_video_channel_users": 25,
            "max_stage_video_channel_users": 50, "nsfw": false, "nsfw_level": 0, "emojis": [], "stickers": [],
            "premium_progress_bar_enabled": false, "safety_alerts_channel_id": null, "incidents_data": null,
            "roles": guild.roles.iter().enumerate().map(|(at, role)| self.role_json(role, at)).collect::<Vec<_>>(),
        })
    }

    /// Returns a guild as the gateway sends it, with the bot's own member object and the channels the bot can
    /// see.
    pub(super) fn guild_create_json(&self, guild: &Guild) -> Value {
        let mut value = self.guild_json(guild);
        let channels = |threads: bool| {
            let here = self.channels.values().filter(|channel| channel.guild == Some(guild.id));
            here.filter(|channel| (channel.kind == Kind::Thread) == threads)
                .filter(|channel| self.permissions(APPLICATION, channel.id) & permission::VIEW_CHANNEL != 0)
                .map(|channel| self.channel_json(channel))
                .collect::<Vec<_>>()
        };
        // Without the members intent, Discord lists only the bot and the members in voice channels.
        let joined = guild.members.get(&APPLICATION).map_or(guild.id.born(), |member| member.joined);
        let more = json!({
            "joined_at": iso(joined), "large": false, "unavailable": false, "member_count": guild.members.len(),
            "members": [self.member_json(guild, APPLICATION)],
            "channels": channels(false), "threads": channels(true),
            "voice_states": [], "presences": [], "stage_instances": [], "guild_scheduled_events": [],
            "soundboard_sounds": [],
        });
        if let (Value::Object(value), Value::Object(more)) = (&mut value, more) {
            value.extend(more);
        }
        value
    }

    /// Returns how the bot reads messages over the REST API.
    pub(super) fn bot_reader(&self) -> Reader {
        if self.sessions.privileged & MESSAGE_CONTENT == 0 { Reader::Bot } else { Reader::All }
    }

    /// Whether the bot may read a message without the message-content intent.
    fn bot_reads(&self, message: &Message) -> bool {
        message.author == APPLICATION
            || message.mentions.contains(&APPLICATION)
            || self.channels.get(&message.channel).is_some_and(|channel| channel.guild.is_none())
    }

    /// Whether a bot without the message-content intent does not see all of a message or of the one it
    /// replies to.
    pub(super) fn hides(&self, message: &Message) -> bool {
        let target = message.reply_to.and_then(|id| self.messages.get(&id));
        !self.bot_reads(message) || target.is_some_and(|target| !self.bot_reads(target))
    }

    /// Returns a message as the REST API does.
    pub(super) fn message_json(&self, message: &Message, reader: Reader) -> Value {
        let mut value = self.message_alone(message, reader);
        if let Some(id) = message.reply_to {
            let guild = self.channels.get(&message.channel).and_then(|channel| channel.guild);
            value["message_reference"] = json!({"type": 0, "message_id": id, "channel_id": message.channel});
            if let Some(guild) = guild {
                value["message_reference"]["guild_id"] = json!(guild);
            }
            value["referenced_message"] =
                self.messages.get(&id).map_or(Value::Null, |target| self.message_alone(target, reader));
        }
        value
    }

    fn message_alone(&self, message: &Message, reader: Reader) -> Value {
        let open = reader == Reader::All || self.bot_reads(message);
        let nothing = Vec::new();
        let of = |list: &'_ Vec<Value>| if open { list.clone() } else { nothing.clone() };
        let mut value = json!({
            "id": message.id, "channel_id": message.channel, "author": self.user_json(message.author),
            "type": message.kind, "content": if open { message.content.as_str() } else { "" },
            "embeds": of(&message.embeds), "attachments": of(&message.attachments),
            "components": of(&message.components), "flags": message.flags, "pinned": false, "tts": false,
            "timestamp": iso(message.id.born()), "edited_timestamp": message.edited.map(iso),
            "mentions": message.mentions.iter().map(|id| self.user_json(*id)).collect::<Vec<_>>(),
            "mention_roles": message.mention_roles, "mention_everyone": message.mention_everyone,
        });
        if !message.forwarded.is_empty() {
            value["message_snapshots"] = json!(of(&message.forwarded));
        }
        if let Some(nonce) = &message.nonce {
            value["nonce"] = nonce.clone();
        }
        if let Some(interaction) = message.interaction.and_then(|id| self.interactions.get(&id)) {
            value["webhook_id"] = json!(APPLICATION);
            value["application_id"] = json!(APPLICATION);
            let mut about = json!({
                "id": interaction.id, "type": interaction.kind.number(), "user": self.user_json(interaction.user),
                "authorizing_integration_owners": interaction.owners,
            });
            match (interaction.kind.number(), interaction.source) {
                (3, Some(source)) => about["interacted_message_id"] = json!(source),
                (5, _) => {
                    about["triggering_interaction_metadata"] = json!({
                        "id": interaction.id, "type": 2, "user": self.user_json(interaction.user),
                        "authorizing_integration_owners": interaction.owners,
                    });
                }
                (2, _) => {
                    value["interaction"] = json!({
                        "id": interaction.id, "type": 2, "name": interaction.name,
                        "user": self.user_json(interaction.user),
                    });
                    if let Some(target) = interaction.target {
                        about["target_message_id"] = json!(target);
                    }
                }
                _ => {}
            }
            if message.answered_message.is_some() {
                about["original_response_message_id"] = json!(message.answered_message);
            }
            value["interaction_metadata"] = about;
        }
        if !message.reactions.is_empty() {
            let one = |(emoji, by): &(String, Vec<Id>)| {
                json!({
                    "emoji": {"id": null, "name": emoji}, "count": by.len(), "me": by.contains(&APPLICATION),
                    "me_burst": false, "burst_colors": [], "count_details": {"burst": 0, "normal": by.len()},
                })
            };
            value["reactions"] = message.reactions.iter().map(one).collect();
        }
        if let Some(thread) = message.thread.and_then(|id| self.channels.get(&id)) {
            value["thread"] = self.channel_json(thread);
        }
        value
    }

    /// Returns a message as the gateway sends it, with guild and member.
    pub(super) fn message_event(&self, message: &Message, reader: Reader) -> Value {
        let mut value = self.message_json(message, reader);
        if let Some(guild) = self.guild_of(message.channel) {
            value["guild_id"] = json!(guild.id);
            let member = self.partial_member_json(guild, message.author);
            if !member.is_null() {
                value["member"] = member;
            }
            if let Some(Value::Array(mentions)) = value.get_mut("mentions") {
                for (user, id) in mentions.iter_mut().zip(&message.mentions) {
                    let member = self.partial_member_json(guild, *id);
                    if !member.is_null() {
                        user["member"] = member;
                    }
                }
            }
        }
        value
    }

    /// Returns an interaction's `resolved` field: the users, members, roles and channels it refers to, by
    /// type and id.
    pub(super) fn resolved_json(
        &self,
        guild: Option<&Guild>,
        users: &[Id],
        channels: &[Id],
        roles: &[Id],
    ) -> Map<String, Value> {
        let mut resolved = Map::new();
        let mut add = |kind: &str, id: Id, value: Value| {
            let list = resolved.entry(kind).or_insert_with(|| json!({}));
            list[id.to_string()] = value;
        };
        for id in users {
            add("users", *id, self.user_json(*id));
            if let Some(member) =
                guild.map(|guild| (guild, self.partial_member_json(guild, *id))).filter(|(_, m)| !m.is_null())
            {
                let mut value = member.1;
                value["permissions"] = json!(member.0.permissions(*id).to_string());
                add("members", *id, value);
            }
        }
        for id in channels {
            if let Some(channel) = self.channels.get(id) {
                add("channels", *id, self.channel_json(channel));
            }
        }
        for id in roles {
            if let Some((at, role)) =
                guild.and_then(|g| g.roles.iter().enumerate().find(|(_, role)| role.id == *id))
            {
                add("roles", *id, self.role_json(role, at));
            }
        }
        resolved
    }
}

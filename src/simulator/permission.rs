//! Who may do what where?
//!
//! The bits and the order of overwrites are those of the reference's page on permissions: base roles, then the overwrite of
//! everyone, of the roles, of the member. A thread has its parent's.

use super::clock::Id;
use super::world::{APPLICATION, Guild, Kind, State};

pub(super) const CREATE_INVITE: u64 = 1;
/// Everything is allowed.
pub const ADMINISTRATOR: u64 = 1 << 3;
/// Server settings may be changed.
pub const MANAGE_GUILD: u64 = 1 << 5;
/// Channels may be made and deleted.
pub const MANAGE_CHANNELS: u64 = 1 << 4;
pub(super) const ADD_REACTIONS: u64 = 1 << 6;
/// The channel can be seen.
pub const VIEW_CHANNEL: u64 = 1 << 10;
/// Messages may be written.
pub const SEND_MESSAGES: u64 = 1 << 11;
/// Messages of others may be deleted.
pub const MANAGE_MESSAGES: u64 = 1 << 13;
/// Messages may hold embeds.
pub const EMBED_LINKS: u64 = 1 << 14;
/// Messages may carry files.
pub const ATTACH_FILES: u64 = 1 << 15;
/// Earlier messages can be read and replied to.
pub const READ_MESSAGE_HISTORY: u64 = 1 << 16;
/// Everybody can be pinged at once.
pub const MENTION_EVERYONE: u64 = 1 << 17;
pub(super) const USE_APPLICATION_COMMANDS: u64 = 1 << 31;
/// Threads may be opened that all can see.
pub const CREATE_PUBLIC_THREADS: u64 = 1 << 35;
/// Messages may be written in threads.
pub const SEND_MESSAGES_IN_THREADS: u64 = 1 << 38;
pub(super) const USE_EXTERNAL_APPS: u64 = 1 << 50;

/// What everyone may do in a new guild, and the bot's role.
pub(super) const ORDINARY: u64 = CREATE_INVITE
    | ADD_REACTIONS
    | VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | MENTION_EVERYONE
    | USE_APPLICATION_COMMANDS
    | CREATE_PUBLIC_THREADS
    | SEND_MESSAGES_IN_THREADS
    | USE_EXTERNAL_APPS;

/// All bits in use.
const ALL: u64 = (1 << 53) - 1;

/// Returns what a member may do in a guild before any channel has its say; nothing for one who is no member.
pub(super) fn in_guild(guild: &Guild, user: Id) -> u64 {
    if user == guild.owner {
        return ALL;
    }
    let Some(member) = guild.members.get(&user) else { return 0 };
    let roles = guild.roles.iter().filter(|role| role.id == guild.id || member.roles.contains(&role.id));
    let bits = roles.fold(0, |bits, role| bits | role.permissions);
    if bits & ADMINISTRATOR != 0 { ALL } else { bits }
}

/// Returns what a user may do in a channel; nothing for one who is not there.
pub(super) fn of(state: &State, user: Id, channel: Id) -> u64 {
    let Some(here) = state.channels.get(&channel) else { return 0 };
    let Some(guild) = here.guild.and_then(|id| state.guilds.get(&id)) else {
        let inside = here.recipients.contains(&user) || user == APPLICATION && here.kind == Kind::Direct;
        return if inside { ORDINARY } else { 0 };
    };
    let mut bits = in_guild(guild, user);
    let Some(member) = guild.members.get(&user) else { return 0 };
    if bits & ADMINISTRATOR != 0 {
        return bits;
    }
    let overwrites = match (here.kind, here.parent.and_then(|id| state.channels.get(&id))) {
        (Kind::Thread, Some(parent)) => &parent.overwrites,
        _ => &here.overwrites,
    };
    let of = |wanted: &dyn Fn(Id) -> bool| {
        overwrites
            .iter()
            .filter(|overwrite| wanted(overwrite.id))
            .fold((0, 0), |(allow, deny), overwrite| (allow | overwrite.allow, deny | overwrite.deny))
    };
    for (allow, deny) in [
        of(&|id| id == guild.id),
        of(&|id| id != guild.id && member.roles.contains(&id)),
        of(&|id| id == user),
    ] {
        bits = bits & !deny | allow;
    }
    if bits & VIEW_CHANNEL == 0 { 0 } else { bits }
}

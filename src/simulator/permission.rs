//! What may a user do in a guild or channel?
//!
//! The bits and the order of overwrites are those of the reference's page on permissions: first the roles,
//! then the overwrites for everyone, for roles and for the member. A thread has its parent's permissions.

pub(super) const CREATE_INVITE: u64 = 1;
/// Everything is allowed.
pub const ADMINISTRATOR: u64 = 1 << 3;
/// Server settings may be changed.
pub const MANAGE_GUILD: u64 = 1 << 5;
/// Channels may be created and deleted.
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
/// `@everyone` and `@here` ping.
pub const MENTION_EVERYONE: u64 = 1 << 17;
pub(super) const USE_APPLICATION_COMMANDS: u64 = 1 << 31;
/// Threads that everyone can see may be opened.
pub const CREATE_PUBLIC_THREADS: u64 = 1 << 35;
/// Messages may be written in threads.
pub const SEND_MESSAGES_IN_THREADS: u64 = 1 << 38;
pub(super) const USE_EXTERNAL_APPS: u64 = 1 << 50;

/// The permissions of everyone in a new guild, and of the bot's role.
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
pub(super) const ALL: u64 = (1 << 53) - 1;

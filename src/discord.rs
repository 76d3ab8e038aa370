//! Here is somebody on Discord: what do they read, and how does it get there?
//!
//! [`serve`] starts the bot and keeps it connected. `framework` receives the events. `command`, `click` and
//! `mention` turn each event into a [`request::Request`]; `exchange` acknowledges it and gets it answered;
//! `page` asks the core; [`message`] turns the answer into text and buttons; [`rest`] sends it, with retries.
//! Nothing waits in memory for a click: [`request`] and [`custom_id`] keep everything it needs in the
//! message.
//!
//! The other modules: [`client`] creates the HTTP client; [`settings`] stores what a server chose;
//! [`reports`] stores what readers report as wrong, with the form of `report`; [`cooldown`] stops floods;
//! [`seen`] drops events that arrive twice; `given` remembers which message of ours answers which question,
//! so that it can follow an edit; `history` reads earlier questions; `attachment` reads attached text files;
//! `post` sends messages outside interactions; `whereabouts` decides where the bot may speak; [`account`]
//! asks which application a token belongs to; [`metrics`] counts, and `health` shows the counts; `news`
//! fetches articles for the people listed in `operator`.

pub mod account;
mod admin;
mod attachment;
mod bot;
mod click;
pub mod client;
mod command;
mod complete;
pub mod cooldown;
pub mod custom_id;
mod day;
mod desk;
mod escape;
mod exchange;
pub mod failure;
mod follow;
mod follows;
mod framework;
mod given;
mod health;
mod history;
mod label;
mod locale;
mod mention;
pub mod message;
pub mod metrics;
mod news;
mod operator;
mod page;
mod post;
mod posted;
mod reply;
mod report;
pub mod reports;
pub mod request;
pub mod rest;
pub mod seen;
pub mod serve;
pub mod settings;
mod shards;
mod sync;
mod text;
mod whereabouts;

pub use bot::{Bot, Me, Probe, Work};
pub use operator::{NotOperators, Operators};
pub use shards::Shards;

//! Here is somebody on Discord: what do they read, and how does it get there?
//!
//! [`serve`] starts the bot and keeps it connected. `framework` takes the events in: `command`, `click` and `mention` turn each into a
//! [`request::Request`], `exchange` acknowledges it and has it answered, `page` asks the core, [`message`] turns the answer into text and
//! buttons, [`rest`] sends it and sends it again. Nothing waits in memory for a click: [`request`] and [`custom_id`] keep in the message
//! all that one needs. [`client`] makes the one client there is; [`settings`] keeps what a server chose; [`cooldown`] stops floods, [`seen`]
//! drops what comes twice, `given` knows the answer to a question that is edited, `history` reads what was
//! asked before, `attachment` what attached text files say, `post` writes where no interaction waits, `whereabouts` where the bot may speak, [`account`] asks whose a token is, [`metrics`] counts, `health` shows it;
//! `news` fetches articles,
//! for those whom `operator` knows.

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
pub mod request;
pub mod rest;
pub mod seen;
pub mod serve;
pub mod settings;
mod sync;
mod text;
mod whereabouts;

pub use bot::{Bot, Me, Probe, Work};
pub use operator::{NotOperators, Operators};

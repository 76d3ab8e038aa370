//! The embedded Discord, driven by a bot of bare sockets, and by serenity where it matters that serenity can read it.

mod answers;
mod gateway;
mod library;
mod peer;
mod places;
mod trouble;

//! The embedded Discord, driven by a bot on plain sockets, and by serenity where it matters that serenity can
//! read the data.
//!
//! `RAPPORTEUR_SIMULATOR_LOG=FILE cargo test simulator` writes all requests and responses to a file, for a
//! validator.

mod answers;
mod gateway;
mod keeping;
mod library;
mod peer;
mod places;
mod trouble;

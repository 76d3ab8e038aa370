//! The embedded Discord, driven by a bot of bare sockets, and by serenity where it matters that serenity can read it.
//!
//! `RAPPORTEUR_SIMULATOR_LOG=FILE cargo test simulator` writes all requests and answers to a file, for a validator.

mod answers;
mod gateway;
mod keeping;
mod library;
mod peer;
mod places;
mod trouble;

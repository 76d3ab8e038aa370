//! Who said what, word for word.
#![warn(missing_docs)]
pub mod answer;
pub mod article;
pub mod ask;
pub mod config;
pub mod fold;
pub mod index;
pub mod ingest;
pub mod lang;
pub mod people;
pub mod question;
pub mod quote;
pub mod render;
pub mod roster;
pub mod span;
pub mod terminal;

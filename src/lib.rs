//! Who said what, word for word: quotes out of news articles, attributed, indexed, found again.
//!
//! An article goes in as bytes and comes out as an [`article::Article`], text and citation. [`quote::extract`] finds what is
//! quoted in it and who said it. [`ingest`] keeps a tantivy index ([`index::QuoteIndex`]) of these quotes level with a folder of
//! articles. [`ask::ask`] takes a question in plain English ([`question::understand`]) and drives an [`inquiry::Inquiry`], which says
//! what to look up in the index, ranks what was found ([`answer::rank`]) and gives an [`answer::Answer`], which a front end renders. Every
//! word shown as a quote is a slice of the article's text; nothing is generated.
//!
//! # The map
//! An arrow may be used downwards only; modules of one line do not know each other (`tests/it/tidy.rs` checks it).
//!
//! ```text
//!   shells   main (command) -> config, log, terminal, fetch, console, discord, web -> library -> watch -> ingest -> pdf
//!                                            console -> simulator, discord, web -> loopback
//!   glue       ask
//!   store      index            files on disk; the only one that knows tantivy
//!   core         export
//!                  render, inquiry
//!                    desk
//!                    answer
//!                    question
//!                      roster, quote
//!   data               article, agenda
//!                        people
//!                        fold
//!                          lang, meaning, span, secret
//! ```
//!
//! - [`span`], [`fold`], [`lang`]: a place in a text; what compares equal; the word lists of a language; [`secret`]: what is never shown;
//!   [`meaning`]: how near two texts are in what they mean
//! - [`article`]: formats, encodings, metadata, and in [`article::budget`] how much of a file is read; [`people`]: names, aliases, offices;
//!   [`agenda`]: rounds and matters
//! - [`quote`]: marks, mentions, learned choices, speakers; `examples/train` grows the weights
//! - [`roster`]: everybody who can be asked about; [`question`]: what is asked
//! - [`answer`]: which quotes answer it; [`inquiry`]: what to look up, and what to try where too little is found; [`render`]: wording
//!   shared by all front ends; [`export`]: quotes and answers for programs
//! - [`desk`]: where parties stand on a matter, rounds of talks, who somebody is, who spoke how often
//! - [`index`]: schema, generations, commits; [`ask`]: all of it in one call
//! - [`config`], [`terminal`]: settings, text output; [`ingest`], [`watch`]: from folders to the index, once or
//!   always; whether it is still what the corpus says; [`pdf`]: the words of a PDF, found by a process of its own; [`library`]: the index that answers while it is kept so; [`fetch`]: from
//!   the web to the folders
//! - [`loopback`]: how anything is served on this machine without other sites or slow clients getting in the way
//! - [`simulator`]: an embedded Discord on loopback, for tests and for trying the bot without a token; knows none of the others
//! - [`console`]: the embedded Discord as a page in a browser; knows [`simulator`] only
//! - [`web`]: the reading room, pages to search and one for every quote, and the same as JSON
//! - [`discord`]: the bot; [`log`]: what its operator reads
//!
//! The core takes values and returns values: no files, network, clock or environment; "today" is an argument.

pub mod agenda;
pub mod answer;
pub mod article;
pub mod ask;
pub mod config;
pub mod console;
pub mod desk;
pub mod discord;
pub mod export;
pub mod fetch;
pub mod fold;
pub mod index;
pub mod ingest;
pub mod inquiry;
pub mod lang;
pub mod library;
pub mod log;
pub mod loopback;
pub mod meaning;
pub mod pdf;
pub mod people;
pub mod question;
pub mod quote;
pub mod render;
pub mod roster;
pub mod secret;
pub mod simulator;
pub mod span;
pub mod terminal;
pub mod watch;
pub mod web;

//! Who said what, word for word? Quotes from news articles: extracted, attributed, indexed and found again.
//!
//! The bytes of an article are parsed into an [`article::Article`] with text and citation. [`quote::extract`]
//! finds the quotes in it and who said them. [`ingest`] keeps a tantivy index ([`index::QuoteIndex`]) of
//! these quotes up to date with a folder of articles. [`ask::ask`] takes a question in plain English
//! ([`question::understand`]) and drives an [`inquiry::Inquiry`], which decides what to look up in the index,
//! ranks the results ([`answer::rank`]) and returns an [`answer::Answer`], which a front end renders. Every
//! word shown as a quote is a slice of the article's text; nothing is generated.
//!
//! # The map
//! A module may use only modules on lines below it. Modules on the same line do not use each other, except
//! along an arrow. `tests/it/tidy.rs` checks this.
//!
//! ```text
//!   shells   main (command) -> config, log, terminal, fetch, console, discord, web -> library -> watch -> ingest -> pdf
//!                                            console -> simulator, discord, web -> loopback
//!   glue       ask
//!   store      index            files on disk or an archive; the only one that knows tantivy and Quickwit
//!   core         export, picture
//!                  render, inquiry
//!                    desk
//!                    answer
//!                    question, correction
//!                      roster, quote
//!   data               article, agenda
//!                        people
//!                        fold
//!                          lang, meaning, span, secret
//! ```
//!
//! - [`span`]: a place in a text; [`fold`]: which texts compare as equal; [`lang`]: the word lists of a
//!   language; [`secret`]: masks tokens; [`meaning`]: how similar the meanings of two texts are;
//!   `examples/distil` trains its vectors of words
//! - [`article`]: formats, encodings and metadata, and in [`article::budget`] how much of a file is read;
//!   [`people`]: names, aliases, offices; [`agenda`]: rounds of talks and the matters negotiated
//! - [`quote`]: marks, mentions, learned choices, speakers; `examples/train` trains the weights
//! - [`roster`]: everyone who can be asked about; [`question`]: what is asked; [`correction`]: what a
//!   person corrects by hand
//! - [`answer`]: which quotes answer it; [`inquiry`]: what to look up, and what to try if too little is
//!   found; [`render`]: wording shared by all front ends; [`export`]: quotes and answers for other programs;
//!   [`picture`]: counts in time and a quote as SVG and PNG
//! - [`desk`]: where parties stand on a matter, rounds of talks, who someone is, who spoke how often
//! - [`index`]: schema, generations, commits, and in [`index::quickwit`] the archive of many machines;
//!   [`ask`]: a question answered in one call
//! - [`config`]: settings; [`terminal`]: text output; [`ingest`]: from folders to the index, and whether they
//!   agree; [`watch`]: ingests whenever the folders change; [`pdf`]: the text of a PDF, extracted by a
//!   separate process; [`library`]: the index in use while it is kept up to date; [`fetch`]: from the web to
//!   the folders
//! - [`loopback`]: serves HTTP on this machine, protected from other sites and slow clients
//! - [`simulator`]: an embedded Discord on loopback, for tests and for trying the bot without a token; uses
//!   only [`loopback`]
//! - [`console`]: the embedded Discord as a page in a browser; uses only [`simulator`] and [`loopback`]
//! - [`web`]: the reading room, with pages to search and one for every quote, and the same as JSON
//! - [`discord`]: the bot; [`log`]: what its operator reads
//!
//! The core takes values and returns values: no files, network, clock or environment; "today" is an argument.

pub mod agenda;
pub mod answer;
pub mod article;
pub mod ask;
pub mod config;
pub mod console;
pub mod correction;
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
pub mod picture;
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

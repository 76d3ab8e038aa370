//! The command line: options, settings, exit status; the work is in the library.

mod command;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let options = command::Options::parse();
    match command::run(options) {
        Ok(status) => status,
        Err(error) => {
            if command::is_closed_pipe(&error) {
                return ExitCode::SUCCESS;
            }
            // Nothing can be done if standard error is closed too.
            let _ = writeln!(std::io::stderr(), "rapporteur: {}", command::told(&error));
            ExitCode::from(command::status_of(&error))
        }
    }
}

//! `rapporteur invite`

use std::io::{self, Write as _};
use std::process::ExitCode;

use rapporteur::config::Config;
use rapporteur::discord::account;

use super::Usage;
use super::bot::{self, Account};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Open the address in a browser and choose a server that you manage. The bot asks for these permissions and no \
                  others: view channels, send messages, also in threads, embed links, read the message history."
)]
pub(super) struct InviteOptions {
    /// The id of the application, instead of asking Discord whose token it is
    #[arg(long, value_name = "ID", value_parser = clap::value_parser!(u64))]
    application: Option<u64>,
}

pub(super) fn run(options: &InviteOptions, config: &Config) -> anyhow::Result<ExitCode> {
    let address = match options.application {
        Some(id) => account::invitation(&id.to_string()),
        None => {
            let Account::Given { api, token } = bot::account(config)?.0 else {
                let text = "no DISCORD_TOKEN is set; set it, or name the application: `rapporteur invite --application ID`";
                return Err(Usage(text.to_owned()).into());
            };
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let application = runtime.block_on(account::application(&api, &token))?;
            for problem in &application.problems {
                writeln!(io::stderr(), "rapporteur: {problem}")?;
            }
            application.invitation()
        }
    };
    writeln!(io::stdout(), "{address}")?;
    Ok(ExitCode::SUCCESS)
}

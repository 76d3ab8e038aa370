//! The commands about positions, rounds and people: what do they ask of the index?

use super::request::{Command, Request};
use crate::ask::desk::{self, Asked};
use crate::index::QuoteIndex;
use crate::question::Part;
use crate::render::{self, Sheet};

/// Returns the sheet that a request asks for, from one part of the corpus; `Err` with a sentence if a name is
/// not known; `None` if the command is not one of these.
pub(super) fn sheet(
    index: &QuoteIndex,
    request: &Request,
    part: &Part,
) -> anyhow::Result<Option<Result<Sheet, String>>> {
    let told = |unknown: crate::desk::Unknown| render::unknown(&unknown);
    let text = request.text();
    Ok(Some(match request.command {
        Command::Positions => {
            let (party, round) = (request.party(), request.round());
            let found = desk::positions(index, &Asked { matter: text, party, round, part })?;
            found.map(|found| render::positions(&found, party.is_some())).map_err(told)
        }
        Command::Round => {
            desk::meeting(index, text, part)?.map(|found| render::meeting(&found)).map_err(told)
        }
        Command::Speaker => desk::card(index, text, part)?.map(|found| render::card(&found)).map_err(told),
        _ => return Ok(None),
    }))
}

//! What the desk is told of an index: the quotes on a matter, those of a round's days, those of one speaker.

use std::collections::HashSet;

use jiff::ToSpan as _;

use crate::answer::{self, Candidate, QuoteId, Record, Zone};
use crate::desk::{self, Nearness, Positions, Spoken, Subject, Unknown};
use crate::index::{IndexError, QuoteIndex, Session};
use crate::inquiry::{Found, POOL, Plan, Request};
use crate::question::{Days, Part, Question};

/// Searches for the quotes of one party on a matter. Each finds a hundred at most; where there are more, the days are parted in two.
const SEARCHES: usize = 8;
/// How many quotes a search finds that may have left out some.
const FULL: usize = 100;

/// Which positions are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The matter, by any name or word for it.
    pub matter: &'a str,
    /// One party only.
    pub party: Option<&'a str>,
    /// Only what was said at or after one round.
    pub round: Option<&'a str>,
    /// The part of the corpus that may be shown.
    pub part: &'a Part,
}

/// Returns where the parties stand on a matter.
///
/// # Errors
/// [`IndexError::Damaged`] as for [`ask`](super::ask()); inside, a name that the corpus does not know.
pub fn positions(index: &QuoteIndex, asked: &Asked) -> Result<Result<Positions, Unknown>, IndexError> {
    index.intact()?;
    let (agenda, people) = (index.agenda(), index.roster().people());
    let named = || -> Result<_, Unknown> {
        let matter = desk::matter_called(agenda, asked.matter)?;
        let party = asked.party.map(|party| desk::party_called(people, party)).transpose()?;
        let round = asked.round.map(|round| desk::round_called(agenda, round)).transpose()?;
        Ok((matter, party, round))
    };
    let (matter, party, round) = match named() {
        Ok(named) => named,
        Err(unknown) => return Ok(Err(unknown)),
    };
    let subject = Subject::new(matter);
    let mut session = index.session();
    let mut spoken = Vec::new();
    for side in desk::parties(people) {
        let members = people.persons().iter().filter(|person| person.side.as_ref() == Some(&side));
        let speakers = members.map(|person| person.name.clone()).collect();
        let quotes = on_matter(&mut session, &subject, speakers, asked.part)?;
        spoken.push(Spoken { party: side, quotes });
    }
    Ok(Ok(desk::positions(&matter.name, spoken, (party.as_deref(), round), agenda, people)))
}

/// The quotes of these speakers on a matter, the most telling first, each once. Where none of them speaks of it by a word of its own, those whose
/// paragraphs do.
pub(super) fn on_matter(
    session: &mut Session,
    subject: &Subject,
    speakers: Vec<String>,
    part: &Part,
) -> Result<Vec<Record>, IndexError> {
    if speakers.is_empty() {
        return Ok(Vec::new());
    }
    let question = Question {
        text: subject.matter.name.clone(),
        terms: subject.terms(),
        speakers,
        part: part.clone(),
        ..Question::default()
    };
    let found = all(session, &question)?;
    for (zone, nearness) in [(Zone::Quote, Nearness::Quote), (Zone::Paragraph, Nearness::Paragraph)] {
        let near = |candidate: &&Candidate| candidate.zones.iter().flatten().any(|found| *found >= zone);
        let near: Vec<Candidate> = found.iter().filter(near).cloned().collect();
        let mut records = ranked(session, &question, near)?;
        records.retain(|record| subject.nearness(record) == Some(nearness));
        if !records.is_empty() {
            return Ok(records);
        }
    }
    Ok(Vec::new())
}

/// Every candidate for a question, as far as [`SEARCHES`] go: the newest days are parted first.
fn all(session: &mut Session, question: &Question) -> Result<Vec<Candidate>, IndexError> {
    let (mut out, mut known): (Vec<Candidate>, HashSet<QuoteId>) = (Vec::new(), HashSet::new());
    let days = session.index().days().clone();
    let whole = days.keys().next().zip(days.keys().next_back()).map(|(from, to)| (*from, *to));
    let mut open: Vec<Option<(_, _)>> = vec![None];
    for _ in 0..SEARCHES {
        let Some(within) = open.pop() else { break };
        let published = within.map(|(from, to)| Days { from: Some(from), to: Some(to) });
        let plan = plan(Question { published, ..question.clone() });
        let found = session.find(&plan)?;
        let is_full = found.len() >= FULL;
        out.extend(found.into_iter().filter(|candidate| known.insert(candidate.id)));
        let Some((from, to)) = within.or(whole).filter(|(from, to)| is_full && from < to) else { continue };
        let days: Vec<_> = days.range(from..=to).collect();
        let half = days.iter().map(|(_, quotes)| **quotes).sum::<u64>() / 2;
        let mut sum = 0;
        let middle = days.iter().find(|(_, quotes)| {
            sum += **quotes;
            sum >= half
        });
        let middle = middle.map_or(from, |(day, _)| **day).min(to.checked_sub(1.days()).unwrap_or(from));
        open.insert(0, Some((from, middle)));
        open.push(middle.checked_add(1.days()).ok().map(|next| (next, to)).or(Some((to, to))));
    }
    Ok(out)
}

/// A search for exactly this.
fn plan(question: Question) -> Plan {
    Plan {
        weights: vec![1.0; question.terms.len()],
        question,
        phrase: None,
        alike: Vec::new(),
        unnamed: None,
        let_go: None,
        wide: None,
        limit: POOL,
        above: 0.0,
    }
}

/// Reads these quotes: those that rank best for the question first, the rest behind them, the newest first. The same words come once.
fn ranked(
    session: &mut Session,
    question: &Question,
    candidates: Vec<Candidate>,
) -> Result<Vec<Record>, IndexError> {
    let stems: Vec<String> = question.terms.iter().map(|term| crate::fold::stem(term)).collect();
    let weights: Vec<f32> = session.facts(&stems).iter().map(|fact| fact.rarity).collect();
    let request = Request::Near { text: question.text.clone(), candidates };
    let found = session.answer(&request)?;
    let Request::Near { mut candidates, .. } = request else { return Ok(Vec::new()) };
    if let Found::Near(near) = found {
        for (candidate, near) in candidates.iter_mut().zip(near) {
            candidate.near = near;
        }
    }
    let mut rest: Vec<(Option<jiff::civil::Date>, QuoteId, (Option<u32>, u32))> =
        candidates.iter().map(|one| (one.day, one.id, (one.speaker, one.words))).collect();
    rest.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let hits = answer::rank(question, candidates, &weights);
    let mut said: HashSet<(Option<u32>, u32)> =
        hits.iter().map(|hit| (hit.candidate.speaker, hit.candidate.words)).collect();
    let mut ids: Vec<QuoteId> = hits.iter().map(|hit| hit.candidate.id).collect();
    ids.extend(rest.into_iter().filter(|(_, _, words)| said.insert(*words)).map(|(_, id, _)| id));
    Ok(session.records(&ids)?.into_iter().flatten().collect())
}

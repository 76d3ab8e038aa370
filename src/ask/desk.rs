//! Reads the quotes for positions, rounds and cards from an index: those on a matter, from the days of a
//! round, or by one speaker.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::agenda::Round;
use crate::answer::{self, Candidate, QuoteId, Record, Zone};
use crate::desk::{
    self, By, Card, Meeting, Nearness, Positions, Remark, Spoke, Spoken, Subject, Subjects, Timeline, Unknown,
};
use crate::fold;
use crate::index::{IndexError, Names, OnMatter, Print, QuoteIndex, Session};
use crate::inquiry::{Found, Plan, Request, Sought};
use crate::lang::Language;
use crate::question::{self, Days, Part, Question, Wish};
use crate::quote::Kind;

/// Maximum number of searches for the quotes of one party on a matter. Each finds at most a hundred; if there
/// are more, the days are split in two.
const SEARCHES: usize = 4;
/// A search with this many results may have left some out.
const FULL: usize = 100;

/// The positions that are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The matter, by its name or a word for it.
    pub matter: &'a str,
    /// Limits to one party.
    pub party: Option<&'a str>,
    /// Limits to what was said at or after one round.
    pub round: Option<&'a str>,
    /// The part of the corpus that may be shown.
    pub part: &'a Part,
}

/// Returns where the parties stand on a matter.
///
/// # Errors
/// [`IndexError::Damaged`] as for [`ask`](super::ask()); the inner error is a name that the corpus does not
/// know.
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
    let at = agenda.matters.iter().position(|one| one.name == matter.name).unwrap_or_default();
    let sides = desk::parties(people);
    let of_all = Part::default();
    let found = match asked.part == &of_all {
        true => index.on_matter(at, || found_on(index, at, &sides, &of_all))?,
        false => Cow::Owned(found_on(index, at, &sides, asked.part)?),
    };
    let within = round.map(|round| (round.first, desk::until(round, agenda, people)));
    let session = index.session();
    let mut spoken = Vec::new();
    for (side, [on_it, unclear]) in sides.into_iter().zip(found.iter()) {
        let is_shown = party.as_ref().is_none_or(|party| *party == side);
        let is_then = |day: Option<Date>| {
            within.is_none_or(|(first, last)| day.is_some_and(|day| first <= day && day <= last))
        };
        let read = |quotes: &[(QuoteId, Option<Date>)]| -> Result<Vec<Record>, IndexError> {
            let shown = quotes.iter().filter(|(_, day)| is_shown && is_then(*day));
            let ids: Vec<QuoteId> = shown.map(|(id, _)| *id).collect();
            Ok(session.records(&ids)?.into_iter().flatten().collect())
        };
        let days = on_it.iter().filter_map(|(_, day)| *day).collect();
        spoken.push(Spoken { party: side, days, quotes: read(on_it)?, unclear: read(unclear)? });
    }
    Ok(Ok(desk::positions(&matter.name, spoken, (party.as_deref(), round), agenda, people)))
}

/// Returns the quotes of each of these parties on the matter at this place in the agenda.
fn found_on(index: &QuoteIndex, at: usize, sides: &[String], part: &Part) -> Result<OnMatter, IndexError> {
    let (agenda, people) = (index.agenda(), index.roster().people());
    let Some(matter) = agenda.matters.get(at) else { return Ok(Vec::new()) };
    let (subject, mut all) = (Subject::new(matter), Subjects::new(agenda));
    let mut session = index.session();
    let kept = |records: Vec<Record>| records.iter().map(|record| (record.id(), record.day())).collect();
    let mut out = Vec::new();
    for side in sides {
        let members = people.persons().iter().filter(|person| person.side.as_ref() == Some(side));
        let speakers = members.map(|person| person.name.clone()).collect();
        let (mut quotes, unclear) = on_matter(&mut session, (&subject, at, &mut all), speakers, part)?;
        desk::in_own_words(&mut quotes);
        out.push([kept(quotes), kept(unclear)]);
    }
    Ok(out)
}

/// Returns the quotes of these speakers on a matter, the one at this place in `all`, most relevant first, each
/// once. If none of them has a word for the matter itself, returns those whose surrounding text has one, and
/// otherwise fragments of such sentences. Headlines, and quotes that are more about another matter, are left
/// out if there are others. If there is nothing at all, the second list has their other quotes in articles
/// about the matter.
fn on_matter(
    session: &mut Session,
    (subject, at, all): (&Subject, usize, &mut Subjects),
    speakers: Vec<String>,
    part: &Part,
) -> Result<(Vec<Record>, Vec<Record>), IndexError> {
    if speakers.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let question = Question {
        text: subject.matter.name.clone(),
        terms: subject.terms(),
        speakers,
        part: part.clone(),
        ..Question::default()
    };
    let mut found = candidates(session, &question)?;
    if found.iter().any(|candidate| !candidate.headline) {
        found.retain(|candidate| !candidate.headline);
    }
    let in_quote = |candidate: &Candidate| candidate.zones.contains(&Some(Zone::Quote));
    let (own, other): (Vec<Candidate>, Vec<Candidate>) = found.into_iter().partition(in_quote);
    let beside = other.clone();
    let mut unclear = Vec::new();
    for (candidates, nearness) in
        [(own, Nearness::Quote), (other, Nearness::Around), (beside, Nearness::Beside)]
    {
        let records = ranked(session, &question, candidates)?;
        if nearness == Nearness::Around {
            let quoted = records.iter().filter(|record| record.quote.kind != Kind::Indirect);
            unclear = quoted.filter(|record| subject.is_subject_of(record)).cloned().collect();
        }
        let (mut main, mut rest) = (Vec::new(), Vec::new());
        for record in records {
            // How many words it has for this matter, and for each.
            let held = all.held(&record.words());
            let own = held.get(at).copied().unwrap_or_default();
            if own > 0 || subject.nearness(&record).is_some_and(|near| near >= nearness) {
                let is_main = held.iter().all(|other| *other <= own);
                if is_main { main.push(record) } else { rest.push(record) }
            }
        }
        let records = if main.is_empty() { rest } else { main };
        if !records.is_empty() {
            return Ok((records, Vec::new()));
        }
    }
    Ok((Vec::new(), unclear))
}

/// Returns all candidates for a question, as far as [`SEARCHES`] allow; the newest days are searched first.
fn candidates(session: &mut Session, question: &Question) -> Result<Vec<Candidate>, IndexError> {
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

/// Returns a search for exactly this question.
fn plan(question: Question) -> Plan {
    let weights = vec![1.0; question.terms.len()];
    Plan::new(question, weights)
}

/// Reads these quotes: first those that rank best for the question, then the rest, newest first. The same
/// words occur only once.
fn ranked(
    session: &mut Session,
    question: &Question,
    candidates: Vec<Candidate>,
) -> Result<Vec<Record>, IndexError> {
    let stems: Vec<String> = question.terms.iter().map(|term| fold::stem(term)).collect();
    let weights: Vec<f32> = session.facts(&stems).iter().map(|fact| fact.rarity).collect();
    let request = Request::Near { sought: Sought::of(question.text.clone(), question), candidates };
    let found = session.answer(&request)?;
    let Request::Near { mut candidates, .. } = request else { return Ok(Vec::new()) };
    if let Found::Near(near) = found {
        for (candidate, near) in candidates.iter_mut().zip(near) {
            candidate.near = near;
        }
    }
    let mut rest = candidates.clone();
    rest.sort_by(|a, b| b.day.cmp(&a.day).then(a.id.cmp(&b.id)));
    let mut all: Vec<Candidate> =
        answer::rank(question, candidates, &weights).into_iter().map(|hit| hit.candidate).collect();
    let mut said: HashSet<(Option<u32>, u32)> = all.iter().map(|one| (one.speaker, one.words)).collect();
    all.extend(rest.into_iter().filter(|one| said.insert((one.speaker, one.words))));
    let days: Vec<Option<Date>> = all.iter().map(|one| one.day).collect();
    let ids: Vec<QuoteId> = read(&days).into_iter().map(|at| all[at].id).collect();
    Ok(session.records(&ids)?.into_iter().flatten().collect())
}

/// Maximum number of quotes that are read of a party; so many of them are the best, and so many the newest.
const READ: usize = 200;
const BEST: usize = 40;
const NEWEST: usize = 40;

/// Returns the places of the quotes that are read, in order, from the days of all, best first: all if they are
/// not too many, otherwise the first few, the newest few, and of the others some from all days.
fn read(days: &[Option<Date>]) -> Vec<usize> {
    let mut others: Vec<usize> = (BEST.min(days.len())..days.len()).collect();
    if days.len() > READ {
        others.sort_by_key(|at| std::cmp::Reverse(days[*at]));
        let older = others.split_off(NEWEST);
        let step = older.len().div_ceil(READ - BEST - NEWEST);
        others.extend(older.into_iter().step_by(step));
        others.sort_unstable();
    }
    (0..BEST.min(days.len())).chain(others).collect()
}

/// Returns a round of talks with what was said around it, limited to a part of the corpus.
///
/// # Errors
/// As for [`positions`].
pub fn meeting(index: &QuoteIndex, name: &str, part: &Part) -> Result<Result<Meeting, Unknown>, IndexError> {
    index.intact()?;
    let (agenda, people) = (index.agenda(), index.roster().people());
    let round = match desk::round_called(agenda, name) {
        Ok(round) => round,
        Err(unknown) => return Ok(Err(unknown)),
    };
    let (from, to) = desk::days_around(round, agenda, people);
    let mut session = index.session();
    let mut spoken = Vec::new();
    for side in desk::sides_of(round, people) {
        let speakers = desk::delegation(round, side, people);
        let quotes = around(&mut session, round, speakers, (from, to), part)?;
        spoken.push((side.to_owned(), quotes));
    }
    Ok(Ok(desk::meeting(round, spoken, agenda, people)))
}

/// Returns what these speakers said in these days, quotes about the round first.
fn around(
    session: &mut Session,
    round: &Round,
    speakers: Vec<String>,
    (from, to): (Date, Date),
    part: &Part,
) -> Result<Vec<Record>, IndexError> {
    if speakers.is_empty() {
        return Ok(Vec::new());
    }
    let mut terms: Vec<String> = Vec::new();
    for word in std::iter::once(&round.name).chain(&round.places).flat_map(|name| fold::words(name)) {
        if !Language::primary().is_function_word(&word) && !terms.contains(&word) {
            terms.push(word);
        }
    }
    let question = Question {
        text: round.name.clone(),
        terms,
        speakers,
        published: Some(Days { from: Some(from), to: Some(to) }),
        part: part.clone(),
        ..Question::default()
    };
    let wide = Some(Sought::of(round.name.clone(), &question));
    let mut found = session.find(&Plan { wide, ..plan(question.clone()) })?;
    if found.iter().any(|candidate| !candidate.headline) {
        found.retain(|candidate| !candidate.headline);
    }
    ranked(session, &question, found)
}

/// Number of somebody's newest quotes that are examined for their card.
const LOOKED_AT: usize = 300;
/// Number of the quotes printed first, one of which was said first.
const FIRST: usize = 20;

/// Returns who the person called `name` is, limited to a part of the corpus.
///
/// # Errors
/// As for [`positions`].
pub fn card(index: &QuoteIndex, name: &str, part: &Part) -> Result<Result<Card, Unknown>, IndexError> {
    index.intact()?;
    let roster = index.roster();
    let speaker = match somebody(index, name) {
        Ok(speaker) => speaker,
        Err(unknown) => return Ok(Err(unknown)),
    };
    let question = Question { speakers: vec![speaker.clone()], part: part.clone(), ..Question::default() };
    let quotes = index.quotes_within(&question)?;
    let mut session = index.session();
    let mut read = |wish, limit| -> Result<Vec<Record>, IndexError> {
        if quotes == 0 {
            return Ok(Vec::new());
        }
        let found = session.find(&Plan { limit, ..plan(Question { wish, ..question.clone() }) })?;
        Ok(session.records(&different(found))?.into_iter().flatten().collect())
    };
    let known = (read(Wish::Latest, LOOKED_AT)?, read(Wish::First, FIRST)?);
    Ok(Ok(desk::card(&speaker, quotes, (&known.0, &known.1), roster.people(), index.agenda())))
}

/// Number of days before and after a quote in which other wordings of its remark may have been said.
const AROUND: i64 = 3;
/// Maximum number of other articles with nearly the same words that are examined.
const ELSEWHERE: usize = 50;

/// Returns the remark of a quote in all its wordings, from a part of the corpus: other articles may have cut,
/// joined or translated it differently. If the speaker has more than a hundred quotes in these days, those
/// that share most words are examined.
///
/// # Errors
/// [`IndexError::Damaged`] as for [`ask`](super::ask()).
pub fn wordings(index: &QuoteIndex, quote: Record, part: &Part) -> Result<Remark, IndexError> {
    index.intact()?;
    let scope = index.scope(&part.outlets, &part.tags);
    let mut others: Vec<(Record, Option<f32>)> = super::elsewhere(index, &quote, &scope, ELSEWHERE)?
        .into_iter()
        .map(|record| (record, None))
        .collect();
    if let Some((speaker, day)) = quote.quote.speaker().zip(quote.day()) {
        let shifted = |days: i64| day.checked_add(days.days()).ok();
        let mut terms: Vec<String> = fold::words(&quote.words());
        terms.retain(|word| !Language::primary().is_function_word(word));
        terms.sort();
        terms.dedup();
        let question = Question {
            text: quote.words(),
            terms,
            speakers: vec![speaker.to_owned()],
            published: Some(Days { from: shifted(-AROUND), to: shifted(AROUND) }),
            part: part.clone(),
            ..Question::default()
        };
        let mut session = index.session();
        let found = session.find(&plan(question))?;
        let own = found.iter().find(|candidate| candidate.id == quote.id()).cloned();
        let closeness = match &own {
            Some(own) => session.known_closeness(own, &found),
            None => vec![None; found.len()],
        };
        let ids: Vec<QuoteId> = found.iter().map(|candidate| candidate.id).collect();
        let records = session.records(&ids)?.into_iter().zip(closeness);
        others.extend(records.filter_map(|(record, closeness)| Some((record?, closeness))));
    }
    // An article has a remark only once: its other quotes by the speaker are something else.
    others.retain(|(record, _)| record.article != quote.article);
    // If a quote was found twice, the entry with its closeness in meaning is kept.
    others.sort_by_key(|(record, closeness)| (record.id(), closeness.is_none()));
    others.dedup_by_key(|(record, _)| record.id());
    Ok(desk::remark(quote, &others))
}

/// Returns the quote that somebody means by its short id or by some of its words; `None` if there is no quote
/// with nearly these words.
///
/// # Errors
/// As for [`wordings`].
pub fn meant(index: &QuoteIndex, typed: &str, today: Date) -> Result<Option<Record>, IndexError> {
    if typed.len() == ID
        && let Ok(id) = typed.parse()
        && let Some(record) = super::quote(index, id)?
    {
        return Ok(Some(record));
    }
    let checked = super::check(index, typed, &question::Asked::new("", today))?;
    Ok(checked.nearest.filter(|_| checked.verdict.is_on_record()).map(|hit| hit.record))
}

/// Number of characters of the short id of a quote.
const ID: usize = 16;

/// Maximum number of names proposed for an unknown one.
const CHOICES: usize = 5;

/// Returns the quotes without duplicates; of the same words, a headline is dropped rather than the body.
fn different(mut found: Vec<Candidate>) -> Vec<QuoteId> {
    found.sort_by_key(|candidate| candidate.headline);
    let mut said = HashSet::new();
    found.retain(|candidate| said.insert((candidate.speaker, candidate.words)));
    found.into_iter().map(|candidate| candidate.id).collect()
}

/// Whose quotes to count over time.
#[derive(Clone, Copy, Debug)]
pub struct Counted<'a> {
    /// Limits to one person, by any name.
    pub speaker: Option<&'a str>,
    /// Limits to one party; cannot be combined with a person.
    pub party: Option<&'a str>,
    /// Limits to one matter.
    pub matter: Option<&'a str>,
    /// The part of the corpus that may be shown.
    pub part: &'a Part,
    /// Maximum number of quotes that are counted, newest days first.
    pub most: u64,
}

/// Number of quotes that are read together.
const READ_AT_ONCE: usize = 500;

/// Returns who spoke how often on what: for a speaker one row per matter, for a party one row per speaker,
/// otherwise one row per party. If there are more quotes than [`Counted::most`], only those from the newest
/// days count.
///
/// # Errors
/// As for [`positions`].
pub fn timeline(index: &QuoteIndex, counted: &Counted) -> Result<Result<Timeline, Unknown>, IndexError> {
    index.intact()?;
    let (agenda, people) = (index.agenda(), index.roster().people());
    let named = || -> Result<_, Unknown> {
        let matter = counted.matter.map(|matter| desk::matter_called(agenda, matter)).transpose()?;
        let party = counted.party.map(|party| desk::party_called(people, party)).transpose()?;
        let speaker = counted.speaker.map(|name| somebody(index, name)).transpose()?;
        Ok((matter, party, speaker))
    };
    let (matter, party, speaker) = match named() {
        Ok(named) => named,
        Err(unknown) => return Ok(Err(unknown)),
    };
    let of_party = people.persons().iter().filter(|person| party.is_some() && person.side == party);
    let speakers: Vec<String> =
        speaker.iter().cloned().chain(of_party.map(|person| person.name.clone())).collect();
    let by = match (&speaker, &party) {
        (Some(_), _) => By::Matter,
        (_, Some(_)) => By::Speaker,
        _ => By::Party,
    };
    let at = matter.and_then(|matter| agenda.matters.iter().position(|one| one.name == matter.name));
    let question = Question { speakers, part: counted.part.clone(), ..Question::default() };
    let most = usize::try_from(counted.most).unwrap_or(usize::MAX);
    let mut session = index.session();
    let mut prints = newest(&mut session, &question, most.saturating_add(1))?;
    let is_cut = prints.len() > most;
    prints.truncate(most);
    let mut quotes = match (at, by) {
        (None, By::Party | By::Speaker) => prints.iter().filter_map(|quote| spoke(quote, None)).collect(),
        _ => with_matters(&session, &question, &prints, (by, at))?,
    };
    // Of the day at which the count ended, only some quotes are known.
    let oldest = quotes.iter().map(|quote| quote.day).min().filter(|_| is_cut);
    if quotes.iter().any(|quote| Some(quote.day) != oldest) {
        quotes.retain(|quote| Some(quote.day) != oldest);
    }
    let of = speaker.into_iter().chain(party).chain(matter.map(|matter| matter.name.clone())).collect();
    Ok(Ok(desk::timeline(of, quotes, (by, at), agenda, people)))
}

/// A quote without its words, and the fingerprint of its speaker.
type Printed = (Print, Option<u32>);

/// Returns the data of a quote for a timeline, with its words if they were read; `None` without a day.
fn spoke((print, speaker): &Printed, words: Option<String>) -> Option<Spoke> {
    let (words, same) = (words.unwrap_or_default(), print.words());
    Some(Spoke { day: print.day?, speaker: *speaker, words, same, on: Vec::new() })
}

/// Returns the data of quotes for a timeline, with the matters that they are on; if the rows are no matters,
/// only with the one at this place in the agenda. Only those are read of which the index does not know it.
fn with_matters(
    session: &Session,
    question: &Question,
    prints: &[Printed],
    (by, at): (By, Option<usize>),
) -> Result<Vec<Spoke>, IndexError> {
    let each: Vec<Print> = prints.iter().map(|(print, _)| *print).collect();
    let mut known = session.matters(question, &each, at)?;
    if by == By::Matter && at.is_some() {
        // A quote on this matter may be on others too.
        known.iter_mut().for_each(|on| *on = on.take().filter(Vec::is_empty));
    }
    // A headline counts as the quote that it repeats. If their matters are not the same, both are read.
    let mut same: HashMap<u32, Option<&Vec<usize>>> = HashMap::new();
    for (print, on) in each.iter().zip(&known) {
        let all = same.entry(print.words()).or_insert(on.as_ref());
        *all = all.filter(|all| Some(*all) == on.as_ref());
    }
    let is_read = |print: &&Print| same.get(&print.words()).is_none_or(Option::is_none);
    let ids: Vec<QuoteId> = each.iter().filter(is_read).map(|print| print.id).collect();
    let mut words: HashMap<QuoteId, String> = HashMap::new();
    for some in ids.chunks(READ_AT_ONCE) {
        let records = session.records(some)?.into_iter().zip(some);
        words.extend(records.filter_map(|(record, id)| Some((*id, record?.words()))));
    }
    let mut subjects = Subjects::new(session.index().agenda());
    let with_matters = |(quote, on): (&Printed, &Option<Vec<usize>>)| {
        let read = words.remove(&quote.0.id);
        let on = match (&read, on) {
            (Some(words), _) => subjects.on(words),
            (None, on) => on.clone().unwrap_or_default(),
        };
        Some(Spoke { on, ..spoke(quote, read)? })
    };
    Ok(prints.iter().zip(&known).filter_map(with_matters).collect())
}

/// Returns the `most` newest quotes within the limits of a question, with the fingerprints of their speakers.
fn newest(session: &mut Session, question: &Question, most: usize) -> Result<Vec<Printed>, IndexError> {
    if question.speakers.is_empty() {
        let mut enough = 0;
        let is_enough = |(_, quotes): &(&Date, &u64)| {
            enough += **quotes;
            enough >= most as u64
        };
        // Without limits, the number of quotes of each day is known.
        let days = session.index().days().iter().rev();
        let oldest = days.filter(|_| question.part.is_whole()).find(is_enough);
        let published = oldest.map(|(day, _)| Days { from: Some(*day), to: None });
        let prints = session.prints(&Question { published, ..question.clone() }, most)?;
        let roster = session.index().roster();
        let owner = |print: &Print| print.speaker().map(|name| roster.owner_print(name));
        return Ok(prints.into_iter().map(|print| (print, owner(&print))).collect());
    }
    let mut out = Vec::new();
    // The print of a headline has the speaker of the quote that it repeats.
    for name in &question.speakers {
        let own = Question { speakers: vec![name.clone()], ..question.clone() };
        let speaker = Some(fold::fingerprint(name));
        out.extend(session.prints(&own, most)?.into_iter().map(|print| (print, speaker)));
    }
    out.sort_unstable_by_key(|(print, _)| print.order());
    out.dedup_by_key(|(print, _)| print.id);
    out.truncate(most);
    Ok(out)
}

/// Returns the canonical name of somebody on record or on the people list.
fn somebody(index: &QuoteIndex, name: &str) -> Result<String, Unknown> {
    let roster = index.roster();
    let resembling = || roster.resembling(fold::words(name).last()?);
    let called = roster.somebody(name).or_else(resembling);
    called.map(|speaker| speaker.name.clone()).ok_or_else(|| {
        let near = index.names(Names::Speakers, name, CHOICES).into_iter();
        Unknown { what: "speaker", typed: name.to_owned(), choices: near.map(|found| found.text).collect() }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_quotes_the_best_the_newest_and_some_of_all_days_are_read() {
        let day = |at: i64| jiff::civil::date(2020, 1, 1).checked_add(at.days()).ok();
        // The oldest is the best.
        let days: Vec<Option<Date>> = (0..1000).map(day).collect();
        let read_of = |most: usize| read(&days[..most]);
        for few in [0, 1, BEST, READ] {
            assert_eq!(read_of(few), (0..few).collect::<Vec<_>>());
        }
        let of_many = read_of(1000);
        assert!(of_many.len() <= READ && of_many.len() > READ / 2, "{}", of_many.len());
        assert!((0..BEST).chain(1000 - NEWEST..1000).all(|at| of_many.contains(&at)), "{of_many:?}");
        assert!(of_many.windows(2).all(|two| (1..10).contains(&(two[1] - two[0]))), "{of_many:?}");
        assert_eq!(read(&vec![None; 300]).len(), BEST + NEWEST + 220_usize.div_ceil(2));
    }
}

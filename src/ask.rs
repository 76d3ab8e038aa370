//! Here is what somebody typed: give me the answer. What every front end calls.

use crate::answer::{self, Answer};
use crate::index::{IndexError, QuoteIndex};
use crate::question::{self, Asked, Known, Question};
use crate::render;

/// Returns the answer to `asked` with at most `limit` quotes, all from one commit of the index.
///
/// # Errors
/// [`IndexError::Damaged`] where a file of the index does not hold what it should. No quote on record is an answer.
pub fn ask(index: &QuoteIndex, asked: &Asked, limit: usize) -> Result<Answer, IndexError> {
    let known = Known {
        roster: index.roster(),
        outlets: index.outlets(),
        newest: index.newest(),
        has_word: &|word| index.has_word(word),
    };
    let question = question::understand(asked, &known);
    let hits = find(index, &question, limit)?;
    let nearest = if hits.is_empty() { nearest(index, &question)? } else { Vec::new() };
    let note = hits.is_empty().then(|| render::nothing(&question, &nearest));
    Ok(Answer { question, hits, note })
}

fn find(index: &QuoteIndex, question: &Question, limit: usize) -> Result<Vec<answer::Hit>, IndexError> {
    let empty = question.speakers.is_empty()
        && question.terms.is_empty()
        && question.phrase.is_none()
        && question.published.is_none();
    if question.stranger.is_some() || empty {
        return Ok(Vec::new());
    }
    let candidates = index.search(question)?;
    Ok(answer::rank(question, candidates, &|stem| index.rarity(stem), limit))
}

/// Who else spoke about the topic, the best first, at most three.
fn nearest(index: &QuoteIndex, question: &Question) -> Result<Vec<String>, IndexError> {
    if question.terms.is_empty() {
        return Ok(Vec::new());
    }
    let anybody = Question {
        speakers: Vec::new(),
        stranger: None,
        phrase: None,
        published: None,
        outlet: None,
        ..question.clone()
    };
    let mut names: Vec<String> = Vec::new();
    for hit in find(index, &anybody, 10)? {
        if let Some(name) = hit.record.quote.speaker()
            && !names.iter().any(|known| known == name)
        {
            names.push(name.to_owned());
        }
    }
    names.truncate(3);
    Ok(names)
}

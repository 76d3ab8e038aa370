//! From mentions to people: who is "Lund", "she", "the Kremlin aide" in this article?
//!
//! Names are gathered first, over the whole article, so that a headline's surname finds the full name below it. Then each
//! mention is resolved on demand. A mention that fits nobody, or two people alike, stays unresolved: a wrong name under a
//! quote is worse than none.

use std::collections::HashMap;

use jiff::civil::Date;

use super::mention::{Mention, MentionKind};
use super::page::Page;
use crate::fold;
use crate::lang::{Gender, Pronoun};
use crate::people::People;

/// Someone or something named in the article.
#[derive(Debug)]
struct Figure {
    /// The name as answers show it.
    name: String,
    /// The folded words of the name as the article has it.
    words: Vec<String>,
    gender: Option<Gender>,
    /// Whether it is surely a person.
    person: bool,
    /// Whether it is surely none: "the White House".
    body: bool,
    /// Folded words of the offices and trades that stand beside the name.
    roles: Vec<String>,
    /// How often it is named.
    often: f32,
}

/// Everybody named in one article.
pub(crate) struct Cast<'a> {
    people: &'a People,
    date: Option<Date>,
    figures: Vec<Figure>,
    /// For each mention the figure it names; `None` for pronouns, noun phrases and names that stay open.
    named: Vec<Option<usize>>,
}

impl<'a> Cast<'a> {
    pub(crate) fn new(page: &Page, mentions: &[Mention], people: &'a People, date: Option<Date>) -> Self {
        let mut cast = Self { people, date, figures: Vec::new(), named: vec![None; mentions.len()] };
        // Full names first, then what is only a part of one.
        for full in [true, false] {
            for (at, mention) in mentions.iter().enumerate() {
                if let MentionKind::Name { from } = mention.kind {
                    let words = name_words(page, from, mention.end);
                    if !words.is_empty() && (words.len() > 1) == full && cast.named[at].is_none() {
                        cast.named[at] = Some(cast.figure(page, mention, from, words));
                    }
                }
            }
        }
        for (at, mention) in mentions.iter().enumerate() {
            if let Some(figure) = cast.named[at] {
                let roles = roles_beside(page, mention);
                let entry = &mut cast.figures[figure];
                entry.gender =
                    entry.gender.or_else(|| roles.iter().find_map(|word| page.language.gender_of_word(word)));
                entry.person |= roles.iter().any(|word| page.language.is_title(word));
                entry.roles.extend(roles);
                entry.often += 1.0;
            }
        }
        cast
    }

    /// The figure a name stands for: known already, or new.
    fn figure(&mut self, page: &Page, mention: &Mention, from: usize, words: Vec<String>) -> usize {
        let name = page.span(from, mention.end).text(page.text);
        let known = self.people.only(name).map(|person| person.name.clone());
        if let Some(at) = self.figures.iter().rposition(|figure| match &known {
            Some(known) => figure.name == *known,
            None => is_same_name(&figure.words, &words),
        }) {
            return at;
        }
        let person = known.as_deref().and_then(|name| self.people.only(name));
        let titled = (mention.start..from).any(|at| page.language.is_title(page.word(at)));
        let first_name = page.language.gender_of_name(page.word(from));
        let body = words.iter().any(|word| page.language.is_body(word));
        self.figures.push(Figure {
            name: known.clone().unwrap_or_else(|| clean_name(name)),
            gender: person
                .and_then(|person| person.gender())
                .or_else(|| (mention.start..from).find_map(|at| page.language.gender_of_word(page.word(at))))
                .or_else(|| first_name.filter(|_| words.len() > 1)),
            person: person.is_some() || (!body && (titled || (first_name.is_some() && words.len() > 1))),
            body: body && person.is_none(),
            roles: person
                .map(|person| {
                    let held = person.roles.iter().filter(|role| role.held_on(self.date));
                    held.flat_map(|role| fold::words(&format!("{} {}", role.title, role.org)))
                        .chain(person.aliases.iter().flat_map(|alias| fold::words(alias)))
                        .collect()
                })
                .unwrap_or_default(),
            words,
            often: 0.0,
        });
        self.figures.len() - 1
    }

    /// The name of the speaker behind mention `at`; `None` where it is not certain. `previous` is the mention that spoke
    /// last: a pronoun is most often the one who spoke before (Muzny et al. 2017).
    pub(crate) fn resolve(
        &self,
        page: &Page,
        mentions: &[Mention],
        at: usize,
        previous: Option<usize>,
    ) -> Option<String> {
        let mention = mentions.get(at)?;
        match mention.kind {
            MentionKind::Name { .. } => self.named[at].map(|figure| self.figures[figure].name.clone()),
            MentionKind::Pronoun(Pronoun::Person(gender)) => self
                .antecedent(page, mentions, at, gender, previous)
                .map(|figure| self.figures[figure].name.clone()),
            MentionKind::Pronoun(_) => None,
            MentionKind::Relative => {
                self.resolve(page, mentions, super::mention::antecedent(page, mentions, at)?, previous)
            }
            MentionKind::Noun { head } => self.described(page, mentions, at, head),
        }
    }

    /// The figure of the mention, however it is named.
    pub(crate) fn figure_of(
        &self,
        page: &Page,
        mentions: &[Mention],
        at: usize,
        previous: Option<usize>,
    ) -> Option<usize> {
        let name = self.resolve(page, mentions, at, previous)?;
        self.figures.iter().position(|figure| figure.name == name)
    }

    /// What the trees see of the figure a mention names: 1 for a person, -1 for a body, 0 for neither or nobody; and how often it is
    /// named.
    pub(crate) fn standing(&self, at: usize) -> (f32, f32) {
        let Some(figure) = self.named.get(at).copied().flatten() else { return (0.0, 0.0) };
        let kind = if self.figures[figure].person {
            1.0
        } else if self.figures[figure].body {
            -1.0
        } else {
            0.0
        };
        (kind, self.figures[figure].often)
    }

    /// Whether two mentions name the same figure.
    pub(crate) fn same(&self, one: usize, other: usize) -> bool {
        let figure = |at: usize| self.named.get(at).copied().flatten();
        one == other || figure(one).is_some_and(|one| figure(other) == Some(one))
    }

    /// Whether the mention is the first by name of its figure.
    pub(crate) fn is_first(&self, at: usize) -> bool {
        let figure = self.named.get(at).copied().flatten();
        figure.is_some() && !self.named.iter().take(at).any(|other| *other == figure)
    }

    /// Whether the mention can speak at all: a place or a month cannot.
    pub(crate) fn is_body(&self, at: usize) -> bool {
        self.named.get(at).copied().flatten().is_some_and(|figure| self.figures[figure].body)
    }

    /// Whether the mention surely names a person.
    pub(crate) fn is_person(&self, at: usize) -> bool {
        self.named.get(at).copied().flatten().is_some_and(|figure| self.figures[figure].person)
    }

    /// The person a pronoun of `gender` stands for: of the sentence before it or of the nearest one above that has a fitting
    /// person, the first named (the subject); at most two paragraphs up.
    fn antecedent(
        &self,
        page: &Page,
        mentions: &[Mention],
        at: usize,
        gender: Gender,
        previous: Option<usize>,
    ) -> Option<usize> {
        let fits = |figure: usize| {
            let figure = &self.figures[figure];
            !figure.body
                && figure.gender.is_none_or(|g| g == gender)
                && (figure.person || figure.gender.is_some())
        };
        let here = mentions[at].start;
        let paragraph = page.paragraph(here);
        if let Some(figure) = previous.filter(|&figure| fits(figure)) {
            // The one who spoke last goes on, unless another fitting person was named since.
            let last = (0..at).rev().find(|&m| self.named[m] == Some(figure));
            let since = last.map_or(0, |m| m + 1);
            let near =
                last.is_some_and(|m| paragraph - page.paragraph(mentions[m].start) <= 4) || last.is_none();
            let rival = (since..at).any(|m| {
                self.named[m].is_some_and(|other| other != figure && fits(other))
                    && is_subject(page, &mentions[m])
            });
            if near && !rival {
                return Some(figure);
            }
        }
        let mut sentence = page.sentence_index(here) + 1;
        let mut upper = at;
        while sentence > 0 && upper > 0 {
            sentence -= 1;
            let lower = (0..upper)
                .rev()
                .take_while(|&m| page.sentence_index(mentions[m].start) >= sentence)
                .last()
                .unwrap_or(upper);
            if (lower..upper).any(|m| paragraph - page.paragraph(mentions[m].start) > 4) {
                return None;
            }
            if let Some(figure) = (lower..upper).filter_map(|m| self.named[m]).find(|&figure| fits(figure)) {
                return Some(figure);
            }
            upper = lower;
        }
        None
    }

    /// The person a noun phrase stands for: by the people list, else the last one above whose offices hold all of its words.
    fn described(&self, page: &Page, mentions: &[Mention], at: usize, head: usize) -> Option<String> {
        let mention = &mentions[at];
        // "a Kremlin aide" is somebody new; "the Kremlin aide" was named or is known.
        if matches!(page.word(mention.start), "a" | "an" | "one" | "another" | "some" | "two" | "several") {
            return None;
        }
        if !page.language.is_title(page.word(head))
            || page.word(head).ends_with('s')
                && !page.language.is_title(page.word(head).trim_end_matches('s'))
        {
            return None;
        }
        let phrase = page.span(mention.start, mention.end).text(page.text);
        let mut wanted = fold::words(phrase);
        wanted.retain(|word| !page.language.is_determiner(word));
        let above = (0..at).rev().filter_map(|m| self.named[m]);
        let fits = |figure: &Figure| {
            figure.person
                && wanted.iter().all(|word| {
                    figure.roles.iter().any(|role| page.language.country(role) == page.language.country(word))
                })
                && page
                    .language
                    .gender_of_word(page.word(head))
                    .is_none_or(|g| figure.gender.is_none_or(|h| g == h))
        };
        let mut candidates: Vec<usize> = above.filter(|&figure| fits(&self.figures[figure])).collect();
        let known = self
            .people
            .only(phrase)
            .filter(|person| person.role_on(self.date).is_some() || person.roles.is_empty());
        if let Some(person) = known {
            return Some(person.name.clone());
        }
        let nearest = candidates.first().copied()?;
        candidates.sort_unstable();
        candidates.dedup();
        // "the president" with two presidents about: only the one named last before it, and only if no rival is nearer than
        // two sentences, would be a guess.
        if candidates.len() > 1 && wanted.len() == 1 {
            let sentence = page.sentence_index(mention.start);
            let near: Vec<usize> = (0..at)
                .filter(|&m| sentence - page.sentence_index(mentions[m].start) <= 2)
                .filter_map(|m| self.named[m])
                .filter(|figure| candidates.contains(figure))
                .collect();
            if near.iter().any(|&figure| figure != nearest) {
                return None;
            }
        }
        Some(self.figures[nearest].name.clone())
    }
}

/// Whether the mention opens its sentence, or nearly.
fn is_subject(page: &Page, mention: &Mention) -> bool {
    let start = page.sentence(mention.start).start;
    mention.start <= start + 4
}

/// The folded words of a name.
fn name_words(page: &Page, from: usize, end: usize) -> Vec<String> {
    fold::words(page.span(from, end).text(page.text))
}

/// Whether the words of a later name mean the figure: equal, or a surname, or (of one word) a first name.
fn is_same_name(figure: &[String], words: &[String]) -> bool {
    if figure == words {
        return true;
    }
    if words.len() >= figure.len() {
        return false;
    }
    match words {
        [one] => figure.last() == Some(one) || (figure.len() > 1 && figure.first() == Some(one)),
        _ => figure.ends_with(words) || (figure.first() == words.first() && figure.last() == words.last()),
    }
}

/// A name in one line without a possessive.
fn clean_name(name: &str) -> String {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = name.strip_suffix("'s").or_else(|| name.strip_suffix("’s")).unwrap_or(&name);
    name.to_owned()
}

/// The folded words of offices and trades beside a name: before it in its phrase ("Kremlin aide Yuri Ushakov") and in an
/// apposition behind it ("Friedrich Merz, the German chancellor,").
fn roles_beside(page: &Page, mention: &Mention) -> Vec<String> {
    let MentionKind::Name { from } = mention.kind else { return Vec::new() };
    let mut words = fold::words(page.span(mention.start, from).text(page.text));
    if page.raw(mention.end) == "," {
        let apposition: Vec<usize> = (mention.end + 1..mention.end + 14)
            .take_while(|&at| page.is_word(at) && !page.is_quoted(at))
            .take_while(|&at| {
                !matches!(page.word(at), "who" | "which" | "and" | "but" | "said")
                    && page.language.pronoun(page.word(at)).is_none()
            })
            .collect();
        if apposition.iter().any(|&at| page.language.is_title(page.word(at))) {
            words.extend(apposition.iter().flat_map(|&at| fold::words(page.raw(at))));
        }
    }
    let mut counted: HashMap<&str, ()> = HashMap::new();
    words
        .iter()
        .filter(|word| !page.language.is_function_word(word) && counted.insert(word, ()).is_none())
        .cloned()
        .collect()
}

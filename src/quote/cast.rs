//! From mentions to people: who is "Lund", "she", "the Kremlin aide" in this article?
//!
//! Names are collected over the whole article first, so that a surname in the headline finds the full name
//! below it (`names`, with the titles and appositions around them in `beside`). Pronouns and descriptions are
//! then resolved in order, each from the text above it: a pronoun stands for the most salient person that
//! fits (`pronouns`), a description for the person who holds the office (`descriptions`). If two people fit
//! equally well, the mention stays unresolved: a wrong name under a quote is worse than none.

mod beside;
mod descriptions;
mod figure;
mod names;
mod pronouns;

use jiff::civil::Date;
use rustc_hash::FxHashMap as HashMap;

use self::figure::Figure;
use super::mention::MentionKind;
use super::reading::Reading;
use super::row::number;
use crate::lang::{Pronoun, Traits};
use crate::people::{People, Person};
use crate::span::Span;

/// Everybody named in one article.
pub(crate) struct Cast<'a> {
    pub(crate) reading: Reading<'a>,
    people: &'a People,
    date: Option<Date>,
    figures: Vec<Figure>,
    /// Last word of a name -> figures.
    by_surname: HashMap<String, Vec<usize>>,
    /// First word of a name of several words -> figures.
    by_first_name: HashMap<String, Vec<usize>>,
    /// Name as answers show it -> the first figure of that name.
    by_name: HashMap<String, usize>,
    /// The tokens at which a person is named in the possessive, in order, with the person.
    owners: Vec<(usize, usize)>,
    /// For each mention, the figure it stands for.
    referents: Vec<Option<usize>>,
    /// For each figure, the number of its mentions by name.
    often: Vec<f32>,
}

/// How many mentions above a pronoun or a description are considered.
const WINDOW: usize = 60;

/// The maximum number of line breaks between the last speech and a pronoun for its speaker: two paragraphs.
const TWO_PARAGRAPHS: u32 = 4;

/// Minimum share of cue uses for a word next to a name to show that the name speaks.
const SPEAKS: f32 = 0.4;

/// How certain it must be that a mention speaks, for a figure that never speaks elsewhere to count as a
/// speaker.
const SURELY: f32 = 0.6;

impl<'a> Cast<'a> {
    pub(crate) fn new(reading: Reading<'a>, people: &'a People, date: Option<Date>) -> Self {
        let count = reading.mentions.len();
        let mut cast = Self {
            reading,
            people,
            date,
            figures: Vec::new(),
            by_surname: HashMap::default(),
            by_first_name: HashMap::default(),
            by_name: HashMap::default(),
            owners: Vec::new(),
            referents: vec![None; count],
            often: Vec::new(),
        };
        cast.gather_names();
        cast.often = cast.figures.iter().map(|figure| number(figure.mentions.len())).collect();
        for m in 0..count {
            if cast.referents[m].is_none() {
                cast.referents[m] = cast.refer(m);
            }
        }
        cast
    }

    /// Returns the day of publication.
    pub(crate) fn published(&self) -> Option<Date> {
        self.date
    }

    /// Resolves a mention that is not a name.
    fn refer(&self, m: usize) -> Option<usize> {
        let Reading { page, mentions } = self.reading;
        match mentions[m].kind {
            MentionKind::Name { .. }
            | MentionKind::Pronoun(Pronoun::Thing | Pronoun::Plural | Pronoun::First) => None,
            MentionKind::Pronoun(Pronoun::Person(gender)) => self.salient(m, gender, None),
            MentionKind::Relative if !page.is(mentions[m].start, Traits::RELATIVE) => None,
            MentionKind::Relative => self.bearer(self.reading.antecedent(m)?),
            MentionKind::Noun { head } => match self.reading.antecedent(m) {
                Some(name) => self.bearer(name),
                None => self.named_behind(m).or_else(|| self.noun(m, head)),
            },
        }
    }

    /// Resolves the pronouns again, now that it is known which mentions are the sources of quotations
    /// (`sources`, in order): the last speaker most often continues.
    pub(crate) fn reconsider(&mut self, sources: &[usize]) {
        for m in 0..self.reading.mentions.len() {
            if let Some(figure) = self.reconsidered(m, sources) {
                self.referents[m] = figure;
            }
        }
    }

    /// Returns what the mention stands for on the second pass; `None` if it is not reconsidered.
    fn reconsidered(&self, m: usize, sources: &[usize]) -> Option<Option<usize>> {
        let Reading { page, mentions } = self.reading;
        match mentions[m].kind {
            MentionKind::Pronoun(Pronoun::Person(gender)) => {
                Some(self.salient(m, gender, self.last_source(m, sources)))
            }
            MentionKind::Relative => Some(self.refer(m)),
            MentionKind::Noun { head }
                if self.referents[m].is_none()
                    && page.is(mentions[m].start, Traits::THE)
                    && self.reading.antecedent(m).is_none() =>
            {
                let last = self.last_source(m, sources);
                let previous = last.and_then(|last| self.referents[last]);
                let known = self.described(m, head, previous).or_else(|| self.named_above(m, head, previous));
                Some(known.or_else(|| self.called(m, head, last)))
            }
            _ => None,
        }
    }

    /// Returns the last source before the mention, at most two paragraphs above.
    fn last_source(&self, m: usize, sources: &[usize]) -> Option<usize> {
        let last = *sources.get(sources.partition_point(|&source| source < m).checked_sub(1)?)?;
        let near = self.reading.paragraph_of(m) - self.reading.paragraph_of(last) <= TWO_PARAGRAPHS;
        near.then_some(last)
    }

    /// Returns the name of the speaker that the mention stands for; a body or a text is called what the
    /// article calls it. Returns `None` if it is not certain, or if two people speak jointly. `sure` is how
    /// certain it is that the mention speaks.
    pub(crate) fn resolve(&self, m: usize, sure: f32) -> Option<String> {
        let mention = self.reading.mentions.get(m)?;
        if self.reading.joint(m).is_some() {
            return None;
        }
        match (self.bearer(m), mention.kind) {
            (Some(figure), _) => {
                let figure = &self.figures[figure];
                self.is_speaker(m, figure, sure).then(|| figure.name.clone())
            }
            (None, MentionKind::Noun { head }) => self.name_of_noun(m, head),
            (None, _) => None,
        }
    }

    /// Returns whether the figure may be a speaker. A figure that hardly speaks and is neither a person nor a
    /// body is probably a place or a party: "in | Lima", "a | Democrat".
    fn is_speaker(&self, m: usize, figure: &Figure, sure: f32) -> bool {
        let Reading { page, mentions } = self.reading;
        let start = mentions[m].start;
        let according = start > 1 && page.language.is_cue_of_two(page.word(start - 2), page.word(start - 1));
        let governed = mentions[m].is_behind(page, Traits::PREPOSITION);
        let placed = governed && !according && !mentions[m].is_behind(page, Traits::AS);
        let free = !placed && !page.is(start, Traits::AN);
        figure.person || figure.body || figure.speaks || sure > SURELY && free || figure.words.len() > 1
    }

    /// Returns the name for a noun phrase without a figure: the person with that description in the people
    /// list, or a body or group in the article's own words.
    fn name_of_noun(&self, m: usize, head: usize) -> Option<String> {
        let Reading { page, mentions } = self.reading;
        let mention = &mentions[m];
        if let Some(person) = self.people.only(mention.span(page).text(page.text))
            && self.is_in_office(person)
        {
            return Some(person.name.clone());
        }
        if self.is_unnamed(m, head) {
            let one =
                page.is(mention.start, Traits::AN.or(Traits::ANOTHER)) && mention.end > mention.start + 1;
            let from = mention.start + usize::from(one);
            return Some(names::clean_name(page, page.span(from, self.reading.end_of_phrase(m))));
        }
        let word = page.word(head);
        let article = page.is(mention.start, Traits::THE.or(Traits::AN)) && mention.end > mention.start + 1;
        let from = mention.start + usize::from(article);
        // "His campaign" means nothing without knowing who he is.
        let whose = Traits::HIS.or(Traits::THEIR);
        if page.is(mention.start, whose) || mention.is_behind(page, whose) {
            return None;
        }
        let nobody =
            page.language.is_nameless_text(word) || page.language.is_quantifier(page.word(mention.start));
        let named = page.language.is_body(word) && !nobody || page.language.is_group(word);
        named.then(|| names::clean_name(page, page.span(from, mention.end)))
    }

    /// Returns whether a noun phrase introduces somebody or something without a name: "a spokesman for the
    /// brewery", "two pilots", "an aide".
    fn is_unnamed(&self, m: usize, head: usize) -> bool {
        let Reading { page, mentions } = self.reading;
        let mention = &mentions[m];
        let opens = page.is(mention.start, Traits::AN.or(Traits::ANOTHER));
        opens && mention.end > mention.start + 1 && !page.language.is_nameless_text(page.word(head))
    }

    /// Returns the article's words on who the speaker is, if it has any.
    pub(crate) fn role(&self, m: usize) -> Option<Span> {
        let figure = self.bearer(m)?;
        self.figures[figure].role.map(|(start, end)| self.reading.page.span(start, end))
    }

    /// Returns whether the person holds an office on the day of the article, as far as the people list says.
    fn is_in_office(&self, person: &Person) -> bool {
        person.roles.is_empty() || person.role_on(self.date).is_some()
    }

    /// Returns two features of the figure that a mention stands for: its type (1 for a person, -1 for a body,
    /// 0 otherwise), and how often it is named.
    pub(crate) fn standing(&self, m: usize) -> (f32, f32) {
        let Some(figure) = self.figure_of(m) else { return (0.0, 0.0) };
        let kind = match &self.figures[figure] {
            Figure { person: true, .. } => 1.0,
            Figure { body: true, .. } => -1.0,
            _ => 0.0,
        };
        (kind, self.often[figure])
    }

    /// Returns the figure that mention `m` stands for.
    fn figure_of(&self, m: usize) -> Option<usize> {
        self.referents.get(m).copied().flatten()
    }

    /// Returns the figure that mention `m` stands for if it is a person.
    fn person_of(&self, m: usize) -> Option<usize> {
        self.figure_of(m).filter(|&figure| self.figures[figure].person)
    }

    /// Returns the only person whose full name is in `span`; `None` if there is none or several.
    pub(crate) fn only_person_in(&self, span: Span) -> Option<String> {
        let Reading { page, mentions } = self.reading;
        let inside = |m: &usize| span.contains(mentions[*m].span(page));
        let named = |figure: &Figure| figure.words.len() > 1 && figure.mentions.iter().any(inside);
        self.only(|figure| figure.person && named(figure))
            .or_else(|| self.only(|figure| !figure.body && named(figure)))
    }

    /// Returns the only person who holds an office, given by its words: "the president".
    pub(crate) fn only_holder_of(&self, words: &[String]) -> Option<String> {
        let language = self.reading.page.language;
        let holds =
            |figure: &Figure, word: &String| figure.offices.contains(word) || figure.roles.contains(word);
        let heads: Vec<&String> = words.iter().filter(|word| language.is_head(word)).collect();
        self.only(|figure| {
            figure.person
                && figure.words.len() > 1
                && !heads.is_empty()
                && heads.iter().all(|word| holds(figure, word))
        })
    }

    /// Returns the only person with these initials: "PL" for Pia Lund.
    pub(crate) fn only_person_of_initials(&self, letters: &str) -> Option<String> {
        let letters = letters.to_lowercase();
        let initials =
            |figure: &Figure| figure.words.iter().filter_map(|word| word.chars().next()).collect::<String>();
        self.only(|figure| !figure.body && figure.words.len() > 1 && initials(figure) == letters)
    }

    /// Returns the name of the only figure for which `holds` is true.
    fn only(&self, holds: impl Fn(&Figure) -> bool) -> Option<String> {
        let mut found = self.figures.iter().filter(|figure| holds(figure));
        let first = found.next()?;
        found.all(|other| other.name == first.name).then(|| first.name.clone())
    }

    /// Returns whether mention `m` stands for a person.
    pub(crate) fn is_person(&self, m: usize) -> bool {
        self.person_of(m).is_some()
    }

    /// Returns whether two mentions stand for the same figure.
    pub(crate) fn same(&self, one: usize, other: usize) -> bool {
        one == other || self.figure_of(one).is_some_and(|one| self.figure_of(other) == Some(one))
    }

    /// Returns the first mention by name of the figure that `m` stands for; `None` if it is unresolved.
    pub(crate) fn first_name_of(&self, m: usize) -> Option<usize> {
        self.figures[self.figure_of(m)?].mentions.first().copied()
    }

    /// Returns whether the mention is its figure's first by name.
    pub(crate) fn is_first(&self, m: usize) -> bool {
        self.first_name_of(m) == Some(m)
    }

    /// Returns the figure of mention `m`, or the person if the mention is only that person's place: "Lund of
    /// | Oslo", "Lund, 30, of Oslo, | Maine", "Lund, the envoy of | France".
    pub(crate) fn bearer(&self, m: usize) -> Option<usize> {
        let Reading { page, mentions } = self.reading;
        let own = self.referents[m];
        if own.is_some_and(|figure| self.figures[figure].person) {
            return own;
        }
        let mut place = m;
        for before in (m.saturating_sub(2)..m).rev() {
            let gap = mentions[before].end..mentions[place].start;
            let from = mentions[place].is_behind(page, Traits::OF.or(Traits::FROM));
            let age =
                |at: usize| page.is(at, Traits::COMMA) || page.raw(at).chars().all(|c| c.is_ascii_digit());
            if from && gap.clone().skip(1).len() <= 3 && (gap.start..gap.end - 1).all(age) {
                return self.person_of(before).or(own);
            }
            // "Oslo, | Maine"
            if gap.len() != 1 || !page.is(gap.start, Traits::COMMA) {
                break;
            }
            place = before;
        }
        own
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, extract, sample};
    use crate::people::People;

    /// Checks whom each mention stands for: its words, and the name of its figure; `-` for unresolved.
    #[track_caller]
    pub(super) fn check(text: &str, expected: &[(&str, &str)]) {
        check_with("", text, expected);
    }

    /// Checks the speaker of each quote in marks; `-` for none.
    #[track_caller]
    pub(super) fn check_speakers(text: &str, expected: &[&str]) {
        let quotes = extract(&sample::article(text), &People::default());
        let quoted = quotes.iter().filter(|quote| quote.kind != Kind::Indirect);
        let found: Vec<&str> = quoted.map(|quote| quote.speaker().unwrap_or("-")).collect();
        assert_eq!(found, expected, "in {text:?}");
    }

    /// Like [`check`], with a list of people.
    #[track_caller]
    pub(super) fn check_with(people: &str, text: &str, expected: &[(&str, &str)]) {
        let people = People::parse(people).expect("the list is well formed");
        let found: Vec<(String, String)> = sample::cast(&sample::article(text), &people, |cast| {
            let name = |m| cast.bearer(m).map_or("-", |figure| cast.figures[figure].name.as_str());
            let mentions = cast.reading.mentions.iter().enumerate();
            mentions
                .map(|(m, mention)| {
                    (sample::words(cast.reading.page, mention).to_owned(), name(m).to_owned())
                })
                .collect()
        });
        let found: Vec<(&str, &str)> =
            found.iter().map(|(words, name)| (words.as_str(), name.as_str())).collect();
        assert_eq!(found, expected, "in {text:?}");
    }

    /// Returns the name of the speaker that the first mention with these words stands for.
    fn resolved(text: &str, words: &str, sure: f32) -> Option<String> {
        sample::cast(&sample::article(text), &People::default(), |cast| {
            let page = cast.reading.page;
            let m = cast.reading.mentions.iter().position(|mention| sample::words(page, mention) == words);
            cast.resolve(m.expect("the mention is found"), sure)
        })
    }

    #[test]
    fn a_place_stands_for_the_person_from_there() {
        check("In May Anna Lund of Bergen came.", &[("Anna Lund", "Anna Lund"), ("Bergen", "Anna Lund")]);
        check("In May Pia Lund came Bergen.", &[("Pia Lund", "Pia Lund"), ("Bergen", "Bergen")]);
    }

    #[test]
    fn bodies_and_groups_are_called_what_the_article_calls_them() {
        assert_eq!(
            resolved("In May the harbour board met.", "the harbour board", 0.5).as_deref(),
            Some("harbour board")
        );
        assert_eq!(resolved("In May the officials met.", "the officials", 0.5).as_deref(), Some("officials"));
        assert_eq!(resolved("In May no ministry met.", "no ministry", 0.5), None);
        assert_eq!(resolved("In May the envoy came.", "the envoy", 0.5), None);
    }

    #[test]
    fn unnamed_sources_are_called_what_they_are() {
        let text = "In May a spokesman for the brewery came.";
        assert_eq!(resolved(text, "a spokesman", 0.9).as_deref(), Some("spokesman for the brewery"));
        assert_eq!(resolved("In May another pilot came.", "another pilot", 0.9).as_deref(), Some("pilot"));
        assert_eq!(resolved("In May the pilot came.", "the pilot", 0.9), None);
    }

    #[test]
    fn a_place_is_not_he() {
        check(
            "They met in Quell. Quell said so. He waved.",
            &[("They", "-"), ("Quell", "Quell"), ("Quell", "Quell"), ("He", "-")],
        );
    }

    #[test]
    fn a_name_that_never_speaks_is_a_place_unless_it_certainly_speaks() {
        assert_eq!(resolved("In May Quell waved.", "Quell", 0.9).as_deref(), Some("Quell"));
        assert_eq!(resolved("In May Quell waved.", "Quell", 0.3), None);
        assert_eq!(resolved("They met in Quell.", "Quell", 0.9), None);
    }

    #[test]
    fn joint_speakers_have_no_name() {
        assert_eq!(resolved("In May Pia Lund and Ivo Petrov came.", "Pia Lund", 0.9), None);
    }
}

//! From mentions to people: who is "Lund", "she", "the Kremlin aide" in this article?
//!
//! Names are gathered first, over the whole article, so that a headline's surname finds the full name below it. Pronouns and
//! descriptions are then read in order, each by what stands above it: a pronoun by the most salient fitting person (subjects,
//! the one who spoke last goes on, a description by the offices that stand beside
//! names. What fits two people alike stays open: a wrong name under a quote is worse than none.

use jiff::civil::Date;
use rustc_hash::FxHashMap as HashMap;

use super::mention::{self, Mention, MentionKind};
use super::page::Page;
use super::token::TokenKind;
use crate::fold;
use crate::lang::{Gender, Pronoun, Traits};
use crate::people::{People, Person};
use crate::span::Span;

/// Someone or something named in the article.
#[derive(Debug)]
struct Figure {
    /// The name as answers show it.
    name: String,
    /// The folded words of the fullest name, without "Jr".
    words: Vec<String>,
    gender: Option<Gender>,
    /// Whether it is surely a person.
    person: bool,
    /// Whether it is surely none: "the White House".
    body: bool,
    /// Whether a cue stands behind one of its mentions.
    speaks: bool,
    /// Folded words of the offices and trades that stand beside the name.
    roles: Vec<String>,
    /// Those of them that name an office by themselves: "president", not the one in "head of the President's Office".
    offices: Vec<String>,
    /// The longest words in the article that say who it is: half-open token range.
    role: Option<(usize, usize)>,
    /// The mentions by name so far, in order.
    mentions: Vec<usize>,
}

/// Everybody named in one article.
pub(crate) struct Cast<'a> {
    people: &'a People,
    date: Option<Date>,
    figures: Vec<Figure>,
    /// Last word of a name -> figures.
    by_surname: HashMap<String, Vec<usize>>,
    /// First word of a name of several words -> figures.
    by_first_name: HashMap<String, Vec<usize>>,
    /// Name as answers show it -> the first figure of that name.
    by_name: HashMap<String, usize>,
    /// For each mention the figure it stands for.
    referents: Vec<Option<usize>>,
    /// How many mentions by name each figure has.
    often: Vec<f32>,
}

/// What is known of a name.
enum Known {
    /// It was met before.
    Figure(usize),
    /// It is a new one.
    Nobody,
    /// It fits two people alike.
    Open,
}

/// People of one surname, or one first name, who are told apart; mentions by name of one of them that are counted. No article has as
/// many, and a list of names stays linear.
const NAMESAKES: usize = 50;
const COUNTED: usize = 500;

/// Words of offices and trades that are kept of one figure.
const ROLES: usize = 100;

/// Mentions above a pronoun or a description that are looked at.
const WINDOW: usize = 60;

impl<'a> Cast<'a> {
    pub(crate) fn new(page: &Page, mentions: &[Mention], people: &'a People, date: Option<Date>) -> Self {
        let mut cast = Self {
            people,
            date,
            figures: Vec::new(),
            by_surname: HashMap::default(),
            by_first_name: HashMap::default(),
            by_name: HashMap::default(),
            referents: vec![None; mentions.len()],
            often: Vec::new(),
        };
        cast.gather_names(page, mentions);
        for m in 0..mentions.len() {
            if cast.referents[m].is_none() {
                cast.referents[m] = cast.refer(page, mentions, m);
            }
        }
        cast
    }

    /// Names: the full ones first, then what is only a part of one.
    fn gather_names(&mut self, page: &Page, mentions: &[Mention]) {
        let mut parts = Vec::new();
        for (m, mention) in mentions.iter().enumerate() {
            let MentionKind::Name { from } = mention.kind else { continue };
            let words = name_words(page, from, name_end(page, mention));
            if words.len() > 1 {
                self.name(page, mentions, m, from, &words);
            } else if !words.is_empty() {
                parts.push((m, from, words));
            }
        }
        self.gather_owners(page);
        for (m, from, words) in parts {
            self.name(page, mentions, m, from, &words);
        }
        for figure in &mut self.figures {
            figure.mentions.sort_unstable();
        }
        self.often =
            self.figures.iter().map(|figure| super::feature::number(figure.mentions.len())).collect();
    }

    /// Full names that own something, "Newt Lund's inclusion of it": no mentions, but a later "Lund" is theirs.
    fn gather_owners(&mut self, page: &Page) {
        for last in (1..page.tokens.len()).filter(|&at| page.is_possessive(at)) {
            let name = |at: &usize| mention::is_name_word(page, *at) && !page.is_possessive(*at);
            let run = (last.saturating_sub(4)..last).rev().take_while(name).count();
            let from = (last - run..last).find(|&at| page.language.gender_of_name(page.word(at)).is_some());
            let Some(from) = from.filter(|_| mention::is_name_word(page, last)) else { continue };
            let words = name_words(page, from, last + 1);
            let namesakes = words.last().and_then(|surname| self.by_surname.get(surname));
            let known = namesakes.into_iter().flatten().any(|&other| self.figures[other].person);
            if words.len() > 1 && !known {
                let mention = Mention { start: from, end: last + 1, kind: MentionKind::Name { from } };
                self.add(page, &mention, from, &words);
            }
        }
    }

    /// Reads a mention by name.
    fn name(&mut self, page: &Page, mentions: &[Mention], m: usize, from: usize, words: &[String]) {
        let mention = &mentions[m];
        let figure = match self.known(page, mentions, m, from, words) {
            Known::Figure(figure) => figure,
            Known::Nobody => self.add(page, mention, from, words),
            Known::Open => return,
        };
        self.referents[m] = Some(figure);
        let beside = Beside::of(page, mention, from);
        let roles = beside.roles(page);
        let entry = &mut self.figures[figure];
        entry.mentions.push(m);
        entry.speaks |= page.cue(mention.end) > 0.4 || mention.start > 0 && page.cue(mention.start - 1) > 0.4;
        entry.gender =
            entry.gender.or_else(|| roles.iter().find_map(|word| page.language.gender_of_word(word)));
        // "Lund and her husband"
        if page.is(mention.end, Traits::AND)
            && let Some(Pronoun::Person(gender)) = page.language.possessive(page.word(mention.end + 1))
        {
            entry.gender.get_or_insert(gender);
        }
        entry.person = entry.person
            || !entry.body
                && roles.iter().any(|word| page.language.is_title(word))
                && !entry.words.last().is_some_and(|word| page.language.is_country(word));
        let length = |(start, end): (usize, usize)| end - start;
        if let Some(role) = beside.role(page, mentions, m)
            && entry.role.is_none_or(|known| length(known) < length(role))
        {
            entry.role = Some(role);
        }
        for office in beside.offices(page) {
            if entry.offices.len() < ROLES && !entry.offices.contains(&office) {
                entry.offices.push(office);
            }
        }
        for role in roles {
            if entry.roles.len() < ROLES && !entry.roles.contains(&role) {
                entry.roles.push(role);
            }
        }
    }

    /// The figure the name stands for.
    fn known(&self, page: &Page, mentions: &[Mention], m: usize, from: usize, words: &[String]) -> Known {
        let mention = &mentions[m];
        let name = page.span(from, name_end(page, mention)).text(page.text);
        let listed = self.people.only(name).map(|person| person.name.as_str());
        let Some(surname) = words.last() else { return Known::Nobody };
        let candidates = self.by_surname.get(surname).into_iter().flatten().copied();
        let same: Vec<usize> = candidates
            .filter(|&figure| match listed {
                Some(listed) => self.figures[figure].name == listed,
                None => is_same_name(&self.figures[figure].words, words),
            })
            .collect();
        if let Some(listed) = listed {
            let figure = same.first().copied();
            return figure.or_else(|| self.by_name.get(listed).copied()).map_or(Known::Nobody, Known::Figure);
        }
        let shown = (mention.start..from).find_map(|at| page.language.gender_of_word(page.word(at)));
        let fits = |figure: &usize| {
            let figure = &self.figures[*figure];
            shown.is_none_or(|gender| figure.gender.is_none_or(|other| other == gender))
        };
        let persons: Vec<usize> =
            same.iter().copied().filter(|figure| !self.figures[*figure].body).filter(fits).collect();
        match persons.as_slice() {
            [] if words.len() > 1 => return same.first().map_or(Known::Nobody, |one| Known::Figure(*one)),
            [] => {}
            [one] => return Known::Figure(*one),
            _ if words.len() > 1 => {
                let above = |figure: usize| {
                    self.figures[figure].mentions.iter().rev().copied().find(|&other| other < m)
                };
                let nearest =
                    persons.iter().copied().max_by_key(|&figure| (above(figure), std::cmp::Reverse(figure)));
                return nearest.map_or(Known::Nobody, Known::Figure);
            }
            _ => return self.namesake(page, mentions, m, &persons),
        }
        // "Hillary" for Hillary Clinton, once she is named, "the Association" for that of the pilots.
        let first = self.by_first_name.get(surname).into_iter().flatten().copied();
        let means = |figure: &Figure| figure.person || figure.body && page.language.is_body(surname);
        let persons: Vec<usize> = first.filter(|&figure| means(&self.figures[figure])).collect();
        match persons.as_slice() {
            [one] => Known::Figure(*one),
            _ => Known::Nobody,
        }
    }

    /// Whom of several people of one surname the bare surname means. Newsrooms give the first name to all but the main one: it is
    /// who is least often named in full since the second came in; between equals it is the one named first, unless both came in
    /// together. Only people named in full so far are known here.
    fn namesake(&self, page: &Page, mentions: &[Mention], m: usize, persons: &[usize]) -> Known {
        let full = |figure: usize| self.figures[figure].mentions.iter().copied().take(COUNTED);
        let mut above: Vec<usize> =
            persons.iter().copied().filter(|&figure| full(figure).any(|other| other < m)).collect();
        above.sort_by_key(|&figure| full(figure).min());
        match above.as_slice() {
            [] => persons.first().map_or(Known::Nobody, |one| Known::Figure(*one)),
            [one] => Known::Figure(*one),
            [first, second, ..] => {
                let since = full(*second).min().unwrap_or(m);
                let named = |figure: usize| full(figure).filter(|&other| other > since).count();
                let least = above.iter().copied().min_by_key(|&figure| named(figure)).unwrap_or(*first);
                let main = if named(*first) > named(least) + 1 { least } else { *first };
                let equal = above.iter().all(|&figure| named(figure) == named(main));
                let sentence = |figure: usize| {
                    full(figure).min().map_or(0, |other| page.sentence_index(mentions[other].start))
                };
                if equal && sentence(*first) + 1 >= sentence(*second) {
                    Known::Open
                } else {
                    Known::Figure(main)
                }
            }
        }
    }

    fn add(&mut self, page: &Page, mention: &Mention, from: usize, words: &[String]) -> usize {
        let name = page.span(from, name_end(page, mention)).text(page.text);
        let person = self.people.only(name);
        let titled = (mention.start..from).any(|at| page.is(at, Traits::TITLE));
        let first_name = page.language.gender_of_name(page.word(from)).filter(|_| words.len() > 1);
        // "President Lund Speech" is what a caption is called.
        let text = words.last().is_some_and(|word| words.len() > 1 && page.language.is_text(word));
        let body =
            person.is_none() && (text || !titled && words.iter().any(|word| page.language.is_body(word)));
        let title_gender = (mention.start..from).find_map(|at| page.language.gender_of_word(page.word(at)));
        let place = self.figures.len();
        let held =
            || person.into_iter().flat_map(|person| &person.roles).filter(|role| role.held_on(self.date));
        let aliases = person.into_iter().flat_map(|person| &person.aliases);
        let offices = held()
            .map(|role| &role.title)
            .chain(aliases)
            .flat_map(|title| heads(page, &fold::words(title)))
            .collect();
        let roles = person.map(|person| {
            held()
                .flat_map(|role| fold::words(&format!("{} {}", role.title, role.org)))
                .chain(person.aliases.iter().flat_map(|alias| fold::words(alias)))
                .collect()
        });
        self.figures.push(Figure {
            name: person.map_or_else(|| clean_name(name), |person| person.name.clone()),
            words: words.to_vec(),
            gender: person.and_then(|person| person.gender()).or(title_gender).or(first_name),
            person: person.is_some() || (titled || first_name.is_some()) && !body,
            body,
            speaks: false,
            roles: roles.unwrap_or_default(),
            offices,
            role: None,
            mentions: Vec::new(),
        });
        let mut note = |names: fn(&mut Self) -> &mut HashMap<String, Vec<usize>>, word: &String| {
            let namesakes = names(self).entry(word.clone()).or_default();
            if namesakes.len() < NAMESAKES {
                namesakes.push(place);
            }
        };
        if let Some(surname) = words.last() {
            note(|cast| &mut cast.by_surname, surname);
        }
        if let Some(first) = words.first().filter(|_| words.len() > 1) {
            note(|cast| &mut cast.by_first_name, first);
        }
        let name = self.figures[place].name.clone();
        self.by_name.entry(name).or_insert(place);
        place
    }

    /// The figure a mention other than a name stands for.
    fn refer(&self, page: &Page, mentions: &[Mention], m: usize) -> Option<usize> {
        match mentions[m].kind {
            MentionKind::Name { .. }
            | MentionKind::Pronoun(Pronoun::Thing | Pronoun::Plural | Pronoun::First) => None,
            MentionKind::Pronoun(Pronoun::Person(gender)) => self.salient(page, mentions, m, gender, None),
            MentionKind::Relative if !page.is(mentions[m].start, Traits::RELATIVE) => None,
            MentionKind::Relative => self.bearer(page, mentions, mention::antecedent(page, mentions, m)?),
            MentionKind::Noun { head } => match mention::antecedent(page, mentions, m) {
                Some(name) => self.bearer(page, mentions, name),
                None => self.named_behind(page, mentions, m).or_else(|| self.noun(page, mentions, m, head)),
            },
        }
    }

    /// The figure a noun phrase stands for that no name is in apposition to.
    fn noun(&self, page: &Page, mentions: &[Mention], m: usize, head: usize) -> Option<usize> {
        let opening = page.word(mentions[m].start);
        match page.language.gender_of_word(opening) {
            // "His post read": he speaks; "his wife", "his campaign" are others.
            Some(gender) if matches!(opening, "his" | "her") => {
                let text = page.is(head, Traits::TEXT);
                text.then(|| self.salient(page, mentions, m, gender, None))?
            }
            // "The post read": whoever the sentence before is about wrote it.
            _ if opening == "the" && page.language.is_post(page.word(head)) => self.topic(page, mentions, m),
            _ => {
                let described = self.described(page, mentions, m, head, None);
                described.or_else(|| self.named_below(page, mentions, m, head))
            }
        }
    }

    /// The person whom the paragraph below opens with by a full name, for the first time and without saying who it is, where a description is
    /// the subject of the paragraph before: "Ohio's tax commissioner says …", "Pia Lund says …".
    fn named_below(&self, page: &Page, mentions: &[Mention], m: usize, head: usize) -> Option<usize> {
        let mention = &mentions[m];
        let opens = |at: usize| at == 0 || page.tokens[at - 1].kind == TokenKind::Break;
        if !opens(mention.start) {
            return None;
        }
        let below = (m + 1..mentions.len()).find(|&other| opens(mentions[other].start))?;
        let name = &mentions[below];
        let next = page.paragraph(name.start) - page.paragraph(mention.start) <= 2;
        let says = |mention: &Mention| page.cue(mention.end) > 0.4;
        let bare = matches!(name.kind, MentionKind::Name { from } if from == name.start);
        let figure = self.referents[below].filter(|_| next && bare && self.is_first(below))?;
        let named = &self.figures[figure];
        let gender = page.language.gender_of_word(page.word(head));
        (page.is(head, Traits::TITLE)
            && !page.language.is_group(page.word(head))
            && says(mention)
            && says(name)
            && named.person
            && named.words.len() > 1
            && named.offices.is_empty()
            && gender.is_none_or(|gender| named.gender.is_none_or(|known| known == gender)))
        .then_some(figure)
    }

    /// The body or writer that "the union", "the book" stands for: the last body above of whose name it is a word; who spoke last, if that
    /// is a body; who is said above to have written one.
    fn again(
        &self,
        page: &Page,
        mentions: &[Mention],
        m: usize,
        head: usize,
        previous: Option<usize>,
    ) -> Option<usize> {
        let mention = &mentions[m];
        let word = page.word(head);
        if page.word(mention.start) != "the" || mention.end != mention.start + 2 {
            return None;
        }
        let above = (m.saturating_sub(2 * WINDOW)..m).rev();
        if page.is(head, Traits::TEXT) {
            let made = above.clone().find(|&other| match mentions[other].kind {
                MentionKind::Noun { head } => {
                    let new = matches!(page.word(mentions[other].start), "a" | "an" | "his" | "her");
                    new && page.language.is_same_text(page.word(head), word)
                }
                _ => false,
            })?;
            let sentence = page.sentence(mentions[made].start).start;
            let free = |other: &usize| {
                *other != made
                    && !is_governed(page, &mentions[*other])
                    && !page.is_possessive(mentions[*other].end - 1)
            };
            let first = mentions.partition_point(|mention| mention.start < sentence);
            let writer = (first..mentions.len())
                .take_while(|&other| page.sentence(mentions[other].start).start == sentence)
                .find(free)?;
            return self.referents[writer].filter(|&figure| self.figures[figure].person);
        }
        if !page.is(head, Traits::BODY) {
            return None;
        }
        let body = |figure: &usize| self.figures[*figure].body;
        let named =
            |figure: &usize| body(figure) && self.figures[*figure].words.iter().any(|own| own == word);
        let found = above.clone().filter_map(|other| self.referents[other]).find(named);
        found.or_else(|| {
            previous.filter(body).filter(|_| !matches!(word, "media" | "press" | "police" | "news"))
        })
    }

    /// The figure of the mention at place `m`; where that is only a place somebody is from, the person: "Lund of | Oslo", "Lund, 30, of Oslo,
    /// | Maine", "Lund, the envoy of | France".
    fn bearer(&self, page: &Page, mentions: &[Mention], m: usize) -> Option<usize> {
        let own = self.referents[m];
        if own.is_some_and(|figure| self.figures[figure].person) {
            return own;
        }
        let mut place = m;
        for before in (m.saturating_sub(2)..m).rev() {
            let gap = mentions[before].end..mentions[place].start;
            let from = matches!(page.word(gap.end.saturating_sub(1)), "of" | "from");
            let age =
                |at: usize| page.is(at, Traits::COMMA) || page.raw(at).chars().all(|c| c.is_ascii_digit());
            let joined = gap.len() == 1 && page.is(gap.start, Traits::COMMA);
            if from && gap.clone().skip(1).len() <= 3 && (gap.start..gap.end - 1).all(age) {
                let person = self.referents[before].filter(|&figure| self.figures[figure].person);
                return person.or(own);
            }
            if !joined {
                break;
            }
            place = before;
        }
        own
    }

    /// The person whose name stands in commas behind a description: "another critic, | Pia Lund |, said".
    fn named_behind(&self, page: &Page, mentions: &[Mention], m: usize) -> Option<usize> {
        let (mention, name) = (&mentions[m], mentions.get(m + 1)?);
        let (MentionKind::Noun { head }, MentionKind::Name { .. }) = (mention.kind, name.kind) else {
            return None;
        };
        let apposed = name.start == mention.end + 1 && page.is(mention.end, Traits::COMMA);
        let close = mention::behind_brackets(page, name.end);
        let closed = !page.is_word(close) && !page.is(close + 1, Traits::AND);
        let describes = page.is(head, Traits::TITLE) || page.is(mention.start, Traits::DETERMINER);
        let figure = self.referents[m + 1].filter(|&figure| self.figures[figure].person)?;
        (apposed
            && closed
            && describes
            && !is_governed(page, mention)
            && self.figures[figure].words.len() > 1)
            .then_some(figure)
    }

    /// The person a pronoun stands for: who spoke last, unless another fitting person was the subject since; else, of the nearest
    /// sentence that names a fitting person, the subject.
    fn salient(
        &self,
        page: &Page,
        mentions: &[Mention],
        m: usize,
        gender: Gender,
        previous: Option<usize>,
    ) -> Option<usize> {
        let lower = m.saturating_sub(WINDOW);
        let addressee = self.addressee(page, mentions, m);
        let free = |figure: usize| addressee != Some(figure);
        if let Some(figure) = previous.filter(|&figure| self.fit(figure, gender) > 0.0 && free(figure)) {
            let last = (lower..m).rev().find(|&other| self.referents[other] == Some(figure));
            let rival = (last.map_or(lower, |last| last + 1)..m).any(|other| {
                self.referents[other].is_some_and(|rival| rival != figure && self.fit(rival, gender) >= 0.7)
                    && (is_subject(page, mentions, other) || self.enters(page, mentions, other, m))
            });
            if last.is_some() && !rival {
                return Some(figure);
            }
        }
        let paragraph = page.paragraph(mentions[m].start);
        let own = page.sentence_index(mentions[m].start);
        let mut upper = m;
        while upper > lower {
            let sentence = page.sentence_index(mentions[upper - 1].start);
            let first = (lower..upper)
                .rev()
                .take_while(|&other| page.sentence_index(mentions[other].start) == sentence)
                .last()?;
            if paragraph - page.paragraph(mentions[first].start) > REACH {
                return None;
            }
            let fitting = |least: f32| {
                let found: Vec<usize> = (first..upper)
                    .filter(|&other| {
                        self.referents[other]
                            .is_some_and(|figure| free(figure) && self.fit(figure, gender) >= least)
                    })
                    .collect();
                let subject = found.iter().copied().find(|&other| {
                    !is_governed(page, &mentions[other]) && !page.is_possessive(mentions[other].end - 1)
                });
                // "After talks with Lund, she said": not Lund, if another is near.
                let other = found.first().copied().filter(|_| sentence != own);
                subject.or(other).and_then(|other| self.referents[other])
            };
            if let Some(figure) = fitting(0.7).or_else(|| fitting(0.4)) {
                return Some(figure);
            }
            upper = first;
        }
        None
    }

    /// The person who is the subject of the sentence before the mention, in its paragraph.
    fn topic(&self, page: &Page, mentions: &[Mention], m: usize) -> Option<usize> {
        let here = mentions[m].start;
        let before = |at: usize| page.sentence_index(at) + 1 == page.sentence_index(here);
        let subject = (m.saturating_sub(WINDOW)..m).find(|&other| {
            let there = mentions[other].start;
            before(there)
                && page.paragraph(there) == page.paragraph(here)
                && is_subject(page, mentions, other)
        })?;
        self.referents[subject].filter(|&figure| self.figures[figure].person)
    }

    /// Whether the mention at place `other` brings its figure into the article, in the sentence before the pronoun at `m`: "A gentler
    /// version came from Lund. He said".
    fn enters(&self, page: &Page, mentions: &[Mention], other: usize, m: usize) -> bool {
        let [there, here] = [other, m].map(|m| mentions[m].start);
        self.is_first(other)
            && page.sentence_index(there) + 1 == page.sentence_index(here)
            && page.paragraph(there) == page.paragraph(here)
            && !page.is_possessive(mentions[other].end - 1)
    }

    /// Whom a pronoun surely does not stand for: the one behind its verb, as in "he told Lund".
    fn addressee(&self, page: &Page, mentions: &[Mention], m: usize) -> Option<usize> {
        let next = mentions.get(m + 1).filter(|next| next.start <= mentions[m].end + 2)?;
        let name = matches!(next.kind, MentionKind::Name { .. }) && page.cue(mentions[m].end) > 0.1;
        self.referents[m + 1].filter(|_| name && next.start > mentions[m].end)
    }

    /// How well a figure fits a pronoun of the gender: 0 for not at all.
    fn fit(&self, figure: usize, gender: Gender) -> f32 {
        let figure = &self.figures[figure];
        match figure.gender {
            _ if figure.body => 0.0,
            Some(known) if known == gender => 1.0,
            Some(_) => 0.0,
            None if figure.person => 0.7,
            None if figure.speaks => 0.4,
            None => 0.0,
        }
    }

    /// The person a description stands for: by the people list, else the last one above whose offices hold all of its words.
    fn described(
        &self,
        page: &Page,
        mentions: &[Mention],
        m: usize,
        head: usize,
        previous: Option<usize>,
    ) -> Option<usize> {
        let mention = &mentions[m];
        // "a Kremlin aide" is somebody new; "the Kremlin aide" was named or is known.
        let opening = page.word(mention.start);
        let definite = opening == "the"
            || page.is_possessive(mention.start)
            || matches!(opening, "his" | "her" | "their")
            || page.headline.is_some_and(|line| line.contains(mention.span(page)));
        let word = page.word(head);
        // "The nominee", "the 34-year-old mother"
        let aged = (mention.start..mention.end).any(|at| page.word(at).ends_with("-year-old"));
        let epithet = aged && opening == "the" || page.language.is_epithet(word);
        if !definite
            || !(page.language.is_office(word) || epithet)
            || (mention.start..head).any(|at| matches!(page.word(at), "his" | "her" | "their"))
        {
            return None;
        }
        let phrase = page.span(mention.start, mention.end).text(page.text);
        if let Some(person) = self.people.only(phrase).filter(|person| self.held(person)) {
            return self.by_name.get(&person.name).copied();
        }
        // "the head of the Irish government": somebody Irish.
        let place = (mention.end + 1..mention.end + 5)
            .take_while(|&at| page.is(mention.end, Traits::OF) && page.is_word(at))
            .find(|&at| page.is_capitalised(at) && page.language.is_country(page.word(at)));
        let wanted: Vec<String> = (mention.start..mention.end)
            .chain(place)
            .filter(|&at| page.is_word(at))
            .flat_map(|at| fold::words(page.raw(at)))
            .filter(|word| {
                !page.language.is_determiner(word)
                    && !word.starts_with(|c: char| c.is_ascii_digit())
                    && !matches!(word.as_str(), "former" | "current" | "new" | "longtime" | "then" | "ex")
            })
            .collect();
        let country = |word: &String| page.language.is_country(word);
        let fits = |figure: &Figure, whole: bool| {
            figure.person
                && (whole || !figure.roles.iter().any(country))
                && figure.offices.iter().any(|office| page.language.same_office(office, word))
                && page.language.gender_of_word(word).is_none_or(|g| figure.gender.is_none_or(|h| g == h))
                && wanted
                    .iter()
                    .filter(|word| whole || !country(word))
                    .all(|word| figure.roles.iter().any(|role| page.language.same_office(role, word)))
        };
        let above = |whole: bool| {
            let mut found: Vec<usize> = Vec::new();
            for figure in self.referents[m.saturating_sub(2 * WINDOW)..m].iter().rev().flatten() {
                if !found.contains(figure) {
                    found.push(*figure);
                }
            }
            found.retain(|&figure| fits(&self.figures[figure], whole));
            found
        };
        let mut found = above(true);
        // "The Russian leader" is the president of whom no country is told, if there is no other.
        if found.is_empty() && wanted.iter().any(country) {
            found = above(false);
            found.truncate(if found.len() == 1 { 1 } else { 0 });
        }
        // "The president" is a president before he is the head of an office.
        let exact = |figure: &usize| self.figures[*figure].offices.iter().any(|office| office == word);
        if found.iter().any(exact) {
            found.retain(exact);
        }
        // "Ruiz should settle, the president insisted": not Ruiz.
        let start = page.sentence(mention.start).start;
        let beside = |figure: &usize| {
            (0..m)
                .rev()
                .take_while(|&other| mentions[other].start >= start)
                .any(|other| self.referents[other] == Some(*figure))
        };
        if found.len() > 1 {
            found.retain(|figure| !beside(figure));
        }
        match found.as_slice() {
            [one] => Some(*one),
            [_, ..] if previous.is_some_and(|previous| found.contains(&previous)) => previous,
            [first, ..] if wanted.len() > 1 => Some(*first),
            // "the president" with two presidents about: only one of them may be near.
            [first, others @ ..] => {
                let here = page.sentence_index(mention.start);
                let near = |figure: usize| {
                    (m.saturating_sub(WINDOW)..m)
                        .rev()
                        .take_while(|&other| page.sentence_index(mentions[other].start) + 2 >= here)
                        .any(|other| self.referents[other] == Some(figure))
                };
                (near(*first) && !others.iter().any(|&other| near(other))).then_some(*first)
            }
            // Who spoke last.
            [] => previous.filter(|&figure| {
                let figure = &self.figures[figure];
                let gender = page.language.gender_of_word(word);
                epithet
                    && figure.person
                    && gender.is_none_or(|g| figure.gender.is_none_or(|known| known == g))
            }),
        }
    }

    /// Reads the pronouns once more now that it is known which mentions are the sources of quotations (`sources`, in order): who spoke
    /// last most often goes on.
    pub(crate) fn reconsider(&mut self, page: &Page, mentions: &[Mention], sources: &[usize]) {
        for m in 0..mentions.len() {
            let gender = match mentions[m].kind {
                MentionKind::Pronoun(Pronoun::Person(gender)) => gender,
                MentionKind::Relative => {
                    self.referents[m] = self.refer(page, mentions, m);
                    continue;
                }
                MentionKind::Noun { head }
                    if self.referents[m].is_none()
                        && page.word(mentions[m].start) == "the"
                        && mention::antecedent(page, mentions, m).is_none() =>
                {
                    let previous = self.previous(page, mentions, m, sources);
                    self.referents[m] = self
                        .described(page, mentions, m, head, previous)
                        .or_else(|| self.again(page, mentions, m, head, previous));
                    continue;
                }
                _ => continue,
            };
            let previous = self.previous(page, mentions, m, sources);
            self.referents[m] = self.salient(page, mentions, m, gender, previous);
        }
    }

    /// Who spoke last before the mention, not more than two paragraphs above.
    fn previous(&self, page: &Page, mentions: &[Mention], m: usize, sources: &[usize]) -> Option<usize> {
        let last = *sources.get(sources.partition_point(|&source| source < m).checked_sub(1)?)?;
        let near = page.paragraph(mentions[m].start) - page.paragraph(mentions[last].start) <= 4;
        self.referents[last].filter(|_| near)
    }

    /// The name of the speaker behind the mention; a body or a text is called what the article calls it. `None` where it is not
    /// certain, and where two speak as one. `sure` is how sure it is that the mention speaks.
    pub(crate) fn resolve(&self, page: &Page, mentions: &[Mention], m: usize, sure: f32) -> Option<String> {
        let mention = mentions.get(m)?;
        if mention::joint(page, mentions, m).is_some() {
            return None;
        }
        if let Some(figure) = self.bearer(page, mentions, m) {
            let figure = &self.figures[figure];
            // What hardly speaks and is neither a person nor a body is most likely a place: "in | Lima", "a | Democrat".
            let start = mention.start;
            let according =
                start > 1 && page.language.is_cue_of_two(page.word(start - 2), page.word(start - 1));
            let placed = is_governed(page, mention) && !according && page.word(start - 1) != "as";
            let free = !placed && !matches!(page.word(start), "a" | "an");
            let speaks = figure.speaks || sure > 0.6 && free;
            return (figure.person || figure.body || speaks || figure.words.len() > 1)
                .then(|| figure.name.clone());
        }
        let MentionKind::Noun { head } = mention.kind else { return None };
        if let Some(person) = self.people.only(mention.span(page).text(page.text))
            && self.held(person)
        {
            return Some(person.name.clone());
        }
        let word = page.word(head);
        let group = page.language.is_group(word);
        let from = mention.start
            + usize::from(
                matches!(page.word(mention.start), "the" | "a" | "an") && mention.end > mention.start + 1,
            );
        let text = matches!(word, "post" | "plan")
            || matches!(page.word(mention.start), "each" | "both" | "either" | "neither" | "no" | "every");
        ((page.language.is_body(word) && !text) || group)
            .then(|| clean_name(page.span(from, mention.end).text(page.text)))
    }

    /// The words of the article that say who the speaker behind the mention is, where it gives any.
    pub(crate) fn role(&self, page: &Page, mentions: &[Mention], m: usize) -> Option<Span> {
        let figure = self.bearer(page, mentions, m)?;
        self.figures[figure].role.map(|(start, end)| page.span(start, end))
    }

    /// Whether the person holds an office on the day of the article, as far as the list tells.
    fn held(&self, person: &Person) -> bool {
        person.roles.is_empty() || person.role_on(self.date).is_some()
    }

    /// What the trees see of the figure a mention names: 1 for a person, -1 for a body, 0 for neither or nobody; and how often it is
    /// named.
    pub(crate) fn standing(&self, m: usize) -> (f32, f32) {
        let Some(figure) = self.referents.get(m).copied().flatten() else { return (0.0, 0.0) };
        let kind = if self.figures[figure].person {
            1.0
        } else if self.figures[figure].body {
            -1.0
        } else {
            0.0
        };
        (kind, self.often[figure])
    }

    /// Whether two mentions stand for the same figure.
    pub(crate) fn same(&self, one: usize, other: usize) -> bool {
        let figure = |m: usize| self.referents.get(m).copied().flatten();
        one == other || figure(one).is_some_and(|one| figure(other) == Some(one))
    }

    /// The mention that first names whom the mention `m` stands for; `None` where that is open.
    pub(crate) fn first_name_of(&self, m: usize) -> Option<usize> {
        let figure = self.referents[m]?;
        self.figures[figure].mentions.first().copied()
    }

    /// Whether the mention is the first by name of its figure.
    pub(crate) fn is_first(&self, m: usize) -> bool {
        let figure = self.referents.get(m).copied().flatten();
        figure.is_some_and(|figure| self.figures[figure].mentions.first() == Some(&m))
    }
}

/// Line breaks that a pronoun reaches back over: two a paragraph.
const REACH: u32 = 8;

/// Whether the mention is the first of its sentence that neither a preposition nor a possessive puts below another word.
fn is_subject(page: &Page, mentions: &[Mention], m: usize) -> bool {
    let free = |m: usize| !is_governed(page, &mentions[m]) && !page.is_possessive(mentions[m].end - 1);
    let start = page.sentence(mentions[m].start).start;
    free(m) && !(0..m).rev().take_while(|&other| mentions[other].start >= start).any(free)
}

/// Whether a preposition governs the mention.
fn is_governed(page: &Page, mention: &Mention) -> bool {
    mention.is_behind(page, Traits::PREPOSITION)
}

/// Where the name of the mention ends: a body's goes on behind "of", "the Association of | Harbour Pilots".
fn name_end(page: &Page, mention: &Mention) -> usize {
    let last = mention.end - 1;
    let goes_on = || {
        page.is(mention.end, Traits::OF)
            || matches!(page.word(mention.end), "for" | "on")
                && matches!(page.word(last), "center" | "centre" | "committee" | "council" | "institute")
    };
    if !page.is(last, Traits::BODY) || !page.is_capitalised(last) || !goes_on() {
        return mention.end;
    }
    let name = |at: &usize| mention::is_name_word(page, *at) && !page.is_possessive(*at);
    let words = (mention.end + 1..mention.end + 6).take_while(name).count();
    let end = mention.end + 1 + words;
    // "The Council on Harbours Director Pia Lund" is somebody.
    let titled = (mention.end..end - 1).any(|at| page.is(at, Traits::TITLE));
    if words == 0 || titled { mention.end } else { end }
}

/// The folded words of a name, without a generation at its end.
fn name_words(page: &Page, from: usize, end: usize) -> Vec<String> {
    let mut words = fold::words(page.span(from, end).text(page.text));
    if words.len() > 1
        && words.last().is_some_and(|word| matches!(word.as_str(), "jr" | "sr" | "ii" | "iii" | "iv"))
    {
        words.pop();
    }
    words
}

/// Whether the words of a later name mean the figure: equal, a surname, or first and last name without the middle.
fn is_same_name(figure: &[String], words: &[String]) -> bool {
    match words {
        [] => false,
        [one] => figure.last() == Some(one),
        _ => {
            figure.ends_with(words)
                || words.ends_with(figure) && figure.len() > 1
                || (figure.first() == words.first() && figure.last() == words.last())
        }
    }
}

/// A name in one line without a possessive.
fn clean_name(name: &str) -> String {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = name.strip_suffix("'s").or_else(|| name.strip_suffix("’s")).unwrap_or(&name);
    name.to_owned()
}

/// Whether words behind a name and its comma say who it is: "a Kremlin aide", "chief of staff"; not "and the minister", and not "Alaska,
/// President Lund said".
fn is_apposed(page: &Page, (first, end): (usize, usize)) -> bool {
    let closed =
        matches!(page.raw(end), "," | "." | ";" | ")" | "—" | "–" | "―" | "-") || end >= page.tokens.len();
    page.is(first, Traits::DETERMINER)
        || (!page.is(first, Traits::FUNCTION) && (closed || !page.is_capitalised(first)))
}

/// Where an apposition begins behind a name that ends before `at`: an age is passed over, as in "Renee Gold, 83, | a teacher".
fn behind_age(page: &Page, at: usize) -> usize {
    let age = page.is(at, Traits::COMMA)
        && page.is(at + 2, Traits::COMMA)
        && page.raw(at + 1).starts_with(|c: char| c.is_ascii_digit());
    if age { at + 2 } else { at }
}

/// The words of a title that name the office itself: all titles before the first preposition or possessive.
fn heads(page: &Page, words: &[String]) -> Vec<String> {
    let own = words.iter().take_while(|word| !page.language.is_preposition(word));
    own.filter(|word| page.language.is_head(word)).cloned().collect()
}

/// What stands beside a name and says who it is: half-open token ranges.
struct Beside {
    /// Before it in its phrase: "| Kremlin aide | Yuri Ushakov"; may be empty.
    before: (usize, usize),
    /// In commas behind it ("Friedrich Merz, | the German chancellor |,") and before it ("| The Kremlin aide |, Yuri Ushakov,").
    apposed: [Option<(usize, usize)>; 2],
    /// The place behind "of": "Prime Minister Tusk of | Poland".
    place: Option<usize>,
}

impl Beside {
    fn of(page: &Page, mention: &Mention, from: usize) -> Self {
        let plain = |at: &usize| page.is_word(*at) && !page.is_quoted(*at);
        let title = |at: usize| page.is(at, Traits::TITLE);
        let start = behind_age(page, mention::behind_brackets(page, mention.end));
        let comma = page.is(start, Traits::COMMA);
        let ends = |at: &usize| page.is(*at, Traits::RELATIVE.or(Traits::PRONOUN)) || page.cue(*at) >= 0.3;
        let behind =
            start + 1..(start + 1..start + 14).find(|at| !plain(at) || ends(at)).unwrap_or(start + 14);
        // "in Chelsea, the mayor said": he is not called Chelsea.
        let speaks = page.cue(behind.end) >= 0.3 && !page.is(behind.end, Traits::RELATIVE);
        let says =
            comma && !speaks && behind.clone().any(title) && is_apposed(page, (behind.start, behind.end));
        let stop = mention.start.saturating_sub(1);
        let parted = stop > 0 && page.is(stop, Traits::COMMA) && mention.start == from;
        let ahead = stop - (mention.start.saturating_sub(9)..stop).rev().take_while(plain).count()..stop;
        let named = parted && !ahead.is_empty() && title(stop - 1);
        Self {
            before: (mention.start, from),
            apposed: [says.then_some((behind.start, behind.end)), named.then_some((ahead.start, ahead.end))],
            place: (page.is(start, Traits::OF) && page.is_capitalised(start + 1)).then_some(start + 1),
        }
    }

    /// The folded words of offices and trades, sorted.
    fn roles(&self, page: &Page) -> Vec<String> {
        let ranges = [Some(self.before), self.apposed[0], self.apposed[1], self.place.map(|at| (at, at + 1))];
        let mut words: Vec<String> = ranges
            .into_iter()
            .flatten()
            .filter(|(start, end)| start < end)
            .flat_map(|(start, end)| fold::words(page.span(start, end).text(page.text)))
            .filter(|word| !page.language.is_function_word(word))
            .collect();
        words.sort_unstable();
        words.dedup();
        words
    }

    /// The offices themselves, without those that only describe one: "head" of "head of the President's Office".
    fn offices(&self, page: &Page) -> Vec<String> {
        let title = |at: &usize| page.language.is_head(page.word(*at)) && !page.is_possessive(*at);
        let own = |(start, end): (usize, usize)| {
            (start..end).take_while(|&at| !page.is(at, Traits::PREPOSITION)).filter(title)
        };
        let before = (self.before.0..self.before.1).filter(title);
        let all = before.chain(self.apposed.into_iter().flatten().flat_map(own));
        all.map(|at| page.word(at).to_owned()).collect()
    }

    /// The words that say who it is as the article gives them: those in commas, else those before the name.
    fn role(&self, page: &Page, mentions: &[Mention], m: usize) -> Option<(usize, usize)> {
        // Behind a name they end with a sign or a "who", before it they are a noun phrase of their own.
        let closed = |end: usize| !page.is_word(end) || page.is(end, Traits::RELATIVE);
        let office = |at: usize| page.is_word(at) && page.language.is_office(page.word(at));
        let behind = self.apposed[0].filter(|&(_, end)| closed(end)).and_then(|(start, end)| {
            let own = (start..end).find(|&at| page.is(at, Traits::PREPOSITION)).unwrap_or(end);
            // "an adviser to Mr" goes on behind its full stop.
            let cut = page.raw(end) == "." && page.language.is_abbreviation(page.word(end - 1));
            let hangs = |at: &usize| page.is(*at, Traits::PREPOSITION.or(Traits::DETERMINER));
            let stop = (start..end).rev().find(|at| !hangs(at)).map_or(start, |at| at + 1);
            (start..own).any(office).then_some((start, if cut { own } else { stop }))
        });
        let ahead = self.apposed[1].and_then(|(_, end)| {
            let phrase = mentions.get(m.checked_sub(1)?).filter(|phrase| phrase.end == end)?;
            matches!(phrase.kind, MentionKind::Noun { head } if office(head))
                .then_some((phrase.start, phrase.end))
        });
        let before = (self.before.0..self.before.1).any(office);
        behind.or(ahead).or(before.then_some(self.before))
    }
}

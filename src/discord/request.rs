//! Here is a message of ours: which request does it answer?
//!
//! A [`Request`] is a question with its options. The message has it on one line, as typed: the question
//! itself, or `/said speaker:Angela Lee topic:archive`. So everybody in the channel sees what was asked, and
//! a button finds everything needed to ask again, even months later. [`Request::line`] and [`Request::parse`]
//! are inverses of each other.

use jiff::civil::Date;

use super::label::unlabelled;
use crate::question::{Asked, Given, Part, Wish};

/// Maximum number of UTF-16 units of a question, a phrase or a name, so that a message can show it in full.
pub const LONGEST: usize = 1000;
/// Maximum number of earlier questions that are kept.
const HISTORY: usize = 3;
/// Maximum number of code points of an earlier question.
const LONGEST_BEFORE: usize = 100;

/// The command that asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// A question in plain words.
    Ask,
    /// What a speaker said.
    Said,
    /// Who said some words.
    WhoSaid,
    /// Whether somebody said some words.
    Check,
    /// The newest quotes.
    Latest,
    /// The quotes of one article.
    Article,
    /// Where the parties stand on a matter.
    Positions,
    /// What was said around a round of talks.
    Round,
    /// Who somebody is.
    Speaker,
    /// Who spoke how often, as a picture.
    Timeline,
    /// All quotes of an answer, as a file.
    Export,
}

/// The commands with their names.
const COMMANDS: &[(Command, &str)] = &[
    (Command::Ask, "ask"),
    (Command::Said, "said"),
    (Command::WhoSaid, "who-said"),
    (Command::Check, "check"),
    (Command::Latest, "latest"),
    (Command::Article, "article"),
    (Command::Positions, "positions"),
    (Command::Round, "round"),
    (Command::Speaker, "speaker"),
    (Command::Timeline, "timeline"),
    (Command::Export, "export"),
];

/// The prefix for a question that looks like a command.
const PLAIN: &str = "/ask question:";

/// The options of all commands, in the order in which they are written.
const OPTIONS: &[&str] = &[
    "question", "phrase", "quote", "article", "matter", "name", "speaker", "topic", "party", "round",
    "after", "before", "outlet", "json",
];

/// A question with its options. [`Request::new`] and the `with_…` functions make sure that it can be written
/// on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The command.
    pub command: Command,
    /// The main text: question, phrase, quote, article, matter or name; empty if the command has none.
    text: String,
    speaker: Option<String>,
    topic: Option<String>,
    party: Option<String>,
    round: Option<String>,
    after: Option<Date>,
    before: Option<Date>,
    outlet: Option<String>,
    /// Whether to export JSON.
    json: bool,
    history: Vec<String>,
}

impl Request {
    /// Returns a request of `command` with its main text, such as the question, the phrase or the article.
    #[must_use]
    pub fn new(command: Command, text: &str) -> Self {
        Self {
            command,
            text: match command {
                Command::Ask => squeeze(text),
                Command::Article
                | Command::Positions
                | Command::Round
                | Command::Speaker
                | Command::Timeline => clean(unlabelled(&clean(text))),
                _ => clean(text),
            },
            speaker: None,
            topic: None,
            party: None,
            round: None,
            after: None,
            before: None,
            outlet: None,
            json: false,
            history: Vec::new(),
        }
    }

    /// Limits the request to a speaker; a blank name sets no limit.
    #[must_use]
    pub fn with_speaker(mut self, speaker: Option<&str>) -> Self {
        self.speaker = some(speaker);
        self
    }

    /// Limits the request to a topic; a blank one sets no limit.
    #[must_use]
    pub fn with_topic(mut self, topic: Option<&str>) -> Self {
        self.topic = some(topic);
        self
    }

    /// Limits the request to a party; a blank name sets no limit.
    #[must_use]
    pub fn with_party(mut self, party: Option<&str>) -> Self {
        self.party = some(party);
        self
    }

    /// Limits the request to a round of talks; a blank name sets no limit.
    #[must_use]
    pub fn with_round(mut self, round: Option<&str>) -> Self {
        self.round = some(round);
        self
    }

    /// Sets whether to export JSON.
    #[must_use]
    pub const fn with_json(mut self, json: bool) -> Self {
        self.json = json;
        self
    }

    /// Returns whether to export JSON.
    #[must_use]
    pub const fn json(&self) -> bool {
        self.json
    }

    /// Returns the speaker the request is limited to.
    #[must_use]
    pub fn speaker(&self) -> Option<&str> {
        self.speaker.as_deref()
    }

    /// Returns the party the request is limited to.
    #[must_use]
    pub fn party(&self) -> Option<&str> {
        self.party.as_deref()
    }

    /// Returns the round of talks the request is limited to.
    #[must_use]
    pub fn round(&self) -> Option<&str> {
        self.round.as_deref()
    }

    /// Limits the request to a period of days, both ends included.
    #[must_use]
    pub const fn with_days(mut self, after: Option<Date>, before: Option<Date>) -> Self {
        self.after = after;
        self.before = before;
        self
    }

    /// Limits the request to an outlet; a blank name sets no limit.
    #[must_use]
    pub fn with_outlet(mut self, outlet: Option<&str>) -> Self {
        self.outlet = some(outlet);
        self
    }

    /// Sets the earlier questions, oldest first; the last three are kept.
    #[must_use]
    pub fn with_history(mut self, history: &[String]) -> Self {
        let recent = history.iter().skip(history.len().saturating_sub(HISTORY));
        self.history = recent
            .map(|turn| crate::render::fit(&squeeze(turn), LONGEST_BEFORE))
            .filter(|turn| !turn.is_empty())
            .collect();
        self
    }

    /// Returns the earlier questions, oldest first.
    #[must_use]
    pub fn history(&self) -> &[String] {
        &self.history
    }

    /// Returns the main text: question, phrase, quote, article, matter or name.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the history for a follow-up to this request, which includes the request itself.
    #[must_use]
    pub fn turns(&self) -> Vec<String> {
        let said = match self.command {
            Command::Ask => self.text.clone(),
            Command::WhoSaid => format!("who said “{}”", self.text),
            Command::Check => {
                format!("did {} say “{}”", self.speaker.as_deref().unwrap_or("anybody"), self.text)
            }
            Command::Article | Command::Timeline => return self.history.clone(),
            Command::Export => self.text.clone(),
            Command::Positions => {
                format!("what did {} say about {}", self.party.as_deref().unwrap_or("anybody"), self.text)
            }
            Command::Round => format!("what was said at {}", self.text),
            Command::Speaker => format!("who is {}", self.text),
            Command::Said | Command::Latest => {
                let mut out = format!("what did {} say", self.speaker.as_deref().unwrap_or("anybody"));
                if let Some(topic) = &self.topic {
                    out.push_str(" about ");
                    out.push_str(topic);
                }
                out
            }
        };
        let mut turns = self.history.clone();
        turns.push(said);
        turns
    }

    /// Returns the request in the form the core takes, asked on `today` of one part of the corpus.
    #[must_use]
    pub fn asked(&self, today: Date, part: &Part) -> Asked {
        let mut given = Given {
            speaker: self.speaker.clone(),
            topic: self.topic.clone(),
            after: self.after,
            before: self.before,
            outlets: self.outlet.iter().cloned().collect(),
            part: part.clone(),
            ..Given::default()
        };
        let mut text = String::new();
        match self.command {
            Command::Ask | Command::Export => text.clone_from(&self.text),
            Command::Said
            | Command::Article
            | Command::Positions
            | Command::Round
            | Command::Speaker
            | Command::Timeline => {}
            Command::WhoSaid | Command::Check => {
                given.phrase = Some(self.text.clone());
                given.wish = Some(Wish::Check);
            }
            Command::Latest => given.wish = Some(Wish::Latest),
        }
        Asked { text, history: self.history.clone(), today, given }
    }

    /// Returns the request on one line.
    #[must_use]
    pub fn line(&self) -> String {
        if self.command == Command::Ask && !self.text.starts_with('/') {
            return self.text.clone();
        }
        if self.command == Command::Ask {
            return format!("{PLAIN}{}", self.text);
        }
        let name = COMMANDS.iter().find(|(command, _)| *command == self.command).map_or("", |(_, name)| name);
        let mut out = format!("/{name}");
        for option in OPTIONS {
            if let Some(value) = self.option(option) {
                out.push_str(&format!(" {option}:{value}"));
            }
        }
        out
    }

    fn option(&self, name: &str) -> Option<String> {
        let text = |command| (self.command == command && !self.text.is_empty()).then(|| self.text.clone());
        match name {
            "phrase" => text(Command::WhoSaid),
            "quote" => text(Command::Check),
            "article" => text(Command::Article),
            "question" => text(Command::Export),
            "matter" => text(Command::Positions).or_else(|| text(Command::Timeline)),
            "name" => text(Command::Round).or_else(|| text(Command::Speaker)),
            "speaker" => self.speaker.clone(),
            "topic" => self.topic.clone(),
            "party" => self.party.clone(),
            "round" => self.round.clone(),
            "after" => self.after.map(|day| day.to_string()),
            "before" => self.before.map(|day| day.to_string()),
            "outlet" => self.outlet.clone(),
            "json" => self.json.then(|| true.to_string()),
            _ => None,
        }
    }

    /// Parses a line that [`Request::line`] wrote; `None` if it is not one.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let line = line.trim();
        if line.is_empty() {
            return None;
        }
        if let Some(text) = line.strip_prefix(PLAIN) {
            return Some(Self::new(Command::Ask, text));
        }
        let Some(rest) = line.strip_prefix('/') else { return Some(Self::new(Command::Ask, line)) };
        let (name, mut rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let (command, _) = COMMANDS.iter().find(|(_, known)| *known == name)?;
        let mut out = Self::new(*command, "");
        let mut value = String::new();
        let mut ahead = OPTIONS;
        let mut option: Option<&str> = None;
        // Each option occurs at most once and in a fixed order: text that looks like an option but comes too
        // late is part of a value.
        loop {
            let word = rest.split(' ').next().unwrap_or_default();
            let next = ahead
                .iter()
                .position(|name| word.strip_prefix(name).is_some_and(|rest| rest.starts_with(':')));
            match next {
                Some(at) => {
                    out.set(option, &value)?;
                    option = Some(ahead[at]);
                    ahead = &ahead[at + 1..];
                    value = word.split_once(':').map_or("", |(_, value)| value).to_owned();
                }
                None if word.is_empty() => {}
                None => {
                    value.push(' ');
                    value.push_str(word);
                }
            }
            match rest.split_once(' ') {
                Some((_, behind)) => rest = behind,
                None => break,
            }
        }
        out.set(option, &value)?;
        Some(out)
    }

    fn set(&mut self, option: Option<&str>, value: &str) -> Option<()> {
        match option {
            None => {}
            Some("question" | "phrase" | "quote" | "article" | "matter" | "name") => self.text = clean(value),
            Some("speaker") => self.speaker = some(Some(value)),
            Some("topic") => self.topic = some(Some(value)),
            Some("json") => self.json = value.trim().parse().ok()?,
            Some("party") => self.party = some(Some(value)),
            Some("round") => self.round = some(Some(value)),
            Some("after") => self.after = Some(value.trim().parse().ok()?),
            Some("before") => self.before = Some(value.trim().parse().ok()?),
            Some("outlet") => self.outlet = some(Some(value)),
            Some(_) => return None,
        }
        Some(())
    }
}

fn some(value: Option<&str>) -> Option<String> {
    value.map(|value| clean(unlabelled(&clean(value)))).filter(|value| !value.is_empty())
}

/// Returns the text on one line, at most [`LONGEST`] UTF-16 units long.
fn squeeze(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let joined = words.collect::<Vec<_>>().join(" ");
    let mut units = 0;
    let fits = |c: &char| {
        units += c.len_utf16();
        units <= LONGEST
    };
    joined.chars().take_while(fits).collect::<String>().trim_end().to_owned()
}

/// Returns the text on one line, without anything that the line format would take for an option.
fn clean(text: &str) -> String {
    let is_option = |word: &str| {
        OPTIONS.iter().any(|name| word.strip_prefix(name).is_some_and(|rest| rest.starts_with(':')))
    };
    let text = squeeze(text);
    let words: Vec<String> = text
        .split(' ')
        .map(|word| if is_option(word) { word.replace(':', " ") } else { word.to_owned() })
        .collect();
    squeeze(&words.join(" "))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_request_is_written_as_typed() {
        let request = Request::new(Command::Said, "")
            .with_speaker(Some("Angela Lee"))
            .with_topic(Some("the archive"))
            .with_days("2025-11-01".parse().ok(), None);
        assert_eq!(request.line(), "/said speaker:Angela Lee topic:the archive after:2025-11-01");
        assert_eq!(Request::new(Command::Ask, "who  said\nthat?").line(), "who said that?");
        assert_eq!(Request::new(Command::Ask, "/nick").line(), "/ask question:/nick");
        assert_eq!(Request::parse("/nick me"), None);
        assert_eq!(Request::parse("/said after:soon"), None);
    }

    fn word() -> impl Strategy<Value = String> {
        prop_oneof![
            "[\\PC]{0,12}",
            Just("topic:x".to_owned()),
            Just("after:2025-01-01".to_owned()),
            Just("outlet:".to_owned())
        ]
    }

    fn text() -> impl Strategy<Value = String> {
        proptest::collection::vec(word(), 0..5).prop_map(|words| words.join(" "))
    }

    proptest! {
        #[test]
        fn parse_is_the_inverse_of_line(
            which in 0..COMMANDS.len(),
            main in text(),
            speaker in proptest::option::of(text()),
            topic in proptest::option::of(text()),
            outlet in proptest::option::of(text()),
            party in proptest::option::of(text()),
            day in proptest::option::of(1_i16..28),
        ) {
            let (command, _) = COMMANDS[which];
            let main = if matches!(command, Command::Said | Command::Latest) { String::new() } else { main };
            let day = day.map(|day| Date::constant(2025, 11, i8::try_from(day).unwrap_or(1)));
            let mut request = Request::new(command, &main);
            if command != Command::Ask {
                request = request
                    .with_speaker(speaker.as_deref())
                    .with_topic(topic.as_deref())
                    .with_outlet(outlet.as_deref())
                    .with_party(party.as_deref())
                    .with_round(topic.as_deref())
                    .with_days(day, None);
            }
            let line = request.line();
            prop_assume!(!line.is_empty());
            prop_assert_eq!(Request::parse(&line), Some(request));
        }
    }
}

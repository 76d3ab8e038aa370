//! Where does a word stand, seen from a quote? The nearer it is, the more it says of the quote.

use serde::Serialize;

/// The nearest place to a quote where a word stands, the farthest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Zone {
    /// In the first paragraph of the article.
    Lead,
    /// In the paragraphs before and after that of the quote, or in the headline.
    Around,
    /// In the paragraph of the quote.
    Paragraph,
    /// In the name, the office or the mention of the speaker.
    Role,
    /// In the quote.
    Quote,
}

/// The zones with the number of times that the index counts a word there, and with what the word counts for the topic.
/// The numbers tell the zones apart, and give the index' own BM25 about the same order. They are as small as they can be: the index
/// spends its time on each count.
const ZONES: [(Zone, u32, f32); 5] = [
    (Zone::Lead, 1, 0.4),
    (Zone::Around, 2, 0.45),
    (Zone::Paragraph, 3, 0.7),
    (Zone::Role, 4, 0.7),
    (Zone::Quote, 5, 1.0),
];

impl Zone {
    /// Returns how many times the index counts a word of this zone, 1 to 5.
    #[must_use]
    pub const fn frequency(self) -> u32 {
        ZONES[self as usize].1
    }

    /// Returns the zone that is counted so many times; `None` for any other number.
    #[must_use]
    pub fn of_frequency(frequency: u32) -> Option<Self> {
        ZONES.iter().find(|zone| zone.1 == frequency).map(|zone| zone.0)
    }

    /// Returns what a word of the question counts that is found here: 1 in the quote itself.
    #[must_use]
    pub const fn weight(self) -> f32 {
        ZONES[self as usize].2
    }

    /// Returns what a word of the office counts that is asked about: 1 where the speaker is called so, and little in the quote, whose
    /// speaker seldom names themselves.
    #[must_use]
    pub const fn weight_of_office(self) -> f32 {
        match self {
            Self::Role => 1.0,
            Self::Quote => 0.3,
            near => near.weight(),
        }
    }

    /// Returns what a word counts that only says where or when: no more in the quote than beside it.
    #[must_use]
    pub const fn weight_of_setting(self) -> f32 {
        match self {
            Self::Lead => 0.5,
            Self::Around => 0.6,
            Self::Paragraph | Self::Role | Self::Quote => 0.7,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_read_as_it_was_counted() {
        for (zone, frequency, weight) in ZONES {
            assert_eq!(Zone::of_frequency(zone.frequency()), Some(zone));
            assert_eq!((zone.frequency(), zone.weight().to_bits()), (frequency, weight.to_bits()));
        }
        assert_eq!(Zone::of_frequency(6), None);
    }
}

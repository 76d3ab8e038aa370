//! Where does a word occur, relative to a quote? The nearer it is, the more it says about the quote.

use serde::Serialize;

/// The place of a word relative to a quote, farthest first. If a word occurs several times, the nearest place
/// counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Zone {
    /// In the first paragraph of the article.
    Lead,
    /// In the paragraphs before and after the quote's, or in the headline.
    Around,
    /// In the paragraph of the quote.
    Paragraph,
    /// In the name, the office or the mention of the speaker.
    Role,
    /// In the quote.
    Quote,
}

/// For each zone, the term frequency that the index stores for a word there, and the word's weight for the
/// topic. The frequencies identify the zones, and make the index's own BM25 produce roughly the same order.
/// They are as small as possible, because the index spends time on each count.
const ZONES: [(Zone, u32, f32); 5] = [
    (Zone::Lead, 1, 0.4),
    (Zone::Around, 2, 0.45),
    (Zone::Paragraph, 3, 0.7),
    (Zone::Role, 4, 0.7),
    (Zone::Quote, 5, 1.0),
];

impl Zone {
    /// Returns the term frequency that the index stores for a word of this zone, 1 to 5.
    #[must_use]
    pub const fn frequency(self) -> u32 {
        ZONES[self as usize].1
    }

    /// Returns the zone with this term frequency; `None` for any other number.
    #[must_use]
    pub fn of_frequency(frequency: u32) -> Option<Self> {
        ZONES.iter().find(|zone| zone.1 == frequency).map(|zone| zone.0)
    }

    /// Returns the weight of a word of the question that is found here; 1 in the quote itself.
    #[must_use]
    pub const fn weight(self) -> f32 {
        ZONES[self as usize].2
    }

    /// Returns the weight of a word of the office asked about: 1 if it is used for the speaker, and low in
    /// the quote, because speakers seldom name themselves.
    #[must_use]
    pub const fn weight_of_office(self) -> f32 {
        match self {
            Self::Role => 1.0,
            Self::Quote => 0.3,
            near => near.weight(),
        }
    }

    /// Returns the weight of a word that only says where or when: no higher in the quote than next to it.
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
    fn a_zone_is_read_back_from_its_frequency() {
        for (zone, frequency, weight) in ZONES {
            assert_eq!(Zone::of_frequency(zone.frequency()), Some(zone));
            assert_eq!((zone.frequency(), zone.weight().to_bits()), (frequency, weight.to_bits()));
        }
        assert_eq!(Zone::of_frequency(6), None);
    }
}

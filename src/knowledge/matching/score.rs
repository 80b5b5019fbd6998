//! How sure it is that a line of release notes is about a wish.

/// From this confidence on a line is shown as having to do with a wish.
pub const LIKELY: f32 = 0.6;

/// From this confidence on a customer may be told: with what both mean, and by words alone.
const SURE: f32 = 0.85;
const SURE_BY_WORDS: f32 = 0.93;

/// More in common than this tells no more.
const MOST_IN_COMMON: f32 = 4.0;

/// What a name the line lacks takes off.
const UNNAMED: f32 = 0.5;

/// As much of a text as is all of it.
const WHOLE: f32 = 0.99;

/// What a line adds that says nothing but what was asked for.
const BARE: f32 = 1.25;

/// How a wish and a line compare.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Signs {
    /// How near their meanings lie, at most 1; none where no model tells.
    pub meaning: Option<f32>,
    /// How alike their names are, 0 to 1.
    pub likeness: f32,
    /// How much they have in common, in rare names.
    pub common: f32,
    /// The share of the short wording that the line says, 0 to 1.
    pub said: f32,
    /// The share of the line that the wish says, 0 to 1.
    pub covered: f32,
    /// Whether the wish has a name or abbreviation that the line does not have.
    pub unnamed: bool,
}

impl Signs {
    /// The confidence that the line is about the wish, 0 to 1; rises with what is alike.
    #[must_use]
    pub fn confidence(&self) -> f32 {
        1.0 / (1.0 + (-self.strength()).exp())
    }

    /// The same on a scale without ends, by which lines are ordered.
    #[must_use]
    pub fn strength(&self) -> f32 {
        let common = self.common.min(MOST_IN_COMMON);
        let sum = match self.meaning {
            Some(meaning) => -5.9 + 8.0 * meaning + 1.5 * self.likeness + 0.8 * common + 0.6 * self.said,
            None => -2.5 + 1.5 * self.likeness + 1.4 * common + 1.4 * self.said,
        };
        // A line that says nothing but what was asked for; and all of it.
        let bare = match (self.covered >= WHOLE, self.said >= WHOLE) {
            (true, true) => 2.0 * BARE,
            (true, false) => BARE,
            _ => 0.0,
        };
        if self.unnamed { sum + bare - UNNAMED } else { sum + bare }
    }

    /// From which confidence on a customer may be told.
    #[must_use]
    pub fn sure_from(&self) -> f32 {
        if self.meaning.is_some() { SURE } else { SURE_BY_WORDS }
    }
}

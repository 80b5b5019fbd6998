//! The promise: who promised what to whom by when, and what became of it.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::action::{Decision, Outcome, Value};
use super::activity::Side;
use super::record::RecordRef;
use crate::domain::time::Moment;

/// A promise to or from the account, read from a call or an e-mail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Commitment {
    /// `<source id>#c<n>`, or `#m<n>` where only a language model noted it; stable over repeated imports.
    pub id: String,
    /// Domain of the account.
    pub account: String,
    /// Who promised.
    pub who: String,
    /// Which side promised.
    pub side: Side,
    /// What was promised, as a short phrase in the promiser's words.
    pub what: String,
    /// By when, when a day can be told.
    pub due: Option<NaiveDate>,
    /// By when, as it was said ("by Friday").
    pub due_text: Option<String>,
    /// The exact words.
    pub quote: String,
    /// When it was promised.
    pub occurred_at: Moment,
    /// The call or e-mail.
    pub source: RecordRef,
    /// Seconds from the start of the call.
    pub at_seconds: Option<f64>,
    /// Later words that show it was kept.
    pub kept_by: Option<LaterWords>,
    /// Where none do: later words that may show it, and do not say so plainly.
    #[serde(default)]
    pub unclear_by: Option<LaterWords>,
    /// What a person said became of it; it goes before what the records show.
    #[serde(default)]
    pub marked: Option<Decision>,
}

/// Where a commitment stands on a given day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CommitmentStatus {
    /// Not kept yet, and not past its day.
    Open,
    /// Past its day with nothing that shows it was kept.
    Overdue,
    /// Later words, or a person, say that it was kept.
    Kept,
    /// A person said that nobody waits for it any more.
    Dropped,
    /// Past its day, and later words may show that it was kept.
    Unclear,
}

impl CommitmentStatus {
    /// Whether it is still to be kept, late or not.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Overdue | Self::Unclear)
    }
}

impl Commitment {
    /// What was promised, where it reads as a deed of its own: "send the report". None where only the quote tells it.
    #[must_use]
    pub fn deed(&self) -> Option<&str> {
        const LONGEST: usize = 12;
        let what = self.what.trim_end_matches('.');
        let words = what.split_whitespace().count();
        let first = what.split(|letter: char| !letter.is_alphabetic()).next().unwrap_or_default().to_lowercase();
        let pronoun = matches!(
            first.as_str(),
            "i" | "we" | "you" | "it" | "they" | "he" | "she" | "that" | "this" | "there" | "our" | "my" | "and" | "so"
        );
        let leans = what.split_whitespace().any(|word| matches!(word, "it" | "that" | "them" | "this"));
        // A deed begins with its verb; a capital letter begins a sentence.
        let sentence = pronoun || what.starts_with(char::is_uppercase);
        let fragment = leans && words < 4;
        ((2..=LONGEST).contains(&words) && !sentence && !fragment).then_some(what)
    }

    /// What a person said became of it.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        match self.marked.as_ref()?.value {
            Value::Marked { outcome, .. } => Some(outcome),
            _ => None,
        }
    }

    /// Where it stands on `today`.
    #[must_use]
    pub fn status(&self, today: NaiveDate) -> CommitmentStatus {
        match self.outcome() {
            Some(Outcome::Dropped) => CommitmentStatus::Dropped,
            Some(Outcome::Kept) => CommitmentStatus::Kept,
            None if self.kept_by.is_some() => CommitmentStatus::Kept,
            None if self.due.is_none_or(|due| due >= today) => CommitmentStatus::Open,
            None if self.unclear_by.is_some() => CommitmentStatus::Unclear,
            None => CommitmentStatus::Overdue,
        }
    }
}

/// A promise of which nobody can tell whose it is: the record does not name who spoke. It is nobody's debt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unattributed {
    /// What stands in the place of a name: `Speaker 2`.
    pub who: String,
    /// What was promised, as a short phrase.
    pub what: String,
    /// By when, when a day can be told.
    pub due: Option<NaiveDate>,
    /// The exact words.
    pub quote: String,
    /// When it was promised.
    pub occurred_at: Moment,
    /// The call.
    pub source: RecordRef,
    /// Seconds from the start of the call.
    pub at_seconds: Option<f64>,
}

/// Later words that tell what became of a commitment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaterWords {
    /// Where it was said.
    pub source: RecordRef,
    /// When.
    pub occurred_at: Moment,
    /// The exact words.
    pub quote: String,
}

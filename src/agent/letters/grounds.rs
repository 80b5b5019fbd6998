//! What a mail stands on: read from the records of one account, each piece with its evidence.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::draft::{Correspondent, DraftFact, Goal};
use crate::domain::evidence::{Citation, Evidence};

/// Everything a mail may say.
#[derive(Clone, Debug, Serialize)]
pub struct Grounds {
    /// What it is for.
    pub goal: Goal,
    /// Domain of the account.
    pub account: String,
    /// Name of the account.
    pub account_name: String,
    /// To whom.
    pub recipient: Correspondent,
    /// From whom.
    pub sender: Correspondent,
    /// Their own words.
    pub words: Option<Words>,
    /// A promise of ours that is past its day.
    pub owed: Option<Promise>,
    /// A promise of ours whose day is ahead.
    pub coming: Option<Promise>,
    /// A promise of theirs.
    pub theirs: Option<Promise>,
    /// The contract that renews next, or the trial that ends next.
    pub contract: Option<Contract>,
    /// The notice they gave.
    pub notice: Option<Given>,
    /// What is not paid.
    pub unpaid: Option<Unpaid>,
    /// How much they use the product.
    pub usage: Option<Use>,
    /// What was shipped that they asked for.
    pub shipped: Vec<Shipped>,
    /// When somebody last spoke with them.
    pub talk: Option<Talk>,
    /// What was to be mentioned and is on record.
    pub mentioned: Vec<Mentioned>,
    /// Two working days to propose.
    pub days: [Day; 2],
    /// The evidence, in the order it was read.
    #[serde(skip)]
    facts: Vec<(String, Evidence)>,
}

/// Something a customer said or wrote.
#[derive(Clone, Debug, Serialize)]
pub struct Words {
    /// The exact words, or an unbroken piece of them.
    pub text: String,
    /// First name of who said it.
    pub first: String,
    /// Whether that is the recipient.
    pub own: bool,
    /// Whether it was written rather than said.
    pub written: bool,
    /// The day.
    pub day: NaiveDate,
    /// What they do with them.
    pub mood: Mood,
}

/// What somebody does with their words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mood {
    /// They ask.
    Asks,
    /// They want something.
    Wants,
    /// Something is wrong.
    Complains,
    /// Something is good.
    Praises,
    /// They want to go on.
    Decides,
    /// Something else.
    Other,
}

/// A promise.
#[derive(Clone, Debug, Serialize)]
pub struct Promise {
    /// First name of who made it.
    pub first: String,
    /// Whether that is who writes, or is written to.
    pub own: bool,
    /// What, as a deed: `send the report`.
    pub deed: Option<String>,
    /// Whether the deed brings something to somebody.
    pub brings: bool,
    /// The exact words.
    pub quote: String,
    /// The day it was made.
    pub day: NaiveDate,
    /// By when.
    pub due: Option<NaiveDate>,
    /// Whether it was to tell them on the day something ships.
    pub on_shipping: bool,
    /// Whether it was made in a conversation with the recipient.
    pub heard: bool,
    /// Days past its day.
    pub late: i64,
}

/// A contract or a trial.
#[derive(Clone, Debug, Serialize)]
pub struct Contract {
    /// What is sold, without what stands in brackets.
    pub product: String,
    /// Seats.
    pub seats: Option<u32>,
    /// Day of renewal or end.
    pub day: NaiveDate,
    /// Days until then.
    pub in_days: i64,
    /// Whether it goes on by itself.
    pub automatic: bool,
}

/// A notice they gave that the contract ends.
#[derive(Clone, Debug, Serialize)]
pub struct Given {
    /// The day.
    pub day: NaiveDate,
    /// The day it names for the end.
    pub ends_on: Option<NaiveDate>,
}

/// What is not paid.
#[derive(Clone, Debug, Serialize)]
pub struct Unpaid {
    /// What for.
    pub product: Option<String>,
    /// How much.
    pub amount: Option<String>,
    /// Days on which the payment failed, the oldest first.
    pub failed: Vec<NaiveDate>,
    /// Since when it is open.
    pub since: Option<NaiveDate>,
}

/// Usage on a typical day.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Use {
    /// Average of the last seven days.
    pub active: u32,
    /// Seats paid for.
    pub seats: Option<u32>,
    /// The same average thirty days before, where it was much higher.
    pub before: Option<u32>,
    /// The first day of those on which nobody was active.
    pub idle_since: Option<NaiveDate>,
}

/// Something shipped that was asked for.
#[derive(Clone, Debug, Serialize)]
pub struct Shipped {
    /// What, as the release notes name it.
    pub thing: String,
    /// What the notes say of it besides.
    pub more: Option<String>,
    /// The version.
    pub version: Option<String>,
    /// When it shipped.
    pub day: NaiveDate,
    /// First name of who asked.
    pub first: Option<String>,
    /// Whether that is the recipient.
    pub own: bool,
    /// When they asked.
    pub asked: Option<NaiveDate>,
    /// The words they asked in.
    pub quote: Option<String>,
    /// Whether somebody told them since.
    pub told: bool,
}

/// The last conversation.
#[derive(Clone, Debug, Serialize)]
pub struct Talk {
    /// The day.
    pub day: NaiveDate,
    /// How long ago, as people say it: `three weeks`.
    pub ago: String,
    /// Whether the recipient took part.
    pub own: bool,
}

/// Something that was to be mentioned.
#[derive(Clone, Debug, Serialize)]
pub struct Mentioned {
    /// The sentence.
    pub sentence: String,
}

/// A working day to propose.
#[derive(Clone, Debug, Serialize)]
pub struct Day {
    /// The day.
    pub day: NaiveDate,
    /// `Thursday the 26th`.
    pub text: String,
}

impl Grounds {
    /// Of a mail for `goal` that stands on nothing yet.
    pub fn new(
        goal: Goal,
        account: (&str, &str),
        recipient: Correspondent,
        sender: Correspondent,
        days: [Day; 2],
    ) -> Self {
        Self {
            goal,
            account: account.0.to_owned(),
            account_name: account.1.to_owned(),
            recipient,
            sender,
            words: None,
            owed: None,
            coming: None,
            theirs: None,
            contract: None,
            notice: None,
            unpaid: None,
            usage: None,
            shipped: Vec::new(),
            talk: None,
            mentioned: Vec::new(),
            days,
            facts: Vec::new(),
        }
    }

    /// Stands on one more fact; the same one counts once.
    pub fn lean_on(&mut self, text: impl Into<String>, evidence: Evidence) {
        let text = text.into();
        if !self.facts.iter().any(|(known, piece)| *known == text && piece.record == evidence.record) {
            self.facts.push((text, evidence));
        }
    }

    /// The facts with their citations, numbered from 1.
    pub fn facts(&self) -> Vec<DraftFact> {
        self.facts
            .iter()
            .zip(1..)
            .map(|((text, evidence), n)| DraftFact { text: text.clone(), citation: Citation::new(n, evidence.clone()) })
            .collect()
    }
}

//! Reads an account's calls and e-mails for promises and requests.
//!
//! The built-in reader is a chain of small rules over words, in this order: `statement` cuts records into statements,
//! `promise` and `request` score them by the cues of `cue` and `lexicon`, `due` tells by when, `merge` joins what was
//! said twice, `kept` looks for later words that show a promise was kept. Nothing in here is random and nothing waits.

mod act;
mod cue;
mod day;
mod deed;
mod deeds;
mod due;
mod goods;
mod held;
mod highlight;
mod kept;
mod learned;
mod lexicon;
mod merge;
mod phrase;
mod promise;
mod request;
mod statement;
mod thing;
mod wants;
mod ways;
mod wish;
mod wording;

#[cfg(test)]
mod tests;

use async_trait::async_trait;

pub use act::{ActCue, act_cues, act_score, asks_to_act};
pub use due::{Due, find_due};
pub use highlight::{HighlightReason, Pick, highlights};

use crate::domain::account::AccountRecord;
use crate::domain::activity::{Call, Commitment, Email, Request};

/// What was read from an account's calls and e-mails.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// Promises to and from the account, the earliest first.
    pub commitments: Vec<Commitment>,
    /// What the customer asked for, the earliest first.
    pub requests: Vec<Request>,
}

/// Why an account could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReaderError {
    /// The reader is out of reach; trying again later may help.
    #[error("the reader is out of reach ({0}); the import is kept, try again later")]
    Unavailable(String),
    /// The reader's answer makes no sense; trying again will not help.
    #[error("the reader gave an answer that cannot be used ({0}); use the built-in reader")]
    Unusable(String),
}

/// Reads calls and e-mails for promises and requests.
#[async_trait]
pub trait Reader: Send + Sync {
    /// Reads all `calls` and `emails` of `account`, in any order. The same records give the same ids.
    ///
    /// # Errors
    /// [`ReaderError`] when a model behind the reader fails; the built-in reader never does.
    async fn read(&self, account: &AccountRecord, calls: &[Call], emails: &[Email]) -> Result<Reading, ReaderError>;
}

/// The reader that needs no model and no network.
#[derive(Clone, Copy, Debug, Default)]
pub struct BuiltInReader;

impl BuiltInReader {
    /// Changes with what it reads; conversations read by another version are read again.
    pub const VERSION: &str = "4";

    /// Reads without waiting.
    #[must_use]
    pub fn read_now(self, account: &AccountRecord, calls: &[Call], emails: &[Email]) -> Reading {
        let scripts = statement::scripts(account, calls, emails);
        let people = statement::People::new(account, calls, emails);
        let promises = scripts.iter().flat_map(|script| promise::promises(script, &people)).collect();
        let mut commitments = merge::commitments(promises, &account.domain);
        kept::mark_kept(&mut commitments, &scripts);
        kept::let_go(&mut commitments, &scripts);
        let requests = scripts.iter().flat_map(|script| request::requests(script, &people, &account.domain)).collect();
        Reading { commitments, requests }
    }
}

#[async_trait]
impl Reader for BuiltInReader {
    async fn read(&self, account: &AccountRecord, calls: &[Call], emails: &[Email]) -> Result<Reading, ReaderError> {
        Ok(self.read_now(account, calls, emails))
    }
}

//! Reads an account's calls and e-mails for promises and requests, for who has left, and for notices.
//!
//! In two steps. A [`Reader`] hears one call or e-mail at a time ([`Reader::hear`]); what it heard holds for as long as
//! neither the words nor the people in them change ([`Setting::key`]), so it is kept and only what is new is heard.
//! [`join`] then makes one reading of what was heard all over the account: quick, and the same for every reader.
//!
//! The built-in reader is a chain of small rules over words: `statement` cuts records into statements, `promise` and
//! `request` score them by the cues of `cue` and `lexicon`, `due` tells by when; `departure` hears who has left, `notice` that
//! a contract ends. Joining, `merge` makes one of what was said twice, `mark` judges what became of a promise, and `kept`
//! looks for later words that show it was kept. Nothing in here is random and nothing waits.
//!
//! A language model may read the same records beside it. What it notes (`noted`) is only added where `borne_out` finds it
//! in the record: what the built-in reader heard stays, whatever a model says or leaves out.

mod act;
mod borne_out;
mod clean;
mod cue;
mod day;
mod deed;
mod deeds;
mod departure;
mod due;
mod foreign;
mod goods;
mod held;
mod heard;
mod highlight;
mod join;
mod kept;
mod learned;
mod lexicon;
mod mark;
mod meeting;
mod merge;
mod months;
mod note;
mod noted;
mod numeric;
mod notice;
mod orders;
mod pattern;
mod people;
mod phrase;
mod presence;
mod present;
mod promise;
mod recorded;
mod request;
mod said;
mod said_on;
mod sought;
mod statement;
mod talk;
mod telling;
mod thing;
mod tongue;
mod wants;
mod ways;
mod wish;
mod within;
mod wording;

#[cfg(test)]
mod tests;

use async_trait::async_trait;

pub use act::{ActCue, act_cues, act_score, asks_to_act};
pub use due::{Due, find_due};
pub use heard::{Heard, Setting};
pub use highlight::{HighlightReason, Pick, highlights};
pub use join::{HeardIn, JOIN_VERSION, Marked, Reading, join};
pub use mark::Mark;
pub use note::kept_by_note;
pub use noted::{NOTED_KINDS, Noted, NotedPromise, NotedRequest, NotedSignal, pages};
pub use said_on::SaidOn;
pub use talk::{Talk, Work};

/// Why a call or e-mail could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReaderError {
    /// The reader is out of reach; trying again later may help.
    #[error("the reader is out of reach ({0}); the import is kept, try again later")]
    Unavailable(String),
    /// The reader's answer makes no sense; trying again will not help.
    #[error("the reader gave an answer that cannot be used ({0}); use the built-in reader")]
    Unusable(String),
}

/// Hears promises and requests in calls and e-mails.
#[async_trait]
pub trait Reader: Send + Sync {
    /// Changes with what the reader hears: what another version heard is heard again.
    fn version(&self) -> &str;

    /// Hears one call or e-mail. The same words in the same setting give the same.
    ///
    /// # Errors
    /// [`ReaderError`] when a model behind the reader fails; the built-in reader never does.
    async fn hear(&self, talk: Talk<'_>, setting: &Setting<'_>) -> Result<Heard, ReaderError>;
}

/// The reader that needs no model and no network.
#[derive(Clone, Copy, Debug, Default)]
pub struct BuiltInReader;

impl BuiltInReader {
    /// What [`Reader::version`] says.
    pub const VERSION: &str = "built-in 12";

    /// Hears without waiting.
    #[must_use]
    pub fn hear_now(self, talk: Talk<'_>, setting: &Setting<'_>) -> Heard {
        let script = statement::script(talk, &setting.sides).with_dates(setting.day_first);
        let (promises, requests) = foreign::heard(&script, &setting.people, &setting.account.domain);
        let (unattributed, promises) = promises.into_iter().partition(|promise| promise.nameless);
        let mut heard = Heard {
            promises,
            unattributed,
            requests,
            language: script.language(),
            departures: departure::departures(talk, setting),
            notices: notice::notices(talk, setting),
            ..Heard::default()
        };
        if let Talk::Email(email) = talk {
            heard.meetings.extend(meeting::meeting(email, setting));
            let (promises, requests) = within::heard_within(email, setting);
            heard.promises.extend(promises);
            heard.requests.extend(requests);
        }
        heard
    }
}

#[async_trait]
impl Reader for BuiltInReader {
    fn version(&self) -> &str {
        Self::VERSION
    }

    async fn hear(&self, talk: Talk<'_>, setting: &Setting<'_>) -> Result<Heard, ReaderError> {
        Ok(self.hear_now(talk, setting))
    }
}

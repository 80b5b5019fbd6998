//! What readers think of answers, and an answer frozen with everything it takes to ask for it again.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{App, AppError};
use crate::domain::conversation::{Conversation, Feedback, Turn, Verdict};
use crate::domain::id::{ConversationId, TurnId};
use crate::domain::record::{Record, RecordKind};
use crate::domain::time::{Moment, Window};

/// The longest comment, in characters.
const COMMENT: usize = 1_000;

/// A verdict as a surface received it.
#[derive(Clone, Debug, Default)]
pub struct Judgement {
    /// The conversation; the one of the last answer when absent.
    pub conversation: Option<ConversationId>,
    /// The turn; the last one that was answered when absent.
    pub turn: Option<TurnId>,
    /// Whether the answer was of use; nothing takes back what was said before.
    pub verdict: Option<Verdict>,
    /// Why, in a line.
    pub comment: Option<String>,
}

/// What was kept of a verdict.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The conversation.
    pub conversation: ConversationId,
    /// The turn.
    pub turn: TurnId,
    /// Its question.
    pub question: String,
    /// What is kept.
    pub feedback: Option<Feedback>,
}

/// An answer as a case of the evals, and the records it was told from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Frozen {
    /// The case.
    pub case: FrozenCase,
    /// The records, as they are imported.
    pub records: Vec<Record>,
}

/// A case of the evals: the questions up to one answer, and what it was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FrozenCase {
    /// The suite.
    pub suite: String,
    /// The account the chat was opened on.
    pub account: Option<String>,
    /// What the answer was, and when and from what.
    pub frozen: FrozenAnswer,
    /// The questions.
    pub turns: Vec<FrozenTurn>,
}

/// An answer as it was shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FrozenAnswer {
    /// The time it was given for.
    pub now: Moment,
    /// The file of its records, beside the case; named by whoever writes it.
    pub records: String,
    /// What a reader thought of it.
    pub verdict: Option<Verdict>,
    /// Why.
    pub comment: Option<String>,
    /// Which model wrote it.
    pub model: String,
    /// The records it cites.
    pub cited: Vec<String>,
    /// Its text.
    pub shown: String,
}

/// A question of a frozen conversation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FrozenTurn {
    /// The words.
    pub ask: String,
    /// Whether it is only asked because the one that matters follows on it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub context: bool,
    /// What is left to do for a person: a frozen answer says what was said, not what is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub todo: Option<String>,
}

impl App {
    /// Keeps what a reader thinks of an answer.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such answer; [`AppError::Invalid`] for a comment that is too long.
    pub async fn judge(&self, judgement: Judgement) -> Result<Judged, AppError> {
        let comment = judgement.comment.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
        let length = comment.as_ref().map_or(0, |comment| comment.chars().count());
        if length > COMMENT {
            return Err(AppError::Invalid(format!("The comment has {length} characters; shorten it to {COMMENT}.")));
        }
        let store = &self.intake.store;
        let (conversation, turn) = match (judgement.conversation, judgement.turn) {
            (Some(conversation), Some(turn)) => (conversation, turn),
            (None, Some(_)) => {
                return Err(AppError::Invalid("Name the conversation of the turn as well.".to_owned()));
            }
            (conversation, None) => store.last_answered(self.workspace, conversation).await?,
        };
        let feedback = judgement.verdict.map(|verdict| Feedback {
            verdict,
            comment: comment.filter(|comment| !comment.is_empty()),
            given_at: self.intake.clock.now(),
        });
        let question = store.put_feedback(self.workspace, conversation, turn, feedback.as_ref()).await?;
        Ok(Judged { conversation, turn, question, feedback })
    }

    /// An answer with everything it takes to ask for it again: the `number`th of the conversation, from 1; the last one
    /// when absent.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such conversation or answer; [`AppError::Invalid`] when it was stopped.
    pub async fn freeze(&self, conversation: ConversationId, number: Option<usize>) -> Result<Frozen, AppError> {
        let (conversation, mut turns) = self.conversation(conversation).await?;
        let number = number.unwrap_or(turns.len());
        let count = turns.len();
        let Some(place) = number.checked_sub(1).filter(|place| *place < count) else {
            return Err(AppError::NotFound(format!("There is no answer {number} in that conversation of {count}.")));
        };
        turns.truncate(number);
        if turns[place].answer.stopped {
            return Err(AppError::Invalid("That question was stopped; there is no answer to freeze.".to_owned()));
        }
        turns.retain(|turn| !turn.answer.stopped);
        let records = self.told_from(&conversation, &turns).await?;
        let Some(last) = turns.pop() else {
            return Err(AppError::NotFound("There is no answer in that conversation.".to_owned()));
        };
        let earlier = turns.into_iter().map(|turn| FrozenTurn { ask: turn.question, context: true, todo: None });
        let todo = "Say what a right answer holds (facts, cites, refuses, forbids), then delete this line.".to_owned();
        let (verdict, comment) = last.feedback.map(|feedback| (feedback.verdict, feedback.comment)).unzip();
        Ok(Frozen {
            case: FrozenCase {
                suite: "frozen".to_owned(),
                account: conversation.pinned,
                frozen: FrozenAnswer {
                    now: last.asked_at,
                    records: String::new(),
                    verdict,
                    comment: comment.flatten(),
                    model: last.answer.model,
                    cited: last.answer.citations.into_iter().map(|citation| citation.id).collect(),
                    shown: last.answer.answer,
                },
                turns: earlier.chain([FrozenTurn { ask: last.question, context: false, todo: Some(todo) }]).collect(),
            },
            records,
        })
    }

    /// The records answers were told from: all of the accounts they are about, and the releases. An answer about no
    /// account in particular was told from all of them.
    async fn told_from(&self, conversation: &Conversation, turns: &[Turn]) -> Result<Vec<Record>, AppError> {
        let store = &self.intake.store;
        let mut accounts: BTreeSet<String> = conversation.pinned.iter().cloned().collect();
        for turn in turns {
            accounts.extend(turn.answer.account.clone());
            accounts.extend(turn.answer.citations.iter().filter_map(|citation| citation.account.clone()));
            accounts.extend(turn.focus.accounts.iter().cloned());
            accounts.extend(turn.answer.offers.iter().filter_map(|offer| offer.account.clone()));
        }
        let about_all = conversation.pinned.is_none() && turns.iter().any(|turn| turn.answer.account.is_none());
        if about_all {
            accounts.extend(store.accounts(self.workspace).await?.into_iter().map(|account| account.record.domain));
        }
        let mut records: Vec<Record> =
            store.releases(self.workspace, &Window::ALWAYS).await?.into_iter().map(Record::Release).collect();
        for domain in accounts {
            let data = match store.account_data(self.workspace, &domain).await.map_err(AppError::from) {
                // It was there when it was asked about.
                Err(AppError::NotFound(_)) => continue,
                other => other?,
            };
            records.push(Record::Account(data.account.record));
            records.extend(data.revenue.into_iter().map(Record::RevenueSource));
            records.extend(data.payments.into_iter().map(Record::PaymentEvent));
            records.extend(data.usage.into_iter().map(Record::Usage));
            records.extend(data.deals.into_iter().map(Record::Deal));
            let kinds =
                [RecordKind::Call, RecordKind::Email, RecordKind::Note, RecordKind::Signal, RecordKind::Project];
            let said = store.activity(self.workspace, &domain, &kinds, &Window::ALWAYS, None, u32::MAX).await?;
            records.extend(said.into_iter().map(|(_, record)| record));
        }
        Ok(records)
    }
}

//! What a dialog that was sent leads to.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::Back;
use crate::app::{AppError, Edit};
use crate::domain::account::Section;
use crate::domain::action::{Action, Proposal};
use crate::domain::conversation::Verdict;
use crate::domain::draft::{Goal, Length, Tone};
use crate::domain::tool::draft::DraftEmail;
use crate::slack::payload::Submission;
use crate::slack::people::Asker;
use crate::slack::render::action_id::{
    FeedbackValue, IN_ACCOUNT, IN_COMMENT, IN_DAY, IN_GOAL, IN_INSTRUCTIONS, IN_LENGTH, IN_NOTE, IN_OWNER, IN_QUESTION,
    IN_REASON, IN_SECTION, IN_SUBJECT, IN_TONE, MODAL_ASK, MODAL_DRAFT, MODAL_DRAFT_EDIT, MODAL_DRAFT_REGENERATE,
    MODAL_FEEDBACK, MODAL_LINK, MODAL_NOTE, MODAL_PROPOSAL_EDIT, MODAL_RETRACK, MODAL_ROUTE, MODAL_UNTRACK, ModalMeta,
    Sent as _,
};
use crate::slack::render::{Message, modal, note, proposal};
use crate::slack::service::{Slack, SlackError, Team};

impl Slack {
    /// Does what a dialog says.
    pub(super) async fn submitted(&self, team: &Team, sent: &Submission, inbox: Uuid) -> Result<(), SlackError> {
        let meta = ModalMeta::read(&sent.metadata).unwrap_or_default();
        let mut back = Back::of_place(&sent.place, inbox);
        back.channel = meta.channel.clone();
        back.thread_ts.clone_from(&meta.thread);
        let asker = match self.asker(team, &sent.place.user).await {
            Ok(asker) => asker,
            Err(SlackError::NotAllowed(sentence)) => {
                return self.answer(team, &back, &note::not_allowed(&sentence)).await;
            }
            Err(error) => return Err(error),
        };
        let message = match self.do_submission(team, sent, &meta, &asker, inbox).await {
            Ok(message) => message,
            Err(SlackError::NotAllowed(sentence)) => Some(note::not_allowed(&sentence)),
            Err(SlackError::App(
                AppError::Invalid(sentence) | AppError::NotFound(sentence) | AppError::Conflict(sentence),
            )) => Some(note::plain(&sentence)),
            Err(error) => return Err(error),
        };
        match message {
            Some(message) => self.answer(team, &back, &message).await,
            None => Ok(()),
        }
    }

    async fn do_submission(
        &self,
        team: &Team,
        sent: &Submission,
        meta: &ModalMeta,
        asker: &Asker,
        inbox: Uuid,
    ) -> Result<Option<Message>, SlackError> {
        let words =
            |block: &str| sent.value(block).map(|words| words.trim().to_owned()).filter(|words| !words.is_empty());
        let account = meta.account.clone().or_else(|| sent.value(IN_ACCOUNT).map(str::to_owned));
        let named = || account.clone().unwrap_or_default();
        let reason = words(IN_REASON);
        Ok(match sent.callback_id.as_str() {
            MODAL_ASK => {
                let question = words(IN_QUESTION).unwrap_or_default();
                self.ask_from_dialog(team, asker, meta, account.as_deref(), &question, inbox).await?;
                None
            }
            MODAL_ROUTE => {
                let Some(section) = sent.value(IN_SECTION).and_then(Section::parse) else { return Ok(None) };
                let action = Action::RouteAccount { section, reason };
                Some(self.act_at_once(team, asker, &named(), action, inbox, None).await?)
            }
            MODAL_UNTRACK => {
                Some(self.act_at_once(team, asker, &named(), Action::UntrackAccount { reason }, inbox, None).await?)
            }
            MODAL_RETRACK => {
                Some(self.act_at_once(team, asker, &named(), Action::RetrackAccount { reason }, inbox, None).await?)
            }
            MODAL_NOTE => {
                let action = Action::AddNote { text: words(IN_NOTE).unwrap_or_default() };
                Some(self.act_at_once(team, asker, &named(), action, inbox, None).await?)
            }
            MODAL_DRAFT => {
                let asked = DraftEmail {
                    account: named(),
                    goal: words(IN_GOAL).as_deref().and_then(Goal::parse),
                    instructions: words(IN_INSTRUCTIONS),
                    ..DraftEmail::default()
                };
                self.draft_from(team, asker, asked, inbox).await?;
                Some(note::plain("The draft is in our direct messages."))
            }
            MODAL_LINK => {
                let Some(channel) = &meta.channel else { return Ok(None) };
                let account = team.app.exactly(&named()).await?;
                Some(self.link(team, asker, channel, account.as_ref()).await?)
            }
            MODAL_FEEDBACK => {
                if let Some(turn) = meta.turn {
                    self.judge(team, FeedbackValue { turn, verdict: Verdict::Down }, words(IN_COMMENT)).await?;
                }
                None
            }
            MODAL_PROPOSAL_EDIT => self.edit_proposal(team, sent, meta, asker, inbox).await?,
            MODAL_DRAFT_EDIT => self.edit_draft(team, sent, meta, asker, inbox).await?,
            MODAL_DRAFT_REGENERATE => self.regenerate(team, sent, meta, asker, inbox).await?,
            other => {
                self.ignore(other);
                None
            }
        })
    }

    async fn edit_proposal(
        &self,
        team: &Team,
        sent: &Submission,
        meta: &ModalMeta,
        asker: &Asker,
        inbox: Uuid,
    ) -> Result<Option<Message>, SlackError> {
        let Some(id) = meta.proposal else { return Ok(None) };
        let origin = self.acting(team, &asker.user).await?.origin(&format!("slack/{inbox}"));
        let old = team.app.proposal(id).await?;
        let acted = team.app.edit(id, Some(changed(&old, sent)), &origin).await?;
        if acted.proposal.id != id {
            let (before, now) = (id.to_string(), acted.proposal.id.to_string());
            self.store().repoint_slack_posts(team.workspace(), &before, &now).await?;
        }
        self.refresh_later(team, &acted.proposal.id.to_string()).await?;
        Ok(acted.refusal.map(|refusal| proposal::refused(&acted.proposal, &refusal, &acted.differences, self.now())))
    }

    async fn edit_draft(
        &self,
        team: &Team,
        sent: &Submission,
        meta: &ModalMeta,
        asker: &Asker,
        inbox: Uuid,
    ) -> Result<Option<Message>, SlackError> {
        let Some(draft) = meta.draft else { return Ok(None) };
        let origin = self.acting(team, &asker.user).await?.origin(&format!("slack/{inbox}"));
        let edit = Edit {
            version: draft.version,
            subject: sent.value(IN_SUBJECT).map(str::to_owned),
            body: Some(modal::edited_body(&fields(sent))).filter(|body| !body.is_empty()),
        };
        team.app.edit_draft(draft.id, edit, &origin).await?;
        self.refresh_later(team, &draft.id.to_string()).await?;
        Ok(None)
    }

    async fn regenerate(
        &self,
        team: &Team,
        sent: &Submission,
        meta: &ModalMeta,
        asker: &Asker,
        inbox: Uuid,
    ) -> Result<Option<Message>, SlackError> {
        let Some(value) = meta.draft else { return Ok(None) };
        let origin = self.acting(team, &asker.user).await?.origin(&format!("slack/{inbox}"));
        let before = team.app.draft(value.id).await?;
        let asked = DraftEmail {
            account: before.account.clone(),
            tone: sent.value(IN_TONE).and_then(Tone::parse),
            length: sent.value(IN_LENGTH).and_then(Length::parse),
            instructions: sent.value(IN_INSTRUCTIONS).map(str::to_owned),
            revise: true,
            ..DraftEmail::default()
        };
        team.app.revise_draft(value.id, value.version, asked, &origin).await?;
        self.refresh_later(team, &value.id.to_string()).await?;
        Ok(None)
    }
}

/// What a proposal says with what was changed in its dialog.
fn changed(old: &Proposal, sent: &Submission) -> Action {
    let words = |block: &str| sent.value(block).map(|words| words.trim().to_owned()).filter(|words| !words.is_empty());
    let why = words(IN_REASON);
    match old.action.clone() {
        Action::RouteAccount { section, .. } => Action::RouteAccount {
            section: sent.value(IN_SECTION).and_then(Section::parse).unwrap_or(section),
            reason: why,
        },
        Action::SnoozeAccount { until, .. } => {
            let day = sent.value(IN_DAY).and_then(|day| day.parse::<NaiveDate>().ok());
            Action::SnoozeAccount { until: day.unwrap_or(until), reason: why }
        }
        Action::SetOwner { owner, .. } => Action::SetOwner { owner: words(IN_OWNER).unwrap_or(owner), reason: why },
        Action::AddNote { text } => Action::AddNote { text: words(IN_NOTE).unwrap_or(text) },
        Action::UntrackAccount { .. } => Action::UntrackAccount { reason: why },
        Action::RetrackAccount { .. } => Action::RetrackAccount { reason: why },
        Action::IgnoreRevenueSource { source, ignored, .. } => {
            Action::IgnoreRevenueSource { source, ignored, reason: why }
        }
        Action::MarkCommitment { commitment, quote, outcome, .. } => {
            Action::MarkCommitment { commitment, quote, outcome, evidence: why }
        }
    }
}

/// What was filled in, by block.
fn fields(sent: &Submission) -> BTreeMap<String, String> {
    let blocks = sent.values.as_object().into_iter().flatten();
    blocks.filter_map(|(block, _)| Some((block.clone(), sent.value(block)?.to_owned()))).collect()
}

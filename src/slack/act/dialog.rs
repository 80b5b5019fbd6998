//! Dialogs: opened at once, because Slack gives three seconds for it; checked when they are sent, before anything is done.

use serde_json::{Value, json};

use super::Back;
use crate::domain::account::Section;
use crate::domain::conversation::Verdict;
use crate::domain::tool::account::AccountBrief;
use crate::slack::command::Named;
use crate::slack::payload::{Clicked, Place, Shortcut, Submission};
use crate::slack::render::action_id::{
    ACCOUNT_ASK, ACCOUNT_DRAFT, ACCOUNT_RETRACK, ACCOUNT_ROUTE, ACCOUNT_UNTRACK, ANSWER_FEEDBACK, AccountValue,
    DRAFT_COPY, DRAFT_EDIT, DRAFT_REGENERATE, DraftValue, EVIDENCE_OPEN, EvidenceValue, FeedbackValue, HOME_ASK,
    IN_ACCOUNT, IN_NOTE, IN_QUESTION, IN_SECTION, MODAL_ASK, MODAL_DRAFT, MODAL_DRAFT_COPY, MODAL_EVIDENCE, MODAL_LINK,
    MODAL_NOTE, MODAL_RETRACK, MODAL_ROUTE, MODAL_UNTRACK, ModalMeta, PROPOSAL_EDIT, ProposalValue, Sent as _, kind_of,
};
use crate::slack::render::modal::{self, Known};
use crate::slack::render::{View, note};
use crate::slack::service::{Slack, SlackError, Team};
use crate::slack::turn::plain_words;

/// Options given to a menu at once.
const OPTIONS: u32 = 50;

/// Whether a button opens a dialog.
#[must_use]
pub fn opens_a_dialog(action_id: &str) -> bool {
    let kinds = [
        EVIDENCE_OPEN,
        PROPOSAL_EDIT,
        DRAFT_EDIT,
        DRAFT_REGENERATE,
        DRAFT_COPY,
        ACCOUNT_ASK,
        ACCOUNT_ROUTE,
        ACCOUNT_UNTRACK,
        ACCOUNT_RETRACK,
        ACCOUNT_DRAFT,
        HOME_ASK,
        ANSWER_FEEDBACK,
    ];
    kinds.contains(&kind_of(action_id))
}

/// Whether a dialog only shows something, so that sending it asks for nothing.
#[must_use]
pub fn only_shows(callback_id: &str) -> bool {
    [MODAL_EVIDENCE, MODAL_DRAFT_COPY].contains(&callback_id)
}

impl Slack {
    /// Opens the dialog a button asks for; where that fails the person is told.
    pub(in crate::slack) async fn open_dialog(&self, team: &Team, clicked: &Clicked) {
        let opened = self.try_open(team, clicked).await;
        self.told_if_failed(team, &clicked.place, opened).await;
    }

    /// Opens the dialog of a shortcut.
    pub(in crate::slack) async fn open_for_shortcut(&self, team: &Team, shortcut: &Shortcut) {
        let opened = self.try_open_shortcut(team, shortcut).await;
        self.told_if_failed(team, &shortcut.place, opened).await;
    }

    async fn told_if_failed(&self, team: &Team, place: &Place, opened: Result<(), SlackError>) {
        let Err(error) = opened else { return };
        let message = match &error {
            SlackError::NotAllowed(sentence) => note::not_allowed(sentence),
            SlackError::App(error) => note::plain(&error.to_string()),
            other => {
                tracing::warn!(error = %other, "a dialog of Slack could not be opened");
                note::plain("The dialog could not be opened in time. Press the button again.")
            }
        };
        let back = Back::of_place(place, uuid::Uuid::now_v7());
        if let Err(error) = self.answer(team, &back, &message).await {
            tracing::warn!(%error, "nor could that be said");
        }
    }

    async fn try_open(&self, team: &Team, clicked: &Clicked) -> Result<(), SlackError> {
        let place = &clicked.place;
        self.asker(team, &place.user).await?;
        let Some(trigger) = &place.trigger else { return Ok(()) };
        let meta = ModalMeta {
            channel: place.channel.clone(),
            thread: place.thread_ts.clone(),
            message: place.message_ts.clone(),
            ..ModalMeta::default()
        };
        let too_old = || {
            SlackError::NotAllowed("This button is too old to be understood. Ask again to get a new one.".to_owned())
        };
        let value = clicked.value.as_str();
        let view = match kind_of(&clicked.action_id) {
            EVIDENCE_OPEN => {
                let value = EvidenceValue::read(value).ok_or_else(too_old)?;
                let citation = team.app.citation(value.turn, value.n).await?.ok_or_else(too_old)?;
                modal::evidence(&citation, self.today())
            }
            PROPOSAL_EDIT => {
                let value = ProposalValue::read(value).ok_or_else(too_old)?;
                modal::proposal_edit(&team.app.proposal(value.id).await?, &meta)
            }
            kind @ (DRAFT_EDIT | DRAFT_REGENERATE | DRAFT_COPY) => {
                let draft = team.app.draft(DraftValue::read(value).ok_or_else(too_old)?.id).await?;
                match kind {
                    DRAFT_EDIT => modal::draft_edit(&draft, &meta),
                    DRAFT_REGENERATE => modal::draft_regenerate(&draft, &meta),
                    _ => modal::draft_copy(&draft, &meta),
                }
            }
            ANSWER_FEEDBACK => {
                let value = FeedbackValue::read(value).ok_or_else(too_old)?;
                self.judge(team, value, None).await?;
                if value.verdict == Verdict::Up {
                    return Ok(());
                }
                modal::feedback(&ModalMeta { turn: Some(value.turn), ..meta })
            }
            HOME_ASK => {
                let linked = match &place.channel {
                    Some(channel) => self.linked(team, channel).await?,
                    None => None,
                };
                modal::ask(Known { account: linked.as_ref(), unclear: None }, "", &meta)
            }
            kind => {
                let value = AccountValue::read(value).ok_or_else(too_old)?;
                let account = team.app.exactly(&value.account).await?.ok_or_else(too_old)?;
                let meta = ModalMeta { account: Some(account.domain.clone()), ..meta };
                let known = Known { account: Some(&account), unclear: None };
                match kind {
                    ACCOUNT_ROUTE => modal::route(known, None, "", &meta),
                    ACCOUNT_UNTRACK => modal::untrack(known, "", &meta),
                    ACCOUNT_RETRACK => modal::retrack(known, "", &meta),
                    ACCOUNT_DRAFT => modal::draft(known, None, "", &meta),
                    _ => modal::ask(known, "", &meta),
                }
            }
        };
        self.open_view(team, trigger, view).await
    }

    async fn try_open_shortcut(&self, team: &Team, shortcut: &Shortcut) -> Result<(), SlackError> {
        let place = &shortcut.place;
        self.asker(team, &place.user).await?;
        let Some(trigger) = &place.trigger else { return Ok(()) };
        let meta = ModalMeta {
            channel: place.channel.clone(),
            thread: place.thread_ts.clone().or_else(|| place.message_ts.clone()),
            message: place.message_ts.clone(),
            ..ModalMeta::default()
        };
        let words = plain_words(shortcut.message_text.as_deref().unwrap_or_default(), "");
        let account = self.account_spoken_of(team, place.channel.as_deref(), &words).await?;
        let known = Known { account: account.as_ref(), unclear: None };
        let view = match shortcut.callback_id.as_str() {
            "save_note" => modal::note(known, &words, &meta),
            _ => modal::ask(known, "", &meta),
        };
        self.open_view(team, trigger, view).await
    }

    /// The account a message speaks of for certain, else the channel's.
    async fn account_spoken_of(
        &self,
        team: &Team,
        channel: Option<&str>,
        words: &str,
    ) -> Result<Option<AccountBrief>, SlackError> {
        let mentioned = team.app.find_accounts(words).await?.accounts;
        if let [only] = mentioned.as_slice()
            && let [account] = only.candidates.as_slice()
            && only.exact
            && only.other_name.is_none()
        {
            return Ok(Some(account.clone()));
        }
        match channel {
            Some(channel) => self.linked(team, channel).await,
            None => Ok(None),
        }
    }

    pub(in crate::slack) async fn open_view(&self, team: &Team, trigger: &str, view: View) -> Result<(), SlackError> {
        let arguments = json!({ "trigger_id": trigger, "view": view.into_json() });
        Ok(self.api().write(&team.caller, "views.open", &arguments).await.map(drop)?)
    }

    /// The accounts for a menu into which somebody types.
    pub(in crate::slack) async fn suggest(&self, team: &Team, user: &str, typed: &str) -> Result<Value, SlackError> {
        match self.asker(team, user).await {
            Ok(_) => {}
            Err(SlackError::NotAllowed(_)) => return Ok(json!({ "options": [] })),
            Err(error) => return Err(error),
        }
        Ok(modal::account_options(&team.app.suggest_accounts(typed, OPTIONS).await?))
    }

    /// What is wrong with a dialog, as Slack shows it beside its inputs; none where it can be done.
    pub(in crate::slack) async fn faults(
        &self,
        team: &Team,
        submission: &Submission,
    ) -> Result<Option<Value>, SlackError> {
        let mut faults = serde_json::Map::new();
        let meta = ModalMeta::read(&submission.metadata).unwrap_or_default();
        let needs_account = [MODAL_ROUTE, MODAL_UNTRACK, MODAL_RETRACK, MODAL_NOTE, MODAL_DRAFT, MODAL_LINK];
        if needs_account.contains(&submission.callback_id.as_str()) && meta.account.is_none() {
            let named = submission.value(IN_ACCOUNT).unwrap_or_default();
            if !matches!(Named::exactly(&team.app, named).await?, Named::Account(..)) {
                faults.insert(IN_ACCOUNT.to_owned(), "Pick an account.".into());
            }
        }
        let missing = |block: &str| submission.value(block).is_none_or(|value| value.trim().is_empty());
        match submission.callback_id.as_str() {
            MODAL_ASK if missing(IN_QUESTION) => {
                faults.insert(IN_QUESTION.to_owned(), "Type what you want to know.".into());
            }
            MODAL_NOTE if missing(IN_NOTE) => {
                faults.insert(IN_NOTE.to_owned(), "Type the note.".into());
            }
            MODAL_ROUTE if submission.value(IN_SECTION).and_then(Section::parse).is_none() => {
                faults.insert(IN_SECTION.to_owned(), "Pick a section.".into());
            }
            _ => {}
        }
        Ok((!faults.is_empty()).then(|| json!({ "response_action": "errors", "errors": faults })))
    }
}

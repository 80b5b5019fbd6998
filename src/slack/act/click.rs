//! Buttons that do something; those that open a dialog are in `dialog`.

use uuid::Uuid;

use super::Back;
use crate::app::{Acted, AppError, Judgement};
use crate::domain::conversation::Verdict;
use crate::domain::draft::Goal;
use crate::domain::tool::draft::DraftEmail;
use crate::slack::command::Typed;
use crate::slack::payload::{Clicked, Command};
use crate::slack::people::Asker;
use crate::slack::render::action_id::{
    ACCOUNT_CHOOSE, ACCOUNT_SHOW, ACCOUNT_WHY, ANSWER_FEEDBACK, ANSWER_MORE, AccountValue, ChooseValue,
    DIGEST_ACKNOWLEDGE, DIGEST_FIRST, DIGEST_SNOOZE, DRAFT_APPROVE, DRAFT_DECLINE, DRAFT_NOT_OUT, DRAFT_SEND,
    DRAFT_WENT_OUT, DigestValue, DraftValue, FeedbackValue, HOME_APPROVAL, HOME_REFRESH, LINK_ACCEPT, LINK_DISMISS,
    LOOP_DRAFT, LoopValue, MoreValue, OFFER_ASK, OfferValue, PROPOSAL_APPROVE, PROPOSAL_DECLINE, PROPOSAL_UNDO,
    ProposalValue, Sent as _, kind_of,
};
use crate::slack::render::{Links, answer, draft, note, proposal};
use crate::slack::service::{Slack, SlackError, Team};

impl Slack {
    /// Does what a button says.
    pub(super) async fn clicked(&self, team: &Team, clicked: &Clicked, inbox: Uuid) -> Result<(), SlackError> {
        let back = Back::of_place(&clicked.place, inbox);
        let asker = match self.asker(team, &clicked.place.user).await {
            Ok(asker) => asker,
            Err(SlackError::NotAllowed(sentence)) => {
                return self.answer(team, &back, &note::not_allowed(&sentence)).await;
            }
            Err(error) => return Err(error),
        };
        match Box::pin(self.do_click(team, clicked, &asker, &back, inbox)).await {
            Err(SlackError::NotAllowed(sentence)) => self.answer(team, &back, &note::not_allowed(&sentence)).await,
            Err(SlackError::App(
                AppError::Invalid(sentence) | AppError::NotFound(sentence) | AppError::Conflict(sentence),
            )) => self.answer(team, &back, &note::plain(&sentence)).await,
            other => other,
        }
    }

    async fn do_click(
        &self,
        team: &Team,
        clicked: &Clicked,
        asker: &Asker,
        back: &Back,
        inbox: Uuid,
    ) -> Result<(), SlackError> {
        let value = clicked.value.as_str();
        match kind_of(&clicked.action_id) {
            kind @ (PROPOSAL_APPROVE | PROPOSAL_DECLINE | PROPOSAL_UNDO) => {
                let Some(value) = ProposalValue::read(value) else { return self.is_stale(team, back).await };
                self.settle_proposal(team, clicked, asker, back, kind, &value, inbox).await
            }
            kind @ (DRAFT_APPROVE | DRAFT_DECLINE | DRAFT_SEND | DRAFT_WENT_OUT | DRAFT_NOT_OUT) => {
                let Some(value) = DraftValue::read(value) else { return self.is_stale(team, back).await };
                let origin = self.acting(team, &asker.user).await?.origin(&format!("slack/{inbox}"));
                let moved = match kind {
                    DRAFT_APPROVE => team.app.approve_draft(value.id, value.version, &origin).await,
                    DRAFT_DECLINE => team.app.decline_draft(value.id, value.version, &origin).await,
                    DRAFT_SEND => team.app.send_draft(value.id, value.version, &origin).await,
                    _ => team.app.settle_draft(value.id, value.version, kind == DRAFT_WENT_OUT, &origin).await,
                };
                self.refresh_later(team, &value.id.to_string()).await?;
                let today = self.today();
                let (message, refusal) = match moved {
                    Ok(now) => (draft::card(&now, team.app.can_send(), today), None),
                    Err(AppError::Invalid(why) | AppError::Conflict(why) | AppError::Unavailable(why)) => {
                        let now = team.app.draft(value.id).await?;
                        (draft::refused(&now, &why, team.app.can_send(), today), Some(why))
                    }
                    Err(error) => return Err(error.into()),
                };
                self.show_outcome(team, back, clicked.place.ephemeral, message, refusal.as_deref()).await
            }
            ANSWER_FEEDBACK => match FeedbackValue::read(value) {
                Some(value) => self.judge(team, value, None).await,
                None => self.is_stale(team, back).await,
            },
            ANSWER_MORE => match MoreValue::read(value) {
                Some(value) => self.show_more(team, clicked, value, inbox).await,
                None => self.is_stale(team, back).await,
            },
            OFFER_ASK => match OfferValue::read(value) {
                Some(value) => self.ask_offer(team, clicked, asker, &value, inbox).await,
                None => self.is_stale(team, back).await,
            },
            ACCOUNT_CHOOSE => match ChooseValue::read(value) {
                Some(value) => self.chosen(team, clicked, &value, inbox).await,
                None => self.is_stale(team, back).await,
            },
            kind @ (ACCOUNT_SHOW | ACCOUNT_WHY) => {
                let account = match AccountValue::read(value) {
                    Some(value) => team.app.exactly(&value.account).await?,
                    None => None,
                };
                let Some(account) = account else { return self.is_stale(team, back).await };
                let message = if kind == ACCOUNT_WHY {
                    self.why(team, &account).await?
                } else {
                    self.account_card(team, &account).await?
                };
                self.answer(team, back, &message).await
            }
            kind @ (LINK_ACCEPT | LINK_DISMISS) => {
                let Some(channel) = &clicked.place.channel else { return Ok(()) };
                let account = match (kind, AccountValue::read(value)) {
                    (LINK_ACCEPT, Some(value)) => team.app.exactly(&value.account).await?,
                    _ => None,
                };
                let message = match (kind, account) {
                    (LINK_ACCEPT, Some(account)) => self.link(team, asker, channel, Some(&account)).await?,
                    (LINK_ACCEPT, None) => return self.is_stale(team, back).await,
                    _ => note::plain("All right. `/success link` links the channel whenever you like."),
                };
                self.answer(team, &back.clone().instead(), &message).await
            }
            kind @ (DIGEST_ACKNOWLEDGE | DIGEST_SNOOZE) => match DigestValue::read(value) {
                Some(value) => {
                    let message = self.put_aside(team, asker, &value, kind == DIGEST_SNOOZE).await?;
                    self.answer(team, back, &message).await
                }
                None => self.is_stale(team, back).await,
            },
            DIGEST_FIRST => {
                let Some(channel) = &clicked.place.channel else { return Ok(()) };
                let message = self.accept_first_digest(team, asker, channel).await?;
                self.answer(team, &back.clone().instead(), &message).await
            }
            LOOP_DRAFT => match LoopValue::read(value) {
                Some(value) => self.draft_of_loop(team, asker, back, value, inbox).await,
                None => self.is_stale(team, back).await,
            },
            HOME_APPROVAL => match ProposalValue::read(value) {
                Some(value) => self.bring_approval(team, asker, &value, inbox).await,
                None => self.is_stale(team, back).await,
            },
            HOME_REFRESH => self.publish_home(team, &asker.user).await,
            other => {
                self.ignore(other);
                Ok(())
            }
        }
    }

    /// The button is of another version of this program.
    async fn is_stale(&self, team: &Team, back: &Back) -> Result<(), SlackError> {
        self.answer(team, back, &note::plain("This button is too old to be understood. Ask again to get a new one."))
            .await
    }

    #[expect(clippy::too_many_arguments, reason = "who pressed which button, where, and on what")]
    async fn settle_proposal(
        &self,
        team: &Team,
        clicked: &Clicked,
        asker: &Asker,
        back: &Back,
        kind: &str,
        value: &ProposalValue,
        inbox: Uuid,
    ) -> Result<(), SlackError> {
        let origin = self.acting(team, &asker.user).await?.origin(&format!("slack/{inbox}"));
        let Acted { proposal: now, refusal, differences, changed } = match kind {
            PROPOSAL_APPROVE => team.app.approve(value.id, Some(&value.digest), &origin).await?,
            PROPOSAL_DECLINE => team.app.decline(value.id, &origin).await?,
            _ => team.app.undo(value.id, &origin).await?,
        };
        self.refresh_later(team, &value.id.to_string()).await?;
        if now.id != value.id {
            // Another proposal took its place: the messages show that one from now on.
            self.store().repoint_slack_posts(team.workspace(), &value.id.to_string(), &now.id.to_string()).await?;
            self.refresh_later(team, &now.id.to_string()).await?;
        }
        let message = match &refusal {
            Some(refusal) if !changed => proposal::refused(&now, refusal, &differences, self.now()),
            _ => proposal::card(&now, self.now()),
        };
        self.show_outcome(team, back, clicked.place.ephemeral, message, refusal.as_deref()).await
    }

    /// Keeps what somebody thought of an answer.
    pub(super) async fn judge(
        &self,
        team: &Team,
        value: FeedbackValue,
        comment: Option<String>,
    ) -> Result<(), SlackError> {
        let Some((conversation, _)) = team.app.turn(value.turn).await? else { return Ok(()) };
        let judgement = Judgement {
            conversation: Some(conversation),
            turn: Some(value.turn),
            verdict: Some(value.verdict),
            comment: comment.filter(|_| value.verdict == Verdict::Down),
        };
        team.app.judge(judgement).await?;
        Ok(())
    }

    async fn show_more(&self, team: &Team, clicked: &Clicked, value: MoreValue, inbox: Uuid) -> Result<(), SlackError> {
        let (Some(channel), Some((_, turn))) = (&clicked.place.channel, team.app.turn(value.turn).await?) else {
            return Ok(());
        };
        let evidence = |turn, n| self.evidence_link(team, turn, n);
        let links = Links { public_url: self.public_url(), evidence: &evidence };
        let thread = clicked.place.thread_ts.as_deref().or(clicked.place.message_ts.as_deref());
        let place = team.place(channel, thread);
        for (number, message) in answer::rest(&turn.answer, links, value.from).iter().enumerate() {
            let said = (message.text.as_str(), message.blocks.as_slice());
            self.sender().post_once(&place, &format!("item/{inbox}/{number}"), said, None, self.now()).await?;
        }
        Ok(())
    }

    /// The account somebody meant: what they wanted of it is done as if they had typed it so.
    async fn chosen(&self, team: &Team, clicked: &Clicked, value: &ChooseValue, inbox: Uuid) -> Result<(), SlackError> {
        let (name, rest) = value.then.split_once(char::is_whitespace).unwrap_or((&value.then, ""));
        let place = &clicked.place;
        let (name, rest) = match name {
            "/success" => ("/success", format!("{} {}", rest.trim(), value.account)),
            name => (name, format!("{} {}", value.account, rest.trim())),
        };
        let command = Command {
            team: place.team.clone(),
            enterprise: place.enterprise.clone(),
            channel: place.channel.clone().unwrap_or_default(),
            channel_name: None,
            user: place.user.clone(),
            command: name.to_owned(),
            text: rest.trim().to_owned(),
            response_url: place.response_url.clone(),
            trigger: None,
        };
        if matches!(crate::slack::command::read(&command.command, &command.text), Typed::Unknown(_)) {
            return self.is_stale(team, &Back::of_place(place, inbox)).await;
        }
        Box::pin(self.run_command(team, &command, inbox)).await
    }

    /// The mail to somebody who asked for what shipped.
    async fn draft_of_loop(
        &self,
        team: &Team,
        asker: &Asker,
        back: &Back,
        value: LoopValue,
        inbox: Uuid,
    ) -> Result<(), SlackError> {
        let LoopValue { account, recipient, release } = value;
        let goal = Some(Goal::CloseTheLoop);
        let asked = DraftEmail { account, goal, recipient, release, ..DraftEmail::default() };
        self.draft_from(team, asker, asked, inbox).await?;
        self.answer(team, back, &note::plain("The draft is in our direct messages.")).await
    }

    /// A pending approval, in the direct messages of who may give it.
    async fn bring_approval(
        &self,
        team: &Team,
        asker: &Asker,
        value: &ProposalValue,
        inbox: Uuid,
    ) -> Result<(), SlackError> {
        let now = team.app.proposal(value.id).await?;
        let message = proposal::card(&now, self.now());
        let channel = self.sender().direct_message(&team.caller, &asker.user).await?;
        let said = (message.text.as_str(), message.blocks.as_slice());
        let (subject, key) = (now.id.to_string(), format!("item/{inbox}/approval"));
        self.sender().post_once(&team.place(&channel, None), &key, said, Some(&subject), self.now()).await?;
        self.refresh_later(team, &subject).await
    }
}

//! Cards that stay true: whatever becomes of a proposal or a draft, wherever it was decided, each message that shows it
//! is brought up to date; and when it expires or cannot be undone any more, its buttons go.

use serde_json::{Value, json};
use uuid::Uuid;

use super::Back;
use crate::domain::action::{Proposal, State};
use crate::domain::draft::DraftState;
use crate::domain::id::{DraftId, ProposalId, WorkspaceId};
use crate::domain::task::Task;
use crate::domain::time::Moment;
use crate::slack::payload::text;
use crate::slack::people::Asker;
use crate::slack::render::action_id::{ModalMeta, Sent as _};
use crate::slack::render::{Message, draft, note, proposal};
use crate::slack::service::{Slack, SlackError, Team};
use crate::store::slack::PostRow;

impl Slack {
    /// Writes down that the messages which show something are to be brought up to date.
    pub(in crate::slack) async fn refresh_later(&self, team: &Team, subject: &str) -> Result<(), SlackError> {
        let task = Task::RefreshCards { workspace: team.workspace(), subject: subject.to_owned() };
        Ok(self.store().enqueue(&task, None).await?)
    }

    /// Brings the messages that show something up to date.
    ///
    /// # Errors
    /// When Slack or the database is out of reach.
    pub async fn refresh_cards(&self, workspace: WorkspaceId, subject: &str) -> Result<(), SlackError> {
        let posts = self.store().slack_posts_showing(workspace, subject).await?;
        if posts.is_empty() {
            return Ok(());
        }
        let app = self.app().in_workspace(workspace);
        let (message, again, waits) = if let Ok(id) = subject.parse::<ProposalId>() {
            let shown = app.proposal(id).await?;
            if let State::Replaced { with } = &shown.state {
                // Another one took its place: the messages show that one from now on.
                let with = with.to_string();
                self.store().repoint_slack_posts(workspace, subject, &with).await?;
                return Ok(self.store().enqueue(&Task::RefreshCards { workspace, subject: with }, None).await?);
            }
            (proposal::card(&shown, self.now()), next_change(&shown), shown.state == State::Pending)
        } else if let Ok(id) = subject.parse::<DraftId>() {
            let shown = app.draft(id).await?;
            let waits = shown.state == DraftState::Draft;
            (draft::card(&shown, app.can_send(), self.today()), None, waits)
        } else {
            return Ok(());
        };
        for post in posts {
            let team = match self.team(Some(&post.team), None).await {
                Ok(team) => team,
                Err(SlackError::UnknownTeam(_)) => continue,
                Err(error) => return Err(error),
            };
            let said = (message.text.as_str(), message.blocks.as_slice());
            match self.sender().update(&team.caller, &post.channel, &post.ts, said, &post.key).await {
                Ok(()) => {}
                // The message was deleted, or the channel is gone.
                Err(error) if error.place_is_gone() || error.code() == Some("cant_update_message") => {}
                Err(error) => return Err(error.into()),
            }
            if !waits {
                self.leave_waiting(&team, &post).await;
            }
        }
        if let Some(at) = again.filter(|at| *at > self.now()) {
            let task = Task::RefreshCards { workspace, subject: subject.to_owned() };
            self.store().enqueue(&task, Some(at)).await?;
        }
        Ok(())
    }

    /// A session that waited for a person waits no more.
    async fn leave_waiting(&self, team: &Team, post: &PostRow) {
        let Some(thread) = post.thread_ts.as_deref().filter(|_| post.channel.starts_with('D')) else { return };
        let status = json!({"channel_id": post.channel, "thread_ts": thread, "status": "active"});
        // It is only what the session looks like.
        if let Err(error) = self.api().write(&team.caller, "agents.sessions.setStatus", &status).await {
            tracing::debug!(%error, "a session could not be set to active");
        }
    }

    /// Puts a proposal that takes a second person before the channel it was wanted in, if account data may be shown
    /// there; else the first person is told whom to ask.
    pub(in crate::slack) async fn ask_second(
        &self,
        team: &Team,
        _first: &Asker,
        waiting: &Proposal,
        inbox: Uuid,
    ) -> Result<Message, SlackError> {
        let card = proposal::card(waiting, self.now());
        let row = self.store().slack_item(team.workspace(), inbox).await.ok();
        let channel = row.as_ref().and_then(|row| channel_of(&row.body));
        if let Some(channel) = channel
            && !channel.starts_with('D')
            && self.outsiders(team, &channel).await.is_none()
        {
            let said = (card.text.as_str(), card.blocks.as_slice());
            let subject = waiting.id.to_string();
            let key = format!("item/{inbox}/second");
            let place = team.place(&channel, None);
            if self.sender().post_once(&place, &key, said, Some(&subject), self.now()).await.is_ok() {
                self.refresh_later(team, &subject).await?;
                return Ok(note::plain(
                    "You have approved it. It takes a second person; I have put it into this channel for them.",
                ));
            }
        }
        Ok(card)
    }

    /// Shows a proposal as it is now where a button of it was pressed, and says why nothing was done where that is so.
    pub(super) async fn show_outcome(
        &self,
        team: &Team,
        back: &Back,
        ephemeral: bool,
        message: Message,
        refusal: Option<&str>,
    ) -> Result<(), SlackError> {
        if ephemeral {
            return self.answer(team, &back.clone().instead(), &message).await;
        }
        match refusal {
            Some(refusal) => self.answer(team, back, &note::not_allowed(refusal)).await,
            None => Ok(()),
        }
    }
}

/// Where what was written down was done: a command, a button, or a dialog that was opened there.
fn channel_of(item: &Value) -> Option<String> {
    let place = text(item, "/channel").or_else(|| text(item, "/place/channel")).map(str::to_owned);
    place.or_else(|| ModalMeta::read(text(item, "/metadata")?)?.channel)
}

/// When what a card shows changes by itself.
fn next_change(shown: &Proposal) -> Option<Moment> {
    let moment = match &shown.state {
        State::Pending => shown.expires_at,
        State::Done { undo_until, .. } => *undo_until,
        _ => return None,
    };
    Some(moment + chrono::Duration::seconds(1))
}

//! Shows the answer of a turn: in the thread, or to the asker alone where outsiders could read it.

use super::live::Live;
use crate::domain::answer::Answer;
use crate::domain::card::Card;
use crate::domain::id::TurnId;
use crate::slack::audience::class_of;
use crate::slack::people::Asker;
use crate::slack::render::{Links, Message, answer as rendered, draft, note, proposal};
use crate::slack::service::{Slack, SlackError, Team};
use crate::store::slack::{ThreadRow, TurnRow, TurnState};

impl Slack {
    /// Shows the answer and ends the turn.
    pub(super) async fn show_answer(
        &self,
        team: &Team,
        thread: &ThreadRow,
        turn: &TurnRow,
        asker: &Asker,
        live: Live,
        answer: Answer,
    ) -> Result<(), SlackError> {
        let hidden = self.hidden(team, &thread.channel, thread.direct, class_of(&answer)).await;
        let ts = live.ts().to_owned();
        match hidden {
            Some(why) => {
                self.show_in_private(team, turn, asker, &answer).await?;
                live.end_with(self, &note::moved_to_dm(why)).await?;
            }
            None => {
                Box::pin(self.show_here(team, thread, live, turn, &answer)).await?;
                self.show_cards(team, &thread.channel, Some(&thread.thread_ts), turn, &answer).await?;
            }
        }
        let ended = self.store().end_slack_turn(team.workspace(), turn, TurnState::Done, Some(&ts), self.now());
        Ok(ended.await?)
    }

    async fn show_here(
        &self,
        team: &Team,
        thread: &ThreadRow,
        live: Live,
        turn: &TurnRow,
        answer: &Answer,
    ) -> Result<(), SlackError> {
        let messages = self.messages(team, answer);
        let [first, more @ ..] = messages.as_slice() else { return Ok(()) };
        if more.is_empty() && live.streams() {
            let evidence = |turn: TurnId, n: u32| self.evidence_link(team, turn, n);
            let links = Links { public_url: self.public_url(), evidence: &evidence };
            let (body, below) = (rendered::body(answer, links), rendered::below(answer, links, self.today()));
            return live.end_with_text(self, &body, &below, first, !answer.cards.is_empty()).await;
        }
        live.end_with(self, first).await?;
        self.send_more(team, (&thread.channel, Some(&thread.thread_ts)), turn, more).await
    }

    /// The answer in the asker's direct message, where a new thread begins with it.
    async fn show_in_private(
        &self,
        team: &Team,
        turn: &TurnRow,
        asker: &Asker,
        answer: &Answer,
    ) -> Result<(), SlackError> {
        let channel = self.sender().direct_message(&team.caller, &asker.user).await?;
        let messages = self.messages(team, answer);
        let [first, more @ ..] = messages.as_slice() else { return Ok(()) };
        let place = team.place(&channel, None);
        let said = (first.text.as_str(), first.blocks.as_slice());
        let key = format!("turn/{}/private", turn.id);
        let root = self.sender().post_once(&place, &key, said, None, self.now()).await?.ts;
        let (workspace, at) = (team.workspace(), self.now());
        let begun = (team.id.as_str(), channel.as_str(), root.as_str());
        let thread = self.store().join_slack_thread(workspace, begun, true, &asker.user, at).await?;
        self.store().set_slack_conversation(workspace, thread, answer.conversation).await?;
        self.send_more(team, (&channel, Some(&root)), turn, more).await?;
        self.show_cards(team, &channel, Some(&root), turn, answer).await
    }

    async fn send_more(
        &self,
        team: &Team,
        (channel, thread_ts): (&str, Option<&str>),
        turn: &TurnRow,
        messages: &[Message],
    ) -> Result<(), SlackError> {
        let place = team.place(channel, thread_ts);
        for (number, message) in messages.iter().enumerate() {
            let key = format!("turn/{}/more/{number}", turn.id);
            let said = (message.text.as_str(), message.blocks.as_slice());
            self.sender().post_once(&place, &key, said, None, self.now()).await?;
        }
        Ok(())
    }

    async fn show_cards(
        &self,
        team: &Team,
        channel: &str,
        thread_ts: Option<&str>,
        turn: &TurnRow,
        answer: &Answer,
    ) -> Result<(), SlackError> {
        let place = team.place(channel, thread_ts);
        for (number, card) in answer.cards.iter().enumerate() {
            let (message, subject) = self.card(team, card).await?;
            let key = format!("turn/{}/card/{number}", turn.id);
            let said = (message.text.as_str(), message.blocks.as_slice());
            self.sender().post_once(&place, &key, said, Some(&subject), self.now()).await?;
            self.refresh_later(team, &subject).await?;
        }
        Ok(())
    }

    /// A card as it is now, with what it shows.
    async fn card(&self, team: &Team, card: &Card) -> Result<(Message, String), SlackError> {
        Ok(match card {
            Card::Proposal(shown) => {
                let now = team.app.proposal(shown.id).await?;
                (proposal::card(&now, self.now()), shown.id.to_string())
            }
            Card::Draft(shown) => {
                let now = team.app.draft(shown.id).await?;
                (draft::card(&now, team.app.can_send(), self.today()), shown.id.to_string())
            }
        })
    }

    /// The messages of an answer.
    pub(in crate::slack) fn messages(&self, team: &Team, answer: &Answer) -> Vec<Message> {
        let evidence = |turn: TurnId, n: u32| self.evidence_link(team, turn, n);
        let links = Links { public_url: self.public_url(), evidence: &evidence };
        rendered::answer(answer, links, self.today())
    }

    /// The signed address of the page behind a mark.
    pub(in crate::slack) fn evidence_link(&self, team: &Team, turn: TurnId, n: u32) -> Option<String> {
        let base = self.public_url()?;
        Some(format!("{base}{}", self.evidence_key().path(team.workspace(), turn, n)))
    }
}

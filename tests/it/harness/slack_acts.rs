//! What people do in the local Slack, and what they see after it.

use serde_json::{Value, json};
use success_agent::domain::task::{QueuedTask, Task};
use success_agent::domain::tool::portfolio::{Portfolio, PortfolioRow};

use super::slack::{SlackWorld, buttons, shown};

impl SlackWorld {
    /// Types a command; gives what it was acknowledged with.
    pub async fn command(&self, user: &str, channel: &str, line: &str) -> Value {
        let (command, text) = line.split_once(' ').unwrap_or((line, ""));
        let typed = json!({"user": user, "channel": channel, "command": command, "text": text});
        self.act("/command", typed).await["response"].clone()
    }

    /// Types a command and waits for a new message that reads like this; gives it.
    pub async fn types(&self, user: &str, channel: &str, line: &str, words: &str) -> Value {
        let before = self.agent_said(channel, user).await.len();
        self.command(user, channel, line).await;
        self.until(words, async || {
            let said = self.agent_said(channel, user).await;
            said.into_iter().skip(before).find(|message| shown(message).contains(words))
        })
        .await
    }

    /// Presses a button of a message.
    pub async fn click(&self, user: &str, channel: &str, message: &Value, action: &str) {
        let pressed = json!({"user": user, "channel": channel, "ts": message["ts"], "action_id": action});
        self.act("/click", pressed).await;
    }

    /// The dialog a person has before them, once there is one of this sort.
    pub async fn dialog(&self, user: &str, callback: &str) -> Value {
        self.until(callback, async || {
            let views = self.get(&format!("/views?user={user}")).await;
            let top = views["modals"].as_array().and_then(|modals| modals.last().cloned());
            top.filter(|view| view["callback_id"] == callback)
        })
        .await
    }

    /// Sends the dialog a person has before them.
    pub async fn submit(&self, user: &str, values: Value) -> Value {
        self.try_act("/submit", json!({"user": user, "values": values})).await
    }

    /// The channel of a person's direct messages.
    pub async fn direct(&self, user: &str) -> String {
        let transcript = self.get(&format!("/transcript?channel=DM&user={user}")).await;
        transcript["channel"].as_str().unwrap().to_owned()
    }

    /// The message as it is now.
    pub async fn message(&self, channel: &str, user: &str, ts: &Value) -> Value {
        self.seen(channel, user).await.into_iter().find(|message| message["ts"] == *ts).unwrap_or_default()
    }

    /// Waits until a message has this button, or until it has none.
    pub async fn until_button(&self, channel: &str, user: &str, ts: &Value, button: Option<&str>) -> Value {
        self.until("a message with other buttons", async || {
            let message = self.message(channel, user, ts).await;
            let all = buttons(&message);
            let as_wished = button.map_or(all.is_empty(), |button| all.iter().any(|id| id == button));
            as_wished.then_some(message)
        })
        .await
    }

    /// The agent's last message with this button.
    pub async fn with_button(&self, channel: &str, user: &str, button: &str) -> Value {
        self.until(button, async || {
            let said = self.agent_said(channel, user).await;
            said.into_iter().rev().find(|message| buttons(message).iter().any(|id| id == button))
        })
        .await
    }

    /// Waits for this many answers that are done, each in the thread of one of these messages.
    pub async fn until_answers(&self, channel: &str, user: &str, count: usize) -> Vec<Value> {
        self.until("so many answers", async || {
            let said = self.agent_said(channel, user).await;
            let done = said.iter().filter(|message| is_answer(message)).count();
            (done >= count).then_some(said)
        })
        .await
    }

    /// An account as the records have it.
    pub async fn account(&self, domain: &str) -> PortfolioRow {
        for tracked in [true, false] {
            let all = Portfolio { limit: Some(100), tracked: Some(tracked), ..Portfolio::default() };
            let rows = self.world.app.accounts(all).await.unwrap().rows;
            if let Some(row) = rows.into_iter().find(|row| row.domain == domain) {
                return row;
            }
        }
        panic!("there is no account {domain}");
    }

    /// Waits until Slack has told the agent all there is to tell.
    pub async fn until_delivered(&self) {
        self.until("everything acknowledged", async || {
            let deliveries = self.get("/deliveries").await;
            let waits = deliveries.as_array().unwrap().iter().any(|one| one["status"] != "acknowledged");
            (!waits).then_some(())
        })
        .await;
    }

    /// Moves Slack's clock on until it has brought everything and all is acknowledged: by a minute at a time, and only
    /// while nothing is on its way, because each try has three seconds of that clock.
    pub async fn until_brought_again(&self) {
        const TRIES: u64 = 4;
        let mut now = self.get("/state").await["now_ms"].as_u64().unwrap();
        for _ in 0..8 {
            let deliveries = async || self.get("/deliveries").await.as_array().unwrap().clone();
            let acknowledged = |one: &Value| one["status"] == "acknowledged";
            let rests = |one: &Value| {
                acknowledged(one) || one["attempts"] == TRIES || one["next_ms"].as_u64().is_some_and(|next| next > now)
            };
            self.until("nothing on its way", async || deliveries().await.iter().all(rests).then_some(())).await;
            if deliveries().await.iter().all(acknowledged) {
                return;
            }
            now = self.act("/clock", json!({"advance_seconds": 60})).await["now_ms"].as_u64().unwrap();
        }
        panic!("not everything was acknowledged: {:#}", self.get("/deliveries").await);
    }

    /// Tasks that are to be done now; not those that wait for a day or an hour.
    pub async fn due(&self) -> Vec<QueuedTask> {
        let tasks = self.world.app.tasks().await.unwrap();
        tasks.into_iter().filter(|queued| !waits_for_its_hour(queued, self.world.app.now())).collect()
    }

    /// Whether something came in that has no task yet.
    pub async fn something_is_unsorted(&self) -> bool {
        let mut connection = self.world.database.connection().await;
        let query = sqlx::query_scalar("select exists (select from slack_received)");
        query.fetch_one(&mut connection).await.unwrap()
    }

    /// Waits until what came in is sorted and no task is left, also none that is tried again later.
    pub async fn until_done(&self) {
        self.until("no task left", async || {
            (!self.something_is_unsorted().await && self.due().await.is_empty()).then_some(())
        })
        .await;
    }
}

/// A card that is looked at when it expires, or the next digest, is no work that was left over; nor is naming conversations: nobody waits for
/// it, and it waits for a model that does not answer, and for the turn of a worker that was killed.
fn waits_for_its_hour(queued: &QueuedTask, now: success_agent::domain::time::Moment) -> bool {
    let timed = matches!(queued.task, Task::RefreshCards { .. } | Task::SendDigest { .. });
    let later = timed && queued.attempts == 0 && queued.due_at > now + chrono::Duration::seconds(30);
    later || matches!(queued.task, Task::ReadAlong { .. })
}

/// Whether a message is an answer, with all that stands below one.
pub fn is_answer(message: &Value) -> bool {
    message["streaming"] != true && buttons(message).iter().any(|id| id == "answer_feedback")
}

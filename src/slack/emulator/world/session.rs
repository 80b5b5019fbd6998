//! What hangs on a thread: the agent session, its title and status, and prompts.

use serde_json::{Value, json};

use super::{MINUTE, Ts, World};

/// A channel and the first message of a thread.
pub type ThreadKey = (String, Ts);

/// How long a session works before it counts as idle.
const WORK: u64 = 60 * MINUTE;
/// How long a status text stands.
const STATUS: u64 = 2 * MINUTE;

/// What an agent session is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionState {
    /// It works.
    Processing,
    /// It is ready.
    Active,
    /// It waits for a person.
    Suspended,
    /// It has ended.
    Closed,
}

impl SessionState {
    /// As the Web API says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Processing => "processing",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Closed => "closed",
        }
    }

    /// As the Web API says it.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Processing, Self::Active, Self::Suspended, Self::Closed].into_iter().find(|state| state.name() == name)
    }
}

/// What hangs on a thread.
#[derive(Clone, Debug, Default)]
pub struct Thread {
    /// The status text under it, and when it goes.
    pub status: Option<(String, u64)>,
    /// Texts that take turns with the status.
    pub loading: Vec<Value>,
    /// The session's title.
    pub title: Option<String>,
    /// What the session does, if there is one.
    pub session: Option<SessionState>,
    /// Whether it works only because a status text was set.
    pub bridged: bool,
    /// Who began it.
    pub initiator: Option<String>,
    /// The prompts set for it.
    pub prompts: Option<Value>,
    until: u64,
}

impl Thread {
    /// As the transcript shows it.
    pub fn json(&self, now: u64) -> Value {
        let status = self.status.as_ref().filter(|(_, until)| *until > now).map(|(text, _)| text);
        json!({
            "status": status, "loading_messages": self.loading, "title": self.title,
            "session_status": self.session.map(SessionState::name), "initiator": self.initiator,
            "prompts": self.prompts
        })
    }
}

impl World {
    /// Puts a thread's session into a state; makes it when there was none.
    pub fn set_session(&mut self, channel: &str, root: Ts, state: SessionState) {
        let now = self.now;
        let thread = self.thread(channel, root);
        thread.session = Some(state);
        thread.bridged = false;
        thread.until = now + WORK;
        let key = (channel.to_owned(), root);
        if state == SessionState::Processing {
            self.working.insert(key);
        } else {
            self.working.remove(&key);
        }
    }

    /// Sets the status text of a thread, which also says whether its session works.
    pub fn set_status_text(&mut self, channel: &str, root: Ts, text: &str, loading: Vec<Value>) {
        let works = !text.is_empty();
        self.set_session(channel, root, if works { SessionState::Processing } else { SessionState::Active });
        let until = self.now + STATUS;
        let thread = self.thread(channel, root);
        thread.bridged = works;
        thread.status = works.then(|| (text.to_owned(), until));
        thread.loading = loading;
    }

    /// Takes the status text away because the app posted in the thread.
    pub fn clear_status_text(&mut self, channel: &str, root: Ts) {
        let key = (channel.to_owned(), root);
        let Some(thread) = self.threads.get_mut(&key) else { return };
        if thread.status.take().is_none() {
            return;
        }
        thread.loading.clear();
        if thread.bridged {
            self.set_session(channel, root, SessionState::Active);
        }
    }

    /// Forgets what hung on a thread whose first message is gone.
    pub(super) fn forget_thread(&mut self, channel: &str, root: Ts) {
        let key = (channel.to_owned(), root);
        self.threads.remove(&key);
        self.working.remove(&key);
    }

    /// Sessions that work.
    pub fn working(&self) -> impl Iterator<Item = &ThreadKey> {
        self.working.iter()
    }

    /// Ends the work of sessions that have worked for too long.
    pub fn expire_sessions(&mut self) {
        let now = self.now;
        let due: Vec<ThreadKey> = self
            .working
            .iter()
            .filter(|key| self.threads.get(*key).is_none_or(|thread| thread.until <= now))
            .cloned()
            .collect();
        for (channel, root) in due {
            self.set_session(&channel, root, SessionState::Active);
        }
    }

    /// A person presses Stop: the app is told, and has to stop by itself.
    pub fn press_stop(&mut self, user: &str, channel: &str, root: Ts) -> bool {
        let streams: Vec<String> =
            self.streams(Some(&(channel.to_owned(), root))).iter().map(|(_, ts)| ts.to_string()).collect();
        if !self.app.subscribed("agent_session_stopped") {
            return false;
        }
        let at = self.next_ts();
        let event = json!({
            "type": "agent_session_stopped", "channel": channel, "thread_ts": root.to_string(), "user": user,
            "streaming_message_ts": streams, "event_ts": at.to_string()
        });
        self.tell("agent_session_stopped", Some(channel), event);
        true
    }

    /// A person gives a session another title.
    pub fn rename_session(&mut self, user: &str, channel: &str, root: Ts, title: &str) {
        let at = self.next_ts();
        let thread = self.thread(channel, root);
        let before = thread.title.replace(title.to_owned());
        let event = json!({
            "type": "agent_session_title_changed", "channel": channel, "thread_ts": root.to_string(), "title": title,
            "previous_title": before, "user": user, "team_id": super::super::app::TEAM, "event_ts": at.to_string()
        });
        self.tell("agent_session_title_changed", Some(channel), event);
    }
}

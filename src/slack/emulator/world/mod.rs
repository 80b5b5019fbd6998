//! The workspace as a pure machine: people, channels, messages and what hangs on them.
//!
//! Whoever holds it sets `now` and calls it; what it wants told to the app it leaves in `outbox`, what changed for people
//! who look on in `changed`.

mod channel;
mod events;
mod faults;
mod files;
mod journal;
mod limits;
mod message;
mod message_json;
mod opening;
mod outbox;
mod pass;
mod person;
mod post;
mod problems;
mod refusal;
mod response_url;
mod session;
mod stream;
mod task;
mod text;
mod time;
mod tree;
mod view;

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap, VecDeque};

use serde_json::Value;

use super::app::AppRecord;
use super::options::RateLimits;
use limits::Limits;

pub use channel::{Channel, Kind};
pub use faults::{Fault, Happens};
pub use files::StoredFile;
pub use journal::{CallEntry, DeliveryEntry, Journal};
pub use message::{Draft, Message};
pub use outbox::{Outgoing, Payload};
pub use pass::Pass;
pub use person::{Person, PersonKind};
pub use problems::Problem;
pub use refusal::Refusal;
pub use response_url::ResponseUrl;
pub use session::{SessionState, Thread, ThreadKey};
pub use stream::Stream;
pub use text::as_typed;
pub use time::{MINUTE, SECOND, Ts};
pub use tree::{Found, chosen, enter, entered_at_first, find_element, missing, with_ids};
pub use view::View;

/// The most entries a log keeps.
const LOG_LENGTH: usize = 10_000;
/// Deliveries that are kept: they are small, and one that is brought again minutes later is still told.
const DELIVERIES: usize = 100_000;

/// The workspace.
#[derive(Debug)]
pub struct World {
    /// The time, in microseconds since 1970; set by whoever holds the world.
    pub now: u64,
    latest_ts: u64,
    run: String,
    counter: u64,
    /// The server's own address, `http://127.0.0.1:port`.
    pub origin: String,
    /// The app.
    pub app: AppRecord,
    /// Whether the app is installed in the whole organization: payloads then name no team.
    pub org_install: bool,
    /// Everybody, the bot user too.
    pub people: Vec<Person>,
    /// Every channel and direct message.
    pub channels: Vec<Channel>,
    /// What hangs on threads, by channel and first message.
    pub threads: HashMap<ThreadKey, Thread>,
    open_streams: Vec<ThreadKey>,
    working: BTreeSet<ThreadKey>,
    /// Views that are open or published.
    pub views: HashMap<String, View>,
    triggers: VecDeque<Pass>,
    codes: VecDeque<Pass>,
    tickets: VecDeque<Pass>,
    unfurl_ids: VecDeque<Pass>,
    /// Where interactions may be answered, by id.
    pub response_urls: HashMap<String, ResponseUrl>,
    response_order: VecDeque<String>,
    /// Uploaded files.
    pub files: Vec<StoredFile>,
    /// Faults that wait for their call.
    pub faults: Vec<Fault>,
    limits: Limits,
    /// Web API calls.
    pub calls: Journal<CallEntry>,
    /// What was brought to the app.
    pub deliveries: Journal<DeliveryEntry>,
    /// What was noticed in passing.
    pub noticed: VecDeque<Problem>,
    turns: HashMap<String, String>,
    /// Events that wait to be brought to the app.
    pub outbox: Vec<Outgoing>,
    /// What changed since somebody looked.
    pub changed: Changed,
}

/// What changed since somebody looked.
#[derive(Debug, Default)]
pub struct Changed {
    /// Channels with changes.
    pub channels: BTreeSet<String>,
    /// People whose views, prompts or state changed.
    pub people: BTreeSet<String>,
    /// Something else, such as the connections.
    pub other: bool,
}

impl Changed {
    /// Whether nothing did.
    pub fn is_empty(&self) -> bool {
        self.channels.is_empty() && self.people.is_empty() && !self.other
    }
}

impl World {
    /// The workspace at first, at this time.
    pub fn new(now: u64, app: AppRecord, rate_limits: RateLimits) -> Self {
        Self {
            now,
            latest_ts: 0,
            // Ids differ from run to run: an app that remembers event ids must not take new ones for old.
            run: uuid::Uuid::new_v4().simple().to_string()[..5].to_uppercase(),
            counter: 0,
            origin: String::new(),
            app,
            org_install: false,
            people: opening::people(),
            channels: opening::channels(),
            threads: HashMap::new(),
            open_streams: Vec::new(),
            working: BTreeSet::new(),
            views: HashMap::new(),
            triggers: VecDeque::new(),
            codes: VecDeque::new(),
            tickets: VecDeque::new(),
            unfurl_ids: VecDeque::new(),
            response_urls: HashMap::new(),
            response_order: VecDeque::new(),
            files: Vec::new(),
            faults: Vec::new(),
            limits: Limits::new(rate_limits),
            calls: Journal::new(LOG_LENGTH),
            deliveries: Journal::new(DELIVERIES),
            noticed: VecDeque::new(),
            turns: HashMap::new(),
            outbox: Vec::new(),
            changed: Changed::default(),
        }
    }

    /// Moves to `now`: closes what has run out.
    pub fn advance_to(&mut self, now: u64) {
        self.now = self.now.max(now);
        self.expire_streams(false);
        self.expire_sessions();
    }

    /// A `ts` nothing else has, later than every other.
    pub fn next_ts(&mut self) -> Ts {
        self.latest_ts = self.now.max(self.latest_ts + 1);
        Ts(self.latest_ts)
    }

    /// A number nothing else has.
    pub fn next_number(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    /// An id nothing else has.
    pub fn next_id(&mut self, prefix: &str) -> String {
        self.counter += 1;
        format!("{prefix}{}{:05X}", self.run, self.counter)
    }

    /// Whether this call may be made now; the seconds to wait when not.
    pub fn admit(&mut self, method: &str, per_minute: u32, channel: Option<&str>) -> Result<(), u64> {
        self.limits.admit(self.now, method, per_minute, channel)
    }

    /// The person with this id.
    pub fn person(&self, id: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    /// The person with this id, to change.
    pub fn person_mut(&mut self, id: &str) -> Option<&mut Person> {
        self.people.iter_mut().find(|person| person.id == id)
    }

    /// The channel with this id.
    pub fn channel(&self, id: &str) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.id == id)
    }

    /// The channel with this id, to change.
    pub fn channel_mut(&mut self, id: &str) -> Option<&mut Channel> {
        self.channels.iter_mut().find(|channel| channel.id == id)
    }

    /// The message with this `ts` in this channel.
    pub fn message(&self, channel: &str, ts: Ts) -> Option<&Message> {
        self.channel(channel)?.messages.get(&ts).filter(|message| !message.deleted)
    }

    /// The message with this `ts` in this channel, to change.
    pub fn message_mut(&mut self, channel: &str, ts: Ts) -> Option<&mut Message> {
        self.channel_mut(channel)?.messages.get_mut(&ts).filter(|message| !message.deleted)
    }

    /// What hangs on a thread, made when nothing did.
    pub fn thread(&mut self, channel: &str, root: Ts) -> &mut Thread {
        self.changed.channels.insert(channel.to_owned());
        self.threads.entry((channel.to_owned(), root)).or_default()
    }

    /// The direct message between this person and the bot, made when there is none.
    pub fn direct_message(&mut self, user: &str) -> String {
        let found = self.channels.iter().find(|channel| channel.user.as_deref() == Some(user));
        if let Some(channel) = found {
            return channel.id.clone();
        }
        let id = format!("D_{}", user.trim_start_matches("U_"));
        self.channels.push(Channel::direct(&id, user));
        self.changed.other = true;
        id
    }

    /// The channel a call or a person names: an id, a name, or a person whose direct message is meant.
    pub fn named_channel(&mut self, name: &str) -> Option<String> {
        if self.channel(name).is_some() {
            return Some(name.to_owned());
        }
        if self.person(name).is_some_and(|person| person.kind != PersonKind::Bot) {
            return Some(self.direct_message(name));
        }
        let bare = name.strip_prefix('#').unwrap_or(name);
        self.channels.iter().find(|channel| channel.name == bare).map(|channel| channel.id.clone())
    }

    /// Notes that something is wrong with what the app did.
    pub fn notice(&mut self, what: &str, channel: Option<&str>, ts: Option<Ts>, detail: impl Into<String>) {
        let problem = Problem {
            what: what.to_owned(),
            channel: channel.map(str::to_owned),
            ts: ts.map(|ts| ts.to_string()),
            detail: detail.into(),
        };
        self.noticed.push_back(problem);
        if self.noticed.len() > LOG_LENGTH {
            self.noticed.pop_front();
        }
    }

    /// The team a payload names for this person: their own company's, in a shared channel.
    pub fn team_of(&self, user: &str) -> &'static str {
        match self.person(user).map(|person| person.kind) {
            Some(PersonKind::Connect) => super::app::OTHER_TEAM,
            _ => super::app::TEAM,
        }
    }

    /// `team` and `enterprise` as interactions carry them.
    pub fn team_json(&self) -> (Value, Value) {
        use serde_json::json;
        if self.org_install {
            return (Value::Null, json!({"id": "E_PIEDPIPER", "name": super::app::TEAM_NAME}));
        }
        (json!({"id": super::app::TEAM, "domain": super::app::TEAM_DOMAIN}), Value::Null)
    }
}

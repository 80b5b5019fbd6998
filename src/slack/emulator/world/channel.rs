//! A channel or a direct message, with its latest messages.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::super::app::{BOT_USER, OTHER_TEAM, TEAM};
use super::{Message, Ts};

/// The most messages a channel keeps; the oldest go first.
const MOST_MESSAGES: usize = 10_000;

/// What a channel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Everybody may read it.
    Public,
    /// Only members may.
    Private,
    /// Shared with another company.
    Connect,
    /// A person's direct message with the bot.
    Im,
}

impl Kind {
    /// As the driver says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::Connect => "connect",
            Self::Im => "im",
        }
    }

    /// As the driver says it.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Public, Self::Private, Self::Connect].into_iter().find(|kind| kind.name() == name)
    }

    /// The `channel_type` of a message event, which is also what its event is called by.
    pub fn event_type(self) -> (&'static str, &'static str) {
        match self {
            Self::Public | Self::Connect => ("channel", "message.channels"),
            Self::Private => ("group", "message.groups"),
            Self::Im => ("im", "message.im"),
        }
    }

    /// The first word of the scopes that reach it: `channels:history`.
    pub fn scope(self) -> &'static str {
        match self {
            Self::Public | Self::Connect => "channels",
            Self::Private => "groups",
            Self::Im => "im",
        }
    }
}

/// A channel or a direct message.
#[derive(Clone, Debug)]
pub struct Channel {
    /// The id.
    pub id: String,
    /// The name, without `#`.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Who is in it.
    pub members: BTreeSet<String>,
    /// Whether it is archived.
    pub archived: bool,
    /// The person of a direct message.
    pub user: Option<String>,
    /// Its messages, replies among them.
    pub messages: BTreeMap<Ts, Message>,
    /// The prompts set for it.
    pub prompts: Option<Value>,
}

impl Channel {
    /// A channel with these members.
    pub fn new(id: &str, name: &str, kind: Kind, members: impl IntoIterator<Item = String>) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            kind,
            members: members.into_iter().collect(),
            archived: false,
            user: None,
            messages: BTreeMap::new(),
            prompts: None,
        }
    }

    /// A person's direct message with the bot.
    pub fn direct(id: &str, user: &str) -> Self {
        let members = [user.to_owned(), BOT_USER.to_owned()];
        Self { user: Some(user.to_owned()), ..Self::new(id, "directmessage", Kind::Im, members) }
    }

    /// Whether the bot is in it.
    pub fn has_bot(&self) -> bool {
        self.members.contains(BOT_USER)
    }

    /// Adds a message and drops the oldest beyond what is kept; which one that was.
    pub fn add(&mut self, message: Message) -> Option<Ts> {
        self.messages.insert(message.ts, message);
        if self.messages.len() <= MOST_MESSAGES {
            return None;
        }
        self.messages.pop_first().map(|(ts, _)| ts)
    }

    /// The replies under `root` that everybody sees, oldest first.
    pub fn replies(&self, root: Ts) -> impl Iterator<Item = &Message> {
        let later = self.messages.range(root..).map(|(_, message)| message);
        later.filter(move |message| message.thread == Some(root) && message.ts != root && message.stands())
    }

    /// As `conversations.info` shows it.
    pub fn json(&self) -> Value {
        let created = 1_700_000_000;
        if let Some(user) = &self.user {
            return json!({
                "id": self.id, "created": created, "is_im": true, "is_org_shared": false, "user": user,
                "is_user_deleted": false, "is_open": true, "is_archived": self.archived, "priority": 0,
                "context_team_id": TEAM
            });
        }
        let private = self.kind == Kind::Private;
        let shared = self.kind == Kind::Connect;
        let teams = if shared { json!([TEAM, OTHER_TEAM]) } else { json!([TEAM]) };
        json!({
            "id": self.id, "name": self.name, "name_normalized": self.name, "is_channel": !private,
            "is_group": private, "is_im": false, "is_mpim": false, "is_private": private, "created": created,
            "is_archived": self.archived, "is_general": self.id == "C_GENERAL", "unlinked": 0, "is_shared": shared,
            "is_org_shared": false, "is_ext_shared": shared, "is_pending_ext_shared": false, "pending_shared": [],
            "shared_team_ids": teams, "connected_team_ids": if shared { json!([OTHER_TEAM]) } else { json!([]) },
            "context_team_id": TEAM, "creator": "U_MONICA", "is_member": self.has_bot(),
            "num_members": self.members.len(), "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0}, "previous_names": []
        })
    }
}

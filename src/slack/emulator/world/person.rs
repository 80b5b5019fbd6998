//! A person of the workspace, or of another one in a shared channel.

use serde_json::{Value, json};

use super::super::app::{APP, BOT, BOT_USER, OTHER_TEAM, TEAM};
use super::Ts;

/// What somebody is in the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonKind {
    /// An administrator.
    Admin,
    /// A member.
    Member,
    /// A guest of a single channel.
    Guest,
    /// Somebody of another company.
    Connect,
    /// The bot user of another app.
    OtherApp,
    /// The app's bot user.
    Bot,
}

impl PersonKind {
    /// As the driver says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Member => "member",
            Self::Guest => "guest",
            Self::Connect => "connect",
            Self::OtherApp => "app",
            Self::Bot => "bot",
        }
    }

    /// As the driver says it.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Admin, Self::Member, Self::Guest, Self::Connect, Self::OtherApp]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// A person.
#[derive(Clone, Debug)]
pub struct Person {
    /// The id.
    pub id: String,
    /// First and last name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// What they are.
    pub kind: PersonKind,
    /// Whether the account was closed.
    pub deactivated: bool,
    /// The open modals, the top last.
    pub modals: Vec<String>,
    /// The published Home tab.
    pub home: Option<String>,
    /// What the pane beside a Work Object shows.
    pub pane: Option<Value>,
    /// The channel they look at.
    pub context: Option<String>,
    /// A message they look at in it.
    pub context_message: Option<Ts>,
}

impl Person {
    /// Somebody with nothing open.
    pub fn new(id: &str, name: &str, email: &str, kind: PersonKind) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            email: email.to_owned(),
            kind,
            deactivated: false,
            modals: Vec::new(),
            home: None,
            pane: None,
            context: None,
            context_message: None,
        }
    }

    /// The name Slack derives for old fields: `monica.hall`.
    pub fn handle(&self) -> String {
        self.name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(".")
    }

    /// The id of their own workspace.
    pub fn team(&self) -> &'static str {
        if self.kind == PersonKind::Connect { OTHER_TEAM } else { TEAM }
    }

    /// As `users.info` shows them; the address only to those who may see it.
    pub fn json(&self, with_email: bool) -> Value {
        let bot = matches!(self.kind, PersonKind::Bot | PersonKind::OtherApp);
        let mut profile = json!({
            "real_name": self.name, "real_name_normalized": self.name, "display_name": self.name,
            "display_name_normalized": self.name, "first_name": self.name.split(' ').next().unwrap_or_default(),
            "last_name": self.name.split(' ').next_back().unwrap_or_default(), "team": self.team(),
            "status_text": "", "status_emoji": "", "title": "", "phone": "", "avatar_hash": "0"
        });
        if bot {
            let own = self.is_bot();
            profile["bot_id"] = if own { json!(BOT) } else { json!(self.other_bot_id()) };
            profile["api_app_id"] = if own { json!(APP) } else { json!("A_OTHER") };
        } else if with_email {
            profile["email"] = json!(self.email);
        }
        let mut user = json!({
            "id": self.id, "team_id": self.team(), "name": self.handle(), "real_name": self.name,
            "deleted": self.deactivated, "is_bot": bot, "is_app_user": false, "updated": 1_700_000_000,
            "profile": profile
        });
        if !self.deactivated {
            let guest = self.kind == PersonKind::Guest;
            user["tz"] = json!("America/Los_Angeles");
            user["tz_label"] = json!("Pacific Standard Time");
            user["tz_offset"] = json!(-28800);
            user["locale"] = json!("en-US");
            user["is_admin"] = json!(self.kind == PersonKind::Admin);
            user["is_owner"] = json!(false);
            user["is_primary_owner"] = json!(false);
            user["is_restricted"] = json!(guest);
            user["is_ultra_restricted"] = json!(guest);
            user["is_stranger"] = json!(self.kind == PersonKind::Connect);
        }
        user
    }

    /// The bot of another app that acts as this user.
    pub fn other_bot_id(&self) -> Option<String> {
        (self.kind == PersonKind::OtherApp).then(|| format!("B_{}", self.id.trim_start_matches("U_")))
    }

    /// Whether this is the app's bot user.
    pub fn is_bot(&self) -> bool {
        self.id == BOT_USER
    }
}

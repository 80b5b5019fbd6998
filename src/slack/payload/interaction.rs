//! Interactions: buttons, menus, shortcuts, modals.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{owned, text};

/// What somebody did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Interaction {
    /// They pressed a button or chose from a menu.
    Clicked(Clicked),
    /// They sent a modal.
    Submitted(Submission),
    /// They closed a modal.
    Closed,
    /// They took a shortcut.
    Shortcut(Shortcut),
    /// They type into a menu whose options we give.
    Suggest {
        /// Where.
        place: Place,
        /// The menu.
        action_id: String,
        /// What they typed.
        typed: String,
    },
    /// Something this program does not act on.
    Other(String),
}

/// Who did something, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The team; of an app installed for a whole enterprise, the user's.
    pub team: Option<String>,
    /// The enterprise.
    pub enterprise: Option<String>,
    /// Who.
    pub user: String,
    /// The channel, where there is one.
    pub channel: Option<String>,
    /// The message, where there is one.
    pub message_ts: Option<String>,
    /// Its thread.
    pub thread_ts: Option<String>,
    /// Whether only this person sees the message.
    pub ephemeral: bool,
    /// Where answers can be sent, five times in half an hour.
    pub response_url: Option<String>,
    /// What opens a modal, for three seconds.
    pub trigger: Option<String>,
}

/// A button that was pressed, or an option that was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clicked {
    /// Who, and where.
    pub place: Place,
    /// Which.
    pub action_id: String,
    /// The block it stands in.
    pub block_id: Option<String>,
    /// Its value, or the chosen option's.
    pub value: String,
    /// The instant, by Slack's clock: two clicks differ in it.
    pub action_ts: String,
    /// The view it stands in, where it does.
    pub view_id: Option<String>,
}

/// A modal that was sent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Submission {
    /// Who.
    pub place: Place,
    /// The view.
    pub view_id: String,
    /// Which modal.
    pub callback_id: String,
    /// What was put into it when it was opened.
    pub metadata: String,
    /// What was filled in: by block, by action.
    pub values: Value,
}

impl Submission {
    /// What was filled into an input: text, or the value of the chosen option.
    #[must_use]
    pub fn value(&self, block_id: &str) -> Option<&str> {
        let inputs = self.values.get(block_id)?.as_object()?;
        inputs.values().find_map(|input| {
            text(input, "/value")
                .or_else(|| text(input, "/selected_option/value"))
                .or_else(|| text(input, "/selected_user"))
                .or_else(|| text(input, "/selected_date"))
        })
    }
}

/// A shortcut that was taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortcut {
    /// Who, and on which message.
    pub place: Place,
    /// Which.
    pub callback_id: String,
    /// The words of the message.
    pub message_text: Option<String>,
    /// Who said them.
    pub message_user: Option<String>,
}

impl Interaction {
    /// Reads the payload of an interaction; none when it names no user.
    #[must_use]
    pub fn read(payload: &Value) -> Option<Self> {
        let kind = text(payload, "/type")?;
        let place = place(payload)?;
        Some(match kind {
            "block_actions" => match payload.pointer("/actions/0") {
                Some(action) => Self::Clicked(clicked(payload, action, place)?),
                None => Self::Other(kind.to_owned()),
            },
            "view_submission" => Self::Submitted(Submission {
                view_id: owned(payload, "/view/id")?,
                callback_id: owned(payload, "/view/callback_id").unwrap_or_default(),
                metadata: owned(payload, "/view/private_metadata").unwrap_or_default(),
                values: payload.pointer("/view/state/values").cloned().unwrap_or_default(),
                place,
            }),
            "view_closed" => Self::Closed,
            "shortcut" | "message_action" => Self::Shortcut(Shortcut {
                callback_id: owned(payload, "/callback_id")?,
                message_text: owned(payload, "/message/text"),
                message_user: owned(payload, "/message/user"),
                place,
            }),
            "block_suggestion" => Self::Suggest {
                action_id: owned(payload, "/action_id").unwrap_or_default(),
                typed: owned(payload, "/value").unwrap_or_default(),
                place,
            },
            other => Self::Other(other.to_owned()),
        })
    }

    /// Who did it, and where.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::Clicked(clicked) => Some(&clicked.place),
            Self::Submitted(submission) => Some(&submission.place),
            Self::Shortcut(shortcut) => Some(&shortcut.place),
            Self::Suggest { place, .. } => Some(place),
            Self::Closed | Self::Other(_) => None,
        }
    }

    /// What two deliveries of it share; none where it is not written down.
    #[must_use]
    pub fn key(&self) -> Option<String> {
        match self {
            Self::Clicked(clicked) => {
                let user = &clicked.place.user;
                Some(format!("click/{user}/{}/{}/{}", clicked.action_id, clicked.action_ts, clicked.value))
            }
            Self::Submitted(submission) => {
                let trigger = submission.place.trigger.as_deref().unwrap_or_default();
                Some(format!("submit/{}/{trigger}", submission.view_id))
            }
            Self::Shortcut(shortcut) => {
                Some(format!("shortcut/{}", shortcut.place.trigger.as_deref().unwrap_or_default()))
            }
            Self::Suggest { .. } | Self::Closed | Self::Other(_) => None,
        }
    }
}

fn place(payload: &Value) -> Option<Place> {
    let first = |pointers: &[&str]| pointers.iter().find_map(|pointer| owned(payload, pointer));
    Some(Place {
        team: first(&["/team/id", "/user/team_id", "/view/team_id"]),
        enterprise: first(&["/enterprise/id", "/team/enterprise_id", "/user/enterprise_id"]),
        user: owned(payload, "/user/id")?,
        channel: first(&["/channel/id", "/container/channel_id"]),
        message_ts: first(&["/message/ts", "/container/message_ts", "/message_ts"]),
        thread_ts: first(&["/message/thread_ts", "/container/thread_ts"]),
        ephemeral: payload.pointer("/container/is_ephemeral").and_then(Value::as_bool).unwrap_or_default(),
        response_url: first(&["/response_url", "/response_urls/0/response_url"]),
        trigger: owned(payload, "/trigger_id"),
    })
}

fn clicked(payload: &Value, action: &Value, place: Place) -> Option<Clicked> {
    let values = [
        "/value",
        "/selected_option/value",
        "/selected_user",
        "/selected_channel",
        "/selected_conversation",
        "/selected_date",
    ];
    Some(Clicked {
        action_id: owned(action, "/action_id")?,
        block_id: owned(action, "/block_id"),
        value: values.iter().find_map(|pointer| owned(action, pointer)).unwrap_or_default(),
        action_ts: owned(action, "/action_ts").or_else(|| place.trigger.clone()).unwrap_or_default(),
        view_id: owned(payload, "/view/id"),
        place,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_installation_for_an_enterprise_names_no_team_and_is_read_all_the_same() {
        let payload = json!({"type": "block_actions", "team": null, "enterprise": {"id": "E1"},
            "user": {"id": "U1", "team_id": "T1"}, "channel": {"id": "C1"}, "container": {"message_ts": "1.2"},
            "actions": [{"action_id": "proposal_approve", "value": "x", "action_ts": "9.9"}]});
        let Some(Interaction::Clicked(clicked)) = Interaction::read(&payload) else { panic!() };
        assert_eq!(clicked.place.team.as_deref(), Some("T1"));
        assert_eq!(clicked.place.enterprise.as_deref(), Some("E1"));
        assert_eq!(clicked.place.message_ts.as_deref(), Some("1.2"));
    }

    #[test]
    fn what_was_filled_in_is_found_by_its_block() {
        let values = json!({"section": {"pick": {"selected_option": {"value": "pipeline"}}},
            "reason": {"words": {"type": "plain_text_input", "value": null}}});
        let submission = Submission { values, ..Submission::default() };
        assert_eq!(submission.value("section"), Some("pipeline"));
        assert_eq!(submission.value("reason"), None);
    }
}

//! Events.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{flag, owned, text};

/// An event with what Slack says about its delivery.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// The same for every delivery of one event.
    pub id: String,
    /// The team it happened in; of an app installed for a whole enterprise, where it is known.
    pub team: Option<String>,
    /// The enterprise.
    pub enterprise: Option<String>,
    /// What happened.
    pub event: Event,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Somebody said something.
    Said(Message),
    /// Somebody changed what they had said.
    Changed(Message),
    /// Somebody took back what they had said.
    Deleted {
        /// Where.
        channel: String,
        /// The message.
        ts: String,
    },
    /// Somebody opened the Home tab or the tab with the agent's messages.
    HomeOpened {
        /// Who.
        user: String,
        /// `home` or `messages`.
        tab: String,
        /// The direct message.
        channel: Option<String>,
    },
    /// Somebody pressed stop.
    StopPressed {
        /// Who.
        user: Option<String>,
        /// Where.
        channel: String,
        /// The thread.
        thread_ts: String,
    },
    /// Somebody looks at something else.
    ContextChanged {
        /// Who.
        user: Option<String>,
        /// The channel they look at.
        channel: Option<String>,
    },
    /// Somebody came into or left a channel.
    MembersChanged {
        /// Where.
        channel: String,
        /// Who.
        user: Option<String>,
        /// Whether they came.
        joined: bool,
    },
    /// What Slack says of a user or a channel is different now.
    OutOfDate {
        /// The user or channel.
        id: String,
    },
    /// A link to us was written.
    LinkShared {
        /// The channel.
        channel: String,
        /// The message.
        ts: String,
        /// Links with their address.
        links: Vec<String>,
        /// What names the message to `chat.unfurl` while it is being written.
        unfurl: Option<(String, String)>,
    },
    /// Somebody opened what a link unfurled to.
    DetailsRequested {
        /// Who.
        user: String,
        /// What opens the pane.
        trigger: String,
        /// The link.
        url: String,
    },
    /// The app was taken away.
    Uninstalled,
    /// Tokens were taken away.
    TokensRevoked {
        /// Whether the bot's is among them.
        bot: bool,
    },
    /// Slack held events back, because there were too many.
    RateLimited,
    /// Something this program does not act on.
    Other(String),
}

/// Something said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Who said it; none for what programs say.
    pub user: Option<String>,
    /// The program that said it.
    pub bot: Option<String>,
    /// What Slack calls a message that is not plain: `file_share`, `channel_join`…
    pub subtype: Option<String>,
    /// Where.
    pub channel: String,
    /// `channel`, `group`, `im`, `mpim`.
    pub channel_type: Option<String>,
    /// The message.
    pub ts: String,
    /// The thread it is in; absent where it begins one.
    pub thread_ts: Option<String>,
    /// The words, in Slack's markup.
    pub text: String,
    /// Whether files came with it.
    pub files: bool,
    /// The team of who said it, where it is another than the one it was said in.
    pub user_team: Option<String>,
}

impl Message {
    /// Whether it was said to the agent alone.
    #[must_use]
    pub fn direct(&self) -> bool {
        self.channel_type.as_deref() == Some("im") || self.channel_type.is_none() && self.channel.starts_with('D')
    }

    /// The thread it is in or begins.
    #[must_use]
    pub fn thread(&self) -> &str {
        self.thread_ts.as_deref().unwrap_or(&self.ts)
    }

    /// Whether a person said it in words: not a program, not Slack itself.
    #[must_use]
    pub fn by_a_person(&self) -> bool {
        let plain = matches!(self.subtype.as_deref(), None | Some("file_share" | "thread_broadcast" | "me_message"));
        self.bot.is_none() && self.user.is_some() && plain
    }

    /// When it was said, which its name tells.
    #[must_use]
    pub fn said_at(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(self.ts.split('.').next()?.parse().ok()?, 0)
    }

    /// What two deliveries of it share: Slack sends a mention as two events.
    #[must_use]
    pub fn key(&self, team: &str) -> String {
        message_key(team, &self.channel, &self.ts)
    }

    /// As it is written down until it is answered.
    #[must_use]
    pub fn to_body(&self) -> Value {
        json!({ "ts": self.ts, "user": self.user, "text": self.text, "files": self.files })
    }

    fn read(event: &Value) -> Option<Self> {
        Some(Self {
            user: owned(event, "/user"),
            bot: owned(event, "/bot_id"),
            subtype: owned(event, "/subtype"),
            channel: owned(event, "/channel")?,
            channel_type: owned(event, "/channel_type"),
            ts: owned(event, "/ts")?,
            thread_ts: owned(event, "/thread_ts"),
            text: owned(event, "/text").unwrap_or_default(),
            files: event.pointer("/files").and_then(Value::as_array).is_some_and(|files| !files.is_empty()),
            user_team: owned(event, "/user_team").or_else(|| owned(event, "/team")),
        })
    }
}

/// What two deliveries of a message share.
#[must_use]
pub fn message_key(team: &str, channel: &str, ts: &str) -> String {
    format!("message/{team}/{channel}/{ts}")
}

impl Delivery {
    /// Reads an `event_callback` (or `app_rate_limited`); none when it names no event at all.
    #[must_use]
    pub fn read(payload: &Value) -> Option<Self> {
        let team = owned(payload, "/team_id").or_else(|| owned(payload, "/authorizations/0/team_id"));
        let enterprise = owned(payload, "/enterprise_id").or_else(|| owned(payload, "/authorizations/0/enterprise_id"));
        if text(payload, "/type") == Some("app_rate_limited") {
            return Some(Self { id: String::new(), team, enterprise, event: Event::RateLimited });
        }
        let event = payload.pointer("/event").filter(|event| event.is_object())?;
        Some(Self { id: owned(payload, "/event_id")?, team, enterprise, event: read(event) })
    }
}

fn read(event: &Value) -> Event {
    let kind = text(event, "/type").unwrap_or_default();
    let known = match kind {
        "message" | "app_mention" | "message.session" => message(event),
        "app_home_opened" => owned(event, "/user").map(|user| Event::HomeOpened {
            user,
            tab: owned(event, "/tab").unwrap_or_else(|| "home".to_owned()),
            channel: owned(event, "/channel"),
        }),
        "agent_session_stopped" => {
            owned(event, "/channel").zip(owned(event, "/thread_ts")).map(|(channel, thread_ts)| Event::StopPressed {
                user: owned(event, "/user").or_else(|| owned(event, "/user_id")),
                channel,
                thread_ts,
            })
        }
        "app_context_changed" => Some(Event::ContextChanged { user: owned(event, "/user"), channel: context(event) }),
        "member_joined_channel" | "member_left_channel" => owned(event, "/channel").map(|channel| {
            Event::MembersChanged { channel, user: owned(event, "/user"), joined: kind == "member_joined_channel" }
        }),
        "user_change" => owned(event, "/user/id").map(|id| Event::OutOfDate { id }),
        "channel_archive" | "channel_unarchive" | "channel_rename" | "channel_shared" | "channel_unshared"
        | "group_archive" | "group_rename" => {
            owned(event, "/channel/id").or_else(|| owned(event, "/channel")).map(|id| Event::OutOfDate { id })
        }
        "link_shared" => owned(event, "/channel").map(|channel| Event::LinkShared {
            channel,
            ts: owned(event, "/message_ts").unwrap_or_default(),
            links: links(event),
            unfurl: owned(event, "/unfurl_id").zip(owned(event, "/source")),
        }),
        "entity_details_requested" => details(event),
        "app_uninstalled" => Some(Event::Uninstalled),
        "tokens_revoked" => Some(Event::TokensRevoked {
            bot: event.pointer("/tokens/bot").and_then(Value::as_array).is_some_and(|tokens| !tokens.is_empty()),
        }),
        _ => None,
    };
    known.unwrap_or_else(|| Event::Other(kind.to_owned()))
}

fn message(event: &Value) -> Option<Event> {
    match text(event, "/subtype") {
        Some("message_changed") => {
            let mut message = Message::read(event.pointer("/message")?).or_else(|| {
                // The inner message does not always repeat the channel.
                let mut inner = event.pointer("/message")?.clone();
                inner.as_object_mut()?.insert("channel".to_owned(), event.pointer("/channel")?.clone());
                Message::read(&inner)
            })?;
            message.channel_type = message.channel_type.or_else(|| owned(event, "/channel_type"));
            // Slack tells of unfurls and of the agent's own updates in the same way; only other words count.
            let same_words = text(event, "/previous_message/text") == Some(message.text.as_str());
            let hidden = flag(event, "/message/hidden");
            Some(if same_words || hidden {
                Event::Other("message_changed".to_owned())
            } else {
                Event::Changed(message)
            })
        }
        Some("message_deleted") => {
            Some(Event::Deleted { channel: owned(event, "/channel")?, ts: owned(event, "/deleted_ts")? })
        }
        _ => Message::read(event).map(Event::Said),
    }
}

/// The channel somebody looks at: the first entity that is one or is in one.
fn context(event: &Value) -> Option<String> {
    let entities = event.pointer("/context/entities")?.as_array()?;
    entities.iter().find_map(|entity| match entity.pointer("/value")? {
        Value::String(id) if text(entity, "/type") == Some("slack#/types/channel_id") => Some(id.clone()),
        value => owned(value, "/channel_id"),
    })
}

fn links(event: &Value) -> Vec<String> {
    let links = event.pointer("/links").and_then(Value::as_array);
    links.into_iter().flatten().filter_map(|link| owned(link, "/url")).collect()
}

fn details(event: &Value) -> Option<Event> {
    Some(Event::DetailsRequested {
        user: owned(event, "/user").or_else(|| owned(event, "/user_id"))?,
        trigger: owned(event, "/trigger_id")?,
        url: owned(event, "/entity_url")
            .or_else(|| owned(event, "/app_unfurl_url"))
            .or_else(|| owned(event, "/link/url"))
            .or_else(|| owned(event, "/url"))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(event: &Value) -> Event {
        let payload = json!({"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": event});
        Delivery::read(&payload).unwrap().event
    }

    #[test]
    fn a_message_is_read_whatever_else_comes_with_it() {
        let said =
            event(&json!({"type": "message", "channel": "C1", "channel_type": "channel", "user": "U1", "ts": "1.2",
            "text": "hello", "metadata": {"event_payload": {"deep": {"er": [1, null]}}}, "blocks": "not blocks"}));
        let Event::Said(message) = said else { panic!("{said:?}") };
        assert_eq!((message.text.as_str(), message.thread()), ("hello", "1.2"));
        assert!(message.by_a_person() && !message.direct());
    }

    #[test]
    fn a_mention_and_its_message_have_one_key() {
        let told = |kind: &str| match event(&json!({"type": kind, "channel": "C1", "user": "U1", "ts": "1.2"})) {
            Event::Said(message) => message.key("T1"),
            other => panic!("{other:?}"),
        };
        assert_eq!(told("message"), told("app_mention"));
    }

    #[test]
    fn what_programs_say_is_not_a_persons_word() {
        let Event::Said(message) = event(&json!({"type": "app_mention", "channel": "C1", "bot_id": "B1", "ts": "1.2"}))
        else {
            panic!()
        };
        assert!(!message.by_a_person());
    }

    #[test]
    fn a_change_of_the_words_is_a_change_and_an_unfurl_is_none() {
        let changed = |before: &str| {
            event(&json!({"type": "message", "subtype": "message_changed", "channel": "C1",
                "message": {"user": "U1", "ts": "1.2", "text": "new"}, "previous_message": {"text": before}}))
        };
        assert!(matches!(changed("old"), Event::Changed(message) if message.channel == "C1" && message.text == "new"));
        assert!(matches!(changed("new"), Event::Other(_)));
    }

    #[test]
    fn the_channel_somebody_looks_at_is_found_in_each_shape() {
        let looking = |entity: Value| {
            event(&json!({"type": "app_context_changed", "user": "U1", "context": {"entities": [entity]}}))
        };
        for entity in [
            json!({"type": "slack#/types/channel_id", "value": "C7"}),
            json!({"type": "slack#/types/message_context", "value": {"channel_id": "C7", "message_ts": "1.2"}}),
        ] {
            assert!(matches!(looking(entity), Event::ContextChanged { channel: Some(id), .. } if id == "C7"));
        }
        let empty = event(&json!({"type": "app_context_changed", "context": {}}));
        assert!(matches!(empty, Event::ContextChanged { channel: None, .. }));
    }

    proptest::proptest! {
        #[test]
        fn any_event_is_read_without_a_fault(kind in "(message|app_mention|link_shared|tokens_revoked|app_home_opened|[a-z_]{0,12})",
            field in "(channel|user|ts|links|tokens|message|subtype)", value in "[ -~]{0,20}") {
            let mut inner = json!({"type": kind});
            inner[field.as_str()] = serde_json::from_str(&value).unwrap_or(Value::String(value));
            let _ = Delivery::read(&json!({"event_id": "E", "event": inner}));
        }
    }
}

//! Who reads along: account data is not shown where somebody from outside the company, a guest or anybody who is not on
//! the list can read it. A look that fails counts as outsiders.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::payload::text;
use super::people::KnownUser;
use super::render::note::Audience;
use super::service::{Slack, SlackError, Team};
use crate::config::DataClass;
use crate::domain::answer::Answer;

/// Minutes that what was found out of a channel is taken for true; who comes in meanwhile ends it.
const CHANNEL_MINUTES: i64 = 10;

/// Minutes that the list of a team's outsiders is taken for true; a user who changes ends it.
const TEAM_MINUTES: i64 = 30;

/// Users and members asked for at once.
const PAGE: &str = "1000";

/// Pages that are read at most: some 100,000 people.
pub(super) const PAGES: usize = 100;

/// Under which name the outsiders of a team are kept.
const OUTSIDERS: &str = "_outsiders";

/// The users of a team that may not see account data.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Outsiders {
    guests: BTreeSet<String>,
    strangers: BTreeSet<String>,
    not_listed: BTreeSet<String>,
}

/// What was found out of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Found {
    OurOwn,
    Guest,
    Shared,
    NotListed,
}

impl From<Found> for Option<Audience> {
    fn from(found: Found) -> Self {
        match found {
            Found::OurOwn => None,
            Found::Guest => Some(Audience::Guest),
            Found::Shared => Some(Audience::Shared),
            Found::NotListed => Some(Audience::NotListed),
        }
    }
}

impl Slack {
    /// Who in a channel may not see account data; none where everybody may. What cannot be found out counts as
    /// [`Audience::Unknown`].
    pub async fn outsiders(&self, team: &Team, channel: &str) -> Option<Audience> {
        match self.look(team, channel).await {
            Ok(found) => found.into(),
            Err(error) => {
                tracing::warn!(%error, "nobody knows who reads a channel of Slack, so nothing is shown in it");
                Some(Audience::Unknown)
            }
        }
    }

    /// Whether something of this class must not be shown in a channel, and why.
    pub async fn hidden(&self, team: &Team, channel: &str, direct: bool, class: DataClass) -> Option<Audience> {
        if direct || class <= self.config().outsiders_see {
            return None;
        }
        self.outsiders(team, channel).await
    }

    async fn look(&self, team: &Team, channel: &str) -> Result<Found, SlackError> {
        let (store, now) = (self.store(), self.now());
        let key = format!("_audience:{channel}");
        let since = now - chrono::Duration::minutes(CHANNEL_MINUTES);
        if let Some(found) = store.slack_known(team.workspace(), &team.id, &key, since).await? {
            return Ok(found);
        }
        let found = self.look_into(team, channel).await?;
        store.put_slack_known(team.workspace(), &team.id, &key, &found, now).await?;
        Ok(found)
    }

    async fn look_into(&self, team: &Team, channel: &str) -> Result<Found, SlackError> {
        let told = self.api().read(&team.caller, "conversations.info", &[("channel", channel)]).await?;
        let flag = |name: &str| told.pointer(&format!("/channel/{name}")).and_then(Value::as_bool).unwrap_or_default();
        if flag("is_ext_shared") || flag("is_pending_ext_shared") {
            return Ok(Found::Shared);
        }
        let outsiders = self.outsiders_of(team).await?;
        let mut found = Found::OurOwn;
        let mut cursor = String::new();
        for _ in 0..PAGES {
            let page = self.page(team, "conversations.members", &[("channel", channel)], &cursor).await?;
            let members = page.get("members").and_then(Value::as_array);
            for member in members.into_iter().flatten().filter_map(Value::as_str) {
                if outsiders.strangers.contains(member) {
                    return Ok(Found::Shared);
                }
                if outsiders.guests.contains(member) {
                    return Ok(Found::Guest);
                }
                if outsiders.not_listed.contains(member) {
                    found = Found::NotListed;
                }
            }
            match text(&page, "/response_metadata/next_cursor") {
                Some(next) => cursor = next.to_owned(),
                None => return Ok(found),
            }
        }
        // More people than were looked at.
        Ok(Found::NotListed)
    }

    /// The outsiders of a team: read once for all channels, however many people it has.
    async fn outsiders_of(&self, team: &Team) -> Result<Outsiders, SlackError> {
        let (store, now) = (self.store(), self.now());
        let since = now - chrono::Duration::minutes(TEAM_MINUTES);
        if let Some(known) = store.slack_known(team.workspace(), &team.id, OUTSIDERS, since).await? {
            return Ok(known);
        }
        let allowed = &self.config().allowed;
        let mut outsiders = Outsiders::default();
        let mut cursor = String::new();
        for _ in 0..PAGES {
            let page = self.page(team, "users.list", &[], &cursor).await?;
            for user in page.get("members").and_then(Value::as_array).into_iter().flatten() {
                let (Some(id), known) = (text(user, "/id"), KnownUser::read(user)) else { continue };
                if known.gone {
                    continue;
                }
                if known.stranger {
                    outsiders.strangers.insert(id.to_owned());
                } else if known.guest {
                    outsiders.guests.insert(id.to_owned());
                } else if !known.bot && !known.is_listed(allowed) {
                    outsiders.not_listed.insert(id.to_owned());
                }
            }
            match text(&page, "/response_metadata/next_cursor") {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        store.put_slack_known(team.workspace(), &team.id, OUTSIDERS, &outsiders, now).await?;
        Ok(outsiders)
    }

    /// A page of a list, from a cursor on.
    pub(super) async fn page(
        &self,
        team: &Team,
        method: &'static str,
        arguments: &[(&str, &str)],
        cursor: &str,
    ) -> Result<Value, SlackError> {
        let mut all = [arguments, &[("limit", PAGE)]].concat();
        if !cursor.is_empty() {
            all.push(("cursor", cursor));
        }
        Ok(self.api().read(&team.caller, method, &all).await?)
    }

    /// Somebody came into a channel or left it: who reads it has to be found out again.
    pub(super) async fn audience_changed(&self, team: &Team, channel: &str) -> Result<(), SlackError> {
        let key = format!("_audience:{channel}");
        Ok(self.store().forget_slack_known(team.workspace(), &team.id, &key).await?)
    }

    /// What Slack says of a user or a channel is different now.
    pub(super) async fn out_of_date(&self, team: &Team, id: &str) -> Result<(), SlackError> {
        let store = self.store();
        store.forget_slack_known(team.workspace(), &team.id, id).await?;
        store.forget_slack_known(team.workspace(), &team.id, OUTSIDERS).await?;
        self.audience_changed(team, id).await
    }
}

/// How much of an account an answer shows, by the tools it was made with.
#[must_use]
pub fn class_of(answer: &Answer) -> DataClass {
    let of_tool = |tool: &String| match tool.as_str() {
        "find_account" => DataClass::Name,
        "get_call" | "list_activity" | "list_commitments" | "list_releases" | "list_requests" | "list_signals"
        | "search_evidence" => DataClass::Activity,
        // Whatever else there is or will be shows money, health or risks until it is known not to.
        _ => DataClass::Money,
    };
    if answer.stopped || answer.tools_used.is_empty() && answer.citations.is_empty() && answer.cards.is_empty() {
        return if answer.offers.is_empty() { DataClass::Nothing } else { DataClass::Name };
    }
    let cards = if answer.cards.is_empty() { DataClass::Nothing } else { DataClass::Money };
    answer.tools_used.iter().map(of_tool).max().unwrap_or(DataClass::Name).max(cards)
}

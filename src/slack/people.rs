//! Who asks: the person behind a user of Slack, and whether they may.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::client::CallError;
use super::payload::text;
use super::service::{Slack, SlackError, Team};
use crate::app::{Origin, SlackProfile};
use crate::domain::actor::{Actor, Surface};
use crate::domain::person::{Person, SlackUser};

/// Minutes that what Slack says of a user is taken for true.
const REMEMBERED_MINUTES: i64 = 15;

/// What Slack says of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownUser {
    /// Full name.
    pub name: String,
    /// E-mail address, where the app may see it.
    pub email: Option<String>,
    /// Whether they run the team.
    pub admin: bool,
    /// Whether they are a program.
    pub bot: bool,
    /// Whether they are a guest.
    pub guest: bool,
    /// Whether they belong to another company.
    pub stranger: bool,
    /// Whether their account is switched off.
    pub gone: bool,
    /// IANA name of the zone they live in.
    #[serde(default)]
    pub zone: Option<String>,
}

impl KnownUser {
    /// Reads a user as the Web API describes them.
    #[must_use]
    pub fn read(user: &Value) -> Self {
        let flag = |name: &str| user.get(name).and_then(Value::as_bool).unwrap_or_default();
        let name = ["/profile/real_name", "/real_name", "/profile/display_name", "/name"];
        Self {
            name: name.iter().find_map(|pointer| text(user, pointer)).unwrap_or("somebody").to_owned(),
            email: text(user, "/profile/email").map(str::to_lowercase),
            admin: flag("is_admin") || flag("is_owner"),
            bot: flag("is_bot"),
            guest: flag("is_restricted") || flag("is_ultra_restricted"),
            stranger: flag("is_stranger"),
            gone: flag("deleted"),
            zone: text(user, "/tz").map(str::to_owned),
        }
    }

    /// Why they may not be told anything about accounts, if they may not.
    #[must_use]
    pub fn refusal(&self, allowed: &[String]) -> Option<&'static str> {
        if self.guest {
            return Some("Guests cannot use me: I would show them account data. Ask a full member of the team.");
        }
        if self.stranger {
            return Some("I only answer people of the team that installed me.");
        }
        if self.bot || self.gone {
            return Some("I only answer people.");
        }
        if self.is_listed(allowed) {
            return None;
        }
        Some("You are not on the list of people who may use me here; ask whoever runs me to add you.")
    }

    /// Whether they are among those who may ask.
    #[must_use]
    pub fn is_listed(&self, allowed: &[String]) -> bool {
        let fits = |pattern: &String| {
            self.email.as_deref().is_some_and(|email| match pattern.strip_prefix('*') {
                Some(ending) => email.len() > ending.len() && email.ends_with(&ending.to_lowercase()),
                None => email.eq_ignore_ascii_case(pattern),
            })
        };
        allowed.is_empty() || allowed.iter().any(fits)
    }
}

/// Somebody who asks and may.
#[derive(Clone, Debug)]
pub struct Asker {
    /// The person.
    pub person: Person,
    /// Their user in Slack.
    pub user: String,
    /// IANA name of the zone they live in, where Slack says.
    pub zone: Option<String>,
}

impl Asker {
    /// As the one who wants something, with what it came with.
    #[must_use]
    pub fn origin(&self, request: &str) -> Origin {
        Origin { by: Actor::of(&self.person, Surface::Slack), request: Some(request.to_owned()), typed: None }
    }
}

impl Slack {
    /// What Slack says of a user.
    ///
    /// # Errors
    /// When it does not say, or the database is out of reach.
    pub async fn user(&self, team: &Team, user: &str) -> Result<KnownUser, SlackError> {
        let (store, now) = (self.store(), self.now());
        let since = now - chrono::Duration::minutes(REMEMBERED_MINUTES);
        if let Some(known) = store.slack_known(team.workspace(), &team.id, user, since).await? {
            return Ok(known);
        }
        let told = self.api().read(&team.caller, "users.info", &[("user", user)]).await?;
        let known = KnownUser::read(told.get("user").unwrap_or(&Value::Null));
        let known = KnownUser { stranger: known.stranger || is_elsewhere(&told, team), ..known };
        store.put_slack_known(team.workspace(), &team.id, user, &known, now).await?;
        Ok(known)
    }

    /// The person behind a user, where they may ask.
    ///
    /// # Errors
    /// [`SlackError::NotAllowed`] with a sentence for them.
    pub async fn asker(&self, team: &Team, user: &str) -> Result<Asker, SlackError> {
        let known = match self.user(team, user).await {
            Ok(known) => known,
            Err(SlackError::Call(CallError::Refused { .. })) => {
                return Err(SlackError::NotAllowed(
                    "Slack does not say who you are, so I cannot show you account data.".to_owned(),
                ));
            }
            Err(error) => return Err(error),
        };
        if let Some(refusal) = known.refusal(&self.config().allowed) {
            return Err(SlackError::NotAllowed(refusal.to_owned()));
        }
        let slack = SlackUser { team: team.id.clone(), user: user.to_owned() };
        let profile = SlackProfile { slack, name: known.name, email: known.email, admin: known.admin };
        Ok(Asker { person: team.app.person_in_slack(&profile).await?, user: user.to_owned(), zone: known.zone })
    }

    /// Somebody who wants to change something, and may.
    ///
    /// # Errors
    /// [`SlackError::NotAllowed`] with a sentence for them.
    pub async fn acting(&self, team: &Team, user: &str) -> Result<Asker, SlackError> {
        let asker = self.asker(team, user).await?;
        if asker.person.role.may_act() {
            return Ok(asker);
        }
        Err(SlackError::NotAllowed(
            "You may read and ask here, and not change anything; ask whoever runs me for another role.".to_owned(),
        ))
    }
}

/// Whether a user belongs to another team; of an enterprise all teams are one company.
fn is_elsewhere(told: &Value, team: &Team) -> bool {
    let theirs = text(told, "/user/team_id");
    let company = text(told, "/user/enterprise_user/enterprise_id");
    company.is_none() && theirs.is_some_and(|theirs| theirs != team.id)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn guests_strangers_and_programs_are_told_nothing() {
        for field in ["is_restricted", "is_ultra_restricted", "is_stranger", "is_bot", "deleted"] {
            let known = KnownUser::read(&json!({ field: true, "profile": {"email": "a@team.example"} }));
            assert!(known.refusal(&[]).is_some(), "{field}");
        }
        assert_eq!(KnownUser::read(&json!({"profile": {"email": "a@team.example"}})).refusal(&[]), None);
    }

    #[test]
    fn a_list_of_people_is_kept_to() {
        let known = KnownUser { email: Some("kim@team.example".to_owned()), ..KnownUser::default() };
        assert_eq!(known.refusal(&["*@team.example".to_owned()]), None);
        assert_eq!(known.refusal(&["kim@team.example".to_owned()]), None);
        assert!(known.refusal(&["lee@team.example".to_owned()]).is_some());
        assert!(
            KnownUser::default().refusal(&["*@team.example".to_owned()]).is_some(),
            "without an address nobody is listed"
        );
    }
}

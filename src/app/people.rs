//! People: one person whatever surface they come through, found by what the surface knows of them.

use super::{App, AppError, Origin};
use crate::agent::tools::Known;
use crate::domain::actor::Actor;
use crate::domain::id::PersonId;
use crate::domain::person::{Person, Role, SlackUser, name_in, reads_as_address};
use crate::store::{Opening, PersonSeen};

/// What Slack says of one of its users.
#[derive(Clone, Debug)]
pub struct SlackProfile {
    /// Who they are there.
    pub slack: SlackUser,
    /// Full name.
    pub name: String,
    /// E-mail address, where the app may see it.
    pub email: Option<String>,
    /// Whether they run the team.
    pub admin: bool,
}

/// Where a request to change people comes from, as far as it can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Console {
    /// A command on this machine, which has the server's token.
    Local,
    /// A page of a service without a log-in: people say who they are.
    Open,
    /// A page behind a log-in that says who it is.
    LoggedIn,
}

impl App {
    /// Everybody who is known, by name.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn people(&self) -> Result<Vec<Person>, AppError> {
        Ok(self.intake.store.people(self.workspace).await?)
    }

    /// Refuses whoever may not do what an admin does: everybody known who is none. The first admin is made on this
    /// machine; there, and where nobody logs in, a name nobody knows does no harm that its owner could not do anyway.
    /// `deed` says what it is, as in `change people`.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] with who could do it instead.
    pub async fn may_administer(&self, origin: &Origin, from: Console, deed: &str) -> Result<(), AppError> {
        let by = self.identified(&origin.by).await?;
        let allowed = match (by.role, from) {
            (Some(Role::Admin), _) | (None, Console::Local | Console::Open) => true,
            (Some(_), Console::Local) => !self.intake.store.has_admin(self.workspace).await?,
            _ => false,
        };
        if allowed {
            return Ok(());
        }
        Err(AppError::Forbidden(format!(
            "{} may not {deed}: an admin may. Make the first one on the server, with \
             `success-agent people set ADDRESS --role admin`.",
            by.who
        )))
    }

    /// Adds a person, or gives one who is known another name.
    ///
    /// # Errors
    /// [`AppError::Invalid`] where the address is none.
    pub async fn put_person(&self, email: &str, name: Option<&str>, role: Option<Role>) -> Result<Person, AppError> {
        let email = address(email)?;
        let store = &self.intake.store;
        let known = store.person_by_email(self.workspace, &email).await?;
        let as_before = known.as_ref().map(|person| person.name.clone());
        let name = name.map(str::to_owned).or(as_before).unwrap_or_else(|| name_in(&email));
        let seen = PersonSeen { name: &name, email: Some(&email), slack: None, role: role.unwrap_or_default() };
        let person = store.put_person(self.workspace, &seen, self.intake.clock.now()).await?;
        match role {
            Some(role) if role != person.role => {
                store.set_role(self.workspace, person.id, role).await?;
                Ok(Person { role, ..person })
            }
            _ => Ok(person),
        }
    }

    /// The person behind a user of Slack, added when they are met for the first time.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn person_in_slack(&self, profile: &SlackProfile) -> Result<Person, AppError> {
        let store = &self.intake.store;
        let known = store.person_in_slack(self.workspace, &profile.slack).await?;
        let up_to_date = |person: &Person| {
            person.name == profile.name
                && (profile.email.is_none() || person.email.as_deref() == profile.email.as_deref())
        };
        if let Some(person) = known.filter(up_to_date) {
            return Ok(person);
        }
        let role = if profile.admin { Role::Admin } else { Role::Csm };
        let seen =
            PersonSeen { name: &profile.name, email: profile.email.as_deref(), slack: Some(&profile.slack), role };
        Ok(store.put_person(self.workspace, &seen, self.intake.clock.now()).await?)
    }

    /// Who somebody is who is only named: the person with that address or, where only one has it, that name. Owners of
    /// accounts are people as well, before they are ever met.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn identified(&self, actor: &Actor) -> Result<Actor, AppError> {
        if actor.person.is_some() {
            return Ok(actor.clone());
        }
        let opening = Opening { asker: Some(&actor.who), ..Opening::default() };
        let opened = self.intake.store.open_turn(self.workspace, opening).await?;
        self.who_asks(actor, opened.asker, opened.asker_owns).await
    }

    /// Who it is, where they may do more than look; `only` says what the others may.
    pub(super) async fn acting(&self, origin: &Origin, only: &str) -> Result<Actor, AppError> {
        let by = self.identified(&origin.by).await?;
        if !by.may_act() {
            return Err(AppError::Invalid(format!("{} may {only}; ask a CSM.", by.who)));
        }
        Ok(by)
    }

    /// What is known of the workspace as a turn begins that is opened on an account, and who asks.
    pub(super) async fn opened(&self, account: Option<&str>, by: &Actor) -> Result<(Known, Actor), AppError> {
        let asker = by.person.is_none().then_some(by.who.as_str());
        let (known, opened) = self.agent.tools.opened(self.workspace, Opening { account, asker }).await?;
        Ok((known, self.who_asks(by, opened.asker, opened.asker_owns).await?))
    }

    /// Who somebody is, where this person was found, or accounts belong to their address.
    async fn who_asks(&self, actor: &Actor, found: Option<Person>, owns: bool) -> Result<Actor, AppError> {
        let person = match found {
            None if owns && actor.person.is_none() => Some(self.put_person(&actor.who, None, None).await?),
            found => found,
        };
        Ok(person.map_or_else(|| actor.clone(), |person| Actor::of(&person, actor.surface)))
    }

    /// Gives a person another role.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such person.
    pub async fn set_role(&self, person: PersonId, role: Role) -> Result<(), AppError> {
        Ok(self.intake.store.set_role(self.workspace, person, role).await?)
    }
}

/// An address as people are known by it: in small letters.
pub(super) fn address(text: &str) -> Result<String, AppError> {
    let email = text.trim().to_lowercase();
    if reads_as_address(&email) {
        return Ok(email);
    }
    Err(AppError::Invalid(format!("`{email}` is not an e-mail address; people are known by theirs.")))
}

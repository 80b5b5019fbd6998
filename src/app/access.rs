//! Logging in: one-time links, and the sessions of those who are logged in.

use chrono::Duration;
use serde_json::Value;
use uuid::Uuid;

use super::people::address;
use super::{App, AppError, Console, Origin};
use crate::domain::access::{SecretHash, role_by_link};
use crate::domain::host;
use crate::domain::id::PersonId;
use crate::domain::person::{Person, Role};
use crate::domain::time::Moment;

/// How long a one-time link can be used.
const LINK: Duration = Duration::minutes(30);

/// A link by which a person can log in once.
#[derive(Clone, Debug)]
pub struct LoginLink {
    /// Whom it logs in.
    pub person: Person,
    /// What stands in it; kept nowhere.
    pub secret: String,
    /// Until when it can be used.
    pub expires_at: Moment,
}

impl App {
    /// Makes a link by which somebody can log in once. Somebody who is not known is added; the first of a workspace
    /// without an admin becomes one.
    ///
    /// # Errors
    /// [`AppError::Invalid`] where the address is none, [`AppError::Forbidden`] where whoever makes it may not add people.
    pub async fn make_login_link(
        &self,
        email: &str,
        name: Option<&str>,
        role: Option<Role>,
        origin: &Origin,
        from: Console,
    ) -> Result<LoginLink, AppError> {
        let email = address(email)?;
        let (store, now) = (&self.intake.store, self.intake.clock.now());
        let known = store.person_by_email(self.workspace, &email).await?;
        if known.is_none() || role.is_some() {
            self.may_administer(origin, from, "let others in").await?;
        }
        let has_admin = store.has_admin(self.workspace).await?;
        let role = role_by_link(known.map(|person| person.role), role, has_admin);
        let person = self.put_person(&email, name, Some(role)).await?;
        let (secret, expires_at) = (secret(), now + LINK);
        store.add_login_link(self.workspace, SecretHash::of(secret.as_bytes()), person.id, expires_at, now).await?;
        tracing::info!(person = %person.id, "a log-in link was made");
        Ok(LoginLink { person, secret, expires_at })
    }

    /// Whom a link logs in that can still be used.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where it was used, has expired, or never was.
    pub async fn login_link(&self, secret: &str) -> Result<Person, AppError> {
        let (id, now) = (SecretHash::of(secret.as_bytes()), self.intake.clock.now());
        self.intake.store.login_link(self.workspace, id, now).await?.ok_or_else(used_up)
    }

    /// Uses up a link.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where it was used, has expired, or never was.
    pub async fn use_login_link(&self, secret: &str) -> Result<Person, AppError> {
        let (id, now) = (SecretHash::of(secret.as_bytes()), self.intake.clock.now());
        let person = self.intake.store.use_login_link(self.workspace, id, now).await?.ok_or_else(used_up)?;
        tracing::info!(person = %person.id, "logged in by a link");
        Ok(person)
    }

    /// Who somebody is whose address a provider has verified: whoever is known by it, else whoever has it on one of the
    /// team's domains, as a CSM.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] where they are not of the team, and what to do.
    pub async fn let_in(&self, email: &str, name: Option<&str>) -> Result<Person, AppError> {
        let email = address(email)?;
        if let Some(person) = self.intake.store.person_by_email(self.workspace, &email).await? {
            return Ok(person);
        }
        let (team, host) = (self.team().await?, email.rsplit('@').next().unwrap_or_default());
        if team.has_host(&host::canonical(host)) || team.people.contains(&email) {
            let person = self.put_person(&email, name, None).await?;
            tracing::info!(person = %person.id, "somebody of the team logged in for the first time");
            return Ok(person);
        }
        Err(AppError::Forbidden(format!(
            "{email} is not of this team; ask an admin to add you with `success-agent people set {email}`, or all of \
             {host} with `success-agent team add {host}`."
        )))
    }

    /// A person.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn person(&self, id: PersonId) -> Result<Option<Person>, AppError> {
        Ok(self.intake.store.person(self.workspace, id).await?)
    }

    /// Keeps a new session; false where there is one with this secret.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn add_session(&self, secret: &[u8], data: &Value, lasts: Duration) -> Result<bool, AppError> {
        let now = self.intake.clock.now();
        let id = SecretHash::of(secret);
        Ok(self.intake.store.add_session(self.workspace, id, data, now + lasts, now).await?)
    }

    /// Keeps what is in a session.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn put_session(&self, secret: &[u8], data: &Value, lasts: Duration) -> Result<(), AppError> {
        let until = self.intake.clock.now() + lasts;
        Ok(self.intake.store.put_session(self.workspace, SecretHash::of(secret), data, until).await?)
    }

    /// What is in a session, and how long it still lasts; none where there is none, or not any more.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn session(&self, secret: &[u8]) -> Result<Option<(Value, Duration)>, AppError> {
        let now = self.intake.clock.now();
        let found = self.intake.store.session(self.workspace, SecretHash::of(secret), now).await?;
        Ok(found.map(|(data, until)| (data, until.signed_duration_since(now.utc()))))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn end_session(&self, secret: &[u8]) -> Result<(), AppError> {
        self.intake.store.end_session(self.workspace, SecretHash::of(secret)).await?;
        Ok(())
    }
}

/// 244 random bits in hexadecimal.
#[must_use]
pub fn secret() -> String {
    format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}

fn used_up() -> AppError {
    AppError::NotFound(
        "This link was used before or has expired; make another one with `success-agent log-in ADDRESS` on the server."
            .to_owned(),
    )
}

//! The sessions of those who are logged in: a cookie in the browser, and what belongs to it in the database.

use std::collections::HashMap;
use std::fmt;

use async_trait::async_trait;
use chrono::Duration;
use serde_json::Value;
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::{self, OffsetDateTime};
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{Expiry, Session, SessionManagerLayer, SessionStore};

use super::error::Problem;
use super::state::Web;
use crate::app::{App, AppError};
use crate::domain::id::PersonId;
use crate::domain::person::Person;

/// How long somebody stays logged in.
const LASTS: time::Duration = time::Duration::days(14);

/// How long a log-in at a provider may take.
const BEGUN: time::Duration = time::Duration::minutes(15);

/// Under which name a session keeps who is logged in.
const PERSON: &str = "person";

/// And what requests that change something have to repeat.
const CSRF: &str = "csrf";

/// Keeps sessions in the workspace.
#[derive(Clone)]
pub(super) struct Sessions {
    app: App,
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions").finish_non_exhaustive()
    }
}

/// Gives every request its session. Nothing is looked up before somebody asks what is in it.
pub(super) fn layer(web: &Web) -> SessionManagerLayer<Sessions> {
    SessionManagerLayer::new(Sessions { app: web.app().clone() })
        .with_name(web.cookie().to_owned())
        .with_secure(web.is_https())
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(BEGUN))
}

/// Logs somebody in, in a session of its own: nothing of the one before goes on, its identifier least of all.
pub(super) async fn begin(session: &Session, person: &Person) -> std::result::Result<(), Problem> {
    end(session).await?;
    session.set_expiry(Some(Expiry::OnInactivity(LASTS)));
    session.insert(PERSON, person.id).await.map_err(lost)?;
    session.insert(CSRF, crate::app::secret()).await.map_err(lost)?;
    Ok(())
}

/// Logs out.
pub(super) async fn end(session: &Session) -> std::result::Result<(), Problem> {
    match session.id() {
        Some(_) => session.flush().await.map_err(lost),
        None => Ok(()),
    }
}

/// Who is logged in, and what their requests have to repeat.
pub(super) async fn person(web: &Web, session: &Session) -> std::result::Result<Option<(Person, String)>, Problem> {
    if session.id().is_none() {
        return Ok(None);
    }
    let id = session.get::<PersonId>(PERSON).await.map_err(lost)?;
    let csrf = session.get::<String>(CSRF).await.map_err(lost)?;
    match id.zip(csrf) {
        Some((id, csrf)) => Ok(web.app().person(id).await?.map(|person| (person, csrf))),
        None => Ok(None),
    }
}

/// What is said where a session cannot be read or kept.
#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
pub(super) fn lost(error: tower_sessions::session::Error) -> Problem {
    tracing::error!(%error, "a session cannot be read or kept");
    AppError::Unavailable("Who is logged in cannot be looked up right now; try again in a moment.".to_owned()).into()
}

/// What is in the cookie, as bytes.
fn secret(id: Id) -> [u8; 16] {
    id.0.to_be_bytes()
}

fn lasts(record: &Record) -> Duration {
    let left = record.expiry_date - OffsetDateTime::now_utc();
    Duration::seconds(left.whole_seconds().clamp(0, LASTS.whole_seconds()))
}

fn data(record: &Record) -> Result<Value> {
    serde_json::to_value(&record.data).map_err(|error| Error::Encode(error.to_string()))
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
fn failed(error: AppError) -> Error {
    Error::Backend(error.to_string())
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let data = data(record)?;
        loop {
            // Never the one that is there: whoever logs in would go on under an identifier that somebody else may know.
            record.id = Id::default();
            if self.app.add_session(&secret(record.id), &data, lasts(record)).await.map_err(failed)? {
                return Ok(());
            }
        }
    }

    async fn save(&self, record: &Record) -> Result<()> {
        self.app.put_session(&secret(record.id), &data(record)?, lasts(record)).await.map_err(failed)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let Some((data, left)) = self.app.session(&secret(*id)).await.map_err(failed)? else { return Ok(None) };
        let data: HashMap<String, Value> =
            serde_json::from_value(data).map_err(|error| Error::Decode(error.to_string()))?;
        let expiry_date = OffsetDateTime::now_utc() + time::Duration::seconds(left.num_seconds());
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.app.end_session(&secret(*id)).await.map_err(failed)
    }
}

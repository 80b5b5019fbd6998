//! `/api/people`: the people of our own side, and what they may do.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::actor::Sender;
use super::error::Problem;
use super::extract::JsonBody;
use super::state::Web;
use crate::app::Console;
use crate::domain::person::{Person, Role};

/// Somebody who uses the program.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PersonResponse {
    /// Their identifier.
    pub id: String,
    /// Full name.
    pub name: String,
    /// E-mail address; the accounts it owns are theirs.
    pub email: Option<String>,
    /// `viewer`, `csm` or `admin`.
    pub role: String,
    /// Their user in Slack.
    pub slack_user: Option<String>,
}

/// Everybody who is known.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PeopleResponse {
    /// By name.
    pub people: Vec<PersonResponse>,
}

/// A person to add or to change, by their address.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonParams {
    /// E-mail address.
    pub email: String,
    /// Full name; as it was, or made of the address, when absent.
    #[serde(default)]
    pub name: Option<String>,
    /// `viewer`, `csm` or `admin`; as it was, or `csm`, when absent.
    #[serde(default)]
    pub role: Option<String>,
}

impl PersonParams {
    /// The role that is named.
    ///
    /// # Errors
    /// A sentence where there is no such role.
    pub fn role(&self) -> Result<Option<Role>, String> {
        let named = self.role.as_deref().map(|named| {
            Role::parse(named).ok_or_else(|| format!("`{named}` is not a role; use viewer, csm or admin"))
        });
        named.transpose()
    }
}

impl From<Person> for PersonResponse {
    fn from(person: Person) -> Self {
        Self {
            id: person.id.to_string(),
            name: person.name,
            email: person.email,
            role: person.role.wire().to_owned(),
            slack_user: person.slack.map(|slack| slack.user),
        }
    }
}

/// Lists everybody who is known.
#[utoipa::path(get, path = "/api/people", tag = "service",
    responses((status = 200, description = "Everybody who is known", body = PeopleResponse)))]
pub(super) async fn list(State(web): State<Web>) -> Result<Json<PeopleResponse>, Problem> {
    let people = web.app().people().await?.into_iter().map(PersonResponse::from).collect();
    Ok(Json(PeopleResponse { people }))
}

/// Adds a person, or changes one.
#[utoipa::path(post, path = "/api/people", tag = "service", request_body = PersonParams,
    responses((status = 200, description = "The person as they are now", body = PersonResponse),
              (status = 422, description = "The address or the role is none, or the sender is no admin", body = Problem)))]
pub(super) async fn put(
    State(web): State<Web>,
    console: Console,
    Sender(origin): Sender,
    JsonBody(params): JsonBody<PersonParams>,
) -> Result<Json<PersonResponse>, Problem> {
    let role = params.role().map_err(Problem::invalid)?;
    web.app().may_administer(&origin, console, "change people").await?;
    Ok(Json(web.app().put_person(&params.email, params.name.as_deref(), role).await?.into()))
}

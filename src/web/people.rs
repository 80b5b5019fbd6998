//! `/api/people`: the people of our own side, and what they may do.

use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::actor::Sender;
use super::error::Problem;
use super::extract::JsonBody;
use super::state::Web;
use crate::app::{App, AppError, Console, Origin};
use crate::domain::person::{Absence, Person, Role};

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
        role_named(self.role.as_deref())
    }
}

/// The role with this name, where one is named.
pub(super) fn role_named(name: Option<&str>) -> Result<Option<Role>, String> {
    let named = |name| Role::parse(name).ok_or_else(|| format!("`{name}` is not a role; use viewer, csm or admin"));
    name.map(named).transpose()
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
              (status = 403, description = "The sender is no admin", body = Problem),
              (status = 422, description = "The address or the role is none", body = Problem)))]
pub(super) async fn put(
    State(web): State<Web>,
    JsonBody(params): JsonBody<PersonParams>,
) -> Result<Json<PersonResponse>, Problem> {
    let role = params.role().map_err(Problem::invalid)?;
    Ok(Json(web.app().put_person(&params.email, params.name.as_deref(), role).await?.into()))
}

/// That somebody is away, or back.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AbsenceParams {
    /// Their e-mail address.
    pub email: String,
    /// The last day they are away; absent where they are back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub until: Option<NaiveDate>,
    /// E-mail address of whoever stands in: digests that would go to them alone go there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stand_in: Option<String>,
}

/// What is kept of it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AbsenceResponse {
    /// Their e-mail address.
    pub email: String,
    /// The last day they are away; none where they are back.
    #[schema(value_type = Option<String>)]
    pub until: Option<NaiveDate>,
    /// Who stands in.
    pub stand_in: Option<String>,
}

/// Keeps that somebody is away, or back.
///
/// # Errors
/// What is missing, or why it cannot be.
pub async fn set_absence(
    app: &App,
    params: AbsenceParams,
    origin: &Origin,
    from: Console,
) -> Result<AbsenceResponse, AppError> {
    let AbsenceParams { email, until, stand_in } = params;
    match (until, stand_in) {
        (Some(until), Some(stand_in)) => {
            let kept = app.set_absence(&Absence { email, until, stand_in }, origin, from).await?;
            Ok(AbsenceResponse { email: kept.email, until: Some(kept.until), stand_in: Some(kept.stand_in) })
        }
        (None, None) => {
            app.end_absence(&email, origin, from).await?;
            Ok(AbsenceResponse { email, until: None, stand_in: None })
        }
        _ => Err(AppError::Invalid(
            "Say until when they are away and who stands in; neither where they are back.".to_owned(),
        )),
    }
}

/// Keeps that somebody is away and who stands in for them, or that they are back.
#[utoipa::path(post, path = "/api/people/absence", tag = "service", request_body = AbsenceParams,
    responses((status = 200, description = "What is kept", body = AbsenceResponse),
              (status = 422, description = "A day that is over, or the sender may not say so", body = Problem)))]
pub(super) async fn absence(
    State(web): State<Web>,
    console: Console,
    Sender(origin): Sender,
    JsonBody(params): JsonBody<AbsenceParams>,
) -> Result<Json<AbsenceResponse>, Problem> {
    Ok(Json(set_absence(web.app(), params, &origin, console).await?))
}

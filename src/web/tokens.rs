//! `/api/tokens`: tokens by which programs use the API in the name of a person.

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::actor::Sender;
use super::admit::Admitted;
use super::error::Problem;
use super::extract::{JsonBody, PathOf};
use super::state::Web;
use crate::app::{Console, TokenWanted};
use crate::domain::access::{ApiToken, Scope};
use crate::domain::person::Person;
use crate::domain::time::Moment;

/// A token that is wanted.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenParams {
    /// What it is called.
    pub name: String,
    /// What it may do at most: `read`, `act` or `admin`.
    pub scope: String,
    /// For how many days it is good.
    pub days: u32,
    /// E-mail address of whose it is; the sender's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
}

impl TokenParams {
    /// What the application is asked for.
    ///
    /// # Errors
    /// A sentence where there is no such scope.
    pub fn wanted(self) -> Result<TokenWanted, String> {
        let named = &self.scope;
        let scope = Scope::parse(named).ok_or_else(|| format!("`{named}` is not a scope; use read, act or admin"))?;
        Ok(TokenWanted { name: self.name, scope, days: self.days, of: self.of })
    }
}

/// A token, without what stands in it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TokenResponse {
    /// Its identifier.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What it may do at most; never more than whose it is.
    pub scope: String,
    /// Whose it is.
    pub who: String,
    /// When it was made.
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub made_at: Moment,
    /// Until when it is good.
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub expires_at: Moment,
    /// The last day on which it was used.
    #[schema(value_type = Option<String>)]
    pub last_used: Option<NaiveDate>,
    /// What stands in it: only in the answer to the request that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

impl TokenResponse {
    /// Of a token.
    #[must_use]
    pub fn new(token: ApiToken, person: &Person, secret: Option<String>) -> Self {
        Self {
            id: token.id.to_string(),
            name: token.name,
            scope: token.scope.wire().to_owned(),
            who: person.who().to_owned(),
            made_at: token.made_at,
            expires_at: token.expires_at,
            last_used: token.last_used,
            secret,
        }
    }
}

/// Tokens.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TokensResponse {
    /// The newest first.
    pub tokens: Vec<TokenResponse>,
}

/// Lists one's own tokens; an admin sees everybody's.
#[utoipa::path(get, path = "/api/tokens", tag = "service",
    responses((status = 200, description = "The tokens", body = TokensResponse)))]
pub(super) async fn list(
    State(web): State<Web>,
    console: Console,
    Sender(origin): Sender,
) -> Result<Json<TokensResponse>, Problem> {
    let tokens = web.app().tokens(&origin, console).await?;
    let tokens = tokens.into_iter().map(|(token, person)| TokenResponse::new(token, &person, None)).collect();
    Ok(Json(TokensResponse { tokens }))
}

/// Makes a token. What stands in it is in the answer, and nowhere else.
#[utoipa::path(post, path = "/api/tokens", tag = "service", request_body = TokenParams,
    responses((status = 200, description = "The token", body = TokenResponse),
              (status = 403, description = "It would be somebody else's, or could do more than its owner may", body = Problem),
              (status = 409, description = "There is one of this name", body = Problem),
              (status = 422, description = "What is wanted cannot be", body = Problem)))]
pub(super) async fn add(
    State(web): State<Web>,
    Extension(admitted): Extension<Admitted>,
    JsonBody(params): JsonBody<TokenParams>,
) -> Result<Json<TokenResponse>, Problem> {
    by_people(&admitted)?;
    let wanted = params.wanted().map_err(Problem::invalid)?;
    let (secret, token, person) = web.app().add_token(&wanted, &admitted.origin, admitted.console).await?;
    Ok(Json(TokenResponse::new(token, &person, Some(secret))))
}

/// Takes a token away, by its identifier or name.
#[utoipa::path(delete, path = "/api/tokens/{token}", tag = "service",
    params(("token" = String, Path, description = "Its identifier or its name")),
    responses((status = 200, description = "It is gone"),
              (status = 404, description = "There is no such token", body = Problem)))]
pub(super) async fn remove(
    State(web): State<Web>,
    PathOf(token): PathOf<String>,
    Extension(admitted): Extension<Admitted>,
) -> Result<Json<()>, Problem> {
    by_people(&admitted)?;
    web.app().remove_token(&token, &admitted.origin, admitted.console).await?;
    Ok(Json(()))
}

/// A token that was lost would otherwise make others that live on.
fn by_people(admitted: &Admitted) -> Result<(), Problem> {
    if admitted.by_token {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "a token makes and removes no tokens; log in, or use `success-agent token` on the server",
        ));
    }
    Ok(())
}

//! Changes of accounts: proposed, approved, declined, edited and undone.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::actor::Sender;
use super::error::Problem;
use super::extract::{JsonBody, Params, PathOf};
use super::state::Web;
use crate::app::Acted;
use crate::domain::action::{Action, Proposal, Row, State as Stage};
use crate::domain::id::ProposalId;
use crate::domain::time::Moment;

/// A change of an account that waits for approval, or what became of it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ProposalResponse {
    /// Its identifier.
    pub id: String,
    /// Domain of the account.
    pub account: String,
    /// What the account is called.
    pub account_name: String,
    /// What is to be done: `Route Hooli to Pipeline`.
    pub title: String,
    /// The action with its arguments.
    #[schema(value_type = Object)]
    pub action: Action,
    /// Why, in the words of whoever wants it.
    pub reason: Option<String>,
    /// What changes, from what to what.
    pub rows: Vec<RowResponse>,
    /// What follows from it, a sentence each.
    pub consequences: Vec<String>,
    /// `pending`, `done`, `declined`, `undone`, `replaced` or `expired`.
    pub state: String,
    /// What became of it, in a sentence.
    pub told: String,
    /// Who approved, declined or undid it.
    pub by: Option<String>,
    /// When.
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub at: Option<Moment>,
    /// Until when it can be undone, where it is done.
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub undo_until: Option<Moment>,
    /// The proposal that took its place.
    pub replaced_with: Option<String>,
    /// Who wanted it.
    pub proposed_by: String,
    /// When.
    #[schema(value_type = DateTime<Utc>)]
    pub proposed_at: Moment,
    /// Until when it can be approved.
    #[schema(value_type = DateTime<Utc>)]
    pub expires_at: Moment,
    /// How many people have to approve it.
    pub approvals_needed: u8,
    /// Who has.
    pub approvals: Vec<ApprovalResponse>,
    /// Send it back with the approval, which then holds for exactly what is shown here.
    pub digest: String,
}

/// One thing that changes.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RowResponse {
    /// What.
    pub label: String,
    /// What it is.
    pub before: String,
    /// What it would be.
    pub after: String,
}

impl From<Row> for RowResponse {
    fn from(row: Row) -> Self {
        Self { label: row.label, before: row.before, after: row.after }
    }
}

/// A person's approval.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ApprovalResponse {
    /// Who.
    pub who: String,
    /// Where: `chat`, `cli` or `api`.
    pub surface: String,
    /// When.
    #[schema(value_type = DateTime<Utc>)]
    pub at: Moment,
}

impl From<Proposal> for ProposalResponse {
    fn from(proposal: Proposal) -> Self {
        let told = proposal.told();
        let (state, by, at, undo_until, replaced_with) = match &proposal.state {
            Stage::Pending => ("pending", None, None, None, None),
            Stage::Expired => ("expired", None, None, None, None),
            Stage::Done { by, at, undo_until } => ("done", Some(by.clone()), Some(*at), Some(*undo_until), None),
            Stage::Declined { by, at } => ("declined", Some(by.clone()), Some(*at), None, None),
            Stage::Undone { by, at } => ("undone", Some(by.clone()), Some(*at), None, None),
            Stage::Replaced { with } => ("replaced", None, None, None, Some(with.to_string())),
        };
        let rows = proposal.preview.rows.into_iter();
        let approvals = proposal.approvals.into_iter();
        Self {
            id: proposal.id.to_string(),
            account: proposal.account,
            account_name: proposal.account_name,
            title: proposal.preview.title,
            reason: proposal.action.reason().map(str::to_owned),
            action: proposal.action,
            rows: rows.map(RowResponse::from).collect(),
            consequences: proposal.preview.consequences,
            state: state.to_owned(),
            told,
            by,
            at,
            undo_until,
            replaced_with,
            proposed_by: proposal.proposed_by.who,
            proposed_at: proposal.proposed_at,
            expires_at: proposal.expires_at,
            approvals_needed: proposal.approvals_needed,
            approvals: approvals
                .map(|approval| ApprovalResponse {
                    who: approval.actor.who,
                    surface: approval.actor.surface.wire().to_owned(),
                    at: approval.at,
                })
                .collect(),
            digest: proposal.digest,
        }
    }
}

/// What came of acting on a proposal.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ActedResponse {
    /// The proposal as it is now; the one that took its place where the account had changed.
    pub proposal: ProposalResponse,
    /// Whether this changed anything: not when the same person had done the same before.
    pub changed: bool,
    /// Why it could not be, and what to do.
    pub refused: Option<String>,
    /// What is different from what was shown, where that is why.
    pub differences: Vec<String>,
}

impl From<Acted> for ActedResponse {
    fn from(acted: Acted) -> Self {
        Self {
            proposal: acted.proposal.into(),
            changed: acted.changed,
            refused: acted.refusal,
            differences: acted.differences,
        }
    }
}

impl IntoResponse for ActedResponse {
    fn into_response(self) -> Response {
        let status = if self.refused.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
        (status, Json(self)).into_response()
    }
}

/// Something to do to an account.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ActionParams {
    /// The action, by its name, with its arguments: `{"action": "route_account", "section": "pipeline", "reason": "…"}`.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub action: serde_json::Value,
    /// Whether this is also the approval, as a typed command is; else it is only proposed.
    #[serde(default)]
    pub approve: bool,
}

/// Which proposals are wanted.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ProposalsParams {
    /// Domain of the account; absent: all accounts.
    #[serde(default)]
    pub account: Option<String>,
}

/// Proposals.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ProposalsResponse {
    /// Newest first, at most 100.
    pub proposals: Vec<ProposalResponse>,
}

/// What is approved.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApproveParams {
    /// The digest of the proposal as it was seen; absent: whatever it says.
    #[serde(default)]
    pub digest: Option<String>,
}

/// What takes the place of a proposal.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditParams {
    /// The action with other arguments; absent: the same again, on the records of now.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub action: Option<Action>,
}

/// Proposes something to do to an account, or does it.
#[utoipa::path(
    post, path = "/api/accounts/{domain}/actions", tag = "actions", request_body = ActionParams,
    params(("domain" = String, Path, description = "The account")),
    responses((status = 200, description = "The proposal; done where it was approved with the request", body = ActedResponse),
              (status = 404, description = "No such account, contract or promise", body = Problem),
              (status = 409, description = "It could not be done", body = ActedResponse),
              (status = 422, description = "It cannot be, or is so already", body = Problem))
)]
pub(super) async fn act(
    State(web): State<Web>,
    PathOf(domain): PathOf<String>,
    Sender(origin): Sender,
    JsonBody(params): JsonBody<ActionParams>,
) -> Result<ActedResponse, Problem> {
    let action = action_of(params.action)?;
    if params.approve {
        return Ok(web.app().command(&domain, action, &origin).await?.into());
    }
    let proposal = web.app().propose(&domain, action, &origin).await?;
    Ok(ActedResponse { proposal: proposal.into(), changed: true, refused: None, differences: Vec::new() })
}

/// What an action would change.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PreviewResponse {
    /// What is to be done: `Route Hooli to Pipeline`.
    pub title: String,
    /// What changes, from what to what.
    pub rows: Vec<RowResponse>,
    /// What follows from it, a sentence each.
    pub consequences: Vec<String>,
    /// How many people have to approve it.
    pub approvals_needed: u8,
}

/// Says what an action would change. Nothing is proposed or kept.
#[utoipa::path(
    post, path = "/api/accounts/{domain}/actions/preview", tag = "actions", request_body = Object,
    params(("domain" = String, Path, description = "The account")),
    responses((status = 200, description = "What would change", body = PreviewResponse),
              (status = 404, description = "No such account, contract or promise", body = Problem),
              (status = 422, description = "It cannot be, or is so already", body = Problem))
)]
pub(super) async fn preview(
    State(web): State<Web>,
    PathOf(domain): PathOf<String>,
    JsonBody(action): JsonBody<serde_json::Value>,
) -> Result<Json<PreviewResponse>, Problem> {
    let (preview, approvals_needed) = web.app().preview(&domain, action_of(action)?).await?;
    Ok(Json(PreviewResponse {
        title: preview.title,
        rows: preview.rows.into_iter().map(RowResponse::from).collect(),
        consequences: preview.consequences,
        approvals_needed,
    }))
}

fn action_of(value: serde_json::Value) -> Result<Action, Problem> {
    serde_json::from_value(value).map_err(|error| Problem::invalid(format!("the action cannot be read: {error}")))
}

/// Lists proposals.
#[utoipa::path(
    get, path = "/api/proposals", tag = "actions", params(ProposalsParams),
    responses((status = 200, description = "The proposals", body = ProposalsResponse))
)]
pub(super) async fn list(
    State(web): State<Web>,
    Params(params): Params<ProposalsParams>,
) -> Result<Json<ProposalsResponse>, Problem> {
    let proposals = web.app().proposals(params.account.as_deref()).await?;
    Ok(Json(ProposalsResponse { proposals: proposals.into_iter().map(ProposalResponse::from).collect() }))
}

/// Shows a proposal as it is now.
#[utoipa::path(
    get, path = "/api/proposals/{id}", tag = "actions",
    params(("id" = String, Path, description = "The proposal")),
    responses((status = 200, description = "The proposal", body = ProposalResponse),
              (status = 404, description = "No such proposal", body = Problem))
)]
pub(super) async fn show(
    State(web): State<Web>,
    PathOf(id): PathOf<String>,
) -> Result<Json<ProposalResponse>, Problem> {
    Ok(Json(web.app().proposal(read(&id)?).await?.into()))
}

/// Approves a proposal and does it, once enough people have.
#[utoipa::path(
    post, path = "/api/proposals/{id}/approve", tag = "actions", request_body = ApproveParams,
    params(("id" = String, Path, description = "The proposal")),
    responses((status = 200, description = "It is approved; done, unless it takes a second person", body = ActedResponse),
              (status = 404, description = "No such proposal", body = Problem),
              (status = 409, description = "It could not be: expired, settled by somebody else, not allowed, or the \
                  account has changed. Then `proposal` is the new one that took its place", body = ActedResponse))
)]
pub(super) async fn approve(
    State(web): State<Web>,
    PathOf(id): PathOf<String>,
    Sender(origin): Sender,
    JsonBody(params): JsonBody<ApproveParams>,
) -> Result<ActedResponse, Problem> {
    Ok(web.app().approve(read(&id)?, params.digest.as_deref(), &origin).await?.into())
}

/// Declines a proposal.
#[utoipa::path(
    post, path = "/api/proposals/{id}/decline", tag = "actions",
    params(("id" = String, Path, description = "The proposal")),
    responses((status = 200, description = "It is declined", body = ActedResponse),
              (status = 409, description = "It was settled before", body = ActedResponse))
)]
pub(super) async fn decline(
    State(web): State<Web>,
    PathOf(id): PathOf<String>,
    Sender(origin): Sender,
) -> Result<ActedResponse, Problem> {
    Ok(web.app().decline(read(&id)?, &origin).await?.into())
}

/// Undoes what was done.
#[utoipa::path(
    post, path = "/api/proposals/{id}/undo", tag = "actions",
    params(("id" = String, Path, description = "The proposal")),
    responses((status = 200, description = "It is undone", body = ActedResponse),
              (status = 409, description = "It was not done, too long ago, or something else was decided since", body = ActedResponse))
)]
pub(super) async fn undo(
    State(web): State<Web>,
    PathOf(id): PathOf<String>,
    Sender(origin): Sender,
) -> Result<ActedResponse, Problem> {
    Ok(web.app().undo(read(&id)?, &origin).await?.into())
}

/// Puts another proposal in the place of one that waits or has expired.
#[utoipa::path(
    post, path = "/api/proposals/{id}/edit", tag = "actions", request_body = EditParams,
    params(("id" = String, Path, description = "The proposal")),
    responses((status = 200, description = "The new proposal", body = ActedResponse),
              (status = 409, description = "It was settled before", body = ActedResponse),
              (status = 422, description = "It cannot be, or is so already", body = Problem))
)]
pub(super) async fn edit(
    State(web): State<Web>,
    PathOf(id): PathOf<String>,
    Sender(origin): Sender,
    JsonBody(params): JsonBody<EditParams>,
) -> Result<ActedResponse, Problem> {
    Ok(web.app().edit(read(&id)?, params.action, &origin).await?.into())
}

fn read(id: &str) -> Result<ProposalId, Problem> {
    id.parse().map_err(|error| Problem::invalid(format!("{error}; an answer names its proposals")))
}

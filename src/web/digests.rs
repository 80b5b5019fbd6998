//! `/api/digests`: who gets which digest, when and where; what each said; and what becomes of its rows. `/digests` shows
//! the same to people.

use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::actor::Sender;
use super::error::Problem;
use super::extract::{JsonBody, PathOf};
use super::state::Web;
use crate::app::{App, AppError, DigestWanted, digest_text};
use crate::domain::digest::{AccountAlert, Digest, Edition};
use crate::domain::time::Moment;
use crate::store::{EditionRecord, EditionState};

/// A digest.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DigestResponse {
    /// Its identifier.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// E-mail address of whoever answers for it.
    pub owner: String,
    /// `web`, `slack:#channel`, `slack:@person` or `mail:ADDRESS`.
    pub to: String,
    /// As a cron line: minute, hour, day of the month, month, weekday.
    pub schedule: String,
    /// IANA name of the zone the schedule is told in.
    pub zone: String,
    /// The schedule in words.
    pub when: String,
    /// Which accounts it is about, in words.
    pub about: String,
    /// Whether sharp moves of its accounts are said at once.
    pub alerts: bool,
    /// Whether it is paused.
    pub paused: bool,
    /// When it comes next.
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub next_at: Option<Moment>,
    /// When it came last.
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub last_at: Option<Moment>,
    /// Why the last one did not arrive, and what to do.
    pub problem: Option<String>,
}

impl From<Digest> for DigestResponse {
    fn from(digest: Digest) -> Self {
        Self {
            id: digest.id.to_string(),
            name: digest.name,
            owner: digest.owner,
            to: digest.to.to_string(),
            schedule: digest.schedule.cron().to_owned(),
            zone: digest.schedule.zone().name().to_owned(),
            when: digest.schedule.words(),
            about: digest.accounts.words(),
            alerts: digest.alerts,
            paused: digest.next_at.is_none(),
            next_at: digest.next_at.map(|at| digest.schedule.zone().tell(at)),
            last_at: digest.last_at.map(|at| digest.schedule.zone().tell(at)),
            problem: digest.problem,
        }
    }
}

/// All digests.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DigestsResponse {
    /// By name.
    pub digests: Vec<DigestResponse>,
}

/// A digest to add or to change. What is absent is the usual, or stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DigestParams {
    /// What it is called; made of its conditions when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `web`, `slack:#channel`, `slack:@person` or `mail:ADDRESS`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// A cron line (`30 8 * * 1`) or words (`Mondays 8:30`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
    /// IANA name of the zone the schedule is told in; the workspace's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Whose accounts, by e-mail address or name; `all` for everybody's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// `critical`, `at risk`, `healthy`, or `all`; critical ones when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub levels: Option<Vec<String>>,
    /// Annual recurring revenue of at least this, in whole units of its currency; 0 for any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arr_at_least: Option<u64>,
    /// Renewing within so many days; 0 for any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewing_within_days: Option<u32>,
    /// Sections, or `all`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sections: Option<Vec<String>>,
    /// A segment, or `all`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// Whether sharp moves of its accounts are said at once, between two digests; they are when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alerts: Option<bool>,
}

impl From<DigestParams> for DigestWanted {
    fn from(params: DigestParams) -> Self {
        let DigestParams {
            name,
            to,
            schedule,
            zone,
            owner,
            levels,
            arr_at_least,
            renewing_within_days,
            sections,
            segment,
            alerts,
        } = params;
        Self { name, to, schedule, zone, owner, levels, arr_at_least, renewing_within_days, sections, segment, alerts }
    }
}

/// What a digest says.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct EditionResponse {
    /// As plain text.
    pub text: String,
    /// In parts: summary, rows, what is unchanged, due and looked at.
    #[schema(value_type = Object)]
    pub edition: Edition,
}

impl EditionResponse {
    /// An edition with its text.
    ///
    /// # Errors
    /// A fault of ours.
    pub fn new(edition: Edition) -> Result<Self, AppError> {
        Ok(Self { text: digest_text(&edition)?, edition })
    }
}

/// One time of a schedule.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DeliveryResponse {
    /// The time.
    #[schema(value_type = DateTime<Utc>)]
    pub period: Moment,
    /// `made`, `sending`, `sent`, `skipped` or `failed`.
    #[schema(value_type = String)]
    pub state: EditionState,
    /// When it arrived.
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub sent_at: Option<Moment>,
    /// Why it was skipped or did not arrive.
    pub note: Option<String>,
    /// What it said.
    pub said: Option<EditionResponse>,
}

/// What a digest said lately.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DeliveriesResponse {
    /// The latest first.
    pub deliveries: Vec<DeliveryResponse>,
}

impl DeliveriesResponse {
    /// Of what is on record.
    ///
    /// # Errors
    /// A fault of ours.
    pub fn new(records: Vec<EditionRecord>) -> Result<Self, AppError> {
        let delivery = |record: EditionRecord| {
            let EditionRecord { period, state, edition, sent_at, note } = record;
            Ok(DeliveryResponse { period, state, sent_at, note, said: edition.map(EditionResponse::new).transpose()? })
        };
        Ok(Self { deliveries: records.into_iter().map(delivery).collect::<Result<_, AppError>>()? })
    }
}

/// An account of a digest.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RowParams {
    /// The account, by domain or full name.
    pub account: String,
    /// The first day it is shown again; absent where somebody sees to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub snooze_until: Option<NaiveDate>,
}

/// Sharp moves of the last seven days.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AlertsResponse {
    /// The latest first.
    #[schema(value_type = Vec<Object>)]
    pub alerts: Vec<AccountAlert>,
}

/// Lists alerts.
#[utoipa::path(get, path = "/api/alerts", tag = "digests",
    responses((status = 200, description = "The sharp moves of the last seven days", body = AlertsResponse)))]
pub(super) async fn alerts(State(web): State<Web>) -> Result<Json<AlertsResponse>, Problem> {
    Ok(Json(AlertsResponse { alerts: web.app().alerts().await? }))
}

/// Lists digests.
#[utoipa::path(get, path = "/api/digests", tag = "digests",
    responses((status = 200, description = "All digests", body = DigestsResponse)))]
pub(super) async fn list(State(web): State<Web>) -> Result<Json<DigestsResponse>, Problem> {
    Ok(Json(all(web.app()).await?))
}

/// All digests, by name.
///
/// # Errors
/// When the database is out of reach.
pub async fn all(app: &App) -> Result<DigestsResponse, AppError> {
    Ok(DigestsResponse { digests: app.digests().await?.into_iter().map(DigestResponse::from).collect() })
}

/// Adds a digest.
#[utoipa::path(post, path = "/api/digests", tag = "digests", request_body = DigestParams,
    responses((status = 200, description = "The digest", body = DigestResponse),
              (status = 422, description = "The schedule, the zone, the place or a condition is none; the answer says what to write", body = Problem)))]
pub(super) async fn add(
    State(web): State<Web>,
    Sender(origin): Sender,
    JsonBody(params): JsonBody<DigestParams>,
) -> Result<Json<DigestResponse>, Problem> {
    Ok(Json(web.app().add_digest(&params.into(), &origin).await?.into()))
}

/// Changes a digest.
#[utoipa::path(post, path = "/api/digests/{id}", tag = "digests", request_body = DigestParams,
    params(("id" = String, Path, description = "Identifier or name")),
    responses((status = 200, description = "The digest", body = DigestResponse),
              (status = 404, description = "There is none", body = Problem)))]
pub(super) async fn edit(
    State(web): State<Web>,
    PathOf(id): PathOf<String>,
    Sender(origin): Sender,
    JsonBody(params): JsonBody<DigestParams>,
) -> Result<Json<DigestResponse>, Problem> {
    Ok(Json(web.app().edit_digest(&id, &params.into(), &origin).await?.into()))
}

/// Takes a digest away.
#[utoipa::path(delete, path = "/api/digests/{id}", tag = "digests",
    params(("id" = String, Path, description = "Identifier or name")),
    responses((status = 200, description = "The digest that was", body = DigestResponse)))]
pub(super) async fn remove(
    State(web): State<Web>,
    PathOf(id): PathOf<String>,
    Sender(origin): Sender,
) -> Result<Json<DigestResponse>, Problem> {
    Ok(Json(web.app().remove_digest(&id, &origin).await?.into()))
}

/// What a digest would say now.
#[utoipa::path(get, path = "/api/digests/{id}/preview", tag = "digests",
    params(("id" = String, Path, description = "Identifier or name")),
    responses((status = 200, description = "What it would say", body = EditionResponse)))]
pub(super) async fn preview(
    State(web): State<Web>,
    PathOf(id): PathOf<String>,
) -> Result<Json<EditionResponse>, Problem> {
    Ok(Json(EditionResponse::new(web.app().preview_digest(&id).await?)?))
}

/// What a digest said lately.
#[utoipa::path(get, path = "/api/digests/{id}/deliveries", tag = "digests",
    params(("id" = String, Path, description = "Identifier or name")),
    responses((status = 200, description = "The latest first", body = DeliveriesResponse)))]
pub(super) async fn deliveries(
    State(web): State<Web>,
    PathOf(id): PathOf<String>,
) -> Result<Json<DeliveriesResponse>, Problem> {
    Ok(Json(DeliveriesResponse::new(web.app().editions(&id).await?)?))
}

/// Has a digest come now.
#[utoipa::path(post, path = "/api/digests/{id}/send", tag = "digests",
    params(("id" = String, Path, description = "Identifier or name")),
    responses((status = 200, description = "It is on its way", body = DigestResponse)))]
pub(super) async fn send(
    State(web): State<Web>,
    PathOf(id): PathOf<String>,
    Sender(origin): Sender,
) -> Result<Json<DigestResponse>, Problem> {
    Ok(Json(web.app().send_digest(&id, &origin).await?.into()))
}

/// Pauses a digest.
#[utoipa::path(post, path = "/api/digests/{id}/pause", tag = "digests",
    params(("id" = String, Path, description = "Identifier or name")),
    responses((status = 200, description = "The digest", body = DigestResponse)))]
pub(super) async fn pause(
    State(web): State<Web>,
    PathOf(id): PathOf<String>,
    Sender(origin): Sender,
) -> Result<Json<DigestResponse>, Problem> {
    Ok(Json(web.app().pause_digest(&id, true, &origin).await?.into()))
}

/// Has a paused digest come again.
#[utoipa::path(post, path = "/api/digests/{id}/resume", tag = "digests",
    params(("id" = String, Path, description = "Identifier or name")),
    responses((status = 200, description = "The digest", body = DigestResponse)))]
pub(super) async fn resume(
    State(web): State<Web>,
    PathOf(id): PathOf<String>,
    Sender(origin): Sender,
) -> Result<Json<DigestResponse>, Problem> {
    Ok(Json(web.app().pause_digest(&id, false, &origin).await?.into()))
}

/// Says that the sender sees to an account of a digest, or puts it aside until a day.
#[utoipa::path(post, path = "/api/digests/{id}/rows", tag = "digests", request_body = RowParams,
    params(("id" = String, Path, description = "Identifier or name")),
    responses((status = 200, description = "The digest", body = DigestResponse),
              (status = 404, description = "The account is not in its last edition", body = Problem)))]
pub(super) async fn row(
    State(web): State<Web>,
    PathOf(id): PathOf<String>,
    Sender(origin): Sender,
    JsonBody(params): JsonBody<RowParams>,
) -> Result<Json<DigestResponse>, Problem> {
    let app = web.app();
    let digest = match params.snooze_until {
        Some(until) => app.snooze_in_digest(&id, &params.account, until, &origin).await?,
        None => app.acknowledge(&id, &params.account, &origin).await?,
    };
    Ok(Json(digest.into()))
}

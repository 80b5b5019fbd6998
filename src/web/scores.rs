//! `/api/health/…` and `/api/accounts/{domain}/health`: how scores are computed, what other weights would change, how one
//! moved and why; and what owners think of their accounts.

use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actor::Sender;
use super::error::Problem;
use super::extract::{JsonBody, Params, PathOf};
use super::state::Web;
use crate::app::{Console, HealthPreview, HealthSettings, Switch};
use crate::domain::account::Rating;
use crate::domain::health::{Cause, HealthConfig, Mark, MissingData, Refresh};
use crate::domain::time::Moment;
use crate::store::HealthSetting;

/// How scores are computed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SettingsResponse {
    /// The weights and thresholds that hold.
    #[schema(value_type = Object)]
    pub rules: HealthConfig,
    /// The version of what people set last; 0 where the configuration holds since ever.
    pub version: i64,
    /// Who set what, the latest first.
    pub history: Vec<SettingResponse>,
}

/// What somebody set.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SettingResponse {
    /// Its number.
    pub version: i64,
    /// What was set; null where the configuration was to hold again.
    #[schema(value_type = Option<Object>)]
    pub rules: Option<HealthConfig>,
    /// Who.
    pub by: String,
    /// What for.
    pub note: Option<String>,
    /// When.
    #[schema(value_type = DateTime<Utc>)]
    pub at: Moment,
}

impl From<HealthSettings> for SettingsResponse {
    fn from(settings: HealthSettings) -> Self {
        let HealthSettings { rules, version, history } = settings;
        let setting = |HealthSetting { version, rules, by, note, at }| SettingResponse { version, rules, by, note, at };
        Self { rules, version, history: history.into_iter().map(setting).collect() }
    }
}

/// Changes of weights and thresholds.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingsParams {
    /// An object like `rules` with only what is to be another: `{"critical_below": 45, "usage": {"none": 25}}`. Absent:
    /// what the configuration says is to hold again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub changes: Option<serde_json::Value>,
    /// The version whoever changes it has seen; refused when somebody else changed it meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<i64>,
    /// What for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What other weights would change.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PreviewResponse {
    /// The weights and thresholds that were tried.
    #[schema(value_type = Object)]
    pub rules: HealthConfig,
    /// How many tracked accounts were looked at.
    pub looked_at: u64,
    /// How many accounts there are, tracked or not.
    pub accounts: u64,
    /// How many would have another score.
    pub moved: u64,
    /// How many would have another level.
    pub switched: u64,
    /// The first fifty of those, the furthest moved first.
    pub switches: Vec<SwitchResponse>,
}

/// A score and its level.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MarkResponse {
    /// 0 to 100.
    pub score: u32,
    /// `critical`, `at_risk` or `healthy`.
    pub level: String,
}

impl From<Mark> for MarkResponse {
    fn from(mark: Mark) -> Self {
        Self { score: mark.score, level: mark.level.wire().to_owned() }
    }
}

/// An account whose level would be another one.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SwitchResponse {
    /// Domain.
    pub domain: String,
    /// Name.
    pub name: String,
    /// Its score now.
    pub before: MarkResponse,
    /// Its score by the other weights.
    pub after: MarkResponse,
}

impl From<HealthPreview> for PreviewResponse {
    fn from(preview: HealthPreview) -> Self {
        let HealthPreview { rules, looked_at, accounts, moved, switched, switches } = preview;
        let switch = |switch: Switch| SwitchResponse {
            domain: switch.domain,
            name: switch.name,
            before: switch.before.into(),
            after: switch.after.into(),
        };
        Self {
            rules,
            looked_at: looked_at as u64,
            accounts,
            moved: moved as u64,
            switched: switched as u64,
            switches: switches.into_iter().map(switch).collect(),
        }
    }
}

/// Which time of an account's history is wanted.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct HistoryParams {
    /// The first day; everything on record when absent.
    #[param(value_type = Option<String>)]
    pub since: Option<NaiveDate>,
}

/// How the score of an account moved.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct HistoryResponse {
    /// The oldest first, with the last one before the time asked for. A refresh that gave the same as the one before is
    /// not among them.
    pub refreshes: Vec<RefreshResponse>,
}

/// What a score was when it was refreshed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RefreshResponse {
    /// When.
    #[schema(value_type = DateTime<Utc>)]
    pub at: Moment,
    /// What came out.
    pub mark: MarkResponse,
    /// Data the score would use and did not have.
    pub missing: Vec<String>,
    /// The version of the account's data it was computed from.
    pub data_version: i64,
    /// Why it is another one than before; absent at the first refresh.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<ReceiptResponse>,
}

/// Why a score moved: `before`, all points and `bounds` add up to the score of the refresh.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ReceiptResponse {
    /// The refresh before.
    pub before: MarkResponse,
    /// The heaviest first.
    pub moves: Vec<MoveResponse>,
    /// Points that count for nothing, because a score lies between 0 and 100.
    pub bounds: i32,
}

/// Points for one reason.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MoveResponse {
    /// `data`, `time`, `rules`, `lost`, `back` or `program`.
    pub cause: String,
    /// The cause in words.
    pub words: String,
    /// Points; negative lowered the score.
    pub points: i32,
    /// The factor in words.
    pub reason: String,
    /// The records that made the difference, as `kind/id`.
    pub records: Vec<String>,
}

impl From<Refresh> for RefreshResponse {
    fn from(refresh: Refresh) -> Self {
        let Refresh { at, health, data_version, receipt, .. } = refresh;
        let receipt = receipt.map(|receipt| ReceiptResponse {
            before: receipt.before.into(),
            bounds: receipt.bounds,
            moves: receipt
                .moves
                .into_iter()
                .map(|moved| MoveResponse {
                    cause: wire(moved.cause).to_owned(),
                    words: moved.cause.words(),
                    points: moved.points,
                    reason: moved.reason,
                    records: moved
                        .records
                        .iter()
                        .map(|record| format!("{}/{}", record.kind.wire(), record.id))
                        .collect(),
                })
                .collect(),
        });
        let missing = health.missing.iter().copied().map(MissingData::label).map(str::to_owned).collect();
        Self { at, mark: Mark::of(&health).into(), missing, data_version, receipt }
    }
}

fn wire(cause: Cause) -> &'static str {
    match cause {
        Cause::Data => "data",
        Cause::Time => "time",
        Cause::Rules => "rules",
        Cause::Lost(_) => "lost",
        Cause::Back(_) => "back",
        Cause::Program => "program",
    }
}

/// What somebody thinks of an account.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RatingParams {
    /// 1 (in trouble) to 5 (could not be better).
    pub rating: u8,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What somebody thinks of an account, as it was kept.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RatingResponse {
    /// 1 (in trouble) to 5 (could not be better).
    pub rating: u8,
    /// Why.
    pub note: Option<String>,
    /// Who.
    pub by: String,
    /// When.
    #[schema(value_type = DateTime<Utc>)]
    pub at: Moment,
}

impl From<Rating> for RatingResponse {
    fn from(Rating { rating, note, by, at }: Rating) -> Self {
        Self { rating, note, by, at }
    }
}

/// Shows how scores are computed.
#[utoipa::path(get, path = "/api/health/settings", tag = "health",
    responses((status = 200, description = "The weights and thresholds, and who set them", body = SettingsResponse)))]
pub(super) async fn settings(State(web): State<Web>) -> Result<Json<SettingsResponse>, Problem> {
    Ok(Json(web.app().health_settings().await?.into()))
}

/// Sets weights and thresholds; an admin may. All scores are computed anew in the background.
#[utoipa::path(post, path = "/api/health/settings", tag = "health", request_body = SettingsParams,
    responses((status = 200, description = "What holds now", body = SettingsResponse),
              (status = 409, description = "Somebody else changed them meanwhile", body = Problem),
              (status = 422, description = "What is no weight or threshold, or contradicts another", body = Problem)))]
pub(super) async fn set(
    State(web): State<Web>,
    Sender(origin): Sender,
    console: Console,
    JsonBody(params): JsonBody<SettingsParams>,
) -> Result<Json<SettingsResponse>, Problem> {
    let SettingsParams { changes, after, note } = params;
    let set = web.app().set_health(changes.as_ref(), after, note.as_deref(), &origin, console).await?;
    Ok(Json(set.into()))
}

/// Says which accounts would switch level by other weights and thresholds. Nothing is set.
#[utoipa::path(post, path = "/api/health/settings/preview", tag = "health", request_body = SettingsParams,
    responses((status = 200, description = "What would change", body = PreviewResponse),
              (status = 422, description = "What is no weight or threshold, or contradicts another", body = Problem)))]
pub(super) async fn preview(
    State(web): State<Web>,
    JsonBody(params): JsonBody<SettingsParams>,
) -> Result<Json<PreviewResponse>, Problem> {
    let changes = params.changes.unwrap_or_else(|| serde_json::json!({}));
    Ok(Json(web.app().preview_health(&changes).await?.into()))
}

/// Shows how the score of an account moved, and why.
#[utoipa::path(get, path = "/api/accounts/{domain}/health", tag = "health", params(HistoryParams,
    ("domain" = String, Path, description = "Domain or full name")),
    responses((status = 200, description = "The refreshes that changed something", body = HistoryResponse),
              (status = 404, description = "There is no such account", body = Problem)))]
pub(super) async fn history(
    State(web): State<Web>,
    PathOf(domain): PathOf<String>,
    Params(params): Params<HistoryParams>,
) -> Result<Json<HistoryResponse>, Problem> {
    let refreshes = web.app().health_history(&domain, params.since).await?;
    Ok(Json(HistoryResponse { refreshes: refreshes.into_iter().map(RefreshResponse::from).collect() }))
}

/// Keeps what the sender thinks of an account. It stands beside the score and never goes into it.
#[utoipa::path(post, path = "/api/accounts/{domain}/rating", tag = "health", request_body = RatingParams,
    params(("domain" = String, Path, description = "Domain or full name")),
    responses((status = 200, description = "The rating", body = RatingResponse),
              (status = 422, description = "A number other than 1 to 5", body = Problem)))]
pub(super) async fn rate(
    State(web): State<Web>,
    PathOf(domain): PathOf<String>,
    Sender(origin): Sender,
    JsonBody(params): JsonBody<RatingParams>,
) -> Result<Json<RatingResponse>, Problem> {
    Ok(Json(web.app().rate(&domain, params.rating, params.note.as_deref(), &origin).await?.into()))
}

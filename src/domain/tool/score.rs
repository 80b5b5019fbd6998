//! Tools about the health score of an account: its reasons, and how it moved.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Cite, ToolArgs};
use crate::domain::health::{Chance, FactorKind, Level, LikelihoodKind};
use crate::domain::time::Moment;

/// Explains the health score.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ScoreExplanation {
    /// Domain of the account.
    pub account: String,
    /// The day at whose end it is told; today when absent.
    #[serde(default)]
    pub as_of: Option<NaiveDate>,
}

impl ToolArgs for ScoreExplanation {
    const NAME: &'static str = "score_explanation";
    type Output = HealthView;
}

/// A score with its reasons.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HealthView {
    /// The day it is told for.
    pub as_of: NaiveDate,
    /// 0 to 100.
    pub score: u32,
    /// Level.
    pub level: Level,
    /// What the score starts from.
    pub base: i32,
    /// At or above: healthy.
    pub healthy_from: u32,
    /// Below: critical.
    pub critical_below: u32,
    /// 0 to 1.
    pub confidence: f32,
    /// Contributions, the heaviest risk first.
    pub factors: Vec<FactorView>,
    /// Data the score would use and does not have, as people name it.
    pub missing: Vec<String>,
}

/// A risk factor with its evidence.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FactorView {
    /// Evidence.
    pub cites: Vec<Cite>,
    /// What it is about.
    pub kind: FactorKind,
    /// Points; negative lowers the score.
    pub magnitude: i32,
    /// Why.
    pub reason: String,
    /// The kind of source.
    pub source: String,
}

/// How likely an account is to convert or to come back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LikelihoodView {
    /// What it may do.
    pub kind: LikelihoodKind,
    /// 0 to 100.
    pub score: u32,
    /// The same in a word.
    pub chance: Chance,
    /// What it starts from.
    pub base: u32,
    /// The factors, the weightiest first.
    pub factors: Vec<FactorView>,
}

/// How the score moved.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ScoreHistory {
    /// Domain of the account.
    pub account: String,
    /// First day; 90 days before the last when absent.
    #[serde(default)]
    pub since: Option<NaiveDate>,
    /// Last day; today when absent.
    #[serde(default)]
    pub until: Option<NaiveDate>,
}

impl ToolArgs for ScoreHistory {
    const NAME: &'static str = "score_history";
    type Output = ScorePath;
}

/// The score over time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ScorePath {
    /// The account record.
    pub cite: Cite,
    /// Weekly points, the oldest first; the last is the last day asked for.
    pub points: Vec<ScorePoint>,
    /// What moved it most between the first and the last point, the heaviest first.
    pub movers: Vec<ScoreMover>,
    /// Whether it is replayed from dated records, by the weights of today, because no score was kept at the first day yet.
    #[serde(default)]
    pub replayed: bool,
    /// What the points read as: `a slow decline of about 2 points a week`; none of too few points.
    #[serde(default)]
    pub trend: Option<String>,
    /// How many points each cause moved it by, where scores were kept: the heaviest first.
    #[serde(default)]
    pub causes: Vec<ScoreCause>,
    /// The single moves, where scores were kept: the latest first.
    #[serde(default)]
    pub moves: Vec<ScoreMove>,
}

/// What moved a score, and by how much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreCause {
    /// In words: `new or changed records`, `days that passed`, `changed weights or thresholds`.
    pub cause: String,
    /// Points.
    pub points: i32,
}

/// A change of the score, with its receipt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoreMove {
    /// When.
    pub at: Moment,
    /// The score before.
    pub before: u32,
    /// The score after.
    pub after: u32,
    /// Why, the heaviest reason first: each with its cause and its points.
    pub why: Vec<String>,
}

/// The score on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScorePoint {
    /// The day.
    pub day: NaiveDate,
    /// 0 to 100.
    pub score: u32,
    /// Level.
    pub level: Level,
}

/// A factor that weighs differently than it did.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ScoreMover {
    /// Evidence.
    pub cites: Vec<Cite>,
    /// Points then.
    pub before: i32,
    /// Points at the end.
    pub now: i32,
    /// Why, as of the end (or as of then, when it no longer counts).
    pub reason: String,
}

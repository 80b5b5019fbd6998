//! How the score of an account moved over a quarter, and the receipt of each move.

use chrono::Days;

use super::{App, AppError, RecordTitle, title};
use crate::domain::health::{HealthConfig, Mark, Move, Receipt, Refresh, Trend, replay};
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::time::{Moment, Window};
use crate::domain::tool::score::ScorePoint;
use crate::store::AccountData;

/// Weeks looked back.
const WEEKS: u64 = 13;

/// Moves told one by one, at most.
const STEPS: usize = 16;

/// Reasons told of a move, at most.
const REASONS: usize = 4;

/// Records shown of a reason, at most.
const RECORDS: usize = 2;

/// How a score moved.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreStory {
    /// The oldest first; the last is of today. Several of one day are that day's last.
    pub points: Vec<ScorePoint>,
    /// The single moves, the newest first.
    pub steps: Vec<ScoreStep>,
    /// Whether it is told again from dated records, by the weights of today, because no score was kept so long ago.
    pub replayed: bool,
    /// What the points read as: `a slow decline of about 2 points a week`; none of too few.
    pub trend: Option<String>,
}

/// A move of the score with its receipt.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreStep {
    /// When it was seen.
    pub at: Moment,
    /// Where it came from.
    pub before: Mark,
    /// Where it went.
    pub after: Mark,
    /// The points between the two.
    pub points: i32,
    /// Why, the heaviest first.
    pub reasons: Vec<StepReason>,
}

/// Points for one reason.
#[derive(Clone, Debug, PartialEq)]
pub struct StepReason {
    /// Points; negative lowered the score.
    pub points: i32,
    /// What moved it, in words.
    pub cause: String,
    /// The factor.
    pub reason: String,
    /// The records that made the difference.
    pub records: Vec<RecordTitle>,
}

impl App {
    /// How the score moved over the last quarter: as it was kept or, where it was not kept for so long, week by week as the
    /// records tell it.
    pub(super) async fn score_story(
        &self,
        data: &AccountData,
        now: Moment,
        rules: &HealthConfig,
    ) -> Result<ScoreStory, AppError> {
        let today = now.day();
        let back = |days: u64| today.checked_sub_days(Days::new(days)).unwrap_or(today);
        let end_of = |day| self.intake.clock.zone().end_of(day).min(now);
        let first = back(WEEKS * 7);
        let window = Window { since: Some(first), until: Some(today) };
        let mut path = self.intake.store.health_path(self.workspace, data, &window, now, rules).await?;
        let replayed = path.first().is_none_or(|oldest| oldest.at > end_of(first));
        if replayed {
            let instants: Vec<Moment> = (0..=WEEKS).rev().map(|week| end_of(back(week * 7))).collect();
            path = replay(&data.health_input(), &instants, rules);
        }
        Ok(told(&path, data, (end_of(first), now), replayed))
    }
}

fn told(path: &[Refresh], data: &AccountData, (from, now): (Moment, Moment), replayed: bool) -> ScoreStory {
    let point = |day, refresh: &Refresh| ScorePoint { day, score: refresh.health.score, level: refresh.health.level };
    let mut points: Vec<ScorePoint> = Vec::new();
    for refresh in path {
        let point = point(refresh.at.max(from).day(), refresh);
        match points.last_mut().filter(|last| last.day == point.day) {
            Some(last) => *last = point,
            None => points.push(point),
        }
    }
    if let Some(last) = path.last().filter(|last| last.at.day() < now.day()) {
        points.push(point(now.day(), last));
    }
    let moved = path.iter().rev().filter(|refresh| refresh.at > from);
    let steps = moved
        .filter_map(|refresh| Some((refresh.at, refresh.receipt.as_ref()?)))
        .filter(|(_, receipt)| receipt.points() != 0)
        .take(STEPS)
        .map(|(at, receipt)| step(data, at, receipt, now));
    let trend = Trend::of(&points.iter().map(|point| (point.day, point.score)).collect::<Vec<_>>());
    ScoreStory { steps: steps.collect(), trend: trend.map(|trend| trend.words()), replayed, points }
}

/// The records shown of a reason; of days of usage, which are many and alike, one.
fn shown(records: &[RecordRef]) -> impl Iterator<Item = &RecordRef> {
    let days = records.iter().all(|record| record.kind == RecordKind::Usage);
    records.iter().take(if days { 1 } else { RECORDS })
}

fn step(data: &AccountData, at: Moment, receipt: &Receipt, now: Moment) -> ScoreStep {
    let reason = |moved: &Move| StepReason {
        points: moved.points,
        cause: moved.cause.words(),
        reason: moved.reason.clone(),
        records: shown(&moved.records).map(|record| title::of(data, record, now.day())).collect(),
    };
    let reasons = receipt.moves.iter().take(REASONS).map(reason).collect();
    ScoreStep { at, before: receipt.before, after: receipt.after, points: receipt.points(), reasons }
}

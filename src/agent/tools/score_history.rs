//! `score_history`: the score week by week, replayed from dated records, and what moved it.

use chrono::Days;

use super::score_explanation::cites;
use super::{Bench, ToolError};
use crate::agent::evidence;
use crate::domain::health::{Health, RiskFactor, assess};
use crate::domain::tool::score::{ScoreHistory, ScoreMover, ScorePath, ScorePoint};

/// Weeks looked back when nothing else is asked.
const WEEKS: u64 = 13;

/// Points at most, so that a far "since" stays quick.
const POINTS: u64 = 60;

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: ScoreHistory) -> Result<ScorePath, ToolError> {
    let account = bench.scope.account(&arguments.account)?;
    let data = bench.records().account_data(&account).await?;
    // A stretch that is over is told up to its own end; what came later is not its score.
    let last = arguments.until.map_or(bench.today(), |until| until.min(bench.today()));
    let days = arguments
        .since
        .map_or(WEEKS * 7, |since| (last - since).num_days().clamp(1, POINTS.cast_signed() * 7).unsigned_abs());
    let config = bench.tools.health.clone();
    let mut assessed: Vec<Health> = Vec::new();
    let mut back = days;
    loop {
        let day = last.checked_sub_days(Days::new(back)).unwrap_or(last);
        assessed.push(assess(&data.health_input(), bench.end_of(day), &config));
        if back == 0 {
            break;
        }
        back = back.saturating_sub(7);
    }
    let points: Vec<ScorePoint> = assessed
        .iter()
        .map(|health| ScorePoint { day: health.as_of, score: health.score, level: health.level })
        .collect();
    let movers = match (assessed.first(), assessed.last()) {
        (Some(first), Some(last)) if assessed.len() > 1 => movers(bench, &data, first, last),
        _ => Vec::new(),
    };
    let facts = points
        .iter()
        .map(|point| format!("{}: {} ({})", point.day, point.score, point.level.label()))
        .collect::<Vec<_>>()
        .join(", ");
    let cite = bench.ledger.cite(evidence::account(&data.account.record, &[format!("health score by week: {facts}")]));
    Ok(ScorePath { cite, points, movers })
}

/// The factors that weigh differently, the heaviest change first.
fn movers(bench: &mut Bench<'_>, data: &crate::store::AccountData, first: &Health, last: &Health) -> Vec<ScoreMover> {
    let weight = |health: &Health, factor: &RiskFactor| -> i32 {
        health.factors.iter().filter(|other| other.kind == factor.kind).map(|other| other.magnitude).sum()
    };
    let mut seen = Vec::new();
    let mut moved: Vec<(i32, i32, &Health, &RiskFactor)> = Vec::new();
    for (health, factor) in
        last.factors.iter().map(|factor| (last, factor)).chain(first.factors.iter().map(|factor| (first, factor)))
    {
        if seen.contains(&factor.kind) {
            continue;
        }
        seen.push(factor.kind);
        let (before, now) = (weight(first, factor), weight(last, factor));
        if before != now {
            moved.push((before, now, health, factor));
        }
    }
    moved.sort_by_key(|(before, now, _, _)| std::cmp::Reverse((now - before).abs()));
    moved
        .into_iter()
        .take(5)
        .map(|(before, now, health, factor)| ScoreMover {
            cites: cites(bench, data, health, factor),
            before,
            now,
            reason: factor.reason.clone(),
        })
        .collect()
}

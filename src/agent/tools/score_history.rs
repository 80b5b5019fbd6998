//! `score_history`: the score week by week, as it was kept or else replayed from dated records, and what moved it.

use chrono::{Days, NaiveDate};

use super::score_explanation::cites;
use super::{Bench, ToolError};
use crate::agent::evidence;
use crate::domain::health::{Health, Receipt, RiskFactor, Trend, assess};
use crate::domain::time::{Moment, Window};
use crate::domain::tool::score::{ScoreCause, ScoreHistory, ScoreMove, ScoreMover, ScorePath, ScorePoint};

/// Weeks looked back when nothing else is asked.
const WEEKS: u64 = 13;

/// Points at most, so that a far "since" stays quick.
const POINTS: u64 = 60;

/// Moves told one by one, at most.
const MOVES: usize = 12;

/// Reasons told of a move, at most.
const REASONS: usize = 5;

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: ScoreHistory) -> Result<ScorePath, ToolError> {
    let account = bench.scope.account(&arguments.account)?;
    let data = bench.records().account_data(&account).await?;
    // A stretch that is over is told up to its own end; what came later is not its score.
    let last = arguments.until.map_or(bench.today(), |until| until.min(bench.today()));
    let days = arguments
        .since
        .map_or(WEEKS * 7, |since| (last - since).num_days().clamp(1, POINTS.cast_signed() * 7).unsigned_abs());
    let first = last.checked_sub_days(Days::new(days)).unwrap_or(last);
    let window = Window { since: Some(first), until: Some(last) };
    let (workspace, now) = (bench.records().workspace(), bench.now());
    let kept = bench.tools.store.health_path(workspace, &data, &window, now, bench.rules()).await?;
    // Scores that were kept say what people saw; where they do not reach back so far, the records are replayed.
    let replayed = kept.first().is_none_or(|first_kept| first_kept.at > bench.end_of(first));
    let config = bench.rules().clone();
    let on = |day: NaiveDate, end: Moment| -> Option<Health> {
        if replayed {
            return Some(assess(&data.health_input(), end, &config));
        }
        let found = kept.iter().rev().find(|refresh| refresh.at <= end)?;
        Some(Health { as_of: day, ..found.health.clone() })
    };
    let weeks = (0..=days).rev().filter(|back| *back == days || back % 7 == 0);
    let days_shown = weeks.filter_map(|back| last.checked_sub_days(Days::new(back)));
    let assessed: Vec<Health> = days_shown.filter_map(|day| on(day, bench.end_of(day))).collect();
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
    let receipts: Vec<(Moment, &Receipt)> = if replayed {
        Vec::new()
    } else {
        let since = bench.end_of(first);
        let moved = kept.iter().filter(|refresh| refresh.at > since);
        moved.filter_map(|refresh| Some((refresh.at, refresh.receipt.as_ref()?))).collect()
    };
    let causes = causes(&receipts);
    let mut shown = vec![format!("health score by week: {facts}")];
    shown.extend(causes.iter().map(|cause| format!("{}: {:+} points", cause.cause, cause.points)));
    let cite = bench.ledger.cite(evidence::account(&data.account.record, &shown));
    let trend = Trend::of(&points.iter().map(|point| (point.day, point.score)).collect::<Vec<_>>());
    let moves = receipts.iter().rev().filter(|(_, receipt)| receipt.points() != 0).take(MOVES);
    Ok(ScorePath {
        cite,
        movers,
        replayed,
        trend: trend.map(|trend| trend.words()),
        causes,
        moves: moves.map(|(at, receipt)| one_move(*at, receipt)).collect(),
        points,
    })
}

/// Points by cause, the heaviest first; what came and went again is left out.
fn causes(receipts: &[(Moment, &Receipt)]) -> Vec<ScoreCause> {
    let sums = Receipt::points_by_cause(receipts.iter().map(|(_, receipt)| *receipt));
    let mut causes: Vec<ScoreCause> =
        sums.into_iter().map(|(cause, points)| ScoreCause { cause: cause.words(), points }).collect();
    causes.retain(|cause| cause.points != 0);
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.points.abs()));
    causes
}

fn one_move(at: Moment, receipt: &Receipt) -> ScoreMove {
    let why = receipt.moves.iter().take(REASONS);
    ScoreMove {
        at,
        before: receipt.before.score,
        after: receipt.after.score,
        why: why.map(|part| format!("{:+} {}: {}", part.points, part.cause.words(), part.reason)).collect(),
    }
}

/// The factors that weigh differently, the heaviest change first.
fn movers(bench: &mut Bench<'_>, data: &crate::store::AccountData, first: &Health, last: &Health) -> Vec<ScoreMover> {
    let mut seen = Vec::new();
    let mut moved: Vec<(i32, i32, &Health, &RiskFactor)> = Vec::new();
    for (health, factor) in
        last.factors.iter().map(|factor| (last, factor)).chain(first.factors.iter().map(|factor| (first, factor)))
    {
        if seen.contains(&factor.kind) {
            continue;
        }
        seen.push(factor.kind);
        let (before, now) = (first.weight(factor.kind), last.weight(factor.kind));
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

//! `usage`: active users, adoption and where they are going.

use chrono::{Days, NaiveDate};

use super::{Bench, ToolError};
use crate::agent::evidence;
use crate::domain::health::{usage_change, usage_percent};
use crate::domain::revenue::{UsageDay, at_weekend, moved, rests_at_weekends, week_average};
use crate::domain::tool::usage::{Usage, UsageGap, UsageMove, UsagePoint, UsageView};

/// Gaps told at most.
const GAPS: usize = 3;

/// A single day without figures is no gap worth a word.
const LEAST_GAP: usize = 2;

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: Usage) -> Result<UsageView, ToolError> {
    let account = bench.scope.account(&arguments.account)?;
    let data = bench.records().account_data(&account).await?;
    let counted = |day: &&UsageDay| day.day <= bench.today() && arguments.window.contains(day.day);
    let days: Vec<UsageDay> = data.usage.iter().filter(counted).cloned().collect();
    // The account's seats are those of today; for days long past only what was recorded with them counts.
    let over = arguments.window.until.is_some_and(|until| until < bench.today());
    let mut view = view(bench, &days, data.account.record.licensed_seats.filter(|_| !over));
    let stale_after = i64::from(bench.rules().usage.stale_after_days);
    view.stopped = !over && view.latest.is_some_and(|latest| (bench.today() - latest.day).num_days() > stale_after);
    Ok(view)
}

/// The usage of an account, the oldest day first, with evidence.
pub fn view(bench: &mut Bench<'_>, days: &[UsageDay], seats: Option<u32>) -> UsageView {
    let working_days = days.last().is_some_and(|last| rests_at_weekends(days, last.day));
    let kept: Vec<UsageDay> = days.iter().filter(|day| !(working_days && at_weekend(day.day))).cloned().collect();
    let days = kept.as_slice();
    let (Some(first), Some(last)) = (days.first(), days.last()) else {
        return UsageView::default();
    };
    let point = |day: &UsageDay| UsagePoint { day: day.day, active_users: day.active_users };
    let average_7d = week_average(days, last.day);
    let reaches = |distance: i64| (last.day - first.day).num_days() >= distance;
    let week = reaches(13).then(|| usage_change(days, last.day, 7)).flatten();
    let month = usage_change(days, last.day, 30);
    let (average_previous_7d, average_30d_ago) = (week.map(|week| week.before), month.map(|month| month.before));
    let average_first =
        reaches(13).then(|| first.day.checked_add_days(Days::new(6)).and_then(|day| week_average(days, day))).flatten();
    let licensed_seats = last.licensed_seats.or(seats);
    let peak = days.iter().max_by_key(|day| (day.active_users, day.day)).map(point);
    let of_seats = |users: u32| {
        licensed_seats
            .filter(|seats| *seats > 0)
            .map(|seats| (f64::from(users) / f64::from(seats) * 100.0).round() as u32)
    };
    let adoption_percent = average_7d.and_then(of_seats);
    let week_change_percent = week.and_then(|week| week.percent);
    let month_change_percent = month.and_then(|month| month.percent);
    let window_change_percent = average_first.zip(average_7d).and_then(|(first, now)| usage_percent(first, now));
    let mut weekly: Vec<UsagePoint> = (0..14)
        .filter_map(|week| last.day.checked_sub_days(Days::new(week * 7)))
        .filter(|day| *day >= first.day)
        .filter_map(|day| week_average(days, day).map(|active_users| UsagePoint { day, active_users }))
        .collect();
    weekly.reverse();
    let moved = moved(days).map(|(last_before, first, before, since)| UsageMove {
        on: first.day,
        last_before: point(last_before),
        before,
        since,
    });
    let mut facts = vec![format!("{} active on average in the last 7 days", average_7d.unwrap_or_default())];
    facts.extend(working_days.then(|| "weekends left out".to_owned()));
    facts.extend(moved.map(|moved| format!("{} a day before {}, {} since", moved.before, moved.on, moved.since)));
    facts.extend(licensed_seats.map(|seats| format!("{seats} seats")));
    facts.extend(adoption_percent.map(|percent| format!("{percent}% of seats")));
    facts.extend(average_previous_7d.map(|average| format!("{average} the week before")));
    facts.extend(week_change_percent.map(|percent| format!("{percent:+}% week on week")));
    facts.extend(average_30d_ago.map(|average| format!("{average} 30 days before")));
    facts.extend(month_change_percent.map(|percent| format!("{percent:+}% in 30 days")));
    facts.extend(peak.map(|peak| format!("peak {} on {}", peak.active_users, peak.day)));
    let idle_since = days.iter().rev().take_while(|day| day.active_users == 0).last().map(|day| day.day);
    facts.extend(idle_since.map(|day| format!("nobody active since {day}")));
    let cite = bench.ledger.cite(evidence::usage(last, &facts.join(", ")));
    let opening = format!("{} on average in the first 7 days", average_first.unwrap_or(first.active_users));
    let change_text = window_change_percent.map(|percent| format!(", {percent:+}% since then")).unwrap_or_default();
    let first_cite = bench.ledger.cite(evidence::usage(first, &format!("{opening}{change_text}")));
    UsageView {
        latest: Some(point(last)),
        average_7d,
        average_previous_7d,
        average_30d_ago,
        average_first,
        week_change_percent,
        month_change_percent,
        window_change_percent,
        peak,
        licensed_seats,
        adoption_percent,
        working_days,
        latest_percent: of_seats(last.active_users),
        moved,
        gaps: gaps(days, working_days),
        last_active: days.iter().rev().find(|day| day.active_users > 0).map(point),
        idle_since,
        stopped: false,
        days: days.len() as u64,
        first_day: Some(first.day),
        weekly,
        cite: Some(cite),
        first_cite: Some(first_cite),
    }
}

/// Days in a row without figures between the first and the last day, the newest gap first.
fn gaps(days: &[UsageDay], working_days: bool) -> Vec<UsageGap> {
    let mut gaps = Vec::new();
    for pair in days.windows(2) {
        let between: Vec<NaiveDate> = pair[0]
            .day
            .iter_days()
            .skip(1)
            .take_while(|day| *day < pair[1].day)
            .filter(|day| !(working_days && at_weekend(*day)))
            .collect();
        // Where weekends are never on record, their absence is no gap.
        let weekend = between.len() == 2 && between.iter().all(|day| at_weekend(*day));
        if let (Some(from), Some(until), true) =
            (between.first(), between.last(), between.len() >= LEAST_GAP && !weekend)
        {
            gaps.push(UsageGap { from: *from, until: *until });
        }
    }
    gaps.reverse();
    gaps.truncate(GAPS);
    gaps
}

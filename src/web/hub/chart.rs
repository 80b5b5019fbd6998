//! Charts as the coordinates a template draws: no style in them, so that the page's policy stays strict.

use std::fmt::Write;

use chrono::NaiveDate;
use serde::Serialize;

use super::words::When;
use crate::app::ScoreStory;
use crate::domain::tool::score::HealthView;
use crate::domain::tool::usage::UsagePoint;

/// The size of the score's chart, and where its lines begin and end.
const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 176.0;
const LEFT: f64 = 34.0;
const RIGHT: f64 = 468.0;
const TOP: f64 = 18.0;
const BOTTOM: f64 = 150.0;

/// Marks nearer to each other than this share one number.
const APART: f64 = 15.0;

/// The chart of a score.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ScoreChart {
    /// The line.
    pub path: String,
    /// Stretches of the height, one for each level, the best first.
    pub bands: Vec<Band>,
    /// Values written beside it.
    pub ticks: Vec<Tick>,
    /// Where it moved, with the number of the move in the list below.
    pub marks: Vec<Mark>,
    /// The first day.
    pub first: When,
    /// The last day.
    pub last: When,
    /// Where the last point lies.
    pub end: Mark,
}

/// The stretch of a level.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Band {
    pub level: &'static str,
    pub y: String,
    pub height: String,
}

/// A value beside the chart.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Tick {
    pub value: u32,
    pub y: String,
}

/// A point of the chart.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Mark {
    pub x: String,
    pub y: String,
    /// Its number in the list; empty where another one next to it has the word.
    pub label: String,
    /// Which move of the list it stands for; none for the last point.
    pub number: Option<usize>,
    /// What moved, for who does not see it.
    pub title: String,
}

/// The chart of a small line of figures.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Sparkline {
    /// Points of the line.
    pub points: String,
    /// The last one.
    pub x: String,
    pub y: String,
}

/// A number with one digit, as coordinates are written.
fn at(number: f64) -> String {
    format!("{number:.1}")
}

/// Where a value between 0 and `most` lies between two ends.
fn between(value: f64, most: f64, from: f64, to: f64) -> f64 {
    if most <= 0.0 { from } else { from + (to - from) * (value / most).clamp(0.0, 1.0) }
}

fn height(score: u32) -> f64 {
    between(score.into(), 100.0, BOTTOM, TOP)
}

/// The chart of how a score moved, where there are two days at least.
pub(super) fn score(story: &ScoreStory, health: &HealthView, today: NaiveDate) -> Option<ScoreChart> {
    let (first, last) = (story.points.first()?, story.points.last()?);
    let days = (last.day - first.day).num_days();
    if days < 1 {
        return None;
    }
    let across = |day: NaiveDate| between((day - first.day).num_days() as f64, days as f64, LEFT, RIGHT);
    let mut path = format!("M{} {}", at(LEFT), at(height(first.score)));
    for point in &story.points[1..] {
        let (x, y) = (at(across(point.day)), at(height(point.score)));
        // A score that was kept holds until the next one; those told again are points of a line.
        let _ = if story.replayed { write!(path, " L{x} {y}") } else { write!(path, " H{x} V{y}") };
    }
    let bounds = [("healthy", 100, health.healthy_from), ("at_risk", health.healthy_from, health.critical_below)];
    let bands = bounds.into_iter().chain([("critical", health.critical_below, 0)]);
    let band = |(level, from, to): (&'static str, u32, u32)| {
        let (top, bottom) = (height(from.min(100)), height(to.min(100)));
        Band { level, y: at(top), height: at((bottom - top).max(0.0)) }
    };
    let mut ticks: Vec<u32> = vec![0, health.critical_below, health.healthy_from, 100];
    ticks.dedup();
    let mut marks: Vec<Mark> = Vec::new();
    let mut nearest = f64::INFINITY;
    for (number, step) in (1_usize..).zip(&story.steps) {
        let x = across(step.at.day());
        let label = if (nearest - x).abs() < APART { String::new() } else { format!("{number}") };
        if !label.is_empty() {
            nearest = x;
        }
        let day = When::of(step.at.day(), today).day;
        let why = step.reasons.first().map(|reason| format!(": {}", reason.reason)).unwrap_or_default();
        marks.push(Mark {
            x: at(x),
            y: at(height(step.after.score)),
            label,
            number: Some(number),
            title: format!("{number}. {day}, from {} to {}{why}", step.before.score, step.after.score),
        });
    }
    Some(ScoreChart {
        path,
        bands: bands.map(band).collect(),
        ticks: ticks.into_iter().map(|value| Tick { value, y: at(height(value)) }).collect(),
        marks,
        first: When::of(first.day, today),
        last: When::of(last.day, today),
        end: Mark { x: at(RIGHT), y: at(height(last.score)), label: String::new(), number: None, title: String::new() },
    })
}

/// The width and height of the score's chart.
pub(super) fn size() -> String {
    format!("0 0 {WIDTH} {HEIGHT}")
}

/// A small line of weekly averages, where there are two at least.
pub(super) fn usage(weekly: &[UsagePoint], seats: Option<u32>) -> Option<Sparkline> {
    let peak = weekly.iter().map(|point| point.active_users).chain(seats).max()?;
    let steps = weekly.len().checked_sub(1).filter(|steps| *steps > 0)?;
    let place = |(number, point): (usize, &UsagePoint)| {
        let x = between(number as f64, steps as f64, 3.0, 237.0);
        (at(x), at(between(point.active_users.into(), peak.into(), 53.0, 4.0)))
    };
    let places: Vec<(String, String)> = weekly.iter().enumerate().map(place).collect();
    let (x, y) = places.last().cloned()?;
    let points = places.iter().map(|(x, y)| format!("{x},{y}")).collect::<Vec<_>>().join(" ");
    Some(Sparkline { points, x, y })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn week(day: &str, active_users: u32) -> UsagePoint {
        UsagePoint { day: day.parse().unwrap(), active_users }
    }

    #[test]
    fn a_line_of_usage_reaches_from_edge_to_edge_and_nobody_is_at_the_bottom() {
        let line = usage(&[week("2026-06-01", 0), week("2026-06-08", 50), week("2026-06-15", 100)], Some(100)).unwrap();
        assert_eq!(line.points, "3.0,53.0 120.0,28.5 237.0,4.0");
        assert!(usage(&[week("2026-06-01", 5)], None).is_none(), "one week is no line");
        assert!(usage(&[week("2026-06-01", 0), week("2026-06-08", 0)], None).is_some(), "nobody at all is one");
    }
}

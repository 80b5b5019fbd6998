//! Where a score is going: the slope over its history, how sure it is, and what it reads as.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Days of history the slope is taken over.
const SPAN_DAYS: i64 = 90;

/// A fall of so many points from the best of the last days is a sudden drop.
const DROP_POINTS: u32 = 12;

/// The days a sudden drop happens within.
const DROP_DAYS: i64 = 14;

/// It still goes down where it rose by so many points between two days.
const WOBBLE: u32 = 2;

/// A fall is news for so many days.
const RECENT_DAYS: i64 = 28;

/// The weakest slope, in points a week, that reads as a decline or a rise.
const SLOPE: f64 = 0.5;

/// Values fewer than this have no slope worth telling.
const LEAST: usize = 4;

/// How far from the middle of a normal distribution 95 % of it ends.
const SURE: f64 = 1.96;

/// A Theil–Sen slope: the median of the slopes between any two days, which a single odd day does not move.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slope {
    /// Points a week.
    pub per_week: f64,
    /// With 95 % confidence it lies at or above this, in points a week …
    pub from: f64,
    /// … and at or below this.
    pub to: f64,
}

impl Slope {
    /// Of scores by day, in any order; none where there are too few days.
    #[must_use]
    pub fn of(scores: &[(NaiveDate, u32)]) -> Option<Self> {
        let mut slopes = Vec::new();
        for (place, (day, score)) in scores.iter().enumerate() {
            for (other_day, other) in scores.iter().skip(place + 1) {
                let days = (*other_day - *day).num_days();
                if days != 0 {
                    slopes.push((f64::from(*other) - f64::from(*score)) / days as f64 * 7.0);
                }
            }
        }
        slopes.sort_by(f64::total_cmp);
        if scores.len() < LEAST || slopes.is_empty() {
            return None;
        }
        let (count, all) = (scores.len() as f64, slopes.len());
        // The spread of Kendall's statistic says how many slopes from the middle the bounds lie.
        let reach = (SURE * (count * (count - 1.0) * (2.0 * count + 5.0) / 18.0).sqrt() / 2.0).round() as usize;
        let at = |place: usize| slopes.get(place.min(all - 1)).copied().unwrap_or_default();
        let middle = if all % 2 == 0 { f64::midpoint(at(all / 2 - 1), at(all / 2)) } else { at(all / 2) };
        Some(Self { per_week: middle, from: at((all / 2).saturating_sub(reach)), to: at(all / 2 + reach) })
    }
}

/// What the history of a score reads as.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reading", rename_all = "snake_case")]
pub enum Trend {
    /// It fell by much within days.
    SuddenDrop {
        /// Points lost.
        points: u32,
        /// The last day it was where it fell from.
        since: NaiveDate,
    },
    /// It had fallen by much, and most of that is made good.
    Recovery {
        /// Points regained.
        points: u32,
        /// The day it was lowest.
        since: NaiveDate,
    },
    /// It goes down week by week.
    SlowDecline {
        /// How fast.
        slope: Slope,
    },
    /// It goes up week by week.
    SlowRise {
        /// How fast.
        slope: Slope,
    },
    /// It stays where it is.
    Steady,
}

impl Trend {
    /// What scores by day read as, at the newest of them; none where there are too few.
    #[must_use]
    pub fn of(scores: &[(NaiveDate, u32)]) -> Option<Self> {
        let mut scores = scores.to_vec();
        scores.sort_by_key(|(day, _)| *day);
        let (today, now) = *scores.last()?;
        scores.retain(|(day, _)| (today - *day).num_days() <= SPAN_DAYS);
        if scores.len() < LEAST {
            return None;
        }
        let (worst_day, worst) = *scores.iter().min_by_key(|(day, score)| (*score, std::cmp::Reverse(*day)))?;
        let before = scores.iter().filter(|(day, _)| *day < worst_day).map(|(_, score)| *score).max();
        if let Some((since, best)) = slide(&scores) {
            return Some(Self::SuddenDrop { points: best - now, since });
        }
        let fell = before.filter(|before| *before >= worst + DROP_POINTS);
        if let Some(before) = fell
            && (now - worst) * 3 >= (before - worst) * 2
        {
            return Some(Self::Recovery { points: now - worst, since: worst_day });
        }
        let slope = Slope::of(&scores)?;
        Some(match slope {
            _ if slope.to < 0.0 && slope.per_week <= -SLOPE => Self::SlowDecline { slope },
            _ if slope.from > 0.0 && slope.per_week >= SLOPE => Self::SlowRise { slope },
            _ => Self::Steady,
        })
    }

    /// In words: `a slow decline of about 2 points a week`.
    #[must_use]
    pub fn words(&self) -> String {
        let day = |day: &NaiveDate| day.format("%B %-d").to_string();
        let weekly = |slope: &Slope| match format!("{:.1}", slope.per_week.abs()).as_str() {
            "1.0" => "1 point a week".to_owned(),
            points => format!("{} points a week", points.trim_end_matches(".0")),
        };
        match self {
            Self::SuddenDrop { points, since } => format!("a sudden drop of {points} points since {}", day(since)),
            Self::Recovery { points, since } => format!("a recovery of {points} points since {}", day(since)),
            Self::SlowDecline { slope } => format!("a slow decline of about {}", weekly(slope)),
            Self::SlowRise { slope } => format!("a slow rise of about {}", weekly(slope)),
            Self::Steady => "steady".to_owned(),
        }
    }
}

/// Where the fall began that the scores end with, if it was sudden anywhere: they went down, or stayed, from there on.
fn slide(scores: &[(NaiveDate, u32)]) -> Option<(NaiveDate, u32)> {
    let (today, now) = *scores.last()?;
    let mut top = (today, now);
    let mut falling = Vec::new();
    for (day, score) in scores.iter().rev().copied() {
        if score + WOBBLE < top.1 {
            break;
        }
        if score > top.1 + WOBBLE {
            top = (day, score);
        }
        falling.push((day, score));
    }
    let within = |from: NaiveDate, to: NaiveDate, most: i64| (0..=most).contains(&(to - from).num_days());
    let sudden = falling.iter().any(|(later, low)| {
        falling.iter().any(|(day, high)| within(*day, *later, DROP_DAYS) && *high >= low + DROP_POINTS)
    });
    // A fall that is long over is told by where the scores went since.
    let lately = scores.iter().any(|(day, score)| within(*day, today, RECENT_DAYS) && *score >= now + WOBBLE);
    (sudden && lately).then_some(top)
}

#[cfg(test)]
mod tests {
    use chrono::Days;
    use proptest::prelude::*;

    use super::*;

    fn weekly(scores: &[u32]) -> Vec<(NaiveDate, u32)> {
        let first = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
        (0..).zip(scores).map(|(week, score)| (first + Days::new(week * 7), *score)).collect()
    }

    #[test]
    fn a_history_reads_as_what_a_person_sees_in_it() {
        for (scores, words) in [
            (&[80, 80, 79, 80, 81, 80, 80, 60][..], "a sudden drop of 20 points since April 13"),
            (&[89, 89, 65, 15, 8, 0], "a sudden drop of 89 points since March 9"),
            (&[80, 79, 55, 50, 62, 74, 78, 79], "a recovery of 29 points since March 23"),
            (&[90, 88, 85, 83, 82, 79, 77, 74], "a slow decline of about 2.2 points a week"),
            (&[50, 51, 52, 53, 54, 55, 56, 57], "a slow rise of about 1 point a week"),
            (&[70, 71, 70, 69, 70, 71, 70, 70], "steady"),
        ] {
            assert_eq!(Trend::of(&weekly(scores)).unwrap().words(), words, "{scores:?}");
        }
        assert_eq!(Trend::of(&weekly(&[70, 40, 70])), None, "three days are no history");
    }

    proptest! {
        #[test]
        fn a_straight_line_has_its_own_slope_and_one_odd_day_does_not_move_it(
            start in 0_u32..40, step in 0_u32..4, odd in 0_usize..13, spike in 0_u32..100,
        ) {
            let mut scores = weekly(&(0..13).map(|week| start + week * step).collect::<Vec<_>>());
            let straight = Slope::of(&scores).unwrap();
            prop_assert!((straight.per_week - f64::from(step)).abs() < 1e-9);
            scores[odd].1 = spike;
            let slope = Slope::of(&scores).unwrap();
            prop_assert!((slope.per_week - f64::from(step)).abs() < 1e-9);
            prop_assert!(slope.from <= slope.per_week && slope.per_week <= slope.to);
        }

        #[test]
        fn the_slope_turns_with_the_scores_whatever_their_order(scores in prop::collection::vec(0_u32..=100, 4..40)) {
            let days = weekly(&scores);
            let slope = Slope::of(&days).unwrap();
            let upside_down: Vec<_> = days.iter().map(|(day, score)| (*day, 100 - score)).collect();
            prop_assert!((Slope::of(&upside_down).unwrap().per_week + slope.per_week).abs() < 1e-9);
            let reversed: Vec<_> = days.iter().rev().copied().collect();
            prop_assert_eq!(Slope::of(&reversed).unwrap(), slope);
            prop_assert!(Trend::of(&days).is_some());
        }
    }
}

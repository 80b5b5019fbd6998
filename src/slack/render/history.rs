//! How a score moved: a sentence, Slack's own line chart, and what moved it.

use chrono::NaiveDate;
use serde_json::Value;
use slack_morphism::prelude::{
    SlackBlock, SlackChart, SlackChartAxisConfig, SlackChartDataPoint, SlackChartDataSeries,
    SlackDataVisualizationBlock, SlackSeriesChart,
};

use super::Message;
use super::block::{context, json, section};
use super::escape::{line, plain};
use crate::domain::text::{capital, clipped, signed};
use crate::domain::time::day_text;
use crate::domain::tool::score::{ScorePath, ScorePoint};

/// The most points of a chart.
const POINTS: usize = 20;
/// The longest title of a chart.
const TITLE: usize = 50;
/// The most reasons told.
const MOVERS: usize = 5;

/// The message about the score of the account called `name`.
#[must_use]
pub fn history(name: &str, path: &ScorePath, today: NaiveDate) -> Message {
    let name = clipped(name, 80);
    let (Some(first), Some(last)) = (path.points.first(), path.points.last()) else {
        let said = format!("There is no score of {name} to show yet.");
        return Message::new(&said, vec![section(line(&said))]);
    };
    let moved = match last.score.cmp(&first.score) {
        std::cmp::Ordering::Less => "fell",
        std::cmp::Ordering::Equal => "stayed",
        std::cmp::Ordering::Greater => "rose",
    };
    let since = day_text(first.day, today);
    let said = if first.score == last.score {
        format!("{name} stands at {} ({}), as on {since}.", last.score, last.level.label())
    } else {
        format!("{name} {moved} from {} to {} ({}) since {since}.", first.score, last.score, last.level.label())
    };
    let mut blocks = vec![section(line(&said)), chart(&name, &path.points)];
    let movers = path.movers.iter().take(MOVERS).map(|mover| {
        let reason = line(&capital(&clipped(&mover.reason, 240)));
        format!("`{}` {reason} (was {})", signed(mover.now), signed(mover.before))
    });
    let movers: Vec<String> = movers.collect();
    if !movers.is_empty() {
        blocks.push(section(format!("*What moved it*\n{}", movers.join("\n"))));
    }
    if !path.causes.is_empty() {
        let causes = path.causes.iter().map(|cause| format!("{} {}", signed(cause.points), line(&cause.cause)));
        blocks.push(section(format!("*By cause*\n{}", causes.collect::<Vec<_>>().join(" · "))));
    }
    let reads = path.trend.iter().map(|trend| format!("It reads as {}.", line(trend)));
    let replayed = path.replayed.then(|| "Replayed from dated records, by the weights of today.".to_owned());
    let notes: Vec<String> = reads.chain(replayed).collect();
    if !notes.is_empty() {
        blocks.push(context(&[notes.join(" ")]));
    }
    Message::new(&said, blocks)
}

/// A line chart of the score; `points` are in order. Of many points, evenly chosen ones are shown, the last among them.
#[must_use]
pub fn chart(name: &str, points: &[ScorePoint]) -> Value {
    let shown = chosen(points);
    let years = shown
        .first()
        .zip(shown.last())
        .is_some_and(|(first, last)| last.day.signed_duration_since(first.day).num_days() > 300);
    let form = if years { "%b %-d, %Y" } else { "%b %-d" };
    let labels: Vec<String> = shown.iter().map(|point| point.day.format(form).to_string()).collect();
    let data =
        shown.iter().zip(&labels).map(|(point, label)| SlackChartDataPoint::new(label.clone(), point.score.into()));
    let series = SlackChartDataSeries::new("Score".to_owned(), data.collect());
    let axes = SlackChartAxisConfig::new(labels).with_y_label("Score, 0 to 100".to_owned());
    let chart = SlackChart::Line(SlackSeriesChart::new(vec![series], axes));
    let title = plain(&format!("Health score of {name}"), TITLE);
    json(SlackBlock::from(SlackDataVisualizationBlock::new(title, chart)))
}

fn chosen(points: &[ScorePoint]) -> Vec<ScorePoint> {
    // A day stands once: Slack takes each label once.
    let mut days: Vec<ScorePoint> = points.to_vec();
    days.dedup_by_key(|point| point.day);
    if days.len() <= POINTS {
        return days;
    }
    let last = days.len() - 1;
    (0..POINTS).filter_map(|index| days.get(index * last / (POINTS - 1)).copied()).collect()
}

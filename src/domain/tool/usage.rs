//! The tool about how much an account uses the product.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Cite, ToolArgs};
use crate::domain::time::Window;

/// Product usage.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Usage {
    /// Domain of the account.
    pub account: String,
    /// Days to look at; everything when absent.
    #[serde(default)]
    pub window: Window,
}

impl ToolArgs for Usage {
    const NAME: &'static str = "usage";
    type Output = UsageView;
}

/// Usage of an account. Averages are of daily active users over seven days, so that weekends do not look like a fall.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct UsageView {
    /// The newest day on record; none when there is no usage data.
    pub latest: Option<UsagePoint>,
    /// Average of the last seven days on record, rounded.
    pub average_7d: Option<u32>,
    /// Average of the seven days before those.
    pub average_previous_7d: Option<u32>,
    /// Average of the seven days that ended 30 days before the newest.
    pub average_30d_ago: Option<u32>,
    /// Average of the first seven days in the window.
    pub average_first: Option<u32>,
    /// Change of the weekly average against the week before, in percent.
    pub week_change_percent: Option<i32>,
    /// Change against 30 days ago, in percent.
    pub month_change_percent: Option<i32>,
    /// Change against the start of the window, in percent.
    pub window_change_percent: Option<i32>,
    /// The day with most active users in the window.
    pub peak: Option<UsagePoint>,
    /// Seats paid for.
    pub licensed_seats: Option<u32>,
    /// Weekly average as a share of seats, in percent.
    pub adoption_percent: Option<u32>,
    /// Whether weekends are left out of all averages, because hardly anybody works then.
    #[serde(default)]
    pub working_days: bool,
    /// The newest day as a share of seats, in percent.
    #[serde(default)]
    pub latest_percent: Option<u32>,
    /// Since when usage stands higher or lower than before, where it moved clearly.
    #[serde(default)]
    pub moved: Option<UsageMove>,
    /// Days without figures between others, the newest gap first.
    #[serde(default)]
    pub gaps: Vec<UsageGap>,
    /// The last day on which anybody was active.
    #[serde(default)]
    pub last_active: Option<UsagePoint>,
    /// The first of the days at the end on which nobody was active; none while somebody is.
    pub idle_since: Option<NaiveDate>,
    /// Whether figures stopped coming: the newest day is too long ago to say anything of today.
    #[serde(default)]
    pub stopped: bool,
    /// Days on record in the window.
    pub days: u64,
    /// First day on record in the window.
    pub first_day: Option<NaiveDate>,
    /// Weekly averages, the oldest first.
    pub weekly: Vec<UsagePoint>,
    /// Evidence for the newest week.
    pub cite: Option<Cite>,
    /// Evidence for the start of the window.
    pub first_cite: Option<Cite>,
}

/// When usage moved from one level to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageMove {
    /// The first day that stands apart from those before.
    pub on: NaiveDate,
    /// The day before it on record.
    pub last_before: UsagePoint,
    /// Active users a day before, on average.
    pub before: u32,
    /// Active users a day since, on average.
    pub since: u32,
}

/// Days in a row without figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageGap {
    /// The first of them.
    pub from: NaiveDate,
    /// The last of them.
    pub until: NaiveDate,
}

/// Active users on, or in the week that ends on, a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsagePoint {
    /// The day.
    pub day: NaiveDate,
    /// Active users.
    pub active_users: u32,
}

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

/// Active users on, or in the week that ends on, a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsagePoint {
    /// The day.
    pub day: NaiveDate,
    /// Active users.
    pub active_users: u32,
}

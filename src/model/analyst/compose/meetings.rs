//! When the next meeting is, and what became of one.

use serde::Serialize;

use super::Desk;
use crate::domain::tool::account::{AccountOverview, MeetingView, Overview};
use crate::model::analyst::plan::Step;
use crate::model::analyst::question::Meetings;
use crate::model::chat::ModelError;
use crate::prompt::Template;

#[derive(Serialize)]
struct MeetingsPage {
    name: String,
    overview: Overview,
    /// Whether it is asked if one was canceled, or moved.
    asks_canceled: bool,
    asks_moved: bool,
    /// The next one that is to be.
    next: Option<MeetingView>,
    /// The last one of which what is asked is so.
    so: Option<MeetingView>,
    others: Vec<MeetingView>,
}

impl Template for MeetingsPage {
    const FILE: &'static str = "answer/meetings.md";
}

/// The meetings of the account.
pub fn meetings(desk: &Desk<'_>, asked: Meetings) -> Result<Step, ModelError> {
    let overview = desk.found::<AccountOverview>()?;
    let told = &overview.meetings;
    let next = told.iter().find(|meeting| meeting.ahead && !meeting.canceled).cloned();
    let fits = |meeting: &&MeetingView| match asked {
        Meetings::Next => false,
        Meetings::Canceled => meeting.canceled,
        Meetings::Moved => meeting.moved_from.is_some() && !meeting.canceled,
    };
    let ahead = told.iter().filter(|meeting| meeting.ahead).find(fits);
    let so = ahead.or_else(|| told.iter().rev().find(fits)).cloned();
    let shown = [&next, &so];
    let others = told.iter().filter(|meeting| meeting.ahead && !shown.iter().any(|one| one.as_ref() == Some(meeting)));
    let page = MeetingsPage {
        name: desk.name(),
        asks_canceled: asked == Meetings::Canceled,
        asks_moved: asked == Meetings::Moved,
        others: others.take(4).cloned().collect(),
        next,
        so,
        overview: overview.clone(),
    };
    desk.done(&page, Vec::new())
}

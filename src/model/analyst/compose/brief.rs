//! An account in as few lines as were asked for: how it stands, what it is worth and until when, what presses most.

use serde::Serialize;

use super::Desk;
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::tool::account::{AccountOverview, DepartureView, Overview};
use crate::domain::tool::activity::ActivityItem;
use crate::domain::tool::records::{CommitmentView, ListCommitments};
use crate::domain::tool::score::FactorView;
use crate::model::analyst::plan::Step;
use crate::model::analyst::question::Shape;
use crate::model::chat::ModelError;
use crate::prompt::Template;

/// Lines where no number is named.
const USUAL: u32 = 2;

#[derive(Serialize)]
struct BriefPage {
    #[serde(flatten)]
    overview: Overview,
    lines: u32,
    level: &'static str,
    risks: Vec<FactorView>,
    owed: Option<CommitmentView>,
    /// The main contact, where they are not there any more.
    former: Option<DepartureView>,
    /// The last thing said or written.
    last: Option<ActivityItem>,
}

impl Template for BriefPage {
    const FILE: &'static str = "answer/brief.md";
}

/// The account in short.
pub fn brief(desk: &Desk<'_>) -> Result<Step, ModelError> {
    let lines = if let Shape::Lines(lines) = desk.part.ask.shape { lines } else { USUAL };
    let overview = desk.found::<AccountOverview>()?;
    let owed = desk.found::<ListCommitments>().ok().and_then(|list| list.items.into_iter().next());
    let said =
        |item: &&ActivityItem| matches!(item.kind, RecordKind::Call | RecordKind::Email) && !item.gist.is_empty();
    let last = overview.latest.iter().filter(said).max_by_key(|item| item.occurred_at).cloned();
    let page = BriefPage {
        lines,
        level: overview.health.level.label(),
        risks: overview.health.factors.iter().filter(|factor| factor.magnitude < 0).take(3).cloned().collect(),
        owed,
        former: super::presence::former(&overview).cloned(),
        last,
        overview,
    };
    let records = page.last.iter().map(|item| RecordRef { kind: item.kind, id: item.id.clone() }).collect();
    desk.done(&page, records)
}

//! A record as a page: what a citation opens where no script runs.

use serde::Serialize;

use super::address;
use super::words::{When, clock, kind, line_id};
use crate::app::RecordView;
use crate::domain::text::capital;
use crate::domain::time::Moment;
use crate::reading::zone::Zone;

/// The page.
#[derive(Debug, Serialize)]
pub(super) struct RecordPage {
    kind: String,
    title: String,
    when: Option<When>,
    time: Option<String>,
    url: Option<String>,
    account: Option<String>,
    account_href: Option<String>,
    lines: Vec<Line>,
}

#[derive(Debug, Serialize)]
struct Line {
    id: Option<String>,
    label: Option<String>,
    clock: Option<String>,
    zone: Option<String>,
    answers: Option<String>,
    text: String,
}

impl RecordPage {
    pub(super) fn of(view: RecordView, now: Moment) -> Self {
        let mut named: Vec<String> = Vec::new();
        let lines = view.lines.into_iter().map(|line| {
            // Two that begin within one second have one name.
            let id = line.at_seconds.map(line_id).filter(|id| !named.contains(id));
            named.extend(id.clone());
            Line {
                id,
                label: line.label,
                clock: line.at_seconds.map(clock),
                zone: line.zone.filter(|zone| *zone != Zone::Own).map(|zone| capital(zone.wire())),
                answers: line.answers,
                text: line.text,
            }
        });
        Self {
            kind: kind(view.record.kind),
            lines: lines.collect(),
            when: view.occurred_at.map(|at| When::at(at, now.day())),
            time: view.occurred_at.map(|at| at.format("%H:%M").to_string()),
            url: address::elsewhere(view.url.as_deref()),
            account_href: view.account.as_deref().map(address::account),
            account: view.account,
            title: view.title,
        }
    }
}

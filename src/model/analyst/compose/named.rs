//! The accounts of a list by name, each with the figure it was chosen by, short enough for the first line.

use serde::Serialize;

use super::Desk;
use crate::domain::activity::SignalKind;
use crate::domain::money::{grouped, joined};
use crate::domain::text::clipped;
use crate::domain::time::day_text;
use crate::domain::tool::Cite;
use crate::domain::tool::portfolio::{Portfolio, PortfolioOrder, PortfolioRow};
use crate::model::analyst::question::Measure;
use crate::model::analyst::set;

/// Names that stand in the first line at most.
const NAMED: usize = 6;

/// Letters of a name in the first line at most.
const NAME: usize = 40;

/// An account in the first line.
#[derive(Serialize)]
pub(super) struct Named {
    name: String,
    /// What it was chosen by: `July 15`, `$4,200`; empty where that is nothing that can be said in a word.
    figure: String,
    cite: Cite,
}

/// The first accounts of the list that was `wanted`, and how many of those that match are not among them.
pub(super) fn named(desk: &Desk<'_>, wanted: &Portfolio, rows: &[PortfolioRow], matched: u64) -> (Vec<Named>, u64) {
    // One more is named rather than counted.
    let shown = if rows.len() == NAMED + 1 && matched == rows.len() as u64 { NAMED + 1 } else { NAMED };
    let named: Vec<Named> = rows
        .iter()
        .take(shown)
        .map(|row| Named {
            name: clipped(&row.name, NAME),
            figure: figure(desk, wanted, row).unwrap_or_default(),
            cite: row.cite,
        })
        .collect();
    let more = matched.saturating_sub(named.len() as u64);
    (named, more)
}

/// The figure an account of a list was chosen or ordered by.
fn figure(desk: &Desk<'_>, wanted: &Portfolio, row: &PortfolioRow) -> Option<String> {
    let ask = &desk.part.ask;
    let worth = || (!row.arr.is_empty()).then(|| joined(&row.arr));
    let renewal = || row.renews_on.map(|day| day_text(day, desk.today()));
    if let Some(calculation) = ask.calculation {
        return match calculation.measure {
            Measure::Seats => row.seats.map(|seats| grouped(seats.into())),
            Measure::ActiveUsers => row.active_users.map(|users| grouped(users.into())),
            _ => worth(),
        };
    }
    if !wanted.payment_states.is_empty() {
        return (!row.owed.is_empty()).then(|| joined(&row.owed));
    }
    if wanted.signals.contains(&SignalKind::Nps) {
        return row.nps.map(|nps| nps.to_string());
    }
    if wanted.adoption_below.is_some() {
        return row.adoption_percent.map(|percent| format!("{percent}%"));
    }
    match wanted.order {
        PortfolioOrder::Usage | PortfolioOrder::UsageRise => {
            row.usage_change_percent.map(|change| format!("{change:+}%").replace('-', "−"))
        }
        PortfolioOrder::Silence => row.last_contact.map(|at| format!("since {}", day_text(at.day(), desk.today()))),
        PortfolioOrder::Arr | PortfolioOrder::SmallestArr => worth(),
        PortfolioOrder::Seats => row.seats.map(|seats| grouped(seats.into())),
        PortfolioOrder::ActiveUsers => row.active_users.map(|users| grouped(users.into())),
        PortfolioOrder::LowestAdoption => row.adoption_percent.map(|percent| format!("{percent}%")),
        PortfolioOrder::LowestNps | PortfolioOrder::HighestNps => row.nps.map(|nps| nps.to_string()),
        _ if set::of_renewals(wanted) => renewal(),
        _ if !wanted.levels.is_empty() || wanted.unhappy => Some(row.score.to_string()),
        _ => worth(),
    }
}

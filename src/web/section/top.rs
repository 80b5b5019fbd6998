//! The accounts of a section above what its page shows besides: those that were routed there first.

use serde::Serialize;

use super::row::Row;
use crate::app::AppError;
use crate::domain::account::Section;
use crate::domain::section::{SectionOrder, SectionWanted};
use crate::domain::tool::portfolio::Portfolio;
use crate::web::state::Web;

/// Accounts named.
const ROWS: u32 = 6;

/// The accounts of a section.
#[derive(Debug, Serialize)]
pub(super) struct Top {
    /// Those routed there, and the first of the others.
    rows: Vec<Row>,
    /// How many there are in all.
    all: u64,
    /// The list of all of them.
    href: String,
}

impl Top {
    /// Of a section; scores that are out of date are computed before.
    pub(super) async fn of(web: &Web, section: Section) -> Result<Self, AppError> {
        let accounts = Portfolio { sections: vec![section], limit: Some(ROWS), ..Portfolio::default() };
        let wanted = SectionWanted { accounts, chance: None, order: SectionOrder::of(Some(section)) };
        let list = web.app().section_list(&wanted).await?;
        Ok(Self {
            rows: list.rows.iter().map(|row| Row::of(row, web.now())).collect(),
            all: list.totals.matched,
            href: format!("/accounts?section={}", section.wire()),
        })
    }
}

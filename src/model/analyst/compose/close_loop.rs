//! The answer that says whom to tell of what shipped.

use serde::Serialize;

use super::Desk;
use crate::domain::tool::close_loop::{CloseLoop, LoopPerson};
use crate::model::analyst::plan::Step;
use crate::model::chat::ModelError;
use crate::prompt::Template;

#[derive(Serialize)]
struct CloseLoopPage {
    /// What it is about: the version, the thing, or nothing in particular.
    what: Option<String>,
    /// Whether a release is meant.
    of_release: bool,
    go: u64,
    held: u64,
    /// Whom to tell, as many as are shown.
    tell: Vec<LoopPerson>,
    more_to_tell: usize,
    hold: Vec<LoopPerson>,
    more_held: usize,
    requests: u64,
    releases: u64,
}

impl Template for CloseLoopPage {
    const FILE: &'static str = "answer/close_loop.md";
}

/// Whom to tell, and whom not and why.
pub fn people(desk: &Desk<'_>) -> Result<Step, ModelError> {
    const TOLD: usize = 8;
    const HELD: usize = 6;
    let list = desk.found::<CloseLoop>()?;
    let (tell, hold): (Vec<LoopPerson>, Vec<LoopPerson>) = list.people.into_iter().partition(|person| person.go);
    let release = desk.release();
    let page = CloseLoopPage {
        of_release: release.is_some(),
        what: release.or_else(|| desk.topic()),
        go: list.go,
        held: list.held,
        more_to_tell: tell.len().saturating_sub(TOLD),
        tell: tell.into_iter().take(TOLD).collect(),
        more_held: hold.len().saturating_sub(HELD),
        hold: hold.into_iter().take(HELD).collect(),
        requests: list.requests,
        releases: list.releases,
    };
    desk.done(&page, Vec::new())
}

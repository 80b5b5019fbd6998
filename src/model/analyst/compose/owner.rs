//! Whether an account is a colleague's.

use serde::Serialize;

use super::Desk;
use crate::domain::tool::account::{AccountOverview, Overview, Person};
use crate::model::analyst::plan::Step;
use crate::model::chat::ModelError;
use crate::prompt::Template;

#[derive(Serialize)]
struct OwnerPage {
    person: String,
    owns: bool,
    overview: Overview,
}

impl Template for OwnerPage {
    const FILE: &'static str = "answer/owner.md";
}

/// Whether `colleague` owns the account.
pub fn owner(desk: &Desk<'_>, colleague: &Person) -> Result<Step, ModelError> {
    let overview = desk.found::<AccountOverview>()?;
    let owns = match (&overview.owner_email, &colleague.email) {
        (Some(owner), Some(theirs)) => owner.eq_ignore_ascii_case(theirs),
        _ => false,
    };
    desk.done(&OwnerPage { person: colleague.name.clone(), owns, overview }, Vec::new())
}

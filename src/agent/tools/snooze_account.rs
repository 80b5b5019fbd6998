//! `snooze_account`: proposes to leave an account out of digests until a day.

use super::propose::propose;
use super::{Bench, ToolError};
use crate::domain::tool::action::{Proposed, SnoozeAccount};

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: SnoozeAccount) -> Result<Proposed, ToolError> {
    propose(bench, arguments).await
}

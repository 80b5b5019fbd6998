//! `untrack_account`: proposes to leave an account out of health monitoring, roll-ups and digests.

use super::propose::propose;
use super::{Bench, ToolError};
use crate::domain::tool::action::{Proposed, UntrackAccount};

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: UntrackAccount) -> Result<Proposed, ToolError> {
    propose(bench, arguments).await
}

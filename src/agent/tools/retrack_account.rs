//! `retrack_account`: proposes to take an account back into health monitoring.

use super::propose::propose;
use super::{Bench, ToolError};
use crate::domain::tool::action::{Proposed, RetrackAccount};

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: RetrackAccount) -> Result<Proposed, ToolError> {
    propose(bench, arguments).await
}

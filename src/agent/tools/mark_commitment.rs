//! `mark_commitment`: proposes to say what became of a promise.

use super::propose::propose;
use super::{Bench, ToolError};
use crate::domain::tool::action::{MarkCommitment, Proposed};

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: MarkCommitment) -> Result<Proposed, ToolError> {
    propose(bench, arguments).await
}

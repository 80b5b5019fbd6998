//! `set_owner`: proposes to give an account to somebody.

use super::propose::propose;
use super::{Bench, ToolError};
use crate::domain::tool::action::{Proposed, SetOwner};

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: SetOwner) -> Result<Proposed, ToolError> {
    propose(bench, arguments).await
}

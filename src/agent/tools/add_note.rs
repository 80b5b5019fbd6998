//! `add_note`: proposes to write something down about an account.

use super::propose::propose;
use super::{Bench, ToolError};
use crate::domain::tool::action::{AddNote, Proposed};

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: AddNote) -> Result<Proposed, ToolError> {
    propose(bench, arguments).await
}

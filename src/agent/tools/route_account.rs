//! `route_account`: proposes to move an account to another section.

use super::propose::propose;
use super::{Bench, ToolError};
use crate::domain::tool::action::{Proposed, RouteAccount};

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: RouteAccount) -> Result<Proposed, ToolError> {
    propose(bench, arguments).await
}

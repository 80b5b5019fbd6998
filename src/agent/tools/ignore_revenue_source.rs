//! `ignore_revenue_source`: proposes to leave a contract out of recurring revenue, or count it again.

use super::propose::propose;
use super::{Bench, ToolError};
use crate::domain::tool::action::{IgnoreRevenueSource, Proposed};

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: IgnoreRevenueSource) -> Result<Proposed, ToolError> {
    propose(bench, arguments).await
}

//! `find_account`: the accounts and people a text mentions.

use super::{Bench, ToolError};
use crate::domain::tool::account::{FindAccount, FoundAccounts};

/// Runs the tool. Names are not a secret inside a workspace: a pinned chat finds other accounts too, and offers to switch.
pub async fn run(bench: &mut Bench<'_>, arguments: FindAccount) -> Result<FoundAccounts, ToolError> {
    Ok(bench.directory().find(&arguments.query).await?)
}

//! `success-agent slack …`

mod emulate;

use super::args::SlackAction;
use super::output::{Failure, Output};

/// Does what was asked about Slack.
pub(super) async fn run(action: SlackAction, output: &mut Output) -> Result<(), Failure> {
    match action {
        SlackAction::Emulate(args) => emulate::run(args, output).await,
    }
}

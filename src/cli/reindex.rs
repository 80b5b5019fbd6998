//! `success-agent reindex`

use super::output::{Failure, Output};
use super::service::with_service;
use super::waiting::Waiting;
use crate::config::Config;
use crate::domain::money::grouped;

pub(super) async fn run(config: &Config, output: &mut Output) -> Result<(), Failure> {
    let passages = with_service(config, async |service| {
        let waiting = Waiting::new("Rebuilding the index");
        service.reindex(waiting.sink()).await
    })
    .await?;
    output.line(format_args!("The index is rebuilt: {} passages.", grouped(passages)))
}

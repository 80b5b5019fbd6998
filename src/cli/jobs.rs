//! `success-agent jobs …`

use super::args::JobsAction;
use super::output::{Failure, Ink, Output};
use super::service::with_service;
use crate::config::Config;
use crate::web::jobs::JobResponse;

pub(super) async fn run(action: JobsAction, config: &Config, output: &mut Output) -> Result<(), Failure> {
    match action {
        JobsAction::List { json } => {
            let found = with_service(config, async |service| service.jobs().await).await?;
            if json {
                return output.json(&found);
            }
            if found.jobs.is_empty() {
                return output.line("Nothing waits, runs or has failed.");
            }
            found.jobs.iter().try_for_each(|job| line(job, output))
        }
        JobsAction::Show { id } => {
            let job = with_service(config, async |service| service.job(id).await).await?;
            output.json(&job)
        }
        JobsAction::Retry { id } => {
            let job = with_service(config, async |service| service.retry_job(id).await).await?;
            output.line(format_args!("Job {} ({}) is tried again while `success-agent serve` runs.", job.id, job.task))
        }
        JobsAction::Drop { id } => {
            with_service(config, async |service| service.drop_job(id).await).await?;
            output.line(format_args!("Job {id} is gone; what it was to do is not done."))
        }
    }
}

fn line(job: &JobResponse, output: &mut Output) -> Result<(), Failure> {
    let ink = match job.state.as_str() {
        "failed" => Ink::Red,
        "running" => Ink::Green,
        _ => Ink::Dim,
    };
    let error = job.last_error.as_ref().map(|error| format!("  {error}")).unwrap_or_default();
    output.line(format_args!(
        "{:>6}  {}  {:<15}  tried {} of {}, due {}{error}",
        job.id,
        output.paint(ink, format_args!("{:<7}", job.state)),
        job.task,
        job.attempts,
        job.max_attempts,
        job.due_at.format("%Y-%m-%d %H:%M:%S"),
    ))
}

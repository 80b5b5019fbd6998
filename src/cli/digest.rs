//! `success-agent digest …`

use std::time::Duration;

use super::args::DigestAction;
use super::output::{Failure, Ink, Output};
use super::service::{DigestMove, Service, with_service};
use crate::app::AppError;
use crate::config::Config;
use crate::store::EditionState;
use crate::web::digests::{DeliveryResponse, DigestResponse};

/// How long it is waited for a digest to arrive.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often it is looked.
const PAUSE: Duration = Duration::from_millis(300);

pub(super) async fn run(action: DigestAction, config: &Config, output: &mut Output) -> Result<(), Failure> {
    match action {
        DigestAction::List { json } => {
            let found = with_service(config, async |service| service.digests().await).await?;
            if json {
                return output.json(&found);
            }
            if found.digests.is_empty() {
                return output.line(
                    "There is no digest yet. For your critical accounts on Mondays: success-agent digest add --to web \
                     --schedule \"Mondays 8:30\" --owner YOUR-ADDRESS",
                );
            }
            found.digests.iter().try_for_each(|digest| line(digest, output))
        }
        DigestAction::Add { wanted, json } => {
            let added = with_service(config, async |service| service.add_digest(wanted.into()).await).await?;
            shown(&added, json, output)
        }
        DigestAction::Edit { digest, wanted, json } => {
            let changed =
                with_service(config, async |service| service.edit_digest(&digest, wanted.into()).await).await?;
            shown(&changed, json, output)
        }
        DigestAction::Alerts { json } => {
            let found = with_service(config, async |service| service.alerts().await).await?;
            if json {
                return output.json(&found);
            }
            if found.alerts.is_empty() {
                return output.line("No sharp move in the last seven days.");
            }
            found.alerts.iter().try_for_each(|alert| {
                let over = alert.cleared_at.map(|at| format!(" (over since {})", at.day())).unwrap_or_default();
                let at = alert.at.format("%Y-%m-%d %H:%M");
                output.line(format_args!("{at}  {} ({}): {}{over}", alert.name, alert.domain, alert.text))
            })
        }
        DigestAction::Preview { digest, json } => {
            let said = with_service(config, async |service| service.preview_digest(&digest).await).await?;
            if json { output.json(&said) } else { output.line(said.text) }
        }
        DigestAction::Log { digest, json } => {
            let found = with_service(config, async |service| service.deliveries(&digest).await).await?;
            if json {
                return output.json(&found);
            }
            if found.deliveries.is_empty() {
                return output.line("It was not sent yet.");
            }
            found.deliveries.iter().try_for_each(|delivery| output.line(told(delivery)))
        }
        DigestAction::Send { digest, json } => {
            let sent = with_service(config, async |service| sent(service, &digest).await).await?;
            match sent {
                Some(delivery) if json => output.json(&delivery),
                Some(delivery) => output.line(told(&delivery)),
                None => output.line("It is on its way; `success-agent digest log` shows what becomes of it."),
            }
        }
        DigestAction::Pause { digest, json } => moved(&digest, DigestMove::Pause, json, config, output).await,
        DigestAction::Resume { digest, json } => moved(&digest, DigestMove::Resume, json, config, output).await,
        DigestAction::Remove { digest, json } => moved(&digest, DigestMove::Remove, json, config, output).await,
    }
}

async fn moved(digest: &str, how: DigestMove, json: bool, config: &Config, output: &mut Output) -> Result<(), Failure> {
    let now = with_service(config, async |service| service.move_digest(digest, how).await).await?;
    match how {
        DigestMove::Remove if !json => output.line(format_args!("“{}” is gone, with what it said.", now.name)),
        _ => shown(&now, json, output),
    }
}

/// Sends a digest, and waits for what becomes of it.
async fn sent(service: &dyn Service, digest: &str) -> Result<Option<DeliveryResponse>, AppError> {
    let last = service.deliveries(digest).await?.deliveries.first().map(|delivery| delivery.period);
    service.move_digest(digest, DigestMove::Send).await?;
    let since = std::time::Instant::now();
    while since.elapsed() < PATIENCE {
        let latest = service.deliveries(digest).await?.deliveries.into_iter().next();
        let settled =
            |delivery: &DeliveryResponse| !matches!(delivery.state, EditionState::Made | EditionState::Sending);
        if let Some(latest) = latest.filter(|latest| Some(latest.period) != last && settled(latest)) {
            return Ok(Some(latest));
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(None)
}

fn told(delivery: &DeliveryResponse) -> String {
    let at = delivery.period.format("%Y-%m-%d %H:%M");
    let note = delivery.note.as_ref().map(|note| format!("  {note}")).unwrap_or_default();
    let said = delivery.said.as_ref().and_then(|said| said.edition.summary.first());
    let said = said.map(|said| format!("  {said}")).unwrap_or_default();
    let state = match delivery.state {
        EditionState::Made => "waits",
        EditionState::Sending => "sending",
        EditionState::Sent => "sent",
        EditionState::Skipped => "skipped",
        EditionState::Failed => "failed",
    };
    format!("{at}  {state:<7}{note}{said}")
}

fn shown(digest: &DigestResponse, json: bool, output: &mut Output) -> Result<(), Failure> {
    if json { output.json(digest) } else { line(digest, output) }
}

fn line(digest: &DigestResponse, output: &mut Output) -> Result<(), Failure> {
    let next = match digest.next_at {
        Some(at) => format!("next {}", at.format("%a %-d %b %Y %H:%M")),
        None => "paused".to_owned(),
    };
    output.line(format_args!("{}  {}", digest.id, digest.name))?;
    let alerts = if digest.alerts { "" } else { "; no alerts" };
    output.line(format_args!("  {} → {}; {next}; {}{alerts}", digest.when, digest.to, digest.about))?;
    match &digest.problem {
        Some(problem) => output.line(format_args!("  {}", output.paint(Ink::Red, problem))),
        None => Ok(()),
    }
}

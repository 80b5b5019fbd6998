//! `success-agent sources emulate`: the demo workspace, served through doubles of all systems.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::output::{Failure, Ink, Output};
use crate::config::Config;
use crate::demo::demo_jsonl;
use crate::domain::connection::Vendor;
use crate::domain::record::{Record, RecordKind};
use crate::sources::emulator::Emulator;
use crate::sources::import::RecordReader;
use crate::web::Shutdown;

pub(super) async fn run(
    listen: SocketAddr,
    files: Option<PathBuf>,
    config: &Config,
    output: &mut Output,
) -> Result<(), Failure> {
    let shutdown = Shutdown::on_signals();
    let now = config.clock.now();
    let text = demo_jsonl(now.day());
    let records = records(&text, config).await?;
    let emulator = Emulator::start(listen, &records, now)
        .await
        .map_err(|error| Failure::failed(format!("the doubles cannot listen on {listen}: {error}")))?;
    output.line("The demo workspace is served through a double of each system. Connect them, each with:")?;
    for vendor in Vendor::ALL {
        let Some(access) = emulator.access(vendor) else { continue };
        let settings: Vec<String> =
            access.settings.iter().map(|(name, value)| format!(" --set {name}={value}")).collect();
        let name = vendor.wire().to_ascii_uppercase();
        let hooks = matches!(vendor, Vendor::Attio | Vendor::HubSpot | Vendor::Stripe | Vendor::GitHub);
        let secret = access.webhook_secret.filter(|_| hooks);
        let secret = secret.map(|secret| format!("{name}_WEBHOOK_SECRET={secret} ")).unwrap_or_default();
        let key = if vendor == Vendor::Feed { String::new() } else { format!("{name}_KEY={} ", access.key) };
        output.line(
            output.paint(Ink::Bold, format_args!("  {key}{secret}success-agent connect {vendor}{}", settings.concat())),
        )?;
    }
    if let Some(folder) = files {
        let path = write_rest(&folder, &text)?;
        output.line(format_args!(
            "What no system carries (e-mails, the team, projects, meetings) is in {}; import it after connecting.",
            path.display()
        ))?;
    }
    output.line(format_args!(
        "To change what they hold, or let something go wrong: http://{}/control",
        emulator.address()
    ))?;
    output.flush()?;
    shutdown.wished().await;
    emulator.stop();
    Ok(())
}

/// The records of import lines.
async fn records(text: &str, config: &Config) -> Result<Vec<Record>, Failure> {
    let mut reader = RecordReader::new(text.as_bytes()).in_zone(config.clock.zone());
    let mut records = Vec::new();
    while let Some(item) = reader.next().await.map_err(|error| Failure::failed(error.to_string()))? {
        records.push(item.outcome.map_err(Failure::failed)?.record);
    }
    Ok(records)
}

/// Writes the lines no system carries.
fn write_rest(folder: &Path, text: &str) -> Result<PathBuf, Failure> {
    let kept = [RecordKind::Email, RecordKind::Project, RecordKind::Meeting, RecordKind::Team];
    let of = |line: &&str| {
        let kind = serde_json::from_str::<serde_json::Value>(line)
            .ok()
            .and_then(|value| RecordKind::parse(value["type"].as_str()?));
        kind.is_some_and(|kind| kept.contains(&kind))
    };
    let rest: Vec<&str> = text.lines().filter(of).collect();
    let path = folder.join("rest.jsonl");
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&path, rest.join("\n") + "\n"))
        .map_err(|error| Failure::failed(format!("{} cannot be written: {error}", path.display())))?;
    Ok(path)
}

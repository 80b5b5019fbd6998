//! The demo workspace as connected systems bring it: every system is connected to its double, and what no system carries is
//! imported. The same cases are asked of it; records are named as they come out of the systems.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use success_agent::demo::demo_jsonl;
use success_agent::domain::connection::Vendor;
use success_agent::domain::record::{Record, RecordKind};
use success_agent::domain::time::Moment;
use success_agent::sources::emulator::Emulator;
use success_agent::sources::import::read_line;

use crate::case::Case;
use crate::client::Client;
use crate::server::{NOW, Server};

/// How long all systems may take.
const PATIENCE: Duration = Duration::from_mins(5);
/// How often it is looked.
const PAUSE: Duration = Duration::from_millis(200);

/// Kinds of records that no system carries.
const CARRIED_BY_NONE: [RecordKind; 4] =
    [RecordKind::Email, RecordKind::Project, RecordKind::Meeting, RecordKind::Team];

/// A program that was empty and is connected to all systems.
pub struct Connected {
    pub server: Server,
    /// The doubles, as long as they are wanted.
    _doubles: Emulator,
    names: BTreeMap<String, String>,
}

impl Connected {
    /// Starts a program with nothing in it, connects every system, and waits until everything is fetched.
    ///
    /// # Errors
    /// When a system cannot be connected or fetched from, with what it said.
    pub async fn start() -> Result<Self> {
        let now: Moment = NOW.parse().map_err(|error| anyhow::anyhow!("{error}"))?;
        let text = demo_jsonl(now.day());
        let read = |line: &str| read_line(line.as_bytes()).map(|parsed| parsed.record).map_err(anyhow::Error::msg);
        let records: Vec<Record> = text.lines().map(read).collect::<Result<_>>()?;
        let doubles = Emulator::start("127.0.0.1:0".parse()?, &records, now).await?;
        let server = Server::start(false).await?;
        let http = server.http();
        let since = Instant::now();
        for vendor in Vendor::ALL {
            let access = doubles.access(vendor).with_context(|| format!("{vendor} has no double"))?;
            let body = json!({"vendor": vendor, "key": access.key, "webhook_secret": access.webhook_secret,
                "settings": access.settings});
            let answer = http.post(format!("{}/api/sources", server.url())).json(&body).send().await?;
            if !answer.status().is_success() {
                bail!("{vendor} cannot be connected: {}", answer.text().await?);
            }
        }
        loop {
            let all: Value = http.get(format!("{}/api/sources", server.url())).send().await?.json().await?;
            let sources = all["sources"].as_array().cloned().unwrap_or_default();
            if let Some(failing) = sources.iter().find(|source| !source["failure"].is_null()) {
                bail!("{} fails: {}", failing["name"], failing["failure"]);
            }
            if sources.iter().all(|source| source["state"] == "fresh") {
                break;
            }
            if since.elapsed() > PATIENCE {
                bail!("the systems are not fetched to their end: {sources:?}");
            }
            tokio::time::sleep(PAUSE).await;
        }
        println!("Nine systems were fetched from in {:.1} s.", since.elapsed().as_secs_f64());
        let rest: Vec<&str> = text
            .lines()
            .zip(&records)
            .filter(|(_, record)| CARRIED_BY_NONE.contains(&record.reference().kind))
            .map(|(line, _)| line)
            .collect();
        Client::with(http, server.url()).import(rest.join("\n")).await?;
        let named = |(record, (vendor, id)): (&success_agent::domain::record::RecordRef, &(Vendor, String))| {
            (record.id.clone(), format!("{vendor}:{id}"))
        };
        // An account and a day of usage are named by the account's domain, wherever they come from.
        let own = |kind| matches!(kind, RecordKind::Account | RecordKind::Usage);
        let names = doubles.names().iter().filter(|(record, _)| !own(record.kind)).map(named).collect();
        Ok(Self { server, _doubles: doubles, names })
    }

    /// The same case, with records named as they come out of the systems.
    pub fn renamed(&self, mut case: Case) -> Case {
        for turn in &mut case.turns {
            for id in turn.cites.iter_mut().chain(&mut turn.cites_all) {
                if let Some(name) = self.names.get(id) {
                    id.clone_from(name);
                }
            }
        }
        case
    }
}

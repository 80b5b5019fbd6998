//! What it costs to fetch from connected systems: everything for the first time, and again with nothing new. The doubles run
//! in this process, beside the program that is measured.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use chrono::Days;
use serde_json::{Value, json};
use success_agent::domain::connection::Vendor;
use success_agent::domain::record::Record;
use success_agent::domain::time::Moment;
use success_agent::sources::emulator::Emulator;

use crate::process::processor_time;
use crate::server::{NOW, Server};
use crate::{Line, bytes, memory};

/// How much there is.
pub struct Size {
    /// Accounts.
    pub accounts: usize,
    /// Paid invoices, in all.
    pub invoices: usize,
    /// Days of usage of each account.
    pub days: u64,
}

/// For the README.
pub const FULL: Size = Size { accounts: 5_000, invoices: 50_000, days: 400 };

/// To try whether everything works.
pub const QUICK: Size = Size { accounts: 40, invoices: 200, days: 20 };

/// How long a sync may take.
const PATIENCE: Duration = Duration::from_hours(1);
/// How often it is looked.
const PAUSE: Duration = Duration::from_millis(20);

/// The systems, each with what it brings.
const SYSTEMS: [(Vendor, &str); 3] =
    [(Vendor::Attio, "accounts"), (Vendor::Stripe, "invoices"), (Vendor::PostHog, "days of usage")];

/// Measures it.
pub async fn run(size: &Size) -> Result<Vec<Line>> {
    let now: Moment = NOW.parse().map_err(|error| anyhow::anyhow!("{error}"))?;
    let doubles = Emulator::start("127.0.0.1:0".parse()?, &records(size, now)?, now).await?;
    let server = Server::start(false).await?;
    let http = server.http();
    let mut lines = Vec::new();
    for (vendor, what) in SYSTEMS {
        let access = doubles.access(vendor).with_context(|| format!("{vendor} has no double"))?;
        let desk = doubles.desk(vendor).with_context(|| format!("{vendor} has no double"))?;
        let body = json!({"vendor": vendor, "key": access.key, "settings": access.settings});
        let (since, spent, asked) = (Instant::now(), processor_time(server.pid()), desk.requests());
        let answer = http.post(format!("{}/api/sources", server.url())).json(&body).send().await?;
        if !answer.status().is_success() {
            bail!("{vendor} cannot be connected: {}", answer.text().await?);
        }
        fresh(&server, vendor, None).await?;
        lines.push((
            format!("first sync of {}, {what}", vendor.label()),
            told(size, vendor, since, (spent, &server), desk.requests() - asked),
        ));
        let before = succeeded(&server, vendor).await?;
        let (since, spent, asked) = (Instant::now(), processor_time(server.pid()), desk.requests());
        let sync = json!({"what": "sync"});
        http.post(format!("{}/api/sources/{vendor}", server.url())).json(&sync).send().await?.error_for_status()?;
        fresh(&server, vendor, Some(before)).await?;
        lines.push((
            format!("sync of {} with nothing new", vendor.label()),
            told(size, vendor, since, (spent, &server), desk.requests() - asked),
        ));
    }
    lines.push(("peak memory of the program, without PostgreSQL".to_owned(), bytes(memory::peak(server.pid()))));
    Ok(lines)
}

fn told(
    size: &Size,
    vendor: Vendor,
    since: Instant,
    (spent, server): (Option<Duration>, &Server),
    requests: u64,
) -> String {
    let seconds = since.elapsed().as_secs_f64();
    let processor = processor_time(server.pid()).zip(spent).map(|(now, then)| now.saturating_sub(then).as_secs_f64());
    let processor = processor.map(|spent| format!(", {spent:.2} s of processor time")).unwrap_or_default();
    let many = match vendor {
        Vendor::Stripe => size.invoices,
        Vendor::PostHog => size.accounts * usize::try_from(size.days).unwrap_or_default(),
        _ => size.accounts,
    };
    format!("{seconds:.2} s for {many}{processor}, {requests} requests")
}

/// Waits until a system is fetched from to its end, after the sync before.
async fn fresh(server: &Server, vendor: Vendor, before: Option<u64>) -> Result<()> {
    let since = Instant::now();
    loop {
        let source = source(server, vendor).await?;
        if !source["failure"].is_null() {
            bail!("{vendor} fails: {}", source["failure"]);
        }
        let rounds = rounds(&source);
        if source["state"] == "fresh" && before.is_none_or(|before| rounds > before) {
            return Ok(());
        }
        if since.elapsed() > PATIENCE {
            bail!("{vendor} is not fetched to its end: {source}");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn succeeded(server: &Server, vendor: Vendor) -> Result<u64> {
    Ok(rounds(&source(server, vendor).await?))
}

/// Pages fetched: they tell one sync from the next where the clock stands.
fn rounds(source: &Value) -> u64 {
    let streams = source["streams"].as_array().cloned().unwrap_or_default();
    streams.iter().filter_map(|stream| stream["pages"].as_u64()).sum()
}

async fn source(server: &Server, vendor: Vendor) -> Result<Value> {
    let all: Value = server.http().get(format!("{}/api/sources", server.url())).send().await?.json().await?;
    let sources = all["sources"].as_array().cloned().unwrap_or_default();
    sources
        .into_iter()
        .find(|source| source["vendor"] == vendor.wire())
        .with_context(|| format!("{vendor} is not connected"))
}

/// Accounts with their invoices and usage.
fn records(size: &Size, now: Moment) -> Result<Vec<Record>> {
    let mut values = Vec::new();
    for account in 0..size.accounts {
        let domain = format!("company-{account}.example");
        values.push(json!({"type": "account", "domain": domain, "name": format!("Company {account}"),
            "owner_email": "kim@ours.example", "licensed_seats": 50,
            "contacts": [{"name": "Ana Ruiz", "email": format!("ana@{domain}"), "primary": true}]}));
        for back in 1..=size.days {
            let day = now.day() - Days::new(back);
            values.push(json!({"type": "usage", "account": domain, "day": day,
                "active_users": 20 + (account + usize::try_from(back)?) % 20}));
        }
    }
    for invoice in 0..size.invoices {
        let account = format!("company-{}.example", invoice % size.accounts);
        let at = now - chrono::Duration::days(i64::try_from(invoice / size.accounts)? * 30 + 1);
        values.push(json!({"type": "payment_event", "id": format!("payment-{invoice}"), "account": account,
            "occurred_at": at.to_rfc3339(), "kind": "paid", "amount_minor": 10_000 + invoice, "currency": "USD",
            "invoice": format!("invoice-{invoice}")}));
    }
    values.into_iter().map(|value| Ok(serde_json::from_value(value)?)).collect()
}

//! Texts nobody could say in one breath, five megabytes each: how long they are read, how long until one of them is in, and
//! whether the service answers meanwhile.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::json;
use success_agent::domain::account::AccountRecord;
use success_agent::domain::activity::Email;
use success_agent::model::reader::{BuiltInReader, Setting, Talk};

use crate::client::Client;
use crate::server::{self, Server};
use crate::{Line, QUICK, Size};

/// Bytes of a text.
const BYTES: usize = 5_000_000;

/// How often the service is asked whether it lives.
const PULSE: Duration = Duration::from_millis(20);

/// The rows.
pub async fn run(size: &Size) -> Result<Vec<Line>> {
    let bytes = if size.passages == QUICK.passages { BYTES / 50 } else { BYTES };
    println!("Large texts: reading…");
    let texts = texts(bytes);
    let read: Vec<String> = texts
        .iter()
        .map(|(kind, text)| {
            let mail = mail(text);
            let account = AccountRecord { domain: mail.account.clone(), ..AccountRecord::default() };
            let talk = Talk::Email(&mail);
            let since = Instant::now();
            let heard = BuiltInReader.hear_now(talk, &Setting::new(&account, &[talk]));
            let took = since.elapsed();
            drop(heard);
            format!("{kind} {:.2} s", took.as_secs_f64())
        })
        .collect();
    println!("Large texts: importing…");
    let server = Server::start_with(&server::Setting { by_words: true, ..server::Setting::default() }).await?;
    let client = Client::with(server.http(), server.url());
    client.import(json!({"type": "account", "domain": "example.com", "name": "Example"}).to_string()).await?;
    let watching = tokio::spawn(slowest_pulse(format!("{}/healthz", server.url())));
    let mut imported = Vec::new();
    for (number, (kind, text)) in texts.iter().enumerate() {
        let mut line = serde_json::to_value(Email { id: format!("large-{number}"), ..mail(text) })?;
        line["type"] = json!("email");
        let since = Instant::now();
        client.import(line.to_string()).await?;
        imported.push(format!("{kind} {:.1} s", since.elapsed().as_secs_f64()));
    }
    watching.abort();
    let slowest = SLOWEST.load(std::sync::atomic::Ordering::Relaxed);
    let megabytes = bytes as f64 / 1e6;
    Ok(vec![
        (format!("Reading one e-mail of {megabytes:.1} MB for promises and requests"), read.join(", ")),
        ("Import of such an e-mail until it is read and searched".to_owned(), imported.join(", ")),
        ("The slowest `/healthz` meanwhile".to_owned(), format!("{slowest} ms")),
        ("Peak memory of the service after that".to_owned(), crate::bytes(crate::memory::peak(server.pid()))),
    ])
}

/// Milliseconds of the slowest answer so far.
static SLOWEST: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

async fn slowest_pulse(url: String) {
    let client = reqwest::Client::new();
    loop {
        let since = Instant::now();
        let answered = client.get(&url).send().await.is_ok();
        let took = if answered { since.elapsed().as_millis() as u64 } else { u64::MAX };
        SLOWEST.fetch_max(took, std::sync::atomic::Ordering::Relaxed);
        tokio::time::sleep(PULSE).await;
    }
}

fn mail(text: &str) -> Email {
    Email {
        id: "large".to_owned(),
        account: "example.com".to_owned(),
        sent_at: chrono::DateTime::UNIX_EPOCH.into(),
        from: "Nora Quist <nora@example.com>".to_owned(),
        to: Vec::new(),
        subject: "Pallets".to_owned(),
        body: text.to_owned(),
        thread_id: None,
        url: None,
    }
}

fn texts(bytes: usize) -> Vec<(&'static str, String)> {
    const WORDS: [&str; 24] = [
        "we",
        "need",
        "a",
        "by",
        "Monday",
        "and",
        "I'll",
        "bring",
        "you",
        "if",
        "possible",
        "could",
        "Nora",
        "please",
        "the",
        "pallets",
        "it",
        "was",
        "because",
        "you'll",
        "have",
        "tomorrow",
        "forklifts",
        "again",
    ];
    let of = |piece: &dyn Fn(usize) -> String| {
        let mut text = String::with_capacity(bytes + 256);
        for number in 0.. {
            if text.len() >= bytes {
                break;
            }
            text.push_str(&piece(number));
        }
        text
    };
    vec![
        ("one sentence", of(&|at| format!("{} ", WORDS[(at * 7 + at / 5) % WORDS.len()]))),
        ("a table", of(&|row| format!("{row},pallet {row},\"dock {}\",{}.5,2026-01-07,late\n", row % 9, row * 3))),
        (
            "a log",
            of(&|row| {
                format!("2026-03-04T10:07:09Z WARN dock[{row}] scan={row:x} took {}ms path=/v1/{row}\n", row % 700)
            }),
        ),
        (
            "markup",
            of(&|row| format!("<tr><td>{row}</td><td><a href=\"https://example.com/{row}\">{row}</a></td></tr>")),
        ),
        ("data on one line", of(&|row| format!("{{\"pallet\":{row},\"docks\":[\"a\",\"b\"],\"late\":true}},"))),
    ]
}

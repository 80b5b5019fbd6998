//! How fast a large file is imported, and in how much memory. Not run with the others; the rate of a release build is
//! what counts: `cargo test --release --test it import_rate -- --ignored --nocapture`.

use std::fmt::Write as _;
use std::time::Instant;

use serde_json::json;

use crate::harness::intake::TestIntake;

const WORDS: [&str; 24] = [
    "restore",
    "archive",
    "seats",
    "renewal",
    "the",
    "we",
    "talked",
    "about",
    "latency",
    "folder",
    "team",
    "video",
    "compression",
    "dashboard",
    "invoice",
    "next",
    "week",
    "slow",
    "export",
    "audit",
    "and",
    "storage",
    "budget",
    "is",
];

/// The same words each time, no two passages alike.
fn words(state: &mut u64, count: usize) -> String {
    let mut text = String::new();
    for _ in 0..count {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let word = WORDS[(*state >> 33) as usize % WORDS.len()];
        let _ = write!(text, "{word}{} ", if *state >> 60 == 0 { (*state >> 40) % 5_000 } else { 0 });
    }
    text
}

/// Calls, e-mails and notes of 250 accounts that make about 100,000 passages.
fn file() -> String {
    let mut text = String::new();
    let mut state = 1;
    for account in 0..250 {
        let domain = format!("customer-{account}.com");
        let _ =
            writeln!(text, "{}", json!({"type": "account", "domain": domain, "name": format!("Customer {account}")}));
        for call in 0..30 {
            let turns: Vec<_> = (0..40)
                .map(|turn| {
                    let speaker = if turn % 2 == 0 { "Dana Whitfield" } else { "Jared Dunn" };
                    json!({"speaker": speaker, "text": words(&mut state, 26), "at_seconds": turn * 12})
                })
                .collect();
            let record = json!({"type": "call", "id": format!("c-{account}-{call}"), "account": domain, "title": "Check-in",
                "started_at": "2026-05-01T10:00:00Z", "duration_seconds": 600, "transcript": turns,
                "participants": [{"name": "Dana Whitfield", "side": "customer"}, {"name": "Jared Dunn", "side": "team"}]});
            let _ = writeln!(text, "{record}");
        }
        for number in 0..50 {
            let body = words(&mut state, 90);
            let email = json!({"type": "email", "id": format!("e-{account}-{number}"), "account": domain, "body": body,
                "sent_at": "2026-05-01T10:00:00Z", "from": "Jared Dunn <jared@piedpiper.com>", "subject": "Next steps"});
            let note = json!({"type": "note", "id": format!("n-{account}-{number}"), "account": domain,
                "written_at": "2026-05-01T10:00:00Z", "text": words(&mut state, 60)});
            let _ = writeln!(text, "{email}\n{note}");
        }
    }
    text
}

/// The most memory this process ever had, in MiB, where the system tells.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes / 1024)
}

#[ignore = "takes minutes; measures instead of proving"]
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_passages() {
    let test = TestIntake::new().await;
    let input = file();
    let before = peak();
    let started = Instant::now();
    let last = std::sync::Mutex::new((String::new(), Instant::now()));
    let progress: success_agent::app::ProgressSink = std::sync::Arc::new(move |progress| {
        let mut last = last.lock().unwrap();
        if last.0 != progress.stage {
            println!("{:>8.1} s  {} begins", started.elapsed().as_secs_f64(), progress.stage);
            *last = (progress.stage, Instant::now());
        }
    });
    let summary = test.intake.import(None, input.as_bytes(), &progress).await.unwrap();
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "{} lines, {} MiB, {} passages in {seconds:.1} s: {:.0} passages/s; peak memory {:?} MiB, {before:?} MiB before",
        summary.lines,
        input.len() / (1024 * 1024),
        summary.passages,
        summary.passages as f64 / seconds,
        peak(),
    );
}

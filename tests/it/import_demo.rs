//! The demo workspace: it loads whole, once a day, beside what is not its own; and its records agree with each other.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use success_agent::demo::demo_jsonl;
use success_agent::domain::record::{Record, RecordKind};
use success_agent::domain::time::Window;
use success_agent::sources::import::read_line;

use crate::harness::intake::{NOW, TestIntake, silent};

fn records() -> Vec<Record> {
    let today: NaiveDate = "2026-06-15".parse().unwrap();
    demo_jsonl(today).lines().map(|line| read_line(line.as_bytes()).unwrap().record).collect()
}

/// Words without what typing changes: quotes, dashes, blanks, capitals.
fn plain(text: &str) -> String {
    let text = text.replace(['’', '‘'], "'").replace(['“', '”'], "\"").replace(['–', '—', '‑'], "-").to_lowercase();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_loads_whole_and_once_a_day() {
    let test = TestIntake::new().await;
    let own = r#"{"type":"account","domain":"own.example.com","name":"Own"}
{"type":"note","id":"own-1","account":"own.example.com","written_at":"2026-06-01","text":"Walruses of our own."}
{"type":"account","domain":"hooli.com","name":"Somebody else's Hooli"}"#;
    test.import(own).await;
    assert!(test.intake.load_demo(&silent()).await.unwrap());
    assert!(!test.intake.load_demo(&silent()).await.unwrap(), "the same day again");

    let store = &test.intake.store;
    let workspace = test.intake.workspace;
    let hooli = store.account(workspace, "hooli.com").await.unwrap();
    assert_eq!(hooli.record.name, "Somebody else's Hooli");
    let accounts = store.accounts(workspace).await.unwrap();
    let demo = records();
    let domains: BTreeSet<&str> =
        demo.iter().filter(|record| matches!(record, Record::Account(_))).filter_map(Record::account).collect();
    assert!(domains.len() >= 40, "{}", domains.len());
    assert_eq!(accounts.len(), domains.len() + 1);

    let newest = async |test: &TestIntake| {
        let usage = test.intake.store.usage(test.intake.workspace, Some("aviato.com"), &Window::ALWAYS).await.unwrap();
        (usage.len(), usage.last().unwrap().day.to_string())
    };
    let (days, last) = newest(&test).await;
    assert_eq!(last, "2026-06-14");
    let passages = test.passages().await;

    let test = test.restarted("2026-06-18T08:00:00Z").await;
    assert!(test.intake.load_demo(&silent()).await.unwrap());
    assert_eq!(newest(&test).await, (days, "2026-06-17".to_owned()));
    assert_eq!(test.passages().await, passages);
    assert_eq!(test.found("walruses").await, ["own-1"]);
    assert_eq!(test.intake.store.account(workspace, "hooli.com").await.unwrap().record.name, "Somebody else's Hooli");
    assert_eq!(test.intake.repair(&silent()).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_is_imported_without_a_rejected_line_or_an_ignored_field() {
    let test = TestIntake::new().await;
    let input = demo_jsonl(NOW[..10].parse().unwrap());
    let summary = test.import(&input).await;
    assert!(summary.rejected.is_empty(), "{:?}", summary.rejected);
    assert!(summary.ignored_fields.is_empty(), "{:?}", summary.ignored_fields);
    assert!(summary.updated.is_empty(), "ids are used twice: {:?}", summary.updated);
    assert_eq!(summary.added.values().sum::<u64>(), input.lines().count() as u64);
    assert!(
        !test.intake.store.commitments(test.intake.workspace, "hooli.com", &Window::ALWAYS).await.unwrap().is_empty()
    );
}

#[test]
fn every_account_of_the_story_is_there() {
    let records = records();
    let domains: BTreeSet<&str> =
        records.iter().filter(|record| matches!(record, Record::Account(_))).filter_map(Record::account).collect();
    for domain in [
        "hooli.com",
        "aviato.com",
        "raviga.com",
        "bachmanity.com",
        "endframe.com",
        "flutterbeam.com",
        "maleant.com",
        "homicide.energy",
        "optimoji.com",
        "cloverridge.health",
        "sliceline.com",
        "tanto-robotics.com",
        "quaver.io",
        "intersite.com",
        "intersite.eu",
        "breamhall.co.uk",
        "lighthousetv.com",
        "gonzaga-labs.com",
        "nimbusfreight.com",
        "pemberton-law.com",
        "octopipe.dev",
        "velvetsky.air",
        "mossbridge.edu",
        "harrowgate.bank",
        "tidewater.coop",
        "kestrel-maps.com",
        "juniperandco.shop",
        "bluefin-analytics.com",
        "ferrous.works",
        "sandoval.legal",
        "northlight.film",
        "parallax-optics.com",
        "willowandwren.co",
        "dunmore.gov",
        "zephyr-cargo.com",
        "amberline.io",
        "copperleaf.farm",
        "stonefruit.ai",
        "gullwing.auto",
        "peregrine-health.org",
        "solstice.energy",
        "terracotta.design",
        "umbra.security",
        "wavelength.fm",
    ] {
        assert!(domains.contains(domain), "{domain} is missing");
    }
}

#[test]
fn the_records_of_the_demo_agree_with_each_other() {
    let records = records();
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    let domains: BTreeSet<String> = records
        .iter()
        .filter(|record| matches!(record, Record::Account(_)))
        .filter_map(|record| record.account().map(str::to_owned))
        .collect();
    // What was said or written, by account and by call.
    let mut said: BTreeMap<String, String> = BTreeMap::new();
    let mut calls: BTreeMap<String, (String, String)> = BTreeMap::new();
    for record in &records {
        match record {
            Record::Call(call) => {
                let text: Vec<String> = call.transcript.iter().map(|turn| plain(&turn.text)).collect();
                let text = text.join("\n");
                said.entry(call.account.clone()).or_default().push_str(&format!("{text}\n"));
                calls.insert(call.id.clone(), (call.account.clone(), text));
            }
            Record::Email(email) => {
                said.entry(email.account.clone()).or_default().push_str(&format!("{}\n", plain(&email.body)));
            }
            _ => {}
        }
    }
    let now: success_agent::domain::time::Moment = NOW.parse().unwrap();
    for record in &records {
        let reference = record.reference();
        let name = format!("{} {}", reference.kind, reference.id);
        if !seen.insert(reference.clone()) {
            problems.push(format!("{name} is there twice"));
        }
        if record.account().is_some_and(|domain| !domains.contains(domain)) {
            problems.push(format!("{name} is of an account that is not there"));
        }
        match record {
            Record::Call(call) => {
                let names: BTreeSet<&str> = call.participants.iter().map(|person| person.name.as_str()).collect();
                for turn in call.transcript.iter().filter(|turn| !names.contains(turn.speaker.as_str())) {
                    problems.push(format!("{name}: {} speaks and is no participant", turn.speaker));
                }
                let times: Vec<f64> = call.transcript.iter().filter_map(|turn| turn.at_seconds).collect();
                if !times.is_sorted() || times.last().is_some_and(|last| *last > f64::from(call.duration_seconds)) {
                    problems.push(format!("{name}: the times of its turns are out of order or past its end"));
                }
                if call.started_at > now {
                    problems.push(format!("{name} lies in the future"));
                }
            }
            Record::Email(email) if email.sent_at > now => problems.push(format!("{name} lies in the future")),
            Record::Signal(signal) => {
                if let Some(call) = &signal.call_id {
                    match calls.get(call) {
                        Some((account, _)) if *account == signal.account => {}
                        _ => problems.push(format!("{name}: there is no call {call} of this account")),
                    }
                }
                if let Some(quote) = signal.quote.as_deref().map(plain) {
                    let heard = match signal.call_id.as_ref().and_then(|call| calls.get(call)) {
                        Some((_, text)) => text.contains(&quote),
                        None => said.get(&signal.account).is_some_and(|text| text.contains(&quote)),
                    };
                    let anything = said.contains_key(&signal.account);
                    if !heard && (signal.call_id.is_some() || anything) {
                        problems.push(format!("{name}: nobody said “{quote}”"));
                    }
                }
            }
            _ => {}
        }
    }
    // An id names one record, whatever its kind.
    let mut ids = BTreeSet::new();
    for reference in seen.iter().filter(|reference| !matches!(reference.kind, RecordKind::Account | RecordKind::Usage))
    {
        if !ids.insert(&reference.id) {
            problems.push(format!("the id {} names two records", reference.id));
        }
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

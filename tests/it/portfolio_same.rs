//! A list made of kept states says to the last mark what a list made of all data of all accounts says.

use std::sync::Arc;

use chrono::{Days, Duration};
use serde_json::{Value, json};
use success_agent::agent::ledger::Ledger;
use success_agent::agent::scope::TurnScope;
use success_agent::agent::tools::{Bench, Toolbox};
use success_agent::app::Origin;
use success_agent::domain::account::Section;
use success_agent::domain::action::Action;
use success_agent::domain::activity::SignalKind;
use success_agent::domain::actor::{Actor, Surface};
use success_agent::domain::health::HealthConfig;
use success_agent::domain::id::WorkspaceId;
use success_agent::domain::time::{Clock, Moment};
use success_agent::domain::tool::portfolio::{Billed, Holding, Portfolio};
use success_agent::knowledge::{EdgeIndex, Knowledge};
use success_agent::store::Store;

use crate::harness::dice::Dice;
use crate::harness::intake::{TestIntake, silent};
use crate::harness::portfolio_oracle;
use crate::harness::world::{NOW, World};

/// Lists compared over each workspace.
const LISTS: u32 = 1_000;

fn now() -> Moment {
    NOW.parse().unwrap()
}

const BILLING: [&str; 7] = ["active", "trialing", "past_due", "canceled", "expired", "pending", "draft"];
const SECTIONS: [&str; 6] = ["health", "convert", "contracts", "pipeline", "reengage", "close_the_loop"];
const PAYMENTS: [&str; 4] = ["paid", "failed", "past_due", "refunded"];
const ORDERS: [&str; 14] = [
    "score",
    "healthiest",
    "arr",
    "smallest_arr",
    "renewal",
    "name",
    "usage",
    "silence",
    "usage_rise",
    "active_users",
    "seats",
    "lowest_adoption",
    "lowest_nps",
    "highest_nps",
];
const PEOPLE: [&str; 5] = ["Noor Haddad", "Noor", "Íris Sá", "Bram de Wit", "Wit Noor Haddad"];
const OWNERS: [&str; 4] =
    ["mina.park@team.example", "Mina.Park@team.example", "otto@team.example", "mina@other.example"];

fn window(dice: &mut Dice) -> Value {
    let today = now().day();
    let first = today + Duration::days(dice.between(-200, 60));
    match dice.below(3) {
        0 => json!({ "since": first }),
        1 => json!({ "until": first }),
        _ => json!({ "since": first, "until": first + Duration::days(dice.between(0, 90)) }),
    }
}

/// A list somebody may ask for: mostly of one or two conditions.
fn wanted(dice: &mut Dice) -> Portfolio {
    let mut wanted = Portfolio {
        order: serde_json::from_value(dice.one_of(&ORDERS).into()).unwrap(),
        limit: Some(dice.one_of(&[1, 3, 20, 500])),
        ..Portfolio::default()
    };
    for _ in 0..dice.below(4) {
        match dice.below(32) {
            0 => wanted.levels = dice.some_of(&["critical", "at_risk", "healthy"]),
            1 => wanted.renewing_within_days = Some(dice.one_of(&[0, 30, 90, u32::MAX])),
            2 => wanted.renews = serde_json::from_value(window(dice)).unwrap(),
            3 => wanted.lapsed_within_days = Some(dice.one_of(&[0, 30, 100, u32::MAX])),
            4 => wanted.arr_at_least = Some(dice.one_of(&[0, 1_200, 12_000, u64::MAX])),
            5 => wanted.arr_at_most = Some(dice.one_of(&[0, 1_200, 12_000])),
            6 => wanted.payment_states = dice.some_of(&["current", "failed", "past_due", "unknown"]),
            7 => {
                wanted.owner = Some(dice.one_of(&["mina", "MINA.PARK@team.example", "Otto Park", "nobody"]).to_owned());
            }
            8 => wanted.sections = dice.some_of(&SECTIONS),
            9 => wanted.segment = Some(dice.one_of(&["MID-market", "smb", "none"]).to_owned()),
            10 => wanted.unhappy = true,
            11 => wanted.silent_for_days = Some(dice.one_of(&[0, 10, 45, u32::MAX])),
            12 => wanted.usage_fell_percent = Some(dice.one_of(&[0, 10, 40])),
            13 => wanted.usage_rose_percent = Some(dice.one_of(&[0, 10, 40])),
            14 => wanted.trialing = true,
            31 => wanted.disagrees = true,
            15 | 16 => wanted.contracts = dice.some_of(&BILLING),
            17 => wanted.deals = dice.some_of(&["open", "won", "lost"]),
            18 => wanted.payments = dice.some_of(&PAYMENTS),
            19 => wanted.happened = serde_json::from_value(window(dice)).unwrap(),
            20 => wanted.without = vec![dice.one_of(&Holding::ALL)],
            21 => wanted.contact = Some(dice.one_of(&["noor", "Noor Haddad", "íris", "Bram", "Zoe", " "]).to_owned()),
            22 => wanted.tracked = Some(dice.one_in(2)),
            23 => wanted.signals = vec![dice.one_of(&SignalKind::ALL), SignalKind::Nps],
            24 => {
                wanted.signals = vec![SignalKind::Nps];
                wanted.signals_window = serde_json::from_value(window(dice)).unwrap();
                wanted.nps_at_most = dice.one_in(2).then(|| dice.below(11) as u32);
                wanted.nps_at_least = dice.one_in(2).then(|| dice.below(11) as u32);
            }
            25 => wanted.adoption_below = Some(dice.one_of(&[0, 35, 60])),
            28 => wanted.currency = Some(dice.one_of(&["USD", "EUR", "JPY"]).to_owned()),
            29 => wanted.billed = Some(dice.one_of(&[Billed::Monthly, Billed::Quarterly, Billed::Yearly])),
            30 => wanted.among = (0..30).map(|number| format!("alder-{number}.example")).collect(),
            26 => wanted.ends = serde_json::from_value(window(dice)).unwrap(),
            _ => wanted.as_of = Some(now().day() + Duration::days(dice.between(-90, 3))),
        }
    }
    wanted
}

/// An account with all sorts of records, and with none of some.
fn account(dice: &mut Dice, number: u32) -> Vec<Value> {
    let domain = format!("{}-{number}.example", dice.one_of(&["alder", "birch", "cedar"]));
    let today = now().day();
    let at = |days: i64, hours: i64| now() + Duration::days(days) + Duration::hours(hours);
    let contacts: Vec<Value> = (0..dice.below(4)).map(|_| json!({"name": dice.one_of(&PEOPLE)})).collect();
    let mut attributes = json!({});
    if dice.one_in(6) {
        attributes["tracked"] = json!(false);
    }
    if dice.one_in(6) {
        attributes["section"] = json!(dice.one_of(&SECTIONS));
    }
    let mut records = vec![json!({
        "type": "account", "domain": domain, "name": dice.one_of(&["Alder", "birch", "Çedar", "Alder Works"]),
        "owner_email": (!dice.one_in(5)).then(|| dice.one_of(&OWNERS)),
        "segment": (!dice.one_in(4)).then(|| dice.one_of(&["Mid-Market", "mid-market", "SMB"])),
        "licensed_seats": dice.one_in(2).then(|| dice.below(60)), "contacts": contacts, "attributes": attributes,
    })];
    for piece in 0..dice.below(4) {
        records.push(json!({
            "type": "revenue_source", "id": format!("contract-{number}-{piece}"), "account": domain, "system": "stripe",
            "product": "Timber", "status": dice.one_of(&BILLING),
            "interval": dice.one_of(&["year", "Month", "quarter", "one_time", "2 weeks", "as agreed"]),
            "amount_minor": dice.one_of(&[0, 100_000, 120_000, 1_200_000, -500]),
            "currency": dice.one_of(&["USD", "USD", "eur", "JPY"]),
            "mrr_minor": dice.one_in(3).then(|| dice.one_of(&[0, 9_000])),
            "renews_on": (!dice.one_in(6)).then(|| today + Duration::days(dice.between(-150, 200))),
            "cancel_at_period_end": dice.one_in(4),
            "discount_percent": dice.one_in(5).then_some(25),
        }));
    }
    for piece in 0..dice.below(4) {
        records.push(json!({
            "type": "payment_event", "id": format!("payment-{number}-{piece}"), "account": domain,
            "occurred_at": at(dice.between(-120, 5), dice.between(-3, 3)), "kind": dice.one_of(&PAYMENTS),
            "amount_minor": dice.one_of(&[0, 4_000, 9_000]), "currency": dice.one_of(&["USD", "EUR"]),
        }));
    }
    for piece in 0..dice.below(5) {
        let kind = dice.one_of(&SignalKind::ALL);
        records.push(json!({
            "type": "signal", "id": format!("signal-{number}-{piece}"), "account": domain, "kind": kind,
            "occurred_at": at(dice.one_of(&[-130, -61, -60, -20, -20, -3, 2]), dice.between(-1, 1)),
            "text": "The saw is loud.", "score": (kind == SignalKind::Nps && !dice.one_in(5)).then(|| dice.below(11)),
        }));
    }
    for piece in 0..dice.below(3) {
        let status = dice.one_of(&["open", "won", "lost"]);
        records.push(json!({
            "type": "deal", "id": format!("deal-{number}-{piece}"), "account": domain, "name": "More timber",
            "stage": "Talks", "status": status, "value_minor": dice.one_of(&[0, 70_000]), "currency": "USD",
            "closed_at": (status != "open").then(|| at(dice.between(-100, -1), 0)),
        }));
    }
    for piece in 0..dice.below(3) {
        records.push(json!({
            "type": "email", "id": format!("email-{number}-{piece}"), "account": domain,
            "sent_at": at(dice.between(-100, 1), dice.between(-12, 12)), "from": "noor@wood.example",
            "to": ["mina.park@team.example"], "subject": "Boards", "body": "I'll send the plan by Friday.",
        }));
    }
    if dice.one_in(2) {
        let (from, to) = (dice.between(1, 40), dice.between(0, 60));
        records.extend((0..dice.between(1, 110)).map(|ago| {
            json!({
                "type": "usage", "account": domain, "day": today - Days::new(ago.unsigned_abs()),
                "active_users": (from * ago + to * (110 - ago)) / 110, "licensed_seats": (ago % 3 > 0).then_some(50),
            })
        }));
    }
    records
}

/// What lists are made with.
struct Maker {
    tools: Toolbox,
    workspace: WorkspaceId,
}

impl Maker {
    async fn compare(&self, dice: &mut Dice) {
        let (store, workspace) = (&self.tools.store, self.workspace);
        let mut all = Vec::new();
        for account in store.accounts(workspace).await.unwrap() {
            all.push(store.account_data(workspace, &account.record.domain).await.unwrap());
        }
        let scope = TurnScope { workspace, pinned: None, asker: None, wants_change: false, typed: None };
        let known = self.tools.known(workspace).await.unwrap();
        let mut shown = 0;
        for _ in 0..LISTS {
            let wanted = wanted(dice);
            let (mut ledger, mut other) = (Ledger::default(), Ledger::default());
            let arguments = serde_json::to_value(&wanted).unwrap();
            let given = self.tools.call(&scope, &known, &mut ledger, "portfolio", arguments).await.unwrap();
            let mut bench = Bench { tools: &self.tools, scope: &scope, ledger: &mut other, known: &known };
            let expected = portfolio_oracle::run(&mut bench, &all, &wanted);
            shown += expected.rows.len();
            assert_eq!(given, serde_json::to_value(expected).unwrap(), "{wanted:?}");
            assert_eq!(ledger.entries(), other.entries(), "{wanted:?}");
        }
        assert!(shown > LISTS as usize, "most lists show something: {shown}");
    }
}

async fn toolbox(store: &Store, folder: &std::path::Path) -> Toolbox {
    let knowledge = Knowledge::new(Arc::new(EdgeIndex::open(folder).await.unwrap()));
    Toolbox::new(store.clone(), knowledge, Clock::fixed(now()), HealthConfig::default())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_over_the_demo_are_the_same() {
    let test = TestIntake::new().await;
    test.intake.load_demo(&silent()).await.unwrap();
    let tools = Toolbox::new(
        test.intake.store.clone(),
        test.intake.knowledge.clone(),
        Clock::fixed(now()),
        HealthConfig::default(),
    );
    Maker { tools, workspace: test.intake.workspace }.compare(&mut Dice(20_260_615)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_over_all_sorts_of_accounts_are_the_same() {
    let mut dice = Dice(4_711);
    let records: Vec<Value> = (0..60).flat_map(|number| account(&mut dice, number)).collect();
    let world = World::with(&records, |_| {}).await;
    let by = Origin { by: Actor::new("otto@team.example", Surface::Cli), request: None, typed: None };
    for data in world.app.store().accounts(world.app.workspace()).await.unwrap().iter().step_by(3) {
        let domain = &data.record.domain;
        let full = world.app.store().account_data(world.app.workspace(), domain).await.unwrap();
        let reason = Some("we said so".to_owned());
        let ignored = full.revenue.first().map(|source| source.id.clone());
        let actions = [
            ignored.map(|source| Action::IgnoreRevenueSource { source, ignored: true, reason: reason.clone() }),
            Some(Action::RouteAccount { section: Section::CloseTheLoop, reason: reason.clone() }),
            Some(Action::SnoozeAccount { until: "2026-07-09".parse().unwrap(), reason: reason.clone() }),
            Some(Action::SetOwner { owner: "otto@team.example".to_owned(), reason }),
        ];
        let action = actions[dice.below(4) as usize].clone();
        // What is so already is refused.
        if let Some(action) = action {
            let _ = world.app.command(domain, action, &by).await;
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let tools = toolbox(world.app.store(), folder.path()).await;
    Maker { tools, workspace: world.app.workspace() }.compare(&mut dice).await;
}

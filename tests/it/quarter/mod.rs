//! A quarter of digests on a simulated clock: schedules in zones whose clocks change, outages, two replicas that are killed
//! at random, sources that stop. Each time is delivered once, with the states a second, plainer reckoning gives; and each
//! move of a score has a receipt that adds up.
//!
//! `QUARTER=full` takes a whole quarter of 200 accounts and 30 digests; without, a few weeks of a small company.

mod company;
mod reckoning;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde_json::json;
use success_agent::app::{App, Console, Origin};
use success_agent::config::Config;
use success_agent::domain::actor::{Actor, Surface};
use success_agent::domain::digest::{Destination, Digest};
use success_agent::domain::health::{Cause, MissingData};
use success_agent::domain::task::Task;
use success_agent::domain::time::Moment;
use success_agent::jobs::Bench;
use success_agent::store::{EditionRecord, EditionState};
use tokio_util::sync::CancellationToken;

use self::company::{Company, SILENT};
use self::reckoning::Reckoning;
use crate::harness::dice::Dice;
use crate::harness::hands::Hands;
use crate::harness::mail_server::{MailServer, Manner};
use crate::harness::mortal::Mortal;
use crate::harness::world::World;

/// How late a digest may still be sent.
const WINDOW: Duration = Duration::hours(6);

/// Two processes on one database, and the clock they share.
struct Replicas {
    world: World,
    other: App,
    _folder: tempfile::TempDir,
    hands: Hands,
    dice: Dice,
}

impl Replicas {
    async fn new(company: &Company, mail: &MailServer) -> Self {
        let hands = Hands::at(company.begins.into());
        let clock = hands.clock();
        let set = |config: &mut Config| {
            config.clock = clock;
            config.mail = Some(mail.config());
        };
        let world = World::with(&company.records(), set).await;
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::embedded(folder.path());
        config.database.url = Some(world.database.url.clone());
        set(&mut config);
        let other = App::open(&config, Arc::new(|_| {})).await.unwrap();
        Self { world, other, _folder: folder, hands, dice: Dice(0x5EED) }
    }

    fn now(&self) -> Moment {
        self.world.app.now()
    }

    fn set(&self, at: DateTime<Utc>) {
        self.hands.set(at.into());
    }

    fn one(&mut self) -> App {
        if self.dice.one_in(2) { self.world.app.clone() } else { self.other.clone() }
    }

    /// Has what is due sent: by whichever replica, killed on the way as often as the dice say. Gives what was killed.
    async fn send_due(&mut self) -> BTreeSet<String> {
        let mut killed = BTreeSet::new();
        for digest in self.world.app.store().due_digests(self.world.app.workspace(), self.now()).await.unwrap() {
            let task = Task::SendDigest { workspace: self.world.app.workspace(), digest };
            while self.dice.one_in(2) {
                let bench = Bench { app: self.one(), slack: None, stop: CancellationToken::new() };
                let steps = 1 + self.dice.below(80);
                if Mortal::new(bench.perform(&task, false), steps).await.is_none() {
                    killed.insert(digest.to_string());
                }
            }
            let bench = Bench { app: self.one(), slack: None, stop: CancellationToken::new() };
            Box::pin(bench.perform(&task, false)).await.unwrap();
        }
        killed
    }

    async fn editions(&self, digest: &Digest) -> Vec<EditionRecord> {
        let mut all = self.world.app.store().editions(self.world.app.workspace(), digest.id, 1_000).await.unwrap();
        all.reverse();
        all
    }
}

fn lena() -> Origin {
    Origin { by: Actor::new("lena@team.example", Surface::Cli), request: None, typed: None }
}

/// The time of a digest that is to be sent next, of all of them.
async fn next(app: &App) -> Option<Moment> {
    app.digests().await.unwrap().into_iter().filter_map(|digest| digest.next_at).min()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_digest_of_a_quarter_comes_once_with_the_right_states_and_every_move_has_a_receipt() {
    let company =
        if std::env::var("QUARTER").is_ok_and(|size| size == "full") { Company::full() } else { Company::small() };
    let mail = MailServer::start(Manner::Takes).await;
    let mut replicas = Box::pin(Replicas::new(&company, &mail)).await;
    let app = replicas.world.app.clone();
    let mut plans = Vec::new();
    for plan in company.digests() {
        plans.push((app.add_digest(&plan.wanted, &lena()).await.unwrap(), plan));
    }
    let mut reckoning = Reckoning::default();
    let mut killed: BTreeMap<String, u32> = BTreeMap::new();
    let mut day = company.begins.date_naive();
    let mut dice = Dice(0xD1CE);
    while let Some(due) = next(&app).await.filter(|due| due.utc() < company.ends()) {
        // What happened on the days until then comes in, a day at a time.
        while day < due.utc().date_naive() {
            replicas.set(day.and_hms_opt(18, 0, 0).unwrap().and_utc().max(replicas.now().utc()));
            replicas.world.import(&company.day(day, &mut dice)).await;
            if Some(day) == company.rules_change_on {
                let changes = json!({"voice": {"escalation": 24, "escalation_cap": 40}});
                app.set_health(Some(&changes), None, None, &lena(), Console::Local).await.unwrap();
            }
            while app.refresh_some_states().await.unwrap() {}
            day = day.succ_opt().unwrap();
        }
        let outage = company.outages.iter().find(|(from, to)| *from <= due.utc() && due.utc() < *to);
        let late = Duration::minutes(dice.below(40).cast_signed());
        replicas.set(outage.map_or(due.utc() + late, |(_, to)| *to).max(replicas.now().utc()));
        for digest in replicas.send_due().await {
            *killed.entry(digest).or_default() += 1;
        }
        reckoning.compare(&app, &replicas.world.database, &plans).await;
        reckoning.put_aside(&app, &plans, &mut dice).await;
    }
    assert!(killed.len() > plans.len() / 2, "few were killed: {killed:?}");

    let messages = mail.messages();
    for (digest, plan) in &plans {
        delivered_once(&company, digest, plan, &replicas.editions(digest).await);
        if let Destination::Mail(address) = &digest.to {
            let to = messages.iter().filter(|message| message.contains(&format!("To: {address}")));
            let ids: Vec<&str> =
                to.filter_map(|message| message.lines().find(|line| line.starts_with("Message-ID"))).collect();
            let different: BTreeSet<&&str> = ids.iter().collect();
            assert_eq!(ids.len(), different.len(), "one was sent twice to {address}");
        }
    }
    receipts_add_up(&replicas.world, &company).await;
}

/// Each time of the schedule is on record once: sent, or skipped because nobody could send it in time. One by mail that was
/// cut off in the middle says that nobody knows.
fn delivered_once(company: &Company, digest: &Digest, plan: &company::Plan, editions: &[EditionRecord]) {
    let expected = plan.times(company.begins, company.ends());
    let found: Vec<DateTime<Utc>> = editions.iter().map(|edition| edition.period.utc()).collect();
    assert_eq!(found, expected, "{} in {}", plan.wanted.schedule.as_deref().unwrap(), plan.zone);
    for edition in editions {
        let period = edition.period.utc();
        let over = company.outages.iter().any(|(from, to)| *from <= period && period < *to && *to - period > WINDOW);
        let by_mail = matches!(digest.to, Destination::Mail(_));
        match edition.state {
            EditionState::Skipped => assert!(over && edition.note.is_some(), "{edition:?}"),
            EditionState::Sent => assert!(!over, "{period} was over"),
            EditionState::Failed if by_mail => assert!(edition.note.as_deref().unwrap().contains("nobody knows")),
            _ => panic!("{edition:?}"),
        }
    }
    let mut before = None;
    for edition in editions.iter().filter(|edition| edition.edition.is_some()) {
        let said = edition.edition.as_ref().unwrap();
        assert_eq!(said.since, before, "it says since when: {edition:?}");
        before = Some(said.made_at);
    }
}

/// Whatever a score did, its receipts say why, and add up.
async fn receipts_add_up(world: &World, company: &Company) {
    let app = &world.app;
    let (mut moves, mut by_rules, mut lost, mut back) = (0, BTreeSet::<NaiveDate>::new(), 0, 0);
    for number in 0..company.accounts {
        let history = app.health_history(&company::domain(number), None).await.unwrap();
        for pair in history.windows(2) {
            let receipt = pair[1].receipt.as_ref().unwrap();
            assert_eq!(receipt.before.score, pair[0].health.score);
            assert_eq!(receipt.after.score, pair[1].health.score);
            let sum: i32 = receipt.moves.iter().map(|moved| moved.points).sum();
            assert_eq!(receipt.points(), sum + receipt.bounds, "{receipt:?}");
            if receipt.points() != 0 {
                moves += 1;
                assert!(!receipt.moves.is_empty(), "{receipt:?}");
            }
            for moved in &receipt.moves {
                match moved.cause {
                    Cause::Rules => drop(by_rules.insert(pair[1].at.day())),
                    Cause::Lost(MissingData::Usage) => lost += 1,
                    Cause::Back(MissingData::Usage) => back += 1,
                    Cause::Data => assert!(!moved.records.is_empty(), "news names its records: {moved:?}"),
                    _ => {}
                }
            }
        }
        let now = history.last().unwrap().health.score;
        let score: i16 = sqlx::query_scalar("select score from account_state where domain = $1")
            .bind(company::domain(number))
            .fetch_one(&mut world.database.connection().await)
            .await
            .unwrap();
        assert_eq!(u32::from(score.unsigned_abs()), now, "the history ends where the score is");
    }
    assert!(moves > company.accounts, "{moves} moves");
    assert!(lost >= SILENT && back >= SILENT, "usage stopped and came again: {lost}, {back}");
    assert_eq!(by_rules.into_iter().collect::<Vec<_>>(), [company.rules_change_on.unwrap()], "only on their day");
}

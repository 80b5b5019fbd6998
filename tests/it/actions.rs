//! Actions: proposed to one, approved by one, done once, undone, and told by the audit.

use std::sync::{Arc, Mutex};

use chrono::Duration;
use serde_json::{Value, json};
use sqlx::Executor;
use success_agent::app::{App, Origin};
use success_agent::domain::account::Section;
use success_agent::domain::action::{
    Action, ActionPolicy, AuditQuery, Decision, Deed, Outcome, Preview, Proposal, State,
};
use success_agent::domain::actor::{Actor, Surface};
use success_agent::domain::id::{ProposalId, WorkspaceId};
use success_agent::domain::time::Moment;
use success_agent::domain::tool::portfolio::Portfolio;
use success_agent::store::{Act, Store, digest};

use crate::harness::database::TestDatabase;
use crate::harness::dice::Dice;
use crate::harness::world::{World, three_accounts};

fn origin(who: &str) -> Origin {
    Origin { by: Actor::new(who, Surface::Chat), request: Some("req_test".to_owned()), typed: None }
}

fn route(section: Section) -> Action {
    Action::RouteAccount { section, reason: Some("they signed".to_owned()) }
}

async fn world() -> World {
    World::with(&three_accounts(), |config| config.actions.second_person_above = 1_000_000).await
}

async fn deeds(app: &App) -> Vec<(Deed, String)> {
    let entries = app.audit(AuditQuery { limit: 1_000, ..AuditQuery::default() }).await.unwrap();
    entries.into_iter().rev().map(|entry| (entry.deed, entry.actor.who)).collect()
}

async fn row(app: &App, domain: &str) -> Value {
    let filter = Portfolio { limit: Some(100), ..Portfolio::default() };
    let view = serde_json::to_value(app.accounts(filter).await.unwrap()).unwrap();
    let rows = view["rows"].as_array().unwrap();
    rows.iter().find(|row| row["domain"] == domain).cloned().unwrap_or_default()
}

#[tokio::test]
async fn of_many_who_approve_at_once_exactly_one_is_first_and_the_others_are_told_who() {
    let world = world().await;
    let app = &world.app;
    let proposal = app.propose("acme.com", route(Section::Pipeline), &origin("lena@team.example")).await.unwrap();
    let people: Vec<Origin> = (0..12).map(|n| origin(&format!("p{n}@team.example"))).collect();
    let attempts = people.iter().map(|by| app.approve(proposal.id, Some(&proposal.digest), by));
    let outcomes = futures::future::join_all(attempts).await;
    let (done, refused): (Vec<_>, Vec<_>) =
        outcomes.into_iter().map(Result::unwrap).partition(|acted| acted.refusal.is_none());
    assert_eq!((done.len(), refused.len()), (1, 11));
    let State::Done { by: first, .. } = &done[0].proposal.state else { panic!("{:?}", done[0].proposal.state) };
    assert!(refused.iter().all(|acted| acted.refusal.as_ref().unwrap().contains(first) && !acted.changed));
    let told = deeds(app).await;
    assert_eq!(told.iter().filter(|(deed, _)| *deed == Deed::Done).count(), 1);
    assert_eq!(told.iter().filter(|(deed, _)| *deed == Deed::Refused).count(), 11);
    assert_eq!(row(app, "acme.com").await["section"], "pipeline");
    // The same click again is no second approval, and no refusal either.
    let again = app.approve(proposal.id, Some(&proposal.digest), &origin(first)).await.unwrap();
    assert!(!again.changed && again.refusal.is_none());
    assert_eq!(deeds(app).await.len(), told.len());
}

#[tokio::test]
async fn an_account_that_changed_since_is_left_alone_and_the_difference_is_shown() {
    let world = world().await;
    let app = &world.app;
    let lena = origin("lena@team.example");
    let first = app.propose("acme.com", route(Section::Pipeline), &lena).await.unwrap();
    world
        .import(&[json!({"type": "signal", "id": "s1", "account": "acme.com", "kind": "complaint",
            "occurred_at": "2026-06-14", "text": "Unhappy with exports."})])
        .await;
    let acted = app.approve(first.id, Some(&first.digest), &lena).await.unwrap();
    assert!(acted.refusal.as_ref().unwrap().contains("Acme has changed"), "{acted:?}");
    assert_eq!(acted.differences, ["New records arrived for the account; nothing the proposal shows is different."]);
    assert_ne!(acted.proposal.id, first.id);
    assert_eq!(row(app, "acme.com").await["section"], "health");
    // Somebody else decides in between: that is what is told.
    app.command("acme.com", route(Section::Contracts), &origin("omar@team.example")).await.unwrap();
    let acted = app.approve(acted.proposal.id, None, &lena).await.unwrap();
    assert!(acted.differences[0].contains("routed from Health to Contracts by omar@team.example"), "{acted:?}");
    assert!(acted.differences.iter().any(|said| said.contains("Contracts now")), "{acted:?}");
    let done = app.approve(acted.proposal.id, Some(&acted.proposal.digest), &lena).await.unwrap();
    assert!(done.changed && done.refusal.is_none(), "{done:?}");
    // What is wanted is so already: there is nothing to propose any more.
    let twice = app.propose("acme.com", route(Section::Pipeline), &lena).await.unwrap_err().to_string();
    assert!(twice.contains("Acme is in Pipeline already (lena@team.example decided so"), "{twice}");
}

#[tokio::test]
async fn a_proposal_expires_and_what_was_done_long_ago_stays() {
    let world = world().await;
    let lena = origin("lena@team.example");
    let waiting = world.app.propose("acme.com", route(Section::Pipeline), &lena).await.unwrap();
    let done = world.app.command("bolt.io", route(Section::Pipeline), &lena).await.unwrap();
    let world = world.at("2026-06-15T12:16:00Z").await;
    assert_eq!(world.app.proposal(waiting.id).await.unwrap().state, State::Expired);
    let late = world.app.approve(waiting.id, None, &lena).await.unwrap();
    assert!(late.refusal.unwrap().contains("expired"));
    // A clock that goes back brings nothing back.
    let world = world.at("2026-06-15T12:05:00Z").await;
    assert_eq!(world.app.proposal(waiting.id).await.unwrap().state, State::Expired);
    let again = world.app.approve(waiting.id, None, &lena).await.unwrap();
    assert!(again.refusal.unwrap().contains("expired"));
    let world = world.at("2026-06-15T12:16:00Z").await;
    let undone = world.app.undo(done.proposal.id, &lena).await.unwrap();
    assert!(undone.refusal.unwrap().contains("too long ago"));
    // Proposed again, it can be approved.
    let again = world.app.edit(waiting.id, None, &lena).await.unwrap();
    assert!(world.app.approve(again.proposal.id, None, &lena).await.unwrap().changed);
}

#[tokio::test]
async fn a_large_account_is_untracked_by_two_people_and_leaves_the_totals() {
    let world = World::with(&three_accounts(), |config| {
        config.actions.approvers = vec!["*@team.example".to_owned()];
    })
    .await;
    let app = &world.app;
    let (lena, omar) = (origin("lena@team.example"), origin("omar@team.example"));
    let untrack = Action::UntrackAccount { reason: None };
    let acted = app.command("acme.com", untrack.clone(), &lena).await.unwrap();
    assert_eq!((acted.proposal.approvals_needed, &acted.proposal.state), (2, &State::Pending));
    let said = acted.proposal.preview.consequences.join(" ");
    assert!(
        said.contains("Its $130,000 ARR leaves the totals: $160,000 over 3 accounts becomes $30,000 over 2."),
        "{said}"
    );
    assert!(
        said.contains("We still owe them 1 promise, 1 overdue.") && said.contains("Omar Haddad was on its calls"),
        "{said}"
    );
    let same = app.approve(acted.proposal.id, None, &lena).await.unwrap();
    assert!(same.refusal.unwrap().contains("second person"));
    let stranger = app.approve(acted.proposal.id, None, &origin("eve@else.example")).await.unwrap();
    assert!(stranger.refusal.unwrap().contains("may not approve"));
    let done = app.approve(acted.proposal.id, None, &omar).await.unwrap();
    assert!(matches!(done.proposal.state, State::Done { .. }), "{done:?}");
    let totals = app.accounts(Portfolio::default()).await.unwrap();
    assert_eq!((totals.matched, totals.untracked_left_out, totals.arr[0].minor), (2, 1, 3_000_000));
    // A small one takes one.
    assert!(matches!(app.command("bolt.io", untrack, &lena).await.unwrap().proposal.state, State::Done { .. }));
}

#[tokio::test]
async fn what_was_decided_outlives_a_new_import_and_a_reload() {
    let world = world().await;
    let app = &world.app;
    let lena = origin("lena@team.example");
    for action in [
        route(Section::Pipeline),
        Action::SnoozeAccount { until: "2026-07-01".parse().unwrap(), reason: None },
        Action::SetOwner { owner: "Omar@Team.Example".to_owned(), reason: None },
        Action::AddNote { text: "Budget frozen until autumn.".to_owned() },
        Action::IgnoreRevenueSource { source: "pilot".to_owned(), ignored: true, reason: None },
    ] {
        let acted = app.command("acme.com", action, &lena).await.unwrap();
        assert!(acted.changed && acted.refusal.is_none(), "{acted:?}");
    }
    let store = &world.database.store;
    let workspace = store.workspace("main").await.unwrap();
    store.delete_accounts(workspace, &["acme.com"]).await.unwrap();
    world.import(&three_accounts()).await;
    let row = row(app, "acme.com").await;
    assert_eq!((&row["section"], &row["owner_email"]), (&json!("pipeline"), &json!("omar@team.example")), "{row}");
    assert_eq!((&row["routed"]["from"], &row["snoozed_until"]), (&json!("Health"), &json!("2026-07-01")), "{row}");
    assert_eq!(row["arr"][0]["minor"], 12_000_000, "{row}");
    let notes = store.notes(workspace, "acme.com", &success_agent::domain::time::Window::ALWAYS).await.unwrap();
    assert_eq!(
        (notes[0].text.as_str(), notes[0].author.as_str()),
        ("Budget frozen until autumn.", "lena@team.example")
    );
}

#[tokio::test]
async fn undoing_brings_back_what_held_before_and_takes_a_note_out_of_the_search() {
    let world = world().await;
    let app = &world.app;
    let lena = origin("lena@team.example");
    let found = async || {
        let search = success_agent::app::Search {
            query: "budget frozen autumn".to_owned(),
            account: Some("acme.com".to_owned()),
            kinds: vec![success_agent::domain::record::RecordKind::Note],
            limit: None,
        };
        app.search(search).await.unwrap().len()
    };
    let note = Action::AddNote { text: "Budget frozen until autumn.".to_owned() };
    let noted = app.command("acme.com", note, &lena).await.unwrap();
    assert_eq!(found().await, 1);
    assert!(app.undo(noted.proposal.id, &lena).await.unwrap().changed);
    assert_eq!(found().await, 0);

    let first = app.command("acme.com", route(Section::Pipeline), &lena).await.unwrap();
    let second = app.command("acme.com", route(Section::Contracts), &lena).await.unwrap();
    let blocked = app.undo(first.proposal.id, &lena).await.unwrap();
    assert!(blocked.refusal.unwrap().contains("decided otherwise since"));
    assert!(app.undo(second.proposal.id, &lena).await.unwrap().changed);
    assert_eq!(row(app, "acme.com").await["section"], "pipeline");
    assert!(app.undo(first.proposal.id, &lena).await.unwrap().changed);
    assert_eq!(row(app, "acme.com").await["section"], "health");
}

#[tokio::test]
async fn a_promise_marked_by_a_person_is_no_longer_owed_and_lifts_the_score() {
    let world = world().await;
    let app = &world.app;
    let store = &world.database.store;
    let workspace = store.workspace("main").await.unwrap();
    let data = store.account_data(workspace, "acme.com").await.unwrap();
    let [promise] = data.commitments.as_slice() else { panic!("{:?}", data.commitments) };
    let mark = |outcome| Action::MarkCommitment {
        commitment: promise.id.clone(),
        quote: String::new(),
        outcome,
        evidence: Some("Ana confirmed".to_owned()),
    };
    let acted = app.command("acme.com", mark(Outcome::Kept), &origin("lena@team.example")).await.unwrap();
    let said = acted.proposal.preview.consequences.join(" ");
    assert!(said.contains("Open promises we made them: 0 instead of 1.") && said.contains("health score"), "{said}");
    let after = store.account_data(workspace, "acme.com").await.unwrap();
    let today = "2026-06-15".parse().unwrap();
    assert_eq!(after.commitments[0].status(today), success_agent::domain::activity::CommitmentStatus::Kept);
    let dropped = app.command("acme.com", mark(Outcome::Dropped), &origin("lena@team.example")).await.unwrap();
    assert!(dropped.changed);
    let unknown = Action::MarkCommitment {
        commitment: "nope".to_owned(),
        quote: String::new(),
        outcome: Outcome::Kept,
        evidence: None,
    };
    assert!(
        app.propose("acme.com", unknown, &origin("x")).await.unwrap_err().to_string().contains("no promise `nope`")
    );
}

#[tokio::test]
async fn entries_of_the_audit_cannot_be_changed_or_taken_away() {
    let world = world().await;
    world.app.command("acme.com", route(Section::Pipeline), &origin("lena@team.example")).await.unwrap();
    let mut connection = world.database.connection().await;
    for change in ["update audit set who = 'nobody'", "delete from audit", "truncate audit"] {
        let refused = connection.execute(change).await.unwrap_err().to_string();
        assert!(refused.contains("never changed"), "{change}: {refused}");
    }
    assert_eq!(deeds(&world.app).await.len(), 3);
}

// A thousand interleavings

const ACTORS: usize = 3;
const ROUNDS: u64 = 1_000;

/// A round: some people who propose, approve, decline, edit and undo on one account at the same time.
struct Round<'a> {
    store: &'a Store,
    workspace: WorkspaceId,
    domain: String,
    policy: &'a ActionPolicy,
    known: Mutex<Vec<ProposalId>>,
    attempts: Mutex<usize>,
}

impl Round<'_> {
    fn begins() -> Moment {
        "2026-06-15T12:00:00Z".parse().unwrap()
    }

    async fn proposal(&self, section: Section, by: &Actor, at: Moment, needed: u8) -> Proposal {
        let action = Action::RouteAccount { section, reason: None };
        let version = self.store.account_data(self.workspace, &self.domain).await.unwrap().version;
        Proposal {
            id: ProposalId::new(),
            account: self.domain.clone(),
            account_name: self.domain.clone(),
            digest: digest(&self.domain, &action),
            action,
            version,
            preview: Preview::default(),
            typed: None,
            proposed_by: by.clone(),
            proposed_at: at,
            expires_at: at + self.policy.to_approve(),
            approvals_needed: needed,
            approvals: Vec::new(),
            state: State::Pending,
        }
    }

    async fn acts(&self, actor: usize, mut dice: Dice) {
        let by = Actor::new(&format!("p{actor}@team.example"), Surface::Chat);
        for step in 0..4 {
            let at = Self::begins() + Duration::minutes(step * 4 + dice.below(6).cast_signed());
            let act = Act { by: by.clone(), at, request: None };
            let section = Section::ALL[dice.below(6) as usize];
            let needed = 1 + u8::from(dice.below(4) == 0);
            let picked = {
                let known = self.known.lock().unwrap();
                (!known.is_empty()).then(|| known[dice.below(known.len() as u64) as usize])
            };
            let Some(id) = picked.filter(|_| dice.below(5) > 0) else {
                let proposal = self.proposal(section, &by, at, needed).await;
                self.store.propose(self.workspace, &proposal, None).await.unwrap();
                self.known.lock().unwrap().push(proposal.id);
                continue;
            };
            *self.attempts.lock().unwrap() += 1;
            match dice.below(6) {
                0..3 => drop(self.store.approve(self.workspace, id, None, act, self.policy).await.unwrap()),
                3 => drop(self.store.undo(self.workspace, id, act, self.policy).await.unwrap()),
                4 => drop(self.store.decline(self.workspace, id, act, self.policy).await.unwrap()),
                _ => {
                    let new = self.proposal(section, &by, at, needed).await;
                    let settled = self.store.replace(self.workspace, id, &new, act).await.unwrap();
                    if settled.refusal.is_none() {
                        self.known.lock().unwrap().push(new.id);
                    }
                }
            }
        }
    }

    /// What the audit tells is one history, and the account and the proposals are where it ends.
    async fn is_consistent(&self) -> usize {
        let wanted = AuditQuery { account: Some(self.domain.clone()), limit: 1_000, ..AuditQuery::default() };
        let mut entries = self.store.audit(self.workspace, &wanted).await.unwrap();
        entries.reverse();
        let mut holds: Option<Value> = None;
        for entry in entries.iter().filter(|entry| matches!(entry.deed, Deed::Done | Deed::Undone)) {
            assert_eq!(entry.before, holds, "{}: {entries:#?}", self.domain);
            holds.clone_from(&entry.after);
        }
        let decisions = self.store.decisions(self.workspace, &self.domain).await.unwrap();
        let now: Option<&Decision> = decisions.get("section");
        assert_eq!(now.map(|decision| serde_json::to_value(decision).unwrap()), holds, "{}", self.domain);
        let ids = self.known.lock().unwrap().clone();
        let mut done = 0;
        for id in ids {
            let proposal = self.store.proposal(self.workspace, id).await.unwrap();
            let of = |deed: Deed| {
                entries.iter().filter(|entry| entry.subject == id.to_string() && entry.deed == deed).count()
            };
            let settled = (of(Deed::Done), of(Deed::Undone), of(Deed::Declined), of(Deed::Edited));
            let expected = match proposal.state {
                State::Pending | State::Expired => (0, 0, 0, 0),
                State::Done { .. } => (1, 0, 0, 0),
                State::Undone { .. } => (1, 1, 0, 0),
                State::Declined { .. } => (0, 0, 1, 0),
                State::Replaced { .. } => (0, 0, 0, 1),
            };
            assert_eq!(settled, expected, "{proposal:?} {entries:#?}");
            assert_eq!(of(Deed::Approved), proposal.approvals.len());
            assert_eq!(of(Deed::Proposed), 1);
            if settled.0 == 1 {
                done += 1;
                let mut who: Vec<&str> =
                    proposal.approvals.iter().map(|approval| approval.actor.who.as_str()).collect();
                who.dedup();
                assert_eq!(who.len(), usize::from(proposal.approvals_needed));
            }
        }
        assert!(entries.iter().all(|entry| entry.deed != Deed::Refused || entry.detail.is_some()));
        // Whoever tried something finds it in the audit, unless they had done the very same before.
        let told = |entry: &&success_agent::domain::action::AuditEntry| {
            matches!(entry.deed, Deed::Approved | Deed::Declined | Deed::Edited | Deed::Undone | Deed::Refused)
        };
        // One that asks for the same as another takes its place, which is in the audit too.
        let proposed = self.known.lock().unwrap().len();
        assert!(entries.iter().filter(told).count() <= *self.attempts.lock().unwrap() + proposed);
        done
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_interleavings_of_what_people_do_leave_one_history() {
    let TestDatabase { store, workspace, .. } = TestDatabase::new().await;
    let accounts: Vec<_> = (0..ROUNDS)
        .map(|round| {
            let account =
                json!({"type": "account", "domain": format!("r{round}.example"), "name": format!("R{round}")});
            serde_json::from_value(account).unwrap()
        })
        .collect();
    store.put(workspace, chrono::DateTime::UNIX_EPOCH, &accounts).await.unwrap();
    let policy = Arc::new(ActionPolicy::default());
    let mut done = 0;
    for round in 0..ROUNDS {
        let round_of = Round {
            store: &store,
            workspace,
            domain: format!("r{round}.example"),
            policy: &policy,
            known: Mutex::default(),
            attempts: Mutex::default(),
        };
        let acting = (0..ACTORS).map(|actor| {
            round_of.acts(actor, Dice((round * 31 + actor as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1))
        });
        futures::future::join_all(acting).await;
        done += round_of.is_consistent().await;
    }
    assert!(done > ROUNDS as usize / 4, "only {done} were done: the rounds show nothing");
}

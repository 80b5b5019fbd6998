//! What takes two people is not done by one, by whatever detour: leaving contracts out first, an import, a snooze without
//! end. And what was taken back is gone at once, whatever happens to the program.

use serde_json::{Value, json};
use success_agent::app::{Origin, Search};
use success_agent::domain::action::{Action, AuditQuery, Deed, State};
use success_agent::domain::actor::{Actor, Surface};
use success_agent::domain::tool::portfolio::Portfolio;
use success_agent::store::Act;

use crate::harness::world::{Served, World, import, three_accounts};

fn lena() -> Origin {
    Origin { by: Actor::new("lena@team.example", Surface::Chat), request: None, typed: None }
}

async fn world() -> World {
    World::with(&three_accounts(), |config| config.actions.second_person_above = 100_000).await
}

fn untrack() -> Action {
    Action::UntrackAccount { reason: None }
}

/// Whether an account takes part in monitoring.
async fn tracked(world: &World, domain: &str) -> bool {
    let view = world.app.accounts(Portfolio { limit: Some(100), ..Portfolio::default() }).await.unwrap();
    let view = serde_json::to_value(view).unwrap();
    view["rows"].as_array().unwrap().iter().any(|row| row["domain"] == domain)
}

#[tokio::test]
async fn a_contract_left_out_first_still_counts_when_two_people_are_needed() {
    let world = world().await;
    let ignore = |source: &str| Action::IgnoreRevenueSource { source: source.to_owned(), ignored: true, reason: None };
    for source in ["acme-1", "acme-2"] {
        assert!(world.app.command("acme.com", ignore(source), &lena()).await.unwrap().changed);
    }
    let acted = world.app.command("acme.com", untrack(), &lena()).await.unwrap();
    assert_eq!(acted.proposal.approvals_needed, 2);
    assert_eq!(acted.proposal.state, State::Pending);
    assert!(tracked(&world, "acme.com").await);
}

#[tokio::test]
async fn an_import_cannot_untrack_an_account_that_is_known_and_what_it_decides_is_audited() {
    let world = world().await;
    let line = |attributes: Value, owner: &str| {
        json!({"type": "account", "domain": "acme.com", "name": "Acme", "owner_email": owner, "attributes": attributes})
            .to_string()
    };
    let bring = async |line: String| {
        let input = Box::new(std::io::Cursor::new(line.into_bytes()));
        world.app.import(None, input, std::sync::Arc::new(|_| {})).await.unwrap()
    };
    let summary = bring(line(json!({"tracked": false}), "lena@team.example")).await;
    assert_eq!(summary.rejected_total, 1);
    assert!(summary.rejected[0].reason.contains("success-agent untrack acme.com"), "{:?}", summary.rejected);
    assert!(tracked(&world, "acme.com").await);
    let summary = bring(line(json!({"section": "contracts"}), "omar@team.example")).await;
    assert_eq!(summary.rejected_total, 0, "{:?}", summary.rejected);
    // The same line again decides nothing.
    bring(line(json!({"section": "contracts"}), "omar@team.example")).await;
    let wanted = AuditQuery { who: Some("import".to_owned()), limit: 100, ..AuditQuery::default() };
    let entries = world.app.audit(wanted).await.unwrap();
    let told: Vec<(Deed, &str)> = entries.iter().rev().map(|entry| (entry.deed, entry.action.as_str())).collect();
    let expected = [(Deed::Refused, "untrack_account"), (Deed::Done, "route_account"), (Deed::Done, "set_owner")];
    assert_eq!(told, expected);
    assert_eq!(entries[0].arguments, json!({"from": {"owner": "lena@team.example"}, "owner": "omar@team.example"}));
    // Once people have decided so, the source may say so too.
    assert!(world.app.command("bolt.io", untrack(), &lena()).await.unwrap().changed);
    let bolt = json!({"type": "account", "domain": "bolt.io", "name": "Bolt", "attributes": {"tracked": false}});
    assert_eq!(bring(bolt.to_string()).await.rejected_total, 0);
    // And an account may come in untracked.
    import(
        &world.app,
        &[json!({"type": "account", "domain": "dune.example", "name": "Dune",
        "attributes": {"tracked": false}})],
    )
    .await;
}

#[tokio::test]
async fn a_snooze_ends_after_half_a_year_at_most() {
    let world = world().await;
    let snooze = |until: &str| Action::SnoozeAccount { until: until.parse().unwrap(), reason: None };
    let refused = world.app.command("acme.com", snooze("2099-01-01"), &lena()).await.unwrap_err().to_string();
    assert!(refused.contains("180 days at most, until 2026-12-12"), "{refused}");
    assert!(world.app.command("acme.com", snooze("2026-12-12"), &lena()).await.unwrap().changed);
    let served = world.served().await;
    let answer = served.ask("lena@team.example", "snooze Bolt until January 1, 2099", None).await;
    assert!(answer["answer"].as_str().unwrap().contains("180 days at most"), "{answer}");
}

#[tokio::test]
async fn a_note_taken_back_is_found_and_cited_nowhere_even_before_the_index_has_forgotten_it() {
    let world = world().await;
    let text = "The furnace budget is frozen until the autumn fair.";
    let noted = world.app.command("acme.com", Action::AddNote { text: text.to_owned() }, &lena()).await.unwrap();
    let workspace = world.app.workspace();
    let found = async |world: &World| {
        let search = Search {
            query: "furnace budget frozen".to_owned(),
            account: Some("acme.com".to_owned()),
            kinds: vec![],
            limit: None,
        };
        let hits = world.app.search(search).await.unwrap();
        hits.iter().filter(|hit| hit.passage.text.contains("furnace")).count()
    };
    assert_eq!(found(&world).await, 1);
    // As if the program ended right after it had written down that it is undone.
    let act = Act { by: lena().by, at: "2026-06-15T12:01:00Z".parse().unwrap(), request: None };
    let policy = success_agent::domain::action::ActionPolicy::default();
    let undone = world.app.store().undo(workspace, noted.proposal.id, act, &policy).await.unwrap();
    assert!(undone.changed, "{undone:?}");
    assert_eq!(found(&world).await, 0);
    assert_eq!(world.app.store().gone_records(workspace, 10).await.unwrap().len(), 1);
    let world = world.at("2026-06-15T12:02:00Z").await;
    assert_eq!(found(&world).await, 0);
    world.app.catch_up().await.unwrap();
    assert_eq!(found(&world).await, 0);
    assert_eq!(world.app.store().gone_records(workspace, 10).await.unwrap(), []);
    let served = world.served().await;
    let body = json!({"question": "what do they say about the furnace budget?", "account": "acme.com"});
    let (status, answer) = Served::told(served.post("lena@team.example", "/api/ask", &body)).await;
    assert_eq!(status, 200, "{answer}");
    assert!(!answer["citations"].to_string().contains("furnace budget is frozen"), "{answer}");
}

#[tokio::test]
async fn an_answer_that_cannot_be_kept_says_so() {
    use sqlx::Executor as _;
    let world = world().await;
    let mut connection = world.database.connection().await;
    let broken = "create function lose() returns trigger language plpgsql as $$ begin raise exception 'lost'; end $$;
                  create trigger lose before insert on turns for each row execute function lose()";
    connection.execute(broken).await.unwrap();
    let served = world.served().await;
    let answer = served.ask("lena@team.example", "Which accounts are there?", None).await;
    assert!(answer["notice"].as_str().is_some_and(|notice| notice.contains("could not be kept")), "{answer}");
    connection.execute("drop trigger lose on turns").await.unwrap();
    let answer = served.ask("lena@team.example", "Which accounts are there?", None).await;
    assert!(answer["notice"].is_null(), "{answer}");
}

//! How accounts should stand in each digest, reckoned a second time from what the docs say: new, worse, unchanged, seen to,
//! put aside, recovered.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use sqlx::Row;
use success_agent::app::App;
use success_agent::domain::digest::{Digest, RowState};
use success_agent::domain::time::Moment;

use super::company::Plan;
use super::lena;
use crate::harness::database::TestDatabase;
use crate::harness::dice::Dice;

/// What one digest last said of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Said {
    state: RowState,
    /// What it is compared with.
    score: i16,
    level: i16,
    seen_to: bool,
    aside_until: Option<NaiveDate>,
}

/// What each digest last said.
#[derive(Default)]
pub struct Reckoning {
    said: BTreeMap<String, BTreeMap<String, Said>>,
    made: BTreeMap<String, Moment>,
}

impl Reckoning {
    /// Compares what each digest that was just made says with what it should say.
    pub async fn compare(&mut self, app: &App, database: &TestDatabase, plans: &[(Digest, Plan)]) {
        let (store, workspace) = (app.store(), app.workspace());
        for (digest, plan) in plans {
            let latest = store.editions(workspace, digest.id, 1).await.unwrap();
            let Some(edition) = latest.into_iter().next().and_then(|record| record.edition) else { continue };
            let key = digest.id.to_string();
            if self.made.get(&key) == Some(&edition.made_at) {
                continue;
            }
            self.made.insert(key.clone(), edition.made_at);
            let said = self.said.entry(key).or_default();
            let before = std::mem::take(said);
            for (domain, score, level) in accounts(app, database, plan).await {
                let matches = plan.levels.contains(&level);
                let next = reckoned(before.get(&domain), score, level, matches, edition.made_at.day());
                said.extend(next.map(|next| (domain, next)));
            }
            let standings = store.digest_standings(workspace, digest.id).await.unwrap();
            let names = store.domains_of(workspace, &standings.keys().copied().collect::<Vec<_>>()).await.unwrap();
            let found: BTreeMap<String, (RowState, u32)> = standings
                .into_iter()
                .map(|(id, standing)| (names[&id].clone(), (standing.state, standing.score)))
                .collect();
            let expected: BTreeMap<String, (RowState, u32)> =
                said.iter().map(|(domain, said)| (domain.clone(), (said.state, said.score as u32))).collect();
            assert_eq!(found, expected, "{} at {}", digest.name, edition.made_at);
            let new = said.values().filter(|said| matches!(said.state, RowState::New | RowState::Worse)).count();
            assert_eq!(edition.rows.len() + edition.more as usize, new, "{}", digest.name);
            assert!(edition.rows.iter().all(|row| !row.reason.is_empty() && !row.next_step.is_empty()));
        }
    }

    /// People see to an account now and then, or put one aside for some days.
    pub async fn put_aside(&mut self, app: &App, plans: &[(Digest, Plan)], dice: &mut Dice) {
        let (digest, _) = &plans[dice.below(plans.len() as u64) as usize];
        let said = self.said.entry(digest.id.to_string()).or_default();
        let shown: Vec<String> = said
            .iter()
            .filter(|(_, said)| matches!(said.state, RowState::New | RowState::Worse | RowState::Unchanged))
            .map(|(domain, _)| domain.clone())
            .collect();
        let Some(domain) = shown.get(dice.below(shown.len().max(1) as u64) as usize) else { return };
        let account = said.get_mut(domain).unwrap();
        if dice.one_in(2) {
            app.acknowledge(&digest.id.to_string(), domain, &lena()).await.unwrap();
            (account.state, account.seen_to) = (RowState::Acknowledged, true);
        } else {
            let until = app.now().day() + Days::new(1 + dice.below(9));
            app.snooze_in_digest(&digest.id.to_string(), domain, until, &lena()).await.unwrap();
            (account.state, account.aside_until) = (RowState::Snoozed, Some(until));
        }
    }
}

/// The accounts a digest looks after, with their scores.
async fn accounts(app: &App, database: &TestDatabase, plan: &Plan) -> Vec<(String, i16, i16)> {
    let rows = sqlx::query(
        "select domain, score, level from account_state
         where workspace_id = $1 and tracked and ($2::text is null or owner_key = $2) order by domain",
    )
    .bind(app.workspace().uuid())
    .bind(plan.owner.as_deref())
    .fetch_all(&mut database.connection().await)
    .await
    .unwrap();
    rows.iter().map(|row| (row.get("domain"), row.get("score"), row.get("level"))).collect()
}

fn reckoned(before: Option<&Said>, score: i16, level: i16, matches: bool, today: NaiveDate) -> Option<Said> {
    let fresh = |state| Said { state, score, level, seen_to: false, aside_until: None };
    let Some(before) = before.filter(|before| before.state != RowState::Recovered) else {
        return matches.then(|| fresh(RowState::New));
    };
    if !matches {
        return Some(fresh(RowState::Recovered));
    }
    if before.aside_until.is_some_and(|day| day > today) {
        return Some(Said { state: RowState::Snoozed, ..before.clone() });
    }
    let before = Said { aside_until: None, ..before.clone() };
    if level < before.level || score <= before.score - 5 {
        return Some(Said { state: RowState::Worse, score, level, seen_to: false, ..before });
    }
    let state = if before.seen_to { RowState::Acknowledged } else { RowState::Unchanged };
    Some(Said { state, score: before.score.max(score), level: before.level.max(level), ..before })
}

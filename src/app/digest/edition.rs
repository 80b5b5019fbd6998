//! Makes an edition: which accounts are new, worse, unchanged or recovered, why, and what else is to be known.
//!
//! A digest reads its own accounts, in what little has to be known of each, and everything about the few that get a row.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::summary;
use crate::agent::letters::has_left;
use crate::agent::tools::Known;
use crate::app::{App, AppError};
use crate::domain::activity::{CommitmentStatus, Side};
use crate::domain::digest::{
    Circumstances, Digest, Disagreement, Edition, EditionRow, NamedAccount, Overdue, Owed, Renewals, RowState, Seen,
    Sources, Standing, Supply, Watched, aside_from_news, next_step, reason, telling,
};
use crate::domain::health::{HealthConfig, assess};
use crate::domain::id::AccountId;
use crate::domain::person::name_in;
use crate::domain::record::RecordKind;
use crate::domain::revenue::{PaymentState, debts, total_owed};
use crate::domain::state::AccountState;
use crate::domain::time::{Moment, Window};
use crate::domain::tool::portfolio::{Portfolio, PortfolioOrder};
use crate::store::{AccountData, MadeEdition, PromisesWanted, WatchedAccount};

/// Rows of an edition: what fits on a screen.
const ROWS: usize = 15;

/// Moves of a score looked at for the reason of a row, at most.
const MOVES: u32 = 100;

/// Accounts named in a line.
const NAMED: usize = 5;

/// Accounts nobody spoke to for so long are silent.
const SILENT_DAYS: u32 = 21;

/// Kinds of records, what they are called, what cannot be seen without them, and after how many days they are stale.
const SUPPLIES: [(RecordKind, &str, &str, i64); 5] = [
    (RecordKind::Call, "Calls", "what is said in calls", 30),
    (RecordKind::Email, "E-mails", "what is written in e-mails", 14),
    (RecordKind::Signal, "Signals", "escalations and complaints", 45),
    (RecordKind::PaymentEvent, "Payments", "payments that fail", 45),
    (RecordKind::Usage, "Usage", "a fall in usage", 7),
];

impl App {
    /// What a digest says at `period`, made now, with how accounts stand in it.
    pub(in crate::app) async fn edition(&self, digest: &Digest, period: Moment) -> Result<MadeEdition, AppError> {
        self.refresh_some_states().await?;
        let (store, workspace, now) = (&self.intake.store, self.workspace, self.now());
        let known = self.agent.tools.known(workspace).await?;
        let before = store.digest_standings(workspace, digest.id).await?;
        let watched = store.watched(workspace, &digest.accounts.portfolio(), now).await?;
        let others = self.no_longer_watched(digest, &before, &watched, now).await?;
        let (mut standings, mut groups) = (BTreeMap::new(), Groups::default());
        let matching = watched.into_iter().map(|account| (account, true));
        for (account, matches) in matching.chain(others.into_iter().map(|account| (account, false))) {
            let seen = Seen { score: account.score, level: account.level, matches, better: !matches };
            let earlier = with_snooze(before.get(&account.id), &account, now);
            let Some(standing) = Standing::next(earlier.as_ref().or(before.get(&account.id)), seen, now) else {
                continue;
            };
            groups.add(account, &standing);
            standings.insert(groups.last, standing);
        }
        let Groups { mut news, unchanged, acknowledged, snoozed, recovered, .. } = groups;
        news.sort_by_key(|account| urgency(account, now.day()));
        let more = news.len().saturating_sub(ROWS) as u64;
        news.truncate(ROWS);
        let since = digest.last_at;
        let rows = self.rows(&known, &news, (&standings, &before), since, now).await?;
        let mut edition = Edition {
            digest: digest.id,
            name: digest.name.clone(),
            about: digest.accounts.words(),
            period,
            made_at: now,
            since,
            summary: Vec::new(),
            rows,
            more,
            unchanged,
            acknowledged,
            snoozed,
            recovered,
            overdue: self.overdue(&known, digest, now).await?,
            renewals: self.renewals(digest, now).await?,
            unpaid: self.unpaid(digest, now).await?,
            silent: self.silent(digest, now).await?,
            disagreements: self.disagreements(&known, digest, now).await?,
            sources: self.sources_of(digest, now).await?,
        };
        edition.summary = summary::of(&edition);
        Ok(MadeEdition { edition, standings, before })
    }

    /// Accounts of the edition before that do not match any more, and would at another level: those that are better.
    async fn no_longer_watched(
        &self,
        digest: &Digest,
        before: &BTreeMap<AccountId, Standing>,
        watched: &[WatchedAccount],
        now: Moment,
    ) -> Result<Vec<WatchedAccount>, AppError> {
        let gone: Vec<AccountId> =
            before.keys().filter(|id| !watched.iter().any(|account| account.id == **id)).copied().collect();
        if gone.is_empty() {
            return Ok(Vec::new());
        }
        let domains = self.intake.store.domains_of(self.workspace, &gone).await?.into_values().collect();
        let wanted = Portfolio { among: domains, ..digest.accounts.at_any_level() };
        let levels = digest.accounts.levels();
        let mut better = self.intake.store.watched(self.workspace, &wanted, now).await?;
        better.retain(|account| !levels.contains(&account.level));
        Ok(better)
    }

    async fn rows(
        &self,
        known: &Known,
        accounts: &[WatchedAccount],
        (standings, before): (&BTreeMap<AccountId, Standing>, &BTreeMap<AccountId, Standing>),
        since: Option<Moment>,
        now: Moment,
    ) -> Result<Vec<EditionRow>, AppError> {
        let ids: Vec<AccountId> = accounts.iter().map(|account| account.id).collect();
        let data = known.records.account_data_of(&ids, now.day()).await?;
        let of = |account: &WatchedAccount| {
            let data = data.iter().find(|data| data.account.id == account.id)?;
            let standing = standings.get(&account.id)?;
            let earlier = before.get(&account.id).filter(|earlier| earlier.state != RowState::Recovered);
            Some(row(data, (standing, earlier), since, now, &known.rules))
        };
        let mut rows: Vec<EditionRow> = accounts.iter().filter_map(of).collect();
        if let Some(since) = since {
            let window = Window::since(since.day());
            for row in &mut rows {
                let store = &self.intake.store;
                let history = store.health_history(self.workspace, &row.domain, &window, MOVES).await?;
                let lately = history.iter().filter(|refresh| refresh.at > since);
                let receipts: Vec<_> = lately.filter_map(|refresh| refresh.receipt.as_ref()).collect();
                if let Some(reason) = aside_from_news(&receipts) {
                    row.reason = reason;
                }
            }
        }
        Ok(rows)
    }

    async fn overdue(&self, known: &Known, digest: &Digest, now: Moment) -> Result<Owed, AppError> {
        let store = &self.intake.store;
        let wanted = |side| PromisesWanted {
            side: Some(side),
            statuses: vec![CommitmentStatus::Overdue],
            owner: digest.accounts.owner.clone(),
            ..PromisesWanted::default()
        };
        let mut owed = Owed::default();
        for side in [Side::Team, Side::Customer] {
            let wanted = wanted(side);
            let count = store.count_promises(self.workspace, &wanted, now.day(), CommitmentStatus::Overdue).await?;
            let found = store.promises(self.workspace, &wanted, now.day(), NAMED as u32).await?;
            let domains: Vec<String> = found.items.iter().map(|item| item.account.clone()).collect();
            let names = known.directory.accounts(&domains).await?;
            owed.first.extend(found.items.into_iter().map(|promise| Overdue {
                side,
                account:
                    names.get(&promise.account).map_or_else(|| promise.account.clone(), |brief| brief.name.clone()),
                what: promise.deed().map_or_else(|| promise.quote.clone(), str::to_owned),
                domain: promise.account,
                who: promise.who,
                due: promise.due,
            }));
            *(if side == Side::Team { &mut owed.ours } else { &mut owed.theirs }) = count;
        }
        Ok(owed)
    }

    async fn renewals(&self, digest: &Digest, now: Moment) -> Result<Renewals, AppError> {
        let within = |days: u32| Portfolio {
            renewing_within_days: Some(days),
            order: PortfolioOrder::Renewal,
            limit: Some(NAMED as u32),
            ..digest.accounts.at_any_level()
        };
        let count = async |days| -> Result<_, AppError> {
            Ok(self.intake.store.portfolio(self.workspace, &within(days), now).await?.totals)
        };
        let (in_30, in_60, in_90) = (count(30).await?, count(60).await?, count(90).await?);
        let first = self.intake.store.watched(self.workspace, &within(90), now).await?;
        let note = |account: &WatchedAccount| {
            account.renews_on.map_or_else(String::new, |day| format!("renews {}", plain(day)))
        };
        Ok(Renewals {
            in_30: in_30.matched,
            in_60: in_60.matched,
            in_90: in_90.matched,
            worth: in_90.arr,
            first: first.iter().map(|account| with_note(account, note(account))).collect(),
        })
    }

    async fn unpaid(&self, digest: &Digest, now: Moment) -> Result<Watched, AppError> {
        let wanted = Portfolio {
            payment_states: vec![PaymentState::Failed, PaymentState::PastDue],
            order: PortfolioOrder::Arr,
            ..digest.accounts.at_any_level()
        };
        self.some_of(wanted, now, |_| String::new()).await
    }

    async fn silent(&self, digest: &Digest, now: Moment) -> Result<Watched, AppError> {
        let wanted = Portfolio {
            silent_for_days: Some(SILENT_DAYS),
            order: PortfolioOrder::Arr,
            ..digest.accounts.at_any_level()
        };
        let last = |account: &WatchedAccount| match account.last_contact {
            Some(at) => format!("last contact {}", plain(at.day())),
            None => "no contact on record".to_owned(),
        };
        self.some_of(wanted, now, last).await
    }

    /// How many accounts there are of a kind, and the first of them.
    async fn some_of(
        &self,
        wanted: Portfolio,
        now: Moment,
        note: impl Fn(&WatchedAccount) -> String,
    ) -> Result<Watched, AppError> {
        let wanted = Portfolio { limit: Some(NAMED as u32), ..wanted };
        let store = &self.intake.store;
        let count = store.portfolio(self.workspace, &wanted, now).await?.totals.matched;
        let first = store.watched(self.workspace, &wanted, now).await?;
        Ok(Watched { count, first: first.iter().map(|account| with_note(account, note(account))).collect() })
    }

    async fn disagreements(&self, known: &Known, digest: &Digest, now: Moment) -> Result<Vec<Disagreement>, AppError> {
        let wanted = Portfolio {
            disagrees: true,
            order: PortfolioOrder::Arr,
            limit: Some(NAMED as u32),
            ..digest.accounts.at_any_level()
        };
        let ids = self.intake.store.portfolio_first(self.workspace, &wanted, now).await?;
        let data = known.records.account_data_of(&ids, now.day()).await?;
        let mut found: Vec<(Reverse<i64>, Disagreement)> = Vec::new();
        for data in data.iter() {
            let state = AccountState::computed(&data.state_input(), now, &known.rules);
            let text = state.disagreement(now.day());
            let worth = Reverse(state.worth());
            found.extend(text.map(|text| (worth, Disagreement { domain: state.domain, name: state.name, text })));
        }
        found.sort_by(|left, right| (left.0, &left.1.name).cmp(&(right.0, &right.1.name)));
        Ok(found.into_iter().map(|(_, disagreement)| disagreement).collect())
    }

    async fn sources_of(&self, digest: &Digest, now: Moment) -> Result<Sources, AppError> {
        let (store, workspace) = (&self.intake.store, self.workspace);
        let any = digest.accounts.at_any_level();
        let accounts = store.portfolio(workspace, &any, now).await?.totals.matched;
        // A source supplies everybody's accounts: that a few of them paid nothing lately does not make it stale.
        let some = store.watched(workspace, &Portfolio::default(), now).await?;
        let ids: Vec<AccountId> = some.into_iter().map(|account| account.id).collect();
        let newest = store.newest_of(workspace, &ids).await?;
        let counts = store.workspace_counts(workspace, &SUPPLIES.map(|(kind, ..)| kind)).await?;
        let mut sources = Sources { accounts, ..Sources::default() };
        for ((kind, name, hides, stale_after), (_, records)) in SUPPLIES.into_iter().zip(counts) {
            if records == 0 {
                sources.missing.push(name.to_lowercase());
                continue;
            }
            let newest = newest.get(&kind).copied();
            sources.supplies.push(Supply { name: name.to_owned(), records, newest });
            if let Some(day) = newest.filter(|day| (now.day() - *day).num_days() > stale_after) {
                let days = (now.day() - day).num_days();
                sources.problems.push(format!(
                    "{name}: the newest is of {}, {days} days ago; {hides} since then cannot be seen.",
                    plain(day)
                ));
            }
        }
        sources.problems.extend(self.source_problems().await?);
        sources.problems.extend(self.readiness().await.problems);
        Ok(sources)
    }
}

fn row(
    data: &AccountData,
    (standing, earlier): (&Standing, Option<&Standing>),
    since: Option<Moment>,
    now: Moment,
    rules: &HealthConfig,
) -> EditionRow {
    let input = data.health_input();
    let health = assess(&input, now, rules);
    let then = since.map(|since| assess(&input, since, rules));
    let owed = total_owed(&debts(&data.payments, now));
    let late = data.commitments.iter().filter(|promise| promise.side == Side::Team);
    let late = late.filter(|promise| promise.status(now.day()) == CommitmentStatus::Overdue);
    let owing = late.filter_map(|promise| Some((promise.deed()?, promise.due?))).min_by_key(|(_, due)| *due);
    let state = AccountState::with(&health, &data.state_input(), now, rules);
    let reached = data.account.record.contacts.iter().filter(|contact| !has_left(contact));
    let contact = reached.max_by_key(|contact| contact.primary).map(|contact| contact.name.as_str());
    let around = Circumstances {
        contact,
        owed: &owed,
        owing,
        renews_on: state.renews_on,
        today: now.day(),
        last_contact: state.last_contact.map(|at| at.day()),
    };
    let kind = telling(&health, then.as_ref()).map(|factor| factor.kind);
    EditionRow {
        domain: state.domain,
        name: state.name,
        state: standing.state,
        score: health.score,
        level: health.level,
        before: earlier.map(|earlier| earlier.score),
        arr: state.arr,
        renews_on: state.renews_on,
        reason: reason(&health, then.as_ref()),
        next_step: next_step(kind, &around),
        owner: state.owner_email,
    }
}

/// Accounts by how they stand.
#[derive(Default)]
struct Groups {
    news: Vec<WatchedAccount>,
    unchanged: Watched,
    acknowledged: Watched,
    snoozed: Watched,
    recovered: Watched,
    last: AccountId,
}

impl Groups {
    fn add(&mut self, account: WatchedAccount, standing: &Standing) {
        self.last = account.id;
        let (group, note) = match standing.state {
            RowState::New | RowState::Worse => return self.news.push(account),
            RowState::Unchanged => (&mut self.unchanged, format!("{}", account.score)),
            RowState::Acknowledged => {
                let by = standing.acknowledged.as_ref().map(|by| name_in(&by.by)).unwrap_or_default();
                (&mut self.acknowledged, format!("{}, seen to by {by}", account.score))
            }
            RowState::Snoozed => {
                let until = standing.snoozed_until.map(|day| format!("until {}", plain(day))).unwrap_or_default();
                (&mut self.snoozed, until)
            }
            RowState::Recovered => (&mut self.recovered, format!("{} now", account.score)),
        };
        group.count += 1;
        if group.first.len() < NAMED {
            group.first.push(with_note(&account, note));
        }
    }
}

/// How it stood, with the day until which people put the account itself aside.
fn with_snooze(before: Option<&Standing>, account: &WatchedAccount, now: Moment) -> Option<Standing> {
    let until = account.snoozed_until.filter(|day| *day > now.day())?;
    let (score, level) = (account.score, account.level);
    let fresh =
        Standing { state: RowState::Snoozed, score, level, since: now, acknowledged: None, snoozed_until: None };
    let before = before.filter(|before| before.state != RowState::Recovered).cloned().unwrap_or(fresh);
    Some(Standing { snoozed_until: Some(before.snoozed_until.map_or(until, |own| own.max(until))), ..before })
}

/// What is more urgent comes first: by how near its renewal or end is, then by the money at stake.
fn urgency(account: &WatchedAccount, today: NaiveDate) -> (u8, Reverse<i64>, u32) {
    let next = [account.renews_on, account.ends_on].into_iter().flatten().filter(|day| *day >= today).min();
    let time_left = match next.map(|day| (day - today).num_days()) {
        Some(..=30) => 0,
        Some(31..=90) => 1,
        _ => 2,
    };
    (time_left, Reverse(account.worth), account.score)
}

fn with_note(account: &WatchedAccount, note: String) -> NamedAccount {
    NamedAccount { domain: account.domain.clone(), name: account.name.clone(), note }
}

/// `November 3`.
fn plain(day: NaiveDate) -> String {
    day.format("%B %-d").to_string()
}

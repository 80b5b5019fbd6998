//! Everything the health score and the state are computed from, of one account or of several, in a handful of
//! statements.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use super::{Result, Store, StoreError, account, deal, decision, payment, reading, revenue, row, signal, usage};
use crate::domain::account::Account;
use crate::domain::action::{Decision, Value};
use crate::domain::activity::{Commitment, Signal};
use crate::domain::health::HealthInput;
use crate::domain::id::{AccountId, WorkspaceId};
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::revenue::{Deal, PaymentEvent, RevenueSource, UsageDay};
use crate::domain::state::StateInput;

/// An account with everything its health is told from.
#[derive(Clone, Debug, PartialEq)]
pub struct AccountData {
    /// The account.
    pub account: Account,
    /// Moves on with every change of the data; goes into [`Store::put_states`].
    pub version: i64,
    /// Contracts and subscriptions, the next to renew first; without those somebody had left out of recurring revenue.
    pub revenue: Vec<RevenueSource>,
    /// The contracts and subscriptions that are left out, each with who decided so.
    pub ignored: Vec<(RevenueSource, Decision)>,
    /// Payments, newest first.
    pub payments: Vec<PaymentEvent>,
    /// Usage, the oldest day first.
    pub usage: Vec<UsageDay>,
    /// Signals, newest first.
    pub signals: Vec<Signal>,
    /// Deals, open ones first.
    pub deals: Vec<Deal>,
    /// Promises, newest first.
    pub commitments: Vec<Commitment>,
    /// Calls and e-mails, newest first: when, and which.
    pub contacts: Vec<(DateTime<Utc>, RecordRef)>,
    /// What those calls and e-mails are called and where they open.
    pub sources: HashMap<RecordRef, TalkSource>,
}

/// What a call or an e-mail is shown as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TalkSource {
    /// The title of the call, or the subject of the e-mail.
    pub title: String,
    /// Where it can be opened.
    pub url: Option<String>,
}

impl AccountData {
    /// What the state is computed from.
    #[must_use]
    pub fn state_input(&self) -> StateInput<'_> {
        StateInput { account: &self.account, records: self.health_input() }
    }

    /// What the score is computed from.
    #[must_use]
    pub fn health_input(&self) -> HealthInput<'_> {
        HealthInput {
            account: &self.account.record,
            revenue: &self.revenue,
            payments: &self.payments,
            usage: &self.usage,
            signals: &self.signals,
            deals: &self.deals,
            commitments: &self.commitments,
            contacts: &self.contacts,
        }
    }
}

#[derive(FromRow)]
struct ContactRow {
    account: String,
    at: DateTime<Utc>,
    call: bool,
    id: String,
    title: String,
    url: Option<String>,
}

/// ($1 workspace, $2 accounts)
const CONTACTS: &str = "
    select a.domain as account, t.at, t.call, t.id, t.title, t.url
    from accounts a
    join lateral (
        select c.started_at as at, true as call, c.id, c.title, c.url from calls c
        where c.workspace_id = a.workspace_id and c.account_id = a.id
        union all
        select e.sent_at, false, e.id, e.subject, e.url from emails e
        where e.workspace_id = a.workspace_id and e.account_id = a.id
    ) t on true
    where a.workspace_id = $1 and a.id = any($2)
    order by t.at desc, t.id";

/// Everything about these accounts, in their order. As of a day, usage is no more than figures of that day are computed
/// from.
async fn load(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    accounts: Vec<(Account, i64)>,
    as_of: Option<NaiveDate>,
) -> Result<Vec<AccountData>> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    // The version comes with the account, before the data: a change in between makes what is computed from it stale.
    let ids: Vec<Uuid> = accounts.iter().map(|(account, _)| account.id.uuid()).collect();
    let domains: Vec<&str> = accounts.iter().map(|(account, _)| account.record.domain.as_str()).collect();
    let decisions = decision::of(connection, workspace, &domains).await?;
    let left_out = |source: &RevenueSource| {
        let decision = decisions.get(&source.account)?.get(&format!("revenue/{}", source.id))?;
        (decision.value == Value::Ignored(true)).then(|| decision.clone())
    };
    let (mut counted, mut ignored) = (Vec::new(), Vec::new());
    for source in revenue::of(connection, workspace, &ids).await? {
        match left_out(&source) {
            Some(decision) => ignored.push((source, decision)),
            None => counted.push(source),
        }
    }
    let mut revenue = grouped(counted, |source| &source.account);
    let mut ignored = grouped(ignored, |(source, _)| &source.account);
    let mut payments = grouped(payment::of(connection, workspace, &ids).await?, |payment| &payment.account);
    let mut usage = grouped(usage::of(connection, workspace, &ids, as_of).await?, |day| &day.account);
    let mut signals = grouped(signal::of(connection, workspace, &ids).await?, |signal| &signal.account);
    let mut deals = grouped(deal::of(connection, workspace, &ids).await?, |deal| &deal.account);
    let mut commitments =
        grouped(reading::commitments_of(connection, workspace, &ids).await?, |promise| &promise.account);
    let contacts: Vec<ContactRow> =
        sqlx::query_as(CONTACTS).bind(workspace.uuid()).bind(&ids).fetch_all(connection).await?;
    let mut contacts = grouped(contacts, |contact| &contact.account);
    Ok(accounts
        .into_iter()
        .map(|(account, version)| {
            let key = &account.record.domain;
            let met = contacts.remove(key).unwrap_or_default();
            let sources = met.iter().map(ContactRow::source).collect();
            AccountData {
                version,
                revenue: revenue.remove(key).unwrap_or_default(),
                ignored: ignored.remove(key).unwrap_or_default(),
                payments: payments.remove(key).unwrap_or_default(),
                usage: usage.remove(key).unwrap_or_default(),
                signals: signals.remove(key).unwrap_or_default(),
                deals: deals.remove(key).unwrap_or_default(),
                commitments: commitments.remove(key).unwrap_or_default(),
                contacts: met.into_iter().map(ContactRow::into_contact).collect(),
                sources,
                account,
            }
        })
        .collect())
}

impl ContactRow {
    fn kind(&self) -> RecordKind {
        if self.call { RecordKind::Call } else { RecordKind::Email }
    }

    fn source(&self) -> (RecordRef, TalkSource) {
        let record = RecordRef { kind: self.kind(), id: self.id.clone() };
        (record, TalkSource { title: self.title.clone(), url: self.url.clone() })
    }

    fn into_contact(self) -> (DateTime<Utc>, RecordRef) {
        (self.at, RecordRef { kind: self.kind(), id: self.id })
    }
}

fn grouped<T>(rows: Vec<T>, key: impl Fn(&T) -> &String) -> HashMap<String, Vec<T>> {
    let mut groups: HashMap<String, Vec<T>> = HashMap::new();
    for row in rows {
        if let Some(group) = groups.get_mut(key(&row)) {
            group.push(row);
        } else {
            groups.insert(key(&row).clone(), vec![row]);
        }
    }
    groups
}

impl Store {
    /// An account with everything its health is told from.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] naming the account.
    pub async fn account_data(&self, workspace: WorkspaceId, account: &str) -> Result<AccountData> {
        let mut connection = self.read().await?;
        let found = account::list(&mut connection, workspace, Some(account)).await?;
        let found = load(&mut connection, workspace, found, None).await?.pop();
        found.ok_or_else(|| StoreError::no_account(&row::key(account)))
    }

    /// These accounts with everything their state is computed from on a day, by name. Of their usage it is only what
    /// figures of that day are computed from; accounts that are not there are left out. Ask for a few hundred at most.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn account_data_of(
        &self,
        workspace: WorkspaceId,
        accounts: &[AccountId],
        as_of: NaiveDate,
    ) -> Result<Vec<AccountData>> {
        let ids: Vec<Uuid> = accounts.iter().map(|account| account.uuid()).collect();
        let mut connection = self.read().await?;
        let found = account::of(&mut connection, workspace, &ids).await?;
        load(&mut connection, workspace, found, Some(as_of)).await
    }
}

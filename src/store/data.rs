//! Everything the health score and the state are computed from, of one account or of several, in one statement: each list
//! comes as JSON in a column of its account's row.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::Deserialize;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, FromRow, Row};
use uuid::Uuid;

use super::count::{self, Span};
use super::{
    Result, Store, StoreError, account, deal, heard_of, payment, rating, reading, revenue, row, signal, team, usage,
};
use crate::domain::account::{Account, Rating};
use crate::domain::action::{Decision, Value};
use crate::domain::activity::{Commitment, Signal};
use crate::domain::commitment::Unattributed;
use crate::domain::departure::Departure;
use crate::domain::health::HealthInput;
use crate::domain::id::{AccountId, WorkspaceId};
use crate::domain::meeting::MeetingNews;
use crate::domain::notice::{Notice, Standing};
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::revenue::{BillingStatus, Deal, DealStatus, PaymentEvent, RevenueSource, UsageDay};
use crate::domain::state::StateInput;
use crate::domain::team::Team;
use crate::domain::time::Moment;
use crate::domain::unheard::Unheard;
use crate::reading::people::{Name, Sides};

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
    pub contacts: Vec<(Moment, RecordRef)>,
    /// What those calls and e-mails are called and where they open.
    pub sources: HashMap<RecordRef, TalkSource>,
    /// How many projects, notes and requests there are, and from when.
    pub others: Vec<Span>,
    /// What promises and requests were not read in, for its language.
    pub unheard: Vec<Unheard>,
    /// Who left, is away or cannot be reached, the latest news first.
    pub departures: Vec<Departure>,
    /// Notices that a contract ends, and words that take them back, the latest first.
    pub notices: Vec<Notice>,
    /// What the mails of calendars say of meetings, the latest first.
    pub meetings: Vec<MeetingNews>,
    /// Promises of which nobody can tell whose they are, the latest first.
    pub unattributed: Vec<Unattributed>,
    /// What somebody thinks of it, the latest.
    pub rating: Option<Rating>,
    /// Who is of our side.
    pub team: Team,
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
    /// Who stands on which side around it.
    #[must_use]
    pub fn sides(&self) -> Sides {
        Sides::new(&self.account.record, &self.team)
    }

    /// What was heard of somebody, the latest news first: by their address, or by the whole name where it has none.
    pub fn departures_of<'d>(&'d self, name: &str, email: Option<&str>) -> impl Iterator<Item = &'d Departure> {
        let name = Name::read(name).at(email);
        self.departures.iter().filter(move |heard| Name::read(&heard.who).at(heard.email.as_deref()).is(&name))
    }

    /// How it stands with their notices at `now`.
    #[must_use]
    pub fn notice(&self, now: Moment) -> Option<Standing<'_>> {
        Standing::of(&self.notices, &self.revenue, now)
    }

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
            notices: &self.notices,
        }
    }
}

/// A call or an e-mail as a row of JSON.
#[derive(Deserialize)]
struct Contact {
    at: Moment,
    kind: RecordKind,
    id: String,
    title: String,
    url: Option<String>,
}

/// Calls and e-mails of the account `a`, newest first.
const CONTACTS: &str = "
    select told(t.at, t.own) as at, t.kind, t.id, t.title, t.url from (
        select c.started_at as at, c.utc_offset as own, 'call' as kind, c.id, c.title, c.url from calls c
        where c.workspace_id = a.workspace_id and c.account_id = a.id
        union all
        select e.sent_at, e.utc_offset, 'email', e.id, e.subject, e.url from emails e
        where e.workspace_id = a.workspace_id and e.account_id = a.id
    ) t
    order by t.at desc, t.id";

/// What people decided about the account `a` and its contracts.
const DECISIONS: &str = "
    select coalesce(jsonb_object_agg(d.key, d.decision), '{}') from decisions d
    where d.workspace_id = a.workspace_id and d.account = a.domain
      and (d.key in ('section', 'tracked', 'snoozed', 'owner') or d.key like 'revenue/%')";

/// ($1 workspace, $2 a domain or accounts, $3 the day as of which usage is wanted, or none). Plan: the account by its key, and
/// each list by the index on its account.
fn statement(which: &str) -> String {
    let lists = [
        ("revenue", revenue::OF_ACCOUNT),
        ("payments", payment::OF_ACCOUNT),
        ("usage", usage::OF_ACCOUNT),
        ("signals", signal::OF_ACCOUNT),
        ("deals", deal::OF_ACCOUNT),
        ("commitments", reading::COMMITMENTS_OF_ACCOUNT),
        ("talks", CONTACTS),
        ("others", count::OTHERS_OF_ACCOUNT),
        ("unheard", reading::UNHEARD_OF_ACCOUNT),
        ("departures", heard_of::DEPARTURES.of_account),
        ("meetings", heard_of::MEETINGS.of_account),
        ("notices", heard_of::NOTICES.of_account),
        ("unattributed", heard_of::UNATTRIBUTED.of_account),
        ("ratings", rating::OF_ACCOUNT),
    ];
    let list = |(name, rows): (&str, &str)| format!("(select coalesce(json_agg(r), '[]') from ({rows}) r) as {name}");
    format!(
        "select a.id as account_id, a.domain, a.name, a.owner_email, a.segment, a.contacts, a.licensed_seats, a.crm_url,
                a.attributes, a.data_version, ({DECISIONS}) as decisions, ({}) as team, {}
         from accounts a where a.workspace_id = $1 and {which}",
        team::OF_WORKSPACE,
        lists.map(list).join(", ")
    )
}

static OF_ONE: LazyLock<String> = LazyLock::new(|| statement("a.domain = $2"));
static OF_SEVERAL: LazyLock<String> = LazyLock::new(|| statement("a.id = any($2) order by lower(a.name), a.domain"));

impl FromRow<'_, PgRow> for AccountData {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let mut decisions: BTreeMap<String, Decision> = row::json(row, "decisions")?;
        let (mut revenue, mut ignored) = (Vec::new(), Vec::new());
        let mut billing: Vec<BillingStatus> = Vec::new();
        for source in row::json::<Vec<RevenueSource>>(row, "revenue")? {
            billing.push(source.status);
            let decision = decisions.remove(&format!("revenue/{}", source.id));
            match decision.filter(|decision| decision.value == Value::Ignored(true)) {
                Some(decision) => ignored.push((source, decision)),
                None => revenue.push(source),
            }
        }
        let deals: Vec<Deal> = row::json(row, "deals")?;
        let statuses: Vec<DealStatus> = deals.iter().map(|deal| deal.status).collect();
        let account = account::read(row, decisions, &billing, &statuses)?;
        let contacts: Vec<Contact> = row::json(row, "talks")?;
        let sources = contacts.iter().map(Contact::source).collect();
        Ok(Self {
            account,
            version: row.try_get("data_version")?,
            revenue,
            ignored,
            payments: row::json(row, "payments")?,
            usage: row::json(row, "usage")?,
            signals: row::json(row, "signals")?,
            deals,
            commitments: row::json(row, "commitments")?,
            contacts: contacts.into_iter().map(Contact::into_contact).collect(),
            sources,
            others: row::json(row, "others")?,
            unheard: row::json(row, "unheard")?,
            departures: heard_of::heard(row::json(row, "departures")?),
            meetings: heard_of::heard(row::json(row, "meetings")?),
            notices: heard_of::heard(row::json(row, "notices")?),
            unattributed: heard_of::heard(row::json(row, "unattributed")?),
            rating: row::json::<Vec<Rating>>(row, "ratings")?.pop(),
            team: row::json(row, "team")?,
        })
    }
}

impl Contact {
    fn source(&self) -> (RecordRef, TalkSource) {
        let record = RecordRef { kind: self.kind, id: self.id.clone() };
        (record, TalkSource { title: self.title.clone(), url: self.url.clone() })
    }

    fn into_contact(self) -> (Moment, RecordRef) {
        (self.at, RecordRef { kind: self.kind, id: self.id })
    }
}

impl Store {
    /// An account with everything its health is told from.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] naming the account.
    pub async fn account_data(&self, workspace: WorkspaceId, account: &str) -> Result<AccountData> {
        let domain = row::key(account);
        let mut lent = self.warm.lend().await?;
        let found = sqlx::query_as(AssertSqlSafe(OF_ONE.as_str()))
            .bind(workspace.uuid())
            .bind(&domain)
            .bind(None::<NaiveDate>)
            .fetch_optional(&mut *lent)
            .await?;
        lent.give_back();
        found.ok_or_else(|| StoreError::no_account(&domain))
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
        let query = sqlx::query_as(AssertSqlSafe(OF_SEVERAL.as_str()));
        let mut lent = self.warm.lend().await?;
        let found = query.bind(workspace.uuid()).bind(ids).bind(as_of).fetch_all(&mut *lent).await?;
        lent.give_back();
        Ok(found)
    }
}

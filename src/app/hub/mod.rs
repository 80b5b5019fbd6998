//! The account hub: everything a page about one account shows, gathered at one instant. The facts are those the tools give
//! to an answer, each with the record behind it, so that page and chat never tell two things.

mod feed;
mod people;
mod score;
mod title;

use serde::de::DeserializeOwned;

use super::{App, AppError};
use crate::agent::ledger::Ledger;
use crate::agent::scope::TurnScope;
use crate::agent::tools::{Known, Toolbox};
use crate::domain::account::AccountRecord;
use crate::domain::action::{AuditEntry, AuditQuery, Proposal};
use crate::domain::activity::Signal;
use crate::domain::draft::Draft;
use crate::domain::evidence::Evidence;
use crate::domain::health::open_trouble;
use crate::domain::host;
use crate::domain::money::Money;
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::revenue::RevenueSource;
use crate::domain::state::AccountState;
use crate::domain::time::Moment;
use crate::domain::tool::account::{AccountOverview, Overview};
use crate::domain::tool::activity::Place;
use crate::domain::tool::records::{CommitmentList, ListCommitments, ListRequests, RequestList};
use crate::domain::tool::{Cite, ToolArgs};
use crate::store::AccountData;

pub use feed::{FeedItem, FeedPage, HAPPENS};
pub use people::HubPerson;
pub use score::{ScoreStep, ScoreStory, StepReason};

/// Items of the timeline on a page.
const ITEMS: usize = 20;

/// Entries of the audit shown.
const AUDIT: u32 = 20;

/// Changes that wait for approval, shown at most.
const WAITING: usize = 5;

/// Questions suggested.
const QUESTIONS: usize = 3;

/// What is wanted of the timeline.
#[derive(Clone, Debug, Default)]
pub struct HubWanted {
    /// Only these kinds; all when empty.
    pub kinds: Vec<RecordKind>,
    /// The place it begins at; now when absent.
    pub after: Option<Place>,
    /// Words to be found in it, instead of all there is.
    pub words: Option<String>,
}

/// Everything a page about an account shows.
#[derive(Clone, Debug)]
pub struct Hub {
    /// The instant it is told for.
    pub now: Moment,
    /// Who it is and how it stands: score with its factors, money, usage, sources, departures.
    pub overview: Overview,
    /// The figures it is listed by.
    pub state: AccountState,
    /// Contracts and subscriptions, also those left out of recurring revenue.
    pub contracts: Vec<HubContract>,
    /// How the score moved and why.
    pub score: ScoreStory,
    /// Promises, both ways.
    pub promises: CommitmentList,
    /// What they asked for, with the releases that answer it.
    pub requests: RequestList,
    /// People at the customer.
    pub people: Vec<HubPerson>,
    /// The newest escalation or complaint that nothing better came after.
    pub trouble: Option<Signal>,
    /// A page of the timeline.
    pub feed: FeedPage,
    /// What else is on record about the company, by what it is called.
    pub enrichment: Vec<(String, String)>,
    /// Changes that wait for approval.
    pub waiting: Vec<Proposal>,
    /// E-mails that were drafted for it, the newest first.
    pub drafts: Vec<Draft>,
    /// What was proposed, approved, done and undone, the newest first.
    pub audit: Vec<AuditEntry>,
    /// Questions worth asking now, the most pressing first.
    pub questions: Vec<String>,
    /// The records behind what the lists above cite, by number from 1.
    evidence: Vec<Evidence>,
}

/// A contract or subscription with what it comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct HubContract {
    /// As it was imported.
    pub source: RevenueSource,
    /// Monthly recurring revenue; none for one-off amounts.
    pub mrr: Option<Money>,
    /// Annual recurring revenue; none for one-off amounts.
    pub arr: Option<Money>,
    /// Who had it left out of recurring revenue, where somebody did.
    pub left_out_by: Option<String>,
}

impl HubContract {
    fn of(source: &RevenueSource, left_out_by: Option<&str>) -> Self {
        let left_out_by = left_out_by.map(str::to_owned);
        Self { mrr: source.mrr(), arr: source.arr(), source: source.clone(), left_out_by }
    }
}

impl Hub {
    /// The record behind a statement.
    #[must_use]
    pub fn evidence(&self, cite: Cite) -> Option<&Evidence> {
        self.evidence.get((cite as usize).checked_sub(1)?)
    }
}

/// The look-ups of a page: one account, one snapshot of the records, one ledger of evidence.
struct Looking<'a> {
    tools: &'a Toolbox,
    scope: &'a TurnScope,
    known: &'a Known,
    ledger: Ledger,
}

impl Looking<'_> {
    async fn up<T: ToolArgs>(&mut self, arguments: T) -> Result<T::Output, AppError>
    where
        T::Output: DeserializeOwned,
    {
        let arguments = serde_json::to_value(arguments).map_err(fault)?;
        let output = Box::pin(self.tools.call(self.scope, self.known, &mut self.ledger, T::NAME, arguments)).await?;
        serde_json::from_value(output).map_err(fault)
    }
}

fn fault(error: serde_json::Error) -> AppError {
    AppError::Internal { public: "The page could not be put together; see the log.".to_owned(), source: error.into() }
}

impl App {
    /// Everything a page about an account shows.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such account.
    pub async fn hub(&self, domain: &str, wanted: &HubWanted) -> Result<Hub, AppError> {
        let (store, domain, now) = (&self.intake.store, host::canonical(domain), self.now());
        let known = self.agent.tools.known(self.workspace).await?;
        let data = known.records.account_data(&domain).await?;
        let scope = TurnScope::looking(self.workspace, Some(domain.clone()));
        let tools = self.page_tools();
        let mut look = Looking { tools: &tools, scope: &scope, known: &known, ledger: Ledger::default() };
        let overview = look.up(AccountOverview { account: domain.clone() }).await?;
        let account = Some(domain.clone());
        let promises = look.up(ListCommitments { account: account.clone(), ..ListCommitments::default() }).await?;
        let requests = look.up(ListRequests { account: account.clone(), ..ListRequests::default() }).await?;
        let evidence = look.ledger.entries().to_vec();
        let audit = AuditQuery { account, limit: AUDIT, ..AuditQuery::default() };
        let state = AccountState::computed(&data.state_input(), now, &known.rules);
        Ok(Hub {
            now,
            contracts: contracts(&data),
            score: self.score_story(&data, now, &known.rules).await?,
            people: people::of(store, self.workspace, &data, &overview, now).await?,
            trouble: open_trouble(&data.signals, now, &known.rules).cloned(),
            drafts: self.drafts(Some(&domain)).await?,
            audit: store.audit(self.workspace, &audit).await?,
            questions: state.worth_asking(now, QUESTIONS),
            overview,
            state,
            promises,
            requests,
            feed: self.feed_known(&known, &domain, wanted).await?,
            enrichment: enrichment(&data.account.record),
            waiting: self.waiting(Some(&domain), WAITING).await?,
            evidence,
        })
    }
}

/// Attributes that steer the program and say nothing about the company.
const STEERING: [&str; 2] = ["section", "tracked"];

/// What is on record about a company beside what has a place of its own.
fn enrichment(record: &AccountRecord) -> Vec<(String, String)> {
    let known = record.attributes.iter().filter(|(name, _)| !STEERING.contains(&name.as_str()));
    let text = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => Some(text.trim().to_owned()),
        serde_json::Value::Bool(yes) => Some(if *yes { "Yes" } else { "No" }.to_owned()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::Array(several) => {
            let words: Vec<String> = several.iter().filter_map(|one| Some(one.as_str()?.to_owned())).collect();
            Some(words.join(", "))
        }
        serde_json::Value::Null | serde_json::Value::Object(_) => None,
    };
    known
        .filter_map(|(name, value)| Some((name.replace('_', " "), text(value).filter(|text| !text.is_empty())?)))
        .collect()
}

fn contracts(data: &AccountData) -> Vec<HubContract> {
    let counted = data.revenue.iter().map(|source| HubContract::of(source, None));
    let left_out = data.ignored.iter().map(|(source, decision)| HubContract::of(source, Some(&decision.by)));
    let mut all: Vec<HubContract> = counted.chain(left_out).collect();
    all.sort_by_key(|contract| (contract.left_out_by.is_some(), !contract.source.runs(), contract.source.renews_on));
    all
}

impl App {
    /// Everybody who owns an account, by their addresses.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn owners(&self) -> Result<Vec<String>, AppError> {
        Ok(self.intake.store.account_owners(self.workspace).await?)
    }
}

/// A record as a link names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordTitle {
    /// Which.
    pub record: RecordRef,
    /// What it is called.
    pub title: String,
}

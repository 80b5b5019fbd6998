//! The tools: one file each, named as on the wire. A tool reads inside the turn's scope, and gives every fact it hands
//! out a number in the ledger.

mod account_overview;
mod add_note;
mod close_loop;
mod definition;
mod draft_email;
mod find_account;
mod freshness;
mod get_call;
mod ignore_revenue_source;
mod likelihood;
mod list_activity;
mod list_commitments;
mod list_releases;
mod list_requests;
mod list_signals;
mod mark_commitment;
mod portfolio;
mod prepare_meeting;
pub mod propose;
mod retrack_account;
mod revenue;
mod route_account;
mod route_history;
mod score_explanation;
mod score_history;
mod search_evidence;
mod set_owner;
mod since_lost;
mod snooze_account;
mod untrack_account;
mod usage;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;

use definition::definition;
pub use freshness::Refreshing;
pub(super) use list_releases::{is_named as release_named, lines as release_lines};
pub(super) use list_requests::run as requests;
pub(super) use score_explanation::promise as promise_evidence;
pub use since_lost::{ReasonAnswered, SinceLost};

use super::directory::Directory;
use super::ledger::Ledger;
use super::letters::Letters;
use super::scope::TurnScope;
use crate::domain::action::{Action, ActionPolicy, Preview, Proposal};
use crate::domain::connection::LateSource;
use crate::domain::draft::Draft;
use crate::domain::health::HealthConfig;
use crate::domain::id::WorkspaceId;
use crate::domain::time::{Calendar, Clock, Moment};
use crate::domain::tool::ToolArgs;
use crate::domain::tool::account as account_tools;
use crate::domain::tool::action as action_tools;
use crate::domain::tool::activity as activity_tools;
use crate::domain::tool::close_loop::{CloseLoop, CloseLoopConfig};
use crate::domain::tool::draft as draft_tools;
use crate::domain::tool::meeting::PrepareMeeting;
use crate::domain::tool::portfolio as portfolio_tools;
use crate::domain::tool::records as record_tools;
use crate::domain::tool::revenue as revenue_tools;
use crate::domain::tool::score as score_tools;
use crate::domain::tool::usage as usage_tools;
use crate::knowledge::matching::KeptLines;
use crate::knowledge::{IndexError, Knowledge};
use crate::model::chat::ToolDefinition;
pub(super) use crate::reading::people::same_person;
use crate::store::{AccountData, Opened, Opening, Snapshot, Store, StoreError};

/// Why a tool gave nothing. The text is safe to show to a model and a user; faults keep their cause for the log.
#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    /// The turn may not see what was asked for.
    #[error("{0}")]
    Refused(String),
    /// What was named does not exist.
    #[error("{0}")]
    NotFound(String),
    /// The arguments make no sense.
    #[error("{0}")]
    Invalid(String),
    /// A service is out of reach; trying again later may help.
    #[error("{0}")]
    Unavailable(String),
    /// A fault of ours.
    #[error("Something went wrong while looking that up.")]
    Internal(#[source] anyhow::Error),
}

impl From<StoreError> for ToolError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(text) => Self::NotFound(text),
            StoreError::Invalid(text) => Self::Invalid(text),
            StoreError::Conflict(text) | StoreError::Unavailable(text) => Self::Unavailable(text),
            other @ StoreError::Internal(_) => Self::Internal(other.into()),
        }
    }
}

impl From<IndexError> for ToolError {
    fn from(error: IndexError) -> Self {
        match error {
            IndexError::Invalid(text) => Self::Invalid(text),
            other => Self::Unavailable(other.to_string()),
        }
    }
}

/// What the turn's tools read: the same throughout a turn, whatever changes meanwhile, unless it was not read before.
#[derive(Clone, Debug)]
pub struct Known {
    /// The records.
    pub records: Snapshot,
    /// Who is who.
    pub directory: Directory,
    /// Weights and thresholds of the score.
    pub rules: Arc<HealthConfig>,
    /// The last draft of the conversation.
    pub draft: Option<Arc<Draft>>,
    /// Connected systems that bring nothing at present.
    pub late: Vec<LateSource>,
}

/// What the tools work with. Cheap to clone.
#[derive(Clone)]
pub struct Toolbox {
    /// The database.
    pub store: Store,
    /// The searchable side of the records.
    pub knowledge: Knowledge,
    /// Where "now" comes from.
    pub clock: Clock,
    /// Weights and thresholds of the score, where a workspace has none of its own.
    pub health: Arc<HealthConfig>,
    /// Who may approve what is proposed, and how long it holds.
    pub actions: ActionPolicy,
    /// When a customer is told that what they asked for has shipped.
    pub close_loop: CloseLoopConfig,
    /// How the workspace counts its years and writes its dates.
    pub calendar: Calendar,
    /// How long a tool waits to learn what requests and releases mean before it goes by their words.
    pub patience: std::time::Duration,
    /// How letters are written.
    pub letters: Letters,
    /// What release notes say, line by line.
    pub lines: KeptLines,
}

/// Accounts whose names are written down while somebody waits, at most.
const NAMES_AT_ONCE: u32 = 200;

/// How long somebody who asks waits for meanings that are not known yet; in the background they are learned before.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(8);

/// One tool call at work.
pub struct Bench<'a> {
    /// What the tools work with.
    pub tools: &'a Toolbox,
    /// What the turn may see.
    pub scope: &'a TurnScope,
    /// Where evidence is numbered.
    pub ledger: &'a mut Ledger,
    /// What is known.
    pub known: &'a Known,
}

impl Bench<'_> {
    /// The present instant.
    pub fn now(&self) -> Moment {
        self.tools.clock.now()
    }

    /// Today.
    pub fn today(&self) -> NaiveDate {
        self.now().day()
    }

    /// The last instant of a day that counts: the end of a day that is over, now for today and later.
    pub fn end_of(&self, day: NaiveDate) -> Moment {
        self.tools.clock.zone().end_of(day).min(self.now())
    }

    /// Weights and thresholds of the score.
    pub fn rules(&self) -> &HealthConfig {
        &self.known.rules
    }

    /// The records.
    pub fn records(&self) -> &Snapshot {
        &self.known.records
    }

    /// Who is who.
    pub fn directory(&self) -> &Directory {
        &self.known.directory
    }

    /// What accounts are called, by domain; the domain itself where there is no such account any more.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn names<'a>(
        &self,
        domains: impl IntoIterator<Item = &'a str>,
    ) -> Result<HashMap<String, String>, ToolError> {
        let domains: Vec<String> = domains.into_iter().map(str::to_owned).collect();
        let mut known = self.directory().accounts(&domains).await?;
        let name = |domain: String| {
            let name = known.remove(&domain).map_or_else(|| domain.clone(), |brief| brief.name);
            (domain, name)
        };
        let domains: std::collections::BTreeSet<String> = domains.into_iter().collect();
        Ok(domains.into_iter().map(name).collect())
    }
}

/// Gives `act` what it is given and all tools, in the order of their names.
macro_rules! each_tool {
    ($act:ident $(, $given:expr)*) => {
        $act!($($given,)* {
            account_tools::AccountOverview => account_overview,
            action_tools::AddNote => add_note,
            CloseLoop => close_loop,
            draft_tools::DraftEmail => draft_email,
            account_tools::FindAccount => find_account,
            activity_tools::GetCall => get_call,
            action_tools::IgnoreRevenueSource => ignore_revenue_source,
            activity_tools::ListActivity => list_activity,
            record_tools::ListCommitments => list_commitments,
            record_tools::ListReleases => list_releases,
            record_tools::ListRequests => list_requests,
            record_tools::ListSignals => list_signals,
            action_tools::MarkCommitment => mark_commitment,
            portfolio_tools::Portfolio => portfolio,
            PrepareMeeting => prepare_meeting,
            action_tools::RetrackAccount => retrack_account,
            revenue_tools::Revenue => revenue,
            action_tools::RouteAccount => route_account,
            action_tools::RouteHistory => route_history,
            score_tools::ScoreExplanation => score_explanation,
            score_tools::ScoreHistory => score_history,
            activity_tools::SearchEvidence => search_evidence,
            action_tools::SetOwner => set_owner,
            action_tools::SnoozeAccount => snooze_account,
            action_tools::UntrackAccount => untrack_account,
            usage_tools::Usage => usage,
        })
    };
}

macro_rules! dispatch {
    ($bench:expr, $name:expr, $arguments:expr, { $($args:path => $module:ident),+ $(,)? }) => {
        match $name {
            $(<$args as ToolArgs>::NAME => {
                let arguments: $args = serde_json::from_value($arguments)
                    .map_err(|error| ToolError::Invalid(format!("{} cannot take these arguments: {error}", $name)))?;
                // Boxed: the states of all tools in one would be more than the stack of a thread holds.
                let output = Box::pin($module::run(&mut $bench, arguments)).await?;
                serde_json::to_value(output).map_err(|error| ToolError::Internal(error.into()))
            })+
            _ => Err(ToolError::Invalid("There is no tool of that name.".to_owned())),
        }
    };
}

macro_rules! define {
    ({ $($args:path => $module:ident),+ $(,)? }) => { [$(definition::<$args>()),+].into() };
}

/// The tools as a model sees them, in the order of their names.
#[must_use]
pub fn definitions() -> Arc<[ToolDefinition]> {
    static DEFINITIONS: LazyLock<Arc<[ToolDefinition]>> = LazyLock::new(|| each_tool!(define));
    Arc::clone(&DEFINITIONS)
}

impl Toolbox {
    /// Over a database and an index.
    #[must_use]
    pub fn new(store: Store, knowledge: Knowledge, clock: Clock, health: HealthConfig) -> Self {
        Self {
            store,
            knowledge,
            clock,
            health: Arc::new(health),
            actions: ActionPolicy::default(),
            letters: Letters::default(),
            lines: KeptLines::default(),
            close_loop: CloseLoopConfig::default(),
            calendar: Calendar::default(),
            patience: PATIENCE,
        }
    }

    /// Runs a tool.
    ///
    /// # Errors
    /// [`ToolError`], by what the caller should do.
    pub async fn call(
        &self,
        scope: &TurnScope,
        known: &Known,
        ledger: &mut Ledger,
        name: &str,
        arguments: serde_json::Value,
    ) -> Result<serde_json::Value, ToolError> {
        let mut bench = Bench { tools: self, scope, ledger, known };
        each_tool!(dispatch, bench, name, arguments)
    }

    /// What was shipped since each of these accounts was lost, in their order.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn since_lost(
        &self,
        scope: &TurnScope,
        known: &Known,
        accounts: &[AccountData],
    ) -> Result<Vec<SinceLost>, ToolError> {
        let mut ledger = Ledger::default();
        let bench = Bench { tools: self, scope, ledger: &mut ledger, known };
        Box::pin(since_lost::run(&bench, accounts)).await
    }

    /// An account with its state, by its domain.
    ///
    /// # Errors
    /// [`ToolError::NotFound`] when there is no such account.
    pub async fn account_row(
        &self,
        scope: &TurnScope,
        domain: &str,
    ) -> Result<portfolio_tools::PortfolioRow, ToolError> {
        let data = self.store.account_data(scope.workspace, domain).await?;
        let known = self.known_of(self.store.snapshot(scope.workspace).await?, Vec::new());
        let mut bench = Bench { tools: self, scope, ledger: &mut Ledger::default(), known: &known };
        Ok(portfolio::row_of(&mut bench, &data))
    }

    /// A proposal of `action`, typed by whoever `scope` names.
    ///
    /// # Errors
    /// [`ToolError::Invalid`] when it cannot be or is so already, saying what to do.
    pub async fn proposal(
        &self,
        scope: &TurnScope,
        known: &Known,
        account: &str,
        action: Action,
    ) -> Result<Proposal, ToolError> {
        let mut bench = Bench { tools: self, scope, ledger: &mut Ledger::default(), known };
        propose::make(&mut bench, account, action).await
    }

    /// What `action` would change, and how many people it takes. Nothing is proposed.
    ///
    /// # Errors
    /// See [`Toolbox::proposal`].
    pub async fn preview(
        &self,
        scope: &TurnScope,
        known: &Known,
        account: &str,
        action: Action,
    ) -> Result<(Preview, u8), ToolError> {
        let bench = Bench { tools: self, scope, ledger: &mut Ledger::default(), known };
        propose::preview(&bench, account, action).await
    }

    /// What is known of a workspace now.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn known(&self, workspace: WorkspaceId) -> Result<Known, ToolError> {
        Ok(self.opened(workspace, Opening::default()).await?.0)
    }

    /// What is known of a workspace as a turn begins.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn opened(&self, workspace: WorkspaceId, opening: Opening<'_>) -> Result<(Known, Opened), ToolError> {
        let mut opened = self.store.open_turn(workspace, opening).await?;
        if !opened.records.names_are_known() {
            // As soon as a record is in, its account can be asked about by name; of very many, after a while.
            match self.store.refresh_names(workspace, NAMES_AT_ONCE).await {
                Ok(0) => {}
                Ok(_) => opened = self.store.open_turn(workspace, opening).await?,
                Err(error) => tracing::warn!(%error, "what accounts are called could not be written down yet"),
            }
        }
        Ok((self.known_of(opened.records.clone(), opened.late.clone()), opened))
    }

    fn known_of(&self, records: Snapshot, late: Vec<LateSource>) -> Known {
        let rules = records.health_rules().unwrap_or_else(|| Arc::clone(&self.health));
        Known { directory: Directory::new(records.clone()), records, rules, draft: None, late }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_is_described_in_the_order_of_their_names() {
        let tools = definitions();
        assert!(tools.is_sorted_by_key(|tool| tool.name));
        for tool in tools.iter() {
            assert!(tool.description.len() > 20, "{}", tool.name);
            assert_eq!(tool.parameters["type"], "object", "{}", tool.name);
            assert!(!tool.parameters.to_string().contains("$ref"), "{}", tool.name);
        }
    }
}

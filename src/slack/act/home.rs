//! The Home tab of a person: their critical accounts, renewals, promises, and what waits for their approval.

use serde_json::json;

use crate::domain::action::State;
use crate::domain::activity::{CommitmentStatus, Side};
use crate::domain::health::Level;
use crate::domain::record::RecordKind;
use crate::domain::tool::portfolio::{Portfolio, PortfolioOrder};
use crate::domain::tool::records::{CommitmentView, ListCommitments};
use crate::slack::people::Asker;
use crate::slack::render::account::Promise;
use crate::slack::render::action_id::ProposalValue;
use crate::slack::render::home::{Connected, Home, Pending, home};
use crate::slack::render::list::AccountRow;
use crate::slack::service::{Slack, SlackError, Team};

/// Accounts and promises of a list.
const ROWS: u32 = 6;

/// Days ahead that a renewal is shown.
const RENEWALS: u32 = 30;

impl Slack {
    /// Publishes the Home tab of a user.
    pub(super) async fn publish_home(&self, team: &Team, user: &str) -> Result<(), SlackError> {
        let shown = match self.asker(team, user).await {
            Ok(asker) => self.home_of(team, &asker).await?,
            Err(SlackError::NotAllowed(sentence)) => {
                Home { person: "there".to_owned(), problems: vec![sentence], ..Home::default() }
            }
            Err(error) => return Err(error),
        };
        let view = home(&shown, self.now()).into_json();
        self.api().write(&team.caller, "views.publish", &json!({ "user_id": user, "view": view })).await?;
        Ok(())
    }

    async fn home_of(&self, team: &Team, asker: &Asker) -> Result<Home, SlackError> {
        let app = &team.app;
        let who = asker.person.who().to_owned();
        let owns = app.store().owns_accounts(team.workspace(), &who).await?;
        let owner = owns.then(|| who.clone());
        let critical = Portfolio {
            levels: vec![Level::Critical],
            owner: owner.clone(),
            limit: Some(ROWS),
            ..Portfolio::default()
        };
        let renewals = Portfolio {
            renewing_within_days: Some(RENEWALS),
            order: PortfolioOrder::Renewal,
            owner: owner.clone(),
            limit: Some(ROWS),
            ..Portfolio::default()
        };
        let (critical, renewals) = tokio::try_join!(app.accounts(critical), app.accounts(renewals))?;
        let promised_by = |side: Side| ListCommitments {
            side: Some(side),
            statuses: vec![CommitmentStatus::Overdue, CommitmentStatus::Unclear, CommitmentStatus::Open],
            owner: owner.clone(),
            ..ListCommitments::default()
        };
        let (ours, theirs) =
            tokio::try_join!(app.look_up(promised_by(Side::Team)), app.look_up(promised_by(Side::Customer)))?;
        let shown = |mut views: Vec<CommitmentView>| {
            views.sort_by_key(|view| (view.status != CommitmentStatus::Overdue, view.due));
            views.iter().take(ROWS as usize).map(|view| (view.account_name.clone(), Promise::from(view))).collect()
        };
        let readiness = app.readiness().await;
        Ok(Home {
            person: asker.person.first_name().to_owned(),
            newcomer: app.store().slack_question_before(team.workspace(), &asker.user, 1).await?.is_none(),
            owns_accounts: owns,
            critical: critical.rows.iter().map(AccountRow::from).collect(),
            critical_total: critical.matched,
            renewals: renewals.rows.iter().map(AccountRow::from).collect(),
            renewals_total: renewals.matched,
            ours: shown(ours.items),
            theirs: shown(theirs.items),
            approvals: self.pending(team, asker).await?,
            digest: self.digests_told(team, asker).await?,
            sources: self.connected(team).await?,
            problems: readiness.problems,
        })
    }

    /// Proposals that wait for this person: not those that wait for another one than them.
    async fn pending(&self, team: &Team, asker: &Asker) -> Result<Vec<Pending>, SlackError> {
        let actor = asker.origin("").by;
        if !team.app.policy().allows(&actor) {
            return Ok(Vec::new());
        }
        let waiting = team.app.proposals(None).await?.into_iter().filter(|proposal| {
            proposal.state == State::Pending && !proposal.approvals.iter().any(|given| given.actor.same(&actor))
        });
        Ok(waiting
            .map(|proposal| Pending {
                title: proposal.preview.title.clone(),
                asked_by: proposal.proposed_by.who.clone(),
                expires_at: proposal.expires_at,
                value: ProposalValue { id: proposal.id, digest: proposal.digest },
            })
            .collect())
    }

    async fn connected(&self, team: &Team) -> Result<Vec<Connected>, SlackError> {
        let kinds = [
            (RecordKind::Call, "Calls"),
            (RecordKind::Email, "E-mails"),
            (RecordKind::Signal, "Signals"),
            (RecordKind::RevenueSource, "Contracts"),
            (RecordKind::PaymentEvent, "Payments"),
            (RecordKind::Usage, "Usage"),
            (RecordKind::Deal, "Deals"),
            (RecordKind::Release, "Releases"),
        ];
        let counts = team.app.store().workspace_counts(team.workspace(), &kinds.map(|(kind, _)| kind)).await?;
        let named = kinds.into_iter().zip(counts);
        Ok(named
            .filter(|(_, (_, count))| *count > 0)
            .map(|((_, name), (_, count))| Connected {
                name: name.to_owned(),
                supplies: format!("{count} on record"),
                newest: None,
            })
            .collect())
    }
}

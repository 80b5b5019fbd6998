//! What follows from an action, computed from the records: the totals and lists it changes, what is due, who else is on
//! the account.

use chrono::Duration;

use super::super::{Bench, ToolError};
use super::preview::{amounts, with};
use super::target::promise;
use crate::domain::account::Section;
use crate::domain::action::{Action, Outcome};
use crate::domain::activity::{Commitment, CommitmentStatus, Note, Side};
use crate::domain::health::{Level, assess};
use crate::domain::money::{Money, totals};
use crate::domain::revenue::{arr, renewal};
use crate::domain::text::{clipped, listed};
use crate::domain::time::{Window, day_text, relative_text};
use crate::model::reader::kept_by_note;
use crate::store::{AccountData, Among};

/// Renewals so near are worth a warning, in days.
const NEAR: i64 = 120;

/// Colleagues who were on calls within so many days follow an account.
const FOLLOWS: i64 = 90;

/// What follows, a sentence each; the weightiest first.
///
/// # Errors
/// When the records cannot be read.
pub async fn of(bench: &Bench<'_>, data: &AccountData, action: &Action) -> Result<Vec<String>, ToolError> {
    bench.fresh_states().await?;
    let view = View { bench, data };
    let mut told = Vec::new();
    match action {
        Action::RouteAccount { section, .. } => {
            told.push(view.queues(*section).await?);
            told.extend(view.roll_up_stays());
        }
        Action::UntrackAccount { .. } => {
            told.push(view.totals(false).await?);
            told.push(view.digests().await?);
            told.extend(view.renewal("nobody will be reminded of it"));
        }
        Action::RetrackAccount { .. } => {
            told.push(view.totals(true).await?);
            told.extend(view.digests_again());
        }
        Action::SnoozeAccount { until, .. } => {
            told.push(view.digests().await?);
            told.extend(view.renewal_before(*until));
        }
        Action::SetOwner { owner, .. } => told.extend(view.books(owner).await?),
        Action::IgnoreRevenueSource { source, ignored, .. } => {
            told.extend(view.score(&with(data, source, *ignored)));
            told.push("The contract stays on record and can be counted again.".to_owned());
        }
        Action::MarkCommitment { commitment, outcome, .. } => told.extend(view.promise(commitment, *outcome)?),
        Action::AddNote { text } => {
            told.extend(view.kept(text));
            told.push("It goes on the timeline, can be searched, and is cited as a note of yours.".to_owned());
        }
    }
    if matches!(
        action,
        Action::RouteAccount { .. }
            | Action::UntrackAccount { .. }
            | Action::SnoozeAccount { .. }
            | Action::SetOwner { .. }
    ) {
        told.extend(view.owed());
        told.extend(view.followers().await?);
    }
    Ok(told)
}

struct View<'a> {
    bench: &'a Bench<'a>,
    data: &'a AccountData,
}

impl View<'_> {
    fn name(&self) -> &str {
        &self.data.account.record.name
    }

    fn level(&self) -> Level {
        assess(&self.data.health_input(), self.bench.now(), self.bench.rules()).level
    }

    /// How many tracked accounts there are of a kind.
    async fn count(&self, among: Among<'_>) -> Result<u64, ToolError> {
        Ok(self.bench.tools.store.count_tracked(self.bench.records().workspace(), among).await?)
    }

    /// How the two lists change.
    async fn queues(&self, to: Section) -> Result<String, ToolError> {
        let from = self.data.account.section;
        let joins = self.count(Among::Section(to)).await? + 1;
        let leaves = self.count(Among::Section(from)).await?.saturating_sub(1);
        Ok(format!(
            "It leaves {} ({leaves} {} there) and shows on top of {} ({joins}), marked “Routed from {}”.",
            from.label(),
            if leaves == 1 { "stays" } else { "stay" },
            to.label(),
            from.label()
        ))
    }

    fn roll_up_stays(&self) -> Option<String> {
        let own = arr(&self.data.revenue);
        (!own.is_empty()).then(|| format!("Its {} ARR stays in the totals: routing changes no roll-up.", amounts(&own)))
    }

    /// How the totals change with it in them or not.
    async fn totals(&self, joins: bool) -> Result<String, ToolError> {
        let (store, workspace) = (&self.bench.tools.store, self.bench.records().workspace());
        let own = arr(&self.data.revenue);
        let (others, without) = store.tracked_besides(workspace, self.data.account.id).await?;
        let with = totals(without.iter().chain(&own).cloned());
        let (left, joined) = ((without, others), (with, others + 1));
        let ((before, accounts_before), (after, accounts_after)) = if joins { (left, joined) } else { (joined, left) };
        let same_currency = |sums: &[Money]| -> Vec<Money> {
            sums.iter().filter(|sum| own.iter().any(|amount| amount.currency == sum.currency)).cloned().collect()
        };
        let verb = if joins { "joins" } else { "leaves" };
        Ok(if own.is_empty() {
            format!("The totals count {accounts_after} accounts instead of {accounts_before}; it has no ARR.")
        } else {
            format!(
                "Its {} ARR {verb} the totals: {} over {accounts_before} accounts becomes {} over {accounts_after}.",
                amounts(&own),
                amounts(&same_currency(&before)),
                amounts(&same_currency(&after))
            )
        })
    }

    /// The promises that count as kept once a note says so.
    fn kept(&self, text: &str) -> Vec<String> {
        let note = Note {
            id: String::new(),
            account: self.data.account.record.domain.clone(),
            written_at: self.bench.now(),
            author: String::new(),
            text: text.to_owned(),
            url: None,
        };
        let told = |promise: &&Commitment| {
            let day = day_text(promise.occurred_at.day(), self.bench.today());
            let quote = clipped(&promise.quote, 120);
            format!("It counts the promise “{quote}” of {day} as kept; word it otherwise if it is not.")
        };
        kept_by_note(&self.data.commitments, &note).iter().map(told).collect()
    }

    /// Which digest it is missing from.
    async fn digests(&self) -> Result<String, ToolError> {
        let level = self.level();
        Ok(match level {
            Level::Healthy => {
                "It is healthy and in no digest of accounts in trouble now; it will not turn up in one.".to_owned()
            }
            level => format!(
                "It is one of {} {} accounts and will be missing from their digest.",
                self.count(Among::Level(level)).await?,
                level.label()
            ),
        })
    }

    fn digests_again(&self) -> Option<String> {
        let level = self.level();
        (level != Level::Healthy).then(|| format!("It is {} and turns up in the digest again.", level.label()))
    }

    fn renewal(&self, what: &str) -> Option<String> {
        let today = self.bench.today();
        let day = renewal(&self.data.revenue, today).filter(|day| (0..=NEAR).contains(&(*day - today).num_days()))?;
        Some(format!("Its renewal is {} ({}): {what}.", relative_text(day, today), day_text(day, today)))
    }

    fn renewal_before(&self, until: chrono::NaiveDate) -> Option<String> {
        let today = self.bench.today();
        let day = renewal(&self.data.revenue, today).filter(|day| *day >= today)?;
        if day > until {
            return None;
        }
        Some(format!("Its renewal on {} falls into that time.", day_text(day, today)))
    }

    /// What the colleague who loses it and the one who gets it have then.
    async fn books(&self, owner: &str) -> Result<Vec<String>, ToolError> {
        let mut told = Vec::new();
        if let Some(before) = &self.data.account.record.owner_email {
            let owned = self.count(Among::Owner(before)).await?;
            told.push(format!("{before} keeps {}.", accounts(owned.saturating_sub(1))));
        }
        match self.count(Among::Owner(owner)).await? {
            0 => told.push(format!("{owner} owns no account yet; check that the address is right.")),
            known => told.push(format!("{owner} has {} then.", accounts(known + 1))),
        }
        Ok(told)
    }

    /// How the score changes.
    fn score(&self, changed: &AccountData) -> Option<String> {
        let score = |data: &AccountData| assess(&data.health_input(), self.bench.now(), self.bench.rules());
        let (before, after) = (score(self.data), score(changed));
        (before.score != after.score).then(|| {
            format!(
                "The health score of {} goes from {} ({}) to {} ({}).",
                self.name(),
                before.score,
                before.level.label(),
                after.score,
                after.level.label()
            )
        })
    }

    /// How the promises and the score change.
    fn promise(&self, id: &str, outcome: Outcome) -> Result<Vec<String>, ToolError> {
        let marked = promise(self.data, id)?;
        let mut changed = self.data.clone();
        changed.commitments.retain(|other| other.id != id);
        let owed = |data: &AccountData| {
            let today = self.bench.today();
            let promises = data.commitments.iter();
            promises.filter(|other| other.side == marked.side && other.status(today).is_open()).count()
        };
        let (before, after) = (owed(self.data), owed(&changed));
        let mut told = Vec::new();
        if before != after {
            let (who, whom) = match marked.side {
                Side::Team => ("we", "them"),
                Side::Customer => ("they", "us"),
            };
            told.push(format!("Open promises {who} made {whom}: {after} instead of {before}."));
        }
        if outcome == Outcome::Dropped && marked.side == Side::Team {
            told.push("They are not told by this; say so to them if they still wait for it.".to_owned());
        }
        told.extend(self.score(&changed));
        Ok(told)
    }

    /// What we still owe them.
    fn owed(&self) -> Option<String> {
        let today = self.bench.today();
        let ours = |status| {
            let promises = self.data.commitments.iter();
            promises.filter(|promise| promise.side == Side::Team && promise.status(today) == status).count()
        };
        let (overdue, open) = (ours(CommitmentStatus::Overdue), ours(CommitmentStatus::Open));
        match (overdue, open) {
            (0, 0) => None,
            (0, open) => Some(format!("We still owe them {}.", promises(open))),
            (overdue, open) => Some(format!("We still owe them {}, {overdue} overdue.", promises(overdue + open))),
        }
    }

    /// Who else is on the account.
    async fn followers(&self) -> Result<Option<String>, ToolError> {
        let today = self.bench.today();
        let domain = &self.data.account.record.domain;
        let window = Window { since: Some(today - Duration::days(FOLLOWS)), until: Some(today) };
        let calls = self.bench.records().calls(domain, &window, None, 50).await?;
        let asker = self.bench.scope.asker.as_ref();
        let is_asker = |address: &str| asker.is_some_and(|asker| asker.is(address));
        let owner = self.data.account.record.owner_email.as_deref().filter(|owner| !is_asker(owner));
        let mut names: Vec<String> = Vec::new();
        for person in calls.iter().flat_map(|call| &call.participants).filter(|person| person.side == Side::Team) {
            let address = person.email.as_deref().unwrap_or_default();
            let is_owner = owner.is_some_and(|owner| owner.eq_ignore_ascii_case(address));
            if !is_owner && !is_asker(address) && !names.contains(&person.name) {
                names.push(person.name.clone());
            }
        }
        names.truncate(4);
        let were = if names.len() == 1 { "was" } else { "were" };
        let with_them =
            (!names.is_empty()).then(|| format!("{} {were} on its calls in the last {FOLLOWS} days", listed(&names)));
        Ok(match (owner, with_them) {
            (Some(owner), Some(others)) => Some(format!("{owner} owns it; {others}.")),
            (Some(owner), None) => Some(format!("{owner} owns it.")),
            (None, others) => others.map(|others| format!("{others}.")),
        })
    }
}

fn accounts(count: u64) -> String {
    if count == 1 { "1 account".to_owned() } else { format!("{count} accounts") }
}

fn promises(count: usize) -> String {
    if count == 1 { "1 promise".to_owned() } else { format!("{count} promises") }
}

//! What the sections stand on, told from the records that are there and the systems that are connected: one contract behind
//! all of them.

use super::{App, AppError};
use crate::domain::account::Section;
use crate::domain::readiness::{NextStep, PartState, SectionState, Source, SourceState, Standing, either};
use crate::domain::record::RecordKind;
use crate::domain::revenue::BillingSystem;
use crate::domain::task::TaskState;
use crate::store::Projection;

/// What the sections stand on.
#[derive(Clone, Debug)]
pub struct Groundwork {
    /// The sources, each as it stands.
    pub sources: Vec<SourceState>,
    /// What the sections reuse of the program.
    pub parts: Vec<PartState>,
    /// The sections.
    pub sections: Vec<SectionState>,
    /// What to do next.
    pub next: NextStep,
    /// The same in a sentence.
    pub next_told: String,
    /// Systems that are connected, by name, each with whether it fails.
    pub connected: Vec<(String, bool)>,
    /// Whether nothing was imported yet: then the demo is a preview.
    pub empty: bool,
}

impl Groundwork {
    /// How a section stands.
    #[must_use]
    pub fn section(&self, section: Section) -> Option<&SectionState> {
        self.sections.iter().find(|state| state.section == section)
    }
}

impl App {
    /// The sources, each as it stands. It reads the counts that are kept of each kind of record, and no records.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn sources(&self) -> Result<Vec<SourceState>, AppError> {
        let (store, workspace) = (&self.intake.store, self.workspace);
        let kinds = [
            RecordKind::Account,
            RecordKind::PaymentEvent,
            RecordKind::Usage,
            RecordKind::Deal,
            RecordKind::Call,
            RecordKind::Email,
            RecordKind::Signal,
            RecordKind::Release,
        ];
        let counts = store.workspace_counts(workspace, &kinds).await?;
        let systems = store.billing_systems(workspace).await?;
        let connections = store.connections(workspace).await?;
        let counted = |kind: RecordKind| counts.iter().find(|(known, _)| *known == kind).map_or(0, |(_, count)| *count);
        let state = |source: Source| {
            let records = match source {
                Source::Accounts => Some(counted(RecordKind::Account)),
                Source::Payments => Some(counted(RecordKind::PaymentEvent)),
                Source::Usage => Some(counted(RecordKind::Usage)),
                Source::Deals => Some(counted(RecordKind::Deal)),
                Source::Calls => Some(counted(RecordKind::Call)),
                Source::Emails => Some(counted(RecordKind::Email)),
                Source::Signals => Some(counted(RecordKind::Signal)),
                Source::Releases => Some(counted(RecordKind::Release)),
                Source::Contracts | Source::Subscriptions | Source::Enrichment => None,
            };
            let brought = |source: Source| {
                connections.iter().any(|one| one.succeeded_at.is_some() && one.vendor.brings().contains(&source))
            };
            let there = match source {
                Source::Enrichment => brought(Source::Enrichment),
                Source::Contracts => {
                    systems.contains(&BillingSystem::Salesbricks) || systems.contains(&BillingSystem::Manual)
                }
                Source::Subscriptions => systems.contains(&BillingSystem::Stripe),
                _ => records.is_some_and(|records| records > 0),
            };
            let standing = match source {
                _ if there => Standing::Connected,
                _ => Standing::Available,
            };
            SourceState { source, standing, records }
        };
        Ok(Source::ALL.map(state).into())
    }

    /// How a section stands.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn section_standing(&self, section: Section) -> Result<SectionState, AppError> {
        Ok(SectionState::of(section, &there(&self.sources().await?)))
    }

    /// What all sections stand on.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn groundwork(&self) -> Result<Groundwork, AppError> {
        let (store, workspace, now) = (&self.intake.store, self.workspace, self.now());
        let sources = self.sources().await?;
        let there = there(&sources);
        let rules = self.intake.rules().await?;
        let stale = !store.stale_states(workspace, now, &rules, 1).await?.is_empty();
        let behind = store.count_behind(workspace, Projection::Words).await?;
        let failed = self.tasks().await?.iter().filter(|task| task.state == TaskState::Failed).count();
        let in_crm = store.any_in_crm(workspace).await?;
        let sections: Vec<SectionState> =
            Section::ALL.into_iter().map(|section| SectionState::of(section, &there)).collect();
        let empty = !there.contains(&Source::Accounts) && !there.contains(&Source::Releases);
        let lacking = sections.iter().flat_map(|state| &state.needs).next();
        let (next, next_told) = match lacking {
            _ if empty => (
                NextStep::Connect,
                "Connect a system with `success-agent connect`, import a first file with `success-agent import FILE`, or look at the demo with `success-agent serve --demo`."
                    .to_owned(),
            ),
            _ if stale => {
                (NextStep::Recompute, "Some scores are out of date: refresh them, or leave it to the background.".to_owned())
            }
            Some(one_of) => {
                (NextStep::Connect, format!("Connect a system that has {}, or import them with `success-agent import FILE`.", either(one_of)))
            }
            None => (NextStep::Nothing, "Every section has what it needs.".to_owned()),
        };
        let connections = store.connections(workspace).await?;
        let connected: Vec<(String, bool)> = connections
            .iter()
            .map(|one| (one.vendor.label().to_owned(), one.failure.is_some() || one.paused))
            .collect();
        let parts =
            vec![identity(&there, in_crm), counted(&sources, &connected), signals(&there), jobs(behind, failed)];
        Ok(Groundwork { sources, parts, sections, next, next_told, connected, empty })
    }
}

/// The sources of which there are records.
fn there(sources: &[SourceState]) -> Vec<Source> {
    sources.iter().filter(|state| state.standing == Standing::Connected).map(|state| state.source).collect()
}

fn identity(there: &[Source], in_crm: bool) -> PartState {
    let (standing, told) = match (there.contains(&Source::Accounts), in_crm) {
        (true, true) => (Standing::Connected, "Accounts are known by their domain, with links into the CRM."),
        (true, false) => {
            (Standing::Available, "Accounts are known by their domain; none has a link into a CRM (`crm_url`).")
        }
        _ => (Standing::Available, "No account is on record; accounts come in with an import."),
    };
    PartState { name: "company_identity", label: "Company identity", standing, told: told.to_owned() }
}

fn counted(sources: &[SourceState], connected: &[(String, bool)]) -> PartState {
    let of = |standing| sources.iter().filter(|state| state.standing == standing).count();
    let standing = if of(Standing::Connected) > 0 { Standing::Connected } else { Standing::Available };
    let names = |failing: bool| -> Vec<&str> {
        connected.iter().filter(|(_, fails)| *fails == failing).map(|(name, _)| name.as_str()).collect()
    };
    let mut told = format!("{} of {} kinds of data are on record.", of(Standing::Connected), sources.len());
    match (names(false).as_slice(), names(true).as_slice()) {
        ([], []) => told.push_str(" No system is connected; they were imported from files."),
        (fresh, failing) => {
            if !fresh.is_empty() {
                told.push_str(&format!(" Connected: {}.", fresh.join(", ")));
            }
            if !failing.is_empty() {
                told.push_str(&format!(" Bringing nothing at present: {}.", failing.join(", ")));
            }
        }
    }
    PartState { name: "sources", label: "Sources", standing, told }
}

fn signals(there: &[Source]) -> PartState {
    let talks = there.contains(&Source::Calls) || there.contains(&Source::Emails);
    let (standing, told) = match (there.contains(&Source::Signals), talks) {
        (true, _) => (Standing::Connected, "Signals are on record and weigh in the score."),
        (false, true) => (
            Standing::Available,
            "Promises and requests are read from calls and e-mails; signals themselves are not imported.",
        ),
        _ => (Standing::Available, "No signal, call or e-mail is on record."),
    };
    PartState { name: "signals", label: "Signals", standing, told: told.to_owned() }
}

fn jobs(behind: u64, failed: usize) -> PartState {
    let told = match (failed, behind) {
        (0, 0) => "Everything that came in is read and searchable.".to_owned(),
        (0, behind) => format!("{behind} records are not searchable yet; they are indexed in the background."),
        (1, _) => "1 task was given up; `success-agent jobs list` says why.".to_owned(),
        (failed, _) => format!("{failed} tasks were given up; `success-agent jobs list` says why."),
    };
    let standing = if failed == 0 { Standing::Connected } else { Standing::Missing };
    PartState { name: "jobs", label: "Jobs", standing, told }
}

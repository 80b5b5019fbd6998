//! Answers about the account as a whole: its state, its score, what to do next, its people, comparisons.

use serde::Serialize;

use super::{Desk, listed};
use crate::domain::account::Contact;
use crate::domain::health::FactorKind;
use crate::domain::tool::account::{AccountOverview, DepartureView, Overview};
use crate::domain::tool::activity::{ActivityItem, ListActivity};
use crate::domain::tool::records::{CommitmentView, ListCommitments, ListRequests, RequestGroup};
use crate::domain::tool::revenue::{Revenue, RevenueView};
use crate::domain::tool::score::{
    FactorView, HealthView, ScoreCause, ScoreExplanation, ScoreHistory, ScoreMover, ScorePath, ScorePoint,
};
use crate::model::analyst::plan::Step;
use crate::model::analyst::polar;
use crate::model::chat::ModelError;
use crate::prompt::Template;

#[derive(Serialize)]
struct OverviewPage {
    #[serde(flatten)]
    overview: Overview,
    level: &'static str,
    risks: Vec<FactorView>,
    strengths: Vec<FactorView>,
    owed: Vec<CommitmentView>,
    section: &'static str,
    payment: Option<&'static str>,
    primary: Option<String>,
    /// What was heard of the main contact, where they are not there any more.
    former: Option<DepartureView>,
}

impl Template for OverviewPage {
    const FILE: &'static str = "answer/overview.md";
}

fn split(factors: &[FactorView]) -> (Vec<FactorView>, Vec<FactorView>) {
    factors.iter().cloned().partition(|factor| factor.magnitude < 0)
}

/// The state of an account in one look.
pub fn overview(desk: &Desk<'_>) -> Result<Step, ModelError> {
    if let Some(asked) = desk.part.ask.meetings {
        return super::meetings::meetings(desk, asked);
    }
    let overview = desk.found::<AccountOverview>()?;
    let owed = desk.found::<ListCommitments>().map(|list| list.items).unwrap_or_default();
    let (risks, strengths) = split(&overview.health.factors);
    let records = overview
        .latest
        .iter()
        .map(|item| crate::domain::record::RecordRef { kind: item.kind, id: item.id.clone() })
        .collect();
    let marked = overview.contacts.iter().find(|contact| contact.primary);
    let former = super::presence::former(&overview).cloned();
    let next = former.as_ref().and_then(|heard| super::presence::successor(&overview, heard));
    let named = |contact: &Contact| match &contact.title {
        Some(title) => format!("{}, {title}", contact.name),
        None => contact.name.clone(),
    };
    let primary = match &former {
        Some(_) => next.as_ref().map(named),
        None => marked.map(named),
    };
    let page = OverviewPage {
        level: overview.health.level.label(),
        risks,
        strengths,
        owed,
        section: overview.section.label(),
        payment: overview.revenue.payment_state.map(crate::domain::revenue::PaymentState::label),
        primary,
        former,
        overview,
    };
    desk.done(&page, records)
}

#[derive(Serialize)]
struct ScorePage {
    #[serde(flatten)]
    health: HealthView,
    name: String,
    level: &'static str,
    leaving: bool,
    ended: bool,
    weighs: String,
    plural: bool,
    risks: Vec<FactorView>,
    strengths: Vec<FactorView>,
}

impl Template for ScorePage {
    const FILE: &'static str = "answer/score.md";
}

/// Why the score is what it is.
pub fn score(desk: &Desk<'_>) -> Result<Step, ModelError> {
    let health = desk.found::<ScoreExplanation>()?;
    let (risks, strengths) = split(&health.factors);
    let (weighs, plural) = weighs_most(&risks);
    let leaving = desk.says("churn leave leaving renew");
    let page = ScorePage {
        name: desk.name(),
        level: health.level.label(),
        leaving,
        ended: desk.ended().is_some(),
        weighs,
        plural,
        risks,
        strengths,
        health,
    };
    desk.done(&page, Vec::new())
}

#[derive(Serialize)]
struct LikelihoodPage {
    #[serde(flatten)]
    overview: Overview,
    level: &'static str,
}

impl Template for LikelihoodPage {
    const FILE: &'static str = "answer/likelihood.md";
}

/// How likely it is to convert or to come back.
pub fn likelihood(desk: &Desk<'_>) -> Result<Step, ModelError> {
    let overview = desk.found::<AccountOverview>()?;
    desk.done(&LikelihoodPage { level: overview.health.level.label(), overview }, Vec::new())
}

/// The heaviest risks by name: `falling usage, churn risk and an open escalation`; and whether there are several.
fn weighs_most(risks: &[FactorView]) -> (String, bool) {
    let mut names: Vec<&str> = Vec::new();
    for risk in risks {
        let name = match risk.kind {
            FactorKind::Adoption => "low adoption",
            FactorKind::UsageTrend => "falling usage",
            FactorKind::Payment => "an unpaid invoice",
            FactorKind::Renewal => "the end of the contract",
            FactorKind::Nps => "a low NPS",
            FactorKind::Escalation => "an escalation",
            FactorKind::ChurnRisk => "words of leaving",
            FactorKind::Complaint => "complaints",
            FactorKind::Praise => "faint praise",
            FactorKind::BrokenPromise => "our overdue promises",
            FactorKind::Silence => "silence",
            FactorKind::Trial => "the end of the trial",
            FactorKind::Deal => "the deal",
            FactorKind::Shipped => "what was shipped",
        };
        if !names.contains(&name) && names.len() < 3 {
            names.push(name);
        }
    }
    let plural = names.len() > 1
        || names.first().is_some_and(|name| name.ends_with('s') && *name != "a low NPS" && *name != "words of leaving");
    (listed(&names), plural)
}

#[derive(Serialize)]
struct ScoreHistoryPage {
    name: String,
    level: &'static str,
    first_level: &'static str,
    first: ScorePoint,
    last: ScorePoint,
    lowest: ScorePoint,
    ended: bool,
    turned: Vec<Turn>,
    movers: Vec<ScoreMover>,
    replayed: bool,
    trend: Option<String>,
    causes: Vec<ScoreCause>,
    cite: u32,
}

/// A change of level between two weekly points.
#[derive(Serialize)]
struct Turn {
    day: chrono::NaiveDate,
    level: &'static str,
    score: u32,
}

impl Template for ScoreHistoryPage {
    const FILE: &'static str = "answer/score_history.md";
}

/// How the score moved.
pub fn score_history(desk: &Desk<'_>) -> Result<Step, ModelError> {
    let ScorePath { cite, points, movers, replayed, trend, causes, .. } = desk.found::<ScoreHistory>()?;
    let (Some(first), Some(last)) = (points.first().copied(), points.last().copied()) else {
        return score(desk);
    };
    let turned = points
        .windows(2)
        .filter(|pair| pair[0].level != pair[1].level)
        .map(|pair| Turn { day: pair[1].day, level: pair[1].level.label(), score: pair[1].score })
        .collect();
    let lowest = points.iter().copied().min_by_key(|point| (point.score, std::cmp::Reverse(point.day))).unwrap_or(last);
    let page = ScoreHistoryPage {
        name: desk.name(),
        level: last.level.label(),
        first_level: first.level.label(),
        first,
        last,
        lowest,
        ended: desk.ended().is_some(),
        turned,
        movers,
        replayed,
        trend,
        causes,
        cite,
    };
    desk.done(&page, Vec::new())
}

#[derive(Serialize)]
struct NextStepPage {
    name: String,
    level: &'static str,
    score: u32,
    score_cites: Vec<u32>,
    overdue: Vec<CommitmentView>,
    open: Vec<CommitmentView>,
    untold: Vec<RequestGroup>,
    payment: Option<FactorView>,
    escalation: Option<FactorView>,
    usage: Option<FactorView>,
    renewal: Option<FactorView>,
    silence: Option<FactorView>,
    waiting: Vec<ActivityItem>,
    revenue: RevenueView,
}

impl Template for NextStepPage {
    const FILE: &'static str = "answer/next_step.md";
}

/// What a CSM should do next, from what the records leave open.
pub fn next_step(desk: &Desk<'_>) -> Result<Step, ModelError> {
    let health = desk.found::<ScoreExplanation>()?;
    let (overdue, open) = desk
        .found::<ListCommitments>()?
        .items
        .into_iter()
        .partition(|item| item.status == crate::domain::activity::CommitmentStatus::Overdue);
    let untold = desk
        .found::<ListRequests>()?
        .groups
        .into_iter()
        .filter(|group| {
            group.shipped.as_ref().is_some_and(|shipped| {
                shipped.after_request && (desk.today() - shipped.shipped_at.day()).num_days() <= 60
            })
        })
        .collect();
    let factor =
        |kind: FactorKind| health.factors.iter().find(|factor| factor.kind == kind && factor.magnitude < 0).cloned();
    let waiting = desk
        .found::<ListActivity>()?
        .items
        .into_iter()
        .filter(|item| item.answered == Some(false) && item.side == Some(crate::domain::activity::Side::Customer))
        .take(1)
        .collect();
    let page = NextStepPage {
        name: desk.name(),
        level: health.level.label(),
        score: health.score,
        score_cites: health.factors.first().map(|factor| factor.cites.clone()).unwrap_or_default(),
        payment: factor(FactorKind::Payment),
        escalation: factor(FactorKind::Escalation),
        usage: factor(FactorKind::UsageTrend).or_else(|| factor(FactorKind::Adoption)),
        renewal: factor(FactorKind::Renewal),
        silence: factor(FactorKind::Silence),
        overdue,
        open,
        untold,
        waiting,
        revenue: desk.found::<Revenue>()?,
    };
    desk.done(&page, Vec::new())
}

#[derive(Serialize)]
struct PeoplePage {
    account_name: String,
    owner_asked: bool,
    person: Option<crate::domain::tool::account::Person>,
    primary: Option<Contact>,
    left: Vec<Contact>,
    /// What was heard of the main contact, where they are not there any more.
    former: Option<DepartureView>,
    /// Whether somebody was named who takes over from them.
    taken_over: bool,
    others: Vec<Contact>,
    met: Vec<ActivityItem>,
    overview: Overview,
}

impl Template for PeoplePage {
    const FILE: &'static str = "answer/people.md";
}

/// Who is who.
pub fn people(desk: &Desk<'_>) -> Result<Step, ModelError> {
    if let (Some(asked), Some(person)) = (desk.part.ask.presence, &desk.part.person) {
        return super::presence::presence(desk, &desk.found::<AccountOverview>()?, asked, person);
    }
    if let Some(colleague) =
        desk.part.person.as_ref().filter(|person| polar::asks_if_owner(&desk.part.ask, &desk.part.words, person))
    {
        return super::owner::owner(desk, colleague);
    }
    let main = desk.says("champion sponsor")
        && desk.found::<AccountOverview>()?.contacts.iter().any(|contact| contact.primary);
    let role = !main && desk.says("champion sponsor stakeholder stakeholders decision signs attended joined");
    if (role || desk.part.person.is_some()) && !desk.says("contact contacts owner csm owns") {
        // What was said about the role or the person tells more than the contact list; look there as well.
        let wider = super::person::person_search(desk);
        if !desk.made(&wider.id) {
            return Ok(Step::Call(vec![wider]));
        }
    }
    let overview = desk.found::<AccountOverview>()?;
    let heard = |contact: &Contact| super::presence::ended(&overview, contact);
    let gone = |contact: &Contact| {
        contact.title.as_deref().is_some_and(|title| title.to_lowercase().contains("left")) || heard(contact).is_some()
    };
    let former = super::presence::former(&overview).cloned();
    let (mut left, here): (Vec<_>, Vec<_>) = overview.contacts.iter().cloned().partition(gone);
    // What was heard is told with its record, below.
    left.retain(|contact| heard(contact).is_none());
    let next = former.as_ref().and_then(|heard| super::presence::successor(&overview, heard));
    let taken_over = next.is_some();
    let marked = here.iter().find(|contact| contact.primary).cloned();
    // Where the main contact is gone and nobody was named, the first who is there comes first.
    let primary = marked.or(next).or_else(|| here.first().filter(|_| former.is_some()).cloned());
    let others = here.into_iter().filter(|contact| Some(contact) != primary.as_ref()).collect();
    let page = PeoplePage {
        account_name: overview.name.clone(),
        owner_asked: desk.says("owner owns csm manages ours"),
        person: desk.part.person.clone(),
        primary,
        former,
        taken_over,
        left,
        others,
        met: overview
            .latest
            .iter()
            .filter(|item| item.kind == crate::domain::record::RecordKind::Call)
            .cloned()
            .collect(),
        overview,
    };
    if role || desk.part.person.is_some() {
        return super::person::person(desk, &page.overview);
    }
    desk.done(&page, Vec::new())
}

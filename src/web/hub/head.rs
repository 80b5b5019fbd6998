//! The head of an account's page: who it is, its badges, its score and the four figures looked at first.

use serde::Serialize;

use super::address;
use super::words::{Link, Owner, When, counted, kind, level, money, monogram, percent};
use crate::app::Hub;
use crate::domain::health::{Chance, LikelihoodKind};
use crate::domain::record::RecordKind;
use crate::domain::revenue::PaymentState;
use crate::domain::text::{capital, signed};
use crate::domain::tool::score::FactorView;

/// Who an account is and how it stands.
#[derive(Debug, Serialize)]
pub(super) struct Head {
    name: String,
    domain: String,
    monogram: String,
    segment: Option<String>,
    crm_url: Option<String>,
    contact: Option<Contact>,
    owner: Option<Owner>,
    level: &'static str,
    level_name: String,
    score: u32,
    tracked: bool,
    snoozed: Option<When>,
    section: &'static str,
    routed: Option<Routed>,
    sources: Vec<Source>,
    rating: Option<Rating>,
    confidence: u32,
    missing: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Contact {
    name: String,
    title: Option<String>,
    email: Option<String>,
}

#[derive(Debug, Serialize)]
struct Routed {
    from: String,
    reason: Option<String>,
    by: String,
    when: When,
}

#[derive(Debug, Serialize)]
struct Source {
    name: String,
    newest: Option<When>,
}

#[derive(Debug, Serialize)]
struct Rating {
    rating: u8,
    note: Option<String>,
    by: String,
    when: When,
}

/// A figure with what it is and what else is to be known of it.
#[derive(Debug, Serialize)]
pub(super) struct Metric {
    label: &'static str,
    value: String,
    more: Vec<String>,
    /// `bad` or `good`, where the figure speaks for itself.
    mood: Option<&'static str>,
    /// What is to be looked after.
    alarm: Option<String>,
    link: Option<Link>,
}

/// A contribution to the score.
#[derive(Debug, Serialize)]
pub(super) struct Factor {
    points: String,
    lowers: bool,
    reason: String,
    source: String,
    links: Vec<Link>,
}

impl Head {
    pub(super) fn of(hub: &Hub) -> Self {
        let (overview, today) = (&hub.overview, hub.now.day());
        let primary = overview.contacts.iter().find(|contact| contact.primary).or_else(|| overview.contacts.first());
        // What was read out of other records is no source, and releases are nobody's.
        let read = [RecordKind::Release, RecordKind::Commitment, RecordKind::Request];
        let sources = overview.sources.iter().filter(|source| source.count > 0 && !read.contains(&source.kind));
        Self {
            name: overview.name.clone(),
            domain: overview.domain.clone(),
            monogram: monogram(&overview.name),
            segment: overview.segment.clone(),
            crm_url: address::elsewhere(overview.crm_url.as_deref()),
            contact: primary.map(|contact| Contact {
                name: contact.name.clone(),
                title: contact.title.clone(),
                email: contact.email.clone(),
            }),
            owner: overview.owner_email.as_deref().map(Owner::of),
            level: overview.health.level.wire(),
            level_name: level(overview.health.level),
            score: overview.health.score,
            tracked: overview.tracked,
            snoozed: overview.snoozed_until.map(|day| When::of(day, today)),
            section: overview.section.label(),
            routed: overview.routed.as_ref().map(|routed| Routed {
                from: routed.from.clone(),
                reason: routed.reason.clone(),
                by: routed.by.clone(),
                when: When::at(routed.at, today),
            }),
            sources: sources
                .map(|source| Source {
                    name: counted(source.count, source.kind),
                    newest: source.newest.map(|at| When::at(at, today)),
                })
                .collect(),
            rating: overview.rating.as_ref().map(|rating| Rating {
                rating: rating.rating,
                note: rating.note.clone(),
                by: rating.by.clone(),
                when: When::at(rating.at, today),
            }),
            confidence: (overview.health.confidence * 100.0).round() as u32,
            missing: overview.health.missing.clone(),
        }
    }
}

/// How likely the account is to convert or to come back.
#[derive(Debug, Serialize)]
pub(super) struct Likelihood {
    heading: &'static str,
    score: u32,
    base: u32,
    factors: Vec<Factor>,
}

impl Likelihood {
    /// None for a paying customer.
    pub(super) fn of(hub: &Hub) -> Option<Self> {
        let likelihood = hub.overview.likelihood.as_ref()?;
        let heading = match (likelihood.kind, likelihood.chance) {
            (LikelihoodKind::Convert, Chance::High) => "Likely to convert",
            (LikelihoodKind::Convert, Chance::Fair) => "May or may not convert",
            (LikelihoodKind::Convert, Chance::Low) => "Unlikely to convert",
            (LikelihoodKind::Reengage, Chance::High) => "Likely to come back",
            (LikelihoodKind::Reengage, Chance::Fair) => "May or may not come back",
            (LikelihoodKind::Reengage, Chance::Low) => "Unlikely to come back",
        };
        let factors = shown(hub, &likelihood.factors);
        Some(Self { heading, score: likelihood.score, base: likelihood.base, factors })
    }
}

/// The factors of the score, as the tool that explains it gives them.
pub(super) fn factors(hub: &Hub) -> Vec<Factor> {
    shown(hub, &hub.overview.health.factors)
}

fn shown(hub: &Hub, factors: &[FactorView]) -> Vec<Factor> {
    let factors = factors.iter().map(|factor| Factor {
        points: signed(factor.magnitude),
        lowers: factor.magnitude < 0,
        reason: factor.reason.clone(),
        source: capital(&factor.source),
        links: Link::all(hub, &factor.cites),
    });
    factors.collect()
}

/// The four figures.
pub(super) fn metrics(hub: &Hub) -> [Metric; 4] {
    [users(hub), worth(hub), activity(hub), renewal(hub)]
}

fn users(hub: &Hub) -> Metric {
    let usage = &hub.overview.usage;
    let mut more = Vec::new();
    let value = match (hub.state.active_users, usage.licensed_seats, &usage.latest) {
        (Some(active), Some(seats), _) => format!("{active} of {seats}"),
        (Some(active), None, _) => active.to_string(),
        (None, _, Some(latest)) => {
            more.push(format!("Figures stopped {}.", When::of(latest.day, hub.now.day()).ago));
            "Unknown".to_owned()
        }
        (None, _, None) => {
            more.push("No usage data.".to_owned());
            "–".to_owned()
        }
    };
    let fresh = hub.state.active_users.is_some();
    more.extend(usage.adoption_percent.filter(|_| fresh).map(|share| format!("{share}% of seats, average of 7 days")));
    let week = usage.week_change_percent.filter(|_| fresh);
    more.extend(week.map(|change| format!("{} on the week before", percent(change))));
    let mood = week.and_then(|change| match change {
        ..=-5 => Some("bad"),
        5.. => Some("good"),
        _ => None,
    });
    let link = usage.cite.and_then(|cite| Link::cited(hub, cite));
    Metric { label: "Active users", value, more, mood, alarm: None, link }
}

fn worth(hub: &Hub) -> Metric {
    let revenue = &hub.overview.revenue;
    let mut more = vec![format!("MRR {}", money(&revenue.mrr))];
    if hub.state.uncounted > 0 {
        more.push(format!("{} with an interval nobody understands left out", hub.state.uncounted));
    }
    Metric { label: "ARR", value: money(&revenue.arr), more, mood: None, alarm: None, link: None }
}

fn activity(hub: &Hub) -> Metric {
    let (overview, now) = (&hub.overview, hub.now);
    let happens = [
        RecordKind::Call,
        RecordKind::Email,
        RecordKind::Note,
        RecordKind::Project,
        RecordKind::Signal,
        RecordKind::PaymentEvent,
    ];
    let dated = overview.sources.iter().filter(|source| happens.contains(&source.kind));
    let newest = dated.filter_map(|source| Some((source.newest.filter(|at| *at <= now)?, source.kind)));
    let Some((at, what)) = newest.max_by_key(|(at, _)| *at) else {
        let more = vec!["Nothing on record.".to_owned()];
        return Metric { label: "Last activity", value: "–".to_owned(), more, mood: None, alarm: None, link: None };
    };
    let when = When::at(at, now.day());
    let mut more = vec![format!("{}, {}", kind(what), when.day)];
    let talk = overview.latest.first();
    if let Some(talk) = talk.filter(|talk| talk.occurred_at < at) {
        let spoken = When::at(talk.occurred_at, now.day());
        more.push(format!("Last spoke or wrote {}", spoken.ago));
    }
    let link = talk.and_then(|talk| Link::cited(hub, talk.cite));
    Metric { label: "Last activity", value: capital(&when.ago), more, mood: None, alarm: None, link }
}

fn renewal(hub: &Hub) -> Metric {
    let (revenue, today) = (&hub.overview.revenue, hub.now.day());
    let state = revenue.payment_state.unwrap_or(PaymentState::Unknown);
    let mut payment = capital(state.label());
    if !revenue.owed.is_empty() {
        payment = format!("{payment}: {} owed", money(&revenue.owed));
    }
    let (alarm, paid) = if state.is_unpaid() { (Some(payment), None) } else { (None, Some(payment)) };
    let metric = |label, value, when: Option<String>| Metric {
        label,
        value,
        more: when.into_iter().chain(paid).collect(),
        mood: None,
        alarm,
        link: None,
    };
    let Some((day, days)) = revenue.renews_on.zip(revenue.days_to_renewal) else {
        return metric("Renewal", "–".to_owned(), None);
    };
    let on_it = hub.contracts.iter().map(|contract| &contract.source).find(|source| source.renews_on == Some(day));
    let what = on_it.map_or("renews", |source| source.on_last_day());
    let value = match days {
        0 => "Today".to_owned(),
        1 => "1 day".to_owned(),
        ahead if ahead > 0 => format!("{ahead} days"),
        past => format!("{} days ago", past.unsigned_abs()),
    };
    let when = format!("{} {}", capital(if days < 0 { "ended" } else { what }), When::of(day, today).day);
    metric("Days to renewal", value, Some(when))
}

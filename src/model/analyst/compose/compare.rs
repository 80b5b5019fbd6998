//! Accounts side by side: by what was asked of each, else by everything that matters.

use serde::Serialize;

use super::{Desk, hits, listed};
use crate::domain::revenue::PaymentState;
use crate::domain::time::{day_text, relative_text};
use crate::domain::tool::Cite;
use crate::domain::tool::account::{AccountBrief, Overview};
use crate::domain::tool::activity::{EvidenceHit, SearchEvidence};
use crate::domain::tool::records::{ListSignals, SignalView};
use crate::domain::tool::score::FactorView;
use crate::model::analyst::compared::{self, Attribute};
use crate::model::analyst::plan::Step;
use crate::model::chat::ModelError;
use crate::prompt::Template;

#[derive(Serialize)]
struct ComparePage {
    rows: Vec<CompareRow>,
    worst: String,
    best: String,
    same: bool,
}

#[derive(Serialize)]
struct CompareRow {
    #[serde(flatten)]
    overview: Overview,
    level: &'static str,
    payment: &'static str,
    top: Option<FactorView>,
    #[serde(skip)]
    nps: Vec<SignalView>,
    #[serde(skip)]
    said: Vec<EvidenceHit>,
}

impl Template for ComparePage {
    const FILE: &'static str = "answer/compare.md";
}

/// The answer to a comparison by named attributes.
#[derive(Serialize)]
struct ComparedPage {
    items: Vec<Compared>,
    /// What the records do not hold of any of them.
    missing: String,
    names: String,
}

impl Template for ComparedPage {
    const FILE: &'static str = "answer/compared.md";
}

/// One attribute of each account.
#[derive(Serialize)]
struct Compared {
    label: &'static str,
    verdict: String,
    sides: Vec<Side>,
}

#[derive(Clone, Serialize)]
struct Side {
    name: String,
    text: String,
    cites: Vec<Cite>,
}

/// An attribute of one account: what orders it, and what is shown.
struct Told {
    rank: Option<i64>,
    /// What two sides must share to be ranked: the currency.
    unit: String,
    text: String,
    cites: Vec<Cite>,
}

/// Two or more accounts side by side.
pub fn compare(desk: &Desk<'_>, accounts: &[AccountBrief]) -> Result<Step, ModelError> {
    let attributes = compared::attributes(&desk.part.words);
    let beyond = compared::beyond(&desk.part.ask);
    let mut rows = Vec::new();
    for account in accounts.iter().take(4) {
        let overview = desk.found_of::<crate::domain::tool::account::AccountOverview>(&account.domain)?;
        let nps = if attributes.contains(&Attribute::Nps) {
            desk.found_of::<ListSignals>(&account.domain)?.items
        } else {
            Vec::new()
        };
        let said = match &beyond {
            Some(_) => desk.found_of::<SearchEvidence>(&account.domain)?.hits,
            None => Vec::new(),
        };
        rows.push(CompareRow {
            level: overview.health.level.label(),
            payment: overview.revenue.payment_state.map_or("no payment on record", PaymentState::label),
            top: overview.health.factors.iter().find(|factor| factor.magnitude < 0).cloned(),
            said: said.into_iter().filter(|hit| hit.coverage >= hits::ANSWERS).collect(),
            nps,
            overview,
        });
    }
    let said = rows.iter().any(|row| !row.said.is_empty());
    if beyond.is_none() && attributes.is_empty() {
        return overall(desk, rows);
    }
    let mut items: Vec<Compared> = Vec::new();
    if said {
        items.push(spoken(&rows, beyond.as_deref().unwrap_or_default()));
    }
    // Beside something the records do not hold, its everyday words ("margin we make") are no wish for the rest.
    if beyond.is_none() || said || !attributes.is_empty() {
        items.extend(attributes.iter().map(|attribute| by(desk, &rows, *attribute)));
    }
    let names: Vec<&str> = rows.iter().map(|row| row.overview.name.as_str()).collect();
    let page = ComparedPage { missing: beyond.filter(|_| !said).unwrap_or_default(), names: listed(&names), items };
    desk.done(&page, Vec::new())
}

fn overall(desk: &Desk<'_>, rows: Vec<CompareRow>) -> Result<Step, ModelError> {
    let by_score = |row: &&CompareRow| row.overview.health.score;
    let name = |row: Option<&CompareRow>| row.map(|row| row.overview.name.clone()).unwrap_or_default();
    let worst = name(rows.iter().min_by_key(by_score));
    let best = name(rows.iter().max_by_key(by_score));
    let same = rows.windows(2).all(|pair| pair[0].overview.health.score == pair[1].overview.health.score);
    desk.done(&ComparePage { worst, best, same, rows }, Vec::new())
}

/// What each said on the topic.
fn spoken(rows: &[CompareRow], topic: &str) -> Compared {
    let sides: Vec<Side> = rows
        .iter()
        .map(|row| match row.said.first() {
            Some(hit) => Side {
                name: row.overview.name.clone(),
                text: format!("“{}”", crate::domain::text::clipped(&hit.text, 200)),
                cites: vec![hit.cite],
            },
            None => Side { name: row.overview.name.clone(), text: "nothing on record".to_owned(), cites: Vec::new() },
        })
        .collect();
    let speak: Vec<&str> =
        rows.iter().filter(|row| !row.said.is_empty()).map(|row| row.overview.name.as_str()).collect();
    let verb = if speak.len() == 1 { "speaks" } else { "speak" };
    Compared { label: "Said", verdict: format!("{} {verb} of {topic}", listed(&speak)), sides }
}

/// One attribute of all rows, the verdict first.
fn by(desk: &Desk<'_>, rows: &[CompareRow], attribute: Attribute) -> Compared {
    let told: Vec<(String, Told)> =
        rows.iter().map(|row| (row.overview.name.clone(), tell(desk, row, attribute))).collect();
    let sides =
        told.iter().map(|(name, told)| Side { name: name.clone(), text: told.text.clone(), cites: told.cites.clone() });
    Compared { label: label(attribute), verdict: verdict(&told, attribute), sides: sides.collect() }
}

fn label(attribute: Attribute) -> &'static str {
    match attribute {
        Attribute::Renewal => "Renewal",
        Attribute::Year => "A year",
        Attribute::Month => "A month",
        Attribute::Nps => "NPS",
        Attribute::Usage => "Active users",
        Attribute::Seats => "Seats",
        Attribute::Payments => "Payments",
        Attribute::Health => "Health",
        Attribute::Promises => "We owe them",
        Attribute::Requests => "Requests",
        Attribute::Contact => "Last contact",
        Attribute::Deals => "Open deals",
    }
}

/// Who comes first by an attribute, in words; what each has where they cannot be ranked.
fn verdict(told: &[(String, Told)], attribute: Attribute) -> String {
    let mut ranked: Vec<(&str, i64, &str)> =
        told.iter().filter_map(|(name, told)| Some((name.as_str(), told.rank?, told.text.as_str()))).collect();
    ranked.sort_by_key(|(_, rank, _)| *rank);
    let one_unit = told.windows(2).all(|pair| pair[0].1.unit == pair[1].1.unit);
    let each = || {
        let each: Vec<String> = told.iter().map(|(name, told)| format!("{name}: {}", told.text)).collect();
        format!("{}: {}", label(attribute), each.join("; "))
    };
    let (Some(first), Some(last)) = (ranked.first(), ranked.last()) else { return each() };
    if ranked.len() < told.len() || !one_unit {
        return each();
    }
    if first.1 == last.1 && ranked.iter().any(|(_, _, text)| *text != first.2) {
        return each();
    }
    if first.1 == last.1 {
        return format!("{}: the same for both, {}", label(attribute), first.2);
    }
    let against: Vec<&str> = ranked.iter().skip(1).map(|(_, _, text)| *text).collect();
    let lead = match attribute {
        Attribute::Renewal => "renews first",
        Attribute::Year => "pays more a year",
        Attribute::Month => "pays more a month",
        Attribute::Nps => "has the higher NPS",
        Attribute::Usage => "uses more of its seats",
        Attribute::Seats => "has more seats",
        Attribute::Payments => "is worse off with payments",
        Attribute::Health => "needs you more",
        Attribute::Promises => "is owed more",
        Attribute::Requests => "asked for more",
        Attribute::Contact => "was in touch last",
        Attribute::Deals => "has more in open deals",
    };
    format!("{} {lead}: {} against {}", first.0, first.2, against.join(" and "))
}

/// An attribute of one account. The lowest rank comes first.
fn tell(desk: &Desk<'_>, row: &CompareRow, attribute: Attribute) -> Told {
    let today = desk.today();
    let overview = &row.overview;
    let revenue = &overview.revenue;
    let contract: Vec<Cite> = revenue.contracts.first().map(|contract| contract.cite).into_iter().collect();
    let none = |text: &str| Told { rank: None, unit: String::new(), text: text.to_owned(), cites: vec![overview.cite] };
    let told = |rank: i64, text: String, cites: Vec<Cite>| Told { rank: Some(rank), unit: String::new(), text, cites };
    let money = |amounts: &[crate::domain::money::Money]| match amounts {
        [] => none("no recurring revenue"),
        [first, ..] => Told {
            rank: Some(-first.minor),
            unit: first.currency.clone(),
            text: amounts.iter().map(ToString::to_string).collect::<Vec<_>>().join(" + "),
            cites: contract.clone(),
        },
    };
    match attribute {
        Attribute::Renewal => match revenue.renews_on {
            Some(day) => {
                let over = if day < today { "ended " } else { "" };
                let text = format!("{over}{} ({})", day_text(day, today), relative_text(day, today));
                told((day - today).num_days(), text, contract)
            }
            None => none("no date on record"),
        },
        Attribute::Year => money(&revenue.arr),
        Attribute::Month => money(&revenue.mrr),
        Attribute::Nps => match row.nps.first() {
            Some(signal) => {
                let score = signal.score.unwrap_or_default();
                let day = day_text(signal.occurred_at.day(), today);
                let before = row.nps.get(1).and_then(|before| Some((before.score?, before.occurred_at, before.cite)));
                let mut cites = vec![signal.cite];
                let earlier = before.map_or_else(String::new, |(score, at, cite)| {
                    cites.push(cite);
                    format!(", before that {score} on {}", day_text(at.day(), today))
                });
                told(-(score * 10.0) as i64, format!("{score} on {day}{earlier}"), cites)
            }
            None => none("no NPS on record"),
        },
        Attribute::Usage => match (overview.usage.average_7d, overview.usage.cite) {
            (Some(average), Some(cite)) => {
                let seats = overview.usage.licensed_seats.map(|seats| format!(" of {seats} seats")).unwrap_or_default();
                let month = overview.usage.month_change_percent.map(|percent| {
                    let sign = if percent < 0 { "−" } else { "+" };
                    format!(", {sign}{}% in 30 days", percent.unsigned_abs())
                });
                let rank = overview.usage.adoption_percent.map_or(-i64::from(average), |percent| -i64::from(percent));
                told(rank, format!("{average} active users{seats}{}", month.unwrap_or_default()), vec![cite])
            }
            _ => none("no usage data"),
        },
        Attribute::Seats => match (overview.usage.licensed_seats, overview.usage.cite) {
            (Some(seats), cite) => {
                let cites = cite.map_or_else(|| vec![overview.cite], |cite| vec![cite]);
                told(-i64::from(seats), format!("{seats} seats"), cites)
            }
            _ => none("no number of seats on record"),
        },
        Attribute::Payments => {
            let latest = revenue.payments.first();
            let text = latest.map_or_else(
                || row.payment.to_owned(),
                |payment| {
                    let day = day_text(payment.occurred_at.day(), today);
                    format!("{}, the latest {} {} {day}", row.payment, payment.amount, payment.kind)
                },
            );
            let rank = match revenue.payment_state {
                Some(PaymentState::PastDue) => 0,
                Some(PaymentState::Failed) => 1,
                Some(PaymentState::Current) => 2,
                Some(PaymentState::Unknown) | None => 3,
            };
            told(rank, text, latest.map_or(contract, |payment| vec![payment.cite]))
        }
        Attribute::Health => {
            let text = format!("{} ({})", row.level, overview.health.score);
            let mut cites = vec![overview.cite];
            cites.extend(row.top.iter().flat_map(|top| top.cites.iter().take(1)));
            told(i64::from(overview.health.score), text, cites)
        }
        Attribute::Promises => {
            let count = overview.open_commitments;
            let overdue = overview.overdue_commitments;
            let noun = if count == 1 { "promise" } else { "promises" };
            let late = if overdue > 0 { format!(", {overdue} overdue") } else { String::new() };
            let cites = if overview.owed_cites.is_empty() { vec![overview.cite] } else { overview.owed_cites.clone() };
            told(-count.cast_signed(), format!("{count} open {noun}{late}"), cites)
        }
        Attribute::Requests => {
            let count = overview.requests;
            let noun = if count == 1 { "request" } else { "requests" };
            told(-count.cast_signed(), format!("{count} {noun}"), vec![overview.cite])
        }
        Attribute::Contact => {
            let talk = |kind| {
                matches!(kind, crate::domain::record::RecordKind::Call | crate::domain::record::RecordKind::Email)
            };
            match overview.latest.iter().filter(|item| talk(item.kind)).max_by_key(|item| item.occurred_at) {
                Some(item) => {
                    let day = item.occurred_at.day();
                    let text =
                        format!("{} ({}), {}", day_text(day, today), relative_text(day, today), item.kind.label());
                    told(-item.occurred_at.timestamp(), text, vec![item.cite])
                }
                None => none("no call or e-mail on record"),
            }
        }
        Attribute::Deals => {
            let open: Vec<_> = revenue.deals.iter().filter(|deal| deal.status == "open").collect();
            let Some(first) = open.first() else { return none("no open deal") };
            let worth = crate::domain::money::totals(open.iter().map(|deal| deal.value.clone()));
            let names: Vec<String> = open.iter().map(|deal| deal.name.clone()).collect();
            let sum = worth.iter().map(ToString::to_string).collect::<Vec<_>>().join(" + ");
            Told {
                rank: Some(-worth.first().map_or(0, |worth| worth.minor)),
                unit: first.value.currency.clone(),
                text: format!("{sum} ({})", names.join(", ")),
                cites: open.iter().map(|deal| deal.cite).collect(),
            }
        }
    }
}

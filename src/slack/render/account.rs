//! The card of an account: level and score with the reasons, money, usage, the last touch and what is owed both ways.

use chrono::NaiveDate;
use serde_json::Value;

use super::action_id::{
    ACCOUNT_ASK, ACCOUNT_DRAFT, ACCOUNT_RETRACK, ACCOUNT_ROUTE, ACCOUNT_UNTRACK, ACCOUNT_WHY, AccountValue,
};
use super::block::{Button, actions, context, fields, section};
use super::escape::{bold, line, link};
use super::note::dot;
use super::{Links, Message};
use crate::domain::account::{Rating, Section};
use crate::domain::activity::CommitmentStatus;
use crate::domain::health::Level;
use crate::domain::money::{Money, grouped, joined};
use crate::domain::record::RecordKind;
use crate::domain::revenue::PaymentState;
use crate::domain::text::{capital, clipped, listed, signed};
use crate::domain::time::{Moment, day_text, relative_text};
use crate::domain::tool::account::Overview;
use crate::domain::tool::portfolio::RoutedFrom;
use crate::domain::tool::records::CommitmentView;

/// The most reasons told.
const FACTORS: usize = 6;
/// The most promises told of each side.
const PROMISES: usize = 3;
/// The longest line that is somebody else's words.
const LINE: usize = 200;

/// What the card of an account shows.
#[derive(Clone, Debug, PartialEq)]
pub struct AccountCard {
    /// Domain.
    pub domain: String,
    /// Name.
    pub name: String,
    /// Segment.
    pub segment: Option<String>,
    /// Owner's e-mail address.
    pub owner: Option<String>,
    /// The first person to write to.
    pub contact: Option<String>,
    /// Level.
    pub level: Level,
    /// 0 to 100.
    pub score: u32,
    /// Why, the heaviest first.
    pub factors: Vec<Factor>,
    /// What the score would use and does not have, as people name it.
    pub missing: Vec<String>,
    /// What somebody of our side thinks of it.
    pub rating: Option<Rating>,
    /// What disagrees, where its score and its money say different things.
    pub disagreement: Option<String>,
    /// Where its next action belongs.
    pub section: Section,
    /// Where it was routed from, where people put it into its section.
    pub routed: Option<RoutedFrom>,
    /// Whether it takes part in health monitoring.
    pub tracked: bool,
    /// The first day it is in digests again, where it is snoozed.
    pub snoozed_until: Option<NaiveDate>,
    /// Annual recurring revenue, one entry per currency.
    pub arr: Vec<Money>,
    /// How payments stand.
    pub payment: Option<PaymentState>,
    /// The next renewal, or the last one if it passed.
    pub renews_on: Option<NaiveDate>,
    /// Usage, where there is data.
    pub usage: Option<UsageTrend>,
    /// The last call or e-mail.
    pub last_touch: Option<Touch>,
    /// What we promised and is open, the overdue first.
    pub ours: Vec<Promise>,
    /// What they promised and is open, the overdue first.
    pub theirs: Vec<Promise>,
    /// Where it stands in the CRM.
    pub crm_url: Option<String>,
}

/// One signed reason of a score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    /// Points; negative lowers the score.
    pub magnitude: i32,
    /// Why.
    pub reason: String,
    /// The kind of source.
    pub source: String,
}

/// Where usage is going.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsageTrend {
    /// Active users, the weekly average.
    pub active: u32,
    /// Seats paid for.
    pub seats: Option<u32>,
    /// Change in 30 days, in percent.
    pub month_change_percent: Option<i32>,
}

/// The last time anybody spoke or wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touch {
    /// What: `Call “Renewal prep”`.
    pub what: String,
    /// When.
    pub at: Moment,
}

/// A promise that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// Who promised.
    pub who: String,
    /// What.
    pub what: String,
    /// By when.
    pub due: Option<NaiveDate>,
    /// Whether that day has passed.
    pub overdue: bool,
}

impl From<&CommitmentView> for Promise {
    fn from(view: &CommitmentView) -> Self {
        Self {
            who: view.who.clone(),
            what: view.what.clone(),
            due: view.due,
            overdue: view.status == CommitmentStatus::Overdue,
        }
    }
}

impl From<&Overview> for AccountCard {
    /// Without the promises, which another tool has.
    fn from(overview: &Overview) -> Self {
        let contact = overview.contacts.iter().find(|contact| contact.primary).or(overview.contacts.first());
        let touch = overview.latest.iter().filter(|item| matches!(item.kind, RecordKind::Call | RecordKind::Email));
        let factors = overview.health.factors.iter().map(|factor| Factor {
            magnitude: factor.magnitude,
            reason: factor.reason.clone(),
            source: factor.source.clone(),
        });
        Self {
            domain: overview.domain.clone(),
            name: overview.name.clone(),
            segment: overview.segment.clone(),
            owner: overview.owner_email.clone(),
            contact: contact.map(|contact| match &contact.title {
                Some(title) => format!("{}, {title}", contact.name),
                None => contact.name.clone(),
            }),
            level: overview.health.level,
            score: overview.health.score,
            factors: factors.collect(),
            missing: overview.health.missing.clone(),
            rating: overview.rating.clone(),
            disagreement: overview.disagreement.clone(),
            section: overview.section,
            routed: overview.routed.clone(),
            tracked: overview.tracked,
            snoozed_until: overview.snoozed_until,
            arr: overview.revenue.arr.clone(),
            payment: overview.revenue.payment_state,
            renews_on: overview.revenue.renews_on,
            usage: overview.usage.average_7d.map(|active| UsageTrend {
                active,
                seats: overview.usage.licensed_seats,
                month_change_percent: overview.usage.month_change_percent,
            }),
            last_touch: touch
                .max_by_key(|item| item.occurred_at)
                .map(|item| Touch {
                    what: format!("{} “{}”", item.kind.label(), item.title), at: item.occurred_at
                }),
            ours: Vec::new(),
            theirs: Vec::new(),
            crm_url: overview.crm_url.clone(),
        }
    }
}

/// The card as it is on `today`.
#[must_use]
pub fn card(account: &AccountCard, links: Links<'_>, today: NaiveDate) -> Message {
    let mut blocks = vec![head(account, links), figures(account, today)];
    blocks.extend(reasons(account));
    blocks.extend(promises(account, today));
    blocks.extend(notes(account, today));
    blocks.push(actions(buttons(account, links)));
    Message::new(&said(account, today), blocks)
}

fn head(account: &AccountCard, links: Links<'_>) -> Value {
    let name = clipped(&account.name, 100);
    let name = match links.account(&account.domain) {
        Some(url) => format!("*{}*", link(&url, &name.replace('*', "∗"))),
        None => bold(&name),
    };
    let told = [Some(account.domain.clone()), account.segment.clone()].into_iter().flatten();
    let told = told.map(|part| line(&clipped(&part, 80))).collect::<Vec<_>>().join(" · ");
    let level = account.level.label();
    section(format!(
        "{} {name}   {level}, *{}* of 100\n{told} · in *{}*",
        dot(account.level),
        account.score,
        account.section.label()
    ))
}

fn figures(account: &AccountCard, today: NaiveDate) -> Value {
    let arr = if account.arr.is_empty() { "None".to_owned() } else { joined(&account.arr) };
    let payment = account.payment.map(|state| format!(" · {}", state.label())).unwrap_or_default();
    let renewal = account.renews_on.map_or_else(|| "None on record".to_owned(), |day| when(day, today));
    let usage = account.usage.map_or_else(|| "No usage data".to_owned(), usage);
    let touch = account.last_touch.as_ref().map_or_else(
        || "None on record".to_owned(),
        |touch| format!("{}, {}", line(&capital(&clipped(&touch.what, 90))), relative_text(touch.at.day(), today)),
    );
    let owner = account.owner.as_deref().map_or_else(|| "Nobody".to_owned(), |owner| line(&clipped(owner, 80)));
    let contact =
        account.contact.as_deref().map_or_else(|| "None on record".to_owned(), |who| line(&clipped(who, 100)));
    let passed = account.renews_on.is_some_and(|day| day < today);
    fields(&[
        ("ARR", format!("{}{payment}", line(&arr))),
        (if passed { "Ended" } else { "Renews" }, renewal),
        ("Usage", usage),
        ("Last touch", touch),
        ("Owner", owner),
        ("Main contact", contact),
    ])
}

/// `July 15 (in 4 weeks)`.
pub(super) fn when(day: NaiveDate, today: NaiveDate) -> String {
    format!("{} ({})", day_text(day, today), relative_text(day, today))
}

fn usage(trend: UsageTrend) -> String {
    let seats = trend.seats.map(|seats| format!(" of {}", grouped(seats.into()))).unwrap_or_default();
    let change = match trend.month_change_percent {
        Some(change) if change < 0 => format!(", −{}% in 30 days", change.unsigned_abs()),
        Some(change) => format!(", +{change}% in 30 days"),
        None => String::new(),
    };
    format!("{}{seats} users active{change}", grouped(trend.active.into()))
}

fn reasons(account: &AccountCard) -> Option<Value> {
    let told = account.factors.iter().take(FACTORS).map(|factor| {
        let (reason, source) = (line(&clipped(&factor.reason, LINE)), line(&clipped(&factor.source, 60)));
        format!("`{}` {reason} _({source})_", signed(factor.magnitude))
    });
    let mut lines = vec![format!("*Why {} of 100*", account.score)];
    lines.extend(told);
    let left = account.factors.len().saturating_sub(FACTORS);
    if left > 0 {
        lines.push(format!("and {left} smaller ones"));
    }
    (!account.factors.is_empty()).then(|| section(lines.join("\n")))
}

fn promises(account: &AccountCard, today: NaiveDate) -> Option<Value> {
    let mut lines = Vec::new();
    for (title, promises) in [("We owe them", &account.ours), ("They owe us", &account.theirs)] {
        if promises.is_empty() {
            continue;
        }
        lines.push(format!("*{title}*"));
        lines.extend(promises.iter().take(PROMISES).map(|one| format!("• {}", promise(one, today))));
        let left = promises.len().saturating_sub(PROMISES);
        if left > 0 {
            lines.push(format!("and {left} more"));
        }
    }
    (!lines.is_empty()).then(|| section(lines.join("\n")))
}

/// A promise in a line.
pub(super) fn promise(promise: &Promise, today: NaiveDate) -> String {
    let due = match promise.due {
        Some(due) if promise.overdue => format!(", *overdue since {}*", day_text(due, today)),
        Some(due) => format!(", due {}", day_text(due, today)),
        None => String::new(),
    };
    format!("{} ({}{due})", line(&capital(&clipped(&promise.what, LINE))), line(&clipped(&promise.who, 60)))
}

fn notes(account: &AccountCard, today: NaiveDate) -> Option<Value> {
    let mut lines = Vec::new();
    if let Some(routed) = &account.routed {
        let reason = routed.reason.as_deref().map(|reason| format!(": “{}”", line(&clipped(reason, 160))));
        lines.push(format!(
            "Routed from {} by {} on {}{}",
            line(&routed.from),
            line(&clipped(&routed.by, 80)),
            day_text(routed.at.day(), today),
            reason.unwrap_or_default()
        ));
    }
    if !account.tracked {
        lines.push("Not tracked: left out of health monitoring, totals and digests.".to_owned());
    }
    if let Some(until) = account.snoozed_until {
        lines.push(format!("Snoozed: not in digests before {}.", day_text(until, today)));
    }
    lines.extend(account.disagreement.iter().map(|text| format!("Score and money disagree: {}", line(text))));
    if let Some(rating) = &account.rating {
        let note = rating.note.as_deref().map(|note| format!(": “{}”", line(&clipped(note, 160))));
        lines.push(format!(
            "Rated {} of 5 by {} on {}{}",
            rating.rating,
            line(&clipped(&rating.by, 80)),
            day_text(rating.at.day(), today),
            note.unwrap_or_default()
        ));
    }
    if !account.missing.is_empty() {
        let missing: Vec<String> = account.missing.iter().take(6).map(|what| line(&clipped(what, 60))).collect();
        lines.push(format!("The score could not see: {}.", listed(&missing)));
    }
    (!lines.is_empty()).then(|| context(&lines))
}

fn buttons(account: &AccountCard, links: Links<'_>) -> Vec<Button> {
    let value = AccountValue { account: account.domain.clone() };
    let track = if account.tracked {
        Button::new(ACCOUNT_UNTRACK, "Untrack", &value)
    } else {
        Button::new(ACCOUNT_RETRACK, "Re-track", &value)
    };
    let mut buttons = vec![
        Button::new(ACCOUNT_ASK, "Ask", &value).primary(),
        Button::new(ACCOUNT_WHY, "Why?", &value),
        Button::new(ACCOUNT_ROUTE, "Route", &value),
        Button::new(ACCOUNT_DRAFT, "Draft e-mail", &value),
        track,
    ];
    buttons.extend(links.account(&account.domain).and_then(|url| Button::link("Open", &url)));
    buttons
}

fn said(account: &AccountCard, today: NaiveDate) -> String {
    let arr = if account.arr.is_empty() { "no ARR".to_owned() } else { format!("{} ARR", joined(&account.arr)) };
    let renews = account.renews_on.map(|day| {
        let verb = if day < today { "ended" } else { "renews" };
        format!(", {verb} {}", when(day, today))
    });
    let reason =
        account.factors.first().map(|factor| format!(" {}.", clipped(&factor.reason, 160))).unwrap_or_default();
    let name = clipped(&account.name, 100);
    let level = account.level.label();
    format!("{name} is {level} at {} of 100.{reason} {arr}{}.", account.score, renews.unwrap_or_default())
}
